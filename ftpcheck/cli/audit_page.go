package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
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
