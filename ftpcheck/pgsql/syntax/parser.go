package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What is read is bounded: whoever walks a tree may do so by recursion.
const (
	mostText   = 1 << 20 // bytes of a text
	mostNested = 1000    // expressions and queries within each other
	mostChain  = 10_000  // nodes on a way from the statement to a leaf, as in 1 + 1 + 1 + …
)

// Parse reads the statements of a text, which are separated by semicolons. Its errors are
// *[Error].
func Parse(sql string) (statements []*Statement, err error) {
	if len(sql) > mostText {
		return nil, &Error{Message: fmt.Sprintf("the text is longer than %d bytes", mostText)}
	}
	if at, bad := invalidUTF8(sql); bad != "" {
		return nil, &Error{Pos: Pos(at), Message: bad}
	}
	p := &parser{src: sql, implicit: map[*Row]bool{}, limitAll: map[*Query]bool{}}
	p.tokens, p.broken = lex(sql)
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *Error:
			statements, err = nil, problem
		default:
			panic(problem)
		}
	}()
	for {
		for p.accept(";") {
		}
		if p.token().kind == end {
			return statements, nil
		}
		s := p.statement()
		if p.token().kind != end && !p.at(";") {
			p.unexpected()
		}
		if deeper(s, mostChain) {
			p.fail(s.Pos, fmt.Sprintf("the statement has a chain of more than %d operators or joins", mostChain), "")
		}
		statements = append(statements, s)
	}
}

// A parser goes through tokens from left to right. It looks ahead, but never goes back. An
// error ends it by a panic that [Parse] takes.
type parser struct {
	src    string
	tokens []token
	next   int
	broken *Error // of the lexer, raised by the last token
	depth  int
	// implicit are the rows that were written without ROW, which GROUP BY takes apart.
	implicit map[*Row]bool
	// limitAll are the queries with LIMIT ALL, which have no place for another LIMIT.
	limitAll map[*Query]bool
}

func (p *parser) fail(at Pos, message, hint string) {
	panic(&Error{Pos: at, Message: message, Hint: hint})
}

// refuse fails at what PostgreSQL might take.
func (p *parser) refuse(at Pos, message, hint string) {
	panic(&Error{Pos: at, Message: message, Hint: hint, Refused: true})
}

// unexpected fails at the token that is next.
func (p *parser) unexpected() {
	t := p.token()
	if t.kind == broken {
		panic(p.broken)
	}
	p.fail(Pos(t.pos), "syntax error"+near(p.src, t.pos, t.end), p.hint())
}

// enter goes one level deeper; leave comes back.
func (p *parser) enter() {
	if p.depth++; p.depth > mostNested {
		p.fail(p.pos(), fmt.Sprintf("the statement is nested deeper than %d levels", mostNested), "")
	}
}

func (p *parser) leave() { p.depth-- }

// token returns the token that is next.
func (p *parser) token() token { return p.tokens[p.next] }

func (p *parser) pos() Pos { return Pos(p.token().pos) }

// ahead returns the token n places after the next one. After the last there is none.
func (p *parser) ahead(n int) token { return p.tokens[min(p.next+n, len(p.tokens)-1)] }

// take returns the next token and passes it.
func (p *parser) take() token {
	t := p.token()
	if p.next < len(p.tokens)-1 {
		p.next++
	}
	return t
}

// is reports whether the token is this word of the grammar, operator or mark.
func (t token) is(text string) bool {
	return t.text == text && (t.kind == word || t.kind == operator || t.kind == mark)
}

func (t token) isOneOf(texts map[string]bool) bool { return t.is(t.text) && texts[t.text] }

// at reports whether these are the next tokens.
func (p *parser) at(texts ...string) bool {
	for i, text := range texts {
		if !p.ahead(i).is(text) {
			return false
		}
	}
	return true
}

// accept passes these tokens if they are the next ones.
func (p *parser) accept(texts ...string) bool {
	if !p.at(texts...) {
		return false
	}
	for range texts {
		p.take()
	}
	return true
}

// expect passes these tokens, and fails at the first that is not there.
func (p *parser) expect(texts ...string) {
	for _, text := range texts {
		if !p.accept(text) {
			p.unexpected()
		}
	}
}

// What a token can be the name of.
func (t token) namesColumn() bool {
	return t.kind == quoted || t.kind == word && t.class <= columnName
}
func (t token) namesFunction() bool {
	return t.kind == quoted || t.kind == word && t.class != columnName && t.class < reserved
}
func (t token) namesItem() bool {
	return t.namesAnything() && (t.kind == quoted || !needAs[t.text])
}
func (t token) namesAnything() bool {
	return t.kind == quoted || t.kind == word && t.class != noName
}

// name takes a name that is allowed here.
func (p *parser) name(allowed func(token) bool) Name {
	if !allowed(p.token()) {
		p.unexpected()
	}
	t := p.take()
	return Name{Pos(t.pos), t.text}
}

// names takes a, b, c.
func (p *parser) names() []Name {
	return list(p, func() Name { return p.name(token.namesColumn) })
}

// namesInParens takes (a, b, c).
func (p *parser) namesInParens() []Name {
	p.expect("(")
	names := p.names()
	p.expect(")")
	return names
}

// qualified takes what may follow the first of the names of a.b.c.
func (p *parser) qualified(first Name) []Name {
	names := []Name{first}
	for p.accept(".") {
		names = append(names, p.name(token.namesAnything))
	}
	return names
}

// bounded fails if there are more names than a thing has in one database.
func (p *parser) bounded(names []Name, most int) []Name {
	if len(names) <= most {
		return names
	}
	text := make([]string, len(names))
	for i, n := range names {
		text[i] = n.Text
	}
	message := "cross-database references are not implemented: "
	if len(names) > most+1 {
		message = "improper qualified name (too many dotted names): "
	}
	p.fail(names[0].Pos, message+strings.Join(text, "."), "")
	return nil
}

// list takes one or more things with commas between them.
func list[T any](p *parser, one func() T) []T {
	all := []T{one()}
	for p.accept(",") {
		all = append(all, one())
	}
	return all
}

// statement takes one statement.
func (p *parser) statement() *Statement {
	s := &Statement{Pos: p.pos()}
	if p.accept("explain") {
		s.Explain = true
		if p.at("analyze") || p.at("analyse") || p.at("verbose") || p.at("(") && !p.startsQuery(1) {
			p.fail(p.pos(), "EXPLAIN is taken without options", "Write explain select …")
		}
	}
	s.Query = p.query()
	return s
}

// Line returns the line and column of the error in the text that was parsed. Both count
// from 1, and columns are characters.
func (e *Error) Line(sql string) (line, column int) {
	before := sql[:max(0, min(int(e.Pos), len(sql)))]
	begin := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[begin:]) + 1
}
