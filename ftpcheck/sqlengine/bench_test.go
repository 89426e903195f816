package sqlengine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

// BenchmarkQuery reports the time for each row of a table of 25 columns.
func BenchmarkQuery(b *testing.B) {
	const rows = 20_000
	columns := []table.Column{{Name: "k", Type: table.Text}, {Name: "b", Type: table.Bool}, {Name: "n", Type: table.Int}, {Name: "j", Type: table.JSON}, {Name: "t", Type: table.Timestamp}}
	for i := len(columns); i < 25; i++ {
		columns = append(columns, table.Column{Name: fmt.Sprintf("c%d", i), Type: table.Text})
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
				r, err := e.Query(b.Context(), sql)
				if err != nil {
					b.Fatal(err)
				}
				for r.Next() {
				}
				if r.Err() != nil {
					b.Fatal(r.Err())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}

// BenchmarkOpen measures what a short command pays before its first query.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		e := open(b, people(), visits())
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSmallQuery(b *testing.B) {
	e := open(b, people(), visits())
	for b.Loop() {
		if _, err := query(b.Context(), e, "select p.name, v.place from person p join visit v on v.person_id = p.id where p.name = 'Ann'"); err != nil {
			b.Fatal(err)
		}
	}
}
