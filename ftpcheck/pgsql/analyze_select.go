package pgsql

import (
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A selectAnalysis is what one SELECT needs while it is analysed.
type selectAnalysis struct {
	*analysis
	s     *scope
	p     *plan
	r     *selectRows
	names []string // of the columns, for ORDER BY and GROUP BY
}

func (a *analysis) selectBody(sel *syntax.Select, orderBy []*syntax.SortKey, s *scope, p *plan, literals bool) error {
	r := &selectRows{}
	p.rows = r
	b := &selectAnalysis{a, s, p, r, nil}
	s.windows = map[string]*window{}
	// What is sorted or made distinct needs a type of its own.
	literals = literals && !sel.Distinct && len(orderBy) == 0

	var conds []expr
	var err error
	s.noAggregates, s.noWindows, s.noSets = "functions in FROM", "functions in FROM", "functions in FROM"
	if r.from, err = a.from(s, sel.From); err != nil {
		return err
	}
	s.noAggregates, s.noWindows, s.noSets = "", "", ""
	for _, w := range sel.Windows {
		if s.windows[w.Name.Text] != nil {
			return fail(w.Name, "window \"%s\" is already defined", w.Name.Text)
		}
		n, err := a.defineWindow(s, w.Window)
		if err != nil {
			return err
		}
		s.windows[w.Name.Text] = n
	}
	if err := b.items(sel.Items, literals); err != nil {
		return err
	}
	if sel.Where != nil {
		s.noAggregates, s.noWindows, s.noSets = "WHERE", "WHERE", "WHERE"
		x, err := a.boolean(s, sel.Where, "WHERE")
		if err != nil {
			return err
		}
		conds = conjuncts(x)
	}
	s.noAggregates, s.noWindows, s.noSets = "", "HAVING", "HAVING"
	if sel.Having != nil {
		if r.having, err = a.boolean(s, sel.Having, "HAVING"); err != nil {
			return err
		}
	}
	s.noAggregates, s.noWindows, s.noSets = "", "", ""
	if err := b.order(orderBy, sel.Distinct && len(sel.DistinctOn) == 0); err != nil {
		return err
	}
	if err := b.distinctOn(sel); err != nil {
		return err
	}
	if len(sel.DistinctOn) > 0 && s.setCalls > 0 {
		return refuse(sel, "set-returning functions beside DISTINCT ON are not supported").hint("Put the functions into FROM.")
	}
	s.noAggregates, s.noWindows, s.noSets = "GROUP BY", "GROUP BY", "GROUP BY"
	if err := b.group(sel); err != nil {
		return err
	}
	if sel.Having != nil && len(sel.GroupBy) == 0 && len(r.group.aggregates) == 0 {
		// There is one group whatever the rows are: PostgreSQL reads none.
		r.from, conds = &emptyNode{}, nil
	}
	if !literals {
		for i := range p.columns {
			if err := b.text(i); err != nil {
				return err
			}
		}
	}
	b.takeWindows()
	b.takeSets()
	p.distinct = sel.Distinct && len(sel.DistinctOn) == 0
	if p.distinct {
		for _, c := range p.columns {
			if !hashable(c.t) {
				return fail(sel, "could not identify an equality operator for type %s", c.t)
			}
		}
	}
	return b.planFrom(conds)
}

// conjuncts takes apart what AND holds together.
func conjuncts(x expr) []expr {
	l, ok := x.(*logic)
	if !ok || l.or {
		return []expr{x}
	}
	var all []expr
	for _, x := range l.xs {
		all = append(all, conjuncts(x)...)
	}
	return all
}

// items finds out what the select list means.
func (b *selectAnalysis) items(items []*syntax.SelectItem, literals bool) error {
	for _, item := range items {
		if star, ok := item.Expr.(*syntax.Star); ok {
			columns, up, err := b.star(star)
			if err != nil {
				return err
			}
			for _, c := range columns {
				b.add(shift(c.ref(star.Pos), up), c.name)
			}
			continue
		}
		x, err := b.expr(b.s, item.Expr)
		if err != nil {
			return err
		}
		if x.typ() == value.Record {
			return refuse(item.Expr, "rows as values are not supported").hint("Name the columns one by one.")
		}
		name := ""
		if item.Alias != nil {
			name = item.Alias.Text
		} else if name, _ = columnName(item.Expr); name == "" {
			name = "?column?"
		}
		b.add(x, name)
	}
	return nil
}

// text makes a column of the output that nothing has given a type a text.
func (b *selectAnalysis) text(i int) (err error) {
	if x := b.r.out[i]; isUnknown(x) {
		b.r.out[i], err = b.coerce(x.(syntax.Node), x, value.Text, "select list")
		b.p.columns[i].t = value.Text
	}
	return err
}

func (b *selectAnalysis) add(x expr, name string) {
	b.r.out = append(b.r.out, x)
	c := outColumn{name: name, t: x.typ()}
	if r, ok := x.(*register); ok && r.up == 0 {
		c.source = b.sourceOf(r.slot)
	}
	b.p.columns = append(b.p.columns, c)
}

// sourceOf returns the column of a table that a register holds, or nil.
func (b *selectAnalysis) sourceOf(slot int) *TableColumn {
	var source *TableColumn
	eachFrom(b.r.from, func(n node) {
		switch n := n.(type) {
		case *scanNode:
			for column, at := range n.slots {
				if at == slot {
					source = &n.table.Columns[column]
				}
			}
		case *planNode:
			for column, at := range n.slots {
				if at == slot {
					source = n.plan.columns[column].source
				}
			}
		case *cteNode:
			for column, at := range n.slots {
				if at == slot {
					source = n.cte.columns[column].source
				}
			}
		}
	})
	return source
}

// eachFrom calls f for the nodes of a FROM, without those of subqueries.
func eachFrom(n node, f func(node)) {
	f(n)
	switch n := n.(type) {
	case *filterNode:
		eachFrom(n.in, f)
	case *lookupNode:
		eachFrom(n.in, f)
	case *joinNode:
		eachFrom(n.left, f)
		eachFrom(n.right, f)
	}
}

func (b *selectAnalysis) star(star *syntax.Star) ([]nsColumn, int, error) {
	if len(star.Names) > 0 {
		t, up, err := b.s.table(star, star.Names)
		if err != nil {
			return nil, 0, err
		}
		return t.columns, up, nil
	}
	m := merge(b.s.visible...)
	if len(m.tables) == 0 {
		return nil, 0, fail(star, "SELECT * with no tables specified is not valid")
	}
	return m.columns, 0, nil
}

// columnName is the name that PostgreSQL gives a column without one. strong says that it is
// not only the name of a type.
func columnName(e syntax.Expr) (name string, strong bool) {
	switch e := e.(type) {
	case *syntax.ColumnRef:
		return e.Names[len(e.Names)-1].Text, true
	case *syntax.Func:
		return e.Name[len(e.Name)-1].Text, true
	case *syntax.Cast:
		if name, strong := columnName(e.X); strong {
			return name, true
		}
		return e.Type.Name, false
	case *syntax.Field:
		return e.Name.Text, true
	case *syntax.Subscript:
		return columnName(e.X)
	case *syntax.Collate:
		return columnName(e.X)
	case *syntax.Case:
		if e.Else != nil {
			if name, strong := columnName(e.Else); strong {
				return name, true
			}
		}
		return "case", false
	case *syntax.Array, *syntax.ArrayQuery:
		return "array", true
	case *syntax.Row:
		return "row", true
	case *syntax.Exists:
		return "exists", true
	case *syntax.Subquery:
		if sel, ok := e.Query.Body.(*syntax.Select); ok && len(sel.Items) == 1 {
			if sel.Items[0].Alias != nil {
				return sel.Items[0].Alias.Text, true
			}
			if name, _ := columnName(sel.Items[0].Expr); name != "" {
				return name, true
			}
			return "?column?", true
		}
		if _, ok := e.Query.Body.(*syntax.Values); ok {
			return "column1", true
		}
	}
	return "", false
}

// order finds out what ORDER BY means. What is not in the select list is added to it, hidden.
func (b *selectAnalysis) order(keys []*syntax.SortKey, distinct bool) error {
	for _, k := range keys {
		i, err := b.outputOf(k.Expr, "ORDER BY")
		if err != nil {
			return err
		}
		if err := b.text(i); err != nil {
			return err
		}
		if i >= len(b.p.columns) && distinct {
			return fail(k.Expr, "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
		}
		t := b.r.out[i].typ()
		if !hashable(t) {
			return fail(k.Expr, "could not identify an ordering operator for type %s", t)
		}
		b.p.order = append(b.p.order, sortKey{i, t, k.Desc, nullsFirst(k)})
	}
	return nil
}

// outputOf finds the column of the output that an expression of a clause means, or adds a
// hidden one.
func (b *selectAnalysis) outputOf(e syntax.Expr, clause string) (int, error) {
	switch e := e.(type) {
	case *syntax.Literal:
		if e.Kind != syntax.LiteralNull {
			return positionIn(e, len(b.p.columns), clause)
		}
	case *syntax.ColumnRef:
		if i, err := b.named(e, clause); len(e.Names) == 1 && (i >= 0 || err != nil) {
			return i, err
		}
	}
	x, err := b.expr(b.s, e)
	if err != nil {
		return 0, err
	}
	if isUnknown(x) {
		if x, err = b.coerce(e, x, value.Text, clause); err != nil {
			return 0, err
		}
	}
	if x.typ() == value.Record {
		return 0, refuse(e, "ordering by a row is not supported").hint("Name its expressions one by one.")
	}
	id := key(x)
	for i, known := range b.r.out {
		if key(known) == id {
			return i, nil
		}
	}
	b.r.out = append(b.r.out, x)
	b.p.hidden = append(b.p.hidden, x.typ())
	return len(b.r.out) - 1, nil
}

// named finds the column of the output that has a name.
func (b *selectAnalysis) named(e *syntax.ColumnRef, clause string) (int, error) {
	found := -1
	for i, c := range b.p.columns {
		if c.name != e.Names[0].Text {
			continue
		}
		if found >= 0 && key(b.r.out[i]) != key(b.r.out[found]) {
			return -1, fail(e, "%s \"%s\" is ambiguous", clause, c.name)
		}
		if found < 0 {
			found = i
		}
	}
	return found, nil
}

func (b *selectAnalysis) distinctOn(sel *syntax.Select) error {
	for _, e := range sel.DistinctOn {
		i, err := b.outputOf(e, "DISTINCT ON")
		if err != nil {
			return err
		}
		if err := b.text(i); err != nil {
			return err
		}
		if !hashable(b.r.out[i].typ()) {
			return fail(e, "could not identify an equality operator for type %s", b.r.out[i].typ())
		}
		if !slices.Contains(b.p.distinctOn, i) {
			b.p.distinctOn = append(b.p.distinctOn, i)
		}
	}
	seen := map[int]bool{}
	for _, k := range b.p.order {
		if len(seen) == len(b.p.distinctOn) {
			break
		}
		if !slices.Contains(b.p.distinctOn, k.column) {
			return fail(sel, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
		}
		seen[k.column] = true
	}
	return nil
}

// takeWindows moves the calls over windows out of the select list.
func (b *selectAnalysis) takeWindows() {
	known := map[string]int{}
	for i := range b.r.out {
		rewrite(&b.r.out[i], 0, func(e *expr, in int) bool {
			call, ok := (*e).(*windowCall)
			if !ok || in > 0 {
				return in == 0
			}
			id := key(call)
			slot, ok := known[id]
			if !ok {
				slot = b.s.level.register(-1)
				known[id] = slot
				w := call.window
				if !slices.Contains(b.r.windows, w) {
					b.r.windows = append(b.r.windows, w)
				}
				w.calls, w.slots = append(w.calls, call), append(w.slots, slot)
			}
			*e = &register{pos: call.pos, t: call.t, slot: slot}
			return false
		})
	}
	for _, w := range b.r.windows {
		for _, call := range w.calls {
			call.window = nil // its expressions belong to the window from here on
		}
	}
}

// takeSets moves the functions that give rows out of the select list.
func (b *selectAnalysis) takeSets() {
	for i := range b.r.out {
		rewrite(&b.r.out[i], 0, func(e *expr, in int) bool {
			call, ok := (*e).(*setCall)
			if !ok || in > 0 {
				return in == 0
			}
			slot := b.s.level.register(-1)
			b.r.sets = append(b.r.sets, &setSlot{call, slot})
			*e = &register{pos: call.pos, t: call.t, slot: slot}
			return false
		})
	}
}
