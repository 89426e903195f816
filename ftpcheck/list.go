package ftpcheck

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

// list makes the List call of a table.
func list(t *table.Table, scanners *scanners) plugin.HydrateFunc {
	return func(ctx context.Context, d *plugin.QueryData, _ *plugin.HydrateData) (any, error) {
		// d.Quals has only one value of an IN list.
		quals := plugin.NewKeyColumnQualValueMap(d.QueryContext.UnsafeQuals, d.Table.List.KeyColumns)
		if answeredElsewhere(d, quals) {
			return nil, nil
		}
		started := time.Now()
		err := answer(ctx, t, d, scanners, conditionsOf(t, quals))
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

func answer(ctx context.Context, t *table.Table, d *plugin.QueryData, scanners *scanners, conditions []condition) error {
	scanner, err := scanners.of(d.Connection)
	if err != nil {
		return err
	}
	query := table.Query{
		Wanted:  make([]bool, len(t.Columns)),
		Equals:  map[string][]any{},
		Settled: true, // the SDK can lose an error that follows rows
	}
	for i, c := range t.Columns {
		query.Wanted[i] = slices.Contains(d.QueryContext.Columns, c.Name)
	}
	for _, c := range conditions {
		query.Wanted[t.Index(c.column.Name)] = true
		if c.values != nil {
			query.Equals[c.column.Name] = c.hint()
		}
	}
	a := &answering{ctx: ctx, d: d, conditions: conditions, wanted: query.Wanted, limit: math.MaxInt64}
	if limit := d.QueryContext.Limit; limit != nil {
		a.limit = *limit
	}
	stop := a.start()
	err = t.List(ctx, scanner, query, a.emit)
	if err == nil {
		err = a.release()
	}
	stop()
	if err == errEnough {
		return nil
	}
	return err
}

// answering is one query being answered.
type answering struct {
	ctx        context.Context
	d          *plugin.QueryData
	conditions []condition
	wanted     []bool
	limit      int64

	stream chan<- *row
	sent   int64
	held   []table.Row
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

// emit sends a row unless it cannot be of use. Where Steampipe has pushed down a LIMIT,
// the SDK counts each row that is sent, although Postgres may then refuse it. So rows of
// which only Postgres can tell are held back until all that fit have been sent.
func (a *answering) emit(r table.Row) error {
	switch a.fit(r) {
	case fits:
		return a.send(r)
	case fitsNot:
		return nil
	}
	if a.limit == math.MaxInt64 {
		return a.send(r)
	}
	if int64(len(a.held)) < a.limit {
		a.held = append(a.held, r)
		return nil
	}
	for _, c := range a.conditions {
		if c.values == nil {
			return fmt.Errorf("LIMIT would lose rows here: Steampipe does not tell the value that %s must have, as it comes from another part of the query. "+
				"Write the value, or leave LIMIT out", c.column.Name)
		}
	}
	return nil
}

// release sends the rows that were held back.
func (a *answering) release() error {
	for _, r := range a.held {
		if err := a.send(r); err != nil {
			return err
		}
	}
	return nil
}

func (a *answering) send(r table.Row) error {
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

func (a *answering) fit(r table.Row) fit {
	result := fits
	for _, c := range a.conditions {
		result = max(result, c.fit(r))
	}
	return result
}
