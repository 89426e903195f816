package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/moto"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// What the AWS CLI makes in an AWS that is not ours is what every table and check say of it.
func TestMoto(t *testing.T) {
	url, aws, as := motoAndCLI(t)
	const own, other = "123456789012", "210987654321" // moto's own, and any

	// Two regions of our account and one of another.
	vpc := aws("us-east-1", "ec2", "describe-vpcs", "--query", "Vpcs[0].VpcId")
	list := aws("us-east-1", "ec2", "create-managed-prefix-list", "--prefix-list-name", "everybody", "--address-family", "IPv4", "--max-entries", "5",
		"--entries", "Cidr=10.0.0.0/8", "Cidr=0.0.0.0/0", "--query", "PrefixList.PrefixListId")
	subnet := aws("us-east-1", "ec2", "describe-subnets", "--query", "Subnets[0].SubnetId")
	make := func(region, vpc, name string, rules ...string) string {
		t.Helper()
		id := aws(region, "ec2", "create-security-group", "--group-name", name, "--description", name, "--vpc-id", vpc, "--query", "GroupId")
		for _, rule := range rules {
			aws(region, "ec2", "authorize-security-group-ingress", "--group-id", id, "--ip-permissions", rule)
		}
		return id
	}
	open := make("us-east-1", vpc, "open", "IpProtocol=tcp,FromPort=20,ToPort=21,IpRanges=[{CidrIp=0.0.0.0/0}]")
	make("us-east-1", vpc, "by-list", "IpProtocol=tcp,FromPort=21,ToPort=21,PrefixListIds=[{PrefixListId="+list+"}]")
	make("us-east-1", vpc, "closed", "IpProtocol=tcp,FromPort=21,ToPort=21,IpRanges=[{CidrIp=10.0.0.0/8}]", "IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]")
	aws("us-east-1", "ec2", "create-network-interface", "--subnet-id", subnet, "--groups", open)
	west := aws("eu-west-1", "ec2", "describe-vpcs", "--query", "Vpcs[0].VpcId")
	make("eu-west-1", west, "all-ipv6", "IpProtocol=-1,Ipv6Ranges=[{CidrIpv6=::/0}]")
	make("eu-west-1", west, "halves", "IpProtocol=tcp,FromPort=21,ToPort=21,IpRanges=[{CidrIp=0.0.0.0/1},{CidrIp=128.0.0.0/1}]")
	role := strings.Fields(aws("us-east-1", "sts", "assume-role", "--role-arn", "arn:aws:iam::"+other+":role/OrganizationAccountAccessRole", "--role-session-name", "test",
		"--query", "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]"))
	as("AWS_ACCESS_KEY_ID="+role[0], "AWS_SECRET_ACCESS_KEY="+role[1], "AWS_SESSION_TOKEN="+role[2])
	make("us-east-1", aws("us-east-1", "ec2", "describe-vpcs", "--query", "Vpcs[0].VpcId"), "theirs", "IpProtocol=tcp,FromPort=0,ToPort=65535,IpRanges=[{CidrIp=0.0.0.0/0}]")

	flags := []string{"--endpoint-url", url, "--region", "us-east-1,eu-west-1", "--account", own + "," + other}
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
			{"all-ipv6", "::/0", 1.0}, {"by-list", list, 1.0}, {"closed", "0.0.0.0/0", 1.0}, {"closed", "10.0.0.0/8", 1.0},
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

// motoAndCLI starts moto, and returns what runs the AWS CLI in one of its regions, as text unless
// --output says otherwise, and what gives it other credentials.
func motoAndCLI(t *testing.T) (url string, aws func(region string, args ...string) string, as func(variables ...string)) {
	t.Helper()
	program := needs.Program(t, "Install the AWS CLI, as with: apt-get install awscli", "/usr/bin/aws", "aws")
	url = moto.Start(t)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1",
		"AWS_EC2_METADATA_DISABLED": "true", "HOME": t.TempDir(),
		"AWS_PROFILE": "x", // so that it is put back
	} {
		t.Setenv(name, value)
	}
	os.Unsetenv("AWS_PROFILE") // empty means one of that name to the AWS CLI
	var credentials []string   // in the environment, instead of the above
	aws = func(region string, args ...string) string {
		t.Helper()
		command := exec.Command(program, append([]string{"--endpoint-url", url, "--region", region, "--output", "text"}, args...)...)
		command.Env = append(os.Environ(), credentials...)
		var stderr bytes.Buffer
		command.Stderr = &stderr
		out, err := command.Output()
		if err != nil {
			t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
		}
		return strings.TrimSpace(string(out))
	}
	return url, aws, func(variables ...string) { credentials = variables }
}

// What the AWS CLI makes of a network in an AWS that is not ours is what the internet reaches: by its
// API, and by what the AWS CLI saves of it. What it does not have is not known, and named.
func TestMotoNetworks(t *testing.T) {
	url, aws, _ := motoAndCLI(t)
	const account, region = "123456789012", "us-west-2"
	ec2 := func(args ...string) string { t.Helper(); return aws(region, append([]string{"ec2"}, args...)...) }
	vpc := ec2("create-vpc", "--cidr-block", "10.9.0.0/16", "--query", "Vpc.VpcId")
	subnet := func(block string) string {
		return ec2("create-subnet", "--vpc-id", vpc, "--cidr-block", block, "--query", "Subnet.SubnetId")
	}
	public, denied, private := subnet("10.9.1.0/24"), subnet("10.9.2.0/24"), subnet("10.9.3.0/24")
	gateway := ec2("create-internet-gateway", "--query", "InternetGateway.InternetGatewayId")
	ec2("attach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", vpc)
	table := ec2("create-route-table", "--vpc-id", vpc, "--query", "RouteTable.RouteTableId")
	ec2("create-route", "--route-table-id", table, "--destination-cidr-block", "0.0.0.0/0", "--gateway-id", gateway)
	for _, s := range []string{public, denied} {
		ec2("associate-route-table", "--route-table-id", table, "--subnet-id", s)
	}
	acl := ec2("create-network-acl", "--vpc-id", vpc, "--query", "NetworkAcl.NetworkAclId")
	entry := func(direction, action, number, protocol, block string, more ...string) {
		ec2(append([]string{"create-network-acl-entry", "--network-acl-id", acl, direction, "--rule-action", action, "--rule-number", number, "--protocol", protocol, "--cidr-block", block}, more...)...)
	}
	entry("--ingress", "deny", "90", "6", "0.0.0.0/0", "--port-range", "From=20,To=21")
	entry("--ingress", "allow", "100", "-1", "0.0.0.0/0")
	entry("--egress", "allow", "100", "-1", "0.0.0.0/0")
	ec2("replace-network-acl-association", "--network-acl-id", acl, "--association-id",
		ec2("describe-network-acls", "--filters", "Name=association.subnet-id,Values="+denied, "--query", "NetworkAcls[0].Associations[?SubnetId=='"+denied+"'].NetworkAclAssociationId"))
	group := ec2("create-security-group", "--group-name", "open", "--description", "open", "--vpc-id", vpc, "--query", "GroupId")
	ec2("authorize-security-group-ingress", "--group-id", group, "--ip-permissions", "IpProtocol=tcp,FromPort=21,ToPort=21,IpRanges=[{CidrIp=0.0.0.0/0}]")
	names := map[string]string{}
	for name, s := range map[string]string{"public": public, "denied": denied, "private": private, "alone": public} {
		id := ec2("create-network-interface", "--subnet-id", s, "--groups", group, "--query", "NetworkInterface.NetworkInterfaceId")
		names[id] = name
		if name != "alone" {
			address := ec2("allocate-address", "--domain", "vpc", "--query", "AllocationId")
			ec2("associate-address", "--allocation-id", address, "--network-interface-id", id)
		}
	}

	// What the AWS CLI saves of it.
	dir := filepath.Join(t.TempDir(), account, region)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"security-groups", "network-interfaces", "vpcs", "subnets", "route-tables", "internet-gateways", "network-acls"} {
		if err := os.WriteFile(filepath.Join(dir, what+".json"), []byte(ec2("describe-"+what, "--output", "json")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	answers := func(flags ...string) map[string]string {
		t.Helper()
		sql := `select network_interface_id, concat_ws(' ', reachable, has_public_address, security_groups_open, route_to_internet, network_acl_inbound_open, network_acl_outbound_open, blocked_by, unknown_because) as path
			from ftpcheck_internet_path where port = 21 and address_family = 'IPv4' and subnet_id in ('` + public + `', '` + denied + `', '` + private + `')`
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
	live := []string{"--endpoint-url", url, "--region", region}
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
