package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A routine is a function or an operator as the catalogue has it.
//
// All of PostgreSQL's routines of a name are here if one is, as far as their types are ours:
// which one a call means depends on those that there are. One without run is refused.
type routine struct {
	name     string
	args     []value.Type // of a prefix operator one
	result   value.Type
	kind     kind
	run      func(c *call, args []any) (any, error)
	variadic bool // the last argument, an array, can be given as any number of elements
	optional int  // how many of the last arguments can be left out; they are then not in args of run
}

// A kind says how a routine treats nulls, and whether it gives the same for the same
// arguments.
type kind uint8

const (
	strict   kind = 0      // null if an argument is null, and run never sees a null
	nullsOK  kind = 1 << 0 // run sees nulls
	stable   kind = 1 << 1 // depends on the time of the statement or its time zone
	volatile kind = 1 << 2 // may give something else each time
)

// A call is what a routine knows besides its arguments.
type call struct {
	now value.Moment // when the statement began
}

func types(t ...value.Type) []value.Type { return t }
