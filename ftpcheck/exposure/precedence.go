package exposure

import (
	"cmp"
	"container/heap"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// A match is an entry of a list in which the first that matches decides, as entries of a network
// ACL by their number, and routes by the length of their destination.
//
//	                 |------ 2 deny ------|
//	|------------------------ 3 allow ------------------------|
//	                         |---- 1 allow ----|
//	|-----allow------|-deny--|------allow------|----allow-----|
type match struct {
	addresses netipx.IPRange
	rank      int // the lowest decides
	sure      bool
	possible  bool
	because   Code // where sure and possible differ
}

// firstMatch gives what a list lets through of the addresses of a family; what no entry matches
// it does not. Of two entries of the same rank that match the same address, the earlier decides.
//
// The entries are walked in the order of their first addresses, with those that hold the address
// where the walk is in a heap: O(n log n).
func firstMatch(f Family, entries []match) factor {
	order := make([]int, 0, len(entries))
	for i, e := range entries {
		if e.addresses.IsValid() && f.has(e.addresses.From()) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return entries[i].addresses.From().Compare(entries[j].addresses.From())
	})
	var sure, possible netipx.IPSetBuilder
	because := codes{}
	here := &active{entries: entries}
	var at netip.Addr // the first address that is not decided
	for len(order) > 0 || len(here.of) > 0 {
		if len(here.of) == 0 {
			at = entries[order[0]].addresses.From()
		}
		for len(order) > 0 && entries[order[0]].addresses.From() == at {
			heap.Push(here, order[0])
			order = order[1:]
		}
		first := entries[here.of[0]]
		if first.addresses.To().Less(at) {
			heap.Pop(here)
			continue
		}
		to := first.addresses.To()
		if len(order) > 0 {
			if next := entries[order[0]].addresses.From(); !to.Less(next) {
				to = next.Prev()
			}
		}
		decided := netipx.IPRangeFrom(at, to)
		if first.sure {
			sure.AddRange(decided)
		}
		if first.possible {
			possible.AddRange(decided)
		}
		if first.sure != first.possible {
			because.add(first.because)
		}
		if at = to.Next(); !f.has(at) {
			break // the last address of all
		}
	}
	return f.factor(build(&sure), build(&possible), because.sorted()...)
}

// active is a heap of the entries that hold an address, and of some that no longer do.
type active struct {
	entries []match
	of      []int
}

func (a *active) Len() int { return len(a.of) }
func (a *active) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(a.entries[a.of[i]].rank, a.entries[a.of[j]].rank), cmp.Compare(a.of[i], a.of[j])) < 0
}
func (a *active) Swap(i, j int) { a.of[i], a.of[j] = a.of[j], a.of[i] }
func (a *active) Push(x any)    { a.of = append(a.of, x.(int)) }
func (a *active) Pop() any {
	last := a.of[len(a.of)-1]
	a.of = a.of[:len(a.of)-1]
	return last
}

// codes is a set of codes.
type codes map[Code]struct{}

func (c codes) add(some ...Code) {
	for _, s := range some {
		if s != "" {
			c[s] = struct{}{}
		}
	}
}

func (c codes) sorted() []Code {
	var list []Code
	for s := range c {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}
