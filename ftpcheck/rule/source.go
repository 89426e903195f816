package rule

import (
	"encoding/binary"
	"net/netip"

	"go4.org/netipx"
)

// A Source is the set of addresses that a permission lets in. The zero Source is none
// and fails [Permission.Check].
type Source struct {
	kind   sourceKind
	prefix netip.Prefix // of an addressRange
	list   *list        // of an addressSet
	group  string       // of private
}

// A list is a set of addresses, and how many public IPv4 addresses are in it: many
// permissions have the same list.
type list struct {
	set        *netipx.IPSet
	publicIPv4 int64
}

type sourceKind uint8

const (
	none sourceKind = iota
	addressRange
	addressSet
	private
	unread
)

// CIDR is a source of one address range, IPv4 or IPv6. Host bits are ignored, as AWS
// ignores them.
func CIDR(p netip.Prefix) Source {
	return Source{kind: addressRange, prefix: p.Masked()}
}

// PrefixListEntries is a source of the union of a prefix list's entries, which must be
// all that the list has. A list may be empty.
func PrefixListEntries(entries []netip.Prefix) Source {
	var b netipx.IPSetBuilder
	for _, e := range entries {
		b.AddPrefix(e.Masked())
	}
	set, err := b.IPSet()
	if err != nil {
		// An entry that is no address range: what the list lets in is not known.
		return Unread()
	}
	l := &list{set: set}
	for _, r := range set.Ranges() {
		l.publicIPv4 += publicIPv4In(r)
	}
	return Source{kind: addressSet, list: l}
}

// SecurityGroup is a source of the private addresses of the interfaces that use a
// referenced security group, whose ID is empty where nobody knows it. It is never public.
func SecurityGroup(id string) Source {
	return Source{kind: private, group: id}
}

// Unread is a source whose addresses could not be read, such as a prefix list that AWS
// denied.
func Unread() Source {
	return Source{kind: unread}
}

// Group is the ID of the security group that the source refers to; empty if it refers to none.
func (s Source) Group() string { return s.group }

// holds reports whether the source alone holds the whole public internet of a family.
func (s Source) holds(f *family) bool {
	switch s.kind {
	case addressRange:
		return f.heldByPrefix(s.prefix)
	case addressSet:
		return f.heldBySet(s.list.set)
	}
	return false
}

// overlaps reports whether the source has public addresses of a family.
func (s Source) overlaps(f *family) bool {
	switch s.kind {
	case addressRange:
		return f.public.OverlapsPrefix(s.prefix)
	case addressSet:
		return f.public.Overlaps(s.list.set)
	}
	return false
}

// AddTo adds the addresses that the source lets in to a set; none for a security group, which
// is never public. It reports false if the source could not be read.
func (s Source) AddTo(b *netipx.IPSetBuilder) bool {
	switch s.kind {
	case unread, none:
		return false
	case addressRange:
		b.AddPrefix(s.prefix)
	case addressSet:
		b.AddSet(s.list.set)
	}
	return true
}

// PublicIPv4AddressCount is the exact number of public IPv4 addresses that the source
// lets in; 0 for IPv6 ranges and security groups. It reports false if the source could
// not be read.
func (s Source) PublicIPv4AddressCount() (int64, bool) {
	switch s.kind {
	case unread, none:
		return 0, false
	case addressRange:
		return publicIPv4In(netipx.RangeOfPrefix(s.prefix)), true
	case addressSet:
		return s.list.publicIPv4, true
	}
	return 0, true
}

// publicIPv4In counts the public IPv4 addresses in a range.
func publicIPv4In(r netipx.IPRange) int64 {
	if !r.From().Is4() {
		return 0
	}
	from, to := number(r.From()), number(r.To())
	var n int64
	for _, public := range publicIPv4Numbers {
		if first, last := max(from, public.first), min(to, public.last); first <= last {
			n += last - first + 1
		}
	}
	return n
}

// publicIPv4Numbers are the ranges of the public IPv4 internet as numbers: most sources
// are counted, and a set for each would cost more than all else that is said of it.
var publicIPv4Numbers = func() (ranges []struct{ first, last int64 }) {
	for _, r := range PublicIPv4().Ranges() {
		ranges = append(ranges, struct{ first, last int64 }{number(r.From()), number(r.To())})
	}
	return ranges
}()

func number(ip netip.Addr) int64 {
	b := ip.As4()
	return int64(binary.BigEndian.Uint32(b[:]))
}
