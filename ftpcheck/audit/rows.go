package audit

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// sortedRows hand on the rows of places in an order that does not depend on that in which AWS or
// the network gave them: those of a place by the IDs of what they are of. A place may have more of
// them than fit into memory, so all that is there is where the rows are, and the findings.
type sortedRows struct {
	tables []*relation.Table
	write  func(t *relation.Table, values []any) error
	found  func([]finding.Kept)

	place [3]string // origin, account and region
	items []item
	of    map[int][]finding.Kept // by the position of their item when it came
	spool newfile.Spool
	text  []byte  // of the rows of the last item
	last  [][]any // of each table
}

// An item is what has rows: a group with its permissions, or a path.
type item struct {
	id   string
	came int32
	size int32 // of the text of its rows
	at   int64
}

// sorted returns what sorts the rows of some tables, and hands the findings to found.
func (d *derivation) sorted(found func([]finding.Kept), tables ...*relation.Table) *sortedRows {
	s := &sortedRows{tables: tables, write: d.write, found: found, of: map[int][]finding.Kept{}, spool: newfile.Spool{Dir: d.dir}}
	for _, t := range tables {
		s.last = append(s.last, make([]any, len(t.Columns)))
	}
	d.rows = append(d.rows, s)
	return s
}

// begin begins an item of a place. All items of a place come together.
func (s *sortedRows) begin(origin, account, region, id string, findings []finding.Kept) error {
	if err := s.keep(); err != nil {
		return err
	}
	if place := [3]string{origin, account, region}; place != s.place {
		if err := s.flush(); err != nil {
			return err
		}
		s.place = place
	}
	n := len(s.items)
	if len(findings) > 0 {
		s.of[n] = findings
	}
	s.items = append(s.items, item{id: id, came: int32(n)})
	return nil
}

// row adds a row to the item that was begun.
func (s *sortedRows) row(t *relation.Table, row relation.Row) {
	n := slices.Index(s.tables, t)
	s.text = append(s.text, byte(n))
	for i, before := range s.last[n] {
		if v := t.Columns[i].Value(row, before); v != before {
			s.text = appendValue(append(s.text, byte(i)), v)
			s.last[n][i] = v
		}
	}
	s.text = append(s.text, asBefore)
}

// keep puts the rows of the last item where they need no memory.
func (s *sortedRows) keep() (err error) {
	if len(s.text) > 0 {
		last := &s.items[len(s.items)-1]
		last.size = int32(len(s.text))
		last.at, err = s.spool.Put(s.text)
	}
	s.begun()
	return fileError("what is to be sorted", err)
}

// begun forgets the rows of an item, so that those of another stand for themselves.
func (s *sortedRows) begun() {
	s.text = s.text[:0]
	for _, values := range s.last {
		clear(values)
	}
}

// flush hands on what has come.
func (s *sortedRows) flush() error {
	if err := s.keep(); err != nil {
		return err
	}
	slices.SortStableFunc(s.items, func(a, b item) int { return strings.Compare(a.id, b.id) })
	for _, i := range s.items {
		var err error
		if s.text, err = s.spool.Get(s.text[:0], i.at, int(i.size)); err != nil {
			return fmt.Errorf("what was sorted cannot be read: %w", err)
		}
		for left := string(s.text); left != ""; {
			n := left[0]
			left = left[1:]
			for left[0] != asBefore {
				left = takeValue(left[1:], &s.last[n][left[0]])
			}
			left = left[1:]
			if err := s.write(s.tables[n], s.last[n]); err != nil {
				return err
			}
		}
		s.begun()
		s.found(s.of[int(i.came)])
	}
	s.items = s.items[:0]
	clear(s.of)
	s.spool.Clear()
	return nil
}

// asBefore stands in the place of the number of a column: all others are as in the row before, as most
// are.
const asBefore = 0xff

// How a value is written.
const (
	null = iota
	yes
	no
	whole
	text
	moment
)

// appendValue writes a value.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, null)
	case bool:
		if v {
			return append(b, yes)
		}
		return append(b, no)
	case int64:
		return binary.AppendVarint(append(b, whole), v)
	case string:
		return append(binary.AppendVarint(append(b, text), int64(len(v))), v...)
	case time.Time:
		return binary.AppendVarint(binary.AppendVarint(append(b, moment), v.Unix()), int64(v.Nanosecond()))
	}
	panic(fmt.Sprintf("a column has a value of type %T", v))
}

// takeValue reads what appendValue wrote into v, and returns the rest.
func takeValue(from string, v *any) string {
	kind, from := from[0], from[1:]
	number := func() (n int64) {
		size := 0
		n, size = binary.Varint([]byte(from[:min(len(from), binary.MaxVarintLen64)]))
		from = from[size:]
		return n
	}
	switch kind {
	case null:
		*v = nil
	case yes, no:
		*v = kind == yes
	case whole:
		*v = number()
	case text:
		n := number()
		*v, from = from[:n], from[n:]
	case moment:
		seconds := number()
		*v = time.Unix(seconds, number()).UTC()
	}
	return from
}
