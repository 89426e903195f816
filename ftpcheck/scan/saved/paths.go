package saved

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
)

// stdinPath names standard input among the paths, and its rows' origin.
const stdinPath = "-"

// expand returns the files that a path names, in lexical order: the file itself, all
// .json and .json.gz files in and below a folder, or whatever a glob pattern matches.
// A path that names nothing is an error, as the user expected something to be there.
func expand(path string) ([]string, error) {
	if path == stdinPath {
		return []string{stdinPath}, nil
	}
	full, err := expandHome(path)
	if err != nil {
		return nil, err
	}
	matches := []string{full}
	if _, err := os.Lstat(full); err != nil && strings.ContainsAny(full, `*?[{`) {
		matches, err = doublestar.FilepathGlob(full, doublestar.WithFailOnIOErrors())
		if errors.Is(err, doublestar.ErrBadPattern) {
			return nil, fmt.Errorf("%q is not a valid pattern: use *, ?, [a-z], {a,b} and ** for any depth of folders", path)
		} else if err != nil {
			return nil, document.ReadProblem(path, err)
		}
	}
	var files []string
	for _, m := range matches {
		found, err := filesBelow(m)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		if len(matches) > 0 {
			return nil, fmt.Errorf("no .json or .json.gz file is in %q", path)
		}
		return nil, fmt.Errorf("nothing matches %q", path)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func expandHome(path string) (string, error) {
	if path != "~" && !strings.HasPrefix(path, "~/") {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%q starts at the home folder, which is not known: set HOME or write the path in full", path)
	}
	return filepath.Join(home, path[1:]), nil
}

func filesBelow(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, document.ReadProblem(path, err)
	}
	if info.Mode().IsRegular() {
		return []string{path}, nil
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%q is no file: give what it holds on standard input, with %q as the path", path, stdinPath)
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, document.ReadProblem(path, err)
	}
	var files []string
	err = filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return document.ReadProblem(p, err)
		}
		if e.Type()&fs.ModeSymlink != 0 {
			if info, err := os.Stat(p); err != nil {
				return document.ReadProblem(p, err)
			} else if info.IsDir() {
				return fmt.Errorf("%q is a link to a folder, which is not followed: name that folder as a path of its own", p)
			}
		}
		name := strings.ToLower(p)
		if !e.IsDir() && (strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".json.gz")) {
			files = append(files, p)
		}
		return nil
	})
	return files, err
}

var (
	regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)?-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[0-9]+$`)
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	listID     = regexp.MustCompile(`pl-[0-9a-f]+`)
)

// placeOf tells the account and region of a file from the segments of its path, as in
// 123456789012/eu-west-1/describe-security-groups.json. Each is empty if no segment is
// one; the last that is one counts.
func placeOf(path string) (account, region string) {
	path = strings.TrimSuffix(strings.TrimSuffix(path, ".gz"), ".json")
	for segment := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		switch {
		case accountID.MatchString(segment):
			account = segment
		case regionName.MatchString(segment):
			region = segment
		}
	}
	return account, region
}

// spool copies standard input to a temporary file, because a scan may read it more than
// once.
func spool(stdin io.Reader) (string, error) {
	if stdin == nil {
		return "", errors.New("standard input cannot be read here")
	}
	f, err := os.CreateTemp("", "ftpcheck-stdin-")
	if err != nil {
		return "", fmt.Errorf("standard input cannot be kept in a temporary file: %v", err)
	}
	_, err = io.Copy(f, stdin)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("standard input cannot be read: %v", err)
	}
	return f.Name(), nil
}
