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
// [rule.Permission.Check].
func NewSources(permissions []*rule.Permission) *Sources {
	s := *closed
	for p, port := range ports {
		var b netipx.IPSetBuilder
		whole := true
		for _, permission := range permissions {
			if permission.FTPPorts().Has(port) {
				s.any |= port
				whole = permission.Source.AddTo(&b) && whole
			}
		}
		if !s.any.Has(port) {
			continue
		}
		both := build(&b)
		for f, family := range families {
			if sure := family.part(both); whole {
				s.of[f][p] = family.known(sure)
			} else {
				s.of[f][p] = family.factor(sure, family.all(), PrefixListNotRead)
			}
		}
	}
	if s.any == 0 {
		return closed
	}
	return &s
}
