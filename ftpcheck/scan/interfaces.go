package scan

import (
	"context"
	"net/netip"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// interfaces reads the network interfaces of the place, by the groups that they use, if
// the request asks for them. They are not known if the result is nil.
func (r *placeReader) interfaces(ctx context.Context) (map[string][]sg.NetworkInterface, error) {
	if !r.request.NetworkInterfaces {
		return nil, nil
	}
	type answer struct {
		byGroup map[string][]sg.NetworkInterface
		kept    pages
	}
	recorded := r.request.recorder != nil
	found, err := shared(ctx, r, r.key("interfaces"), func(ctx context.Context) (answer, error) {
		found := answer{byGroup: map[string][]sg.NetworkInterface{}}
		size := int32(groupsPerPage)
		pages := ec2.NewDescribeNetworkInterfacesPaginator(r.client, &ec2.DescribeNetworkInterfacesInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return answer{}, during("ec2:DescribeNetworkInterfaces", err)
			}
			var kept []savedInterface
			for i := range page.NetworkInterfaces {
				n := newNetworkInterface(&page.NetworkInterfaces[i])
				for _, g := range page.NetworkInterfaces[i].Groups {
					found.byGroup[aws.ToString(g.GroupId)] = append(found.byGroup[aws.ToString(g.GroupId)], n)
				}
				kept = append(kept, newSavedInterface(&page.NetworkInterfaces[i]))
			}
			if err := found.kept.add(kept, recorded); err != nil {
				return answer{}, err
			}
		}
		return found, nil
	})
	if err != nil {
		return nil, err
	}
	return found.byGroup, r.keep("describe-network-interfaces", "NetworkInterfaces", found.kept...)
}

// newNetworkInterface takes from a network interface what says whether the internet can
// address it: the public IPv4 addresses associated with it, and its globally reachable
// IPv6 addresses.
func newNetworkInterface(i *types.NetworkInterface) sg.NetworkInterface {
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
