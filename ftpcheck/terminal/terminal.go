// Package terminal tells what is at the other end of a stream: whether a person looks at it,
// how much room there is, and whether it shows colours. What is written into a pipe or a file
// is the same wherever the program runs.
package terminal

import (
	"fmt"
	"io"
	"os"

	"github.com/fatih/color"
	"github.com/mattn/go-colorable"
	"golang.org/x/term"
)

// Stream is a stream of which is known whether it shows colours.
type Stream struct {
	io.Writer
	file    *os.File // nil for what is no file
	colours bool
	status  status
}

// Colours is what a user chose: colours always, never, or if a person looks.
type Colours string

// The choices of a user.
const (
	Auto   Colours = "auto"
	Always Colours = "always"
	Never  Colours = "never"
)

// Set makes Colours a flag. It refuses what is none of the choices.
func (c *Colours) Set(text string) error {
	switch choice := Colours(text); choice {
	case Auto, Always, Never:
		*c = choice
		return nil
	}
	return fmt.Errorf("must be auto, always or never")
}

// Choices are the values that it can have.
func (c *Colours) Choices() []string { return []string{string(Auto), string(Always), string(Never)} }

// String is the choice as a user writes it.
func (c *Colours) String() string { return string(*c) }

// Type is what --help calls the values of the flag.
func (c *Colours) Type() string { return "WHEN" }

// Open returns w as a stream with or without colours. With Auto they are shown on a terminal
// that has them, unless NO_COLOR is set (no-color.org), and everywhere if CLICOLOR_FORCE is.
func Open(w io.Writer, choice Colours) *Stream {
	s := &Stream{Writer: w, colours: choice == Always}
	s.file, _ = w.(*os.File)
	if choice == Auto {
		force := os.Getenv("CLICOLOR_FORCE")
		s.colours = os.Getenv("NO_COLOR") == "" && (force != "" && force != "0" || Is(w) && os.Getenv("TERM") != "dumb")
	}
	if s.colours && Is(w) {
		s.Writer = colorable.NewColorable(s.file) // which an old console of Windows needs
	}
	return s
}

// file returns the file behind a stream, or nil.
func file(stream any) *os.File {
	switch s := stream.(type) {
	case *os.File:
		return s
	case *Stream:
		return s.file
	case *Pager:
		return s.stream.file
	}
	return nil
}

// Is reports whether a stream is a terminal.
func Is(stream any) bool {
	f := file(stream)
	return f != nil && term.IsTerminal(int(f.Fd()))
}

// Width returns how many columns a terminal has. It is 0, which is no limit, for a stream
// that is none, and for a terminal that does not tell.
func Width(stream any) int {
	if !Is(stream) {
		return 0
	}
	width, _, err := term.GetSize(int(file(stream).Fd()))
	if err != nil {
		return 0
	}
	return width
}

// Style is a manner of showing a text.
type Style int

// The styles, by what they say.
const (
	Strong Style = iota // what the eye should find first
	Faint               // what may be passed over
	Bad                 // open, failed
	Doubt               // undetermined, not read
	Good                // closed, passed
)

var styles = map[Style][]color.Attribute{
	Strong: {color.Bold},
	Faint:  {color.Faint},
	Bad:    {color.FgRed, color.Bold},
	Doubt:  {color.FgYellow},
	Good:   {color.FgGreen},
}

// Paint returns text in a style if the stream shows colours, else as it is.
func Paint(stream io.Writer, style Style, text string) string {
	s, ok := stream.(*Stream)
	if !ok || !s.colours || text == "" {
		return text
	}
	c := color.New(styles[style]...)
	c.EnableColor() // the library's own guess is about the process, not about this stream
	return c.Sprint(text)
}
