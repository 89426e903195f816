package benchmark

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Install writes the files of the mod into a folder, which it makes if need be. A file
// that is there already and differs may hold somebody's changes: unless overwrite is
// set, Install then fails before it writes anything.
func Install(dir string, overwrite bool) error {
	files := Bundled()
	var names, changed []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		names = append(names, name)
		mine, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		theirs, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case !bytes.Equal(mine, theirs):
			changed = append(changed, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(changed) > 0 && !overwrite {
		return fmt.Errorf("nothing was written, because these files of %s are there and differ: %s", dir, strings.Join(changed, ", "))
	}
	for _, name := range names {
		target := filepath.Join(dir, filepath.FromSlash(name))
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o666); err != nil {
			return err
		}
	}
	return nil
}
