package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// group finds out what GROUP BY means, and lets everything behind it read groups.
func (b *selectAnalysis) group(sel *syntax.Select) error {
	if len(sel.GroupBy) == 0 && sel.Having == nil && b.s.aggregates == 0 {
		return nil
	}
	g := &groupStage{grouping: -1}
	b.r.group = g
	positions := map[string]int{}
	named := map[string]string{}
	add := func(e syntax.Expr) (int, error) {
		x, err := b.groupExpr(e)
		if err != nil {
			return 0, err
		}
		id := key(x)
		i, ok := positions[id]
		if ref, isName := e.(*syntax.ColumnRef); isName && len(ref.Names) == 1 {
			if name := ref.Names[0].Text; named[id] != "" && named[id] != name && slices.ContainsFunc(sel.GroupBy, func(g syntax.Group) bool { return g.Kind != syntax.GroupExpr }) {
				return 0, refuse(e, "grouping sets of one expression under two names are not supported")
			}
			named[id] = ref.Names[0].Text
		}
		if !ok {
			if !hashable(x.typ()) {
				return 0, fail(e, "could not identify an equality operator for type %s", x.typ())
			}
			i = len(g.keys)
			positions[id] = i
			g.keys, g.slots = append(g.keys, x), append(g.slots, b.s.level.register(-1))
		}
		return i, nil
	}
	sets := [][]int{{}}
	for _, e := range sel.GroupBy {
		more, err := groupingSets(e, add)
		if err != nil {
			return err
		}
		var all [][]int
		for _, set := range sets {
			for _, m := range more {
				all = append(all, append(slices.Clone(set), m...))
			}
		}
		if sets = all; len(sets) > 4096 {
			return fail(e, "too many grouping sets present (maximum 4096)")
		}
	}
	for i, set := range sets {
		slices.Sort(set)
		sets[i] = slices.Compact(set)
	}
	if sel.GroupDistinct {
		var once [][]int
		for _, set := range sets {
			if !slices.ContainsFunc(once, func(o []int) bool { return slices.Equal(o, set) }) {
				once = append(once, set)
			}
		}
		sets = once
	}
	g.sets = sets
	if len(sets) > 1 {
		g.grouping = b.s.level.register(-1)
	}
	return b.readGroups(positions)
}

func groupingSets(e syntax.Group, add func(syntax.Expr) (int, error)) ([][]int, error) {
	switch e.Kind {
	case syntax.GroupExpr:
		set := []int{}
		for _, x := range e.Exprs {
			i, err := add(x)
			if err != nil {
				return nil, err
			}
			set = append(set, i)
		}
		return [][]int{set}, nil
	case syntax.GroupSets:
		var all [][]int
		for _, below := range e.Sets {
			sets, err := groupingSets(below, add)
			if err != nil {
				return nil, err
			}
			all = append(all, sets...)
		}
		return all, nil
	}
	var parts [][]int
	for _, below := range e.Sets {
		sets, err := groupingSets(below, add)
		if err != nil {
			return nil, err
		}
		parts = append(parts, sets[0])
	}
	var all [][]int
	if e.Kind == syntax.GroupRollup {
		for n := len(parts); n >= 0; n-- {
			all = append(all, slices.Concat(parts[:n]...))
		}
		return all, nil
	}
	if len(parts) > 12 {
		return nil, fail(e, "CUBE is limited to 12 elements")
	}
	for bits := 1<<len(parts) - 1; bits >= 0; bits-- {
		var set []int
		for i, part := range parts {
			if bits&(1<<(len(parts)-1-i)) != 0 {
				set = append(set, part...)
			}
		}
		all = append(all, set)
	}
	return all, nil
}

// groupExpr is an expression of GROUP BY: a number means a column of the output, and so does
// a name that no column of FROM has.
func (b *selectAnalysis) groupExpr(e syntax.Expr) (expr, error) {
	output := func(i int) (expr, error) {
		x := b.r.out[i]
		var err error
		visit(x, func(x expr, in int) bool {
			switch x.(type) {
			case *aggregateCall:
				if in == 0 {
					err = fail(e, "aggregate functions are not allowed in GROUP BY")
				}
			case *windowCall:
				err = fail(e, "window functions are not allowed in GROUP BY")
			case *setCall:
				err = refuse(e, "set-returning functions in GROUP BY are not supported")
			}
			return err == nil
		})
		if err == nil && isUnknown(x) {
			x, err = b.coerce(e, x, value.Text, "GROUP BY")
			b.r.out[i] = x
		}
		return x, err
	}
	switch e := e.(type) {
	case *syntax.Literal:
		if e.Kind != syntax.LiteralNull {
			i, err := positionIn(e, len(b.p.columns), "GROUP BY")
			if err != nil {
				return nil, err
			}
			return output(i)
		}
	case *syntax.ColumnRef:
		if len(e.Names) == 1 && !b.s.hasColumn(e.Names[0].Text) {
			i, err := b.named(e, "GROUP BY")
			if err != nil {
				return nil, err
			}
			if i >= 0 {
				return output(i)
			}
		}
	}
	x, err := b.expr(b.s, e)
	if err == nil && isUnknown(x) {
		x, err = b.coerce(e, x, value.Text, "GROUP BY")
	}
	if err == nil && x.typ() == value.Record {
		return nil, refuse(e, "grouping by a row is not supported").hint("Name its expressions one by one.")
	}
	return x, err
}

// hasColumn reports whether an item of this level's FROM has the column.
func (s *scope) hasColumn(name string) bool {
	for _, n := range s.visible {
		for _, c := range n.columns {
			if c.name == name {
				return true
			}
		}
	}
	return false
}

// readGroups makes all expressions behind the groups read the registers of keys and
// aggregates in the place of what these stand for.
func (b *selectAnalysis) readGroups(positions map[string]int) error {
	g := b.r.group
	known := map[string]int{}
	var err error
	read := func(e *expr, in int) bool {
		if err != nil {
			return false
		}
		if call, ok := (*e).(*aggregateCall); ok && in == 0 {
			id := key(call)
			slot, ok := known[id]
			if !ok {
				slot = b.s.level.register(-1)
				known[id] = slot
				g.aggregates, g.results = append(g.aggregates, call), append(g.results, slot)
			}
			*e = &register{pos: call.pos, t: call.t, slot: slot}
			return false
		}
		if call, ok := (*e).(*grouping); ok && in == 0 {
			if *e, err = b.groupingOf(call, positions); err != nil {
				return false
			}
			return false
		}
		r, isRegister := (*e).(*register)
		if isRegister && r.up == in && in > 0 {
			// Of a subquery that reads this level.
			inner := *r
			inner.up = 0
			if i, ok := positions[key(&inner)]; ok {
				*e = &register{pos: r.pos, t: r.t, up: in, slot: g.slots[i], label: r.label}
				return false
			}
			if b.s.level.owner[r.slot] < 0 {
				return false
			}
			err = fail(r, "subquery uses ungrouped column \"%s\" from outer query", r.label)
			return false
		}
		if in > 0 {
			return true
		}
		if _, ok := (*e).(*constant); !ok || len(positions) > 0 {
			if i, ok := positions[key(*e)]; ok {
				*e = &register{t: (*e).typ(), slot: g.slots[i]}
				return false
			}
		}
		if isRegister && r.up == 0 && b.s.level.owner[r.slot] >= 0 {
			failed := fail(r, "column \"%s\" must appear in the GROUP BY clause or be used in an aggregate function", r.label)
			failed.Refused = slices.ContainsFunc(g.keys, hasPlans) // which are not compared
			err = failed
			return false
		}
		return true
	}
	for i := range b.r.out {
		rewrite(&b.r.out[i], 0, read)
	}
	if b.r.having != nil {
		rewrite(&b.r.having, 0, read)
	}
	return err
}

// hasPlans reports whether an expression has a subquery in it.
func hasPlans(x expr) bool { return weight(x) > 0 }

// groupingOf is GROUPING(…): a number made of one bit for each argument, set if the row is
// not grouped by it.
func (b *selectAnalysis) groupingOf(call *grouping, positions map[string]int) (expr, error) {
	g := b.r.group
	var keys []int
	for _, x := range call.args {
		i, ok := positions[key(x)]
		if !ok {
			return nil, fail(call, "arguments to GROUPING must be grouping expressions of the associated query level")
		}
		keys = append(keys, i)
	}
	if g.grouping < 0 {
		return &constant{call.pos, value.Int4, int64(0)}, nil
	}
	c := &caseOf{t: value.Int4, operand: &register{t: value.Int4, slot: g.grouping}, cell: b.cell(value.Int4)}
	for n, set := range g.sets {
		bits := int64(0)
		for _, i := range keys {
			bits <<= 1
			if !slices.Contains(set, i) {
				bits |= 1
			}
		}
		eq, err := b.operate(call, "=", c.cell, &constant{call.pos, value.Int4, int64(n)})
		if err != nil {
			return nil, err
		}
		c.conds, c.results = append(c.conds, eq), append(c.results, &constant{call.pos, value.Int4, bits})
	}
	return c, nil
}
