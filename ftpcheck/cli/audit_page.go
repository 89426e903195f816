package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// Pages for people about audits.

// pageFlag names the file of a page.
type pageFlag struct{ exportFlag }

func (f *pageFlag) add(c *cobra.Command, usage string) {
	c.Flags().StringVar(&f.path, "out", "", usage)
}

// check reports a file that is there already, before anything is read.
func (f *pageFlag) check() error {
	if f.path == "" {
		return nil
	}
	return f.problem(f.absent())
}

// write writes the page, if a file is named for it, and says where it is.
func (f *pageFlag) write(people io.Writer, page func(io.Writer) error, tell bool) error {
	if f.path == "" {
		return nil
	}
	if err := f.exportFlag.write(page); err != nil || !tell {
		return err
	}
	_, err := fmt.Fprintf(people, "The page is %s.\n", output.Printable(f.path))
	return err
}

func newAuditSummary() *cobra.Command {
	var page pageFlag
	c := &cobra.Command{
		Use:   "summary DIR",
		Short: "Sum up an audit on one page for people",
		Long: `Sum up an audit on one page, as HTML that needs no network: the question and the
answer, scope and period, who read, whether it is complete, the most severe groups,
what was not read, the hash and signature of the evidence, what it proves and what it
does not, and room for a reviewer's name, date and signature. It prints on one sheet
of A4 or Letter paper.

The audit is verified first. The exit code is 0 if the page was written, whatever the
audit found, and 2 if it does not verify or the command failed.`,
		Example: `  ftpcheck audit summary audit-2026-q4 --out summary.html
  ftpcheck audit summary audit-2026-q4 > summary.html`,
		Args: exactly("DIR"),
		RunE: func(c *cobra.Command, args []string) error {
			if page.path == "" && terminal.Is(c.OutOrStdout()) {
				return errors.New("a page of HTML is nothing to read on a terminal: name a file with --out, or redirect the output")
			}
			if err := page.check(); err != nil {
				return err
			}
			s, err := audit.Summarize(c.Context(), args[0], audit.Options{Version: Version, Commit: commit()})
			if err != nil {
				return err
			}
			if page.path == "" {
				return s.WritePage(c.OutOrStdout())
			}
			return page.write(c.OutOrStdout(), s.WritePage, !quiet(c))
		},
	}
	page.add(c, "write the page into this new `FILE`, and not to standard output")
	return c
}
