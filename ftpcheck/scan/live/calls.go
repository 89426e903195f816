package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// The clients of the SDK have a method for each of hundreds of operations. As a value of an
// interface, which the SDK's paginators take, a client keeps all of them in the program,
// half of it. These hold the few that are called.

// A call is one operation of a client.
type call[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)

type ec2Calls struct {
	groups     call[awsec2.DescribeSecurityGroupsInput, awsec2.DescribeSecurityGroupsOutput, awsec2.Options]
	rules      call[awsec2.DescribeSecurityGroupRulesInput, awsec2.DescribeSecurityGroupRulesOutput, awsec2.Options]
	lists      call[awsec2.DescribeManagedPrefixListsInput, awsec2.DescribeManagedPrefixListsOutput, awsec2.Options]
	entries    call[awsec2.GetManagedPrefixListEntriesInput, awsec2.GetManagedPrefixListEntriesOutput, awsec2.Options]
	interfaces call[awsec2.DescribeNetworkInterfacesInput, awsec2.DescribeNetworkInterfacesOutput, awsec2.Options]
	network    networkCalls
	balancing  balancingCalls
}

func newEC2Calls(cfg aws.Config, region string) *ec2Calls {
	c := awsec2.NewFromConfig(cfg, func(o *awsec2.Options) { o.Region = region })
	return &ec2Calls{c.DescribeSecurityGroups, c.DescribeSecurityGroupRules, c.DescribeManagedPrefixLists, c.GetManagedPrefixListEntries, c.DescribeNetworkInterfaces,
		networkCalls{c.DescribeVpcs, c.DescribeSubnets, c.DescribeRouteTables, c.DescribeInternetGateways, c.DescribeNetworkAcls,
			c.DescribeVpcBlockPublicAccessOptions, c.DescribeVpcBlockPublicAccessExclusions, c.DescribeSecurityGroupVpcAssociations},
		newBalancingCalls(cfg, region)}
}

type organizationCalls struct {
	accounts call[organizationInput, membersPage, awsec2.Options]
	children call[organizationInput, membersPage, awsec2.Options]
	units    call[organizationInput, unitsPage, awsec2.Options]
}

// organizationInput is what these operations are asked: below what, if it must be told, and for which
// page.
type organizationInput struct{ NextToken, ParentId *string }

type membersPage struct {
	Accounts  []organizationMember
	NextToken *string
}

// An organizationMember is an account of an organization.
type organizationMember struct{ Id, State, Status string }

type unitsPage struct {
	OrganizationalUnits []struct{ Id string }
	NextToken           *string
}

func newOrganizationCalls(cfg aws.Config) *organizationCalls {
	c := organizations.client(cfg, cfg.Region)
	return &organizationCalls{operation[organizationInput, membersPage](c, "ListAccounts"),
		operation[organizationInput, membersPage](c, "ListAccountsForParent"),
		operation[organizationInput, unitsPage](c, "ListOrganizationalUnitsForParent")}
}

// roleCalls are what it takes to assume a role.
type roleCalls struct {
	assume call[sts.AssumeRoleInput, sts.AssumeRoleOutput, sts.Options]
}

func newRoleCalls(cfg aws.Config) *roleCalls {
	return &roleCalls{sts.NewFromConfig(cfg).AssumeRole}
}

func (c *roleCalls) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, o ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return c.assume(ctx, in, o...)
}
