package fakeaws

import (
	"iter"
	"slices"
)

// A VPC is a VPC. As at AWS it always has a main route table and a default network ACL: those
// that the region says, or else one that leads nowhere but into the VPC, and one that lets
// everything through.
type VPC struct {
	// ID is the one of the account and region that groups without a VPC have, if empty.
	ID string
	// CIDR is the VPC's IPv4 block, 10.0.0.0/16 if empty; IPv6 is its other one, if it has any.
	CIDR, IPv6 string
	// Owner is the owner's account ID, this account if empty.
	Owner string
}

// A Subnet is a subnet.
type Subnet struct {
	ID string
	// VPC is as in [VPC] if empty.
	VPC string
	// CIDR is the subnet's block, 10.0.0.0/24 if empty. Zone is where it is.
	CIDR, IPv6, Zone string
	// Owner is the owner's account ID, this account if empty.
	Owner string
}

// A RouteTable is a route table.
type RouteTable struct {
	ID string
	// VPC is as in [VPC] if empty.
	VPC string
	// Main makes it the table of all subnets of the VPC that have no other.
	Main bool
	// Subnets are the IDs of the subnets that have this table.
	Subnets []string
	// Gateway is the ID of the gateway whose traffic into the VPC goes by this table.
	Gateway string
	// Routes are the routes besides the local ones, which every table has.
	Routes []Route
	// Owner is the owner's account ID, this account if empty.
	Owner string
}

// A Route is a route.
type Route struct {
	// To is the destination: an IPv4 or IPv6 block, or the ID of a prefix list.
	To string
	// Via is the ID of what the route leads to, whose kind its prefix tells.
	Via string
	// Blackhole is true if there is no such thing any more.
	Blackhole bool
}

// An InternetGateway is an internet gateway.
type InternetGateway struct {
	ID string
	// VPC is the one that it is attached to, which may be none.
	VPC string
	// State of the attachment is available if empty.
	State string
}

// A NetworkACL is a network ACL.
type NetworkACL struct {
	ID string
	// VPC is as in [VPC] if empty.
	VPC string
	// Default makes it the ACL of all subnets of the VPC that are in no other.
	Default bool
	// Subnets are the IDs of the subnets that have this ACL.
	Subnets []string
	// Entries are its entries besides the last ones, which deny everything.
	Entries []ACLEntry
}

// An ACLEntry is an entry of a network ACL.
type ACLEntry struct {
	Number int
	Egress bool
	Deny   bool
	// Protocol is a number, or -1 for all, which an empty one is.
	Protocol string
	// CIDR is an IPv4 or IPv6 block.
	CIDR string
	// From and To are the ports, for protocols that have some.
	From, To int
}

// BlockPublicAccess is a region's VPC Block Public Access.
type BlockPublicAccess struct {
	// Mode is off, block-bidirectional or block-ingress. State is default-state or
	// update-complete if empty.
	Mode, State string
	Exclusions  []Exclusion
}

// An Exclusion is a VPC or subnet that a region's Block Public Access leaves out.
type Exclusion struct {
	ID string
	// Of is the ID of the VPC or subnet.
	Of string
	// Mode is allow-bidirectional if empty, or allow-egress. State is create-complete if empty.
	Mode, State string
}

// A GroupVPC is a VPC, besides its own, with which a security group is associated.
type GroupVPC struct {
	Group, VPC string
	// State is associated if empty.
	State string
}

// A network is what a region's VPCs are made of, with everything filled in that is derived.
type network struct {
	vpcs        []*VPC
	subnets     []*Subnet
	routeTables []*RouteTable
	gateways    []*InternetGateway
	acls        []*NetworkACL
}

// network returns the network of the call's account and region.
func (c *call) network() *network { return c.contents().network(c.account(), c.region) }

// network returns what there is of a network, in the region of an account.
func (r *Region) network(account, region string) *network {
	own := derivedID("vpc", account, region)
	or := func(value *string, otherwise string) {
		if *value == "" {
			*value = otherwise
		}
	}
	n := &network{}
	for _, v := range r.VPCs {
		or(&v.ID, own)
		or(&v.CIDR, "10.0.0.0/16")
		or(&v.Owner, account)
		n.vpcs = append(n.vpcs, &v)
	}
	for _, s := range r.Subnets {
		or(&s.VPC, own)
		or(&s.CIDR, "10.0.0.0/24")
		or(&s.Zone, region+"a")
		or(&s.Owner, account)
		n.subnets = append(n.subnets, &s)
	}
	for _, t := range r.RouteTables {
		or(&t.VPC, own)
		or(&t.Owner, account)
		n.routeTables = append(n.routeTables, &t)
	}
	for _, g := range r.InternetGateways {
		or(&g.State, "available")
		n.gateways = append(n.gateways, &g)
	}
	for _, a := range r.NetworkACLs {
		or(&a.VPC, own)
		a.Subnets = slices.Clone(a.Subnets)
		n.acls = append(n.acls, &a)
	}
	for _, v := range n.vpcs {
		if !slices.ContainsFunc(n.routeTables, func(t *RouteTable) bool { return t.VPC == v.ID && t.Main }) {
			n.routeTables = append(n.routeTables, &RouteTable{ID: derivedID("rtb", v.ID), VPC: v.ID, Main: true, Owner: v.Owner})
		}
		if !slices.ContainsFunc(n.acls, func(a *NetworkACL) bool { return a.VPC == v.ID && a.Default }) {
			n.acls = append(n.acls, &NetworkACL{ID: derivedID("acl", v.ID), VPC: v.ID, Default: true, Entries: defaultEntries})
		}
	}
	for _, s := range n.subnets {
		if slices.ContainsFunc(n.acls, func(a *NetworkACL) bool { return slices.Contains(a.Subnets, s.ID) }) {
			continue
		}
		for _, a := range n.acls {
			if a.VPC == s.VPC && a.Default {
				a.Subnets = append(a.Subnets, s.ID)
			}
		}
	}
	return n
}

var defaultEntries = []ACLEntry{
	{Number: 100, CIDR: "0.0.0.0/0"}, {Number: 101, CIDR: "::/0"},
	{Number: 100, Egress: true, CIDR: "0.0.0.0/0"}, {Number: 101, Egress: true, CIDR: "::/0"},
}

// each is the sequence of things that pages are made of.
func each[T any](things []*T) iter.Seq[*T] { return slices.Values(things) }
