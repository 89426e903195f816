package pgsql

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

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
