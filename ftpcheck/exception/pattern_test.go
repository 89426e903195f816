package exception

import (
	"math/rand/v2"
	"path"
	"regexp"
	"strings"
	"testing"
)

// Over random patterns and texts, the regular expression of a pattern finds what the pattern does.
// One with a range that goes backwards matches nothing, and is refused.
func TestRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := func(letters string) string {
		text := ""
		for range r.IntN(8) {
			text += string(letters[r.IntN(len(letters))])
		}
		return text
	}
	found, refused := 0, 0
	escaped := []string{`[\]]`, `[a\]b]`, `[a\-c]`, `[!a\-c]`, `[\^]`, `[a\[]`, `[[:digit:]]`, `[\\]`}
	for n := range 30_000 {
		pattern := random(`aab.*?[]^!-\$(|+`)
		if n < 100*len(escaped) {
			pattern = escaped[n%len(escaped)]
		}
		expression, err := Regexp(pattern)
		_, invalid := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), "")
		if err != nil {
			refused++
			if invalid == nil && !strings.Contains(pattern, "-") {
				t.Fatalf("%q is refused", pattern)
			}
			continue
		}
		if invalid != nil {
			t.Fatalf("%q is not refused", pattern)
		}
		re, err := regexp.Compile(`(?s)\A(` + expression + `)\z`)
		if err != nil {
			t.Fatalf("%q is %q: %v", pattern, expression, err)
		}
		for _, text := range []string{random("ab/.\n"), random(`ab-[^!\$`), pick(r, `]`, `-`, `b`, `^`, `[`, `\`, `d]`), pattern, strings.NewReplacer("*", "a/", "?", "b", `\`, "").Replace(pattern)} {
			if pattern == "" {
				continue // means nothing, which callers know
			}
			if want, got := matches(pattern, text), re.MatchString(text); got != want {
				t.Fatalf("%q matches %q: %v, and as %q %v", pattern, text, want, expression, got)
			} else if got && text != pattern {
				found++
			}
		}
	}
	if found < 300 || refused < 300 {
		t.Errorf("%d texts were found and %d patterns refused, which proves little", found, refused)
	}
}

func TestRangeBackwards(t *testing.T) {
	for pattern, refused := range map[string]bool{"[a-c]": false, "[a-a]": false, "[c-a]": true, "[a-cz-y]": true, "a-[!c-a]": true, "z-a": false} {
		if _, err := Regexp(pattern); (err != nil) != refused {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func pick(r *rand.Rand, texts ...string) string { return texts[r.IntN(len(texts))] }
