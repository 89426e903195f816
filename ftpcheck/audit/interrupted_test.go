package audit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An audit that is killed leaves a beginning of the sequence of its files. None of the readers
// takes that for evidence, and reading the folder that it is in does not find it.
func TestWhatAKilledAuditLeaves(t *testing.T) {
	cfg := serve(t, world())
	scanner, err := scan.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	whole := filepath.Join(t.TempDir(), "a")
	o := options
	o.Dir = whole
	if _, err := Write(t.Context(), scanner, o); err != nil {
		t.Fatal(err)
	}
	// The raw data comes first, then what follows from it, then the manifest, then the hashes.
	var files []string
	err = filepath.WalkDir(whole, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			name, _ := filepath.Rel(whole, p)
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rank := func(name string) int {
		switch {
		case name == sumsName:
			return 4
		case name == manifestName:
			return 3
		case !strings.HasPrefix(name, rawName):
			return 2
		case filepath.Base(name) == "scan.json.gz":
			return 1
		}
		return 0
	}
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })

	around := t.TempDir()
	partial := filepath.Join(around, ".a.partial-ABCDEFGH")
	for n, name := range files {
		text, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(partial, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, length := range []int{0, 1, len(text) / 2, len(text) - 1, len(text)} {
			if n == len(files)-1 && length >= len(text)-1 {
				break // which is whole but for the last line break, under another name
			}
			if err := os.WriteFile(to, text[:length], 0o600); err != nil {
				t.Fatal(err)
			}
			if rank(name) > 0 || n%7 == 0 { // not after each of the many
				if v, err := Verify(t.Context(), partial, options); err == nil && len(v.Problems) == 0 {
					t.Errorf("%d bytes of %s: it is verified", length, name)
				}
			}
			for _, path := range []string{around, filepath.Join(around, "*")} {
				if groups, err := groupsOf(t, path); err == nil || groups > 0 {
					t.Errorf("%d bytes of %s: %s is read, %d groups", length, name, path, groups)
				}
			}
		}
	}
}

func groupsOf(t *testing.T, path string) (groups int, err error) {
	t.Helper()
	scanner, err := scan.New(config.Config{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { groups++; return nil })
	return groups, err
}
