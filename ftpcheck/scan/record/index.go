package record

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// IndexName is the name of the file in a folder of recorded scans that says what was
// read, how it ended and in which files it is. As a path of a [Config] it stands for
// the whole recorded scan.
const IndexName = "scan.json.gz"

// indexFormat is the version of the index. A reader refuses those that it does not know.
const indexFormat = 2

// An Index is what [IndexName] holds.
type Index struct {
	Scan struct {
		Format int
		// Unfinished says that the recorder has not come to its end. It is there before
		// anything else is, so that what an interrupted recorder leaves is no recorded scan.
		Unfinished bool
		Places     []Place
		// Sum is a hash of the places. What is taken away from the index would otherwise
		// not be missed.
		Sum string
	}
}

// A Place is the record of one place, with the files that hold what was read there.
type Place struct {
	sg.Coverage
	Files []File
}

// A File is a file of a recorded scan.
type File struct {
	Name   string // relative to the index, with slashes
	SHA256 string
}

// writeIndex writes the index in the place of the one that may be there, which is there until
// the new one is whole.
func writeIndex(dir string, ix *Index) error {
	const beside = "." + IndexName
	var err error
	if ix.Scan.Sum, err = ix.sum(); err != nil {
		return err
	}
	_, err = writeFile(filepath.Join(dir, beside), false, func(w io.Writer) error {
		return json.MarshalWrite(w, ix, indexJSON, jsontext.WithIndent("  "))
	})
	if err != nil {
		return err
	}
	return Problem(errors.Join(os.Rename(filepath.Join(dir, beside), filepath.Join(dir, IndexName)), newfile.SyncFolder(dir)))
}

var indexJSON = json.JoinOptions(json.Deterministic(true), json.OmitZeroStructFields(true),
	jsontext.AllowInvalidUTF8(true)) // as in what is said of some files

func (ix *Index) sum() (string, error) {
	text, err := json.Marshal(ix.Scan.Places, indexJSON)
	return fmt.Sprintf("%x", sha256.Sum256(text)), err
}

// ReadIndex reads an index, whose files are all inside of its folder.
func ReadIndex(ctx context.Context, file string) (*Index, error) {
	d, err := document.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var ix Index
	if err := json.UnmarshalDecode(d.Decoder, &ix); err != nil {
		return nil, document.AsError(err)
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return nil, document.AsError(cmp.Or(err, errors.New("there is more behind its end")))
	}
	problem := func(code, format string, args ...any) error {
		return &document.Error{Code: code, Offset: -1, Problem: fmt.Sprintf(format, args...)}
	}
	if ix.Scan.Format != indexFormat {
		return nil, problem(document.UnknownContent,
			"this is no index of a recorded scan that this version can read (format %d, and it reads %d). Read it with the version that wrote it", ix.Scan.Format, indexFormat)
	}
	if ix.Scan.Unfinished {
		return nil, problem(document.Incomplete,
			"the recording was interrupted before its end, so nobody knows what it lacks. Remove %q, and run the audit again", filepath.Dir(file))
	}
	for _, p := range ix.Scan.Places {
		for _, f := range p.Files {
			if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
				return nil, problem(document.InvalidValue, "the index names the file %q, which is outside of its folder", f.Name)
			}
		}
	}
	if sum, err := ix.sum(); err != nil || sum != ix.Scan.Sum {
		return nil, problem(codeAltered, "the index of the recorded scan has been altered. Read it from an unaltered copy")
	}
	return &ix, nil
}

// Broken returns an error if there is an index which is not whole: the recorder was interrupted
// before its end, or the index was cut off or altered.
func Broken(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); err != nil {
		return nil
	}
	_, err := ReadIndex(ctx, file)
	var bad *document.Error
	if errors.As(err, &bad) && slices.Contains([]string{document.Incomplete, document.Truncated, codeAltered}, bad.Code) {
		return err
	}
	return nil // or a file of this name that is something else
}

// copyTo copies the file, which may not be reached by a link to another folder, and returns its
// hash.
func (f File) copyTo(w io.Writer, dir string) (sum string, err error) {
	full := filepath.Join(dir, filepath.FromSlash(f.Name))
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return "", document.ReadProblem(full, err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", document.ReadProblem(dir, err)
	}
	if inside, err := filepath.Rel(dir, real); err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("%q is a link out of the recorded scan", full)
	}
	from, err := document.OpenFile(full)
	if err != nil {
		return "", err
	}
	defer from.Close()
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, hash), from); err != nil {
		return "", document.ReadProblem(full, err)
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

// codeAltered is the error code of a recorded scan whose files do not hold what its index
// says.
const codeAltered = "Altered"

// Check returns an error in words if a file of the place is not the one that was recorded.
func (p *Place) Check(dir string) error {
	for _, f := range p.Files {
		sum, err := f.copyTo(io.Discard, dir)
		if err == nil && sum != f.SHA256 {
			err = fmt.Errorf("%q is not the file that was recorded", filepath.Join(dir, filepath.FromSlash(f.Name)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// As returns the record, if what was read now is what it says.
func (p *Place) As(read sg.Coverage) sg.Coverage {
	switch {
	case read.Status != p.Status || read.ErrorMessage != p.ErrorMessage:
		return p.Altered(fmt.Sprintf("its record says %q, and reading its files ends with %q %s", p.Status, read.Status, read.ErrorMessage))
	case read.Groups != p.Groups || read.Permissions != p.Permissions:
		return p.Altered(fmt.Sprintf("its record says that %d security groups with %d ingress permissions were read, and its files hold %d with %d",
			p.Groups, p.Permissions, read.Groups, read.Permissions))
	}
	c := p.Coverage
	c.Shared, c.Planned = read.Shared, read.Planned // which the index does not have
	return c
}

// Altered is the record of a place whose files are not what the record says.
func (p *Place) Altered(problem string) sg.Coverage {
	c := p.Coverage
	c.Status, c.ErrorCode, c.Optional, c.Ignored = sg.StatusInvalid, codeAltered, false, false
	c.ErrorMessage = "the recorded scan has been altered: " + strings.TrimSuffix(problem, " ") + ". Read it from an unaltered copy"
	return c
}
