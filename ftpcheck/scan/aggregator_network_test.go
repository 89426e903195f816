package scan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
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
			if name == "unrecorded" {
				replays(name+" "+kind, got)
			}
			w.Change(func() { w.Aggregator.Types, w.Aggregator.Missing = slices.Clone(awsconfig.NetworkTypes), nil })
		}
	}
	// What blocks need not be in force, and may have exclusions.
	w.Change(func() { w.Accounts[0].Regions["us-east-1"].BlockPublicAccess.Mode = "block-ingress" })
	if got, err := reached(t, cfg); err != nil || counted(got.answers)["yes"] > 0 || counted(got.answers)["no"] < 30 {
		t.Errorf("%v, %v", err, counted(got.answers))
	}
}
