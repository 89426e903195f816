package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/ergochat/readline"
)

// A LineEditor is an [Editor] at the terminal of the process, with the keys of Emacs.
type LineEditor struct {
	lines   *readline.Instance
	config  readline.Config
	history *History
	helper  Helper
}

// NewLineEditor returns an editor that remembers in a history.
func NewLineEditor(h *History) (*LineEditor, error) {
	e := &LineEditor{history: h}
	e.config = readline.Config{
		Stdin:                  &pasteReader{in: os.Stdin},
		HistoryLimit:           2 * mostHistory, // which keeps its own
		DisableAutoSaveHistory: true,
		HistorySearchFold:      true,
		Undo:                   true,
		EOFPrompt:              "\n",
		Painter:                func(line []rune, _ int) []rune { return shown(line) },
	}
	var err error
	e.lines, err = readline.NewFromConfig(&e.config)
	return e, err
}

// Close ends the editor. The terminal is then as it was.
func (e *LineEditor) Close() error { return e.lines.Close() }

// Remember implements [Editor].
func (e *LineEditor) Remember(text string) error { return e.history.Add(text) }

// Read implements [Editor].
func (e *LineEditor) Read(ctx context.Context, prompt string, helper Helper) (string, error) {
	e.helper = helper
	// The library would take what was recalled before for what is to be added.
	e.lines.ResetHistory()
	for _, text := range e.history.texts {
		e.lines.SaveToHistory(fromTabs.Replace(text))
	}
	config := e.config
	config.Prompt, config.AutoComplete = prompt, e
	return e.read(ctx, &config)
}

// Ask asks for a line that is not SQL and not remembered.
func (e *LineEditor) Ask(ctx context.Context, prompt string) (string, error) {
	config := e.config
	config.Prompt, config.HistoryLimit = prompt, -1
	return e.read(ctx, &config)
}

func (e *LineEditor) read(ctx context.Context, config *readline.Config) (string, error) {
	// What is being typed when the context ends comes back as if it were whole.
	defer context.AfterFunc(ctx, func() { e.lines.Close() })()
	os.Stdout.WriteString(pasteOn)
	defer os.Stdout.WriteString(pasteOff)
	text, err := e.lines.ReadLineWithConfig(config)
	if errors.Is(err, readline.ErrInterrupt) {
		return "", ErrInterrupt
	}
	return toTabs.Replace(text), err
}

// Do implements [readline.AutoCompleter].
func (e *LineEditor) Do(line []rune, at int) (rest [][]rune, length int) {
	before, after := toTabs.Replace(string(line[:at])), toTabs.Replace(string(line[at:]))
	begin, choices := e.helper.Complete(before+after, len(before))
	for _, choice := range choices {
		rest = append(rest, []rune(choice[len(before)-begin:]))
	}
	return rest, len([]rune(before[begin:]))
}

// A tab that is pasted is no key, and is this character while the line is edited.
const tabMark = "\ue009"

var (
	fromTabs = strings.NewReplacer("\t", tabMark)
	toTabs   = strings.NewReplacer(tabMark, "\t")
)

// shown is a line as it is on the screen. Nothing in it steers the terminal.
func shown(line []rune) []rune {
	painted := make([]rune, len(line))
	for i, r := range line {
		if r != '\n' && !unicode.IsPrint(r) {
			r = ' '
		}
		painted[i] = r
	}
	return painted
}

// What makes a terminal put what is pasted between two marks, and the marks.
const (
	pasteOn, pasteOff    = "\x1b[?2004h", "\x1b[?2004l"
	pasteBegin, pasteEnd = "\x1b[200~", "\x1b[201~"
)

// A pasteReader reads keys. Of what is pasted only text is left: a tab does not complete, and
// nothing else is a key that the person has not pressed.
type pasteReader struct {
	in     io.Reader
	pasted bool
	held   []byte // may be the begin of a mark
	ready  bytes.Buffer
}

func (p *pasteReader) Read(b []byte) (int, error) {
	for p.ready.Len() == 0 {
		var chunk [1024]byte
		n, err := p.in.Read(chunk[:])
		p.take(chunk[:n])
		if err != nil && p.ready.Len() == 0 {
			return 0, err
		}
	}
	return p.ready.Read(b)
}

func (p *pasteReader) take(chunk []byte) {
	rest := append(p.held, chunk...)
	p.held = nil
	for len(rest) > 0 {
		mark := pasteBegin
		if p.pasted {
			mark = pasteEnd
		}
		switch c := rest[0]; {
		case bytes.HasPrefix(rest, []byte(mark)):
			p.pasted = !p.pasted
			rest = rest[len(mark):]
			continue
		case strings.HasPrefix(mark, string(rest)):
			p.held = rest
			return
		case p.pasted && c == '\t':
			p.ready.WriteString(tabMark)
		case p.pasted && c != '\r' && c != '\n' && (c < ' ' || c == 0x7f):
			p.ready.WriteByte(' ')
		default:
			p.ready.WriteByte(c)
		}
		rest = rest[1:]
	}
}
