package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// A screen is a terminal of so many columns, and all that was written to it.
type screen struct {
	master, tty *os.File
	columns     int
	ended       chan struct{} // nobody can write to it any more

	mu      sync.Mutex
	written strings.Builder
}

func newScreen(t *testing.T, columns int) *screen {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{master: master, tty: tty, columns: columns, ended: make(chan struct{})}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: uint16(columns), Rows: 24}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close(); master.Close(); <-s.ended })
	go func() {
		defer close(s.ended)
		for b := make([]byte, 4096); ; {
			n, err := master.Read(b)
			s.mu.Lock()
			s.written.Write(b[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return s
}

// end waits for all that was written.
func (s *screen) end() {
	s.tty.Close()
	<-s.ended
}

func (s *screen) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// waitFor waits until something was shown.
func (s *screen) waitFor(t *testing.T, pattern string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !regexp.MustCompile(pattern).MatchString(s.all()); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s was never shown, but\n%.2000q", pattern, s.all())
		}
	}
}

// left is what is to be seen in the end. It reports lines that are wider than the terminal.
func (s *screen) left(t *testing.T) string {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(s.all(), "\r\n", "\n"), "\n") {
		var seen []rune
		for part := range strings.SplitSeq(line, "\r") {
			if len([]rune(part)) >= s.columns {
				t.Errorf("%q is wider than %d columns", part, s.columns)
			}
			seen = append([]rune(part), seen[min(len(seen), len([]rune(part))):]...)
		}
		lines = append(lines, strings.TrimRight(string(seen), " "))
	}
	return strings.Join(lines, "\n")
}

// Who waits is told how far it has come and for what it waits, and sees nothing of that
// afterwards.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		columns int
		args    []string
		want    string
	}{
		{80, nil, `15 of 17 regions, 30 groups; waiting for eu-(north|west)-1, eu-(north|west)-1(\s|$)`},
		{200, []string{"--account", "*"}, `48 of 51 regions in 3 accounts, 94 groups, 1 not read; waiting for (eu-(north|west)-1 of (111122223333|222233334444)(, |\s|$)){3}(\s|$)`},
		{120, []string{"--account", "*"}, `48 of 51 regions in 3 accounts, 94 groups, 1 not read; waiting for eu-(north|west)-1 of (111122223333|222233334444) and 2 more(\s|$)`},
		{60, []string{"--account", "*"}, `48 of 51 regions in 3 accounts, 94 groups, 1 not read(\s|$)`},
		{40, []string{"--account", "*"}, `48 of 51 regions in 3 accounts(\s|$)`},
	} {
		t.Run(fmt.Sprint(test.columns), func(t *testing.T) {
			w := organization()
			w.Faults = []fakeaws.Fault{
				{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups", Account: home, Region: "eu-north-1"},
				{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups", Account: home, Region: "eu-west-1"},
				{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups", Account: member, Region: "eu-north-1"},
				{Kind: fakeaws.Denied, Action: "DescribeSecurityGroups", Account: another, Region: "sa-east-1"},
			}
			live(t, w)
			s := newScreen(t, test.columns)
			cmd := exec.Command("ftpcheck", append([]string{"check"}, test.args...)...)
			cmd.Stderr = s.tty
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Wait()
			defer cmd.Process.Kill()
			s.waitFor(t, test.want)
			cmd.Process.Signal(syscall.SIGINT)
			cmd.Wait()
			s.end()
			if got := s.left(t); got != "ftpcheck: interrupted\n" {
				t.Errorf("what is left is %q", got)
			}
		})
	}
}

// Every command that reads AWS tells so, and prints the same as without.
func TestEveryCommandHasProgress(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Slow, Action: "DescribeSecurityGroups", Delay: 2 * howOften}}
	live(t, w)
	t.Chdir(t.TempDir())
	for name, args := range map[string][]string{
		"check":     {"check"},
		"query":     {"query", "select count(*) from ftpcheck_security_group"},
		"rows":      {"query", "-o", "jsonl", "select group_name from ftpcheck_security_group order by group_id"},
		"export":    {"query", "--export", "rows.csv", "select group_name from ftpcheck_security_group order by 1"},
		"audit":     {"audit", "--out", "audit"},
		"benchmark": {"benchmark", "run", "place_scanned"},
		"dump":      {"dump"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait
			for _, mode := range []string{"--progress=auto", "--progress=never", "--quiet"} {
				if err := os.RemoveAll(map[string]string{"export": "rows.csv", "audit": "audit"}[name]); err != nil {
					t.Fatal(err)
				}
				s := newScreen(t, 80)
				var stdout bytes.Buffer
				code := Run(t.Context(), append(slices.Clone(args), mode), strings.NewReader(""), &stdout, s.tty)
				s.end()
				want := exitOK
				if name == "check" || name == "audit" {
					want = exitOpen
				}
				if code != want {
					t.Errorf("%s: exit code %d: %s", mode, code, s.all())
				}
				if shown := strings.Contains(s.all(), " of 17 regions"); shown != (mode == "--progress=auto") {
					t.Errorf("%s: %q is shown", mode, s.all())
				}
				left := ""
				if name == "export" && mode != "--quiet" {
					left = "34 rows were written to rows.csv.\n"
				}
				if got := s.left(t); got != left {
					t.Errorf("%s: what is left is %q, want %q", mode, got, left)
				}
				if strings.Contains(stdout.String(), "\r") {
					t.Errorf("%s: standard output has a part in it", mode)
				}
			}
		})
	}
}

// In a pipe there is none, unless it is asked for: then it is a line for every event.
func TestProgressJSON(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "DescribeSecurityGroups", Account: home, Region: "sa-east-1"}}
	live(t, w)
	plain, stderr, code := run(t, "check")
	if code != exitError || stderr != "" {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	stdout, stderr, code := run(t, "check", "--progress", "JSON")
	if code != exitError || stdout != plain {
		t.Errorf("exit code %d, and without progress it prints\n%s, with\n%s", code, plain, stdout)
	}
	events := decodeEvents(t, stderr)
	first, last := events[0], events[len(events)-1]
	if first.Event != "started" || first.Total != (progressTotal{}) {
		t.Errorf("the first is %+v", first)
	}
	if last.Event != "finished" || last.Total != (progressTotal{Places: 17, Done: 17, Failed: 1, Groups: 32}) {
		t.Errorf("the last is %+v", last)
	}
	state := map[string]string{}
	for i, e := range events[1 : len(events)-1] {
		before := events[i]
		if e.Time.Before(before.Time) || e.Total.Done < before.Total.Done || e.Total.Groups < before.Total.Groups {
			t.Errorf("%+v comes before %+v", before, e)
		}
		if e.AccountID != home || e.Region == "" {
			t.Errorf("%+v is nowhere", e)
		}
		state[e.Region] += e.Event + " "
		switch e.Event {
		case "place_started":
			if e.Groups != nil || e.Status != "" {
				t.Errorf("%+v", e)
			}
		case "place_read":
			if *e.Groups != 2 || e.Status != "scanned" || e.ErrorCode != "" {
				t.Errorf("%+v has %d groups", e, *e.Groups)
			}
		case "place_failed":
			if e.Status != "denied" || e.ErrorCode != "UnauthorizedOperation" || !strings.Contains(e.ErrorMessage, "ec2:DescribeSecurityGroups is denied") {
				t.Errorf("%+v", e)
			}
		}
	}
	for _, region := range fakeaws.DefaultRegions {
		want := "place_started place_read "
		if region == "sa-east-1" {
			want = "place_started place_failed "
		}
		if state[region] != want {
			t.Errorf("%s: %s, want %s", region, state[region], want)
		}
	}
	if state["me-south-1"] != "place_skipped " || len(state) != 18 {
		t.Errorf("%v", state)
	}

	// What reads files tells of no place, and who asks without knowing which modes there are
	// is told.
	_, stderr, _ = run(t, "check", "--from", sample, "--progress", "json")
	if events := decodeEvents(t, stderr); len(events) != 2 || events[1].Event != "finished" {
		t.Errorf("files: %s", stderr)
	}
	// A query with several statements reads several times. The events of one go on while its
	// rows are printed.
	_, stderr, _ = run(t, "query", "--progress", "json", "-o", "csv", "select region from ftpcheck_scan; select 1")
	if events := decodeEvents(t, stderr); len(events) != 1+2*17+1+1+2 || events[len(events)-1].Total.Places != 0 {
		t.Errorf("%d events: %s", len(events), stderr)
	}
}

func decodeEvents(t *testing.T, lines string) (events []progressEvent) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(lines))
	d.DisallowUnknownFields()
	for {
		var e progressEvent
		if err := d.Decode(&e); err == io.EOF {
			return events
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, lines)
		}
		events = append(events, e)
	}
}

// docs/command.md has all fields and events, and examples that are such lines.
func TestProgressIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/command.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []reflect.Type{reflect.TypeFor[progressEvent](), reflect.TypeFor[progressTotal]()} {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if of == reflect.TypeFor[progressTotal]() {
				name = "total." + name
			}
			if name != "total" && !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("it has nothing on %s", name)
			}
		}
	}
	for _, b := range docBlocks(string(page)) {
		if b.lang == "json" {
			if events := decodeEvents(t, b.text); len(events) != 5 {
				t.Errorf("%d examples", len(events))
			}
		}
	}
	for _, event := range []string{"started", "finished", "place_started", "place_read", "place_failed", "place_skipped"} {
		if !strings.Contains(string(page), "`"+event+"`") {
			t.Errorf("it has nothing on %s", event)
		}
	}
}
