package rule

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The oracle decides membership address by address. Whether an address is public, and
// whether a source lets it in, can change only at the first address of a block or at the
// address after its last, so looking at those decides for all.

type oracleSource struct {
	ranges []netip.Prefix
	list   bool // a prefix list, rather than a range of its own
	unread bool
}

type oraclePermission struct {
	from, to int32
	source   oracleSource
}

func (s oracleSource) contains(a netip.Addr) bool {
	return slices.ContainsFunc(s.ranges, func(p netip.Prefix) bool { return p.Contains(a) })
}

func isPublic(a netip.Addr) bool {
	all, except := "0.0.0.0/0", notPublicIPv4
	if a.Is6() {
		all, except = "2000::/3", notPublicIPv6
	}
	return netip.MustParsePrefix(all).Contains(a) &&
		!slices.ContainsFunc(except, func(e string) bool { return netip.MustParsePrefix(e).Contains(a) })
}

// publicAddresses lists the public addresses of a family at which anything can change.
func publicAddresses(v6 bool, permissions []oraclePermission) []netip.Addr {
	blocks := []netip.Prefix{}
	for _, text := range slices.Concat(notPublicIPv4, notPublicIPv6, []string{"0.0.0.0/0", "2000::/3"}) {
		blocks = append(blocks, netip.MustParsePrefix(text))
	}
	for _, p := range permissions {
		blocks = append(blocks, p.source.ranges...)
	}
	var public []netip.Addr
	for _, b := range blocks {
		for _, a := range []netip.Addr{b.Masked().Addr(), afterLast(b)} {
			if a.IsValid() && a.Is6() == v6 && isPublic(a) {
				public = append(public, a)
			}
		}
	}
	return public
}

// afterLast steps through the bits of the address rather than use the library that is
// under test.
func afterLast(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last.Next()
}

func oracle(permissions []oraclePermission) []Verdict {
	verdicts := make([]Verdict, len(permissions))
	mark := func(i int, reason Reason, port Ports) {
		v := &verdicts[i]
		if v.Unrestricted != Yes || slices.Index(precedence, reason) < slices.Index(precedence, v.Reason) {
			v.Reason = reason
		}
		v.Unrestricted = Yes
		v.Ports |= port
	}
	for _, v6 := range []bool{false, true} {
		public := publicAddresses(v6, permissions)
		for number, port := range map[int32]Ports{20: Data, 21: Control} {
			covers := func(p oraclePermission) bool { return p.from <= number && number <= p.to && !p.source.unread }
			whole := func(ps ...oraclePermission) bool {
				for _, a := range public {
					if !slices.ContainsFunc(ps, func(p oraclePermission) bool { return covers(p) && p.source.contains(a) }) {
						return false
					}
				}
				return true
			}
			single := false
			for i, p := range permissions {
				if whole(p) {
					single = true
					reason := map[bool]Reason{false: AnyIPv4, true: AnyIPv6}[v6]
					if p.source.list {
						reason = PrefixList
					}
					mark(i, reason, port)
				}
			}
			if single || !whole(permissions...) {
				continue
			}
			for i, p := range permissions {
				if covers(p) && slices.ContainsFunc(public, p.source.contains) {
					mark(i, Combined, port)
				}
			}
		}
	}
	for i, p := range permissions {
		if p.source.unread {
			for number, port := range map[int32]Ports{20: Data, 21: Control} {
				if p.from <= number && number <= p.to {
					verdicts[i] = Verdict{Unknown, Undetermined, verdicts[i].Ports | port}
				}
			}
		}
	}
	return verdicts
}

func (p oraclePermission) permission() *Permission {
	source := Unread()
	switch {
	case p.source.unread:
	case p.source.list:
		source = PrefixListEntries(p.source.ranges)
	default:
		source = CIDR(p.source.ranges[0])
	}
	return &Permission{Protocol: "tcp", FromPort: &p.from, ToPort: &p.to, Source: source}
}

// anyPrefix draws mostly the wide ranges from which an internet can be put together, and
// the special blocks, whose absence must not matter.
func anyPrefix(t *rapid.T) netip.Prefix {
	switch rapid.IntRange(0, 3).Draw(t, "kind of prefix") {
	case 0:
		return netip.MustParsePrefix(rapid.SampledFrom(slices.Concat(notPublicIPv4, notPublicIPv6, allButPrivate)).Draw(t, "block"))
	case 1:
		var a [16]byte
		a[0] = byte(rapid.IntRange(0x18, 0x44).Draw(t, "first IPv6 byte"))
		a[1] = byte(rapid.IntRange(0, 255).Draw(t, "second IPv6 byte"))
		return netip.PrefixFrom(netip.AddrFrom16(a), rapid.IntRange(0, 20).Draw(t, "IPv6 bits"))
	default:
		a := [4]byte{byte(rapid.IntRange(0, 255).Draw(t, "first byte")), byte(rapid.IntRange(0, 255).Draw(t, "second byte"))}
		return netip.PrefixFrom(netip.AddrFrom4(a), rapid.IntRange(0, 12).Draw(t, "bits"))
	}
}

// anyGroup draws a group. Often it splits the internet of one family into pieces, drops
// or swaps some, and deals them out, as sources that come near the whole are what the
// rule is about and are never met at random.
func anyGroup(t *rapid.T) []oraclePermission {
	var pieces []netip.Prefix
	switch rapid.IntRange(0, 3).Draw(t, "pieces") {
	case 0:
		for _, s := range allButPrivate {
			pieces = append(pieces, netip.MustParsePrefix(s))
		}
	case 1:
		bits := rapid.IntRange(1, 4).Draw(t, "split bits")
		for i := range 1 << bits {
			pieces = append(pieces, netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(i << (8 - bits))}), bits))
		}
	case 2:
		bits := rapid.IntRange(1, 4).Draw(t, "split bits")
		for i := range 1 << bits {
			pieces = append(pieces, netip.PrefixFrom(netip.AddrFrom16([16]byte{byte(0x20 + i<<(5-bits))}), 3+bits))
		}
	}
	if len(pieces) > 0 && rapid.Bool().Draw(t, "drop one") {
		i := rapid.IntRange(0, len(pieces)-1).Draw(t, "dropped")
		pieces = slices.Delete(pieces, i, i+1)
	}
	for range rapid.IntRange(0, 3).Draw(t, "extra") {
		pieces = append(pieces, anyPrefix(t))
	}
	ranges := [][2]int32{{20, 21}, {20, 20}, {21, 21}, {0, 65535}, {22, 22}, {1, 20}}
	same := rapid.SampledFrom(ranges[:4]).Draw(t, "usual ports")
	var group []oraclePermission
	for len(pieces) > 0 {
		n := 1
		list := rapid.IntRange(0, 4).Draw(t, "list") == 0
		if list {
			n = rapid.IntRange(1, len(pieces)).Draw(t, "entries")
		}
		ports := same
		if rapid.IntRange(0, 5).Draw(t, "other ports") == 0 {
			ports = rapid.SampledFrom(ranges).Draw(t, "ports")
		}
		group = append(group, oraclePermission{ports[0], ports[1], oracleSource{ranges: pieces[:n], list: list}})
		pieces = pieces[n:]
	}
	if rapid.IntRange(0, 4).Draw(t, "unread list") == 0 {
		group = append(group, oraclePermission{20, 21, oracleSource{list: true, unread: true}})
	}
	return group
}

func TestJudgeAgreesWithOracle(t *testing.T) {
	seen := map[Reason]int{}
	rapid.Check(t, func(t *rapid.T) {
		group := anyGroup(t)
		var permissions []*Permission
		var text strings.Builder
		for _, p := range group {
			permissions = append(permissions, p.permission())
			fmt.Fprintf(&text, "%+v\n", p)
		}
		want := oracle(group)
		got, verdict := Judge(permissions)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s(-oracle +Judge):\n%s", text.String(), diff)
		}
		if w := sum(want); !cmp.Equal(w, verdict) {
			t.Fatalf("%sgroup: got %+v, want %+v", text.String(), verdict, w)
		}
		for _, v := range got {
			seen[v.Reason]++
		}
	})
	for _, r := range append(slices.Clone(precedence), "") {
		if seen[r] == 0 {
			t.Errorf("no drawn permission had the reason %q: the test proves nothing about it", r)
		}
	}
}

// FuzzJudge reads a group from text, one permission a line: protocol, ports and sources.
func FuzzJudge(f *testing.F) {
	f.Add("tcp 21 21 0.0.0.0/0")
	f.Add("tcp 20 21 0.0.0.0/1\n-1 0 0 128.0.0.0/1")
	f.Add("6 0 65535 ::/0,10.0.0.0/8\nudp 21 21 0.0.0.0/0")
	f.Fuzz(func(t *testing.T, text string) {
		var group []oraclePermission
		var permissions []*Permission
		for line := range strings.Lines(text) {
			var protocol, sources string
			var from, to int32
			if n, _ := fmt.Sscan(line, &protocol, &from, &to, &sources); n != 4 || len(permissions) == 40 {
				continue
			}
			p := oraclePermission{from: from, to: to, source: oracleSource{list: strings.Contains(sources, ",")}}
			for s := range strings.SplitSeq(sources, ",") {
				if prefix, err := netip.ParsePrefix(s); err == nil && !prefix.Addr().Is4In6() {
					p.source.ranges = append(p.source.ranges, prefix)
				}
			}
			if len(p.source.ranges) == 0 {
				continue
			}
			permission := p.permission()
			permission.Protocol = protocol
			if permission.Check() != nil {
				continue
			}
			switch {
			case protocol == "-1" || permission.isTCP() && from == -1:
				p.from, p.to = 0, 65535
			case !permission.isTCP():
				p.from, p.to = -1, -1
			}
			group = append(group, p)
			permissions = append(permissions, permission)
		}
		got, _ := Judge(permissions)
		if want := oracle(group); !cmp.Equal(want, got) {
			t.Errorf("%+v:\n(-oracle +Judge)\n%s", group, cmp.Diff(want, got))
		}
	})
}

// BenchmarkJudge shows that the combined case stays near linear: the ratio compares the
// cost of a permission in a group of 10,000 with that in a group of 100.
func BenchmarkJudge(b *testing.B) {
	group := func(n int) []*Permission {
		ps := make([]*Permission, n)
		for i := range ps {
			a := netip.AddrFrom4([4]byte{byte(11 + i%80), byte(i / 80), byte(i / 7), 0})
			from, to := int32(20), int32(21)
			ps[i] = &Permission{Protocol: "tcp", FromPort: &from, ToPort: &to, Source: CIDR(netip.PrefixFrom(a, 24))}
		}
		return ps
	}
	var perRow [2]float64
	for i, n := range []int{100, 10_000} {
		ps := group(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Judge(ps)
			}
			perRow[i] = float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(n)
			b.ReportMetric(perRow[i], "ns/permission")
			if i == 1 && perRow[0] > 0 {
				b.ReportMetric(perRow[1]/perRow[0], "x-of-small-group")
			}
		})
	}
}
