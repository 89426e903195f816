package cli

import (
	"errors"
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

	chosen bool         // whether --output names a format for standard output
	files  []fileOutput // what goes to files, too; only check and audit history have any
}

// A fileOutput is one format that goes to a file.
type fileOutput struct{ format, path string }

// add adds the flags to a command, with more formats if it has them.
func (f *outputFlags) add(c *cobra.Command, more ...string) {
	f.formats = append([]string{"table", "csv", "json", "jsonl", "line"}, more...)
	addFormat(c, &f.output, f.formats, "print rows as `FORMAT`: "+oneOf(f.formats))
	c.Flags().Lookup("output").Value.(*formatFlag).flags = f
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
	flags   *outputFlags // may be nil
	files   bool         // whether FORMAT=FILE goes to a file
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
	format, path, toFile := strings.Cut(text, "=")
	format = strings.ToLower(format)
	switch {
	case !toFile:
		*f.format = format
		if f.flags != nil {
			f.flags.chosen = true
		}
	case !f.files:
		return errors.New("only check and audit history write into files in this way")
	case path == "":
		return errors.New("the name of the file is missing")
	default:
		f.flags.files = append(f.flags.files, fileOutput{format, path})
	}
	return nil
}

// addFormat adds --output, for one of these formats.
func addFormat(c *cobra.Command, format *string, formats []string, usage string) {
	*format = "table"
	c.Flags().VarP(&formatFlag{format: format, formats: formats}, "output", "o", usage)
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
	for i, file := range f.files {
		if err := checkFormat(file.format, f.formats); err != nil {
			return err
		}
		if slices.ContainsFunc(f.files[:i], func(o fileOutput) bool { return o.path == file.path }) {
			return fmt.Errorf("--output names the file %q twice", file.path)
		}
	}
	return checkFormat(f.output, f.formats)
}

// has reports whether a format is asked for, wherever it goes.
func (f *outputFlags) has(format string) bool {
	return f.output == format || slices.ContainsFunc(f.files, func(o fileOutput) bool { return o.format == format })
}

// writer returns the writer of rows in the format, or nil for one that the command writes
// itself.
func (f *outputFlags) writer(w io.Writer, columns []output.Column) (output.Writer, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	return f.writerOf(f.output, w, columns)
}

// writerOf is the same for a format that has been checked.
func (f *outputFlags) writerOf(format string, w io.Writer, columns []output.Column) (output.Writer, error) {
	if format != "table" && terminal.Is(w) {
		w = &printable{Writer: w} // what is for programs holds whatever somebody put into a name
	}
	switch format {
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
