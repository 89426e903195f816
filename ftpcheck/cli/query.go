package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func newQuery() *cobra.Command {
	var source sourceFlags
	var form outputFlags
	var export exportFlag
	var strict bool
	c := &cobra.Command{
		Use:   "query SQL | FILE.sql | -",
		Short: "Query the tables with SQL",
		Long: `Query the tables with SQL, without Steampipe. The SQL is the argument itself, a
file whose name ends with .sql, or with - standard input.

The engine is SQLite with PostgreSQL's functions that security queries use, so
most queries run here and in Steampipe alike. It only reads.

A query fails, with exit code 2, if anything that it needed could not be read,
unless it asks for the column scan_status: then what was not read is a row.
The table ftpcheck_scan never fails: it shows what was read and what was not.

SQL drops what is not known without a word, as in: where unrestricted_ftp. Standard
error tells of permissions that could not be determined, and of accounts and
regions that the query names and that were not read. With --strict such a query
fails, with exit code 2.

With --export the rows go into a file, which is there only if the query has
succeeded. A file that is there already is never overwritten.`,
		Example: `  ftpcheck query --from ./saved "select group_name, region, unrestricted_ftp from ftpcheck_security_group"
  ftpcheck query --from ./saved --output csv open.sql > open.csv
  ftpcheck query --from ./saved --export open.parquet open.sql
  ftpcheck query --from ./saved "select title, status, error_message from ftpcheck_scan"`,
		Args: exactly("SQL"),
		RunE: func(c *cobra.Command, args []string) error {
			if args[0] == "-" {
				for _, path := range source.from {
					if path == "-" {
						return errors.New("standard input cannot be both the SQL and --from")
					}
				}
			}
			sql, err := readSQL(args[0], c.InOrStdin())
			if err != nil {
				return err
			}
			if err := export.check(c, &form); err != nil {
				return err
			}
			return runQuery(c, sql, &source, &form, &export, strict)
		},
	}
	source.add(c)
	form.add(c, "parquet")
	export.add(c)
	c.Flags().BoolVar(&strict, "strict", false, "fail if the answer may not hold, as something was not determined or not read")
	return c
}

func readSQL(arg string, stdin io.Reader) (string, error) {
	switch {
	case arg == "-":
		b, err := io.ReadAll(stdin)
		return string(b), err
	case strings.HasSuffix(arg, ".sql"):
		b, err := os.ReadFile(arg)
		if err != nil {
			return "", fmt.Errorf("the SQL file %q cannot be read: %w", arg, reason(err))
		}
		return string(b), nil
	}
	return arg, nil
}

// reason is what the system says of a file, without naming it again.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

func runQuery(c *cobra.Command, sql string, source *sourceFlags, form *outputFlags, export *exportFlag, strict bool) (err error) {
	scanner, err := source.scanner(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scanner.Close()) }()
	doubts := newDoubts()
	engine, err := sqlengine.Open(tables.Steampipe(&witness{scanner, doubts}))
	if err != nil {
		return err
	}
	engine.Schemas = map[string][]*relation.Table{}
	for _, name := range scanner.Connections() {
		engine.Schemas[name] = tables.Steampipe(&witness{scanner.Of(name), doubts})
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	engine.Single = true
	result, err := engine.Query(c.Context(), sql)
	if err != nil {
		return err
	}
	defer result.Close()

	if export.path == "" {
		if _, err := printRows(c, c.OutOrStdout(), result, scanner, form, form.holdsRows()); err != nil {
			return err
		}
		return tellDoubts(c, doubts, strict)
	}
	var rows int
	err = export.write(func(w io.Writer) (err error) {
		if rows, err = printRows(c, w, result, scanner, form, true); err != nil {
			return err
		}
		return tellDoubts(c, doubts, strict)
	})
	if err != nil {
		return err
	}
	were := "rows were"
	if rows == 1 {
		were = "row was"
	}
	_, err = fmt.Fprintf(c.ErrOrStderr(), "%d %s written to %s.\n", rows, were, output.Printable(export.path))
	return err
}

// tellDoubts says why the answer may not hold, and fails with that if it must be strict.
func tellDoubts(c *cobra.Command, doubts *doubts, strict bool) error {
	err := doubts.err()
	if err == nil || strict {
		return err
	}
	_, err = fmt.Fprintln(c.ErrOrStderr(), output.Printable(err.Error(), '\n'))
	return err
}

// printRows prints a result and returns how many rows it has. The progress of reading is
// shown to the end if quiet says that nothing else is printed before that.
func printRows(c *cobra.Command, out io.Writer, result *sqlengine.Result, scanner *scan.Scanner, form *outputFlags, quiet bool) (rows int, err error) {
	var w output.Writer
	if form.output == "parquet" {
		w = newTypedWriter(out, result.Columns())
	} else {
		var columns []output.Column
		for _, rc := range result.Columns() {
			columns = append(columns, output.Column{Name: rc.Name, Type: knownType(rc)})
		}
		if w, err = form.writer(out, columns); err != nil {
			return 0, err
		}
	}
	hide := showProgress(c.ErrOrStderr(), scanner)
	defer hide()
	for result.Next() {
		if !quiet {
			hide()
		}
		if err := w.Row(result.Row()); err != nil {
			return rows, err
		}
		rows++
	}
	// What has been printed before an error may be a part of the answer: the exit code
	// and the message say so.
	if err := result.Err(); err != nil {
		return rows, err
	}
	hide()
	return rows, w.End()
}

func knownType(c sqlengine.Column) relation.Type {
	if c.Known {
		return c.Type
	}
	return relation.Text
}
