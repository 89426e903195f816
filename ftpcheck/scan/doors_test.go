package scan

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
			randomNetwork(random, a.ID, name, r)
		}
	}
	for _, name := range []string{"us-east-1", "us-west-2", "eu-west-1"} {
		shareRandomVPC(random, w, name)
	}
	for range random.IntN(4) {
		a := w.Accounts[random.IntN(len(w.Accounts))]
		w.Faults = append(w.Faults, fakeaws.Fault{Kind: []fakeaws.Kind{fakeaws.Denied, fakeaws.DeniedBySCP}[random.IntN(2)], Account: a.ID, Region: pick("us-west-2", "eu-west-1"),
			Action: pick("DescribeSecurityGroups", "GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeSecurityGroupRules", "DescribeNetworkInterfaces", networkActions[random.IntN(len(networkActions))])})
	}
	return w
}

// randomNetwork puts a network of whatever AWS lets be into a region, and interfaces into it.
func randomNetwork(random *rand.Rand, account, region string, r *fakeaws.Region) {
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	one := func(n int) bool { return random.IntN(n) == 0 }
	id := func(kind, name string) string { return kind + "-" + account + region + name }
	number := 0
	for v := range 1 + random.IntN(2) {
		vpc, gateway := id("vpc", fmt.Sprint(v)), id("igw", fmt.Sprint(v))
		r.VPCs = append(r.VPCs, fakeaws.VPC{ID: vpc, CIDR: fmt.Sprintf("10.%d.0.0/16", v), IPv6: pick("", fmt.Sprintf("2600:1f18:%d::/56", v))})
		attached := !one(5)
		g := fakeaws.InternetGateway{ID: gateway}
		if attached {
			g.VPC = vpc
		}
		r.InternetGateways = append(r.InternetGateways, g)
		routes := func() (all []fakeaws.Route) {
			for _, to := range []string{"0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "8.8.8.0/24", "2600::/12", fakeaws.PrefixListID(pick("wide in parts", "offices", "six") + account + region)} {
				if one(2) {
					route := fakeaws.Route{To: to, Via: pick(gateway, gateway, gateway, "nat-1", "eigw-1", "tgw-1", "vpce-0123456789abcdef0", "eni-1")}
					route.Blackhole = route.Via == gateway && !attached || one(10)
					all = append(all, route)
				}
			}
			return all
		}
		r.RouteTables = append(r.RouteTables, fakeaws.RouteTable{ID: id("rtb", fmt.Sprint(v, "main")), VPC: vpc, Main: true, Routes: routes()})
		if one(6) {
			r.RouteTables = append(r.RouteTables, fakeaws.RouteTable{ID: id("rtb", fmt.Sprint(v, "edge")), VPC: vpc, Gateway: gateway,
				Routes: []fakeaws.Route{{To: fmt.Sprintf("10.%d.0.0/25", v), Via: pick("vpce-0123456789abcdef0", "eni-1")}}})
		}
		for n := range 1 + random.IntN(3) {
			subnet := id("subnet", fmt.Sprint(v, n))
			r.Subnets = append(r.Subnets, fakeaws.Subnet{ID: subnet, VPC: vpc, CIDR: fmt.Sprintf("10.%d.%d.0/24", v, n)})
			if one(2) {
				r.RouteTables = append(r.RouteTables, fakeaws.RouteTable{ID: id("rtb", fmt.Sprint(v, n)), VPC: vpc, Subnets: []string{subnet}, Routes: routes()})
			}
			if one(3) {
				acl := fakeaws.NetworkACL{ID: id("acl", fmt.Sprint(v, n)), VPC: vpc, Subnets: []string{subnet}}
				for e := range random.IntN(6) {
					entry := fakeaws.ACLEntry{Number: 10 * e, Egress: one(2), Deny: one(3), Protocol: pick("-1", "6", "6", "17"), CIDR: pick("0.0.0.0/0", "0.0.0.0/0", "8.8.8.0/24", "::/0", "0.0.0.0/1")}
					if entry.Protocol != "-1" {
						entry.From, entry.To = random.IntN(22), 21+random.IntN(65000)
					}
					acl.Entries = append(acl.Entries, entry)
				}
				r.NetworkACLs = append(r.NetworkACLs, acl)
			}
			for range random.IntN(3) {
				number++
				x := fakeaws.NetworkInterface{ID: id("eni", fmt.Sprint(number)), Description: pick("", "ELB app/a/b", "ELB a"), Zone: region + "a", VPC: vpc, Subnet: subnet, Tags: map[string]string{"n": fmt.Sprint(number)},
					Groups: []string{fakeaws.GroupID(account, region, "default")}, PrivateIP: fmt.Sprintf("10.%d.%d.%d", v, n, number), PublicIP: pick("", "3.4.5.6", "3.4.5.7"),
					Type: pick("", "", "", "", "network_load_balancer", "nat_gateway", "gateway_load_balancer_endpoint"), DenyAllIgwTraffic: one(8), Instance: pick("", "i-1"), Requester: pick("", "", "amazon-elb")}
				if more := r.Groups[random.IntN(len(r.Groups))]; one(2) && more.Name != "default" {
					x.Groups = append(x.Groups, fakeaws.GroupID(account, region, more.Name))
					if more.ID != "" {
						x.Groups[1] = more.ID
					}
				}
				if one(2) {
					x.IPv6 = []string{fmt.Sprintf("2600:1f18:%d::%d", v, number)}
				}
				if one(3) {
					x.More = []fakeaws.Address{{Private: fmt.Sprintf("10.%d.%d.%d", v, n, 100+number), Public: pick("", "3.4.5.8"), Carrier: pick("", "155.146.0.1")}}
				}
				r.NetworkInterfaces = append(r.NetworkInterfaces, x)
			}
		}
		if one(3) {
			r.BlockPublicAccess.Exclusions = append(r.BlockPublicAccess.Exclusions, fakeaws.Exclusion{Of: pick(vpc, id("subnet", fmt.Sprint(v, "0"))), Mode: pick("allow-bidirectional", "allow-egress"), State: pick("", "", "delete-complete", "create-in-progress")})
		}
		if one(3) {
			r.GroupVPCs = append(r.GroupVPCs, fakeaws.GroupVPC{Group: fakeaws.GroupID(account, region, "default"), VPC: vpc, State: pick("", "disassociated")})
		}
	}
	if one(4) {
		r.BlockPublicAccess.Mode, r.BlockPublicAccess.State = pick("block-ingress", "block-bidirectional"), pick("", "", "update-in-progress")
	}
}

// shareRandomVPC shares subnets of the first account with others, which put interfaces into them.
func shareRandomVPC(random *rand.Rand, w *fakeaws.World, region string) {
	owner := w.Accounts[0].Regions[region]
	// Without one, a file of interfaces does not prove that it is the owner's.
	owner.NetworkInterfaces = append(owner.NetworkInterfaces, fakeaws.NetworkInterface{ID: "eni-owners-" + region, VPC: owner.VPCs[0].ID, Subnet: owner.Subnets[0].ID, Zone: region + "a", Type: "nat_gateway", PrivateIP: "10.0.99.1"})
	for n, a := range w.Accounts[1:] {
		if random.IntN(3) == 0 {
			continue
		}
		subnet, r := owner.Subnets[random.IntN(len(owner.Subnets))], a.Regions[region]
		var interfaces []fakeaws.NetworkInterface
		for i := range random.IntN(3) {
			x := fakeaws.NetworkInterface{ID: fmt.Sprintf("eni-%s%sshared%d", a.ID, region, i), Groups: []string{fakeaws.GroupID(a.ID, region, "default")}, Zone: region + "a",
				PrivateIP: fmt.Sprintf("10.0.%d.%d", 100+n, i), PublicIP: []string{"", "3.4.6.1", "3.4.6.2"}[random.IntN(3)], Type: []string{"", "", "network_load_balancer"}[random.IntN(3)]}
			if shared := r.Groups[len(r.Groups)-1]; shared.ID != "" && random.IntN(2) == 0 {
				x.Groups = []string{shared.ID}
			}
			interfaces = append(interfaces, x)
		}
		shareVPC(owner, r, w.Accounts[0].ID, a.ID, subnet.VPC, subnet.ID, interfaces...)
	}
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

// exposuresOf and onGroups say of each group whether the internet reaches it, and why.
func exposuresOf(groups []*sg.Group) (lines []string) {
	for _, g := range groups {
		lines = append(lines, groupLine(g))
	}
	slices.Sort(lines)
	return lines
}

func onGroups(r *reading) []string {
	return slices.DeleteFunc(slices.Clone(r.details), func(line string) bool { return strings.Contains(line, " port ") })
}

// Of any world, a scan, its replay, what is recorded of that, the merged shards of it and what
// was saved of it say the same: verdicts, groups, places, and how many groups there are, also
// where several accounts see the same.
func TestRandomWorldsAgree(t *testing.T) {
	failed, open, repeats := 0, 0, 0
	found := map[string]int{}
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
		exposed, _ := reached(t, cfg)
		for _, answer := range exposed.answers {
			found[answer]++
		}
		differ("groups with paths and without", onGroups(exposed), exposuresOf(live))

		raw, recorded := recordScan(t, cfg)
		differ("places that are recorded", untimed(places), untimed(recorded))
		replayed, again, e := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
		differ("groups of the replay", everything(live), everything(replayed))
		differ("places of the replay", untimed(places), untimed(again))
		differ("error of the replay", fmt.Sprint(err), fmt.Sprint(e))
		others, _ := reached(t, config.Config{Paths: []string{raw}})
		differ("what the internet reaches in the replay", exposed.details, others.details)
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
		others, _ = reached(t, config.Config{Paths: []string{merged}})
		differ("what the internet reaches in the merged shards", exposed.details, others.details)
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
		others, _ = reached(t, config.Config{Paths: []string{raw}})
		owner := w.Accounts[0].ID
		ofRead := func(r *reading, files bool) (lines []string) {
			for _, line := range r.details {
				at := strings.SplitN(line, " ", 2)
				// Of a file a group that is shared has one row, which tells what its owner knows.
				if strings.Contains(line, "[shared ") && at[0] != owner {
					if !files {
						continue
					}
					line = owner + " " + at[1]
				}
				if at = strings.Fields(line); scanned[sg.PlaceKey(at[0], at[1])] {
					lines = append(lines, line)
				}
			}
			slices.Sort(lines)
			return slices.Compact(lines)
		}
		differ("what the internet reaches of what was saved", ofRead(exposed, false), ofRead(others, true))
	}
	if found["yes"] == 0 || found["no"] == 0 || found["unknown"] == 0 {
		t.Errorf("reached: %v: this proves nothing", found)
	}
	if failed == 0 || open == 0 || repeats == 0 {
		t.Errorf("%d places failed, %d groups are open, %d were seen twice: this proves nothing", failed, open, repeats)
	}
}
