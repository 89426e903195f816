package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

func newDoctor() *cobra.Command {
	var source sourceFlags
	var form outputFlags
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Try what a check needs of AWS, and say what to allow",
		Long: `Try what check needs of AWS, without reading a security group: whose the credentials
are, how accounts are found, the role in each account, its regions, and the actions of
the policies. EC2 is asked whether it would do them (DryRun).

An account has every action tried in one region, and in each that --region names; in the
others ec2:DescribeSecurityGroups alone, which fails where a region is denied as a whole.

Each row is something tried, with the status ok or what came of it, and what to do. Below
stands what to add to which policy. It goes to standard error if the rows are for programs.

The exit code is
  0  everything is allowed
  2  something is denied or failed, or the command failed`,
		Example: `  ftpcheck doctor
  ftpcheck doctor --profile management --account '*' --role-name ftpcheck
  ftpcheck doctor --region eu-west-1,us-east-1 --output csv`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			if err := form.check(); err != nil {
				return err
			}
			if len(source.from) > 0 {
				return errors.New("doctor tries what AWS allows, and --from reads files, which need nothing of AWS: leave it out")
			}
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			return errors.Join(runDoctor(c, scanner, &form), scanner.Close())
		},
	}
	source.add(c)
	form.add(c)
	return c
}

func runDoctor(c *cobra.Command, scanner *scan.Scanner, form *outputFlags) error {
	ctx, progress := showProgress(c.Context(), c)
	trials, err := scanner.Try(ctx)
	progress.end()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(trials, func(t scan.Trial) bool { return t.Missing() || t.Status == sg.StatusScanned && reads(t.Action) }) {
		return errors.New("nothing was tried: all that the connections name is left out or in files. Name accounts and regions of AWS")
	}
	w, err := form.writer(c.OutOrStdout(), output.Texts("account_id", "region", "action", "status", "caller", "message"))
	if err != nil {
		return err
	}
	rows := trials
	if form.output == "table" {
		rows = folded(trials)
	}
	for _, t := range rows {
		if err := w.Row([]any{orNil(t.AccountID), orNil(t.Region), orNil(t.Action), trialStatus(t), orNil(t.Caller), orNil(t.ErrorMessage)}); err != nil {
			return err
		}
	}
	if err := w.End(); err != nil {
		return err
	}
	return concludeDoctor(c, form, trials)
}

// reads reports whether an action is one that reads what a check is about, rather than one that finds
// where that is.
func reads(action string) bool {
	return strings.HasPrefix(action, "ec2:") || strings.HasPrefix(action, "config:")
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func trialStatus(t scan.Trial) string {
	switch {
	case t.Status == sg.StatusScanned:
		return "ok"
	case t.LeftOut():
		return string(sg.StatusLeftOut)
	}
	return string(t.Status)
}

// folded has for all that is allowed at one place a single row.
func folded(trials []scan.Trial) []scan.Trial {
	type place struct{ connection, account, region, caller string }
	of := func(t scan.Trial) place { return place{t.Connection, t.AccountID, t.Region, t.Caller} }
	allowed := map[place]int{}
	for _, t := range trials {
		if t.Status == sg.StatusScanned {
			allowed[of(t)]++
		}
	}
	var rows []scan.Trial
	for _, t := range trials {
		if n := allowed[of(t)]; t.Status == sg.StatusScanned && t.Region != "" && n != 1 {
			if n == 0 {
				continue // it has its row
			}
			t.Action, allowed[of(t)] = count(n, "action"), 0
		}
		rows = append(rows, t)
	}
	return rows
}

// concludeDoctor prints what to allow and how it went, and returns the exit code.
func concludeDoctor(c *cobra.Command, form *outputFlags, trials []scan.Trial) error {
	out := c.OutOrStdout()
	if form.output != "table" || quiet(c) {
		out = c.ErrOrStderr()
	}
	failed := 0
	for _, t := range trials {
		if t.Missing() {
			failed++
		}
	}
	if err := tellStatements(out, trials); err != nil {
		return err
	}
	exit := exitFor(failed == 0, 0)
	if quiet(c) && exit == nil {
		return nil
	}
	w := terminal.Prose(out)
	text := fmt.Sprintf("Tried: %s. None denied or failed.", humanize.Comma(int64(len(trials))))
	if failed > 0 {
		text = terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Tried: %s. Denied or failed: %s.", humanize.Comma(int64(len(trials))), humanize.Comma(int64(failed))))
	}
	_, err := fmt.Fprintln(w, text)
	return cmp.Or(err, exit)
}

// A statement is one of a policy.
type statement struct {
	Effect   string
	Action   []string
	Resource []string
}

// tellStatements prints what must be added to the policies of which callers. Callers that lack the
// same are told together.
func tellStatements(w io.Writer, trials []scan.Trial) error {
	type lack struct {
		action, resource string
	}
	lacks := map[string]map[lack]bool{} // by caller
	for _, t := range trials {
		if !t.Lacks() || t.Caller == "" {
			continue
		}
		if lacks[t.Caller] == nil {
			lacks[t.Caller] = map[lack]bool{}
		}
		lacks[t.Caller][lack{t.Action, cmp.Or(t.Role, "*")}] = true
	}
	callers := map[string][]string{} // by statements
	for _, caller := range slices.Sorted(maps.Keys(lacks)) {
		read, enter := statement{Effect: "Allow", Resource: []string{"*"}}, statement{Effect: "Allow", Action: []string{"sts:AssumeRole"}}
		for l := range lacks[caller] {
			if l.resource != "*" {
				enter.Resource = append(enter.Resource, l.resource)
			} else {
				read.Action = append(read.Action, l.action)
			}
		}
		var statements []string
		for _, s := range []statement{read, enter} {
			slices.Sort(s.Action)
			slices.Sort(s.Resource)
			if len(s.Action) == 0 || len(s.Resource) == 0 {
				continue
			}
			text, err := json.MarshalIndent(s, "", "  ")
			if err != nil {
				return err
			}
			statements = append(statements, string(text))
		}
		all := strings.Join(statements, ",\n")
		callers[all] = append(callers[all], caller)
	}
	for _, text := range slices.SortedFunc(maps.Keys(callers), func(a, b string) int { return strings.Compare(callers[a][0], callers[b][0]) }) {
		fmt.Fprintf(terminal.Prose(w), "Add to the policy of %s:\n", output.Printable(strings.Join(callers[text], ", ")))
		if _, err := fmt.Fprintln(w, output.Printable(text, '\n')); err != nil {
			return err
		}
		if strings.Contains(text, "sts:AssumeRole") {
			fmt.Fprintln(terminal.Prose(w), "Each of these roles must be there, and its trust policy must name that caller.")
		}
	}
	return nil
}
