package report

import (
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
)

// The page has each requirement with how far an open group goes towards it and why, and the
// source of each framework. It is the same whatever was found.
func TestFrameworks(t *testing.T) {
	section := textOf(first(parsed(t, written(t, opened())), "section", "id", "frameworks"))
	for _, f := range framework.All() {
		if !strings.Contains(section, f.String()+", "+f.Publisher) || !strings.Contains(section, f.Source) || !strings.Contains(section, f.Scope) {
			t.Errorf("the page does not say what %s is", f)
		}
		for _, r := range f.Requirements {
			name := r.Title
			if name == "" {
				name = r.Asks
			}
			if row := r.ID + " " + name + " " + string(r.Bearing) + " " + r.Why; !strings.Contains(section, row) {
				t.Errorf("the page does not say %q", row)
			}
		}
	}
	for _, b := range framework.Bearings {
		if !strings.Contains(section, b.Meaning()) {
			t.Errorf("the page does not say what %q means", b)
		}
	}
	if other := textOf(first(parsed(t, written(t, patchy())), "section", "id", "frameworks")); other != section {
		t.Error("another report bears on something else")
	}
}
