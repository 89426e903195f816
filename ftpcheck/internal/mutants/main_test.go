package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMistakes(t *testing.T) {
	source := []byte(`package p

import "strings"

func f(n int, s string) bool {
	if n <= 20 && !strings.Contains(s, "a") {
		n |= 1
		return true
	}
	return n == 0
}
`)
	mistakes, err := mistakesIn(source)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mistakes {
		if changed := string(m.in(source)); changed == string(source) || !strings.Contains(changed, m.is) {
			t.Errorf("%s changes nothing", m)
		}
		got = append(got, m.String())
	}
	want := []string{
		`true for n <= 20 && !strings.Contains(s, "a")`, `false for n <= 20 && !strings.Contains(s, "a")`, "|| for &&", "< for <=", "> for <=", "21 for 20", " for !", `"another" for "a"`,
		"&= for |=", "= for |=", "_ = 0 for n |= 1", "2 for 1", "!true for true", "!= for ==", "1 for 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
