package sqlengine_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// A fake is a table of given rows that remembers how it was read.
type fake struct {
	*relation.Table
	rows [][]any

	queries []relation.Query // one for each call of List
	emitted int
	running int
	values  int   // calls of Column.Value
	fail    error // returned after the rows
	hang    bool  // wait for the context after the rows
}

func newFake(name string, columns []relation.Column, rows ...[]any) *fake {
	f := &fake{rows: rows}
	for i := range columns {
		columns[i].Value = func(row relation.Row, _ any) any {
			f.values++
			return row.([]any)[i]
		}
	}
	f.Table = &relation.Table{Name: name, Columns: columns, List: f.list}
	return f
}

func (f *fake) list(ctx context.Context, query relation.Query, emit func(relation.Row) error) error {
	f.queries = append(f.queries, query)
	f.running++
	defer func() { f.running-- }()
	for _, row := range f.rows {
		if !f.matches(row, query) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		f.emitted++
		if err := emit(row); err != nil {
			return err
		}
	}
	if f.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	return f.fail
}

// matches makes a filter that was wrongly pushed down visible as missing rows.
func (f *fake) matches(row []any, query relation.Query) bool {
	for name, values := range query.Equals {
		ok := false
		for _, v := range values {
			ok = ok || row[f.Index(name)] == v
		}
		if !ok {
			return false
		}
	}
	for name, values := range query.Differs {
		if v := row[f.Index(name)]; v == nil || slices.Contains(values, v) {
			return false
		}
	}
	return true
}

func (f *fake) wanted(call int) string {
	var names []string
	for i, want := range f.queries[call].Wanted {
		if want {
			names = append(names, f.Columns[i].Name)
		}
	}
	return strings.Join(names, " ")
}

func (f *fake) reset() {
	f.queries, f.emitted, f.values = nil, 0, 0
}

func people() *fake {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678901999, time.FixedZone("", 3600))
	return newFake("person", []relation.Column{
		{Name: "id", Type: relation.Int, Key: true},
		{Name: "name", Type: relation.Text, Key: true},
		{Name: "admin", Type: relation.Bool, Key: true},
		{Name: "tags", Type: relation.JSON, HasKeys: true},
		{Name: "seen", Type: relation.Timestamp},
		{Name: "city", Type: relation.Text, Differs: true, Prefix: true},
	},
		[]any{int64(1), "Ann", true, `{"a":1}`, at, "Oslo"},
		[]any{int64(2), "Bob", false, `["x"]`, at.Truncate(time.Second), "Rome"},
		[]any{int64(3), "Cid", nil, nil, nil, "Oslo"},
		[]any{int64(4), nil, true, `{}`, at.Add(-time.Hour), nil},
	)
}

func visits() *fake {
	return newFake("visit", []relation.Column{
		{Name: "person_id", Type: relation.Int, Key: true},
		{Name: "place", Type: relation.Text, Key: true},
	},
		[]any{int64(1), "park"},
		[]any{int64(1), "shop"},
		[]any{int64(2), "park"},
		[]any{int64(9), "moon"},
		[]any{nil, "void"},
	)
}

func open(t testing.TB, fakes ...*fake) *sqlengine.Engine {
	t.Helper()
	var tables []*relation.Table
	for _, f := range fakes {
		tables = append(tables, f.Table)
	}
	t.Cleanup(func() {
		for _, f := range fakes {
			if f.running != 0 {
				t.Errorf("%d scans of %s still run", f.running, f.Name)
			}
		}
	})
	return sqlengine.Open(tables)
}

func query(ctx context.Context, e *sqlengine.Engine, sql string, args ...pgsql.Arg) ([][]any, error) {
	var rows [][]any
	err := e.Query(ctx, sql, args, func(_ []pgsql.Column, row []any) error {
		rows = append(rows, slices.Clone(row))
		return nil
	})
	return rows, err
}

func mustQuery(t testing.TB, e *sqlengine.Engine, sql string, args ...pgsql.Arg) [][]any {
	t.Helper()
	rows, err := query(t.Context(), e, sql, args...)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	return rows
}

// text shows rows as one line, values separated by commas and rows by semicolons.
func text(rows [][]any) string {
	var lines []string
	for _, row := range rows {
		var values []string
		for _, v := range row {
			if v == nil {
				v = "null"
			}
			values = append(values, fmt.Sprint(v))
		}
		lines = append(lines, strings.Join(values, ","))
	}
	return strings.Join(lines, "; ")
}

func TestValuesAndTypes(t *testing.T) {
	e := open(t, people())
	sql := "select *, name is null as anonymous, id + 0.5, count(*) over () as n from person where id <> 2 order by id"
	statements, err := e.Prepare(sql)
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range statements[0].Columns() {
		columns = append(columns, c.Name+" "+c.Type.String())
	}
	wantColumns := []string{"id bigint", "name text", "admin boolean", "tags jsonb", "seen timestamp with time zone", "city text", "anonymous boolean", "?column? numeric", "n bigint"}
	if diff := cmp.Diff(wantColumns, columns); diff != "" {
		t.Error(diff)
	}
	want := [][]any{
		{int64(1), "Ann", true, `{"a":1}`, "2026-01-02T02:04:05.678901Z", "Oslo", false, "1.5", int64(3)},
		{int64(3), "Cid", nil, nil, nil, "Oslo", false, "3.5", int64(3)},
		{int64(4), nil, true, `{}`, "2026-01-02T01:04:05.678901Z", nil, true, "4.5", int64(3)},
	}
	if diff := cmp.Diff(want, mustQuery(t, e, sql)); diff != "" {
		t.Error(diff)
	}
}

// What has no Go type is in PostgreSQL's text form, but for times with a zone and JSON.
func TestPlainValues(t *testing.T) {
	e := open(t)
	for expression, want := range map[string]any{
		"null":                           nil,
		"1::smallint":                    int64(1),
		"1.50":                           "1.50",
		"0.5::float8":                    0.5,
		"true":                           true,
		"'x'":                            "x",
		"array[1, null, 3]":              "{1,NULL,3}",
		"array['a b', 'c']":              `{"a b",c}`,
		"'10.1.2.0/24'::cidr":            "10.1.2.0/24",
		"'10.1.2.3/32'::inet":            "10.1.2.3",
		`'{"b": 1, "a": [1, 2]}'::jsonb`: `{"a":[1,2],"b":1}`,
		`'{"b":  1}'::json`:              `{"b":  1}`,
		"'2026-01-02 03:04:05.6+01'::timestamptz": "2026-01-02T02:04:05.600000Z",
		"'infinity'::timestamptz":                 "infinity",
		"'2026-01-02 03:04:05.6'::timestamp":      "2026-01-02 03:04:05.6",
		"'2026-01-02'::date":                      "2026-01-02",
		"'1 day 02:00'::interval":                 "1 day 02:00:00",
		`'\xff00'::bytea`:                         `\xff00`,
	} {
		if got := mustQuery(t, e, "select "+expression)[0][0]; got != want {
			t.Errorf("%s: got %#v, want %#v", expression, got, want)
		}
	}
}

// Values that are only shown do not pass through the SQL. They are those that do.
func TestShownValues(t *testing.T) {
	f := newFake("odd", []relation.Column{
		{Name: "n", Type: relation.Int, Key: true},
		{Name: "t", Type: relation.Text, Key: true},
		{Name: "b", Type: relation.Bool, Key: true},
		{Name: "j", Type: relation.JSON},
		{Name: "s", Type: relation.Timestamp},
		{Name: "c", Type: relation.CIDR},
	},
		[]any{int64(0), "", false, `""`, time.Time{}, "0.0.0.0/0"},
		[]any{int64(1), "12", true, `{"a":"ü","b":[1,null,1.50]}`, time.Unix(1, 999), "::/0"},
		[]any{int64(-1), " '\"\r\n,", nil, "[]", time.Unix(-1, 999_999_999), "2001:db8::/32"},
		[]any{int64(1<<63 - 1), nil, true, "null", nil, "10.0.0.0/8"},
		[]any{int64(-1 << 63), "ü\u202e", false, nil, time.Unix(1<<33, 123_456_789), nil},
		[]any{nil, strings.Repeat("x", 1<<16), nil, `true`, time.Unix(0, 0).In(time.FixedZone("", 7200)), "192.0.2.1/32"},
	)
	e := open(t, f)
	for _, list := range []string{"*", "t", "b, n", `"t", j`, "*, s, *", "c, s as x", "odd.*", "n as c, c as n"} {
		for _, rest := range []string{
			"", " limit 2", " limit 0", " limit 2 offset 3", " where b", " where not b", " where b is null", " where b = true and n > 0",
			" where t = '12' or n = 1", " where n in (1, -1, 0)", " where s > '1970-01-01'", " where j ->> 'a' = 'ü'", " where c <<= '10.0.0.0/7'", " where 1 = 0",
		} {
			sql := "select " + list + " from odd" + rest
			shown := mustQuery(t, e, sql)
			through := mustQuery(t, e, "select * from ("+sql+") x")
			if diff := cmp.Diff(through, shown); diff != "" {
				t.Errorf("%s (-through SQL +shown):\n%s", sql, diff)
			}
		}
	}
}

func TestThreeValuedLogic(t *testing.T) {
	e := open(t, people())
	for where, want := range map[string]string{
		"admin":                          "1; 4",
		"not admin":                      "2",
		"admin = true":                   "1; 4",
		"admin = false":                  "2",
		"admin is null":                  "3",
		"admin is not true":              "2; 3",
		"admin is not false":             "1; 3; 4",
		"admin <> true":                  "2",
		"admin in (true)":                "1; 4",
		"admin not in (true)":            "2",
		"name = null":                    "",
		"name in ('Ann', null)":          "1",
		"name not in ('Ann', null)":      "",
		"name is not distinct from null": "4",
	} {
		if got := text(mustQuery(t, e, "select id from person where "+where)); got != want {
			t.Errorf("%s: got %s, want %s", where, got, want)
		}
	}
}

func TestWantedColumns(t *testing.T) {
	p, v := people(), visits()
	e := open(t, p, v)
	for sql, want := range map[string]string{
		"select count(*) from person":                                                       "",
		"select name from person":                                                           "name",
		"select name from person where admin":                                               "name admin",
		"select name from person order by seen":                                             "name seen",
		"select x.name from (select * from person) x where x.city = 'Oslo'":                 "name city",
		"with x as (select * from person) select name from x":                               "name",
		"with x as (select * from person) select a.name from x a, x b where b.id = 1":       "id name",
		"select name from (select name, seen from person order by seen limit 2) x":          "name seen",
		"select name from (select name, tags from person union all select 'x', null) x":     "name",
		"select 1 from (select distinct city, admin from person) x":                         "admin city",
		"select exists (select tags from person where admin)":                               "admin",
		"select * from person limit 1":                                                      "id name admin tags seen city",
		"select a.name from person a join person b on b.id = a.id where b.city is null":     "id city; id name",
		"select name, (select count(*) from visit where person_id = person.id) from person": "id name",
		"select distinct max(city) from person group by tags":                               "tags city",
	} {
		p.reset()
		mustQuery(t, e, sql)
		var scans []string
		for i := range p.queries {
			scans = append(scans, p.wanted(i))
		}
		if got := strings.Join(scans, "; "); got != want {
			t.Errorf("%s: wanted %q, want %q", sql, got, want)
		}
	}
}

func TestWantedOfManyColumns(t *testing.T) {
	var columns []relation.Column
	var row []any
	for i := range 70 {
		columns = append(columns, relation.Column{Name: fmt.Sprintf("c%d", i), Type: relation.Int})
		row = append(row, int64(i))
	}
	f := newFake("wide", columns, row)
	e := open(t, f)
	if got := text(mustQuery(t, e, "select c62, c69 from wide")); got != "62,69" {
		t.Error(got)
	}
	if got := f.wanted(0); got != "c62 c69" {
		t.Error(got)
	}
	f.reset()
	mustQuery(t, e, "select c62 from wide")
	if got := f.wanted(0); got != "c62" {
		t.Error(got)
	}
}

// A table is read once for each time that FROM names it, whatever the statement does with it.
func TestOneScan(t *testing.T) {
	for sql, want := range map[string]string{
		"select p.name, v.place from person p join visit v on v.person_id = p.id order by 1, 2":                                                              "Ann,park; Ann,shop; Bob,park",
		"select p.name, v.place from person p left join visit v on v.person_id = p.id order by p.id, 2":                                                      "Ann,park; Ann,shop; Bob,park; Cid,null; null,null",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id order by 2, 1":                                                        "null,moon; Ann,park; Bob,park; Ann,shop; null,void",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id and v.place = 'park' order by 2, 1":                                   "null,moon; Ann,park; Bob,park; null,shop; null,void",
		"select p.name, v.place from person p full join visit v on v.person_id = p.id and p.name = 'Bob' order by 1, 2":                                      "Ann,null; Bob,park; Cid,null; null,moon; null,park; null,shop; null,void; null,null",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id where v.place = 'park' order by 1":                                    "Ann,park; Bob,park",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id and v.place = 'shop' where v.place in ('park', 'shop') order by 1, 2": "Ann,shop; null,park; null,park",
		"select name from person p where exists (select 1 from visit v where v.person_id = p.id)":                                                            "Ann; Bob",
		"select name from person p where not exists (select 1 from visit v where v.person_id = p.id)":                                                        "Cid; null",
		"select name from person where id in (select person_id from visit)":                                                                                  "Ann; Bob",
		"select name, (select count(*) from visit v where v.person_id = p.id) n from person p order by p.id":                                                 "Ann,2; Bob,1; Cid,0; null,0",
		"select name, (select count(*) from visit v where v.person_id < p.id) n from person p order by p.id":                                                 "Ann,0; Bob,2; Cid,3; null,3",
		"select a.name, b.name from person a join person b on b.city = a.city and a.id < b.id, visit where place = 'moon'":                                   "Ann,Cid",
		"select count(*) from person, visit":                                                                                                             "20",
		"select count(*) from person a, person b, visit where place = 'park'":                                                                            "32",
		"select count(*) from person union all select count(*) from person union all select count(*) from visit":                                         "4; 4; 5",
		"select x.column1, (select name from person where id = x.column1) from (values (1), (3)) x, visit where place='moon'":                            "1,Ann; 3,Cid",
		"select x.column1, p.name from (values (1), (3)) x cross join person p where p.id = x.column1 and (select count(*) from visit) > 1":              "1,Ann; 3,Cid",
		"with recursive r(n) as (select 1 union all select r.n + 1 from r join person p on p.id = r.n) select max(n) from r, visit where place = 'moon'": "5",
		"with recursive r(n) as (select 1 union all select r.n + 1 from person p join r on p.id = r.n) select max(n) from r, visit where place = 'moon'": "5",
		"select count(*) from person p join visit v on v.person_id = p.id or v.place = p.name":                                                           "3",
		"select p.id, v.person_id from person p left join visit v on (v.person_id = p.id and v.place = 'park') or v.place = p.name order by 1":           "1,1; 2,2; 3,null; 4,null",
		"select p.name, j.key from person p, jsonb_each(case when p.id = 1 then p.tags end) j, visit where place = 'moon'":                               "Ann,a",
		"select (select min(name) from person), (select max(place) from visit)":                                                                          "Ann,void",
		"select p.name from visit v join person p using (id) limit 0":                                                                                    "error",
		"select v.place from visit v, (select id from person where id in (1, 2) limit 5) p where v.person_id = p.id":                                     "park; shop; park",
		"select name from person p where 'park' in (select place from visit v where v.person_id = p.id)":                                                 "Ann; Bob",
		"select name from person p where p.id in (select v.person_id from visit v where v.place = case p.id when 1 then 'shop' else 'park' end)":         "Ann; Bob",
		"select name from person where id in (select person_id from visit where place in ('park', 'moon')) order by name desc":                           "Bob; Ann",
	} {
		p, v := people(), visits()
		e := open(t, p, v)
		rows, err := query(t.Context(), e, sql)
		got := text(rows)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s\n got %s (%v)\nwant %s", sql, got, err, want)
		}
		if err != nil {
			continue
		}
		for _, f := range []*fake{p, v} {
			named := len(regexp.MustCompile(`(from|join|,) `+f.Name+`\b`).FindAllString(sql, -1))
			if len(f.queries) != named {
				t.Errorf("%s\n%d scans of %s, want %d", sql, len(f.queries), f.Name, named)
			}
		}
	}
}

// A list that depends on the row of an outer query does not have its table read again.
func TestListThatChanges(t *testing.T) {
	p, v := people(), visits()
	e := open(t, p, v)
	sql := "select p.id, (select count(*) from visit v where v.person_id in (p.id, p.id + 1)) from person p order by 1"
	if got := text(mustQuery(t, e, sql)); got != "1,3; 2,1; 3,0; 4,0" {
		t.Error(got)
	}
	if len(v.queries) != 1 {
		t.Errorf("%d scans of visit", len(v.queries))
	}
}

// Scans with different filters are different scans.
func TestTwoFilters(t *testing.T) {
	v := visits()
	e := open(t, v)
	sql := "select count(*) from visit where place = 'park' union all select count(*) from visit where place = 'shop'"
	if got := text(mustQuery(t, e, sql)); got != "2; 1" {
		t.Error(got)
	}
	if len(v.queries) != 2 || v.emitted != 3 {
		t.Errorf("%d scans, %d rows", len(v.queries), v.emitted)
	}
}

func TestLargeJoin(t *testing.T) {
	const n = 2000
	var left, right [][]any
	for i := range n {
		left = append(left, []any{int64(i), fmt.Sprint("k", i)})
		right = append(right, []any{int64(n - 1 - i), fmt.Sprint("k", i)})
	}
	columns := func() []relation.Column {
		return []relation.Column{{Name: "i", Type: relation.Int}, {Name: "k", Type: relation.Text, Key: true}}
	}
	l, r := newFake("l", columns(), left...), newFake("r", columns(), right...)
	e := open(t, l, r)
	if got := text(mustQuery(t, e, "select count(*), sum(l.i + r.i) from l join r on l.k = r.k")); got != "2000,3998000" {
		t.Error(got)
	}
	if got := text(mustQuery(t, e, "select count(*) from l a left join l b on a.i = b.i and a.k = b.k where (select count(*) from r where r.k = a.k and r.i = a.i) = 0")); got != "2000" {
		t.Error(got)
	}
	if len(l.queries) != 3 || len(r.queries) != 2 {
		t.Errorf("%d and %d scans", len(l.queries), len(r.queries))
	}
	if l.values+r.values > 50*n {
		t.Errorf("%d values were read: the joins are not indexed", l.values+r.values)
	}
}

// TestBrokenJSONIsAnError holds JSON that is none to be no null: it would read as nothing.
func TestBrokenJSONIsAnError(t *testing.T) {
	f := newFake("bad", []relation.Column{{Name: "j", Type: relation.JSON}}, []any{`{"a":`})
	for _, sql := range []string{"select j -> 'a' from bad", "select count(*) from bad where j ? 'a'", "select j is null, j = 'null' from bad"} {
		if rows, err := query(t.Context(), open(t, f), sql); err == nil {
			t.Errorf("%s: %v", sql, rows)
		}
	}
}

func TestWrongGoTypeIsAnError(t *testing.T) {
	f := newFake("bad", []relation.Column{{Name: "n", Type: relation.Int}}, []any{42})
	e := open(t, f)
	_, err := query(t.Context(), e, "select n from bad")
	if err == nil || err.Error() != "column n of bad cannot hold a Go value of type int: 42" {
		t.Error(err)
	}
}
