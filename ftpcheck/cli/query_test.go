package cli

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// Each form of output has the values of SQL as it can show them, also where a column needs nothing.
func TestCells(t *testing.T) {
	types := []value.Type{value.Text, value.Float8, value.Numeric, value.Text.Array(), value.TimestampTZ, value.Int8}
	row := []any{"{a}", 1e8, "1.50", "{a,NULL}", "2026-01-02T03:04:05.000000Z", int64(1)}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for form, want := range map[string][]any{
		"csv":     {"{a}", output.Number("100000000"), output.Number("1.50"), "{a,NULL}", "2026-01-02T03:04:05.000000Z", int64(1)},
		"json":    {"{a}", output.Number("100000000"), output.Number("1.50"), `["a",null]`, "2026-01-02T03:04:05.000000Z", int64(1)},
		"parquet": {"{a}", output.Number("100000000"), output.Number("1.50"), "{a,NULL}", at, int64(1)},
	} {
		// All columns, and each alone: what one needs is not what another does.
		for i := range len(types) + 1 {
			from, to := 0, len(types)
			if i < len(types) {
				from, to = i, i+1
			}
			var columns []pgsql.Column
			for _, of := range types[from:to] {
				columns = append(columns, pgsql.Column{Type: of})
			}
			got := slices.Clone(newCells(columns, form).of(row[from:to]))
			if diff := cmp.Diff(want[from:to], got); diff != "" {
				t.Errorf("%s, columns %d to %d (-want +got):\n%s", form, from, to, diff)
			}
		}
	}
}
