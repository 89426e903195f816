package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each promise and each bound in docs/reliability.md names its tests, which there are, and where a
// bound is set, there is the file.
func TestReliabilityNamesItsTests(t *testing.T) {
	t.Chdir("../..")
	page, err := os.ReadFile("docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\) \{`)
	err = filepath.WalkDir("ftpcheck", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range function.FindAllSubmatch(text, -1) {
			tests[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	name, file := regexp.MustCompile("`(Test\\w+)`"), regexp.MustCompile("`([a-z0-9_/]+\\.go)`")
	for _, found := range name.FindAllStringSubmatch(string(page), -1) {
		if !tests[found[1]] {
			t.Errorf("there is no %s", found[1])
		}
	}
	for _, found := range file.FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join("ftpcheck", found[1])); err != nil {
			t.Error(err)
		}
	}
	rows := 0
	for _, section := range []string{"## Promises\n", "## Bounds\n"} {
		_, text, _ := strings.Cut(string(page), section)
		text, _, _ = strings.Cut(text, "\n## ")
		for line := range strings.Lines(text) {
			cells := strings.Split(strings.Trim(line, "| \n"), " | ")
			if !strings.HasPrefix(line, "| ") || cells[len(cells)-1] == "Tests" || strings.HasPrefix(line, "| ---") {
				continue
			}
			if rows++; !name.MatchString(cells[len(cells)-1]) {
				t.Errorf("no test holds this: %s", line)
			}
		}
	}
	if rows < 30 {
		t.Errorf("%d rows name their tests", rows)
	}
}
