package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// exportFormats are the formats of files, by extension without the dot.
var exportFormats = []string{"csv", "json", "jsonl", "parquet"}

// exportFlag names the file that rows are written to instead of standard output.
type exportFlag struct {
	path string
}

func (e *exportFlag) add(c *cobra.Command) {
	c.Flags().StringVar(&e.path, "export", "", "write rows into this new `FILE` and print none. Without --output, a name that ends with .csv, .json, .jsonl or .parquet tells the format")
}

// check settles the format of the output, with or without a file, and reports flags that
// cannot be meant together.
func (e *exportFlag) check(c *cobra.Command, form *outputFlags) error {
	switch {
	case e.path == "":
		if form.output == "parquet" && terminal.Is(c.OutOrStdout()) {
			return errors.New("--output parquet is nothing to read on a terminal: name a file with --export, or redirect the output")
		}
	case !c.Flags().Changed("output"):
		form.output = strings.ToLower(strings.TrimPrefix(filepath.Ext(e.path), "."))
		if !slices.Contains(exportFormats, form.output) {
			return fmt.Errorf("the name %q does not tell a format: give --output %s, or end it with .csv, .json, .jsonl or .parquet", e.path, oneOf(exportFormats))
		}
	case slices.Contains(form.formats, form.output) && !slices.Contains(exportFormats, form.output):
		return fmt.Errorf("--output %s is for people to read here: --export writes %s", form.output, oneOf(exportFormats))
	}
	return form.check()
}

// write has a new file written, which gets its name when it is whole.
func (e *exportFlag) write(write func(io.Writer) error) error {
	if err := e.problem(e.absent()); err != nil {
		return err // before anything is read
	}
	draft := newfile.NewDraft(e.path)
	defer draft.Discard()
	f, err := newfile.Create(draft.Path)
	if err != nil {
		return e.problem(err)
	}
	named := writerFunc(func(b []byte) (int, error) {
		n, err := f.Write(b)
		return n, e.problem(err)
	})
	if err := write(named); err != nil {
		f.Abandon()
		return err
	}
	if err := f.Close(); err != nil {
		return e.problem(err)
	}
	return e.problem(draft.Keep())
}

type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (e *exportFlag) absent() error {
	_, err := os.Lstat(e.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return cmp.Or(err, newfile.ErrExists)
}

// problem says that the file cannot be written, unless the error is nil.
func (e *exportFlag) problem(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, newfile.ErrExists):
		return fmt.Errorf("%q is there already, and nothing is overwritten: remove it, or name another file", e.path)
	}
	return fmt.Errorf("the file %q cannot be written: %w", e.path, newfile.WithoutPath(err))
}
