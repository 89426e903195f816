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
			Columns: []relation.Column{{Name: "name", Type: relation.Text, Key: true, Value: func(r relation.Row, _ any) any { return r }}},
			List: func(_ context.Context, _ relation.Query, emit func(relation.Row) error) error {
				scans[schema]++
				return emit(schema)
			},
		}}
	}
	e := sqlengine.Open(who("everybody"))
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
	for i := range 40 {
		want(fmt.Sprintf("select who.name from s%d.who", i), fmt.Sprintf("s%d", i))
	}
	want(`select a.name, b.name, who.name from s1.who a, "s2".who b, who`, "s1,s2,everybody")
	want("select name from S7 . WHO where name = 's7'", "s7")
	want("select name from s1.who union all select name from s2.who union all select name from s1.who", "s1; s2; s1")
	clear(scans)
	want("select count(*) from s3.who a join s3.who b using (name) join s4.who c on c.name <> a.name", "1")
	if scans["s3"] != 2 || scans["s4"] != 1 {
		t.Errorf("%v scans, want one for each time that a table is named", scans)
	}
	for sql, want := range map[string]string{
		"select name from nope.who":        `relation "nope.who" does not exist (line 1, column 18)`,
		"select name from main.who":        `relation "main.who" does not exist (line 1, column 18)`,
		"select s2.who.name from s1.who":   `missing FROM-clause entry for table "who" (line 1, column 8)`,
		"select 1 from s1.who x, s2.who x": `table name "x" specified more than once (line 1, column 25)`,
		"select name from s1.who, s2.who":  `column reference "name" is ambiguous (line 1, column 8)`,
	} {
		if _, err := query(t.Context(), e, sql); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", sql, err, want)
		}
	}
	var all []string
	for i := range 40 {
		all = append(all, fmt.Sprintf("select name from s%d.who", i))
	}
	if got := len(mustQuery(t, e, strings.Join(all, " union "))); got != 40 {
		t.Errorf("%d rows of 40 schemas", got)
	}
	want("select name from s39.who", "s39")
}
