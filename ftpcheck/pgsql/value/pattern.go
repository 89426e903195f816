package value

import (
	"strings"
	"unicode/utf8"
)

var (
	errLikeEscape   = &Error{Message: "LIKE pattern must not end with escape character"}
	errEscapeString = &Error{Message: "invalid escape string", Hint: "Escape string must be empty or one character."}
)

// Like reports whether a text is as a pattern, in which % stands for anything, _ for one
// character, and \ takes that meaning from what follows.
func Like(s, pattern string) (bool, error) {
	return like(s, pattern, func(s string) int { _, n := utf8.DecodeRuneInString(s); return n })
}

// ILike is [Like] without regard to upper and lower case.
func ILike(s, pattern string) (bool, error) { return Like(Lower(s), Lower(pattern)) }

// LikeBytes is [Like] of bytes.
func LikeBytes(b, pattern []byte) (bool, error) {
	return like(string(b), string(pattern), func(string) int { return 1 })
}

// like goes along text and pattern, and where they differ back to the last %, which then
// takes one character more. An escape at the end is an error only where it is reached.
func like(s, p string, width func(string) int) (bool, error) {
	star, taken := -1, 0 // the pattern behind the last %, and where the text behind it begins
	i, j := 0, 0
	for i < len(s) {
		if j < len(p) {
			switch p[j] {
			case '%':
				for j < len(p) && (p[j] == '%' || p[j] == '_') {
					if p[j] == '_' {
						if i == len(s) {
							return false, nil
						}
						i += width(s[i:])
					}
					j++
				}
				switch p[j:] {
				case "":
					return true, nil
				case `\`:
					return false, errLikeEscape
				}
				star, taken = j, i
				continue
			case '_':
				i, j = i+width(s[i:]), j+1
				continue
			case '\\':
				if j+1 == len(p) {
					return false, errLikeEscape
				}
				if s[i] == p[j+1] {
					i, j = i+1, j+2
					continue
				}
			default:
				if s[i] == p[j] {
					i, j = i+1, j+1
					continue
				}
			}
		}
		if star < 0 {
			return false, nil
		}
		taken += width(s[taken:])
		i, j = taken, star
	}
	return strings.Trim(p[j:], "%") == "", nil
}

// LikeEscape writes a pattern that has another escape, or none, with \.
func LikeEscape(pattern, escape string) (string, error) {
	switch {
	case escape == "":
		return strings.ReplaceAll(pattern, `\`, `\\`), nil
	case Length(escape) != 1:
		return "", errEscapeString
	case escape == `\`:
		return pattern, nil
	}
	var out strings.Builder
	escaped := false
	for _, r := range pattern {
		switch {
		case string(r) == escape && !escaped:
			out.WriteByte('\\')
			escaped = true
			continue
		case r == '\\' && !escaped:
			out.WriteString(`\\`)
		default:
			out.WriteRune(r)
		}
		escaped = false
	}
	return out.String(), nil
}

// SimilarToRegexp writes a pattern of SIMILAR TO as a regular expression.
func SimilarToRegexp(pattern, escape string) (string, error) {
	if Length(escape) > 1 {
		return "", errEscapeString
	}
	var out strings.Builder
	out.WriteString("^(?:")
	escaped := false
	depth := 0  // of brackets
	began := "" // the beginning of the bracket, in which a ] does not end it
	for _, r := range pattern {
		switch {
		case escaped:
			if r == '"' && depth == 0 {
				return "", refusal(`SIMILAR TO with parts between escaped quotation marks is not computed`)
			}
			out.WriteString(`\` + string(r))
			escaped = false
		case string(r) == escape:
			escaped = true
		case depth > 0:
			if r == '\\' {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
			switch {
			case r == ']' && began != "[" && began != "[^":
				depth--
			case r == '[':
				depth++
			}
			began += string(r)
		case r == '%':
			out.WriteString(".*")
		case r == '_':
			out.WriteByte('.')
		case r == '(':
			out.WriteString("(?:")
		default:
			if r == '[' {
				depth, began = 1, "["
			}
			if strings.ContainsRune(`\.^$`, r) {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
	}
	out.WriteString(")$")
	return out.String(), nil
}
