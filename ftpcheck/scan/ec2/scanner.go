package ec2

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// A scanner reads elements of a body that is as EC2 writes it. Where it is not, or where
// it ends too early, the scanner is stopped and nothing that it has read of the current
// group counts.
type scanner struct {
	body    []byte
	at      int  // what is before it has been read
	stopped bool // from now on, every element is at its end
	keep    bool // make strings; otherwise texts are only checked
	odd     bool // the body may not have the shape of an answer
	spaced  bool // before the last tag was nothing but a line's end and its indentation
	depth   int  // how many unknown elements are around what is read

	keeper
}

// A keeper makes strings of texts.
type keeper struct {
	arena strings.Builder // strings of the current group
	*memory
}

func newKeeper() keeper { return keeper{memory: memories.Get().(*memory)} }

// A memory is what one scanner leaves to the next.
type memory struct {
	scratch []byte // text with entities
	seen    [seenTexts]seenText
	egress  rules
}

var memories = sync.Pool{New: func() any { return new(memory) }}

// A tag is a start tag that was read.
type tag struct {
	element    element
	start, end int  // where its name is in the body
	empty      bool // self-closed
}

func (s *scanner) stop() tag {
	s.stopped = true
	return tag{element: end}
}

// next reads up to the next child of an element and reads its start tag, or reads the
// element's own end tag and returns one of element end. The caller reads the child with
// next, value or inside before it asks for another.
func (s *scanner) next(parent tag) tag {
	if s.stopped || parent.empty {
		return tag{element: end}
	}
	b, i := s.body, s.at
	if i < len(b) && b[i] == '\n' {
		i++
	}
	for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:]) == spaces8 {
		i += 8
	}
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if s.spaced = i < len(b) && b[i] == '<'; !s.spaced {
		for i < len(b) && plain[b[i]] {
			i++
		}
		if i < len(b) && b[i] != '<' {
			s.text()
			i = s.at
		}
	}
	if s.stopped || i+2 >= len(b) {
		return s.stop()
	}
	i++ // the <
	if b[i] == '/' {
		s.at = i - 1
		s.close(parent)
		return tag{element: end}
	}
	t := tag{start: i}
	for i < len(b) && nameByte[b[i]] {
		i++
	}
	t.end = i
	switch {
	case i+1 >= len(b):
		return s.stop()
	case b[i] == '>':
		s.at = i + 1
	case b[i] == '/' && b[i+1] == '>':
		t.empty = true
		s.at = i + 2
	default:
		if s.at, t.empty = s.attributes(i); s.stopped {
			return tag{element: end}
		}
	}
	t.element = elementOf(b[t.start:t.end])
	if t.element == unknown && !nameStart(b[t.start]) {
		return s.stop()
	}
	return t
}

// close reads the end tag of the element.
func (s *scanner) close(t tag) {
	b, i, n := s.body, s.at, t.end-t.start
	if i+n+3 > len(b) || b[i] != '<' || b[i+1] != '/' || b[i+n+2] != '>' || string(b[i+2:i+n+2]) != string(b[t.start:t.end]) {
		s.stopped = true
		return
	}
	s.at = i + n + 3
}

// attributes reads the rest of a start tag that has attributes, or space after its name.
// It returns where the tag ends, and whether it is self-closed.
func (s *scanner) attributes(i int) (int, bool) {
	b := s.body
	for {
		for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
			i++
		}
		switch {
		case i+1 >= len(b):
			s.stopped = true
			return i, false
		case b[i] == '>':
			return i + 1, false
		case b[i] == '/' && b[i+1] == '>':
			return i + 2, true
		case !nameStart(b[i]):
			s.stopped = true
			return i, false
		}
		for i < len(b) && nameByte[b[i]] {
			i++
		}
		if i+1 >= len(b) || b[i] != '=' || b[i+1] != '"' && b[i+1] != '\'' {
			s.stopped = true
			return i, false
		}
		quote := b[i+1]
		i += 2
		for i < len(b) && plain[b[i]] && b[i] != quote {
			i++
		}
		if i == len(b) || b[i] != quote {
			s.stopped = true
			return i, false
		}
		i++
	}
}

// value reads an element that has text and nothing else, and returns the text. It is
// valid until the next text is read.
func (s *scanner) value(t tag) []byte {
	if s.stopped || t.empty {
		return nil
	}
	b, i := s.body, s.at
	for i < len(b) && plain[b[i]] {
		i++
	}
	v := b[s.at:i]
	if i < len(b) && b[i] != '<' {
		v = s.text()
	} else {
		s.at = i
	}
	s.close(t)
	return v
}

// text reads text up to the next <, with all that may be in it. What it returns is valid
// until its next call.
func (s *scanner) text() []byte {
	b, i := s.body, s.at
	out := s.scratch[:0]
	for ; i < len(b) && b[i] != '<'; i++ {
		switch c := b[i]; {
		case c == '&':
			var n int
			if out, n = appendEntity(out, b[i:]); n == 0 {
				s.stopped = true
				return nil
			}
			i += n - 1
		case c == '\r':
			out = append(out, '\n')
			if i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
		case c == '>' && i-s.at >= 2 && b[i-1] == ']' && b[i-2] == ']':
			s.stopped = true
			return nil
		default:
			out = append(out, c)
		}
	}
	s.scratch, s.at = out, i
	for rest := out; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 || !isCharacter(r) {
			s.stopped = true
			return nil
		}
		rest = rest[n:]
	}
	return out
}

// isCharacter reports whether XML allows a character.
func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// appendEntity appends what the entity at the start of b stands for. It returns the
// length of the entity, which is 0 if it is none.
func appendEntity(out, b []byte) ([]byte, int) {
	name, _, ok := bytes.Cut(b[1:min(len(b), longestEntity)], []byte(";"))
	if !ok {
		return out, 0
	}
	n := len(name) + 2
	switch string(name) {
	case "lt":
		return append(out, '<'), n
	case "gt":
		return append(out, '>'), n
	case "amp":
		return append(out, '&'), n
	case "apos":
		return append(out, '\''), n
	case "quot":
		return append(out, '"'), n
	}
	digits, base := string(name), 10
	if digits, ok = strings.CutPrefix(digits, "#"); !ok {
		return out, 0
	}
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	r, err := strconv.ParseUint(digits, base, 21)
	if err != nil || r > utf8.MaxRune {
		return out, 0
	}
	return utf8.AppendRune(out, rune(r)), n
}

// port reads an element that has a number.
func (s *scanner) port(t tag, o *Optional[int32]) {
	n, err := strconv.ParseInt(string(s.value(t)), 10, 64)
	if err != nil {
		s.stopped = true
	}
	*o = Optional[int32]{int32(n), true} // the SDK cuts off what is too long, too
}

// bool reads an element that is true or false.
func (s *scanner) bool(t tag, o *Optional[bool]) {
	b, err := strconv.ParseBool(string(s.value(t)))
	if err != nil {
		s.stopped = true
	}
	*o = Optional[bool]{b, true}
}

// string reads an element that has text which others may have, too.
func (s *scanner) string(t tag, o *Optional[string]) {
	if v := s.value(t); s.keep {
		*o = Optional[string]{s.share(v), true}
	}
}

// unique reads an element that has text which no other has.
func (s *scanner) unique(t tag, o *Optional[string]) {
	if v := s.value(t); s.keep {
		*o = Optional[string]{s.own(v), true}
	}
}

// own returns a text as a string of the current group. Strings of a group share an
// allocation, and no group shares one with another, which it would keep alive.
func (k *keeper) own(text []byte) string {
	if room := k.arena.Cap(); room-k.arena.Len() < len(text) {
		k.arena.Reset()
		k.arena.Grow(max(len(text), 2*room, arenaSize))
	}
	n := k.arena.Len()
	k.arena.Write(text)
	return k.arena.String()[n:]
}

// A seenText is a text that has come before, and one that may come again.
type seenText struct {
	text string // that has come twice
	hash uint64 // of the last text of this place in the table that was another
}

// share returns a text as a string, which is the same one if the text comes often.
func (k *keeper) share(text []byte) string {
	if len(text) > longestShared {
		return k.own(text)
	}
	hash := maphash.Bytes(seed, text)
	known := &k.seen[hash%seenTexts]
	switch {
	case known.text == string(text):
	case known.hash == hash:
		known.text = string(text)
	default:
		known.hash = hash
		return k.own(text)
	}
	return known.text
}

const (
	spaces8       = 0x2020202020202020
	deepest       = 100
	longestEntity = 32
	longestShared = 256
	arenaSize     = 256
	seenTexts     = 2048
)

var seed = maphash.MakeSeed()

// plain are the bytes that stand for themselves in text, wherever they are. Not among
// them is ], as ]]> is forbidden.
var plain = func() (set [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		set[c] = c != '<' && c != '&' && c != ']'
	}
	set['\t'], set['\n'] = true, true
	return set
}()

// nameByte are the bytes of names. Not among them are the colon and what is not ASCII.
var nameByte = func() (set [256]bool) {
	for c := range set {
		set[c] = nameStart(byte(c)) || '0' <= c && c <= '9' || c == '.' || c == '-'
	}
	return set
}()

func nameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}
