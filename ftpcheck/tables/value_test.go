package tables_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// The value of a column is that of the row, whatever the value before and in whatever order rows come.
func TestValuesOfRowsThatAreAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	text := func() string { return []string{"", "a", "b", "10.0.0.0/8", "10.1.2.3/8", "::/0", "ab"}[r.IntN(7)] }
	tags := func() map[string]string {
		m := map[string]string{}
		for range r.IntN(4) {
			m[text()+"k"] = text()
		}
		return m
	}
	port := func() *int32 {
		if n := r.Int32N(4); n > 0 {
			n += 19
			return &n
		}
		return nil
	}
	all := tables.Steampipe(nil)
	rows := make([][]relation.Row, len(all))
	for range 40 {
		g := &sg.Group{ID: text(), Name: text(), Description: text(), VPCID: text(), OwnerID: text(), ARN: text(), Tags: tags(), Partition: text(), Region: text(), AccountID: text(),
			Origin: text(), Connection: text(), Resource: sg.Resource{Address: text(), Action: text()}}
		rows[1] = append(rows[1], g)
		for range r.IntN(5) {
			p := &sg.Permission{Group: g, Permission: rule.Permission{Protocol: text(), FromPort: port(), ToPort: port()}, Verdict: rule.Verdict{Unrestricted: rule.No}, Doubt: text(),
				CIDRIPv4: text(), CIDRIPv6: text(), PrefixListID: text(), PrefixListName: text(), Description: text(), RuleID: text(), RuleTags: tags()}
			if r.IntN(2) == 0 {
				p.ReferencedGroup = &sg.ReferencedGroup{ID: text(), OwnerID: text(), VPCID: text()}
			}
			rows[0] = append(rows[0], p)
		}
		rows[2] = append(rows[2], &sg.InternetPath{PathInterface: &sg.PathInterface{Tags: tags()}, Path: exposure.Path{Port: rule.Control}, AccountID: text(), Region: text()})
		c := &sg.Coverage{Status: sg.StatusScanned, Origin: text(), AccountID: text(), Region: text(), ErrorCode: text(), ErrorMessage: text(), Connection: text(), Started: time.Unix(r.Int64N(2), 0)}
		rows[3] = append(rows[3], c)
		rows[0], rows[1] = append(rows[0], c), append(rows[1], c)
	}
	for at, table := range all {
		// What every value is, by a getter that has seen no other.
		want := map[relation.Row][]any{}
		for _, row := range rows[at] {
			for _, c := range tables.Steampipe(nil)[at].Columns {
				want[row] = append(want[row], c.Value(row, nil))
			}
			if p, ok := row.(*sg.Permission); ok { // whose group has the same tags, which it writes itself
				want[row][table.Index("group_tags")] = all[1].Columns[all[1].Index("tags")].Value(p.Group, nil)
			}
		}
		last := make([]any, len(table.Columns))
		for range 20 {
			for _, i := range r.Perm(len(rows[at])) {
				row := rows[at][i]
				for i, c := range table.Columns {
					if r.IntN(50) == 0 { // a value of something else
						last[i] = []any{true, int64(20), time.Unix(1, 0), "a", "10.0.0.0/8", `{"ak":"a"}`}[r.IntN(6)]
					}
					last[i] = c.Value(row, last[i])
				}
				if diff := cmp.Diff(want[row], slices.Clone(last)); diff != "" {
					t.Fatalf("%s, %s (-alone +behind others):\n%s", table.Name, fmt.Sprint(row), diff)
				}
			}
		}
	}
}
