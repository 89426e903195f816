package benchmark

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

// A Result is what a control found of one resource.
type Result struct {
	Reason     string      `json:"reason"`
	Resource   string      `json:"resource"`
	Status     Status      `json:"status"`
	Dimensions []Dimension `json:"dimensions"`
}

// A Dimension is a further column of a result.
type Dimension struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (r *Result) dimension(key string) string {
	for _, d := range r.Dimensions {
		if d.Key == key {
			return d.Value
		}
	}
	return ""
}

// Results are what a control found, by status, resource and reason, so that two outputs compare. They
// are kept compressed.
type Results struct {
	keys []string // of the dimensions
	of   map[Status]*sortedPages
}

// resultsOf runs the statement of a query.
func resultsOf(ctx context.Context, q *Query, s *sqlengine.Statement) (Results, error) {
	all := Results{of: map[Status]*sortedPages{}}
	for _, c := range s.Columns() {
		if c.Name != "resource" && c.Name != "status" && c.Name != "reason" {
			all.keys = append(all.keys, c.Name)
		}
	}
	err := s.Run(ctx, func(row []any) error {
		var status Status
		kept := make([]any, 2, 2+len(all.keys))
		for i, c := range s.Columns() {
			value := ""
			if v := row[i]; v != nil {
				value = fmt.Sprint(v)
			}
			switch c.Name {
			case "resource":
				kept[0] = value
			case "status":
				status = Status(value)
			case "reason":
				kept[1] = value
			default:
				kept = append(kept, value)
			}
		}
		if !slices.Contains(Statuses, status) {
			return fmt.Errorf("the query %s gives the status %q, which is none of ok, alarm, info, skip and error", q.Name, status)
		}
		if all.of[status] == nil {
			all.of[status] = &sortedPages{pages: pages{width: cap(kept)}}
		}
		all.of[status].add(kept)
		return nil
	})
	if err != nil {
		return Results{}, err
	}
	for _, p := range all.of {
		if err := p.sort(); err != nil {
			return Results{}, err
		}
	}
	return all, nil
}

// sortedPages are rows that begin with a resource and a reason, and are sorted by these in the end.
type sortedPages struct {
	pages
	last  []any
	mixed bool // the rows did not come in order
}

func (p *sortedPages) add(row []any) {
	p.mixed = p.mixed || p.last != nil && compareRows(p.last, row) > 0
	p.last = row
	p.pages.add(row)
}

func compareRows(a, b []any) int {
	return cmp.Or(strings.Compare(a[0].(string), b[0].(string)), strings.Compare(a[1].(string), b[1].(string)))
}

// sort puts the rows in order. Most queries give them so.
func (p *sortedPages) sort() error {
	if !p.mixed {
		return nil
	}
	var rows [][]any
	err := p.each(func(row []any) error {
		rows = append(rows, slices.Clone(row))
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, compareRows)
	p.pages = pages{width: p.width}
	for _, row := range rows {
		p.pages.add(row)
	}
	return nil
}

// summary counts the results.
func (r Results) summary() Summary {
	var s Summary
	for status, p := range r.of {
		*s.count(status) = p.rows
	}
	return s
}

// Each hands over the results in order.
func (r Results) Each(f func(Result) error) error {
	for _, status := range Statuses {
		p := r.of[status]
		if p == nil {
			continue
		}
		err := p.each(func(row []any) error {
			result := Result{Status: status, Resource: row[0].(string), Reason: row[1].(string)}
			for i, key := range r.keys {
				result.Dimensions = append(result.Dimensions, Dimension{key, row[2+i].(string)})
			}
			return f(result)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// MarshalJSONTo writes the results one by one.
func (r Results) MarshalJSONTo(e *jsontext.Encoder) error {
	if len(r.of) == 0 {
		return e.WriteToken(jsontext.Null)
	}
	if err := e.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	if err := r.Each(func(result Result) error { return json.MarshalEncode(e, &result) }); err != nil {
		return err
	}
	return e.WriteToken(jsontext.EndArray)
}
