package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// reachableWorld is an account with a VPC of open groups in one region: the internet reaches those
// for which the map has an address, on one network interface each.
func reachableWorld(groups []string, addresses map[string]string) *fakeaws.World {
	const vpc, igw, subnet = "vpc-00000001", "igw-00000001", "subnet-00000001"
	r := &fakeaws.Region{
		VPCs: []fakeaws.VPC{{ID: vpc}}, Subnets: []fakeaws.Subnet{{ID: subnet, VPC: vpc}},
		InternetGateways: []fakeaws.InternetGateway{{ID: igw, VPC: vpc}},
		RouteTables:      []fakeaws.RouteTable{{ID: "rtb-00000001", VPC: vpc, Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: igw}}}},
	}
	for i, name := range groups {
		r.Groups = append(r.Groups, fakeaws.Group{ID: "sg-" + name, Name: name, VPC: vpc, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}})
		r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{Description: name, Groups: []string{"sg-" + name}, VPC: vpc, Subnet: subnet,
			PrivateIP: fmt.Sprint("10.0.0.", i+10), PublicIP: addresses[name]})
	}
	return &fakeaws.World{Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"us-east-1": r}}}}
}

func denied(action string) []fakeaws.Fault {
	return []fakeaws.Fault{{Kind: fakeaws.Denied, Region: "us-east-1", Action: action}}
}

// What an audit says of the reach of a group: that is a change of its own, also if it is not known
// any more, and what is not known is never called gone.
func TestDiffOfReach(t *testing.T) {
	audit := func(w *fakeaws.World) string {
		cfg := serve(t, w)
		cfg.Accounts, cfg.CacheTTL = nil, -1
		dir, _ := bundle(t, cfg)
		return dir
	}
	of := func(addresses map[string]string, faults ...fakeaws.Fault) string {
		w := reachableWorld([]string{"a", "b"}, addresses)
		w.Faults = faults
		return audit(w)
	}
	some := map[string]string{"a": "198.51.100.7"}
	neither, one, other := of(nil), of(some), of(map[string]string{"b": "198.51.100.8"})
	unsure := of(some, denied("DescribeRouteTables")...)
	unread := of(some, denied("DescribeSecurityGroups")...)
	narrowed := reachableWorld([]string{"a", "b"}, some)
	narrowed.Accounts[0].Regions["us-east-1"].Groups[0].Ingress[0].CIDR4 = "10.0.0.0/8"
	partly := func(addresses map[string]string) *fakeaws.World {
		w := reachableWorld([]string{"a", "b"}, addresses)
		w.Accounts[0].Regions["us-east-1"].Groups[0].Ingress[0].CIDR4 = "8.8.8.0/24"
		return w
	}
	narrow, narrowUnsure := audit(partly(some)), partly(some)
	narrowUnsure.Faults = denied("DescribeRouteTables")
	doubtful := audit(narrowUnsure)
	fewer, more := reachableWorld([]string{"b"}, nil), reachableWorld([]string{"a", "b", "c"}, map[string]string{"c": "198.51.100.9"})
	closed, gone, added := audit(narrowed), audit(fewer), audit(more)
	more.Faults = denied("DescribeRouteTables")
	addedUnsure := audit(more)

	// Without the routes nobody knows of peerings by which something else may lead to an interface.
	const routes = "Whether the internet reaches anything through the group is not known: the route tables were not read."
	const nothing = " Before, it reached nothing."
	for name, c := range map[string]struct {
		old, new       string
		want           []string // without what became of findings and places
		open, doubtful bool
	}{
		"nothing changed":               {one, one, nil, false, false},
		"an address came":               {neither, one, []string{"reachable a false true The internet reaches 198.51.100.7 through the group."}, true, false},
		"an address went":               {one, neither, []string{"unreachable a true false The internet reached 198.51.100.7 through the group, and reaches nothing now."}, false, false},
		"one came and one went":         {one, other, []string{"reachable b false true The internet reaches 198.51.100.8 through the group.", "unreachable a true false The internet reached 198.51.100.7 through the group, and reaches nothing now."}, true, false},
		"routes are not read any more":  {one, unsure, []string{"reach_unknown a true - " + routes + " Before, it reached 198.51.100.7.", "reach_unknown b false - " + routes + nothing}, false, true},
		"and an address came":           {neither, unsure, []string{"reach_unknown a false - " + routes + nothing, "reach_unknown b false - " + routes + nothing}, false, true},
		"routes are read again":         {unsure, one, []string{"reachable a - true The internet reaches 198.51.100.7 through the group. Before, that was not known."}, true, false},
		"and nothing is there":          {unsure, neither, nil, false, false},
		"routes were never read":        {unsure, unsure, nil, false, false},
		"the place is not read now":     {one, unread, nil, false, true},
		"the place was not read before": {unread, one, []string{"reachable a - true The internet reaches 198.51.100.7 through the group. The place was not read before, so it may have been so already."}, true, false},
		"and nothing is reached":        {unread, neither, nil, true, false},
		"the group was narrowed":        {one, closed, []string{"unreachable a true false The internet reached 198.51.100.7 through the group, and reaches nothing now."}, false, false},
		"some sources are left":         {neither, narrow, nil, false, false},
		"and routes are not read":       {one, doubtful, []string{"reach_unknown b false - " + routes + nothing}, false, true},
		"the group is gone":             {one, gone, nil, false, false},
		"a group came":                  {neither, added, []string{"reachable c - true The internet reaches 198.51.100.9 through the group. The group was not there before."}, true, false},
		"and nobody knows":              {neither, addedUnsure, []string{"reach_unknown a false - " + routes + nothing, "reach_unknown b false - " + routes + nothing, "reach_unknown c - - " + routes + " The group was not there before."}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Diff(t.Context(), c.old, c.new, options)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range d.Changes {
				if c.Kind == baseline.Reachable || c.Kind == baseline.ReachUnknown || c.Kind == baseline.Unreachable {
					or := func(s string) string { return map[bool]string{true: "-", false: s}[s == ""] }
					got = append(got, strings.Join([]string{string(c.Kind), c.GroupName, or(c.OldReachable), or(c.NewReachable), c.Note}, " "))
					if c.AccountID != home || c.Region != "us-east-1" || c.GroupID != "sg-"+c.GroupName || c.RuleID+c.OldFinding+c.NewFinding != "" {
						t.Errorf("the change is %+v", c)
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if d.Worse() != c.open || d.Uncertain() != c.doubtful || d.WithoutReach != nil {
				t.Errorf("open %v, uncertain %v, not compared %q; %q", d.Worse(), d.Uncertain(), d.WithoutReach, told(d))
			}
		})
	}

	// What became of a finding says it, too.
	d, err := Diff(t.Context(), neither, one, options)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range d.Changes {
		if c.Kind == baseline.StillOpen {
			got = append(got, strings.Join([]string{c.GroupName, c.OldReachable, c.NewReachable}, " "))
		}
	}
	if diff := cmp.Diff([]string{"a false true", "b false false"}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// An audit of a version that said nothing of reach is compared as before, and that is said. It is
// not taken for one in which nothing was reached.
func TestDiffWithAnAuditWithoutReach(t *testing.T) {
	cfg := serve(t, reachableWorld([]string{"a", "b"}, map[string]string{"a": "198.51.100.7"}))
	cfg.Accounts, cfg.CacheTTL = nil, -1
	now, _ := bundle(t, cfg)
	old := copied(t, now)
	without := map[string][]string{
		"findings.csv":        {"internet_reachable", "reachable_addresses", "internet_unknown_because"},
		"security_groups.csv": {"internet_reachable", "reachable_addresses", "internet_unknown_because"},
		"coverage.csv":        {"network_error_message"},
	}
	for name, columns := range without {
		var drop []int
		b := columnsChanged([]byte(content(t, old, name)), func(r []string) []string {
			if drop == nil {
				for i, column := range r {
					if slices.Contains(columns, column) {
						drop = append(drop, i)
					}
				}
			}
			for _, i := range slices.Backward(drop) {
				r = slices.Delete(r, i, i+1)
			}
			return r
		})
		if len(drop) != len(columns) {
			t.Fatalf("%s has %d of %q", name, len(drop), columns)
		}
		if err := os.WriteFile(filepath.Join(old, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const paths = "internet_paths.csv"
	os.Remove(filepath.Join(old, paths))
	reseal(t, old, func(m *Manifest) {
		m.Tool.Version = "0.0.9"
		delete(m.Rows, paths)
		delete(m.Files, paths)
	})
	for name, c := range map[string]struct {
		old, new string
		without  []string
	}{
		"old": {old, now, []string{"old"}}, "new": {now, old, []string{"new"}}, "both": {old, old, []string{"old", "new"}},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Diff(t.Context(), c.old, c.new, options)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"still_open us-east-1 a 0.0.0.0/0 open open", "still_open us-east-1 b 0.0.0.0/0 open open"}
			if diff := cmp.Diff(want, told(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.without, d.WithoutReach); diff != "" || d.Worse() || d.Uncertain() {
				t.Errorf("without reach (-want +got):\n%s\nopen %v, uncertain %v", diff, d.Worse(), d.Uncertain())
			}
		})
	}
	v, err := Verify(t.Context(), old, options)
	if err != nil || len(v.Problems) > 0 || !slices.Contains(v.NotCompared, paths) || !slices.Contains(v.NotCompared, "network_error_message of coverage.csv") {
		t.Errorf("%v, problems %q, not compared %q", err, v.Problems, v.NotCompared)
	}
	// A number of rows that is not said of a table that is there is a problem still.
	reseal(t, old, func(m *Manifest) { delete(m.Rows, "findings.csv") })
	if v, err := Verify(t.Context(), old, options); err != nil || len(v.Problems) != 1 {
		t.Errorf("%v, problems %q", err, v.Problems)
	}
}
