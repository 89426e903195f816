package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// TestLiveInterfaces holds check to read network interfaces only if asked, to put first what
// the internet can address, and never to take what was not read for what is not there.
func TestLiveInterfaces(t *testing.T) {
	open := func(name string) fakeaws.Group {
		return fakeaws.Group{ID: "sg-" + name, Name: name, Ingress: []fakeaws.Permission{{RuleID: "sgr-" + name, Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}}
	}
	shared, list := open("0000000c"), open("0000000f")
	shared.Owner = member
	list.Ingress[0] = fakeaws.Permission{RuleID: "sgr-0000000f", Protocol: "tcp", From: 21, To: 21, PrefixList: fakeaws.PrefixListID("offices")}
	region := func() *fakeaws.Region {
		return &fakeaws.Region{
			Groups:      []fakeaws.Group{open("0000000a"), open("0000000b"), shared, open("0000000d"), open("0000000e"), list},
			PrefixLists: []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "203.0.113.0/24"}}}},
			NetworkInterfaces: []fakeaws.NetworkInterface{
				{Description: "one", Groups: []string{"sg-0000000b", "sg-0000000f"}, PublicIP: "198.51.100.7", PrivateIP: "10.0.0.1"},
				{Description: "two", Groups: []string{"sg-0000000b", "sg-0000000d"}, PrivateIP: "10.0.0.2"},
			},
		}
	}
	w := &fakeaws.World{Record: true, Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"eu-west-1": region(), "us-east-1": region()}}}}
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Region: "us-east-1", Action: "DescribeNetworkInterfaces"},
		{Kind: fakeaws.Denied, Action: "GetManagedPrefixListEntries"},
	}
	s := live(t, w)

	stdout, stderr, code := run(t, "check", "--output", "text", "--reachable=false")
	if code != exitError || stderr != "" || strings.Contains(stdout, "in use") || strings.Contains(stdout, "use not known") {
		t.Errorf("exit code %d, %s\n%s", code, stderr, stdout)
	}
	if n := s.Count("", "", "DescribeNetworkInterfaces").Attempts; n != 0 {
		t.Errorf("%d calls for network interfaces that nobody asked about", n)
	}

	stdout, stderr, code = run(t, "check", "--interfaces", "--reachable=false")
	want := `Account 111122223333, region eu-west-1
  sg-0000000b 0000000b: open to the whole IPv4 internet
    in use by 2 network interfaces, 1 of them with public address 198.51.100.7
    sgr-0000000b  TCP 21 from 0.0.0.0/0
  sg-0000000d 0000000d: open to the whole IPv4 internet
    in use by 1 network interface, without a public address
    sgr-0000000d  TCP 21 from 0.0.0.0/0
  sg-0000000c 0000000c: open to the whole IPv4 internet
    use not known: the group is another account's, which may use it
    sgr-0000000c  TCP 21 from 0.0.0.0/0
  sg-0000000a 0000000a: open to the whole IPv4 internet
    not in use
    sgr-0000000a  TCP 21 from 0.0.0.0/0
  sg-0000000e 0000000e: open to the whole IPv4 internet
    not in use
    sgr-0000000e  TCP 21 from 0.0.0.0/0
  sg-0000000f 0000000f: cannot tell: its prefix list could not be read
    in use by 1 network interface with public address 198.51.100.7
    sgr-0000000f  TCP 21 from LIST

Account 111122223333, region us-east-1
  sg-0000000a 0000000a: open to the whole IPv4 internet
    use not known: the network interfaces were not all read
    sgr-0000000a  TCP 21 from 0.0.0.0/0
`
	want = strings.ReplaceAll(want, "LIST", fakeaws.PrefixListID("offices"))
	if diff := cmp.Diff(want, stdout[:min(len(want), len(stdout))]); diff != "" || code != exitError || stderr != "" {
		t.Errorf("exit code %d, %s\n%s", code, stderr, diff)
	}
	if !strings.Contains(stdout, "Not read:\n- account 111122223333, region us-east-1: ec2:DescribeNetworkInterfaces is denied.") {
		t.Errorf("it does not say why the use is not known:\n%s", stdout)
	}
	if strings.Contains(stdout[strings.Index(stdout, "region us-east-1"):], "not in use") {
		t.Errorf("what was not read is taken for what is not there:\n%s", stdout)
	}
}

func TestUse(t *testing.T) {
	private, public := sg.NetworkInterface{ID: "eni-1"}, sg.NetworkInterface{ID: "eni-2", PublicIPs: []string{"198.51.100.1", "198.51.100.2"}}
	many := sg.NetworkInterface{ID: "eni-3", PublicIPs: []string{"198.51.100.3", "2001:db8::1", "2001:db8::2"}}
	for _, test := range []struct {
		known bool
		owner string
		of    []sg.NetworkInterface
		want  string
	}{
		{known: true, want: "not in use"},
		{want: "use not known: the network interfaces were not all read"},
		{owner: member, want: "use not known: the group is another account's, which may use it"},
		{known: true, of: []sg.NetworkInterface{private}, want: "in use by 1 network interface, without a public address"},
		{known: true, of: []sg.NetworkInterface{public}, want: "in use by 1 network interface with public addresses 198.51.100.1, 198.51.100.2"},
		{known: true, of: []sg.NetworkInterface{private, public, many}, want: "in use by 3 network interfaces, 2 of them with public addresses 198.51.100.1, 198.51.100.2, 198.51.100.3 and 2 more"},
		{of: []sg.NetworkInterface{private}, want: "in use by at least 1 network interface, of which none has a public address"},
		{of: []sg.NetworkInterface{public}, want: "in use by at least 1 network interface with public addresses 198.51.100.1, 198.51.100.2"},
	} {
		g := &sg.Group{AccountID: home, OwnerID: test.owner, NetworkInterfaces: test.of, NetworkInterfacesKnown: test.known}
		if got := use(g); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
