package syntax

import (
	"strconv"
	"strings"
)

// A mode says what an expression can be.
type mode uint8

const (
	full mode = iota
	// item is full, but in a select list, where the word of an operator can also be the
	// name of a column: select 1 between, 2.
	item
	// restricted has no AND or IN or the like, as the bounds of BETWEEN must not.
	restricted
)

// How strongly operators bind.
const (
	bindOr = 1 + iota
	bindAnd
	bindNot
	bindIs
	bindCompare
	bindLike // also BETWEEN and IN
	bindOther
	bindAdd
	bindMultiply
	bindPower
	bindAt
	bindCollate
	bindSign
	bindCast
)

var operatorBinds = map[string]int{
	"<": bindCompare, ">": bindCompare, "=": bindCompare, "<=": bindCompare, ">=": bindCompare, "<>": bindCompare,
	"+": bindAdd, "-": bindAdd, "*": bindMultiply, "/": bindMultiply, "%": bindMultiply, "^": bindPower,
	"::": bindCast, ":=": 0, "=>": 0,
}

var wordBinds = map[string]int{
	"or": bindOr, "and": bindAnd, "is": bindIs, "isnull": bindIs, "notnull": bindIs,
	"between": bindLike, "in": bindLike, "like": bindLike, "ilike": bindLike, "similar": bindLike, "not": bindLike,
	"operator": bindOther, "at": bindAt, "collate": bindCollate,
}

// chains says whether operators that bind so strongly can follow each other without
// parentheses: 1 - 1 - 1, but not 1 < 2 < 3.
func chains(binds int) bool { return binds != bindIs && binds != bindCompare && binds != bindLike }

// binds returns how strongly the operator that is next binds to what is before it, and 0
// if there is none.
func (p *parser) binds(m mode) int {
	t := p.token()
	switch t.kind {
	case operator:
		return binds(t.text)
	case word:
	default:
		return 0
	}
	after := p.ahead(1)
	switch b := wordBinds[t.text]; {
	case m == restricted && !t.is("is") && !t.is("operator"),
		m == item && t.is("similar") && !after.is("to"),
		t.is("not") && (after.kind != word || wordBinds[after.text] != bindLike || after.is("not")),
		m == item && t.is("operator") && !after.is("("),
		m == item && t.is("at") && !after.is("time"),
		m == item && t.namesItem() && after.endsItem():
		return 0
	default:
		return b
	}
}

func binds(op string) int {
	if b, ok := operatorBinds[op]; ok {
		return b
	}
	return bindOther
}

// expr takes an expression.
func (p *parser) expr() Expr { return p.exprOf(full) }

func (p *parser) exprOf(m mode) Expr {
	p.enter()
	defer p.leave()
	return p.sameLevel(m)
}

// sameLevel takes an expression that is no level deeper than what it is taken for.
func (p *parser) sameLevel(m mode) Expr { return p.climb(p.operand(m), bindOr, m) }

// exprs takes one or more expressions with commas between them.
func (p *parser) exprs() []Expr { return list(p, p.expr) }

// right takes the right side of an operator: operators that bind more strongly than it.
func (p *parser) right(than int, m mode) Expr {
	if m == item {
		m = full
	}
	x := p.climb(p.operand(m), than+1, m)
	if !chains(than) && p.binds(m) == than {
		p.unexpected()
	}
	return x
}

// climb takes the operators after left that bind at least so strongly, and their right
// sides.
func (p *parser) climb(left Expr, least int, m mode) Expr {
	for {
		b := p.binds(m)
		if b < least || b == 0 {
			return left
		}
		left = p.infix(left, b, m)
	}
}

// infix takes one operator that stands after left, and its right side.
func (p *parser) infix(left Expr, b int, m mode) Expr {
	at := p.pos()
	if p.token().kind == operator || p.at("operator") {
		if p.accept("::") {
			return &Cast{Pos: at, X: left, Type: p.typeName()}
		}
		op := p.operator()
		if m != restricted && p.atQuantifier() {
			return p.quantified(at, left, op)
		}
		return &Binary{Pos: at, Op: op, L: left, R: p.right(b, m)}
	}
	not := p.accept("not")
	switch word := p.take(); word.text {
	case "and", "or":
		l := &Logic{Pos: at, Or: word.is("or"), Exprs: []Expr{left, p.right(b, m)}}
		for p.at(word.text) && p.binds(m) == b {
			p.take()
			l.Exprs = append(l.Exprs, p.right(b, m))
		}
		return l
	case "is":
		return p.is(at, left, m)
	case "isnull":
		return &Is{Pos: at, X: left}
	case "notnull":
		return &Is{Pos: at, X: left, Not: true}
	case "between":
		x := &Between{Pos: at, X: left, Not: not}
		if x.Symmetric = p.accept("symmetric"); !x.Symmetric {
			p.accept("asymmetric")
		}
		x.Low = p.exprOf(restricted)
		p.expect("and")
		x.High = p.right(b, m)
		return x
	case "in":
		x := &In{Pos: at, X: left, Not: not}
		x.Query, x.List = p.inParens(false)
		return x
	case "like", "ilike":
		if p.atQuantifier() {
			op := word.text
			if not {
				op = "not " + op
			}
			return p.quantified(at, left, op)
		}
		kind := LikeLike
		if word.is("ilike") {
			kind = LikeILike
		}
		return p.like(&Like{Pos: at, Kind: kind, Not: not, X: left}, m)
	case "similar":
		p.expect("to")
		return p.like(&Like{Pos: at, Kind: LikeSimilar, Not: not, X: left}, m)
	case "at":
		p.expect("time", "zone")
		return syntaxCall(at, "timezone", p.right(b, m), left)
	default: // collate
		return &Collate{Pos: at, X: left, Name: p.bounded(p.qualified(p.name(token.namesColumn)), 2)}
	}
}

// like takes the pattern and the ESCAPE of x.
func (p *parser) like(x *Like, m mode) Expr {
	x.Pattern = p.right(bindLike, m)
	if p.accept("escape") {
		x.Escape = p.right(bindLike, m)
	}
	return x
}

var normalForms = set("nfc nfd nfkc nfkd")

// is takes what follows IS.
func (p *parser) is(at Pos, x Expr, m mode) Expr {
	not := p.accept("not")
	if p.accept("distinct") {
		p.expect("from")
		return &Distinct{Pos: at, L: x, Not: not, R: p.right(bindIs, m)}
	}
	if p.at("document") {
		p.refuse(at, "XML is not supported", "")
	}
	if m == restricted {
		p.unexpected()
	}
	switch {
	case p.accept("null"):
		return &Is{Pos: at, X: x, Not: not}
	case p.accept("true"):
		return &Is{Pos: at, X: x, Not: not, What: IsTrue}
	case p.accept("false"):
		return &Is{Pos: at, X: x, Not: not, What: IsFalse}
	case p.accept("unknown"):
		return &Is{Pos: at, X: x, Not: not, What: IsUnknown}
	}
	args := []Expr{x}
	if p.token().isOneOf(normalForms) {
		args = append(args, p.normalForm())
	}
	p.expect("normalized")
	var normalized Expr = syntaxCall(at, "is_normalized", args...)
	if not {
		normalized = &Not{Pos: at, X: normalized}
	}
	return normalized
}

func (p *parser) normalForm() Expr {
	t := p.token()
	if !t.isOneOf(normalForms) {
		p.unexpected()
	}
	p.take()
	return &Literal{Pos: Pos(t.pos), Kind: LiteralString, Text: t.text}
}

// operator takes an operator, which can be written as operator(pg_catalog.+).
func (p *parser) operator() string {
	t := p.take()
	if !t.is("operator") {
		switch {
		case t.text == "==":
			p.fail(Pos(t.pos), "operator does not exist: ==", "Equality is written = .")
		case strings.Contains(t.text, "`"):
			p.fail(Pos(t.pos), "syntax error"+near(p.src, t.pos, t.end), `Names are quoted with " .`)
		}
		return t.text
	}
	p.expect("(")
	schema := ""
	for p.token().namesColumn() {
		schema += p.name(token.namesColumn).Text + "."
		p.expect(".")
	}
	op := p.token()
	if b, ok := operatorBinds[op.text]; op.kind != operator || ok && (b == 0 || b == bindCast) {
		p.unexpected()
	}
	p.take()
	p.expect(")")
	if schema != "" && schema != "pg_catalog." {
		p.fail(Pos(t.pos), "operator does not exist: "+schema+op.text, "")
	}
	return op.text
}

func (p *parser) atQuantifier() bool { return p.at("any") || p.at("some") || p.at("all") }

// quantified takes ANY (…) or ALL (…).
func (p *parser) quantified(at Pos, left Expr, op string) Expr {
	x := &Quantified{Pos: at, L: left, Op: op, All: p.take().is("all")}
	var list []Expr
	x.Query, list = p.inParens(true)
	if x.Query == nil {
		x.Array = list[0]
	}
	return x
}

// operand takes prefix operators and what they stand before.
func (p *parser) operand(m mode) Expr {
	at, t := p.pos(), p.token()
	if m == item {
		m = full
	}
	switch {
	case t.is("not") && m == full:
		p.take()
		return &Not{Pos: at, X: p.prefixed(bindNot, m)}
	case t.is("+"), t.is("-"):
		p.take()
		return &Unary{Pos: at, Op: t.text, X: p.prefixed(bindSign, m)}
	case t.kind == operator && binds(t.text) == bindOther, t.is("operator") && p.ahead(1).is("("):
		return &Unary{Pos: at, Op: p.operator(), X: p.prefixed(bindOther+1, m)}
	}
	x := p.primary()
	if m == full && p.at("overlaps") {
		return p.overlaps(at, x)
	}
	return x
}

// prefixed takes what a prefix operator stands before.
func (p *parser) prefixed(least int, m mode) Expr {
	p.enter()
	defer p.leave()
	return p.climb(p.operand(m), least, m)
}

// overlaps takes OVERLAPS and the row after it. Both rows must not have parentheses more
// than they need.
func (p *parser) overlaps(begin Pos, left Expr) Expr {
	at := p.pos()
	l, ok := left.(*Row)
	if !ok || l.Pos != begin {
		p.unexpected()
	}
	p.take()
	begin = p.pos()
	if !p.at("(") && !p.at("row", "(") {
		p.unexpected()
	}
	r, ok := p.primary().(*Row)
	if !ok || r.Pos != begin {
		p.unexpected()
	}
	if len(l.Elems) != 2 {
		p.fail(l.Pos, "wrong number of parameters on left side of OVERLAPS expression", "")
	}
	if len(r.Elems) != 2 {
		p.fail(r.Pos, "wrong number of parameters on right side of OVERLAPS expression", "")
	}
	return syntaxCall(at, "overlaps", l.Elems[0], l.Elems[1], r.Elems[0], r.Elems[1])
}

// primary takes what needs no parentheses anywhere.
func (p *parser) primary() Expr {
	t := p.token()
	at := Pos(t.pos)
	switch t.kind {
	case integer:
		p.take()
		return &Literal{Pos: at, Kind: LiteralInteger, Text: t.text}
	case decimal:
		p.take()
		return &Literal{Pos: at, Kind: LiteralNumeric, Text: t.text}
	case str:
		p.take()
		return &Literal{Pos: at, Kind: LiteralString, Text: t.text}
	case param:
		p.take()
		n, _ := strconv.Atoi(t.text)
		return p.indirection(&Param{Pos: at, Number: n})
	case quoted:
		return p.reference()
	case mark:
		switch t.text {
		case "(":
			return p.parenthesized()
		case ":":
			return p.namedParam()
		}
	case word:
		if x := p.special(); x != nil {
			return x
		}
		if x := p.typedLiteral(); x != nil {
			return x
		}
		return p.reference()
	}
	p.unexpected()
	return nil
}

// namedParam takes :name.
func (p *parser) namedParam() Expr {
	colon, name := p.token(), p.ahead(1)
	if name.pos != colon.end || name.kind == broken || name.kind == end {
		p.unexpected()
	}
	at := Pos(colon.pos)
	switch name.kind {
	case quoted, str:
		p.fail(at, "syntax error"+near(p.src, colon.pos, colon.end), "Write :name without quotes: its value is no text but a value already.")
	case word:
		p.take()
		p.take()
		return p.indirection(&Param{Pos: at, Name: p.src[name.pos:name.end]})
	}
	p.unexpected()
	return nil
}

// parenthesized takes a query or expression in parentheses, or a row.
func (p *parser) parenthesized() Expr {
	at := p.pos()
	q, list := p.inParens(false)
	return p.closed(at, q, list)
}

// closed makes an expression of what was in parentheses.
func (p *parser) closed(at Pos, q *Query, list []Expr) Expr {
	switch {
	case q != nil:
		return p.indirection(&Subquery{Pos: at, Query: q})
	case len(list) == 1:
		return p.indirection(list[0])
	}
	row := &Row{Pos: at, Elems: list}
	p.implicit[row] = true
	return row
}

// inParens takes what is in parentheses: a query, or expressions, and only one if single
// is set. Which of both begins with a parenthesis is seen only at its end: (select 1) is
// the beginning of ((select 1) union select 2) and of ((select 1) + 2).
func (p *parser) inParens(single bool) (*Query, []Expr) {
	if p.at("(") && p.queryWord(1) {
		return p.operandQuery(), nil
	}
	p.enter()
	defer p.leave()
	p.expect("(")
	var first Expr
	at := p.pos()
	switch {
	case p.at("("):
		q, exprs := p.inParens(false)
		if q != nil && (p.at(")") || p.continuesQuery()) {
			q = p.queryFrom(at, false, nil, q)
			p.expect(")")
			return q, nil
		}
		first = p.closed(at, q, exprs)
		if p.at("overlaps") {
			first = p.overlaps(at, first)
		}
		first = p.climb(first, bindOr, full)
	default:
		first = p.sameLevel(full)
	}
	exprs := []Expr{first}
	for !single && p.accept(",") {
		exprs = append(exprs, p.sameLevel(full))
	}
	p.expect(")")
	return nil, exprs
}

// reference takes a name: of a column, of a function that is called, or of a type with a
// constant after it.
func (p *parser) reference() Expr {
	t := p.token()
	if !t.namesColumn() {
		first := p.name(token.namesFunction)
		if !p.at("(") && p.token().kind != str {
			p.unexpected()
		}
		return p.callOrConstant([]Name{first})
	}
	names := []Name{p.name(token.namesColumn)}
	for p.accept(".") {
		if p.accept("*") {
			if p.at(".") || p.at("[") {
				p.starInside()
			}
			return &Star{Pos: names[0].Pos, Names: p.bounded(names, 2)}
		}
		names = append(names, p.name(token.namesAnything))
	}
	if (p.at("(") || p.token().kind == str) && (len(names) > 1 || t.namesFunction()) {
		return p.callOrConstant(names)
	}
	return p.indirection(&ColumnRef{Pos: names[0].Pos, Names: p.bounded(names, 3)})
}

// starInside fails, as nothing can follow t.* in t.*.x.
func (p *parser) starInside() {
	p.indirection(&Literal{})
	t := p.token()
	p.fail(Pos(t.pos), `improper use of "*"`+near(p.src, t.pos, t.end), "")
}

// indirection takes [1] and .name after x.
func (p *parser) indirection(x Expr) Expr {
	for {
		at := p.pos()
		switch {
		case p.accept("."):
			f := &Field{Pos: p.pos(), X: x}
			if p.accept("*") {
				f.Star, f.Name = true, Name{f.Pos, "*"}
				if p.at(".") || p.at("[") {
					p.starInside()
				}
				return f
			}
			f.Name = p.name(token.namesAnything)
			x = f
		case p.accept("["):
			x = p.subscript(at, x)
		default:
			return x
		}
	}
}

// subscript takes what follows the bracket of x[1] and x[1:2]. A colon that could begin a
// slice or a parameter, as in x[:y], begins a slice, as it does without psql.
func (p *parser) subscript(at Pos, x Expr) Expr {
	s := &Subscript{Pos: at, X: x}
	if !p.at(":") {
		s.Low = p.expr()
	}
	if s.Slice = p.accept(":"); s.Slice && !p.at("]") {
		s.High = p.expr()
	}
	p.expect("]")
	return s
}

// typedLiteral takes a constant after the name of a type that is a word of the grammar, as
// interval '1 day'. Nil if there is none: most of these words can be columns, too.
func (p *parser) typedLiteral() Expr {
	t, after := p.token(), p.ahead(1)
	if t.is("double") && after.is("precision") {
		return p.constant(p.simpleType(true))
	}
	if shortNames[t.text] == "" {
		return nil
	}
	follows := after.kind == str
	switch t.text {
	case "float", "dec", "decimal", "numeric", "varchar", "interval":
		follows = follows || after.is("(")
	case "char", "character", "nchar", "bit":
		follows = follows || after.is("(") || after.is("varying")
	case "national":
		follows = after.is("char") || after.is("character")
	case "time", "timestamp":
		follows = follows || after.is("(") || after.is("with") || after.is("without")
	}
	if !follows {
		return nil
	}
	return p.constant(p.simpleType(true))
}

// constant takes the constant after the name of its type.
func (p *parser) constant(t *TypeName) Expr {
	text := p.token()
	if text.kind != str {
		p.unexpected()
	}
	p.take()
	if t.Name == "interval" && t.Mods == nil {
		p.fields(t)
	}
	return &Cast{Pos: t.Pos, X: &Literal{Pos: Pos(text.pos), Kind: LiteralString, Text: text.text}, Type: t}
}

// callOrConstant takes what follows the name of a function or type: arguments, and what a
// function can have, or a constant, or both as in bpchar(3) 'abc'.
func (p *parser) callOrConstant(names []Name) Expr {
	if p.token().kind == str {
		return p.constantOf(p.named(names), nil)
	}
	f := p.call(names)
	if p.token().kind == str && len(f.Args) > 0 && !f.Variadic && !f.Distinct {
		return p.constantOf(p.named(names), f)
	}
	p.checkElsewhere(f)
	p.extras(f)
	return f
}

// constantOf takes a constant of a type whose modifiers look like arguments.
func (p *parser) constantOf(t *TypeName, f *Func) Expr {
	text := p.take()
	if f != nil {
		for _, x := range f.Args {
			if named, ok := x.(*NamedArg); ok {
				p.fail(named.Pos, "type modifier cannot have parameter name", "")
			}
		}
		if f.OrderBy != nil {
			p.fail(f.OrderBy[0].Expr.Position(), "type modifier cannot have ORDER BY", "")
		}
		t.Mods = p.modsOf(t, f.Args)
	}
	return &Cast{Pos: t.Pos, X: &Literal{Pos: Pos(text.pos), Kind: LiteralString, Text: text.text}, Type: t}
}
