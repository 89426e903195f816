package output

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/libreoffice"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// TestSpreadsheet opens CSV in LibreOffice, with each separator that people choose: nothing
// is a formula, and an account keeps its zero.
func TestSpreadsheet(t *testing.T) {
	columns := []Column{{Name: "account_id", Type: relation.Text}, {Name: "name", Type: relation.Text}, {Name: "n", Type: relation.Int}}
	var rows [][]any
	for _, name := range []string{"=1+1", "+1+1", "-1+2", "@SUM(A1)", "\t=1+1", "a;=1+1", "a;=HYPERLINK(A1)", "a;=1+1;b", "x\t=1+1", "x\r=1+1", "x\n=1+1", "a;\"=1+1\"", "\"=1+1\"", "＝1+1", "a;＝1+1", "plain"} {
		rows = append(rows, []any{"012345678901", name, int64(21)})
	}
	safe := written(t, csvOf(columns, true), rows...)
	for separator, code := range map[string]int{"comma": ',', "semicolon": ';', "tab": '\t'} {
		t.Run(separator, func(t *testing.T) {
			cells := opened(t, code, safe)
			for _, c := range cells {
				if c.Formula != "" {
					t.Errorf("%q is a formula", c.Formula)
				}
			}
			if separator != "comma" {
				return // the accounts are then in one cell with what stands beside them
			}
			n := 0
			for _, c := range cells {
				if strings.Contains(c.Text, "12345678901") {
					n++
					if c.Type != "string" || c.Text != "'012345678901" {
						t.Errorf("the account is %s %q", c.Type, c.Text)
					}
				}
			}
			if n != len(rows) {
				t.Errorf("%d of %d accounts are there", n, len(rows))
			}
			if !slices.ContainsFunc(cells, func(c libreoffice.Cell) bool { return c.Type == "float" && c.Text == "21" }) {
				t.Error("a number is none")
			}
		})
	}
	// Without what makes it safe, LibreOffice does what is said of it.
	raw := opened(t, ',', written(t, csvOf(columns, false), rows...))
	if !slices.ContainsFunc(raw, func(c libreoffice.Cell) bool { return c.Formula != "" }) || !slices.ContainsFunc(raw, func(c libreoffice.Cell) bool { return c.Text == "12345678901" }) {
		t.Error("CSV for programs has no formula and all zeros in it, so this test shows nothing")
	}
}

// opened is the cells that LibreOffice makes of CSV.
func opened(t *testing.T, separator int, text string) (cells []libreoffice.Cell) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	// The separator, a quote around texts, UTF-8, the first line; and what a person does
	// not change: quoted fields may be numbers, and what looks like a formula is one.
	for _, sheet := range libreoffice.Open(t, file, fmt.Sprintf("CSV:%d,34,76,1,,0,false,true,false,false,false,-1,true", separator)) {
		cells = append(cells, slices.Concat(sheet.Rows...)...)
	}
	if len(cells) == 0 {
		t.Fatal("there is no cell")
	}
	return cells
}
