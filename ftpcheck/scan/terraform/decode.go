package terraform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A plan is what terraform show -json prints, as far as it concerns us: of a plan, or of a state.
type plan struct {
	formatVersion string
	names         map[string]bool // of the members at the top

	changes   []*change
	planned   *module
	prior     *module
	state     *module
	config    *configuration
	variables map[string]string // those of the root module that are texts

	errored    bool
	incomplete bool
	odd        error // the first element of resource_changes that cannot be understood
}

// A resource is one that a state has, or will have.
type resource struct {
	Address    string     `json:"address"`
	Mode       string     `json:"mode"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Values     attributes `json:"values"`
	Sensitive  attributes `json:"sensitive_values"`
	DeposedKey string     `json:"deposed_key"`
}

// A module is a module instance of a state.
type module struct {
	Resources    []*resource `json:"resources"`
	ChildModules []*module   `json:"child_modules"`
}

// UnmarshalJSONFrom takes no member that it does not know, and nothing for a resource: in either
// there might have been one that nobody looks at.
func (m *module) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return lost(d, "a module is an object")
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		switch text := name.String(); {
		case text == "address":
			err = d.SkipValue()
		case text == "resources" && d.PeekKind() == '[':
			err = json.UnmarshalDecode(d, &m.Resources)
		case text == "child_modules" && d.PeekKind() == '[':
			err = json.UnmarshalDecode(d, &m.ChildModules)
		default:
			err = lost(d, "a module has an address, resources and child_modules")
		}
		if err != nil {
			return err
		}
	}
	if slices.Contains(m.Resources, nil) || slices.Contains(m.ChildModules, nil) {
		return lost(d, "no resource and no module is null")
	}
	_, err := d.ReadToken()
	return err
}

func lost(d *jsontext.Decoder, what string) error {
	return &document.Error{Code: document.InvalidValue, Pointer: d.StackPointer(), Offset: d.InputOffset(),
		Problem: what + ", so something is lost. Give what terraform show -json prints, as it is"}
}

// all hands over the resources of the module, and of those below it.
func (m *module) all(each func(*resource)) {
	if m == nil {
		return
	}
	for _, r := range m.Resources {
		each(r)
	}
	for _, c := range m.ChildModules {
		c.all(each)
	}
}

// values are what is in a state.
type values struct {
	RootModule *module `json:"root_module"`
}

// A change is what is planned for a resource instance.
type change struct {
	Address         string `json:"address"`
	PreviousAddress string `json:"previous_address"`
	Mode            string `json:"mode"`
	Type            string `json:"type"`
	Name            string `json:"name"`
	Deposed         string `json:"deposed"`
	Change          struct {
		Actions         []string   `json:"actions"`
		Before          attributes `json:"before"`
		After           attributes `json:"after"`
		AfterUnknown    attributes `json:"after_unknown"`
		BeforeSensitive attributes `json:"before_sensitive"`
		AfterSensitive  attributes `json:"after_sensitive"`
	} `json:"change"`
}

// A configuration is what the .tf files say, as far as the JSON of a plan has it: it lacks local
// values and dynamic blocks.
type configuration struct {
	ProviderConfig map[string]*providerConfig `json:"provider_config"`
	RootModule     *configModule              `json:"root_module"`
}

type providerConfig struct {
	ModuleAddress string      `json:"module_address"`
	Expressions   expressions `json:"expressions"`
}

type configModule struct {
	Resources   []*configResource      `json:"resources"`
	ModuleCalls map[string]*moduleCall `json:"module_calls"`
	Outputs     map[string]*struct {
		Expression expression `json:"expression"`
	} `json:"outputs"`
}

type configResource struct {
	Address           string      `json:"address"`
	Type              string      `json:"type"`
	ProviderConfigKey string      `json:"provider_config_key"`
	Expressions       expressions `json:"expressions"`
	ForEach           expression  `json:"for_each_expression"`
}

type moduleCall struct {
	Expressions expressions   `json:"expressions"`
	ForEach     expression    `json:"for_each_expression"`
	Module      *configModule `json:"module"`
}

// expressions are by the name of what they are the value of; nil if there are none.
type expressions map[string]expression

// An expression is what was written for a value: what it refers to and, if it is a text without
// references, that.
type expression struct {
	References []string
	text       string
}

func (e *expression) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*e = expression{}
	if d.PeekKind() != '{' { // blocks, as lists of such
		return d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		switch text := name.String(); {
		case text == "references" && d.PeekKind() == '[':
			err = json.UnmarshalDecode(d, &e.References)
		case text == "constant_value" && d.PeekKind() == '"':
			err = json.UnmarshalDecode(d, &e.text)
		default:
			err = d.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// decode reads the document.
func decode(d *document.Document) (*plan, error) {
	p := &plan{names: map[string]bool{}, variables: map[string]string{}}
	member := func(name string) error {
		p.names[name] = true
		into := func(v any) error { return json.UnmarshalDecode(d.Decoder, v) }
		switch name {
		case "format_version":
			return into(&p.formatVersion)
		case "resource_changes":
			return p.readChanges(d)
		case "planned_values":
			var v *values
			err := into(&v)
			if err == nil && v != nil {
				p.planned = v.RootModule
			}
			return err
		case "prior_state":
			var s *struct {
				Values *values `json:"values"`
			}
			err := into(&s)
			if err == nil && s != nil && s.Values != nil {
				p.prior = s.Values.RootModule
			}
			return err
		case "values":
			var v *values
			err := into(&v)
			if err == nil && v != nil {
				p.state = v.RootModule
			}
			return err
		case "configuration":
			return into(&p.config)
		case "variables":
			return p.readVariables(d)
		case "errored":
			return into(&p.errored)
		case "complete":
			var complete *bool
			err := into(&complete)
			p.incomplete = complete == nil || !*complete
			return err
		case "@level", "@message":
			return &document.Error{Code: document.UnknownContent, Offset: -1, Problem: "this is the log of a command of Terraform. Save the plan with terraform plan -out plan.bin, and give what terraform show -json plan.bin prints"}
		}
		return d.SkipValue()
	}
	var broken error
	documents := 0
	err := d.Values(func() error {
		if documents++; documents > 1 {
			broken = lost(d.Decoder, "more follows what Terraform prints")
		} else {
			broken = d.Members(member)
		}
		return broken
	})
	var bad *document.Error
	switch {
	case broken != nil:
		return nil, err
	case errors.As(err, &bad) && bad.Code == document.InvalidValue:
		p.odd = bad // of one element of resource_changes; the others have been read
	case err != nil:
		return nil, err
	}
	return p, p.check()
}

func (p *plan) readChanges(d *document.Document) error {
	if d.PeekKind() == 'n' {
		return d.SkipValue()
	}
	return document.Elements(d, func(c *change) error {
		if bad := c.check(); bad != nil {
			return bad
		}
		p.changes = append(p.changes, c)
		return nil
	})
}

// check returns what is wrong with a change that is of any type.
func (c *change) check() *sg.BadValue {
	bad := func(pointer, format string, args ...any) *sg.BadValue {
		return &sg.BadValue{Pointer: pointer, Problem: fmt.Sprintf(format, args...)}
	}
	a, ok := parseAddress(c.Address)
	switch {
	case !ok || a.kind != c.Type || a.name != c.Name || a.data != (c.Mode == "data") || !a.data && c.Mode != "managed":
		return bad("", "the address, mode, type and name of the resource do not belong together, so something is lost. Give what terraform show -json prints, as it is")
	case len(c.Change.Actions) == 0:
		return bad("/change", "%s has no actions", c.Address)
	}
	for _, action := range c.Change.Actions {
		switch action {
		case "no-op", "create", "read", "update", "delete", "forget":
		default:
			return bad("/change/actions", "%s: %q is no action that this version of ftpcheck knows. Use a later one", c.Address, action)
		}
	}
	if !concerns(c.Type) {
		return nil
	}
	if c.stands() && (c.Change.After.byName == nil || c.Change.AfterUnknown.byName == nil) {
		return bad("/change", "%s has no after or no after_unknown, so nobody knows what becomes of it", c.Address)
	}
	if c.was() && c.Change.Before.byName == nil {
		return bad("/change", "%s has no before, so nobody knows what it was", c.Address)
	}
	return nil
}

// has reports whether the change has an action.
func (c *change) has(action string) bool {
	for _, a := range c.Change.Actions {
		if a == action {
			return true
		}
	}
	return false
}

// stands reports whether there is something after the change; was, whether there was before.
func (c *change) stands() bool {
	return c.has("no-op") || c.has("create") || c.has("update") || c.has("read")
}

func (c *change) was() bool {
	return c.has("no-op") || c.has("update") || c.has("delete") || c.has("forget")
}

func (p *plan) readVariables(d *document.Document) error {
	if d.PeekKind() != '{' {
		return d.SkipValue()
	}
	var all map[string]*struct {
		Value textOnly `json:"value"`
	}
	if err := json.UnmarshalDecode(d.Decoder, &all); err != nil {
		return err
	}
	for name, v := range all {
		if v != nil {
			p.variables[name] = string(v.Value)
		}
	}
	return nil
}

// textOnly is a text; of anything else it is empty.
type textOnly string

func (t *textOnly) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '"' {
		return d.SkipValue()
	}
	return json.UnmarshalDecode(d, (*string)(t))
}

// check returns an error if the document is none that can be judged.
func (p *plan) check() error {
	refuse := func(code, problem string) error {
		return &document.Error{Code: code, Problem: problem, Offset: -1}
	}
	const show = "Give what terraform show -json prints of it"
	switch {
	case p.names["lineage"] || p.names["serial"]:
		return refuse(document.UnknownContent, "this is a state file of Terraform, which is for Terraform alone. "+show)
	case p.names["provider_schemas"], p.names["valid"]:
		return refuse(document.UnknownContent, "this is neither a plan nor a state, but what another command of Terraform prints. "+show)
	case p.formatVersion == "":
		return refuse(document.InvalidValue, "the format_version of what Terraform prints is not there, so something is lost. "+show)
	case p.formatVersion != "0.2" && !strings.HasPrefix(p.formatVersion, "1."):
		return refuse(document.UnknownContent, fmt.Sprintf("the format_version is %q, and those of Terraform 1.0 and later, and of OpenTofu, are 0.2 and 1.x. Print it again with another version of Terraform, or use a later version of ftpcheck", p.formatVersion))
	case p.isPlan() && p.names["values"]:
		return refuse(document.InvalidValue, "this has the values of a state and the members of a plan, and Terraform prints one or the other. "+show)
	case !p.isPlan() && p.state == nil:
		return refuse(document.Incomplete, "there is no resource in it: this is an empty state, or something is lost. "+show)
	}
	return nil
}

// isPlan reports whether this is a plan, and not a state.
func (p *plan) isPlan() bool {
	for _, name := range []string{"planned_values", "resource_changes", "configuration", "prior_state", "applyable", "complete", "errored", "variables", "output_changes"} {
		if p.names[name] {
			return true
		}
	}
	return false
}
