package report

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// severities are how much findings matter, in the order in which a person must see them: what the
// internet reaches before what it may reach, and that before what it does not reach; what is open
// before what may be, and before what nobody looked at; and what was accepted last.
var severities = []string{
	0: "open, reached now", 1: "may be open, reached now",
	2: "open, reach not known", 3: "may be open, reach not known", 4: "not read",
	5: "open, not reached now", 6: "may be open, not reached now",
	7: acceptedKind,
}

// severity is that of a finding, by its place in severities.
func severity(f finding.Finding) int {
	switch {
	case f.Exception != nil:
		return 7
	case f.Kind == finding.NotRead:
		return 4
	}
	s := 2
	switch f.Reachable() {
	case rule.Yes:
		s = 0
	case rule.No:
		s = 5
	}
	if f.Kind == finding.Undetermined {
		s++
	}
	return s
}

// bySeverity is the chart of how many findings matter how much.
func bySeverity(t *tally) chart {
	c := chart{Title: "By severity", Of: "Severity", Column: "severity", Places: true}
	most := 0
	for i := range t.severities {
		b := &t.severities[i]
		b.Label, b.Value = severities[i], severities[i]
		most = max(most, b.total())
	}
	for i := range t.severities {
		if b := &t.severities[i]; b.total() > 0 {
			b.scale = most
			c.Bars = append(c.Bars, b)
		}
	}
	return c
}
