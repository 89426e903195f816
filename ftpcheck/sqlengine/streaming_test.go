package sqlengine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

func TestLimitStopsTheScan(t *testing.T) {
	p, v := people(), visits()
	e := open(t, p, v)
	mustQuery(t, e, "select name from person limit 2")
	if p.emitted > 2 {
		t.Errorf("%d rows were read", p.emitted)
	}
	if p.running != 0 {
		t.Error("the scan still runs")
	}
	// The outer table of a join streams too.
	p.reset()
	mustQuery(t, e, "select name from person p left join visit v on v.person_id = p.id limit 1")
	if p.emitted > 1 {
		t.Errorf("%d rows were read", p.emitted)
	}
}

// A single table streams: the result's first row is there before the second is read.
func TestStreaming(t *testing.T) {
	p := people()
	e := open(t, p)
	for _, sql := range []string{
		"select name from person",
		"select name from person where name = 'Ann' or id = 2",
		"with c as (select name, id from person where admin is not null) select name from c where id > 0",
		"select x.name from (select name from person) x",
		"select name from person union all select city from person",
		"select p.name, j.key from person p left join jsonb_each(case when p.id = 1 then p.tags end) j on true",
		"select p.name, n from person p, generate_series(p.id, p.id) n",
		"select distinct id from person",
		"select id, (select max(q.id) from person q) from person where id > 0 limit 3",
	} {
		p.reset()
		statements, err := e.Prepare(sql)
		if err != nil {
			t.Fatal(err)
		}
		if p.emitted != 0 {
			t.Errorf("%s: %d rows read before it runs", sql, p.emitted)
		}
		held := 0 // what a subquery has read
		if strings.Contains(sql, "max") {
			held = len(p.rows)
		}
		n := 0
		enough := errors.New("enough")
		err = statements[0].Run(t.Context(), func([]any) error {
			if n++; p.emitted > n+held {
				t.Errorf("%s: %d rows read for row %d", sql, p.emitted, n)
			}
			if n == 2 {
				return enough
			}
			return nil
		})
		if err != enough {
			t.Errorf("%s: the error is %v", sql, err)
		}
		if p.running != 0 {
			t.Errorf("%s: the scan still runs", sql)
		}
	}
}

// A table that is streamed does not hold on to its rows.
func TestStreamingForgets(t *testing.T) {
	type big struct{ id int64 }
	var live int
	var mu sync.Mutex
	f := &relation.Table{
		Name: "big",
		Columns: []relation.Column{{Name: "id", Type: relation.Int, Value: func(r relation.Row, _ any) any {
			return r.(*big).id
		}}},
		List: func(_ context.Context, _ relation.Query, emit func(relation.Row) error) error {
			for i := range 2000 {
				b := &big{int64(i)}
				mu.Lock()
				live++
				mu.Unlock()
				runtime.AddCleanup(b, func(int) { mu.Lock(); live--; mu.Unlock() }, 0)
				if err := emit(b); err != nil {
					return err
				}
			}
			for range 20 {
				runtime.GC()
				time.Sleep(time.Millisecond)
			}
			mu.Lock()
			defer mu.Unlock()
			if live > 100 {
				return fmt.Errorf("%d rows are held", live)
			}
			return nil
		},
	}
	e := sqlengine.Open([]*relation.Table{f})
	mustQuery(t, e, "select count(*) from big")
	mustQuery(t, e, "select id % 3, count(*) from big group by 1")
	if _, err := query(t.Context(), e, "select count(*) from big a where (select count(*) from big b where b.id < a.id) > 5"); err == nil {
		t.Error("what is read for each row must be kept; does this test see anything?")
	}
}

func TestListErrors(t *testing.T) {
	cause := errors.New("account 1: access denied.\nAsk for ec2:DescribeSecurityGroups.")
	for _, sql := range []string{
		"select name from person",
		"select count(*) from person",
		"select p.name from visit join person p on p.id = person_id",
		"select 1 where exists (select 1 from person where id = 99)",
		"select (select max(city) from person) from visit",
	} {
		p, v := people(), visits()
		p.fail = fmt.Errorf("reading: %w", cause)
		e := open(t, p, v)
		_, err := query(t.Context(), e, sql)
		if !errors.Is(err, cause) || err.Error() != "reading: "+cause.Error() {
			t.Errorf("%s: %v", sql, err)
		}
		p.fail = nil
		if got := text(mustQuery(t, e, "select count(*) from person")); got != "4" {
			t.Errorf("after the error: %s", got)
		}
	}
}

// A List may have workers that emit one at a time.
func TestListWithWorkers(t *testing.T) {
	f := people()
	f.Table.List = func(ctx context.Context, _ relation.Query, emit func(relation.Row) error) error {
		var mu sync.Mutex
		var wg sync.WaitGroup
		var failed error
		for range 4 {
			wg.Go(func() {
				for _, row := range f.rows {
					mu.Lock()
					if failed == nil {
						failed = emit(row)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		return failed
	}
	e := open(t, f)
	for range 20 {
		if got := text(mustQuery(t, e, "select count(*), sum(id) from person")); got != "16,40" {
			t.Error(got)
		}
		mustQuery(t, e, "select id from person limit 5")
	}
}

func TestErrorAfterLimitIsNotReached(t *testing.T) {
	p := people()
	p.fail = errors.New("late")
	e := open(t, p)
	if got := text(mustQuery(t, e, "select id from person limit 4")); got != "1; 2; 3; 4" {
		t.Error(got)
	}
}

func TestCancelWhileListWaits(t *testing.T) {
	for _, sql := range []string{
		"select id from person",
		"select count(*) from person a join person b using (id)",
	} {
		p := people()
		p.hang = true
		e := open(t, p)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		start := time.Now()
		_, err := query(ctx, e, sql)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", sql, err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: took %v", sql, took)
		}
	}
}

// A List whose error hides that its context ended.
func TestCancelWithAnotherError(t *testing.T) {
	p := people()
	p.Table.List = func(ctx context.Context, _ relation.Query, _ func(relation.Row) error) error {
		<-ctx.Done()
		return errors.New("RequestCanceled")
	}
	e := open(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := query(ctx, e, "select id from person"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// A List that returns nil when its context ends must not pass for complete.
func TestCancelThatListHides(t *testing.T) {
	p := people()
	list := p.List
	p.hang = true
	p.Table.List = func(ctx context.Context, q relation.Query, emit func(relation.Row) error) error {
		_ = list(ctx, q, emit)
		return nil
	}
	e := open(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if rows, err := query(ctx, e, "select id from person where id > 4"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestCancelPureSQL(t *testing.T) {
	e := open(t, people())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := query(ctx, e, "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %v", took)
	}
	mustQuery(t, e, "select 1")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := query(ended, e, "select 1"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestConcurrentQueries(t *testing.T) {
	f := people()
	f.Table.List = func(_ context.Context, _ relation.Query, emit func(relation.Row) error) error {
		for _, row := range f.rows {
			if err := emit(row); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range f.Columns {
		f.Columns[i].Value = func(row relation.Row, _ any) any { return row.([]any)[i] }
	}
	e := open(t, f)
	statements, err := e.Prepare("select count(*), (select sum(b.id) from person b join person c using (name, id)) from person a")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			rows, err := query(t.Context(), e, fmt.Sprintf("select count(*) + %d from person", i))
			if got, want := text(rows), fmt.Sprint(4+i); err != nil || got != want {
				t.Errorf("got %s, %v, want %s", got, err, want)
			}
			// One statement can run several times at once, too.
			err = statements[0].Run(t.Context(), func(row []any) error {
				if got := fmt.Sprint(row); got != "[4 6]" {
					t.Errorf("got %s", got)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestPanicsOfListAreErrors(t *testing.T) {
	for _, bug := range []any{"bug", errors.New("bug"), fmt.Stringer(nil)} {
		f := people()
		f.Table.List = func(context.Context, relation.Query, func(relation.Row) error) error { panic(bug) }
		e := open(t, f)
		for _, sql := range []string{"select * from person", "select 1 where exists (select * from person)"} {
			_, err := query(t.Context(), e, sql)
			if err == nil || !strings.Contains(err.Error(), "defect") {
				t.Errorf("the error after panic(%v) is %v", bug, err)
			}
		}
	}
}
