package benchmark

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// What Powerpipe refuses and HCL alone does not is refused here, too: a mod that only this
// loader can read is none. Seen with Powerpipe 1.5.2.

// refuse adds an error at a place.
func (l *loader) refuse(at hcl.Range, summary, detail string, args ...any) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: &at})
}

// kinds are the blocks that a file may have.
var kinds = []string{"mod", "variable", "locals", "query", "control", "detection", "benchmark", "dashboard", "card", "chart", "flow", "graph",
	"hierarchy", "image", "input", "table", "text", "node", "edge", "category"}

// refuseBlocks looks at every block of every file, those of dashboards too.
func (l *loader) refuseBlocks(bodies map[string]*hclsyntax.Body) {
	mods := 0
	defined := map[string]bool{}
	for _, file := range sortedKeys(bodies) {
		for _, block := range bodies[file].Blocks {
			at := block.DefRange()
			switch {
			case block.Type == "locals":
				continue
			case !slices.Contains(kinds, block.Type):
				l.refuse(at, "Unknown block", "There is no %s at the top of a file.", block.Type)
				continue
			case len(block.Labels) != 1:
				l.refuse(at, "Not one name", "A %s has exactly one name.", block.Type)
				continue
			case block.Type == "mod":
				if mods++; mods > 1 || file != "mod.pp" {
					l.refuse(at, "Misplaced mod", "There is one mod block, in mod.pp. Powerpipe ignores every other.")
				}
				l.refuseRequirements(block)
				continue
			case !hclsyntax.ValidIdentifier(block.Labels[0]):
				l.refuse(at, "Invalid name", "A name begins with a letter or underscore, and has letters, digits, underscores and dashes.")
			}
			name := block.Type + "." + block.Labels[0]
			if defined[name] {
				l.refuse(at, "Defined twice", "The mod has more than one %s.", name)
			}
			defined[name] = true
			l.refuseReferences(block)
		}
	}
	if mods == 0 {
		l.refuse(hcl.Range{Filename: "mod.pp", Start: hcl.InitialPos}, "No mod", "The file has no mod block.")
	}
	l.refuseLocals(bodies)
}

// refuseRequirements: a plugin is required with the least version that will do.
func (l *loader) refuseRequirements(mod *hclsyntax.Block) {
	for _, require := range mod.Body.Blocks {
		for _, plugin := range require.Body.Blocks {
			if require.Type == "require" && plugin.Type == "plugin" && (len(plugin.Labels) != 1 || plugin.Body.Attributes["min_version"] == nil) {
				l.refuse(plugin.DefRange(), "No version", "A required plugin has a name and a min_version.")
			}
		}
	}
}

// refuseReferences: Powerpipe uses the default instead of an argument that refers to what
// stands later, and knows no references in the description of a variable and in the
// default of a parameter.
func (l *loader) refuseReferences(block *hclsyntax.Block) {
	literal := func(body *hclsyntax.Body, name string) {
		if a := body.Attributes[name]; a != nil && len(a.Expr.Variables()) > 0 {
			l.refuse(a.SrcRange, "Not a literal", "The value of %s must be written here: Powerpipe does not follow references in it.", name)
		}
	}
	switch block.Type {
	case "control":
		literal(block.Body, "args")
	case "variable":
		literal(block.Body, "description")
	case "query":
		for _, param := range block.Body.Blocks {
			literal(param.Body, "default")
		}
	}
}

// refuseLocals: to Powerpipe a block of locals is one thing. It is charged with everything
// that its locals refer to, so that it must not refer to itself, nor may two blocks to each
// other, even if no local does.
func (l *loader) refuseLocals(bodies map[string]*hclsyntax.Body) {
	var blocks []*hclsyntax.Block
	home := map[string]int{} // the block of each local, by position
	for _, file := range sortedKeys(bodies) {
		for _, block := range bodies[file].Blocks {
			if block.Type != "locals" {
				continue
			}
			for name, a := range block.Body.Attributes {
				if _, twice := home[name]; twice {
					l.refuse(a.NameRange, "Defined twice", "The mod has more than one local.%s.", name)
				}
				home[name] = len(blocks)
			}
			blocks = append(blocks, block)
		}
	}
	needs := make([]map[int]bool, len(blocks))
	for i, block := range blocks {
		needs[i] = map[int]bool{}
		for _, a := range block.Body.Attributes {
			for _, t := range a.Expr.Variables() {
				other, known := home[localName(t)]
				switch {
				case known && other == i:
					l.refuse(a.SrcRange, "Locals of one block", "A local cannot refer to another of its own block, as %s does: move it into a block of its own.", a.Name)
				case known:
					needs[i][other] = true
				}
			}
		}
	}
	if i := cycle(len(blocks), func(i int) []int { return sortedKeys(needs[i]) }); i >= 0 {
		l.refuse(blocks[i].DefRange(), "Locals in a circle", "This block of locals needs another that needs this one.")
	}
}

// localName is the x of local.x, and empty for any other reference.
func localName(t hcl.Traversal) string {
	if t.RootName() != "local" || len(t) < 2 {
		return ""
	}
	step, _ := t[1].(hcl.TraverseAttr)
	return step.Name
}

// refuseBenchmarks: a child is there once, and no benchmark is inside of itself.
func (l *loader) refuseBenchmarks(ranges map[*Benchmark]hcl.Range) {
	for _, b := range l.mod.Benchmarks {
		seen := map[any]bool{}
		for _, c := range b.Controls {
			if seen[c] {
				l.refuse(ranges[b], "A child twice", "The benchmark has the control %s twice.", c.Name)
			}
			seen[c] = true
		}
		for _, c := range b.Benchmarks {
			if seen[c] {
				l.refuse(ranges[b], "A child twice", "The benchmark has the benchmark %s twice.", c.Name)
			}
			seen[c] = true
		}
	}
	i := cycle(len(l.mod.Benchmarks), func(i int) []int {
		var children []int
		for _, c := range l.mod.Benchmarks[i].Benchmarks {
			children = append(children, slices.Index(l.mod.Benchmarks, c))
		}
		return children
	})
	if i >= 0 {
		b := l.mod.Benchmarks[i]
		l.refuse(ranges[b], "A benchmark in itself", "The benchmark %s is among its own children, or theirs.", b.Name)
		l.mod.Benchmarks[i].Benchmarks = nil // whoever goes through the tree must come to an end
	}
}

// refuseArguments: Powerpipe ignores an argument that the query does not have.
func (l *loader) refuseArguments(c *Control, at hcl.Range) {
	for _, name := range sortedKeys(c.Args) {
		if !slices.ContainsFunc(c.Query.Params, func(p Param) bool { return p.Name == name }) {
			l.refuse(at, "No such parameter", "The query %s has no parameter %s.", c.Query.Name, name)
		}
	}
}

// cycle returns one of n things that needs itself in the end, or -1.
func cycle(n int, needs func(int) []int) int {
	const visiting, done = 1, 2
	state := make([]int, n)
	var visit func(i int) int
	visit = func(i int) int {
		if state[i] == visiting {
			return i
		}
		if state[i] == done {
			return -1
		}
		state[i] = visiting
		for _, j := range needs(i) {
			if found := visit(j); found >= 0 {
				return found
			}
		}
		state[i] = done
		return -1
	}
	for i := range n {
		if found := visit(i); found >= 0 {
			return found
		}
	}
	return -1
}

// conforms reports whether a value is one of the type as it is written: Powerpipe does not
// take "5" for a number, nor 5 for a string.
func conforms(v cty.Value, want cty.Type) bool {
	got := v.Type()
	switch {
	case want == cty.DynamicPseudoType || v.IsNull():
		return true
	case want.IsPrimitiveType():
		return got == want
	case want.IsListType() || want.IsSetType():
		return (got.IsTupleType() || got.IsListType() || got.IsSetType()) && all(v, func(cty.Value) cty.Type { return want.ElementType() })
	case want.IsMapType():
		return (got.IsObjectType() || got.IsMapType()) && all(v, func(cty.Value) cty.Type { return want.ElementType() })
	case want.IsObjectType():
		if !got.IsObjectType() {
			return false
		}
		for name := range want.AttributeTypes() {
			if !got.HasAttribute(name) {
				return false
			}
		}
		return all(v, func(key cty.Value) cty.Type {
			if name := key.AsString(); want.HasAttribute(name) {
				return want.AttributeType(name)
			}
			return cty.DynamicPseudoType
		})
	}
	return got.Equals(want)
}

func all(v cty.Value, want func(key cty.Value) cty.Type) bool {
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if !conforms(element, want(key)) {
			return false
		}
	}
	return true
}

// isRead reports whether Powerpipe reads the file.
func isRead(name string) bool {
	return path.Ext(name) == ".pp" && !strings.HasPrefix(name, ".")
}
