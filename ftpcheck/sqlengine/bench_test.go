package sqlengine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/cputime"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// BenchmarkQuery reports the time for each row of a table of 25 columns.
func BenchmarkQuery(b *testing.B) {
	const rows = 20_000
	columns := []relation.Column{{Name: "k", Type: relation.Text}, {Name: "b", Type: relation.Bool}, {Name: "n", Type: relation.Int}, {Name: "j", Type: relation.JSON}, {Name: "t", Type: relation.Timestamp}}
	for i := len(columns); i < 25; i++ {
		columns = append(columns, relation.Column{Name: fmt.Sprintf("c%d", i), Type: relation.Text})
	}
	row := []any{"", true, int64(7), `{"Name":"web"}`, time.Now()}
	for i := len(row); i < 25; i++ {
		row = append(row, fmt.Sprintf("sg-0123456789abcdef%d", i))
	}
	f := newFake("wide", columns)
	for i := range rows {
		r := append([]any(nil), row...)
		r[0], r[1] = fmt.Sprint("key", i), i%3 == 0
		f.rows = append(f.rows, r)
	}
	for _, sql := range []string{
		"select * from wide",
		"select count(*) from wide",
		"select count(*) from wide where b = true",
		"select count(*) from wide x join wide y on x.k = y.k",
		"select c5, count(*), bool_or(b) from wide group by c5",
	} {
		b.Run(sql, func(b *testing.B) {
			e := open(b, f)
			b.ReportAllocs()
			for b.Loop() {
				if err := e.Query(b.Context(), sql, nil, func([]pgsql.Column, []any) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}

// BenchmarkSmallQuery measures what a short command pays.
func BenchmarkSmallQuery(b *testing.B) {
	e := open(b, people(), visits())
	for b.Loop() {
		if _, err := query(b.Context(), e, "select p.name, v.place from person p join visit v on v.person_id = p.id where p.name = 'Ann'"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJoinGrowth joins groups with 20 permissions for each, and reports
//
//	ns/row       CPU time for each row of the largest join
//	x-of-linear  how CPU time has grown from the smallest join, as a multiple of the growth
//	             of the rows: about 1, and 8 if the time were quadratic
func BenchmarkJoinGrowth(b *testing.B) {
	const least, most, each = 2_500, 20_000, 20
	used := func(groups int) time.Duration {
		group := newFake("security_group", []relation.Column{{Name: "group_id", Type: relation.Text, Key: true}, {Name: "name", Type: relation.Text}})
		permission := newFake("permission", []relation.Column{{Name: "group_id", Type: relation.Text, Key: true}, {Name: "port", Type: relation.Int}})
		for i := range groups {
			id := fmt.Sprintf("sg-%017x", i*7919)
			group.rows = append(group.rows, []any{id, "name of " + id})
			for n := range each {
				permission.rows = append(permission.rows, []any{id, int64(n)})
			}
		}
		e := open(b, group, permission)
		before := cputime.Used()
		rows := mustQuery(b, e, "select count(*), count(distinct g.name) from permission p join security_group g on g.group_id = p.group_id")
		after := cputime.Used()
		if want := fmt.Sprint([]any{int64(groups * each), int64(groups)}); fmt.Sprint(rows[0]) != want {
			b.Fatalf("%v, want %s", rows, want)
		}
		return after - before
	}
	for b.Loop() {
		first, last := used(least), used(most)
		b.ReportMetric(float64(last)/(most*each), "ns/row")
		b.ReportMetric(float64(last)/float64(first)/(most/least), "x-of-linear")
	}
}

// BenchmarkPrepareGrowth has long lists and conditions, and reports x-of-linear as
// [BenchmarkJoinGrowth] does, of the time that it takes to understand a statement.
func BenchmarkPrepareGrowth(b *testing.B) {
	const least, most = 10_000, 100_000
	for _, part := range []string{", 2", ", id", " or id=2"} {
		b.Run(part, func(b *testing.B) {
			e := open(b, people())
			used := func(n int) time.Duration {
				before, end := "select id from person where id = 1", ""
				if part[0] == ',' {
					before, end = "select id from person where id in (1", ")"
				}
				begun := cputime.Used()
				if _, err := e.Prepare(before + strings.Repeat(part, n) + end); err != nil {
					b.Fatal(err)
				}
				return cputime.Used() - begun
			}
			for b.Loop() {
				first, last := used(least), used(most)
				b.ReportMetric(float64(last)/float64(first)/(most/least), "x-of-linear")
			}
		})
	}
}
