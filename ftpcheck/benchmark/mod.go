// Package benchmark is the Powerpipe mod of the product, and a way to run it without
// Powerpipe.
//
// The mod is in the folder mod and in the binary. Powerpipe runs it on Steampipe's
// PostgreSQL; [Run] runs the same controls with the same queries on the embedded engine.
// Both take the HCL for the truth: [Load] reads the mod as Powerpipe does, as far as
// benchmarks, controls and queries go, and leaves the dashboards to Powerpipe.
package benchmark

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/hcltext"
)

//go:embed mod
var embedded embed.FS

// Bundled returns the files of the mod.
func Bundled() fs.FS {
	files, err := fs.Sub(embedded, "mod")
	if err != nil {
		panic(err) // the name is a constant
	}
	return files
}

// A Mod is a Powerpipe mod with its variables set.
type Mod struct {
	Name        string
	Title       string
	Description string
	Variables   []*Variable
	Queries     []*Query
	Controls    []*Control
	Benchmarks  []*Benchmark
}

// A Query is SQL that controls and dashboards run.
type Query struct {
	Name   string
	Tags   map[string]string
	SQL    string
	Params []Param
}

// A Param is what $1, $2 and so on stand for in a query.
type Param struct {
	Name string
	// Default is the value when none is given. Without one, HasDefault is not set.
	Default    string
	HasDefault bool
}

// A Control is a query whose rows have a status, and what people should know of it.
type Control struct {
	Name          string
	Title         string
	Description   string
	Documentation string
	Severity      string
	Tags          map[string]string
	Query         *Query
	Args          map[string]string
}

// A Benchmark is a list of controls, and of benchmarks.
type Benchmark struct {
	Name          string
	FullName      string // with the mod and the kind, as in ftpcheck.benchmark.ftp_access
	Title         string
	Description   string
	Documentation string
	Tags          map[string]string
	Controls      []*Control
	Benchmarks    []*Benchmark
}

// Benchmark returns the benchmark of that name, short or full, or nil.
func (m *Mod) Benchmark(name string) *Benchmark {
	return find(m.Benchmarks, unqualified(m, "benchmark", name), func(b *Benchmark) string { return b.Name })
}

// Top are the benchmarks that are a part of no other, in the order of the files.
func (m *Mod) Top() []*Benchmark {
	return slices.DeleteFunc(slices.Clone(m.Benchmarks), func(b *Benchmark) bool {
		return slices.ContainsFunc(m.Benchmarks, func(of *Benchmark) bool { return slices.Contains(of.Benchmarks, b) })
	})
}

// Control returns the control of that name, short or full, or nil.
func (m *Mod) Control(name string) *Control {
	return find(m.Controls, unqualified(m, "control", name), func(c *Control) string { return c.Name })
}

func (m *Mod) query(name string) *Query {
	return find(m.Queries, name, func(q *Query) string { return q.Name })
}

func find[T any](list []*T, name string, nameOf func(*T) string) *T {
	i := slices.IndexFunc(list, func(v *T) bool { return nameOf(v) == name })
	if i < 0 {
		return nil
	}
	return list[i]
}

func unqualified(m *Mod, kind, name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, m.Name+"."), kind+".")
}

// The blocks of a .pp file. Expressions that may need variables stay unread until these
// are known.
type ppFile struct {
	Mods       []block         `hcl:"mod,block"`
	Variables  []variableBlock `hcl:"variable,block"`
	Locals     []localsBlock   `hcl:"locals,block"`
	Queries    []block         `hcl:"query,block"`
	Controls   []block         `hcl:"control,block"`
	Benchmarks []block         `hcl:"benchmark,block"`
	Dashboards hcl.Body        `hcl:",remain"`
}

type block struct {
	Name string   `hcl:"name,label"`
	Body hcl.Body `hcl:",remain"`
}

type localsBlock struct {
	Body hcl.Body `hcl:",remain"`
}

type modBody struct {
	Title       string   `hcl:"title"`
	Description string   `hcl:"description"`
	Rest        hcl.Body `hcl:",remain"`
}

type queryBody struct {
	Title       string            `hcl:"title,optional"`
	Description string            `hcl:"description,optional"`
	Tags        map[string]string `hcl:"tags,optional"`
	SQL         string            `hcl:"sql"`
	Params      []struct {
		Name        string  `hcl:"name,label"`
		Description string  `hcl:"description,optional"`
		Default     *string `hcl:"default,optional"`
	} `hcl:"param,block"`
}

type controlBody struct {
	Title         string            `hcl:"title"`
	Description   string            `hcl:"description"`
	Documentation string            `hcl:"documentation,optional"`
	Severity      string            `hcl:"severity,optional"`
	Tags          map[string]string `hcl:"tags,optional"`
	Query         hcl.Expression    `hcl:"query"`
	Args          map[string]string `hcl:"args,optional"`
}

type benchmarkBody struct {
	Title         string            `hcl:"title"`
	Description   string            `hcl:"description"`
	Documentation string            `hcl:"documentation,optional"`
	Tags          map[string]string `hcl:"tags,optional"`
	Children      hcl.Expression    `hcl:"children"`
}

// A loader reads a mod. Its methods add what is wrong to diags.
type loader struct {
	mod   *Mod
	files []*ppFile
	eval  *hcl.EvalContext
	diags hcl.Diagnostics
}

// Load reads a mod, with the settings for its variables. Its error names file and line
// of everything that is wrong.
func Load(files fs.FS, settings Settings) (*Mod, error) {
	l := &loader{mod: &Mod{}, eval: &hcl.EvalContext{
		Variables: map[string]cty.Value{},
		Functions: functions(files),
	}}
	if err := l.parse(files); err != nil {
		return nil, err
	}
	if l.diags.HasErrors() {
		return nil, diagnosticsError(l.diags)
	}
	if err := l.variables(settings); err != nil {
		return nil, err
	}
	l.locals()
	if !l.diags.HasErrors() {
		l.modBlock()
		l.queries()
		l.controls()
		l.benchmarks()
	}
	if l.diags.HasErrors() {
		return nil, diagnosticsError(l.diags)
	}
	return l.mod, nil
}

func diagnosticsError(diags hcl.Diagnostics) error {
	return errors.New(strings.Join(hcltext.Lines(diags), "\n"))
}

// functions are the HCL functions that the mod uses, a few of those that Powerpipe has.
func functions(files fs.FS) map[string]function.Function {
	return map[string]function.Function{
		"contains":   stdlib.ContainsFunc,
		"jsonencode": stdlib.JSONEncodeFunc,
		"length":     stdlib.LengthFunc,
		"merge":      stdlib.MergeFunc,
		"replace":    stdlib.ReplaceFunc,
		"file": function.New(&function.Spec{
			Params: []function.Parameter{{Name: "path", Type: cty.String}},
			Type:   function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				text, err := fs.ReadFile(files, path.Clean(args[0].AsString()))
				return cty.StringVal(string(text)), err
			},
		}),
	}
}

func (l *loader) parse(files fs.FS) error {
	parser := hclparse.NewParser()
	bodies := map[string]*hclsyntax.Body{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !isRead(name) {
			return err
		}
		src, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		file, diags := parser.ParseHCL(src, name)
		l.diags = append(l.diags, diags...)
		if diags.HasErrors() {
			return nil
		}
		bodies[name] = file.Body.(*hclsyntax.Body)
		var pp ppFile
		l.diags = append(l.diags, gohcl.DecodeBody(file.Body, nil, &pp)...)
		l.files = append(l.files, &pp)
		return nil
	})
	l.refuseBlocks(bodies)
	return err
}

// locals evaluates the blocks of locals, each as soon as those that it refers to are known.
// None waits for ever: see [loader.refuseLocals].
func (l *loader) locals() {
	var pending []hcl.Attributes
	home := map[string]bool{} // what is not known yet
	for _, file := range l.files {
		for _, block := range file.Locals {
			attributes, diags := block.Body.JustAttributes()
			l.diags = append(l.diags, diags...)
			pending = append(pending, attributes)
			for name := range attributes {
				home[name] = true
			}
		}
	}
	known := map[string]cty.Value{}
	waits := func(attributes hcl.Attributes) bool {
		for _, a := range attributes {
			if slices.ContainsFunc(a.Expr.Variables(), func(t hcl.Traversal) bool { return home[localName(t)] }) {
				return true
			}
		}
		return false
	}
	for len(pending) > 0 {
		i := slices.IndexFunc(pending, func(a hcl.Attributes) bool { return !waits(a) })
		l.eval.Variables["local"] = cty.ObjectVal(known)
		for name, attribute := range pending[i] {
			value, diags := attribute.Expr.Value(l.eval)
			l.diags = append(l.diags, diags...)
			known[name] = value
			delete(home, name)
		}
		pending = slices.Delete(pending, i, i+1)
	}
	l.eval.Variables["local"] = cty.ObjectVal(known)
}

func (l *loader) decode(body hcl.Body, into any) {
	l.diags = append(l.diags, gohcl.DecodeBody(body, l.eval, into)...)
}

func (l *loader) modBlock() {
	for _, file := range l.files {
		for _, b := range file.Mods {
			var body modBody
			l.decode(b.Body, &body)
			l.mod.Name, l.mod.Title, l.mod.Description = b.Name, body.Title, body.Description
		}
	}
}

func (l *loader) queries() {
	for _, file := range l.files {
		for _, b := range file.Queries {
			var body queryBody
			l.decode(b.Body, &body)
			q := &Query{Name: b.Name, Tags: body.Tags, SQL: body.SQL}
			for _, p := range body.Params {
				param := Param{Name: p.Name}
				if p.Default != nil {
					param.Default, param.HasDefault = *p.Default, true
				}
				q.Params = append(q.Params, param)
			}
			l.mod.Queries = append(l.mod.Queries, q)
		}
	}
}

func (l *loader) controls() {
	for _, file := range l.files {
		for _, b := range file.Controls {
			var body controlBody
			l.decode(b.Body, &body)
			c := &Control{Name: b.Name, Title: body.Title, Description: body.Description, Documentation: body.Documentation,
				Severity: body.Severity, Tags: body.Tags, Args: body.Args}
			kind, name := l.reference(body.Query)
			if c.Query = l.mod.query(name); kind != "query" || c.Query == nil {
				l.dangling(body.Query)
				continue
			}
			l.refuseArguments(c, body.Query.Range())
			l.mod.Controls = append(l.mod.Controls, c)
		}
	}
}

func (l *loader) benchmarks() {
	children := map[*Benchmark]hcl.Expression{}
	ranges := map[*Benchmark]hcl.Range{}
	for _, file := range l.files {
		for _, b := range file.Benchmarks {
			var body benchmarkBody
			l.decode(b.Body, &body)
			benchmark := &Benchmark{Name: b.Name, FullName: l.mod.Name + ".benchmark." + b.Name, Title: body.Title,
				Description: body.Description, Documentation: body.Documentation, Tags: body.Tags}
			children[benchmark], ranges[benchmark] = body.Children, b.Body.MissingItemRange()
			l.mod.Benchmarks = append(l.mod.Benchmarks, benchmark)
		}
	}
	for _, b := range l.mod.Benchmarks {
		if children[b] == nil {
			continue // which was an error already
		}
		list, diags := hcl.ExprList(children[b])
		l.diags = append(l.diags, diags...)
		for _, child := range list {
			kind, name := l.reference(child)
			control, nested := l.mod.Control(name), l.mod.Benchmark(name)
			switch {
			case kind == "control" && control != nil:
				b.Controls = append(b.Controls, control)
			case kind == "benchmark" && nested != nil:
				b.Benchmarks = append(b.Benchmarks, nested)
			default:
				l.dangling(child)
			}
		}
	}
	l.refuseBenchmarks(ranges)
}

// reference takes kind.name apart.
func (l *loader) reference(expression hcl.Expression) (kind, name string) {
	if expression == nil {
		return "", ""
	}
	traversal, diags := hcl.AbsTraversalForExpr(expression)
	if diags.HasErrors() || len(traversal) != 2 {
		return "", ""
	}
	step, ok := traversal[1].(hcl.TraverseAttr)
	if !ok {
		return "", ""
	}
	return traversal.RootName(), step.Name
}

func (l *loader) dangling(expression hcl.Expression) {
	if expression == nil {
		return // which was an error already
	}
	subject := expression.Range()
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Reference to nothing",
		Detail: "The mod has nothing of this name here.", Subject: &subject})
}
