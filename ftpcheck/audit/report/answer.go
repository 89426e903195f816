package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An Answer is what a page says first: how much is open, and how far that holds.
type Answer struct {
	// Complete reports that everything was read and determined, so that what is not open is closed,
	// and GroupsSeen that security groups were read anywhere.
	Complete, GroupsSeen          bool
	Groups, OpenGroups            int64
	Accepted                      int64 // of the open groups, by exceptions
	OpenPermissions, Undetermined int64 // ingress permissions
	Missed                        int   // places that were not read and should have been
}

// answerOf is the answer of a report. Beyond what the report itself says, it wants security groups
// to have been read, and no place missing from the findings.
func answerOf(r *finding.Report, c coverage) Answer {
	a := Answer{
		Complete:   r.Complete() && c.Missed == 0 && c.GroupsSeen,
		GroupsSeen: c.GroupsSeen, Groups: r.Groups, OpenGroups: r.OpenGroups, Accepted: r.Accepted, Missed: c.Missed,
	}
	a.OpenPermissions, a.Undetermined = int64(r.Count(finding.Open)), int64(r.Count(finding.Undetermined))
	return a
}

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
	c.Read, c.Missed, c.Optional = c.Scope.Live+c.Scope.Files, len(c.Scope.Missed), c.Scope.Optional+c.Scope.OtherShards
	for s, n := range statuses {
		c.Statuses = append(c.Statuses, statusCount{s, n})
	}
	slices.SortFunc(c.Statuses, func(a, b statusCount) int { return strings.Compare(a.Status, b.Status) })
	return c
}

// State is open, closed, or what is known too little of to be either: incomplete.
func (a Answer) State() string {
	switch {
	case !a.Complete:
		return "incomplete"
	case a.Open():
		return "open"
	}
	return "closed"
}

// Open reports whether anything is open.
func (a Answer) Open() bool { return a.OpenGroups > 0 || a.OpenPermissions > 0 }

// Title is that of the document.
func (v *view) Title() string {
	var parts []string
	if !v.Complete {
		parts = append(parts, "INCOMPLETE")
	}
	switch {
	case v.Open():
		parts = append(parts, fmt.Sprintf("OPEN: %s of %s", comma(v.OpenGroups), plural(v.Groups, "security group")))
	case v.Complete:
		parts = append(parts, fmt.Sprintf("Nothing open: %s", plural(v.Groups, "security group")))
	}
	return strings.Join(append(parts, "FTP exposure, ftpcheck report"), " - ")
}

// Sentence is the whole answer in one line: what is open, and what is not known.
func (a Answer) Sentence() string {
	if !a.GroupsSeen {
		return "Nothing was read, so this is no answer." + a.unknowns()
	}
	groups := plural(a.Groups, "security group")
	verb := "let"
	if a.OpenGroups == 1 {
		verb = "lets"
	}
	switch {
	case a.Open():
		return fmt.Sprintf("%s of %s %s the whole internet in on FTP%s.", comma(a.OpenGroups), groups, verb, a.accepted()) + a.unknowns()
	case !a.Complete:
		return fmt.Sprintf("Of %s read, none is known to let the whole internet in on FTP, but not everything is known.", groups) + a.unknowns()
	case a.Groups == 0:
		return "There is no security group in what was read, so none lets the whole internet in on FTP."
	}
	return fmt.Sprintf("None of %s lets the whole internet in on FTP.", groups)
}

// accepted says how much of what is open exceptions cover, as a part of a sentence.
func (a Answer) accepted() string {
	switch {
	case a.Accepted == 0:
		return ""
	case a.Accepted == a.OpenGroups:
		return ", and exceptions cover all that is open"
	default:
		return fmt.Sprintf(", of which exceptions cover %s", comma(a.Accepted))
	}
}

func (a Answer) unknowns() string {
	s := ""
	if a.Undetermined > 0 {
		s += fmt.Sprintf(" %s could not be determined.", plural(a.Undetermined, "ingress permission"))
	}
	if a.Missed > 0 {
		s += fmt.Sprintf(" %s %s not read.", plural(a.Missed, "place"), map[bool]string{true: "was", false: "were"}[a.Missed == 1])
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

// Asked is what was to be read.
func (v *view) Asked() []string {
	var asked []string
	for _, a := range v.Report.Asked {
		asked = append(asked, printable(a))
	}
	return asked
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
