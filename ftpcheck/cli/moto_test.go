package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/moto"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// What the AWS CLI makes in an AWS that is not ours is what every table and check say of it.
func TestMoto(t *testing.T) {
	program := needs.Program(t, "Install the AWS CLI, as with: apt-get install awscli", "/usr/bin/aws", "aws")
	url := moto.Start(t)
	const own, other = "123456789012", "210987654321" // moto's own, and any
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
	aws := func(region string, args ...string) string {
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
	credentials = []string{"AWS_ACCESS_KEY_ID=" + role[0], "AWS_SECRET_ACCESS_KEY=" + role[1], "AWS_SESSION_TOKEN=" + role[2]}
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
