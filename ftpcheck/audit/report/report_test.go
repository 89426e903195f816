package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The answer comes first, and unknown never reads as fine.
func TestAnswer(t *testing.T) {
	disabled := failed("111122223333", "eu-west-1", sg.StatusRegionDisabled)
	disabled.Optional = true
	only := func(places ...sg.Coverage) *finding.Report { return reportOf(nil, places) }
	rulesOnly := scanned("111122223333", "eu-west-1", 0)
	rulesOnly.Content = "security_group_rules"
	forgotten := only(scanned("111122223333", "eu-west-1", 3), failed("111122223333", "us-east-1", sg.StatusDenied))
	forgotten.Findings = nil

	for name, test := range map[string]struct {
		report               *finding.Report
		title, state, answer string
	}{
		"sample": {sample(t), "INCOMPLETE - OPEN: 5 of 19 security groups - FTP exposure, ftpcheck report", "Incomplete Open",
			"5 of 19 security groups let the whole internet in on FTP. 1 ingress permission could not be determined."},
		"one open": {opened(), "OPEN: 1 of 12 security groups - FTP exposure, ftpcheck report", "Open",
			"1 of 12 security groups lets the whole internet in on FTP."},
		"nothing open": {closed(), "Nothing open: 1,212 security groups - FTP exposure, ftpcheck report", "Nothing open",
			"None of 1,212 security groups lets the whole internet in on FTP."},
		"places denied": {patchy(), "INCOMPLETE - OPEN: 2 of 59 security groups - FTP exposure, ftpcheck report", "Incomplete Open",
			"2 of 59 security groups let the whole internet in on FTP. 1 ingress permission could not be determined. 3 places were not read."},
		"nothing open in what was read": {only(scanned("111122223333", "eu-west-1", 3), failed("111122223333", "us-east-1", sg.StatusDenied)),
			"INCOMPLETE - FTP exposure, ftpcheck report", "Incomplete",
			"Of 3 security groups read, none is known to let the whole internet in on FTP, but not everything is known. 1 place was not read."},
		"a place that is no finding": {forgotten, "INCOMPLETE - FTP exposure, ftpcheck report", "Incomplete",
			"Of 3 security groups read, none is known to let the whole internet in on FTP, but not everything is known. 1 place was not read."},
		"no group": {only(scanned("111122223333", "eu-west-1", 0)), "Nothing open: 0 security groups - FTP exposure, ftpcheck report", "Nothing open",
			"There is no security group in what was read, so none lets the whole internet in on FTP."},
		"no place":       {only(), "INCOMPLETE - FTP exposure, ftpcheck report", "Incomplete", "Nothing was read, so this is no answer."},
		"not enabled":    {only(disabled), "INCOMPLETE - FTP exposure, ftpcheck report", "Incomplete", "Nothing was read, so this is no answer."},
		"no groups file": {only(rulesOnly), "INCOMPLETE - FTP exposure, ftpcheck report", "Incomplete", "Nothing was read, so this is no answer."},
		"all denied": {only(failed("111122223333", "us-east-1", sg.StatusDenied)), "INCOMPLETE - FTP exposure, ftpcheck report", "Incomplete",
			"Nothing was read, so this is no answer. 1 place was not read."},
	} {
		t.Run(name, func(t *testing.T) {
			doc := parsed(t, written(t, test.report))
			got := []string{textOf(first(doc, "title", "", "")), textOf(first(doc, "h2", "class", "states")), textOf(first(doc, "p", "class", "sentence"))}
			if diff := cmp.Diff([]string{test.title, test.state, test.answer}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			incomplete := strings.HasPrefix(test.title, "INCOMPLETE")
			if body := first(doc, "body", "", ""); incomplete != strings.HasPrefix(attr(body, "class"), "incomplete") {
				t.Errorf("body has class %q, by which a print is marked", attr(body, "class"))
			}
			if known := strings.Contains(textOf(doc), "security groups known to be open"); known != incomplete {
				t.Errorf("the number of open groups is called known: %v", known)
			}
			if warned := strings.Contains(textOf(doc), "This is not the whole answer."); warned != incomplete {
				t.Errorf("warned: %v", warned)
			}
		})
	}
}

func TestSaysWhoAndWhen(t *testing.T) {
	r := patchy()
	text := textOf(parsed(t, written(t, r)))
	for _, want := range []string{"ftpcheck, version 1.2.3, commit 0123abc", "version 1 of this tool's rule",
		"arn:aws:sts::111122223333:assumed-role/Auditor/jane", "2026-03-04 04:06:07 UTC", "2026-03-04 04:07:42 UTC (took 1m35s)", "Read: 3 account-regions, of 2 accounts in 2 regions."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	text = textOf(parsed(t, written(t, &finding.Report{})))
	for _, want := range []string{"version not known, commit not known", "Read as not known", "Started not known", "Finished not known", "No place was looked at."} {
		if !strings.Contains(text, want) {
			t.Errorf("the empty page does not say %q", want)
		}
	}
	if text := textOf(parsed(t, written(t, sample(t)))); !strings.Contains(text, "nobody in AWS: saved files were read") {
		t.Error("the page does not say that nobody was asked")
	}
}

// Who looks at a page sees at once of which part the answer is, and what was left out is not called read,
// nor not enabled.
func TestSaysWhatWasAskedFor(t *testing.T) {
	left := failed("111122223333", "us-west-2", sg.StatusDenied)
	left.Ignored = true
	r := reportOf(nil, []sg.Coverage{scanned("111122223333", "us-east-1", 7), left})
	r.Asked = []string{"Only the regions us-*\u202e of the account of the credentials.", "Saved files alone: x."}
	text := textOf(parsed(t, written(t, r)))
	for _, want := range []string{`Asked for Only the regions us-*\u202e of the account of the credentials. Saved files alone: x. Started`, "1 place left out by choice.", "0 not enabled or suspended 1 left out by choice",
		"every place that was asked for was read, but for 1 place left out by choice.", "1 place read, 1 left out by choice"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %.2500s", want, text)
		}
	}
	text = textOf(parsed(t, written(t, opened())))
	for _, not := range []string{"Asked for", "left out by choice 1", "but for"} {
		if strings.Contains(text, not) {
			t.Errorf("a page without that says %q", not)
		}
	}
}

func TestSameReportSameBytes(t *testing.T) {
	want := written(t, hostile(false))
	for range 5 {
		if written(t, hostile(false)) != want {
			t.Fatal("two pages of the same report differ")
		}
	}
}

// What Write itself writes differs from the page of the other tests in the remediation
// only.
func TestWrite(t *testing.T) {
	r := sample(t)
	var got bytes.Buffer
	if err := Write(&got, r); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := write(&want, r, finding.Finding.Remediation); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Error("Write has another remediation than the findings")
	}
	full := errors.New("disk full")
	if err := Write(failingWriter{full}, r); !errors.Is(err, full) {
		t.Errorf("a writer that fails gives %v", err)
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

// Each page allows its own style and script by their hashes, and has nothing else that would load,
// run or be styled.
func TestPolicy(t *testing.T) {
	for name, page := range map[string]string{"report": written(t, hostile(false)), "diff": writtenDiff(t, hostileDiff(false))} {
		t.Run(name, func(t *testing.T) { testPolicy(t, page, 1) })
	}
	t.Run("summary", func(t *testing.T) { testPolicy(t, writtenSummary(t, fullest(false)), 0) })
}

// testPolicy looks at a page with so many scripts, each with data.
func testPolicy(t *testing.T, page string, wantScripts int) {
	doc := parsed(t, page)
	var policy string
	var styles, scripts, data []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case n.Data == "meta" && attr(n, "http-equiv") == "Content-Security-Policy":
			policy = attr(n, "content")
		case n.Data == "style":
			styles = append(styles, n.FirstChild.Data)
		case n.Data == "script" && attr(n, "type") == "application/json":
			data = append(data, n.FirstChild.Data)
		case n.Data == "script":
			scripts = append(scripts, n.FirstChild.Data)
		case slices.Contains([]string{"link", "img", "iframe", "object", "embed", "base", "audio", "video", "source", "image", "use"}, n.Data):
			t.Errorf("the page has a %s element", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"src", "srcset", "action", "formaction", "poster", "background", "ping"}, a.Key) ||
				strings.HasSuffix(a.Key, "href") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	if len(styles) != 1 || len(scripts) != wantScripts || len(data) > 0 != (wantScripts > 0) {
		t.Fatalf("%d styles, %d scripts and %d data, want one style, %d scripts, and data for these only", len(styles), len(scripts), len(data), wantScripts)
	}
	allowed := "'none'"
	if wantScripts > 0 {
		allowed = hash(scripts[0])
	}
	if want := "default-src 'none'; script-src " + allowed + "; style-src " + hash(styles[0]) + "; base-uri 'none'; form-action 'none'"; policy != want {
		t.Errorf("the policy is\n%s\nwant\n%s", policy, want)
	}
	for _, loads := range []string{"url(", "@import", "eval(", "Function(", "innerHTML", "insertAdjacentHTML", "document.write", "fetch(", "XMLHttpRequest", "WebSocket", "import("} {
		if strings.Contains(styles[0]+strings.Join(scripts, ""), loads) {
			t.Errorf("the style or script has %s", loads)
		}
	}
	if first(doc, "html", "lang", "en") == nil {
		t.Error("the page has no language")
	}
}

// A page of hostile texts has the same elements as one of harmless words, and nothing
// that is invisible or turns the direction of text.
func TestHostileTextsAreInert(t *testing.T) {
	for name, write := range map[string]func(harmless bool) string{
		"report":  func(harmless bool) string { return written(t, hostile(harmless)) },
		"diff":    func(harmless bool) string { return writtenDiff(t, hostileDiff(harmless)) },
		"summary": func(harmless bool) string { return writtenSummary(t, fullest(harmless)) },
	} {
		t.Run(name, func(t *testing.T) { testInert(t, write(false), write(true)) })
	}
}

func testInert(t *testing.T, page, harmless string) {
	elements := func(page string) (names []string) {
		for n := range parsed(t, page).Descendants() {
			if n.Type == html.ElementNode {
				name := n.Data
				for _, a := range n.Attr {
					if a.Key != "hidden" { // the order of rows differs, and so does what they lack
						name += " " + a.Key
					}
				}
				names = append(names, name)
			}
		}
		return names
	}
	want := elements(harmless)
	if diff := cmp.Diff(want, elements(page)); diff != "" {
		t.Errorf("hostile texts change the elements (-harmless +hostile):\n%s", diff)
	}
	for i, r := range page {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) && (r < firstMark || r > firstMark+20) {
			t.Fatalf("the page has %U: %q", r, page[max(0, i-40):i])
		}
	}
	for n := range parsed(t, page).Descendants() {
		if n.Type == html.TextNode && strings.ContainsFunc(n.Data, func(r rune) bool { return r >= firstMark && r <= firstMark+20 }) && n.Parent.Data != "script" {
			t.Errorf("a mark is shown: %q", n.Data)
		}
	}
	if !strings.Contains(textOf(parsed(t, page)), `\u202eright to left\u202c`) {
		t.Error("marks that turn the direction are not shown by their numbers")
	}
}

// packed is the data of a table as the script of the page reads it.
type packed struct {
	Total, Size int
	Shared      []string
	Values      map[string][]value
	blocks      []dataBlock
}

// at is what a column has in a row: the number of a text or of lines, and the block that has it.
func (p *packed) at(columns func(*dataBlock) map[string][]int32, column string, row int) (int32, *dataBlock) {
	b := &p.blocks[row/p.Size]
	numbers := columns(b)[column]
	return numbers[min(row%p.Size, len(numbers)-1)], b
}

func (p *packed) cell(column string, row int) string {
	n, b := p.at(func(b *dataBlock) map[string][]int32 { return b.Cells }, column, row)
	return b.Texts[n]
}

// text is the text of a cell, and lines are the lines of one that has several.
func (p *packed) text(column string, row int) string { return p.unfold(row, p.cell(column, row)) }

func (p *packed) lines(column string, row int) (lines []string) {
	n, b := p.at(func(b *dataBlock) map[string][]int32 { return b.Lines }, column, row)
	for _, n := range b.Lists[n] {
		lines = append(lines, p.unfold(row, b.Texts[n]))
	}
	return lines
}

func (p *packed) unfold(row int, s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= firstMark && r <= firstMark+0xff {
			b.WriteString(p.cell(p.Shared[r-firstMark], row))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func dataOf(t *testing.T, page string) map[string]*packed {
	t.Helper()
	doc := parsed(t, page)
	var index struct{ Tables map[string]*packed }
	if err := json.Unmarshal([]byte(first(doc, "script", "id", "data").FirstChild.Data), &index); err != nil {
		t.Fatal(err)
	}
	for name, table := range index.Tables {
		for _, n := range all(doc, "script", "data-block", name) {
			var b dataBlock
			if err := json.Unmarshal([]byte(n.FirstChild.Data), &b); err != nil {
				t.Fatal(err)
			}
			table.blocks = append(table.blocks, b)
		}
	}
	return index.Tables
}

// The data holds every text of every row, however its texts overlap.
func TestDataHoldsAllRows(t *testing.T) {
	// Texts that hold each other.
	nested := reportOf([]*sg.Group{
		group("eu-west-1", "eu-west-1", "eu-west-1-eu-west-1", "west", "0.0.0.0/0"),
		group("111122223333", "eu-west-1", "sg-1", "sg-1sg-1 sgr-100", "::/0"),
		group("111122223333", "", "undetermined", "any_ipv4", "0.0.0.0/0"),
		// What the data makes of the sentence about another finding, as a name.
		group("111122223333", "eu-west-1", "sg-22222", "plain", "0.0.0.0/0"),
		group("111122223333", "eu-west-1", "sg-33333", "\ue002 (\ue003) lets the whole IPv4 internet in on TCP 20 and 21, from \ue005.", "0.0.0.0/0"),
	}, nil)
	for name, r := range map[string]*finding.Report{"sample": sample(t), "places": patchy(), "reached": reached(), "hostile": hostile(false), "nested": nested, "long": large(2*blockRows + 10)} {
		t.Run(name, func(t *testing.T) {
			data := dataOf(t, written(t, r))
			table := data["findings"]
			if table.Total != r.Count() {
				t.Fatalf("%d rows of %d", table.Total, r.Count())
			}
			for row, i := range tallyOf(r).ranked() {
				f := r.Findings.At(i)
				for _, c := range findingColumns(remedy) {
					var want, got []string
					if c.lines != nil {
						for _, line := range c.lines(f) {
							want = append(want, printable(line, tabRune))
						}
						got = table.lines(c.name, row)
					} else {
						want, got = []string{printable(c.text(f))}, []string{table.text(c.name, row)}
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("row %d, column %s (-want +got):\n%s", row, c.name, diff)
					}
				}
			}
			for column, values := range table.Values {
				rows := map[string]int{}
				for row := range table.Total {
					rows[table.text(column, row)]++
				}
				for _, v := range values {
					if rows[v.Text] != v.Rows {
						t.Errorf("%d rows have %s %q, and the page says %d", rows[v.Text], column, v.Text, v.Rows)
					}
					delete(rows, v.Text)
				}
				if len(rows) > 0 {
					t.Errorf("the page has not all to filter by %s: %v", column, rows)
				}
			}
			if n := data["missed"].Total + data["rest"].Total; n != len(r.Places) {
				t.Errorf("%d places of %d", n, len(r.Places))
			}
		})
	}
}

// Columns that the script sorts and filters by have texts of their own in the data.
func TestColumnsOfTheTableAreNotFolded(t *testing.T) {
	doc := parsed(t, written(t, patchy()))
	known := map[string]use{}
	for _, c := range findingColumns(remedy) {
		known[c.name] = c.use
	}
	for _, c := range placeColumns {
		if c.use == folded || c.lines != nil {
			t.Errorf("%s of places is folded", c.name)
		}
	}
	for n := range first(doc, "div", "data-table", "findings").Descendants() {
		name := attr(n, "data-column") + attr(n, "data-filter")
		if use, ok := known[name]; name != "" && ok && use == folded {
			t.Errorf("%s is folded", name)
		}
	}
}

// Without JavaScript the page has the first rows and says so.
func TestFirstRows(t *testing.T) {
	page := written(t, large(250))
	doc := parsed(t, page)
	grid := first(doc, "div", "data-table", "findings")
	if n := len(all(grid, "tr", "class", "row")); n != firstRows {
		t.Errorf("%d rows in the page, want %d", n, firstRows)
	}
	if n := len(all(grid, "tr", "class", "details came")); n != firstRows {
		t.Errorf("%d rows with details, want %d", n, firstRows)
	}
	if text := textOf(grid); !strings.Contains(text, "Here are the first 100 of 290. The other 190 are in findings.csv and, with JavaScript, on this page.") {
		t.Error("the page does not say that it has the first rows only")
	}
	if text := textOf(first(parsed(t, written(t, sample(t))), "div", "data-table", "findings")); strings.Contains(text, "Here are the first") {
		t.Error("the page says that it has the first rows only, but has all")
	}
}

func TestNotReadPlacesComeFirst(t *testing.T) {
	doc := parsed(t, written(t, patchy()))
	var got []string
	for _, tr := range all(first(doc, "div", "data-table", "missed"), "tr", "class", "row") {
		got = append(got, textOf(tr))
	}
	want := []string{
		"denied 444455556666 eu-west-1 live security_groups 0 0 UnauthorizedOperation ec2:DescribeSecurityGroups is denied. Allow the caller this action",
		"denied_by_scp 444455556666 sa-east-1 live security_groups 0 0 UnauthorizedOperation ec2:DescribeSecurityGroups is denied. Allow the caller this action",
		"throttled 444455556666 ap-south-1 live security_groups 0 0 UnauthorizedOperation ec2:DescribeSecurityGroups is denied. Allow the caller this action",
		"scanned, not all determined 444455556666 us-east-1 live security_groups 7 21 UnauthorizedOperation prefix list pl-0123456789abcdef0 could not be read: ec2:GetManagedPrefixListEntries is denied. Allow the caller this action",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rest := first(doc, "details", "class", "rest")
	if attr(rest, "open") != "" || !strings.Contains(textOf(rest), "3 places read, 1 not enabled or suspended") || len(all(rest, "tr", "class", "row")) != 3 {
		t.Errorf("the places that were read are not folded away: %s", textOf(rest))
	}
}

// What the internet reaches comes first, then what it may reach, and no finding is left out for it.
func TestReach(t *testing.T) {
	doc := parsed(t, written(t, reached()))
	rows := all(first(doc, "div", "data-table", "findings"), "tr", "class", "row")
	var got []string
	for _, tr := range rows {
		got = append(got, textOf(first(tr, "bdi", "data-cell", "group"))+" "+textOf(first(tr, "span", "data-cell", "kind"))+" "+textOf(first(tr, "td", "data-label", "Reachable")))
	}
	want := []string{
		"sg-4 open now 198.51.100.0 and more",
		"sg-5 open now 2001:db8::/80",
		"sg-2 undetermined now 198.51.100.20",
		"sg-3 open not known the route tables were not read and more",
		"sg-5 open not known other accounts may use the group",
		"sg-6 open not known",
		" not read not known",
		"sg-1 open not now",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	details := all(doc, "tr", "class", "details came")
	fact := func(row int, column string) string { return textOf(first(details[row], "div", "data-if", column)) }
	if s := fact(0, "addresses"); !strings.HasPrefix(s, "Reachable now at 198.51.100.0 198.51.100.1 ") || !strings.HasSuffix(s, " 198.51.100.19 and 2 more") {
		t.Errorf("the addresses are %q", s)
	}
	if s := fact(0, "unsure"); s != "Reach not fully known, as an appliance stands in the way" {
		t.Errorf("what is not known elsewhere is %q", s)
	}
	if s := fact(3, "unsure"); s != "Reach not fully known, as the route tables were not read a network firewall stands in the way" {
		t.Errorf("why it is not known: %q", s)
	}
	for row, hidden := range map[int]bool{0: false, 3: true, 7: true} {
		if n := first(details[row], "div", "data-if", "addresses"); hidden != slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) {
			t.Errorf("the addresses of row %d are hidden: %v", row, !hidden)
		}
	}
}

// The figures count groups once, however many accounts see them, and are never called the whole
// where something is not known.
func TestReachInFigures(t *testing.T) {
	known := opened()
	known.Findings.At(0).Permission.Group.Exposure = &exposure.GroupExposure{Reachable: rule.Yes}
	for name, test := range map[string]struct {
		report *finding.Report
		want   []string
	}{
		"all known":      {known, []string{"1 groups with findings that the internet reaches now", "0 groups with findings of which that is not known"}},
		"nobody asked":   {opened(), []string{"0 groups with findings that the internet is known to reach now", "1 groups with findings of which that is not known"}},
		"several":        {reached(), []string{"3 groups with findings that the internet is known to reach now", "2 groups with findings of which that is not known"}},
		"no finding":     {closed(), []string{"0 groups with findings that the internet reaches now", "0 groups with findings of which that is not known"}},
		"places missing": {reportOf(nil, []sg.Coverage{failed("111122223333", "us-east-1", sg.StatusDenied)}), []string{"0 groups with findings that the internet is known to reach now", "0 groups with findings of which that is not known"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, li := range all(first(parsed(t, written(t, test.report)), "ul", "class", "figures"), "li", "", "") {
				if s := textOf(li); strings.Contains(s, "groups with findings") {
					got = append(got, s)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A place whose networks were not all read was read, and does not pass for whole. Neither does an answer from
// which places are left out by choice.
func TestNetworksNotRead(t *testing.T) {
	const beginning, denied = "What the internet reaches is not fully known: ", "ec2:DescribeRouteTables is denied. Allow the caller this action"
	doc := parsed(t, written(t, reached()))
	var got []string
	for _, tr := range all(first(doc, "div", "data-table", "missed"), "tr", "class", "row") {
		got = append(got, textOf(first(tr, "span", "data-cell", "status"))+": "+textOf(first(tr, "bdi", "data-cell", "message")))
	}
	want := []string{
		"denied: ec2:DescribeSecurityGroups is denied. Allow the caller this action",
		"scanned, networks not all read: " + beginning + denied,
		"scanned, not all determined: prefix list pl-1 could not be read. " + beginning + denied,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	noted := scanned("111122223333", "us-east-1", 7)
	noted.NetworkProblem = denied
	ignored := sg.Coverage{Origin: sg.Live, AccountID: "111122223333", Region: "us-west-2", Status: sg.StatusDenied, ErrorMessage: denied, Ignored: true}
	for says, places := range map[string][]sg.Coverage{
		"in 1 region. Every permission could be determined. Of the networks of 1 place not all was read, so that it is not fully known what the internet reaches: see what is missing.": {noted},
		"in 1 region. Nothing failed, and every permission could be determined.":                                                                                                        {scanned("111122223333", "us-east-1", 7)},
		"in 1 region. 1 place left out by choice. Nothing else failed, and every permission could be determined.":                                                                       {scanned("111122223333", "us-east-1", 7), ignored},
		"There is none: everything was read, and nothing is open.":                                                                                                                      {scanned("111122223333", "us-east-1", 7)},
		"There is none: everything was read, but for 1 place left out by choice, and nothing is open in it.":                                                                            {scanned("111122223333", "us-east-1", 7), ignored},
	} {
		if text := textOf(parsed(t, written(t, reportOf(nil, places)))); !strings.Contains(text, says) {
			t.Errorf("the page does not say %q: %.1000s", says, text)
		}
	}
}

// A chart has the largest values and the sum of the others, and loses no finding.
func TestCharts(t *testing.T) {
	r := large(5000)
	for _, c := range chartsOf(tallyOf(r)) {
		var open, undetermined, notRead int
		for _, b := range c.Bars {
			open, undetermined, notRead = open+b.Open, undetermined+b.Undetermined, notRead+b.NotRead
		}
		want := 40
		if !c.Places {
			want = 0
		}
		if open != 4990 || undetermined != 10 || notRead != want {
			t.Errorf("%s: %d open, %d undetermined, %d not read", c.Title, open, undetermined, notRead)
		}
		if len(c.Bars) > mostBars+1 {
			t.Errorf("%s: %d bars", c.Title, len(c.Bars))
		}
	}
	accounts := chartsOf(tallyOf(r))[1].Bars
	if b := accounts[mostBars]; b.Label != "990 others" || len(b.Segments()) > 0 {
		t.Errorf("the last bar is %+v", b)
	}

	charts := chartsOf(tallyOf(patchy()))
	want := []string{"combined 2", "any_ipv4 1", "any_ipv6 1", "undetermined 1"}
	var got []string
	for _, b := range charts[3].Bars {
		got = append(got, fmt.Sprint(b.Label, " ", b.total()))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("by reason (-want +got):\n%s", diff)
	}
	segments := []segment{{"undetermined", "0.00%", "25.00%"}, {"notread", "25.00%", "75.00%"}}
	if diff := cmp.Diff(segments, charts[1].Bars[1].Segments()); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
}

func TestWidth(t *testing.T) {
	counts := newCounts()
	if counts.all != 3702258432 {
		t.Errorf("%d public IPv4 addresses", counts.all)
	}
	for source, want := range map[string]string{
		"0.0.0.0/0": "all", "0.0.0.0/1": "as many as a /8 or more", "8.0.0.0/8": "as many as a /8 or more", "8.0.0.0/9": "as many as a /16 or more",
		"8.8.0.0/17": "as many as a /24 or more", "8.8.8.0/25": "fewer than a /24 has", "::/0": "none, IPv6 only", "pl-1": "not known",
	} {
		p := group("111122223333", "eu-west-1", "sg-1", "web", source).Permissions[0]
		for range 2 { // the second time, the count is known
			if got := width(p, counts); got != want {
				t.Errorf("%s: %s, want %s", source, got, want)
			}
		}
	}
}

// 50,000 findings in 17,000 places stay a file that a browser opens.
func TestSizeOfALargeReport(t *testing.T) {
	var n countingWriter
	if err := write(&n, large(50000), remedy); err != nil {
		t.Fatal(err)
	}
	if n > 16<<20 {
		t.Errorf("%d bytes, want less than 16 MiB", n)
	}
}

type countingWriter int64

func (n *countingWriter) Write(b []byte) (int, error) {
	*n += countingWriter(len(b))
	return len(b), nil
}

func BenchmarkWrite(b *testing.B) {
	r := large(50000)
	b.ResetTimer()
	for range b.N {
		if err := write(io.Discard, r, remedy); err != nil {
			b.Fatal(err)
		}
	}
}

func parsed(t testing.TB, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all are the elements of a name and, if key is not empty, with an attribute.
func all(n *html.Node, name, key, value string) (found []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name && (key == "" || attr(d, key) == value) {
			found = append(found, d)
		}
	}
	return found
}

func first(n *html.Node, name, key, value string) *html.Node {
	if found := all(n, name, key, value); len(found) > 0 {
		return found[0]
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is what a person reads of an element, with single spaces.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "template"}, n.Data) {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Type == html.ElementNode && slices.Contains([]string{"td", "th", "span", "dt", "p", "li", "div", "dd"}, n.Data) {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}
