package sqlengine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

// The expected values are what PostgreSQL 15 answers, arrays written as JSON.
func TestFunctions(t *testing.T) {
	e := open(t, people())
	for expression, want := range map[string]string{
		"split_part('a.b.c', '.', 2)":                                 "b",
		"split_part('a.b.c', '.', -1)":                                "c",
		"split_part('a.b.c', '.', -4)":                                "",
		"split_part('a.b.c', '.', 4)":                                 "",
		"split_part('a.b.c', ',', 1)":                                 "a.b.c",
		"split_part('abc', '', 1)":                                    "abc",
		"split_part('abc', '', -1)":                                   "abc",
		"split_part('abc', '', 2)":                                    "",
		"split_part(null, '.', 1)":                                    "null",
		"left('héllo', 2)":                                            "hé",
		"left('héllo', -2)":                                           "hél",
		"left('abc', -5)":                                             "",
		"left('abc', 9)":                                              "abc",
		"left(null, 1)":                                               "null",
		"right('héllo', 4)":                                           "éllo",
		"right('héllo', -2)":                                          "llo",
		"right('abc', -5)":                                            "",
		"right('abc', 0)":                                             "",
		"greatest(1, null, 3, 2)":                                     "3",
		"greatest(null, null)":                                        "null",
		"least(2, null, 1.5)":                                         "1.5",
		"least('b', 'a')":                                             "a",
		"greatest(9007199254740993, 9007199254740992)":                "9007199254740993",
		"jsonb_array_length('[1, [2, 3], null]')":                     "3",
		"jsonb_array_length('[]')":                                    "0",
		"jsonb_array_length(null)":                                    "null",
		"json_build_object()":                                         "{}",
		"json_build_object('a', 1, 'b', null)":                        `{"a":1,"b":null}`,
		"jsonb_build_object('<q>', 'x\"y', 2, 0.5)":                   `{"<q>":"x\"y","2":0.5}`,
		"json_build_object('o', json_build_object('a', json('[1]')))": `{"o":{"a":[1]}}`,
		"json_build_object('t', '[1]')":                               `{"t":"[1]"}`,
		"masklen('10.0.0.0/8')":                                       "8",
		"masklen('::/0')":                                             "0",
		"masklen('10.1.2.3')":                                         "32",
		"masklen('2001:db8::1')":                                      "128",
		"masklen(null)":                                               "null",
		"host('10.1.2.3/8')":                                          "10.1.2.3",
		"host('2001:DB8:0::1/64')":                                    "2001:db8::1",
		"string_agg(x, ', ')":                                         "null",
		"'A' like 'a'":                                                "false",
		"'abc' like 'a_c'":                                            "true",
		"'a%c' like 'a\\%c' escape '\\'":                              "true",
		"'abc' like 'a\\%c' escape '\\'":                              "false",
		"'A' not like 'a'":                                            "true",
		`'{"a": [1, true, "x"]}' -> 'a'`:                              `[1,true,"x"]`,
		`'{"a": [1, true, "x"]}' -> 'a' -> 2`:                         `"x"`,
		`'[1, 2, 3]' -> -1`:                                           "3",
		`'{"a": true}' ->> 'a'`:                                       "true",
		`'{"a": 5}' ->> 'a'`:                                          "5",
		`'{"a": 5}' ->> 'a' = '5'`:                                    "true",
		`'{"a": "x\u00e9"}' ->> 'a'`:                                  "xé",
		`'{"a.b c": null}' ->> 'a.b c'`:                               "null",
		`'{"a": [1]}' ->> 'a'`:                                        "[1]",
		`'{"a": 1}' ->> 'b'`:                                          "null",
		`'{"a": 1}' ->> 0`:                                            "null",
		`'[1, "b"]' ->> 1`:                                            "b",
		`'[1, "b"]' ->> -1`:                                           "b",
		`'[1, "b"]' ->> -3`:                                           "null",
		`'[1, "b"]' ->> 2`:                                            "null",
		`'[1, "b"]' ->> 'a'`:                                          "null",
		`null ->> 'a'`:                                                "null",
		`'{"a":{"b":"c"}}' -> 'a' ->> 'b'`:                            "c",
	} {
		from := " from (select null as x) where x is not null"
		if !strings.Contains(expression, "x,") {
			from = ""
		}
		if got := text(mustQuery(t, e, "select "+expression+from)); got != want {
			t.Errorf("%s\n got %s\nwant %s", expression, got, want)
		}
	}
}

func TestAggregates(t *testing.T) {
	e := open(t, people())
	for sql, want := range map[string]string{
		"select bool_or(admin), bool_and(admin) from person":                                                                "true,false",
		"select bool_or(admin), bool_and(admin) from person where id in (1, 3)":                                             "true,true",
		"select bool_or(admin), bool_and(admin) from person where id in (2, 3)":                                             "false,false",
		"select bool_or(admin), bool_and(admin), array_agg(id), jsonb_agg(id) from person where id > 9":                     "null,null,null,null",
		"select id, bool_and(admin) over (order by id rows 1 preceding) from person":                                        "1,true; 2,false; 3,false; 4,true",
		"select array_agg(name order by id) from person":                                                                    `["Ann","Bob","Cid",null]`,
		"select array_agg(distinct city) from person where city is not null":                                                `["Oslo","Rome"]`,
		"select jsonb_agg(tags) from person":                                                                                `[{"a":1},["x"],null,{}]`,
		"select json_agg(admin) from person":                                                                                "[true,false,null,true]",
		"select city, jsonb_agg(tags) from person where id < 4 group by city":                                               `Oslo,[{"a":1},null]; Rome,[["x"]]`,
		"select city, jsonb_agg(name) from person where id < 4 group by city":                                               `Oslo,["Ann","Cid"]; Rome,["Bob"]`,
		"select jsonb_agg('[1]') from person where id = 1":                                                                  `["[1]"]`,
		"select jsonb_agg(jsonb_build_object('n', name, 't', tags)) from person where id = 1":                               `[{"n":"Ann","t":{"a":1}}]`,
		"select city, jsonb_agg(o) from (select city, json_build_object('i', id) o from person where id < 3) group by city": `Oslo,[{"i":1}]; Rome,[{"i":2}]`,
		"select id, array_agg(id) over (order by id rows 1 preceding) from person where id < 4":                             "1,[1]; 2,[1,2]; 3,[2,3]",
		"select string_agg(name, ',' order by name desc) from person":                                                       "Cid,Bob,Ann",
		"select string_agg(id, '' order by seen) from person where seen is not null":                                        "421",
		"select string_agg(name, ',') filter (where admin) from person":                                                     "Ann",
		"select tags ->> 'a' from person where id = 1":                                                                      "1",
		"select name from person where name like 'a%' or name like 'B%'":                                                    "Bob",
	} {
		if got := text(mustQuery(t, e, sql)); got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
		}
	}
}

func TestNow(t *testing.T) {
	e := open(t, people())
	before := time.Now().UTC()
	row := mustQuery(t, e, "select now(), now() = now(), count(*) filter (where seen < now()), count(*) filter (where seen > now()) from person")[0]
	at, err := time.Parse(time.RFC3339Nano, row[0].(string))
	if err != nil || at.Before(before.Truncate(time.Microsecond)) || at.After(time.Now()) {
		t.Error(row[0], err)
	}
	if len(row[0].(string)) != len("2026-01-02T03:04:05.678901Z") {
		t.Error(row[0])
	}
	if got := text([][]any{row[1:]}); got != "true,3,0" && got != "true,0,3" {
		t.Error(got)
	}
	// The hint for intervals makes a timestamp that compares with others.
	sql := "select count(*) from person where seen > strftime('%Y-%m-%dT%H:%M:%f000Z', now(), '-100 years')"
	if got := text(mustQuery(t, e, sql)); got != "3" {
		t.Error(got)
	}
}

func TestErrors(t *testing.T) {
	e := open(t, people(), visits())
	for sql, want := range map[string]string{
		"":                                              "there is no SQL to run",
		" ; -- nothing":                                 "there is no SQL to run",
		"select 1; select 2":                            "this is more than one statement: run them one at a time",
		"select 1; garbage":                             "this is more than one statement: run them one at a time",
		"select\n  nme from person":                     "no such column: nme (line 2, column 3)\nDid you mean name?",
		"select é, p.ids from person p":                 "no such column: é (line 1, column 8)",
		"select 'é', p.ids from person p":               "no such column: p.ids (line 1, column 13)\nDid you mean id?",
		`select "admn" from person`:                     "no such column: \"admn\" - should this be a string literal in single-quotes? (line 1, column 8)\nDid you mean admin?",
		"select * from persons":                         "no such table: persons (line 1, column 15)\nDid you mean person? The tables are person, visit.",
		"select * from xyz":                             "no such table: xyz (line 1, column 15)\nThe tables are person, visit.",
		"select splitpart('a', 'b', 1)":                 "no such function: splitpart (line 1, column 8)\nDid you mean split_part?",
		"select * frm person":                           `near "frm": syntax error (line 1, column 10)`,
		"select name from person where":                 "incomplete input",
		"select id::text from person":                   "unrecognized token: \":\" (line 1, column 10)\nWrite cast(x as text) instead of x::text.",
		"select 1 where 'a' ilike 'A'":                  "near \"ilike\": syntax error (line 1, column 20)\nWrite lower(x) like lower('pattern') instead of x ilike 'pattern'.",
		"select 1 where 'a' ~ 'A'":                      "near \"~\": syntax error (line 1, column 20)\nThere are no regular expressions here: use like (with % and _)",
		"select now() - interval '1 day'":               "no such column: interval (line 1, column 16)\nIntervals are modifiers here",
		"select distinct on (id) * from person":         "near \"on\": syntax error (line 1, column 17)\nInstead of distinct on (x), number the rows",
		"select jsonb_array_elements(tags) from person": "no such function: jsonb_array_elements (line 1, column 8)\nUse json_each",
		"select * from jsonb_array_elements('[]')":      "no such table: jsonb_array_elements\nUse json_each",
		"select 1 = any(array[1])":                      "near \"[1]\": syntax error (line 1, column 21)\nWrite x in (1, 2, 3)",
		"select extract(year from seen) from person":    "near \"from\": syntax error (line 1, column 21)\nUse strftime",
		"select cast(tags as jsonb) from person":        "cast to jsonb does not work here (line 1, column 21)\nJSON, networks and",
		"select CAST(lower(cast(seen as text)) AS timestamp) from person": "cast to timestamp does not work here (line 1, column 42)\nJSON, networks",
		"select name << '10.0.0.0/8' from person":                         "the operator << does not compare networks here (line 1, column 13)",
		"select split_part('a', 'b', 0)":                                  "split_part: field position must not be zero",
		"select masklen('x')":                                             `masklen: "x" is not an IP address or network`,
		"select json_build_object('a')":                                   "json_build_object: the arguments must be keys and values in turn",
		"select jsonb_build_object(null, 1)":                              "jsonb_build_object: a key must not be null",
		"select jsonb_array_length('{}')":                                 "jsonb_array_length: this is not a JSON array",
		"select '{' ->> 'a'":                                              "->>: malformed JSON",
		"select '{}' ->> '$.a'":                                           "->>: $.a is a path",
		"insert into person values (1)":                                   "this engine only reads",
		"explain insert into person values (1)":                           "this engine only reads",
		"with x as (select 1) delete from person":                         "this engine only reads",
		"update person set name = 'x'":                                    "this engine only reads",
		"create table x (a)":                                              "this engine only reads",
		"create temp view x as select 1":                                  "this engine only reads",
		"drop table person":                                               "this engine only reads",
		"attach 'x.db' as x":                                              "this engine only reads",
		"detach main":                                                     "this engine only reads",
		"vacuum":                                                          "this engine only reads",
		"vacuum into '/tmp/sqlengine-test.db'":                            "this engine only reads",
		"begin":                                                           "this engine only reads",
		"savepoint a":                                                     "this engine only reads",
		"analyze":                                                         "this engine only reads",
		"reindex":                                                         "this engine only reads",
		"pragma case_sensitive_like = false":                              "this engine only reads",
		"pragma journal_mode = off":                                       "this engine only reads",
		"pragma table_info(person)":                                       "this engine only reads",
		"pragma temp_store_directory = '/tmp'":                            "this engine only reads",
		"create virtual table x using person":                             "this engine only reads",
		"select load_extension('x')":                                      "no such function: load_extension",
		"select readfile('/etc/passwd')":                                  "no such function: readfile",
		"select rowid from person":                                        "the rows of person have no rowid",
		"select * from person limit 'x'":                                  "datatype mismatch",
	} {
		_, err := query(t.Context(), e, sql)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\n got %q\nwant %q", sql, err, want)
			continue
		}
		var sqlErr *sqlengine.SQLError
		if !errors.As(err, &sqlErr) && !strings.Contains(want, "rowid") {
			t.Errorf("%s: %T", sql, err)
		}
		if strings.Contains(err.Error(), "sqlite3") {
			t.Errorf("%s: %v", sql, err)
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
		"select 1;":                               "1",
		"select 1; -- done\n;":                    "1",
		";;select 1":                              "1",
		"/* ; */ select ';' -- ; select":          ";",
		"with x(a) as (select 1) select a from x": "1",
		"select name from pragma_table_info('person') where cid < 2": "id; name",
		"select count(*) > 100 from pragma_function_list":            "true",
		"select x'00ff'": `\x00ff`,
		"select cast(cast(1 as boolean) as varchar(3)), cast(2.5 as integer)": "1,2",
		"select '<<', 'cast(x as date)' -- a << b":                            "<<,cast(x as date)",
		"select count(*) from person as \"on\" where \"on\".id > 1":           "3",
	} {
		if got := text(mustQuery(t, e, sql)); got != want {
			t.Errorf("%s\n got %s\nwant %s", sql, got, want)
		}
	}
	if rows := mustQuery(t, e, "explain select * from person"); len(rows) < 5 {
		t.Error(rows)
	}
}
