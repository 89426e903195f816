package baseline

import (
	"iter"
	"slices"
)

// A Reading is what an answer says of a place.
type Reading string

const (
	Silent  Reading = ""         // it is an answer about other accounts
	Read    Reading = "read"     // the place was read, and read whole
	LeftOut Reading = "left_out" // not read, as the user chose so, or as it is not enabled or suspended
	NotRead Reading = "not_read" // the place should have been read
)

// Reading says whether a place was read. An answer is about an account if it says anything of it, or
// of a file that may have held any.
func (s *Snapshot) Reading(account, region string) Reading {
	unknown := slices.ContainsFunc(s.failed[""], func(f failedPlace) bool { return !f.live })
	switch {
	case s.covers(account, region):
		return Read
	case !s.accounts[account] && !unknown:
		return Silent
	case slices.ContainsFunc(s.failed[account], func(f failedPlace) bool { return f.holds(region) && !f.leftOut && !f.optional }) || unknown:
		return NotRead
	case slices.ContainsFunc(s.failed[account], func(f failedPlace) bool { return f.holds(region) }):
		return LeftOut
	}
	return NotRead
}

// Expect says that an account should have been read, whatever the answer says of it; unless it was left to
// another worker.
func (s *Snapshot) Expect(account string) {
	if !s.left[account] {
		s.accounts[account] = true
	}
}

// Findings are the findings by their identity, in no order, with the columns that are compared. Those of
// places are not among them.
func (s *Snapshot) Findings() iter.Seq2[string, Row] {
	return func(yield func(string, Row) bool) {
		for id, p := range s.findings {
			if !yield(id, p.row()) {
				return
			}
		}
	}
}

// Places are the accounts and regions that were or should have been read, in no order. One that has no
// region is an account of which nobody knows the regions.
func (s *Snapshot) Places() iter.Seq2[string, string] {
	return func(yield func(account, region string) bool) {
		for p := range s.scanned {
			if !yield(p.account, p.region) {
				return
			}
		}
		for account, failed := range s.failed {
			for _, f := range failed {
				if account != "" && !s.scanned[f.place] && !f.optional && !f.leftOut && !yield(account, f.region) {
					return
				}
			}
		}
	}
}
