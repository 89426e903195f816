package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// These are the paths of SQL/JSON that only look: keys, elements, filters. Of their two
// modes they are in the lax one, in which nothing that is not there is an error.

// A pathItem gives nodes for a node.
type pathItem interface {
	// find yields what is found, from the root and the current node on.
	find(root, current any, yield func(v any))
}

// A pathRoot is $ or @.
type pathRoot struct{ current bool }

// A pathLiteral is a constant.
type pathLiteral struct{ v any }

// A pathStep is an item and a step from what it finds.
type pathStep struct {
	from pathItem
	kind stepKind
	key  string
	// low and high are bounds of elements, counted from 0. Negative ones are counted back
	// from behind the end.
	low, high int
	filter    predicate
}

// A stepKind tells steps apart.
type stepKind int

const (
	stepKey stepKind = iota
	stepAllKeys
	stepElements
	stepAllElements
	stepFilter
)

func (i pathRoot) find(root, current any, yield func(any)) {
	if i.current {
		yield(current)
		return
	}
	yield(root)
}

func (i pathLiteral) find(_, _ any, yield func(any)) { yield(i.v) }

func (i *pathStep) find(root, current any, yield func(any)) {
	i.from.find(root, current, func(v any) { i.step(root, v, yield) })
}

func (i *pathStep) step(root, v any, yield func(any)) {
	switch i.kind {
	case stepKey, stepAllKeys:
		each(v, func(v any) {
			o, ok := v.(*object)
			if !ok {
				return
			}
			for j, key := range o.keys {
				if i.kind == stepAllKeys || key == i.key {
					yield(o.values[j])
				}
			}
		})
	case stepElements:
		list := asArray(v)
		low, high := i.low, i.high
		if low < 0 {
			low += len(list)
		}
		if high < 0 {
			high += len(list)
		}
		for j := max(low, 0); j <= min(high, len(list)-1); j++ {
			yield(list[j])
		}
	case stepAllElements:
		each(v, yield)
	case stepFilter:
		each(v, func(v any) {
			if i.filter.holds(root, v) == yes {
				yield(v)
			}
		})
	}
}

// each yields the elements of an array, and everything else itself.
func each(v any, yield func(any)) {
	for _, e := range asArray(v) {
		yield(e)
	}
}

// A logic is what a predicate says: it may not know.
type logic int

const (
	no logic = iota
	unknown
	yes
)

// A predicate holds of a node or does not.
type predicate interface {
	holds(root, current any) logic
}

type (
	pathAnd        struct{ l, r predicate }
	pathOr         struct{ l, r predicate }
	pathNot        struct{ x predicate }
	pathExists     struct{ x pathItem }
	pathComparison struct {
		op   string
		l, r pathItem
	}
)

func (p pathAnd) holds(root, current any) logic {
	return min(p.l.holds(root, current), p.r.holds(root, current))
}

func (p pathOr) holds(root, current any) logic {
	return max(p.l.holds(root, current), p.r.holds(root, current))
}

func (p pathNot) holds(root, current any) logic { return yes - p.x.holds(root, current) }

func (p pathExists) holds(root, current any) logic {
	found := no
	p.x.find(root, current, func(any) { found = yes })
	return found
}

// holds of a comparison is true if it is of any two of what both sides find.
func (p pathComparison) holds(root, current any) logic {
	var right []any
	p.r.find(root, current, func(v any) { each(v, func(v any) { right = append(right, v) }) })
	found, doubtful := false, false
	p.l.find(root, current, func(v any) {
		each(v, func(l any) {
			for _, r := range right {
				switch compareItems(p.op, l, r) {
				case yes:
					found = true
				case unknown:
					doubtful = true
				}
			}
		})
	})
	switch {
	case found:
		return yes
	case doubtful:
		return unknown
	}
	return no
}

func compareItems(op string, l, r any) logic {
	if !isScalar(l) || !isScalar(r) {
		if l == nil || r == nil {
			return truthOf(op == "!=")
		}
		return unknown
	}
	if rank(l) != rank(r) {
		if l == nil || r == nil {
			return truthOf(op == "!=")
		}
		return unknown
	}
	c := compareNodes(l, r)
	switch op {
	case "==":
		return truthOf(c == 0)
	case "!=":
		return truthOf(c != 0)
	case "<":
		return truthOf(c < 0)
	case "<=":
		return truthOf(c <= 0)
	case ">":
		return truthOf(c > 0)
	}
	return truthOf(c >= 0)
}

func truthOf(b bool) logic { return logic(truth(b)) * yes }

// A JSONPath is a path, or a predicate, which finds whether it holds.
type JSONPath struct {
	item      pathItem
	predicate predicate
}

// Find yields what a path finds in a document.
func (p *JSONPath) Find(d *Document, yield func(*Document)) {
	root := d.node()
	if p.predicate != nil {
		yield(documentOf(p.holds(root)))
		return
	}
	p.item.find(root, root, func(v any) { yield(documentOf(v)) })
}

// holds is what a predicate says as JSON.
func (p *JSONPath) holds(root any) any {
	switch p.predicate.holds(root, root) {
	case yes:
		return true
	case no:
		return false
	}
	return nil
}

// ParseJSONPath reads a path. What is not understood is refused.
func ParseJSONPath(text string) (*JSONPath, error) {
	p := pathParser{rest: text}
	if p.word("strict") {
		return nil, p.refused(text)
	}
	p.word("lax")
	path := &JSONPath{}
	pred, item, ok := p.or()
	if p.space(); !ok || p.rest != "" {
		return nil, p.refused(text)
	}
	path.predicate, path.item = pred, item
	if _, constant := item.(pathLiteral); constant {
		return nil, p.refused(text)
	}
	return path, nil
}

// A pathParser reads a path. Its methods say whether they understood.
type pathParser struct {
	rest  string
	depth int
}

func (p *pathParser) refused(text string) error {
	return refusal("the JSON path \"%s\" is not understood", text)
}

func (p *pathParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\n\r\f") }

// accept reads a token.
func (p *pathParser) accept(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

// word reads a word, if it does not go on.
func (p *pathParser) word(word string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, word)
	if r, _ := utf8.DecodeRuneInString(rest); !ok || rest != "" && isPathLetter(r) {
		return false
	}
	p.rest = rest
	return true
}

func isPathLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// or reads a predicate with ||, or what is none: then the item is not nil.
func (p *pathParser) or() (predicate, pathItem, bool) {
	if p.depth++; p.depth > 100 {
		return nil, nil, false
	}
	defer func() { p.depth-- }()
	l, item, ok := p.and()
	for ok && p.accept("||") {
		r, other, understood := p.and()
		if !understood || item != nil || other != nil {
			return nil, nil, false
		}
		l = pathOr{l, r}
	}
	return l, item, ok
}

func (p *pathParser) and() (predicate, pathItem, bool) {
	l, item, ok := p.single()
	for ok && p.accept("&&") {
		r, other, understood := p.single()
		if !understood || item != nil || other != nil {
			return nil, nil, false
		}
		l = pathAnd{l, r}
	}
	return l, item, ok
}

// single reads a comparison, a negation, or something in parentheses.
func (p *pathParser) single() (predicate, pathItem, bool) {
	switch {
	case p.accept("!"):
		if !p.accept("(") {
			return nil, nil, false
		}
		x, ok := p.parenthesized()
		return pathNot{x}, nil, ok
	case p.word("exists"):
		if !p.accept("(") {
			return nil, nil, false
		}
		x, ok := p.item()
		return pathExists{x}, nil, ok && p.accept(")")
	case p.accept("("):
		x, ok := p.parenthesized()
		p.space()
		// Behind it nothing may come that would make it an item.
		return x, nil, ok && (p.rest == "" || strings.IndexByte(")&|", p.rest[0]) >= 0)
	}
	l, ok := p.item()
	if !ok {
		return nil, nil, false
	}
	for _, op := range []string{"==", "!=", "<>", "<=", ">=", "<", ">"} {
		if p.accept(op) {
			r, ok := p.item()
			if op == "<>" {
				op = "!="
			}
			return pathComparison{op, l, r}, nil, ok
		}
	}
	return nil, l, true
}

func (p *pathParser) parenthesized() (predicate, bool) {
	x, item, ok := p.or()
	return x, ok && item == nil && p.accept(")")
}

// item reads a constant, or $ or @ with steps.
func (p *pathParser) item() (pathItem, bool) {
	p.space()
	if p.rest == "" {
		return nil, false
	}
	var item pathItem
	switch c := p.rest[0]; {
	case c == '"':
		s, ok := p.quoted()
		return pathLiteral{s}, ok
	case isDigit(c) || c == '-':
		return p.number()
	case p.word("true"):
		return pathLiteral{true}, true
	case p.word("false"):
		return pathLiteral{false}, true
	case p.word("null"):
		return pathLiteral{nil}, true
	case c == '$' || c == '@':
		item = pathRoot{current: c == '@'}
		p.rest = p.rest[1:]
	default:
		return nil, false
	}
	for steps := 0; ; steps++ {
		step := &pathStep{from: item}
		switch {
		case steps > 1000:
			return nil, false
		case p.accept("."):
			if !p.key(step) {
				return nil, false
			}
		case p.accept("["):
			if !p.subscript(step) {
				return nil, false
			}
		case p.accept("?"):
			if !p.accept("(") {
				return nil, false
			}
			var ok bool
			step.kind = stepFilter
			if step.filter, ok = p.parenthesized(); !ok {
				return nil, false
			}
		default:
			// A name right behind $ is that of a variable.
			r, _ := utf8.DecodeRuneInString(p.rest)
			return item, p.rest == "" || !isPathLetter(r) && r != '$' && r != '"' && r != '\\'
		}
		item = step
	}
}

func (p *pathParser) key(step *pathStep) bool {
	p.space()
	switch {
	case strings.HasPrefix(p.rest, "**"):
		return false
	case p.accept("*"):
		step.kind = stepAllKeys
		return true
	case strings.HasPrefix(p.rest, `"`):
		var ok bool
		step.key, ok = p.quoted()
		return ok
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool { return !isPathLetter(r) })
	if end < 0 {
		end = len(p.rest)
	}
	step.key, p.rest = p.rest[:end], p.rest[end:]
	next := strings.TrimLeft(p.rest, " \t\n\r\f")
	return step.key != "" && !isDigit(step.key[0]) && !strings.HasPrefix(next, "(") && !strings.HasPrefix(p.rest, `\`) && !strings.HasPrefix(p.rest, "$")
}

// subscript reads [*], [n], [last] or [n to m].
func (p *pathParser) subscript(step *pathStep) bool {
	if p.accept("*") {
		step.kind = stepAllElements
		return p.accept("]")
	}
	step.kind = stepElements
	var ok bool
	if step.low, ok = p.index(); !ok {
		return false
	}
	step.high = step.low
	if p.word("to") {
		if step.high, ok = p.index(); !ok || step.low < 0 || step.high >= 0 && step.high < step.low {
			return false
		}
	}
	return p.accept("]")
}

// index reads the number of an element. The last one is -1.
func (p *pathParser) index() (int, bool) {
	if p.word("last") {
		return -1, true
	}
	p.space()
	n := 0
	digits := 0
	for ; digits < len(p.rest) && isDigit(p.rest[digits]) && digits < 9; digits++ {
		n = n*10 + int(p.rest[digits]-'0')
	}
	leading := digits > 1 && p.rest[0] == '0'
	p.rest = p.rest[digits:]
	return n, digits > 0 && !leading && (p.rest == "" || strings.IndexByte(" \t\n\r]", p.rest[0]) >= 0)
}

// number reads a number as 1 or -1.5.
func (p *pathParser) number() (pathItem, bool) {
	unsigned := strings.TrimPrefix(p.rest, "-")
	end := 0
	for end < len(unsigned) && (isDigit(unsigned[end]) || unsigned[end] == '.') {
		end++
	}
	text := p.rest[:len(p.rest)-len(unsigned)+end]
	p.rest = unsigned[end:]
	if r, _ := utf8.DecodeRuneInString(p.rest); p.rest != "" && isPathLetter(r) {
		return nil, false
	}
	number := jsonReader{text: text} // the same as in JSON
	v, err := number.document()
	d, ok := v.(Decimal)
	return pathLiteral{d}, err == nil && ok
}

// quoted reads a string, if it is one of JSON.
func (p *pathParser) quoted() (string, bool) {
	r := jsonReader{text: p.rest}
	s, err := r.string()
	p.rest = p.rest[min(r.pos, len(p.rest)):]
	return s, err == nil
}
