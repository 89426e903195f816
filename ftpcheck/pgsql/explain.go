package pgsql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// explain describes the plan, a line for each step, the last step first. The words are not
// PostgreSQL's, whose plan would be another one.
func (p *plan) explain() []string {
	e := &explainer{}
	e.plan(p, 0)
	return e.lines
}

type explainer struct{ lines []string }

func (e *explainer) add(depth int, format string, args ...any) {
	e.lines = append(e.lines, strings.Repeat("  ", depth)+fmt.Sprintf(format, args...))
}

func (e *explainer) plan(p *plan, depth int) {
	if p.limit != nil || p.offset != nil {
		e.add(depth, "limit")
		depth++
	}
	if len(p.distinctOn) > 0 {
		e.add(depth, "first of each")
		depth++
	}
	if len(p.order) > 0 {
		e.add(depth, "sort")
		depth++
	}
	if p.distinct {
		e.add(depth, "distinct")
		depth++
	}
	switch r := p.rows.(type) {
	case *valuesRows:
		e.add(depth, "values: %d rows", len(r.rows))
	case *planRows:
		e.plan(r.plan, depth)
	case *setOpRows:
		all := ""
		if r.all {
			all = " all"
		}
		e.add(depth, "%s%s", []string{"union", "intersect", "except"}[r.op], all)
		e.plan(r.left, depth+1)
		e.plan(r.right, depth+1)
	case *selectRows:
		if len(r.sets) > 0 {
			e.add(depth, "rows of functions")
			depth++
		}
		for range r.windows {
			e.add(depth, "window")
			depth++
		}
		if r.group != nil {
			e.add(depth, "group: %d keys, %d aggregates", len(r.group.keys), len(r.group.aggregates))
			depth++
		}
		e.node(p, r.from, depth)
	}
	for _, c := range p.ctes {
		how := "read once"
		if c.inline() {
			how = "read where it is used"
		}
		e.add(depth, "with %s, %s:", c.name, how)
		e.plan(c.plan, depth+1)
		if c.step != nil {
			e.plan(c.step, depth+1)
		}
	}
}

func (e *explainer) node(p *plan, n node, depth int) {
	switch n := n.(type) {
	case *emptyNode:
		e.add(depth, "one row")
	case *scanNode:
		var columns []string
		for column, slot := range n.slots {
			if p.level.used == nil || p.level.used[slot] {
				columns = append(columns, n.table.Columns[column].Name)
			}
		}
		slices.Sort(columns)
		name := n.table.Name
		if n.table.Schema != "" {
			name = n.table.Schema + "." + name
		}
		e.add(depth, "scan %s (%s)", name, strings.Join(columns, ", "))
		for _, h := range n.hints {
			for column, slot := range n.slots {
				if slot == h.slot {
					e.add(depth+1, "asks for %s %s", n.table.Columns[column].Name, h.describe())
				}
			}
		}
	case *planNode:
		e.add(depth, "subquery")
		e.plan(n.plan, depth+1)
	case *cteNode:
		e.add(depth, "scan of %s", n.cte.name)
	case *funcNode:
		e.add(depth, "function")
	case *filterNode:
		e.add(depth, "filter: %d conditions", len(n.conds))
		e.node(p, n.in, depth+1)
	case *lookupNode:
		e.add(depth, "lookup by %d keys", len(n.keys))
		e.node(p, n.in, depth+1)
	case *joinNode:
		kind := map[syntax.JoinKind]string{syntax.JoinInner: "inner", syntax.JoinLeft: "left", syntax.JoinRight: "right", syntax.JoinFull: "full", syntax.JoinCross: "cross"}[n.kind]
		how := fmt.Sprintf("hash of %d keys", len(n.rightKeys))
		switch {
		case n.lateral:
			how = "for each row"
		case len(n.rightKeys) == 0:
			how = "each with each"
		}
		e.add(depth, "%s join, %s", kind, how)
		e.node(p, n.left, depth+1)
		e.node(p, n.right, depth+1)
	}
}

func (h *hint) describe() string {
	var values []string
	for _, x := range h.values {
		if c, ok := x.(*constant); ok && c.v != nil {
			values = append(values, value.Format(c.t, c.v))
		} else {
			values = append(values, "…")
		}
	}
	op := map[ConditionOp]string{OneOf: "=", NoneOf: "<>", Like: "like", HasKey: "?"}[h.op]
	return op + " " + strings.Join(values, ", ")
}
