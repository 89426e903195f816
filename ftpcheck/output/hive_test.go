package output

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/duckdb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

var placed = []Column{{Name: "region", Type: relation.Text}, {Name: "group_id", Type: relation.Text}, {Name: "n", Type: relation.Int}, {Name: "account_id", Type: relation.Text}}

func hive(t *testing.T, dir string, rows ...[]any) {
	t.Helper()
	w, err := NewHive(dir, placed, "account_id", "region")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
}

// files are the paths of all files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// fromHive reads a dataset. Without hive_types_autocast, an account ID stays what it is.
func fromHive(dir string) string {
	return "read_parquet(" + duckdb.Text(dir+"/**/*.parquet") + ", hive_partitioning = true, hive_types_autocast = false)"
}

func TestHive(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "table")
	rows := [][]any{
		{"eu-west-1", "sg-1", int64(1), "012345678901"},
		{"eu-west-1", "sg-2", nil, "012345678901"},
		{"us-east-1", nil, int64(3), "012345678901"},
		{"us-east-1", "sg-4", int64(4), "123456789012"},
		{nil, "sg-5", int64(5), "123456789012"},
		{nil, "sg-6", int64(6), nil},
	}
	hive(t, dir, rows...)
	want := []string{
		"account_id=012345678901/region=eu-west-1/part-0.parquet",
		"account_id=012345678901/region=us-east-1/part-0.parquet",
		"account_id=123456789012/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet",
		"account_id=123456789012/region=us-east-1/part-0.parquet",
		"account_id=__HIVE_DEFAULT_PARTITION__/region=__HIVE_DEFAULT_PARTITION__/part-0.parquet",
	}
	if diff := gocmp.Diff(want, files(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	results := duckdb.Run(t,
		"select region, group_id, n, account_id from "+fromHive(dir)+" order by group_id nulls first",
		"select * from read_parquet("+duckdb.Text(filepath.Join(dir, want[0]))+", hive_partitioning = false)",
		"select group_id from "+fromHive(dir)+" where account_id = '012345678901' and region = 'eu-west-1' order by 1",
	)
	slices.SortStableFunc(rows, func(a, b []any) int { return cmp.Compare(fmt.Sprint(a[1]), fmt.Sprint(b[1])) })
	if diff := gocmp.Diff(asDuckDBRows(rows), results[0].Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff([]duckdb.Column{{Name: "group_id", Type: "VARCHAR"}, {Name: "n", Type: "BIGINT"}}, results[1].Columns); diff != "" {
		t.Errorf("columns in the file (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff([][]any{{"sg-1"}, {"sg-2"}}, results[2].Rows); diff != "" {
		t.Errorf("one partition (-want +got):\n%s", diff)
	}
}

// TestHiveHostileValues uses values that are paths, escapes and marks of their own.
func TestHiveHostileValues(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "table")
	values := []string{"..", ".", "../../../outside", "/etc/passwd", "a=b/c=d", "100%", "%2F", "\x00\x01\n\x7f", `"#%'*:?\{[]^`,
		"日本", "two words", "__hive", "~", "$(id)", "a&b;c", "}"}
	var rows [][]any
	for i, v := range values {
		rows = append(rows, []any{v, fmt.Sprintf("sg-%02d", i), int64(i), values[len(values)-1-i]})
	}
	hive(t, dir, rows...)
	for _, path := range files(t, parent) {
		parts := strings.Split(path, "/")
		if len(parts) != 4 || parts[0] != "table" || !strings.HasPrefix(parts[1], "account_id=") || !strings.HasPrefix(parts[2], "region=") || parts[3] != "part-0.parquet" {
			t.Errorf("a file is at %s", path)
		}
	}
	if got, want := len(files(t, parent)), len(values); got != want {
		t.Errorf("there are %d files, want %d", got, want)
	}
	// As Hive writes them.
	for v, want := range map[string]string{"a=b/c=d": "a%3Db%2Fc%3Dd", "100%": "100%25", "\x00\x01\n\x7f": "%00%01%0A%7F", "日本": "日本", "two words": "two words", "}": "}"} {
		if got := hiveEscape(v); got != want {
			t.Errorf("%q is escaped as %q, want %q", v, got, want)
		}
	}
	results := duckdb.Run(t, "select region, group_id, n, account_id from "+fromHive(dir)+" order by group_id")
	if diff := gocmp.Diff(asDuckDBRows(rows), results[0].Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestHiveManyPartitions goes round more partitions than are open at once.
func TestHiveManyPartitions(t *testing.T) {
	dir := t.TempDir()
	w, err := NewHive(dir, placed, "account_id", "region")
	if err != nil {
		t.Fatal(err)
	}
	const accounts, rounds = maxOpenParts + 6, 3
	for round := range rounds {
		for a := range accounts {
			for i := range 2 {
				row := []any{"eu-west-1", fmt.Sprintf("sg-%d-%d-%d", round, a, i), int64(i), fmt.Sprintf("%012d", a)}
				if err := w.Row(row); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(w.(*hiveWriter).open); n > maxOpenParts {
				t.Fatalf("%d files are open", n)
			}
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	if n := len(w.(*hiveWriter).open); n != 0 {
		t.Errorf("%d files are still open", n)
	}
	var want []string
	for a := range accounts {
		for round := range rounds {
			want = append(want, fmt.Sprintf("account_id=%012d/region=eu-west-1/part-%d.parquet", a, round))
		}
	}
	if diff := gocmp.Diff(want, files(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%.2000s", diff)
	}
	results := duckdb.Run(t, "select count(*), count(distinct group_id), count(distinct account_id) from "+fromHive(dir))
	if diff := gocmp.Diff([][]any{{fmt.Sprint(2 * accounts * rounds), fmt.Sprint(2 * accounts * rounds), fmt.Sprint(accounts)}}, results[0].Rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHiveKeepsWhatIsInUse writes to one partition again and again, between many others.
func TestHiveKeepsWhatIsInUse(t *testing.T) {
	dir := t.TempDir()
	var rows [][]any
	for a := range 2 * maxOpenParts {
		rows = append(rows, []any{"eu-west-1", "sg", int64(a), fmt.Sprint(a)}, []any{"eu-west-1", "sg", int64(a), "used"})
	}
	hive(t, dir, rows...)
	if got := files(t, filepath.Join(dir, "account_id=used")); len(got) != 1 {
		t.Errorf("its files are %v", got)
	}
}

// TestHiveMemory checks that several open files together gather no more than one may.
func TestHiveMemory(t *testing.T) {
	w, err := NewHive(t.TempDir(), Texts("text", "account_id"), "account_id")
	if err != nil {
		t.Fatal(err)
	}
	h := w.(*hiveWriter)
	filler := strings.Repeat("x", 1<<20)
	for i := range 3 * maxPendingSize >> 20 {
		if err := w.Row([]any{filler, fmt.Sprint(i % 5)}); err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, p := range h.open {
			sum += p.pending
		}
		if sum != h.pending || sum >= maxPendingSize {
			t.Fatalf("after %d rows, %d bytes are pending; counted are %d", i+1, sum, h.pending)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	if h.pending != 0 {
		t.Errorf("at the end, %d bytes are counted as pending", h.pending)
	}
}

func TestHiveWithoutRows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	hive(t, dir)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() || len(files(t, dir)) > 0 {
		t.Errorf("the folder is not there and empty: %v", err)
	}
}

func TestHiveRefuses(t *testing.T) {
	used := t.TempDir()
	hive(t, used, []any{"r", "g", int64(1), "a"})
	for _, test := range []struct {
		dir, by, want string
	}{
		{used, "region", "is not empty, and the files of two datasets must not mix: name another folder"},
		{t.TempDir(), "n", `a dataset can only be partitioned by a column of text, and "n" is none`},
		{t.TempDir(), "nothing", `a dataset can only be partitioned by a column of text, and "nothing" is none`},
	} {
		if _, err := NewHive(test.dir, placed, test.by); err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want %s", test.by, err, test.want)
		}
	}
	for _, test := range []struct {
		row  []any
		want string
	}{
		{[]any{nullPartition, "g", int64(1), "a"}, `the column "region" has a value that cannot be that of a partition: "__HIVE_DEFAULT_PARTITION__"`},
		{[]any{"r", "g", int64(1), true}, `the column "account_id" is of the type text, but one of its values is a Go bool`},
		{[]any{"r", "g", "1", "a"}, `the column "n" is of the type bigint, but one of its values is a Go string`},
	} {
		dir := t.TempDir()
		w, err := NewHive(dir, placed, "account_id", "region")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Row([]any{"r", "g", int64(1), "a"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Row(test.row); err == nil || err.Error() != test.want {
			t.Errorf("the error is %v, want %s", err, test.want)
		}
		// What was begun cannot be taken for whole.
		for _, path := range files(t, dir) {
			content, err := os.ReadFile(filepath.Join(dir, path))
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(string(content), "PAR1") && len(content) > 4 {
				t.Errorf("%s looks whole", path)
			}
		}
	}
}
