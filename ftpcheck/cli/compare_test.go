package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompareSaysWhatWeSay checks each plan of docs/compare.md. What Checkov says of them was read
// from its own runs.
func TestCompareSaysWhatWeSay(t *testing.T) {
	text, err := os.ReadFile("../../docs/compare.md")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := filepath.Glob("testdata/compare/*/plan.json")
	if err != nil || len(plans) == 0 {
		t.Fatalf("there are no plans: %v", err)
	}
	answers := map[string]string{} // by plan
	for line := range strings.SplitSeq(string(text), "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 6 && strings.HasPrefix(line, "| `") {
			answers[strings.Trim(cells[0], "| `")] = cells[3]
		}
	}
	codes := map[string]int{"open": exitOpen, "not open": exitOK, "not known": exitError}
	for _, plan := range plans {
		name := filepath.Base(filepath.Dir(plan))
		want, ok := codes[answers[name]]
		if !ok {
			t.Errorf("docs/compare.md: %s: %q is no answer", name, answers[name])
		}
		// A plan that is not read has the exit code of what is not known.
		stdout, stderr, code := run(t, "check", "--from", plan)
		if ok && code != want || !strings.Contains(stdout+stderr, "Read: 1 file. None failed.") {
			t.Errorf("docs/compare.md: %s: exit code %d, want %d: %s%s", name, code, want, stdout, stderr)
		}
	}
	if len(answers) != len(plans) {
		t.Errorf("docs/compare.md has %d plans, and testdata/compare %d", len(answers), len(plans))
	}
}
