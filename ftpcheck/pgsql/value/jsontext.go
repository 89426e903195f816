package value

import (
	"math"
	"strings"
)

// These are the functions of json, which is kept as the text that was given: what they
// return is cut out of it.

// A jsonPart is a value in the text of a json, with its key if it is in an object.
type jsonPart struct{ key, text string }

// jsonParts cuts a json into its values: the fields of an object, the elements of an array,
// or the scalar itself. All strings are decoded on the way if that is asked for, which is
// an error for some.
func jsonParts(text string, decode bool) (kind byte, parts []jsonPart, err error) {
	r := jsonReader{text: text, check: true, decode: decode}
	r.space()
	if r.pos == len(text) {
		return 0, nil, badJSON()
	}
	kind = text[r.pos]
	if kind != '{' && kind != '[' {
		part, err := r.part()
		return kind, []jsonPart{{text: part}}, err
	}
	r.pos++
	closing := kind + 2 // } is two after {, and ] after [
	for !r.accept(closing) {
		if len(parts) > 0 && !r.accept(',') {
			return 0, nil, badJSON()
		}
		var p jsonPart
		if kind == '{' {
			r.space()
			r.check = false
			if p.key, err = r.string(); err != nil {
				return 0, nil, err
			}
			r.check = true
			if !r.accept(':') {
				return 0, nil, badJSON()
			}
		}
		if p.text, err = r.part(); err != nil {
			return 0, nil, err
		}
		parts = append(parts, p)
	}
	return kind, parts, nil
}

// part reads a value and returns its text.
func (r *jsonReader) part() (string, error) {
	r.space()
	start := r.pos
	_, err := r.value()
	return r.text[start:r.pos], err
}

// JSONField returns the text of the value of a key. The last one wins.
func JSONField(text, key string) (any, error) {
	kind, parts, err := jsonParts(text, true)
	if err != nil || kind != '{' {
		return nil, err
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i].key == key {
			return parts[i].text, nil
		}
	}
	return nil, nil
}

// JSONElement returns the text of an element of an array, as [Document.Element] counts.
func JSONElement(text string, i int64) (any, error) {
	kind, parts, err := jsonParts(text, true)
	if err != nil || kind != '[' {
		return nil, err
	}
	if i < 0 {
		i += int64(len(parts))
	}
	if i < 0 || i >= int64(len(parts)) {
		return nil, nil
	}
	return parts[i].text, nil
}

// JSONAtPath follows keys and numbers of elements.
func JSONAtPath(text string, path *List) (any, error) {
	if _, _, err := jsonParts(text, true); err != nil {
		return nil, err
	}
	var err error
	found := any(trimSpace(text))
	for _, step := range path.Flat() {
		name, ok := step.(string)
		if !ok || found == nil {
			return nil, nil
		}
		text := found.(string)
		switch text[0] {
		case '{':
			found, err = JSONField(text, name)
		case '[':
			_, parts, err := jsonParts(text, true)
			if err != nil {
				return nil, err
			}
			i, ok := parseIndex(name, len(parts))
			if !ok || i < 0 || i >= len(parts) {
				return nil, nil
			}
			found = parts[i].text
		default:
			found = nil
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// JSONText returns what a part of a json is as text: a string as it is, null as null.
func JSONText(part any, err error) (any, error) {
	text, ok := part.(string)
	if !ok || err != nil {
		return nil, err
	}
	switch text[0] {
	case '"':
		r := jsonReader{text: text}
		return orFailure(r.string())
	case 'n':
		return nil, nil
	}
	return text, nil
}

// JSONKind returns the name of what a json is.
func JSONKind(text string) string {
	switch c := strings.TrimLeft(text, " \t\n\r")[0]; c {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

// JSONArrayLength returns how many elements an array has.
func JSONArrayLength(text string) (int64, error) {
	kind, parts, err := jsonParts(text, false)
	switch {
	case err != nil:
		return 0, err
	case kind == '{':
		return 0, failure("cannot get array length of a non-array")
	case kind != '[':
		return 0, failure("cannot get array length of a scalar")
	}
	return int64(len(parts)), nil
}

// JSONElements yields the texts of the elements of an array. The name is that of the
// function that asks for them.
func JSONElements(function, text string, decode bool, yield func(text string) error) error {
	kind, parts, err := jsonParts(text, decode)
	switch {
	case err != nil:
		return err
	case kind == '{':
		return failure("cannot call %s on a non-array", function)
	case kind != '[':
		return failure("cannot call %s on a scalar", function)
	}
	for _, p := range parts {
		if err := yield(p.text); err != nil {
			return err
		}
	}
	return nil
}

// JSONFields yields the keys of an object and the texts of their values.
func JSONFields(text string, yield func(key, text string) error) error {
	kind, parts, err := jsonParts(text, true)
	switch {
	case err != nil:
		return err
	case kind == '[':
		return failure("cannot deconstruct an array as an object")
	case kind != '{':
		return failure("cannot deconstruct a scalar")
	}
	for _, p := range parts {
		if err := yield(p.key, p.text); err != nil {
			return err
		}
	}
	return nil
}

// JSONKeys yields the keys of an object, each as often as it is there.
func JSONKeys(text string, yield func(key string) error) error {
	kind, parts, err := jsonParts(text, true)
	switch {
	case err != nil:
		return err
	case kind == '[':
		return failure("cannot call json_object_keys on an array")
	case kind != '{':
		return failure("cannot call json_object_keys on a scalar")
	}
	for _, p := range parts {
		if err := yield(p.key); err != nil {
			return err
		}
	}
	return nil
}

// JSONStripNulls leaves out the keys of objects whose value is null, and all white space.
func JSONStripNulls(text string) (string, error) {
	out, err := appendStripped(nil, text)
	return string(out), err
}

func appendStripped(dst []byte, text string) ([]byte, error) {
	kind, parts, err := jsonParts(text, true)
	if err != nil {
		return nil, err
	}
	switch kind {
	case '"':
		r := jsonReader{text: parts[0].text}
		s, err := r.string()
		return appendQuoted(dst, s), err
	case '{', '[':
	default:
		return append(dst, parts[0].text...), nil
	}
	dst = append(dst, kind)
	first := true
	for _, p := range parts {
		if kind == '{' && p.text == "null" {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		if kind == '{' {
			dst = append(appendQuoted(dst, p.key), ':')
		}
		if dst, err = appendStripped(dst, p.text); err != nil {
			return nil, err
		}
	}
	return append(dst, kind+2), nil
}

// ToJSON writes any value as json. Elements of arrays begin a new line if that is asked
// for.
func ToJSON(t Type, v any, pretty bool) (string, error) {
	separator := ","
	if pretty {
		separator = ",\n "
	}
	out, err := appendToJSON(nil, t, v, separator)
	if err != nil {
		return "", err
	}
	return string(out), CheckSize(int64(len(out)))
}

func appendToJSON(dst []byte, t Type, v any, separator string) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return append(dst, Format(Bool, v)...), nil
	case int64:
		return append(dst, Output(t, v)...), nil
	case Decimal:
		if v.IsFinite() {
			return append(dst, v.String()...), nil
		}
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return append(dst, FormatFloat(v)...), nil
		}
	case *Document:
		return appendJSON(dst, v.node()), nil
	case Moment:
		return appendQuoted(dst, v.iso(t == TimestampTZ)), nil
	case string:
		if t == JSON {
			return append(dst, v...), nil
		}
	case *List:
		dst = append(dst, '[')
		for i, e := range v.Elems {
			if i > 0 {
				dst = append(dst, separator...)
			}
			var err error
			if dst, err = appendToJSON(dst, v.Elem, e, ","); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	}
	text, err := TextOf(t, v)
	return appendQuoted(dst, text), err
}

// BuildJSONObject writes an object of keys and values in turn.
func BuildJSONObject(types []Type, args []any) (string, error) {
	if len(args)%2 != 0 {
		return "", oddArguments("json_build_object")
	}
	out := []byte{'{'}
	for i := 0; i < len(args); i += 2 {
		if args[i] == nil {
			return "", &Error{Message: failure("argument %d cannot be null", i+1).Error(), Hint: "Object keys should be text."}
		}
		if i > 0 {
			out = append(out, ", "...)
		}
		var err error
		if out, err = AppendJSONPair(out, types[i], args[i], types[i+1], args[i+1]); err != nil {
			return "", err
		}
	}
	return string(out) + "}", CheckSize(int64(len(out)))
}

// AppendJSONPair writes a key, which is not null, and its value.
func AppendJSONPair(dst []byte, keyType Type, key any, t Type, v any) ([]byte, error) {
	name, err := jsonKey(keyType, key)
	if err != nil {
		return nil, err
	}
	return appendToJSON(append(appendQuoted(dst, name), " : "...), t, v, ",")
}

// BuildJSONArray writes an array of values.
func BuildJSONArray(types []Type, args []any) (string, error) {
	out := []byte{'['}
	for i, arg := range args {
		if i > 0 {
			out = append(out, ", "...)
		}
		var err error
		if out, err = appendToJSON(out, types[i], arg, ","); err != nil {
			return "", err
		}
	}
	return string(out) + "]", CheckSize(int64(len(out)))
}

// JSONOfPairs writes an object of keys and texts.
func JSONOfPairs(keys []string, values []any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	out := []byte{'{'}
	for i, key := range keys {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(appendQuoted(out, key), " : "...)
		if s, ok := values[i].(string); ok {
			out = appendQuoted(out, s)
		} else {
			out = append(out, "null"...)
		}
	}
	return string(out) + "}", nil
}
