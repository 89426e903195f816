package scan

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// networkActions are what is asked of networks.
var networkActions = []string{"DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeInternetGateways", "DescribeNetworkAcls",
	"DescribeVpcBlockPublicAccessOptions", "DescribeVpcBlockPublicAccessExclusions", "DescribeSecurityGroupVpcAssociations"}

// networkRegion is a region in which every part of a network decides for some interface.
func networkRegion(account string) *fakeaws.Region {
	id := func(name string) string { return fakeaws.GroupID(account, "us-east-1", name) }
	ftp := func(name string, sources ...fakeaws.Permission) fakeaws.Group {
		for i := range sources {
			sources[i].Protocol, sources[i].From, sources[i].To = "tcp", 21, 21
		}
		return fakeaws.Group{Name: name, VPC: "vpc-a", Ingress: sources}
	}
	r := &fakeaws.Region{
		Groups: []fakeaws.Group{
			ftp("open", fakeaws.Permission{CIDR4: "0.0.0.0/0"}), ftp("open6", fakeaws.Permission{CIDR6: "::/0"}),
			ftp("lower", fakeaws.Permission{CIDR4: "0.0.0.0/1"}), ftp("upper", fakeaws.Permission{CIDR4: "128.0.0.0/1"}),
			ftp("offices", fakeaws.Permission{PrefixList: fakeaws.PrefixListID("offices")}),
			ftp("unused", fakeaws.Permission{CIDR4: "0.0.0.0/0"}), closedGroup("closed"), ftp("elsewhere", fakeaws.Permission{CIDR4: "0.0.0.0/0"}),
		},
		PrefixLists: []fakeaws.PrefixList{
			{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "8.8.8.0/24"}}},
			{Name: "clients", Entries: []fakeaws.Entry{{CIDR: "8.8.0.0/16"}, {CIDR: "9.9.9.0/24"}}},
		},
		VPCs: []fakeaws.VPC{{ID: "vpc-a", IPv6: "2600:1f18:1::/56"}, {ID: "vpc-b", CIDR: "10.1.0.0/16"}},
		Subnets: []fakeaws.Subnet{
			{ID: "subnet-public", VPC: "vpc-a"}, {ID: "subnet-private", VPC: "vpc-a"}, {ID: "subnet-split", VPC: "vpc-a"},
			{ID: "subnet-list", VPC: "vpc-a"}, {ID: "subnet-acl", VPC: "vpc-a"}, {ID: "subnet-b", VPC: "vpc-b"},
		},
		RouteTables: []fakeaws.RouteTable{
			{ID: "rtb-public", VPC: "vpc-a", Subnets: []string{"subnet-public", "subnet-acl"}, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-a"}, {To: "::/0", Via: "igw-a"}}},
			{ID: "rtb-main", VPC: "vpc-a", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "nat-1"}}},
			{ID: "rtb-split", VPC: "vpc-a", Subnets: []string{"subnet-split"}, Routes: []fakeaws.Route{{To: "0.0.0.0/1", Via: "igw-a"}, {To: "128.0.0.0/1", Via: "igw-a"}}},
			{ID: "rtb-list", VPC: "vpc-a", Subnets: []string{"subnet-list"}, Routes: []fakeaws.Route{{To: fakeaws.PrefixListID("clients"), Via: "igw-a"}}},
			{ID: "rtb-b", VPC: "vpc-b", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-b"}}},
		},
		InternetGateways: []fakeaws.InternetGateway{{ID: "igw-a", VPC: "vpc-a"}, {ID: "igw-b", VPC: "vpc-b"}},
		NetworkACLs: []fakeaws.NetworkACL{{ID: "acl-1", VPC: "vpc-a", Subnets: []string{"subnet-acl"}, Entries: []fakeaws.ACLEntry{
			{Number: 90, Protocol: "6", From: 21, To: 21, CIDR: "8.8.4.4/32", Deny: true}, {Number: 100, Protocol: "6", From: 21, To: 21, CIDR: "0.0.0.0/0"},
			{Number: 100, Egress: true, Protocol: "6", From: 50000, To: 50000, CIDR: "0.0.0.0/0"},
		}}},
		BlockPublicAccess: fakeaws.BlockPublicAccess{Mode: "block-ingress", Exclusions: []fakeaws.Exclusion{{Of: "vpc-a"}}},
		GroupVPCs:         []fakeaws.GroupVPC{{Group: id("elsewhere"), VPC: "vpc-b"}},
	}
	interfaces := func(vpc, subnet, name, public string, groups ...string) *fakeaws.NetworkInterface {
		n := fakeaws.NetworkInterface{ID: "eni-" + name, Description: name, VPC: vpc, Subnet: subnet, PrivateIP: fmt.Sprint("10.0.0.", 10+len(r.NetworkInterfaces)), PublicIP: public}
		for _, g := range groups {
			n.Groups = append(n.Groups, id(g))
		}
		r.NetworkInterfaces = append(r.NetworkInterfaces, n)
		return &r.NetworkInterfaces[len(r.NetworkInterfaces)-1]
	}
	interfaces("vpc-a", "subnet-public", "public", "3.4.5.1", "open").More = []fakeaws.Address{{Private: "10.0.0.100", Public: "3.4.5.100"}, {Private: "10.0.0.101", Carrier: "155.146.0.1"}}
	interfaces("vpc-a", "subnet-public", "six", "", "open6").IPv6 = []string{"2600:1f18:1::5"}
	*interfaces("vpc-a", "subnet-public", "denied", "", "open6") = fakeaws.NetworkInterface{ID: "eni-denied", VPC: "vpc-a", Subnet: "subnet-public", Groups: []string{id("open6")}, IPv6: []string{"2600:1f18:1::6"}, DenyAllIgwTraffic: true}
	interfaces("vpc-a", "subnet-public", "carrier", "", "open").More = []fakeaws.Address{{Private: "10.0.0.102", Carrier: "155.146.0.2"}}
	interfaces("vpc-a", "subnet-public", "offices", "3.4.5.2", "offices")
	interfaces("vpc-a", "subnet-public", "closed", "3.4.5.3", "closed")
	interfaces("vpc-a", "subnet-private", "private", "3.4.5.4", "open")
	interfaces("vpc-a", "subnet-split", "halves", "3.4.5.5", "lower", "upper")
	interfaces("vpc-a", "subnet-list", "list", "3.4.5.6", "open")
	interfaces("vpc-a", "subnet-acl", "acl", "3.4.5.7", "open")
	interfaces("vpc-b", "subnet-b", "blocked", "3.4.5.8", "elsewhere")
	return r
}

var answers = map[rule.Answer]string{rule.Yes: "yes", rule.No: "no", rule.Unknown: "unknown"}

// A reading is what is said of what the internet reaches: the answer for each group and path, and
// why, each by what it is about.
type reading struct {
	answers map[string]string
	details []string
	places  []sg.Coverage
}

// reach reads what the internet reaches.
func reach(ctx context.Context, s *Scanner, request sg.Request) (*reading, error) {
	r := &reading{answers: map[string]string{}}
	say := func(line string) {
		about, rest, _ := strings.Cut(line, ": ")
		r.answers[about], _, _ = strings.Cut(rest, " ")
		r.details = append(r.details, line)
	}
	request.Reachability, request.NeedsInterfaces = true, true
	request.Paths = func(p *sg.InternetPath) error {
		say(fmt.Sprintf("%s %s %s IPv%v port %s: %s %v", p.AccountID, p.Region, p.ID, p.Family, p.Port.Join(","), answers[p.Reachable], []any{answers[p.ReachableFromEveryone], aws.ToInt64(p.ReachableAddressCount), p.ReachableAt, p.ReachableSources, p.BlockedBy, p.UnknownBecause, p.PublicAddresses,
			p.HasPublicAddress, p.SecurityGroupsOpen, p.RouteToInternet, p.NetworkACLInboundOpen, p.NetworkACLOutboundOpen, p.BlockPublicAccessOpen, p.PathInspected,
			p.InstanceID, p.RequesterManaged, p.Tags, p.ARN()}))
		return nil
	}
	var err error
	r.places, err = s.Read(ctx, request, func(g *sg.Group) error {
		if g.Exposure != nil {
			say(groupLine(g))
		}
		return nil
	})
	slices.Sort(r.details)
	return r, err
}

func groupLine(g *sg.Group) string {
	return fmt.Sprintf("%s %s %s: %s %v", g.AccountID, g.Region, g.ID, answers[g.Exposure.Reachable], []any{g.Name, g.Exposure.ReachableAddresses, g.Exposure.UnknownBecause})
}

// reached is reach by a configuration.
func reached(t testing.TB, cfg config.Config) (*reading, error) {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return reach(t.Context(), s, sg.Request{})
}

// worse says what of the answers is neither the same nor unknown, or not there any more.
func (r *reading) worse(than map[string]string) (text []string) {
	for about, was := range than {
		if is := r.answers[about]; is != was && is != "unknown" {
			text = append(text, fmt.Sprintf("%s was %s and is %q", about, was, is))
		}
	}
	slices.Sort(text)
	return text
}

// What the internet reaches in a network in which everything matters is the same through every door.
func TestReachability(t *testing.T) {
	cfg := liveConfig(t, oneRegion(networkRegion(home)).Start(t))
	live, err := reached(t, cfg)
	if err != nil || live.places[0].NetworkProblem != "" {
		t.Fatal(err, live.places)
	}
	want := map[string]string{ // all others are not reached
		"eni-public IPv4 port 21":  "3702258432 [3.4.5.1/32 3.4.5.100/32]", // not at the carrier's address
		"eni-six IPv6 port 21":     "0 [2600:1f18:1::5/128]",
		"eni-offices IPv4 port 21": "256 [3.4.5.2/32]",
		"eni-halves IPv4 port 21":  "3702258432 [3.4.5.5/32]",
		"eni-list IPv4 port 21":    "65792 [3.4.5.6/32]",
		"eni-acl IPv4 port 21":     "3702258431 [3.4.5.7/32]",
	}
	for name, at := range map[string]string{"open": "[3.4.5.1/32 3.4.5.6/32 3.4.5.7/32 3.4.5.100/32]", "open6": "[2600:1f18:1::5/128]",
		"lower": "[3.4.5.5/32]", "upper": "[3.4.5.5/32]", "offices": "[3.4.5.2/32]"} {
		want[fakeaws.GroupID(home, "us-east-1", name)] = at
	}
	for about, answer := range live.answers {
		_, name, _ := strings.Cut(about, "us-east-1 ")
		detail := live.details[slices.IndexFunc(live.details, func(d string) bool { return strings.HasPrefix(d, about+":") })]
		if at, ok := want[name]; ok && (answer != "yes" || !strings.Contains(detail, at)) || !ok && answer != "no" {
			t.Errorf("%s, want %q", detail, at)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("nothing is said of %v", want)
	}
	for about, blocked := range map[string]string{
		"eni-private IPv4 port 21": "[route]", "eni-blocked IPv4 port 21": "[block_public_access]", "eni-denied IPv6 port 21": "[deny_all_igw_traffic]",
		"eni-carrier IPv4 port 21": "[no_public_address]", "eni-closed IPv4 port 21": "[security_groups]",
	} {
		if !slices.ContainsFunc(live.details, func(d string) bool { return strings.Contains(d, about+": no ") && strings.Contains(d, blocked) }) {
			t.Errorf("%s is not blocked by %s", about, blocked)
		}
	}

	raw, _ := recordScan(t, cfg)
	check := func(door string, cfg config.Config) {
		t.Helper()
		got, err := reached(t, cfg)
		if diff := cmp.Diff(live.details, got.details); diff != "" || err != nil {
			t.Errorf("%s: %v (-live +other)\n%s", door, err, diff)
		}
	}
	check("recorded", config.Config{Paths: []string{raw}})
	if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
		t.Fatal(err)
	}
	check("saved", config.Config{Paths: []string{raw}})
	// The same files in one folder, in whose path is neither the account nor the region, and twice.
	flat := t.TempDir()
	for _, f := range filesIn(t, raw) {
		for _, name := range []string{"", "again."} {
			text, err := os.ReadFile(f)
			if err == nil {
				err = os.WriteFile(filepath.Join(flat, name+filepath.Base(f)), text, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	check("in one folder", config.Config{Paths: []string{flat}})
	// Of another place in the same folder nobody can say which file is of which.
	other := strings.NewReplacer("us-east-1", "eu-west-1", "vpc-a", "vpc-c", "subnet-public", "subnet-c").Replace(fmt.Sprintf(
		`{"Subnets": [{"SubnetId": "subnet-public", "VpcId": "vpc-a", "OwnerId": %q, "AvailabilityZone": "us-east-1a"}]}`, home))
	if err := os.WriteFile(filepath.Join(flat, "subnets2.json"), []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := reached(t, config.Config{Paths: []string{flat}})
	if err != nil {
		t.Error(err)
	}
	for about, answer := range got.answers {
		if answer == "yes" || answer == "no" && live.answers[about] != "no" {
			t.Errorf("in a folder of two regions: %s: %s", about, answer)
		}
	}
}

func filesIn(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// What of the networks cannot be read makes unknown what depends on it, and nothing else: neither
// does another answer change, nor is the place one that was not read.
func TestNetworksThatAreDenied(t *testing.T) {
	w := oneRegion(networkRegion(home))
	cfg := liveConfig(t, w.Start(t))
	whole, err := reached(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	groups, _, err := read(t, cfg, sg.Request{Rules: true, Reachability: true})
	if err != nil {
		t.Fatal(err)
	}
	want := everything(groups)
	actions := append([]string{"DescribeNetworkInterfaces"}, networkActions...)
	unknown := map[string]bool{}
	for i, one := range actions {
		for _, other := range actions[i:] {
			w.Change(func() {
				w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: one}, {Kind: fakeaws.DeniedBySCP, Action: other}}
			})
			what := one + " and " + other
			groups, places, err := read(t, cfg, sg.Request{Rules: true, Reachability: true})
			missed := one == "DescribeNetworkInterfaces" // which are told with the groups, once they are known
			if err != nil || places[0].Status != sg.StatusScanned || places[0].ErrorMessage != "" || len(groups) != 8 || !slices.Equal(everything(groups), want) && !missed {
				t.Errorf("%s: %d groups, %v, %s %s", what, len(groups), err, places[0].Status, places[0].ErrorMessage)
			}
			for _, action := range []string{one, other} {
				if !strings.Contains(places[0].NetworkProblem, "ec2:"+action+" is denied") {
					t.Errorf("%s: %s", what, places[0].NetworkProblem)
				}
			}
			got, err := reached(t, cfg)
			if (err != nil) != missed {
				t.Errorf("%s: %v", what, err)
			}
			for about, was := range whole.answers {
				is, there := got.answers[about]
				if !there && strings.Contains(about, "eni-") && missed {
					continue // the error says so
				}
				if is != was && is != "unknown" {
					t.Errorf("%s: %s was %s and is %q", what, about, was, is)
				}
				if is == "unknown" && one == other {
					unknown[one] = true
				}
			}
			for _, g := range groups {
				if is, was := answers[g.Exposure.Reachable], whole.answers[fmt.Sprintf("%s %s %s", g.AccountID, g.Region, g.ID)]; is != was && is != "unknown" {
					t.Errorf("%s: %s was %s and is %s", what, g.Name, was, is)
				}
			}
		}
	}
	for _, action := range actions {
		// Further VPCs decide nothing for groups of the account, nor do VPCs and subnets where the others are read.
		if decides := action != "DescribeSecurityGroupVpcAssociations"; unknown[action] != decides && action != "DescribeVpcs" && action != "DescribeSubnets" {
			t.Errorf("%s denied: something is unknown: %v", action, unknown[action])
		}
	}
}

// The same of files that were not saved.
func TestNetworksThatAreNotSaved(t *testing.T) {
	raw, _ := recordScan(t, liveConfig(t, oneRegion(networkRegion(home)).Start(t)))
	if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
		t.Fatal(err)
	}
	cfg := config.Config{Paths: []string{raw}}
	whole, err := reached(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	files := slices.DeleteFunc(filesIn(t, raw), func(f string) bool {
		return !strings.Contains(f, "describe-") || strings.Contains(f, "describe-security-groups") || strings.Contains(f, "-rules") || strings.Contains(f, "prefix-lists")
	})
	if len(files) != 9 {
		t.Fatal(files)
	}
	less := 0
	for i, one := range files {
		for _, other := range files[i:] {
			for _, f := range []string{one, other} {
				os.Rename(f, f+".away")
			}
			got, err := reached(t, config.Config{Paths: []string{raw}, ExcludePaths: []string{"*.away"}})
			missed := strings.Contains(one+other, "network-interfaces")
			if (err != nil) != missed {
				t.Errorf("%s, %s: %v", one, other, err)
			}
			for _, line := range got.worse(whole.answers) {
				if !missed || !strings.Contains(line, "eni-") {
					t.Errorf("%s, %s: %s", filepath.Base(one), filepath.Base(other), line)
				}
			}
			if !maps.Equal(got.answers, whole.answers) {
				less++
			}
			for _, f := range []string{one, other} {
				os.Rename(f+".away", f)
			}
		}
	}
	if less < 30 {
		t.Errorf("only %d of the pairs matter", less)
	}
}

// However AWS cuts what it says of networks into pages, it says the same. Pages that moved while they
// were read are read again; what always moves is not known, and nothing else.
func TestPagesOfNetworks(t *testing.T) {
	w := oneRegion(smallNetwork())
	w.Accounts[0].Regions["us-east-1"].GroupVPCs = append(w.Accounts[0].Regions["us-east-1"].GroupVPCs, fakeaws.GroupVPC{Group: fakeaws.GroupID(home, "us-east-1", "open"), VPC: "vpc-n"})
	s := w.Start(t)
	whole, err := reached(t, liveConfig(t, s))
	if err != nil {
		t.Fatal(err)
	}
	for size := 1; size <= 3; size++ {
		w.Change(func() { w.ShortPages, w.EmptyPages = size, size%2 == 1 })
		s.Reset()
		got, err := reached(t, liveConfig(t, s))
		if diff := cmp.Diff(whole.details, got.details); err != nil || diff != "" {
			t.Errorf("pages of %d: %v (-whole +pages)\n%s", size, err, diff)
		}
		for _, action := range networkActions {
			if n := s.Count("", "", action).Attempts; size == 1 && action != "DescribeVpcBlockPublicAccessOptions" && n < 2 {
				t.Errorf("%s: %d calls", action, n)
			}
		}
	}
	w.Change(func() { w.ShortPages, w.EmptyPages = 1, false })
	for _, action := range networkActions {
		if action == "DescribeVpcBlockPublicAccessOptions" {
			continue
		}
		for _, times := range []int{1, 100} {
			var mu sync.Mutex
			first, moved := "", 0
			cfg := between(t, s, func(a string, call int, body []byte) []byte {
				mu.Lock()
				defer mu.Unlock()
				text := string(body)
				list := slices.IndexFunc(elements(t, text), func(e xmlElement) bool { return len(e.path) == 3 })
				if a != action || list < 0 {
					return body
				}
				e := elements(t, text)[list]
				switch item := text[e.start:e.at]; {
				case first == "":
					first = item
				case item == first || moved == times:
				default: // what was on the first page is on this one, too
					moved++
					return []byte(text[:e.start] + first + text[e.start:])
				}
				return body
			})
			got, err := reached(t, cfg)
			problem := got.places[0].NetworkProblem
			if worse := got.worse(whole.answers); err != nil || len(worse) > 0 || moved == 0 {
				t.Errorf("%s moved %d times: %v %v", action, moved, err, worse)
			}
			if always := times == 100; strings.Contains(problem, "ec2:"+action+" failed: AWS gave ") != always || !always && !slices.Equal(got.details, whole.details) {
				t.Errorf("%s moved %d times: %q", action, moved, problem)
			}
		}
	}
}

// What is asked for what the internet reaches, and that nothing is asked of networks by who does not
// want to know it.
func TestCallsForNetworks(t *testing.T) {
	region := smallNetwork()
	w := oneRegion(region)
	s := w.Start(t)
	cfg := liveConfig(t, s)
	open, closed := true, false
	const interfaces = "DescribeNetworkInterfaces"
	id := func(name string) string { return fakeaws.GroupID(home, "us-east-1", name) }
	whole := region.NetworkInterfaces
	many := func(n int) (groups []fakeaws.Group) {
		for i := range n {
			groups = append(groups, openGroup(fmt.Sprint("many", i)))
		}
		return groups
	}
	for _, tt := range []struct {
		name       string
		groups     []fakeaws.Group
		interfaces []fakeaws.NetworkInterface
		request    sg.Request
		of, all    int // interfaces of groups, and all
		networks   bool
	}{
		{"everything else", nil, whole, sg.Request{Rules: true, PrefixListNames: true, AddressCounts: true, UnreadLists: true, Verdicts: true}, 0, 0, false},
		{"network interfaces", nil, whole, sg.Request{NetworkInterfaces: true}, 0, 1, false},
		{"the record", nil, whole, sg.Request{CoverageOnly: true, UnreadLists: true}, 0, 0, false},
		{"the record with networks", nil, whole, sg.Request{CoverageOnly: true, Reachability: true}, 1, 1, true},
		{"open groups in use", nil, whole, sg.Request{Unrestricted: &open, Rules: true, Reachability: true, Once: true}, 1, 1, true},
		{"and settled", nil, whole, sg.Request{Unrestricted: &open, Rules: true, Reachability: true, Settled: true}, 1, 1, true},
		{"with their interfaces", nil, whole, sg.Request{Unrestricted: &open, Reachability: true, NetworkInterfaces: true}, 0, 1, true},
		{"open groups not in use", nil, []fakeaws.NetworkInterface{{ID: "eni-x", Groups: []string{id("none")}}}, sg.Request{Unrestricted: &open, Reachability: true}, 1, 0, false},
		{"no open group", []fakeaws.Group{closedGroup("closed")}, whole, sg.Request{Unrestricted: &open, Reachability: true}, 0, 0, false},
		{"groups that are not open", nil, whole, sg.Request{Unrestricted: &closed, Reachability: true}, 0, 0, false},
		{"a group in use", nil, whole, sg.Request{GroupIDs: []string{id("open")}, Reachability: true}, 1, 1, true},
		{"a group that is not there", nil, whole, sg.Request{GroupIDs: []string{"sg-0123456789abcdef0"}, Reachability: true}, 0, 0, false},
		{"as many groups as one filter takes", many(200), nil, sg.Request{Unrestricted: &open, Reachability: true}, 1, 0, false},
		{"more groups than one filter takes", many(201), nil, sg.Request{Unrestricted: &open, Reachability: true}, 0, 1, true},
		{"a group of another account", []fakeaws.Group{{Name: "shared", Owner: another, Ingress: openGroup("x").Ingress}}, nil, sg.Request{Unrestricted: &open, Reachability: true}, 0, 1, true},
		{"paths", nil, whole, sg.Request{Paths: func(*sg.InternetPath) error { return nil }, NeedsInterfaces: true}, 0, 1, true},
		{"paths, settled", nil, whole, sg.Request{Paths: func(*sg.InternetPath) error { return nil }, Settled: true}, 0, 1, true},
		{"paths elsewhere", nil, whole, sg.Request{Regions: []string{"eu-west-1"}, Paths: func(*sg.InternetPath) error { return nil }}, 0, 0, false},
		{"paths of another account", nil, whole, sg.Request{Accounts: []string{another}, Paths: func(*sg.InternetPath) error { return nil }}, 0, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.Change(func() {
				region.Groups, region.NetworkInterfaces = smallNetwork().Groups, tt.interfaces
				if tt.groups != nil {
					region.Groups = tt.groups
				}
			})
			s.Reset()
			scanner, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // what is asked again is asked of the cache
				if _, err := scanner.Read(t.Context(), tt.request, func(*sg.Group) error { return nil }); err != nil {
					t.Fatal(err)
				}
				if tt.request.Once {
					break
				}
			}
			filtered := 0
			for _, call := range s.Calls(interfaces) {
				if call.Params.Get("Filter.1.Name") == "group-id" {
					filtered++
				}
			}
			if all := s.Count("", "", interfaces).Attempts - filtered; filtered != tt.of || all != tt.all {
				t.Errorf("interfaces of groups were asked for %d times, and all %d times; want %d and %d", filtered, all, tt.of, tt.all)
			}
			for _, action := range networkActions {
				if n := s.Count("", "", action).Attempts; (n == 1) != tt.networks || n > 1 {
					t.Errorf("%s: %d calls", action, n)
				}
			}
		})
	}
}

// What could not be read of networks is asked for again by who asks next, and all else is not.
func TestNetworksAreAskedForAgain(t *testing.T) {
	w := oneRegion(smallNetwork(), fakeaws.Fault{Kind: fakeaws.Denied, Action: "DescribeNetworkAcls"})
	s := w.Start(t)
	scanner, err := New(liveConfig(t, s))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"unknown", "yes", "yes"} {
		got, err := reach(t.Context(), scanner, sg.Request{Settled: true})
		if is := got.answers[home+" us-east-1 eni-a IPv4 port 21"]; err != nil || is != want {
			t.Errorf("reading %d: %q, %v", i, is, err)
		}
		if n := len(got.answers); n != 4+7*4 || len(got.details) != n {
			t.Errorf("reading %d: %d answers, %d lines: some twice or not at all", i, n, len(got.details))
		}
		w.Change(func() { w.Faults = nil })
	}
	for action, want := range map[string]int{"DescribeNetworkAcls": 2, "DescribeRouteTables": 1, "DescribeNetworkInterfaces": 1, "DescribeSecurityGroups": 1} {
		if n := s.Count("", "", action).Attempts; n != want {
			t.Errorf("%s: %d calls, want %d", action, n, want)
		}
	}
}
