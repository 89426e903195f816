package rule

import (
	"net/netip"

	"go4.org/netipx"
)

// The address blocks that are not globally reachable unicast, by the IANA
// special-purpose address registries (RFC 6890 and successors) and, for IPv4, the
// multicast (RFC 5771) and reserved (RFC 1112) space.
var (
	notPublicIPv4 = []string{
		"0.0.0.0/8",       // "this network"
		"10.0.0.0/8",      // private use
		"100.64.0.0/10",   // shared address space of carriers
		"127.0.0.0/8",     // loopback
		"169.254.0.0/16",  // link local
		"172.16.0.0/12",   // private use
		"192.0.0.0/24",    // IETF protocol assignments
		"192.0.2.0/24",    // documentation
		"192.88.99.0/24",  // 6to4 relay anycast, withdrawn
		"192.168.0.0/16",  // private use
		"198.18.0.0/15",   // benchmarking
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"224.0.0.0/4",     // multicast
		"240.0.0.0/4",     // reserved, and limited broadcast
	}
	// Inside 2000::/3, outside of which no global unicast address has been assigned.
	// The few global exceptions inside 2001::/23 are taken as not public: asking for
	// more than the whole internet would let an open group pass.
	notPublicIPv6 = []string{
		"2001::/23",     // IETF protocol assignments
		"2001:db8::/32", // documentation
		"2002::/16",     // 6to4
		"3fff::/20",     // documentation
	}
)

var (
	ipv4     = newFamily("0.0.0.0/0", notPublicIPv4, AnyIPv4)
	ipv6     = newFamily("2000::/3", notPublicIPv6, AnyIPv6)
	families = [...]*family{ipv4, ipv6}
)

// PublicIPv4 returns the public IPv4 internet: every globally reachable unicast
// address, which is 0.0.0.0/0 without the special-purpose blocks.
func PublicIPv4() *netipx.IPSet { return &ipv4.public }

// PublicIPv6 returns the public IPv6 internet: 2000::/3 without the special-purpose
// blocks inside it.
func PublicIPv6() *netipx.IPSet { return &ipv6.public }

func newFamily(all string, except []string, any Reason) *family {
	var b netipx.IPSetBuilder
	b.AddPrefix(netip.MustParsePrefix(all))
	for _, e := range except {
		b.RemovePrefix(netip.MustParsePrefix(e))
	}
	set, err := b.IPSet()
	if err != nil {
		panic(err)
	}
	ranges := set.Ranges()
	return &family{public: *set, ranges: ranges, first: ranges[0].From(), last: ranges[len(ranges)-1].To(), any: any}
}
