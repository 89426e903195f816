package ftpcheck

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// list makes the List call of a table, which is at this position among the tables.
func list(table int, t *relation.Table, scanners *scanners) plugin.HydrateFunc {
	return func(ctx context.Context, d *plugin.QueryData, _ *plugin.HydrateData) (any, error) {
		started := time.Now()
		err := answer(ctx, table, t, d, scanners)
		if ctx.Err() != nil {
			return nil, nil // the SDK knows, and takes no error any more: it would block
		}
		if err != nil {
			plugin.Logger(ctx).Error(t.Name+".list", "connection", d.Connection.Name, "error", err)
			hold(ctx, started)
		}
		return nil, err
	}
}

// hold gives the SDK time to wait for the error of a List call that began at the given
// time. The SDK takes the error or the end of the rows, whichever comes first. If it is
// not waiting yet when both are there, it takes either at random, and the query may end
// without error and without rows, like that of an account where nothing is open.
func hold(ctx context.Context, started time.Time) {
	select {
	case <-time.After(time.Until(started.Add(100 * time.Millisecond))):
	case <-ctx.Done():
	}
}

// errEnough ends a scan of which no more rows are wanted.
var errEnough = errors.New("enough rows")

func answer(ctx context.Context, table int, t *relation.Table, d *plugin.QueryData, scanners *scanners) error {
	limit := int64(math.MaxInt64)
	if l := d.QueryContext.Limit; l != nil {
		limit = *l
	}
	// Steampipe pushes LIMIT down only if there is a key column for every condition, and
	// there is none but sp_connection_name, which the SDK compares. It counts each row,
	// also those that Postgres will refuse.
	for name := range d.QueryContext.UnsafeQuals {
		if limit != math.MaxInt64 && t.Index(name) >= 0 {
			return fmt.Errorf("the query came with a LIMIT and a condition on %s at once, so that rows would be lost: leave LIMIT out", name)
		}
	}
	scanner, err := scanners.of(d.Connection)
	if err != nil {
		return err
	}
	query := relation.Query{
		Wanted:  make([]bool, len(t.Columns)),
		Settled: true, // the SDK can lose an error that follows rows
	}
	narrow(&query, t, d.QueryContext.UnsafeQuals)
	for i, c := range t.Columns {
		query.Wanted[i] = slices.Contains(d.QueryContext.Columns, c.Name) || query.Equals[c.Name] != nil
	}
	a := &answering{ctx: ctx, d: d, wanted: query.Wanted, limit: limit}
	stop := a.start()
	err = tables.Of(scanner)[table].List(ctx, query, func(r relation.Row) error {
		if !fits(&query, t, r) {
			return nil
		}
		return a.send(r)
	})
	stop()
	if err == errEnough {
		return nil
	}
	return err
}

// answering is one query being answered.
type answering struct {
	ctx    context.Context
	d      *plugin.QueryData
	wanted []bool
	limit  int64

	stream chan<- *row
	sent   int64
}

// start starts handing rows over to the SDK and returns what ends it. When a query is
// cancelled, the SDK ceases to take rows and leaves StreamListItem blocked until the List
// call has returned. So it is not called by the scan, which has files open.
func (a *answering) start() (stop func()) {
	rows, done := make(chan *row), make(chan struct{})
	a.stream = rows
	go func() {
		defer close(done)
		defer func() {
			// The SDK has closed its channel, as the List call has returned.
			if p := recover(); p != nil && a.ctx.Err() == nil {
				panic(p)
			}
		}()
		for r := range rows {
			a.d.StreamListItem(a.ctx, r)
		}
	}()
	return func() {
		close(rows)
		select {
		case <-done:
		case <-a.ctx.Done():
		}
	}
}

func (a *answering) send(r relation.Row) error {
	if a.sent == a.limit {
		return errEnough
	}
	select {
	case a.stream <- &row{r, a.wanted}:
		a.sent++
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
	if a.sent == a.limit {
		return errEnough
	}
	return nil
}
