package pgsql

import (
	"context"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// publicSchema is what tables without a schema are in, for who asks for one.
const publicSchema = "public"

// information returns a table that describes the tables, as the standard has them.
func (d *Database) information(schema, name string) *Table {
	if schema != "information_schema" {
		return nil
	}
	text := func(name string, get func(r *described) any) TableColumn {
		return TableColumn{Name: name, Type: value.Text, Value: func(row any) (any, error) { return get(row.(*described)), nil }}
	}
	t := &Table{Schema: schema, Name: name}
	shared := []TableColumn{
		text("table_catalog", func(*described) any { return "postgres" }),
		text("table_schema", func(r *described) any {
			if r.table.Schema == "" {
				return publicSchema
			}
			return r.table.Schema
		}),
		text("table_name", func(r *described) any { return r.table.Name }),
	}
	switch name {
	case "tables":
		t.Columns = append(shared, text("table_type", func(*described) any { return "FOREIGN" }))
	case "columns":
		t.Columns = append(shared,
			text("column_name", func(r *described) any { return r.table.Columns[r.column].Name }),
			TableColumn{Name: "ordinal_position", Type: value.Int4, Value: func(row any) (any, error) { return int64(row.(*described).column + 1), nil }},
			text("is_nullable", func(*described) any { return "YES" }),
			text("data_type", func(r *described) any {
				if t := r.table.Columns[r.column].Type; !t.IsArray() {
					return t.String()
				}
				return "ARRAY"
			}),
		)
	default:
		return nil
	}
	t.Scan = func(_ context.Context, _ *ScanQuery, emit func(row any) error) error {
		for _, table := range d.Tables {
			n := 1
			if name == "columns" {
				n = len(table.Columns)
			}
			for i := range n {
				if err := emit(&described{table, i}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return t
}

// A described is a table, or one column of it.
type described struct {
	table  *Table
	column int
}
