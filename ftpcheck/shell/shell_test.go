package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// A script is a person who types these lines. ^C is an interrupt.
type script struct {
	lines    []string
	prompts  []string
	remember []string
}

func (s *script) Read(_ context.Context, prompt string, _ Helper) (string, error) {
	s.prompts = append(s.prompts, prompt)
	if len(s.lines) == 0 {
		return "", io.EOF
	}
	line := s.lines[0]
	s.lines = s.lines[1:]
	if line == "^C" {
		return "", ErrInterrupt
	}
	return line, nil
}

func (s *script) Remember(text string) error {
	s.remember = append(s.remember, text)
	return nil
}

// A fake answers a statement with itself. It fails for what has fail in it, after a row, and
// doubts what has doubt.
type fake struct {
	asked  []string
	forgot int
	since  time.Time
	cancel func()
}

func (f *fake) Query(ctx context.Context, sql string, out io.Writer, format string) (doubts, err error) {
	f.asked = append(f.asked, sql)
	fmt.Fprintf(out, "%s: %q\n", format, sql)
	switch {
	case strings.Contains(sql, "fail"):
		return errors.New("doubt of a failure"), errors.New("it fails\nhere")
	case strings.Contains(sql, "doubt"):
		return errors.New("the answer may not hold"), nil
	case strings.Contains(sql, "end") && f.cancel != nil:
		f.cancel()
	}
	return nil, nil
}

func (f *fake) Tables(out io.Writer) error {
	_, err := fmt.Fprintln(out, "all tables")
	return err
}

func (f *fake) Describe(out io.Writer, table string) error {
	if table == "nothing" {
		return errors.New("there is no table nothing")
	}
	_, err := fmt.Fprintln(out, "table", table)
	return err
}

func (f *fake) Forget()              { f.forgot++ }
func (f *fake) ReadSince() time.Time { return f.since }

// session types lines into a shell. It returns what a person sees: rows, and what is told.
func session(t *testing.T, lines ...string) (s *Shell, typed *script, answers *fake, rows, told string) {
	t.Helper()
	var out, err bytes.Buffer
	typed, answers = &script{lines: lines}, &fake{}
	s = &Shell{
		Editor: typed, Database: answers, Out: terminal.Open(&out, terminal.Never), Err: &err,
		Source: "here", Format: "table", Formats: []string{"table", "csv", "line"},
		Edit: func(_ context.Context, text string) (string, error) {
			return strings.ReplaceAll(text, "mistaken", "right"), nil
		},
	}
	if e := s.Run(t.Context()); e != nil {
		t.Fatal(e)
	}
	return s, typed, answers, out.String(), err.String()
}

func TestStatements(t *testing.T) {
	for name, c := range map[string]struct {
		lines, asked, remembered []string
	}{
		"one":              {[]string{"select 1;"}, []string{"select 1;"}, []string{"select 1;"}},
		"two lines":        {[]string{"select", "1;"}, []string{"select\n1;"}, []string{"select\n1;"}},
		"two on a line":    {[]string{"select 1; select 2;"}, []string{"select 1;", "select 2;"}, []string{"select 1; select 2;"}},
		"one and a half":   {[]string{"select 1; select", "2;"}, []string{"select 1;", "select\n2;"}, []string{"select 1; select", " select\n2;"}},
		"a string":         {[]string{"select ';", "\\q", ";';"}, []string{"select ';\n\\q\n;';"}, []string{"select ';\n\\q\n;';"}},
		"dollars":          {[]string{"select $a$;", "quit", "$a$;"}, []string{"select $a$;\nquit\n$a$;"}, []string{"select $a$;\nquit\n$a$;"}},
		"a comment":        {[]string{"select 1 /* ;", "*/ -- ;", ";"}, []string{"select 1 /* ;\n*/ -- ;\n;"}, []string{"select 1 /* ;\n*/ -- ;\n;"}},
		"only comments":    {[]string{"-- nothing", "", "  ", ";", ";;", "select 1; -- it", "select 2;"}, []string{"select 1;", "select 2;"}, []string{";", ";;", "select 1; -- it", "select 2;"}},
		"given up":         {[]string{"select", "^C", "select 1;"}, []string{"select 1;"}, []string{"select 1;"}},
		"left unfinished":  {[]string{"select 1"}, nil, nil},
		"behind an error":  {[]string{"select fail; select 2;"}, []string{"select fail;", "select 2;"}, []string{"select fail; select 2;"}},
		"behind the end":   {[]string{"quit", "select 1;"}, nil, []string{"quit"}},
		"a column quit":    {[]string{"select", "quit", ";"}, []string{"select\nquit\n;"}, []string{"select\nquit\n;"}},
		"a number":         {[]string{".5;", "select", ".5;"}, []string{".5;", "select\n.5;"}, []string{".5;", "select\n.5;"}},
		"go":               {[]string{"select 1", "\\g", "\\g"}, []string{"select 1", "select 1"}, []string{"select 1\n\\g", "\\g"}},
		"go on a line":     {[]string{"select 1 \\g"}, []string{"select 1"}, []string{"select 1 \\g"}},
		"reset":            {[]string{"select 1", "\\r", "select 2;"}, []string{"select 2;"}, []string{"select 1\n\\r", "select 2;"}},
		"commands between": {[]string{"select 1", "\\x", "\\d t", "\\nothing", ";"}, []string{"select 1\n;"}, []string{"select 1\n\\x", "select 1\n\\d t", "select 1\n\\nothing", "select 1\n;"}},
		"an editor":        {[]string{"select mistaken;", "\\e"}, []string{"select mistaken;", "select right;"}, []string{"select mistaken;", "\\e", "select right;"}},
		"an editor before": {[]string{"select mistaken", "\\e", ";"}, []string{"select right\n;"}, []string{"select mistaken\n\\e", "select right", "select right\n;"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, typed, answers, _, _ := session(t, c.lines...)
			if diff := cmp.Diff(c.asked, answers.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.remembered, typed.remember); diff != "" {
				t.Errorf("remembered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrompts(t *testing.T) {
	_, typed, _, _, _ := session(t, "select", "1;", "select", "^C")
	if diff := cmp.Diff([]string{"ftpcheck(here)> ", "... ", "ftpcheck(here)> ", "... ", "ftpcheck(here)> "}, typed.prompts); diff != "" {
		t.Error(diff)
	}
	s := &Shell{Source: strings.Repeat("ä", 50) + "\x1b[2J", Database: &fake{since: time.Now().Add(-3 * time.Minute)}}
	if got, want := s.prompt(), "ftpcheck("+strings.Repeat("ä", 39)+"…, read 3 minutes ago)> "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Source = "a\x1b[2J"
	if got, want := s.prompt(), `ftpcheck(a\x1b[2J, read 3 minutes ago)> `; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCommands(t *testing.T) {
	for name, c := range map[string]struct {
		lines      []string
		rows, told string
	}{
		"an answer":        {[]string{"select 1;"}, "table: \"select 1;\"\n", ""},
		"an error":         {[]string{"select fail;", "select 2;"}, "table: \"select fail;\"\ntable: \"select 2;\"\n", "it fails\nhere\n"},
		"a doubt":          {[]string{"select doubt;"}, "table: \"select doubt;\"\n", "the answer may not hold\n"},
		"tables":           {[]string{`\d`, ".tables", ".inspect"}, "all tables\nall tables\nall tables\n", ""},
		"a table":          {[]string{`\d x`, ".inspect x", `\d x;`, `\d nothing`}, "table x\ntable x\ntable x\n", "there is no table nothing\n"},
		"unfolded":         {[]string{`\x`, "select 1;", `\x`, "select 1;"}, "line: \"select 1;\"\ntable: \"select 1;\"\n", "Rows are printed in the format line.\nRows are printed in the format table.\n"},
		"unfolded on":      {[]string{".output csv", `\x on`, `\x on`, `\x off`, `\x off`, "select 1;", `\x maybe`}, "csv: \"select 1;\"\n", "Rows are printed in the format csv.\nRows are printed in the format line.\nRows are printed in the format line.\nRows are printed in the format csv.\nRows are printed in the format csv.\n\"maybe\" is neither on nor off\n"},
		"a format":         {[]string{".output CSV", "select 1;", ".output xml", ".output"}, "csv: \"select 1;\"\n", "Rows are printed in the format csv.\nthere is no format \"xml\". The formats are table, csv, line\nRows are printed in the format csv.\n"},
		"the cache":        {[]string{".cache clear", ".cache off"}, "", "The next statement asks AWS again.\n.cache takes clear, which has AWS asked again\n"},
		"timing":           {[]string{`\timing`, ".timing off", ".timing on", `\timing`}, "", "Timing is on.\nTiming is off.\nTiming is on.\nTiming is off.\n"},
		"print":            {[]string{"select 1", `\p`, ";", `\p`}, "table: \"select 1\\n;\"\n", "select 1\nselect 1\n;\n"},
		"unknown":          {[]string{`\foo bar`, ".foo"}, "", "there is no command \\foo. \\? lists the commands\nthere is no command .foo. \\? lists the commands\n"},
		"an argument":      {[]string{`\q now`, `\g x`, `\i`, `\g`}, "", "\\q takes no argument\n\\g takes no argument\n\\i takes the name of a file\nthere is no statement to run\n"},
		"no file":          {[]string{`\i /no/such/file`}, "", "the file \"/no/such/file\" cannot be read: no such file or directory\n"},
		"no place":         {[]string{`\o /no/such/folder/file`, "select 1;"}, "table: \"select 1;\"\n", "the file \"/no/such/folder/file\" cannot be written: no such file or directory\n"},
		"what is hostile":  {[]string{"\\\x1b[2J"}, "", "there is no command \\\\x1b[2J. \\? lists the commands\n"},
		"in capitals":      {[]string{`\D`, ".TABLES", "HELP;", "Quit", "select 1;"}, "", ""},
		"an end with a ;":  {[]string{"exit;", "select 1;"}, "", ""},
		"a backslash only": {[]string{`\`}, "", "there is no command \\. \\? lists the commands\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, answers, rows, told := session(t, c.lines...)
			if name == "in capitals" {
				c.rows = rows
				if !strings.HasPrefix(rows, "all tables\nall tables\nA statement ends") || strings.Contains(rows, "select 1") {
					t.Errorf("%q", rows)
				}
			}
			if rows != c.rows || told != c.told {
				t.Errorf("rows %q, want %q; told %q, want %q", rows, c.rows, told, c.told)
			}
			if name == "the cache" && answers.forgot != 1 {
				t.Errorf("it forgot %d times", answers.forgot)
			}
		})
	}
}

// TestHelp holds that every command is in the help, that none of its lines is too wide, and
// that it is documented.
func TestHelp(t *testing.T) {
	_, _, _, rows, _ := session(t, `\?`)
	page, err := os.ReadFile("../../docs/shell.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(rows, "\n") {
		if len(line) > 80 {
			t.Errorf("wider than 80: %s", line)
		}
	}
	for _, m := range metas() {
		if !strings.Contains(rows, m.help) {
			t.Errorf("nothing on %s", m.names[0])
		}
		for _, name := range m.names {
			if !strings.Contains(rows, name) || !strings.Contains(string(page), "`"+name) {
				t.Errorf("%s is not in the help, or not in docs/shell.md", name)
			}
		}
	}
}

func TestIncludedFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	inner := write("inner.sql", "select 'inner';\nselect fail\n")
	outer := write("outer.sql", "-- a comment\n\n\\x\nselect 1 \\p\n\n;\nselect\n  fail;\n\\nothing\n\\i "+inner+"\nselect 'last'\n-- the end\n")
	self := write("self.sql", "select 'self';\n\\i "+filepath.Join(dir, "self.sql")+"\n")
	quit := write("quit.sql", "select 'quits';\n\\q\nselect 'never';\n")

	_, _, answers, _, told := session(t, `\i '`+outer+`'`, `\i `+write("empty.sql", " -- nothing\n"))
	if diff := cmp.Diff([]string{"select 1\n\n;", "select\n  fail;", "select 'inner';", "select fail\n\n;", "select 'last'\n-- the end\n\n;"}, answers.asked); diff != "" {
		t.Error(diff)
	}
	want := "Rows are printed in the format line.\nselect 1\n" + outer + ":7: it fails\nhere\n" + outer + ":9: there is no command \\nothing. \\? lists the commands\n" + inner + ":2: it fails\nhere\n"
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if _, _, _, _, told = session(t, `\i `+write("open.sql", "select 1;\n\nselect fail 'open")); told != "it fails\nhere\n" {
		t.Error(told)
	}
	_, _, answers, _, told = session(t, `\i `+self, "select 'on';")
	if n := len(answers.asked); n != mostDepth+1 || !strings.Contains(told, "more than 16 deep") || answers.asked[n-1] != "select 'on';" {
		t.Errorf("%d statements: %s", n, told)
	}
	_, _, answers, _, _ = session(t, `\i `+quit, "select 'never';")
	if len(answers.asked) != 1 {
		t.Errorf("asked %q", answers.asked)
	}
}

func TestFileOfRows(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rows file")
	other := filepath.Join(dir, "other")
	_, _, _, rows, told := session(t, `\o "`+path+`"`, "select 1;", "select fail;", `\d`, "select doubt;", `\o `+other, "select 2;", `\o`, "select 3;", `\o `+path)
	for name, want := range map[string]string{path: "table: \"select 1;\"\nall tables\ntable: \"select doubt;\"\n", other: "table: \"select 2;\"\n"} {
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s has %q, %v, want %q", name, got, err, want)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if want := "table: \"select 3;\"\n"; rows != want {
		t.Errorf("%q, want %q", rows, want)
	}
	if want := "it fails\nhere\nthe answer may not hold\n\"" + path + "\" is there already, and nothing is overwritten: remove it, or name another file\n"; told != want {
		t.Errorf("%q, want %q", told, want)
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		return
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	f := &outFile{full, "mine"}
	if _, err := f.Write([]byte("x")); err == nil || err.Error() != `the file "mine" cannot be written: no space left on device` {
		t.Error(err)
	}
}

// TestEndOfTheProcess holds that nothing runs behind a statement during which the process was
// told to end.
func TestEndOfTheProcess(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out, told bytes.Buffer
	answers := &fake{cancel: cancel}
	s := &Shell{Editor: &script{lines: []string{"select 'end'; select 2;", "select 3;"}}, Database: answers, Out: terminal.Open(&out, terminal.Never), Err: &told, Format: "table"}
	if err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if len(answers.asked) != 1 || told.String() != "" {
		t.Errorf("asked %q, told %q", answers.asked, told.String())
	}
}

// forgetful is an editor whose history cannot be written.
type forgetful struct{ script }

func (f *forgetful) Remember(string) error { return errors.New("no space") }

func TestHistoryIsToldOnce(t *testing.T) {
	var out, told bytes.Buffer
	s := &Shell{Editor: &forgetful{script{lines: []string{"select 1;", "select 2;"}}}, Database: &fake{}, Out: terminal.Open(&out, terminal.Never), Err: &told, Format: "table"}
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := "what you type is not kept for the next time: no space\n"; told.String() != want {
		t.Errorf("%q, want %q", told.String(), want)
	}
}
