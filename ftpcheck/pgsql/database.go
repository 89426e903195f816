package pgsql

import (
	"context"
	"slices"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A Database is what statements are about.
type Database struct {
	Tables []*Table
	// Now tells the time at which a statement begins. Nil is the clock of the machine.
	Now func() time.Time
	// Memory is how many bytes one statement may keep, roughly. 0 is 1 GiB.
	Memory int
}

// A Table is something that rows can be read from.
type Table struct {
	// Schema is empty for a table that a statement names without one.
	Schema, Name string
	Columns      []TableColumn
	// Scan reads the rows and hands them to emit. It stops at the first error of emit and
	// returns that.
	Scan func(ctx context.Context, q *ScanQuery, emit func(row any) error) error
}

// A TableColumn is one column of a table, with the way to its value in a row.
type TableColumn struct {
	Name  string
	Type  value.Type
	Value func(row any) (any, error)
	// Shown, which may be nil, gives the value in whatever form the caller shows it. It is
	// asked in the place of Value where a statement does nothing with a value but hand it
	// over; [Column.Shown] tells then. Before is what it gave for the row before, or nil, and may
	// be returned again where it is the same.
	Shown func(row, before any) (any, error)
}

// A ScanQuery is what is known of a scan before it begins.
type ScanQuery struct {
	// Wanted says of each column whether its value will be asked for.
	Wanted []bool
	// Conditions all hold for the rows that are of use. They are hints: other rows may come.
	Conditions []Condition
	// Once says that the statement does not read any other table, nor this one again.
	Once bool
}

// A Condition says which values of a column are of use.
type Condition struct {
	Column int
	Op     ConditionOp
	Values []any // of the type of the column, or of text; never null
}

// A ConditionOp is how the column and the values must be.
type ConditionOp int

// The conditions that a scan can make use of.
const (
	OneOf  ConditionOp = iota // equal to one of the values
	NoneOf                    // equal to none of the values
	Like                      // LIKE the one value, a text
	HasKey                    // a JSON object with one of the values, which are texts, as key
)

// An Arg is the value of a parameter.
type Arg struct {
	Name  string // of :name; "" for the next of $1, $2 …
	Value any    // a text, or nil for null
}

// A Statement is a query that has been understood.
type Statement struct {
	plan    *plan
	db      *Database
	explain bool
	cells   int
	scans   int
	args    []bool // which are used
}

// A Column is one column of a result.
type Column struct {
	Name string
	Type value.Type
	// Source is the column of a table whose values these are, or nil.
	Source *TableColumn
	// Shown says that the values are those of [TableColumn.Shown].
	Shown bool
}

// Prepare finds out what a statement means.
func (d *Database) Prepare(s *syntax.Statement, args []Arg) (statement *Statement, err error) {
	defer recovered(&err)
	a := &analysis{db: d, args: args, usedArgs: make([]bool, len(args)), now: d.now()}
	p, err := a.query(s.Query, nil, false)
	if err != nil {
		return nil, err
	}
	for _, do := range slices.Backward(a.deferred) {
		do()
	}
	prune(p, allTrue(len(p.columns)))
	p.walk(0, func(node, int) {}, func(p *plan) { p.used() })
	if err := a.check(p); err != nil {
		return nil, err
	}
	show(p)
	return &Statement{plan: p, db: d, explain: s.Explain, cells: a.cells, scans: len(a.scans), args: a.usedArgs}, nil
}

func (d *Database) now() value.Moment {
	if d.Now != nil {
		return value.MomentOf(d.Now())
	}
	return value.MomentOf(time.Now())
}

// Columns describes the columns of the result, in order.
func (s *Statement) Columns() []Column {
	if s.explain {
		return []Column{{Name: "QUERY PLAN", Type: value.Text}}
	}
	columns := make([]Column, len(s.plan.columns))
	for i, c := range s.plan.columns {
		columns[i] = Column{c.name, c.t, c.source, c.shown}
	}
	return columns
}

// Uses reports whether the statement has a parameter whose value is that argument.
func (s *Statement) Uses(arg int) bool { return s.args[arg] }

// A TableScan is what a statement asks of a table.
type TableScan struct {
	Table *Table
	// Wanted is what [ScanQuery.Wanted] will be.
	Wanted []bool
	// Fits reports whether a row is of use. It may say so of one that is not. It is not safe for
	// concurrent use.
	Fits func(row any) bool
}

// Scans returns the scans that the statement may make when it runs.
func (s *Statement) Scans() []TableScan {
	x := newExec(context.Background(), s)
	var scans []TableScan
	s.plan.walk(0, func(node, int) {}, func(p *plan) {
		rows, ok := p.rows.(*selectRows)
		if !ok {
			return
		}
		conds := map[node][]expr{}
		eachFrom(rows.from, func(n node) {
			switch n := n.(type) {
			case *filterNode:
				conds[n.in] = n.conds
			case *scanNode:
				scans = append(scans, TableScan{n.table, wanted(n, used(p.level, n.slots)), x.fits(p.level, n, conds[n])})
			}
		})
	})
	return scans
}

// Run answers the statement. The row that emit is given is good until emit returns.
func (s *Statement) Run(ctx context.Context, emit func(row []any) error) (err error) {
	defer recovered(&err)
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.explain {
		for _, line := range s.plan.explain() {
			if err := emit([]any{line}); err != nil {
				return err
			}
		}
		return nil
	}
	x := newExec(ctx, s)
	p := x.compile(s.plan)
	n := len(s.plan.columns)
	return p.run(nil, func(row []any) error { return emit(row[:n]) })
}

// recovered turns a panic into an error: one statement must not end the program.
func recovered(err *error) {
	if recover() != nil {
		*err = &Error{Pos: -1, Message: "this statement met a defect of the SQL engine", Hint: "Please report it with the statement."}
	}
}
