package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// allowed are licences that let everybody use and pass on the programs under Apache-2.0.
// MPL-2.0 asks to tell where the source of its modules is, which NOTICE does.
var allowed = []string{
	"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
	"MPL-2.0", "Unicode-DFS-2016", "Unlicense",
}

func TestLicenses(t *testing.T) {
	modules, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	var mozilla []string
	for _, m := range modules {
		for _, l := range m.Licenses {
			if !slices.Contains(allowed, l) {
				t.Errorf("%s %s is under %s, which is not on the list of this test: do without it", m.Path, m.Version, l)
			}
		}
		if slices.Contains(m.Licenses, "MPL-2.0") {
			mozilla = append(mozilla, m.Path+" https://pkg.go.dev/"+m.Path)
		}
	}
	notice, err := os.ReadFile("../../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^\S+ https://pkg\.go\.dev/\S+$`).FindAllString(string(notice), -1)
	if diff := cmp.Diff(mozilla, named); diff != "" {
		t.Errorf("NOTICE must name the linked modules under MPL-2.0 (-want +got):\n%s", diff)
	}
}

// The list must not be a list of nothing: what go list writes, and the names of the files
// with licences, may change.
func TestLinked(t *testing.T) {
	modules, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"github.com/hashicorp/hcl/v2":          "MPL-2.0",        // by both programs
		"github.com/inconshreveable/mousetrap": "Apache-2.0",     // on Windows alone
		"github.com/parquet-go/parquet-go":     "Apache-2.0 MIT", // a package has a licence of its own
		"gopkg.in/yaml.v2":                     "Apache-2.0 MIT", // two files
	} {
		i := slices.IndexFunc(modules, func(m module) bool { return m.Path == path })
		if i < 0 {
			t.Errorf("%s is not listed", path)
		} else if got := strings.Join(modules[i].Licenses, " "); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no license":  {"README": "MIT"},
		"own license": {"LICENSE": "You may use this on Sundays only, and never for profit."},
	} {
		dir := t.TempDir()
		for file, data := range files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		m := module{Path: name}
		if err := m.read(dir, dir); err != nil {
			t.Fatal(err)
		}
		if err := m.classify(); err == nil {
			t.Errorf("%s: no error, and %v", name, m.Licenses)
		}
	}
}
