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
	}{
		{"describe-security-groups.json", "SecurityGroups", g.String(), groups},
		{"describe-security-group-rules.json", "SecurityGroupRules", r.String(), groups * rules},
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
		if n := float64(after.Mallocs-before.Mallocs) / float64(c.elements); n > 12 {
			t.Errorf("%s: %.1f allocations for each", c.file, n)
		}
	}
}
