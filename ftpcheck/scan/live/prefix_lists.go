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
	id     string
	answer []types.PrefixListEntry
}

// listAnswer is a prefix list, or why it could not be read.
type listAnswer struct {
	readList
	err error
}

// list reads the entries of a prefix list, unless they were read with the groups.
func (r *placeReader) list(ctx context.Context, id string) (readList, error) {
	if learned, ok := r.learned[id]; ok {
		return learned.readList, learned.err
	}
	return shared(ctx, r, r.key("list", id), func(ctx context.Context) (readList, error) {
		list, more, err := r.entries(ctx, id, nil, 1)
		if err != nil || !more {
			return list, err
		}
		// Several pages are of one list only if they are of one version of it.
		version, err := r.listVersion(ctx, id)
		if err != nil {
			return list, err
		}
		list, _, err = r.entries(ctx, id, version, mostPages) // without one for a list of AWS
		return list, err
	})
}

// entries reads the entries of a version of a prefix list, of the current one if that is nil,
// up to so many pages. It says whether there are more.
func (r *placeReader) entries(ctx context.Context, id string, version *int64, pages int) (list readList, more bool, err error) {
	var entries []netip.Prefix
	size := int32(entriesPerPage)
	err = r.pages(ctx, "ec2:GetManagedPrefixListEntries", func(pass *paging) askPage {
		list, entries = readList{}, nil
		left := pages
		return func(ctx context.Context, token *string) (*string, error) {
			page, err := r.client.entries(ctx, &awsec2.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: &size, TargetVersion: version, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, e := range page.Entries {
				p, err := netip.ParsePrefix(aws.ToString(e.Cidr))
				if err != nil {
					return nil, &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("AWS gave an entry that is no address range: %q", aws.ToString(e.Cidr)), ""}
				}
				pass.item(p.String())
				entries = append(entries, p)
			}
			list.answer = append(list.answer, page.Entries...)
			if left--; left == 0 {
				more = aws.ToString(page.NextToken) != ""
				return nil, nil
			}
			return page.NextToken, nil
		}
	})
	list.AddressList = sg.NewAddressList(entries)
	return list, more, err
}

// listVersion is the current version of a prefix list, nil for a list of AWS.
func (r *placeReader) listVersion(ctx context.Context, id string) (*int64, error) {
	lists, err := r.describeLists(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if len(lists) != 1 {
		return nil, lacking("ec2:DescribeManagedPrefixLists", "it does not know prefix list "+id)
	}
	return lists[0].Version, nil
}

// describeLists reads what prefix lists are, without their entries.
func (r *placeReader) describeLists(ctx context.Context, ids []string) ([]types.ManagedPrefixList, error) {
	var all []types.ManagedPrefixList
	size := int32(listsPerPage)
	for batch := range slices.Chunk(ids, valuesPerCall) {
		before := len(all)
		err := r.pages(ctx, "ec2:DescribeManagedPrefixLists", func(pass *paging) askPage {
			all = all[:before]
			return func(ctx context.Context, token *string) (*string, error) {
				page, err := r.client.lists(ctx, &awsec2.DescribeManagedPrefixListsInput{
					Filters: []types.Filter{{Name: aws.String("prefix-list-id"), Values: batch}}, MaxResults: &size, NextToken: token,
				})
				if err != nil {
					return nil, err
				}
				for i := range page.PrefixLists {
					id := aws.ToString(page.PrefixLists[i].PrefixListId)
					if id == "" {
						return nil, lacking("ec2:DescribeManagedPrefixLists", "a prefix list has no ID")
					}
					pass.item(id)
				}
				all = append(all, page.PrefixLists...)
				return page.NextToken, nil
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// listNames reads what the prefix lists are called that the groups refer to, if the request asks
// for it.
func (r *placeReader) listNames(ctx context.Context, all *groupPages) ([]types.ManagedPrefixList, error) {
	ids := all.lists(true)
	if !r.request.PrefixListNames || len(ids) == 0 {
		return nil, nil
	}
	slices.Sort(ids)
	return shared(ctx, r, r.key("names", strings.Join(ids, ",")), func(ctx context.Context) ([]types.ManagedPrefixList, error) {
		return r.describeLists(ctx, ids)
	})
}
