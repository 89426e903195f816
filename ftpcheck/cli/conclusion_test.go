package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/benchmark"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// TestLargeNumbers holds what commands tell people to numbers that can be read.
func TestLargeNumbers(t *testing.T) {
	places := make([]sg.Coverage, 0, 4000)
	for range 2000 {
		places = append(places, sg.Coverage{Origin: sg.Live, AccountID: home, Region: "eu-west-1", Status: sg.StatusScanned, Groups: 10},
			sg.Coverage{Origin: sg.Live, AccountID: home, Region: "us-east-1", Status: sg.StatusLeftOut, Ignored: true})
	}
	manifest := &audit.Manifest{Complete: true}
	manifest.Answer.OpenSecurityGroups, manifest.Answer.SecurityGroups, manifest.Answer.UndeterminedPermissions = 1957, 20000, 1234
	changes := make([]baseline.Change, 1957)
	for i := range changes {
		changes[i].Kind = baseline.StillOpen
	}
	root := &benchmark.Group{Controls: []*benchmark.ControlRun{{Title: "A control", Severity: "high", Summary: benchmark.Summary{OK: 20000, Alarm: 1957}}}}
	root.Summary.Status = root.Controls[0].Summary
	for name, test := range map[string]struct {
		print func(io.Writer) error
		want  []string
	}{
		"check": {func(w io.Writer) error {
			return conclude(command(w), w, &finding.Report{OpenGroups: 1957, Groups: 20000, Places: places})
		},
			[]string{"1,957 of 20,000 security groups let", "Read: 2,000 account-regions, of 1 account in 1 region; 2,000 places left out by choice. None of the others failed."}},
		"audit": {func(w io.Writer) error { return concludeAudit(command(w), "out", manifest, failOpen) },
			[]string{"1,957 of 20,000 security groups let the whole internet in on FTP. 1,234 ingress permissions could not be determined."}},
		"audit verify": {func(w io.Writer) error {
			return concludeVerification(command(w), ".", &audit.Verification{Manifest: manifest, Files: 1957, Rows: 20000, SameVersion: true}, &trustFlags{})
		}, []string{"the hashes of 1,957 files, and 20,000 rows by a replay"}},
		"audit verify of a part": {func(w io.Writer) error {
			part := &audit.Manifest{Complete: true, NotReached: []audit.NotReached{{LeftOut: true}}}
			return concludeVerification(command(w), ".", &audit.Verification{Manifest: part, SameVersion: true}, &trustFlags{})
		}, []string{"Left out by choice: 1 place, which coverage.csv names.", "The audit is complete, but for what was left out by choice."}},
		"check of a part": {func(w io.Writer) error {
			left := append(places[:2:2], sg.Coverage{Origin: sg.Live, AccountID: home, Region: "eu-west-2", Status: sg.StatusDenied, ErrorMessage: "it is denied"})
			return conclude(command(w), w, &finding.Report{Groups: 10, Places: left})
		}, []string{"Read: 1 account-region, of 1 account in 1 region; 1 place left out by choice. Not read: 1, so this is not the whole answer."}},
		"audit diff": {func(w io.Writer) error {
			return concludeDiff(w, &audit.Difference{Old: manifest, New: manifest, Changes: changes}, true)
		}, []string{"0 new, 0 changed, 0 unknown, 0 resolved, 1,957 still open, 0 still"}},
		"benchmark": {func(w io.Writer) error { return printReport(w, root, benchmark.Statuses, true) },
			[]string{"A control [high]: 1,957 alarm, 20,000 ok\n", "\n  alarm   1,957\n  info        0\n  ok     20,000\n"}},
	} {
		var out bytes.Buffer
		test.print(&out)
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s does not say %q:\n%s", name, want, out.String())
			}
		}
	}
}

// command is one that prints for people into w.
func command(w io.Writer) *cobra.Command {
	c := &cobra.Command{}
	c.SetOut(w)
	return c
}

// TestNoGoodFromWhatIsNotKnown holds the colour of good news to answers that are whole.
func TestNoGoodFromWhatIsNotKnown(t *testing.T) {
	w := terminal.Open(io.Discard, terminal.Always)
	for _, test := range []struct {
		open     int64
		complete bool
		want     terminal.Style
	}{{0, true, terminal.Good}, {0, false, terminal.Doubt}, {1, true, terminal.Bad}, {1, false, terminal.Bad}} {
		text := summary(w, test.open, 0, 2, 0, test.complete)
		plain := colours.ReplaceAllString(text, "")
		if text != terminal.Paint(w, test.want, plain) {
			t.Errorf("%d open, complete %v: %q", test.open, test.complete, text)
		}
	}
}
