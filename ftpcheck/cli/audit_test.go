package cli

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
)

// An audit that is killed leaves no bundle, or a whole one, wherever it is killed.
func TestKilledAuditsLeaveNoBundle(t *testing.T) {
	sample, err := filepath.Abs("../../docs/sample")
	if err != nil {
		t.Fatal(err)
	}
	start := func(dir string) *exec.Cmd {
		cmd := exec.Command("ftpcheck", "audit", "--from", sample, "--out", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	dir := t.TempDir()
	var longest time.Duration
	for _, name := range []string{"whole-1", "whole-2"} {
		begin := time.Now()
		start(filepath.Join(dir, name)).Wait()
		longest = max(longest, time.Since(begin))
	}
	options := audit.Options{Version: Version, Commit: commit()}
	whole, err := audit.Verify(t.Context(), filepath.Join(dir, "whole-1"), options)
	if err != nil || len(whole.Problems) > 0 {
		t.Fatal(err, whole)
	}
	left := map[string]int{}
	const kills = 60
	for n := range kills {
		parent := t.TempDir()
		cmd := start(filepath.Join(parent, "bundle"))
		// Every part of the time has its share, and some of what is behind it. The last comes to its
		// end, however long it takes.
		if n < kills-1 {
			time.Sleep(longest*5/4*time.Duration(n)/kills + rand.N(longest*5/4/kills))
			cmd.Process.Kill()
		}
		cmd.Wait()
		entries, err := os.ReadDir(parent)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			left["nothing"]++
		}
		for _, e := range entries {
			v, err := audit.Verify(t.Context(), filepath.Join(parent, e.Name()), options)
			switch {
			case err != nil || len(v.Problems) > 0:
				left["a part"]++
				if e.Name() == "bundle" {
					t.Fatalf("a bundle was left that does not verify: %v %q", err, v.Problems)
				}
			case cmp.Diff(whole.Manifest.Answer, v.Manifest.Answer) != "" || v.Rows != whole.Rows || v.Files != whole.Files:
				t.Fatalf("%s verifies and is not whole: %+v", e.Name(), v)
			default:
				left["a whole"]++
			}
		}
		os.RemoveAll(parent)
	}
	t.Logf("what was left: %v", left)
	if left["nothing"]+left["a part"] == 0 || left["a whole"] == 0 {
		t.Errorf("the audits were not killed at all points: %v", left)
	}
}

// The replay of an audit gives what the audit saw, for every row and column.
func TestReplayedQueries(t *testing.T) {
	live(t, organization())
	dir := filepath.Join(t.TempDir(), "bundle")
	if stdout, stderr, code := run(t, "audit", "--account", "*", "--out", dir); code != exitOpen {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	for _, sql := range []string{
		"select * from ftpcheck_security_group_ingress_permission order by account_id, region, group_id, source",
		"select * from ftpcheck_security_group order by account_id, region, group_id",
		"select status, content, error_code, error_message, ingress_permission_count, is_ignored, is_optional, origin, security_group_count, title, partition, region, account_id from ftpcheck_scan order by account_id, region",
	} {
		want, stderr, code := run(t, "query", "--account", "*", "--output", "csv", sql)
		if code != exitOK || strings.Count(want, "\n") < 50 {
			t.Fatalf("exit code %d, %s: %s", code, stderr, want)
		}
		got, stderr, code := run(t, "query", "--from", dir+"/raw", "--output", "csv", sql)
		if diff := cmp.Diff(want, got); code != exitOK || diff != "" {
			t.Errorf("exit code %d, %s (-live +replayed):\n%s", code, stderr, diff)
		}
	}
}

// Where one of two audits does not say what the internet reaches, there is a note in the place of
// numbers.
func TestDiffSaysWhatWasNotCompared(t *testing.T) {
	note := func(which string) string {
		return "Note: the " + which + " audit does not say what the internet reaches, so that was not compared.\n"
	}
	for want, without := range map[string][]string{
		"Reached by the internet: 0 more, 0 not known any more, 0 fewer.\n": nil,
		note("old"):               {"old"},
		note("old") + note("new"): {"old", "new"},
	} {
		d := &audit.Difference{Old: &audit.Manifest{Complete: true}, New: &audit.Manifest{Complete: true}, WithoutReach: without}
		var b strings.Builder
		if err := concludeDiff(&b, d, true); err != nil {
			t.Error(err)
		}
		reach := strings.Replace(b.String(), "0 new, 0 changed, 0 unknown, 0 resolved, 0 still open, 0 still undetermined. Places: 0 lost, 0 gained.\n", "", 1)
		if reach != want {
			t.Errorf("%q: %q, want %q", without, reach, want)
		}
	}
}

// What was stamped long after it was read could have been made since, and that is told.
func TestLateStamps(t *testing.T) {
	ended := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for late, want := range map[time.Duration]string{
		-time.Minute: "", time.Second: "", time.Hour: "", time.Hour + time.Second: "1 hour", 47*time.Hour + 59*time.Minute: "47 hours",
		48 * time.Hour: "2 days", 3*24*time.Hour + time.Hour: "3 days", 1200 * 24 * time.Hour: "1,200 days",
	} {
		var said bytes.Buffer
		v := &audit.Verification{Manifest: &audit.Manifest{Finished: ended}, Time: &attest.Time{At: ended.Add(late), By: "CN=authority"}}
		if problems, err := (&trustFlags{}).check(t.Context(), &said, v); err != nil || len(problems) > 0 {
			t.Errorf("%s: %q, %v", late, problems, err)
		}
		line := "\nIt was stamped " + want + " after the reading ended, as it says: until then it could have been made or changed.\n"
		if !strings.HasPrefix(said.String(), "CN=authority says that it was there on ") || strings.Contains(said.String(), line) != (want != "") || want == "" && strings.Contains(said.String(), "after the reading") {
			t.Errorf("%s:\n%s", late, said.String())
		}
	}
}
