package syntax

import (
	"math"
	"strconv"
)

// shortNames are the types whose names are words of the grammar, as the catalogue has them.
var shortNames = map[string]string{
	"int": "int4", "integer": "int4", "smallint": "int2", "bigint": "int8", "real": "float4", "float": "float8",
	"boolean": "bool", "dec": "numeric", "decimal": "numeric", "numeric": "numeric",
	"char": "bpchar", "character": "bpchar", "nchar": "bpchar", "national": "bpchar", "varchar": "varchar",
	"bit": "bit", "time": "time", "timestamp": "timestamp", "interval": "interval",
}

// typeName takes the name of a type with its array brackets.
func (p *parser) typeName() *TypeName {
	if p.at("setof") {
		p.refuse(p.pos(), "SETOF is not supported", "")
	}
	t := p.simpleType(false)
	if p.accept("array") {
		t.Dims = 1
		if p.accept("[") {
			p.integer()
			p.expect("]")
		}
		return t
	}
	for p.accept("[") {
		if !p.at("]") {
			p.integer()
		}
		p.expect("]")
		t.Dims++
	}
	return t
}

// simpleType takes the name of a type that is no array. Before a constant, char and bit
// have the length of the constant, and not 1.
func (p *parser) simpleType(constant bool) *TypeName {
	at := p.token()
	t := &TypeName{Pos: Pos(at.pos)}
	if at.is("double") && p.ahead(1).is("precision") {
		p.expect("double", "precision")
		t.Name = "float8"
		return t
	}
	short, ok := shortNames[at.text]
	if !ok || at.kind != word {
		return p.genericType()
	}
	p.take()
	t.Name = short
	switch at.text {
	case "float":
		p.float(t)
	case "dec", "decimal", "numeric":
		if p.accept("(") {
			t.Mods = p.mods(p.exprs())
			p.expect(")")
		}
	case "national", "char", "character", "nchar", "varchar":
		if at.is("national") && !p.accept("char") {
			p.expect("character")
		}
		if !at.is("varchar") && p.accept("varying") {
			t.Name = "varchar"
		}
		t.Mods = p.length()
		if t.Name == "bpchar" && t.Mods == nil && !constant {
			t.Mods = []int{1}
		}
	case "bit":
		if p.accept("varying") {
			t.Name = "varbit"
		}
		if p.accept("(") {
			t.Mods = p.mods(p.exprs())
			p.expect(")")
		} else if t.Name == "bit" && !constant {
			t.Mods = []int{1}
		}
	case "time", "timestamp":
		t.Mods = p.length()
		if p.at("with", "time") {
			p.expect("with", "time", "zone")
			t.Name += "tz"
		} else if p.accept("without") {
			p.expect("time", "zone")
		}
	case "interval":
		if t.Mods = p.length(); t.Mods == nil && !constant {
			p.fields(t)
		}
	}
	return t
}

// genericType takes a type whose name is no word of the grammar.
func (p *parser) genericType() *TypeName {
	first := p.name(token.namesFunction)
	names := p.qualified(first)
	t := p.named(names)
	if p.accept("(") {
		t.Mods = p.modsOf(t, p.exprs())
		p.expect(")")
	}
	return t
}

// named makes a type of names. The schema of PostgreSQL's own types says nothing.
func (p *parser) named(names []Name) *TypeName {
	p.bounded(names, 2)
	last := names[len(names)-1]
	if len(names) == 2 && names[0].Text != "pg_catalog" {
		p.fail(names[0].Pos, `type "`+names[0].Text+"."+last.Text+`" does not exist`, "")
	}
	return &TypeName{Pos: names[0].Pos, Name: last.Text}
}

// float takes the bits of a float.
func (p *parser) float(t *TypeName) {
	at := p.ahead(1)
	if bits := p.length(); bits != nil {
		switch {
		case bits[0] < 1:
			p.fail(Pos(at.pos), "precision for type float must be at least 1 bit", "")
		case bits[0] > 53:
			p.fail(Pos(at.pos), "precision for type float must be less than 54 bits", "")
		case bits[0] <= 24:
			t.Name = "float4"
		}
	}
}

// length takes (n) if it is there.
func (p *parser) length() []int {
	if !p.accept("(") {
		return nil
	}
	n := p.integer()
	p.expect(")")
	return []int{n}
}

// integer takes a number that fits PostgreSQL's integer.
func (p *parser) integer() int {
	t := p.token()
	n, err := strconv.Atoi(t.text)
	if t.kind != integer || err != nil || n > math.MaxInt32 {
		p.unexpected()
	}
	p.take()
	return n
}

// mods makes numbers of the expressions of numeric(10, -2).
func (p *parser) mods(exprs []Expr) []int {
	mods := make([]int, len(exprs))
	for i, x := range exprs {
		sign := 1
		if u, ok := x.(*Unary); ok && level(u) == bindSign {
			if x = u.X; u.Op == "-" {
				sign = -1
			}
		}
		n, ok := x.(*Literal)
		if !ok || n.Kind != LiteralInteger {
			p.fail(x.Position(), "type modifiers must be simple constants or identifiers", "")
		}
		v, err := strconv.Atoi(n.Text)
		if err != nil || v > math.MaxInt32 {
			p.fail(x.Position(), `value "`+cut(n.Text, mostName)+`" is out of range for type integer`, "")
		}
		mods[i] = sign * v
	}
	return mods
}

// modsOf does so for a type that is called by its name in the catalogue. That of an interval
// takes its fields as bits.
func (p *parser) modsOf(t *TypeName, exprs []Expr) []int {
	if t.Name == "interval" {
		p.refuse(t.Pos, `the modifiers of "interval" are not supported`, "Write interval without quotes.")
	}
	return p.mods(exprs)
}

// fields takes those of an interval: year to month, or second(3).
func (p *parser) fields(t *TypeName) {
	from, to := p.token().text, ""
	switch {
	case p.accept("year"):
		to = "month"
	case p.accept("month"):
	case p.accept("day"):
		to = "hour minute second"
	case p.accept("hour"):
		to = "minute second"
	case p.accept("minute"):
		to = "second"
	case p.at("second"):
		p.second(t)
		t.Fields = "second"
		return
	default:
		return
	}
	t.Fields = from
	if to == "" || !p.accept("to") {
		return
	}
	last := p.token()
	if !last.isOneOf(set(to)) {
		p.unexpected()
	}
	t.Fields += " to " + last.text
	if last.is("second") {
		p.second(t)
	} else {
		p.take()
	}
}

// second takes second or second(3).
func (p *parser) second(t *TypeName) {
	p.expect("second")
	t.Mods = p.length()
}
