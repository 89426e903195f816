package pgsql

import (
	"fmt"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A runFunc fills registers of a frame and calls emit, for each row.
type runFunc func(fr *frame, emit func() error) error

// from makes a function of a node.
func (x *exec) from(level *level, n node) runFunc {
	switch n := n.(type) {
	case *emptyNode:
		return func(_ *frame, emit func() error) error { return emit() }
	case *scanNode:
		return x.scan(level, n, nil)
	case *planNode:
		inner := x.compile(n.plan)
		pairs := used(level, n.slots)
		return func(fr *frame, emit func() error) error {
			return inner.run(fr, func(row []any) error {
				for _, p := range pairs {
					fr.regs[p.slot] = row[p.column]
				}
				return emit()
			})
		}
	case *cteNode:
		return x.cte(level, n)
	case *funcNode:
		return x.functions(level, n)
	case *filterNode:
		if scan, ok := n.in.(*scanNode); ok {
			return x.scan(level, scan, n.conds)
		}
		in := x.from(level, n.in)
		all := x.all(n.conds)
		return func(fr *frame, emit func() error) error {
			return in(fr, func() error {
				if hold, err := all(fr); err != nil {
					return err
				} else if !hold {
					return x.tick()
				}
				return emit()
			})
		}
	case *joinNode:
		return x.join(level, n)
	case *lookupNode:
		return x.lookup(level, n)
	}
	panic(fmt.Errorf("a node of type %T cannot be run", n))
}

// A slotPair says which column goes into which register.
type slotPair struct{ column, slot int }

// used returns the columns of an item whose registers are read.
func used(level *level, slots map[int]int) []slotPair {
	var pairs []slotPair
	for column, slot := range slots {
		if level.used == nil || level.used[slot] {
			pairs = append(pairs, slotPair{column, slot})
		}
	}
	slices.SortFunc(pairs, func(a, b slotPair) int { return a.column - b.column })
	return pairs
}

// all makes a function that reports whether all conditions hold.
func (x *exec) all(conds []expr) func(fr *frame) (bool, error) {
	fs := x.evals(conds)
	return func(fr *frame) (bool, error) {
		for _, f := range fs {
			if holds, err := f(fr); holds != true || err != nil {
				return false, err
			}
		}
		return true, nil
	}
}

// A filling puts values of a table's row into registers.
type filling []struct {
	get  func(row, before any) (any, error)
	slot int
}

func (f filling) fill(regs []any, row any) error {
	for i := range f {
		reg := &regs[f[i].slot]
		v, err := f[i].get(row, *reg)
		if err != nil {
			return err
		}
		*reg = v
	}
	return nil
}

// fillings are those of a scan for the registers that the conditions read, and for all others:
// most rows need no more than the first.
func fillings(n *scanNode, pairs []slotPair, conds []expr) (read, other filling) {
	for _, p := range pairs {
		c := &n.table.Columns[p.column]
		get := func(row, _ any) (any, error) { return c.Value(row) }
		if n.shown[p.column] {
			get = c.Shown
		}
		to := &other
		if slices.ContainsFunc(conds, func(c expr) bool { return readsSlot(c, p.slot) }) {
			to = &read
		}
		*to = append(*to, struct {
			get  func(row, before any) (any, error)
			slot int
		}{get, p.slot})
	}
	return read, other
}

// readsSlot reports whether an expression reads a register of its own level.
func readsSlot(e expr, slot int) bool {
	found := false
	visit(e, func(e expr, in int) bool {
		r, ok := e.(*register)
		found = found || ok && r.up == in && r.slot == slot
		return !found
	})
	return found
}

// scan reads those rows of a table for which the conditions hold.
func (x *exec) scan(level *level, n *scanNode, conds []expr) runFunc {
	t := n.table
	pairs := used(level, n.slots)
	q := &ScanQuery{Wanted: wanted(n, pairs), Once: x.single && !n.again}
	read, other := fillings(n, pairs, conds)
	all := x.all(conds)
	var rows []any
	asked, done := false, false
	return func(fr *frame, emit func() error) error {
		if !asked {
			asked = true
			q.Conditions = x.conditions(n.hints, pairs)
		}
		each := func(row any) error {
			if err := x.tick(); err != nil {
				return err
			}
			if err := read.fill(fr.regs, row); err != nil {
				return err
			}
			if hold, err := all(fr); !hold || err != nil {
				return err
			}
			if err := other.fill(fr.regs, row); err != nil {
				return err
			}
			return emit()
		}
		if !n.again {
			err := t.Scan(x.ctx, q, each)
			if err == nil {
				// A scan that takes the end of its context for the end of its rows would
				// pass off a part as the whole.
				err = x.ctx.Err()
			}
			return err
		}
		if !done {
			rows = nil
			err := x.pin(func() error {
				return t.Scan(x.ctx, q, func(row any) error {
					rows = append(rows, row)
					return x.keep(64)
				})
			})
			if err == nil {
				err = x.ctx.Err()
			}
			if err != nil {
				return err
			}
			done = true
		}
		for _, row := range rows {
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	}
}

// wanted says of each column of a scan whether its value is asked for.
func wanted(n *scanNode, pairs []slotPair) []bool {
	wanted := make([]bool, len(n.table.Columns))
	for _, p := range pairs {
		wanted[p.column] = true
	}
	return wanted
}

// fits makes a function that reports whether a row of a scan is of use, by those conditions for
// which the row is all that must be known. What cannot be computed will fail where the statement
// runs.
func (x *exec) fits(level *level, n *scanNode, conds []expr) func(row any) bool {
	conds = slices.DeleteFunc(slices.Clone(conds), func(c expr) bool { return readsAround(c) || isVolatile(c) || weight(c) > 0 })
	read, _ := fillings(n, used(level, n.slots), conds)
	all := x.all(conds)
	fr := &frame{regs: make([]any, len(level.owner))}
	return func(row any) bool {
		if read.fill(fr.regs, row) != nil {
			return true
		}
		hold, err := all(fr)
		return hold || err != nil
	}
}

// conditions gives a scan the values of hints. What cannot be computed will fail where the
// condition itself is checked.
func (x *exec) conditions(hints []*hint, pairs []slotPair) []Condition {
	var conditions []Condition
	for _, h := range hints {
		i := slices.IndexFunc(pairs, func(p slotPair) bool { return p.slot == h.slot })
		if i < 0 {
			continue
		}
		c := Condition{Column: pairs[i].column, Op: h.op}
		failed := false
		for _, e := range h.values {
			v, err := x.eval(e)(&frame{})
			failed = failed || err != nil
			if v != nil {
				c.Values = append(c.Values, v)
			}
		}
		if !failed && len(c.Values) > 0 { // nothing equals null, which the condition itself says
			conditions = append(conditions, c)
		}
	}
	return conditions
}

// cte gives the rows of a query of a WITH.
func (x *exec) cte(level *level, n *cteNode) runFunc {
	pairs := used(level, n.slots)
	into := func(fr *frame, row []any) {
		for _, p := range pairs {
			fr.regs[p.slot] = row[p.column]
		}
	}
	return func(fr *frame, emit func() error) error {
		at := fr.at(n.up)
		if n.cte.inline() && !n.inStep {
			return x.compile(n.cte.plan).run(at, func(row []any) error {
				into(fr, row)
				return emit()
			})
		}
		if n.cte.step != nil && len(n.cte.refs) == 1 && !n.inStep && !n.again {
			// Row by row, as it may go on for ever.
			return x.recurse(at, n.cte, func(row []any) error {
				into(fr, row)
				return emit()
			})
		}
		rows := at.ctes[n.cte.index]
		if rows == nil {
			rows = newKept(len(n.cte.columns))
			at.ctes[n.cte.index] = rows
			// What is computed once for this, such as the tables of its joins, is of no use after it.
			cache := at.cache
			at.cache = nil
			if err := x.pin(func() error { return x.fill(at, n.cte, rows) }); err != nil {
				return err
			}
			at.cache = cache
			x.forget(at, n.cte)
		}
		return rows.Each(func(row []any) error {
			if err := x.tick(); err != nil {
				return err
			}
			into(fr, row)
			return emit()
		})
	}
}

// forget lets go of the rows of those CTEs that nothing reads but one that is computed now.
func (x *exec) forget(at *frame, computed *cte) {
	read := map[*cte]int{}
	computed.plan.eachNode(1, func(n node, in int) {
		if c, ok := n.(*cteNode); ok && c.up == in {
			read[c.cte]++
		}
	})
	for c, times := range read {
		if rows := at.ctes[c.index]; rows != nil && times == len(c.refs) && c != computed {
			at.ctes[c.index] = nil
			x.used -= rows.size
			x.pinned -= rows.size
		}
	}
}

// fill computes the rows of a CTE.
func (x *exec) fill(at *frame, c *cte, to *kept) error {
	width := len(c.columns)
	if c.step == nil {
		return x.compile(c.plan).run(at, func(row []any) error { return x.keepRow(to, row[:width]) })
	}
	err := x.recurse(at, c, func(row []any) error {
		to.Add(row) // accounted for where the next step reads it
		return nil
	})
	at.ctes[c.index] = to
	return err
}

// recurse computes the rows of a recursive CTE and hands each to emit as soon as it is there.
func (x *exec) recurse(at *frame, c *cte, emit func(row []any) error) error {
	width := len(c.columns)
	at.ctes[c.index] = newKept(width) // what the step reads
	ts := columnTypes(c.columns)
	seen := map[string]struct{}{}
	next := newKept(width)
	add := func(row []any) error {
		if err := x.tick(); err != nil {
			return err
		}
		row = row[:width]
		if !c.all {
			k := string(rowKey(nil, ts, row))
			if _, ok := seen[k]; ok {
				return nil
			}
			seen[k] = struct{}{}
			if err := x.keep(len(k)); err != nil {
				return err
			}
		}
		if err := x.keepRow(next, row); err != nil {
			return err
		}
		return emit(row)
	}
	if err := x.compile(c.plan).run(at, add); err != nil {
		return err
	}
	for next.Len() > 0 {
		at.ctes[c.index], next = next, newKept(width)
		if err := x.compile(c.step).run(at, add); err != nil {
			return err
		}
	}
	return nil
}

// functions gives the rows of functions in FROM, side by side.
func (x *exec) functions(level *level, n *funcNode) runFunc {
	type one struct {
		call *call
		set  *setRoutine
		args []evalFunc
		f    evalFunc
		at   int
		n    int
	}
	var calls []one
	width := 0
	for _, c := range n.calls {
		o := one{set: c.set, at: width, n: len(c.types)}
		if c.set != nil {
			o.args = x.evals(c.args)
			o.call = &call{now: x.now, args: typesOf(c.args), result: c.types[0]}
		} else {
			o.f = x.eval(c.x)
		}
		calls = append(calls, o)
		width += len(c.types)
	}
	pairs := used(level, n.slots)
	give := func(fr *frame, row []any, number int64, emit func() error) error {
		for _, p := range pairs {
			if p.column == width {
				fr.regs[p.slot] = number
			} else {
				fr.regs[p.slot] = row[p.column]
			}
		}
		return emit()
	}
	rowsOf := func(fr *frame, o one, yield func(row ...any) error) error {
		if o.set == nil {
			v, err := o.f(fr)
			if err != nil {
				return err
			}
			return yield(v)
		}
		return x.set(o.call, o.set, o.args, fr, yield)
	}
	if len(calls) == 1 {
		return func(fr *frame, emit func() error) error {
			number := int64(0)
			return rowsOf(fr, calls[0], func(row ...any) error {
				if err := x.tick(); err != nil {
					return err
				}
				number++
				return give(fr, row, number, emit)
			})
		}
	}
	return func(fr *frame, emit func() error) error {
		var rows [][]any
		for _, o := range calls {
			i := 0
			err := rowsOf(fr, o, func(row ...any) error {
				if i == len(rows) {
					rows = append(rows, make([]any, width))
					if err := x.keep(16 * width); err != nil {
						return err
					}
				}
				copy(rows[i][o.at:o.at+o.n], row)
				i++
				return x.tick()
			})
			if err != nil {
				return err
			}
		}
		for i, row := range rows {
			if err := give(fr, row, int64(i+1), emit); err != nil {
				return err
			}
		}
		return nil
	}
}

// set calls a function that gives rows.
func (x *exec) set(c *call, r *setRoutine, fs []evalFunc, fr *frame, yield func(row ...any) error) error {
	args := make([]any, len(fs))
	for i, f := range fs {
		v, err := f(fr)
		if err != nil {
			return err
		}
		if v == nil && r.kind&nullsOK == 0 {
			return nil
		}
		args[i] = v
	}
	return located(nil, r.run(c, args, func(row ...any) error {
		if err := x.tick(); err != nil {
			return err
		}
		return yield(row...)
	}))
}

// A hashTable holds the rows of one side of a join by their keys.
type hashTable struct {
	rows   [][]any // of the registers of the side
	byKey  map[string][]int
	keyed  bool
	buffer []byte
}

// build reads rows into a table. Rows without keys, as of a null, are kept only if all is
// set.
func (x *exec) build(in runFunc, slots []int, keys []evalFunc, ts []value.Type, fr *frame, all bool) (*hashTable, error) {
	t := &hashTable{byKey: map[string][]int{}, keyed: len(keys) > 0}
	err := in(fr, func() error {
		if err := x.tick(); err != nil {
			return err
		}
		k, ok, err := t.key(keys, ts, fr)
		if err != nil {
			return err
		}
		if !ok && !all {
			return nil
		}
		row := make([]any, len(slots))
		for i, slot := range slots {
			row[i] = fr.regs[slot]
		}
		if ok && t.keyed {
			t.byKey[string(k)] = append(t.byKey[string(k)], len(t.rows))
		}
		t.rows = append(t.rows, row)
		return x.keep(rowSize(row) + len(k) + 32)
	})
	return t, err
}

// key is the key of a row, or false if a part of it is null.
func (t *hashTable) key(keys []evalFunc, ts []value.Type, fr *frame) ([]byte, bool, error) {
	t.buffer = t.buffer[:0]
	for i, f := range keys {
		v, err := f(fr)
		if v == nil || err != nil {
			return nil, false, err
		}
		t.buffer = value.AppendKey(t.buffer, ts[i], v)
	}
	return t.buffer, true, nil
}

func keyTypes(keys []expr) []value.Type {
	ts := make([]value.Type, len(keys))
	for i, k := range keys {
		ts[i] = keyType(k.typ())
	}
	return ts
}

// slotsOf returns the registers that a node fills and that are read.
func slotsOf(l *level, n node) []int {
	items := n.items()
	var slots []int
	for slot, owner := range l.owner {
		if owner >= 0 && items&(1<<owner) != 0 && (l.used == nil || l.used[slot]) {
			slots = append(slots, slot)
		}
	}
	return slots
}

// once returns what a node gives as a table, which is built again only if something has
// changed that the node depends on.
func (x *exec) once(l *level, n node, in runFunc, keys []expr, all bool) func(fr *frame) (*hashTable, error) {
	slots := slotsOf(l, n)
	fs, ts := x.evals(keys), keyTypes(keys)
	build := func(fr *frame) (*hashTable, error) { return x.build(in, slots, fs, ts, fr, all) }
	up, ok := lifetimeOf(n.each, func(in int, f func(node, int)) { eachNodeOf(n, in, f) }, 0, 1)
	if !ok {
		return build
	}
	id := new(byte)
	return func(fr *frame) (*hashTable, error) {
		cache := x.cacheAt(fr, up)
		if t, ok := cache[id].(*hashTable); ok {
			return t, nil
		}
		var t *hashTable
		err := x.pin(func() (err error) {
			t, err = build(fr)
			return err
		})
		if err == nil {
			cache[id] = t
		}
		return t, err
	}
}

// eachNodeOf is [plan.eachNode] from a node on.
func eachNodeOf(n node, in int, f func(n node, in int)) {
	p := &plan{level: &level{}, rows: &selectRows{from: n}}
	p.eachNode(in, f)
}

func (x *exec) lookup(l *level, n *lookupNode) runFunc {
	table := x.once(l, n.in, x.from(l, n.in), n.keys, false)
	slots := slotsOf(l, n.in)
	probes, ts := x.evals(n.probes), keyTypes(n.keys)
	return func(fr *frame, emit func() error) error {
		t, err := table(fr)
		if err != nil {
			return err
		}
		k, ok, err := t.key(probes, ts, fr)
		if !ok || err != nil {
			return err
		}
		for _, i := range t.byKey[string(k)] {
			if err := x.tick(); err != nil {
				return err
			}
			for j, slot := range slots {
				fr.regs[slot] = t.rows[i][j]
			}
			if err := emit(); err != nil {
				return err
			}
		}
		return nil
	}
}

func (x *exec) join(l *level, n *joinNode) runFunc {
	left, right := x.from(l, n.left), x.from(l, n.right)
	conds := x.evals(n.on)
	matches := func(fr *frame) (bool, error) {
		for _, cond := range conds {
			holds, err := cond(fr)
			if err != nil || holds != true {
				return false, err
			}
		}
		return true, nil
	}
	leftSlots, rightSlots := slotsOf(l, n.left), slotsOf(l, n.right)
	null := func(fr *frame, slots []int) {
		for _, slot := range slots {
			fr.regs[slot] = nil
		}
	}
	outerLeft := n.kind == syntax.JoinLeft || n.kind == syntax.JoinFull
	outerRight := n.kind == syntax.JoinRight || n.kind == syntax.JoinFull
	if n.lateral {
		return func(fr *frame, emit func() error) error {
			return left(fr, func() error {
				found := false
				err := right(fr, func() error {
					ok, err := matches(fr)
					if !ok || err != nil {
						return err
					}
					found = true
					return emit()
				})
				if err != nil || found || !outerLeft {
					return err
				}
				null(fr, rightSlots)
				return emit()
			})
		}
	}
	table := x.once(l, n.right, right, n.rightKeys, outerRight)
	probes, ts := x.evals(n.leftKeys), keyTypes(n.rightKeys)
	return func(fr *frame, emit func() error) error {
		t, err := table(fr)
		if err != nil {
			return err
		}
		if len(t.rows) == 0 && !outerLeft {
			return nil
		}
		var met []bool
		if outerRight {
			met = make([]bool, len(t.rows))
		}
		err = left(fr, func() error {
			found := false
			try := func(i int) error {
				if err := x.tick(); err != nil {
					return err
				}
				for j, slot := range rightSlots {
					fr.regs[slot] = t.rows[i][j]
				}
				ok, err := matches(fr)
				if !ok || err != nil {
					return err
				}
				found = true
				if met != nil {
					met[i] = true
				}
				return emit()
			}
			if t.keyed {
				k, ok, err := t.key(probes, ts, fr)
				if err != nil {
					return err
				}
				if ok {
					for _, i := range t.byKey[string(k)] {
						if err := try(i); err != nil {
							return err
						}
					}
				}
			} else {
				for i := range t.rows {
					if err := try(i); err != nil {
						return err
					}
				}
			}
			if found || !outerLeft {
				return nil
			}
			null(fr, rightSlots)
			return emit()
		})
		if err != nil || !outerRight {
			return err
		}
		null(fr, leftSlots)
		for i, row := range t.rows {
			if met[i] {
				continue
			}
			for j, slot := range rightSlots {
				fr.regs[slot] = row[j]
			}
			if err := emit(); err != nil {
				return err
			}
		}
		return nil
	}
}
