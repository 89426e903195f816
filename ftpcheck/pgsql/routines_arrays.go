package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A list is what an array is.
type list = value.List

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
