package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

func newAuditReview() *cobra.Command {
	var by, note string
	var attest attestFlags
	c := &cobra.Command{
		Use:   "review AUDIT --by NAME --note TEXT --sign KEY",
		Short: "Say of an audit that somebody has reviewed it, signed",
		Long: `Verify an audit, as audit verify does, and write beside it who has reviewed it, when,
and what came of it: AUDIT.review-TIME.json, with its signature in .json.sig. The
audit itself is not touched, and no review is overwritten; there can be several.

A review names the SHA-256 of manifest.json, so it holds for this audit and no other.
audit verify checks it and shows it, audit history says which audits were reviewed,
and so do stock tools:

  ssh-keygen -Y verify -f allowed_signers -I NAME -n ftpcheck-review \
    -s AUDIT.review-TIME.json.sig < AUDIT.review-TIME.json`,
		Example: `  ftpcheck audit review audit-2026-q4 --sign ~/.ssh/id_ed25519.pub \
    --by auditor@example.com --note 'sg-0a26339f36fac09ee is to be closed: CHANGE-1234'`,
		Args: exactly("AUDIT"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkReview(by, note, attest.key); err != nil {
				return err
			}
			o := audit.Options{Version: Version, Commit: commit()}
			var release func() error
			var err error
			if o.Attestation, release, err = attest.open(c, &sourceFlags{}); err != nil {
				return err
			}
			defer release()
			r, path, err := audit.WriteReview(c.Context(), args[0], by, note, o)
			if err != nil || quiet(c) {
				return err
			}
			w := terminal.Prose(c.OutOrStdout())
			if len(r.NotCompared) > 0 {
				fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "Note: another version made the audit, so that it was verified in part, and the review says so. See audit verify."))
			}
			_, err = fmt.Fprintf(w, "The review is in %s, signed by the key %s. Keep it beside the audit.\n", output.Printable(path), r.SignedBy)
			return err
		},
	}
	c.Flags().StringVar(&by, "by", "", "who has reviewed the audit: `NAME`")
	c.Flags().StringVar(&note, "note", "", "what came of it: `TEXT`")
	attest.addSigner(c, "the review")
	return c
}

// checkReview reports what nobody could say, or what would say nothing.
func checkReview(by, note, key string) error {
	switch {
	case strings.TrimSpace(by) == "":
		return errors.New("--by is missing: say who has reviewed the audit")
	case strings.TrimSpace(note) == "":
		return errors.New("--note is missing: say what came of the review")
	case len(by)+len(note) > 64<<10:
		return errors.New("--by and --note are longer than 64 KiB: name a document instead")
	case key == "":
		return errors.New("--sign is missing: anybody could have written a review that nobody signs. ssh-keygen -t ed25519 makes a key")
	}
	return nil
}

// reviews says what has been said of a bundle, and what of that does not hold.
func (f *trustFlags) reviews(w io.Writer, dir string, v *audit.Verification) (problems []string, err error) {
	reviews, problems, err := audit.Reviews(dir, v.Manifest)
	if err != nil {
		return nil, err
	}
	held := 0
	for _, r := range reviews {
		who, problem, err := f.trust.Reviewer(r)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			problems = append(problems, r.Name+" "+problem)
			continue
		}
		signed := "the key " + r.SignedBy
		if who != "" {
			signed = who + ", with " + signed
		}
		held++
		fmt.Fprintf(w, "Reviewed on %s by %s: %s (signed by %s)\n", r.At.Format(time.RFC3339), output.Printable(r.By), output.Printable(r.Note), output.Printable(signed))
	}
	if held == 0 && f.reviewers != "" {
		problems = append(problems, fmt.Sprintf("Nobody whom %s allows has reviewed it.", f.reviewers))
	}
	return problems, nil
}
