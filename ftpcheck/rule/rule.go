// Package rule decides what counts as unrestricted FTP: a security group that lets the
// whole public internet in on TCP port 20 (FTP data) or 21 (FTP control).
//
// The model is small. An ingress [Permission] is one protocol and port range of one
// security group, for one [Source] of addresses. [Judge] takes all permissions of one
// group, because whether a permission opens the group may depend on its neighbours:
//
//	0.0.0.0/1    tcp 21    no single one is the internet, but together
//	128.0.0.0/1  tcp 21    they are, so both are unrestricted ("combined")
//
// The answer for each permission, and for the group, is three-valued. A permission
// whose addresses are not known is neither open nor closed, and is never reported as
// closed.
//
// The package is pure: it knows no AWS types and no SQL, and does no I/O.
//
// The requirement is Datadog's posture rule "Inbound FTP access is restricted"
// (660-246-354). What "the whole internet" means follows the IANA special-purpose
// address registries (RFC 6890 and successors); see [PublicIPv4] and [PublicIPv6].
package rule

import (
	"net/netip"

	"go4.org/netipx"
)

// Version names this edition of the rule. It changes whenever the same input could get
// another answer.
const Version = "1"

// Answer is a three-valued truth.
type Answer int8

const (
	No      Answer = iota // nothing about it is unknown, and it is not so
	Yes                   // it is so
	Unknown               // something that decides it could not be read
)

// Reason is the way in which a permission is unrestricted, or why that is not known.
type Reason string

// In the order of precedence when a permission could have several.
const (
	AnyIPv4      Reason = "any_ipv4"     // its own source holds the whole public IPv4 internet
	AnyIPv6      Reason = "any_ipv6"     // its own source holds the whole public IPv6 internet
	PrefixList   Reason = "prefix_list"  // the same, through the entries of a prefix list
	Combined     Reason = "combined"     // only together with other permissions of its group
	Undetermined Reason = "undetermined" // its source could not be read
)

var precedence = []Reason{AnyIPv4, AnyIPv6, PrefixList, Combined, Undetermined}

// A Verdict is the answer for one permission.
type Verdict struct {
	// Unrestricted is Yes if the permission lets the whole internet of an address
	// family in on an FTP port, alone or with others of its group.
	Unrestricted Answer
	// Reason is empty when Unrestricted is No.
	Reason Reason
	// Ports are those that Unrestricted is about; empty when it is No.
	Ports Ports
}

// A GroupVerdict is the answer for a security group: Yes if any of its permissions is,
// else Unknown if any is, else No, also for a group without permissions.
type GroupVerdict struct {
	Unrestricted Answer
	// Reasons are the distinct reasons of its permissions, in order of precedence.
	Reasons []Reason
	// Ports are those that are unrestricted or, if none is, those that are unknown.
	Ports Ports
}

// family is an address family, with the public internet of it.
type family struct {
	public netipx.IPSet
	ranges []netipx.IPRange // of public
	// first and last are the lowest and highest public address. A single range of
	// addresses holds all of public exactly if it holds both.
	first, last netip.Addr
	any         Reason
}

func (f *family) heldByPrefix(p netip.Prefix) bool {
	return p.Contains(f.first) && p.Contains(f.last)
}

func (f *family) heldBySet(s *netipx.IPSet) bool {
	for _, r := range f.ranges {
		if !s.ContainsRange(r) {
			return false
		}
	}
	return true
}

// Judge gives the verdict for each permission of one security group, by position, and
// for the group. The permissions must be all that the group has and each must be valid;
// see [Permission.Check].
//
// A group that has no permission for an FTP port costs one look at each permission. Any
// other costs O(n log n) in the number of its permissions and prefix list entries.
func Judge(permissions []*Permission) ([]Verdict, GroupVerdict) {
	verdicts := make([]Verdict, len(permissions))
	var covering []int
	for i, p := range permissions {
		if p.FTPPorts() != 0 {
			covering = append(covering, i)
		}
	}
	if covering == nil {
		return verdicts, GroupVerdict{}
	}
	for _, i := range covering {
		verdicts[i] = permissions[i].alone()
	}
	for _, port := range eachPort {
		for _, f := range families {
			combine(permissions, covering, verdicts, port, f)
		}
	}
	return verdicts, sum(verdicts)
}

// alone judges a permission that covers an FTP port by its own source.
func (p *Permission) alone() Verdict {
	switch p.Source.kind {
	case unread:
		return Verdict{Unknown, Undetermined, p.FTPPorts()}
	case addressRange:
		for _, f := range families {
			if f.heldByPrefix(p.Source.prefix) {
				return Verdict{Yes, f.any, p.FTPPorts()}
			}
		}
	case addressSet:
		for _, f := range families {
			if f.heldBySet(p.Source.list.set) {
				return Verdict{Yes, PrefixList, p.FTPPorts()}
			}
		}
	}
	return Verdict{}
}

// combine marks the permissions that only together hold the whole internet of a family
// on one port. It changes nothing where one of them does so alone: the narrower ones
// beside it add nothing.
func combine(permissions []*Permission, covering []int, verdicts []Verdict, port Ports, f *family) {
	var together netipx.IPSetBuilder
	var contributors []int
	for _, i := range covering {
		p := permissions[i]
		if !p.FTPPorts().Has(port) || !p.Source.overlaps(f) {
			continue
		}
		if p.Source.holds(f) {
			return
		}
		contributors = append(contributors, i)
		p.Source.AddTo(&together)
	}
	if len(contributors) < 2 {
		return
	}
	union, err := together.IPSet()
	if err != nil || !f.heldBySet(union) {
		// The builder fails only on invalid prefixes, which a valid permission has not.
		return
	}
	for _, i := range contributors {
		v := &verdicts[i]
		if v.Unrestricted != Yes {
			*v = Verdict{Unrestricted: Yes, Reason: Combined}
		}
		v.Ports |= port
	}
}

func sum(verdicts []Verdict) GroupVerdict {
	var group GroupVerdict
	var open, unknown Ports
	seen := map[Reason]bool{}
	for _, v := range verdicts {
		switch v.Unrestricted {
		case Yes:
			open |= v.Ports
		case Unknown:
			unknown |= v.Ports
		default:
			continue
		}
		seen[v.Reason] = true
	}
	switch {
	case open != 0:
		group.Unrestricted, group.Ports = Yes, open
	case unknown != 0:
		group.Unrestricted, group.Ports = Unknown, unknown
	}
	for _, r := range precedence {
		if seen[r] {
			group.Reasons = append(group.Reasons, r)
		}
	}
	return group
}
