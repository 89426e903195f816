package live

import (
	"cmp"
	"context"
	"errors"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/elb"
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
	balancing elb.Balancing // empty unless load balancers are read
	unread    []*failure
}

// network reads what stands between the network interfaces of the place and the internet. What
// cannot be read keeps nothing else from being read.
func (r *placeReader) network(ctx context.Context) (*placeNetwork, error) {
	n, c := &placeNetwork{}, &r.client.network
	size, fewer := new(int32(groupsPerPage)), new(int32(100)) // which is the most for route tables
	for _, read := range []func() error{
		answer(ctx, r, "ec2:DescribeVpcs", "", &n.VPCs, c.vpcs,
			func(token *string) *awsec2.DescribeVpcsInput {
				return &awsec2.DescribeVpcsInput{MaxResults: size, NextToken: token}
			},
			func(page *awsec2.DescribeVpcsOutput) ([]types.Vpc, *string) { return page.Vpcs, page.NextToken }),
		answer(ctx, r, "ec2:DescribeSubnets", "", &n.Subnets, c.subnets,
			func(token *string) *awsec2.DescribeSubnetsInput {
				return &awsec2.DescribeSubnetsInput{MaxResults: size, NextToken: token}
			},
			func(page *awsec2.DescribeSubnetsOutput) ([]types.Subnet, *string) {
				return page.Subnets, page.NextToken
			}),
		answer(ctx, r, "ec2:DescribeRouteTables", "", &n.RouteTables, c.routeTables,
			func(token *string) *awsec2.DescribeRouteTablesInput {
				return &awsec2.DescribeRouteTablesInput{MaxResults: fewer, NextToken: token}
			},
			func(page *awsec2.DescribeRouteTablesOutput) ([]types.RouteTable, *string) {
				return page.RouteTables, page.NextToken
			}),
		answer(ctx, r, "ec2:DescribeInternetGateways", "", &n.InternetGateways, c.gateways,
			func(token *string) *awsec2.DescribeInternetGatewaysInput {
				return &awsec2.DescribeInternetGatewaysInput{MaxResults: size, NextToken: token}
			},
			func(page *awsec2.DescribeInternetGatewaysOutput) ([]types.InternetGateway, *string) {
				return page.InternetGateways, page.NextToken
			}),
		answer(ctx, r, "ec2:DescribeNetworkAcls", "", &n.NetworkACLs, c.acls,
			func(token *string) *awsec2.DescribeNetworkAclsInput {
				return &awsec2.DescribeNetworkAclsInput{MaxResults: size, NextToken: token}
			},
			func(page *awsec2.DescribeNetworkAclsOutput) ([]types.NetworkAcl, *string) {
				return page.NetworkAcls, page.NextToken
			}),
		answer(ctx, r, "ec2:DescribeVpcBlockPublicAccessOptions", "", &n.BlockPublicAccess, c.block,
			func(*string) *awsec2.DescribeVpcBlockPublicAccessOptionsInput {
				return &awsec2.DescribeVpcBlockPublicAccessOptionsInput{}
			},
			func(one *awsec2.DescribeVpcBlockPublicAccessOptionsOutput) ([]types.VpcBlockPublicAccessOptions, *string) {
				return []types.VpcBlockPublicAccessOptions{*one.VpcBlockPublicAccessOptions}, nil
			}),
		answer(ctx, r, "ec2:DescribeVpcBlockPublicAccessExclusions", "", &n.Exclusions, c.exclusions,
			func(token *string) *awsec2.DescribeVpcBlockPublicAccessExclusionsInput {
				return &awsec2.DescribeVpcBlockPublicAccessExclusionsInput{MaxResults: size, NextToken: token}
			},
			func(page *awsec2.DescribeVpcBlockPublicAccessExclusionsOutput) ([]types.VpcBlockPublicAccessExclusion, *string) {
				return page.VpcBlockPublicAccessExclusions, page.NextToken
			}),
		answer(ctx, r, "ec2:DescribeSecurityGroupVpcAssociations", "", &n.GroupVPCs, c.groupVPCs,
			func(token *string) *awsec2.DescribeSecurityGroupVpcAssociationsInput {
				return &awsec2.DescribeSecurityGroupVpcAssociationsInput{MaxResults: size, NextToken: token}
			},
			func(page *awsec2.DescribeSecurityGroupVpcAssociationsOutput) ([]types.SecurityGroupVpcAssociation, *string) {
				return page.SecurityGroupVpcAssociations, page.NextToken
			}),
	} {
		if err := n.note(read()); err != nil {
			return nil, err
		}
	}
	if r.config.LoadBalancers {
		return n, r.balancing(ctx, n)
	}
	return n, nil
}

// note takes note of what could not be read. It returns errors that are the end of the whole read.
func (n *placeNetwork) note(err error) error {
	var f *failure
	if err == nil || !errors.As(err, &f) {
		return err
	}
	n.unread = append(n.unread, f)
	return nil
}

// answer makes what reads all pages of an action, and of what it is asked about, into its place: with
// the call, which is given what asks for the page of a token, and what takes the things and the next
// token from a page. What failed is asked for again by who asks next.
func answer[In, Out, Options, T any](ctx context.Context, r *placeReader, action, about string, into *ec2.Answer[T], do call[In, Out, Options],
	ask func(token *string) *In, take func(*Out) ([]T, *string)) func() error {
	return func() error {
		items, err := shared(ctx, r, r.key("network", action, about), func(ctx context.Context) (items []T, err error) {
			err = r.pages(ctx, action, func(pass *paging) askPage {
				items = nil
				return func(ctx context.Context, token *string) (*string, error) {
					page, err := do(ctx, ask(token))
					if err != nil {
						return nil, err
					}
					things, next := take(page)
					for i := range things {
						if what := cmp.Or(ec2.Lacks(&things[i]), elb.Lacks(&things[i])); what != "" {
							return nil, lacking(action, what)
						}
						if id := cmp.Or(ec2.Identity(&things[i]), elb.Identity(&things[i])); id != "" {
							pass.item(id)
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
		into.Read, into.Items = true, items
		return nil
	}
}
