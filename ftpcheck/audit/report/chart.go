package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A chart counts findings by something. Each bar is a row of a table with the counts.
type chart struct {
	Title  string
	Of     string // what is counted by, the head of the first column
	Column string // of the table of findings, to filter by; empty if none
	Places bool   // places that were not read are counted, too
	Bars   []*bar
}

// A bar is the findings of one value.
type bar struct {
	Label  string
	Value  string // to filter by
	Others bool   // it is the sum of the values that have no bar of their own

	Open, Undetermined, NotRead int
	scale                       int // the largest total; 0 if no bar is to be drawn
}

func (b *bar) total() int { return b.Open + b.Undetermined + b.NotRead }

func (b *bar) add(k finding.Kind) {
	switch k {
	case finding.Open:
		b.Open++
	case finding.Undetermined:
		b.Undetermined++
	case finding.NotRead:
		b.NotRead++
	}
}

// A segment is the part of a bar for one kind, in percent of the longest bar.
type segment struct {
	Kind    string
	X, Long string
}

// Segments are those of the bar, from left to right.
func (b *bar) Segments() []segment {
	if b.scale == 0 {
		return nil
	}
	var segments []segment
	x := 0
	for _, part := range []struct {
		kind string
		n    int
	}{{"open", b.Open}, {"undetermined", b.Undetermined}, {"notread", b.NotRead}} {
		if part.n > 0 {
			segments = append(segments, segment{part.kind, percent(x, b.scale), percent(part.n, b.scale)})
			x += part.n
		}
	}
	return segments
}

func percent(n, of int) string { return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of)) }

// mostBars is how many values a chart shows for themselves.
const mostBars = 10

func chartsOf(t *tally) []chart {
	return []chart{
		bySeverity(t),
		{Title: "By account", Of: "Account", Column: "account", Places: true, Bars: barsOf(t.accounts)},
		{Title: "By region", Of: "Region", Column: "region", Places: true, Bars: barsOf(t.regions)},
		{Title: "By way of being open", Of: "Reason", Column: "reason", Bars: barsOf(t.reasons)},
		{Title: "By width of the source", Of: "Public IPv4 addresses", Bars: barsOf(t.widths)},
	}
}

// width is the class of a source by its public IPv4 addresses.
func width(p *sg.Permission, counts *counts) string {
	n, known := counts.of(p)
	switch {
	case !known:
		return "not known"
	case n == 0:
		return "none, IPv6 only"
	case n == counts.all:
		return "all"
	}
	for _, bits := range []int{8, 16, 24} {
		if n >= 1<<(32-bits) {
			return fmt.Sprintf("as many as a /%d or more", bits)
		}
	}
	return "fewer than a /24 has"
}

// barsOf are the counts by value, the largest first. What is beyond the most is in a bar for all
// others.
func barsOf(counts map[string]*bar) []*bar {
	var bars []*bar
	for v, b := range counts {
		b.Value = printable(v)
		b.Label = cmp.Or(b.Value, "not known")
		bars = append(bars, b)
	}
	slices.SortFunc(bars, func(a, b *bar) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.Value, b.Value))
	})
	for _, b := range bars {
		b.scale = bars[0].total()
	}
	if len(bars) > mostBars+1 {
		// Drawn to scale, it would leave nothing to see of the others.
		others := &bar{Label: comma(len(bars)-mostBars) + " others", Others: true}
		for _, b := range bars[mostBars:] {
			others.Open += b.Open
			others.Undetermined += b.Undetermined
			others.NotRead += b.NotRead
		}
		bars = append(bars[:mostBars], others)
	}
	return bars
}
