package pgsql

import (
	"fmt"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

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
