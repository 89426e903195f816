package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An audit of what another scan has recorded is of when that was, and no newer.
func TestAuditOfARecordedScan(t *testing.T) {
	dir, m := attested(t, Attestation{})
	again, replayed := bundle(t, config.Config{Paths: []string{filepath.Join(dir, rawName)}})
	mustVerify(t, again)
	if !replayed.Started.Before(m.Finished) || replayed.Started.Before(m.Started) {
		t.Errorf("what was read from %s to %s is read from %s", m.Started, m.Finished, replayed.Started)
	}
	if replayed.Finished.Before(m.Finished) {
		t.Error("it has ended before that was recorded")
	}
	if at := replayed.Started.Format("2006-01-02 15:04:05 UTC"); !strings.Contains(content(t, again, "report.html"), at) {
		t.Errorf("the report does not say %s", at)
	}
}

// Whatever the clock does meanwhile, nothing was read before the begin or after the end.
func TestSpan(t *testing.T) {
	began := time.Date(2026, 11, 27, 12, 0, 0, 0, time.FixedZone("", 3600))
	ended := began.Add(time.Minute)
	hour, minute := time.Hour, time.Minute
	for name, c := range map[string]struct {
		places     []sg.Coverage
		first, end time.Time
	}{
		"nothing":        {nil, began, ended},
		"within":         {[]sg.Coverage{{Started: began.Add(1), Finished: ended.Add(-1)}}, began, ended},
		"without a time": {[]sg.Coverage{{}}, began, ended},
		"before":         {[]sg.Coverage{{Started: began.Add(-minute), Finished: began}, {Started: began.Add(-hour), Finished: began}}, began.Add(-hour), ended},
		"a clock set on": {[]sg.Coverage{{Started: began, Finished: ended.Add(hour)}, {Started: began, Finished: ended.Add(minute)}}, began, ended.Add(hour)},
	} {
		if first, last := span(c.places, began, ended); !first.Equal(c.first) || !last.Equal(c.end) || first.Location() != time.UTC || last.Location() != time.UTC {
			t.Errorf("%s: from %s to %s", name, first, last)
		}
	}
}

// Whoever makes an old reading look new, with everything that follows from it, is found out by the raw
// data, and so is who has it end before it did. Exceptions do not hold longer by it.
func TestForgedTimes(t *testing.T) {
	original, m := attested(t, Attestation{})
	for name, c := range map[string]struct {
		change  func(m *Manifest)
		problem string
	}{
		"a quarter newer": {func(m *Manifest) { m.Started, m.Finished = m.Started.AddDate(0, 3, 0), m.Finished.AddDate(0, 3, 0) }, "manifest.json says started_at is "},
		"a quarter older": {func(m *Manifest) { m.Started, m.Finished = m.Started.AddDate(0, -3, 0), m.Finished.AddDate(0, -3, 0) }, "manifest.json says finished_at is "},
		"begun before":    {func(m *Manifest) { m.Started = m.Started.AddDate(0, 0, -3) }, ""},
		"another version": {func(m *Manifest) { m.Started, m.Tool.Version = m.Finished.AddDate(0, 3, 0), "1.2.2" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "forged")
			if err := os.CopyFS(filepath.Join(dir, rawName), os.DirFS(filepath.Join(original, rawName))); err != nil {
				t.Fatal(err)
			}
			f := *m
			c.change(&f)
			f.Exceptions = &Exceptions{File: "exceptions.yaml", Text: fmt.Sprintf("exceptions:\n- {group_id: sg-1, ports: [21], reasons: [any_ipv4], reachable: true, until: %s, why: x, approved_by: Board}\n", m.Finished.AddDate(0, 0, -1).Format(time.DateOnly))}
			if err := derive(t.Context(), filepath.Join(dir, rawName), dir, &f); err != nil {
				t.Fatal(err)
			}
			if err := f.seal(t.Context(), dir, &Attestation{}); err != nil {
				t.Fatal(err)
			}
			v, err := Verify(t.Context(), dir, options)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.problem == "" && len(v.Problems) > 0:
				t.Errorf("it is found to be wrong: %q", v.Problems)
			case c.problem != "" && (len(v.Problems) != 1 || !strings.HasPrefix(v.Problems[0], c.problem) || !strings.Contains(v.Problems[0], ", and by a replay of the raw data something was read on ")):
				t.Errorf("the problems are %q", v.Problems)
			}
			if name == "begun before" && f.Answer.AcceptedSecurityGroups > 0 {
				t.Error("an exception holds that had ended before the reading did")
			}
		})
	}
}
