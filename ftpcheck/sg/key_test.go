package sg

import "testing"

// Two spellings of a source have one identity, and two sources have two.
func TestIdentify(t *testing.T) {
	same := [][]string{
		{"10.1.2.0/24", "10.1.2.3/24"},
		{"10.1.2.0/25"},
		{"10.1.2.0"},
		{"2001:db8::/32", "2001:DB8:0::/32", "2001:db8::1/32"},
		{"2001:db8::/33"},
		{"::ffff:10.1.2.0/120", "::ffff:a01:200/120"},
		{"pl-0a1b", "pl-0a1b"},
		{"10.1.2.0/024"},
		{"sg-0a1b/1"},
		{""},
	}
	of := map[RuleIdentity]int{}
	for i, spellings := range same {
		for _, s := range spellings {
			id := Identify("tcp", nil, nil, s)
			if at, ok := of[id]; ok && at != i {
				t.Errorf("%q is taken for %q", s, same[at][0])
			}
			of[id] = i
		}
	}
	if len(of) != len(same) {
		t.Errorf("%d sources have %d identities: %v", len(same), len(of), of)
	}
}
