package ec2

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A spool joins groups with the same rules as an index does, in whatever order the rules came, and
// after it was cleared has none of those that it had.
func TestRuleSpoolIsAnIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	port := func() *int32 { return new(int32(r.IntN(4))) }
	s := NewRuleSpool()
	defer s.Close()
	for round := range 2 {
		var rules []IndexedRule
		for i := range 2000 {
			from := port()
			rule := IndexedRule{
				groupRule{fmt.Sprintf("sg-%d", r.IntN(40)), sg.Identify("tcp", from, from, fmt.Sprintf("192.0.2.%d/32", r.IntN(10)))},
				securityGroupRule{id: fmt.Sprintf("sgr-%d-%d", round, i)},
			}
			for n := range r.IntN(3) {
				if rule.tags == nil {
					rule.tags = map[string]string{}
				}
				rule.tags[fmt.Sprintf("key %d", n)] = fmt.Sprint(i)
			}
			rules = append(rules, rule) // the last of two that are the same counts
			if err := s.Add(rule); err != nil {
				t.Fatal(err)
			}
		}
		var index RuleIndex
		index.Set(rules)
		joined := 0
		for i := range 41 { // and one that has none
			group := func() *sg.Group {
				g := &sg.Group{ID: fmt.Sprintf("sg-%d", i)}
				g.Clear(40, 40)
				g.ID = fmt.Sprintf("sg-%d", i)
				for n := range 40 {
					p := g.Add()
					p.Protocol, p.CIDRIPv4 = "tcp", fmt.Sprintf("192.0.2.%d/32", n%10)
					p.FromPort = g.Port(int32(n / 10))
					p.ToPort = p.FromPort
				}
				return g
			}
			texts := func(g *sg.Group) (all []string) {
				for _, p := range g.Permissions {
					all = append(all, fmt.Sprint(p.RuleID, p.RuleTags))
				}
				return all
			}
			want, got := group(), group()
			wantJoined, wantWithout := index.Join(want)
			gotJoined, gotWithout, err := s.Join(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(texts(want), texts(got)); diff != "" || wantJoined != gotJoined || (wantWithout == nil) != (gotWithout == nil) ||
				wantWithout != nil && wantWithout.Key() != gotWithout.Key() {
				t.Fatalf("group %d was joined with %d of %d rules (-want +got):\n%s", i, gotJoined, wantJoined, diff)
			}
			joined += gotJoined
		}
		if joined != len(index.places) {
			t.Fatalf("%d rules of %d were joined: the test must have all", joined, len(index.places))
		}
		s.Clear()
	}
}
