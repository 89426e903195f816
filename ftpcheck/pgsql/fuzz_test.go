package pgsql_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// FuzzPrepare holds the analysis and the execution to answer or to fail: never to panic, and
// never to go on for ever.
func FuzzPrepare(f *testing.F) {
	files, err := filepath.Glob("testdata/corpus/*.sql")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, statement := range strings.SplitAfter(string(text), ";\n") {
			f.Add(statement)
		}
	}
	rows := [][]any{{"sg-1", int64(20), true, nil}, {"sg-2", nil, nil, value.NewDocument(`{"a":[1]}`)}, {nil, int64(-1), false, value.NewDocument(`[]`)}}
	table := func(name string) *pgsql.Table {
		t := &pgsql.Table{Name: name}
		for i, c := range []pgsql.TableColumn{{Name: "group_id", Type: value.Text}, {Name: "from_port", Type: value.Int8}, {Name: "unrestricted_ftp", Type: value.Bool}, {Name: "tags", Type: value.JSONB}} {
			c.Value = func(row any) (any, error) { return row.([]any)[i], nil }
			t.Columns = append(t.Columns, c)
		}
		t.Scan = func(_ context.Context, _ *pgsql.ScanQuery, emit func(row any) error) error {
			for _, row := range rows {
				if err := emit(row); err != nil {
					return err
				}
			}
			return nil
		}
		return t
	}
	db := &pgsql.Database{Tables: []*pgsql.Table{table("groups"), table("permissions"), table("scans")}, Memory: 16 << 20}
	f.Fuzz(func(t *testing.T, text string) {
		statements, err := syntax.Parse(text)
		if err != nil {
			return
		}
		for _, s := range statements {
			prepared, err := db.Prepare(s, nil)
			if err == nil {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				err = prepared.Run(ctx, func([]any) error { return nil })
			}
			if err != nil && strings.Contains(err.Error(), "defect") {
				t.Errorf("%s\n%v", text, err)
			}
		}
	})
}
