package pgsql

import (
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
