package saved

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// stdinPath names standard input among the paths, and its rows' origin.
const stdinPath = "-"

// A found is a file that a path names, or something there that is none: then it has a status,
// and a problem in words.
type found struct {
	path    string
	status  sg.Status
	problem string
}

// expand returns what a path names, in lexical order: the file itself, all files in and below
// a folder, or whatever a glob pattern matches. A path that names nothing is a problem, as the
// user expected something to be there.
//
// In folders and by patterns, names that begin with a dot are passed over: they are what tools
// keep for themselves, such as .git or .DS_Store, and what an interrupted audit has left.
func (s *Source) expand(path string) []found {
	if path == stdinPath {
		return []found{{path: stdinPath}}
	}
	bad := func(err error) []found { return []found{{path, sg.StatusInvalid, err.Error()}} }
	full, err := expandHome(path)
	if err != nil {
		return bad(err)
	}
	matches := []string{full}
	if _, err := os.Lstat(full); err != nil && strings.ContainsAny(full, `*?[{`) {
		matches, err = doublestar.FilepathGlob(full, doublestar.WithFailOnIOErrors(), doublestar.WithNoHidden())
		if errors.Is(err, doublestar.ErrBadPattern) {
			return bad(fmt.Errorf("%q is not a valid pattern: use *, ?, [a-z], {a,b} and ** for any depth of folders", path))
		} else if err != nil {
			return bad(document.ReadProblem(path, err))
		}
	}
	var all []found
	for _, m := range matches {
		all = append(all, s.below(m)...)
	}
	switch {
	case len(matches) == 0:
		return bad(fmt.Errorf("nothing matches %q", path))
	case len(all) == 0:
		return bad(fmt.Errorf("no file is in %q", path))
	}
	slices.SortStableFunc(all, func(a, b found) int { return strings.Compare(a.path, b.path) })
	return all
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

// below returns the file, or what is in and below the folder.
func (s *Source) below(root string) (all []found) {
	invalid := func(path string, err error) { all = append(all, found{path, sg.StatusInvalid, err.Error()}) }
	info, err := os.Stat(root)
	switch {
	case s.leavesOut(root, filepath.Dir(root)):
		return []found{s.leftOut(root)}
	case err != nil:
		invalid(root, document.ReadProblem(root, err))
		return all
	case info.Mode().IsRegular():
		return []found{{path: root}}
	case !info.IsDir():
		invalid(root, document.NoFile(root))
		return all
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		invalid(root, document.ReadProblem(root, err))
		return all
	}
	// Its error is always nil, as each problem is one of its place alone.
	_ = filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		passOver := func() error {
			if e.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		switch {
		case err != nil:
			invalid(p, document.ReadProblem(p, err))
			return nil
		case p == root:
			return nil
		case strings.HasPrefix(e.Name(), "."):
			return passOver()
		case s.leavesOut(p, root):
			all = append(all, s.leftOut(p))
			return passOver()
		case e.IsDir():
			return nil
		}
		switch info, err := os.Stat(p); {
		case err != nil:
			invalid(p, document.ReadProblem(p, err))
		case info.IsDir():
			invalid(p, fmt.Errorf("%q is a link to a folder, which is not followed: name that folder as a path of its own", p))
		case !info.Mode().IsRegular():
			all = append(all, found{p, sg.StatusUnrecognized, document.NoFile(p).Error()})
		default:
			all = append(all, found{path: p})
		}
		return nil
	})
	return all
}

func (s *Source) leftOut(path string) found {
	return found{path, sg.StatusLeftOut, "it is left out by " + s.excludedBy}
}

// leavesOut reports whether the user chose to leave out what is in or below a folder: by a
// pattern for its name or, with a slash in it, for its path, in full or from the folder down.
func (s *Source) leavesOut(path, root string) bool {
	from, err := filepath.Rel(root, path)
	if err != nil {
		from = path
	}
	return slices.ContainsFunc(s.exclude, func(pattern string) bool {
		if !strings.Contains(pattern, "/") {
			ok, _ := doublestar.PathMatch(pattern, filepath.Base(path)) // patterns are valid
			return ok
		}
		if full, err := expandHome(pattern); err == nil {
			pattern = full
		}
		pattern = filepath.Clean(filepath.FromSlash(pattern))
		whole, _ := doublestar.PathMatch(pattern, filepath.Clean(path))
		below, _ := doublestar.PathMatch(pattern, from)
		return whole || below
	})
}

// originOf is the path as it may be shown and kept, which is UTF-8: what is not is written as
// in \xff. No two paths of a source have the same.
func originOf(path string, taken map[string]string) string {
	var b strings.Builder
	for i := 0; i < len(path); {
		r, size := utf8.DecodeRuneInString(path[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, path[i])
		} else {
			b.WriteString(path[i : i+size])
		}
		i += size
	}
	origin := b.String()
	for n := 2; taken[origin] != "" && taken[origin] != path; n++ {
		origin = fmt.Sprintf("%s (%d)", b.String(), n)
	}
	taken[origin] = path
	return origin
}

const regionPattern = `[a-z]{2,4}(-[a-z]+)?-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[0-9]+`

var (
	regionName = regexp.MustCompile(`^` + regionPattern + `$`)
	zoneName   = regexp.MustCompile(`^` + regionPattern)
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	listID     = regexp.MustCompile(`pl-[0-9a-f]+`)
)

// regionOfZone is the region with whose name that of an availability zone begins, be it one of
// the region (us-west-2a), a Local Zone (us-west-2-lax-1a) or a Wavelength Zone
// (us-east-1-wl1-bos-wlz-1). It is empty if there is none.
func regionOfZone(zone string) string { return zoneName.FindString(zone) }

// placeOf tells the account and region of a file from the segments of its path, as in
// 123456789012/eu-west-1/describe-security-groups.json. Each is empty if no segment is
// one; the last that is one counts. What is behind the first dot of a name does not matter.
//
// An archive counts as the folder that it was made of.
func placeOf(path string) (account, region string) {
	if archive, entry, ok := strings.Cut(path, entryMark); ok {
		account, region = placeOf(archive)
		a, r := placeOf(entry)
		return cmp.Or(a, account), cmp.Or(r, region)
	}
	folder, name := filepath.Split(path)
	name, _, _ = strings.Cut(name, ".")
	for segment := range strings.SplitSeq(filepath.ToSlash(folder+name), "/") {
		switch {
		case accountID.MatchString(segment):
			account = segment
		case regionName.MatchString(segment):
			region = segment
		}
	}
	return account, region
}

// nameOf is the name of a file, be it in an archive.
func nameOf(origin string) string {
	name := filepath.Base(origin)
	return name[strings.LastIndex(name, entryMark)+1:]
}

// spool copies standard input to a temporary file, because a scan may read it more than
// once. It ends with the context, also if standard input does not.
func spool(ctx context.Context, stdin io.Reader) (string, error) {
	if stdin == nil {
		return "", errors.New("standard input cannot be read here")
	}
	f, err := os.CreateTemp("", "ftpcheck-stdin-")
	if err != nil {
		return "", fmt.Errorf("standard input cannot be kept in a temporary file: %v", err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(f, stdin)
		done <- errors.Join(err, f.Close())
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("standard input cannot be read: %v", err)
	}
	return f.Name(), nil
}
