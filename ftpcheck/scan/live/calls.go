package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
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
	v2 := elasticloadbalancingv2.NewFromConfig(cfg, func(o *elasticloadbalancingv2.Options) { o.Region = region })
	classic := elasticloadbalancing.NewFromConfig(cfg, func(o *elasticloadbalancing.Options) { o.Region = region })
	return &ec2Calls{c.DescribeSecurityGroups, c.DescribeSecurityGroupRules, c.DescribeManagedPrefixLists, c.GetManagedPrefixListEntries, c.DescribeNetworkInterfaces,
		networkCalls{c.DescribeVpcs, c.DescribeSubnets, c.DescribeRouteTables, c.DescribeInternetGateways, c.DescribeNetworkAcls,
			c.DescribeVpcBlockPublicAccessOptions, c.DescribeVpcBlockPublicAccessExclusions, c.DescribeSecurityGroupVpcAssociations},
		balancingCalls{v2.DescribeLoadBalancers, v2.DescribeListeners, v2.DescribeTargetGroups, v2.DescribeTargetGroupAttributes, v2.DescribeTargetHealth,
			classic.DescribeLoadBalancers, classic.DescribeInstanceHealth}}
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

type configCalls struct {
	described call[configservice.DescribeConfigurationAggregatorsInput, configservice.DescribeConfigurationAggregatorsOutput, configservice.Options]
	statuses  call[configservice.DescribeConfigurationAggregatorSourcesStatusInput, configservice.DescribeConfigurationAggregatorSourcesStatusOutput, configservice.Options]
	counted   call[configservice.GetAggregateDiscoveredResourceCountsInput, configservice.GetAggregateDiscoveredResourceCountsOutput, configservice.Options]
	query     call[configservice.SelectAggregateResourceConfigInput, configservice.SelectAggregateResourceConfigOutput, configservice.Options]
}

func newConfigCalls(cfg aws.Config) *configCalls {
	c := configservice.NewFromConfig(cfg)
	return &configCalls{c.DescribeConfigurationAggregators, c.DescribeConfigurationAggregatorSourcesStatus, c.GetAggregateDiscoveredResourceCounts, c.SelectAggregateResourceConfig}
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
