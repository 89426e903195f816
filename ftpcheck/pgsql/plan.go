package pgsql

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A plan is how one query, a level of the statement, gets its rows: WITH, what gives the rows,
// and what is then done with them, in this order.
type plan struct {
	level   *level
	ctes    []*cte
	columns []outColumn
	hidden  []value.Type // of values behind the columns that are only there to be sorted by

	rows rowSource

	distinct   bool
	distinctOn []int // positions in the row
	order      []sortKey
	limit      expr
	offset     expr
	withTies   bool
}

// An outColumn is a column of what a query gives.
type outColumn struct {
	name   string
	t      value.Type
	source *TableColumn // whose values these are, or nil
	shown  bool         // see [TableColumn.Shown]
}

// A sortKey says by which value of the row is sorted.
type sortKey struct {
	column           int
	t                value.Type
	desc, nullsFirst bool
}

// A rowSource gives rows of output: a [selectRows], [setOpRows], [valuesRows] or [planRows].
type rowSource interface {
	each(in int, f func(e *expr, in int))
}

// selectRows is a SELECT: rows of FROM go through the registers of the level.
type selectRows struct {
	from    node
	group   *groupStage // nil without groups
	having  expr
	windows []*window
	sets    []*setSlot
	out     []expr // of the columns, and of what is hidden
}

// A groupStage makes one row of each group.
type groupStage struct {
	keys       []expr
	slots      []int
	sets       [][]int // the grouping sets, as positions in keys
	aggregates []*aggregateCall
	results    []int // registers of their results
	grouping   int   // the register of the set's number, or -1
}

// A window is a definition of a window with the calls over it.
type window struct {
	pos       syntax.Pos
	partition []expr
	order     []sortExpr
	frame     *frameClause
	calls     []*windowCall
	slots     []int
}

type frameClause struct {
	mode       syntax.FrameMode
	start, end frameBound
	exclude    syntax.Exclusion
}

type frameBound struct {
	kind   syntax.BoundKind
	offset expr
	// For RANGE, of the order value in a cell: that value, and that value plus or minus the
	// offset, of one type.
	cell         *cell
	value, reach expr
}

// A setSlot is a set-returning function of a select list.
type setSlot struct {
	call *setCall
	slot int
}

type setOpRows struct {
	op          syntax.SetOperator
	all         bool
	left, right *plan
}

type valuesRows struct{ rows [][]expr }

type planRows struct{ plan *plan }

// A cte is a query of a WITH.
type cte struct {
	name    string
	index   int // among those of its level
	columns []outColumn
	plan    *plan // of one that is recursive: the part that does not refer to itself
	always  bool  // AS MATERIALIZED
	refs    []*cteNode
	// Of a recursive one:
	step *plan
	all  bool
	open bool // while the step is being analysed
}

// inline reports whether a CTE is run where it is used, and not on its own.
func (c *cte) inline() bool {
	return len(c.refs) == 1 && !c.always && c.step == nil && !c.refs[0].again
}

// A node gives rows of FROM: it fills registers of its level.
type node interface {
	each(in int, f func(e *expr, in int))
	items() uint64
}

type emptyNode struct{} // one row without columns: a SELECT without FROM

type scanNode struct {
	item    int
	table   *Table
	slots   map[int]int  // registers by column
	shown   map[int]bool // columns of which [TableColumn.Shown] is asked
	hints   []*hint
	again   bool
	filters []expr
}

// A hint is a condition that a scan can make use of. Its values do not depend on the level
// of the scan.
type hint struct {
	slot   int
	op     ConditionOp
	values []expr
}

type planNode struct {
	item  int
	plan  *plan
	slots map[int]int
}

type cteNode struct {
	item   int
	level  *level
	cte    *cte
	up     int
	again  bool
	slots  map[int]int
	inStep bool
}

type funcNode struct {
	item       int
	calls      []funcCall
	ordinality bool
	slots      map[int]int
}

// A funcCall is one function of FROM: one that gives rows, or one that gives a value.
type funcCall struct {
	set   *setRoutine
	args  []expr
	x     expr
	types []value.Type // of its columns
}

type filterNode struct {
	in    node
	conds []expr
}

type joinNode struct {
	kind        syntax.JoinKind
	left, right node
	lateral     bool // right reads registers of left
	on          []expr
	// Equalities of on by which right is looked up.
	leftKeys, rightKeys []expr
}

// A lookupNode gives those rows of in, which it reads once, where keys are what probes are.
type lookupNode struct {
	in           node
	keys, probes []expr
}

func (*emptyNode) items() uint64    { return 0 }
func (n *scanNode) items() uint64   { return 1 << n.item }
func (n *planNode) items() uint64   { return 1 << n.item }
func (n *cteNode) items() uint64    { return 1 << n.item }
func (n *funcNode) items() uint64   { return 1 << n.item }
func (n *filterNode) items() uint64 { return n.in.items() }
func (n *joinNode) items() uint64   { return n.left.items() | n.right.items() }
func (n *lookupNode) items() uint64 { return n.in.items() }

func (*emptyNode) each(int, func(*expr, int)) {}
func (*cteNode) each(int, func(*expr, int))   {}

func (n *scanNode) each(in int, f func(*expr, int)) {
	eachAt(n.filters, in, f)
	for _, h := range n.hints {
		eachAt(h.values, in, f)
	}
}

func (n *planNode) each(in int, f func(*expr, int)) { n.plan.each(in+1, f) }

func (n *funcNode) each(in int, f func(*expr, int)) {
	for i := range n.calls {
		eachAt(n.calls[i].args, in, f)
		if n.calls[i].x != nil {
			f(&n.calls[i].x, in)
		}
	}
}

func (n *filterNode) each(in int, f func(*expr, int)) {
	n.in.each(in, f)
	eachAt(n.conds, in, f)
}

func (n *joinNode) each(in int, f func(*expr, int)) {
	n.left.each(in, f)
	n.right.each(in, f)
	eachAt(n.on, in, f)
	eachAt(n.leftKeys, in, f)
	eachAt(n.rightKeys, in, f)
}

func (n *lookupNode) each(in int, f func(*expr, int)) {
	n.in.each(in, f)
	eachAt(n.keys, in, f)
	eachAt(n.probes, in, f)
}

func eachAt(xs []expr, in int, f func(*expr, int)) {
	for i := range xs {
		if xs[i] != nil {
			f(&xs[i], in)
		}
	}
}

// each calls f for the expressions of the plan, whose level is in levels further in than
// where it is called from.
func (p *plan) each(in int, f func(e *expr, in int)) {
	for _, c := range p.ctes {
		if c.plan != nil {
			c.plan.each(in+1, f)
		}
		if c.step != nil {
			c.step.each(in+1, f)
		}
	}
	p.rows.each(in, f)
	for _, e := range []*expr{&p.limit, &p.offset} {
		if *e != nil {
			f(e, in)
		}
	}
}

func (r *selectRows) each(in int, f func(*expr, int)) {
	r.from.each(in, f)
	if r.group != nil {
		eachAt(r.group.keys, in, f)
		for _, agg := range r.group.aggregates {
			agg.each(func(e *expr, further int) { f(e, in+further) })
		}
	}
	if r.having != nil {
		f(&r.having, in)
	}
	for _, w := range r.windows {
		w.each(func(e *expr, further int) { f(e, in+further) })
		for _, call := range w.calls {
			eachAt(call.args, in, f)
			if call.agg != nil {
				call.agg.each(func(e *expr, further int) { f(e, in+further) })
			}
		}
	}
	for _, s := range r.sets {
		eachAt(s.call.args, in, f)
	}
	eachAt(r.out, in, f)
}

func (w *window) each(f func(*expr, int)) {
	eachOf(w.partition, f)
	for i := range w.order {
		f(&w.order[i].x, 0)
	}
	if w.frame != nil {
		eachSome(f, &w.frame.start.offset, &w.frame.start.value, &w.frame.start.reach, &w.frame.end.offset, &w.frame.end.value, &w.frame.end.reach)
	}
}

func (r *setOpRows) each(in int, f func(*expr, int)) {
	r.left.each(in+1, f)
	r.right.each(in+1, f)
}

func (r *valuesRows) each(in int, f func(*expr, int)) {
	for _, row := range r.rows {
		eachAt(row, in, f)
	}
}

func (r *planRows) each(in int, f func(*expr, int)) { r.plan.each(in+1, f) }

// eachNode calls f for the nodes of the plan and of plans below, expressions included.
func (p *plan) eachNode(in int, f func(n node, in int)) {
	p.walk(in, f, func(*plan) {})
}

// walk calls a function for the nodes of the plan and of plans below, and one for each of
// these plans.
func (p *plan) walk(in int, f func(n node, in int), each func(p *plan)) {
	var nodes func(n node, in int)
	var plans func(p *plan, in int)
	nodes = func(n node, in int) {
		f(n, in)
		switch n := n.(type) {
		case *planNode:
			plans(n.plan, in+1)
		case *filterNode:
			nodes(n.in, in)
		case *lookupNode:
			nodes(n.in, in)
		case *joinNode:
			nodes(n.left, in)
			nodes(n.right, in)
		}
	}
	plans = func(p *plan, in int) {
		each(p)
		for _, c := range p.ctes {
			if c.plan != nil {
				plans(c.plan, in+1)
			}
			if c.step != nil {
				plans(c.step, in+1)
			}
		}
		switch r := p.rows.(type) {
		case *selectRows:
			nodes(r.from, in)
		case *setOpRows:
			plans(r.left, in+1)
			plans(r.right, in+1)
		case *planRows:
			plans(r.plan, in+1)
		}
	}
	plans(p, in)
	p.each(in, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			for _, below := range plansIn(*e) {
				plans(below, in+1)
			}
			return true
		})
	})
}

// plansIn returns the plans of the subqueries directly in an expression.
func plansIn(e expr) []*plan {
	switch e := e.(type) {
	case *exists:
		return []*plan{e.plan}
	case *scalar:
		return []*plan{e.plan}
	case *arrayQuery:
		return []*plan{e.plan}
	case *rowsIn:
		return []*plan{e.plan}
	case *quantified:
		if e.plan != nil {
			return []*plan{e.plan}
		}
	}
	return nil
}
