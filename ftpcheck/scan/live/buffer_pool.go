package live

import (
	"bytes"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/s2"
)

// page is a list of what AWS gave as compressed JSON, in the shape of the AWS CLI.
type page []byte

func newPage(list any) (page, error) {
	text := bytes.NewBuffer(getBuffer(0))
	defer func() { putBuffer(text.Bytes()) }()
	err := json.MarshalWrite(text, list, json.OmitZeroStructFields(true))
	return compress(text.Bytes()), err
}

// pages are kept for the recorder.
type pages []page

// add keeps a list, if there is a recorder.
func (p *pages) add(list any, recorded bool) error {
	if !recorded {
		return nil
	}
	kept, err := newPage(list)
	*p = append(*p, kept)
	return err
}

// compress makes texts of AWS about ten times smaller. What it returns has no room to
// spare; the room for the worst case is used again.
func compress(text []byte) []byte {
	room := compressPool.Get().(*[]byte)
	defer compressPool.Put(room)
	*room = s2.Encode((*room)[:cap(*room)], text)
	return bytes.Clone(*room)
}

// decompress is the reverse of compress. The room that it takes is to be given back.
func decompress(b []byte) (text []byte, err error) {
	size, err := s2.DecodedLen(b)
	if err != nil {
		return nil, err
	}
	return s2.Decode(getBuffer(size), b)
}

var compressPool = sync.Pool{New: func() any { return new([]byte) }}

// bufferPool are bodies of answers, and other texts as long, that nobody looks at any more.
// They are large, and new room for each would cost as much as reading it.
var bufferPool sync.Pool

func getBuffer(size int) []byte {
	if room, ok := bufferPool.Get().(*[]byte); ok && cap(*room) >= size {
		return (*room)[:0]
	}
	return make([]byte, 0, max(size+size/8, bytes.MinRead))
}

// putBuffer takes room in which nobody looks at anything any more.
func putBuffer(body []byte) {
	if overwritten {
		for i := range body[:cap(body)] {
			body[:cap(body)][i] = 'X'
		}
	}
	bufferPool.Put(&body)
}
