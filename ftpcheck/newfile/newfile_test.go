package newfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// Nobody but the owner may read what is written, in whatever way it gets its name.
func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	dir := t.TempDir()
	if err := Folder(filepath.Join(dir, "deep/er")); err != nil {
		t.Fatal(err)
	}
	if err := Write(filepath.Join(dir, "deep/er/written"), text("x")); err != nil {
		t.Fatal(err)
	}
	folder, file := NewDraft(filepath.Join(dir, "kept")), NewDraft(filepath.Join(dir, "kept.csv"))
	for _, err := range []error{Folder(folder.Path), Write(filepath.Join(folder.Path, "in"), text("x")), folder.Keep(), Write(file.Path, text("x")), file.Keep()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]fs.FileMode{
		"deep": fs.ModeDir | 0o700, "deep/er": fs.ModeDir | 0o700, "deep/er/written": 0o600, "kept": fs.ModeDir | 0o700, "kept/in": 0o600, "kept.csv": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode() != want {
			t.Errorf("%s: %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("something else is left: %v", entries)
	}
}

// What was made while the draft was written stays, and the draft goes.
func TestKeepOverwritesNothing(t *testing.T) {
	for name, write := range map[string]func(path string) error{
		"file": func(path string) error { return Write(path, text("ours")) },
		"folder": func(path string) error {
			return errors.Join(Folder(path), Write(filepath.Join(path, "in"), text("ours")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			place := filepath.Join(dir, "place")
			d := NewDraft(place)
			if err := write(d.Path); err != nil {
				t.Fatal(err)
			}
			theirs := place
			if name == "folder" {
				os.Mkdir(place, 0o777)
				theirs = filepath.Join(place, "in")
			}
			os.WriteFile(theirs, []byte("theirs"), 0o666)
			err := d.Keep()
			if err == nil || name == "file" && !errors.Is(err, ErrExists) || strings.Contains(err.Error(), dir) {
				t.Errorf("the error is %v", err)
			}
			d.Discard()
			if b, err := os.ReadFile(theirs); string(b) != "theirs" {
				t.Errorf("it holds %q, %v", b, err)
			}
			if entries, _ := os.ReadDir(dir); len(entries) != 1 {
				t.Errorf("the draft is left: %v", entries)
			}
		})
	}
}

// No error names a path, as that may be one of a temporary file.
func TestErrorsHaveNoPath(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := Write(there, text("x")); err != nil {
		t.Fatal(err)
	}
	closed, err := Create(filepath.Join(dir, "closed"))
	if err != nil {
		t.Fatal(err)
	}
	closed.Abandon()
	for name, do := range map[string]func() error{
		"create over a file":      func() error { _, err := Create(there); return err },
		"write over a file":       func() error { return Write(there, text("x")) },
		"write without a folder":  func() error { return Write(filepath.Join(dir, "no/file"), text("x")) },
		"write to what is closed": func() error { return text("x")(closed) },
		"close what is closed":    func() error { return closed.Close() },
		"a folder below a file":   func() error { return Folder(filepath.Join(there, "below")) },
		"sync what is not there":  func() error { return SyncFolder(filepath.Join(dir, "no")) },
		"keep what is not there":  func() error { return NewDraft(filepath.Join(dir, "no")).Keep() },
	} {
		if err := do(); err == nil || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	if b, _ := os.ReadFile(there); string(b) != "x" {
		t.Errorf("what was there holds %q", b)
	}
}
