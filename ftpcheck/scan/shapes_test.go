package scan

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

const closedToAll = `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`

// The same two groups in every shape: one is open and the other is not.
func TestShapes(t *testing.T) {
	open, closed := ftp("sg-1", openToAll), ftp("sg-2", closedToAll)
	answer := func(token string, groups ...string) string {
		return strings.TrimSuffix(groupsFile(groups...), "}") + token + "}"
	}
	const more = `, "NextToken": "x"`
	for name, files := range map[string]map[string]string{
		"an answer":                           {"a": groupsFile(open, closed)},
		"a list of groups":                    {"a": "[" + open + "," + closed + "]"},
		"lists of groups, one behind another": {"a": "[" + open + "]\n[" + closed + "]"},
		"a list of lists of groups":           {"a": "[[], [" + open + "], [" + closed + "]]"},
		"one group, and another":              {"a": open, "b": closed},
		"groups as lines":                     {"a": open + "\n" + closed + "\n"},
		"a list of answers":                   {"a": "[" + groupsFile(open) + ", " + groupsFile(closed) + "]"},
		"answers, one behind another":         {"a": groupsFile(open) + groupsFile(closed)},
		"answers as lines":                    {"a": groupsFile(open) + "\n" + groupsFile(closed) + "\n"},
		"a list of pages":                     {"a": "[" + answer(more, open) + ", " + answer(`, "ResponseMetadata": {"RetryAttempts": 0}`, closed) + "]"},
		"pages as lines":                      {"a": answer(more, open) + "\n" + answer("", closed)},
		"pages in numbered files":             {"sg.1.json": answer(more, open), "sg.2.json": answer(`, "NextToken": "y"`), "sg.3.json": answer("", closed)},
		"pages of two regions":                {"a": answer(more, open) + answer("") + answer(`, "NextToken": "y"`, closed) + answer(`, "NextToken": ""`)},
	} {
		t.Run(name, func(t *testing.T) {
			groups, places, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything())
			if err != nil || len(groups) != 2 || len(places) != len(files) {
				t.Fatalf("%v, %v, %v", groups, places, err)
			}
			for _, g := range groups {
				if (g.Verdict.Unrestricted == rule.Yes) != (g.ID == "sg-1") {
					t.Errorf("%s: %v", g.ID, g.Verdict)
				}
			}
		})
	}
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no last page":                  {map[string]string{"a": "[" + answer(more, open) + "," + answer(`, "NextToken": "y"`, closed) + "]"}, "only a part"},
		"no last page of one region":    {map[string]string{"a": answer(more, open) + answer("", closed) + answer(`, "NextToken": "y"`, closed)}, "only a part"},
		"a page twice":                  {map[string]string{"a": answer(more, open) + answer(more, open) + answer("")}, "same page"},
		"no next file":                  {map[string]string{"sg.1.json": answer(more, open), "sg.3.json": answer("", closed)}, "only a part"},
		"no first file":                 {map[string]string{"sg.2.json": answer(more, open), "sg.3.json": answer("", closed)}, "only a part"},
		"the same file twice":           {map[string]string{"sg.1.json": answer(more, open), "sg.2.json": answer(more, open), "sg.3.json": answer("")}, "only a part"},
		"the next file is another list": {map[string]string{"sg.1.json": answer(more, open), "sg.2.json": `{"NetworkInterfaces": []}`}, "only a part"},
		"pages in files without number": {map[string]string{"a": answer(more, open), "b": answer("", closed)}, "only a part"},
		"an answer among groups":        {map[string]string{"a": "[" + open + "," + groupsFile(closed) + "]"}, "has no GroupId"},
		"a group among answers":         {map[string]string{"a": "[" + groupsFile(open) + "," + closed + "]"}, "another command, behind one"},
		"a number among groups":         {map[string]string{"a": open + " 5"}, "a number stands where an object is expected"},
		"half a group at the end":       {map[string]string{"a": open + closed[:40]}, "ends in the middle"},
		"rules behind their groups":     {map[string]string{"a": groupsFile(open, closed) + `{"SecurityGroupRules": []}`}, "stand behind security groups here"},
		"an empty list":                 {map[string]string{"a": "[]"}, "holds nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, config.Config{Paths: []string{write(t, tt.files)}}, sg.Everything())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// What is wrong with one group keeps none in a later answer from coming.
func TestOddGroupInSeveralAnswers(t *testing.T) {
	for _, text := range []string{
		groupsFile(`{"GroupName": "g", "IpPermissions": []}`) + groupsFile(ftp("sg-1", openToAll)),
		`[{"GroupName": 5, "IpPermissions": []}]` + "[" + ftp("sg-1", openToAll) + "]",
		`{"GroupName": 5, "IpPermissions": []}` + ftp("sg-1", openToAll),
	} {
		groups, _, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a": text})}}, sg.Everything())
		if err == nil || len(groups) != 1 {
			t.Errorf("%s: %v, %v", text, groups, err)
		}
	}
}

// savedRule is a rule as the AWS CLI prints it.
func savedRule(id, group, region, rest string) string {
	return `{"SecurityGroupRuleId": "` + id + `", "GroupId": "` + group + `", "GroupOwnerId": "111122223333", "IsEgress": ` + rest +
		`, "Tags": [], "SecurityGroupRuleArn": "arn:aws:ec2:` + region + `:111122223333:security-group-rule/` + id + `"}`
}

// Rules have all that the verdict needs. What they do not have is not known, and never no.
func TestRulesAlone(t *testing.T) {
	const tcp = `false, "IpProtocol": "tcp", "FromPort": 20, "ToPort": 21`
	rules := func(rules ...string) string { return `{"SecurityGroupRules": [` + strings.Join(rules, ", ") + "]}" }
	one := rules(
		savedRule("sgr-1", "sg-open", "eu-west-1", tcp+`, "CidrIpv4": "0.0.0.0/0", "Description": "x"`),
		savedRule("sgr-2", "sg-half", "eu-west-1", tcp+`, "CidrIpv4": "0.0.0.0/1"`),
		savedRule("sgr-3", "sg-egress", "eu-west-1", `true, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "0.0.0.0/0"`),
		savedRule("sgr-4", "sg-all", "eu-west-1", `false, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv6": "::/0"`),
		savedRule("sgr-5", "sg-list", "eu-west-1", tcp+`, "PrefixListId": "pl-0a"`),
		savedRule("sgr-6", "sg-closed", "eu-west-1", tcp+`, "ReferencedGroupInfo": {"GroupId": "sg-open", "UserId": "111122223333"}`))
	two := rules(savedRule("sgr-7", "sg-half", "eu-west-1", tcp+`, "CidrIpv4": "128.0.0.0/1"`), savedRule("sgr-2", "sg-half", "eu-west-1", tcp+`, "CidrIpv4": "0.0.0.0/1"`))
	dir := write(t, map[string]string{
		"rules-1.json": strings.TrimSuffix(one, "}") + `, "NextToken": "x"}`, "rules-2.json": two,
		// Another place has its groups, and one of them has no rule.
		"999988887777/us-east-1/sg.json":  groupsFile(strings.ReplaceAll(ftp("sg-other", ""), "123456789012", "999988887777")),
		"111122223333/eu-west-1/eni.json": `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "OwnerId": "111122223333", "Groups": [{"GroupId": "sg-without-rules"}], "PrivateIpAddresses": [], "Ipv6Addresses": []}]}`,
	})
	// A file that may be of any place may be of the groups' place.
	_, places, err := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
	if err == nil || !strings.Contains(err.Error(), "to security group sg-all, which no file has") {
		t.Errorf("%v, %v", places, err)
	}
	at := filepath.Join(dir, "111122223333/eu-west-1")
	for _, name := range []string{"rules-1.json", "rules-2.json"} {
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(at, name)); err != nil {
			t.Fatal(err)
		}
	}
	cfg := config.Config{Paths: []string{dir}}
	for range 2 {
		groups, places, err := read(t, cfg, sg.Everything())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, g := range groups {
			got[g.ID] = fmt.Sprint(g.AccountID, " ", g.Region, " ", g.Name, " ", g.Verdict.Unrestricted, " ", len(g.Permissions))
			for _, p := range g.Permissions {
				if p.RuleID == "" || p.Protocol == "-1" && p.FromPort != nil {
					t.Errorf("%s: %+v", g.ID, p)
				}
			}
		}
		want := map[string]string{
			"sg-open": "111122223333 eu-west-1  1 1", "sg-half": "111122223333 eu-west-1  1 2", "sg-egress": "111122223333 eu-west-1  0 0",
			"sg-all": "111122223333 eu-west-1  1 1", "sg-list": "111122223333 eu-west-1  2 1", "sg-closed": "111122223333 eu-west-1  0 1",
			"sg-other": "999988887777 us-east-1 g 0 0",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		said := 0
		for _, c := range places {
			if c.ErrorCode == sg.CodeRulesOnly && c.Status == sg.StatusScanned {
				said++
			}
		}
		if said != 2 {
			t.Errorf("%d places say that they have rules only: %+v", said, places)
		}
		recorded, _ := recordScan(t, cfg)
		cfg = config.Config{Paths: []string{recorded}}
	}
}
