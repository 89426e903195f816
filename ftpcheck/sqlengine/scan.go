package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// A scan is one call of a table's List function. List runs as a coroutine: it goes on
// only when a row is asked for.
type scan struct {
	statement *statement
	table     *schemaTable
	wanted    []bool
	keep      bool // rows can be asked for again
	whole     bool // nothing was pushed down

	next func() (relation.Row, error, bool)
	stop func()
	err  error

	rows    []relation.Row // those read so far, if they are kept
	indexes map[string]map[string][]int
}

var errStopped = errors.New("no more rows are wanted")

func newScan(s *statement, t *schemaTable, f filter, keep bool) *scan {
	sc := &scan{
		statement: s,
		table:     t,
		wanted:    s.use(t).wanted(t),
		keep:      keep,
		whole:     f.key() == "",
		indexes:   map[string]map[string][]int{},
	}
	ctx, cancel := context.WithCancel(s.ctx)
	query := relation.Query{Wanted: s.use(t).wanted(t), Equals: f.equals, Differs: f.differs, Prefixes: f.prefixes, Once: s.single && !keep && s.loops() == 1}
	next, stop := iter.Pull2(func(yield func(relation.Row, error) bool) {
		stopped := false
		err := t.List(ctx, query, func(row relation.Row) error {
			if stopped = stopped || !yield(row, nil); stopped {
				return errStopped
			}
			return nil
		})
		if err == nil {
			// A List that takes the end of its context for the end of its rows would
			// pass off a part as the whole.
			err = ctx.Err()
		}
		if err != nil && !stopped {
			yield(nil, err)
		}
	})
	sc.next = next
	sc.stop = func() {
		cancel() // before stop, which waits for List to return
		stop()
	}
	return sc
}

// pull returns the next row; ok is false after the last one.
func (sc *scan) pull() (row relation.Row, ok bool, err error) {
	if sc.err != nil {
		return nil, false, sc.err
	}
	row, err, ok = sc.next()
	if err != nil {
		sc.err = sc.statement.fail(err)
		return nil, false, sc.err
	}
	return row, ok, nil
}

// row returns a kept row by its position; ok is false after the last one.
func (sc *scan) row(i int) (row relation.Row, ok bool, err error) {
	for len(sc.rows) <= i {
		row, ok, err := sc.pull()
		if !ok {
			return nil, false, err
		}
		sc.rows = append(sc.rows, row)
	}
	return sc.rows[i], true, nil
}

// lookup returns the positions of all kept rows whose columns may be equal to the
// values, in order: at least those that SQLite finds equal.
func (sc *scan) lookup(columns []int, keys []string) ([]int, error) {
	name := fmt.Sprint(columns)
	index, ok := sc.indexes[name]
	if !ok {
		index = map[string][]int{}
		key := make([]string, len(columns))
		for i := 0; ; i++ {
			row, ok, err := sc.row(i)
			if err != nil {
				return nil, err
			}
			if !ok {
				break
			}
			for j, column := range columns {
				v, err := sc.value(column, row)
				if err != nil {
					return nil, sc.statement.fail(err)
				}
				key[j] = hashKey(v)
			}
			joined := strings.Join(key, "\x00")
			index[joined] = append(index[joined], i)
		}
		sc.indexes[name] = index
	}
	return index[strings.Join(keys, "\x00")], nil
}

// value returns the value of a column as SQLite stores it: nil, int64 or string.
func (sc *scan) value(column int, row relation.Row) (any, error) {
	c := &sc.table.Columns[column]
	if !sc.wanted[column] {
		return nil, fmt.Errorf("column %s of %s is read but was not announced", c.Name, sc.table.Name)
	}
	v := c.Value(row)
	if v == nil {
		return nil, nil
	}
	if got, ok := toSQL(c.Type, v); ok {
		return got, nil
	}
	return nil, fmt.Errorf("column %s of %s holds a Go value of type %T", c.Name, sc.table.Name, v)
}

// hashKey returns a key that is equal for any two values that SQLite could find equal
// under some affinity: it compares the text '05' as text, or as the number 5, depending
// on what it is compared with. Texts that read as other numbers all share one key.
func hashKey(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		number := strings.Trim(v, " \t\n\v\f\r")
		if number == "" || strings.Trim(number, "0123456789+-.eE") != "" {
			return "'" + v
		}
		if i, err := strconv.ParseInt(number, 10, 64); err == nil {
			return strconv.FormatInt(i, 10)
		}
		f, err := strconv.ParseFloat(number, 64)
		switch {
		case err != nil && !errors.Is(err, strconv.ErrRange):
			return "'" + v
		case f == math.Trunc(f) && math.Abs(f) < 1<<63:
			return strconv.FormatInt(int64(f), 10)
		}
		return "other number"
	}
	return ""
}

// probeKey is hashKey for a value to look for. It reports false for values that are
// better compared by SQLite itself.
func probeKey(v sqlite3.Value) (string, bool) {
	switch v.Type() {
	case sqlite3.INTEGER:
		return hashKey(v.Int64()), true
	case sqlite3.TEXT:
		return hashKey(v.Text()), true
	case sqlite3.FLOAT:
		if f := v.Float(); f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return hashKey(int64(f)), true
		}
	}
	return "", false
}
