package report

import (
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/history"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// mostRows is how many rows of each table of a history are in its page.
const mostRows = 100

// WriteHistory writes the page about what has become of findings over many audits. Problems are the audits
// that are not in it, each a sentence. The page has no script. Its error is that of w.
func WriteHistory(w io.Writer, h *history.History, problems []string, version string) error {
	style := mustRead("page.css") + mustRead("history.css")
	v := historyView{
		Policy:   "default-src 'none'; style-src " + hash(style) + "; base-uri 'none'; form-action 'none'",
		Style:    template.CSS(style),
		Version:  version,
		History:  h,
		Problems: problems,
		Episodes: h.Episodes(),
		Places:   h.Places(),
	}
	v.Summary = h.Summary(v.Episodes, v.Places)
	if len(h.Audits) > 0 {
		v.from, v.long = h.Audits[0].At, h.Newest().Sub(h.Audits[0].At)
	}
	v.at = map[string]time.Time{}
	for _, a := range h.Audits {
		v.at[a.Name] = a.At
	}
	return layout.ExecuteTemplate(w, "history.html", &v)
}

// historyView is what the template shows.
type historyView struct {
	Policy   string
	Style    template.CSS
	Version  string
	History  *history.History
	Summary  *history.Summary
	Problems []string
	Episodes []*history.Episode
	Places   []*history.Place

	from time.Time // of the oldest audit
	long time.Duration
	at   map[string]time.Time // of audits, by name
}

// Known reports whether what is not open is known not to be.
func (v *historyView) Known() bool { return v.Summary.Known && len(v.Problems) == 0 }

// Open is how many findings are open and not accepted.
func (v *historyView) Open() int { return v.Count("open") - v.Summary.Accepted }

// Count is how many findings are in a state at the end.
func (v *historyView) Count(state string) int { return v.Summary.Episodes[history.State(state)] }

// State is that of the answer, by which the page looks.
func (v *historyView) State() string {
	switch {
	case !v.Known():
		return "incomplete"
	case v.Open() > 0:
		return "open"
	}
	return "closed"
}

// Answer is the answer in a sentence.
func (v *historyView) Answer() string {
	if len(v.History.Audits) == 0 {
		return "There is no audit to tell of."
	}
	open := plural(v.Open(), "finding") + " open"
	if v.Open() == 0 {
		open = "nothing is known to be open"
		if v.Known() {
			open = "nothing is open"
		}
	}
	if v.Summary.Accepted > 0 {
		open += fmt.Sprintf(", but for %s that exceptions cover", comma(v.Summary.Accepted))
	}
	return fmt.Sprintf("As of the newest audit, of %s: %s.", v.History.Newest().Format(time.DateOnly), open)
}

// Median is the time that it takes to close a finding; empty if none was seen open and closed.
func (v *historyView) Median() string {
	low, high, ok := history.MedianToClose(v.Episodes)
	if !ok {
		return ""
	}
	return comma(history.WholeDays(low)) + " to " + plural(history.UpToDays(high), "day")
}

// FirstEpisodes are the episodes that the page shows.
func (v *historyView) FirstEpisodes() []*history.Episode {
	return v.Episodes[:min(len(v.Episodes), mostRows)]
}

// FirstPlaces are the places that the page shows.
func (v *historyView) FirstPlaces() []*history.Place { return v.Places[:min(len(v.Places), mostRows)] }

// LastAudits are the audits that the page shows, the newest first.
func (v *historyView) LastAudits() []history.Audit {
	all := slices.Clone(v.History.Audits)
	slices.Reverse(all)
	return all[:min(len(all), mostRows)]
}

// Place names a place.
func (v *historyView) Place(account, region string) string {
	return printable(sg.Coverage{Origin: sg.Live, AccountID: account, Region: region}.Place())
}

// Rule names the ingress permission of an episode.
func (v *historyView) Rule(e *history.Episode) string {
	ports := e.FromPort
	if e.ToPort != e.FromPort {
		ports += "–" + e.ToPort
	}
	return printable(strings.Join(strings.Fields(strings.Join([]string{e.Protocol, ports, "from", e.Source}, " ")), " "))
}

// ToClose is how long an episode took to close, or has been open.
func (v *historyView) ToClose(e *history.Episode) string {
	least, seen := e.AtLeast()
	most, closed := e.AtMost()
	switch {
	case !seen:
		return "never seen open"
	case closed:
		return comma(history.WholeDays(least)) + " to " + plural(history.UpToDays(most), "day")
	}
	return "at least " + plural(history.WholeDays(least), "day")
}

// Date is a day, for a person.
func (v *historyView) Date(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format(time.DateOnly)
}

// Gap is the longest time between two readings of a place.
func (v *historyView) Gap(p *history.Place) string {
	if p.Readings == 0 {
		return "never read"
	}
	return plural(history.UpToDays(p.To.Sub(p.From)), "day")
}

// A block is a part of the chart over time, in percent of its width and height.
type block struct{ Kind, X, Y, Long, High string }

// x is where a time is on the axis.
func (v *historyView) x(t time.Time) float64 {
	if v.long <= 0 {
		return 0
	}
	return 98 * float64(t.Sub(v.from)) / float64(v.long) // what ends at the newest is to be seen, too
}

func percents(f float64) string { return fmt.Sprintf("%.2f%%", f) }

// Most is the largest number of findings of one audit.
func (v *historyView) Most() int {
	most := 0
	for _, a := range v.History.Audits {
		most = max(most, a.Open+a.Undetermined+a.Unknown)
	}
	return most
}

// Blocks are the findings of each audit until the next: open, undetermined, and not known as their places
// were not read.
func (v *historyView) Blocks() (blocks []block) {
	most := float64(v.Most())
	for i, a := range v.History.Audits {
		x, end := v.x(a.At), 100.0
		if i+1 < len(v.History.Audits) {
			end = v.x(v.History.Audits[i+1].At)
		}
		y := 100.0
		for _, part := range []struct {
			kind string
			n    int
		}{{"open", a.Open}, {"undetermined", a.Undetermined}, {"notread", a.Unknown}} {
			if part.n > 0 && end > x {
				high := 100 * float64(part.n) / most
				y -= high
				blocks = append(blocks, block{part.kind, percents(x), percents(y), percents(end - x), percents(high)})
			}
		}
	}
	return blocks
}

// Course is one episode over time: when it was seen open, when it may have been, and which audits did not
// read its place.
func (v *historyView) Course(e *history.Episode) (parts []segment) {
	add := func(kind string, from, to time.Time) {
		if !from.IsZero() && !to.IsZero() {
			parts = append(parts, segment{kind, percents(v.x(from)), percents(max(v.x(to)-v.x(from), 0.7))})
		}
	}
	begin, end := e.Begin, e.Last
	if !e.After.IsZero() {
		begin = e.After
	}
	switch e.State {
	case history.Closed:
		end = e.By
	case history.Undetermined, history.Unknown:
		end = v.History.Newest()
	}
	add("undetermined", begin, end)
	add("open", e.First, e.Last)
	for _, name := range e.NotRead {
		add("notread", v.at[name], v.at[name])
	}
	return parts
}
