package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// interfaces reads the network interfaces of the place, by the groups that they use, if
// the request asks for them. They are not known if the result is nil.
func (r *placeReader) interfaces(ctx context.Context) (map[string][]sg.NetworkInterface, error) {
	if !r.request.NetworkInterfaces {
		return nil, nil
	}
	type answer struct {
		byGroup map[string][]sg.NetworkInterface
		kept    pages
	}
	recorded := r.request.Recorder != nil
	found, err := shared(ctx, r, r.key("interfaces"), func(ctx context.Context) (answer, error) {
		found := answer{byGroup: map[string][]sg.NetworkInterface{}}
		size := int32(groupsPerPage)
		pages := awsec2.NewDescribeNetworkInterfacesPaginator(r.client, &awsec2.DescribeNetworkInterfacesInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return answer{}, during("ec2:DescribeNetworkInterfaces", err)
			}
			var kept []ec2.SavedInterface
			for i := range page.NetworkInterfaces {
				n := ec2.NewNetworkInterface(&page.NetworkInterfaces[i])
				for _, g := range page.NetworkInterfaces[i].Groups {
					found.byGroup[aws.ToString(g.GroupId)] = append(found.byGroup[aws.ToString(g.GroupId)], n)
				}
				kept = append(kept, ec2.NewSavedInterface(&page.NetworkInterfaces[i]))
			}
			if err := found.kept.add(kept, recorded); err != nil {
				return answer{}, err
			}
		}
		return found, nil
	})
	if err != nil {
		return nil, err
	}
	return found.byGroup, r.keep("describe-network-interfaces", "NetworkInterfaces", found.kept...)
}
