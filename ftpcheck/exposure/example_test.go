package exposure_test

import (
	"fmt"
	"net/netip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A server in a public subnet lets everyone in on FTP, and the network ACL denies one address.
func Example() {
	everywhere := netip.MustParsePrefix("0.0.0.0/0")
	account := &exposure.Account{
		ID:      "111122223333",
		VPCs:    exposure.Whole(exposure.VPC{ID: "vpc-1", OwnerID: "111122223333"}),
		Subnets: exposure.Whole(exposure.Subnet{ID: "subnet-1", VPCID: "vpc-1", OwnerID: "111122223333"}),
		RouteTables: exposure.Whole(exposure.RouteTable{
			ID: "rtb-1", VPCID: "vpc-1",
			Routes: []exposure.Route{
				{Destination: netip.MustParsePrefix("10.0.0.0/16"), Target: "local", State: "active"},
				{Destination: everywhere, Target: "igw-1", State: "active"},
			},
			Associations: []exposure.Association{{Main: true, State: "associated"}},
		}),
		InternetGateways: exposure.Whole(exposure.InternetGateway{
			ID: "igw-1", Attachments: []exposure.Attachment{{VPCID: "vpc-1", State: "available"}},
		}),
		NetworkACLs: exposure.Whole(exposure.NetworkACL{
			ID: "acl-1", VPCID: "vpc-1", SubnetIDs: []string{"subnet-1"},
			Entries: []exposure.ACLEntry{
				{Number: 50, Protocol: "-1", CIDR: netip.MustParsePrefix("8.8.8.8/32")},
				{Number: 100, Allow: true, Protocol: "-1", CIDR: everywhere},
				{Number: 100, Egress: true, Allow: true, Protocol: "-1", CIDR: everywhere},
			},
		}),
		BlockPublicAccess: &exposure.BlockPublicAccess{Mode: "off", State: "default-state"},
		Exclusions:        exposure.Whole[exposure.Exclusion](),
		Interfaces: exposure.Whole(exposure.Interface{
			ID: "eni-1", OwnerID: "111122223333", VPCID: "vpc-1", SubnetID: "subnet-1", GroupIDs: []string{"sg-1"},
			PrivateAddresses: []exposure.PrivateAddress{{
				Private: netip.MustParseAddr("10.0.0.5"), Public: netip.MustParseAddr("203.0.113.7"),
			}},
		}),
	}
	from, to := int32(20), int32(21)
	sources := map[string]*exposure.Sources{"sg-1": exposure.NewSources([]*rule.Permission{
		{Protocol: "tcp", FromPort: &from, ToPort: &to, Source: rule.CIDR(everywhere)},
	})}

	group := func(id string) *exposure.Sources { return sources[id] }

	network := exposure.NewNetwork(account)
	server := &account.Interfaces.Items[0]
	for _, path := range network.Paths(server, group) {
		fmt.Println("IPv", path.Family, path.Port.Numbers(), path.Reachable == rule.Yes, path.ReachableSources, path.BlockedBy)
	}
	open := exposure.Group{ID: "sg-1", OwnerID: "111122223333", VPCID: "vpc-1", SeenBy: "111122223333"}
	fmt.Println(network.Group(open, group).ReachableAddresses)
	// Output:
	// IPv 4 [20] true [0.0.0.0-8.8.8.7 8.8.8.9-255.255.255.255] []
	// IPv 4 [21] true [0.0.0.0-8.8.8.7 8.8.8.9-255.255.255.255] []
	// IPv 6 [20] false [] [network_acl_inbound network_acl_outbound no_public_address route security_groups]
	// IPv 6 [21] false [] [network_acl_inbound network_acl_outbound no_public_address route security_groups]
	// [203.0.113.7/32]
}
