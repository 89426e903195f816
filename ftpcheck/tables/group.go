package tables

import (
	"cmp"
	"context"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var securityGroup = definition{
	name:        "ftpcheck_security_group",
	description: "EC2 security groups, also those without any ingress permission, with the verdict on unrestricted FTP for each group as a whole.",
	columns:     securityGroupColumns,
	list: func(ctx context.Context, reader Reader, request sg.Request, emit func(relation.Row) error) error {
		return readOrShow(ctx, reader, request, emit, func(g *sg.Group) error {
			if u := request.Unrestricted; u != nil && g.Verdict.Unrestricted != rule.Unknown && (g.Verdict.Unrestricted == rule.Yes) != *u {
				return nil
			}
			return emit(g)
		})
	},
}

// ofGroup makes the getter of a column of this table that is null for a place that was not
// read.
func ofGroup[V any](get func(g *sg.Group) V) func(relation.Row) V {
	return ofGroupOrPlace(get, func(*sg.Coverage) (null V) { return null })
}

// ofGroupOrPlace makes the getter of a column of this table.
func ofGroupOrPlace[V any](get func(g *sg.Group) V, unread func(c *sg.Coverage) V) func(relation.Row) V {
	return func(r relation.Row) V {
		if c, ok := r.(*sg.Coverage); ok {
			return unread(c)
		}
		return get(r.(*sg.Group))
	}
}

// isDefault is null for a group whose name is not known.
func isDefault(g *sg.Group) any {
	if g.Name == "" {
		return nil
	}
	return g.IsDefault()
}

var securityGroupColumns = []column{
	// The key columns.
	{Name: "group_id", Type: relation.Text, narrow: byGroupID,
		Description: "The ID of the security group. Null if it is only planned: then address names it.",
		Text:        ofGroup(func(g *sg.Group) string { return g.ID })},

	{Name: "action", Type: relation.Text,
		Description: "What a plan of Terraform does with the resource at address: create, update, replace, delete, forget or no-op. Null if no plan has it.",
		Text:        ofGroup(func(g *sg.Group) string { return g.Resource.Action })},
	{Name: "address", Type: relation.Text,
		Description: "The address of the resource of Terraform that is the security group, such as module.web[\"a\"].aws_security_group.this[0]. Null if no plan or state of Terraform has it.",
		Text:        ofGroup(func(g *sg.Group) string { return g.Resource.Address })},
	{Name: "arn", Type: relation.Text,
		Description: "The ARN of the security group.",
		Text:        ofGroup(func(g *sg.Group) string { return g.ARN })},
	{Name: "configuration_item_capture_time", Type: relation.Timestamp,
		Description: "When AWS Config captured what is known of the group, which is when it had changed. Null if it was not read from AWS Config.",
		Value:       ofGroup(func(g *sg.Group) any { return moment(g.Captured) })},
	{Name: "description", Type: relation.Text,
		Description: "The description of the security group.",
		Text:        ofGroup(func(g *sg.Group) string { return g.Description })},
	{Name: "group_name", Type: relation.Text, narrow: byGroupName,
		Description: "The name of the security group.",
		Text:        ofGroup(func(g *sg.Group) string { return g.Name })},
	{Name: "has_public_ip", Type: relation.Bool, request: wantInterfaces,
		Description: "True if a network interface that uses the group has a public address. It says nothing of routes or network ACLs. Null if the interfaces were not all read, as those that use a shared group whose owner was not read.",
		Value:       ifAnyInterface(func(n sg.NetworkInterface) bool { return len(n.PublicIPs) > 0 })},
	{Name: "ingress_permission_count", Type: relation.Int,
		Description: "The number of ingress permissions of the group.",
		Value:       ofGroup(func(g *sg.Group) any { return int64(len(g.Permissions)) })},
	{Name: "internet_reachable", Type: relation.Bool, request: wantReachability,
		Description: "True if the internet reaches a network interface on TCP port 20 or 21 through the group: what its permissions let in gets past routes, network ACLs and VPC Block Public Access. Null if something that decides it is not known.",
		Value:       ofExposure(func(e *exposure.GroupExposure) any { return answer(e.Reachable) })},
	{Name: "internet_unknown_because", Type: relation.JSON, request: wantReachability,
		Description: "What would have to be known for internet_reachable, if it is null, as a list of codes, which the paths have, too.",
		Text:        ofExposure(func(e *exposure.GroupExposure) string { return jsonList(e.UnknownBecause...) })},
	{Name: "is_attached", Type: relation.Bool, request: wantInterfaces,
		Description: "True if a network interface uses the group. Null if the interfaces were not all read, as those that use a shared group whose owner was not read.",
		Value:       ifAnyInterface(func(sg.NetworkInterface) bool { return true })},
	{Name: "is_default_group", Type: relation.Bool,
		Description: "True if this is the default group of its VPC. Null if its name is not known.",
		Value:       ofGroup(isDefault)},
	{Name: "network_interface_count", Type: relation.Int, request: wantInterfaces,
		Description: "The number of network interfaces that use the group. Null if the interfaces were not all read, as those that use a shared group whose owner was not read.",
		Value:       ofInterfaces(func(interfaces []sg.NetworkInterface) any { return int64(len(interfaces)) })},
	{Name: "origin", Type: relation.Text,
		Description: "Where the row came from: live for the EC2 API, else the path of the file.",
		Text:        ofGroupOrPlace(func(g *sg.Group) string { return g.Origin }, originOf)},
	{Name: "owner_id", Type: relation.Text, narrow: byOwner,
		Description: "The ID of the account that owns the security group.",
		Text:        ofGroup(func(g *sg.Group) string { return g.OwnerID })},
	{Name: "public_ips", Type: relation.JSON, request: wantInterfaces,
		Description: "The public IPv4 and IPv6 addresses of the network interfaces that use the group, as a list. Null if the interfaces were not all read, as those that use a shared group whose owner was not read.",
		Text: ofInterfaces(func(interfaces []sg.NetworkInterface) string {
			addresses := []string{}
			for _, n := range interfaces {
				addresses = append(addresses, n.PublicIPs...)
			}
			slices.Sort(addresses)
			return jsonText(slices.Compact(addresses))
		})},
	{Name: "reachable_addresses", Type: relation.JSON, request: wantReachability,
		Description: "The public addresses at which the internet surely reaches a network interface through the group, as a list.",
		Text:        ofExposure(func(e *exposure.GroupExposure) string { return addresses(e.ReachableAddresses) })},
	{Name: "scan_status", Type: relation.Text, request: showUnreadPlaces,
		Description: scanStatusDescription,
		Text:        ofGroupOrPlace(func(*sg.Group) string { return string(sg.StatusScanned) }, statusOf)},
	{Name: "undetermined_permission_count", Type: relation.Int, request: wantVerdicts,
		Description: "The number of ingress permissions whose unrestricted_ftp is null.",
		Value:       ofGroup(func(g *sg.Group) any { return int64(len(permissionsWith(g, rule.Unknown))) })},
	{Name: "unrestricted_ftp", Type: relation.Bool, narrow: byVerdict, request: wantVerdicts,
		Description: "True if any ingress permission of the group is unrestricted FTP. Null if none is, but one could not be determined.",
		Value:       ofGroup(func(g *sg.Group) any { return answer(g.Verdict.Unrestricted) })},
	{Name: "unrestricted_ftp_permission_count", Type: relation.Int, request: wantVerdicts,
		Description: "The number of ingress permissions whose unrestricted_ftp is true.",
		Value:       ofGroup(func(g *sg.Group) any { return int64(len(permissionsWith(g, rule.Yes))) })},
	{Name: "unrestricted_ftp_ports", Type: relation.JSON, request: wantVerdicts,
		Description: "The FTP ports that unrestricted_ftp is about, as a list.",
		Text:        ofGroup(func(g *sg.Group) string { return ports(g.Verdict.Ports) })},
	{Name: "unrestricted_ftp_reason", Type: relation.Text, request: wantVerdicts,
		Description: "The first of unrestricted_ftp_reasons. Null where unrestricted_ftp is false. It is not_read for a place that was not read.",
		Text: ofGroupOrPlace(func(g *sg.Group) string {
			if len(g.Verdict.Reasons) == 0 {
				return ""
			}
			return string(g.Verdict.Reasons[0])
		}, notRead)},
	{Name: "unrestricted_ftp_reasons", Type: relation.JSON, request: wantVerdicts,
		Description: "All ways in which the group is open or undetermined, as a list in the order any_ipv4, any_ipv6, prefix_list, combined, undetermined.",
		Text:        ofGroup(func(g *sg.Group) string { return jsonList(g.Verdict.Reasons...) })},
	{Name: "unrestricted_ftp_rule_ids", Type: relation.JSON, request: func(r *sg.Request) { r.OpenRules, r.Verdicts = true, true },
		Description: "The IDs of the security group rules whose unrestricted_ftp is true, as a list. Null if the rules were not read.",
		Text: ofGroup(func(g *sg.Group) string {
			ids := []string{}
			for _, p := range permissionsWith(g, rule.Yes) {
				if p.RuleID == "" {
					return ""
				}
				ids = append(ids, p.RuleID)
			}
			slices.Sort(ids)
			return jsonText(ids)
		})},
	{Name: "vpc_id", Type: relation.Text, narrow: byVPC,
		Description: "The ID of the VPC of the security group.",
		Text:        ofGroup(func(g *sg.Group) string { return g.VPCID })},

	// The standard columns.
	{Name: "title", Type: relation.Text,
		Description: "The title of the resource: the name of the security group, or else its ID. Of a place that was not read, the account and region, or the path of the file.",
		Text:        ofGroupOrPlace(func(g *sg.Group) string { return cmp.Or(g.Name, g.Ref()) }, titleOf)},
	{Name: "akas", Type: relation.JSON,
		Description: "The ARN of the security group, as a list.",
		Text:        ofGroup(func(g *sg.Group) string { return jsonList(g.ARN) })},
	{Name: "tags", Type: relation.JSON, keys: byTagKey,
		Description: "The tags of the security group, as a map.",
		Text:        ofGroup(func(g *sg.Group) string { return jsonMap(g.Tags) })},
	{Name: "partition", Type: relation.Text,
		Description: "The AWS partition of the security group, such as aws or aws-us-gov.",
		Text:        ofGroup(func(g *sg.Group) string { return g.Partition })},
	{Name: "region", Type: relation.Text, narrow: byRegion, exclude: notRegion, prefix: regionPrefix,
		Description: "The AWS region of the security group. Null if a saved scan does not tell.",
		Text:        ofGroupOrPlace(func(g *sg.Group) string { return g.Region }, regionOf)},
	{Name: "account_id", Type: relation.Text, narrow: byAccount, exclude: notAccount,
		Description: "The ID of the account in which the security group was seen.",
		Text:        ofGroupOrPlace(func(g *sg.Group) string { return g.AccountID }, accountOf)},
}

// ifAnyInterface makes the getter of a column that is true if one of the network interfaces that
// use the group is as it asks. If none of those that were seen is, but not all are known, it is
// null.
func ifAnyInterface(is func(sg.NetworkInterface) bool) func(relation.Row) any {
	return ofGroup(func(g *sg.Group) any {
		any := slices.ContainsFunc(g.NetworkInterfaces, is)
		if !any && !g.NetworkInterfacesKnown {
			return nil
		}
		return any
	})
}

// ofInterfaces makes the getter of a column that is null where the network interfaces
// that use the group are not known.
func ofInterfaces[V any](get func([]sg.NetworkInterface) V) func(relation.Row) V {
	return ofGroup(func(g *sg.Group) (null V) {
		if !g.NetworkInterfacesKnown {
			return null
		}
		return get(g.NetworkInterfaces)
	})
}

func permissionsWith(g *sg.Group, a rule.Answer) []*sg.Permission {
	return slices.DeleteFunc(slices.Clone(g.Permissions), func(p *sg.Permission) bool { return p.Verdict.Unrestricted != a })
}

func wantInterfaces(r *sg.Request) { r.NetworkInterfaces = true }
