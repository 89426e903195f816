package benchmark

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/duckdb"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// docs/lake.md says how other engines read the Parquet files. These tests hold it to the
// tables and, with DuckDB in the place of Trino, to the benchmark.

// A lakeBlock is a fenced block of docs/lake.md.
type lakeBlock struct {
	heading, lang, text string
}

func lakeBlocks(t *testing.T) []lakeBlock {
	t.Helper()
	text, err := os.ReadFile("../../docs/lake.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []lakeBlock
	heading := ""
	for _, m := range regexp.MustCompile("(?ms)^#+ (.*?)$|^```([a-z+]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if m[1] != "" {
			heading = strings.Trim(m[1], "`")
			continue
		}
		blocks = append(blocks, lakeBlock{heading, m[2], m[3]})
	}
	return blocks
}

// partitionColumns are those that the folders of a dataset are named after.
var partitionColumns = []string{"account_id", "region"}

// columnsFor are the definitions of a table's columns, without those of the partitions.
func columnsFor(tbl *relation.Table, quote string, types map[relation.Type]string) []string {
	var lines []string
	for _, c := range tbl.Columns {
		if name := c.Name; !slices.Contains(partitionColumns, name) {
			if quote == "`" || name == "partition" { // which SQL gives a meaning
				name = quote + name + quote
			}
			lines = append(lines, name+" "+types[c.Type])
		}
	}
	return lines
}

func athenaDDL(tbl *relation.Table) string {
	columns := columnsFor(tbl, "`", map[relation.Type]string{relation.Bool: "boolean", relation.Int: "bigint", relation.Text: "string", relation.CIDR: "string", relation.JSON: "string", relation.Timestamp: "timestamp"})
	return "create external table " + tbl.Name + " (\n  " + strings.Join(columns, ",\n  ") + "\n)\npartitioned by (\n  `account_id` string,\n  `region` string\n)\n" +
		"stored as parquet\nlocation 's3://EXAMPLE-BUCKET/parquet/" + tbl.Name + "/';\n\nmsck repair table " + tbl.Name + ";\n"
}

func trinoDDL(tbl *relation.Table) string {
	columns := columnsFor(tbl, `"`, map[relation.Type]string{relation.Bool: "boolean", relation.Int: "bigint", relation.Text: "varchar", relation.CIDR: "varchar", relation.JSON: "varchar", relation.Timestamp: "timestamp(3)"})
	columns = append(columns, "account_id varchar", "region varchar")
	return "create table hive.ftpcheck." + tbl.Name + " (\n  " + strings.Join(columns, ",\n  ") + "\n)\nwith (\n  format = 'PARQUET',\n" +
		"  external_location = 's3://EXAMPLE-BUCKET/parquet/" + tbl.Name + "/',\n  partitioned_by = array['account_id', 'region']\n);\n\n" +
		"call hive.system.sync_partition_metadata('ftpcheck', '" + tbl.Name + "', 'FULL');\n"
}

var update = flag.Bool("update", false, "write the tables of docs/lake.md, and what the mod says of frameworks, anew")

// TestLakeTables holds the documented tables to ours, column by column.
func TestLakeTables(t *testing.T) {
	if *update {
		rewriteLakeTables(t)
	}
	blocks := lakeBlocks(t)
	for _, tbl := range tables.Of(nil) {
		for lang, want := range map[string]string{"sql+athena": athenaDDL(tbl), "sql+trino": trinoDDL(tbl)} {
			i := slices.IndexFunc(blocks, func(b lakeBlock) bool { return b.heading == tbl.Name && b.lang == lang })
			if i < 0 {
				t.Errorf("docs/lake.md has no %s block under %s", lang, tbl.Name)
			} else if diff := cmp.Diff(want, blocks[i].text); diff != "" {
				t.Errorf("the %s block of %s (-want +documented):\n%s", lang, tbl.Name, diff)
			}
		}
	}
}

// rewriteLakeTables writes the statements under the heading of each table.
func rewriteLakeTables(t *testing.T) {
	const page = "../../docs/lake.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, tbl := range tables.Of(nil) {
		block := regexp.MustCompile("(?s)(### `" + tbl.Name + "`\n\nAthena:\n\n```sql.athena\n).*?(```\n\nTrino:\n\n```sql.trino\n).*?(```\n)")
		text = block.ReplaceAllFunc(text, func(old []byte) []byte {
			m := block.FindSubmatch(old)
			return slices.Concat(m[1], []byte(athenaDDL(tbl)), m[2], []byte(trinoDDL(tbl)), m[3])
		})
	}
	if err := os.WriteFile(page, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// trinoOnDuckDB are the functions of Trino that the documented queries use and DuckDB has
// under another name.
const trinoOnDuckDB = `
create macro array_join(a, separator) as array_to_string(a, separator);
create macro json_extract_scalar(j, path) as json_extract_string(j, replace(replace(path, '["', '."'), '"]', '"'));
`

// lake writes all tables as datasets, and returns SQL that makes views of them, with the
// documented statement for DuckDB.
func lake(t *testing.T, r tables.Reader) []string {
	t.Helper()
	dir := t.TempDir()
	views := []string{trinoOnDuckDB}
	for _, tbl := range tables.Of(r) {
		var columns []output.Column
		for _, c := range tbl.Columns {
			columns = append(columns, output.Column{Name: c.Name, Type: c.Type})
		}
		path := filepath.Join(dir, "parquet", tbl.Name)
		w, err := output.NewHive(path, columns, partitionColumns...)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		err = tbl.List(t.Context(), relation.Query{}, func(row relation.Row) error {
			rows++
			var values []any
			for _, c := range tbl.Columns {
				values = append(values, c.Value(row, nil))
			}
			return w.Row(values)
		})
		// An audit writes what could be read, too.
		if incomplete := (*sg.IncompleteError)(nil); err != nil && !errors.As(err, &incomplete) {
			t.Fatal(err)
		}
		if err := w.End(); err != nil {
			t.Fatal(err)
		}
		if rows > 0 {
			views = append(views, strings.ReplaceAll(duckDBView(t, tbl), "evidence/parquet", dir+"/parquet"))
			continue
		}
		// DuckDB finds no columns where there are no files.
		f, err := os.Create(filepath.Join(dir, tbl.Name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		empty, err := output.NewParquet(f, columns)
		if err == nil {
			err = empty.End()
		}
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, "create view "+tbl.Name+" as select * from read_parquet("+duckdb.Text(f.Name())+");")
	}
	for _, b := range lakeBlocks(t) {
		if b.lang == "sql+trino" && strings.HasPrefix(b.text, "create view") {
			views = append(views, b.text)
		}
	}
	return views
}

func duckDBView(t *testing.T, tbl *relation.Table) string {
	t.Helper()
	for _, b := range lakeBlocks(t) {
		if b.lang == "sql+duckdb" {
			for _, statement := range strings.SplitAfter(b.text, ";\n") {
				if strings.Contains(statement, " view "+tbl.Name+" ") {
					return statement
				}
			}
		}
	}
	t.Fatalf("docs/lake.md has no view of %s for DuckDB", tbl.Name)
	return ""
}

// lakeQuery is the documented query of a control, with its settings.
func lakeQuery(t *testing.T, c *Control) string {
	t.Helper()
	i := slices.IndexFunc(lakeBlocks(t), func(b lakeBlock) bool { return b.heading == c.Query.Name && b.lang == "sql+trino" })
	if i < 0 {
		t.Fatalf("docs/lake.md has no query %s", c.Query.Name)
	}
	sql := lakeBlocks(t)[i].text
	for name, value := range c.Args {
		before, after := "'20 or 21' as ports", "'"+value+"' as ports"
		if name == "groups" {
			before, after = "'all' as groups_checked", "'"+value+"' as groups_checked"
		}
		if !strings.Contains(sql, before) {
			t.Fatalf("the documented query %s does not say %s", c.Query.Name, before)
		}
		sql = strings.Replace(sql, before, after, 1)
	}
	return sql
}

// TestLakeQueries runs the documented queries on Parquet files of several worlds, and
// holds the rows against those of the benchmark.
func TestLakeQueries(t *testing.T) {
	for name, r := range map[string]tables.Reader{
		"sample": reader(t, "../../docs/sample"), "emulator": reader(t, "../../testdata/emulator"), "world": reader(t, save(t, world)),
		"sample, live":                     served(t, "../../docs/sample"),
		"shared":                           shared(t),
		"nowhere":                          places{},
		"an account ID that begins with 0": places{{Origin: sg.Live, AccountID: "012345678901", Region: "us-east-1", Content: sg.ContentGroups, Status: sg.StatusScanned, Groups: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			mod := load(t)
			statements := lake(t, r)
			runs := runAccess(t, mod, r).Groups[0].Controls
			for _, run := range runs {
				statements = append(statements, lakeQuery(t, mod.Control(strings.TrimPrefix(run.ID, "control."))))
			}
			results := duckdb.Run(t, statements...)
			for i, run := range runs {
				var want []string
				for _, result := range resultList(t, run) {
					want = append(want, strings.Join([]string{result.Resource, string(result.Status), result.Reason, result.dimension("region"), result.dimension("account_id")}, "\n"))
				}
				got := lakeRows(t, results[len(results)-len(runs)+i])
				slices.Sort(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: the benchmark (-), DuckDB (+):\n%s", run.ID, diff)
				}
				if len(got) == 0 && name == "world" {
					t.Errorf("%s has no results", run.ID)
				}
			}
		})
	}
}

func lakeRows(t *testing.T, result duckdb.Result) []string {
	t.Helper()
	var names, rows []string
	for _, c := range result.Columns {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"resource", "status", "reason", "region", "account_id"}, names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for _, row := range result.Rows {
		text := ""
		for _, v := range row {
			if v == nil {
				v = ""
			}
			text += fmt.Sprint(v) + "\n"
		}
		rows = append(rows, strings.TrimSuffix(text, "\n"))
	}
	slices.Sort(rows)
	return rows
}

// TestLakeViews holds the columns of the views for DuckDB to those of the tables. Account
// IDs must stay texts.
func TestLakeViews(t *testing.T) {
	types := map[relation.Type]string{relation.Bool: "BOOLEAN", relation.Int: "BIGINT", relation.Text: "VARCHAR", relation.CIDR: "VARCHAR", relation.JSON: "JSON", relation.Timestamp: "TIMESTAMP WITH TIME ZONE"}
	statements := lake(t, reader(t, "../../docs/sample"))
	for _, tbl := range tables.Of(nil) {
		statements = append(statements, "select * from "+tbl.Name+" limit 0")
	}
	results := duckdb.Run(t, statements...)
	for i, tbl := range tables.Of(nil) {
		want, got := map[string]string{}, map[string]string{}
		for _, c := range tbl.Columns {
			want[c.Name] = types[c.Type]
		}
		for _, c := range results[len(results)-len(tables.Of(nil))+i].Columns {
			got[c.Name] = c.Type
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the table (-), DuckDB (+):\n%s", tbl.Name, diff)
		}
	}
}

// TestLakePlaces checks that a place that was not read is an error of every query, and so
// never looks like one without open groups.
func TestLakePlaces(t *testing.T) {
	mod := load(t)
	statements := lake(t, covered)
	for _, c := range mod.Benchmark("ftp_access").Controls {
		statements = append(statements, lakeQuery(t, c))
	}
	results := duckdb.Run(t, statements...)
	notRead := []string{
		"account 111122223333, region eu-west-1\nerror\nAllow ec2:DescribeSecurityGroups.\neu-west-1\n111122223333",
		"account 111122223333, region eu-west-2\nerror\nNot scanned (throttled).\neu-west-2\n111122223333",
	}
	controls := mod.Benchmark("ftp_access").Controls
	for i, c := range controls {
		got := lakeRows(t, results[len(results)-len(controls)+i])
		if c.Name != "place_scanned" {
			if diff := cmp.Diff(notRead, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.Name, diff)
			}
			continue
		}
		var want []string
		for _, result := range resultList(t, runOne(t, mod, covered, c.Name)) {
			want = append(want, strings.Join([]string{result.Resource, string(result.Status), result.Reason, result.dimension("region"), result.dimension("account_id")}, "\n"))
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the benchmark (-), DuckDB (+):\n%s", c.Name, diff)
		}
	}
}
