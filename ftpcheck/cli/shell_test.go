//go:build unix

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/term"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// The keys of a person.
const (
	enter     = "\r"
	tab       = "\t"
	up        = "\x1b[A"
	ctrlA     = "\x01"
	ctrlC     = "\x03"
	ctrlD     = "\x04"
	ctrlK     = "\x0b"
	backspace = "\x7f"
)

// A person sits at a terminal in which the command runs.
type person struct {
	t      *testing.T
	tty    *os.File
	before *term.State
	keys   *os.File
	screen vt10x.Terminal
	cmd    *exec.Cmd
	ended  chan struct{}

	mu      sync.Mutex
	written strings.Builder // everything that went to the terminal
}

// columns is how wide the terminals are. Long names of temporary folders have room.
const columns = 160

// atTerminal runs the command in a terminal of 24 lines.
func atTerminal(t *testing.T, env []string, args ...string) *person {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, tty: tty, keys: keys, ended: make(chan struct{})}
	if p.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	p.screen = vt10x.New(vt10x.WithWriter(keys), vt10x.WithSize(columns, 24))
	p.cmd = exec.Command("ftpcheck", args...)
	p.cmd.Env = append(append(os.Environ(), "TERM=xterm", "HOME="+t.TempDir(), "XDG_STATE_HOME=", "INPUTRC=", "PAGER=cat", "NO_COLOR=1", "LANG=C.UTF-8"), env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = tty, tty, tty
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true} // so that Ctrl-C is a signal
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := keys.Read(buf)
			p.mu.Lock()
			p.written.Write(buf[:n])
			p.mu.Unlock()
			p.screen.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	go func() {
		p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.ended
		tty.Close()
		keys.Close()
	})
	return p
}

func (p *person) types(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(p.keys, k); err != nil {
			p.t.Fatal(err)
		}
	}
}

// lines are what is on the screen, without blanks at the ends.
func (p *person) lines() string {
	var lines []string
	for line := range strings.SplitSeq(p.screen.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func (p *person) everything() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written.String()
}

// patient reports whether something becomes true.
func (p *person) patient(is func() bool) bool {
	for range 1000 {
		if is() {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// sees waits until the screen shows what the expression matches.
func (p *person) sees(expression string) {
	p.t.Helper()
	wanted := regexp.MustCompile("(?m)" + expression)
	if !p.patient(func() bool { return wanted.MatchString(p.lines()) }) {
		p.t.Fatalf("the screen never shows %s, but\n%s", expression, p.lines())
	}
}

// prompt waits until the shell asks for something with nothing typed yet.
func (p *person) prompt() {
	p.t.Helper()
	p.sees(`^ftpcheck\([^\n]*\)>\z`)
}

// asks types a line at a prompt and waits for the next one.
func (p *person) asks(line string) {
	p.t.Helper()
	p.prompt()
	before := strings.Count(p.everything(), line)
	p.types(line)
	p.patient(func() bool { return strings.Count(p.everything(), line) > before || strings.Contains(p.lines(), line) })
	p.types(enter)
	p.prompt()
}

// leaves waits until the command ends.
func (p *person) leaves(code int) {
	p.t.Helper()
	if !p.patient(func() bool {
		select {
		case <-p.ended:
			return true
		default:
			return false
		}
	}) {
		p.t.Fatalf("it does not end:\n%s", p.lines())
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d, want %d:\n%s", got, code, p.lines())
	}
	after, err := term.GetState(int(p.tty.Fd()))
	if err != nil || !reflect.DeepEqual(after, p.before) {
		p.t.Errorf("the terminal is not as it was: %v, %v, before %v", err, after, p.before)
	}
}

const samplePath = "../../docs/sample"

func TestShellIsTyped(t *testing.T) {
	state := filepath.Join(t.TempDir(), "deep", "state")
	env := []string{"XDG_STATE_HOME=" + state}
	p := atTerminal(t, env, "query", "--from", samplePath)
	p.prompt()
	p.types("select gr.group_na", tab)
	p.sees(`> select gr\.group_na$`) // of no table yet
	p.types(ctrlA, ctrlK, "select group_na", tab)
	p.sees(`> select group_name$`)
	p.types(enter)
	p.sees(`^\.\.\.\z`)
	p.types("from ftpcheck_sec", tab)
	p.sees(`^\.\.\. from ftpcheck_security_group\z`)
	p.types(tab)
	p.sees(`^\.\.\. from ftpcheck_security_group\n.*ftpcheck_security_group_ingress_permission`)
	p.types(" g", enter)
	p.sees(`^\.\.\.\z`)
	p.types("where g.unrestricted_f", tab)
	p.sees(`^\.\.\. where g\.unrestricted_ftp\z`)
	p.types(" order by 1;", enter)
	p.sees(`^\| legacy-ftp +\|$(.*\n)*^\| v6-lab +\|$(.*\n)*^1 ingress permission of (.|\n)*could not be determined`)
	p.prompt()
	p.types("select 'left'", enter)
	p.sees(`^\.\.\.\z`)
	p.types(ctrlC)
	p.prompt()
	// A pasted tab completes nothing, and stays one.
	p.types("\x1b[200~select\tlength('a\tb')\tas pasted, 'ä漢';\x1b[201~")
	p.sees(`> select length\('a b'\) as pasted, 'ä漢';\z`)
	p.types(enter)
	p.sees(`^\| 3 +\| ä漢`)
	p.prompt()
	p.asks("select 'stays' as word;")
	p.sees(`^\| stays \|$`)
	p.types(ctrlD)
	p.leaves(exitOK)

	for path, mode := range map[string]os.FileMode{state: 0o700, state + "/ftpcheck": 0o700, state + "/ftpcheck/history": 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}

	// Another day, under the other name.
	p = atTerminal(t, env, "shell", "--from", samplePath)
	p.prompt()
	p.types(up)
	p.sees(`> select 'stays' as word;\z`)
	p.types(up)
	p.sees(`> select length\('a b'\)`)
	p.types(up)
	p.sees(`> select group_name\nfrom ftpcheck_security_group g\nwhere g\.unrestricted_ftp order by 1;\z`)
	p.types(enter)
	p.sees(`^\| v6-lab +\|$`)
	p.prompt()
	p.types("quit", enter)
	p.leaves(exitOK)
}

func TestShellInterrupt(t *testing.T) {
	p := atTerminal(t, nil, "shell", "--from", samplePath)
	p.prompt()
	p.types("select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b;", enter)
	p.sees(`1000000\) b;`)
	// It may not have begun when the first one comes.
	interrupted := regexp.MustCompile(`(?m)interrupted$`)
	if !p.patient(func() bool { p.types(ctrlC); return interrupted.MatchString(p.lines()) }) {
		t.Fatalf("it goes on:\n%s", p.lines())
	}
	p.prompt()
	p.asks("select 'goes on' as it;")
	p.sees(`^\| goes on \|$`)

	// Wherever it comes from, an interrupt does not end the shell.
	p.cmd.Process.Signal(os.Interrupt)
	p.asks("select 'and on' as it;")
	p.sees(`^\| and on \|$`)

	// A file ends with its statement that is interrupted.
	file := filepath.Join(t.TempDir(), "two.sql")
	sql := "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b;\nselect 'second' as it;"
	if err := os.WriteFile(file, []byte(sql), 0o600); err != nil {
		t.Fatal(err)
	}
	p.prompt()
	p.types("\\i "+file, enter)
	n := strings.Count(p.everything(), "interrupted")
	if !p.patient(func() bool { p.types(ctrlC); return strings.Count(p.everything(), "interrupted") > n }) {
		t.Fatalf("it goes on:\n%s", p.lines())
	}
	p.prompt()
	if strings.Contains(p.everything(), "second") {
		t.Error("what stands behind an interrupted statement has run")
	}
	p.types("\\q", enter)
	p.leaves(exitOK)
}

func TestShellEndsWithItsProcess(t *testing.T) {
	p := atTerminal(t, nil, "shell", "--from", samplePath)
	p.prompt()
	p.types("select 'r'||'an';") // which nobody has sent off
	p.sees(`an';\z`)
	p.cmd.Process.Signal(syscall.SIGTERM)
	p.leaves(exitTerminated)
	if all := p.everything(); strings.Contains(all, "ran") || !strings.Contains(all, "ftpcheck: interrupted") {
		t.Errorf("%q", all)
	}
}

func TestShellKeeps(t *testing.T) {
	for _, c := range []struct {
		keep        bool
		given, want int
	}{{false, 0, 0}, {true, 0, config.LongestCacheTTL}, {true, 60, 60}, {true, -1, -1}} {
		configs := []config.Config{{CacheTTL: c.given}}
		(&sourceFlags{keep: c.keep}).complete(configs)
		if got := configs[0].CacheTTL; got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

func TestShellPager(t *testing.T) {
	dir := t.TempDir()
	paged := filepath.Join(dir, "paged")
	pager := filepath.Join(dir, "page r")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\ncat >"+paged+"\necho \"LESS is $LESS\"\nread key </dev/tty\necho \"left with $key\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	p := atTerminal(t, []string{"PAGER='" + pager + "'"}, "shell", "--from", samplePath)
	p.asks("select 'short' as length;")
	p.sees(`^\| short`)
	p.prompt()
	p.types("select 'row ' || n as long from generate_series(1, 100) as n;", enter)
	p.sees(`^LESS is FSRX\z`)
	p.types("q", enter) // for the pager, for which the shell waits
	p.sees(`^left with q$`)
	p.prompt()
	if text, err := os.ReadFile(paged); err != nil || strings.Count(string(text), "| row ") != 100 {
		t.Errorf("the pager got %q, %v", text, err)
	}
	if strings.Contains(p.everything(), "| row 50") {
		t.Error("what is paged is on the screen, too")
	}
	// Whoever leaves the pager has seen enough: that is no error.
	for name, pager := range map[string]string{"leaves early": "head -n 4", "none": "cat", "empty": "", "not there": "no-such-pager -x"} {
		t.Run(name, func(t *testing.T) {
			p := atTerminal(t, []string{"PAGER=" + pager}, "shell", "--from", samplePath)
			p.asks("select 'row ' || n as long from generate_series(1, 100000) as n limit " + map[bool]string{true: "100000", false: "60"}[name == "leaves early"] + ";")
			p.asks("select 'still' as here;")
			p.sees(`^\| still \|$`)
			_, rows, _ := strings.Cut(p.everything(), "limit ")
			if got, want := strings.Count(rows, "| row "), map[bool]int{true: 1, false: 60}[name == "leaves early"]; got != want {
				t.Errorf("%d rows, want %d", got, want)
			}
			for _, bad := range []string{"pager", "pipe", "EPIPE", "not found"} {
				if strings.Contains(rows, bad) {
					t.Errorf("it tells of %s: %q", bad, rows)
				}
			}
		})
	}
}

func TestShellFiles(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	sql := filepath.Join(dir, "two words.sql")
	err := os.WriteFile(sql, []byte("-- From a file.\nselect 'first' as word;\n\nselect\n  nothing;\nselect 1/0;\n\\o \nselect 'last' as word\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	p := atTerminal(t, []string{"EDITOR=sed -i s/mistaken/right/"}, "shell", "--from", samplePath)
	p.asks(".output csv")
	p.asks("\\o " + out)
	p.asks("select 'in the file' as word;")
	p.asks("select 1 / (n - 3) as no from generate_series(1, 5) as n;")
	p.sees(`^division by zero`)
	p.asks("\\i '" + sql + "'")
	p.sees(`^` + regexp.QuoteMeta(sql) + `:4: column "nothing" does not exist \(line 2, column 3\)\nLINE 2:   nothing;\n          \^`)
	p.sees(`two words.sql:6: division by zero`)
	p.sees(`^"last"\nftpcheck`)
	got, err := os.ReadFile(out)
	if want := "\"word\"\r\n\"in the file\"\r\n\"word\"\r\n\"first\"\r\n"; err != nil || string(got) != want {
		t.Errorf("the file has %q, %v, want %q", got, err, want)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	p.asks("\\o " + out)
	p.sees(`out\.csv" is there already, and nothing is overwritten: `)

	p.asks("\\x")
	p.asks("\\timing on")
	p.asks("select 'folded out' as word;")
	p.sees(`^-\[ RECORD 1  \]-+\nword \| folded out\nTime: \d+\.\d{3} ms\n`)
	p.asks("\\x")
	p.asks("select 'folded in' as word;")
	p.sees(`^"word"\n"folded in"\nTime: `)

	// What an editor is given is what stands before the command, and what it leaves runs.
	p.prompt()
	p.types("select 'mistaken' as word;", enter)
	p.prompt()
	p.types("\\e", enter)
	p.sees(`^select 'right' as word;\n"word"\n"right"\n`)
	p.prompt()
	p.types(up)
	p.sees(`> select 'right' as word;\z`)
	p.types(ctrlC)
	p.prompt()
	p.types(ctrlD)
	p.leaves(exitOK)
}

// hostile is what must not steer a terminal.
const hostile = "\x1b]0;owned\x07\x1b[2J\u202e\u009b31m"

func TestShellShowsHostileNames(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a"+hostile)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%q", hostile)
	name = strings.NewReplacer(`\x1b`, `\u001b`, `\a`, `\u0007`).Replace(name)
	groups := `{"SecurityGroups": [{"GroupId": "sg-1", "OwnerId": "123456789012", "GroupName": ` + name + `, "Description": ` + name + `,
		"IpPermissions": [{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "PrefixListIds": [{"PrefixListId": ` + name + `}]}]}]}`
	if err := os.WriteFile(filepath.Join(folder, "sg.json"), []byte(groups), 0o600); err != nil {
		t.Fatal(err)
	}
	// Somebody has written into the history, too.
	state := t.TempDir()
	history := filepath.Join(state, "ftpcheck", "history")
	if err := errors.Join(os.Mkdir(filepath.Dir(history), 0o700), os.WriteFile(history, []byte(name+"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	p := atTerminal(t, []string{"XDG_STATE_HOME=" + state}, "shell", "--from", folder)
	for _, format := range []string{"table", "line", "csv", "json"} {
		p.prompt()
		p.types(".output "+format, enter)
		p.prompt()
		p.types("select 'told' as a, g.* from ftpcheck_security_group g where not unrestricted_ftp or group_id = 'sg-1';", enter)
		p.sees("could not be determined")
		p.prompt()
	}
	p.types("select sg_"+backspace, enter, "1 as \"a;b\" from x;", enter)
	p.prompt()
	p.types(up, up, up, up, up, up, up, up, up, up, up, up, up)
	p.sees(`> \\x1b\]0;owned`)
	p.types(ctrlC)
	p.prompt()
	p.types(ctrlD)
	p.leaves(exitOK)
	all := p.everything()
	if !strings.Contains(all, "told") || !strings.Contains(all, `\x1b]0;owned`) {
		t.Fatalf("nothing hostile was shown: %q", all)
	}
	for _, bad := range []string{"\x1b]", "\x1b[2J", "\u202e", "\u009b"} {
		if i := strings.Index(all, bad); i >= 0 {
			t.Errorf("%q went to the terminal: %q", bad, all[max(0, i-60):min(len(all), i+60)])
		}
	}
}

// TestShellReadsOnce holds that what AWS said is kept, that the prompt tells so, and that a
// person can have it asked again.
func TestShellReadsOnce(t *testing.T) {
	w := &fakeaws.World{Record: true, Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{
		"us-east-1": {Groups: []fakeaws.Group{{Name: "open", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}}}},
		"eu-west-1": {Groups: []fakeaws.Group{{Name: "closed"}}},
	}}}, Faults: []fakeaws.Fault{{Kind: fakeaws.Denied, Account: home, Region: "eu-west-1"}}}
	s := live(t, w)
	p := atTerminal(t, s.Env(), "shell", "--region", "us-east-1")
	p.sees(`^ftpcheck\(aws\)>\z`)
	calls := func() int { return s.Count("", "", "DescribeSecurityGroups").Attempts }
	p.types("select group_name from ftpcheck_security_group where unrestricted_ftp;", enter)
	p.sees(`^\| open +\|\n(.*\n)*ftpcheck\(aws, read [^\n]+\)>\z`)
	first := calls()
	p.asks("select group_id from ftpcheck_security_group where unrestricted_ftp is null;")
	p.asks("select nothing from ftpcheck_security_group;")
	p.sees(`^column "nothing" does not exist`)
	if n := calls(); first == 0 || n != first {
		t.Errorf("%d calls, and %d after two more statements", first, n)
	}
	p.prompt()
	p.types(".cache clear", enter)
	p.sees(`^The next statement asks AWS again\.\nftpcheck\(aws\)>\z`)
	p.types("\\timing", enter)
	p.sees(`^Timing is on\.\nftpcheck\(aws\)>\z`)
	p.types("select 'again' as it, group_name from ftpcheck_security_group where unrestricted_ftp;", enter)
	p.sees(`^\| again \| open +\|\n(.*\n)*Time: [0-9.]+ ms, from AWS's answers of [^\n]+\nftpcheck\(aws, read`)
	if n := calls(); n != 2*first {
		t.Errorf("%d calls, and %d after the cache was cleared", first, n)
	}
	p.types(ctrlD)
	p.leaves(exitOK)

	// A place that is denied fails its statement, and is asked for again: nothing is kept of it.
	p = atTerminal(t, s.Env(), "shell", "--region", "us-east-1,eu-west-1")
	p.asks("select group_name from ftpcheck_security_group where unrestricted_ftp;")
	p.sees(`eu-west-1: ec2:DescribeSecurityGroups is denied`)
	p.asks("select scan_status, region from ftpcheck_security_group where unrestricted_ftp is not false;")
	p.sees(`^nothing is known of [^\n]*eu-west-1`)
	p.types(ctrlD)
	p.leaves(exitOK)
}

// TestQueryPoints holds that an error of SQL shows its place to a person.
func TestQueryPoints(t *testing.T) {
	p := atTerminal(t, nil, "query", "--from", samplePath, "select\n  1,\n  nothing from ftpcheck_scan")
	p.leaves(exitError)
	p.sees(`^ftpcheck: column "nothing" does not exist \(line 3, column 3\)\nLINE 3:   nothing from ftpcheck_scan\n          \^\z`)
}

func TestShellRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"shell", "--from", "-"}, "standard input cannot be both what is typed and --from"},
		{[]string{"query", "--from", samplePath, "--export", "a.csv"}, "--export is for SQL on the command line, and there is none"},
		{[]string{"query", "--from", samplePath, "--arg", "1"}, "--arg is for SQL on the command line, and there is none"},
		{[]string{"query", "--from", samplePath, "--output", "parquet"}, "--output parquet is nothing to read on a terminal"},
		{[]string{"shell", "--memory", "0"}, "--memory must be from 1"},
		{[]string{"shell", "select 1"}, "ftpcheck shell takes no argument"},
	} {
		p := atTerminal(t, nil, c.args...)
		p.leaves(exitError)
		p.sees(`^ftpcheck: ` + regexp.QuoteMeta(c.want))
	}
}
