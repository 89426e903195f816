package terminal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// ErrPagerEnded is what a [Pager] fails with once the person has left it.
var ErrPagerEnded = errors.New("the pager has ended")

// A Pager writes to a stream. If that is a terminal, what is longer than the screen goes
// through the program that PAGER names, or through less. An empty PAGER and cat are none.
type Pager struct {
	stream  *Stream
	command string

	width, height int
	held          bytes.Buffer // what has been written, as long as it fits on the screen
	rows, column  int          // where on the screen it ends, at the most

	program *exec.Cmd
	into    io.WriteCloser
}

// Page returns a pager for what is written next. It must be closed.
func Page(s *Stream) *Pager {
	p := &Pager{stream: s, command: pagerCommand()}
	if !Is(s) || p.command == "" {
		return p
	}
	p.width, p.height, _ = term.GetSize(int(s.file.Fd()))
	return p
}

// pagerCommand returns the command of the pager, or nothing if there is none.
func pagerCommand() string {
	command, set := os.LookupEnv("PAGER")
	if !set {
		command = "less"
	}
	words := strings.Fields(command)
	if len(words) == 0 || words[0] == "cat" {
		return ""
	}
	// A name that is none would take what is written with it.
	if _, err := exec.LookPath(words[0]); err != nil && !strings.ContainsAny(words[0], `$'"=(|;&`) {
		return ""
	}
	return command
}

// Write writes to the stream or to the pager.
func (p *Pager) Write(b []byte) (int, error) {
	switch {
	case p.program != nil:
		if _, err := p.into.Write(b); err != nil {
			return 0, ErrPagerEnded
		}
		return len(b), nil
	case p.height < 2:
		return p.stream.Write(b)
	}
	p.held.Write(b)
	for _, c := range b {
		// Bytes are at least as many as columns.
		if p.column++; c == '\n' || p.width > 0 && p.column > p.width {
			p.rows, p.column = p.rows+1, 0
		}
	}
	if p.rows < p.height-1 {
		return len(b), nil
	}
	return len(b), p.start()
}

// start hands what is held to the pager. Where it does not start, nothing is paged.
func (p *Pager) start() error {
	p.height = 0
	program := exec.Command("/bin/sh", "-c", p.command)
	if runtime.GOOS == "windows" {
		program = exec.Command("cmd", "/c", p.command)
	}
	program.Stdout, program.Stderr = p.stream.file, os.Stderr
	program.Env = os.Environ()
	if os.Getenv("LESS") == "" {
		// Leave what fits on the screen, chop lines, show colours, keep what was on the screen.
		program.Env = append(program.Env, "LESS=FSRX")
	}
	into, err := program.StdinPipe()
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		return p.flush()
	}
	p.program, p.into = program, into
	_, err = p.Write(p.held.Bytes())
	p.held = bytes.Buffer{}
	return err
}

func (p *Pager) flush() error {
	_, err := p.stream.Write(p.held.Bytes())
	p.held = bytes.Buffer{}
	return err
}

// Close writes what is held and waits until the person has left the pager.
func (p *Pager) Close() error {
	if p.program == nil {
		return p.flush()
	}
	p.into.Close()
	p.program.Wait() // however it ends, the person has seen it
	return nil
}
