package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// coverage sums up what was looked at.
type coverage struct {
	Read, Missed, Optional int // places
	Scope                  finding.Scope
	Permissions            int64
	GroupsSeen             bool // whether security groups were read anywhere
	Networks               int  // places that were read, but not all of their networks
	Statuses               []statusCount
}

type statusCount struct {
	Status string
	Count  int
}

func coverageOf(r *finding.Report) coverage {
	c := coverage{Scope: finding.ScopeOf(r.Places)}
	statuses := map[string]int{}
	for _, p := range r.Places {
		c.Permissions += p.Permissions
		statuses[statusText(p)]++
		if p.Status == sg.StatusScanned && p.NetworkProblem != "" {
			c.Networks++
		}
		c.GroupsSeen = c.GroupsSeen || p.Status == sg.StatusScanned && p.Content == sg.ContentGroups
	}
	c.Read, c.Missed, c.Optional = c.Scope.Live+c.Scope.Files, len(c.Scope.Missed), c.Scope.Optional+c.Scope.OtherShards+c.Scope.LeftOut
	for s, n := range statuses {
		c.Statuses = append(c.Statuses, statusCount{s, n})
	}
	slices.SortFunc(c.Statuses, func(a, b statusCount) int { return strings.Compare(a.Status, b.Status) })
	return c
}

// reach counts the groups that have findings, each once, however many accounts see it.
type reach struct {
	Now     int // the internet reaches something through them
	Unknown int // nobody knows whether it does
}

func reachOf(findings []finding.Finding) (r reach) {
	groups := map[string]rule.Answer{}
	for _, f := range findings {
		if f.Permission == nil {
			continue
		}
		g := f.Permission.Group
		key := cmp.Or(g.ARN, strings.Join([]string{g.AccountID, g.Region, g.ID}, " "))
		if was, seen := groups[key]; !seen || reachRank(f.Reachable()) < reachRank(was) {
			groups[key] = f.Reachable()
		}
	}
	for _, a := range groups {
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

// ranked are the findings in the order of the page: first those that the internet reaches, the
// open ones before those that are only perhaps, then those of which it is not known, then all
// others, and what was accepted last. It is the order of the report otherwise.
func ranked(findings []finding.Finding) []finding.Finding {
	kinds := []finding.Kind{finding.Open, finding.Undetermined}
	rank := func(f finding.Finding) int {
		if f.Exception != nil {
			return len(kinds) + 3
		}
		if f.Reachable() == rule.Yes {
			return slices.Index(kinds, f.Kind)
		}
		return len(kinds) + reachRank(f.Reachable())
	}
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b finding.Finding) int { return cmp.Compare(rank(a), rank(b)) })
	return sorted
}

// Count is the number of findings of a kind.
func (v *view) Count(kind finding.Kind) int {
	n := 0
	for _, f := range v.Report.Findings {
		if f.Kind == kind {
			n++
		}
	}
	return n
}

// Complete reports whether what is not listed is not open. Beyond what the report itself
// says, it wants security groups to have been read, and no place missing from the
// findings.
func (v *view) Complete() bool {
	return v.Report.Complete() && v.Coverage.Missed == 0 && v.Coverage.GroupsSeen
}

// State is open, closed, or what is known too little of to be either: incomplete.
func (v *view) State() string {
	switch {
	case !v.Complete():
		return "incomplete"
	case v.Open():
		return "open"
	}
	return "closed"
}

// Open reports whether anything is open.
func (v *view) Open() bool {
	return v.Report.OpenGroups > 0 || v.Count(finding.Open) > 0
}

// Title is that of the document.
func (v *view) Title() string {
	var parts []string
	if !v.Complete() {
		parts = append(parts, "INCOMPLETE")
	}
	switch {
	case v.Open():
		parts = append(parts, fmt.Sprintf("OPEN: %s of %s", comma(v.Report.OpenGroups), plural(v.Report.Groups, "security group")))
	case v.Complete():
		parts = append(parts, fmt.Sprintf("Nothing open: %s", plural(v.Report.Groups, "security group")))
	}
	return strings.Join(append(parts, "FTP exposure, ftpcheck report"), " - ")
}

// Answer is the whole answer in one line: what is open, and what is not known.
func (v *view) Answer() string {
	if !v.Coverage.GroupsSeen {
		return "Nothing was read, so this is no answer." + v.unknowns()
	}
	open, groups := v.Report.OpenGroups, plural(v.Report.Groups, "security group")
	verb := "let"
	if open == 1 {
		verb = "lets"
	}
	switch {
	case v.Open():
		return fmt.Sprintf("%s of %s %s the whole internet in on FTP%s.", comma(open), groups, verb, v.accepted()) + v.unknowns()
	case !v.Complete():
		return fmt.Sprintf("Of %s read, none is known to let the whole internet in on FTP, but not everything is known.", groups) + v.unknowns()
	case v.Report.Groups == 0:
		return "There is no security group in what was read, so none lets the whole internet in on FTP."
	}
	return fmt.Sprintf("None of %s lets the whole internet in on FTP.", groups)
}

// accepted says how much of what is open exceptions cover, as a part of a sentence.
func (v *view) accepted() string {
	switch n := v.Report.Accepted; {
	case n == 0:
		return ""
	case n == v.Report.OpenGroups:
		return ", and exceptions cover all that is open"
	default:
		return fmt.Sprintf(", of which exceptions cover %s", comma(n))
	}
}

func (v *view) unknowns() string {
	s := ""
	if n := v.Count(finding.Undetermined); n > 0 {
		s += fmt.Sprintf(" %s could not be determined.", plural(n, "ingress permission"))
	}
	if n := v.Coverage.Missed; n > 0 {
		s += fmt.Sprintf(" %s %s not read.", plural(n, "place"), map[bool]string{true: "was", false: "were"}[n == 1])
	}
	return s
}

// Scope says for what the answer holds.
func (v *view) Scope() string {
	read := v.Coverage.Scope.Read(plural)
	if read == "" {
		return "No place was read."
	}
	text := "Read: " + read + "."
	if n := v.Coverage.Scope.LeftOut; n > 0 {
		text += fmt.Sprintf(" %s left out by choice.", plural(n, "place"))
	}
	if empty := v.Coverage.Scope.Emptiness(); empty != "" {
		text += " " + empty
	}
	return text
}

// OnlyLive reports whether no place is a file.
func (v *view) OnlyLive() bool {
	return !slices.ContainsFunc(v.Report.Places, func(p sg.Coverage) bool { return p.Origin != sg.Live })
}

// Callers are the identities that read, in words where there is none.
func (v *view) Callers() []string {
	var callers []string
	for _, c := range v.Report.Callers {
		callers = append(callers, printable(c))
	}
	live := slices.ContainsFunc(v.Report.Places, func(p sg.Coverage) bool { return p.Origin == sg.Live })
	switch {
	case len(callers) > 0:
	case live || len(v.Report.Places) == 0:
		return []string{"not known"}
	default:
		return []string{"nobody in AWS: saved files were read"}
	}
	return callers
}

// Tool names the program that wrote the report.
func (v *view) Tool() string {
	s := "ftpcheck, version "
	if v.Report.Version == "" {
		s += "not known"
	}
	s += printable(v.Report.Version)
	if v.Report.Commit == "" {
		return s + ", commit not known"
	}
	return s + ", commit " + printable(v.Report.Commit)
}

// Took is how long the reading took; empty if that is not known.
func (v *view) Took() string {
	if v.Report.Started.IsZero() || v.Report.Finished.Before(v.Report.Started) {
		return ""
	}
	return v.Report.Finished.Sub(v.Report.Started).Round(time.Second).String()
}

// moment is a time for a person, always in UTC.
func moment(t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func comma[N int | int64](n N) string { return humanize.Comma(int64(n)) }

func plural[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return comma(n) + " " + noun + "s"
}
