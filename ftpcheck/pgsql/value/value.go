package value

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// MaxSize is the size in bytes above which no text, array or number is made.
const MaxSize = 64 << 20

// failure is an error of PostgreSQL.
func failure(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// refusal says what PostgreSQL would answer and this package does not.
func refusal(format string, args ...any) error {
	return &Unsupported{Message: fmt.Sprintf(format, args...)}
}

// CheckSize refuses what would be longer than [MaxSize].
func CheckSize(bytes int64) error {
	if bytes < 0 || bytes > MaxSize {
		return refusal("the result would be longer than %d bytes", MaxSize)
	}
	return nil
}

// Parse reads a value as the input function of its type does. Words like today mean the
// day of now.
func Parse(t Type, text string, now Moment) (any, error) {
	if t.IsArray() {
		return parseList(t.Elem(), text, now)
	}
	switch t {
	case Unknown, Text, Varchar:
		return text, nil
	case Bool:
		return parseBool(text)
	case Int2, Int4, Int8:
		return parseInt(t, text)
	case Numeric:
		return ParseDecimal(text)
	case Float8:
		return parseFloat(text)
	case Bytea:
		return parseBytea(text)
	case Date:
		return ParseDate(text, now)
	case Time:
		return ParseTime(text)
	case Timestamp:
		return ParseTimestamp(text, now)
	case TimestampTZ:
		return ParseTimestampTZ(text, now)
	case Interval:
		return ParseInterval(text)
	case JSON:
		return text, checkJSON(text)
	case JSONB:
		return ParseDocument(text)
	case CIDR, Inet:
		return ParseNetwork(text, t == CIDR)
	case Record:
		return nil, failure("input of anonymous composite types is not implemented")
	}
	return nil, refusal("there are no values of type %s in a text", t)
}

// isSpace is what C's isspace says of a byte.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// trimSpace cuts white space off both ends.
func trimSpace(text string) string { return strings.Trim(text, " \t\n\v\f\r") }

func badInput(t Type, text string) error {
	return failure("invalid input syntax for type %s: \"%s\"", t, text)
}

// parseBool takes what begins one of the words, as long as it begins no other.
func parseBool(text string) (bool, error) {
	word := strings.ToLower(trimSpace(text))
	switch {
	case word == "1", word == "on", word != "" && (strings.HasPrefix("true", word) || strings.HasPrefix("yes", word)):
		return true, nil
	case word == "0", word == "of", word == "off", word != "" && (strings.HasPrefix("false", word) || strings.HasPrefix("no", word)):
		return false, nil
	}
	return false, badInput(Bool, text)
}

// parseInt sees first that a number is too large and only then what is wrong behind it.
func parseInt(t Type, text string) (int64, error) {
	s := strings.TrimLeft(text, " \t\n\v\f\r")
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 {
		return 0, badInput(t, text)
	}
	end := 0
	for end < len(digits) && isDigit(digits[end]) {
		end++
	}
	if end == 0 {
		return 0, badInput(t, text)
	}
	n, err := strconv.ParseInt(s[:len(s)-len(digits)+end], 10, t.bits())
	if err != nil {
		return 0, failure("value \"%s\" is out of range for type %s", text, t)
	}
	if trimSpace(digits[end:]) != "" {
		return 0, badInput(t, text)
	}
	return n, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// bits is the size of an integer type.
func (t Type) bits() int {
	switch t {
	case Int2:
		return 16
	case Int4:
		return 32
	}
	return 64
}

func parseFloat(text string) (float64, error) {
	s := trimSpace(text)
	unsigned := strings.TrimPrefix(s, "-")
	if unsigned == s {
		unsigned = strings.TrimPrefix(s, "+")
	}
	switch strings.ToLower(unsigned) {
	case "nan":
		return math.NaN(), nil
	case "inf", "infinity":
		if s[0] == '-' {
			return math.Inf(-1), nil
		}
		return math.Inf(1), nil
	}
	if lower := strings.ToLower(unsigned); strings.HasPrefix(lower, "0x") || strings.HasPrefix(lower, "nan(") {
		return 0, refusal("a number written as \"%s\" is not read", s)
	}
	if mantissa, _, ok := scanNumber(unsigned); !ok || mantissa == "" {
		return 0, badInput(Float8, text)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f == 0 && strings.ContainsAny(mantissaOf(unsigned), "123456789") {
		return 0, failure("\"%s\" is out of range for type double precision", strings.TrimSpace(s))
	}
	return f, nil
}

// mantissaOf is a number without its exponent.
func mantissaOf(s string) string {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return s[:i]
	}
	return s
}

// scanNumber cuts a decimal number without a sign into its digits, with the point if there
// is one, and its exponent. It says whether that is all there is.
func scanNumber(s string) (mantissa, exponent string, ok bool) {
	i, digits := 0, 0
	for point := false; i < len(s); i++ {
		switch {
		case isDigit(s[i]):
			digits++
			continue
		case s[i] == '.' && !point:
			point = true
			continue
		}
		break
	}
	if digits == 0 {
		return "", "", false
	}
	mantissa = s[:i]
	if i == len(s) {
		return mantissa, "", true
	}
	if s[i] != 'e' && s[i] != 'E' {
		return mantissa, "", false
	}
	exponent = s[i+1:]
	unsigned := strings.TrimPrefix(strings.TrimPrefix(exponent, "-"), "+")
	if len(exponent)-len(unsigned) > 1 || unsigned == "" {
		return mantissa, exponent, false
	}
	for j := range len(unsigned) {
		if !isDigit(unsigned[j]) {
			return mantissa, exponent, false
		}
	}
	return mantissa, exponent, true
}

// parseBytea reads both forms: \x with hexadecimal digits, or bytes with escapes.
func parseBytea(text string) ([]byte, error) {
	if digits, ok := strings.CutPrefix(text, `\x`); ok {
		return decodeHex(digits)
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch rest := text[i:]; {
		case rest[0] != '\\':
			out, i = append(out, rest[0]), i+1
		case len(rest) > 1 && rest[1] == '\\':
			out, i = append(out, '\\'), i+2
		case len(rest) > 3 && '0' <= rest[1] && rest[1] <= '3' && isOctal(rest[2]) && isOctal(rest[3]):
			out, i = append(out, (rest[1]-'0')<<6|(rest[2]-'0')<<3|(rest[3]-'0')), i+4
		default:
			return nil, failure("invalid input syntax for type bytea")
		}
	}
	return out, nil
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }

// decodeHex takes white space between the pairs of digits.
func decodeHex(digits string) ([]byte, error) {
	out := make([]byte, 0, len(digits)/2)
	for i := 0; i < len(digits); {
		if c := digits[i]; c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		high, ok := hexDigit(digits[i])
		if !ok {
			return nil, badHex(digits[i:])
		}
		if i+1 == len(digits) {
			return nil, failure("invalid hexadecimal data: odd number of digits")
		}
		low, ok := hexDigit(digits[i+1])
		if !ok {
			return nil, badHex(digits[i+1:])
		}
		out, i = append(out, high<<4|low), i+2
	}
	return out, nil
}

func badHex(rest string) error {
	return failure("invalid hexadecimal digit: \"%s\"", firstChar(rest))
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// firstChar is the first character of a text.
func firstChar(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// Format gives the text of a value, as a cast to text does.
func Format(t Type, v any) string {
	if b, ok := v.(bool); ok {
		return strconv.FormatBool(b)
	}
	return Output(t, v)
}

// Output gives the text of a value as the output function of its type does, which is that
// of [Format] except that booleans are t and f.
func Output(t Type, v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "t"
		}
		return "f"
	case int64:
		return strconv.FormatInt(v, 10)
	case Decimal:
		return v.String()
	case float64:
		return FormatFloat(v)
	case string:
		return v
	case []byte:
		return `\x` + hex.EncodeToString(v)
	case Day:
		return v.String()
	case Clock:
		return v.String()
	case Moment:
		return v.Format(t == TimestampTZ)
	case Span:
		return v.String()
	case *Document:
		return v.String()
	case Network:
		return v.Format(t == CIDR)
	case *List:
		return v.format()
	}
	return ""
}

// FormatFloat writes the shortest digits that read as the same number, with an exponent
// where PostgreSQL has one.
func FormatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	a := math.Abs(f)
	switch {
	case a == 0, 1e-4 <= a && a < 1e15:
		return strconv.FormatFloat(f, 'f', -1, 64)
	case a < 1<<53:
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	// The shortest digits may be just in the middle between two numbers and be read as f
	// only because a middle is read as the even one. PostgreSQL does not rely on that.
	text := strconv.FormatFloat(f, 'e', -1, 64)
	for digits := 1; !isNearest(text, f); digits++ {
		text = strconv.FormatFloat(f, 'e', digits, 64)
	}
	return text
}

// isNearest reports whether f is the only float8 that is the nearest to a whole number.
func isNearest(text string, f float64) bool {
	exact, _, err := big.ParseFloat(text, 10, 1100, big.ToNearestEven)
	if err != nil {
		return true
	}
	distance := new(big.Float).Sub(exact, big.NewFloat(f))
	if distance.Sign() == 0 {
		return true
	}
	next := math.Nextafter(f, math.Inf(distance.Sign()))
	if math.IsInf(next, 0) {
		return true
	}
	gap := new(big.Float).SetPrec(1100).Sub(big.NewFloat(next), big.NewFloat(f))
	gap.Abs(gap)
	distance.Abs(distance)
	return distance.Add(distance, distance).Cmp(gap) < 0
}

// Compare compares two values of a type in its default order: it is negative if a comes
// first, positive if b does, and 0 if they are equal.
func Compare(t Type, a, b any) int {
	switch a := a.(type) {
	case bool:
		switch {
		case a == b.(bool):
			return 0
		case a:
			return 1
		}
		return -1
	case int64:
		return cmp.Compare(a, b.(int64))
	case Decimal:
		return a.Compare(b.(Decimal))
	case float64:
		return CompareFloat(a, b.(float64))
	case string:
		return strings.Compare(a, b.(string))
	case []byte:
		return bytes.Compare(a, b.([]byte))
	case Day:
		return cmp.Compare(a, b.(Day))
	case Clock:
		return cmp.Compare(a, b.(Clock))
	case Moment:
		return cmp.Compare(a, b.(Moment))
	case Span:
		return a.Compare(b.(Span))
	case *Document:
		return a.Compare(b.(*Document))
	case Network:
		return a.Compare(b.(Network))
	case *List:
		return a.Compare(b.(*List))
	case []any:
		return compareRecords(a, b.([]any))
	}
	return 0
}

// CompareFloat has NaN equal to itself and above everything else.
func CompareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	}
	return cmp.Compare(truth(math.IsNaN(a)), truth(math.IsNaN(b)))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareNullable has nulls equal to each other and above everything else, as they are
// within arrays and rows.
func compareNullable(t Type, a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(truth(a == nil), truth(b == nil))
	}
	return Compare(t, a, b)
}

func compareRecords(a, b []any) int {
	for i := range min(len(a), len(b)) {
		if c := compareNullable(Record, a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// AppendKey appends bytes that are the same for two values of a type if and only if
// [Compare] has them equal. Null has a key of its own. As no key is the beginning of
// another, keys can be joined.
func AppendKey(dst []byte, t Type, v any) []byte {
	if v == nil {
		return append(dst, 0)
	}
	dst = append(dst, 1)
	switch v := v.(type) {
	case bool:
		return append(dst, byte(truth(v)))
	case int64:
		return binary.BigEndian.AppendUint64(dst, uint64(v))
	case Decimal:
		return v.appendKey(dst)
	case float64:
		switch {
		case v == 0:
			v = 0 // and not -0
		case math.IsNaN(v):
			v = math.NaN() // there are others
		}
		return binary.BigEndian.AppendUint64(dst, math.Float64bits(v))
	case string:
		return appendText(dst, v)
	case []byte:
		return append(binary.AppendUvarint(dst, uint64(len(v))), v...)
	case Day:
		return binary.BigEndian.AppendUint32(dst, uint32(v))
	case Clock:
		return binary.BigEndian.AppendUint64(dst, uint64(v))
	case Moment:
		return binary.BigEndian.AppendUint64(dst, uint64(v))
	case Span:
		return v.appendKey(dst)
	case *Document:
		return v.appendKey(dst)
	case Network:
		return appendText(dst, v.Format(true))
	case *List:
		return v.appendKey(dst)
	case []any:
		dst = binary.AppendUvarint(dst, uint64(len(v)))
		for _, field := range v {
			dst = AppendKey(dst, Record, field)
		}
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// appendKey counts a month as 30 days and a day as 24 hours, as the order of spans does.
func (s Span) appendKey(dst []byte) []byte {
	const day = 24 * 60 * 60 * 1_000_000
	days, micros := int64(s.Months)*30+int64(s.Days)+s.Micros/day, s.Micros%day
	if micros < 0 {
		days, micros = days-1, micros+day
	}
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, uint64(days)), uint64(micros))
}

// Size is about how many bytes of memory a value takes.
func Size(v any) int {
	const word, iface = 8, 16
	switch v := v.(type) {
	case string:
		return iface + len(v)
	case []byte:
		return 3*word + len(v)
	case Decimal:
		return v.size()
	case *Document:
		return v.size()
	case *List:
		return 4*word + sizeAll(v.Elems)
	case []any:
		return 3*word + sizeAll(v)
	case Span, Network:
		return 5 * word
	}
	return word
}

func sizeAll(values []any) int {
	n := 0
	for _, v := range values {
		n += 16 + Size(v)
	}
	return n
}
