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
	prefix netip.Prefix  // of an addressRange
	set    *netipx.IPSet // of an addressSet
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
	return Source{kind: addressSet, set: set}
}

// SecurityGroup is a source of the private addresses of the interfaces that use a
// referenced security group. It is never public.
func SecurityGroup() Source {
	return Source{kind: private}
}

// Unread is a source whose addresses could not be read, such as a prefix list that AWS
// denied.
func Unread() Source {
	return Source{kind: unread}
}

// holds reports whether the source alone holds the whole public internet of a family.
func (s Source) holds(f *family) bool {
	switch s.kind {
	case addressRange:
		return f.heldByPrefix(s.prefix)
	case addressSet:
		return f.heldBySet(s.set)
	}
	return false
}

// overlaps reports whether the source has public addresses of a family.
func (s Source) overlaps(f *family) bool {
	switch s.kind {
	case addressRange:
		return f.public.OverlapsPrefix(s.prefix)
	case addressSet:
		return f.public.Overlaps(s.set)
	}
	return false
}

func (s Source) addTo(b *netipx.IPSetBuilder) {
	switch s.kind {
	case addressRange:
		b.AddPrefix(s.prefix)
	case addressSet:
		b.AddSet(s.set)
	}
}

// PublicIPv4AddressCount is the exact number of public IPv4 addresses that the source
// lets in; 0 for IPv6 ranges and security groups. It reports false if the source could
// not be read.
func (s Source) PublicIPv4AddressCount() (int64, bool) {
	switch s.kind {
	case unread, none:
		return 0, false
	case private:
		return 0, true
	}
	var b netipx.IPSetBuilder
	s.addTo(&b)
	b.Intersect(PublicIPv4())
	set, err := b.IPSet()
	if err != nil {
		return 0, false
	}
	return countIPv4(set), true
}

// countIPv4 counts the addresses of a set that holds only IPv4.
func countIPv4(set *netipx.IPSet) int64 {
	var n int64
	for _, r := range set.Ranges() {
		from, to := r.From().As4(), r.To().As4()
		n += int64(binary.BigEndian.Uint32(to[:])) - int64(binary.BigEndian.Uint32(from[:])) + 1
	}
	return n
}
