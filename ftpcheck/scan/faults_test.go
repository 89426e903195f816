package scan

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// exposures says of each group whether the internet reaches it.
func exposures(groups []*sg.Group) map[string]string {
	all := map[string]string{}
	for _, g := range groups {
		all[g.ARN] = answers[g.Exposure.Reachable]
	}
	return all
}

// Whatever fails, as often as it likes: what is read is right, and what is not read is named.
func TestRandomFaults(t *testing.T) {
	w := everyAnswer()
	for _, a := range w.Accounts {
		r := a.Regions["eu-west-1"]
		r.Subnets = []fakeaws.Subnet{{ID: "subnet-1", VPC: "vpc-1", Zone: "eu-west-1a"}}
		r.VPCs = []fakeaws.VPC{{ID: "vpc-1"}}
		r.RouteTables = []fakeaws.RouteTable{{ID: "rtb-1", VPC: "vpc-1", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-1"}}}}
		r.InternetGateways = []fakeaws.InternetGateway{{ID: "igw-1", VPC: "vpc-1"}}
		r.NetworkInterfaces[0].VPC, r.NetworkInterfaces[0].Subnet, r.NetworkInterfaces[0].PrivateIP = "vpc-1", "subnet-1", "10.0.0.5"
		a.Regions["us-east-1"] = &fakeaws.Region{Groups: []fakeaws.Group{openGroup("a"), closedGroup("b")}}
		a.Regions["us-west-2"] = &fakeaws.Region{Groups: []fakeaws.Group{closedGroup("c")}}
	}
	s := w.Start(t)
	cfg := liveConfig(t, s)
	cfg.Accounts, cfg.MaxErrorRetryAttempts, cfg.MinErrorRetryDelay, cfg.CallTimeout = []string{"*"}, 2, 1, 1
	whole, _, err := read(t, cfg, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	want, exposed := told(whole), exposures(whole)
	kinds := []fakeaws.Kind{fakeaws.Denied, fakeaws.DeniedBySCP, fakeaws.RegionDisabled, fakeaws.Expired, fakeaws.Throttled, fakeaws.Internal, fakeaws.Unavailable,
		fakeaws.Reset, fakeaws.CutBody, fakeaws.Truncated, fakeaws.Malformed, fakeaws.Slow, fakeaws.Hang}
	actions := []string{"GetCallerIdentity", "AssumeRole", "ListAccounts", "DescribeRegions", "DescribeSecurityGroups", "DescribeSecurityGroupRules",
		"GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeNetworkInterfaces", ""}
	actions = append(actions, networkActions...)
	complete, incomplete := 0, 0
	for seed := range soak.Runs(t, 40) {
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		var faults []fakeaws.Fault
		for range 1 + random.IntN(3) {
			f := fakeaws.Fault{Kind: kinds[random.IntN(len(kinds))], Action: actions[random.IntN(len(actions))], First: random.IntN(3), Delay: time.Millisecond}
			if random.IntN(2) == 0 {
				f.Region = []string{"eu-west-1", "us-east-1", "us-west-2"}[random.IntN(3)]
			}
			if random.IntN(3) == 0 {
				f.Probability = random.Float64()
			}
			faults = append(faults, f)
		}
		w.Change(func() { w.Faults, w.Seed = faults, uint64(seed) })
		request := sg.Everything()
		request.Settled = random.IntN(3) == 0
		groups, places, err := read(t, cfg, request)
		got := told(groups)
		for id, is := range exposures(groups) {
			if is != exposed[id] && is != "unknown" {
				t.Errorf("seed %d, %+v: whether the internet reaches %s was %q and is %q", seed, faults, id, exposed[id], is)
			}
			problem := slices.ContainsFunc(places, func(c sg.Coverage) bool { return c.NetworkProblem+c.ErrorMessage != "" })
			if is != exposed[id] && !problem {
				t.Errorf("seed %d, %+v: nobody says why the reach of %s is not known", seed, faults, id)
			}
		}
		noted := slices.ContainsFunc(places, func(c sg.Coverage) bool { return c.Status == sg.StatusScanned && c.ErrorMessage != "" })
		switch partial := (*sg.IncompleteError)(nil); {
		case err == nil && slices.Equal(got, want):
			complete++
		case err == nil && noted:
			// A prefix list was not read: its permissions are undetermined, the others as they are.
			complete++
			for _, line := range got {
				if !slices.Contains(want, line) && !strings.Contains(line, "unknown") {
					t.Errorf("seed %d, %+v: %s", seed, faults, line)
				}
			}
		case err == nil:
			t.Errorf("seed %d, %+v: no error, and\n%s\ninstead of\n%s", seed, faults, strings.Join(got, "\n"), strings.Join(want, "\n"))
		case errors.As(err, &partial):
			incomplete++
			for _, c := range partial.Failed {
				if c.ErrorMessage == "" || c.ErrorCode == "" {
					t.Errorf("seed %d, %+v: nothing is said of %+v", seed, faults, c)
				}
			}
			// Of the places that were read, all is there.
			for _, g := range whole {
				read := slices.ContainsFunc(places, func(c sg.Coverage) bool {
					return c.Status == sg.StatusScanned && c.ErrorMessage == "" && c.AccountID == g.AccountID && c.Region == g.Region
				})
				there := slices.ContainsFunc(groups, func(o *sg.Group) bool { return o.ARN == g.ARN && o.Verdict.Unrestricted == g.Verdict.Unrestricted })
				if read && !there && !request.Settled {
					t.Errorf("seed %d, %+v: %s of a place that was read is missing", seed, faults, g.ARN)
				}
			}
		default:
			t.Errorf("seed %d, %+v: %v", seed, faults, err)
		}
	}
	t.Logf("%d readings were complete, %d were not and said so", complete, incomplete)
}
