package sqlengine_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
)

// A column that is compared with what is known is pushed down, and rows are the same whether
// the table makes use of that or not.
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
		{"select id from person where name = 'Bob'::varchar(3)", "2", one("name", "Bob")},
		{"select id from person where name::varchar = 'Bob'", "2", one("name", "Bob")},
		{"select id from person where name = :bob", "2", one("name", "Bob")},
		{"select id from person where id = :three", "3", one("id", int64(3))},
		{"select id from person where name = (select place from visit limit 1)", "", one("name", "park")},
		{"select id from person where id = 2 and admin = false", "2", equals{"id": {int64(2)}, "admin": {false}}},
		{"select id from person where admin = true", "1; 4", one("admin", true)},
		{"select id from person where admin is true", "1; 4", one("admin", true)},
		{"select id from person where admin is false", "2", one("admin", false)},
		{"select id from person where admin", "1; 4", one("admin", true)},
		{"select id from person where ADMIN -- yes", "1; 4", one("admin", true)},
		{"select id from person where not admin", "2", one("admin", false)},
		{"select id from person where admin is not true", "2; 3", nil},
		{"select id from person where admin is null", "3", nil},
		{"select id from person where admin and id > 1 or id = 2 order by id;", "2; 4", nil},
		{"select id from person where admin and name is null limit 5", "4", one("admin", true)},
		{"select id from person where admin or id = 2", "1; 2; 4", nil},
		{"select id from (select true as admin, id from person) x where admin", "1; 2; 3; 4", nil},
		{"select id from person p where admin", "1; 4", one("admin", true)},
		{"select id from person where name in ('Ann', 'Cid', null)", "1; 3", one("name", "Ann", "Cid")},
		{"select id from person where name = any ('{Ann,Cid,NULL}')", "1; 3", one("name", "Ann", "Cid")},
		{"select id from person where name = any (array['Ann', 'C' || 'id'])", "1; 3", one("name", "Ann", "Cid")},
		{"select id from person where name = any (:list)", "1; 3", one("name", "Ann", "Cid")},
		{"select id from person where name = all (array['Ann', 'Cid'])", "", nil},
		{"select id from person where name in (select 'Ann')", "1", nil},
		{"select id from person where id = 1 or id = 4", "1; 4", one("id", int64(1), int64(4))},
		{"select id from person where id = 1 or id in (4, 9) or false", "1; 4", one("id", int64(1), int64(4), int64(9))},
		{"select id from person where id in (1, 2) and id in (2, 3)", "2", one("id", int64(2))},
		{"select id from person where id = 1 and id = 2", "", one("id", int64(1))}, // the condition itself leaves nothing
		{"select id from person where (name, id) = ('Ann', 1)", "1", equals{"name": {"Ann"}, "id": {int64(1)}}},
		{"select id from person where id = '2'", "2", one("id", int64(2))},
		{"select id from person where id = 2::smallint", "2", one("id", int64(2))},
		{"select id from person where id = 2.0", "2", nil},
		{"select id from person where id = 2.5", "", nil},
		{"select id from person where id::text = '2'", "2", nil},
		{"select id from person where name = null", "", nil},
		{"select id from person where name ilike 'bob'", "2", nil},
		{"select id from person where name <> 'Bob'", "1; 3", nil},
		{"select id from person where name like 'Bob'", "2", nil},
		{"select id from person where city = 'Rome'", "2", nil},
		{"select id from person where name = 'Bob' or city = 'Oslo'", "1; 2; 3", nil},
		{"select id from person where id = 2 and (name = 'Bob' or city = 'Oslo')", "2", one("id", int64(2))},
		{"select id from person where not (name = 'Bob')", "1; 3", nil},
		{"select id from person where not (name <> 'Bob')", "2", nil},
		{"select id from person where name = 'Bob' limit 1", "2", one("name", "Bob")},

		// Joins.
		{"select p.id from visit v left join person p on p.id = v.person_id and p.name = 'Ann' where v.place = 'park'", "1; null", one("name", "Ann")},
		{"select v.place from visit v join person p on p.id = v.person_id where p.name in ('Ann', 'Cid')", "park; shop", one("name", "Ann", "Cid")},
		{"select v.place from visit v join person p on p.id = v.person_id where v.person_id = 1", "park; shop", one("id", int64(1))},
		{"select v.place from visit v left join person p on p.id = v.person_id where v.person_id = 1", "park; shop", one("id", int64(1))},
		{"select p.id from person p left join visit v on v.person_id = p.id and p.name = 'Bob' where v.place is null", "1; 3; 4", nil},
		{"select p.id, v.place from person p full join visit v on v.person_id = p.id and p.name = 'Bob' where p.id < 2", "1,null", nil},

		// WITH and subqueries.
		{"with x as (select * from person) select id from x where name = 'Bob'", "2", one("name", "Bob")},
		{"with x as (select *, upper(name) as big from person where id < 3) select id from x where name = 'Bob' and big = 'BOB'", "2", one("name", "Bob")},
		{"with x as materialized (select * from person) select id from x where name = 'Bob'", "2", nil},
		{"with x as (select * from person) select id from x where name = 'Bob' and exists (select 1 from x where id = 4)", "2", nil},
		{"select id from (select id, name as called from person) x where called = 'Bob'", "2", one("name", "Bob")},
		{"select id from (select id, name from person order by id limit 1) x where name = 'Bob'", "", nil},
		{"select id from (select distinct on (city) id, name from person order by city, id) x where name = 'Bob'", "2", nil},
		{"select n from (select name, count(*) n from person group by name) x where name = 'Bob'", "1", one("name", "Bob")},
		{"select n from (select city, max(name) as name, count(*) n from person group by city) x where name = 'Bob'", "1", nil},
		{"select n from (select name, row_number() over (order by id) n from person) x where name = 'Bob'", "2", nil},
		{"select id from person where exists (select 1 from visit) and name = 'Bob'", "2", one("name", "Bob")},
		{"select place from visit where person_id in (select id from person where name = 'Bob')", "park", one("name", "Bob")},
		{"select place, (select name from person where id = person_id and admin) from visit where place <> 'void' order by 1, 2", "moon,null; park,Ann; park,null; shop,Ann", one("admin", true)},
	} {
		p, v := people(), visits()
		e := open(t, p, v)
		var args []pgsql.Arg
		for name, v := range map[string]string{"bob": "Bob", "three": "3", "list": "{Ann,Cid}"} {
			if strings.Contains(test.sql, ":"+name) {
				args = append(args, pgsql.Arg{Name: name, Value: v})
			}
		}
		if got := text(mustQuery(t, e, test.sql, args...)); got != test.rows {
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
		{"select id from person where 'Oslo' <> city and city != 'Rome'", "", []any{"Oslo", "Rome"}},
		{"select id from person where city <> 'Oslo' and name = 'Bob'", "2", []any{"Oslo"}},
		{"select id from person where city <> 'Oslo' or id = 1", "1; 2", nil},
		{"select id from person where not (city = 'Oslo')", "2", []any{"Oslo"}},
		{"select id from person where city not in ('Oslo')", "2", []any{"Oslo"}},
		{"select id from person where city not in ('Oslo', 'Rome')", "", []any{"Oslo", "Rome"}},
		{"select id from person where city <> all ('{Oslo}')", "2", nil},
		{"select id from person where city is distinct from 'Oslo'", "2; 4", nil},
		{"select id from person where not (city <> 'Oslo')", "1; 3", nil},
		{"select id from person where not (city = 'Oslo' and id = 1)", "2; 3; 4", nil},
		{"select id from person where not (city = upper(city))", "1; 2; 3", nil},
		{"select id from person where city <> null", "", nil},
		{"select id from person where name <> 'Bob'", "1; 3", nil},
		{"select p.id from visit v left join person p on p.id = v.person_id and p.city <> 'Rome' where v.place = 'park'", "1; null", []any{"Rome"}},
		{"select (select count(*) from person q where q.city <> p.city) from person p where p.city <> 'Rome'", "1; 1", []any{"Rome"}},
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

// What a text begins with, and the keys of a document, are pushed down, too.
func TestPushDownPrefixesAndKeys(t *testing.T) {
	for _, test := range []struct {
		sql            string
		rows           string
		prefixes, keys []string
	}{
		{"select id from person where city like 'Os%'", "1; 3", []string{"Os"}, nil},
		{"select id from person where city like 'Os%' and city like 'Osl_' and admin", "1", []string{"Os", "Osl"}, nil},
		{`select id from person where city like 'O\slo'`, "1; 3", []string{"O"}, nil},
		{"select id from person where city ~~ ('O' || '%')", "1; 3", []string{"O"}, nil},
		{"select id from person where 'Oslo' like city", "1; 3", nil, nil},
		{"select id from person where city not like 'Os%'", "2", nil, nil},
		{"select id from person where city like 'Os%' or id = 2", "1; 2; 3", nil, nil},
		{"select id from person where city like null", "", nil, nil},
		{"select id from person where name like 'B%'", "2", nil, nil},
		{"select id from person where tags ? 'a'", "1", nil, []string{"a"}},
		{"select id from person where tags ? 'x' and admin is false", "2", nil, []string{"x"}},
		{"select id from person where not tags ? 'a'", "2; 4", nil, nil},
		{"select id from person where tags ? 'a' or id = 2", "1; 2", nil, nil},
		{"select id from person where tags ?| array['a', 'b']", "1", nil, nil},
		{"with x as (select tags, id from person) select id from x where tags ? 'a'", "1", nil, []string{"a"}},
	} {
		p := people()
		if got := text(mustQuery(t, open(t, p), test.sql)); got != test.rows {
			t.Errorf("%s\n got %s\nwant %s", test.sql, got, test.rows)
		}
		q := p.queries[0]
		if !reflect.DeepEqual(q.Prefixes["city"], test.prefixes) || !reflect.DeepEqual(q.Keys["tags"], test.keys) {
			t.Errorf("%s: pushed down %v and %v, want %v and %v", test.sql, q.Prefixes, q.Keys, test.prefixes, test.keys)
		}
	}
}
