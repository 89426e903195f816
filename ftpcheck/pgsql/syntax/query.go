package syntax

// startsQuery reports whether a query, and no expression, begins n tokens ahead. A
// parenthesis can begin both.
func (p *parser) startsQuery(n int) bool {
	for p.ahead(n).is("(") {
		n++
	}
	return p.queryWord(n)
}

func (p *parser) queryWord(n int) bool {
	t := p.ahead(n)
	return t.is("select") || t.is("with") || t.is("table") || t.is("values") && p.ahead(n+1).is("(")
}

// query takes a query without the parentheses around it.
func (p *parser) query() *Query {
	at := p.pos()
	recursive, with := p.with()
	p.refuseCommand()
	return p.queryFrom(at, recursive, with, p.operandOfSet())
}

// queryInParens takes a query and the parentheses around it.
func (p *parser) queryInParens() *Query {
	p.enter()
	defer p.leave()
	return p.operandQuery()
}

// operandQuery does so for an expression, which is a level already.
func (p *parser) operandQuery() *Query {
	p.expect("(")
	q := p.query()
	p.expect(")")
	return q
}

// queryFrom takes what follows the first part of a query. A query in parentheses with
// nothing to combine it with is not a part but the query itself: an ORDER BY or LIMIT that
// follows the parentheses is as good as one within them, and cannot be there twice.
func (p *parser) queryFrom(at Pos, recursive bool, with []*CTE, first Body) *Query {
	body := p.setOps(first, 1)
	q, inParens := body.(*Query)
	if !inParens {
		q = &Query{Pos: at, Body: body}
	}
	p.options(q)
	if with != nil {
		if q.With != nil {
			p.fail(at, "multiple WITH clauses not allowed", "")
		}
		q.Pos, q.Recursive, q.With = at, recursive, with
	}
	return q
}

// operandOfSet takes what UNION and its like combine.
func (p *parser) operandOfSet() Body {
	at := p.pos()
	switch {
	case p.at("("):
		return p.queryInParens()
	case p.accept("select"):
		return p.selection(at)
	case p.at("values"):
		p.take()
		return &Values{Pos: at, Rows: list(p, func() []Expr {
			p.expect("(")
			row := p.exprs()
			p.expect(")")
			return row
		})}
	case p.accept("table"):
		ref := p.table()
		star := &SelectItem{Expr: &Star{Pos: ref.Pos}}
		return &Select{Pos: at, Items: []*SelectItem{star}, From: []FromItem{ref}}
	}
	p.unexpected()
	return nil
}

var setOperators = map[string]SetOperator{"union": Union, "intersect": Intersect, "except": Except}

// binds says how strongly a set operator binds.
func (op SetOperator) binds() int {
	if op == Intersect {
		return 2
	}
	return 1
}

// setOps takes the operators that bind at least so strongly and their right sides.
func (p *parser) setOps(left Body, least int) Body {
	for {
		at := p.token()
		op, ok := setOperators[at.text]
		if !ok || at.kind != word || op.binds() < least {
			return left
		}
		p.take()
		all := p.accept("all")
		if !all {
			p.accept("distinct")
		}
		right := p.setOps(p.operandOfSet(), op.binds()+1)
		left = &SetOp{Pos: Pos(at.pos), Op: op, All: all, Left: bare(left), Right: bare(right)}
	}
}

// bare drops parentheses that make no difference.
func bare(b Body) Body {
	if q, ok := b.(*Query); ok && q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Offset == nil {
		return q.Body
	}
	return b
}

// with takes a WITH clause if there is one.
func (p *parser) with() (recursive bool, ctes []*CTE) {
	if !p.accept("with") {
		return false, nil
	}
	if after := p.ahead(1); p.at("recursive") && !after.is("as") && !after.is("(") {
		p.take()
		recursive = true
	}
	return recursive, list(p, p.cte)
}

func (p *parser) cte() *CTE {
	c := &CTE{Name: p.name(token.namesColumn)}
	if p.at("(") {
		c.Columns = p.namesInParens()
	}
	p.expect("as")
	switch {
	case p.accept("materialized"):
		c.Materialized = MaterializeAlways
	case p.accept("not"):
		p.expect("materialized")
		c.Materialized = MaterializeNever
	}
	if p.at("(") && p.ahead(1).isOneOf(changes) {
		p.refuse(Pos(p.ahead(1).pos), "statements that change data are not supported in WITH", "")
	}
	c.Query = p.queryInParens()
	if p.at("search") || p.at("cycle") {
		p.refuse(p.pos(), "SEARCH and CYCLE are not supported", "")
	}
	return c
}

// options takes ORDER BY, LIMIT and OFFSET, which q may have already from within its
// parentheses.
func (p *parser) options(q *Query) {
	had, hadAll, more := *q, p.limitAll[q], false
	var orderAt, limitAt, offsetAt Pos
	if p.at("order") {
		q.OrderBy = p.orderBy()
		orderAt = q.OrderBy[0].Expr.Position()
	}
	for limit, offset := false, false; ; more = true {
		if !limit && (p.at("limit") || p.at("fetch")) {
			limit = true
			limitAt = p.limit(q)
		} else if !offset && p.accept("offset") {
			offset = true
			q.Offset = p.offset()
			offsetAt = q.Offset.Position()
		} else {
			break
		}
	}
	if p.at("for") {
		p.refuse(p.pos(), "rows cannot be locked: FOR UPDATE and its like are not supported", "")
	}
	switch {
	case orderAt > 0 && had.OrderBy != nil:
		p.fail(orderAt, "multiple ORDER BY clauses not allowed", "")
	case offsetAt > 0 && had.Offset != nil:
		p.fail(offsetAt, "multiple OFFSET clauses not allowed", "")
	case limitAt > 0 && (had.Limit != nil || hadAll):
		p.fail(limitAt, "multiple LIMIT clauses not allowed", "")
	case more && had.WithTies:
		p.fail(max(limitAt, offsetAt), "multiple limit options not allowed", "")
	case q.WithTies && q.OrderBy == nil:
		p.fail(limitAt, "WITH TIES cannot be specified without ORDER BY clause", "")
	}
}

// limit takes LIMIT or FETCH FIRST, and returns where the number is.
func (p *parser) limit(q *Query) Pos {
	word, at := p.take(), p.pos()
	switch {
	case word.is("fetch"):
		p.fetch(q)
	case p.accept("all"):
		p.limitAll[q] = true
	default:
		q.Limit = p.expr()
	}
	if word.is("limit") && p.accept(",") {
		p.expr()
		p.refuse(Pos(word.pos), "LIMIT #,# syntax is not supported", "Use separate LIMIT and OFFSET clauses.")
	}
	return at
}

// fetch takes what follows FETCH.
func (p *parser) fetch(q *Query) {
	if !p.accept("first") {
		p.expect("next")
	}
	if after := p.ahead(1); p.token().isOneOf(rowWords) && (after.is("only") || after.is("with")) {
		q.Limit = &Literal{Pos: p.pos(), Kind: LiteralInteger, Text: "1"}
	} else {
		q.Limit = p.count()
	}
	if !p.token().isOneOf(rowWords) {
		p.unexpected()
	}
	p.take()
	if !p.accept("only") {
		p.expect("with", "ties")
		q.WithTies = true
	}
}

// count takes the number of FETCH FIRST, which is a number with a sign, or what needs no
// parentheses anywhere.
func (p *parser) count() Expr {
	p.enter()
	defer p.leave()
	if sign := p.token(); sign.is("+") || sign.is("-") {
		p.take()
		if n := p.token(); n.kind != integer && n.kind != decimal {
			p.unexpected()
		}
		return &Unary{Pos: Pos(sign.pos), Op: sign.text, X: p.primary()}
	}
	return p.primary()
}

// offset takes the expression of OFFSET, or a count with ROWS after it.
func (p *parser) offset() Expr {
	p.enter()
	defer p.leave()
	first, second, third := p.token(), p.ahead(1), p.ahead(2)
	number := (first.is("+") || first.is("-")) && (second.kind == integer || second.kind == decimal) && third.isOneOf(rowWords)
	x := p.operand(full)
	all := p.climb(x, bindOr, full)
	if p.token().isOneOf(rowWords) {
		if !number && (all != x || first.kind == operator || first.is("not")) {
			p.unexpected()
		}
		p.take()
	}
	return all
}

var rowWords = set("row rows")

// ends are the words and marks that can follow an expression of a select list.
var ends = set(`, ) ; from into where group having window union intersect except order limit offset
	fetch for`)

// endsItem reports whether no expression of a select list goes on with this token.
func (t token) endsItem() bool { return t.kind == end || t.isOneOf(ends) }

// selection takes what follows SELECT.
func (p *parser) selection(at Pos) *Select {
	s := &Select{Pos: at}
	switch {
	case p.accept("all"):
	case p.accept("distinct"):
		s.Distinct = true
		if p.accept("on") {
			p.expect("(")
			s.DistinctOn = p.exprs()
			p.expect(")")
		}
	}
	if s.Distinct || !p.token().endsItem() {
		s.Items = list(p, p.item)
	}
	if p.at("into") {
		p.refuse(p.pos(), "SELECT INTO is not supported: no table can be created", "")
	}
	if p.accept("from") {
		s.From = list(p, p.fromItem)
	}
	if p.accept("where") {
		s.Where = p.expr()
	}
	if p.at("group") {
		p.expect("group", "by")
		if !p.accept("all") {
			s.GroupDistinct = p.accept("distinct")
		}
		s.GroupBy = list(p, p.group)
	}
	if p.accept("having") {
		s.Having = p.expr()
	}
	if p.accept("window") {
		s.Windows = list(p, func() *NamedWindow {
			name := p.name(token.namesColumn)
			p.expect("as")
			return &NamedWindow{Name: name, Window: p.window()}
		})
	}
	return s
}

// item takes one expression of the select list and its name.
func (p *parser) item() *SelectItem {
	if t := p.token(); p.accept("*") {
		return &SelectItem{Expr: &Star{Pos: Pos(t.pos)}}
	}
	i := &SelectItem{Expr: p.exprOf(item)}
	switch {
	case p.accept("as"):
		name := p.name(token.namesAnything)
		i.Alias = &name
	case p.token().namesItem():
		name := p.name(token.namesItem)
		i.Alias = &name
	}
	return i
}

// group takes one element of GROUP BY.
func (p *parser) group() Group {
	g := Group{Pos: p.pos()}
	switch {
	case p.accept("(", ")"):
		return g
	case p.at("rollup", "("), p.at("cube", "("):
		g.Kind = GroupRollup
		if p.take().is("cube") {
			g.Kind = GroupCube
		}
		p.expect("(")
		for _, x := range p.exprs() {
			g.Sets = append(g.Sets, p.grouped(x))
		}
		p.expect(")")
		return g
	case p.accept("grouping", "sets"):
		p.enter()
		defer p.leave()
		g.Kind = GroupSets
		p.expect("(")
		g.Sets = list(p, p.group)
		p.expect(")")
		return g
	}
	return p.grouped(p.expr())
}

// grouped makes an expression an element of GROUP BY: (a, b), and (a, (b, c)), too, is no
// row but its expressions.
func (p *parser) grouped(x Expr) Group {
	g := Group{Pos: x.Position()}
	var flat func(x Expr)
	flat = func(x Expr) {
		if r, ok := x.(*Row); ok && p.implicit[r] {
			for _, x := range r.Elems {
				flat(x)
			}
			return
		}
		g.Exprs = append(g.Exprs, x)
	}
	flat(x)
	return g
}

func (p *parser) orderBy() []*SortKey {
	p.expect("order", "by")
	return list(p, p.sortKey)
}

func (p *parser) sortKey() *SortKey {
	k := &SortKey{Expr: p.expr()}
	switch {
	case p.accept("asc"):
	case p.accept("desc"):
		k.Desc = true
	case p.at("using"):
		p.refuse(p.pos(), "ORDER BY … USING is not supported", "Write asc for using <, and desc for using >.")
	}
	switch {
	case p.accept("nulls", "first"):
		k.Nulls = NullsFirst
	case p.accept("nulls", "last"):
		k.Nulls = NullsLast
	}
	return k
}

// notBase are the words that begin what follows the name of a window that another adds to.
var notBase = set("partition range rows groups")

// window takes (…) of OVER and WINDOW.
func (p *parser) window() *Window {
	w := &Window{Pos: p.pos()}
	p.expect("(")
	if t := p.token(); t.namesColumn() && !t.isOneOf(notBase) {
		base := p.name(token.namesColumn)
		w.Base = &base
	}
	if p.at("partition") {
		p.expect("partition", "by")
		w.PartitionBy = p.exprs()
	}
	if p.at("order") {
		w.OrderBy = p.orderBy()
	}
	if p.at("range") || p.at("rows") || p.at("groups") {
		w.Frame = p.frame()
	}
	p.expect(")")
	return w
}

var frameModes = map[string]FrameMode{"range": FrameRange, "rows": FrameRows, "groups": FrameGroups}

func (p *parser) frame() *Frame {
	f := &Frame{Pos: p.pos(), Mode: frameModes[p.token().text], End: Bound{Kind: CurrentRow}}
	p.take()
	between := p.accept("between")
	start, last := p.pos(), p.pos()
	f.Start = p.bound()
	if between {
		p.expect("and")
		last = p.pos()
		f.End = p.bound()
	}
	switch {
	case f.Start.Kind == UnboundedFollowing:
		p.fail(start, "frame start cannot be UNBOUNDED FOLLOWING", "")
	case f.End.Kind == UnboundedPreceding:
		p.fail(last, "frame end cannot be UNBOUNDED PRECEDING", "")
	case f.Start.Kind == Following && !between:
		p.fail(start, "frame starting from following row cannot end with current row", "")
	case f.Start.Kind == CurrentRow && f.End.Kind == Preceding:
		p.fail(last, "frame starting from current row cannot have preceding rows", "")
	case f.Start.Kind == Following && f.End.Kind < Following:
		p.fail(last, "frame starting from following row cannot have preceding rows", "")
	}
	if p.accept("exclude") {
		switch {
		case p.accept("current", "row"):
			f.Exclude = ExcludeCurrentRow
		case p.accept("group"):
			f.Exclude = ExcludeGroup
		case p.accept("ties"):
			f.Exclude = ExcludeTies
		default:
			p.expect("no", "others")
		}
	}
	return f
}

// bound takes where a frame starts or ends.
func (p *parser) bound() Bound {
	switch {
	case p.accept("unbounded", "preceding"):
		return Bound{Kind: UnboundedPreceding}
	case p.accept("unbounded", "following"):
		return Bound{Kind: UnboundedFollowing}
	case p.accept("current", "row"):
		return Bound{Kind: CurrentRow}
	}
	b := Bound{Kind: Preceding, Offset: p.expr()}
	if !p.accept("preceding") {
		p.expect("following")
		b.Kind = Following
	}
	return b
}
