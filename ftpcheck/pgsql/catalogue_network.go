package pgsql

import (
	"math/big"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A cidr is an inet by an implicit cast: PostgreSQL has no operators of its own for it.
var networkOperators = slices.Concat(
	comparisons(value.Inet, value.Inet),
	[]routine{
		op("inet << inet: bool", pure2(func(n, m value.Network) bool { return m.Contains(n) && n.Bits() > m.Bits() })),
		op("inet <<= inet: bool", pure2(func(n, m value.Network) bool { return m.Contains(n) })),
		op("inet >> inet: bool", pure2(func(n, m value.Network) bool { return n.Contains(m) && n.Bits() < m.Bits() })),
		op("inet >>= inet: bool", pure2(value.Network.Contains)),
		op("inet && inet: bool", pure2(value.Network.Overlaps)),
		op("~ inet: inet", pure1(value.Network.Not)),
		op("inet & inet: inet", try2(value.Network.And)),
		op("inet | inet: inet", try2(value.Network.Or)),
		op("inet + int8: inet", try2(networkPlus)),
		op("int8 + inet: inet", swapped(try2(networkPlus))),
		op("inet - int8: inet", try2(networkMinus)),
		op("inet - inet: int8", try2(value.Network.Sub)),
	},
)

func networkPlus(n value.Network, delta int64) (value.Network, error) {
	return n.Add(big.NewInt(delta))
}

func networkMinus(n value.Network, delta int64) (value.Network, error) {
	return n.Add(big.NewInt(-delta)) // the least number stays negative, as in PostgreSQL
}

var networkFunctions = []routine{
	fn("abbrev(inet): text", pure1(func(n value.Network) string { return n.Format(false) })),
	fn("abbrev(cidr): text", try1(value.Network.Abbreviate)),
	fn("broadcast(inet): inet", pure1(value.Network.Broadcast)),
	fn("family(inet): int4", pure1(value.Network.Family)),
	fn("host(inet): text", pure1(value.Network.Host)),
	fn("hostmask(inet): inet", pure1(value.Network.Hostmask)),
	fn("inet_merge(inet, inet): cidr", try2(value.Network.Merge)),
	fn("inet_same_family(inet, inet): bool", pure2(value.Network.SameFamily)),
	fn("masklen(inet): int4", pure1(value.Network.Bits)),
	fn("netmask(inet): inet", pure1(value.Network.Netmask)),
	fn("network(inet): cidr", pure1(value.Network.Network)),
	fn("set_masklen(inet, int4): inet", try2(value.Network.WithBits)),
	fn("set_masklen(cidr, int4): cidr", try2(func(n value.Network, bits int64) (value.Network, error) {
		n, err := n.WithBits(bits)
		return n.Network(), err
	})),
	fn("text(inet): text", pure1(value.Network.Text)),
	fn("cidr(inet): cidr", pure1(value.Network.Network)),
}

// networkCasts are those of networks. As a text, an inet has its mask, which it has not in
// a result.
var networkCasts = []cast{
	{value.CIDR, value.Inet, implicit, nil},
	{value.Inet, value.CIDR, assignment, func(_ *call, v any) (any, error) { return v.(value.Network).Network(), nil }},
	{value.CIDR, value.Text, assignment, networkText},
	{value.CIDR, value.Varchar, assignment, networkText},
	{value.Inet, value.Text, assignment, networkText},
	{value.Inet, value.Varchar, assignment, networkText},
}

func networkText(_ *call, v any) (any, error) { return v.(value.Network).Text(), nil }
