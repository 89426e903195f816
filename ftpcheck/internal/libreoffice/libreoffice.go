// Package libreoffice is for tests of what people open in a spreadsheet: it says what LibreOffice
// makes of a file.
package libreoffice

import (
	"context"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// A Sheet is one of a spreadsheet, without what is empty at the end.
type Sheet struct {
	Name string
	Rows [][]Cell
}

// A Cell is what LibreOffice has in a cell.
type Cell struct {
	Formula string
	Type    string // string, float, boolean and so on; empty if there is nothing
	Text    string // as it is shown
	Link    string // where it leads
}

// Open opens a file, and fails the test if that cannot be done. Filter is an --infilter, which says
// what the file is; without one, LibreOffice finds out.
func Open(t testing.TB, file, filter string) []Sheet {
	t.Helper()
	soffice := needs.Program(t, "Install LibreOffice, as with: apt-get install libreoffice-calc-nogui", "soffice")
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	args := []string{"-env:UserInstallation=file://" + dir + "/profile", "--headless", "--convert-to", "fods", "--outdir", dir, file}
	if filter != "" {
		args = append([]string{"--infilter=" + filter}, args...)
	}
	cmd := exec.CommandContext(ctx, soffice, args...)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	name := filepath.Base(file)
	f, err := os.Open(filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".fods"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets, err := read(f)
	if err != nil {
		t.Fatal(err)
	}
	return sheets
}

// read reads a flat OpenDocument spreadsheet.
func read(r io.Reader) (sheets []Sheet, err error) {
	var row []Cell
	var cell *Cell
	var repeated, rowRepeated, lines int
	inLine := false
	for d := xml.NewDecoder(r); ; {
		token, err := d.Token()
		if err == io.EOF {
			return sheets, nil
		} else if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "table":
				sheets = append(sheets, Sheet{Name: attribute(e, "name")})
			case "table-row":
				row, rowRepeated = nil, number(e, "number-rows-repeated")
			case "table-cell", "covered-table-cell":
				cell = &Cell{Formula: attribute(e, "formula"), Type: attribute(e, "value-type")}
				repeated, lines = number(e, "number-columns-repeated"), 0
			case "p":
				if inLine = cell != nil; inLine {
					if lines++; lines > 1 {
						cell.Text += "\n"
					}
				}
			case "s":
				if cell != nil {
					cell.Text += strings.Repeat(" ", number(e, "c"))
				}
			case "tab":
				if cell != nil {
					cell.Text += "\t"
				}
			case "line-break":
				if cell != nil {
					cell.Text += "\n"
				}
			case "a":
				if cell != nil {
					cell.Link = attribute(e, "href")
				}
			}
		case xml.CharData:
			if inLine {
				cell.Text += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "p":
				inLine = false
			case "table-cell", "covered-table-cell":
				for range min(repeated, 100) { // a row has 16,384, most of them empty
					row = append(row, *cell)
				}
				cell = nil
			case "table-row":
				for len(row) > 0 && row[len(row)-1] == (Cell{}) {
					row = row[:len(row)-1]
				}
				s := &sheets[len(sheets)-1]
				for range min(rowRepeated, 100) {
					s.Rows = append(s.Rows, row)
				}
			case "table":
				s := &sheets[len(sheets)-1]
				for len(s.Rows) > 0 && len(s.Rows[len(s.Rows)-1]) == 0 {
					s.Rows = s.Rows[:len(s.Rows)-1]
				}
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// number is an attribute that counts; 1 if it is not there.
func number(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil {
		return 1
	}
	return n
}
