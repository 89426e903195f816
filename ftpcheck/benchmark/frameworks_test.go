package benchmark

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
)

// What the mod says of frameworks is made from the package framework. The file of the tags
// comes before those that use them, and that of the benchmarks after the controls: see
// TestDefinedBeforeUsed.
const (
	frameworkTags       = "mod/building_blocks_frameworks.pp"
	frameworkBenchmarks = "mod/ftp_frameworks.pp"
	modIndex            = "mod/docs/index.md"
)

const madeFrom = "// Made from the package framework by go test ./ftpcheck/benchmark -run TestFrameworks -update.\n"

func tagsHCL() string {
	var b strings.Builder
	b.WriteString(madeFrom + `
locals {
  // The requirements that open FTP bears on. docs/index.md says more of them, and why the
  // CIS AWS Foundations Benchmark is not among them.
  framework_tags = {
`)
	width := 0
	for _, f := range framework.All() {
		width = max(width, len(f.Key))
	}
	for _, f := range framework.All() {
		fmt.Fprintf(&b, "    %-*s = %q\n", width, f.Key, strings.Join(f.IDs(), ", "))
	}
	b.WriteString("  }\n}\n")
	return b.String()
}

func benchmarksHCL() string {
	var b strings.Builder
	b.WriteString(madeFrom)
	for _, f := range framework.All() {
		if f.OfAttacks() {
			continue
		}
		var children []string
		for _, r := range f.Requirements {
			children = append(children, "    benchmark."+r.Name(f)+",\n")
			title := r.Title
			if title == "" {
				title = strings.TrimSuffix(r.Asks, ".")
			}
			fmt.Fprintf(&b, `
benchmark %q {
  title       = %q
  description = %q
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { %s = %q, type = "Benchmark" })
}
`, r.Name(f), r.ID+": "+title, r.Asks+" "+r.Why+" "+r.Bearing.Meaning(), f.Key, r.ID)
		}
		scope := ""
		if f.Scope != "" {
			scope = " The scope is " + f.Scope + "."
		}
		fmt.Fprintf(&b, `
benchmark %q {
  title       = %q
  description = %q
  children = [
    control.place_scanned,
%s  ]
  tags = merge(local.common_tags, { %s = %q, type = "Benchmark" })
}
`, f.Key, f.String()+": what open FTP bears on", "Results are evidence for a part of each requirement, not compliance with it."+scope, strings.Join(children, ""), f.Key, strings.Join(f.IDs(), ", "))
	}
	return b.String()
}

func frameworksTable() string {
	var b strings.Builder
	b.WriteString("| framework | tag | requirements |\n| --- | --- | --- |\n")
	for _, f := range framework.All() {
		fmt.Fprintf(&b, "| [%s](%s) | `%s` | %s |\n", f, f.Source, f.Key, strings.Join(f.IDs(), ", "))
	}
	return b.String()
}

func TestFrameworks(t *testing.T) {
	index, err := os.ReadFile(modIndex)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- begin frameworks -->\n", "<!-- end frameworks -->\n"
	before, rest, ok := strings.Cut(string(index), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the frameworks", modIndex)
	}
	for file, want := range map[string]string{
		frameworkTags:       tagsHCL(),
		frameworkBenchmarks: benchmarksHCL(),
		modIndex:            before + begin + "\n" + frameworksTable() + "\n" + end + after,
	} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		is, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(is)); diff != "" {
			t.Errorf("with -update %s would change (-new +old):\n%s", path.Base(file), diff)
		}
	}
}

// TestFrameworkBenchmarks runs each framework's benchmark: every requirement has a result for
// each group, nothing that is not known is ok, and the place that was not read is named once.
func TestFrameworkBenchmarks(t *testing.T) {
	mod, r := load(t), reader(t, "../../docs/sample")
	alone, err := RunControl(t.Context(), r, mod.Control("security_group_ftp"))
	if err != nil {
		t.Fatal(err)
	}
	want := alone.Summary.Status
	if want.Alarm == 0 || want.Error == 0 || want.OK == 0 {
		t.Fatalf("the sample has %+v, and must have some of each", want)
	}
	for _, f := range framework.All() {
		b := mod.Benchmark(f.Key)
		if f.OfAttacks() {
			if b != nil {
				t.Errorf("%s asks for nothing, and has a benchmark", f)
			}
			continue
		}
		g, err := Run(t.Context(), r, b)
		if err != nil {
			t.Fatal(err)
		}
		g = g.Groups[0]
		var ids []string
		for _, requirement := range g.Groups {
			id, _, _ := strings.Cut(requirement.Title, ": ")
			ids = append(ids, id)
			if requirement.Summary.Status != want || requirement.Tags[f.Key] != id {
				t.Errorf("%s %s: %+v, want %+v", f, id, requirement.Summary.Status, want)
			}
		}
		if !slices.Equal(ids, f.IDs()) || len(g.Controls) != 1 || g.Controls[0].ID != "control.place_scanned" {
			t.Errorf("%s has the requirements %q and %d controls", f, ids, len(g.Controls))
		}
	}
}
