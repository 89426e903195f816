package pgsql

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

var textOperators = []routine{
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

var textFunctions = []routine{
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

func concatenate(a, b string) (string, error) {
	return a + b, value.CheckSize(int64(len(a) + len(b)))
}

// concatenateAny casts to text what is none.
func concatenateAny(c *call, args []any) (any, error) {
	var texts [2]string
	for i, arg := range args {
		text, err := castText(c.args[i], arg)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return orError(concatenate(texts[0], texts[1]))
}

func size(b []byte) int64 { return int64(len(b)) }

func overlay(_ *call, args []any) (any, error) {
	s, with, length := args[0].(string), args[1].(string), int64(0)
	if length = value.Length(with); len(args) == 4 {
		length = args[3].(int64)
	}
	return orError(value.Overlay(s, with, args[2].(int64), length))
}

func overlayBytes(_ *call, args []any) (any, error) {
	b, with, length := args[0].([]byte), args[1].([]byte), int64(0)
	if length = int64(len(with)); len(args) == 4 {
		length = args[3].(int64)
	}
	return orError(value.OverlayBytes(b, with, args[2].(int64), length))
}

func trimLeft(b, set []byte) []byte {
	for len(b) > 0 && bytes.IndexByte(set, b[0]) >= 0 {
		b = b[1:]
	}
	return b
}

func trimRight(b, set []byte) []byte {
	for len(b) > 0 && bytes.IndexByte(set, b[len(b)-1]) >= 0 {
		b = b[:len(b)-1]
	}
	return b
}

func pad(left bool) run {
	return func(_ *call, args []any) (any, error) {
		fill := " "
		if len(args) == 3 {
			fill = args[2].(string)
		}
		padding, text, err := value.Pad(args[0].(string), args[1].(int64), fill)
		if left {
			return orError(padding+text, err)
		}
		return orError(text+padding, err)
	}
}

func concat(c *call, args []any) (any, error) {
	return orError(joinValues("", c.args, args))
}

// concatWS has its separator first. Without one there is no text.
func concatWS(c *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	return orError(joinValues(args[0].(string), c.args[1:], args[1:]))
}

// joinValues leaves nulls out.
func joinValues(separator string, types []value.Type, values []any) (string, error) {
	var out strings.Builder
	first := true
	for i, v := range values {
		if v == nil {
			continue
		}
		if !first {
			out.WriteString(separator)
		}
		first = false
		text, err := value.TextOf(types[i], v)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), value.CheckSize(int64(out.Len()))
}

func formatText(c *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	return orError(value.FormatText(args[0].(string), c.args[1:], args[1:]))
}

func splitText(_ *call, args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	parts, err := splitParts(args)
	if err != nil {
		return nil, err
	}
	return &value.List{Elem: value.Text, Elems: parts}, nil
}

// splitParts are those of a text, a delimiter, and perhaps a text that means null.
func splitParts(args []any) ([]any, error) {
	var null *string
	if len(args) == 3 {
		null = textOrNil(args[2])
	}
	return value.Split(args[0].(string), textOrNil(args[1]), null)
}

// textOrNil is nil for null.
func textOrNil(v any) *string {
	if s, ok := v.(string); ok {
		return &s
	}
	return nil
}

func joinArray(_ *call, args []any) (any, error) {
	if args[0] == nil || args[1] == nil {
		return nil, nil
	}
	var null *string
	if len(args) == 3 {
		null = textOrNil(args[2])
	}
	return orError(args[0].(*value.List).Join(args[1].(string), null))
}

// quoteAny is the word NULL for null.
func quoteAny(c *call, args []any) (any, error) {
	if args[0] == nil {
		return "NULL", nil
	}
	text, err := castText(c.args[0], args[0])
	return orError(value.QuoteLiteral(text), err)
}

// castText is the text that a cast gives, which is not that of output for all types.
func castText(t value.Type, v any) (string, error) {
	switch v := v.(type) {
	case bool:
		return value.Format(t, v), nil
	case value.Network:
		return v.Text(), nil
	}
	return value.TextOf(t, v)
}

func md5Hex(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

// textCasts are those among texts.
var textCasts = []cast{
	{value.Text, value.Varchar, implicit, nil},
	{value.Varchar, value.Text, implicit, nil},
	{value.Bool, value.Text, assignment, func(_ *call, v any) (any, error) { return value.Format(value.Bool, v), nil }},
}
