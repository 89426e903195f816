package document

import (
	"bufio"
	"fmt"
)

// What is read is bounded, so that a small file can make nobody wait for ever or run out of
// memory: a few MB of gzip may hold a terabyte. AWS's answers stay far below each bound: its
// longest texts have 255 characters, and a group with 1,000 rules takes less than a megabyte.
var most = struct {
	token   int64 // bytes of one text or number, and of blanks between two
	element int64 // bytes of one element of a list, such as a security group
	text    int64 // bytes of a file, after it was decompressed
	yaml    int64 // the same of YAML, which is in memory as a whole
}{
	token:   1 << 20,
	element: 64 << 20,
	text:    32 << 30,
	yaml:    16 << 20,
}

// mostNested is how deep lists and objects may be nested. It is the bound of the JSON decoder.
const mostNested = 10_000

// boundedText is the text of a document up to its bounds. The decoder asks for more only if it
// cannot go on with what it has, so all that it got since the last token is of one token, and
// since the begin of an element, of that element.
type boundedText struct {
	*bufio.Reader
	document *Document
	given    int64 // to the decoder, or taken
	scanned
}

func (t *boundedText) Read(p []byte) (int, error) {
	if t.standIn != "" {
		return t.give(p), nil
	}
	at := t.document.InputOffset()
	tooLarge := func(what string, most int64) error {
		return &Error{Code: TooLarge, Problem: fmt.Sprintf("%s is longer than %s, and in no answer of AWS it is", what, size(most)), Offset: at}
	}
	switch begin := t.document.element; {
	case t.given > most.text:
		return 0, tooLarge("the text of the file", most.text)
	case begin >= 0 && t.given-begin > most.element:
		at = begin
		return 0, tooLarge("an element of the list", most.element)
	case t.given-at > most.token && (begin < 0 || !t.document.whole):
		return 0, tooLarge("a text, or the blanks before it,", most.token)
	}
	n, err := t.Reader.Read(p[:t.portion(len(p))])
	t.given += int64(n)
	return n, err
}

func size(n int64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
