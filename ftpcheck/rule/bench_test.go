package rule

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"net/netip"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/cputime"
)

// BenchmarkCombined judges the worst groups that there are: their permissions are prefix
// lists of 1,000 entries, which only all together are the internet, and of which no two
// entries touch within a list. It reports
//
//	ns/entry       CPU time for each entry of the largest group
//	x-of-nlogn     how its CPU time has grown from the smallest group, as a multiple of the
//	               growth of n log n, where n is the number of entries: about 1, and 8 if
//	               the time were quadratic
func BenchmarkCombined(b *testing.B) {
	const entries = 1000
	sizes := []int{125, 250, 500, 1000}
	for _, rules := range sizes {
		group := halfOpen(rules, entries)
		b.Run(fmt.Sprintf("%d rules", rules), func(b *testing.B) {
			for b.Loop() {
				if _, verdict := Judge(group); verdict.Unrestricted != Yes || verdict.Reasons[0] != Combined {
					b.Fatal(verdict)
				}
			}
		})
	}
	b.Run("growth", func(b *testing.B) {
		least := func(rules int) float64 {
			group := halfOpen(rules, entries)
			best := math.Inf(1)
			for range 3 {
				before := cputime.Used()
				Judge(group)
				best = min(best, float64(cputime.Used()-before))
			}
			return best
		}
		nlogn := func(rules int) float64 { n := float64(rules * entries); return n * math.Log2(n) }
		for b.Loop() {
			small, large := sizes[0], sizes[len(sizes)-1]
			first, last := least(small), least(large)
			b.ReportMetric(last/float64(large*entries), "ns/entry")
			b.ReportMetric(last/first/(nlogn(large)/nlogn(small)), "x-of-nlogn")
		}
	})
}

// halfOpen is a group whose permissions are as many prefix lists, which share the entries
// that are the whole IPv4 internet among them as cards are dealt.
func halfOpen(rules, entries int) []*Permission {
	n := rules * entries
	// The longest ranges of equal length that n is enough for, and some in two halves.
	length := bits.Len(uint(n)) - 1
	var ranges []netip.Prefix
	for i := range 1 << length {
		var address [4]byte
		binary.BigEndian.PutUint32(address[:], uint32(i)<<(32-length))
		if i >= n-1<<length {
			ranges = append(ranges, netip.PrefixFrom(netip.AddrFrom4(address), length))
			continue
		}
		ranges = append(ranges, netip.PrefixFrom(netip.AddrFrom4(address), length+1))
		binary.BigEndian.PutUint32(address[:], uint32(2*i+1)<<(31-length))
		ranges = append(ranges, netip.PrefixFrom(netip.AddrFrom4(address), length+1))
	}
	group := make([]*Permission, rules)
	for r := range group {
		var list []netip.Prefix
		for e := range entries {
			list = append(list, ranges[e*rules+r])
		}
		group[r] = &Permission{Protocol: "tcp", FromPort: port(21), ToPort: port(21), Source: PrefixListEntries(list)}
	}
	return group
}
