package report

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
)

// A Diff is what has changed between two audits.
type Diff struct {
	Old, New Audit
	Changes  baseline.Changes
	// WithoutReach are those of the old and the new audit that do not say what the internet
	// reaches, so that it was not compared.
	WithoutReach []string
	By           string // the tool that compares, with its version
}

// WriteDiff writes the page about what has changed between two audits. The same two give the same
// bytes. Its error is that of w.
func WriteDiff(w io.Writer, d *Diff) error {
	style, script := mustRead("page.css"), mustRead("page.js")
	v := diffView{Policy: policy(style, script), Style: template.CSS(style), Script: template.JS(script), Diff: d}
	for _, s := range sections {
		changes := slices.DeleteFunc(slices.Clone(d.Changes), func(c baseline.Change) bool { return !slices.Contains(s.kinds, c.Kind) })
		slices.SortStableFunc(changes, func(a, b baseline.Change) int { return cmp.Compare(weight(a), weight(b)) })
		t := tableOfAll(s.ID, changeColumns, changes)
		v.Tables = append(v.Tables, t)
		v.Sections = append(v.Sections, changeSection{s, t})
		v.Empty = t.Empty
	}
	return layout.ExecuteTemplate(w, "diff.html", &v)
}

// diffView is what the template shows.
type diffView struct {
	Policy string
	Style  template.CSS
	Script template.JS
	document

	*Diff
	Sections []changeSection
	Empty    map[string]any // a row of any section, for the script to fill
}

// A section of the page has the changes of some kinds.
type section struct {
	ID, Title, About string
	kinds            []baseline.Kind
}

type changeSection struct {
	section
	Table *dataTable
}

var sections = []section{
	{"new", "New", "Found now and not before.", []baseline.Kind{baseline.Added}},
	{"reachable", "Reached by the internet now", "Security groups with findings that the internet reaches now, and was not known to reach before.", []baseline.Kind{baseline.Reachable}},
	{"changed", "Changed", "Found by both audits, and otherwise now.", []baseline.Kind{baseline.Changed}},
	{"unknown", "Not known any more", "Found before in a place that was not read now, places that only the older audit read, and reach that is not known now. None of it is gone: nobody knows.",
		[]baseline.Kind{baseline.Unknown, baseline.ReachUnknown, baseline.CoverageLost}},
	{"resolved", "Resolved", "Found before and not now, and the place was read again. The note says why.", []baseline.Kind{baseline.Resolved, baseline.Unreachable}},
	{"gained", "Read now and not before", "Places that only the newer audit read.", []baseline.Kind{baseline.CoverageGained}},
	{"still", "Still open or undetermined", "Found by both audits, alike.", []baseline.Kind{baseline.StillOpen, baseline.StillUndetermined}},
}

// weight orders what a person must see first before the rest: what is worse, then what the internet
// reaches or may reach, and what was accepted last.
func weight(c baseline.Change) int {
	reach := slices.Index([]string{"true", "", "false"}, c.NewReachable)
	switch {
	case c.Worse:
		return reach
	case c.Accepted:
		return 6 + reach
	}
	return 3 + reach
}

var changeColumns = []column[baseline.Change]{
	{name: "change", filter: true, text: func(c baseline.Change) string { return strings.ReplaceAll(string(c.Kind), "_", " ") }},
	{name: "mark", text: mark},
	{name: "account", filter: true, text: func(c baseline.Change) string { return c.AccountID }},
	{name: "region", filter: true, text: func(c baseline.Change) string { return c.Region }},
	{name: "group", text: func(c baseline.Change) string { return c.GroupID }},
	{name: "name", text: func(c baseline.Change) string { return c.GroupName }},
	{name: "rule", text: func(c baseline.Change) string { return c.RuleID }},
	{name: "protocol", text: func(c baseline.Change) string { return c.Protocol }},
	{name: "ports", text: portsOf},
	{name: "source", text: func(c baseline.Change) string { return c.Source }},
	{name: "before", text: func(c baseline.Change) string { return verdict(c.OldFinding, c.OldReason) }},
	{name: "reachedbefore", text: func(c baseline.Change) string { return reachWords[c.OldReachable] }},
	{name: "now", text: func(c baseline.Change) string { return verdict(c.NewFinding, c.NewReason) }},
	{name: "reachednow", text: func(c baseline.Change) string { return reachWords[c.NewReachable] }},
	{name: "note", text: func(c baseline.Change) string { return c.Note }},
}

var reachWords = map[string]string{"true": "reachable", "false": "not reachable"}

// mark says of a change what bears on how much it matters.
func mark(c baseline.Change) string {
	switch {
	case c.Worse:
		return "worse"
	case c.Accepted:
		return "accepted"
	case c.Kind == baseline.CoverageLost && !c.Lost:
		return "left out by choice"
	}
	return ""
}

func portsOf(c baseline.Change) string {
	switch {
	case c.Protocol == "" || c.FromPort == "" && c.ToPort == "":
		return map[bool]string{true: "", false: "all"}[c.Protocol == ""]
	case c.FromPort == c.ToPort:
		return c.FromPort
	}
	return c.FromPort + "-" + c.ToPort
}

// verdict is a finding with its reason, unless the reason says the same.
func verdict(kind, reason string) string {
	if reason == "" || reason == kind {
		return kind
	}
	return kind + ", " + reason
}

// Worse is how many changes are for the worse, and Uncertain of how much it cannot be told what became
// of it.
func (d *Diff) Worse() (n int) {
	for _, c := range d.Changes {
		if c.Worse {
			n++
		}
	}
	return n
}

// Uncertain is how much of the comparison is not known.
func (d *Diff) Uncertain() (n int) {
	for i := range d.Changes {
		if d.Changes[i : i+1].Uncertain() {
			n++
		}
	}
	return n
}

// Complete reports that nothing can have become worse that the comparison does not have.
func (d *Diff) Complete() bool {
	return d.Old.Complete && d.New.Complete && d.Uncertain() == 0 && d.WithoutReach == nil && d.Old.NotCompared == nil && d.New.NotCompared == nil
}

// State is that of the page: see [Answer.State].
func (d *Diff) State() string {
	switch {
	case !d.Complete():
		return "incomplete"
	case d.Worse() > 0:
		return "open"
	}
	return "closed"
}

// Title is that of the document.
func (d *Diff) Title() string {
	var parts []string
	if !d.Complete() {
		parts = append(parts, "INCOMPLETE")
	}
	if n := d.Worse(); n > 0 {
		parts = append(parts, "WORSE: "+plural(n, "change"))
	} else if d.Complete() {
		parts = append(parts, "Nothing worse")
	}
	return strings.Join(append(parts, "FTP exposure, what has changed"), " - ")
}

// Sentence is the whole comparison in a few sentences.
func (d *Diff) Sentence() string {
	var parts []string
	switch n := d.Worse(); {
	case n > 0:
		parts = append(parts, plural(n, "change")+" for the worse.")
	case d.Complete():
		parts = append(parts, "Nothing is worse.")
	default:
		parts = append(parts, "Nothing is known to be worse, but not everything is known.")
	}
	if n := d.Uncertain(); n > 0 {
		parts = append(parts, fmt.Sprintf("Not known: %s.", plural(n, "change")))
	}
	open := 0
	for _, c := range d.Changes {
		if c.NewFinding == string(finding.Open) {
			open++
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("Resolved: %s. Open now: %s.", plural(d.Changes.Count(baseline.Resolved), "finding"), plural(open, "finding"))), " ")
}

// Notes are what makes the comparison uncertain, each a sentence.
func (d *Diff) Notes() []string {
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if d.Old.Rule != d.New.Rule {
		note("The audits follow different versions of the rule, %s and %s, so verdicts may differ where nothing changed.", printable(d.Old.Rule), printable(d.New.Rule))
	}
	if d.New.Started.Before(d.Old.Started) {
		note("The audit that was given as the newer one was begun before the other: what is new here may be what was resolved.")
	}
	for _, a := range []struct {
		which string
		*Audit
	}{{"older", &d.Old}, {"newer", &d.New}} {
		if !a.Complete {
			note("The %s audit is incomplete.", a.which)
		}
		if a.NotCompared != nil {
			note("The %s audit was made by another version, and this was not verified: %s.", a.which, printable(strings.Join(a.NotCompared, "; ")))
		}
	}
	for _, which := range d.WithoutReach {
		note("The %s audit does not say what the internet reaches, so that was not compared.", map[string]string{"old": "older", "new": "newer"}[which])
	}
	return notes
}

// Figures counts the changes by kind, in the order of the sections.
func (d *Diff) Figures() []figure {
	var all []figure
	for _, s := range sections {
		for _, kind := range s.kinds {
			all = append(all, figure{d.Changes.Count(kind), strings.ReplaceAll(string(kind), "_", " ")})
		}
	}
	return all
}

type figure struct {
	Count int
	Of    string
}

// Missing are places that an audit has not read, the first of them if they are many.
func (d *Diff) Missing(a Audit) []string {
	return few(a.NotRead, mostLines, "manifest.json of the audit")
}
