package record

import (
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Merge puts recorded scans of the shards of one scan together, in a folder that
// must not exist or be empty. What several of them say is said once, and an account that
// its shard should have read, and none has, is a place that was not read. More places that
// were not read can be given.
func Merge(ctx context.Context, dir string, notRead []sg.Coverage, shards ...string) error {
	r, err := New(dir)
	if err != nil {
		return err
	}
	places := slices.Clone(notRead) // which is the caller's
	var left []sg.Coverage          // to other shards
	read := map[string]bool{}
	said := map[string]bool{}
	for _, shard := range shards {
		ix, err := ReadIndex(ctx, filepath.Join(shard, IndexName))
		if err != nil {
			return fmt.Errorf("the recorded scan %q cannot be read: %w", shard, err)
		}
		for _, p := range ix.Scan.Places {
			if p.Status == sg.StatusOtherShard {
				left = append(left, p.Coverage)
				continue
			}
			if p.AccountID == "" {
				key := placeKey(p.Coverage) + p.ErrorMessage
				if said[key] {
					continue
				}
				said[key] = true
			}
			read[p.AccountID] = true
			places = append(places, p.Coverage)
			if err := r.Copy(p.Coverage, shard, p.Files); err != nil {
				return err
			}
		}
	}
	for _, c := range left {
		if !read[c.AccountID] {
			read[c.AccountID] = true
			c.Status, c.ErrorCode, c.Optional = sg.StatusError, sg.CodeOtherShard, false
			c.ErrorMessage = c.ErrorMessage + ", and that shard has not read it. Run the worker of that shard again"
			places = append(places, c)
		}
	}
	return r.Finish(places)
}

// Copy takes in the files of a place of another recorded scan, which is in the folder from.
func (r *Recorder) Copy(c sg.Coverage, from string, files []File) error {
	copies := make([]File, len(files))
	for i, f := range files {
		var err error
		if copies[i], err = r.copy(from, f); err != nil {
			return err
		}
	}
	r.Add(c, copies)
	return nil
}

// copy takes in a file of another recorded scan as it is.
func (r *Recorder) copy(from string, f File) (File, error) {
	folder, base := path.Split(f.Name)
	name := r.reserve(path.Clean(folder), strings.TrimSuffix(base, ".json.gz"))
	full := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := newfile.Folder(filepath.Dir(full)); err != nil {
		return File{}, Problem(err)
	}
	sum, err := writeFile(full, true, func(w io.Writer) error { _, err := f.copyTo(w, from); return err })
	if err == nil && sum != f.SHA256 {
		err = fmt.Errorf("the recorded scan %q has been altered: %s is not the file that was recorded. Read it from an unaltered copy", from, f.Name)
	}
	return File{name, sum}, err
}
