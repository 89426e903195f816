package benchmark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// A group of the test world is a security group in few words. Its ID is sg- and its name.
type group struct {
	name string
	// rules are written as in "tcp 20-21 0.0.0.0/0".
	rules []string
	tags  map[string]string
	// addresses are those of its network interface, if it has one: "" is an interface
	// without a public address.
	addresses []string
	// subnet is where its network interfaces are: empty is one that the internet reaches, and
	// the others are in [subnets].
	subnet string
}

// subnets are those of the first region, each with the target of its default route and the rule of
// its network ACL for all that comes in.
var subnets = map[string][2]string{"": {"igw-0", "allow"}, "behind-acl": {"igw-0", "deny"}, "inside": {"nat-0", "allow"}, "behind-appliance": {"eni-0", "allow"}}

const exceptionTag = "ftpcheck:exception"

func excepted(note string) map[string]string { return map[string]string{exceptionTag: note} }

// world has a case for every status of every control on security groups. In its first
// region network interfaces were read, and in the second not.
var world = [][]group{{
	{name: "closed", rules: []string{"tcp 443 0.0.0.0/0", "udp 21 0.0.0.0/0"}},
	{name: "closed-used", rules: []string{"tcp 22 0.0.0.0/0"}, addresses: []string{"198.51.100.26"}},
	{name: "empty"},
	{name: "open", rules: []string{"tcp 21 0.0.0.0/0"}, addresses: []string{"198.51.100.7"}},
	{name: "open-many", rules: []string{"tcp 20-21 0.0.0.0/0", "tcp 21 ::/0", "tcp 0-65535 0.0.0.0/0", "-1 ::/0", "-1 0.0.0.0/0", "6 0.0.0.0/0", "tcp 21-22 0.0.0.0/0"}, addresses: []string{"198.51.100.8", "198.51.100.9"}},
	{name: "open-inside", rules: []string{"tcp 20 ::/0"}, addresses: []string{""}},
	{name: "open-unused", rules: []string{"tcp 21 0.0.0.0/1", "tcp 21 128.0.0.0/1"}},
	{name: "unknown", rules: []string{"tcp 21 pl-unknown"}, addresses: []string{"198.51.100.10"}},
	{name: "unknown-open", rules: []string{"tcp 21 pl-unknown", "tcp 21 8.8.8.8/32"}, addresses: []string{"198.51.100.25"}},
	{name: "unknown-unused", rules: []string{"tcp 20 pl-unknown"}},
	{name: "open-and-unknown", rules: []string{"tcp 21 0.0.0.0/0", "tcp 20 pl-unknown"}},
	{name: "wide", rules: []string{"tcp 21 8.0.0.0/8"}},
	{name: "wide-together", rules: []string{"tcp 21 8.0.0.0/17", "tcp 21 9.0.0.0/17", "tcp 20 11.0.0.0/17"}},
	{name: "exactly-a-16", rules: []string{"tcp 21 8.0.0.0/16"}},
	{name: "private", rules: []string{"tcp 21 10.0.0.0/8"}},
	{name: "default", rules: []string{"tcp 21 0.0.0.0/0"}},
	{name: "excepted", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("9999-12-31 21 any_ipv4 reachable partner migration"), addresses: []string{"198.51.100.11"}},
	{name: "excepted-out-of-reach", rules: []string{"tcp 20-21 0.0.0.0/0"}, tags: excepted("9999-12-31 20 21 any_ipv4 partner migration")},
	{name: "excepted-but-reached", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("9999-12-31 21 any_ipv4 partner migration"), addresses: []string{"198.51.100.27"}},
	{name: "excepted-in-part", rules: []string{"tcp 21 0.0.0.0/0", "tcp 20-21 ::/0"}, tags: excepted("9999-12-31 21 any_ipv4 reachable partner migration"), addresses: []string{"198.51.100.28"}},
	{name: "excepted-port", rules: []string{"tcp 20-21 0.0.0.0/0"}, tags: excepted("9999-12-31 21 any_ipv4 partner migration")},
	{name: "excepted-unknown", rules: []string{"tcp 21 pl-unknown"}, tags: excepted("9999-12-31 21 prefix_list partner migration"), addresses: []string{"198.51.100.12"}},
	{name: "excepted-and-unknown", rules: []string{"tcp 21 0.0.0.0/0", "tcp 21 pl-unknown"}, tags: excepted("9999-12-31 21 any_ipv4 reachable partner migration"), addresses: []string{"198.51.100.29"}},
	{name: "excepted-together", rules: []string{"tcp 21 8.0.0.0/17", "tcp 21 9.0.0.0/17", "tcp 21 11.0.0.0/17"}, tags: excepted("9999-12-31 21 combined partner migration")},
	{name: "excepted-and-wide", rules: []string{"tcp 21 0.0.0.0/0", "tcp 21 8.0.0.0/8"}, tags: excepted("9999-12-31 21 any_ipv4 partner migration")},
	{name: "excepted-closed", tags: excepted("9999-12-31 21 any_ipv4 no longer needed")},
	{name: "expired", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("2020-02-29 21 any_ipv4 reachable partner migration"), addresses: []string{"198.51.100.13"}},
	{name: "malformed", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("9999-12-31 partner migration")},
	{name: "by-id", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("2020-01-01 21 any_ipv4 what covers counts")},
	{name: "by-tag", rules: []string{"tcp 21 0.0.0.0/0"}, tags: map[string]string{"purpose": "it's a honeypot", "status": "ok", `o"dd'`: "x"}},
	{name: "by-rule", rules: []string{"tcp 21 0.0.0.0/0", "tcp 20-21 0.0.0.0/0", "-1 0.0.0.0/0", "tcp 21 ::/0"}},
	{name: "of-two-1", rules: []string{"tcp 21 ::/0"}},
	{name: "of-two-2", rules: []string{"tcp 21 ::/0"}},
	{name: "too-broad-1", rules: []string{"tcp 21 ::/0"}},
	{name: "too-broad-2", rules: []string{"tcp 21 ::/0"}},
	{name: "open-behind-acl", rules: []string{"tcp 21 0.0.0.0/0"}, addresses: []string{"198.51.100.21"}, subnet: "behind-acl"},
	{name: "open-elsewhere", rules: []string{"tcp 21 0.0.0.0/0"}, addresses: []string{"198.51.100.22"}, subnet: "inside"},
	{name: "open-inspected", rules: []string{"tcp 21 0.0.0.0/0"}, addresses: []string{"198.51.100.23"}, subnet: "behind-appliance"},
	{name: "unknown-behind-acl", rules: []string{"tcp 21 pl-unknown"}, addresses: []string{"198.51.100.24"}, subnet: "behind-acl"},
	{name: "=cmd|' /C calc'!A0", rules: []string{"tcp 21 0.0.0.0/0"}},
}, {
	{name: "open-unseen", rules: []string{"tcp 21 0.0.0.0/0"}},
	{name: "closed-unseen"},
	{name: "excepted-unseen", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("9999-12-31 21 any_ipv4 reachable partner migration")},
	{name: "excepted-if-unreachable", rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted("9999-12-31 21 any_ipv4 partner migration")},
}, {
	{name: "default"},
}}

// worldExceptions are exceptions that the world has groups for.
const worldExceptions = `
  - { group_id: sg-by-id, ports: [21], reasons: [any_ipv4], until: 9999-12-31, why: "it's agreed", approved_by: CISO, ticket: SEC-1 }
  - { account_id: "1111*", region: "us-*", tags: { purpose: "it's a honey*" }, ports: [20, 21], reasons: [any_ipv4], until: 9999-12-31, why: research, approved_by: CISO }
  - { group_id: sg-by-rule, rule: "tcp 21 21 0.0.0.0/0", ports: [21], reasons: [any_ipv4], until: 9999-12-31, why: one, approved_by: CISO }
  - { group_id: sg-by-rule, rule: "-1 -1 -1 0.0.0.0/0", ports: [20, 21], reasons: [any_ipv4], until: 9999-12-31, why: two, approved_by: CISO }
  - { group_id: sg-by-rule, rule: sgr-by-rule-3, ports: [21], reasons: [any_ipv6], until: 9999-12-31, why: three, approved_by: CISO }
  - { name: "of-two-[!3-9]", groups: 2, ports: [21], reasons: [any_ipv6], until: 9999-12-31, why: both, approved_by: CISO }
  - { name: "too-broad-?", ports: [21], reasons: [any_ipv6], until: 9999-12-31, why: "which?", approved_by: CISO }
`

// excepting is the mod with these exceptions, and with those of tags.
func excepting(t testing.TB, exceptions string, settings ...string) *Mod {
	t.Helper()
	return loadExcepted(t, parseExceptions(t, exceptions), append(settings, "exception_tag="+exceptionTag)...)
}

// notes are values of the tag with which a group brings an exception, and whether they are valid,
// expired or malformed.
var notes = sync.OnceValue(func() map[string]string {
	today := time.Now().UTC()
	notes := map[string]string{
		today.Format(time.DateOnly) + " 21 any_ipv4 today":                     "valid",
		today.AddDate(0, 0, 1).Format(time.DateOnly) + " 21 any_ipv4 tomorrow": "valid",
		today.AddDate(0, 0, -1).Format(time.DateOnly) + " 21 any_ipv4 gone":    "expired",
		"9999-12-31 21 any_ipv4 x":                                             "valid",
		"9999-12-31   any_ipv6 20   any_ipv4 21 späte Frist":                   "valid",
		" 9999-12-31\t21\nany_ipv4 reachable x \n ":                            "valid",
		"9999-12-31 21 any_ipv4 21st reason":                                   "valid",
		"9999-12-31 21 any_ipv4 x\n21":                                         "valid",
	}
	for day, state := range map[string]string{"2000-02-29": "expired", "2004-02-29": "expired", "0001-01-01": "expired", "0000-02-29": "expired", "9996-02-29": "valid"} {
		notes[day+" 21 any_ipv4 x"] = state
	}
	for _, day := range []string{
		"soon", "9999-12-31x", "9999-12-31,", "9999-02-29", "9900-02-29", "9999-02-30", "9999-02-31", "9999-04-31", "9999-06-31", "9999-09-31", "9999-11-31",
		"9999-12-32", "9999-13-01", "9999-00-10", "9999-10-00", "9999-01-00", "9999-12-99", "9999-1-31", "9999-12-1", "99-12-31", "9999/12/31", "99991231",
		"999a-12-31", "9999-1a-31", "9999-12-3a", "-999-12-31", "+999-12-31", "99 9-12-31", "9999--1-31", "９９９９-12-31", "9999-１2-31", "31.12.9999", "Dec 31 9999",
	} {
		notes[day+" 21 any_ipv4 x"] = "malformed"
	}
	for _, note := range []string{
		"x", "9999-12-31", "9999-12-31 x", "9999-12-31 21 x", "9999-12-31 any_ipv4 x", "9999-12-31 21 any_ipv4", "9999-12-31 21 any_ipv4 any_ipv6 ", "9999-12-31 21 any_ipv4  \t",
		"9999-12-31 21 any_ipv4 reachable", "9999-12-31 21,any_ipv4 x", "9999-12-31 22 any_ipv4 x", "9999-12-31 x 21 any_ipv4", "21 any_ipv4 9999-12-31 x", "9999-12-31 21 undetermined x",
		"9999-12-31 021 any_ipv4 x", "9999-12-31 21 ANY_IPV4 x", "9999-12-31 21 any_ipv4\u00a0", "9999-12-31 21 any_ipv4 \u2003 \u0085",
	} {
		notes[note] = "malformed"
	}
	return notes
})

// save writes the world as the AWS CLI would, a folder for each region.
func save(t testing.TB, regions [][]group) string {
	t.Helper()
	dir := t.TempDir()
	for i, groups := range regions {
		region := filepath.Join(dir, "111122223333", []string{"us-east-1", "eu-west-1", "eu-central-1"}[i])
		var described, rules, interfaces []any
		for _, g := range groups {
			id := "sg-" + g.name
			if i == 2 {
				id += "-2" // the first region has a default group, too
			}
			permissions, tags := []any{}, []any{}
			for n, text := range g.rules {
				permission := permission(t, text)
				permissions = append(permissions, permission)
				rule := map[string]any{"SecurityGroupRuleId": fmt.Sprintf("sgr-%s-%d", g.name, n), "GroupId": id, "IsEgress": false,
					"IpProtocol": permission["IpProtocol"], "FromPort": -1, "ToPort": -1}
				if p := permission["FromPort"]; p != nil {
					rule["FromPort"], rule["ToPort"] = p, permission["ToPort"]
				}
				source := text[strings.LastIndexByte(text, ' ')+1:]
				switch {
				case strings.HasPrefix(source, "pl-"):
					rule["PrefixListId"] = source
				case strings.Contains(source, ":"):
					rule["CidrIpv6"] = source
				default:
					rule["CidrIpv4"] = source
				}
				rules = append(rules, rule)
			}
			for key, value := range g.tags {
				tags = append(tags, map[string]any{"Key": key, "Value": value})
			}
			described = append(described, map[string]any{"GroupId": id, "GroupName": g.name, "OwnerId": "111122223333", "VpcId": fmt.Sprintf("vpc-%d", i),
				"Description": g.name, "IpPermissions": permissions, "Tags": tags})
			for n, address := range g.addresses {
				private := fmt.Sprint("10.0.0.", len(interfaces)+10)
				own := map[string]any{"Primary": true, "PrivateIpAddress": private}
				card := map[string]any{"NetworkInterfaceId": fmt.Sprintf("eni-%s-%d", g.name, n), "Groups": []any{map[string]any{"GroupId": id}}, "InterfaceType": "interface",
					"OwnerId": "111122223333", "VpcId": "vpc-0", "SubnetId": "subnet-" + g.subnet, "PrivateIpAddress": private, "PrivateIpAddresses": []any{own}, "Ipv6Addresses": []any{}}
				if address != "" {
					own["Association"] = map[string]any{"PublicIp": address}
					card["Association"] = own["Association"]
				}
				interfaces = append(interfaces, card)
			}
		}
		write(t, filepath.Join(region, "groups.json"), "SecurityGroups", described)
		write(t, filepath.Join(region, "rules.json"), "SecurityGroupRules", rules)
		if i == 0 {
			write(t, filepath.Join(region, "interfaces.json"), "NetworkInterfaces", interfaces)
			saveNetwork(t, region)
		}
	}
	return dir
}

// saveNetwork writes what stands between the interfaces of the first region and the internet.
func saveNetwork(t testing.TB, region string) {
	type m = map[string]any
	var tables, acls, places []any
	local := m{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"}
	for name, x := range subnets {
		id := "subnet-" + name
		route := m{"DestinationCidrBlock": "0.0.0.0/0", "State": "active", "Origin": "CreateRoute"}
		kind, _, _ := strings.Cut(x[0], "-")
		route[map[string]string{"igw": "GatewayId", "nat": "NatGatewayId", "eni": "NetworkInterfaceId"}[kind]] = x[0]
		all := func(action string, number int, egress bool) m {
			return m{"RuleNumber": number, "RuleAction": action, "Egress": egress, "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}
		}
		places = append(places, m{"SubnetId": id, "VpcId": "vpc-0", "OwnerId": "111122223333", "CidrBlock": "10.0.0.0/24"})
		tables = append(tables, m{"RouteTableId": "rtb-" + name, "VpcId": "vpc-0", "OwnerId": "111122223333", "Routes": []any{local, route},
			"Associations": []any{m{"SubnetId": id, "RouteTableId": "rtb-" + name, "Main": false, "AssociationState": m{"State": "associated"}}}})
		acls = append(acls, m{"NetworkAclId": "acl-" + name, "VpcId": "vpc-0", "OwnerId": "111122223333", "IsDefault": name == "",
			"Associations": []any{m{"NetworkAclId": "acl-" + name, "SubnetId": id}}, "Entries": []any{all(x[1], 100, false), all("allow", 100, true)}})
	}
	tables = append(tables, m{"RouteTableId": "rtb-main", "VpcId": "vpc-0", "OwnerId": "111122223333", "Routes": []any{local},
		"Associations": []any{m{"RouteTableId": "rtb-main", "Main": true, "AssociationState": m{"State": "associated"}}}})
	write(t, filepath.Join(region, "vpcs.json"), "Vpcs", []any{m{"VpcId": "vpc-0", "OwnerId": "111122223333", "CidrBlock": "10.0.0.0/16"}})
	write(t, filepath.Join(region, "subnets.json"), "Subnets", places)
	write(t, filepath.Join(region, "route-tables.json"), "RouteTables", tables)
	write(t, filepath.Join(region, "network-acls.json"), "NetworkAcls", acls)
	write(t, filepath.Join(region, "gateways.json"), "InternetGateways", []any{m{"InternetGatewayId": "igw-0", "OwnerId": "111122223333", "Attachments": []any{m{"VpcId": "vpc-0", "State": "available"}}}})
	write(t, filepath.Join(region, "associations.json"), "SecurityGroupVpcAssociations", nil)
	const options = `{"VpcBlockPublicAccessOptions": {"AwsAccountId": "111122223333", "AwsRegion": "us-east-1", "State": "default-state", "InternetGatewayBlockMode": "off", "ExclusionsAllowed": "allowed"}}`
	if err := os.WriteFile(filepath.Join(region, "block-public-access.json"), []byte(options), 0o666); err != nil {
		t.Fatal(err)
	}
}

// shared reads live three accounts of an organization, two of which see a group of the first, and
// one of an account that nobody reads.
func shared(t *testing.T) tables.Reader {
	t.Helper()
	open := []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}
	accounts := []string{"111122223333", "222233334444", "333344445555"}
	w := fakeaws.NewOrganization(accounts, []string{"us-east-1"}, func(account, _ string) *fakeaws.Region {
		groups := []fakeaws.Group{{ID: "sg-shared", Name: "shared", Owner: "111122223333", Ingress: open}, {ID: "sg-of-" + account, Name: "own"}}
		if account != "111122223333" {
			groups = append(groups, fakeaws.Group{ID: "sg-foreign", Name: "foreign", Owner: "444455556666", Ingress: open})
		}
		return &fakeaws.Region{Groups: groups}
	})
	return live(t, w, config.Config{Accounts: []string{"*"}})
}

// live reads a world from a server of its own.
func live(t *testing.T, w *fakeaws.World, cfg config.Config) tables.Reader {
	t.Helper()
	w.Start(t).Setenv(t)
	// Those of the environment are of the world that was started last.
	cfg.EndpointURL, cfg.AccessKey, cfg.SecretKey = os.Getenv("AWS_ENDPOINT_URL"), os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	scanner, err := scan.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return scanner
}

func permission(t testing.TB, text string) map[string]any {
	t.Helper()
	words := strings.Fields(text)
	p := map[string]any{"IpProtocol": words[0], "IpRanges": []any{}, "Ipv6Ranges": []any{}, "PrefixListIds": []any{}, "UserIdGroupPairs": []any{}}
	if len(words) == 3 {
		var from, to int
		if n, _ := fmt.Sscanf(words[1], "%d-%d", &from, &to); n == 1 {
			to = from
		}
		p["FromPort"], p["ToPort"] = from, to
	}
	switch source := words[len(words)-1]; {
	case strings.HasPrefix(source, "pl-"):
		p["PrefixListIds"] = []any{map[string]any{"PrefixListId": source}}
	case strings.Contains(source, ":"):
		p["Ipv6Ranges"] = []any{map[string]any{"CidrIpv6": source}}
	default:
		p["IpRanges"] = []any{map[string]any{"CidrIp": source}}
	}
	return p
}

func write(t testing.TB, path, name string, list []any) {
	t.Helper()
	if list == nil {
		list = []any{}
	}
	text, err := json.MarshalIndent(map[string]any{name: list}, "", "  ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o777)
	}
	if err == nil {
		err = os.WriteFile(path, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func reader(t testing.TB, paths ...string) tables.Reader {
	t.Helper()
	s, err := scan.New(config.Config{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// denied is a [tables.Reader] of what another reads, as if it was live, to which a region is
// denied for some requests.
type denied struct {
	tables.Reader
	region string
	when   func(sg.Request) bool
}

// unread is the reader with a region that is denied.
func unread(r tables.Reader, region string) tables.Reader {
	return denied{r, region, func(sg.Request) bool { return true }}
}

func (r denied) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	live := func(g *sg.Group) error {
		g.Origin = sg.Live
		return emit(g)
	}
	if !r.when(request) {
		return r.Reader.Read(ctx, request, live)
	}
	all, err := r.Reader.Read(ctx, request, func(g *sg.Group) error {
		if g.Region == r.region {
			return nil
		}
		return live(g)
	})
	var incomplete *sg.IncompleteError
	if err != nil && !errors.As(err, &incomplete) {
		return nil, err
	}
	places := slices.DeleteFunc(slices.Clone(all), func(c sg.Coverage) bool { return c.Region == r.region })
	places = append(places, sg.Coverage{Origin: sg.Live, AccountID: "111122223333", Region: r.region, Content: sg.ContentGroups,
		Status: sg.StatusDenied, ErrorCode: "UnauthorizedOperation", ErrorMessage: "Allow ec2:DescribeSecurityGroups."})
	return places, sg.Incomplete(places)
}

// brokenFile is a file that nobody can read.
func brokenFile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(path, []byte(`{"SecurityGroups": [`), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// places is a [tables.Reader] that has only a record of what was read.
type places []sg.Coverage

func (p places) Read(context.Context, sg.Request, func(*sg.Group) error) ([]sg.Coverage, error) {
	return p, nil
}

// covered has a case for every status of the control on accounts and regions.
var covered = places{
	{Origin: sg.Live, AccountID: "111122223333", Region: "us-east-1", Content: sg.ContentGroups, Status: sg.StatusScanned, Groups: 3, Permissions: 7},
	{Origin: sg.Live, AccountID: "111122223333", Region: "us-east-2", Content: sg.ContentGroups, Status: sg.StatusScanned, Groups: 1, ErrorCode: "Denied", ErrorMessage: "prefix list pl-1 could not be read"},
	{Origin: sg.Live, AccountID: "111122223333", Region: "eu-west-1", Status: sg.StatusDenied, ErrorCode: "UnauthorizedOperation", ErrorMessage: "Allow ec2:DescribeSecurityGroups."},
	{Origin: sg.Live, AccountID: "111122223333", Region: "eu-west-2", Status: sg.StatusThrottled},
	{Origin: sg.Live, AccountID: "111122223333", Region: "ap-east-1", Status: sg.StatusRegionDisabled, Optional: true, ErrorMessage: "The region is not enabled."},
	{Origin: sg.Live, AccountID: "111122223333", Region: "ap-east-2", Status: sg.StatusDenied, Ignored: true, ErrorMessage: "Access denied."},
	{Origin: "rules.json", Content: "security_group_rules", Status: sg.StatusScanned},
}
