// Licenses lists the modules that are linked into the two programs, with their licences.
// With -texts it writes the texts of the licences, which a release must carry.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

const (
	plugin  = "github.com/ftpcheck/steampipe-plugin-ftpcheck"
	command = plugin + "/cmd/ftpcheck"
)

// programs are what a release has for each operating system. Which modules are linked
// differs between them, but not between architectures.
var programs = map[string][]string{
	"linux":   {plugin, command},
	"darwin":  {plugin, command},
	"windows": {command},
}

// A module is one that is linked into a program.
type module struct {
	Path, Version string
	Licenses      []string // SPDX identifiers, sorted
	Texts         []text
}

// A text is one file with a licence, or a notice that a licence asks to pass on.
type text struct {
	Name string // within the module, with slashes
	Data []byte
}

func main() {
	texts := flag.Bool("texts", false, "write the texts of the licences")
	flag.Parse()
	modules, err := linked()
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
	for _, m := range modules {
		fmt.Println(m.Path, m.Version, strings.Join(m.Licenses, ","))
	}
	if *texts {
		writeTexts(os.Stdout, modules)
	}
}

// writeTexts writes every text once, below the names of all files that have it.
func writeTexts(w io.Writer, modules []module) {
	files := map[string][]string{}
	var order []string
	for _, m := range modules {
		for _, t := range m.Texts {
			data := string(bytes.TrimSpace(t.Data))
			if files[data] == nil {
				order = append(order, data)
			}
			files[data] = append(files[data], m.Path+"/"+t.Name)
		}
	}
	for _, data := range order {
		fmt.Fprintf(w, "\n%s\n\n%s\n\n%s\n", strings.Repeat("-", 80), strings.Join(files[data], "\n"), data)
	}
}

// linked returns the modules that are linked into a program of a release, by path.
func linked() ([]module, error) {
	found := map[string]*module{}
	for system, packages := range programs {
		if err := list(system, packages, func(p listed) error {
			m := found[p.Module.Path]
			if m == nil {
				m = &module{Path: p.Module.Path, Version: p.Module.Version}
				found[m.Path] = m
			}
			return m.read(p.Module.Dir, p.Dir)
		}); err != nil {
			return nil, fmt.Errorf("listing what is linked on %s: %w", system, err)
		}
	}
	var modules []module
	for _, m := range found {
		if err := m.classify(); err != nil {
			return nil, fmt.Errorf("module %s %s: %w", m.Path, m.Version, err)
		}
		modules = append(modules, *m)
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// listed is what we ask go list of a package.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// list calls do with every package of another module that the packages need.
func list(system string, packages []string, do func(listed) error) error {
	c := exec.Command("go", append([]string{"list", "-deps", "-json=Dir,Module"}, packages...)...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=amd64", "GOOS="+system)
	out, err := c.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("go list: %w: %s", err, failed.Stderr)
	} else if err != nil {
		return err
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading what go list wrote: %w", err)
		}
		if p.Module == nil || p.Module.Main {
			continue
		}
		if err := do(p); err != nil {
			return err
		}
	}
}

var (
	textFile   = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense|notice)`)
	noticeFile = regexp.MustCompile(`(?i)(^|/)notice[^/]*$`)
)

// read takes the texts of the folder of a package and of all above it in the module: a
// package that was copied from elsewhere has its own.
func (m *module) read(root, dir string) error {
	for {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			if e.IsDir() || !textFile.MatchString(e.Name()) || strings.HasSuffix(name, ".go") ||
				slices.ContainsFunc(m.Texts, func(t text) bool { return t.Name == name }) {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			m.Texts = append(m.Texts, text{name, data})
		}
		if dir == root {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

// known is how much of a file, in percent, must be the text of licences, as pkg.go.dev
// asks. The rest is a preamble and the names of authors.
const known = 75

// classify finds which licences the texts are.
func (m *module) classify() error {
	slices.SortFunc(m.Texts, func(a, b text) int { return strings.Compare(a.Name, b.Name) })
	for _, t := range m.Texts {
		if noticeFile.MatchString(t.Name) {
			continue
		}
		c := licensecheck.Scan(t.Data)
		if c.Percent < known {
			return fmt.Errorf("%s is to %.0f%% the text of known licences, and should be to %d%%: read it", t.Name, c.Percent, known)
		}
		for _, match := range c.Match {
			m.Licenses = append(m.Licenses, match.ID)
		}
	}
	if len(m.Licenses) == 0 {
		return errors.New("has no file with a licence: ask its authors, or do without it")
	}
	slices.Sort(m.Licenses)
	m.Licenses = slices.Compact(m.Licenses)
	return nil
}
