package ec2

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

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

// Lacks says what a thing of a network does not have though AWS always gives it; empty if it
// has all.
func Lacks(thing any) string {
	missing := func(kind string, id *string, lists ...bool) string {
		if aws.ToString(id) == "" {
			return kind + " has no ID"
		}
		for _, there := range lists {
			if !there {
				return fmt.Sprintf("%s %s has not all that AWS says of one", kind, *id)
			}
		}
		return ""
	}
	has := func(text *string) bool { return aws.ToString(text) != "" }
	switch x := thing.(type) {
	case *types.Vpc:
		return missing("a VPC", x.VpcId, has(x.OwnerId))
	case *types.Subnet:
		return missing("a subnet", x.SubnetId, has(x.VpcId), has(x.OwnerId))
	case *types.RouteTable:
		return missing("a route table", x.RouteTableId, has(x.VpcId), has(x.OwnerId), x.Routes != nil, x.Associations != nil)
	case *types.InternetGateway:
		return missing("an internet gateway", x.InternetGatewayId, x.Attachments != nil)
	case *types.NetworkAcl:
		return missing("a network ACL", x.NetworkAclId, has(x.VpcId), x.Entries != nil, x.Associations != nil)
	case *types.VpcBlockPublicAccessOptions:
		return missing("VPC Block Public Access", aws.String("of the region"), x.InternetGatewayBlockMode != "", x.State != "")
	case *types.VpcBlockPublicAccessExclusion:
		return missing("an exclusion from Block Public Access", x.ExclusionId, has(x.ResourceArn), x.InternetGatewayExclusionMode != "", x.State != "")
	case *types.SecurityGroupVpcAssociation:
		return missing("a group of another VPC", x.GroupId, has(x.VpcId), x.State != "")
	}
	return ""
}
