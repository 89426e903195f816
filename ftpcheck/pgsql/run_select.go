package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// selectRows runs a SELECT.
func (x *exec) selectRows(p *plan, r *selectRows) func(*frame, func([]any) error) error {
	rows := x.from(p.level, r.from)
	if r.group != nil {
		rows = x.groups(r.group, rows)
	}
	if r.having != nil {
		rows = x.having(r.having, rows)
	}
	for _, w := range r.windows {
		rows = x.windowed(p.level, w, rows)
	}
	if len(r.sets) > 0 {
		rows = x.projectSets(r.sets, rows)
	}
	out := x.evals(r.out)
	return func(fr *frame, emit func([]any) error) error {
		row := make([]any, len(out))
		return rows(fr, func() error {
			for i, f := range out {
				v, err := f(fr)
				if err != nil {
					return err
				}
				row[i] = v
			}
			return emit(row)
		})
	}
}

func (x *exec) having(cond expr, rows runFunc) runFunc {
	f := x.eval(cond)
	return func(fr *frame, emit func() error) error {
		return rows(fr, func() error {
			v, err := f(fr)
			if v != true || err != nil {
				return err
			}
			return emit()
		})
	}
}

// projectSets makes of each row as many as the longest of its functions gives.
func (x *exec) projectSets(sets []*setSlot, rows runFunc) runFunc {
	args := make([][]evalFunc, len(sets))
	calls := make([]*call, len(sets))
	for i, s := range sets {
		args[i] = x.evals(s.call.args)
		calls[i] = &call{now: x.now, args: typesOf(s.call.args), result: s.call.t}
	}
	if len(sets) == 1 {
		return func(fr *frame, emit func() error) error {
			return rows(fr, func() error {
				return x.set(calls[0], sets[0].call.r, args[0], fr, func(row ...any) error {
					fr.regs[sets[0].slot] = row[0]
					return emit()
				})
			})
		}
	}
	return func(fr *frame, emit func() error) error {
		return rows(fr, func() error {
			given := make([][]any, len(sets))
			most, kept := 0, 0
			for i, s := range sets {
				err := x.set(calls[i], s.call.r, args[i], fr, func(row ...any) error {
					given[i] = append(given[i], row[0])
					size := rowSize(row[:1])
					kept += size
					return x.keep(size)
				})
				if err != nil {
					return err
				}
				most = max(most, len(given[i]))
			}
			for n := range most {
				for i, s := range sets {
					fr.regs[s.slot] = nil
					if n < len(given[i]) {
						fr.regs[s.slot] = given[i][n]
					}
				}
				if err := emit(); err != nil {
					return err
				}
			}
			x.used -= kept
			return nil
		})
	}
}

// An aggregator is an aggregate that is ready to run.
type aggregator struct {
	x        *exec
	e        *aggregateCall
	call     *call
	args     []evalFunc
	filter   evalFunc
	order    []evalFunc
	keys     []sortKey
	distinct []value.Type
	spare    []any // for the arguments of the next row
}

func (x *exec) aggregator(e *aggregateCall) *aggregator {
	a := &aggregator{x: x, e: e, args: x.evals(e.args)}
	a.call = &call{now: x.now, args: typesOf(e.args), result: e.t}
	if e.filter != nil {
		a.filter = x.eval(e.filter)
	}
	for i, o := range e.order {
		a.order = append(a.order, x.eval(o.x))
		a.keys = append(a.keys, sortKey{len(e.args) + i, o.x.typ(), o.desc, o.nullsFirst})
	}
	if e.distinct {
		for _, arg := range e.args {
			a.distinct = append(a.distinct, arg.typ())
		}
		// Sorted as it is made distinct: first as asked, then by the arguments.
		for i, t := range a.distinct {
			a.keys = append(a.keys, sortKey{column: i, t: t})
		}
	}
	return a
}

// An inOrder is the state of an aggregate whose rows must be sorted, or made distinct, first.
type inOrder struct {
	a      *aggregator
	values []any // of all rows
}

func (s *inOrder) add(_ *call, row []any) error {
	s.values = append(s.values, row...)
	return nil
}

// result adds the rows up, sorted by what is asked for; with DISTINCT, equal rows are then
// neighbours.
func (s *inOrder) result(c *call) (any, error) {
	a := s.a
	rows := slices.Collect(slices.Chunk(s.values, len(a.args)+len(a.order)))
	slices.SortStableFunc(rows, func(l, r []any) int {
		for _, k := range a.keys {
			if c := compareKey(k, l[k.column], r[k.column]); c != 0 {
				return c
			}
		}
		return 0
	})
	sum := a.e.agg.new(c)
	var last, current []byte
	for i, row := range rows {
		if a.distinct != nil {
			current = rowKey(current[:0], a.distinct, row)
			if i > 0 && string(current) == string(last) {
				continue
			}
			last = append(last[:0], current...)
		}
		if err := sum.add(c, row[:len(a.args)]); err != nil {
			return nil, err
		}
	}
	return sum.result(c)
}

// input returns what a row gives the aggregate: its arguments, and what they are sorted by.
// It reports false if the filter leaves the row out.
func (a *aggregator) input(fr *frame) ([]any, bool, error) {
	if a.filter != nil {
		holds, err := a.filter(fr)
		if err != nil || holds != true {
			return nil, false, err
		}
	}
	row := a.spare
	a.spare = nil
	if row == nil {
		row = make([]any, len(a.args)+len(a.order))
	}
	for i, f := range a.args {
		v, err := f(fr)
		if err != nil {
			return nil, false, err
		}
		row[i] = v
	}
	for i, f := range a.order {
		v, err := f(fr)
		if err != nil {
			return nil, false, err
		}
		row[len(a.args)+i] = v
	}
	return row, true, nil
}

func (a *aggregator) add(s *accumulator, fr *frame) error {
	row, ok, err := a.input(fr)
	if !ok || err != nil {
		return err
	}
	a.spare = row
	return a.addRow(s, row)
}

// start makes the state of the aggregate for one group if there is none yet.
func (a *aggregator) start(s *accumulator) {
	switch {
	case *s != nil:
	case len(a.keys) > 0:
		*s = &inOrder{a: a}
	default:
		*s = a.e.agg.new(a.call)
	}
}

func (a *aggregator) addRow(s *accumulator, row []any) error {
	a.start(s)
	if a.holds() {
		if err := a.x.keep(rowSize(row)); err != nil {
			return err
		}
	}
	if len(a.keys) == 0 {
		row = row[:len(a.args)]
	}
	return located(a.e.pos, (*s).add(a.call, row))
}

// holds reports whether the aggregate holds on to its arguments.
func (a *aggregator) holds() bool {
	if len(a.keys) > 0 {
		return true
	}
	switch a.e.t {
	case value.Text, value.JSON, value.JSONB, value.Bytea:
		return true
	}
	return a.e.t.IsArray()
}

func (a *aggregator) result(s *accumulator) (any, error) {
	a.start(s)
	v, err := (*s).result(a.call)
	if err != nil {
		return nil, located(a.e.pos, err)
	}
	return v, nil
}

// groups makes one row of each group.
func (x *exec) groups(g *groupStage, rows runFunc) runFunc {
	keys := x.evals(g.keys)
	ts := keyTypes(g.keys)
	var aggs []*aggregator
	for _, e := range g.aggregates {
		aggs = append(aggs, x.aggregator(e))
	}
	type group struct {
		values []any
		set    int
		states []accumulator
	}
	return func(fr *frame, emit func() error) error {
		groups := map[string]*group{}
		var order []*group
		add := func(k []byte, values []any, set int) (*group, error) {
			n := &group{slices.Clone(values), set, make([]accumulator, len(aggs))}
			groups[string(k)] = n
			order = append(order, n)
			return n, x.keep(len(k) + 80 + rowSize(values) + 40*len(aggs))
		}
		values := make([]any, len(keys))
		masked := make([]any, len(keys))
		var buffer []byte
		for i, set := range g.sets {
			if len(set) == 0 {
				// The group of all rows is there even if there are none.
				if _, err := add([]byte{byte(i), byte(i >> 8)}, masked, i); err != nil {
					return err
				}
			}
		}
		var inputs [][]any
		err := rows(fr, func() error {
			if err := x.tick(); err != nil {
				return err
			}
			for i, f := range keys {
				v, err := f(fr)
				if err != nil {
					return err
				}
				values[i] = v
			}
			inputs = inputs[:0]
			if len(g.sets) > 1 {
				for _, a := range aggs {
					row, ok, err := a.input(fr)
					if err != nil {
						return err
					}
					if !ok {
						row = nil
					}
					inputs = append(inputs, row)
				}
			}
			for i, set := range g.sets {
				buffer = append(buffer[:0], byte(i), byte(i>>8))
				clear(masked)
				for _, k := range set {
					buffer = value.AppendKey(buffer, ts[k], values[k])
					masked[k] = values[k]
				}
				n := groups[string(buffer)]
				if n == nil {
					var err error
					if n, err = add(buffer, masked, i); err != nil {
						return err
					}
				}
				for j, a := range aggs {
					var err error
					switch {
					case len(g.sets) == 1:
						err = a.add(&n.states[j], fr)
					case inputs[j] != nil:
						err = a.addRow(&n.states[j], inputs[j])
					}
					if err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for at, n := range order {
			order[at] = nil // what has been handed over need not wait for the rest
			for i, slot := range g.slots {
				fr.regs[slot] = n.values[i]
			}
			if g.grouping >= 0 {
				fr.regs[g.grouping] = int64(n.set)
			}
			for i, a := range aggs {
				v, err := a.result(&n.states[i])
				if err != nil {
					return err
				}
				fr.regs[g.results[i]] = v
			}
			if err := emit(); err != nil {
				return err
			}
		}
		return nil
	}
}
