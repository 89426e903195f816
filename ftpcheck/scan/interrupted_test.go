package scan

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A recorder that is killed leaves what it has written so far. Nobody takes that for a recorded
// scan, by whatever path: the folder, its index, the folder around it, or a folder or file in it.
func TestInterruptedRecorders(t *testing.T) {
	cfg := liveConfig(t, replayable().Start(t))
	cfg.Accounts, cfg.Regions = []string{home}, []string{"us-east-1", "us-west-1"}
	whole, places := recordScan(t, cfg)
	ix, err := record.ReadIndex(t.Context(), filepath.Join(whole, record.IndexName))
	if err != nil {
		t.Fatal(err)
	}

	around := t.TempDir()
	dir := filepath.Join(around, "raw")
	refused := func(when string) {
		t.Helper()
		paths := []string{dir, around}
		err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
			if p != dir {
				paths = append(paths, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			groups, _, err := read(t, config.Config{Paths: []string{path}}, sg.Request{})
			if err == nil || len(groups) > 0 {
				t.Errorf("%s, %s is read: %d groups, %v", when, path, len(groups), err)
			}
		}
	}

	// The order of what the recorder does is that of its code, which is run here; only what is
	// in the files is known.
	r, err := record.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	refused("at the begin")
	index := filepath.Join(dir, record.IndexName)
	unfinished, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	for n := range unfinished {
		if err := os.WriteFile(index, unfinished[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		refused("in the midst of the first index")
	}
	if err := os.WriteFile(index, unfinished, 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range ix.Scan.Places {
		var files []record.File
		for _, f := range p.Files {
			text, err := os.ReadFile(filepath.Join(whole, f.Name))
			if err != nil {
				t.Fatal(err)
			}
			n++
			kept, err := r.File(p.AccountID, p.Region, strings.TrimSuffix(filepath.Base(f.Name), ".json.gz"), true, func(w io.Writer) error {
				for piece := range slices.Chunk(text, len(text)/2+1) {
					if _, err := w.Write(piece); err != nil {
						return err
					}
					refused("in the midst of a file")
				}
				return nil
			})
			if err != nil || kept != f {
				t.Fatalf("%v, want %v: %v", kept, f, err)
			}
			files = append(files, kept)
			refused("behind a file")
		}
		r.Add(p.Coverage, files)
	}
	if n < 6 {
		t.Errorf("%d files", n)
	}
	last, err := os.ReadFile(filepath.Join(whole, record.IndexName))
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(dir, "."+record.IndexName)
	for n := 0; n <= len(last); n += len(last)/16 + 1 {
		if err := os.WriteFile(beside, last[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if paths, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(paths) == 0 {
			t.Fatal(err)
		}
		for _, path := range []string{dir, around, index} {
			if groups, _, err := read(t, config.Config{Paths: []string{path}}, sg.Request{}); err == nil || len(groups) > 0 {
				t.Errorf("in the midst of the last index, %s is read: %d groups, %v", path, len(groups), err)
			}
		}
	}
	if err := os.Remove(beside); err != nil {
		t.Fatal(err)
	}
	if err := r.Finish(places); err != nil {
		t.Fatal(err)
	}
	want, _, err := read(t, config.Config{Paths: []string{whole}}, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, around} {
		got, _, err := read(t, config.Config{Paths: []string{path}}, sg.Everything())
		if err != nil || !slices.Equal(everything(got), everything(want)) {
			t.Errorf("%s, when it is whole: %d groups, %v", path, len(got), err)
		}
	}
}

// A file of an interrupted recording says why it is not read.
func TestFileOfAnInterruptedRecorder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "raw")
	r, err := record.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.File("111122223333", "us-east-1", "describe-security-groups", false, func(w io.Writer) error {
		_, err := io.WriteString(w, groupsFile(ftp("sg-1", openToAll)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, f.Name):     "it belongs to a recorded scan that is not whole, in \"" + dir + "\": the recording was interrupted before its end",
		filepath.Join(dir, "1111*"):    "it belongs to a recorded scan that is not whole",
		dir:                            record.IndexName + ": the recording was interrupted before its end, so nobody knows what it lacks. Remove \"" + dir + "\", and run the audit again",
		filepath.Dir(dir) + "/**/*.gz": "the recording was interrupted before its end",
		filepath.Join(dir, "scan*.gz"): "the recording was interrupted before its end",
	} {
		groups, _, err := read(t, config.Config{Paths: []string{path}}, sg.Request{})
		if err == nil || !strings.Contains(err.Error(), want) || len(groups) > 0 {
			t.Errorf("%s: %v\nwant %s", path, err, want)
		}
	}
	if _, err := record.New(dir); err == nil {
		t.Error("a recorder begins in a folder that is not empty")
	}
}
