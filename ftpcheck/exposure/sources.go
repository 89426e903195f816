package exposure

import (
	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

var ports = [...]rule.Ports{rule.Data, rule.Control}

// Sources are the sources that one security group lets in on the FTP ports. They are made once
// for a group, whatever number of interfaces use it.
type Sources struct {
	of [len(families)][len(ports)]factor
	// any are the ports on which the group lets anything in, also what is not public.
	any rule.Ports
	// referenced are the IDs of the security groups that it lets in on each port.
	referenced [len(ports)][]string
	// more are the sources on further ports.
	more map[int32][len(families)]factor
}

// closed are the sources of a group without any permission for FTP, as most are.
var closed = func() *Sources {
	s := new(Sources)
	for f, family := range families {
		for p := range ports {
			s.of[f][p] = family.known(nothing)
		}
	}
	return s
}()

// NewSources takes them from all ingress permissions of a group. Each must be valid; see
// [rule.Permission.Check]. Who asks for further ports, as those on which a load balancer listens
// that has the group, gets what the group lets in on them, too.
func NewSources(permissions []*rule.Permission, further ...int32) *Sources {
	s := *closed
	for p, port := range ports {
		sources, any := letInOn(permissions, func(x *rule.Permission) bool {
			covers := x.FTPPorts().Has(port)
			if id := x.Source.Group(); covers && id != "" {
				s.referenced[p] = append(s.referenced[p], id)
			}
			return covers
		})
		if !any {
			continue
		}
		s.any |= port
		for f := range families {
			s.of[f][p] = sources[f]
		}
	}
	if s.any == 0 && len(further) == 0 {
		return closed
	}
	for _, port := range further {
		if s.more == nil {
			s.more = map[int32][len(families)]factor{}
		}
		s.more[port], _ = letInOn(permissions, func(x *rule.Permission) bool { return x.Covers(port) })
	}
	return &s
}

// letInOn are the sources of the permissions that cover a port, by family, and whether any does.
func letInOn(permissions []*rule.Permission, covers func(*rule.Permission) bool) (of [len(families)]factor, any bool) {
	var b netipx.IPSetBuilder
	whole := true
	for _, p := range permissions {
		if covers(p) {
			any = true
			whole = p.Source.AddTo(&b) && whole
		}
	}
	if !any {
		for f, family := range families {
			of[f] = family.known(nothing)
		}
		return of, false
	}
	both := build(&b)
	for f, family := range families {
		if sure := family.part(both); whole {
			of[f] = family.known(sure)
		} else {
			of[f] = family.factor(sure, family.all(), PrefixListNotRead)
		}
	}
	return of, true
}
