package output

import (
	"encoding/csv"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A line of CSV says the same whatever the lines before it say, of which a writer keeps texts.
func TestCSVOfRowsThatAreAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	values := []any{nil, true, false, int64(0), int64(-1), int64(21), noon, time.Unix(0, 0),
		"", "a", "ab", "web", `"`, `""`, `say "x"`, "\\.", " a", "\u00a0a", "a,b", "a\nb", "a\r\nb", "\ra", "=1", "+1", "-1", "-x", "@a", "a;=b", "a;\"-b", "'a", "＝1",
		"0.0.0.0/0", "::/0", "012345678901", "123456789012", "1.50", "1e5", "/:", "2026-01-02", `{"a":"b"}`, `["arn:aws:ec2"]`, "\xff", "ü", "a\x00b"}
	columns := Texts("a", "b", "a", "say \"d\"", "")
	row := make([]any, len(columns)) // the same for all rows, as those of a query are
	for range 100 {
		var rows [][]any
		for range 20 {
			for i := range row {
				if r.IntN(3) == 0 {
					row[i] = values[r.IntN(len(values))]
				}
			}
			rows = append(rows, append([]any{}, row...))
		}
		for _, safe := range []bool{false, true} {
			// An encoder that keeps nothing.
			var want strings.Builder
			library := csv.NewWriter(&want)
			line := func(values []any) {
				cells := make([]string, len(values))
				for i, v := range values {
					cells[i] = Plain(v)
					if s, ok := v.(string); ok && safe {
						cells[i] = `"` + strings.ReplaceAll(neutral(s), `"`, `""`) + `"`
					}
				}
				if safe {
					want.WriteString(strings.Join(cells, ",") + "\r\n")
				} else if err := library.Write(cells); err != nil {
					t.Fatal(err)
				}
				library.Flush()
			}
			line([]any{"a", "b", "a", `say "d"`, ""})
			for _, row := range rows {
				line(row)
			}
			if diff := cmp.Diff(want.String(), written(t, csvOf(columns, safe), rows...)); diff != "" {
				t.Fatalf("safe: %t (-want +got):\n%s", safe, diff)
			}
		}
	}
}
