package value

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

func TestParseNetwork(t *testing.T) {
	for _, f := range []fact{
		{"10.0.0.1", "10.0.0.1/32"},
		{"10.0.0.1/8", "10.0.0.1/8"},
		{"10.0.0.0/8", "10.0.0.0/8"},
		{"10.1/16", "10.1.0.0/16"},
		{"10", `invalid input syntax for type inet: "10"`},
		{"10/8", "10.0.0.0/8"},
		{"10.1/24", `invalid input syntax for type inet: "10.1/24"`},
		{"10.1", `invalid input syntax for type inet: "10.1"`},
		{"192.168", `invalid input syntax for type inet: "192.168"`},
		{"224", `invalid input syntax for type inet: "224"`},
		{"240", `invalid input syntax for type inet: "240"`},
		{"224.1", `invalid input syntax for type inet: "224.1"`},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"255.255.255.255/32", "255.255.255.255/32"},
		{"256.0.0.1", `invalid input syntax for type inet: "256.0.0.1"`},
		{"10.0.0.1/33", `invalid input syntax for type inet: "10.0.0.1/33"`},
		{"10.0.0", `invalid input syntax for type inet: "10.0.0"`},
		{"1.2.3.4.5", `invalid input syntax for type inet: "1.2.3.4.5"`},
		{"::1", "::1/128"},
		{"::", "::/128"},
		{"2001:db8::/32", "2001:db8::/32"},
		{"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1/128"},
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4/128"},
		{"::1.2.3.4", "::1.2.3.4/128"},
		{"1:2:3:4:5:6:7:8/127", "1:2:3:4:5:6:7:8/127"},
		{"1::/129", `invalid input syntax for type inet: "1::/129"`},
		{"fe80::1%eth0", `invalid input syntax for type inet: "fe80::1%eth0"`},
		{"x", `invalid input syntax for type inet: "x"`},
		{"", `invalid input syntax for type inet: ""`},
	} {
		n, err := ParseNetwork(f.text, false)
		got := ""
		if err == nil {
			got = n.Text()
		}
		if got = textOr(t, got, err); got != f.want {
			t.Errorf("inet %q is %q, want %q", f.text, got, f.want)
		}
	}
	checkFacts(t, CIDR, []fact{
		{"10.0.0.1", "10.0.0.1/32"},
		{"10.0.0.1/8", `invalid cidr value: "10.0.0.1/8"`},
		{"10.0.0.0/8", "10.0.0.0/8"},
		{"10.1/16", "10.1.0.0/16"},
		{"10", "10.0.0.0/8"},
		{"10/8", "10.0.0.0/8"},
		{"10.1", "10.1.0.0/16"},
		{"192.168", "192.168.0.0/24"},
		{"224", "224.0.0.0/4"},
		{"240", "240.0.0.0/32"},
		{"224.1", "224.1.0.0/16"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"255.255.255.255/32", "255.255.255.255/32"},
		{"256.0.0.1", `invalid input syntax for type cidr: "256.0.0.1"`},
		{"10.0.0.1/33", `invalid input syntax for type cidr: "10.0.0.1/33"`},
		{"10.0.0", "10.0.0.0/24"},
		{"1.2.3.4.5", `invalid input syntax for type cidr: "1.2.3.4.5"`},
		{"::1", "::1/128"},
		{"::", "::/128"},
		{"2001:db8::/32", "2001:db8::/32"},
		{"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1/128"},
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4/128"},
		{"::1.2.3.4", "::1.2.3.4/128"},
		{"1:2:3:4:5:6:7:8/127", "1:2:3:4:5:6:7:8/127"},
		{"1::/129", `invalid input syntax for type cidr: "1::/129"`},
		{"fe80::1%eth0", `invalid input syntax for type cidr: "fe80::1%eth0"`},
		{"x", `invalid input syntax for type cidr: "x"`},
		{"", `invalid input syntax for type cidr: ""`},
	})
}

func network(t *testing.T, text string) Network {
	t.Helper()
	n, err := ParseNetwork(text, false)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNetworkParts(t *testing.T) {
	for _, f := range [][8]string{
		{"10.1.2.3/8", "10.1.2.3/8", "10.1.2.3", "10.0.0.0/8", "255.0.0.0/32", "0.255.255.255/32", "10.255.255.255/8", "245.254.253.252/8"},
		{"10.1.2.3", "10.1.2.3", "10.1.2.3", "10.1.2.3/32", "255.255.255.255/32", "0.0.0.0/32", "10.1.2.3/32", "245.254.253.252/32"},
		{"0.0.0.0/0", "0.0.0.0/0", "0.0.0.0", "0.0.0.0/0", "0.0.0.0/32", "255.255.255.255/32", "255.255.255.255/0", "255.255.255.255/0"},
		{"192.168.1.128/25", "192.168.1.128/25", "192.168.1.128", "192.168.1.128/25", "255.255.255.128/32", "0.0.0.127/32", "192.168.1.255/25", "63.87.254.127/25"},
		{"2001:db8::1/64", "2001:db8::1/64", "2001:db8::1", "2001:db8::/64", "ffff:ffff:ffff:ffff::/128", "::ffff:ffff:ffff:ffff/128", "2001:db8::ffff:ffff:ffff:ffff/64", "dffe:f247:ffff:ffff:ffff:ffff:ffff:fffe/64"},
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4", "::ffff:1.2.3.4", "::ffff:1.2.3.4/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "::/128", "::ffff:1.2.3.4/128", "ffff:ffff:ffff:ffff:ffff:0:fefd:fcfb/128"},
		{"::2", "::2", "::2", "::2/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "::/128", "::2/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffd/128"},
		{"::1.2.3.0/120", "::1.2.3.0/120", "::1.2.3.0", "::1.2.3.0/120", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/128", "::ff/128", "::1.2.3.255/120", "ffff:ffff:ffff:ffff:ffff:ffff:fefd:fcff/120"},
		{"1:0:0:2:0:0:0:3", "1:0:0:2::3", "1:0:0:2::3", "1:0:0:2::3/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "::/128", "1:0:0:2::3/128", "fffe:ffff:ffff:fffd:ffff:ffff:ffff:fffc/128"},
		{"255.255.255.255/31", "255.255.255.255/31", "255.255.255.255", "255.255.255.254/31", "255.255.255.254/32", "0.0.0.1/32", "255.255.255.255/31", "0.0.0.0/31"},
	} {
		n := network(t, f[0])
		got := [8]string{
			f[0], n.Format(false), n.Host(), n.Network().Text(), n.Netmask().Text(), n.Hostmask().Text(), n.Broadcast().Text(), n.Not().Text(),
		}
		if got != f {
			t.Errorf("%q\nwant %q", got, f)
		}
	}
}

func TestTwoNetworks(t *testing.T) {
	for _, f := range []struct {
		a, b                           string
		less, above, contains, overlap bool
		and, or, difference, merge     string
	}{
		{"10.0.0.0/8", "10.1.2.3", true, true, true, true, "10.0.0.0/32", "10.1.2.3/32", "-66051", "10.0.0.0/8"},
		{"10.0.0.0/8", "10.0.0.0/8", false, false, true, true, "10.0.0.0/8", "10.0.0.0/8", "0", "10.0.0.0/8"},
		{"10.0.0.0/8", "10.0.0.0/16", true, true, true, true, "10.0.0.0/16", "10.0.0.0/16", "0", "10.0.0.0/8"},
		{"10.1.2.3/8", "10.0.0.0/8", false, false, true, true, "10.0.0.0/8", "10.1.2.3/8", "66051", "10.0.0.0/8"},
		{"10.0.0.0/8", "11.0.0.0/8", true, false, false, false, "10.0.0.0/8", "11.0.0.0/8", "-16777216", "10.0.0.0/7"},
		{"10.0.0.0/8", "::1", true, false, false, false, "cannot AND inet values of different sizes", "cannot OR inet values of different sizes", "cannot subtract inet values of different sizes", "cannot merge addresses from different families"},
		{"0.0.0.0/0", "255.255.255.255", true, true, true, true, "0.0.0.0/32", "255.255.255.255/32", "-4294967295", "0.0.0.0/0"},
		{"2001:db8::/32", "2001:db8::1", true, true, true, true, "2001:db8::/128", "2001:db8::1/128", "-1", "2001:db8::/32"},
		{"10.0.0.9/24", "10.0.0.10/24", true, false, true, true, "10.0.0.8/24", "10.0.0.11/24", "-1", "10.0.0.0/24"},
	} {
		a, b := network(t, f.a), network(t, f.b)
		if got := a.Compare(b) < 0; got != f.less {
			t.Errorf("%s < %s: %t", f.a, f.b, got)
		}
		if got := a.Contains(b) && a.Bits() < b.Bits(); got != f.above {
			t.Errorf("%s >> %s: %t", f.a, f.b, got)
		}
		if got := a.Contains(b); got != f.contains {
			t.Errorf("%s >>= %s: %t", f.a, f.b, got)
		}
		if got := a.Overlaps(b); got != f.overlap {
			t.Errorf("%s && %s: %t", f.a, f.b, got)
		}
		and, err := a.And(b)
		if got := networkOr(t, and, err); got != f.and {
			t.Errorf("%s & %s is %s, want %s", f.a, f.b, got, f.and)
		}
		or, err := a.Or(b)
		if got := networkOr(t, or, err); got != f.or {
			t.Errorf("%s | %s is %s, want %s", f.a, f.b, got, f.or)
		}
		difference, err := a.Sub(b)
		if got := textOr(t, fmt.Sprint(difference), err); got != f.difference {
			t.Errorf("%s - %s is %s, want %s", f.a, f.b, got, f.difference)
		}
		merged, err := a.Merge(b)
		if got := networkOr(t, merged, err); got != f.merge {
			t.Errorf("inet_merge(%s, %s) is %s, want %s", f.a, f.b, got, f.merge)
		}
	}
}

func networkOr(t *testing.T, n Network, err error) string {
	t.Helper()
	text := ""
	if err == nil {
		text = n.Text()
	}
	return textOr(t, text, err)
}

func TestNetworkPlus(t *testing.T) {
	for _, f := range []struct {
		text  string
		delta int64
		want  string
	}{
		{"10.0.0.255/24", 1, "10.0.1.0/24"},
		{"10.0.0.0", -1, "9.255.255.255/32"},
		{"0.0.0.0", -1, "result is out of range"},
		{"255.255.255.255", 1, "result is out of range"},
		{"::", 9223372036854775807, "::7fff:ffff:ffff:ffff/128"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "result is out of range"},
		{"::1:0", -1, "::ffff/128"},
	} {
		n, err := network(t, f.text).Add(big.NewInt(f.delta))
		if got := networkOr(t, n, err); got != f.want {
			t.Errorf("%s + %d is %s, want %s", f.text, f.delta, got, f.want)
		}
	}
}

func TestNetworkBits(t *testing.T) {
	for bits, want := range map[int64]string{8: "10.1.2.3/8", -1: "10.1.2.3/32", 33: "invalid mask length: 33", -2: "invalid mask length: -2"} {
		n, err := network(t, "10.1.2.3/16").WithBits(bits)
		if got := networkOr(t, n, err); got != want {
			t.Errorf("%d bits: %s, want %s", bits, got, want)
		}
	}
	for text, want := range map[string]string{"10.0.0.0/8": "10/8", "10.1.0.0/16": "10.1/16", "10.128.0.0/9": "10.128/9", "0.0.0.0/0": "0/0"} {
		got, err := network(t, text).Abbreviate()
		if textOr(t, got, err) != want {
			t.Errorf("abbrev(%s) is %s, want %s", text, got, want)
		}
	}
}

// A network is read from its text, holds itself, and comes in an order without circles:
// what contains another stands before it.
func TestNetworkLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	networks := make([]Network, 300)
	for i := range networks {
		var b [16]byte
		for j := range b {
			if r.IntN(3) == 0 {
				b[j] = byte(r.Uint32())
			}
		}
		n := Network{netip.AddrFrom16(b), r.IntN(129)}
		if r.IntN(2) == 0 {
			n = Network{netip.AddrFrom4([4]byte(b[:4])), r.IntN(33)}
		}
		networks[i] = n
		if again := network(t, n.Text()); again != n {
			t.Fatal(n, again)
		}
	}
	slices.SortFunc(networks, Network.Compare)
	for i, n := range networks {
		for _, m := range networks[:i] {
			if n.Compare(m) < 0 || n.Contains(m) && !m.Contains(n) {
				t.Fatal(m, n)
			}
		}
		if !n.Contains(n) || !n.Network().Contains(n.Broadcast()) {
			t.Fatal(n)
		}
	}
}
