package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
)

// quarters are two audits between which nothing has changed, one of them a quarter later.
func quarters() *Diff {
	of := func(month time.Month, hash string) Audit {
		begin := time.Date(2026, month, 2, 3, 4, 5, 0, time.UTC)
		return Audit{
			Answer:  Answer{Complete: true, GroupsSeen: true, Groups: 40, OpenGroups: 2, OpenPermissions: 3},
			Started: begin, Finished: begin.Add(time.Minute), Callers: []string{"arn:aws:sts::111122223333:assumed-role/Auditor/jane"},
			Tool: "ftpcheck 1.2.3", Rule: "1", Asked: []string{"Every enabled region of the accounts *.", "Saved files alone: of " + hash + "."}, Accounts: []string{"111122223333", "444455556666"}, Regions: []string{"eu-west-1"}, Places: 2, SHA256: strings.Repeat(hash, 32),
		}
	}
	return &Diff{Old: of(time.January, "0a"), New: of(time.April, "1b"), By: "ftpcheck 1.2.3"}
}

// changed is a change of a rule of a group, whose ID tells what it is.
func changed(kind baseline.Kind, group string, change func(*baseline.Change)) baseline.Change {
	c := baseline.Change{Kind: kind, AccountID: "111122223333", Region: "eu-west-1", GroupID: group, GroupName: "of " + group, RuleID: "sgr-" + group, Protocol: "tcp", FromPort: "21", ToPort: "21", Source: "0.0.0.0/0"}
	if change != nil {
		change(&c)
	}
	return c
}

// busy is a difference with changes of each kind.
func busy() *Diff {
	d := quarters()
	open := func(c *baseline.Change) { c.NewFinding, c.NewReason = "open", "any_ipv4" }
	d.Changes = baseline.Changes{
		changed(baseline.Added, "sg-accepted", func(c *baseline.Change) { open(c); c.Accepted, c.NewReachable = true, "true" }),
		changed(baseline.Added, "sg-not-reached", func(c *baseline.Change) { open(c); c.Worse, c.NewReachable = true, "false" }),
		changed(baseline.Added, "sg-reached", func(c *baseline.Change) { open(c); c.Worse, c.NewReachable, c.Note = true, "true", "See there." }),
		changed(baseline.Added, "sg-undetermined", func(c *baseline.Change) { c.NewFinding, c.NewReason = "undetermined", "undetermined" }),
		changed(baseline.Reachable, "sg-reachable", func(c *baseline.Change) { c.Worse, c.OldReachable, c.NewReachable = true, "false", "true" }),
		changed(baseline.Changed, "sg-changed", func(c *baseline.Change) { open(c); c.OldFinding, c.FromPort = "undetermined", "20" }),
		changed(baseline.Unknown, "sg-unknown", func(c *baseline.Change) { c.OldFinding, c.Lost = "open", true }),
		changed(baseline.ReachUnknown, "sg-reach-unknown", nil),
		{Kind: baseline.CoverageLost, AccountID: "444455556666", Region: "us-east-1", Note: "It was denied now.", Lost: true},
		{Kind: baseline.CoverageLost, AccountID: "444455556666", Region: "us-east-2", Note: "Nobody looked at it now."},
		changed(baseline.Resolved, "sg-resolved", func(c *baseline.Change) {
			c.OldFinding, c.Protocol, c.FromPort, c.ToPort, c.Note = "open", "-1", "", "", "The rule is gone."
		}),
		changed(baseline.Unreachable, "sg-unreachable", nil),
		{Kind: baseline.CoverageGained, AccountID: "444455556666", Region: "us-west-1"},
		changed(baseline.StillOpen, "sg-still", func(c *baseline.Change) { open(c); c.OldFinding, c.OldReason = "open", "any_ipv4" }),
		changed(baseline.StillUndetermined, "sg-still-undetermined", func(c *baseline.Change) { c.NewFinding = "undetermined" }),
	}
	d.New.Complete, d.New.NotRead, d.New.Missed = false, []string{"account 444455556666, region us-east-1: it is denied"}, 1
	return d
}

// hostileDiff has each of the hostile texts wherever a difference has a text.
func hostileDiff(harmless bool) *Diff {
	d := quarters()
	for i, s := range hostileTexts {
		if harmless {
			s = fmt.Sprint("word", i)
		}
		for _, kind := range []baseline.Kind{baseline.Added, baseline.Reachable, baseline.Changed, baseline.Unknown, baseline.Resolved, baseline.CoverageGained, baseline.StillOpen} {
			d.Changes = append(d.Changes, baseline.Change{Kind: kind, AccountID: s, Region: s, GroupID: s, GroupName: s, RuleID: s, Protocol: s, FromPort: s, ToPort: s, Source: s,
				OldFinding: s, OldReason: s, NewFinding: s, NewReason: s, Note: s, OldReachable: s, NewReachable: s, Worse: true})
		}
		for _, a := range []*Audit{&d.Old, &d.New} {
			a.Asked, a.Callers, a.NotRead, a.NotCompared = append(a.Asked, s), append(a.Callers, s), append(a.NotRead, s), append(a.NotCompared, s)
		}
	}
	for i, a := range []*Audit{&d.Old, &d.New} {
		a.Tool, a.Rule, a.SHA256, a.SignedBy = hostileTexts[i], hostileTexts[i+2], hostileTexts[i+3], hostileTexts[i+4]
		if harmless {
			a.Tool, a.Rule, a.SHA256, a.SignedBy = "word", fmt.Sprint("word", i), "word", "word"
		}
	}
	d.By = d.Old.Tool
	return d
}

func writtenDiff(t testing.TB, d *Diff) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteDiff(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The comparison comes first, and what is not known never reads as no worse.
func TestDiffAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		change              func(d *Diff)
		title, state, first string
		notes               []string
	}{
		"nothing": {func(*Diff) {}, "Nothing worse", "Nothing worse", "Nothing is worse. Resolved: 0 findings. Open now: 0 findings.", nil},
		"worse": {func(d *Diff) {
			d.Changes = baseline.Changes{changed(baseline.Added, "sg-1", func(c *baseline.Change) { c.NewFinding, c.Worse = "open", true })}
		}, "WORSE: 1 change", "Worse", "1 change for the worse. Resolved: 0 findings. Open now: 1 finding.", nil},
		"all": {func(d *Diff) { *d = *busy() }, "INCOMPLETE - WORSE: 3 changes", "Incomplete Worse",
			"3 changes for the worse. Not known: 6 changes. Resolved: 1 finding. Open now: 5 findings.", []string{"The newer audit is incomplete."}},
		"the older is incomplete": {func(d *Diff) { d.Old.Complete = false }, "INCOMPLETE", "Incomplete",
			"Nothing is known to be worse, but not everything is known. Resolved: 0 findings. Open now: 0 findings.", []string{"The older audit is incomplete."}},
		"without reach": {func(d *Diff) { d.WithoutReach = []string{"old"} }, "INCOMPLETE", "Incomplete",
			"Nothing is known to be worse, but not everything is known. Resolved: 0 findings. Open now: 0 findings.", []string{"The older audit does not say what the internet reaches, so that was not compared."}},
		"verified in part": {func(d *Diff) { d.Old.NotCompared = []string{"report.html", "x.csv"} }, "INCOMPLETE", "Incomplete",
			"Nothing is known to be worse, but not everything is known. Resolved: 0 findings. Open now: 0 findings.", []string{"The older audit was made by another version, and this was not verified: report.html; x.csv."}},
		"other rule, the wrong way round": {func(d *Diff) { d.Old, d.New, d.New.Rule = d.New, d.Old, "2" }, "Nothing worse", "Nothing worse",
			"Nothing is worse. Resolved: 0 findings. Open now: 0 findings.", []string{
				"The audits follow different versions of the rule, 1 and 2, so verdicts may differ where nothing changed.",
				"The audit that was given as the newer one was begun before the other: what is new here may be what was resolved."}},
	} {
		t.Run(name, func(t *testing.T) {
			d := quarters()
			test.change(d)
			doc := parsed(t, writtenDiff(t, d))
			got := []string{textOf(first(doc, "title", "", "")), textOf(first(doc, "h2", "class", "states")), textOf(first(doc, "p", "class", "sentence"))}
			if diff := cmp.Diff([]string{test.title + " - FTP exposure, what has changed", test.state, test.first}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			incomplete := strings.HasPrefix(test.title, "INCOMPLETE")
			if class := attr(first(doc, "body", "", ""), "class"); incomplete != (class == "incomplete") {
				t.Errorf("body has class %q, by which a print is marked", class)
			}
			if warned := strings.Contains(textOf(doc), "This is not the whole comparison."); warned != incomplete {
				t.Errorf("warned: %v", warned)
			}
			var notes []string
			if list := first(doc, "ul", "class", "notes"); list != nil {
				for _, li := range all(list, "li", "", "") {
					notes = append(notes, textOf(li))
				}
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// Each change is in one section and no other, and what is worse comes first in it.
func TestDiffSections(t *testing.T) {
	d := busy()
	page := writtenDiff(t, d)
	doc := parsed(t, page)
	var got []string
	for _, s := range sections {
		for _, tr := range all(first(doc, "section", "id", s.ID), "tr", "class", "row") {
			got = append(got, s.ID+": "+textOf(tr))
		}
	}
	const before = " 111122223333 eu-west-1 "
	rule := func(group, ports string) string {
		return group + "of " + group + " sgr-" + group + " " + ports + " 0.0.0.0/0 "
	}
	want := []string{
		"new: new worse" + before + rule("sg-reached", "21tcp") + "open, any_ipv4reachable See there.",
		"new: new worse" + before + rule("sg-not-reached", "21tcp") + "open, any_ipv4not reachable",
		"new: new" + before + rule("sg-undetermined", "21tcp") + "undetermined",
		"new: new accepted" + before + rule("sg-accepted", "21tcp") + "open, any_ipv4reachable",
		"reachable: reachable worse" + before + rule("sg-reachable", "21tcp") + "not reachable reachable",
		"changed: changed" + before + rule("sg-changed", "20-21tcp") + "undetermined open, any_ipv4",
		"unknown: unknown" + before + rule("sg-unknown", "21tcp") + "open",
		"unknown: reach unknown" + before + rule("sg-reach-unknown", "21tcp"),
		"unknown: coverage lost 444455556666 us-east-1 It was denied now.",
		"unknown: coverage lost left out by choice 444455556666 us-east-2 Nobody looked at it now.",
		"resolved: resolved" + before + rule("sg-resolved", "all-1") + "open The rule is gone.",
		"resolved: unreachable" + before + rule("sg-unreachable", "21tcp"),
		"gained: coverage gained 444455556666 us-west-1",
		"still: still open" + before + rule("sg-still", "21tcp") + "open, any_ipv4 open, any_ipv4",
		"still: still undetermined" + before + rule("sg-still-undetermined", "21tcp") + "undetermined",
	}
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rows := 0
	for _, table := range dataOf(t, page) {
		rows += table.Total
	}
	if rows != len(d.Changes) {
		t.Errorf("%d rows of %d changes in the data", rows, len(d.Changes))
	}
	audits := textOf(first(doc, "section", "id", "audits"))
	for _, says := range []string{
		"Started 2026-01-02 03:04:05 UTC 2026-04-02 03:04:05 UTC", "Whole answer complete INCOMPLETE", "Read 2 places, of 2 accounts in 1 region 2 places, of 2 accounts in 1 region",
		"Read as arn:aws:sts::111122223333:assumed-role/Auditor/jane arn:", "Not read 0 places 1 place", "SHA-256 of manifest.json 0a0a0a", "Vouched for by nobody: it is not signed",
		"account 444455556666, region us-east-1: it is denied", "Asked for Every enabled region of the accounts *. Saved files alone: of 0a. Every enabled region of the accounts *. Saved files alone: of 1b. Read",
	} {
		if !strings.Contains(audits, says) {
			t.Errorf("the page does not say %q: %s", says, audits)
		}
	}
	for _, kind := range baseline.Kinds {
		if n := d.Changes.Count(kind); n == 0 {
			t.Errorf("no change is %s, so that nobody knows whether the page has it", kind)
		}
	}
	for range 5 {
		if writtenDiff(t, busy()) != page {
			t.Fatal("two pages of the same difference differ")
		}
	}
}

// Lists of identities and places are bounded, and say where the others are.
func TestAuditLists(t *testing.T) {
	many := make([]string, 1000)
	for i := range many {
		many[i] = fmt.Sprint("item ", i)
	}
	d := quarters()
	d.Old.Callers, d.New.NotRead, d.New.Callers = many, many, nil
	d.New.SignedBy, d.New.Stamped = "SHA256:abc", time.Date(2026, 4, 2, 4, 0, 0, 0, time.UTC)
	text := textOf(first(parsed(t, writtenDiff(t, d)), "section", "id", "audits"))
	for _, says := range []string{"item 4 and 995 more: see manifest.json nobody in AWS: saved files were read", "item 19 and 980 more: see manifest.json of the audit", "signed by the key SHA256:abc, stamped 2026-04-02 04:00:00 UTC"} {
		if !strings.Contains(text, says) {
			t.Errorf("the page does not say %q: %s", says, text)
		}
	}
}

func testShowsDiff(t *testing.T, b *browser) {
	p := b.show(t, writtenDiff(t, busy())).ready()
	cells := func(table, column string) []string {
		return eval[[]string](p, fmt.Sprintf(`[...document.querySelectorAll('[data-table=%s] tr.row [data-cell=%s]')].map(e => e.textContent)`, table, column))
	}
	order := []string{"sg-reached", "sg-not-reached", "sg-undetermined", "sg-accepted"}
	if got := cells("new", "group"); !slices.Equal(got, order) {
		t.Errorf("new are %q, want %q", got, order)
	}
	is(p, `[...document.querySelectorAll('[data-table=new] .badge')].filter(e => e.checkVisibility()).map(e => e.textContent).join()`, "worse,worse,accepted")
	is(p, `document.querySelectorAll('.grid').length`, len(sections))
	p.do(chromedp.Click(chromedp.CSS(`[data-table=new] th[data-column=group] button`)))
	if got := cells("new", "group"); !slices.IsSorted(got) {
		t.Errorf("sorted: %q", got)
	}
	for _, width := range []int64{320, 800, 1280} {
		p.do(chromedp.EmulateViewport(width, 900))
		is(p, `document.documentElement.scrollWidth <= innerWidth`, true)
	}
	p.do(media("print", "dark"), chromedp.EmulateViewport(1031, 700))
	eval[any](p, `dispatchEvent(new Event('beforeprint')), 0`)
	is(p, `[...document.querySelectorAll('table td')].filter(t => t.scrollWidth > t.clientWidth + 1).map(t => t.textContent).join()`, "")
	is(p, `getComputedStyle(document.body).page`, "incomplete")

	p = b.show(t, writtenDiff(t, hostileDiff(false))).ready()
	is(p, `'owned' in window`, false)
	is(p, `document.documentElement.scrollWidth <= innerWidth`, true)
}

// Of each audit the page says whether it is the whole answer, and not that it is where a part was left out.
func TestDiffOfAPart(t *testing.T) {
	d := quarters()
	d.Old.Complete, d.New.LeftOut = false, []string{"account 111122223333: denied"}
	if text := textOf(first(parsed(t, writtenDiff(t, d)), "section", "id", "audits")); !strings.Contains(text, "Whole answer INCOMPLETE complete, but for what was left out by choice Started") {
		t.Error(text)
	}
}
