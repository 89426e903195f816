package shell

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// TestPaste holds that of what is pasted only text is left, in whatever pieces it comes.
func TestPaste(t *testing.T) {
	const keys = "a\t\x1b[A\x03\x1b[200~select\t'\x03\x1b[A\x04ä'\r\n\x1b[200~;\x1b[201~\x04\t"
	const want = "a\t\x1b[A\x03select" + tabMark + "'  [A ä'\r\n [200~;\x04\t"
	for name, in := range map[string]io.Reader{"at once": strings.NewReader(keys), "by bytes": iotest.OneByteReader(strings.NewReader(keys)), "by halves": iotest.HalfReader(strings.NewReader(keys))} {
		got, err := io.ReadAll(&pasteReader{in: in})
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	if got := toTabs.Replace(fromTabs.Replace("a\tb")); got != "a\tb" {
		t.Errorf("%q", got)
	}
}

func TestShown(t *testing.T) {
	if got, want := string(shown([]rune("a\x1b[2J\u202e\nä漢"+tabMark+"b\x07"))), "a [2J \nä漢 b "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "history")
	h := OpenHistory(path)
	for _, text := range []string{"select 1;", " select\n\t2; ", "", "select\n\t2;", "select 3;"} {
		if err := h.Add(text); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"select 1;", "select\n\t2;", "select 3;"}
	if got := OpenHistory(path).texts; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Error(name, info.Mode(), err)
		}
	}
	// Two shells at a time lose nothing of each other.
	other := OpenHistory(path)
	if err := cmp.Or(h.Add("select 4;"), other.Add("select 5;"), h.Add("select 6;")); err != nil {
		t.Fatal(err)
	}
	if got := OpenHistory(path).texts; !slices.Equal(got, append(want, "select 4;", "select 5;", "select 6;")) {
		t.Errorf("%q", got)
	}
	// What is broken or hostile is passed over or harmless.
	if err := os.WriteFile(path, []byte("select 1;\n{\"a\": 1}\n\"good\"\n\"\\u001b[2J\\u202e\"\n\"cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := OpenHistory(path).texts; !slices.Equal(got, []string{"good", `\x1b[2J\u202e`}) {
		t.Errorf("%q", got)
	}
	if err := OpenHistory("").Add("x"); err == nil {
		t.Error("it is kept nowhere, and nobody is told")
	}
	if err := OpenHistory("/dev/null/history").Add("x"); err == nil || strings.Contains(err.Error(), "/dev/null") {
		t.Error(err)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var b bytes.Buffer
	for n := range 2*mostHistory + 1 {
		json.NewEncoder(&b).Encode(fmt.Sprintf("select %d;", n))
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one reads what the first one has shortened
		h := OpenHistory(path)
		if n := len(h.texts); n != mostHistory || h.texts[n-1] != "select 2000;" || h.texts[0] != "select 1001;" {
			t.Fatalf("%d texts from %s to %s", n, h.texts[0], h.texts[n-1])
		}
	}
	text, err := os.ReadFile(path)
	info, _ := os.Stat(path)
	if n := bytes.Count(text, []byte("\n")); err != nil || n != mostHistory || info.Mode().Perm() != 0o600 {
		t.Errorf("%d lines in the file, %v, %v", n, info.Mode(), err)
	}
}

func TestHistoryFile(t *testing.T) {
	t.Setenv("HOME", "/home/somebody")
	for state, want := range map[string]string{"": "/home/somebody/.local/state/ftpcheck/history", "relative": "/home/somebody/.local/state/ftpcheck/history", "/state": "/state/ftpcheck/history"} {
		t.Setenv("XDG_STATE_HOME", state)
		if got := HistoryFile(); got != want {
			t.Errorf("with %q it is %s", state, got)
		}
	}
}

func TestEditFile(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("VISUAL", "")
	t.Setenv("EDITOR", "sed -i -e s/1/2/")
	if got, err := EditFile(t.Context(), "select 1"); err != nil || strings.TrimSpace(got) != "select 2" {
		t.Errorf("%q, %v", got, err)
	}
	t.Setenv("VISUAL", "sed -i -e s/1/3/")
	if got, err := EditFile(t.Context(), "select 1"); err != nil || strings.TrimSpace(got) != "select 3" {
		t.Errorf("%q, %v", got, err)
	}
	t.Setenv("VISUAL", "false")
	if _, err := EditFile(t.Context(), "select 1"); err == nil || !strings.Contains(err.Error(), `the editor "false" failed`) || strings.Contains(err.Error(), tmp) {
		t.Error(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
	t.Setenv("TMPDIR", filepath.Join(tmp, "missing"))
	if _, err := EditFile(t.Context(), "select 1"); err == nil || strings.Contains(err.Error(), tmp) {
		t.Error(err)
	}
}
