package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func newDump() *cobra.Command {
	var source sourceFlags
	c := &cobra.Command{
		Use:   "dump",
		Short: "Write all tables as a script for PostgreSQL",
		Long: `Write all tables as a script for psql, which puts them into a PostgreSQL: with
the columns, types and descriptions that they have in Steampipe. Powerpipe runs the
mod on them without Steampipe, and so does whatever else speaks to PostgreSQL.

The script replaces the tables that are there in one transaction. If anything could
not be read, the dump fails with exit code 2, and so does psql, which then leaves
everything as it was.`,
		Example: `  createdb ftp
  ftpcheck dump | psql --quiet ftp
  ftpcheck benchmark install ./mod && cd mod
  powerpipe benchmark run ftp_access --database postgres://localhost/ftp`,
		Args: exactly(),
		RunE: func(c *cobra.Command, args []string) (err error) {
			scanner, err := source.scanner(c)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, scanner.Close()) }()
			ctx, progress := showProgress(c.Context(), c)
			defer progress.end()
			script := output.NewPostgresScript(c.OutOrStdout())
			for _, t := range tables.Steampipe(scanner) {
				if err := dumpTable(ctx, script, t); err != nil {
					return errors.Join(err, script.Fail(err.Error()))
				}
			}
			return script.End()
		},
	}
	source.add(c)
	return c
}

func dumpTable(ctx context.Context, script *output.PostgresScript, t *relation.Table) error {
	columns, descriptions := make([]output.Column, len(t.Columns)), make([]string, len(t.Columns))
	for i, column := range t.Columns {
		columns[i], descriptions[i] = output.Column{Name: column.Name, Type: column.Type}, column.Description
	}
	w := script.Table(t.Name, t.Description, columns, descriptions)
	values := make([]any, len(columns))
	var query relation.Query
	if t.Optional {
		// A place of which not even groups were read has ended the dump before.
		query.Wanted = slices.Repeat([]bool{true}, len(columns))
	}
	err := t.List(ctx, query, func(r relation.Row) error {
		for i, column := range t.Columns {
			values[i] = column.Value(r, values[i])
		}
		return w.Row(values)
	})
	if err != nil {
		return err
	}
	return w.End()
}
