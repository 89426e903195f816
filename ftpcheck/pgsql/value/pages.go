package value

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/klauspost/compress/s2"
)

// pageSize is from how many bytes on a page is full.
const pageSize = 64 << 10

// Pages are rows of values that fit into memory, compressed, as hundreds of thousands of rows would
// not. Values that are no texts, numbers, truths or times are kept as they are.
type Pages struct {
	Width int // of every row

	full  [][]byte
	open  []byte // the page that is not full yet, as it is
	room  []byte // to compress in
	plain []any  // the values that are kept as they are
	rows  int
}

// Len returns how many rows there are.
func (p *Pages) Len() int { return p.rows }

// Add keeps a row, and returns how many bytes that is before it is compressed.
func (p *Pages) Add(row []any) int {
	p.rows++
	before, size := len(p.open), 0
	for _, v := range row {
		var ok bool
		if p.open, ok = appendValue(p.open, v); !ok {
			p.open = binary.AppendUvarint(append(p.open, kindPlain), uint64(len(p.plain)))
			p.plain = append(p.plain, v)
			size += 16 + Size(v)
		}
	}
	size += len(p.open) - before
	if len(p.open) >= pageSize {
		p.room = s2.Encode(p.room[:cap(p.room)], p.open)
		p.full = append(p.full, bytes.Clone(p.room))
		p.open = p.open[:0]
	}
	return size
}

// Each hands over the rows in order. A row is good until the next one comes, but its values stay; a
// text that is the same as in the row before is the same in memory, too.
func (p *Pages) Each(f func(row []any) error) error {
	row := make([]any, p.Width)
	if p.Width == 0 {
		for range p.rows {
			if err := f(row); err != nil {
				return err
			}
		}
		return nil
	}
	page := func(text []byte) error {
		for len(text) > 0 {
			for i := range row {
				text = p.takeValue(text, &row[i])
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
	kindFloat
	kindText
	kindTime
	kindPlain
)

// appendValue reports false, and appends nothing, for what is kept as it is.
func appendValue(b []byte, v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return append(b, kindNil), true
	case bool:
		if v {
			return append(b, kindTrue), true
		}
		return append(b, kindFalse), true
	case int64:
		return binary.AppendVarint(append(b, kindInt), v), true
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, kindFloat), math.Float64bits(v)), true
	case string:
		return append(binary.AppendUvarint(append(b, kindText), uint64(len(v))), v...), true
	case time.Time:
		text, err := v.MarshalBinary()
		if err != nil {
			panic(err) // no time that was read has seconds in its offset
		}
		return append(append(b, kindTime, byte(len(text))), text...), true
	}
	return b, false
}

// takeValue takes a value off the text of a page. Where it is what v is already, v stays.
func (p *Pages) takeValue(text []byte, v *any) []byte {
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
	case kindFloat:
		*v = math.Float64frombits(binary.LittleEndian.Uint64(text))
		return text[8:]
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
	case kindPlain:
		n, size := binary.Uvarint(text)
		*v = p.plain[n]
		return text[size:]
	}
	return text
}
