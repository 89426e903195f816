package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

func newCheck() *cobra.Command {
	var source sourceFlags
	var output outputFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Say who is open, and whether everything was read",
		Long: `Say which security groups let the whole internet in on FTP, by which rules and
in which way, and whether everything was read.

The ways of being open are
  any_ipv4      the rule's source is the whole IPv4 internet, as 0.0.0.0/0 is
  any_ipv6      the rule's source is the whole IPv6 internet, as ::/0 is
  prefix_list   the entries of the rule's prefix list are
  combined      several rules of the group are, together
A rule is undetermined if its prefix list could not be read.

The exit code is
  0  everything was read, and nothing is open
  1  something is open
  2  something was not read or could not be determined, or the command failed`,
		Example: `  ftpcheck check --from ./saved
  ftpcheck check --from ./saved --output csv > findings.csv`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			return errors.Join(runCheck(c, scanner, &output), scanner.Close())
		},
	}
	source.add(c)
	output.add(c)
	return c
}

func runCheck(c *cobra.Command, scanner *scan.Scanner, output *outputFlags) error {
	w, err := output.writer(c.OutOrStdout(), findingColumns)
	if err != nil {
		return err
	}
	var answer checkAnswer
	open := true
	places, err := scanner.Read(c.Context(), scan.Request{Unrestricted: &open, Rules: true}, func(g *scan.Group) error {
		answer.count(g)
		for _, p := range g.Permissions {
			if p.Verdict.Unrestricted != rule.No {
				answer.rows = append(answer.rows, finding(p))
			}
		}
		return nil
	})
	var missed *scan.IncompleteError
	if err != nil && !errors.As(err, &missed) {
		return err
	}
	// In the same order whatever the order of arrival, so that two outputs compare.
	slices.SortStableFunc(answer.rows, func(a, b []any) int {
		return slices.Compare(texts(a), texts(b))
	})
	people := c.ErrOrStderr()
	if output.output == "table" || output.output == "line" {
		people = c.OutOrStdout()
	}
	if len(answer.rows) > 0 || people != c.OutOrStdout() {
		for _, row := range answer.rows {
			if err := w.row(row); err != nil {
				return err
			}
		}
		if err := w.end(); err != nil {
			return err
		}
	}
	return answer.conclude(people, places, missed)
}

var findingColumns = []column{
	{"account_id", table.Text}, {"region", table.Text}, {"group_id", table.Text}, {"group_name", table.Text},
	{"unrestricted_ftp", table.Bool}, {"unrestricted_ftp_reason", table.Text}, {"security_group_rule_id", table.Text},
	{"ip_protocol", table.Text}, {"ports", table.Text}, {"source", table.Text},
}

func finding(p *scan.Permission) []any {
	var open any
	if p.Verdict.Unrestricted == rule.Yes {
		open = true
	}
	return []any{
		orNull(p.Group.AccountID), orNull(p.Group.Region), p.Group.ID, orNull(p.Group.Name),
		open, string(p.Verdict.Reason), orNull(p.RuleID),
		p.Protocol, portRange(p), p.SourceText(),
	}
}

func portRange(p *scan.Permission) string {
	switch {
	case p.FromPort == nil || p.ToPort == nil || *p.FromPort == -1:
		return "all"
	case *p.FromPort == *p.ToPort:
		return fmt.Sprint(*p.FromPort)
	}
	return fmt.Sprintf("%d-%d", *p.FromPort, *p.ToPort)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func texts(values []any) []string {
	t := make([]string, len(values))
	for i, v := range values {
		t[i] = plain(v)
	}
	return t
}

// checkAnswer is what check has found.
type checkAnswer struct {
	rows          [][]any
	open, unknown int // security groups
}

func (a *checkAnswer) count(g *scan.Group) {
	switch g.Verdict.Unrestricted {
	case rule.Yes:
		a.open++
	case rule.Unknown:
		a.unknown++
	}
}

// conclude prints what was not read and the summary, and returns the exit code.
func (a *checkAnswer) conclude(w io.Writer, places []scan.Coverage, missed *scan.IncompleteError) error {
	var groups int64
	accounts, regions := map[string]bool{}, map[string]bool{}
	for _, c := range places {
		groups += c.Groups
		if c.AccountID != "" {
			accounts[c.AccountID] = true
		}
		if c.Region != "" {
			regions[c.Region] = true
		}
	}
	var sentences []string
	say := func(format string, args ...any) { sentences = append(sentences, fmt.Sprintf(format, args...)) }
	read := count(groups, "security group") + " read"
	if len(accounts) > 0 {
		read += " in " + count(int64(len(accounts)), "account")
	}
	if len(regions) > 0 {
		read += " and " + count(int64(len(regions)), "region")
	}
	say("Of %s, %d let the whole internet in on FTP.", read, a.open)
	if a.unknown > 0 {
		say("%s could not be determined.", count(int64(a.unknown), "more"))
	}
	if missed == nil {
		say("Nothing was left out.")
	} else {
		fmt.Fprintln(w, "Not read:")
		for _, c := range missed.Failed {
			fmt.Fprintf(w, "- %s\n", printable(c.Problem()))
		}
		say("%s could not be read, so this is not the whole answer.", count(int64(len(missed.Failed)), "place"))
	}
	if _, err := fmt.Fprintln(w, strings.Join(sentences, " ")); err != nil {
		return err
	}
	switch {
	case missed != nil || a.unknown > 0:
		return exitCode(exitError)
	case a.open > 0:
		return exitCode(exitOpen)
	}
	return nil
}

func count(n int64, noun string) string {
	if n == 1 || noun == "more" {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
