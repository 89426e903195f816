package audit

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

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
			f := *m
			c.change(&f)
			f.Exceptions = &Exceptions{File: "exceptions.yaml", Text: fmt.Sprintf("exceptions:\n- {group_id: sg-1, ports: [21], reasons: [any_ipv4], reachable: true, until: %s, why: x, approved_by: Board}\n", m.Finished.AddDate(0, 0, -1).Format(time.DateOnly))}
			v, err := Verify(t.Context(), remade(t, original, &f), options)
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

// remade is a bundle with the raw data of another, and what follows from it and from a manifest.
func remade(t *testing.T, original string, m *Manifest) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "remade")
	if err := os.CopyFS(filepath.Join(dir, rawName), os.DirFS(filepath.Join(original, rawName))); err != nil {
		t.Fatal(err)
	}
	if err := derive(t.Context(), filepath.Join(dir, rawName), dir, m); err != nil {
		t.Fatal(err)
	}
	if err := m.seal(t.Context(), dir, &Attestation{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An authority whose time is not that of this machine is no witness of it, and that is known before anything
// is read. A time stamp from before the reading ended is of another time than the manifest says.
func TestClocksOfAuthorities(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	var late time.Duration
	authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		q, err := timestamp.ParseRequest(body)
		if err != nil {
			t.Error(err)
			return
		}
		stamp, err := (&timestamp.Timestamp{
			HashAlgorithm: q.HashAlgorithm, HashedMessage: q.HashedMessage, Nonce: q.Nonce, Time: time.Now().Add(late), Policy: []int{1, 2, 3}, AddTSACertificate: true,
		}).CreateResponseWithOpts(certificate, private, crypto.SHA256)
		if err != nil {
			t.Error(err)
		}
		w.Write(stamp)
	}))
	defer authority.Close()
	by := Attestation{Authority: authority.URL}
	for _, late = range []time.Duration{-time.Minute, 4 * time.Minute, -time.Hour, 6 * time.Minute} {
		err := by.promise(t.Context(), &Manifest{}, options)
		if wrong := err != nil && strings.Contains(err.Error(), ": set the clock, as evidence has its time"); wrong != (late.Abs() > 5*time.Minute) {
			t.Errorf("by %s: %v", late, err)
		}
	}
	late = 0
	dir, m := attested(t, by)
	for ended, wrong := range map[time.Duration]bool{-time.Hour: false, time.Minute: false, time.Hour: true} {
		os.Remove(filepath.Join(dir, stampName))
		os.Remove(filepath.Join(dir, manifestName))
		os.Remove(filepath.Join(dir, sumsName))
		f := *m
		f.Finished = f.Finished.Add(ended)
		if err := f.seal(t.Context(), dir, &by); err != nil {
			t.Fatal(err)
		}
		v, err := verifyHashes(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if is := len(v.Problems) == 1 && strings.Contains(v.Problems[0], "manifest.json.tsr does not vouch for manifest.json: it is of ") && strings.Contains(v.Problems[0], ", and the reading ended on "); is != wrong || !wrong && len(v.Problems) > 0 {
			t.Errorf("the reading ended by %s later: %q", ended, v.Problems)
		}
	}
}

// What follows an audit has ended after it.
func TestClocksOfAChain(t *testing.T) {
	before, m := attested(t, Attestation{})
	_, after := attested(t, Attestation{Previous: before})
	if chain, err := Chain(t.Context(), after, []string{before}); err != nil || len(chain) != 1 {
		t.Errorf("%v, %v", chain, err)
	}
	back := *after
	back.Finished = m.Finished.Add(-time.Hour)
	if _, err := Chain(t.Context(), &back, []string{before}); err == nil || !strings.Contains(err.Error(), "one of the clocks was wrong") {
		t.Errorf("the clock was set back, and %v", err)
	}
	m.Finished = m.Finished.Add(time.Hour)
	by := Attestation{Previous: remade(t, before, m)}
	if err := by.promise(t.Context(), &Manifest{}, options); err == nil || !strings.Contains(err.Error(), "and the clock of this machine says ") {
		t.Errorf("it follows what has not ended yet: %v", err)
	}
}

// What is merged has ended when the last of its shards was read, and follows nothing that has ended since.
func TestClocksOfShards(t *testing.T) {
	first, _ := attested(t, Attestation{})
	original, m := attested(t, Attestation{})
	m.Shard = &Shard{Index: 0, Count: 1}
	shard := remade(t, original, m)
	later, l := attested(t, Attestation{})
	merge := func(previous string) (string, error) {
		o := options
		o.Dir, o.Previous = filepath.Join(t.TempDir(), "merged"), previous
		_, err := Merge(t.Context(), o, shard)
		return o.Dir, err
	}
	dir, err := merge(later)
	want := fmt.Sprintf("the reading of %q, which --previous names, ended on %s, and that of the shards on %s: name the audit before them, or one of the clocks was wrong", later, l.Finished.Format(time.RFC3339), m.Finished.Format(time.RFC3339))
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("there is evidence that follows what came after it")
	}
	if _, err := merge(first); err != nil {
		t.Error(err)
	}
}
