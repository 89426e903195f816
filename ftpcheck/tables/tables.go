// Package tables is the product's tables: each column once, with its name, type, description
// and the way its value is got from what was read.
package tables

import (
	"context"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Reader reads security groups. The scanner of package scan is the one that the product
// uses.
type Reader interface {
	// Read reads what the request asks for, hands each security group to emit, judged, and
	// returns a record of every place that was or should have been read, also when it fails.
	// If some could not be read its error is an [*sg.IncompleteError].
	Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error)
}

// Of returns the tables, in the order in which a person should meet them, over what the
// reader reads. It may be nil for who only wants to know what the tables are.
func Of(reader Reader) []*relation.Table {
	return []*relation.Table{ingressPermission.of(reader), securityGroup.of(reader), internetPath.of(reader), coverage.of(reader)}
}

// A definition is a table without anything to read.
type definition struct {
	name        string
	description string
	columns     []column
	optional    bool // see [relation.Table]
	list        func(ctx context.Context, reader Reader, request sg.Request, emit func(relation.Row) error) error
}

// A column is a column of a table, and what it means for reading.
type column struct {
	Name        string
	Type        relation.Type
	Description string
	// Text is the value of a column of text, address ranges or JSON, which is null where it is empty,
	// and Value that of any other. See [relation.Column].
	Text  func(relation.Row) string
	Value func(relation.Row) any

	// narrow puts into a request the values that the column may have for a row to be of use,
	// exclude those that it must not have, prefix texts with which it must begin, and keys
	// those of which the object must have one. Each is nil where nothing would become less by it.
	narrow  func(r *sg.Request, values []any)
	exclude func(r *sg.Request, values []any)
	prefix  func(r *sg.Request, prefixes []string)
	keys    func(r *sg.Request, keys []string)

	// request adds to a request what this column cannot do without. It is nil for columns
	// that every read can fill.
	request func(*sg.Request)
}

func (d definition) of(reader Reader) *relation.Table {
	t := &relation.Table{Name: d.name, Description: d.description, Optional: d.optional, Columns: make([]relation.Column, len(d.columns))}
	for i, c := range d.columns {
		t.Columns[i] = c.relation()
	}
	t.List = func(ctx context.Context, query relation.Query, emit func(relation.Row) error) error {
		return d.list(ctx, reader, d.request(query), emit)
	}
	return t
}

func (c *column) relation() relation.Column {
	value := func(row relation.Row, _ any) any { return c.Value(row) }
	if c.Text != nil {
		value = func(row relation.Row, before any) any { return text(c.Text(row), before) }
	}
	return relation.Column{Name: c.Name, Type: c.Type, Description: c.Description,
		Key: c.narrow != nil, Differs: c.exclude != nil, Prefix: c.prefix != nil, HasKeys: c.keys != nil, Value: value}
}
