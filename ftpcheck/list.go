package ftpcheck

import (
	"context"
	"errors"
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
		if err != nil && ctx.Err() == nil {
			plugin.Logger(ctx).Error(t.Name+".list", "connection", d.Connection.Name, "error", err)
			hold(ctx, started)
		}
		return nil, err
	}
}

// hold gives the SDK time to wait for the error of a List call that began at the given
// time. The SDK takes whatever comes first, the error or the end of the rows. Where it
// is not waiting yet when both are there, it takes either, and half of the time the
// query ends without error and without rows: an account where nothing is open.
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
	a := &answering{ctx: ctx, d: d, conditions: conditions, wanted: query.Wanted}
	err = t.List(ctx, scanner, query, a.emit)
	if err == nil {
		err = a.release()
	}
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
	held       []table.Row
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
	if a.d.QueryContext.Limit == nil {
		return a.send(r)
	}
	if int64(len(a.held)) < *a.d.QueryContext.Limit {
		a.held = append(a.held, r)
		return nil
	}
	for _, c := range a.conditions {
		if c.values == nil {
			return errors.New("LIMIT together with a condition on " + c.column.Name + " whose value Steampipe does not tell its plugins, " +
				"as of a sub-select, would lose rows: write the value, join the tables, or put the LIMIT outside of a sub-select")
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
	if err := a.ctx.Err(); err != nil {
		return err
	}
	a.d.StreamListItem(a.ctx, &row{r, a.wanted})
	if a.d.RowsRemaining(a.ctx) == 0 && a.ctx.Err() == nil {
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
