package exposure

import (
	"net/netip"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

var (
	nothing  = new(netipx.IPSet)
	allIPv4  = setOf(netip.MustParsePrefix("0.0.0.0/0"))
	allIPv6  = setOf(netip.MustParsePrefix("::/0"))
	families = [...]Family{IPv4, IPv6}
)

func setOf(p netip.Prefix) *netipx.IPSet {
	var b netipx.IPSetBuilder
	b.AddPrefix(p)
	return build(&b)
}

// part is what the family has of a set.
func (f Family) part(s *netipx.IPSet) *netipx.IPSet {
	var b netipx.IPSetBuilder
	b.AddSet(s)
	b.Intersect(f.all())
	if part := build(&b); !part.Equal(f.all()) {
		return part
	}
	return f.all()
}

// build finishes a set. What the builder calls an error is a prefix or range that is none, which
// it leaves out.
func build(b *netipx.IPSetBuilder) *netipx.IPSet {
	set, _ := b.IPSet()
	return set
}

// all are the addresses of the family.
func (f Family) all() *netipx.IPSet {
	if f == IPv4 {
		return allIPv4
	}
	return allIPv6
}

// public is the public internet of the family.
func (f Family) public() *netipx.IPSet {
	if f == IPv4 {
		return rule.PublicIPv4()
	}
	return rule.PublicIPv6()
}

func (f Family) has(a netip.Addr) bool { return a.IsValid() && a.Is4() == (f == IPv4) }

// intersection is what all of the sets hold, each of which holds nothing of the other family.
func (f Family) intersection(sets ...*netipx.IPSet) *netipx.IPSet {
	least := f.all()
	var others []*netipx.IPSet
	for _, s := range sets {
		switch {
		case s == f.all():
		case s == nothing:
			return nothing
		case least == f.all():
			least = s
		default:
			others = append(others, s)
		}
	}
	if others == nil {
		return least
	}
	var b netipx.IPSetBuilder
	b.AddSet(least)
	for _, s := range others {
		b.Intersect(s)
	}
	return build(&b)
}

// within reports whether one set holds all of another, which must have few ranges.
func within(few, set *netipx.IPSet) bool {
	for _, r := range few.Ranges() {
		if !set.ContainsRange(r) {
			return false
		}
	}
	return true
}

func isEmpty(s *netipx.IPSet) bool { return s.Equal(nothing) }

// A factor is a [Factor], what is not known where its sets differ, and how they look from the
// public internet.
type factor struct {
	Factor
	because []Code
	// open says whether it lets a source of the public internet through, and wide whether it
	// possibly does so for each.
	open rule.Answer
	wide bool
}

func (f Family) factor(sure, possible *netipx.IPSet, because ...Code) factor {
	x := factor{Factor: Factor{sure, possible}, because: because, wide: within(f.public(), possible)}
	switch {
	case sure.Overlaps(f.public()):
		x.open = rule.Yes
	case x.wide || possible.Overlaps(f.public()):
		x.open = rule.Unknown
	}
	return x
}

// known is the factor that lets exactly these sources through.
func (f Family) known(set *netipx.IPSet) factor { return f.factor(set, set) }

// unknown is the factor that may let any source of the family through, or none.
func (f Family) unknown(because ...Code) factor { return f.factor(nothing, f.all(), because...) }

// A gate is a factor that is the same for every source.
type gate struct {
	open    rule.Answer
	because []Code // of an open that is unknown
}

func doubt(because ...Code) gate { return gate{rule.Unknown, because} }
