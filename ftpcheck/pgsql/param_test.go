package pgsql_test

import (
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// TestParameterTypes holds a parameter to one type in the whole statement, as PostgreSQL
// deduces it from the first use that tells.
func TestParameterTypes(t *testing.T) {
	for sql, want := range map[string]string{
		"select $1":                                "05",
		"select $1::int, $1":                       "5, 5",
		"select $1, $1::int":                       "inconsistent types deduced",
		"select $1::text, $1::int":                 "05, 5",
		"select $1::date":                          `invalid input syntax for type date: "05"`,
		"select $1 || 'x', $1":                     "05x, 05",
		"select 4 + $1":                            "9",
		"select $1::int where $1 = 5":              "5",
		"select 1 where $1::numeric = 5.0":         "1",
		"select case when $1::int > 1 then $1 end": "5",
		"select $1 as x order by x":                "05",
	} {
		var got []string
		parsed, err := syntax.Parse(sql)
		if err != nil {
			t.Fatal(err)
		}
		s, err := (&pgsql.Database{}).Prepare(parsed[0], []pgsql.Arg{{Value: "05"}})
		if err == nil {
			err = s.Run(t.Context(), func(row []any) error {
				for i, v := range row {
					got = append(got, value.Format(s.Columns()[i].Type, v))
				}
				return nil
			})
		}
		text := strings.Join(got, ", ")
		if err != nil {
			text = err.Error()
		}
		if text != want && (err == nil || !strings.HasPrefix(text, want)) {
			t.Errorf("%s: %s, want %s", sql, text, want)
		}
	}
}
