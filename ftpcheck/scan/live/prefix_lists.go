package live

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// readList is a prefix list as AWS gave it.
type readList struct {
	sg.AddressList
	answer []types.PrefixListEntry
}

// list reads the entries of a prefix list.
func (r *placeReader) list(ctx context.Context, id string) (readList, error) {
	return shared(ctx, r, r.key("list", id), func(ctx context.Context) (readList, error) {
		var entries []netip.Prefix
		var list readList
		size := int32(entriesPerPage)
		pages := awsec2.NewGetManagedPrefixListEntriesPaginator(r.client, &awsec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return list, during("ec2:GetManagedPrefixListEntries", err)
			}
			for _, e := range page.Entries {
				p, err := netip.ParsePrefix(aws.ToString(e.Cidr))
				if err != nil {
					return list, &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("AWS gave an entry that is no address range: %q", aws.ToString(e.Cidr)), ""}
				}
				entries = append(entries, p)
			}
			list.answer = append(list.answer, page.Entries...)
		}
		list.AddressList = sg.NewAddressList(entries)
		return list, nil
	})
}

// listNames reads the names of the prefix lists that the groups refer to, if the request
// asks for them.
func (r *placeReader) listNames(ctx context.Context, all *groupPages) (map[string]string, error) {
	ids := all.lists(true)
	if !r.request.PrefixListNames || len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	lists, err := shared(ctx, r, r.key("names", strings.Join(ids, ",")), func(ctx context.Context) ([]types.ManagedPrefixList, error) {
		var lists []types.ManagedPrefixList
		for batch := range slices.Chunk(ids, valuesPerCall) {
			size := int32(listsPerPage)
			pages := awsec2.NewDescribeManagedPrefixListsPaginator(r.client, &awsec2.DescribeManagedPrefixListsInput{
				Filters: []types.Filter{{Name: aws.String("prefix-list-id"), Values: batch}}, MaxResults: &size,
			})
			for pages.HasMorePages() {
				page, err := pages.NextPage(ctx)
				if err != nil {
					return nil, during("ec2:DescribeManagedPrefixLists", err)
				}
				lists = append(lists, page.PrefixLists...)
			}
		}
		return lists, nil
	})
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, l := range lists {
		names[aws.ToString(l.PrefixListId)] = aws.ToString(l.PrefixListName)
	}
	return names, r.keepList("describe-managed-prefix-lists", "PrefixLists", lists)
}
