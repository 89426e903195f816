package output

import (
	"fmt"
	"io"
	"strings"
)

type lineWriter struct {
	w       io.Writer
	columns []Column
	n       int
}

func (l *lineWriter) Row(values []any) error {
	l.n++
	width := 0
	for _, c := range l.columns {
		width = max(width, len(Printable(c.Name)))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "-[ RECORD %-3d]%s\n", l.n, strings.Repeat("-", 60))
	for i, v := range values {
		cell := "<null>"
		if v != nil {
			cell = Printable(Plain(v))
		}
		fmt.Fprintf(&b, "%-*s | %s\n", width, Printable(l.columns[i].Name), cell)
	}
	_, err := io.WriteString(l.w, b.String())
	return err
}

func (l *lineWriter) End() error { return nil }

// NewLine returns a writer of records with a line for each value.
func NewLine(w io.Writer, columns []Column) Writer { return &lineWriter{w: w, columns: columns} }
