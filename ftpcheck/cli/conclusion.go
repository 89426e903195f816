package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// How check and audit end: what was not read, the answer in a sentence, and the exit code.

// quiet reports whether a command is to print nothing but data, errors and what was not read.
func quiet(c *cobra.Command) bool {
	quiet, _ := c.Flags().GetBool("quiet")
	return quiet
}

// conclude prints what was not read and the summary for people. With --quiet the former goes to
// standard error, and with it the summary of an answer that is not whole.
func conclude(c *cobra.Command, w io.Writer, r *finding.Report) error {
	if quiet(c) {
		w = c.ErrOrStderr()
	}
	w = terminal.Prose(w)
	scope := finding.ScopeOf(r.Places)
	tellUnread(w, scope)
	if empty := scope.Emptiness(); empty != "" {
		fmt.Fprintln(w, output.Printable(empty))
	}
	unknown, told := int64(0), map[string]bool{}
	for _, f := range r.All() {
		if f.Kind != finding.Undetermined {
			continue
		}
		unknown++
		// What is odd is told with its place.
		if problem := f.Problem(); f.Permission.Doubt != "" && f.Permission.Group.Odd == nil && !told[problem] {
			if len(told) == 0 && len(scope.Noted) == 0 {
				fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "Not determined:"))
			}
			told[problem] = true
			fmt.Fprintf(w, "- %s\n", output.Printable(problem))
		}
	}
	if r.Exceptions != nil {
		tellExceptions(w, r.Exceptions.Notes)
	}
	if quiet(c) && r.Complete() {
		return nil
	}
	if problem := unreadNetworks(r.Places); problem != "" {
		fmt.Fprintln(w, output.Printable(problem))
	}
	_, err := fmt.Fprintln(w, summary(w, r.OpenGroups, r.Accepted, r.Groups, unknown, r.Complete())+reachable(r), holdsFor(w, scope))
	return err
}

// tellUnread prints what was not read.
func tellUnread(w io.Writer, scope finding.Scope) {
	for _, list := range []struct {
		title  string
		places []sg.Coverage
	}{{"Not read:", scope.Missed}, {"Not determined:", scope.Noted}} {
		for i, p := range list.places {
			if i == 0 {
				fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, list.title))
			}
			fmt.Fprintf(w, "- %s\n", output.Printable(p.Problem()))
		}
	}
}

// concludeAudit prints where the evidence is and what it says, and returns the exit code. With
// --quiet it prints, on standard error, what was not read and what that means for the answer.
func concludeAudit(c *cobra.Command, dir string, m *audit.Manifest, failOn failOn) error {
	w := c.OutOrStdout()
	if quiet(c) {
		w = c.ErrOrStderr()
	}
	w = terminal.Prose(w)
	if !quiet(c) {
		fmt.Fprintf(w, "The evidence is in %s. Open %s/report.html first.\n", output.Printable(dir), output.Printable(strings.TrimRight(dir, "/")))
		tellHash(w, m)
		tellAsked(w, m)
	}
	missed := 0
	for _, p := range m.NotReached {
		if p.Optional || p.LeftOut {
			continue
		}
		if missed == 0 {
			fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "INCOMPLETE. Not read:"))
		}
		missed++
		fmt.Fprintf(w, "- %s: %s\n", output.Printable(p.Place), output.Printable(p.Message))
	}
	a := m.Answer
	if m.Exceptions != nil {
		tellExceptions(w, m.Exceptions.Notes)
	}
	open := a.OpenSecurityGroups - a.AcceptedSecurityGroups
	if failOn == failNever {
		open = 0
	}
	exit := exitFor(m.Complete, open)
	if quiet(c) && m.Complete {
		return exit
	}
	text := summary(w, a.OpenSecurityGroups, a.AcceptedSecurityGroups, a.SecurityGroups, a.UndeterminedPermissions, m.Complete)
	if !m.Complete {
		text += " " + terminal.Paint(w, terminal.Doubt, "This is not the whole answer.")
	}
	_, err := fmt.Fprintln(w, text)
	return cmp.Or(err, exit)
}

// reachable says of how many groups that are open the internet reaches something now; empty if it
// was not asked.
func reachable(r *finding.Report) string {
	n := map[rule.Answer]int64{}
	seen := map[string]bool{}
	for _, f := range r.All() {
		// Of what is only planned, nothing can be reached.
		if e := f.Exposure(); e != nil && f.Kind == finding.Open && !f.Permission.Group.IsPlanned() && !seen[f.Permission.Group.Identity()] {
			seen[f.Permission.Group.Identity()] = true
			n[e.Reachable]++
		}
	}
	switch {
	case len(n) == 0:
		return ""
	case n[rule.Unknown] == 0:
		return fmt.Sprintf(" Reachable now: %s.", humanize.Comma(n[rule.Yes]))
	}
	return fmt.Sprintf(" Reachable now: %s, not known: %s.", humanize.Comma(n[rule.Yes]), humanize.Comma(n[rule.Unknown]))
}

// unreadNetworks says what could not be read of networks, with one place for all: mostly the same
// is denied everywhere.
func unreadNetworks(places []sg.Coverage) string {
	first, n := "", 0
	for _, c := range places {
		if c.Status != sg.StatusScanned || c.NetworkProblem == "" {
			continue
		}
		if n++; n == 1 {
			first = fmt.Sprintf("What the internet reaches is not wholly known: %s: %s", c.Place(), c.NetworkProblem)
		}
	}
	if n > 1 {
		first += fmt.Sprintf(". Nor is it in %s", count(n-1, "other place"))
	}
	return first
}

// tellHash prints what proves, if it is kept elsewhere, that the evidence is the same.
func tellHash(w io.Writer, m *audit.Manifest) {
	fmt.Fprintf(w, "The SHA-256 of manifest.json, to keep elsewhere, is %s.\n", m.SHA256)
}

// tellAsked prints what an audit was to read, and how much of that was left out.
func tellAsked(w io.Writer, m *audit.Manifest) {
	for _, asked := range m.AskedFor() {
		fmt.Fprintf(w, "Asked for: %s\n", output.Printable(asked))
	}
	if left := leftOut(m); left > 0 {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Left out by choice: %s, which coverage.csv names.", count(left, "place"))))
	}
}

// leftOut is how many places an audit left out by choice.
func leftOut(m *audit.Manifest) (places int) {
	for _, p := range m.NotReached {
		if p.LeftOut {
			places++
		}
	}
	return places
}

// summary is the answer in a sentence or two. That nothing is open is good only if the answer
// is whole.
func summary(w io.Writer, openGroups, accepted, groups, unknownPermissions int64, complete bool) string {
	style := terminal.Good
	switch {
	case openGroups > accepted:
		style = terminal.Bad
	case !complete || openGroups > 0:
		style = terminal.Doubt
	}
	s := terminal.Paint(w, style, finding.OpenText(openGroups, accepted, groups))
	if unknownPermissions > 0 {
		s += " " + terminal.Paint(w, terminal.Doubt, finding.UndeterminedText(unknownPermissions))
	}
	return s
}

// holdsFor says for what the answer holds.
func holdsFor(w io.Writer, scope finding.Scope) string {
	read := scope.Read(count)
	if read == "" {
		return terminal.Paint(w, terminal.Doubt, "Nothing was read, so this is no answer.")
	}
	s, none := "Read: "+read, "None failed."
	if scope.LeftOut > 0 {
		s += fmt.Sprintf("; %s left out by choice", count(int64(scope.LeftOut), "place"))
		none = "None of the others failed." // as what is left out may have
	}
	if len(scope.Missed) > 0 {
		return s + ". " + terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Not read: %s, so this is not the whole answer.", humanize.Comma(int64(len(scope.Missed)))))
	}
	if scope.Optional > 0 {
		s += fmt.Sprintf("; %s not enabled or suspended", humanize.Comma(int64(scope.Optional)))
	}
	if scope.OtherShards > 0 {
		s += fmt.Sprintf("; %s left to other shards", count(scope.OtherShards, "account"))
	}
	return s + ". " + terminal.Paint(w, terminal.Good, none)
}

// exitFor is the exit code of an answer: what is not complete is an error, whatever is open. Groups
// that exceptions cover are not among those that are open.
func exitFor(complete bool, openGroups int64) error {
	switch {
	case !complete:
		return exitCode(exitError)
	case openGroups > 0:
		return exitCode(exitOpen)
	}
	return nil
}

func count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return humanize.Comma(int64(n)) + " " + noun + "s"
}
