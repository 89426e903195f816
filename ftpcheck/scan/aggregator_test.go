package scan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/cputime"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// aggregated is a world of three accounts with three regions each, of which an aggregator has all.
func aggregated() *fakeaws.World {
	w := &fakeaws.World{PageSize: 7, ShortPages: 7, Organization: &fakeaws.Organization{}, Aggregator: &fakeaws.Aggregator{Name: "all", Organization: "SUCCEEDED"}}
	for _, id := range []string{home, "222222222222", "333333333333"} {
		a := &fakeaws.Account{ID: id, Regions: map[string]*fakeaws.Region{}}
		for _, name := range []string{"us-east-1", "eu-west-1", "us-west-2"} {
			offices := fakeaws.PrefixListID("offices")
			a.Regions[name] = &fakeaws.Region{
				Groups: []fakeaws.Group{{Name: "default"},
					{Name: "list", Tags: map[string]string{"team": "a"}, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, PrefixList: offices}}},
					{Name: "halves", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 20, CIDR4: "0.0.0.0/1"}, {Protocol: "tcp", From: 20, To: 20, CIDR4: "128.0.0.0/1", Description: "x"}, {Protocol: "icmp", From: 8, To: -1, CIDR4: "0.0.0.0/0"}}},
				},
				PrefixLists:       []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}}},
				NetworkInterfaces: []fakeaws.NetworkInterface{{Description: id + name, Groups: []string{fakeaws.GroupID(id, name, "list")}, PrivateIP: "10.0.0.1", PublicIP: "3.4.5.6"}},
				Generated:         12, Generate: fakeaws.GeneratedGroup,
			}
		}
		w.Accounts = append(w.Accounts, a)
	}
	return w
}

func ofAggregator(cfg config.Config) config.Config {
	cfg.Aggregator, cfg.Accounts = "all", nil
	return cfg
}

// What AWS Config has gives the groups and verdicts that EC2 gives of the same world. What it cannot
// know is null.
func TestAggregatorSaysWhatEC2Says(t *testing.T) {
	w := aggregated()
	w.Accounts[2].Regions["us-west-2"].NetworkInterfaces = nil
	s := w.Start(t)
	live := liveConfig(t, s)
	live.Accounts = []string{"*"}
	want, _, err := read(t, live, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(){"pages": func() {}, "empty pages": func() { w.EmptyPages = true }} {
		w.Change(change)
		got, places, err := read(t, ofAggregator(live), sg.Everything())
		if err != nil || len(places) != 9 || statuses(places)[sg.StatusScanned] != 9 {
			t.Fatalf("%s: %v, %v", name, places, err)
		}
		if openIn(got) < 9*3 || !slices.Equal(said(got), said(want)) {
			t.Errorf("%s: %d open, and\n got %q\nwant %q", name, openIn(got), said(got), said(want))
		}
		for _, g := range got {
			// Where no interface is recorded, nobody knows whether they are.
			recorded := g.AccountID != "333333333333" || g.Region != "us-west-2"
			used := g.Name == "list" && recorded
			if g.Captured.IsZero() || g.NetworkInterfacesKnown != recorded || (len(g.NetworkInterfaces) == 1) != used || g.Exposure == nil || g.Verdict.Unrestricted == rule.Yes && g.Exposure.Reachable != rule.Unknown {
				t.Errorf("%s: %+v", name, g)
			}
			for _, p := range g.Permissions {
				if p.RuleID != "" || g.Name == "list" && p.PrefixListName != "offices" {
					t.Errorf("%s: %+v", name, p)
				}
			}
		}
		for _, c := range places {
			if c.Groups != 15 || c.NetworkProblem == "" {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
	// What was read before is used again, and one region is asked alone.
	scanner, err := New(ofAggregator(live))
	if err != nil {
		t.Fatal(err)
	}
	w.Change(func() { w.EmptyPages = false })
	s.Reset()
	for range 2 {
		n := 0
		places, err := scanner.Read(t.Context(), sg.Request{Settled: true, Regions: []string{"eu-west-1"}, Accounts: []string{"222222222222"}}, func(g *sg.Group) error {
			if n++; g.AccountID != "222222222222" || g.Region != "eu-west-1" {
				t.Errorf("%s in %s", g.AccountID, g.Region)
			}
			return nil
		})
		if err != nil || n != 15 || len(places) != 1 {
			t.Errorf("%d groups in %v, %v", n, places, err)
		}
	}
	if calls := s.Count("", "", "GetAggregateDiscoveredResourceCounts"); calls.Attempts != 1 {
		t.Errorf("%+v for one region", calls)
	}
}

// What an aggregator does not have, or has no more, is not scanned, by account and region; all else
// is read.
func TestAggregatorCoverage(t *testing.T) {
	const place = "222222222222/eu-west-1"
	for name, tt := range map[string]struct {
		world  func(*fakeaws.World)
		config func(*config.Config)
		failed map[string]sg.Status // by place
		want   string
		groups int
	}{
		"all":                      {nil, nil, nil, "", 135},
		"outdated":                 {func(w *fakeaws.World) { w.Aggregator.Status = map[string]string{place: "OUTDATED"} }, nil, map[string]sg.Status{place: sg.StatusOutdated}, "has nothing new from there since ", 135},
		"failed":                   {func(w *fakeaws.World) { w.Aggregator.Status = map[string]string{place: "FAILED"} }, nil, map[string]sg.Status{place: sg.StatusError}, "has not authorized the aggregator (NotAuthorized)", 135},
		"an odd status":            {func(w *fakeaws.World) { w.Aggregator.Status = map[string]string{place: "PENDING"} }, nil, map[string]sg.Status{place: sg.StatusError}, `the status "PENDING"`, 135},
		"the organization":         {func(w *fakeaws.World) { w.Aggregator.Organization = "FAILED" }, nil, map[string]sg.Status{"/": sg.StatusError}, "could not collect", 135},
		"unrecorded":               {func(w *fakeaws.World) { w.Aggregator.Unrecorded = []string{place} }, nil, map[string]sg.Status{place: sg.StatusNotRecorded}, "has not recorded any security group there", 120},
		"unrecorded, and left out": {func(w *fakeaws.World) { w.Aggregator.Unrecorded = []string{place} }, func(c *config.Config) { c.IgnoreErrorCodes = []string{"NotRecorded"} }, nil, "", 120},
		"fewer than counted":       {func(w *fakeaws.World) { w.Aggregator.Missing = map[string]int{place: 2} }, nil, map[string]sg.Status{place: sg.StatusIncomplete}, "counts 15 security groups and gave 13, also when it was asked again", 133},
		"fewer for a while":        {func(w *fakeaws.World) { w.Aggregator.Missing, w.Aggregator.MissingFor = map[string]int{place: 2}, 1 }, func(c *config.Config) { c.Regions = []string{"eu-west-1"} }, nil, "", 45},
		"no default group":         {func(w *fakeaws.World) { w.Accounts[1].Regions["eu-west-1"].Groups[0].Name = "other" }, nil, map[string]sg.Status{place: sg.StatusIncomplete}, "no default security group of vpc-", 135},
		"a region that nobody collects": {func(w *fakeaws.World) {
			w.Aggregator.NoSource = []string{home + "/us-west-2", "222222222222/us-west-2", "333333333333/us-west-2"}
		}, nil, map[string]sg.Status{"/us-west-2": sg.StatusNotRecorded}, "collects nothing from region us-west-2", 90},
		"and is left out": {func(w *fakeaws.World) {
			w.Aggregator.NoSource = []string{home + "/us-west-2", "222222222222/us-west-2", "333333333333/us-west-2"}
		}, func(c *config.Config) { c.ExcludeRegions = []string{"us-west-2"} }, nil, "", 90},
		"a region by name": {nil, func(c *config.Config) { c.Regions = []string{"us-esat-1"} }, map[string]sg.Status{"/us-esat-1": sg.StatusNotRecorded}, `no region of the aggregator "all" is "us-esat-1". Did you mean us-east-1?`, 0},
		"an account by ID": {nil, func(c *config.Config) { c.Accounts = []string{home, "999999999999"} }, map[string]sg.Status{"999999999999/": sg.StatusNotRecorded}, `no account of the aggregator "all" is "999999999999"`, 45},
		"an excluded one":  {nil, func(c *config.Config) { c.ExcludeAccounts = []string{"222222222222"} }, nil, "", 90},
		"an account that was added to it": {func(w *fakeaws.World) {
			w.Aggregator.Accounts, w.Aggregator.Organization = []string{home, "222222222222", "333333333333", "444444444444"}, ""
		}, nil, map[string]sg.Status{"444444444444/": sg.StatusNotRecorded}, `the aggregator "all" is to collect from there and does not say that it does`, 135},
		"that is excluded": {func(w *fakeaws.World) {
			w.Aggregator.Accounts, w.Aggregator.Organization = []string{home, "222222222222", "333333333333", "444444444444"}, ""
		}, func(c *config.Config) { c.ExcludeAccounts = []string{"444444444444"} }, nil, "", 135},
		"a region that was added to it": {func(w *fakeaws.World) {
			w.Aggregator.Accounts, w.Aggregator.Regions = []string{home, "222222222222", "333333333333"}, []string{"us-east-1", "eu-west-1", "us-west-2"}
			w.Aggregator.NoSource, w.Aggregator.Organization = []string{place}, ""
		}, nil, map[string]sg.Status{place: sg.StatusNotRecorded}, "account 222222222222, region eu-west-1: the aggregator \"all\" is to collect", 120},
		"of the organization": {func(w *fakeaws.World) {
			w.Aggregator.Regions = []string{"us-east-1", "ap-east-1"}
		}, nil, map[string]sg.Status{"/ap-east-1": sg.StatusNotRecorded}, "collects nothing from region ap-east-1", 135},
		"an account of the organization": {func(w *fakeaws.World) {
			w.Aggregator.NoSource = []string{"333333333333/us-east-1", "333333333333/eu-west-1", "333333333333/us-west-2"}
		}, func(c *config.Config) { c.Accounts = []string{"*"} }, map[string]sg.Status{"333333333333/": sg.StatusNotRecorded}, `account 333333333333: the account is one of the organization, and the aggregator "all" has no source of it`, 90},
		"the organization denied": {func(w *fakeaws.World) {
			w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "ListAccounts"}}
		}, func(c *config.Config) { c.Accounts = []string{"*"} }, map[string]sg.Status{"/": sg.StatusDenied}, "could not be listed, so nobody knows whether the aggregator has all: organizations:ListAccounts is denied", 135},
		"regions unknown": {func(w *fakeaws.World) { w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "DescribeRegions"}} }, nil, map[string]sg.Status{"/": sg.StatusDenied}, "ec2:DescribeRegions is denied", 135},
		"too old": {func(w *fakeaws.World) { w.Aggregator.Captured = time.Now().Add(-48 * time.Hour) }, func(c *config.Config) {
			c.MaxAge, c.Regions, c.Accounts = "36h", []string{"eu-west-1"}, []string{"222222222222"}
		}, map[string]sg.Status{place: sg.StatusOutdated}, "longer ago than max_age allows", 15},
		"no aggregator": {func(w *fakeaws.World) { w.Aggregator.Name = "other" }, nil, map[string]sg.Status{"/": sg.StatusError}, "there is no such aggregator of AWS Config in the region that was asked. Correct aggregator, or name its region with default_region", 0},
		"statuses denied": {func(w *fakeaws.World) {
			w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "DescribeConfigurationAggregatorSourcesStatus"}}
		}, nil, map[string]sg.Status{"/": sg.StatusDenied}, "config:DescribeConfigurationAggregatorSourcesStatus is denied. Allow the caller this action", 0},
		"counts denied": {func(w *fakeaws.World) {
			w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "GetAggregateDiscoveredResourceCounts"}}
		}, func(c *config.Config) { c.Accounts, c.Regions = []string{"222222222222"}, []string{"eu-west-1"} }, map[string]sg.Status{place: sg.StatusDenied}, "config:GetAggregateDiscoveredResourceCounts is denied", 0},
		"throttled for good": {func(w *fakeaws.World) {
			w.Faults = []fakeaws.Fault{{Kind: fakeaws.Throttled, Action: "SelectAggregateResourceConfig"}}
		}, func(c *config.Config) {
			c.MaxErrorRetryAttempts, c.Accounts, c.Regions = 1, []string{"222222222222"}, []string{"eu-west-1"}
		}, map[string]sg.Status{place: sg.StatusThrottled}, "AWS throttled config:SelectAggregateResourceConfig", 0},
		"throttled at first": {func(w *fakeaws.World) {
			w.Faults = []fakeaws.Fault{{Kind: fakeaws.Throttled, Action: "SelectAggregateResourceConfig", First: 1}}
		}, func(c *config.Config) { c.Accounts, c.Regions = []string{"222222222222"}, []string{"eu-west-1"} }, nil, "", 15},
	} {
		t.Run(name, func(t *testing.T) {
			w := aggregated()
			w.ShortPages = 0
			if tt.world != nil {
				tt.world(w)
			}
			cfg := ofAggregator(liveConfig(t, w.Start(t)))
			if tt.config != nil {
				tt.config(&cfg)
			}
			groups, places, err := read(t, cfg, sg.Everything())
			failed := map[string]sg.Status{}
			for _, c := range places {
				if c.Missing() {
					failed[sg.PlaceKey(c.AccountID, c.Region)] = c.Status
				}
			}
			if fmt.Sprint(failed) != fmt.Sprint(tt.failed) && len(failed)+len(tt.failed) > 0 || len(groups) != tt.groups || (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%d groups, %v: %v", len(groups), failed, err)
			}
			// A recording keeps what was said, and of what.
			dir, _ := recordScan(t, cfg)
			again, _, replayErr := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
			if (replayErr == nil) != (err == nil) || !slices.Equal(said(again), said(groups)) || slices.ContainsFunc(again, func(g *sg.Group) bool { return g.Captured.IsZero() }) {
				t.Errorf("replayed: %d groups, %v", len(again), replayErr)
			}
		})
	}
}

// A list that is not recorded, and a permission that cannot be, leave a verdict unknown, and the place
// says so; it has been read.
func TestAggregatorLeavesUnknown(t *testing.T) {
	w := aggregated()
	r := w.Accounts[1].Regions["eu-west-1"]
	r.PrefixLists[0].Name, r.PrefixLists[0].Owner = "shared", "999999999999"
	r.Groups[1].Ingress[0].PrefixList = fakeaws.PrefixListID("shared")
	r.Groups = append(r.Groups, fakeaws.Group{Name: "odd", Ingress: []fakeaws.Permission{{Protocol: "all", CIDR4: "0.0.0.0/0"}}})
	cfg := ofAggregator(liveConfig(t, w.Start(t)))
	cfg.Accounts, cfg.Regions = []string{w.Accounts[1].ID}, []string{"eu-west-1"}
	groups, places, err := read(t, cfg, sg.Everything())
	if err != nil || len(places) != 1 || len(groups) != 16 {
		t.Fatalf("%d groups in %v, %v", len(groups), places, err)
	}
	for _, g := range groups {
		if unknown := g.Name == "list" || g.Name == "odd"; (g.Verdict.Unrestricted == rule.Unknown) != unknown {
			t.Errorf("%s: %v", g.Name, g.Verdict)
		}
	}
	for _, want := range []string{"prefix list " + fakeaws.PrefixListID("shared") + " could not be read: the aggregator has no item of it", `"all"`} {
		if !strings.Contains(places[0].ErrorMessage, want) || places[0].Status != sg.StatusScanned {
			t.Errorf("%q is not in %+v", want, places[0])
		}
	}
	// Who asks for paths is told that nobody knows them.
	w.Change(func() { r.NetworkInterfaces = nil })
	if _, _, err := read(t, cfg, sg.Request{NeedsInterfaces: true, Paths: func(*sg.InternetPath) error { return nil }}); err == nil || !strings.Contains(err.Error(), "has not recorded all network interfaces there, so not all paths from the internet are known") {
		t.Errorf("%v", err)
	}
}

// Whatever is taken from what AWS Config answers is missed, or AWS may leave it out.
func TestDeletedFromAggregatorAnswers(t *testing.T) {
	w := aggregated()
	w.ShortPages, w.Accounts = 0, w.Accounts[:2]
	for _, a := range w.Accounts {
		a.Regions = map[string]*fakeaws.Region{"eu-west-1": a.Regions["eu-west-1"]}
	}
	s := w.Start(t)
	request := sg.Request{Verdicts: true}
	answers := map[string][]byte{}
	change := func(_ string, body []byte) []byte { return body }
	cfg := ofAggregator(between(t, s, func(action string, _ int, body []byte) []byte { return change(action, body) }))
	cfg.Regions, cfg.MaxConcurrency = []string{"eu-west-1"}, 1
	change = func(action string, body []byte) []byte {
		answers[action] = body
		return body
	}
	groups, _, err := read(t, cfg, request)
	if err != nil || len(groups) != 30 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	want, missed := said(groups), 0
	may := []string{"LastUpdateTime", "GroupByKey", "QueryInfo", "SelectFields", "Name", "SourceType"}
	for _, action := range []string{"DescribeConfigurationAggregators", "DescribeConfigurationAggregatorSourcesStatus", "GetAggregateDiscoveredResourceCounts", "SelectAggregateResourceConfig"} {
		var document any
		if err := json.Unmarshal(answers[action], &document); err != nil {
			t.Fatal(action, err)
		}
		for e, changed := range edits(document) {
			last := e.path[strings.LastIndexByte(e.path, '/')+1:]
			if strings.HasPrefix(e.path, "/QueryInfo/") || isElement(e.path) && len(last) > 1 {
				continue // there are many alike
			}
			body, err := json.Marshal(changed)
			if err != nil {
				t.Fatal(err)
			}
			asked := false
			change = func(a string, b []byte) []byte {
				if a != action || action == "SelectAggregateResourceConfig" && !strings.Contains(string(b), "AWS::EC2::SecurityGroup") {
					return b
				}
				asked = true
				return body
			}
			got, _, err := read(t, cfg, request)
			switch {
			case !asked:
				t.Errorf("%s: nobody asked", action)
			case err != nil:
				missed++
			case action == "GetAggregateDiscoveredResourceCounts" && last != "GroupByKey":
				t.Errorf("%s: %s %s is not missed, and nobody would miss groups", action, e.kind, e.path)
			case slices.Equal(said(got), want):
			case slices.Contains(may, last):
			default:
				t.Errorf("%s: %s %s: %d groups, and nothing is missed", action, e.kind, e.path, len(got))
			}
		}
	}
	if missed < 40/soak.OneIn {
		t.Errorf("only %d edits were missed", missed)
	}
}

// An aggregator of 1,000 accounts with 17 regions each is read in less than 30 s of CPU, of which
// the fake AWS has a part here, and names the places that it has not whole.
func BenchmarkAggregator(b *testing.B) {
	w := fakeaws.Generate(1000, fakeaws.DefaultRegions, 4)
	w.Aggregator = &fakeaws.Aggregator{Name: "all", Organization: "SUCCEEDED", Status: map[string]string{}}
	for _, r := range w.Accounts[0].Regions { // which is that of all
		r.Generate = func(account, region string, index int) fakeaws.Group {
			g := fakeaws.GeneratedGroup(account, region, index)
			if index == 1 {
				g.Name = "default"
			}
			return g
		}
	}
	want := map[string]sg.Status{}
	for i, a := range w.Accounts {
		switch outdated, unrecorded := sg.PlaceKey(a.ID, "eu-west-1"), sg.PlaceKey(a.ID, "sa-east-1"); {
		case i%20 == 3:
			w.Aggregator.Status[outdated], want[outdated] = "OUTDATED", sg.StatusOutdated
		case i%20 == 4:
			w.Aggregator.Unrecorded, want[unrecorded] = append(w.Aggregator.Unrecorded, unrecorded), sg.StatusNotRecorded
		}
	}
	cfg := ofAggregator(liveConfig(b, w.Start(b)))
	for b.Loop() {
		before := cputime.Used()
		groups, places, err := read(b, cfg, sg.Request{Verdicts: true, Once: true})
		used := cputime.Used() - before
		missing := map[string]sg.Status{}
		for _, c := range places {
			if c.Missing() {
				missing[sg.PlaceKey(c.AccountID, c.Region)] = c.Status
			}
		}
		if err == nil || len(places) != 17_000 || len(groups) != 4*(17_000-50) || openIn(groups) != 17_000-50 || !maps.Equal(missing, want) {
			b.Fatalf("%d groups in %d places, %d open, %d missing", len(groups), len(places), openIn(groups), len(missing))
		}
		if used > 30*time.Second {
			b.Errorf("%s of CPU", used)
		}
		b.ReportMetric(used.Seconds(), "cpu-s/op")
	}
}
