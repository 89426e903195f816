package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/benchmark"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// exceptionFlags say what was accepted.
type exceptionFlags struct {
	file   string
	tagKey string
}

func (f *exceptionFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.file, "exceptions", "", "read what was accepted from this `FILE` (default exceptions in the configuration, if it is there)")
	c.Flags().StringVar(&f.tagKey, "exception-tag", "", "let groups bring exceptions themselves, in the tag with this `KEY` (default that in the configuration, or none)")
}

// A named list of exceptions with the text of its file.
type exceptionFile struct {
	*exception.List
	name string // of the file, without folders; empty if there is none
	text []byte
}

// read returns what was accepted, by the flags or else by the configuration; nil if nothing is.
func (f *exceptionFlags) read(source *sourceFlags) (*exceptionFile, error) {
	file, tagKey := f.file, f.tagKey
	if len(source.from) == 0 && (file == "" || tagKey == "") {
		configs, _, err := source.configs()
		if err != nil {
			return nil, err
		}
		for _, field := range []struct {
			argument string
			of       func(i int) string
			flag     *string
		}{
			{"exceptions", func(i int) string { return configs[i].Exceptions }, &file},
			{"exception_tag", func(i int) string { return configs[i].ExceptionTag }, &tagKey},
		} {
			if *field.flag != "" {
				continue
			}
			for i := range configs {
				if value := field.of(i); i > 0 && value != field.of(0) {
					return nil, fmt.Errorf("the connections of the configuration differ in %s, and there can be one: give it with --%s", field.argument, strings.ReplaceAll(field.argument, "_", "-"))
				}
			}
			*field.flag = field.of(0)
		}
		if f.file == "" {
			file = expandHome(file)
		}
	}
	if file == "" && tagKey == "" {
		return nil, nil
	}
	all := &exceptionFile{List: &exception.List{}}
	if file != "" {
		var err error
		if all.List, all.text, err = exception.ReadFile(file); err != nil {
			return nil, err
		}
		all.name = filepath.Base(file)
	}
	all.TagKey = tagKey
	return all, nil
}

// list is that of the file; nil if there is none.
func (f *exceptionFile) list() *exception.List {
	if f == nil {
		return nil
	}
	return f.List
}

// expandHome is the path with the home folder in the place of a leading tilde.
func expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}

// tellExceptions prints what somebody should know of the exceptions.
func tellExceptions(w io.Writer, notes []string) {
	for i, note := range notes {
		if i == 0 {
			fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, "Exceptions to look at:"))
		}
		fmt.Fprintf(w, "- %s\n", output.Printable(note))
	}
}

func newExceptions() *cobra.Command {
	c := &cobra.Command{
		Use:   "exceptions",
		Short: "Check a file of exceptions, or write it for Powerpipe",
		Args:  exactly(),
		RunE:  func(c *cobra.Command, args []string) error { return c.Help() },
	}
	c.AddCommand(newExceptionsShow(), newExceptionsPPVars())
	return c
}

func newExceptionsShow() *cobra.Command {
	var form outputFlags
	c := &cobra.Command{
		Use:   "show FILE",
		Short: "List exceptions, and say which cannot be understood",
		Long: `List the exceptions of a file, and say which cannot be understood and do not count.
Nothing is read from AWS: what they cover, ftpcheck check says.

The exit code is 0 if all count, and 2 if one does not.`,
		Example: "  ftpcheck exceptions show exceptions.yaml",
		Args:    exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			l, _, err := exception.ReadFile(args[0])
			if err != nil {
				return err
			}
			w, err := form.writer(c.OutOrStdout(), exception.Columns())
			if err != nil {
				return err
			}
			for _, e := range l.Exceptions {
				if err := w.Row(e.Row()); err != nil {
					return err
				}
			}
			if err := w.End(); err != nil {
				return err
			}
			return malformed(l)
		},
	}
	form.add(c)
	return c
}

// malformed are the exceptions that cannot be understood as an error; nil if there are none.
func malformed(l *exception.List) (err error) {
	for _, problem := range l.Malformed {
		err = errors.Join(err, errors.New(problem))
	}
	return err
}

func newExceptionsPPVars() *cobra.Command {
	return &cobra.Command{
		Use:   "ppvars FILE",
		Short: "Write exceptions as variables of the mod, for Powerpipe",
		Long: `Write the exceptions of a file as variables of the mod, for powerpipe benchmark run
--var-file. ftpcheck benchmark run takes the file itself, with --exceptions. Those that
cannot be understood are left out and named.

The exit code is 0 if all count, and 2 if one does not.`,
		Example: `  ftpcheck exceptions ppvars exceptions.yaml > exceptions.ppvars
  powerpipe benchmark run ftp_access --var-file exceptions.ppvars`,
		Args: exactly("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			l, _, err := exception.ReadFile(args[0])
			if err != nil {
				return err
			}
			if err := benchmark.WritePPVars(c.OutOrStdout(), filepath.Base(args[0]), l.Exceptions); err != nil {
				return err
			}
			return malformed(l)
		},
	}
}
