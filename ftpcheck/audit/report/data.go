package report

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// texts holds each text of the page's data once. Cells are the numbers of their texts.
// All texts are printable, so that nothing in a name can be invisible or turn what
// stands beside it.
type texts struct {
	Texts []string
	Lists [][]int32 // lines, as numbers of texts

	numbers map[string]int32 // of texts as they came
	whole   map[string]int32 // of texts as they came in which nothing was folded
	printed map[string]int32 // of printable texts
	lists   map[string]int32
}

func newTexts() *texts {
	return &texts{
		Texts: []string{""}, Lists: [][]int32{{}},
		numbers: map[string]int32{"": 0}, whole: map[string]int32{"": 0}, printed: map[string]int32{"": 0}, lists: map[string]int32{"": 0},
	}
}

// number is that of a text, which is made printable.
func (t *texts) number(s string) int32 {
	n, ok := t.numbers[s]
	if !ok {
		n = t.numberPrinted(printable(s))
		t.numbers[s] = n
	}
	return n
}

// folded is the number of a text in which marks stand for other texts of its row. Runes
// in keep stay; see [printable].
func (t *texts) folded(s string, fold *strings.Replacer, keep ...rune) int32 {
	if n, ok := t.whole[s]; ok {
		return n
	}
	p := printable(s, keep...)
	f := fold.Replace(p)
	n := t.numberPrinted(f)
	if f == p {
		t.whole[s] = n
	}
	return n
}

// printable is [output.Printable], but quick for what is printable already.
func printable(s string, keep ...rune) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && !slices.Contains(keep, r) }) {
		return s
	}
	return output.Printable(s, keep...)
}

func (t *texts) numberPrinted(s string) int32 {
	n, ok := t.printed[s]
	if !ok {
		n = int32(len(t.Texts))
		t.printed[s] = n
		t.Texts = append(t.Texts, s)
	}
	return n
}

func (t *texts) list(lines []int32) int32 {
	var key strings.Builder
	for _, n := range lines {
		key.Write([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	}
	n, ok := t.lists[key.String()]
	if !ok {
		n = int32(len(t.Lists))
		t.lists[key.String()] = n
		t.Lists = append(t.Lists, lines)
	}
	return n
}

// A dataTable is a table as data, and its first rows.
type dataTable struct {
	// Cells and Lines are by column and row: numbers of texts and of lists of texts.
	Cells map[string][]int32 `json:"cells"`
	Lines map[string][]int32 `json:"lines"`
	// Shared are the columns whose texts stand in other texts of the row as the marks
	// U+E000 and up, in this order. Most texts of 50,000 rows differ in nothing else.
	Shared []string `json:"shared"`
	Total  int      `json:"total"`

	First []map[string]any `json:"-"` // by column: a string, or a list of strings
	Empty map[string]any   `json:"-"` // a row without anything, for the script to fill
}

// tabRune stays in lines: it parts the key of a tag from its value.
const tabRune = '\t'

// firstMark is in a range for private use, of which no character is printable, so that
// no text holds it by itself.
const firstMark = '\uE000'

var asItIs = strings.NewReplacer()

func tableOf[T any](t *texts, columns []column[T], rows []T) *dataTable {
	d := &dataTable{Cells: map[string][]int32{}, Lines: map[string][]int32{}, Shared: []string{}, Total: len(rows), Empty: map[string]any{}}
	numbers := make([][]int32, len(columns))
	for i, c := range columns {
		numbers[i] = make([]int32, len(rows))
		if c.lines != nil {
			d.Lines[c.name], d.Empty[c.name] = numbers[i], []string(nil)
		} else {
			d.Cells[c.name], d.Empty[c.name] = numbers[i], ""
		}
		if c.use == shared {
			d.Shared = append(d.Shared, c.name)
		}
	}
	for r, row := range rows {
		var pairs []string
		mark := firstMark
		for i, c := range columns {
			if c.lines == nil && c.use != folded {
				numbers[i][r] = t.number(c.text(row))
			}
			if c.use == shared {
				// A mark in the place of a short text would save nothing.
				if s := t.Texts[numbers[i][r]]; len(s) > len(string(mark)) {
					pairs = append(pairs, s, string(mark))
				}
				mark++
			}
		}
		fold := strings.NewReplacer(pairs...)
		for i, c := range columns {
			switch {
			case c.lines != nil:
				fold := fold
				if c.use != folded {
					fold = asItIs
				}
				var list []int32
				for _, line := range c.lines(row) {
					list = append(list, t.folded(line, fold, tabRune))
				}
				numbers[i][r] = t.list(list)
			case c.use == folded:
				numbers[i][r] = t.folded(c.text(row), fold)
			}
		}
		if r < firstRows {
			d.First = append(d.First, firstRow(columns, row))
		}
	}
	return d
}

func firstRow[T any](columns []column[T], row T) map[string]any {
	first := map[string]any{"came": true} // the row came with the page
	for _, c := range columns {
		if c.lines == nil {
			first[c.name] = printable(c.text(row))
			continue
		}
		lines := c.lines(row)
		for i, line := range lines {
			lines[i] = printable(line, tabRune)
		}
		first[c.name] = lines
	}
	return first
}

// pack is the data of the tables as JSON that can stand in a script element.
func (t *texts) pack(tables map[string]*dataTable) ([]byte, error) {
	return json.Marshal(struct {
		Texts  []string              `json:"texts"`
		Lists  [][]int32             `json:"lists"`
		Tables map[string]*dataTable `json:"tables"`
	}{t.Texts, t.Lists, tables})
}
