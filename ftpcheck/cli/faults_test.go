package cli

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
)

// Whatever fails in AWS, each command gives the answer that it gives without, or ends with exit
// code 2 and names what was not read.
func TestRandomFaultsOfCommands(t *testing.T) {
	w := fakeaws.NewOrganization([]string{home, member}, []string{"us-east-1", "eu-west-1"}, func(id, region string) *fakeaws.Region {
		return &fakeaws.Region{
			VPCs: []fakeaws.VPC{{ID: "vpc-1"}}, Subnets: []fakeaws.Subnet{{ID: "subnet-1", VPC: "vpc-1"}}, InternetGateways: []fakeaws.InternetGateway{{ID: "igw-1", VPC: "vpc-1"}},
			RouteTables: []fakeaws.RouteTable{{ID: "rtb-1", VPC: "vpc-1", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-1"}}}},
			Groups: []fakeaws.Group{
				{Name: "open", VPC: "vpc-1", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
				{Name: "closed", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "0.0.0.0/0"}}},
				{Name: "by-list", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, PrefixList: fakeaws.PrefixListID("offices")}}},
			},
			PrefixLists:       []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "203.0.113.0/24"}}}},
			NetworkInterfaces: []fakeaws.NetworkInterface{{Description: id + region, Groups: []string{fakeaws.GroupID(id, region, "open")}, VPC: "vpc-1", Subnet: "subnet-1", PrivateIP: "10.0.0.7", PublicIP: "3.4.5.6"}},
		}
	})
	live(t, w)
	// answer is what somebody reads who takes the exit code for what it says.
	type answer struct {
		code         int
		text, spoken string
	}
	from := func(args ...string) []string {
		return append(args, "--account", "*", "--max-error-retry-attempts", "2", "--call-timeout", "1")
	}
	files := func(dir string, names ...string) (text string) {
		for _, name := range names {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				text += "no " + name
			}
			text += string(content)
		}
		return text
	}
	commands := map[string]func() answer{
		"check": func() answer {
			stdout, stderr, code := run(t, from("check", "--output", "csv")...)
			return answer{code, stdout, stderr}
		},
		"query": func() answer {
			stdout, stderr, code := run(t, from("query", "--output", "csv", "select account_id, region, group_id, unrestricted_ftp, unrestricted_ftp_rule_ids, network_interface_count from ftpcheck_security_group order by 1, 2, 3")...)
			return answer{code, stdout, stderr}
		},
		"query of the verdict": func() answer {
			stdout, stderr, code := run(t, from("query", "--strict", "--output", "csv", "select count(*) as n from ftpcheck_security_group_ingress_permission where unrestricted_ftp")...)
			return answer{code, stdout, stderr}
		},
		"export": func() answer {
			file := filepath.Join(t.TempDir(), "rows.csv")
			_, stderr, code := run(t, from("query", "--strict", "--export", file, "select account_id, region, group_id, source, unrestricted_ftp, security_group_rule_id, prefix_list_name from ftpcheck_security_group_ingress_permission order by 1, 2, 3, 4")...)
			return answer{code, files(filepath.Dir(file), "rows.csv"), stderr}
		},
		"audit": func() answer {
			dir := filepath.Join(t.TempDir(), "a")
			stdout, stderr, code := run(t, from("audit", "--out", dir)...)
			return answer{code, files(dir, "findings.csv", "security_groups.csv", "ingress_permissions.csv"), stdout + stderr + files(dir, "INCOMPLETE.txt", "coverage.csv")}
		},
		"benchmark": func() answer {
			stdout, stderr, code := run(t, from("benchmark", "run", "--output", "csv")...)
			return answer{code, stdout, stdout + stderr}
		},
	}
	whole := map[string]answer{}
	for name, command := range commands {
		whole[name] = command()
		if a := whole[name]; a.code == exitError || a.text == "" {
			t.Fatalf("%s: %+v", name, a)
		}
	}
	kinds := []fakeaws.Kind{fakeaws.Denied, fakeaws.DeniedBySCP, fakeaws.RegionDisabled, fakeaws.Expired, fakeaws.Throttled, fakeaws.Internal, fakeaws.Unavailable,
		fakeaws.Reset, fakeaws.CutBody, fakeaws.Truncated, fakeaws.Malformed, fakeaws.Slow, fakeaws.Hang}
	actions := []string{"GetCallerIdentity", "AssumeRole", "ListAccounts", "DescribeRegions", "DescribeSecurityGroups", "DescribeSecurityGroupRules",
		"GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeNetworkInterfaces", ""}
	named := regexp.MustCompile(`account \d{12}|\d{12}[",]|AWS|ec2:|sts:|organizations:`)
	same, failed := map[string]int{}, map[string]int{}
	for seed := range soak.Runs(t, 8) {
		for n, name := range slices.Sorted(maps.Keys(commands)) {
			random := rand.New(rand.NewPCG(uint64(seed), uint64(n)))
			f := fakeaws.Fault{Kind: kinds[random.IntN(len(kinds))], Action: actions[random.IntN(len(actions))], First: random.IntN(3), Delay: time.Millisecond}
			if random.IntN(2) == 0 {
				f.Region = []string{"us-east-1", "eu-west-1"}[random.IntN(2)]
			}
			w.Change(func() { w.Faults, w.Seed = []fakeaws.Fault{f}, uint64(seed) })
			got := commands[name]()
			w.Change(func() { w.Faults = nil })
			where := fmt.Sprintf("seed %d, %s, %+v", seed, name, f)
			switch {
			case got.code == whole[name].code && got.text == whole[name].text:
				same[name]++
			case name == "query" && got.code == exitOK && strings.Contains(got.spoken, "could not be determined: prefix list"):
				failed[name]++ // which only --strict makes an error
			case got.code != exitError:
				t.Errorf("%s: exit code %d, and another answer:\n%s", where, got.code, got.text)
			case !named.MatchString(got.spoken):
				t.Errorf("%s: nothing says what was not read: %s", where, got.spoken)
			default:
				failed[name]++
			}
		}
	}
	t.Logf("the same answer: %v, no answer: %v", same, failed)
	for name := range commands {
		if same[name] == 0 || failed[name] == 0 {
			t.Errorf("%s: %d answers were the same, and %d were none: this proves nothing", name, same[name], failed[name])
		}
	}
}
