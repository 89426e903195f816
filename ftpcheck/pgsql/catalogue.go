package pgsql

import (
	"crypto/sha256"
	"crypto/sha512"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A routine is a function or an operator as the catalogue has it.
//
// All of PostgreSQL's routines of a name are here if one is, as far as their types are ours:
// which one a call means depends on those that there are. One without run is refused.
type routine struct {
	name     string
	args     []value.Type // of a prefix operator one
	result   value.Type
	kind     kind
	run      func(c *call, args []any) (any, error)
	variadic bool // the last argument, an array, can be given as any number of elements
	optional int  // how many of the last arguments can be left out; they are then not in args of run
}

// A kind says how a routine treats nulls, and whether it gives the same for the same
// arguments.
type kind uint8

const (
	strict   kind = 0      // null if an argument is null, and run never sees a null
	nullsOK  kind = 1 << 0 // run sees nulls
	stable   kind = 1 << 1 // depends on the time of the statement or its time zone
	volatile kind = 1 << 2 // may give something else each time
)

// A call is what a routine knows besides its arguments.
type call struct {
	now    value.Moment // when the statement began
	args   []value.Type // the types of the arguments
	result value.Type
}

func types(t ...value.Type) []value.Type { return t }

// A cast is a conversion from one type to another, as PostgreSQL's pg_cast has it. Those by
// way of the text are not here.
type cast struct {
	from, to value.Type
	context  castContext
	run      func(c *call, v any) (any, error) // nil if the value stays as it is
}

// A castContext says where a cast happens by itself.
type castContext uint8

const (
	explicit   castContext = iota // only where it is written
	assignment                    // also where a value is stored, which no query does
	implicit                      // everywhere
)

// An aggregate is an aggregate function.
type aggregate struct {
	name   string
	args   []value.Type
	result value.Type
	// ordered says that it is called WITHIN GROUP: args are then the direct arguments and
	// behind them the one that is sorted, whose values add gets in order.
	ordered  bool
	variadic bool
	new      func(c *call) accumulator // nil if it is refused
}

// An accumulator is the state of an aggregate for one group. It is given all rows, also
// those with null arguments. The result can be asked for again after more rows.
type accumulator interface {
	add(c *call, args []any) error
	result(c *call) (any, error)
}

// A setRoutine is a function that gives rows.
type setRoutine struct {
	name    string
	args    []value.Type
	columns []setColumn
	// named says that the column keeps its name whatever the alias of the function is, as it
	// does where PostgreSQL has it as an output parameter.
	named    bool
	variadic bool
	kind     kind
	// run hands each row to yield, which may keep it, and stops at the first error of it.
	run func(c *call, args []any, yield func(row ...any) error) error
}

// A setColumn is one column of what a [setRoutine] gives.
type setColumn struct {
	name string
	t    value.Type
}

// comparisonOperators are = <> < <= > >= of what has an order.
func comparisonOperators() (list []routine) {
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
}

func numberOperators() []routine {
	return []routine{
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
}

func numberFunctions() []routine {
	return []routine{
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
}

// numberCasts are those among numbers and booleans.
func numberCasts() []cast {
	return []cast{
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
}

func textOperators() []routine {
	return []routine{
		op("text || text: text", try2(concatenate)),
		op("text || anynonarray: text", concatenateAny),
		op("anynonarray || text: text", concatenateAny),
		op("bytea || bytea: bytea", pure2(func(a, b []byte) []byte { return slices.Concat(a, b) })),
		op("text ^@ text: bool", pure2(strings.HasPrefix)),
		op("text ~<~ text: bool", pure2(func(a, b string) bool { return a < b })),
		op("text ~<=~ text: bool", pure2(func(a, b string) bool { return a <= b })),
		op("text ~>~ text: bool", pure2(func(a, b string) bool { return a > b })),
		op("text ~>=~ text: bool", pure2(func(a, b string) bool { return a >= b })),
		op("text @@ text: bool", nil), // full text search
	}
}

func textFunctions() []routine {
	return []routine{
		// Length.
		fn("length(text): int4", pure1(value.Length)),
		fn("length(bytea): int4", pure1(size)),
		fn("length(bytea, text): int4", nil),
		fn("char_length(text): int4", pure1(value.Length)),
		fn("character_length(text): int4", pure1(value.Length)),
		fn("octet_length(text): int4", pure1(func(s string) int64 { return int64(len(s)) })),
		fn("octet_length(bytea): int4", pure1(size)),
		fn("bit_length(text): int4", pure1(func(s string) int64 { return int64(len(s)) * 8 })),
		fn("bit_length(bytea): int4", pure1(func(b []byte) int64 { return int64(len(b)) * 8 })),

		// Case.
		fn("upper(text): text", pure1(value.Upper)),
		fn("lower(text): text", pure1(value.Lower)),
		fn("initcap(text): text", pure1(value.InitCap)),

		// Parts.
		fn("substr(text, int4): text", pure2(value.From)),
		fn("substr(text, int4, int4): text", try3(value.Substring)),
		fn("substr(bytea, int4): bytea", pure2(value.BytesFrom)),
		fn("substr(bytea, int4, int4): bytea", try3(value.SubBytes)),
		fn("substring(text, int4): text", pure2(value.From)),
		fn("substring(text, int4, int4): text", try3(value.Substring)),
		fn("substring(bytea, int4): bytea", pure2(value.BytesFrom)),
		fn("substring(bytea, int4, int4): bytea", try3(value.SubBytes)),
		fn("left(text, int4): text", pure2(value.Left)),
		fn("right(text, int4): text", pure2(value.Right)),
		fn("split_part(text, text, int4): text", try3(value.SplitPart)),
		fn("overlay(text, text, int4): text", overlay),
		fn("overlay(text, text, int4, int4): text", overlay),
		fn("overlay(bytea, bytea, int4): bytea", overlayBytes),
		fn("overlay(bytea, bytea, int4, int4): bytea", overlayBytes),

		// Places.
		fn("strpos(text, text): int4", pure2(value.Position)),
		fn("position(text, text): int4", pure2(value.Position)),
		fn("position(bytea, bytea): int4", pure2(value.BytePosition)),
		fn("starts_with(text, text): bool", pure2(strings.HasPrefix)),

		// Trimming and padding.
		fn("btrim(text): text", pure1(func(s string) string { return strings.Trim(s, " ") })),
		fn("btrim(text, text): text", pure2(strings.Trim)),
		fn("btrim(bytea, bytea): bytea", pure2(func(b, set []byte) []byte { return trimRight(trimLeft(b, set), set) })),
		fn("ltrim(text): text", pure1(func(s string) string { return strings.TrimLeft(s, " ") })),
		fn("ltrim(text, text): text", pure2(strings.TrimLeft)),
		fn("ltrim(bytea, bytea): bytea", pure2(trimLeft)),
		fn("rtrim(text): text", pure1(func(s string) string { return strings.TrimRight(s, " ") })),
		fn("rtrim(text, text): text", pure2(strings.TrimRight)),
		fn("rtrim(bytea, bytea): bytea", pure2(trimRight)),
		fn("lpad(text, int4): text", pad(true)),
		fn("lpad(text, int4, text): text", pad(true)),
		fn("rpad(text, int4): text", pad(false)),
		fn("rpad(text, int4, text): text", pad(false)),

		// Changes.
		fn("repeat(text, int4): text", try2(value.Repeat)),
		fn("replace(text, text, text): text", try3(value.Replace)),
		fn("translate(text, text, text): text", pure3(value.Translate)),
		fn("reverse(text): text", pure1(value.Reverse)),
		fn("normalize(text, [text]): text", nil),
		fn("is_normalized(text, [text]): bool", nil),
		fn("unistr(text): text", nil),
		fn("to_ascii(text): text", nil),

		// Characters and numbers.
		fn("ascii(text): int4", pure1(value.Ascii)),
		fn("chr(int4): text", try1(value.Chr)),
		fn("to_hex(int4): text", pure1(func(n int64) string { return value.Hex(value.Int4, n) })),
		fn("to_hex(int8): text", pure1(func(n int64) string { return value.Hex(value.Int8, n) })),

		// Joining and splitting.
		fn("concat(variadic any): text", concat, nullsOK),
		fn("concat_ws(text, variadic any): text", concatWS, nullsOK),
		fn("format(text): text", formatText, nullsOK),
		fn("format(text, variadic any): text", formatText, nullsOK),
		fn("string_to_array(text, text): text[]", splitText, nullsOK),
		fn("string_to_array(text, text, text): text[]", splitText, nullsOK),
		fn("array_to_string(anyarray, text): text", joinArray),
		fn("array_to_string(anyarray, text, text): text", joinArray, nullsOK),

		// Quoting.
		fn("quote_ident(text): text", pure1(value.QuoteIdent)),
		fn("quote_literal(text): text", pure1(value.QuoteLiteral)),
		fn("quote_literal(anyelement): text", quoteAny),
		fn("quote_nullable(text): text", quoteAny, nullsOK),
		fn("quote_nullable(anyelement): text", quoteAny, nullsOK),
		fn("parse_ident(text, [bool]): text[]", nil),

		// Bytes.
		fn("md5(text): text", pure1(func(s string) string { return md5Hex([]byte(s)) })),
		fn("md5(bytea): text", pure1(md5Hex)),
		fn("sha224(bytea): bytea", pure1(func(b []byte) []byte { s := sha256.Sum224(b); return s[:] })),
		fn("sha256(bytea): bytea", pure1(func(b []byte) []byte { s := sha256.Sum256(b); return s[:] })),
		fn("sha384(bytea): bytea", pure1(func(b []byte) []byte { s := sha512.Sum384(b); return s[:] })),
		fn("sha512(bytea): bytea", pure1(func(b []byte) []byte { s := sha512.Sum512(b); return s[:] })),
		fn("encode(bytea, text): text", try2(value.Encode)),
		fn("decode(text, text): bytea", try2(value.Decode)),
		fn("convert(bytea, text, text): bytea", nil),
		fn("convert_from(bytea, text): text", nil),
		fn("convert_to(text, text): bytea", nil),
		fn("bit_count(bytea): int8", pure1(value.BitCount)),
		fn("get_byte(bytea, int4): int4", try2(value.GetByte)),
		fn("set_byte(bytea, int4, int4): bytea", try3(value.SetByte)),
		fn("get_bit(bytea, int8): int4", try2(value.GetBit)),
		fn("set_bit(bytea, int8, int4): bytea", try3(value.SetBit)),
	}
}

// textCasts are those among texts.
func textCasts() []cast {
	return []cast{
		{value.Text, value.Varchar, implicit, nil},
		{value.Varchar, value.Text, implicit, nil},
		{value.Bool, value.Text, assignment, func(_ *call, v any) (any, error) { return value.Format(value.Bool, v), nil }},
	}
}

func patternOperators() []routine {
	return []routine{
		op("text ~~ text: bool", try2(value.Like)),
		op("text !~~ text: bool", opposite(try2(value.Like))),
		op("text ~~* text: bool", try2(value.ILike)),
		op("text !~~* text: bool", opposite(try2(value.ILike))),
		op("bytea ~~ bytea: bool", try2(value.LikeBytes)),
		op("bytea !~~ bytea: bool", opposite(try2(value.LikeBytes))),
		op("text ~ text: bool", try2(matches)),
		op("text !~ text: bool", opposite(try2(matches))),
		op("text ~* text: bool", try2(matchesFolded)),
		op("text !~* text: bool", opposite(try2(matchesFolded))),
	}
}

func patternFunctions() []routine {
	return []routine{
		// LIKE and SIMILAR TO.
		fn("like(text, text): bool", try2(value.Like)),
		fn("like(bytea, bytea): bool", try2(value.LikeBytes)),
		fn("notlike(text, text): bool", opposite(try2(value.Like))),
		fn("notlike(bytea, bytea): bool", opposite(try2(value.LikeBytes))),
		fn("like_escape(text, text): text", try2(value.LikeEscape)),
		fn("like_escape(bytea, bytea): bytea", nil),
		fn("similar_to_escape(text): text", try1(func(pattern string) (string, error) { return value.SimilarToRegexp(pattern, `\`) })),
		fn("similar_to_escape(text, text): text", try2(value.SimilarToRegexp)),

		// Regular expressions.
		fn("regexp_like(text, text): bool", regexpLike),
		fn("regexp_like(text, text, text): bool", regexpLike),
		fn("regexp_match(text, text): text[]", regexpMatch),
		fn("regexp_match(text, text, text): text[]", regexpMatch),
		fn("regexp_count(text, text): int4", regexpCount),
		fn("regexp_count(text, text, int4): int4", regexpCount),
		fn("regexp_count(text, text, int4, text): int4", regexpCount),
		fn("regexp_instr(text, text): int4", regexpInstr),
		fn("regexp_instr(text, text, int4): int4", regexpInstr),
		fn("regexp_instr(text, text, int4, int4): int4", regexpInstr),
		fn("regexp_instr(text, text, int4, int4, int4): int4", regexpInstr),
		fn("regexp_instr(text, text, int4, int4, int4, text): int4", regexpInstr),
		fn("regexp_instr(text, text, int4, int4, int4, text, int4): int4", regexpInstr),
		fn("regexp_substr(text, text): text", regexpSubstr),
		fn("regexp_substr(text, text, int4): text", regexpSubstr),
		fn("regexp_substr(text, text, int4, int4): text", regexpSubstr),
		fn("regexp_substr(text, text, int4, int4, text): text", regexpSubstr),
		fn("regexp_substr(text, text, int4, int4, text, int4): text", regexpSubstr),
		fn("regexp_replace(text, text, text): text", regexpReplace),
		fn("regexp_replace(text, text, text, text): text", regexpReplace),
		fn("regexp_replace(text, text, text, int4): text", regexpReplaceFrom),
		fn("regexp_replace(text, text, text, int4, int4): text", regexpReplaceFrom),
		fn("regexp_replace(text, text, text, int4, int4, text): text", regexpReplaceFrom),
		fn("regexp_split_to_array(text, text): text[]", regexpSplitToArray),
		fn("regexp_split_to_array(text, text, text): text[]", regexpSplitToArray),
		fn("substring(text, text): text", try2(value.SubstringOf)),
		fn("substring(text, text, text): text", nil),
	}
}

func patternSets() []setRoutine {
	return []setRoutine{
		rows("regexp_matches(text, text): text[]", regexpMatches),
		rows("regexp_matches(text, text, text): text[]", regexpMatches),
		rows("regexp_split_to_table(text, text): text", regexpSplitToTable),
		rows("regexp_split_to_table(text, text, text): text", regexpSplitToTable),
	}
}

func timeOperators() []routine {
	return slices.Concat(
		comparisons(value.Date, value.Date),
		comparisons(value.Time, value.Time),
		comparisons(value.Timestamp, value.Timestamp),
		comparisons(value.TimestampTZ, value.TimestampTZ),
		comparisons(value.Interval, value.Interval),
		momentComparisons(value.Date, value.Timestamp),
		momentComparisons(value.Date, value.TimestampTZ),
		momentComparisons(value.Timestamp, value.Date),
		momentComparisons(value.Timestamp, value.TimestampTZ),
		momentComparisons(value.TimestampTZ, value.Date),
		momentComparisons(value.TimestampTZ, value.Timestamp),
		[]routine{
			op("date + int4: date", try2(value.Day.Add)),
			op("int4 + date: date", swapped(try2(value.Day.Add))),
			op("date - int4: date", try2(func(d value.Day, n int64) (value.Day, error) { return d.Add(-n) })),
			op("date - date: int4", try2(value.Day.Sub)),
			op("date + time: timestamp", try2(value.Day.At)),
			op("time + date: timestamp", swapped(try2(value.Day.At))),
			op("date + interval: timestamp", try2(dayPlus)),
			op("interval + date: timestamp", swapped(try2(dayPlus))),
			op("date - interval: timestamp", try2(dayMinus)),

			op("time + interval: time", pure2(value.Clock.Add)),
			op("interval + time: time", swapped(pure2(value.Clock.Add))),
			op("time - interval: time", pure2(value.Clock.Minus)),
			op("time - time: interval", pure2(value.Clock.Sub)),

			op("timestamp + interval: timestamp", try2(value.Moment.Add)),
			op("interval + timestamp: timestamp", swapped(try2(value.Moment.Add))),
			op("timestamp - interval: timestamp", try2(value.Moment.Minus)),
			op("timestamp - timestamp: interval", try2(value.Moment.Sub)),
			op("timestamptz + interval: timestamptz", try2(value.Moment.Add)),
			op("interval + timestamptz: timestamptz", swapped(try2(value.Moment.Add))),
			op("timestamptz - interval: timestamptz", try2(value.Moment.Minus)),
			op("timestamptz - timestamptz: interval", try2(value.Moment.Sub)),

			op("- interval: interval", try1(value.Span.Neg)),
			op("interval + interval: interval", try2(value.Span.Add)),
			op("interval - interval: interval", try2(value.Span.Sub)),
			op("interval * float8: interval", try2(value.Span.Mul)),
			op("float8 * interval: interval", swapped(try2(value.Span.Mul))),
			op("interval / float8: interval", try2(value.Span.Div)),
		},
	)
}

func timeFunctions() []routine {
	return []routine{
		// The time of the statement. Types with a time zone but no date are not ours.
		fn("now(): timestamptz", now, stable),
		fn("transaction_timestamp(): timestamptz", now, stable),
		fn("statement_timestamp(): timestamptz", now, stable),
		fn("current_timestamp(): timestamptz", now, stable),
		fn("current_timestamp(int4): timestamptz", now, stable),
		fn("localtimestamp(): timestamp", now, stable),
		fn("localtimestamp(int4): timestamp", now, stable),
		fn("current_date(): date", func(c *call, _ []any) (any, error) { return c.now.Day(), nil }, stable),
		fn("localtime(): time", localTime, stable),
		fn("localtime(int4): time", localTime, stable),
		fn("current_time(): time", nil, stable),
		fn("current_time(int4): time", nil, stable),
		fn("clock_timestamp(): timestamptz", func(*call, []any) (any, error) { return value.MomentOf(time.Now()), nil }, volatile),
		fn("timeofday(): text", nil, volatile),

		// Fields.
		fn("extract(text, date): numeric", field(value.Day.Extract)),
		fn("extract(text, time): numeric", field(value.Clock.Extract)),
		fn("extract(text, timestamp): numeric", momentField(value.Moment.Extract)),
		fn("extract(text, timestamptz): numeric", momentField(value.Moment.Extract)),
		fn("extract(text, interval): numeric", field(value.Span.Extract)),
		fn("date_part(text, date): float8", datePartOfDay),
		fn("date_part(text, time): float8", field(value.Clock.Part)),
		fn("date_part(text, timestamp): float8", momentField(value.Moment.Part)),
		fn("date_part(text, timestamptz): float8", momentField(value.Moment.Part)),
		fn("date_part(text, interval): float8", field(value.Span.Part)),
		fn("date_trunc(text, timestamp): timestamp", truncate),
		fn("date_trunc(text, timestamptz): timestamptz", truncate),
		fn("date_trunc(text, timestamptz, text): timestamptz", truncateInZone),
		fn("date_trunc(text, interval): interval", try2(func(unit string, s value.Span) (value.Span, error) { return s.Truncate(unit) })),
		fn("date_bin(interval, timestamp, timestamp): timestamp", try3(bin)),
		fn("date_bin(interval, timestamptz, timestamptz): timestamptz", try3(bin)),
		fn("isfinite(date): bool", pure1(value.Day.IsFinite)),
		fn("isfinite(timestamp): bool", pure1(value.Moment.IsFinite)),
		fn("isfinite(timestamptz): bool", pure1(value.Moment.IsFinite)),
		fn("isfinite(interval): bool", pure1(func(value.Span) bool { return true })),

		// Intervals.
		fn("age(timestamp, timestamp): interval", try2(value.Moment.Age)),
		fn("age(timestamptz, timestamptz): interval", try2(value.Moment.Age)),
		fn("age(timestamp): interval", ageToday, stable),
		fn("age(timestamptz): interval", ageToday, stable),
		fn("justify_days(interval): interval", try1(value.Span.JustifyDays)),
		fn("justify_hours(interval): interval", try1(value.Span.JustifyHours)),
		fn("justify_interval(interval): interval", try1(value.Span.Justify)),

		// Time zones.
		fn("timezone(text, timestamp): timestamptz", try2(toUTC)),
		fn("timezone(text, timestamptz): timestamp", try2(fromUTC)),
		fn("timezone(interval, timestamp): timestamptz", try2(spanToUTC)),
		fn("timezone(interval, timestamptz): timestamp", try2(spanFromUTC)),

		// Making values.
		fn("make_date(int4, int4, int4): date", try3(value.MakeDay)),
		fn("make_time(int4, int4, float8): time", try3(value.MakeClock)),
		fn("make_timestamp(int4, int4, int4, int4, int4, float8): timestamp", makeMoment),
		fn("make_timestamptz(int4, int4, int4, int4, int4, float8): timestamptz", makeMoment),
		fn("make_timestamptz(int4, int4, int4, int4, int4, float8, text): timestamptz", makeMomentInZone),
		fn("make_interval([int4], [int4], [int4], [int4], [int4], [int4], [float8]): interval", makeSpan),

		// Formats.
		fn("to_char(timestamp, text): text", formatMoment),
		fn("to_char(timestamptz, text): text", formatMoment),
		fn("to_char(interval, text): text", try2(value.FormatSpan)),
		fn("to_date(text, text): date", try2(value.ReadDay)),
		fn("to_timestamp(text, text): timestamptz", try2(value.ReadMoment)),
		fn("to_timestamp(float8): timestamptz", try1(value.MomentOfSeconds)),

		// Whether two periods have a time in common.
		fn("overlaps(time, time, time, time): bool", overlaps, nullsOK),
		fn("overlaps(time, time, time, interval): bool", overlaps, nullsOK),
		fn("overlaps(time, interval, time, time): bool", overlaps, nullsOK),
		fn("overlaps(time, interval, time, interval): bool", overlaps, nullsOK),
		fn("overlaps(timestamp, timestamp, timestamp, timestamp): bool", overlaps, nullsOK),
		fn("overlaps(timestamp, timestamp, timestamp, interval): bool", overlaps, nullsOK),
		fn("overlaps(timestamp, interval, timestamp, timestamp): bool", overlaps, nullsOK),
		fn("overlaps(timestamp, interval, timestamp, interval): bool", overlaps, nullsOK),
		fn("overlaps(timestamptz, timestamptz, timestamptz, timestamptz): bool", overlaps, nullsOK),
		fn("overlaps(timestamptz, timestamptz, timestamptz, interval): bool", overlaps, nullsOK),
		fn("overlaps(timestamptz, interval, timestamptz, timestamptz): bool", overlaps, nullsOK),
		fn("overlaps(timestamptz, interval, timestamptz, interval): bool", overlaps, nullsOK),

		// Casts by their names, with the digits of seconds where there is a number.
		fn("date(timestamp): date", pure1(value.Moment.Day)),
		fn("date(timestamptz): date", pure1(value.Moment.Day)),
		fn("time(time, int4): time", pure2(roundClock)),
		fn("time(timestamp): time", pure1(momentClock)),
		fn("time(timestamptz): time", pure1(momentClock)),
		fn("time(interval): time", pure1(value.Span.Clock)),
		fn("timestamp(timestamp, int4): timestamp", try2(roundMoment)),
		fn("timestamp(date): timestamp", try1(value.Day.Moment)),
		fn("timestamp(date, time): timestamp", try2(value.Day.At)),
		fn("timestamp(timestamptz): timestamp", same),
		fn("timestamptz(timestamptz, int4): timestamptz", try2(roundMoment)),
		fn("timestamptz(date): timestamptz", try1(value.Day.Moment)),
		fn("timestamptz(date, time): timestamptz", try2(value.Day.At)),
		fn("timestamptz(timestamp): timestamptz", same),
		fn("interval(interval, int4): interval", nil), // the number is more than digits
		fn("interval(time): interval", pure1(value.Clock.Span)),
	}
}

// timeCasts are those among dates and times.
func timeCasts() []cast {
	return []cast{
		{value.Date, value.Timestamp, implicit, func(_ *call, v any) (any, error) { return orError(v.(value.Day).Moment()) }},
		{value.Date, value.TimestampTZ, implicit, func(_ *call, v any) (any, error) { return orError(v.(value.Day).Moment()) }},
		{value.Time, value.Interval, implicit, func(_ *call, v any) (any, error) { return v.(value.Clock).Span(), nil }},
		{value.Timestamp, value.Date, assignment, func(_ *call, v any) (any, error) { return v.(value.Moment).Day(), nil }},
		{value.Timestamp, value.Time, assignment, func(_ *call, v any) (any, error) { return momentClock(v.(value.Moment)), nil }},
		{value.Timestamp, value.TimestampTZ, implicit, nil}, // the session is in UTC
		{value.TimestampTZ, value.Date, assignment, func(_ *call, v any) (any, error) { return v.(value.Moment).Day(), nil }},
		{value.TimestampTZ, value.Time, assignment, func(_ *call, v any) (any, error) { return momentClock(v.(value.Moment)), nil }},
		{value.TimestampTZ, value.Timestamp, assignment, nil},
		{value.Interval, value.Time, assignment, func(_ *call, v any) (any, error) { return v.(value.Span).Clock(), nil }},
	}
}

func timeAggregates() []aggregate {
	return []aggregate{
		agg("sum(interval): interval", func(*call) accumulator { return &spanSum{} }),
		agg("avg(interval): interval", func(*call) accumulator { return &spanSum{average: true} }),
	}
}

func timeSets() []setRoutine {
	return []setRoutine{
		rows("generate_series(timestamp, timestamp, interval): timestamp", momentSeries),
		rows("generate_series(timestamptz, timestamptz, interval): timestamptz", momentSeries),
	}
}

// A cidr is an inet by an implicit cast: PostgreSQL has no operators of its own for it.
func networkOperators() []routine {
	return slices.Concat(
		comparisons(value.Inet, value.Inet),
		[]routine{
			op("inet << inet: bool", pure2(func(n, m value.Network) bool { return m.Contains(n) && n.Bits() > m.Bits() })),
			op("inet <<= inet: bool", pure2(func(n, m value.Network) bool { return m.Contains(n) })),
			op("inet >> inet: bool", pure2(func(n, m value.Network) bool { return n.Contains(m) && n.Bits() < m.Bits() })),
			op("inet >>= inet: bool", pure2(value.Network.Contains)),
			op("inet && inet: bool", pure2(value.Network.Overlaps)),
			op("~ inet: inet", pure1(value.Network.Not)),
			op("inet & inet: inet", try2(value.Network.And)),
			op("inet | inet: inet", try2(value.Network.Or)),
			op("inet + int8: inet", try2(networkPlus)),
			op("int8 + inet: inet", swapped(try2(networkPlus))),
			op("inet - int8: inet", try2(networkMinus)),
			op("inet - inet: int8", try2(value.Network.Sub)),
		},
	)
}

func networkFunctions() []routine {
	return []routine{
		fn("abbrev(inet): text", pure1(func(n value.Network) string { return n.Format(false) })),
		fn("abbrev(cidr): text", try1(value.Network.Abbreviate)),
		fn("broadcast(inet): inet", pure1(value.Network.Broadcast)),
		fn("family(inet): int4", pure1(value.Network.Family)),
		fn("host(inet): text", pure1(value.Network.Host)),
		fn("hostmask(inet): inet", pure1(value.Network.Hostmask)),
		fn("inet_merge(inet, inet): cidr", try2(value.Network.Merge)),
		fn("inet_same_family(inet, inet): bool", pure2(value.Network.SameFamily)),
		fn("masklen(inet): int4", pure1(value.Network.Bits)),
		fn("netmask(inet): inet", pure1(value.Network.Netmask)),
		fn("network(inet): cidr", pure1(value.Network.Network)),
		fn("set_masklen(inet, int4): inet", try2(value.Network.WithBits)),
		fn("set_masklen(cidr, int4): cidr", try2(func(n value.Network, bits int64) (value.Network, error) {
			n, err := n.WithBits(bits)
			return n.Network(), err
		})),
		fn("text(inet): text", pure1(value.Network.Text)),
		fn("cidr(inet): cidr", pure1(value.Network.Network)),
	}
}

// networkCasts are those of networks. As a text, an inet has its mask, which it has not in
// a result.
func networkCasts() []cast {
	return []cast{
		{value.CIDR, value.Inet, implicit, nil},
		{value.Inet, value.CIDR, assignment, func(_ *call, v any) (any, error) { return v.(value.Network).Network(), nil }},
		{value.CIDR, value.Text, assignment, networkText},
		{value.CIDR, value.Varchar, assignment, networkText},
		{value.Inet, value.Text, assignment, networkText},
		{value.Inet, value.Varchar, assignment, networkText},
	}
}

func jsonOperators() []routine {
	return []routine{
		// Looking into documents.
		op("jsonb -> text: jsonb", pure2((*document).Field)),
		op("jsonb -> int4: jsonb", pure2((*document).Element)),
		op("jsonb ->> text: text", pure2(func(d *document, key string) any { return value.TextIn(d.Field(key)) })),
		op("jsonb ->> int4: text", pure2(func(d *document, i int64) any { return value.TextIn(d.Element(i)) })),
		op("jsonb #> text[]: jsonb", pure2((*document).Path)),
		op("jsonb #>> text[]: text", pure2(pathText)),
		op("jsonb ? text: bool", pure2((*document).Has)),
		op("jsonb ?| text[]: bool", pure2(hasAny)),
		op("jsonb ?& text[]: bool", pure2(hasAll)),
		op("jsonb @> jsonb: bool", pure2((*document).Contains)),
		op("jsonb <@ jsonb: bool", pure2(func(d, e *document) bool { return e.Contains(d) })),

		// Changing documents.
		op("jsonb || jsonb: jsonb", pure2((*document).Concat)),
		op("jsonb - text: jsonb", try2(func(d *document, key string) (*document, error) { return d.Without(key) })),
		op("jsonb - text[]: jsonb", try2((*document).WithoutAll)),
		op("jsonb - int4: jsonb", try2((*document).WithoutElement)),
		op("jsonb #- text[]: jsonb", try2((*document).DeletePath)),

		// The text of json.
		op("json -> text: json", try2(value.JSONField)),
		op("json -> int4: json", try2(value.JSONElement)),
		op("json ->> text: text", try2(func(j, key string) (any, error) { return value.JSONText(value.JSONField(j, key)) })),
		op("json ->> int4: text", try2(func(j string, i int64) (any, error) { return value.JSONText(value.JSONElement(j, i)) })),
		op("json #> text[]: json", try2(value.JSONAtPath)),
		op("json #>> text[]: text", try2(jsonPathText)),
	}
}

func jsonFunctions() []routine {
	return []routine{
		// Looking into documents.
		fn("jsonb_typeof(jsonb): text", pure1((*document).Kind)),
		fn("jsonb_array_length(jsonb): int4", try1((*document).ArrayLength)),
		fn("jsonb_extract_path(jsonb, variadic text[]): jsonb", withPath(pure2((*document).Path))),
		fn("jsonb_extract_path_text(jsonb, variadic text[]): text", withPath(pure2(pathText))),
		fn("jsonb_pretty(jsonb): text", try1((*document).Pretty)),
		fn("json_typeof(json): text", pure1(value.JSONKind)),
		fn("json_array_length(json): int4", try1(value.JSONArrayLength)),
		fn("json_extract_path(json, variadic text[]): json", withPath(try2(value.JSONAtPath))),
		fn("json_extract_path_text(json, variadic text[]): text", withPath(try2(jsonPathText))),

		// Changing documents.
		fn("jsonb_set(jsonb, text[], jsonb, [bool]): jsonb", jsonbSet),
		fn("jsonb_set_lax(jsonb, text[], jsonb, [bool], [text]): jsonb", nil, nullsOK),
		fn("jsonb_insert(jsonb, text[], jsonb, [bool]): jsonb", jsonbInsert),
		fn("jsonb_strip_nulls(jsonb): jsonb", pure1((*document).StripNulls)),
		fn("json_strip_nulls(json): json", try1(value.JSONStripNulls)),

		// Making documents.
		fn("to_jsonb(anyelement): jsonb", toJSONB),
		fn("to_json(anyelement): json", toJSON),
		fn("array_to_json(anyarray): json", toJSON),
		fn("array_to_json(anyarray, bool): json", toJSON),
		fn("row_to_json(record): json", nil),
		fn("row_to_json(record, bool): json", nil),
		fn("jsonb_build_object(): jsonb", jsonbBuildObject),
		fn("jsonb_build_object(variadic any): jsonb", jsonbBuildObject, nullsOK),
		fn("jsonb_build_array(): jsonb", jsonbBuildArray),
		fn("jsonb_build_array(variadic any): jsonb", jsonbBuildArray, nullsOK),
		fn("json_build_object(): json", jsonBuildObject),
		fn("json_build_object(variadic any): json", jsonBuildObject, nullsOK),
		fn("json_build_array(): json", jsonBuildArray),
		fn("json_build_array(variadic any): json", jsonBuildArray, nullsOK),
		fn("jsonb_object(text[]): jsonb", try1(func(pairs *value.List) (*document, error) { return value.DocumentOfPairs(value.ObjectOfPairs(pairs)) })),
		fn("jsonb_object(text[], text[]): jsonb", try2(func(keys, values *value.List) (*document, error) {
			return value.DocumentOfPairs(value.ObjectOfLists(keys, values))
		})),
		fn("json_object(text[]): json", try1(func(pairs *value.List) (string, error) { return value.JSONOfPairs(value.ObjectOfPairs(pairs)) })),
		fn("json_object(text[], text[]): json", try2(func(keys, values *value.List) (string, error) {
			return value.JSONOfPairs(value.ObjectOfLists(keys, values))
		})),

		// Into rows of a type, of which there are none here.
		fn("jsonb_populate_record(anyelement, jsonb): anyelement", nil, nullsOK),
		fn("json_populate_record(anyelement, json, [bool]): anyelement", nil, nullsOK),
		fn("jsonb_to_record(jsonb): record", nil),
		fn("json_to_record(json): record", nil),
	}
}

// jsonCasts are those of json and jsonb.
func jsonCasts() []cast {
	return []cast{
		{value.JSON, value.JSONB, assignment, func(_ *call, v any) (any, error) { return orError(value.ParseDocument(v.(string))) }},
		{value.JSONB, value.JSON, assignment, func(_ *call, v any) (any, error) { return v.(*document).String(), nil }},
		{value.JSONB, value.Bool, explicit, func(_ *call, v any) (any, error) { return orError(v.(*document).Bool()) }},
		{value.JSONB, value.Int2, explicit, jsonbToInt},
		{value.JSONB, value.Int4, explicit, jsonbToInt},
		{value.JSONB, value.Int8, explicit, jsonbToInt},
		{value.JSONB, value.Numeric, explicit, func(c *call, v any) (any, error) { return orError(v.(*document).Decimal(c.result)) }},
		{value.JSONB, value.Float8, explicit, func(c *call, v any) (any, error) {
			d, err := v.(*document).Decimal(c.result)
			if err != nil {
				return nil, err
			}
			return orError(d.Float())
		}},
	}
}

func arrayOperators() []routine {
	return []routine{
		op("anyarray @> anyarray: bool", try2((*list).ContainsAll)),
		op("anyarray <@ anyarray: bool", try2(func(l, m *list) (bool, error) { return m.ContainsAll(l) })),
		op("anyarray && anyarray: bool", try2((*list).ContainsAny)),
		op("anycompatiblearray || anycompatible: anycompatiblearray", appendElement, nullsOK),
		op("anycompatible || anycompatiblearray: anycompatiblearray", prependElement, nullsOK),
		op("anycompatiblearray || anycompatiblearray: anycompatiblearray", joinArrays, nullsOK),
	}
}

func arrayFunctions() []routine {
	return []routine{
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
}

func aggregateFunctions() []aggregate {
	return []aggregate{
		// Counting.
		agg("count(): int8", func(*call) accumulator { return &counter{} }),
		agg("count(any): int8", func(*call) accumulator { return &counter{} }),

		// Sums and means. Those of intervals are elsewhere.
		agg("sum(int2): int8", func(*call) accumulator { return &intSum{} }),
		agg("sum(int4): int8", func(*call) accumulator { return &intSum{} }),
		agg("sum(int8): numeric", func(*call) accumulator { return &numericSum{} }),
		agg("sum(numeric): numeric", func(*call) accumulator { return &numericSum{} }),
		agg("sum(float8): float8", folded(try2(value.AddFloat))),
		agg("avg(int2): numeric", func(*call) accumulator { return &numericSum{mean: true} }),
		agg("avg(int4): numeric", func(*call) accumulator { return &numericSum{mean: true} }),
		agg("avg(int8): numeric", func(*call) accumulator { return &numericSum{mean: true} }),
		agg("avg(numeric): numeric", func(*call) accumulator { return &numericSum{mean: true} }),
		agg("avg(float8): float8", func(*call) accumulator { return &floatMoments{finish: mean} }),

		// The least and the greatest.
		agg("min(int2): int2", outermost(-1)),
		agg("min(int4): int4", outermost(-1)),
		agg("min(int8): int8", outermost(-1)),
		agg("min(numeric): numeric", outermost(-1)),
		agg("min(float8): float8", outermost(-1)),
		agg("min(text): text", outermost(-1)),
		agg("min(date): date", outermost(-1)),
		agg("min(time): time", outermost(-1)),
		agg("min(timestamp): timestamp", outermost(-1)),
		agg("min(timestamptz): timestamptz", outermost(-1)),
		agg("min(interval): interval", outermost(-1)),
		agg("min(inet): inet", outermost(-1)),
		agg("min(anyarray): anyarray", outermost(-1)),
		agg("max(int2): int2", outermost(1)),
		agg("max(int4): int4", outermost(1)),
		agg("max(int8): int8", outermost(1)),
		agg("max(numeric): numeric", outermost(1)),
		agg("max(float8): float8", outermost(1)),
		agg("max(text): text", outermost(1)),
		agg("max(date): date", outermost(1)),
		agg("max(time): time", outermost(1)),
		agg("max(timestamp): timestamp", outermost(1)),
		agg("max(timestamptz): timestamptz", outermost(1)),
		agg("max(interval): interval", outermost(1)),
		agg("max(inet): inet", outermost(1)),
		agg("max(anyarray): anyarray", outermost(1)),

		// Truth and bits.
		agg("bool_and(bool): bool", folded(pure2(func(a, b bool) bool { return a && b }))),
		agg("bool_or(bool): bool", folded(pure2(func(a, b bool) bool { return a || b }))),
		agg("every(bool): bool", folded(pure2(func(a, b bool) bool { return a && b }))),
		agg("bit_and(int2): int2", folded(pure2(bitAnd))),
		agg("bit_and(int4): int4", folded(pure2(bitAnd))),
		agg("bit_and(int8): int8", folded(pure2(bitAnd))),
		agg("bit_or(int2): int2", folded(pure2(bitOr))),
		agg("bit_or(int4): int4", folded(pure2(bitOr))),
		agg("bit_or(int8): int8", folded(pure2(bitOr))),
		agg("bit_xor(int2): int2", folded(pure2(bitXor))),
		agg("bit_xor(int4): int4", folded(pure2(bitXor))),
		agg("bit_xor(int8): int8", folded(pure2(bitXor))),

		// Collecting.
		agg("string_agg(text, text): text", func(*call) accumulator { return &joined{} }),
		agg("string_agg(bytea, bytea): bytea", func(*call) accumulator { return &joined{} }),
		agg("array_agg(anynonarray): anyarray", func(*call) accumulator { return &collected{} }),
		agg("array_agg(anyarray): anyarray", func(*call) accumulator { return &collected{} }),
		agg("jsonb_agg(anyelement): jsonb", func(*call) accumulator { return &jsonbArray{} }),
		agg("jsonb_object_agg(any, any): jsonb", func(*call) accumulator { return &jsonbObject{} }),
		agg("json_agg(anyelement): json", func(*call) accumulator { return &jsonText{} }),
		agg("json_object_agg(any, any): json", func(*call) accumulator { return &jsonText{} }),

		// Variance and deviation.
		agg("variance(int2): numeric", variance(true, false)),
		agg("variance(int4): numeric", variance(true, false)),
		agg("variance(int8): numeric", variance(true, false)),
		agg("variance(numeric): numeric", variance(true, false)),
		agg("variance(float8): float8", func(*call) accumulator { return &floatMoments{finish: sampleVariance} }),
		agg("var_samp(int2): numeric", variance(true, false)),
		agg("var_samp(int4): numeric", variance(true, false)),
		agg("var_samp(int8): numeric", variance(true, false)),
		agg("var_samp(numeric): numeric", variance(true, false)),
		agg("var_samp(float8): float8", func(*call) accumulator { return &floatMoments{finish: sampleVariance} }),
		agg("var_pop(int2): numeric", variance(false, false)),
		agg("var_pop(int4): numeric", variance(false, false)),
		agg("var_pop(int8): numeric", variance(false, false)),
		agg("var_pop(numeric): numeric", variance(false, false)),
		agg("var_pop(float8): float8", func(*call) accumulator { return &floatMoments{finish: populationVariance} }),
		agg("stddev(int2): numeric", variance(true, true)),
		agg("stddev(int4): numeric", variance(true, true)),
		agg("stddev(int8): numeric", variance(true, true)),
		agg("stddev(numeric): numeric", variance(true, true)),
		agg("stddev(float8): float8", func(*call) accumulator { return &floatMoments{finish: root(sampleVariance)} }),
		agg("stddev_samp(int2): numeric", variance(true, true)),
		agg("stddev_samp(int4): numeric", variance(true, true)),
		agg("stddev_samp(int8): numeric", variance(true, true)),
		agg("stddev_samp(numeric): numeric", variance(true, true)),
		agg("stddev_samp(float8): float8", func(*call) accumulator { return &floatMoments{finish: root(sampleVariance)} }),
		agg("stddev_pop(int2): numeric", variance(false, true)),
		agg("stddev_pop(int4): numeric", variance(false, true)),
		agg("stddev_pop(int8): numeric", variance(false, true)),
		agg("stddev_pop(numeric): numeric", variance(false, true)),
		agg("stddev_pop(float8): float8", func(*call) accumulator { return &floatMoments{finish: root(populationVariance)} }),

		// Of pairs.
		agg("corr(float8, float8): float8", nil),
		agg("covar_pop(float8, float8): float8", nil),
		agg("covar_samp(float8, float8): float8", nil),
		agg("regr_avgx(float8, float8): float8", nil),
		agg("regr_avgy(float8, float8): float8", nil),
		agg("regr_count(float8, float8): int8", nil),
		agg("regr_intercept(float8, float8): float8", nil),
		agg("regr_r2(float8, float8): float8", nil),
		agg("regr_slope(float8, float8): float8", nil),
		agg("regr_sxx(float8, float8): float8", nil),
		agg("regr_sxy(float8, float8): float8", nil),
		agg("regr_syy(float8, float8): float8", nil),

		// Of what is sorted.
		within("mode(anyelement): anyelement", func(*call) accumulator { return &mode{} }),
		within("percentile_disc(float8, anyelement): anyelement", func(*call) accumulator { return &percentile{at: discrete} }),
		within("percentile_disc(float8[], anyelement): anyarray", func(*call) accumulator { return &percentile{at: discrete} }),
		within("percentile_cont(float8, float8): float8", func(*call) accumulator { return &percentile{at: continuous} }),
		within("percentile_cont(float8[], float8): float8[]", func(*call) accumulator { return &percentile{at: continuous} }),
		within("percentile_cont(float8, interval): interval", nil),
		within("percentile_cont(float8[], interval): interval[]", nil),
		within("rank(variadic any): int8", nil),
		within("dense_rank(variadic any): int8", nil),
		within("percent_rank(variadic any): float8", nil),
		within("cume_dist(variadic any): float8", nil),
	}
}

func setFunctions() []setRoutine {
	return []setRoutine{
		// Series. Those of timestamps are elsewhere.
		rows("generate_series(int4, int4): int4", intSeries(value.Int4)),
		rows("generate_series(int4, int4, int4): int4", intSeries(value.Int4)),
		rows("generate_series(int8, int8): int8", intSeries(value.Int8)),
		rows("generate_series(int8, int8, int8): int8", intSeries(value.Int8)),
		rows("generate_series(numeric, numeric): numeric", numericSeries),
		rows("generate_series(numeric, numeric, numeric): numeric", numericSeries),
		rows("generate_subscripts(anyarray, int4): int4", subscripts),
		rows("generate_subscripts(anyarray, int4, bool): int4", subscripts),

		// Arrays and texts.
		rows("unnest(anyarray): anyelement", unnest),
		rows("string_to_table(text, text): text", splitRows, nullsOK),
		rows("string_to_table(text, text, text): text", splitRows, nullsOK),

		// Documents.
		rows("jsonb_array_elements(jsonb): value jsonb", jsonbElements),
		rows("jsonb_array_elements_text(jsonb): value text", jsonbElementTexts),
		rows("jsonb_each(jsonb): key text, value jsonb", jsonbEach),
		rows("jsonb_each_text(jsonb): key text, value text", jsonbEachText),
		rows("jsonb_object_keys(jsonb): text", jsonbKeys),
		rows("json_array_elements(json): value json", jsonElements),
		rows("json_array_elements_text(json): value text", jsonElementTexts),
		rows("json_each(json): key text, value json", jsonEach),
		rows("json_each_text(json): key text, value text", jsonEachText),
		rows("json_object_keys(json): text", jsonKeys),

		// Into rows of a type, of which there are none here.
		rows("jsonb_populate_recordset(anyelement, jsonb): anyelement", nil, nullsOK),
		rows("json_populate_recordset(anyelement, json): anyelement", nil, nullsOK),
		rows("jsonb_to_recordset(jsonb): record", nil),
		rows("json_to_recordset(json): record", nil),
	}
}

// A path is no type of ours: it can only be written as a literal.

func pathOperators() []routine {
	return []routine{
		op("jsonb @? jsonpath: bool", pathExists),
		op("jsonb @@ jsonpath: bool", func(c *call, args []any) (any, error) { return pathMatch(args, true) }),
	}
}

func pathFunctions() []routine {
	return []routine{
		fn("jsonb_path_exists(jsonb, jsonpath, [jsonb], [bool]): bool", pathExists),
		fn("jsonb_path_match(jsonb, jsonpath, [jsonb], [bool]): bool", func(_ *call, args []any) (any, error) {
			return pathMatch(args, len(args) == 4 && args[3].(bool))
		}),
		fn("jsonb_path_query_array(jsonb, jsonpath, [jsonb], [bool]): jsonb", pathQueryArray),
		fn("jsonb_path_query_first(jsonb, jsonpath, [jsonb], [bool]): jsonb", pathQueryFirst),
		fn("jsonb_path_exists_tz(jsonb, jsonpath, [jsonb], [bool]): bool", nil, stable),
		fn("jsonb_path_match_tz(jsonb, jsonpath, [jsonb], [bool]): bool", nil, stable),
		fn("jsonb_path_query_array_tz(jsonb, jsonpath, [jsonb], [bool]): jsonb", nil, stable),
		fn("jsonb_path_query_first_tz(jsonb, jsonpath, [jsonb], [bool]): jsonb", nil, stable),
	}
}

func pathSets() []setRoutine {
	return []setRoutine{
		rows("jsonb_path_query(jsonb, jsonpath): jsonb", pathQuery),
		rows("jsonb_path_query(jsonb, jsonpath, jsonb): jsonb", pathQuery),
		rows("jsonb_path_query(jsonb, jsonpath, jsonb, bool): jsonb", pathQuery),
	}
}
