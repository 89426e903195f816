package saved

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// replay reads a recorded scan: it gives the groups that were read then and the record of
// every place as it was then, with those that failed. A place whose files do not hold
// what the record says has failed now. A recorder gets copies of the files of all others. The
// second result are the scan's files.
func (r *savedRead) replay(ctx context.Context, file string, to *record.Recorder) (places []sg.Coverage, files map[string]bool, err error) {
	ix, err := record.ReadIndex(ctx, file)
	if err != nil {
		c := sg.Coverage{Origin: file, Started: time.Now()}
		err := r.record(ctx, &c, err)
		return []sg.Coverage{c}, nil, err
	}
	r.replays++
	dir := filepath.Dir(file)
	files = map[string]bool{}
	for _, p := range ix.Scan.Places {
		for _, f := range p.Files {
			files[filepath.Join(dir, filepath.FromSlash(f.Name))] = true
		}
	}
	// Files complete each other, so they are read together; AWS was asked place by place.
	var origins []sg.Coverage
	contents := map[string]string{}
	recorded := map[string]record.File{}
	altered := map[string]string{}
	for _, p := range ix.Scan.Places {
		if p.Origin == sg.Live || len(p.Files) == 0 {
			continue
		}
		// Two connections may have read the same file, and each kept it.
		first, twice := recorded[p.Origin]
		if !twice {
			recorded[p.Origin] = p.Files[0]
			contents[p.Origin] = filepath.Join(dir, filepath.FromSlash(p.Files[0].Name))
			origins = append(origins, sg.Coverage{Origin: p.Origin})
		} else if first.SHA256 != p.Files[0].SHA256 {
			altered[p.Origin] = "its index names the file twice, with different content"
		}
		if err := p.Check(dir); err != nil {
			altered[p.Origin] = err.Error()
		}
	}
	origins = slices.DeleteFunc(origins, func(c sg.Coverage) bool { return altered[c.Origin] != "" })
	read := map[string]sg.Coverage{}
	if len(origins) > 0 {
		r.begin()
		r.contents = contents
		if origins, err = r.files(ctx, origins); err != nil {
			return nil, nil, err
		}
		for _, c := range origins {
			read[c.Origin] = c
		}
	}
	near := &neighbourhood{r, ix, dir, map[place]*neighbour{}}
	for i := range ix.Scan.Places {
		p := &ix.Scan.Places[i]
		c := p.Coverage
		switch {
		case altered[p.Origin] != "":
			c = p.Altered(altered[p.Origin])
		case p.Origin != sg.Live && len(p.Files) > 0:
			c = p.As(read[p.Origin])
		case p.Origin != sg.Live && p.Status == sg.StatusScanned:
			c = p.Altered("its index names no file for it")
		case p.Origin == sg.Live && c.Concerns(&r.request):
			if c, err = r.replayPlace(ctx, near, p); err != nil {
				return nil, nil, err
			}
		}
		if to != nil && c.Status == p.Status && c.ErrorMessage == p.ErrorMessage { // it has not been altered
			if err := to.Copy(c, dir, p.Files); err != nil {
				return nil, nil, err
			}
		}
		places = append(places, c)
	}
	return places, files, nil
}

// replayPlace reads one live place, and of its neighbours what it needs to know of them.
func (r *savedRead) replayPlace(ctx context.Context, near *neighbourhood, p *record.Place) (sg.Coverage, error) {
	dir := near.dir
	if err := p.Check(dir); err != nil {
		return p.Altered(err.Error()), nil
	}
	r.begin()
	r.replayed = p
	defer func() { r.replayed = nil }()
	r.neighbour = func(account string) (*neighbour, error) { return near.at(ctx, place{account, p.Region}) }
	files := make([]sg.Coverage, len(p.Files))
	for i, f := range p.Files {
		files[i] = sg.Coverage{Origin: filepath.Join(dir, filepath.FromSlash(f.Name))}
	}
	files, err := r.files(ctx, files)
	if err != nil {
		return p.Coverage, err
	}
	read := sg.Coverage{Status: p.Status, ErrorMessage: p.ErrorMessage}
	for _, c := range files {
		if c.Status != sg.StatusScanned && p.Status == sg.StatusScanned {
			return p.Altered(fmt.Sprintf("its file cannot be read: %s", c.Problem())), nil
		}
		read.Groups += c.Groups
		read.Permissions += c.Permissions
		read.Shared = append(read.Shared, c.Shared...)
	}
	if p.Status != sg.StatusScanned { // what was not right then need not be now
		read.Groups, read.Permissions = p.Groups, p.Permissions
	}
	return p.As(read), nil
}

// keep records a file as it is, compressed if it is not. Of one that could not be read,
// the record says so.
func (r *savedRead) keep(ctx context.Context, c sg.Coverage, to *record.Recorder) error {
	content, err := r.content(ctx, c.Origin)
	if err != nil && c.Status == sg.StatusScanned {
		return record.Problem(fmt.Errorf("%s was there and is not any more", c.Origin))
	} else if err != nil {
		return nil
	}
	defer content.Close()
	account, region := placeOf(c.Origin)
	base := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(c.Origin), ".gz"), ".json")
	if c.Origin == stdinPath {
		base = "stdin"
	}
	text := bufio.NewReader(content)
	magic, _ := text.Peek(2)
	kept, err := to.File(account, region, base, document.IsGzip(magic), func(w io.Writer) error {
		_, err := io.Copy(w, text)
		return err
	})
	if err != nil {
		return err
	}
	to.Add(c, []record.File{kept})
	return nil
}

// content opens the file of an origin.
func (r *savedRead) content(ctx context.Context, origin string) (*os.File, error) {
	path, err := r.readable(ctx, origin)
	if err != nil {
		return nil, err
	}
	return document.OpenFile(path)
}
