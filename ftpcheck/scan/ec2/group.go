// Package ec2 is what EC2 says of security groups: as the XML of its answers, as the JSON that
// the AWS CLI makes of it, and how both become a group of package sg.
//
// It decodes the answers to DescribeSecurityGroups and DescribeSecurityGroupRules as the AWS SDK
// does but many times faster, and without holding more than one group at a time.
//
// The SDK decodes XML with encoding/xml, which costs far more than everything else that
// is done with a group. This package has a scanner of its own for XML as EC2 writes it:
// elements, text, entities. Whatever else a body holds (comments, CDATA sections, a
// DOCTYPE, prefixes, anything that is wrong), the scanner does not interpret: that body
// is given to the SDK's own deserializer, and what the SDK says counts. So the scanner
// never rejects anything itself, and what it accepts means to the SDK the same. A second scanner
// does so with JSON and package json, one group or rule at a time.
//
// There is one difference on purpose. To the SDK, an empty body is an answer without
// groups, and so is any XML, whatever it is. Here, an answer has the root element
// DescribeSecurityGroupsResponse; all else is an error.
package ec2

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An Optional is the value of an element, if the element is Present. One that is not has
// the zero value.
type Optional[T any] struct {
	Value   T
	Present bool
}

// Ptr returns a pointer to a copy of the value, or nil without one, as the SDK has it.
func (o Optional[T]) Ptr() *T {
	if !o.Present {
		return nil
	}
	return &o.Value
}

func optional[T any](p *T) (o Optional[T]) {
	if p != nil {
		o = Optional[T]{*p, true}
	}
	return o
}

// A Group is a security group without its egress permissions. The lists are nil if their
// element is absent, and have no members if it is empty.
//
// A Group that was handed out is overwritten with the next one. To keep a part of it,
// copy the structs out of its lists; the strings stay as they are.
type Group struct {
	ID, Name, Description, OwnerID, VPCID, ARN Optional[string]

	Tags        []Tag
	Permissions []Permission // ingress

	// Start and End say where the group's element is in what was decoded, in bytes.
	// [DecodeGroup] takes just these bytes.
	Start, End int

	// What the lists are made of, kept to be used again.
	tags    tagList
	ingress rules
}

// A Tag is a tag of a group.
type Tag struct {
	Key, Value Optional[string]
}

// A Permission is what EC2 calls an IpPermission: a protocol, ports and any number of
// sources.
type Permission struct {
	Protocol         Optional[string]
	FromPort, ToPort Optional[int32]

	// Sources has those of a lower [Kind] first, and those of one kind as EC2 has them.
	Sources []Source

	lists [kinds]bool // which lists of sources are there, be they empty
}

// A Kind says what a source is.
type Kind uint8

// The kinds of sources.
const (
	IPv4 Kind = iota
	IPv6
	PrefixList
	GroupPair
	kinds = iota
)

// A Source is one source of a permission.
type Source struct {
	Kind Kind

	// Value is the CIDR, or the ID of the prefix list or of the referenced group.
	Value       Optional[string]
	Description Optional[string]

	// What else is known about a referenced group.
	GroupName, UserID, VPCID, PeeringStatus, VPCPeeringConnectionID Optional[string]
}

// Has reports whether the list of the sources of a kind is there, be it empty.
func (p *Permission) Has(kind Kind) bool { return p.lists[kind] }

// MissingList names a list that AWS always gives of a group, be it empty, and that this one lacks:
// its permissions, or those of the sources of one of them. It is empty if the group has all.
func (g *Group) MissingList() string {
	if g.Permissions == nil {
		return names[ipPermissions]
	}
	for i := range g.Permissions {
		for kind, there := range g.Permissions[i].lists {
			if !there {
				return fmt.Sprintf("%s in its permission %d", names[[...]element{IPv4: ipRanges, IPv6: ipv6Ranges, PrefixList: prefixListIDs, GroupPair: groups}[kind]], i+1)
			}
		}
	}
	return ""
}

// Check returns what is wrong with a group of a file besides the values that [Group.Into] checks:
// there is nothing where AWS gives something.
func (g *Group) Check() *sg.BadValue {
	if g.Permissions == nil && g.ID.Value != "" {
		return &sg.BadValue{Problem: fmt.Sprintf("security group %s has no IpPermissions, so nothing can be said about it", g.ID.Value)}
	}
	for i, t := range g.Tags {
		if t.Key.Value == "" || !t.Value.Present {
			return &sg.BadValue{Pointer: fmt.Sprintf("/Tags/%d", i), Problem: "the tag has no Key or no Value"}
		}
	}
	return nil
}

// rules are permissions and, one after the other, the sources of them all.
type rules struct {
	permissions []Permission
	sources     []Source
}

func (r *rules) reset() { r.permissions, r.sources = r.permissions[:0], r.sources[:0] }

// open makes the list of permissions one that is not nil.
func (r *rules) open() {
	if r.permissions == nil {
		r.permissions = make([]Permission, 0, 16)
	}
}

func (r *rules) permission() *Permission {
	r.permissions = append(r.permissions, Permission{})
	return &r.permissions[len(r.permissions)-1]
}

func (r *rules) source(kind Kind) *Source {
	r.sources = append(r.sources, Source{Kind: kind})
	return &r.sources[len(r.sources)-1]
}

// since returns the sources from one on, those of a lower kind first.
func (r *rules) since(first int) []Source {
	sources := r.sources[first:len(r.sources):len(r.sources)]
	byKind := func(a, b Source) int { return int(a.Kind) - int(b.Kind) }
	if !slices.IsSortedFunc(sources, byKind) {
		slices.SortStableFunc(sources, byKind)
	}
	return sources
}

func (g *Group) reset() {
	tags, ingress := g.tags[:0], g.ingress
	ingress.reset()
	*g = Group{tags: tags, ingress: ingress}
}

// tagList is tags that are read.
type tagList []Tag

// open makes the list one that is not nil.
func (l *tagList) open() {
	if *l == nil {
		*l = make([]Tag, 0, 8)
	}
}

func (l *tagList) add() *Tag {
	*l = append(*l, Tag{})
	return &(*l)[len(*l)-1]
}

func (l *tagList) read(tags []types.Tag) {
	l.open()
	for _, t := range tags {
		*l.add() = Tag{optional(t.Key), optional(t.Value)}
	}
}

func sdkTags(tags []Tag) []types.Tag {
	if tags == nil {
		return nil
	}
	all := make([]types.Tag, len(tags))
	for i, t := range tags {
		all[i] = types.Tag{Key: t.Key.Ptr(), Value: t.Value.Ptr()}
	}
	return all
}

// SecurityGroup returns a copy of the group as the SDK would have given it, without its
// egress permissions.
func (g *Group) SecurityGroup() *types.SecurityGroup {
	sg := &types.SecurityGroup{
		GroupId:          g.ID.Ptr(),
		GroupName:        g.Name.Ptr(),
		Description:      g.Description.Ptr(),
		OwnerId:          g.OwnerID.Ptr(),
		VpcId:            g.VPCID.Ptr(),
		SecurityGroupArn: g.ARN.Ptr(),
	}
	sg.Tags = sdkTags(g.Tags)
	if g.Permissions != nil {
		sg.IpPermissions = make([]types.IpPermission, len(g.Permissions))
	}
	for i := range g.Permissions {
		g.Permissions[i].write(&sg.IpPermissions[i])
	}
	return sg
}

func (p *Permission) write(ip *types.IpPermission) {
	ip.IpProtocol, ip.FromPort, ip.ToPort = p.Protocol.Ptr(), p.FromPort.Ptr(), p.ToPort.Ptr()
	if p.lists[IPv4] {
		ip.IpRanges = []types.IpRange{}
	}
	if p.lists[IPv6] {
		ip.Ipv6Ranges = []types.Ipv6Range{}
	}
	if p.lists[PrefixList] {
		ip.PrefixListIds = []types.PrefixListId{}
	}
	if p.lists[GroupPair] {
		ip.UserIdGroupPairs = []types.UserIdGroupPair{}
	}
	for i := range p.Sources {
		s := &p.Sources[i]
		switch s.Kind {
		case IPv4:
			ip.IpRanges = append(ip.IpRanges, types.IpRange{CidrIp: s.Value.Ptr(), Description: s.Description.Ptr()})
		case IPv6:
			ip.Ipv6Ranges = append(ip.Ipv6Ranges, types.Ipv6Range{CidrIpv6: s.Value.Ptr(), Description: s.Description.Ptr()})
		case PrefixList:
			ip.PrefixListIds = append(ip.PrefixListIds, types.PrefixListId{PrefixListId: s.Value.Ptr(), Description: s.Description.Ptr()})
		case GroupPair:
			ip.UserIdGroupPairs = append(ip.UserIdGroupPairs, types.UserIdGroupPair{
				GroupId: s.Value.Ptr(), Description: s.Description.Ptr(), GroupName: s.GroupName.Ptr(), UserId: s.UserID.Ptr(),
				VpcId: s.VPCID.Ptr(), PeeringStatus: s.PeeringStatus.Ptr(), VpcPeeringConnectionId: s.VPCPeeringConnectionID.Ptr(),
			})
		}
	}
}

// Read is the reverse of SecurityGroup: it overwrites the group with what the SDK gives.
func (g *Group) Read(sg *types.SecurityGroup) {
	g.reset()
	g.ID, g.Name, g.Description = optional(sg.GroupId), optional(sg.GroupName), optional(sg.Description)
	g.OwnerID, g.VPCID, g.ARN = optional(sg.OwnerId), optional(sg.VpcId), optional(sg.SecurityGroupArn)
	if sg.Tags != nil {
		g.tags.read(sg.Tags)
		g.Tags = g.tags
	}
	if sg.IpPermissions != nil {
		g.ingress.open()
		for i := range sg.IpPermissions {
			g.ingress.read(&sg.IpPermissions[i])
		}
		g.Permissions = g.ingress.permissions
	}
}

func (r *rules) read(ip *types.IpPermission) {
	first := len(r.sources)
	for _, s := range ip.IpRanges {
		*r.source(IPv4) = Source{Kind: IPv4, Value: optional(s.CidrIp), Description: optional(s.Description)}
	}
	for _, s := range ip.Ipv6Ranges {
		*r.source(IPv6) = Source{Kind: IPv6, Value: optional(s.CidrIpv6), Description: optional(s.Description)}
	}
	for _, s := range ip.PrefixListIds {
		*r.source(PrefixList) = Source{Kind: PrefixList, Value: optional(s.PrefixListId), Description: optional(s.Description)}
	}
	for _, s := range ip.UserIdGroupPairs {
		*r.source(GroupPair) = Source{
			Kind: GroupPair, Value: optional(s.GroupId), Description: optional(s.Description), GroupName: optional(s.GroupName), UserID: optional(s.UserId),
			VPCID: optional(s.VpcId), PeeringStatus: optional(s.PeeringStatus), VPCPeeringConnectionID: optional(s.VpcPeeringConnectionId),
		}
	}
	*r.permission() = Permission{
		Protocol: optional(ip.IpProtocol), FromPort: optional(ip.FromPort), ToPort: optional(ip.ToPort),
		Sources: r.sources[first:len(r.sources):len(r.sources)],
		lists:   [kinds]bool{ip.IpRanges != nil, ip.Ipv6Ranges != nil, ip.PrefixListIds != nil, ip.UserIdGroupPairs != nil},
	}
}
