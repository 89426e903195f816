package shell

import (
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
)

// Names are what a person may write in a statement.
type Names struct {
	Tables    []TableName
	Schemas   []string
	Functions []string
}

// A TableName is the name of a table with those of its columns.
type TableName struct {
	Name    string
	Columns []string
}

// keywords are the words of a query that are worth completing.
var keywords = strings.Fields(`all and any array as asc between by case cast coalesce cross
	current_date current_timestamp desc distinct else end except exists explain extract false fetch
	filter first following from full group grouping having ilike in inner intersect interval is
	join last lateral left like limit materialized natural not null nulls offset on only or order
	ordinality outer over partition preceding range recursive right rollup rows select sets similar
	table then timestamp true unbounded union using values when where window with within`)

// Complete returns what may stand in the place of the name that ends at the cursor.
func (s *Shell) Complete(text string, cursor int) (begin int, choices []string) {
	before := text[:cursor]
	if s.pending == "" {
		if trimmed := strings.TrimLeft(before, " \t\r\n"); strings.HasPrefix(trimmed, `\`) || strings.HasPrefix(trimmed, ".") {
			return s.completeCommand(before, len(before)-len(trimmed))
		}
	}
	shift := len(s.pending)
	before = s.pending + before
	words, open := syntax.Words(before)
	begin = len(before)
	name := ""
	if n := len(words); n > 0 && words[n-1].End == len(before) {
		if w := words[n-1]; w.Name {
			name, begin, words = before[w.Pos:], w.Pos, words[:n-1]
		} else if !w.Mark && !strings.HasSuffix(before, "=") && !strings.HasSuffix(before, "*") {
			return cursor, nil // a number, a string
		}
	}
	if open || inLineComment(before, words) || begin < shift {
		return cursor, nil
	}
	// The statement is what is around the cursor, up to the semicolons.
	for i, w := range slices.Backward(words) {
		if w.Mark && w.Text == ";" {
			words = words[i+1:]
			break
		}
	}
	behind, _ := syntax.Words(text[cursor:])
	if i := slices.IndexFunc(behind, func(w syntax.Word) bool { return w.Mark && w.Text == ";" }); i >= 0 {
		behind = behind[:i]
	}
	for _, choice := range s.choices(words, slices.Concat(words, behind), name) {
		if hasPrefixFold(choice, name) {
			choices = append(choices, choice)
		}
	}
	return begin - shift, choices
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// inLineComment reports whether the end of a text is in a comment that ends with its line.
func inLineComment(text string, words []syntax.Word) bool {
	end := 0
	if len(words) > 0 {
		end = words[len(words)-1].End
	}
	between := text[end:]
	return strings.Contains(between[strings.LastIndexByte(between, '\n')+1:], "--")
}

// choices are what may stand behind these words in a statement, where a name has been begun
// or, if that is empty, will be.
func (s *Shell) choices(words, statement []syntax.Word, begun string) []string {
	is := func(i int, texts ...string) bool {
		return i >= 0 && slices.Contains(texts, words[i].Text) && (words[i].Name || words[i].Mark)
	}
	last := len(words) - 1
	used := s.used(statement)
	switch {
	case is(last, "."):
		if last == 0 {
			return nil
		}
		of := words[last-1].Text
		if slices.Contains(s.Names.Schemas, of) {
			return s.tables()
		}
		return used[of].Columns
	case is(last, "from", "join", "table", "only"), is(last, ",") && inFrom(words):
		choices := s.tables()
		if len(s.Names.Schemas) > 1 { // else nobody needs it
			for _, name := range s.Names.Schemas {
				choices = append(choices, name+".")
			}
		}
		return choices
	}
	var choices []string
	for _, t := range used {
		choices = append(choices, t.Columns...)
	}
	if begun != "" {
		if len(used) == 0 {
			for _, t := range s.Names.Tables {
				choices = append(choices, t.Columns...)
			}
		}
		for _, name := range s.Names.Functions {
			choices = append(choices, name+"(")
		}
	}
	if begun != "" || len(choices) == 0 {
		for _, word := range keywords {
			if begun != "" && begun == strings.ToUpper(begun) {
				word = strings.ToUpper(word)
			}
			choices = append(choices, word)
		}
	}
	slices.Sort(choices)
	return slices.Compact(choices)
}

// inFrom reports whether the end of a statement is in its list of tables.
func inFrom(words []syntax.Word) bool {
	depth := 0
	for _, w := range slices.Backward(words) {
		switch {
		case w.Mark && w.Text == ")":
			depth++
		case w.Mark && w.Text == "(":
			depth--
		}
		switch {
		case depth < 0:
			return false
		case depth > 0 || !w.Grammar:
			continue
		}
		switch w.Text {
		case "from":
			return true
		case "select", "where", "on", "using", "group", "order", "having", "by", "limit", "values":
			return false
		}
	}
	return false
}

// used are the tables that a statement names, by the names that it has for them.
func (s *Shell) used(words []syntax.Word) map[string]TableName {
	used := map[string]TableName{}
	for i, w := range words {
		j := slices.IndexFunc(s.Names.Tables, func(t TableName) bool { return t.Name == w.Text })
		if j < 0 || w.Mark {
			continue
		}
		t := s.Names.Tables[j]
		alias := i + 1
		if alias < len(words) && words[alias].Name && words[alias].Text == "as" {
			alias++
		}
		if alias < len(words) && !words[alias].Mark && !words[alias].Grammar && (words[alias].Name || alias == i+2) {
			used[words[alias].Text] = t
			continue
		}
		used[t.Name] = t
	}
	return used
}

func (s *Shell) tables() (names []string) {
	for _, t := range s.Names.Tables {
		names = append(names, t.Name)
	}
	return names
}

// completeCommand completes a command of the shell that begins at a place of the text.
func (s *Shell) completeCommand(text string, at int) (begin int, choices []string) {
	name, arg, hasArg := strings.Cut(text[at:], " ")
	begin = len(text) - len(strings.TrimLeft(arg, " "))
	var known []string
	switch {
	case !hasArg:
		begin = at
		for _, m := range metas() {
			known = append(known, m.names...)
		}
	case slices.Contains([]string{`\d`, `\dt`, ".inspect", ".tables"}, name):
		known = s.tables()
	case name == ".output":
		known = s.Formats
	case slices.Contains([]string{`\x`, `\timing`, ".timing"}, name):
		known = []string{"on", "off"}
	case name == ".cache":
		known = []string{"clear"}
	}
	for _, k := range known {
		if strings.HasPrefix(k, text[begin:]) {
			choices = append(choices, k)
		}
	}
	return begin, choices
}
