package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// written is the workbook that fill makes.
func written(t *testing.T, fill func(w *Writer)) []byte {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	w := New(&b, dir)
	w.Cut = "[cut]"
	fill(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	return b.Bytes()
}

// sheet adds a sheet with rows, and ends it.
func sheet(t *testing.T, w *Writer, name string, columns []Column, rows ...[]any) {
	t.Helper()
	s, err := w.Sheet(name, columns)
	for _, row := range rows {
		err = errors.Join(err, s.Row(row))
	}
	if err := errors.Join(err, s.End()); err != nil {
		t.Fatal(err)
	}
}

// readPart reads a part of a workbook into v.
func readPart(t *testing.T, book []byte, name string, v any) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.Name == name && f.CRC32 != crc32.ChecksumIEEE(text) {
			t.Errorf("%s has another sum than it says", name)
		}
	}
	if err := xml.Unmarshal(text, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// A worksheet is what the tests want of one.
type worksheet struct {
	Rows []struct {
		Height string `xml:"ht,attr"`
		Cells  []struct {
			Reference string `xml:"r,attr"`
			Style     int    `xml:"s,attr"`
			Type      string `xml:"t,attr"`
			Value     string `xml:"v"`
			Inline    struct {
				Space string `xml:"space,attr"`
				Text  string `xml:",chardata"`
			} `xml:"is>t"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
	Pane struct {
		Rows  int    `xml:"ySplit,attr"`
		State string `xml:"state,attr"`
	} `xml:"sheetViews>sheetView>pane"`
	Filter struct {
		Range string `xml:"ref,attr"`
	} `xml:"autoFilter"`
	Links []struct {
		Cell string `xml:"ref,attr"`
		ID   string `xml:"id,attr"`
		Tag  string `xml:"location,attr"`
	} `xml:"hyperlinks>hyperlink"`
}

// cells are those of a worksheet, each as what it is and has.
func (w *worksheet) cells() (all []string) {
	for _, r := range w.Rows {
		for _, c := range r.Cells {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s%s", c.Reference, c.Type, c.Value, c.Inline.Text)))
		}
	}
	return all
}

func names(t *testing.T, book []byte) (names []string) {
	t.Helper()
	var w struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
		} `xml:"sheets>sheet"`
	}
	readPart(t, book, "xl/workbook.xml", &w)
	for _, s := range w.Sheets {
		names = append(names, s.Name)
	}
	return names
}

func TestCells(t *testing.T) {
	var columns []Column
	for i := range 28 {
		columns = append(columns, Column{Name: fmt.Sprint("c", i), Width: 9})
	}
	row := make([]any, 28)
	copy(row, []any{"012345678901", nil, "", int64(21), 7, true, int64(1) << 53, int64(1)<<53 + 1, int64(-1)<<53 - 1, "=1+1"})
	row[26] = Link{"sg-1", "https://example.com/?a=b&c", "d&e"}
	book := written(t, func(w *Writer) { sheet(t, w, "A", columns, row) })
	var w worksheet
	readPart(t, book, "xl/worksheets/sheet1.xml", &w)
	want := []string{"A2 inlineStr 012345678901", "D2  21", "E2  7", "F2 inlineStr true", "G2  9007199254740992",
		"H2 inlineStr 9007199254740993", "I2 inlineStr -9007199254740993", "J2 inlineStr =1+1", "AA2 inlineStr sg-1"}
	if diff := cmp.Diff(want, w.cells()[28:]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := w.cells()[27]; got != "AB1 inlineStr c27" || w.Filter.Range != "A1:AB2" {
		t.Errorf("the header ends with %s, and the filter is over %s", got, w.Filter.Range)
	}
	var targets struct {
		Relationship []struct {
			ID   string `xml:"Id,attr"`
			Page string `xml:"Target,attr"`
			Mode string `xml:"TargetMode,attr"`
		}
	}
	readPart(t, book, "xl/worksheets/_rels/sheet1.xml.rels", &targets)
	if got := fmt.Sprint(w.Links, targets.Relationship); got != "[{AA2 rId1 d&e}] [{rId1 https://example.com/?a=b&c External}]" {
		t.Errorf("links: %s", got)
	}
}

// What a person sees: a bold header that stays, prose that wraps, and texts that are still texts when
// somebody has edited them.
func TestLooks(t *testing.T) {
	book := written(t, func(w *Writer) {
		sheet(t, w, "A", []Column{{Name: "a", Width: 9}, {Name: "b", Width: 9, Wrap: true}, {Name: "c", Width: 9}, {Name: "d", Width: 9}}, []any{"=1", " x ", 1, Link{Text: "sg-1"}})
	})
	var w worksheet
	readPart(t, book, "xl/worksheets/sheet1.xml", &w)
	var looks struct {
		Fonts []struct {
			Bold       *struct{} `xml:"b"`
			Underlined *struct{} `xml:"u"`
		} `xml:"fonts>font"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
			Align  struct {
				Wrap bool `xml:"wrapText,attr"`
			} `xml:"alignment"`
		} `xml:"cellXfs>xf"`
	}
	readPart(t, book, "xl/styles.xml", &looks)
	if w.Pane.Rows != 1 || w.Pane.State != "frozen" {
		t.Errorf("the header does not stay: %+v", w.Pane)
	}
	var got []string
	for _, r := range w.Rows {
		for _, c := range r.Cells {
			style := looks.Cells[c.Style]
			font := looks.Fonts[style.Font]
			got = append(got, fmt.Sprint(style.Format, font.Bold != nil, font.Underlined != nil, style.Align.Wrap, " ", c.Inline.Space))
		}
	}
	header := "49 true false false preserve"
	want := []string{header, header, header, header, "49 false false false preserve", "49 false false true preserve", "0 false false false ", "49 false true false preserve"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A row is as high as its longest text that wraps, up to what a row can be.
func TestHeights(t *testing.T) {
	long := strings.Repeat("word ", 5)
	book := written(t, func(w *Writer) {
		sheet(t, w, "A", []Column{{Width: 10}, {Width: 10, Wrap: true}, {Width: 50, Wrap: true}},
			[]any{long, "word"}, []any{nil, long, long}, []any{nil, nil, Warning("a\nb\n\nc")}, []any{nil, strings.Repeat(long, 100)}, []any{Title(long), int64(1)})
	})
	var w worksheet
	readPart(t, book, "xl/worksheets/sheet1.xml", &w)
	var heights []string
	for _, r := range w.Rows {
		heights = append(heights, r.Height)
	}
	if diff := cmp.Diff([]string{"", "45", "60", "409", ""}, heights); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What is on no sheet any more goes on in the next, and nothing is lost.
func TestFullSheets(t *testing.T) {
	book := written(t, func(w *Writer) {
		w.maxRows = 3
		sheet(t, w, "Before", []Column{{Width: 9}}, []any{"page"})
		sheet(t, w, "Rows", []Column{{Name: "n", Width: 9}}, []any{1}, []any{2}, []any{3}, []any{4}, []any{5})
		sheet(t, w, "None", []Column{{Name: "n", Width: 9}})
	})
	if diff := cmp.Diff([]string{"Before", "Rows", "Rows 2", "Rows 3", "None"}, names(t, book)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for i := range 5 {
		var w worksheet
		readPart(t, book, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), &w)
		got = append(got, fmt.Sprint(w.cells(), w.Filter.Range))
	}
	want := []string{"[A1 inlineStr page]", "[A1 inlineStr n A2  1 A3  2]A1:A3", "[A1 inlineStr n A2  3 A3  4]A1:A3", "[A1 inlineStr n A2  5]A1:A2", "[A1 inlineStr n]A1:A1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTooManyLinks(t *testing.T) {
	book := written(t, func(w *Writer) {
		s, err := w.Sheet("A", []Column{{Name: "group", Width: 9}})
		for i := range maxLinks + 2 {
			err = errors.Join(err, s.Row([]any{Link{fmt.Sprint("sg-", i), "https://example.com", "x"}}))
		}
		if err := errors.Join(err, s.End()); err != nil {
			t.Fatal(err)
		}
	})
	var w worksheet
	readPart(t, book, "xl/worksheets/sheet1.xml", &w)
	if len(w.Rows) != maxLinks+3 || len(w.Links) != maxLinks || w.Rows[maxLinks+2].Cells[0].Inline.Text != fmt.Sprint("sg-", maxLinks+1) {
		t.Errorf("%d rows and %d links, the last row: %+v", len(w.Rows), len(w.Links), w.Rows[len(w.Rows)-1])
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":           "plain",
		`<a href="x">&`:   `&lt;a href=&quot;x&quot;&gt;&amp;`,
		"a\tb\nc":         "a\tb\nc",
		"a\r\nb":          "a_x000D_\nb",
		"\x00\a\x1f":      "_x0000__x0007__x001F_",
		"_x0041_":         "_x005F_x0041_",
		"_X00fF_":         "_x005F_X00fF_",
		"_x005F_x0041_":   "_x005F_x005F_x005F_x0041_",
		"_x004_ _x0041 _": "_x004_ _x0041 _",
		"_x00g1_":         "_x00g1_",
		"a_b":             "a_b",
		"\xffa\xc3":       "\uFFFDa\uFFFD",
		"\uFFFE\uFFFF":    "_xFFFE__xFFFF_",
		"\u007f\u0085é😀":  "\u007f\u0085é😀",
	} {
		if got := string(appendText(nil, in, "")); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// A text is cut only if it must be, and says so.
func TestLongTexts(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("a", maxText):                        strings.Repeat("a", maxText),
		strings.Repeat("a", maxText+1):                      strings.Repeat("a", maxText-5) + "[cut]",
		strings.Repeat("é", maxText):                        strings.Repeat("é", maxText),
		"a" + strings.Repeat("😀", (maxText-1)/2):            "a" + strings.Repeat("😀", (maxText-1)/2),
		strings.Repeat("😀", (maxText+1)/2):                  strings.Repeat("😀", (maxText-5)/2) + "[cut]",
		strings.Repeat("\xff", maxText) + "a":               strings.Repeat("\uFFFD", maxText-5) + "[cut]",
		strings.Repeat("&", maxText-5) + "\a" + "123456789": strings.Repeat("&amp;", maxText-5) + "[cut]",
	} {
		got := string(appendText(nil, text, "[cut]"))
		if got != want {
			t.Errorf("%d bytes, %.9q… gives %d bytes, want %d: …%q", len(text), text, len(got), len(want), got[max(0, len(got)-9):])
		}
		if n := len(utf16.Encode([]rune(got))); n > maxText && !strings.Contains(got, "&amp;") {
			t.Errorf("%d is more than a cell can hold", n)
		}
	}
}

// The same rows give the same bytes, in whichever order the sheets are filled.
func TestSameBytes(t *testing.T) {
	fill := func(reverse bool) func(*Writer) {
		return func(w *Writer) {
			var sheets []*Sheet
			for i := range 3 {
				s, err := w.Sheet(fmt.Sprint("S", i), []Column{{Name: "a", Width: 9}})
				if err != nil {
					t.Fatal(err)
				}
				sheets = append(sheets, s)
			}
			if reverse {
				slices.Reverse(sheets)
			}
			for n := range 5000 {
				for _, s := range sheets {
					if err := s.Row([]any{Link{s.name + fmt.Sprint(n*n), "https://example.com", "x"}}); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, s := range sheets {
				if err := s.End(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if !bytes.Equal(written(t, fill(false)), written(t, fill(true))) {
		t.Error("the bytes are not the same")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	w := New(full{}, dir)
	sheet(t, w, "A", []Column{{Name: "a", Width: 9}}, []any{"x"})
	if err := w.Close(); err == nil || err.Error() != "no space left on device" {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}
