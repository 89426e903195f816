package record

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// A Listing is a file of a place with what the AWS CLI prints: an object with one list. It is written
// while the list is read, and ends with End or Abandon.
type Listing struct {
	to       *Recorder
	name     string
	file     *newfile.File
	hash     hash.Hash
	buffered *bufio.Writer // to both
	text     *gzip.Writer
	begun    bool // an element is there
}

// Listing begins a file with a list that has this name.
func (r *Recorder) Listing(account, region, name, list string) (*Listing, error) {
	name, full, err := r.place(account, region, name)
	if err != nil {
		return nil, err
	}
	f, err := newfile.Create(full)
	if err != nil {
		return nil, Problem(err)
	}
	l := &Listing{to: r, name: name, file: f, hash: sha256.New()}
	l.buffered = bufio.NewWriterSize(io.MultiWriter(f, l.hash), 64<<10)
	l.text = newGzip(l.buffered)
	fmt.Fprintf(l.text, "{%q: [", list) // an error stays, and the next write returns it
	return l, nil
}

// Add adds elements, as JSON texts with commas between them. An empty text has none.
func (l *Listing) Add(elements []byte) error {
	if len(elements) == 0 {
		return nil
	}
	separator := "\n"
	if l.begun {
		separator = ",\n"
	}
	l.begun = true
	io.WriteString(l.text, separator)
	_, err := l.text.Write(elements)
	return Problem(err)
}

// End completes the file, which the disk has then.
func (l *Listing) End() (File, error) {
	io.WriteString(l.text, "\n]}\n")
	for _, end := range []func() error{l.text.Close, l.buffered.Flush, l.file.Close} {
		if err := end(); err != nil {
			l.file.Abandon()
			return File{}, Problem(err)
		}
	}
	return File{l.name, fmt.Sprintf("%x", l.hash.Sum(nil))}, nil
}

// Abandon removes the file, as if it had not been begun.
func (l *Listing) Abandon() {
	l.file.Abandon()
	os.Remove(filepath.Join(l.to.dir, filepath.FromSlash(l.name)))
	l.to.mu.Lock()
	defer l.to.mu.Unlock()
	delete(l.to.names, l.name)
}
