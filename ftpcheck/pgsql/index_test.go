package pgsql

import (
	"regexp"
	"slices"
	"testing"
)

// TestOtherwise looks whether what is said of functions of other databases names functions
// that there are, and of functions that there are not.
func TestOtherwise(t *testing.T) {
	runs := map[string]bool{"coalesce": true}
	for _, list := range Routines() {
		for _, name := range list.Names {
			runs[name] = true
		}
	}
	named := regexp.MustCompile(`\bhas ([a-z_]+)\b`)
	for name, says := range otherwise {
		if runs[name] {
			t.Errorf("there is a function %s", name)
		}
		for _, m := range named.FindAllStringSubmatch(says, -1) {
			if !runs[m[1]] && !slices.Contains([]string{"casts", "the"}, m[1]) {
				t.Errorf("%s: %s There is no function %s", name, says, m[1])
			}
		}
	}
}

// TestRoutines looks whether the list of what can be called has names of each kind, and none
// that is refused.
func TestRoutines(t *testing.T) {
	names := map[string][]string{}
	for _, list := range Routines() {
		names[list.Kind] = append(names[list.Kind], list.Names...)
		if !slices.IsSorted(list.Names) {
			t.Errorf("the names of %ss of %s are in no order", list.Kind, list.Of)
		}
	}
	for kind, name := range map[string]string{"operator": "->>", "function": "regexp_replace", "aggregate": "string_agg", "window function": "row_number", "row function": "unnest"} {
		if !slices.Contains(names[kind], name) {
			t.Errorf("%s is no %s", name, kind)
		}
	}
	for kind, name := range map[string]string{"function": "random", "aggregate": "corr", "row function": "jsonb_to_recordset"} {
		if slices.Contains(names[kind], name) {
			t.Errorf("the %s %s is listed and is refused", kind, name)
		}
	}
}
