package sqlengine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

// A mistake is told with its place, in characters, and often with what to do.
func TestErrors(t *testing.T) {
	e := open(t, people(), visits())
	for sql, want := range map[string]string{
		"":                                   "there is no SQL to run",
		" ; -- nothing":                      "there is no SQL to run",
		"select 1; select 2":                 "this is more than one statement",
		"select 1; garbage":                  `syntax error at or near "garbage" (line 1, column 11)`,
		"select\n  nme from person":          "column \"nme\" does not exist (line 2, column 3)\nPerhaps you meant \"name\".",
		"select é, p.ids from person p":      `column "é" does not exist (line 1, column 8)`,
		"select 'é', p.ids from person p":    "column p.ids does not exist (line 1, column 13)\nPerhaps you meant \"id\".",
		"select * from persons":              "relation \"persons\" does not exist (line 1, column 15)\nPerhaps you meant \"person\". The tables are: person, visit.",
		"select name from person where":      "syntax error at end of input (line 1, column 30)",
		"select count(*) / 0 from person":    "division by zero (line 1, column 17)",
		"select id / (id - 2) from person":   "division by zero (line 1, column 11)",
		"select name::int from person":       `invalid input syntax for type integer: "Ann" (line 1, column 12)`,
		"select admin = 1 from person":       "operator does not exist: boolean = integer (line 1, column 14)\nA boolean is compared with true or false.",
		"select $1":                          "there is no parameter $1 (line 1, column 8)\nGive its value with --arg.",
		"select :name":                       "there is no value for the parameter :name (line 1, column 8)\nGive its value with --arg.",
		"select sum(id), name from person":   `column "person.name" must appear in the GROUP BY clause or be used in an aggregate function (line 1, column 17)`,
		"select load_extension('x')":         "function load_extension(unknown) does not exist",
		"select lowre(name) from person":     "function lowre(text) does not exist (line 1, column 8)\nPerhaps you meant \"lower\". docs/sql.md lists the functions that there are.",
		"select colaesce(name) from person":  "function colaesce(text) does not exist (line 1, column 8)\nPerhaps you meant \"coalesce\".",
		"select strng_agg('a', ',')":         "function strng_agg(unknown, unknown) does not exist (line 1, column 8)\nPerhaps you meant \"string_agg\".",
		"select cuont(*) from person":        "function cuont does not exist (line 1, column 8)\nPerhaps you meant \"count\".",
		"select lower(*) from person":        "lower(*) specified, but lower is not an aggregate function",
		"select row_nubmer() over ()":        "function row_nubmer does not exist (line 1, column 8)\nPerhaps you meant \"row_number\".",
		"select * from genrate_series(1, 2)": "function genrate_series(integer, integer) does not exist (line 1, column 15)\nPerhaps you meant \"generate_series\".",
		"select lower(1, 2)":                 "function lower(integer, integer) does not exist (line 1, column 8)\nNo function matches",
		"select len('a')":                    "function len(unknown) does not exist (line 1, column 8)\nPostgreSQL has length.",
		"select zebra(1)":                    "function zebra(integer) does not exist (line 1, column 8)\ndocs/sql.md lists",
		"select pg_read_file('/etc/passwd')": "function pg_read_file(unknown) does not exist",
	} {
		_, err := query(t.Context(), e, sql)
		var is *sqlengine.SQLError
		if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.As(err, &is) {
			t.Errorf("%s\n got %q (%[2]T)\nwant %q", sql, err, want)
		}
	}
	for _, sql := range []string{
		"insert into person values (1)", "explain insert into person values (1)", "with x as (select 1) delete from person", "update person set name = 'x'",
		"with x as (delete from person returning *) select * from x", "create table x (a)", "drop table person", "truncate person", "begin", "commit", "savepoint a",
		"analyze", "vacuum", "set search_path = x", "reset all", "copy person to '/tmp/x'", "copy (select 1) to program 'sh'", "do 'x'", "call x()", "load 'x'",
		"select * into x from person", "select 1 from person for update", "pragma x", "attach 'x.db' as x", "explain analyze select 1", "prepare x as select 1", "declare x cursor for select 1",
	} {
		if _, err := e.Prepare(sql); err == nil {
			t.Errorf("%s is taken for a query", sql)
		}
	}
	if got := text(mustQuery(t, e, "select count(*) from person")); got != "4" {
		t.Errorf("after the errors: %s", got)
	}
}

func TestAllowedStatements(t *testing.T) {
	e := open(t, people())
	for sql, want := range map[string]string{
		"values (1), (2)":                         "1; 2",
		"table person limit 0":                    "",
		"select 1;":                               "1",
		"select 1; -- done\n;":                    "1",
		";;select 1":                              "1",
		"/* ; */ select ';' -- ; select":          ";",
		"with x(a) as (select 1) select a from x": "1",
		`select count(*) from person as "on" where "on".id > 1`:          "3",
		"explain select name from person where id = 1 and city = 'Oslo'": "filter: 2 conditions;   scan person (city, id, name);     asks for id = 1;     asks for city = Oslo",
	} {
		if got := text(mustQuery(t, e, sql)); got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
		}
	}
}

// Several statements run one after the other, and all must be understood before one runs.
func TestSeveralStatements(t *testing.T) {
	p := people()
	e := open(t, p)
	statements, err := e.Prepare("select id from person where name = $1; select :x::int + 1, $2 as \"two\"", pgsql.Arg{Value: "Bob"}, pgsql.Arg{Name: "x", Value: "4"}, pgsql.Arg{Value: nil})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]any
	for _, s := range statements {
		if err := s.Run(t.Context(), func(row []any) error { got = append(got, append([]any(nil), row...)); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if text(got) != "2; 5,null" || len(statements) != 2 {
		t.Error(text(got))
	}
	p.reset()
	if _, err := e.Prepare("select name from person; select nme from person"); err == nil || !strings.Contains(err.Error(), "(line 1, column 33)") || len(p.queries) > 0 {
		t.Error(err)
	}
}

// A value that nothing asks for is one that was meant for something.
func TestArgs(t *testing.T) {
	e := open(t, people())
	for _, test := range []struct {
		args []pgsql.Arg
		want string
	}{
		{[]pgsql.Arg{{Value: "1"}, {Name: "x", Value: "2"}}, ""},
		{[]pgsql.Arg{{Name: "x", Value: "2"}, {Value: "1"}}, ""},
		{[]pgsql.Arg{{Value: "1"}, {Name: "x", Value: "2"}, {Value: "3"}}, "there is a value for $2, which is not in the SQL"},
		{[]pgsql.Arg{{Value: "1"}, {Name: "x", Value: "2"}, {Name: "y", Value: "3"}}, "there is a value for :y, which is not in the SQL"},
		{[]pgsql.Arg{{Name: "x", Value: "2"}}, "there is no parameter $1"},
		{[]pgsql.Arg{{Value: "1"}}, "there is no value for the parameter :x"},
		{[]pgsql.Arg{{Value: "x"}, {Name: "x", Value: "2"}}, `invalid input syntax for type bigint: "x"`},
	} {
		rows, err := query(t.Context(), e, "select id from person where id in ($1, :x) and id > $1 - 1", test.args...)
		if test.want == "" && (err != nil || text(rows) != "1; 2") || test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)) {
			t.Errorf("%v: %v, %v, want %q", test.args, rows, err, test.want)
		}
	}
}
