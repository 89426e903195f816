package exposure

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// balanced is a site whose server is in a private subnet, behind a network load balancer without
// security groups that listens on one port and passes on to another.
func balanced(from, to int32) *site {
	s := newSite()
	a := s.account
	a.Subnets.Items = append(a.Subnets.Items, Subnet{"subnet-2", "vpc-1", owner})
	a.RouteTables.Items = append(a.RouteTables.Items, RouteTable{"rtb-2", "vpc-1", routes(), []Association{{SubnetID: "subnet-2", State: "associated"}}})
	a.NetworkACLs.Items = append(a.NetworkACLs.Items, NetworkACL{"acl-2", "vpc-1", []string{"subnet-2"}, entries(openACL...)})
	*s.server = Interface{ID: "eni-1", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-2", GroupIDs: []string{"sg-1"}, Type: "interface",
		InstanceID: "i-1", DeviceIndex: new(int32(0)), PrivateAddresses: []PrivateAddress{{Private: netip.MustParseAddr("10.0.1.5")}}}
	a.Interfaces.Items = append(a.Interfaces.Items, Interface{ID: "eni-lb", OwnerID: owner, VPCID: "vpc-1", SubnetID: "subnet-1", Type: "network_load_balancer",
		Description:      "ELB net/ftp/0123456789abcdef",
		PrivateAddresses: []PrivateAddress{{Private: netip.MustParseAddr("10.0.0.9"), Public: netip.MustParseAddr("203.0.113.9")}}})
	s.server = &a.Interfaces.Items[0]
	a.LoadBalancers = []LoadBalancer{{Name: "net/ftp/0123456789abcdef", VPCID: "vpc-1", Listeners: Whole(Listener{from, Whole(Target{
		InstanceID: "i-1", Family: IPv4, Port: to, KeepsClient: rule.Yes, Healthy: true})})}}
	return s
}

func (s *site) balancer() *LoadBalancer { return &s.account.LoadBalancers[0] }
func (s *site) target() *Target         { return &s.balancer().Listeners.Items[0].Targets.Items[0] }
func (s *site) node() *Interface        { return &s.account.Interfaces.Items[1] }

// TestLoadBalancers has what of a path through a load balancer decides, and what does not.
func TestLoadBalancers(t *testing.T) {
	onlyThe := func(sources ...rule.Source) func(*site) {
		return func(s *site) { s.groups["sg-1"] = tcp21(sources...) }
	}
	change := func(all ...func(*site)) func(*site) {
		return func(s *site) {
			for _, f := range all {
				f(s)
			}
		}
	}
	notKept := func(s *site) { s.target().KeepsClient = rule.No }
	unknownKept := func(s *site) { s.target().KeepsClient = rule.Unknown }
	grouped := func(s *site) {
		s.node().GroupIDs = []string{"sg-lb"}
		s.groups["sg-lb"] = tcp21(cidr("8.8.8.0/24"))
	}
	yes, no, unknown := rule.Yes, rule.No, rule.Unknown
	for _, tt := range []struct {
		name     string
		from, to int32
		change   func(*site)
		// What is said of the server, and of the load balancer's own interface, on port 21.
		server, node rule.Answer
		count        int64 // of the server's sources, if it is known
		because      Code
	}{
		{name: "21 to 21", from: 21, to: 21, server: yes, node: yes, count: wholeIPv4},
		{name: "2121 to 21: the packet arrives on FTP", from: 2121, to: 21, server: yes, node: no, count: wholeIPv4},
		{name: "21 to 8021: the load balancer answers on FTP, and the server does not", from: 21, to: 8021, server: no, node: yes},
		{name: "no listener", from: 21, to: 21, change: func(s *site) { s.balancer().Listeners.Items = nil }, server: no, node: no},

		{name: "not read", from: 21, to: 21, change: func(s *site) { s.account.LoadBalancers = nil }, server: unknown, node: unknown, because: LoadBalancerNotRead},
		{name: "another was read", from: 21, to: 21, change: func(s *site) { s.balancer().Name = "net/ftp/0000000000000000" }, server: unknown, node: unknown, because: LoadBalancerNotRead},
		{name: "its listeners were not", from: 2121, to: 8021, change: func(s *site) { s.balancer().Listeners.Whole = false }, server: unknown, node: unknown, because: LoadBalancerNotRead},
		{name: "its targets were not", from: 2121, to: 8021, change: func(s *site) { s.balancer().Listeners.Items[0].Targets.Whole = false }, server: unknown, node: no, because: LoadBalancerNotRead},
		{name: "what was read of them is enough", from: 2121, to: 21, change: func(s *site) { s.balancer().Listeners.Items[0].Targets.Whole = false }, server: yes, node: no, count: wholeIPv4},
		{name: "two of the same name", from: 21, to: 21, change: func(s *site) { s.account.LoadBalancers = append(s.account.LoadBalancers, *s.balancer()) }, server: unknown, node: unknown, because: LoadBalancerNotRead},

		{name: "another instance", from: 21, to: 21, change: func(s *site) { s.target().InstanceID = "i-2" }, server: no, node: yes},
		{name: "another interface of the instance", from: 21, to: 21, change: func(s *site) { *s.server.DeviceIndex = 1 }, server: no, node: yes},
		{name: "which interface is not known", from: 21, to: 21, change: func(s *site) { s.server.DeviceIndex = nil }, server: unknown, node: yes, because: LoadBalancerUndetermined},
		{name: "an address", from: 21, to: 21, change: func(s *site) { s.target().InstanceID, s.target().Address = "", netip.MustParseAddr("10.0.1.5") }, server: yes, node: yes, count: wholeIPv4},
		{name: "another address", from: 21, to: 21, change: func(s *site) { s.target().InstanceID, s.target().Address = "", netip.MustParseAddr("10.0.1.6") }, server: no, node: yes},
		{name: "not healthy", from: 21, to: 21, change: func(s *site) { s.target().Healthy = false }, server: unknown, node: yes, because: LoadBalancerUndetermined},

		{name: "internal", from: 21, to: 21, change: func(s *site) { s.node().PrivateAddresses[0].Public = netip.Addr{} }, server: no, node: no},
		{name: "internal, behind another", from: 21, to: 21, change: func(s *site) {
			s.node().PrivateAddresses[0].Public = netip.Addr{}
			s.account.LoadBalancers = append(s.account.LoadBalancers, LoadBalancer{Name: "outer", VPCID: "vpc-1", Listeners: Whole(Listener{21, Whole(Target{Address: netip.MustParseAddr("10.0.0.9"), Port: 21})})})
		}, server: unknown, node: no, because: LoadBalancerUndetermined},
		{name: "internal, in reach of other networks", from: 21, to: 21, change: func(s *site) {
			s.node().PrivateAddresses[0].Public = netip.Addr{}
			s.table().Routes = routes("172.31.0.0/16 tgw-1")
		}, server: unknown, node: unknown, because: LoadBalancerNotRead},
		{name: "its subnet has no route", from: 21, to: 21, change: func(s *site) { s.table().Routes = routes() }, server: no, node: no},
		{name: "its ACL has the port", from: 2121, to: 21, change: func(s *site) {
			s.acl().Entries = append(s.acl().Entries, entry("1 in deny 6 2121-2121 8.8.8.8/32"))
		}, server: yes, node: no, count: wholeIPv4 - 1},
		{name: "the clients of the other family", from: 2121, to: 21, change: change(notKept, func(s *site) { s.node().IPv6Addresses = []netip.Addr{netip.MustParseAddr("2600:1::9")} },
			func(s *site) { s.table().Routes = routes("::/0 igw-1") }), server: unknown, node: no, because: LoadBalancerUndetermined},

		{name: "the client's address is kept: the groups see it", from: 21, to: 21, change: onlyThe(cidr("8.8.8.0/24")), server: yes, node: yes, count: 256},
		{name: "and not that of the load balancer", from: 21, to: 21, change: onlyThe(cidr("10.0.0.0/16")), server: no, node: yes},
		{name: "it is not kept: the groups see that of the load balancer", from: 21, to: 21, change: change(notKept, onlyThe(cidr("10.0.0.9/32"))), server: yes, node: yes, count: wholeIPv4},
		{name: "and not the client's", from: 21, to: 21, change: change(notKept, onlyThe(cidr("8.8.8.0/24"))), server: no, node: yes},
		{name: "not known whether it is kept", from: 21, to: 21, change: change(unknownKept, onlyThe(cidr("8.8.8.0/24"))), server: unknown, node: yes, because: LoadBalancerUndetermined},
		{name: "not known, and it does not matter", from: 21, to: 21, change: unknownKept, server: yes, node: yes, count: wholeIPv4},

		{name: "its group lets in some", from: 21, to: 21, change: grouped, server: yes, node: yes, count: 256},
		{name: "its group has another port", from: 2121, to: 21, change: grouped, server: no, node: yes},
		{name: "its group was not read", from: 21, to: 21, change: change(grouped, func(s *site) { delete(s.groups, "sg-lb") }), server: unknown, node: unknown, because: SecurityGroupsNotRead},
		{name: "the server lets in its group alone", from: 21, to: 21, change: change(grouped, onlyThe(rule.SecurityGroup("sg-lb"))), server: yes, node: yes, count: 256},
		{name: "the server lets in another group alone", from: 21, to: 21, change: change(grouped, onlyThe(rule.SecurityGroup("sg-2"))), server: no, node: yes},
		{name: "the client's address is not kept, and its group lets in some", from: 21, to: 21, change: change(grouped, notKept), server: yes, node: yes, count: 256},

		{name: "the server's ACL denies a client", from: 21, to: 21, change: func(s *site) {
			a := &s.account.NetworkACLs.Items[1]
			a.Entries = append(a.Entries, entry("1 in deny -1 0-0 8.8.8.8/32"))
		}, server: yes, node: yes, count: wholeIPv4 - 1},
		{name: "which it does not see", from: 21, to: 21, change: change(notKept, func(s *site) {
			a := &s.account.NetworkACLs.Items[1]
			a.Entries = append(a.Entries, entry("1 in deny -1 0-0 8.8.8.8/32"))
		}), server: yes, node: yes, count: wholeIPv4},
		{name: "the server's ACL denies the load balancer", from: 21, to: 21, change: change(notKept, func(s *site) {
			a := &s.account.NetworkACLs.Items[1]
			a.Entries = append(a.Entries, entry("1 in deny -1 0-0 10.0.0.0/24"))
		}), server: no, node: yes},
		{name: "the load balancer's ACL lets nothing out to the server", from: 21, to: 21, change: func(s *site) {
			s.acl().Entries = append(s.acl().Entries, entry("1 out deny -1 0-0 10.0.1.0/24"))
		}, server: no, node: yes},
		{name: "nor in from it", from: 21, to: 21, change: func(s *site) {
			s.acl().Entries = append(s.acl().Entries, entry("1 in deny -1 0-0 10.0.1.0/24"))
		}, server: no, node: yes},
		{name: "in one subnet, no ACL is between them", from: 21, to: 21, change: change(notKept, func(s *site) {
			s.server.SubnetID = "subnet-1"
			s.acl().Entries = append(s.acl().Entries, entry("1 in deny -1 0-0 10.0.0.0/16"), entry("1 out deny -1 0-0 10.0.0.0/16"))
		}), server: yes, node: yes, count: wholeIPv4},
		{name: "an appliance is between them", from: 21, to: 21, change: func(s *site) { s.table().Routes = routes("0.0.0.0/0 igw-1", "10.0.1.0/24 eni-7") }, server: unknown, node: yes, because: LoadBalancerUndetermined},
		{name: "not all interfaces were read", from: 21, to: 21, change: func(s *site) { s.account.Interfaces.Whole = false }, server: unknown, node: yes, because: InterfacesNotRead},
		{name: "a second node has no route", from: 21, to: 21, change: func(s *site) {
			second := *s.node()
			second.ID, second.SubnetID = "eni-lb2", "subnet-2"
			s.account.Interfaces.Items = append(s.account.Interfaces.Items, second)
		}, server: unknown, node: yes, because: LoadBalancerUndetermined},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := balanced(tt.from, tt.to)
			if tt.change != nil {
				tt.change(s)
			}
			server, node := s.path(0, IPv4), s.path(1, IPv4)
			if server.Reachable != tt.server || node.Reachable != tt.node {
				t.Errorf("the server is %v and the load balancer %v, want %v and %v", server.Reachable, node.Reachable, tt.server, tt.node)
			}
			if tt.because != "" && !slices.Contains(server.UnknownBecause, tt.because) || tt.because == "" && len(server.UnknownBecause) > 0 {
				t.Errorf("because %v, want %v", server.UnknownBecause, tt.because)
			}
			if known := server.ReachableAddressCount != nil; known != (tt.server != unknown) || known && *server.ReachableAddressCount != tt.count {
				t.Errorf("the count is %v, want %d", server.ReachableAddressCount, tt.count)
			}
			if by := server.Reachable == yes; by != slices.Equal(server.LoadBalancers, []string{"net/ftp/0123456789abcdef"}) || by != slices.Equal(server.ReachableAt, []netip.Prefix{prefix("203.0.113.9/32")}) {
				t.Errorf("reachable by %v at %v", server.LoadBalancers, server.ReachableAt)
			}
			if got := s.network().Group(group1, s.sources).Reachable; got != tt.server {
				t.Errorf("the group is %v, want %v", got, tt.server)
			}
		})
	}
}
