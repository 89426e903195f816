package pgsql_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/postgres"
)

// regressFiles are those of PostgreSQL's own tests that are about queries and about types
// that are ours.
var regressFiles = strings.Fields(`boolean text varchar int2 int4 int8 numeric float8 strings date time timestamp timestamptz interval horology inet json jsonb
	json_encoding arrays case select select_distinct select_distinct_on select_implicit select_having subselect union join aggregates groupingsets window with limit tsrf
	rangefuncs regex expressions numerology unicode rowtypes equivclass incremental_sort misc_functions random errors`)

// TestPostgresRegress runs PostgreSQL's own tests, and puts each of their queries to our
// engine, too. It reports what it sees and fails only where our engine breaks: some of the
// queries have no one answer. The tests are not ours to keep, so FTPCHECK_PG_REGRESS names
// a folder with those of a source of PostgreSQL: src/test/regress.
func TestPostgresRegress(t *testing.T) {
	folder := os.Getenv("FTPCHECK_PG_REGRESS")
	if folder == "" {
		t.Skip("FTPCHECK_PG_REGRESS names no folder with PostgreSQL's own tests")
	}
	server := newOracle(t, postgres.Connect(t))
	connect := func(t *testing.T, database string) *oracle {
		conn, err := pgx.Connect(t.Context(), "host="+postgres.Socket(t)+" user=postgres dbname="+database)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.Background()) })
		return newOracle(t, conn)
	}
	server.execute(t, "create database regression")
	t.Run("setup", func(t *testing.T) {
		f := &regressFile{folder: folder, oracle: connect(t, "regression"), variables: map[string]string{}}
		f.run(t, "test_setup")
	})
	for _, name := range regressFiles {
		server.execute(t, "create database regression_"+name+" template regression")
		t.Run(name, func(t *testing.T) {
			o := connect(t, "regression_"+name)
			o.execute(t, "set statement_timeout to '20s'")
			f := &regressFile{folder: folder, oracle: o, variables: map[string]string{}, compare: true, counts: map[verdict]int{}}
			f.run(t, name)
			t.Logf("%s: %v", name, f.counts)
		})
		server.execute(t, "drop database regression_"+name)
	}
}

// A regressFile is a script for psql that is being run.
type regressFile struct {
	folder    string
	oracle    *oracle
	variables map[string]string
	compare   bool
	counts    map[verdict]int
	ours      asker // nil if the tables may have changed since
	foreign   []string
}

var (
	setting  = regexp.MustCompile(`(?i)^(re)?set\s+(local\s+|session\s+)?(datestyle|timezone|time\s+zone|intervalstyle|extra_float_digits|bytea_output|escape_string_warning|standard_conforming_strings|statement_timeout)`)
	reading  = regexp.MustCompile(`(?i)^\s*[( ]*(select|values|with|table)\b`)
	writing  = regexp.MustCompile(`(?i)\b(insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into|nextval|setval|set_config|pg_\w+|select\b[^;]*\binto\s+(temp|table|unlogged|\w+\s+from))`)
	copying  = regexp.MustCompile(`(?is)^copy\s.*\sfrom\s+stdin`)
	variable = regexp.MustCompile(`:'(\w+)'|:"(\w+)"`)
)

func (f *regressFile) run(t *testing.T, name string) {
	content, err := os.ReadFile(filepath.Join(f.folder, "sql", name+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	script := string(content)
	for script = skipSpace(script); script != ""; script = skipSpace(script) {
		if script[0] == '\\' {
			line, rest, _ := strings.Cut(script, "\n")
			f.command(line)
			script = rest
			continue
		}
		sql, rest := cutStatement(script)
		script = rest
		sql = variable.ReplaceAllStringFunc(sql, func(v string) string {
			if value, ok := f.variables[strings.Trim(v, `:'"`)]; ok {
				return "'" + strings.ReplaceAll(value, "'", "''") + "'"
			}
			return v
		})
		switch {
		case setting.MatchString(sql): // ours has but one
		case copying.MatchString(sql):
			data, rest, _ := strings.Cut(strings.TrimPrefix(script, "\n"), "\n\\.")
			script = rest
			f.oracle.conn.PgConn().CopyFrom(t.Context(), bytes.NewReader([]byte(data+"\n")), sql)
			f.ours = nil
		case reading.MatchString(sql) && !writing.MatchString(sql):
			f.query(t, name, sql)
		default:
			f.oracle.ask(t.Context(), sql)
			f.ours = nil
		}
	}
}

// command does those commands of psql by which the scripts find their data.
func (f *regressFile) command(line string) {
	words := strings.Fields(line)
	switch {
	case words[0] == `\getenv` && len(words) == 3 && words[2] == "PG_ABS_SRCDIR":
		f.variables[words[1]] = f.folder
	case words[0] == `\set` && len(words) >= 3:
		value := ""
		for _, w := range words[2:] {
			if v, ok := f.variables[strings.TrimPrefix(w, ":")]; ok && w[0] == ':' {
				w = v
			}
			value += strings.Trim(w, "'")
		}
		f.variables[words[1]] = value
	}
}

// near makes columns of types that ours come near to columns of those.
const near = `do $$ declare c record; begin
	for c in select a.attrelid::regclass as t, a.attname as n, case when a.atttypid = 'float4'::regtype then 'float8' else 'text' end as new
		from pg_attribute a join pg_class r on r.oid = a.attrelid
		where r.relkind = 'r' and r.relnamespace = 'public'::regnamespace and a.attnum > 0 and not attisdropped and attinhcount = 0 and a.atttypid in ('float4'::regtype, 'name'::regtype, 'bpchar'::regtype)
	loop begin execute format('alter table %s alter column %I type %s', c.t, c.n, c.new); exception when others then null; end; end loop; end $$`

func (f *regressFile) query(t *testing.T, name, sql string) {
	if f.ours == nil && f.compare {
		if status := f.oracle.conn.PgConn().TxStatus(); status != 'E' {
			f.oracle.ask(t.Context(), near)
			f.ours, f.foreign = newEngine(t, f.oracle)
		}
	}
	want := f.oracle.ask(t.Context(), sql)
	if f.ours == nil || isTimeout(want.err) || want.err != nil && strings.Contains(want.err.Error(), "25P02") {
		return
	}
	got := f.ours.ask(t.Context(), sql)
	v := judge(want, got, false)
	for _, table := range f.foreign {
		if v == failsAlone && strings.EqualFold(got.err.Error(), fmt.Sprintf("relation %q does not exist", table)) {
			v = "about a table of types that are not ours"
		}
	}
	f.counts[v]++
	if want.err == nil && got.err != nil {
		f.ours = nil // perhaps it has called a function that writes
	}
	switch {
	case v == breaks:
		t.Errorf("%s: %s\n%s: %v", name, sql, v, got.err)
	case v == refuses:
		t.Logf("%s: %s\n%s: %v", name, sql, v, got.err)
	case v.defect():
		t.Logf("%s: %s\n%s. PostgreSQL says\n%v\nand our engine\n%v", name, sql, v, want, got)
	}
}

// skipSpace cuts off white space and comments.
func skipSpace(s string) string {
	for {
		s = strings.TrimLeft(s, " \t\r\n;")
		switch {
		case strings.HasPrefix(s, "--"):
			_, s, _ = strings.Cut(s, "\n")
		case strings.HasPrefix(s, "/*"):
			_, s, _ = strings.Cut(s, "*/")
		default:
			return s
		}
	}
}

var dollars = regexp.MustCompile(`^\$\w*\$`)

// cutStatement cuts a script behind its first statement, which ends with a semicolon or with
// a command of psql.
func cutStatement(s string) (statement, rest string) {
	depth := 0
	for i := 0; i < len(s); i++ {
		end := ""
		switch c := s[i]; {
		case c == ';' && depth <= 0:
			return s[:i], s[i+1:]
		case c == '\\' && depth <= 0:
			return s[:i], s[i:]
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '\'' || c == '"':
			end = string(c)
		case strings.HasPrefix(s[i:], "--"):
			end = "\n"
		case strings.HasPrefix(s[i:], "/*"):
			end = "*/"
		case c == '$':
			end = dollars.FindString(s[i:])
		}
		if end == "" {
			continue
		}
		escaped := end == "'" && i > 0 && (s[i-1] == 'E' || s[i-1] == 'e')
		for i += len(end); i < len(s) && !strings.HasPrefix(s[i:], end); i++ {
			if escaped && s[i] == '\\' {
				i++
			}
		}
		i += len(end) - 1
	}
	return s, ""
}
