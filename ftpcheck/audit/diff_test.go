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
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// told is what a difference says, without IDs.
func told(d *Difference) []string {
	var lines []string
	for _, c := range d.Changes {
		line := strings.Join([]string{string(c.Kind), c.Region, c.GroupName, c.Source, c.OldFinding, c.NewFinding, c.Note}, " ")
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	slices.Sort(lines)
	return lines
}

func TestDiff(t *testing.T) {
	open := func(cidr string) fakeaws.Permission {
		return fakeaws.Permission{Protocol: "tcp", From: 21, To: 21, CIDR4: cidr}
	}
	w := &fakeaws.World{Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{
		"us-east-1": {
			PrefixLists: []fakeaws.PrefixList{{Name: "list", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}}},
			Groups: []fakeaws.Group{
				{Name: "stays", Ingress: []fakeaws.Permission{open("0.0.0.0/0")}},
				{Name: "goes", Ingress: []fakeaws.Permission{open("0.0.0.0/0")}},
				{Name: "rule-goes", Ingress: []fakeaws.Permission{open("0.0.0.0/0")}},
				{Name: "half-goes", Ingress: []fakeaws.Permission{open("0.0.0.0/1"), open("128.0.0.0/1")}},
				{Name: "gets-worse", Ingress: []fakeaws.Permission{open("10.0.0.0/8")}},
				{Name: "by-list", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, PrefixList: fakeaws.PrefixListID("list")}}},
			},
		},
		"us-west-1": {Groups: []fakeaws.Group{{Name: "lost", Ingress: []fakeaws.Permission{open("0.0.0.0/0")}}}},
		"us-west-2": {Groups: []fakeaws.Group{{Name: "gained", Ingress: []fakeaws.Permission{open("0.0.0.0/0")}}}},
		"eu-west-1": {Groups: []fakeaws.Group{{Name: "disabled", Ingress: []fakeaws.Permission{open("0.0.0.0/0")}}}},
	}}}}
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Region: "us-west-2", Action: "DescribeSecurityGroups"}}
	cfg := serve(t, w)
	cfg.Accounts, cfg.CacheTTL = nil, -1
	old, _ := bundle(t, cfg)

	region := w.Accounts[0].Regions["us-east-1"]
	region.Groups = slices.Delete(region.Groups, 1, 2)
	region.Groups[1].Ingress = nil
	region.Groups[2].Ingress = region.Groups[2].Ingress[:1]
	region.Groups[3].Ingress = append(region.Groups[3].Ingress, open("0.0.0.0/0"))
	w.Accounts[0].Regions["eu-west-1"] = &fakeaws.Region{Disabled: true}
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Region: "us-west-1", Action: "DescribeSecurityGroups"},
		{Kind: fakeaws.Denied, Region: "us-east-1", Action: "GetManagedPrefixListEntries"},
	}
	cfg = serve(t, w)
	cfg.Accounts, cfg.CacheTTL = nil, -1
	new, _ := bundle(t, cfg)

	d, err := Diff(t.Context(), old, new, options)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"changed us-east-1 by-list " + fakeaws.PrefixListID("list") + " open undetermined The verdict was open and is undetermined, the reason was prefix_list and is undetermined.",
		"coverage_gained us-west-2 It was denied (UnauthorizedOperation) before.",
		"coverage_lost eu-west-1 It was region_disabled (RegionDisabled) now.",
		"coverage_lost us-west-1 It was denied (UnauthorizedOperation) now.",
		"new us-east-1 gets-worse 0.0.0.0/0 open",
		"new us-west-2 gained 0.0.0.0/0 open The place was not read before, so it may have been so already.",
		"resolved us-east-1 goes 0.0.0.0/0 open The security group is gone.",
		"resolved us-east-1 half-goes 0.0.0.0/1 open The rule is there and does not let the whole internet in any more.",
		"resolved us-east-1 half-goes 128.0.0.0/1 open The rule is gone.",
		"resolved us-east-1 rule-goes 0.0.0.0/0 open The rule is gone.",
		"still_open us-east-1 stays 0.0.0.0/0 open open",
		"unknown eu-west-1 disabled 0.0.0.0/0 open The place was not read now, so nobody knows whether it is still so.",
		"unknown us-west-1 lost 0.0.0.0/0 open The place was not read now, so nobody knows whether it is still so.",
	}
	if diff := cmp.Diff(want, told(d)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if !d.Worse() || !d.Uncertain() {
		t.Errorf("new: %v, uncertain: %v", d.Worse(), d.Uncertain())
	}
	if d.Changes[0].Kind != baseline.Added || d.Changes[len(d.Changes)-1].Kind != baseline.StillOpen {
		t.Errorf("the order is %q", told(d))
	}
	back, err := Diff(t.Context(), new, old, options)
	if err != nil {
		t.Fatal(err)
	}
	if n := back.Count(baseline.Unknown); n != 1 || back.Count(baseline.CoverageLost) != 1 || back.Count(baseline.CoverageGained) != 2 {
		t.Errorf("the other way round: %q", told(back))
	}

	t.Run("of what has been changed", func(t *testing.T) {
		replace(t, filepath.Join(old, "findings.csv"), `"open",`, `"fine",`)
		if _, err := Diff(t.Context(), old, new, options); err == nil || !strings.Contains(err.Error(), "is not as it was written: findings.csv has been changed") {
			t.Error(err)
		}
	})
}

// A file that could not be read may have held what is not found any more.
func TestDiffOfFiles(t *testing.T) {
	group := func(id, cidr string) string {
		return fmt.Sprintf(`{"SecurityGroups": [{"GroupId": %q, "GroupName": %q, "OwnerId": "123456789012", "IpPermissions": [
			{"IpProtocol": "6", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": %q}]}]}]}`, id, id, cidr)
	}
	state := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		b, _ := bundle(t, config.Config{Paths: []string{dir}})
		mustVerify(t, b)
		return b
	}
	old := state(map[string]string{"123456789012/us-east-1/a.json": group("sg-1", "0.0.0.0/0"), "123456789012/us-east-1/b.json": group("sg-2", "10.0.0.0/8")})
	for name, c := range map[string]struct {
		files map[string]string
		want  baseline.Kind
	}{
		"the file is gone, another of the place is there": {map[string]string{"123456789012/us-east-1/b.json": group("sg-2", "10.0.0.0/8")}, baseline.Resolved},
		"the file is broken":                              {map[string]string{"123456789012/us-east-1/a.json": "{", "123456789012/us-east-1/b.json": group("sg-2", "10.0.0.0/8")}, baseline.Unknown},
		"a file of any place is":                          {map[string]string{"x.json": "{", "123456789012/us-east-1/b.json": group("sg-2", "10.0.0.0/8")}, baseline.Unknown},
		"a file of another region is":                     {map[string]string{"eu-west-1/x.json": "{", "123456789012/us-east-1/b.json": group("sg-2", "10.0.0.0/8")}, baseline.Resolved},
		"nothing of the place is read":                    {map[string]string{"123456789012/eu-west-1/b.json": group("sg-2", "10.0.0.0/8")}, baseline.Unknown},
		"the rule is spelt otherwise":                     {map[string]string{"123456789012/us-east-1/a.json": strings.Replace(group("sg-1", "0.0.0.0/0"), `"6"`, `"tcp"`, 1)}, baseline.StillOpen},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Diff(t.Context(), old, state(c.files), options)
			if err != nil {
				t.Fatal(err)
			}
			if d.Count(c.want) != 1 {
				t.Errorf("%q, want one that is %s", told(d), c.want)
			}
		})
	}
}
