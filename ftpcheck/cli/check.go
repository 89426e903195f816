package cli

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/terraform"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

func newCheck() *cobra.Command {
	var source sourceFlags
	var k check
	var before string
	var exceptions exceptionFlags
	var terraformDir string
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

On a terminal, findings are told as --output text does it: by account and region, the
most severe first, with the rules that open each group. --fix-commands adds the
commands that close FTP and nothing else, and what to do where there is none. Nothing
is ever run. --interfaces adds whether network interfaces use the group and have
public addresses, for which these are read, too.

Where a group that is open, or may be, is in use, the networks around it are read: for
each, check says at which addresses the internet reaches it now, or why that is not
known. It ranks what is open and never hides it. In CSV, JSON, JSON Lines and lines
these are the columns internet_reachable and reachable_addresses. --reachable=false
reads no networks.

For other programs, --output sarif writes a log that GitHub code scanning loads,
--output ocsf an event a line for a SIEM, junit what pipelines show of tests, markdown
a comment on a pull request, and findings all of it for a later --baseline. What was
not read is in each. --output junit=FILE writes a file, and standard output has what
it has without. Under GitHub Actions, findings are annotations, too.

--exceptions names a file of what somebody has accepted until some day: see
docs/exceptions.md. What it covers is told apart, stays in every output, and does not
count for the exit code. Nothing that was not read or determined is ever covered.

--baseline compares with an audit or with what --output findings=FILE wrote. What it has
and is not found now is named: as resolved, if its place was read, and as not known, if
not. --notify posts what has changed to a webhook, once. docs/ci.md has all of it.

The exit code is
  0  everything was read, and nothing is open but what exceptions cover
  1  something is open, or what --fail-on says
  2  something was not read or could not be determined, whatever else was found,
     or the command failed
With --baseline it is 1 if something is new or worse, whatever was not read, then 2 as
above, and also if a place was read then and is not now.`,
		Example: `  ftpcheck check --from ./saved
  ftpcheck check --interfaces --fix-commands
  ftpcheck check --from ./saved --output csv > findings.csv
  ftpcheck check --output sarif=ftpcheck.sarif --output markdown=summary.md
  ftpcheck check --baseline audit-2026-q3 --exceptions exceptions.yaml
  terraform show -json plan.bin | ftpcheck check --from -`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			if err := k.text.check(c, &k.form); err != nil {
				return err
			}
			var err error
			if k.files, err = readTerraform(terraformDir, &source, &k.form); err != nil {
				return err
			}
			accepted, err := exceptions.read(&source)
			if err != nil {
				return err
			}
			k.accepted = accepted.list()
			if k.before, err = readBaseline(c.Context(), before); err != nil {
				return err
			}
			if err := k.hook.check(k.before != nil); err != nil {
				return err
			}
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			return errors.Join(k.run(c, scanner), scanner.Close())
		},
	}
	source.add(c)
	k.form.add(c, "text", "markdown", "sarif", "ocsf", "junit", "findings")
	k.text.add(c, &k.form)
	k.failOn.add(c, failReachable, failUndetermined)
	exceptions.add(c)
	k.hook.add(c)
	c.Flags().StringVar(&before, "baseline", "", "exit with 1 only for what is new or worse than in this `AUDIT`, a folder, or file that --output findings=FILE wrote")
	c.Flags().StringVar(&terraformDir, "terraform-dir", "", "have --output sarif point at the .tf files in this `FOLDER`, of which a plan in --from was made")
	return c
}

// readTerraform reads the .tf files of the folder, if there is one.
func readTerraform(dir string, source *sourceFlags, form *outputFlags) (*terraform.Files, error) {
	switch {
	case dir == "":
		return nil, nil
	case len(source.from) == 0:
		return nil, errors.New("--terraform-dir is for a plan of Terraform: give that with --from, too")
	case !form.has("sarif") && !inGitHub():
		return nil, errors.New("--terraform-dir is for --output sarif: use both")
	}
	files, err := terraform.ReadFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("--terraform-dir: %w", err)
	}
	return files, nil
}

// A check is what is to be made of what was read.
type check struct {
	form     outputFlags
	text     textFlags
	files    *terraform.Files   // those of --terraform-dir; nil if there are none
	accepted *exception.List    // nil if nothing was
	before   *baseline.Snapshot // nil without a baseline
	failOn   failOn
	hook     hookFlags
}

func (k *check) run(c *cobra.Command, scanner *scan.Scanner) error {
	if err := k.form.check(); err != nil {
		return err
	}
	for _, file := range k.form.files {
		if err := file.free(); err != nil {
			return err // before anything is read
		}
	}
	found := finding.Of
	if !k.tellsRemedies() {
		found = foundApart
	}
	r, err := runReport(c, scanner, k.text, found)
	if err != nil {
		return err
	}
	r.Except(k.accepted, r.Started)
	if k.files != nil {
		r.Locate = k.files.Locate
	}
	var changes baseline.Changes
	if k.before != nil {
		if changes, err = baseline.Compare(k.before, baseline.Of(r), nil); err != nil {
			return fmt.Errorf("--baseline: %w", err)
		}
		baseline.Mark(r, k.before, changes)
	}
	people := c.ErrOrStderr()
	if k.form.output == "text" || k.form.output == "table" || k.form.output == "line" {
		people = c.OutOrStdout()
	}
	if err := k.print(c.OutOrStdout(), k.form.output, r, changes); err != nil {
		return err
	}
	for _, file := range k.form.files {
		if err := file.write(func(w io.Writer) error { return k.print(w, file.format, r, changes) }); err != nil {
			return err
		}
	}
	if inGitHub() {
		if err := finding.WriteAnnotations(c.ErrOrStderr(), r); err != nil {
			return err
		}
	}
	if k.before != nil && !quiet(c) {
		tellChanges(people, k.before, changes)
	}
	if err := conclude(c, people, r); err != nil {
		return err
	}
	k.hook.tell(c, r, changes)
	return k.failOn.exit(r, changes, k.before != nil)
}

// tellsRemedies reports whether what to do about findings is asked for, as it is unless it is known not
// to be. If not, they need nothing else of their groups, of which there may be many.
func (k *check) tellsRemedies() bool {
	formats := []string{k.form.output}
	for _, file := range k.form.files {
		formats = append(formats, file.format)
	}
	without := []string{"table", "line", "csv", "json", "jsonl", "markdown", "text"}
	return k.text.commands || k.before != nil || slices.ContainsFunc(formats, func(f string) bool { return !slices.Contains(without, f) })
}

// foundApart are the findings of a group for whoever does not tell what to do about them.
func foundApart(g *sg.Group) finding.List { return finding.Of(g).Apart() }

// runReport reads everything. What could not be read is in the report, first what it
// says of permissions, which are what found makes of groups, and then of places.
func runReport(c *cobra.Command, scanner *scan.Scanner, text textFlags, found func(*sg.Group) finding.List) (*finding.Report, error) {
	r := &finding.Report{Version: Version, Started: time.Now()}
	open, openGroups := true, map[string]bool{}
	var findings finding.List
	ctx, progress := showProgress(c.Context(), c)
	places, err := scanner.Read(ctx, sg.Request{Unrestricted: &open, Rules: true, NetworkInterfaces: text.interfaces, Reachability: text.reachable, Once: true}, func(g *sg.Group) error {
		if g.Verdict.Unrestricted == rule.Yes {
			openGroups[g.Identity()] = true
		}
		findings = append(findings, found(g)...)
		return nil
	})
	progress.end()
	var missed *sg.IncompleteError
	if err != nil && !errors.As(err, &missed) {
		return nil, err
	}
	sortFindings(findings)
	r.Findings = append(findings, finding.OfPlaces(places)...)
	r.Places = places
	r.Groups, r.OpenGroups = sg.DistinctGroups(places), int64(len(openGroups))
	r.Finished = time.Now()
	return r, nil
}

// sortFindings puts permissions in the same order whatever the order of arrival, so that
// two outputs compare; within a group, what is open comes first.
func sortFindings(findings []finding.Finding) {
	order := func(f finding.Finding) []string {
		row := texts(findingRow(f.Permission))
		return slices.Concat(row[:3], []string{string(f.Kind)}, row[5:], []string{f.Key()})
	}
	type entry struct {
		order   []string
		finding finding.Finding
	}
	entries := make([]entry, len(findings))
	for i, f := range findings {
		entries[i] = entry{order(f), f}
	}
	slices.SortFunc(entries, func(x, y entry) int { return slices.Compare(x.order, y.order) })
	for i, e := range entries {
		findings[i] = e.finding
	}
}

var findingColumns = []output.Column{
	{Name: "account_id", Type: relation.Text}, {Name: "region", Type: relation.Text}, {Name: "group_id", Type: relation.Text}, {Name: "group_name", Type: relation.Text},
	{Name: "unrestricted_ftp", Type: relation.Bool}, {Name: "unrestricted_ftp_reason", Type: relation.Text}, {Name: "security_group_rule_id", Type: relation.Text},
	{Name: "ip_protocol", Type: relation.Text}, {Name: "ports", Type: relation.Text}, {Name: "source", Type: relation.Text},
}

// plannedColumns are further columns, which only findings in plans and states of Terraform have.
var plannedColumns = []output.Column{
	{Name: "address", Type: relation.Text}, {Name: "action", Type: relation.Text}, {Name: "group_address", Type: relation.Text},
}

func findingRow(p *sg.Permission) []any {
	var open any
	if p.Verdict.Unrestricted == rule.Yes {
		open = true
	}
	return []any{
		orNull(p.Group.AccountID), orNull(p.Group.Region), orNull(p.Group.ID), orNull(p.Group.Name),
		open, string(p.Verdict.Reason), orNull(p.RuleID),
		orNull(p.Protocol), p.Ports(), p.SourceText(),
		orNull(p.Resource.Address), orNull(p.Resource.Action), orNull(p.Group.Resource.Address),
	}
}

// reachColumns say of the group of a finding what the columns of this name say in the table of
// groups.
var reachColumns = []output.Column{{Name: "internet_reachable", Type: relation.Bool}, {Name: "reachable_addresses", Type: relation.JSON}}

func reachRow(e *exposure.GroupExposure) []any {
	row := []any{nil, nil}
	if e == nil {
		return row
	}
	if e.Reachable != rule.Unknown {
		row[0] = e.Reachable == rule.Yes
	}
	var at []string
	for _, p := range e.ReachableAddresses {
		at = append(at, `"`+finding.Addresses([]netip.Prefix{p})+`"`)
	}
	if len(at) > 0 {
		row[1] = "[" + strings.Join(at, ",") + "]"
	}
	return row
}

// exceptionColumns say what covers a finding, as the columns of these names do in an audit.
var exceptionColumns = output.Texts("exception", "exception_until", "exception_owner")

func exceptionRow(e *exception.Exception) []any {
	if e == nil {
		return []any{nil, nil, nil}
	}
	return []any{e.String(), e.Day(), orNull(e.Owner)}
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
