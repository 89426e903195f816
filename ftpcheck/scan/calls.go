package scan

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// The clients of the SDK have a method for each of hundreds of operations. As a value of an
// interface, which the SDK's paginators take, a client keeps all of them in the program,
// half of it. So the paginators get these, which hold the few that are called.

// A call is one operation of a client.
type call[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)

type ec2Calls struct {
	groups     call[ec2.DescribeSecurityGroupsInput, ec2.DescribeSecurityGroupsOutput, ec2.Options]
	rules      call[ec2.DescribeSecurityGroupRulesInput, ec2.DescribeSecurityGroupRulesOutput, ec2.Options]
	lists      call[ec2.DescribeManagedPrefixListsInput, ec2.DescribeManagedPrefixListsOutput, ec2.Options]
	entries    call[ec2.GetManagedPrefixListEntriesInput, ec2.GetManagedPrefixListEntriesOutput, ec2.Options]
	interfaces call[ec2.DescribeNetworkInterfacesInput, ec2.DescribeNetworkInterfacesOutput, ec2.Options]
}

func newEC2Calls(cfg aws.Config, region string) *ec2Calls {
	c := ec2.NewFromConfig(cfg, func(o *ec2.Options) { o.Region = region })
	return &ec2Calls{c.DescribeSecurityGroups, c.DescribeSecurityGroupRules, c.DescribeManagedPrefixLists, c.GetManagedPrefixListEntries, c.DescribeNetworkInterfaces}
}

func (c *ec2Calls) DescribeSecurityGroups(ctx context.Context, in *ec2.DescribeSecurityGroupsInput, o ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupsOutput, error) {
	return c.groups(ctx, in, o...)
}

func (c *ec2Calls) DescribeSecurityGroupRules(ctx context.Context, in *ec2.DescribeSecurityGroupRulesInput, o ...func(*ec2.Options)) (*ec2.DescribeSecurityGroupRulesOutput, error) {
	return c.rules(ctx, in, o...)
}

func (c *ec2Calls) DescribeManagedPrefixLists(ctx context.Context, in *ec2.DescribeManagedPrefixListsInput, o ...func(*ec2.Options)) (*ec2.DescribeManagedPrefixListsOutput, error) {
	return c.lists(ctx, in, o...)
}

func (c *ec2Calls) GetManagedPrefixListEntries(ctx context.Context, in *ec2.GetManagedPrefixListEntriesInput, o ...func(*ec2.Options)) (*ec2.GetManagedPrefixListEntriesOutput, error) {
	return c.entries(ctx, in, o...)
}

func (c *ec2Calls) DescribeNetworkInterfaces(ctx context.Context, in *ec2.DescribeNetworkInterfacesInput, o ...func(*ec2.Options)) (*ec2.DescribeNetworkInterfacesOutput, error) {
	return c.interfaces(ctx, in, o...)
}

type organizationCalls struct {
	accounts call[organizations.ListAccountsInput, organizations.ListAccountsOutput, organizations.Options]
	children call[organizations.ListAccountsForParentInput, organizations.ListAccountsForParentOutput, organizations.Options]
	units    call[organizations.ListOrganizationalUnitsForParentInput, organizations.ListOrganizationalUnitsForParentOutput, organizations.Options]
}

func newOrganizationCalls(cfg aws.Config) *organizationCalls {
	c := organizations.NewFromConfig(cfg)
	return &organizationCalls{accounts: c.ListAccounts, children: c.ListAccountsForParent, units: c.ListOrganizationalUnitsForParent}
}

func (c *organizationCalls) ListAccounts(ctx context.Context, in *organizations.ListAccountsInput, o ...func(*organizations.Options)) (*organizations.ListAccountsOutput, error) {
	return c.accounts(ctx, in, o...)
}

func (c *organizationCalls) ListAccountsForParent(ctx context.Context, in *organizations.ListAccountsForParentInput, o ...func(*organizations.Options)) (*organizations.ListAccountsForParentOutput, error) {
	return c.children(ctx, in, o...)
}

func (c *organizationCalls) ListOrganizationalUnitsForParent(ctx context.Context, in *organizations.ListOrganizationalUnitsForParentInput, o ...func(*organizations.Options)) (*organizations.ListOrganizationalUnitsForParentOutput, error) {
	return c.units(ctx, in, o...)
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
