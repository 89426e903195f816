// Package needs is for tests that need more than Go: without it they are skipped, with the
// reason, and fail where nothing may be skipped.
package needs

import (
	"os"
	"os/exec"
	"testing"
)

// Program returns the path of a program: the first of the names that is there, each looked
// up as a shell does. Without any the test ends; see [Skip].
func Program(t testing.TB, install string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Skip(t, "there is no program "+names[len(names)-1]+" here. "+install)
	return ""
}

// Skip skips the test for the reason given. In CI, which sets CI=true, the test fails: what
// is skipped there is tested nowhere.
func Skip(t testing.TB, reason string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal("nothing is skipped in CI: " + reason)
	}
	t.Skip(reason)
}
