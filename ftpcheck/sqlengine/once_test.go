package sqlengine_test

import "testing"

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
