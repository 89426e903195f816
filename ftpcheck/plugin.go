// Package ftpcheck is the Steampipe plugin.
//
// Other plugins have a table_<name>.go for each table. Here the tables, with their
// columns, descriptions and key columns, are in package tables (permission.go, group.go
// and coverage.go), because the embedded SQL engine has the same ones. This package is
// the adapter: table.go turns a table into the SDK's, conditions.go takes in what a
// query asks for, list.go answers it, and connection_config.go has the connections.
package ftpcheck

import (
	"context"

	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"
	"github.com/turbot/steampipe-plugin-sdk/v5/rate_limiter"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// Plugin returns the plugin, for [plugin.Serve].
func Plugin(ctx context.Context) *plugin.Plugin {
	p := &plugin.Plugin{
		// Never empty: the SDK removes the folder of this name below the temporary one.
		Name:                   "steampipe-plugin-ftpcheck",
		ConnectionConfigSchema: &plugin.ConnectionConfigSchema{NewInstance: ConfigInstance},
		TableMap:               map[string]*plugin.Table{},
		// How many AWS calls a query makes at once is for max_concurrency of the
		// connection. This bounds how many queries read EC2 at once; users may replace it
		// with a limiter of the same name, or add others by the tags.
		RateLimiters: []*rate_limiter.Definition{{
			Name:           "ftpcheck_ec2",
			MaxConcurrency: 16,
			Scope:          []string{"connection", "service"},
			Where:          "service = 'ec2'",
		}},
	}
	scanners := &scanners{}
	for i, t := range tables.Of(nil) {
		p.TableMap[t.Name] = newTable(i, t, scanners)
	}
	return p
}
