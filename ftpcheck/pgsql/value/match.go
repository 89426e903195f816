package value

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// A pattern is a compiled regular expression.
type pattern struct {
	tree    node
	global  bool
	groups  int
	ascii   bool // texts must be ASCII
	lazy    bool // there are repetitions that like to be short
	longest *regexp.Regexp
	// These have groups. Of the ways to match a text as a whole they take the first and the
	// last one; they are compiled when they are needed.
	first, last func() (*regexp.Regexp, error)
}

// patterns are those that were compiled. When there are too many, all are forgotten, as
// statements seldom have more than a few.
var patterns struct {
	sync.Mutex
	compiled map[patternKey]*pattern
}

type patternKey struct {
	text  string
	flags regexpFlags
}

const maxPatterns = 256

func compilePattern(text string, flags regexpFlags) (*pattern, error) {
	key := patternKey{text, flags}
	patterns.Lock()
	p := patterns.compiled[key]
	patterns.Unlock()
	if p != nil {
		return p, nil
	}
	if len(text) > 10_000 {
		return nil, refusal("a regular expression of more than 10000 bytes is not understood")
	}
	parser, tree, err := parseRegexp(text, flags)
	if err != nil {
		return nil, err
	}
	p = &pattern{tree: tree, global: flags.global, groups: parser.groups, ascii: parser.ascii, lazy: parser.lazy}
	if p.longest, err = p.compile("", "", false); err != nil {
		return nil, err
	}
	p.longest.Longest()
	p.first = sync.OnceValues(func() (*regexp.Regexp, error) { return p.compile(`\A`, `\z`, false) })
	p.last = sync.OnceValues(func() (*regexp.Regexp, error) { return p.compile(`\A`, `\z`, true) })
	patterns.Lock()
	defer patterns.Unlock()
	if len(patterns.compiled) >= maxPatterns || patterns.compiled == nil {
		patterns.compiled = map[patternKey]*pattern{}
	}
	patterns.compiled[key] = p
	return p, nil
}

func (p *pattern) compile(before, after string, reverse bool) (*regexp.Regexp, error) {
	var b strings.Builder
	b.WriteString(before)
	p.tree.write(&b, reverse)
	b.WriteString(after)
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, refusal("this regular expression is too large")
	}
	return re, nil
}

// check refuses a text in which words and letters may be others than package regexp's.
func (p *pattern) check(s string) error {
	if !p.ascii {
		return nil
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return refusal("this regular expression is supported only for ASCII texts")
		}
	}
	return nil
}

// Matches reports whether a regular expression is found in a text.
func Matches(s, expression string, foldCase bool) (bool, error) {
	p, err := compilePattern(expression, regexpFlags{foldCase: foldCase})
	if err != nil {
		return false, err
	}
	return p.longest.MatchString(s), p.check(s)
}

// A match is where a pattern and its groups were found: pairs of places in bytes, -1 for a
// group that is not there.
type match []int

// find returns the matches in a text, or the first one, from a place on. Without groups,
// only the places of the whole are there.
func (p *pattern) find(s string, from int, all, groups bool) ([]match, error) {
	if err := p.check(s); err != nil {
		return nil, err
	}
	groups = groups && p.groups > 0
	var found []match
	switch {
	case p.lazy && p.tree.greed() < 0:
		return p.findShortest(s, from, all, groups)
	case from > 0 && p.tree.asserts():
		return nil, refusal("searching from the middle of a text is not supported for this regular expression")
	case !all:
		if m := p.longest.FindStringSubmatchIndex(s[from:]); m != nil {
			found = []match{m}
		}
	default:
		for _, m := range p.longest.FindAllStringSubmatchIndex(s[from:], -1) {
			found = append(found, m)
		}
		var err error
		if found, err = p.withEmpty(found, len(s)-from); err != nil {
			return nil, err
		}
	}
	for i, m := range found {
		if !groups {
			found[i] = m[:2]
		} else if err := p.capture(s[from:], m); err != nil {
			return nil, err
		}
		for j := range found[i] {
			if found[i][j] >= 0 {
				found[i][j] += from
			}
		}
	}
	return found, nil
}

// withEmpty puts in the matches of nothing right behind another match, which package regexp
// leaves out.
func (p *pattern) withEmpty(found []match, length int) ([]match, error) {
	if !p.tree.nullable() {
		return found, nil
	}
	var out []match
	for i, m := range found {
		out = append(out, m)
		if m[0] == m[1] || i+1 < len(found) && found[i+1][0] == m[1] {
			continue
		}
		if p.groups > 0 || p.tree.asserts() || p.tree.assertsEnd() {
			return nil, refusal("matches of nothing behind others are not found for this regular expression")
		}
		out = append(out, match{m[1], m[1]})
	}
	return out, nil
}

// capture corrects the groups of a match, or refuses if they are not certain: if PostgreSQL
// does not choose as package regexp, and the first and the last way to match differ.
func (p *pattern) capture(s string, m match) error {
	if !p.lazy && p.tree.plain() {
		return nil
	}
	if p.tree.forgets() || p.tree.asserts() && m[0] > 0 || p.tree.assertsEnd() && m[1] < len(s) { // which are lost in a part of the text
		return refusal("the groups of this regular expression are not certain")
	}
	first, err := p.first()
	if err != nil {
		return err
	}
	last, err := p.last()
	if err != nil {
		return err
	}
	part := s[m[0]:m[1]]
	a, b := first.FindStringSubmatchIndex(part), last.FindStringSubmatchIndex(part)
	if a == nil || b == nil {
		return refusal("the groups of this regular expression are not certain")
	}
	start := m[0]
	for i := range a {
		if a[i] != b[i] {
			return refusal("the groups of this regular expression are not certain, as there are several ways to match \"%s\"", Left(part, 50))
		}
		m[i] = a[i]
		if a[i] >= 0 {
			m[i] += start
		}
	}
	return nil
}

// findShortest finds matches that begin as early and end as early as possible.
func (p *pattern) findShortest(s string, from int, all, groups bool) ([]match, error) {
	const limit = 2000
	if p.tree.asserts() || p.tree.assertsEnd() || len(s) > limit {
		return nil, refusal("repetitions that like to be short are not supported with assertions or in long texts")
	}
	whole, err := p.first()
	if err != nil {
		return nil, err
	}
	var found []match
	for from <= len(s) {
		place := p.longest.FindStringIndex(s[from:])
		if place == nil {
			break
		}
		start := from + place[0]
		end := start
		for end < from+place[1] && (end < len(s) && !utf8.RuneStart(s[end]) || !whole.MatchString(s[start:end])) {
			end++
		}
		m := make(match, 2*(p.groups+1))
		m[0], m[1] = start, end
		if !groups {
			m = m[:2]
		} else if err := p.capture(s, m); err != nil {
			return nil, err
		}
		found = append(found, m)
		if !all {
			break
		}
		if from = end; start == end {
			_, width := utf8.DecodeRuneInString(s[from:])
			from += max(width, 1)
		}
	}
	return found, nil
}

// text is what a group matched, or nil.
func (m match) text(s string, group int) any {
	if 2*group >= len(m) || m[2*group] < 0 {
		return nil
	}
	return s[m[2*group]:m[2*group+1]]
}

// groupTexts are what the groups of a match are, or the whole if there are none.
func (p *pattern) groupTexts(s string, m match) *List {
	if p.groups == 0 {
		return &List{Elem: Text, Elems: []any{m.text(s, 0)}}
	}
	list := &List{Elem: Text}
	for i := range p.groups {
		list.Elems = append(list.Elems, m.text(s, i+1))
	}
	return list
}

// RegexpMatch returns the groups of the first match, or nil.
func RegexpMatch(s, expression, options string) (any, error) {
	p, found, err := search("regexp_match", s, expression, options, 1, true)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return p.groupTexts(s, found[0]), nil
}

// RegexpMatches yields the groups of the first match, or of all with the option g.
func RegexpMatches(s, expression, options string, yield func(*List) error) error {
	p, found, err := search("", s, expression, options, 1, true)
	if err != nil {
		return err
	}
	for _, m := range found {
		if err := yield(p.groupTexts(s, m)); err != nil {
			return err
		}
	}
	return nil
}

// search finds the first match, or all if the options say so. The function that does not
// understand that option is named.
func search(function, s, expression, options string, start int64, groups bool) (*pattern, []match, error) {
	flags, err := parseFlags(options, function)
	if err != nil {
		return nil, nil, err
	}
	return searchWith(flags, s, expression, start, groups)
}

func searchWith(flags regexpFlags, s, expression string, start int64, groups bool) (*pattern, []match, error) {
	p, err := compilePattern(expression, flags)
	if err != nil {
		return nil, nil, err
	}
	if start > Length(s)+1 {
		return p, nil, nil
	}
	found, err := p.find(s, offset(s, start-1), flags.global, groups)
	return p, found, err
}

func badParameter(name string, n int64) error {
	return failure("invalid value for parameter \"%s\": %d", name, n)
}

// SubstringOf returns the first group of a match, or the whole if there are no groups, or
// nil.
func SubstringOf(s, expression string) (any, error) {
	p, found, err := search("", s, expression, "", 1, true)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0].text(s, min(p.groups, 1)), nil
}

// RegexpLike reports whether there is a match.
func RegexpLike(s, expression, options string) (bool, error) {
	_, found, err := search("regexp_like", s, expression, options, 1, false)
	return len(found) > 0, err
}

// RegexpCount counts the matches from a character on.
func RegexpCount(s, expression string, start int64, options string) (int64, error) {
	if start < 1 {
		return 0, badParameter("start", start)
	}
	flags, err := parseFlags(options, "regexp_count")
	if err != nil {
		return 0, err
	}
	flags.global = true
	_, found, err := searchWith(flags, s, expression, start, false)
	return int64(len(found)), err
}

// A RegexpChoice says which match of an expression is meant, and which group of it; 0 for
// the whole.
type RegexpChoice struct {
	Start, N, Group int64
	Options         string
}

// choose finds a match, nil if there is none.
func (c RegexpChoice) choose(function, s, expression string) (match, error) {
	switch {
	case c.Start < 1:
		return nil, badParameter("start", c.Start)
	case c.N < 1:
		return nil, badParameter("n", c.N)
	case c.Group < 0:
		return nil, badParameter("subexpr", c.Group)
	}
	flags, err := parseFlags(c.Options, function)
	if err != nil {
		return nil, err
	}
	flags.global = true
	p, found, err := searchWith(flags, s, expression, c.Start, c.Group > 0)
	if err != nil || int64(len(found)) < c.N {
		return nil, err
	}
	if p.groups == 0 && c.Group == 1 {
		c.Group = 0 // the whole is the group then
	}
	if m := found[c.N-1]; m.text(s, int(c.Group)) != nil {
		return m[2*c.Group:], nil
	}
	return nil, nil
}

// RegexpSubstr returns the text of a match, or nil.
func RegexpSubstr(s, expression string, c RegexpChoice) (any, error) {
	m, err := c.choose("regexp_substr", s, expression)
	if err != nil || m == nil {
		return nil, err
	}
	return m.text(s, 0), nil
}

// RegexpInstr returns where a match begins, or where what follows it does, or 0.
func RegexpInstr(s, expression string, end int64, c RegexpChoice) (int64, error) {
	if end != 0 && end != 1 && c.Start >= 1 && c.N >= 1 {
		return 0, badParameter("endoption", end)
	}
	m, err := c.choose("regexp_instr", s, expression)
	if err != nil || m == nil {
		return 0, err
	}
	return Length(s[:m[end]]) + 1, nil
}

// RegexpReplace replaces the n-th match from a character on, or all if n is 0.
func RegexpReplace(s, expression, with string, start, n int64, options string) (string, error) {
	switch {
	case start < 1:
		return "", badParameter("start", start)
	case n < 0:
		return "", badParameter("n", n)
	}
	flags, err := parseFlags(options, "")
	if err != nil {
		return "", err
	}
	flags.global = n != 1
	parts, groups := parseReplacement(with)
	_, found, err := searchWith(flags, s, expression, start, groups)
	if err != nil {
		return "", err
	}
	if n > 0 {
		if int64(len(found)) < n {
			return s, nil
		}
		found = found[n-1 : n]
	}
	var out strings.Builder
	end := 0
	for _, m := range found {
		out.WriteString(s[end:m[0]])
		for _, part := range parts {
			out.WriteString(part.text)
			if part.group >= 0 {
				text, _ := m.text(s, part.group).(string)
				out.WriteString(text)
			}
		}
		if end = m[1]; out.Len() > MaxSize {
			return "", CheckSize(int64(out.Len()))
		}
	}
	out.WriteString(s[end:])
	return out.String(), nil
}

// ReplaceOptions says which match is replaced by these options: the first one, or all.
func ReplaceOptions(options string) (n int64) {
	return int64(1 - truth(strings.Contains(options, "g")))
}

// A replacement is text, and behind it what a group matched; -1 for none.
type replacement struct {
	text  string
	group int
}

// parseReplacement reads \1 and \&. It says whether groups are needed.
func parseReplacement(s string) (parts []replacement, groups bool) {
	text := ""
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 == len(s) {
			return append(parts, replacement{text + s, -1}), groups
		}
		text += s[:i]
		c := s[i+1]
		s = s[i+2:]
		switch {
		case c == '&':
			parts, text = append(parts, replacement{text, 0}), ""
		case '1' <= c && c <= '9':
			parts, text, groups = append(parts, replacement{text, int(c - '0')}), "", true
		case c == '\\':
			text += `\`
		default:
			text += `\` + string([]byte{c})
		}
	}
}

// RegexpSplit yields the parts of a text between the matches. The function is named for an
// error.
func RegexpSplit(function, s, expression, options string, yield func(string) error) error {
	flags, err := parseFlags(options, function)
	if err != nil {
		return err
	}
	flags.global = true
	_, found, err := searchWith(flags, s, expression, 1, false)
	if err != nil {
		return err
	}
	end, previous := 0, 0
	for _, m := range found {
		// Nothing at the beginning, at the end or behind another match splits nothing.
		if m[0] < len(s) && m[1] > previous {
			if err := yield(s[end:m[0]]); err != nil {
				return err
			}
			end = m[1]
		}
		previous = m[1]
	}
	return yield(s[end:])
}
