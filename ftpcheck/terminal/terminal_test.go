package terminal

import (
	"io"
	"os"
	"testing"

	"github.com/creack/pty"
)

func TestColours(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	pipe, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	defer end.Close()
	for _, c := range []struct {
		name                  string
		choice                Colours
		noColor, force, term  string
		onTerminal, elsewhere bool
	}{
		{name: "a person looks", choice: Auto, onTerminal: true},
		{name: "NO_COLOR", choice: Auto, noColor: "1"},
		{name: "CLICOLOR_FORCE", choice: Auto, force: "1", onTerminal: true, elsewhere: true},
		{name: "CLICOLOR_FORCE=0", choice: Auto, force: "0", onTerminal: true},
		{name: "both", choice: Auto, noColor: "1", force: "1"},
		{name: "a terminal without colours", choice: Auto, term: "dumb"},
		{name: "always", choice: Always, noColor: "1", onTerminal: true, elsewhere: true},
		{name: "never", choice: Never, force: "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColor)
			t.Setenv("CLICOLOR_FORCE", c.force)
			t.Setenv("TERM", "xterm")
			if c.term != "" {
				t.Setenv("TERM", c.term)
			}
			for where, stream := range map[string]struct {
				w    io.Writer
				want bool
			}{"a terminal": {tty, c.onTerminal}, "a pipe": {end, c.elsewhere}, "a buffer": {io.Discard, c.elsewhere}} {
				s := Open(stream.w, c.choice)
				painted := Paint(s, Bad, "open")
				if coloured := painted != "open"; coloured != stream.want {
					t.Errorf("on %s it is %q", where, painted)
				}
				if Is(s) != Is(stream.w) || Width(s) != Width(stream.w) {
					t.Errorf("%s is another thing once it is a stream", where)
				}
			}
		})
	}
	if Paint(tty, Bad, "open") != "open" {
		t.Error("what is no Stream has colours")
	}
}

func TestWidth(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Cols: 61, Rows: 20}); err != nil {
		t.Fatal(err)
	}
	if got := Width(Open(tty, Auto)); got != 61 {
		t.Errorf("width %d", got)
	}
	if got := Width(io.Discard); got != 0 {
		t.Errorf("width of what is no terminal: %d", got)
	}
}

func TestChoices(t *testing.T) {
	var c Colours
	for _, good := range []string{"auto", "always", "never"} {
		if err := c.Set(good); err != nil || c.String() != good {
			t.Error(good, err)
		}
	}
	if c.Set("blue") == nil {
		t.Error("blue is taken")
	}
}
