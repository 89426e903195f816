package ec2

import (
	"fmt"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Each rule is found by all that tells it from others, also when it was packed, and none that the
// index had before.
func TestRuleIndex(t *testing.T) {
	text := func(s string) Optional[string] { return Optional[string]{s, true} }
	port := func(n int32) Optional[int32] { return Optional[int32]{n, true} }
	like := func(change func(*Rule)) Rule {
		r := Rule{GroupID: text("sg-1"), Protocol: text("tcp"), FromPort: port(20), ToPort: port(21), CIDRIPv4: text("10.0.0.0/8")}
		change(&r)
		return r
	}
	rules := []Rule{
		like(func(*Rule) {}),
		like(func(r *Rule) { r.GroupID = text("sg-12") }),
		like(func(r *Rule) { r.Protocol = text("udp") }),
		like(func(r *Rule) { r.FromPort = port(21) }),
		like(func(r *Rule) { r.ToPort = port(65535) }),
		like(func(r *Rule) { r.FromPort, r.ToPort = Optional[int32]{}, Optional[int32]{} }),
		like(func(r *Rule) { r.CIDRIPv4 = text("10.0.0.0/9") }),
		like(func(r *Rule) { r.CIDRIPv4, r.CIDRIPv6 = Optional[string]{}, text("2001:db8::/32") }),
		like(func(r *Rule) { r.CIDRIPv4, r.PrefixListID = Optional[string]{}, text("pl-1") }),
		like(func(r *Rule) {
			r.CIDRIPv4, r.IsReference, r.Referenced.GroupID = Optional[string]{}, true, text("sg-2")
		}),
	}
	var packed []byte
	var indexed []IndexedRule
	for i := range rules {
		rules[i].ID = text(fmt.Sprint("sgr-", i))
		indexed, packed = append(indexed, NewIndexedRule(&rules[i])), rules[i].Pack(packed)
	}
	var unpacked []IndexedRule
	for left := packed; len(left) > 0; {
		var r Rule
		var err error
		if left, err = r.Unpack(left); err != nil {
			t.Fatal(err)
		}
		unpacked = append(unpacked, NewIndexedRule(&r))
	}
	var index RuleIndex
	for try, all := range [][]IndexedRule{indexed, unpacked, nil} {
		index.Set(all)
		for _, r := range rules {
			g := &sg.Group{}
			g.Clear(1, 2)
			g.ID = r.GroupID.Value
			p := g.Add()
			p.Protocol, p.FromPort, p.ToPort = r.Protocol.Value, r.FromPort.Ptr(), r.ToPort.Ptr()
			p.CIDRIPv4, p.CIDRIPv6, p.PrefixListID = r.CIDRIPv4.Value, r.CIDRIPv6.Value, r.PrefixListID.Value
			if r.IsReference {
				p.ReferencedGroup = &sg.ReferencedGroup{ID: r.Referenced.GroupID.Value}
			}
			want := r.ID.Value
			if len(all) == 0 {
				want = ""
			}
			if index.Join(g); p.RuleID != want {
				t.Errorf("%d: the permission of %s is joined with %q", try, r.ID.Value, p.RuleID)
			}
		}
	}
}
