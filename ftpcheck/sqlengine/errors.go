package sqlengine

import (
	"errors"
	"fmt"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
)

// An SQLError says why a statement has no answer.
type SQLError struct {
	Message string
	// Line and Column tell where in the text, counted from 1 and in characters. They are 0
	// if that is not known.
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

// located gives an error of a statement its line and column. Other errors stay as they are.
func located(sql string, err error) error {
	var parsing *syntax.Error
	var meaning *pgsql.Error
	switch {
	case errors.As(err, &parsing):
	case errors.As(err, &meaning):
		parsing = &syntax.Error{Pos: meaning.Pos, Message: meaning.Message, Hint: meaning.Hint}
	default:
		return err
	}
	e := &SQLError{Message: parsing.Message, Hint: parsing.Hint}
	if parsing.Pos >= 0 {
		e.Line, e.Column = parsing.Line(sql)
	}
	return e
}
