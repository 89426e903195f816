package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/mattn/go-runewidth"
	"github.com/rogpeppe/go-internal/txtar"
)

// oddWorld writes the saved files with wide, combining and hostile names, which text.txtar
// shows, into a folder of their own.
func oddWorld(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/script/text.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files {
		if path := filepath.Join(dir, f.Name); strings.HasPrefix(f.Name, "odd/") {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return filepath.Join(dir, "odd")
}

// program runs a program in a folder and returns what it writes. How it exits is left to others.
func program(t *testing.T, dir string, env []string, words ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), words[0], words[1:]...)
	command.Dir, command.Env = dir, append(os.Environ(), "HOME="+dir, "TERM=xterm")
	command.Env = append(command.Env, env...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	command.Run()
	if command.ProcessState == nil || command.ProcessState.ExitCode() < 0 {
		t.Fatalf("%q did not run", words)
	}
	return out.String()
}

var (
	colours    = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	identified = regexp.MustCompile(`\b(?:sgr?|pl)-[0-9a-f]{17}\b|\b[0-9.]+/[0-9]+\b|[0-9a-f]*::/[0-9]+|\bftpcheck_[a-z_]+\b`)
)

// letters are those of a text without what lines are broken and drawn with.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune(`\'#`, r) {
			return -1
		}
		return r
	}, text)
}

// TestEveryTerminal runs what people read on terminals of several widths: no line is wider, and
// nothing is lost that a pipe gets.
func TestEveryTerminal(t *testing.T) {
	sample, err := filepath.Abs("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NO_COLOR", "")
	t.Setenv("CLICOLOR_FORCE", "")
	for name, from := range map[string]string{"sample": sample, "odd": oddWorld(t)} {
		dir := t.TempDir()
		program(t, dir, nil, "ftpcheck", "audit", "--from", from, "--out", "old")
		part := filepath.Join(from, map[string]string{"sample": "123456789012/us-east-1", "odd": "sg.json"}[name])
		program(t, dir, nil, "ftpcheck", "audit", "--from", part, "--out", "new")
		for _, c := range []struct {
			command string
			same    string // the command in a pipe that has all the letters; empty for that of IDs alone
			ids     string // the command in a pipe that has all IDs
			unique  bool   // two runs differ
		}{
			{command: "check --from FROM", same: "check --from FROM --output text", ids: "check --from FROM --output line"},
			{command: "check --from FROM --interfaces", same: "check --from FROM --interfaces", ids: "check --from FROM --output line"},
			{command: "check --from FROM --fix-commands", same: "check --from FROM --fix-commands", ids: "check --from FROM --output line"},
			{command: "check --from FROM --output table", ids: "check --from FROM --output line"},
			{command: "query --from FROM select*from~ftpcheck_security_group_ingress_permission", ids: "query --from FROM --output line select*from~ftpcheck_security_group_ingress_permission"},
			{command: "query --from FROM select~nothing"}, // with the place in the statement
			{command: "inspect security_group", ids: "inspect security_group --output line"},
			{command: "inspect security_group_ingress_permission", ids: "inspect security_group_ingress_permission --output line"},
			{command: "tables", ids: "tables --output line"},
			{command: "benchmark run --from FROM", same: "benchmark run --from FROM", ids: "check --from FROM --output line"},
			{command: "benchmark list", ids: "benchmark list --output line"},
			{command: "benchmark show", same: "benchmark show"},
			{command: "audit --from FROM --out WIDTH", unique: true},
			{command: "audit verify old", same: "audit verify old"},
			{command: "audit diff old new", ids: "audit diff old new --output line"},
			{command: "audit history old new"},
			{command: "demo", same: "demo"},
			{command: "inspect nothing", same: "inspect nothing"}, // an error
		} {
			words := func(command string, width int) []string {
				var all []string
				for word := range strings.FieldsSeq("ftpcheck " + command) {
					word = strings.NewReplacer("FROM", from, "~", " ", "WIDTH", fmt.Sprintf("new-%d", width)).Replace(word)
					all = append(all, word)
				}
				return all
			}
			var piped, ids string
			if c.same != "" {
				piped = program(t, dir, nil, words(c.same, 0)...)
			}
			if c.ids != "" {
				ids = program(t, dir, nil, words(c.ids, 0)...)
			}
			if strings.Contains(piped+ids, "\x1b") {
				t.Errorf("%s: %s has an escape sequence in a pipe", name, c.command)
			}
			widths := []int{60, 80, 120, 200}
			if name == "sample" { // whose widest and narrowest cells the other has, too
				widths = []int{80, 200}
			}
			for _, width := range widths {
				seen := program(t, dir, nil, append([]string{"terminal", fmt.Sprint(width)}, words(c.command, width)...)...)
				plain := colours.ReplaceAllString(seen, "")
				at := fmt.Sprintf("%s: %s at %d columns", name, c.command, width)
				if strings.ContainsFunc(plain, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
					t.Errorf("%s has what steers a terminal:\n%q", at, plain)
				}
				for line := range strings.SplitSeq(plain, "\n") {
					if w := runewidth.StringWidth(line); w > width {
						t.Errorf("%s: a line is %d wide:\n%s", at, w, line)
					}
				}
				if c.same != "" && letters(plain) != letters(piped) {
					t.Errorf("%s says\n%s\nand not\n%s", at, plain, piped)
				}
				for _, id := range identified.FindAllString(ids, -1) {
					if !strings.Contains(plain, id) {
						t.Errorf("%s does not show %s", at, id)
					}
				}
				if width == 80 && !c.unique {
					if uncoloured := program(t, dir, []string{"NO_COLOR=1"}, append([]string{"terminal", fmt.Sprint(width)}, words(c.command, width)...)...); uncoloured != plain {
						t.Errorf("%s says with NO_COLOR\n%q\nand not\n%q", at, uncoloured, plain)
					}
				}
			}
		}
	}
}

// TestPastedCommands has a shell run what --fix-commands shows on terminals, with an aws that
// shows its words, and compares them with those of the commands that are not broken.
func TestPastedCommands(t *testing.T) {
	from := oddWorld(t)
	dir := t.TempDir()
	paste := func(text string) string {
		var script strings.Builder
		script.WriteString("aws() { for word; do printf '<%s>' \"$word\" >&2; done; echo >&2; }\n")
		command := false
		for line := range strings.Lines(text) {
			if command = command || strings.HasPrefix(line, "aws "); command {
				script.WriteString(line)
				command = strings.HasSuffix(line, "\\\n")
			}
		}
		return program(t, dir, nil, "sh", "-c", script.String())
	}
	want := paste(program(t, dir, nil, "ftpcheck", "check", "--from", from, "--fix-commands"))
	if n := strings.Count(want, "<revoke-security-group-ingress>"); n < 5 {
		t.Fatalf("%d commands:\n%s", n, want)
	}
	for _, width := range []int{60, 80, 120, 200} {
		seen := program(t, dir, []string{"NO_COLOR=1"}, "terminal", fmt.Sprint(width), "ftpcheck", "check", "--from", from, "--fix-commands")
		if got := paste(seen); got != want {
			t.Errorf("at %d columns a shell gets\n%s\nand not\n%s", width, got, want)
		}
	}
}
