package scan

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An edit takes something from a JSON document.
type edit struct {
	kind string // delete, null, empty, or rename: to other letters, or to the same in another case
	path string // of what it takes, with numbers of elements
}

// edits are all documents that lack one thing that the document has, or have it under another
// name, of which one in [soak.OneIn] is tried.
func edits(document any) map[edit]any {
	all := map[edit]any{}
	var walk func(v any, path string, put func(any) any)
	walk = func(v any, path string, put func(any) any) {
		switch v := v.(type) {
		case map[string]any:
			for name, value := range v {
				at := path + "/" + name
				without := func() map[string]any {
					c := maps.Clone(v)
					delete(c, name)
					return c
				}
				with := func(name string, value any) any {
					c := without()
					c[name] = value
					return put(c)
				}
				all[edit{"delete", at}] = put(without())
				all[edit{"null", at}] = with(name, nil)
				all[edit{"rename", at}] = with("Other"+name, value)
				all[edit{"lower case", at}] = with(strings.ToLower(name), value)
				switch value.(type) {
				case string:
					all[edit{"empty", at}] = with(name, "")
				case []any:
					all[edit{"empty", at}] = with(name, []any{})
				case map[string]any:
					all[edit{"empty", at}] = with(name, map[string]any{})
				}
				walk(value, at, func(value any) any { return with(name, value) })
			}
		case []any:
			for i, value := range v {
				at := fmt.Sprintf("%s/%d", path, i)
				with := func(value any) any {
					c := slices.Clone(v)
					c[i] = value
					return put(c)
				}
				all[edit{"delete", at}] = put(slices.Delete(slices.Clone(v), i, i+1))
				all[edit{"null", at}] = with(nil)
				walk(value, at, with)
			}
		}
	}
	walk(document, "", func(v any) any { return v })
	byPath := func(a, b edit) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.kind, b.kind)) }
	for i, e := range slices.SortedFunc(maps.Keys(all), byPath) {
		if i%soak.OneIn != 0 {
			delete(all, e)
		}
	}
	return all
}

// isElement reports whether the last segment of a path is the number of an element.
func isElement(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// legal reports whether AWS could have given what is left, so that nobody can tell that
// something is missing. This is the rule:
//   - A list may have any number of elements. So one of them, or all of them, may be gone.
//   - AWS leaves out a member where it has no value for it. These are optional.
//
// Whatever else is gone must be missed.
func (e edit) legal() bool {
	name := e.path[strings.LastIndexByte(e.path, '/')+1:]
	switch e.kind {
	case "delete":
		if isElement(e.path) {
			return true
		}
	case "empty":
		return slices.Contains([]string{"SecurityGroups", "IpPermissions", "IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs", "Tags", "Groups",
			"SecurityGroupRules", "PrefixLists", "Entries", "NetworkInterfaces", "PrivateIpAddresses", "Ipv6Addresses",
			"Value", "Description", "VpcId", "UserId"}, name)
	case "lower case":
		// Of what completes the groups, members are read in any case. The others that may be
		// anything are those of which AWS may have new ones.
		return false
	}
	return slices.Contains([]string{"Tags", "Description", "VpcId", "UserId", "Association"}, name)
}

// savedWorld has everything that files may hold, with an open group for every way of being open.
func savedWorld() map[string]string {
	const lists = `"IpRanges": [%s], "Ipv6Ranges": [%s], "PrefixListIds": [%s], "UserIdGroupPairs": [%s]`
	group := func(id, name string, permissions ...string) string {
		return fmt.Sprintf(`{"Description": "d", "GroupName": %q, "OwnerId": "111122223333", "GroupId": %q, "VpcId": "vpc-1", "Tags": [{"Key": "team", "Value": "a"}],
			"SecurityGroupArn": "arn:aws:ec2:us-east-1:111122223333:security-group/%s", "IpPermissionsEgress": [], "IpPermissions": [%s]}`,
			name, id, id, strings.Join(permissions, ", "))
	}
	tcp := func(sources ...any) string {
		return `{"IpProtocol": "tcp", "FromPort": 20, "ToPort": 21, ` + fmt.Sprintf(lists, sources...) + `}`
	}
	all := func(sources ...any) string { return `{"IpProtocol": "-1", ` + fmt.Sprintf(lists, sources...) + `}` }
	const in = "111122223333/us-east-1/"
	return map[string]string{
		in + "describe-security-groups.json": groupsFile(
			group("sg-1", "default", tcp(`{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "0.0.0.0/0", "Description": "x"}`, "", "", ""), all("", `{"CidrIpv6": "::/0"}`, "", "")),
			group("sg-2", "by-list", tcp("", "", `{"PrefixListId": "pl-0a"}`, `{"GroupId": "sg-1", "UserId": "111122223333"}`),
				`{"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, `+fmt.Sprintf(lists, `{"CidrIp": "0.0.0.0/0"}`, "", "", "")+`}`),
			group("sg-3", "combined", tcp(`{"CidrIp": "0.0.0.0/1"}`, "", "", ""), tcp(`{"CidrIp": "128.0.0.0/1"}`, "", "", ""))),
		in + "describe-security-group-rules.json": `{"SecurityGroupRules": [
			{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "GroupOwnerId": "111122223333", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 20, "ToPort": 21, "CidrIpv4": "0.0.0.0/0", "Tags": [{"Key": "k", "Value": "v"}]},
			{"SecurityGroupRuleId": "sgr-2", "GroupId": "sg-2", "GroupOwnerId": "111122223333", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 20, "ToPort": 21, "PrefixListId": "pl-0a", "Tags": []},
			{"SecurityGroupRuleId": "sgr-3", "GroupId": "sg-2", "GroupOwnerId": "111122223333", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 20, "ToPort": 21, "ReferencedGroupInfo": {"GroupId": "sg-1"}, "Tags": []},
			{"SecurityGroupRuleId": "sgr-4", "GroupId": "sg-2", "GroupOwnerId": "111122223333", "IsEgress": false, "IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "CidrIpv4": "0.0.0.0/0", "Tags": []}]}`,
		in + "describe-managed-prefix-lists.json":         `{"PrefixLists": [{"PrefixListId": "pl-0a", "PrefixListName": "offices", "OwnerId": "111122223333"}]}`,
		in + "get-managed-prefix-list-entries.pl-0a.json": `{"Entries": [{"Cidr": "10.0.0.0/8", "Description": "x"}, {"Cidr": "0.0.0.0/0"}]}`,
		in + "describe-network-interfaces.json": `{"NetworkInterfaces": [
			{"NetworkInterfaceId": "eni-1", "OwnerId": "111122223333", "AvailabilityZone": "us-east-1a", "VpcId": "vpc-1", "Groups": [{"GroupId": "sg-1"}], "Association": {"PublicIp": "3.4.5.6"},
				"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.1", "Association": {"PublicIp": "3.4.5.6"}}], "Ipv6Addresses": [{"Ipv6Address": "2600::1"}]},
			{"NetworkInterfaceId": "eni-2", "OwnerId": "111122223333", "AvailabilityZone": "us-east-1-bos-1a", "VpcId": "vpc-1", "Groups": [{"GroupId": "sg-2"}],
				"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.2"}], "Ipv6Addresses": []}]}`,
		"111122223333/eu-west-1/describe-security-groups.json": groupsFile(strings.NewReplacer("us-east-1", "eu-west-1", "vpc-1", "vpc-9").Replace(group("sg-9", "default"))),
	}
}

func openIn(groups []*sg.Group) (n int) {
	for _, g := range groups {
		if g.Verdict.Unrestricted == rule.Yes {
			n++
		}
	}
	return n
}

// oddIn reports whether a permission is known to be odd, and so undetermined.
func oddIn(groups []*sg.Group) bool {
	return slices.ContainsFunc(groups, func(g *sg.Group) bool {
		return slices.ContainsFunc(g.Permissions, func(p *sg.Permission) bool {
			return p.Doubt != "" && p.Verdict.Unrestricted == rule.Unknown
		})
	})
}

// Whatever is taken from a saved file, the answer is the same, or an error, or the file is one
// that AWS could have given.
func TestDeletionFromSavedFiles(t *testing.T) {
	files := savedWorld()
	dir := write(t, files)
	cfg := config.Config{Paths: []string{dir}}
	groups, _, err := read(t, cfg, sg.Everything())
	if err != nil || openIn(groups) != 3 {
		t.Fatalf("%d open, %v", openIn(groups), err)
	}
	want := everything(groups)
	missed, same := 0, 0
	for name, text := range files {
		var document any
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		for e, changed := range edits(document) {
			text, err := json.Marshal(changed)
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			got, places, err := read(t, cfg, sg.Everything())
			switch {
			case err != nil, oddIn(got):
				missed++
			case slices.Equal(everything(got), want):
				same++
			case e.legal():
			default:
				t.Errorf("%s: %s %s: %d open, and nothing is missed: %v", name, e.kind, e.path, openIn(got), places)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if missed < 300/soak.OneIn || same < 30/soak.OneIn {
		t.Errorf("%d edits were missed and %d changed nothing: there should be many of both", missed, same)
	}
}

// Whatever is taken from a recorded scan is missed.
func TestDeletionFromRecordedScans(t *testing.T) {
	cfg := config.Config{Paths: []string{write(t, savedWorld())}}
	live := liveConfig(t, replayable().Start(t))
	live.Accounts, live.Regions = []string{home}, []string{"us-east-1"}
	for name, cfg := range map[string]config.Config{"of files": cfg, "of AWS": live} {
		t.Run(name, func(t *testing.T) {
			dir, _ := recordScan(t, cfg)
			cfg := config.Config{Paths: []string{dir}}
			groups, _, err := read(t, cfg, sg.Everything())
			if err != nil {
				t.Fatal(err)
			}
			want := everything(groups)
			tried := 0
			err = filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				original, err := os.ReadFile(file)
				if err != nil {
					return err
				}
				for e, changed := range edits(unpacked(t, original)) {
					tried++
					if err := os.WriteFile(file, repacked(t, changed), 0o600); err != nil {
						return err
					}
					got, _, err := read(t, cfg, sg.Everything())
					if err == nil && !slices.Equal(everything(got), want) {
						t.Errorf("%s: %s %s is not missed", file, e.kind, e.path)
					}
				}
				return os.WriteFile(file, original, 0o600)
			})
			if err != nil || tried < 100/soak.OneIn {
				t.Errorf("%d edits, %v", tried, err)
			}
		})
	}
}

func unpacked(t *testing.T, compressed []byte) (document any) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err == nil {
		err = json.Unmarshal(text, &document)
	}
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func repacked(t *testing.T, document any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(document); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
