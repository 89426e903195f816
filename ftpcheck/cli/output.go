package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// outputFlags say in which form rows are printed.
type outputFlags struct {
	output string
	csv    string
	also   []string // formats of this command only, which it writes itself
}

func (f *outputFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.output, "output", "table", "print rows as `FORMAT`: "+f.formats())
	c.Flags().StringVar(&f.csv, "csv", "safe", "csv for a spreadsheet (safe: a ' before what it would run as a formula) or for programs (raw): `MODE`")
}

func (f *outputFlags) formats() string {
	all := append([]string{"table", "csv", "json", "line"}, f.also...)
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}

// holdsRows reports whether nothing is printed before the last row.
func (f *outputFlags) holdsRows() bool { return f.output == "table" }

// writer returns the writer of rows in the format, or nil for one that the command writes
// itself.
func (f *outputFlags) writer(w io.Writer, columns []output.Column) (output.Writer, error) {
	if f.csv != "safe" && f.csv != "raw" {
		return nil, fmt.Errorf("--csv must be safe or raw, not %q", f.csv)
	}
	if slices.Contains(f.also, f.output) {
		return nil, nil
	}
	switch f.output {
	case "table":
		return output.NewTable(w, columns), nil
	case "csv":
		return output.NewCSV(w, columns, f.csv == "safe")
	case "json":
		return output.NewJSON(w, columns)
	case "line":
		return output.NewLine(w, columns), nil
	}
	return nil, fmt.Errorf("--output must be %s, not %q", f.formats(), f.output)
}
