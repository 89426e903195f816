package ftpcheck_test

import (
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// BenchmarkRows measures rows through Steampipe's SDK and gRPC against the least that
// they can cost: the same rows straight from package tables.
func BenchmarkRows(b *testing.B) {
	file := manyRows(b, 200)
	tbl := tableNamed(b, permissions)
	for _, bench := range []struct {
		name    string
		columns []string
	}{
		{"none", nil},
		{"keys", []string{"group_id", "cidr_ipv4", "unrestricted_ftp", "region", "account_id"}},
		{"few", []string{"group_id", "source", "unrestricted_ftp", "unrestricted_ftp_reason", "title"}},
		{"all", columnsOf(tbl)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s := launch(b, map[string]string{"ftpcheck": paths(file)}, "STEAMPIPE_FREE_MEM_INTERVAL=0")
			rows, floor := timeInProcess(b, tbl, file, bench.columns)
			for b.Loop() {
				stream, _, cancel := s.start(query{table: tbl.Name, columns: bench.columns})
				n := 0
				for ; ; n++ {
					if _, err := stream.Recv(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
				cancel()
				if n != rows {
					b.Fatalf("%d rows, not %d", n, rows)
				}
			}
			perQuery := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(rows)/perQuery.Seconds(), "rows/s")
			b.ReportMetric(float64(perQuery.Microseconds())/float64(rows), "µs/row")
			b.ReportMetric(float64(rows)/floor.Seconds(), "floor-rows/s")
			b.ReportMetric(perQuery.Seconds()/floor.Seconds(), "x-floor")
		})
	}
}

func timeInProcess(b *testing.B, tbl *relation.Table, file string, columns []string) (rows int, best time.Duration) {
	scanner, err := scan.New(config.Config{Paths: []string{file}})
	if err != nil {
		b.Fatal(err)
	}
	q := relation.Query{Wanted: make([]bool, len(tbl.Columns)), Settled: true}
	for i, c := range tbl.Columns {
		q.Wanted[i] = slices.Contains(columns, c.Name)
	}
	for range 3 {
		rows = 0
		started := time.Now()
		err := tableOf(b, scanner, tbl.Name).List(b.Context(), q, func(r relation.Row) error {
			rows++
			for i, c := range tbl.Columns {
				if q.Wanted[i] {
					c.Value(r, nil)
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if took := time.Since(started); best == 0 || took < best {
			best = took
		}
	}
	return rows, best
}
