package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

func newTables() *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use:   "tables",
		Short: "List the tables that can be queried",
		Args:  exactly(),
		RunE: func(c *cobra.Command, args []string) error {
			w, err := output.writer(c.OutOrStdout(), []column{{"table", table.Text}, {"description", table.Text}})
			if err != nil {
				return err
			}
			for _, t := range table.All() {
				if err := w.row([]any{t.Name, t.Description}); err != nil {
					return err
				}
			}
			return w.end()
		},
	}
	output.add(c)
	return c
}

func newInspect() *cobra.Command {
	var output outputFlags
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
			w, err := output.writer(c.OutOrStdout(), []column{{"column", table.Text}, {"type", table.Text}, {"description", table.Text}})
			if err != nil {
				return err
			}
			for _, column := range t.Columns {
				if err := w.row([]any{column.Name, typeName(column.Type), column.Description}); err != nil {
					return err
				}
			}
			return w.end()
		},
	}
	output.add(c)
	return c
}

func tableNamed(name string) (*table.Table, error) {
	var names []string
	for _, t := range table.All() {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("there is no table %q. The tables are %s", name, strings.Join(names, ", "))
}

// typeName is PostgreSQL's name of the type, as Steampipe shows it.
func typeName(t table.Type) string {
	return map[table.Type]string{
		table.Bool: "boolean", table.Int: "bigint", table.Text: "text", table.CIDR: "cidr", table.JSON: "jsonb", table.Timestamp: "timestamp with time zone",
	}[t]
}
