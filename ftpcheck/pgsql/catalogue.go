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
	now    value.Moment // when the statement began
	args   []value.Type // the types of the arguments
	result value.Type
}

func types(t ...value.Type) []value.Type { return t }

// A cast is a conversion from one type to another, as PostgreSQL's pg_cast has it. Those by
// way of the text are not here.
type cast struct {
	from, to value.Type
	context  castContext
	run      func(c *call, v any) (any, error) // nil if the value stays as it is
}

// A castContext says where a cast happens by itself.
type castContext uint8

const (
	explicit   castContext = iota // only where it is written
	assignment                    // also where a value is stored, which no query does
	implicit                      // everywhere
)

// An aggregate is an aggregate function.
type aggregate struct {
	name   string
	args   []value.Type
	result value.Type
	// ordered says that it is called WITHIN GROUP: args are then the direct arguments and
	// behind them the one that is sorted, whose values add gets in order.
	ordered  bool
	variadic bool
	new      func(c *call) accumulator // nil if it is refused
}

// An accumulator is the state of an aggregate for one group. It is given all rows, also
// those with null arguments. The result can be asked for again after more rows.
type accumulator interface {
	add(c *call, args []any) error
	result(c *call) (any, error)
}

// A setRoutine is a function that gives rows.
type setRoutine struct {
	name    string
	args    []value.Type
	columns []setColumn
	// named says that the column keeps its name whatever the alias of the function is, as it
	// does where PostgreSQL has it as an output parameter.
	named    bool
	variadic bool
	kind     kind
	// run hands each row to yield, which may keep it, and stops at the first error of it.
	run func(c *call, args []any, yield func(row ...any) error) error
}

// A setColumn is one column of what a [setRoutine] gives.
type setColumn struct {
	name string
	t    value.Type
}
