// Package newfile writes files and folders that were not there before: nothing is ever
// overwritten, nothing has its name before it is whole and on the disk, and nobody but
// its owner may read it. What a scan finds tells an attacker where to begin.
//
// Its errors are what the system says, without a path: that of a temporary file is
// nothing that a person can do anything about. Who calls says what could not be written.
package newfile

import (
	"bufio"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const (
	fileMode   = 0o600
	folderMode = 0o700
)

// A File is a new file that is being written.
type File struct{ f *os.File }

// Create makes a file, which must not be there.
func Create(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, WithoutPath(err)
	}
	return &File{f}, nil
}

// Write writes to the file.
func (f *File) Write(b []byte) (int, error) {
	n, err := f.f.Write(b)
	return n, WithoutPath(err)
}

// Close makes the disk have the file, and closes it.
func (f *File) Close() error {
	return errors.Join(WithoutPath(f.f.Sync()), WithoutPath(f.f.Close()))
}

// Abandon closes the file, of which nothing is expected any more.
func (f *File) Abandon() { f.f.Close() }

// Write makes a file, which the disk has when it returns.
func Write(path string, write func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 64<<10)
	if err := write(b); err != nil {
		f.Abandon()
		return err
	}
	if err := b.Flush(); err != nil {
		f.Abandon()
		return err
	}
	return f.Close()
}

// Folder makes a folder and those above it, as far as they are not there.
func Folder(path string) error {
	return WithoutPath(os.MkdirAll(path, folderMode))
}

// SyncFolder makes the disk have what a folder lists.
func SyncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil // which does so by itself, and lets nobody ask for it
	}
	f, err := os.Open(folder)
	if err != nil {
		return WithoutPath(err)
	}
	return errors.Join(WithoutPath(f.Sync()), WithoutPath(f.Close()))
}

// ErrExists is the error of what would take the place of something else.
var ErrExists = fs.ErrExist

// A Draft is a file or folder that is written under another name beside its place, and
// put there when it is whole.
type Draft struct {
	Path  string // where it is written
	place string
}

// NewDraft returns a draft for a place. What is at Path must be made by whoever writes.
func NewDraft(place string) *Draft {
	dir, name := filepath.Split(place)
	return &Draft{filepath.Join(dir, "."+name+".partial-"+rand.Text()[:8]), place}
}

// Keep puts the draft, which must be on the disk, in its place. It fails with
// [ErrExists] if something is there; an empty folder gives way to a folder.
func (d *Draft) Keep() error {
	info, err := os.Lstat(d.Path)
	if err != nil {
		return WithoutPath(err)
	}
	if info.IsDir() {
		err = d.keepFolder()
	} else {
		err = d.keepFile()
	}
	if err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(d.place))
}

func (d *Draft) keepFolder() error {
	// Only an empty folder can be removed.
	if err := os.Remove(d.place); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return WithoutPath(err)
	}
	return WithoutPath(os.Rename(d.Path, d.place))
}

func (d *Draft) keepFile() error {
	// A link, unlike a rename, never takes the place of what somebody has made meanwhile.
	switch err := os.Link(d.Path, d.place); {
	case err == nil:
		return WithoutPath(os.Remove(d.Path))
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	}
	// Not every file system has links.
	if _, err := os.Lstat(d.place); err == nil {
		return ErrExists
	} else if !errors.Is(err, fs.ErrNotExist) {
		return WithoutPath(err)
	}
	return WithoutPath(os.Rename(d.Path, d.place))
}

// Discard removes what was written of a draft that was not kept.
func (d *Draft) Discard() { os.RemoveAll(d.Path) }

// WithoutPath is what the system says of a file, without its path.
func WithoutPath(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
