package fakeaws

import (
	"slices"
	"strings"
)

// A filter is one of EC2's Filter.N parameters: it is met by a thing that has one of the
// values in the field it names.
type filter struct {
	name     string
	patterns []string
}

// maxFilterValues is how many values the filters of one call may have together.
const maxFilterValues = 200

func (c *call) filters() ([]filter, error) {
	var all []filter
	total := 0
	for _, prefix := range c.indexes("Filter") {
		f := filter{name: c.params.Get(prefix + ".Name"), patterns: c.values(prefix + ".Value")}
		if len(f.patterns) == 0 {
			return nil, fail(400, "InvalidParameterValue", "The filter '%s' has no values", f.name)
		}
		for _, p := range f.patterns {
			if len(p) > 255 {
				return nil, fail(400, "FilterLimitExceeded", "The maximum length for a filter value is 255 characters")
			}
		}
		total += len(f.patterns)
		all = append(all, f)
	}
	if total > maxFilterValues {
		return nil, fail(400, "FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200")
	}
	return all, nil
}

// where returns what decides whether a thing meets all the call's filters. The function field
// gives the values of a thing's field, and false if there is no such field.
func where[T any](c *call, field func(thing *T, name string) ([]string, bool)) (func(*T) bool, error) {
	filters, err := c.filters()
	if err != nil {
		return nil, err
	}
	for _, f := range filters {
		if _, ok := field(new(T), f.name); !ok {
			return nil, fail(400, "InvalidParameterValue", "The filter '%s' is invalid", f.name)
		}
	}
	return func(thing *T) bool {
		for _, f := range filters {
			values, _ := field(thing, f.name)
			if !slices.ContainsFunc(values, f.accepts) {
				return false
			}
		}
		return true
	}, nil
}

func (f *filter) accepts(value string) bool {
	return slices.ContainsFunc(f.patterns, func(p string) bool { return wildcard(p, value) })
}

// wildcard tells whether the pattern describes all of s. * stands for any text, ? for any
// character, and a backslash takes the meaning from what follows it.
func wildcard(pattern, s string) bool {
	if !strings.ContainsAny(pattern, `*?\`) {
		return pattern == s
	}
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for i := range len(s) + 1 {
				if wildcard(pattern[1:], s[i:]) {
					return true
				}
			}
			return false
		case '?':
			if s == "" {
				return false
			}
		case '\\':
			if len(pattern) > 1 {
				pattern = pattern[1:]
			}
			fallthrough
		default:
			if s == "" || s[0] != pattern[0] {
				return false
			}
		}
		pattern, s = pattern[1:], s[1:]
	}
	return s == ""
}

// tagField gives the values of the fields that are about tags.
func tagField(tags map[string]string, name string) ([]string, bool) {
	if key, ok := strings.CutPrefix(name, "tag:"); ok {
		if value, ok := tags[key]; ok {
			return []string{value}, true
		}
		return nil, true
	}
	if name != "tag-key" {
		return nil, false
	}
	var keys []string
	for key := range tags {
		keys = append(keys, key)
	}
	return keys, true
}
