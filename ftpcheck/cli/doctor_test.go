package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// trialRow is what doctor prints as JSON.
type trialRow struct {
	AccountID string `json:"account_id"`
	Region    string
	Action    string
	Status    string
	Caller    string
	Message   string
}

// doctor runs the command, and returns its rows, what it tells people and the exit code.
func doctor(t *testing.T, args ...string) ([]trialRow, string, int) {
	t.Helper()
	stdout, stderr, code := run(t, append([]string{"doctor", "--output", "json"}, args...)...)
	var document struct{ Rows []trialRow }
	if err := json.Unmarshal([]byte(stdout), &document); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, stdout, stderr)
	}
	return document.Rows, stderr, code
}

// What doctor tries is what the policies allow, no more and no less, and it reads no group.
func TestDoctorTriesThePolicies(t *testing.T) {
	want := map[string]bool{"sts:GetCallerIdentity": true}
	var actions []string
	for _, name := range policies(t) {
		for _, action := range policyActions(t, name) {
			actions, want[action] = append(actions, action), true
		}
	}
	w := organization()
	w.Organization.Units = []fakeaws.Unit{{Name: "prod", Accounts: []string{member}}}
	w.Aggregator = &fakeaws.Aggregator{Name: "all"}
	w.AllowOnly(actions...)
	s := live(t, w)
	tried := map[string]bool{}
	for _, args := range [][]string{{"--account", "*", "--load-balancers"}, {"--account", fakeaws.UnitID("prod")}, {"--aggregator", "all"}} {
		rows, stderr, code := doctor(t, args...)
		if code != exitOK || !strings.Contains(stderr, "None denied or failed.") {
			t.Errorf("%v: exit code %d: %s", args, code, stderr)
		}
		for _, r := range rows {
			tried[r.Action] = true
			if r.Status != "ok" || r.Message != "" {
				t.Errorf("%v: %+v", args, r)
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(tried))); diff != "" {
		t.Errorf("the policies and what is tried:\n%s", diff)
	}
	if denied := s.Denied(); len(denied) > 0 {
		t.Errorf("it tried %v, which the policies do not allow", denied)
	}
	if groups := s.Count("", "", "DescribeSecurityGroups"); groups.Attempts != 17*3+17 {
		t.Errorf("%d calls of DescribeSecurityGroups, want one in each region", groups.Attempts)
	}
	for action := range want {
		service, name, _ := strings.Cut(action, ":")
		if n := s.Count("", "", name).Successes; n > 0 && service == "ec2" && name != "DescribeRegions" && name != "DescribeManagedPrefixLists" {
			t.Errorf("%d answers of %s, which should be dry runs", n, action)
		}
	}
	if vpcs := s.Count("", "", "DescribeVpcs"); vpcs.Attempts != 3+1 {
		t.Errorf("%d accounts had every action tried, want each once", vpcs.Attempts)
	}
}

// Each action that is denied is named, where it is and with what to allow.
func TestDoctorNamesEachAction(t *testing.T) {
	w, arn := organization(), "arn:aws:iam::"+home+":user/auditor"
	w.Latency = 1
	live(t, w)
	for _, action := range slices.Concat(policyActions(t, "ftpcheck"), policyActions(t, "ftpcheck-load-balancers")) {
		_, name, _ := strings.Cut(action, ":")
		w.Change(func() { w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: name, Region: "us-west-2"}} })
		rows, stderr, code := doctor(t, "--region", "us-east-1,us-west-2", "--load-balancers")
		if action == "ec2:DescribeRegions" {
			// Who names regions can do without it.
			w.Change(func() { w.Faults[0].Region = "" })
			if _, stderr, code := doctor(t, "--region", "us-east-1,us-west-2"); code != exitOK {
				t.Errorf("%s, regions named: exit code %d: %s", action, code, stderr)
			}
			rows, stderr, code = doctor(t)
		}
		var denied []string
		for _, r := range rows {
			if r.Status != "ok" {
				denied = append(denied, r.Action)
				if r.Status != "denied" || r.AccountID != home || r.Caller != arn || !strings.Contains(r.Message, action+" is denied") {
					t.Errorf("%s: %+v", action, r)
				}
			}
		}
		want := []string{action}
		if action == "ec2:DescribeManagedPrefixLists" {
			want = append(want, "ec2:GetManagedPrefixListEntries")
		}
		if code != exitError || !slices.Equal(denied, want) {
			t.Errorf("%s: exit code %d, denied are %v", action, code, denied)
		}
		for _, text := range []string{"Add to the policy of " + arn + ":", fmt.Sprintf("  \"Action\": [\n    %q", want[0])} {
			if !strings.Contains(stderr, text) {
				t.Errorf("%s: %q is not in\n%s", action, text, stderr)
			}
		}
	}
}

// A whole organization with this and that: what is fine is folded, and what is not has its advice.
func TestDoctor(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Action: "DescribeVpcs"},
		{Kind: fakeaws.Denied, Account: member, Action: "DescribeRouteTables"},
		{Kind: fakeaws.Denied, Account: member, Action: "DescribeNetworkAcls"},
		{Kind: fakeaws.Denied, Action: "AssumeRole", Value: "arn:aws:iam::" + another + ":role/audit"},
		{Kind: fakeaws.DeniedBySCP, Account: member, Region: "eu-west-1"},
		{Kind: fakeaws.Internal, Account: home, Region: "us-east-1", Action: "DescribeSubnets"},
	}
	live(t, w)
	stdout, stderr, code := run(t, "doctor", "--account", "*", "--role-name", "audit", "--max-error-retry-attempts", "1",
		"--exclude-region", "ap-*,ca-*,sa-*,us-west-*,eu-central-1,eu-north-1,eu-west-2,eu-west-3")
	if code != exitError || stderr != "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	golden := "testdata/doctor.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(stdout), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(readFile(t, golden), stdout); diff != "" {
		t.Error(diff)
	}
}

// Nothing is fine where nobody could try: without credentials, without a place, or if what was
// asked for is not there.
func TestDoctorIsNoSilentPass(t *testing.T) {
	for name, test := range map[string]struct {
		fault fakeaws.Fault
		args  []string
		want  string
	}{
		"credentials": {fakeaws.Fault{Kind: fakeaws.InvalidKey, Action: "GetCallerIdentity"}, nil, "Tried: 1. Denied or failed: 1."},
		"listing":     {fakeaws.Fault{Kind: fakeaws.Denied, Action: "ListAccounts"}, []string{"--account", "*"}, `"organizations:ListAccounts"` + "\n  ],\n  \"Resource\": [\n    \"*\"\n  ]\n}\nTried: 2. Denied or failed: 1."},
		"aggregator":  {fakeaws.Fault{Kind: fakeaws.Denied, Action: "SelectAggregateResourceConfig"}, []string{"--aggregator", "all"}, `"config:SelectAggregateResourceConfig"`},
		"collecting":  {fakeaws.Fault{}, []string{"--aggregator", "all", "--region", "us-esat-1"}, "Denied or failed: 1."},
		"a region":    {fakeaws.Fault{}, []string{"--region", "us-esat-1"}, "Denied or failed: 1."},
		"an account":  {fakeaws.Fault{}, []string{"--account", "9999*"}, "Denied or failed: 1."},
		"left out":    {fakeaws.Fault{}, []string{"--exclude-region", "*"}, "ftpcheck: nothing was tried: "},
		"ignored":     {fakeaws.Fault{Kind: fakeaws.Denied, Region: "eu-west-1"}, []string{"--region", "eu-west-1", "--ignore-error-code", "UnauthorizedOperation"}, "ftpcheck: nothing was tried: "},
		"no session":  {fakeaws.Fault{Kind: fakeaws.InvalidKey, Action: "DescribeVpcs"}, nil, "Denied or failed: 1."},
		"reset":       {fakeaws.Fault{Kind: fakeaws.Reset, Action: "DescribeVpcs"}, []string{"--max-error-retry-attempts", "1"}, "Denied or failed: 1."},
		"files":       {fakeaws.Fault{}, []string{"--from", "."}, "--from reads files"},
	} {
		w := organization()
		w.Aggregator = &fakeaws.Aggregator{Name: "all"}
		if test.fault.Kind != "" {
			w.Faults = []fakeaws.Fault{test.fault}
		}
		live(t, w)
		stdout, stderr, code := run(t, append([]string{"doctor", "--output", "csv"}, test.args...)...)
		if code != exitError || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit code %d, %q is not in\n%s%s", name, code, test.want, stderr, stdout)
		}
		if strings.Contains(stderr, "Add to") != strings.Contains(test.want, `"`) {
			t.Errorf("%s: what to allow is\n%s", name, stderr)
		}
	}
}

// What the user chose to leave out if it fails is shown, and is no failure.
func TestDoctorLeavesOut(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Region: "eu-west-1"}}
	live(t, w)
	rows, stderr, code := doctor(t, "--ignore-error-code", "UnauthorizedOperation")
	left := slices.DeleteFunc(rows, func(r trialRow) bool { return r.Status == "ok" })
	if code != exitOK || strings.Contains(stderr, "Add to") || len(left) != 1 || left[0].Status != "left_out" || left[0].Region != "eu-west-1" {
		t.Errorf("exit code %d: %+v\n%s", code, left, stderr)
	}
}
