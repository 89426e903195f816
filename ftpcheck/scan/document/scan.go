package document

import (
	"bufio"
	"bytes"
	"errors"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Scan takes the element of a list at the begin of text, if that is written as most are and
// reading it is cheaper so than by package json, which decodes all that it does not take. It says
// how far it has read and, of an element that it took, what came of handling it. If it takes none
// and has read as far as text goes, it is asked again with more.
//
// An element that is taken is a whole value of JSON, without anything that package json refuses.
type Scan func(text []byte) (n int, taken bool, handled error)

// scanned is what a text knows of the elements that were taken, of which the decoder knows nothing.
//
// They can be taken only where the decoder has read nothing of them, and it reads ahead. So it is
// given the text in portions, each up to where an element may begin that can be taken: the end of
// an element that it decodes, and the begin of a list, if that is not far behind the begin of the
// text or the last element. So such a list is never as deep as the decoder allows.
type scanned struct {
	portions int64  // where the last portion ends that was meant to
	missing  int64  // how many bytes the decoder has been given less than was read
	unseen   int    // elements for which the decoder was given nothing
	standIn  string // what it is given in the place of one
}

// portion is how much of what comes next the decoder is given, and at most so many bytes.
func (t *boundedText) portion(most int) int {
	if left := t.portions - t.given; left > 0 {
		return int(min(left, int64(most)))
	}
	if t.given-t.portions < beginning {
		t.Peek(1)
		next, _ := t.Peek(min(most, t.Buffered()))
		if i := bytes.IndexByte(next, '['); i >= 0 {
			return i + 1
		}
	}
	return most
}

// give gives the decoder what stands in for an element.
func (t *boundedText) give(p []byte) int {
	n := copy(p, t.standIn)
	t.standIn = t.standIn[n:]
	t.missing -= int64(n)
	return n
}

// more reports whether there is more of the text than so many bytes, as far as an element may be
// that is scanned.
func (t *boundedText) more(than int) bool {
	if than == t.Size() && int64(than) < most.token {
		t.Reader = bufio.NewReaderSize(t.Reader, int(most.token))
	}
	next, _ := t.Peek(t.Size()) // what is wrong with the rest, the decoder is told
	return len(next) > than
}

// take has the next element scanned, which follows another or is the first. The decoder can read an
// element that is not taken.
func (d *Document) take(scan Scan, follows bool) (taken bool, handled, err error) {
	t := d.text
	if scan == nil || len(d.UnreadBuffer()) > 0 || t.given > most.text {
		return false, nil, nil
	}
	for {
		text, _ := t.Peek(t.Buffered())
		at, begins := elementAt(text, follows)
		n, long := at, 0
		if begins {
			if n, taken, handled = scan(text[at:]); taken {
				t.pass(at + n)
				if _, bad := handled.(*sg.BadValue); bad {
					err = d.catchUp() // to tell where it is
				}
				return true, handled, err
			}
			if n += at; n < len(text) {
				long = extent(text)
			}
		}
		if (n == len(text) || begins && long == 0) && t.more(len(text)) {
			continue
		}
		if !begins && at < len(text) && text[at] == ']' {
			t.unseen = 0 // which does not matter behind the list
		}
		t.portions = t.given + int64(long)
		return false, nil, d.catchUp()
	}
}

// elementAt is where in a text the next element is, and whether it begins as an object there. One
// that follows another does so behind a comma.
func elementAt(text []byte, follows bool) (at int, begins bool) {
	at = blanks(text)
	if follows {
		if at == len(text) || text[at] != ',' {
			return at, false
		}
		at++
		at += blanks(text[at:])
	}
	return at, at < len(text) && text[at] == '{'
}

// blanks is how much white space a text begins with.
func blanks(text []byte) int {
	i := 0
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// extent is how long a text is up to the end of the first object in it; 0 if that does not end.
func extent(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// pass steps over so many bytes, with which an element ends that was taken.
func (t *boundedText) pass(n int) {
	t.Discard(n)
	t.given += int64(n)
	t.missing += int64(n)
	t.portions = t.given
	t.unseen++
}

// catchUp has the decoder read something in the place of each element that was taken, so that it
// knows how many there are.
func (d *Document) catchUp() error {
	for t := d.text; t.unseen > 0; t.unseen-- {
		t.standIn = ",{}"
		if _, before := d.StackIndex(d.StackDepth()); before == 0 {
			t.standIn = "{}"
		}
		if err := d.SkipValue(); err != nil {
			return err
		}
	}
	return nil
}

// InputOffset is where in the text the value ends that was read or taken last.
func (d *Document) InputOffset() int64 { return d.Decoder.InputOffset() + d.text.missing }

// asError is [AsError] for what the decoder says, which counts no bytes that it was not given.
func (d *Document) asError(err error) error {
	var already *Error
	if errors.As(err, &already) {
		return err
	}
	err = AsError(err)
	if e, ok := err.(*Error); ok && e.Offset >= 0 {
		e.Offset += d.text.missing
	}
	return err
}
