package fakeaws_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// What stands between an interface and the internet, as the SDK reads it.
func TestNetwork(t *testing.T) {
	w := regionWith()
	r := w.Accounts[0].Regions["us-east-1"]
	r.VPCs = []fakeaws.VPC{{ID: "vpc-00000001", IPv6: "2600:1f18:1::/56"}}
	r.Subnets = []fakeaws.Subnet{{ID: "subnet-0000000a", VPC: "vpc-00000001", CIDR: "10.0.1.0/24"}, {ID: "subnet-0000000b", VPC: "vpc-00000001", Owner: "999999999999"}}
	r.RouteTables = []fakeaws.RouteTable{{ID: "rtb-00000001", VPC: "vpc-00000001", Subnets: []string{"subnet-0000000a"}, Routes: []fakeaws.Route{
		{To: "0.0.0.0/1", Via: "igw-00000001"}, {To: "::/0", Via: "eigw-00000001"}, {To: "pl-00000001", Via: "nat-00000001", Blackhole: true},
	}}, {ID: "rtb-00000002", VPC: "vpc-00000001", Gateway: "igw-00000001"}}
	r.InternetGateways = []fakeaws.InternetGateway{{ID: "igw-00000001", VPC: "vpc-00000001"}, {ID: "igw-00000002"}}
	r.NetworkACLs = []fakeaws.NetworkACL{{ID: "acl-00000001", VPC: "vpc-00000001", Subnets: []string{"subnet-0000000b"}, Entries: []fakeaws.ACLEntry{
		{Number: 90, Protocol: "6", CIDR: "198.51.100.0/24", From: 21, To: 21, Deny: true}, {Number: 100, CIDR: "0.0.0.0/0"}, {Number: 100, Egress: true, Protocol: "6", CIDR: "::/0", From: 1024, To: 65535},
	}}}
	r.BlockPublicAccess = fakeaws.BlockPublicAccess{Mode: "block-ingress", Exclusions: []fakeaws.Exclusion{{Of: "subnet-0000000a"}}}
	r.GroupVPCs = []fakeaws.GroupVPC{{Group: "sg-00000001", VPC: "vpc-00000002"}}
	client := ec2Client(w.Start(t), account, "us-east-1")
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	note := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }

	vpcs, err := client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	must(err)
	for _, v := range vpcs.Vpcs {
		note("%s of %s %s %s", *v.VpcId, *v.OwnerId, *v.CidrBlock, *v.Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock)
	}
	subnets, err := client.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{MaxResults: aws.Int32(1000)})
	must(err)
	for _, s := range subnets.Subnets {
		note("%s of %s in %s %s", *s.SubnetId, *s.OwnerId, *s.AvailabilityZone, *s.CidrBlock)
	}
	tables, err := client.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{})
	must(err)
	for _, table := range tables.RouteTables {
		line := ""
		for _, r := range table.Routes {
			line += " " + aws.ToString(r.DestinationCidrBlock) + aws.ToString(r.DestinationIpv6CidrBlock) + aws.ToString(r.DestinationPrefixListId) + ">" +
				aws.ToString(r.GatewayId) + aws.ToString(r.NatGatewayId) + aws.ToString(r.EgressOnlyInternetGatewayId) + " " + string(r.State)
		}
		for _, a := range table.Associations {
			line += fmt.Sprint(" for ", *a.Main, aws.ToString(a.SubnetId), aws.ToString(a.GatewayId), a.AssociationState.State)
		}
		note("table%s", line)
	}
	gateways, err := client.DescribeInternetGateways(ctx, &ec2.DescribeInternetGatewaysInput{})
	must(err)
	for _, g := range gateways.InternetGateways {
		note("%s %d", *g.InternetGatewayId, len(g.Attachments))
	}
	note("%s %s", *gateways.InternetGateways[0].Attachments[0].VpcId, gateways.InternetGateways[0].Attachments[0].State)
	acls, err := client.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{})
	must(err)
	for _, a := range acls.NetworkAcls {
		note("%s default %v subnet %s, %d entries", *a.NetworkAclId, *a.IsDefault, *a.Associations[0].SubnetId, len(a.Entries))
	}
	first := acls.NetworkAcls[0].Entries[0]
	note("%d %s %s %s %d %v", *first.RuleNumber, *first.Protocol, first.RuleAction, *first.CidrBlock, *first.PortRange.From, *first.Egress)
	block, err := client.DescribeVpcBlockPublicAccessOptions(ctx, &ec2.DescribeVpcBlockPublicAccessOptionsInput{})
	must(err)
	note("%s %s", block.VpcBlockPublicAccessOptions.InternetGatewayBlockMode, block.VpcBlockPublicAccessOptions.State)
	exclusions, err := client.DescribeVpcBlockPublicAccessExclusions(ctx, &ec2.DescribeVpcBlockPublicAccessExclusionsInput{})
	must(err)
	x := exclusions.VpcBlockPublicAccessExclusions[0]
	note("%s %s %s", *x.ResourceArn, x.InternetGatewayExclusionMode, x.State)
	groups, err := client.DescribeSecurityGroupVpcAssociations(ctx, &ec2.DescribeSecurityGroupVpcAssociationsInput{})
	must(err)
	note("%s %s %s", *groups.SecurityGroupVpcAssociations[0].GroupId, *groups.SecurityGroupVpcAssociations[0].VpcId, groups.SecurityGroupVpcAssociations[0].State)

	mainTable, defaultACL := *tables.RouteTables[2].RouteTableId, *acls.NetworkAcls[1].NetworkAclId
	if !strings.HasPrefix(mainTable, "rtb-") || !strings.HasPrefix(defaultACL, "acl-") {
		t.Error(mainTable, defaultACL)
	}
	local := " 10.0.0.0/16>local active 2600:1f18:1::/56>local active"
	want := []string{
		"vpc-00000001 of 111122223333 10.0.0.0/16 2600:1f18:1::/56",
		"subnet-0000000a of 111122223333 in us-east-1a 10.0.1.0/24",
		"subnet-0000000b of 999999999999 in us-east-1a 10.0.0.0/24",
		"table" + local + " 0.0.0.0/1>igw-00000001 active ::/0>eigw-00000001 active pl-00000001>nat-00000001 blackhole for falsesubnet-0000000aassociated",
		"table" + local + " for falseigw-00000001associated",
		"table" + local + " for trueassociated",
		"igw-00000001 1", "igw-00000002 0", "vpc-00000001 available",
		"acl-00000001 default false subnet subnet-0000000b, 7 entries",
		defaultACL + " default true subnet subnet-0000000a, 8 entries",
		"90 6 deny 198.51.100.0/24 21 false",
		"block-ingress update-complete",
		"arn:aws:ec2:us-east-1:111122223333:subnet/subnet-0000000a allow-bidirectional create-complete",
		"sg-00000001 vpc-00000002 associated",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
