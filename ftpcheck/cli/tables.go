package cli

import (
	"fmt"
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
			w, err := form.writer(c.OutOrStdout(), output.Texts("table", "description"))
			if err != nil {
				return err
			}
			for _, t := range tables.Of(nil) {
				if err := w.Row([]any{t.Name, t.Description}); err != nil {
					return err
				}
			}
			return w.End()
		},
	}
	form.add(c)
	return c
}

func newInspect() *cobra.Command {
	var form outputFlags
	c := &cobra.Command{
		Use:     "inspect TABLE",
		Short:   "Show the columns of a table",
		Example: "  ftpcheck inspect ftpcheck_security_group",
		Args:    exactly("TABLE"),
		RunE: func(c *cobra.Command, args []string) error {
			t, err := tableNamed(args[0])
			if err != nil {
				return err
			}
			w, err := form.writer(c.OutOrStdout(), output.Texts("column", "type", "description"))
			if err != nil {
				return err
			}
			for _, column := range t.Columns {
				if err := w.Row([]any{column.Name, output.TypeName(column.Type), column.Description}); err != nil {
					return err
				}
			}
			return w.End()
		},
	}
	form.add(c)
	return c
}

func tableNamed(name string) (*relation.Table, error) {
	var names []string
	for _, t := range tables.Steampipe(nil) {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("there is no table %q. The tables are %s", name, strings.Join(names, ", "))
}
