package shell

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// EditFile has a person edit a text with the program that VISUAL or EDITOR names, in a file
// that is gone afterwards.
func EditFile(ctx context.Context, text string) (string, error) {
	editor := cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "vi")
	folder, err := os.MkdirTemp("", "ftpcheck-")
	if err != nil {
		return "", errors.New("the statement cannot be written into the folder for temporary files. Set TMPDIR to a folder that can be written to")
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "statement.sql")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		return "", errors.New("the statement cannot be written into the folder for temporary files. Set TMPDIR to a folder that can be written to")
	}
	// The editor may have arguments of its own.
	c := exec.CommandContext(ctx, "/bin/sh", "-c", editor+` "$1"`, editor, path)
	if runtime.GOOS == "windows" {
		c = exec.CommandContext(ctx, cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "notepad"), path)
	}
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("the editor %q failed (%w): VISUAL or EDITOR names another", editor, err)
	}
	edited, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the editor %q has left no text", editor)
	}
	return string(edited), nil
}
