package tables

import (
	"context"
	"errors"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var coverage = definition{
	name:        "ftpcheck_scan",
	description: "What was looked at: one row for each account and region, or file, that was or should have been read, and how that ended.",
	columns:     coverageColumns,
	list: func(ctx context.Context, reader Reader, request sg.Request, emit func(relation.Row) error) error {
		request.CoverageOnly = true
		request.Settled = false // no group is handed over, so there is none to hold back
		places, err := reader.Read(ctx, request, func(*sg.Group) error { return nil })
		var incomplete *sg.IncompleteError
		if err != nil && !errors.As(err, &incomplete) {
			return err
		}
		for i := range places {
			if err := emit(&places[i]); err != nil {
				return err
			}
		}
		return nil
	},
}

// ofCoverage makes the getter of a column of this table.
func ofCoverage[V any](get func(c *sg.Coverage) V) func(relation.Row) V {
	return func(r relation.Row) V { return get(r.(*sg.Coverage)) }
}

var coverageColumns = []column{
	// How it ended comes first.
	{Name: "status", Type: relation.Text,
		Description: "How the reading ended. Only scanned means that everything there was read; every other status names why not.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return string(c.Status) })},

	{Name: "content", Type: relation.Text,
		Description: "What was read: security_groups or, in files, what only completes the groups: security_group_rules, prefix_lists, prefix_list_entries, network_interfaces, configuration_items, or an answer on networks such as route_tables.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.Content })},
	{Name: "error_code", Type: relation.Text, request: wantUnreadLists,
		Description: "The error code, as AWS gives it. Null where all was read.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.ErrorCode })},
	{Name: "error_message", Type: relation.Text, request: wantUnreadLists,
		Description: "What failed and what to do. Null where all was read.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.ErrorMessage })},
	{Name: "finished_at", Type: relation.Timestamp,
		Description: "When the reading ended.",
		Value:       ofCoverage(func(c *sg.Coverage) any { return moment(c.Finished) })},
	{Name: "ingress_permission_count", Type: relation.Int,
		Description: "The number of ingress permissions read.",
		Value:       ofCoverage(func(c *sg.Coverage) any { return c.Permissions })},
	{Name: "is_ignored", Type: relation.Bool,
		Description: "True if the place was not scanned, and the user left it out, or the error that it failed with.",
		Value:       ofCoverage(func(c *sg.Coverage) any { return c.Ignored })},
	{Name: "is_optional", Type: relation.Bool,
		Description: "True if the place was not scanned, but nobody asked for it by name: a region that is not enabled, or a suspended account.",
		Value:       ofCoverage(func(c *sg.Coverage) any { return c.Optional })},
	{Name: "network_error_message", Type: relation.Text, request: wantReachability,
		Description: "What of the networks could not be read, so that internet_reachable is null where it decides. Null where all was read.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.NetworkProblem })},
	{Name: "origin", Type: relation.Text,
		Description: "Where it was read: live for the EC2 API, else the path of the file.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.Origin })},
	{Name: "security_group_count", Type: relation.Int,
		Description: "The number of security groups read.",
		Value:       ofCoverage(func(c *sg.Coverage) any { return c.Groups })},
	{Name: "started_at", Type: relation.Timestamp,
		Description: "When the reading began.",
		Value:       ofCoverage(func(c *sg.Coverage) any { return moment(c.Started) })},

	// The standard columns.
	{Name: "title", Type: relation.Text,
		Description: "The title of the row: the account and region, or the path of the file.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.Place() })},
	{Name: "partition", Type: relation.Text,
		Description: "The AWS partition of the region.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.Partition })},
	{Name: "region", Type: relation.Text, narrow: byRegion, exclude: notRegion, prefix: regionPrefix,
		Description: "The AWS region. Null if a file does not tell or holds several.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.Region })},
	{Name: "account_id", Type: relation.Text, narrow: byAccount, exclude: notAccount,
		Description: "The ID of the account. Null if a file does not tell or holds several.",
		Text:        ofCoverage(func(c *sg.Coverage) string { return c.AccountID })},
}

// wantUnreadLists: a place that was scanned has an error if what it refers to was not.
func wantUnreadLists(r *sg.Request) { r.UnreadLists = true }

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}
