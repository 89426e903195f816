package benchmark

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

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
	Results     Results           `json:"results"`
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

// Run runs the controls of a benchmark over what the reader reads, which it reads once.
// A control that fails, as for a place that could not be read, is an error in the
// outcome; Run itself fails only if there is no outcome, as when the context has ended.
func Run(ctx context.Context, reader tables.Reader, b *Benchmark) (*Group, error) {
	r := newRunner(reader)
	r.prepareAll(b)
	root := &Group{ID: rootID, Title: b.Title, Tags: map[string]string{}}
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
	r := newRunner(reader)
	r.prepare(c)
	run, err := r.control(ctx, c)
	if err != nil {
		return nil, err
	}
	root := &Group{ID: rootID, Title: c.Title, Tags: map[string]string{}, Groups: []*Group{}, Controls: []*ControlRun{run}}
	root.Summary.Status = run.Summary
	return root, nil
}

// A runner runs each control once, in however many benchmarks it is, over a survey, which knows all
// of them before the first one runs.
type runner struct {
	survey   *survey
	engine   *sqlengine.Engine
	prepared map[*Control]prepared
	runs     map[*Control]*ControlRun
}

// prepared is the query of a control as a statement, or why it is none.
type prepared struct {
	statement *sqlengine.Statement
	err       error
}

func newRunner(reader tables.Reader) *runner {
	s := newSurvey(reader)
	return &runner{s, sqlengine.Open(s.tables), map[*Control]prepared{}, map[*Control]*ControlRun{}}
}

func (r *runner) prepareAll(b *Benchmark) {
	for _, c := range b.Controls {
		r.prepare(c)
	}
	for _, nested := range b.Benchmarks {
		r.prepareAll(nested)
	}
}

func (r *runner) prepare(c *Control) {
	if _, done := r.prepared[c]; done {
		return
	}
	statement, err := c.Query.prepare(r.engine, c.Args)
	if err == nil {
		err = c.checkColumns(statement.Columns())
	}
	if err == nil {
		r.survey.expect(statement)
	}
	r.prepared[c] = prepared{statement, err}
}

func (q *Query) prepare(engine *sqlengine.Engine, args map[string]string) (*sqlengine.Statement, error) {
	values, err := q.bind(args)
	if err != nil {
		return nil, err
	}
	statements, err := engine.Prepare(q.SQL, values...)
	if err != nil {
		return nil, err
	}
	if len(statements) > 1 {
		return nil, fmt.Errorf("the query %s is more than one statement", q.Name)
	}
	return statements[0], nil
}

// checkColumns refuses a query that does not say what every control says, even if it gives no rows, or
// that says it twice: Powerpipe would take the last without a word.
func (c *Control) checkColumns(columns []pgsql.Column) error {
	for _, name := range []string{"resource", "status", "reason"} {
		n := 0
		for _, column := range columns {
			if column.Name == name {
				n++
			}
		}
		switch {
		case n == 0:
			return fmt.Errorf("the query %s of the control %s gives no column %s: every control needs resource, status and reason", c.Query.Name, c.Name, name)
		case n > 1:
			return fmt.Errorf("the query %s of the control %s gives %d columns %s: every control needs one", c.Query.Name, c.Name, n, name)
		}
	}
	return nil
}

func (r *runner) benchmark(ctx context.Context, b *Benchmark) (*Group, error) {
	g := &Group{ID: b.FullName, Title: b.Title, Description: b.Description, Tags: b.Tags, Groups: []*Group{}}
	for _, c := range b.Controls {
		run, err := r.control(ctx, c)
		if err != nil {
			return nil, err
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

func (r *runner) control(ctx context.Context, c *Control) (*ControlRun, error) {
	if run := r.runs[c]; run != nil {
		return run, nil
	}
	run := &ControlRun{ID: "control." + c.Name, Title: c.Title, Description: c.Description, Severity: c.Severity, Tags: c.Tags, State: stateComplete}
	r.runs[c] = run
	p := r.prepared[c]
	err := p.err
	if err == nil {
		run.Results, err = resultsOf(ctx, c.Query, p.statement)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		run.State, run.Error, run.Summary.Error = stateError, err.Error(), 1
		return run, nil
	}
	run.Summary = run.Results.summary()
	return run, nil
}

// WriteJSON writes the outcome as Powerpipe lays it out in JSON.
func (g *Group) WriteJSON(w io.Writer) error {
	err := json.MarshalWrite(w, g, jsontext.WithIndent("  "), jsontext.EscapeForJS(true), json.Deterministic(true), json.FormatNilSliceAsNull(true), json.FormatNilMapAsNull(true))
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// Table returns the outcome as Powerpipe lays it out in CSV: a header, and what hands over a row
// for each result and each control that failed. A row is good until the next one comes.
func (g *Group) Table() (header []string, rows func(emit func(row []any) error) error) {
	dimensions, tags := map[string]bool{}, map[string]bool{}
	_ = g.each(func(group *Group, run *ControlRun) error {
		for key := range group.Tags {
			tags[key] = true
		}
		for key := range run.Tags {
			tags[key] = true
		}
		if len(run.Results.of) > 0 {
			for _, key := range run.Results.keys {
				dimensions[key] = true
			}
		}
		return nil
	})
	dimensionKeys, tagKeys := slices.Sorted(maps.Keys(dimensions)), slices.Sorted(maps.Keys(tags))
	header = slices.Concat([]string{"group_id", "title", "description", "control_id", "control_title", "control_description",
		"reason", "resource", "status", "severity"}, dimensionKeys, tagKeys)
	return header, func(emit func([]any) error) error {
		row := make([]any, 0, len(header))
		return g.each(func(group *Group, run *ControlRun) error {
			each := run.Results.Each
			if run.Error != "" {
				each = func(f func(Result) error) error { return f(Result{Reason: run.Error, Status: StatusError}) }
			}
			return each(func(r Result) error {
				row = append(row[:0], group.ID, group.Title, group.Description, run.ID, run.Title, run.Description,
					r.Reason, r.Resource, string(r.Status), run.Severity)
				for _, key := range dimensionKeys {
					row = append(row, r.dimension(key))
				}
				for _, key := range tagKeys {
					row = append(row, run.Tags[key])
				}
				return emit(row)
			})
		})
	}
}

// each calls f for each control of the group and of the groups in it, until it fails.
func (g *Group) each(f func(*Group, *ControlRun) error) error {
	for _, run := range g.Controls {
		if err := f(g, run); err != nil {
			return err
		}
	}
	for _, child := range g.Groups {
		if err := child.each(f); err != nil {
			return err
		}
	}
	return nil
}
