package terminal

import (
	"io"
	"strings"
	"sync"

	"github.com/jedib0t/go-pretty/v6/text"
)

// usualWidth is how wide a terminal is taken to be that does not tell.
const usualWidth = 80

// A status is the line that a stream shows for as long as nothing else is there to see.
type status struct {
	mu     sync.Mutex
	line   string // what is shown
	midway bool   // what was written before is no whole line
}

// Status shows a text in the last line of a terminal, in the place of the one before; of one
// that is wider than the terminal, the begin. It goes without a trace before anything else is
// written to the stream, and by a Status of nothing. Where the last line is being written, as
// that of a question is, nothing is shown, nor on what is no terminal.
func (s *Stream) Status(line string) {
	if !Is(s) {
		return
	}
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	if s.status.midway {
		line = ""
	}
	line = text.Trim(line, s.Room())
	switch before := s.status.line; line {
	case before:
	case "":
		s.clear()
	default:
		// What cannot be written to a terminal that has gone need not be told.
		_, _ = io.WriteString(s.Writer, "\r"+line+strings.Repeat(" ", max(columns(before)-columns(line), 0)))
		s.status.line = line
	}
}

func columns(line string) int { return text.StringWidthWithoutEscSequences(line) }

// Room is how many columns a status may have: all but the last, after which some terminals begin
// a new line.
func (s *Stream) Room() int {
	if width := Width(s); width > 0 {
		return width - 1
	}
	return usualWidth - 1
}

// clear takes the status away. Blanks do it on every terminal.
func (s *Stream) clear() {
	if s.status.line != "" {
		_, _ = io.WriteString(s.Writer, "\r"+strings.Repeat(" ", columns(s.status.line))+"\r")
		s.status.line = ""
	}
}

// Write writes to the stream, in the place of a status.
func (s *Stream) Write(b []byte) (int, error) {
	s.status.mu.Lock()
	defer s.status.mu.Unlock()
	s.clear()
	if len(b) > 0 {
		last := b[len(b)-1]
		s.status.midway = last != '\n' && last != '\r'
	}
	return s.Writer.Write(b)
}
