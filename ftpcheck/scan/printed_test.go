package scan

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What real programs print of one account is read, or refused with advice. testdata/printed/make.sh
// made the files.
func TestPrinted(t *testing.T) {
	const folder = "testdata/printed"
	refused := map[string]string{
		"aws1.table": "a table for people. Save the command's output with --output json", "aws2.table": "a table for people. Save the command's output with --output json",
		"aws1.text": "text for a shell. Save the command's output with --output json", "aws2.text": "text for a shell. Save the command's output with --output json",
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) < 15 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	paths := map[string][]string{"pages": {filepath.Join(folder, "page1.json"), filepath.Join(folder, "page2.json")}}
	for _, e := range entries {
		if e.Name() != "make.sh" && !strings.HasPrefix(e.Name(), "page") {
			paths[e.Name()] = []string{filepath.Join(folder, e.Name())}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(paths)) {
		t.Run(name, func(t *testing.T) {
			groups, places, err := read(t, config.Config{Paths: paths[name]}, sg.Everything())
			if want := refused[name]; want != "" {
				if err == nil || !strings.Contains(err.Error(), want) || places[0].Status != sg.StatusUnrecognized {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := map[rule.Answer]int{}
			for _, g := range groups {
				got[g.Verdict.Unrestricted]++
			}
			// Beside the four there is the default group.
			if diff := cmp.Diff(map[rule.Answer]int{rule.Yes: 2, rule.No: 2}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What people have from other programs is refused with the command that saves the right thing.
func TestRecognizedAndRefused(t *testing.T) {
	const save = "aws ec2 describe-security-groups --output json"
	for name, tt := range map[string]struct{ text, what string }{
		"PowerShell":       {`[{"Description": "x", "GroupId": "sg-1", "GroupName": "g", "IpPermissions": [{"FromPort": 21, "IpProtocol": "tcp", "Ipv4Ranges": [{"CidrIp": "0.0.0.0/0", "Description": null}], "Ipv6Ranges": [], "PrefixListIds": [], "ToPort": 21, "UserIdGroupPairs": [], "IpRange": ["0.0.0.0/0"], "IpRanges": ["0.0.0.0/0"]}], "IpPermissionsEgress": [], "OwnerId": "123456789012", "Tags": [], "VpcId": "vpc-1"}]`, "PowerShell"},
		"PowerShell, deep": {`{"Description": "x", "GroupId": "sg-1", "GroupName": "g", "IpPermissions": ["Amazon.EC2.Model.IpPermission"], "OwnerId": "123456789012"}`, "PowerShell"},
		"Prowler 3":        {`[{"AssessmentStartTime": "2024-01-01T00:00:00", "FindingUniqueId": "x", "CheckID": "ec2_securitygroup_allow_ingress_from_internet_to_tcp_ftp_port_20_21", "CheckTitle": "y"}]`, "Prowler"},
		"Prowler 4":        {`[{"message": "x", "metadata": {"event_code": "e", "product": {"name": "Prowler"}}, "severity_id": 3, "finding_info": {"uid": "u"}, "class_uid": 2004}]`, "OCSF"},
		"Security Hub":     {`[{"SchemaVersion": "2018-10-08", "Id": "x", "ProductArn": "arn", "GeneratorId": "prowler-x"}]`, "Security Hub"},
		"ScoutSuite":       {"scoutsuite_results =\n" + `{"account_id": "1"}`, "ScoutSuite"},
		"ScoutSuite, bare": {`{"account_id": "1", "provider_code": "aws", "services": {}}`, "ScoutSuite"},
		"other results":    {`{"SchemaVersion": 2, "Results": [{"Target": "x", "Misconfigurations": []}]}`, "no results of a query of AWS Config"},
		"CSV":              {"GroupId,GroupName,IpPermissions\nsg-1,g,x\n", "CSV"},
		"CSV of Excel":     {"\"group_id\";\"group_name\"\n\"sg-1\";\"g\"\n", "CSV"},
	} {
		t.Run(name, func(t *testing.T) {
			groups, places, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a": tt.text})}}, sg.Everything())
			if err == nil || !strings.Contains(err.Error(), tt.what) || !strings.Contains(err.Error(), save) || places[0].Status != sg.StatusUnrecognized || len(groups) > 0 {
				t.Errorf("%v, %v", err, places[0].Status)
			}
		})
	}
}
