package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

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
	for name, text := range want {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(data), text) {
			t.Errorf("%s has no %q:\n%.300s", name, text, data)
		}
	}
}
