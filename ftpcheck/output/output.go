// Package output writes rows in the forms that people and programs read: tables, lines,
// CSV, JSON, JSON Lines and Parquet. It knows the types of columns and nothing of what they mean.
package output

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// A Column is the name and, where it is known, the type of a column of output.
type Column struct {
	Name string
	Type relation.Type
	// SQLType is PostgreSQL's name of the type, where Type is only the nearest to it. It may
	// be empty.
	SQLType string
}

// A Number is a number of any size and precision, by its digits.
type Number string

// Texts are columns of text.
func Texts(names ...string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i] = Column{Name: name, Type: relation.Text}
	}
	return columns
}

// distinct are the columns with distinct names. Two columns of one query may have the same
// name, but two members of an object or two columns of a file may not.
func distinct(columns []Column) []Column {
	columns = slices.Clone(columns)
	for i := range columns {
		name := columns[i].Name
		for n := 2; slices.ContainsFunc(columns[:i], func(c Column) bool { return c.Name == columns[i].Name }); n++ {
			columns[i].Name = fmt.Sprintf("%s_%d", name, n)
		}
	}
	return columns
}

// A Writer writes rows. Nothing need have been written before End is called.
type Writer interface {
	// Row writes one row: for each column nil or the Go type that [relation.Type] names.
	Row(values []any) error
	// End completes the output. It closes nothing.
	End() error
}

// Plain is the text of a value, the same in every form of output for people.
func Plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// Printable makes a text harmless on a terminal: what cannot be seen, such as control
// characters and marks that turn the direction of text, is shown by its number. Runes in
// keep stay.
func Printable(s string, keep ...rune) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsPrint(r) || strings.ContainsRune(string(keep), r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// valid is a text without what is not UTF-8, such as the bytes of some names of files:
// formats that take nothing else show U+FFFD in its place.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// TypeName is PostgreSQL's name of the type, as Steampipe shows it.
func TypeName(t relation.Type) string {
	return map[relation.Type]string{
		relation.Bool: "boolean", relation.Int: "bigint", relation.Text: "text", relation.CIDR: "cidr", relation.JSON: "jsonb", relation.Timestamp: "timestamp with time zone",
		Float: "double precision",
	}[t]
}
