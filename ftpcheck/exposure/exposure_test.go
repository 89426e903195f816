package exposure

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

func prefix(text string) netip.Prefix { return netip.MustParsePrefix(text) }

// A site is a VPC with one public subnet and an open server in it. The cases change it.
type site struct {
	account *Account
	server  *Interface
	groups  map[string][]*rule.Permission
	more    []*Account
}

func tcp21(sources ...rule.Source) (permissions []*rule.Permission) {
	for _, s := range sources {
		permissions = append(permissions, &rule.Permission{Protocol: "tcp", FromPort: port(21), ToPort: port(21), Source: s})
	}
	return permissions
}

func cidr(text string) rule.Source { return rule.CIDR(prefix(text)) }

// route is "destination target", with a state behind it.
func route(text string) Route {
	parts := strings.Fields(text)
	r := Route{Target: parts[1], State: "active", Origin: "CreateRoute"}
	if strings.HasPrefix(parts[0], "pl-") {
		r.PrefixListID = parts[0]
	} else {
		r.Destination = prefix(parts[0])
	}
	if len(parts) > 2 {
		r.State = parts[2]
	}
	return r
}

func routes(texts ...string) []Route {
	list := []Route{route("10.0.0.0/16 local"), route("2600:1::/56 local")}
	for _, t := range texts {
		list = append(list, route(t))
	}
	return list
}

// entry is "number in|out allow|deny protocol from-to cidr".
func entry(text string) ACLEntry {
	var e ACLEntry
	var direction, action, cidr string
	var from, to int32
	if n, err := fmt.Sscanf(text, "%d %s %s %s %d-%d %s", &e.Number, &direction, &action, &e.Protocol, &from, &to, &cidr); n != 7 {
		panic(fmt.Sprint(text, err))
	}
	e.Egress, e.Allow, e.CIDR = direction == "out", action == "allow", prefix(cidr)
	if e.Protocol != "-1" {
		e.FromPort, e.ToPort = &from, &to
	}
	return e
}

func entries(texts ...string) (list []ACLEntry) {
	for _, t := range texts {
		list = append(list, entry(t))
	}
	return list
}

var openACL = []string{
	"100 in allow -1 0-0 0.0.0.0/0", "101 in allow -1 0-0 ::/0", "32767 in deny -1 0-0 0.0.0.0/0", "32768 in deny -1 0-0 ::/0",
	"100 out allow -1 0-0 0.0.0.0/0", "101 out allow -1 0-0 ::/0", "32767 out deny -1 0-0 0.0.0.0/0", "32768 out deny -1 0-0 ::/0",
}

func newSite() *site {
	account := &Account{
		ID:      owner,
		VPCs:    Whole(VPC{"vpc-1", owner}),
		Subnets: Whole(Subnet{"subnet-1", "vpc-1", owner}),
		RouteTables: Whole(RouteTable{"rtb-1", "vpc-1", routes("0.0.0.0/0 igw-1", "::/0 igw-1"),
			[]Association{{Main: true, State: "associated"}}}),
		InternetGateways:  Whole(InternetGateway{"igw-1", []Attachment{{"vpc-1", "available"}}}),
		NetworkACLs:       Whole(NetworkACL{"acl-1", "vpc-1", []string{"subnet-1"}, entries(openACL...)}),
		BlockPublicAccess: &BlockPublicAccess{"off", "default-state", "allowed"},
		Exclusions:        Whole[Exclusion](),
		GroupVPCs:         Whole[GroupVPC](),
		Interfaces: Whole(Interface{
			ID: "eni-1", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-1", GroupIDs: []string{"sg-1"}, Type: "interface",
			PrivateAddresses: []PrivateAddress{{Private: netip.MustParseAddr("10.0.0.5"), Public: netip.MustParseAddr("203.0.113.7")}},
		}),
	}
	return &site{account: account, server: &account.Interfaces.Items[0],
		groups: map[string][]*rule.Permission{"sg-1": tcp21(cidr("0.0.0.0/0"), cidr("::/0"))}}
}

func (s *site) network() *Network { return NewNetwork(append([]*Account{s.account}, s.more...)...) }

func (s *site) sources(id string) *Sources {
	permissions, ok := s.groups[id]
	if !ok {
		return nil
	}
	return NewSources(permissions, 2121)
}

// path is that of an interface, by its position, on port 21.
func (s *site) path(of int, f Family) Path {
	for _, p := range s.network().Paths(&s.account.Interfaces.Items[of], s.sources) {
		if p.Family == f && p.Port == rule.Control {
			return p
		}
	}
	panic("no path")
}

func (s *site) table() *RouteTable { return &s.account.RouteTables.Items[0] }
func (s *site) acl() *NetworkACL   { return &s.account.NetworkACLs.Items[0] }

const wholeIPv4 = 3702258432 // the public IPv4 internet

var ipv6Only = func(s *site) {
	s.server.PrivateAddresses = nil
	s.server.IPv6Addresses = []netip.Addr{netip.MustParseAddr("2600:1::5")}
}

// TestPeers has what others decide wrongly, and what AWS documents that is easily overlooked.
func TestPeers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(s *site)
		of     int // position of the interface
		family Family
		want   string
	}{
		{name: "open to everyone", want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "another VPC's main table leads to the internet", change: func(s *site) {
			s.table().Routes = routes()
			s.account.VPCs.Items = append(s.account.VPCs.Items, VPC{"vpc-2", owner})
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-2", routes("0.0.0.0/0 igw-1"), []Association{{Main: true}}})
		}, want: "no 0 blocked by route"},
		{name: "a table of the subnet's own, and not the main one", change: func(s *site) {
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", routes("0.0.0.0/0 nat-1"), []Association{{SubnetID: "subnet-1"}}})
		}, want: "no 0 blocked by route"},
		{name: "the gateway of another VPC", change: func(s *site) {
			s.account.InternetGateways.Items[0].Attachments[0].VPCID = "vpc-2"
		}, want: "no 0 blocked by route"},
		{name: "split routes", change: func(s *site) {
			s.table().Routes = routes("0.0.0.0/1 igw-1", "128.0.0.0/1 igw-1")
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "half of the split routes", change: func(s *site) {
			s.table().Routes = routes("0.0.0.0/1 igw-1", "128.0.0.0/1 nat-1")
		}, want: "yes some 2092957696 from 0.0.0.0-127.255.255.255 at 203.0.113.7"},
		{name: "a route to a prefix list", change: func(s *site) {
			s.account.PrefixLists = map[string][]netip.Prefix{"pl-1": {prefix("8.8.8.0/24"), prefix("2600::/16")}}
			s.table().Routes = routes("0.0.0.0/0 nat-1", "pl-1 igw-1")
		}, want: "yes some 256 from 8.8.8.0-8.8.8.255 at 203.0.113.7"},
		{name: "a static route before that of a prefix list, and that before a propagated one", change: func(s *site) {
			s.account.PrefixLists = map[string][]netip.Prefix{"pl-1": {prefix("0.0.0.0/0"), prefix("8.8.8.0/24")}}
			s.table().Routes = append(routes("0.0.0.0/0 igw-1", "pl-1 nat-1"), Route{Destination: prefix("8.8.8.0/24"), Target: "igw-1", State: "active", Origin: "EnableVgwRoutePropagation"})
		}, want: "yes some 3702258176 from 0.0.0.0-8.8.7.255 8.8.9.0-255.255.255.255 at 203.0.113.7"},
		{name: "two prefix lists with the same entry", change: func(s *site) {
			s.account.PrefixLists = map[string][]netip.Prefix{"pl-1": {prefix("0.0.0.0/0")}, "pl-2": {prefix("0.0.0.0/0")}}
			s.table().Routes = routes("pl-1 igw-1", "pl-2 nat-1")
		}, want: "unknown perhaps-everyone ? because route_undetermined"},
		{name: "a route to a prefix list that was not read", change: func(s *site) {
			s.table().Routes = routes("0.0.0.0/0 igw-1", "pl-1 nat-1")
		}, want: "unknown perhaps-everyone ? because prefix_list_not_read"},
		{name: "a gateway endpoint", change: func(s *site) {
			s.account.PrefixLists = map[string][]netip.Prefix{"pl-1": {prefix("52.95.0.0/16")}}
			s.table().Routes = routes("0.0.0.0/0 igw-1", "pl-1 vpce-1")
		}, want: "yes some 3702192896 from 0.0.0.0-52.94.255.255 52.96.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "two groups that only together are everyone", change: func(s *site) {
			s.server.GroupIDs = []string{"sg-1", "sg-2"}
			s.groups["sg-1"], s.groups["sg-2"] = tcp21(cidr("0.0.0.0/1")), tcp21(cidr("128.0.0.0/1"))
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "a second group that was not read", change: func(s *site) {
			s.server.GroupIDs = []string{"sg-1", "sg-2"}
			s.groups["sg-1"] = tcp21(cidr("8.8.8.8/32"))
		}, want: "yes perhaps-everyone ? from 8.8.8.8-8.8.8.8 at 203.0.113.7 because security_groups_not_read"},
		{name: "an unread group beside one for everyone", change: func(s *site) {
			s.server.GroupIDs = []string{"sg-1", "sg-2"}
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "a group with a prefix list that was not read", change: func(s *site) {
			s.groups["sg-1"] = tcp21(rule.Unread(), cidr("8.8.8.8/32"))
		}, want: "yes perhaps-everyone ? from 8.8.8.8-8.8.8.8 at 203.0.113.7 because prefix_list_not_read"},
		{name: "a group for other groups", change: func(s *site) {
			s.groups["sg-1"] = tcp21(rule.SecurityGroup("sg-2"), cidr("10.0.0.0/8"))
		}, want: "no 0 blocked by security_groups"},
		{name: "another port", change: func(s *site) { s.groups["sg-1"][0].FromPort, s.groups["sg-1"][0].ToPort = port(22), port(22) },
			want: "no 0 blocked by security_groups"},
		{name: "an ACL that denies one address", change: func(s *site) {
			s.acl().Entries = append(entries(openACL...), entry("50 in deny -1 0-0 8.8.8.8/32"))
		}, want: "yes some 3702258431 from 0.0.0.0-8.8.8.7 8.8.8.9-255.255.255.255 at 203.0.113.7"},
		{name: "an ACL that denies it too late", change: func(s *site) {
			s.acl().Entries = append(entries(openACL...), entry("150 in deny -1 0-0 8.8.8.8/32"))
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "an ACL that lets nothing in but UDP", change: func(s *site) {
			s.acl().Entries = entries("100 in allow 17 21-21 0.0.0.0/0", "100 out allow -1 0-0 0.0.0.0/0")
		}, want: "no 0 blocked by network_acl_inbound"},
		{name: "an ACL that lets no reply out", change: func(s *site) {
			s.acl().Entries = entries("100 in allow -1 0-0 0.0.0.0/0", "100 out allow 17 0-65535 0.0.0.0/0")
		}, want: "no 0 blocked by network_acl_outbound"},
		{name: "an ACL that lets replies to one port out", change: func(s *site) {
			s.acl().Entries = entries("100 in allow -1 0-0 0.0.0.0/0", "90 out deny 6 0-40000 0.0.0.0/0", "95 out deny 6 40002-65535 0.0.0.0/0", "100 out allow -1 0-0 0.0.0.0/0")
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "an ACL that lets replies to a low port out", change: func(s *site) {
			s.acl().Entries = entries("100 in allow -1 0-0 0.0.0.0/0", "100 out allow 6 443-443 0.0.0.0/0")
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "groups for one address, and an ACL for another", change: func(s *site) {
			s.groups["sg-1"] = tcp21(cidr("8.8.8.8/32"))
			s.acl().Entries = entries("100 in allow -1 0-0 9.9.9.9/32", "100 out allow -1 0-0 0.0.0.0/0")
		}, want: "no 0 blocked by network_acl_inbound security_groups"},
		{name: "IPv6 only", change: ipv6Only, family: IPv6, want: "yes everyone - from ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff at 2600:1::5"},
		{name: "IPv6 only, asked for IPv4", change: ipv6Only, want: "no 0 blocked by no_public_address"},
		{name: "DenyAllIgwTraffic", change: func(s *site) { ipv6Only(s); s.server.DenyAllIgwTraffic = true }, family: IPv6, want: "no - blocked by deny_all_igw_traffic"},
		{name: "an IPv6 address that is private", change: func(s *site) { s.server.IPv6Addresses = []netip.Addr{netip.MustParseAddr("fd00::5")} }, family: IPv6,
			want: "no - blocked by no_public_address"},
		{name: "a delegated IPv6 prefix", change: func(s *site) { s.server.IPv6Prefixes = []netip.Prefix{prefix("2600:1:0:0:5::/80")} }, family: IPv6,
			want: "yes everyone - from ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff at 2600:1:0:0:5::/80"},
		{name: "an egress-only gateway", change: func(s *site) { ipv6Only(s); s.table().Routes = routes("0.0.0.0/0 igw-1", "::/0 eigw-1") }, family: IPv6,
			want: "no - blocked by route"},
		{name: "a NAT gateway", change: func(s *site) { s.table().Routes = routes("0.0.0.0/0 nat-1") }, want: "no 0 blocked by route"},
		{name: "the NAT gateway's own interface", change: func(s *site) { s.server.Type, s.server.GroupIDs = "nat_gateway", nil }, want: "no 0 blocked by security_groups"},
		{name: "a blackhole", change: func(s *site) { s.table().Routes = routes("0.0.0.0/0 igw-1 blackhole") }, want: "no 0 blocked by route"},
		{name: "a blackhole on the way to some", change: func(s *site) { s.table().Routes = routes("0.0.0.0/0 igw-1", "8.0.0.0/8 pcx-1 blackhole") },
			want: "yes some 3685481216 from 0.0.0.0-7.255.255.255 9.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "the VPC has public addresses", change: func(s *site) { s.table().Routes = append(routes("0.0.0.0/0 igw-1"), route("55.1.0.0/16 local")) },
			want: "yes everyone 3702192896 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "the gateway is being detached", change: func(s *site) { s.account.InternetGateways.Items[0].Attachments[0].State = "detaching" },
			want: "unknown perhaps-everyone ? because internet_gateways_not_read"},
		{name: "a target of a kind that nobody knows", change: func(s *site) { s.table().Routes = routes("0.0.0.0/0 warp-1") },
			want: "unknown perhaps-everyone ? because route_undetermined"},
		{name: "a route to an appliance", change: func(s *site) { s.table().Routes = routes("0.0.0.0/0 eni-9") },
			want: "unknown perhaps-everyone ? inspected because route_undetermined"},
		{name: "a gateway load balancer endpoint in the table and at the edge", change: func(s *site) {
			s.table().Routes = routes("0.0.0.0/0 vpce-1")
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("10.0.0.0/24 vpce-1")), []Association{{GatewayID: "igw-1"}}})
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2",
				Type: "gateway_load_balancer_endpoint", Description: "VPC Endpoint Interface vpce-1"})
		}, want: "unknown perhaps-everyone ? inspected because edge_route_table gateway_load_balancer"},
		{name: "a firewall endpoint that says so", change: func(s *site) {
			s.table().Routes = routes("0.0.0.0/0 vpce-1")
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2",
				Type: "gateway_load_balancer_endpoint", Description: "VPC Endpoint Interface vpce-1 (Network Firewall)"})
		}, want: "unknown perhaps-everyone ? inspected because network_firewall"},
		{name: "an edge table that sends the subnet to a firewall endpoint", change: func(s *site) {
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("10.0.0.0/24 vpce-1")), []Association{{GatewayID: "igw-1"}}})
		}, want: "unknown perhaps-everyone ? inspected because edge_route_table"},
		{name: "an edge table that sends another subnet there", change: func(s *site) {
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("10.0.1.0/24 vpce-1")), []Association{{GatewayID: "igw-1"}}})
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "an edge table of a virtual private gateway", change: func(s *site) {
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("10.0.0.0/24 vpce-1")), []Association{{GatewayID: "vgw-1"}}})
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "an edge table that leads nowhere", change: func(s *site) {
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("10.0.0.0/24 eni-9 blackhole")), []Association{{GatewayID: "igw-1"}}})
		}, want: "no 0 blocked by route"},
		{name: "an edge table that sends a part of a delegated prefix there", family: IPv6, change: func(s *site) {
			s.server.IPv6Prefixes = []netip.Prefix{prefix("2600:1::/60")}
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("2600:1:0:1::/64 eni-9 blackhole")), []Association{{GatewayID: "igw-1"}}})
		}, want: "unknown perhaps-everyone - inspected because edge_route_table"},
		{name: "two addresses, one of them behind an appliance", change: func(s *site) {
			s.server.PrivateAddresses = append(s.server.PrivateAddresses, PrivateAddress{Private: netip.MustParseAddr("10.0.1.5"), Public: netip.MustParseAddr("203.0.113.8")})
			s.account.RouteTables.Items = append(s.account.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", append(routes(), route("10.0.1.0/24 vpce-1")), []Association{{GatewayID: "igw-1"}}})
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7 inspected"},
		{name: "a secondary interface with groups of its own", of: 1, change: func(s *site) {
			second := *s.server
			second.ID, second.GroupIDs = "eni-2", []string{"sg-2"}
			second.PrivateAddresses = []PrivateAddress{{Private: netip.MustParseAddr("10.0.0.6"), Public: netip.MustParseAddr("203.0.113.8")}}
			s.groups["sg-1"], s.groups["sg-2"] = nil, tcp21(cidr("0.0.0.0/0"))
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, second)
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.8"},
		{name: "a second private address with a public one", change: func(s *site) {
			s.server.PrivateAddresses = []PrivateAddress{{Private: netip.MustParseAddr("10.0.0.5")}, {Private: netip.MustParseAddr("10.0.0.6"), Public: netip.MustParseAddr("203.0.113.9")}}
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.9"},
		{name: "a carrier address", change: func(s *site) {
			s.server.PrivateAddresses[0].Public, s.server.PrivateAddresses[0].Carrier = netip.Addr{}, netip.MustParseAddr("155.146.0.7")
			s.table().Routes = routes("0.0.0.0/0 cagw-1")
		}, want: "no 0 blocked by no_public_address route"},
		{name: "Block Public Access", change: func(s *site) { s.account.BlockPublicAccess.Mode = "block-bidirectional" }, want: "no 0 blocked by block_public_access"},
		{name: "block-ingress with an exclusion of the subnet", change: func(s *site) {
			s.account.BlockPublicAccess.Mode = "block-ingress"
			s.account.Exclusions = Whole(Exclusion{"arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1", "allow-bidirectional", "create-complete"})
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "an exclusion of another subnet", change: func(s *site) {
			s.account.BlockPublicAccess.Mode = "block-ingress"
			s.account.Exclusions = Whole(Exclusion{"arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-2", "allow-bidirectional", "create-complete"})
		}, want: "no 0 blocked by block_public_access"},
		{name: "an exclusion for what goes out", change: func(s *site) {
			s.account.BlockPublicAccess.Mode = "block-bidirectional"
			s.account.Exclusions = Whole(Exclusion{"arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1", "allow-egress", "create-complete"})
		}, want: "no 0 blocked by block_public_access"},
		{name: "an exclusion that is being made", change: func(s *site) {
			s.account.BlockPublicAccess.Mode = "block-bidirectional"
			s.account.Exclusions = Whole(Exclusion{"arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1", "allow-bidirectional", "create-in-progress"})
		}, want: "unknown perhaps-everyone ? because block_public_access_not_read"},
		{name: "an exclusion of the VPC that opens, and one of the subnet that does not", change: func(s *site) {
			s.account.BlockPublicAccess.Mode = "block-bidirectional"
			s.account.Exclusions = Whole(Exclusion{"arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1", "allow-bidirectional", "create-complete"},
				Exclusion{"arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1", "allow-egress", "create-complete"})
		}, want: "unknown perhaps-everyone ? because block_public_access_not_read"},
		{name: "an exclusion of which nobody knows where it belongs", change: func(s *site) {
			s.account.BlockPublicAccess.Mode = "block-bidirectional"
			s.account.Exclusions = Whole(Exclusion{"arn:aws:ec2:eu-west-1:111111111111:zone/z-1", "allow-bidirectional", "create-complete"})
		}, want: "unknown perhaps-everyone ? because block_public_access_not_read"},
		{name: "Block Public Access is changing", change: func(s *site) { s.account.BlockPublicAccess.State = "update-in-progress" },
			want: "unknown perhaps-everyone ? because block_public_access_not_read"},
		{name: "a subnet that another account shares", change: func(s *site) {
			s.account.VPCs, s.account.Subnets = Whole(VPC{"vpc-1", participant}), Whole(Subnet{"subnet-1", "vpc-1", participant})
			s.account.RouteTables, s.account.NetworkACLs, s.account.InternetGateways = Whole[RouteTable](), Whole[NetworkACL](), Whole[InternetGateway]()
		}, want: "unknown perhaps-everyone ? because foreign_account"},
		{name: "a subnet that another account shares, which was read too", change: func(s *site) {
			other := *s.account
			other.ID = participant
			s.account.VPCs, s.account.Subnets = Whole(VPC{"vpc-1", participant}), Whole(Subnet{"subnet-1", "vpc-1", participant})
			s.account.RouteTables, s.account.NetworkACLs, s.account.InternetGateways = Whole[RouteTable](), Whole[NetworkACL](), Whole[InternetGateway]()
			other.VPCs, other.Subnets = s.account.VPCs, s.account.Subnets
			s.more = []*Account{&other}
		}, want: "yes everyone 3702258432 from 0.0.0.0-255.255.255.255 at 203.0.113.7"},
		{name: "a shared subnet whose table the participant sees, and the owner's were not read", change: func(s *site) {
			other := *s.account
			other.ID, other.RouteTables = participant, List[RouteTable]{}
			s.account.VPCs, s.account.Subnets = Whole(VPC{"vpc-1", participant}), Whole(Subnet{"subnet-1", "vpc-1", participant})
			s.table().Associations = []Association{{SubnetID: "subnet-1"}}
			other.VPCs, other.Subnets = s.account.VPCs, s.account.Subnets
			s.more = []*Account{&other}
		}, want: "unknown perhaps-everyone ? because route_tables_not_read"},
		{name: "a shared subnet with groups that let nothing in", change: func(s *site) {
			s.account.VPCs, s.account.Subnets = Whole(VPC{"vpc-1", participant}), Whole(Subnet{"subnet-1", "vpc-1", participant})
			s.groups["sg-1"] = nil
		}, want: "no 0 blocked by security_groups"},
		{name: "the interface of a participant, as the owner of the VPC sees it", change: func(s *site) { s.server.OwnerID = participant; delete(s.groups, "sg-1") },
			want: "unknown perhaps-everyone ? because foreign_account"},
		{name: "no public address, and a network load balancer in the VPC", change: func(s *site) {
			s.server.PrivateAddresses[0].Public = netip.Addr{}
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", Type: "network_load_balancer", Description: "ELB net/front/0123456789abcdef"})
		}, want: "unknown perhaps-everyone ? blocked by no_public_address because load_balancer_not_read"},
		{name: "a network load balancer in another VPC", change: func(s *site) {
			s.server.PrivateAddresses[0].Public = netip.Addr{}
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-2", SubnetID: "subnet-2", Type: "network_load_balancer"})
		}, want: "no 0 blocked by no_public_address"},
		{name: "an application load balancer", change: func(s *site) {
			s.server.PrivateAddresses[0].Public = netip.Addr{}
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", RequesterID: "amazon-elb", Description: "ELB app/web/0123456789abcdef"})
		}, want: "no 0 blocked by no_public_address"},
		{name: "a classic load balancer and Global Accelerator", change: func(s *site) {
			s.server.PrivateAddresses[0].Public = netip.Addr{}
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", RequesterID: "amazon-elb", Description: "ELB old"},
				Interface{ID: "eni-3", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", Type: "global_accelerator_managed"})
		}, want: "unknown perhaps-everyone ? blocked by no_public_address because global_accelerator_not_read load_balancer_not_read"},
		{name: "a load balancer, and groups that let nothing in", change: func(s *site) {
			s.groups["sg-1"] = nil
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", Type: "network_load_balancer"})
		}, want: "no 0 blocked by security_groups"},
		{name: "a load balancer, and groups for private addresses", change: func(s *site) {
			s.groups["sg-1"] = tcp21(cidr("10.0.0.0/8"))
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, Interface{ID: "eni-2", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", Type: "network_load_balancer"})
		}, want: "unknown perhaps-everyone ? blocked by security_groups because load_balancer_not_read"},
		{name: "a transit gateway, behind which there may be a load balancer", change: func(s *site) {
			s.server.PrivateAddresses[0].Public = netip.Addr{}
			s.table().Routes = routes("0.0.0.0/0 igw-1", "10.0.0.0/8 tgw-1")
		}, want: "unknown perhaps-everyone ? blocked by no_public_address because load_balancer_not_read"},
		{name: "a network load balancer's own interface, without groups", change: func(s *site) { s.server.GroupIDs, s.server.Type = nil, "network_load_balancer" },
			want: "unknown perhaps-everyone ? because load_balancer_not_read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite()
			if tt.change != nil {
				tt.change(s)
			}
			if tt.family == 0 {
				tt.family = IPv4
			}
			if got := describe(s.path(tt.of, tt.family)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// describe writes a path in one line.
func describe(p Path) string {
	words := []string{map[rule.Answer]string{rule.Yes: "yes", rule.No: "no", rule.Unknown: "unknown"}[p.Reachable]}
	switch {
	case p.ReachableFromEveryone == rule.Yes:
		words = append(words, "everyone")
	case p.ReachableFromEveryone == rule.Unknown:
		words = append(words, "perhaps-everyone")
	case p.Reachable == rule.Yes:
		words = append(words, "some")
	}
	switch {
	case p.Family == IPv6:
		words = append(words, "-")
	case p.ReachableAddressCount == nil:
		words = append(words, "?")
	default:
		words = append(words, fmt.Sprint(*p.ReachableAddressCount))
	}
	list := func(name string, texts []string) {
		if len(texts) > 0 {
			words = append(append(words, name), texts...)
		}
	}
	list("from", texts(p.ReachableSources))
	var at []string
	for _, a := range p.ReachableAt {
		if a.IsSingleIP() {
			at = append(at, a.Addr().String())
		} else {
			at = append(at, a.String())
		}
	}
	list("at", at)
	if p.PathInspected == rule.Yes {
		words = append(words, "inspected")
	}
	list("blocked by", texts(p.BlockedBy))
	list("because", texts(p.UnknownBecause))
	return strings.Join(words, " ")
}

func texts[T any](list []T) (texts []string) {
	for _, x := range list {
		texts = append(texts, fmt.Sprint(x))
	}
	return texts
}

// TestUnread denies one read after the other of an open server.
func TestUnread(t *testing.T) {
	for name, tt := range map[string]struct {
		deny func(s *site)
		want []Code
	}{
		"groups":              {func(s *site) { delete(s.groups, "sg-1") }, []Code{SecurityGroupsNotRead}},
		"prefix list":         {func(s *site) { s.groups["sg-1"] = tcp21(rule.Unread()) }, []Code{PrefixListNotRead}},
		"route tables":        {func(s *site) { s.account.RouteTables = List[RouteTable]{} }, []Code{RouteTablesNotRead}},
		"gateways":            {func(s *site) { s.account.InternetGateways = List[InternetGateway]{} }, []Code{InternetGatewaysNotRead}},
		"ACLs":                {func(s *site) { s.account.NetworkACLs = List[NetworkACL]{} }, []Code{NetworkACLsNotRead}},
		"Block Public Access": {func(s *site) { s.account.BlockPublicAccess = nil }, []Code{BlockPublicAccessNotRead}},
		"exclusions": {func(s *site) {
			s.account.BlockPublicAccess.Mode, s.account.Exclusions = "block-ingress", List[Exclusion]{}
		}, []Code{BlockPublicAccessNotRead}},
		"VPCs and subnets": {func(s *site) {
			s.account.VPCs, s.account.Subnets = List[VPC]{}, List[Subnet]{}
		}, []Code{SubnetsNotRead, VPCsNotRead}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			tt.deny(s)
			got := s.path(0, IPv4)
			if got.Reachable != rule.Unknown || !slices.Equal(got.UnknownBecause, tt.want) {
				t.Errorf("got %v because %v, want unknown because %v", got.Reachable, got.UnknownBecause, tt.want)
			}
			if g := s.network().Group(group1, s.sources); g.Reachable != rule.Unknown || !slices.Equal(g.UnknownBecause, tt.want) {
				t.Errorf("the group: got %v because %v, want unknown because %v", g.Reachable, g.UnknownBecause, tt.want)
			}
			// What makes it impossible anyway does not need the read.
			if name == "ACLs" || name == "gateways" {
				s.table().Routes = routes("0.0.0.0/0 nat-1")
				if got := s.path(0, IPv4); got.Reachable != rule.No || got.UnknownBecause != nil {
					t.Errorf("without a route: got %v because %v", got.Reachable, got.UnknownBecause)
				}
			}
		})
	}
}

var group1 = Group{ID: "sg-1", OwnerID: owner, VPCID: "vpc-1", SeenBy: owner}

func TestGroup(t *testing.T) {
	at := []netip.Prefix{prefix("203.0.113.7/32")}
	for _, tt := range []struct {
		name   string
		group  Group
		change func(s *site)
		want   GroupExposure
	}{
		{"its own sources reach", group1, nil, GroupExposure{rule.Yes, at, nil}},
		{"only those of another group do", Group{"sg-2", owner, "vpc-1", owner}, func(s *site) {
			s.server.GroupIDs = []string{"sg-1", "sg-2"}
			s.groups["sg-2"] = tcp21(cidr("10.0.0.0/8"))
		}, GroupExposure{}},
		{"both do", Group{"sg-2", owner, "vpc-1", owner}, func(s *site) {
			s.server.GroupIDs = []string{"sg-1", "sg-2"}
			s.groups["sg-2"] = tcp21(cidr("9.9.9.9/32"))
		}, GroupExposure{rule.Yes, at, nil}},
		{"nobody uses it", Group{"sg-2", owner, "vpc-1", owner}, func(s *site) { s.groups["sg-2"] = tcp21(cidr("0.0.0.0/0")) }, GroupExposure{}},
		{"nobody who was seen uses it", group1, func(s *site) { s.account.Interfaces = List[Interface]{} },
			GroupExposure{rule.Unknown, nil, []Code{InterfacesNotRead}}},
		{"somebody uses it, and not all were seen", group1, func(s *site) { s.account.Interfaces.Whole = false }, GroupExposure{rule.Yes, at, []Code{InterfacesNotRead}}},
		{"it has nothing for FTP, whoever uses it", group1, func(s *site) {
			s.groups["sg-1"] = nil
			s.account.Interfaces = List[Interface]{}
		}, GroupExposure{}},
		{"a participant sees the group and not the interfaces of others", Group{"sg-1", "333333333333", "vpc-1", owner}, func(s *site) {
			s.account.VPCs, s.account.Subnets = Whole(VPC{"vpc-1", "333333333333"}), Whole(Subnet{"subnet-1", "vpc-1", "333333333333"})
			s.account.Interfaces = Whole[Interface]()
		}, GroupExposure{rule.Unknown, nil, []Code{ForeignAccount}}},
		{"the owner of its VPC was read", Group{"sg-1", participant, "vpc-1", owner}, func(s *site) { s.account.Interfaces = Whole[Interface]() }, GroupExposure{}},
		{"the owner of its VPC was read, and it is used elsewhere", Group{"sg-1", participant, "vpc-1", owner}, func(s *site) {
			s.account.Interfaces = Whole[Interface]()
			s.account.GroupVPCs = Whole(GroupVPC{"sg-1", "vpc-7", "associated"})
		}, GroupExposure{rule.Unknown, nil, []Code{ForeignAccount}}},
		{"the owner of its VPC was read, and it may be used elsewhere", Group{"sg-1", participant, "vpc-1", owner}, func(s *site) {
			s.account.Interfaces = Whole[Interface]()
			s.account.GroupVPCs = List[GroupVPC]{}
		}, GroupExposure{rule.Unknown, nil, []Code{ForeignAccount}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite()
			if tt.change != nil {
				tt.change(s)
			}
			got := s.network().Group(tt.group, s.sources)
			if diff := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOwnersWordCounts has a VPC whose owner and a participant do not see the same of it, as when
// something changed between their answers: what counts is what the owner of each thing says, in
// whatever order the accounts come, and what only the owner can know nobody else tells.
func TestOwnersWordCounts(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(owners, participants *Account)
		want   rule.Answer
	}{
		{"a table of the subnet", func(_, p *Account) {
			p.RouteTables = Whole(RouteTable{"rtb-1", "vpc-1", routes("0.0.0.0/0 nat-1"), []Association{{SubnetID: "subnet-1"}}})
		}, rule.Yes},
		{"an ACL", func(_, p *Account) {
			p.NetworkACLs = Whole(NetworkACL{"acl-1", "vpc-1", []string{"subnet-1"}, entries("32767 in deny -1 0-0 0.0.0.0/0")})
		}, rule.Yes},
		{"the interface", func(o, _ *Account) {
			o.Interfaces.Items[0].PrivateAddresses = []PrivateAddress{{Private: netip.MustParseAddr("10.0.0.5")}}
		}, rule.Yes},
		{"a main table, and the owner's were not read", func(o, p *Account) {
			o.RouteTables = List[RouteTable]{}
			p.RouteTables = Whole(RouteTable{"rtb-1", "vpc-1", routes("0.0.0.0/0 nat-1"), []Association{{Main: true}}})
		}, rule.Unknown},
	} {
		s := newSite()
		s.server.OwnerID = participant
		p := &Account{ID: participant, VPCs: s.account.VPCs, Subnets: s.account.Subnets, Interfaces: Whole(*s.server),
			RouteTables: Whole[RouteTable](), NetworkACLs: Whole[NetworkACL](), InternetGateways: Whole[InternetGateway](), GroupVPCs: Whole[GroupVPC]()}
		tt.change(s.account, p)
		for _, accounts := range [][]*Account{{s.account, p}, {p, s.account}} {
			got := NewNetwork(accounts...).Group(Group{"sg-1", participant, "vpc-1", participant}, s.sources)
			if got.Reachable != tt.want {
				t.Errorf("%s, first %s: %v because %v", tt.name, accounts[0].ID, got.Reachable, got.UnknownBecause)
			}
		}
	}
}

// TestAround follows the owners of VPCs, each once, as far as they were read.
func TestAround(t *testing.T) {
	sees := func(id string, owners ...string) *Account {
		a := &Account{ID: id}
		for _, o := range owners {
			a.VPCs.Items = append(a.VPCs.Items, VPC{"vpc-" + o, o})
			a.Subnets.Items = append(a.Subnets.Items, Subnet{"subnet-" + o, "vpc-" + o, o})
		}
		return a
	}
	read := map[string]*Account{"b": sees("b", "b", "c", "unread"), "c": sees("c", "a", "c"), "d": sees("d", "unread")}
	var asked []string
	all, err := Around(func(id string) (*Account, error) {
		asked = append(asked, id)
		return read[id], nil
	}, sees("a", "a", "b"), read["d"])
	var ids []string
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	if got := fmt.Sprint(ids, asked); err != nil || got != "[a d b c] [b unread c]" {
		t.Errorf("%s, %v", got, err)
	}
	wrong := errors.New("it is over")
	if _, err := Around(func(string) (*Account, error) { return nil, wrong }, sees("a", "b")); err != wrong {
		t.Errorf("%v", err)
	}
}

// TestSourcesAreBound has an ACL that leaves more ranges than are listed.
func TestSourcesAreBound(t *testing.T) {
	s := newSite()
	for n := range 150 {
		e := entry("1 in deny -1 0-0 8.8.8.8/32")
		e.Number, e.CIDR = int32(n+1), netip.PrefixFrom(netip.AddrFrom4([4]byte{8, 8, byte(n), 8}), 32)
		s.acl().Entries = append(s.acl().Entries, e)
	}
	for n := range s.acl().Entries {
		if e := &s.acl().Entries[n]; e.Allow {
			e.Number += 1000
		}
	}
	p := s.path(0, IPv4)
	if len(p.ReachableSources) != MaxSources || p.ReachableSourceCount != 151 || *p.ReachableAddressCount != wholeIPv4-150 {
		t.Errorf("%d ranges of %d, %d addresses", len(p.ReachableSources), p.ReachableSourceCount, *p.ReachableAddressCount)
	}
}
