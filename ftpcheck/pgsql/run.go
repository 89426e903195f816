package pgsql

import (
	"context"
	"fmt"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// An exec is one run of a statement.
type exec struct {
	ctx    context.Context
	now    value.Moment
	cells  []any
	plans  map[*plan]*running
	shared map[any]any // what is computed once for the whole statement
	used   int         // bytes that are kept
	pinned int         // those of them that are kept for longer than the query runs that kept them
	limit  int
	ticks  int
	single bool
}

func newExec(ctx context.Context, s *Statement) *exec {
	limit := s.db.Memory
	if limit == 0 {
		limit = 1 << 30
	}
	return &exec{ctx: ctx, now: s.db.now(), cells: make([]any, s.cells), plans: map[*plan]*running{}, shared: map[any]any{}, limit: limit, single: s.scans == 1}
}

// keep accounts for memory that the statement holds on to.
func (x *exec) keep(bytes int) error {
	x.used += bytes
	if x.used > x.limit {
		return refuse(nil, "this query needs more than %d MiB of memory", x.limit>>20).
			hint("Ask for fewer columns or rows, or give it more with --memory.")
	}
	return nil
}

// pin computes something that is kept for longer than the query runs in which it is computed.
func (x *exec) pin(compute func() error) error {
	before := x.used - x.pinned
	err := compute()
	x.pinned = x.used - before
	return err
}

// tick notices, now and then, that the statement has been stopped.
func (x *exec) tick() error {
	if x.ticks++; x.ticks&0xff == 0 {
		return x.ctx.Err()
	}
	return nil
}

// A frame is what one level of the statement works on.
type frame struct {
	regs  []any
	up    *frame
	ctes  []*kept
	cache map[any]any // what is computed once for each run of the level
}

func (f *frame) at(up int) *frame {
	for range up {
		f = f.up
	}
	return f
}

// An evalFunc gives the value of an expression.
type evalFunc func(f *frame) (any, error)

// A kept holds rows.
type kept struct {
	value.Pages
	size int // what is accounted for them
}

func newKept(width int) *kept { return &kept{Pages: value.Pages{Width: width}} }

// keepRow keeps a row, and accounts for it.
func (x *exec) keepRow(to *kept, row []any) error {
	size := to.Add(row)
	to.size += size
	return x.keep(size)
}

func (x *exec) evals(xs []expr) []evalFunc {
	fs := make([]evalFunc, len(xs))
	for i, e := range xs {
		fs[i] = x.eval(e)
	}
	return fs
}

// eval makes a function of an expression.
func (x *exec) eval(e expr) evalFunc {
	switch e := e.(type) {
	case nil:
		return func(*frame) (any, error) { return nil, nil }
	case *constant:
		v := e.v
		return func(*frame) (any, error) { return v, nil }
	case *register:
		return evalRegister(e)
	case *cell:
		return func(*frame) (any, error) { return x.cells[e.id], nil }
	case *apply:
		return x.evalApply(e)
	case *convert:
		return x.evalConvert(e)
	case *logic:
		return x.evalLogic(e)
	case *not:
		f := x.eval(e.x)
		return func(fr *frame) (any, error) {
			v, err := f(fr)
			if v == nil || err != nil {
				return nil, err
			}
			return !v.(bool), nil
		}
	case *is:
		return x.evalIs(e)
	case *distinct:
		return x.evalDistinct(e)
	case *coalesce:
		fs := x.evals(e.xs)
		return func(fr *frame) (any, error) {
			for _, f := range fs {
				if v, err := f(fr); v != nil || err != nil {
					return v, err
				}
			}
			return nil, nil
		}
	case *extreme:
		return x.evalExtreme(e)
	case *nullif:
		l, eq := x.eval(e.l), x.eval(e.eq)
		return func(fr *frame) (any, error) {
			v, err := l(fr)
			if err != nil {
				return nil, err
			}
			x.cells[e.left.id] = v
			same, err := eq(fr)
			if err != nil || same == true {
				return nil, err
			}
			return v, nil
		}
	case *caseOf:
		return x.evalCase(e)
	case *array:
		return x.evalArray(e)
	case *row:
		fs := x.evals(e.elems)
		return func(fr *frame) (any, error) {
			values := make([]any, len(fs))
			for i, f := range fs {
				v, err := f(fr)
				if err != nil {
					return nil, err
				}
				values[i] = v
			}
			return values, nil
		}
	case *rowCompare:
		return x.evalRowCompare(e)
	case *subscript:
		return x.evalSubscript(e)
	case *inList:
		return x.evalInList(e)
	case *quantified:
		return x.evalQuantified(e)
	case *rowsIn:
		return x.evalRowsIn(e)
	case *exists:
		return x.cached(e, e.plan, x.evalExists(e))
	case *scalar:
		return x.cached(e, e.plan, x.evalScalar(e))
	case *arrayQuery:
		return x.cached(e, e.plan, x.evalArrayQuery(e))
	}
	panic(fmt.Errorf("an expression of type %T cannot be evaluated", e))
}

func evalRegister(e *register) evalFunc {
	slot := e.slot
	switch e.up {
	case 0:
		return func(f *frame) (any, error) { return f.regs[slot], nil }
	case 1:
		return func(f *frame) (any, error) { return f.up.regs[slot], nil }
	}
	up := e.up
	return func(f *frame) (any, error) { return f.at(up).regs[slot], nil }
}

func (x *exec) evalApply(e *apply) evalFunc {
	fs := x.evals(e.args)
	args := make([]any, len(fs))
	run, strictly := e.r.run, e.r.kind&nullsOK == 0
	c := &call{now: x.now, args: typesOf(e.args), result: e.t}
	variadic := -1
	if e.r.variadic && e.r.args[len(e.r.args)-1] != value.Any {
		variadic = len(e.r.args) - 1
	}
	elem := value.Unknown
	if variadic >= 0 {
		elem = typesOf(e.args[variadic:])[0]
	}
	return func(fr *frame) (any, error) {
		null := false
		for i, f := range fs {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			null = null || v == nil
			args[i] = v
		}
		if null && strictly && variadic < 0 {
			return nil, nil // the errors of the other arguments come first
		}
		given := args
		if variadic >= 0 {
			given = append(args[:variadic:variadic], &value.List{Elem: elem, Elems: append([]any(nil), args[variadic:]...)})
			if strictly {
				for _, v := range args[:variadic] {
					if v == nil {
						return nil, nil
					}
				}
			}
		}
		v, err := run(c, given)
		if err != nil {
			return nil, located(e.pos, err)
		}
		return v, nil
	}
}

func (x *exec) evalConvert(e *convert) evalFunc {
	f := x.eval(e.x)
	if e.relabel && e.mods == nil {
		return f
	}
	one := x.converter(e)
	convert := one
	if e.elems {
		var list func(v any) (any, error)
		list = func(v any) (any, error) {
			l := v.(*value.List)
			out := &value.List{Elem: e.to.Elem(), Elems: make([]any, len(l.Elems))}
			for i, v := range l.Elems {
				var err error
				switch v.(type) {
				case nil:
				case *value.List:
					out.Elems[i], err = list(v)
				default:
					out.Elems[i], err = one(v)
				}
				if err != nil {
					return nil, err
				}
			}
			return out, nil
		}
		convert = list
	}
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		if v == nil || err != nil {
			return nil, err
		}
		if v, err = convert(v); err != nil {
			return nil, located(e.pos, err)
		}
		return v, nil
	}
}

// converter converts one value that is not null.
func (x *exec) converter(e *convert) func(v any) (any, error) {
	from, to := e.x.typ(), e.to
	if e.elems {
		from, to = from.Elem(), to.Elem()
	}
	switch {
	case e.mods != nil:
		return e.mods.apply
	case e.relabel:
		return func(v any) (any, error) { return v, nil }
	case e.cast != nil:
		c := &call{now: x.now, args: []value.Type{from}, result: to}
		return func(v any) (any, error) { return e.cast.run(c, v) }
	case category(to) == 'S':
		return func(v any) (any, error) { return value.Format(from, v), nil }
	}
	return func(v any) (any, error) {
		text, ok := v.(string)
		if !ok {
			text = value.Format(from, v)
		}
		return value.Parse(to, text, x.now)
	}
}

func (x *exec) evalLogic(e *logic) evalFunc {
	fs := x.evals(e.xs)
	or := e.or
	return func(fr *frame) (any, error) {
		var unknown bool
		for _, f := range fs {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			switch {
			case v == nil:
				unknown = true
			case v.(bool) == or:
				return or, nil
			}
		}
		if unknown {
			return nil, nil
		}
		return !or, nil
	}
}

func (x *exec) evalIs(e *is) evalFunc {
	f := x.eval(e.x)
	negate := e.negate
	var want any // IS NULL
	if e.what != 0 {
		want = e.what == 1
	}
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		if err != nil {
			return nil, err
		}
		if want == nil {
			return (v == nil) != negate, nil
		}
		return (v == want) != negate, nil
	}
}

func (x *exec) evalDistinct(e *distinct) evalFunc {
	l, r, eq := x.eval(e.l), x.eval(e.r), x.eval(e.eq)
	return func(fr *frame) (any, error) {
		a, err := l(fr)
		if err != nil {
			return nil, err
		}
		b, err := r(fr)
		if err != nil {
			return nil, err
		}
		if a == nil || b == nil {
			return ((a == nil) != (b == nil)) != e.negate, nil
		}
		x.cells[e.left.id], x.cells[e.right.id] = a, b
		same, err := eq(fr)
		if err != nil {
			return nil, err
		}
		return (same != true) != e.negate, nil
	}
}

func (x *exec) evalExtreme(e *extreme) evalFunc {
	fs := x.evals(e.xs)
	return func(fr *frame) (any, error) {
		var found any
		for _, f := range fs {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			if v == nil {
				continue
			}
			if found == nil || (value.Compare(e.t, v, found) < 0) == e.least && value.Compare(e.t, v, found) != 0 {
				found = v
			}
		}
		return found, nil
	}
}

func (x *exec) evalCase(e *caseOf) evalFunc {
	conds, results, other := x.evals(e.conds), x.evals(e.results), x.eval(e.other)
	var operand evalFunc
	if e.operand != nil {
		operand = x.eval(e.operand)
	}
	return func(fr *frame) (any, error) {
		var v any
		var err error
		if operand != nil {
			if v, err = operand(fr); err != nil {
				return nil, err
			}
		}
		for i, cond := range conds {
			if operand != nil {
				x.cells[e.cell.id] = v
			}
			holds, err := cond(fr)
			if err != nil {
				return nil, err
			}
			if holds == true {
				return results[i](fr)
			}
		}
		return other(fr)
	}
}

func (x *exec) evalArray(e *array) evalFunc {
	fs := x.evals(e.elems)
	nested := len(e.elems) > 0 && e.elems[0].typ().IsArray()
	return func(fr *frame) (any, error) {
		list := &value.List{Elem: e.t.Elem(), Elems: make([]any, len(fs))}
		size := -1
		for i, f := range fs {
			v, err := f(fr)
			if err != nil {
				return nil, err
			}
			if nested {
				n := 0
				if v != nil {
					n = len(v.(*value.List).Elems)
				}
				if v == nil || size >= 0 && n != size {
					return nil, &Error{Pos: -1, Message: "multidimensional arrays must have array expressions with matching dimensions", Refused: v == nil}
				}
				size = n
			}
			list.Elems[i] = v
		}
		if size == 0 {
			list.Elems = nil // an array of empty arrays is an empty array
		}
		return list, nil
	}
}

func (x *exec) evalRowCompare(e *rowCompare) evalFunc {
	eq, lt := x.evals(e.eq), x.evals(e.lt)
	return func(fr *frame) (any, error) {
		for i, same := range eq {
			v, err := same(fr)
			if v == nil || err != nil {
				return nil, err
			}
			if v == false || i == len(eq)-1 {
				// The first pair that differs decides, or the last.
				return lt[i](fr)
			}
		}
		return nil, nil
	}
}

func (x *exec) evalSubscript(e *subscript) evalFunc {
	f, at := x.eval(e.x), x.evals(e.at)
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		if v == nil || err != nil {
			return nil, err
		}
		bounds := make([]*int64, len(at))
		for i, f := range at {
			if e.at[i] == nil {
				continue
			}
			n, err := f(fr)
			if n == nil || err != nil {
				return nil, err
			}
			index := n.(int64)
			bounds[i] = &index
		}
		if e.slice {
			return value.Slice(v.(*value.List), bounds[0], bounds[1]), nil
		}
		for _, b := range bounds {
			list, ok := v.(*value.List)
			if !ok {
				return nil, nil
			}
			v = value.Subscript(list, *b)
		}
		if _, nested := v.(*value.List); nested {
			return nil, nil // as PostgreSQL has it of too few subscripts
		}
		return v, nil
	}
}

func (x *exec) evalInList(e *inList) evalFunc {
	f := x.eval(e.x)
	known := map[string]bool{}
	null := false
	for _, c := range e.values {
		v := c.(*constant).v
		if v == nil {
			null = true
			continue
		}
		known[string(value.AppendKey(nil, e.t, v))] = true
	}
	var buffer []byte
	return func(fr *frame) (any, error) {
		v, err := f(fr)
		if v == nil || err != nil {
			return nil, err
		}
		buffer = value.AppendKey(buffer[:0], e.t, v)
		switch {
		case known[string(buffer)]:
			return true, nil
		case null:
			return nil, nil
		}
		return false, nil
	}
}
