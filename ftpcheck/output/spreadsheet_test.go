package output

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// TestSpreadsheet opens CSV in LibreOffice, with each separator that people choose: nothing
// is a formula, and an account keeps its zero.
func TestSpreadsheet(t *testing.T) {
	soffice := needs.Program(t, "Install LibreOffice, as with: apt-get install libreoffice-calc-nogui", "soffice")
	columns := []Column{{Name: "account_id", Type: relation.Text}, {Name: "name", Type: relation.Text}, {Name: "n", Type: relation.Int}}
	var rows [][]any
	for _, name := range []string{"=1+1", "+1+1", "-1+2", "@SUM(A1)", "\t=1+1", "a;=1+1", "a;=HYPERLINK(A1)", "a;=1+1;b", "x\t=1+1", "x\r=1+1", "x\n=1+1", "a;\"=1+1\"", "\"=1+1\"", "＝1+1", "a;＝1+1", "plain"} {
		rows = append(rows, []any{"012345678901", name, int64(21)})
	}
	safe := written(t, csvOf(columns, true), rows...)
	for separator, code := range map[string]int{"comma": ',', "semicolon": ';', "tab": '\t'} {
		t.Run(separator, func(t *testing.T) {
			cells := opened(t, soffice, code, safe)
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
				if strings.Contains(c.text(), "12345678901") {
					n++
					if c.Type != "string" || c.text() != "'012345678901" {
						t.Errorf("the account is %s %q", c.Type, c.text())
					}
				}
			}
			if n != len(rows) {
				t.Errorf("%d of %d accounts are there", n, len(rows))
			}
			if !slices.ContainsFunc(cells, func(c cell) bool { return c.Type == "float" && c.text() == "21" }) {
				t.Error("a number is none")
			}
		})
	}
	// Without what makes it safe, LibreOffice does what is said of it.
	raw := opened(t, soffice, ',', written(t, csvOf(columns, false), rows...))
	if !slices.ContainsFunc(raw, func(c cell) bool { return c.Formula != "" }) || !slices.ContainsFunc(raw, func(c cell) bool { return c.text() == "12345678901" }) {
		t.Error("CSV for programs has no formula and all zeros in it, so this test shows nothing")
	}
}

// A cell is one of a spreadsheet.
type cell struct {
	Formula string   `xml:"formula,attr"`
	Type    string   `xml:"value-type,attr"`
	Lines   []string `xml:"p"`
}

func (c cell) text() string { return strings.Join(c.Lines, "\n") }

// opened is the cells that LibreOffice makes of CSV.
func opened(t *testing.T, soffice string, separator int, text string) []cell {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	// The separator, a quote around texts, UTF-8, the first line; and what a person does
	// not change: quoted fields may be numbers, and what looks like a formula is one.
	filter := fmt.Sprintf("CSV:%d,34,76,1,,0,false,true,false,false,false,-1,true", separator)
	cmd := exec.CommandContext(ctx, soffice, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--infilter="+filter, "--convert-to", "fods", "--outdir", dir, filepath.Join(dir, "rows.csv"))
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	document, err := os.Open(filepath.Join(dir, "rows.fods"))
	if err != nil {
		t.Fatal(err)
	}
	defer document.Close()
	var cells []cell
	for d := xml.NewDecoder(document); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "table-cell" {
			var c cell
			if err := d.DecodeElement(&c, &e); err != nil {
				t.Fatal(err)
			}
			cells = append(cells, c)
		}
	}
	if len(cells) == 0 {
		t.Fatal("there is no cell")
	}
	return cells
}
