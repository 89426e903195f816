package scan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// What is here writes plans and states as terraform show -json prints them, from what a test says
// of each resource. It shares nothing with what reads them.

// unknown stands for a value that is known only after apply, secret for one that is sensitive.
type unknown struct{}

type secret struct{ value any }

// A ref is an expression with these references; a fixed is one with none.
type (
	ref   []string
	fixed struct{ value any }
)

// A planned is a resource instance of a plan.
type planned struct {
	module  string // of the instance, as in module.a["x"]
	data    bool
	kind    string
	name    string
	key     any      // nil, a text or a number
	actions []string // create if there are none
	before  object
	after   object // nil if it goes
	written object // expressions by attribute; ref or fixed
	forEach ref

	provider, previous, deposed string
	bare                        bool // the configuration does not have it
}

func (p planned) key2() string {
	switch k := p.key.(type) {
	case nil:
		return ""
	case string:
		return fmt.Sprintf("[%q]", k)
	default:
		return fmt.Sprintf("[%v]", k)
	}
}

func (p planned) resource() string {
	if p.data {
		return "data." + p.kind + "." + p.name
	}
	return p.kind + "." + p.name
}

func (p planned) address() string {
	return strings.TrimPrefix(p.module+"."+p.resource()+p.key2(), ".")
}

func (p planned) mode() string {
	if p.data {
		return "data"
	}
	return "managed"
}

// split makes of a value what is known of it, what is not, and what is sensitive.
func split(v any) (known, not, sensitive any) {
	switch v := v.(type) {
	case secret:
		known, not, _ = split(v.value)
		return known, not, true
	case object:
		k, n, s := object{}, object{}, object{}
		for name, element := range v {
			known, not, sensitive := split(element)
			if not != true {
				k[name] = known
			}
			if not != nil {
				n[name] = not
			}
			if sensitive != nil {
				s[name] = sensitive
			}
		}
		return k, n, s
	case []any:
		k, n, s := []any{}, []any{}, []any{}
		for _, element := range v {
			known, not, sensitive := split(element)
			if not == nil {
				not = false
			}
			if sensitive == nil {
				sensitive = false
			}
			k, n, s = append(k, known), append(n, not), append(s, sensitive)
		}
		return k, n, s
	case []string:
		return split(list(v...))
	case unknown:
		return nil, true, nil
	}
	return v, nil, nil
}

func list[T any](all ...T) []any {
	l := []any{}
	for _, v := range all {
		l = append(l, v)
	}
	return l
}

func (p planned) values(of object) object {
	known, _, sensitive := split(of)
	v := object{"address": p.address(), "mode": p.mode(), "type": p.kind, "name": p.name, "provider_name": "registry.terraform.io/hashicorp/aws",
		"schema_version": 1, "values": known, "sensitive_values": sensitive}
	if p.key != nil {
		v["index"] = p.key
	}
	if p.deposed != "" {
		v["deposed_key"] = p.deposed
	}
	return v
}

func (p planned) change() object {
	actions := p.actions
	if actions == nil {
		actions = []string{"create"}
	}
	c := object{"actions": actions, "before": nil, "after": nil, "after_unknown": object{}, "before_sensitive": false, "after_sensitive": false}
	if p.before != nil {
		known, _, sensitive := split(p.before)
		c["before"], c["before_sensitive"] = known, sensitive
	}
	if p.after != nil {
		known, not, sensitive := split(p.after)
		c["after"], c["after_unknown"], c["after_sensitive"] = known, not, sensitive
	}
	all := object{"address": p.address(), "mode": p.mode(), "type": p.kind, "name": p.name, "provider_name": "registry.terraform.io/hashicorp/aws", "change": c}
	for name, value := range map[string]string{"module_address": p.module, "previous_address": p.previous, "deposed": p.deposed} {
		if value != "" {
			all[name] = value
		}
	}
	if p.key != nil {
		all["index"] = p.key
	}
	return all
}

// A tree puts resources into the modules that they are of.
func tree(resources []planned, of func(planned) object) object {
	all := map[string]object{}
	var module func(path string) object
	module = func(path string) object {
		if m := all[path]; m != nil {
			return m
		}
		m := object{"resources": []any{}, "child_modules": []any{}}
		all[path] = m
		if path != "" {
			m["address"] = path
			up := module(strings.TrimSuffix(path[:strings.LastIndex("."+path, ".module.")], "."))
			up["child_modules"] = append(up["child_modules"].([]any), m)
		}
		return m
	}
	module("")
	for _, p := range resources {
		if v := of(p); v != nil {
			m := module(p.module)
			m["resources"] = append(m["resources"].([]any), v)
		}
	}
	return all[""]
}

// A call is how a module is called, and what it gives back.
type call struct {
	written object
	outputs map[string]ref
	forEach ref
}

// A document is a plan.
type tfPlan struct {
	resources []planned
	calls     map[string]call // by the path of the module without keys, as in a.b
	providers object
	variables object
	more      object // members at the top, in the place of those that Terraform would print
}

func expressionOf(v any) object {
	switch v := v.(type) {
	case ref:
		return object{"references": []string(v)}
	case fixed:
		return object{"constant_value": v.value}
	}
	panic("no expression")
}

func expressionsOf(written object) object {
	all := object{}
	for name, v := range written {
		all[name] = expressionOf(v)
	}
	return all
}

// withoutKeys is the path of a module as the configuration has it.
func withoutKeys(module string) string {
	var names []string
	for _, part := range strings.Split(module, "module.") {
		if name, _, _ := strings.Cut(strings.TrimSuffix(part, "."), "["); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}

func (d tfPlan) configuration() object {
	modules := map[string]object{"": {}}
	var module func(path string) object
	module = func(path string) object {
		if m := modules[path]; m != nil {
			return m
		}
		m := object{}
		modules[path] = m
		up, name := "", path
		if i := strings.LastIndexByte(path, '.'); i >= 0 {
			up, name = path[:i], path[i+1:]
		}
		parent, c := module(up), d.calls[path]
		calls, _ := parent["module_calls"].(object)
		if calls == nil {
			calls = object{}
			parent["module_calls"] = calls
		}
		called := object{"source": "./" + name, "expressions": expressionsOf(c.written), "module": m}
		if c.forEach != nil {
			called["for_each_expression"] = expressionOf(c.forEach)
		}
		calls[name] = called
		outputs := object{}
		for name, o := range c.outputs {
			outputs[name] = object{"expression": expressionOf(o)}
		}
		m["outputs"] = outputs
		return m
	}
	for _, path := range slices.Sorted(maps.Keys(d.calls)) {
		module(path)
	}
	seen := map[string]bool{}
	for _, p := range d.resources {
		m := module(withoutKeys(p.module))
		if p.bare || seen[withoutKeys(p.module)+p.resource()] {
			continue
		}
		seen[withoutKeys(p.module)+p.resource()] = true
		provider := p.provider
		if provider == "" {
			provider = "aws"
		}
		r := object{"address": p.resource(), "mode": p.mode(), "type": p.kind, "name": p.name, "provider_config_key": provider, "schema_version": 1, "expressions": expressionsOf(p.written)}
		if p.forEach != nil {
			r["for_each_expression"] = expressionOf(p.forEach)
		}
		all, _ := m["resources"].([]any)
		m["resources"] = append(all, r)
	}
	providers := d.providers
	if providers == nil {
		providers = object{"aws": object{"name": "aws", "expressions": object{"region": object{"constant_value": "eu-west-1"}}}}
	}
	return object{"provider_config": providers, "root_module": modules[""]}
}

// stands reports whether the resource is there after the plan.
func (p planned) stands() bool { return p.after != nil }

func (d tfPlan) json(t testing.TB) string {
	t.Helper()
	var changes []any
	for _, p := range d.resources {
		if p.actions == nil || len(p.actions) > 0 {
			changes = append(changes, p.change())
		}
	}
	all := object{
		"format_version": "1.2", "terraform_version": "1.11.4",
		"planned_values": object{"root_module": tree(d.resources, func(p planned) object {
			if !p.stands() || p.data {
				return nil
			}
			return p.values(p.after)
		})},
		"resource_changes": changes,
		"prior_state": object{"format_version": "1.0", "values": object{"root_module": tree(d.resources, func(p planned) object {
			if p.before == nil {
				return nil
			}
			return p.values(p.before)
		})}},
		"configuration": d.configuration(),
		"applyable":     true, "complete": true, "errored": false,
	}
	if d.variables != nil {
		all["variables"] = d.variables
	}
	for name, v := range d.more {
		if v == nil {
			delete(all, name)
		} else {
			all[name] = v
		}
	}
	text := marshal(t, all)
	if d.more == nil {
		// HashiCorp's own package takes it for a plan.
		var plan tfjson.Plan
		if err := json.Unmarshal([]byte(text), &plan); err != nil {
			t.Fatalf("this is no plan: %v\n%s", err, text)
		}
		if err := plan.Validate(); err != nil || len(plan.ResourceChanges) != len(changes) {
			t.Fatalf("this is no plan: %v, %d resource changes", err, len(plan.ResourceChanges))
		}
		for i, c := range plan.ResourceChanges {
			if c.Address != changes[i].(object)["address"] || len(c.Change.Actions) == 0 {
				t.Fatalf("this is no change: %+v", c)
			}
		}
	}
	return text
}

// stateJSON is the state after the plan was applied.
func (d tfPlan) stateJSON(t testing.TB) string {
	t.Helper()
	text := marshal(t, object{"format_version": "1.0", "terraform_version": "1.11.4", "values": object{"root_module": tree(d.resources, func(p planned) object {
		if !p.stands() {
			return nil
		}
		return p.values(p.after)
	})}})
	var state tfjson.State
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatalf("this is no state: %v\n%s", err, text)
	}
	return text
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// with are the members of an object and some more, or others.
func with(o object, more object) object {
	all := maps.Clone(o)
	maps.Copy(all, more)
	return all
}

// Attributes as the provider has them.

// block is an element of ingress.
func block(protocol any, from, to any, more object) object {
	return with(object{"protocol": protocol, "from_port": from, "to_port": to, "description": "", "cidr_blocks": []any{}, "ipv6_cidr_blocks": []any{},
		"prefix_list_ids": []any{}, "security_groups": []any{}, "self": false}, more)
}

// newGroup is a group that is to be made; there is one with its ID that is there.
func newGroup(ingress any) object {
	return object{"id": unknown{}, "arn": unknown{}, "owner_id": unknown{}, "name": "g", "name_prefix": unknown{}, "description": "d", "vpc_id": unknown{}, "tags": nil, "tags_all": unknown{}, "ingress": ingress, "egress": unknown{}}
}

func there(id string, ingress any) object {
	return object{"id": id, "arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/" + id, "owner_id": "111122223333", "name": "n-" + id, "name_prefix": "", "description": "d",
		"vpc_id": "vpc-1", "tags": object{"team": "a"}, "tags_all": object{"team": "a"}, "ingress": ingress, "egress": []any{}}
}

// legacy is an aws_security_group_rule.
func legacy(group any, protocol any, from, to any, more object) object {
	return with(object{"id": unknown{}, "type": "ingress", "security_group_id": group, "security_group_rule_id": unknown{}, "protocol": protocol, "from_port": from, "to_port": to,
		"cidr_blocks": nil, "ipv6_cidr_blocks": nil, "prefix_list_ids": nil, "self": false, "source_security_group_id": unknown{}, "description": nil}, more)
}

// modern is an aws_vpc_security_group_ingress_rule.
func modern(group any, protocol any, from, to any, more object) object {
	return with(object{"id": unknown{}, "arn": unknown{}, "security_group_id": group, "security_group_rule_id": unknown{}, "ip_protocol": protocol, "from_port": from, "to_port": to,
		"cidr_ipv4": nil, "cidr_ipv6": nil, "prefix_list_id": nil, "referenced_security_group_id": nil, "description": nil, "tags": nil, "tags_all": unknown{}}, more)
}

func prefixList(id any, entries any) object {
	return object{"id": id, "arn": unknown{}, "name": "l", "address_family": "IPv4", "max_entries": 5, "owner_id": unknown{}, "tags": nil, "tags_all": unknown{}, "version": unknown{}, "entry": entries}
}

func entry(cidr any) object { return object{"cidr": cidr, "description": nil} }
