package record

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// IndexName is the name of the file in a folder of recorded scans that says what was
// read, how it ended and in which files it is. As a path of a [Config] it stands for
// the whole recorded scan.
const IndexName = "scan.json.gz"

// indexFormat is the version of the index. A reader refuses those that it does not know.
const indexFormat = 1

// An Index is what [IndexName] holds.
type Index struct {
	Scan struct {
		Format int
		Places []Place
	}
}

// A Place is the record of one place, with the files that hold what was read there.
type Place struct {
	sg.Coverage
	Files []string // relative to the index, with slashes
}

func writeIndex(dir string, ix *Index) error {
	for i := range ix.Scan.Places {
		ix.Scan.Places[i].Origin = inUTF8(ix.Scan.Places[i].Origin)
	}
	return writeFile(filepath.Join(dir, IndexName), false, func(w io.Writer) error {
		return json.MarshalWrite(w, ix, json.Deterministic(true), json.OmitZeroStructFields(true), jsontext.WithIndent("  "),
			jsontext.AllowInvalidUTF8(true)) // as in what is said of some files
	})
}

// inUTF8 is the name of a file in UTF-8. Bytes that are none are written by their number, so
// that two names stay two.
func inUTF8(name string) string {
	var b strings.Builder
	for len(name) > 0 {
		r, n := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, name[0])
		} else {
			b.WriteString(name[:n])
		}
		name = name[n:]
	}
	return b.String()
}

// ReadIndex reads an index, whose files are all inside of its folder.
func ReadIndex(ctx context.Context, file string) (*Index, error) {
	d, err := document.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var ix Index
	if err := json.UnmarshalRead(d.Text, &ix); err != nil {
		return nil, document.AsError(err)
	}
	if ix.Scan.Format != indexFormat {
		return nil, &document.Error{Code: document.UnknownContent, Offset: -1, Problem: fmt.Sprintf(
			"this is no index of a recorded scan that this version can read (format %d, and it reads %d). Read it with the version that wrote it", ix.Scan.Format, indexFormat)}
	}
	for _, p := range ix.Scan.Places {
		for _, f := range p.Files {
			if !filepath.IsLocal(filepath.FromSlash(f)) {
				return nil, &document.Error{Code: document.InvalidValue, Offset: -1, Problem: fmt.Sprintf("the index names the file %q, which is outside of its folder", f)}
			}
		}
	}
	return &ix, nil
}

// codeAltered is the error code of a recorded scan whose files do not hold what its index
// says.
const codeAltered = "Altered"

// As returns the record, if what was read now is what it says.
func (p *Place) As(read sg.Coverage) sg.Coverage {
	switch {
	case read.Status != p.Status || read.ErrorMessage != p.ErrorMessage:
		return p.Altered(fmt.Sprintf("its record says %q, and reading its files ends with %q %s", p.Status, read.Status, read.ErrorMessage))
	case read.Groups != p.Groups || read.Permissions != p.Permissions:
		return p.Altered(fmt.Sprintf("its record says that %d security groups with %d ingress permissions were read, and its files hold %d with %d",
			p.Groups, p.Permissions, read.Groups, read.Permissions))
	}
	return p.Coverage
}

// Altered is the record of a place whose files are not what the record says.
func (p *Place) Altered(problem string) sg.Coverage {
	c := p.Coverage
	c.Status, c.ErrorCode, c.Optional, c.Ignored = sg.StatusInvalid, codeAltered, false, false
	c.ErrorMessage = "the recorded scan has been altered: " + strings.TrimSuffix(problem, " ") + ". Read it from an unaltered copy"
	return c
}
