package pgsql

import (
	"context"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// fold computes an expression beforehand if nothing in it can change. What fails then is left
// as it is: it may stand in a branch that is never taken. [analysis.check] comes back to it.
func (a *analysis) fold(x expr) (expr, error) {
	switch e := x.(type) {
	case *caseOf:
		if e.operand == nil {
			x = a.foldCase(e)
		}
	case *coalesce:
		x = foldCoalesce(e)
	case *apply:
		if e.r.kind&nullsOK == 0 && !e.r.variadic && slices.ContainsFunc(e.args, isNull) {
			return &constant{e.pos, e.t, nil}, nil // whatever the other arguments are
		}
	}
	if !foldable(x) {
		return x, nil
	}
	v, err := a.evaluate(x)
	if err != nil {
		return x, nil
	}
	return &constant{posOf(x), x.typ(), v}, nil
}

func isNull(x expr) bool {
	v, ok := constantOf(x)
	return ok && v == nil
}

func (a *analysis) foldCase(e *caseOf) expr {
	kept := &caseOf{other: e.other, t: e.t}
	for i, cond := range e.conds {
		if c, ok := constantOf(cond); ok {
			if c == true {
				kept.other = e.results[i]
				break
			}
			continue
		}
		kept.conds, kept.results = append(kept.conds, cond), append(kept.results, e.results[i])
	}
	if len(kept.conds) == 0 {
		if kept.other == nil {
			return &constant{-1, e.t, nil}
		}
		return kept.other
	}
	return kept
}

func foldCoalesce(e *coalesce) expr {
	kept := &coalesce{t: e.t}
	for _, x := range e.xs {
		c, ok := constantOf(x)
		if ok && c == nil {
			continue
		}
		kept.xs = append(kept.xs, x)
		if ok {
			break
		}
	}
	switch len(kept.xs) {
	case 0:
		return &constant{-1, e.t, nil}
	case 1:
		return kept.xs[0]
	}
	return kept
}

// foldable reports whether an expression has the same value always, and all directly below
// it are constants.
func foldable(x expr) bool {
	switch e := x.(type) {
	case *apply:
		if e.r.kind&(stable|volatile) != 0 {
			return false
		}
	case *convert:
		if e.timeDependent() {
			return false
		}
	case *constant, *register, *cell, *row, *aggregateCall, *windowCall, *setCall, *grouping, *exists, *scalar, *arrayQuery, *rowsIn:
		return false
	case *quantified:
		if e.plan != nil {
			return false
		}
	}
	ok := true
	cells := cellsOf(x)
	var look func(e expr)
	look = func(e expr) {
		switch e := e.(type) {
		case *constant:
		case *cell:
			ok = ok && cells[e.id]
		case *apply:
			if len(cells) == 0 || e.r.kind&(stable|volatile) != 0 {
				ok = false // it was not folded, for a reason
				return
			}
			e.each(func(below *expr, _ int) { look(*below) })
		case *convert:
			if len(cells) == 0 || e.timeDependent() {
				ok = false
				return
			}
			look(e.x)
		default:
			ok = false
		}
	}
	x.each(func(below *expr, _ int) { look(*below) })
	return ok
}

// cellsOf returns the cells that an expression fills for what is below it.
func cellsOf(x expr) map[int]bool {
	ids := map[int]bool{}
	add := func(cells ...*cell) {
		for _, c := range cells {
			if c != nil {
				ids[c.id] = true
			}
		}
	}
	switch e := x.(type) {
	case *distinct:
		add(e.left, e.right)
	case *nullif:
		add(e.left)
	case *caseOf:
		add(e.cell)
	case *quantified:
		add(e.left, e.elem)
	}
	return ids
}

func (e *convert) timeDependent() bool { return e.cast == nil && !e.relabel && isMoment(e.to) }

// evaluate computes an expression of constants.
func (a *analysis) evaluate(x expr) (any, error) {
	e := &exec{ctx: context.Background(), now: a.now, cells: make([]any, a.cells)}
	return e.eval(x)(&frame{})
}

func posOf(x expr) syntax.Pos {
	switch x := x.(type) {
	case *apply:
		return x.pos
	case *convert:
		return x.pos
	case *constant:
		return x.pos
	case *register:
		return x.pos
	}
	return -1
}

// check fails if a part of a statement that never changes cannot be computed, as 1/0.
func (a *analysis) check(p *plan) error {
	var err error
	p.each(0, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			if err == nil && foldable(*e) {
				if _, failed := a.evaluate(*e); failed != nil {
					err = located(posOf(*e), failed)
				}
			}
			return err == nil
		})
	})
	return err
}

// isMoment reports whether texts of a type can mean another value at another time.
func isMoment(t value.Type) bool {
	switch t {
	case value.Date, value.Time, value.Timestamp, value.TimestampTZ:
		return true
	}
	return false
}
