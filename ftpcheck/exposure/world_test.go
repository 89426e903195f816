package exposure

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A world is a small region as it is, of which any part may be read or not: an account that owns
// VPCs, and one that takes part in some and has one of its own.
type world struct {
	accounts []*Account
	groups   []*testGroup
}

type testGroup struct {
	Group
	rules  []testRule
	unread bool
}

// A testRule is an ingress permission, in a form that loops can read.
type testRule struct {
	protocol string
	from, to int32
	ranges   []netip.Prefix // nil for a referenced security group
	list     bool
	unread   bool
	// references is the security group that it lets in, if ranges is nil.
	references string
}

func (g *testGroup) sources() *Sources {
	if g.unread {
		return nil
	}
	var permissions []*rule.Permission
	for _, r := range g.rules {
		p := &rule.Permission{Protocol: r.protocol, FromPort: &r.from, ToPort: &r.to}
		switch {
		case r.unread:
			p.Source = rule.Unread()
		case r.list:
			p.Source = rule.PrefixListEntries(r.ranges)
		case r.ranges == nil:
			p.Source = rule.SecurityGroup(r.references)
		default:
			p.Source = rule.CIDR(r.ranges[0])
		}
		permissions = append(permissions, p)
	}
	return NewSources(permissions, 2121)
}

func (w *world) group(id string) *testGroup {
	for _, g := range w.groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (w *world) sources() func(id string) *Sources {
	made := map[string]*Sources{}
	for _, g := range w.groups {
		made[g.ID] = g.sources()
	}
	return func(id string) *Sources { return made[id] }
}

func (w *world) interfaces() []*Interface {
	var all []*Interface
	seen := map[string]bool{}
	for _, a := range w.accounts {
		for i := range a.Interfaces.Items {
			if x := &a.Interfaces.Items[i]; !seen[x.ID] {
				seen[x.ID] = true
				all = append(all, x)
			}
		}
	}
	return all
}

const (
	owner       = "111111111111"
	participant = "222222222222"
)

// ranges are the prefixes of which everything in a world is made: few enough that they meet.
var ranges = func() (list []netip.Prefix) {
	for _, text := range []string{
		"0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8", "8.8.8.0/24", "8.8.8.8/32", "9.9.9.9/32", "10.0.0.0/8",
		"10.0.0.0/16", "55.1.0.0/16", "192.0.2.0/24", "1.0.0.0/8", "223.255.255.0/24", "224.0.0.0/4", "126.0.0.0/7", "198.18.0.0/15",
		"::/0", "::/0", "::/0", "::/1", "8000::/1", "2000::/3", "2000::/4", "3000::/4", "2600::/16", "2600:1::/32", "2600:1::1/128", "2001:db8::/32",
		"fd00::/8", "3fff::/20",
	} {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}()

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

func anyRange(r *rand.Rand) netip.Prefix {
	if chance(r, 80) {
		return pick(r, ranges...)
	}
	if chance(r, 60) {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(r.UintN(256)), byte(r.UintN(256)), byte(r.UintN(256)), byte(r.UintN(256))}), r.IntN(33)).Masked()
	}
	return netip.PrefixFrom(netip.AddrFrom16([16]byte{byte(0x20 + r.UintN(32)), byte(r.UintN(256)), byte(r.UintN(256)), 15: byte(r.UintN(256))}), 3+r.IntN(126)).Masked()
}

func someRanges(r *rand.Rand, most int) []netip.Prefix {
	some := []netip.Prefix{}
	for range r.IntN(most + 1) {
		some = append(some, anyRange(r))
	}
	return some
}

var (
	vpcs    = []string{"vpc-1", "vpc-2", "vpc-3"}
	subnets = []string{"subnet-1", "subnet-2", "subnet-3", "subnet-4"}
	vpcOf   = map[string]string{"subnet-1": "vpc-1", "subnet-2": "vpc-1", "subnet-3": "vpc-2", "subnet-4": "vpc-3"}
	ownerOf = map[string]string{"vpc-1": owner, "vpc-2": owner, "vpc-3": participant}
	lists   = []string{"pl-1", "pl-2", "pl-3"}
)

func newWorld(r *rand.Rand) *world {
	w := &world{accounts: []*Account{{ID: owner}, {ID: participant}}}
	for kind := range kinds {
		w.draw(r, kind)
	}
	return w
}

func (w *world) account(id string) *Account {
	for _, a := range w.accounts {
		if a.ID == id {
			return a
		}
	}
	panic(id)
}

// kinds are what is read apart.
var kinds = []string{"VPCs", "subnets", "route tables", "gateways", "ACLs", "Block Public Access", "exclusions", "interfaces", "prefix lists", "groups", "associations", "load balancers"}

// draw draws all that is in a world of one kind, as it would be read whole.
func (w *world) draw(r *rand.Rand, kind int) {
	a, b := w.account(owner), w.account(participant)
	of := func(vpc string) *Account { return w.account(ownerOf[vpc]) }
	switch kinds[kind] {
	case "VPCs":
		a.VPCs = Whole(VPC{"vpc-1", owner}, VPC{"vpc-2", owner})
		b.VPCs = Whole(VPC{"vpc-3", participant}, VPC{"vpc-1", owner})
	case "subnets":
		a.Subnets = Whole(Subnet{"subnet-1", "vpc-1", owner}, Subnet{"subnet-2", "vpc-1", owner}, Subnet{"subnet-3", "vpc-2", owner})
		b.Subnets = Whole(Subnet{"subnet-4", "vpc-3", participant}, Subnet{"subnet-1", "vpc-1", owner})
	case "route tables":
		a.RouteTables, b.RouteTables = Whole[RouteTable](), Whole[RouteTable]()
		n := 0
		add := func(vpc string, t RouteTable) {
			n++
			t.ID, t.VPCID = fmt.Sprintf("rtb-%d", n), vpc
			of(vpc).RouteTables.Items = append(of(vpc).RouteTables.Items, t)
		}
		for _, vpc := range vpcs {
			add(vpc, RouteTable{Routes: anyRoutes(r, vpc), Associations: []Association{{Main: true, State: anyAssociation(r)}}})
			if chance(r, 30) {
				add(vpc, RouteTable{Routes: anyEdge(r), Associations: []Association{{GatewayID: "igw" + vpc[3:], State: anyAssociation(r)}}})
			}
		}
		for _, s := range subnets {
			if chance(r, 50) {
				add(vpcOf[s], RouteTable{Routes: anyRoutes(r, vpcOf[s]), Associations: []Association{{SubnetID: s, State: anyAssociation(r)}}})
			}
		}
	case "gateways":
		a.InternetGateways, b.InternetGateways = Whole[InternetGateway](), Whole[InternetGateway]()
		for _, vpc := range vpcs {
			g := InternetGateway{ID: "igw" + vpc[3:]}
			if chance(r, 90) {
				g.Attachments = []Attachment{{vpc, pick(r, "available", "available", "available", "available", "attached", "detached", "detaching")}}
			} else if chance(r, 50) {
				g.Attachments = []Attachment{{"vpc-9", "available"}}
			}
			if chance(r, 95) {
				of(vpc).InternetGateways.Items = append(of(vpc).InternetGateways.Items, g)
			}
		}
	case "ACLs":
		a.NetworkACLs, b.NetworkACLs = Whole[NetworkACL](), Whole[NetworkACL]()
		var shared []ACLEntry
		for n, s := range subnets {
			entries := anyEntries(r)
			if chance(r, 30) {
				entries = shared
			}
			shared = entries
			of := of(vpcOf[s])
			of.NetworkACLs.Items = append(of.NetworkACLs.Items, NetworkACL{ID: fmt.Sprintf("acl-%d", n), VPCID: vpcOf[s], SubnetIDs: []string{s}, Entries: entries})
		}
	case "Block Public Access":
		for _, x := range w.accounts {
			x.BlockPublicAccess = &BlockPublicAccess{"off", "default-state", "allowed"}
			if chance(r, 30) {
				x.BlockPublicAccess = &BlockPublicAccess{
					pick(r, "off", "block-bidirectional", "block-ingress"),
					pick(r, "update-complete", "update-complete", "update-complete", "update-in-progress"),
					pick(r, "allowed", "allowed", "not-allowed"),
				}
			}
		}
	case "exclusions":
		for _, x := range w.accounts {
			x.Exclusions = Whole[Exclusion]()
			for range r.IntN(3) {
				resource := pick(r, "vpc/vpc-1", "vpc/vpc-2", "vpc/vpc-3", "subnet/subnet-1", "subnet/subnet-2", "subnet/subnet-4")
				if chance(r, 5) {
					resource = "gadget/g-1"
				}
				x.Exclusions.Items = append(x.Exclusions.Items, Exclusion{
					"arn:aws:ec2:eu-west-1:" + x.ID + ":" + resource,
					pick(r, "allow-bidirectional", "allow-bidirectional", "allow-egress"),
					pick(r, "create-complete", "create-complete", "update-complete", "delete-complete", "create-in-progress"),
				})
			}
		}
	case "interfaces":
		a.Interfaces, b.Interfaces = Whole[Interface](), Whole[Interface]()
		for n := range 1 + r.IntN(4) {
			i := anyInterface(r, fmt.Sprintf("eni-%d", n))
			for _, x := range w.accounts {
				// The owner of a VPC sees those of participants, and not the other way round.
				if i.OwnerID == x.ID || ownerOf[i.VPCID] == x.ID {
					x.Interfaces.Items = append(x.Interfaces.Items, i)
				}
			}
		}
	case "prefix lists":
		a.PrefixLists, b.PrefixLists = map[string][]netip.Prefix{}, map[string][]netip.Prefix{}
		for _, l := range lists {
			a.PrefixLists[l] = someRanges(r, 4)
			b.PrefixLists[l] = a.PrefixLists[l]
		}
	case "groups":
		w.groups = nil
		for n := range 4 {
			g := &testGroup{Group: Group{ID: fmt.Sprintf("sg-%d", n), OwnerID: owner, SeenBy: owner, VPCID: pick(r, vpcs...)}}
			if n == 3 {
				g.OwnerID, g.SeenBy = participant, participant
			}
			for range r.IntN(4) {
				x := testRule{"tcp", 20, 21, []netip.Prefix{anyRange(r)}, false, false, ""}
				switch r.IntN(8) {
				case 0:
					x.ranges, x.references = nil, fmt.Sprintf("sg-%d", r.IntN(4))
				case 1:
					x.ranges, x.list = someRanges(r, 4), true
				case 2:
					x.protocol = "udp"
				case 3:
					x.protocol = "-1"
				case 4:
					x.from, x.to = pick(r, int32(0), 20, 21, 22), 65535
				}
				g.rules = append(g.rules, x)
			}
			w.groups = append(w.groups, g)
		}
	case "load balancers":
		a.LoadBalancers, b.LoadBalancers = nil, nil
		for _, vpc := range vpcs {
			for _, name := range []string{"net/edge/0123456789abcdef", "classic"} {
				if l := anyBalancer(r, name, vpc); chance(r, 80) {
					of(vpc).LoadBalancers = append(of(vpc).LoadBalancers, l)
				}
			}
		}
	case "associations":
		a.GroupVPCs, b.GroupVPCs = Whole[GroupVPC](), Whole[GroupVPC]()
		if chance(r, 30) {
			a.GroupVPCs.Items = append(a.GroupVPCs.Items, GroupVPC{"sg-0", pick(r, vpcs...), "associated"})
		}
	}
}

func anyAssociation(r *rand.Rand) string {
	if chance(r, 95) {
		return "associated"
	}
	return pick(r, "associating", "disassociated", "failed", "")
}

func anyRoutes(r *rand.Rand, vpc string) []Route {
	routes := []Route{
		{Destination: netip.MustParsePrefix("10.0.0.0/16"), Target: "local", State: "active", Origin: "CreateRouteTable"},
		{Destination: netip.MustParsePrefix("2600:1::/32"), Target: "local", State: "active", Origin: "CreateRouteTable"},
	}
	taken := map[netip.Prefix]bool{routes[0].Destination: true, routes[1].Destination: true}
	add := func(x Route) {
		if x.State = "active"; chance(r, 6) {
			x.State = pick(r, "blackhole", "blackhole", "filtered", "pending")
		}
		if x.PrefixListID == "" && x.class() == static {
			if taken[x.Destination] {
				return
			}
			taken[x.Destination] = true
		}
		routes = append(routes, x)
	}
	igw := "igw" + vpc[3:]
	if chance(r, 75) {
		add(Route{Destination: netip.MustParsePrefix("0.0.0.0/0"), Target: igw})
		add(Route{Destination: netip.MustParsePrefix("::/0"), Target: igw})
	}
	for range r.IntN(5) {
		x := Route{Destination: anyRange(r), Origin: "CreateRoute"}
		x.Target = pick(r, igw, igw, igw, "igw-3", "nat-1", "eigw-1", "tgw-1", "pcx-1", "vgw-1", "local", "vpce-1", "vpce-2", "eni-7", "lgw-1", "cagw-1", "new-1",
			"arn:aws:networkmanager::111111111111:core-network/core-network-1")
		switch r.IntN(5) {
		case 0:
			x.Destination, x.PrefixListID = netip.Prefix{}, pick(r, lists...)
		case 1:
			x.Origin = pick(r, "EnableVgwRoutePropagation", "Advertisement")
		}
		if x.Target == "local" { // which is for addresses of the VPC
			x.Destination, x.PrefixListID, x.Origin = pick(r, netip.MustParsePrefix("55.1.0.0/16"), netip.MustParsePrefix("2600:1:0:1::/64")), "", "CreateRoute"
		}
		add(x)
	}
	r.Shuffle(len(routes), func(i, j int) { routes[i], routes[j] = routes[j], routes[i] })
	return routes
}

func anyEdge(r *rand.Rand) []Route {
	routes := []Route{
		{Destination: netip.MustParsePrefix("10.0.0.0/16"), Target: pick(r, "local", "local", "local", "eni-7"), State: "active"},
		{Destination: netip.MustParsePrefix("2600:1::/32"), Target: pick(r, "local", "local", "local", "vpce-1"), State: "active"},
	}
	if chance(r, 50) {
		routes = append(routes, Route{Destination: netip.MustParsePrefix("10.0.1.0/24"), Target: pick(r, "local", "vpce-1", "eni-7"), State: pick(r, "active", "active", "blackhole", "filtered")})
	}
	if chance(r, 30) {
		routes = append(routes, Route{Destination: netip.MustParsePrefix("2600:1:0:1::/64"), Target: pick(r, "local", "vpce-1", "eni-7"), State: "active"})
	}
	return routes
}

func port(n int32) *int32 { return &n }

func anyEntries(r *rand.Rand) []ACLEntry {
	var entries []ACLEntry
	for _, egress := range []bool{false, true} {
		number := int32(0)
		for range r.IntN(5) {
			number += 1 + r.Int32N(100)
			e := ACLEntry{Number: number, Egress: egress, Allow: chance(r, 70), Protocol: "6", CIDR: anyRange(r)}
			switch r.IntN(4) {
			case 0:
				e.Protocol = "-1"
			case 1:
				e.Protocol = pick(r, "17", "6", "1", "6")
				fallthrough
			default:
				from := pick[int32](r, 0, 20, 21, 1024, 32768, 65535)
				e.FromPort, e.ToPort = port(from), port(min(from+pick[int32](r, 0, 1, 64511, 65535), 65535))
			}
			entries = append(entries, e)
		}
		if chance(r, 60) {
			for _, all := range []string{"0.0.0.0/0", "::/0"} {
				number++
				entries = append(entries, ACLEntry{Number: number, Egress: egress, Allow: true, Protocol: "-1", CIDR: netip.MustParsePrefix(all)})
			}
		}
		entries = append(entries, ACLEntry{Number: 32767, Egress: egress, Protocol: "-1", CIDR: netip.MustParsePrefix("0.0.0.0/0")})
	}
	r.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries
}

func anyInterface(r *rand.Rand, id string) Interface {
	subnet := pick(r, subnets...)
	i := Interface{ID: id, SubnetID: subnet, VPCID: vpcOf[subnet], OwnerID: ownerOf[vpcOf[subnet]], Type: "interface"}
	if subnet == "subnet-1" && chance(r, 50) {
		i.OwnerID = participant
	}
	for range r.IntN(3) {
		i.GroupIDs = append(i.GroupIDs, fmt.Sprintf("sg-%d", r.IntN(4)))
	}
	for range r.IntN(3) {
		a := PrivateAddress{Private: netip.AddrFrom4([4]byte{10, 0, byte(r.UintN(3)), byte(r.UintN(4))})}
		switch r.IntN(4) {
		case 0, 1:
			a.Public = netip.AddrFrom4([4]byte{203, 0, 113, byte(r.UintN(256))})
		case 2:
			a.Carrier = netip.AddrFrom4([4]byte{155, 146, 0, byte(r.UintN(256))})
		}
		i.PrivateAddresses = append(i.PrivateAddresses, a)
	}
	for range r.IntN(3) {
		i.IPv6Addresses = append(i.IPv6Addresses, netip.MustParseAddr(pick(r, "2600:1::5", "2600:1:0:1::6", "fd00::5", "2600:1:0:2::7")))
	}
	if chance(r, 10) {
		i.IPv6Prefixes = append(i.IPv6Prefixes, netip.MustParsePrefix(pick(r, "2600:1:0:1:5::/80", "2600:1:0:3::/64", "2600:1::/48")))
	}
	i.DenyAllIgwTraffic = chance(r, 10)
	if chance(r, 60) {
		i.InstanceID = fmt.Sprintf("i-%d", r.IntN(2))
		i.DeviceIndex = pick(r, nil, new(int32(0)), new(int32(0)), new(int32(0)), new(int32(1)))
	}
	switch r.IntN(9) {
	case 0, 7:
		i.Type, i.Description = "network_load_balancer", "ELB net/edge/0123456789abcdef"
	case 1:
		i.Type, i.Description = "gateway_load_balancer_endpoint", pick(r, "VPC Endpoint Interface vpce-1", "VPC Endpoint Interface vpce-1", "an endpoint")
	case 2:
		i.Type = pick(r, "nat_gateway", "global_accelerator_managed")
	case 3:
		i.RequesterID, i.Description = "amazon-elb", pick(r, "ELB app/web/0123456789abcdef", "ELB classic")
	}
	return i
}

func anyBalancer(r *rand.Rand, name, vpc string) LoadBalancer {
	l := LoadBalancer{Name: name, VPCID: vpc, Listeners: Whole[Listener]()}
	for range r.IntN(3) {
		x := Listener{pick[int32](r, 20, 21, 21, 2121), Whole[Target]()}
		for range r.IntN(4) {
			t := Target{Port: pick[int32](r, 20, 21, 21, 8021), KeepsClient: pick(r, rule.Yes, rule.Yes, rule.No, rule.Unknown), Healthy: chance(r, 80)}
			switch r.IntN(5) {
			case 0:
				t.Address = netip.AddrFrom4([4]byte{10, 0, byte(r.UintN(2)), byte(r.UintN(4))})
			case 1:
				t.Address = netip.MustParseAddr(pick(r, "2600:1::5", "2600:1:0:1::6"))
			default:
				t.InstanceID, t.Family = fmt.Sprintf("i-%d", r.IntN(2)), pick(r, IPv4, IPv4, IPv6)
			}
			x.Targets.Items = append(x.Targets.Items, t)
		}
		x.Targets.Whole = chance(r, 95)
		l.Listeners.Items = append(l.Listeners.Items, x)
	}
	l.Listeners.Whole = chance(r, 95)
	return l
}

// without is the world as an account sees it that may not read some of it, or only a part.
func (w *world) without(r *rand.Rand, unread func(account string, kind int) bool) *world {
	less := &world{}
	for _, a := range w.accounts {
		b := *a
		for kind, name := range kinds {
			if !unread(a.ID, kind) {
				continue
			}
			switch name {
			case "VPCs":
				b.VPCs = some(r, a.VPCs)
			case "subnets":
				b.Subnets = some(r, a.Subnets)
			case "route tables":
				b.RouteTables = some(r, a.RouteTables)
			case "gateways":
				b.InternetGateways = some(r, a.InternetGateways)
			case "ACLs":
				b.NetworkACLs = some(r, a.NetworkACLs)
			case "Block Public Access":
				b.BlockPublicAccess = nil
			case "exclusions":
				b.Exclusions = some(r, a.Exclusions)
			case "interfaces":
				b.Interfaces = some(r, a.Interfaces)
			case "prefix lists":
				b.PrefixLists = nil
			case "load balancers":
				b.LoadBalancers = fewerBalancers(r, a.LoadBalancers)
			case "associations":
				b.GroupVPCs = some(r, a.GroupVPCs)
			}
		}
		less.accounts = append(less.accounts, &b)
	}
	noLists := unread(owner, slices.Index(kinds, "prefix lists")) && unread(participant, slices.Index(kinds, "prefix lists"))
	for _, g := range w.groups {
		h := *g
		h.unread = unread(g.OwnerID, slices.Index(kinds, "groups"))
		h.rules = slices.Clone(g.rules)
		for i := range h.rules {
			h.rules[i].unread = h.rules[i].list && noLists
		}
		less.groups = append(less.groups, &h)
	}
	return less
}

// fewerBalancers are load balancers of which some were not read, or not whole.
func fewerBalancers(r *rand.Rand, all []LoadBalancer) (fewer []LoadBalancer) {
	for _, l := range all {
		if r == nil || chance(r, 30) {
			continue
		}
		if chance(r, 70) {
			l.Listeners = some(r, l.Listeners)
		}
		for n := range l.Listeners.Items {
			if l.Listeners.Items = slices.Clone(l.Listeners.Items); chance(r, 50) {
				l.Listeners.Items[n].Targets = some(r, l.Listeners.Items[n].Targets)
			}
		}
		fewer = append(fewer, l)
	}
	return fewer
}

// some is what was read of a list that was not read whole.
func some[T any](r *rand.Rand, l List[T]) List[T] {
	var part List[T]
	if r == nil {
		return part
	}
	for _, x := range l.Items {
		if chance(r, 30) {
			part.Items = append(part.Items, x)
		}
	}
	return part
}

// worlds is how many random worlds a test looks at, of those that are usual.
func worlds(t testing.TB, usual int) int {
	text := os.Getenv("FTPCHECK_SOAK")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("FTPCHECK_SOAK is %q, and must be a number", text)
	}
	return n
}
