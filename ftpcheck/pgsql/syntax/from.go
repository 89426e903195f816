package syntax

// fromItem takes one item of FROM with all its joins.
func (p *parser) fromItem() FromItem { return p.joins(p.fromOperand()) }

// joins takes the joins of an item with those to its right. A join with a condition waits
// for it: what comes before the condition and is a join itself is its right side.
func (p *parser) joins(left FromItem) FromItem {
	for {
		j := &Join{Pos: p.pos(), Left: left}
		if p.accept("cross") {
			j.Kind = JoinCross
		} else {
			j.Natural = p.accept("natural")
			switch {
			case p.accept("left"):
				j.Kind = JoinLeft
			case p.accept("right"):
				j.Kind = JoinRight
			case p.accept("full"):
				j.Kind = JoinFull
			case p.accept("inner"), j.Natural, p.at("join"):
			default:
				return left
			}
			if j.Kind != JoinInner {
				p.accept("outer")
			}
		}
		p.expect("join")
		j.Right = p.fromOperand()
		if j.Kind != JoinCross && !j.Natural {
			p.enter()
			j.Right = p.joins(j.Right)
			p.leave()
			p.condition(j)
		}
		left = j
	}
}

// condition takes ON or USING.
func (p *parser) condition(j *Join) {
	if p.accept("on") {
		j.On = p.expr()
		return
	}
	p.expect("using")
	j.Using = p.namesInParens()
	if p.accept("as") {
		name := p.name(token.namesColumn)
		j.UsingAlias = &name
	}
}

// fromOperand takes an item without joins.
func (p *parser) fromOperand() FromItem {
	lateral := p.accept("lateral")
	switch at, t := p.pos(), p.token(); {
	case p.at("(") && lateral:
		return p.subquery(at, true, p.queryInParens())
	case p.at("("):
		q, j := p.fromInParens()
		if q != nil {
			return p.subquery(at, false, q)
		}
		j.Alias = p.alias()
		return j
	case t.is("xmltable") && p.ahead(1).is("("):
		p.refuse(at, "XML is not supported", "")
	case lateral, p.at("rows", "from"), !t.is("only") && (!t.namesColumn() || p.callAhead()):
		return p.functions(lateral)
	}
	ref := p.table()
	ref.Alias = p.alias()
	if p.at("tablesample") {
		p.refuse(p.pos(), "TABLESAMPLE is not supported", "")
	}
	return ref
}

// callAhead reports whether the name that is next is followed by arguments.
func (p *parser) callAhead() bool {
	n := 1
	for p.ahead(n).is(".") && p.ahead(n+1).namesAnything() {
		n += 2
	}
	return p.ahead(n).is("(")
}

// fromInParens takes a query, or a join, with the parentheses around it.
func (p *parser) fromInParens() (*Query, *Join) {
	p.enter()
	defer p.leave()
	p.expect("(")
	at := p.pos()
	var left FromItem
	switch {
	case p.queryWord(0):
		q := p.query()
		p.expect(")")
		return q, nil
	case p.at("("):
		q, j := p.fromInParens()
		switch {
		case q != nil && (p.at(")") || p.continuesQuery()):
			q = p.queryFrom(at, false, nil, q)
			p.expect(")")
			return q, nil
		case q != nil:
			left = p.subquery(at, false, q)
		default:
			if p.accept(")") {
				return nil, j
			}
			j.Alias = p.alias()
			left = j
		}
	default:
		left = p.fromOperand()
	}
	all := p.joins(left)
	if all == left {
		p.unexpected()
	}
	p.expect(")")
	return nil, all.(*Join)
}

// continuing are the words by which a query goes on after one in parentheses.
var continuing = set("union intersect except order limit offset fetch for")

func (p *parser) continuesQuery() bool { return p.token().isOneOf(continuing) }

// subquery takes the name of a query in FROM.
func (p *parser) subquery(at Pos, lateral bool, q *Query) *SubqueryRef {
	ref := &SubqueryRef{Pos: at, Lateral: lateral, Query: q, Alias: p.alias()}
	if ref.Name == nil {
		if _, values := q.Body.(*Values); values {
			p.fail(at, "VALUES in FROM must have an alias", "For example, FROM (VALUES ...) [AS] foo.")
		}
		p.fail(at, "subquery in FROM must have an alias", "For example, FROM (SELECT ...) [AS] foo.")
	}
	return ref
}

// table takes the name of a table. No table has heirs here, so that ONLY and * change
// nothing.
func (p *parser) table() *TableRef {
	only := p.accept("only")
	inParens := only && p.accept("(")
	first := p.name(token.namesColumn)
	ref := &TableRef{Pos: first.Pos, Name: p.bounded(p.qualified(first), 2)}
	if inParens {
		p.expect(")")
	}
	if !only {
		p.accept("*")
	}
	return ref
}

// alias takes the name that FROM gives, and those of columns.
func (p *parser) alias() (a Alias) {
	if p.accept("as") || p.token().namesColumn() {
		name := p.name(token.namesColumn)
		a.Name = &name
		if p.at("(") {
			a.Columns = p.namesInParens()
		}
	}
	return a
}

// functions takes a function in FROM, or ROWS FROM.
func (p *parser) functions(lateral bool) *FuncRef {
	ref := &FuncRef{Pos: p.pos(), Lateral: lateral}
	if p.accept("rows", "from") {
		ref.RowsFrom = true
		p.expect("(")
		ref.Funcs = list(p, func() *Func {
			f := p.function()
			if p.at("as") {
				p.refuse(p.pos(), "a list of columns within ROWS FROM is not supported", "")
			}
			return f
		})
		p.expect(")")
	} else {
		ref.Funcs = []*Func{p.function()}
	}
	ref.Ordinality = p.accept("with", "ordinality")
	if p.at("as", "(") {
		p.take()
		p.columns(ref)
	} else if as := p.accept("as"); as || p.token().namesColumn() {
		name := p.name(token.namesColumn)
		ref.Name = &name
		switch after := p.ahead(2); {
		case !p.at("("):
		case after.is(",") || after.is(")"):
			ref.Columns = p.namesInParens()
		default:
			p.columns(ref)
		}
	}
	return ref
}

// columns takes (a int, b text).
func (p *parser) columns(ref *FuncRef) {
	p.expect("(")
	list(p, func() any {
		ref.Columns = append(ref.Columns, p.name(token.namesColumn))
		ref.Types = append(ref.Types, p.typeName())
		if p.at("collate") {
			p.refuse(p.pos(), "COLLATE in a list of columns is not supported", "")
		}
		return nil
	})
	p.expect(")")
}

// notCalls are the words that begin an expression but are no function.
var notCalls = set("null true false case array default unique exists row grouping")

// function takes the call of a function that cannot have OVER and its like.
func (p *parser) function() *Func {
	at := p.token()
	var x Expr
	if !at.isOneOf(notCalls) {
		x = p.special()
	}
	if x == nil {
		x = p.call(p.functionName())
	}
	f, ok := x.(*Func)
	if !ok {
		p.fail(Pos(at.pos), "only a function can be in FROM", "Write (select …) instead.")
	}
	return f
}

// functionName takes the name of a function that is followed by its arguments.
func (p *parser) functionName() []Name {
	t := p.token()
	if p.ahead(1).is(".") {
		return p.qualified(p.name(token.namesColumn))
	}
	if !t.namesFunction() {
		p.name(token.namesColumn)
		p.unexpected()
	}
	return []Name{p.name(token.namesFunction)}
}
