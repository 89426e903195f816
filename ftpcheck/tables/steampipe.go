package tables

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Steampipe returns the tables as Steampipe shows them: with the columns that its plugin
// SDK adds to every table, so that a query which asks for them runs elsewhere, too.
func Steampipe(reader Reader) []*relation.Table {
	tables := Of(reader)
	for _, t := range tables {
		for _, c := range connectionColumns {
			t.Columns = append(t.Columns, c.relation())
		}
	}
	return tables
}

var connectionColumns = []column{
	{Name: "sp_connection_name", Type: relation.Text,
		Description: "The name of the connection by which the row was read. Null without a configuration that names connections.",
		Text:        connectionOf},
	{Name: "sp_ctx", Type: relation.JSON,
		Description: "The connection by which the row was read, as an object.",
		Text:        connectionObject},
	{Name: "_ctx", Type: relation.JSON,
		Description: "The same as sp_ctx. Steampipe keeps this name for old queries.",
		Text:        connectionObject},
}

func connectionObject(r relation.Row) string {
	name := connectionOf(r)
	if name == "" {
		return ""
	}
	return jsonMap(map[string]string{"connection_name": name})
}

func connectionOf(r relation.Row) string {
	switch r := r.(type) {
	case *sg.Permission:
		return r.Group.Connection
	case *sg.Group:
		return r.Connection
	case *sg.InternetPath:
		return r.Connection
	case *sg.Coverage:
		return r.Connection
	}
	return ""
}
