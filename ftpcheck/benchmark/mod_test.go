package benchmark

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
)

func load(t *testing.T, settings ...string) *Mod {
	t.Helper()
	var s Settings
	for _, text := range settings {
		if err := s.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	mod, err := Load(Bundled(), s)
	if err != nil {
		t.Fatal(err)
	}
	return mod
}

// ppBodies returns the files of the mod.
func ppBodies(t *testing.T) map[string]*hclsyntax.Body {
	t.Helper()
	bodies := map[string]*hclsyntax.Body{}
	err := fs.WalkDir(Bundled(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".pp" {
			return err
		}
		src, err := fs.ReadFile(Bundled(), name)
		if err != nil {
			return err
		}
		file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			return diags
		}
		bodies[name] = file.Body.(*hclsyntax.Body)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return bodies
}

// eachBlock calls f for the blocks in a body and, with their outermost block, for those
// inside.
func eachBlock(body *hclsyntax.Body, outer *hclsyntax.Block, f func(outer, block *hclsyntax.Block)) {
	for _, block := range body.Blocks {
		o := outer
		if o == nil {
			o = block
		}
		f(o, block)
		eachBlock(block.Body, o, f)
	}
}

// TestReferences looks at every reference in every file, in dashboards too, which Load
// leaves to Powerpipe.
func TestReferences(t *testing.T) {
	bodies := ppBodies(t)
	defined := map[string]bool{}
	inputs := map[string]bool{}
	for _, body := range bodies {
		for _, block := range body.Blocks {
			switch block.Type {
			case "locals":
				for name := range block.Body.Attributes {
					defined["local."+name] = true
				}
				continue
			case "variable":
				defined["var."+block.Labels[0]] = true
				continue
			}
			name := block.Type + "." + block.Labels[0]
			if defined[name] {
				t.Errorf("%s is defined twice", name)
			}
			defined[name] = true
		}
		eachBlock(body, nil, func(outer, block *hclsyntax.Block) {
			if block.Type == "input" && block != outer {
				inputs[outer.Labels[0]+"."+block.Labels[0]] = true
			}
		})
	}
	used := map[string]bool{}
	for file, body := range bodies {
		eachBlock(body, nil, func(outer, block *hclsyntax.Block) {
			for _, attribute := range block.Body.Attributes {
				if block.Type == "variable" && attribute.Name == "type" {
					continue // string and number are no references
				}
				for _, traversal := range attribute.Expr.Variables() {
					name := traversal.RootName()
					for _, step := range traversal[1:] {
						if step, ok := step.(hcl.TraverseAttr); ok {
							name += "." + step.Name
						}
					}
					parts := strings.Split(name, ".")
					known := len(parts) > 1 && defined[parts[0]+"."+parts[1]]
					if parts[0] == "self" {
						known = len(parts) == 4 && parts[1] == "input" && inputs[outer.Labels[0]+"."+parts[2]] && parts[3] == "value"
					} else if known {
						used[parts[0]+"."+parts[1]] = true
					}
					if !known {
						t.Errorf("%s, line %d: %s refers to nothing", file, attribute.SrcRange.Start.Line, name)
					}
				}
			}
		})
	}
	for name := range defined {
		kind, _, _ := strings.Cut(name, ".")
		if !slices.Contains([]string{"mod", "benchmark", "dashboard"}, kind) && !used[name] {
			t.Errorf("nothing refers to %s", name)
		}
	}
}

// TestDashboards checks what Powerpipe would only find when it shows them: every element
// that shows data has a query, and as many arguments as the query has parameters.
func TestDashboards(t *testing.T) {
	mod := load(t)
	for file, body := range ppBodies(t) {
		eachBlock(body, nil, func(outer, block *hclsyntax.Block) {
			if outer.Type != "dashboard" || !slices.Contains([]string{"card", "chart", "table", "input", "node", "edge"}, block.Type) {
				return
			}
			attribute := block.Body.Attributes["query"]
			if attribute == nil {
				t.Errorf("%s, line %d: the %s has no query", file, block.TypeRange.Start.Line, block.Type)
				return
			}
			_, name := (&loader{}).reference(attribute.Expr)
			query := mod.query(name)
			args := 0
			if attribute := block.Body.Attributes["args"]; attribute != nil {
				list, diags := hcl.ExprList(attribute.Expr)
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				args = len(list)
			}
			if query == nil || args != len(query.Params) {
				t.Errorf("%s, line %d: the %s gives %d arguments to %s", file, block.TypeRange.Start.Line, block.Type, args, name)
			}
		})
	}
}

// TestControls holds the controls to what Powerpipe's users expect of every control.
func TestControls(t *testing.T) {
	mod := load(t)
	if mod.Name != "ftpcheck" || mod.Benchmark("ftp_access") == nil || mod.Benchmark("ftpcheck.benchmark.ftp_access") == nil {
		t.Errorf("mod %s has no benchmark ftp_access", mod.Name)
	}
	for _, c := range mod.Controls {
		if !strings.HasSuffix(c.Description, ".") || c.Documentation == "" || c.Tags["category"] != "Compliance" || c.Tags["service"] != "AWS/EC2" {
			t.Errorf("the control %s lacks a sentence of description, documentation or tags", c.Name)
		}
		if !slices.Contains([]string{"low", "medium", "high", "critical"}, c.Severity) {
			t.Errorf("the control %s has the severity %q", c.Name, c.Severity)
		}
		if !slices.Contains(mod.Benchmark("ftp_access").Controls, c) {
			t.Errorf("the control %s is in no benchmark", c.Name)
		}
		for name := range c.Args {
			if !slices.ContainsFunc(c.Query.Params, func(p Param) bool { return p.Name == name }) {
				t.Errorf("the query of the control %s has no parameter %s", c.Name, name)
			}
		}
	}
	if got := mod.Benchmark("ftp_access").Tags["aws_fsbp"]; got != "EC2.18, EC2.19" {
		t.Errorf("the benchmark cites AWS FSBP %q", got)
	}
}

func TestLoadErrors(t *testing.T) {
	const query = "query \"q\" {\n sql = \"select 1\"\n}\n"
	for _, test := range []struct{ name, pp, want string }{
		{"syntax", "query \"q\" {", "a.pp, line 1: "},
		{"no such function", "locals {\n x = nope()\n}", "a.pp, line 2: Call to unknown function"},
		{"no such local", "query \"q\" {\n sql = local.x\n}", "a.pp, line 2: Unsupported attribute"},
		{"no such variable", "query \"q\" {\n sql = var.x\n}", "a.pp, line 2: Unsupported attribute"},
		{"no such file", "locals {\n x = file(\"nope.md\")\n}", "nope.md"},
		{"no such query", "control \"c\" {\n title = \"\"\n description = \"\"\n query = query.nope\n}", "a.pp, line 4: Reference to nothing"},
		{"no such child", "benchmark \"b\" {\n title = \"\"\n description = \"\"\n children = [control.nope]\n}", "a.pp, line 4: Reference to nothing"},
		{"unknown argument", query + "control \"c\" {\n title = \"\"\n description = \"\"\n query = query.q\n sverity = \"low\"\n}", "a.pp, line 8: Unsupported argument"},
		{"a severity that is misspelt", query + "control \"c\" {\n title = \"\"\n description = \"\"\n query = query.q\n sverity = \"low\"\n}", "a.pp, line 8: Unsupported argument"},
	} {
		_, err := Load(fstest.MapFS{"mod.pp": emptyMod, "a.pp": {Data: []byte(test.pp)}}, Settings{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

var emptyMod = &fstest.MapFile{Data: []byte("mod \"m\" {\n title = \"\"\n description = \"\"\n}\n")}

// TestRefusedByPowerpipe has a mod for each rule of Powerpipe's, with what it says to it, and
// mods beside them that it takes. All of them were tried with Powerpipe 1.5.2. It takes an
// argument or default that it will not use, and a second mod block, without a word.
func TestRefusedByPowerpipe(t *testing.T) {
	const q = "query \"q\" {\n sql = \"select 1\"\n}\n"
	const text = " title = \"\"\n description = \"\"\n"
	control := func(name, rest string) string { return "control \"" + name + "\" {\n" + text + rest + "\n}\n" }
	benchmark := func(name, children string) string {
		return "benchmark \"" + name + "\" {\n" + text + " children = [" + children + "]\n}\n"
	}
	c := q + control("c", " query = query.q")
	variable := func(rest string) string { return "variable \"v\" {\n description = \"\"\n " + rest + "\n}\n" }
	for _, test := range []struct{ pp, want string }{
		// Locals. Cycle error: local.a -> local.a
		{"locals {\n a = 1\n b = local.a\n}", "a.pp, line 3: Locals of one block"},
		{"locals {\n a = local.a\n}", "a.pp, line 2: Locals of one block"},
		{"locals {\n a = 1\n b = \"x${local.a}\"\n}", "a.pp, line 3: Locals of one block"},
		{"locals {\n a = { k = 1 }\n b = local.a.k\n}", "a.pp, line 3: Locals of one block"},
		{"locals {\n a = local.b\n}\nlocals {\n b = local.a\n}", "Locals in a circle"},
		{"locals {\n a = 1\n b = local.d\n}\nlocals {\n c = local.a\n d = 1\n}", "Locals in a circle"},
		{"locals {\n a = local.b\n}\nlocals {\n b = local.c\n}\nlocals {\n c = local.a\n}", "Locals in a circle"},
		{"locals {\n a = local.b\n}\nlocals {\n b = local.c\n}\nlocals {\n c = 1\n}", ""},
		{"locals {\n a = 1\n}\nlocals {\n a = 2\n}", "a.pp, line 5: Defined twice"},
		{"locals {\n a = 1\n a = 2\n}", "a.pp, line 3: Attribute redefined"},
		{"locals \"x\" {\n a = 1\n}", "a.pp, line 1: Extraneous label"},

		// Names. Mod defines more than one resource named 'm.query.q'; Invalid name
		{q + q, "a.pp, line 4: Defined twice"},
		{c + control("c", " query = query.q"), "Defined twice"},
		{benchmark("b", "") + benchmark("b", ""), "Defined twice"},
		{variable("type = string\n default = \"\"") + variable("type = string\n default = \"\""), "Defined twice"},
		{"dashboard \"d\" {\n}\ndashboard \"d\" {\n}", "Defined twice"},
		{"category \"d\" {\n}\ncategory \"d\" {\n}", "Defined twice"},
		{"query \"1q\" {\n sql = \"\"\n}", "Invalid name"},
		{"query \"a.b\" {\n sql = \"\"\n}", "Invalid name"},
		{"dashboard \"a b\" {\n}", "Invalid name"},
		{"query \"_a-b\" {\n sql = \"\"\n}", ""},
		{"dashboard \"a\" \"b\" {\n}", "Not one name"},
		{"dashboard {\n}", "Not one name"},
		{q + control("q", " query = query.q") + benchmark("q", "control.q"), ""}, // of other kinds

		// The mod. no mod definition found
		{"mod \"n\" {\n" + text + "}", "a.pp, line 1: Misplaced mod"},

		// Queries and controls. Unsupported attribute; Failed to resolve dependencies
		{"query \"q\" {\n}", "Missing required argument"},
		{"query \"q\" {\n sql = \"\"\n severity = \"low\"\n}", "Unsupported argument"},
		{"query \"q\" {\n sql = \"\"\n with \"w\" {\n }\n}", "Unsupported block type"},
		{q + control("c", " query = \"q\""), "Reference to nothing"},
		{q + control("c", " query = m.query.q"), "Reference to nothing"},
		{c + control("d", " query = control.c"), "Reference to nothing"},
		{control("c", ""), "Reference to nothing"},
		{control("c", " query = local.nope"), "Reference to nothing"},
		{"query \"q\" {\n sql = \"\"\n param \"p\" {\n  type = string\n }\n}", "Unsupported argument"},
		{"query \"q\" {\n sql = \"\"\n param {\n }\n}", "Missing name for param"},

		// Arguments that Powerpipe drops without a word, and the defaults that take their place.
		{c + control("d", " query = query.q\n args = {\n  nope = \"1\"\n }"), "No such parameter"},
		{"query \"p\" {\n sql = \"\"\n param \"p\" {\n }\n}\n" + control("d", " query = query.p\n args = {\n  p = local.a\n }") + "locals {\n a = \"1\"\n}", "Not a literal"},
		{"query \"p\" {\n sql = \"\"\n param \"p\" {\n  default = local.a\n }\n}\nlocals {\n a = \"1\"\n}", "Not a literal"},
		{q + control("c", " query = query.q\n args = \"1\""), "Unsuitable value type"},
		{c + control("d", " query = query.q\n tags = [\"a\"]"), "Unsuitable value type"},

		// Benchmarks. 'benchmark.b' has duplicate child name; Invalid child
		{c + benchmark("b", "control.c, control.c"), "A child twice"},
		{c + benchmark("a", "control.c") + benchmark("b", "benchmark.a, benchmark.a"), "A child twice"},
		{benchmark("b", "benchmark.b"), "A benchmark in itself"},
		{benchmark("a", "benchmark.b") + benchmark("b", "benchmark.a"), "A benchmark in itself"},
		{benchmark("a", "benchmark.b") + benchmark("b", "benchmark.c") + benchmark("c", "benchmark.a"), "A benchmark in itself"},
		{q + benchmark("b", "query.q"), "Reference to nothing"},
		{c + benchmark("b", "\"control.c\""), "Reference to nothing"},
		{"benchmark \"b\" {\n" + text + " children = []\n severity = \"low\"\n}", "Unsupported argument"},
		{c + benchmark("a", "control.c") + benchmark("b", "control.c, benchmark.a"), ""},

		// Variables. default value type mismatched; unhandled block type "validation"
		{variable("type = number\n default = \"5\""), "is no number as it is written"},
		{variable("type = string\n default = 5"), "is no string as it is written"},
		{variable("type = bool\n default = \"true\""), "is no bool as it is written"},
		{variable("type = list(string)\n default = [1, 2]"), "is no list(string) as it is written"},
		{variable("type = map(string)\n default = { a = 1 }"), "is no map(string) as it is written"},
		{variable("type = list(object({ a = string }))\n default = [{ b = \"\" }]"), "as it is written"},
		{variable("type = list(string)\n default = \"a\""), "as it is written"},
		{variable("type = list(string)\n default = []"), ""},
		{variable("type = map(string)\n default = {}"), ""},
		{variable("type = \"text\"\n default = \"\""), "Invalid type specification"},
		{variable("type = int\n default = 1"), "Invalid type specification"},
		{variable("type = string\n default = \"\"\n validation {\n }"), "Unsupported block type"},
		{variable("type = string\n default = \"\"\n nullable = true"), "Unsupported argument"},
		{"variable \"v\" {\n description = local.a\n type = string\n default = \"\"\n}\nlocals {\n a = \"\"\n}", "Not a literal"},

		// Functions. Call to unknown function; no file exists at
		{"locals {\n a = templatefile(\"a\", {})\n}", "Call to unknown function"},
		{"locals {\n a = file(\"nope.md\")\n}", "nope.md"},

		// Other blocks. Blocks of type "nonsense" are not expected here.
		{"nonsense \"x\" {\n}", "Unknown block"},
		{"container \"x\" {\n}", "Unknown block"},
	} {
		_, err := Load(fstest.MapFS{"mod.pp": emptyMod, "a.pp": {Data: []byte(test.pp)}}, Settings{})
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s\nis refused: %v", test.pp, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s\nerror %v, want %q", test.pp, err, test.want)
		}
	}
	for name, files := range map[string]fstest.MapFS{
		"No mod":        {"a.pp": {Data: []byte(q)}},
		"Misplaced mod": {"mod.pp": {Data: slices.Concat(emptyMod.Data, emptyMod.Data)}},
		"No version":    {"mod.pp": {Data: []byte("mod \"m\" {\n" + text + " require {\n  plugin \"p\" {\n  }\n }\n}")}},
		"Defined twice": {"mod.pp": emptyMod, "a.pp": {Data: []byte(q)}, "b/b.pp": {Data: []byte(q)}},
	} {
		if _, err := Load(files, Settings{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want %q", err, name)
		}
	}
	if _, err := Load(fstest.MapFS{"mod.pp": emptyMod, ".x/a.pp": {Data: []byte(q + q)}}, Settings{}); err != nil {
		t.Errorf("a hidden folder was read: %v", err)
	}
}

// TestDefinedBeforeUsed: Powerpipe goes through the blocks in the order of files and lines,
// and again, in random order, through those that referred to something further down. It
// gives up as soon as once more does not help. So nothing may refer to what is further down.
func TestDefinedBeforeUsed(t *testing.T) {
	bodies := ppBodies(t)
	position := map[string]int{}
	n := 0
	for _, file := range sortedKeys(bodies) {
		for _, block := range bodies[file].Blocks {
			n++
			if block.Type == "locals" {
				for name := range block.Body.Attributes {
					position["local."+name] = n
				}
			} else if block.Type != "variable" { // which are read before everything else
				position[block.Type+"."+block.Labels[0]] = n
			}
		}
	}
	n = 0
	for _, file := range sortedKeys(bodies) {
		for _, block := range bodies[file].Blocks {
			n++
			hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
				reference, ok := node.(*hclsyntax.ScopeTraversalExpr)
				if !ok || len(reference.Traversal) < 2 {
					return nil
				}
				step, _ := reference.Traversal[1].(hcl.TraverseAttr)
				if name := reference.Traversal.RootName() + "." + step.Name; position[name] > n {
					t.Errorf("%s, line %d: %s is defined further down, or in a file further down", file, reference.SrcRange.Start.Line, name)
				}
				return nil
			})
		}
	}
}

func TestSettings(t *testing.T) {
	for _, test := range []struct{ setting, want string }{
		{"nope=1", "there is no variable nope. There are common_dimensions, "},
		{"max_public_ipv4_addresses=many", "many"},
		{"max_public_ipv4_addresses=", "is not a value such as"},
		{"tag_dimensions=Owner", "the setting of tag_dimensions: Owner is not a value such as"},
		{"max_public_ipv4_addresses=null", "a value is needed"},
		{`exceptions={ sg-1 = "2027-03-31 partner migration" }`, "list of object required"},
		{"tag_dimensions={}", "the setting of tag_dimensions: the variable tag_dimensions is a list(string)"},
	} {
		var s Settings
		err := s.Set(test.setting)
		if err == nil {
			_, err = Load(Bundled(), s)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.setting, err, test.want)
		}
	}
	var s Settings
	if err := s.Set("just text"); err == nil {
		t.Error("a setting without = was taken")
	}
	mod := load(t, "exception_tag=ours", "tag_dimensions=[\"a\"]", "tag_dimensions=[\"b\"]")
	for _, v := range mod.Variables {
		if v.Name == "tag_dimensions" && v.Value != `["b"]` || v.Name == "exception_tag" && v.Value != `"ours"` {
			t.Errorf("%s = %s", v.Name, v.Value)
		}
	}
}

func TestBind(t *testing.T) {
	q := &Query{Name: "q", Params: []Param{{Name: "a"}, {Name: "b", Default: "d", HasDefault: true}}}
	for _, test := range []struct {
		args map[string]string
		want []pgsql.Arg
	}{
		{map[string]string{"a": "it's"}, []pgsql.Arg{{Value: "it's"}, {Value: "d"}}},
		{map[string]string{"b": "", "a": "$2"}, []pgsql.Arg{{Value: "$2"}, {Value: ""}}},
		{nil, nil},
	} {
		got, err := q.bind(test.args)
		if diff := cmp.Diff(test.want, got); diff != "" || (err == nil) != (test.want != nil) {
			t.Errorf("%v: %v\n%s", test.args, err, diff)
		}
	}
}
