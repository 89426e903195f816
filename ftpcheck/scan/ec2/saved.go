package ec2

import (
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A SavedGroup is as much of AWS's type as we use. Not decoding the egress rules saves a
// third of the time.
type SavedGroup struct {
	Description      *string
	GroupId          *string
	GroupName        *string
	OwnerId          *string
	SecurityGroupArn *string
	VpcId            *string
	IpPermissions    []types.IpPermission
	Tags             []types.Tag
}

// SecurityGroup is the group as the SDK has it.
func (g *SavedGroup) SecurityGroup() *types.SecurityGroup {
	return &types.SecurityGroup{
		Description: g.Description, GroupId: g.GroupId, GroupName: g.GroupName, OwnerId: g.OwnerId,
		SecurityGroupArn: g.SecurityGroupArn, VpcId: g.VpcId, IpPermissions: g.IpPermissions, Tags: g.Tags,
	}
}

// NewSavedGroup takes from a group what is kept.
func NewSavedGroup(g *types.SecurityGroup) SavedGroup {
	return SavedGroup{
		Description: g.Description, GroupId: g.GroupId, GroupName: g.GroupName, OwnerId: g.OwnerId,
		SecurityGroupArn: g.SecurityGroupArn, VpcId: g.VpcId, IpPermissions: g.IpPermissions, Tags: g.Tags,
	}
}

// A SavedInterface is as much of AWS's type as we use.
type SavedInterface struct {
	Association        *types.NetworkInterfaceAssociation
	AvailabilityZone   *string
	Groups             []types.GroupIdentifier
	Ipv6Addresses      []types.NetworkInterfaceIpv6Address
	NetworkInterfaceId *string
	OwnerId            *string
	PrivateIpAddresses []types.NetworkInterfacePrivateIpAddress
}

// NewSavedInterface takes from a network interface what is kept.
func NewSavedInterface(i *types.NetworkInterface) SavedInterface {
	return SavedInterface{
		Association: i.Association, AvailabilityZone: i.AvailabilityZone, Groups: i.Groups, Ipv6Addresses: i.Ipv6Addresses,
		NetworkInterfaceId: i.NetworkInterfaceId, OwnerId: i.OwnerId, PrivateIpAddresses: i.PrivateIpAddresses,
	}
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
