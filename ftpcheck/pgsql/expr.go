package pgsql

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// An expr is an expression whose type is known. It reads the registers of the level of the
// statement that it stands in, and of the levels around it.
type expr interface {
	typ() value.Type
	// each calls f for every expression directly below, with how many levels further in it
	// stands than this one.
	each(f func(e *expr, in int))
}

type (
	// A constant is a value. A literal whose type is not known yet is one of type Unknown.
	constant struct {
		pos syntax.Pos
		t   value.Type
		v   any
	}

	// A register holds a value of the row that a level works on. up says how many levels
	// out it is.
	register struct {
		pos   syntax.Pos
		t     value.Type
		up    int
		slot  int
		label string // as messages name it: table.column
	}

	// An apply is a call of a routine, the operators included.
	apply struct {
		pos  syntax.Pos
		r    *routine
		args []expr
		t    value.Type
	}

	// A convert is a cast. Without a cast of the catalogue it goes by way of the text, or,
	// if relabel is set, changes nothing but the type.
	convert struct {
		pos     syntax.Pos
		x       expr
		to      value.Type
		cast    *cast
		relabel bool
		elems   bool // the cast is of the elements of an array
		mods    *modifier
	}

	logic struct {
		or bool
		xs []expr
	}
	not struct{ x expr }
	is  struct {
		x      expr
		negate bool
		what   syntax.Truth
	}
	// A distinct compares as null were a value.
	distinct struct {
		l, r        expr
		left, right *cell // for eq
		eq          expr
		negate      bool // IS NOT DISTINCT FROM
	}
	coalesce struct {
		xs []expr
		t  value.Type
	}
	// An extreme is GREATEST or LEAST.
	extreme struct {
		xs    []expr
		t     value.Type
		least bool
	}
	nullif struct {
		l    expr
		left *cell // for eq, which compares it with the other
		eq   expr
		t    value.Type
	}
	caseOf struct {
		operand        expr // nil if there is none
		cell           *cell
		conds, results []expr
		other          expr // nil is null
		t              value.Type
	}
	array struct {
		elems []expr
		t     value.Type
	}
	row struct{ elems []expr }

	// A rowCompare is (a, b) op (c, d). ops has, for =, <> and IS DISTINCT, the comparison of
	// each pair; for the others, < and > of each pair.
	rowCompare struct {
		op     string
		eq     []expr
		lt, gt []expr
	}
	subscript struct {
		pos   syntax.Pos
		x     expr
		slice bool
		at    []expr // for each dimension, or the two bounds of a slice, either of which may be nil
		t     value.Type
	}

	// An inList is x = any of the values, where all of them are constants of one type that
	// hash; other lists are logic.
	inList struct {
		x      expr
		values []expr
		t      value.Type
	}

	// A quantified is l op ANY or ALL of the elements of an array, or the rows of a query.
	// op reads the element from the cell.
	quantified struct {
		pos   syntax.Pos
		all   bool
		array expr // nil if it is a query
		plan  *plan
		l     expr
		left  *cell // the value of l, and of the element, for op
		elem  *cell
		op    expr
		// hashed says that it is = ANY of a query, or <> ALL, by values that hash.
		hashed bool
		t      value.Type // then, of the values
	}
	rowsIn struct { // (a, b) IN (query), or = ANY
		pos  syntax.Pos
		plan *plan
		ls   []expr
		// For eq, which compares each pair.
		left, right []*cell
		eq          []expr
	}
	exists struct{ plan *plan }
	scalar struct {
		pos  syntax.Pos
		plan *plan
		t    value.Type
	}
	arrayQuery struct {
		plan *plan
		t    value.Type
	}

	// A cell is a value that the expression around hands to one below.
	cell struct {
		t value.Type
		// id tells the cells of a statement apart.
		id int
	}

	aggregateCall struct {
		pos      syntax.Pos
		agg      *aggregate
		args     []expr
		order    []sortExpr
		distinct bool
		filter   expr
		t        value.Type
	}
	grouping struct {
		pos  syntax.Pos
		args []expr
	}
	windowCall struct {
		pos    syntax.Pos
		name   string // of a window function; "" for an aggregate
		agg    *aggregateCall
		args   []expr
		window *window
		t      value.Type
	}
	setCall struct {
		pos  syntax.Pos
		r    *setRoutine
		args []expr
		t    value.Type
		cols []value.Type
	}
)

// A sortExpr is an expression to sort by.
type sortExpr struct {
	x          expr
	desc       bool
	nullsFirst bool
}

// Position is where the constant stands.
func (e *constant) Position() syntax.Pos { return e.pos }

func (e *constant) typ() value.Type      { return e.t }
func (e *register) typ() value.Type      { return e.t }
func (e *apply) typ() value.Type         { return e.t }
func (e *convert) typ() value.Type       { return e.to }
func (e *logic) typ() value.Type         { return value.Bool }
func (e *not) typ() value.Type           { return value.Bool }
func (e *is) typ() value.Type            { return value.Bool }
func (e *distinct) typ() value.Type      { return value.Bool }
func (e *coalesce) typ() value.Type      { return e.t }
func (e *extreme) typ() value.Type       { return e.t }
func (e *nullif) typ() value.Type        { return e.t }
func (e *caseOf) typ() value.Type        { return e.t }
func (e *array) typ() value.Type         { return e.t }
func (e *row) typ() value.Type           { return value.Record }
func (e *rowCompare) typ() value.Type    { return value.Bool }
func (e *subscript) typ() value.Type     { return e.t }
func (e *inList) typ() value.Type        { return value.Bool }
func (e *quantified) typ() value.Type    { return value.Bool }
func (e *rowsIn) typ() value.Type        { return value.Bool }
func (e *exists) typ() value.Type        { return value.Bool }
func (e *scalar) typ() value.Type        { return e.t }
func (e *arrayQuery) typ() value.Type    { return e.t }
func (e *cell) typ() value.Type          { return e.t }
func (e *aggregateCall) typ() value.Type { return e.t }
func (e *grouping) typ() value.Type      { return value.Int4 }
func (e *windowCall) typ() value.Type    { return e.t }
func (e *setCall) typ() value.Type       { return e.t }

func eachOf(xs []expr, f func(*expr, int)) {
	for i := range xs {
		f(&xs[i], 0)
	}
}

func eachSome(f func(*expr, int), xs ...*expr) {
	for _, x := range xs {
		if *x != nil {
			f(x, 0)
		}
	}
}

func (e *constant) each(func(*expr, int))     {}
func (e *register) each(func(*expr, int))     {}
func (e *cell) each(func(*expr, int))         {}
func (e *apply) each(f func(*expr, int))      { eachOf(e.args, f) }
func (e *convert) each(f func(*expr, int))    { f(&e.x, 0) }
func (e *logic) each(f func(*expr, int))      { eachOf(e.xs, f) }
func (e *not) each(f func(*expr, int))        { f(&e.x, 0) }
func (e *is) each(f func(*expr, int))         { f(&e.x, 0) }
func (e *distinct) each(f func(*expr, int))   { eachSome(f, &e.l, &e.r, &e.eq) }
func (e *coalesce) each(f func(*expr, int))   { eachOf(e.xs, f) }
func (e *extreme) each(f func(*expr, int))    { eachOf(e.xs, f) }
func (e *nullif) each(f func(*expr, int))     { eachSome(f, &e.l, &e.eq) }
func (e *array) each(f func(*expr, int))      { eachOf(e.elems, f) }
func (e *row) each(f func(*expr, int))        { eachOf(e.elems, f) }
func (e *exists) each(f func(*expr, int))     { e.plan.each(1, f) }
func (e *scalar) each(f func(*expr, int))     { e.plan.each(1, f) }
func (e *arrayQuery) each(f func(*expr, int)) { e.plan.each(1, f) }
func (e *grouping) each(f func(*expr, int))   { eachOf(e.args, f) }
func (e *setCall) each(f func(*expr, int))    { eachOf(e.args, f) }

func (e *subscript) each(f func(*expr, int)) {
	f(&e.x, 0)
	for i := range e.at {
		eachSome(f, &e.at[i])
	}
}

func (e *inList) each(f func(*expr, int)) {
	f(&e.x, 0)
	eachOf(e.values, f)
}

func (e *caseOf) each(f func(*expr, int)) {
	eachSome(f, &e.operand)
	eachOf(e.conds, f)
	eachOf(e.results, f)
	eachSome(f, &e.other)
}

func (e *rowCompare) each(f func(*expr, int)) {
	eachOf(e.eq, f)
	eachOf(e.lt, f)
	eachOf(e.gt, f)
}

func (e *quantified) each(f func(*expr, int)) {
	eachSome(f, &e.l, &e.array, &e.op)
	if e.plan != nil {
		e.plan.each(1, f)
	}
}

func (e *rowsIn) each(f func(*expr, int)) {
	eachOf(e.ls, f)
	eachOf(e.eq, f)
	e.plan.each(1, f)
}

func (e *aggregateCall) each(f func(*expr, int)) {
	eachOf(e.args, f)
	for i := range e.order {
		f(&e.order[i].x, 0)
	}
	eachSome(f, &e.filter)
}

func (e *windowCall) each(f func(*expr, int)) {
	eachOf(e.args, f)
	if e.agg != nil {
		e.agg.each(f)
	}
	if e.window != nil {
		e.window.each(f)
	}
}

// rewrite calls f for an expression and for all below it, from the outside in, with the
// number of levels that each stands further in. Where f returns false, it does not go on
// below.
func rewrite(e *expr, in int, f func(e *expr, in int) bool) {
	if *e == nil || !f(e, in) {
		return
	}
	(*e).each(func(below *expr, further int) { rewrite(below, in+further, f) })
}

// visit is rewrite for who only looks.
func visit(e expr, f func(e expr, in int) bool) {
	if e != nil {
		rewrite(&e, 0, func(e *expr, in int) bool { return f(*e, in) })
	}
}

// shift returns a copy of an expression without subqueries that stands some levels further
// in.
func shift(e expr, by int) expr {
	switch e := e.(type) {
	case *register:
		if by == 0 {
			return e
		}
		c := *e
		c.up += by
		return &c
	case *coalesce: // of the columns that USING made one
		c := &coalesce{t: e.t}
		for _, x := range e.xs {
			c.xs = append(c.xs, shift(x, by))
		}
		return c
	case *convert:
		c := *e
		c.x = shift(e.x, by)
		return &c
	}
	return e
}

// constantOf returns the value of a constant.
func constantOf(e expr) (any, bool) {
	c, ok := e.(*constant)
	if !ok {
		return nil, false
	}
	return c.v, true
}

// isUnknown reports whether e is a literal whose type is not known.
func isUnknown(e expr) bool { return e.typ() == value.Unknown }

// key returns a text that is the same for expressions that are the same. Subqueries are
// only the same as themselves.
func key(e expr) string {
	w := &keyWriter{cells: map[int]int{}}
	w.write(e)
	return w.String()
}

// A keyWriter writes keys. Cells go by the order in which they are met, as the same
// expression has others each time.
type keyWriter struct {
	strings.Builder
	cells map[int]int
}

func (b *keyWriter) write(e expr) {
	switch e := e.(type) {
	case nil:
		b.WriteByte('-')
		return
	case *constant:
		fmt.Fprintf(b, "c%d", e.t)
		if e.v == nil {
			b.WriteString("null")
			return
		}
		b.WriteString(strconv.Quote(value.Format(e.t, e.v)))
		return
	case *register:
		fmt.Fprintf(b, "r%d.%d", e.up, e.slot)
		return
	case *cell:
		n, ok := b.cells[e.id]
		if !ok {
			n = len(b.cells)
			b.cells[e.id] = n
		}
		fmt.Fprintf(b, "cell%d", n)
		return
	case *apply:
		fmt.Fprintf(b, "f%p", e.r)
	case *convert:
		fmt.Fprintf(b, "to%d,%v,%v", e.to, e.relabel, e.mods)
	case *logic:
		fmt.Fprintf(b, "logic%v", e.or)
	case *is:
		fmt.Fprintf(b, "is%v%v", e.negate, e.what)
	case *distinct:
		fmt.Fprintf(b, "distinct%v", e.negate)
	case *extreme:
		fmt.Fprintf(b, "extreme%v", e.least)
	case *rowCompare:
		b.WriteString("rows" + e.op)
	case *subscript:
		fmt.Fprintf(b, "at%v", e.slice)
		for _, x := range e.at {
			fmt.Fprintf(b, "%v", x != nil)
		}
	case *caseOf:
		fmt.Fprintf(b, "case%d,%v", len(e.conds), e.other != nil)
	case *aggregateCall:
		fmt.Fprintf(b, "agg%p,%d,%v,%v", e.agg, len(e.args), e.distinct, e.filter != nil)
		for _, s := range e.order {
			fmt.Fprintf(b, ",%v%v", s.desc, s.nullsFirst)
		}
	case *windowCall:
		fmt.Fprintf(b, "window%s,%p", e.name, e.window)
		if e.agg != nil {
			b.write(e.agg)
			return
		}
	case *quantified:
		fmt.Fprintf(b, "quantified%v", e.all)
		if e.plan != nil {
			fmt.Fprintf(b, "%p", e)
			return
		}
	case *exists, *scalar, *arrayQuery, *rowsIn, *setCall:
		fmt.Fprintf(b, "%T%p", e, e)
		return
	default:
		fmt.Fprintf(b, "%T", e)
	}
	b.WriteByte('(')
	e.each(func(below *expr, _ int) {
		b.write(*below)
		b.WriteByte(',')
	})
	b.WriteByte(')')
}

func (r *register) Position() syntax.Pos { return r.pos }

func (e *grouping) Position() syntax.Pos { return e.pos }
