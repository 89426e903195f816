package scan

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// recordedNetwork is the network in which everything matters, with the default groups that AWS Config
// has, and one route to what its schema does not know. Block Public Access is off.
func recordedNetwork() *fakeaws.World {
	r := networkRegion(home)
	for i := range r.Groups {
		r.Groups[i].VPC = "vpc-a"
	}
	r.BlockPublicAccess = fakeaws.BlockPublicAccess{}
	r.Groups = append(r.Groups, fakeaws.Group{Name: "default", VPC: "vpc-a"}, fakeaws.Group{Name: "default", ID: "sg-0b", VPC: "vpc-b"})
	r.RouteTables[1].Routes = append(r.RouteTables[1].Routes, fakeaws.Route{To: "10.9.0.0/16", Via: "eigw-1"})
	r.RouteTables = append(r.RouteTables, fakeaws.RouteTable{ID: "rtb-far", VPC: "vpc-a", Subnets: []string{"subnet-far"}, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "tgw-1"}}})
	r.Subnets = append(r.Subnets, fakeaws.Subnet{ID: "subnet-far", VPC: "vpc-a"})
	r.NetworkACLs[0].Subnets = slices.Clone(r.NetworkACLs[0].Subnets)
	r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{ID: "eni-far", VPC: "vpc-a", Subnet: "subnet-far", PrivateIP: "10.0.0.90", Groups: []string{fakeaws.GroupID(home, "us-east-1", "unused")}})
	w := oneRegion(r)
	w.Aggregator = &fakeaws.Aggregator{Name: "all", Types: slices.Clone(awsconfig.NetworkTypes)}
	return w
}

// counted is how many answers there are of each.
func counted(answers map[string]string) map[string]int {
	n := map[string]int{}
	for _, a := range answers {
		n[a]++
	}
	return n
}

// What AWS Config has recorded of networks says of reach what EC2 says, or it is not known: where a
// type is not recorded, or fewer are there than are counted, no answer becomes another. A replay says
// the same.
func TestAggregatorReachability(t *testing.T) {
	w := recordedNetwork()
	live := liveConfig(t, w.Start(t))
	cfg := ofAggregator(live)
	cfg.Regions = []string{"us-east-1"}
	want, err := reached(t, live)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := reached(t, cfg)
	if text := whole.worse(want.answers); err != nil || len(text) > 0 || whole.places[0].NetworkProblem != "" {
		t.Fatalf("%v, %+v: %q", err, whole.places, text)
	}
	// Of IPv6 it is not known which prefixes an interface has, and where it goes to a transit gateway.
	if n, of := counted(whole.answers), counted(want.answers); n["yes"] < of["yes"]-4 || n["no"] < 30 || whole.answers[home+" us-east-1 eni-far IPv4 port 21"] != "unknown" {
		t.Errorf("%v of %v", n, of)
	}
	replays := func(name string, said *reading) {
		t.Helper()
		dir, _ := recordScan(t, cfg)
		again, err := reached(t, config.Config{Paths: []string{dir}})
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(said.details, again.details); diff != "" {
			t.Errorf("%s: a replay says something else:\n%s", name, diff)
		}
		// So do the same items as a file that somebody saved.
		if again, err = reached(t, config.Config{Paths: []string{filepath.Join(dir, home)}}); len(said.answers) > 0 && said.places[0].NetworkProblem == "" && (err != nil || !slices.Equal(again.details, said.details)) {
			t.Errorf("%s: files say something else: %v\n%s", name, err, cmp.Diff(said.details, again.details))
		}
	}
	replays("all", whole)
	for _, kind := range awsconfig.NetworkTypes {
		for name, change := range map[string]func(){
			"unrecorded": func() {
				w.Aggregator.Types = slices.DeleteFunc(slices.Clone(awsconfig.NetworkTypes), func(t string) bool { return t == kind })
			},
			"fewer":        func() { w.Aggregator.Missing = map[string]int{home + "/us-east-1/" + kind: 1} },
			"none of some": func() { w.Aggregator.Missing = map[string]int{home + "/us-east-1/" + kind: 2} },
		} {
			if kind == awsconfig.NetworkInterface && name == "unrecorded" || kind == awsconfig.BlockPublicAccess && name == "none of some" {
				continue
			}
			w.Change(change)
			got, err := reached(t, cfg)
			if kind == awsconfig.NetworkInterface {
				if err == nil || !strings.Contains(err.Error(), "has not recorded all network interfaces") {
					t.Errorf("%s %s: %v", name, kind, err)
				}
				groups, _, err := read(t, cfg, sg.Everything())
				if err != nil || slices.ContainsFunc(groups, func(g *sg.Group) bool { return g.NetworkInterfacesKnown }) {
					t.Errorf("%s %s: the interfaces of a group are known, %v", name, kind, err)
				}
			} else if err != nil || !strings.Contains(got.places[0].NetworkProblem, kind) {
				t.Errorf("%s %s: %v, %+v", name, kind, err, got.places)
			}
			for about, is := range got.answers {
				if is != want.answers[about] && is != "unknown" {
					t.Errorf("%s %s: %s was %s and is %s", name, kind, about, want.answers[about], is)
				}
			}
			if n := counted(got.answers); n["yes"] > 0 && kind != awsconfig.RouteTable || n["unknown"] <= counted(whole.answers)["unknown"] && kind != awsconfig.NetworkInterface {
				t.Errorf("%s %s: %v", name, kind, n)
			}
			if name != "none of some" && kind != awsconfig.NetworkInterface {
				replays(name+" "+kind, got)
			}
			w.Change(func() { w.Aggregator.Types, w.Aggregator.Missing = slices.Clone(awsconfig.NetworkTypes), nil })
		}
	}
	// What blocks need not be in force, and may have exclusions.
	w.Change(func() {
		w.Accounts[0].Regions["us-east-1"].BlockPublicAccess = fakeaws.BlockPublicAccess{Mode: "block-ingress", Exclusions: []fakeaws.Exclusion{{Of: "vpc-a"}}}
	})
	if want, err = reached(t, live); err != nil {
		t.Fatal(err)
	}
	got, err := reached(t, cfg)
	if text := got.worse(want.answers); err != nil || len(text) > 0 || counted(got.answers)["yes"] > 0 || counted(got.answers)["no"] < 30 {
		t.Errorf("%v, %v: %q", err, counted(got.answers), text)
	}
}

// Nothing is known of a network in which another account has something, as nobody knows whether AWS
// Config records its network interfaces, and nothing of one that is too old or of a place that is not
// whole.
func TestAggregatorReachIsNotKnown(t *testing.T) {
	other := func(w *fakeaws.World, r *fakeaws.Region) {
		w.Accounts = append(w.Accounts, &fakeaws.Account{ID: "222222222222", Regions: map[string]*fakeaws.Region{"us-east-1": r}})
	}
	for name, change := range map[string]func(*fakeaws.World){
		"a group of another in the VPC": func(w *fakeaws.World) {
			other(w, &fakeaws.Region{Groups: []fakeaws.Group{{Name: "default"}, {Name: "theirs", VPC: "vpc-a"}}})
		},
		"a group that another sees": func(w *fakeaws.World) {
			other(w, &fakeaws.Region{Groups: []fakeaws.Group{{Name: "default"}, {Name: "shared", ID: "sg-0c", VPC: "vpc-a", Owner: home}}})
		},
		"an interface of another in the VPC": func(w *fakeaws.World) {
			other(w, &fakeaws.Region{Groups: []fakeaws.Group{{Name: "default"}}, NetworkInterfaces: []fakeaws.NetworkInterface{{ID: "eni-theirs", VPC: "vpc-a", Subnet: "subnet-public", PrivateIP: "10.0.0.99", Type: "network_load_balancer"}}})
		},
		"the VPC that another sees": func(w *fakeaws.World) {
			other(w, &fakeaws.Region{Groups: []fakeaws.Group{{Name: "default"}}, VPCs: []fakeaws.VPC{{ID: "vpc-a", Owner: home}}})
		},
		"out of date":  func(w *fakeaws.World) { w.Aggregator.Status = map[string]string{home + "/us-east-1": "OUTDATED"} },
		"too old":      func(w *fakeaws.World) { w.Aggregator.Captured = time.Now().Add(-48 * time.Hour) },
		"fewer groups": func(w *fakeaws.World) { w.Aggregator.Missing = map[string]int{home + "/us-east-1": 1} },
	} {
		t.Run(name, func(t *testing.T) {
			w := recordedNetwork()
			change(w)
			cfg := ofAggregator(liveConfig(t, w.Start(t)))
			cfg.Regions, cfg.MaxAge = []string{"us-east-1"}, "36h"
			groups, _, _ := read(t, cfg, sg.Request{Reachability: true, Accounts: []string{home}})
			n := 0
			for _, g := range groups {
				if g.Exposure == nil || g.Exposure.Reachable == rule.No && g.Name != "closed" && g.Name != "default" {
					t.Errorf("%s: %+v", g.Name, g.Exposure)
				} else if g.Exposure.Reachable == rule.Unknown {
					n++
				}
			}
			if n < 5 {
				t.Errorf("%d of %d groups", n, len(groups))
			}
		})
	}
}

// recordedTexts are all items of the world that are read for reach, and the groups.
func recordedTexts(t *testing.T, w *fakeaws.World) (texts []string, groups []*sg.Group) {
	t.Helper()
	cfg := ofAggregator(between(t, w.Start(t), func(action string, _ int, body []byte) []byte {
		var answer struct{ Results []string }
		if err := json.Unmarshal(body, &answer); action == "SelectAggregateResourceConfig" && err == nil {
			texts = append(texts, answer.Results...)
		}
		return body
	}))
	cfg.Regions, cfg.MaxConcurrency = []string{"us-east-1"}, 1
	groups, _, err := read(t, cfg, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	return texts, groups
}

// Whatever is taken from items of networks, what is reached or not known becomes what is not, if AWS
// could have given that.
func TestDeletedFromNetworkItems(t *testing.T) {
	texts, groups := recordedTexts(t, recordedNetwork())
	sources := map[string]*exposure.Sources{}
	for _, g := range groups {
		sources[g.ID] = exposure.NewSources(g.RulePermissions())
	}
	count, items := map[string]int64{}, map[string]*awsconfig.Item{}
	for _, text := range texts {
		i, bad := awsconfig.Decode([]byte(text))
		if bad != nil {
			t.Fatal(bad)
		}
		if slices.Contains(awsconfig.NetworkTypes, i.Type) {
			items[text] = i
			count[i.Type]++
		}
	}
	// reach is what is said with another item in the place of one.
	reach := func(of string, instead *awsconfig.Item) map[string]rule.Answer {
		var all awsconfig.NetworkItems
		for text, i := range items {
			if text != of {
				all.Take(i)
			} else if instead != nil {
				all.Take(instead)
			}
		}
		n := all.Network(time.Time{}, func(kind string, n int64) bool { return n == count[kind] })
		network := exposure.NewNetwork(n.Account(home, func(string) (sg.AddressList, bool) { return sg.AddressList{}, false }))
		said := map[string]rule.Answer{}
		for _, g := range groups {
			if slices.Contains([]string{"open", "open6", "unused", "closed"}, g.Name) {
				x := network.Group(exposure.Group{ID: g.ID, OwnerID: home, VPCID: g.VPCID, SeenBy: home}, func(string) *exposure.Sources { return sources[g.ID] })
				said[g.Name] = x.Reachable
			}
		}
		return said
	}
	var old awsconfig.NetworkItems
	for _, i := range items {
		old.Take(i)
	}
	if n := old.Network(time.Now(), func(string, int64) bool { return true }); n.VPCs.Read || n.HasInterfaces || !strings.Contains(n.Problem, "which is too long ago") {
		t.Errorf("too old: %+v", n)
	}
	whole := reach("", nil)
	if whole["open"] != rule.Yes || whole["unused"] != rule.Unknown || whole["closed"] != rule.No {
		t.Fatalf("%v", whole)
	}
	for what, change := range map[string]*strings.Replacer{
		"not recorded":   strings.NewReplacer(`"configurationItemStatus":"OK"`, `"configurationItemStatus":"ResourceNotRecorded"`),
		"another's":      strings.NewReplacer(`"resourceId":"rtb-public"`, `"resourceId":"rtb-other"`),
		"not understood": strings.NewReplacer(`"propagatingVgws":[],`, "", `"vpcId":"vpc-a"`, `"vpcId":"vpc-a","propagatingVgws":7`),
	} {
		for text, i := range items {
			if i.ID != "rtb-public" {
				continue
			}
			instead, bad := awsconfig.Decode([]byte(change.Replace(text)))
			if bad != nil || change.Replace(text) == text || reach(text, instead)["open"] != rule.Unknown {
				t.Errorf("%s: %v, %v", what, bad, reach(text, instead))
			}
		}
	}
	optional := []string{"association", "description", "requesterId", "origin"} // what AWS leaves out, and what marks nothing here
	missed := 0
	for text, i := range items {
		if !slices.Contains([]string{"vpc-a", "rtb-public", "rtb-main", "rtb-far", "igw-a", "acl-1", "eni-public", "eni-six", "eni-far", home}, i.ID) {
			continue // there are many alike
		}
		var document any
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		for e, changed := range edits(document) {
			last := e.path[strings.LastIndexByte(e.path, '/')+1:]
			if !strings.HasPrefix(e.path, "/configuration/") && i.ID != "vpc-a" {
				continue
			}
			if e.legal() || slices.Contains(optional, last) || e.kind == "empty" && slices.Contains([]string{"associations", "attachments", "privateIpAddresses", "ipv6Addresses", "groups"}, last) {
				continue
			}
			instead, bad := awsconfig.Decode([]byte(compact(t, changed)))
			if bad != nil || !slices.Contains(awsconfig.NetworkTypes, instead.Type) {
				instead = nil
			}
			got := reach(text, instead)
			if got["open"] != whole["open"] {
				missed++
			}
			for name, was := range whole {
				if got[name] == rule.No && was != rule.No {
					t.Errorf("%s %s: %s %s: %s was %v and is not reached", i.Type, i.ID, e.kind, e.path, name, was)
				}
			}
		}
	}
	if missed < 200/soak.OneIn {
		t.Errorf("only %d edits were missed", missed)
	}
}

// In saved items, nothing is known of a VPC in which another account has something.
func TestConfigItemsOfSharedNetworks(t *testing.T) {
	w := recordedNetwork()
	theirs := &fakeaws.Region{Groups: []fakeaws.Group{{Name: "default"}}}
	w.Accounts = append(w.Accounts, &fakeaws.Account{ID: "222222222222", Regions: map[string]*fakeaws.Region{"us-east-1": theirs}})
	reachable := func() (n map[rule.Answer]int) {
		t.Helper()
		texts, _ := recordedTexts(t, w)
		path := write(t, map[string]string{"a.json": compact(t, object{"Results": texts, "QueryInfo": object{}})})
		groups, _, err := read(t, config.Config{Paths: []string{path}}, sg.Everything())
		if err != nil {
			t.Fatal(err)
		}
		n = map[rule.Answer]int{}
		for _, g := range groups {
			n[g.Exposure.Reachable]++
		}
		return n
	}
	if n := reachable(); n[rule.Yes] < 5 {
		t.Errorf("alone: %v", n)
	}
	theirs.NetworkInterfaces = []fakeaws.NetworkInterface{{ID: "eni-theirs", VPC: "vpc-a", Subnet: "subnet-public", PrivateIP: "10.0.0.99"}}
	if n := reachable(); n[rule.Yes] > 0 || n[rule.Unknown] < 5 {
		t.Errorf("with an interface of another: %v", n)
	}
	theirs.NetworkInterfaces, theirs.VPCs = nil, []fakeaws.VPC{{ID: "vpc-a", Owner: home}}
	if n := reachable(); n[rule.Yes] > 0 || n[rule.Unknown] < 5 {
		t.Errorf("with a VPC that another sees: %v", n)
	}
}
