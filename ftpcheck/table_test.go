package ftpcheck

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// The columns that are asked for seldom are those that no documented query asks for: the SDK makes
// and sends all columns of a call, and documented queries are to make one.
func TestSeldomAsked(t *testing.T) {
	documented := ""
	for _, table := range tables.Of(nil) {
		text, err := os.ReadFile(filepath.Join("..", "docs", "tables", table.Name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range regexp.MustCompile("(?s)```sql\\+postgres\n(.*?)```").FindAllString(string(text), -1) {
			documented += q
		}
	}
	for _, table := range tables.Of(nil) {
		for _, c := range table.Columns {
			asked := regexp.MustCompile(`\b` + c.Name + `\b`).MatchString(documented)
			if own := c.Key || c.HasKeys; !own && asked == slices.Contains(seldom, c.Name) {
				t.Errorf("%s of %s: a documented query asks for it: %t, and it is among what is seldom asked for: %t", c.Name, table.Name, asked, asked)
			}
		}
	}
}
