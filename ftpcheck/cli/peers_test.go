package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// cloudSploitCases is where CloudSploit's own cases for its check openFTP lie, beside
// the project: their licence (GPL) does not let us copy them into it.
const cloudSploitCases = "../../../shared/data/peer-cases/cloudsploit-open-ftp.json"

// TestCloudSploitCases holds our answer against CloudSploit's for its own cases. Where
// the two differ, the case says by which part of our rule.
func TestCloudSploitCases(t *testing.T) {
	content, err := os.ReadFile(cloudSploitCases)
	if os.IsNotExist(err) {
		t.Skip("CloudSploit's cases are not here: put them at ", cloudSploitCases)
	} else if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name   string          `json:"name"`
		Groups json.RawMessage `json:"describeSecurityGroups"`
		Status string          `json:"expected_status"`
	}
	if err := json.Unmarshal(content, &cases); err != nil {
		t.Fatal(err)
	}
	// Our exit code where it does not follow from CloudSploit's status.
	differ := map[string]struct {
		code int
		why  string
	}{
		"should WARN if security group is unused": {exitOpen,
			"rule.md 4 and 5 judge what the rules let in. Whether anything uses the group today is another question, and another column"},
		"should not return anything if describe security groups response not found": {exitError,
			"rule.md 6: what was not read is shown as such, where CloudSploit shows nothing"},
		"should PASS if no security groups found": {exitError,
			"every VPC has a default group, so a file without any group is one in which something was lost"},
		"should PASS if open port security group attached to the network interface has no public IP associated": {exitOpen,
			"rule.md 4 and 5 judge what the rules let in. A public address is another question, and another column"},
	}
	follows := map[string]int{"PASS": exitOK, "FAIL": exitOpen, "UNKNOWN": exitError}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			want, ok := follows[c.Status]
			if d, differs := differ[c.Name]; differs {
				want = d.code
				t.Logf("CloudSploit says %s; we differ: %s", c.Status, d.why)
			} else if !ok {
				t.Fatalf("CloudSploit's status %q has no counterpart", c.Status)
			}
			path := filepath.Join(t.TempDir(), "sg.json")
			if err := os.WriteFile(path, c.Groups, 0o644); err != nil {
				t.Fatal(err)
			}
			stdout, stderr, code := run(t, "check", "--from", path)
			if code != want {
				t.Errorf("CloudSploit says %s, our exit code is %d, want %d\n%s%s", c.Status, code, want, stdout, stderr)
			}
		})
	}
}
