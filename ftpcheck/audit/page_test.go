package audit

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What pages say of a bundle is what its manifest and its verification say, and a bundle that says
// it is complete is not if no security groups were read anywhere.
func TestPageOfManifest(t *testing.T) {
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	v := &Verification{Manifest: &Manifest{
		Complete: true, Answer: Answer{SecurityGroups: 7, OpenSecurityGroups: 3, AcceptedSecurityGroups: 1, OpenPermissions: 4, UndeterminedPermissions: 2},
		Tool: Tool{"ftpcheck", "1.2.3", ""}, Rule: "5", Started: begin, Finished: begin.Add(time.Hour), Callers: []string{"arn:1"}, Configuration: []map[string]any{{"regions": []any{"r*"}}},
		Reached: Reached{Accounts: []string{"1"}, Regions: []string{"r"}, Places: 6},
		NotReached: []NotReached{
			{Place: "account 1, region a", Status: sg.StatusDenied, Message: "it is denied"},
			{Place: "account 1, region b", Status: sg.StatusRegionDisabled, Optional: true},
			{Place: "account 1, region c", Status: sg.StatusDenied, LeftOut: true, Message: "it is denied, too"},
		},
		Exceptions: &Exceptions{Notes: []string{"odd"}}, Rows: map[string]int{"exceptions.csv": 9},
		SignedBy: "SHA256:abc", Previous: &Previous{SHA256: "ff"}, SHA256: "00",
	}, NotCompared: []string{"x"}, Time: &attest.Time{At: begin.Add(2 * time.Hour)}}
	want := report.Audit{
		Answer:  report.Answer{Complete: true, GroupsSeen: true, Groups: 7, OpenGroups: 3, Accepted: 1, OpenPermissions: 4, Undetermined: 2, Missed: 1},
		Started: begin, Finished: begin.Add(time.Hour), Callers: []string{"arn:1"}, Tool: "ftpcheck 1.2.3", Rule: "5",
		Asked:    []string{"Only the regions r* of the account of the credentials."},
		Accounts: []string{"1"}, Regions: []string{"r"}, Places: 6, NotRead: []string{"account 1, region a: it is denied"}, LeftOut: []string{"account 1, region c: it is denied, too"}, Exceptions: 9, OddExceptions: []string{"odd"},
		SHA256: "00", SignedBy: "SHA256:abc", Stamped: begin.Add(2 * time.Hour), Previous: "ff", NotCompared: []string{"x"},
	}
	if diff := cmp.Diff(want, v.page(true)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := v.page(false); p.Complete || p.GroupsSeen {
		t.Error("an audit that read no security groups is called complete")
	}
}

// The summary of an audit counts what its tables say, and the same audit gives the same page.
func TestSummarize(t *testing.T) {
	w := reachableWorld([]string{"a", "b"}, map[string]string{"a": "198.51.100.7"})
	w.Accounts[0].Regions["us-west-2"] = &fakeaws.Region{Groups: []fakeaws.Group{{Name: "unseen"}}}
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Region: "us-east-1", Action: "DescribeRouteTables"}, {Kind: fakeaws.Denied, Region: "us-west-2", Action: "DescribeSecurityGroups"}}
	cfg := serve(t, w)
	cfg.Accounts = nil
	dir, m := bundle(t, cfg)
	page := func() string {
		s, err := Summarize(t.Context(), dir, options)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := s.WritePage(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	got := page()
	for _, says := range []string{
		"2 of 2 security groups let the whole internet in on FTP. 1 place was not read.", "<b>0</b> reached by the internet now", "<b>2</b> of which that is not known",
		"Of the networks of 1 place not all was read", m.SHA256, "account " + home + ", region us-west-2: ", "<bdi>sg-a</bdi>", "Summed up by <bdi>ftpcheck 1.2.3 (c0ffee)</bdi>",
	} {
		if !strings.Contains(got, says) {
			t.Errorf("the page does not say %q: %s", says, got[strings.Index(got, "<body"):])
		}
	}
	if page() != got {
		t.Error("two pages of one audit differ")
	}
}
