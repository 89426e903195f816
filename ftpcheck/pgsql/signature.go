package pgsql

import (
	"fmt"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// The tables of the catalogue write signatures as text, with types by the names that
// PostgreSQL's catalogue has them by:
//
//	left(text, int4): text                    a function
//	json_extract_path(json, variadic text[]): json
//	jsonb_set(jsonb, text[], jsonb, [bool]): jsonb    the last argument can be left out
//	int4 + int8: int8                         an operator
//	jsonb_each(jsonb): key text, value jsonb  rows, whose columns have names
//	jsonb_object_keys(jsonb): text            rows of one column that is called as the function

// A run is what a routine does.
type run = func(c *call, args []any) (any, error)

// fn is a function. A nil run is refused.
func fn(signature string, f run, kinds ...kind) routine {
	s := parseSignature(signature)
	return routine{name: s.name, args: s.args, result: typeNamed(s.result), kind: kindOf(kinds), run: f, variadic: s.variadic, optional: s.optional}
}

// op is an operator.
func op(signature string, f run, kinds ...kind) routine {
	operands, result := cutLast(signature, ": ")
	words := strings.Fields(operands)
	r := routine{result: typeNamed(result), kind: kindOf(kinds), run: f}
	switch len(words) {
	case 2:
		r.name, r.args = words[0], types(typeNamed(words[1]))
	case 3:
		r.name, r.args = words[1], types(typeNamed(words[0]), typeNamed(words[2]))
	default:
		panic(fmt.Sprintf("the operator %q has not one or two operands", signature))
	}
	return r
}

// agg is an aggregate. A nil maker of states is refused.
func agg(signature string, state func(c *call) accumulator) aggregate {
	s := parseSignature(signature)
	return aggregate{name: s.name, args: s.args, result: typeNamed(s.result), variadic: s.variadic, new: state}
}

// within is an aggregate of sorted values, WITHIN GROUP.
func within(signature string, state func(c *call) accumulator) aggregate {
	a := agg(signature, state)
	a.ordered = true
	return a
}

// rows is a function that gives rows.
func rows(signature string, f func(c *call, args []any, yield func(row ...any) error) error, kinds ...kind) setRoutine {
	s := parseSignature(signature)
	r := setRoutine{name: s.name, args: s.args, variadic: s.variadic, kind: kindOf(kinds), run: f}
	for column := range strings.SplitSeq(s.result, ", ") {
		name, t, named := strings.Cut(column, " ")
		if !named {
			name, t = s.name, column
		}
		r.named = named
		r.columns = append(r.columns, setColumn{name: name, t: typeNamed(t)})
	}
	return r
}

type signature struct {
	name, result string
	args         []value.Type
	variadic     bool
	optional     int
}

func parseSignature(text string) (s signature) {
	head, result := cutLast(text, "): ")
	s.result = result
	name, args, ok := strings.Cut(head, "(")
	if !ok {
		panic(fmt.Sprintf("%q is no signature", text))
	}
	s.name = name
	if args == "" {
		return s
	}
	for arg := range strings.SplitSeq(args, ", ") {
		arg, s.variadic = strings.CutPrefix(arg, "variadic ")
		if inner, optional := strings.CutPrefix(arg, "["); optional {
			arg = strings.TrimSuffix(inner, "]")
			s.optional++
		}
		s.args = append(s.args, typeNamed(arg))
	}
	return s
}

func cutLast(text, separator string) (before, after string) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		panic(fmt.Sprintf("%q has no result", text))
	}
	return text[:i], text[i+len(separator):]
}

// pseudoTypes are those that value.ByName does not know. There is no type jsonpath here: it
// is what a literal is before its type is known.
var pseudoTypes = map[string]value.Type{
	"jsonpath": value.Unknown,
	"any":      value.Any, "anyelement": value.AnyElement, "anyarray": value.AnyArray, "anynonarray": value.AnyNonArray,
	"anycompatible": value.AnyCompatible, "anycompatiblearray": value.AnyCompatibleArray, "record": value.Record, "void": value.Void,
}

func typeNamed(name string) value.Type {
	elem, array := strings.CutSuffix(name, "[]")
	t, ok := value.ByName(elem)
	if !ok {
		t, ok = pseudoTypes[elem]
	}
	if !ok {
		panic(fmt.Sprintf("there is no type %q", name))
	}
	if array {
		return t.Array()
	}
	return t
}

func kindOf(kinds []kind) (k kind) {
	for _, other := range kinds {
		k |= other
	}
	return k
}

// The following make a run of a function of the values: pure if it has no errors, try if it
// has.

func pure1[A, R any](f func(A) R) run {
	return func(_ *call, args []any) (any, error) { return f(args[0].(A)), nil }
}

func pure2[A, B, R any](f func(A, B) R) run {
	return func(_ *call, args []any) (any, error) { return f(args[0].(A), args[1].(B)), nil }
}

func pure3[A, B, C, R any](f func(A, B, C) R) run {
	return func(_ *call, args []any) (any, error) { return f(args[0].(A), args[1].(B), args[2].(C)), nil }
}

func try1[A, R any](f func(A) (R, error)) run {
	return func(_ *call, args []any) (any, error) { return orError(f(args[0].(A))) }
}

func try2[A, B, R any](f func(A, B) (R, error)) run {
	return func(_ *call, args []any) (any, error) { return orError(f(args[0].(A), args[1].(B))) }
}

func try3[A, B, C, R any](f func(A, B, C) (R, error)) run {
	return func(_ *call, args []any) (any, error) { return orError(f(args[0].(A), args[1].(B), args[2].(C))) }
}

func orError[R any](v R, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// int1 and int2 are of a function that minds the size of the result's type.

func int1(f func(t value.Type, a int64) (int64, error)) run {
	return func(c *call, args []any) (any, error) { return orError(f(c.result, args[0].(int64))) }
}

func int2(f func(t value.Type, a, b int64) (int64, error)) run {
	return func(c *call, args []any) (any, error) {
		return orError(f(c.result, args[0].(int64), args[1].(int64)))
	}
}
