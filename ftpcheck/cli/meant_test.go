package cli

import "testing"

func TestSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"csv", "csv", 0}, {"cvs", "csv", 1}, {"cs", "csv", 1}, {"ccsv", "csv", 1}, {"cxv", "csv", 1},
		{"", "csv", 3}, {"ocsf", "csv", 2}, {"vsc", "csv", 2}, {"form", "from", 1},
	} {
		if got := slips(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q: %d slips, want %d", c.a, c.b, got, c.want)
		}
		if back := slips(c.b, c.a); back != c.want {
			t.Errorf("from %q to %q: %d slips, want %d", c.b, c.a, back, c.want)
		}
	}
}
