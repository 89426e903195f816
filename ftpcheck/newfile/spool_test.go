package newfile

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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
			if i == 0 && at != 0 {
				t.Fatalf("the first text is at %d", at)
			}
			if len(s.last) > max(spoolMemory, len(b)) {
				t.Fatalf("%d bytes are in memory after a text of %d", len(s.last), len(b))
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
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("%v would be left by a program that is stopped: %v", left, err)
	}
	f := s.file
	s.Close()
	if err := f.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the file was left open: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
	if s.file != nil || s.written != 0 || len(s.last) > 0 || s.Dir != dir {
		t.Errorf("a closed spool is not an empty one of its folder: %d bytes in the file, %d in memory, folder %q", s.written, len(s.last), s.Dir)
	}
}

// What fits into memory needs no file, and neither does a single text, however large. That there is no
// file to be had, written to or read from is an error, and not a text that is lost.
func TestSpoolWithoutFile(t *testing.T) {
	s := &Spool{Dir: filepath.Join(t.TempDir(), "nowhere")}
	large := make([]byte, spoolMemory+1)
	if _, err := s.Put(large); err != nil {
		t.Errorf("a single text: %v", err)
	}
	if _, err := s.Put(large); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), s.Dir) {
		t.Errorf("a second one: %v", err)
	}
	s = &Spool{Dir: t.TempDir()}
	for range 2 {
		if _, err := s.Put(large); err != nil {
			t.Fatal(err)
		}
	}
	s.file.Close()
	if _, err := s.Put(large); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a file that cannot be written: %v", err)
	}
	if _, err := s.Get(nil, 0, len(large)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}
