package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// windowFunctions are the functions that only are called over windows, with what they give:
// Unknown is the type of their first argument.
var windowFunctions = map[string]*struct {
	args   []value.Type // of what follows the first argument of a polymorphic one
	first  bool         // there is one
	needed int          // how many arguments must be there
	result value.Type
}{

	"row_number":   {nil, false, 0, value.Int8},
	"rank":         {nil, false, 0, value.Int8},
	"dense_rank":   {nil, false, 0, value.Int8},
	"percent_rank": {nil, false, 0, value.Float8},
	"cume_dist":    {nil, false, 0, value.Float8},
	"ntile":        {types(value.Int4), false, 1, value.Int4},
	"lag":          {types(value.Int4, value.AnyElement), true, 1, value.Unknown},
	"lead":         {types(value.Int4, value.AnyElement), true, 1, value.Unknown},
	"first_value":  {nil, true, 1, value.Unknown},
	"last_value":   {nil, true, 1, value.Unknown},
	"nth_value":    {types(value.Int4), true, 2, value.Unknown},
}

func (a *analysis) windowCall(s *scope, e *syntax.Func, name string) (expr, error) {
	switch {
	case s.noWindows != "" && s.inAggregate:
		return nil, fail(e, "aggregate function calls cannot contain window function calls")
	case s.noWindows != "":
		return nil, fail(e, "window functions are not allowed in %s", s.noWindows)
	case s.inWindow:
		return nil, fail(e, "window function calls cannot be nested")
	case e.Distinct:
		return nil, fail(e, "DISTINCT is not implemented for window functions")
	case len(e.OrderBy) > 0:
		return nil, fail(e, "aggregate ORDER BY is not implemented for window functions")
	case len(e.WithinGroup) > 0:
		return nil, fail(e, "OVER is not supported for ordered-set aggregate %s", name)
	}
	s.inWindow = true
	restore := s.forbidSets("window function calls")
	defer func() {
		s.inWindow = false
		restore()
	}()
	s.windowCalls++
	call := &windowCall{pos: e.Pos}
	var err error
	if f := windowFunctions[name]; f != nil {
		if e.Filter != nil {
			return nil, fail(e, "FILTER is not implemented for non-aggregate window functions")
		}
		call.name = name
		args, err := a.exprs(s, e.Args)
		if err != nil {
			return nil, err
		}
		most := len(f.args)
		if f.first {
			most++
		}
		if len(args) < f.needed || len(args) > most {
			return nil, fail(e, "function %s(%s) does not exist", name, typeNames(typesOf(args)))
		}
		call.t = f.result
		if f.first {
			with := args[:1]
			if len(args) == 3 { // the default of lag and lead
				with = []expr{args[0], args[2]}
			}
			if with, call.t, err = a.common(e, name, with); err != nil {
				return nil, err
			}
			args[0] = with[0]
			if len(args) == 3 {
				args[2] = with[1]
			}
			if len(args) > 1 {
				if args[1], err = a.coerce(e, args[1], value.Int4, "argument of "+name); err != nil {
					return nil, err
				}
			}
		} else if len(args) > 0 {
			if args[0], err = a.coerce(e, args[0], value.Int4, "argument of "+name); err != nil {
				return nil, err
			}
		}
		call.args = args
	} else {
		if call.agg, err = a.aggregateCall(s, e, name); err != nil {
			return nil, err
		}
		call.t = call.agg.t
	}
	if call.window, err = a.window(s, e.Over); err != nil {
		return nil, err
	}
	return call, nil
}

// window finds the window of a call, which calls share if their windows are the same.
func (a *analysis) window(s *scope, w *syntax.Window) (*window, error) {
	if w.Bare {
		found := s.windows[w.Base.Text]
		if found == nil {
			return nil, fail(w, "window \"%s\" does not exist", w.Base.Text)
		}
		return found, nil
	}
	n, err := a.defineWindow(s, w)
	if err != nil {
		return nil, err
	}
	id := windowKey(n)
	for _, known := range s.windows {
		if windowKey(known) == id {
			return known, nil
		}
	}
	s.windows[id] = n
	return n, nil
}

func windowKey(w *window) string {
	b := &keyWriter{cells: map[int]int{}}
	b.WriteByte(' ') // no name of a window is like it
	for _, x := range w.partition {
		b.write(x)
		b.WriteByte(';')
	}
	for _, o := range w.order {
		b.write(o.x)
		if o.desc {
			b.WriteByte('-')
		}
		if o.nullsFirst {
			b.WriteByte('^')
		}
		b.WriteByte('|')
	}
	if f := w.frame; f != nil {
		b.WriteString(frameKey(f))
	}
	return b.String()
}

func frameKey(f *frameClause) string {
	b := &keyWriter{cells: map[int]int{}}
	b.WriteByte(byte('0' + f.mode))
	b.WriteByte(byte('0' + f.exclude))
	for _, bound := range []frameBound{f.start, f.end} {
		b.WriteByte(byte('0' + bound.kind))
		if bound.offset != nil {
			b.write(bound.offset)
		}
	}
	return b.String()
}

func (a *analysis) defineWindow(s *scope, w *syntax.Window) (*window, error) {
	n := &window{pos: w.Pos}
	noWindows := s.noWindows
	s.noWindows = "window definitions"
	restore := s.forbidSets("window definitions")
	defer func() {
		s.noWindows = noWindows
		restore()
	}()
	if w.Base != nil {
		base := s.windows[w.Base.Text]
		switch {
		case base == nil:
			return nil, fail(w, "window \"%s\" does not exist", w.Base.Text)
		case len(w.PartitionBy) > 0:
			return nil, fail(w, "cannot override PARTITION BY clause of window \"%s\"", w.Base.Text)
		case len(w.OrderBy) > 0 && len(base.order) > 0:
			return nil, fail(w, "cannot override ORDER BY clause of window \"%s\"", w.Base.Text)
		case base.frame != nil:
			return nil, fail(w, "cannot copy window \"%s\" because it has a frame clause", w.Base.Text)
		}
		n.partition, n.order = base.partition, base.order
	}
	for _, p := range w.PartitionBy {
		x, err := a.expr(s, p)
		if err != nil {
			return nil, err
		}
		if isUnknown(x) {
			if x, err = a.coerce(p, x, value.Text, "PARTITION BY"); err != nil {
				return nil, err
			}
		}
		if !hashable(x.typ()) {
			return nil, fail(p, "could not identify an equality operator for type %s", x.typ())
		}
		n.partition = append(n.partition, x)
	}
	if len(w.OrderBy) > 0 {
		order, err := a.sortExprs(s, w.OrderBy)
		if err != nil {
			return nil, err
		}
		n.order = order
	}
	if w.Frame == nil {
		return n, nil
	}
	f := &frameClause{mode: w.Frame.Mode, exclude: w.Frame.Exclude}
	n.frame = f
	if f.mode == syntax.FrameGroups && len(n.order) == 0 {
		return nil, fail(w.Frame, "GROUPS mode requires an ORDER BY clause")
	}
	for _, b := range []struct {
		from syntax.Bound
		to   *frameBound
	}{{w.Frame.Start, &f.start}, {w.Frame.End, &f.end}} {
		b.to.kind = b.from.Kind
		if b.from.Offset == nil {
			continue
		}
		x, err := a.expr(s, b.from.Offset)
		if err != nil {
			return nil, err
		}
		varies := false
		visit(x, func(x expr, in int) bool {
			r, ok := x.(*register)
			varies = varies || ok && r.up == in
			return true
		})
		if varies {
			return nil, fail(b.from.Offset, "argument of %s must not contain variables", []string{"RANGE", "ROWS", "GROUPS"}[f.mode])
		}
		if f.mode != syntax.FrameRange {
			if b.to.offset, err = a.coerce(b.from.Offset, x, value.Int8, "argument of "+[]string{"RANGE", "ROWS", "GROUPS"}[f.mode]); err != nil {
				return nil, err
			}
			continue
		}
		if len(n.order) != 1 {
			return nil, fail(w.Frame, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
		}
		if err := a.rangeBound(b.from.Offset, n.order[0], x, b.to); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// rangeBound prepares a bound of RANGE: order ± offset.
func (a *analysis) rangeBound(at syntax.Node, order sortExpr, offset expr, b *frameBound) error {
	t := order.x.typ()
	want := t
	switch category(t) {
	case 'D', 'T':
		want = value.Interval
	case 'N':
		if t == value.Int2 || t == value.Int4 || t == value.Int8 {
			want = value.Int8
		}
	default:
		return fail(at, "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s and offset type %s", t, offset.typ())
	}
	x, ok, err := a.convert(at, offset, want, implicit)
	if err != nil {
		return err
	}
	if !ok {
		return fail(at, "RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s and offset type %s", t, offset.typ())
	}
	op := "-"
	if (b.kind == syntax.Following) != order.desc {
		op = "+"
	}
	b.cell, b.offset = a.cell(t), x
	if b.reach, err = a.operate(at, op, b.cell, x); err != nil {
		return err
	}
	// Of a date, the sum with an interval is a timestamp.
	if b.value, ok, err = a.convert(at, b.cell, b.reach.typ(), implicit); err == nil && !ok {
		return refuse(at, "RANGE with an offset for type %s is not supported", t)
	}
	return err
}
