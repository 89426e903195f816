package syntax

// call takes the arguments of a function.
func (p *parser) call(names []Name) *Func {
	f := &Func{Pos: names[0].Pos, Name: p.bounded(names, 2)}
	p.expect("(")
	if p.accept(")") {
		return f
	}
	if p.accept("*") {
		f.Star = true
		p.expect(")")
		return f
	}
	f.Distinct = p.accept("distinct")
	all := f.Distinct || p.accept("all")
	for {
		f.Variadic = !all && p.accept("variadic")
		f.Args = append(f.Args, p.argument(full))
		if f.Variadic || !p.accept(",") {
			break
		}
	}
	if p.at("order") {
		f.OrderBy = p.orderBy()
	}
	p.expect(")")
	return f
}

// argument takes an argument, which may have a name.
func (p *parser) argument(m mode) Expr {
	if after := p.ahead(1); p.token().namesFunction() && (after.is("=>") || after.is(":=")) {
		name := p.name(token.namesFunction)
		p.take()
		return &NamedArg{Pos: name.Pos, Name: name, X: p.expr()}
	}
	return p.exprOf(m)
}

// extras takes WITHIN GROUP, FILTER and OVER.
func (p *parser) extras(f *Func) {
	if at := p.pos(); p.at("within") {
		p.expect("within", "group", "(")
		f.WithinGroup = p.orderBy()
		p.expect(")")
		switch {
		case f.OrderBy != nil:
			p.fail(at, "cannot use multiple ORDER BY clauses with WITHIN GROUP", "")
		case f.Distinct:
			p.fail(at, "cannot use DISTINCT with WITHIN GROUP", "")
		case f.Variadic:
			p.fail(at, "cannot use VARIADIC with WITHIN GROUP", "")
		}
	}
	if p.accept("filter") {
		p.expect("(", "where")
		f.Filter = p.expr()
		p.expect(")")
	}
	if !p.accept("over") {
		return
	}
	if p.at("(") {
		f.Over = p.window()
		return
	}
	name := p.name(token.namesColumn)
	f.Over = &Window{Pos: name.Pos, Bare: true, Base: &name}
}

// syntaxCall makes a call that has a syntax of its own.
func syntaxCall(at Pos, name string, args ...Expr) *Func {
	return &Func{Pos: at, Name: []Name{{at, name}}, Syntax: true, Args: args}
}

// withoutParens are the functions that are called without parentheses, and whether they can
// have a precision in them.
var withoutParens = map[string]bool{
	"current_date": false, "current_time": true, "current_timestamp": true, "localtime": true, "localtimestamp": true,
	"current_role": false, "current_user": false, "session_user": false, "user": false, "current_catalog": false,
	"current_schema": false,
}

// special takes an expression that begins with a word of its own. Nil if there is none.
func (p *parser) special() Expr {
	t, after := p.token(), p.ahead(1)
	if t.kind != word || t.class == noWord {
		return nil
	}
	at := Pos(t.pos)
	switch t.text {
	case "null", "true", "false":
		p.take()
		return &Literal{Pos: at, Kind: map[string]LiteralKind{"null": LiteralNull, "true": LiteralTrue, "false": LiteralFalse}[t.text]}
	case "case":
		return p.caseExpr()
	case "array":
		if p.take(); p.at("(") {
			return &ArrayQuery{Pos: at, Query: p.operandQuery()}
		}
		return p.array(at)
	case "default":
		p.fail(at, "DEFAULT is not allowed in this context", "")
	case "unique":
		p.fail(at, "UNIQUE predicate is not yet implemented", "")
	case "collation":
		if after.is("for") {
			p.take()
			p.take()
			p.expect("(")
			f := syntaxCall(at, "pg_collation_for", p.expr())
			p.expect(")")
			return f
		}
		return nil
	}
	if precision, ok := withoutParens[t.text]; ok {
		if t.class == functionName && (after.is("(") || after.kind == str) {
			return nil
		}
		p.take()
		f := syntaxCall(at, t.text)
		if precision && p.accept("(") {
			n := p.token()
			p.integer()
			f.Args = []Expr{&Literal{Pos: Pos(n.pos), Kind: LiteralInteger, Text: n.text}}
			p.expect(")")
		}
		return f
	}
	if t.class != columnName && !t.is("cast") || !after.is("(") && !t.is("cast") {
		return nil
	}
	takes, ok := specials[t.text]
	if !ok {
		return nil
	}
	p.take()
	if t.is("exists") {
		return &Exists{Pos: at, Query: p.operandQuery()}
	}
	p.expect("(")
	x := takes(p, at)
	p.expect(")")
	return x
}

// specials take what is between the parentheses after a word that is no function's name.
var specials map[string]func(p *parser, at Pos) Expr

func init() {
	named := func(name string) func(p *parser, at Pos) Expr {
		return func(p *parser, at Pos) Expr { return syntaxCall(at, name, p.exprs()...) }
	}
	xml := func(p *parser, at Pos) Expr {
		p.refuse(at, "XML is not supported", "")
		return nil
	}
	specials = map[string]func(p *parser, at Pos) Expr{
		"coalesce": named("coalesce"), "greatest": named("greatest"), "least": named("least"), "grouping": named("grouping"),
		"cast": (*parser).cast, "exists": nil, "row": (*parser).row, "treat": (*parser).treat,
		"extract": (*parser).extract, "normalize": (*parser).normalize, "nullif": (*parser).nullif,
		"overlay": (*parser).overlay, "position": (*parser).position, "substring": (*parser).substring, "trim": (*parser).trim,
		"xmlconcat": xml, "xmlelement": xml, "xmlexists": xml, "xmlforest": xml, "xmlparse": xml, "xmlpi": xml,
		"xmlroot": xml, "xmlserialize": xml,
	}
}

func (p *parser) cast(at Pos) Expr {
	x := p.expr()
	p.expect("as")
	return &Cast{Pos: at, X: x, Type: p.typeName()}
}

func (p *parser) treat(at Pos) Expr {
	p.refuse(at, "TREAT is not supported", "Write cast(x as type).")
	return nil
}

func (p *parser) row(at Pos) Expr {
	r := &Row{Pos: at}
	if !p.at(")") {
		r.Elems = p.exprs()
	}
	return r
}

func (p *parser) nullif(at Pos) Expr {
	x := p.expr()
	p.expect(",")
	return syntaxCall(at, "nullif", x, p.expr())
}

func (p *parser) normalize(at Pos) Expr {
	f := syntaxCall(at, "normalize", p.expr())
	if p.accept(",") {
		f.Args = append(f.Args, p.normalForm())
	}
	return f
}

// parts are the words of the grammar that EXTRACT takes without quotes.
var parts = set("year month day hour minute second")

func (p *parser) extract(at Pos) Expr {
	t := p.token()
	if t.kind != str && t.kind != quoted && (t.kind != word || t.class != noWord && !t.isOneOf(parts)) {
		p.unexpected()
	}
	p.take()
	p.expect("from")
	return syntaxCall(at, "extract", &Literal{Pos: Pos(t.pos), Kind: LiteralString, Text: t.text}, p.expr())
}

func (p *parser) position(at Pos) Expr {
	x := p.exprOf(restricted)
	p.expect("in")
	return syntaxCall(at, "position", p.exprOf(restricted), x)
}

// plainCall takes the arguments of a function whose name is a word of the grammar, with
// commas between them.
func (p *parser) plainCall(at Pos, name string, first ...Expr) Expr {
	f := &Func{Pos: at, Name: []Name{{at, name}}, Args: first}
	for len(f.Args) > 0 && p.accept(",") {
		f.Args = append(f.Args, p.argument(full))
	}
	return f
}

func (p *parser) overlay(at Pos) Expr {
	if p.at(")") {
		return p.plainCall(at, "overlay")
	}
	x := p.argument(full)
	if _, named := x.(*NamedArg); named || !p.accept("placing") {
		return p.plainCall(at, "overlay", x)
	}
	f := syntaxCall(at, "overlay", x, p.expr())
	p.expect("from")
	f.Args = append(f.Args, p.expr())
	if p.accept("for") {
		f.Args = append(f.Args, p.expr())
	}
	return f
}

// substring takes its arguments. What has FOR only begins at the first character.
func (p *parser) substring(at Pos) Expr {
	if p.at(")") {
		return p.plainCall(at, "substring")
	}
	x := p.argument(item) // which leaves SIMILAR to us
	if _, named := x.(*NamedArg); named {
		return p.plainCall(at, "substring", x)
	}
	switch word := p.pos(); {
	case p.accept("from"):
		f := syntaxCall(at, "substring", x, p.expr())
		if p.accept("for") {
			f.Args = append(f.Args, p.expr())
		}
		return f
	case p.accept("for"):
		length := p.expr()
		if p.accept("from") {
			return syntaxCall(at, "substring", x, p.expr(), length)
		}
		one := &Literal{Pos: word, Kind: LiteralInteger, Text: "1"}
		return syntaxCall(at, "substring", x, one, &Cast{Pos: word, X: length, Type: &TypeName{Pos: word, Name: "int4"}})
	case p.accept("similar"):
		pattern := p.expr()
		p.expect("escape")
		return syntaxCall(at, "substring", x, pattern, p.expr())
	}
	return p.plainCall(at, "substring", x)
}

func (p *parser) trim(at Pos) Expr {
	name := "btrim"
	switch {
	case p.accept("both"):
	case p.accept("leading"):
		name = "ltrim"
	case p.accept("trailing"):
		name = "rtrim"
	}
	if p.accept("from") {
		return syntaxCall(at, name, p.exprs()...)
	}
	args := []Expr{p.expr()}
	if p.accept("from") {
		args = append(p.exprs(), args...)
	} else if p.accept(",") {
		args = append(args, p.exprs()...)
	}
	return syntaxCall(at, name, args...)
}

// caseExpr takes CASE.
func (p *parser) caseExpr() Expr {
	c := &Case{Pos: p.pos()}
	p.expect("case")
	if !p.at("when") {
		c.Operand = p.expr()
	}
	for len(c.Whens) == 0 || p.at("when") {
		p.expect("when")
		cond := p.expr()
		p.expect("then")
		c.Whens = append(c.Whens, When{Cond: cond, Result: p.expr()})
	}
	if p.accept("else") {
		c.Else = p.expr()
	}
	p.expect("end")
	return c
}

// array takes the elements of ARRAY[…], which are either all in brackets or none is.
func (p *parser) array(at Pos) Expr {
	a := &Array{Pos: at}
	p.expect("[")
	switch {
	case p.at("]"):
	case p.at("["):
		p.enter()
		a.Elems = list(p, func() Expr { return p.array(p.pos()) })
		p.leave()
	default:
		a.Elems = p.exprs()
	}
	p.expect("]")
	return a
}
