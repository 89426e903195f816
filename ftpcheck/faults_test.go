package ftpcheck_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
)

// faultArguments are the arguments of a connection that gives up soon.
const faultArguments = "accounts = [\"*\"]\nmax_error_retry_attempts = 2\nmin_error_retry_delay = 1\ncall_timeout = 3"

var faultRegions = []string{"us-east-1", "us-west-2"}

// faultWorld is two accounts with open and closed groups, and some that depend on a prefix list.
func faultWorld() *fakeaws.World {
	w := fakeaws.NewOrganization([]string{home, member}, faultRegions, func(id, region string) *fakeaws.Region {
		r := &fakeaws.Region{PrefixLists: []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "203.0.113.0/24"}}}}}
		for i := range 3 {
			name := fmt.Sprint("open", i)
			r.Groups = append(r.Groups,
				fakeaws.Group{Name: name, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
				fakeaws.Group{Name: fmt.Sprint("closed", i), Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "0.0.0.0/0"}}},
				fakeaws.Group{Name: fmt.Sprint("by-list", i), Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, PrefixList: fakeaws.PrefixListID("offices")}}})
			r.NetworkInterfaces = append(r.NetworkInterfaces, fakeaws.NetworkInterface{Description: id + region + name, Groups: []string{fakeaws.GroupID(id, region, name)}})
		}
		return r
	})
	w.ShortPages = 3
	return w
}

// Whatever fails in AWS, Steampipe gets the rows that it gets without, or an error that names the
// place, or for a query of scan_status the rows of all other places beside those that were not
// read; with its cache and without. What failed is not kept: once nothing fails any more, all rows
// are there.
func TestRandomFaultsInSteampipe(t *testing.T) {
	t.Parallel() // it waits for what hangs
	w := faultWorld()
	server := w.Start(t)
	runs := soak.Runs(t, 60)
	// Each run has a connection of its own, which has kept nothing yet.
	connections := map[string]string{"whole": faultArguments}
	for seed := range runs {
		connections[fmt.Sprint("run_", seed)] = faultArguments
	}
	s := launch(t, connections, server.Env()...)

	kinds := []fakeaws.Kind{fakeaws.Denied, fakeaws.DeniedBySCP, fakeaws.RegionDisabled, fakeaws.Expired, fakeaws.Throttled, fakeaws.Internal, fakeaws.Unavailable,
		fakeaws.Reset, fakeaws.CutBody, fakeaws.Truncated, fakeaws.Malformed, fakeaws.Slow, fakeaws.Hang}
	actions := []string{"GetCallerIdentity", "AssumeRole", "ListAccounts", "DescribeRegions", "DescribeSecurityGroups", "DescribeSecurityGroups", "DescribeSecurityGroupRules",
		"GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeNetworkInterfaces", ""}
	ends := map[string]int{}
	for seed := range runs {
		random := rand.New(rand.NewPCG(uint64(seed), 4))
		f := fakeaws.Fault{Kind: kinds[random.IntN(len(kinds))], Action: actions[random.IntN(len(actions))], First: max(0, random.IntN(4)-1), Page: random.IntN(3), Delay: time.Millisecond}
		if random.IntN(2) == 0 {
			f.Region = faultRegions[random.IntN(2)]
		}
		if random.IntN(3) == 0 && f.Action != "AssumeRole" { // which one account asks for the other
			f.Account = []string{home, member}[random.IntN(2)]
		}
		if f.Action != "DescribeSecurityGroups" {
			f.Page = 0 // the other answers have one page
		}
		q := query{table: groups, columns: []string{"account_id", "region", "group_id", "unrestricted_ftp", "unrestricted_ftp_reason"}, cache: random.IntN(2) == 0}
		if random.IntN(2) == 0 {
			q.table = permissions
			q.columns = append(q.columns, "source", "security_group_rule_id")
		} else if random.IntN(2) == 0 {
			q.columns = append(q.columns, "network_interface_count")
		}
		if random.IntN(2) == 0 {
			q.columns = append(q.columns, "scan_status")
		}
		switch random.IntN(4) {
		case 0:
			q.where = []*proto.Qual{is("unrestricted_ftp", true)}
		case 1:
			q.where = []*proto.Qual{is("region", faultRegions[random.IntN(2)])}
		}
		q.connection = "whole"
		want := s.rows(q)
		q.connection = fmt.Sprint("run_", seed)
		w.Change(func() { w.Faults, w.Seed = []fakeaws.Fault{f}, uint64(seed) })
		got, err := s.run(q)
		end, wrong := judge(f, want, got, err)
		if wrong != "" {
			t.Errorf("seed %d, %+v, %+v: %s", seed, f, q, wrong)
		}
		ends[end]++
		if err != nil { // and again, as it may have kept something
			again, err := s.run(q)
			if _, wrong := judge(f, want, again, err); wrong != "" {
				t.Errorf("seed %d, %+v, %+v, the second time: %s", seed, f, q, wrong)
			}
		}
		w.Change(func() { w.Faults = nil })
		wantSame(t, fmt.Sprintf("seed %d, %+v, %+v, when nothing fails any more", seed, f, q), lines(t, want), lines(t, s.rows(q)))
	}
	t.Log(ends)
	for _, end := range []string{"same", "named", "places", "undetermined"} {
		if ends[end] == 0 {
			t.Errorf("no query ended in %q: this proves nothing of these", end)
		}
	}
}

// named is how a line of an error names what was not read.
var named = regexp.MustCompile(`(?m)^(?:- |\w+: )?(?:AWS|account (\d{12})(?:, region ([a-z0-9-]+))?): .`)

// judge says how a query ended under a fault, and what is wrong with that if anything is.
func judge(f fakeaws.Fault, want, got []map[string]any, err error) (end, wrong string) {
	if err != nil {
		places := named.FindAllStringSubmatch(err.Error(), -1)
		if len(got) > 0 || len(places) == 0 {
			return "named", fmt.Sprintf("%d rows, and the error does not name what was not read: %v", len(got), err)
		}
		for _, place := range places {
			if f.Region != "" && place[2] != "" && place[2] != f.Region || f.Account != "" && place[1] != "" && place[1] != f.Account {
				return "named", fmt.Sprintf("the error names a place in which nothing fails: %v", err)
			}
		}
		return "named", ""
	}
	// What a row is about, and what it says of it.
	about := func(r map[string]any) string {
		return fmt.Sprint(r["account_id"], r["region"], r["group_id"], r["source"])
	}
	expected := map[string]map[string]any{}
	for _, r := range want {
		expected[about(r)] = r
	}
	end = "same"
	var unread, halves []map[string]any
	for _, r := range got {
		w := expected[about(r)]
		switch status, asked := r["scan_status"]; {
		case asked && status != "scanned":
			unread = append(unread, r)
			continue
		case r["unrestricted_ftp_reason"] == "undetermined" && r["unrestricted_ftp"] == nil:
			// Its prefix list was not read. A condition on the verdict lets it through, too.
			end = "undetermined"
		case w == nil:
			return end, fmt.Sprintf("a row that is not there without the fault: %v", r)
		case !maps.Equal(r, w):
			// The group was read, and what completes it was not.
			for column, value := range r {
				if value != w[column] && (value != nil || !slices.Contains([]string{"security_group_rule_id", "network_interface_count"}, column)) {
					return end, fmt.Sprintf("%v instead of %v", r, w)
				}
			}
			halves = append(halves, w)
		}
		delete(expected, about(r))
	}
	if len(unread) > 0 {
		end = "places"
	}
	for _, w := range slices.AppendSeq(halves, maps.Values(expected)) {
		if !slices.ContainsFunc(unread, func(u map[string]any) bool {
			return (u["account_id"] == nil || u["account_id"] == w["account_id"]) && (u["region"] == nil || u["region"] == w["region"])
		}) {
			return end, fmt.Sprintf("a row is not there or not whole, and no row says that its place was not read: %v", w)
		}
	}
	return end, ""
}
