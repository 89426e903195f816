package ec2

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Rule is a security group rule. Its list of tags is nil if the element is absent.
//
// A Rule that was handed out is overwritten with the next one. To keep its tags, copy the
// structs; the strings stay as they are.
type Rule struct {
	ID, ARN, GroupID, GroupOwnerID Optional[string]

	IsEgress         Optional[bool]
	Protocol         Optional[string]
	FromPort, ToPort Optional[int32]
	Description      Optional[string]
	Tags             []Tag

	// What the rule is about: one of these.
	CIDRIPv4, CIDRIPv6, PrefixListID Optional[string]
	Referenced                       ReferencedGroup
	IsReference                      bool // Referenced is there, be it empty

	tags tagList // what Tags is made of, kept to be used again
}

// A ReferencedGroup is a security group that a rule is about.
type ReferencedGroup struct {
	GroupID, PeeringStatus, UserID, VPCID, VPCPeeringConnectionID Optional[string]
}

func (r *Rule) reset() { *r = Rule{tags: r.tags[:0]} }

// SecurityGroupRule returns a copy of the rule as the SDK would have given it.
func (r *Rule) SecurityGroupRule() *types.SecurityGroupRule {
	rule := &types.SecurityGroupRule{
		SecurityGroupRuleId: r.ID.Ptr(), SecurityGroupRuleArn: r.ARN.Ptr(), GroupId: r.GroupID.Ptr(), GroupOwnerId: r.GroupOwnerID.Ptr(),
		IsEgress: r.IsEgress.Ptr(), IpProtocol: r.Protocol.Ptr(), FromPort: r.FromPort.Ptr(), ToPort: r.ToPort.Ptr(),
		CidrIpv4: r.CIDRIPv4.Ptr(), CidrIpv6: r.CIDRIPv6.Ptr(), PrefixListId: r.PrefixListID.Ptr(),
		Description: r.Description.Ptr(), Tags: sdkTags(r.Tags),
	}
	if g := &r.Referenced; r.IsReference {
		rule.ReferencedGroupInfo = &types.ReferencedSecurityGroup{
			GroupId: g.GroupID.Ptr(), PeeringStatus: g.PeeringStatus.Ptr(), UserId: g.UserID.Ptr(),
			VpcId: g.VPCID.Ptr(), VpcPeeringConnectionId: g.VPCPeeringConnectionID.Ptr(),
		}
	}
	return rule
}

// Read is the reverse of SecurityGroupRule: it overwrites the rule with what the SDK gives.
func (r *Rule) Read(rule *types.SecurityGroupRule) {
	r.reset()
	r.ID, r.ARN, r.GroupID, r.GroupOwnerID = optional(rule.SecurityGroupRuleId), optional(rule.SecurityGroupRuleArn), optional(rule.GroupId), optional(rule.GroupOwnerId)
	r.IsEgress, r.Protocol, r.FromPort, r.ToPort = optional(rule.IsEgress), optional(rule.IpProtocol), optional(rule.FromPort), optional(rule.ToPort)
	r.CIDRIPv4, r.CIDRIPv6, r.PrefixListID, r.Description = optional(rule.CidrIpv4), optional(rule.CidrIpv6), optional(rule.PrefixListId), optional(rule.Description)
	if g := rule.ReferencedGroupInfo; g != nil {
		r.IsReference = true
		r.Referenced = ReferencedGroup{optional(g.GroupId), optional(g.PeeringStatus), optional(g.UserId), optional(g.VpcId), optional(g.VpcPeeringConnectionId)}
	}
	if rule.Tags != nil {
		r.tags.read(rule.Tags)
		r.Tags = r.tags
	}
}

// LetsInternetIn reports whether the rule lets any of the internet in on FTP, or a prefix list, or
// addresses that nobody understands.
func (r *Rule) LetsInternetIn() bool {
	p := rule.Permission{Protocol: r.Protocol.Value, FromPort: r.FromPort.Ptr(), ToPort: r.ToPort.Ptr()}
	if r.IsEgress.Value || r.IsReference || p.FTPPorts() == 0 {
		return false
	}
	addresses, err := netip.ParsePrefix(cmp.Or(r.CIDRIPv4.Value, r.CIDRIPv6.Value))
	return err != nil || rule.PublicIPv4().OverlapsPrefix(addresses) || rule.PublicIPv6().OverlapsPrefix(addresses)
}

// Check returns what is wrong with the rule, if it is one that AWS cannot have given.
func (r *Rule) Check() *sg.BadValue {
	if r.GroupID.Value == "" || r.ID.Value == "" {
		return &sg.BadValue{Problem: "the security group rule has no GroupId or no SecurityGroupRuleId"}
	}
	problem := func(format string, args ...any) *sg.BadValue {
		return &sg.BadValue{Problem: fmt.Sprintf("security group rule %s: ", r.ID.Value) + fmt.Sprintf(format, args...)}
	}
	if !r.IsEgress.Present {
		return problem("it has no IsEgress")
	}
	if r.IsEgress.Value {
		return nil
	}
	for _, t := range r.Tags {
		if t.Key.Value == "" || !t.Value.Present {
			return problem("a tag has no Key or no Value")
		}
	}
	sources := 0
	for _, is := range []bool{r.CIDRIPv4.Value != "", r.CIDRIPv6.Value != "", r.PrefixListID.Value != "", r.IsReference && r.Referenced.GroupID.Value != ""} {
		if is {
			sources++
		}
	}
	if sources != 1 {
		return problem("it has %d of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupInfo with a GroupId, and AWS gives one", sources)
	}
	if r.FromPort.Present != r.ToPort.Present {
		return problem("it has one of FromPort and ToPort, and AWS gives both or neither")
	}
	p := rule.Permission{Protocol: r.Protocol.Value, FromPort: r.FromPort.Ptr(), ToPort: r.ToPort.Ptr(), Source: rule.SecurityGroup("")}
	if err := p.Check(); err != nil {
		return problem("it cannot come from AWS: %v", err)
	}
	return nil
}

// GroupOfRules returns the group of ingress rules, which must be all that it has, and which
// [Rule.Check] passes. Nothing is known of it but its ID.
func GroupOfRules(id string, ingress []types.SecurityGroupRule) (*sg.Group, *sg.BadValue) {
	group := types.SecurityGroup{GroupId: &id}
	for i := range ingress {
		r := &ingress[i]
		p := types.IpPermission{IpProtocol: r.IpProtocol, FromPort: r.FromPort, ToPort: r.ToPort}
		if aws.ToString(r.IpProtocol) == "-1" {
			p.FromPort, p.ToPort = nil, nil // where rules have -1, permissions have none
		}
		switch {
		case aws.ToString(r.CidrIpv4) != "":
			p.IpRanges = []types.IpRange{{CidrIp: r.CidrIpv4, Description: r.Description}}
		case aws.ToString(r.CidrIpv6) != "":
			p.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: r.CidrIpv6, Description: r.Description}}
		case aws.ToString(r.PrefixListId) != "":
			p.PrefixListIds = []types.PrefixListId{{PrefixListId: r.PrefixListId, Description: r.Description}}
		case r.ReferencedGroupInfo != nil:
			g := r.ReferencedGroupInfo
			p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: g.GroupId, UserId: g.UserId, VpcId: g.VpcId,
				VpcPeeringConnectionId: g.VpcPeeringConnectionId, PeeringStatus: g.PeeringStatus, Description: r.Description}}
		}
		group.IpPermissions = append(group.IpPermissions, p)
	}
	var x Group
	x.Read(&group)
	g := &sg.Group{}
	return g, x.Into(g)
}

// RegionOf is the region that an ARN names; empty if it is none.
func RegionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}
