package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/notify"
)

// fingerprints are those of the results of a SARIF log, by group.
func fingerprints(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				PartialFingerprints map[string]string
				Properties          struct {
					GroupName string `json:"group_name"`
				}
			}
		}
	}
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range log.Runs[0].Results {
		if name := r.Properties.GroupName; name != "" {
			all[name] = r.PartialFingerprints["primaryLocationLineHash"]
		}
	}
	return all
}

// Between two days one group is closed, one opened, one exception expires and one region is
// denied. The second day tells exactly that, once; it fails for what is new; the expired exception
// is named; and the alerts of what has stayed are the same.
func TestTheSecondDay(t *testing.T) {
	open := []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}
	world := func() *fakeaws.World {
		return &fakeaws.World{Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{
			"eu-west-1": {Groups: []fakeaws.Group{{Name: "default"}, {Name: "stays", Ingress: open}, {Name: "fixed", Ingress: open}, {Name: "accepted", Ingress: open}, {Name: "opened"}}},
			"us-west-2": {Groups: []fakeaws.Group{{Name: "default"}, {Name: "far", Ingress: open}}},
		}}}}
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	live(t, world())
	if _, stderr, code := run(t, "check", "--output", "findings="+in("monday.json"), "--output", "sarif="+in("monday.sarif")); code != exitOpen {
		t.Fatalf("exit code %d: %s", code, stderr)
	}

	var messages []notify.Message
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m notify.Message
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &m); err != nil {
			t.Error(err)
		}
		if r.Header.Get("X-Ftpcheck-Signature-256") == "" {
			t.Error("the message is not signed")
		}
		messages = append(messages, m)
		w.WriteHeader(status)
	}))
	defer server.Close()
	t.Setenv("FTPCHECK_NOTIFY_SECRET", "shh")
	group := func(name string) string { return fakeaws.GroupID(home, "eu-west-1", name) }
	exceptions := fmt.Sprintf("exceptions:\n  - { group_id: %s, ports: [21], reasons: [any_ipv4], reachable: true, until: 2020-01-31, why: migration, approved_by: CISO }\n", group("accepted"))
	if err := os.WriteFile(in("exceptions.yaml"), []byte(exceptions), 0o600); err != nil {
		t.Fatal(err)
	}
	w := world()
	groups := w.Accounts[0].Regions["eu-west-1"].Groups
	groups[2].Ingress, groups[4].Ingress = nil, open
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Region: "us-west-2", Action: "DescribeSecurityGroups"}}
	live(t, w)
	second := func(more ...string) (string, string, int) {
		return run(t, append([]string{"check", "--baseline", in("monday.json"), "--exceptions", in("exceptions.yaml"), "--notify", server.URL + "/secret", "--notify-state", in("told")}, more...)...)
	}
	_, stderr, code := second("--output", "csv", "--output", "sarif="+in("tuesday.sarif"))
	if code != exitOpen {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	for _, want := range []string{
		"- exceptions.yaml:2: does not cover all that it is about. " + group("accepted") + ": it expired on 2020-01-31.\n",
		"Since the baseline: 1 new, 0 changed, 1 not known any more, 1 resolved, 2 still open, 0 still undetermined.\n",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in\n%s", want, stderr)
		}
	}
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	var told []string
	for _, c := range messages[0].Changes {
		told = append(told, strings.TrimSpace(c["change"]+" "+c["region"]+" "+c["group_name"]))
	}
	want := []string{"new eu-west-1 opened", "unknown us-west-2 far", "coverage_lost us-west-2", "resolved eu-west-1 fixed"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("the message (-want +got):\n%s", diff)
	}
	before, after := fingerprints(t, in("monday.sarif")), fingerprints(t, in("tuesday.sarif"))
	if names := slices.Sorted(maps.Keys(after)); !slices.Equal(names, []string{"accepted", "opened", "stays"}) {
		t.Errorf("results of %q", names)
	}
	for _, name := range []string{"accepted", "stays"} {
		if before[name] == "" || before[name] != after[name] {
			t.Errorf("the fingerprint of %s was %s and is %s", name, before[name], after[name])
		}
	}

	// The same is not told again, and a webhook that fails changes nothing.
	if _, stderr, code := second(); code != exitOpen || len(messages) != 1 {
		t.Errorf("exit code %d, %d messages: %s", code, len(messages), stderr)
	}
	groups[4].Ingress, status = nil, http.StatusForbidden
	_, stderr, code = second("--output", "csv")
	if line := "ftpcheck: --notify: " + strings.TrimPrefix(server.URL, "http://") + " could not be told: it answered 403 Forbidden\n"; code != exitError || !strings.Contains(stderr, line) {
		t.Errorf("exit code %d, and %q is not in\n%s", code, line, stderr)
	}
	if strings.Contains(stderr, "/secret") {
		t.Error("it tells the path of the webhook, which is a secret")
	}
	// What is left out by choice need not be read again.
	for _, choice := range [][]string{{"--exclude-region", "us-west-2"}, {"--ignore-error-code", "UnauthorizedOperation"}} {
		if _, stderr, code := second(append(choice, "--notify=", "--notify-state=")...); code != exitOK {
			t.Errorf("%v: exit code %d: %s", choice, code, stderr)
		}
	}
	for _, c := range []struct{ arg, problem string }{
		{"--baseline=", "--notify tells what has changed since a baseline: give that with --baseline"},
		{"--notify=hooks.example.com", "--notify: it must be the URL of a webhook, such as https://hooks.example.com/…"},
	} {
		if _, stderr, code := second(c.arg); code != exitError || !strings.Contains(stderr, c.problem) {
			t.Errorf("%s: exit code %d, %s", c.arg, code, stderr)
		}
	}
}
