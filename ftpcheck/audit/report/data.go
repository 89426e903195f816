package report

import (
	"encoding/binary"
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
	all   []string
	lists [][]int32 // lines, as numbers of texts

	numbers     map[string]int32 // of texts
	marked      map[string]int32 // of texts with marks, which nobody else may write
	listNumbers map[string]int32
}

func newTexts() *texts {
	return &texts{all: []string{""}, lists: [][]int32{{}}, numbers: map[string]int32{"": 0}, marked: map[string]int32{}, listNumbers: map[string]int32{"": 0}}
}

// number is that of a text, which is made printable. Runes in keep stay.
func (t *texts) number(s string, keep ...rune) int32 {
	if n, ok := t.numbers[s]; ok {
		return n
	}
	return t.add(t.numbers, printable(s, keep...))
}

// folded is the number of a text in which marks stand for other texts of its row, unless
// the text is there as it is.
func (t *texts) folded(s string, fold *strings.Replacer, keep ...rune) int32 {
	if n, ok := t.numbers[s]; ok {
		return n
	}
	p := printable(s, keep...)
	f := fold.Replace(p)
	if f == p {
		return t.add(t.numbers, p)
	}
	return t.add(t.marked, f)
}

func (t *texts) add(numbers map[string]int32, s string) int32 {
	n, ok := numbers[s]
	if !ok {
		n = int32(len(t.all))
		numbers[s] = n
		t.all = append(t.all, s)
	}
	return n
}

// listNumber is that of a list of lines.
func (t *texts) listNumber(lines []int32) int32 {
	key := make([]byte, 0, 64)
	for _, n := range lines {
		key = binary.LittleEndian.AppendUint32(key, uint32(n))
	}
	n, ok := t.listNumbers[string(key)]
	if !ok {
		n = int32(len(t.lists))
		t.listNumbers[string(key)] = n
		t.lists = append(t.lists, lines)
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

// A dataTable is a table as data, and its first rows.
type dataTable struct {
	// Cells and Lines are by column and row: numbers of texts and of lists of texts. A column
	// that is the same in all rows has only the first.
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

func tableOf[T any](t *texts, columns []column[T], rows []T) *dataTable {
	d := &dataTable{Cells: map[string][]int32{}, Lines: map[string][]int32{}, Shared: []string{}, Total: len(rows), Empty: map[string]any{}}
	numbers := make([][]int32, len(columns))
	for i, c := range columns {
		numbers[i] = make([]int32, len(rows))
		if c.lines != nil {
			d.Empty[c.name] = []string(nil)
		} else {
			d.Empty[c.name] = ""
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
				if s := t.all[numbers[i][r]]; len(s) > len(string(mark)) {
					pairs = append(pairs, s, string(mark))
				}
				mark++
			}
		}
		fold := strings.NewReplacer(pairs...)
		for i, c := range columns {
			switch {
			case c.lines != nil:
				var list []int32
				for _, line := range c.lines(row) {
					if c.use == folded {
						list = append(list, t.folded(line, fold, tabRune))
					} else {
						list = append(list, t.number(line, tabRune))
					}
				}
				numbers[i][r] = t.listNumber(list)
			case c.use == folded:
				numbers[i][r] = t.folded(c.text(row), fold)
			}
		}
		if r < firstRows {
			d.First = append(d.First, firstRow(columns, row))
		}
	}
	for i, c := range columns {
		n := numbers[i]
		if len(n) > 0 && !slices.ContainsFunc(n, func(other int32) bool { return other != n[0] }) {
			n = n[:1]
		}
		if c.lines != nil {
			d.Lines[c.name] = n
		} else {
			d.Cells[c.name] = n
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
	}{t.all, t.lists, tables})
}
