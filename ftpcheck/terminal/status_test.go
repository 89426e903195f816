package terminal

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A screen is what a person sees of what is written to a terminal: the lines, and the most
// columns that were in use.
type screen struct {
	lines [][]rune
	col   int
	most  int
}

func (s *screen) write(text string) {
	for _, r := range text {
		switch r {
		case '\r':
			s.col = 0
		case '\n':
			s.lines = append(s.lines, nil)
		default:
			if len(s.lines) == 0 {
				s.lines = [][]rune{nil}
			}
			line := &s.lines[len(s.lines)-1]
			for len(*line) <= s.col {
				*line = append(*line, ' ')
			}
			(*line)[s.col] = r
			s.col++
			s.most = max(s.most, s.col)
		}
	}
}

func (s *screen) String() string {
	var b strings.Builder
	for i, line := range s.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimRight(string(line), " "))
	}
	return b.String()
}

// onTerminal returns what a person sees after something is done with a terminal of so many
// columns.
func onTerminal(t *testing.T, columns int, do func(*Stream)) *screen {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	defer master.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Cols: uint16(columns), Rows: 20}); err != nil {
		t.Fatal(err)
	}
	do(Open(tty, Never))
	fmt.Fprint(tty, "\x00") // the end
	var all strings.Builder
	master.SetReadDeadline(time.Now().Add(10 * time.Second))
	for b := make([]byte, 1000); !strings.Contains(all.String(), "\x00"); {
		n, err := master.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b[:n])
	}
	s := &screen{}
	s.write(strings.TrimSuffix(all.String(), "\x00"))
	return s
}

func TestStatus(t *testing.T) {
	long := strings.Repeat("0123456789", 10)
	for name, test := range map[string]struct {
		do   func(*Stream)
		want string
	}{
		"it is shown":               {func(s *Stream) { s.Status("3 of 17") }, "3 of 17"},
		"the last is shown":         {func(s *Stream) { s.Status("waiting for all of them"); s.Status("3 of 17") }, "3 of 17"},
		"it goes":                   {func(s *Stream) { s.Status("3 of 17"); s.Status("") }, ""},
		"it goes before a message":  {func(s *Stream) { s.Status("3 of 17"); fmt.Fprintln(s, "no") }, "no\n"},
		"it comes again after that": {func(s *Stream) { s.Status("3 of 17"); fmt.Fprintln(s, "no"); s.Status("4 of 17") }, "no\n4 of 17"},
		"a question stays":          {func(s *Stream) { s.Status("3 of 17"); fmt.Fprint(s, "code: "); s.Status("4 of 17") }, "code:"},
		"until it is answered":      {func(s *Stream) { fmt.Fprint(s, "code: "); io.WriteString(s, "\r"); s.Status("4 of 17") }, "4 of 17"},
		"it is cut":                 {func(s *Stream) { s.Status(long) }, long[:39]},
		"wide letters, too":         {func(s *Stream) { s.Status(strings.Repeat("火", 30)) }, strings.Repeat("火", 19)},
	} {
		s := onTerminal(t, 40, test.do)
		if s.String() != test.want || s.most >= 40 {
			t.Errorf("%s: it shows %q in %d columns, want %q", name, s, s.most, test.want)
		}
	}
	// What is no terminal has none.
	var b strings.Builder
	s := Open(&b, Always)
	s.Status("3 of 17")
	fmt.Fprint(s, "data")
	s.Status("")
	if b.String() != "data" {
		t.Errorf("a pipe gets %q", b.String())
	}
}
