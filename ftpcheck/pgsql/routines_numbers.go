package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// comparisons are the six operators of two types whose values are compared as those of the
// first.
func comparisons(l, r value.Type) (list []routine) {
	for _, o := range []struct {
		name  string
		holds func(c int) bool
	}{
		{"=", func(c int) bool { return c == 0 }},
		{"<>", func(c int) bool { return c != 0 }},
		{"<", func(c int) bool { return c < 0 }},
		{"<=", func(c int) bool { return c <= 0 }},
		{">", func(c int) bool { return c > 0 }},
		{">=", func(c int) bool { return c >= 0 }},
	} {
		list = append(list, routine{name: o.name, args: types(l, r), result: value.Bool, run: func(c *call, args []any) (any, error) {
			if l == value.AnyArray {
				if err := value.CheckComparable(c.args[0], o.name != "=" && o.name != "<>"); err != nil {
					return nil, err
				}
			}
			return o.holds(value.Compare(l, args[0], args[1])), nil
		}})
	}
	return list
}

func same(_ *call, args []any) (any, error) { return args[0], nil }

func negate(t value.Type, a int64) (int64, error) { return value.SubInt(t, 0, a) }

func bitAnd(a, b int64) int64 { return a & b }
func bitOr(a, b int64) int64  { return a | b }
func bitXor(a, b int64) int64 { return a ^ b }
func bitNot(a int64) int64    { return ^a }

func signOf(d value.Decimal) value.Decimal {
	if d.IsNaN() {
		return d
	}
	return value.DecimalOf(int64(d.Sign()))
}

// finiteScale is null for what has no digits.
func finiteScale(f func(value.Decimal) int) run {
	return func(_ *call, args []any) (any, error) {
		if d := args[0].(value.Decimal); d.IsFinite() {
			return int64(f(d)), nil
		}
		return nil, nil
	}
}

func widthBucket(_ *call, args []any) (any, error) {
	return orError(args[0].(value.Decimal).WidthBucket(args[1].(value.Decimal), args[2].(value.Decimal), args[3].(int64)))
}

// widthBucketOfArray counts the lower bounds, which are in order, that are not above.
func widthBucketOfArray(_ *call, args []any) (any, error) {
	bounds := args[1].(*value.List)
	if len(bounds.Dims()) > 1 {
		return nil, &value.Error{Message: "thresholds must be one-dimensional array"}
	}
	low, high := 0, len(bounds.Elems)
	for _, bound := range bounds.Elems {
		if bound == nil {
			return nil, &value.Error{Message: "thresholds array must not contain NULLs"}
		}
	}
	for low < high {
		middle := (low + high) / 2
		if value.Compare(bounds.Elem, args[0], bounds.Elems[middle]) < 0 {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return int64(low), nil
}

// countNulls counts the arguments, or the elements if they were given as VARIADIC array.
func countNulls(nulls bool) run {
	return func(_ *call, args []any) (any, error) {
		n := int64(0)
		for _, arg := range args {
			if (arg == nil) == nulls {
				n++
			}
		}
		return n, nil
	}
}

func narrow(c *call, v any) (any, error)       { return orError(value.CheckInt(c.result, v.(int64))) }
func intToNumeric(_ *call, v any) (any, error) { return value.DecimalOf(v.(int64)), nil }
func intToFloat(_ *call, v any) (any, error)   { return float64(v.(int64)), nil }
func numericToInt(c *call, v any) (any, error) { return orError(v.(value.Decimal).Int(c.result)) }
func floatToInt(c *call, v any) (any, error) {
	return orError(value.FloatToInt(c.result, v.(float64)))
}
