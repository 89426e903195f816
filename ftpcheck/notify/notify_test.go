package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
)

// hook answers with one status after the other, and then with 200.
func hook(t *testing.T, statuses ...int) (*Webhook, *[]*http.Request, *[]string) {
	t.Helper()
	var requests []*http.Request
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests, bodies = append(requests, r), append(bodies, string(body))
		if len(statuses) >= len(requests) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(statuses[len(requests)-1])
		}
	}))
	t.Cleanup(server.Close)
	return &Webhook{URL: server.URL + "/services/secret", Told: filepath.Join(t.TempDir(), "below", "told"), Pause: time.Millisecond}, &requests, &bodies
}

var changes = baseline.Changes{
	{Kind: baseline.Added, AccountID: "111122223333", Region: "eu-west-1", GroupID: "sg-1", NewFinding: "open"},
	{Kind: baseline.CoverageLost, AccountID: "111122223333", Region: "us-east-1"},
	{Kind: baseline.StillOpen, GroupID: "sg-2"},
}

func TestTell(t *testing.T) {
	w, requests, bodies := hook(t)
	w.Secret = "shh"
	told, err := w.Tell(t.Context(), New("2 new", changes))
	if err != nil || !told || len(*requests) != 1 {
		t.Fatalf("told %v in %d requests: %v", told, len(*requests), err)
	}
	var m Message
	if err := json.Unmarshal([]byte((*bodies)[0]), &m); err != nil {
		t.Fatal(err)
	}
	if m.Text != "2 new" || len(m.Changes) != 2 || m.Changes[0]["group_id"] != "sg-1" || m.Counts["new"] != 1 || m.Counts["coverage_lost"] != 1 || m.Counts["still_open"] != 0 {
		t.Errorf("%+v", m)
	}
	mac := hmac.New(sha256.New, []byte("shh"))
	mac.Write([]byte((*bodies)[0]))
	if got, want := (*requests)[0].Header.Get("X-Ftpcheck-Signature-256"), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("signed %q, want %q", got, want)
	}
	// The same is told once, something else again, and the first again after that.
	for i, c := range []struct {
		changes baseline.Changes
		told    bool
	}{{changes, false}, {changes[:1], true}, {changes[:1], false}, {changes, true}} {
		if told, err := w.Tell(t.Context(), New("2 new", c.changes)); err != nil || told != c.told {
			t.Errorf("%d: told %v: %v", i, told, err)
		}
	}
	if told, err := w.Tell(t.Context(), New("2 new, of 21", changes)); err != nil || told {
		t.Errorf("the same in other words was told %v: %v", told, err)
	}
	other := *w
	other.URL += "2"
	if told, err := other.Tell(t.Context(), New("2 new", changes)); err != nil || !told {
		t.Errorf("another webhook was told %v: %v", told, err)
	}
}

func TestNothingToTell(t *testing.T) {
	for _, c := range []baseline.Changes{nil, changes[2:], {{Kind: baseline.CoverageGained}}} {
		if m := New("", c); m != nil {
			t.Errorf("%+v", m)
		}
	}
	many := make(baseline.Changes, maxChanges+7)
	for i := range many {
		many[i].Kind = baseline.Resolved
	}
	if m := New("", many); len(m.Changes) != maxChanges || m.Omitted != 7 || m.Counts["resolved"] != maxChanges+7 {
		t.Errorf("%d changes, %d omitted, %v", len(m.Changes), m.Omitted, m.Counts)
	}
}

func TestAttempts(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int
		requests int
		problem  string
	}{
		"at the third attempt": {[]int{503, 429}, 3, ""},
		"never":                {[]int{500, 500, 500, 500, 500}, attempts, "500 Internal Server Error"},
		"refused":              {[]int{403}, 1, "403 Forbidden"},
		"elsewhere":            {[]int{307}, 1, "307 Temporary Redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			w, requests, _ := hook(t, c.statuses...)
			told, err := w.Tell(t.Context(), New("x", changes))
			if len(*requests) != c.requests || told != (c.problem == "") {
				t.Errorf("%d requests, told %v", len(*requests), told)
			}
			if c.problem == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%v", err)
			}
			// What could not be told is told the next time.
			if told, err := w.Tell(t.Context(), New("x", changes)); len(c.statuses) < attempts && (err != nil || !told) {
				t.Errorf("told %v: %v", told, err)
			}
		})
	}
	w, _, _ := hook(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if told, err := w.Tell(ctx, New("x", changes)); told || err == nil {
		t.Error("it was told after the end")
	}
	if err := (&Webhook{URL: "hooks.example.com"}).Check(); err == nil {
		t.Error("this is no URL")
	}
	unreachable := &Webhook{URL: "http://127.0.0.1:1/secret", Told: w.Told, Pause: time.Millisecond}
	if _, err := unreachable.Tell(t.Context(), New("x", changes)); err == nil || strings.Contains(err.Error(), "secret") || !strings.HasPrefix(err.Error(), "127.0.0.1:1 could not be told: ") {
		t.Error(err)
	}
}
