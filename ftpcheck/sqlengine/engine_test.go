package sqlengine_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

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
		columns[i].Value = func(row relation.Row) any {
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
		{Name: "tags", Type: relation.JSON},
		{Name: "seen", Type: relation.Timestamp},
		{Name: "city", Type: relation.Text, Differs: true},
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
	e, err := sqlengine.Open(tables)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		for _, f := range fakes {
			if f.running != 0 {
				t.Errorf("%d scans of %s still run", f.running, f.Name)
			}
		}
	})
	return e
}

func query(ctx context.Context, e *sqlengine.Engine, sql string) ([][]any, error) {
	r, err := e.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var rows [][]any
	for r.Next() {
		rows = append(rows, append([]any(nil), r.Row()...))
	}
	return rows, r.Err()
}

func mustQuery(t testing.TB, e *sqlengine.Engine, sql string) [][]any {
	t.Helper()
	rows, err := query(t.Context(), e, sql)
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
	r, err := e.Query(t.Context(), "select *, name is null as anonymous, id + 0.5, count(*) over () as n from person where id <> 2 order by id")
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range r.Columns() {
		columns = append(columns, fmt.Sprintf("%s %d %t", c.Name, c.Type, c.Known))
	}
	wantColumns := []string{"id 1 true", "name 2 true", "admin 0 true", "tags 4 true", "seen 5 true", "city 2 true", "anonymous 0 true", "id + 0.5 0 false", "n 1 true"}
	if diff := cmp.Diff(wantColumns, columns); diff != "" {
		t.Error(diff)
	}
	var rows [][]any
	for r.Next() {
		rows = append(rows, append([]any(nil), r.Row()...))
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	want := [][]any{
		{int64(1), "Ann", true, `{"a":1}`, "2026-01-02T02:04:05.678901Z", "Oslo", false, 1.5, int64(3)},
		{int64(3), "Cid", nil, nil, nil, "Oslo", false, 3.5, int64(3)},
		{int64(4), nil, true, `{}`, "2026-01-02T01:04:05.678901Z", nil, true, 4.5, int64(3)},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestBooleansComeBackAsBool(t *testing.T) {
	e := open(t, people())
	for sql, want := range map[string]string{
		"select admin from person":                                                                                                          "true; false; null; true",
		"select x from (select admin as x from person order by 1 desc)":                                                                     "true; true; false; null",
		"with c as materialized (select admin a, id from person) select a, id from c":                                                       "true,1; false,2; null,3; true,4",
		"select city, bool_or(admin) as any_admin from person group by 1 order by 2, 1":                                                     "Rome,false; null,true; Oslo,true",
		"select bool_and(p.admin) filter (where id < 2) from person p":                                                                      "true",
		"select bool_or(admin) from person where id = 3":                                                                                    "null",
		"select not admin, admin is true, id between 2 and 3, (id = 1) as one, case when id = 1 then 1 else 0 end from person where id = 1": "false,true,false,true,1",
		"select exists (select 1 from person), cast(1 as boolean), true as t, 1":                                                            "true,true,true,1",
		"select id, person.*, id > 1 from person where id = 3":                                                                              "3,3,Cid,null,null,null,Oslo,true",
		"select id is distinct from 1 from person where id = 1":                                                                             "false",
		"with x as (select 1 = 1 as y) select id = 1, id from person, x where id = 1":                                                       "true,1",
		"select count(*) filter (where admin = true) from person":                                                                           "2",
		"select admin from person union all select null order by 1":                                                                         "null; null; false; true; true",
		"explain query plan select id = 1 from person":                                                                                      "",
	} {
		rows := mustQuery(t, e, sql)
		if want == "" {
			if _, ok := rows[0][0].(bool); ok {
				t.Errorf("%s: got %v", sql, rows)
			}
			continue
		}
		if got := text(rows); got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
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
		"select * from person limit 1":                                                      "id name admin tags seen city",
		"select a.name from person a join person b on b.id = a.id where b.city is null":     "id name city",
		"select name, (select count(*) from visit where person_id = person.id) from person": "id name",
		"select distinct city from person group by tags":                                    "tags city",
	} {
		p.reset()
		mustQuery(t, e, sql)
		if got := p.wanted(0); got != want {
			t.Errorf("%s: wanted %q, want %q", sql, got, want)
		}
	}
}

func TestWantedBeyond63Columns(t *testing.T) {
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
	if got := f.wanted(0); got != "c62 c63 c64 c65 c66 c67 c68 c69" {
		t.Error(got)
	}
	f.reset()
	mustQuery(t, e, "select c62 from wide")
	if got := f.wanted(0); got != "c62" {
		t.Error(got)
	}
}

func TestPushDown(t *testing.T) {
	type equals = map[string][]any
	one := func(name string, values ...any) equals { return equals{name: values} }
	for _, test := range []struct {
		sql  string
		rows string
		want equals
	}{
		{"select id from person where name = 'Bob'", "2", one("name", "Bob")},
		{"select id from person where 'Bob' = name", "2", one("name", "Bob")},
		{"select id from person where name = upper('bob') or false", "", one("name", "BOB")},
		{"select id from person where name = 'B' || lower('OB')", "2", one("name", "Bob")},
		{"select id from person where name = (select place from visit limit 1)", "", one("name", "park")},
		{"select id from person where id = 2 and admin = false", "2", equals{"id": {int64(2)}, "admin": {false}}},
		{"select id from person where admin = true", "1; 4", one("admin", true)},
		{"select id from person where admin is true", "1; 4", nil},
		{"select id from person where admin", "1; 4", one("admin", true)},
		{"select id from person where ADMIN -- yes", "1; 4", one("admin", true)},
		{"select id from person where admin and id > 1 or id = 2 order by id;", "2; 4", nil},
		{"select id from person where admin and name is null limit 5", "4", one("admin", true)},
		{"select id from person where admin or id = 2", "1; 2; 4", nil},
		{"select id from person where not admin", "2", nil},
		{"select id from (select 2 as admin, id from person) where admin", "1; 2; 3; 4", nil},
		{"select id from person p where admin", "1; 4", nil},
		{"select id from person where name in ('Ann', 'Cid', null)", "1; 3", one("name", "Ann", "Cid")},
		{"select id from person where name in (select 'Ann')", "1", one("name", "Ann")},
		{"select id from person where id = 1 or id = 4", "1; 4", one("id", int64(1), int64(4))},
		{"select id from person where id in (1, 'x')", "1", nil},
		{"select id from person where id = '2'", "2", nil},
		{"select id from person where id = 2.0", "2", nil},
		{"select id from person where id = 2.5", "", nil},
		{"select id from person where name = 2", "", nil},
		{"select id from person where admin = 2", "", nil},
		{"select id from person where name = null", "", nil},
		{"select id from person where name = 'bob' collate nocase", "2", nil},
		{"select id from person where name in ('bob' collate nocase)", "", one("name", "bob")}, // the left side's collation counts
		{"select id from person where name collate nocase in ('bob')", "2", nil},
		{"select id from person where name <> 'Bob'", "1; 3", nil},
		{"select id from person where city = 'Rome'", "2", nil},
		{"select id from person where name = 'Bob' or city = 'Oslo'", "1; 2; 3", nil},
		{"select id from person where id = 2 and (name = 'Bob' or city = 'Oslo')", "2", one("id", int64(2))},
		{"select id from person where not (name = 'Bob')", "1; 3", nil},
		{"select p.id from visit v left join person p on p.id = v.person_id and p.name = 'Ann' where v.place = 'park'", "1; null", one("name", "Ann")},
		{"select v.place from visit v join person p on p.id = v.person_id where p.name in ('Ann', 'Cid')", "park; shop", one("name", "Ann", "Cid")},
		{"select id from person where name = 'Bob' limit 1", "2", one("name", "Bob")},
	} {
		p, v := people(), visits()
		e := open(t, p, v)
		if got := text(mustQuery(t, e, test.sql)); got != test.rows {
			t.Errorf("%s\n got %s\nwant %s", test.sql, got, test.rows)
		}
		var got equals
		if len(p.queries) != 1 {
			t.Errorf("%s: %d scans", test.sql, len(p.queries))
			continue
		}
		if len(p.queries[0].Equals) > 0 {
			got = p.queries[0].Equals
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: pushed down %v, want %v", test.sql, got, test.want)
		}
	}
}

// A value that a column must not have is pushed down, unless rows with it may be wanted.
func TestPushDownDiffers(t *testing.T) {
	for _, test := range []struct {
		sql  string
		rows string
		want []any
	}{
		{"select id from person where city <> 'Oslo'", "2", []any{"Oslo"}},
		{"select id from person where 'Oslo' <> city and city <> 'Rome'", "", []any{"Rome", "Oslo"}},
		{"select id from person where city <> 'Oslo' and name = 'Bob'", "2", []any{"Oslo"}},
		{"select id from person where city <> 'Oslo' or id = 1", "1; 2", nil},
		{"select id from person where not (city = 'Oslo')", "2", nil},
		{"select id from person where city not in ('Oslo')", "2", nil},
		{"select id from person where city not in ('Oslo', 'Rome')", "", nil},
		{"select id from person where city is not 'Oslo'", "2; 4", nil},
		{"select id from person where city is distinct from 'Oslo'", "2; 4", nil},
		{"select id from person where city <> 2", "1; 2; 3", nil},
		{"select id from person where city <> null", "", nil},
		{"select id from person where name <> 'Bob'", "1; 3", nil},
		{"select p.id from visit v left join person p on p.id = v.person_id and p.city <> 'Rome' where v.place = 'park'", "1; null", []any{"Rome"}},
		{"select (select count(*) from person q where q.city <> p.city) from person p where p.city <> 'Rome'", "1; 1", nil},
	} {
		p, v := people(), visits()
		e := open(t, p, v)
		if got := text(mustQuery(t, e, test.sql)); got != test.rows {
			t.Errorf("%s\n got %s\nwant %s", test.sql, got, test.rows)
		}
		if got := p.queries[0].Differs["city"]; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: pushed down %v, want %v", test.sql, got, test.want)
		}
	}
}

// Every table is read once, whatever the statement does with it.
func TestOneScan(t *testing.T) {
	for sql, want := range map[string]string{
		"select p.name, v.place from person p join visit v on v.person_id = p.id order by 1, 2":                                                              "Ann,park; Ann,shop; Bob,park",
		"select p.name, v.place from person p left join visit v on v.person_id = p.id order by p.id, 2":                                                      "Ann,park; Ann,shop; Bob,park; Cid,null; null,null",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id order by 2, 1":                                                        "null,moon; Ann,park; Bob,park; Ann,shop; null,void",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id and v.place = 'park' order by 2, 1":                                   "null,moon; Ann,park; Bob,park; null,shop; null,void",
		"select p.name, v.place from person p full join visit v on v.person_id = p.id and p.name = 'Bob' order by 1, 2":                                      "null,null; null,moon; null,park; null,shop; null,void; Ann,null; Bob,park; Cid,null",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id where v.place = 'park' order by 1":                                    "Ann,park; Bob,park",
		"select p.name, v.place from person p right join visit v on v.person_id = p.id and v.place = 'shop' where v.place in ('park', 'shop') order by 1, 2": "null,park; null,park; Ann,shop",
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
		"select count(*) from person p join visit v on v.person_id = p.id or v.place = p.name":                                                           "3",
		"select p.id, v.person_id from person p left join visit v on (v.person_id = p.id and v.place = 'park') or v.place = p.name order by 1":           "1,1; 2,2; 3,null; 4,null",
		"select p.name, j.key from person p, json_each(p.tags) j, visit where place = 'moon'":                                                            "Ann,a; Bob,0",
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
		if err == nil && (len(p.queries) > 1 || len(v.queries) != 1) {
			t.Errorf("%s\nscans: %d of person, %d of visit", sql, len(p.queries), len(v.queries))
		}
	}
}

// A list that depends on the row of an outer loop is read at most twice: once for the
// first list, once for all.
func TestListThatChanges(t *testing.T) {
	p, v := people(), visits()
	e := open(t, p, v)
	sql := "select p.id, (select count(*) from visit v where v.person_id in (p.id, p.id + 1)) from person p order by 1"
	if got := text(mustQuery(t, e, sql)); got != "1,3; 2,1; 3,0; 4,0" {
		t.Error(got)
	}
	if len(v.queries) != 2 {
		t.Errorf("%d scans of visit", len(v.queries))
	}
}

// A loop that needs all rows makes filters of other loops pointless.
func TestFilterAndWhole(t *testing.T) {
	p := people()
	e := open(t, p)
	for _, sql := range []string{
		"select b.id from person a join person b on b.city = a.city where a.name = 'Ann' order by 1",
		"select a.id from person a join person b on b.city = a.city where b.name = 'Ann' order by 1",
	} {
		p.reset()
		if got := text(mustQuery(t, e, sql)); got != "1; 3" {
			t.Error(got)
		}
		if len(p.queries) != 1 {
			t.Errorf("%s: %d scans", sql, len(p.queries))
		}
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
	if len(l.queries) != 2 || len(r.queries) != 2 {
		t.Errorf("%d and %d scans", len(l.queries), len(r.queries))
	}
	if l.values+r.values > 50*n {
		t.Errorf("%d values were read: the joins are not indexed", l.values+r.values)
	}
}

func TestWrongGoTypeIsAnError(t *testing.T) {
	f := newFake("bad", []relation.Column{{Name: "n", Type: relation.Int}}, []any{42})
	e := open(t, f)
	_, err := query(t.Context(), e, "select n from bad")
	if err == nil || err.Error() != "column n of bad holds a Go value of type int" {
		t.Error(err)
	}
}

func TestOutOfMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a gigabyte")
	}
	e := open(t, people())
	_, err := query(t.Context(), e, "select length(a || a) from (select hex(zeroblob(400000000)) as a)")
	if err == nil {
		t.Fatal("no error")
	}
	t.Log(err)
	if got := text(mustQuery(t, e, "select count(*) from person")); got != "4" {
		t.Error(got)
	}
}
