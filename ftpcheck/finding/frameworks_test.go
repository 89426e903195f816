package finding_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
)

// TestFrameworks: each output has every requirement. Attacks are none, and only what is open is
// a door to them.
func TestFrameworks(t *testing.T) {
	r := liveWorld()
	ids := framework.IDs()

	var document bytes.Buffer
	if err := finding.WriteJSON(&document, r); err != nil {
		t.Fatal(err)
	}
	var said struct{ Frameworks map[string][]string }
	if err := json.Unmarshal(document.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ids, said.Frameworks); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}

	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						Help       struct{ Text string }
						Properties struct {
							Tags       []string
							Frameworks map[string][]string
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal(sarifOf(t, r), &log); err != nil {
		t.Fatal(err)
	}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		if diff := cmp.Diff(ids, rule.Properties.Frameworks); diff != "" {
			t.Errorf("SARIF (-want +got):\n%s", diff)
		}
		for _, f := range framework.All() {
			if !slices.Contains(rule.Properties.Tags, f.Key) || !strings.Contains(rule.Help.Text, f.String()+": "+strings.Join(f.IDs(), ", ")) {
				t.Errorf("SARIF says nothing of %s: %q, %q", f, rule.Properties.Tags, rule.Help.Text)
			}
		}
	}

	var standards, requirements []string
	attacks := 0
	for _, f := range framework.All() {
		if f.OfAttacks() {
			attacks += len(f.Requirements)
			continue
		}
		standards = append(standards, f.String())
		for _, id := range f.IDs() {
			requirements = append(requirements, f.String()+" "+id)
		}
	}
	for _, line := range ocsfLines(t, r) {
		var e struct {
			Compliance struct {
				Standards, Requirements []string
				Status                  string
			}
			FindingInfo struct{ Attacks []any } `json:"finding_info"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(standards, e.Compliance.Standards) + cmp.Diff(requirements, e.Compliance.Requirements); diff != "" {
			t.Errorf("OCSF (-want +got):\n%s", diff)
		}
		if want := map[bool]int{true: attacks}[e.Compliance.Status == "Fail"]; len(e.FindingInfo.Attacks) != want {
			t.Errorf("an event that is %s has %d attacks, want %d", e.Compliance.Status, len(e.FindingInfo.Attacks), want)
		}
	}
}
