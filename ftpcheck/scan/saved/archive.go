package saved

import (
	"archive/tar"
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An archive is read as the folder that it was made of. Its files are unpacked under names of our
// own, so that none of theirs can lead out of the folder.

// entryMark stands between the path of an archive and that of a file in it.
const entryMark = "!"

// What an archive may hold: a small one can hold much.
var mostInArchives = struct {
	entries int   // of one archive
	bytes   int64 // of all archives of a read, unpacked
}{100_000, 2 << 30}

// An unpacker unpacks archives into a temporary folder.
type unpacker struct {
	*savedRead
	archive *sg.Coverage
	entries []*sg.Coverage
	seen    int
}

// unpack returns the files of an archive as places of their own, and an error if these are not all.
func (r *savedRead) unpack(ctx context.Context, c *sg.Coverage, kind document.Archive) ([]*sg.Coverage, error) {
	u := &unpacker{savedRead: r, archive: c}
	if r.isEntry(c.Origin) {
		return nil, u.problem(document.UnknownContent, "it is an archive in an archive. Unpack it")
	}
	file, err := r.content(ctx, c.Origin)
	if err != nil {
		return nil, u.problem(document.Unreadable, err.Error())
	}
	defer file.Close()
	if kind == document.ZIP {
		err = u.zip(ctx, file)
	} else {
		err = u.tar(ctx, file)
	}
	var already *document.Error
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && !errors.As(err, &already):
		err = u.problem(document.Truncated, "the archive cannot be read to its end: "+damage(err)+". Make it again")
	case err == nil && len(u.entries) == 0:
		err = u.problem(document.NoGroups, "no file is in the archive")
	}
	return u.entries, err
}

var errEncrypted = errors.New("it is encrypted")

// damage says in words why an archive, or a file in it, cannot be read. Of what is wrong inside, the libraries
// have many names.
func damage(err error) string {
	var system *fs.PathError
	switch {
	case errors.As(err, &system), errors.Is(err, errEncrypted):
		return document.WithoutPath(err)
	case errors.Is(err, zip.ErrAlgorithm):
		return "it is compressed in a way that is not known here"
	}
	return "it is cut off or damaged"
}

func (u *unpacker) problem(code, text string) error {
	return &document.Error{Code: code, Problem: text, Offset: -1}
}

func (u *unpacker) zip(ctx context.Context, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(file, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	if len(z.File) > mostInArchives.entries {
		return u.tooMany()
	}
	for _, f := range z.File {
		err := u.entry(ctx, f.Name, f.Mode(), func() (io.ReadCloser, error) {
			if f.Flags&1 != 0 {
				return nil, errEncrypted
			}
			return f.Open()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) tar(ctx context.Context, file *os.File) error {
	var plain io.Reader = file
	magic := make([]byte, 2)
	n, err := io.ReadFull(file, magic)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	if document.IsGzip(magic[:n]) {
		if plain, err = gzip.NewReader(file); err != nil {
			return err
		}
	}
	// What an archive says of itself counts, too.
	bounded := &io.LimitedReader{R: plain, N: 2 * mostInArchives.bytes}
	end := &tail{Reader: bounded}
	t := tar.NewReader(end)
	for {
		h, err := t.Next()
		if bounded.N == 0 {
			return u.tooLarge()
		}
		if err == io.EOF {
			_, err := io.Copy(io.Discard, end) // to have the checksum compared
			if err == nil && end.block != [len(end.block)]byte{} {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		err = u.entry(ctx, h.Name, h.FileInfo().Mode(), func() (io.ReadCloser, error) { return io.NopCloser(t), nil })
		if err != nil {
			return err
		}
	}
}

// A tail remembers the last block that was read. That of a whole TAR archive is empty.
type tail struct {
	io.Reader
	block [512]byte
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n < len(t.block) {
		copy(t.block[:], t.block[n:])
	}
	last := min(n, len(t.block))
	copy(t.block[len(t.block)-last:], p[n-last:n])
	return n, err
}

func (u *unpacker) tooMany() error {
	return u.problem(document.TooLarge, fmt.Sprintf("the archive has more than %d entries. Unpack it, and name the folder", mostInArchives.entries))
}

func (u *unpacker) tooLarge() error {
	return u.problem(document.TooLarge, fmt.Sprintf("archives hold more than %d MiB. Unpack them, and name the folder", mostInArchives.bytes>>20))
}

// entry takes in one entry of the archive.
func (u *unpacker) entry(ctx context.Context, name string, mode os.FileMode, open func() (io.ReadCloser, error)) error {
	if u.seen++; u.seen > mostInArchives.entries {
		return u.tooMany()
	}
	name = strings.ReplaceAll(name, `\`, "/")
	leaves := !filepath.IsLocal(filepath.FromSlash(name))
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if mode.IsDir() || isHidden(name) {
		return nil
	}
	at := originOf(u.archive.Origin+entryMark+name, u.contents)
	not := func(status sg.Status, problem string) {
		c := notRead(at, status, document.Unreadable, problem)
		u.entries = append(u.entries, &c)
	}
	if u.before[u.archive.Origin] {
		u.before[at] = true
	}
	switch {
	case u.leavesOutEntry(name):
		not(sg.StatusLeftOut, u.leftOut(at).problem)
		return nil
	case leaves:
		not(sg.StatusInvalid, "its name leads out of the archive. Unpack the archive, see what the file is, and name it")
		return nil
	case !mode.IsRegular():
		not(sg.StatusUnrecognized, "it is no file, but a link or something else. Unpack the archive, and name the folder")
		return nil
	}
	from, err := open()
	if err != nil {
		not(sg.StatusInvalid, "it cannot be read: "+damage(err)+". Unpack the archive, and name the folder")
		return nil
	}
	defer from.Close()
	if u.unpackedTo == "" {
		if u.unpackedTo, err = os.MkdirTemp("", "ftpcheck-archive-"); err != nil {
			return u.problem(document.Unreadable, "there is no place to unpack it: "+document.WithoutPath(err))
		}
	}
	to, err := os.CreateTemp(u.unpackedTo, "")
	if err != nil {
		return u.problem(document.Unreadable, "it cannot be unpacked: "+document.WithoutPath(err))
	}
	room := mostInArchives.bytes - u.unpackedBytes
	n, err := io.Copy(to, io.LimitReader(document.WithContext(ctx, from), room+1))
	err = errors.Join(err, to.Close())
	u.unpackedBytes += n
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case n > room:
		return u.tooLarge()
	case err != nil:
		not(sg.StatusInvalid, "it cannot be unpacked: "+damage(err)+". Make the archive again")
		return nil
	}
	u.contents[at] = to.Name()
	u.entries = append(u.entries, &sg.Coverage{Origin: at, Started: time.Now()})
	return nil
}

// isHidden reports whether the file is one that is passed over, as in folders.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// leavesOutEntry reports whether the user chose to leave out a file of the archive, or a folder
// that it is in.
func (u *unpacker) leavesOutEntry(name string) bool {
	root := u.archive.Origin
	for ; name != "."; name = path.Dir(name) {
		if u.leavesOut(filepath.Join(root, filepath.FromSlash(name)), root) {
			return true
		}
	}
	return false
}

// isEntry reports whether the content of an origin was unpacked.
func (r *savedRead) isEntry(origin string) bool {
	at, ok := r.contents[origin]
	return ok && r.unpackedTo != "" && filepath.Dir(at) == r.unpackedTo
}
