package benchmark

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/klauspost/compress/s2"
)

// pageSize is from how many bytes on a page is full.
const pageSize = 64 << 10

// pages are rows of values that fit into memory, compressed, as the rows of hundreds of thousands of
// groups would not.
type pages struct {
	width int // of every row
	full  [][]byte
	open  []byte // the page that is not full yet, as it is
	room  []byte // to compress in
	rows  int
}

// add keeps a row. Its values are nil or the Go types that [relation.Type] names.
func (p *pages) add(row []any) {
	p.rows++
	for _, v := range row {
		p.open = appendValue(p.open, v)
	}
	if len(p.open) >= pageSize {
		p.room = s2.Encode(p.room[:cap(p.room)], p.open)
		p.full = append(p.full, bytes.Clone(p.room))
		p.open = p.open[:0]
	}
}

// each hands over the rows in order. A row is good until the next one comes, but its values stay; a
// value that is the same as in the row before is the same in memory, too.
func (p *pages) each(f func(row []any) error) error {
	row := make([]any, p.width)
	page := func(text []byte) error {
		for len(text) > 0 {
			for i := range row {
				text = takeValue(text, &row[i])
			}
			if err := f(row); err != nil {
				return err
			}
		}
		return nil
	}
	var text []byte
	for _, full := range p.full {
		var err error
		if text, err = s2.Decode(text[:cap(text)], full); err != nil {
			return fmt.Errorf("what was kept in memory cannot be read: %w", err)
		}
		if err := page(text); err != nil {
			return err
		}
	}
	return page(p.open)
}

// The kinds of values on a page.
const (
	kindNil byte = iota
	kindFalse
	kindTrue
	kindInt
	kindText
	kindTime
)

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, kindNil)
	case bool:
		if v {
			return append(b, kindTrue)
		}
		return append(b, kindFalse)
	case int64:
		return binary.AppendVarint(append(b, kindInt), v)
	case string:
		return append(binary.AppendUvarint(append(b, kindText), uint64(len(v))), v...)
	case time.Time:
		text, err := v.MarshalBinary()
		if err != nil {
			panic(err) // no time that was read has seconds in its offset
		}
		return append(append(b, kindTime, byte(len(text))), text...)
	}
	panic(fmt.Errorf("a row has a value of type %T", v))
}

// takeValue takes a value off the text of a page. Where it is what v is already, v stays.
func takeValue(text []byte, v *any) []byte {
	kind := text[0]
	text = text[1:]
	switch kind {
	case kindNil:
		*v = nil
	case kindFalse, kindTrue:
		*v = kind == kindTrue
	case kindInt:
		n, size := binary.Varint(text)
		*v = n
		return text[size:]
	case kindText:
		n, size := binary.Uvarint(text)
		s := text[size : size+int(n)]
		if before, ok := (*v).(string); !ok || before != string(s) {
			*v = string(s)
		}
		return text[size+int(n):]
	case kindTime:
		n := int(text[0])
		var t time.Time
		if err := t.UnmarshalBinary(text[1 : 1+n]); err != nil {
			panic(err) // it was marshalled above
		}
		*v = t
		return text[1+n:]
	}
	return text
}
