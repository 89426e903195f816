package saved

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Groups and rules that the AWS CLI printed are scanned, which takes a few allocations for each,
// where package json takes some for each text. Groups that nobody asks for are made in one place.
func TestScannedAllocations(t *testing.T) {
	const groups, rules = 500, 20
	var g, r strings.Builder
	for i := range groups {
		id := fmt.Sprintf("sg-%017x", i)
		fmt.Fprintf(&g, `, {"GroupId": %q, "GroupName": "a", "Description": "a", "OwnerId": "123456789012", "VpcId": "vpc-1", "IpPermissions": [`, id)
		for n := range rules {
			fmt.Fprintf(&g, `%s{"IpProtocol": "tcp", "FromPort": %d, "ToPort": %d, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "b"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}`,
				strings.Repeat(",", min(n, 1)), n, n)
			fmt.Fprintf(&r, `, {"SecurityGroupRuleId": "sgr-%d-%d", "GroupId": %q, "GroupOwnerId": "123456789012", "IsEgress": false, "IpProtocol": "tcp", "FromPort": %d, "ToPort": %d, "CidrIpv4": "10.0.0.0/8", "Description": "b", "Tags": []}`,
				i, n, id, n, n)
		}
		g.WriteString("]}")
	}
	for _, c := range []struct {
		file, member string
		text         string
		elements     int
		most         float64
	}{
		{"describe-security-groups.json", "SecurityGroups", g.String(), groups, 7},
		{"describe-security-group-rules.json", "SecurityGroupRules", r.String(), groups * rules, 10},
	} {
		dir := t.TempDir()
		files := map[string]string{c.file: fmt.Sprintf(`{%q: [%s]}`, c.member, c.text[1:])}
		if c.member != "SecurityGroups" { // without which groups are made of the rules
			files["describe-security-groups.json"] = `{"SecurityGroups": []}`
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		open := true
		request := sg.Request{Unrestricted: &open, Rules: true}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		places, err := New([]string{dir}, nil, "", nil).Read(t.Context(), request, nil, map[string]bool{}, func(*sg.Group) error { return io.ErrUnexpectedEOF })
		runtime.ReadMemStats(&after)
		if err != nil || places[0].Status != sg.StatusScanned {
			t.Fatal(places, err)
		}
		if n := float64(after.Mallocs-before.Mallocs) / float64(c.elements); n > c.most {
			t.Errorf("%s: %.1f allocations for each", c.file, n)
		}
	}
}

// A group that was handed over is nobody else's, though others are made in the place of those that
// were not.
func TestUnusedGroups(t *testing.T) {
	var text strings.Builder
	for i := range 40 {
		port := 22
		if i%3 == 0 {
			port = 21
		}
		fmt.Fprintf(&text, `%s{"GroupId": "sg-%d", "GroupName": "a", "Description": "a", "OwnerId": "123456789012", "IpPermissions": [{"IpProtocol": "tcp", "FromPort": %d, "ToPort": %d, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "%d"}]}]}`,
			strings.Repeat(",", min(i, 1)), i, port, port, i)
	}
	path := filepath.Join(t.TempDir(), "groups.json")
	if err := os.WriteFile(path, []byte(`{"SecurityGroups": [`+text.String()+"]}"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := true
	var got []*sg.Group
	_, err := New([]string{path}, nil, "", nil).Read(t.Context(), sg.Request{Unrestricted: &open}, nil, map[string]bool{}, func(g *sg.Group) error {
		got = append(got, g)
		return nil
	})
	if err != nil || len(got) != 14 {
		t.Fatal(len(got), err)
	}
	for i, g := range got {
		want := fmt.Sprint(3 * i)
		if p := g.Permissions[0]; g.ID != "sg-"+want || p.Description != want || p.Group != g || *p.FromPort != 21 {
			t.Errorf("group %s has become %s, with %s on %d", want, g.ID, p.Description, *p.FromPort)
		}
	}
}
