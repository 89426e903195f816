package sqlengine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

// odd is a table of texts and numbers that something on their way might change.
func odd() *fake {
	return newFake("odd", []relation.Column{
		{Name: "n", Type: relation.Int, Key: true},
		{Name: "t", Type: relation.Text, Key: true},
		{Name: "b", Type: relation.Bool, Key: true},
		{Name: "j", Type: relation.JSON},
		{Name: "s", Type: relation.Timestamp},
		{Name: "c", Type: relation.CIDR},
	},
		[]any{int64(0), "", false, `""`, time.Time{}, "0.0.0.0/0"},
		[]any{int64(1), "a\x00b", true, `"\u0000"`, time.Unix(1, 999), "::/0"},
		[]any{int64(-1), "\xff\xfe", nil, "[]", time.Unix(-1, 0), ""},
		[]any{int64(1<<63 - 1), "12", true, "1e400", nil, "10.0.0.0/8"},
		[]any{int64(-1 << 63), " '\"\r\n,", false, nil, time.Unix(1<<33, 0), nil},
		[]any{nil, strings.Repeat("x", 1<<16), nil, `{"a":"ü"}`, time.Unix(0, 0), "a"},
	)
}

// TestPickedColumns shows that values which do not pass through SQLite are those that do:
// what a WITH is around does.
func TestPickedColumns(t *testing.T) {
	f := odd()
	e := open(t, f)
	ask := func(sql string) ([]sqlengine.Column, [][]any) {
		t.Helper()
		f.reset()
		r, err := e.Query(t.Context(), sql)
		if err != nil {
			t.Fatalf("%s\n%v", sql, err)
		}
		defer r.Close()
		var rows [][]any
		for r.Next() {
			rows = append(rows, append([]any(nil), r.Row()...))
		}
		if err := r.Err(); err != nil {
			t.Fatalf("%s\n%v", sql, err)
		}
		return r.Columns(), rows
	}
	for _, list := range []string{" * ", " t ", " b, n ", `"t", [b], j `, " *, s, * ", " c /* from */ , s -- from\n", "*", "[c]"} {
		for _, rest := range []string{
			"", " ;", " limit 2", " limit 0", " limit 2 offset 3", " limit 1+1",
			" where b", " where not b", " where b is null", " where b = true and n > 0",
			" where t = '12' or n = 1", " where n in (1, -1, 0)", " where t in ('12', '') limit 1", " where n = 1 or n = 1 or b",
			" where random() is not null", " where s > '1970-01-01'", " where j ->> 'a' = 'ü'", " where 1 = 0", " where n is not null limit 3",
			" where n is not ?1order by n limit 3", " where b \ufefforder by t", " where n is not ?1group by t", " \ufeff",
		} {
			sql := "select" + list + "from odd" + rest
			columns, rows := ask(sql)
			scans := wanted(f)
			viaColumns, viaRows := ask("with w as (" + strings.TrimSuffix(sql, ";") + "\n) select * from w")
			if list != " *, s, * " { // whose names a WITH must tell apart
				if diff := cmp.Diff(viaColumns, columns); diff != "" {
					t.Errorf("%s: columns (-through SQLite +picked):\n%s", sql, diff)
				}
			}
			if diff := cmp.Diff(viaRows, rows); diff != "" {
				t.Errorf("%s: rows (-through SQLite +picked):\n%s", sql, diff)
			}
			if diff := cmp.Diff(wanted(f), scans); diff != "" {
				t.Errorf("%s: wanted columns (-through SQLite +picked):\n%s", sql, diff)
			}
		}
	}
}

// A table can stand after IN, and then its rows are read while SQLite looks at those of
// the other.
func TestNotPickedBesideAnotherTable(t *testing.T) {
	one := newFake("one", []relation.Column{{Name: "x", Type: relation.Int}}, []any{int64(1)}, []any{int64(3)})
	e := open(t, people(), one)
	got := mustQuery(t, e, "select name from person where id + 0 in one")
	if diff := cmp.Diff([][]any{{"Ann"}, {"Cid"}}, got); diff != "" {
		t.Error(diff)
	}
}

// wanted is the columns that each scan of a table wanted.
func wanted(f *fake) (scans []string) {
	for i := range f.queries {
		scans = append(scans, f.wanted(i))
	}
	return scans
}

// TestOnce shows when a reader may forget what it has read.
func TestOnce(t *testing.T) {
	for _, test := range []struct {
		sql  string
		once bool
	}{
		{"select * from person", true},
		{"select count(*) from person where admin", true},
		{"select name from person order by seen limit 1", true},
		{"with p as (select * from person) select count(*) from p", true},
		{"select * from person join visit on id = person_id", false}, // another table may need the same
		{"select * from person a, person b", false},
		{"select name from person union all select name from person", false},
		{"select name, (select count(*) from visit where person_id = id) from person", false},
	} {
		p, v := people(), visits()
		e := open(t, p, v)
		for _, single := range []bool{false, true} {
			e.Single = single
			p.reset()
			v.reset()
			mustQuery(t, e, test.sql)
			for _, q := range append(p.queries, v.queries...) {
				if q.Once != (single && test.once) {
					t.Errorf("single %t: %s\nonce is %t", single, test.sql, q.Once)
				}
			}
			if len(p.queries) == 0 {
				t.Errorf("%s has read nothing", test.sql)
			}
		}
	}
}
