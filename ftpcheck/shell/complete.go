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
	Columns []ColumnName
}

// A ColumnName is the name of a column and that of its type.
type ColumnName struct{ Name, Type string }

// A Choice is what may be typed next.
type Choice struct {
	Text string
	Kind string // what it is, as a heading
	Note string // may be empty
}

// The kinds of choices.
const (
	kindCommand  = "commands"
	kindOption   = "values"
	kindTable    = "tables"
	kindSchema   = "connections"
	kindColumn   = "columns"
	kindKeyword  = "keywords"
	kindFunction = "functions"
)

// keywords are the words of a query that are worth completing.
var keywords = strings.Fields(`all and any array as asc between by case cast coalesce cross
	current_date current_timestamp desc distinct else end except exists explain extract false fetch
	filter first following from full group grouping having ilike in inner intersect interval is
	join last lateral left like limit materialized natural not null nulls offset on only or order
	ordinality outer over partition preceding range recursive right rollup rows select sets similar
	table then timestamp true unbounded union using values when where window with within`)

// Complete returns what may stand in the place of the name that ends at the cursor.
func (s *Shell) Complete(text string, cursor int) (begin int, choices []Choice) {
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
	for _, c := range s.choices(words, slices.Concat(words, behind), name != "") {
		if len(c.Text) < len(name) || !strings.EqualFold(c.Text[:len(name)], name) {
			continue
		}
		if name != "" && c.Kind == kindKeyword && name == strings.ToUpper(name) {
			c.Text = strings.ToUpper(c.Text)
		}
		choices = append(choices, c)
	}
	return begin - shift, choices
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

// choices are what may stand behind these words in a statement. begun says that the first
// letters are there.
func (s *Shell) choices(words, statement []syntax.Word, begun bool) []Choice {
	is := func(i int, texts ...string) bool {
		return i >= 0 && i < len(words) && slices.Contains(texts, words[i].Text) && (words[i].Name || words[i].Mark)
	}
	last := len(words) - 1
	used := s.used(statement)
	if is(last, ".") {
		if last == 0 {
			return nil
		}
		of := words[last-1].Text
		if slices.Contains(s.Names.Schemas, of) {
			return s.tables()
		}
		return columns(used[of])
	}
	if is(last, "from", "join", "table", "only") || is(last, ",") && s.inFrom(words) {
		choices := s.tables()
		for _, name := range s.Names.Schemas {
			choices = append(choices, Choice{name + ".", kindSchema, ""})
		}
		return choices
	}
	var choices []Choice
	add := func(more []Choice) {
		slices.SortFunc(more, func(a, b Choice) int { return strings.Compare(a.Text, b.Text) })
		choices = append(choices, slices.CompactFunc(more, func(a, b Choice) bool { return a.Text == b.Text })...)
	}
	var named []Choice
	for _, t := range used {
		named = append(named, columns(t)...)
	}
	if len(used) == 0 && begun {
		for _, t := range s.Names.Tables {
			named = append(named, columns(t)...)
		}
	}
	add(named)
	if begun || len(named) == 0 {
		var words []Choice
		for _, word := range keywords {
			words = append(words, Choice{word, kindKeyword, ""})
		}
		add(words)
	}
	if begun {
		var functions []Choice
		for _, name := range s.Names.Functions {
			functions = append(functions, Choice{name + "(", kindFunction, ""})
		}
		add(functions)
	}
	return choices
}

// inFrom reports whether the end of a statement is in its list of tables.
func (s *Shell) inFrom(words []syntax.Word) bool {
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

func (s *Shell) tables() (choices []Choice) {
	for _, t := range s.Names.Tables {
		choices = append(choices, Choice{t.Name, kindTable, ""})
	}
	return choices
}

func columns(t TableName) (choices []Choice) {
	for _, c := range t.Columns {
		choices = append(choices, Choice{c.Name, kindColumn, c.Type})
	}
	return choices
}

// completeCommand completes a command of the shell that begins at a place of the text.
func (s *Shell) completeCommand(text string, at int) (begin int, choices []Choice) {
	name, arg, hasArg := strings.Cut(text[at:], " ")
	if !hasArg {
		for _, m := range metas() {
			for _, n := range m.names {
				if strings.HasPrefix(n, name) && n[0] == name[0] {
					choices = append(choices, Choice{n, kindCommand, m.help})
				}
			}
		}
		return at, choices
	}
	begin = len(text) - len(strings.TrimLeft(arg, " "))
	var known []Choice
	options := func(texts ...string) {
		for _, text := range texts {
			known = append(known, Choice{text, kindOption, ""})
		}
	}
	switch name {
	case `\d`, `\dt`, ".inspect", ".tables":
		known = s.tables()
	case ".output":
		options(s.Formats...)
	case `\x`, `\timing`, ".timing":
		options("on", "off")
	case ".cache":
		options("clear")
	}
	for _, c := range known {
		if strings.HasPrefix(c.Text, text[begin:]) {
			choices = append(choices, c)
		}
	}
	return begin, choices
}
