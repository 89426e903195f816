package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// placeInterfaces are the network interfaces of a place, by the groups that they use.
type placeInterfaces struct {
	byGroup map[string][]sg.NetworkInterface
	own     map[string]string // by group, one that the account made itself
	all     []*sg.PathInterface
	kept    pages
}

// interfaces reads the network interfaces of the place, if the request asks for them. They are
// not known if the result is nil.
func (r *placeReader) interfaces(ctx context.Context) (*placeInterfaces, error) {
	if !r.request.NetworkInterfaces {
		return nil, nil
	}
	return r.readInterfaces(ctx)
}

func (r *placeReader) readInterfaces(ctx context.Context) (*placeInterfaces, error) {
	recorded := r.request.Recorder != nil
	read := func(ctx context.Context) (*placeInterfaces, error) {
		var found *placeInterfaces
		size := int32(groupsPerPage)
		err := r.pages(ctx, "ec2:DescribeNetworkInterfaces", func(pass *paging) askPage {
			found = &placeInterfaces{byGroup: map[string][]sg.NetworkInterface{}, own: map[string]string{}}
			return func(ctx context.Context, token *string) (*string, error) {
				page, err := r.client.interfaces(ctx, &awsec2.DescribeNetworkInterfacesInput{MaxResults: &size, NextToken: token})
				if err != nil {
					return nil, err
				}
				var kept []ec2.SavedInterface
				for i := range page.NetworkInterfaces {
					x := &page.NetworkInterfaces[i]
					if what := lacks(x); what != "" {
						return nil, lacking("ec2:DescribeNetworkInterfaces", what)
					}
					n := ec2.NewNetworkInterface(x)
					pass.item(n.ID)
					for _, g := range x.Groups {
						id := aws.ToString(g.GroupId)
						found.byGroup[id] = append(found.byGroup[id], n)
						if aws.ToString(x.OwnerId) == r.job.account.id && !aws.ToBool(x.RequesterManaged) {
							found.own[id] = n.ID
						}
					}
					saved := ec2.NewSavedInterface(x)
					found.all = append(found.all, saved.Path())
					kept = append(kept, saved)
				}
				return page.NextToken, found.kept.add(kept, recorded)
			}
		})
		if err != nil {
			return nil, err
		}
		return found, nil
	}
	key := r.key("interfaces")
	return inScan(ctx, r, key, func(ctx context.Context) (*placeInterfaces, error) { return shared(ctx, r, key, read) })
}

// lacks says what an interface does not have though AWS always gives it; empty if it has all.
func lacks(x *types.NetworkInterface) string {
	saved := ec2.NewSavedInterface(x)
	saved.Groups, saved.PrivateIpAddresses, saved.Ipv6Addresses = x.Groups, x.PrivateIpAddresses, x.Ipv6Addresses // nil is not empty
	if bad := saved.Check(); bad != nil {
		return bad.Problem
	}
	return saved.Lacks()
}
