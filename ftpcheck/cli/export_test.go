package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/duckdb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

const sample = "../../docs/sample"

// jsonRows are the rows of a query in JSON, each value as DuckDB's JSON has it: integers
// as texts. Values of JSON stay what they are.
func jsonRows(t *testing.T, sql string) [][]any {
	t.Helper()
	stdout, stderr, code := run(t, "query", "--from", sample, "--output", "json", sql)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var result struct {
		Columns []struct{ Name string }
		Rows    []map[string]any
	}
	d := json.NewDecoder(strings.NewReader(stdout))
	d.UseNumber()
	if err := d.Decode(&result); err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for _, row := range result.Rows {
		var values []any
		for _, c := range result.Columns {
			v := row[c.Name]
			if n, ok := v.(json.Number); ok {
				v = n.String()
			}
			values = append(values, v)
		}
		rows = append(rows, values)
	}
	return rows
}

// TestParquetIsTheJSON reads each table of the sample back from Parquet with DuckDB.
func TestParquetIsTheJSON(t *testing.T) {
	begin := time.Now().Add(-time.Microsecond)
	var statements []string
	want := map[string][][]any{}
	for _, tbl := range tables.Steampipe(nil) {
		path := filepath.Join(t.TempDir(), tbl.Name+".parquet")
		sql := "select * from " + tbl.Name + " order by title, origin, source, 3"
		if tbl.Index("source") < 0 {
			sql = "select * from " + tbl.Name + " order by title, origin"
		}
		stdout, stderr, code := run(t, "query", "--from", sample, "--export", path, sql)
		want[tbl.Name] = jsonRows(t, sql)
		says := fmt.Sprintf("%d rows were written to %s.\n", len(want[tbl.Name]), path)
		if code != exitOK || stdout != "" || !strings.HasSuffix(stderr, says) {
			t.Fatalf("exit code %d, %q, %q, want %q", code, stdout, stderr, says)
		}
		statements = append(statements, "select * from read_parquet("+duckdb.Text(path)+")")
	}
	types := map[relation.Type]string{relation.Bool: "BOOLEAN", relation.Int: "BIGINT", relation.Text: "VARCHAR", relation.CIDR: "VARCHAR", relation.JSON: "JSON", relation.Timestamp: "TIMESTAMP WITH TIME ZONE"}
	for i, result := range duckdb.Run(t, statements...) {
		tbl := tables.Steampipe(nil)[i]
		var columns []duckdb.Column
		for _, c := range tbl.Columns {
			columns = append(columns, duckdb.Column{Name: c.Name, Type: types[c.Type]})
		}
		if diff := cmp.Diff(columns, result.Columns); diff != "" {
			t.Errorf("%s: columns (-want +got):\n%s", tbl.Name, diff)
		}
		if len(result.Rows) == 0 {
			t.Errorf("%s has no rows", tbl.Name)
		}
		for _, rows := range [][][]any{want[tbl.Name], result.Rows} {
			for _, row := range rows {
				for i, c := range tbl.Columns {
					text, isText := row[i].(string)
					switch {
					case c.Type == relation.JSON && isText:
						var v any
						if err := json.Unmarshal([]byte(text), &v); err != nil {
							t.Fatal(err)
						}
						row[i] = v
					case c.Type == relation.JSON:
						// Numbers are numbers here.
						text, err := json.Marshal(row[i])
						if err == nil {
							err = json.Unmarshal(text, &row[i])
						}
						if err != nil {
							t.Fatal(err)
						}
					case c.Type == relation.Timestamp && isText:
						at, err := time.Parse("2006-01-02 15:04:05.999999Z07", strings.ReplaceAll(strings.ReplaceAll(text, "T", " "), "Z", "+00"))
						if err != nil || at.Before(begin) || at.After(time.Now()) {
							t.Errorf("%s.%s is %s: %v", tbl.Name, c.Name, text, err)
						}
						row[i] = "a time while the test ran" // of two runs
					}
				}
			}
		}
		if diff := cmp.Diff(want[tbl.Name], result.Rows); diff != "" {
			t.Errorf("%s: JSON (-), Parquet (+):\n%s", tbl.Name, diff)
		}
	}
}

// TestParquetTypes has columns that no table has, and one without any value.
func TestParquetTypes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "types.parquet")
	sql := `select null as absent, count(*) as rows, avg(n) as mean, max(x) as word, sum(n) > 1 as more, min(a) as a, sum(half) as halves, array_agg(n) as list
		from (select 1 as n, 'w' as x, null::int as a, 0.5::float8 as half, 1 as g union all select 2, 'v', 5, 0.5, 2) x group by g order by g`
	if _, stderr, code := run(t, "query", "--from", sample, "--export", path, sql); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	want := []duckdb.Result{{
		Columns: []duckdb.Column{{Name: "absent", Type: "VARCHAR"}, {Name: "rows", Type: "BIGINT"}, {Name: "mean", Type: "DOUBLE"},
			{Name: "word", Type: "VARCHAR"}, {Name: "more", Type: "BOOLEAN"}, {Name: "a", Type: "BIGINT"}, {Name: "halves", Type: "DOUBLE"}, {Name: "list", Type: "VARCHAR"}},
		Rows: [][]any{{nil, "1", 1., "w", false, nil, 0.5, "{1}"}, {nil, "1", 2., "v", true, "5", 0.5, "{2}"}},
	}}
	if diff := cmp.Diff(want, duckdb.Run(t, "select * from read_parquet("+duckdb.Text(path)+")")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestParquetTypesOfManyRows has a column whose first value comes after very many rows.
func TestParquetTypesOfManyRows(t *testing.T) {
	const n = 60_000
	path := filepath.Join(t.TempDir(), "types.parquet")
	sql := fmt.Sprintf("select n, case when n = %d then 'late' end as late, case when n > 1 then 0.5 * n else 1 end as mixed from generate_series(1, %[1]d) n", n)
	if _, stderr, code := run(t, "query", "--from", sample, "--export", path, sql); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	results := duckdb.Run(t, "select count(*), count(late), sum(n), min(n), max(mixed), bool_and(mixed = n / 2 or n = 1) from read_parquet("+duckdb.Text(path)+")")
	if diff := cmp.Diff([][]any{{fmt.Sprint(n), "1", fmt.Sprint(n * (n + 1) / 2), "1", float64(n) / 2, true}}, results[0].Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestExportEndsWithTheContext interrupts a query, which must leave no file behind.
func TestExportEndsWithTheContext(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		// As soon as something is in the file, under whatever name.
		for ctx.Err() == nil {
			time.Sleep(time.Millisecond)
			if files, _ := filepath.Glob(filepath.Join(dir, ".rows.csv.*")); len(files) > 0 {
				if info, err := os.Stat(files[0]); err == nil && info.Size() > 0 {
					cancel()
				}
			}
		}
	}()
	var stderr bytes.Buffer
	sql := "with recursive series(n) as (select 1 union all select n + 1 from series) select n from series"
	code := Run(ctx, []string{"query", "--from", sample, "--export", filepath.Join(dir, "rows.csv"), sql}, nil, &bytes.Buffer{}, &stderr)
	if code != exitInterrupted || stderr.String() != "ftpcheck: interrupted\n" {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left behind are %v, %v", entries, err)
	}
}
