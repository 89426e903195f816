package pgsql

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// An analysis finds out what a statement means: which column each name is, which routine each
// operator, and the type of everything.
type analysis struct {
	db   *Database
	args []Arg
	// params are the parameters whose type is not known yet, by their place in args, and
	// paramTypes the types of those where it is.
	params     map[*constant]int
	paramTypes map[int]value.Type
	usedArgs   []bool
	now        value.Moment
	cells      int
	scans      []*scanNode
	// deferred is what can only be done when the whole statement is known.
	deferred []func()
}

func (a *analysis) cell(t value.Type) *cell {
	a.cells++
	return &cell{t, a.cells - 1}
}

// expr finds out what an expression means.
func (a *analysis) expr(s *scope, e syntax.Expr) (expr, error) {
	switch e := e.(type) {
	case *syntax.Literal:
		return a.literal(e)
	case *syntax.ColumnRef:
		return s.column(e)
	case *syntax.Param:
		return a.param(e)
	case *syntax.Cast:
		return a.cast(s, e)
	case *syntax.Unary:
		return a.unary(s, e)
	case *syntax.Binary:
		return a.binary(s, e)
	case *syntax.Logic:
		return a.logic(s, e)
	case *syntax.Not:
		x, err := a.boolean(s, e.X, "NOT")
		if err != nil {
			return nil, err
		}
		return a.fold(&not{x})
	case *syntax.Is:
		return a.is(s, e)
	case *syntax.Distinct:
		return a.distinct(s, e)
	case *syntax.Like:
		return a.like(s, e)
	case *syntax.Between:
		return a.between(s, e)
	case *syntax.In:
		return a.in(s, e)
	case *syntax.Quantified:
		return a.quantified(s, e)
	case *syntax.Exists:
		p, err := a.query(e.Query, s.child(false, true), true)
		if err != nil {
			return nil, err
		}
		return &exists{p}, nil
	case *syntax.Subquery:
		p, err := a.oneColumn(s, e, e.Query)
		if err != nil {
			return nil, err
		}
		return &scalar{e.Pos, p, p.columns[0].t}, nil
	case *syntax.ArrayQuery:
		p, err := a.oneColumn(s, e, e.Query)
		if err != nil {
			return nil, err
		}
		t := p.columns[0].t
		if t.IsArray() {
			return nil, refuse(e, "arrays of arrays from a query are not supported")
		}
		return &arrayQuery{p, t.Array()}, nil
	case *syntax.Array:
		return a.array(s, e, value.Unknown)
	case *syntax.Row:
		r := &row{}
		for _, x := range e.Elems {
			x, err := a.expr(s, x)
			if err != nil {
				return nil, err
			}
			r.elems = append(r.elems, x)
		}
		return r, nil
	case *syntax.Subscript:
		return a.subscript(s, e)
	case *syntax.Field:
		return nil, refuse(e, "fields of composite values are not supported")
	case *syntax.Case:
		return a.caseOf(s, e)
	case *syntax.Func:
		return a.function(s, e)
	case *syntax.Collate:
		return a.collate(s, e)
	case *syntax.Star:
		return nil, refuse(e, "row expansion via \"*\" is not supported here").hint("Name the columns.")
	}
	return nil, refuse(e, "this expression is not supported")
}

func (a *analysis) exprs(s *scope, es []syntax.Expr) ([]expr, error) {
	xs := make([]expr, len(es))
	for i, e := range es {
		x, err := a.expr(s, e)
		if err != nil {
			return nil, err
		}
		xs[i] = x
	}
	return xs, nil
}

// oneColumn is a subquery that stands for a value.
func (a *analysis) oneColumn(s *scope, at syntax.Node, q *syntax.Query) (*plan, error) {
	p, err := a.query(q, s.child(false, true), false)
	if err != nil {
		return nil, err
	}
	switch len(p.columns) {
	case 1:
		return p, nil
	case 0:
		return nil, fail(at, "subquery must return a column")
	}
	return nil, fail(at, "subquery must return only one column")
}

func (a *analysis) literal(e *syntax.Literal) (expr, error) {
	switch e.Kind {
	case syntax.LiteralTrue, syntax.LiteralFalse:
		return &constant{e.Pos, value.Bool, e.Kind == syntax.LiteralTrue}, nil
	case syntax.LiteralString:
		return &constant{e.Pos, value.Unknown, e.Text}, nil
	case syntax.LiteralInteger:
		if n, err := strconv.ParseInt(e.Text, 10, 64); err == nil {
			if n == int64(int32(n)) {
				return &constant{e.Pos, value.Int4, n}, nil
			}
			return &constant{e.Pos, value.Int8, n}, nil
		}
		fallthrough
	case syntax.LiteralNumeric:
		v, err := value.Parse(value.Numeric, e.Text, a.now)
		if err != nil {
			return nil, located(e, err)
		}
		return &constant{e.Pos, value.Numeric, v}, nil
	}
	return &constant{e.Pos, value.Unknown, nil}, nil
}

func (a *analysis) param(e *syntax.Param) (expr, error) {
	n := 0
	for i, arg := range a.args {
		if arg.Name == "" {
			n++
		}
		if e.Name != "" && arg.Name == e.Name || e.Name == "" && arg.Name == "" && n == e.Number {
			a.usedArgs[i] = true
			c := &constant{e.Pos, value.Unknown, arg.Value}
			if t, ok := a.paramTypes[i]; ok {
				x, _, err := a.convert(e, c, t, implicit)
				return x, err
			}
			if a.params == nil {
				a.params, a.paramTypes = map[*constant]int{}, map[int]value.Type{}
			}
			a.params[c] = i
			return c, nil
		}
	}
	err := fail(e, "there is no parameter $%d", e.Number)
	if e.Name != "" {
		err = fail(e, "there is no value for the parameter :%s", e.Name)
	}
	return nil, err.hint("Give its value with --arg.")
}

// settle gives a parameter the type that it has in the whole statement: that of its first
// use that tells.
func (a *analysis) settle(at syntax.Node, c *constant, t value.Type) error {
	i, ok := a.params[c]
	if !ok {
		return nil
	}
	if known, ok := a.paramTypes[i]; ok && known != t {
		return fail(at, "inconsistent types deduced for a parameter: %s versus %s", known, t).
			hint("Cast it to one type wherever it stands.")
	}
	a.paramTypes[i] = t
	return nil
}

func (a *analysis) cast(s *scope, e *syntax.Cast) (expr, error) {
	t, mods, err := typeOf(e.Type)
	if err != nil {
		return nil, err
	}
	var x expr
	if list, ok := e.X.(*syntax.Array); ok && t.IsArray() {
		x, err = a.array(s, list, t)
	} else {
		x, err = a.expr(s, e.X)
	}
	if err != nil {
		return nil, err
	}
	return a.castTo(e, x, t, mods)
}

func (a *analysis) castTo(at syntax.Node, x expr, t value.Type, mods *modifier) (expr, error) {
	from := x.typ()
	if c, ok := x.(*constant); ok && from == value.Unknown && c.v != nil && mods != nil && mods.fields != "" {
		if err := a.settle(at, c, t); err != nil {
			return nil, err
		}
		// The fields say what a number without a unit counts.
		span, err := value.ParseIntervalFields(c.v.(string), mods.fields)
		if err != nil {
			return nil, located(at, err)
		}
		x, from = &constant{c.pos, t, span}, t
	}
	y, ok, err := a.convert(at, x, t, explicit)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fail(at, "cannot cast type %s to %s", from, t)
	}
	if mods == nil {
		return y, nil
	}
	return a.fold(&convert{pos: position(at), x: y, to: t, relabel: true, mods: mods})
}

// boolean is an expression that must be a boolean.
func (a *analysis) boolean(s *scope, e syntax.Expr, what string) (expr, error) {
	x, err := a.expr(s, e)
	if err != nil {
		return nil, err
	}
	return a.coerce(e, x, value.Bool, "argument of "+what)
}

func (a *analysis) logic(s *scope, e *syntax.Logic) (expr, error) {
	what := "AND"
	if e.Or {
		what = "OR"
	}
	l := &logic{or: e.Or}
	all := make([]expr, len(e.Exprs))
	for i, x := range e.Exprs {
		var err error
		if all[i], err = a.boolean(s, x, what); err != nil {
			return nil, err
		}
	}
	for _, x := range all {
		if c, ok := x.(*constant); ok && c.v != nil {
			if c.v.(bool) == e.Or {
				return x, nil // what follows is not evaluated
			}
			continue
		}
		l.xs = append(l.xs, x)
	}
	switch len(l.xs) {
	case 0:
		return &constant{e.Pos, value.Bool, !e.Or}, nil
	case 1:
		return l.xs[0], nil
	}
	return a.fold(l)
}

func (a *analysis) is(s *scope, e *syntax.Is) (expr, error) {
	if e.What == syntax.IsNull {
		x, err := a.expr(s, e.X)
		if err != nil {
			return nil, err
		}
		if r, ok := x.(*row); ok {
			all := &logic{}
			for _, x := range r.elems {
				if _, ok := x.(*row); ok {
					return nil, refuse(e, "IS NULL of rows in rows is not supported")
				}
				all.xs = append(all.xs, &is{x, e.Not, syntax.IsNull})
			}
			return all, nil
		}
		return a.fold(&is{x, e.Not, e.What})
	}
	names := map[syntax.Truth]string{syntax.IsTrue: "IS TRUE", syntax.IsFalse: "IS FALSE", syntax.IsUnknown: "IS UNKNOWN"}
	name := names[e.What]
	if e.Not {
		name = strings.Replace(name, "IS", "IS NOT", 1)
	}
	x, err := a.boolean(s, e.X, name)
	if err != nil {
		return nil, err
	}
	what := e.What
	if what == syntax.IsUnknown {
		what = syntax.IsNull
	}
	return a.fold(&is{x, e.Not, what})
}

func (a *analysis) distinct(s *scope, e *syntax.Distinct) (expr, error) {
	xs, err := a.exprs(s, []syntax.Expr{e.L, e.R})
	if err != nil {
		return nil, err
	}
	l, lok := xs[0].(*row)
	r, rok := xs[1].(*row)
	if lok && rok {
		if len(l.elems) != len(r.elems) {
			return nil, fail(e, "unequal number of entries in row expressions")
		}
		differ := &logic{or: true}
		for i := range l.elems {
			x, err := a.distinctFrom(e, l.elems[i], r.elems[i], false)
			if err != nil {
				return nil, err
			}
			differ.xs = append(differ.xs, x)
		}
		if e.Not {
			return &not{differ}, nil
		}
		return differ, nil
	}
	return a.distinctFrom(e, xs[0], xs[1], e.Not)
}

func (a *analysis) distinctFrom(at syntax.Node, l, r expr, negate bool) (expr, error) {
	// NULL itself has no type to compare.
	if v, ok := constantOf(r); ok && v == nil && isUnknown(r) {
		return a.fold(&is{l, !negate, syntax.IsNull})
	}
	if v, ok := constantOf(l); ok && v == nil && isUnknown(l) {
		return a.fold(&is{r, !negate, syntax.IsNull})
	}
	left, right, eq, err := a.pair(at, "=", l, r)
	if err != nil {
		return nil, err
	}
	return a.fold(&distinct{left.x, right.x, left.cell, right.cell, eq, negate})
}

// A held is an expression and the cell that holds its value.
type held struct {
	x    expr
	cell *cell
}

// pair finds an operator for two expressions whose values are put into cells first.
func (a *analysis) pair(at syntax.Node, op string, l, r expr) (left, right held, operator expr, err error) {
	if l.typ() == value.Record || r.typ() == value.Record {
		return held{}, held{}, nil, refuse(at, "rows are not supported here")
	}
	x, err := a.apply(at, operators(), op, "operator", []expr{l, r})
	if err != nil {
		return held{}, held{}, nil, err
	}
	left, right = held{x.args[0], a.cell(x.args[0].typ())}, held{x.args[1], a.cell(x.args[1].typ())}
	x.args = []expr{left.cell, right.cell}
	return left, right, x, nil
}

// negated is a number with its signs, which belong to it before its type is told by its size,
// or nil.
func negated(e *syntax.Unary) *syntax.Literal {
	if e.Op != "-" {
		return nil
	}
	var l *syntax.Literal
	switch x := e.X.(type) {
	case *syntax.Literal:
		if x.Kind == syntax.LiteralInteger || x.Kind == syntax.LiteralNumeric {
			l = x
		}
	case *syntax.Unary:
		l = negated(x)
	}
	if l == nil {
		return nil
	}
	text, negative := strings.CutPrefix(l.Text, "-")
	if !negative {
		text = "-" + text
	}
	return &syntax.Literal{Pos: e.Pos, Kind: l.Kind, Text: text}
}

func (a *analysis) unary(s *scope, e *syntax.Unary) (expr, error) {
	if l := negated(e); l != nil {
		return a.literal(l)
	}
	x, err := a.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	if _, ok := x.(*row); ok {
		return nil, fail(e, "operator does not exist: %s record", e.Op)
	}
	return a.call(e, operators(), e.Op, "operator", []expr{x})
}

func (a *analysis) binary(s *scope, e *syntax.Binary) (expr, error) {
	_, lrow := e.L.(*syntax.Row)
	_, rrow := e.R.(*syntax.Row)
	_, lquery := e.L.(*syntax.Subquery)
	_, rquery := e.R.(*syntax.Subquery)
	if lrow && rquery || lquery && rrow {
		return nil, refuse(e, "comparing a row with a subquery is not supported").hint("Write the columns in IN or EXISTS.")
	}
	l, err := a.expr(s, e.L)
	if err != nil {
		return nil, err
	}
	r, err := a.expr(s, e.R)
	if err != nil {
		return nil, err
	}
	return a.operate(e, e.Op, l, r)
}

// operate finds the operator that stands between two expressions.
func (a *analysis) operate(at syntax.Node, op string, l, r expr) (expr, error) {
	lr, lok := l.(*row)
	rr, rok := r.(*row)
	switch {
	case lok && rok:
		return a.compareRows(at, op, lr.elems, rr.elems)
	case lok || rok:
		return nil, fail(at, "operator does not exist: %s %s %s", l.typ(), op, r.typ())
	}
	return a.call(at, operators(), op, "operator", []expr{l, r})
}

func (a *analysis) compareRows(at syntax.Node, op string, l, r []expr) (expr, error) {
	if len(l) != len(r) {
		return nil, fail(at, "unequal number of entries in row expressions")
	}
	if len(l) == 0 {
		return nil, fail(at, "cannot compare rows of zero length")
	}
	pairs := func(op string) (xs []expr, err error) {
		for i := range l {
			x, err := a.operate(at, op, l[i], r[i])
			if err != nil {
				return nil, err
			}
			if x.typ() != value.Bool {
				return nil, fail(at, "row comparison operator must yield type boolean, not type %s", x.typ())
			}
			xs = append(xs, x)
		}
		return xs, nil
	}
	switch op {
	case "=", "<>":
		xs, err := pairs(op)
		if err != nil {
			return nil, err
		}
		if len(xs) == 1 {
			return xs[0], nil
		}
		return &logic{or: op == "<>", xs: xs}, nil
	case "<", "<=", ">", ">=":
		c := &rowCompare{op: op}
		var err error
		if c.eq, err = pairs("="); err != nil {
			return nil, err
		}
		if c.lt, err = pairs(op); err != nil {
			return nil, err
		}
		return c, nil
	}
	return nil, fail(at, "could not determine interpretation of row comparison operator %s", op)
}

func (a *analysis) like(s *scope, e *syntax.Like) (expr, error) {
	x, err := a.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	pattern, err := a.expr(s, e.Pattern)
	if err != nil {
		return nil, err
	}
	escape := func(function string) error {
		args := []expr{pattern}
		if e.Escape != nil {
			x, err := a.expr(s, e.Escape)
			if err != nil {
				return err
			}
			args = append(args, x)
		}
		pattern, err = a.call(e, functions(), function, "function", args)
		return err
	}
	op := map[syntax.LikeKind]string{syntax.LikeLike: "~~", syntax.LikeILike: "~~*", syntax.LikeSimilar: "~"}[e.Kind]
	switch {
	case e.Kind == syntax.LikeSimilar:
		err = escape("similar_to_escape")
	case e.Escape != nil:
		err = escape("like_escape")
	}
	if err != nil {
		return nil, err
	}
	if e.Not {
		op = "!" + op
	}
	return a.operate(e, op, x, pattern)
}

func (a *analysis) between(s *scope, e *syntax.Between) (expr, error) {
	xs, err := a.exprs(s, []syntax.Expr{e.X, e.Low, e.High})
	if err != nil {
		return nil, err
	}
	within := func(low, high expr) (expr, error) {
		from, err := a.operate(e, ">=", xs[0], low)
		if err != nil {
			return nil, err
		}
		to, err := a.operate(e, "<=", xs[0], high)
		if err != nil {
			return nil, err
		}
		return a.fold(&logic{xs: []expr{from, to}})
	}
	x, err := within(xs[1], xs[2])
	if err != nil {
		return nil, err
	}
	if e.Symmetric {
		other, err := within(xs[2], xs[1])
		if err != nil {
			return nil, err
		}
		if x, err = a.fold(&logic{or: true, xs: []expr{x, other}}); err != nil {
			return nil, err
		}
	}
	if e.Not {
		return a.fold(&not{x})
	}
	return x, nil
}

func (a *analysis) caseOf(s *scope, e *syntax.Case) (expr, error) {
	c := &caseOf{}
	restore := s.forbidSets("CASE")
	defer restore()
	if e.Operand != nil {
		x, err := a.expr(s, e.Operand)
		if err != nil {
			return nil, err
		}
		if isUnknown(x) {
			if x, err = a.coerce(e, x, value.Text, "CASE"); err != nil {
				return nil, err
			}
		}
		if _, ok := x.(*row); ok {
			return nil, refuse(e, "CASE of a row is not supported")
		}
		c.operand, c.cell = x, a.cell(x.typ())
	}
	var results []expr
	for _, w := range e.Whens {
		var cond expr
		var err error
		if e.Operand == nil {
			cond, err = a.boolean(s, w.Cond, "CASE/WHEN")
		} else if cond, err = a.expr(s, w.Cond); err == nil {
			cond, err = a.operate(w.Cond, "=", c.cell, cond)
		}
		if err != nil {
			return nil, err
		}
		result, err := a.expr(s, w.Result)
		if err != nil {
			return nil, err
		}
		c.conds, results = append(c.conds, cond), append(results, result)
	}
	if e.Else != nil {
		x, err := a.expr(s, e.Else)
		if err != nil {
			return nil, err
		}
		c.other = x
		results = append(results, x)
	}
	// The type of ELSE counts first.
	order := slices.Clone(results)
	if e.Else != nil {
		order = append([]expr{c.other}, results[:len(results)-1]...)
	}
	t, err := commonType(e, "CASE", order...)
	if err != nil {
		return nil, err
	}
	for i, x := range results {
		if results[i], err = a.coerceCommon(e, x, t, "CASE"); err != nil {
			return nil, err
		}
	}
	c.t, c.results = t, results[:len(c.conds)]
	if e.Else != nil {
		c.other = results[len(c.conds)]
	}
	return a.fold(c)
}

// coerceCommon converts an expression to the type that it has in common with others.
func (a *analysis) coerceCommon(at syntax.Node, x expr, t value.Type, what string) (expr, error) {
	from := x.typ()
	y, ok, err := a.convert(at, x, t, implicit)
	if err != nil || ok {
		return y, err
	}
	return nil, fail(at, "%s could not convert type %s to %s", what, from, t)
}

// common converts expressions to the type that they have in common.
func (a *analysis) common(at syntax.Node, what string, xs []expr) ([]expr, value.Type, error) {
	t, err := commonType(at, what, xs...)
	if err != nil {
		return nil, 0, err
	}
	result := make([]expr, len(xs))
	for i, x := range xs {
		if result[i], err = a.coerceCommon(at, x, t, what); err != nil {
			return nil, 0, err
		}
	}
	return result, t, nil
}

func (a *analysis) collate(s *scope, e *syntax.Collate) (expr, error) {
	x, err := a.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	name := e.Name[len(e.Name)-1].Text
	switch name {
	case "C", "POSIX", "default", "ucs_basic":
	default:
		return nil, refuse(e, "the collation \"%s\" is not supported", name).hint("Text is ordered by its bytes, as with the collation \"C\".")
	}
	if isUnknown(x) {
		return a.coerce(e, x, value.Text, "argument of COLLATE")
	}
	if category(x.typ()) != 'S' {
		return nil, fail(e, "collations are not supported by type %s", x.typ())
	}
	return x, nil
}

// forbidSets forbids set-returning functions until the function that it returns is called.
func (s *scope) forbidSets(where string) func() {
	before := s.noSets
	if before == "" {
		s.noSets = where
	}
	return func() { s.noSets = before }
}
