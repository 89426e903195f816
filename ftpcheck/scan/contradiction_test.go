package scan

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// owned is a group of an account, without an ARN, as early versions of the AWS CLI have it.
func owned(account, id string) string {
	return strings.ReplaceAll(ftp(id, openToAll), "123456789012", account)
}

// What the data says goes before what a folder says, and where they contradict each other nobody
// is told that the place was read.
func TestFoldersThatContradictTheirFiles(t *testing.T) {
	const a, b, c = "111111111111", "222222222222", "333333333333"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string // for each file, how its reading ended, where, and what is wrong
		open  int    // groups that are shown all the same
	}{
		{"one region in the folders of two", map[string]string{
			a + "/eu-west-1/a.json": groupsFile(owned(a, "sg-1")), a + "/us-east-1/a.json": groupsFile(owned(a, "sg-1"))},
			a + "/eu-west-1/a.json scanned " + a + " eu-west-1\n" +
				a + "/us-east-1/a.json invalid " + a + " us-east-1 security group sg-1 has been read before, as one of region eu-west-1, and here it is of us-east-1. It can be in one only: save the output of both again", 1},
		{"an ARN of another region", map[string]string{"us-east-1/a.json": groupsFile(withARN("sg-1", "eu-west-1"))},
			"us-east-1/a.json invalid  us-east-1 security group sg-1 is in region eu-west-1 by its ARN, and the file in the folder of region us-east-1. Save the output of us-east-1 again, with --region us-east-1", 1},
		{"an ARN of another region, repeated", map[string]string{"eu-west-1/a.json": groupsFile(withARN("sg-1", "eu-west-1")), "us-east-1/a.json": groupsFile(withARN("sg-1", "eu-west-1"))},
			"eu-west-1/a.json scanned 123456789012 eu-west-1\n" +
				"us-east-1/a.json invalid  us-east-1 security group sg-1 is in region eu-west-1 by its ARN, and the file in the folder of region us-east-1. Save the output of us-east-1 again, with --region us-east-1", 1},
		{"two owners", map[string]string{"a.json": groupsFile(owned(a, "sg-1")), "b.json": groupsFile(owned(b, "sg-1"))},
			"a.json scanned " + a + " \nb.json invalid   security group sg-1 has been read before, as one of account " + a + ", and here it is of " + b + ". It can be in one only: save the output of both again", 1},
		{"the groups of one account in the folders of all", map[string]string{
			a + "/us-east-1/a.json": groupsFile(owned(a, "sg-1"), owned(a, "sg-2")), b + "/us-east-1/a.json": groupsFile(owned(a, "sg-2"), owned(a, "sg-1")), c + "/us-east-1/a.json": groupsFile(owned(a, "sg-1"))},
			a + "/us-east-1/a.json scanned " + a + " us-east-1\n" +
				b + "/us-east-1/a.json invalid " + b + " us-east-1 account " + b + " owns none of the security groups in its folder, but " + a + " owns such. Save them again, with the credentials of " + b + ". If they are shared with it and it has none, give the folder another name\n" +
				c + "/us-east-1/a.json invalid " + c + " us-east-1 account " + c + " owns none of the security groups in its folder, but " + a + " owns such. Save them again, with the credentials of " + c + ". If they are shared with it and it has none, give the folder another name", 2},
		{"the groups of another account in the folder of one region", map[string]string{
			a + "/us-east-1/a.json": groupsFile(owned(a, "sg-1")), b + "/us-east-1/a.json": groupsFile(owned(a, "sg-1")), b + "/eu-west-1/a.json": groupsFile(owned(b, "sg-3"))},
			a + "/us-east-1/a.json scanned " + a + " us-east-1\n" +
				b + "/eu-west-1/a.json scanned " + b + " eu-west-1\n" +
				b + "/us-east-1/a.json invalid " + b + " us-east-1 these are the security groups of account " + a + ", which are in $/" + a + "/us-east-1/a.json, and the file is in the folder of account " + b + ". Save them again, with the credentials of " + b, 2},
		{"a shared group", map[string]string{
			a + "/us-east-1/a.json": groupsFile(owned(a, "sg-1"), owned(a, "sg-2")), b + "/us-east-1/a.json": groupsFile(owned(a, "sg-1"), owned(b, "sg-3"))},
			a + "/us-east-1/a.json scanned " + a + " us-east-1\n" + b + "/us-east-1/a.json scanned  us-east-1", 3},
		{"nothing but repeats", map[string]string{"a.json": groupsFile(withARN("sg-1", "eu-west-1")), "b.json": groupsFile(withARN("sg-1", "eu-west-1"))},
			"a.json scanned 123456789012 eu-west-1\nb.json scanned 123456789012 eu-west-1", 1},
		{"a group of which one file does not tell the region", map[string]string{"a.json": groupsFile(ftp("sg-1", openToAll)), "eu-west-1/b.json": groupsFile(ftp("sg-1", openToAll)), "us-east-1/c.json": groupsFile(ftp("sg-1", openToAll))},
			"a.json scanned 123456789012 \neu-west-1/b.json scanned 123456789012 eu-west-1\n" +
				"us-east-1/c.json invalid  us-east-1 security group sg-1 has been read before, as one of region eu-west-1, and here it is of us-east-1. It can be in one only: save the output of both again", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, tt.files)
			groups, places, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{})
			var got []string
			for _, c := range places {
				line := strings.TrimPrefix(c.Origin, dir+"/") + " " + string(c.Status) + " " + c.AccountID + " " + c.Region
				if c.Status != sg.StatusScanned {
					message := c.ErrorMessage
					if _, behind, ok := strings.Cut(message, ": security group"); ok {
						message = "security group" + behind
					}
					line += " " + strings.ReplaceAll(message, dir, "$")
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if openIn(groups) != tt.open || (err == nil) == strings.Contains(tt.want, "invalid") {
				t.Errorf("%d open, want %d: %v", openIn(groups), tt.open, err)
			}
		})
	}
}

// Network interfaces that cannot be of a place say nothing of it.
func TestInterfacesThatContradictTheirPlace(t *testing.T) {
	card := func(zone, owner, vpc string) string {
		return `{"NetworkInterfaceId": "eni-1", "OwnerId": "` + owner + `", "AvailabilityZone": "` + zone + `", "VpcId": "` + vpc + `", "Groups": [{"GroupId": "sg-1"}], "PrivateIpAddresses": [], "Ipv6Addresses": []}`
	}
	const folder = "123456789012/us-west-2/"
	for _, tt := range []struct {
		name, card, file string
		known            bool
		want             string
	}{
		{"of the region", card("us-west-2a", "123456789012", "vpc-2"), folder, true, ""},
		{"of a Local Zone", card("us-west-2-lax-1a", "123456789012", "vpc-2"), folder, true, ""},
		{"of a Wavelength Zone", card("us-west-2-wl1-las-wlz-1", "123456789012", "vpc-2"), "", true, ""},
		{"of a Local Zone, without a folder", card("us-west-2-lax-1a", "123456789012", "vpc-2"), "", true, ""},
		{"of no zone, without a folder", card("", "123456789012", "vpc-2"), "", false, ""},
		{"of another region", card("us-east-1a", "123456789012", "vpc-2"), folder, false, "network interface eni-1 is in the availability zone us-east-1a, and the file in the folder of region us-west-2"},
		{"of a Wavelength Zone of another region", card("us-east-1-wl1-bos-wlz-1", "123456789012", "vpc-2"), folder, false, "availability zone us-east-1-wl1-bos-wlz-1"},
		{"of another account", card("us-west-2a", "999999999999", "vpc-2"), folder, false, ""},
		{"of a VPC of another region", card("us-east-1a", "123456789012", "vpc-1"), "", false, "security group sg-1 is of vpc-1, which is in region us-east-1 by a file of network interfaces, and here in region us-west-2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, map[string]string{folder + "sg.json": groupsFile(ftp("sg-1", openToAll)), tt.file + "eni.json": `{"NetworkInterfaces": [` + tt.card + `]}`})
			groups, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{NetworkInterfaces: true})
			if len(groups) != 1 || groups[0].NetworkInterfacesKnown != tt.known {
				t.Errorf("%+v", groups)
			}
			if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	dir := write(t, map[string]string{"a/us-west-2/eni.json": `{"NetworkInterfaces": [` + card("", "1", "vpc-1") + `]}`, "b/us-east-1/eni.json": `{"NetworkInterfaces": [` + card("us-east-1a", "1", "vpc-1") + `]}`})
	if _, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{}); err == nil || !strings.Contains(err.Error(), "is of vpc-1, which is in region us-west-2 by another network interface") {
		t.Errorf("a VPC in two regions: %v", err)
	}
}

// Whatever is in a folder is read or has a row that says why not.
func TestEverythingInAFolder(t *testing.T) {
	open := func(n string) string { return groupsFile(ftp("sg-"+n, openToAll)) }
	dir := write(t, map[string]string{
		"a.json": open("1"), "b.txt": open("2"), "c.json.txt": open("3"), "describe-security-groups": open("4"), "e.JSONL": open("5"),
		"notes.md": "# Notes\n", "groups.yaml": "SecurityGroups:\n- GroupId: sg-1\n", "instances.json": `{"Reservations": []}`, "packed.bz2": "BZh91AY", "empty": "",
		"old/f.json": open("6"), "old/g.json": open("7"), "new/g.json": open("8"), "new/h.txt": "left out",
		".git/config": "x", ".DS_Store": "x", ".audit.partial-ABCDEFGH/raw/a.json": open("9"), "new/.h.json": open("9"),
		"name\xff.json": open("10"), `name\xff.json`: open("11"),
	})
	if err := exec.Command("mkfifo", filepath.Join(dir, "pipe.json")).Run(); err != nil {
		t.Fatal(err)
	}
	cfg := config.Config{Paths: []string{dir}, ExcludePaths: []string{"*.md", "old/g.json", "**/h.txt", "new/nothing"}}
	groups, places, err := read(t, cfg, sg.Request{})
	if len(groups) != 9 || err == nil {
		t.Errorf("%d groups, %v", len(groups), err)
	}
	var got []string
	for _, c := range places {
		if !utf8.ValidString(c.Origin) || !utf8.ValidString(c.ErrorMessage) {
			t.Errorf("not UTF-8: %q", c.Origin)
		}
		if c.Ignored != (c.Status == sg.StatusLeftOut) {
			t.Errorf("%+v", c)
		}
		got = append(got, strings.TrimPrefix(c.Origin, dir+"/")+" "+string(c.Status))
	}
	slices.Sort(got)
	want := []string{
		"a.json scanned", "b.txt scanned", "c.json.txt scanned", "describe-security-groups scanned", "e.JSONL scanned", "empty invalid", "groups.yaml invalid",
		"instances.json unrecognized", `name\xff.json (2) scanned`, `name\xff.json scanned`, "new/g.json scanned", "new/h.txt left_out",
		"notes.md left_out", "old/f.json scanned", "old/g.json left_out", "packed.bz2 unrecognized", "pipe.json unrecognized",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// What the user leaves out does not count as missed.
	cfg.ExcludePaths = []string{"*.md", "*.yaml", "instances.json", "*.bz2", "empty", "pipe.*", "old", dir + "/new"}
	groups, places, err = read(t, cfg, sg.Request{})
	if err != nil || len(groups) != 7 || statuses(places)[sg.StatusLeftOut] != 8 {
		t.Errorf("%d groups, %v, %v", len(groups), places, err)
	}
	raw, _ := recordScan(t, cfg)
	again, replayed, err := read(t, config.Config{Paths: []string{raw}}, sg.Request{})
	if err != nil || !slices.Equal(everything(again), everything(groups)) || cmp.Diff(statuses(places), statuses(replayed)) != "" {
		t.Errorf("replayed: %d groups, %v, %v", len(again), replayed, err)
	}
	for _, pattern := range []string{"", "[a"} {
		if _, err := New(config.Config{Paths: []string{dir}, ExcludePaths: []string{pattern}}); err == nil {
			t.Errorf("%q was taken for a pattern", pattern)
		}
	}
	if _, err := New(config.Config{ExcludePaths: []string{"*.md"}}); err == nil {
		t.Error("exclude_paths without paths was taken")
	}
}

// Files that hold no group are an answer only beside one that does.
func TestNoGroups(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"one": {"a.json": groupsFile()}, "several": {"us-east-1/a.json": groupsFile(), "eu-west-1/a.json": groupsFile(), "pl-0a.json": `{"Entries": []}`},
	} {
		dir := write(t, files)
		if _, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{}); err == nil || !strings.Contains(err.Error(), "none of the files has security groups in it") {
			t.Errorf("%s: %v", name, err)
		}
		raw, _ := recordScan(t, config.Config{Paths: []string{dir}})
		if _, _, err := read(t, config.Config{Paths: []string{raw}}, sg.Request{}); err == nil || !strings.Contains(err.Error(), "none of the files has security groups in it") {
			t.Errorf("%s, replayed: %v", name, err)
		}
	}
	beside := write(t, map[string]string{"a.json": groupsFile(), "b.json": groupsFile(ftp("sg-1", openToAll))})
	if groups, _, err := read(t, config.Config{Paths: []string{beside}}, sg.Request{Regions: []string{"mars"}}); err != nil || len(groups) != 0 {
		t.Errorf("%v, %v", groups, err)
	}
}

// A list that is not there may be empty, if it is nowhere, and that is told. Else it was lost.
func TestListsThatAreMissing(t *testing.T) {
	permission := func(lists string) string { return `{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, ` + lists + `}` }
	const v4 = `"IpRanges": [{"CidrIp": "10.0.0.0/8"}]`
	const v6 = `"Ipv6Ranges": [{"CidrIpv6": "::/0"}]`
	const rest = `, "PrefixListIds": [], "UserIdGroupPairs": []`
	const note = "which the AWS CLI always prints, so each was taken to be empty"
	for _, tt := range []struct{ name, groups, want, note string }{
		{"all there", ftp("sg-1", permission(v4+`, "Ipv6Ranges": []`+rest)), "", ""},
		{"missing everywhere", ftp("sg-1", permission(v4)+", "+permission(`"IpRanges": [{"CidrIp": "11.0.0.0/8"}], "Ipv6Ranges": null`)), "", "no permission in the file has Ipv6Ranges, PrefixListIds, UserIdGroupPairs, " + note},
		{"no permission at all", ftp("sg-1", ""), "", ""},
		{"missing later", ftp("sg-1", permission(v4+", "+v6+rest)) + ", " + ftp("sg-2", permission(v4+rest)), "at /SecurityGroups/1/IpPermissions/0: the permission has no Ipv6Ranges, which others have", ""},
		{"missing before", ftp("sg-1", permission(v4+rest)) + ", " + ftp("sg-2", permission(v4+", "+v6+rest)), "at /SecurityGroups/1/IpPermissions/0: the permission has Ipv6Ranges, which an earlier one has not", ""},
		{"null later", ftp("sg-1", permission(v4+", "+v6+rest)+", "+permission(v4+`, "Ipv6Ranges": null`+rest)), "at /SecurityGroups/0/IpPermissions/1: the permission has no Ipv6Ranges", ""},
		{"another name", ftp("sg-1", permission(v4+`, "Ipv6Range": [{"CidrIpv6": "::/0"}]`)), "at /SecurityGroups/0/IpPermissions/0/Ipv6Range: AWS has no member of this name here", ""},
		{"a source under another name", ftp("sg-1", permission(v4+`, "Ipv6Ranges": [{"CidrIp": "::/0"}]`)), "at /SecurityGroups/0/IpPermissions/0/Ipv6Ranges/0/CidrIp: AWS has no member of this name here", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, places, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a.json": groupsFile(tt.groups)})}}, sg.Request{})
			if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if err == nil && (places[0].ErrorMessage != tt.note || places[0].Status != sg.StatusScanned) {
				t.Errorf("%+v", places[0])
			}
		})
	}
}

// A member at the top of a file, and of a group, is known by its letters.
func TestOtherSpellings(t *testing.T) {
	whole := groupsFile(ftp("sg-1", openToAll))
	for text, want := range map[string]string{
		strings.Replace(whole, `"SecurityGroups"`, `"securityGroups"`, 1):                                               "at /securityGroups: AWS spells this SecurityGroups",
		strings.TrimSuffix(whole, "}") + `, "next_token": "x"}`:                                                         "at /next_token: AWS spells this NextToken",
		strings.Replace(whole, `"VpcId"`, `"vpc-id"`, 1):                                                                "at /SecurityGroups/0/vpc-id: AWS spells this VpcId",
		strings.Replace(whole, `"IpPermissions"`, `"IpPermissionsEgress": [], "ipPermissions": [], "IpPermissions"`, 1): "at /SecurityGroups/0/ipPermissions: AWS spells this IpPermissions",
		strings.Replace(whole, `"VpcId"`, `"NewInTheFuture": {"a": [1]}, "VpcId"`, 1):                                   "",
	} {
		groups, _, err := read(t, config.Config{Paths: []string{write(t, map[string]string{"a.json": text})}}, sg.Request{})
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) || err == nil && len(groups) != 1 {
			t.Errorf("%s\ngot %v\nwant %s", text, err, want)
		}
	}
}

// One odd group hides no other.
func TestOneOddGroupHidesNoOther(t *testing.T) {
	for _, odd := range []string{
		ftp("sg-odd", `{"IpProtocol": "tcp", "FromPort": "80", "ToPort": 80, "IpRanges": []}`),
		`{"IpPermissions": []}`, `5`, `null`, `[{"a": {}}]`,
	} {
		dir := write(t, map[string]string{"a.json": groupsFile(ftp("sg-1", openToAll), odd, ftp("sg-2", openToAll), odd, ftp("sg-3", openToAll))})
		groups, places, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{})
		if len(groups) != 3 || err == nil || !strings.Contains(err.Error(), "at /SecurityGroups/1") || !strings.Contains(err.Error(), "So it is with 1 more element of the list") {
			t.Errorf("%s: %d groups, %v", odd, len(groups), err)
		}
		if places[0].Status != sg.StatusInvalid || places[0].Groups != 3 {
			t.Errorf("%s: %+v", odd, places[0])
		}
	}
}

// A recorded scan is what is in its folder, wherever links lead.
func TestLinksOutOfARecordedScan(t *testing.T) {
	dir, _ := recordScan(t, config.Config{Paths: []string{write(t, map[string]string{"a.json": groupsFile(ftp("sg-1", openToAll))})}})
	copies, err := filepath.Glob(filepath.Join(dir, "a.json.gz"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("%v, %v", copies, err)
	}
	elsewhere := filepath.Join(t.TempDir(), "a.json.gz")
	if err := os.Rename(copies[0], elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, copies[0]); err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{}); err == nil || !strings.Contains(err.Error(), "is a link out of the recorded scan") {
		t.Error(err)
	}
}

// Two files that tell of one thing say the same, as far as one change between the two commands
// does not explain it.
func TestFilesThatContradictEachOther(t *testing.T) {
	rule := func(id, group, members string) string {
		return `{"SecurityGroupRuleId": "` + id + `", "GroupId": "` + group + `", "IsEgress": false, ` + members + `}`
	}
	const open, ssh = `"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "CidrIpv4": "0.0.0.0/0"`, `"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "0.0.0.0/0"`
	openSSH := strings.ReplaceAll(openToAll, "21", "22")
	both := openToAll + ", " + openSSH
	card := func(id, group, members string) string {
		return `{"NetworkInterfaceId": "` + id + `", "OwnerId": "123456789012", "AvailabilityZone": "us-east-1a", "VpcId": "vpc-1", "Groups": [{"GroupId": "` + group + `"}], "PrivateIpAddresses": [], "Ipv6Addresses": []` + members + `}`
	}
	const rules, cards = "rules.json", "eni.json"
	for _, tt := range []struct {
		name   string
		groups []string
		other  string
		list   []string
		want   string // of the answer to the question for verdicts
		more   string // of that for rules, too
	}{
		{"all is there", []string{ftp("sg-1", both)}, rules, []string{rule("sgr-1", "sg-1", open), rule("sgr-2", "sg-1", ssh)}, "", ""},
		{"no permission", []string{ftp("sg-1", openSSH)}, rules, []string{rule("sgr-1", "sg-1", open)}, "security group sg-1 has the security group rule sgr-1 and no ingress permission for it. Save the output of both", ""},
		{"no permission at all", []string{ftp("sg-1", "")}, rules, []string{rule("sgr-1", "sg-1", `"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv6": "::/0"`)}, "sg-1 has the security group rule sgr-1 and no", ""},
		{"no permission for a list", []string{ftp("sg-1", "")}, rules, []string{rule("sgr-1", "sg-1", `"IpProtocol": "6", "FromPort": 20, "ToPort": 20, "PrefixListId": "pl-1"`)}, "sg-1 has the security group rule sgr-1 and no", ""},
		{"no permission for what is no range", []string{ftp("sg-1", "")}, rules, []string{rule("sgr-1", "sg-1", `"IpProtocol": "tcp", "FromPort": 20, "ToPort": 20, "CidrIpv4": "everywhere"`)}, "sg-1 has the security group rule sgr-1 and no", ""},
		{"no permission, and nothing to do with FTP", []string{ftp("sg-1", openToAll)}, rules, []string{rule("sgr-1", "sg-1", open), rule("sgr-2", "sg-1", ssh)}, "", ""},
		{"no permission for private addresses", []string{ftp("sg-1", openToAll)}, rules, []string{rule("sgr-2", "sg-1", strings.Replace(open, "0.0.0.0/0", "10.0.0.0/8", 1))}, "", ""},
		{"no permission for a group", []string{ftp("sg-1", openToAll)}, rules, []string{rule("sgr-2", "sg-1", `"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "ReferencedGroupInfo": {"GroupId": "sg-9"}`)}, "", ""},
		{"no permission to send", []string{ftp("sg-1", openToAll)}, rules, []string{strings.Replace(rule("sgr-2", "sg-1", `"IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "0.0.0.0/0"`), "false", "true", 1)}, "", ""},
		{"no group", []string{ftp("sg-1", openToAll)}, rules, []string{rule("sgr-1", "sg-2", open)}, "security group rule sgr-1 lets the internet in on FTP to security group sg-2, which no file has", ""},
		{"no group, and nothing to do with FTP", []string{ftp("sg-1", openToAll)}, rules, []string{rule("sgr-1", "sg-2", ssh)}, "", ""},
		{"no rule of one group", []string{ftp("sg-1", both)}, rules, []string{rule("sgr-2", "sg-1", ssh)}, "", ""},
		{"no rule of two groups", []string{ftp("sg-1", both), ftp("sg-2", both)}, rules, []string{rule("sgr-2", "sg-1", ssh), rule("sgr-4", "sg-2", ssh)}, "",
			"security group sg-2 has an ingress permission (tcp, ports 21, from 0.0.0.0/0) that is not among its security group rules, and sg-1 has such, too"},
		{"the rules of one group only", []string{ftp("sg-1", openToAll), ftp("sg-2", openToAll), ftp("sg-3", openToAll)}, rules, []string{rule("sgr-1", "sg-1", open)}, "", ""},
		{"no rule of two groups, one in another account", []string{ftp("sg-1", both), strings.ReplaceAll(ftp("sg-2", both), "123456789012", "222222222222")}, rules, []string{rule("sgr-2", "sg-1", ssh), rule("sgr-4", "sg-2", ssh)}, "", ""},
		{"a group that is used", []string{ftp("sg-1", openToAll)}, cards, []string{card("eni-1", "sg-1", "")}, "", ""},
		{"no group that is used", []string{ftp("sg-1", openToAll)}, cards, []string{card("eni-1", "sg-1", ""), card("eni-2", "sg-2", "")}, "network interface eni-2 uses security group sg-2, and the files with the security groups of account 123456789012 in region us-east-1 do not have it", ""},
		{"no group that a service uses", []string{ftp("sg-1", openToAll)}, cards, []string{card("eni-1", "sg-2", `, "RequesterManaged": true`)}, "", ""},
		{"no group that another uses", []string{ftp("sg-1", openToAll)}, cards, []string{card("eni-1", "sg-1", ""), strings.Replace(card("eni-2", "sg-2", ""), "123456789012", "222222222222", 1)}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := map[string]string{rules: "SecurityGroupRules", cards: "NetworkInterfaces"}[tt.other]
			dir := write(t, map[string]string{"us-east-1/sg.json": groupsFile(tt.groups...), "us-east-1/" + tt.other: `{"` + list + `": [` + strings.Join(tt.list, ", ") + `]}`})
			raw, _ := recordScan(t, config.Config{Paths: []string{dir}})
			for _, request := range []sg.Request{{}, {Rules: true, NetworkInterfaces: true}} {
				want := tt.want
				if request.Rules {
					want += tt.more
				}
				groups, places, err := read(t, config.Config{Paths: []string{dir}}, request)
				if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant %s", err, want)
				}
				if len(groups) != len(tt.groups) || len(places) != 2 {
					t.Errorf("%d groups, %d places", len(groups), len(places))
				}
			}
			_, _, err := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
			if want := tt.want + tt.more; (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("replayed: got %v\nwant %s", err, want)
			}
		})
	}
	// Without the region of the groups, or the groups at all, nothing is compared.
	for _, files := range []map[string]string{
		{"sg.json": groupsFile(ftp("sg-1", openToAll)), "eni.json": `{"NetworkInterfaces": [` + card("eni-1", "sg-2", "") + `]}`},
		{"us-west-2/sg.json": groupsFile(strings.Replace(ftp("sg-1", openToAll), "vpc-1", "vpc-2", 1)), "eni.json": `{"NetworkInterfaces": [` + card("eni-1", "sg-2", "") + `]}`},
	} {
		if _, _, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything()); err != nil {
			t.Error(err)
		}
	}
}

// What another connection has read is not compared, and not missed.
func TestFilesOfTwoConnectionsDoNotContradict(t *testing.T) {
	dir := write(t, map[string]string{"sg.json": groupsFile(ftp("sg-1", openToAll)), "rules.json": `{"SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1",
		"IsEgress": false, "IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "CidrIpv4": "0.0.0.0/0"}]}`})
	s, err := New(config.Config{Connection: "a", Paths: []string{filepath.Join(dir, "sg.json")}}, config.Config{Connection: "b", Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	groups := 0
	places, err := s.Read(t.Context(), sg.Everything(), func(*sg.Group) error { groups++; return nil })
	if err != nil || groups != 1 || statuses(places)[sg.StatusScanned] != 2 {
		t.Errorf("%d groups, %v, %v", groups, places, err)
	}
}

// Exclusions from Block Public Access of another region than their folder, or than all else that is in
// it, are refused. What says nothing of its region is taken to be of the folder's.
func TestExclusionsOfAnotherRegion(t *testing.T) {
	exclusion := func(region string) string {
		return `{"VpcBlockPublicAccessExclusions": [{"ExclusionId": "vpcbpa-exclude-1", "InternetGatewayExclusionMode": "allow-bidirectional", "State": "create-complete", "ResourceArn": "arn:aws:ec2:` + region + `:123456789012:vpc/vpc-1"}]}`
	}
	subnet := func(region string) string {
		return `{"Subnets": [{"SubnetId": "subnet-` + region + `", "VpcId": "vpc-1", "OwnerId": "123456789012", "AvailabilityZone": "` + region + `a"}]}`
	}
	const other = "these are exclusions from VPC Block Public Access of region eu-west-1, and all else in the folder is of region us-east-1. Save the output of us-east-1 again, with --region us-east-1"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"of the same region", map[string]string{"subnets.json": subnet("us-east-1"), "exclusions.json": exclusion("us-east-1")}, ""},
		{"of another region", map[string]string{"subnets.json": subnet("us-east-1"), "exclusions.json": exclusion("eu-west-1")}, other},
		{"of the region of a folder", map[string]string{"123456789012/us-east-1/exclusions.json": exclusion("eu-west-1")}, "this is of region eu-west-1, and the file in the folder of region us-east-1"},
		{"beside files of both regions", map[string]string{"subnets.json": subnet("us-east-1"), "more.json": subnet("eu-west-1"), "exclusions.json": exclusion("eu-west-1")}, ""},
		{"alone", map[string]string{"exclusions.json": exclusion("eu-west-1")}, ""},
		{"none", map[string]string{"subnets.json": subnet("us-east-1"), "exclusions.json": `{"VpcBlockPublicAccessExclusions": []}`}, ""},
	} {
		dir := t.TempDir()
		tt.files["groups.json"] = groupsFile(ftp("sg-1", openToAll))
		for name, text := range tt.files {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{Reachability: true})
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), "exclusions.json: ") || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
