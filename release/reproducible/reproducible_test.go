// Package reproducible proves that a commit gives the same programs, byte for byte, in
// every folder: whoever doubts a release can build it again and compare.
package reproducible

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The flags of .goreleaser.yml.
var flags = []string{"build", "-trimpath", "-buildvcs=true", "-ldflags=-s -w"}

// Each clone has a build cache of its own, or the second program would only be the first
// one again. It takes minutes.
func TestSameBytes(t *testing.T) {
	here := filepath.Join(t.TempDir(), "here")
	there := filepath.Join(t.TempDir(), "another", "folder")
	run(t, ".", nil, "git", "clone", "--quiet", "../..", here)
	run(t, ".", nil, "git", "clone", "--quiet", here, there)
	first, second := build(t, here), build(t, there)
	for program, data := range second {
		if len(data) == 0 || !bytes.Equal(data, first[program]) {
			t.Errorf("%s: %d bytes differ from the %d of the other clone", program, len(data), len(first[program]))
		}
	}
}

// build builds both programs in a clone.
func build(t *testing.T, clone string) map[string][]byte {
	t.Helper()
	env := []string{"GOCACHE=" + t.TempDir(), "CGO_ENABLED=0"}
	built := map[string][]byte{}
	for _, program := range []string{".", "./cmd/ftpcheck"} {
		out := filepath.Join(t.TempDir(), "program")
		run(t, clone, env, "go", append(flags, "-o", out, program)...)
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		built[program] = data
	}
	return built
}

func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c, err, out)
	}
}
