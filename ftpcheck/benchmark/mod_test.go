package benchmark

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
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
	if got := mod.Benchmark("ftp_access").Tags["aws_fsbp"]; got != "EC2.19" {
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
		{"locals in a circle", "locals {\n x = local.y\n y = local.x\n}", "depends on itself"},
		{"no such file", "locals {\n x = file(\"nope.md\")\n}", "nope.md"},
		{"no such query", "control \"c\" {\n title = \"\"\n description = \"\"\n query = query.nope\n}", "a.pp, line 4: Reference to nothing"},
		{"no such child", "benchmark \"b\" {\n title = \"\"\n description = \"\"\n children = [control.nope]\n}", "a.pp, line 4: Reference to nothing"},
		{"unknown argument", query + "control \"c\" {\n title = \"\"\n description = \"\"\n query = query.q\n sverity = \"low\"\n}", "a.pp, line 8: Unsupported argument"},
	} {
		_, err := Load(fstest.MapFS{"a.pp": {Data: []byte(test.pp)}}, Settings{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
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
	mod := load(t, "exception_tag=ours", "exceptions={ sg-1 = \"a\" }", "exceptions={ sg-2 = \"b\" }")
	for _, v := range mod.Variables {
		if v.Name == "exceptions" && v.Value != `{"sg-2":"b"}` || v.Name == "exception_tag" && v.Value != `"ours"` {
			t.Errorf("%s = %s", v.Name, v.Value)
		}
	}
}

func TestBind(t *testing.T) {
	q := &Query{Name: "q", SQL: `select $1, '$1', "$2" -- $1
from t /* $2 */ where a = $2 or b = 'it''s $1' or $1 = $`, Params: []Param{{Name: "a"}, {Name: "b", Default: "d", HasDefault: true}}}
	got, err := q.bind(map[string]string{"a": "it's"})
	want := `select 'it''s', '$1', "$2" -- $1
from t /* $2 */ where a = 'd' or b = 'it''s $1' or 'it''s' = $`
	if err != nil || got != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	if _, err := q.bind(nil); err == nil {
		t.Error("a parameter without a value was let through")
	}
	q.Params = q.Params[:1]
	if _, err := q.bind(map[string]string{"a": ""}); err == nil {
		t.Error("$2 without a parameter was let through")
	}
}
