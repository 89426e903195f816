package meant

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

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want, asks string }{
		{"us-esat-1", "us-east-1", ". Did you mean us-east-1?"},
		{"US-EAST-1", "us-east-1", ". Did you mean us-east-1?"},
		{"us-west-1", "us-east-1", ". Did you mean us-east-1?"},
		{"eu", "", "."},
		{"", "", "."},
	} {
		if got := Nearest(c.name, []string{"eu-central-1", "us-east-1"}); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
		if got := Ask(c.name, []string{"eu-central-1", "us-east-1"}); got != c.asks {
			t.Errorf("%q: %q, want %q", c.name, got, c.asks)
		}
	}
}
