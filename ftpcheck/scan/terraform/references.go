package terraform

import (
	"slices"
	"strings"
)

// What a resource refers to has no ID before it is made. Then the configuration tells what it
// refers to: each value has the references of its expression, which lead through the variables and
// outputs of modules to resources. They do not say everything: not how several references go
// together, no index that is an expression, and nothing of local values.

// targets are what an expression may refer to.
type targets struct {
	found []*instance
	// more is set if it may be something else, too.
	more bool
}

// sure returns what the expression refers to if there is no doubt about it.
func (t targets) sure() *instance {
	if len(t.found) == 1 && !t.more {
		return t.found[0]
	}
	return nil
}

// A scope is where an expression stands: a module instance, and an instance of what is there,
// whose key and for_each expression each.key and each.value are of.
type scope struct {
	modules []moduleKey
	key     string
	forEach expression
}

// A resolver finds out what expressions refer to.
type resolver struct {
	root      *configModule
	instances map[string][]*instance // by the path of the module instance and the name of the resource
	keys      map[string][]string    // of the instances of modules that have any of these
	wanted    func(kind string) bool // the types that are looked for
	depth     int
}

func newResolver(root *configModule, instances map[string][]*instance, wanted func(string) bool) *resolver {
	r := &resolver{root: root, instances: instances, wanted: wanted, keys: map[string][]string{}}
	for _, all := range instances {
		for n, m := range all[0].at.modules {
			name := instanceKey(all[0].at.modules[:n], m.name)
			if !slices.Contains(r.keys[name], m.key) {
				r.keys[name] = append(r.keys[name], m.key)
			}
		}
	}
	for _, keys := range r.keys {
		slices.Sort(keys)
	}
	return r
}

// mostReferences bounds how far references are followed. Modules cannot refer to each other in
// circles, so that no plan of Terraform comes near it.
const mostReferences = 64

// of finds out what an attribute that is not known refers to. It must be something.
func (r *resolver) of(i *instance, e expression) targets {
	t := r.resolve(i.scope, e)
	t.more = t.more || len(t.found) == 0
	return t
}

// resolve finds out what the expression refers to.
func (r *resolver) resolve(at scope, e expression) targets {
	var t targets
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > mostReferences {
		return targets{more: true}
	}
	ownKey := slices.Contains(e.References, "each.key") || slices.Contains(e.References, "count.index")
	for _, reference := range longest(e.References) {
		r.follow(&t, at, reference, ownKey)
	}
	var once []*instance
	for _, i := range t.found {
		if !slices.Contains(once, i) {
			once = append(once, i)
		}
	}
	t.found = once
	return t
}

// longest are the references without those that are the beginning of another.
func longest(references []string) []string {
	return slices.DeleteFunc(slices.Clone(references), func(s string) bool {
		return slices.ContainsFunc(references, func(o string) bool {
			return strings.HasPrefix(o, s) && len(o) > len(s) && (o[len(s)] == '.' || o[len(s)] == '[')
		})
	})
}

func (r *resolver) follow(t *targets, at scope, reference string, ownKey bool) {
	path, ok := steps(reference)
	if !ok {
		t.more = true
		return
	}
	switch path[0].name {
	case "each":
		if len(path) > 1 && path[1].name == "value" {
			r.followEach(t, at, path[2:])
		}
	case "count", "path", "terraform", "self":
	case "var":
		if len(path) > 1 {
			r.add(t, r.variable(at, path[1].name))
		}
	case "local":
		r.add(t, r.local(at))
	case "module":
		r.followModule(t, at, path[1:], ownKey)
	case "data":
		t.more = true
	default:
		r.followResource(t, at, path, ownKey)
	}
}

func (r *resolver) add(t *targets, more targets) {
	t.found = append(t.found, more.found...)
	t.more = t.more || more.more
}

// followEach follows each.value: what for_each goes through. If that is resources or modules,
// each.value is the one with the same key.
func (r *resolver) followEach(t *targets, at scope, rest []step) {
	outer := scope{modules: at.modules}
	for _, reference := range longest(at.forEach.References) {
		path, ok := steps(reference)
		if !ok {
			t.more = true
			continue
		}
		last := len(path) - 1
		if at.key != "" && last == 1 && len(at.forEach.References) == 1 && path[last].keys == nil && path[0].name != "var" && path[0].name != "local" && path[0].name != "data" {
			path[last].keys = []string{at.key}
			path = append(path, rest...)
		}
		if path[0].name == "module" {
			r.followModule(t, outer, path[1:], false)
		} else {
			r.follow(t, outer, written(path), false)
		}
	}
}

// written is the reference as text.
func written(path []step) string {
	var b strings.Builder
	for i, s := range path {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.name)
		for _, key := range s.keys {
			b.WriteString("[" + key + "]")
		}
	}
	return b.String()
}

// call is the call of the module that the instance is one of, and the module that it is in.
func (r *resolver) call(modules []moduleKey) (call *moduleCall, in *configModule) {
	in = r.root
	for i, m := range modules {
		if in == nil {
			return nil, nil
		}
		call = in.ModuleCalls[m.name]
		if i == len(modules)-1 || call == nil {
			return call, in
		}
		in = call.Module
	}
	return nil, in
}

// module is the configuration of a module instance.
func (r *resolver) module(modules []moduleKey) *configModule {
	if len(modules) == 0 {
		return r.root
	}
	if call, _ := r.call(modules); call != nil {
		return call.Module
	}
	return nil
}

// variable finds out what a variable of a module refers to. Those of the root module are known
// when a plan is made.
func (r *resolver) variable(at scope, name string) targets {
	if len(at.modules) == 0 {
		return targets{}
	}
	call, _ := r.call(at.modules)
	if call == nil {
		return targets{more: true}
	}
	return r.resolve(r.outside(at, call), call.Expressions[name])
}

// outside is where the call of the module instance stands.
func (r *resolver) outside(at scope, call *moduleCall) scope {
	last := len(at.modules) - 1
	return scope{at.modules[:last], at.modules[last].key, call.ForEach}
}

// local finds out what a local value of the module may refer to. Nothing says what it does. But it
// can only refer to what is in its module or given to it: where that is one thing of the kind,
// and nothing else that could have one, there is no doubt.
func (r *resolver) local(at scope) (t targets) {
	m := r.module(at.modules)
	if m == nil {
		return targets{more: true}
	}
	for _, c := range m.Resources {
		if c == nil || !concerns(c.Type) || strings.HasPrefix(c.Address, "data.") {
			t.more = true
			continue
		}
		if r.wanted(c.Type) {
			t.found = append(t.found, r.instances[instanceKey(at.modules, c.Address)]...)
		}
	}
	for name, call := range m.ModuleCalls {
		t.more = t.more || call == nil || name == "" || len(call.Module.outputsOrNone()) > 0
	}
	if len(at.modules) > 0 {
		call, _ := r.call(at.modules)
		if call == nil {
			return targets{more: true}
		}
		for _, e := range call.Expressions {
			r.add(&t, r.resolve(r.outside(at, call), e))
		}
	}
	return t
}

func (m *configModule) outputsOrNone() map[string]*struct {
	Expression expression `json:"expression"`
} {
	if m == nil {
		return nil
	}
	return m.Outputs
}

// followModule follows a reference to an output of a module.
func (r *resolver) followModule(t *targets, at scope, path []step, ownKey bool) {
	m := r.module(at.modules)
	if len(path) == 0 || m == nil || m.ModuleCalls[path[0].name] == nil || m.ModuleCalls[path[0].name].Module == nil {
		t.more = true
		return
	}
	name, called := path[0].name, m.ModuleCalls[path[0].name].Module
	keys := r.keys[instanceKey(at.modules, name)]
	if keys == nil {
		keys = []string{""} // nothing in it concerns us, but what its outputs lead to may
	}
	switch key := only(path[0].keys); {
	case key != "" && isKey(key):
		keys = []string{key}
	case ownKey && slices.Contains(keys, at.key):
		keys = []string{at.key}
	}
	for _, key := range keys {
		inner := scope{modules: append(slices.Clone(at.modules), moduleKey{name, key})}
		for output, o := range called.Outputs {
			if o != nil && (len(path) == 1 || output == path[1].name) {
				r.add(t, r.resolve(inner, o.Expression))
			}
		}
	}
}

// followResource follows a reference to a resource of the module.
func (r *resolver) followResource(t *targets, at scope, path []step, ownKey bool) {
	if len(path) < 2 {
		t.more = true
		return
	}
	kind := path[0].name
	if !r.wanted(kind) {
		// What others have of groups and lists is not in the plan. An ID, ARN or name of
		// something else is none of a group or list.
		attribute := ""
		if len(path) > 2 {
			attribute = path[2].name
		}
		t.more = t.more || !slices.Contains([]string{"id", "arn", "name"}, attribute)
		return
	}
	all := r.instances[instanceKey(at.modules, kind+"."+path[1].name)]
	key := only(path[1].keys)
	if key == "" && ownKey {
		key = at.key
		if !slices.ContainsFunc(all, func(i *instance) bool { return i.at.key == key }) {
			key = ""
		}
	}
	before := len(t.found)
	for _, i := range all {
		if key == "" || !isKey(key) || i.at.key == key {
			t.found = append(t.found, i)
		}
	}
	if len(t.found) == before && key == "" && len(all) == 0 {
		return // it has no instance, as with count = 0
	}
	t.more = t.more || len(t.found) == before
}

// instanceKey names the instances of a resource of a module instance.
func instanceKey(modules []moduleKey, resource string) string {
	return modulePath(modules) + "." + resource
}
