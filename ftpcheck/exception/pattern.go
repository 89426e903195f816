package exception

import (
	"errors"
	"path"
	"regexp"
	"strings"
)

// matches reports whether a value is as a pattern says, which may be empty. The pattern is valid.
func matches(pattern, value string) bool {
	if pattern == "" || pattern == value {
		return true
	}
	// What path.Match has no star for is no part of a path here.
	const slash, other = "/", "\x00"
	ok, _ := path.Match(strings.ReplaceAll(strings.ReplaceAll(pattern, "[!", "[^"), slash, other), strings.ReplaceAll(value, slash, other))
	return ok
}

var errPattern = errors.New("no valid pattern: use *, ?, [a-z] and [!a-z]")

// Regexp is a pattern as a regular expression for the whole of a text, as PostgreSQL and Go have
// them. Of an empty one it is empty.
func Regexp(pattern string) (string, error) {
	rest := []rune(strings.ReplaceAll(pattern, "[!", "[^"))
	next := func() (r rune, err error) {
		if len(rest) == 0 {
			return 0, errPattern
		}
		r, rest = rest[0], rest[1:]
		return r, nil
	}
	// member is one end of a range in brackets.
	member := func() (rune, error) {
		r, err := next()
		switch {
		case r == '-' || r == ']':
			return 0, errPattern
		case r == '\\' && err == nil:
			return next()
		}
		return r, err
	}
	inClass := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `^`, `\^`, `-`, `\-`)
	class := func() (string, error) {
		text := "["
		if len(rest) > 0 && rest[0] == '^' {
			text, rest = "[^", rest[1:]
		}
		for n := 0; ; n++ {
			if n > 0 && len(rest) > 0 && rest[0] == ']' {
				rest = rest[1:]
				return text + "]", nil
			}
			low, err := member()
			if err != nil {
				return "", err
			}
			text += inClass.Replace(string(low))
			if len(rest) > 0 && rest[0] == '-' {
				rest = rest[1:]
				high, err := member()
				if err != nil || high < low {
					return "", errPattern
				}
				text += "-" + inClass.Replace(string(high))
			}
		}
	}
	text := ""
	for len(rest) > 0 {
		r, _ := next()
		switch r {
		case '*':
			text += ".*"
		case '?':
			text += "."
		case '[':
			c, err := class()
			if err != nil {
				return "", err
			}
			text += c
		case '\\':
			var err error
			if r, err = next(); err != nil {
				return "", err
			}
			fallthrough
		default:
			text += regexp.QuoteMeta(string(r))
		}
	}
	if strings.ContainsAny(pattern, `[\`) {
		// A text is also as a pattern that is the same letter by letter.
		text = regexp.QuoteMeta(pattern) + "|" + text
	}
	return text, nil
}
