package output

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/parquet-go/parquet-go"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// rowGroupSize is how many bytes of values a file gathers before it writes them out as a
// row group. In memory they take up to some three times as much.
const rowGroupSize = 32 << 20

// parquetWriter writes what Athena, Trino, Spark and DuckDB all read, also in versions
// some years old: Snappy, data pages of version 1, and no encoding but plain, dictionary
// and run length.
type parquetWriter struct {
	file    *parquet.GenericWriter[any]
	columns []Column
	row     parquet.Row
	pending int // bytes of values that are not in a row group yet
}

// NewParquet returns a writer of a Parquet file. Every column may be null. Text and CIDR
// are UTF-8 strings, JSON is a string marked as JSON, which readers without such a type take
// for text, and a timestamp counts microseconds since 1970 UTC. Columns of the same name
// get distinct ones. The same rows give the same bytes.
//
// A value whose Go type is not that of its column is an error, and so is JSON that is none. Other errors are those of w.
func NewParquet(w io.Writer, columns []Column) (Writer, error) {
	return newParquet(w, columns)
}

func newParquet(w io.Writer, columns []Column) (*parquetWriter, error) {
	p := &parquetWriter{columns: distinct(columns)}
	var root parquetColumns
	for _, c := range p.columns {
		node, ok := parquetNodes[c.Type]
		if !ok {
			return nil, fmt.Errorf("the column %q has no type that Parquet knows", c.Name)
		}
		root.fields = append(root.fields, parquetColumn{parquet.Optional(node), c.Name})
	}
	p.file = parquet.NewGenericWriter[any](w,
		parquet.NewSchema("row", root),
		parquet.Compression(&parquet.Snappy),
		parquet.DataPageVersion(1),
		parquet.DataPageStatistics(true),
		// Small pages, as every open file of a dataset has one for each column.
		parquet.PageBufferSize(64<<10),
		parquet.DictionaryMaxBytes(1<<20),
		// The version is that of the layout: that of the product would change the bytes
		// with every release. Readers trust the statistics of texts only if they can
		// parse all of it.
		&parquet.WriterConfig{CreatedBy: "ftpcheck version 1 (build parquet-go)"},
	)
	return p, nil
}

// Float is the type of columns of float64, which a query can have but no table has.
const Float relation.Type = -1

var (
	parquetString = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	parquetNodes  = map[relation.Type]parquet.Node{
		relation.Bool:      parquet.Leaf(parquet.BooleanType),
		relation.Int:       parquet.Encoded(parquet.Leaf(parquet.Int64Type), &parquet.RLEDictionary),
		relation.Text:      parquetString,
		relation.CIDR:      parquetString,
		relation.JSON:      parquet.Encoded(parquet.JSON(), &parquet.RLEDictionary),
		relation.Timestamp: parquet.Timestamp(parquet.Microsecond),
		Float:              parquet.Leaf(parquet.DoubleType),
	}
)

// parquetColumns are columns in their own order. Those of a [parquet.Group] are sorted by
// name.
type parquetColumns struct {
	parquet.Group
	fields []parquet.Field
}

func (c parquetColumns) Fields() []parquet.Field { return c.fields }

type parquetColumn struct {
	parquet.Node
	name string
}

func (c parquetColumn) Name() string { return c.name }

// Value would take a column out of a struct or map. Our rows are neither.
func (c parquetColumn) Value(reflect.Value) reflect.Value { panic("there is no Go type of rows") }

func (p *parquetWriter) Row(values []any) error {
	p.row = p.row[:0]
	for i, v := range values {
		if v == nil {
			p.row = append(p.row, parquet.NullValue().Level(0, 0, i))
			continue
		}
		value, err := parquetValue(p.columns[i], v)
		if err != nil {
			return err
		}
		p.row = append(p.row, value.Level(0, 1, i))
		p.pending += 8
		if value.Kind() == parquet.ByteArray {
			p.pending += len(value.ByteArray())
		}
	}
	if _, err := p.file.WriteRows([]parquet.Row{p.row}); err != nil {
		return err
	}
	if p.pending >= rowGroupSize {
		return p.flush()
	}
	return nil
}

// flush writes the rows that are in memory out as a row group.
func (p *parquetWriter) flush() error {
	p.pending = 0
	return p.file.Flush()
}

func (p *parquetWriter) End() error { return p.file.Close() }

// parquetValue returns a value that is not null.
func parquetValue(c Column, v any) (parquet.Value, error) {
	switch v := v.(type) {
	case bool:
		if c.Type == relation.Bool {
			return parquet.BooleanValue(v), nil
		}
	case int64:
		if c.Type == relation.Int {
			return parquet.Int64Value(v), nil
		}
	case float64:
		if c.Type == Float {
			return parquet.DoubleValue(v), nil
		}
	case Number:
		if f, err := strconv.ParseFloat(string(v), 64); err == nil && c.Type == Float {
			return parquet.DoubleValue(f), nil
		}
	case time.Time:
		if c.Type == relation.Timestamp {
			return parquet.Int64Value(v.UnixMicro()), nil
		}
	case string:
		switch c.Type {
		case relation.Text, relation.CIDR, relation.JSON:
			v = valid(v)
			if c.Type == relation.JSON && !jsontext.Value(v).IsValid() {
				return parquet.Value{}, fmt.Errorf("the column %q is JSON, but one of its values is not", c.Name)
			}
			return parquet.ByteArrayValue([]byte(v)), nil
		}
	}
	return parquet.Value{}, fmt.Errorf("the column %q is of the type %s, but one of its values is a Go %T", c.Name, TypeName(c.Type), v)
}
