package syntax

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A kind tells tokens apart.
type kind uint8

const (
	end      kind = iota
	word          // an identifier without quotes; of a word of the grammar class says so
	quoted        // an identifier in quotes
	str           // a string constant
	integer       // a number that fits PostgreSQL's integer
	decimal       // any other number
	param         // $1
	operator      // +, ->>, and also =>, :: and :=
	mark          // ( ) [ ] , ; . .. : and what is nothing at all
	broken        // no token: the error of the lexer is to be raised
)

// A token is a piece of a statement.
type token struct {
	kind     kind
	class    class
	pos, end int
	text     string // of identifiers and strings what they stand for
}

// A lexer cuts a text into tokens.
type lexer struct {
	src    string
	pos    int
	tokens []token
	err    *Error
}

// lex returns the tokens of src, the last of which is end or broken. A text that goes wrong
// somewhere may go wrong for the parser before.
func lex(src string) ([]token, *Error) {
	l := &lexer{src: src}
	for l.err == nil {
		l.blanks()
		if l.err != nil {
			break
		}
		l.token()
		if len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].kind == end {
			return l.tokens, nil
		}
	}
	l.emit(broken, int(l.err.Pos), "")
	return l.tokens, l.err
}

func (l *lexer) emit(k kind, from int, text string) {
	l.tokens = append(l.tokens, token{kind: k, pos: from, end: l.pos, text: text})
}

// peek returns the byte n places ahead, and 0 after the end: a text has no 0.
func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// fail notes an error at the piece of text from there to here.
func (l *lexer) fail(from int, message string) {
	if l.err == nil {
		l.err = &Error{Pos: Pos(from), Message: message + near(l.src, from, l.pos)}
	}
}

// near says where an error is in PostgreSQL's words, without repeating a whole book.
func near(src string, from, to int) string {
	if from >= len(src) {
		return " at end of input"
	}
	text := src[from:to]
	const most = 200
	if len(text) > most {
		text = cut(text, most) + "…"
	}
	return ` at or near "` + text + `"`
}

// cut returns what of s fits into n bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func startsName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}
func inName(c byte) bool     { return startsName(c) || isDigit(c) || c == '$' }
func inOperator(c byte) bool { return c != 0 && strings.IndexByte("~!@#^&|`?+-*/%<>=", c) >= 0 }

// blanks skips white space and comments.
func (l *lexer) blanks() {
	for {
		switch {
		case isBlank(l.peek(0)):
			l.pos++
		case l.peek(0) == '-' && l.peek(1) == '-':
			l.line()
		case l.peek(0) == '/' && l.peek(1) == '*':
			l.comment()
		default:
			return
		}
	}
}

// line skips a comment to the end of its line.
func (l *lexer) line() {
	for l.pos < len(l.src) && l.src[l.pos] != '\n' && l.src[l.pos] != '\r' {
		l.pos++
	}
}

// comment skips a comment, and those within it.
func (l *lexer) comment() {
	from, depth := l.pos, 0
	for l.pos < len(l.src) {
		switch {
		case l.peek(0) == '/' && l.peek(1) == '*':
			depth++
			l.pos += 2
		case l.peek(0) == '*' && l.peek(1) == '/':
			depth--
			l.pos += 2
			if depth == 0 {
				return
			}
		default:
			l.pos++
		}
	}
	l.fail(from, "unterminated /* comment")
}

// token reads one token.
func (l *lexer) token() {
	from, c := l.pos, l.peek(0)
	switch {
	case from >= len(l.src):
		l.emit(end, from, "")
	case c == '\'':
		l.string(from)
	case strings.IndexByte("eE", c) >= 0 && l.peek(1) == '\'':
		l.pos++
		l.escapes(from)
	case strings.IndexByte("bBxXnN", c) >= 0 && l.peek(1) == '\'':
		l.refuse(2, map[byte]string{
			'b': "bit strings are not supported",
			'x': "bit strings are not supported",
			'n': "national character strings are not supported",
		}[c|0x20], "")
	case strings.IndexByte("uU", c) >= 0 && l.peek(1) == '&' && l.peek(2) == '\'':
		l.refuse(3, "U& strings are not supported", `Write E'\u00e9' instead of U&'\00e9'.`)
	case strings.IndexByte("uU", c) >= 0 && l.peek(1) == '&' && l.peek(2) == '"':
		l.refuse(3, "U& names are not supported", `Write the letter itself in the name.`)
	case c == '"':
		l.quotedName(from)
	case startsName(c):
		l.word(from)
	case isDigit(c), c == '.' && isDigit(l.peek(1)):
		l.number(from)
	case c == '$':
		l.dollar(from)
	case inOperator(c):
		l.operator(from)
	case c == ':' && (l.peek(1) == ':' || l.peek(1) == '='):
		l.pos += 2
		l.emit(operator, from, l.src[from:l.pos])
	case c == '.' && l.peek(1) == '.':
		l.pos += 2
		l.emit(mark, from, "..")
	default:
		l.pos++
		l.emit(mark, from, l.src[from:l.pos])
	}
}

// refuse notes that what begins here with n bytes is PostgreSQL's, but not ours.
func (l *lexer) refuse(n int, message, hint string) {
	l.err = &Error{Pos: Pos(l.pos), Message: message, Hint: hint, Refused: true}
	l.pos += n
}

// word reads an identifier without quotes. PostgreSQL folds only ASCII letters if the
// encoding is UTF-8.
func (l *lexer) word(from int) {
	for inName(l.peek(0)) {
		l.pos++
	}
	l.emit(word, from, fold(l.src[from:l.pos]))
	last := len(l.tokens) - 1
	t := &l.tokens[last]
	t.class = keywords[t.text]
	t.text = cut(t.text, mostName)
	if last > 0 && t.isOneOf(noNameBefore[l.tokens[last-1].text]) && l.tokens[last-1].kind == word {
		l.tokens[last-1].class = noName
	}
}

// noNameBefore are words that are no names at all if one of these follows.
var noNameBefore = map[string]map[string]bool{
	"nulls": set("first last"),
	"with":  set("time ordinality"),
	"not":   set("between in like ilike similar"),
}

// mostName is how many bytes a name has at most. PostgreSQL drops the rest.
const mostName = 63

func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, name)
}

func (l *lexer) quotedName(from int) {
	var name strings.Builder
	for l.pos++; l.pos < len(l.src); l.pos++ {
		if l.src[l.pos] == '"' {
			if l.peek(1) != '"' {
				l.pos++
				if name.Len() == 0 {
					l.fail(from, "zero-length delimited identifier")
				}
				l.emit(quoted, from, cut(name.String(), mostName))
				return
			}
			l.pos++
		}
		name.WriteByte(l.src[l.pos])
	}
	l.fail(from, "unterminated quoted identifier")
}

// number reads 1, 1.5, .5, 1. or 1e5. A letter that follows at once is an error.
func (l *lexer) number(from int) {
	k := integer
	l.digits()
	if l.peek(0) == '.' && l.peek(1) != '.' {
		k = decimal
		l.pos++
		l.digits()
	}
	if c := l.peek(0); c == 'e' || c == 'E' {
		sign := l.peek(1) == '+' || l.peek(1) == '-'
		switch {
		case isDigit(l.peek(1)), sign && isDigit(l.peek(2)):
			k = decimal
			l.pos += 2
			l.digits()
		case sign:
			l.pos += 2
			l.fail(from, "trailing junk after numeric literal")
			return
		}
	}
	if l.junk(from, "trailing junk after numeric literal") {
		return
	}
	l.emit(k, from, l.src[from:l.pos])
}

// junk notes an error if a letter follows at once.
func (l *lexer) junk(from int, message string) bool {
	if !startsName(l.peek(0)) {
		return false
	}
	for inName(l.peek(0)) {
		l.pos++
	}
	l.fail(from, message)
	return true
}

func (l *lexer) digits() {
	for isDigit(l.peek(0)) {
		l.pos++
	}
}

// dollar reads $1 or $tag$text$tag$.
func (l *lexer) dollar(from int) {
	l.pos++
	if isDigit(l.peek(0)) {
		l.digits()
		if l.junk(from, "trailing junk after parameter") {
			return
		}
		n, err := strconv.Atoi(l.src[from+1 : l.pos])
		if err != nil || n < 1 || n > math.MaxUint16 {
			l.err = &Error{Pos: Pos(from), Message: "there is no parameter " + cut(l.src[from:l.pos], mostName)}
			return
		}
		l.emit(param, from, l.src[from+1:l.pos])
		return
	}
	tag := l.pos
	if startsName(l.peek(0)) {
		for inName(l.peek(0)) && l.peek(0) != '$' {
			l.pos++
		}
	}
	if l.peek(0) != '$' {
		l.pos = tag
		l.emit(mark, from, "$")
		return
	}
	l.pos++
	delimiter := l.src[from:l.pos]
	text, _, found := strings.Cut(l.src[l.pos:], delimiter)
	if !found {
		l.pos = len(l.src)
		l.fail(from, "unterminated dollar-quoted string")
		return
	}
	l.pos += len(text) + len(delimiter)
	l.emit(str, from, text)
}

// operator reads the longest run of operator characters that does not begin a comment. So
// that a*-1 is what it looks like, an operator can end with + or - only if it has a
// character that standard SQL has in no operator.
func (l *lexer) operator(from int) {
	for inOperator(l.peek(0)) && !(l.pos > from && (l.peek(0) == '-' && l.peek(1) == '-' || l.peek(0) == '/' && l.peek(1) == '*')) {
		l.pos++
	}
	op := l.src[from:l.pos]
	if !strings.ContainsAny(op[:len(op)-1], "~!@#^&|`?%") {
		for len(op) > 1 && (op[len(op)-1] == '+' || op[len(op)-1] == '-') {
			op = op[:len(op)-1]
		}
		l.pos = from + len(op)
	}
	switch {
	case len(op) > mostName:
		l.fail(from, "operator too long")
		return
	case op == "!=":
		op = "<>"
	}
	l.emit(operator, from, op)
}

// string reads a string without escapes.
func (l *lexer) string(from int) {
	var text strings.Builder
	for l.pos++; l.inString(from, &text); {
		text.WriteByte(l.src[l.pos])
		l.pos++
	}
	if l.err == nil {
		l.emit(str, from, text.String())
	}
}

// inString reports whether the string goes on. It takes two quotes for one, and a quote,
// a line break and another quote for nothing at all.
func (l *lexer) inString(from int, text *strings.Builder) bool {
	for l.err == nil {
		switch {
		case l.pos >= len(l.src):
			l.fail(from, "unterminated quoted string")
		case l.src[l.pos] != '\'':
			return true
		case l.peek(1) == '\'':
			text.WriteByte('\'')
			l.pos += 2
		default:
			l.pos++
			after := l.pos
			l.horizontal()
			if l.peek(0) != '\n' && l.peek(0) != '\r' {
				l.pos = after
				return false
			}
			for isBlank(l.peek(0)) || l.peek(0) == '-' && l.peek(1) == '-' {
				if isBlank(l.peek(0)) {
					l.pos++
				} else {
					l.line()
				}
			}
			if l.peek(0) != '\'' {
				l.pos = after
				return false
			}
			l.pos++
		}
	}
	return false
}

// horizontal skips what may stand between a quote and the end of its line.
func (l *lexer) horizontal() {
	for c := l.peek(0); c == ' ' || c == '\t' || c == '\f'; c = l.peek(0) {
		l.pos++
	}
	if l.peek(0) == '-' && l.peek(1) == '-' {
		l.line()
	}
}

// escapes reads the string of E'…'.
func (l *lexer) escapes(from int) {
	var text strings.Builder
	for l.pos++; l.inString(from, &text); {
		if l.src[l.pos] != '\\' {
			text.WriteByte(l.src[l.pos])
			l.pos++
			continue
		}
		if l.pos+1 >= len(l.src) {
			l.pos++
			continue
		}
		l.escape(&text)
	}
	if l.err != nil {
		return
	}
	if _, bad := invalidUTF8(text.String()); bad != "" {
		l.err = &Error{Pos: Pos(from), Message: bad}
		return
	}
	l.emit(str, from, text.String())
}

// escape reads what begins with a backslash.
func (l *lexer) escape(text *strings.Builder) {
	from, c := l.pos, l.peek(1)
	l.pos += 2
	switch {
	case c == 'u' || c == 'U':
		l.unicode(from, text)
	case '0' <= c && c <= '7':
		l.pos--
		text.WriteByte(byte(l.code(8, 3)))
	case c == 'x' && isHex(l.peek(0)):
		text.WriteByte(byte(l.code(16, 2)))
	default:
		if i := strings.IndexByte("bfnrt", c); i >= 0 {
			c = "\b\f\n\r\t"[i]
		}
		text.WriteByte(c)
	}
}

// code reads up to n digits.
func (l *lexer) code(base, n int) uint64 {
	from := l.pos
	for l.pos < from+n && (base == 16 && isHex(l.peek(0)) || '0' <= l.peek(0) && l.peek(0) <= '7') {
		l.pos++
	}
	v, _ := strconv.ParseUint(l.src[from:l.pos], base, 64)
	return v
}

// unicode reads \u1234, \U00012345, or a pair of surrogates, the u of the first of which is
// read already.
func (l *lexer) unicode(from int, text *strings.Builder) {
	r, ok := l.codePoint(from)
	if !ok {
		return
	}
	if utf16.IsSurrogate(r) {
		next := l.pos
		if r >= 0xdc00 {
			l.fail(from, "invalid Unicode surrogate pair")
			return
		}
		if l.peek(0) != '\\' || l.peek(1) != 'u' && l.peek(1) != 'U' {
			_, n := utf8.DecodeRuneInString(l.src[l.pos:])
			l.pos += n
			l.fail(next, "invalid Unicode surrogate pair")
			return
		}
		l.pos += 2
		low, ok := l.codePoint(next)
		if !ok {
			return
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			l.fail(next, "invalid Unicode surrogate pair")
			return
		}
	}
	text.WriteRune(r)
}

// codePoint reads the digits after \u or \U.
func (l *lexer) codePoint(from int) (rune, bool) {
	n := 4
	if l.src[l.pos-1] == 'U' {
		n = 8
	}
	digits := l.pos
	r := l.code(16, n)
	if l.pos < digits+n {
		l.err = &Error{Pos: Pos(from), Message: "invalid Unicode escape", Hint: `Unicode escapes must be \uXXXX or \UXXXXXXXX.`}
		return 0, false
	}
	if r == 0 || r > utf8.MaxRune {
		l.fail(from, "invalid Unicode escape value")
		return 0, false
	}
	return rune(r), true
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// invalidUTF8 returns PostgreSQL's complaint about the first bytes of s that are no text,
// and where they are, or "" if there are none.
func invalidUTF8(s string) (at int, message string) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || s[i] == 0 {
			n = 1
			switch c := s[i]; {
			case c >= 0xf0 && c < 0xf8:
				n = 4
			case c >= 0xe0 && c < 0xf0:
				n = 3
			case c >= 0xc0 && c < 0xe0:
				n = 2
			}
			message = `invalid byte sequence for encoding "UTF8":`
			for _, c := range []byte(s[i:min(i+n, len(s))]) {
				message += fmt.Sprintf(" 0x%02x", c)
			}
			return i, message
		}
		i += n
	}
	return 0, ""
}
