package scan

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A badValue is a value that AWS cannot have given.
type badValue struct {
	pointer string // JSON pointer to the value, from the security group down
	problem string
	twice   bool // it was there before, with another value
}

func (e *badValue) Error() string { return e.problem }

// newGroup takes apart what AWS says of a security group: one permission for each
// source of each of its IpPermissions. The permissions that name a prefix list have no
// addresses yet, and nothing is judged; see [Group.judge].
func newGroup(sg *types.SecurityGroup) (*Group, *badValue) {
	if aws.ToString(sg.GroupId) == "" {
		return nil, &badValue{problem: "the security group has no GroupId"}
	}
	if sg.IpPermissions == nil {
		return nil, &badValue{problem: fmt.Sprintf("security group %s has no IpPermissions, so nothing can be said about it", *sg.GroupId)}
	}
	g := &Group{
		ID:          *sg.GroupId,
		Name:        aws.ToString(sg.GroupName),
		Description: aws.ToString(sg.Description),
		VPCID:       aws.ToString(sg.VpcId),
		OwnerID:     aws.ToString(sg.OwnerId),
		ARN:         aws.ToString(sg.SecurityGroupArn),
		Tags:        tagMap(sg.Tags),
	}
	n := 0
	for i := range sg.IpPermissions {
		p := &sg.IpPermissions[i]
		n += len(p.IpRanges) + len(p.Ipv6Ranges) + len(p.PrefixListIds) + len(p.UserIdGroupPairs)
	}
	g.Permissions = make([]*Permission, 0, n)
	for i := range sg.IpPermissions {
		if bad := g.addPermissions(&sg.IpPermissions[i], fmt.Sprintf("/IpPermissions/%d", i)); bad != nil {
			bad.problem = fmt.Sprintf("security group %s: %s", g.ID, bad.problem)
			return nil, bad
		}
	}
	return g, nil
}

func (g *Group) addPermissions(ip *types.IpPermission, pointer string) *badValue {
	add := func(p *Permission, source rule.Source) {
		p.Group = g
		p.Protocol, p.FromPort, p.ToPort = aws.ToString(ip.IpProtocol), ip.FromPort, ip.ToPort
		p.Source = source
		g.Permissions = append(g.Permissions, p)
	}
	first := len(g.Permissions)
	for i, r := range ip.IpRanges {
		text := aws.ToString(r.CidrIp)
		prefix, err := netip.ParsePrefix(text)
		if err != nil || !prefix.Addr().Is4() {
			return &badValue{pointer: fmt.Sprintf("%s/IpRanges/%d/CidrIp", pointer, i), problem: fmt.Sprintf("%q is not an IPv4 address range", text)}
		}
		add(&Permission{CIDRIPv4: text, Description: aws.ToString(r.Description)}, rule.CIDR(prefix))
	}
	for i, r := range ip.Ipv6Ranges {
		text := aws.ToString(r.CidrIpv6)
		prefix, err := netip.ParsePrefix(text)
		if err != nil || !prefix.Addr().Is6() {
			return &badValue{pointer: fmt.Sprintf("%s/Ipv6Ranges/%d/CidrIpv6", pointer, i), problem: fmt.Sprintf("%q is not an IPv6 address range", text)}
		}
		add(&Permission{CIDRIPv6: text, Description: aws.ToString(r.Description)}, rule.CIDR(prefix))
	}
	for i, l := range ip.PrefixListIds {
		id := aws.ToString(l.PrefixListId)
		if id == "" {
			return &badValue{pointer: fmt.Sprintf("%s/PrefixListIds/%d", pointer, i), problem: "a prefix list has no PrefixListId"}
		}
		add(&Permission{PrefixListID: id, Description: aws.ToString(l.Description)}, rule.Unread())
	}
	for i, pair := range ip.UserIdGroupPairs {
		referenced := &ReferencedGroup{
			ID:                     aws.ToString(pair.GroupId),
			OwnerID:                aws.ToString(pair.UserId),
			VPCID:                  aws.ToString(pair.VpcId),
			VPCPeeringConnectionID: aws.ToString(pair.VpcPeeringConnectionId),
		}
		if referenced.ID == "" {
			return &badValue{pointer: fmt.Sprintf("%s/UserIdGroupPairs/%d", pointer, i), problem: "a referenced security group has no GroupId"}
		}
		add(&Permission{ReferencedGroup: referenced, Description: aws.ToString(pair.Description)}, rule.SecurityGroup())
	}
	if len(g.Permissions) == first {
		return &badValue{pointer: pointer, problem: "the permission cannot come from AWS: it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs"}
	}
	for _, p := range g.Permissions[first:] {
		if err := p.Check(); err != nil {
			return &badValue{pointer: pointer, problem: "the permission cannot come from AWS: " + err.Error()}
		}
	}
	return nil
}

// locate sets where the group is, from its ARN where it has one.
func (g *Group) locate(partition, region, account string) {
	if parts := strings.SplitN(g.ARN, ":", 6); len(parts) == 6 {
		partition, region = parts[1], parts[3]
	}
	if partition == "" && region != "" {
		partition = partitionOf(region)
	}
	g.Partition, g.Region, g.AccountID = partition, region, account
	if g.ARN == "" && region != "" && g.OwnerID != "" {
		g.ARN = fmt.Sprintf("arn:%s:ec2:%s:%s:security-group/%s", partition, region, g.OwnerID, g.ID)
	}
}

// RuleARN is the ARN of the security group rule behind the permission; empty where the
// rule or its region is not known.
func (p *Permission) RuleARN() string {
	g := p.Group
	if p.RuleID == "" || g.Region == "" || g.OwnerID == "" {
		return ""
	}
	return fmt.Sprintf("arn:%s:ec2:%s:%s:security-group-rule/%s", g.Partition, g.Region, g.OwnerID, p.RuleID)
}

// addressList is a prefix list's entries, as they are and as a source.
type addressList struct {
	entries []netip.Prefix
	source  rule.Source
	answer  []types.PrefixListEntry // as AWS gave them; none if a file did
}

// judge gives the group and its permissions their verdicts. The function lists returns
// the addresses of a prefix list, or an unread source if they could not be read.
func (g *Group) judge(lists func(id string) addressList) {
	permissions := make([]*rule.Permission, len(g.Permissions))
	for i, p := range g.Permissions {
		if p.PrefixListID != "" {
			list := lists(p.PrefixListID)
			p.Source, p.PrefixListEntries = list.source, list.entries
		}
		permissions[i] = &p.Permission
	}
	verdicts, group := rule.Judge(permissions)
	for i, p := range g.Permissions {
		p.Verdict = verdicts[i]
	}
	g.Verdict = group
}

// IsDefault reports whether this is the default group of its VPC, which cannot be
// deleted and which AWS uses for whatever names no group.
func (g *Group) IsDefault() bool {
	return g.Name == "default"
}

// fits reports whether the group is one that the request asks for, by everything but
// the verdict.
func (g *Group) fits(r *Request) bool {
	return anyOf(r.Accounts, g.AccountID) && anyOf(r.Regions, g.Region) &&
		anyOf(r.GroupIDs, g.ID) && anyOf(r.GroupNames, g.Name) && anyOf(r.VPCIDs, g.VPCID) && anyOf(r.OwnerIDs, g.OwnerID) &&
		(r.TagKeys == nil || slices.ContainsFunc(r.TagKeys, func(key string) bool { _, ok := g.Tags[key]; return ok }))
}

// matters reports whether a judged group is one that the request asks for by verdict.
func (g *Group) matters(r *Request) bool {
	if r.Unrestricted == nil {
		return true
	}
	return slices.ContainsFunc(g.Permissions, func(p *Permission) bool { return p.Matters(*r.Unrestricted) }) ||
		!*r.Unrestricted && len(g.Permissions) == 0
}

// SourceText is the one of the four sources that the permission has, as AWS names it: an
// address range or the ID of a prefix list or security group.
func (p *Permission) SourceText() string {
	switch {
	case p.CIDRIPv4 != "":
		return p.CIDRIPv4
	case p.CIDRIPv6 != "":
		return p.CIDRIPv6
	case p.PrefixListID != "":
		return p.PrefixListID
	}
	return p.ReferencedGroup.ID
}

// Ports is the range of ports for a person: "21", "1-1024" or "all". Of protocols other
// than TCP and UDP it is the numbers that AWS gives in their place.
func (p *Permission) Ports() string {
	switch {
	case p.FromPort == nil || p.ToPort == nil || *p.FromPort == -1:
		return "all"
	case *p.FromPort == *p.ToPort:
		return fmt.Sprint(*p.FromPort)
	}
	return fmt.Sprintf("%d-%d", *p.FromPort, *p.ToPort)
}

// Matters reports whether the verdict is the given one, or unknown.
func (p *Permission) Matters(unrestricted bool) bool {
	return p.Verdict.Unrestricted == rule.Unknown || (p.Verdict.Unrestricted == rule.Yes) == unrestricted
}

func anyOf(wanted []string, value string) bool {
	return wanted == nil || slices.Contains(wanted, value)
}

func tagMap(tags []types.Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return m
}

// partitionOf tells the partition of a region by its name, for what AWS gives without
// an ARN.
func partitionOf(region string) string {
	for prefix, partition := range map[string]string{
		"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
		"eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f", "eusc-": "aws-eusc",
	} {
		if strings.HasPrefix(region, prefix) {
			return partition
		}
	}
	return "aws"
}
