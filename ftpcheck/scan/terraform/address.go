package terraform

import (
	"strconv"
	"strings"
)

// An address names a resource instance, as in
//
//	module.network["a"].aws_security_group.this[0]
type address struct {
	modules []moduleKey
	data    bool
	kind    string // the type of the resource
	name    string
	key     string // as it is written, with its quotes; empty without one
}

// A moduleKey is one step down to a module instance.
type moduleKey struct{ name, key string }

// A step is one part of what is written with dots and brackets.
type step struct {
	name string
	keys []string // as they are written
}

// steps splits what is written with dots and brackets, of which those between quotes are text.
func steps(text string) ([]step, bool) {
	var all []step
	for text != "" {
		end := strings.IndexAny(text, ".[")
		if end < 0 {
			end = len(text)
		}
		s := step{name: text[:end]}
		if s.name == "" {
			return nil, false
		}
		text = text[end:]
		for strings.HasPrefix(text, "[") {
			key, rest, ok := cutKey(text[1:])
			if !ok {
				return nil, false
			}
			s.keys, text = append(s.keys, key), rest
		}
		all = append(all, s)
		if text == "" {
			break
		}
		if text[0] != '.' || len(text) == 1 {
			return nil, false
		}
		text = text[1:]
	}
	return all, len(all) > 0
}

// cutKey cuts a key and its closing bracket off.
func cutKey(text string) (key, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		key, rest, ok = strings.Cut(text, "]")
		return key, rest, ok && key != ""
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i+1], strings.TrimPrefix(text[i+1:], "]"), strings.HasPrefix(text[i+1:], "]")
		}
	}
	return "", "", false
}

// parseAddress reads the address of a resource instance.
func parseAddress(text string) (a address, ok bool) {
	all, ok := steps(text)
	if !ok {
		return a, false
	}
	for len(all) >= 2 && all[0].name == "module" && all[0].keys == nil {
		a.modules = append(a.modules, moduleKey{all[1].name, only(all[1].keys)})
		all = all[2:]
	}
	if len(all) == 3 && all[0].name == "data" {
		a.data, all = true, all[1:]
	}
	if len(all) != 2 || all[0].keys != nil || len(all[1].keys) > 1 {
		return a, false
	}
	a.kind, a.name, a.key = all[0].name, all[1].name, only(all[1].keys)
	return a, true
}

func only(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return keys[0]
}

// modulePath is the address of a module instance; empty for the root module.
func modulePath(modules []moduleKey) string {
	var b strings.Builder
	for _, m := range modules {
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString("module." + m.name)
		if m.key != "" {
			b.WriteString("[" + m.key + "]")
		}
	}
	return b.String()
}

// resource names the resource among those of its module.
func (a address) resource() string {
	if a.data {
		return "data." + a.kind + "." + a.name
	}
	return a.kind + "." + a.name
}

// isIndex reports whether a key is a number, or text between quotes, rather than an expression.
func isKey(key string) bool {
	if strings.HasPrefix(key, `"`) {
		return true
	}
	_, err := strconv.Atoi(key)
	return err == nil
}
