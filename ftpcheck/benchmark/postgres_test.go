package benchmark

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/postgres"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// Steampipe's SQL is PostgreSQL's. These tests run the queries of the mod and of the
// documentation on a PostgreSQL of their own, with the rows that the embedded engine has
// in columns of the types that Steampipe gives them.

func TestMain(m *testing.M) { postgres.Main(m) }

// fill makes the tables in PostgreSQL, with the rows that the reader gives, by the script
// that people get. Each test has a schema of its own.
func fill(t *testing.T, conn *pgx.Conn, r tables.Reader) {
	t.Helper()
	var text bytes.Buffer
	script := output.NewPostgresScript(&text)
	for _, tbl := range tables.Steampipe(r) {
		var columns []output.Column
		var descriptions []string
		for _, c := range tbl.Columns {
			columns, descriptions = append(columns, output.Column{Name: c.Name, Type: c.Type}), append(descriptions, c.Description)
		}
		w := script.Table(tbl.Name, tbl.Description, columns, descriptions)
		// As for a query that asks for every column, places that were not read are rows.
		query := relation.Query{Wanted: slices.Repeat([]bool{true}, len(tbl.Columns))}
		err := tbl.List(t.Context(), query, func(row relation.Row) error {
			var values []any
			for _, c := range tbl.Columns {
				values = append(values, c.Value(row, nil))
			}
			return w.Row(values)
		})
		if err := errors.Join(err, w.End()); err != nil {
			t.Fatal(err)
		}
	}
	if err := script.End(); err != nil {
		t.Fatal(err)
	}
	if out, err := psql(t, text.String()); err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
}

// rowsOf are the rows of a query on PostgreSQL, each as text, and its columns with their types.
func rowsOf(t *testing.T, conn *pgx.Conn, sql string, args ...any) (columns, rows []string) {
	t.Helper()
	result, err := conn.Query(t.Context(), sql, append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, args...)...)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	defer result.Close()
	var types []value.Type
	for _, f := range result.FieldDescriptions() {
		named, _ := conn.TypeMap().TypeForOID(f.DataTypeOID)
		name, isArray := strings.CutPrefix(named.Name, "_")
		typ, ok := value.ByName(name)
		if !ok {
			t.Fatalf("%s\nhas a column of the type %s, which the embedded engine has no equal of", sql, named.Name)
		}
		if isArray {
			typ = typ.Array()
		}
		columns, types = append(columns, f.Name+" "+typ.String()), append(types, typ)
	}
	for result.Next() {
		row := ""
		for i, raw := range result.RawValues() {
			if raw == nil {
				row += "null | "
				continue
			}
			row += shownText(t, types[i], string(raw)) + " | "
		}
		rows = append(rows, row)
	}
	if err := result.Err(); err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	slices.Sort(rows)
	return columns, rows
}

// embeddedRowsOf is [rowsOf] for the embedded engine.
func embeddedRowsOf(t *testing.T, engine *sqlengine.Engine, sql string, args ...pgsql.Arg) (columns, rows []string) {
	t.Helper()
	statements, err := engine.Prepare(sql, args...)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	for _, c := range statements[0].Columns() {
		columns = append(columns, c.Name+" "+c.Type.String())
	}
	err = statements[0].Run(t.Context(), func(values []any) error {
		row := ""
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				row += "null | "
			case bool:
				row += fmt.Sprint(v)[:1] + " | "
			default:
				row += shownText(t, statements[0].Columns()[i].Type, fmt.Sprint(v)) + " | "
			}
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	slices.Sort(rows)
	return columns, rows
}

// shownText makes the same of texts that only look different.
func shownText(t *testing.T, typ value.Type, text string) string {
	t.Helper()
	switch typ {
	case value.JSON, value.JSONB:
		var v any
		err := json.Unmarshal([]byte(text), &v)
		same, err2 := json.Marshal(v)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return string(same)
	case value.TimestampTZ:
		at, err := time.Parse("2006-01-02 15:04:05.999999Z07", strings.NewReplacer("T", " ", "Z", "+00").Replace(text))
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC().Format(time.RFC3339Nano)
	}
	return text
}

// A call is a query with arguments.
type call struct {
	query *Query
	args  map[string]string
}

func (c call) String() string { return fmt.Sprintf("%s %v", c.query.Name, c.args) }

// values are the arguments as Powerpipe passes them.
func (c call) values() []any {
	var values []any
	for _, p := range c.query.Params {
		value, ok := c.args[p.Name]
		if !ok {
			value = p.Default
		}
		values = append(values, value)
	}
	return values
}

// pathStates are those of what stands on a path, which the dashboard shows apart.
var pathStates = []string{"internet", "open", "blocks", "unknown", "reached", "behind"}

// calls are all queries of the mod with all arguments that controls give them or, where a
// dashboard does, with security groups in turn, as many as that.
func calls(t *testing.T, mod *Mod, conn *pgx.Conn, groups int) []call {
	t.Helper()
	var list []call
	for _, c := range mod.Controls {
		list = append(list, call{c.Query, c.Args})
	}
	var arns []string
	rows, err := conn.Query(t.Context(), "select coalesce(arn, group_id) from ftpcheck_security_group where scan_status = 'scanned' order by row_number() over (partition by unrestricted_ftp, internet_reachable order by group_id), 1 limit $1", groups)
	if err == nil {
		arns, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range mod.Queries {
		switch {
		case slices.ContainsFunc(mod.Controls, func(c *Control) bool { return c.Query == q }):
		case len(q.Params) == 0:
			list = append(list, call{query: q})
		case len(q.Params) == 1 && q.Params[0].Name == "group_arn":
			for _, arn := range append(arns, "arn:of:nothing") {
				list = append(list, call{q, map[string]string{"group_arn": arn}})
			}
		case len(q.Params) == 2 && q.Params[0].Name == "group_arn" && q.Params[1].Name == "state":
			for _, arn := range append(arns, "arn:of:nothing") {
				for _, state := range pathStates {
					list = append(list, call{q, map[string]string{"group_arn": arn, "state": state}})
				}
			}
		default:
			t.Errorf("nobody knows arguments for the query %s", q.Name)
		}
	}
	return list
}

// TestSameRows runs every query on both engines, over several worlds, and holds the rows
// against each other.
func TestSameRows(t *testing.T) {
	groups, _ := exceptionGroups()
	plain, excepted := load(t), excepting(t, "")
	hostile := excepting(t, worldExceptions, "max_public_ipv4_addresses=1000000",
		`common_dimensions=["account_id", "region", "vpc_id", "connection_name"]`, `tag_dimensions=["purpose", "status", "o\"dd'"]`)
	for _, test := range []struct {
		name   string
		reader tables.Reader
		groups int // with which dashboards are tried
		mod    *Mod
		zone   string // of PostgreSQL's session, UTC if it is empty
	}{
		{"sample", reader(t, "../../docs/sample"), 3, plain, ""},
		{"emulator", reader(t, "../../testdata/emulator"), 3, plain, ""},
		{"world", reader(t, save(t, world)), 12, plain, ""},
		{"settings", reader(t, save(t, world)), 3, hostile, ""},
		{"exceptions", reader(t, save(t, [][]group{groups})), 3, excepted, ""},
		// Where it is already tomorrow, or still yesterday.
		{"exceptions in Kiritimati", reader(t, save(t, [][]group{groups})), 3, excepted, "Pacific/Kiritimati"},
		{"exceptions on Baker Island", reader(t, save(t, [][]group{groups})), 3, excepted, "Etc/GMT+12"},
		{"unread", unread(reader(t, save(t, world), brokenFile(t)), "us-east-1"), 12, plain, ""},
		{"unread with settings", unread(reader(t, save(t, world)), "eu-west-1"), 3, hostile, ""},
		{"places", covered, 0, plain, ""},
		{"nowhere", places{}, 0, hostile, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn := postgres.Connect(t)
			fill(t, conn, test.reader)
			if test.zone != "" {
				if _, err := conn.Exec(t.Context(), "set timezone to '"+test.zone+"'"); err != nil {
					t.Fatal(err)
				}
			}
			engine := sqlengine.Open(tables.Steampipe(test.reader))
			some := map[*Query]int{}
			for _, c := range calls(t, test.mod, conn, test.groups) {
				columns, rows := rowsOf(t, conn, c.query.SQL, c.values()...)
				some[c.query] += len(rows)
				args, err := c.query.bind(c.args)
				if err != nil {
					t.Fatal(err)
				}
				embeddedColumns, embeddedRows := embeddedRowsOf(t, engine, c.query.SQL, args...)
				if diff := cmp.Diff(columns, embeddedColumns); diff != "" {
					t.Errorf("%v: columns of PostgreSQL (-) and of the embedded engine (+):\n%s", c, diff)
				}
				if diff := cmp.Diff(rows, embeddedRows); diff != "" {
					t.Errorf("%v: rows of PostgreSQL (-) and of the embedded engine (+):\n%s", c, diff)
				}
			}
			if test.name == "world" {
				for q, n := range some {
					if n == 0 && q.Name != "ftp_exposure_missed" {
						t.Errorf("the query %s gives no row, so nothing was compared", q.Name)
					}
				}
			}
		})
	}
}

// served reads from AWS what is in a folder of saved output of one account. A prefix list
// whose entries were not saved is denied.
func served(t *testing.T, dir string, faults ...fakeaws.Fault) tables.Reader {
	account := "123456789012"
	w := &fakeaws.World{Accounts: []*fakeaws.Account{{ID: account, Regions: map[string]*fakeaws.Region{}}}, Faults: faults}
	for _, place := range regionsOf(t, filepath.Join(dir, account)) {
		r, err := fakeaws.LoadCLI(filepath.Join(dir, account, place))
		if err != nil {
			t.Fatal(err)
		}
		w.Accounts[0].Regions[place] = r
		for _, l := range r.PrefixLists {
			if len(l.Entries) == 0 {
				w.Faults = append(w.Faults, fakeaws.Fault{Kind: fakeaws.Denied, Action: "GetManagedPrefixListEntries", Value: l.ID})
			}
		}
	}
	return live(t, w, config.Config{})
}

func regionsOf(t *testing.T, dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestSameResults runs the benchmark as a whole on both engines.
func TestSameResults(t *testing.T) {
	for name, r := range map[string]tables.Reader{
		"sample": reader(t, "../../docs/sample"), "emulator": reader(t, "../../testdata/emulator"), "world": reader(t, save(t, world)),
		"sample, live": served(t, "../../docs/sample"), "emulator, live": served(t, "../../testdata/emulator"),
	} {
		t.Run(name, func(t *testing.T) {
			conn := postgres.Connect(t)
			fill(t, conn, r)
			mod := load(t)
			for _, run := range runAccess(t, mod, r).Groups[0].Controls {
				var got []string
				for _, result := range resultList(t, run) {
					got = append(got, strings.Join([]string{result.Resource, string(result.Status), result.Reason}, "\n"))
				}
				c := call{mod.Control(run.ID).Query, mod.Control(run.ID).Args}
				rows, err := conn.Query(t.Context(), strings.TrimSuffix(strings.TrimSpace(c.query.SQL), ";"), c.values()...)
				if err != nil {
					t.Fatal(err)
				}
				want, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
					values, err := row.Values()
					return fmt.Sprintf("%v\n%v\n%v", values[0], values[1], values[2]), err
				})
				if err != nil {
					t.Fatal(err)
				}
				slices.Sort(got)
				slices.Sort(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: PostgreSQL (-), the embedded engine (+):\n%s", run.ID, diff)
				}
				if len(got) == 0 {
					t.Errorf("%s has no results", run.ID)
				}
			}
		})
	}
}

// timeless is a reader by which every place was read at one time, whenever it is asked.
type timeless struct{ tables.Reader }

func (r timeless) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	places, err := r.Reader.Read(ctx, request, emit)
	places = slices.Clone(places)
	for i := range places {
		places[i].Started = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		places[i].Finished = places[i].Started.Add(time.Duration(i) * 1234567 * time.Microsecond)
	}
	return places, err
}

// TestDocumentedQueries runs the queries of the documentation that are for PostgreSQL on both
// engines.
func TestDocumentedQueries(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../../docs/*.md", "../../docs/tables/*.md", "../../README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	conn := postgres.Connect(t)
	r := timeless{reader(t, "../../docs/sample")}
	fill(t, conn, r)
	engine := sqlengine.Open(tables.Steampipe(r))
	block := regexp.MustCompile("(?ms)^```sql(?:\\+postgres)?\n(.*?)^```")
	queries := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range block.FindAllStringSubmatch(string(text), -1) {
			queries++
			t.Run(filepath.Base(file), func(t *testing.T) {
				columns, rows := rowsOf(t, conn, match[1])
				embeddedColumns, embeddedRows := embeddedRowsOf(t, engine, match[1])
				if diff := cmp.Diff(append(columns, rows...), append(embeddedColumns, embeddedRows...)); diff != "" {
					t.Errorf("%s:\n%sPostgreSQL (-), the embedded engine (+):\n%s", file, match[1], diff)
				}
			})
		}
	}
	if queries == 0 {
		t.Error("there are no queries in the documentation")
	}
}

// TestRefusedQueries looks whether PostgreSQL answers what docs/sql.md says we refuse.
func TestRefusedQueries(t *testing.T) {
	text, err := os.ReadFile("../../docs/sql.md")
	if err != nil {
		t.Fatal(err)
	}
	conn := postgres.Connect(t)
	fill(t, conn, reader(t, "../../docs/sample"))
	queries := 0
	for _, match := range regexp.MustCompile("(?ms)^```sql\\+refused\n(.*?)^```").FindAllStringSubmatch(string(text), -1) {
		for sql := range strings.SplitSeq(strings.TrimSpace(match[1]), ";") {
			if sql == "" {
				continue
			}
			queries++
			tx, err := conn.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				t.Errorf("%s\n%v", sql, err)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if queries == 0 {
		t.Error("nothing is refused")
	}
}
