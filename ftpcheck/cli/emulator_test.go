package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// run runs a command line and returns what it printed.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	code = Run(t.Context(), args, strings.NewReader(""), &out, &err)
	return out.String(), err.String(), code
}

// emulated says for each group of testdata/emulator what the answer must be and why. Each
// group is in both regions; there are two groups named default, only one of which has
// the permission that is described.
var emulated = []struct {
	group, answer, reason, ports string
	why                          string
}{
	{"default", "false", "null", "null", "no ingress permission at all"},
	{"default", "true", "any_ipv4", "[21]", "tcp 21 from 0.0.0.0/0: a default group is judged like any other"},
	{"ftp-allproto-v4", "true", "any_ipv4", "[20,21]", "all protocols from 0.0.0.0/0 include tcp 20 and 21"},
	{"ftp-allproto-v6", "true", "any_ipv6", "[20,21]", "all protocols from ::/0 include tcp 20 and 21"},
	{"ftp-empty", "false", "null", "null", "no ingress permission at all"},
	{"ftp-gre-47", "false", "null", "null", "protocol 47 is not tcp"},
	{"ftp-half-v4", "false", "null", "null", "0.0.0.0/1 is half of the internet; wide, and to be seen in public_ipv4_address_count"},
	{"ftp-https-only", "false", "null", "null", "tcp 443 is not FTP"},
	{"ftp-icmp", "false", "null", "null", "icmp is not tcp"},
	{"ftp-multi", "true", "any_ipv4", "[21]", "tcp 21 from 0.0.0.0/0 and ::/0; its port 20 is open to 10.1.0.0/16 only"},
	{"ftp-prefixlist-any4", "true", "prefix_list", "[21]", "the list holds 10.0.0.0/8 and 0.0.0.0/0"},
	{"ftp-prefixlist-any6", "true", "prefix_list", "[20,21]", "the list holds ::/0"},
	{"ftp-prefixlist-office", "false", "null", "null", "the list holds one documentation range"},
	{"ftp-private-10", "false", "null", "null", "10.0.0.0/8 is private"},
	{"ftp-proto-number-6", "true", "any_ipv4", "[21]", "protocol 6 is tcp"},
	{"ftp-public-8", "false", "null", "null", "8.8.8.0/24 is public, but 256 addresses of it"},
	{"ftp-range-0-19", "false", "null", "null", "the range ends before 20"},
	{"ftp-range-19-20", "true", "any_ipv4", "[20]", "the range ends with 20"},
	{"ftp-range-21-1024", "true", "any_ipv4", "[21]", "the range begins with 21"},
	{"ftp-range-22-65535", "false", "null", "null", "the range begins behind 21"},
	{"ftp-sgref", "false", "null", "null", "a referenced group stands for private addresses"},
	{"ftp-split-v4", "true", "combined", "[21]", "0.0.0.0/1 and 128.0.0.0/1 on tcp 21 are everything together"},
	{"ftp-tcp-0-65535", "true", "any_ipv4", "[20,21]", "all tcp ports include 20 and 21"},
	{"ftp-udp-21", "false", "null", "null", "udp 21 is not FTP"},
	{"ftp-v4-20", "true", "any_ipv4", "[20]", "tcp 20 from 0.0.0.0/0"},
	{"ftp-v4-21", "true", "any_ipv4", "[21]", "tcp 21 from 0.0.0.0/0"},
	{"ftp-v4mapped-v6", "false", "null", "null", "::ffff:0:0/96 holds IPv4-mapped addresses, which never come over the wire, and no public IPv6 address"},
	{"ftp-v6-20-21", "true", "any_ipv6", "[20,21]", "tcp 20-21 from ::/0"},
}

func TestEmulatorAccount(t *testing.T) {
	stdout, stderr, code := run(t, "query", "--from", "../../testdata/emulator", "--output", "json",
		"select group_name, region, unrestricted_ftp, unrestricted_ftp_reason, unrestricted_ftp_ports from ftpcheck_security_group order by 1, 2, 3")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var result struct {
		Rows []struct {
			Name   string          `json:"group_name"`
			Region string          `json:"region"`
			Answer json.RawMessage `json:"unrestricted_ftp"`
			Reason json.RawMessage `json:"unrestricted_ftp_reason"`
			Ports  json.RawMessage `json:"unrestricted_ftp_ports"`
		} `json:"rows"`
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range result.Rows {
		ports := strings.Join(strings.Fields(string(r.Ports)), "")
		got[fmt.Sprintf("%s %s %s %s %s", r.Name, r.Region, r.Answer, strings.Trim(string(r.Reason), `"`), ports)]++
	}
	for _, e := range emulated {
		for _, region := range []string{"eu-west-1", "us-east-1"} {
			key := fmt.Sprintf("%s %s %s %s %s", e.group, region, e.answer, e.reason, e.ports)
			if got[key] != 1 {
				t.Errorf("no row %q, but it should be so: %s", key, e.why)
			}
			delete(got, key)
		}
	}
	for key := range got {
		t.Errorf("nobody expects the row %q", key)
	}
}
