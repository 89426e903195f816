package sqlengine

import (
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

func TestWhichColumnsArePicked(t *testing.T) {
	tables := []*relation.Table{{Name: "t", Columns: []relation.Column{{Name: "a"}, {Name: "b"}}}, {Name: "u", Columns: []relation.Column{{Name: "c"}}}}
	for _, test := range []struct {
		sql  string
		want []int
	}{
		{"select * from t", []int{0, 1}},
		{"SELECT B , \"a\" FROM T;", []int{1, 0}},
		{"select c from u where c = 'from' limit 3", []int{0}},
		{"select*from t", []int{0, 1}},
		{"select[b]from t", []int{1}},
		{"select *, b from t where a in ('x', 'y') and (b or not b)", []int{0, 1, 1}},

		{"select", nil},
		{"select from t", nil},
		{"select a", nil},
		{"select a from", nil},
		{"select a, from t", nil},
		{"select a b from t", nil},
		{"select a as c from t where c = 1", nil},
		{"select 'a' from t", nil},
		{"select a + b from t", nil},
		{"select -a from t", nil},
		{"select c from t", nil},
		{"select rowid from t", nil},
		{"select distinct a from t", nil},
		{"select distinct * from t", nil},
		{"select count(*) from t", nil},
		{"select t.* from t", nil},
		{"select a from t as x where x.a = 1", nil},
		{"select a from t x", nil},
		{"select * from t, u", nil},
		{"select * from t join u on a = c", nil},
		{"select a from t order by a", nil},
		{"select a from t where b order by a", nil},
		{"select a from t group by a", nil},
		{"select a from t where a = 1 group by a having count(*) > 1", nil},
		{"select a from t union select c from u", nil},
		{"select a from t where b union all select a from t", nil},
		{"select a from t where a in (select c from u)", nil},
		{"select a from t limit (select 1)", nil},
		{"select * from (select * from t)", nil},
		{"select (select a) from t", nil},
		{"select a from other", nil},
		{"select a from main.t", nil},
		{"with x as (select 1) select * from t", nil},
		{"explain select * from t", nil},
		{"explain query plan select * from t", nil},
	} {
		columns, list, end := pickedColumns(tokenize(test.sql), tables)
		if !slices.Equal(columns, test.want) {
			t.Errorf("%s: %v, want %v", test.sql, columns, test.want)
		}
		if rest := test.sql[:list] + test.sql[end:]; columns != nil && !strings.HasPrefix(strings.ToLower(rest), "select from ") && !strings.HasPrefix(rest, "selectfrom ") {
			t.Errorf("%s without its list is %s", test.sql, rest)
		}
	}
}
