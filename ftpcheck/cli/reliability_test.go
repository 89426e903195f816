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
	nameTests(t, string(page), allTests(t))
	name, file := regexp.MustCompile("`(Test\\w+)`"), regexp.MustCompile("`([a-z0-9_/]+\\.go)`")
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

// allTests are the texts of all tests by name. Tests of the same name in several packages are one text.
func allTests(t *testing.T) map[string]string {
	t.Helper()
	tests := map[string]string{}
	function := regexp.MustCompile(`(?ms)^func (Test\w+)\(t \*testing\.T\) \{.*?^\}`)
	err := filepath.WalkDir("ftpcheck", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range function.FindAllSubmatch(text, -1) {
			tests[string(found[1])] += string(found[0])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// nameTests checks that there are the tests that a page names.
func nameTests(t *testing.T, page string, tests map[string]string) {
	t.Helper()
	for _, found := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(page, -1) {
		if tests[found[1]] == "" {
			t.Errorf("there is no %s", found[1])
		}
	}
}

// docs/validation.md names its tests, which there are, and what it says of how many cases are drawn
// at random is what each test draws.
func TestValidationNamesItsTests(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("docs/validation.md")
	if err != nil {
		t.Fatal(err)
	}
	page, tests := string(text), allTests(t)
	nameTests(t, page, tests)
	_, section, _ := strings.Cut(page, "## Cases that nobody chose\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := regexp.MustCompile("(?m)^\\| `(Test\\w+)` \\| ([0-9,]+) ").FindAllStringSubmatch(section, -1)
	if len(rows) < 8 {
		t.Errorf("%d tests have a number of cases", len(rows))
	}
	for _, row := range rows {
		draws := regexp.MustCompile(`\b(soak\.Runs|worlds)\(t, ` + strings.ReplaceAll(row[2], ",", "") + `\)|few = ` + row[2] + `\n`)
		switch test := tests[row[1]]; {
		case draws.MatchString(test):
		case row[2] == "100" && strings.Contains(test, "rapid.Check("): // its own default
		default:
			t.Errorf("%s does not draw %s cases", row[1], row[2])
		}
	}
}
