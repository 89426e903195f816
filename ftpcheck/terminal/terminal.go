// Package terminal tells what is at the other end of a stream: whether a person looks at it,
// and how much room there is.
package terminal

import (
	"os"

	"golang.org/x/term"
)

// Is reports whether a stream is a terminal.
func Is(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Width returns how many columns a terminal has. It is 0, which is no limit, for a stream
// that is none, and for a terminal that does not tell.
func Width(stream any) int {
	if !Is(stream) {
		return 0
	}
	width, _, err := term.GetSize(int(stream.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return width
}
