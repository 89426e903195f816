package output

import (
	"fmt"
	"io"

	prettytable "github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

type tableWriter struct {
	table prettytable.Writer
	w     io.Writer
}

// NewTable returns a writer of tables for a terminal. It writes nothing before End.
func NewTable(w io.Writer, columns []Column) Writer {
	t := prettytable.NewWriter()
	style := prettytable.StyleDefault
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	header := prettytable.Row{}
	for _, c := range columns {
		header = append(header, Printable(c.Name))
	}
	t.AppendHeader(header)
	return &tableWriter{t, w}
}

func (t *tableWriter) Row(values []any) error {
	cells := make(prettytable.Row, len(values))
	for i, v := range values {
		if v == nil {
			cells[i] = "<null>"
			continue
		}
		cells[i] = Printable(Plain(v))
	}
	t.table.AppendRow(cells)
	return nil
}

func (t *tableWriter) End() error {
	_, err := fmt.Fprintln(t.w, t.table.Render())
	return err
}
