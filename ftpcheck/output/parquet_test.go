package output

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/duckdb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

func parquetOf(columns []Column) func(io.Writer) (Writer, error) {
	return func(w io.Writer) (Writer, error) { return NewParquet(w, columns) }
}

// saved writes a file and returns its path.
func saved(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.parquet")
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// asDuckDB is a value of ours as DuckDB's JSON has it.
func asDuckDB(v any) any {
	switch v := v.(type) {
	case int64:
		return fmt.Sprint(v)
	case time.Time:
		return strings.TrimSuffix(strings.TrimRight(v.UTC().Format("2006-01-02 15:04:05.000000"), "0"), ".") + "+00"
	}
	return v
}

func asDuckDBRows(rows [][]any) [][]any {
	var all [][]any
	for _, row := range rows {
		var values []any
		for _, v := range row {
			values = append(values, asDuckDB(v))
		}
		all = append(all, values)
	}
	return all
}

// manyRows are rows of everyType with few and with many different values in a column.
func manyRows(n int) [][]any {
	rows := [][]any{
		{true, int64(math.MaxInt64), "日本語 \U0001F4C1 é", "0.0.0.0/0", `{"ключ":"значение","n":[1,2.50,null]}`, time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
		{false, int64(math.MinInt64), "\x00\n\"'\u202E", "2000::/3", `[]`, time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)},
		{nil, nil, nil, nil, nil, nil},
		{nil, int64(0), "", "", `"text"`, time.Unix(0, 0)},
	}
	for i := len(rows); i < n; i++ {
		row := []any{i%2 == 0, int64(i) * 1_000_003, fmt.Sprintf("group %d", i), fmt.Sprintf("10.0.%d.0/24", i%200),
			fmt.Sprintf(`{"Name":"group %d","team":"t%d"}`, i, i%5), noon.Add(time.Duration(i) * time.Microsecond)}
		row[i%7%len(row)] = nil
		rows = append(rows, row)
	}
	return rows
}

// TestParquetInDuckDB reads with DuckDB what we write.
func TestParquetInDuckDB(t *testing.T) {
	rows := manyRows(100_000)
	path := saved(t, written(t, parquetOf(everyType), rows...))
	from := " from read_parquet(" + duckdb.Text(path) + ")"
	results := duckdb.Run(t,
		"select *"+from,
		"select count(*), count(ok), count(n), count(name), count(\"range\"), count(tags), count(seen)"+from,
		"select name, type, converted_type, logical_type, repetition_type from parquet_schema("+duckdb.Text(path)+") where type is not null",
		// Statistics let readers leave out row groups.
		"select distinct path_in_schema, compression, stats_min_value is not null, stats_null_count > 0 from parquet_metadata("+duckdb.Text(path)+") order by 1",
		"select n, name"+from+" where n = 7000021 and name = 'group 7'",
		"select created_by, num_rows, format_version from parquet_file_metadata("+duckdb.Text(path)+")",
	)
	want := []duckdb.Column{{Name: "ok", Type: "BOOLEAN"}, {Name: "n", Type: "BIGINT"}, {Name: "name", Type: "VARCHAR"},
		{Name: "range", Type: "VARCHAR"}, {Name: "tags", Type: "JSON"}, {Name: "seen", Type: "TIMESTAMP WITH TIME ZONE"}}
	if diff := cmp.Diff(want, results[0].Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for i, row := range asDuckDBRows(rows) {
		if i >= len(results[0].Rows) || !slices.Equal(row, results[0].Rows[i]) {
			t.Errorf("row %d of %d is not %v", i, len(results[0].Rows), row)
			break
		}
	}
	counts := make([]int64, len(everyType))
	for _, row := range rows {
		for i, v := range row {
			if v != nil {
				counts[i]++
			}
		}
	}
	wantCounts := []any{fmt.Sprint(len(rows))}
	for _, n := range counts {
		wantCounts = append(wantCounts, fmt.Sprint(n))
	}
	if diff := cmp.Diff([][]any{wantCounts}, results[1].Rows); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	wantSchema := [][]any{
		{"ok", "BOOLEAN", nil, nil, "OPTIONAL"}, {"n", "INT64", nil, "IntType(bitWidth=@, isSigned=1)", "OPTIONAL"},
		{"name", "BYTE_ARRAY", "UTF8", "StringType()", "OPTIONAL"}, {"range", "BYTE_ARRAY", "UTF8", "StringType()", "OPTIONAL"},
		{"tags", "BYTE_ARRAY", "JSON", "JsonType()", "OPTIONAL"},
		{"seen", "INT64", "TIMESTAMP_MICROS", "TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))", "OPTIONAL"},
	}
	if diff := cmp.Diff(wantSchema, results[2].Rows); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	for _, row := range results[3].Rows {
		if diff := cmp.Diff([]any{row[0], "SNAPPY", true, true}, row); diff != "" {
			t.Errorf("column %v (-want +got):\n%s", row[0], diff)
		}
	}
	if len(results[3].Rows) != len(everyType) {
		t.Errorf("there are statistics of %d columns", len(results[3].Rows))
	}
	if diff := cmp.Diff([][]any{{"7000021", "group 7"}}, results[4].Rows); diff != "" {
		t.Errorf("a row by its values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]any{{"ftpcheck version 1 (build parquet-go)", "100000", "2"}}, results[5].Rows); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

// TestParquetRowGroups writes more than one row group holds, with values that no
// dictionary can hold, and reads all of it back.
func TestParquetRowGroups(t *testing.T) {
	columns := []Column{{Name: "n", Type: relation.Int}, {Name: "text", Type: relation.Text}}
	filler := strings.Repeat("x", 64<<10)
	const n = 2500
	path := filepath.Join(t.TempDir(), "rows.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewParquet(f, columns)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		var text any = fmt.Sprintf("%d %s", i, filler)
		if i%10 == 0 {
			text = nil
		}
		if err := w.Row([]any{int64(i), text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	results := duckdb.Run(t,
		"select count(*), count(text), sum(n), count(distinct n), count(*) filter (where text = n || ' ' || repeat('x', 65536)) from read_parquet("+duckdb.Text(path)+")",
		"select count(*) > 1, max(size) < 64 << 20 from (select row_group_id, sum(total_uncompressed_size) as size from parquet_metadata("+duckdb.Text(path)+") group by 1)",
	)
	if diff := cmp.Diff([][]any{{"2500", "2250", fmt.Sprint(n * (n - 1) / 2), "2500", "2250"}}, results[0].Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]any{{true, true}}, results[1].Rows); diff != "" {
		t.Errorf("several row groups of bounded size (-want +got):\n%s", diff)
	}
}

// TestParquetMemory writes eight times what a row group gathers, and looks how much is kept.
func TestParquetMemory(t *testing.T) {
	w, err := NewParquet(io.Discard, []Column{{Name: "n", Type: relation.Int}, {Name: "text", Type: relation.Text}})
	if err != nil {
		t.Fatal(err)
	}
	filler := strings.Repeat("0123456789abcdef", 4<<10)
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 8 * rowGroupSize / len(filler) {
		if err := w.Row([]any{int64(i), fmt.Sprint(i) + filler}); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC() // what is pooled
	runtime.GC() // survives one of them
	runtime.ReadMemStats(&during)
	if held := int64(during.HeapAlloc) - int64(before.HeapAlloc); held > 4*rowGroupSize {
		t.Errorf("%d MiB are held", held>>20)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
}

func TestParquetIsDeterministic(t *testing.T) {
	rows := manyRows(5000)
	first := written(t, parquetOf(everyType), rows...)
	if second := written(t, parquetOf(everyType), rows...); first != second {
		t.Error("the same rows give other bytes")
	}
}

func TestParquetWithoutRows(t *testing.T) {
	path := saved(t, written(t, parquetOf(everyType)))
	results := duckdb.Run(t, "select * from read_parquet("+duckdb.Text(path)+")")
	if len(results[0].Rows) != 0 || len(results[0].Columns) != len(everyType) {
		t.Errorf("got %v", results[0])
	}
}

func TestParquetNames(t *testing.T) {
	content := written(t, parquetOf(Texts("b", "a", "b", "b_2", "from", "ä, \"ö\"")), []any{"1", "2", "3", "4", "5", "6"})
	f, err := parquet.OpenFile(bytes.NewReader([]byte(content)), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range f.Root().Columns() {
		names = append(names, c.Name())
	}
	if diff := cmp.Diff([]string{"b", "a", "b_2", "b_2_2", "from", "ä, \"ö\""}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	results := duckdb.Run(t, "select * from read_parquet("+duckdb.Text(saved(t, content))+")")
	if diff := cmp.Diff([][]any{{"1", "2", "3", "4", "5", "6"}}, results[0].Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestParquetFloat(t *testing.T) {
	path := saved(t, written(t, parquetOf([]Column{{Name: "f", Type: Float}}), []any{0.5}, []any{nil}))
	results := duckdb.Run(t, "select * from read_parquet("+duckdb.Text(path)+")")
	if diff := cmp.Diff([]duckdb.Result{{Columns: []duckdb.Column{{Name: "f", Type: "DOUBLE"}}, Rows: [][]any{{0.5}, {nil}}}}, results); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParquetRefuses(t *testing.T) {
	values := []any{true, int64(1), 1.5, "x", noon, 1, []byte("x")}
	fits := map[relation.Type]int{relation.Bool: 0, relation.Int: 1, Float: 2, relation.Text: 3, relation.CIDR: 3, relation.Timestamp: 4}
	for typ, fit := range fits {
		for i, v := range values {
			w, err := NewParquet(io.Discard, []Column{{Name: "first", Type: relation.Text}, {Name: "the column", Type: typ}})
			if err != nil {
				t.Fatal(err)
			}
			err = w.Row([]any{nil, v})
			if i == fit {
				if err != nil {
					t.Errorf("%s, %T: %v", TypeName(typ), v, err)
				}
				continue
			}
			want := fmt.Sprintf(`the column "the column" is of the type %s, but one of its values is a Go %T`, TypeName(typ), v)
			if err == nil || err.Error() != want {
				t.Errorf("%s, %T: the error is %v, want %s", TypeName(typ), v, err, want)
			}
		}
	}
	for _, test := range []struct {
		typ         relation.Type
		value, want string
	}{
		{relation.JSON, "{", `the column "c" is JSON, but one of its values is not`},
	} {
		w, err := NewParquet(io.Discard, []Column{{Name: "c", Type: test.typ}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Row([]any{test.value}); err == nil || err.Error() != test.want {
			t.Errorf("%q: the error is %v, want %s", test.value, err, test.want)
		}
	}
	if _, err := NewParquet(io.Discard, []Column{{Name: "c", Type: 99}}); err == nil {
		t.Error("a column of no type is taken")
	}
}
