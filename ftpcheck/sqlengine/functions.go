package sqlengine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// jsonFunctions are those that put JSON into JSON, and so must tell it from text.
var jsonFunctions = []string{"array_agg", "json_agg", "jsonb_agg", "json_build_object", "jsonb_build_object"}

// registerFunctions adds the functions of PostgreSQL that SQLite lacks, with
// PostgreSQL's treatment of nulls. json_ and jsonb_ functions are the same.
func registerFunctions(conn *sqlite3.Conn, e *Engine) error {
	const pure = sqlite3.DETERMINISTIC | sqlite3.INNOCUOUS
	const marked = sqlite3.INNOCUOUS | sqlite3.SUBTYPE | sqlite3.RESULT_SUBTYPE
	var errs []error
	scalar := func(name string, args int, flags sqlite3.FunctionFlag, f func(sqlite3.Context, ...sqlite3.Value) error) {
		errs = append(errs, conn.CreateFunction(name, args, flags, func(ctx sqlite3.Context, arg ...sqlite3.Value) {
			if err := f(ctx, arg...); err != nil {
				ctx.ResultError(fmt.Errorf("%s: %w", name, err))
			}
		}))
	}
	// strict is for functions that return null if any argument is null.
	strict := func(name string, args int, f func(sqlite3.Context, ...sqlite3.Value) error) {
		scalar(name, args, pure, func(ctx sqlite3.Context, arg ...sqlite3.Value) error {
			for _, a := range arg {
				if a.Type() == sqlite3.NULL {
					return nil
				}
			}
			return f(ctx, arg...)
		})
	}
	aggregate := func(name string, create sqlite3.AggregateConstructor) {
		errs = append(errs, conn.CreateWindowFunction(name, 1, marked, create))
	}

	scalar("now", 0, sqlite3.INNOCUOUS, func(ctx sqlite3.Context, _ ...sqlite3.Value) error {
		ctx.ResultText(e.active.now.UTC().Format(timestampFormat))
		return nil
	})
	scalar("greatest", -1, pure, func(ctx sqlite3.Context, arg ...sqlite3.Value) error {
		return extreme(ctx, arg, +1)
	})
	scalar("least", -1, pure, func(ctx sqlite3.Context, arg ...sqlite3.Value) error {
		return extreme(ctx, arg, -1)
	})
	strict("left", 2, left)
	strict("right", 2, right)
	strict("split_part", 3, splitPart)
	strict("host", 1, host)
	strict("masklen", 1, maskLen)
	strict("->>", 2, jsonText)
	strict("jsonb_array_length", 1, jsonArrayLength)
	for _, name := range []string{"json_build_object", "jsonb_build_object"} {
		scalar(name, -1, marked, func(ctx sqlite3.Context, arg ...sqlite3.Value) error {
			return buildObject(e.active, ctx, arg)
		})
	}
	for _, name := range []string{"array_agg", "json_agg", "jsonb_agg"} {
		aggregate(name, func() sqlite3.AggregateFunction { return &arrayAggregate{engine: e} })
	}
	aggregate("bool_or", func() sqlite3.AggregateFunction { return &boolAggregate{} })
	aggregate("bool_and", func() sqlite3.AggregateFunction { return &boolAggregate{and: true} })
	return errors.Join(errs...)
}

// A boolAggregate is bool_or or bool_and: null if it has seen nothing but nulls.
type boolAggregate struct {
	and       bool
	yes, both int
}

func (a *boolAggregate) count(v sqlite3.Value, by int) {
	if v.Type() == sqlite3.NULL {
		return
	}
	a.both += by
	if v.Bool() {
		a.yes += by
	}
}

// Step implements [sqlite3.AggregateFunction].
func (a *boolAggregate) Step(_ sqlite3.Context, arg ...sqlite3.Value) { a.count(arg[0], 1) }

// Inverse implements [sqlite3.WindowFunction].
func (a *boolAggregate) Inverse(_ sqlite3.Context, arg ...sqlite3.Value) { a.count(arg[0], -1) }

// Value implements [sqlite3.AggregateFunction].
func (a *boolAggregate) Value(ctx sqlite3.Context) {
	if a.both > 0 {
		ctx.ResultBool(a.yes > 0 && (!a.and || a.yes == a.both))
		ctx.ResultSubtype(subtypeBool)
	}
}

// An arrayAggregate is array_agg or jsonb_agg: nulls are elements, and no rows are null.
type arrayAggregate struct {
	engine   *Engine
	elements []string
}

// Step implements [sqlite3.AggregateFunction].
func (a *arrayAggregate) Step(_ sqlite3.Context, arg ...sqlite3.Value) {
	a.elements = append(a.elements, a.engine.active.toJSON(arg[0]))
}

// Inverse implements [sqlite3.WindowFunction].
func (a *arrayAggregate) Inverse(sqlite3.Context, ...sqlite3.Value) {
	a.elements = a.elements[1:]
}

// Value implements [sqlite3.AggregateFunction].
func (a *arrayAggregate) Value(ctx sqlite3.Context) {
	if len(a.elements) > 0 {
		a.engine.active.resultJSON(ctx, "["+strings.Join(a.elements, ",")+"]")
	}
}

// toJSON returns a value as JSON. JSON stays as it is, other text becomes a string.
func (s *statement) toJSON(v sqlite3.Value) string {
	switch v.Type() {
	case sqlite3.INTEGER:
		if v.Subtype() == subtypeBool {
			return strconv.FormatBool(v.Bool())
		}
		return strconv.FormatInt(v.Int64(), 10)
	case sqlite3.FLOAT:
		if number, err := json.Marshal(v.Float()); err == nil {
			return string(number)
		}
	case sqlite3.TEXT, sqlite3.BLOB:
		text := v.Text()
		if s.isJSON(v, text) {
			return text
		}
		return quoteJSON(text)
	}
	return "null"
}

func quoteJSON(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

func buildObject(s *statement, ctx sqlite3.Context, arg []sqlite3.Value) error {
	if len(arg)%2 != 0 {
		return errors.New("the arguments must be keys and values in turn")
	}
	var b strings.Builder
	for i := 0; i < len(arg); i += 2 {
		if arg[i].Type() == sqlite3.NULL {
			return errors.New("a key must not be null")
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoteJSON(arg[i].Text()) + ":" + s.toJSON(arg[i+1]))
	}
	s.resultJSON(ctx, "{"+b.String()+"}")
	return nil
}

// jsonText is the operator ->>. SQLite's own gives numbers as numbers and true as 1.
func jsonText(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	document := []byte(arg[0].Text())
	var found json.RawMessage
	var err error
	if arg[1].Type() == sqlite3.INTEGER {
		var elements []json.RawMessage
		err = json.Unmarshal(document, &elements)
		i := arg[1].Int()
		if i < 0 {
			i += len(elements)
		}
		if i >= 0 && i < len(elements) {
			found = elements[i]
		}
	} else {
		var members map[string]json.RawMessage
		err = json.Unmarshal(document, &members)
		key := arg[1].Text()
		found = members[key]
		if found == nil && (strings.HasPrefix(key, "$.") || strings.HasPrefix(key, "$[")) {
			return fmt.Errorf("%s is a path; on the right must be a key or a position. Use json_extract", key)
		}
	}
	var otherKind *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &otherKind) {
		return errors.New("malformed JSON")
	}
	var text string
	switch {
	case found == nil || string(found) == "null":
	case json.Unmarshal(found, &text) == nil:
		ctx.ResultText(text)
	default:
		ctx.ResultText(string(found))
	}
	return nil
}

func jsonArrayLength(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	var elements []json.RawMessage
	text := strings.TrimSpace(arg[0].Text())
	if json.Unmarshal([]byte(text), &elements) != nil || text == "null" {
		return errors.New("this is not a JSON array")
	}
	ctx.ResultInt(len(elements))
	return nil
}

// extreme returns the greatest or least of the values that are not null, if there are any.
func extreme(ctx sqlite3.Context, arg []sqlite3.Value, sign int) error {
	if len(arg) == 0 {
		return errors.New("it needs at least one value")
	}
	arg = slices.DeleteFunc(slices.Clone(arg), func(v sqlite3.Value) bool { return v.Type() == sqlite3.NULL })
	if len(arg) > 0 {
		ctx.ResultValue(slices.MaxFunc(arg, func(a, b sqlite3.Value) int { return sign * compare(a, b) }))
	}
	return nil
}

// compare orders values as SQLite does: numbers before text.
func compare(a, b sqlite3.Value) int {
	isNumber := func(v sqlite3.Value) bool { return v.Type() == sqlite3.INTEGER || v.Type() == sqlite3.FLOAT }
	switch {
	case a.Type() == sqlite3.INTEGER && b.Type() == sqlite3.INTEGER:
		return cmp.Compare(a.Int64(), b.Int64())
	case isNumber(a) && isNumber(b):
		return cmp.Compare(a.Float(), b.Float())
	case isNumber(a):
		return -1
	case isNumber(b):
		return 1
	}
	return strings.Compare(a.Text(), b.Text())
}

// left returns the first n characters, or all but the last -n.
func left(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	text, n := []rune(arg[0].Text()), arg[1].Int()
	if n < 0 {
		n += len(text)
	}
	ctx.ResultText(string(text[:min(max(n, 0), len(text))]))
	return nil
}

// right returns the last n characters, or all but the first -n.
func right(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	text, n := []rune(arg[0].Text()), arg[1].Int()
	if n < 0 {
		n += len(text)
	}
	ctx.ResultText(string(text[len(text)-min(max(n, 0), len(text)):]))
	return nil
}

// splitPart returns the nth field, counted from 1, or from the end if n is negative.
func splitPart(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	text, separator, n := arg[0].Text(), arg[1].Text(), arg[2].Int()
	fields := []string{text}
	if separator != "" {
		fields = strings.Split(text, separator)
	}
	switch {
	case n == 0:
		return errors.New("field position must not be zero")
	case n < 0:
		n += len(fields)
	default:
		n--
	}
	if n < 0 || n >= len(fields) {
		ctx.ResultText("")
	} else {
		ctx.ResultText(fields[n])
	}
	return nil
}

// parseInet reads an address with or without a prefix length, as PostgreSQL's inet.
func parseInet(v sqlite3.Value) (netip.Addr, int, error) {
	text := v.Text()
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix.Addr(), prefix.Bits(), nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, 0, fmt.Errorf("%q is not an IP address or network", text)
	}
	return addr, addr.BitLen(), nil
}

func host(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	addr, _, err := parseInet(arg[0])
	if err == nil {
		ctx.ResultText(addr.String())
	}
	return err
}

func maskLen(ctx sqlite3.Context, arg ...sqlite3.Value) error {
	_, bits, err := parseInet(arg[0])
	if err == nil {
		ctx.ResultInt(bits)
	}
	return err
}
