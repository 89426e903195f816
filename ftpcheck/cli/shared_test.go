package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// A group that its owner shares is one group, whoever sees it: in every count, asked of AWS,
// replayed and of saved files. The benchmark judges it by what its owner sees, who sees most.
func TestSharedGroupsCountOnce(t *testing.T) {
	const region = "us-east-1"
	shared := fakeaws.Group{ID: fakeaws.GroupID(home, region, "shared"), Name: "shared", Owner: home, VPC: "vpc-1", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}}
	live(t, fakeaws.NewOrganization([]string{home, member, another}, []string{region}, func(id, region string) *fakeaws.Region {
		return &fakeaws.Region{
			Groups:            []fakeaws.Group{{Name: "default"}, shared},
			NetworkInterfaces: []fakeaws.NetworkInterface{{Description: id, Zone: region + "a", Groups: []string{fakeaws.GroupID(id, region, "default")}}},
		}
	}))
	says := func(want string, code int, args ...string) {
		t.Helper()
		stdout, stderr, got := run(t, args...)
		if got != code || !strings.Contains(stdout, want) {
			t.Errorf("%v: exit code %d, want %d and %q in\n%s%s", args, got, code, want, stdout, stderr)
		}
	}
	resources := func(control string, args ...string) (statuses []string) {
		t.Helper()
		stdout, stderr, _ := run(t, append([]string{"benchmark", "run", control, "--output", "csv", "--csv", "raw"}, args...)...)
		rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%v\n%s%s", err, stdout, stderr)
		}
		for _, row := range rows[1:] {
			if strings.HasSuffix(row[slices.Index(rows[0], "resource")], shared.ID) {
				statuses = append(statuses, row[slices.Index(rows[0], "status")]+" "+row[slices.Index(rows[0], "account_id")])
			}
		}
		slices.Sort(statuses)
		return statuses
	}
	bundle := filepath.Join(t.TempDir(), "audit")
	raw := filepath.Join(bundle, "raw")
	doors := []struct {
		name string
		args []string
	}{
		{"live", []string{"--account", "*"}}, {"replayed", []string{"--from", raw}}, {"saved", []string{"--from", raw}},
	}
	for _, d := range doors {
		if d.name == "saved" {
			if err := os.Remove(filepath.Join(raw, "scan.json.gz")); err != nil {
				t.Fatal(err)
			}
		}
		const want = "1 of 4 security groups let the whole internet in on FTP."
		says(want, exitOpen, append([]string{"check"}, d.args...)...)
		dir := bundle
		if d.name != "live" {
			dir = filepath.Join(t.TempDir(), "audit")
		}
		says(want, exitOpen, append([]string{"audit", "--out", dir}, d.args...)...)
		var m audit.Manifest
		if text, err := os.ReadFile(filepath.Join(dir, "manifest.json")); err != nil || json.Unmarshal(text, &m) != nil || m.Answer.SecurityGroups != 4 || m.Answer.OpenSecurityGroups != 1 {
			t.Errorf("%s: %v, %+v", d.name, err, m.Answer)
		}
		if d.name != "saved" {
			says("Verified", exitOK, "audit", "verify", dir)
		}
		if got := resources("security_group_ftp", d.args...); !slices.Equal(got, []string{"alarm " + home}) {
			t.Errorf("%s: %v", d.name, got)
		}
		if got := resources("internet_reachable_ftp", d.args...); !slices.Equal(got, []string{"ok " + home}) {
			t.Errorf("%s: %v", d.name, got)
		}
	}
	// Where the owner was not read, what the others see stands.
	others := []string{"--account", member + "," + another}
	says("1 of 3 security groups let the whole internet in on FTP.", exitOpen, append([]string{"check"}, others...)...)
	if got := resources("security_group_ftp", others...); !slices.Equal(got, []string{"alarm " + member, "alarm " + another}) {
		t.Errorf("without the owner: %v", got)
	}
	if got := resources("internet_reachable_ftp", others...); len(got) != 2 || strings.HasPrefix(got[0], "ok") || strings.HasPrefix(got[1], "ok") {
		t.Errorf("without the owner: %v", got)
	}
}
