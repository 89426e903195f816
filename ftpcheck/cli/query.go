package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

func newQuery() *cobra.Command {
	var source sourceFlags
	var form outputFlags
	var export exportFlag
	var args argFlags
	var limits queryLimits
	c := &cobra.Command{
		Use:   "query [SQL | FILE.sql | -]",
		Short: "Query the tables with SQL",
		Long: `Query the tables with SQL, without Steampipe. The SQL is the argument itself, a
file whose name ends with .sql, or with - standard input. Without it, at a terminal,
it is typed in a shell: see ftpcheck shell.

The SQL is PostgreSQL's SELECT, as in Steampipe: a statement means what PostgreSQL
says it means, or it is refused. Several statements, with ; between them, run one
after the other. $1, $2 and so on, and :name, stand for the values of --arg. EXPLAIN
shows what a statement asks of AWS. docs/sql.md has the functions and the types.

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
		Args: func(c *cobra.Command, words []string) error {
			if len(words) == 0 && isInteractive(c) {
				return nil
			}
			return exactly("SQL")(c, words)
		},
		RunE: func(c *cobra.Command, words []string) error {
			if len(words) == 0 {
				for _, flag := range []string{"export", "arg"} {
					if c.Flags().Changed(flag) {
						return fmt.Errorf("--%s is for SQL on the command line, and there is none", flag)
					}
				}
				return runShell(c, &source, &form, &limits)
			}
			if words[0] == "-" {
				for _, path := range source.from {
					if path == "-" {
						return errors.New("standard input cannot be both the SQL and --from")
					}
				}
			}
			sql, err := readSQL(words[0], c.InOrStdin())
			if err != nil {
				return err
			}
			if err := export.check(c, &form); err != nil {
				return err
			}
			values, err := args.values()
			if err != nil {
				return err
			}
			if err := limits.check(); err != nil {
				return err
			}
			ctx, stop := limits.context(c.Context())
			defer stop()
			c.SetContext(ctx)
			return limits.reason(ctx, runQuery(c, sql, values, &source, &form, &export, &limits))
		},
	}
	source.add(c)
	form.add(c, "parquet")
	export.add(c)
	c.Flags().StringArrayVar((*[]string)(&args), "arg", nil, "the `VALUE` of the next of $1, $2 …, or as NAME=VALUE of :NAME; can be given several times")
	limits.add(c)
	return c
}

// queryLimits are what a statement may not exceed.
type queryLimits struct {
	timeout time.Duration
	memory  int // MiB
	strict  bool
}

func (l *queryLimits) add(c *cobra.Command) {
	c.Flags().DurationVar(&l.timeout, "timeout", 0, "stop the query after this time, as 30s or 5m (0: never)")
	c.Flags().IntVar(&l.memory, "memory", 1024, "the most memory in `MiB` that a query may keep for sorting, grouping and joining, roughly")
	c.Flags().BoolVar(&l.strict, "strict", false, "fail if the answer may not hold, as something was not determined or not read")
}

func (l *queryLimits) check() error {
	switch {
	case l.timeout < 0:
		return errors.New("--timeout must not be negative")
	case l.memory < 1 || l.memory > 1<<20:
		return errors.New("--memory must be from 1 to 1048576, in MiB")
	}
	return nil
}

// context returns a context that ends with the time of a query.
func (l *queryLimits) context(ctx context.Context) (context.Context, context.CancelFunc) {
	if l.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, l.timeout, fmt.Errorf("the query took longer than --timeout %s", l.timeout))
}

// reason says that the time was over, if that is what an error comes from.
func (l *queryLimits) reason(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) && l.timeout > 0 {
		return context.Cause(ctx)
	}
	return err
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

func runQuery(c *cobra.Command, sql string, args []pgsql.Arg, source *sourceFlags, form *outputFlags, export *exportFlag, limits *queryLimits) (err error) {
	scanner, err := source.scanner(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scanner.Close()) }()
	doubts := newDoubts()
	engine := openEngine(scanner, doubts, limits)
	engine.Single = true
	defer func() { err = pointed(err, sql, c.ErrOrStderr()) }()
	statements, err := engine.Prepare(sql, args...)
	if err != nil {
		return err
	}

	if export.path == "" {
		if form.output == "parquet" && len(statements) > 1 {
			return errors.New("--output parquet holds the rows of one statement, and these are several")
		}
		for _, s := range statements {
			if _, err := printRows(c.Context(), c, c.OutOrStdout(), s, form, form.holdsRows()); err != nil {
				return err
			}
		}
		return tellDoubts(c, doubts, limits.strict)
	}
	if len(statements) > 1 {
		return errors.New("--export writes the rows of one statement, and these are several")
	}
	var rows int
	err = export.write(func(w io.Writer) (err error) {
		if rows, err = printRows(c.Context(), c, w, statements[0], form, true); err != nil {
			return err
		}
		return tellDoubts(c, doubts, limits.strict)
	})
	if err != nil || quiet(c) {
		return err
	}
	were := "rows were"
	if rows == 1 {
		were = "row was"
	}
	_, err = fmt.Fprintf(terminal.Prose(c.ErrOrStderr()), "%s %s written to %s.\n", humanize.Comma(int64(rows)), were, output.Printable(export.path))
	return err
}

// openEngine returns an engine over the tables, with a schema for each connection.
func openEngine(scanner *scan.Scanner, doubts *doubts, limits *queryLimits) *sqlengine.Engine {
	engine := sqlengine.Open(tables.Steampipe(&witness{scanner, doubts}))
	engine.Schemas = map[string][]*relation.Table{}
	for _, name := range scanner.Connections() {
		engine.Schemas[name] = tables.Steampipe(&witness{scanner.Of(name), doubts})
	}
	engine.Memory = limits.memory << 20
	return engine
}

// tellDoubts says why the answer may not hold, and fails with that if it must be strict.
func tellDoubts(c *cobra.Command, doubts *doubts, strict bool) error {
	err := doubts.err()
	if err == nil || strict {
		return err
	}
	_, err = fmt.Fprintln(terminal.Prose(c.ErrOrStderr()), output.Printable(err.Error(), '\n'))
	return err
}

// printRows prints the rows of a statement and returns how many they are. The progress of
// reading is shown to the end if nothing else is printed before that, which holdsRows says.
func printRows(ctx context.Context, c *cobra.Command, out io.Writer, s *sqlengine.Statement, form *outputFlags, holdsRows bool) (rows int, err error) {
	cells := newCells(s.Columns(), form.output)
	w, err := form.writer(out, cells.columns)
	if err != nil {
		return 0, err
	}
	ctx, progress := showProgress(ctx, c)
	// What has been printed before an error may be a part of the answer: the exit code and
	// the message say so.
	err = s.Run(ctx, func(row []any) error {
		if !holdsRows {
			progress.hide()
		}
		rows++
		return w.Row(cells.of(row))
	})
	progress.end()
	if err != nil {
		return rows, err
	}
	return rows, w.End()
}

// cells turns the values of SQL into those of a form of output.
type cells struct {
	columns []output.Column
	types   []value.Type
	times   bool  // as a format with types of its own has them
	lists   bool  // arrays as JSON
	others  []int // the columns whose values are not those of SQL
	row     []any
}

func newCells(columns []pgsql.Column, form string) *cells {
	c := &cells{times: form == "parquet", lists: form == "json" || form == "jsonl", row: make([]any, len(columns))}
	for i, from := range columns {
		t, ok := outputTypes[from.Type]
		if !ok {
			t = relation.Text
		}
		if from.Type.IsArray() && c.lists {
			t = relation.JSON
		}
		c.columns = append(c.columns, output.Column{Name: from.Name, Type: t, SQLType: from.Type.String()})
		c.types = append(c.types, from.Type)
		if t == output.Float || from.Type.IsArray() && c.lists || t == relation.Timestamp && c.times {
			c.others = append(c.others, i)
		}
	}
	return c
}

// outputTypes are the types that output knows. All others are text there.
var outputTypes = map[value.Type]relation.Type{
	value.Bool: relation.Bool, value.Int2: relation.Int, value.Int4: relation.Int, value.Int8: relation.Int,
	value.Float8: output.Float, value.Numeric: output.Float,
	value.CIDR: relation.CIDR, value.Inet: relation.CIDR, value.JSON: relation.JSON, value.JSONB: relation.JSON,
	value.TimestampTZ: relation.Timestamp,
}

// of returns the cells of a row. They are good until the next call.
func (c *cells) of(row []any) []any {
	if len(c.others) == 0 {
		return row
	}
	copy(c.row, row)
	for _, i := range c.others {
		if f, ok := row[i].(float64); ok {
			c.row[i] = output.Number(value.FormatFloat(f))
		}
		text, ok := row[i].(string)
		if !ok {
			continue
		}
		switch {
		case c.types[i].IsArray() && c.lists:
			if list, err := value.Parse(c.types[i], text, 0); err == nil {
				if v, err := value.ToJSON(c.types[i], list, false); err == nil {
					c.row[i] = v
				}
			}
		case c.types[i] == value.Numeric:
			c.row[i] = output.Number(text)
		case c.types[i] == value.TimestampTZ && c.times:
			if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
				c.row[i] = at
			}
		}
	}
	return c.row
}

// argFlags are the values of --arg.
type argFlags []string

// values returns the values of parameters: NAME=VALUE is of :NAME, any other, or =VALUE, of
// the next number.
func (a argFlags) values() ([]pgsql.Arg, error) {
	var values []pgsql.Arg
	for _, text := range a {
		name, v, named := strings.Cut(text, "=")
		if name == "" && named {
			text = v
		}
		if !named || !isParameterName(name) {
			name, v = "", text
		}
		for _, known := range values {
			if name != "" && known.Name == name {
				return nil, fmt.Errorf("--arg gives :%s twice", name)
			}
		}
		values = append(values, pgsql.Arg{Name: name, Value: v})
	}
	return values, nil
}

func isParameterName(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}
