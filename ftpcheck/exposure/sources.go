package exposure

import (
	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

var ports = [...]rule.Ports{rule.Data, rule.Control}

// Sources are the sources that one security group lets in on the FTP ports. They are made once
// for a group, whatever number of interfaces use it.
type Sources struct {
	of [len(families)][len(ports)]Factor
	// any are the ports on which the group lets anything in, also what is not public.
	any rule.Ports
}

// closed are the sources of a group without any permission for FTP, as most are.
var closed = func() *Sources {
	s := new(Sources)
	for f := range families {
		for p := range ports {
			s.of[f][p] = Factor{nothing, nothing}
		}
	}
	return s
}()

// unreadSources are those of a group that was not read.
var unreadSources = func() *Sources {
	s := &Sources{any: rule.Data | rule.Control}
	for f, family := range families {
		for p := range ports {
			s.of[f][p] = Factor{nothing, family.all()}
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
			sure := family.part(both)
			possible := sure
			if !whole {
				possible = family.all()
			}
			s.of[f][p] = Factor{sure, possible}
		}
	}
	if s.any == 0 {
		return closed
	}
	return &s
}

// through is the factor of one group.
func (s *Sources) through(f, p int) factor {
	x := factor{Factor: s.of[f][p]}
	switch {
	case s == unreadSources:
		x.because = []Code{SecurityGroupsNotRead}
	case x.Sure != x.Possible:
		x.because = []Code{PrefixListNotRead}
	}
	return x
}
