package ftpcheck

import (
	"context"
	"slices"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin/transform"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// newTable turns a table into one of the SDK.
//
// It has no key columns. With them Postgres joins by a scan for each row, each of which
// costs 20 to 40 ms in the SDK; without them, by one scan for each table. Conditions
// reach the plugin all the same, see [narrow], but the SDK's cache would not know of
// them, and is off: what AWS says is kept by the scanner.
func newTable(i int, t *relation.Table, scanners *scanners) *plugin.Table {
	pt := &plugin.Table{
		Name:        t.Name,
		Description: t.Description,
		Cache:       &plugin.TableCacheOptions{Enabled: false},
		List: &plugin.ListConfig{
			Hydrate: list(i, t, scanners),
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
		switch {
		case c.Key || c.HasKeys: // of the List call
		case slices.Contains(seldom, c.Name):
			column.Hydrate = seldomAsked
		default:
			column.Hydrate = oftenAsked
		}
		pt.Columns = append(pt.Columns, column)
	}
	return pt
}

var columnTypes = map[relation.Type]proto.ColumnType{
	relation.Bool:      proto.ColumnType_BOOL,
	relation.Int:       proto.ColumnType_INT,
	relation.Text:      proto.ColumnType_STRING,
	relation.CIDR:      proto.ColumnType_CIDR,
	relation.JSON:      proto.ColumnType_JSON,
	relation.Timestamp: proto.ColumnType_TIMESTAMP,
}

// A row is what goes through the SDK from the List call to the columns.
type row struct {
	relation.Row
	wanted []bool // by the query, for each column
}

// valueOf makes the transform of a column. The SDK asks for more columns than the query
// wants; those are not ready, and it throws their values away.
func valueOf(c *relation.Column, i int) transform.TransformFunc {
	return func(_ context.Context, d *transform.TransformData) (any, error) {
		r := d.HydrateItem.(*row)
		if !r.wanted[i] {
			return nil, nil
		}
		return c.Value(r.Row, nil), nil
	}
}

// The SDK builds and sends all columns of a call for every row if one of them is asked
// for, and those of the List call always. So most columns are those of two other calls, which
// pass the row on. A call costs as much as four columns. It must be two functions, because the
// SDK knows calls by their names.

// seldom are the columns that no documented query asks for.
var seldom = []string{
	"action", "address", "akas", "arn", "cidr_ipv6", "configuration_item_capture_time", "group_address", "group_description",
	"interface_type", "internet_reachable", "internet_unknown_because", "network_error_message", "owner_id",
	"partition", "private_addresses", "reachable_addresses", "reachable_source_count", "referenced_group_owner_id",
	"referenced_vpc_id", "referenced_vpc_peering_connection_id", "requester_managed", "security_group_arn",
	"security_group_rule_arn", "subnet_id", "undetermined_permission_count", "unrestricted_ftp_doubt",
}

func oftenAsked(_ context.Context, _ *plugin.QueryData, h *plugin.HydrateData) (any, error) {
	return h.Item, nil
}

func seldomAsked(_ context.Context, _ *plugin.QueryData, h *plugin.HydrateData) (any, error) {
	return h.Item, nil
}
