package output

import (
	"bufio"
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

type csvWriter struct {
	csv   *csv.Writer
	safe  bool
	cells []string
}

// csvBuffer is how many bytes are written at once: what a pipe takes.
const csvBuffer = 64 << 10

// NewCSV returns a writer of CSV with a header (RFC 4180). Safe is for spreadsheets: a ' stands
// before what they would run as a formula. Its errors are those of w.
func NewCSV(w io.Writer, columns []Column, safe bool) (Writer, error) {
	c := &csvWriter{csv: csv.NewWriter(bufio.NewWriterSize(w, csvBuffer)), safe: safe}
	c.csv.UseCRLF = safe // as RFC 4180 has it; programs on pipes want plain line ends
	var header []any
	for _, column := range columns {
		header = append(header, column.Name)
	}
	return c, c.Row(header)
}

func (c *csvWriter) Row(values []any) error {
	c.cells = c.cells[:0]
	for _, v := range values {
		cell := Plain(v)
		if _, isText := v.(string); isText && c.safe {
			cell = neutral(cell)
		}
		c.cells = append(c.cells, cell)
	}
	return c.csv.Write(c.cells)
}

func (c *csvWriter) End() error {
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

// ReadCSV reads CSV that NewCSV wrote, and hands over each record with the header.
// Texts that were made safe for a spreadsheet are as they were before. Its errors are
// those of r, of handle, or say which line is no CSV.
func ReadCSV(r io.Reader, safe bool, handle func(header, record []string) error) error {
	c := csv.NewReader(r)
	header, err := c.Read()
	if err != nil {
		return err
	}
	for {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		for i, cell := range record {
			if rest, found := strings.CutPrefix(cell, "'"); safe && found && neutral(rest) == cell {
				record[i] = rest
			}
		}
		if err := handle(header, record); err != nil {
			return err
		}
	}
}
