package benchmark

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/json"
)

// A Variable is what a user of the mod may set.
type Variable struct {
	Name        string
	Description string
	Type        string // as HCL has it, such as list(string)
	Value       string // as JSON
}

type variableBlock struct {
	Name        string         `hcl:"name,label"`
	Type        hcl.Expression `hcl:"type"`
	Description string         `hcl:"description"`
	Default     hcl.Expression `hcl:"default"`
}

// Settings are values for variables. The zero Settings leave all at their defaults.
type Settings struct {
	list []setting
}

type setting struct {
	name  string
	value func(want cty.Type) (cty.Value, error)
	from  string // for errors
}

// Set adds a setting of the form name=value. The value is HCL, or the plain text if the
// variable is a string. Later settings win.
func (s *Settings) Set(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("a variable is set with name=value, not with %q", text)
	}
	from := "the setting of " + name
	s.list = append(s.list, setting{name, func(want cty.Type) (cty.Value, error) {
		if want == cty.String {
			return cty.StringVal(value), nil
		}
		expression, diags := hclsyntax.ParseExpression([]byte(value), from, hcl.InitialPos)
		if !diags.HasErrors() {
			var v cty.Value
			if v, diags = expression.Value(nil); !diags.HasErrors() {
				return v, nil
			}
		}
		return cty.NilVal, fmt.Errorf(`%s: %s is not a value such as 1, "text", ["a", "b"] or { key = "text" }`, from, value)
	}, from})
	return nil
}

// Has reports whether a variable is set.
func (s *Settings) Has(name string) bool {
	return slices.ContainsFunc(s.list, func(v setting) bool { return v.name == name })
}

// ReadFile adds the settings of a .ppvars file.
func (s *Settings) ReadFile(path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the file of variables cannot be read: %w", err)
	}
	file, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	if diags.HasErrors() {
		return diagnosticsError(diags)
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() {
		return diagnosticsError(diags)
	}
	for name, attribute := range attributes {
		value, diags := attribute.Expr.Value(nil)
		if diags.HasErrors() {
			return diagnosticsError(diags)
		}
		s.list = append(s.list, setting{name, func(cty.Type) (cty.Value, error) { return value, nil },
			fmt.Sprintf("%s, line %d", path, attribute.Range.Start.Line)})
	}
	return nil
}

// variables evaluates the variables: the last setting, or else the default.
func (l *loader) variables(settings Settings) error {
	values := map[string]cty.Value{}
	for _, file := range l.files {
		for _, block := range file.Variables {
			want, diags := typeexpr.TypeConstraint(block.Type)
			l.diags = append(l.diags, diags...)
			if diags.HasErrors() {
				continue
			}
			value, diags := block.Default.Value(nil)
			l.diags = append(l.diags, diags...)
			from := block.Default.Range().String()
			if !diags.HasErrors() && !conforms(value, want) {
				return fmt.Errorf("%s: the default of the variable %s is no %s as it is written", from, block.Name, typeexpr.TypeString(want))
			}
			for _, s := range settings.list {
				if s.name != block.Name {
					continue
				}
				var err error
				if value, err = s.value(want); err != nil {
					return err
				}
				from = s.from
			}
			value, err := convert.Convert(value, want)
			if err == nil && value.IsNull() {
				err = fmt.Errorf("a value is needed")
			}
			if err != nil {
				return fmt.Errorf("%s: the variable %s is a %s: %w", from, block.Name, typeexpr.TypeString(want), err)
			}
			text, err := json.Marshal(value, want)
			if err != nil {
				return fmt.Errorf("%s: the variable %s: %w", from, block.Name, err)
			}
			values[block.Name] = value
			l.mod.Variables = append(l.mod.Variables, &Variable{block.Name, block.Description, typeexpr.TypeString(want), string(text)})
		}
	}
	for _, s := range settings.list {
		if _, ok := values[s.name]; !ok {
			return fmt.Errorf("%s: there is no variable %s. There are %s", s.from, s.name, strings.Join(names(l.mod.Variables), ", "))
		}
	}
	l.eval.Variables["var"] = cty.ObjectVal(values)
	return nil
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func names(variables []*Variable) []string {
	var list []string
	for _, v := range variables {
		list = append(list, v.Name)
	}
	slices.Sort(list)
	return list
}
