package output

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// A PostgresScript writes tables as a script for psql that replaces them in one
// transaction. A script that breaks off changes nothing.
type PostgresScript struct {
	w *bufio.Writer
}

// NewPostgresScript begins a script. Errors of w are those of [PostgresScript.End].
func NewPostgresScript(w io.Writer) *PostgresScript {
	s := &PostgresScript{bufio.NewWriterSize(w, csvBuffer)}
	s.w.WriteString("\\set ON_ERROR_STOP on\nset client_encoding to 'UTF8';\nset client_min_messages to warning;\nbegin;\n")
	return s
}

// Table begins a table, whose rows must be written to their end before the next one.
// Descriptions are those of the columns, by position.
func (s *PostgresScript) Table(name, description string, columns []Column, descriptions []string) Writer {
	table := postgresName(name)
	fmt.Fprintf(s.w, "\ndrop table if exists %s;\ncreate table %s (", table, table)
	for i, c := range columns {
		comma := ","
		if i == len(columns)-1 {
			comma = ""
		}
		fmt.Fprintf(s.w, "\n  %s %s%s", postgresName(c.Name), TypeName(c.Type), comma)
	}
	fmt.Fprintf(s.w, "\n);\ncomment on table %s is %s;\n", table, postgresText(description))
	for i, c := range columns {
		fmt.Fprintf(s.w, "comment on column %s.%s is %s;\n", table, postgresName(c.Name), postgresText(descriptions[i]))
	}
	fmt.Fprintf(s.w, "copy %s from stdin;\n", table)
	return postgresTable{s.w}
}

// End completes the script.
func (s *PostgresScript) End() error {
	s.w.WriteString("\ncommit;\n")
	return s.w.Flush()
}

// Fail ends a script in the middle of a table so that psql ends with an error: without
// one it would end well, with the tables that were there before.
func (s *PostgresScript) Fail(reason string) error {
	// A file with $$ in its name must not end the body.
	text := strings.ReplaceAll(postgresText(reason), "$", `\x24`)
	fmt.Fprintf(s.w, "\\.\n\nrollback;\ndo $$ begin raise exception using message = %s; end $$;\n", text)
	return s.w.Flush()
}

// A postgresTable writes rows as COPY reads them.
type postgresTable struct {
	w *bufio.Writer
}

var copyEscapes = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\r", "\\r", "\t", "\\t")

func (t postgresTable) Row(values []any) error {
	for i, v := range values {
		if i > 0 {
			t.w.WriteByte('\t')
		}
		switch v := v.(type) {
		case nil:
			t.w.WriteString(`\N`)
		case time.Time:
			t.w.WriteString(v.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
		default:
			copyEscapes.WriteString(t.w, valid(Plain(v)))
		}
	}
	return t.w.WriteByte('\n')
}

func (t postgresTable) End() error {
	_, err := t.w.WriteString("\\.\n")
	return err
}

func postgresName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// postgresText is a literal that means the same whatever standard_conforming_strings is.
func postgresText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(valid(s), `\`, `\\`), "'", "''")
	return "E'" + s + "'"
}
