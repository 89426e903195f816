package sqlengine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
)

// schemas opens an engine with a table who, whose one row is the name of its schema. It
// counts the scans of each.
func schemas(t *testing.T, n int) (*sqlengine.Engine, map[string]int) {
	t.Helper()
	scans := map[string]int{}
	who := func(schema string) []*relation.Table {
		return []*relation.Table{{
			Name:    "who",
			Columns: []relation.Column{{Name: "name", Type: relation.Text, Key: true, Value: func(r relation.Row) any { return r }}},
			List: func(_ context.Context, _ relation.Query, emit func(relation.Row) error) error {
				scans[schema]++
				return emit(schema)
			},
		}}
	}
	e, err := sqlengine.Open(who("everybody"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	e.Schemas = map[string][]*relation.Table{}
	for i := range n {
		name := fmt.Sprintf("s%d", i)
		e.Schemas[name] = who(name)
	}
	return e, scans
}

func TestSchemas(t *testing.T) {
	e, scans := schemas(t, 40)
	want := func(sql, rows string) {
		t.Helper()
		if got := text(mustQuery(t, e, sql)); got != rows {
			t.Errorf("%s\n got %s\nwant %s", sql, got, rows)
		}
	}
	want("select name from who", "everybody")
	for i := range 40 { // more than SQLite takes at once
		want(fmt.Sprintf("select who.name from s%d.who", i), fmt.Sprintf("s%d", i))
	}
	want(`select a.name, b.name, who.name from s1.who a, "s2".who b, who`, "s1,s2,everybody")
	want("select name from S7 . WHO where name = 's7'", "s7")
	want("select name from s1.who union all select name from s2.who union all select name from s1.who", "s1; s2; s1")
	clear(scans)
	want("select count(*) from s3.who a join s3.who b using (name) join s4.who c on c.name <> a.name", "1")
	if scans["s3"] != 1 || scans["s4"] != 1 {
		t.Errorf("%v scans, want one of each table", scans)
	}
	for sql, message := range map[string]string{
		"select name from nope.who":       "no such table: nope.who",
		"select name from main.who":       "no such table: main.who",
		"select s2.who.name from s1.who":  "no such column: s2.who.name",
		"select name from s1.who, s2.who": "ambiguous column name: name",
	} {
		if _, err := e.Query(t.Context(), sql); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: error %v, want %s", sql, err, message)
		}
	}
	var all []string
	for i := range 40 {
		all = append(all, fmt.Sprintf("select name from s%d.who", i))
	}
	if _, err := e.Query(t.Context(), strings.Join(all, " union ")); err == nil || !strings.Contains(err.Error(), "the statement names 40 connections") {
		t.Errorf("40 schemas in a statement: error %v", err)
	}
	want("select name from s39.who", "s39")
}
