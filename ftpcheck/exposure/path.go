package exposure

import (
	"net/netip"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A Family is an address family.
type Family uint8

const (
	IPv4 Family = 4
	IPv6 Family = 6
)

// A Code names what blocks a path, or what of it is not known.
type Code string

// What blocks a path.
const (
	NoPublicAddress         Code = "no_public_address"
	SecurityGroups          Code = "security_groups"
	NoRoute                 Code = "route"
	NetworkACLInbound       Code = "network_acl_inbound"
	NetworkACLOutbound      Code = "network_acl_outbound"
	BlockPublicAccessBlocks Code = "block_public_access"
	DenyAllIgwTraffic       Code = "deny_all_igw_traffic"
)

// What is not known of a path, or of a group.
const (
	InterfacesNotRead        Code = "interfaces_not_read"
	SecurityGroupsNotRead    Code = "security_groups_not_read"
	PrefixListNotRead        Code = "prefix_list_not_read"
	RouteTablesNotRead       Code = "route_tables_not_read"
	InternetGatewaysNotRead  Code = "internet_gateways_not_read"
	NetworkACLsNotRead       Code = "network_acls_not_read"
	VPCsNotRead              Code = "vpcs_not_read"
	SubnetsNotRead           Code = "subnets_not_read"
	BlockPublicAccessNotRead Code = "block_public_access_not_read"
	EdgeRouteTable           Code = "edge_route_table"
	RouteUndetermined        Code = "route_undetermined"
	GatewayLoadBalancer      Code = "gateway_load_balancer"
	NetworkFirewall          Code = "network_firewall"
	LoadBalancerNotRead      Code = "load_balancer_not_read"
	GlobalAcceleratorNotRead Code = "global_accelerator_not_read"
	LoadBalancerUndetermined Code = "load_balancer_undetermined"
	ForeignAccount           Code = "foreign_account"
)

// A Factor is one thing on a path, as the sources that it surely lets through and those that it
// possibly lets through. Where all of it was read, the two are equal.
type Factor struct {
	Sure, Possible *netipx.IPSet
}

// A Path is the way from the internet to one network interface, by one address family, on one
// port.
type Path struct {
	Family Family
	Port   rule.Ports // [rule.Data] or [rule.Control]
	// PublicAddresses are those of the family by which the internet addresses the interface, in
	// order: single ones and, for IPv6, prefixes that are delegated to it.
	PublicAddresses []netip.Prefix

	// The sources that each factor lets through.
	SecurityGroups, Route, NetworkACLInbound, NetworkACLOutbound Factor
	// Whether each factor lets any source of the public internet through.
	HasPublicAddress       rule.Answer
	SecurityGroupsOpen     rule.Answer
	RouteToInternet        rule.Answer
	NetworkACLInboundOpen  rule.Answer
	NetworkACLOutboundOpen rule.Answer
	BlockPublicAccessOpen  rule.Answer
	// LoadBalancers are those by which a source surely reaches the interface, by name, in order.
	LoadBalancers []string
	// PathInspected says whether an appliance stands in the way, of which nobody here knows
	// what it lets through.
	PathInspected rule.Answer

	// Reachable says whether a source of the public internet reaches the interface.
	Reachable rule.Answer
	// ReachableFromEveryone says whether the whole public internet of the family does, but for
	// the VPC's own addresses.
	ReachableFromEveryone rule.Answer
	// ReachableAt are the public addresses at which it surely does: its own, and those of load
	// balancers that pass on to it.
	ReachableAt []netip.Prefix
	// ReachableAddressCount is the exact number of public IPv4 addresses that reach it. It is
	// nil if that is not known, and for IPv6.
	ReachableAddressCount *int64
	// ReachableSources are the sources that surely reach it, in as few ranges as possible: what
	// is not of the internet may lie in them.
	// There are no more than [MaxSources]; ReachableSourceCount is how many it would take.
	ReachableSources     []netipx.IPRange
	ReachableSourceCount int

	// BlockedBy names what leaves no source, if none is left; see the package comment.
	BlockedBy []Code
	// UnknownBecause names what would have to be known for the answers that are not known.
	UnknownBecause []Code
}

// MaxSources is how many ranges of [Path.ReachableSources] there are at most.
const MaxSources = 100

// A Group is a security group, as one account sees it.
type Group struct {
	ID, OwnerID, VPCID string
	// SeenBy is the account in which it was read.
	SeenBy string
}

// A GroupExposure is what is reachable through a security group.
type GroupExposure struct {
	// Reachable is Yes if the group's own sources reach an interface that uses it, else Unknown
	// if that is not known of one or if there may be interfaces that were not seen, else No.
	Reachable rule.Answer
	// ReachableAddresses are the public addresses at which they surely do, in order.
	ReachableAddresses []netip.Prefix
	UnknownBecause     []Code
}
