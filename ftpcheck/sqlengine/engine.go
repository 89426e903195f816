// Package sqlengine runs SQL over [relation.Table] values. SQLite is the engine and every
// table is a virtual table of it; nothing is stored.
//
// # How a query runs
//
// SQLite compiles the statement and tells for every reference to a table which columns
// it uses and which equalities it could make use of. The columns of all references
// together become [relation.Query.Wanted], equalities with values that are known before
// the scan become [relation.Query.Equals], and SQLite checks every row again by itself.
//
// SQLite's own query plan then tells how often a table will be gone through. A table
// that is gone through once is streamed: a row is forgotten when the next one is asked
// for, and a LIMIT stops the scan. A table that is gone through again (the inner side
// of a join, a correlated subquery, two references) is read once, kept until the
// statement ends, and its equalities are answered from hash indexes.
//
// Of a statement that only picks columns of one table, SQLite says which rows are in the
// result, and their values come straight from the table.
//
// # The dialect
//
// It is SQLite's, brought closer to the PostgreSQL that Steampipe speaks: LIKE is
// case-sensitive, ->> always gives text, and the functions listed in functions.go are
// added. What stays different:
//
//   - true and false are 1 and 0 inside a statement. They come back as bool from columns
//     of type [relation.Bool], also through subqueries, and from expressions of the outermost
//     select list that can be seen to be boolean: comparisons, logical operators, bool_or,
//     bool_and, exists and cast(… as boolean). Elsewhere they come back as 1 and 0, and so
//     they do from arrays built under GROUP BY.
//   - Timestamps are text in RFC 3339, UTC, with six digits after the second, so that they
//     sort and compare as text, also with now().
//   - Arrays, as from array_agg, are JSON arrays.
//   - x::type, ILIKE, the ~ operators, DISTINCT ON, interval literals and set-returning
//     functions are errors that say what to write instead. So are casts to JSON, network
//     and time types and the operators << and >>, which SQLite would run with another
//     meaning.
package sqlengine

import (
	"context"
	"errors"
	"slices"

	"github.com/ncruces/go-sqlite3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// maxMemory is how much SQLite may use for itself, for sorting and for the values of
// one row. Kept rows and aggregated JSON are on Go's side and do not count.
const maxMemory = 1 << 30

// An Engine answers SQL queries. It is safe for concurrent use; queries run one after
// another.
type Engine struct {
	// Single says that there will be one query. Set before it, it lets the reader forget
	// what it has read, unless that query itself will ask for it again.
	Single bool

	// Schemas are the tables that a statement names with a schema, by the name of the schema.
	// They are the same as those that the engine was opened with, which are named without a
	// schema, but over something else. Set before the first query.
	Schemas map[string][]*relation.Table

	conn     *sqlite3.Conn
	tables   []*relation.Table
	attached []string // the schemas that SQLite has

	turn   chan struct{} // holds one token, taken by whoever uses the fields above
	active *statement    // what is being compiled or run; nil between queries
}

// Open returns an engine over the tables.
func Open(tables []*relation.Table) (*Engine, error) {
	e := &Engine{tables: tables, turn: make(chan struct{}, 1)}
	if err := e.connect(); err != nil {
		return nil, err
	}
	e.turn <- struct{}{}
	return e, nil
}

func (e *Engine) connect() error {
	ctx := sqlite3.WithMaxMemory(context.Background(), maxMemory)
	conn, err := sqlite3.OpenContext(ctx, ":memory:")
	if err != nil {
		return err
	}
	err = errors.Join(
		conn.Exec("pragma case_sensitive_like = true"),
		registerFunctions(conn, e),
		registerTables(conn, e),
		// From here on the connection can only read.
		conn.SetAuthorizer(e.authorize),
	)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	e.conn, e.attached = conn, nil
	return nil
}

// Close frees the engine. It fails if a [Result] is still open.
func (e *Engine) Close() error {
	select {
	case <-e.turn:
		defer func() { e.turn <- struct{}{} }()
	default:
		return errors.New("a query of this engine is still running")
	}
	err := e.conn.Close()
	e.conn = nil
	return err
}

// Query starts one statement that reads: SELECT, WITH, VALUES or EXPLAIN. It returns
// before the first row is read. The result must be closed, or read to its end, before
// another query can start; until then other calls of Query wait.
//
// A statement that SQLite cannot run fails with an [*SQLError]. Errors of a table's List
// function are returned as they are, and so is the context's error when it ends.
func (e *Engine) Query(ctx context.Context, sql string) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-e.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r := &Result{engine: e, statement: newStatement(ctx, e, sql)}
	if err := r.start(); err != nil {
		r.finish(err)
		return nil, r.err
	}
	return r, nil
}

// prepare compiles the only statement in sql.
func (e *Engine) prepare(sql string, tokens []token) (*sqlite3.Stmt, error) {
	stmt, rest, err := e.conn.Prepare(sql)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return nil, &SQLError{Message: "there is no SQL to run"}
	}
	first := slices.IndexFunc(tokens, func(t token) bool { return t.text != ";" })
	if !tokens[first].is("select", "with", "values", "explain") {
		stmt.Close()
		return nil, errReadOnly
	}
	if slices.ContainsFunc(tokenize(rest), func(t token) bool { return t.text != ";" }) {
		stmt.Close()
		return nil, &SQLError{Message: "this is more than one statement: run them one at a time"}
	}
	return stmt, nil
}

var errReadOnly = &SQLError{Message: "this engine only reads: the statement must be a SELECT, WITH, VALUES or EXPLAIN"}

// readingPragmas are the pragmas that only describe tables and functions.
var readingPragmas = []string{"table_info", "table_xinfo", "table_list", "function_list"}

func (e *Engine) authorize(action sqlite3.AuthorizerActionCode, name3, name4, _, _ string) sqlite3.AuthorizerReturnCode {
	switch action {
	case sqlite3.AUTH_SELECT, sqlite3.AUTH_READ, sqlite3.AUTH_RECURSIVE:
		return sqlite3.AUTH_OK
	case sqlite3.AUTH_FUNCTION:
		if e.active != nil && slices.Contains(jsonFunctions, name4) {
			e.active.watchJSON()
		}
		return sqlite3.AUTH_OK
	case sqlite3.AUTH_PRAGMA:
		if slices.Contains(readingPragmas, name3) {
			return sqlite3.AUTH_OK
		}
	}
	return sqlite3.AUTH_DENY
}
