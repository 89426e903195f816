// Package table says what the tables are: each column once, with its name, type,
// description and the way its value is got from what the scan read.
//
// Both SQL engines are thin adapters over this package. The Steampipe plugin turns a
// [Table] into the plugin SDK's table; the embedded engine turns it into a SQLite
// virtual table. Neither adds a column or changes a value, so the same rows come out of
// both.
package table

import (
	"context"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
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

// A Reader reads security groups. [scan.Scanner] is the one that the product uses.
type Reader interface {
	// Read reads what the request asks for and hands over each security group, judged.
	// See [scan.Scanner.Read].
	Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error)
}

// A Table is one SQL table.
type Table struct {
	Name        string
	Description string
	Columns     []Column

	// List reads the table's rows and hands them to emit in order of arrival. It stops
	// at the first error of emit and returns that error. Any other error says what
	// could not be read, in full sentences for a person.
	List func(ctx context.Context, reader Reader, query Query, emit func(Row) error) error
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

	// TagKeys reports that the column is a map of the group's tags, and that
	// [Query.Equals] on it narrows what is read to groups that have one of these keys.
	TagKeys bool

	// request adds to a scan's request what this column cannot do without. It is nil
	// for columns that every scan can fill.
	request func(*sg.Request)

	// Value returns the value of this column in a row of its table: nil, or the Go type
	// that [Type] names. The column must have been wanted by the query that gave the row.
	Value func(Row) any
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

	// Settled asks that no row is handed over before everything that the query needs
	// has been read, so that a scan which fails fails before its first row. Engines
	// that can lose an error which follows rows need this.
	Settled bool

	// Once says that nothing else will be asked of the reader, so that it need not keep
	// what it has read.
	Once bool
}

// Index returns the position of the named column, or -1.
func (t *Table) Index(column string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == column })
}

// All returns the product's tables in the order in which a person should meet them.
func All() []*Table {
	return []*Table{ingressPermission, securityGroup, coverage}
}
