package scan

import (
	"bytes"
	"cmp"
	"context"
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

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/gzip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2xml"
)

// IndexName is the name of the file in a folder of recorded scans that says what was
// read, how it ended and in which files it is. As a path of a [Config] it stands for
// the whole recorded scan.
const IndexName = "scan.json.gz"

// indexFormat is the version of the index. A reader refuses those that it does not know.
const indexFormat = 1

// index is what [IndexName] holds.
type index struct {
	Scan struct {
		Format int
		Places []recordedPlace
	}
}

// recordedPlace is the record of one place, with the files that hold what was read there.
type recordedPlace struct {
	sg.Coverage
	Files []string // relative to the index, with slashes
}

// Record reads everything, with all that completes it, and keeps it in a folder, which
// must not exist or be empty: in the shape of the AWS CLI, one folder for each account
// and region, with an index of what was read. Reading that folder replays the scan: it
// gives the same groups, verdicts and coverage as this read did.
//
// Of AWS's answers it keeps what bears on inbound access; of files it keeps everything.
// It returns the record of every place, as [Scanner.Read] does, but a place that was not
// read is no error. Any error leaves a folder that is no recorded scan.
func (s *Scanner) Record(ctx context.Context, dir string) ([]sg.Coverage, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("the folder %q cannot be made: %w", dir, withoutPath(err))
	}
	r := &recorder{dir: dir, names: map[string]bool{}, files: map[string][][]string{}}
	request := reading{Request: sg.Everything(), recorder: r}
	request.Once = true
	places, err := s.readAll(ctx, request, func(*sg.Group) error { return nil })
	var incomplete *sg.IncompleteError
	if err != nil && !errors.As(err, &incomplete) {
		return nil, err
	}
	return places, r.finish(places)
}

// recorder keeps what a read reads.
type recorder struct {
	dir string

	mu    sync.Mutex
	names map[string]bool
	files map[string][][]string // by place; several connections may read the same place
}

// file writes one file of a place and returns its name in the folder. The file is
// compressed, by this or by what writes it.
func (r *recorder) file(account, region, name string, compressed bool, write func(io.Writer) error) (string, error) {
	name = r.reserve(path.Join(safeName(account), safeName(region)), name)
	full := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return "", recordError(err)
	}
	return name, writeFile(full, compressed, write)
}

// reserve finds a name in a folder that no other file has.
func (r *recorder) reserve(folder, name string) string {
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

// add takes in the files of a place.
func (r *recorder) add(c sg.Coverage, files []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files[placeKey(c)] = append(r.files[placeKey(c)], files)
}

func placeKey(c sg.Coverage) string {
	return strings.Join([]string{c.Origin, c.AccountID, c.Region}, "\x00")
}

// finish writes the index. Places that nothing was read of are in it, too.
func (r *recorder) finish(places []sg.Coverage) error {
	var ix index
	ix.Scan.Format = indexFormat
	var live []recordedPlace
	for _, c := range places {
		p := recordedPlace{Coverage: c}
		if key := placeKey(c); len(r.files[key]) > 0 {
			p.Files, r.files[key] = r.files[key][0], r.files[key][1:]
		}
		slices.Sort(p.Files)
		if c.Origin == sg.Live {
			live = append(live, p)
		} else {
			// Which of two files with the same group counts depends on their order.
			ix.Scan.Places = append(ix.Scan.Places, p)
		}
	}
	slices.SortStableFunc(live, func(a, b recordedPlace) int {
		return cmp.Or(a.Compare(b.Coverage), strings.Compare(string(a.Status), string(b.Status)), strings.Compare(a.ErrorMessage, b.ErrorMessage))
	})
	ix.Scan.Places = append(ix.Scan.Places, live...)
	return writeIndex(r.dir, &ix)
}

func writeIndex(dir string, ix *index) error {
	return writeFile(filepath.Join(dir, IndexName), false, func(w io.Writer) error {
		return json.MarshalWrite(w, ix, json.Deterministic(true), json.OmitZeroStructFields(true), jsontext.WithIndent("  "))
	})
}

func readIndex(ctx context.Context, file string) (*index, error) {
	d, err := openDocument(ctx, file)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var ix index
	if err := json.UnmarshalRead(d.text, &ix); err != nil {
		return nil, asFileError(err)
	}
	if ix.Scan.Format != indexFormat {
		return nil, &fileError{code: codeUnknown, offset: -1, problem: fmt.Sprintf(
			"this is no index of a recorded scan that this version can read (format %d, and it reads %d). Read it with the version that wrote it", ix.Scan.Format, indexFormat)}
	}
	for _, p := range ix.Scan.Places {
		for _, f := range p.Files {
			if !filepath.IsLocal(filepath.FromSlash(f)) {
				return nil, &fileError{code: codeInvalid, offset: -1, problem: fmt.Sprintf("the index names the file %q, which is outside of its folder", f)}
			}
		}
	}
	return &ix, nil
}

// writeFile writes a new file, which the disk has when it returns, and compresses what is
// not. The same content gives the same bytes.
func writeFile(file string, compressed bool, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return recordError(err)
	}
	defer func() { err = errors.Join(err, recordError(f.Close())) }()
	if compressed {
		return recordError(errors.Join(write(f), f.Sync()))
	}
	z := gzip.NewWriter(f)
	if err := write(z); err != nil {
		return recordError(err)
	}
	return recordError(errors.Join(z.Close(), f.Sync()))
}

func recordError(err error) error {
	if err == nil || isContextError(err) {
		return err
	}
	return fmt.Errorf("what was read cannot be kept: %w", withoutPath(err))
}

// withoutPath leaves out what a person cannot do anything about: the path of a temporary
// file.
func withoutPath(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// writeMember writes what the AWS CLI prints: an object with one list, whose elements
// come as JSON texts of lists.
func writeMember(w io.Writer, name string, lists func(yield func([]byte) error) error) error {
	if _, err := fmt.Fprintf(w, "{%q: [", name); err != nil {
		return err
	}
	separator := "\n"
	err := lists(func(list []byte) error {
		elements := bytes.TrimSpace(list[1 : len(list)-1])
		if len(elements) == 0 {
			return nil
		}
		if _, err := io.WriteString(w, separator); err != nil {
			return err
		}
		separator = ",\n"
		_, err := w.Write(elements)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

// keep records an answer of the place, which AWS gave in pages, if there is a recorder.
func (r *placeReader) keep(command, member string, pages ...page) error {
	if r.request.recorder == nil {
		return nil
	}
	name, err := r.request.recorder.file(r.job.account.id, r.job.region, command, false, func(w io.Writer) error {
		return writeMember(w, member, func(yield func([]byte) error) error {
			for _, p := range pages {
				text, err := decompress(p)
				if err != nil {
					return err
				}
				if err := yield(text); err != nil {
					return err
				}
				giveBack(text)
			}
			return nil
		})
	})
	r.files = append(r.files, name)
	return err
}

// keepGroups records the groups of the place.
func (r *placeReader) keepGroups(all *groupPages) error {
	var kept pages
	if r.request.recorder == nil {
		return nil
	}
	for i := range all.pages {
		var groups []savedGroup
		err := all.pages[i].each(&sg.Request{}, func(x *ec2xml.Group) error {
			g := newSavedGroup(x.SecurityGroup())
			if g.IpPermissions == nil {
				g.IpPermissions = []types.IpPermission{} // AWS leaves out what is empty
			}
			groups = append(groups, g)
			return nil
		})
		if err != nil {
			return err
		}
		if err := kept.add(groups, true); err != nil {
			return err
		}
	}
	return r.keep("describe-security-groups", "SecurityGroups", kept...)
}

// keepList is keep for a list that is not in pages.
func (r *placeReader) keepList(command, member string, list any) error {
	var kept pages
	if err := kept.add(list, r.request.recorder != nil); err != nil {
		return err
	}
	return r.keep(command, member, kept...)
}

var unsafeInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// safeName makes a text good for the name of a file on every system.
func safeName(s string) string {
	s = strings.TrimLeft(unsafeInNames.ReplaceAllString(s, "_"), ".")
	return s[:min(len(s), 100)]
}

// MergeRecorded puts recorded scans of the shards of one scan together, in a folder that
// must not exist or be empty. What several of them say is said once, and an account that
// its shard should have read, and none has, is a place that was not read. More places that
// were not read can be given.
func MergeRecorded(ctx context.Context, dir string, notRead []sg.Coverage, shards ...string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return recordError(err)
	}
	r := &recorder{dir: dir, names: map[string]bool{}, files: map[string][][]string{}}
	places := notRead
	var left []sg.Coverage // to other shards
	read := map[string]bool{}
	said := map[string]bool{}
	for _, shard := range shards {
		ix, err := readIndex(ctx, filepath.Join(shard, IndexName))
		if err != nil {
			return fmt.Errorf("the recorded scan %q cannot be read: %w", shard, err)
		}
		for _, p := range ix.Scan.Places {
			if p.Status == sg.StatusOtherShard {
				left = append(left, p.Coverage)
				continue
			}
			if key := placeKey(p.Coverage) + p.ErrorMessage; p.AccountID == "" && said[key] {
				continue
			} else {
				said[key] = true
			}
			read[p.AccountID] = true
			for i, name := range p.Files {
				if p.Files[i], err = r.copy(shard, name); err != nil {
					return err
				}
			}
			places = append(places, p.Coverage)
			r.add(p.Coverage, p.Files)
		}
	}
	for _, c := range left {
		if !read[c.AccountID] {
			read[c.AccountID] = true
			c.Status, c.ErrorCode, c.Optional = sg.StatusError, codeOtherShard, false
			c.ErrorMessage = c.ErrorMessage + ", and that shard has not read it. Run the worker of that shard again"
			places = append(places, c)
		}
	}
	return r.finish(places)
}

// copy takes in a file of another recorded scan as it is.
func (r *recorder) copy(from, name string) (string, error) {
	f, err := os.Open(filepath.Join(from, filepath.FromSlash(name)))
	if err != nil {
		return "", recordError(err)
	}
	defer f.Close()
	folder, base := path.Split(name)
	name = r.reserve(path.Clean(folder), strings.TrimSuffix(base, ".json.gz"))
	full := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return "", recordError(err)
	}
	return name, writeFile(full, true, func(w io.Writer) error { _, err := io.Copy(w, f); return err })
}
