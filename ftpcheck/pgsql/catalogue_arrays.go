package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A list is what an array is.
type list = value.List

var arrayOperators = []routine{
	op("anyarray @> anyarray: bool", try2((*list).ContainsAll)),
	op("anyarray <@ anyarray: bool", try2(func(l, m *list) (bool, error) { return m.ContainsAll(l) })),
	op("anyarray && anyarray: bool", try2((*list).ContainsAny)),
	op("anycompatiblearray || anycompatible: anycompatiblearray", appendElement, nullsOK),
	op("anycompatible || anycompatiblearray: anycompatiblearray", prependElement, nullsOK),
	op("anycompatiblearray || anycompatiblearray: anycompatiblearray", joinArrays, nullsOK),
}

var arrayFunctions = []routine{
	// What there is.
	fn("array_length(anyarray, int4): int4", pure2((*list).Length)),
	fn("array_lower(anyarray, int4): int4", pure2(lowerBound)),
	fn("array_upper(anyarray, int4): int4", pure2((*list).Length)),
	fn("array_ndims(anyarray): int4", pure1(dimensions)),
	fn("array_dims(anyarray): text", pure1((*list).DimsText)),
	fn("cardinality(anyarray): int4", pure1(func(l *list) int64 { return int64(len(l.Flat())) })),
	fn("array_position(anycompatiblearray, anycompatible): int4", arrayPosition, nullsOK),
	fn("array_position(anycompatiblearray, anycompatible, int4): int4", arrayPosition, nullsOK),
	fn("array_positions(anycompatiblearray, anycompatible): int4[]", arrayPositions, nullsOK),

	// Changes.
	fn("array_append(anycompatiblearray, anycompatible): anycompatiblearray", appendElement, nullsOK),
	fn("array_prepend(anycompatible, anycompatiblearray): anycompatiblearray", prependElement, nullsOK),
	fn("array_cat(anycompatiblearray, anycompatiblearray): anycompatiblearray", joinArrays, nullsOK),
	fn("array_remove(anycompatiblearray, anycompatible): anycompatiblearray", removeElement, nullsOK),
	fn("array_replace(anycompatiblearray, anycompatible, anycompatible): anycompatiblearray", replaceElement, nullsOK),
	fn("trim_array(anyarray, int4): anyarray", try2((*list).Trim)),
	fn("array_fill(anyelement, int4[]): anyarray", nil, nullsOK),
	fn("array_fill(anyelement, int4[], int4[]): anyarray", nil, nullsOK),
}

// lowerBound is 1 if there is such a dimension.
func lowerBound(l *list, dimension int64) any {
	if l.Length(dimension) == nil {
		return nil
	}
	return int64(1)
}

func dimensions(l *list) any {
	if n := len(l.Dims()); n > 0 {
		return int64(n)
	}
	return nil
}

// arrayOrEmpty is an array of the result's type in the place of null.
func arrayOrEmpty(c *call, v any) *list {
	if l, ok := v.(*list); ok {
		return l
	}
	return &list{Elem: c.result.Elem()}
}

func appendElement(c *call, args []any) (any, error) {
	return orError(arrayOrEmpty(c, args[0]).Append(args[1]))
}

func prependElement(c *call, args []any) (any, error) {
	return orError(arrayOrEmpty(c, args[1]).Prepend(args[0]))
}

func joinArrays(c *call, args []any) (any, error) {
	if args[0] == nil && args[1] == nil {
		return nil, nil
	}
	return orError(arrayOrEmpty(c, args[0]).Concat(arrayOrEmpty(c, args[1])))
}

// arrayPosition looks from an element on, if that is given.
func arrayPosition(_ *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	found, err := args[0].(*list).Positions(args[1])
	if err != nil {
		return nil, err
	}
	from := int64(1)
	if len(args) == 3 {
		if args[2] == nil && len(found.Elems) == 0 && (args[1] == nil || len(args[0].(*list).Elems) == 0) {
			return nil, nil // PostgreSQL does not look at it then
		}
		if args[2] == nil {
			return nil, &value.Error{Message: "initial position must not be null"}
		}
		from = args[2].(int64)
	}
	for _, position := range found.Elems {
		if position.(int64) >= from {
			return position, nil
		}
	}
	return nil, nil
}

func arrayPositions(_ *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	return orError(args[0].(*list).Positions(args[1]))
}

func removeElement(_ *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	return orError(args[0].(*list).Remove(args[1]))
}

func replaceElement(_ *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	return orError(args[0].(*list).Replace(args[1], args[2]))
}
