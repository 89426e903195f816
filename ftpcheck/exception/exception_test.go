package exception

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var now = time.Date(2027, 3, 31, 23, 59, 59, 0, time.UTC)

// open is a permission that is open on port 21 to all of IPv4, of a group that the internet reaches
// nothing through, but for what change says.
func open(change func(g *sg.Group, p *sg.Permission)) *sg.Permission {
	port := int32(21)
	g := &sg.Group{
		ID: "sg-1", Name: "legacy-ftp", AccountID: "111111111111", OwnerID: "111111111111", Region: "eu-west-1", Origin: sg.Live,
		Tags: map[string]string{"purpose": "honeypot"}, Exposure: &exposure.GroupExposure{Reachable: rule.No},
	}
	p := &sg.Permission{Group: g, CIDRIPv4: "0.0.0.0/0", RuleID: "sgr-1", Verdict: rule.Verdict{Unrestricted: rule.Yes, Reason: rule.AnyIPv4, Ports: rule.Control}}
	p.Protocol, p.FromPort, p.ToPort = "tcp", &port, &port
	g.Permissions = []*sg.Permission{p}
	if change != nil {
		change(g, p)
	}
	return p
}

// covered is a coverage by permission.
type covered struct {
	*Coverage
	By  map[*sg.Permission]*Exception
	But map[*sg.Permission]string
}

func cover(l *List, open []*sg.Permission, now time.Time) covered {
	c := covered{l.Cover(slices.Values(open), now), map[*sg.Permission]*Exception{}, map[*sg.Permission]string{}}
	for at, e := range c.Coverage.By {
		c.By[open[at]] = e
	}
	for at, but := range c.Coverage.But {
		c.But[open[at]] = but
	}
	return c
}

func parse(t *testing.T, entries string) *List {
	t.Helper()
	l, err := Parse("exceptions.yaml", []byte("exceptions:\n"+entries))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// whole is what an exception cannot be without.
const whole = ", ports: [21], reasons: [any_ipv4], until: 2027-03-31, why: migration, approved_by: CISO }\n"

func TestCover(t *testing.T) {
	for _, test := range []struct {
		name, entry string
		change      func(g *sg.Group, p *sg.Permission)
		covers      bool
		state       State
		but         string // a part of it
	}{
		{"the group", "group_id: sg-1", nil, true, Covers, ""},
		{"another group", "group_id: sg-2", nil, false, Unmatched, ""},
		{"the account", `account_id: "111111111111"`, nil, true, Covers, ""},
		{"the account as a number", `account_id: 111111111111`, nil, true, Covers, ""},
		{"the owner's account", `account_id: "222222222222"`, func(g *sg.Group, p *sg.Permission) { g.OwnerID = "222222222222" }, true, Covers, ""},
		{"not the participant's account", `account_id: "111111111111"`, func(g *sg.Group, p *sg.Permission) { g.OwnerID = "222222222222" }, false, Unmatched, ""},
		{"a pattern of the account", `account_id: "1111*"`, nil, true, Covers, ""},
		{"the region", "region: eu-*", nil, true, Covers, ""},
		{"another region", "region: us-*", nil, false, Unmatched, ""},
		{"the name", "name: legacy-*", nil, true, Covers, ""},
		{"a name with a slash", "name: legacy*", func(g *sg.Group, p *sg.Permission) { g.Name = "legacy/ftp" }, true, Covers, ""},
		{"a class that is negated", "name: '[!a-k]egacy-ftp'", nil, true, Covers, ""},
		{"a class that is negated, and not met", "name: '[!l]egacy-ftp'", nil, false, Unmatched, ""},
		{"the tag", "tags: { purpose: honey* }", nil, true, Covers, ""},
		{"another tag", "tags: { owner: '*' }", nil, false, Unmatched, ""},
		{"one of two", "group_id: sg-1, region: us-east-1", nil, false, Unmatched, ""},
		{"the rule", "group_id: sg-1, rule: sgr-1", nil, true, Covers, ""},
		{"another rule", "group_id: sg-1, rule: sgr-2", nil, false, Unmatched, ""},
		{"the rule by what it allows", "group_id: sg-1, rule: tcp 21 21 0.0.0.0/0", nil, true, Covers, ""},
		{"the address of a resource", `address: 'module.a["x"].aws_security_group.ftp'`, func(g *sg.Group, p *sg.Permission) {
			g.Resource.Address = `module.a["x"].aws_security_group.ftp`
		}, true, Covers, ""},
		{"another port", "group_id: sg-1", func(g *sg.Group, p *sg.Permission) { p.Verdict.Ports = rule.Data | rule.Control }, false, Exceeded, "port 20"},
		{"another way", "group_id: sg-1", func(g *sg.Group, p *sg.Permission) { p.Verdict.Reason = rule.AnyIPv6 }, false, Exceeded, "any_ipv6"},
		{"reachable", "group_id: sg-1", func(g *sg.Group, p *sg.Permission) { g.Exposure.Reachable = rule.Yes }, false, Exceeded, "and now it does"},
		{"reachable or not", "group_id: sg-1", func(g *sg.Group, p *sg.Permission) { g.Exposure.Reachable = rule.Unknown }, false, Exceeded, "is not known"},
		{"reachable, and nobody asked", "group_id: sg-1", func(g *sg.Group, p *sg.Permission) { g.Exposure = nil }, false, Exceeded, "is not known"},
		{"reachable, and accepted", "group_id: sg-1, reachable: true", func(g *sg.Group, p *sg.Permission) { g.Exposure.Reachable = rule.Yes }, true, Covers, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := open(test.change)
			l := parse(t, "  - { "+test.entry+whole)
			if len(l.Malformed) > 0 {
				t.Fatal(l.Malformed)
			}
			c := cover(l, []*sg.Permission{p}, now)
			if (c.By[p] != nil) != test.covers || c.Uses[0].State != test.state {
				t.Errorf("covers %v, state %s", c.By[p] != nil, c.Uses[0].State)
			}
			if !strings.Contains(c.But[p], test.but) || (test.but == "") != (c.But[p] == "") {
				t.Errorf("but %q", c.But[p])
			}
			if (len(c.Notes) == 0) != (test.state == Covers) {
				t.Errorf("notes %q", c.Notes)
			}
		})
	}
}

// An exception holds to the end of its last day, in UTC.
func TestUntil(t *testing.T) {
	p := open(nil)
	l := parse(t, "  - { group_id: sg-1"+whole)
	if c := cover(l, []*sg.Permission{p}, now); c.By[p] == nil {
		t.Error("it does not cover on its last day")
	}
	c := cover(l, []*sg.Permission{p}, now.Add(time.Second))
	if c.By[p] != nil || c.Uses[0].State != Expired || !strings.Contains(c.Notes[0], "expired on 2027-03-31") {
		t.Errorf("after its last day it covers %v: %s, %q", c.By[p], c.Uses[0].State, c.Notes)
	}
	if c := l.Cover(slices.Values([]*sg.Permission(nil)), now.Add(time.Second)); c.Uses[0].State != Expired {
		t.Error("what has expired is told if nothing is open, too")
	}
}

// What is about more groups than it may cover covers none of them.
func TestTooBroad(t *testing.T) {
	a, b := open(nil), open(func(g *sg.Group, p *sg.Permission) { g.ID = "sg-2" })
	seenTwice := open(func(g *sg.Group, p *sg.Permission) { g.AccountID = "222222222222" })
	for groups, covers := range map[string]bool{"": false, ", groups: 1": false, ", groups: 2": true, ", groups: 9": true} {
		c := cover(parse(t, "  - { name: legacy-*"+groups+whole), []*sg.Permission{a, b, seenTwice}, now)
		if got := c.By[a] != nil && c.By[b] != nil && c.By[seenTwice] != nil; got != covers || got != (len(c.By) > 0) {
			t.Errorf("%q: covers %v, %d", groups, got, len(c.By))
		}
		if !covers && (c.Uses[0].State != TooBroad || !strings.Contains(c.But[a], "is about 2 that are open")) {
			t.Errorf("%q: %s, %q", groups, c.Uses[0].State, c.But[a])
		}
	}
}

// Another exception may cover what one does not, and then nothing is said of that permission.
func TestSeveral(t *testing.T) {
	a := open(nil)
	c := cover(parse(t, "  - { group_id: sg-1, rule: sgr-1, ports: [20], reasons: [any_ipv4], until: 2027-03-31, why: x, approved_by: y }\n  - { group_id: sg-1"+whole), []*sg.Permission{a}, now)
	if by := c.By[a]; by == nil || by.Where != "exceptions.yaml:3" || c.But[a] != "" {
		t.Errorf("covered by %v, but %q", by, c.But[a])
	}
	if len(c.Notes) != 1 || !strings.HasPrefix(c.Notes[0], "exceptions.yaml:2: ") {
		t.Errorf("notes %q", c.Notes)
	}
}

func TestTag(t *testing.T) {
	tagged := func(value string) *sg.Permission {
		return open(func(g *sg.Group, p *sg.Permission) { g.Tags = map[string]string{"ftpcheck:exception": value} })
	}
	for value, covers := range map[string]bool{
		"2027-03-31 21 any_ipv4 partner migration":    true,
		"2027-03-31 20 21 any_ipv4 any_ipv6 research": true,
		"2027-03-31 any_ipv4 21 reachable research":   true,
		"2027-03-30 21 any_ipv4 partner migration":    false,
		"2027-03-31 20 any_ipv4 partner migration":    false,
		"2027-03-31 21 any_ipv6 partner migration":    false,
	} {
		p := tagged(value)
		if c := cover(&List{TagKey: "ftpcheck:exception"}, []*sg.Permission{p}, now); (c.By[p] != nil) != covers || len(c.Uses) != 1 {
			t.Errorf("%q covers %v, of %d; %q", value, c.By[p] != nil, len(c.Uses), c.Notes)
		}
		if c := cover(&List{}, []*sg.Permission{p}, now); len(c.By) > 0 || len(c.Uses) > 0 || len(c.Notes) > 0 {
			t.Errorf("%q counts where groups may bring no exception: %v", value, c)
		}
	}
	// Whom a group is shared with does not see its tags, also where that account is read first.
	owned := tagged("2027-03-31 21 any_ipv4 partner migration")
	seen := open(func(g *sg.Group, p *sg.Permission) { g.AccountID, g.Tags = "222222222222", nil })
	for _, all := range [][]*sg.Permission{{owned, seen}, {seen, owned}} {
		if c := cover(&List{TagKey: "ftpcheck:exception"}, all, now); len(c.By) != 2 {
			t.Errorf("the tag of a shared group covers %d", len(c.By))
		}
	}
	// A group that is only planned has no ID yet.
	planned := tagged("2027-03-31 21 any_ipv4 partner migration")
	planned.Group.ID, planned.Group.Resource.Address = "", "aws_security_group.ftp"
	if c := cover(&List{TagKey: "ftpcheck:exception"}, []*sg.Permission{planned}, now); c.By[planned] == nil {
		t.Errorf("the tag of a planned group does not count: %q", c.Notes)
	}
	for _, value := range []string{"", "yes", "2027-03-31", "2027-03-31 partner migration", "2027-03-31 21 partner", "2027-03-31 any_ipv4 partner", "2027-02-30 21 any_ipv4 x", "2027-03-31 21 any_ipv4"} {
		p := tagged(value)
		c := cover(&List{TagKey: "ftpcheck:exception"}, []*sg.Permission{p}, now)
		if len(c.By) > 0 || len(c.Notes) != 1 || !strings.HasPrefix(c.Notes[0], "the tag ftpcheck:exception of sg-1 does not count: ") {
			t.Errorf("%q covers %d; %q", value, len(c.By), c.Notes)
		}
	}
}

func TestMalformed(t *testing.T) {
	for entry, problem := range map[string]string{
		"  - sg-1\n": "no mapping",
		"  - { group_id: sg-1, untl: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                  "until is meant",
		"  - { group_id: sg-1, until: 31.3.2027, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                  "until must be a day",
		"  - { group_id: sg-1, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                                    "lacks until",
		"  - { group_id: sg-1, until: 2027-03-31, reasons: [any_ipv4], why: x, approved_by: y }\n":                              "lacks ports",
		"  - { group_id: sg-1, until: 2027-03-31, ports: [], reasons: [any_ipv4], why: x, approved_by: y }\n":                   "lacks ports",
		"  - { group_id: sg-1, until: 2027-03-31, ports: [22], reasons: [any_ipv4], why: x, approved_by: y }\n":                 "ports must be",
		"  - { group_id: sg-1, until: 2027-03-31, ports: {a: b}, reasons: [any_ipv4], why: x, approved_by: y }\n":               "ports must be",
		"  - { group_id: sg-1, until: 2027-03-31, ports: [21], why: x, approved_by: y }\n":                                      "lacks reasons",
		"  - { group_id: sg-1, until: 2027-03-31, ports: [21], reasons: [undetermined], why: x, approved_by: y }\n":             "what is not known cannot be accepted",
		"  - { group_id: sg-1, until: 2027-03-31, ports: [21], reasons: [any_ipv4], approved_by: y }\n":                         "lacks why",
		"  - { group_id: sg-1, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x }\n":                                 "lacks approved_by",
		"  - { until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                                 "names no group",
		"  - { rule: sgr-1, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                    "names no group",
		"  - { group_id: 'sg-*', until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":               "ID of one group",
		"  - { account_id: prod, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":               "no account ID",
		"  - { name: '[c-a]', until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                  "no valid pattern",
		"  - { name: \"a\\0\", until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                 "name must be a text",
		"  - { tags: { \"a\\0\": b }, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":          "must be a text",
		"  - { name: '[a', until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                     "no valid pattern",
		"  - { tags: { a: '[' }, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":               "no valid pattern",
		"  - { tags: [a], until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":                      "tags must be a mapping",
		"  - { name: a, groups: many, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":          "groups must be",
		"  - { name: a, groups: 0, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":             "groups must be",
		"  - { name: a, reachable: maybe, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":      "true or false",
		"  - { name: , group_id: sg-1, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n":         "name must be a text",
		"  - { group_id: sg-1, group_id: sg-2, until: 2027-03-31, ports: [21], reasons: [any_ipv4], why: x, approved_by: y }\n": "twice",
	} {
		// One that is malformed hides no other.
		l := parse(t, entry+"  - { group_id: sg-1"+whole)
		if len(l.Exceptions) != 1 || len(l.Malformed) != 1 || !strings.Contains(l.Malformed[0], problem) || !strings.HasPrefix(l.Malformed[0], "exceptions.yaml:2: does not count: ") {
			t.Errorf("%s: %d count, %q", entry, len(l.Exceptions), l.Malformed)
		}
		if c := l.Cover(slices.Values([]*sg.Permission(nil)), now); !slices.Contains(c.Notes, l.Malformed[0]) {
			t.Errorf("%s: is not told: %q", entry, c.Notes)
		}
	}
	for text, problem := range map[string]string{
		"":                                    "exceptions.yaml:1: there is nothing in it",
		"exceptions":                          "this is no mapping",
		"exceptions: {}":                      "there is no such list",
		"exception: []":                       `"exception" is not expected here`,
		"exceptions: []\nmore: []":            `exceptions.yaml:2: "more" is not expected here`,
		"exceptions: [":                       "is no YAML",
		"exceptions: []\n---\nexceptions: []": "more than one document",
		"exceptions: [\xff]":                  "not UTF-8",
	} {
		if _, err := Parse("exceptions.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Over random exceptions and permissions: what is covered is covered by an exception that holds in
// every point, written out here once more; and taking a point back never covers more.
func TestRandomCover(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	reachable := []rule.Answer{rule.No, rule.Yes, rule.Unknown}
	covered := 0
	for range 3000 {
		var all []*sg.Permission
		for i := range 1 + r.IntN(4) {
			all = append(all, open(func(g *sg.Group, p *sg.Permission) {
				g.ID, g.Region = pick("sg-1", "sg-2", "sg-3"), pick("eu-west-1", "us-east-1")
				g.Exposure.Reachable = reachable[r.IntN(3)]
				p.RuleID = fmt.Sprint("sgr-", i)
				p.Verdict.Reason, p.Verdict.Ports = reasons[r.IntN(4)], rule.Ports(1+r.IntN(3))
			}))
		}
		e := &Exception{GroupID: pick("", "sg-1"), Region: pick("", "eu-*"), Name: pick("", "legacy*"), Rule: pick("", "", "sgr-0"), Groups: 1 + r.IntN(3),
			Ports: rule.Ports(1 + r.IntN(3)), Reasons: reasons[:1+r.IntN(4)], Reachable: r.IntN(2) == 0, Until: now.AddDate(0, 0, r.IntN(5)-2).Truncate(24 * time.Hour)}
		c := cover(&List{Exceptions: []*Exception{e}}, all, now)
		about := map[string]bool{}
		isAbout := func(p *sg.Permission) bool {
			g := p.Group
			return (e.GroupID == "" || g.ID == "sg-1") && (e.Region == "" || strings.HasPrefix(g.Region, "eu-")) && (e.Rule == "" || p.RuleID == "sgr-0")
		}
		for _, p := range all {
			if isAbout(p) {
				about[p.Group.ID+p.Group.Region] = true
			}
		}
		for _, p := range all {
			want := isAbout(p) && len(about) <= e.Groups && now.Format(time.DateOnly) <= e.Until.Format(time.DateOnly) &&
				(e.Ports == 3 || p.Verdict.Ports == e.Ports) && slices.Contains(e.Reasons, p.Verdict.Reason) && (e.Reachable || p.Group.Exposure.Reachable == rule.No)
			if got := c.By[p] != nil; got != want {
				t.Fatalf("%+v of %+v: covered %v", e, p.Verdict, got)
			}
			if want {
				covered++
			} else if isAbout(p) && c.But[p] == "" {
				t.Fatalf("%+v of %+v: not told why it is not covered", e, p.Verdict)
			}
		}
	}
	if covered < 200 {
		t.Errorf("only %d were covered, which proves little", covered)
	}
}
