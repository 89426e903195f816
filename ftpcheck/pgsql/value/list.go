package value

import (
	"cmp"
	"encoding/binary"
	"strings"
)

// maxDimensions is how deep arrays can be nested.
const maxDimensions = 6

// parseList reads an array as {a,"b c",NULL}.
func parseList(elem Type, text string, now Moment) (*List, error) {
	p := listParser{elem: elem, text: text}
	p.space()
	switch p.peek() {
	case '[':
		return nil, refusal("an array with bounds is not read: \"%s\"", text)
	case '{':
		p.text, p.pos = text[p.pos:], 0
	}
	list, err := p.list(1)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos != len(p.text) {
		return nil, p.malformed()
	}
	return list, list.parseElements(now)
}

// parseElements puts values in the place of their texts. That comes last, as an error of
// the braces goes before an error within.
func (l *List) parseElements(now Moment) error {
	size := 0
	for i, v := range l.Elems {
		var err error
		switch v := v.(type) {
		case *List:
			err = v.parseElements(now)
		case string:
			l.Elems[i], err = Parse(l.Elem, v, now)
			size += Size(l.Elems[i])
		}
		if err != nil {
			return err
		}
		if size > 4*MaxSize {
			return refusal("an array of more than %d bytes is not read", 4*MaxSize)
		}
	}
	return nil
}

// A listParser makes a list of texts.
type listParser struct {
	elem  Type
	text  string
	pos   int
	depth int // at which the elements are, once one was seen
}

func (p *listParser) malformed() error { return failure("malformed array literal: \"%s\"", p.text) }

func (p *listParser) space() {
	for p.pos < len(p.text) && isSpace(p.text[p.pos]) {
		p.pos++
	}
}

// peek returns the next byte, or 0 at the end.
func (p *listParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// list reads from one brace to the other.
func (p *listParser) list(depth int) (*List, error) {
	if p.peek() != '{' {
		return nil, p.malformed()
	}
	if depth > maxDimensions {
		return nil, failure("number of array dimensions (%d) exceeds the maximum allowed (%d)", depth, maxDimensions)
	}
	p.pos++
	list := &List{Elem: p.elem}
	p.space()
	if p.peek() == '}' {
		if depth > 1 {
			return nil, p.malformed()
		}
		p.pos++
		return list, nil
	}
	for {
		v, err := p.element(depth)
		if err != nil {
			return nil, err
		}
		if first, ok := v.(*List); ok && len(list.Elems) > 0 && !sameShape(first, list.Elems[0].(*List)) {
			return nil, p.malformed()
		}
		list.Elems = append(list.Elems, v)
		p.space()
		switch p.peek() {
		case ',':
			p.pos++
			p.space()
		case '}':
			p.pos++
			return list, nil
		default:
			return nil, p.malformed()
		}
	}
}

// element reads an element or a nested array, and sees that all elements are at one depth.
func (p *listParser) element(depth int) (any, error) {
	nested := p.peek() == '{'
	if !nested {
		if p.depth == 0 {
			p.depth = depth
		}
		if p.depth != depth {
			return nil, p.malformed()
		}
		return p.scalar()
	}
	if p.depth == depth {
		return nil, p.malformed()
	}
	return p.list(depth + 1)
}

func (p *listParser) scalar() (any, error) {
	if p.peek() == '"' {
		return p.quoted()
	}
	var text strings.Builder
	kept := 0 // length without white space at the end
	escaped := false
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch c {
		case ',', '}':
			word := text.String()[:kept]
			switch {
			case word == "" && !escaped:
				return nil, p.malformed()
			case strings.EqualFold(word, "null") && !escaped:
				return nil, nil
			}
			return word, nil
		case '{', '"':
			return nil, p.malformed()
		case '\\':
			if p.pos++; p.pos == len(p.text) {
				return nil, p.malformed()
			}
			escaped = true
			text.WriteByte(p.text[p.pos])
			kept = text.Len()
		default:
			text.WriteByte(c)
			if !isSpace(c) {
				kept = text.Len()
			}
		}
		p.pos++
	}
	return nil, p.malformed()
}

// quoted reads an element in quotes.
func (p *listParser) quoted() (any, error) {
	var text strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case '"':
			p.pos++
			return text.String(), nil
		case '\\':
			if p.pos++; p.pos == len(p.text) {
				return nil, p.malformed()
			}
			text.WriteByte(p.text[p.pos])
		default:
			text.WriteByte(c)
		}
	}
	return nil, p.malformed()
}

func sameShape(a, b *List) bool {
	x, y := a.Dims(), b.Dims()
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// Dims returns the lengths of the dimensions; none if the array is empty.
func (l *List) Dims() []int {
	var dims []int
	for len(l.Elems) > 0 {
		dims = append(dims, len(l.Elems))
		inner, ok := l.Elems[0].(*List)
		if !ok {
			break
		}
		l = inner
	}
	return dims
}

// Flat returns the elements of all dimensions.
func (l *List) Flat() []any {
	if len(l.Elems) == 0 {
		return nil
	}
	if _, nested := l.Elems[0].(*List); !nested {
		return l.Elems
	}
	var flat []any
	for _, inner := range l.Elems {
		flat = append(flat, inner.(*List).Flat()...)
	}
	return flat
}

// format writes {a,"b c",NULL}.
func (l *List) format() string {
	var b strings.Builder
	l.write(&b)
	return b.String()
}

func (l *List) write(b *strings.Builder) {
	b.WriteByte('{')
	for i, v := range l.Elems {
		if i > 0 {
			b.WriteByte(',')
		}
		switch v := v.(type) {
		case nil:
			b.WriteString("NULL")
		case *List:
			v.write(b)
		default:
			writeElement(b, Output(l.Elem, v))
		}
	}
	b.WriteByte('}')
}

func writeElement(b *strings.Builder, text string) {
	if text != "" && !strings.ContainsAny(text, "\"\\{}, \t\n\r\v\f") && !strings.EqualFold(text, "null") {
		b.WriteString(text)
		return
	}
	b.WriteByte('"')
	for i := range len(text) {
		if text[i] == '"' || text[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	b.WriteByte('"')
}

// Compare compares the elements one after another, whatever the dimensions, and only then
// how many there are.
func (l *List) Compare(m *List) int {
	a, b := l.Flat(), m.Flat()
	for i := range min(len(a), len(b)) {
		if c := compareNullable(l.Elem, a[i], b[i]); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	x, y := l.Dims(), m.Dims()
	if c := cmp.Compare(len(x), len(y)); c != 0 {
		return c
	}
	for i := range x {
		if c := cmp.Compare(x[i], y[i]); c != 0 {
			return c
		}
	}
	return 0
}

func (l *List) appendKey(dst []byte) []byte {
	dims := l.Dims()
	dst = append(dst, byte(len(dims)))
	for _, n := range dims {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	for _, v := range l.Flat() {
		dst = AppendKey(dst, l.Elem, v)
	}
	return dst
}
