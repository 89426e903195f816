package fakeaws

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/s2"
)

// Generate returns a world of any size that takes no memory to speak of: an organization of
// so many accounts, each with these regions, each with so many groups. The groups come from
// [GeneratedGroup] when they are asked for, and cannot be changed by calls.
func Generate(accounts int, regions []string, groups int) *World {
	contents := &Region{Generated: groups, Generate: GeneratedGroup}
	shared := make(map[string]*Region, len(regions))
	for _, name := range regions {
		shared[name] = contents
	}
	w := &World{Organization: &Organization{}}
	for i := range accounts {
		w.Accounts = append(w.Accounts, &Account{
			ID:      fmt.Sprintf("%012d", 100_000_000_000+i),
			Name:    fmt.Sprintf("generated-%d", i),
			Regions: shared,
		})
	}
	return w
}

// NewOrganization returns an organization of these accounts, each with these regions, and in each
// region what contents returns.
func NewOrganization(accounts, regions []string, contents func(account, region string) *Region) *World {
	w := &World{Organization: &Organization{}}
	for _, id := range accounts {
		a := &Account{ID: id, Regions: map[string]*Region{}}
		for _, name := range regions {
			a.Regions[name] = contents(id, name)
		}
		w.Accounts = append(w.Accounts, a)
	}
	return w
}

// GeneratedGroup returns a group with four inbound permissions. Every tenth, from index 0,
// lets the whole IPv4 internet in on port 21.
func GeneratedGroup(account, region string, index int) Group {
	name := fmt.Sprintf("generated-%d", index)
	id := GroupID(account, region, name)
	source := "10.0.0.0/8"
	if index%10 == 0 {
		source = "0.0.0.0/0"
	}
	return Group{
		ID:   id,
		Name: name,
		Tags: map[string]string{"Name": name},
		Ingress: []Permission{
			{Protocol: "tcp", From: 21, To: 21, CIDR4: source},
			{Protocol: "tcp", From: 443, To: 443, CIDR4: "0.0.0.0/0"},
			{Protocol: "tcp", From: 443, To: 443, CIDR6: "::/0"},
			{Protocol: "-1", Group: id},
		},
	}
}

// Realistic returns a world for measurements: one account, in each of these regions so many
// groups of [RealisticGroup], and the prefix lists that they name. Serve it with
// [World.StartCached].
func Realistic(regions []string, groups int) *World {
	var many []Entry
	for i := range 150 {
		many = append(many, Entry{CIDR: fmt.Sprintf("52.%d.%d.0/28", 10+i%7, i), Description: fmt.Sprintf("partner %d", i)})
	}
	contents := &Region{Generated: groups, Generate: RealisticGroup, PrefixLists: []PrefixList{
		{Name: "offices", Entries: []Entry{{CIDR: "54.239.1.0/24", Description: "Seattle"}, {CIDR: "54.239.2.0/24", Description: "Dublin"}}},
		{Name: "partners", Entries: many},
		{Name: "everywhere", Entries: []Entry{{CIDR: "0.0.0.0/1"}, {CIDR: "128.0.0.0/1"}}},
	}}
	a := &Account{ID: "123456789012", Regions: map[string]*Region{}}
	for _, name := range regions {
		a.Regions[name] = contents
	}
	return &World{Accounts: []*Account{a}}
}

// RealisticNetwork is [Realistic] with a VPC in each region, and so many network interfaces in it.
// The interface with an index uses the group with that index. Those with an even index are in
// public subnets and have public addresses, all others are behind a NAT gateway.
func RealisticNetwork(regions []string, groups, interfaces int) *World {
	w := Realistic(regions, groups)
	a := w.Accounts[0]
	for name, contents := range a.Regions {
		r := *contents
		r.VPCs = []VPC{{CIDR: "10.0.0.0/16", IPv6: "2600:1f18:1::/56"}}
		r.InternetGateways = []InternetGateway{{ID: "igw-1", VPC: derivedID("vpc", a.ID, name)}}
		r.RouteTables = []RouteTable{
			{ID: "rtb-main", Main: true, Routes: []Route{{To: "0.0.0.0/0", Via: "nat-1"}}},
			{ID: "rtb-public", Routes: []Route{{To: "0.0.0.0/0", Via: "igw-1"}, {To: "::/0", Via: "igw-1"}, {To: "192.168.0.0/16", Via: "pcx-1"}}},
		}
		public := &r.RouteTables[1]
		acl := NetworkACL{ID: "acl-1", Default: true}
		for _, egress := range []bool{false, true} {
			acl.Entries = append(acl.Entries,
				ACLEntry{Number: 90, Egress: egress, Protocol: "6", From: 21, To: 21, CIDR: "198.18.0.0/15", Deny: true},
				ACLEntry{Number: 100, Egress: egress, CIDR: "0.0.0.0/0"}, ACLEntry{Number: 101, Egress: egress, CIDR: "::/0"})
		}
		r.NetworkACLs = []NetworkACL{acl}
		for i := range 6 {
			s := Subnet{ID: fmt.Sprintf("subnet-%d", i), CIDR: fmt.Sprintf("10.0.%d.0/24", i)}
			if i%2 == 0 {
				public.Subnets = append(public.Subnets, s.ID)
			}
			r.Subnets = append(r.Subnets, s)
		}
		for i := range interfaces {
			x := NetworkInterface{
				ID: fmt.Sprintf("eni-%017x", i), Description: realisticName(i), Instance: fmt.Sprintf("i-%017x", i),
				Groups: []string{GroupID(a.ID, name, realisticName(i))}, Subnet: fmt.Sprintf("subnet-%d", i%6),
				PrivateIP: fmt.Sprintf("10.0.%d.%d", i%6, 4+i/6), Tags: map[string]string{"Name": realisticName(i)},
			}
			if i%2 == 0 {
				x.PublicIP = fmt.Sprintf("3.%d.%d.1", i/256, i%256)
			}
			r.NetworkInterfaces = append(r.NetworkInterfaces, x)
		}
		a.Regions[name] = &r
	}
	return w
}

// RealisticReachable reports whether the internet reaches the group with an index on FTP, if so
// many interfaces are in the network.
func RealisticReachable(index, interfaces int) bool {
	return index < interfaces && index%2 == 0 && RealisticOpen(index) > 0
}

// RealisticPermissions is how many inbound permissions, of one source each, every
// [RealisticGroup] has. DescribeSecurityGroups shows them as half as many with two sources.
const RealisticPermissions = 20

// RealisticOpen returns how many permissions of the [RealisticGroup] with an index let the
// whole internet in on FTP. One group in 25 has such, from index 0.
func RealisticOpen(index int) int {
	if index%25 != 0 {
		return 0
	}
	return waysOpen[index/25%len(waysOpen)].open
}

// waysOpen are pairs of permissions that let the whole internet in on FTP, in all ways that
// there are, with the number of those that do.
var waysOpen = []struct {
	open int
	pair [2]Permission
}{
	{2, [2]Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}, {Protocol: "tcp", From: 21, To: 21, CIDR6: "::/0"}}},
	{1, [2]Permission{{Protocol: "tcp", From: 20, To: 21, CIDR4: "10.0.0.0/8"}, {Protocol: "tcp", From: 20, To: 21, PrefixList: everywhere}}},
	{2, [2]Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/1"}, {Protocol: "tcp", From: 21, To: 21, CIDR4: "128.0.0.0/1"}}},
	{1, [2]Permission{{Protocol: "-1", CIDR4: "10.0.0.0/8"}, {Protocol: "-1", CIDR4: "0.0.0.0/0", Description: "temporary"}}},
	{1, [2]Permission{{Protocol: "tcp", From: 1, To: 1024, CIDR4: "0.0.0.0/0"}, {Protocol: "tcp", From: 1, To: 1024, CIDR6: "fd00::/8"}}},
}

var offices, partners, everywhere = PrefixListID("offices"), PrefixListID("partners"), PrefixListID("everywhere")

// services are what groups let in. Their number is a prime, so that steps of any length go
// through all of them.
var services = []struct {
	name, protocol string
	from, to       int
}{
	{"ssh", "tcp", 22, 22}, {"http", "tcp", 80, 80}, {"https", "tcp", 443, 443}, {"mysql", "tcp", 3306, 3306}, {"postgres", "tcp", 5432, 5432},
	{"redis", "tcp", 6379, 6379}, {"proxy", "tcp", 8080, 8080}, {"api", "tcp", 8443, 8443}, {"kafka", "tcp", 9092, 9094}, {"mongo", "tcp", 27017, 27019},
	{"rdp", "tcp", 3389, 3389}, {"smtp", "tcp", 25, 25}, {"submission", "tcp", 587, 587}, {"ldap", "tcp", 389, 389}, {"ldaps", "tcp", 636, 636},
	{"dns", "udp", 53, 53}, {"ntp", "udp", 123, 123}, {"ping", "icmp", 8, -1}, {"metrics", "tcp", 9100, 9100}, {"nfs", "tcp", 2049, 2049},
	{"search", "tcp", 9200, 9300}, {"kubelet", "tcp", 10250, 10250}, {"nodeports", "tcp", 30000, 32767},
}

// RealisticGroup returns a group such as accounts are full of: mostly TCP, from ranges of
// both families, other groups and prefix lists, with descriptions and tags here and there.
// Some let FTP in, most of them from private ranges or offices only; see [RealisticOpen].
func RealisticGroup(account, region string, index int) Group {
	name := realisticName(index)
	id := GroupID(account, region, name)
	seed, _ := strconv.ParseUint(id[len(id)-16:], 16, 64)
	random := rand.New(rand.NewPCG(seed, 0))
	team := strconv.Itoa(index % 40)
	g := Group{
		ID: id, Name: name, Description: "Managed by Terraform",
		Tags:    map[string]string{"Name": name, "team": "team-" + team},
		Ingress: make([]Permission, 0, RealisticPermissions),
	}
	if index%3 == 0 {
		g.Tags["environment"], g.Tags["cost-center"] = "production", "R&D "+team
	}
	for n := range RealisticPermissions / 2 {
		s := services[(index+n*(1+index%(len(services)-1)))%len(services)]
		for half := range 2 {
			p := Permission{Protocol: s.protocol, From: s.from, To: s.to}
			switch kind := random.IntN(20); {
			case index%3 == 0 && strings.HasPrefix(s.name, "http"):
				p.CIDR4, p.CIDR6 = []string{"0.0.0.0/0", ""}[half], []string{"", "::/0"}[half]
			case kind < 12:
				p.CIDR4 = fmt.Sprintf("10.%d.%d.0/24", 2*random.IntN(128)+half, random.IntN(256))
			case kind < 15:
				p.CIDR6 = fmt.Sprintf("2600:1f18:%x%x::/56", 1+random.IntN(4095), 2*random.IntN(8)+half)
			case kind < 19:
				p.Group = GroupID(account, region, realisticName(2*random.IntN(50_000)+half))
			default:
				p.PrefixList = []string{offices, partners}[half]
			}
			switch random.IntN(5) {
			case 0, 1:
				p.Description = s.name + " for team " + team
			case 2:
				p.Description = "NET-" + strconv.Itoa(random.IntN(100_000))
			}
			if random.IntN(20) == 0 {
				p.Tags = map[string]string{"ticket": "NET-" + strconv.Itoa(random.IntN(100_000))}
			}
			g.Ingress = append(g.Ingress, p)
		}
	}
	switch {
	case index%25 == 0:
		copy(g.Ingress, waysOpen[index/25%len(waysOpen)].pair[:])
	case index%10 == 3:
		copy(g.Ingress, []Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "10.0.0.0/8"}, {Protocol: "tcp", From: 21, To: 21, PrefixList: offices}})
	case index%10 == 7:
		copy(g.Ingress, []Permission{{Protocol: "-1", CIDR4: "10.0.0.0/8"}, {Protocol: "-1", Group: g.ID}})
	}
	return g
}

func realisticName(index int) string { return "service-" + strconv.Itoa(index) }

// StartCached serves the world as [World.Start] does, fast enough for measurements of large
// worlds: no answer is made twice, and of generated groups only those are made that a call
// is about. It is for worlds that never change, and in which nothing fails.
func (w *World) StartCached(t testing.TB) *Server {
	t.Helper()
	s := w.Start(t)
	web := httptest.NewServer(&cache{Server: s, indexes: map[place]map[string]int{}, answers: map[string][]byte{}})
	s.URL = web.URL
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return s
}

// cache is a server that keeps its answers.
type cache struct {
	*Server
	mu      sync.Mutex
	indexes map[place]map[string]int // of generated groups, by ID
	answers map[string][]byte        // compressed
}

func (s *cache) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	c, err := s.read(r, body)
	if err != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.Server.ServeHTTP(w, r)
		return
	}
	done := s.begin(c)
	key := fmt.Sprintln(c.account(), c.region, c.service, string(body))
	s.mu.Lock()
	kept := s.answers[key]
	s.mu.Unlock()
	if kept != nil {
		document, _ := s2.Decode(nil, kept)
		wait(r.Context(), c.latency)
		done("")
		s.write(w, c, http.StatusOK, document, nil)
		return
	}
	if strings.HasPrefix(c.action, "DescribeSecurityGroup") {
		s.narrow(c)
	}
	status, document, _, err := s.respond(r.Context(), c, nil)
	if err != nil {
		done(err.Error())
	} else {
		done("")
		s.mu.Lock()
		s.answers[key] = bytes.Clone(s2.Encode(nil, document))
		s.mu.Unlock()
	}
	s.write(w, c, status, document, nil)
}

// narrow lets the call see of the generated groups only those that it is about: those that
// it names, or those from its page on.
func (s *cache) narrow(c *call) {
	region := c.contents()
	filters, err := c.filters()
	if region == nil || err != nil {
		return
	}
	few := *region
	ids := c.values("GroupId")
	for _, f := range filters {
		if f.name == "group-id" && !strings.ContainsAny(strings.Join(f.patterns, ""), `*?\`) {
			ids = f.patterns
		}
	}
	if at, err := c.cursor(); ids != nil {
		few.Groups, few.Generated = slices.Clone(region.Groups), 0
		for _, i := range s.positions(c, ids) {
			few.Groups = append(few.Groups, region.Generate(c.account(), c.region, i))
		}
	} else if err == nil && len(filters) == 0 && c.action == "DescribeSecurityGroups" {
		few.Generate = func(account, name string, i int) Group {
			if len(region.Groups)+i < at.offset {
				return Group{ID: "sg-skipped", VPC: "vpc-skipped"}
			}
			return region.Generate(account, name, i)
		}
	}
	account, caller := *c.caller.account, *c.caller
	account.Regions = map[string]*Region{c.region: &few}
	caller.account = &account
	c.caller = &caller
}

// positions returns the indexes, in order, of the generated groups with these IDs.
func (s *cache) positions(c *call, ids []string) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	where := place{c.account(), c.region}
	known := s.indexes[where]
	if known == nil {
		known = map[string]int{}
		region := c.contents()
		for i := range region.Generated {
			g := region.Generate(where.account, where.region, i)
			known[g.complete(where.account, where.region).ID] = i
		}
		s.indexes[where] = known
	}
	var found []int
	for _, id := range ids {
		if i, ok := known[id]; ok {
			found = append(found, i)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
