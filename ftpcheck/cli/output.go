package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	prettytable "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

// outputFlags say in which form rows are printed.
type outputFlags struct {
	output string
	csv    string
}

func (f *outputFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.output, "output", "table", "print rows as `FORMAT`: table, csv, json or line")
	c.Flags().StringVar(&f.csv, "csv", "safe", "csv for a spreadsheet (safe: a ' before what it would run as a formula) or for programs (raw): `MODE`")
}

// A column is the name and, where it is known, the type of a column of output.
type column struct {
	name string
	typ  table.Type
}

// A rowWriter prints rows. Nothing need have been printed before end is called.
type rowWriter interface {
	row(values []any) error
	end() error
}

// holdsRows reports whether nothing is printed before the last row.
func (f *outputFlags) holdsRows() bool { return f.output == "table" }

func (f *outputFlags) writer(w io.Writer, columns []column) (rowWriter, error) {
	if f.csv != "safe" && f.csv != "raw" {
		return nil, fmt.Errorf("--csv must be safe or raw, not %q", f.csv)
	}
	switch f.output {
	case "table":
		return newTableWriter(w, columns), nil
	case "csv":
		return newCSVWriter(w, columns, f.csv == "safe")
	case "json":
		return newJSONWriter(w, columns)
	case "line":
		return &lineWriter{w: w, columns: columns}, nil
	}
	return nil, fmt.Errorf("--output must be table, csv, json or line, not %q", f.output)
}

// plain is the text of a value, the same in every form of output for people.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// printable makes a text harmless on a terminal: what cannot be seen, such as control
// characters and marks that turn the direction of text, is shown by its number. Runes in
// keep stay.
func printable(s string, keep ...rune) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsPrint(r) || strings.ContainsRune(string(keep), r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

type tableWriter struct {
	table prettytable.Writer
	w     io.Writer
}

func newTableWriter(w io.Writer, columns []column) *tableWriter {
	t := prettytable.NewWriter()
	style := prettytable.StyleDefault
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	header := prettytable.Row{}
	for _, c := range columns {
		header = append(header, printable(c.name))
	}
	t.AppendHeader(header)
	return &tableWriter{t, w}
}

func (t *tableWriter) row(values []any) error {
	cells := make(prettytable.Row, len(values))
	for i, v := range values {
		if v == nil {
			cells[i] = "<null>"
			continue
		}
		cells[i] = printable(plain(v))
	}
	t.table.AppendRow(cells)
	return nil
}

func (t *tableWriter) end() error {
	_, err := fmt.Fprintln(t.w, t.table.Render())
	return err
}

type csvWriter struct {
	csv  *csv.Writer
	safe bool
}

func newCSVWriter(w io.Writer, columns []column, safe bool) (*csvWriter, error) {
	c := &csvWriter{csv.NewWriter(w), safe}
	c.csv.UseCRLF = safe // as RFC 4180 has it; programs on pipes want plain line ends
	var header []any
	for _, column := range columns {
		header = append(header, column.name)
	}
	return c, c.row(header)
}

func (c *csvWriter) row(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = plain(v)
		if _, isText := v.(string); isText && c.safe {
			cells[i] = neutral(cells[i])
		}
	}
	return c.csv.Write(cells)
}

func (c *csvWriter) end() error {
	c.csv.Flush()
	return c.csv.Error()
}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// neutral keeps a spreadsheet from running a text as a formula, as OWASP describes in
// "CSV Injection". A plain number such as the protocol -1 is none.
func neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) && !plainNumber.MatchString(s) {
		return "'" + s
	}
	return s
}

// jsonWriter prints what steampipe query --output json prints: the columns with their
// types and the rows.
type jsonWriter struct {
	enc     *jsontext.Encoder
	columns []column
}

func newJSONWriter(w io.Writer, columns []column) (*jsonWriter, error) {
	// Two columns of one query may have the same name, and an object may not.
	columns = slices.Clone(columns)
	for i := range columns {
		name := columns[i].name
		for n := 2; slices.ContainsFunc(columns[:i], func(c column) bool { return c.name == columns[i].name }); n++ {
			columns[i].name = fmt.Sprintf("%s_%d", name, n)
		}
	}
	j := &jsonWriter{jsontext.NewEncoder(w, jsontext.WithIndent(" ")), columns}
	j.enc.WriteToken(jsontext.BeginObject)
	j.enc.WriteToken(jsontext.String("columns"))
	j.enc.WriteToken(jsontext.BeginArray)
	for _, c := range columns {
		j.enc.WriteToken(jsontext.BeginObject)
		j.enc.WriteToken(jsontext.String("name"))
		j.enc.WriteToken(jsontext.String(c.name))
		j.enc.WriteToken(jsontext.String("data_type"))
		j.enc.WriteToken(jsontext.String(typeName(c.typ)))
		j.enc.WriteToken(jsontext.EndObject)
	}
	j.enc.WriteToken(jsontext.EndArray)
	j.enc.WriteToken(jsontext.String("rows"))
	return j, j.enc.WriteToken(jsontext.BeginArray)
}

func (j *jsonWriter) row(values []any) error {
	j.enc.WriteToken(jsontext.BeginObject)
	for i, v := range values {
		if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
			v = fmt.Sprint(f) // JSON has no number for it
		}
		if err := j.enc.WriteToken(jsontext.String(j.columns[i].name)); err != nil {
			return err
		}
		if s, ok := v.(string); ok && j.columns[i].typ == table.JSON {
			if raw := jsontext.Value(s); raw.IsValid() {
				v = raw
			}
		}
		if err := json.MarshalEncode(j.enc, v); err != nil {
			return err
		}
	}
	return j.enc.WriteToken(jsontext.EndObject)
}

func (j *jsonWriter) end() error {
	j.enc.WriteToken(jsontext.EndArray)
	return j.enc.WriteToken(jsontext.EndObject)
}

type lineWriter struct {
	w       io.Writer
	columns []column
	n       int
}

func (l *lineWriter) row(values []any) error {
	l.n++
	width := 0
	for _, c := range l.columns {
		width = max(width, len(printable(c.name)))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "-[ RECORD %-3d]%s\n", l.n, strings.Repeat("-", 60))
	for i, v := range values {
		cell := "<null>"
		if v != nil {
			cell = printable(plain(v))
		}
		fmt.Fprintf(&b, "%-*s | %s\n", width, printable(l.columns[i].name), cell)
	}
	_, err := io.WriteString(l.w, b.String())
	return err
}

func (l *lineWriter) end() error { return nil }
