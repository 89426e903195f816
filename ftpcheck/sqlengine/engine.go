// Package sqlengine runs PostgreSQL's SELECT over [relation.Table] values. Package pgsql does
// the SQL; this one hands it the tables. Nothing is stored.
//
// The columns that a statement reads become [relation.Query.Wanted], and what it demands of
// them becomes the hints of a [relation.Query]. Rows stream through the statement as they
// are read, and a LIMIT stops the reading; what a statement reads again is kept until it
// ends.
package sqlengine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// An Engine answers SQL queries. It is safe for concurrent use once its fields are set.
type Engine struct {
	// Single says that there will be one statement. It lets the reader forget what it has
	// read, unless that statement itself will ask for it again.
	Single bool

	// Schemas are the tables that a statement names with a schema, by the name of the schema.
	Schemas map[string][]*relation.Table

	// Memory is how many bytes a statement may keep, roughly, as for sorting and grouping. 0
	// is 1 GiB.
	Memory int

	tables []*relation.Table
}

// Open returns an engine over the tables, which a statement names without a schema.
func Open(tables []*relation.Table) *Engine {
	return &Engine{tables: tables}
}

// A Statement is a query that has been understood.
type Statement struct {
	prepared *pgsql.Statement
	sql      string
	columns  []pgsql.Column
	tables   map[*pgsql.Table]*relation.Table
}

// Prepare finds out what the statements of a text mean. It fails with an [*SQLError] that
// says why one has no answer, or if there is none.
func (e *Engine) Prepare(sql string, args ...pgsql.Arg) ([]*Statement, error) {
	parsed, err := syntax.Parse(sql)
	if err != nil {
		return nil, located(sql, err)
	}
	if len(parsed) == 0 {
		return nil, &SQLError{Message: "there is no SQL to run"}
	}
	db := &pgsql.Database{Memory: e.Memory}
	relations := map[*pgsql.Table]*relation.Table{}
	add := func(schema string, t *relation.Table) {
		table := e.table(schema, t, len(parsed) == 1)
		db.Tables = append(db.Tables, table)
		relations[table] = t
	}
	for _, t := range e.tables {
		add("", t)
	}
	for _, schema := range slices.Sorted(maps.Keys(e.Schemas)) {
		for _, t := range e.Schemas[schema] {
			add(schema, t)
		}
	}
	var statements []*Statement
	for _, p := range parsed {
		prepared, err := db.Prepare(p, args)
		if err != nil {
			return nil, located(sql, err)
		}
		statements = append(statements, &Statement{prepared, sql, prepared.Columns(), relations})
	}
	positional := 0
	for i, arg := range args {
		name := ":" + arg.Name
		if arg.Name == "" {
			positional++
			name = fmt.Sprintf("$%d", positional)
		}
		if !slices.ContainsFunc(statements, func(s *Statement) bool { return s.prepared.Uses(i) }) {
			return nil, &SQLError{Message: fmt.Sprintf("there is a value for %s, which is not in the SQL", name)}
		}
	}
	return statements, nil
}

// Query runs the only statement of a text, and hands each row to emit as [Statement.Run]
// does.
func (e *Engine) Query(ctx context.Context, sql string, args []pgsql.Arg, emit func(columns []pgsql.Column, row []any) error) error {
	statements, err := e.Prepare(sql, args...)
	if err != nil {
		return err
	}
	if len(statements) > 1 {
		return &SQLError{Message: "this is more than one statement"}
	}
	s := statements[0]
	return s.Run(ctx, func(row []any) error { return emit(s.columns, row) })
}

// Columns describes the columns of the result, in order.
func (s *Statement) Columns() []pgsql.Column { return s.columns }

// A Scan is what a statement asks of a table.
type Scan struct {
	Table *relation.Table
	// Wanted is what [relation.Query.Wanted] will be.
	Wanted []bool
	// Fits reports whether a row is of use. It may say so of one that is not. It is not safe for
	// concurrent use.
	Fits func(relation.Row) bool
}

// Scans returns what the statement may ask of tables when it runs, for who wants to read once for
// several statements.
func (s *Statement) Scans() []Scan {
	var scans []Scan
	for _, scan := range s.prepared.Scans() {
		scans = append(scans, Scan{s.tables[scan.Table], scan.Wanted, func(row relation.Row) bool { return scan.Fits(row) }})
	}
	return scans
}

// Run answers the statement: it hands each row to emit, which may use it until it returns.
// The values are nil, bool, int64, float64 or string; what has no Go type of these is in
// PostgreSQL's text form, but for times, which are in RFC 3339, UTC, and JSON, which is
// compact.
//
// It fails with an [*SQLError] if a value cannot be computed. Errors of a table's List
// function and of emit are returned as they are, and so is the context's error when it ends.
func (s *Statement) Run(ctx context.Context, emit func(row []any) error) error {
	var rest []int // those whose values are not shown yet
	for i, c := range s.columns {
		if !c.Shown {
			rest = append(rest, i)
		}
	}
	run := emit
	if len(rest) > 0 {
		plain := make([]any, len(s.columns))
		run = func(row []any) error {
			copy(plain, row)
			for _, i := range rest {
				plain[i] = Plain(s.columns[i].Type, row[i])
			}
			return emit(plain)
		}
	}
	err := s.prepared.Run(ctx, run)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return located(s.sql, err)
}

// timestampFormat has a fixed width, so that timestamps sort as text. It is as precise as
// PostgreSQL.
const timestampFormat = "2006-01-02T15:04:05.000000Z"

// Plain returns a value of a type as [Statement.Run] hands it over.
func Plain(t value.Type, v any) any {
	switch v := v.(type) {
	case nil, bool, int64, float64, string:
		return v
	case value.Moment:
		if t == value.TimestampTZ && v.IsFinite() {
			return v.Time().Format(timestampFormat)
		}
	case *value.Document:
		return v.Compact()
	}
	return value.Format(t, v)
}

// types are the types of columns.
var types = map[relation.Type]value.Type{
	relation.Bool:      value.Bool,
	relation.Int:       value.Int8,
	relation.Text:      value.Text,
	relation.CIDR:      value.CIDR,
	relation.JSON:      value.JSONB,
	relation.Timestamp: value.TimestampTZ,
}

// table hands a relation to the SQL. alone says that only one statement will read it.
func (e *Engine) table(schema string, t *relation.Table, alone bool) *pgsql.Table {
	table := &pgsql.Table{Schema: schema, Name: t.Name}
	for _, c := range t.Columns {
		table.Columns = append(table.Columns, pgsql.TableColumn{Name: c.Name, Type: types[c.Type], Value: func(row any) (any, error) {
			v := c.Value(row, nil)
			if v == nil {
				return nil, nil
			}
			if got, ok := convert(c.Type, v); ok {
				return got, nil
			}
			return nil, wrongValue(t, c, v)
		}, Shown: shown(t, c)})
	}
	table.Scan = func(ctx context.Context, q *pgsql.ScanQuery, emit func(row any) error) error {
		query := relation.Query{Wanted: q.Wanted, Once: e.Single && alone && q.Once}
		hint(&query, t, q.Conditions)
		return t.List(ctx, query, func(row relation.Row) error { return emit(row) })
	}
	return table
}

// shown returns what [pgsql.TableColumn.Shown] is for a column: its values as [Statement.Run]
// hands them over, without a detour.
func shown(t *relation.Table, c relation.Column) func(row, before any) (any, error) {
	return func(row, before any) (any, error) {
		v := c.Value(row, before)
		ok := v == nil
		switch at := v.(type) {
		case string:
			ok = c.Type == relation.Text || c.Type == relation.JSON || c.Type == relation.CIDR
		case int64:
			ok = c.Type == relation.Int
		case bool:
			ok = c.Type == relation.Bool
		case time.Time:
			v, ok = at.UTC().Format(timestampFormat), c.Type == relation.Timestamp
		}
		if !ok {
			return nil, wrongValue(t, c, v)
		}
		return v, nil
	}
}

func wrongValue(t *relation.Table, c relation.Column, v any) error {
	return fmt.Errorf("column %s of %s cannot hold a Go value of type %T: %[3]v", c.Name, t.Name, v)
}

// convert returns a value of a table's column as a value of SQL. It reports false if it is not
// one of the column's type.
func convert(t relation.Type, v any) (any, bool) {
	switch v := v.(type) {
	case string:
		switch t {
		case relation.Text:
			return v, true
		case relation.JSON:
			return value.NewDocument(v), true
		case relation.CIDR:
			n, err := value.ParseNetwork(v, true)
			return n, err == nil
		}
	case int64:
		return v, t == relation.Int
	case bool:
		return v, t == relation.Bool
	case time.Time:
		return value.MomentOf(v), t == relation.Timestamp
	}
	return nil, false
}

// hint tells a table what the statement demands of its columns, as far as that is of use to
// it.
func hint(q *relation.Query, t *relation.Table, conditions []pgsql.Condition) {
	q.Equals, q.Differs = map[string][]any{}, map[string][]any{}
	q.Prefixes, q.Keys = map[string][]string{}, map[string][]string{}
	for _, c := range conditions {
		column := &t.Columns[c.Column]
		name := column.Name
		var values []any
		var texts []string
		for _, v := range c.Values {
			if n, ok := v.(value.Network); ok {
				v = n.Format(true)
			}
			switch v.(type) {
			case string, int64, bool:
				values = append(values, v)
			}
			if s, ok := v.(string); ok {
				texts = append(texts, s)
			}
		}
		if len(values) != len(c.Values) {
			continue
		}
		switch {
		case c.Op == pgsql.OneOf && column.Key:
			if known, ok := q.Equals[name]; ok {
				values = slices.DeleteFunc(values, func(v any) bool { return !slices.Contains(known, v) })
				if len(values) == 0 {
					continue // nothing is both, which the statement will find
				}
			}
			q.Equals[name] = values
		case c.Op == pgsql.NoneOf && column.Differs:
			q.Differs[name] = append(q.Differs[name], values...)
		case c.Op == pgsql.Like && column.Prefix && len(texts) == 1:
			q.Prefixes[name] = append(q.Prefixes[name], relation.LikePrefix(texts[0]))
		case c.Op == pgsql.HasKey && column.HasKeys:
			q.Keys[name] = append(q.Keys[name], texts...)
		}
	}
}
