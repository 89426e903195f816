package shell

import (
	"context"
	"errors"
	"os"
	"strings"
	"unicode"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"
	"golang.org/x/term"
)

// A LineEditor is an [Editor] at the terminal of the process, with the keys of Emacs unless
// ~/.inputrc says otherwise.
type LineEditor struct {
	lines   *readline.Shell
	history *History
}

// NewLineEditor returns an editor that remembers in a history.
func NewLineEditor(h *History) *LineEditor {
	e := &LineEditor{newLines(), h}
	e.lines.History.Add("history", recall{h})
	e.lines.Prompt.Secondary(func() string { return Continuation })
	return e
}

func newLines() *readline.Shell {
	lines := readline.NewShell()
	for name, value := range map[string]any{
		"convert-meta":                 false, // which would make a key of every ä
		"completion-ignore-case":       true,  // as SQL does
		"menu-complete-display-prefix": true,  // what all choices begin with comes first
		"comment-begin":                "--",
		"multiline-column":             true,
	} {
		lines.Config.Set(name, value)
	}
	// Within lines the arrows go up and down; beyond them they go through the history.
	for _, binds := range lines.Config.Binds {
		for key, bind := range binds {
			switch {
			case bind.Action == "previous-history" && strings.HasSuffix(key, "A"):
				binds[key] = inputrc.Bind{Action: "up-line-or-history"}
			case bind.Action == "next-history" && strings.HasSuffix(key, "B"):
				binds[key] = inputrc.Bind{Action: "down-line-or-history"}
			}
		}
	}
	return lines
}

// recall is a history for the editor to read. What is added to it is what was taken, and not
// each line.
type recall struct{ *History }

func (r recall) Write(string) (int, error) { return len(r.texts), nil }
func (r recall) Len() int                  { return len(r.texts) }
func (r recall) Dump() any                 { return r.texts }

func (r recall) GetLine(i int) (string, error) {
	if i < 0 || i >= len(r.texts) {
		return "", errors.New("there is no such line")
	}
	return r.texts[i], nil
}

// Remember implements [Editor].
func (e *LineEditor) Remember(text string) error { return e.history.Add(text) }

// Read implements [Editor].
func (e *LineEditor) Read(ctx context.Context, prompt string, helper Helper) (string, error) {
	e.lines.Prompt.Primary(func() string { return prompt })
	e.lines.AcceptMultiline = func(line []rune) bool { return helper.Whole(string(line)) }
	e.lines.Completer = func(line []rune, cursor int) readline.Completions {
		before := string(line[:cursor])
		return completions(before, helper, before+string(line[cursor:]))
	}
	return read(ctx, e.lines)
}

// Ask asks for a line that is not SQL and not remembered.
func (e *LineEditor) Ask(ctx context.Context, prompt string) (string, error) {
	lines := newLines()
	lines.Prompt.Primary(func() string { return prompt })
	return read(ctx, lines)
}

// read reads until something is accepted or the context ends. The terminal is then as it was.
func read(ctx context.Context, lines *readline.Shell) (string, error) {
	stdin := int(os.Stdin.Fd())
	before, err := term.GetState(stdin)
	if err != nil {
		return "", err
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := lines.Readline()
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if errors.Is(a.err, readline.ErrInterrupt) {
			return "", ErrInterrupt
		}
		return a.text, a.err
	case <-ctx.Done():
		// Nobody reads any more, and the process ends.
		term.Restore(stdin, before)
		os.Stdout.WriteString("\x1b[?2004l\r\n") // pastes are no longer bracketed
		return "", ctx.Err()
	}
}

// completions are the choices at a cursor, as the library has them.
func completions(before string, helper Helper, text string) readline.Completions {
	begin, choices := helper.Complete(text, len(before))
	name := before[begin:]
	// Without the begin of a name the library takes everything behind the last blank for it,
	// and counts its bytes.
	head := ""
	if name == "" {
		head = before[strings.LastIndexAny(before, " \t\n")+1:]
		if strings.ContainsFunc(head, func(r rune) bool { return r > unicode.MaxASCII }) {
			return readline.Completions{}
		}
	}
	var values []readline.Completion
	for _, c := range choices {
		values = append(values, readline.Completion{Value: head + c.Text, Display: c.Text, Description: c.Note, Tag: c.Kind})
	}
	all := readline.CompleteRaw(values)
	all.PREFIX = name
	return all
}
