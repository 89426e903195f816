package syntax

import "strings"

// A Word is a piece of a text that may be no statement yet: for whoever helps to write one.
type Word struct {
	// Text is what a name or a string stands for, and of anything else what is written.
	Text string
	// Name says that it is a name without quotes, which may be a word of the grammar.
	Name bool
	// Grammar says that it is a word of PostgreSQL's grammar.
	Grammar bool
	// Mark says that it is a mark such as ; or ( or what is nothing in SQL.
	Mark bool
	// Pos and End are where it begins and ends in the text, in bytes.
	Pos, End int
}

// Words cuts a text into words. What is wrong is passed over, so that one error hides nothing
// that stands behind it. It reports true if the text ends in a string, a name in quotes or a
// comment of which the end is still to come.
func Words(text string) (words []Word, open bool) {
	l := &lexer{src: text}
	for {
		from := l.pos
		l.blanks()
		if l.err == nil {
			from = l.pos
			l.token()
		}
		if l.err == nil {
			if l.tokens[len(l.tokens)-1].kind == end {
				break
			}
			continue
		}
		if l.skip(from) {
			open = true
			break
		}
	}
	for _, t := range l.tokens {
		if t.kind != end {
			words = append(words, Word{
				Text: t.text, Pos: t.pos, End: t.end,
				Name: t.kind == word, Grammar: t.kind == word && t.class != noWord, Mark: t.kind == mark,
			})
		}
	}
	return words, open
}

// skip goes on behind an error in what began at from. It reports true if nothing is behind it.
func (l *lexer) skip(from int) (open bool) {
	err := l.err
	l.err = nil
	switch {
	case strings.HasPrefix(err.Message, "unterminated"):
		return true
	case err.Refused:
		l.pos-- // the quote behind the letters begins a string or a name
	case from+1 < len(l.src) && l.src[from+1] == '\'' && strings.IndexByte("eE", l.src[from]) >= 0:
		for l.pos = from + 2; l.pos < len(l.src); l.pos++ {
			switch l.src[l.pos] {
			case '\\':
				l.pos++
			case '\'':
				l.pos++
				return false
			}
		}
		l.pos = len(l.src)
		return true
	}
	return false
}
