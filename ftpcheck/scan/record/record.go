// Package record keeps what a scan read in a folder, in the shape of the AWS CLI, with an index
// of what was read and how it ended. Package saved replays it.
package record

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Recorder keeps what a read reads, in the shape of the AWS CLI. It is safe for concurrent
// use.
type Recorder struct {
	dir string

	mu    sync.Mutex
	names map[string]bool
	files map[string][][]File // by place; several connections may read the same place
}

// New returns a recorder into a folder, which it makes and which must be empty. Until
// [Recorder.Finish], its index says that the recording is not finished.
func New(dir string) (*Recorder, error) {
	if err := newfile.Folder(dir); err != nil {
		return nil, Problem(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return nil, fmt.Errorf("the folder %q is not empty: %w", dir, cmp.Or(newfile.WithoutPath(err), os.ErrExist))
	}
	var unfinished Index
	unfinished.Scan.Format, unfinished.Scan.Unfinished = indexFormat, true
	if err := writeIndex(dir, &unfinished); err != nil {
		return nil, err
	}
	return &Recorder{dir: dir, names: map[string]bool{}, files: map[string][][]File{}}, nil
}

// File writes one file of a place. The file is compressed, by this or by what writes it.
func (r *Recorder) File(account, region, name string, compressed bool, write func(io.Writer) error) (File, error) {
	name, full, err := r.place(account, region, name)
	if err != nil {
		return File{}, err
	}
	sum, err := writeFile(full, compressed, write)
	return File{name, sum}, err
}

// place finds a name for a file of a place, makes the folder that it is in, and returns its path, too.
func (r *Recorder) place(account, region, name string) (free, full string, err error) {
	free = r.reserve(path.Join(safeName(account), safeName(region)), name)
	full = filepath.Join(r.dir, filepath.FromSlash(free))
	return free, full, Problem(newfile.Folder(filepath.Dir(full)))
}

// Spool returns a spool in the folder, which must be closed before [Recorder.Finish].
func (r *Recorder) Spool() *newfile.Spool { return &newfile.Spool{Dir: r.dir} }

// reserve finds a name in a folder that no other file has.
func (r *Recorder) reserve(folder, name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := 1; ; n++ {
		suffix := ".json.gz"
		if n > 1 {
			suffix = fmt.Sprintf(".%d.json.gz", n)
		}
		full := path.Join(folder, safeName(name)+suffix)
		if !r.names[full] && full != IndexName {
			r.names[full] = true
			return full
		}
	}
}

// Add takes in the files of a place.
func (r *Recorder) Add(c sg.Coverage, files []File) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files[placeKey(c)] = append(r.files[placeKey(c)], files)
}

func placeKey(c sg.Coverage) string {
	return strings.Join([]string{c.Origin, c.AccountID, c.Region}, "\x00")
}

// Finish writes the index, which makes the folder a recorded scan. Places that nothing was read of are in it, too.
func (r *Recorder) Finish(places []sg.Coverage) error {
	var ix Index
	ix.Scan.Format = indexFormat
	var live []Place
	for _, c := range places {
		p := Place{Coverage: c}
		if key := placeKey(c); len(r.files[key]) > 0 {
			p.Files, r.files[key] = r.files[key][0], r.files[key][1:]
		}
		slices.SortFunc(p.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
		if c.Origin == sg.Live {
			live = append(live, p)
		} else {
			// Which of two files with the same group counts depends on their order.
			ix.Scan.Places = append(ix.Scan.Places, p)
		}
	}
	slices.SortStableFunc(live, func(a, b Place) int {
		return cmp.Or(a.Compare(b.Coverage), strings.Compare(string(a.Status), string(b.Status)), strings.Compare(a.ErrorMessage, b.ErrorMessage))
	})
	ix.Scan.Places = append(ix.Scan.Places, live...)
	return writeIndex(r.dir, &ix)
}

// writeFile writes a new file, which the disk has when it returns, compresses what is not, and
// returns the hash of the file. The same content gives the same bytes.
func writeFile(file string, compressed bool, write func(io.Writer) error) (sum string, err error) {
	hash := sha256.New()
	err = newfile.Write(file, func(f io.Writer) error {
		w := io.MultiWriter(f, hash)
		if compressed {
			return write(w)
		}
		z := newGzip(w)
		if err := write(z); err != nil {
			return err
		}
		return z.Close()
	})
	return fmt.Sprintf("%x", hash.Sum(nil)), Problem(err)
}

// newGzip compresses what is recorded as quickly as it can: what else takes a fifth less room takes
// twice the time.
func newGzip(w io.Writer) *gzip.Writer {
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // which is a level
	return z
}

// Problem says that the error kept something from being recorded, unless it is nil or one of a
// context.
func Problem(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("what was read cannot be kept: %w", newfile.WithoutPath(err))
}

var unsafeInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// safeName makes a text good for the name of a file on every system.
func safeName(s string) string {
	s = strings.TrimLeft(unsafeInNames.ReplaceAllString(s, "_"), ".")
	return s[:min(len(s), 100)]
}
