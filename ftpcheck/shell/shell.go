// Package shell is the interactive shell: a person types SQL and commands of the shell, and
// sees answers. It knows what was typed, and nothing of where answers come from.
//
// A statement ends with a semicolon, on whatever line. A command of the shell begins with a
// backslash, as in psql, or with a point, as in Steampipe, and ends with its line. What goes
// wrong is told, and ends nothing but itself.
package shell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// A Database answers what the shell is asked.
type Database interface {
	// Query writes the rows of one statement in a format. It returns why they may not be the
	// answer, if they may not, as far as that is known when it ends.
	Query(ctx context.Context, sql string, out io.Writer, format string) (doubts, err error)
	// Tables writes the list of tables, and Describe the columns of one.
	Tables(out io.Writer) error
	Describe(out io.Writer, table string) error
	// Forget makes the next statement read anew what was read once.
	Forget()
	// ReadSince is when that was read of it which is the oldest. It is zero if nothing is kept.
	ReadSince() time.Time
}

// An Editor reads what a person types.
type Editor interface {
	// Read reads a line, or several that are recalled. It fails with [ErrInterrupt] if the
	// person gave the line up, and with [io.EOF] if there will be no more.
	Read(ctx context.Context, prompt string, helper Helper) (string, error)
	// Remember puts what was typed, or written elsewhere, into the history.
	Remember(text string) error
}

// A Helper knows what is typed.
type Helper interface {
	// Complete returns what may stand in the place of the text from begin to the cursor, which
	// is a name that has been begun. Both are in bytes.
	Complete(text string, cursor int) (begin int, choices []string)
}

// Continuation stands before the lines of a statement behind its first.
const Continuation = "... "

// ErrInterrupt is the error of an [Editor] whose user gave up what was typed.
var ErrInterrupt = errors.New("interrupted")

// A Shell is a session of a person. Its exported fields are set before it runs.
type Shell struct {
	Editor   Editor
	Database Database
	Names    Names
	Out      *terminal.Stream // rows
	Err      io.Writer        // what people should know
	Source   string           // what is read, for the prompt
	Format   string           // of rows
	Formats  []string         // those that there are
	// Edit has a person edit a text with a program of theirs.
	Edit func(ctx context.Context, text string) (string, error)

	pending  string   // what was typed of a statement that has not ended
	last     string   // the statement before
	unfolded string   // the format to go back to from \x
	timing   bool     // tell how long a statement took
	file     *outFile // where rows go instead of Out
	depth    int      // files of \i within each other
	told     bool     // that the history cannot be kept
}

// errQuit ends the shell.
var errQuit = errors.New("quit")

// Run reads and answers until the person has enough or the context ends.
func (s *Shell) Run(ctx context.Context) error {
	defer func() { s.tell("", s.closeFile()) }()
	for ctx.Err() == nil {
		text, err := s.Editor.Read(ctx, s.prompt(), s)
		switch {
		case ctx.Err() != nil, errors.Is(err, io.EOF):
			return ctx.Err()
		case errors.Is(err, ErrInterrupt):
			s.pending = ""
			continue
		case err != nil:
			return err
		}
		text = s.pending + text
		if _, _, whole := cut(text); whole {
			s.remember(text)
		}
		rest, err := s.take(ctx, text, "")
		s.pending = ""
		if !blank(rest) {
			s.pending = rest + "\n"
		}
		switch {
		case errors.Is(err, errQuit):
			return ctx.Err()
		case err != nil:
			s.tell("", err)
		}
	}
	return ctx.Err()
}

func (s *Shell) remember(text string) {
	if err := s.Editor.Remember(text); err != nil && !s.told {
		s.told = true
		s.tell("", fmt.Errorf("what you type is not kept for the next time: %w", err))
	}
}

// prompt says what is read and, of what is kept, since when.
func (s *Shell) prompt() string {
	if s.pending != "" {
		return Continuation
	}
	const most = 40
	source := output.Printable(s.Source)
	if r := []rune(source); len(r) > most {
		source = string(r[:most-1]) + "…"
	}
	if at := s.Database.ReadSince(); !at.IsZero() {
		source += ", read " + ago(at)
	}
	return "ftpcheck(" + source + ")> "
}

func ago(at time.Time) string { return humanize.Time(at) }

// take runs what was typed, one thing after the other, and returns what is left, which is the
// begin of a statement. What goes wrong is told with the line of the file, if there is one. Its
// error, [ErrInterrupt] or errQuit, ends what is behind it, too.
func (s *Shell) take(ctx context.Context, text, file string) (rest string, err error) {
	line := 1 // of the file, at which text begins
	for {
		c, rest, whole := cut(text)
		if !whole {
			return text, nil
		}
		where := ""
		if file != "" {
			where = fmt.Sprintf("%s:%d: ", file, line+strings.Count(text[:c.begin], "\n"))
		}
		line += strings.Count(text[:len(text)-len(rest)], "\n")
		kept := ""
		if c.meta == "" {
			err = s.run(ctx, c.sql)
		} else {
			kept, err = s.command(ctx, c.meta, c.sql)
		}
		switch {
		case ctx.Err() != nil:
			return "", errQuit
		case errors.Is(err, errQuit), errors.Is(err, ErrInterrupt):
			return "", err
		}
		s.tell(where, err)
		switch text = rest; { // what stood before a command is still being typed
		case kept != "" && rest != "":
			text = kept + "\n" + rest
			line -= strings.Count(kept, "\n") + 1
		case kept != "":
			text = kept
		}
	}
}

// blank reports whether nothing is in a text but blanks and comments.
func blank(text string) bool {
	words, open := syntax.Words(text)
	return len(words) == 0 && !open
}

// run runs one statement. An interrupt ends it.
func (s *Shell) run(ctx context.Context, sql string) error {
	if blank(strings.TrimSuffix(sql, ";")) {
		return nil
	}
	s.last = sql
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	began := time.Now()
	var took time.Duration
	var doubts error
	err := s.write(func(out io.Writer) (err error) {
		doubts, err = s.Database.Query(ctx, sql, out, s.Format)
		took = time.Since(began)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return ErrInterrupt
	case err == nil && doubts != nil: // the rows are there, and no pager any more
		fmt.Fprintln(s.Err, terminal.Paint(s.Err, terminal.Doubt, output.Printable(doubts.Error(), '\n')))
	}
	if s.timing && err == nil {
		line := fmt.Sprintf("Time: %.3f ms", float64(took.Microseconds())/1000)
		if at := s.Database.ReadSince(); !at.IsZero() {
			line += ", from AWS's answers of " + ago(at)
		}
		fmt.Fprintln(s.Err, line)
	}
	return err
}

// write has something written into the file of \o or, page by page, to the person. Of what
// failed nothing is left in the file: half an answer looks like a whole one there.
func (s *Shell) write(write func(io.Writer) error) error {
	if s.file != nil {
		return s.file.write(write)
	}
	page := terminal.Page(s.Out)
	err := write(page)
	if closed := page.Close(); err == nil {
		err = closed
	}
	if errors.Is(err, terminal.ErrPagerEnded) {
		return nil
	}
	return err
}

// tell tells of an error.
func (s *Shell) tell(where string, err error) {
	if err == nil {
		return
	}
	text := output.Printable(where+err.Error(), '\n', '\t')
	first, rest, more := strings.Cut(text, "\n")
	if more {
		rest = "\n" + rest
	}
	fmt.Fprintln(s.Err, terminal.Paint(s.Err, terminal.Bad, first)+rest)
}

// An outFile is a new file for the rows of several statements.
type outFile struct {
	*os.File
	name string
}

// openFile makes rows go into a new file, or to the person if it has no name.
func (s *Shell) openFile(name string) error {
	if err := s.closeFile(); err != nil || name == "" {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%q is there already, and nothing is overwritten: remove it, or name another file", name)
	case err != nil:
		return fmt.Errorf("the file %q cannot be written: %w", name, newfile.WithoutPath(err))
	}
	s.file = &outFile{f, name}
	return nil
}

func (s *Shell) closeFile() error {
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return f.problem(errors.Join(f.Sync(), f.Close()))
}

func (f *outFile) write(write func(io.Writer) error) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return f.problem(err)
	}
	b := bufio.NewWriter(f)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	if err != nil {
		return errors.Join(err, f.problem(f.Truncate(end)))
	}
	return nil
}

func (f *outFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	return n, f.problem(err)
}

func (f *outFile) problem(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the file %q cannot be written: %w", f.name, newfile.WithoutPath(err))
}
