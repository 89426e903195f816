package exposure

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"go4.org/netipx"
)

// bytesSource makes of the fuzzer's bytes what a random world is drawn from, so that a small
// change of the bytes is a small change of the world. After them come others: package rand waits
// for ever for one that it likes.
type bytesSource struct {
	bytes  []byte
	others *rand.PCG
}

func (s *bytesSource) Uint64() uint64 {
	if len(s.bytes) == 0 {
		return s.others.Uint64()
	}
	b := s.bytes[0]
	s.bytes = s.bytes[1:]
	return uint64(b) * 0x0101010101010101
}

// FuzzPaths draws a world from bytes, and compares what is said of it with the oracle.
func FuzzPaths(f *testing.F) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 4))
		bytes := make([]byte, 600)
		for n := range bytes {
			bytes[n] = byte(r.UintN(256))
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		r := rand.New(&bytesSource{bytes, rand.NewPCG(0, 0)})
		w := newWorld(r)
		n := NewNetwork(w.accounts...)
		borders := map[Family][]netip.Addr{IPv4: w.borders(IPv4), IPv6: w.borders(IPv6)}
		for _, i := range w.interfaces() {
			for _, p := range n.Paths(i, w.sources()) {
				w.compare(t, i.ID, r, i, &p, borders[p.Family])
			}
		}
	})
}

// FuzzFirstMatch compares the walk over all entries with a look at each for every address.
func FuzzFirstMatch(f *testing.F) {
	f.Add([]byte{0, 0, 1, 128, 1, 0, 64, 2, 1})
	f.Add([]byte{0, 255, 3, 10, 20, 1, 15, 30, 2, 20, 20, 0})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		var list []match
		address := func(b byte) netip.Addr { return netip.AddrFrom4([4]byte{b, b, b, b}) }
		for n := 0; n+3 <= len(bytes) && len(list) < 100; n += 3 {
			from, to, way := bytes[n], bytes[n+1], bytes[n+2]
			list = append(list, match{netipx.IPRangeFrom(address(min(from, to)), address(max(from, to))), int(way >> 2), way&3 == 3, way&1 == 1, EdgeRouteTable})
		}
		got := firstMatch(IPv4, list)
		for b := range 256 {
			a := address(byte(b))
			var best *match
			for n := range list {
				if m := &list[n]; m.addresses.Contains(a) && (best == nil || m.rank < best.rank) {
					best = m
				}
			}
			if best == nil {
				best = new(match)
			}
			if got.Sure.Contains(a) != best.sure || got.Possible.Contains(a) != best.possible {
				t.Fatalf("%v at %s: surely %v, possibly %v", list, a, got.Sure.Contains(a), got.Possible.Contains(a))
			}
		}
	})
}
