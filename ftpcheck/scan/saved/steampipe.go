package saved

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// steampipe decodes what "steampipe query --output json" prints of two tables of its plugin for AWS,
// with all their columns: a list of rows, or an object with one.
type steampipe struct{ *savedRead }

// A steampipeGroup is a row of aws_vpc_security_group.
type steampipeGroup struct {
	Account       *string              `json:"account_id"`
	ARN           *string              `json:"arn"`
	Description   *string              `json:"description"`
	ID            *string              `json:"group_id"`
	Name          *string              `json:"group_name"`
	Owner         *string              `json:"owner_id"`
	IPPermissions ec2.SavedPermissions `json:"ip_permissions"`
	Tags          []types.Tag          `json:"tags_src"`
	VPC           *string              `json:"vpc_id"`
}

// A steampipeRule is a row of aws_vpc_security_group_rule.
type steampipeRule struct {
	ID           *string     `json:"security_group_rule_id"`
	Group        *string     `json:"group_id"`
	Owner        *string     `json:"group_owner_id"`
	IsEgress     *bool       `json:"is_egress"`
	Protocol     *string     `json:"ip_protocol"`
	From         *int32      `json:"from_port"`
	To           *int32      `json:"to_port"`
	CIDRIPv4     *string     `json:"cidr_ipv4"`
	CIDRIPv6     *string     `json:"cidr_ipv6"`
	PrefixList   *string     `json:"prefix_list_id"`
	Description  *string     `json:"description"`
	Referenced   *string     `json:"referenced_group_id"`
	ReferencedBy *string     `json:"referenced_user_id"`
	ReferencedAt *string     `json:"referenced_vpc_id"`
	Peering      *string     `json:"referenced_vpc_peering_connection_id"`
	Tags         []types.Tag `json:"tags_src"`
	Partition    *string     `json:"partition"`
	Region       *string     `json:"region"`
}

// The columns by which the rows of the two tables are recognized, and what newer versions of
// Steampipe have around the rows.
const (
	columnOfGroups = "ip_permissions"
	columnOfRules  = "security_group_rule_id"
	memberOfRows   = "rows"
	memberOfNames  = "columns"
)

func (*steampipe) Recognizes(member string) bool {
	return slices.Contains([]string{columnOfGroups, columnOfRules, memberOfNames}, member)
}

// A steampipeRow is a row of one of the two tables.
type steampipeRow struct {
	values jsontext.Value
}

func (r *steampipeRow) UnmarshalJSONFrom(d *jsontext.Decoder) (err error) {
	r.values, err = d.ReadValue()
	return err
}

// rows calls one of the two functions with each row.
func (s *steampipe) rows(d *document.Document, group func(*steampipeGroup) error, rule func(*steampipeRule) error) error {
	row := func(r *steampipeRow) error {
		var columns struct {
			Permissions jsontext.Value `json:"ip_permissions"`
			Rule        *string        `json:"security_group_rule_id"`
		}
		if err := json.Unmarshal(r.values, &columns); err != nil {
			return notARow(err)
		}
		switch {
		case columns.Permissions != nil:
			var g steampipeGroup
			if err := json.Unmarshal(r.values, &g); err != nil {
				return notARow(err)
			}
			return group(&g)
		case columns.Rule != nil:
			var x steampipeRule
			if err := json.Unmarshal(r.values, &x); err != nil {
				return notARow(err)
			}
			return rule(&x)
		}
		return notARow(nil)
	}
	lists, err := d.Top(func(string) bool { return false })
	if err != nil {
		return err
	}
	if lists > 0 {
		return d.Values(func() error { return d.Inside(lists-1, func() error { return document.Elements(d, row) }) })
	}
	found := false
	return d.Values(func() error {
		err := d.Members(func(name string) error {
			if name != memberOfRows {
				return d.SkipValue()
			}
			found = true
			return document.Elements(d, row)
		})
		if err == nil && !found {
			err = &document.Error{Code: document.UnknownContent, Offset: -1, Problem: "there is no list of rows in it. Save what this prints: " + steampipeQuery}
		}
		return err
	})
}

const steampipeQuery = `steampipe query --output json "select * from aws_vpc_security_group"`

func notARow(err error) error {
	problem := "this is no row of aws_vpc_security_group or aws_vpc_security_group_rule with all columns"
	var already *document.Error
	if err != nil && errors.As(document.AsError(err), &already) {
		problem += " (" + strings.TrimPrefix(string(already.Pointer)+": "+already.Problem, ": ") + ")"
	}
	return &sg.BadValue{Problem: problem + ". Save what this prints: " + steampipeQuery}
}

func (s *steampipe) Complete(d *document.Document, c *sg.Coverage, _ *sg.Completion) (groups bool, err error) {
	c.Content = contentRules
	err = s.rows(d, func(*steampipeGroup) error {
		c.Content, groups = sg.ContentGroups, true
		return document.ErrDone
	}, func(r *steampipeRule) error { return s.addRule(c, r.rule()) })
	return groups, err
}

func (s *steampipe) Groups(d *document.Document, c *sg.Coverage, hand func(*sg.Group) error) error {
	groups := s.groupReader(c, hand)
	err := s.rows(d, func(g *steampipeGroup) error {
		err := groups.read(g.group())
		if bad, ok := err.(*sg.BadValue); ok {
			bad.Pointer = strings.Replace(bad.Pointer, "/IpPermissions", "/"+columnOfGroups, 1)
		}
		return err
	}, func(*steampipeRule) error { return nil })
	if err == nil {
		groups.permissions.note(c)
	}
	return err
}

func (s *steampipe) readRules(d *document.Document, _ *sg.Coverage, handle func(*types.SecurityGroupRule) error) error {
	return s.rows(d, func(*steampipeGroup) error { return nil }, func(r *steampipeRule) error { return handle(r.rule()) })
}

func (g *steampipeGroup) group() *ec2.SavedGroup {
	return &ec2.SavedGroup{Description: g.Description, GroupId: g.ID, GroupName: g.Name, OwnerId: g.Owner, SecurityGroupArn: g.ARN,
		VpcId: g.VPC, IpPermissions: g.IPPermissions, Tags: g.Tags}
}

func (r *steampipeRule) rule() *types.SecurityGroupRule {
	rule := &types.SecurityGroupRule{SecurityGroupRuleId: r.ID, GroupId: r.Group, GroupOwnerId: r.Owner, IsEgress: r.IsEgress, IpProtocol: r.Protocol,
		FromPort: r.From, ToPort: r.To, CidrIpv4: r.CIDRIPv4, CidrIpv6: r.CIDRIPv6, PrefixListId: r.PrefixList, Description: r.Description, Tags: r.Tags}
	if aws.ToString(r.Referenced) != "" {
		rule.ReferencedGroupInfo = &types.ReferencedSecurityGroup{GroupId: r.Referenced, UserId: r.ReferencedBy, VpcId: r.ReferencedAt, VpcPeeringConnectionId: r.Peering}
	}
	if region := aws.ToString(r.Region); region != "" {
		rule.SecurityGroupRuleArn = aws.String("arn:" + aws.ToString(r.Partition) + ":ec2:" + region + ":" + aws.ToString(r.Owner) + ":security-group-rule/" + aws.ToString(r.ID))
	}
	return rule
}
