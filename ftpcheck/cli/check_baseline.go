package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// What has changed since a baseline, and what of it makes the exit code.

// readBaseline reads the folder of an audit or a file of findings; nil if none is named.
func readBaseline(ctx context.Context, path string) (*baseline.Snapshot, error) {
	if path == "" {
		return nil, nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		s, err := audit.Snapshot(ctx, path, audit.Options{Version: Version, Commit: commit()})
		if err != nil {
			return nil, fmt.Errorf("--baseline: %w", err)
		}
		return s, nil
	}
	return baseline.ReadFile(path)
}

// told are the kinds of changes that people are told, in their order. What is as it was is not.
var told = []baseline.Kind{baseline.Added, baseline.Reachable, baseline.Changed, baseline.Unknown, baseline.ReachUnknown, baseline.CoverageLost,
	baseline.Resolved, baseline.Unreachable, baseline.CoverageGained}

// changeLines are what has changed, a line each.
func changeLines(changes baseline.Changes) []string {
	var lines []string
	for _, c := range changes {
		if slices.Contains(told, c.Kind) {
			lines = append(lines, changeLine(c))
		}
	}
	return lines
}

// changeLine says of a change what it is, where, and why.
func changeLine(c baseline.Change) string {
	words := []string{strings.ReplaceAll(string(c.Kind), "_", " ") + ":"}
	if c.AccountID != "" || c.Region != "" {
		words = append(words, strings.TrimSpace("account "+c.AccountID+", region "+c.Region)+":")
	}
	if c.GroupID != "" {
		words = append(words, strings.TrimSpace(c.GroupID+" "+c.GroupName))
	}
	if c.Source != "" {
		words = append(words, strings.TrimSuffix("by "+c.Protocol+" "+portsOf(c), " ")+" from "+c.Source)
	}
	line := strings.TrimSuffix(strings.Join(words, " "), ":")
	if c.Note == "" {
		return line + "."
	}
	return line + ". " + c.Note
}

func portsOf(c baseline.Change) string {
	if c.FromPort == c.ToPort {
		return c.FromPort
	}
	return c.FromPort + "-" + c.ToPort
}

// tellChanges prints what has changed since the baseline.
func tellChanges(w io.Writer, before *baseline.Snapshot, changes baseline.Changes) {
	w = terminal.Prose(w)
	if before.Rule != rule.Version {
		fmt.Fprintf(w, "The baseline was judged by version %s of the rule, and this by version %s: what has changed may be the rule.\n", cmp.Or(output.Printable(before.Rule), "?"), rule.Version)
	}
	lines := changeLines(changes)
	if len(lines) > 0 {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Strong, "Since the baseline:"))
		for _, line := range lines {
			fmt.Fprintf(w, "- %s\n", output.Printable(line))
		}
		fmt.Fprintln(w)
	}
	n := func(kind baseline.Kind) string { return humanize.Comma(int64(changes.Count(kind))) }
	fmt.Fprintf(w, "Since the baseline: %s new, %s changed, %s not known any more, %s resolved, %s still open, %s still undetermined.\n",
		n(baseline.Added), n(baseline.Changed), n(baseline.Unknown), n(baseline.Resolved), n(baseline.StillOpen), n(baseline.StillUndetermined))
}

// failOn says for what a command exits with 1.
type failOn string

const (
	failOpen         failOn = "open"         // what is open
	failReachable    failOn = "reachable"    // what is open, unless the internet surely reaches nothing through it
	failUndetermined failOn = "undetermined" // what is open, or may be
	failNever        failOn = "never"
)

// A failOnFlag is the value of --fail-on.
type failOnFlag struct {
	value   *failOn
	choices []string
}

func (f *failOnFlag) String() string {
	if f.value == nil {
		return ""
	}
	return string(*f.value)
}

// Type is that of a text.
func (f *failOnFlag) Type() string { return "string" }

// Choices are the values that it can have.
func (f *failOnFlag) Choices() []string { return f.choices }

func (f *failOnFlag) Set(text string) error {
	if !slices.Contains(f.choices, text) {
		return fmt.Errorf("it must be %s", oneOf(f.choices))
	}
	*f.value = failOn(text)
	return nil
}

// add adds the flag, with more choices than open and never if the command has them.
func (f *failOn) add(c *cobra.Command, more ...failOn) {
	*f = failOpen
	choices := []string{string(failOpen)}
	for _, choice := range more {
		choices = append(choices, string(choice))
	}
	choices = append(choices, string(failNever))
	c.Flags().Var(&failOnFlag{f, choices}, "fail-on", "exit with 1 for findings of this `KIND`: "+oneOf(choices)+". What was not read is 2 in any case")
}

// exit is the exit code of a check: what is not known is an error, whatever is open. Since a
// baseline, what is worse goes first, and what was read then must be read now.
func (f failOn) exit(r *finding.Report, changes baseline.Changes, since bool) error {
	complete := r.Complete()
	if f == failUndetermined && !complete {
		// What may be open counts as what is, and leaves no doubt about the rest.
		complete = r.Scanned() && r.Count(finding.NotRead) == 0
	}
	fails := r.Has(f.counts)
	switch {
	case fails && (complete || since):
		return exitCode(exitOpen)
	case !complete || changes.Lost():
		return exitCode(exitError)
	}
	return nil
}

// counts reports whether the command is to fail for a finding.
func (f failOn) counts(x finding.Finding) bool {
	if x.Accepted() {
		return false
	}
	switch f {
	case failNever:
		return false
	case failReachable:
		return x.Kind == finding.Open && x.Reachable() != rule.No
	case failUndetermined:
		return x.Kind == finding.Open || x.Kind == finding.Undetermined
	}
	return x.Kind == finding.Open
}
