package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/history"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

func TestAsksFor(t *testing.T) {
	for name, c := range map[string]struct {
		asked map[string]any
		want  bool
	}{
		"all":                  {map[string]any{"accounts": []any{"*"}}, true},
		"all but some":         {map[string]any{"accounts": []any{"*"}, "exclude_accounts": []any{"3*"}}, false},
		"others":               {map[string]any{"accounts": []any{home, member}}, false},
		"it among others":      {map[string]any{"accounts": []any{home, another}}, true},
		"that of the caller":   {map[string]any{}, false},
		"files":                {map[string]any{"paths": []any{"*"}}, false},
		"what nobody can mean": {map[string]any{"accounts": "*"}, false},
	} {
		if got := (&Manifest{Configuration: []map[string]any{c.asked}}).asksFor(another); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// An account that an audit of all accounts does not find any more was not read by it; one of other
// accounts says nothing of it. A replay is of when the recorded scan was.
func TestHistoryOfAccountsThatAreGone(t *testing.T) {
	all := t.TempDir()
	write := func(name string, cfg config.Config) string {
		o := options
		o.Dir = filepath.Join(all, name)
		scanner, err := scan.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer scanner.Close()
		if _, err := Write(t.Context(), scanner, o); err != nil {
			t.Fatal(err)
		}
		return o.Dir
	}
	read := func(folders ...string) (*history.History, map[string]*history.Place) {
		h, problems, err := History(t.Context(), folders, Trust{})
		if err != nil || len(problems) > 0 {
			t.Fatalf("%v, %q", err, problems)
		}
		places := map[string]*history.Place{}
		for _, p := range h.Places() {
			places[p.AccountID+" "+p.Region] = p
		}
		return h, places
	}
	w := world()
	cfg := serve(t, w)
	one := write("1", cfg)
	h, places := read(one)
	if len(places) != 9 || places[another+" eu-west-1"].Now != baseline.Read || h.Audits[0].Read != 9 || h.Audits[0].NotRead != 0 || h.Audits[0].Open != 36 {
		t.Fatalf("%+v, %d places", h.Audits[0], len(places))
	}
	if !h.Summary(h.Episodes(), h.Places()).Known {
		t.Error("regions that are not enabled are missed")
	}

	late := world()
	late.Accounts = late.Accounts[:2]
	late.Accounts[1].Regions["us-west-2"].Groups = nil
	cfg = serve(t, late)
	two := write("2", cfg)
	h, places = read(all)
	if p := places[another+" eu-west-1"]; p.Now != baseline.NotRead || len(p.NotRead) != 1 || p.NotRead[0] != two {
		t.Errorf("an account that is gone: %+v", p)
	}
	states := map[history.State]int{}
	for _, e := range h.Episodes() {
		states[e.State]++
	}
	if states[history.Open] != 20 || states[history.Unknown] != 12 || states[history.Closed] != 4 {
		t.Errorf("%v", states)
	}

	cfg.Accounts = []string{home}
	write("3", cfg)
	_, places = read(all)
	if p := places[member+" eu-west-1"]; p.Now != baseline.Read || len(p.NotRead) != 0 || p.Readings != 2 {
		t.Errorf("an account that nobody asked for: %+v", p)
	}
	if p := places[home+" eu-west-1"]; p.Readings != 3 {
		t.Errorf("an account that was named: %+v", p)
	}

	write("replay", config.Config{Paths: []string{filepath.Join(one, rawName)}})
	h, _ = read(all)
	if name := filepath.Base(h.Audits[len(h.Audits)-1].Name); name != "3" {
		t.Errorf("the newest is %s", name)
	}

	// What was interrupted has left nothing that counts.
	if err := os.CopyFS(filepath.Join(all, ".4.partial-AAAA"), os.DirFS(one)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(all, ".4.partial-AAAA", sumsName)); err != nil {
		t.Fatal(err)
	}
	if h, _ := read(all); len(h.Audits) != 4 {
		t.Errorf("%d audits", len(h.Audits))
	}
}

// Who takes an audit out of a chain is found out by the one that follows it. Where the chain begins, nobody
// else knows.
func TestHistoryWithAHole(t *testing.T) {
	one, _ := attested(t, Attestation{})
	two, m := attested(t, Attestation{Previous: one})
	three, _ := attested(t, Attestation{Previous: two})
	unchained, _ := attested(t, Attestation{})
	for _, c := range []struct {
		folders []string
		hole    bool
	}{
		{[]string{one, two, three}, false},
		{[]string{three, one}, true},
		{[]string{two, three}, false},
		{[]string{three}, false},
		{[]string{two, three, unchained}, false},
	} {
		h, problems, err := History(t.Context(), c.folders, Trust{})
		if err != nil || len(h.Audits) != len(c.folders) {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%q follows an audit of %s that is not among these: the SHA-256 of its manifest.json is %s.", three, m.Started.Format(time.DateOnly), m.SHA256)
		if found := len(problems) == 1 && problems[0] == want; found != c.hole || !c.hole && len(problems) > 0 {
			t.Errorf("%d audits: %q", len(c.folders), problems)
		}
	}
}

// A copy is no other audit, and what somebody has said beside a copy is said of the audit. Who copies reviews
// with it has not said it twice.
func TestHistoryOfCopies(t *testing.T) {
	one, _ := attested(t, Attestation{})
	signer := newSigner(t)
	review := func(dir, by string) {
		t.Helper()
		o := options
		o.Signer = signer
		if _, _, err := WriteReview(t.Context(), dir, by, "Looked at.", o); err != nil {
			t.Fatal(err)
		}
	}
	review(one, "A. Auditor")
	archive := filepath.Join(t.TempDir(), "archive")
	if err := os.CopyFS(archive, os.DirFS(filepath.Dir(one))); err != nil {
		t.Fatal(err)
	}
	two := filepath.Join(archive, filepath.Base(one))
	review(two, "B. Auditor")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(two, link); err != nil {
		t.Fatal(err)
	}
	for _, folders := range [][]string{{one, two}, {two, one}, {one, link, two}, {link, two, one}} {
		h, problems, err := History(t.Context(), folders, Trust{})
		if err != nil || len(problems) > 0 || len(h.Audits) != 1 {
			t.Fatalf("%v, %q", err, problems)
		}
		var by []string
		for _, r := range h.Audits[0].Reviews {
			by = append(by, r.By)
		}
		slices.Sort(by) // both may be of the same second
		if !slices.Equal(by, []string{"A. Auditor", "B. Auditor"}) {
			t.Errorf("%q: reviewed by %q", folders, by)
		}
	}
	// A review that does not hold is told of once, however many ways lead to it.
	if err := os.WriteFile(two+reviewMark+"1"+reviewSuffix, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, problems, err := History(t.Context(), []string{one, two, link}, Trust{}); err != nil || len(problems) != 1 {
		t.Errorf("%v, %q", err, problems)
	}
}
