package scan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// randomWorld is an organization with whatever AWS lets be, and with things that fail.
func randomWorld(random *rand.Rand) *fakeaws.World {
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	ports := [][2]int{{20, 20}, {21, 21}, {20, 21}, {0, 65535}, {1, 1024}, {22, 22}, {21, 2121}, {-1, -1}}
	w := &fakeaws.World{Organization: &fakeaws.Organization{}, Shuffle: random.IntN(2) == 0, EmptyPages: random.IntN(3) == 0, ShortPages: random.IntN(4)}
	for n := range 2 + random.IntN(3) {
		w.Accounts = append(w.Accounts, &fakeaws.Account{ID: fmt.Sprintf("%d%011d", n+1, random.Int64N(1e11)), Regions: map[string]*fakeaws.Region{}})
	}
	owner, participant := w.Accounts[0].ID, w.Accounts[1].ID
	for _, a := range w.Accounts {
		for _, name := range []string{"us-east-1", "us-west-2", "eu-west-1"} {
			r := &fakeaws.Region{Disabled: name != "us-east-1" && random.IntN(5) == 0}
			a.Regions[name] = r
			for list, entries := range map[string][]string{"wide": {"0.0.0.0/0"}, "wide in parts": {"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2"}, "offices": {"203.0.113.0/24", "8.8.8.0/24"}, "six": {"2000::/3"}} {
				l := fakeaws.PrefixList{Name: list + a.ID + name, Family: "IPv4"}
				for _, cidr := range entries {
					l.Entries = append(l.Entries, fakeaws.Entry{CIDR: cidr})
				}
				r.PrefixLists = append(r.PrefixLists, l)
			}
			permissions := func(lists bool) (all []fakeaws.Permission) {
				for range random.IntN(6) {
					p := fakeaws.Permission{Protocol: pick("tcp", "tcp", "tcp", "udp", "-1", "icmp", "47"), Description: pick("", "d")}
					switch port := ports[random.IntN(len(ports))]; p.Protocol {
					case "tcp", "udp":
						p.From, p.To = port[0], port[1]
					case "icmp":
						p.From, p.To = 8, -1
					case "47":
						p.From, p.To = -1, -1
					}
					switch random.IntN(5) {
					case 0:
						p.CIDR6 = pick("::/0", "2000::/3", "fd00::/8", "2000::/4", "3000::/4")
					case 1:
						p.Group = pick(fakeaws.GroupID(a.ID, name, "default"), "sg-00000000000000bad")
					case 2:
						if p.PrefixList = fakeaws.PrefixListID(pick("wide", "wide in parts", "offices", "six") + a.ID + name); !lists {
							p.PrefixList, p.CIDR4 = "", "0.0.0.0/0"
						}
					default:
						p.CIDR4 = pick("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "8.8.8.8/32", "128.0.0.0/2", "192.0.0.0/2")
					}
					if random.IntN(3) == 0 {
						p.Tags = map[string]string{"k": pick("a", "b")}
					}
					same := func(o fakeaws.Permission) bool {
						return p.Protocol == o.Protocol && p.From == o.From && p.To == o.To && p.CIDR4+p.CIDR6+p.Group+p.PrefixList == o.CIDR4+o.CIDR6+o.Group+o.PrefixList
					}
					if !slices.ContainsFunc(all, same) {
						all = append(all, p)
					}
				}
				return all
			}
			r.Groups = []fakeaws.Group{{Name: "default", Ingress: permissions(true)}}
			for n := range random.IntN(6) {
				r.Groups = append(r.Groups, fakeaws.Group{Name: fmt.Sprint("group ", n), Tags: map[string]string{"n": fmt.Sprint(n)}, Ingress: permissions(true)})
			}
			switch shared := (fakeaws.Group{ID: fakeaws.GroupID(owner, name, "shared"), Name: "shared", Owner: owner, VPC: "vpc-1"}); a.ID {
			case owner:
				shared.Ingress = permissions(false)
				r.Groups = append(r.Groups, shared)
			case participant:
				groups := w.Accounts[0].Regions[name].Groups
				r.Groups = append(r.Groups, groups[len(groups)-1])
			}
			for n := range random.IntN(4) {
				r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{Description: fmt.Sprint(a.ID, name, n), Zone: name + "a", VPC: "vpc-" + a.ID + name,
					Groups: []string{fakeaws.GroupID(a.ID, name, "default")}, PrivateIP: fmt.Sprint("10.0.0.", n), PublicIP: pick("", "3.4.5.6")})
			}
		}
	}
	for range random.IntN(4) {
		a := w.Accounts[random.IntN(len(w.Accounts))]
		w.Faults = append(w.Faults, fakeaws.Fault{Kind: []fakeaws.Kind{fakeaws.Denied, fakeaws.DeniedBySCP}[random.IntN(2)], Account: a.ID, Region: pick("us-west-2", "eu-west-1"),
			Action: pick("DescribeSecurityGroups", "GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeSecurityGroupRules", "DescribeNetworkInterfaces")})
	}
	return w
}

// verdicts are what is said of the groups of places that were read, whoever sees them.
func verdicts(groups []*sg.Group, read func(*sg.Group) bool) (lines []string) {
	for _, g := range groups {
		if !read(g) {
			continue
		}
		lines = append(lines, fmt.Sprint(g.ARN, g.Name, g.VPCID, g.Verdict))
		for _, p := range g.Permissions {
			lines = append(lines, fmt.Sprint(g.ARN, p.Key(), p.Verdict, p.Description, p.RuleID, p.RuleTags, p.PrefixListName, p.PrefixListEntries))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines) // a shared group is seen by two
}

// Of any world, a scan, its replay, what is recorded of that, the merged shards of it and what
// was saved of it say the same: verdicts, groups, places, and how many groups there are, also
// where several accounts see the same.
func TestRandomWorldsAgree(t *testing.T) {
	failed, open, repeats := 0, 0, 0
	for seed := range soak.Runs(t, 6) {
		random := rand.New(rand.NewPCG(uint64(seed), 2))
		w := randomWorld(random)
		cfg := liveConfig(t, w.Start(t))
		cfg.Accounts, cfg.MaxErrorRetryAttempts = []string{"*"}, 2
		differ := func(what string, want, got any) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d: %s (-live +other):\n%s", seed, what, diff)
			}
		}
		untimed := func(places []sg.Coverage) []sg.Coverage {
			places = slices.Clone(places)
			for i := range places {
				places[i].Started, places[i].Finished = time.Time{}, time.Time{}
				places[i].Shared = nil // which are counted below
			}
			slices.SortFunc(places, sg.Coverage.Compare)
			return places
		}
		live, places, err := read(t, cfg, sg.Everything())
		scanned := map[string]bool{}
		groups, enabled := 0, 0
		for _, c := range places {
			scanned[sg.PlaceKey(c.AccountID, c.Region)] = c.Status == sg.StatusScanned
			if c.Status == sg.StatusScanned {
				enabled++
				here := w.Accounts[slices.IndexFunc(w.Accounts, func(a *fakeaws.Account) bool { return a.ID == c.AccountID })].Regions[c.Region]
				groups += len(here.Groups)
				if c.Groups != int64(len(here.Groups)) {
					t.Errorf("seed %d: %s has %d groups, and %d were read", seed, c.Place(), len(here.Groups), c.Groups)
				}
			} else if c.Missing() {
				failed++
			}
		}
		if enabled == 0 || len(live) < groups || (err != nil) != slices.ContainsFunc(places, sg.Coverage.Missing) {
			t.Errorf("seed %d: %d groups in %d places, %v", seed, len(live), enabled, err)
		}
		open += openIn(live)
		arns := map[string]bool{}
		for _, g := range live {
			arns[g.ARN] = true
		}
		repeats += len(live) - len(arns)
		distinct := int64(len(arns))
		differ("groups that are counted", distinct, sg.DistinctGroups(places))

		raw, recorded := recordScan(t, cfg)
		differ("places that are recorded", untimed(places), untimed(recorded))
		replayed, again, e := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
		differ("groups of the replay", everything(live), everything(replayed))
		differ("places of the replay", untimed(places), untimed(again))
		differ("error of the replay", fmt.Sprint(err), fmt.Sprint(e))
		differ("groups that are counted in the replay", distinct, sg.DistinctGroups(again))
		copied, _ := recordScan(t, config.Config{Paths: []string{raw}})
		replayed, again, e = read(t, config.Config{Paths: []string{copied}}, sg.Everything())
		differ("groups of the recorded replay", everything(live), everything(replayed))
		differ("places of the recorded replay", untimed(places), untimed(again))
		differ("error of the recorded replay", fmt.Sprint(err), fmt.Sprint(e))

		var shards []string
		count := 1 + random.IntN(4)
		for i := range count {
			part := cfg
			part.Shard = config.Shard{Index: i, Count: count}
			shard, _ := recordScan(t, part)
			shards = append(shards, shard)
		}
		merged := filepath.Join(t.TempDir(), "merged")
		if err := record.Merge(t.Context(), merged, nil, shards...); err != nil {
			t.Fatal(err)
		}
		together, again, e := read(t, config.Config{Paths: []string{merged}}, sg.Everything())
		differ("groups of the merged shards", everything(live), everything(together))
		differ("places of the merged shards", untimed(places), untimed(again))
		differ("error of the merged shards", fmt.Sprint(err), fmt.Sprint(e))
		differ("groups that are counted in the merged shards", distinct, sg.DistinctGroups(again))

		// Without its index it is what the AWS CLI saves.
		if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
			t.Fatal(err)
		}
		saved, files, err := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
		if err != nil || statuses(files)[sg.StatusScanned] != len(files) {
			t.Errorf("seed %d: saved: %v", seed, err)
		}
		of := func(groups []*sg.Group) []string {
			return verdicts(groups, func(g *sg.Group) bool { return scanned[sg.PlaceKey(g.AccountID, g.Region)] && !g.IsShared() })
		}
		differ("verdicts of what was saved", of(live), of(saved))
	}
	if failed == 0 || open == 0 || repeats == 0 {
		t.Errorf("%d places failed, %d groups are open, %d were seen twice: this proves nothing", failed, open, repeats)
	}
}
