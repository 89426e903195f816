package sqlengine_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// endless are statements that would never come to an end.
var endless = []string{
	"with recursive n(i) as (select 1 union all select i % 7 from n) select count(*) from n where i < 0",
	"with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) from n",
	"select count(*) from generate_series(1, 1000000000000)",
	"select n from generate_series(1, 1000000000000) n where n < 0",
	"select max(n) from generate_series(1, 1000000000000) n",
	"select n from generate_series(1, 1000000000000) n order by n desc limit 1",
	"select distinct n % 2 from generate_series(1, 1000000000000) n",
	"select distinct on (n % 2) n from generate_series(1, 1000000000000) n",
	"select n % 2, count(*) from generate_series(1, 1000000000000) n group by 1",
	"select 1 from generate_series(1, 1000000000000) n having count(*) > 1",
	"select 0 in (select n from generate_series(1, 1000000000000) n where n % 2 = 3)",
	"select exists (select 1 from generate_series(1, 1000000000000) n where n < 0)",
	"select (select n from generate_series(1, 1000000000000) n where n < 0)",
	"select count(*) from (select generate_series(1, 1000000000000) n) x",
	"select n from generate_series(1, 1000000000000) n offset 999999999999",
	"select count(*) from generate_series(1, 10000) a, generate_series(1, 10000) b, generate_series(1, 10000) c",
	"select count(*) from generate_series(1, 10000) a left join generate_series(1, 10000) b on a < b join generate_series(1, 10000) c on b < c",
	"select count(*) from person a, lateral generate_series(1, a.id * 1000000000000) b",
	"select count(*) from person a where (select count(*) from generate_series(a.id, 1000000000000)) = 1",
	"select 1 from generate_series(1, 10000000000) n except all select 2",
	"select generate_series(1, 1000000000000) - 5 order by 1 limit 3",
	"select count(*) from generate_series(timestamptz '2000-01-01', '290000-01-01', '1 microsecond')",
	"select count(*) from generate_series(1::numeric, 1e1000)",
	"select string_agg('', '') from generate_series(1, 1000000000000)",
}

// Every statement ends with its context, wherever it is.
func TestStatementsEndWithTheContext(t *testing.T) {
	for _, sql := range endless {
		e := open(t, people())
		e.Memory = 256 << 20
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		rows, err := query(ctx, e, sql)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, %v", sql, rows, err)
		}
		// Ctrl-C ends the context in another way.
		ctx, cancel = context.WithCancel(t.Context())
		stop := time.AfterFunc(10*time.Millisecond, cancel)
		if rows, err = query(ctx, e, sql); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, %v", sql, rows, err)
		}
		stop.Stop()
		cancel()
	}
}

// A statement that wants a few rows of very many reads no more than these.
func TestLimitOfEndlessRows(t *testing.T) {
	e := open(t, people())
	for sql, want := range map[string]string{
		"select n from generate_series(1, 1000000000000) n limit 3":                                                           "1; 2; 3",
		"select generate_series(1, 1000000000000) limit 3":                                                                    "1; 2; 3",
		"select id, generate_series(1, 1000000000000) from person limit 1":                                                    "1,1",
		"select n from generate_series(1, 1000000000000) n where n % 1000 = 0 offset 1 limit 1":                               "2000",
		"select exists (select 1 from generate_series(1, 1000000000000))":                                                     "true",
		"select 5 = any (select n from generate_series(1, 1000000000000) n) from person where id = 1":                         "true",
		"select (5, 5) in (select n, n from generate_series(1, 1000000000000) n)":                                             "true",
		"select distinct n from generate_series(1, 1000000000000) n limit 2":                                                  "1; 2",
		"select n, m from generate_series(1, 1000000000000) n, generate_series(1, 2) m limit 3":                               "1,1; 1,2; 2,1",
		"select 1 union all select n from generate_series(5, 1000000000000) n limit 2":                                        "1; 5",
		"with recursive n(i) as (select 1 union all select i + 1 from n) select i from n limit 3":                             "1; 2; 3",
		"with x as (select n from generate_series(1, 1000000000000) n) select n from x limit 1":                               "1",
		"select (select n from generate_series(1, 1000000000000) n limit 1), id from person order by id fetch first row only": "1,1",
	} {
		if got := text(mustQuery(t, e, sql)); got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
		}
	}
}

// What a statement keeps is bounded: it fails before it takes more.
func TestMemory(t *testing.T) {
	wide := newFake("wide", []relation.Column{{Name: "id", Type: relation.Int}, {Name: "t", Type: relation.Text}})
	for i := range 2000 {
		wide.rows = append(wide.rows, []any{int64(i), strings.Repeat("x", 1000)})
	}
	for _, sql := range []string{
		"select n from generate_series(1, 1000000000000) n order by n desc",
		"select n from generate_series(1, 1000000000000) n order by n fetch first 1000000000 rows only",
		"select n / 1000000000 from generate_series(1, 1000000000000) n order by 1 fetch first row with ties",
		"select count(*) from (select distinct n from generate_series(1, 1000000000000) n) x",
		"select count(*) from (select distinct on (n) n from generate_series(1, 1000000000000) n) x",
		"select n, count(*) from generate_series(1, 1000000000000) n group by n",
		"select sum(n) over () from generate_series(1, 1000000000000) n",
		"select count(distinct n) from generate_series(1, 1000000000000) n",
		"select string_agg(n::text, ',' order by n) from generate_series(1, 1000000000000) n",
		"select string_agg(n::text, ',') from generate_series(1, 1000000000000) n",
		"select string_agg(repeat('x', 1000000), '') from generate_series(1, 1000)",
		"select array_agg(n) from generate_series(1, 1000000000000) n",
		"select array_agg(repeat('x', 1000000)) from generate_series(1, 1000)",
		"select jsonb_agg(n) from generate_series(1, 1000000000000) n",
		"select json_agg(n) from generate_series(1, 1000000000000) n",
		"select jsonb_object_agg(n, n) from generate_series(1, 1000000000000) n",
		"select array(select generate_series(1, 1000000000000))",
		"select percentile_cont(0.5) within group (order by n) from generate_series(1, 1000000000000) n",
		"select mode() within group (order by n) from generate_series(1, 1000000000000) n",
		"select id in (select n from generate_series(1, 1000000000000) n) from wide",
		"select count(*) from (select n from generate_series(1, 1000000000000) n except select 2) x",
		"select 2 intersect select n from generate_series(1, 1000000000000) n",
		"select count(*) from (select n from generate_series(1, 1000000000000) n union select 2) x",
		"select count(*) from generate_series(1, 2) n join generate_series(1, 1000000000000) m on n = m",
		"select count(*) from generate_series(1, 2) n, generate_series(1, 1000000000000) m",
		"with x as materialized (select n from generate_series(1, 1000000000000) n) select count(*) from x",
		"with recursive x(t) as (select 'ab' union all select t || t from x) select max(length(t)) from x",
		"with recursive x(n) as (select 1 union select n + 1 from x) select count(*) from x",
		"select count(*) from rows from (generate_series(1, 1000000000000), generate_series(1, 2))",
		"select generate_series(1, 1000000000000), generate_series(1, 2)",
		"select a.t from wide a, wide b, wide c order by a.t, b.t, c.t",
		"select count(*) from wide a, wide b group by a.t || a.id, b.t || b.id",
		"select repeat('x', 1000000) from generate_series(1, 1000) n order by n desc",
	} {
		e := open(t, wide)
		e.Memory = 8 << 20
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		rows, err := query(ctx, e, sql)
		cancel()
		if err == nil || err.Error() != "this query needs more than 8 MiB of memory\nAsk for fewer columns or rows, or give it more with --memory." {
			t.Errorf("%s: %d rows, %v", sql, len(rows), err)
		}
	}
}

// Memory that has been given back can be used again.
func TestMemoryIsGivenBack(t *testing.T) {
	e := open(t, people())
	e.Memory = 2 << 20
	for _, inner := range []string{"select n * m as x from generate_series(1, 200) m order by m desc", "select distinct n * m as x from generate_series(1, 200) m", "select max(n * m) as x from generate_series(1, 200) m group by m"} {
		sql := "select count(*), sum(x) from generate_series(1, 500) n, lateral (" + inner + ") y"
		if got := text(mustQuery(t, e, sql)); got != "100000,2517525000" {
			t.Errorf("%s: %s", inner, got)
		}
	}
}

// What a statement keeps takes little memory, and no longer than it is of use.
func TestMemoryIsLetGo(t *testing.T) {
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	const rows = 20_000
	const groups = "select n, 'arn:aws:ec2:us-east-1:111122223333:security-group/sg-' || n as arn from generate_series(1, 20000) n"
	for _, test := range []struct {
		name, sql string
		most      int64 // bytes for each row, when the last row is handed over
	}{
		{"rows of a WITH", "with g as materialized (" + groups + ") select count(arn) from g", 30},
		{"a join in a WITH", "with g as materialized (" + groups + "), j as materialized (select g.n from g join g as h on h.arn = g.arn) select count(n) from j", 30},
		{"sorted rows", groups + " order by arn desc", 40},
		{"groups", "select arn, array_agg(n order by n desc) from (" + groups + ") g group by arn", 40},
	} {
		e := open(t, people())
		before, held, n, last := inUse(), int64(0), 0, rows
		if strings.Contains(test.sql, "count(") {
			last = 1
		}
		if err := e.Query(t.Context(), test.sql, nil, func(_ []pgsql.Column, row []any) error {
			if n++; n == last {
				held = inUse() - before
			}
			return nil
		}); err != nil || n != last {
			t.Fatalf("%s: %d rows, %v", test.name, n, err)
		}
		if held > test.most*rows {
			t.Errorf("%s: in the end, %d bytes are held for each of %d rows", test.name, held/rows, rows)
		}
	}
}

// What is too long, or too deep, is refused, and no such text brings the program down.
func TestBounds(t *testing.T) {
	around := func(n int, before, in, after string) string {
		return strings.Repeat(before, n) + in + strings.Repeat(after, n)
	}
	ctes := "with c0 as (select 1 as x)"
	for i := range 300 {
		ctes += fmt.Sprintf(", c%d as (select a.x from c%d a, c%d b)", i+1, i, i)
	}
	joins := func(n int) string {
		sql := "select count(*) from person p"
		for i := range n {
			sql += fmt.Sprintf(" join person p%d on p%d.id = p.id", i, i)
		}
		return sql
	}
	const tooDeep, tooChained, tooLong = "the statement is nested deeper than 1000 levels", "the statement has a chain of more than 10000 operators or joins", "the result would be longer than 67108864 bytes"
	for _, test := range []struct{ name, sql, want string }{
		{"300 subqueries in FROM", around(300, "select * from (", "select 7 as n", ") x"), "7"},
		{"5,000 subqueries in FROM", around(5000, "select * from (", "select 7 as n", ") x"), tooDeep},
		{"300 subqueries in expressions", around(300, "select (", "select 7", ")"), "7"},
		{"5,000 subqueries in expressions", around(5000, "select (", "select 7", ")"), tooDeep},
		{"300 EXISTS", around(300, "select exists (", "select 7", ")"), "true"},
		{"300 IN", around(300, "select 7 in (", "select 7 where true", ")"), "operator does not exist: integer = boolean"},
		{"900 NOT", "select " + around(900, "not ", "true", ""), "true"},
		{"100,000 NOT", "select " + around(100_000, "not ", "true", ""), tooDeep},
		{"100,000 signs", "select " + around(100_000, "- ", "1", ""), tooDeep},
		{"100,000 parentheses", "select " + around(100_000, "(", "1", ")"), tooDeep},
		{"100,000 open parentheses", "select " + around(100_000, "(", "1", ""), tooDeep},
		{"900 calls", "select " + around(900, "abs(", "-7", ")"), "7"},
		{"300 CASE", "select " + around(300, "case when true then ", "7", " end"), "7"},
		{"900 casts", "select 7" + around(900, "::text::int", "", ""), "7"},
		{"100,000 OR", "select count(*) from person where id = 1" + around(100_000, " or id=2", "", ""), "2"},
		{"40,000 OR of AND", "select count(*) from person where id = 1" + around(40_000, " or id=2 and admin", "", ""), "1"},
		{"100,000 +", "select 1" + around(100_000, "+1", "", ""), tooChained},
		{"5,000 +", "select 1" + around(5000, "+1", "", ""), "5001"},
		{"100,000 ||", "select ''" + around(100_000, "||'a'", "", ""), tooChained},
		{"3,000 UNION", "select count(*) from (select 1" + around(3000, " union all select 1", "", "") + ") x", "3001"},
		{"20,000 UNION", "select 1" + around(20_000, " union all select 1", "", ""), tooChained},
		{"200,000 values in a list", "select count(*) from person where id in (1" + around(200_000, ",2", "", "") + ")", "2"},
		{"50,000 columns in a list", "select count(*) from person where id in (1" + around(50_000, ",id", "", "") + ")", "4"},
		{"100,000 rows", "select count(*) from (values (1)" + around(100_000, ",(2)", "", "") + ") x", "100001"},
		{"2,000 columns", "select count(*) from (select 1" + around(1_999, ",1", "", "") + ") x", "1"},
		{"300 WITH", ctes + " select x from c300", "1"},
		{"60 joins", joins(60), "4"},
		{"70 joins", joins(70), "more than 64 items in one FROM are not supported"},
		{"a megabyte", "select '" + strings.Repeat("x", 1<<20) + "'", "the text is longer than 1048576 bytes"},
		{"100,000 brackets of JSON", "select '" + around(100_000, "[", "", "]") + "'::jsonb", "JSON is nested deeper than 1000"},
		{"100,000 comments", "select " + around(100_000, "/*", "", "*/") + " 1", "1"},
		{"100,000 statements", around(100_000, ";", "select 1", ";"), "1"},
		{"a parameter of large number", "select $99999999999999999999", "there is no parameter"},
		{"repeat", "select repeat('x', 1000000000)", tooLong},
		{"repeat of repeat", "select repeat(repeat('x', 10000000), 10)", tooLong},
		{"lpad", "select lpad('x', 2000000000)", tooLong},
		{"replace", "select replace(repeat('x', 1000000), 'x', repeat('y', 1000000))", tooLong},
		{"parts of a text", "select count(*) from string_to_table(repeat(',', 6000000), ',')", tooLong},
		{"||", "select repeat('x', 60000000) || repeat('y', 60000000)", tooLong},
		{"a power", "select 10::numeric ^ 200000", "value overflows numeric format"},
		{"an integer", "select 2147483647 + 1", "integer out of range"},
	} {
		e := open(t, people())
		e.Memory = 256 << 20
		rows, err := query(t.Context(), e, test.sql)
		got := text(rows)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, test.want) || err == nil && got != test.want || strings.Contains(got, "defect") {
			t.Errorf("%s: %.200s, want %s", test.name, got, test.want)
		}
	}
}
