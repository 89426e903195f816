package live

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
)

// networkCalls are the operations that tell what stands between interfaces and the internet.
type networkCalls struct {
	vpcs        call[awsec2.DescribeVpcsInput, awsec2.DescribeVpcsOutput, awsec2.Options]
	subnets     call[awsec2.DescribeSubnetsInput, awsec2.DescribeSubnetsOutput, awsec2.Options]
	routeTables call[awsec2.DescribeRouteTablesInput, awsec2.DescribeRouteTablesOutput, awsec2.Options]
	gateways    call[awsec2.DescribeInternetGatewaysInput, awsec2.DescribeInternetGatewaysOutput, awsec2.Options]
	acls        call[awsec2.DescribeNetworkAclsInput, awsec2.DescribeNetworkAclsOutput, awsec2.Options]
	block       call[awsec2.DescribeVpcBlockPublicAccessOptionsInput, awsec2.DescribeVpcBlockPublicAccessOptionsOutput, awsec2.Options]
	exclusions  call[awsec2.DescribeVpcBlockPublicAccessExclusionsInput, awsec2.DescribeVpcBlockPublicAccessExclusionsOutput, awsec2.Options]
	groupVPCs   call[awsec2.DescribeSecurityGroupVpcAssociationsInput, awsec2.DescribeSecurityGroupVpcAssociationsOutput, awsec2.Options]
}

// A placeNetwork is what was read of the network of a place, and what could not be.
type placeNetwork struct {
	ec2.Network
	unread []*failure
}

// network reads what stands between the network interfaces of the place and the internet. What
// cannot be read keeps nothing else from being read.
func (r *placeReader) network(ctx context.Context) (*placeNetwork, error) {
	n, c, size := &placeNetwork{}, &r.client.network, new(int32(groupsPerPage))
	for _, read := range []func() error{
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeVpcs", &n.VPCs, func(x *types.Vpc) *string { return x.VpcId }, func(ctx context.Context, token *string) ([]types.Vpc, *string, error) {
				page, err := c.vpcs(ctx, &awsec2.DescribeVpcsInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.Vpcs, page.NextToken, nil
			})
		},
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeSubnets", &n.Subnets, func(x *types.Subnet) *string { return x.SubnetId }, func(ctx context.Context, token *string) ([]types.Subnet, *string, error) {
				page, err := c.subnets(ctx, &awsec2.DescribeSubnetsInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.Subnets, page.NextToken, nil
			})
		},
		func() error {
			size := new(int32(100)) // which is the most for these
			return readAnswer(ctx, r, "ec2:DescribeRouteTables", &n.RouteTables, func(x *types.RouteTable) *string { return x.RouteTableId }, func(ctx context.Context, token *string) ([]types.RouteTable, *string, error) {
				page, err := c.routeTables(ctx, &awsec2.DescribeRouteTablesInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.RouteTables, page.NextToken, nil
			})
		},
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeInternetGateways", &n.InternetGateways, func(x *types.InternetGateway) *string { return x.InternetGatewayId }, func(ctx context.Context, token *string) ([]types.InternetGateway, *string, error) {
				page, err := c.gateways(ctx, &awsec2.DescribeInternetGatewaysInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.InternetGateways, page.NextToken, nil
			})
		},
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeNetworkAcls", &n.NetworkACLs, func(x *types.NetworkAcl) *string { return x.NetworkAclId }, func(ctx context.Context, token *string) ([]types.NetworkAcl, *string, error) {
				page, err := c.acls(ctx, &awsec2.DescribeNetworkAclsInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.NetworkAcls, page.NextToken, nil
			})
		},
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeVpcBlockPublicAccessOptions", &n.BlockPublicAccess, func(*types.VpcBlockPublicAccessOptions) *string { return nil }, func(ctx context.Context, _ *string) ([]types.VpcBlockPublicAccessOptions, *string, error) {
				answer, err := c.block(ctx, &awsec2.DescribeVpcBlockPublicAccessOptionsInput{})
				if err != nil {
					return nil, nil, err
				}
				return []types.VpcBlockPublicAccessOptions{*answer.VpcBlockPublicAccessOptions}, nil, nil
			})
		},
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeVpcBlockPublicAccessExclusions", &n.Exclusions, func(x *types.VpcBlockPublicAccessExclusion) *string { return x.ExclusionId }, func(ctx context.Context, token *string) ([]types.VpcBlockPublicAccessExclusion, *string, error) {
				page, err := c.exclusions(ctx, &awsec2.DescribeVpcBlockPublicAccessExclusionsInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.VpcBlockPublicAccessExclusions, page.NextToken, nil
			})
		},
		func() error {
			return readAnswer(ctx, r, "ec2:DescribeSecurityGroupVpcAssociations", &n.GroupVPCs, func(x *types.SecurityGroupVpcAssociation) *string {
				return new(aws.ToString(x.GroupId) + " in " + aws.ToString(x.VpcId))
			}, func(ctx context.Context, token *string) ([]types.SecurityGroupVpcAssociation, *string, error) {
				page, err := c.groupVPCs(ctx, &awsec2.DescribeSecurityGroupVpcAssociationsInput{MaxResults: size, NextToken: token})
				if err != nil {
					return nil, nil, err
				}
				return page.SecurityGroupVpcAssociations, page.NextToken, nil
			})
		},
	} {
		err := read()
		if f := (*failure)(nil); errors.As(err, &f) {
			n.unread = append(n.unread, f)
		} else if err != nil {
			return nil, err
		}
	}
	return n, nil
}

// readAnswer reads all pages of an action, whose things have IDs unless id gives none. What failed
// is asked for again by who asks next.
func readAnswer[T any](ctx context.Context, r *placeReader, action string, answer *ec2.Answer[T], id func(*T) *string, ask func(context.Context, *string) ([]T, *string, error)) error {
	items, err := shared(ctx, r, r.key("network", action), func(ctx context.Context) (items []T, err error) {
		err = r.pages(ctx, action, func(pass *paging) askPage {
			items = nil
			return func(ctx context.Context, token *string) (*string, error) {
				things, next, err := ask(ctx, token)
				if err != nil {
					return nil, err
				}
				for i := range things {
					if what := ec2.Lacks(&things[i]); what != "" {
						return nil, lacking(action, what)
					}
					if id := id(&things[i]); id != nil {
						pass.item(*id)
					}
				}
				items = append(items, things...)
				return next, nil
			}
		})
		return items, err
	})
	if err != nil {
		return err
	}
	answer.Read, answer.Items = true, items
	return nil
}
