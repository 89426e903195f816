package report

import (
	"encoding/binary"
	"encoding/json"
	"html/template"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// texts holds each text of a block once. Cells are the numbers of their texts.
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

// A dataTable is a table as data, and its first rows. All rows are in blocks, each of which holds for
// itself and is made when the page has come to it: no more than one is in memory, and the script
// reads those that somebody asks for.
type dataTable struct {
	Name string `json:"-"`
	// Shared are the columns whose texts stand in other texts of the row as the marks
	// U+E000 and up, in this order. Most texts of 50,000 rows differ in nothing else.
	Shared []string `json:"shared"`
	Total  int      `json:"total"`
	Size   int      `json:"size"` // rows of a block
	// Values are the texts of the columns to filter by, and how many rows have each; see [document.Index].
	Values map[string][]value `json:"values"`

	First []map[string]any `json:"-"` // by column: a string, or a list of strings
	Empty map[string]any   `json:"-"` // a row without anything, for the script to fill

	block func(from, to int) *dataBlock
	seen  map[string]map[string]int // the rows of each text of columns to filter by
}

// A value is a text of a column, with the number of rows that have it.
type value struct {
	Text string `json:"text"`
	Rows int    `json:"rows"`
}

// A dataBlock is some rows of a table.
type dataBlock struct {
	Texts []string  `json:"texts"`
	Lists [][]int32 `json:"lists"`
	// Cells and Lines are by column and row: numbers of texts and of lists of texts. A column
	// that is the same in all rows has only the first.
	Cells map[string][]int32 `json:"cells"`
	Lines map[string][]int32 `json:"lines"`
}

// blockRows is how many rows a block has: as many as take a moment to read.
const blockRows = 500

// Blocks are the blocks of the table as JSON that can stand in a script element.
func (d *dataTable) Blocks() iter.Seq[template.JS] {
	return func(yield func(template.JS) bool) {
		for from := 0; from < d.Total; from += d.Size {
			text, err := json.Marshal(d.block(from, min(from+d.Size, d.Total)))
			if err != nil {
				panic(err) // numbers and texts
			}
			if !yield(template.JS(text)) {
				return
			}
		}
	}
}

// tabRune stays in lines: it parts the key of a tag from its value.
const tabRune = '\t'

// firstMark is in a range for private use, of which no character is printable, so that
// no text holds it by itself.
const firstMark = '\uE000'

// tableOf is a table of so many rows.
func tableOf[T any](name string, columns []column[T], total int, row func(i int) T) *dataTable {
	d := &dataTable{Name: name, Shared: []string{}, Total: total, Size: blockRows, Values: map[string][]value{}, Empty: map[string]any{}, seen: map[string]map[string]int{}}
	for _, c := range columns {
		if c.lines != nil {
			d.Empty[c.name] = []string(nil)
		} else {
			d.Empty[c.name] = ""
		}
		if c.use == shared {
			d.Shared = append(d.Shared, c.name)
		}
	}
	for i := range min(total, firstRows) {
		d.First = append(d.First, firstRow(columns, row(i)))
	}
	for _, c := range columns {
		if c.filter {
			d.seen[c.name] = map[string]int{}
		}
	}
	d.block = func(from, to int) *dataBlock {
		b := blockOf(columns, from, to, row)
		for name, seen := range d.seen {
			cells := b.Cells[name]
			for i := range to - from {
				// What is the same in all rows is there once.
				seen[b.Texts[cells[min(i, len(cells)-1)]]]++
			}
		}
		return b
	}
	return d
}

// tableOfAll is a table of these rows.
func tableOfAll[T any](name string, columns []column[T], rows []T) *dataTable {
	return tableOf(name, columns, len(rows), func(i int) T { return rows[i] })
}

// blockOf makes a block of some rows.
func blockOf[T any](columns []column[T], from, to int, row func(i int) T) *dataBlock {
	t := newTexts()
	numbers := make([][]int32, len(columns))
	for i := range columns {
		numbers[i] = make([]int32, to-from)
	}
	for r := range to - from {
		row := row(from + r)
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
	}
	b := &dataBlock{Texts: t.all, Lists: t.lists, Cells: map[string][]int32{}, Lines: map[string][]int32{}}
	for i, c := range columns {
		n := numbers[i]
		if !slices.ContainsFunc(n, func(other int32) bool { return other != n[0] }) {
			n = n[:1]
		}
		if c.lines != nil {
			b.Lines[c.name] = n
		} else {
			b.Cells[c.name] = n
		}
	}
	return b
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

// A document is a page with tables. Its script finds in it the blocks of each table and then, when all
// of them have been made, what there is to know of them.
type document struct{ Tables []*dataTable }

// Index is what there is to know of the tables, as JSON that can stand in a script element.
func (d document) Index() (template.JS, error) {
	tables := map[string]*dataTable{}
	for _, t := range d.Tables {
		tables[t.Name] = t
		for column, seen := range t.seen {
			t.Values[column] = []value{}
			for _, text := range slices.Sorted(maps.Keys(seen)) {
				t.Values[column] = append(t.Values[column], value{text, seen[text]})
			}
		}
	}
	text, err := json.Marshal(map[string]any{"tables": tables})
	return template.JS(text), err
}
