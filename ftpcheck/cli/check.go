package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

func newCheck() *cobra.Command {
	var source sourceFlags
	var form outputFlags
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
  2  something was not read or could not be determined, whatever else was found,
     or the command failed`,
		Example: `  ftpcheck check --from ./saved
  ftpcheck check --from ./saved --output csv > findings.csv`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			return errors.Join(runCheck(c, scanner, &form), scanner.Close())
		},
	}
	source.add(c)
	form.add(c)
	return c
}

func runCheck(c *cobra.Command, scanner *scan.Scanner, form *outputFlags) error {
	w, err := form.writer(c.OutOrStdout(), findingColumns)
	if err != nil {
		return err
	}
	var answer checkAnswer
	open := true
	hide := showProgress(c.ErrOrStderr(), scanner)
	places, err := scanner.Read(c.Context(), scan.Request{Unrestricted: &open, Rules: true}, func(g *scan.Group) error {
		answer.add(g)
		return nil
	})
	hide()
	var missed *scan.IncompleteError
	if err != nil && !errors.As(err, &missed) {
		return err
	}
	answer.sort()
	people := c.ErrOrStderr()
	if form.output == "table" || form.output == "line" {
		people = c.OutOrStdout()
	}
	if len(answer.rows) > 0 || people != c.OutOrStdout() {
		for _, row := range answer.rows {
			if err := w.Row(row); err != nil {
				return err
			}
		}
		if err := w.End(); err != nil {
			return err
		}
	}
	return answer.conclude(people, places)
}

var findingColumns = []output.Column{
	{Name: "account_id", Type: table.Text}, {Name: "region", Type: table.Text}, {Name: "group_id", Type: table.Text}, {Name: "group_name", Type: table.Text},
	{Name: "unrestricted_ftp", Type: table.Bool}, {Name: "unrestricted_ftp_reason", Type: table.Text}, {Name: "security_group_rule_id", Type: table.Text},
	{Name: "ip_protocol", Type: table.Text}, {Name: "ports", Type: table.Text}, {Name: "source", Type: table.Text},
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
		t[i] = output.Plain(v)
	}
	return t
}

// checkAnswer is what check has found.
type checkAnswer struct {
	rows    [][]any
	open    int // security groups
	unknown int // permissions
}

func (a *checkAnswer) add(g *scan.Group) {
	if g.Verdict.Unrestricted == rule.Yes {
		a.open++
	}
	for _, p := range g.Permissions {
		if p.Verdict.Unrestricted == rule.No {
			continue
		}
		if p.Verdict.Unrestricted == rule.Unknown {
			a.unknown++
		}
		a.rows = append(a.rows, finding(p))
	}
}

// sort puts the rows in the same order whatever the order of arrival, so that two
// outputs compare; within a group, what is open comes first.
func (a *checkAnswer) sort() {
	order := func(row []any) []string {
		unknown := "0"
		if row[4] == nil {
			unknown = "1"
		}
		return append(texts(row[:3]), append([]string{unknown}, texts(row[5:])...)...)
	}
	slices.SortFunc(a.rows, func(x, y []any) int { return slices.Compare(order(x), order(y)) })
}

// conclude prints what was not read and the summary, and returns the exit code.
func (a *checkAnswer) conclude(w io.Writer, places []scan.Coverage) error {
	c := coverageOf(places)
	if len(c.missed) > 0 {
		fmt.Fprintln(w, "Not read:")
		for _, m := range c.missed {
			fmt.Fprintf(w, "- %s\n", output.Printable(m.Problem()))
		}
	}
	if len(c.notes) > 0 {
		fmt.Fprintln(w, "Not determined:")
		for _, n := range c.notes {
			fmt.Fprintf(w, "- %s\n", output.Printable(n.Problem()))
		}
	}
	summary := fmt.Sprintf("%d of %s let the whole internet in on FTP.", a.open, count(c.groups, "security group"))
	if a.unknown > 0 {
		summary += fmt.Sprintf(" %s could not be determined.", count(int64(a.unknown), "ingress permission"))
	}
	if _, err := fmt.Fprintln(w, summary, c.sentence()); err != nil {
		return err
	}
	switch {
	case len(c.missed) > 0 || a.unknown > 0 || c.files+c.live == 0:
		return exitCode(exitError)
	case a.open > 0:
		return exitCode(exitOpen)
	}
	return nil
}

// checkCoverage sums up what was read.
type checkCoverage struct {
	groups              int64
	files, live         int // places that were read
	optional            int
	missed              []scan.Coverage
	notes               []scan.Coverage // read, but not all that they refer to
	accountIDs, regions map[string]bool
}

func coverageOf(places []scan.Coverage) checkCoverage {
	c := checkCoverage{accountIDs: map[string]bool{}, regions: map[string]bool{}}
	for _, p := range places {
		c.groups += p.Groups
		switch {
		case p.Optional:
			c.optional++
			continue
		case p.Status != scan.StatusScanned:
			// Also what the configuration ignores: the answer does not hold there.
			c.missed = append(c.missed, p)
			continue
		case p.Origin == scan.Live:
			c.live++
		default:
			c.files++
		}
		if p.ErrorMessage != "" {
			c.notes = append(c.notes, p)
		}
		if p.AccountID != "" {
			c.accountIDs[p.AccountID] = true
		}
		if p.Region != "" {
			c.regions[p.Region] = true
		}
	}
	return c
}

// sentence says for what the answer holds.
func (c checkCoverage) sentence() string {
	var read []string
	if c.live > 0 {
		read = append(read, count(int64(c.live), "account-region"))
	}
	if c.files > 0 {
		read = append(read, count(int64(c.files), "file"))
	}
	if len(read) == 0 {
		return "Nothing was read, so this is no answer."
	}
	s := "Read: " + strings.Join(read, " and ")
	if len(c.accountIDs) > 0 && len(c.regions) > 0 {
		s += fmt.Sprintf(", of %s in %s", count(int64(len(c.accountIDs)), "account"), count(int64(len(c.regions)), "region"))
	}
	if len(c.missed) > 0 {
		return s + fmt.Sprintf(". Not read: %d, so this is not the whole answer.", len(c.missed))
	}
	if c.optional > 0 {
		s += fmt.Sprintf("; %d not enabled or suspended", c.optional)
	}
	return s + ". None failed."
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
