package sqlengine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"pgregory.net/rapid"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

// Values that are equal or not depending on what they are compared with.
var (
	ints  = []any{nil, int64(0), int64(1), int64(5), int64(-5), int64(10), int64(9007199254740993), int64(1500000000000000)}
	texts = []any{nil, "", "a", "A", "0", "1", "5", "05", " 5", "+5", "5.0", "5.", "0.5", "0.50", ".5", "1e1", "10", "-5", "5 a", "true",
		"9007199254740993", "9007199254740992", "9007199254740993.0", "1.5e15", "1.5e+15", "1.23456789012346e+17", "1500000000000000.0", "99999999999999999999", "1e20", "1e400", "-", "e", "1e", "10.0.0.0/8"}
	bools    = []any{nil, true, false}
	literals = []string{"5", "'5'", "5.0", "0.5", "'0.50'", "null", "x'35'", "true", "'a'", "'A'", "10", "1e1", "'1e1'", "''", "1.5e15", "9007199254740992.0", "9007199254740993", "'9007199254740993'", "99999999999999999999", "'true'", "123456789012345678.0"}
)

func comparable() []relation.Column {
	return []relation.Column{
		{Name: "id", Type: relation.Int},
		{Name: "i", Type: relation.Int, Key: true},
		{Name: "s", Type: relation.Text, Key: true},
		{Name: "b", Type: relation.Bool, Key: true},
		{Name: "u", Type: relation.Text},
	}
}

// ownTable gives a SQLite of its own the rows of a fake.
func ownTable(t rapid.TB, conn *sqlite3.Conn, f *fake) {
	t.Helper()
	sql := "create table " + f.Name + " (id INTEGER, i INTEGER, s TEXT, b BOOLEAN, u TEXT);"
	for _, row := range f.rows {
		var values []string
		for _, v := range row {
			values = append(values, sqlite3.Quote(v))
		}
		sql += fmt.Sprintf("insert into %s values (%s);", f.Name, strings.Join(values, ", "))
	}
	if err := conn.Exec(sql); err != nil {
		t.Fatal(err)
	}
}

func ownQuery(t rapid.TB, conn *sqlite3.Conn, sql string) [][]any {
	t.Helper()
	stmt, _, err := conn.Prepare(sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	defer stmt.Close()
	var rows [][]any
	for stmt.Step() {
		row := make([]any, stmt.ColumnCount())
		if err := stmt.Columns(row...); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if err := stmt.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// Every value is compared with every other, of every affinity, by way of an index.
func TestEveryPair(t *testing.T) {
	f := newFake("r", comparable())
	for i := range texts {
		f.rows = append(f.rows, []any{int64(i), ints[i%len(ints)], texts[i], bools[i%len(bools)], texts[len(texts)-1-i]})
	}
	own, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	ownTable(t, own, f)
	e := open(t, f)
	outer := map[string]string{
		"literals": "(select column1 as v from (values (" + strings.Join(literals, "), (") + ")))",
		"integers": "(select i as v from r)",
		"texts":    "(select s as v from r)",
		"mixed":    "(select i as v from r union all select s from r)",
		"mixed 2":  "(select s as v from r union all select i + 0.5 from r union all select b from r)",
		"numbers":  "(select cast(s as real) as v from r union all select cast(i as numeric) from r)",
	}
	for name, from := range outer {
		for _, column := range []string{"i", "s", "b"} {
			sql := fmt.Sprintf("select o.v, r.id from %s o cross join r where r.%s = o.v", from, column)
			f.values = 0
			got, want := sorted(mustQuery(t, e, sql)), sorted(ownQuery(t, own, sql))
			if !slices.Equal(got, want) {
				t.Errorf("%s, column %s\n got %v\nwant %v", name, column, got, want)
			}
		}
	}
}

// Joins, subqueries and filters over virtual tables answer as SQLite does over tables of
// its own with the same rows, whatever types are compared.
func TestAgreesWithSQLite(t *testing.T) {
	joined := []string{"i", "s", "b", "u"}

	rapid.Check(t, func(t *rapid.T) {
		var fakes []*fake
		own, err := sqlite3.Open(":memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer own.Close()
		for _, name := range []string{"l", "r"} {
			f := newFake(name, comparable())
			for id := range rapid.IntRange(0, 12).Draw(t, name+" rows") {
				row := []any{int64(id),
					rapid.SampledFrom(ints).Draw(t, "i"), rapid.SampledFrom(texts).Draw(t, "s"),
					rapid.SampledFrom(bools).Draw(t, "b"), rapid.SampledFrom(texts).Draw(t, "u")}
				f.rows = append(f.rows, row)
			}
			ownTable(t, own, f)
			fakes = append(fakes, f)
		}

		column := func(of string) string { return of + "." + rapid.SampledFrom(joined).Draw(t, "column") }
		literal := func() string { return rapid.SampledFrom(literals).Draw(t, "literal") }
		condition := func(l, r string) string {
			switch rapid.IntRange(0, 9).Draw(t, "condition") {
			case 0:
				return column(l) + " = " + literal()
			case 1:
				return column(r) + " in (" + literal() + ", " + literal() + ")"
			case 2:
				return column(l) + " is " + column(r)
			case 3:
				return column(r) + " = " + column(l) + " collate nocase"
			case 4:
				return column(r) + " in (" + column(l) + ", " + literal() + ")"
			default:
				return column(l) + " = " + column(r)
			}
		}
		on := func(l, r string) string {
			parts := []string{condition(l, r)}
			for range rapid.IntRange(0, 2).Draw(t, "more") {
				parts = append(parts, condition(l, r))
			}
			return "(" + strings.Join(parts, rapid.SampledFrom([]string{" and ", " and ", " or "}).Draw(t, "operator")) + ")"
		}
		values := "(select column1 as i, column1 as s, column1 as b, column1 as u from (values (" + literal() + "), (" + literal() + "), (" + literal() + ")))"
		mixed := "(select i, s, b, u from l union all select s, i, u, b from r)"
		var sql string
		switch rapid.IntRange(0, 10).Draw(t, "shape") {
		case 0:
			sql = "select l.id, r.id from l join r on " + on("l", "r")
		case 1:
			sql = "select l.id, r.id from l left join r on " + on("l", "r")
		case 2:
			sql = "select l.id, r.id from l right join r on " + on("l", "r")
		case 3:
			sql = "select l.id, r.id from l full join r on " + on("l", "r")
		case 4:
			sql = "select l.id, (select count(*) from r where " + on("l", "r") + ") from l"
		case 5:
			sql = "select l.id from l where not exists (select 1 from r where " + on("l", "r") + ") or " + on("l", "l")
		case 6:
			sql = "select x.id, y.id, r.id from l x join l y on " + on("x", "y") + " left join r on " + on("y", "r")
		case 7:
			sql = "select v.i, r.id from " + values + " v left join r on " + on("v", "r")
		case 8:
			sql = "select v.i, v.s, r.id from " + mixed + " v join r on " + on("v", "r")
		case 9:
			sql = "select l.id from l where " + on("l", "l")
		case 10:
			sql = "select id, s, u, i from l where " + on("l", "l")
		}

		e, err := sqlengine.Open([]*relation.Table{fakes[0].Table, fakes[1].Table})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		got, err := query(t.Context(), e, sql)
		if err != nil && strings.Contains(err.Error(), "is a boolean, and is compared with a text") {
			return // SQLite would find nothing, where PostgreSQL may find something
		}
		if err != nil {
			t.Fatalf("%s\n%v", sql, err)
		}
		want := ownQuery(t, own, sql)
		if got, want := sorted(got), sorted(want); !slices.Equal(got, want) {
			t.Fatalf("%s\n got %v\nwant %v", sql, got, want)
		}
	})
}

func sorted(rows [][]any) []string {
	var lines []string
	for _, row := range rows {
		for i, v := range row {
			switch v := v.(type) {
			case bool:
				row[i] = map[bool]int64{true: 1}[v]
			case []byte:
				row[i] = fmt.Sprintf(`\x%x`, v)
			}
		}
		lines = append(lines, fmt.Sprintf("%#v", row))
	}
	slices.Sort(lines)
	return lines
}
