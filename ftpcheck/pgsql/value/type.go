// Package value is PostgreSQL's types and their values: how they are read from text and
// written as text, how they compare, and what can be computed with them. It knows no
// statements.
//
// A value is nil for null, or the Go type that stands beside its [Type].
package value

import "strings"

// A Type is one of PostgreSQL's types.
type Type uint8

// The types, each with the Go type of its values.
const (
	Unknown     Type = iota // string: a literal whose type is not known yet
	Bool                    // bool
	Int2                    // int64
	Int4                    // int64
	Int8                    // int64
	Numeric                 // Decimal
	Float8                  // float64
	Text                    // string
	Varchar                 // string
	Bytea                   // []byte
	Date                    // Day
	Time                    // Clock
	Timestamp               // Moment, in no time zone
	TimestampTZ             // Moment, in UTC
	Interval                // Span
	JSON                    // string: the text as it was given
	JSONB                   // *Document
	CIDR                    // Network
	Inet                    // Network
	Record                  // []any; has no text

	// Void is the type of nothing at all.
	Void

	// Any, AnyElement and AnyArray are not types of values but stand in a catalogue for
	// arguments of any type, and for the same element in all arguments and the result.
	Any
	AnyElement
	AnyArray

	// AnyNonArray is an AnyElement that is no array. AnyCompatible and AnyCompatibleArray
	// are made the same by the usual coercions, and need not be the same before.
	AnyNonArray
	AnyCompatible
	AnyCompatibleArray

	array Type = 0x80 // a *List
)

// A Day is a date: days since 2000-01-01, and the least and the greatest for -infinity and
// infinity.
type Day int32

// A Clock is a time of day in microseconds, 24:00:00 included.
type Clock int64

// A Moment is a timestamp: microseconds since 2000-01-01 00:00:00, and the least and the
// greatest for -infinity and infinity.
type Moment int64

// A Span is an interval. Its three parts are kept apart, as a month has no fixed days and
// a day no fixed hours.
type Span struct {
	Months, Days int32
	Micros       int64
}

// A List is an array of one dimension, or of none if it is empty. Nested arrays are Lists
// of Lists, all of the same length.
type List struct {
	Elem  Type // of the innermost elements
	Elems []any
}

// Array returns the type of arrays of t.
func (t Type) Array() Type { return t | array }

// IsArray reports whether t is an array.
func (t Type) IsArray() bool { return t&array != 0 }

// Elem returns the type of the elements of an array.
func (t Type) Elem() Type { return t &^ array }

var names = map[Type]string{
	Unknown: "unknown", Bool: "boolean", Int2: "smallint", Int4: "integer", Int8: "bigint", Numeric: "numeric",
	Float8: "double precision", Text: "text", Varchar: "character varying", Bytea: "bytea", Date: "date",
	Time: "time without time zone", Timestamp: "timestamp without time zone", TimestampTZ: "timestamp with time zone",
	Interval: "interval", JSON: "json", JSONB: "jsonb", CIDR: "cidr", Inet: "inet", Record: "record", Void: "void",
	Any: `"any"`, AnyElement: "anyelement", AnyArray: "anyarray", AnyNonArray: "anynonarray",
	AnyCompatible: "anycompatible", AnyCompatibleArray: "anycompatiblearray",
}

// String returns the name of the type as PostgreSQL's messages have it.
func (t Type) String() string {
	if t.IsArray() {
		return names[t.Elem()] + "[]"
	}
	return names[t]
}

// byName has the types by the names that [ByName] takes.
var byName = map[string]Type{
	"bool": Bool, "int2": Int2, "int4": Int4, "int8": Int8, "numeric": Numeric, "float8": Float8, "text": Text,
	"varchar": Varchar, "bytea": Bytea, "date": Date, "time": Time, "timestamp": Timestamp, "timestamptz": TimestampTZ,
	"interval": Interval, "json": JSON, "jsonb": JSONB, "cidr": CIDR, "inet": Inet,
}

// ByName returns the type of which PostgreSQL's catalogue has this short name, as int4 or
// timestamptz.
func ByName(name string) (Type, bool) {
	t, ok := byName[strings.ToLower(name)]
	return t, ok
}

// An Error is an error that PostgreSQL has, too, in its words.
type Error struct {
	Message string
	Hint    string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// An Unsupported says that PostgreSQL would answer and that this package does not.
type Unsupported struct{ Message string }

// Error returns the message.
func (e *Unsupported) Error() string { return e.Message }
