package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// planFrom brings the conditions of WHERE and ON to where they are of use: as far down as they
// can go, into the keys of joins, and as hints to the tables.
func (b *selectAnalysis) planFrom(conds []expr) error {
	r := b.r
	hints := slices.Clone(conds)
	var equal [][2]int
	eachFrom(r.from, func(n node) {
		j, ok := n.(*joinNode)
		if !ok {
			return
		}
		for _, c := range j.on {
			// A row of a side that an outer join keeps is there whatever ON says of that side
			// alone.
			used := b.itemsOf(c)
			kept := used&^j.left.items() == 0 && (j.kind == syntax.JoinLeft || j.kind == syntax.JoinFull) ||
				used&^j.right.items() == 0 && (j.kind == syntax.JoinRight || j.kind == syntax.JoinFull)
			if l, r, ok := columnsEqual(c); ok && !kept {
				equal = append(equal, [2]int{l, r})
			}
			switch slots := used; j.kind {
			case syntax.JoinLeft:
				if slots&^j.right.items() != 0 {
					continue
				}
			case syntax.JoinRight:
				if slots&^j.left.items() != 0 {
					continue
				}
			case syntax.JoinFull:
				continue
			}
			hints = append(hints, c)
		}
	})
	for _, c := range conds {
		if l, r, ok := columnsEqual(c); ok {
			equal = append(equal, [2]int{l, r})
		}
	}
	where := len(conds)
	b.deferred = append(b.deferred, func() {
		for i, c := range hints {
			h := hintOf(c)
			if h == nil {
				continue
			}
			b.give(r, h)
			if h.op != OneOf || i >= where {
				continue
			}
			// What equals such a column has the same values. A condition of ON holds only
			// for the rows that it joins.
			for _, e := range equal {
				for side := range e {
					if e[side] == h.slot {
						b.give(r, &hint{e[1-side], h.op, h.values})
					}
				}
			}
		}
	})
	r.from = b.push(r.from, conds)
	b.finish(r.from)
	return nil
}

// columnsEqual recognises the equality of two columns.
func columnsEqual(c expr) (l, r int, ok bool) {
	x, ok := c.(*apply)
	if !ok || x.r.name != "=" || len(x.args) != 2 {
		return 0, 0, false
	}
	a, aok := x.args[0].(*register)
	b, bok := x.args[1].(*register)
	if !aok || !bok || a.up != 0 || b.up != 0 || a.t != b.t {
		return 0, 0, false
	}
	return a.slot, b.slot, true
}

// itemsOf returns the items of FROM that an expression reads.
func (b *selectAnalysis) itemsOf(x expr) uint64 {
	var items uint64
	visit(x, func(x expr, in int) bool {
		if r, ok := x.(*register); ok && r.up == in {
			if owner := b.s.level.owner[r.slot]; owner >= 0 {
				items |= 1 << owner
			}
		}
		return true
	})
	return items
}

// push brings conditions down to the node, or below it.
func (b *selectAnalysis) push(n node, conds []expr) node {
	j, ok := n.(*joinNode)
	if !ok {
		return filtered(n, conds)
	}
	left, right := j.left.items(), j.right.items()
	var toLeft, toRight, above, on []expr
	within := func(x expr, items uint64) bool {
		used := b.itemsOf(x)
		return used != 0 && used&^items == 0 && !isVolatile(x)
	}
	for _, c := range conds {
		switch {
		case within(c, left) && (j.kind == syntax.JoinInner || j.kind == syntax.JoinCross || j.kind == syntax.JoinLeft):
			toLeft = append(toLeft, c)
		case within(c, right) && (j.kind == syntax.JoinInner || j.kind == syntax.JoinCross || j.kind == syntax.JoinRight):
			toRight = append(toRight, c)
		case (j.kind == syntax.JoinInner || j.kind == syntax.JoinCross) && b.itemsOf(c)&left != 0 && b.itemsOf(c)&right != 0:
			on = append(on, c)
		default:
			above = append(above, c)
		}
	}
	for _, c := range j.on {
		switch {
		case within(c, left) && (j.kind == syntax.JoinInner || j.kind == syntax.JoinRight):
			toLeft = append(toLeft, c)
		case within(c, right) && (j.kind == syntax.JoinInner || j.kind == syntax.JoinLeft):
			toRight = append(toRight, c)
		default:
			on = append(on, c)
		}
	}
	j.on = on
	j.left, j.right = b.push(j.left, toLeft), b.push(j.right, toRight)
	return filtered(j, above)
}

func filtered(n node, conds []expr) node {
	if len(conds) == 0 {
		return n
	}
	// What runs a query for each row comes last.
	slices.SortStableFunc(conds, func(a, b expr) int { return weight(a) - weight(b) })
	return &filterNode{n, conds}
}

// weight is how dear a condition is.
func weight(x expr) int {
	w := 0
	visit(x, func(x expr, _ int) bool {
		if len(plansIn(x)) > 0 {
			w = 1
		}
		return w == 0
	})
	return w
}

func isVolatile(x expr) bool {
	found := false
	visit(x, func(x expr, _ int) bool {
		call, ok := x.(*apply)
		found = found || ok && call.r.kind&volatile != 0
		return !found
	})
	return found
}

// finish finds the keys of joins and lookups.
func (b *selectAnalysis) finish(n node) {
	switch n := n.(type) {
	case *filterNode:
		b.finish(n.in)
		b.lookup(n)
	case *joinNode:
		b.finish(n.left)
		b.finish(n.right)
		left, right := n.left.items(), n.right.items()
		n.right.each(0, func(e *expr, in int) {
			rewrite(e, in, func(e *expr, in int) bool {
				if r, ok := (*e).(*register); ok && r.up == in {
					owner := b.s.level.owner[r.slot]
					n.lateral = n.lateral || owner >= 0 && right&(1<<owner) == 0
				}
				return true
			})
		})
		if n.lateral {
			markAgain(n.right)
			return
		}
		n.on = slices.DeleteFunc(n.on, func(c expr) bool {
			l, r, ok := equality(c)
			if !ok {
				return false
			}
			li, ri := b.itemsOf(l), b.itemsOf(r)
			if li&^right == 0 && ri&^left == 0 {
				l, r, li, ri = r, l, ri, li
			}
			if li == 0 || ri == 0 || li&^left != 0 || ri&^right != 0 || isVolatile(c) {
				return false
			}
			n.leftKeys, n.rightKeys = append(n.leftKeys, l), append(n.rightKeys, r)
			return true
		})
	}
}

// markAgain says of the scans below that they run more than once.
func markAgain(n node) {
	eachFrom(n, func(n node) {
		switch n := n.(type) {
		case *scanNode:
			n.again = true
		case *cteNode:
			n.again = true
		case *planNode:
			again(n.plan)
		}
	})
}

// again says of all scans of a query that they run more than once.
func again(p *plan) {
	p.eachNode(0, func(n node, _ int) {
		switch n := n.(type) {
		case *scanNode:
			n.again = true
		case *cteNode:
			n.again = true
		}
	})
}

// equality recognises = between values that have equal keys if they are equal.
func equality(c expr) (l, r expr, ok bool) {
	x, ok := c.(*apply)
	if !ok || x.r.name != "=" || len(x.args) != 2 {
		return nil, nil, false
	}
	lt, rt := x.args[0].typ(), x.args[1].typ()
	if keyType(lt) != keyType(rt) || !hashable(lt) {
		return nil, nil, false
	}
	return x.args[0], x.args[1], true
}

// keyType is the type whose keys the values of a type have: all whole numbers are one.
func keyType(t value.Type) value.Type {
	switch t {
	case value.Int2, value.Int4:
		return value.Int8
	case value.Varchar:
		return value.Text
	case value.CIDR:
		return value.Inet
	}
	return t
}

// lookup makes of conditions that compare this level with the levels around it a lookup among
// rows that are read once.
func (b *selectAnalysis) lookup(n *filterNode) {
	if outerRegisters(n.in) {
		return
	}
	var keys, probes, before, after []expr
	for _, c := range n.conds {
		l, r, ok := equality(c)
		if ok && !isVolatile(c) {
			if b.itemsOf(l) == 0 {
				l, r = r, l
			}
			if b.itemsOf(l) != 0 && b.itemsOf(r) == 0 && !readsAround(l) && readsAround(r) {
				keys, probes = append(keys, l), append(probes, r)
				continue
			}
		}
		if readsAround(c) || isVolatile(c) {
			after = append(after, c)
		} else {
			before = append(before, c)
		}
	}
	if len(keys) == 0 {
		return
	}
	n.in, n.conds = &lookupNode{filtered(n.in, before), keys, probes}, after
}

// readsAround reports whether an expression reads registers of levels around its own.
func readsAround(x expr) bool {
	found := false
	visit(x, func(x expr, in int) bool {
		r, ok := x.(*register)
		found = found || ok && r.up > in
		return !found
	})
	return found
}

func outerRegisters(n node) bool {
	found := false
	n.each(0, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			r, ok := (*e).(*register)
			found = found || ok && r.up > in
			return !found
		})
	})
	return found
}

// hintOf recognises a condition that a scan can make use of.
func hintOf(c expr) *hint {
	h := func(slot int, op ConditionOp, values ...expr) *hint {
		for _, v := range values {
			if !isFixed(v) {
				return nil
			}
		}
		return &hint{slot, op, values}
	}
	truth := func(x expr, is bool) *hint {
		if slot, ok := ownColumn(x); ok && x.typ() == value.Bool {
			return h(slot, OneOf, &constant{-1, value.Bool, is})
		}
		return nil
	}
	switch c := c.(type) {
	case *register:
		return truth(c, true)
	case *not:
		if _, _, ok := equality(c.x); ok || isInList(c.x) {
			if in := hintOf(c.x); in != nil {
				return &hint{in.slot, NoneOf, in.values}
			}
		}
		return truth(c.x, false)
	case *is:
		if !c.negate && c.what != syntax.IsNull {
			return truth(c.x, c.what == syntax.IsTrue)
		}
	case *inList:
		if slot, ok := ownColumn(c.x); ok {
			return h(slot, OneOf, c.values...)
		}
	case *quantified:
		slot, ok := ownColumn(c.l)
		op, isCall := c.op.(*apply)
		list, isConstant := c.array.(*constant)
		if ok && isCall && !c.all && op.r.name == "=" && c.array != nil && isConstant && list.v != nil && keyType(c.elem.t) == keyType(c.l.typ()) {
			var values []expr
			for _, v := range list.v.(*value.List).Elems {
				if _, nested := v.(*value.List); nested {
					return nil
				}
				if v != nil {
					values = append(values, &constant{-1, c.elem.t, v})
				}
			}
			return h(slot, OneOf, values...)
		}
	case *logic:
		return either(c)
	case *apply:
		if len(c.args) != 2 {
			return nil
		}
		l, r := c.args[0], c.args[1]
		slot, ok := ownColumn(l)
		if !ok && (c.r.name == "=" || c.r.name == "<>") {
			l, r = r, l
			slot, ok = ownColumn(l)
		}
		if !ok {
			return nil
		}
		switch c.r.name {
		case "=", "<>":
			if keyType(l.typ()) != keyType(r.typ()) {
				return nil
			}
			if c.r.name == "=" {
				return h(slot, OneOf, r)
			}
			return h(slot, NoneOf, r)
		case "~~":
			return h(slot, Like, r)
		case "?":
			return h(slot, HasKey, r)
		}
	}
	return nil
}

func isInList(x expr) bool {
	_, ok := x.(*inList)
	return ok
}

// either is a = 1 or a = 2.
func either(c *logic) *hint {
	if !c.or {
		return nil
	}
	var all *hint
	for _, x := range c.xs {
		h := hintOf(x)
		if h == nil || h.op != OneOf || all != nil && all.slot != h.slot {
			return nil
		}
		if all == nil {
			all = &hint{slot: h.slot}
		}
		all.values = append(all.values, h.values...)
	}
	return all
}

// ownColumn recognises a column of the level itself.
func ownColumn(x expr) (slot int, ok bool) {
	for c, ok := x.(*convert); ok && c.relabel && c.mods == nil; c, ok = x.(*convert) {
		x = c.x
	}
	r, ok := x.(*register)
	if !ok || r.up != 0 {
		return 0, false
	}
	return r.slot, true
}

// isFixed reports whether an expression has one value for the whole statement that does not
// depend on the table that it is compared with.
func isFixed(x expr) bool {
	fixed := true
	visit(x, func(x expr, in int) bool {
		switch x := x.(type) {
		case *register, *cell:
			fixed = false
		case *apply:
			fixed = fixed && x.r.kind&volatile == 0
		case *scalar:
			up, ok := lifetime(x.plan)
			fixed = fixed && ok && up < 0
			return false
		}
		fixed = fixed && len(plansIn(x)) == 0
		return fixed
	})
	return fixed
}

// give hands a hint to the item whose register it is about.
func (a *analysis) give(r *selectRows, h *hint) {
	eachFrom(r.from, func(n node) {
		column := func(slots map[int]int) int {
			for column, slot := range slots {
				if slot == h.slot {
					return column
				}
			}
			return -1
		}
		switch n := n.(type) {
		case *scanNode:
			if column(n.slots) >= 0 {
				n.hints = append(n.hints, h)
			}
		case *planNode:
			if i := column(n.slots); i >= 0 {
				a.giveOutput(n.plan, i, h)
			}
		case *cteNode:
			if i := column(n.slots); i >= 0 && n.cte.inline() {
				a.giveOutput(n.cte.plan, i, h)
			}
		}
	})
}

// giveOutput hands a hint on a column of a query to where the column comes from, if leaving
// out rows there leaves out the same rows here.
func (a *analysis) giveOutput(p *plan, column int, h *hint) {
	if p.limit != nil || p.offset != nil || len(p.distinctOn) > 0 {
		return
	}
	switch r := p.rows.(type) {
	case *planRows:
		a.giveOutput(r.plan, column, h)
	case *setOpRows:
		a.giveOutput(r.left, column, h)
		a.giveOutput(r.right, column, h)
	case *selectRows:
		if len(r.windows) > 0 || column >= len(r.out) {
			return
		}
		x := r.out[column]
		slot, ok := ownColumn(x)
		if !ok {
			return
		}
		if r.group != nil {
			i := slices.Index(r.group.slots, slot)
			if i < 0 {
				return
			}
			// In a grouping set without the key it is null, for which no such condition holds.
			if slot, ok = ownColumn(r.group.keys[i]); !ok {
				return
			}
		}
		a.give(r, &hint{slot, h.op, h.values})
	}
}

// prune leaves out what nobody asks a query for.
func prune(p *plan, needed []bool) {
	if r, ok := p.rows.(*selectRows); ok && !p.distinct {
		keep := slices.Clone(needed)
		for len(keep) < len(r.out) {
			keep = append(keep, true)
		}
		for _, k := range p.order {
			keep[k.column] = true
		}
		for _, i := range p.distinctOn {
			keep[i] = true
		}
		for i := range r.out {
			// With functions that give rows, how many rows there are depends on all.
			if !keep[i] && len(r.sets) == 0 {
				r.out[i] = nil
			}
		}
	}
	switch r := p.rows.(type) {
	case *planRows:
		keep := slices.Clone(needed)
		if p.distinct {
			keep = allTrue(len(needed))
		}
		for _, k := range p.order {
			keep[k.column] = true
		}
		prune(r.plan, keep)
	case *setOpRows:
		keep := slices.Clone(needed)
		if !(r.all && r.op == syntax.Union) {
			keep = allTrue(len(needed))
		}
		for _, k := range p.order {
			keep[k.column] = true
		}
		prune(r.left, keep)
		prune(r.right, keep)
	case *selectRows:
		used := p.used()
		eachFrom(r.from, func(n node) {
			if n, ok := n.(*planNode); ok {
				prune(n.plan, neededColumns(n.slots, used, len(n.plan.columns)))
			}
		})
		p.each(0, func(e *expr, in int) {
			if in > 0 {
				return
			}
			rewrite(e, in, func(e *expr, in int) bool {
				if in > 0 {
					return false
				}
				for _, below := range plansIn(*e) {
					keep := allTrue(len(below.columns))
					if _, ok := (*e).(*exists); ok {
						keep = make([]bool, len(below.columns))
					}
					prune(below, keep)
				}
				return true
			})
		})
	}
	for _, c := range slices.Backward(p.ctes) {
		if c.step != nil {
			prune(c.plan, allTrue(len(c.columns)))
			prune(c.step, allTrue(len(c.columns)))
			continue
		}
		keep := make([]bool, len(c.columns))
		for _, ref := range c.refs {
			for column, slot := range ref.slots {
				if ref.level.used == nil || ref.level.used[slot] {
					keep[column] = true
				}
			}
		}
		prune(c.plan, keep)
	}
}

func allTrue(n int) []bool {
	all := make([]bool, n)
	for i := range all {
		all[i] = true
	}
	return all
}

func neededColumns(slots map[int]int, used []bool, n int) []bool {
	needed := make([]bool, n)
	for column, slot := range slots {
		needed[column] = needed[column] || used[slot]
	}
	return needed
}

// used returns which registers of its level a plan reads.
func (p *plan) used() []bool {
	used := make([]bool, len(p.level.owner))
	p.each(0, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			if r, ok := (*e).(*register); ok && r.up == in {
				used[r.slot] = true
			}
			return true
		})
	})
	p.level.used = used
	return used
}

// show finds the columns of the result that are handed over as the tables have them: their
// registers are read nowhere else.
func show(p *plan) {
	r, ok := p.rows.(*selectRows)
	if !ok || p.distinct || len(p.distinctOn) > 0 || r.group != nil || len(r.windows) > 0 {
		return
	}
	read := make([]int, len(p.level.owner))
	p.each(0, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			if r, ok := (*e).(*register); ok && r.up == in {
				read[r.slot]++
			}
			return true
		})
	})
	for i := range p.columns {
		slot, ok := -1, false
		if reg, isRegister := r.out[i].(*register); isRegister && reg.up == 0 && read[reg.slot] == 1 {
			slot, ok = reg.slot, true
		}
		if !ok || slices.ContainsFunc(p.order, func(k sortKey) bool { return k.column == i }) {
			continue
		}
		eachFrom(r.from, func(n node) {
			scan, ok := n.(*scanNode)
			if !ok {
				return
			}
			for column, at := range scan.slots {
				if at == slot && scan.table.Columns[column].Shown != nil {
					if scan.shown == nil {
						scan.shown = map[int]bool{}
					}
					scan.shown[column], p.columns[i].shown = true, true
				}
			}
		})
	}
}
