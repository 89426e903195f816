// Package history says what has become of findings and places over many answers: when each finding was
// seen open, between which times it was closed, and which places nobody has read for how long.
//
// It makes up no point in time. A finding was opened some time between the last answer that read its
// place and did not have it and the first that had it, and closed some time between the last that had
// it and the first that read its place and had it not. An answer that did not read the place says
// nothing: neither that the finding is still there nor that it is gone.
package history

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
)

// An Audit is one of the answers that a history is made of.
type Audit struct {
	Name     string
	At       time.Time // when its reading began
	Complete bool      // everything was read and determined
	Rule     string    // version of the rule
	Reviews  []Review

	// What [History.Add] has found: how many findings are open and undetermined in it, of how many
	// that were there before the place was not read, and how many places were and were not read.
	Open, Undetermined, Unknown int
	Read, NotRead               int
}

// A Review is what somebody has said of an audit.
type Review struct {
	By, Note string
	At       time.Time
	Key      string // fingerprint of the key that has signed it
	Signer   string // whose key that is; empty if that was not asked
}

// A History is what answers say together, each added in the order of their times.
type History struct {
	Audits []Audit

	findings map[string]*track
	places   map[placeKey]*place
	regions  map[string]int // how many are known of an account
}

type placeKey struct{ account, region string }

// track is the course of one finding.
type track struct {
	place    *place
	episodes []*Episode
	open     *Episode // the last of them, if it has not been closed
}

// place is what audits say of one account and region. Audits are numbers into [History.Audits].
type place struct {
	readings    int
	first, last int  // that read it; only if there are readings
	before      int  // that read it before the last, or none
	from, to    int  // that read it, with the longest time between them
	late        bool // it was read again more than six months later
	notRead     []int
	now         baseline.Reading // of the last audit that says anything of it
}

// New returns a history of nothing.
func New() *History {
	return &History{findings: map[string]*track{}, places: map[placeKey]*place{}, regions: map[string]int{}}
}

// Accounts are those that answers have named until now, in no order.
func (h *History) Accounts() iter.Seq[string] {
	accounts := map[string]bool{}
	for key := range h.places {
		accounts[key.account] = true
	}
	return maps.Keys(accounts)
}

// Add adds what an audit says. None that began later may have been added.
func (h *History) Add(a Audit, s *baseline.Snapshot) {
	n := len(h.Audits)
	h.Audits = append(h.Audits, a)
	now := &h.Audits[n]
	for account, region := range s.Places() {
		h.place(account, region)
	}
	for _, row := range s.Findings() {
		h.place(row["account_id"], row["region"])
	}
	for key, p := range h.places {
		if h.standsFor(key) {
			continue
		}
		switch reading := s.Reading(key.account, key.region); reading {
		case baseline.Silent:
		case baseline.Read:
			now.Read++
			if p.readings > 0 {
				p.late = p.late || late(h.Audits[p.last].At, a.At)
				if h.between(p.last, n) > h.between(p.from, p.to) {
					p.from, p.to = p.last, n
				}
			} else {
				p.first, p.last, p.from, p.to = n, none, n, n
			}
			p.readings++
			p.before, p.last, p.now = p.last, n, reading
		default:
			p.now = reading
			p.notRead = append(p.notRead, n)
			if reading == baseline.NotRead {
				now.NotRead++
			}
		}
	}
	seen := map[*track]bool{}
	for id, row := range s.Findings() {
		t := h.findings[id]
		if t == nil {
			t = &track{place: h.place(row["account_id"], row["region"])}
			h.findings[id] = t
		}
		seen[t] = true
		if t.open == nil {
			e := &Episode{place: t.place, number: len(t.episodes) + 1, after: none, first: none, last: none, closed: none, begin: n}
			switch p := t.place; {
			case p.readings > 0 && p.last < n:
				e.after = p.last
			case p.readings > 0:
				e.after = p.before
			}
			t.episodes, t.open = append(t.episodes, e), e
		}
		t.open.see(row, n)
		if t.open.State == Undetermined {
			now.Undetermined++
		} else {
			now.Open++
		}
	}
	for _, t := range h.findings {
		if t.open == nil || seen[t] {
			continue
		}
		// What its place says now is of this audit only if the audit is about the place.
		switch p := t.place; {
		case p.readings > 0 && p.last == n:
			t.open.closed, t.open.State = n, Closed
			t.open = nil
		case len(p.notRead) > 0 && p.notRead[len(p.notRead)-1] == n:
			t.open.State = Unknown
			now.Unknown++
		}
	}
}

func (h *History) place(account, region string) *place {
	key := placeKey{account, region}
	if h.places[key] == nil {
		h.places[key] = &place{}
		if region != "" {
			h.regions[account]++
		}
	}
	return h.places[key]
}

// standsFor reports whether a place is an account of which nobody knew the regions, and they have become
// known since: each of them says whether it was read.
func (h *History) standsFor(key placeKey) bool {
	return key.region == "" && h.places[key].readings == 0 && h.regions[key.account] > 0
}

// between is the time from one audit to another.
func (h *History) between(a, b int) time.Duration { return h.Audits[b].At.Sub(h.Audits[a].At) }

// at is when an audit began; zero for none.
func (h *History) at(n int) time.Time {
	if n == none {
		return time.Time{}
	}
	return h.Audits[n].At
}

// names are those of audits.
func (h *History) names(audits []int) []string {
	names := make([]string, len(audits))
	for i, n := range audits {
		names[i] = h.Audits[n].Name
	}
	return names
}

// Newest is when the newest audit began; zero if there is none.
func (h *History) Newest() time.Time { return h.at(len(h.Audits) - 1) }

// State is what is known of a finding at the end.
type State string

// In the order in which a person should read them.
const (
	Open         State = "open"         // the newest audit of its place has it
	Unknown      State = "unknown"      // the newest audit of its place did not read it
	Undetermined State = "undetermined" // the newest audit of its place could not tell
	Closed       State = "closed"       // an audit has read its place since, and has it not
)

var states = []State{Open, Unknown, Undetermined, Closed}

// none is no audit.
const none = -1

// An Episode is one time that a finding was there, from the first audit that has it to the first that
// reads its place and has it not. A finding that comes back has several.
type Episode struct {
	State                              State
	AccountID, Region                  string
	GroupID, GroupName, RuleID         string
	Protocol, FromPort, ToPort, Source string
	// Exception is what covered it when it was last seen open; empty if nothing did.
	Exception string

	// Begin is the first audit that has it, open or undetermined. After is the last audit before that read
	// its place and had it not, First and Last are those that saw it open, and By is the first that read
	// its place again and had it not. These are zero if there is none.
	Begin, After, First, Last, By time.Time
	// Seen and Doubted is in how many audits it is open and undetermined, and NotRead names those
	// between that did not read its place, or not whole.
	Seen, Doubted int
	NotRead       []string

	place                             *place
	number                            int // of its finding, from 1
	begin, after, first, last, closed int // audits
}

// see takes in that an audit has the finding.
func (e *Episode) see(row baseline.Row, n int) {
	e.AccountID, e.Region, e.GroupID, e.GroupName, e.RuleID = row["account_id"], row["region"], baseline.GroupOf(row), row["group_name"], row["security_group_rule_id"]
	e.Protocol, e.FromPort, e.ToPort, e.Source = row["ip_protocol"], row["from_port"], row["to_port"], row["source"]
	if row["finding"] != string(finding.Open) {
		e.State = Undetermined
		e.Doubted++
		return
	}
	e.State, e.Exception = Open, row["exception"]
	e.Seen++
	if e.first == none {
		e.first = n
	}
	e.last = n
}

// Episodes are all of them: what is not closed first, and then the longest open.
func (h *History) Episodes() []*Episode {
	var all []*Episode
	for _, t := range h.findings {
		for _, e := range t.episodes {
			e.Begin, e.After, e.First, e.Last, e.By = h.at(e.begin), h.at(e.after), h.at(e.first), h.at(e.last), h.at(e.closed)
			end := e.closed
			if end == none {
				end = len(h.Audits)
			}
			e.NotRead = h.names(slices.DeleteFunc(slices.Clone(e.place.notRead), func(n int) bool { return n < e.begin || n >= end }))
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b *Episode) int {
		return cmp.Or(slices.Index(states, a.State)-slices.Index(states, b.State), a.begin-b.begin, slices.Compare(a.cells(), b.cells()), a.number-b.number)
	})
	return all
}

// cells identify the finding among others.
func (e *Episode) cells() []string {
	return []string{e.AccountID, e.Region, e.GroupID, e.Protocol, e.FromPort, e.ToPort, e.Source}
}

// Accepted reports whether an exception covers what is open.
func (e *Episode) Accepted() bool { return e.State == Open && e.Exception != "" }

// AtLeast is how long it was open at least: from the first to the last audit that saw it so. That nobody
// has closed it and opened it again between two audits, no audit can see.
func (e *Episode) AtLeast() (time.Duration, bool) { return e.Last.Sub(e.First), !e.First.IsZero() }

// AtMost is how long it has taken at most, from the first audit that saw it open, until it was closed.
func (e *Episode) AtMost() (time.Duration, bool) {
	return e.By.Sub(e.First), !e.First.IsZero() && !e.By.IsZero()
}

// MedianToClose are bounds of the median time to close, of the findings that were seen open and closed;
// false if there is none.
func MedianToClose(all []*Episode) (low, high time.Duration, ok bool) {
	var lows, highs []time.Duration
	for _, e := range all {
		if most, closed := e.AtMost(); closed {
			least, _ := e.AtLeast()
			lows, highs = append(lows, least), append(highs, most)
		}
	}
	if len(lows) == 0 {
		return 0, 0, false
	}
	slices.Sort(lows)
	slices.Sort(highs)
	// As each time is within its bounds, so is the one in the middle.
	middle := (len(lows) - 1) / 2
	return lows[middle], highs[middle], true
}

// A Place is how often an account and region was read.
type Place struct {
	AccountID, Region string
	// Now is what the last audit says that says anything of it.
	Now         baseline.Reading
	Readings    int
	First, Last time.Time // zero if it was never read
	NotRead     []string  // names of the audits that say that it was not read
	// From and To are the two readings with the longest time between them, or the last reading and
	// the begin of the newest audit.
	From, To time.Time
	// Late reports that more than six months have passed from one reading to the next, or from the last
	// one to the begin of the newest audit, or that there is none.
	Late bool
}

// Places are all of them: what was not read first, and then those with the longest time between.
func (h *History) Places() []*Place {
	var all []*Place
	for key, p := range h.places {
		if h.standsFor(key) {
			continue
		}
		one := &Place{AccountID: key.account, Region: key.region, Now: p.now, Readings: p.readings, NotRead: h.names(p.notRead), Late: p.late || p.readings == 0}
		if p.readings > 0 {
			one.First, one.Last = h.at(p.first), h.at(p.last)
			one.From, one.To = h.at(p.from), h.at(p.to)
			one.Late = one.Late || late(one.Last, h.Newest())
			if h.Newest().Sub(one.Last) > one.To.Sub(one.From) {
				one.From, one.To = one.Last, h.Newest()
			}
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *Place) int {
		missing := func(p *Place) int {
			if p.Now == baseline.NotRead {
				return 0
			}
			return 1
		}
		return cmp.Or(missing(a)-missing(b), cmp.Compare(b.To.Sub(b.From), a.To.Sub(a.From)), strings.Compare(a.AccountID, b.AccountID), strings.Compare(a.Region, b.Region))
	})
	return all
}

// late reports whether a time is more than six months behind another, as the calendar counts them.
func late(from, to time.Time) bool { return to.After(from.AddDate(0, 6, 0)) }

// Forgotten reports whether nobody knows what is there now: it should have been read and was not, or the
// audits of the last six months say nothing of it.
func (p *Place) Forgotten(newest time.Time) bool {
	return p.Now == baseline.NotRead || p.Now == baseline.Read && late(p.Last, newest)
}

// A Summary is the answer of a history.
type Summary struct {
	Episodes map[State]int
	Accepted int // of those that are open, by exceptions
	// Forgotten are the places of which nobody knows what is there now, and Late those that were without
	// a reading for more than six months.
	Forgotten, Late []*Place
	// Known reports that the newest audits of all places have read and determined everything. Only then
	// does what is not open count as not open.
	Known bool
}

// Summary counts what there is.
func (h *History) Summary(episodes []*Episode, places []*Place) *Summary {
	s := &Summary{Episodes: map[State]int{}}
	for _, e := range episodes {
		s.Episodes[e.State]++
		if e.Accepted() {
			s.Accepted++
		}
	}
	for _, p := range places {
		if p.Forgotten(h.Newest()) {
			s.Forgotten = append(s.Forgotten, p)
		}
		if p.Late {
			s.Late = append(s.Late, p)
		}
	}
	s.Known = len(h.Audits) > 0 && h.Audits[len(h.Audits)-1].Complete && len(s.Forgotten) == 0 && s.Episodes[Unknown]+s.Episodes[Undetermined] == 0
	return s
}
