package benchmark

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// A Status says what a control found of one resource. They are Powerpipe's.
type Status string

// The statuses in the order in which Powerpipe shows them: what cannot be trusted first.
const (
	StatusError Status = "error" // not known
	StatusAlarm Status = "alarm" // to be remedied
	StatusInfo  Status = "info"  // to be looked at
	StatusOK    Status = "ok"
	StatusSkip  Status = "skip" // excepted, or not asked for
)

// Statuses are all statuses, in order.
var Statuses = []Status{StatusError, StatusAlarm, StatusInfo, StatusOK, StatusSkip}

// A Summary counts results by their status.
type Summary struct {
	Alarm int `json:"alarm"`
	OK    int `json:"ok"`
	Info  int `json:"info"`
	Skip  int `json:"skip"`
	Error int `json:"error"`
}

// Count returns the number of results with the status.
func (s *Summary) Count(status Status) int { return *s.count(status) }

func (s *Summary) count(status Status) *int {
	switch status {
	case StatusAlarm:
		return &s.Alarm
	case StatusOK:
		return &s.OK
	case StatusInfo:
		return &s.Info
	case StatusSkip:
		return &s.Skip
	}
	return &s.Error
}

func (s *Summary) add(other Summary) {
	for _, status := range Statuses {
		*s.count(status) += other.Count(status)
	}
}

// A Group is the outcome of a benchmark. Its JSON is what Powerpipe writes.
type Group struct {
	ID          string            `json:"group_id"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Tags        map[string]string `json:"tags"`
	Summary     struct {
		Status Summary `json:"status"`
	} `json:"summary"`
	Groups   []*Group      `json:"groups"`
	Controls []*ControlRun `json:"controls"`
}

// rootID is what Powerpipe calls the outermost group.
const rootID = "root_result_group"

// A ControlRun is the outcome of a control.
type ControlRun struct {
	Summary     Summary           `json:"summary"`
	Results     []Result          `json:"results"`
	ID          string            `json:"control_id"`
	Description string            `json:"description"`
	Severity    string            `json:"severity"`
	Tags        map[string]string `json:"tags"`
	Title       string            `json:"title"`
	State       int               `json:"run_status"`
	// Error says why there are no results. It counts as one error in the summary.
	Error string `json:"run_error"`
}

// What Powerpipe writes for the state of a run.
const (
	stateComplete = 4
	stateError    = 8
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

// Run runs the controls of a benchmark over what the reader reads, which it reads once.
// A control that fails, as for a place that could not be read, is an error in the
// outcome; Run itself fails only if there is no outcome, as when the context has ended.
func Run(ctx context.Context, reader tables.Reader, b *Benchmark) (*Group, error) {
	root := &Group{ID: rootID, Title: b.Title, Tags: map[string]string{}}
	r := runner{sqlengine.Open(tables.Steampipe(&survey{reader: reader})), map[*Control]*ControlRun{}}
	child, err := r.benchmark(ctx, b)
	if err != nil {
		return nil, err
	}
	root.Groups, root.Summary = []*Group{child}, child.Summary
	return root, nil
}

// RunControl runs one control as [Run] runs a benchmark. As with Powerpipe, it is in no group
// but the outermost.
func RunControl(ctx context.Context, reader tables.Reader, c *Control) (*Group, error) {
	engine := sqlengine.Open(tables.Steampipe(&survey{reader: reader}))
	run, err := runControl(ctx, engine, c)
	if err != nil {
		return nil, err
	}
	root := &Group{ID: rootID, Title: c.Title, Tags: map[string]string{}, Groups: []*Group{}, Controls: []*ControlRun{run}}
	root.Summary.Status = run.Summary
	return root, nil
}

// A runner runs each control once, in however many benchmarks it is.
type runner struct {
	engine *sqlengine.Engine
	runs   map[*Control]*ControlRun
}

func (r *runner) benchmark(ctx context.Context, b *Benchmark) (*Group, error) {
	g := &Group{ID: b.FullName, Title: b.Title, Description: b.Description, Tags: b.Tags, Groups: []*Group{}}
	for _, c := range b.Controls {
		run := r.runs[c]
		if run == nil {
			var err error
			if run, err = runControl(ctx, r.engine, c); err != nil {
				return nil, err
			}
			r.runs[c] = run
		}
		g.Controls = append(g.Controls, run)
		g.Summary.Status.add(run.Summary)
	}
	for _, nested := range b.Benchmarks {
		child, err := r.benchmark(ctx, nested)
		if err != nil {
			return nil, err
		}
		g.Groups = append(g.Groups, child)
		g.Summary.Status.add(child.Summary.Status)
	}
	return g, nil
}

func runControl(ctx context.Context, engine *sqlengine.Engine, c *Control) (*ControlRun, error) {
	run := &ControlRun{ID: "control." + c.Name, Title: c.Title, Description: c.Description, Severity: c.Severity, Tags: c.Tags, State: stateComplete}
	results, err := runQuery(ctx, engine, c.Query, c.Args)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		run.State, run.Error, run.Summary.Error = stateError, err.Error(), 1
		return run, nil
	}
	// The same order for the same results, so that two outputs compare.
	slices.SortStableFunc(results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Statuses, a.Status), slices.Index(Statuses, b.Status)),
			strings.Compare(a.Resource, b.Resource),
			strings.Compare(a.Reason, b.Reason),
		)
	})
	for _, r := range results {
		*run.Summary.count(r.Status)++
	}
	run.Results = results
	return run, nil
}

func runQuery(ctx context.Context, engine *sqlengine.Engine, q *Query, args map[string]string) ([]Result, error) {
	values, err := q.bind(args)
	if err != nil {
		return nil, err
	}
	var results []Result
	err = engine.Query(ctx, q.SQL, values, func(columns []pgsql.Column, row []any) error {
		var r Result
		for i, c := range columns {
			value := ""
			if v := row[i]; v != nil {
				value = fmt.Sprint(v)
			}
			switch c.Name {
			case "resource":
				r.Resource = value
			case "status":
				r.Status = Status(value)
			case "reason":
				r.Reason = value
			default:
				r.Dimensions = append(r.Dimensions, Dimension{c.Name, value})
			}
		}
		if !slices.Contains(Statuses, r.Status) {
			return fmt.Errorf("the query %s gives the status %q, which is none", q.Name, r.Status)
		}
		results = append(results, r)
		return nil
	})
	return results, err
}

// Table returns the outcome as Powerpipe lays it out in CSV: a header, and a row for each
// result and each control that failed.
func (g *Group) Table() (header []string, rows [][]string) {
	dimensions, tags := map[string]bool{}, map[string]bool{}
	g.each(func(group *Group, run *ControlRun) {
		for key := range group.Tags {
			tags[key] = true
		}
		for key := range run.Tags {
			tags[key] = true
		}
		for i := range run.Results {
			for _, d := range run.Results[i].Dimensions {
				dimensions[d.Key] = true
			}
		}
	})
	dimensionKeys, tagKeys := slices.Sorted(maps.Keys(dimensions)), slices.Sorted(maps.Keys(tags))
	header = slices.Concat([]string{"group_id", "title", "description", "control_id", "control_title", "control_description",
		"reason", "resource", "status", "severity"}, dimensionKeys, tagKeys)
	g.each(func(group *Group, run *ControlRun) {
		results := run.Results
		if run.Error != "" {
			results = []Result{{Reason: run.Error, Status: StatusError}}
		}
		for _, r := range results {
			row := []string{group.ID, group.Title, group.Description, run.ID, run.Title, run.Description,
				r.Reason, r.Resource, string(r.Status), run.Severity}
			for _, key := range dimensionKeys {
				row = append(row, r.dimension(key))
			}
			for _, key := range tagKeys {
				row = append(row, run.Tags[key])
			}
			rows = append(rows, row)
		}
	})
	return header, rows
}

// each calls f for each control of the group and of the groups in it.
func (g *Group) each(f func(*Group, *ControlRun)) {
	for _, run := range g.Controls {
		f(g, run)
	}
	for _, child := range g.Groups {
		child.each(f)
	}
}
