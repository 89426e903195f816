package value

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// The functions that look into documents return nil for null: where nothing is found.

// Kind returns the name of what a document is: object, array, string, number, boolean or
// null.
func (d *Document) Kind() string {
	return [...]string{"null", "string", "number", "boolean", "array", "object"}[rank(d.node())]
}

// Field returns the value of a key of an object.
func (d *Document) Field(key string) any {
	if o, ok := d.node().(*object); ok {
		if i, found := o.find(key); found {
			return documentOf(o.values[i])
		}
	}
	return nil
}

// Element returns an element of an array, counted from 0, or from the end if the number is
// negative. A scalar is an array of itself.
func (d *Document) Element(i int64) any {
	list, ok := d.node().([]any)
	if isScalar(d.node()) {
		list, ok = []any{d.node()}, true
	}
	if i < 0 {
		i += int64(len(list))
	}
	if !ok || i < 0 || i >= int64(len(list)) {
		return nil
	}
	return documentOf(list[i])
}

// Path follows keys and numbers of elements.
func (d *Document) Path(path *List) any {
	v := d.node()
	for _, step := range path.Flat() {
		name, ok := step.(string)
		if !ok {
			return nil
		}
		switch c := v.(type) {
		case *object:
			i, found := c.find(name)
			if !found {
				return nil
			}
			v = c.values[i]
		case []any:
			i, ok := parseIndex(name, len(c))
			if !ok || i < 0 || i >= len(c) {
				return nil
			}
			v = c[i]
		default:
			return nil
		}
	}
	return documentOf(v)
}

// parseIndex reads the number of an element of an array of a length. A negative one is
// counted from the end.
func parseIndex(s string, length int) (i int, ok bool) {
	n, err := strconv.ParseInt(strings.TrimLeft(s, " \t\n\v\f\r"), 10, 32)
	if err != nil {
		return 0, false
	}
	if n < 0 {
		n += int64(length)
	}
	return int(n), true
}

// Text returns a string as it is and everything else as JSON. Null is null.
func (d *Document) Text() any {
	switch v := d.node().(type) {
	case nil:
		return nil
	case string:
		return v
	}
	return d.String()
}

// TextIn is [Document.Text] of what [Document.Field] and the like return.
func TextIn(found any) any {
	if d, ok := found.(*Document); ok {
		return d.Text()
	}
	return nil
}

// Has reports whether a text is a key of an object, or a string of an array, or the string
// itself.
func (d *Document) Has(key string) bool {
	switch v := d.node().(type) {
	case *object:
		_, found := v.find(key)
		return found
	case []any:
		return slices.Contains(v, any(key))
	case string:
		return v == key
	}
	return false
}

// Contains reports whether all that is in e is at the same place in d. The order of arrays
// and how often something is in them do not matter, and an array contains a scalar.
func (d *Document) Contains(e *Document) bool {
	a, b := d.node(), e.node()
	if list, ok := a.([]any); ok && isScalar(b) {
		return containsScalar(list, b)
	}
	return containsNode(a, b)
}

func containsScalar(list []any, v any) bool {
	return slices.ContainsFunc(list, func(e any) bool { return isScalar(e) && compareNodes(e, v) == 0 })
}

func containsNode(a, b any) bool {
	switch b := b.(type) {
	case *object:
		a, ok := a.(*object)
		if !ok || len(a.keys) < len(b.keys) {
			return false
		}
		for i, key := range b.keys {
			j, found := a.find(key)
			if !found || !containsNode(a.values[j], b.values[i]) {
				return false
			}
		}
		return true
	case []any:
		a, ok := a.([]any)
		if !ok {
			return false
		}
		for _, v := range b {
			if isScalar(v) && !containsScalar(a, v) ||
				!isScalar(v) && !slices.ContainsFunc(a, func(e any) bool { return containsNode(e, v) }) {
				return false
			}
		}
		return true
	}
	return compareNodes(a, b) == 0
}

// Concat merges two objects, those of e winning, or appends arrays. What is no array is one
// of itself.
func (d *Document) Concat(e *Document) *Document {
	a, b := d.node(), e.node()
	x, isObject := a.(*object)
	y, isOther := b.(*object)
	if isObject && isOther {
		return documentOf(newObject(slices.Concat(x.keys, y.keys), slices.Concat(x.values, y.values)))
	}
	return documentOf(slices.Concat(asArray(a), asArray(b)))
}

func asArray(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

var (
	errDeleteScalar = &Error{Message: "cannot delete from scalar"}
	errSubscripts   = &Error{Message: "wrong number of array subscripts"}
)

// Without takes a key out of an object, or all strings that are the same out of an array.
func (d *Document) Without(keys ...string) (*Document, error) {
	switch v := d.node().(type) {
	case *object:
		o := &object{}
		for i, key := range v.keys {
			if !slices.Contains(keys, key) {
				o.keys, o.values = append(o.keys, key), append(o.values, v.values[i])
			}
		}
		return documentOf(o), nil
	case []any:
		return documentOf(slices.DeleteFunc(slices.Clone(v), func(e any) bool {
			s, ok := e.(string)
			return ok && slices.Contains(keys, s)
		})), nil
	}
	return nil, errDeleteScalar
}

// WithoutAll is [Document.Without] of the texts of an array.
func (d *Document) WithoutAll(keys *List) (*Document, error) {
	if len(keys.Dims()) > 1 {
		return nil, errSubscripts
	}
	var names []string
	for _, key := range keys.Elems {
		if s, ok := key.(string); ok {
			names = append(names, s)
		}
	}
	return d.Without(names...)
}

// WithoutElement takes an element out of an array.
func (d *Document) WithoutElement(i int64) (*Document, error) {
	switch v := d.node().(type) {
	case []any:
		if i < 0 {
			i += int64(len(v))
		}
		if i < 0 || i >= int64(len(v)) {
			return d, nil
		}
		return documentOf(slices.Delete(slices.Clone(v), int(i), int(i)+1)), nil
	case *object:
		return nil, failure("cannot delete from object using integer index")
	}
	return nil, errDeleteScalar
}

// A change is what is done at the end of a path.
type change int

const (
	deleteIt change = iota
	replace
	replaceOrCreate
	insertBefore
	insertAfter
)

func (c change) inserts() bool { return c == insertBefore || c == insertAfter }
func (c change) creates() bool { return c == replaceOrCreate || c.inserts() }

// DeletePath takes out what is at a path.
func (d *Document) DeletePath(path *List) (*Document, error) {
	if isScalar(d.node()) && len(path.Dims()) <= 1 {
		return nil, failure("cannot delete path in scalar")
	}
	return d.change(path, deleteIt, nil)
}

// Set puts a value at a path, and makes the last step of it if it is not there.
func (d *Document) Set(path *List, v *Document, create bool) (*Document, error) {
	if create {
		return d.change(path, replaceOrCreate, v.node())
	}
	return d.change(path, replace, v.node())
}

// Insert puts a value before or behind the element at a path, or makes a key.
func (d *Document) Insert(path *List, v *Document, after bool) (*Document, error) {
	if after {
		return d.change(path, insertAfter, v.node())
	}
	return d.change(path, insertBefore, v.node())
}

func (d *Document) change(path *List, how change, v any) (*Document, error) {
	if len(path.Dims()) > 1 {
		return nil, errSubscripts
	}
	root := d.node()
	if isScalar(root) {
		return nil, failure("cannot set path in scalar")
	}
	if count(root) == 0 && !how.creates() || len(path.Elems) == 0 {
		return d, nil
	}
	changed, err := changeNode(root, path.Elems, 0, how, v)
	if err != nil {
		return nil, err
	}
	return documentOf(changed), nil
}

func count(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case *object:
		return len(v.keys)
	}
	return 1
}

func changeNode(node any, path []any, level int, how change, v any) (any, error) {
	step, ok := path[level].(string)
	if !ok {
		return nil, failure("path element at position %d is null", level+1)
	}
	switch node := node.(type) {
	case *object:
		return changeObject(node, step, path, level, how, v)
	case []any:
		return changeArray(node, step, path, level, how, v)
	}
	return node, nil
}

func changeObject(o *object, key string, path []any, level int, how change, v any) (any, error) {
	i, found := o.find(key)
	last := level == len(path)-1
	switch {
	case !found && last && how.creates():
		return newObject(append(slices.Clone(o.keys), key), append(slices.Clone(o.values), v)), nil
	case !found:
		return o, nil
	case last && how.inserts():
		return nil, &Error{Message: "cannot replace existing key", Hint: "Try using the function jsonb_set to replace key value."}
	case last && how == deleteIt:
		return &object{slices.Delete(slices.Clone(o.keys), i, i+1), slices.Delete(slices.Clone(o.values), i, i+1)}, nil
	}
	if !last {
		var err error
		if v, err = changeNode(o.values[i], path, level+1, how, v); err != nil {
			return nil, err
		}
	}
	values := slices.Clone(o.values)
	values[i] = v
	return &object{o.keys, values}, nil
}

func changeArray(list []any, step string, path []any, level int, how change, v any) (any, error) {
	i, ok := parseIndex(step, len(list))
	if !ok {
		return nil, failure("path element at position %d is not an integer: \"%s\"", level+1, step)
	}
	last := level == len(path)-1
	if i < 0 || i >= len(list) {
		if !last || !how.creates() {
			return list, nil
		}
		if i < 0 {
			return slices.Insert(slices.Clone(list), 0, v), nil
		}
		return append(slices.Clone(list), v), nil
	}
	switch {
	case !last:
		var err error
		if v, err = changeNode(list[i], path, level+1, how, v); err != nil {
			return nil, err
		}
	case how == deleteIt:
		return slices.Delete(slices.Clone(list), i, i+1), nil
	case how == insertBefore:
		return slices.Insert(slices.Clone(list), i, v), nil
	case how == insertAfter:
		return slices.Insert(slices.Clone(list), i+1, v), nil
	}
	list = slices.Clone(list)
	list[i] = v
	return list, nil
}

// StripNulls leaves out the keys of objects whose value is null.
func (d *Document) StripNulls() *Document { return documentOf(stripNulls(d.node())) }

func stripNulls(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = stripNulls(e)
		}
		return list
	case *object:
		o := &object{}
		for i, key := range v.keys {
			if v.values[i] != nil {
				o.keys, o.values = append(o.keys, key), append(o.values, stripNulls(v.values[i]))
			}
		}
		return o
	}
	return v
}

// Pretty writes a document with one value a line.
func (d *Document) Pretty() (string, error) {
	text := string(appendPretty(nil, d.node(), "\n"))
	return text, CheckSize(int64(len(text)))
}

func appendPretty(dst []byte, v any, newline string) []byte {
	switch v := v.(type) {
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendPretty(append(dst, newline+"    "...), e, newline+"    ")
		}
		return append(append(dst, newline...), ']')
	case *object:
		dst = append(dst, '{')
		for i, key := range v.keys {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendQuoted(append(dst, newline+"    "...), key), ": "...)
			dst = appendPretty(dst, v.values[i], newline+"    ")
		}
		return append(append(dst, newline...), '}')
	}
	return appendJSON(dst, v)
}

// ArrayLength returns how many elements an array has.
func (d *Document) ArrayLength() (int64, error) {
	list, ok := d.node().([]any)
	switch {
	case isScalar(d.node()):
		return 0, failure("cannot get array length of a scalar")
	case !ok:
		return 0, failure("cannot get array length of a non-array")
	}
	return int64(len(list)), nil
}

// Elements yields the elements of an array.
func (d *Document) Elements(yield func(*Document) error) error {
	list, ok := d.node().([]any)
	switch {
	case isScalar(d.node()):
		return failure("cannot extract elements from a scalar")
	case !ok:
		return failure("cannot extract elements from an object")
	}
	for _, v := range list {
		if err := yield(documentOf(v)); err != nil {
			return err
		}
	}
	return nil
}

// Fields yields the keys of an object and their values. The name is that of the function
// that asks for them.
func (d *Document) Fields(function string, yield func(key string, v *Document) error) error {
	o, ok := d.node().(*object)
	if !ok {
		return failure("cannot call %s on a non-object", function)
	}
	for i, key := range o.keys {
		if err := yield(key, documentOf(o.values[i])); err != nil {
			return err
		}
	}
	return nil
}

// Keys yields the keys of an object.
func (d *Document) Keys(yield func(key string) error) error {
	o, ok := d.node().(*object)
	switch {
	case isScalar(d.node()):
		return failure("cannot call jsonb_object_keys on a scalar")
	case !ok:
		return failure("cannot call jsonb_object_keys on an array")
	}
	for _, key := range o.keys {
		if err := yield(key); err != nil {
			return err
		}
	}
	return nil
}

// Bool returns what is true or false.
func (d *Document) Bool() (bool, error) {
	b, ok := d.node().(bool)
	if !ok {
		return false, d.badCast(Bool)
	}
	return b, nil
}

// Decimal returns a number. The type is the one in an error.
func (d *Document) Decimal(t Type) (Decimal, error) {
	n, ok := d.node().(Decimal)
	if !ok {
		return n, d.badCast(t)
	}
	return n, nil
}

func (d *Document) badCast(t Type) error {
	kind := d.Kind()
	if kind == "number" {
		kind = "numeric"
	}
	return failure("cannot cast jsonb %s to type %s", kind, t)
}

// ToJSONB returns any value as a document.
func ToJSONB(t Type, v any) (*Document, error) {
	if d, ok := v.(*Document); ok {
		return d, nil
	}
	node, err := toNode(t, v)
	if err != nil {
		return nil, err
	}
	return documentOf(node), nil
}

func toNode(t Type, v any) (any, error) {
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case int64:
		return DecimalOf(v), nil
	case Decimal:
		if v.IsFinite() {
			return v, nil
		}
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return orFailure(ParseDecimal(FormatFloat(v)))
		}
	case string:
		if t == JSON {
			return parseJSON(v)
		}
	case Moment:
		return v.iso(t == TimestampTZ), nil
	case *Document:
		return v.node(), nil
	case *List:
		list := make([]any, len(v.Elems))
		for i, e := range v.Elems {
			node, err := toNode(v.Elem, e)
			if err != nil {
				return nil, err
			}
			list[i] = node
		}
		return list, nil
	}
	return orFailure(TextOf(t, v))
}

func orFailure[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// iso writes a moment as JSON has it.
func (m Moment) iso(tz bool) string {
	text := strings.Replace(m.Format(tz), " ", "T", 1)
	if tz {
		text = strings.Replace(text, "+00", "+00:00", 1)
	}
	return text
}

// jsonKey is the text of a value as a key of an object.
func jsonKey(t Type, v any) (string, error) {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), nil
	case Moment:
		return v.iso(t == TimestampTZ), nil
	}
	if _, isRow := v.([]any); isRow || t == JSON || t == JSONB || t.IsArray() {
		return "", failure("key value must be scalar, not array, composite, or json")
	}
	return TextOf(t, v)
}

// BuildObject makes an object of keys and values in turn. The name is that of the function
// that asks for it.
func BuildObject(function string, types []Type, args []any) (*Document, error) {
	var b ObjectBuilder
	if len(args)%2 != 0 {
		return nil, oddArguments(function)
	}
	for i := 0; i < len(args); i += 2 {
		if args[i] == nil {
			return nil, failure("argument %d: key must not be null", i+1)
		}
		if err := b.Add(types[i], args[i], types[i+1], args[i+1]); err != nil {
			return nil, err
		}
	}
	return b.Document(), nil
}

func oddArguments(function string) error {
	return &Error{
		Message: "argument list must have even number of elements",
		Hint:    "The arguments of " + function + "() must consist of alternating keys and values.",
	}
}

// An ObjectBuilder collects the keys and values of an object.
type ObjectBuilder struct {
	keys   []string
	values []any
}

// Add adds a key, which is not null, and its value.
func (b *ObjectBuilder) Add(keyType Type, key any, t Type, v any) error {
	name, err := jsonKey(keyType, key)
	if err != nil {
		return err
	}
	node, err := toNode(t, v)
	if err != nil {
		return err
	}
	b.keys, b.values = append(b.keys, name), append(b.values, node)
	return nil
}

// Document returns the object. More can be added afterwards.
func (b *ObjectBuilder) Document() *Document { return documentOf(newObject(b.keys, b.values)) }

// BuildArray makes an array of values.
func BuildArray(types []Type, args []any) (*Document, error) {
	list := make([]any, len(args))
	for i, arg := range args {
		node, err := toNode(types[i], arg)
		if err != nil {
			return nil, err
		}
		list[i] = node
	}
	return documentOf(list), nil
}

// ObjectOfPairs makes an object of an array of keys and values in turn, or of pairs.
func ObjectOfPairs(pairs *List) (keys []string, values []any, err error) {
	dims := pairs.Dims()
	switch {
	case len(dims) > 2:
		return nil, nil, errSubscripts
	case len(dims) == 2 && dims[1] != 2:
		return nil, nil, failure("array must have two columns")
	case len(dims) == 1 && dims[0]%2 != 0:
		return nil, nil, failure("array must have even number of elements")
	}
	flat := pairs.Flat()
	for i := 0; i < len(flat); i += 2 {
		key, ok := flat[i].(string)
		if !ok {
			return nil, nil, errNullKey
		}
		keys, values = append(keys, key), append(values, flat[i+1])
	}
	return keys, values, nil
}

var errNullKey = &Error{Message: "null value not allowed for object key"}

// ObjectOfLists makes an object of an array of keys and one of values.
func ObjectOfLists(keyList, valueList *List) (keys []string, values []any, err error) {
	switch {
	case len(keyList.Dims()) > 1 || len(keyList.Dims()) != len(valueList.Dims()):
		return nil, nil, errSubscripts
	case len(keyList.Elems) != len(valueList.Elems):
		return nil, nil, failure("mismatched array dimensions")
	}
	for i, v := range keyList.Elems {
		key, ok := v.(string)
		if !ok {
			return nil, nil, errNullKey
		}
		keys, values = append(keys, key), append(values, valueList.Elems[i])
	}
	return keys, values, nil
}

// DocumentOfPairs makes an object of keys and texts.
func DocumentOfPairs(keys []string, values []any, err error) (*Document, error) {
	if err != nil {
		return nil, err
	}
	return documentOf(newObject(keys, values)), nil
}
