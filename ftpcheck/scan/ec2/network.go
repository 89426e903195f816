package ec2

import "github.com/aws/aws-sdk-go-v2/service/ec2/types"

// A Network is what EC2 says of what stands between the network interfaces of a place and the
// internet.
type Network struct {
	VPCs              Answer[types.Vpc]
	Subnets           Answer[types.Subnet]
	RouteTables       Answer[types.RouteTable]
	InternetGateways  Answer[types.InternetGateway]
	NetworkACLs       Answer[types.NetworkAcl]
	BlockPublicAccess Answer[types.VpcBlockPublicAccessOptions] // one
	Exclusions        Answer[types.VpcBlockPublicAccessExclusion]
	GroupVPCs         Answer[types.SecurityGroupVpcAssociation]
}

// An Answer is a list that EC2 gave, whole, or nothing.
type Answer[T any] struct {
	Read  bool
	Items []T
}

// EachAnswer calls keep for each list that was read, with the AWS CLI's command that prints it and
// the member in which it is there. [Network.BlockPublicAccess] is no list there.
func (n *Network) EachAnswer(keep func(command, member string, items any) error) error {
	for _, a := range []struct {
		command, member string
		read            bool
		items           any
	}{
		{"describe-vpcs", "Vpcs", n.VPCs.Read, n.VPCs.Items},
		{"describe-subnets", "Subnets", n.Subnets.Read, n.Subnets.Items},
		{"describe-route-tables", "RouteTables", n.RouteTables.Read, n.RouteTables.Items},
		{"describe-internet-gateways", "InternetGateways", n.InternetGateways.Read, n.InternetGateways.Items},
		{"describe-network-acls", "NetworkAcls", n.NetworkACLs.Read, n.NetworkACLs.Items},
		{"describe-vpc-block-public-access-exclusions", "VpcBlockPublicAccessExclusions", n.Exclusions.Read, n.Exclusions.Items},
		{"describe-security-group-vpc-associations", "SecurityGroupVpcAssociations", n.GroupVPCs.Read, n.GroupVPCs.Items},
	} {
		if a.read {
			if err := keep(a.command, a.member, a.items); err != nil {
				return err
			}
		}
	}
	return nil
}

// Add adds what another answer says of the same place.
func (n *Network) Add(o *Network) {
	n.VPCs.Add(o.VPCs)
	n.Subnets.Add(o.Subnets)
	n.RouteTables.Add(o.RouteTables)
	n.InternetGateways.Add(o.InternetGateways)
	n.NetworkACLs.Add(o.NetworkACLs)
	n.BlockPublicAccess.Add(o.BlockPublicAccess)
	n.Exclusions.Add(o.Exclusions)
	n.GroupVPCs.Add(o.GroupVPCs)
}

// Add adds what another answer of the same kind says.
func (a *Answer[T]) Add(o Answer[T]) {
	a.Read = a.Read || o.Read
	a.Items = append(a.Items, o.Items...)
}
