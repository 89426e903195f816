package audit

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
)

// A Verification is what the verification of a bundle found.
type Verification struct {
	Manifest *Manifest
	Files    int // whose hashes were computed
	Rows     int // that a replay of the raw data gave again
	// Problems are what is not as it should be, each a sentence. The bundle is to be
	// trusted only if there is none.
	Problems []string
	// SameVersion reports that the bundle says it was made by this version, so that
	// everything was compared. If not, NotCompared are the files and the columns that are
	// not what this version makes, which another version need not: what they say is not
	// verified.
	SameVersion bool
	NotCompared []string

	// Signature is who signed the bundle, and Time when an authority saw it; nil if nobody did.
	// That whoever it is may be trusted has not been looked at.
	Signature *attest.Signature
	Time      *attest.Time

	text []byte // of the manifest
}

// Verify computes the hashes of a bundle again, replays its raw data and compares what
// follows with what is there. Its error says why the folder could not be looked at, or
// that it is no bundle at all. No link is followed, and nothing is opened that is no file.
//
// What the tool of the same version wrote must be the same to the byte. Of what another
// version wrote, CSV is compared in the columns that both have, and the rest is told in
// NotCompared.
//
// What it cannot see is a bundle that somebody made up whole, beginning with the raw
// data: keep [Manifest.SHA256] where only the auditor can write.
func Verify(ctx context.Context, dir string, tool Options) (*Verification, error) {
	v, err := verifyHashes(ctx, dir)
	if err != nil {
		return nil, err
	}
	if len(v.Problems) > 0 {
		return v, nil // a replay would only say the same with more words
	}
	return v, v.replay(ctx, dir, tool.tool())
}

// verified returns the verification of a bundle that has no problem.
func verified(ctx context.Context, dir string, tool Options) (*Verification, error) {
	v, err := Verify(ctx, dir, tool)
	if err != nil {
		return nil, err
	}
	return v, v.err(dir)
}

// err is the first problem of the bundle, if there is one.
func (v *Verification) err(dir string) error {
	if len(v.Problems) == 0 {
		return nil
	}
	return fmt.Errorf("%q is not as it was written: %s", dir, v.Problems[0])
}

func (v *Verification) problem(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// verifyHashes compares what is in the folder with the list of hashes, the manifest and
// the index of the raw data.
func verifyHashes(ctx context.Context, dir string) (*Verification, error) {
	v := &Verification{}
	var err error
	if v.Manifest, v.text, err = readManifest(dir); err != nil {
		return nil, err
	}
	listed, list, err := readSums(dir)
	if err != nil {
		return nil, err
	}
	found, err := v.find(dir)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be read: %w", dir, newfile.WithoutPath(err))
	}
	said := maps.Clone(v.Manifest.Files)
	if said == nil {
		said = map[string]File{}
	}
	said[manifestName] = hashOf(v.text)
	if err := v.readAttestations(dir); err != nil {
		return nil, err
	}
	maps.Copy(said, v.Manifest.attestations)
	names := maps.Clone(found)
	for name := range said {
		names[name] = true
	}
	for name := range listed {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		sum, isListed := listed[name]
		m, isSaid := said[name]
		isFile, isFound := found[name]
		switch {
		case !isFound:
			v.problem("%s is missing.", name)
		case !isListed && !isSaid:
			v.problem("%s does not belong to the audit: neither %s nor %s names it.", name, sumsName, manifestName)
		case !isListed:
			v.problem("%s is not in %s.", name, sumsName)
		case !isSaid:
			v.problem("%s is not in %s.", name, manifestName)
		case name == manifestName:
			v.Files++
			if sum != m.SHA256 {
				v.problem("%s has been changed: its hash is not that in %s.", name, sumsName)
			}
		case !isFile: // which has been said
		default:
			v.Files++
			if err := v.compareHash(dir, name, sum, m); err != nil {
				return nil, fmt.Errorf("%s of %q cannot be read: %w", name, dir, newfile.WithoutPath(err))
			}
		}
	}
	if len(v.Problems) == 0 && !bytes.Equal(list, v.Manifest.sums()) {
		v.problem("%s is not what an audit writes.", sumsName)
	}
	if len(v.Problems) == 0 {
		if err := v.compareAttestations(dir); err != nil {
			return nil, err
		}
		v.compareIndex(ctx, dir)
	}
	return v, nil
}

// find lists what is in a bundle, by name with slashes, but for the list of hashes, and
// says whether it is a file. What is none is a problem, and so is a folder without a file
// that the manifest names; only the datasets of Parquet may be empty.
func (v *Verification) find(dir string) (map[string]bool, error) {
	folders := map[string]bool{".": true}
	for name := range v.Manifest.Files {
		for folder := path.Dir(name); !folders[folder]; folder = path.Dir(folder) {
			folders[folder] = true
		}
	}
	dir, err := filepath.EvalSymlinks(dir) // a bundle may be where a link leads
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	return found, filepath.WalkDir(dir, func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case e.IsDir() && (folders[name] || name == parquetName || path.Dir(name) == parquetName):
		case e.IsDir():
			v.problem("The folder %s does not belong to the audit.", name)
			return fs.SkipDir
		case !e.Type().IsRegular():
			v.problem("%s is %s, and an audit has only files.", name, kindOf(e.Type()))
		}
		if !e.IsDir() && name != sumsName {
			found[name] = e.Type().IsRegular()
		}
		return nil
	})
}

// compareHash compares the hash of a file with those in the list and in the manifest. It
// does not read more than the manifest says there is.
func (v *Verification) compareHash(dir, name, sum string, said File) error {
	f, size, err := openFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer f.Close()
	if size > said.Bytes {
		v.problem("%s has been changed: it is larger than %s says.", name, manifestName)
		return nil
	}
	is, err := hashAll(io.LimitReader(f, said.Bytes+1))
	switch {
	case err != nil:
		return err
	case sum != is.SHA256:
		v.problem("%s has been changed: its hash is not that in %s.", name, sumsName)
	case said != is:
		v.problem("%s has been changed: its hash or size is not that in %s.", name, manifestName)
	}
	return nil
}

// compareIndex finds raw files that the index does not name: no replay reads them.
func (v *Verification) compareIndex(ctx context.Context, dir string) {
	ix, err := record.ReadIndex(ctx, filepath.Join(dir, rawName, record.IndexName))
	if err != nil {
		v.problem("%s/%s cannot be read: %v.", rawName, record.IndexName, newfile.WithoutPath(err))
		return
	}
	named := map[string]bool{path.Join(rawName, record.IndexName): true}
	for _, p := range ix.Scan.Places {
		for _, f := range p.Files {
			named[path.Join(rawName, f.Name)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Manifest.Files)) {
		if strings.HasPrefix(name, rawName+"/") && !named[name] {
			v.problem("%s does not belong to the audit: the index %s/%s does not name it.", name, rawName, record.IndexName)
		}
	}
}

// readSums reads the list of hashes, and returns it with its text.
func readSums(dir string) (map[string]string, []byte, error) {
	text, err := readWhole(dir, sumsName)
	if err != nil {
		return nil, nil, err
	}
	sums := map[string]string{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSuffix(line, "\n")
		sum, name, found := strings.Cut(line, "  ")
		if _, twice := sums[name]; !found || len(sum) != 64 || twice {
			return nil, nil, fmt.Errorf("%s of %q is not what an audit writes: line %d is %q. Take the audit from where it was kept", sumsName, dir, n, line[:min(len(line), 200)])
		}
		sums[name] = sum
	}
	return sums, text, nil
}

// replay makes again what follows from the raw data, and compares.
func (v *Verification) replay(ctx context.Context, dir string, tool Tool) error {
	again, err := os.MkdirTemp("", "ftpcheck-verify-")
	if err != nil {
		return fmt.Errorf("there is no room for a replay: %w", newfile.WithoutPath(err))
	}
	defer os.RemoveAll(again)
	v.SameVersion = v.Manifest.Tool == tool && v.Manifest.Rule == rule.Version
	m := *v.Manifest
	if err := derive(ctx, filepath.Join(dir, rawName), again, &m); err != nil {
		return err
	}
	gets, err := hashes(again)
	if err != nil {
		return err
	}
	same := v.SameVersion
	names := map[string]bool{}
	for _, files := range []map[string]File{v.Manifest.Files, gets} {
		for name := range files {
			if !strings.HasPrefix(name, rawName+"/") {
				names[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, isThere := v.Manifest.Files[name]
		get, isMade := gets[name]
		before := len(v.Problems) + len(v.NotCompared)
		switch {
		case isThere && was == get:
			v.Rows += m.Rows[name]
		case isThere && isMade && strings.HasSuffix(name, ".csv"):
			if err := v.compareRows(dir, again, name); err != nil {
				return err
			}
			// The same tool writes the same bytes; rows only explain what is different.
			switch {
			case len(v.Problems)+len(v.NotCompared) > before:
			case same:
				v.problem("%s is not what a replay of the raw data gives, though every value is the same.", name)
			default:
				v.NotCompared = append(v.NotCompared, "how "+name+" is written")
			}
		case !same:
			v.NotCompared = append(v.NotCompared, name)
		case !isThere:
			v.problem("%s is missing: a replay of the raw data gives it.", name)
		case !isMade:
			v.problem("%s is not what a replay of the raw data gives: it gives no such file.", name)
		default:
			v.problem("%s is not what a replay of the raw data gives.", name)
		}
	}
	problems := len(v.Problems)
	v.compareManifests(&m)
	if err := v.compareTimes(again); err != nil {
		return err
	}
	text, err := m.text()
	switch {
	case err != nil:
		return err
	case problems < len(v.Problems) || bytes.Equal(text, v.text):
	case same:
		v.problem("%s says more than an audit writes, or in other words.", manifestName)
	default:
		v.NotCompared = append(v.NotCompared, manifestName+" but for what follows from the raw data")
	}
	return nil
}

// String names the tool with its version.
func (t Tool) String() string {
	if t.Commit != "" {
		return fmt.Sprintf("%s %s (%s)", t.Name, t.Version, t.Commit)
	}
	return t.Name + " " + t.Version
}

// compareManifests compares what follows from the raw data. The rest of a manifest cannot
// be derived; the hashes protect it.
func (v *Verification) compareManifests(again *Manifest) {
	was, gets := maps.Clone(v.Manifest.Rows), maps.Clone(again.Rows)
	if !v.SameVersion {
		// Tables that only one of the versions has were not compared.
		maps.DeleteFunc(was, func(name string, _ int) bool { _, made := again.Rows[name]; return !made })
		maps.DeleteFunc(gets, func(name string, _ int) bool { _, there := v.Manifest.Files[name]; return !there })
	}
	for _, c := range []struct {
		name      string
		was, gets any
	}{
		{"complete", v.Manifest.Complete, again.Complete},
		{"answer", v.Manifest.Answer, again.Answer},
		{"reached", v.Manifest.Reached, again.Reached},
		{"not_reached", v.Manifest.NotReached, again.NotReached},
		{"rows", was, gets},
	} {
		was, err1 := json.Marshal(c.was)
		gets, err2 := json.Marshal(c.gets)
		if err := cmp.Or(err1, err2); err != nil || string(was) != string(gets) {
			v.problem("%s says %s is %s, and a replay of the raw data gives %s.", manifestName, c.name, was, gets)
		}
	}
}

// compareTimes finds places that were read before or after the manifest says that anything was: that
// would make an old reading look like a new one, or the other way round.
func (v *Verification) compareTimes(again string) error {
	if !v.SameVersion {
		return nil // which may have meant the time when it read what another had recorded
	}
	m := v.Manifest
	outside := func(name string, said, at time.Time) {
		v.problem("%s says %s is %s, and by a replay of the raw data something was read on %s.", manifestName, name, said.Format(time.RFC3339Nano), at.Format(time.RFC3339Nano))
	}
	first, last := m.Started, m.Finished
	_, err := eachRow(filepath.Join(again, "coverage.csv"), m, func(row map[string]string) {
		if at, err := time.Parse(time.RFC3339, row["started_at"]); err == nil && at.Before(first) {
			first = at
		}
		if at, err := time.Parse(time.RFC3339, row["finished_at"]); err == nil && at.After(last) {
			last = at
		}
	}, "started_at", "finished_at")
	if first.Before(m.Started) {
		outside("started_at", m.Started, first)
	}
	if last.After(m.Finished) {
		outside("finished_at", m.Finished, last)
	}
	return err
}

// compareRows compares two CSV files by row, in the columns that both have.
func (v *Verification) compareRows(dir, again, name string) error {
	was, err := openTable(filepath.Join(dir, name), v.Manifest)
	if err != nil {
		v.problem("%s is not what an audit writes: %v.", name, err)
		return nil
	}
	defer was.stop()
	gets, err := openTable(filepath.Join(again, name), v.Manifest)
	if err != nil {
		return err
	}
	defer gets.stop()
	var both, other []string
	for _, column := range slices.Concat(was.header, gets.header) {
		switch {
		case slices.Contains(both, column) || slices.Contains(other, column):
		case slices.Contains(was.header, column) && slices.Contains(gets.header, column):
			both = append(both, column)
		default:
			other = append(other, column)
		}
	}
	if other != nil && v.SameVersion {
		v.problem("%s is not what a replay of the raw data gives: only one of both has %s.", name, strings.Join(other, ", "))
	} else if other != nil {
		v.NotCompared = append(v.NotCompared, fmt.Sprintf("%s of %s", strings.Join(other, ", "), name))
	}
	if len(both) == 0 {
		v.problem("%s has none of the columns that a replay of the raw data gives.", name)
		return nil
	}
	var different []string
	differences, same := 0, 0
	for n := 1; ; n++ {
		is, inFile := was.next()
		get, inReplay := gets.next()
		if !inFile && !inReplay {
			break
		} else if !inFile || !inReplay {
			continue // to count them
		}
		before := differences
		for _, column := range both {
			is, get := is[was.columns[column]], get[gets.columns[column]]
			if is == get {
				continue
			}
			if differences++; differences <= mostDifferences {
				different = append(different, fmt.Sprintf("%s, row %d: %s is %q, and a replay of the raw data gives %q.", name, n, column, is, get))
			}
		}
		if differences == before {
			same++
		}
	}
	if was.err != nil {
		v.problem("%s is not what an audit writes: %v.", name, was.err)
		return nil
	} else if gets.err != nil {
		return gets.err
	}
	if was.rows != gets.rows {
		v.problem("%s has %d rows, and a replay of the raw data gives %d.", name, was.rows, gets.rows)
	}
	v.Problems = append(v.Problems, different...)
	v.Rows += same
	if differences > mostDifferences {
		v.problem("%s has %d more differences.", name, differences-mostDifferences)
	}
	return nil
}

// mostDifferences is how many differences of one file are told.
const mostDifferences = 10

// A table is a CSV file of a bundle that is read row by row.
type table struct {
	header  []string
	columns map[string]int // by name
	rows    int            // that have been read
	err     error          // that ended the reading
	pull    func() ([]string, bool)
	stop    func()
}

// openTable opens a CSV file, each column of which must have a name of its own. It is to be stopped.
func openTable(path string, m *Manifest) (*table, error) {
	t := &table{columns: map[string]int{}}
	t.pull, t.stop = iter.Pull(func(yield func([]string) bool) {
		t.err = readRows(path, m, func(record []string) error {
			if !yield(record) {
				return errors.New("nobody wants more")
			}
			return nil
		})
	})
	var ok bool
	if t.header, ok = t.pull(); !ok {
		return nil, t.err
	}
	for i, name := range t.header {
		t.columns[name] = i
	}
	return t, nil
}

// next reads the next row, which is there until another is read.
func (t *table) next() (row []string, ok bool) {
	if row, ok = t.pull(); ok {
		t.rows++
	}
	return row, ok
}

// eachRow reads a CSV file that has the columns which are needed, by name, and returns its header.
func eachRow(path string, m *Manifest, handle func(row map[string]string), needs ...string) (header []string, err error) {
	err = readRows(path, m, func(record []string) error {
		if header == nil {
			header = record
			for _, name := range needs {
				if !slices.Contains(header, name) {
					return fmt.Errorf("it has no column %s", name)
				}
			}
			return nil
		}
		row := make(map[string]string, len(header))
		for i, name := range header {
			row[name] = record[i]
		}
		handle(row)
		return nil
	})
	return header, err
}

// readRows reads a CSV file, the header of which, where each column has a name of its own, is its
// first row.
func readRows(path string, m *Manifest, handle func(record []string) error) error {
	f, _, err := openFile(path)
	if err != nil {
		return newfile.WithoutPath(err)
	}
	defer f.Close()
	return output.ReadCSV(bufio.NewReader(f), m.CSV != "raw", func(header []string) error {
		for i, name := range header {
			if slices.Contains(header[:i], name) {
				return fmt.Errorf("it has two columns %s", name)
			}
		}
		return handle(header)
	}, handle)
}
