package output

import (
	"fmt"
	"io"
	"slices"
	"strings"

	prettytable "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

type tableWriter struct {
	w       io.Writer
	width   int
	columns []Column
	header  []string
	rows    [][]string
}

// NewTable returns a writer of tables for people. It writes nothing before End.
//
// A table is at most width columns wide, unless that is 0. Of one that is wider, what is
// the same in all rows goes into lines above it; then prose and names of columns wrap, and
// identifiers stay whole. What does not fit then either is written as a record for each row.
func NewTable(w io.Writer, columns []Column, width int) Writer {
	t := &tableWriter{w: w, width: width, columns: columns}
	for _, c := range columns {
		t.header = append(t.header, Printable(c.Name))
	}
	return t
}

func (t *tableWriter) Row(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = "<null>"
		if v != nil {
			cells[i] = Printable(Plain(v))
		}
	}
	t.rows = append(t.rows, cells)
	return nil
}

func (t *tableWriter) End() error {
	if t.width == 0 || t.total(t.natural()) <= t.width {
		return t.render()
	}
	above := t.liftConstants()
	if widths, ok := t.fit(); ok {
		for i, width := range widths {
			t.header[i] = wrap(t.header[i], width, '_')
			for _, row := range t.rows {
				row[i] = wrap(row[i], width, ' ')
			}
		}
		if _, err := io.WriteString(t.w, above); err != nil {
			return err
		}
		return t.render()
	}
	if _, err := io.WriteString(t.w, above); err != nil {
		return err
	}
	return t.records()
}

func (t *tableWriter) render() error {
	table := prettytable.NewWriter()
	style := prettytable.StyleDefault
	style.Format.Header = text.FormatDefault
	table.SetStyle(style)
	row := func(cells []string) prettytable.Row {
		r := make(prettytable.Row, len(cells))
		for i, c := range cells {
			r[i] = c
		}
		return r
	}
	table.AppendHeader(row(t.header))
	for _, cells := range t.rows {
		table.AppendRow(row(cells))
	}
	_, err := fmt.Fprintln(t.w, table.Render())
	return err
}

// natural returns how wide the columns are if nothing wraps.
func (t *tableWriter) natural() []int {
	widths := make([]int, len(t.header))
	for i, name := range t.header {
		widths[i] = displayWidth(name)
	}
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], displayWidth(cell))
		}
	}
	return widths
}

// total is the width of a table whose columns are so wide.
func (t *tableWriter) total(widths []int) int {
	sum := 1
	for _, w := range widths {
		sum += w + len("|  ")
	}
	return sum
}

// liftConstants takes out the columns that are the same in all rows, and returns them as
// lines.
func (t *tableWriter) liftConstants() string {
	if len(t.rows) < 2 {
		return ""
	}
	var b strings.Builder
	var kept []int
	for i := range t.header {
		first := t.rows[0][i]
		if slices.ContainsFunc(t.rows, func(row []string) bool { return row[i] != first }) {
			kept = append(kept, i)
			continue
		}
		b.WriteString(wrap(t.header[i]+": "+first, t.width, ' ') + "\n")
	}
	if len(kept) == 0 {
		return "" // all rows are the same, and there is more than one
	}
	pick := func(cells []string) []string {
		picked := make([]string, len(kept))
		for i, k := range kept {
			picked[i] = cells[k]
		}
		return picked
	}
	t.header = pick(t.header)
	for i, row := range t.rows {
		t.rows[i] = pick(row)
	}
	return b.String()
}

const (
	leastProse = 16 // the least width of a column whose cells are wrapped between words
	leastFit   = 60 // the least width of a terminal for tables that wrap
)

// fit finds widths of columns with which the table fits. It reports false if there are none
// that leave identifiers whole.
func (t *tableWriter) fit() ([]int, bool) {
	widths := t.natural()
	if t.total(widths) <= t.width {
		return widths, true
	}
	if t.width < leastFit {
		return nil, false
	}
	// How narrow a column can be: its longest part that stays whole.
	least := make([]int, len(widths))
	for i, name := range t.header {
		for _, part := range strings.Split(name, "_") {
			least[i] = max(least[i], displayWidth(part)+1)
		}
		least[i] = min(least[i], widths[i])
		for _, row := range t.rows {
			if isProse(row[i]) {
				least[i] = max(least[i], min(leastProse, displayWidth(row[i])))
			} else {
				least[i] = max(least[i], displayWidth(row[i]))
			}
		}
	}
	if t.total(least) > t.width {
		return nil, false
	}
	// The widest column that can be narrower gives way, until all fits.
	for t.total(widths) > t.width {
		widest := -1
		for i := range widths {
			if widths[i] > least[i] && (widest < 0 || widths[i]-least[i] > widths[widest]-least[widest]) {
				widest = i
			}
		}
		widths[widest]--
	}
	return widths, true
}

// isProse reports whether a cell may be wrapped: it has words, or is a JSON value.
func isProse(cell string) bool {
	return strings.Contains(cell, " ") || strings.HasPrefix(cell, "{") || strings.HasPrefix(cell, "[")
}

// records writes a block for each row, whose values wrap.
func (t *tableWriter) records() error {
	names := 0
	for _, name := range t.header {
		names = max(names, displayWidth(name))
	}
	// A value has at least half of the line: longer names take a line of their own.
	beside := names+3 <= t.width/2
	var b strings.Builder
	for n, row := range t.rows {
		title := fmt.Sprintf("-[ RECORD %d ]", n+1)
		b.WriteString(title + strings.Repeat("-", max(0, min(t.width, 60)-len(title))) + "\n")
		for i, cell := range row {
			if !beside {
				b.WriteString(wrap(t.header[i], t.width, '_') + "\n")
				for line := range strings.SplitSeq(wrap(cell, t.width-2, ' '), "\n") {
					b.WriteString("  " + line + "\n")
				}
				continue
			}
			for j, line := range strings.Split(wrap(cell, t.width-names-3, ' '), "\n") {
				name := ""
				if j == 0 {
					name = t.header[i]
				}
				b.WriteString(name + strings.Repeat(" ", names-displayWidth(name)) + " | " + line + "\n")
			}
		}
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

func displayWidth(s string) int { return terminal.TextWidth(s) }

func wrap(s string, width int, separator rune) string {
	return strings.Join(terminal.Break(s, width, separator), "\n")
}
