package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

func (a *analysis) in(s *scope, e *syntax.In) (expr, error) {
	if e.Query != nil {
		x, err := a.expr(s, e.X)
		if err != nil {
			return nil, err
		}
		y, err := a.inQuery(s, e, x, "=", false, e.Query)
		if err != nil || !e.Not {
			return y, err
		}
		return &not{y}, nil
	}
	x, err := a.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	list, err := a.exprs(s, e.List)
	if err != nil {
		return nil, err
	}
	y, err := a.inList(e, x, list)
	if err != nil || !e.Not {
		return y, err
	}
	return a.fold(&not{y})
}

// inList is IN with a list. What in it reads no columns gets one type, with x, if it is more
// than one.
func (a *analysis) inList(at syntax.Node, x expr, list []expr) (expr, error) {
	any := &logic{or: true}
	var fixed []int
	var rest []expr
	for i, l := range list {
		columns := l.typ() == value.Record
		visit(l, func(l expr, in int) bool {
			r, ok := l.(*register)
			columns = columns || ok && r.up == in
			return true
		})
		if columns {
			rest = append(rest, l)
		} else {
			fixed = append(fixed, i)
		}
	}
	if len(fixed) > 1 && x.typ() != value.Record {
		all := []expr{x}
		for _, i := range fixed {
			all = append(all, list[i])
		}
		if t, err := commonType(at, "IN", all...); err == nil && !t.IsArray() { // there are no arrays of arrays
			constants := true
			for _, i := range fixed {
				if list[i], err = a.coerceCommon(at, list[i], t, "IN"); err != nil {
					return nil, err
				}
				_, ok := list[i].(*constant)
				constants = constants && ok
			}
			if isUnknown(x) {
				if x, err = a.coerceCommon(at, x, t, "IN"); err != nil {
					return nil, err
				}
			}
			if constants && x.typ() == t && hashable(t) {
				in := &inList{x: x, t: t}
				for _, i := range fixed {
					in.values = append(in.values, list[i])
				}
				any.xs = append(any.xs, in)
				list = rest
			}
		}
	}
	for _, l := range list {
		y, err := a.operate(at, "=", x, l)
		if err != nil {
			return nil, err
		}
		any.xs = append(any.xs, y)
	}
	if len(any.xs) == 1 {
		return a.fold(any.xs[0])
	}
	return a.fold(any)
}

// hashable reports whether equal values of a type have equal keys by [value.AppendKey].
func hashable(t value.Type) bool {
	switch t {
	case value.JSON, value.Record, value.Unknown:
		return false
	}
	return t != value.JSON.Array()
}

func (a *analysis) quantified(s *scope, e *syntax.Quantified) (expr, error) {
	l, err := a.expr(s, e.L)
	if err != nil {
		return nil, err
	}
	op := e.Op
	if name, ok := map[string]string{"like": "~~", "not like": "!~~", "ilike": "~~*", "not ilike": "!~~*"}[op]; ok {
		op = name
	}
	if e.Query != nil {
		return a.inQuery(s, e, l, op, e.All, e.Query)
	}
	list, err := a.expr(s, e.Array)
	if err != nil {
		return nil, err
	}
	if _, ok := l.(*row); ok {
		return nil, refuse(e, "a row beside ANY or ALL of an array is not supported")
	}
	if isUnknown(list) {
		t := l.typ()
		if t == value.Unknown {
			t = value.Text
		}
		if t == value.Varchar {
			t = value.Text
		}
		if list, err = a.coerce(e, list, t.Array(), "array"); err != nil {
			return nil, err
		}
	}
	if !list.typ().IsArray() {
		return nil, fail(e, "op ANY/ALL (array) requires array on right side")
	}
	elem := a.cell(list.typ().Elem())
	left, right, operator, err := a.pair(e, op, l, elem)
	if err != nil {
		return nil, err
	}
	if operator.typ() != value.Bool {
		return nil, fail(e, "op ANY/ALL (array) requires operator to yield boolean")
	}
	q := &quantified{pos: e.Pos, all: e.All, array: list, l: left.x, left: left.cell, elem: elem}
	// The element may have to be converted before it is compared.
	q.op = replaceCell(operator, right.cell, right.x)
	return a.fold(q)
}

// replaceCell puts an expression in the place of a cell in a call.
func replaceCell(operator expr, c *cell, x expr) expr {
	call := *operator.(*apply)
	call.args = slices.Clone(call.args)
	for i, arg := range call.args {
		if arg == expr(c) {
			call.args[i] = x
		}
	}
	return &call
}

// inQuery is l op ANY (query), which IN is, or l op ALL (query).
func (a *analysis) inQuery(s *scope, at syntax.Node, l expr, op string, all bool, q *syntax.Query) (expr, error) {
	p, err := a.query(q, s.child(false, true), false)
	if err != nil {
		return nil, err
	}
	ls := []expr{l}
	r, isRow := l.(*row)
	if isRow {
		ls = r.elems
	}
	if len(p.columns) < len(ls) {
		return nil, fail(at, "subquery has too few columns")
	}
	if len(p.columns) > len(ls) {
		return nil, fail(at, "subquery has too many columns")
	}
	if !isRow {
		elem := a.cell(p.columns[0].t)
		left, right, operator, err := a.pair(at, op, l, elem)
		if err != nil {
			return nil, err
		}
		if operator.typ() != value.Bool {
			return nil, fail(at, "row comparison operator must yield type boolean, not type %s", operator.typ())
		}
		x := &quantified{pos: position(at), all: all, plan: p, l: left.x, left: left.cell, elem: elem}
		x.op = replaceCell(operator, right.cell, right.x)
		if right.x == expr(elem) && left.x.typ() == elem.t && hashable(elem.t) && (op == "=" && !all || op == "<>" && all) {
			x.hashed, x.t = true, elem.t
		}
		return x, nil
	}
	if op != "=" || all {
		if op != "<>" || !all {
			return nil, refuse(at, "a row beside ANY or ALL is only supported as IN and NOT IN")
		}
	}
	x := &rowsIn{pos: position(at), plan: p}
	for i, l := range ls {
		elem := a.cell(p.columns[i].t)
		left, right, operator, err := a.pair(at, "=", l, elem)
		if err != nil {
			return nil, err
		}
		x.ls, x.left, x.right = append(x.ls, left.x), append(x.left, left.cell), append(x.right, elem)
		x.eq = append(x.eq, replaceCell(operator, right.cell, right.x))
	}
	if all {
		return &not{x}, nil
	}
	return x, nil
}
