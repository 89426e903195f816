package value

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Places in texts are characters, counted from 1, as PostgreSQL counts.

// Length returns how many characters a text has.
func Length(s string) int64 { return int64(utf8.RuneCountInString(s)) }

// offset returns where the character of this number begins, counted from 0, or the end.
func offset(s string, char int64) int {
	if char >= int64(len(s)) {
		return len(s)
	}
	if char <= 0 {
		return 0
	}
	for i := range s {
		if char == 0 {
			return i
		}
		char--
	}
	return len(s)
}

var errNegativeLength = &Error{Message: "negative substring length not allowed"}

// window turns a start and a length into a range counted from 0. Characters before the
// first one count, so that less is left.
func window(start, length int64) (from, to int64, err error) {
	if length < 0 {
		return 0, 0, errNegativeLength
	}
	return max(start-1, 0), max(start-1+length, 0), nil
}

// From returns a text from a character on.
func From(s string, start int64) string { return s[offset(s, start-1):] }

// Substring returns so many characters of a text from one on.
func Substring(s string, start, length int64) (string, error) {
	from, to, err := window(start, length)
	if err != nil {
		return "", err
	}
	s = s[offset(s, from):]
	return s[:offset(s, to-from)], nil
}

// BytesFrom is [From] of bytes.
func BytesFrom(b []byte, start int64) []byte { return b[min(max(start-1, 0), int64(len(b))):] }

// SubBytes is [Substring] of bytes.
func SubBytes(b []byte, start, length int64) ([]byte, error) {
	from, to, err := window(start, length)
	if err != nil {
		return nil, err
	}
	from = min(from, int64(len(b)))
	return b[from:min(max(to, from), int64(len(b)))], nil
}

// Overlay puts a text in the place of so many characters from one on.
func Overlay(s, with string, start, length int64) (string, error) {
	if start <= 0 {
		return "", errNegativeLength
	}
	if start+length > math.MaxInt32 || start+length < math.MinInt32 {
		return "", OutOfRange(Int4)
	}
	head, err := Substring(s, 1, start-1)
	return head + with + From(s, start+length), err
}

// OverlayBytes is [Overlay] of bytes.
func OverlayBytes(b, with []byte, start, length int64) ([]byte, error) {
	if start <= 0 {
		return nil, errNegativeLength
	}
	if start+length > math.MaxInt32 || start+length < math.MinInt32 {
		return nil, OutOfRange(Int4)
	}
	head, err := SubBytes(b, 1, start-1)
	return bytes.Join([][]byte{head, with, BytesFrom(b, start+length)}, nil), err
}

// Left returns the first n characters, or all but the last -n.
func Left(s string, n int64) string {
	if n < 0 {
		n = max(Length(s)+n, 0)
	}
	return s[:offset(s, n)]
}

// Right returns the last n characters, or all but the first -n.
func Right(s string, n int64) string {
	if n < 0 {
		return s[offset(s, -n):]
	}
	return s[offset(s, max(Length(s)-n, 0)):]
}

// Position returns where a text is found first, and 0 if it is not.
func Position(s, part string) int64 {
	i := strings.Index(s, part)
	if i < 0 {
		return 0
	}
	return Length(s[:i]) + 1
}

// BytePosition is [Position] of bytes.
func BytePosition(b, part []byte) int64 { return int64(bytes.Index(b, part) + 1) }

// Upper maps each character for itself.
func Upper(s string) string { return strings.Map(unicode.ToUpper, s) }

// Lower maps each character for itself.
func Lower(s string) string { return strings.Map(unicode.ToLower, s) }

// InitCap has the first character of each word in upper case, and the others in lower case.
func InitCap(s string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		c := unicode.ToUpper(r)
		if inside {
			c = unicode.ToLower(r)
		}
		inside = isAlnum(c)
		return c
	}, s)
}

// isAlnum is what the C library says of letters and digits.
func isAlnum(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nd, unicode.Nl, unicode.Other_Alphabetic)
}

// Pad returns the padding that makes a text so many characters long, and the text, cut if
// it is longer.
func Pad(s string, length int64, fill string) (padding, text string, err error) {
	length = max(length, 0)
	have := Length(s)
	if have >= length || fill == "" {
		return "", Left(s, length), nil
	}
	missing, unit := length-have, Length(fill)
	if err := CheckSize(missing/unit*int64(len(fill)) + int64(len(s))); err != nil {
		return "", "", err
	}
	return strings.Repeat(fill, int(missing/unit)) + fill[:offset(fill, missing%unit)], s, nil
}

// Repeat returns a text n times.
func Repeat(s string, n int64) (string, error) {
	n = max(n, 0)
	if s == "" {
		return "", nil
	}
	if err := CheckSize(n * int64(len(s))); err != nil {
		return "", err
	}
	return strings.Repeat(s, int(n)), nil
}

// Replace puts one text in the place of all others. Nothing is not found anywhere.
func Replace(s, old, with string) (string, error) {
	if old == "" {
		return s, nil
	}
	n := int64(strings.Count(s, old))
	if err := CheckSize(int64(len(s)) + n*int64(len(with)-len(old))); err != nil {
		return "", err
	}
	return strings.ReplaceAll(s, old, with), nil
}

// Translate replaces each character of one set by that in the same place of another, or by
// nothing.
func Translate(s, from, to string) string {
	target := []rune(to)
	table := map[rune]rune{}
	for i, r := range []rune(from) {
		if _, ok := table[r]; ok {
			continue
		}
		table[r] = -1
		if i < len(target) {
			table[r] = target[i]
		}
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, s)
}

// Reverse returns the characters in the opposite order.
func Reverse(s string) string {
	b := make([]byte, 0, len(s))
	for len(s) > 0 {
		_, size := utf8.DecodeLastRuneInString(s)
		b = append(b, s[len(s)-size:]...)
		s = s[:len(s)-size]
	}
	return string(b)
}

// SplitPart returns the n-th of the parts between delimiters, counted from the end if n is
// negative.
func SplitPart(s, delimiter string, n int64) (string, error) {
	if n == 0 {
		return "", failure("field position must not be zero")
	}
	parts := []string{s}
	if s == "" {
		return "", nil
	}
	if delimiter != "" {
		parts = strings.Split(s, delimiter)
	}
	if n < 0 {
		n += int64(len(parts)) + 1
	}
	if n < 1 || n > int64(len(parts)) {
		return "", nil
	}
	return parts[n-1], nil
}

// Ascii returns the number of the first character, and 0 if there is none.
func Ascii(s string) int64 {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return int64(r)
}

// Chr returns the character of a number.
func Chr(n int64) (string, error) {
	switch {
	case n < 0:
		return "", failure("character number must be positive")
	case n == 0:
		return "", failure("null character not permitted")
	case n > unicode.MaxRune:
		return "", failure("requested character too large for encoding: %d", n)
	case !utf8.ValidRune(rune(n)):
		return "", failure("requested character not valid for encoding: %d", n)
	}
	return string(rune(n)), nil
}

// reserved are the words that are no identifiers without quotation marks.
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(`all analyse analyze and any array as asc asymmetric authorization between
		bigint binary bit boolean both case cast char character check coalesce collate collation column concurrently
		constraint create cross current_catalog current_date current_role current_schema current_time
		current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract
		false fetch float for foreign freeze from full grant greatest group grouping having ilike in initially inner
		inout int integer intersect interval into is isnull join lateral leading least left like limit localtime
		localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on only or order
		out outer overlaps overlay placing position precision primary real references returning right row select
		session_user setof similar smallint some substring symmetric table tablesample then time timestamp to
		trailing treat trim true union unique user using values varchar variadic verbose when where window with
		xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
		xmltable`) {
		words[word] = true
	}
	return words
}()

// QuoteIdent writes a name as it must be written in SQL.
func QuoteIdent(s string) string {
	plain := s != "" && !isDigit(s[0]) && !reserved[s]
	for i := range len(s) {
		c := s[i]
		plain = plain && ('a' <= c && c <= 'z' || isDigit(c) || c == '_')
	}
	if plain {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// QuoteLiteral writes a text as it is written in SQL.
func QuoteLiteral(s string) string {
	quoted := "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return "E" + quoted
	}
	return quoted
}

var errUnterminated = &Error{Message: "unterminated format() type specifier", Hint: `For a single "%" use "%%".`}

// FormatText is PostgreSQL's format. The types are those of the arguments.
func FormatText(format string, types []Type, args []any) (string, error) {
	f := formatter{rest: format, types: types, args: args}
	for {
		i := strings.IndexByte(f.rest, '%')
		if i < 0 {
			f.out = append(f.out, f.rest...)
			return string(f.out), nil
		}
		f.out = append(f.out, f.rest[:i]...)
		f.rest = f.rest[i+1:]
		if strings.HasPrefix(f.rest, "%") {
			f.out, f.rest = append(f.out, '%'), f.rest[1:]
			continue
		}
		if err := f.specifier(); err != nil {
			return "", err
		}
	}
}

type formatter struct {
	rest  string
	types []Type
	args  []any
	next  int // the argument that is taken if none is named
	out   []byte
}

// specifier writes one argument, as %3$-10s says it.
func (f *formatter) specifier() error {
	arg, width, left := -1, int64(0), false
	n, found, err := f.number()
	if err != nil {
		return err
	}
	positioned := found && strings.HasPrefix(f.rest, "$")
	if positioned {
		if n == 0 {
			return errArgumentZero
		}
		arg, f.rest = int(n-1), f.rest[1:]
	}
	widthArg := -1
	if found && !positioned {
		width = n
	} else {
		for strings.HasPrefix(f.rest, "-") {
			left, f.rest = true, f.rest[1:]
		}
		if widthArg, width, err = f.width(); err != nil {
			return err
		}
	}
	if f.rest == "" {
		return errUnterminated
	}
	conversion := firstChar(f.rest)
	if !strings.Contains("sIL", conversion) {
		return &Error{Message: `unrecognized format() type specifier "` + conversion + `"`, Hint: errUnterminated.Hint}
	}
	f.rest = f.rest[1:]
	if widthArg >= 0 {
		if f.next = widthArg; f.next >= len(f.args) {
			return errTooFew
		}
		if width, err = f.widthOf(f.next); err != nil {
			return err
		}
		f.next++
	}
	if arg >= 0 {
		f.next = arg
	}
	if f.next >= len(f.args) {
		return errTooFew
	}
	text, err := f.convert(conversion, f.next)
	if err != nil {
		return err
	}
	f.next++
	if width < 0 {
		width, left = -width, true
	}
	padding := max(width-Length(text), 0)
	if err := CheckSize(padding + int64(len(f.out)+len(text))); err != nil {
		return err
	}
	spaces := strings.Repeat(" ", int(padding))
	if left {
		f.out = append(append(f.out, text...), spaces...)
	} else {
		f.out = append(append(f.out, spaces...), text...)
	}
	return nil
}

var (
	errArgumentZero = &Error{Message: "format specifies argument 0, but arguments are numbered from 1"}
	errTooFew       = &Error{Message: "too few arguments for format()"}
)

// number reads digits.
func (f *formatter) number() (n int64, found bool, err error) {
	for f.rest != "" && isDigit(f.rest[0]) {
		if n = n*10 + int64(f.rest[0]-'0'); n > math.MaxInt32 {
			return 0, false, failure("number is out of range")
		}
		found, f.rest = true, f.rest[1:]
	}
	if f.rest == "" {
		return 0, false, errUnterminated
	}
	return n, found, nil
}

// width reads a width, or which argument it is: -1 for none.
func (f *formatter) width() (arg int, width int64, err error) {
	if !strings.HasPrefix(f.rest, "*") {
		width, _, err = f.number()
		return -1, width, err
	}
	f.rest = f.rest[1:]
	n, found, err := f.number()
	switch {
	case err != nil:
		return 0, 0, err
	case !found:
		return f.next, 0, nil
	case !strings.HasPrefix(f.rest, "$"):
		return 0, 0, failure(`width argument position must be ended by "$"`)
	case n == 0:
		return 0, 0, errArgumentZero
	}
	f.rest = f.rest[1:]
	return int(n - 1), 0, nil
}

// widthOf is the width that an argument says.
func (f *formatter) widthOf(i int) (int64, error) {
	switch v := f.args[i].(type) {
	case nil:
		return 0, nil
	case int64:
		return CheckInt(Int4, v)
	default:
		return parseInt(Int4, Output(f.types[i], v))
	}
}

func (f *formatter) convert(conversion string, i int) (string, error) {
	v := f.args[i]
	switch {
	case v == nil && conversion == "I":
		return "", failure("null values cannot be formatted as an SQL identifier")
	case v == nil && conversion == "L":
		return "NULL", nil
	case v == nil:
		return "", nil
	}
	text, err := TextOf(f.types[i], v)
	if err != nil {
		return "", err
	}
	switch conversion {
	case "I":
		return QuoteIdent(text), nil
	case "L":
		return QuoteLiteral(text), nil
	}
	return text, nil
}

// TextOf is [Output] that refuses what has no text here.
func TextOf(t Type, v any) (string, error) {
	if _, ok := v.([]any); ok {
		return "", refusal("the text of a row is not written")
	}
	return Output(t, v), nil
}

// Encode writes bytes as hex, base64 or escape.
func Encode(b []byte, format string) (string, error) {
	if err := CheckSize(int64(len(b)) * 4); err != nil {
		return "", err
	}
	switch strings.ToLower(format) {
	case "hex":
		return hex.EncodeToString(b), nil
	case "base64":
		const line = 76
		text := base64.StdEncoding.EncodeToString(b)
		var out strings.Builder
		for len(text) > line {
			out.WriteString(text[:line] + "\n")
			text = text[line:]
		}
		return out.String() + text, nil
	case "escape":
		var out []byte
		for _, c := range b {
			switch {
			case c == '\\':
				out = append(out, `\\`...)
			case c == 0 || c >= 0x80:
				out = append(out, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
			default:
				out = append(out, c)
			}
		}
		return string(out), nil
	}
	return "", failure("unrecognized encoding: \"%s\"", format)
}

// Decode reads bytes that are written as hex, base64 or escape.
func Decode(text, format string) ([]byte, error) {
	switch strings.ToLower(format) {
	case "hex":
		return decodeHex(text)
	case "base64":
		plain := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" \t\n\r", r) {
				return -1
			}
			return r
		}, text)
		b, err := base64.StdEncoding.DecodeString(plain)
		if err != nil {
			return nil, refusal("this base64 sequence is not decoded: %v", err)
		}
		return b, nil
	case "escape":
		if strings.HasPrefix(text, `\x`) {
			return nil, failure("invalid input syntax for type bytea")
		}
		return parseBytea(text)
	}
	return nil, failure("unrecognized encoding: \"%s\"", format)
}

// Hex writes the bits of a number of the type.
func Hex(t Type, n int64) string {
	return strconv.FormatUint(uint64(n)&(math.MaxUint64>>(64-t.bits())), 16)
}

// BitCount counts the bits that are set.
func BitCount(b []byte) (n int64) {
	for _, c := range b {
		n += int64(bits.OnesCount8(c))
	}
	return n
}

// checkIndex is an error if there are not so many bytes or bits.
func checkIndex(i, n int64) error {
	if i < 0 || i >= n {
		return failure("index %d out of valid range, 0..%d", i, n-1)
	}
	return nil
}

// GetByte returns a byte, counted from 0.
func GetByte(b []byte, i int64) (int64, error) {
	if err := checkIndex(i, int64(len(b))); err != nil {
		return 0, err
	}
	return int64(b[i]), nil
}

// SetByte changes a byte, counted from 0.
func SetByte(b []byte, i, n int64) ([]byte, error) {
	if err := checkIndex(i, int64(len(b))); err != nil {
		return nil, err
	}
	b = bytes.Clone(b)
	b[i] = byte(n)
	return b, nil
}

// GetBit returns a bit, counted from the lowest of the first byte.
func GetBit(b []byte, i int64) (int64, error) {
	if err := checkIndex(i, int64(len(b))*8); err != nil {
		return 0, err
	}
	return int64(b[i/8] >> (i % 8) & 1), nil
}

// SetBit changes a bit, counted from the lowest of the first byte.
func SetBit(b []byte, i, bit int64) ([]byte, error) {
	if err := checkIndex(i, int64(len(b))*8); err != nil {
		return nil, err
	}
	if bit != 0 && bit != 1 {
		return nil, failure("new bit must be 0 or 1")
	}
	b = bytes.Clone(b)
	b[i/8] = b[i/8]&^(1<<(i%8)) | byte(bit)<<(i%8)
	return b, nil
}

// Split cuts a text at each delimiter: at each character if there is none, not at all if
// it is empty. What is written as the null text is null.
func Split(s string, delimiter, null *string) ([]any, error) {
	var parts []string
	n := utf8.RuneCountInString(s)
	if delimiter != nil && *delimiter != "" {
		n = 1 + strings.Count(s, *delimiter)
	}
	if err := CheckSize(int64(len(s)) + 16*int64(n)); err != nil {
		return nil, err
	}
	switch {
	case s == "":
		return nil, nil
	case delimiter == nil:
		for _, r := range s {
			parts = append(parts, string(r))
		}
	case *delimiter == "":
		parts = []string{s}
	default:
		parts = strings.Split(s, *delimiter)
	}
	list := make([]any, len(parts))
	for i, part := range parts {
		if null == nil || part != *null {
			list[i] = part
		}
	}
	return list, nil
}

// Join writes the elements of an array, of all dimensions, with a delimiter between them.
// Nulls are left out, or written as the null text.
func (l *List) Join(delimiter string, null *string) (string, error) {
	var out strings.Builder
	first := true
	for _, v := range l.Flat() {
		text := ""
		switch {
		case v != nil:
			var err error
			if text, err = TextOf(l.Elem, v); err != nil {
				return "", err
			}
		case null != nil:
			text = *null
		default:
			continue
		}
		if !first {
			out.WriteString(delimiter)
		}
		first = false
		out.WriteString(text)
		if err := CheckSize(int64(out.Len())); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}
