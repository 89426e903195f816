package sqlengine

import (
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// A token is a word, a literal or an operator of a statement. Its text is in lower case,
// and without quotes if it is a quoted name.
type token struct {
	kind   tokenKind
	text   string
	offset int
}

type tokenKind int

const (
	word tokenKind = iota // a keyword or a name
	name                  // a quoted name
	literal
	operator
)

var operators = []string{"->>", "!~*", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->", "::", "!~", "~*", "@>", "<@"}

// tokenize splits SQL into tokens, leaving out comments. It never fails: what is not
// SQL becomes some token, and SQLite will say so.
func tokenize(sql string) []token {
	var tokens []token
	for i := 0; i < len(sql); {
		rest := sql[i:]
		size, kind := 1, operator
		text := ""
		switch c := sql[i]; {
		case strings.IndexByte(" \t\r\n\f", c) >= 0:
			i++
			continue
		case strings.HasPrefix(rest, byteOrderMark):
			i += len(byteOrderMark) // which is space to SQLite
			continue
		case strings.HasPrefix(rest, "--"):
			i += until(rest, "\n")
			continue
		case strings.HasPrefix(rest, "/*"):
			i += 2 + until(rest[2:], "*/")
			continue
		case c == '\'':
			size, kind = quoted(rest, "'"), literal
		case c == '"' || c == '`':
			size, kind = quoted(rest, string(c)), name
			text = strings.Trim(rest[:size], string(c))
		case c == '[':
			size, kind = until(rest, "]"), name
			text = strings.Trim(rest[:size], "[]")
		case isWord(c):
			for size < len(rest) && isWord(rest[size]) {
				size++
			}
			if kind = word; c >= '0' && c <= '9' {
				kind = literal
			}
		default:
			for _, op := range operators {
				if strings.HasPrefix(rest, op) {
					size = len(op)
					break
				}
			}
		}
		if kind != name {
			text = rest[:size]
		}
		tokens = append(tokens, token{kind, strings.ToLower(text), i})
		i += size
	}
	return tokens
}

const byteOrderMark = "\ufeff"

func isWord(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// until returns the length of s up to and with the end mark.
func until(s, end string) int {
	if i := strings.Index(s, end); i >= 0 {
		return i + len(end)
	}
	return len(s)
}

// quoted returns the length of the quoted text that s begins with; a doubled quote
// stands for one.
func quoted(s, quote string) int {
	size := 1 + until(s[1:], quote)
	for strings.HasPrefix(s[size:], quote) {
		size += 1 + until(s[size+1:], quote)
	}
	return size
}

func (t token) is(texts ...string) bool {
	return (t.kind == word || t.kind == operator) && slices.Contains(texts, t.text)
}

// closing returns the position of the parenthesis that closes the one at i.
func closing(tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		if tokens[i].is("(") {
			depth++
		} else if tokens[i].is(")") {
			if depth--; depth == 0 {
				break
			}
		}
	}
	return i
}

const (
	castHint     = "Write cast(x as text) instead of x::text."
	likeHint     = "Write lower(x) like lower('pattern') instead of x ilike 'pattern'."
	regexpHint   = "There are no regular expressions here: use like (with % and _) or glob (with *, ? and [a-z])."
	intervalHint = "Intervals are modifiers here: strftime('%Y-%m-%dT%H:%M:%f000Z', now(), '-7 days') is the timestamp seven days ago."
	onHint       = "Instead of distinct on (x), number the rows with row_number() over (partition by x order by y) in a subquery and keep number 1."
	eachHint     = "Use json_each: select e.key, e.value from my_table, json_each(my_table.my_column) as e."
	anyHint      = "Write x in (1, 2, 3) instead of x = any(array[1, 2, 3])."
	timeHint     = "Use strftime: strftime('%Y-%m-%d', x), cast(strftime('%Y', x) as integer)."
)

// foreign is what only PostgreSQL understands, as words or operators in a row, with what
// to write instead. SQLite fails on each of them.
var foreign = []struct{ phrase, hint string }{
	{"::", castHint},
	{"ilike", likeHint},
	{"~", regexpHint}, {"~*", regexpHint}, {"!~", regexpHint}, {"!~*", regexpHint},
	{"interval '", intervalHint},
	{"distinct on", onHint},
	{"jsonb_array_elements", eachHint}, {"jsonb_array_elements_text", eachHint}, {"jsonb_object_keys", eachHint},
	{"jsonb_each", eachHint}, {"jsonb_each_text", eachHint}, {"unnest", eachHint},
	{"any (", anyHint},
	{"extract (", timeHint}, {"date_trunc", timeHint}, {"to_char", timeHint},
}

// foreignHint returns advice on what the statement has of PostgreSQL alone.
func foreignHint(tokens []token) string {
	var text strings.Builder
	for _, t := range tokens {
		switch t.kind {
		case word, operator:
			text.WriteString(" " + t.text)
		case literal:
			text.WriteString(" '")
		default:
			text.WriteString(` "`)
		}
	}
	text.WriteByte(' ')
	for _, f := range foreign {
		if strings.Contains(text.String(), " "+f.phrase+" ") {
			return f.hint
		}
	}
	return ""
}

// refuse returns an error for what SQLite would run, but with another meaning than
// PostgreSQL: operators on networks, and casts to types that it takes for numbers.
func refuse(sql string, tokens []token) error {
	for i, t := range tokens {
		if t.is("<<", ">>") {
			err := &SQLError{Message: "the operator " + t.text + " does not compare networks here", Hint: "Use host(x) and masklen(x), or compare the text."}
			return err.at(sql, t.offset)
		}
		if !t.is("cast") || i+1 == len(tokens) || !tokens[i+1].is("(") {
			continue
		}
		inside := tokens[i+2 : closing(tokens, i+1)]
		for j := len(inside) - 1; j > 0; j-- {
			if !inside[j-1].is("as") {
				continue
			}
			if to := inside[j]; to.is("json", "jsonb", "inet", "cidr", "date", "time", "timestamp", "timestamptz", "interval") {
				err := &SQLError{Message: "cast to " + to.text + " does not work here", Hint: "JSON, networks and timestamps are text here: leave out the cast, or use json(x), date(x), strftime('%H:%M', x)."}
				return err.at(sql, to.offset)
			}
			break // it is the last one that belongs to this cast
		}
	}
	return nil
}

// bareCondition finds the usual question, "… from a_table where a_boolean_column …", in
// which SQLite does not tell the table of the condition, as it would of "= true", which
// means the same. It returns where that must be added for it to, and false unless that is
// plain to see: there is one table, and the column is its own.
func bareCondition(tokens []token, tables []*relation.Table) (offset int, found bool) {
	one := 0
	for _, t := range tokens {
		if t.is("select", "values", "from", "where") {
			one++
		}
	}
	at := slices.IndexFunc(tokens, func(t token) bool { return t.is("from") })
	if one != 3 || at < 0 || !tokens[0].is("select") || at+4 > len(tokens) {
		return 0, false
	}
	from := tokens[at+1:]
	i := slices.IndexFunc(tables, func(t *relation.Table) bool { return from[0].kind == word && from[0].text == t.Name })
	if i < 0 || !from[1].is("where") || from[2].kind != word || len(from) > 3 && !from[3].is("and", "group", "order", "limit", ";") {
		return 0, false
	}
	column := tables[i].Index(from[2].text)
	if column < 0 || tables[i].Columns[column].Type != relation.Bool {
		return 0, false
	}
	return from[2].offset + len(from[2].text), true
}

// pickedColumns finds statements that only pick columns of one table, as "select * from
// a_table where …" does. Their rows are rows of the table in the table's order, so that the
// values, which are most of the work, need not pass through SQLite. It returns the columns,
// and where the select list begins and ends; nil unless that is plain to see.
func pickedColumns(tokens []token, tables []*relation.Table) (columns []int, list, end int) {
	at := slices.IndexFunc(tokens, func(t token) bool { return t.is("from") })
	if at < 2 || !tokens[0].is("select") || at+2 > len(tokens) {
		return nil, 0, 0
	}
	from := tokens[at+1:]
	i := slices.IndexFunc(tables, func(t *relation.Table) bool { return from[0].kind == word && from[0].text == t.Name })
	if i < 0 || len(from) > 1 && !from[1].is("where", "limit", ";") {
		return nil, 0, 0
	}
	// These can change which rows there are, or their order. The plan is asked too, but shows
	// not all of them.
	if slices.ContainsFunc(from, func(t token) bool {
		return t.is("select", "values", "from", "group", "having", "window", "order", "union", "intersect", "except")
	}) {
		return nil, 0, 0
	}
	for j, t := range tokens[1:at] {
		column := tables[i].Index(t.text)
		switch {
		case j%2 == 1:
			if !t.is(",") {
				return nil, 0, 0
			}
		case t.is("*"):
			for column := range tables[i].Columns {
				columns = append(columns, column)
			}
		case t.kind != literal && column >= 0:
			columns = append(columns, column)
		default:
			return nil, 0, 0
		}
	}
	if at%2 == 1 { // it ends with a comma, which SQLite will have refused
		return nil, 0, 0
	}
	return columns, tokens[1].offset, tokens[at].offset
}

// resultTypes are the types of functions that have only one.
var resultTypes = map[string]relation.Type{
	"bool_or": relation.Bool, "bool_and": relation.Bool, "exists": relation.Bool,
	"jsonb_agg": relation.JSON, "json_agg": relation.JSON, "array_agg": relation.JSON,
	"json_build_object": relation.JSON, "jsonb_build_object": relation.JSON,
	"json_object": relation.JSON, "json_array": relation.JSON, "json_group_array": relation.JSON, "json_group_object": relation.JSON,
	"count": relation.Int, "jsonb_array_length": relation.Int, "json_array_length": relation.Int, "masklen": relation.Int,
	"now": relation.Timestamp,
}

// expressionTypes returns, by position, the types of those of the n result columns that
// are expressions of which a look at the outermost select list tells the type.
func expressionTypes(tokens []token, n int) map[int]relation.Type {
	if len(tokens) > 0 && tokens[0].is("explain") {
		return nil
	}
	start := -1
	depth := 0
	var items [][]token
	for i, t := range tokens {
		switch {
		case t.is("(", "case"):
			depth++
		case t.is(")", "end"):
			depth--
		case depth > 0:
		case t.is("select") && start < 0:
			start = i + 1
			if start < len(tokens) && tokens[start].is("distinct", "all") {
				start++
			}
		case start < 0:
		case t.is(","):
			items = append(items, tokens[min(start, i):i])
			start = i + 1
		case t.is(";", "where", "group", "having", "window", "order", "limit", "union", "intersect", "except"),
			t.is("from") && !tokens[i-1].is("distinct"):
			return typesOf(append(items, tokens[min(start, i):i]), n)
		}
	}
	if start < 0 {
		return nil
	}
	return typesOf(append(items, tokens[min(start, len(tokens)):]), n)
}

func typesOf(items [][]token, n int) map[int]relation.Type {
	types := map[int]relation.Type{}
	isStar := func(item []token) bool { return len(item) > 0 && item[len(item)-1].is("*") }
	// A star stands for any number of columns: count from the left up to the first one,
	// from the right up to the last one.
	for i := 0; i < len(items) && !isStar(items[i]); i++ {
		if t, ok := typeOf(items[i]); ok {
			types[i] = t
		}
	}
	for i := 1; i <= len(items) && !isStar(items[len(items)-i]); i++ {
		if t, ok := typeOf(items[len(items)-i]); ok {
			types[n-i] = t
		}
	}
	return types
}

// typeOf returns the type of an expression, which an alias may follow, if it is plain
// to see. Comparisons and logical operators bind weakest of all: an expression with one
// outside parentheses is boolean.
func typeOf(item []token) (relation.Type, bool) {
	if len(item) == 0 {
		return 0, false
	}
	depth := 0
	operators := false
	for _, t := range item {
		switch {
		case t.is("(", "case"):
			depth++
		case t.is(")", "end"):
			depth--
		case depth > 0:
		case t.is("=", "==", "<>", "!=", "<", "<=", ">", ">=", "and", "or", "not", "is", "in", "like", "glob", "between", "isnull", "notnull"):
			return relation.Bool, true
		case t.kind == operator:
			operators = true
		}
	}
	if operators {
		return 0, false
	}
	if item[0].is("true", "false") {
		return relation.Bool, true
	}
	if item[0].is("(") {
		end := closing(item, 0)
		if end > 1 && end < len(item) && !item[1].is("select", "with", "values") {
			return typeOf(item[1:end])
		}
		return 0, false
	}
	if len(item) < 2 || !item[1].is("(") {
		return 0, false
	}
	if end := closing(item, 1); item[0].is("cast") && end < len(item) && item[end-1].is("boolean", "bool") {
		return relation.Bool, true
	}
	t, ok := resultTypes[item[0].text]
	return t, ok && item[0].kind == word
}
