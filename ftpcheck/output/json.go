package output

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// jsonWriter prints what steampipe query --output json prints: the columns with their
// types and the rows.
type jsonWriter struct {
	enc     *jsontext.Encoder
	w       *bufio.Writer // which remembers the first error, so that End need only ask once
	columns []Column
}

// NewJSON returns a writer of JSON. Its errors are those of w.
func NewJSON(w io.Writer, columns []Column) (Writer, error) {
	columns = distinct(columns)
	buffered := bufio.NewWriter(w)
	j := &jsonWriter{jsontext.NewEncoder(buffered, jsontext.WithIndent(" ")), buffered, columns}
	j.enc.WriteToken(jsontext.BeginObject)
	j.enc.WriteToken(jsontext.String("columns"))
	j.enc.WriteToken(jsontext.BeginArray)
	for _, c := range columns {
		j.enc.WriteToken(jsontext.BeginObject)
		j.enc.WriteToken(jsontext.String("name"))
		j.enc.WriteToken(jsontext.String(valid(c.Name)))
		j.enc.WriteToken(jsontext.String("data_type"))
		j.enc.WriteToken(jsontext.String(cmp.Or(c.SQLType, TypeName(c.Type))))
		j.enc.WriteToken(jsontext.EndObject)
	}
	j.enc.WriteToken(jsontext.EndArray)
	j.enc.WriteToken(jsontext.String("rows"))
	return j, j.enc.WriteToken(jsontext.BeginArray)
}

// jsonLines prints an object for each row, each on a line of its own.
type jsonLines struct{ jsonWriter }

// NewJSONLines returns a writer of JSON Lines: the rows of [NewJSON], one a line. Without
// rows it writes nothing.
func NewJSONLines(w io.Writer, columns []Column) Writer {
	buffered := bufio.NewWriter(w)
	return &jsonLines{jsonWriter{jsontext.NewEncoder(buffered), buffered, distinct(columns)}}
}

func (j *jsonLines) End() error { return j.w.Flush() }

func (j *jsonWriter) Row(values []any) error {
	j.enc.WriteToken(jsontext.BeginObject)
	for i, v := range values {
		if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
			v = fmt.Sprint(f) // JSON has no number for it
		}
		if err := j.enc.WriteToken(jsontext.String(valid(j.columns[i].Name))); err != nil {
			return err
		}
		if n, ok := v.(Number); ok {
			v = string(n)
			if raw := jsontext.Value(n); raw.Kind() == '0' && raw.IsValid() {
				v = raw
			}
		}
		if s, ok := v.(string); ok {
			s = valid(s)
			v = s
			if raw := jsontext.Value(s); j.columns[i].Type == relation.JSON && raw.IsValid() {
				v = raw
			}
		}
		if err := json.MarshalEncode(j.enc, v); err != nil {
			return err
		}
	}
	return j.enc.WriteToken(jsontext.EndObject)
}

func (j *jsonWriter) End() error {
	err := errors.Join(j.enc.WriteToken(jsontext.EndArray), j.enc.WriteToken(jsontext.EndObject))
	return errors.Join(err, j.w.Flush())
}
