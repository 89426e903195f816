package scan

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// smallNetwork has one of each thing that decides.
func smallNetwork() *fakeaws.Region {
	id := func(name string) []string { return []string{fakeaws.GroupID(home, "us-east-1", name)} }
	return &fakeaws.Region{
		Groups: []fakeaws.Group{
			{Name: "open", VPC: "vpc-a", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}, {Protocol: "tcp", From: 21, To: 21, CIDR6: "::/0"}}},
			{Name: "private", VPC: "vpc-a", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
			{Name: "behind", VPC: "vpc-n", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
			{Name: "inspected", VPC: "vpc-e", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
		},
		PrefixLists: []fakeaws.PrefixList{{Name: "clients", Entries: []fakeaws.Entry{{CIDR: "8.8.0.0/16"}}}},
		VPCs:        []fakeaws.VPC{{ID: "vpc-a", IPv6: "2600:1f18:1::/56"}, {ID: "vpc-n", CIDR: "10.1.0.0/16"}, {ID: "vpc-e", CIDR: "10.2.0.0/16"}},
		Subnets:     []fakeaws.Subnet{{ID: "subnet-a", VPC: "vpc-a"}, {ID: "subnet-p", VPC: "vpc-a"}, {ID: "subnet-n", VPC: "vpc-n"}, {ID: "subnet-e", VPC: "vpc-e"}},
		RouteTables: []fakeaws.RouteTable{
			{ID: "rtb-a", VPC: "vpc-a", Subnets: []string{"subnet-a"}, Routes: []fakeaws.Route{
				{To: "0.0.0.0/0", Via: "igw-a"}, {To: "::/0", Via: "igw-a"}, {To: "9.9.9.0/24", Via: "nat-1"}, {To: fakeaws.PrefixListID("clients"), Via: "vgw-1"}}},
			{ID: "rtb-p", VPC: "vpc-a", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "nat-1"}}},
			{ID: "rtb-e", VPC: "vpc-e", Main: true, Routes: []fakeaws.Route{{To: "0.0.0.0/0", Via: "igw-e"}}},
			{ID: "rtb-g", VPC: "vpc-e", Gateway: "igw-e", Routes: []fakeaws.Route{{To: "10.2.0.0/24", Via: "vpce-0123456789abcdef0"}}},
		},
		InternetGateways: []fakeaws.InternetGateway{{ID: "igw-a", VPC: "vpc-a"}, {ID: "igw-e", VPC: "vpc-e"}},
		NetworkACLs: []fakeaws.NetworkACL{{ID: "acl-a", VPC: "vpc-a", Subnets: []string{"subnet-a", "subnet-p"}, Entries: []fakeaws.ACLEntry{
			{Number: 90, Protocol: "6", From: 22, To: 23, CIDR: "0.0.0.0/0", Deny: true}, {Number: 100, CIDR: "0.0.0.0/0"}, {Number: 110, CIDR: "::/0"},
			{Number: 100, Egress: true, CIDR: "0.0.0.0/0"}, {Number: 110, Egress: true, CIDR: "::/0"},
		}}},
		BlockPublicAccess: fakeaws.BlockPublicAccess{Mode: "block-ingress", Exclusions: []fakeaws.Exclusion{{Of: "vpc-a"}, {Of: "vpc-e"}}},
		GroupVPCs:         []fakeaws.GroupVPC{{Group: id("behind")[0], VPC: "vpc-a"}},
		NetworkInterfaces: []fakeaws.NetworkInterface{
			{ID: "eni-a", VPC: "vpc-a", Subnet: "subnet-a", Groups: id("open"), PrivateIP: "10.0.0.5", PublicIP: "3.4.5.1", IPv6: []string{"2600:1f18:1::5"}, More: []fakeaws.Address{{Private: "10.0.0.6", Public: "3.4.5.2"}}, Instance: "i-1"},
			{ID: "eni-d", VPC: "vpc-a", Subnet: "subnet-a", Groups: id("open"), IPv6: []string{"2600:1f18:1::6"}, DenyAllIgwTraffic: true},
			{ID: "eni-p", VPC: "vpc-a", Subnet: "subnet-p", Groups: id("private"), PrivateIP: "10.0.0.7", PublicIP: "3.4.5.3"},
			{ID: "eni-n", VPC: "vpc-n", Subnet: "subnet-n", Groups: id("behind"), PrivateIP: "10.1.0.7"},
			{ID: "eni-nlb", VPC: "vpc-n", Subnet: "subnet-n", Type: "network_load_balancer", Description: "ELB net/a/0123456789abcdef", Requester: "amazon-elb", PrivateIP: "10.1.0.8"},
			{ID: "eni-e", VPC: "vpc-e", Subnet: "subnet-e", Groups: id("inspected"), PrivateIP: "10.2.0.7", PublicIP: "3.4.5.4"},
			{ID: "eni-gwlbe", VPC: "vpc-e", Subnet: "subnet-e", Type: "gateway_load_balancer_endpoint", Description: "VPC Endpoint Interface vpce-0123456789abcdef0", PrivateIP: "10.2.0.8"},
		},
	}
}

// legalOfNetworks reports whether something may be gone because AWS could give what is left. So that
// nobody can tell that something is missing, this has to hold:
//   - A list may have any number of things that are each of their own: interfaces with their
//     groups and addresses, routes, tables, entries of ACLs, exclusions. One of them may be gone, and
//     all that may be none.
//   - AWS leaves out a member where it has no value for it: an association of an address, and
//     DenyAllIgwTraffic where it is false.
//
// Whatever else is gone must be missed.
func legalOfNetworks(action, change string, path []string) bool {
	last := path[len(path)-1]
	if last == "item" {
		switch path[len(path)-2] {
		case "networkInterfaceSet", "groupSet", "privateIpAddressesSet", "ipv6AddressesSet", "routeSet", "routeTableSet", "entrySet", "vpcBlockPublicAccessExclusionSet":
			return change == "deleted"
		case "associationSet": // a subnet without a table of its own has the main one
			return change == "deleted" && action == "DescribeRouteTables"
		}
		return false
	}
	switch last {
	case "networkInterfaceSet", "groupSet", "privateIpAddressesSet", "ipv6AddressesSet", "vpcBlockPublicAccessExclusionSet":
		return change == "emptied"
	case "associationSet":
		return change == "emptied" && action == "DescribeRouteTables"
	case "association", "denyAllIgwTraffic":
		return change != "emptied" // which is another value
	}
	return false
}

// Whatever element is taken from an answer about networks, or has another name, or loses its
// content: what the internet reaches is the same or not known, or it is an answer that AWS can give.
func TestDeletedFromAnswersAboutNetworks(t *testing.T) {
	s := oneRegion(smallNetwork()).Start(t)
	answers := map[string]string{}
	var mu sync.Mutex
	cfg := between(t, s, func(action string, _ int, body []byte) []byte {
		mu.Lock()
		defer mu.Unlock()
		answers[action] = string(body)
		return body
	})
	cfg.Regions = []string{"us-east-1"}
	whole, err := reached(t, cfg)
	if err != nil || whole.places[0].NetworkProblem != "" {
		t.Fatal(err, whole.places)
	}
	counts := map[string]int{}
	for _, answer := range whole.answers {
		counts[answer]++
	}
	if counts["yes"] < 3 || counts["no"] < 10 || counts["unknown"] < 3 {
		t.Fatalf("%v", whole.details)
	}

	var all []deletion
	for _, action := range append([]string{"DescribeNetworkInterfaces"}, networkActions...) {
		all = append(all, deletionsFrom(t, action, answers[action])...)
	}
	legal := map[string]bool{}
	missed, less := 0, 0
	tryEach(t, s, all, func(cfg config.Config, deletions iter.Seq[deletion]) error {
		cfg.Regions = []string{"us-east-1"}
		scanner, err := New(cfg)
		if err != nil {
			return err
		}
		defer scanner.Close()
		for d := range deletions {
			got, err := reach(t.Context(), scanner, sg.Request{Once: true})
			worse := got.worse(whole.answers)
			mu.Lock()
			switch unread := err != nil || got.places[0].NetworkProblem != ""; {
			case err != nil && d.action == "DescribeNetworkInterfaces":
				worse = slices.DeleteFunc(worse, func(line string) bool { return strings.Contains(line, "eni-") && strings.HasSuffix(line, `is ""`) })
				fallthrough
			case unread:
				missed++
				if len(worse) > 0 {
					t.Errorf("%s was missed, and %v", d, worse)
				}
			case len(worse) == 0:
				if !maps.Equal(got.answers, whole.answers) {
					less++
				}
			case legalOfNetworks(d.action, d.change, d.path):
				legal[d.String()] = true
			default:
				t.Errorf("%s, and %v", d, worse)
			}
			mu.Unlock()
		}
		return nil
	})
	t.Logf("%d changes, of which %d were missed and %d made something unknown; legal are\n%s", len(all), missed, less, strings.Join(slices.Sorted(maps.Keys(legal)), "\n"))
	if len(all) < 800/soak.OneIn || missed < 300/soak.OneIn || less < 10/soak.OneIn || len(legal) < 8/soak.OneIn {
		t.Errorf("%d changes, %d were missed, %d made something unknown, %d are legal: there should be many of all", len(all), missed, less, len(legal))
	}
}

// legalOfNetworks is the same of what the AWS CLI prints.
func (e edit) legalOfNetworks(file string) bool {
	at := strings.Split(e.path, "/")
	name, parent := at[len(at)-1], at[len(at)-2]
	tables := strings.Contains(file, "route-tables")
	if isElement(e.path) {
		return e.kind == "delete" && (slices.Contains([]string{"NetworkInterfaces", "Groups", "PrivateIpAddresses", "Ipv6Addresses", "Routes", "RouteTables", "Entries", "VpcBlockPublicAccessExclusions"}, parent) ||
			parent == "Associations" && tables)
	}
	if e.kind == "empty" {
		return slices.Contains([]string{"NetworkInterfaces", "Groups", "PrivateIpAddresses", "Ipv6Addresses", "VpcBlockPublicAccessExclusions"}, name) || name == "Associations" && tables
	}
	return e.kind != "lower case" && (name == "Association" || name == "DenyAllIgwTraffic")
}

// Whatever is taken from a saved file about networks: what the internet reaches is the same or not
// known, or the file is refused, or it is one that AWS could have given.
func TestDeletionFromSavedNetworks(t *testing.T) {
	raw, _ := recordScan(t, liveConfig(t, oneRegion(smallNetwork()).Start(t)))
	if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
		t.Fatal(err)
	}
	whole, err := reached(t, config.Config{Paths: []string{raw}})
	if err != nil || len(whole.answers) != 4+7*4 {
		t.Fatal(err, whole.details)
	}
	type change struct {
		file string // below the folder
		edit
		text []byte
	}
	changes := make(chan change)
	var workers errgroup.Group
	var mu sync.Mutex
	legal := map[string]bool{}
	tried, missed, less := 0, 0, 0
	for range 4 {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(raw)); err != nil {
			t.Fatal(err)
		}
		workers.Go(func() error {
			scanner, err := New(config.Config{Paths: []string{dir}})
			if err != nil {
				return err
			}
			defer scanner.Close()
			for d := range changes {
				file := filepath.Join(dir, d.file)
				original, err := os.ReadFile(file)
				if err == nil {
					err = os.WriteFile(file, d.text, 0o600)
				}
				if err != nil {
					return err
				}
				got, err := reach(t.Context(), scanner, sg.Request{})
				if err := os.WriteFile(file, original, 0o600); err != nil {
					return err
				}
				worse := got.worse(whole.answers)
				what := fmt.Sprintf("%s: %s %s", filepath.Base(d.file), d.kind, d.path)
				mu.Lock()
				tried++
				if err != nil {
					missed++
					if strings.Contains(d.file, "interfaces") { // whose paths are not there, as the error says
						worse = slices.DeleteFunc(worse, func(line string) bool { return strings.Contains(line, "eni-") && strings.HasSuffix(line, `is ""`) })
					}
				}
				switch {
				case len(worse) == 0:
					if !maps.Equal(got.answers, whole.answers) {
						less++
					}
				case err == nil && d.legalOfNetworks(d.file):
					legal[what] = true
				default:
					t.Errorf("%s, and %v, %v", what, worse, err)
				}
				mu.Unlock()
			}
			return nil
		})
	}
	for _, file := range filesIn(t, raw) {
		name := filepath.Base(file)
		if strings.Contains(name, "security-groups.") || strings.Contains(name, "security-group-rules") || strings.Contains(name, "prefix-list") {
			continue
		}
		original, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		below, err := filepath.Rel(raw, file)
		if err != nil {
			t.Fatal(err)
		}
		for e, changed := range edits(unpacked(t, original)) {
			changes <- change{below, e, repacked(t, changed)}
		}
	}
	close(changes)
	if err := workers.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d edits, of which %d were missed and %d made something unknown; legal are\n%s", tried, missed, less, strings.Join(slices.Sorted(maps.Keys(legal)), "\n"))
	if tried < 1500/soak.OneIn || missed < 500/soak.OneIn || less < 30/soak.OneIn || len(legal) < 20/soak.OneIn {
		t.Errorf("%d edits, %d were missed, %d made something unknown, %d are legal: there should be many of all", tried, missed, less, len(legal))
	}
}

// Files about networks that cannot be, or are not of their folder, are refused and claim nothing.
func TestOddFilesAboutNetworks(t *testing.T) {
	raw, _ := recordScan(t, liveConfig(t, oneRegion(smallNetwork()).Start(t)))
	if err := os.Remove(filepath.Join(raw, record.IndexName)); err != nil {
		t.Fatal(err)
	}
	plain := map[string]string{}
	for _, f := range filesIn(t, raw) {
		compressed, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(unpacked(t, compressed))
		if err != nil {
			t.Fatal(err)
		}
		plain[strings.TrimSuffix(filepath.Base(f), ".gz")] = string(text)
	}
	const tables, subnets, acls, block, interfaces = "describe-route-tables.json", "describe-subnets.json", "describe-network-acls.json", "describe-vpc-block-public-access-options.json", "describe-network-interfaces.json"
	in := home + "/us-east-1/"
	whole, err := reached(t, config.Config{Paths: []string{raw}})
	if err != nil {
		t.Fatal(err)
	}
	replaced := func(name, old, new string) map[string]string {
		if !strings.Contains(plain[name], old) {
			t.Fatalf("%s has no %s: %s", name, old, plain[name])
		}
		return map[string]string{in + name: strings.ReplaceAll(plain[name], old, new)}
	}
	added := func(name, from, old, new string) map[string]string {
		return map[string]string{in + name: replaced(from, old, new)[in+from]}
	}
	for _, tt := range []struct {
		name  string
		files map[string]string // that are added, or others
		want  string            // in the error; empty if there is none
		same  bool              // nothing else is said
	}{
		{"pages without the last", replaced(tables, `{"RouteTables"`, `{"NextToken": "x", "RouteTables"`), "the file has a NextToken", false},
		{"subnets of another region", replaced(subnets, "us-east-1a", "eu-west-1a"), "this is of region eu-west-1, and the file in the folder of region us-east-1", false},
		{"Block Public Access of another region", replaced(block, `"us-east-1"`, `"eu-west-1"`), "this is of region eu-west-1", false},
		{"Block Public Access of another account", replaced(block, home, another), "this is of account " + another + ", and the file in the folder of account " + home, false},
		{"the same file twice", map[string]string{in + "again.json": plain[tables]}, "", true},
		{"an older file", added("older.json", tables, "igw-a", "igw-b"), "route table rtb-a is in two files, with different content", false},
		{"an older ACL", added("older.json", acls, `"RuleNumber":90`, `"RuleNumber":91`), "network ACL acl-a is in two files", false},
		{"older Block Public Access", added("older.json", block, "block-ingress", "off"), "VPC Block Public Access of account " + home + " in region us-east-1 is in two files", false},
		{"older interfaces", added("older.json", interfaces, "3.4.5.1", "3.4.5.9"), "network interface eni-a is in two files", false},
		{"an address that is none", replaced(interfaces, "3.4.5.1", "3.4.5"), "has no PublicIp here", false},
		{"an unknown mode", replaced(block, "block-ingress", "block-everything"), "", false},
		{"an unknown state of a route", replaced(tables, `"active"`, `"fading"`), "", false},
		{"networks of another account in one file", replaced("describe-vpcs.json", home, another), "", false},
	} {
		files := map[string]string{}
		for name, text := range plain {
			files[in+name] = text
		}
		maps.Copy(files, tt.files)
		got, err := reached(t, config.Config{Paths: []string{write(t, files)}})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
		worse := slices.DeleteFunc(got.worse(whole.answers), func(line string) bool {
			return err != nil && strings.Contains(line, "eni-") && strings.HasSuffix(line, `is ""`)
		})
		if same := maps.Equal(got.answers, whole.answers); len(worse) > 0 || tt.same && !same {
			t.Errorf("%s: %v, %v", tt.name, worse, got.details)
		}
	}
}
