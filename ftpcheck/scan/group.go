package scan

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"

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

// take makes a group what AWS says of it: one permission for each source of each of its
// IpPermissions. The permissions that name a prefix list have no addresses yet, and
// nothing is judged; see [sg.Group.Judge]. What the group had before is overwritten, but for
// the memory of its permissions.
func take(g *sg.Group, x *ec2xml.Group) *badValue {
	if x.ID.Value == "" {
		return &badValue{problem: "the security group has no GroupId"}
	}
	n := 0
	for i := range x.Permissions {
		n += len(x.Permissions[i].Sources)
	}
	g.Clear(n, 2*len(x.Permissions))
	g.ID, g.Name, g.Description = x.ID.Value, x.Name.Value, x.Description.Value
	g.VPCID, g.OwnerID, g.ARN = x.VPCID.Value, x.OwnerID.Value, x.ARN.Value
	for i := range x.Permissions {
		if bad := takePermissions(g, &x.Permissions[i], i); bad != nil {
			bad.problem = fmt.Sprintf("security group %s: %s", g.ID, bad.problem)
			return bad
		}
	}
	return nil
}

// The lists of sources in the JSON of an IpPermission, and what names a source there.
var sourceNames = [...]struct{ list, member, missing string }{
	ec2xml.IPv4:       {"IpRanges", "CidrIp", ""},
	ec2xml.IPv6:       {"Ipv6Ranges", "CidrIpv6", ""},
	ec2xml.PrefixList: {"PrefixListIds", "", "a prefix list has no PrefixListId"},
	ec2xml.GroupPair:  {"UserIdGroupPairs", "", "a referenced security group has no GroupId"},
}

func takePermissions(g *sg.Group, ip *ec2xml.Permission, index int) *badValue {
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
			return &badValue{pointer: pointer, problem: problem}
		}
		if err := p.Check(); err != nil {
			return &badValue{pointer: fmt.Sprintf("/IpPermissions/%d", index), problem: "the permission cannot come from AWS: " + err.Error()}
		}
		g.Add(p)
		at++
	}
	if len(ip.Sources) == 0 {
		return &badValue{pointer: fmt.Sprintf("/IpPermissions/%d", index),
			problem: "the permission cannot come from AWS: it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs"}
	}
	return nil
}

func port(g *sg.Group, p ec2xml.Optional[int32]) *int32 {
	if !p.Present {
		return nil
	}
	return g.Port(p.Value)
}

// takeSource sets the source of the permission. It returns what is wrong with it, if
// anything is.
func takeSource(p *sg.Permission, s *ec2xml.Source) (problem string) {
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
		p.ReferencedGroup = &sg.ReferencedGroup{ID: value, OwnerID: s.UserID.Value, VPCID: s.VPCID.Value, VPCPeeringConnectionID: s.VPCPeeringConnectionID.Value}
		p.Source = rule.SecurityGroup()
	}
	if value == "" {
		return sourceNames[s.Kind].missing
	}
	return ""
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
