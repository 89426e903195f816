package pgsql_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/postgres"
)

func TestMain(m *testing.M) { postgres.Main(m) }

// An answer is what an engine says to a statement: columns and rows, or an error.
type answer struct {
	columns []string // each its name and its type
	rows    []string // each its values as PostgreSQL writes them, quoted
	err     error
	refused bool // err says that PostgreSQL might answer
	broken  bool // err is a defect, whatever PostgreSQL says
}

// A column is told as this by both engines.
func column(name, typ string) string { return strconv.Quote(name) + " " + typ }

// A row is told as this by both engines. A value is nil for null.
func row(values []*string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		if texts[i] = "null"; v != nil {
			texts[i] = strconv.Quote(*v)
		}
	}
	return strings.Join(texts, ", ")
}

func (a answer) String() string {
	if a.err != nil {
		return "error: " + a.err.Error()
	}
	const most = 30
	lines := slices.Concat([]string{fmt.Sprintf("%d rows of %s", len(a.rows), strings.Join(a.columns, ", "))}, a.rows[:min(most, len(a.rows))])
	if len(a.rows) > most {
		lines = append(lines, "…")
	}
	return strings.Join(lines, "\n")
}

// same reports whether two answers are the same: both errors, or the same columns and rows.
// Unless ordered, the rows can be in any order.
func same(a, b answer, ordered bool) bool {
	if a.err != nil || b.err != nil {
		return a.err != nil && b.err != nil && !a.broken && !b.broken
	}
	if !slices.Equal(a.columns, b.columns) {
		return false
	}
	if ordered && !slices.EqualFunc(a.rows, b.rows, func(a, b string) bool { return a == b || orderAs(a) == orderAs(b) }) {
		return false
	}
	return slices.Equal(slices.Sorted(slices.Values(a.rows)), slices.Sorted(slices.Values(b.rows)))
}

var zeros = regexp.MustCompile(`"(-?\d+)(?:\.0+|(\.\d*[1-9])0+)"`)

// orderAs is a row as it is ordered: 1.0 and 1.00 have no order.
func orderAs(row string) string { return zeros.ReplaceAllString(row, `"$1$2"`) }

// A verdict is what our answer is beside PostgreSQL's.
type verdict string

const (
	agrees       verdict = "the same"
	refuses      verdict = "refused"
	breaks       verdict = "broken"
	failsAlone   verdict = "an error where PostgreSQL answers"
	answersAlone verdict = "an answer where PostgreSQL fails"
	otherColumns verdict = "other names or types of columns"
	otherRows    verdict = "other rows"
	otherOrder   verdict = "the same rows in another order"
)

// defect reports whether our answer must not be as it is.
func (v verdict) defect() bool { return v != agrees && v != refuses }

func judge(want, got answer, ordered bool) verdict {
	switch {
	case got.broken:
		return breaks
	case same(want, got, ordered):
		return agrees
	case got.refused:
		return refuses
	case got.err != nil:
		return failsAlone
	case want.err != nil:
		return answersAlone
	case !slices.Equal(want.columns, got.columns):
		return otherColumns
	case same(want, got, false):
		return otherOrder
	}
	return otherRows
}

// An asker answers statements.
type asker interface {
	ask(ctx context.Context, sql string) answer
}

// An oracle is a PostgreSQL.
type oracle struct {
	conn  *pgx.Conn
	types map[uint32]string
}

func newOracle(t testing.TB, conn *pgx.Conn) *oracle {
	t.Helper()
	o := &oracle{conn, map[uint32]string{}}
	rows, err := o.conn.Query(t.Context(), "select oid, format_type(oid, null) from pg_type")
	if err != nil {
		t.Fatal(err)
	}
	var oid uint32
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&oid, &name}, func() error { o.types[oid] = name; return nil }); err != nil {
		t.Fatal(err)
	}
	return o
}

// ask asks as psql does, by the simple protocol, so that all values come as text.
func (o *oracle) ask(ctx context.Context, sql string) (a answer) {
	results := o.conn.PgConn().Exec(ctx, sql)
	for results.NextResult() {
		a = answer{}
		reader := results.ResultReader()
		for _, f := range reader.FieldDescriptions() {
			a.columns = append(a.columns, column(f.Name, o.types[f.DataTypeOID]))
		}
		for reader.NextRow() {
			values := make([]*string, len(reader.Values()))
			for i, v := range reader.Values() {
				if v != nil {
					text := string(v)
					values[i] = &text
				}
			}
			a.rows = append(a.rows, row(values))
		}
	}
	if err := results.Close(); err != nil {
		return answer{err: err}
	}
	return a
}

// wording is what an error says, without what the client has put around it.
func wording(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Message
	}
	return err.Error()
}

// Oracles are PostgreSQLs with the same tables. In the first the rows lie as they were
// inserted. In the others they lie otherwise and the planner goes other ways, so a statement
// to which all say the same has one answer, and not one by chance.
type oracles []*oracle

// ask asks the first, and the second whether that is so.
func (p oracles) ask(ctx context.Context, sql string) (a, alternative answer) {
	return p[0].ask(ctx, sql), p[1].ask(ctx, sql)
}

// doubt reports whether any of the others says something else.
func (p oracles) doubt(ctx context.Context, sql string, a answer, ordered bool) bool {
	return slices.ContainsFunc(p[1:], func(o *oracle) bool { return !same(a, o.ask(ctx, sql), ordered) })
}

// newOracles makes the tables of the corpus, the first in a schema named after the test.
func newOracles(t testing.TB) oracles {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/tables/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no tables: ", err)
	}
	all := oracles{newOracle(t, postgres.Connect(t))}
	var names []string
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[0].execute(t, string(script))
		names = append(names, pgx.Identifier{strings.TrimSuffix(filepath.Base(file), ".sql")}.Sanitize())
	}
	for i, other := range []struct{ order, off string }{
		{"ctid desc", "enable_hashagg enable_hashjoin enable_memoize enable_material"},
		{"md5(ctid::text)", "enable_mergejoin enable_nestloop enable_sort"},
		{"md5('a' || ctid::text)", "enable_hashagg enable_mergejoin enable_nestloop"},
		{"md5('b' || ctid::text)", "enable_hashjoin enable_mergejoin"},
	} {
		conn := postgres.Connect(t)
		o := newOracle(t, conn)
		postgres.Schema(t, conn, fmt.Sprintf("%s, again %d", t.Name(), i))
		for _, name := range names {
			o.execute(t, "create table "+name+" as select * from "+pgx.Identifier{t.Name()}.Sanitize()+"."+name+" order by "+other.order)
		}
		for setting := range strings.FieldsSeq(other.off) {
			o.execute(t, "set "+setting+" to off")
		}
		all = append(all, o)
	}
	for _, o := range all {
		o.execute(t, "analyze "+strings.Join(names, ", "))
		o.execute(t, "set statement_timeout to '3s'")
	}
	return all
}

func (o *oracle) execute(t testing.TB, sql string) {
	t.Helper()
	if a := o.ask(t.Context(), sql); a.err != nil {
		t.Fatalf("%s\n%v", sql, a.err)
	}
}
