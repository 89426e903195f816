package benchmark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// countedReader counts what is asked of a reader.
type countedReader struct {
	tables.Reader
	reads int
}

func (r *countedReader) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	r.reads++
	return r.Reader.Read(ctx, request, emit)
}

// wholeReader is asked each time for all that a survey asks for.
type wholeReader struct{ tables.Reader }

func (r wholeReader) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	var groups groupReader
	places, failed := r.Reader.Read(ctx, sg.Request{Rules: true, AddressCounts: true, Reachability: true}, func(g *sg.Group) error {
		groups = append(groups, g)
		return nil
	})
	var incomplete *sg.IncompleteError
	if failed != nil && !errors.As(failed, &incomplete) || failed != nil && !request.Shows(incomplete.Failed) {
		return places, failed
	}
	if _, err := groups.Read(ctx, request, emit); err != nil {
		return nil, err
	}
	return places, failed
}

// What a survey keeps is all that the controls need: over the tables themselves, each of their queries
// gives the same rows. The survey reads once.
func TestSurvey(t *testing.T) {
	mod := excepting(t, worldExceptions)
	for name, r := range map[string]tables.Reader{
		"world":        reader(t, save(t, world)),
		"sample":       reader(t, "../../docs/sample"),
		"a place less": unread(reader(t, save(t, world)), "eu-west-1"),
		"no rules":     denied{reader(t, save(t, world)), "eu-west-1", func(request sg.Request) bool { return request.Rules }},
		"places":       covered,
	} {
		counted := &countedReader{Reader: r}
		whole := sqlengine.Open(tables.Steampipe(wholeReader{r}))
		for _, run := range runAccess(t, mod, counted).Groups[0].Controls {
			c := mod.Control(run.ID)
			statement, err := c.Query.prepare(whole, c.Args)
			if err != nil {
				t.Fatal(err)
			}
			var want *ControlRun
			if results, err := resultsOf(t.Context(), c.Query, statement); err != nil {
				want = &ControlRun{Error: err.Error()}
			} else {
				want = &ControlRun{Results: results}
			}
			if diff := cmp.Diff(resultList(t, want), resultList(t, run)); diff != "" || run.Error != want.Error {
				t.Errorf("%s, %s: %q, want %q; without (-) and with (+) a survey:\n%s", name, c.Name, run.Error, want.Error, diff)
			}
		}
		if counted.reads != 1 {
			t.Errorf("%s: the survey read %d times", name, counted.reads)
		}
	}
}

// A statement that asks for the network interfaces of groups, which may be denied, is answered
// by a reading of its own.
func TestSurveyOfInterfaces(t *testing.T) {
	r := &countedReader{Reader: denied{reader(t, save(t, world)), "eu-west-1", func(request sg.Request) bool { return request.NetworkInterfaces }}}
	b := &Benchmark{}
	for name, column := range map[string]string{"with": "network_interface_count", "without": "vpc_id"} {
		b.Controls = append(b.Controls, &Control{Name: name, Query: &Query{Name: name, SQL: "select arn as resource, 'ok' as status, " + column + "::text as reason from ftpcheck_security_group"}})
	}
	g, err := Run(t.Context(), r, b)
	if err != nil {
		t.Fatal(err)
	}
	if with, without := control(t, g, "with"), control(t, g, "without"); with.Error == "" || without.Error != "" || without.Summary.OK == 0 {
		t.Errorf("with interfaces %q, without %q and %d results", with.Error, without.Error, without.Summary.OK)
	}
	if r.reads != 2 {
		t.Errorf("the survey read %d times", r.reads)
	}
}

// Each group comes once, of however many rows are made together, and is itself also where a statement
// goes over the rows again.
func TestSurveyOfManyGroups(t *testing.T) {
	var r groupReader
	for i := range 2*groupsAtOnce + 1 {
		r = append(r, &sg.Group{ARN: fmt.Sprintf("g%03d", i)})
	}
	for name, from := range map[string]string{
		"once":  "ftpcheck_security_group",
		"again": "(values (1), (2)) as v (n) cross join lateral (select arn from ftpcheck_security_group where n = 2) as g",
	} {
		g, err := Run(t.Context(), r, &Benchmark{Controls: []*Control{{Name: name, Query: &Query{Name: name, SQL: "select arn as resource, 'ok' as status, '' as reason from " + from}}}})
		if err != nil {
			t.Fatal(err)
		}
		run := control(t, g, name)
		got := resultList(t, run)
		if len(got) != len(r) {
			t.Fatalf("%s: %d results of %d groups, error %q", name, len(got), len(r), run.Error)
		}
		for i := range got {
			if got[i].Resource != r[i].ARN {
				t.Errorf("%s: %s is in the place of %s", name, got[i].Resource, r[i].ARN)
			}
		}
	}
}

// brokenReader fails when all groups have been read.
type brokenReader struct{ groupReader }

func (r brokenReader) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	if _, err := r.groupReader.Read(ctx, request, emit); err != nil {
		return nil, err
	}
	return nil, errors.New("broken")
}

// A statement that is content with the first row fails all the same, as no row comes before the survey
// is known to be whole.
func TestSurveyThatIsNotWhole(t *testing.T) {
	for name, r := range map[string]tables.Reader{
		"unread": unread(reader(t, save(t, world)), "eu-west-1"),
		"broken": brokenReader{groupReader{{ARN: "g"}}},
	} {
		g, err := Run(t.Context(), r, &Benchmark{Controls: []*Control{{Name: name, Query: &Query{Name: name, SQL: "select arn as resource, 'ok' as status, '' as reason from ftpcheck_security_group limit 1"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if run := control(t, g, name); run.Error == "" {
			t.Errorf("%s: %+v", name, resultList(t, run))
		}
	}
}

// Results come in order, however the query gives them, and are the same after they were kept.
func TestResults(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	long := strings.Repeat("x", 100)
	var rows []string
	var want []Result
	for i := range 3000 { // several pages
		r := Result{Status: pick(random, Statuses...), Resource: fmt.Sprint("r", random.IntN(500)), Reason: long + fmt.Sprint(i%7),
			Dimensions: []Dimension{{"a", fmt.Sprint(i)}, {"b", pick(random, "", "1", "é\x00")}}}
		if r.Dimensions[1].Value == "é\x00" {
			r.Dimensions[1].Value = "é"
		}
		want = append(want, r)
		b := "'" + r.Dimensions[1].Value + "'"
		if b == "''" && i%2 == 0 {
			b = "null"
		}
		rows = append(rows, fmt.Sprintf("('%s', '%s', '%s', %d, %s)", r.Status, r.Resource, r.Reason, i, b))
	}
	q := &Query{Name: "all", SQL: "select * from (values " + strings.Join(rows, ", ") + ") as t (status, resource, reason, a, b)"}
	run := runOneQuery(t, q)
	slices.SortStableFunc(want, func(a, b Result) int {
		return strings.Compare(fmt.Sprint(slices.Index(Statuses, a.Status), "\n", a.Resource, "\n", a.Reason), fmt.Sprint(slices.Index(Statuses, b.Status), "\n", b.Resource, "\n", b.Reason))
	})
	if diff := cmp.Diff(want, resultList(t, run)); diff != "" {
		t.Error(diff)
	}
	wanted := Summary{}
	for _, r := range want {
		*wanted.count(r.Status)++
	}
	if run.Summary != wanted {
		t.Errorf("summary %+v, want %+v", run.Summary, wanted)
	}
	// All rows come behind the first, and the last two not in order.
	late := runOneQuery(t, &Query{Name: "late", SQL: "select resource, 'ok' as status, '' as reason from (values ('a'), ('c'), ('b')) as t (resource)"})
	if got := resultList(t, late); got[0].Resource+got[1].Resource+got[2].Resource != "abc" {
		t.Errorf("not in order: %+v", got)
	}
	stop := errors.New("enough")
	if err := run.Results.Each(func(Result) error { return stop }); err != stop {
		t.Errorf("error %v", err)
	}
}

func runOneQuery(t *testing.T, q *Query) *ControlRun {
	t.Helper()
	g, err := Run(t.Context(), places{}, &Benchmark{Controls: []*Control{{Name: q.Name, Query: q}}})
	if err != nil {
		t.Fatal(err)
	}
	return control(t, g, q.Name)
}

// Values are the same after they were kept, on whatever page they are.
func TestPages(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	value := func() any {
		return pick[any](random, nil, true, false, int64(random.Uint64()), "", "=1+1", "=1+2", strings.Repeat("ä\xff", random.IntN(300)), time.Unix(random.Int64N(4e9), 123456789).UTC())
	}
	p := pages{width: 3}
	var want [][]any
	for range 5000 {
		row := []any{value(), value(), value()}
		want = append(want, row)
		p.add(row)
	}
	if len(p.full) < 3 || len(p.open) == 0 {
		t.Fatalf("%d full pages, %d bytes on the last", len(p.full), len(p.open))
	}
	for range 2 { // it can be read again
		var got [][]any
		if err := p.each(func(row []any) error {
			got = append(got, slices.Clone(row))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
	same := pages{width: 1}
	same.add([]any{"twice"})
	same.add([]any{"twice"})
	var texts []*byte
	if err := same.each(func(row []any) error {
		texts = append(texts, unsafe.StringData(row[0].(string)))
		return nil
	}); err != nil || texts[0] != texts[1] {
		t.Errorf("a text that comes twice is twice in memory: %v", err)
	}
}

// The JSON is that of encoding/json, which holds all of it in memory.
func TestWriteJSON(t *testing.T) {
	odd := "<a> & \"q\" \\ \u2028\u2029\x01\b\f\n\x7f é 😀"
	q := &Query{Name: "odd", SQL: "select $1 as reason, 'alarm' as status, 'r' as resource, null as d", Params: []Param{{Name: "text"}}}
	none := &Query{Name: "none", SQL: "select 'ok' as status where false"}
	g, err := Run(t.Context(), places{}, &Benchmark{Title: odd, FullName: "b", Tags: map[string]string{"b": "1", "a": odd},
		Controls: []*Control{{Name: "odd", Title: odd, Query: q, Args: map[string]string{"text": odd}, Tags: map[string]string{}}, {Name: "none", Query: none}, {Name: "fails", Query: &Query{SQL: "select"}}}})
	if err != nil {
		t.Fatal(err)
	}
	var got, want strings.Builder
	if err := g.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	type plainRun struct {
		Summary     Summary           `json:"summary"`
		Results     []Result          `json:"results"`
		ID          string            `json:"control_id"`
		Description string            `json:"description"`
		Severity    string            `json:"severity"`
		Tags        map[string]string `json:"tags"`
		Title       string            `json:"title"`
		State       int               `json:"run_status"`
		Error       string            `json:"run_error"`
	}
	type plainGroup struct {
		ID          string            `json:"group_id"`
		Title       string            `json:"title"`
		Description string            `json:"description"`
		Tags        map[string]string `json:"tags"`
		Summary     any               `json:"summary"`
		Groups      []*plainGroup     `json:"groups"`
		Controls    []plainRun        `json:"controls"`
	}
	var plain func(g *Group) *plainGroup
	plain = func(g *Group) *plainGroup {
		p := &plainGroup{ID: g.ID, Title: g.Title, Description: g.Description, Tags: g.Tags, Summary: g.Summary, Groups: []*plainGroup{}}
		for _, child := range g.Groups {
			p.Groups = append(p.Groups, plain(child))
		}
		for _, c := range g.Controls {
			p.Controls = append(p.Controls, plainRun{c.Summary, resultList(t, c), c.ID, c.Description, c.Severity, c.Tags, c.Title, c.State, c.Error})
		}
		return p
	}
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(plain(g)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Error(diff)
	}
}
