package scan

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// write makes the named files, with the given content, in a new folder.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t testing.TB, cfg config.Config, request sg.Request) (groups []*sg.Group, places []sg.Coverage, err error) {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	places, err = s.Read(t.Context(), request, func(g *sg.Group) error {
		groups = append(groups, g)
		return nil
	})
	return groups, places, err
}

// ftp is a security group with one permission, for FTP control from the given source.
func ftp(id, permission string) string {
	return `{"GroupId": "` + id + `", "GroupName": "g", "OwnerId": "123456789012", "VpcId": "vpc-1", "Description": "d",
		"IpPermissions": [` + permission + `]}`
}

const (
	openToAll = `{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`
	byList    = `{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "PrefixListIds": [{"PrefixListId": "pl-0a"}]}`
)

func groupsFile(groups ...string) string {
	return `{"SecurityGroups": [` + strings.Join(groups, ",\n") + `]}`
}

// Every way in which input can be bad gets one clear message, and never an answer.
func TestBadInput(t *testing.T) {
	permission := func(p string) string { return groupsFile("\n" + ftp("sg-1", p)) }
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string // the whole message, with $ for the folder
	}{
		{"not YAML either", map[string]string{"a.json": "nothing"},
			`$/a.json: line 1 (byte 1): this is not JSON: invalid character 'o' in literal null (expecting 'u'). Save the command's output with --output json`},
		{"YAML of half a group", map[string]string{"a.yaml": "# saved\nSecurityGroups:\n- GroupId: sg-0\n  IpPermissions: []\n- GroupName: x\n  GroupId: sg-1\n"},
			`$/a.yaml: line 5, at /SecurityGroups/1: security group sg-1 has no IpPermissions, so nothing can be said about it`},
		{"YAML with an alias", map[string]string{"a.yaml": "SecurityGroups: &x\n- *x\n"},
			`$/a.yaml: line 2: there is an alias, and no AWS command prints one. Save the command's output again, as it is`},
		{"YAML with a merge", map[string]string{"a.yaml": "SecurityGroups:\n- <<: {GroupId: sg-1}\n"},
			`$/a.yaml: line 2: the name of a member is no text. Save the command's output again, as it is`},
		{"YAML that ends in a line", map[string]string{"a.yaml": "SecurityGroups:\n- GroupId: sg-1\n  IpPermissions: []"},
			`$/a.yaml: the YAML ends in the middle of a line: the file is cut off. Save it again`},
		{"YAML that ends in a text", map[string]string{"a.yaml": "SecurityGroups:\n- GroupId: 'sg-1\n"},
			`$/a.yaml: this is not YAML: line 2: found unexpected end of stream. Save the command's output again, with --output json or yaml`},
		{"a comma missing", map[string]string{"a.json": "{\"SecurityGroups\": [\n" + ftp("sg-1", openToAll) + "\n" + ftp("sg-2", openToAll) + "]}"},
			`$/a.json: line 4 (byte 237), at /SecurityGroups: this is not JSON: invalid character '{' after array element (expecting ',' or ']'). Save the command's output with --output json`},
		{"truncated", map[string]string{"a.json": groupsFile(ftp("sg-1", openToAll))[:100]},
			`$/a.json: line 1 (byte 100), at /SecurityGroups/0/VpcId: the JSON ends in the middle: the file is empty or cut off. Save it again`},
		{"empty", map[string]string{"a.json": ""},
			`$/a.json: the JSON ends in the middle: the file is empty or cut off. Save it again`},
		{"another command behind", map[string]string{"a.json": groupsFile() + `{"Reservations": []}`},
			`$/a.json: line 1 (byte 42): this is the output of another command, behind one that is read. Save the output of each command in a file of its own`},
		{"a member twice", map[string]string{"a.json": `{"SecurityGroups": [], "SecurityGroups": []}`},
			`$/a.json: line 1 (byte 23), at /SecurityGroups: this is not JSON: duplicate object member name. Save the command's output with --output json`},
		{"output of another command", map[string]string{"a.json": `{"Reservations": []}`},
			`$/a.json: this is the output of another command: it holds Reservations, and none of SecurityGroups, SecurityGroupRules, PrefixLists, Entries, NetworkInterfaces. Leave the file out`},
		{"not an object", map[string]string{"a.json": `[{"GroupId": "sg-1"}]`},
			`$/a.json: this is the output of another command: it holds GroupId, and none of SecurityGroups, SecurityGroupRules, PrefixLists, Entries, NetworkInterfaces. Leave the file out`},
		{"no list of groups", map[string]string{"a.json": "{\n\"SecurityGroups\": {}}"},
			`$/a.json: line 2 (byte 21), at /SecurityGroups: a list is expected here`},
		{"a text for a port", map[string]string{"a.json": permission(`{"IpProtocol": "tcp", "FromPort": "21", "ToPort": 21}`)},
			`$/a.json: line 3 (byte 178), at /SecurityGroups/0/IpPermissions/0/FromPort: a text stands where a whole number is expected`},
		{"a port with a fraction", map[string]string{"a.json": permission(`{"IpProtocol": "tcp", "FromPort": 21.5, "ToPort": 21}`)},
			`$/a.json: line 3 (byte 178), at /SecurityGroups/0/IpPermissions/0/FromPort: a number 21.5 stands where a whole number is expected`},
		{"no GroupId", map[string]string{"a.json": `{"SecurityGroups": [{"IpPermissions": []}]}`},
			`$/a.json: line 1 (byte 20), at /SecurityGroups/0: the security group has no GroupId`},
		{"permissions under another name", map[string]string{"a.json": `{"SecurityGroups": [{"GroupId": "sg-1", "ipPermissions": []}]}`},
			`$/a.json: line 1 (byte 55), at /SecurityGroups/0/ipPermissions: AWS spells this IpPermissions. Save the command's output as it is`},
		{"no permissions", map[string]string{"a.json": `{"SecurityGroups": [{"GroupId": "sg-1"}]}`},
			`$/a.json: line 1 (byte 20), at /SecurityGroups/0: security group sg-1 has no IpPermissions, so nothing can be said about it`},
		{"a part of the answer", map[string]string{"a.json": `{"SecurityGroups": [], "NextToken": "abc"}`},
			`$/a.json: the file has a NextToken, so it holds only a part of what AWS has. Save the command's output again, without --max-items, --starting-token and --no-paginate`},
		{"the same group, changed in between", map[string]string{"a.json": groupsFile(ftp("sg-1", openToAll)), "b.json": groupsFile(ftp("sg-1", byList))},
			`$/b.json: line 1 (byte 20), at /SecurityGroups/0: security group sg-1 has been read before, with different content. Leave the older file out`},
		{"entries of no list", map[string]string{"a.json": `{"Entries": []}`, "b.json": groupsFile()},
			`$/a.json: these are the entries of a prefix list, but nothing says of which. Give the file a name with the list's ID in it, as in get-managed-prefix-list-entries.pl-0123456789abcdef0.json`},
		{"an entry that is no range", map[string]string{"pl-0a.json": `{"Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "everything"}]}`, "b.json": groupsFile()},
			`$/pl-0a.json: line 1 (byte 44), at /Entries/1/Cidr: prefix list pl-0a: "everything" is not an address range`},
		{"one list, two contents", map[string]string{"1/pl-0a.json": `{"Entries": [{"Cidr": "10.0.0.0/8"}]}`, "2/pl-0a.json": `{"Entries": []}`, "b.json": groupsFile()},
			`$/2/pl-0a.json: prefix list pl-0a is in two files, with different entries. Leave the older one out`},
		{"sources under another name", map[string]string{"a.json": permission(`{"IpProtocol": "-1", "ipRanges": [{"CidrIp": "0.0.0.0/0"}]}`)},
			`$/a.json: line 3 (byte 165), at /SecurityGroups/0/IpPermissions/0/ipRanges: AWS has no member of this name here. Save the command's output as it is`},
		{"a mark that there is more, which is a number", map[string]string{"a.json": `{"SecurityGroups": [], "NextToken": 5}`},
			`$/a.json: the file has a NextToken, so it holds only a part of what AWS has. Save the command's output again, without --max-items, --starting-token and --no-paginate`},
		{"no groups at all", map[string]string{"pl-0a.json": `{"Entries": []}`},
			`$: none of the files has security groups in it. Add the output of: aws ec2 describe-security-groups --output json`},
		{"not a JSON file", map[string]string{"a.txt": "x"},
			`$/a.txt: line 1 (byte 0): this is not JSON: invalid character 'x' at start of value. Save the command's output with --output json`},
		{"two bad files", map[string]string{"a.json": "", "b.json": `{"Reservations": []}`, "c.json": groupsFile(ftp("sg-1", openToAll))},
			"2 places could not be read:\n" +
				"- $/a.json: the JSON ends in the middle: the file is empty or cut off. Save it again\n" +
				"- $/b.json: this is the output of another command: it holds Reservations, and none of SecurityGroups, SecurityGroupRules, PrefixLists, Entries, NetworkInterfaces. Leave the file out"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, tt.files)
			groups, places, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{Settled: true})
			var incomplete *sg.IncompleteError
			if !errors.As(err, &incomplete) {
				t.Fatalf("the error is %v", err)
			}
			if diff := cmp.Diff(strings.ReplaceAll(tt.want, "$", dir), err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(groups) > 0 {
				t.Errorf("%d groups were handed over before all was read", len(groups))
			}
			for _, c := range incomplete.Failed {
				if c.ErrorCode == "" || c.ErrorMessage == "" || c.Finished.IsZero() {
					t.Errorf("incomplete record: %+v", c)
				}
			}
			if len(places) < len(tt.files) {
				t.Errorf("%d places for %d files", len(places), len(tt.files))
			}
		})
	}
}

// A permission that AWS cannot have given is the problem of its group: it is undetermined, whatever
// ports it names, the record says why, and the group beside it comes as ever.
func TestOddPermissions(t *testing.T) {
	permission := func(p string) string { return groupsFile("\n"+ftp("sg-1", p), ftp("sg-2", openToAll)) }
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string // what the record says, with $ for the folder
	}{
		{"a port out of range", map[string]string{"a.json": permission(strings.Replace(openToAll, "21", "70000", 1))},
			`$/a.json: line 3 (byte 145), at /SecurityGroups/0/IpPermissions/0: security group sg-1: the permission cannot come from AWS: the TCP port range 70000 to 21 is not within 0 to 65535`},
		{"a range with one end", map[string]string{"a.json": permission(`{"IpProtocol": "tcp", "FromPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}`)},
			`$/a.json: line 3 (byte 145), at /SecurityGroups/0/IpPermissions/0: security group sg-1: the permission cannot come from AWS: it has one of FromPort and ToPort, and AWS gives both or neither`},
		{"an address that is none", map[string]string{"a.json": permission(strings.Replace(openToAll, "0.0.0.0/0", "0.0.0.0/33", 1))},
			`$/a.json: line 3 (byte 218), at /SecurityGroups/0/IpPermissions/0/IpRanges/0/CidrIp: security group sg-1: "0.0.0.0/33" is not an IPv4 address range`},
		{"an IPv6 range as IPv4", map[string]string{"a.json": permission(strings.Replace(openToAll, "0.0.0.0/0", "::/0", 1))},
			`$/a.json: line 3 (byte 218), at /SecurityGroups/0/IpPermissions/0/IpRanges/0/CidrIp: security group sg-1: "::/0" is not an IPv4 address range`},
		{"a permission without a source", map[string]string{"a.json": permission(`{"IpProtocol": "-1", "IpRanges": []}`)},
			`$/a.json: line 3 (byte 145), at /SecurityGroups/0/IpPermissions/0: security group sg-1: the permission cannot come from AWS: it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs`},
		{"a protocol that is none", map[string]string{"a.json": permission(strings.Replace(openToAll, "tcp", "all", 1))},
			`$/a.json: line 3 (byte 145), at /SecurityGroups/0/IpPermissions/0: security group sg-1: the permission cannot come from AWS: "all" is no protocol`},
		{"another port without a source", map[string]string{"a.json": permission(`{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": []}`)},
			`$/a.json: line 3 (byte 145), at /SecurityGroups/0/IpPermissions/0: security group sg-1: the permission cannot come from AWS: it has no source in IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs`},
		{"a group without an ID or a name", map[string]string{"a.json": groupsFile("\n"+ftp("sg-1", `{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [], "UserIdGroupPairs": [{"UserId": "123456789012"}]}`),
			ftp("sg-2", strings.TrimSuffix(openToAll, "}")+`, "UserIdGroupPairs": []}`))},
			`$/a.json: line 3 (byte 234), at /SecurityGroups/0/IpPermissions/0/UserIdGroupPairs/0: security group sg-1: a referenced security group has no GroupId`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := config.Config{Paths: []string{write(t, tt.files)}}
			want := strings.ReplaceAll(tt.want, "$", cfg.Paths[0])
			for range 2 {
				groups, places, err := read(t, cfg, sg.Everything())
				if err != nil || len(groups) != 2 || places[0].Status != sg.StatusScanned || places[0].ErrorCode != sg.CodeOddPermission {
					t.Fatalf("%v, %v, %v", err, groups, places)
				}
				if diff := cmp.Diff(want, places[0].Problem()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				p := groups[0].Permissions[0]
				if p.Doubt == "" || p.Verdict.Unrestricted != rule.Unknown || p.Verdict.Reason != rule.Undetermined || groups[0].Verdict.Unrestricted != rule.Unknown {
					t.Errorf("%+v of %+v", p, groups[0])
				}
				if groups[1].Verdict.Unrestricted != rule.Yes {
					t.Errorf("%+v", groups[1])
				}
				recorded, _ := recordScan(t, cfg)
				cfg = config.Config{Paths: []string{recorded}}
			}
		})
	}
	t.Run("a group with a name only", func(t *testing.T) {
		dir := write(t, map[string]string{"a.json": groupsFile(ftp("sg-1", `{"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "UserIdGroupPairs": [{"UserId": "amazon-elb", "GroupName": "amazon-elb-sg"}]}`))})
		groups, places, err := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
		if err != nil || groups[0].Verdict.Unrestricted != rule.No || groups[0].Permissions[0].SourceText() != "amazon-elb/amazon-elb-sg" {
			t.Errorf("%v, %v, %v", err, groups, places)
		}
	})
}

func TestPathsThatMatchNothing(t *testing.T) {
	dir := t.TempDir()
	for pattern, want := range map[string]string{
		dir + "/none.json":  `"` + dir + `/none.json" does not exist`,
		dir + "/*/sg*.json": `nothing matches "` + dir + `/*/sg*.json"`,
		dir + "/[.json":     `"` + dir + `/[.json" is not a valid pattern`,
		dir:                 `no file is in "` + dir + `"`,
	} {
		_, places, err := read(t, config.Config{Paths: []string{pattern}}, sg.Request{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", pattern, err)
		}
		if len(places) != 1 || places[0].Origin != pattern {
			t.Errorf("%s: %+v", pattern, places)
		}
	}
}

// A file that breaks off may hold what a query asks for behind the break, whatever region
// its beginning is of.
func TestBrokenFileConcernsEveryRegion(t *testing.T) {
	whole := groupsFile(withARN("sg-1", "us-east-1"), withARN("sg-2", "eu-west-1"))
	for name, content := range map[string]string{
		"cut off": whole[:len(whole)-20], "with more to come": whole[:len(whole)-1] + `, "NextToken": "x"}`,
	} {
		dir := write(t, map[string]string{"a.json": content})
		for _, request := range []sg.Request{{Regions: []string{"eu-west-1"}}, {Accounts: []string{"999999999999"}}, {Regions: []string{"us-east-1"}}} {
			if _, places, err := read(t, config.Config{Paths: []string{dir}}, request); err == nil || len(places) != 1 {
				t.Errorf("%s, %+v: %v, %v", name, request, places, err)
			}
		}
	}
}

// What cannot be followed or read is named, never left out.
func TestLinksAndForbiddenFolders(t *testing.T) {
	plain := groupsFile(ftp("sg-1", openToAll))
	dir := write(t, map[string]string{"real/a.json": plain, "beside/b.JSON": groupsFile()})
	if err := os.Symlink(dir+"/real", dir+"/beside/link"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(t, config.Config{Paths: []string{dir + "/beside"}}, sg.Request{}); err == nil || !strings.Contains(err.Error(), "is a link to a folder, which is not followed") {
		t.Errorf("a link below a folder: %v", err)
	}
	for _, path := range []string{dir + "/beside/link", dir + "/beside/**/a.json"} {
		if groups, _, err := read(t, config.Config{Paths: []string{path}}, sg.Request{}); err != nil || len(groups) != 1 {
			t.Errorf("%s: %v, %v", path, groups, err)
		}
	}
	if _, _, err := read(t, config.Config{Paths: []string{"/dev/null"}}, sg.Request{}); err == nil || !strings.Contains(err.Error(), "is no file") {
		t.Errorf("a device: %v", err)
	}
	t.Run("forbidden", func(t *testing.T) {
		if os.Getuid() == 0 {
			t.Skip("root may read everything, so there is no folder that is forbidden")
		}
		if err := os.Chmod(dir+"/real", 0); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(dir+"/real", 0o755)
		if _, _, err := read(t, config.Config{Paths: []string{dir + "/**/*.json"}}, sg.Request{}); err == nil {
			t.Error("a folder that may not be read was left out")
		}
	})
}

// The interfaces in the file of one account say nothing of another's.
func TestInterfacesOfAnotherAccount(t *testing.T) {
	dir := write(t, map[string]string{
		"us-east-1/sg.json":               groupsFile(ftp("sg-1", openToAll)),
		"999999999999/us-east-1/eni.json": `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "OwnerId": "123456789012", "Groups": [{"GroupId": "sg-2"}]}]}`,
	})
	groups, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{NetworkInterfaces: true})
	if err != nil || len(groups) != 1 || groups[0].NetworkInterfacesKnown {
		t.Errorf("%+v, %v", groups, err)
	}
}

// One good group comes through every wrapping, and every way of naming its file.
func TestWrappingsAndPaths(t *testing.T) {
	plain := groupsFile(ftp("sg-1", openToAll))
	compress := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(s))
		z.Close()
		return b.String()
	}
	utf16LE := func(s string) string {
		b := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(s)) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		return string(b)
	}
	for _, tt := range []struct {
		name, file, content, path string
	}{
		{"a file", "a.json", plain, "a.json"},
		{"a file with any name", "dump", plain, "dump"},
		{"a folder", "x/y/a.json", plain, "."},
		{"a pattern", "x/y/a.json", plain, "x/*/a.json"},
		{"a pattern over folders", "x/y/z/a.json", plain, "**/a.json"},
		{"a pattern that matches a folder", "x/y/a.json", plain, "x*"},
		{"a name with a bracket", "[1].json", plain, "[1].json"},
		{"gzip", "a.json.gz", compress(plain), "."},
		{"gzip without the ending", "a.json", compress(plain), "."},
		{"byte order mark", "a.json", "\ufeff" + plain, "."},
		{"UTF-16, as PowerShell writes it", "a.json", utf16LE(plain), "."},
		{"unknown members", "a.json", `{"ResponseMetadata": {"x": [1]}, ` + plain[1:], "."},
		{"the group twice, the same", "a.json", groupsFile(ftp("sg-1", openToAll), ftp("sg-1", openToAll)), "."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, map[string]string{tt.file: tt.content})
			groups, _, err := read(t, config.Config{Paths: []string{dir + "/" + tt.path}}, sg.Request{})
			if err != nil || len(groups) != 1 || groups[0].Verdict.Unrestricted != rule.Yes {
				t.Errorf("%v, %v", groups, err)
			}
		})
	}
	t.Run("the home folder", func(t *testing.T) {
		t.Setenv("HOME", write(t, map[string]string{"a.json": plain}))
		if groups, _, err := read(t, config.Config{Paths: []string{"~/a.json"}}, sg.Request{}); err != nil || len(groups) != 1 {
			t.Errorf("%v, %v", groups, err)
		}
	})
	t.Run("standard input, read twice", func(t *testing.T) {
		t.Setenv("TMPDIR", t.TempDir())
		groups, places, err := read(t, config.Config{Paths: []string{"-"}, Stdin: strings.NewReader(plain)}, sg.Request{Settled: true})
		if err != nil || len(groups) != 1 || places[0].Origin != "-" {
			t.Errorf("%v, %v, %v", groups, places, err)
		}
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// withARN is an open group with an ARN, which is of GovCloud if the region is.
func withARN(id, region string) string {
	partition := "aws"
	if strings.HasPrefix(region, "us-gov-") {
		partition = "aws-us-gov"
	}
	return strings.Replace(ftp(id, openToAll), `"GroupName"`, `"SecurityGroupArn": "arn:`+partition+`:ec2:`+region+`:123456789012:security-group/`+id+`", "GroupName"`, 1)
}

func TestPlaces(t *testing.T) {
	dir := write(t, map[string]string{
		"123456789012/eu-west-1/my-data-1/a.json": groupsFile(ftp("sg-1", openToAll)),
		"b.json":                                 groupsFile(withARN("sg-2", "us-gov-west-1"), withARN("sg-5", "us-gov-east-1")),
		"cn-north-1.json":                        groupsFile(ftp("sg-3", openToAll)),
		"c.json":                                 groupsFile(ftp("sg-4", openToAll)),
		"999988887777/ap-southeast-2/empty.json": groupsFile(),
		// Its folder says another account, but the group is shared, and in another file, too.
		"999988887777/us-gov-west-1/a.json": groupsFile(withARN("sg-2", "us-gov-west-1")),
		"999988887777/us-gov-east-1/a.json": groupsFile(strings.ReplaceAll(withARN("sg-6", "us-gov-east-1"), "123456789012", "999988887777")),
	})
	groups, places, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range groups {
		got = append(got, strings.Join([]string{g.ID, g.Partition, g.Region, g.AccountID, g.ARN}, " "))
	}
	for _, c := range places {
		got = append(got, strings.Join([]string{strings.TrimPrefix(c.Origin, dir), c.AccountID, c.Region}, " "))
	}
	want := []string{
		"sg-1 aws eu-west-1 123456789012 arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1",
		"sg-6 aws-us-gov us-gov-east-1 999988887777 arn:aws-us-gov:ec2:us-gov-east-1:999988887777:security-group/sg-6",
		"sg-2 aws-us-gov us-gov-west-1 123456789012 arn:aws-us-gov:ec2:us-gov-west-1:123456789012:security-group/sg-2",
		"sg-5 aws-us-gov us-gov-east-1 123456789012 arn:aws-us-gov:ec2:us-gov-east-1:123456789012:security-group/sg-5",
		"sg-4   123456789012 ",
		"sg-3 aws-cn cn-north-1 123456789012 arn:aws-cn:ec2:cn-north-1:123456789012:security-group/sg-3",
		"/123456789012/eu-west-1/my-data-1/a.json 123456789012 eu-west-1",
		"/999988887777/ap-southeast-2/empty.json 999988887777 ap-southeast-2",
		"/999988887777/us-gov-east-1/a.json 999988887777 us-gov-east-1",
		"/999988887777/us-gov-west-1/a.json 123456789012 us-gov-west-1",
		"/b.json 123456789012 ", // two regions in one file
		"/c.json 123456789012 ",
		"/cn-north-1.json 123456789012 cn-north-1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A list that is not there, or only in part, leaves the answer open.
func TestPrefixLists(t *testing.T) {
	for _, tt := range []struct {
		name    string
		entries string // content of the list's file; empty for none
		want    rule.Answer
		fails   bool
	}{
		{"open", `{"Entries": [{"Cidr": "0.0.0.0/0"}]}`, rule.Yes, false},
		{"closed", `{"Entries": [{"Cidr": "10.0.0.0/8"}]}`, rule.No, false},
		{"empty", `{"Entries": []}`, rule.No, false},
		{"missing", "", rule.Unknown, false},
		{"a part", `{"Entries": [{"Cidr": "10.0.0.0/8"}], "NextToken": "x"}`, rule.Unknown, true},
		{"broken", `{"Entries": [{"Cidr": "10.0.0`, rule.Unknown, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"sg.json": groupsFile(ftp("sg-1", byList)), "lists.json": `{"PrefixLists": [{"PrefixListId": "pl-0a", "PrefixListName": "offices"}]}`}
			if tt.entries != "" {
				files["entries.pl-0a.json"] = tt.entries
			}
			groups, _, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Request{})
			if (err != nil) != tt.fails {
				t.Fatal(err)
			}
			if got := groups[0].Verdict.Unrestricted; got != tt.want || groups[0].Permissions[0].PrefixListName != "offices" {
				t.Errorf("answer %v, want %v; %+v", got, tt.want, groups[0].Permissions[0])
			}
		})
	}
}

// Groups give no ports for all protocols where rules give -1, and 6 may stand for tcp.
func TestRuleJoin(t *testing.T) {
	dir := write(t, map[string]string{
		"sg.json": groupsFile(ftp("sg-1", `
			{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [{"GroupId": "sg-9", "UserId": "123456789012"}]},
			{"IpProtocol": "6", "FromPort": 21, "ToPort": 21, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::/32"}], "PrefixListIds": [{"PrefixListId": "pl-0a"}], "UserIdGroupPairs": []},
			{"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}`)),
		"rules.json": `{"SecurityGroupRules": [
			{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "10.0.0.0/8", "Tags": [{"Key": "k", "Value": "v"}]},
			{"SecurityGroupRuleId": "sgr-0", "GroupId": "sg-1", "IsEgress": true, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "10.0.0.0/8"},
			{"SecurityGroupRuleId": "sgr-2", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "ReferencedGroupInfo": {"GroupId": "sg-9"}},
			{"SecurityGroupRuleId": "sgr-3", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "CidrIpv6": "2001:db8::/32"},
			{"SecurityGroupRuleId": "sgr-4", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "PrefixListId": "pl-0a"},
			{"SecurityGroupRuleId": "sgr-5", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "CidrIpv4": "10.0.0.0/8"}]}`,
	})
	groups, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Request{Rules: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range groups[0].Permissions {
		got = append(got, p.SourceText()+" "+p.RuleID)
	}
	want := []string{"10.0.0.0/8 sgr-1", "sg-9 sgr-2", "2001:DB8::/32 sgr-3", "pl-0a sgr-4", "10.0.0.0/8 sgr-5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if tags := groups[0].Permissions[0].RuleTags; tags["k"] != "v" {
		t.Errorf("tags of the rule: %v", tags)
	}
}

func TestReadStopsWithTheConsumer(t *testing.T) {
	s, err := New(config.Config{Paths: []string{write(t, map[string]string{"a.json": groupsFile(ftp("sg-1", openToAll), ftp("sg-2", openToAll))})}})
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	n := 0
	if _, err := s.Read(t.Context(), sg.Request{}, func(*sg.Group) error { n++; return enough }); err != enough || n != 1 {
		t.Errorf("%v after %d groups", err, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(ctx, sg.Request{}, func(*sg.Group) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
