package output

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

type csvWriter struct {
	csv   *csv.Writer
	cells []string
}

// csvBuffer is how many bytes are written at once: what a pipe takes.
const csvBuffer = 64 << 10

// NewCSV returns a writer of CSV with a header (RFC 4180). Safe is for spreadsheets: see
// [neutral]. Its errors are those of w.
func NewCSV(w io.Writer, columns []Column, safe bool) (Writer, error) {
	var header []any
	for _, column := range columns {
		header = append(header, column.Name)
	}
	var c Writer = &csvWriter{csv: csv.NewWriter(bufio.NewWriterSize(w, csvBuffer))}
	if safe {
		c = &safeCSVWriter{w: bufio.NewWriterSize(w, csvBuffer)}
	}
	return c, c.Row(header)
}

func (c *csvWriter) Row(values []any) error {
	c.cells = c.cells[:0]
	for _, v := range values {
		c.cells = append(c.cells, Plain(v))
	}
	return c.csv.Write(c.cells)
}

func (c *csvWriter) End() error {
	c.csv.Flush()
	return c.csv.Error()
}

// safeCSVWriter puts every text in quotes, ends lines as RFC 4180 has it, and changes
// nothing else in a text than neutral does; [csv.Writer] would take carriage returns out.
type safeCSVWriter struct {
	w   *bufio.Writer
	row []byte // used again
}

func (c *safeCSVWriter) Row(values []any) error {
	row := c.row[:0]
	for i, v := range values {
		if i > 0 {
			row = append(row, ',')
		}
		switch v := v.(type) {
		case nil:
		case string:
			row = append(row, '"')
			if !isPlain(v) {
				v = strings.ReplaceAll(neutral(v), `"`, `""`)
			}
			row = append(append(row, v...), '"')
		default:
			row = append(row, Plain(v)...)
		}
	}
	c.row = append(row, "\r\n"...)
	_, err := c.w.Write(c.row)
	return err
}

func (c *safeCSVWriter) End() error { return c.w.Flush() }

// isPlain reports whether a text goes into quotes as it is, without a closer look, as most do: it
// begins with a letter, and nothing in it matters to CSV or to a spreadsheet.
func isPlain(s string) bool {
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return s == ""
	}
	for i := 0; i < len(s); i++ {
		if matters[s[i]] {
			return false
		}
	}
	return true
}

// matters are the bytes for which a text is looked at closely.
var matters = [256]bool{'"': true, ';': true, '\t': true, '\r': true, '\n': true}

// neutral puts a ' before what a spreadsheet would run as a formula, as OWASP describes in
// "CSV Injection", also where a cell begins if the separator is not the comma: there,
// quotes protect nothing. A plain number such as the protocol -1 is no formula. And it
// puts a ' before digits of which a spreadsheet would make another number, such as an
// account ID that begins with 0.
func neutral(s string) string {
	if s == "" {
		return s
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c == ';' || c == '\t' || c == '\r' || c == '\n') && beginsSign(strings.TrimLeft(s[i+1:], `"`)) {
			b.WriteString(s[done : i+1])
			b.WriteByte('\'')
			done = i + 1
		}
	}
	if done > 0 {
		b.WriteString(s[done:])
		s = b.String()
	}
	if beginsFormula(s) && !plainNumber.MatchString(s) || changesAsNumber(s) {
		return "'" + s
	}
	return s
}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// beginsFormula reports whether some spreadsheet would take a cell for a formula.
func beginsFormula(s string) bool {
	return beginsSign(s) || s != "" && strings.IndexByte("\t\r\n", s[0]) >= 0
}

// beginsSign reports whether a text begins with a sign that makes a formula. Some take the
// wide forms, as they are typed in East Asia, for the signs themselves.
func beginsSign(s string) bool {
	if s == "" {
		return false
	}
	if s[0] < utf8.RuneSelf {
		return strings.IndexByte("=+-@", s[0]) >= 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("＝＋－＠", r)
}

var number = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?([Ee][+-]?[0-9]+)?$`)

// changesAsNumber reports whether a text is a number that a spreadsheet would write otherwise.
func changesAsNumber(s string) bool {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return false
	}
	switch other := strings.Trim(s, "0123456789"); {
	case other == "":
		return len(s) > 15 || len(s) > 1 && s[0] == '0'
	case strings.ContainsAny(other, "/:") || !number.MatchString(s): // as addresses are
		return false
	}
	f, err := strconv.ParseFloat(s, 64)
	return err != nil || len(s) > 15 || strconv.FormatFloat(f, 'f', -1, 64) != s
}

var madeSafe = regexp.MustCompile(`([;\t\r\n])'("*[=+\-@＝＋－＠])`)

// original undoes neutral.
func original(s string) string {
	if rest, found := strings.CutPrefix(s, "'"); found && neutral(madeSafe.ReplaceAllString(rest, "$1$2")) == s {
		s = rest
	}
	return madeSafe.ReplaceAllString(s, "$1$2")
}

// ReadCSV reads CSV that NewCSV wrote, and hands over the header and then each record.
// Texts that were made safe for a spreadsheet are as they were before. Its errors are
// those of r, of begin and each, or say which line is no CSV.
func ReadCSV(r io.Reader, safe bool, begin, each func(record []string) error) error {
	c := csv.NewReader(r)
	header, err := c.Read()
	if err == io.EOF {
		return errors.New("it is empty")
	} else if err != nil {
		return csvProblem(err)
	}
	if err := begin(header); err != nil {
		return err
	}
	for {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return csvProblem(err)
		}
		if safe {
			for i, cell := range record {
				record[i] = original(cell)
			}
		}
		if err := each(record); err != nil {
			return err
		}
	}
}

// csvProblem says in words what is no CSV. Other errors are as they were.
func csvProblem(err error) error {
	var wrong *csv.ParseError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Err == csv.ErrFieldCount:
		return fmt.Errorf("line %d has more or fewer cells than the header", wrong.StartLine)
	}
	return fmt.Errorf("line %d has a quote in the wrong place, or lacks one", wrong.StartLine)
}
