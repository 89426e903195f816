package finding_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"runtime"
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

// spooled is the same report with its findings in a spool.
func spooled(t testing.TB, r *finding.Report) *finding.Report {
	t.Helper()
	s := finding.NewSpool(t.TempDir())
	t.Cleanup(s.Close)
	var places finding.List
	for _, f := range r.All() {
		if f.Kind == finding.NotRead {
			places = append(places, f)
			continue
		}
		kept, err := s.Keep(finding.List{f})
		if err != nil {
			t.Fatal(err)
		}
		s.Add(kept)
	}
	s.Begin(places)
	c := *r
	c.Findings = s
	return &c
}

// exposed has all that a finding says of a permission and of its group.
func exposed() *finding.Report {
	g := liveGroup("us-east-1", "sg-1", rule.AnyIPv4, rule.Combined, rule.Undetermined)
	g.Tags = map[string]string{"team": "a", "": "b", "c": ""}
	g.NetworkInterfacesKnown = true
	g.NetworkInterfaces = []sg.NetworkInterface{{ID: "eni-1", PublicIPs: []string{"198.51.100.7", "2001:db8::1"}}, {ID: "eni-2"}}
	g.Exposure = &exposure.GroupExposure{Reachable: rule.Yes, UnknownBecause: []exposure.Code{exposure.NetworkFirewall},
		ReachableAddresses: []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("2001:db8::/80")}}
	g.Resource = sg.Resource{Address: `aws_security_group.a["x"]`, Action: "update"}
	g.Permissions[0].Resource = sg.Resource{Address: "aws_vpc_security_group_ingress_rule.b", Action: "create"}
	g.Permissions[0].RuleTags = map[string]string{"k": "v"}
	zero := int32(0)
	g.Permissions[1].FromPort = &zero // which is another than none
	g.Permissions[2].CIDRIPv4, g.Permissions[2].Unnamed, g.Permissions[2].Doubt = "", &sg.UnnamedSource{Type: "cidr_ipv4", Text: "known after apply"}, "its source is not known yet"
	g.Permissions[2].FromPort, g.Permissions[2].ToPort, g.Permissions[2].Unclear = nil, nil, true
	byGroup := liveGroup("us-east-1", "sg-2", rule.Undetermined)
	byGroup.Permissions[0].PrefixListID, byGroup.Permissions[0].ReferencedGroup = "", &sg.ReferencedGroup{Name: "default", OwnerID: "111122223333"}
	return newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)}, g, byGroup)
}

// What a spool gives back says the same as the findings that it was given, in every form, also where
// it is accepted.
func TestSpoolSaysTheSame(t *testing.T) {
	all := reports(t)
	all["exposed"] = exposed()
	for name, r := range all {
		l := &exception.List{Exceptions: []*exception.Exception{{Where: "x:1", GroupID: "sg-1", Groups: 1, Ports: 3, Reasons: []rule.Reason{rule.AnyIPv4},
			Reachable: true, Until: time.Now().AddDate(1, 0, 0), Why: "x", ApprovedBy: "y"}}}
		r, again := r, spooled(t, r)
		// The spool has what was not read first.
		var places, permissions finding.List
		for _, f := range r.All() {
			if f.Kind == finding.NotRead {
				places = append(places, f)
			} else {
				permissions = append(permissions, f)
			}
		}
		r.Findings = append(places, permissions...)
		for _, r := range []*finding.Report{r, again} {
			r.Except(l, time.Now())
		}
		for form, write := range map[string]func(io.Writer, *finding.Report) error{
			"SARIF": finding.WriteSARIF, "OCSF": finding.WriteOCSF, "JUnit": finding.WriteJUnit, "JSON": finding.WriteJSON, "annotations": finding.WriteAnnotations,
			"Markdown": func(w io.Writer, r *finding.Report) error { return finding.WriteMarkdown(w, r, nil) },
			"rows": func(w io.Writer, r *finding.Report) error {
				for _, f := range r.All() {
					fmt.Fprintf(w, "%#v %+v\n", f.Row(), f.Standing)
				}
				return nil
			},
			"the rest": func(w io.Writer, r *finding.Report) error {
				for _, f := range r.All() {
					if p := f.Permission; p != nil {
						n, known := p.Source.PublicIPv4AddressCount()
						fmt.Fprintln(w, n, known, p.Group.Description, p.Group.Tags, p.RuleTags, p.PrefixListName, p.Doubt, p.Unclear, p.Group.NetworkInterfaces, p.Group.NetworkInterfacesKnown, p.Group.OwnerID)
					}
				}
				return nil
			},
		} {
			var want, got bytes.Buffer
			if err := errors.Join(write(&want, r), write(&got, again), again.Findings.(*finding.Spool).Err()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), got.String()); diff != "" {
				t.Errorf("%s, %s (-in memory +spooled):\n%s", name, form, diff)
			}
		}
		if r.Accepted != again.Accepted || r.Complete() != again.Complete() {
			t.Errorf("%s: accepted %d and %d, complete %v and %v", name, r.Accepted, again.Accepted, r.Complete(), again.Complete())
		}
	}
}

// What findings take does not grow with their groups, and hardly with their number.
func TestSpoolTakesNoMemory(t *testing.T) {
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	held := func(groups, rules int) int64 {
		s := finding.NewSpool(t.TempDir())
		defer s.Close()
		before := inUse()
		for i := range groups {
			g := liveGroup("us-east-1", fmt.Sprint("sg-", i), rule.AnyIPv4)
			g.Description = strings.Repeat("x", 200)
			for range rules {
				p := *g.Permissions[0]
				p.Verdict, p.Description = rule.Verdict{}, strings.Repeat("y", 500)
				g.Permissions = append(g.Permissions, &p)
			}
			kept, err := s.Keep(finding.Of(g))
			if err != nil {
				t.Fatal(err)
			}
			s.Add(kept)
		}
		held := inUse() - before
		if s.Len() != groups {
			t.Fatalf("%d findings of %d groups", s.Len(), groups)
		}
		return held
	}
	// Of the texts, no more than a spool has in memory before they are in its file.
	const inMemory, finding = 3 << 20, 100
	small, large, many := held(500, 1), held(500, 40), held(2000, 40)
	if large > inMemory || large > small+inMemory/2 {
		t.Errorf("500 findings take %d bytes, of small groups %d", large, small)
	}
	if many > large+1500*finding+inMemory/2 {
		t.Errorf("2000 findings take %d bytes, 500 take %d", many, large)
	}
}

// Findings apart from their group say the same, but for what to do, and keep nothing else of it.
func TestApart(t *testing.T) {
	g := liveGroup("us-east-1", "sg-1", rule.AnyIPv4, rule.AnyIPv6)
	other := *g.Permissions[0]
	other.Verdict, other.RuleID = rule.Verdict{}, "sgr-other"
	g.Permissions = append(g.Permissions, &other)
	whole := finding.Of(g)
	for i, f := range whole.Apart() {
		want := whole[i]
		if f.Key() != want.Key() || f.Problem() != want.Problem() || f.Permission.RuleARN() != want.Permission.RuleARN() || want.Remediation() == "" || f.Remediation() != "" {
			t.Errorf("%s: %s %q", f.Key(), f.Problem(), f.Remediation())
		}
		if of := f.Permission.Group; of == g || len(of.Permissions) != len(whole) || of.Permissions[i] != f.Permission {
			t.Errorf("%s is of %+v", f.Key(), of)
		}
	}
	if len(g.Permissions) != 3 || finding.Of(&sg.Group{}).Apart() != nil {
		t.Error("the group has changed, or one without findings has some")
	}
}
