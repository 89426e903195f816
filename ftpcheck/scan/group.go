package scan

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2xml"
)

// A badValue is a value that AWS cannot have given.
type badValue struct {
	pointer string // JSON pointer to the value, from the security group down
	problem string
	twice   bool // it was there before, with another value
}

func (e *badValue) Error() string { return e.problem }

// take makes the group what AWS says of it: one permission for each source of each of its
// IpPermissions. The permissions that name a prefix list have no addresses yet, and
// nothing is judged; see [Group.judge]. What the group had before is overwritten, but for
// the memory of its permissions.
func (g *Group) take(x *ec2xml.Group) *badValue {
	if x.ID.Value == "" {
		return &badValue{problem: "the security group has no GroupId"}
	}
	memory := g.memory
	*g = Group{
		ID: x.ID.Value, Name: x.Name.Value, Description: x.Description.Value,
		VPCID: x.VPCID.Value, OwnerID: x.OwnerID.Value, ARN: x.ARN.Value,
	}
	n := 0
	for i := range x.Permissions {
		n += len(x.Permissions[i].Sources)
	}
	// No permission may move, as the others and the verdicts refer to it.
	g.memory.permissions = slices.Grow(memory.permissions[:0], n)
	g.memory.ports = slices.Grow(memory.ports[:0], 2*len(x.Permissions))
	g.Permissions = slices.Grow(memory.pointers[:0], n)
	for i := range x.Permissions {
		if bad := g.takePermissions(&x.Permissions[i], i); bad != nil {
			bad.problem = fmt.Sprintf("security group %s: %s", g.ID, bad.problem)
			return bad
		}
	}
	g.memory.pointers = g.Permissions
	return nil
}

// permissionMemory is what the permissions of a group are made of.
type permissionMemory struct {
	permissions []Permission
	ports       []int32
	pointers    []*Permission
}

// The lists of sources in the JSON of an IpPermission, and what names a source there.
var sourceNames = [...]struct{ list, member, missing string }{
	ec2xml.IPv4:       {"IpRanges", "CidrIp", ""},
	ec2xml.IPv6:       {"Ipv6Ranges", "CidrIpv6", ""},
	ec2xml.PrefixList: {"PrefixListIds", "", "a prefix list has no PrefixListId"},
	ec2xml.GroupPair:  {"UserIdGroupPairs", "", "a referenced security group has no GroupId"},
}

func (g *Group) takePermissions(ip *ec2xml.Permission, index int) *badValue {
	common := Permission{Group: g}
	common.Protocol = ip.Protocol.Value
	common.FromPort, common.ToPort = g.port(ip.FromPort), g.port(ip.ToPort)
	at := 0 // of the source in the list of its kind
	for i := range ip.Sources {
		s := &ip.Sources[i]
		if i > 0 && s.Kind != ip.Sources[i-1].Kind {
			at = 0
		}
		p := common
		p.Description = s.Description.Value
		if problem := p.takeSource(s); problem != "" {
			names := sourceNames[s.Kind]
			pointer := strings.TrimSuffix(fmt.Sprintf("/IpPermissions/%d/%s/%d/%s", index, names.list, at, names.member), "/")
			return &badValue{pointer: pointer, problem: problem}
		}
		if err := p.Check(); err != nil {
			return &badValue{pointer: fmt.Sprintf("/IpPermissions/%d", index), problem: "the permission cannot come from AWS: " + err.Error()}
		}
		g.memory.permissions = append(g.memory.permissions, p)
		g.Permissions = append(g.Permissions, &g.memory.permissions[len(g.memory.permissions)-1])
		at++
	}
	if len(ip.Sources) == 0 {
		return &badValue{pointer: fmt.Sprintf("/IpPermissions/%d", index),
			problem: "the permission cannot come from AWS: it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs"}
	}
	return nil
}

func (g *Group) port(p ec2xml.Optional[int32]) *int32 {
	if !p.Present {
		return nil
	}
	g.memory.ports = append(g.memory.ports, p.Value)
	return &g.memory.ports[len(g.memory.ports)-1]
}

// takeSource sets the source of the permission. It returns what is wrong with it, if
// anything is.
func (p *Permission) takeSource(s *ec2xml.Source) (problem string) {
	value := s.Value.Value
	switch s.Kind {
	case ec2xml.IPv4:
		prefix, err := netip.ParsePrefix(value)
		if err != nil || !prefix.Addr().Is4() {
			return fmt.Sprintf("%q is not an IPv4 address range", value)
		}
		p.CIDRIPv4, p.Source = value, rule.CIDR(prefix)
	case ec2xml.IPv6:
		prefix, err := netip.ParsePrefix(value)
		if err != nil || !prefix.Addr().Is6() {
			return fmt.Sprintf("%q is not an IPv6 address range", value)
		}
		p.CIDRIPv6, p.Source = value, rule.CIDR(prefix)
	case ec2xml.PrefixList:
		p.PrefixListID, p.Source = value, rule.Unread()
	case ec2xml.GroupPair:
		p.ReferencedGroup = &ReferencedGroup{ID: value, OwnerID: s.UserID.Value, VPCID: s.VPCID.Value, VPCPeeringConnectionID: s.VPCPeeringConnectionID.Value}
		p.Source = rule.SecurityGroup()
	}
	if value == "" {
		return sourceNames[s.Kind].missing
	}
	return ""
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
		g.ARN = "arn:" + partition + ":ec2:" + region + ":" + g.OwnerID + ":security-group/" + g.ID
	}
}

// RuleARN is the ARN of the security group rule behind the permission; empty where the
// rule or its region is not known.
func (p *Permission) RuleARN() string {
	g := p.Group
	if p.RuleID == "" || g.Region == "" || g.OwnerID == "" {
		return ""
	}
	return "arn:" + g.Partition + ":ec2:" + g.Region + ":" + g.OwnerID + ":security-group-rule/" + p.RuleID
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
	return r.account(g.AccountID) && r.region(g.Region) &&
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

// account reports whether the request asks for the account.
func (r *Request) account(id string) bool {
	return anyOf(r.Accounts, id) && !slices.Contains(r.NotAccounts, id)
}

// region reports whether the request asks for the region.
func (r *Request) region(name string) bool {
	return anyOf(r.Regions, name) && !slices.Contains(r.NotRegions, name)
}

func anyOf(wanted []string, value string) bool {
	return wanted == nil || slices.Contains(wanted, value)
}

func tagMap(tags []ec2xml.Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key.Value] = t.Value.Value
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
