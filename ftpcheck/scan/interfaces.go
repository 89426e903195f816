package scan

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// newNetworkInterface takes from a network interface what says whether the internet can
// address it: the public IPv4 addresses associated with it, and its globally reachable
// IPv6 addresses.
func newNetworkInterface(i *types.NetworkInterface) NetworkInterface {
	n := NetworkInterface{ID: aws.ToString(i.NetworkInterfaceId)}
	add := func(address string) {
		for _, known := range n.PublicIPs {
			if known == address {
				return
			}
		}
		n.PublicIPs = append(n.PublicIPs, address)
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
