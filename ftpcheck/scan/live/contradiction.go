package live

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What is here compares answers of AWS about one thing. An answer from which something was lost
// on the way looks like that of an account that does not have it; but others name it.

// contradictory is the failure of a place of which answers contradict each other.
func contradictory(problem string, again bool) *failure {
	when := ""
	if again {
		when = ", also when all was read again"
	}
	return &failure{sg.StatusError, codeContradiction, fmt.Sprintf(
		"the answers of AWS contradict each other%s: %s. Try again when less is changed there, and check {endpoint_url} and proxies if it stays so", when, problem), ""}
}

// listsAll reports whether the survey is one of all groups of the place, so that there is no other.
func (r *placeReader) listsAll(p *survey) bool {
	return p.groups.odd == nil && len(filters(&r.request.Request)) == 0
}

// compareInterfaces looks for network interfaces that use a group which there is not. Those of
// others, in a VPC that is shared, use groups of others; and what services make for themselves
// is left to them.
func (r *placeReader) compareInterfaces(p *survey) {
	if p.interfaces == nil || !r.listsAll(p) {
		return
	}
	for _, group := range slices.Sorted(maps.Keys(p.interfaces.own)) {
		if !p.groups.pass.has(group) {
			r.contradiction = fmt.Sprintf("network interface %s uses security group %s, which is not among the security groups", p.interfaces.own[group], group)
			return
		}
	}
}

// absent adds the groups of the account that these refer to and that there are not, with one
// that refers to each.
func (r *placeReader) absent(p *survey, groups []*sg.Group, absent map[string]string) {
	if !r.request.Rules && !r.request.OpenRules || !r.listsAll(p) {
		return
	}
	for _, g := range groups {
		for _, permission := range g.Permissions {
			if ref := permission.ReferencedGroup; ref != nil && ref.ID != "" && ref.OwnerID == r.job.account.id && !p.groups.pass.has(ref.ID) {
				absent[ref.ID] = g.ID
			}
		}
	}
}

// compareReferences looks for groups that others refer to, that AWS did not list, and that it
// knows all the same. AWS keeps references to groups that were deleted, so it is asked: once, as
// there may be many.
func (r *placeReader) compareReferences(ctx context.Context, absent map[string]string) error {
	if len(absent) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(absent))
	ids = ids[:min(len(ids), valuesPerCall)]
	found, err := r.groups(ctx, []types.Filter{{Name: aws.String("group-id"), Values: ids}})
	if err != nil {
		return r.missed(err)
	}
	for _, id := range ids {
		if found.pass.has(id) && r.contradiction == "" {
			r.contradiction = fmt.Sprintf("security group %s refers to %s, which is not among the security groups, and AWS knows it", absent[id], id)
		}
	}
	return nil
}
