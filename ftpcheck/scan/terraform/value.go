package terraform

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// attributes are those attributes of a resource that this package looks at: others may be large,
// and may hold secrets. Where Terraform has something else than an object, they are all that.
type attributes struct {
	byName map[string]any
	all    any
}

// looked are the attributes that this package looks at, of whatever resource.
var looked = map[string]bool{}

func init() {
	for _, name := range []string{
		"arn", "description", "id", "name", "owner_id", "region", "tags", "tags_all", "vpc_id", // of all
		"ingress",                                                                                                                    // of groups
		"cidr_blocks", "from_port", "ipv6_cidr_blocks", "prefix_list_ids", "protocol", "security_group_id", "security_group_rule_id", // of rules
		"self", "source_security_group_id", "to_port", "type", "cidr_ipv4", "cidr_ipv6", "ip_protocol", "prefix_list_id", "referenced_security_group_id",
		"entry", "entries", "cidr", // of prefix lists
	} {
		looked[name] = true
	}
}

func (a *attributes) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*a = attributes{}
	if d.PeekKind() != '{' {
		return json.UnmarshalDecode(d, &a.all)
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	a.byName = map[string]any{}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if text := name.String(); looked[text] {
			var v any
			if err := json.UnmarshalDecode(d, &v); err != nil {
				return err
			}
			a.byName[text] = v
		} else if err := d.SkipValue(); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// whole is what the attributes are, as a part of a [value].
func (a attributes) whole() any {
	if a.byName != nil {
		return a.byName
	}
	return a.all
}

// A value is a value as it will be, or is: what is known of it, and beside it, of the same shape,
// which parts of it are not known before it is applied, and which nobody should see.
type value struct{ known, unknown, sensitive any }

// isUnknown reports whether nothing of the value is known before it is applied.
func (v value) isUnknown() bool { return v.unknown == true }

// isSensitive reports whether the value must not be shown.
func (v value) isSensitive() bool { return v.sensitive == true }

// isSet reports whether the value is known and not null.
func (v value) isSet() bool { return v.known != nil && !v.isUnknown() }

// isLost reports whether an attribute of the value is neither known nor unknown, nor null:
// Terraform prints each.
func (v value) isLost(name string) bool {
	m, _ := v.known.(map[string]any)
	_, there := m[name]
	return !there && !v.attr(name).isUnknown()
}

// attr is an attribute of the value.
func (v value) attr(name string) value {
	return value{member(v.known, name), member(v.unknown, name), member(v.sensitive, name)}
}

func member(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case bool: // of all of it
		return v
	}
	return nil
}

// elements are the elements of a list or a set.
func (v value) elements() []value {
	known, _ := v.known.([]any)
	all := make([]value, len(known))
	for i, k := range known {
		all[i] = value{k, element(v.unknown, i), element(v.sensitive, i)}
	}
	return all
}

func element(v any, i int) any {
	switch v := v.(type) {
	case []any:
		if i < len(v) {
			return v[i]
		}
	case bool:
		return v
	}
	return nil
}

// text is the value as a text; empty if it is not known or null.
func (v value) text() string {
	if v.isUnknown() {
		return ""
	}
	s, _ := v.known.(string)
	return s
}

// texts are the values of a map of texts.
func (v value) texts() map[string]string {
	m, _ := v.known.(map[string]any)
	var all map[string]string
	for key, element := range m {
		if s, ok := element.(string); ok && !v.attr(key).isSensitive() {
			if all == nil {
				all = map[string]string{}
			}
			all[key] = s
		}
	}
	return all
}

// port is the value as a port; nil if it is null.
func (v value) port() (*int32, error) {
	switch n := v.known.(type) {
	case nil:
		return nil, nil
	case float64:
		if p := int32(n); float64(p) == n {
			return &p, nil
		}
	}
	return nil, fmt.Errorf("%v is no port", v.known)
}
