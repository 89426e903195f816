// Package relation says what a table is: its columns, each with a name, a type, a description
// and the way to its value in a row, and how the rows are asked for.
//
// Both SQL engines are thin adapters over it: the Steampipe plugin turns a [Table] into the
// plugin SDK's table, and the embedded engine reads it as a table of its SQL. Neither
// adds a column or changes a value, so the same rows come out of both. What the tables of the
// product are is in package tables.
package relation

import (
	"context"
	"slices"
	"strings"
)

// Type is the SQL type of a column. The Go type of its values is given beside each; a
// value may always be nil, which is SQL's NULL.
type Type int

const (
	Bool      Type = iota // bool
	Int                   // int64
	Text                  // string
	CIDR                  // string, an address range as AWS writes it
	JSON                  // string, JSON text
	Timestamp             // time.Time
)

// A Table is one SQL table.
type Table struct {
	Name        string
	Description string
	Columns     []Column

	// Optional says that the rows need more than every source has. Who copies all tables asks for
	// every column of it, so that a place without is a row and no error.
	Optional bool

	// List reads the table's rows and hands them to emit in order of arrival. It stops
	// at the first error of emit and returns that error. Any other error says what
	// could not be read, in full sentences for a person.
	List func(ctx context.Context, query Query, emit func(Row) error) error
}

// A Column is one column of a table.
type Column struct {
	Name        string
	Type        Type
	Description string

	// Key reports that [Query.Equals] on this column narrows what is read or handed
	// over.
	Key bool

	// Differs reports that [Query.Differs] on this column narrows what is read or handed
	// over.
	Differs bool

	// Prefix reports that [Query.Prefixes] on this column narrows what is read or handed
	// over.
	Prefix bool

	// HasKeys reports that the column is a JSON object, and that [Query.Keys] on it narrows
	// what is read or handed over.
	HasKeys bool

	// Value returns the value of this column in a row of its table: nil, or the Go type
	// that [Type] names. The column must have been wanted by the query that gave the row.
	//
	// Before is any value, such as that of the row before. If it is equal to that of this row
	// it may be what is returned, so that rows which have the same share it.
	Value func(row Row, before any) any
}

// A Row is one row of a table, opaque to the engines. [Column.Value] takes it apart.
type Row any

// A Query is what an engine knows of a query before it asks for rows.
type Query struct {
	// Wanted says for each column of the table, by position, whether its value will be
	// asked for. Nil means that every column may be.
	Wanted []bool

	// Equals holds, by name of a key column, the values that the column may have for
	// the row to be of use. It is a hint: rows with other values may still come, and
	// the engine checks every row itself.
	Equals map[string][]any

	// Differs holds, by name of a column that [Column.Differs] tells of, values that the
	// column must not have for the row to be of use. It is a hint as Equals is.
	Differs map[string][]any

	// Prefixes holds, by name of a column that [Column.Prefix] tells of, texts with each of
	// which the column must begin for the row to be of use. It is a hint as Equals is.
	Prefixes map[string][]string

	// Keys holds, by name of a column that [Column.HasKeys] tells of, keys of which the
	// object must have one for the row to be of use. It is a hint as Equals is.
	Keys map[string][]string

	// Settled asks that no row is handed over before everything that the query needs
	// has been read, so that a scan which fails fails before its first row. Engines
	// that can lose an error which follows rows need this.
	Settled bool

	// Once says that nothing else will be asked of the reader, so that it need not keep
	// what it has read.
	Once bool
}

// LikePrefix is the text with which all begins that is like the pattern.
func LikePrefix(pattern string) string {
	if i := strings.IndexAny(pattern, `%_\`); i >= 0 {
		return pattern[:i]
	}
	return pattern
}

// Index returns the position of the named column, or -1.
func (t *Table) Index(column string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == column })
}
