package sqlengine

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// A statement is what one query knows and holds from its compilation to its end.
type statement struct {
	ctx    context.Context // ends with the query
	cancel context.CancelFunc
	single bool // see [Engine.Single]
	sql    string
	tokens []token
	now    time.Time

	uses  map[*schemaTable]*use
	plans []*plan
	steps int              // of SQLite's query plan: loops, sorting, subqueries and so on
	kept  map[string]*scan // by table and pushed-down filter
	last  *cursor          // the one that was moved last

	// err is the first error of a List function. SQLite can carry only its text.
	err error

	// json holds the JSON texts that the statement has seen, by hash. It is nil when no
	// function asks for them.
	json map[uint64]struct{}
}

func newStatement(ctx context.Context, e *Engine, sql string) *statement {
	s := &statement{
		single: e.Single,
		sql:    sql,
		tokens: tokenize(sql),
		now:    time.Now(),
		uses:   map[*schemaTable]*use{},
		kept:   map[string]*scan{},
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// use returns how the statement uses a table.
func (s *statement) use(t *schemaTable) *use {
	if s.uses[t] == nil {
		s.uses[t] = &use{}
	}
	return s.uses[t]
}

// A use is how a statement uses one table.
type use struct {
	columns uint64 // SQLite's mask of columns; the last bit is for all columns from the 64th on
	loops   int    // how many loops of the program go through the table

	// again reports that such a loop may run more than once.
	again bool
	// whole reports that a scan of all rows will be needed, and so is enough: a loop has
	// no filter, or SQLite tells the rows of several loops apart by their rowids.
	whole bool
	// streamed reports that a scan whose rows were not kept has been started.
	streamed bool
}

// once reports that the table's rows are asked for once, in order.
func (u *use) once() bool {
	return u.loops == 1 && !u.again && !u.streamed
}

// loops is how many loops of the program go through tables.
func (s *statement) loops() int {
	n := 0
	for _, u := range s.uses {
		n += u.loops
	}
	return n
}

func (u *use) wanted(t *schemaTable) []bool {
	wanted := make([]bool, len(t.Columns))
	for i := range wanted {
		wanted[i] = u.columns&(1<<min(i, 63)) != 0
	}
	return wanted
}

// readPlan finds out which tables SQLite goes through once. What it reads is the tree
// that EXPLAIN QUERY PLAN shows: loops with the same parent are nested, the first being
// the outermost. A mistake here would cost another scan, or an error where rowids are
// needed, but never a row.
func (s *statement) readPlan(e *Engine) error {
	first := slices.IndexFunc(s.tokens, func(t token) bool { return t.text != ";" })
	if s.tokens[first].is("explain") {
		return nil
	}
	stmt, _, err := e.conn.Prepare("explain query plan " + s.sql[s.tokens[first].offset:])
	if err != nil {
		return err
	}
	defer stmt.Close()

	type node struct {
		loops    int
		again    bool
		numbered bool
	}
	root := &node{}
	nodes := map[int]*node{}
	for stmt.Step() {
		s.steps++
		id, detail := stmt.ColumnInt(0), stmt.ColumnText(3)
		parent := cmp.Or(nodes[stmt.ColumnInt(1)], root)
		union := strings.HasPrefix(detail, "MULTI-INDEX OR")
		n := &node{
			again:    parent.again || union || strings.HasPrefix(detail, "CORRELATED") || detail == "RECURSIVE STEP",
			numbered: parent.numbered || union || strings.HasPrefix(detail, "RIGHT-JOIN"),
		}
		nodes[id] = n
		if !union && !strings.HasPrefix(detail, "SCAN ") && !strings.HasPrefix(detail, "SEARCH ") {
			continue
		}
		n.again = n.again || parent.loops > 0
		parent.loops++
		if _, index, ok := strings.Cut(detail, " VIRTUAL TABLE INDEX "); ok {
			number, _, _ := strings.Cut(index, ":")
			i, err := strconv.Atoi(number)
			if err != nil || i < firstPlan || i-firstPlan >= len(s.plans) {
				continue // a virtual table of SQLite's own
			}
			p := s.plans[i-firstPlan]
			u := s.use(p.table)
			u.loops++
			u.again = u.again || n.again
			u.whole = u.whole || n.numbered || !p.filters()
		}
	}
	return stmt.Err()
}

// scanFor returns the scan that answers a loop through the table: a new one, or one
// that has been kept.
func (s *statement) scanFor(t *schemaTable, f filter) *scan {
	u := s.use(t)
	if u.once() {
		u.streamed = true
		return newScan(s, t, f, false)
	}
	key := t.schema + "." + t.Name + f.key()
	sc := s.kept[key]
	if sc == nil {
		sc = newScan(s, t, f, true)
		s.kept[key] = sc
	}
	return sc
}

// pick reads columns of the row that SQLite looks at.
func (s *statement) pick(values []any, columns []int) (err error) {
	if s.last == nil || s.last.end {
		return s.fail(errors.New("there is a result without a row of the table"))
	}
	for i, column := range columns {
		if values[i], err = s.last.scan.value(column, s.last.row); err != nil {
			return s.fail(err)
		}
	}
	return nil
}

// errScan stands for statement.err on its way through SQLite.
var errScan = errors.New("the scan failed")

// fail remembers why a scan failed.
func (s *statement) fail(err error) error {
	if s.err == nil {
		if ended := s.ctx.Err(); ended != nil && !errors.Is(err, ended) {
			err = ended
		}
		s.err = err
	}
	return errScan
}

func (s *statement) close() {
	s.cancel()
	for _, sc := range s.kept {
		sc.stop()
	}
}

var jsonSeed = maphash.MakeSeed()

func (s *statement) watchJSON() {
	if s.json == nil {
		s.json = map[uint64]struct{}{}
	}
}

// resultJSON makes text the result and marks it as JSON. SQLite forgets such marks when
// it sorts, as for GROUP BY, which is why the statement remembers the text too.
func (s *statement) resultJSON(ctx sqlite3.Context, text string) {
	if s.json != nil {
		s.json[maphash.String(jsonSeed, text)] = struct{}{}
	}
	ctx.ResultText(text)
	ctx.ResultSubtype(subtypeJSON)
}

// isJSON reports whether a text value came from a JSON column or function.
func (s *statement) isJSON(v sqlite3.Value, text string) bool {
	if v.Subtype() == subtypeJSON {
		return true
	}
	_, ok := s.json[maphash.String(jsonSeed, text)]
	return ok
}

const (
	subtypeJSON = 'J' // SQLite's own
	subtypeBool = 'B' // ours: the integer is true or false
)
