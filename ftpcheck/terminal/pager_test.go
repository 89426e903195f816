package terminal

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

func TestPagerCommand(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"less", "mine", "cat"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for pager, want := range map[string]string{"unset": "less", "": "", " ": "", "cat": "", "cat -v": "", "mine": "mine", "mine -R": "mine -R", "not-there": "", "'a b' -R": "'a b' -R", "A=1 mine": "A=1 mine"} {
		t.Setenv("PATH", bin)
		t.Setenv("PAGER", pager)
		if pager == "unset" {
			os.Unsetenv("PAGER")
		}
		if got := pagerCommand(); got != want {
			t.Errorf("with %q it is %q, want %q", pager, got, want)
		}
	}
	os.Unsetenv("PAGER")
	t.Setenv("PATH", t.TempDir())
	if got := pagerCommand(); got != "" {
		t.Errorf("without less it is %q", got)
	}
}

// TestPageOnlyATerminal holds that nothing is paged that no person looks at, and that what fits
// on a screen is not either.
func TestPageOnlyATerminal(t *testing.T) {
	t.Setenv("PAGER", "sed s/^/paged/")
	lines := strings.Repeat("line\n", 100)
	var b strings.Builder
	p := Page(Open(&b, Auto))
	for line := range strings.Lines(lines) {
		io.WriteString(p, line)
	}
	if err := p.Close(); err != nil || b.String() != lines {
		t.Errorf("%q, %v", b.String(), err)
	}

	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	go io.Copy(io.Discard, master)
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 10, Cols: 20}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		paged      bool
	}{
		{"what fits", strings.Repeat("line\n", 8), false},
		{"a line more", strings.Repeat("line\n", 9), true},
		{"lines that wrap", strings.Repeat(strings.Repeat("x", 30)+"\n", 5), true},
		{"one long line", strings.Repeat("x", 300), true},
	} {
		p := Page(Open(tty, Never))
		if Width(p) != 20 || !Is(p) {
			t.Errorf("a page is %d wide", Width(p))
		}
		io.WriteString(p, c.text)
		if paged := p.program != nil; paged != c.paged {
			t.Errorf("%s is paged: %t", c.name, paged)
		}
		if err := p.Close(); err != nil {
			t.Error(c.name, err)
		}
	}
	tty.Close()
}
