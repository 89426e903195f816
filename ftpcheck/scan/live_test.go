package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

const (
	home    = "111122223333" // the account of the credentials
	member  = "222233334444"
	another = "333344445555"
)

// liveConfig is the configuration that reads from the server as the home account.
func liveConfig(t testing.TB, s *fakeaws.Server) config.Config {
	t.Helper()
	s.Setenv(t)
	t.Setenv("AWS_CA_BUNDLE", "") // the machine's own must not decide which client is tested
	return config.Config{MinErrorRetryDelay: 1}
}

// noLeaks fails the test if it leaves goroutines behind.
func noLeaks(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t, goleak.IgnoreCurrent()) })
}

func openGroup(name string) fakeaws.Group {
	return fakeaws.Group{Name: name, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}}
}

func closedGroup(name string) fakeaws.Group {
	return fakeaws.Group{Name: name, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "10.0.0.0/8"}}}
}

// organization is three accounts with seventeen regions each, an open and a closed group
// in every region, and one region more that is not enabled.
func organization() *fakeaws.World {
	w := fakeaws.NewOrganization([]string{home, member, another}, fakeaws.DefaultRegions, func(string, string) *fakeaws.Region {
		return &fakeaws.Region{Groups: []fakeaws.Group{openGroup("open"), closedGroup("closed")}}
	})
	for _, a := range w.Accounts {
		a.Regions["me-south-1"] = &fakeaws.Region{Disabled: true}
	}
	w.Record = true
	return w
}

// status counts the records by status.
func statuses(places []sg.Coverage) map[sg.Status]int {
	n := map[sg.Status]int{}
	for _, c := range places {
		n[c.Status]++
	}
	return n
}

func TestReadsEveryRegionOfEveryAccount(t *testing.T) {
	w := organization()
	s := w.Start(t)
	cfg := liveConfig(t, s)
	noLeaks(t)
	cfg.Accounts = []string{"*"}
	groups, places, err := read(t, cfg, sg.Request{})
	if err != nil {
		t.Fatal(err)
	}
	open := 0
	for _, g := range groups {
		if g.Verdict.Unrestricted == rule.Yes {
			open++
		}
	}
	if len(groups) != 102 || open != 51 {
		t.Errorf("%d groups, %d of them open; want 102 and 51", len(groups), open)
	}
	want := map[sg.Status]int{sg.StatusScanned: 51, sg.StatusRegionDisabled: 3}
	if diff := cmp.Diff(want, statuses(places)); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	// One call for the groups of each account and region, one list of the regions of
	// each account, one of the accounts; the identity once, a role for each other one.
	for action, want := range map[string]int{
		"DescribeSecurityGroups": 51, "DescribeRegions": 3, "GetCallerIdentity": 1, "AssumeRole": 2, "ListAccounts": 1, "": 58,
	} {
		if got := s.Count("", "", action).Attempts; got != want {
			t.Errorf("%d calls of %q, want %d", got, action, want)
		}
	}
}

func oneRegion(region *fakeaws.Region, faults ...fakeaws.Fault) *fakeaws.World {
	return &fakeaws.World{Record: true, Faults: faults, Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"us-east-1": region}}}}
}

func TestPagesAndParts(t *testing.T) {
	list := fakeaws.PrefixListID("wide")
	region := &fakeaws.Region{
		PrefixLists: []fakeaws.PrefixList{
			{Name: "wide", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}},
			{Name: "unused", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}},
			{Name: "elsewhere", Entries: []fakeaws.Entry{{CIDR: "8.0.0.0/8"}}},
		},
		NetworkInterfaces: []fakeaws.NetworkInterface{
			{Description: "public", Groups: []string{fakeaws.GroupID(home, "us-east-1", "g0000")}, PublicIP: "3.4.5.6"},
			{Description: "private", Groups: []string{fakeaws.GroupID(home, "us-east-1", "g0000"), fakeaws.GroupID(home, "us-east-1", "g0001")}},
		},
	}
	for i := range 120 { // more than a page of entries
		region.PrefixLists[0].Entries = append(region.PrefixLists[0].Entries, fakeaws.Entry{CIDR: fmt.Sprintf("10.%d.0.0/16", i)})
	}
	slices.Reverse(region.PrefixLists[0].Entries) // 0.0.0.0/0 is on the second page
	for i := range 2500 {
		region.Groups = append(region.Groups, closedGroup(fmt.Sprintf("g%04d", i)))
	}
	region.Groups[0] = fakeaws.Group{Name: "g0000", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, PrefixList: list}}}
	region.Groups[2400] = openGroup("g2400")
	region.Groups[2401] = fakeaws.Group{Name: "g2401", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, PrefixList: fakeaws.PrefixListID("elsewhere")}}}
	w := oneRegion(region)
	w.EmptyPages = true
	s := w.Start(t)
	cfg := liveConfig(t, s)
	noLeaks(t)
	open := true

	for _, tt := range []struct {
		name    string
		request sg.Request
		groups  int
		calls   map[string]int
	}{
		{"groups only", sg.Request{}, 2500, map[string]int{"GetManagedPrefixListEntries": 2}},
		{"open ones", sg.Request{Unrestricted: &open}, 2, map[string]int{"GetManagedPrefixListEntries": 2}},
		{"rules of open ones", sg.Request{OpenRules: true}, 2500, map[string]int{"GetManagedPrefixListEntries": 2, "DescribeSecurityGroupRules": 2}}, // in two pages of groups
		{"rules of all", sg.Request{Rules: true}, 2500, map[string]int{"GetManagedPrefixListEntries": 2, "DescribeSecurityGroupRules": 13}},
		{"names", sg.Request{PrefixListNames: true}, 2500, map[string]int{"GetManagedPrefixListEntries": 2, "DescribeManagedPrefixLists": 1}},
		{"all addresses", sg.Request{AddressCounts: true}, 2500, map[string]int{"GetManagedPrefixListEntries": 3}},
		{"interfaces", sg.Request{NetworkInterfaces: true}, 2500, map[string]int{"GetManagedPrefixListEntries": 2, "DescribeNetworkInterfaces": 1}},
		{"the record only", sg.Request{CoverageOnly: true}, 0, map[string]int{}},
		{"the record with unread lists", sg.Request{UnreadLists: true, CoverageOnly: true}, 0, map[string]int{"GetManagedPrefixListEntries": 2}},
	} {
		for _, settled := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, settled %v", tt.name, settled), func(t *testing.T) {
				w.Change(func() { w.EmptyPages = false })
				s.Reset()
				tt.request.Settled = settled
				groups, places, err := read(t, cfg, tt.request)
				if err != nil || len(groups) != tt.groups {
					t.Fatalf("%d groups, %v", len(groups), err)
				}
				if places[0].Groups != 2500 || places[0].Permissions != 2500 {
					t.Errorf("the record has %d groups and %d permissions", places[0].Groups, places[0].Permissions)
				}
				want := map[string]int{"DescribeSecurityGroups": 3, "DescribeRegions": 1, "GetCallerIdentity": 1}
				total := 5
				for action, n := range tt.calls {
					want[action] = n
					total += n
				}
				if tt.calls["GetManagedPrefixListEntries"] > 0 {
					// One list has two pages: they are read with its version, once that is known.
					want["GetManagedPrefixListEntries"]++
					want["DescribeManagedPrefixLists"]++
					total += 2
				}
				want[""] = total
				for action, n := range want {
					if got := s.Count("", "", action).Attempts; got != n {
						t.Errorf("%d calls of %q, want %d", got, action, n)
					}
				}
				for _, g := range groups {
					p := g.Permissions[0]
					if (tt.request.Rules || tt.request.OpenRules && g.Verdict.Unrestricted == rule.Yes) != (p.RuleID != "") {
						t.Fatalf("%s: rule ID %q", g.Name, p.RuleID)
					}
				}
				if tt.groups > 0 {
					g := groups[slices.IndexFunc(groups, func(g *sg.Group) bool { return g.Name == "g0000" })]
					if g.Verdict.Unrestricted != rule.Yes || g.Permissions[0].PrefixListName != map[bool]string{true: "wide"}[tt.request.PrefixListNames] {
						t.Errorf("%+v, list %q", g.Verdict, g.Permissions[0].PrefixListName)
					}
					if g.NetworkInterfacesKnown != tt.request.NetworkInterfaces || g.NetworkInterfacesKnown && len(g.NetworkInterfaces) != 2 {
						t.Errorf("interfaces: %v, %v", g.NetworkInterfacesKnown, g.NetworkInterfaces)
					}
				}
			})
		}
	}
	t.Run("empty pages", func(t *testing.T) {
		w.Change(func() { w.EmptyPages = true })
		groups, _, err := read(t, cfg, sg.Request{})
		if err != nil || len(groups) != 2500 {
			t.Errorf("%d groups, %v", len(groups), err)
		}
	})
}

// Who asks once for what is open gets the same as all others, though the prefix lists are read
// between the pages, and each of them, also one that is denied, is asked for once.
func TestOpenOnce(t *testing.T) {
	by := func(name, list string, more ...fakeaws.Permission) fakeaws.Group {
		return fakeaws.Group{Name: name, Ingress: append(more, fakeaws.Permission{Protocol: "tcp", From: 21, To: 21, PrefixList: fakeaws.PrefixListID(list)})}
	}
	region := &fakeaws.Region{PrefixLists: []fakeaws.PrefixList{
		{Name: "wide", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}},
		{Name: "half", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/1"}}},
		{Name: "secret", Entries: []fakeaws.Entry{{CIDR: "10.0.0.0/8"}}},
		{Name: "late", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}},
	}}
	for i := range 2100 {
		region.Groups = append(region.Groups, closedGroup(fmt.Sprintf("g%04d", i)))
	}
	otherHalf := fakeaws.Permission{Protocol: "tcp", From: 20, To: 22, CIDR4: "128.0.0.0/1"}
	for _, page := range []int{0, 1000, 2000} {
		for i, g := range []fakeaws.Group{by("wide", "wide"), by("half", "half"), by("halves", "half", otherHalf), by("secret", "secret")} {
			g.Name += fmt.Sprint(" ", page)
			region.Groups[page+i] = g
		}
	}
	region.Groups[2050] = by("late 2000", "late")
	s := oneRegion(region, fakeaws.Fault{Kind: fakeaws.Denied, Action: "GetManagedPrefixListEntries", Value: fakeaws.PrefixListID("secret")}).Start(t)
	open := true
	verdicts := func(once, reach bool) map[string]rule.GroupVerdict {
		s.Reset()
		groups, places, err := read(t, liveConfig(t, s), sg.Request{Unrestricted: &open, Once: once, Reachability: reach})
		if err != nil || len(places) != 1 || places[0].Groups != 2100 || !strings.Contains(places[0].ErrorMessage, fakeaws.PrefixListID("secret")) {
			t.Fatalf("%+v, %v", places, err)
		}
		if n := s.Count("", "", "GetManagedPrefixListEntries").Attempts; n != 4 {
			t.Errorf("once %v: prefix lists were asked for %d times, want 4", once, n)
		}
		all := map[string]rule.GroupVerdict{}
		for _, g := range groups {
			if reach != (g.Exposure != nil) {
				t.Errorf("once %v, %s: exposure %v", once, g.Name, g.Exposure)
			}
			all[g.Name] = g.Verdict
		}
		return all
	}
	want := verdicts(false, false)
	if len(want) != 10 || want["secret 2000"].Unrestricted != rule.Unknown || want["halves 1000"].Unrestricted != rule.Yes || want["late 2000"].Unrestricted != rule.Yes {
		t.Fatal(want)
	}
	for _, reach := range []bool{false, true} {
		if diff := cmp.Diff(want, verdicts(true, reach)); diff != "" {
			t.Errorf("once, reachability %v (-want +got):\n%s", reach, diff)
		}
	}
}

// More groups may be open than are held in memory between finding out whether they are in use and
// handing them over.
func TestManyOpen(t *testing.T) {
	const groups = 2700
	region := &fakeaws.Region{}
	for i := range groups {
		region.Groups = append(region.Groups, openGroup(fmt.Sprintf("g%04d", i)))
	}
	open := true
	got, _, err := read(t, liveConfig(t, oneRegion(region).Start(t)), sg.Request{Unrestricted: &open, Once: true, Reachability: true})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, g := range got {
		if names[g.Name] = true; g.Exposure == nil || g.Exposure.Reachable != rule.No {
			t.Fatalf("%s: %+v", g.Name, g.Exposure)
		}
	}
	if len(got) != groups || len(names) != groups {
		t.Errorf("%d groups, %d of them distinct, want %d", len(got), len(names), groups)
	}
}

func TestPushDown(t *testing.T) {
	region := &fakeaws.Region{Groups: []fakeaws.Group{openGroup("a"), openGroup("b"), closedGroup("c")}}
	region.Groups[2].Tags = map[string]string{"team": "web"}
	s := oneRegion(region).Start(t)
	cfg := liveConfig(t, s)
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	for _, tt := range []struct {
		name    string
		request sg.Request
		want    []string // group names
		filter  string   // first filter sent; empty for none
	}{
		{"by ID", sg.Request{GroupIDs: []string{id("a")}}, []string{"a"}, "group-id"},
		{"by IDs, in one call", sg.Request{GroupIDs: []string{id("a"), id("c")}}, []string{"a", "c"}, "group-id"},
		{"by an ID that is none", sg.Request{GroupIDs: []string{"nonsense"}}, nil, "group-id"},
		{"by an ID that there is not", sg.Request{GroupIDs: []string{"sg-0123456789abcdef0"}}, nil, "group-id"},
		{"by name", sg.Request{GroupNames: []string{"b"}}, []string{"b"}, "group-name"},
		{"by a name that EC2 would take for a pattern", sg.Request{GroupNames: []string{"*"}}, nil, ""},
		{"by the longest name", sg.Request{GroupNames: []string{strings.Repeat("x", 255)}}, nil, "group-name"},
		{"by a longer name", sg.Request{GroupNames: []string{strings.Repeat("x", 256)}}, nil, ""},
		{"by owner", sg.Request{OwnerIDs: []string{"999999999999"}}, nil, "owner-id"},
		{"by tag key", sg.Request{TagKeys: []string{"team"}}, []string{"c"}, "tag-key"},
		{"by source", sg.Request{CIDRIPv4: []string{"0.0.0.0/0"}}, []string{"a", "b"}, "ip-permission.cidr"},
		{"by region", sg.Request{Regions: []string{"us-east-1"}}, []string{"a", "b", "c"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.Reset()
			groups, _, err := read(t, cfg, tt.request)
			var got []string
			for _, g := range groups {
				got = append(got, g.Name)
			}
			slices.Sort(got)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%v, %v; want %v", got, err, tt.want)
			}
			calls := s.Calls("DescribeSecurityGroups")
			if len(calls) != 1 || calls[0].Params.Get("Filter.1.Name") != tt.filter {
				t.Errorf("%d calls, the first with filter %q, want %q", len(calls), calls[0].Params.Get("Filter.1.Name"), tt.filter)
			}
		})
	}
	t.Run("another region or account", func(t *testing.T) {
		s.Reset()
		for _, r := range []sg.Request{{Regions: []string{"eu-west-1"}}, {Accounts: []string{"999999999999"}}} {
			if groups, places, err := read(t, cfg, r); err != nil || len(groups)+len(places) > 0 {
				t.Errorf("%v %v %v", groups, places, err)
			}
		}
		if n := s.Count("", "", "DescribeSecurityGroups").Attempts; n != 0 {
			t.Errorf("%d calls, want none", n)
		}
	})
}

// Queries that come together, and those that come within the lifetime, share each call.
func TestCallsAreShared(t *testing.T) {
	s := organization().Start(t)
	cfg := liveConfig(t, s)
	noLeaks(t)
	cfg.Accounts = []string{home, member}
	scanner, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	open := true
	var queries sync.WaitGroup
	for i := range 10 {
		queries.Go(func() {
			request := []sg.Request{{}, {Settled: true}, {Unrestricted: &open}, {CoverageOnly: true}, {Regions: []string{"eu-west-1"}}}[i%5]
			if _, err := scanner.Read(t.Context(), request, func(*sg.Group) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	queries.Wait()
	if _, err := scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { return nil }); err != nil {
		t.Error(err)
	}
	if n := s.Count("", "", "").Attempts; n != 34+2+1+1 {
		t.Errorf("%d calls, want 38: the groups of 34 places, two lists of regions, an identity, a role", n)
	}
}

// What AWS said is asked again once its lifetime is over, and not before; a negative one keeps
// nothing.
func TestCacheExpires(t *testing.T) {
	s := oneRegion(&fakeaws.Region{Groups: []fakeaws.Group{openGroup("open")}}).Start(t)
	for _, tt := range []struct {
		ttl, calls int
	}{{-1, 2}, {0, 1}, {300, 1}, {1, 2}} {
		cfg := liveConfig(t, s)
		cfg.CacheTTL = tt.ttl
		scanner, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		s.Reset()
		for range 2 {
			if _, err := scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { return nil }); err != nil {
				t.Fatal(err)
			}
			if tt.ttl == 1 {
				time.Sleep(1100 * time.Millisecond)
			}
		}
		if n := s.Count("", "", "DescribeSecurityGroups").Attempts; n != tt.calls {
			t.Errorf("cache_ttl = %d: %d calls of two reads, want %d", tt.ttl, n, tt.calls)
		}
	}
}

// No more calls are under way at once than the configuration says.
func TestMaxConcurrency(t *testing.T) {
	w := organization()
	w.Latency = 20 * time.Millisecond
	s := w.Start(t)
	for _, most := range []int{1, 3, 8} {
		cfg := liveConfig(t, s)
		cfg.Accounts, cfg.MaxConcurrency = []string{"*"}, most
		s.Reset()
		if _, _, err := read(t, cfg, sg.Request{}); err != nil {
			t.Fatal(err)
		}
		if n := s.MaxInFlight("", ""); n > most || most > 1 && n < 2 {
			t.Errorf("%d calls at once, want up to %d", n, most)
		}
	}
}

// Two connections are two identities, with accounts of their own.
func TestSourcesAreApart(t *testing.T) {
	s := organization().Start(t)
	var configs []config.Config
	for _, account := range []string{home, member} {
		cfg := liveConfig(t, s)
		cfg.Connection = account
		for _, variable := range s.EnvOf(account) {
			switch name, value, _ := strings.Cut(variable, "="); name {
			case "AWS_ACCESS_KEY_ID":
				cfg.AccessKey = value
			case "AWS_SECRET_ACCESS_KEY":
				cfg.SecretKey = value
			}
		}
		configs = append(configs, cfg)
	}
	scanner, err := New(configs...)
	if err != nil {
		t.Fatal(err)
	}
	for _, settled := range []bool{false, true} {
		seen := map[string]int{}
		_, err := scanner.Read(t.Context(), sg.Request{Settled: settled}, func(g *sg.Group) error {
			if g.AccountID != g.Connection {
				t.Errorf("settled %t: the connection of %s has a group of %s", settled, g.Connection, g.AccountID)
			}
			seen[g.AccountID]++
			return nil
		})
		if err != nil || seen[home] != 34 || seen[member] != 34 {
			t.Errorf("settled %t: %v, %v", settled, seen, err)
		}
	}
}

// The end of the context, and an error of the consumer, stop all calls at once.
func TestStopsAtOnce(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups", Region: "eu-west-1"}}
	s := w.Start(t)
	cfg := liveConfig(t, s)
	noLeaks(t)
	cfg.Accounts = []string{"*"}
	scanner, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := scanner.Read(ctx, sg.Request{}, func(*sg.Group) error { return nil })
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 1300*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
	t.Run("enough", func(t *testing.T) {
		enough := errors.New("enough")
		n := 0
		_, err := scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { n++; return enough })
		if err != enough || n != 1 {
			t.Errorf("%v after %d groups", err, n)
		}
	})
	// Whatever was under way ends by itself.
	for deadline := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		before := s.Count("", "", "").Attempts
		time.Sleep(50 * time.Millisecond)
		if s.Count("", "", "").Attempts == before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("calls go on a second after the read has ended")
		}
	}
}

func TestOrganizationalUnitsAndSuspendedAccounts(t *testing.T) {
	w := organization()
	w.Organization.Units = []fakeaws.Unit{{Name: "prod", Accounts: []string{member, another}}}
	for _, a := range w.Accounts {
		if a.ID == another {
			a.State = "SUSPENDED"
		}
	}
	s := w.Start(t)
	cfg := liveConfig(t, s)
	cfg.Regions = []string{"us-*"}
	cfg.Accounts = []string{fakeaws.UnitID("prod")}
	groups, places, err := read(t, cfg, sg.Request{})
	if err != nil || len(groups) != 8 {
		t.Errorf("%d groups, %v", len(groups), err)
	}
	// Whoever names it wants to know.
	named := cfg
	named.Accounts = []string{member, another}
	if _, _, err := read(t, named, sg.Request{}); err == nil || !strings.Contains(err.Error(), another) {
		t.Errorf("a suspended account that is named by its ID: %v", err)
	}
	if diff := cmp.Diff(map[sg.Status]int{sg.StatusScanned: 4, sg.StatusSuspended: 1}, statuses(places)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A role is assumed once, however often its account is read.
func TestRolesAreKept(t *testing.T) {
	s := organization().Start(t)
	cfg := liveConfig(t, s)
	cfg.Accounts, cfg.Regions, cfg.CacheTTL = []string{member}, []string{"us-east-1"}, -1
	scanner, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := scanner.Read(t.Context(), sg.Request{}, func(*sg.Group) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Count("", "", "AssumeRole").Attempts; n != 1 {
		t.Errorf("%d calls of AssumeRole, want 1", n)
	}
}

// GovCloud and China are partitions of their own, with ARNs and roles of their own.
func TestPartitions(t *testing.T) {
	for partition, regions := range map[string][]string{
		"aws-us-gov": {"us-gov-west-1", "us-gov-east-1"}, "aws-cn": {"cn-north-1", "cn-northwest-1"},
		"aws-iso-b": {"us-isob-east-1", "us-isob-west-1"}, "aws-eusc": {"eusc-de-east-1", "eusc-de-west-1"},
	} {
		t.Run(partition, func(t *testing.T) {
			w := fakeaws.NewOrganization([]string{home, member}, regions, func(string, string) *fakeaws.Region {
				return &fakeaws.Region{Groups: []fakeaws.Group{openGroup("g")}}
			})
			cfg := liveConfig(t, w.Start(t))
			t.Setenv("AWS_REGION", "")
			t.Setenv("AWS_DEFAULT_REGION", "")
			cfg.Accounts, cfg.Regions = []string{"*"}, []string{regions[0], regions[1][:5] + "*"}
			groups, places, err := read(t, cfg, sg.Request{Rules: true})
			if err != nil || len(groups) != 4 || len(places) != 4 {
				t.Fatalf("%d groups, %d places, %v", len(groups), len(places), err)
			}
			for _, g := range groups {
				for _, arn := range []string{g.ARN, g.Permissions[0].RuleARN()} {
					if !strings.HasPrefix(arn, "arn:"+partition+":ec2:") || g.Partition != partition {
						t.Errorf("partition %s, ARN %s", g.Partition, arn)
					}
				}
			}
		})
	}
}

// Organizational units may be in each other as deep as nobody has them, and not deeper.
func TestDeepestUnit(t *testing.T) {
	const deepest = 20
	for depth, want := range map[int]string{deepest: "", deepest + 1: "units are more than 20 deep in each other"} {
		w := organization()
		// The first has the others below it.
		unit := fakeaws.Unit{Name: "unit 1", Accounts: []string{member}}
		for n := 2; n <= depth; n++ {
			unit = fakeaws.Unit{Name: fmt.Sprint("unit ", n), Units: []fakeaws.Unit{unit}}
		}
		w.Organization.Units = []fakeaws.Unit{unit}
		cfg := liveConfig(t, w.Start(t))
		cfg.Accounts, cfg.Regions, cfg.MaxErrorRetryAttempts = []string{fakeaws.UnitID(unit.Name)}, []string{"us-east-1"}, 1
		groups, _, err := read(t, cfg, sg.Request{})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) || err == nil && len(groups) == 0 {
			t.Errorf("%d deep: %d groups, %v", depth, len(groups), err)
		}
	}
}
