package exception

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
)

// Columns are the columns of [Exception.Row].
func Columns() []output.Column {
	return output.Texts("exception", "group_id", "account_id", "region", "name", "address", "tags", "rule", "groups",
		"ports", "reasons", "reachable", "until", "why", "owner", "ticket", "approved_by")
}

// Row is the exception as a row of texts.
func (e *Exception) Row() []any {
	var tags []string
	for _, key := range slices.Sorted(maps.Keys(e.Tags)) {
		tags = append(tags, key+"="+e.Tags[key])
	}
	row := []any{e.Where}
	for _, text := range []string{e.GroupID, e.AccountID, e.Region, e.Name, e.Address, strings.Join(tags, " "), e.Rule, strconv.Itoa(e.Groups),
		e.Ports.Join(" "), strings.Join(names(e.Reasons), " "), strconv.FormatBool(e.Reachable), e.Day(), e.Why, e.Owner, e.Ticket, e.ApprovedBy} {
		if text == "" {
			row = append(row, nil)
		} else {
			row = append(row, text)
		}
	}
	return row
}

// UseColumns are the columns of [Use.Row].
func UseColumns() []output.Column {
	return append(Columns(), output.Texts("state", "open_groups", "open_permissions", "covered_permissions")...)
}

// Row is the exception and what it has come to as a row of texts.
func (u Use) Row() []any {
	return append(u.Exception.Row(), string(u.State), strconv.Itoa(u.Groups), strconv.Itoa(u.Permissions), strconv.Itoa(u.Covered))
}
