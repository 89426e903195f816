package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/cli"
)

// Every command has a page, and what a release is told to pack is there.
func TestWrite(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"completions/ftpcheck.bash": "__start_ftpcheck",
		"completions/_ftpcheck":     "#compdef ftpcheck",
		"completions/ftpcheck.fish": "complete -c ftpcheck",
		"completions/ftpcheck.ps1":  "Register-ArgumentCompleter",
	}
	var pages func(*cobra.Command)
	pages = func(c *cobra.Command) {
		want["man/"+strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"] = `"Jan 1970" "ftpcheck ` + cli.Version + `" "ftpcheck"`
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				pages(sub)
			}
		}
	}
	pages(cli.Command())
	if len(want) < 10 {
		t.Errorf("only %d files", len(want))
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "man")); err != nil || len(entries) != len(want)-4 {
		t.Errorf("%d pages, and %d commands", len(entries), len(want)-4)
	}
	for name, text := range want {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(data), text) {
			t.Errorf("%s has no %q:\n%.300s", name, text, data)
		}
	}
}

// Each page has the flags of its command, those of all commands included, and its examples; and is
// roff that means nothing else.
func TestPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	var check func(*cobra.Command)
	check = func(c *cobra.Command) {
		page := filepath.Join(dir, "man", strings.ReplaceAll(c.CommandPath(), " ", "-")+".1")
		source, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			return
		}
		text := render(t, page, source)
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if shown := strings.Contains(text, "--"+f.Name); shown == f.Hidden {
				t.Errorf("%s: --%s is shown: %v", page, f.Name, shown)
			}
		})
		for _, flag := range []string{"--color", "--debug", "--quiet", "-q"} {
			if !strings.Contains(text, flag) {
				t.Errorf("%s has no %s", page, flag)
			}
		}
		words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		for line := range strings.Lines(c.Example) {
			if line := words(line); !strings.Contains(words(text), line) {
				t.Errorf("%s has not the line %q of its examples in\n%s", page, line, text)
			}
		}
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				check(sub)
			}
		}
	}
	check(cli.Command())
	page := filepath.Join(dir, "man", "ftpcheck-check.1")
	source, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if list := ".EX\n0  everything was read, and nothing is open but what exceptions cover\n1  something is open, or what --fail-on says\n"; !strings.Contains(string(source), list) {
		t.Errorf("%s does not keep its lists:\n%s", page, source)
	}
}

// render is a page as a person reads it. Without groff it is read here, as far as the pages go:
// every line that begins with a control character must be one of the few requests that they use.
func render(t *testing.T, page string, source []byte) string {
	t.Helper()
	if groff, err := exec.LookPath("groff"); err == nil {
		var complaints bytes.Buffer
		cmd := exec.Command(groff, "-Kutf8", "-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=400n", page)
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil || complaints.Len() > 0 {
			t.Errorf("groff of %s: %v\n%s", page, err, &complaints)
		}
		return strings.NewReplacer("\u2010", "-", "\u2212", "-", "\u2019", "'", "\u2018", "'").Replace(string(out))
	}
	var b strings.Builder
	requests := map[string]bool{".nh": true, ".TH": true, ".SH": true, ".SS": true, ".PP": true, ".RS": true, ".RE": true, ".EX": true, ".EE": true, ".br": true}
	for line := range strings.Lines(string(source)) {
		if first := strings.Fields(line); len(first) > 0 && (line[0] == '.' || line[0] == '\'') {
			if !requests[first[0]] {
				t.Errorf("%s: %q is no text", page, line)
			}
			continue
		}
		b.WriteString(line)
	}
	return escapes.Replace(b.String())
}

// escapes are those of roff that the pages use.
var escapes = strings.NewReplacer(`\fB`, "", `\fI`, "", `\fP`, "", `\fR`, "", `\-`, "-", `\&`, "", `\\`, `\`, `\(aq`, "'", `\e`, `\`)
