package finding_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// hostileName is what somebody might call a group so that it says something else in a pipeline.
const hostileName = "x|<script>alert(1)</script> [a](http://evil.example) @team `y` *z* \n::error::gone\r\n]]>&<failure/>\x1b[31m\x00\ufffe www.evil.example #1"

// hostileReport has two findings of each kind, a place that was not read, and an exception.
func hostileReport() *finding.Report {
	var groups []*sg.Group
	for i, verdict := range []rule.Verdict{
		{Unrestricted: rule.Yes, Reason: rule.AnyIPv4, Ports: rule.Control},
		{Unrestricted: rule.Yes, Reason: rule.AnyIPv6, Ports: rule.Data | rule.Control},
		{Unrestricted: rule.Unknown, Reason: rule.Undetermined, Ports: rule.Control},
	} {
		g := &sg.Group{ID: fmt.Sprint("sg-", i), Name: hostileName, AccountID: "111122223333", Region: "eu-west-1", Origin: sg.Live}
		p := &sg.Permission{Group: g, CIDRIPv4: "0.0.0.0/0", Description: hostileName, Verdict: verdict}
		p.Protocol = "-1"
		g.Permissions = []*sg.Permission{p}
		groups = append(groups, g)
	}
	groups[0].Verdict.Unrestricted, groups[1].Verdict.Unrestricted = rule.Yes, rule.Yes
	r := newReport([]sg.Coverage{
		{Origin: sg.Live, AccountID: "111122223333", Region: "eu-west-1", Status: sg.StatusScanned, Content: sg.ContentGroups, Groups: 3},
		{Origin: hostileName, Status: sg.StatusInvalid, ErrorCode: "x", ErrorMessage: hostileName},
	}, groups...)
	r.Except(&exception.List{Exceptions: []*exception.Exception{{
		Where: "exceptions.yaml:2", GroupID: "sg-1", Groups: 1, Ports: rule.Data | rule.Control, Reasons: []rule.Reason{rule.AnyIPv6}, Reachable: true,
		Until: started.AddDate(1, 0, 0).Truncate(24 * time.Hour), Why: hostileName, ApprovedBy: hostileName,
	}}}, started)
	return r
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := finding.WriteJUnit(&b, hostileReport()); err != nil {
		t.Fatal(err)
	}
	type counts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	var all struct {
		counts
		Suites []struct {
			counts
			Cases []struct {
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &all); err != nil {
		t.Fatalf("%v in %s", err, &b)
	}
	if want := (counts{5, 1, 2, 1}); all.counts != want {
		t.Errorf("%+v, want %+v", all.counts, want)
	}
	var sum, found counts
	for _, s := range all.Suites {
		sum = counts{sum.Tests + s.Tests, sum.Failures + s.Failures, sum.Errors + s.Errors, sum.Skipped + s.Skipped}
		for _, c := range s.Cases {
			found.Tests++
			if c.Failure != nil {
				found.Failures++
			}
			if c.Error != nil {
				found.Errors++
			}
			if c.Skipped != nil {
				found.Skipped++
			}
		}
	}
	if sum != all.counts || found != all.counts {
		t.Errorf("the suites say %+v and have %+v, and together they are %+v", sum, found, all.counts)
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("it can steer a terminal")
	}
	// Where nothing was read, something fails.
	b.Reset()
	if err := finding.WriteJUnit(&b, newReport(nil)); err != nil || !strings.Contains(b.String(), `errors="1"`) {
		t.Errorf("nothing was read: %v, %s", err, &b)
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := finding.WriteMarkdown(&b, hostileReport(), []string{"new: " + hostileName}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, bad := range []string{"<script", "](http", "http://", "www.evil", "@team", "`", "*z*", "\n::error", "\x1b", " #1", "<failure"} {
		if strings.Contains(text, bad) {
			t.Errorf("it has %q", bad)
		}
	}
	rows := 0
	for line := range strings.Lines(text) {
		if n := strings.Count(line, "|"); n > 0 {
			if rows++; n != 8 && n != 9 {
				t.Errorf("a row has %d cells: %s", n-1, line)
			}
		}
	}
	if rows != 2+2+2+1 {
		t.Errorf("%d rows in %s", rows, text)
	}
	for _, want := range []string{"## FTP: open\n", "2 of 3 security groups let the whole internet in on FTP, of which exceptions cover 1. 1 ingress permission could not be determined. Not read: 1 place. This is not the whole answer.",
		"### Not read\n", "### Since the baseline\n", "<summary>1 ingress permission open, and accepted</summary>"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q: %s", want, text)
		}
	}
	// What was left out by choice is no error, and no good news either.
	b.Reset()
	part := &finding.Report{Groups: 2, Places: []sg.Coverage{{Origin: sg.Live, Status: sg.StatusScanned, Groups: 2}, {Origin: sg.Live, Status: sg.StatusDenied, Ignored: true}}}
	if err := finding.WriteMarkdown(&b, part, nil); err != nil || !strings.Contains(b.String(), "## FTP: nothing is open\n\n0 of 2 security groups let the whole internet in on FTP. Left out by choice: 1 place.\n") {
		t.Errorf("%v: %s", err, &b)
	}
	// A comment of GitHub has room for it, however much is found.
	r := hostileReport()
	for range 11 {
		all := r.Findings.(finding.List)
		r.Findings = append(all, all...)
	}
	b.Reset()
	if err := finding.WriteMarkdown(&b, r, nil); err != nil || !strings.Contains(b.String(), " more.\n") || b.Len() > 65_536 {
		t.Errorf("%v: %d bytes", err, b.Len())
	}
}

func TestHeadlines(t *testing.T) {
	r := hostileReport()
	for want, change := range map[string]func(r *finding.Report){
		"open":               func(r *finding.Report) {},
		"not known":          func(r *finding.Report) { r.Accepted = r.OpenGroups },
		"open, and accepted": func(r *finding.Report) { r.Accepted, r.Findings = r.OpenGroups, nil },
		"nothing is open":    func(r *finding.Report) { r.Accepted, r.OpenGroups, r.Findings = 0, 0, nil },
	} {
		c := *r
		change(&c)
		var b bytes.Buffer
		if err := finding.WriteMarkdown(&b, &c, nil); err != nil || !strings.HasPrefix(b.String(), "## FTP: "+want+"\n") {
			t.Errorf("%v: want %q in %.60s", err, want, &b)
		}
	}
}

func TestAnnotations(t *testing.T) {
	r := hostileReport()
	r.Locate = func(address string) (string, int, bool) { return "a,b:c.tf", 7, address == "aws_security_group.x" }
	r.Findings.At(0).Permission.Resource.Address = "aws_security_group.x"
	var b bytes.Buffer
	if err := finding.WriteAnnotations(&b, r); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Errorf("%d annotations: %q", len(lines), lines)
	}
	for _, line := range lines {
		if !regexp.MustCompile(`^::error (file=[^,:]*,line=\d+,)?title=[^,:]+::[^\r]+$`).MatchString(line) {
			t.Errorf("%q", line)
		}
	}
	if !strings.HasPrefix(lines[0], "::error file=a%2Cb%3Ac.tf,line=7,title=FTP is open::") {
		t.Errorf("%q", lines[0])
	}
	for range 5 {
		all := r.Findings.(finding.List)
		r.Findings = append(all, all...)
	}
	b.Reset()
	if err := finding.WriteAnnotations(&b, r); err != nil || strings.Count(b.String(), "\n") != 10 || !strings.Contains(b.String(), "There is more than GitHub shows.") {
		t.Errorf("%v: %s", err, &b)
	}
}

// A finding that is not known is never among those that nobody needs to act on.
func TestAccepted(t *testing.T) {
	for _, f := range hostileReport().All() {
		f.Known, f.Exception = true, &exception.Exception{}
		if f.Accepted() != (f.Kind == finding.Open) {
			t.Errorf("%s: %v", f.Kind, f.Accepted())
		}
	}
}
