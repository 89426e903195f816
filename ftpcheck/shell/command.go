package shell

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
)

// A typed is the first of what was typed: a statement, or a command of the shell.
type typed struct {
	sql   string // the statement with its semicolon, or what stands before the command
	meta  string // the command with its arguments
	begin int    // where in the text it begins, behind comments
}

// plain are the commands that may be typed as a person would say them, alone on a line.
var plain = []string{"help", "quit", "exit"}

// cut takes the first of what was typed off a text. It reports false if its end is still to
// come.
func cut(text string) (c typed, rest string, whole bool) {
	words, _ := syntax.Words(text)
	if len(words) == 0 {
		return typed{}, text, false
	}
	c.begin = words[0].Pos
	line, after, _ := strings.Cut(text[c.begin:], "\n")
	line = strings.TrimSuffix(strings.TrimSpace(line), ";")
	isDotted := len(line) > 1 && line[0] == '.' && 'a' <= line[1]|0x20 && line[1]|0x20 <= 'z'
	if isDotted || slices.Contains(plain, strings.ToLower(line)) {
		c.meta = line
		return c, after, true
	}
	for _, w := range words {
		switch {
		case w.Mark && w.Text == ";":
			c.sql = text[c.begin:w.End]
			return c, text[w.End:], true
		case w.Mark && w.Text == `\`: // which is nothing in SQL
			c.sql = strings.TrimRight(text[c.begin:w.Pos], " \t\r\n")
			c.begin = w.Pos
			c.meta, after, _ = strings.Cut(text[w.Pos:], "\n")
			c.meta = strings.TrimSpace(c.meta)
			return c, after, true
		}
	}
	return typed{}, text, false
}

// A meta is a command of the shell.
type meta struct {
	names []string
	args  string // as the help has them
	help  string
	// run gets the argument. What it returns is still being typed.
	run func(s *Shell, ctx context.Context, arg, pending string) (kept string, err error)
}

// metas are the commands. It is a function as one of them lists them all.
func metas() []meta {
	// keeps is for what does not concern what is being typed.
	keeps := func(run func(s *Shell, arg string) error) func(*Shell, context.Context, string, string) (string, error) {
		return func(s *Shell, _ context.Context, arg, pending string) (string, error) { return pending, run(s, arg) }
	}
	return []meta{
		{[]string{`\d`, ".inspect", ".tables", `\dt`}, "[TABLE]", "list the tables, or the columns of one", keeps((*Shell).describe)},
		{[]string{`\x`}, "[on|off]", "show each row as a block of lines", keeps((*Shell).unfold)},
		{[]string{".output"}, "[FORMAT]", "print rows in this format", keeps((*Shell).setFormat)},
		{[]string{`\timing`, ".timing"}, "[on|off]", "tell how long each statement took", keeps((*Shell).setTiming)},
		{[]string{".cache"}, "clear", "ask AWS again for what was read", keeps((*Shell).cache)},
		{[]string{`\o`}, "[FILE]", "write rows into a new file, or no more", keeps((*Shell).openFile)},
		{[]string{`\i`}, "FILE", "run what is in a file", (*Shell).include},
		{[]string{`\e`}, "", "write the statement in $VISUAL or $EDITOR", (*Shell).edit},
		{[]string{`\g`}, "", "run the statement, or the last one again", (*Shell).again},
		{[]string{`\p`}, "", "print the statement as it stands", (*Shell).print},
		{[]string{`\r`}, "", "forget the statement, as Ctrl-C does", func(*Shell, context.Context, string, string) (string, error) { return "", nil }},
		{[]string{`\?`, ".help", `\h`, "help"}, "", "show this list", keeps((*Shell).help)},
		{[]string{`\q`, ".quit", ".exit", "quit", "exit"}, "", "end the shell, as Ctrl-D does", func(*Shell, context.Context, string, string) (string, error) { return "", errQuit }},
	}
}

// command runs a command of the shell.
func (s *Shell) command(ctx context.Context, text, pending string) (kept string, err error) {
	name, arg, _ := strings.Cut(text, " ")
	arg = strings.TrimSpace(arg)
	for _, m := range metas() {
		if slices.Contains(m.names, strings.ToLower(name)) {
			if arg != "" && m.args == "" {
				return pending, fmt.Errorf("%s takes no argument", name)
			}
			return m.run(s, ctx, unquote(arg), pending)
		}
	}
	return pending, fmt.Errorf(`there is no command %s. \? lists the commands`, name)
}

// unquote takes the quotes off an argument, such as the name of a file with blanks.
func unquote(arg string) string {
	if n := len(arg); n > 1 && (arg[0] == '\'' || arg[0] == '"') && arg[n-1] == arg[0] {
		return arg[1 : n-1]
	}
	return arg
}

func (s *Shell) describe(table string) error {
	if table == "" {
		return s.write(s.Database.Tables)
	}
	return s.write(func(out io.Writer) error { return s.Database.Describe(out, strings.TrimSuffix(table, ";")) })
}

// onOff sets a switch as an argument says, or turns it over without one.
func onOff(to *bool, arg string) error {
	switch strings.ToLower(arg) {
	case "":
		*to = !*to
	case "on":
		*to = true
	case "off":
		*to = false
	default:
		return fmt.Errorf("%q is neither on nor off", arg)
	}
	return nil
}

func (s *Shell) unfold(arg string) error {
	unfolded := s.Format == "line"
	if err := onOff(&unfolded, arg); err != nil {
		return err
	}
	switch {
	case unfolded && s.Format != "line":
		s.unfolded, s.Format = s.Format, "line"
	case !unfolded && s.Format == "line":
		s.Format = cmp.Or(s.unfolded, "table")
	}
	return s.say("Rows are printed in the format %s.", s.Format)
}

func (s *Shell) setFormat(format string) error {
	if format != "" {
		if format = strings.ToLower(format); !slices.Contains(s.Formats, format) {
			return fmt.Errorf("there is no format %q. The formats are %s", format, strings.Join(s.Formats, ", "))
		}
		s.Format = format
	}
	return s.say("Rows are printed in the format %s.", s.Format)
}

func (s *Shell) setTiming(arg string) error {
	if err := onOff(&s.timing, arg); err != nil {
		return err
	}
	if s.timing {
		return s.say("Timing is on.")
	}
	return s.say("Timing is off.")
}

func (s *Shell) cache(arg string) error {
	if arg != "clear" {
		return errors.New(".cache takes clear, which has AWS asked again")
	}
	s.Database.Forget()
	return s.say("The next statement asks AWS again.")
}

func (s *Shell) say(format string, args ...any) error {
	_, err := fmt.Fprintf(s.Err, format+"\n", args...)
	return err
}

// mostDepth is how many files may include each other. One that includes itself ends there.
const mostDepth = 16

func (s *Shell) include(ctx context.Context, name, pending string) (string, error) {
	if name == "" {
		return pending, errors.New(`\i takes the name of a file`)
	}
	if s.depth >= mostDepth {
		return pending, fmt.Errorf("%q is not read: files include each other more than %d deep", name, mostDepth)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return pending, fmt.Errorf("the file %q cannot be read: %w", name, newfile.WithoutPath(err))
	}
	s.depth++
	defer func() { s.depth-- }()
	// As in ftpcheck query, the last statement needs no semicolon.
	rest, err := s.take(ctx, string(text)+"\n;", name)
	if err == nil && !blank(rest) {
		err = s.run(ctx, rest) // which is open, and says so
	}
	return pending, err
}

func (s *Shell) edit(ctx context.Context, _, pending string) (string, error) {
	text, err := s.Edit(ctx, cmp.Or(pending, s.last))
	if err != nil {
		return pending, err
	}
	text = strings.TrimRight(text, " \t\r\n")
	if text == "" {
		return "", nil
	}
	if _, err := fmt.Fprintln(s.Err, output.Printable(text, '\n', '\t')); err != nil {
		return text, err
	}
	s.remember(text)
	return text, nil
}

func (s *Shell) again(ctx context.Context, _, pending string) (string, error) {
	sql := cmp.Or(pending, s.last)
	if sql == "" {
		return "", errors.New("there is no statement to run")
	}
	return "", s.run(ctx, sql)
}

func (s *Shell) print(_ context.Context, _, pending string) (string, error) {
	_, err := fmt.Fprintln(s.Err, output.Printable(cmp.Or(pending, s.last), '\n', '\t'))
	return pending, err
}

func (s *Shell) help(string) error {
	var lines [][2]string
	width := 0
	for _, m := range metas() {
		names := strings.Join(m.names, " ") + " " + m.args
		width = max(width, len(names))
		lines = append(lines, [2]string{names, m.help})
	}
	return s.write(func(out io.Writer) error {
		fmt.Fprint(out, "A statement ends with a semicolon. Tab completes, Ctrl-R searches the history,\nCtrl-C ends a statement.\n\n")
		for _, line := range lines {
			if _, err := fmt.Fprintf(out, "  %-*s  %s\n", width, line[0], line[1]); err != nil {
				return err
			}
		}
		return nil
	})
}
