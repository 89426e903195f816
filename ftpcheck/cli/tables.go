package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func newTables() *cobra.Command {
	var form outputFlags
	c := &cobra.Command{
		Use:   "tables",
		Short: "List the tables that can be queried",
		Args:  exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			return writeTables(c.OutOrStdout(), &form)
		},
	}
	form.add(c)
	return c
}

func newInspect() *cobra.Command {
	var form outputFlags
	c := &cobra.Command{
		Use:               "inspect TABLE",
		Short:             "Show the columns of a table",
		Long:              "Show the columns of a table. Its name may be without ftpcheck_.",
		Example:           "  ftpcheck inspect security_group",
		Args:              exactly("TABLE"),
		ValidArgsFunction: completeTable,
		RunE: func(c *cobra.Command, args []string) error {
			return writeColumns(c.OutOrStdout(), &form, args[0])
		},
	}
	form.add(c)
	return c
}

// tablePrefix is what the names of all tables begin with.
const tablePrefix = "ftpcheck_"

func writeTables(out io.Writer, form *outputFlags) error {
	w, err := form.writer(out, output.Texts("table", "description"))
	if err != nil {
		return err
	}
	for _, t := range tables.Of(nil) {
		if err := w.Row([]any{t.Name, t.Description}); err != nil {
			return err
		}
	}
	return w.End()
}

func writeColumns(out io.Writer, form *outputFlags, name string) error {
	t, err := tableNamed(name)
	if err != nil {
		return err
	}
	w, err := form.writer(out, output.Texts("column", "type", "description"))
	if err != nil {
		return err
	}
	for _, column := range t.Columns {
		if err := w.Row([]any{column.Name, output.TypeName(column.Type), column.Description}); err != nil {
			return err
		}
	}
	return w.End()
}

// tableNamed returns the table of that name, with or without the prefix of them all.
func tableNamed(name string) (*relation.Table, error) {
	name = strings.ToLower(name)
	var names, known []string
	for _, t := range tables.Steampipe(nil) {
		short := strings.TrimPrefix(t.Name, tablePrefix)
		if name == t.Name || name == short {
			return t, nil
		}
		names = append(names, t.Name)
		if strings.HasPrefix(name, tablePrefix) {
			short = t.Name
		}
		known = append(known, short)
	}
	return nil, fmt.Errorf("there is no table %q%s The tables are %s", name, cmp.Or(didYouMean(name, known), "."), strings.Join(names, ", "))
}
