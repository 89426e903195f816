package ec2

import (
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A SavedGroup is as much of AWS's type as we use. Not decoding the egress rules saves a
// third of the time.
type SavedGroup struct {
	Description         *string
	GroupId             *string
	GroupName           *string
	OwnerId             *string
	SecurityGroupArn    *string
	VpcId               *string
	IpPermissions       SavedPermissions
	IpPermissionsEgress skipped `json:",omitzero"`
	Tags                savedTags
	Unknown             jsontext.Value `json:",embed"` // members that AWS did not have when this was written
}

// SavedPermissions have no members but those that AWS gives permissions and their sources: in
// any other there might be a source that nobody would look at.
type SavedPermissions []types.IpPermission

func (p *SavedPermissions) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return json.UnmarshalDecode(d, (*[]types.IpPermission)(p), json.RejectUnknownMembers(true))
}

// savedTags have no members but those of tags.
type savedTags []types.Tag

func (t *savedTags) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return json.UnmarshalDecode(d, (*[]types.Tag)(t), json.RejectUnknownMembers(true))
}

// skipped is what is there and not looked at.
type skipped struct{}

func (*skipped) UnmarshalJSONFrom(d *jsontext.Decoder) error { return d.SkipValue() }

// Misspelt returns what is wrong if a member has the name of another one but for case and
// punctuation, which is not how AWS spells it.
func (g *SavedGroup) Misspelt() *sg.BadValue {
	if len(g.Unknown) == 0 {
		return nil
	}
	var unknown map[string]jsontext.Value
	if err := json.Unmarshal(g.Unknown, &unknown); err != nil {
		return &sg.BadValue{Problem: "the members of the security group cannot be told apart"}
	}
	known := reflect.TypeFor[types.SecurityGroup]()
	for _, name := range slices.Sorted(maps.Keys(unknown)) {
		for i := range known.NumField() {
			if SameLetters(name, known.Field(i).Name) {
				return &sg.BadValue{Pointer: "/" + name, Problem: fmt.Sprintf("AWS spells this %s. Save the command's output as it is", known.Field(i).Name)}
			}
		}
	}
	return nil
}

// SameLetters reports whether two names differ in nothing but case and punctuation, as the same
// name does in different conventions.
func SameLetters(a, b string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return -1
			}
			return unicode.ToLower(r)
		}, s)
	}
	return letters(a) == letters(b)
}

// SecurityGroup is the group as the SDK has it.
func (g *SavedGroup) SecurityGroup() *types.SecurityGroup {
	return &types.SecurityGroup{
		Description: g.Description, GroupId: g.GroupId, GroupName: g.GroupName, OwnerId: g.OwnerId,
		SecurityGroupArn: g.SecurityGroupArn, VpcId: g.VpcId, IpPermissions: g.IpPermissions, Tags: g.Tags,
	}
}

// NewSavedGroup takes from a group what is kept. Lists that are empty are there, as the AWS CLI
// has them: in a file, a list that is not there may have been lost.
func NewSavedGroup(g *types.SecurityGroup) SavedGroup {
	present(&g.IpPermissions)
	for i := range g.IpPermissions {
		p := &g.IpPermissions[i]
		present(&p.IpRanges)
		present(&p.Ipv6Ranges)
		present(&p.PrefixListIds)
		present(&p.UserIdGroupPairs)
	}
	return SavedGroup{
		Description: g.Description, GroupId: g.GroupId, GroupName: g.GroupName, OwnerId: g.OwnerId,
		SecurityGroupArn: g.SecurityGroupArn, VpcId: g.VpcId, IpPermissions: g.IpPermissions, Tags: g.Tags,
	}
}

func present[T any](list *[]T) {
	if *list == nil {
		*list = []T{}
	}
}

// A SavedInterface is as much of AWS's type as we use.
type SavedInterface struct {
	Association        *types.NetworkInterfaceAssociation
	Attachment         *SavedAttachment
	AvailabilityZone   *string
	DenyAllIgwTraffic  *bool
	Description        *string
	Groups             []types.GroupIdentifier
	InterfaceType      types.NetworkInterfaceType
	Ipv6Addresses      []types.NetworkInterfaceIpv6Address
	Ipv6Prefixes       []types.Ipv6PrefixSpecification
	NetworkInterfaceId *string
	OwnerId            *string
	PrivateIpAddresses []types.NetworkInterfacePrivateIpAddress
	RequesterId        *string
	RequesterManaged   *bool
	SubnetId           *string
	TagSet             []types.Tag
	VpcId              *string
}

// A SavedAttachment is as much of AWS's type as we use.
type SavedAttachment struct {
	DeviceIndex *int32
	InstanceId  *string
}

// Check returns what is wrong with the interface: something that AWS always gives is not there.
func (i *SavedInterface) Check() *sg.BadValue {
	if aws.ToString(i.NetworkInterfaceId) == "" {
		return &sg.BadValue{Problem: "the network interface has no NetworkInterfaceId"}
	}
	missing := func(pointer, name string) *sg.BadValue {
		return &sg.BadValue{Pointer: pointer, Problem: fmt.Sprintf("network interface %s has no %s here", *i.NetworkInterfaceId, name)}
	}
	if i.Groups == nil {
		return missing("", "Groups")
	}
	for n, g := range i.Groups {
		if aws.ToString(g.GroupId) == "" {
			return missing(fmt.Sprintf("/Groups/%d", n), "GroupId")
		}
	}
	if withoutAddress(i.Association) {
		return missing("/Association", "PublicIp")
	}
	for n, a := range i.PrivateIpAddresses {
		if aws.ToString(a.PrivateIpAddress) == "" {
			return missing(fmt.Sprintf("/PrivateIpAddresses/%d", n), "PrivateIpAddress")
		}
		if withoutAddress(a.Association) {
			return missing(fmt.Sprintf("/PrivateIpAddresses/%d/Association", n), "PublicIp")
		}
	}
	for n, a := range i.Ipv6Addresses {
		if _, err := netip.ParseAddr(aws.ToString(a.Ipv6Address)); err != nil {
			return missing(fmt.Sprintf("/Ipv6Addresses/%d", n), "Ipv6Address")
		}
	}
	for n, p := range i.Ipv6Prefixes {
		if _, err := netip.ParsePrefix(aws.ToString(p.Ipv6Prefix)); err != nil {
			return missing(fmt.Sprintf("/Ipv6Prefixes/%d", n), "Ipv6Prefix")
		}
	}
	return nil
}

// withoutAddress reports whether an association is one with nothing, or with what is no address.
func withoutAddress(a *types.NetworkInterfaceAssociation) bool {
	if a == nil {
		return false
	}
	is := func(text *string) bool {
		_, err := netip.ParseAddr(aws.ToString(text))
		return err == nil
	}
	return aws.ToString(a.PublicIp) != "" && !is(a.PublicIp) || !is(a.PublicIp) && !is(a.CarrierIp) && !is(a.CustomerOwnedIp)
}

// NetworkInterface is the interface as we have it.
func (i *SavedInterface) NetworkInterface() sg.NetworkInterface {
	return NewNetworkInterface(&types.NetworkInterface{
		NetworkInterfaceId: i.NetworkInterfaceId, Association: i.Association,
		PrivateIpAddresses: i.PrivateIpAddresses, Ipv6Addresses: i.Ipv6Addresses,
	})
}

// NewSavedInterface takes from a network interface what is kept, with the lists that are empty.
func NewSavedInterface(i *types.NetworkInterface) SavedInterface {
	kept := SavedInterface{
		Association: i.Association, AvailabilityZone: i.AvailabilityZone, DenyAllIgwTraffic: i.DenyAllIgwTraffic, Description: i.Description,
		Groups: i.Groups, InterfaceType: i.InterfaceType, Ipv6Addresses: i.Ipv6Addresses, Ipv6Prefixes: i.Ipv6Prefixes,
		NetworkInterfaceId: i.NetworkInterfaceId, OwnerId: i.OwnerId, PrivateIpAddresses: i.PrivateIpAddresses,
		RequesterId: i.RequesterId, RequesterManaged: i.RequesterManaged, SubnetId: i.SubnetId, TagSet: i.TagSet, VpcId: i.VpcId,
	}
	if i.Attachment != nil {
		kept.Attachment = &SavedAttachment{i.Attachment.DeviceIndex, i.Attachment.InstanceId}
	}
	present(&kept.Groups)
	present(&kept.Ipv6Addresses)
	present(&kept.PrivateIpAddresses)
	return kept
}

// NewNetworkInterface takes from a network interface what says whether the internet can
// address it: the public IPv4 addresses associated with it, and its globally reachable
// IPv6 addresses.
func NewNetworkInterface(i *types.NetworkInterface) sg.NetworkInterface {
	n := sg.NetworkInterface{ID: aws.ToString(i.NetworkInterfaceId)}
	add := func(address string) {
		if !slices.Contains(n.PublicIPs, address) {
			n.PublicIPs = append(n.PublicIPs, address)
		}
	}
	associated := func(a *types.NetworkInterfaceAssociation) {
		if a != nil && aws.ToString(a.PublicIp) != "" {
			add(*a.PublicIp)
		}
	}
	associated(i.Association)
	for _, a := range i.PrivateIpAddresses {
		associated(a.Association)
	}
	for _, a := range i.Ipv6Addresses {
		if ip, err := netip.ParseAddr(aws.ToString(a.Ipv6Address)); err == nil && rule.PublicIPv6().Contains(ip) {
			add(*a.Ipv6Address)
		}
	}
	return n
}
