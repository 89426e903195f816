package baseline

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// randomReport is one of a small world, so that two of them have much in common. A place is a
// region; what is in one that was not read is not in the report.
func randomReport(r *rand.Rand) *finding.Report {
	report := &finding.Report{Started: time.Now(), Finished: time.Now()}
	var findings finding.List
	for _, region := range []string{"eu-west-1", "us-east-1", "us-west-2"} {
		c := sg.Coverage{Origin: sg.Live, AccountID: "111122223333", Region: region, Content: sg.ContentGroups, Status: sg.StatusScanned}
		if r.IntN(4) == 0 {
			c.Status, c.ErrorCode = sg.StatusDenied, "UnauthorizedOperation"
			report.Places = append(report.Places, c)
			continue
		}
		report.Places = append(report.Places, c)
		for i := range 3 {
			g := &sg.Group{ID: fmt.Sprintf("sg-%s-%d", region, i), AccountID: "111122223333", Region: region, Origin: sg.Live, Exposure: &exposure.GroupExposure{}}
			switch r.IntN(3) {
			case 0:
				g.Exposure.Reachable, g.Exposure.ReachableAddresses = rule.Yes, []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32")}
			case 1:
				g.Exposure.Reachable, g.Exposure.UnknownBecause = rule.Unknown, []exposure.Code{exposure.VPCsNotRead}
			}
			for _, source := range []string{"0.0.0.0/0", "0.0.0.0/1"} {
				if r.IntN(2) == 0 {
					continue
				}
				port := int32(21)
				p := &sg.Permission{Group: g, CIDRIPv4: source, Verdict: rule.Verdict{Unrestricted: rule.Yes, Reason: rule.AnyIPv4, Ports: rule.Control}}
				p.Protocol, p.FromPort, p.ToPort = "tcp", &port, &port
				if r.IntN(4) == 0 {
					p.Verdict = rule.Verdict{Unrestricted: rule.Unknown, Reason: rule.Undetermined, Ports: rule.Control}
				} else if r.IntN(4) == 0 {
					p.Verdict.Ports |= rule.Data
				}
				g.Permissions = append(g.Permissions, p)
			}
			findings = append(findings, finding.Of(g)...)
		}
	}
	report.Findings = append(findings, finding.OfPlaces(report.Places)...)
	if r.IntN(2) == 0 {
		report.Except(&exception.List{Exceptions: []*exception.Exception{{Where: "x:1", Region: "us-*", Groups: 9, Ports: 3, Reasons: []rule.Reason{rule.AnyIPv4},
			Reachable: r.IntN(2) == 0, Until: time.Now().AddDate(1, 0, 0), Why: "x", ApprovedBy: "y"}}}, time.Now())
	}
	return report
}

func throughFile(t *testing.T, r *finding.Report) *Snapshot {
	t.Helper()
	var b bytes.Buffer
	if err := finding.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	s, err := read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if s.Rule != rule.Version {
		t.Fatalf("it is of version %q of the rule", s.Rule)
	}
	return s
}

// Over pairs of random answers: nothing is called resolved whose place was not read, nothing that
// is open and that was not open and accepted alike before is known, nothing else fails, and a file
// keeps all of it.
func TestRandomCompare(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	kindsSeen := map[Kind]int{}
	known := 0
	for range 400 {
		then, now := randomReport(r), randomReport(r)
		if r.IntN(10) == 0 {
			now = then
		}
		before := Of(then)
		changes, err := Compare(before, Of(now), nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Compare(throughFile(t, then), throughFile(t, now), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(changes, again); diff != "" {
			t.Fatalf("a file says otherwise (-report +file):\n%s", diff)
		}
		unread := func(r *finding.Report, region string) bool {
			return slices.ContainsFunc(r.Places, func(c sg.Coverage) bool { return c.Region == region && c.Status != sg.StatusScanned })
		}
		worse := 0
		for _, c := range changes {
			kindsSeen[c.Kind]++
			if (c.Kind == Resolved || c.Kind == Unreachable) && unread(now, c.Region) {
				t.Fatalf("%+v, and its place was not read", c)
			}
			if c.Kind == Unknown && !unread(now, c.Region) {
				t.Fatalf("%+v, and its place was read", c)
			}
			if lost := c.Kind == Unknown || c.Kind == CoverageLost; c.Lost != lost {
				t.Fatalf("lost is %v: %+v", c.Lost, c)
			}
			if c.Worse {
				worse++
			}
			if now == then && (c.Worse || !strings.HasPrefix(string(c.Kind), "still_")) {
				t.Fatalf("nothing has changed, and there is %+v", c)
			}
		}
		Mark(now, before, changes)
		of := map[string]finding.Finding{}
		for _, f := range then.All() {
			if f.Permission != nil {
				of[f.Key()] = f
			}
		}
		fails := 0
		for _, f := range now.All() {
			if f.Permission == nil {
				if want := map[bool]Kind{true: StillUnread, false: Added}[unread(then, f.Place.Region)]; f.Change != string(want) {
					t.Fatalf("a place that was not read is %q, want %s", f.Change, want)
				}
				continue
			}
			old, was := of[f.Key()]
			alike := was && old.Kind == finding.Open && f.Kind == finding.Open &&
				f.Permission.Verdict.Ports&^old.Permission.Verdict.Ports == 0 && (old.Exception == nil || f.Exception != nil)
			reached := was && f.Reachable() == rule.Yes && old.Reachable() != rule.Yes
			if !reached && was && f.Known != alike && f.Exception == nil || f.Known && !alike {
				t.Fatalf("known is %v, alike %v, reached %v: %+v was %+v", f.Known, alike, reached, f, old)
			}
			if reached && f.Known && f.Exception == nil {
				t.Fatalf("the internet has come to reach it, and it is known")
			}
			if f.Kind == finding.Open && !f.Accepted() {
				fails++
			}
			if f.Known {
				known++
			}
		}
		// The reach of what only may be open is worse, too, and then the answer is not whole.
		if fails > 0 && !changes.Worse() || fails == 0 && changes.Worse() && now.Complete() {
			t.Fatalf("%d findings fail, and %d changes are worse: %+v", fails, worse, changes)
		}
	}
	for _, kind := range Kinds {
		if kindsSeen[kind] == 0 {
			t.Errorf("nothing was %s", kind)
		}
	}
	if known < 100 {
		t.Errorf("only %d were known, which proves little", known)
	}
}

// A place that was read in one way and failed in another, or whose account failed as a whole, was not
// read whole: what is gone from it is not resolved.
func TestHalfRead(t *testing.T) {
	groups := Row{"account_id": "111122223333", "region": "eu-west-1", "origin": sg.Live, "content": sg.ContentGroups, "status": string(sg.StatusScanned)}
	for name, c := range map[string]struct {
		failed Row
		want   Kind
	}{
		"the place":       {Row{"account_id": "111122223333", "region": "eu-west-1", "origin": sg.Live, "status": "denied"}, Unknown},
		"the account":     {Row{"account_id": "111122223333", "origin": sg.Live, "status": "denied"}, Unknown},
		"another place":   {Row{"account_id": "111122223333", "region": "us-east-1", "origin": sg.Live, "status": "denied"}, Resolved},
		"another account": {Row{"account_id": "222233334444", "origin": sg.Live, "status": "denied"}, Resolved},
		"a file of it":    {Row{"account_id": "111122223333", "region": "eu-west-1", "origin": "a.json", "status": "invalid"}, Unknown},
		"a file of any":   {Row{"origin": "a.json", "status": "invalid"}, Unknown},
		"a file of other": {Row{"region": "us-east-1", "origin": "a.json", "status": "invalid"}, Resolved},
	} {
		before, after := New(), New()
		before.AddPlace(groups)
		before.AddFinding(Row{"finding": "open", "account_id": "111122223333", "region": "eu-west-1", "group_id": "sg-1", "ip_protocol": "tcp", "from_port": "21", "to_port": "21", "source": "0.0.0.0/0"})
		after.AddPlace(groups)
		after.AddPlace(c.failed)
		changes, err := Compare(before, after, nil)
		if err != nil || changes.Count(c.want) != 1 || changes.Count(Unknown)+changes.Count(Resolved) != 1 || changes.Lost() != (c.want == Unknown) {
			t.Errorf("%s failed: %+v, %v", name, changes, err)
		}
	}
}

func TestReadFile(t *testing.T) {
	r := randomReport(rand.New(rand.NewPCG(5, 6)))
	var b bytes.Buffer
	if err := finding.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	good := b.String()
	for name, c := range map[string]struct{ text, problem string }{
		"broken off":              {good[:len(good)/2], "it breaks off"},
		"empty":                   {"", "it breaks off"},
		"more behind it":          {good + "{}", "there is more in it than one document"},
		"another format":          {strings.Replace(good, finding.JSONFormat, "ftpcheck-findings/2", 1), `its format is "ftpcheck-findings/2"`},
		"without places":          {strings.Replace(good, `"places"`, `"plaices"`, 1), "it lacks something"},
		"without findings":        {strings.Replace(good, `"findings":`, `"finding":`, 1), "it lacks something"},
		"without completeness":    {strings.Replace(good, `"complete"`, `"whole"`, 1), "it lacks something"},
		"a place without status":  {strings.Replace(good, `"status"`, `"state"`, 1), "places[0] has no status"},
		"a finding without kind":  {strings.Replace(good, `"finding": `, `"kind": `, 1), "findings[0] has no finding"},
		"places that are no list": {strings.Replace(good, `"places": [`, `"places": 1, "x": [`, 1), "it is not such a JSON document"},
	} {
		file := filepath.Join(t.TempDir(), "f.json")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile(file); err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who has accepted something since, and until when, is a change, as it is no finding any more that fails.
func TestAcceptance(t *testing.T) {
	const board, longer = "accepted until 2026-12-31 by Board: x", "accepted until 2999-12-31 by Board: x"
	for _, c := range []struct {
		before, now string
		kind        Kind
		note        string
		worse       bool
	}{
		{"", "", StillOpen, "", false},
		{board, board, StillOpen, "", false},
		{"", board, Changed, "It was not accepted and is " + board + ".", false},
		{board, longer, Changed, "The exception was " + board + " and is " + longer + ".", false},
		{board, "", Changed, "It was accepted and is not now.", true},
	} {
		answer := func(exception string) *Snapshot {
			s := New()
			s.AddFinding(Row{"account_id": "1", "region": "r", "group_id": "sg-1", "finding": string(finding.Open), "exception": exception})
			return s
		}
		changes, err := Compare(answer(c.before), answer(c.now), nil)
		if err != nil || len(changes) != 1 {
			t.Fatal(changes, err)
		}
		if got := changes[0]; got.Kind != c.kind || got.Note != c.note || got.Worse != c.worse || got.Accepted != (c.now != "") {
			t.Errorf("from %q to %q: %+v", c.before, c.now, got)
		}
	}
}
