package ftpcheck

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// What several documented queries of a table ask for is of the call for what is often asked for, and
// nothing else is: the SDK makes and sends all columns of a call.
func TestOftenAsked(t *testing.T) {
	asked := map[string]bool{}
	for _, table := range tables.Of(nil) {
		text, err := os.ReadFile(filepath.Join("..", "docs", "tables", table.Name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		queries := regexp.MustCompile("(?s)```sql\\+postgres\n(.*?)```").FindAllString(string(text), -1)
		if len(queries) < 2 {
			t.Fatalf("%d queries of %s are documented", len(queries), table.Name)
		}
		for _, c := range table.Columns {
			n := 0
			for _, q := range queries {
				if regexp.MustCompile(`\b` + c.Name + `\b`).MatchString(q) {
					n++
				}
			}
			if c.Key || c.HasKeys || n < 2 {
				continue
			}
			if asked[c.Name] = true; !slices.Contains(often, c.Name) {
				t.Errorf("%d documented queries of %s ask for %s, which is not among what is often asked for", n, table.Name, c.Name)
			}
		}
	}
	for _, name := range often {
		if !asked[name] {
			t.Errorf("%s is among what is often asked for, and no two documented queries of a table ask for it", name)
		}
	}
}
