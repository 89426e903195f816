package sqlengine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
	"github.com/ncruces/go-sqlite3"
)

// An SQLError says why SQLite cannot run a statement.
type SQLError struct {
	Message string
	// Line and Column tell where in the statement, counted from 1 and in characters.
	// They are 0 if that is not known.
	Line, Column int
	// Hint tells what to write instead. It may be empty.
	Hint string
}

// Error gives the message with its position and, on a line of its own, the hint.
func (e *SQLError) Error() string {
	text := e.Message
	if e.Line > 0 {
		text += fmt.Sprintf(" (line %d, column %d)", e.Line, e.Column)
	}
	if e.Hint != "" {
		text += "\n" + e.Hint
	}
	return text
}

// at sets the position from an offset into the statement.
func (e *SQLError) at(sql string, offset int) *SQLError {
	before := sql[:max(offset, 0)]
	e.Line = strings.Count(before, "\n") + 1
	e.Column = utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return e
}

// explain turns what SQLite reports into what the caller should see.
func (e *Engine) explain(s *statement, err error) error {
	if s.err != nil {
		return s.err
	}
	var code sqlite3.ExtendedErrorCode
	switch {
	case !errors.As(err, &code):
		return err
	case errors.Is(err, sqlite3.INTERRUPT) && s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.Is(err, sqlite3.AUTH), strings.HasSuffix(err.Error(), " may not be modified"):
		return errReadOnly
	}

	// The library puts the meaning of the code before SQLite's message.
	text := strings.TrimPrefix(err.Error(), code.Error()+": ")
	sqlErr := &SQLError{Message: strings.TrimPrefix(text, "sqlite3: ")}
	var withSQL *sqlite3.Error
	if errors.As(err, &withSQL) && withSQL.SQL() != "" {
		sqlErr.at(s.sql, len(s.sql)-len(withSQL.SQL()))
	}
	sqlErr.Hint = e.hint(s, sqlErr)
	return sqlErr
}

// hint tells what to write instead of what SQLite does not understand.
func (e *Engine) hint(s *statement, err *SQLError) string {
	if hint := foreignHint(s.tokens); hint != "" {
		return hint
	}
	what, name, _ := strings.Cut(err.Message, ": ")
	name, _, _ = strings.Cut(name, " - should this be")
	name = strings.ToLower(strings.Trim(name, `"`))
	var names []string
	switch what {
	case "no such function":
		return didYouMean(name, e.functionNames())
	case "no such table":
		if schema, _, qualified := strings.Cut(name, "."); qualified && (e.Schemas[schema] == nil || schema == mainSchema) {
			for schema := range e.Schemas {
				names = append(names, schema)
			}
			if len(names) == 0 {
				return "There are no connections to name: leave " + schema + " out."
			}
			slices.Sort(names)
			return strings.TrimSpace(didYouMean(schema, names) + " The connections are " + strings.Join(names, ", ") + ".")
		}
		if i := slices.IndexFunc(s.tokens, func(t token) bool { return t.text == name }); i >= 0 {
			err.at(s.sql, s.tokens[i].offset)
		}
		for _, t := range e.tables {
			names = append(names, t.Name)
		}
		return strings.TrimSpace(didYouMean(name, names) + " The tables are " + strings.Join(names, ", ") + ".")
	case "no such column":
		for _, t := range e.tables {
			if !slices.ContainsFunc(s.tokens, func(tok token) bool { return tok.text == strings.ToLower(t.Name) }) {
				continue
			}
			for _, c := range t.Columns {
				names = append(names, c.Name)
			}
		}
		return didYouMean(name[strings.LastIndexByte(name, '.')+1:], names)
	}
	return ""
}

func (e *Engine) functionNames() []string {
	stmt, _, err := e.conn.Prepare("select distinct name from pragma_function_list")
	if err != nil {
		return nil
	}
	defer stmt.Close()
	var names []string
	for stmt.Step() {
		names = append(names, stmt.ColumnText(0))
	}
	return names
}

// didYouMean suggests the names that are nearest to a mistyped one, if any is near.
func didYouMean(name string, names []string) string {
	distance := func(other string) int { return levenshtein.Distance(name, strings.ToLower(other), nil) }
	near := slices.DeleteFunc(slices.Clone(names), func(other string) bool {
		return distance(other) > max(1, len(name)/3) && (len(name) < 4 || !strings.Contains(other, name))
	})
	slices.SortFunc(near, func(a, b string) int { return cmp.Or(distance(a)-distance(b), strings.Compare(a, b)) })
	near = slices.Compact(near)
	if len(near) == 0 {
		return ""
	}
	return "Did you mean " + strings.Join(near[:min(3, len(near))], " or ") + "?"
}
