package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A tally is what there is to count of findings, and their order. It is made of one reading of them.
type tally struct {
	severities []bar
	accounts   map[string]*bar
	regions    map[string]*bar
	reasons    map[string]*bar // of permissions, and so are widths
	widths     map[string]*bar

	order  [][]int // positions of findings, by severity
	groups map[string]rule.Answer
}

func tallyOf(r *finding.Report) *tally {
	t := &tally{
		severities: make([]bar, len(severities)), order: make([][]int, len(severities)),
		accounts: map[string]*bar{}, regions: map[string]*bar{}, reasons: map[string]*bar{}, widths: map[string]*bar{},
		groups: map[string]rule.Answer{},
	}
	add := func(to map[string]*bar, value string, k finding.Kind) {
		b := to[value]
		if b == nil {
			b = &bar{}
			to[strings.Clone(value)] = b // what it is a part of need not stay
		}
		b.add(k)
	}
	counts := newCounts()
	for i, f := range r.All() {
		s := severity(f)
		t.severities[s].add(f.Kind)
		t.order[s] = append(t.order[s], i)
		add(t.accounts, account(f), f.Kind)
		add(t.regions, region(f), f.Kind)
		if f.Permission == nil {
			continue
		}
		add(t.reasons, string(f.Permission.Verdict.Reason), f.Kind)
		add(t.widths, width(f.Permission, counts), f.Kind)
		g := f.Permission.Group
		key := strings.Clone(cmp.Or(g.ARN, strings.Join([]string{g.AccountID, g.Region, g.ID}, " ")))
		if was, seen := t.groups[key]; !seen || reachRank(f.Reachable()) < reachRank(was) {
			t.groups[key] = f.Reachable()
		}
	}
	return t
}

// ranked are the positions of the findings in the order of the page: by severity, and as in the
// report otherwise.
func (t *tally) ranked() []int { return slices.Concat(t.order...) }

// reach counts the groups that have findings, each once, however many accounts see it.
type reach struct {
	Now     int // the internet reaches something through them
	Unknown int // nobody knows whether it does
}

func (t *tally) reach() (r reach) {
	for _, a := range t.groups {
		switch a {
		case rule.Yes:
			r.Now++
		case rule.Unknown:
			r.Unknown++
		}
	}
	return r
}

// reachRank orders what a person must see first before the rest.
func reachRank(a rule.Answer) int {
	return slices.Index([]rule.Answer{rule.Yes, rule.Unknown, rule.No}, a)
}
