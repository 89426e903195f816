package table

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Steampipe returns the tables as Steampipe shows them: with the columns that its plugin
// SDK adds to every table, so that a query which asks for them runs elsewhere, too.
func Steampipe() []*Table {
	var tables []*Table
	for _, t := range All() {
		extended := *t
		extended.Columns = append(slices.Clone(t.Columns), connectionColumns...)
		tables = append(tables, &extended)
	}
	return tables
}

var connectionColumns = []Column{
	{Name: "sp_connection_name", Type: Text,
		Description: "The name of the connection by which the row was read. Null without a configuration that names connections.",
		Value:       func(r Row) any { return text(connectionOf(r)) }},
	{Name: "sp_ctx", Type: JSON,
		Description: "The connection by which the row was read, as an object.",
		Value:       connectionObject},
	{Name: "_ctx", Type: JSON,
		Description: "The same as sp_ctx. Steampipe keeps this name for old queries.",
		Value:       connectionObject},
}

func connectionObject(r Row) any {
	name := connectionOf(r)
	if name == "" {
		return nil
	}
	return jsonMap(map[string]string{"connection_name": name})
}

func connectionOf(r Row) string {
	switch r := r.(type) {
	case *sg.Permission:
		return r.Group.Connection
	case *sg.Group:
		return r.Connection
	case *sg.Coverage:
		return r.Connection
	}
	return ""
}
