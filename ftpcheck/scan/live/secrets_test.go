package live

import "testing"

func TestSecrets(t *testing.T) {
	var s secrets
	s.add("abcd", "abcdef", "abc", "", "p&q=r/")
	for text, want := range map[string]string{
		"":                        "",
		"abc":                     "abc", // in too many words
		"xabcdx":                  "x(removed)x",
		"abcdef, abcd":            "(removed), (removed)",
		"abcdefabcd":              "(removed)(removed)",
		"q=p%26q%3Dr%2F, p&q=r/":  "q=(removed), (removed)",
		"ähnlich wie abcd, ähnch": "ähnlich wie (removed), ähnch",
	} {
		if got := s.remove(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	// What two hold stays while one of them does.
	var one, other held
	one.hold(&s, "first", "token")
	other.hold(&s, "first")
	one.hold(&s, "second", "token")
	if got := s.remove("first second token"); got != "(removed) (removed) (removed)" {
		t.Error(got)
	}
	other.hold(&s, "third")
	if got := s.remove("first second token third"); got != "first (removed) (removed) (removed)" {
		t.Error(got)
	}
}
