// Manual writes what a package installs beside the command: man pages and completions for
// shells. They are made from the commands themselves. SOURCE_DATE_EPOCH dates the pages.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./ftpcheck/internal/manual FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// keepLists has the lists in long texts, which are indented, kept as they are in the pages. They are
// Markdown to what makes these, and so would be filled like all other text.
func keepLists(c *cobra.Command) {
	list := regexp.MustCompile(`(?m)(?:^ {2}.*\n?)+`)
	c.Long = list.ReplaceAllStringFunc(c.Long, func(lines string) string {
		return "\n" + regexp.MustCompile(`(?m)^ {2}`).ReplaceAllString(lines, "    ") + "\n"
	})
	for _, below := range c.Commands() {
		keepLists(below)
	}
}

// write writes everything into a folder. The completions have the names by which the
// shells find them.
func write(dir string) error {
	root := cli.Command()
	root.DisableAutoGenTag = true // it would be today's date
	keepLists(root)
	for _, sub := range []string{"man", "completions"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	header := doc.GenManHeader{Section: "1", Source: "ftpcheck " + root.Version, Manual: "ftpcheck"}
	completions := filepath.Join(dir, "completions")
	return errors.Join(
		doc.GenManTree(root, &header, filepath.Join(dir, "man")),
		root.GenBashCompletionFileV2(filepath.Join(completions, "ftpcheck.bash"), true),
		root.GenZshCompletionFile(filepath.Join(completions, "_ftpcheck")),
		root.GenFishCompletionFile(filepath.Join(completions, "ftpcheck.fish"), true),
		root.GenPowerShellCompletionFileWithDesc(filepath.Join(completions, "ftpcheck.ps1")),
	)
}
