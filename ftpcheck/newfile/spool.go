package newfile

import "os"

// spoolMemory is how much a spool holds in memory.
const spoolMemory = 1 << 20

// A Spool keeps texts until they are asked for, each by where it was put. What does not fit into a
// little memory is in a temporary file, which is gone with the spool. The zero Spool is empty.
type Spool struct {
	// Dir is the folder of the file; empty for that of the system for temporary files.
	Dir string

	file    *os.File
	written int64  // in the file
	last    []byte // put behind that
}

// Put keeps a copy of a text, and returns where it is.
func (s *Spool) Put(text []byte) (at int64, err error) {
	if len(s.last)+len(text) > spoolMemory && len(s.last) > 0 {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	at = s.written + int64(len(s.last))
	s.last = append(s.last, text...)
	return at, nil
}

func (s *Spool) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.Dir, ".ftpcheck-*")
		if err != nil {
			return WithoutPath(err)
		}
		s.file = f
		os.Remove(f.Name()) // so that nothing is left behind, where the system lets go of what is open
	}
	if _, err := s.file.WriteAt(s.last, s.written); err != nil {
		return WithoutPath(err)
	}
	s.written += int64(len(s.last))
	s.last = s.last[:0]
	return nil
}

// Get appends to b the text of this size that was put there.
func (s *Spool) Get(b []byte, at int64, size int) ([]byte, error) {
	if at >= s.written {
		at -= s.written
		return append(b, s.last[at:at+int64(size)]...), nil
	}
	n := len(b)
	b = append(b, make([]byte, size)...)
	_, err := s.file.ReadAt(b[n:], at)
	return b, WithoutPath(err)
}

// Clear empties the spool, whose room is used again.
func (s *Spool) Clear() { s.written, s.last = 0, s.last[:0] }

// Close gives up what the spool holds.
func (s *Spool) Close() {
	f := s.file
	if *s = (Spool{Dir: s.Dir}); f == nil {
		return
	}
	f.Close()
	os.Remove(f.Name()) // where it is still there
}
