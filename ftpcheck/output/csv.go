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
	"unicode"
	"unicode/utf8"
)

// A csvWriter writes lines cell by cell. The text of a cell is kept: in the next line the cell is mostly
// the same.
type csvWriter struct {
	w     *bufio.Writer
	quote func(cell []byte, s string) []byte // appends a text as it is in a cell
	end   string                             // of a line
	texts []string                           // the last of each column
	cells [][]byte                           // what they are in cells, each with the comma behind it
	line  []byte
}

// csvBuffer is how many bytes are written at once: what a pipe takes.
const csvBuffer = 64 << 10

// NewCSV returns a writer of CSV with a header (RFC 4180). Safe is for spreadsheets: see
// [neutral]. Its errors are those of w.
func NewCSV(w io.Writer, columns []Column, safe bool) (Writer, error) {
	c := &csvWriter{w: bufio.NewWriterSize(w, csvBuffer), quote: raw, end: "\n"}
	if safe {
		c.quote, c.end = quoted, "\r\n"
	}
	c.texts, c.cells = make([]string, len(columns)), make([][]byte, len(columns))
	header := make([]any, len(columns))
	for i, column := range columns {
		c.cells[i] = append(c.quote(nil, ""), ',')
		header[i] = column.Name
	}
	return c, c.Row(header)
}

func (c *csvWriter) Row(values []any) error {
	line := c.line[:0]
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			line = append(line, ',')
		case string:
			if v != c.texts[i] {
				c.texts[i], c.cells[i] = v, append(c.quote(c.cells[i][:0], v), ',')
			}
			line = append(line, c.cells[i]...)
		case bool:
			line = append(strconv.AppendBool(line, v), ',')
		case int64:
			line = append(strconv.AppendInt(line, v, 10), ',')
		default:
			line = append(append(line, Plain(v)...), ',')
		}
	}
	c.line = append(line[:max(0, len(line)-1)], c.end...)
	_, err := c.w.Write(c.line)
	return err
}

func (c *csvWriter) End() error { return c.w.Flush() }

// quoted puts every text in quotes, and changes nothing else in it than neutral does.
func quoted(cell []byte, s string) []byte {
	return double(cell, neutral(s))
}

// double puts a text in quotes, and doubles those in it.
func double(cell []byte, s string) []byte {
	cell = append(cell, '"')
	for {
		i := strings.IndexByte(s, '"') + 1
		if i == 0 {
			return append(append(cell, s...), '"')
		}
		cell = append(append(cell, s[:i]...), '"')
		s = s[i:]
	}
}

// raw puts in quotes what must be, as [csv.Writer] does.
func raw(cell []byte, s string) []byte {
	first, _ := utf8.DecodeRuneInString(s)
	if s != `\.` && !unicode.IsSpace(first) && !strings.ContainsAny(s, "\",\r\n") {
		return append(cell, s...)
	}
	return double(cell, s)
}

// neutral puts a ' before what a spreadsheet would run as a formula, as OWASP describes in
// "CSV Injection", also where a cell begins if the separator is not the comma: there,
// quotes protect nothing. A plain number such as the protocol -1 is no formula. And it
// puts a ' before digits of which a spreadsheet would make another number, such as an
// account ID that begins with 0.
func neutral(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if separates[s[i]] && beginsSign(strings.TrimLeft(s[i+1:], `"`)) {
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

// separates are the bytes behind which a spreadsheet may begin another cell.
var separates = [256]bool{';': true, '\t': true, '\r': true, '\n': true}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// beginsFormula reports whether some spreadsheet would take a cell for a formula.
func beginsFormula(s string) bool {
	return beginsSign(s) || s != "" && s[0] != ';' && separates[s[0]]
}

// beginsSign reports whether a text begins with a sign that makes a formula. Some take the
// wide forms, as they are typed in East Asia, for the signs themselves.
func beginsSign(s string) bool {
	if s == "" {
		return false
	}
	if c := s[0]; c < utf8.RuneSelf {
		return c == '=' || c == '+' || c == '-' || c == '@'
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
	if strings.IndexByte(s, '/') > 0 || strings.IndexByte(s, ':') > 0 { // as in addresses
		return false
	}
	switch {
	case strings.Trim(s, "0123456789") == "":
		return len(s) > 15 || len(s) > 1 && s[0] == '0'
	case !number.MatchString(s):
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
