package ec2

import (
	"bytes"
	"encoding/binary"
)

// Decode decodes the body of an answer and calls each, if it is not nil, for every group
// in it. The group is overwritten after each has returned; its strings may be kept, and
// do not refer to the body. It returns the token for the next page, which is nil if the
// element is absent.
//
// A body that is cut off, malformed or no answer is a [smithy.DeserializationError],
// which the SDK's retryers take for a reason to try again. Groups that were handed out
// before that came out are to be forgotten. An error of each ends the decoding and is
// returned as it is.
//
// Whatever comes after the end of the root element is not looked at, as in the SDK.
func Decode(body []byte, each func(g *Group) error) (nextToken *string, err error) {
	return decode(body, groupsRoot, securityGroupInfo, (*decoder).group, each, decodeBySDK)
}

// DecodeBriefly is [Decode] without what decides no verdict: the groups may lack names,
// descriptions, VPCs, ARNs and tags, and so may their sources. All is checked as by Decode.
func DecodeBriefly(body []byte, each func(g *Group) error) (nextToken *string, err error) {
	read := func(d *decoder, t tag, g *Group) {
		d.brief = true
		d.group(t, g)
	}
	return decode(body, groupsRoot, securityGroupInfo, read, each, decodeBySDK)
}

// DecodeRules does with the body of an answer of DescribeSecurityGroupRules what [Decode]
// does with one of groups: it calls each, if it is not nil, for every rule in it. The rule
// is overwritten after each has returned; its strings may be kept.
func DecodeRules(body []byte, each func(r *Rule) error) (nextToken *string, err error) {
	return decode(body, rulesRoot, securityGroupRuleSet, (*decoder).rule, each, decodeRulesBySDK)
}

// DecodeRulesBriefly is [DecodeRules] without what no permission is joined with: the rules may lack
// ARNs, owners and descriptions, and what else is known of a group that they are about. All is
// checked as by DecodeRules.
func DecodeRulesBriefly(body []byte, each func(r *Rule) error) (nextToken *string, err error) {
	read := func(d *decoder, t tag, r *Rule) {
		d.brief = true
		d.rule(t, r)
	}
	return decode(body, rulesRoot, securityGroupRuleSet, read, each, decodeRulesBySDK)
}

// decode decodes a body with a list, of which read reads one item. What it has to leave to
// the SDK, it leaves to bySDK.
func decode[T any](body []byte, rootName string, list element, read func(*decoder, tag, *T), each func(*T) error,
	bySDK func(body []byte, each func(*T) error, done int) (*string, error)) (nextToken *string, err error) {
	d := newDecoder(body, each != nil)
	defer memories.Put(d.memory)
	token, ok := readAnswer(d, rootName, list, read, each)
	if d.err != nil {
		return nil, d.err
	}
	if !ok || d.odd {
		if err := checkShape(body, rootName, list); err != nil {
			return nil, err
		}
	}
	if ok {
		return token.Ptr(), nil
	}
	return bySDK(body, each, d.done)
}

// DecodeGroup decodes the element of one group, as [Group.Start] and [Group.End] mark it,
// into g, and overwrites all that g held. Its errors are those of [Decode].
func DecodeGroup(element []byte, g *Group) error {
	d := newDecoder(element, true)
	defer memories.Put(d.memory)
	if t := d.next(tag{}); t.element == item && t.start == 1 {
		d.group(t, g)
		if !d.stopped && d.at == len(element) {
			return nil
		}
	}
	return decodeGroupBySDK(element, g)
}

// A decoder takes from a scanner what the SDK would take. Each of its methods that is
// named after a type of the SDK mirrors that type's deserializer, and what is not a case
// there is skipped here.
type decoder struct {
	scanner
	brief bool  // leave out details
	done  int   // items handed out so far
	err   error // of who got them
}

// detail reads an element that has text, and is left out of what is brief.
func (d *decoder) detail(t tag, o *Optional[string]) {
	if d.brief {
		d.value(t)
		return
	}
	d.string(t, o)
}

// uniqueDetail is detail for text which no other element has.
func (d *decoder) uniqueDetail(t tag, o *Optional[string]) {
	if d.brief {
		d.value(t)
		return
	}
	d.unique(t, o)
}

// newDecoder returns a decoder whose memory is to be put back.
func newDecoder(body []byte, keep bool) *decoder {
	return &decoder{scanner: scanner{body: body, keep: keep, keeper: newKeeper()}}
}

// readAnswer reads a body with the root element of the name, and hands out the items of its
// list. It is not ok if the scanner was stopped.
func readAnswer[T any](d *decoder, rootName string, list element, read func(*decoder, tag, *T), each func(*T) error) (token Optional[string], ok bool) {
	if bytes.HasPrefix(d.body, []byte(declaration)) {
		d.at = len(declaration)
	}
	root := d.next(tag{})
	if root.element == end || string(d.body[root.start:root.end]) != rootName {
		return token, false
	}
	found := list == end
	for t := d.next(root); t.element != end; t = d.next(root) {
		switch t.element {
		case nextToken:
			d.odd = d.odd || token.Present
			keep := d.keep
			d.keep = true
			d.unique(t, &token)
			d.keep = keep
		case list:
			d.odd, found = d.odd || found, true
			items(d, t, read, each)
		case errorList:
			d.odd = true
			d.other(t)
		default:
			d.other(t)
		}
	}
	d.odd = d.odd || !found
	return token, !d.stopped
}

func items[T any](d *decoder, list tag, read func(*decoder, tag, *T), each func(*T) error) {
	var one T
	for t := d.child(list); t.element != end; t = d.child(list) {
		if t.element != item {
			d.other(t)
			continue
		}
		read(d, t, &one)
		if d.stopped || !d.keep {
			continue
		}
		if d.err = each(&one); d.err != nil {
			d.stopped = true
		}
		d.done++
	}
}

func (d *decoder) rule(rule tag, r *Rule) {
	r.reset()
	d.arena.Reset()
	for t := d.next(rule); t.element != end; t = d.next(rule) {
		switch t.element {
		case securityGroupRuleID:
			d.unique(t, &r.ID)
		case securityGroupRuleARN:
			d.uniqueDetail(t, &r.ARN)
		case groupID:
			d.string(t, &r.GroupID)
		case groupOwnerID:
			d.detail(t, &r.GroupOwnerID)
		case isEgress:
			d.bool(t, &r.IsEgress)
		case ipProtocol:
			d.string(t, &r.Protocol)
		case fromPort:
			d.port(t, &r.FromPort)
		case toPort:
			d.port(t, &r.ToPort)
		case cidrIPv4:
			d.string(t, &r.CIDRIPv4)
		case cidrIPv6:
			d.string(t, &r.CIDRIPv6)
		case prefixListID:
			d.string(t, &r.PrefixListID)
		case description:
			d.detail(t, &r.Description)
		case referencedGroupInfo:
			d.referencedGroup(t, r)
		case tagSet:
			d.odd = d.odd || r.Tags != nil
			r.tags.open()
			brief := d.brief
			d.brief = false
			d.tagList(t, &r.tags)
			d.brief = brief
			r.Tags = r.tags
		default:
			d.other(t)
		}
	}
}

func (d *decoder) referencedGroup(group tag, r *Rule) {
	// The SDK goes on with the one before, if there are two.
	r.IsReference = true
	to := &r.Referenced
	for t := d.next(group); t.element != end; t = d.next(group) {
		switch t.element {
		case groupID:
			d.string(t, &to.GroupID)
		case peeringStatus:
			d.detail(t, &to.PeeringStatus)
		case userID:
			d.detail(t, &to.UserID)
		case vpcID:
			d.detail(t, &to.VPCID)
		case vpcPeeringConnectionID:
			d.detail(t, &to.VPCPeeringConnectionID)
		default:
			d.other(t)
		}
	}
}

func (d *decoder) group(group tag, g *Group) {
	g.reset()
	d.arena.Reset()
	egress := false
	for t := d.next(group); t.element != end; t = d.next(group) {
		switch t.element {
		case groupID:
			d.unique(t, &g.ID)
		case groupName:
			d.detail(t, &g.Name)
		case groupDescription:
			d.detail(t, &g.Description)
		case ownerID:
			d.string(t, &g.OwnerID)
		case vpcID:
			d.detail(t, &g.VPCID)
		case securityGroupARN:
			d.uniqueDetail(t, &g.ARN)
		case tagSet:
			d.odd = d.odd || g.Tags != nil
			g.tags.open()
			d.tagList(t, &g.tags)
			g.Tags = g.tags
		case ipPermissions:
			d.odd = d.odd || g.Permissions != nil
			d.permissionList(t, &g.ingress)
			g.Permissions = g.ingress.permissions
		case ipPermissionsEgress:
			d.odd, egress = d.odd || egress, true
			keep := d.keep
			d.keep = false
			d.egress.reset()
			d.permissionList(t, &d.egress)
			d.keep = keep
		default:
			d.other(t)
		}
	}
	g.Start, g.End = group.start-1, d.at
}

func (d *decoder) tagList(list tag, to *tagList) {
	for t := d.child(list); t.element != end; t = d.child(list) {
		if t.element == item {
			d.tag(t, to.add())
		} else {
			d.other(t)
		}
	}
}

func (d *decoder) tag(of tag, to *Tag) {
	for t := d.next(of); t.element != end; t = d.next(of) {
		switch t.element {
		case key:
			d.detail(t, &to.Key)
		case value:
			d.detail(t, &to.Value)
		default:
			d.other(t)
		}
	}
}

func (d *decoder) permissionList(list tag, to *rules) {
	to.open()
	for t := d.child(list); t.element != end; t = d.child(list) {
		if t.element == item {
			d.permission(t, to)
		} else {
			d.other(t)
		}
	}
}

func (d *decoder) permission(permission tag, to *rules) {
	p, first := to.permission(), len(to.sources)
	for t := d.next(permission); t.element != end; t = d.next(permission) {
		switch t.element {
		case ipProtocol:
			d.string(t, &p.Protocol)
		case fromPort:
			d.port(t, &p.FromPort)
		case toPort:
			d.port(t, &p.ToPort)
		case ipRanges:
			d.sourceList(t, p, to, IPv4)
		case ipv6Ranges:
			d.sourceList(t, p, to, IPv6)
		case prefixListIDs:
			d.sourceList(t, p, to, PrefixList)
		case groups:
			d.sourceList(t, p, to, GroupPair)
		default:
			d.other(t)
		}
	}
	p.Sources = to.since(first)
}

func (d *decoder) sourceList(list tag, of *Permission, to *rules, kind Kind) {
	d.odd = d.odd || of.lists[kind]
	of.lists[kind] = true
	for t := d.child(list); t.element != end; t = d.child(list) {
		switch {
		case t.element != item:
			d.other(t)
		case kind == GroupPair:
			d.userIDGroupPair(t, to.source(kind))
		default:
			d.source(t, to.source(kind))
		}
	}
}

// source reads a source that has a value and a description.
func (d *decoder) source(source tag, to *Source) {
	named := [...]element{IPv4: cidrIP, IPv6: cidrIPv6, PrefixList: prefixListID}[to.Kind]
	for t := d.next(source); t.element != end; t = d.next(source) {
		switch t.element {
		case named:
			d.string(t, &to.Value)
		case description:
			d.detail(t, &to.Description)
		default:
			d.other(t)
		}
	}
}

func (d *decoder) userIDGroupPair(pair tag, to *Source) {
	for t := d.next(pair); t.element != end; t = d.next(pair) {
		switch t.element {
		case groupID:
			d.string(t, &to.Value)
		case description:
			d.detail(t, &to.Description)
		case groupName:
			d.string(t, &to.GroupName)
		case userID:
			d.string(t, &to.UserID)
		case vpcID:
			d.detail(t, &to.VPCID)
		case peeringStatus:
			d.detail(t, &to.PeeringStatus)
		case vpcPeeringConnectionID:
			d.detail(t, &to.VPCPeeringConnectionID)
		default:
			d.other(t)
		}
	}
}

const (
	declaration = `<?xml version="1.0" encoding="UTF-8"?>`
	groupsRoot  = "DescribeSecurityGroupsResponse"
	rulesRoot   = "DescribeSecurityGroupRulesResponse"
)

// An element is what an element's name means.
type element uint8

const (
	end     element = iota // no element: there are no more
	unknown                // to be skipped
	associationSet
	attachmentSet
	cidrBlockAssociationSet
	cidrIP
	cidrIPv4
	cidrIPv6
	description
	entrySet
	errorList
	fromPort
	groupDescription
	groupID
	groupName
	groupOwnerID
	groups
	groupSet
	internetGatewaySet
	ipPermissions
	ipPermissionsEgress
	ipProtocol
	ipRanges
	ipv6AddressesSet
	ipv6CIDRBlockAssociationSet
	ipv6Ranges
	isEgress
	item
	key
	networkACLSet
	networkInterfaceSet
	nextToken
	ownerID
	peeringStatus
	prefixListID
	prefixListIDs
	prefixListSet
	privateIPAddressesSet
	propagatingVGWSet
	referencedGroupInfo
	regionInfo
	routeSet
	routeTableSet
	securityGroupARN
	securityGroupInfo
	securityGroupRuleARN
	securityGroupRuleID
	securityGroupRuleSet
	securityGroupVPCAssociationSet
	subnetSet
	tagSet
	toPort
	userID
	value
	vpcBlockPublicAccessExclusionSet
	vpcBlockPublicAccessOptions
	vpcID
	vpcPeeringConnectionID
	vpcSet
)

// names are the elements' names. The SDK ignores case.
var names = [...]string{
	associationSet:                   "associationSet",
	attachmentSet:                    "attachmentSet",
	cidrBlockAssociationSet:          "cidrBlockAssociationSet",
	cidrIP:                           "cidrIp",
	cidrIPv4:                         "cidrIpv4",
	cidrIPv6:                         "cidrIpv6",
	description:                      "description",
	entrySet:                         "entrySet",
	errorList:                        "errors",
	fromPort:                         "fromPort",
	groupDescription:                 "groupDescription",
	groupID:                          "groupId",
	groupName:                        "groupName",
	groupOwnerID:                     "groupOwnerId",
	groups:                           "groups",
	groupSet:                         "groupSet",
	internetGatewaySet:               "internetGatewaySet",
	ipPermissions:                    "ipPermissions",
	ipPermissionsEgress:              "ipPermissionsEgress",
	ipProtocol:                       "ipProtocol",
	ipRanges:                         "ipRanges",
	ipv6AddressesSet:                 "ipv6AddressesSet",
	ipv6CIDRBlockAssociationSet:      "ipv6CidrBlockAssociationSet",
	ipv6Ranges:                       "ipv6Ranges",
	isEgress:                         "isEgress",
	item:                             "item",
	key:                              "key",
	networkACLSet:                    "networkAclSet",
	networkInterfaceSet:              "networkInterfaceSet",
	nextToken:                        "nextToken",
	ownerID:                          "ownerId",
	peeringStatus:                    "peeringStatus",
	prefixListID:                     "prefixListId",
	prefixListIDs:                    "prefixListIds",
	prefixListSet:                    "prefixListSet",
	privateIPAddressesSet:            "privateIpAddressesSet",
	propagatingVGWSet:                "propagatingVgwSet",
	referencedGroupInfo:              "referencedGroupInfo",
	regionInfo:                       "regionInfo",
	routeSet:                         "routeSet",
	routeTableSet:                    "routeTableSet",
	securityGroupARN:                 "securityGroupArn",
	securityGroupInfo:                "securityGroupInfo",
	securityGroupRuleARN:             "securityGroupRuleArn",
	securityGroupRuleID:              "securityGroupRuleId",
	securityGroupRuleSet:             "securityGroupRuleSet",
	securityGroupVPCAssociationSet:   "securityGroupVpcAssociationSet",
	subnetSet:                        "subnetSet",
	tagSet:                           "tagSet",
	toPort:                           "toPort",
	userID:                           "userId",
	value:                            "value",
	vpcBlockPublicAccessExclusionSet: "vpcBlockPublicAccessExclusionSet",
	vpcBlockPublicAccessOptions:      "vpcBlockPublicAccessOptions",
	vpcID:                            "vpcId",
	vpcPeeringConnectionID:           "vpcPeeringConnectionId",
	vpcSet:                           "vpcSet",
}

// A word is the first and the last eight bytes of a name: the same, and filled up with zeros, if
// it is shorter than that.
type word struct{ first, last uint64 }

func wordOf(name []byte) word {
	n := len(name)
	switch {
	case n >= 8:
		return word{binary.LittleEndian.Uint64(name), binary.LittleEndian.Uint64(name[n-8:])}
	case cap(name) >= 8: // all but at the end of a body
		w := binary.LittleEndian.Uint64(name[:8]) & (1<<(8*n) - 1)
		return word{w, w}
	}
	var all [8]byte
	copy(all[:], name)
	w := binary.LittleEndian.Uint64(all[:])
	return word{w, w}
}

// hash is chosen such that no two names have the same; if two had, one of them would be found
// more slowly.
func (w word) hash() uint8 { return uint8((w.first ^ w.last<<1) * 0x4de610152e35c1d1 >> 56) }

// byHash are the elements by the hash of their names, and words their names' words.
var byHash, words = func() (table [256]element, words [len(names)]word) {
	for e := unknown + 1; int(e) < len(names); e++ {
		words[e] = wordOf([]byte(names[e]))
		table[words[e].hash()] = e
	}
	return table, words
}()

// elementOf returns what a name of letters, digits and the like means.
func elementOf(name []byte) element {
	if len(name) == 0 {
		return unknown
	}
	w := wordOf(name)
	e := byHash[w.hash()]
	if words[e] == w && len(names[e]) == len(name) && (len(name) <= 16 || names[e] == string(name)) {
		return e
	}
	for e := unknown + 1; int(e) < len(names); e++ {
		if len(names[e]) == len(name) && bytes.EqualFold([]byte(names[e]), name) {
			return e
		}
	}
	return unknown
}
