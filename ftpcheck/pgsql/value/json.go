package value

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// A Document is a value of jsonb. It is made of nil for null, bool, [Decimal], string,
// []any and *object. Documents are never changed.
type Document struct {
	text  string // of which root is made
	parse sync.Once
	root  any
	err   error // of the text
}

// An object is an object of a document, its keys ordered by length and then by bytes.
type object struct {
	keys   []string
	values []any
}

// NewDocument returns the document of a text that is known to be JSON. It is parsed when it
// is asked for, which panics if it is none.
func NewDocument(text string) *Document { return &Document{text: text} }

// documentOf returns a document of parts.
func documentOf(root any) *Document {
	d := &Document{root: root}
	d.parse.Do(func() {})
	return d
}

// ParseDocument reads a jsonb.
func ParseDocument(text string) (*Document, error) {
	root, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	return documentOf(root), nil
}

// node returns the parts.
func (d *Document) node() any {
	d.parse.Do(func() {
		d.root, d.err = parseJSON(d.text)
	})
	if d.err != nil {
		// Whoever made the document said that it is JSON. A null in its place would pass for
		// what nobody has said.
		panic(d.err)
	}
	return d.root
}

func newObject(keys []string, values []any) *object {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareKeys(keys[i], keys[j]) })
	o := &object{keys: make([]string, 0, len(keys)), values: make([]any, 0, len(keys))}
	for _, i := range order {
		if last := len(o.keys) - 1; last >= 0 && o.keys[last] == keys[i] {
			o.values[last] = values[i] // the last one wins
			continue
		}
		o.keys, o.values = append(o.keys, keys[i]), append(o.values, values[i])
	}
	return o
}

func compareKeys(a, b string) int {
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func (o *object) find(key string) (int, bool) {
	return slices.BinarySearchFunc(o.keys, key, compareKeys)
}

// maxDepth is how deep JSON can be nested.
const maxDepth = 1000

func badJSON() error { return failure("invalid input syntax for type json") }

// A jsonReader reads JSON, either making a tree of it or only looking whether it is JSON.
type jsonReader struct {
	text  string
	pos   int
	depth int
	check bool // make nothing
	// decode has strings decoded even if nothing is made of them.
	decode bool
	size   int // of the numbers, as few characters can be many digits
}

func parseJSON(text string) (any, error) {
	r := jsonReader{text: text}
	return r.document()
}

// checkJSON sees whether a text is JSON.
func checkJSON(text string) error {
	r := jsonReader{text: text, check: true}
	_, err := r.document()
	return err
}

func (r *jsonReader) document() (any, error) {
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.space(); r.pos != len(r.text) {
		return nil, badJSON()
	}
	return v, nil
}

func (r *jsonReader) space() {
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// accept reads a byte after white space if it is there.
func (r *jsonReader) accept(c byte) bool {
	r.space()
	if r.pos < len(r.text) && r.text[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

func (r *jsonReader) value() (any, error) {
	r.space()
	if r.pos == len(r.text) {
		return nil, badJSON()
	}
	switch c := r.text[r.pos]; {
	case c == '{' || c == '[':
		if r.depth++; r.depth > maxDepth {
			return nil, refusal("JSON is nested deeper than %d", maxDepth)
		}
		defer func() { r.depth-- }()
		r.pos++
		if c == '{' {
			return r.object()
		}
		return r.array()
	case c == '"':
		return r.string()
	case c == '-' || isDigit(c):
		return r.number()
	}
	start := r.pos
	for r.pos < len(r.text) && isWord(r.text[r.pos]) {
		r.pos++
	}
	switch r.text[start:r.pos] {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	return nil, badJSON()
}

// isWord says which bytes belong to a word, so that trueish is not true.
func isWord(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

func (r *jsonReader) array() (any, error) {
	list := []any{}
	if r.accept(']') {
		return list, nil
	}
	for {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		if !r.check {
			list = append(list, v)
		}
		if r.accept(']') {
			return list, nil
		}
		if !r.accept(',') {
			return nil, badJSON()
		}
	}
}

func (r *jsonReader) object() (any, error) {
	var keys []string
	var values []any
	if r.accept('}') {
		return &object{}, nil
	}
	for {
		if r.space(); r.pos == len(r.text) || r.text[r.pos] != '"' {
			return nil, badJSON()
		}
		key, err := r.string()
		if err != nil {
			return nil, err
		}
		if !r.accept(':') {
			return nil, badJSON()
		}
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		if !r.check {
			keys, values = append(keys, key), append(values, v)
		}
		if r.accept('}') {
			break
		}
		if !r.accept(',') {
			return nil, badJSON()
		}
	}
	if r.check {
		return nil, nil
	}
	return newObject(keys, values), nil
}

func (r *jsonReader) number() (any, error) {
	start := r.pos
	if r.text[r.pos] == '-' {
		r.pos++
	}
	whole := r.digits()
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return nil, badJSON()
	}
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		r.pos++
		if r.digits() == "" {
			return nil, badJSON()
		}
	}
	if r.pos < len(r.text) && (r.text[r.pos] == 'e' || r.text[r.pos] == 'E') {
		r.pos++
		if r.pos < len(r.text) && (r.text[r.pos] == '+' || r.text[r.pos] == '-') {
			r.pos++
		}
		if r.digits() == "" {
			return nil, badJSON()
		}
	}
	if r.pos < len(r.text) && isWord(r.text[r.pos]) {
		return nil, badJSON()
	}
	if r.check {
		return nil, nil
	}
	d, err := ParseDecimal(r.text[start:r.pos])
	if err != nil {
		return nil, err
	}
	r.size += d.size()
	return d, CheckSize(int64(r.size))
}

func (r *jsonReader) digits() string {
	start := r.pos
	for r.pos < len(r.text) && isDigit(r.text[r.pos]) {
		r.pos++
	}
	return r.text[start:r.pos]
}

// string reads a string from one quotation mark to the other.
func (r *jsonReader) string() (string, error) {
	r.pos++
	start := r.pos
	for r.pos < len(r.text) && r.text[r.pos] != '"' && r.text[r.pos] != '\\' && r.text[r.pos] >= ' ' {
		r.pos++
	}
	if r.pos < len(r.text) && r.text[r.pos] == '"' {
		r.pos++
		return r.text[start : r.pos-1], nil // without escapes, no copy is needed
	}
	b := []byte(r.text[start:r.pos])
	for r.pos < len(r.text) {
		c := r.text[r.pos]
		r.pos++
		switch {
		case c == '"':
			return string(b), nil
		case c < ' ':
			return "", badJSON()
		case c != '\\':
			b = append(b, c)
			continue
		}
		if r.pos == len(r.text) {
			return "", badJSON()
		}
		c = r.text[r.pos]
		r.pos++
		if c == 'u' {
			char, err := r.unicode()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, char)
			continue
		}
		i := strings.IndexByte(`"\/bfnrt`, c)
		if i < 0 {
			return "", badJSON()
		}
		b = append(b, "\"\\/\b\f\n\r\t"[i])
	}
	return "", badJSON()
}

// unicode reads what follows \u. If nothing is made of the text, its digits are enough.
func (r *jsonReader) unicode() (rune, error) {
	char, ok := r.hex()
	switch {
	case !ok:
		return 0, badJSON()
	case r.check && !r.decode:
		return 0, nil
	case char == 0:
		return 0, failure("unsupported Unicode escape sequence")
	case !utf16.IsSurrogate(char):
		return char, nil
	}
	if strings.HasPrefix(r.text[r.pos:], `\u`) {
		r.pos += 2
		low, ok := r.hex()
		if char = utf16.DecodeRune(char, low); ok && char != utf8.RuneError {
			return char, nil
		}
	}
	return 0, badJSON()
}

func (r *jsonReader) hex() (rune, bool) {
	if len(r.text)-r.pos < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(r.text[r.pos:r.pos+4], 16, 16)
	r.pos += 4
	return rune(n), err == nil
}

// String writes a document as {"a": 1, "b": [1, 2]}.
func (d *Document) String() string { return string(appendJSON(nil, d.node())) }

func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case Decimal:
		return append(dst, v.String()...)
	case string:
		return appendQuoted(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendJSON(dst, e)
		}
		return append(dst, ']')
	case *object:
		dst = append(dst, '{')
		for i, key := range v.keys {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(appendQuoted(dst, key), ": "...)
			dst = appendJSON(dst, v.values[i])
		}
		return append(dst, '}')
	}
	return dst
}

// appendQuoted writes a string as JSON.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		default:
			if j := strings.IndexByte("\b\f\n\r\t", c); j >= 0 {
				dst = append(dst, '\\', "bfnrt"[j])
				continue
			}
			dst = append(dst, `\u00`...)
			dst = append(dst, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
	}
	return append(dst, '"')
}

// Compare compares in jsonb's order: objects come after arrays, then booleans, numbers,
// strings and null.
func (d *Document) Compare(e *Document) int {
	a, b := d.node(), e.node()
	// A scalar at the top is kept as an array of one element, but comes before all other
	// arrays than an empty one.
	x, isArray := a.([]any)
	y, isOther := b.([]any)
	switch {
	case isArray && isScalar(b):
		return cmp.Or(cmp.Compare(truth(len(x) > 0), 1), 1)
	case isOther && isScalar(a):
		return cmp.Or(cmp.Compare(1, truth(len(y) > 0)), -1)
	}
	return compareNodes(a, b)
}

func isScalar(v any) bool { return rank(v) <= 3 }

// rank is the place of a kind of nodes in jsonb's order.
func rank(v any) int {
	switch v.(type) {
	case string:
		return 1
	case Decimal:
		return 2
	case bool:
		return 3
	case []any:
		return 4
	case *object:
		return 5
	}
	return 0
}

func compareNodes(a, b any) int {
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case Decimal:
		return a.Compare(b.(Decimal))
	case bool:
		return cmp.Compare(truth(a), truth(b.(bool)))
	case []any:
		b := b.([]any)
		if c := cmp.Compare(len(a), len(b)); c != 0 {
			return c
		}
		for i := range a {
			if c := compareNodes(a[i], b[i]); c != 0 {
				return c
			}
		}
	case *object:
		b := b.(*object)
		if c := cmp.Compare(len(a.keys), len(b.keys)); c != 0 {
			return c
		}
		for i := range a.keys {
			if c := strings.Compare(a.keys[i], b.keys[i]); c != 0 {
				return c
			}
			if c := compareNodes(a.values[i], b.values[i]); c != 0 {
				return c
			}
		}
	}
	return 0
}

func (d *Document) appendKey(dst []byte) []byte { return appendNodeKey(dst, d.node()) }

func appendNodeKey(dst []byte, v any) []byte {
	dst = append(dst, byte(rank(v)))
	switch v := v.(type) {
	case bool:
		return append(dst, byte(truth(v)))
	case Decimal:
		return v.appendKey(dst)
	case string:
		return appendText(dst, v)
	case []any:
		dst = binary.AppendUvarint(dst, uint64(len(v)))
		for _, e := range v {
			dst = appendNodeKey(dst, e)
		}
	case *object:
		dst = binary.AppendUvarint(dst, uint64(len(v.keys)))
		for i, key := range v.keys {
			dst = appendNodeKey(appendText(dst, key), v.values[i])
		}
	}
	return dst
}

func (d *Document) size() int {
	if d.text != "" {
		return 64 + 4*len(d.text) // about, with what is made of it
	}
	return 64 + sizeNode(d.node())
}

func sizeNode(v any) int {
	switch v := v.(type) {
	case []any:
		n := 24
		for _, e := range v {
			n += 16 + sizeNode(e)
		}
		return n
	case *object:
		n := 48
		for i, key := range v.keys {
			n += 32 + len(key) + sizeNode(v.values[i])
		}
		return n
	}
	return Size(v)
}
