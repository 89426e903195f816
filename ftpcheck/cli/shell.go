package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/shell"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

func newShell() *cobra.Command {
	var source sourceFlags
	var form outputFlags
	var limits queryLimits
	c := &cobra.Command{
		Use:   "shell",
		Short: "Query the tables with SQL that is typed at the terminal",
		Long: `Query the tables with SQL that is typed at the terminal, statement after statement.
ftpcheck query without SQL does the same.

A statement ends with a semicolon, on whatever line. Tab completes tables, columns and
functions, Ctrl-C ends a statement, Ctrl-D the shell, and \? lists its commands. What
was read from AWS is kept until .cache clear, and the prompt tells how old it is.
docs/shell.md has more.`,
		Example: `  ftpcheck shell
  ftpcheck shell --from ./saved`,
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if !isInteractive(c) {
				return errors.New("the shell is for a person at a terminal. Programs give their SQL to ftpcheck query")
			}
			return runShell(c, &source, &form, &limits)
		},
	}
	source.add(c)
	form.add(c)
	limits.add(c)
	return c
}

// isInteractive reports whether a person types the input and sees the output.
func isInteractive(c *cobra.Command) bool {
	return terminal.Is(c.InOrStdin()) && terminal.Is(c.OutOrStdout())
}

func runShell(c *cobra.Command, source *sourceFlags, form *outputFlags, limits *queryLimits) (err error) {
	if err := cmp.Or(form.check(), limits.check()); err != nil {
		return err
	}
	if form.output == "parquet" {
		return errors.New("--output parquet is nothing to read on a terminal: give SQL, and name a file with --export")
	}
	if slices.Contains(source.from, "-") {
		return errors.New("standard input cannot be both what is typed and --from")
	}
	source.keep = true
	scanner, err := source.scanner(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scanner.Close()) }()
	out, ok := c.OutOrStdout().(*terminal.Stream)
	if !ok {
		out = terminal.Open(c.OutOrStdout(), terminal.Never)
	}
	editor, err := shell.NewLineEditor(shell.OpenHistory(shell.HistoryFile()))
	if err != nil {
		return fmt.Errorf("the terminal cannot be used: %w", err)
	}
	defer editor.Close()
	ctx := scan.WithCodes(c.Context(), func(ctx context.Context, device string) (string, error) {
		return editor.Ask(ctx, "MFA code of "+output.Printable(device)+": ")
	})
	// An interrupt ends a statement, and no longer the process.
	signal.Reset(os.Interrupt)
	ignored := make(chan os.Signal, 1)
	signal.Notify(ignored, os.Interrupt)
	defer signal.Stop(ignored)

	fmt.Fprintf(c.ErrOrStderr(), "ftpcheck %s. A statement ends with a semicolon; \\? is help, \\q or Ctrl-D the end.\n", Version)
	s := &shell.Shell{
		Editor:   editor,
		Database: &session{c, scanner, form, limits},
		Names:    names(scanner),
		Out:      out,
		Err:      c.ErrOrStderr(),
		Source:   source.String(),
		Format:   form.output,
		Formats:  slices.DeleteFunc(slices.Clone(form.formats), func(f string) bool { return f == "parquet" }),
		Edit:     shell.EditFile,
	}
	return s.Run(ctx)
}

// names are what may be completed.
func names(scanner *scan.Scanner) shell.Names {
	n := shell.Names{Schemas: scanner.Connections()}
	for _, t := range tables.Steampipe(nil) {
		table := shell.TableName{Name: t.Name}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, c.Name)
		}
		n.Tables = append(n.Tables, table)
	}
	for _, list := range pgsql.Routines() {
		if list.Kind != "operator" {
			n.Functions = append(n.Functions, list.Names...)
		}
	}
	return n
}

// A session is what a shell asks.
type session struct {
	c       *cobra.Command
	scanner *scan.Scanner
	form    *outputFlags
	limits  *queryLimits
}

// Query implements [shell.Database].
func (s *session) Query(ctx context.Context, sql string, out io.Writer, format string) (doubt, err error) {
	ctx, stop := s.limits.context(ctx)
	defer stop()
	defer func() { err = s.limits.reason(ctx, pointed(err, sql, s.c.ErrOrStderr())) }()
	doubts := newDoubts()
	statements, err := openEngine(s.scanner, doubts, s.limits).Prepare(sql)
	if err != nil {
		return nil, err
	}
	form := outputFlags{output: format, csv: s.form.csv, formats: s.form.formats}
	for _, statement := range statements {
		if _, err := printRows(ctx, s.c, out, statement, &form, form.holdsRows()); err != nil {
			return doubts.err(), err
		}
	}
	if s.limits.strict {
		return nil, doubts.err()
	}
	return doubts.err(), nil
}

// readable is for what only people ask for.
var readable = outputFlags{output: "table", csv: "safe", formats: []string{"table"}}

// Tables implements [shell.Database].
func (s *session) Tables(out io.Writer) error { return writeTables(out, &readable) }

// Describe implements [shell.Database].
func (s *session) Describe(out io.Writer, table string) error {
	return writeColumns(out, &readable, table)
}

// Forget implements [shell.Database].
func (s *session) Forget() { s.scanner.Forget() }

// ReadSince implements [shell.Database].
func (s *session) ReadSince() time.Time { return s.scanner.ReadSince() }

// pointed is an error of SQL that also shows where, if a person looks at w.
func pointed(err error, sql string, w io.Writer) error {
	wrong, ok := err.(*sqlengine.SQLError)
	if !ok || wrong.Line == 0 || !terminal.Is(w) {
		return err
	}
	shown := *wrong
	shown.Hint = strings.TrimSuffix(output.Excerpt(sql, wrong.Line, wrong.Column, terminal.Width(w))+"\n"+wrong.Hint, "\n")
	return &shown
}

// String says in short what is read.
func (f *sourceFlags) String() string {
	switch {
	case len(f.from) > 1:
		return f.from[0] + ", …"
	case len(f.from) == 1:
		return f.from[0]
	case f.configFile != "":
		return f.configFile
	case f.profile != "":
		return f.profile
	}
	return cmp.Or(os.Getenv("AWS_PROFILE"), "aws")
}
