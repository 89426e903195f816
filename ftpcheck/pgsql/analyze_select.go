package pgsql

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// query finds out what a query means. s is the scope of its own level. literals says that
// literals of the select list keep their unknown type, as who asks gives them one.
func (a *analysis) query(q *syntax.Query, s *scope, literals bool) (*plan, error) {
	if s == nil {
		s = &scope{level: &level{}}
	}
	p := &plan{level: s.level}
	if err := a.with(q, s, p); err != nil {
		return nil, err
	}
	if sel, ok := q.Body.(*syntax.Select); ok {
		if err := a.selectBody(sel, q.OrderBy, s, p, literals); err != nil {
			return nil, err
		}
	} else {
		if err := a.body(q.Body, s, p); err != nil {
			return nil, err
		}
		if err := a.orderOutput(q, p); err != nil {
			return nil, err
		}
	}
	return p, a.limits(q, s, p)
}

func (a *analysis) limits(q *syntax.Query, s *scope, p *plan) error {
	visible := s.visible
	defer func() { s.visible = visible }()
	for _, l := range []struct {
		from syntax.Expr
		to   *expr
		name string
	}{{q.Limit, &p.limit, "LIMIT"}, {q.Offset, &p.offset, "OFFSET"}} {
		if l.from == nil {
			continue
		}
		s.noAggregates, s.noWindows, s.noSets = l.name, l.name, l.name
		x, err := a.expr(s, l.from)
		if err != nil {
			return err
		}
		varies := false
		visit(x, func(x expr, in int) bool {
			r, ok := x.(*register)
			varies = varies || ok && r.up == in
			return true
		})
		if varies {
			return fail(l.from, "argument of %s must not contain variables", l.name)
		}
		x, ok, err := a.convert(l.from, x, value.Int8, assignment)
		if err != nil {
			return err
		}
		if !ok {
			return fail(l.from, "argument of %s must be type bigint, not type %s", l.name, x.typ())
		}
		*l.to = x
	}
	if q.WithTies {
		if len(p.order) == 0 {
			return fail(q, "WITH TIES cannot be specified without ORDER BY clause")
		}
		p.withTies = true
	}
	return nil
}

// body finds out what gives the rows of a query that is not one SELECT.
func (a *analysis) body(b syntax.Body, s *scope, p *plan) error {
	switch b := b.(type) {
	case *syntax.Query:
		inner, err := a.query(b, s.child(false, false), false)
		if err != nil {
			return err
		}
		p.rows, p.columns = &planRows{inner}, inner.columns
		return nil
	case *syntax.Values:
		return a.values(b, s, p)
	case *syntax.SetOp:
		return a.setOp(b, s, p)
	}
	return refuse(b, "this query is not supported")
}

// branch is one side of a set operation.
func (a *analysis) branch(b syntax.Body, s *scope) (*plan, error) {
	child := s.child(false, false)
	p := &plan{level: child.level}
	switch b := b.(type) {
	case *syntax.Query:
		return a.query(b, child, true)
	case *syntax.Select:
		return p, a.selectBody(b, nil, child, p, true)
	}
	return p, a.body(b, child, p)
}

func (a *analysis) setOp(b *syntax.SetOp, s *scope, p *plan) error {
	left, err := a.branch(b.Left, s)
	if err != nil {
		return err
	}
	right, err := a.branch(b.Right, s)
	if err != nil {
		return err
	}
	return a.combine(b, left, right, p)
}

func (a *analysis) combine(b *syntax.SetOp, left, right *plan, p *plan) error {
	name := []string{"UNION", "INTERSECT", "EXCEPT"}[b.Op]
	if len(left.columns) != len(right.columns) {
		return fail(b, "each %s query must have the same number of columns", name)
	}
	lt, rt := make([]value.Type, len(left.columns)), make([]value.Type, len(left.columns))
	for i := range left.columns {
		t, err := commonType(b, name, &cell{t: left.columns[i].t}, &cell{t: right.columns[i].t})
		if err != nil {
			return err
		}
		if !(b.All && b.Op == syntax.Union) && !hashable(t) {
			return fail(b, "could not identify an equality operator for type %s", t)
		}
		lt[i], rt[i] = t, t
		c := outColumn{name: left.columns[i].name, t: t}
		p.columns = append(p.columns, c)
	}
	var err error
	if left, err = a.retype(b, left, lt, name); err != nil {
		return err
	}
	if right, err = a.retype(b, right, rt, name); err != nil {
		return err
	}
	p.rows = &setOpRows{b.Op, b.All, left, right}
	return nil
}

// retype gives the columns of a query other types.
func (a *analysis) retype(at syntax.Node, p *plan, to []value.Type, what string) (*plan, error) {
	same := true
	for i, c := range p.columns {
		same = same && c.t == to[i]
	}
	if same {
		return p, nil
	}
	if r, ok := p.rows.(*selectRows); ok && !p.distinct && p.distinctOn == nil && p.order == nil || ok && literalsOnly(p, r, to) {
		for i := range p.columns {
			x, err := a.coerceCommon(at, r.out[i], to[i], what)
			if err != nil {
				return nil, err
			}
			r.out[i], p.columns[i].t = x, to[i]
		}
		return p, nil
	}
	outer := &plan{level: &level{items: 1}}
	n := &planNode{plan: p, slots: map[int]int{}}
	r := &selectRows{from: n}
	for i, c := range p.columns {
		slot := outer.level.register(0)
		n.slots[i] = slot
		x, err := a.coerceCommon(at, &register{t: c.t, slot: slot}, to[i], what)
		if err != nil {
			return nil, err
		}
		r.out = append(r.out, x)
		outer.columns = append(outer.columns, outColumn{name: c.name, t: to[i]})
	}
	shiftPlan(p, 1)
	outer.rows = r
	return outer, nil
}

// literalsOnly reports whether the columns that need another type are literals of unknown
// type.
func literalsOnly(p *plan, r *selectRows, to []value.Type) bool {
	for i, c := range p.columns {
		if c.t != to[i] && !isUnknown(r.out[i]) {
			return false
		}
	}
	return true
}

// shiftPlan makes what a plan refers to outside of itself stand further out.
func shiftPlan(p *plan, by int) {
	done := map[expr]bool{} // an expression may stand in two places
	p.each(0, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			if r, ok := (*e).(*register); ok && r.up > in && !done[r] {
				c := *r
				c.up += by
				*e = &c
				done[&c] = true
			}
			return true
		})
	})
	p.eachNode(0, func(n node, in int) {
		if c, ok := n.(*cteNode); ok && c.up > in {
			c.up += by
		}
	})
}

func (a *analysis) values(v *syntax.Values, s *scope, p *plan) error {
	r := &valuesRows{}
	s.noWindows, s.noAggregates, s.noSets = "VALUES", "VALUES", "VALUES"
	s.visible = nil
	for _, row := range v.Rows {
		if len(row) != len(v.Rows[0]) {
			return fail(v, "VALUES lists must all be the same length")
		}
		xs, err := a.exprs(s, row)
		if err != nil {
			return err
		}
		r.rows = append(r.rows, xs)
	}
	for i := range v.Rows[0] {
		column := make([]expr, len(r.rows))
		for j, row := range r.rows {
			column[j] = row[i]
			if column[j].typ() == value.Record {
				return refuse(v.Rows[j][i], "rows as values are not supported")
			}
		}
		column, t, err := a.common(v, "VALUES", column)
		if err != nil {
			return err
		}
		for j := range column {
			r.rows[j][i] = column[j]
		}
		p.columns = append(p.columns, outColumn{name: "column" + strconv.Itoa(i+1), t: t})
	}
	p.rows = r
	return nil
}

// orderOutput is ORDER BY where only the columns of the output can be sorted by.
func (a *analysis) orderOutput(q *syntax.Query, p *plan) error {
	for _, k := range q.OrderBy {
		i := -1
		switch e := k.Expr.(type) {
		case *syntax.Literal:
			n, err := positionIn(e, len(p.columns), "ORDER BY")
			if err != nil {
				return err
			}
			i = n
		case *syntax.ColumnRef:
			if len(e.Names) == 1 {
				for j, c := range p.columns {
					if c.name == e.Names[0].Text {
						if i >= 0 {
							return fail(e, "ORDER BY \"%s\" is ambiguous", c.name)
						}
						i = j
					}
				}
				if i < 0 {
					return fail(e, "column \"%s\" does not exist", e.Names[0].Text).suggest(e.Names[0].Text, outNames(p.columns))
				}
			}
		}
		if i < 0 {
			if _, ok := q.Body.(*syntax.SetOp); ok {
				return fail(k.Expr, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause").
					hint("Only result column names can be used, not expressions or functions. Add the expression to every SELECT, or move the UNION into a FROM clause.")
			}
			return refuse(k.Expr, "ORDER BY of an expression is not supported here").hint("Put the query into FROM, and order around it.")
		}
		if !hashable(p.columns[i].t) {
			return fail(k.Expr, "could not identify an ordering operator for type %s", p.columns[i].t)
		}
		p.order = append(p.order, sortKey{i, p.columns[i].t, k.Desc, nullsFirst(k)})
	}
	return nil
}

func outNames(columns []outColumn) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

// positionIn is the column, counted from 0, that a number in a clause means.
func positionIn(e *syntax.Literal, n int, clause string) (int, error) {
	if e.Kind != syntax.LiteralInteger {
		return 0, fail(e, "non-integer constant in %s", clause)
	}
	i, err := strconv.Atoi(e.Text)
	if err != nil || i < 1 || i > n {
		return 0, fail(e, "%s position %s is not in select list", clause, e.Text)
	}
	return i - 1, nil
}

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

func (r *register) Position() syntax.Pos { return r.pos }

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

func (e *grouping) Position() syntax.Pos { return e.pos }

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

// with finds out what the queries of a WITH mean.
func (a *analysis) with(q *syntax.Query, s *scope, p *plan) error {
	seen := map[string]bool{}
	for _, w := range q.With {
		if seen[w.Name.Text] {
			return fail(w.Name, "WITH query name \"%s\" specified more than once", w.Name.Text)
		}
		seen[w.Name.Text] = true
		c := &cte{name: w.Name.Text, index: len(p.ctes), always: w.Materialized == syntax.MaterializeAlways}
		var err error
		if q.Recursive && mentions(w.Query, c.name) {
			err = a.recursive(w, s, c)
		} else if c.plan, err = a.query(w.Query, s.child(false, false), false); err == nil {
			c.columns = slices.Clone(c.plan.columns)
		}
		if err != nil {
			return err
		}
		if c.step == nil {
			if err := rename(w, c); err != nil {
				return err
			}
		}
		p.ctes = append(p.ctes, c)
		if c.step == nil {
			s.ctes = append(s.ctes, c)
		}
	}
	return nil
}

// modifierOf returns the modifier of the type that a column is cast to, as text.
func modifierOf(p *plan, column int) string {
	if r, ok := p.rows.(*selectRows); ok {
		if c, ok := r.out[column].(*convert); ok && c.mods != nil {
			return fmt.Sprint(*c.mods)
		}
	}
	return ""
}

func rename(w *syntax.CTE, c *cte) error {
	if len(w.Columns) > len(c.columns) {
		return fail(w.Name, "WITH query \"%s\" has %d columns available but %d columns specified", c.name, len(c.columns), len(w.Columns))
	}
	for i, n := range w.Columns {
		c.columns[i].name = n.Text
	}
	return nil
}

// recursive is a query of WITH RECURSIVE that refers to itself.
func (a *analysis) recursive(w *syntax.CTE, s *scope, c *cte) error {
	body, ok := w.Query.Body.(*syntax.SetOp)
	if !ok || body.Op != syntax.Union {
		return fail(w.Name, "recursive query \"%s\" does not have the form non-recursive-term UNION [ALL] recursive-term", c.name)
	}
	switch {
	case len(w.Query.OrderBy) > 0:
		return fail(w.Name, "ORDER BY in a recursive query is not implemented")
	case w.Query.Limit != nil:
		return fail(w.Name, "LIMIT in a recursive query is not implemented")
	case w.Query.Offset != nil:
		return fail(w.Name, "OFFSET in a recursive query is not implemented")
	case len(w.Query.With) > 0:
		return refuse(w.Name, "WITH in a recursive query is not supported")
	case mentions(body.Left, c.name):
		return fail(w.Name, "recursive reference to query \"%s\" must not appear within its non-recursive term", c.name)
	}
	var err error
	if c.plan, err = a.branch(body.Left, s); err != nil {
		return err
	}
	to := make([]value.Type, len(c.plan.columns))
	for i, column := range c.plan.columns {
		if to[i] = column.t; to[i] == value.Unknown {
			to[i] = value.Text
		}
		if !body.All && !hashable(to[i]) {
			return fail(body, "could not identify an equality operator for type %s", to[i])
		}
	}
	if c.plan, err = a.retype(body, c.plan, to, "UNION"); err != nil {
		return err
	}
	c.columns = slices.Clone(c.plan.columns)
	for i := range c.columns {
		c.columns[i].source = nil
	}
	if err := rename(w, c); err != nil {
		return err
	}
	c.all, c.open = body.All, true
	s.ctes = append(s.ctes, c)
	if c.step, err = a.branch(body.Right, s); err != nil {
		return err
	}
	c.open = false
	again(c.step)
	if len(c.refs) != 1 {
		return fail(w.Name, "recursive reference to query \"%s\" must not appear more than once", c.name)
	}
	if r, ok := c.step.rows.(*selectRows); ok && r.group != nil {
		return fail(w.Name, "aggregate functions are not allowed in a recursive query's recursive term")
	}
	if len(c.step.columns) != len(to) {
		return fail(body, "each UNION query must have the same number of columns")
	}
	for i, column := range c.step.columns {
		t, err := commonType(body, "UNION", &cell{t: to[i]}, &cell{t: column.t})
		if err != nil {
			return err
		}
		if t != to[i] {
			return fail(body, "recursive query \"%s\" column %d has type %s in non-recursive term but type %s overall", c.name, i+1, to[i], t).
				hint("Cast the output of the non-recursive term to the correct type.")
		}
	}
	for i := range to {
		if l, r := modifierOf(c.plan, i), modifierOf(c.step, i); (l == "") != (r == "") || l != r {
			return refuse(body, "a recursive query whose parts have other modifiers of types is not supported").hint("Cast both to the type without a length.")
		}
	}
	c.step, err = a.retype(body, c.step, to, "UNION")
	c.refs = nil // what refers to it from outside counts
	return err
}
