package fakeaws

import (
	"crypto"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A World is everything that the server knows, and how it behaves. Fill it in before
// [World.Start]; afterwards change it only inside [World.Change].
type World struct {
	// Accounts are the accounts that exist. The first is the one whose keys
	// [Server.Env] hands out.
	Accounts []*Account
	// Organization is the AWS organization of the accounts, if they have one.
	Organization *Organization

	// Aggregator is the aggregator of AWS Config, if there is one.
	Aggregator *Aggregator

	// Keys are the asymmetric keys of AWS KMS, by ARN, that of an alias too.
	Keys map[string]crypto.Signer

	// Faults make calls fail; the first that applies to a call is used.
	Faults []Fault
	// Throttle is the request limits of EC2; nil means that there are none.
	Throttle *Throttle
	// Seed decides everything that looks random.
	Seed uint64

	// Latency is what each call takes. Zero means 2 ms, which the SDK needs: its HTTP
	// client fails now and then when an answer overtakes the request. Negative means none.
	Latency time.Duration
	// PageSize is how many items EC2 returns to a request that does not say. Zero means 1000.
	PageSize int
	// EmptyPages puts an empty page before every page, as services may.
	EmptyPages bool
	// ShortPages is how many items a page has at most, whatever the request says: services
	// may give fewer than they are asked for. Zero means no limit.
	ShortPages int
	// TokenLife is how long a NextToken is good for. Zero means for ever.
	TokenLife time.Duration
	// Shuffle varies the order of XML elements, which AWS does not promise.
	Shuffle bool
	// Record keeps each call, with its parameters, for [Server.Calls].
	Record bool

	mu      sync.RWMutex
	changes int
	allowed []string // nil: everything is
}

// Change runs f while no call is being answered, so that f may change the world. Faults count
// calls anew after it.
func (w *World) Change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changes++
	f()
}

// AllowOnly denies every action except these, named as in an IAM policy, such as
// "ec2:DescribeRegions". [Server.Denied] tells which were missed. As at AWS,
// sts:GetCallerIdentity needs no permission.
func (w *World) AllowOnly(actions ...string) {
	w.Change(func() { w.allowed = append([]string{}, actions...) })
}

func (w *World) account(id string) *Account {
	for _, a := range w.Accounts {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// An Account is an AWS account.
type Account struct {
	// ID is the account's 12 digits.
	ID string
	// Name and Email are how the organization shows the account.
	Name, Email string
	// State is the account's state in the organization: ACTIVE if empty, or SUSPENDED,
	// PENDING_CLOSURE, ... Nobody can assume a role in an account that is not active.
	State string
	// Standalone accounts are not in the organization.
	Standalone bool

	// AccessKeys are the IDs of the access keys of its user. If there are none it has one,
	// which [Account.AccessKey] tells.
	AccessKeys []string
	// Roles are the roles that can be assumed. Nil means any role, by anybody.
	Roles []Role
	// GlobalTokens makes the sessions of its roles such as the global STS endpoint issues
	// by default: regions that are opted in to do not accept them.
	GlobalTokens bool

	// Regions are the regions that the account has.
	Regions map[string]*Region
}

// AccessKey returns the ID of an access key of the account's user.
func (a *Account) AccessKey() string {
	if len(a.AccessKeys) > 0 {
		return a.AccessKeys[0]
	}
	return "AKIAFAKE" + a.ID
}

// RegionNames returns the names of the account's regions, sorted.
func (a *Account) RegionNames() []string {
	return slices.Sorted(maps.Keys(a.Regions))
}

// homeRegion is the region that a person would have configured.
func (a *Account) homeRegion() string {
	names := a.RegionNames()
	if len(names) == 0 || slices.Contains(names, "us-east-1") {
		return "us-east-1"
	}
	return names[0]
}

// enabled tells whether the account can be used in the region.
func (a *Account) enabled(region string) bool {
	r := a.Regions[region]
	return r != nil && !r.Disabled
}

func (a *Account) state() string {
	if a.State == "" {
		return "ACTIVE"
	}
	return a.State
}

// A Role is an IAM role that can be assumed.
type Role struct {
	// Name is the role's name, without a path.
	Name string
	// ExternalID must be given by who assumes the role, if it is not empty.
	ExternalID string
	// MaxDuration is the longest session. Zero means an hour.
	MaxDuration time.Duration
	// Denied is true if the role's trust policy lets nobody in.
	Denied bool
}

// An Organization is an AWS organization: all accounts of the world that are not standalone.
type Organization struct {
	// Management is the ID of the management account. Empty means the first account.
	Management string
	// Delegates are the IDs of member accounts that are delegated administrators.
	Delegates []string
	// Units are the organizational units below the root. Accounts that are in no unit
	// are in the root.
	Units []Unit
}

// A Unit is an organizational unit.
type Unit struct {
	// ID is the unit's ID, derived from the name if empty.
	ID, Name string
	// Accounts are the IDs of the accounts directly in the unit.
	Accounts []string
	// Units are the units in the unit.
	Units []Unit
}

// A Region is what one account has in one region. Accounts may share a Region, which then
// has the same contents in each, as long as nothing in it is changed by calls.
type Region struct {
	// Disabled regions exist, but the account has not opted in to them.
	Disabled bool

	// Groups are the region's security groups.
	Groups []Group
	// Generated more groups follow, made by Generate when they are asked for.
	Generated int
	// Generate makes the group with an index below Generated.
	Generate func(account, region string, index int) Group

	// RuleQuota is how many inbound rules a group may have for IPv4, and as many for IPv6,
	// when a call adds some. Zero means that there is no limit.
	RuleQuota int

	// PrefixLists are the managed prefix lists that the account sees in the region.
	PrefixLists []PrefixList
	// NetworkInterfaces are the region's network interfaces.
	NetworkInterfaces []NetworkInterface
	// LoadBalancers are the region's load balancers.
	LoadBalancers []LoadBalancer

	// What stands between the interfaces and the internet.
	VPCs              []VPC
	Subnets           []Subnet
	RouteTables       []RouteTable
	InternetGateways  []InternetGateway
	NetworkACLs       []NetworkACL
	BlockPublicAccess BlockPublicAccess
	GroupVPCs         []GroupVPC
}

// all returns the region's groups, with everything filled in that is derived.
func (r *Region) all(account, region string) iter.Seq[*Group] {
	return func(yield func(*Group) bool) {
		for i := range r.Groups {
			g := r.Groups[i]
			if !yield(g.complete(account, region)) {
				return
			}
		}
		for i := range r.Generated {
			g := r.Generate(account, region, i)
			if !yield(g.complete(account, region)) {
				return
			}
		}
	}
}

// A Group is a security group.
type Group struct {
	// ID is derived from account, region and name if empty.
	ID string
	// Name is the group's name; Description is the name if empty.
	Name, Description string
	// VPC is the ID of the group's VPC, one per account and region if empty.
	VPC string
	// Owner is the owner's account ID, this account if empty.
	Owner string
	// Tags are the group's tags.
	Tags map[string]string
	// Ingress are the inbound permissions.
	Ingress []Permission
	// Egress are the outbound permissions. Nil means what a new group has: everything
	// to 0.0.0.0/0.
	Egress []Permission
}

var defaultEgress = []Permission{{Protocol: "-1", CIDR4: "0.0.0.0/0"}}

// complete fills in what is derived.
func (g *Group) complete(account, region string) *Group {
	if g.ID == "" {
		g.ID = derivedID("sg", account, region, g.Name)
	}
	if g.Description == "" {
		g.Description = g.Name
	}
	if g.VPC == "" {
		g.VPC = derivedID("vpc", account, region)
	}
	if g.Owner == "" {
		g.Owner = account
	}
	if g.Egress == nil {
		g.Egress = defaultEgress
	}
	return g
}

// GroupID returns the ID that a group without one gets.
func GroupID(account, region, name string) string {
	return derivedID("sg", account, region, name)
}

// A Permission is one security group rule: a protocol, a range of ports and one source
// (or, outbound, destination).
type Permission struct {
	// RuleID is derived from the group and the permission if empty.
	RuleID string
	// Protocol is as AWS shows it: "tcp", "udp", "icmp", "icmpv6", "-1", or a number.
	Protocol string
	// From and To are the ports, or type and code. They mean nothing for protocol -1.
	// For tcp and udp, -1 and -1 means ports that DescribeSecurityGroups leaves out.
	From, To int

	// Of these exactly one is given: the source.
	CIDR4, CIDR6, PrefixList, Group string

	// GroupOwner is the account of a referenced group, if it is another's.
	GroupOwner string
	// Peering and PeeringStatus tell of the VPC peering that a referenced group is behind.
	Peering, PeeringStatus string

	// Description is the rule's description.
	Description string
	// Tags are the rule's tags.
	Tags map[string]string
}

// source is the permission's source, whatever its kind.
func (p *Permission) source() string {
	return p.CIDR4 + p.CIDR6 + p.PrefixList + p.Group
}

// hasPorts tells whether DescribeSecurityGroups shows ports.
func (p *Permission) hasPorts() bool {
	switch p.Protocol {
	case "-1":
		return false
	case "tcp", "udp":
		return p.From != -1 || p.To != -1
	}
	return true
}

// ruleID is the ID of the rule that the permission of group g is.
func (p *Permission) ruleID(g *Group, egress bool) string {
	if p.RuleID != "" {
		return p.RuleID
	}
	return derivedID("sgr", g.ID, fmt.Sprint(egress, p.Protocol, p.From, p.To), p.source())
}

// A PrefixList is a managed prefix list.
type PrefixList struct {
	// ID is derived from the name if empty.
	ID, Name string
	// Owner is the owner's account ID, this account if empty, "AWS" for AWS's own.
	Owner string
	// Family is the address family: IPv4 if empty, or IPv6.
	Family string
	// State is the list's state: create-complete if empty.
	State string
	// Tags are the list's tags.
	Tags map[string]string
	// Entries are what the list contains.
	Entries []Entry
	// MaxEntries is how many it can contain: as many as it does if less than that.
	MaxEntries int
}

// size is how many entries the list can contain, which is at least one.
func (l *PrefixList) size() int { return max(1, l.MaxEntries, len(l.Entries)) }

// An Entry is an entry of a prefix list.
type Entry struct {
	// CIDR is the block, Description what its owner says about it.
	CIDR, Description string
}

// PrefixListID returns the ID that a prefix list without one gets.
func PrefixListID(name string) string { return derivedID("pl", name) }

func (l *PrefixList) complete(account string) {
	if l.ID == "" {
		l.ID = PrefixListID(l.Name)
	}
	if l.Owner == "" {
		l.Owner = account
	}
	if l.Family == "" {
		l.Family = "IPv4"
	}
	if l.State == "" {
		l.State = "create-complete"
	}
}

// A NetworkInterface is a network interface.
type NetworkInterface struct {
	// ID is derived from the description if empty.
	ID, Description string
	// Groups are the IDs of the interface's security groups.
	Groups []string
	// VPC, Subnet and Zone are where it is, each derived from the account and region if empty.
	VPC, Subnet, Zone string
	// Type is the interface's type: interface if empty.
	Type string
	// Instance is the ID of the instance it is attached to, if any.
	Instance string
	// PrivateIP and PublicIP are its IPv4 addresses, IPv6 the others.
	PrivateIP, PublicIP string
	IPv6                []string
	// More are IPv4 addresses besides the first.
	More []Address
	// Owner is the owner's account ID, this account if empty.
	Owner string
	// DenyAllIgwTraffic keeps internet gateways from it.
	DenyAllIgwTraffic bool
	// Requester is the service or account that manages it, if not the owner.
	Requester string
	// Tags are the interface's tags.
	Tags map[string]string
}

// An Address is a private address of an interface, with what is associated with it.
type Address struct {
	Private, Public, Carrier string
}

func (n *NetworkInterface) complete() {
	if n.ID == "" {
		n.ID = derivedID("eni", n.Description)
	}
	if n.Type == "" {
		n.Type = "interface"
	}
}

func (n *NetworkInterface) status() string {
	if n.Instance == "" {
		return "available"
	}
	return "in-use"
}

// DefaultRegions are the regions that every account of the main partition has enabled.
var DefaultRegions = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
	"ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
	"sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

// mustOptIn tells whether accounts have to opt in to the region.
func mustOptIn(region string) bool {
	return partition(region) == "aws" && !slices.Contains(DefaultRegions, region)
}

// partition is the partition that a region is in.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "us-iso-"):
		return "aws-iso"
	case strings.HasPrefix(region, "us-isob-"):
		return "aws-iso-b"
	case strings.HasPrefix(region, "eu-isoe-"):
		return "aws-iso-e"
	case strings.HasPrefix(region, "us-isof-"):
		return "aws-iso-f"
	case strings.HasPrefix(region, "eusc-"):
		return "aws-eusc"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	}
	return "aws"
}

// derivedID is an ID in AWS's long form that depends on nothing but its arguments.
func derivedID(prefix string, of ...string) string {
	h := fnv.New128a()
	for _, s := range of {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	var sum [16]byte
	return prefix + "-" + hex.EncodeToString(h.Sum(sum[:0]))[:17]
}

// check returns an error about the first thing in the world that AWS would not let be.
func (w *World) check() error {
	for _, a := range w.Accounts {
		if len(a.ID) != 12 {
			return fmt.Errorf("account ID %q does not have 12 digits", a.ID)
		}
		for name, r := range a.Regions {
			if partition(name) != partition(a.homeRegion()) {
				return fmt.Errorf("account %s has regions of two partitions: %s and %s", a.ID, name, a.homeRegion())
			}
			for _, g := range r.Groups {
				for _, p := range slices.Concat(g.Ingress, g.Egress) {
					sources := 0
					for _, s := range []string{p.CIDR4, p.CIDR6, p.PrefixList, p.Group} {
						if s != "" {
							sources++
						}
					}
					if p.Protocol == "" || sources != 1 {
						return fmt.Errorf("group %q of %s in %s: a permission has a protocol and one source, not %+v", g.Name, a.ID, name, p)
					}
				}
			}
		}
	}
	return nil
}
