package tables

import (
	"cmp"
	"context"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/remediation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var ingressPermission = definition{
	name:        "ftpcheck_security_group_ingress_permission",
	description: "Ingress permissions of EC2 security groups, one row for each protocol, port range and source, with the verdict on unrestricted FTP.",
	columns:     ingressPermissionColumns,
	list: func(ctx context.Context, reader Reader, request sg.Request, emit func(relation.Row) error) error {
		return readOrShow(ctx, reader, request, emit, func(g *sg.Group) error {
			for _, p := range g.Permissions {
				if request.Unrestricted != nil && !p.Matters(*request.Unrestricted) {
					continue
				}
				if err := emit(p); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

// ofPermission makes the getter of a column of this table that is null for a place that was
// not read.
func ofPermission[V any](get func(p *sg.Permission) V) func(relation.Row) V {
	return ofPermissionOrPlace(get, func(*sg.Coverage) (null V) { return null })
}

// ofPermissionOrPlace makes the getter of a column of this table.
func ofPermissionOrPlace[V any](get func(p *sg.Permission) V, unread func(c *sg.Coverage) V) func(relation.Row) V {
	return func(r relation.Row) V {
		if c, ok := r.(*sg.Coverage); ok {
			return unread(c)
		}
		return get(r.(*sg.Permission))
	}
}

var ingressPermissionColumns = []column{
	// The key columns.
	{Name: "group_id", Type: relation.Text, narrow: byGroupID,
		Description: "The ID of the security group. Null if it is only planned: then group_address names it.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.ID })},
	{Name: "security_group_rule_id", Type: relation.Text, request: wantRules,
		Description: "The ID of the security group rule that is this permission. Null if a saved scan does not hold the rules.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.RuleID })},

	{Name: "action", Type: relation.Text,
		Description: "What a plan of Terraform does with the resource at address: create, update, replace, delete, forget or no-op. Null if no plan has it.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Resource.Action })},
	{Name: "address", Type: relation.Text,
		Description: "The address of the resource of Terraform that the permission is written in, such as module.web[\"a\"].aws_security_group.this[0]. Null if no plan or state of Terraform has it.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Resource.Address })},
	{Name: "allows_ftp_control", Type: relation.Bool,
		Description: "True if the permission covers TCP port 21, FTP control, whatever its source. Null if nobody knows the ports.",
		Value:       ofPermission(func(p *sg.Permission) any { return covers(p, rule.Control) })},
	{Name: "allows_ftp_data", Type: relation.Bool,
		Description: "True if the permission covers TCP port 20, FTP data, whatever its source. Null if nobody knows the ports.",
		Value:       ofPermission(func(p *sg.Permission) any { return covers(p, rule.Data) })},
	{Name: "cidr_ipv4", Type: relation.CIDR, narrow: byCIDRIPv4,
		Description: "The IPv4 address range of the source.",
		Text:        ofPermission(func(p *sg.Permission) string { return addressRange(p.CIDRIPv4) })},
	{Name: "cidr_ipv6", Type: relation.CIDR,
		Description: "The IPv6 address range of the source.",
		Text:        ofPermission(func(p *sg.Permission) string { return addressRange(p.CIDRIPv6) })},
	{Name: "description", Type: relation.Text,
		Description: "The description of the security group rule.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Description })},
	{Name: "from_port", Type: relation.Int,
		Description: "The first port of the range, or the ICMP type. Null if AWS gives none, as for all protocols.",
		Value:       ofPermission(func(p *sg.Permission) any { return number(p.FromPort) })},
	{Name: "group_address", Type: relation.Text,
		Description: "The address of the resource of Terraform that is the security group. Null if no plan or state of Terraform has it.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.Resource.Address })},
	{Name: "group_description", Type: relation.Text,
		Description: "The description of the security group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.Description })},
	{Name: "group_name", Type: relation.Text, narrow: byGroupName,
		Description: "The name of the security group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.Name })},
	{Name: "group_tags", Type: relation.JSON, keys: byTagKey,
		Description: "The tags of the security group, as a map.",
		Text:        ofPermission(func(p *sg.Permission) string { return groupTags(p.Group) })},
	{Name: "ip_protocol", Type: relation.Text,
		Description: "The protocol by name or number, as AWS gives it. -1 means all protocols.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Protocol })},
	{Name: "is_default_group", Type: relation.Bool,
		Description: "True if the security group is the default group of its VPC. Null if its name is not known.",
		Value:       ofPermission(func(p *sg.Permission) any { return isDefault(p.Group) })},
	{Name: "origin", Type: relation.Text,
		Description: "Where the row came from: live for the EC2 API, else the path of the file.",
		Text:        ofPermissionOrPlace(func(p *sg.Permission) string { return p.Group.Origin }, originOf)},
	{Name: "owner_id", Type: relation.Text, narrow: byOwner,
		Description: "The ID of the account that owns the security group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.OwnerID })},
	{Name: "prefix_list_id", Type: relation.Text, narrow: byPrefixList,
		Description: "The ID of the prefix list that is the source.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.PrefixListID })},
	{Name: "prefix_list_name", Type: relation.Text, request: func(r *sg.Request) { r.PrefixListNames = true },
		Description: "The name of the prefix list that is the source. Null if it could not be read.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.PrefixListName })},
	{Name: "public_ipv4_address_count", Type: relation.Int, request: func(r *sg.Request) { r.AddressCounts = true },
		Description: "The exact number of public IPv4 addresses that the source lets in. Null if the source could not be read.",
		Value: ofPermission(func(p *sg.Permission) any {
			if n, known := p.Source.PublicIPv4AddressCount(); known {
				return n
			}
			return nil
		})},
	{Name: "referenced_group_id", Type: relation.Text, narrow: byReferencedGroup,
		Description: "The ID of the security group that is the source.",
		Text:        ofReferenced(func(g *sg.ReferencedGroup) string { return g.ID })},
	{Name: "referenced_group_owner_id", Type: relation.Text,
		Description: "The ID of the account that owns the security group that is the source.",
		Text:        ofReferenced(func(g *sg.ReferencedGroup) string { return g.OwnerID })},
	{Name: "referenced_vpc_id", Type: relation.Text,
		Description: "The ID of the VPC of the security group that is the source, where AWS gives it.",
		Text:        ofReferenced(func(g *sg.ReferencedGroup) string { return g.VPCID })},
	{Name: "referenced_vpc_peering_connection_id", Type: relation.Text,
		Description: "The ID of the VPC peering connection to the security group that is the source.",
		Text:        ofReferenced(func(g *sg.ReferencedGroup) string { return g.VPCPeeringConnectionID })},
	{Name: "remediation", Type: relation.Text, request: func(r *sg.Request) { r.Rules, r.Verdicts = true, true },
		Description: "How to close FTP on the permission and nothing else, as text for a POSIX shell: comments, and commands of the AWS CLI where there are any. Null if unrestricted_ftp is false.",
		Text:        ofPermission(func(p *sg.Permission) string { return remediation.For(p) })},
	{Name: "scan_status", Type: relation.Text, request: showUnreadPlaces,
		Description: scanStatusDescription,
		Text:        ofPermissionOrPlace(func(*sg.Permission) string { return string(sg.StatusScanned) }, statusOf)},
	{Name: "security_group_arn", Type: relation.Text,
		Description: "The ARN of the security group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.ARN })},
	{Name: "security_group_rule_arn", Type: relation.Text, request: wantRules,
		Description: "The ARN of the security group rule that is this permission.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.RuleARN() })},
	{Name: "source", Type: relation.Text,
		Description: "The source as AWS gives it: an address range, or the ID of a prefix list or security group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.SourceText() })},
	{Name: "source_type", Type: relation.Text,
		Description: "The kind of the source: cidr_ipv4, cidr_ipv6, prefix_list or security_group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.SourceType() })},
	{Name: "to_port", Type: relation.Int,
		Description: "The last port of the range, or the ICMP code. Null if AWS gives none, as for all protocols.",
		Value:       ofPermission(func(p *sg.Permission) any { return number(p.ToPort) })},
	{Name: "unrestricted_ftp", Type: relation.Bool, narrow: byVerdict, request: wantVerdicts,
		Description: "True if the permission, alone or with others of its group, lets the whole internet in on TCP port 20 or 21. Null if its source could not be read.",
		Value:       ofPermission(func(p *sg.Permission) any { return answer(p.Verdict.Unrestricted) })},
	{Name: "unrestricted_ftp_doubt", Type: relation.Text,
		Description: "Why nobody can know what the permission lets in: a plan of Terraform does not tell, or AWS cannot have given it. Null if it is known, or if the source is a prefix list that could not be read.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Doubt })},
	{Name: "unrestricted_ftp_ports", Type: relation.JSON, request: wantVerdicts,
		Description: "The FTP ports that unrestricted_ftp is about, as a list.",
		Text:        ofPermission(func(p *sg.Permission) string { return ports(p.Verdict.Ports) })},
	{Name: "unrestricted_ftp_reason", Type: relation.Text, request: wantVerdicts,
		Description: "The way of being open: any_ipv4, any_ipv6, prefix_list or combined. It is undetermined where unrestricted_ftp is null, and null where it is false. It is not_read for a place that was not read.",
		Text:        ofPermissionOrPlace(func(p *sg.Permission) string { return string(p.Verdict.Reason) }, notRead)},
	{Name: "vpc_id", Type: relation.Text, narrow: byVPC,
		Description: "The ID of the VPC of the security group.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.VPCID })},

	// The standard columns.
	{Name: "title", Type: relation.Text, request: wantRules,
		Description: "The title of the resource: the ID of the security group rule, or else of the security group. Of a place that was not read, the account and region, or the path of the file.",
		Text:        ofPermissionOrPlace(func(p *sg.Permission) string { return cmp.Or(p.RuleID, p.Group.Ref()) }, titleOf)},
	{Name: "akas", Type: relation.JSON, request: wantRules,
		Description: "The ARN of the security group rule, as a list.",
		Text:        ofPermission(func(p *sg.Permission) string { return jsonList(p.RuleARN()) })},
	{Name: "tags", Type: relation.JSON, request: wantRules,
		Description: "The tags of the security group rule, as a map.",
		Text:        ofPermission(func(p *sg.Permission) string { return jsonMap(p.RuleTags) })},
	{Name: "partition", Type: relation.Text,
		Description: "The AWS partition of the security group, such as aws or aws-us-gov.",
		Text:        ofPermission(func(p *sg.Permission) string { return p.Group.Partition })},
	{Name: "region", Type: relation.Text, narrow: byRegion, exclude: notRegion, prefix: regionPrefix,
		Description: "The AWS region of the security group. Null if a saved scan does not tell.",
		Text:        ofPermissionOrPlace(func(p *sg.Permission) string { return p.Group.Region }, regionOf)},
	{Name: "account_id", Type: relation.Text, narrow: byAccount, exclude: notAccount,
		Description: "The ID of the account in which the security group was seen.",
		Text:        ofPermissionOrPlace(func(p *sg.Permission) string { return p.Group.AccountID }, accountOf)},
}

func ofReferenced(get func(g *sg.ReferencedGroup) string) func(relation.Row) string {
	return ofPermission(func(p *sg.Permission) string {
		if p.ReferencedGroup == nil {
			return ""
		}
		return get(p.ReferencedGroup)
	})
}

// covers is null where nobody knows the ports.
func covers(p *sg.Permission, port rule.Ports) any {
	if p.Unclear {
		return nil
	}
	return p.FTPPorts().Has(port)
}

func wantRules(r *sg.Request) { r.Rules = true }
