package sqlengine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

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

// Of two statements, each may ask for what the other has read.
func TestOnceOfSeveralStatements(t *testing.T) {
	p := people()
	e := open(t, p)
	e.Single = true
	statements, err := e.Prepare("select id from person; select name from person")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if err := s.Run(t.Context(), func([]any) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.queries) != 2 || p.queries[0].Once || p.queries[1].Once {
		t.Errorf("%+v", p.queries)
	}
}

// TestScans shows what is known of a statement's scans before it runs: which columns and which rows
// are of use.
func TestScans(t *testing.T) {
	for _, test := range []struct {
		sql    string
		wanted string // columns of person
		fits   string // names of those whose rows are of use
	}{
		{"select name from person", "name", "Ann Bob Cid <nil>"},
		{"select name from person where id > 1", "id name", "Bob Cid <nil>"},
		{"with p as materialized (select name from person where id > 1) select count(*) from p", "id", "Bob Cid <nil>"},
		{"select (select name from person where id = 2 or id = 3)", "id name", "Bob Cid"},
		{"select 1 from visit as v where exists (select from person where id = v.person_id and id < 3)", "id", "Ann Bob"}, // what v is, nobody knows yet
		{"select name from person where 1 / (id - 1) > 0", "id name", "Ann Bob"},                                          // one cannot be computed, and fails when the statement runs
		{"select name from person where name <> 'Ann'", "name", "Bob Cid"},
		{"select name from person where clock_timestamp() < '2000-01-01'", "name", "Ann Bob Cid <nil>"}, // when it runs, that may be another
		{"select (select max(name) from person where id < v.person_id) from visit as v", "id name", "Ann Bob Cid <nil>"},
		{"select g.name from visit as v cross join lateral (select name from person where id < v.person_id limit 1) as g", "id name", "Ann Bob Cid <nil>"},
		{"select name from person where id in (select person_id from visit) and id <> 2", "id name", "Ann Cid <nil>"},
	} {
		p := people()
		e := open(t, p, visits())
		statements, err := e.Prepare(test.sql)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, scan := range statements[0].Scans() {
			if scan.Table.Name != "person" {
				continue
			}
			found = true
			var wanted, fits []string
			for i, c := range scan.Table.Columns {
				if scan.Wanted[i] {
					wanted = append(wanted, c.Name)
				}
			}
			for _, row := range p.rows {
				if scan.Fits(row) {
					fits = append(fits, fmt.Sprint(scan.Table.Columns[scan.Table.Index("name")].Value(row, nil)))
				}
			}
			if got := strings.Join(wanted, " "); got != test.wanted {
				t.Errorf("%s: wants %s, not %s", test.sql, got, test.wanted)
			}
			if got := strings.Join(fits, " "); got != test.fits {
				t.Errorf("%s: of use are %s, not %s", test.sql, got, test.fits)
			}
		}
		if !found {
			t.Errorf("%s has no scan", test.sql)
		}
	}
}

// A row with a value that cannot be read is of use: the statement must fail over it.
func TestScansOfWrongValues(t *testing.T) {
	p := people()
	statements, err := open(t, p).Prepare("select name from person where id > 1")
	if err != nil {
		t.Fatal(err)
	}
	scan := statements[0].Scans()[0]
	wrong := slices.Clone(p.rows[0])
	wrong[0] = "one"
	if scan.Fits(p.rows[0]) || !scan.Fits(wrong) {
		t.Errorf("of use are a row that is not %t, and one that cannot be read %t", scan.Fits(p.rows[0]), scan.Fits(wrong))
	}
}

// The values of rows that a condition leaves out are not asked for.
func TestConditionsFirst(t *testing.T) {
	p := people()
	e := open(t, p)
	mustQuery(t, e, "select name, city from person where id > 1 and seen is not null")
	if p.values != 2*len(p.rows)+2*2 {
		t.Errorf("asked for %d values of %d rows", p.values, len(p.rows))
	}
}

// The rows of a CTE are let go of when the only CTE that reads them has been computed, and a CTE that
// is read later stays.
func TestForgottenRows(t *testing.T) {
	const wide = "select id, repeat('x', 20000) as filler from person"
	for _, test := range []struct {
		sql string
		fit bool
	}{
		{"with a as materialized (" + wide + "), b as materialized (select filler || a.id as filler from a where id in (select id from a)), c as materialized (select reverse(filler) as filler from b) select max(length(filler)) from c", true},
		{"with a as materialized (" + wide + "), b as materialized (select filler || a.id as filler from a where id in (select id from a)), c as materialized (select reverse(filler) as filler from b) select max(length(filler)), (select count(*) from a) from c", false},
	} {
		p := people()
		e := open(t, p)
		mustQuery(t, e, test.sql)
		if len(p.queries) != 1 {
			t.Errorf("%s\nreads %d times", test.sql, len(p.queries))
		}
		e.Memory = 220_000 // for two of three, of 80 kB
		_, err := query(t.Context(), e, test.sql)
		if (err == nil) != test.fit {
			t.Errorf("%s\nin little memory: %v", test.sql, err)
		}
	}
}
