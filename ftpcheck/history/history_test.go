package history

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var first = time.Date(2025, 1, 31, 12, 0, 0, 0, time.UTC)

// said is what one audit says of a place or of a finding in it:
//
//	O  the finding is open     C  the place was read, and the finding is not there
//	U  it is undetermined      N  the place was not read
//	-  the audit is about another account
type said = byte

// A timeline is what audits say of places and of the findings in them, a letter an audit.
type timeline struct {
	at       []time.Time
	places   map[placeKey][]said // C or N or L, as N but by choice
	findings map[placeKey][3][]said
}

// audits writes the timeline down as audits do, and has them read.
func (w *timeline) audits() *History {
	h := New()
	for n, at := range w.at {
		s := baseline.New()
		silent := map[string]bool{}
		for key, all := range w.places {
			place := baseline.Row{"account_id": key.account, "region": key.region, "origin": sg.Live, "content": sg.ContentGroups, "status": string(sg.StatusScanned)}
			switch all[n] {
			case '-':
				silent[key.account] = true
				continue
			case 'N':
				place["status"] = string(sg.StatusDenied)
			case 'L':
				place["status"], place["is_optional"] = string(sg.StatusRegionDisabled), "true"
			}
			s.AddPlace(place)
			for i, states := range w.findings[key] {
				row := baseline.Row{"account_id": key.account, "region": key.region, "group_id": fmt.Sprint("sg-", i), "ip_protocol": "tcp", "from_port": "21", "to_port": "21", "source": "0.0.0.0/0"}
				switch states[n] {
				case 'O':
					row["finding"] = "open"
				case 'U':
					row["finding"] = "undetermined"
				default:
					continue
				}
				s.AddFinding(row)
			}
		}
		h.Add(Audit{Name: fmt.Sprint("a", n), At: at}, s)
	}
	return h
}

func random(r *rand.Rand) *timeline {
	w := &timeline{places: map[placeKey][]said{}, findings: map[placeKey][3][]said{}}
	at := first
	for range 1 + r.IntN(9) {
		w.at = append(w.at, at)
		at = at.AddDate(0, 0, r.IntN(250))
	}
	for _, account := range []string{"111122223333", "222233334444"} {
		silent := make([]bool, len(w.at))
		for n := range silent {
			silent[n] = r.IntN(6) == 0
		}
		for _, region := range []string{"eu-west-1", "us-east-1"} {
			key := placeKey{account, region}
			var states [3][]said
			truth := [3]said{'C', 'C', 'C'}
			for n := range w.at {
				reading := said("CCCNL"[r.IntN(5)])
				if silent[n] {
					reading = '-'
				}
				w.places[key] = append(w.places[key], reading)
				for i := range truth {
					if r.IntN(3) == 0 {
						truth[i] = "CCOOU"[r.IntN(5)]
					}
					is := truth[i]
					switch {
					case reading == '-':
						is = '-'
					case reading == 'N' && r.IntN(4) == 0: // read in part, and it may be in that
						if is == 'C' {
							is = 'N'
						}
					case reading != 'C':
						is = 'N'
					}
					states[i] = append(states[i], is)
				}
			}
			w.findings[key] = states
		}
	}
	return w
}

// oracle are the episodes of a timeline, by a look at its letters.
func (w *timeline) oracle() (lines []string) {
	at := func(n int) string {
		if n < 0 {
			return "never"
		}
		return w.at[n].Format(time.DateOnly)
	}
	for key, findings := range w.findings {
		for i, all := range findings {
			// A letter that is left out must not move the others.
			for _, m := range regexp.MustCompile(`[OU][OUN-]*C?`).FindAllStringIndex(string(all), -1) {
				there := string(all[m[0]:m[1]])
				index := func(n int) int {
					if n < 0 {
						return n
					}
					return m[0] + n
				}
				by := index(strings.IndexByte(there, 'C'))
				talk := strings.TrimRight(there, "-")
				state := map[said]State{'O': Open, 'U': Undetermined, 'N': Unknown, 'C': Closed}[talk[len(talk)-1]]
				var unread []string
				for n := m[0]; n < m[1]; n++ {
					if strings.IndexByte("NL", w.places[key][n]) >= 0 {
						unread = append(unread, fmt.Sprint("a", n))
					}
				}
				lines = append(lines, fmt.Sprintln(key, i, state, at(strings.LastIndexByte(string(all[:m[0]]), 'C')), at(index(strings.IndexByte(there, 'O'))),
					at(index(strings.LastIndexByte(there, 'O'))), at(by), strings.Count(there, "O"), strings.Count(there, "U"), unread))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

func (w *timeline) told(h *History) (lines []string) {
	at := func(t time.Time) string {
		if t.IsZero() {
			return "never"
		}
		return t.Format(time.DateOnly)
	}
	for _, e := range h.Episodes() {
		lines = append(lines, fmt.Sprintln(placeKey{e.AccountID, e.Region}, strings.TrimPrefix(e.GroupID, "sg-"), e.State, at(e.After), at(e.First), at(e.Last), at(e.By), e.Seen, e.Doubted, e.NotRead))
	}
	slices.Sort(lines)
	return lines
}

// Over random timelines of what is open and what is read, every episode is what a look at the letters
// gives.
func TestEpisodesOfRandomTimelines(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	seen := map[State]int{}
	for range 400 {
		w := random(r)
		h := w.audits()
		if diff := cmp.Diff(w.oracle(), w.told(h)); diff != "" {
			t.Fatalf("%v: (-want +got)\n%s", w, diff)
		}
		for _, e := range h.Episodes() {
			seen[e.State]++
		}
		for n, a := range h.Audits {
			open, unknown := 0, 0
			for _, findings := range w.findings {
				for _, all := range findings {
					if all[n] == 'O' {
						open++
					}
					// It was there when its place was last read, and its place was not read now.
					if before := strings.TrimRight(string(all[:n]), "N-"); all[n] == 'N' && before != "" && before[len(before)-1] != 'C' {
						unknown++
					}
				}
			}
			if a.Open != open || a.Unknown != unknown {
				t.Fatalf("%v: audit %d has %d open and %d unknown, want %d and %d", w, n, a.Open, a.Unknown, open, unknown)
			}
		}
	}
	for _, state := range states {
		if seen[state] < 200 {
			t.Errorf("only %d are %s, which proves little", seen[state], state)
		}
	}
}

// The same of places: how often, when and with which longest time between they were read.
func TestPlacesOfRandomTimelines(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	late, forgotten := 0, 0
	for range 400 {
		w := random(r)
		h := w.audits()
		newest := w.at[len(w.at)-1]
		told := map[placeKey]*Place{}
		for _, p := range h.Places() {
			told[placeKey{p.AccountID, p.Region}] = p
		}
		for key, all := range w.places {
			var read []time.Time
			for n, is := range all {
				if is == 'C' {
					read = append(read, w.at[n])
				}
			}
			p := told[key]
			if p == nil {
				// Nobody asked for it, or the account was never spoken of.
				if strings.Trim(string(all), "L-") != "" {
					t.Fatalf("%v: nothing on %v", w, key)
				}
				continue
			}
			longest, isLate := time.Duration(0), len(read) == 0
			for i, at := range read {
				next := newest
				if i+1 < len(read) {
					next = read[i+1]
				}
				longest = max(longest, next.Sub(at))
				isLate = isLate || next.After(at.AddDate(0, 6, 0))
			}
			talk := strings.TrimRight(string(all), "-")
			isForgotten := talk[len(talk)-1] == 'N' || talk[len(talk)-1] == 'C' && newest.After(read[len(read)-1].AddDate(0, 6, 0))
			if p.Readings != len(read) || p.To.Sub(p.From) != longest || p.Late != isLate || p.Forgotten(newest) != isForgotten ||
				len(read) > 0 && (!p.First.Equal(read[0]) || !p.Last.Equal(read[len(read)-1])) {
				t.Fatalf("%v: %s of %v: %+v, want readings %v, longest %v, late %v, forgotten %v", w, all, key, p, read, longest, isLate, isForgotten)
			}
			if isLate {
				late++
			}
			if isForgotten {
				forgotten++
			}
		}
	}
	if late < 100 || forgotten < 100 {
		t.Errorf("only %d are late and %d forgotten, which proves little", late, forgotten)
	}
}

// The bounds of the time to close, and six months as the calendar counts them.
func TestBounds(t *testing.T) {
	at := func(date string) time.Time {
		d, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	key := placeKey{"111122223333", "eu-west-1"}
	quarters := []time.Time{at("2026-01-01"), at("2026-04-01"), at("2026-07-01"), at("2026-10-01"), at("2027-04-02")}
	h := (&timeline{at: quarters, places: map[placeKey][]said{key: []said("CCNCC")}, findings: map[placeKey][3][]said{key: {[]said("COOCC"), []said("OONCO"), []said("CUNUU")}}}).audits()
	var told []string
	for _, e := range h.Episodes() {
		row := e.Row()
		told = append(told, fmt.Sprint(row[0], row[3], row[10:13], row[15:17], row[17:20]))
	}
	want := []string{
		`opensg-1[2 2026-10-01 00:00:00 +0000 UTC 2027-04-02 00:00:00 +0000 UTC] [0 <nil>] [1 0 []]`,
		`undeterminedsg-2[1 2026-01-01 00:00:00 +0000 UTC <nil>] [<nil> <nil>] [0 3 ["a2"]]`,
		`closedsg-1[1 <nil> 2026-01-01 00:00:00 +0000 UTC] [90 273] [2 0 ["a2"]]`,
		`closedsg-0[1 2026-01-01 00:00:00 +0000 UTC 2026-04-01 00:00:00 +0000 UTC] [91 183] [2 0 ["a2"]]`,
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	low, high, ok := MedianToClose(h.Episodes())
	if !ok || WholeDays(low) != 90 || UpToDays(high) != 183 {
		t.Errorf("the median is between %v and %v", low, high)
	}
	if p := h.Places()[0]; !p.Late || UpToDays(p.To.Sub(p.From)) != 183 {
		t.Errorf("six months and a day are not late: %+v", p)
	}
	if late(at("2026-10-01"), at("2027-04-01")) {
		t.Error("six months are late")
	}
}

// An account of which nothing could be read is a place itself, until its regions are known.
func TestAccountsWithoutRegions(t *testing.T) {
	h := New()
	denied := baseline.New()
	denied.AddPlace(baseline.Row{"account_id": "111122223333", "origin": sg.Live, "status": string(sg.StatusRoleFailed)})
	h.Add(Audit{Name: "a0", At: first}, denied)
	places := h.Places()
	if len(places) != 1 || places[0].Region != "" || !places[0].Forgotten(h.Newest()) || !places[0].Late {
		t.Fatalf("%+v", places)
	}
	read := baseline.New()
	read.AddPlace(baseline.Row{"account_id": "111122223333", "region": "eu-west-1", "origin": sg.Live, "content": sg.ContentGroups, "status": string(sg.StatusScanned)})
	h.Add(Audit{Name: "a1", At: first}, read)
	if places = h.Places(); len(places) != 1 || places[0].Region != "eu-west-1" || places[0].Now != baseline.Read {
		t.Fatalf("%+v", places)
	}
	h.Add(Audit{Name: "a2", At: first}, denied)
	if places = h.Places(); len(places) != 1 || places[0].Now != baseline.NotRead || h.Audits[2].NotRead != 1 {
		t.Fatalf("%+v", places)
	}
	// An account that an audit was to read, and says nothing of, was not read.
	nothing := baseline.New()
	nothing.Expect("111122223333")
	h.Add(Audit{Name: "a3", At: first}, nothing)
	left := baseline.New()
	left.AddPlace(baseline.Row{"account_id": "111122223333", "origin": sg.Live, "status": string(sg.StatusOtherShard), "is_optional": "true"})
	left.Expect("111122223333")
	h.Add(Audit{Name: "a4", At: first}, left)
	if places = h.Places(); len(places) != 1 || !slices.Equal(places[0].NotRead, []string{"a2", "a3"}) {
		t.Fatalf("%+v", places[0])
	}
}

// The middle of the lower bounds and that of the upper ones are of different findings.
func TestMedianToClose(t *testing.T) {
	if _, _, ok := MedianToClose([]*Episode{{State: Open, First: first, Last: first}, {State: Closed, By: first}}); ok {
		t.Error("nothing was seen open and closed, and it has a median")
	}
	var all []*Episode
	for _, days := range [][2]int{{100, 400}, {0, 10}, {5, 6}} {
		all = append(all, &Episode{State: Closed, First: first, Last: first.AddDate(0, 0, days[0]), By: first.AddDate(0, 0, days[1])})
	}
	if low, high, ok := MedianToClose(all); !ok || WholeDays(low) != 5 || UpToDays(high) != 10 {
		t.Errorf("the median is between %v and %v", low, high)
	}
}
