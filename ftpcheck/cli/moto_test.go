package cli

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/moto"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// What is made in an AWS that is not ours, by a client that is not ours, is what we say of it.
func TestMoto(t *testing.T) {
	url := moto.Start(t)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1",
		"AWS_EC2_METADATA_DISABLED": "true", "HOME": t.TempDir(),
		"AWS_PROFILE": "x", // so that it is put back
	} {
		t.Setenv(name, value)
	}
	os.Unsetenv("AWS_PROFILE") // empty means one of that name to others
	// To what moto does not have it answers that it has failed, which would be tried again.
	flags := []string{"--endpoint-url", url, "--max-error-retry-attempts", "1"}
	t.Run("groups", func(t *testing.T) { motoGroups(t, url, flags...) })
	t.Run("network", func(t *testing.T) { motoNetwork(t, url, flags...) })
}

// Every table and check says of groups what they are.
func motoGroups(t *testing.T, url string, flags ...string) {
	const own, other = "123456789012", "210987654321" // moto's own, and any
	var made struct{ List string }
	moto.Make(t, url, "testdata/moto/groups.py", &made)

	flags = append(flags, "--region", "us-east-1,eu-west-1", "--account", own+","+other)
	query := func(sql string) (rows [][]any) {
		t.Helper()
		stdout, stderr, code := run(t, append([]string{"query", "--output", "json", sql}, flags...)...)
		if code != exitOK {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		var result struct {
			Columns []struct{ Name string }
			Rows    []map[string]any
		}
		if err := json.Unmarshal([]byte(stdout), &result); err != nil {
			t.Fatal(err)
		}
		for _, r := range result.Rows {
			var row []any
			for _, c := range result.Columns {
				row = append(row, r[c.Name])
			}
			rows = append(rows, row)
		}
		return rows
	}
	for sql, want := range map[string][][]any{
		"select account_id, region, group_name, unrestricted_ftp_reason from ftpcheck_security_group where unrestricted_ftp order by 1, 2, 3": {
			{own, "eu-west-1", "all-ipv6", "any_ipv6"}, {own, "eu-west-1", "halves", "combined"},
			{own, "us-east-1", "by-list", "prefix_list"}, {own, "us-east-1", "open", "any_ipv4"}, {other, "us-east-1", "theirs", "any_ipv4"},
		},
		"select group_name, source, count(security_group_rule_id) as rules from ftpcheck_security_group_ingress_permission where group_name <> 'default' group by 1, 2 order by 1, 2": {
			{"all-ipv6", "::/0", 1.0}, {"by-list", made.List, 1.0}, {"closed", "0.0.0.0/0", 1.0}, {"closed", "10.0.0.0/8", 1.0},
			{"halves", "0.0.0.0/1", 1.0}, {"halves", "128.0.0.0/1", 1.0}, {"open", "0.0.0.0/0", 1.0}, {"theirs", "0.0.0.0/0", 1.0},
		},
		"select group_name, is_attached, network_interface_count from ftpcheck_security_group where group_name in ('open', 'closed') order by 1": {
			{"closed", false, 0.0}, {"open", true, 1.0},
		},
		"select prefix_list_name, unrestricted_ftp from ftpcheck_security_group_ingress_permission where prefix_list_id is not null": {{"everybody", true}},
		"select account_id, region, status, security_group_count from ftpcheck_scan order by 1, 2": {
			{own, "eu-west-1", "scanned", 3.0}, {own, "us-east-1", "scanned", 4.0}, {other, "eu-west-1", "scanned", 1.0}, {other, "us-east-1", "scanned", 2.0},
		},
	} {
		if diff := cmp.Diff(want, query(sql)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
	stdout, stderr, code := run(t, append([]string{"check"}, flags...)...)
	if want := "5 of 10 security groups let the whole internet in on FTP."; code != exitOpen || !strings.Contains(stdout+stderr, want) {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	dir := t.TempDir() + "/audit"
	if _, stderr, code := run(t, append([]string{"audit", "--out", dir}, flags...)...); code != exitOpen {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if _, stderr, code := run(t, "audit", "verify", dir); code != exitOK {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// What the internet reaches of a network is known by its API, and by what the AWS CLI saves of it. What
// moto does not have is not known, and named.
func motoNetwork(t *testing.T, url string, flags ...string) {
	const account, region = "123456789012", "us-west-2"
	var names map[string]string // of network interfaces, by ID
	moto.Make(t, url, "testdata/moto/network.py", &names)

	program := needs.Program(t, "Install the AWS CLI, as with: apt-get install awscli", "/usr/bin/aws", "aws")
	dir := filepath.Join(t.TempDir(), account, region)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"security-groups", "network-interfaces", "vpcs", "subnets", "route-tables", "internet-gateways", "network-acls"} {
		printed, err := exec.Command(program, "ec2", "describe-"+what, "--endpoint-url", url, "--region", region, "--output", "json").Output()
		if err != nil {
			t.Fatal(what, err)
		}
		if err := os.WriteFile(filepath.Join(dir, what+".json"), printed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	answers := func(flags ...string) map[string]string {
		t.Helper()
		sql := `select network_interface_id, concat_ws(' ', reachable, has_public_address, security_groups_open, route_to_internet, network_acl_inbound_open, network_acl_outbound_open, blocked_by, unknown_because) as path
			from ftpcheck_internet_path where port = 21 and address_family = 'IPv4' and network_interface_id in ('` + strings.Join(slices.Collect(maps.Keys(names)), "', '") + `')`
		stdout, stderr, code := run(t, append([]string{"query", "--output", "jsonl", sql}, flags...)...)
		if code != exitOK {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		found := map[string]string{}
		for line := range strings.Lines(stdout) {
			var row struct {
				ID   string `json:"network_interface_id"`
				Path string
			}
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			found[names[row.ID]] = row.Path
		}
		return found
	}
	live := append(flags, "--region", region)
	// moto has no VPC Block Public Access.
	want := map[string]string{
		"public":  `t t t t t ["block_public_access_not_read"]`,
		"denied":  `f t t t f t ["network_acl_inbound"]`,
		"private": `f t t f t t ["route"]`,
		"alone":   `f f t t t t ["no_public_address"]`,
	}
	if diff := cmp.Diff(want, answers(live...)); diff != "" {
		t.Errorf("live (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, answers("--from", filepath.Dir(filepath.Dir(dir)))); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
	stdout, stderr, code := run(t, append([]string{"check"}, live...)...)
	if code != exitOpen || !strings.Contains(stdout+stderr, "What the internet reaches is not wholly known: account "+account+", region "+region+": ec2:DescribeVpcBlockPublicAccessOptions") ||
		!strings.Contains(stdout+stderr, "Reachable now: 0, not known: 1.") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}
