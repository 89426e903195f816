package sqlengine

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// A Result is the answer to a query, a row at a time:
//
//	for result.Next() {
//		use(result.Row())
//	}
//	return result.Err()
//
// It must be closed, or read to its end, for the engine to run another query. It may be
// used by one goroutine at a time.
type Result struct {
	engine    *Engine
	statement *statement
	stmt      *sqlite3.Stmt
	columns   []Column
	picked    []int // see [pickedColumns]; nil if SQLite hands over the values
	row       []any
	done      bool
	err       error
}

// A Column is one column of a result.
type Column struct {
	Name string
	// Type is the type of the values, if Known: of a column that comes from a table, or
	// of an expression that tells. Otherwise the values have whatever type they have. In
	// a UNION, whose columns are those of its first SELECT, other values can follow.
	Type  relation.Type
	Known bool
}

func (r *Result) start() (err error) {
	e, s := r.engine, r.statement
	if e.conn == nil {
		return errors.New("the SQL engine has been closed")
	}
	defer r.recoverMemory(&err)
	e.active = s
	e.conn.SetInterrupt(s.ctx)
	if err := refuse(s.sql, s.tokens); err != nil {
		return err
	}
	if err := e.attach(s); err != nil {
		return err
	}
	if r.stmt, err = e.prepare(s.sql, s.tokens); err != nil {
		return err
	}
	r.describe()
	if offset, found := bareCondition(s.tokens, e.tables); found {
		if err := r.rewrite(s.sql[:offset] + " = true" + s.sql[offset:]); err != nil {
			return err
		}
	}
	if err := s.readPlan(e); err != nil {
		return err
	}
	if columns, list, end := pickedColumns(s.tokens, e.tables); columns != nil && s.steps == 1 {
		r.picked = columns
		return r.rewrite(s.sql[:list] + " 1 " + s.sql[end:])
	}
	return nil
}

// rewrite replaces the statement, which has not run, by one that has the same rows.
func (r *Result) rewrite(sql string) (err error) {
	s := r.statement
	_ = r.stmt.Close()
	s.sql, s.tokens = sql, tokenize(sql)
	r.stmt, err = r.engine.prepare(s.sql, s.tokens)
	return err
}

// describe finds out what the columns are.
func (r *Result) describe() {
	n := r.stmt.ColumnCount()
	r.columns, r.row = make([]Column, n), make([]any, n)
	expressions := expressionTypes(r.statement.tokens, n)
	for i := range r.columns {
		c := &r.columns[i]
		c.Name = r.stmt.ColumnName(i)
		c.Type, c.Known = expressions[i]
		name := r.stmt.ColumnDeclType(i)
		for t, declaredName := range declared {
			if name == declaredName {
				c.Type, c.Known = t, true
			}
		}
	}
}

// Columns describes the columns, in order.
func (r *Result) Columns() []Column {
	return r.columns
}

// Next reads the next row and reports whether there is one. After the last row, or an
// error, the result is closed.
func (r *Result) Next() bool {
	if r.done {
		return false
	}
	ok, err := r.step()
	if !ok {
		r.finish(err)
	}
	return ok
}

func (r *Result) step() (ok bool, err error) {
	defer r.recoverMemory(&err)
	if !r.stmt.Step() {
		return false, r.stmt.Err()
	}
	if r.picked == nil {
		err = r.stmt.Columns(r.row...)
	} else {
		err = r.statement.pick(r.row, r.picked)
	}
	if err != nil {
		return false, err
	}
	for i, v := range r.row {
		switch v := v.(type) {
		case int64:
			if c := r.columns[i]; c.Known && c.Type == relation.Bool && v>>1 == 0 {
				r.row[i] = v == 1
			}
		case []byte:
			r.row[i] = `\x` + hex.EncodeToString(v) // as PostgreSQL shows it
		}
	}
	return true, nil
}

// Row returns the values of the row that Next has read: nil, bool, int64, float64 or
// string. Timestamps and JSON are strings. The slice is good until the next call of
// Next; the values may be kept.
func (r *Result) Row() []any {
	return r.row
}

// Err returns what ended the rows early: the error of a table's List function as it is,
// the context's error, or an [*SQLError].
func (r *Result) Err() error {
	return r.err
}

// Close stops the query, if it still runs, and lets the engine run another. It may be
// called more than once.
func (r *Result) Close() {
	if !r.done {
		r.finish(nil)
	}
}

func (r *Result) finish(err error) {
	r.done = true
	// SQLite reports a failed statement again when it is closed.
	_ = r.stmt.Close()
	e := r.engine
	r.err = e.explain(r.statement, err)
	r.statement.close()
	e.active = nil
	if e.conn != nil {
		e.conn.SetInterrupt(context.Background())
	}
	e.turn <- struct{}{}
}

// recoverMemory turns the panic by which the library reports that SQLite's memory is
// used up into an error. The connection cannot be used, nor closed, after it.
func (r *Result) recoverMemory(err *error) {
	p := recover()
	if p == nil {
		return
	}
	if e, ok := p.(error); !ok || e.Error() != "sqlite3: out of memory" {
		panic(p)
	}
	r.stmt = nil
	*err = errors.Join(fmt.Errorf("this query needs more than %d MiB for sorting or for one value", maxMemory>>20), r.engine.connect())
}
