package value

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PostgreSQL's regular expressions are read into a tree, of which [compilePattern] makes
// one for package regexp. Sets of characters are written out, as their meaning is
// PostgreSQL's and not that package's.

// A node of a regular expression.
type node struct {
	kind     nodeKind
	set      []span // of a character
	assert   assertion
	children []node // of a sequence, of alternatives; one of the others
	min, max int    // of a repetition; max is -1 for any number
	lazy     bool   // of a repetition
	exact    bool   // of a repetition that is written with one number
}

// A nodeKind tells the nodes apart.
type nodeKind int

const (
	nodeSet nodeKind = iota
	nodeSequence
	nodeAlternatives
	nodeRepeat
	nodeGroup // that is captured
	nodeAssert
)

// An assertion is about a place, and takes no characters.
type assertion int

const (
	assertStart assertion = iota
	assertEnd
	assertLineStart
	assertLineEnd
	assertBoundary   // of a word
	assertNoBoundary // of a word
)

// A span is the characters from one to another.
type span struct{ low, high rune }

// regexpFlags are what options say.
type regexpFlags struct {
	foldCase    bool // i
	literal     bool // q
	expanded    bool // x
	dotNoLine   bool // n, m and p: . and [^…] do not match a newline
	lineAnchors bool // n, m and w: ^ and $ are at lines
	global      bool // g
}

// parseFlags reads options. The name of the function is for the error of g, where it is not
// understood; "" if it is.
func parseFlags(options, function string) (f regexpFlags, err error) {
	for _, r := range options {
		switch {
		case r == 'g' && function == "":
			f.global = true
		case r == 'g':
			e := &Error{Message: function + "() does not support the \"global\" option"}
			if function == "regexp_match" {
				e.Hint = "Use the regexp_matches function instead."
			}
			return f, e
		default:
			known, err := f.set(r)
			if err != nil {
				return f, err
			}
			if !known {
				return f, failure("invalid regular expression option: \"%c\"", r)
			}
		}
	}
	return f, nil
}

// set sets one option.
func (f *regexpFlags) set(option rune) (known bool, err error) {
	switch option {
	case 'c':
		f.foldCase = false
	case 'i':
		f.foldCase = true
	case 'q':
		f.literal = true
	case 'x':
		f.expanded = true
	case 't':
		f.expanded = false
	case 'm', 'n':
		f.dotNoLine, f.lineAnchors = true, true
	case 'p':
		f.dotNoLine, f.lineAnchors = true, false
	case 'w':
		f.dotNoLine, f.lineAnchors = false, true
	case 's':
		f.dotNoLine, f.lineAnchors = false, false
	case 'b', 'e':
		return true, refusal("basic and extended regular expressions are not understood")
	default:
		return false, nil
	}
	return true, nil
}

func badRegexp(what string) error { return failure("invalid regular expression: %s", what) }

// A regexpParser reads a regular expression.
type regexpParser struct {
	rest   string
	flags  regexpFlags
	groups int
	depth  int
	lazy   bool // there was a repetition that likes to be short
	ascii  bool // words must be of ASCII, as package regexp's are
}

func parseRegexp(pattern string, flags regexpFlags) (*regexpParser, node, error) {
	p := &regexpParser{rest: pattern, flags: flags}
	if flags.literal {
		n := node{kind: nodeSequence}
		for _, r := range pattern {
			n.children = append(n.children, p.char(r))
		}
		return p, n, nil
	}
	if strings.HasPrefix(pattern, "***") {
		return nil, node{}, refusal("a regular expression that begins with *** is not understood")
	}
	if err := p.embedded(); err != nil {
		return nil, node{}, err
	}
	if p.flags.literal {
		return nil, node{}, refusal("the embedded option q is not understood")
	}
	n, err := p.alternatives()
	if err != nil {
		return nil, node{}, err
	}
	if p.rest != "" { // only a parenthesis ends the alternatives
		return nil, node{}, badRegexp("parentheses () not balanced")
	}
	return p, n, nil
}

// embedded reads options as (?i) at the beginning.
func (p *regexpParser) embedded() error {
	if len(p.rest) < 3 || p.rest[:2] != "(?" || !isASCIILetter(p.rest[2]) {
		return nil
	}
	end := strings.IndexByte(p.rest, ')')
	if end < 0 {
		return badRegexp("invalid embedded option")
	}
	for _, r := range p.rest[2:end] {
		known, err := p.flags.set(r)
		if err != nil {
			return err
		}
		if !known {
			return badRegexp("invalid embedded option")
		}
	}
	p.rest = p.rest[end+1:]
	return nil
}

func isASCIILetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// skip leaves out what means nothing: comments, and in expanded syntax white space.
func (p *regexpParser) skip() error {
	for {
		switch {
		case strings.HasPrefix(p.rest, "(?#"):
			end := strings.IndexByte(p.rest, ')')
			if end < 0 {
				return refusal("a comment without end in a regular expression is not understood")
			}
			p.rest = p.rest[end+1:]
		case p.flags.expanded && p.rest != "" && isSpace(p.rest[0]):
			p.rest = p.rest[1:]
		case p.flags.expanded && strings.HasPrefix(p.rest, "#"):
			_, p.rest, _ = strings.Cut(p.rest, "\n")
		default:
			return nil
		}
	}
}

func (p *regexpParser) alternatives() (node, error) {
	if p.depth++; p.depth > 100 {
		return node{}, refusal("a regular expression is nested deeper than 100")
	}
	defer func() { p.depth-- }()
	n := node{kind: nodeAlternatives}
	for {
		branch, err := p.branch()
		if err != nil {
			return n, err
		}
		n.children = append(n.children, branch)
		if !strings.HasPrefix(p.rest, "|") {
			break
		}
		p.rest = p.rest[1:]
	}
	if len(n.children) == 1 {
		return n.children[0], nil
	}
	return n, nil
}

func (p *regexpParser) branch() (node, error) {
	n := node{kind: nodeSequence}
	for {
		if err := p.skip(); err != nil {
			return n, err
		}
		if p.rest == "" || p.rest[0] == '|' || p.rest[0] == ')' {
			return n, nil
		}
		atom, err := p.atom()
		if err != nil {
			return n, err
		}
		if err := p.skip(); err != nil {
			return n, err
		}
		if atom, err = p.quantified(atom); err != nil {
			return n, err
		}
		n.children = append(n.children, atom)
	}
}

// quantified reads * and the like behind an atom.
func (p *regexpParser) quantified(atom node) (node, error) {
	n, ok, err := p.quantifier()
	if err != nil || !ok {
		return atom, err
	}
	if atom.kind == nodeAssert {
		return atom, badRegexp("quantifier operand invalid")
	}
	n.children = []node{atom}
	if strings.HasPrefix(p.rest, "?") {
		n.lazy, p.rest = true, p.rest[1:]
		p.lazy = p.lazy || !n.exact
	}
	if err := p.skip(); err != nil {
		return n, err
	}
	if p.atQuantifier() {
		return n, badRegexp("quantifier operand invalid")
	}
	return n, nil
}

func (p *regexpParser) atQuantifier() bool {
	return p.rest != "" && strings.IndexByte("*+?", p.rest[0]) >= 0 || len(p.rest) > 1 && p.rest[0] == '{' && isDigit(p.rest[1])
}

// quantifier reads a repetition, without what is repeated.
func (p *regexpParser) quantifier() (n node, ok bool, err error) {
	n.kind = nodeRepeat
	if !p.atQuantifier() {
		return n, false, nil
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	switch c {
	case '*':
		n.max = -1
		return n, true, nil
	case '+':
		n.min, n.max = 1, -1
		return n, true, nil
	case '?':
		n.max = 1
		return n, true, nil
	}
	const limit = 255
	n.min = p.number()
	n.max, n.exact = n.min, true
	if strings.HasPrefix(p.rest, ",") {
		p.rest = p.rest[1:]
		if n.max, n.exact = -1, false; p.rest != "" && isDigit(p.rest[0]) {
			n.max = p.number()
		}
	}
	switch {
	case p.rest == "":
		return n, false, badRegexp("braces {} not balanced")
	case n.min > limit || n.max > limit || n.max >= 0 && n.max < n.min, p.rest[0] != '}':
		return n, false, badRegexp("invalid repetition count(s)")
	}
	p.rest = p.rest[1:]
	return n, true, nil
}

func (p *regexpParser) number() int {
	n := 0
	for p.rest != "" && isDigit(p.rest[0]) {
		n = min(n*10+int(p.rest[0]-'0'), math.MaxInt16)
		p.rest = p.rest[1:]
	}
	return n
}

func (p *regexpParser) next() rune {
	r, size := utf8.DecodeRuneInString(p.rest)
	p.rest = p.rest[size:]
	return r
}

func (p *regexpParser) atom() (node, error) {
	if p.atQuantifier() {
		return node{}, badRegexp("quantifier operand invalid")
	}
	switch r := p.next(); r {
	case '(':
		return p.group()
	case '[':
		set, err := p.bracket()
		return node{set: set}, err
	case '.':
		if p.flags.dotNoLine {
			return node{set: complement([]span{{'\n', '\n'}})}, nil
		}
		return node{set: anyChar}, nil
	case '^':
		if p.flags.lineAnchors {
			return node{kind: nodeAssert, assert: assertLineStart}, nil
		}
		return node{kind: nodeAssert, assert: assertStart}, nil
	case '$':
		if p.flags.lineAnchors {
			return node{kind: nodeAssert, assert: assertLineEnd}, nil
		}
		return node{kind: nodeAssert, assert: assertEnd}, nil
	case '\\':
		return p.escape()
	default:
		return p.char(r), nil
	}
}

func (p *regexpParser) group() (node, error) {
	n := node{kind: nodeGroup}
	if strings.HasPrefix(p.rest, "?") {
		if !strings.HasPrefix(p.rest, "?:") {
			return n, refusal("looking ahead or behind in a regular expression is not supported")
		}
		p.rest = p.rest[2:]
		n.kind = nodeSequence
	} else {
		p.groups++
	}
	inner, err := p.alternatives()
	if err != nil {
		return n, err
	}
	if !strings.HasPrefix(p.rest, ")") {
		return n, badRegexp("parentheses () not balanced")
	}
	p.rest = p.rest[1:]
	n.children = []node{inner}
	return n, nil
}

// char is one character, in both cases if case does not matter.
func (p *regexpParser) char(r rune) node { return node{set: p.fold([]span{{r, r}}, false)} }

var anyChar = []span{{0, unicode.MaxRune}}

// fold adds the other case of each character of a set. PostgreSQL takes a character of a
// bracket itself, too, and otherwise only its two cases.
func (p *regexpParser) fold(set []span, keep bool) []span {
	if !p.flags.foldCase {
		return set
	}
	var folded []span
	if keep {
		folded = slices.Clone(set)
	}
	for _, s := range set {
		for r := s.low; r <= s.high; r++ {
			lower, upper := unicode.ToLower(r), unicode.ToUpper(r)
			if keep && lower == upper {
				continue
			}
			folded = append(folded, span{lower, lower}, span{upper, upper})
		}
	}
	return folded
}

var (
	digits = []span{{'0', '9'}}
	spaces = []span{
		{'\t', '\r'}, {' ', ' '}, {0x1680, 0x1680}, {0x2000, 0x2006}, {0x2008, 0x200a}, {0x2028, 0x2029}, {0x205f, 0x205f}, {0x3000, 0x3000},
	}
	alnums = spansOf(unicode.L, unicode.Nd, unicode.Nl, unicode.Other_Alphabetic)
	words  = append([]span{{'_', '_'}}, alnums...)
)

// spansOf are the characters of tables.
func spansOf(tables ...*unicode.RangeTable) (list []span) {
	for _, t := range tables {
		for _, r := range t.R16 {
			list = appendRange(list, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			list = appendRange(list, rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return list
}

func appendRange(list []span, low, high, stride rune) []span {
	if stride == 1 {
		return append(list, span{low, high})
	}
	for r := low; r <= high; r += stride {
		list = append(list, span{r, r})
	}
	return list
}

// complement is all other characters.
func complement(set []span) []span {
	set = slices.Clone(set)
	slices.SortFunc(set, func(a, b span) int { return int(a.low) - int(b.low) })
	var rest []span
	from := rune(0)
	for _, s := range set {
		if s.low > from {
			rest = append(rest, span{from, s.low - 1})
		}
		from = max(from, s.high+1)
	}
	if from <= unicode.MaxRune {
		rest = append(rest, span{from, unicode.MaxRune})
	}
	return rest
}

// classEscape is the set of \d and the like.
func classEscape(r rune) ([]span, bool) {
	switch r {
	case 'd':
		return digits, true
	case 's':
		return spaces, true
	case 'w':
		return words, true
	case 'D':
		return complement(digits), true
	case 'S':
		return complement(spaces), true
	case 'W':
		return complement(words), true
	}
	return nil, false
}

var errEscape = badRegexp(`invalid escape \ sequence`)

// escape reads what follows a \ outside of brackets.
func (p *regexpParser) escape() (node, error) {
	if p.rest == "" {
		return node{}, errEscape
	}
	before := p.rest
	r := p.next()
	if set, ok := classEscape(r); ok {
		if p.flags.dotNoLine && (r == 'D' || r == 'S' || r == 'W') {
			return node{}, refusal(`\%c with newlines apart is not understood`, r)
		}
		return node{set: set}, nil
	}
	switch r {
	case 'A':
		return node{kind: nodeAssert, assert: assertStart}, nil
	case 'Z':
		return node{kind: nodeAssert, assert: assertEnd}, nil
	case 'y':
		p.ascii = true
		return node{kind: nodeAssert, assert: assertBoundary}, nil
	case 'Y':
		p.ascii = true
		return node{kind: nodeAssert, assert: assertNoBoundary}, nil
	case 'm', 'M':
		return node{}, refusal(`\%c in a regular expression is not supported; \y is`, r)
	}
	p.rest = before
	c, err := p.charEscape()
	return p.char(c), err
}

// charEscape reads an escape that is one character.
func (p *regexpParser) charEscape() (rune, error) {
	r := p.next()
	switch r {
	case 'a':
		return '\a', nil
	case 'b':
		return '\b', nil
	case 'B':
		return '\\', nil
	case 'e':
		return 0x1b, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'v':
		return '\v', nil
	case 'u':
		return p.hex(4)
	case 'U':
		return p.hex(8)
	}
	switch {
	case '0' <= r && r <= '9':
		return 0, refusal("back references in a regular expression are not supported")
	case r == 'c' || r == 'x':
		return 0, refusal(`\%c in a regular expression is not supported`, r)
	case r < utf8.RuneSelf && isASCIILetter(byte(r)):
		return 0, errEscape
	case r >= utf8.RuneSelf && isAlnum(r):
		return 0, refusal(`an escaped letter %c in a regular expression is not understood`, r)
	}
	return r, nil
}

func (p *regexpParser) hex(digits int) (rune, error) {
	if len(p.rest) < digits {
		return 0, errEscape
	}
	n, err := strconv.ParseUint(p.rest[:digits], 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || n == 0 {
		return 0, refusal("the character %s in a regular expression is not understood", p.rest[:digits])
	}
	p.rest = p.rest[digits:]
	return rune(n), nil
}

var errBrackets = badRegexp("brackets [] not balanced")

// bracket reads a set up to its ].
func (p *regexpParser) bracket() ([]span, error) {
	negated := strings.HasPrefix(p.rest, "^")
	if negated {
		p.rest = p.rest[1:]
	}
	var set []span
	for first := true; ; first = false {
		if p.rest == "" {
			return nil, errBrackets
		}
		if p.rest[0] == ']' && !first {
			p.rest = p.rest[1:]
			break
		}
		part, class, err := p.bracketPart()
		if err != nil {
			return nil, err
		}
		if !class && len(p.rest) > 1 && p.rest[0] == '-' && p.rest[1] != ']' {
			p.rest = p.rest[1:]
			end, class, err := p.bracketPart()
			if err != nil {
				return nil, err
			}
			if class || end[0].low < part[0].low {
				return nil, badRegexp("invalid character range")
			}
			part[0].high = end[0].low
			if p.flags.foldCase && part[0].high-part[0].low > 100_000 {
				return nil, refusal("so large a range of characters without regard to case is not understood")
			}
			if len(p.rest) > 1 && p.rest[0] == '-' && p.rest[1] != ']' {
				return nil, badRegexp("invalid character range")
			}
		} else if class && len(p.rest) > 1 && p.rest[0] == '-' && p.rest[1] != ']' {
			return nil, badRegexp("invalid character range")
		}
		if !class {
			part = p.fold(part, true)
		}
		set = append(set, part...)
	}
	if negated {
		if p.flags.dotNoLine {
			set = append(set, span{'\n', '\n'})
		}
		set = complement(set)
	}
	return set, nil
}

// bracketPart reads a character, or a class of them.
func (p *regexpParser) bracketPart() (set []span, class bool, err error) {
	switch {
	case strings.HasPrefix(p.rest, "[:"):
		name, rest, ok := strings.Cut(p.rest[2:], ":]")
		if !ok {
			return nil, false, errBrackets
		}
		p.rest = rest
		set, err = p.class(name)
		return set, true, err
	case strings.HasPrefix(p.rest, "[.") || strings.HasPrefix(p.rest, "[="):
		return nil, false, refusal("collating elements in a regular expression are not supported")
	case p.rest == "":
		return nil, false, errBrackets
	case p.rest[0] != '\\':
		r := p.next()
		return []span{{r, r}}, false, nil
	case len(p.rest) == 1:
		return nil, false, errEscape
	}
	p.rest = p.rest[1:]
	if r, _ := utf8.DecodeRuneInString(p.rest); strings.ContainsRune("dswDSW", r) {
		p.next()
		set, _ = classEscape(r)
		if p.flags.dotNoLine && strings.ContainsRune("DSW", r) {
			return nil, true, refusal(`\%c with newlines apart is not understood`, r)
		}
		return set, true, nil
	}
	r, err := p.charEscape()
	return []span{{r, r}}, false, err
}

// class is the set of [:alpha:] and the like.
func (p *regexpParser) class(name string) ([]span, error) {
	switch name {
	case "alnum":
		return alnums, nil
	case "alpha":
		return complement(append(complement(alnums), digits...)), nil
	case "digit":
		return digits, nil
	case "space":
		return spaces, nil
	case "word":
		return words, nil
	case "blank":
		return nil, refusal("the class [:blank:] is not supported")
	case "xdigit":
		return []span{{'0', '9'}, {'a', 'f'}, {'A', 'F'}}, nil
	case "ascii":
		return []span{{0, 0x7f}}, nil
	case "upper", "lower":
		if p.flags.foldCase {
			return p.class("alpha")
		}
		p.ascii = true // other alphabets have letters whose case is not certain
		if name == "upper" {
			return []span{{'A', 'Z'}}, nil
		}
		return []span{{'a', 'z'}}, nil
	case "punct":
		p.ascii = true
		return []span{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, nil
	case "cntrl":
		p.ascii = true
		return []span{{0, 0x1f}, {0x7f, 0x7f}}, nil
	case "print":
		p.ascii = true
		return []span{{' ', '~'}}, nil
	case "graph":
		p.ascii = true
		return []span{{'!', '~'}}, nil
	}
	return nil, badRegexp("invalid character class")
}

// write writes a node as package regexp reads it. Where a text can be matched in several
// ways, that package takes the first of them; written in reverse, the last.
func (n *node) write(b *strings.Builder, reverse bool) {
	switch n.kind {
	case nodeSet:
		if len(n.set) == 0 {
			b.WriteString(`[^\x{0}-\x{10FFFF}]`)
			return
		}
		b.WriteByte('[')
		for _, s := range n.set {
			fmt.Fprintf(b, `\x{%x}-\x{%x}`, s.low, s.high)
		}
		b.WriteByte(']')
	case nodeSequence:
		b.WriteString("(?:")
		for i := range n.children {
			n.children[i].write(b, reverse)
		}
		b.WriteByte(')')
	case nodeAlternatives:
		b.WriteString("(?:")
		for i := range n.children {
			if i > 0 {
				b.WriteByte('|')
			}
			if reverse {
				i = len(n.children) - 1 - i
			}
			n.children[i].write(b, reverse)
		}
		b.WriteByte(')')
	case nodeRepeat:
		n.children[0].write(b, reverse)
		switch {
		case n.max < 0:
			fmt.Fprintf(b, "{%d,}", n.min)
		default:
			fmt.Fprintf(b, "{%d,%d}", n.min, n.max)
		}
		if n.lazy != reverse {
			b.WriteByte('?')
		}
	case nodeGroup:
		b.WriteByte('(')
		n.children[0].write(b, reverse)
		b.WriteByte(')')
	case nodeAssert:
		b.WriteString([...]string{`\A`, `\z`, `(?m:^)`, `(?m:$)`, `\b`, `\B`}[n.assert])
	}
}

// nullable reports whether a node can match nothing, whatever is around.
func (n *node) nullable() bool {
	switch n.kind {
	case nodeSet:
		return false
	case nodeAlternatives:
		return slices.ContainsFunc(n.children, func(c node) bool { return c.nullable() })
	case nodeRepeat:
		return n.min == 0 || n.children[0].nullable()
	}
	return !slices.ContainsFunc(n.children, func(c node) bool { return !c.nullable() })
}

// asserts reports whether there is any assertion but one of the end, which does not mind
// what is before the place from which on one searches.
func (n *node) asserts() bool {
	if n.kind == nodeAssert && n.assert != assertEnd && n.assert != assertLineEnd {
		return true
	}
	return slices.ContainsFunc(n.children, func(c node) bool { return c.asserts() })
}

// assertsEnd reports whether there is any assertion that minds what comes behind it.
func (n *node) assertsEnd() bool {
	if n.kind == nodeAssert && n.assert != assertStart && n.assert != assertLineStart {
		return true
	}
	return slices.ContainsFunc(n.children, func(c node) bool { return c.assertsEnd() })
}

// greed is what a regular expression likes: 1 for the longest match, -1 for the shortest,
// 0 if it does not say.
func (n *node) greed() int {
	switch n.kind {
	case nodeAlternatives:
		return 1
	case nodeRepeat:
		switch {
		case n.exact:
			return n.children[0].greed()
		case n.lazy:
			return -1
		}
		return 1
	case nodeSequence, nodeGroup:
		for i := range n.children {
			if g := n.children[i].greed(); g != 0 {
				return g
			}
		}
	}
	return 0
}

// plain reports whether taking as much as possible from left to right gives the same groups
// as PostgreSQL does: no alternatives, only repetitions of single characters that like to
// be long, and not two of them between groups.
func (n *node) plain() bool {
	items := n.children
	for len(items) == 1 && items[0].kind == nodeSequence {
		items = items[0].children
	}
	if n.kind != nodeSequence {
		return false
	}
	variable := 0
	for i := range items {
		item := &items[i]
		switch item.kind {
		case nodeSet, nodeAssert:
		case nodeRepeat:
			if item.children[0].kind != nodeSet || item.lazy {
				return false
			}
			if item.min != item.max {
				variable++
			}
		case nodeGroup:
			if item.groups() != 1 || !item.children[0].plain() {
				return false
			}
			variable = 0
		default:
			return false
		}
		if variable > 1 {
			return false
		}
	}
	return true
}

// forgets reports whether there is a repetition in which groups may match nothing, or may be
// there in one turn and not in the next.
func (n *node) forgets() bool {
	if n.kind == nodeRepeat && n.groups() > 0 && (n.children[0].nullable() || n.max != 1 && n.children[0].skips()) {
		return true
	}
	return slices.ContainsFunc(n.children, func(c node) bool { return c.forgets() })
}

// skips reports whether a text can be matched without one of the groups.
func (n *node) skips() bool {
	if n.groups() > 0 && (n.kind == nodeAlternatives || n.kind == nodeRepeat && n.min == 0) {
		return true
	}
	return slices.ContainsFunc(n.children, func(c node) bool { return c.skips() })
}

// groups counts the groups that are captured.
func (n *node) groups() int {
	count := truth(n.kind == nodeGroup)
	for i := range n.children {
		count += n.children[i].groups()
	}
	return count
}
