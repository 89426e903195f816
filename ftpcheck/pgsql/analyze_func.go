package pgsql

import (
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// function finds out what a call means: of a function, an aggregate, a window function, or
// one that gives rows.
func (a *analysis) function(s *scope, e *syntax.Func) (expr, error) {
	name := e.Name[len(e.Name)-1].Text
	if len(e.Name) > 1 && e.Name[0].Text != "pg_catalog" {
		return nil, fail(e, "schema \"%s\" does not exist", e.Name[0].Text)
	}
	if e.Variadic {
		return nil, refuse(e, "VARIADIC is not supported")
	}
	isAggregate := aggregates()[name] != nil
	isWindow := windowFunctions[name] != nil
	ofAggregate := e.Over != nil || e.Star || e.Distinct || len(e.OrderBy) > 0 || e.Filter != nil || len(e.WithinGroup) > 0
	switch {
	case ofAggregate && !isAggregate && !isWindow && functions()[name] == nil && setRoutines()[name] == nil:
		return nil, refuse(e, "function %s does not exist", name).hint("%s", functionHint(name, false))
	case e.Over != nil && !isAggregate && !isWindow:
		return nil, fail(e, "OVER specified, but %s is not a window function nor an aggregate function", name)
	case e.Over != nil:
		return a.windowCall(s, e, name)
	case isWindow && !isAggregate:
		return nil, fail(e, "window function %s requires an OVER clause", name)
	case isAggregate:
		return a.aggregate(s, e, name)
	case e.Star:
		return nil, fail(e, "%s(*) specified, but %s is not an aggregate function", name, name)
	case e.Distinct:
		return nil, fail(e, "DISTINCT specified, but %s is not an aggregate function", name)
	case len(e.OrderBy) > 0:
		return nil, fail(e, "ORDER BY specified, but %s is not an aggregate function", name)
	case e.Filter != nil:
		return nil, fail(e, "FILTER specified, but %s is not an aggregate function", name)
	case len(e.WithinGroup) > 0:
		return nil, fail(e, "WITHIN GROUP specified, but %s is not an aggregate function", name)
	case setRoutines()[name] != nil:
		return a.setCall(s, e, name)
	}
	switch name {
	case "coalesce", "greatest", "least", "nullif", "grouping":
		if e.Syntax {
			return a.special(s, e, name)
		}
	}
	args, err := a.exprs(s, e.Args)
	if err != nil {
		return nil, err
	}
	if t, ok := value.ByName(name); ok && len(args) == 1 && !e.Syntax {
		// A type's name as a function is a cast, unless there is such a function.
		from := args[0].typ()
		if from == value.Unknown || !slices.ContainsFunc(functions()[name], func(r *routine) bool { return len(r.args) == 1 && canCoerce(from, r.args[0]) }) {
			return a.castTo(e, args[0], t, nil)
		}
	}
	if slices.ContainsFunc(args, func(x expr) bool { return x.typ() == value.Record }) {
		return nil, refuse(e, "rows as arguments of functions are not supported")
	}
	return a.call(e, functions(), name, "function", args)
}

func (a *analysis) special(s *scope, e *syntax.Func, name string) (expr, error) {
	if name == "coalesce" {
		defer s.forbidSets("COALESCE")()
	}
	args, err := a.exprs(s, e.Args)
	if err != nil {
		return nil, err
	}
	switch name {
	case "grouping":
		s.aggregates++
		for _, x := range args {
			if readsAround(x) {
				return nil, refuse(e, "GROUPING of columns of the query around is not supported")
			}
		}
		return &grouping{e.Pos, args}, nil
	case "nullif":
		left, right, eq, err := a.pair(e, "=", args[0], args[1])
		if err != nil {
			return nil, err
		}
		return a.fold(&nullif{left.x, left.cell, replaceCell(eq, right.cell, right.x), left.x.typ()})
	}
	xs, t, err := a.common(e, strings.ToUpper(name), args)
	if err != nil {
		return nil, err
	}
	if name == "coalesce" {
		return a.fold(&coalesce{xs, t})
	}
	if !hashable(t) {
		return nil, fail(e, "could not identify a comparison function for type %s", t)
	}
	return a.fold(&extreme{xs, t, name == "least"})
}

// aggregate is a call of an aggregate function.
func (a *analysis) aggregate(s *scope, e *syntax.Func, name string) (expr, error) {
	if s.noAggregates != "" {
		e := fail(e, "aggregate functions are not allowed in %s", s.noAggregates)
		e.Refused = s.parent != nil // it may be one of the query around
		return nil, e
	}
	if s.inAggregate {
		return nil, fail(e, "aggregate function calls cannot be nested")
	}
	s.aggregates++
	noWindows := s.noWindows
	s.inAggregate, s.noWindows = true, "aggregate arguments"
	restore := s.forbidSets("aggregate function calls")
	defer func() {
		s.inAggregate, s.noWindows = false, noWindows
		restore()
	}()
	local, outer := s.local, s.outer
	call, err := a.aggregateCall(s, e, name)
	if err != nil {
		return nil, err
	}
	if s.outer > outer && s.local == local {
		return nil, refuse(e, "an aggregate of columns of the query around is not supported").hint("Compute it in a subquery or CTE of its own.")
	}
	return call, nil
}

func (a *analysis) aggregateCall(s *scope, e *syntax.Func, name string) (*aggregateCall, error) {
	args, err := a.exprs(s, e.Args)
	if err != nil {
		return nil, err
	}
	call := &aggregateCall{pos: e.Pos, distinct: e.Distinct}
	if call.order, err = a.sortExprs(s, e.OrderBy); err != nil {
		return nil, err
	}
	local, outer := s.local, s.outer
	within, err := a.sortExprs(s, e.WithinGroup)
	if err != nil {
		return nil, err
	}
	if s.outer > outer && s.local == local {
		return nil, refuse(e, "an aggregate of columns of the query around is not supported").hint("Compute it in a subquery or CTE of its own.")
	}
	list := aggregates()[name]
	ordered := list[0].ordered
	switch {
	case ordered && len(within) == 0:
		return nil, fail(e, "WITHIN GROUP is required for ordered-set aggregate %s", name)
	case !ordered && len(within) > 0:
		return nil, fail(e, "%s is not an ordered-set aggregate, so it cannot have WITHIN GROUP", name)
	case len(within) > 1:
		return nil, refuse(e, "WITHIN GROUP with more than one expression is not supported")
	}
	if ordered {
		args = append(args, within[0].x)
	}
	if slices.ContainsFunc(args, func(x expr) bool { return x.typ() == value.Record }) {
		return nil, refuse(e, "aggregates of rows are not supported")
	}
	if e.Star && name != "count" {
		return nil, fail(e, "%s(*) is not an aggregate function", name)
	}
	if len(args) == 0 && !e.Star && name == "count" {
		return nil, fail(e, "count(*) must be used to call a parameterless aggregate function")
	}
	overloads := make([]overload, len(list))
	for i, agg := range list {
		overloads[i] = overload{args: agg.args, variadic: agg.variadic}
	}
	i, declared, err := a.pick(e, name, "function", overloads, typesOf(args))
	if err != nil {
		return nil, err
	}
	call.agg = list[i]
	args, bound, err := a.arguments(e, name, declared, args)
	if err != nil {
		return nil, err
	}
	if call.agg.new == nil {
		return nil, refuse(e, "the aggregate %s(%s) is not supported", name, typeNames(declared))
	}
	if call.distinct && len(call.order) > 0 && slices.Contains(declared, value.Text) && slices.ContainsFunc(e.Args, func(arg syntax.Expr) bool { return isVarchar(a, s, arg) }) {
		return nil, refuse(e, "DISTINCT and ORDER BY of varchar are not supported together").hint("Cast to text.")
	}
	call.args, call.t = args, bound.of(call.agg.result)
	if ordered {
		within[0].x = args[len(args)-1]
		call.order = within
	}
	if call.distinct {
		if len(args) == 0 {
			return nil, fail(e, "DISTINCT is not allowed with count(*)")
		}
		for _, x := range args {
			if !hashable(x.typ()) {
				return nil, fail(e, "could not identify an equality operator for type %s", x.typ())
			}
		}
		for _, o := range call.order {
			if !slices.ContainsFunc(args, func(x expr) bool { return key(x) == key(o.x) }) {
				e := fail(e, "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
				e.Refused = hasPlans(o.x) // which are not compared
				return nil, e
			}
		}
	}
	if e.Filter != nil {
		noAggregates := s.noAggregates
		s.noAggregates = "FILTER"
		call.filter, err = a.boolean(s, e.Filter, "FILTER")
		s.noAggregates = noAggregates
		if err != nil {
			return nil, err
		}
	}
	return call, nil
}

// isVarchar reports whether an expression, which has been analysed before, is a varchar.
func isVarchar(a *analysis, s *scope, e syntax.Expr) bool {
	x, err := a.expr(s, e)
	return err == nil && x.typ() == value.Varchar
}

// sortExprs are expressions to sort by that name no output column: those of an aggregate or
// a window.
func (a *analysis) sortExprs(s *scope, keys []*syntax.SortKey) ([]sortExpr, error) {
	var order []sortExpr
	for _, k := range keys {
		x, err := a.expr(s, k.Expr)
		if err != nil {
			return nil, err
		}
		if isUnknown(x) {
			if x, err = a.coerce(k.Expr, x, value.Text, "ORDER BY"); err != nil {
				return nil, err
			}
		}
		if !hashable(x.typ()) {
			return nil, fail(k.Expr, "could not identify an ordering operator for type %s", x.typ())
		}
		order = append(order, sortExpr{x, k.Desc, nullsFirst(k)})
	}
	return order, nil
}

func nullsFirst(k *syntax.SortKey) bool {
	return k.Nulls == syntax.NullsFirst || k.Nulls == syntax.NullsDefault && k.Desc
}

// setCall is a function that gives rows, in a select list.
func (a *analysis) setCall(s *scope, e *syntax.Func, name string) (expr, error) {
	switch s.noSets {
	case "":
	case "CASE", "COALESCE":
		return nil, fail(e, "set-returning functions are not allowed in %s", s.noSets)
	case "aggregate function calls":
		return nil, fail(e, "aggregate function calls cannot contain set-returning function calls")
	case "window function calls":
		return nil, fail(e, "window function calls cannot contain set-returning function calls")
	case "a set-returning function":
		return nil, refuse(e, "set-returning functions in arguments of others are not supported")
	default:
		return nil, fail(e, "set-returning functions are not allowed in %s", s.noSets)
	}
	restore := s.forbidSets("a set-returning function")
	defer restore()
	call, err := a.setFunction(s, e, name)
	if err != nil {
		return nil, err
	}
	if len(call.cols) != 1 {
		return nil, refuse(e, "%s gives rows of several columns, which is only supported in FROM", name)
	}
	call.t = call.cols[0]
	s.setCalls++
	return call, nil
}

func (a *analysis) setFunction(s *scope, e *syntax.Func, name string) (*setCall, error) {
	args, err := a.exprs(s, e.Args)
	if err != nil {
		return nil, err
	}
	list := setRoutines()[name]
	overloads := make([]overload, len(list))
	for i, r := range list {
		overloads[i] = overload{args: r.args, variadic: r.variadic}
	}
	i, declared, err := a.pick(e, name, "function", overloads, typesOf(args))
	if err != nil {
		return nil, err
	}
	r := list[i]
	var results []value.Type
	for _, c := range r.columns {
		results = append(results, c.t)
	}
	args, bound, err := a.arguments(e, name, declared, args)
	if err != nil {
		return nil, err
	}
	if r.run == nil {
		return nil, refuse(e, "the function %s(%s) is not supported", name, typeNames(declared))
	}
	call := &setCall{pos: e.Pos, r: r, args: args}
	for _, t := range results {
		call.cols = append(call.cols, bound.of(t))
	}
	return call, nil
}
