package newfile

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"
)

// A spool gives back what was put where it says, in any order, be it in memory or in its file, and
// leaves nothing behind.
func TestSpool(t *testing.T) {
	dir := t.TempDir()
	s := &Spool{Dir: dir}
	for range 2 { // the second time in the room of the first
		r := rand.New(rand.NewPCG(1, 2))
		type text struct {
			at   int64
			text []byte
		}
		var texts []text
		for i := range 40 {
			b := bytes.Repeat([]byte{byte(i)}, r.IntN(spoolMemory/8))
			if i == 20 {
				b = make([]byte, 2*spoolMemory)
			}
			at, err := s.Put(b)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, text{at, b})
		}
		if s.written < spoolMemory || len(s.last) == 0 {
			t.Fatalf("%d bytes are in the file and %d in memory: make the test put some in both", s.written, len(s.last))
		}
		for _, i := range r.Perm(len(texts)) {
			got, err := s.Get([]byte("before"), texts[i].at, len(texts[i].text))
			if want := append([]byte("before"), texts[i].text...); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("text %d of %d bytes is not what was put: %v", i, len(texts[i].text), err)
			}
		}
		s.Clear()
	}
	s.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}
