// Package sg is what was read: security groups with their ingress permissions, the verdict on
// them, and the record of every place where they were or should have been read. It knows no
// AWS SDK and reads nothing; what reads is below package scan.
package sg

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

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
	Tags        map[string]string

	Partition string
	Region    string // empty when a file does not tell
	AccountID string // the account in which the group was seen
	Origin    string // [Live], or the path of the file
	// Connection is the name of the connection by which it was read.
	Connection string

	Permissions []*Permission
	Verdict     rule.GroupVerdict

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

	// Exactly one of these four is set; the texts are as AWS gave them.
	CIDRIPv4        string
	CIDRIPv6        string
	PrefixListID    string
	ReferencedGroup *ReferencedGroup

	Description    string
	PrefixListName string // empty unless asked for
	// PrefixListEntries are the entries of the source, if it is a prefix list that was
	// read. They must not be changed.
	PrefixListEntries []netip.Prefix

	// RuleID and RuleTags are those of the security group rule; empty unless asked for.
	RuleID   string
	RuleTags map[string]string
}

// A ReferencedGroup is a security group that is the source of a permission.
type ReferencedGroup struct {
	ID                     string
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

// Clear makes the group one without anything, with room for this many permissions, of which
// none will move, and ports. The room that it had is used again.
func (g *Group) Clear(permissions, ports int) {
	m := g.memory
	m.permissions = slices.Grow(m.permissions[:0], permissions)
	m.ports = slices.Grow(m.ports[:0], ports)
	m.pointers = slices.Grow(m.pointers[:0], permissions)
	*g = Group{memory: m, Permissions: m.pointers}
}

// Add adds a permission, for which there must be room.
func (g *Group) Add(p Permission) {
	p.Group = g
	g.memory.permissions = append(g.memory.permissions, p)
	g.Permissions = append(g.Permissions, &g.memory.permissions[len(g.memory.permissions)-1])
	g.memory.pointers = g.Permissions
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

// Identity names the group among all of the same origin, the same for every account that sees it.
func (g *Group) Identity() string {
	return strings.Join([]string{g.Origin, g.OwnerID, g.Region, g.ID}, "/")
}

// IsShared reports whether the group is another account's. Who it is shared with does not see the
// network interfaces of others that use it.
func (g *Group) IsShared() bool { return g.OwnerID != "" && g.OwnerID != g.AccountID }

// IsDefault reports whether this is the default group of its VPC, which cannot be
// deleted and which AWS uses for whatever names no group.
func (g *Group) IsDefault() bool {
	return g.Name == "default"
}

// SourceText is the one of the four sources that the permission has, as AWS names it: an
// address range or the ID of a prefix list or security group.
func (p *Permission) SourceText() string {
	switch {
	case p.CIDRIPv4 != "":
		return p.CIDRIPv4
	case p.CIDRIPv6 != "":
		return p.CIDRIPv6
	case p.PrefixListID != "":
		return p.PrefixListID
	}
	return p.ReferencedGroup.ID
}

// IsIPv6 tells the address family of a source that has public addresses. A prefix list has
// entries of one family.
func (p *Permission) IsIPv6() bool {
	return p.CIDRIPv6 != "" || len(p.PrefixListEntries) > 0 && p.PrefixListEntries[0].Addr().Is6()
}

// Ports is the range of ports for a person: "21", "1-1024" or "all". Of protocols other
// than TCP and UDP it is the numbers that AWS gives in their place.
func (p *Permission) Ports() string {
	switch {
	case p.FromPort == nil || p.ToPort == nil || *p.FromPort == -1:
		return "all"
	case *p.FromPort == *p.ToPort:
		return fmt.Sprint(*p.FromPort)
	}
	return fmt.Sprintf("%d-%d", *p.FromPort, *p.ToPort)
}
