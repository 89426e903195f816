package syntax

import (
	"slices"
	"strconv"
	"strings"
)

// String returns a text that [Parse] reads as the same statement.
func (s *Statement) String() string {
	return text(func(w *writer) {
		if s.Explain {
			w.put("explain ")
		}
		w.query(s.Query)
	})
}

// String returns the query without parentheses around it.
func (q *Query) String() string { return text(func(w *writer) { w.query(q) }) }

// Text returns an expression as it would stand in a select list.
func Text(x Expr) string { return text(func(w *writer) { w.expr(x, 0) }) }

// QuoteName returns a name as a statement has it: in quotes if it would be folded, or taken
// for a word of the grammar, without them.
func QuoteName(name string) string {
	if keywords[name] <= unreserved && isPlain(name) {
		return name
	}
	return quote(name)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func isPlain(name string) bool {
	for i, c := range []byte(name) {
		if !('a' <= c && c <= 'z' || c == '_' || i > 0 && isDigit(c)) {
			return false
		}
	}
	return name != ""
}

// A writer writes the text of a tree.
type writer struct{ buf []byte }

func text(write func(*writer)) string {
	w := &writer{}
	write(w)
	return string(w.buf)
}

func (w *writer) put(texts ...string) {
	for _, s := range texts {
		w.buf = append(w.buf, s...)
	}
}

// when writes the text if it is so.
func (w *writer) when(so bool, text string) {
	if so {
		w.put(text)
	}
}

// each writes things with commas between them.
func each[T any](w *writer, all []T, one func(T)) {
	for i, x := range all {
		w.when(i > 0, ", ")
		one(x)
	}
}

func (w *writer) exprs(all []Expr) { each(w, all, func(x Expr) { w.expr(x, 0) }) }
func (w *writer) name(n Name)      { w.put(QuoteName(n.Text)) }
func (w *writer) names(all []Name) { each(w, all, w.name) }

// path writes a.b.c.
func (w *writer) path(names []Name) {
	for i, n := range names {
		w.when(i > 0, ".")
		w.name(n)
	}
}

func (w *writer) inParens(write func()) {
	w.put("(")
	write()
	w.put(")")
}

func (w *writer) queryInParens(q *Query) { w.inParens(func() { w.query(q) }) }

func (w *writer) query(q *Query) {
	if q.With != nil {
		w.put("with ")
		w.when(q.Recursive, "recursive ")
		each(w, q.With, w.cte)
		w.put(" ")
	}
	w.body(q.Body, 0)
	w.orderBy(" order by ", q.OrderBy)
	if q.Limit != nil && !q.WithTies {
		w.put(" limit ")
		w.expr(q.Limit, 0)
	}
	if q.Offset != nil {
		w.put(" offset ")
		w.expr(q.Offset, 0)
	}
	if q.Limit != nil && q.WithTies {
		w.put(" fetch first ")
		w.inParens(func() { w.expr(q.Limit, 0) })
		w.put(" rows with ties")
	}
}

func (w *writer) cte(c *CTE) {
	w.name(c.Name)
	if c.Columns != nil {
		w.put(" ")
		w.inParens(func() { w.names(c.Columns) })
	}
	w.put(" as ", [...]string{"", "materialized ", "not materialized "}[c.Materialized])
	w.queryInParens(c.Query)
}

// body writes what a set operator combines that binds so strongly.
func (w *writer) body(b Body, least int) {
	switch b := b.(type) {
	case *Query:
		w.queryInParens(b)
	case *SetOp:
		if b.Op.binds() < least {
			w.inParens(func() { w.setOp(b) })
		} else {
			w.setOp(b)
		}
	case *Values:
		w.put("values ")
		each(w, b.Rows, func(row []Expr) { w.inParens(func() { w.exprs(row) }) })
	case *Select:
		w.selection(b)
	}
}

func (w *writer) setOp(s *SetOp) {
	w.body(s.Left, s.Op.binds())
	w.put([...]string{" union ", " intersect ", " except "}[s.Op])
	w.when(s.All, "all ")
	w.body(s.Right, s.Op.binds()+1)
}

func (w *writer) selection(s *Select) {
	w.put("select")
	w.when(s.Distinct, " distinct")
	if s.DistinctOn != nil {
		w.put(" on ")
		w.inParens(func() { w.exprs(s.DistinctOn) })
	}
	w.when(s.Items != nil, " ")
	each(w, s.Items, func(i *SelectItem) {
		w.expr(i.Expr, 0)
		if i.Alias != nil {
			w.put(" as ")
			w.name(*i.Alias)
		}
	})
	w.when(s.From != nil, " from ")
	each(w, s.From, w.fromItem)
	if s.Where != nil {
		w.put(" where ")
		w.expr(s.Where, 0)
	}
	if s.GroupBy != nil {
		w.put(" group by ")
		w.when(s.GroupDistinct, "distinct ")
		each(w, s.GroupBy, w.group)
	}
	if s.Having != nil {
		w.put(" having ")
		w.expr(s.Having, 0)
	}
	w.when(s.Windows != nil, " window ")
	each(w, s.Windows, func(n *NamedWindow) {
		w.name(n.Name)
		w.put(" as ")
		w.window(n.Window)
	})
}

func (w *writer) group(g Group) {
	switch {
	case g.Kind != GroupExpr:
		w.put([...]string{GroupRollup: "rollup", GroupCube: "cube", GroupSets: "grouping sets "}[g.Kind])
		w.inParens(func() { each(w, g.Sets, w.group) })
	case len(g.Exprs) == 1:
		w.expr(g.Exprs[0], 0)
	default:
		w.inParens(func() { w.exprs(g.Exprs) })
	}
}

func (w *writer) orderBy(words string, keys []*SortKey) {
	w.when(keys != nil, words)
	each(w, keys, func(k *SortKey) {
		w.expr(k.Expr, 0)
		w.when(k.Desc, " desc")
		w.put([...]string{"", " nulls first", " nulls last"}[k.Nulls])
	})
}

func (w *writer) fromItem(item FromItem) {
	switch item := item.(type) {
	case *TableRef:
		w.path(item.Name)
		w.alias(item.Alias)
	case *SubqueryRef:
		w.when(item.Lateral, "lateral ")
		w.queryInParens(item.Query)
		w.alias(item.Alias)
	case *FuncRef:
		w.functions(item)
	case *Join:
		if item.Name == nil {
			w.join(item)
			return
		}
		w.inParens(func() { w.join(item) })
		w.alias(item.Alias)
	}
}

func (w *writer) alias(a Alias) {
	if a.Name == nil {
		return
	}
	w.put(" as ")
	w.name(*a.Name)
	if a.Columns != nil {
		w.put(" ")
		w.inParens(func() { w.names(a.Columns) })
	}
}

func (w *writer) functions(ref *FuncRef) {
	w.when(ref.Lateral, "lateral ")
	if ref.RowsFrom {
		w.put("rows from ")
		w.inParens(func() { each(w, ref.Funcs, w.function) })
	} else {
		w.function(ref.Funcs[0])
	}
	w.when(ref.Ordinality, " with ordinality")
	if ref.Types == nil {
		w.alias(ref.Alias)
		return
	}
	w.put(" as ")
	if ref.Name != nil {
		w.name(*ref.Name)
		w.put(" ")
	}
	w.inParens(func() {
		for i, t := range ref.Types {
			w.when(i > 0, ", ")
			w.name(ref.Columns[i])
			w.put(" ")
			w.typeName(t)
		}
	})
}

func (w *writer) join(j *Join) {
	w.fromItem(j.Left)
	w.when(j.Natural, " natural")
	w.put([...]string{" join ", " left join ", " right join ", " full join ", " cross join "}[j.Kind])
	if right, ok := j.Right.(*Join); ok && right.Name == nil {
		w.inParens(func() { w.join(right) })
	} else {
		w.fromItem(j.Right)
	}
	switch {
	case j.On != nil:
		w.put(" on ")
		w.expr(j.On, 0)
	case j.Using != nil:
		w.put(" using ")
		w.inParens(func() { w.names(j.Using) })
		if j.UsingAlias != nil {
			w.put(" as ")
			w.name(*j.UsingAlias)
		}
	}
}

func (w *writer) window(d *Window) {
	if d.Bare {
		w.name(*d.Base)
		return
	}
	var parts []func()
	if d.Base != nil {
		parts = append(parts, func() {
			if notBase[d.Base.Text] {
				w.put(quote(d.Base.Text))
			} else {
				w.name(*d.Base)
			}
		})
	}
	if d.PartitionBy != nil {
		parts = append(parts, func() {
			w.put("partition by ")
			w.exprs(d.PartitionBy)
		})
	}
	if d.OrderBy != nil {
		parts = append(parts, func() { w.orderBy("order by ", d.OrderBy) })
	}
	if d.Frame != nil {
		parts = append(parts, func() { w.frame(d.Frame) })
	}
	w.inParens(func() {
		for i, part := range parts {
			w.when(i > 0, " ")
			part()
		}
	})
}

func (w *writer) frame(f *Frame) {
	w.put([...]string{"range", "rows", "groups"}[f.Mode], " between ")
	w.bound(f.Start)
	w.put(" and ")
	w.bound(f.End)
	w.put([...]string{"", " exclude current row", " exclude group", " exclude ties"}[f.Exclude])
}

func (w *writer) bound(b Bound) {
	if b.Offset != nil {
		if c, ok := b.Offset.(*ColumnRef); ok && c.Names[0].Text == "unbounded" {
			w.put(`"unbounded"`) // and not what it is without quotes
			w.when(len(c.Names) > 1, ".")
			w.path(c.Names[1:])
		} else {
			w.expr(b.Offset, 0)
		}
	}
	w.put([...]string{"unbounded preceding", " preceding", "current row", " following", "unbounded following"}[b.Kind])
}

// bindPrimary is that of what needs no parentheses anywhere.
const bindPrimary = bindCast + 1

// level returns how strongly the outermost operator of x binds.
func level(x Expr) int {
	switch x := x.(type) {
	case *Logic:
		if x.Or {
			return bindOr
		}
		return bindAnd
	case *Not:
		return bindNot
	case *Is, *Distinct:
		return bindIs
	case *Like, *In, *Between:
		return bindLike
	case *Binary:
		return binds(x.Op)
	case *Quantified:
		if x.Op[0] >= 'a' {
			return bindLike
		}
		return binds(x.Op)
	case *Unary:
		if x.Op == "-" || x.Op == "+" {
			return bindSign
		}
		return bindOther
	case *Collate:
		return bindCollate
	case *Cast:
		return bindCast
	case *Func:
		if !x.Syntax {
			return bindPrimary
		}
		switch x.Name[0].Text {
		case "timezone":
			return bindAt
		case "is_normalized", "overlaps":
			return bindIs
		}
	}
	return bindPrimary
}

// expr writes an expression, in parentheses if it binds less strongly than it must.
func (w *writer) expr(x Expr, least int) {
	if level(x) < least {
		w.inParens(func() { w.expr(x, 0) })
		return
	}
	switch x := x.(type) {
	case *Literal:
		w.literal(x)
	case *ColumnRef:
		w.path(x.Names)
	case *Star:
		w.path(x.Names)
		w.when(x.Names != nil, ".")
		w.put("*")
	case *Param:
		if x.Number > 0 {
			w.put("$", strconv.Itoa(x.Number))
		} else {
			w.put(":", x.Name)
		}
	case *Cast:
		w.expr(x.X, bindCast)
		w.put("::")
		w.typeName(x.Type)
	case *Unary:
		w.unary(x)
	case *Binary:
		b := binds(x.Op)
		w.left(x.L, b)
		w.put(" ", x.Op, " ")
		w.expr(x.R, b+1)
	case *Logic:
		b, op := bindAnd, " and "
		if x.Or {
			b, op = bindOr, " or "
		}
		for i, e := range x.Exprs {
			w.when(i > 0, op)
			w.expr(e, b+1)
		}
	case *Not:
		w.put("not ")
		w.expr(x.X, bindNot)
	case *Is:
		w.left(x.X, bindIs)
		w.put(" is ")
		w.when(x.Not, "not ")
		w.put([...]string{"null", "true", "false", "unknown"}[x.What])
	case *Distinct:
		w.left(x.L, bindIs)
		w.put(" is ")
		w.when(x.Not, "not ")
		w.put("distinct from ")
		w.expr(x.R, bindIs+1)
	case *Like:
		w.left(x.X, bindLike)
		w.when(x.Not, " not")
		w.put([...]string{" like ", " ilike ", " similar to "}[x.Kind])
		w.expr(x.Pattern, bindLike+1)
		if x.Escape != nil {
			w.put(" escape ")
			w.expr(x.Escape, bindLike+1)
		}
	case *Between:
		w.left(x.X, bindLike)
		w.when(x.Not, " not")
		w.put(" between ")
		w.when(x.Symmetric, "symmetric ")
		w.restricted(x.Low)
		w.put(" and ")
		w.expr(x.High, bindLike+1)
	case *In:
		w.left(x.X, bindLike)
		w.when(x.Not, " not")
		w.put(" in ")
		w.queryOr(x.Query, x.List)
	case *Quantified:
		w.left(x.L, level(x))
		w.put(" ", x.Op, " ")
		if x.All {
			w.put("all ")
		} else {
			w.put("any ")
		}
		w.queryOr(x.Query, []Expr{x.Array})
	case *Exists:
		w.put("exists ")
		w.queryInParens(x.Query)
	case *Subquery:
		w.queryInParens(x.Query)
	case *ArrayQuery:
		w.put("array")
		w.queryInParens(x.Query)
	case *Array:
		w.put("array[")
		w.exprs(x.Elems)
		w.put("]")
	case *Row:
		w.put("row")
		w.inParens(func() { w.exprs(x.Elems) })
	case *Subscript:
		w.subscript(x)
	case *Field:
		_, column := x.X.(*ColumnRef)
		w.base(x.X, !column)
		if x.Star {
			w.put(".*")
		} else {
			w.put(".")
			w.name(x.Name)
		}
	case *Case:
		w.caseExpr(x)
	case *Func:
		w.function(x)
	case *NamedArg:
		w.functionName([]Name{x.Name})
		w.put(" => ")
		w.expr(x.X, 0)
	case *Collate:
		w.expr(x.X, bindCollate)
		w.put(" collate ")
		w.path(x.Name)
	}
}

// left writes the left side of an operator that binds so strongly.
func (w *writer) left(x Expr, b int) {
	if !chains(b) {
		b++
	}
	w.expr(x, b)
}

// restricted writes what stands where AND and IN end an expression.
func (w *writer) restricted(x Expr) {
	if isRestricted(x) {
		w.expr(x, bindOther)
	} else {
		w.expr(x, bindPrimary)
	}
}

// isRestricted reports whether x can be parsed in restricted mode as it is written.
func isRestricted(x Expr) bool {
	switch x := x.(type) {
	case *Binary:
		return isRestricted(x.L) && isRestricted(x.R)
	case *Unary:
		return isRestricted(x.X)
	case *Cast:
		return isRestricted(x.X)
	}
	return level(x) == bindPrimary
}

func (w *writer) queryOr(q *Query, list []Expr) {
	if q != nil {
		w.queryInParens(q)
		return
	}
	w.inParens(func() { w.exprs(list) })
}

func (w *writer) literal(x *Literal) {
	switch x.Kind {
	case LiteralNull:
		w.put("null")
	case LiteralTrue:
		w.put("true")
	case LiteralFalse:
		w.put("false")
	case LiteralString:
		w.put("'", strings.ReplaceAll(x.Text, "'", "''"), "'")
	default:
		w.put(x.Text)
	}
}

// unary writes a prefix operator. A blank keeps it apart from an operator after it.
func (w *writer) unary(x *Unary) {
	if level(x) == bindOther && binds(x.Op) != bindOther {
		w.put("operator(", x.Op, ")") // it is only infix without this
	} else {
		w.put(x.Op)
	}
	if b := level(x); b == bindOther {
		w.put(" ")
		w.expr(x.X, bindOther+1)
		return
	}
	from := len(w.buf)
	w.expr(x.X, bindSign)
	if inOperator(w.buf[from]) {
		w.buf = slices.Insert(w.buf, from, ' ')
	}
}

// base writes what [1] or .name can follow: in parentheses unless direct is set and x is
// one of those that need none.
func (w *writer) base(x Expr, direct bool) {
	switch f := x.(type) {
	case *ColumnRef, *Param, *Subscript, *Subquery:
	case *Field:
		direct = direct && !f.Star
	default:
		direct = false
	}
	if direct {
		w.expr(x, 0)
	} else {
		w.inParens(func() { w.expr(x, 0) })
	}
}

func (w *writer) subscript(x *Subscript) {
	w.base(x.X, true)
	w.put("[")
	w.bracketed(x.Low)
	w.when(x.Slice, ":")
	w.bracketed(x.High)
	w.put("]")
}

// bracketed writes a subscript, in parentheses if it begins with a parameter: its colon
// would be that of a slice.
func (w *writer) bracketed(x Expr) {
	if x == nil {
		return
	}
	from := len(w.buf)
	w.expr(x, 0)
	if w.buf[from] == ':' {
		w.buf = append(slices.Insert(w.buf, from, '('), ')')
	}
}

func (w *writer) caseExpr(c *Case) {
	w.put("case ")
	if c.Operand != nil {
		w.expr(c.Operand, 0)
		w.put(" ")
	}
	for _, b := range c.Whens {
		w.put("when ")
		w.expr(b.Cond, 0)
		w.put(" then ")
		w.expr(b.Result, 0)
		w.put(" ")
	}
	if c.Else != nil {
		w.put("else ")
		w.expr(c.Else, 0)
		w.put(" ")
	}
	w.put("end")
}

// notFunction are words that begin something else if a parenthesis follows, though they can
// be the name of a function.
var notFunction = set("operator cube rollup")

func (w *writer) functionName(names []Name) {
	switch name := names[0].Text; {
	case len(names) > 1:
		w.path(names)
	case notFunction[name]:
		w.put(quote(name))
	case keywords[name] == functionName:
		w.put(name)
	default:
		w.name(names[0])
	}
}

func (w *writer) function(f *Func) {
	if f.Syntax {
		w.syntaxCall(f)
		return
	}
	w.functionName(f.Name)
	w.inParens(func() {
		w.when(f.Star, "*")
		w.when(f.Distinct, "distinct ")
		for i, x := range f.Args {
			w.when(i > 0, ", ")
			w.when(f.Variadic && i == len(f.Args)-1, "variadic ")
			w.expr(x, 0)
		}
		w.orderBy(" order by ", f.OrderBy)
	})
	if f.WithinGroup != nil {
		w.put(" within group ")
		w.inParens(func() { w.orderBy("order by ", f.WithinGroup) })
	}
	if f.Filter != nil {
		w.put(" filter (where ")
		w.expr(f.Filter, 0)
		w.put(")")
	}
	if f.Over != nil {
		w.put(" over ")
		w.window(f.Over)
	}
}

// syntaxCall writes a call that has a syntax of its own.
func (w *writer) syntaxCall(f *Func) {
	name, args := f.Name[0].Text, f.Args
	switch name {
	case "timezone":
		w.expr(args[1], bindAt)
		w.put(" at time zone ")
		w.expr(args[0], bindAt+1)
		return
	case "is_normalized":
		w.left(args[0], bindIs)
		w.put(" is ")
		w.form(args[1:], "", " ")
		w.put("normalized")
		return
	case "overlaps":
		w.inParens(func() { w.exprs(args[:2]) })
		w.put(" overlaps ")
		w.inParens(func() { w.exprs(args[2:]) })
		return
	case "pg_collation_for":
		name = "collation for "
	case "btrim", "ltrim", "rtrim":
		name = "trim"
	}
	w.put(name)
	if _, ok := withoutParens[name]; ok && args == nil {
		return
	}
	w.inParens(func() { w.arguments(f) })
}

// arguments writes those of a call with a syntax of its own.
func (w *writer) arguments(f *Func) {
	args := f.Args
	words := func(words ...string) {
		for i, x := range args {
			w.when(i > 0, words[max(i-1, 0)])
			w.expr(x, 0)
		}
	}
	switch f.Name[0].Text {
	case "extract":
		words(" from ")
	case "normalize":
		w.expr(args[0], 0)
		w.form(args[1:], ", ", "")
	case "overlay":
		words(" placing ", " from ", " for ")
	case "position":
		w.restricted(args[1])
		w.put(" in ")
		w.restricted(args[0])
	case "substring":
		words(" from ", " for ")
	case "btrim", "ltrim", "rtrim":
		w.put(map[string]string{"btrim": "", "ltrim": "leading ", "rtrim": "trailing "}[f.Name[0].Text])
		if len(args) == 2 {
			args = []Expr{args[1], args[0]}
			words(" from ")
		} else {
			w.exprs(args)
		}
	default:
		w.exprs(args)
	}
}

// form writes a normal form, if it is there, which is no string but a word.
func (w *writer) form(args []Expr, before, after string) {
	if len(args) > 0 {
		w.put(before, args[0].(*Literal).Text, after)
	}
}

// plainTypes are the words of the grammar that are written without quotes as types.
var plainTypes = set("numeric varchar time timestamp interval")

func (w *writer) typeName(t *TypeName) {
	switch {
	case plainTypes[t.Name], keywords[t.Name] == functionName:
		w.put(t.Name)
	default:
		w.put(QuoteName(t.Name))
	}
	w.when(t.Fields != "", " "+t.Fields)
	for i, mod := range t.Mods {
		w.put([...]string{"(", ", "}[min(i, 1)], strconv.Itoa(mod))
	}
	w.when(t.Mods != nil, ")")
	w.put(strings.Repeat("[]", t.Dims))
}
