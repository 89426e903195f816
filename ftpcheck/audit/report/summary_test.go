package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// summed is the summary of an audit with these rows of findings.
func summed(change func(*Summary), rows ...map[string]string) *Summary {
	s := &Summary{Audit: quarters().New, By: "ftpcheck 1.2.3"}
	for _, row := range rows {
		s.AddFinding(row)
	}
	if change != nil {
		change(s)
	}
	return s
}

// found is a row of findings.csv.
func found(finding, group, reach string) map[string]string {
	return map[string]string{"finding": finding, "account_id": "111122223333", "region": "eu-west-1", "group_id": group, "group_name": "of " + group,
		"unrestricted_ftp_ports": "[20,21]", "source": "0.0.0.0/0", "internet_reachable": reach}
}

// fullest has as much of everything as a summary can have, and texts that try to be more.
func fullest(harmless bool) *Summary {
	s := &Summary{Audit: quarters().New, Networks: 12345}
	for range 20 {
		for i, text := range hostileTexts {
			if harmless {
				text = fmt.Sprint("word", i)
			}
			row := found("open", text, "true")
			for name := range row {
				if name != "finding" && name != "internet_reachable" {
					row[name] = text
				}
			}
			s.AddFinding(row)
			long := strings.Repeat(text+" ", 20)
			for _, all := range []*[]string{&s.Asked, &s.Callers, &s.Accounts, &s.Regions, &s.NotRead, &s.LeftOut, &s.OddExceptions, &s.NotCompared} {
				*all = append(*all, long)
			}
		}
	}
	word := s.NotRead[3]
	// A fingerprint is not written by whoever means harm: the signature has been verified.
	s.By, s.Tool, s.Rule, s.SignedBy, s.Previous, s.Stamped = word, word, "1", "SHA256:"+strings.Repeat("W", 43), s.SHA256, s.Started
	s.Answer = Answer{GroupsSeen: true, Groups: 123456789, OpenGroups: 23456789, Accepted: 3456789, OpenPermissions: 456789123, Undetermined: 98765432, Missed: 123456}
	s.Exceptions, s.Places = 12345, 12345678
	return s
}

func writtenSummary(t testing.TB, s *Summary) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSummary(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The most severe groups come first, each once, and those for which there is no room are counted.
func TestSummaryGroups(t *testing.T) {
	accepted := found("open", "sg-accepted", "true")
	accepted["exception"] = "accepted until 2027-01-01"
	planned := found("undetermined", "", "")
	planned["group_address"] = "aws_security_group.web"
	rows := []map[string]string{
		accepted, found("open", "sg-closed", "false"), planned, found("undetermined", "sg-both", "true"), found("open", "sg-both", "true"), found("undetermined", "sg-both", "true"),
		found("undetermined", "sg-reached", "true"), found("open", "sg-unsure", ""), {"finding": "not_read", "account_id": "1"},
	}
	list := func(s *Summary) (got []string, text string) {
		doc := parsed(t, writtenSummary(t, s))
		if table := first(doc, "table", "class", "brief"); table != nil {
			for _, tr := range all(first(table, "tbody", "", ""), "tr", "", "") {
				got = append(got, textOf(tr))
			}
		}
		return got, textOf(doc)
	}
	const where, what = " 111122223333 eu-west-1 ", " 20,21 0.0.0.0/0"
	want := []string{
		"open now" + where + "sg-both of sg-both" + what,
		"undetermined now" + where + "sg-reached of sg-reached" + what,
		"open not known" + where + "sg-unsure of sg-unsure" + what,
		"undetermined not known" + where + "aws_security_group.web of" + what,
		"open not now" + where + "sg-closed of sg-closed" + what,
		"open, accepted now" + where + "sg-accepted of sg-accepted" + what,
	}
	got, text := list(summed(nil, rows...))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, says := range []string{"These are all.", "3 reached by the internet now", "2 of which that is not known"} {
		if !strings.Contains(text, says) {
			t.Errorf("the page does not say %q: %s", says, text)
		}
	}
	for i := range 1000 {
		rows = append(rows, found("open", fmt.Sprint("sg-", i), "false"))
	}
	got, text = list(summed(nil, rows...))
	if len(got) != mostGroups || got[0] != want[0] || !strings.Contains(text, "These are 8 of 1,006. All are in report.html and findings.csv") {
		t.Errorf("of many, %d are shown: %q", len(got), got)
	}
	got, text = list(summed(func(s *Summary) { s.Complete = false }))
	if got != nil || !strings.Contains(text, "There is none, but not everything was read.") || !strings.Contains(text, "This is not the whole answer.") {
		t.Errorf("without findings, incomplete: %s", text)
	}
}

func TestSummarySays(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Summary)
		says   []string
	}{
		"whole": {nil, []string{"Open Which", "2 of 40 security groups let the whole internet in on FTP.", "Asked for 2 different things, see manifest.json: Every enabled region of the accounts *. Complete yes: everything", "Read 2 places, of 2 accounts in 1 region", "111122223333, 444455556666",
			"From, to 2026-04-02 03:04:05 UTC, 2026-04-02 03:05:05 UTC", "Read as arn:aws:sts::111122223333:assumed-role/Auditor/jane", "Tool ftpcheck 1.2.3, rule version 1", "No place is missing.", "Exceptions: 0.",
			"SHA-256 of manifest.json 1b1b1b", "Vouched for by nobody: it is not signed", "It does not prove that AWS said", "Name Date Signature"}},
		"narrowed":     {func(s *Summary) { s.Asked = []string{"Only the regions us-east-1."} }, []string{"Asked for Only the regions us-east-1. Complete"}},
		"nothing read": {func(s *Summary) { s.Answer, s.Places, s.Accounts = Answer{}, 0, nil }, []string{"Incomplete Which", "Nothing was read, so this is no answer.", "Read nothing", "No security groups were read anywhere."}},
		"all else": {func(s *Summary) {
			s.NotCompared, s.NotRead, s.LeftOut, s.Networks, s.Exceptions, s.OddExceptions = []string{"a", "b"}, []string{"x: denied"}, []string{"y: not wanted", "z: denied"}, 1, 4, []string{"odd"}
			s.SignedBy, s.Previous = "SHA256:abc", "ff00"
		}, []string{"Verified in part, as another version made the audit. Not compared: a; b", "2 places left out by choice", "Complete yes, but for what was left out by choice", "What was not read x: denied Left out by choice: y: not wanted Left out by choice: z: denied", "Of the networks of 1 place not all was read", "Exceptions: 4; to look at: 1,", "signed by the key SHA256:abc", "Follows ff00", "but for what was not compared"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := textOf(parsed(t, writtenSummary(t, summed(test.change))))
			for _, says := range test.says {
				if !strings.Contains(text, says) {
					t.Errorf("the page does not say %q: %s", says, text)
				}
			}
		})
	}
}

// On A4 and on Letter it is one page, however much there is to say, and nothing of it is wider than
// the paper.
func testPrintsOnOnePage(t *testing.T, b *browser) {
	pages := regexp.MustCompile(`/Type /Page\b`)
	for name, s := range map[string]*Summary{"fullest": fullest(false), "plain": summed(nil, found("open", "sg-1", "true"))} {
		p := b.show(t, writtenSummary(t, s))
		for _, paper := range []chromedp.PaperSize{chromedp.PaperA4, chromedp.PaperLetter} {
			pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(paper)))
			if n := len(pages.FindAll(pdf, -1)); err != nil || n != 1 {
				t.Errorf("%s, on paper of %v inches: %d pages: %v", name, paper, n, err)
			}
		}
		for _, width := range []int64{320, 800, 1280} {
			p.do(chromedp.EmulateViewport(width, 900))
			is(p, `document.documentElement.scrollWidth <= innerWidth`, true)
		}
		p.do(media("print", "dark"), chromedp.EmulateViewport(688, 960)) // A4 within its margins
		is(p, `document.documentElement.scrollWidth <= innerWidth`, true)
		is(p, `document.documentElement.scrollHeight <= innerHeight`, true)
		is(p, `[...document.querySelectorAll('.review li')].map(e => e.checkVisibility() && e.textContent).join()`, "Name,Date,Signature,Decision, note")
		is(p, `[...document.querySelectorAll('.sentence, .id, .figures')].every(e => e.scrollWidth <= e.clientWidth + 1)`, true)
		is(p, `'owned' in window`, false)
	}
}
