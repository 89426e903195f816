package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// auditFlags are the flags of the commands that write a bundle.
type auditFlags struct {
	out   string
	csv   string
	forms []string
}

func (f *auditFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.out, "out", "", "write the evidence into this new `DIR`")
	c.Flags().StringVar(&f.csv, "csv", "safe", "csv for a spreadsheet (safe: a ' before what it would run as a formula) or for programs (raw): `MODE`")
	c.Flags().StringSliceVar(&f.forms, "with", nil, "write these `FORMS`, too: ocsf, sarif, parquet")
}

func (f *auditFlags) options() (audit.Options, error) {
	o := audit.Options{Dir: f.out, RawCSV: f.csv == "raw", Version: Version, Commit: commit()}
	if f.out == "" {
		return o, errors.New("--out is missing: name the folder for the evidence")
	}
	if f.csv != "safe" && f.csv != "raw" {
		return o, fmt.Errorf("--csv must be safe or raw, not %q", f.csv)
	}
	var err error
	o.Forms, err = audit.ParseForms(f.forms)
	return o, err
}

func newAudit() *cobra.Command {
	var source sourceFlags
	var flags auditFlags
	var exceptions exceptionFlags
	var attest attestFlags
	var failOn failOn
	var shard string
	c := &cobra.Command{
		Use:   "audit --out DIR",
		Short: "Keep evidence that can be opened, replayed and compared",
		Long: `Read everything and keep evidence of it in a new folder, which stands on its own:

  report.html               the answer, for a person: open this first
  findings.xlsx             the same and more in a workbook for a spreadsheet
  findings.csv              what is open, what may be, and what was not read
  security_groups.csv       every security group with its verdict
  ingress_permissions.csv   every ingress permission with its verdict
  internet_paths.csv        what the internet reaches on FTP, and what stops it
  exceptions.csv            what was accepted, with --exceptions
  coverage.csv              what was looked at, and how that ended
  raw/                      what AWS said: --from DIR/raw replays the audit
  manifest.json             who looked where, when and with what
  SHA256SUMS                the hash of every file
  manifest.json.sig, .tsr   with --sign and --timestamp, who vouches for it since when

If something was not read or could not be determined, the evidence says so in
report.html, findings.csv, coverage.csv, manifest.json and INCOMPLETE.txt.

The folder gets its name when it is whole: an audit that was interrupted leaves
none.

The exit code is that of check: 0, 1 if something is open, 2 if something was not
read or could not be determined.`,
		Example: `  ftpcheck audit --out audit-2026-q4
  ftpcheck audit --out audit-2026-q4 --profile management --account '*' --with sarif,parquet
  ftpcheck audit --out audit-2026-q4 --sign ~/.ssh/id_ed25519.pub --previous audit-2026-q3
  ftpcheck audit verify audit-2026-q4
  ftpcheck audit diff audit-2026-q3 audit-2026-q4
  ftpcheck audit summary audit-2026-q4 --out summary.html

  # One of 8 workers, counted from 0, and what they wrote put together
  ftpcheck audit --out shard-3 --account '*' --shard 3/8
  ftpcheck audit merge --out audit-2026-q4 shard-*`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			if o.Shard, err = parseShard(shard); err != nil {
				return err
			}
			source.shard = o.Shard
			var release func() error
			if o.Attestation, release, err = attest.open(c, &source); err != nil {
				return err
			}
			defer release()
			if accepted, err := exceptions.read(&source); err != nil {
				return err
			} else if accepted != nil {
				o.Exceptions = &audit.Exceptions{File: accepted.name, Text: string(accepted.text), TagKey: accepted.TagKey}
			}
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			return errors.Join(runAudit(c, scanner, o, failOn), scanner.Close())
		},
	}
	source.add(c)
	flags.add(c)
	exceptions.add(c)
	attest.add(c)
	failOn.add(c)
	c.Flags().StringVar(&shard, "shard", "", "read only the accounts of one of N workers: `I/N`, with I from 0")
	c.AddCommand(newAuditVerify(), newAuditDiff(), newAuditHistory(), newAuditSummary(), newAuditReview(), newAuditMerge())
	return c
}

func runAudit(c *cobra.Command, scanner *scan.Scanner, o audit.Options, failOn failOn) error {
	ctx, progress := showProgress(c.Context(), c)
	m, err := audit.Write(ctx, scanner, o)
	progress.end()
	if err != nil {
		return err
	}
	return concludeAudit(c, o.Dir, m, failOn)
}

func parseShard(text string) (config.Shard, error) {
	if text == "" {
		return config.Shard{}, nil
	}
	var s config.Shard
	var rest string
	n, _ := fmt.Sscanf(text+" ", "%d/%d%s", &s.Index, &s.Count, &rest)
	if n != 2 || s.Count < 1 {
		return s, fmt.Errorf("--shard must be I/N, such as 0/8 for the first of eight, not %q", text)
	}
	if s.Index < 0 || s.Index >= s.Count {
		return s, fmt.Errorf("--shard %s: the shards are counted from 0, so those of %d are 0 to %d", text, s.Count, s.Count-1)
	}
	return s, nil
}

func newAuditVerify() *cobra.Command {
	var trust trustFlags
	c := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check that evidence is as written, and follows from what AWS said",
		Long: `Compute the hashes of all files again, replay the raw data, and compare what
follows with what is there. What this version made must be the same to the byte. Of
what another version made, CSV is compared in the columns that both have, and the
last line names what was not compared.

This finds what was changed, but not evidence that was made up whole, beginning with
the raw data: keep the SHA-256 of manifest.json, which audit and verify print, where
only the auditor can write, and give it with --expect; or have the evidence signed and
stamped with its time, and say with --signers or --key and --timestamp-ca whom you
trust. What is demanded so and does not hold is a problem, and so is a review beside
the evidence (audit review) that is not of this evidence or not by one of --signers.
Of evidence that nobody has signed, --reviewers demands a review by somebody whom you
trust in the place of a signature.

The exit code is 0 if all is as it should be, and 2 if it is not or if something was
not compared. Whether the audit is complete and what it found does not matter for
it.`,
		Example: `  ftpcheck audit verify audit-2026-q4
  ftpcheck audit verify audit-2026-q4 --signers allowed_signers --chain audit-2026-q3`,
		Args: exactly("DIR"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := cmp.Or(trust.checkHash(), trust.read()); err != nil {
				return err
			}
			v, err := audit.Verify(c.Context(), args[0], audit.Options{Version: Version, Commit: commit()})
			if err != nil {
				return err
			}
			return concludeVerification(c, args[0], v, &trust)
		},
	}
	trust.add(c)
	return c
}

func concludeVerification(c *cobra.Command, dir string, v *audit.Verification, trust *trustFlags) error {
	w := terminal.Prose(c.OutOrStdout())
	if len(v.Problems) == 0 {
		said := io.Writer(w)
		if quiet(c) {
			said = io.Discard
		}
		problems, err := trust.check(c.Context(), said, v)
		if err != nil {
			return err
		}
		v.Problems = problems
		if problems, err = trust.reviews(said, dir, v); err != nil {
			return err
		}
		v.Problems = append(v.Problems, problems...)
	}
	for _, p := range v.Problems {
		fmt.Fprintf(w, "- %s\n", output.Printable(p))
	}
	if len(v.Problems) > 0 {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Bad, fmt.Sprintf("NOT VERIFIED: %s.", count(int64(len(v.Problems)), "problem"))))
		return exitCode(exitError)
	}
	m := v.Manifest
	completeness := "The audit is complete."
	switch {
	case m.Complete && leftOut(m) > 0:
		completeness = "The audit is complete, but for what was left out by choice."
	case !m.Complete:
		completeness = terminal.Paint(w, terminal.Doubt, "The audit is INCOMPLETE, as it says itself.")
	}
	if quiet(c) && len(v.NotCompared) == 0 {
		return nil
	}
	tellHash(w, m)
	tellAsked(w, m)
	compared := fmt.Sprintf("the hashes of %s, and %s by a replay of the raw data", count(int64(v.Files), "file"), count(int64(v.Rows), "row"))
	other := fmt.Sprintf("%s with rule version %s", m.Tool, m.Rule)
	switch {
	case len(v.NotCompared) > 0:
		_, err := fmt.Fprintf(w, "%s %s. NOT COMPARED, as it says that it was made by %s: %s. %s Verify it by the version that made it.\n",
			terminal.Paint(w, terminal.Doubt, "VERIFIED IN PART:"), compared, output.Printable(other), output.Printable(strings.Join(v.NotCompared, "; ")), completeness)
		return errors.Join(err, exitCode(exitError))
	case !v.SameVersion:
		_, err := fmt.Fprintf(w, "%s by another version than that which it says made it, %s: %s. Every file is what this version makes, too. %s\n",
			terminal.Paint(w, terminal.Good, "Verified"), output.Printable(other), compared, completeness)
		return err
	}
	_, err := fmt.Fprintf(w, "%s %s. %s\n", terminal.Paint(w, terminal.Good, "Verified:"), compared, completeness)
	return err
}

func newAuditMerge() *cobra.Command {
	var flags auditFlags
	var attest attestFlags
	var failOn failOn
	c := &cobra.Command{
		Use:   "merge --out DIR SHARD...",
		Short: "Make one audit of the shards that several workers wrote",
		Long: `Make one audit of the shards that several workers wrote with --shard. It is what
one worker would have written that had read all accounts. If shards are missing, it
names them and is incomplete. Patterns are expanded where no shell has done it.

The exit code is that of audit.`,
		Example: "  ftpcheck audit merge --out audit-2026-q4 shard-*",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			shards, err := shardsOf(args)
			if err != nil {
				return err
			}
			var release func() error
			if o.Attestation, release, err = attest.open(c, &sourceFlags{}); err != nil {
				return err
			}
			defer release()
			m, err := audit.Merge(c.Context(), o, shards...)
			if err != nil {
				return err
			}
			return concludeAudit(c, o.Dir, m, failOn)
		},
	}
	flags.add(c)
	attest.add(c)
	failOn.add(c)
	return c
}

// shardsOf are the folders that the arguments name, of which some can be patterns: containers have no
// shell that expands them, and neither has Windows.
func shardsOf(args []string) ([]string, error) {
	var shards []string
	for _, arg := range args {
		if _, err := os.Lstat(arg); err == nil || !strings.ContainsAny(arg, `*?[{`) {
			shards = append(shards, arg)
			continue
		}
		// What an interrupted worker has left is hidden.
		matches, err := doublestar.FilepathGlob(arg, doublestar.WithFailOnIOErrors(), doublestar.WithNoHidden())
		switch {
		case errors.Is(err, doublestar.ErrBadPattern):
			return nil, fmt.Errorf("%q is not a valid pattern: use *, ?, [a-z] and {a,b}", arg)
		case err != nil:
			return nil, fmt.Errorf("the folders that %q matches cannot be found: %w", arg, reason(err))
		case len(matches) == 0:
			return nil, fmt.Errorf("nothing matches %q: name the folders that the workers wrote", arg)
		}
		shards = append(shards, matches...)
	}
	return shards, nil
}

func newAuditDiff() *cobra.Command {
	var form outputFlags
	var page pageFlag
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what has changed between two audits",
		Long: `Say what has changed between two audits: which findings are new, resolved, changed
or still there, and which places were read in only one of them. A finding is the same
if group, protocol, ports and source are. One that is gone is resolved only if its
place was read again, and unknown if not. Of a group that has findings it also says
if the internet has come to reach it, reaches it no longer, or if that was known and
is not now.

With --out it also writes a page for people: one file that needs no network, with
both audits side by side and what has changed, what is worse first.

The exit code is
  0  nothing new is open or reachable, and nothing is unknown
  1  something new is open, or the internet has come to reach something open
  2  neither is known, but something is unknown, or the command failed`,
		Example: `  ftpcheck audit diff audit-2026-q3 audit-2026-q4
  ftpcheck audit diff audit-2026-q3 audit-2026-q4 --output csv > changes.csv
  ftpcheck audit diff audit-2026-q3 audit-2026-q4 --out diff.html`,
		Args: exactly("OLD", "NEW"),
		RunE: func(c *cobra.Command, args []string) error {
			w, err := form.writer(c.OutOrStdout(), baseline.Columns())
			if err := cmp.Or(err, page.check()); err != nil {
				return err
			}
			d, err := audit.Diff(c.Context(), args[0], args[1], audit.Options{Version: Version, Commit: commit()})
			if err != nil {
				return err
			}
			for i := range d.Changes {
				if err := w.Row(d.Changes[i].Row()); err != nil {
					return err
				}
			}
			people := c.ErrOrStderr()
			forPeople := form.output == "table" || form.output == "line"
			if forPeople && !quiet(c) {
				people = c.OutOrStdout()
			}
			if len(d.Changes) > 0 || !forPeople {
				if err := w.End(); err != nil {
					return err
				}
			}
			if err := page.write(people, d.WritePage, !quiet(c)); err != nil {
				return err
			}
			return concludeDiff(people, d, !quiet(c))
		},
	}
	form.add(c)
	page.add(c, "write the changes as a page for people into this new `FILE`, too")
	return c
}

// concludeDiff prints what makes the difference uncertain and, if wanted, the summary.
func concludeDiff(w io.Writer, d *audit.Difference, summary bool) (err error) {
	w = terminal.Prose(w)
	if d.Old.Rule != d.New.Rule {
		fmt.Fprintf(w, "Note: the audits follow different versions of the rule, %s and %s, so verdicts may differ where nothing changed.\n", d.Old.Rule, d.New.Rule)
	}
	for i, m := range []*audit.Manifest{d.Old, d.New} {
		if !m.Complete {
			fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Note: the %s audit is incomplete.", []string{"old", "new"}[i])))
		}
	}
	for _, which := range d.WithoutReach {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, fmt.Sprintf("Note: the %s audit does not say what the internet reaches, so that was not compared.", which)))
	}
	number := func(kind baseline.Kind, what string, style terminal.Style) string {
		n := d.Count(kind)
		text := humanize.Comma(int64(n)) + " " + what
		if n == 0 {
			return text
		}
		return terminal.Paint(w, style, text)
	}
	if summary {
		_, err = fmt.Fprintf(w, "%s, %s, %s, %s, %s, %s. Places: %s, %s.\n",
			number(baseline.Added, "new", terminal.Bad), number(baseline.Changed, "changed", terminal.Doubt), number(baseline.Unknown, "unknown", terminal.Doubt),
			number(baseline.Resolved, "resolved", terminal.Good), number(baseline.StillOpen, "still open", terminal.Bad),
			number(baseline.StillUndetermined, "still undetermined", terminal.Doubt),
			number(baseline.CoverageLost, "lost", terminal.Doubt), number(baseline.CoverageGained, "gained", terminal.Good))
	}
	if summary && err == nil && d.WithoutReach == nil {
		_, err = fmt.Fprintf(w, "Reached by the internet: %s, %s, %s.\n",
			number(baseline.Reachable, "more", terminal.Bad), number(baseline.ReachUnknown, "not known any more", terminal.Doubt), number(baseline.Unreachable, "fewer", terminal.Good))
	}
	switch {
	case err != nil:
		return err
	case d.Worse():
		return exitCode(exitOpen)
	case d.Uncertain():
		return exitCode(exitError)
	}
	return nil
}
