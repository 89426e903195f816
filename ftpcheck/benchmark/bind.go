package benchmark

import (
	"fmt"
	"strconv"
	"strings"
)

// bind returns the SQL of a query with its arguments in the place of $1, $2 and so on.
// The embedded engine has no parameters of its own, so they become text literals.
func (q *Query) bind(args map[string]string) (string, error) {
	var literals []string
	for _, p := range q.Params {
		value, ok := args[p.Name]
		if !ok && !p.HasDefault {
			return "", fmt.Errorf("the query %s needs a value for %s", q.Name, p.Name)
		}
		if !ok {
			value = p.Default
		}
		literals = append(literals, "'"+strings.ReplaceAll(value, "'", "''")+"'")
	}
	var b strings.Builder
	for rest := q.SQL; rest != ""; {
		size, number := next(rest)
		switch {
		case number == 0:
			b.WriteString(rest[:size])
		case number > len(literals):
			return "", fmt.Errorf("the query %s has no parameter $%d", q.Name, number)
		default:
			b.WriteString(literals[number-1])
		}
		rest = rest[size:]
	}
	return b.String(), nil
}

// next returns the length of what the SQL begins with: a quoted text or name, a comment,
// a parameter with its number, or a single byte.
func next(sql string) (size, number int) {
	upTo := func(from int, end string) int {
		if i := strings.Index(sql[from:], end); i >= 0 {
			return from + i + len(end)
		}
		return len(sql)
	}
	switch {
	case sql[0] == '\'' || sql[0] == '"':
		return upTo(1, sql[:1]), 0 // a doubled quote is two quoted texts in a row
	case strings.HasPrefix(sql, "--"):
		return upTo(2, "\n"), 0
	case strings.HasPrefix(sql, "/*"):
		return upTo(2, "*/"), 0
	case sql[0] == '$':
		size = 1
		for size < len(sql) && sql[size] >= '0' && sql[size] <= '9' {
			size++
		}
		number, _ = strconv.Atoi(sql[1:size]) // 0 for a lone $
		return size, number
	}
	return 1, 0
}
