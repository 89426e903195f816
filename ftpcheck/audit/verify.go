package audit

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A Verification is what the verification of a bundle found.
type Verification struct {
	Manifest *Manifest
	Files    int // whose hashes were computed
	Rows     int // that a replay of the raw data gave again
	// Problems are what is not as it should be, each a sentence. The bundle is to be
	// trusted only if there is none.
	Problems []string
	// Notes are what could not be compared, and why; they are no fault of the bundle.
	Notes []string
}

// Verify computes the hashes of a bundle again, replays its raw data and compares what
// follows with what is there. Its error says why the folder could not be looked at, or
// that it is no bundle at all.
//
// What it cannot see is a bundle that somebody made up whole: keep the hash of SHA256SUMS
// where only the auditor can write.
func Verify(ctx context.Context, dir string, tool Options) (*Verification, error) {
	v := &Verification{}
	var err error
	if v.Manifest, err = readManifest(dir); err != nil {
		return nil, err
	}
	if err := v.hashes(dir); err != nil {
		return nil, err
	}
	if len(v.Problems) > 0 {
		return v, nil // a replay would only say the same with more words
	}
	return v, v.replay(ctx, dir, Tool{"ftpcheck", tool.Version, tool.Commit})
}

func (v *Verification) problem(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// hashes compares all files with the list of hashes, and that with the manifest.
func (v *Verification) hashes(dir string) error {
	listed, err := readSums(dir)
	if err != nil {
		return err
	}
	found, err := hashes(dir)
	if err != nil {
		return fmt.Errorf("%q cannot be read: %w", dir, err)
	}
	manifest, err := hash(filepath.Join(dir, manifestName))
	if err != nil {
		return fmt.Errorf("%q cannot be read: %w", dir, err)
	}
	found[manifestName] = manifest
	v.Files = len(found)
	said := maps.Clone(v.Manifest.Files)
	if said == nil {
		said = map[string]File{}
	}
	said[manifestName] = manifest
	for _, name := range slices.Sorted(maps.Keys(merged(listed, found, said))) {
		sum, isListed := listed[name]
		f, isFound := found[name]
		m, isSaid := said[name]
		switch {
		case !isFound:
			v.problem("%s is missing.", name)
		case !isListed && !isSaid:
			v.problem("%s does not belong to the audit: neither %s nor %s names it.", name, sumsName, manifestName)
		case !isListed:
			v.problem("%s is not in %s.", name, sumsName)
		case !isSaid:
			v.problem("%s is not in %s.", name, manifestName)
		case sum != f.SHA256:
			v.problem("%s has been changed: its hash is not that in %s.", name, sumsName)
		case m != f:
			v.problem("%s has been changed: its hash or size is not that in %s.", name, manifestName)
		}
	}
	return nil
}

func merged(a map[string]string, others ...map[string]File) map[string]bool {
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for _, m := range others {
		for name := range m {
			names[name] = true
		}
	}
	return names
}

// readSums reads the list of hashes.
func readSums(dir string) (map[string]string, error) {
	f, err := os.Open(filepath.Join(dir, sumsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q is no whole audit: it has no %s", dir, sumsName)
	} else if err != nil {
		return nil, fmt.Errorf("%s of %q cannot be read: %w", sumsName, dir, newfile.WithoutPath(err))
	}
	defer f.Close()
	sums := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		sum, name, found := strings.Cut(lines.Text(), "  ")
		if _, twice := sums[name]; !found || len(sum) != 64 || twice {
			return nil, fmt.Errorf("%s of %q is not what an audit writes: %q", sumsName, dir, lines.Text())
		}
		sums[name] = sum
	}
	return sums, lines.Err()
}

// replay makes again what follows from the raw data, and compares.
func (v *Verification) replay(ctx context.Context, dir string, tool Tool) error {
	again, err := os.MkdirTemp("", "ftpcheck-verify-")
	if err != nil {
		return fmt.Errorf("there is no room for a replay: %w", newfile.WithoutPath(err))
	}
	defer os.RemoveAll(again)
	m := *v.Manifest
	if err := derive(ctx, filepath.Join(dir, rawName), again, &m); err != nil {
		return err
	}
	files, err := hashes(again)
	if err != nil {
		return err
	}
	same := m.Tool == tool && m.Rule == rule.Version
	if !same {
		v.Notes = append(v.Notes, fmt.Sprintf("The audit was made by %s with rule version %s, and this is %s with rule version %s: only columns that both have were compared, and no other files.",
			m.Tool, m.Rule, tool, rule.Version))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		there, ok := v.Manifest.Files[name]
		isCSV := strings.HasSuffix(name, ".csv")
		switch {
		case isCSV && ok && f == there:
			v.Rows += m.Rows[name]
		case isCSV && ok:
			problems := len(v.Problems)
			rows, err := v.compareRows(dir, again, name)
			if err != nil {
				return err
			}
			v.Rows += rows
			// The same tool writes the same bytes; rows only explain what is different.
			if same && problems == len(v.Problems) {
				v.problem("%s is not what a replay of the raw data gives, though every value that both have is the same.", name)
			}
		case same && !ok:
			v.problem("%s is missing: a replay of the raw data gives it.", name)
		case same && f != there:
			v.problem("%s is not what a replay of the raw data gives.", name)
		}
	}
	for name := range v.Manifest.Files {
		if _, ok := files[name]; !ok && !strings.HasPrefix(name, rawName+"/") && same {
			v.problem("%s is not what a replay of the raw data gives: it gives no such file.", name)
		}
	}
	v.compareManifests(&m)
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
	for _, c := range []struct {
		name      string
		was, gets any
	}{
		{"complete", v.Manifest.Complete, again.Complete},
		{"answer", v.Manifest.Answer, again.Answer},
		{"reached", v.Manifest.Reached, again.Reached},
		{"not_reached", v.Manifest.NotReached, again.NotReached},
		{"rows", v.Manifest.Rows, again.Rows},
	} {
		was, err1 := json.Marshal(c.was)
		gets, err2 := json.Marshal(c.gets)
		if err := cmp.Or(err1, err2); err != nil || string(was) != string(gets) {
			v.problem("%s says %s is %s, and a replay of the raw data gives %s.", manifestName, c.name, was, gets)
		}
	}
}

// compareRows compares two CSV files by row, in the columns that both have. It returns
// how many rows are the same.
func (v *Verification) compareRows(dir, again, name string) (rows int, err error) {
	was, err := readRows(filepath.Join(dir, name), v.Manifest)
	if err != nil {
		return 0, err
	}
	gets, err := readRows(filepath.Join(again, name), v.Manifest)
	if err != nil {
		return 0, err
	}
	if len(was) != len(gets) {
		v.problem("%s has %d rows, and a replay of the raw data gives %d.", name, len(was), len(gets))
	}
	differences := 0
	for i := range min(len(was), len(gets)) {
		before := differences
		for _, column := range slices.Sorted(maps.Keys(was[i])) {
			other, ok := gets[i][column]
			if !ok || other == was[i][column] {
				continue
			}
			differences++
			if differences <= mostDifferences {
				v.problem("%s, row %d: %s is %q, and a replay of the raw data gives %q.", name, i+1, column, was[i][column], other)
			}
		}
		if differences == before {
			rows++
		}
	}
	if differences > mostDifferences {
		v.problem("%s has %d more differences.", name, differences-mostDifferences)
	}
	return rows, nil
}

// mostDifferences is how many differences of one file are told.
const mostDifferences = 10

// readRows reads a CSV file of a bundle as one map for each row, by column.
func readRows(path string, m *Manifest) ([]map[string]string, error) {
	var rows []map[string]string
	err := eachRow(path, m, func(row map[string]string) { rows = append(rows, row) })
	return rows, err
}

func eachRow(path string, m *Manifest, handle func(row map[string]string)) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, newfile.WithoutPath(err))
	}
	defer f.Close()
	err = output.ReadCSV(bufio.NewReader(f), m.CSV != "raw", func(header, record []string) error {
		row := make(map[string]string, len(header))
		for i, name := range header {
			row[name] = record[i]
		}
		handle(row)
		return nil
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s is not what an audit writes: %w", path, err)
	}
	return nil
}
