package exposure

import (
	"net/netip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A List is what was read of one kind in one account and region. Only a whole list says that
// something is not there: what is missing from any other may be in what was not read. What there
// is of a list that is not whole counts where nothing else of the list could change it. The zero
// List was not read at all, and an empty one that is whole says that there is nothing.
type List[T any] struct {
	Items []T
	Whole bool
}

// Whole is the list of all that there is.
func Whole[T any](items ...T) List[T] { return List[T]{items, true} }

// An Account is what was read of one account in one region: of its own, and of what others
// share with it. Texts are as EC2 gives them; what the package does not know of them makes
// unknown what depends on it.
type Account struct {
	// ID is the account's number. An account of which nobody knows the number owns nothing.
	ID string

	VPCs             List[VPC]             // DescribeVpcs
	Subnets          List[Subnet]          // DescribeSubnets
	RouteTables      List[RouteTable]      // DescribeRouteTables
	InternetGateways List[InternetGateway] // DescribeInternetGateways
	NetworkACLs      List[NetworkACL]      // DescribeNetworkAcls
	Interfaces       List[Interface]       // DescribeNetworkInterfaces
	// BlockPublicAccess is nil if it was not read (DescribeVpcBlockPublicAccessOptions).
	BlockPublicAccess *BlockPublicAccess
	Exclusions        List[Exclusion] // DescribeVpcBlockPublicAccessExclusions
	// GroupVPCs are the further VPCs of security groups (DescribeSecurityGroupVpcAssociations).
	GroupVPCs List[GroupVPC]
	// LoadBalancers are the network and classic load balancers that were read. One of which there
	// is an interface, and which is not among them, may do anything.
	LoadBalancers []LoadBalancer
	// PrefixLists are the entries of the managed prefix lists that were read, by ID. A list
	// that is not among them was not read; one without entries is empty.
	PrefixLists map[string][]netip.Prefix
}

// A VPC is a virtual private cloud. Its owner, and nobody else, sees all that is in it.
type VPC struct {
	ID, OwnerID string
}

// A Subnet is a subnet, which may be shared with the account that sees it. Its owner is that
// of its VPC.
type Subnet struct {
	ID, VPCID, OwnerID string
}

// A RouteTable says where traffic from its subnets, or into the VPC through its gateway, is
// directed.
type RouteTable struct {
	ID, VPCID    string
	Routes       []Route
	Associations []Association
}

// An Association is what a route table is for: one subnet, one gateway, or, if it is Main,
// every subnet of the VPC that has no table of its own.
type Association struct {
	Main      bool
	SubnetID  string
	GatewayID string
	// State is that of AssociationState, or empty where EC2 gives none.
	State string
}

// A Route is one route: to an address range or to the entries of a prefix list.
type Route struct {
	Destination  netip.Prefix // DestinationCidrBlock or DestinationIpv6CidrBlock; zero for a prefix list
	PrefixListID string       // DestinationPrefixListId
	// Target is the ID or ARN that EC2 gives, in whichever of its fields: GatewayId (also
	// "local" and "vpce-…"), NatGatewayId, TransitGatewayId, CoreNetworkArn and so on. Where it
	// gives an instance and its interface, it is the interface.
	Target string
	State  string // "active", "blackhole", "filtered"
	Origin string // "CreateRouteTable", "CreateRoute", "EnableVgwRoutePropagation", "Advertisement"
}

// An InternetGateway leads to the internet from the VPC that it is attached to.
type InternetGateway struct {
	ID          string
	Attachments []Attachment
}

// An Attachment of an internet gateway has the State "available" where it is attached.
type Attachment struct {
	VPCID, State string
}

// A NetworkACL is the list of what may enter and leave its subnets. Every subnet has one.
type NetworkACL struct {
	ID, VPCID string
	SubnetIDs []string // those of its Associations
	Entries   []ACLEntry
}

// An ACLEntry allows or denies what is not decided by an entry of a lower number.
type ACLEntry struct {
	Number   int32
	Egress   bool
	Allow    bool
	Protocol string // a number, "-1" for all
	// FromPort and ToPort are those of PortRange; nil where EC2 gives none.
	FromPort, ToPort *int32
	// CIDR is CidrBlock or Ipv6CidrBlock: whence traffic comes or, for egress, where it goes.
	CIDR netip.Prefix
}

// BlockPublicAccess is VPC Block Public Access, as an account has it for all its VPCs of a
// region.
type BlockPublicAccess struct {
	Mode              string // InternetGatewayBlockMode: "off", "block-bidirectional", "block-ingress"
	State             string // "default-state", "update-in-progress", "update-complete"
	ExclusionsAllowed string // "allowed", "not-allowed"
}

// An Exclusion takes one VPC or subnet out of Block Public Access.
type Exclusion struct {
	ResourceARN string
	Mode        string // InternetGatewayExclusionMode: "allow-bidirectional", "allow-egress"
	State       string // "create-complete" and so on
}

// A GroupVPC is the association of a security group with a VPC other than its own.
type GroupVPC struct {
	GroupID, VPCID string
	State          string // "associated" and so on
}

// An Interface is an elastic network interface.
type Interface struct {
	ID      string
	OwnerID string // in a shared subnet, the participant
	VPCID   string
	// SubnetID is that of its subnet, whose route table and ACL are its own.
	SubnetID string
	GroupIDs []string

	// InstanceID is that of the instance that it is attached to, if it is. DeviceIndex is 0 for
	// the first interface of an instance; nil if that is not known.
	InstanceID  string
	DeviceIndex *int32

	// Type, RequesterID and Description say what AWS made it for, if it did.
	Type, RequesterID, Description string

	PrivateAddresses []PrivateAddress
	IPv6Addresses    []netip.Addr
	IPv6Prefixes     []netip.Prefix // delegated to the interface (Ipv6Prefixes)
	// DenyAllIgwTraffic says that AWS drops what comes to its IPv6 addresses from an internet
	// gateway.
	DenyAllIgwTraffic bool
	// IPv6InPart says that neither its prefixes nor DenyAllIgwTraffic were read.
	IPv6InPart bool
}

// A LoadBalancer is a network or classic load balancer, as far as it passes on connections that
// may be FTP.
type LoadBalancer struct {
	// Name is that by which the descriptions of its interfaces call it, behind "ELB ":
	// "net/ftp/0123456789abcdef", or the name of a classic one.
	Name, VPCID string
	Listeners   List[Listener] // those of TCP, and of TLS, in which it may be
}

// A Listener takes the connections that come for a port, and passes each on to one of its targets.
type Listener struct {
	Port    int32
	Targets List[Target]
}

// A Target is what connections are passed on to: an instance, by its first interface, or an
// address in the VPC.
type Target struct {
	InstanceID string
	Family     Family // by which an instance is addressed
	Address    netip.Addr
	Port       int32
	// KeepsClient says whether what comes has the client's address as its source, as where
	// preserve_client_ip.enabled is set, or else one of the load balancer's own.
	KeepsClient rule.Answer
	// Healthy says that the load balancer reaches the target on this port, as it found out by
	// connecting to it, and so passes connections on to it.
	Healthy bool
}

// A PrivateAddress is a private IPv4 address of an interface, with what is associated with it.
type PrivateAddress struct {
	Private netip.Addr
	Public  netip.Addr // Association.PublicIp; the zero Addr for none
	Carrier netip.Addr // Association.CarrierIp, which is in a provider's network and not in the internet
}
