package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

func (a *analysis) array(s *scope, e *syntax.Array, want value.Type) (expr, error) {
	x := &array{}
	for _, elem := range e.Elems {
		var y expr
		var err error
		if nested, ok := elem.(*syntax.Array); ok {
			y, err = a.array(s, nested, want)
		} else {
			y, err = a.expr(s, elem)
		}
		if err != nil {
			return nil, err
		}
		x.elems = append(x.elems, y)
	}
	if len(x.elems) == 0 {
		if !want.IsArray() {
			return nil, fail(e, "cannot determine type of empty array").hint("Give it a type, as in ARRAY[]::text[].")
		}
		x.t = want
		return a.fold(x)
	}
	elem := want.Elem()
	nested := slices.ContainsFunc(x.elems, func(x expr) bool { return x.typ().IsArray() })
	if !want.IsArray() {
		var err error
		if elem, err = commonType(e, "ARRAY", x.elems...); err != nil {
			return nil, err
		}
		elem = elem.Elem()
	}
	if elem == value.Record || slices.ContainsFunc(x.elems, func(x expr) bool { return x.typ() == value.Record }) {
		return nil, refuse(e, "arrays of rows are not supported")
	}
	x.t = elem.Array()
	to := elem
	if nested {
		to = x.t
	}
	for i, y := range x.elems {
		var err error
		if want.IsArray() {
			y, err = a.castTo(e, y, to, nil)
		} else {
			y, err = a.coerce(e, y, to, "ARRAY element")
		}
		if err != nil {
			return nil, err
		}
		x.elems[i] = y
	}
	return a.fold(x)
}

func (a *analysis) subscript(s *scope, e *syntax.Subscript) (expr, error) {
	// Subscripts one after the other are those of one array of several dimensions.
	chain := []*syntax.Subscript{e}
	base := e.X
	for {
		inner, ok := base.(*syntax.Subscript)
		if !ok {
			break
		}
		chain, base = append(chain, inner), inner.X
	}
	slices.Reverse(chain)
	x, err := a.expr(s, base)
	if err != nil {
		return nil, err
	}
	t := x.typ()
	if t == value.JSONB {
		return a.jsonSubscripts(s, x, chain)
	}
	if !t.IsArray() {
		return nil, fail(e, "cannot subscript type %s because it does not support subscripting", t)
	}
	index := func(from syntax.Expr) (expr, error) {
		if from == nil {
			return nil, nil
		}
		i, err := a.expr(s, from)
		if err != nil {
			return nil, err
		}
		i, ok, err := a.convert(from, i, value.Int4, assignment)
		if err == nil && !ok {
			err = fail(from, "array subscript must have type integer")
		}
		return i, err
	}
	if len(chain) > 6 {
		return nil, fail(e, "number of array dimensions (%d) exceeds the maximum allowed (6)", len(chain))
	}
	y := &subscript{pos: e.Pos, x: x, slice: e.Slice, t: t.Elem()}
	for _, c := range chain {
		if c.Slice && len(chain) > 1 {
			return nil, refuse(c, "slices of several dimensions are not supported")
		}
		low, err := index(c.Low)
		if err != nil {
			return nil, err
		}
		y.at = append(y.at, low)
		if c.Slice {
			high, err := index(c.High)
			if err != nil {
				return nil, err
			}
			y.at, y.t = append(y.at, high), t
		}
	}
	return a.fold(y)
}

// jsonSubscripts are jsonb['key'] and jsonb[1]: a path, whose steps are keys of objects and
// positions in arrays.
func (a *analysis) jsonSubscripts(s *scope, x expr, chain []*syntax.Subscript) (expr, error) {
	path := &array{t: value.Text.Array()}
	for _, c := range chain {
		if c.Slice {
			return nil, fail(c, "jsonb subscript does not support slices")
		}
		step, err := a.expr(s, c.Low)
		if err != nil {
			return nil, err
		}
		switch step.typ() {
		case value.Unknown, value.Text, value.Varchar, value.Int4, value.Int2:
		default:
			return nil, fail(c, "subscript type %s is not supported", step.typ())
		}
		if step, err = a.castTo(c, step, value.Text, nil); err != nil {
			return nil, err
		}
		path.elems = append(path.elems, step)
	}
	y, err := a.fold(path)
	if err != nil {
		return nil, err
	}
	return a.operate(chain[0], "#>", x, y)
}
