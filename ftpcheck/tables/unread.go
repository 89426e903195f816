package tables

import (
	"context"
	"errors"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A table of groups or permissions fails if a place could not be read, unless the query asks
// for scan_status: it can tell, and has a row for the place, which is an [*sg.Coverage].

// readOrShow reads groups and then hands over, as rows, the places that could not be read, if
// the request shows them.
func readOrShow(ctx context.Context, reader Reader, request sg.Request, emit func(relation.Row) error, each func(*sg.Group) error) error {
	_, err := reader.Read(ctx, request, each)
	var incomplete *sg.IncompleteError
	if !errors.As(err, &incomplete) || !request.Shows(incomplete.Failed) {
		return err
	}
	for i := range incomplete.Failed {
		if err := emit(&incomplete.Failed[i]); err != nil {
			return err
		}
	}
	return nil
}

const scanStatusDescription = "scanned, or why the account and region, or file, was not read: such as denied or throttled, as in ftpcheck_scan. A query that asks for this column has a row for each place that was not read, and fails without it."

func showUnreadPlaces(r *sg.Request) { r.UnreadPlaces = true }

// What is known of a place that was not read.
func statusOf(c *sg.Coverage) string  { return string(c.Status) }
func originOf(c *sg.Coverage) string  { return c.Origin }
func regionOf(c *sg.Coverage) string  { return c.Region }
func accountOf(c *sg.Coverage) string { return c.AccountID }
func titleOf(c *sg.Coverage) string   { return c.Place() }
func notRead(*sg.Coverage) string     { return "not_read" }
