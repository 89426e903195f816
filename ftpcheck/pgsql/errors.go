package pgsql

import (
	"errors"
	"fmt"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// An Error says why a statement has no answer.
type Error struct {
	Pos     syntax.Pos // -1 if it is not known
	Message string     // PostgreSQL's own wording where it has one
	Hint    string     // what to do instead; may be empty
	// Refused says that PostgreSQL might answer, and that this package does not.
	Refused bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Refused reports whether an error says that PostgreSQL might answer.
func Refused(err error) bool {
	var e *Error
	var u *value.Unsupported
	var s *syntax.Error
	return errors.As(err, &e) && e.Refused || errors.As(err, &u) || errors.As(err, &s) && s.Refused
}

func fail(at syntax.Node, format string, args ...any) *Error {
	e := &Error{Pos: -1, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		e.Pos = at.Position()
	}
	return e
}

// refuse is for what PostgreSQL might answer.
func refuse(at syntax.Node, format string, args ...any) *Error {
	e := fail(at, format, args...)
	e.Refused = true
	return e
}

func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// located gives an error of a value the place in the statement where it arose.
func located(at syntax.Node, err error) error {
	var wrong *value.Error
	var unsupported *value.Unsupported
	switch {
	case errors.As(err, &wrong):
		return fail(at, "%s", wrong.Message).hint("%s", wrong.Hint)
	case errors.As(err, &unsupported):
		return refuse(at, "%s", unsupported.Message)
	}
	return err
}
