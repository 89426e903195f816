package cli

import (
	"strings"
	"testing"
)

// TestWhatIsListedRuns runs everything that benchmark list lists, by its name there and
// by that without its kind. The sample is open in every way.
func TestWhatIsListedRuns(t *testing.T) {
	list, stderr, code := run(t, "benchmark", "list", "--output", "csv", "--csv", "raw")
	lines := strings.Split(strings.TrimSpace(list), "\n")
	if code != exitOK || stderr != "" || len(lines) < 3 {
		t.Fatalf("exit code %d, %s, %d lines", code, stderr, len(lines))
	}
	for _, line := range lines[1:] {
		name, _, _ := strings.Cut(line, ",")
		_, short, _ := strings.Cut(name, ".")
		want, stderr, _ := run(t, "benchmark", "run", name, "--from", sample)
		if stderr != "" || !strings.Contains(want, "\nSummary\n") {
			t.Errorf("%s: %s\n%s", name, stderr, want)
		}
		if got, _, _ := run(t, "benchmark", "run", short, "--from", sample); got != want {
			t.Errorf("%s says\n%s\nand %s\n%s", name, want, short, got)
		}
	}
}
