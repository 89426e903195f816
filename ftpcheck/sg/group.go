// Package sg is what was read: security groups with their ingress permissions, the verdict on
// them, and the record of every place where they were or should have been read. It knows no
// AWS SDK and reads nothing; what reads is below package scan.
package sg

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A Group is one security group with its ingress permissions, judged.
type Group struct {
	ID          string
	Name        string
	Description string
	VPCID       string
	OwnerID     string // account ID of the owner, which for a shared group is not AccountID
	ARN         string
	Tags        map[string]string // must not be changed: who has written them once may keep that

	Partition string
	Region    string // empty when a file does not tell
	AccountID string // the account in which the group was seen
	Origin    string // [Live], or the path of the file
	// Connection is the name of the connection by which it was read.
	Connection string
	// Resource is the resource that makes the group what it is, if a plan or state of Terraform
	// has it. What is only planned has no ID.
	Resource Resource

	// Captured is when AWS Config captured what is known of the group; zero if it was not read
	// from there.
	Captured time.Time

	Permissions []*Permission
	Verdict     rule.GroupVerdict
	// Odd is the first of the permissions that AWS cannot have given; nil if there is none.
	Odd *BadValue

	// NetworkInterfaces are those that use the group, as far as they were seen. They are all of
	// them only if NetworkInterfacesKnown is set.
	NetworkInterfaces      []NetworkInterface
	NetworkInterfacesKnown bool

	// Exposure is what the internet reaches through the group; nil unless asked for.
	Exposure *exposure.GroupExposure

	memory permissionMemory
}

// A Permission is one ingress permission: one protocol and port range of one group, for
// one source. It is one AWS security group rule.
type Permission struct {
	Group *Group

	rule.Permission
	Verdict rule.Verdict

	// Doubt says why nobody can know what the permission lets in, if that is so: AWS cannot have
	// given it, or a plan does not tell. It is a part of a sentence. A prefix list that was not
	// read needs none.
	Doubt string

	// One of these is set, unless there is a doubt; the texts are as AWS gave them.
	CIDRIPv4        string
	CIDRIPv6        string
	PrefixListID    string
	ReferencedGroup *ReferencedGroup
	Unnamed         *UnnamedSource

	// Resource is the resource that the permission is written in; see [Group.Resource].
	Resource       Resource
	Description    string
	PrefixListName string // empty unless asked for
	// PrefixListEntries are the entries of the source, if it is a prefix list that was
	// read. They must not be changed.
	PrefixListEntries []netip.Prefix

	// RuleID and RuleTags are those of the security group rule; empty unless asked for.
	RuleID   string
	RuleTags map[string]string
}

// A Resource is a resource of Terraform.
type Resource struct {
	Address string // as in module.a["b"].aws_security_group.this[0]; empty if there is none
	Action  string // what the plan does with it; empty for a state
}

// An UnnamedSource is a source that has no name yet, as it is only planned, or one whose name is
// not known or must not be shown.
type UnnamedSource struct {
	Type string // as [Permission.SourceType] gives it
	Text string // what to call it
}

// A ReferencedGroup is a security group that is the source of a permission.
type ReferencedGroup struct {
	ID                     string // empty for some of EC2-Classic and of load balancers, which have a name only
	Name                   string // where AWS gives it
	OwnerID                string
	VPCID                  string
	VPCPeeringConnectionID string
}

// A NetworkInterface is an elastic network interface that uses a group.
type NetworkInterface struct {
	ID        string
	PublicIPs []string // IPv4 addresses associated with it, and its IPv6 addresses that are globally reachable
}

// A Completion is what is known besides security groups and completes them.
type Completion struct {
	PrefixLists       AddressLists
	PrefixListNames   map[string]string             // by ID
	NetworkInterfaces map[string][]NetworkInterface // by the ID of a group that they use
	Surveyed          map[string]bool               // places all of whose network interfaces are known, by [PlaceKey]
}

// NewCompletion returns a completion without anything in it.
func NewCompletion() *Completion {
	return &Completion{AddressLists{}, map[string]string{}, map[string][]NetworkInterface{}, map[string]bool{}}
}

// Complete gives the group what is known of it besides its prefix lists, which [Group.Judge] takes.
func (g *Group) Complete(by *Completion) {
	for _, p := range g.Permissions {
		p.PrefixListName = by.PrefixListNames[p.PrefixListID]
	}
	g.NetworkInterfaces = by.NetworkInterfaces[g.ID]
	g.NetworkInterfacesKnown = by.Surveyed[PlaceKey(g.AccountID, g.Region)] && !g.IsShared()
}

// CompleteByOwner gives a group of another account the network interfaces that use it as its owner
// sees them, who sees all. They are in the owner's order, whoever sees the group.
func (g *Group) CompleteByOwner(interfaces []NetworkInterface) {
	all := slices.Clone(interfaces)
	for _, n := range g.NetworkInterfaces {
		if !slices.ContainsFunc(all, func(o NetworkInterface) bool { return o.ID == n.ID }) {
			all = append(all, n)
		}
	}
	g.NetworkInterfaces, g.NetworkInterfacesKnown = all, true
}

// Clear makes the group one without anything, with room for this many permissions, of which
// none will move, and ports. The room that it had is used again.
func (g *Group) Clear(permissions, ports int) {
	m := g.memory
	m.permissions = slices.Grow(m.permissions[:0], permissions)
	m.ports = slices.Grow(m.ports[:0], ports)
	m.pointers = slices.Grow(m.pointers[:0], permissions)
	*g = Group{memory: m, Permissions: m.pointers}
}

// Add adds a permission without anything, for which there must be room, and returns it.
func (g *Group) Add() *Permission {
	m := &g.memory
	m.permissions = m.permissions[:len(m.permissions)+1]
	p := &m.permissions[len(m.permissions)-1]
	*p = Permission{Group: g}
	g.Permissions = append(g.Permissions, p)
	m.pointers = g.Permissions
	return p
}

// Port returns a port as permissions have it, for which there must be room.
func (g *Group) Port(n int32) *int32 {
	g.memory.ports = append(g.memory.ports, n)
	return &g.memory.ports[len(g.memory.ports)-1]
}

// permissionMemory is what the permissions of a group are made of.
type permissionMemory struct {
	permissions []Permission
	ports       []int32
	pointers    []*Permission
}

// Only returns a copy of the group with some of its permissions, which keeps nothing of the others.
func (g *Group) Only(permissions []*Permission) *Group {
	c := *g
	c.memory, c.Permissions = permissionMemory{}, make([]*Permission, len(permissions))
	for i, p := range permissions {
		q := *p
		q.Group, c.Permissions[i] = &c, &q
	}
	return &c
}

// Identity names the group among all of the same origin, the same for every account that sees it.
func (g *Group) Identity() string {
	return strings.Join([]string{g.Origin, g.OwnerID, g.Region, g.Ref()}, "/")
}

// IsShared reports whether the group is another account's. Who it is shared with does not see the
// network interfaces of others that use it; its owner does.
func (g *Group) IsShared() bool { return g.OwnerID != "" && g.OwnerID != g.AccountID }

// IsPlanned reports whether the group is one of a plan or state of Terraform, which is where to
// change it.
func (g *Group) IsPlanned() bool {
	return g.Resource.Address != "" || len(g.Permissions) > 0 && g.Permissions[0].Resource.Address != ""
}

// Ref names the group among others: by its ID or, if it is only planned and has none, by the
// address of its resource.
func (g *Group) Ref() string { return cmp.Or(g.ID, g.Resource.Address) }

// IsDefault reports whether this is the default group of its VPC, which cannot be
// deleted and which AWS uses for whatever names no group.
func (g *Group) IsDefault() bool {
	return g.Name == "default"
}

// SourceText is the source that the permission has, as AWS names it: an address range or the ID
// of a prefix list or security group. It may be empty if there is a doubt.
func (p *Permission) SourceText() string {
	switch {
	case p.CIDRIPv4 != "":
		return p.CIDRIPv4
	case p.CIDRIPv6 != "":
		return p.CIDRIPv6
	case p.PrefixListID != "":
		return p.PrefixListID
	case p.Unnamed != nil:
		return p.Unnamed.Text
	}
	g := p.ReferencedGroup
	switch {
	case g == nil:
		return ""
	case g.ID == "":
		return g.OwnerID + "/" + g.Name
	}
	return g.ID
}

// IsIPv6 tells the address family of a source that has public addresses. A prefix list has
// entries of one family.
func (p *Permission) IsIPv6() bool {
	return p.SourceType() == "cidr_ipv6" || len(p.PrefixListEntries) > 0 && p.PrefixListEntries[0].Addr().Is6()
}

// SourceType is the kind of the source: cidr_ipv4, cidr_ipv6, prefix_list or security_group;
// empty if it is not known.
func (p *Permission) SourceType() string {
	switch {
	case p.CIDRIPv4 != "":
		return "cidr_ipv4"
	case p.CIDRIPv6 != "":
		return "cidr_ipv6"
	case p.PrefixListID != "":
		return "prefix_list"
	case p.Unnamed != nil:
		return p.Unnamed.Type
	case p.ReferencedGroup != nil:
		return "security_group"
	}
	return ""
}

// Ports is the range of ports for a person: "21", "1-1024" or "all". Of protocols other
// than TCP and UDP it is the numbers that AWS gives in their place.
func (p *Permission) Ports() string {
	switch {
	case p.Unclear && (p.FromPort == nil || p.ToPort == nil):
		return "not known"
	case p.FromPort == nil || p.ToPort == nil || *p.FromPort == -1:
		return "all"
	case *p.FromPort == *p.ToPort:
		return fmt.Sprint(*p.FromPort)
	}
	return fmt.Sprintf("%d-%d", *p.FromPort, *p.ToPort)
}
