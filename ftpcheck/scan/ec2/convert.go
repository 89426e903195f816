package ec2

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Into makes a group what AWS says of it: one permission for each source of each of its
// IpPermissions. The permissions that name a prefix list have no addresses yet, and
// nothing is judged; see [sg.Group.Judge]. What the group had before is overwritten, but for
// the memory of its permissions.
func (x *Group) Into(g *sg.Group) *sg.BadValue {
	if x.ID.Value == "" {
		return &sg.BadValue{Problem: "the security group has no GroupId"}
	}
	n := 0
	for i := range x.Permissions {
		n += max(1, len(x.Permissions[i].Sources))
	}
	g.Clear(n, 2*len(x.Permissions))
	g.ID, g.Name, g.Description = x.ID.Value, x.Name.Value, x.Description.Value
	g.VPCID, g.OwnerID, g.ARN = x.VPCID.Value, x.OwnerID.Value, x.ARN.Value
	for i := range x.Permissions {
		takePermissions(g, &x.Permissions[i], i)
	}
	return nil
}

// The lists of sources in the JSON of an IpPermission, and what names a source there.
var sourceNames = [...]struct{ list, member, missing string }{
	IPv4:       {"IpRanges", "CidrIp", ""},
	IPv6:       {"Ipv6Ranges", "CidrIpv6", ""},
	PrefixList: {"PrefixListIds", "", "a prefix list has no PrefixListId"},
	GroupPair:  {"UserIdGroupPairs", "", "a referenced security group has no GroupId"},
}

// takePermissions adds a permission to the group for each source. One that AWS cannot have given is
// unclear, whatever may be right about it.
func takePermissions(g *sg.Group, ip *Permission, index int) {
	common := rule.Permission{Protocol: ip.Protocol.Value, FromPort: port(g, ip.FromPort), ToPort: port(g, ip.ToPort), Source: rule.SecurityGroup("")}
	wrong := "" // with the permission for every source
	if len(ip.Sources) == 0 {
		wrong = "it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs"
	} else if ip.FromPort.Present != ip.ToPort.Present {
		wrong = "it has one of FromPort and ToPort, and AWS gives both or neither"
	} else if err := common.Check(); err != nil {
		wrong = err.Error()
	}
	unclear := func(p *sg.Permission, pointer, problem string) {
		*p = sg.Permission{Group: g, Permission: common, Doubt: problem}
		p.Unclear, p.Source = true, rule.Unread()
		if g.Odd == nil {
			g.Odd = &sg.BadValue{Pointer: fmt.Sprintf("/IpPermissions/%d", index) + pointer, Problem: problem, Noted: true}
		}
	}
	at := 0 // of the source in the list of its kind
	for i := range ip.Sources {
		s := &ip.Sources[i]
		if i > 0 && s.Kind != ip.Sources[i-1].Kind {
			at = 0
		}
		p := g.Add()
		p.Permission, p.Description = common, s.Description.Value
		if problem := takeSource(p, s); problem != "" {
			names := sourceNames[s.Kind]
			unclear(p, strings.TrimSuffix(fmt.Sprintf("/%s/%d/%s", names.list, at, names.member), "/"), problem)
		} else if wrong != "" {
			unclear(p, "", "the permission cannot come from AWS: "+wrong)
		}
		at++
	}
	if len(ip.Sources) == 0 {
		unclear(g.Add(), "", "the permission cannot come from AWS: "+wrong)
	}
}

func port(g *sg.Group, p Optional[int32]) *int32 {
	if !p.Present {
		return nil
	}
	return g.Port(p.Value)
}

// takeSource sets the source of the permission. It returns what is wrong with it, if
// anything is.
func takeSource(p *sg.Permission, s *Source) (problem string) {
	value := s.Value.Value
	switch s.Kind {
	case IPv4:
		prefix, err := netip.ParsePrefix(value)
		if err != nil || !prefix.Addr().Is4() {
			return fmt.Sprintf("%q is not an IPv4 address range", value)
		}
		p.CIDRIPv4, p.Source = value, rule.CIDR(prefix)
	case IPv6:
		prefix, err := netip.ParsePrefix(value)
		if err != nil || !prefix.Addr().Is6() {
			return fmt.Sprintf("%q is not an IPv6 address range", value)
		}
		p.CIDRIPv6, p.Source = value, rule.CIDR(prefix)
	case PrefixList:
		p.PrefixListID, p.Source = value, rule.Unread()
	case GroupPair:
		p.ReferencedGroup = &sg.ReferencedGroup{ID: value, Name: s.GroupName.Value, OwnerID: s.UserID.Value, VPCID: s.VPCID.Value, VPCPeeringConnectionID: s.VPCPeeringConnectionID.Value}
		p.Source = rule.SecurityGroup(value)
		if value == "" && s.UserID.Value != "" && s.GroupName.Value != "" {
			return "" // of EC2-Classic, and amazon-elb/amazon-elb-sg
		}
	}
	if value == "" {
		return sourceNames[s.Kind].missing
	}
	return ""
}

// TagMap are tags by their keys; nil without any.
func TagMap(tags []Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key.Value] = t.Value.Value
	}
	return m
}
