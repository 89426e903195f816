package pgsql

import (
	"math"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// comparisonOperators are = <> < <= > >= of what has an order.
var comparisonOperators = func() (list []routine) {
	integers := types(value.Int2, value.Int4, value.Int8)
	for _, l := range integers {
		for _, r := range integers {
			list = append(list, comparisons(l, r)...)
		}
	}
	for _, t := range types(value.Numeric, value.Float8, value.Bool, value.Text, value.Bytea, value.JSONB, value.Record, value.AnyArray) {
		list = append(list, comparisons(t, t)...)
	}
	return list
}()

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

var numberOperators = []routine{
	// Integers, whose result is of the wider type.
	op("int2 + int2: int2", int2(value.AddInt)),
	op("int2 + int4: int4", int2(value.AddInt)),
	op("int2 + int8: int8", int2(value.AddInt)),
	op("int4 + int2: int4", int2(value.AddInt)),
	op("int4 + int4: int4", int2(value.AddInt)),
	op("int4 + int8: int8", int2(value.AddInt)),
	op("int8 + int2: int8", int2(value.AddInt)),
	op("int8 + int4: int8", int2(value.AddInt)),
	op("int8 + int8: int8", int2(value.AddInt)),
	op("int2 - int2: int2", int2(value.SubInt)),
	op("int2 - int4: int4", int2(value.SubInt)),
	op("int2 - int8: int8", int2(value.SubInt)),
	op("int4 - int2: int4", int2(value.SubInt)),
	op("int4 - int4: int4", int2(value.SubInt)),
	op("int4 - int8: int8", int2(value.SubInt)),
	op("int8 - int2: int8", int2(value.SubInt)),
	op("int8 - int4: int8", int2(value.SubInt)),
	op("int8 - int8: int8", int2(value.SubInt)),
	op("int2 * int2: int2", int2(value.MulInt)),
	op("int2 * int4: int4", int2(value.MulInt)),
	op("int2 * int8: int8", int2(value.MulInt)),
	op("int4 * int2: int4", int2(value.MulInt)),
	op("int4 * int4: int4", int2(value.MulInt)),
	op("int4 * int8: int8", int2(value.MulInt)),
	op("int8 * int2: int8", int2(value.MulInt)),
	op("int8 * int4: int8", int2(value.MulInt)),
	op("int8 * int8: int8", int2(value.MulInt)),
	op("int2 / int2: int2", int2(value.DivInt)),
	op("int2 / int4: int4", int2(value.DivInt)),
	op("int2 / int8: int8", int2(value.DivInt)),
	op("int4 / int2: int4", int2(value.DivInt)),
	op("int4 / int4: int4", int2(value.DivInt)),
	op("int4 / int8: int8", int2(value.DivInt)),
	op("int8 / int2: int8", int2(value.DivInt)),
	op("int8 / int4: int8", int2(value.DivInt)),
	op("int8 / int8: int8", int2(value.DivInt)),
	op("int2 % int2: int2", int2(value.ModInt)),
	op("int4 % int4: int4", int2(value.ModInt)),
	op("int8 % int8: int8", int2(value.ModInt)),
	op("+ int2: int2", same),
	op("+ int4: int4", same),
	op("+ int8: int8", same),
	op("- int2: int2", int1(negate)),
	op("- int4: int4", int1(negate)),
	op("- int8: int8", int1(negate)),
	op("@ int2: int2", int1(value.AbsInt)),
	op("@ int4: int4", int1(value.AbsInt)),
	op("@ int8: int8", int1(value.AbsInt)),

	// Bits.
	op("int2 & int2: int2", pure2(bitAnd)),
	op("int4 & int4: int4", pure2(bitAnd)),
	op("int8 & int8: int8", pure2(bitAnd)),
	op("int2 | int2: int2", pure2(bitOr)),
	op("int4 | int4: int4", pure2(bitOr)),
	op("int8 | int8: int8", pure2(bitOr)),
	op("int2 # int2: int2", pure2(bitXor)),
	op("int4 # int4: int4", pure2(bitXor)),
	op("int8 # int8: int8", pure2(bitXor)),
	op("~ int2: int2", pure1(bitNot)),
	op("~ int4: int4", pure1(bitNot)),
	op("~ int8: int8", pure1(bitNot)),
	op("int2 << int4: int2", int2(value.ShiftLeft)),
	op("int4 << int4: int4", int2(value.ShiftLeft)),
	op("int8 << int4: int8", int2(value.ShiftLeft)),
	op("int2 >> int4: int2", int2(value.ShiftRight)),
	op("int4 >> int4: int4", int2(value.ShiftRight)),
	op("int8 >> int4: int8", int2(value.ShiftRight)),

	// Numeric.
	op("numeric + numeric: numeric", try2(value.Decimal.Add)),
	op("numeric - numeric: numeric", try2(value.Decimal.Sub)),
	op("numeric * numeric: numeric", try2(value.Decimal.Mul)),
	op("numeric / numeric: numeric", try2(value.Decimal.Div)),
	op("numeric % numeric: numeric", try2(value.Decimal.Mod)),
	op("numeric ^ numeric: numeric", try2(value.Decimal.Power)),
	op("+ numeric: numeric", same),
	op("- numeric: numeric", pure1(value.Decimal.Neg)),
	op("@ numeric: numeric", pure1(value.Decimal.Abs)),

	// Double precision.
	op("float8 + float8: float8", try2(value.AddFloat)),
	op("float8 - float8: float8", try2(value.SubFloat)),
	op("float8 * float8: float8", try2(value.MulFloat)),
	op("float8 / float8: float8", try2(value.DivFloat)),
	op("float8 ^ float8: float8", try2(value.PowerFloat)),
	op("+ float8: float8", same),
	op("- float8: float8", pure1(func(f float64) float64 { return -f })),
	op("@ float8: float8", pure1(math.Abs)),
	op("|/ float8: float8", try1(value.SqrtFloat)),
	op("||/ float8: float8", nil),
}

func same(_ *call, args []any) (any, error) { return args[0], nil }

func negate(t value.Type, a int64) (int64, error) { return value.SubInt(t, 0, a) }

func bitAnd(a, b int64) int64 { return a & b }
func bitOr(a, b int64) int64  { return a | b }
func bitXor(a, b int64) int64 { return a ^ b }
func bitNot(a int64) int64    { return ^a }

var numberFunctions = []routine{
	// Rounding and signs.
	fn("abs(int2): int2", int1(value.AbsInt)),
	fn("abs(int4): int4", int1(value.AbsInt)),
	fn("abs(int8): int8", int1(value.AbsInt)),
	fn("abs(numeric): numeric", pure1(value.Decimal.Abs)),
	fn("abs(float8): float8", pure1(math.Abs)),
	fn("sign(numeric): numeric", pure1(signOf)),
	fn("sign(float8): float8", pure1(value.SignFloat)),
	fn("ceil(numeric): numeric", pure1(value.Decimal.Ceil)),
	fn("ceil(float8): float8", pure1(math.Ceil)),
	fn("ceiling(numeric): numeric", pure1(value.Decimal.Ceil)),
	fn("ceiling(float8): float8", pure1(math.Ceil)),
	fn("floor(numeric): numeric", pure1(value.Decimal.Floor)),
	fn("floor(float8): float8", pure1(math.Floor)),
	fn("round(numeric): numeric", try1(func(d value.Decimal) (value.Decimal, error) { return d.Round(0) })),
	fn("round(numeric, int4): numeric", try2(value.Decimal.Round)),
	fn("round(float8): float8", pure1(math.RoundToEven)),
	fn("trunc(numeric): numeric", pure1(func(d value.Decimal) value.Decimal { return d.Trunc(0) })),
	fn("trunc(numeric, int4): numeric", pure2(value.Decimal.Trunc)),
	fn("trunc(float8): float8", pure1(math.Trunc)),
	fn("scale(numeric): int4", finiteScale(value.Decimal.Scale)),
	fn("min_scale(numeric): int4", finiteScale(value.Decimal.MinScale)),
	fn("trim_scale(numeric): numeric", pure1(value.Decimal.TrimScale)),

	// Division.
	fn("div(numeric, numeric): numeric", try2(value.Decimal.Quo)),
	fn("mod(int2, int2): int2", int2(value.ModInt)),
	fn("mod(int4, int4): int4", int2(value.ModInt)),
	fn("mod(int8, int8): int8", int2(value.ModInt)),
	fn("mod(numeric, numeric): numeric", try2(value.Decimal.Mod)),
	fn("gcd(int4, int4): int4", int2(value.GCDInt)),
	fn("gcd(int8, int8): int8", int2(value.GCDInt)),
	fn("gcd(numeric, numeric): numeric", pure2(value.Decimal.GCD)),
	fn("lcm(int4, int4): int4", int2(value.LCMInt)),
	fn("lcm(int8, int8): int8", int2(value.LCMInt)),
	fn("lcm(numeric, numeric): numeric", try2(value.Decimal.LCM)),
	fn("width_bucket(numeric, numeric, numeric, int4): int4", widthBucket),
	fn("width_bucket(float8, float8, float8, int4): int4", nil),
	fn("width_bucket(anycompatible, anycompatiblearray): int4", widthBucketOfArray),
	fn("factorial(int8): numeric", try1(value.Factorial)),

	// Powers.
	fn("sqrt(numeric): numeric", try1(value.Decimal.Sqrt)),
	fn("sqrt(float8): float8", try1(value.SqrtFloat)),
	fn("cbrt(float8): float8", nil),
	fn("power(numeric, numeric): numeric", try2(value.Decimal.Power)),
	fn("power(float8, float8): float8", try2(value.PowerFloat)),
	fn("pow(numeric, numeric): numeric", try2(value.Decimal.Power)),
	fn("pow(float8, float8): float8", try2(value.PowerFloat)),
	fn("exp(numeric): numeric", nil),
	fn("exp(float8): float8", try1(value.Exp)),
	fn("ln(numeric): numeric", nil),
	fn("ln(float8): float8", try1(value.Ln)),
	fn("log(numeric): numeric", nil),
	fn("log(numeric, numeric): numeric", nil),
	fn("log(float8): float8", try1(value.Log10)),
	fn("log10(numeric): numeric", nil),
	fn("log10(float8): float8", try1(value.Log10)),

	// Angles. The C library's last digit is not known of them.
	fn("pi(): float8", func(*call, []any) (any, error) { return math.Pi, nil }),
	fn("degrees(float8): float8", try1(value.Degrees)),
	fn("radians(float8): float8", try1(value.Radians)),
	fn("sin(float8): float8", nil),
	fn("cos(float8): float8", nil),
	fn("tan(float8): float8", nil),
	fn("cot(float8): float8", nil),
	fn("asin(float8): float8", nil),
	fn("acos(float8): float8", nil),
	fn("atan(float8): float8", nil),
	fn("atan2(float8, float8): float8", nil),
	fn("sind(float8): float8", nil),
	fn("cosd(float8): float8", nil),
	fn("tand(float8): float8", nil),
	fn("cotd(float8): float8", nil),
	fn("asind(float8): float8", nil),
	fn("acosd(float8): float8", nil),
	fn("atand(float8): float8", nil),
	fn("atan2d(float8, float8): float8", nil),
	fn("sinh(float8): float8", nil),
	fn("cosh(float8): float8", nil),
	fn("tanh(float8): float8", nil),
	fn("asinh(float8): float8", nil),
	fn("acosh(float8): float8", nil),
	fn("atanh(float8): float8", nil),

	// Texts.
	fn("to_char(int4, text): text", try2(value.FormatInt), stable),
	fn("to_char(int8, text): text", try2(value.FormatInt), stable),
	fn("to_char(numeric, text): text", try2(value.FormatNumeric), stable),
	fn("to_char(float8, text): text", try2(value.FormatFloat8), stable),
	fn("to_number(text, text): numeric", nil, stable),

	// Chance.
	fn("random(): float8", nil, volatile),
	fn("setseed(float8): void", nil, volatile),

	// How many arguments are null.
	fn("num_nulls(variadic any): int4", countNulls(true), nullsOK),
	fn("num_nonnulls(variadic any): int4", countNulls(false), nullsOK),
}

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

// numberCasts are those among numbers and booleans.
var numberCasts = []cast{
	{value.Int2, value.Int4, implicit, nil},
	{value.Int2, value.Int8, implicit, nil},
	{value.Int2, value.Numeric, implicit, intToNumeric},
	{value.Int2, value.Float8, implicit, intToFloat},
	{value.Int4, value.Int2, assignment, narrow},
	{value.Int4, value.Int8, implicit, nil},
	{value.Int4, value.Numeric, implicit, intToNumeric},
	{value.Int4, value.Float8, implicit, intToFloat},
	{value.Int4, value.Bool, explicit, func(_ *call, v any) (any, error) { return v.(int64) != 0, nil }},
	{value.Int8, value.Int2, assignment, narrow},
	{value.Int8, value.Int4, assignment, narrow},
	{value.Int8, value.Numeric, implicit, intToNumeric},
	{value.Int8, value.Float8, implicit, intToFloat},
	{value.Numeric, value.Int2, assignment, numericToInt},
	{value.Numeric, value.Int4, assignment, numericToInt},
	{value.Numeric, value.Int8, assignment, numericToInt},
	{value.Numeric, value.Float8, implicit, func(_ *call, v any) (any, error) { return orError(v.(value.Decimal).Float()) }},
	{value.Float8, value.Int2, assignment, floatToInt},
	{value.Float8, value.Int4, assignment, floatToInt},
	{value.Float8, value.Int8, assignment, floatToInt},
	{value.Float8, value.Numeric, assignment, func(_ *call, v any) (any, error) { return orError(value.DecimalOfFloat(v.(float64))) }},
	{value.Bool, value.Int4, explicit, func(_ *call, v any) (any, error) {
		if v.(bool) {
			return int64(1), nil
		}
		return int64(0), nil
	}},
}

func narrow(c *call, v any) (any, error)       { return orError(value.CheckInt(c.result, v.(int64))) }
func intToNumeric(_ *call, v any) (any, error) { return value.DecimalOf(v.(int64)), nil }
func intToFloat(_ *call, v any) (any, error)   { return float64(v.(int64)), nil }
func numericToInt(c *call, v any) (any, error) { return orError(v.(value.Decimal).Int(c.result)) }
func floatToInt(c *call, v any) (any, error) {
	return orError(value.FloatToInt(c.result, v.(float64)))
}
