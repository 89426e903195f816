package benchmark

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/postgres"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// psql runs a script in the schema of the test.
func psql(t *testing.T, script string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "psql", "--no-psqlrc", "--quiet", "--host", postgres.Socket(t), "--username", "postgres", "postgres")
	cmd.Env = append(os.Environ(), "PGOPTIONS=--search_path="+strings.ReplaceAll(pgx.Identifier{t.Name()}.Sanitize(), " ", `\ `))
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestDump tells what the script does to tables that are there already.
func TestDump(t *testing.T) {
	conn := postgres.Connect(t)
	fill(t, conn, reader(t, save(t, world)))
	_, before := rowsOf(t, conn, "select * from ftpcheck_security_group")
	columns := []output.Column{{Name: "a", Type: relation.Text}, {Name: "b", Type: relation.JSON}, {Name: "c", Type: relation.CIDR},
		{Name: "d", Type: relation.Bool}, {Name: "e", Type: relation.Int}, {Name: "f", Type: relation.Timestamp}, {Name: `g "h"`, Type: relation.Text}}
	at := time.Date(2026, 11, 27, 1, 2, 3, 456789000, time.UTC)
	rows := [][]any{
		{"a\\b\tc\nd\re'f\\.", `{"k":"v\\n\"\t"}`, "2000::/3", true, int64(-1), at, `\N`},
		{`\.`, nil, nil, nil, nil, nil, ""},
		{"\u00e9\U0001f600", "[]", "10.0.0.0/8", false, int64(1) << 62, at, "it's \\ here"},
	}
	write := func(end func(*output.PostgresScript) error, last bool) string {
		var text bytes.Buffer
		script := output.NewPostgresScript(&text)
		w := script.Table("ftpcheck_security_group", `it's \ "here"`, columns, make([]string, len(columns)))
		for _, row := range rows {
			if err := w.Row(row); err != nil {
				t.Fatal(err)
			}
		}
		if last {
			if err := w.End(); err != nil {
				t.Fatal(err)
			}
		}
		if err := end(script); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	for _, reason := range []string{"it's \\ denied\nin two lines", "$$; drop table ftpcheck_security_group; do $$ begin", "$1 :x :'x' \\$"} {
		failing := write(func(s *output.PostgresScript) error { return s.Fail(reason) }, false)
		if out, err := psql(t, failing); err == nil || !strings.Contains(out, reason) {
			t.Errorf("a dump that failed for %q: %v\n%s", reason, err, out)
		}
		if _, after := rowsOf(t, conn, "select * from ftpcheck_security_group"); !slices.Equal(before, after) {
			t.Errorf("a dump that failed for %q has changed the table", reason)
		}
	}
	whole := write((*output.PostgresScript).End, true)
	cut := []string{whole[:len(whole)-len("commit;\n")], whole[:strings.Index(whole, "copy ")+30], whole[:len(whole)/2]}
	for _, script := range cut {
		psql(t, script)
		if _, after := rowsOf(t, conn, "select * from ftpcheck_security_group"); !slices.Equal(before, after) {
			t.Errorf("a script that broke off has changed the table:\n%s", script)
		}
	}
	if out, err := psql(t, whole); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := conn.Query(t.Context(), `select a, b::text, c::text, d, e, f, "g ""h""" from ftpcheck_security_group`)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for ; got.Next(); i++ {
		values, err := got.Values()
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := values[5].(time.Time); ok {
			values[5] = f.UTC()
		}
		if b, ok := values[1].(string); ok {
			values[1] = strings.ReplaceAll(b, `": "`, `":"`) // jsonb's own layout
		}
		if diff := cmp.Diff(rows[i], values); diff != "" {
			t.Errorf("row %d (-written, +read):\n%s", i, diff)
		}
	}
	if i != len(rows) || got.Err() != nil {
		t.Errorf("%d rows, %v", i, got.Err())
	}
}

// TestRemediationInDashboard holds what the dashboard shows against the column: each
// command alone, whole and in one line.
func TestRemediationInDashboard(t *testing.T) {
	conn := postgres.Connect(t)
	fill(t, conn, reader(t, "../../testdata/emulator"))
	sql := load(t).query("security_group_ftp_remediation").SQL
	type shown struct{ Rules, Known, Command *string }
	commands := 0
	arns, err := conn.Query(t.Context(), "select distinct security_group_arn from ftpcheck_security_group_ingress_permission where remediation is not null")
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(arns, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, arn := range all {
		rows, err := conn.Query(t.Context(), sql, arn)
		if err != nil {
			t.Fatal(err)
		}
		panel, err := pgx.CollectRows(rows, pgx.RowToStructByPos[shown])
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		err = conn.QueryRow(t.Context(), "select array_agg(distinct remediation) from ftpcheck_security_group_ingress_permission where security_group_arn = $1 and remediation is not null", arn).Scan(&texts)
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, text := range texts {
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "aws ") {
					want = append(want, strings.TrimSuffix(line, "\n"))
				}
			}
		}
		for _, p := range panel {
			if p.Known == nil || strings.ContainsAny(*p.Known, "\n#") {
				t.Errorf("%s: what to know is not plain text: %v", arn, p.Known)
			}
			if p.Command != nil {
				got = append(got, *p.Command)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if len(panel) != len(texts) || !slices.Equal(want, got) {
			t.Errorf("%s: commands %q, want %q", arn, got, want)
		}
		commands += len(got)
	}
	if commands == 0 {
		t.Error("there is no command, so nothing was compared")
	}
}
