package workbook

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escape is a text in an attribute.
func escape(s string) string { return string(appendText(nil, s, "")) }

// appendText appends a text as XML. What XML cannot hold is written as the format has it, as
// _x0007_, and so is what looks like that already. What is not UTF-8 becomes U+FFFD. Of a text
// that is too long for a cell, cut is the end.
func appendText(b []byte, s, cut string) []byte {
	if len(s) > maxText { // or not, as it is counted in UTF-16
		s = shortened(s, cut)
	}
	done := 0
	for i := 0; i < len(s); {
		width, instead := 1, ""
		switch c := s[i]; {
		case !special[c]:
			i++
			continue
		case c == '&':
			instead = "&amp;"
		case c == '<':
			instead = "&lt;"
		case c == '>':
			instead = "&gt;"
		case c == '"':
			instead = "&quot;"
		case c == '_':
			if isEscape(s[i:]) {
				instead = "_x005F_"
			}
		case c < ' ':
			instead = fmt.Sprintf("_x%04X_", c)
		default:
			var r rune
			switch r, width = utf8.DecodeRuneInString(s[i:]); {
			case r == utf8.RuneError:
				instead = "\uFFFD"
			case r == 0xFFFE || r == 0xFFFF:
				instead = fmt.Sprintf("_x%04X_", r)
			}
		}
		if instead != "" {
			b = append(append(b, s[done:i]...), instead...)
			done = i + width
		}
		i += width
	}
	return append(b, s[done:]...)
}

// special are the bytes at which a text is looked at closely. A tab and the end of a line are none;
// a carriage return is, as XML would take it for the end of a line.
var special = func() (is [256]bool) {
	for c := range is {
		is[c] = c < ' ' && c != '\t' && c != '\n' || c >= utf8.RuneSelf || strings.IndexByte(`&<>"_`, byte(c)) >= 0
	}
	return is
}()

// isEscape reports whether a text begins with what stands for a character that XML cannot hold.
func isEscape(s string) bool {
	return len(s) >= len("_x0000_") && s[1]|0x20 == 'x' && s[6] == '_' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}

// shortened is a text that a cell can hold. What of it is missing, cut says in its place.
func shortened(s, cut string) string {
	size := func(s string) (n int) {
		for _, r := range s {
			n += utf16.RuneLen(r)
		}
		return n
	}
	if size(s) <= maxText {
		return s
	}
	room := maxText - size(cut)
	for i, r := range s {
		if room -= utf16.RuneLen(r); room < 0 {
			return s[:i] + cut
		}
	}
	return s
}
