package report

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Findings are in the order of their severity, whatever order the report has them in, and the chart
// counts each of them.
func TestSeverity(t *testing.T) {
	unread := failed("111122223333", "us-east-1", sg.StatusDenied)
	var findings finding.List
	for _, answer := range []rule.Answer{rule.Yes, rule.Unknown, rule.No} {
		g := group("111122223333", "eu-west-1", fmt.Sprint("sg-", answer), "web", "0.0.0.0/0", "pl-0123456789abcdef0")
		g.Exposure = &exposure.GroupExposure{Reachable: answer}
		findings = append(findings, finding.Of(g)...)
	}
	accepted := findings[0]
	accepted.Exception = &exception.Exception{Until: time.Now()}
	findings = append(findings, accepted, finding.Finding{Kind: finding.NotRead, Place: &unread})
	for range 2 {
		slices.Reverse(findings)
		var got []string
		for _, i := range tallyOf(&finding.Report{Findings: findings}).ranked() {
			got = append(got, severities[severity(findings[i])])
		}
		if diff := cmp.Diff(severities, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	var counted []string
	for _, b := range bySeverity(tallyOf(&finding.Report{Findings: append(findings, findings[:3]...)})).Bars {
		counted = append(counted, fmt.Sprint(b.Label, ": ", b.Open, b.Undetermined, b.NotRead))
	}
	want := []string{"open, reached now: 2 0 0", "may be open, reached now: 0 2 0", "open, reach not known: 2 0 0", "may be open, reach not known: 0 1 0", "not read: 0 0 1",
		"open, not reached now: 1 0 0", "may be open, not reached now: 0 1 0", "open, accepted: 1 0 0"}
	if diff := cmp.Diff(want, counted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
