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
	var common sg.Permission
	common.Protocol = ip.Protocol.Value
	common.FromPort, common.ToPort = port(g, ip.FromPort), port(g, ip.ToPort)
	at := 0 // of the source in the list of its kind
	for i := range ip.Sources {
		s := &ip.Sources[i]
		if i > 0 && s.Kind != ip.Sources[i-1].Kind {
			at = 0
		}
		p := common
		p.Description = s.Description.Value
		if problem := takeSource(&p, s); problem != "" {
			names := sourceNames[s.Kind]
			pointer := strings.TrimSuffix(fmt.Sprintf("/IpPermissions/%d/%s/%d/%s", index, names.list, at, names.member), "/")
			p = unclear(g, common, pointer, problem)
		} else if ip.FromPort.Present != ip.ToPort.Present {
			p = unclear(g, common, fmt.Sprintf("/IpPermissions/%d", index), "the permission cannot come from AWS: it has one of FromPort and ToPort, and AWS gives both or neither")
		} else if err := p.Check(); err != nil {
			p = unclear(g, common, fmt.Sprintf("/IpPermissions/%d", index), "the permission cannot come from AWS: "+err.Error())
		}
		g.Add(p)
		at++
	}
	if len(ip.Sources) == 0 {
		g.Add(unclear(g, common, fmt.Sprintf("/IpPermissions/%d", index),
			"the permission cannot come from AWS: it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs"))
	}
}

// unclear is a permission of the group of which nobody knows what it covers.
func unclear(g *sg.Group, p sg.Permission, pointer, problem string) sg.Permission {
	p.Unclear, p.Source, p.Doubt = true, rule.Unread(), problem
	if g.Odd == nil {
		g.Odd = &sg.BadValue{Pointer: pointer, Problem: problem, Noted: true}
	}
	return p
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
