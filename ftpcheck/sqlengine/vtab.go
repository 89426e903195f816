package sqlengine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// declared gives each type the name under which SQLite knows it. SQLite takes the
// affinity from it, and a result column is recognised by it.
var declared = map[relation.Type]string{
	relation.Bool:      "BOOLEAN",
	relation.Int:       "INTEGER",
	relation.Text:      "TEXT",
	relation.CIDR:      "CIDR TEXT",
	relation.JSON:      "JSON TEXT",
	relation.Timestamp: "TIMESTAMP TEXT",
}

// timestampFormat has a fixed width, so that timestamps sort as text. It is as precise
// as PostgreSQL.
const timestampFormat = "2006-01-02T15:04:05.000000Z"

// toSQL converts a value of a table's column to what SQLite stores: int64 or string. It
// reports false if the value is not of the column's type.
func toSQL(t relation.Type, value any) (any, bool) {
	switch v := value.(type) {
	case string:
		return value, t == relation.Text || t == relation.CIDR || t == relation.JSON
	case int64:
		return value, t == relation.Int
	case bool:
		if v {
			return int64(1), t == relation.Bool
		}
		return int64(0), t == relation.Bool
	case time.Time:
		return v.UTC().Format(timestampFormat), t == relation.Timestamp
	}
	return nil, false
}

// fromSQL converts a value to compare with to the Go type of a column. It reports false
// if the value is not plainly one of that type.
func fromSQL(t relation.Type, v sqlite3.Value) (any, bool) {
	switch {
	case t == relation.Bool && v.Type() == sqlite3.INTEGER && v.Int64()>>1 == 0:
		return v.Int64() == 1, true
	case t == relation.Int && v.Type() == sqlite3.INTEGER:
		return v.Int64(), true
	case (t == relation.Text || t == relation.CIDR) && v.Type() == sqlite3.TEXT:
		return v.Text(), true
	}
	return nil, false
}

// A schemaTable is a table as one schema has it.
type schemaTable struct {
	*relation.Table
	schema string
}

// mainSchema is where SQLite has the tables that a statement names without a schema.
const mainSchema = "main"

func registerTables(conn *sqlite3.Conn, e *Engine) error {
	for i, t := range e.tables {
		columns := make([]string, len(t.Columns))
		for j, c := range t.Columns {
			columns[j] = sqlite3.QuoteIdentifier(c.Name) + " " + declared[c.Type]
		}
		definition := fmt.Sprintf("create table x(%s)", strings.Join(columns, ", "))
		create := func(conn *sqlite3.Conn, _, schema, _ string, _ ...string) (*virtualTable, error) {
			t := &schemaTable{t, schema}
			if schema != mainSchema {
				t.Table = e.Schemas[schema][i]
			}
			return &virtualTable{e, t}, conn.DeclareVTab(definition)
		}
		// A module that connects as it creates would have its table in every schema, also
		// in those that do not exist.
		connect := func(conn *sqlite3.Conn, module, schema, name string, args ...string) (*virtualTable, error) {
			return create(conn, module, schema, name, args...)
		}
		//lint:ignore SA1019 the method that replaces it needs a newer Go
		if err := sqlite3.CreateModule(conn, t.Name, create, connect); err != nil {
			return err
		}
	}
	return createTables(conn, e, mainSchema)
}

func createTables(conn *sqlite3.Conn, e *Engine, schema string) error {
	for _, t := range e.tables {
		name := sqlite3.QuoteIdentifier(t.Name)
		if err := conn.Exec(fmt.Sprintf("create virtual table %s.%s using %s", sqlite3.QuoteIdentifier(schema), name, name)); err != nil {
			return err
		}
	}
	return nil
}

// attach makes the schemas known to SQLite that the statement names. SQLite takes a few at
// a time.
func (e *Engine) attach(s *statement) error {
	var named []string
	for i := range s.tokens[:max(0, len(s.tokens)-2)] {
		t, dot, of := s.tokens[i], s.tokens[i+1], s.tokens[i+2]
		if t.kind != word && t.kind != name || !dot.is(".") {
			continue
		}
		isTable := slices.ContainsFunc(e.tables, func(t *relation.Table) bool { return t.Name == of.text })
		switch {
		case t.text == mainSchema && isTable: // the name is SQLite's, not a connection's
			err := &SQLError{Message: "no such table: " + t.text + "." + of.text}
			err.Hint = e.hint(s, err)
			return err.at(s.sql, t.offset)
		case e.Schemas[t.text] != nil && !slices.Contains(named, t.text):
			named = append(named, t.text)
		}
	}
	if len(named) == 0 {
		return nil
	}
	most := e.conn.Limit(sqlite3.LIMIT_ATTACHED, -1)
	if len(named) > most {
		return &SQLError{Message: fmt.Sprintf("the statement names %d connections, and the engine takes %d", len(named), most),
			Hint: "Leave the connections out to ask all of them, and use conditions on sp_connection_name."}
	}
	if err := e.conn.SetAuthorizer(nil); err != nil {
		return err
	}
	var err error
	for _, schema := range slices.Clone(e.attached) {
		if len(e.attached)+len(named) > most && !slices.Contains(named, schema) {
			e.attached = slices.DeleteFunc(e.attached, func(s string) bool { return s == schema })
			err = errors.Join(err, e.conn.Exec("detach "+sqlite3.QuoteIdentifier(schema)))
		}
	}
	for _, schema := range named {
		if !slices.Contains(e.attached, schema) {
			e.attached = append(e.attached, schema)
			err = errors.Join(err, e.conn.Exec("attach ':memory:' as "+sqlite3.QuoteIdentifier(schema)), createTables(e.conn, e, schema))
		}
	}
	return errors.Join(err, e.conn.SetAuthorizer(e.authorize))
}

// A virtualTable is what SQLite sees of a relation.
type virtualTable struct {
	engine *Engine
	table  *schemaTable
}

// A plan is one way to go through a table that SQLite considered. Its terms are the
// conditions that it would be given values for.
type plan struct {
	table *schemaTable
	terms []term

	// lastFilter and changed tell whether the filter that was pushed down so far depends
	// on more than constants.
	lastFilter *string
	changed    bool
}

type term struct {
	column int
	kind   termKind
}

type termKind int

const (
	constant  termKind = iota // = with a literal
	list                      // in (…)
	variable                  // = with anything else, such as a column of another table
	different                 // <> with a literal
	like                      // like a literal
)

// firstPlan is the number of a statement's first plan. SQLite's own virtual tables use
// small numbers.
const firstPlan = 1000

// What a plan costs. With an equality it is cheaper than without, so that joins use
// one, but more than half as expensive, and returns more than half of the rows: two
// plans with an equality then never beat one without, and SQLite does not split
// "a = 1 or b = 2" into two scans.
const (
	fullScan = 1_000_000
	withTerm = 600_000
)

// BestIndex implements [sqlite3.VTab].
func (t *virtualTable) BestIndex(info *sqlite3.IndexInfo) error {
	s := t.engine.active
	s.use(t.table).columns |= info.ColumnsUsed

	p := &plan{table: t.table}
	equalities := 0
	for i, c := range info.Constraint {
		if kind, ok := t.table.hint(c); ok {
			if _, err := info.RHSValue(i); err == nil {
				p.terms = append(p.terms, term{c.Column, kind})
				info.ConstraintUsage[i].ArgvIndex = len(p.terms)
			}
			continue
		}
		if !c.Usable || c.Op != sqlite3.INDEX_CONSTRAINT_EQ || c.Column < 0 || info.Collation(i) != "BINARY" {
			continue
		}
		column := &t.table.Columns[c.Column]
		if v, err := info.RHSValue(i); err == nil && column.Type == relation.Bool && v.Type() == sqlite3.TEXT {
			return s.fail(textForBool(column))
		}
		key := column.Key
		kind := variable
		if info.In(i, -1) {
			if !key {
				continue
			}
			kind = list
			info.In(i, 1) // hand over all values at once
		} else if _, err := info.RHSValue(i); err == nil {
			if !key {
				continue
			}
			kind = constant
		}
		p.terms = append(p.terms, term{c.Column, kind})
		info.ConstraintUsage[i].ArgvIndex = len(p.terms)
		equalities++
	}
	s.plans = append(s.plans, p)

	info.IdxNum = firstPlan + len(s.plans) - 1
	info.EstimatedCost, info.EstimatedRows = fullScan, fullScan
	if equalities > 0 {
		info.EstimatedCost, info.EstimatedRows = withTerm, withTerm
	}
	return nil
}

// hint returns the kind of a term that only leaves something out, and false for all others.
func (t *schemaTable) hint(c sqlite3.IndexConstraint) (termKind, bool) {
	switch {
	case !c.Usable || c.Column < 0:
		return 0, false
	case c.Op == sqlite3.INDEX_CONSTRAINT_NE:
		return different, t.Columns[c.Column].Differs
	case c.Op == sqlite3.INDEX_CONSTRAINT_LIKE:
		return like, t.Columns[c.Column].Prefix
	}
	return 0, false
}

// textForBool is the error for a boolean column that is compared with a text. To
// PostgreSQL 'true' is true there; to SQLite it is a text, which equals no boolean, and
// the query would find nothing.
func textForBool(c *relation.Column) error {
	return &SQLError{Message: c.Name + " is a boolean, and is compared with a text", Hint: "Write true or false, without quotes."}
}

// Open implements [sqlite3.VTab].
func (t *virtualTable) Open() (sqlite3.VTabCursor, error) {
	return &cursor{engine: t.engine}, nil
}

// A cursor goes through the rows of a scan, in one of three ways: as they stream in,
// from the first kept row on, or through the kept rows that an index has found.
type cursor struct {
	engine *Engine
	scan   *scan

	found    []int // positions of kept rows
	indexed  bool  // only the rows found
	position int   // in found, or of the kept row

	row relation.Row
	end bool
}

// Filter implements [sqlite3.VTabCursor]: it begins a loop.
func (c *cursor) Filter(number int, _ string, args ...sqlite3.Value) error {
	if err := c.Close(); err != nil {
		return err
	}
	s := c.engine.active
	p := s.plans[number-firstPlan]
	filter, err := p.filter(s.use(p.table), args)
	if err != nil {
		return err
	}
	*c = cursor{engine: c.engine, scan: s.scanFor(p.table, filter)}

	var columns []int
	var keys []string
	for i, t := range p.terms {
		if t.kind != variable {
			continue
		}
		if args[i].Type() == sqlite3.NULL {
			c.end = true // nothing equals null
			return nil
		}
		if key, ok := probeKey(args[i]); ok {
			columns, keys = append(columns, t.column), append(keys, key)
		}
	}
	if c.scan.keep && len(columns) > 0 {
		c.indexed = true
		if c.found, err = c.scan.lookup(columns, keys); err != nil {
			return err
		}
	}
	return c.read()
}

// filters reports whether the plan pushes down a filter however often it runs.
func (p *plan) filters() bool {
	return slices.ContainsFunc(p.terms, func(t term) bool { return t.kind != variable })
}

// A filter is what can be pushed down to List: by name of a column, the values that it may
// have, those that it must not have, and those with which it must begin.
type filter struct {
	equals, differs map[string][]any
	prefixes        map[string][]string
}

// key is equal for equal filters and empty for the filter that lets all pass.
func (f filter) key() string {
	if len(f.equals)+len(f.differs)+len(f.prefixes) == 0 {
		return ""
	}
	return fmt.Sprintf("%#v %#v %#v", f.equals, f.differs, f.prefixes)
}

// filter returns what can be pushed down. It must hold for as long as the scan is used.
func (p *plan) filter(u *use, args []sqlite3.Value) (filter, error) {
	if u.whole && !u.once() {
		return filter{}, nil
	}
	constants, all, differs := map[string][]any{}, map[string][]any{}, map[string][]any{}
	prefixes := map[string][]string{}
	for i, t := range p.terms {
		column := p.table.Columns[t.column]
		switch t.kind {
		case different:
			if v, ok := fromSQL(column.Type, args[i]); ok {
				differs[column.Name] = append(differs[column.Name], v)
			}
			continue
		case like:
			if args[i].Type() == sqlite3.TEXT {
				prefixes[column.Name] = append(prefixes[column.Name], relation.LikePrefix(args[i].Text()))
			}
			continue
		}
		if !column.Key || t.kind == variable && !u.once() || all[column.Name] != nil {
			continue
		}
		values, err := possible(&column, t.kind, args[i])
		if err != nil {
			return filter{}, err
		}
		if len(values) > 0 {
			all[column.Name] = values
			if t.kind == constant {
				constants[column.Name] = values
			}
		}
	}
	// A list that is another one than last time comes from a query around this loop.
	// Better to read everything once than something each time.
	f := filter{all, differs, prefixes}
	if key := f.key(); p.lastFilter == nil {
		p.lastFilter = &key
	} else if *p.lastFilter != key {
		p.changed = true
	}
	if p.changed {
		return filter{constants, differs, prefixes}, nil
	}
	return f, nil
}

// possible returns the values that a column may have to be equal to a term's right
// side, or none if that does not come down to a few values of the column's type.
func possible(c *relation.Column, kind termKind, arg sqlite3.Value) ([]any, error) {
	if kind != list {
		if v, ok := fromSQL(c.Type, arg); ok {
			return []any{v}, nil
		}
		return nil, nil
	}
	var values []any
	value, err := arg.InFirst()
	for ; err == nil; value, err = arg.InNext() {
		if value.Type() == sqlite3.NULL {
			continue
		}
		if c.Type == relation.Bool && value.Type() == sqlite3.TEXT {
			return nil, textForBool(c)
		}
		v, ok := fromSQL(c.Type, value)
		if !ok {
			return nil, nil
		}
		values = append(values, v)
	}
	const done = sqlite3.ErrorCode(101) // SQLITE_DONE, which the library does not export
	if !errors.Is(err, done) {
		return nil, err
	}
	return values, nil
}

// read fetches the row at the cursor's position.
func (c *cursor) read() (err error) {
	var ok bool
	switch {
	case !c.scan.keep:
		c.row, ok, err = c.scan.pull()
	case !c.indexed:
		c.row, ok, err = c.scan.row(c.position)
	case c.position < len(c.found):
		c.row, ok, err = c.scan.row(c.found[c.position])
	}
	c.end = !ok
	c.scan.statement.last = c
	return err
}

// Next implements [sqlite3.VTabCursor].
func (c *cursor) Next() error {
	c.position++
	return c.read()
}

// EOF implements [sqlite3.VTabCursor].
func (c *cursor) EOF() bool {
	return c.end
}

// Column implements [sqlite3.VTabCursor].
func (c *cursor) Column(ctx sqlite3.Context, n int) error {
	s := c.scan.statement
	v, err := c.scan.value(n, c.row)
	if err != nil {
		return s.fail(err)
	}
	switch v := v.(type) {
	case nil:
		ctx.ResultNull()
	case int64:
		ctx.ResultInt64(v)
		if c.scan.table.Columns[n].Type == relation.Bool {
			ctx.ResultSubtype(subtypeBool)
		}
	case string:
		if c.scan.table.Columns[n].Type == relation.JSON {
			s.resultJSON(ctx, v)
		} else {
			ctx.ResultText(v)
		}
	}
	return nil
}

// RowID implements [sqlite3.VTabCursor]. A row has the same number in every loop only if
// all loops go through the same scan.
func (c *cursor) RowID() (int64, error) {
	if !c.scan.keep || !c.scan.whole {
		return 0, c.scan.statement.fail(fmt.Errorf("the rows of %s have no rowid", c.scan.table.Name))
	}
	if c.indexed {
		return int64(c.found[c.position]), nil
	}
	return int64(c.position), nil
}

// Close implements [io.Closer]: it ends a scan that nobody else uses.
func (c *cursor) Close() error {
	if c.scan != nil && !c.scan.keep {
		c.scan.stop()
	}
	return nil
}
