package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// inTerminal is the program terminal of the tests. It runs a command on a terminal with so many
// columns, and writes what a person would see there to standard output.
func inTerminal() {
	width, err := strconv.ParseUint(os.Args[1], 10, 16)
	if err != nil {
		panic(err)
	}
	command := exec.Command(os.Args[2], os.Args[3:]...)
	tty, err := pty.StartWithSize(command, &pty.Winsize{Cols: uint16(width), Rows: 50})
	if err != nil {
		panic(err)
	}
	seen, _ := io.ReadAll(tty) // which ends with an error when the command does
	command.Wait()
	io.WriteString(os.Stdout, strings.ReplaceAll(string(seen), "\r\n", "\n"))
	os.Exit(command.ProcessState.ExitCode())
}

func TestAskCode(t *testing.T) {
	for typed, want := range map[string]string{"123456\n": "123456", " 123456 \r\nmore\n": "123456", "123456": "123456", "\n": "", "": ""} {
		var asked strings.Builder
		code, err := askCode(t.Context(), strings.NewReader(typed), &asked, "arn:aws:iam::111122223333:mfa/me\x1b[2J")
		if code != want || (err == nil) != (want != "") {
			t.Errorf("%q was taken for the code %q, %v", typed, code, err)
		}
		if !strings.HasPrefix(asked.String(), "MFA code of arn:aws:iam::111122223333:mfa/me") || strings.Contains(asked.String(), "\x1b") {
			t.Errorf("asked %q", asked.String())
		}
	}
	// Who interrupts it does not wait for a line that never comes.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never, end := io.Pipe()
	defer end.Close()
	if _, err := askCode(ctx, never, io.Discard, "me"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestPrintable holds that text is the same in whatever pieces it comes.
func TestPrintable(t *testing.T) {
	const text = "a\x1b[2J ä漢😀\u202e\r\nb\rc\td\xff\n"
	const want = "a\\x1b[2J ä漢😀\\u202e\nb\\x0dc\td\ufffd\n"
	for size := 1; size <= len(text); size++ {
		var b strings.Builder
		p := &printable{Writer: &b}
		for i := 0; i < len(text); i += size {
			piece := text[i:min(len(text), i+size)]
			if n, err := p.Write([]byte(piece)); n != len(piece) || err != nil {
				t.Fatal(n, err)
			}
		}
		if b.String() != want {
			t.Errorf("in pieces of %d it is %q, want %q", size, b.String(), want)
		}
	}
}
