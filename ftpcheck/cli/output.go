package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// outputFlags say in which form rows are printed.
type outputFlags struct {
	output  string
	csv     string
	formats []string // those that --output may name
}

// add adds the flags to a command, with more formats if it has them.
func (f *outputFlags) add(c *cobra.Command, more ...string) {
	f.formats = append([]string{"table", "csv", "json", "jsonl", "line"}, more...)
	addFormat(c, &f.output, f.formats, "print rows as `FORMAT`: "+oneOf(f.formats))
	c.Flags().StringVar(&f.csv, "csv", "safe", "csv for a spreadsheet (safe: a ' before what it would run as a formula) or for programs (raw): `MODE`")
}

// oneOf is a list for a person to choose from.
func oneOf(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// formatFlag is the name of a format, in any case. Which there are is checked with the other flags.
type formatFlag struct {
	format  *string
	formats []string
}

func (f *formatFlag) String() string {
	if f.format == nil {
		return ""
	}
	return *f.format
}

// Choices are the values that it can have.
func (f *formatFlag) Choices() []string { return f.formats }

// Type is what a text has, so that --help shows the default as that of a text.
func (f *formatFlag) Type() string { return "string" }

func (f *formatFlag) Set(text string) error {
	*f.format = strings.ToLower(text)
	return nil
}

// addFormat adds --output, for one of these formats.
func addFormat(c *cobra.Command, format *string, formats []string, usage string) {
	*format = "table"
	c.Flags().VarP(&formatFlag{format, formats}, "output", "o", usage)
	// What is typed out of habit is taken, and not told: one thing has one name.
	c.Flags().BoolFunc("jsonl", "print rows as JSON Lines", func(string) error { return c.Flags().Set("output", "jsonl") })
	c.Flags().Lookup("jsonl").Hidden = true
}

// checkFormat reports a format that is none of these.
func checkFormat(format string, formats []string) error {
	if slices.Contains(formats, format) {
		return nil
	}
	return fmt.Errorf("--output must be %s, not %q%s", oneOf(formats), format, didYouMean(format, formats))
}

// holdsRows reports whether nothing is printed before the last row.
func (f *outputFlags) holdsRows() bool { return f.output == "table" }

// check reports flags that cannot be meant.
func (f *outputFlags) check() error {
	if f.csv != "safe" && f.csv != "raw" {
		return fmt.Errorf("--csv must be safe or raw, not %q", f.csv)
	}
	return checkFormat(f.output, f.formats)
}

// writer returns the writer of rows in the format, or nil for one that the command writes
// itself.
func (f *outputFlags) writer(w io.Writer, columns []output.Column) (output.Writer, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.output != "table" && terminal.Is(w) {
		w = &printable{Writer: w} // what is for programs holds whatever somebody put into a name
	}
	switch f.output {
	case "table":
		return output.NewTable(w, columns, terminal.Width(w)), nil
	case "csv":
		return output.NewCSV(w, columns, f.csv == "safe")
	case "json":
		return output.NewJSON(w, columns)
	case "jsonl":
		return output.NewJSONLines(w, columns), nil
	case "line":
		return output.NewLine(w, columns), nil
	case "parquet":
		return output.NewParquet(w, columns)
	}
	return nil, nil
}
