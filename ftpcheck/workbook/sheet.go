package workbook

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// A Column is a column of a sheet.
type Column struct {
	Name  string
	Width int  // in characters
	Wrap  bool // texts wrap at that width; others are shown as far as there is room
}

// A Sheet is written row by row. It goes on in another one where it is full.
type Sheet struct {
	book    *Writer
	name    string
	columns []Column
	letters []string // what the columns are called in references
	pages   []*page
	row     []byte
}

// A page is what spreadsheets call a sheet.
type page struct {
	name    string
	rows    int
	cells   *part
	filter  string // the range of the filter; empty for none
	links   []byte // which cells are links
	targets *part  // where they lead; nil if there is none
	linked  int
}

// Sheet adds a sheet, behind all that are there already. Columns with names have a header that
// stays in view, with filters. Without names, it is a page to be read.
func (w *Writer) Sheet(name string, columns []Column) (*Sheet, error) {
	s := &Sheet{book: w, name: name, columns: columns}
	for i := range columns {
		s.letters = append(s.letters, letters(i))
	}
	w.sheets = append(w.sheets, s)
	return s, s.begin()
}

// letters is what the column at a position is called: A to Z, AA and so on.
func letters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letters(i/26-1) + string(rune('A'+i%26))
}

func (s *Sheet) isTable() bool { return s.columns[0].Name != "" }

// begin begins the next page.
func (s *Sheet) begin() error {
	cells, err := s.book.part()
	if err != nil {
		return err
	}
	p := &page{name: s.name, cells: cells}
	if len(s.pages) > 0 {
		p.name = fmt.Sprintf("%s %d", s.name, len(s.pages)+1)
	}
	s.pages = append(s.pages, p)
	b := []byte(declaration + `<worksheet xmlns="` + sheetML + `" xmlns:r="` + relationsOf + `">`)
	if s.isTable() {
		b = append(b, `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`...)
	} else {
		b = append(b, `<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" workbookViewId="0"/></sheetViews><cols>`...)
	}
	for i, c := range s.columns {
		b = fmt.Appendf(b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, c.Width)
	}
	if _, err := cells.Write(append(b, `</cols><sheetData>`...)); err != nil || !s.isTable() {
		return err
	}
	header := make([]any, len(s.columns))
	for i, c := range s.columns {
		header[i] = Heading(c.Name)
	}
	return s.Row(header)
}

// A Link is a text that leads to a web page. A sheet can have 65,530 of them; further ones are texts.
type Link struct {
	Text      string
	Page, Tag string // the address before and behind its #
}

// Texts that look like more than others.
type (
	Title   string
	Heading string
	Warning string
)

// Row writes a row: for each column what [output.Writer] takes, or what this package has besides. Only
// numbers are numbers. True and false are texts, as LibreOffice makes formulas of those of workbooks, and
// so are times, as a date has no time zone there.
func (s *Sheet) Row(values []any) error {
	p := s.pages[len(s.pages)-1]
	if p.rows == s.book.maxRows {
		if err := s.end(p); err != nil {
			return err
		}
		if err := s.begin(); err != nil {
			return err
		}
		p = s.pages[len(s.pages)-1]
	}
	p.rows++
	b := append(s.row[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(p.rows), 10)
	if n := s.lines(values); n > 1 {
		b = append(b, `" ht="`...)
		b = strconv.AppendInt(b, int64(min(n*lineHeight, maxHeight)), 10)
	}
	b = append(b, `">`...)
	for i, v := range values {
		usual := textStyle
		if s.columns[i].Wrap {
			usual = wrappedStyle
		}
		switch v := v.(type) {
		case nil:
		case string:
			b = s.text(b, i, usual, v)
		case int:
			b = s.number(b, i, usual, int64(v))
		case int64:
			b = s.number(b, i, usual, v)
		case Title:
			b = s.text(b, i, titleStyle, string(v))
		case Heading:
			b = s.text(b, i, headingStyle, string(v))
		case Warning:
			b = s.text(b, i, warningStyle, string(v))
		case Link:
			if p.linked == maxLinks {
				b = s.text(b, i, usual, v.Text)
				continue
			}
			if err := s.link(s.letters[i], v); err != nil {
				return err
			}
			b = s.text(b, i, linkStyle, v.Text)
		default:
			b = s.text(b, i, usual, output.Plain(v))
		}
	}
	s.row = append(b, `</row>`...)
	_, err := p.cells.Write(s.row)
	return err
}

// Heights of rows, in points.
const (
	lineHeight = 15
	maxHeight  = 409
)

// lines is about how many lines a row takes. Not every program finds that out by itself.
func (s *Sheet) lines(values []any) int {
	most := 1
	for i, v := range values {
		if !s.columns[i].Wrap {
			continue
		}
		var text string
		switch v := v.(type) {
		case string:
			text = v
		case Warning:
			text = string(v)
		}
		n := 0
		for line := range strings.Lines(text) {
			n += 1 + utf8.RuneCountInString(line)/s.columns[i].Width
		}
		most = max(most, n)
	}
	return most
}

// cell begins a cell, up to its type.
func (s *Sheet) cell(b []byte, column int, style string) []byte {
	b = append(b, `<c r="`...)
	b = append(b, s.letters[column]...)
	b = strconv.AppendInt(b, int64(s.pages[len(s.pages)-1].rows), 10)
	return append(append(b, `" s="`...), style...)
}

func (s *Sheet) number(b []byte, column int, usual string, n int64) []byte {
	const exact = 1 << 53 // beyond it, spreadsheets have another number
	if n > exact || n < -exact {
		return s.text(b, column, usual, strconv.FormatInt(n, 10))
	}
	b = append(s.cell(b, column, numberStyle), `><v>`...)
	return append(strconv.AppendInt(b, n, 10), `</v></c>`...)
}

func (s *Sheet) text(b []byte, column int, style, text string) []byte {
	if text == "" {
		return b
	}
	b = append(s.cell(b, column, style), ` t="inlineStr"><is><t xml:space="preserve">`...)
	b = appendText(b, text, s.book.Cut)
	return append(b, `</t></is></c>`...)
}

// link has a cell of the row in hand lead to a page of the web.
func (s *Sheet) link(letters string, l Link) (err error) {
	p := s.pages[len(s.pages)-1]
	if p.targets == nil {
		if p.targets, err = s.book.part(); err != nil {
			return err
		}
		if _, err := p.targets.Write([]byte(relationsBegin)); err != nil {
			return err
		}
	}
	p.linked++
	p.links = fmt.Appendf(p.links, `<hyperlink ref="%s%d" r:id="rId%d" location="%s"/>`, letters, p.rows, p.linked, escape(l.Tag))
	_, err = fmt.Fprintf(p.targets, `<Relationship Id="rId%d" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, p.linked, relationsOf, escape(l.Page))
	return err
}

// End ends the sheet.
func (s *Sheet) End() error { return s.end(s.pages[len(s.pages)-1]) }

// end ends a page.
func (s *Sheet) end(p *page) error {
	b := append(s.row[:0], `</sheetData>`...)
	last := s.letters[len(s.letters)-1]
	all := fmt.Sprintf("A1:%s%d", last, max(p.rows, 1))
	if s.isTable() {
		p.filter = fmt.Sprintf("$A$1:$%s$%d", last, p.rows)
		b = fmt.Appendf(b, `<autoFilter ref="%s"/>`, all)
	}
	if p.linked > 0 {
		b = append(append(append(b, `<hyperlinks>`...), p.links...), `</hyperlinks>`...)
		if _, err := p.targets.Write([]byte(relationsEnd)); err != nil {
			return err
		}
	}
	b = append(b, `<pageSetup orientation="landscape" fitToHeight="0"/>`...)
	// An account ID is a text that looks like a number, and no mistake.
	b = fmt.Appendf(b, `<ignoredErrors><ignoredError sqref="%s" numberStoredAsText="1"/></ignoredErrors></worksheet>`, all)
	_, err := p.cells.Write(b)
	p.links = nil
	return err
}
