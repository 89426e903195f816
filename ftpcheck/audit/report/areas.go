package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An area is what was read of an account in its regions, or of a region in its accounts.
type area struct {
	name               string
	read, missed, rest int      // parts: those whose groups were read, those that should have been, and all others
	noted              int      // of those that were read, what they refer to was not read whole
	missing            []string // the names of the parts that were missed
	groups             int64
	open, undetermined int64 // ingress permissions
}

// areasOf sums up the places by account and by region, with what is amiss first. Files of the same
// account and region are one part.
func areasOf(r *finding.Report, t *tally) (accounts, regions []*area) {
	type part struct{ account, region string }
	type state struct {
		read, missed, noted, live bool
		groups                    int64
	}
	parts := map[part]*state{}
	for _, p := range r.Places {
		key := part{p.AccountID, p.Region}
		s := parts[key]
		if s == nil {
			s = &state{}
			parts[key] = s
		}
		s.groups += p.Groups
		s.live = s.live || p.Origin == sg.Live
		switch {
		case p.Missing():
			s.missed = true
		case p.Status == sg.StatusScanned:
			s.read = s.read || p.Content == sg.ContentGroups
			s.noted = s.noted || whatFailed(p) != ""
		}
	}
	byAccount, byRegion := map[string]*area{}, map[string]*area{}
	of := func(all map[string]*area, name string) *area {
		if all[name] == nil {
			all[name] = &area{name: name}
		}
		return all[name]
	}
	for key, s := range parts {
		region := key.region
		if region == "" && s.live {
			region = "all regions" // the account was not read at all
		}
		for _, of := range []struct {
			*area
			part string
		}{{of(byAccount, key.account), region}, {of(byRegion, region), key.account}} {
			of.groups += s.groups
			switch {
			case s.missed:
				of.missed++
				of.missing = append(of.missing, cmp.Or(of.part, notKnown))
			case s.read:
				of.read++
				if s.noted {
					of.noted++
				}
			default:
				of.rest++
			}
		}
	}
	for all, counts := range map[*map[string]*area]map[string]*bar{&byAccount: t.accounts, &byRegion: t.regions} {
		for name, b := range counts {
			if b.Open+b.Undetermined > 0 {
				a := of(*all, name)
				a.open, a.undetermined = int64(b.Open), int64(b.Undetermined)
			}
		}
	}
	return inOrder(byAccount), inOrder(byRegion)
}

const notKnown = "not known"

func inOrder(all map[string]*area) []*area {
	var sorted []*area
	for _, a := range all {
		slices.Sort(a.missing)
		sorted = append(sorted, a)
	}
	slices.SortFunc(sorted, func(a, b *area) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.missed, a.missed), strings.Compare(a.name, b.name))
	})
	return sorted
}

// areaStates are the states of an area in the order of the page: what is amiss first.
var areaStates = []string{"not read", "read in part", "read, not all determined", "read", "no groups read"}

func (a *area) rank() int {
	switch {
	case a.missed > 0 && a.read == 0:
		return 0
	case a.missed > 0:
		return 1
	case a.noted > 0:
		return 2
	case a.read > 0:
		return 3
	}
	return 4
}

var areaColumns = []column[*area]{
	{name: "state", filter: true, text: func(a *area) string { return areaStates[a.rank()] }},
	{name: "area", text: func(a *area) string { return cmp.Or(a.name, notKnown) }},
	{name: "read", text: func(a *area) string { return comma(a.read) }},
	{name: "missed", text: func(a *area) string { return comma(a.missed) }},
	{name: "missing", text: func(a *area) string {
		return strings.Join(some(a.missing, func(name string) string { return name }), ", ")
	}},
	{name: "rest", text: func(a *area) string { return comma(a.rest) }},
	{name: "groups", text: func(a *area) string { return comma(a.groups) }},
	{name: "open", text: func(a *area) string { return comma(a.open) }},
	{name: "undetermined", text: func(a *area) string { return comma(a.undetermined) }},
}
