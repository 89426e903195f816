package benchmark

import (
	"fmt"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
)

// bind returns the values of $1, $2 and so on.
func (q *Query) bind(args map[string]string) ([]pgsql.Arg, error) {
	var values []pgsql.Arg
	for _, p := range q.Params {
		value, ok := args[p.Name]
		if !ok && !p.HasDefault {
			return nil, fmt.Errorf("the query %s needs a value for %s", q.Name, p.Name)
		}
		if !ok {
			value = p.Default
		}
		values = append(values, pgsql.Arg{Value: value})
	}
	return values, nil
}
