package terraform

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/hcltext"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
)

// Files are the .tf files of a configuration, of which a plan was made, with its modules.
type Files struct {
	modules map[string]*folder // by the path of the module, without keys, as in a.b
}

// A folder is the files of one module: where its resources begin.
type folder struct {
	resources map[string]place
	calls     map[string]string // sources by the name of the module
}

type place struct {
	file string
	line int
}

// ReadFiles reads the .tf files in a folder and those of its modules: of local ones, and of those
// that terraform init has fetched.
func ReadFiles(dir string) (*Files, error) {
	f := &Files{modules: map[string]*folder{}}
	root, err := readFolder(dir)
	switch {
	case err != nil:
		return nil, err
	case root == nil:
		return nil, fmt.Errorf("%q has no .tf file", dir)
	}
	f.modules[""] = root
	return f, f.below(dir, fetched(dir), "", dir, root)
}

// below reads the modules that a module calls.
func (f *Files) below(top string, fetched map[string]string, name, dir string, in *folder) error {
	for call, source := range in.calls {
		path := strings.TrimPrefix(name+"."+call, ".")
		at, ok := fetched[path]
		switch {
		case ok:
			at = filepath.Join(top, filepath.FromSlash(at))
		case strings.HasPrefix(source, "./"), strings.HasPrefix(source, "../"):
			at = filepath.Join(dir, filepath.FromSlash(source))
		default:
			continue // nobody has fetched it
		}
		if strings.Count(path, ".") > mostReferences {
			continue
		}
		m, err := readFolder(at)
		if err != nil {
			return err
		}
		if m != nil {
			f.modules[path] = m
			if err := f.below(top, fetched, path, at, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetched is where terraform init has put modules, by their paths.
func fetched(dir string) map[string]string {
	var index struct {
		Modules []struct{ Key, Dir string }
	}
	text, err := os.ReadFile(filepath.Join(dir, ".terraform", "modules", "modules.json"))
	if err != nil || json.Unmarshal(text, &index) != nil {
		return nil // then the sources tell of those that are local
	}
	all := map[string]string{}
	for _, m := range index.Modules {
		all[m.Key] = m.Dir
	}
	return all
}

// readFolder reads the files of one module; nil if there are none.
func readFolder(dir string) (*folder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, document.ReadProblem(dir, err)
	}
	m := &folder{resources: map[string]place{}, calls: map[string]string{}}
	parser := hclparse.NewParser()
	read := 0
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := filepath.Join(dir, e.Name())
		parse := map[bool]func(string) (*hcl.File, hcl.Diagnostics){
			strings.HasSuffix(name, ".tf"): parser.ParseHCLFile, strings.HasSuffix(name, ".tf.json"): parser.ParseJSONFile,
		}[true]
		if parse == nil {
			continue
		}
		read++
		file, diags := parse(name)
		if diags.HasErrors() {
			return nil, errors.New(strings.Join(hcltext.Lines(diags), "\n"))
		}
		m.take(file)
	}
	if read == 0 {
		return nil, nil
	}
	return m, nil
}

func (m *folder) take(file *hcl.File) {
	content, _, _ := file.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "resource", LabelNames: []string{"type", "name"}}, {Type: "module", LabelNames: []string{"name"}},
	}})
	for _, block := range content.Blocks {
		if block.Type == "resource" {
			m.resources[strings.Join(block.Labels, ".")] = place{block.DefRange.Filename, block.DefRange.Start.Line}
			continue
		}
		called, _, _ := block.Body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}}})
		m.calls[block.Labels[0]] = ""
		if source := called.Attributes["source"]; source != nil {
			if v, diags := source.Expr.Value(nil); !diags.HasErrors() && v.Type().FriendlyName() == "string" && v.IsKnown() && !v.IsNull() {
				m.calls[block.Labels[0]] = v.AsString()
			}
		}
	}
}

// Locate is where the resource of an address begins.
func (f *Files) Locate(text string) (file string, line int, ok bool) {
	at, ok := parseAddress(text)
	if !ok {
		return "", 0, false
	}
	var names []string
	for _, m := range at.modules {
		names = append(names, m.name)
	}
	m := f.modules[strings.Join(names, ".")]
	if m == nil {
		return "", 0, false
	}
	p, ok := m.resources[at.resource()]
	return p.file, p.line, ok
}
