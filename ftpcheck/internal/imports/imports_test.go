// Package imports holds who may import what.
package imports

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ftpcheck/steampipe-plugin-ftpcheck"

// arrows are the packages of the module that each may import, which docs/architecture.md
// draws. Nothing imports upward.
var arrows = map[string]string{
	".":            "ftpcheck",
	"cmd/ftpcheck": "ftpcheck/cli",
	"docs":         "",

	"ftpcheck/rule":           "",
	"ftpcheck/exposure":       "rule",
	"ftpcheck/framework":      "",
	"ftpcheck/sg":             "exposure rule",
	"ftpcheck/relation":       "",
	"ftpcheck/remediation":    "rule sg",
	"ftpcheck/tables":         "exposure relation remediation rule sg",
	"ftpcheck/pgsql/syntax":   "",
	"ftpcheck/pgsql/value":    "",
	"ftpcheck/pgsql":          "meant pgsql/syntax pgsql/value",
	"ftpcheck/sqlengine":      "pgsql pgsql/syntax pgsql/value relation",
	"ftpcheck/meant":          "",
	"ftpcheck/newfile":        "",
	"ftpcheck/terminal":       "",
	"ftpcheck/output":         "newfile relation terminal",
	"ftpcheck/workbook":       "output",
	"ftpcheck/shell":          "newfile output pgsql/syntax terminal",
	"ftpcheck/exception":      "meant newfile output rule sg",
	"ftpcheck/finding":        "exception exposure framework newfile output relation remediation rule sg tables",
	"ftpcheck/attest":         "newfile",
	"ftpcheck/baseline":       "exposure finding newfile output rule sg",
	"ftpcheck/notify":         "baseline newfile",
	"ftpcheck/scan/config":    "",
	"ftpcheck/scan/document":  "sg",
	"ftpcheck/scan/ec2":       "exposure newfile rule sg",
	"ftpcheck/scan/elb":       "exposure rule scan/ec2",
	"ftpcheck/scan/awsconfig": "exposure scan/ec2 sg",
	"ftpcheck/scan/record":    "newfile scan/document sg",
	"ftpcheck/scan/live":      "exposure meant newfile rule scan/awsconfig scan/config scan/ec2 scan/elb scan/record sg",
	"ftpcheck/scan/terraform": "rule scan/document sg internal/hcltext",
	"ftpcheck/scan/saved":     "exposure scan/awsconfig scan/document scan/ec2 scan/elb scan/record scan/terraform sg",
	"ftpcheck/scan":           "scan/config scan/live scan/record scan/saved sg",
	"ftpcheck/history":        "baseline finding output relation",
	"ftpcheck/audit/report":   "baseline exposure finding framework history output rule sg",
	"ftpcheck/audit":          "attest audit/report baseline exception finding framework history meant newfile output relation rule scan scan/config scan/record sg tables workbook",
	"ftpcheck/benchmark":      "exception pgsql relation sg sqlengine tables internal/hcltext",
	"ftpcheck/cli":            "attest docs audit audit/report baseline benchmark exception exposure finding history meant newfile notify output pgsql pgsql/value relation remediation rule scan scan/config scan/terraform sg shell sqlengine tables terminal internal/hcltext internal/profile",
	"ftpcheck":                "relation scan scan/config tables internal/hcltext internal/profile",
}

// barred are modules that must not be in a package, not by way of others either.
var barred = []struct {
	module string
	in     []string
	reason string
}{
	{"github.com/aws/", []string{"ftpcheck/rule", "ftpcheck/exposure", "ftpcheck/sg", "ftpcheck/relation", "ftpcheck/pgsql", "ftpcheck/sqlengine", "ftpcheck/output", "ftpcheck/workbook", "ftpcheck/remediation",
		"ftpcheck/tables", "ftpcheck/exception", "ftpcheck/finding", "ftpcheck/baseline", "ftpcheck/history", "ftpcheck/audit/report", "ftpcheck/benchmark", "ftpcheck/scan/document", "ftpcheck/scan/record", "ftpcheck/scan/terraform"},
		"to compile the SDK for EC2 takes minutes, and what does without it can be tested without it"},
	{"github.com/turbot/", []string{"cmd/ftpcheck", "ftpcheck/pgsql", "ftpcheck/sqlengine"}, "the command is no Steampipe plugin: the SDK would be half of it, with clients of other clouds"},
	{"google.golang.org/grpc", []string{"cmd/ftpcheck"}, "as the Steampipe SDK"},
	{"github.com/aws/aws-sdk-go/", []string{"cmd/ftpcheck"}, "its support has ended, and version 2 is used"},
	{"github.com/ncruces/go-sqlite3", []string{".", "cmd/ftpcheck"}, "SQLite answers PostgreSQL's questions otherwise without a word; only tests of queries that are written for it have it"},
	{"github.com/spf13/cobra", []string{".", "ftpcheck/audit", "ftpcheck/benchmark", "ftpcheck/scan"}, "only the command has a command line"},
	{"github.com/ergochat/readline", []string{".", "ftpcheck/terminal"}, "only the shell edits lines"},
	{"net/http", []string{"ftpcheck/rule", "ftpcheck/exposure", "ftpcheck/sg", "ftpcheck/relation", "ftpcheck/pgsql", "ftpcheck/sqlengine", "ftpcheck/tables"}, "what is pure has no network"},
}

type pkg struct {
	ImportPath    string
	Imports, Deps []string
	Standard      bool
}

func packages(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Deps,Standard", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
}

func TestImports(t *testing.T) {
	all := packages(t)
	page, err := os.ReadFile("../../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range arrows {
		if short := strings.TrimPrefix(name, "ftpcheck/"); !strings.Contains(string(page), short) {
			t.Errorf("docs/architecture.md has nothing on %s", name)
		}
	}
	found := 0
	for path, p := range all {
		name, ours := strings.CutPrefix(path, module)
		if name = strings.TrimPrefix(name, "/"); !ours || strings.Contains(name, "/internal/") {
			continue
		}
		if name == "" {
			name = "."
		}
		found++
		arrow, known := arrows[name]
		if !known {
			t.Errorf("%s is a new package: say what it may import, and draw it in docs/architecture.md", name)
			continue
		}
		allowed := strings.Fields(arrow)
		for _, i := range p.Imports {
			if to, ours := strings.CutPrefix(i, module+"/"); ours && !slices.Contains(allowed, to) && !slices.Contains(allowed, strings.TrimPrefix(to, "ftpcheck/")) {
				t.Errorf("%s imports %s, and must not", name, to)
			}
		}
		for _, a := range allowed {
			if !slices.ContainsFunc(p.Imports, func(i string) bool { return i == module+"/"+a || i == module+"/ftpcheck/"+a }) {
				t.Errorf("%s may import %s, and does not: take the arrow away", name, a)
			}
		}
	}
	if found != len(arrows) {
		t.Errorf("%d packages, and arrows for %d", found, len(arrows))
	}
	for _, b := range barred {
		for _, name := range b.in {
			path := strings.TrimSuffix(module+"/"+strings.TrimPrefix(name, "."), "/")
			p, ok := all[path]
			if !ok {
				t.Errorf("there is no package %s", name)
			}
			for _, d := range p.Deps {
				if d == b.module || strings.HasPrefix(d, b.module) && (strings.HasSuffix(b.module, "/") || strings.HasPrefix(d, b.module+"/")) {
					t.Errorf("%s has %s in it, and must not: %s", name, d, b.reason)
					break
				}
			}
		}
	}
}

// What the Makefile has tested without the race detector starts nothing that runs side by side, and
// neither do its tests.
func TestAloneIsAlone(t *testing.T) {
	makefile, err := os.ReadFile("../../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^ALONE := (.+)$`).FindStringSubmatch(string(makefile))
	if list == nil {
		t.Fatal("the Makefile does not say which packages are ALONE")
	}
	for name := range strings.FieldsSeq(list[1]) {
		files, err := filepath.Glob("../../../" + name + "/*.go")
		if err != nil || len(files) == 0 {
			t.Errorf("%s has %d files, %v", name, len(files), err)
		}
		for _, file := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				_, starts := n.(*ast.GoStmt)
				if s, ok := n.(*ast.SelectorExpr); ok {
					starts = s.Sel.Name == "Go" || s.Sel.Name == "Parallel"
				}
				if starts {
					t.Errorf("%s starts what runs side by side: take %s out of ALONE in the Makefile", filepath.Base(file), name)
				}
				return true
			})
		}
	}
}

// Where the race detector sees SOME of the cases of a test, the Makefile has the test run once more
// without it, which tries them all.
func TestAllCasesAreTried(t *testing.T) {
	makefile, err := os.ReadFile("../../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^SOME := (.+)$`).FindStringSubmatch(string(makefile))
	again := regexp.MustCompile(`go test -run '(.+)' \$\(SOME`).FindStringSubmatch(string(makefile))
	if list == nil || again == nil {
		t.Fatal("the Makefile does not say where SOME cases are tried, or which tests run again")
	}
	run := regexp.MustCompile(again[1])
	uses := map[string]map[string][]string{} // of the functions of the tests in each folder
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(strings.Replace(filepath.Dir(path), "../..", "ftpcheck", 1))
		if uses[dir] == nil {
			uses[dir] = map[string][]string{}
		}
		for _, decl := range tree.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if name, ok := n.(*ast.Ident); ok && name != f.Name {
					uses[dir][f.Name.Name] = append(uses[dir][f.Name.Name], name.Name)
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for dir, of := range uses {
		var some func(name string, seen map[string]bool) bool
		some = func(name string, seen map[string]bool) bool {
			if name == "OneIn" {
				return true
			}
			if seen[name] {
				return false
			}
			seen[name] = true
			return slices.ContainsFunc(of[name], func(used string) bool { return some(used, seen) })
		}
		for name := range of {
			if !strings.HasPrefix(name, "Test") || !some(name, map[string]bool{}) {
				continue
			}
			found[dir] = true
			if !slices.Contains(strings.Fields(list[1]), dir) || !run.MatchString(name) {
				t.Errorf("%s in %s tries some of its cases with the race detector, and make test does not run it without", name, dir)
			}
		}
	}
	if len(found) != len(strings.Fields(list[1])) {
		t.Errorf("SOME in the Makefile is %s, and tests in %d folders try some of their cases", list[1], len(found))
	}
}
