// Manual writes what a package installs beside the command: man pages and completions for
// shells. They are made from the commands themselves. SOURCE_DATE_EPOCH dates the pages.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

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

// write writes everything into a folder. The completions have the names by which the
// shells find them.
func write(dir string) error {
	root := cli.Command()
	root.DisableAutoGenTag = true // it would be today's date
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
