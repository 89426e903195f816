package cli

import (
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// A process that is killed at any moment leaves nothing, or what every reader refuses, or the
// whole.
func TestWhatAKilledAuditLeavesIsRefused(t *testing.T) {
	w := organization()
	for _, a := range w.Accounts {
		maps.DeleteFunc(a.Regions, func(name string, _ *fakeaws.Region) bool { return !strings.HasPrefix(name, "us-") })
	}
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Slow, Delay: 30 * time.Millisecond}}
	live(t, w)
	audit := func(dir string) *exec.Cmd {
		return exec.Command("ftpcheck", "audit", "--account", "*", "--out", dir, "--with", "sarif")
	}
	begun := time.Now()
	whole := filepath.Join(t.TempDir(), "a")
	if out, err := audit(whole).CombinedOutput(); err == nil || !strings.Contains(string(out), "12 of 24 security groups") {
		t.Fatalf("%v\n%s", err, out)
	}
	longest := time.Since(begun)
	random := rand.New(rand.NewPCG(1, 1))
	const kills = 12
	left := map[string]int{}
	for n := range kills {
		around := t.TempDir()
		cmd := audit(filepath.Join(around, "a"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Every part of the time has its share; when the last is killed it has ended.
		time.Sleep(longest*time.Duration(n)/(kills-1) + time.Duration(random.Int64N(int64(longest)/kills)))
		cmd.Process.Kill()
		cmd.Wait()

		if _, err := os.Stat(filepath.Join(around, "a")); err == nil {
			left["the whole"]++
			if _, stderr, code := run(t, "audit", "verify", filepath.Join(around, "a")); code != exitOK {
				t.Errorf("a whole audit does not verify: %s", stderr)
			}
			if stdout, _, code := run(t, "check", "--from", filepath.Join(around, "a", "raw")); code != exitOpen || !strings.Contains(stdout, "12 of 24 security groups") {
				t.Errorf("a whole audit says %d: %s", code, stdout)
			}
			continue
		}
		partial, err := filepath.Glob(filepath.Join(around, ".*"))
		if err != nil {
			t.Fatal(err)
		}
		refused := [][]string{{"check", "--from", around}, {"check", "--from", filepath.Join(around, "*")}, {"audit", "verify", filepath.Join(around, "a")}}
		left["nothing"]++
		for _, dir := range partial {
			left["nothing"]--
			left["a part"]++
			// A recording that has come to its end is one, though the audit around it is not.
			recorded, _, code := run(t, "check", "--from", filepath.Join(dir, "raw"))
			whole := strings.Contains(recorded, "12 of 24 security groups")
			if code != exitError && (code != exitOpen || !whole) {
				t.Errorf("kill %d: what is recorded says %d: %s", n, code, recorded)
			}
			// The last that an audit does is to give the folder its name.
			if stdout, _, code := run(t, "audit", "verify", dir); code != exitError && !(code == exitOK && whole) {
				t.Errorf("kill %d: a part of an audit is verified: %s", n, stdout)
			}
			for _, from := range []string{dir, filepath.Join(dir, "*")} {
				if !whole {
					refused = append(refused, []string{"check", "--from", from}, []string{"query", "--from", from, "select group_id from ftpcheck_security_group"})
				} else if stdout, _, code := run(t, "check", "--from", from); code == exitOK || !strings.Contains(stdout, "12 of 24 security groups") {
					t.Errorf("kill %d: what is recorded in %s says %d: %s", n, from, code, stdout)
				}
			}
			if whole {
				left["a whole recording"]++
			}
		}
		for _, reader := range refused {
			stdout, stderr, code := run(t, reader...)
			if code != exitError || strings.Contains(stdout, "sg-") {
				t.Errorf("kill %d: %v: exit code %d\n%s%s", n, reader, code, stdout, stderr)
			}
		}
	}
	t.Log(left)
	if left["a part"] == 0 {
		t.Errorf("%v: no process was killed in the midst", left)
	}
}
