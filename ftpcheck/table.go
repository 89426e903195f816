package ftpcheck

import (
	"context"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin/quals"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin/transform"
	"github.com/turbot/steampipe-plugin-sdk/v5/query_cache"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

// newTable turns a table into one of the SDK.
func newTable(t *table.Table, scanners *scanners) *plugin.Table {
	pt := &plugin.Table{
		Name:        t.Name,
		Description: t.Description,
		List: &plugin.ListConfig{
			Hydrate: list(t, scanners),
			Tags:    map[string]string{"service": "ec2", "action": "DescribeSecurityGroups"},
		},
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		column := &plugin.Column{
			Name:        c.Name,
			Type:        columnTypes[c.Type],
			Description: c.Description,
			Transform:   transform.From(valueOf(c, i)),
		}
		if c.Key || c.TagKeys {
			pt.List.KeyColumns = append(pt.List.KeyColumns, keyColumn(c))
		} else {
			column.Hydrate = parts[i*len(parts)/len(t.Columns)]
		}
		pt.Columns = append(pt.Columns, column)
	}
	return pt
}

var columnTypes = map[table.Type]proto.ColumnType{
	table.Bool:      proto.ColumnType_BOOL,
	table.Int:       proto.ColumnType_INT,
	table.Text:      proto.ColumnType_STRING,
	table.CIDR:      proto.ColumnType_CIDR,
	table.JSON:      proto.ColumnType_JSON,
	table.Timestamp: proto.ColumnType_TIMESTAMP,
}

// keyColumn declares = and nothing else: with <> declared, Steampipe gives no rows at
// all for NOT IN.
func keyColumn(c *table.Column) *plugin.KeyColumn {
	k := &plugin.KeyColumn{Name: c.Name, Operators: []string{"="}, Require: plugin.Optional}
	if c.TagKeys {
		k.Operators = []string{quals.QualOperatorJsonbExistsOne}
	}
	if c.Type == table.CIDR {
		// The SDK's cache compares ranges by address alone and would answer 10.0.0.0/16
		// with what it has of 10.0.0.0/8.
		k.CacheMatch = query_cache.CacheMatchExact
	}
	return k
}

// A row is what goes through the SDK from the List call to the columns.
type row struct {
	table.Row
	wanted []bool // by the query, for each column
}

// valueOf makes the transform of a column. The SDK asks for more columns than the query
// wants; those are not ready, and it throws their values away.
func valueOf(c *table.Column, i int) transform.TransformFunc {
	return func(_ context.Context, d *transform.TransformData) (any, error) {
		r := d.HydrateItem.(*row)
		if !r.wanted[i] {
			return nil, nil
		}
		return c.Value(r.Row), nil
	}
}

// The SDK builds and sends all columns of a call for every row if one of them is asked
// for, and those of the List call always. So columns that are no keys are spread over
// other calls, which pass the row on: with these four, a query for a few columns takes
// half the time. It must be four functions, because the SDK knows calls by their names.
var parts = [...]plugin.HydrateFunc{part1, part2, part3, part4}

func part1(_ context.Context, _ *plugin.QueryData, h *plugin.HydrateData) (any, error) {
	return h.Item, nil
}

func part2(_ context.Context, _ *plugin.QueryData, h *plugin.HydrateData) (any, error) {
	return h.Item, nil
}

func part3(_ context.Context, _ *plugin.QueryData, h *plugin.HydrateData) (any, error) {
	return h.Item, nil
}

func part4(_ context.Context, _ *plugin.QueryData, h *plugin.HydrateData) (any, error) {
	return h.Item, nil
}
