package pgsql

import (
	"slices"
	"sort"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// windowed computes the calls over a window: it reads all rows, sorts them by partition and
// order, and puts the results into registers.
func (x *exec) windowed(l *level, w *window, rows runFunc) runFunc {
	var keys []sortKey
	var fs []evalFunc
	for i, e := range w.partition {
		fs, keys = append(fs, x.eval(e)), append(keys, sortKey{column: i, t: e.typ()})
	}
	for _, o := range w.order {
		keys = append(keys, sortKey{len(fs), o.x.typ(), o.desc, o.nullsFirst})
		fs = append(fs, x.eval(o.x))
	}
	var calls []*windowRun
	for i, e := range w.calls {
		calls = append(calls, x.windowRun(e, w.slots[i]))
	}
	f := x.frameRun(w)
	return func(fr *frame, emit func() error) error {
		var all []*windowRow
		width := len(fr.regs)
		bytes := 0
		err := rows(fr, func() error {
			if err := x.tick(); err != nil {
				return err
			}
			r := &windowRow{slices.Clone(fr.regs), make([]any, len(fs))}
			for i, f := range fs {
				v, err := f(fr)
				if err != nil {
					return err
				}
				r.keys[i] = v
			}
			all = append(all, r)
			size := rowSize(r.regs) + rowSize(r.keys) + 16
			bytes += size
			return x.keep(size)
		})
		if err != nil {
			return err
		}
		compare := func(from int) func(a, b *windowRow) int {
			return func(a, b *windowRow) int {
				for _, k := range keys[from:] {
					if c := compareKey(k, a.keys[k.column], b.keys[k.column]); c != 0 {
						return c
					}
				}
				return 0
			}
		}
		slices.SortStableFunc(all, compare(0))
		samePartition := func(a, b *windowRow) bool {
			for _, k := range keys[:len(w.partition)] {
				if compareKey(k, a.keys[k.column], b.keys[k.column]) != 0 {
					return false
				}
			}
			return true
		}
		peers := compare(len(w.partition))
		for start := 0; start < len(all); {
			end := start + 1
			for end < len(all) && samePartition(all[start], all[end]) {
				end++
			}
			p := &partition{x: x, fr: fr, rows: all[start:end], w: w, first: len(w.partition)}
			p.peers(peers)
			if err := f.begin(p); err != nil {
				return err
			}
			for _, call := range calls {
				if err := call.run(p, f); err != nil {
					return err
				}
			}
			start = end
		}
		for _, r := range all {
			copy(fr.regs[:width], r.regs)
			if err := emit(); err != nil {
				return err
			}
		}
		x.used -= bytes
		return nil
	}
}

// A windowRow is a row with what it is partitioned and ordered by.
type windowRow struct {
	regs []any
	keys []any
}

// A partition is the rows of one partition, in order.
type partition struct {
	x     *exec
	fr    *frame
	rows  []*windowRow
	w     *window
	first int // the position of the first order key
	// The group of peers of each row, and where each group begins; the last one ends at the
	// end.
	group  []int
	begins []int
}

func (p *partition) peers(compare func(a, b *windowRow) int) {
	p.group = make([]int, len(p.rows))
	for i := range p.rows {
		if i == 0 || compare(p.rows[i-1], p.rows[i]) != 0 {
			p.begins = append(p.begins, i)
		}
		p.group[i] = len(p.begins) - 1
	}
	p.begins = append(p.begins, len(p.rows))
}

// at makes the registers those of a row.
func (p *partition) at(i int) *frame {
	copy(p.fr.regs, p.rows[i].regs)
	return p.fr
}

// A frameRun finds the frame of each row.
type frameRun struct {
	x          *exec
	clause     frameClause
	desc       bool
	nullsFirst bool
	start, end boundRun
}

type boundRun struct {
	offset, value, reach evalFunc
	n                    int64 // the offset of ROWS and GROUPS
	t                    value.Type
}

func (x *exec) frameRun(w *window) *frameRun {
	f := &frameRun{x: x, clause: frameClause{start: frameBound{kind: syntax.UnboundedPreceding}, end: frameBound{kind: syntax.CurrentRow}}}
	if w.frame != nil {
		f.clause = *w.frame
	}
	if len(w.order) > 0 {
		f.desc, f.nullsFirst = w.order[0].desc, w.order[0].nullsFirst
	}
	for _, b := range []struct {
		from *frameBound
		to   *boundRun
	}{{&f.clause.start, &f.start}, {&f.clause.end, &f.end}} {
		if b.from.offset == nil {
			continue
		}
		b.to.offset = x.eval(b.from.offset)
		if b.from.reach != nil {
			b.to.value, b.to.reach, b.to.t = x.eval(b.from.value), x.eval(b.from.reach), b.from.reach.typ()
		}
	}
	return f
}

// begin computes the offsets.
func (f *frameRun) begin(p *partition) error {
	for _, b := range []struct {
		run   *boundRun
		bound *frameBound
		name  string
	}{{&f.start, &f.clause.start, "starting"}, {&f.end, &f.clause.end, "ending"}} {
		if b.run.offset == nil {
			continue
		}
		v, err := b.run.offset(p.fr)
		if err != nil {
			return err
		}
		if v == nil {
			return fail(p.w.pos, "frame %s offset must not be null", b.name)
		}
		if b.run.reach == nil {
			if b.run.n = v.(int64); b.run.n < 0 {
				return fail(p.w.pos, "frame %s offset must not be negative", b.name)
			}
			continue
		}
		negative := false
		switch v := v.(type) {
		case int64:
			negative = v < 0
		case float64:
			negative = v < 0
		case value.Decimal:
			negative = v.Sign() < 0
		case value.Span:
			negative = v.Compare(value.Span{}) < 0
		}
		if negative {
			return fail(p.w.pos, "invalid preceding or following size in window function")
		}
	}
	return nil
}

// of returns the frame of a row: from lo up to hi, exclusive.
func (f *frameRun) of(p *partition, i int) (lo, hi int, err error) {
	if lo, err = f.edge(p, i, &f.clause.start, &f.start, true); err != nil {
		return 0, 0, err
	}
	if hi, err = f.edge(p, i, &f.clause.end, &f.end, false); err != nil {
		return 0, 0, err
	}
	lo, hi = max(lo, 0), min(hi, len(p.rows))
	return lo, max(lo, hi), nil
}

func (f *frameRun) edge(p *partition, i int, b *frameBound, run *boundRun, start bool) (int, error) {
	n := len(p.rows)
	switch b.kind {
	case syntax.UnboundedPreceding:
		return 0, nil
	case syntax.UnboundedFollowing:
		return n, nil
	}
	offset := run.n
	if b.kind == syntax.Preceding {
		offset = -offset
	}
	switch f.clause.mode {
	case syntax.FrameRows:
		if b.kind == syntax.CurrentRow {
			offset = 0
		}
		offset = max(min(offset, int64(n)+1), -int64(n)-1)
		at := i + int(offset)
		if !start {
			at++
		}
		return at, nil
	case syntax.FrameGroups:
		if b.kind == syntax.CurrentRow {
			offset = 0
		}
		groups := len(p.begins) - 1
		offset = max(min(offset, int64(groups)+1), -int64(groups)-1)
		g := p.group[i] + int(offset)
		if !start {
			g++
		}
		return p.begins[max(0, min(g, groups))], nil
	}
	g := p.group[i]
	if b.kind != syntax.CurrentRow && p.rows[i].keys[p.first] != nil {
		return f.reach(p, i, b, run, start)
	}
	if start {
		return p.begins[g], nil
	}
	return p.begins[g+1], nil
}

// reach finds where the values begin, or end, that are within the offset of that of a row.
func (f *frameRun) reach(p *partition, i int, b *frameBound, run *boundRun, start bool) (int, error) {
	x := f.x
	valueOf := func(f evalFunc, i int) (any, error) {
		x.cells[b.cell.id] = p.rows[i].keys[p.first]
		return f(p.fr)
	}
	limit, err := valueOf(run.reach, i)
	if err != nil {
		return 0, refuse(p.w.pos, "a bound of the window's RANGE is out of range: %s", err)
	}
	// The nulls are at one end.
	from, to := 0, len(p.rows)
	for from < to && p.rows[from].keys[p.first] == nil {
		from++
	}
	for to > from && p.rows[to-1].keys[p.first] == nil {
		to--
	}
	at := sort.Search(to-from, func(j int) bool {
		v, failed := valueOf(run.value, from+j)
		if failed != nil {
			err = failed
			return true
		}
		c := value.Compare(run.t, v, limit)
		if f.desc {
			c = -c
		}
		if start {
			return c >= 0
		}
		return c > 0
	})
	return from + at, err
}

// excluded reports whether a row is left out of the frame of row i.
func (f *frameRun) excluded(p *partition, i, j int) bool {
	switch f.clause.exclude {
	case syntax.ExcludeCurrentRow:
		return i == j
	case syntax.ExcludeGroup:
		return p.group[i] == p.group[j]
	case syntax.ExcludeTies:
		return i != j && p.group[i] == p.group[j]
	}
	return false
}

// A windowRun is a call over a window that is ready to run.
type windowRun struct {
	x    *exec
	e    *windowCall
	slot int
	args []evalFunc
	agg  *aggregator
}

func (x *exec) windowRun(e *windowCall, slot int) *windowRun {
	r := &windowRun{x: x, e: e, slot: slot, args: x.evals(e.args)}
	if e.agg != nil {
		r.agg = x.aggregator(e.agg)
	}
	return r
}

// run computes the call for each row of a partition.
func (r *windowRun) run(p *partition, f *frameRun) error {
	if r.agg != nil {
		return r.aggregate(p, f)
	}
	n := len(p.rows)
	for i, row := range p.rows {
		if err := r.x.tick(); err != nil {
			return err
		}
		g := p.group[i]
		var v any
		var err error
		switch r.e.name {
		case "row_number":
			v = int64(i + 1)
		case "rank":
			v = int64(p.begins[g] + 1)
		case "dense_rank":
			v = int64(g + 1)
		case "percent_rank":
			v = 0.0
			if n > 1 {
				v = float64(p.begins[g]) / float64(n-1)
			}
		case "cume_dist":
			v = float64(p.begins[g+1]) / float64(n)
		case "ntile":
			v, err = r.ntile(p, i)
		case "lag", "lead":
			v, err = r.shifted(p, i)
		default:
			v, err = r.inFrame(p, f, i)
		}
		if err != nil {
			return err
		}
		row.regs[r.slot] = v
	}
	return nil
}

func (r *windowRun) ntile(p *partition, i int) (any, error) {
	// The argument is that of the first row.
	v, err := r.args[0](p.at(0))
	if v == nil || err != nil {
		return nil, err
	}
	buckets, n := v.(int64), int64(len(p.rows))
	if buckets <= 0 {
		return nil, fail(r.e.pos, "argument of ntile must be greater than zero")
	}
	size, larger := n/buckets, n%buckets // so many buckets have one row more
	at := int64(i)
	if at < larger*(size+1) {
		return at/(size+1) + 1, nil
	}
	return larger + (at-larger*(size+1))/size + 1, nil
}

// shifted is LAG or LEAD.
func (r *windowRun) shifted(p *partition, i int) (any, error) {
	offset := int64(1)
	if len(r.args) > 1 {
		v, err := r.args[1](p.at(i))
		if v == nil || err != nil {
			return nil, err
		}
		offset = v.(int64)
	}
	if r.e.name == "lag" {
		offset = -offset
	}
	if at := int64(i) + offset; at >= 0 && at < int64(len(p.rows)) {
		return r.args[0](p.at(int(at)))
	}
	if len(r.args) > 2 {
		return r.args[2](p.at(i))
	}
	return nil, nil
}

// inFrame is FIRST_VALUE, LAST_VALUE or NTH_VALUE.
func (r *windowRun) inFrame(p *partition, f *frameRun, i int) (any, error) {
	lo, hi, err := f.of(p, i)
	if err != nil {
		return nil, err
	}
	nth := int64(1)
	if r.e.name == "nth_value" {
		v, err := r.args[1](p.at(i))
		if v == nil || err != nil {
			return nil, err
		}
		if nth = v.(int64); nth <= 0 {
			return nil, fail(r.e.pos, "argument of nth_value must be greater than zero")
		}
	}
	if r.e.name == "last_value" {
		for j := hi - 1; j >= lo; j-- {
			if !f.excluded(p, i, j) {
				return r.args[0](p.at(j))
			}
		}
		return nil, nil
	}
	for j := lo; j < hi; j++ {
		if f.excluded(p, i, j) {
			continue
		}
		if nth--; nth == 0 {
			return r.args[0](p.at(j))
		}
	}
	return nil, nil
}

// aggregate computes an aggregate over the frame of each row. A frame that only grows at its
// end goes on from the one before.
func (r *windowRun) aggregate(p *partition, f *frameRun) error {
	inputs := make([][]any, len(p.rows))
	for i := range p.rows {
		row, ok, err := r.agg.input(p.at(i))
		if err != nil {
			return err
		}
		if ok {
			inputs[i] = row
		}
	}
	var state accumulator
	var result any
	from, to := -1, -1
	for i, row := range p.rows {
		lo, hi, err := f.of(p, i)
		if err != nil {
			return err
		}
		again := f.clause.exclude != syntax.ExcludeNone || lo != from || hi < to
		if again {
			state, from, to = nil, lo, lo
		}
		if again || hi > to || i == 0 {
			for ; to < hi; to++ {
				if err := r.x.tick(); err != nil {
					return err
				}
				if inputs[to] == nil || f.excluded(p, i, to) {
					continue
				}
				if err := r.agg.addRow(&state, inputs[to]); err != nil {
					return err
				}
			}
			if result, err = r.agg.result(&state); err != nil {
				return err
			}
		}
		row.regs[r.slot] = result
	}
	return nil
}
