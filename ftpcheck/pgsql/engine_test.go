package pgsql_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// An engine is ours.
type engine struct{ database *pgsql.Database }

// newEngine copies the tables that a statement of PostgreSQL can name without a schema, except
// those with columns of types that are not ours. It also returns the names of these.
func newEngine(t testing.TB, o *oracle) (asker, []string) {
	t.Helper()
	database := &pgsql.Database{Now: time.Now}
	found, err := o.conn.Query(t.Context(), `
		select c.relname, a.attname, t.typname from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
		where c.relnamespace <> 'pg_catalog'::regnamespace and pg_table_is_visible(c.oid) and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not attisdropped
		order by c.relname, a.attnum`)
	if err != nil {
		t.Fatal(err)
	}
	var table, column, typ string
	foreign := map[string]bool{}
	_, err = pgx.ForEachRow(found, []any{&table, &column, &typ}, func() error {
		known, ok := typeOf(typ)
		if !ok {
			foreign[table] = true
		}
		n := len(database.Tables)
		if n == 0 || database.Tables[n-1].Name != table {
			database.Tables = append(database.Tables, &pgsql.Table{Name: table})
			n++
		}
		last := database.Tables[n-1]
		i := len(last.Columns)
		last.Columns = append(last.Columns, pgsql.TableColumn{Name: column, Type: known, Value: func(r any) (any, error) { return r.(scanned).value(i) }})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	database.Tables = slices.DeleteFunc(database.Tables, func(table *pgsql.Table) bool { return foreign[table.Name] })
	for _, table := range database.Tables {
		if err := copyRows(t.Context(), o, table); err != nil {
			foreign[table.Name] = true
			t.Logf("the table %s cannot be copied: %v", table.Name, err)
		}
	}
	database.Tables = slices.DeleteFunc(database.Tables, func(table *pgsql.Table) bool { return foreign[table.Name] })
	var names []string
	for name := range foreign {
		names = append(names, name)
	}
	return &engine{database}, names
}

// typeOf returns our type for one of pg_type.
func typeOf(name string) (value.Type, bool) {
	if elem, ok := strings.CutPrefix(name, "_"); ok {
		t, ok := value.ByName(elem)
		return t.Array(), ok
	}
	return value.ByName(name)
}

// scanned is a row, and which of its values may be asked for.
type scanned struct {
	table  *pgsql.Table
	values []any
	wanted []bool
}

func (r scanned) value(i int) (any, error) {
	if !r.wanted[i] {
		return nil, fmt.Errorf("the column %s.%s is asked for, and was not wanted", r.table.Name, r.table.Columns[i].Name)
	}
	return r.values[i], nil
}

func copyRows(ctx context.Context, o *oracle, table *pgsql.Table) error {
	results, err := o.conn.PgConn().Exec(ctx, "select * from "+pgx.Identifier{table.Name}.Sanitize()).ReadAll()
	if err != nil {
		return err
	}
	var rows [][]any
	for _, r := range results[0].Rows {
		values := make([]any, len(r))
		for i, text := range r {
			if text == nil {
				continue
			}
			if values[i], err = value.Parse(table.Columns[i].Type, string(text), 0); err != nil {
				return fmt.Errorf("%s %q: %w", table.Columns[i].Type, text, err)
			}
		}
		rows = append(rows, values)
	}
	// A source may give no more than what is asked for, so this one does: what it leaves out
	// must not be missed.
	table.Scan = func(_ context.Context, q *pgsql.ScanQuery, emit func(row any) error) error {
		for _, values := range rows {
			if !slices.ContainsFunc(q.Conditions, func(c pgsql.Condition) bool { return excludes(table, c, values[c.Column]) }) {
				if err := emit(scanned{table, values, q.Wanted}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return nil
}

// excludes reports whether a value does not meet a condition.
func excludes(table *pgsql.Table, c pgsql.Condition, v any) bool {
	if v == nil {
		return true
	}
	t := table.Columns[c.Column].Type
	equal := func(w any) bool {
		if text, ok := w.(string); ok && t != value.Text && t != value.Varchar {
			return value.Format(t, v) == text
		}
		return value.Compare(t, v, w) == 0
	}
	switch c.Op {
	case pgsql.OneOf:
		return !slices.ContainsFunc(c.Values, equal)
	case pgsql.NoneOf:
		return slices.ContainsFunc(c.Values, equal)
	}
	return false
}

func (e *engine) ask(ctx context.Context, sql string) (a answer) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			a = answer{err: fmt.Errorf("panic: %v", p), broken: true}
		}
	}()
	refuse := func(err error) answer {
		broken := ctx.Err() != nil || strings.Contains(err.Error(), "defect of the SQL engine")
		return answer{err: err, refused: pgsql.Refused(err), broken: broken}
	}
	statements, err := syntax.Parse(sql)
	if err != nil {
		return refuse(err)
	}
	if len(statements) != 1 {
		return answer{err: fmt.Errorf("%d statements", len(statements))}
	}
	statement, err := e.database.Prepare(statements[0], nil)
	if err != nil {
		return refuse(err)
	}
	columns := statement.Columns()
	for _, c := range columns {
		a.columns = append(a.columns, column(c.Name, c.Type.String()))
	}
	err = statement.Run(ctx, func(values []any) error {
		texts := make([]*string, len(columns))
		for i, c := range columns {
			if values[i] != nil {
				text := value.Output(c.Type, values[i])
				texts[i] = &text
			}
		}
		a.rows = append(a.rows, row(texts))
		return nil
	})
	if err != nil {
		return refuse(err)
	}
	return a
}
