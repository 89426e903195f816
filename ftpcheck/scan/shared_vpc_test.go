package scan

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The accounts of a VPC that is shared: who owns it, two who take part in it, and one who sees
// nothing of it but a group.
const (
	landlord = "111111111111"
	tenant   = "222222222222"
	lodger   = "333333333333"
	guest    = "444444444444"
)

// shareVPC puts what a participant sees of a VPC into its region, and its interface there into what
// the owner sees.
func shareVPC(owner, participant *fakeaws.Region, owners, participants, vpc, subnet string, interfaces ...fakeaws.NetworkInterface) {
	participant.VPCs = append(participant.VPCs, fakeaws.VPC{ID: vpc, Owner: owners})
	participant.Subnets = append(participant.Subnets, fakeaws.Subnet{ID: subnet, VPC: vpc, Owner: owners})
	for _, i := range interfaces {
		i.VPC, i.Subnet, i.Owner = vpc, subnet, participants
		participant.NetworkInterfaces = append(participant.NetworkInterfaces, i)
		owner.NetworkInterfaces = append(owner.NetworkInterfaces, i)
	}
}

// sharedVPC is a VPC with a public and a private subnet, each shared with another account, and a
// group that is shared with both.
func sharedVPC() *fakeaws.World {
	id := func(account, name string) string { return fakeaws.GroupID(account, "us-east-1", name) }
	group := func(name string) fakeaws.Group {
		g := openGroup(name)
		g.VPC = "vpc-s"
		return g
	}
	shared := group("shared")
	shared.ID, shared.Owner = "sg-0123456789abcdef0", landlord
	owner := &fakeaws.Region{
		Groups: []fakeaws.Group{closedGroup("default"), shared}, VPCs: []fakeaws.VPC{{ID: "vpc-s"}},
		Subnets:          []fakeaws.Subnet{{ID: "subnet-public", VPC: "vpc-s"}, {ID: "subnet-private", VPC: "vpc-s"}},
		InternetGateways: []fakeaws.InternetGateway{{ID: "igw-s", VPC: "vpc-s"}},
		PrefixLists:      []fakeaws.PrefixList{{Name: "clients", Entries: []fakeaws.Entry{{CIDR: "8.8.0.0/16"}}}},
		RouteTables: []fakeaws.RouteTable{
			{ID: "rtb-public", VPC: "vpc-s", Subnets: []string{"subnet-public"}, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-s"}, {To: fakeaws.PrefixListID("clients"), Via: "vgw-1"}}},
			{ID: "rtb-main", VPC: "vpc-s", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "nat-1"}}},
		},
		NetworkInterfaces: []fakeaws.NetworkInterface{{ID: "eni-nat", VPC: "vpc-s", Subnet: "subnet-public", Type: "nat_gateway", PrivateIP: "10.0.0.4", PublicIP: "3.4.5.9"}},
	}
	public := &fakeaws.Region{Groups: []fakeaws.Group{group("open"), group("unused"), shared}}
	shareVPC(owner, public, landlord, tenant, "vpc-s", "subnet-public",
		fakeaws.NetworkInterface{ID: "eni-t", Groups: []string{id(tenant, "open")}, PrivateIP: "10.0.0.5", PublicIP: "3.4.5.1"},
		fakeaws.NetworkInterface{ID: "eni-s", Groups: []string{shared.ID}, PrivateIP: "10.0.0.6", PublicIP: "3.4.5.2"},
		fakeaws.NetworkInterface{ID: "eni-inside", Groups: []string{id(tenant, "open")}, PrivateIP: "10.0.0.7"})
	private := &fakeaws.Region{Groups: []fakeaws.Group{group("open"), shared}}
	shareVPC(owner, private, landlord, lodger, "vpc-s", "subnet-private",
		fakeaws.NetworkInterface{ID: "eni-l", Groups: []string{id(lodger, "open")}, PrivateIP: "10.0.1.5", PublicIP: "3.4.5.3"})
	w := &fakeaws.World{Organization: &fakeaws.Organization{}}
	seen := &fakeaws.Region{Groups: []fakeaws.Group{closedGroup("default"), shared}}
	for account, r := range map[string]*fakeaws.Region{landlord: owner, tenant: public, lodger: private, guest: seen} {
		w.Accounts = append(w.Accounts, &fakeaws.Account{ID: account, Regions: map[string]*fakeaws.Region{"us-east-1": r}})
	}
	slices.SortFunc(w.Accounts, func(a, b *fakeaws.Account) int { return strings.Compare(a.ID, b.ID) })
	return w
}

func sharedConfig(t *testing.T, s *fakeaws.Server) config.Config {
	cfg := liveConfig(t, s)
	cfg.Accounts, cfg.MaxErrorRetryAttempts = []string{"*"}, 1
	return cfg
}

// What stands before an interface in a VPC that is shared is what the owner of the VPC sees, and what
// its groups let in is what its own account sees: all of it is known of each account, through every
// door, whether or not the request is about the other accounts.
func TestSharedVPC(t *testing.T) {
	noLeaks(t)
	cfg := sharedConfig(t, sharedVPC().Start(t))
	whole, err := reached(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	reachable := []string{}
	for about, answer := range whole.answers {
		switch answer {
		case "yes":
			reachable = append(reachable, about)
		case "unknown":
			t.Errorf("%s is not known", about)
		}
	}
	slices.Sort(reachable)
	want := []string{
		landlord + " us-east-1 eni-s IPv4 port 21", landlord + " us-east-1 eni-t IPv4 port 21", landlord + " us-east-1 sg-0123456789abcdef0",
		tenant + " us-east-1 eni-s IPv4 port 21", tenant + " us-east-1 eni-t IPv4 port 21", tenant + " us-east-1 sg-0123456789abcdef0", tenant + " us-east-1 " + fakeaws.GroupID(tenant, "us-east-1", "open"),
		lodger + " us-east-1 sg-0123456789abcdef0", guest + " us-east-1 sg-0123456789abcdef0", // which the tenant uses
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, reachable); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	groups, _, err := read(t, cfg, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		used := map[string]int{"open": 2, "shared": 1}[g.Name]
		if g.AccountID == lodger && g.Name == "open" {
			used = 1
		}
		if !g.NetworkInterfacesKnown || len(g.NetworkInterfaces) != used {
			t.Errorf("%s in %s: known %v, used by %v", g.Name, g.AccountID, g.NetworkInterfacesKnown, g.NetworkInterfaces)
		}
	}

	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	raw, _ := recordScan(t, cfg)
	replay, err := New(config.Config{Paths: []string{raw}})
	if err != nil {
		t.Fatal(err)
	}
	defer replay.Close()
	for _, account := range []string{"", landlord, tenant, lodger, guest} {
		var request sg.Request
		if account != "" {
			request.Accounts = []string{account}
		}
		of := slices.DeleteFunc(slices.Clone(whole.details), func(line string) bool { return !strings.HasPrefix(line, account) })
		for door, scanner := range map[string]*Scanner{"live": s, "recorded": replay} {
			for _, request.Settled = range []bool{false, true} {
				got, err := reach(t.Context(), scanner, request)
				if diff := cmp.Diff(of, got.details); err != nil || diff != "" {
					t.Errorf("account %q, %s, settled %v: %v (-whole +got)\n%s", account, door, request.Settled, err, diff)
				}
			}
		}
		request.NetworkInterfaces, request.Settled = true, false
		var lines [2][]string
		for i, scanner := range []*Scanner{s, replay} {
			_, err := scanner.Read(t.Context(), request, func(g *sg.Group) error {
				lines[i] = append(lines[i], fmt.Sprint(g.AccountID, g.ID, g.NetworkInterfaces, g.NetworkInterfacesKnown))
				return nil
			})
			slices.Sort(lines[i])
			if err != nil || strings.Contains(fmt.Sprint(lines[i]), "false") {
				t.Errorf("account %q: %v %v", account, err, lines[i])
			}
		}
		if diff := cmp.Diff(lines[0], lines[1]); diff != "" {
			t.Errorf("account %q: interfaces (-live +recorded)\n%s", account, diff)
		}
	}

	if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
		t.Fatal(err)
	}
	saved, err := reached(t, config.Config{Paths: []string{raw}})
	if err != nil {
		t.Fatal(err)
	}
	for about, was := range whole.answers {
		// A group that several folders have is one row there.
		if is, there := saved.answers[about]; is != was && (there || !strings.Contains(about, "sg-0123456789abcdef0")) {
			t.Errorf("saved: %s is %q, and was %s", about, is, was)
		}
	}
	files, _, err := read(t, config.Config{Paths: []string{raw}}, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range files {
		if !g.NetworkInterfacesKnown {
			t.Errorf("saved: the interfaces of %s in %s are not known", g.Name, g.AccountID)
		}
	}
}

// Each account may have a connection of its own: what they see is put together, and what only one
// connection reads is not known to it.
func TestSharedVPCOfConnections(t *testing.T) {
	w := sharedVPC()
	srv := w.Start(t)
	whole, err := reached(t, sharedConfig(t, srv))
	if err != nil {
		t.Fatal(err)
	}
	var configs []config.Config
	for _, a := range []int{1, 0, 2, 3} { // the owner's is not the first
		cfg := liveConfig(t, srv)
		cfg.Connection, cfg.AccessKey, cfg.SecretKey = "of"+w.Accounts[a].ID, w.Accounts[a].AccessKey(), "secret"
		cfg.Regions = []string{"us-east-1"}
		configs = append(configs, cfg)
	}
	s, err := New(configs...)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := reach(t.Context(), s, sg.Request{})
	if diff := cmp.Diff(whole.details, got.details); err != nil || diff != "" {
		t.Errorf("%v (-organization +connections)\n%s", err, diff)
	}
	alone, err := reach(t.Context(), s.Of("of"+tenant), sg.Request{})
	if about := tenant + " us-east-1 eni-t IPv4 port 21"; err != nil || alone.answers[about] != "unknown" {
		t.Errorf("alone: %v, %v", err, alone.details)
	}
}

// Whatever of the owner cannot be read, and whatever of one participant: the answers of the others
// become unknown, or stay as they were. Of a record and of files the same is said, and the record of
// the owner's place says what could not be read.
func TestSharedVPCThatIsDenied(t *testing.T) {
	w := sharedVPC()
	srv := w.Start(t)
	cfg := sharedConfig(t, srv)
	whole, err := reached(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	unknown := map[string]bool{}
	readNetworks := append([]string{"DescribeNetworkInterfaces"}, networkActions...)
	for account, all := range map[string][]string{landlord: append(readNetworks, "DescribeSecurityGroups", "*"), tenant: {"AssumeRole", "DescribeSecurityGroups", "DescribeSubnets"}} {
		for _, action := range all {
			actions := []string{action}
			if action == "*" {
				actions = readNetworks
			}
			w.Change(func() {
				w.Faults = nil
				for _, action := range actions {
					w.Faults = append(w.Faults, fakeaws.Fault{Kind: fakeaws.Denied, Account: account, Action: action})
				}
			})
			got, _ := reached(t, cfg)
			for about, was := range whole.answers {
				is, there := got.answers[about]
				if is != was && is != "unknown" && (there || !strings.HasPrefix(about, account)) {
					t.Errorf("%s of %s denied: %s was %s and is %q", action, account, about, was, is)
				}
				if is == "unknown" && !strings.HasPrefix(about, account) {
					unknown[account+" "+action] = true
				}
			}
			// Who asks for what is open in the participants alone makes the owner say what it cannot.
			open := true
			_, places, err := read(t, cfg, sg.Request{Unrestricted: &open, Reachability: true, GroupNames: []string{"open"}, Once: true})
			of := places[slices.IndexFunc(places, func(c sg.Coverage) bool { return c.AccountID == landlord })]
			for _, action := range actions {
				if account == landlord && action != "DescribeSecurityGroups" && (err != nil || !strings.Contains(of.NetworkProblem, "ec2:"+action+" is denied")) {
					t.Errorf("%s of %s denied: %v %q", action, account, err, of.NetworkProblem)
				}
			}
			if strings.HasPrefix(action, "DescribeVpc") || action == "DescribeSubnets" || action == "DescribeInternetGateways" || action == "DescribeNetworkAcls" {
				continue // as it is with route tables
			}
			raw, _ := recordScan(t, cfg)
			replayed, _ := reached(t, config.Config{Paths: []string{raw}})
			if diff := cmp.Diff(got.details, replayed.details); diff != "" {
				t.Errorf("%s of %s denied: (-live +recorded)\n%s", action, account, diff)
			}
			if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
				t.Fatal(err)
			}
			saved, _ := reached(t, config.Config{Paths: []string{raw}})
			for _, line := range got.details {
				if strings.Contains(line, "[shared ") && (slices.Contains(saved.details, strings.Replace(line, line[:12], landlord, 1)) || account == landlord) {
					continue // of files it is one row, of its owner
				}
				if !slices.Contains(saved.details, line) {
					t.Errorf("%s of %s denied, saved: not %s", action, account, line)
				}
			}
		}
	}
	for _, action := range []string{"DescribeSecurityGroups", "DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeInternetGateways", "DescribeNetworkAcls", "DescribeVpcBlockPublicAccessOptions"} {
		if !unknown[landlord+" "+action] {
			t.Errorf("without %s of the owner nothing of the others is unknown: %v", action, slices.Sorted(maps.Keys(unknown)))
		}
	}
	if !unknown[tenant+" DescribeSecurityGroups"] {
		t.Error("without the groups of a participant nothing of the others is unknown")
	}
}

// The owner of a VPC is asked for what a participant needs to know, once for all of them, and nobody
// is asked for what nobody needs.
func TestCallsForSharedVPC(t *testing.T) {
	open := true
	check := sg.Request{Unrestricted: &open, Rules: true, Reachability: true}
	for _, tt := range []struct {
		name                         string
		change                       func(w *fakeaws.World)
		request                      sg.Request
		groups, interfaces, networks map[string]int // calls by account
	}{
		// Whether the account's own groups are used is asked first.
		{"all", nil, sg.Request{Reachability: true}, nil, map[string]int{landlord: 2, tenant: 1, lodger: 1, guest: 1}, map[string]int{landlord: 1, tenant: 1, lodger: 1, guest: 1}},
		{"paths", nil, sg.Request{Paths: func(*sg.InternetPath) error { return nil }}, nil, map[string]int{landlord: 1, tenant: 1, lodger: 1, guest: 1}, map[string]int{landlord: 1, tenant: 1, lodger: 1, guest: 1}},
		{"open groups of participants", func(w *fakeaws.World) {
			for _, a := range w.Accounts {
				r := a.Regions["us-east-1"]
				r.NetworkInterfaces = slices.DeleteFunc(r.NetworkInterfaces, func(n fakeaws.NetworkInterface) bool { return n.ID == "eni-s" })
				r.Groups = slices.DeleteFunc(r.Groups, func(g fakeaws.Group) bool { return g.Name == "shared" })
			}
		}, check, nil, map[string]int{landlord: 1, tenant: 2, lodger: 2}, map[string]int{landlord: 1, tenant: 1, lodger: 1}},
		{"open groups that nobody uses", func(w *fakeaws.World) {
			for _, a := range w.Accounts {
				r := a.Regions["us-east-1"]
				r.NetworkInterfaces, r.Groups = nil, slices.DeleteFunc(r.Groups, func(g fakeaws.Group) bool { return g.Name != "unused" })
			}
		}, check, map[string]int{landlord: 1, tenant: 1, lodger: 1, guest: 1}, map[string]int{tenant: 1}, nil},
		{"no open groups", func(w *fakeaws.World) {
			for _, a := range w.Accounts {
				a.Regions["us-east-1"].Groups = []fakeaws.Group{closedGroup("closed")}
			}
		}, check, map[string]int{landlord: 1, tenant: 1, lodger: 1, guest: 1}, nil, nil},
		{"interfaces of shared groups", nil, sg.Request{NetworkInterfaces: true, Accounts: []string{tenant}}, map[string]int{landlord: 1, tenant: 1}, map[string]int{landlord: 1, tenant: 1}, nil},
	} {
		for _, mode := range []string{"kept", "once", "settled"} {
			t.Run(tt.name+", "+mode, func(t *testing.T) {
				w := sharedVPC()
				if tt.change != nil {
					tt.change(w)
				}
				srv := w.Start(t)
				tt.request.Once, tt.request.Settled = mode == "once", mode == "settled"
				if _, _, err := read(t, sharedConfig(t, srv), tt.request); err != nil {
					t.Fatal(err)
				}
				for _, a := range w.Accounts {
					if tt.groups != nil && srv.Count(a.ID, "", "DescribeSecurityGroups").Attempts != tt.groups[a.ID] {
						t.Errorf("%s was asked %d times for groups", a.ID, srv.Count(a.ID, "", "DescribeSecurityGroups").Attempts)
					}
					if n := srv.Count(a.ID, "", "DescribeNetworkInterfaces").Attempts; n != tt.interfaces[a.ID] {
						t.Errorf("%s was asked %d times for interfaces", a.ID, n)
					}
					for _, action := range networkActions {
						if n := srv.Count(a.ID, "", action).Attempts; n != tt.networks[a.ID] {
							t.Errorf("%s was asked %d times for %s", a.ID, n, action)
						}
					}
				}
			})
		}
	}
}
