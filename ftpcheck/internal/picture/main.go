// Picture draws what README.md shows first: what check prints of the sample on a terminal, beside
// the report that audit writes of it. It runs the commands themselves, and Chromium for the
// report.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/creack/pty"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/cli"
)

// The sample is named as a reader of README.md would name it, from the root of the repository.
const (
	sample  = "docs/sample"
	columns = 100
)

func main() {
	if err := draw(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// draw writes the picture in every theme. It must run in the root of the repository.
func draw(ctx context.Context) error {
	printed, err := check(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ftpcheck-picture-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	page, answer, err := report(ctx, dir)
	if err != nil {
		return err
	}
	for _, t := range themes {
		image, err := photograph(ctx, page, t.name, reportSize(printed))
		if err != nil {
			return fmt.Errorf("showing the report in Chromium: %w", err)
		}
		if err := os.WriteFile(t.file(), picture(t, printed, image, answer), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// check returns what ftpcheck check prints of the sample on a terminal, with its colours.
func check(ctx context.Context) (string, error) {
	person, program, err := pty.Open()
	if err != nil {
		return "", err
	}
	defer person.Close()
	if err := pty.Setsize(program, &pty.Winsize{Cols: columns, Rows: 50}); err != nil {
		return "", err
	}
	seen := make(chan string)
	go func() {
		text, _ := io.ReadAll(person) // which ends with an error when nobody writes any more
		seen <- strings.ReplaceAll(string(text), "\r\n", "\n")
	}()
	var stderr bytes.Buffer
	code := cli.Run(ctx, []string{"check", "--from", sample, "--color", "always"}, strings.NewReader(""), program, &stderr)
	program.Close()
	printed := <-seen
	return printed, sampleError("check", code, stderr.String())
}

// report writes the evidence of the sample into a folder. It returns the page for people, and
// what that says first.
func report(ctx context.Context, dir string) (page, answer string, err error) {
	dir = filepath.Join(dir, "audit")
	var stderr bytes.Buffer
	code := cli.Run(ctx, []string{"audit", "--from", sample, "--out", dir, "--quiet"}, strings.NewReader(""), io.Discard, &stderr)
	if err := sampleError("audit", code, ""); err != nil {
		return "", "", fmt.Errorf("%w: %s", err, stderr.String())
	}
	page = filepath.Join(dir, "report.html")
	text, err := os.ReadFile(page)
	if err != nil {
		return "", "", err
	}
	_, answer, found := strings.Cut(string(text), `<p class="sentence">`)
	answer, _, ended := strings.Cut(answer, "</p>")
	if !found || !ended {
		return "", "", fmt.Errorf("the report has no answer where it was before")
	}
	return page, answer, nil
}

// sampleError says that a command did not end as it does on the sample, of which something cannot
// be determined.
func sampleError(command string, code int, stderr string) error {
	if code != 2 || stderr != "" {
		return fmt.Errorf("ftpcheck %s --from %s ended with exit code %d: %s", command, sample, code, stderr)
	}
	return nil
}
