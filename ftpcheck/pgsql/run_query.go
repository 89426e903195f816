package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A stop is the error with which who wants no more rows ends what gives them. Each has its
// own, so that a query that has enough ends no other than itself.
type stop struct{ _ byte }

func (*stop) Error() string { return "no more rows are wanted" }

// until takes an error that is the stop for the end of the rows.
func (s *stop) until(err error) error {
	if err == error(s) {
		return nil
	}
	return err
}

// A running is a plan that is ready to run.
type running struct {
	x             *exec
	p             *plan
	frame         *frame
	rows          func(fr *frame, emit func(row []any) error) error
	limit, offset evalFunc
}

func (x *exec) compile(p *plan) *running {
	if r := x.plans[p]; r != nil {
		return r
	}
	r := &running{x: x, p: p, frame: &frame{regs: make([]any, len(p.level.owner))}}
	x.plans[p] = r
	switch rows := p.rows.(type) {
	case *selectRows:
		r.rows = x.selectRows(p, rows)
	case *setOpRows:
		r.rows = x.setOpRows(p, rows)
	case *valuesRows:
		var lists [][]evalFunc
		for _, row := range rows.rows {
			lists = append(lists, x.evals(row))
		}
		r.rows = func(fr *frame, emit func([]any) error) error {
			out := make([]any, len(p.columns))
			for _, list := range lists {
				for i, f := range list {
					v, err := f(fr)
					if err != nil {
						return err
					}
					out[i] = v
				}
				if err := emit(out); err != nil {
					return err
				}
			}
			return nil
		}
	case *planRows:
		inner := x.compile(rows.plan)
		r.rows = func(fr *frame, emit func([]any) error) error {
			n := len(p.columns)
			return inner.run(fr, func(row []any) error { return emit(row[:n]) })
		}
	}
	r.limit, r.offset = x.eval(p.limit), x.eval(p.offset)
	return r
}

// run hands the rows to emit, which may use each until it returns.
func (r *running) run(up *frame, emit func(row []any) error) error {
	// What this run keeps is given back at its end: not what is pinned, nor what those keep
	// who are given the rows.
	x := r.x
	used, pinned := x.used, x.pinned
	defer func() { x.used = used + x.pinned - pinned }()
	give := emit
	emit = func(row []any) error {
		before, fixed := x.used, x.pinned
		err := give(row)
		used += x.used - before
		pinned += x.pinned - fixed
		return err
	}
	fr := r.frame
	fr.up, fr.cache = up, nil
	fr.ctes = make([]*kept, len(r.p.ctes))
	limit, err := r.count(r.limit, fr, "LIMIT")
	if err != nil {
		return err
	}
	offset, err := r.count(r.offset, fr, "OFFSET")
	if err != nil {
		return err
	}
	enough := &stop{}
	return enough.until(r.sorted(fr, r.limited(limit, max(0, offset), enough, emit), limit, max(0, offset)))
}

// count is LIMIT or OFFSET; -1 if there is none.
func (r *running) count(f evalFunc, fr *frame, name string) (int64, error) {
	v, err := f(fr)
	if v == nil || err != nil {
		return -1, err
	}
	n := v.(int64)
	if n < 0 {
		return 0, fail(nil, "%s must not be negative", name)
	}
	return n, nil
}

// limited lets as many rows through as LIMIT and OFFSET say.
func (r *running) limited(limit, offset int64, enough *stop, emit func([]any) error) func([]any) error {
	if limit < 0 && offset == 0 {
		return emit
	}
	var seen, given int64
	var last []any
	return func(row []any) error {
		if seen++; seen <= offset {
			return nil
		}
		if limit >= 0 && given >= limit {
			if !r.p.withTies || limit == 0 || r.compare(row, last) != 0 {
				return enough
			}
		}
		given++
		if r.p.withTies {
			last = slices.Clone(row)
		}
		if err := emit(row); err != nil {
			return err
		}
		if limit >= 0 && given >= limit && !r.p.withTies {
			return enough
		}
		return nil
	}
}

// compare compares two rows by what is sorted by.
func (r *running) compare(a, b []any) int {
	for _, k := range r.p.order {
		if c := compareKey(k, a[k.column], b[k.column]); c != 0 {
			return c
		}
	}
	return 0
}

func compareKey(k sortKey, a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		if k.nullsFirst {
			return -1
		}
		return 1
	case b == nil:
		if k.nullsFirst {
			return 1
		}
		return -1
	}
	c := value.Compare(k.t, a, b)
	if k.desc {
		return -c
	}
	return c
}

func rowSize(row []any) int {
	size := 24 + 16*len(row)
	for _, v := range row {
		switch v := v.(type) {
		case nil, bool:
		case string:
			size += len(v)
		case int64, float64:
			size += 8
		default:
			size += value.Size(v)
		}
	}
	return size
}

// sorted makes rows distinct and sorts them.
func (r *running) sorted(fr *frame, emit func([]any) error, limit, offset int64) error {
	p := r.p
	rows := r.rows
	if p.distinct {
		rows = r.distinct(rows)
	}
	if len(p.order) == 0 {
		if len(p.distinctOn) > 0 {
			emit = r.firstOf(emit)
		}
		if limit == 0 && !p.withTies {
			return nil
		}
		return rows(fr, emit)
	}
	var all [][]any
	// Of the first rows of many only these are kept.
	most := 0
	if limit >= 0 && limit+offset <= 10_000 && !p.withTies && len(p.distinctOn) == 0 {
		most = int(limit + offset)
	}
	kept := 0
	err := rows(fr, func(row []any) error {
		if err := r.x.tick(); err != nil {
			return err
		}
		row = slices.Clone(row)
		size := rowSize(row)
		kept += size
		if err := r.x.keep(size); err != nil {
			return err
		}
		all = append(all, row)
		if most > 0 && len(all) >= 2*most+64 {
			slices.SortStableFunc(all, r.compare)
			clear(all[most:])
			all = all[:most]
			r.x.used -= kept
			kept = 0
			for _, row := range all {
				kept += rowSize(row)
			}
			r.x.used += kept
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, r.compare)
	if len(p.distinctOn) > 0 {
		emit = r.firstOf(emit)
	}
	for i, row := range all {
		all[i] = nil // what has been handed over need not wait for the rest
		if err := emit(row); err != nil {
			return err
		}
	}
	r.x.used -= kept
	return nil
}

// distinct leaves out rows that have been there.
func (r *running) distinct(rows func(*frame, func([]any) error) error) func(*frame, func([]any) error) error {
	ts := columnTypes(r.p.columns)
	return func(fr *frame, emit func([]any) error) error {
		seen := map[string]struct{}{}
		var buffer []byte
		return rows(fr, func(row []any) error {
			buffer = rowKey(buffer[:0], ts, row)
			if _, ok := seen[string(buffer)]; ok {
				return r.x.tick()
			}
			if err := r.x.keep(len(buffer) + 48); err != nil {
				return err
			}
			seen[string(buffer)] = struct{}{}
			return emit(row)
		})
	}
}

// firstOf lets the first row through of those that are equal in what DISTINCT ON names.
func (r *running) firstOf(emit func([]any) error) func([]any) error {
	seen := map[string]struct{}{}
	var buffer []byte
	ts := append(columnTypes(r.p.columns), r.p.hidden...)
	return func(row []any) error {
		buffer = buffer[:0]
		for _, i := range r.p.distinctOn {
			buffer = value.AppendKey(buffer, keyType(ts[i]), row[i])
		}
		if _, ok := seen[string(buffer)]; ok {
			return r.x.tick()
		}
		if err := r.x.keep(len(buffer) + 48); err != nil {
			return err
		}
		seen[string(buffer)] = struct{}{}
		return emit(row)
	}
}

func columnTypes(columns []outColumn) []value.Type {
	ts := make([]value.Type, len(columns))
	for i, c := range columns {
		ts[i] = c.t
	}
	return ts
}

func rowKey(buffer []byte, ts []value.Type, row []any) []byte {
	for i, t := range ts {
		buffer = value.AppendKey(buffer, keyType(t), row[i])
	}
	return buffer
}

// setOpRows is UNION, INTERSECT or EXCEPT.
func (x *exec) setOpRows(p *plan, s *setOpRows) func(*frame, func([]any) error) error {
	left, right := x.compile(s.left), x.compile(s.right)
	n := len(p.columns)
	ts := columnTypes(p.columns)
	return func(fr *frame, emit func([]any) error) error {
		if s.op == syntax.Union {
			out := func(row []any) error { return emit(row[:n]) }
			if !s.all {
				seen := map[string]struct{}{}
				var buffer []byte
				all := out
				out = func(row []any) error {
					buffer = rowKey(buffer[:0], ts, row)
					if _, ok := seen[string(buffer)]; ok {
						return x.tick()
					}
					if err := x.keep(len(buffer) + 48); err != nil {
						return err
					}
					seen[string(buffer)] = struct{}{}
					return all(row)
				}
			}
			if err := left.run(fr, out); err != nil {
				return err
			}
			return right.run(fr, out)
		}
		counts := map[string]int{}
		var buffer []byte
		err := right.run(fr, func(row []any) error {
			buffer = rowKey(buffer[:0], ts, row)
			if _, ok := counts[string(buffer)]; !ok {
				if err := x.keep(len(buffer) + 56); err != nil {
					return err
				}
			}
			counts[string(buffer)]++
			return x.tick()
		})
		if err != nil {
			return err
		}
		given := map[string]struct{}{}
		return left.run(fr, func(row []any) error {
			buffer = rowKey(buffer[:0], ts, row)
			n0, in := counts[string(buffer)]
			keep := in == (s.op == syntax.Intersect)
			if s.all {
				// Each row of the right side stands for one of the left.
				keep = (n0 > 0) == (s.op == syntax.Intersect)
				if n0 > 0 {
					counts[string(buffer)]--
				}
			} else if keep {
				if _, ok := given[string(buffer)]; ok {
					return x.tick()
				}
				if err := x.keep(len(buffer) + 48); err != nil {
					return err
				}
				given[string(buffer)] = struct{}{}
			}
			if !keep {
				return x.tick()
			}
			return emit(row[:n])
		})
	}
}

// cached computes what a subquery gives once, for the whole statement or for a run of the
// level that it depends on, if it depends on no rows around it.
func (x *exec) cached(id any, p *plan, f evalFunc) evalFunc {
	up, ok := lifetime(p)
	if !ok {
		return f
	}
	type result struct{ v any }
	return func(fr *frame) (any, error) {
		cache := x.cacheAt(fr, up)
		if r, ok := cache[id]; ok {
			return r.(result).v, nil
		}
		var v any
		err := x.pin(func() (err error) {
			v, err = f(fr)
			return err
		})
		if err != nil {
			return nil, err
		}
		cache[id] = result{v}
		return v, nil
	}
}

// cacheAt is where results live that hold for a run of the level so many levels out, or, if
// up is negative, for the statement.
func (x *exec) cacheAt(fr *frame, up int) map[any]any {
	if up < 0 {
		return x.shared
	}
	at := fr.at(up)
	if at.cache == nil {
		at.cache = map[any]any{}
	}
	return at.cache
}

// lifetime tells how long the rows of a subquery stay the same: up is the level, seen from
// the one that the subquery stands in, whose CTE it reads, or negative if it reads none. It
// reports false if the rows depend on a row around it.
func lifetime(p *plan) (up int, ok bool) {
	return lifetimeOf(p.each, p.eachNode, 1, 0)
}

// lifetimeOf is lifetime for whatever has expressions and nodes. They stand so many levels
// in, and own the registers of so many further levels.
func lifetimeOf(each func(int, func(*expr, int)), nodes func(int, func(node, int)), in, own int) (up int, ok bool) {
	up, ok = -1, true
	each(in, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			switch e := (*e).(type) {
			case *register:
				ok = ok && e.up < in+own
			case *apply:
				ok = ok && e.r.kind&volatile == 0
			}
			return ok
		})
	})
	nodes(in, func(n node, in int) {
		if c, isCTE := n.(*cteNode); isCTE && c.up >= in {
			if c.inStep {
				ok = false // it has other rows each time
			}
			if at := c.up - in; up < 0 || at < up {
				up = at
			}
		}
	})
	return up, ok
}

func (x *exec) evalExists(e *exists) evalFunc {
	return func(fr *frame) (any, error) {
		found := false
		enough := &stop{}
		err := enough.until(x.compile(e.plan).run(fr, func([]any) error {
			found = true
			return enough
		}))
		return found, err
	}
}

func (x *exec) evalScalar(e *scalar) evalFunc {
	return func(fr *frame) (any, error) {
		var v any
		n := 0
		err := x.compile(e.plan).run(fr, func(row []any) error {
			if n++; n > 1 {
				return fail(e.pos, "more than one row returned by a subquery used as an expression")
			}
			v = row[0]
			return nil
		})
		return v, err
	}
}

func (x *exec) evalArrayQuery(e *arrayQuery) evalFunc {
	return func(fr *frame) (any, error) {
		list := &value.List{Elem: e.t.Elem()}
		err := x.compile(e.plan).run(fr, func(row []any) error {
			list.Elems = append(list.Elems, row[0])
			return x.keep(16 + rowSize(row[:1]))
		})
		return list, err
	}
}

// evalQuantified is l op ANY or ALL.
func (x *exec) evalQuantified(e *quantified) evalFunc {
	if e.hashed {
		if up, ok := lifetime(e.plan); ok {
			return x.evalHashed(e, up)
		}
	}
	l, op := x.eval(e.l), x.eval(e.op)
	var list evalFunc
	if e.array != nil {
		list = x.eval(e.array)
	}
	return func(fr *frame) (any, error) {
		v, err := l(fr)
		if err != nil {
			return nil, err
		}
		unknown, decided := false, false
		enough := &stop{}
		try := func(elem any) error {
			x.cells[e.left.id], x.cells[e.elem.id] = v, elem
			holds, err := op(fr)
			switch {
			case err != nil:
				return err
			case holds == nil:
				unknown = true
			case holds.(bool) != e.all:
				decided = true
				return enough
			}
			return nil
		}
		if e.plan != nil {
			err = x.compile(e.plan).run(fr, func(row []any) error { return try(row[0]) })
		} else {
			elems, failed := list(fr)
			if elems == nil || failed != nil {
				return nil, failed
			}
			err = eachElem(elems.(*value.List), try)
		}
		switch {
		case enough.until(err) != nil:
			return nil, err
		case decided:
			return !e.all, nil
		case unknown:
			return nil, nil
		}
		return e.all, nil
	}
}

func eachElem(l *value.List, f func(v any) error) error {
	for _, v := range l.Elems {
		var err error
		if nested, ok := v.(*value.List); ok {
			err = eachElem(nested, f)
		} else {
			err = f(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A valueSet is the values of a subquery.
type valueSet struct {
	values map[string]struct{}
	null   bool
	some   bool
}

// evalHashed is = ANY, or <> ALL, of a query that has the same rows each time.
func (x *exec) evalHashed(e *quantified, up int) evalFunc {
	l := x.eval(e.l)
	var buffer []byte
	t := keyType(e.t)
	return func(fr *frame) (any, error) {
		cache := x.cacheAt(fr, up)
		set, ok := cache[e].(*valueSet)
		if !ok {
			set = &valueSet{values: map[string]struct{}{}}
			size := 0
			err := x.compile(e.plan).run(fr, func(row []any) error {
				set.some = true
				if row[0] == nil {
					set.null = true
					return nil
				}
				buffer = value.AppendKey(buffer[:0], t, row[0])
				if _, ok := set.values[string(buffer)]; ok {
					return x.tick()
				}
				set.values[string(buffer)] = struct{}{}
				size += len(buffer) + 48
				return x.keep(len(buffer) + 48)
			})
			x.pinned += size
			if err != nil {
				return nil, err
			}
			cache[e] = set
		}
		if !set.some {
			return e.all, nil
		}
		v, err := l(fr)
		if v == nil || err != nil {
			return nil, err
		}
		buffer = value.AppendKey(buffer[:0], t, v)
		if _, ok := set.values[string(buffer)]; ok {
			return !e.all, nil
		}
		if set.null {
			return nil, nil
		}
		return e.all, nil
	}
}

func (x *exec) evalRowsIn(e *rowsIn) evalFunc {
	ls, eqs := x.evals(e.ls), x.evals(e.eq)
	return func(fr *frame) (any, error) {
		values := make([]any, len(ls))
		for i, l := range ls {
			v, err := l(fr)
			if err != nil {
				return nil, err
			}
			values[i] = v
		}
		unknown, found := false, false
		enough := &stop{}
		err := enough.until(x.compile(e.plan).run(fr, func(row []any) error {
			perhaps := false
			for i, eq := range eqs {
				x.cells[e.left[i].id], x.cells[e.right[i].id] = values[i], row[i]
				same, err := eq(fr)
				if err != nil {
					return err
				}
				if same == false {
					return nil
				}
				perhaps = perhaps || same == nil
			}
			if perhaps {
				unknown = true
				return nil
			}
			found = true
			return enough
		}))
		switch {
		case err != nil:
			return nil, err
		case found:
			return true, nil
		case unknown:
			return nil, nil
		}
		return false, nil
	}
}
