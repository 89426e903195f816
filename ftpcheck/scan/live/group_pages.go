package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// groups reads the security groups that the filters let through, all without any.
func (r *placeReader) groups(ctx context.Context, filters []types.Filter) (*groupPages, error) {
	var name strings.Builder
	for _, f := range filters {
		fmt.Fprintf(&name, "%s=%q;", *f.Name, f.Values)
	}
	return shared(ctx, r, r.key("groups", name.String()), func(ctx context.Context) (*groupPages, error) {
		all := &groupPages{}
		size := int32(groupsPerPage)
		// The groups of load balancers count whatever they let in.
		openOnly := r.request.Once && onlyOpen(&r.request.Request) && r.request.Paths == nil && !(r.config.LoadBalancers && r.request.WantsNetworks())
		known, decode := sg.AddressLists(nil), ec2.Decode
		if openOnly {
			known, decode = r.known, ec2.DecodeBriefly
		}
		err := r.pages(ctx, "ec2:DescribeSecurityGroups", func(pass *paging) askPage {
			*all = groupPages{started: time.Now(), pass: pass}
			var whole, open []byte // of the page before, to be used again
			return func(call context.Context, token *string) (*string, error) {
				var p *pageReader // of the last attempt
				begin := func(body []byte) func(*ec2.Group) error {
					if open == nil {
						open = make([]byte, 0, len(body)/32)
					}
					p = &pageReader{account: r.job.account.id, body: body, known: known, openOnly: openOnly, all: whole[:0], open: open[:0]}
					return p.take
				}
				answer, err := r.client.groups(call, &awsec2.DescribeSecurityGroupsInput{Filters: filters, MaxResults: &size, NextToken: token},
					awsec2.WithAPIOptions(ec2.Deserializer(decode, begin)))
				if err != nil {
					return nil, err
				}
				for _, id := range p.ids {
					pass.item(id)
				}
				if err := all.add(p, r.spool); err != nil {
					return nil, err
				}
				putBuffer(p.body)
				whole, open = p.all, p.open
				if openOnly {
					if err := r.learn(ctx, p.lists); err != nil {
						return nil, err
					}
				}
				r.tell(ctx, Arrived, sg.Coverage{AccountID: r.job.account.id, Region: r.job.region, Groups: all.groups})
				return answer.NextToken, nil
			}
		})
		all.finished = time.Now()
		return all, err
	})
}

// learn reads the prefix lists that decide a verdict on a page: most groups of the next pages that
// name one of them are not open, which is known then. What cannot be read is told later.
func (r *placeReader) learn(ctx context.Context, uses []listUse) error {
	for _, use := range uses {
		if _, asked := r.learned[use.id]; asked || !use.decides {
			continue
		}
		list, err := r.list(ctx, use.id)
		if err != nil && !isFailure(err) {
			return err
		}
		if r.learned[use.id] = (listAnswer{list, err}); err == nil {
			r.known[use.id] = list.AddressList
		}
	}
	return nil
}

// filters are EC2's own, where they mean exactly what the query means. EC2 takes * and ?
// in values for wildcards, no value of more than 255 characters and no more than 200
// values in a call.
func filters(r *sg.Request) []types.Filter {
	var filters []types.Filter
	room := valuesPerCall
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"group-id", r.GroupIDs},
		{"group-name", r.GroupNames},
		{"vpc-id", r.VPCIDs},
		{"owner-id", r.OwnerIDs},
		{"tag-key", r.TagKeys},
		{"ip-permission.cidr", r.CIDRIPv4},
		{"ip-permission.prefix-list-id", r.PrefixListIDs},
		{"ip-permission.group-id", r.ReferencedGroupIDs},
	} {
		wild := slices.ContainsFunc(f.values, func(v string) bool { return v == "" || len(v) > 255 || strings.ContainsAny(v, `*?\`) })
		if len(f.values) == 0 || len(f.values) > room || wild {
			continue
		}
		room -= len(f.values)
		values := slices.Clone(f.values)
		slices.Sort(values)
		filters = append(filters, types.Filter{Name: aws.String(f.name), Values: slices.Compact(values)})
	}
	return filters
}

// groupPages are security groups as AWS gave them, small enough to be kept: those of
// thousands of places are in memory at once when nothing may be handed over before all
// has been read.
type groupPages struct {
	pages               []groupPage
	groups, permissions int64
	started, finished   time.Time
	pass                *paging  // which knows the IDs of the groups
	odd                 *failure // of the first group that cannot be, if there is one
	shared              []sg.SharedGroup
	oddPermission       string // what is wrong with the first permission that cannot be

	ftpLists, otherLists []string // prefix lists, by whether they decide a verdict
}

// add takes in a page that was read whole. If there is a spool, no more of a page than where it is
// there is in memory.
func (g *groupPages) add(p *pageReader, spool *newfile.Spool) (err error) {
	g.groups += p.groups
	g.permissions += p.permissions
	if g.odd == nil {
		g.odd = p.odd
	}
	g.shared = append(g.shared, p.shared...)
	g.oddPermission = cmp.Or(g.oddPermission, p.oddPermission)
	for _, use := range p.lists {
		switch {
		case slices.Contains(g.ftpLists, use.id):
		case use.decides:
			g.ftpLists = append(g.ftpLists, use.id)
			g.otherLists = slices.DeleteFunc(g.otherLists, func(id string) bool { return id == use.id })
		case !slices.Contains(g.otherLists, use.id):
			g.otherLists = append(g.otherLists, use.id)
		}
	}
	if p.groups > 0 {
		page := groupPage{open: compress(p.open)}
		if !p.openOnly {
			page.all = compress(p.all)
		}
		if spool != nil {
			page.spool, page.size = spool, len(page.all)
			page.at, err = spool.Put(page.all)
			page.all = nil
		}
		g.pages = append(g.pages, page)
	}
	return record.Problem(err)
}

func (g *groupPages) lists(all bool) []string {
	if all {
		return slices.Concat(g.ftpLists, g.otherLists)
	}
	return g.ftpLists
}

// groupPage is one page of groups, packed and compressed. Those groups that may be open to FTP,
// which are few and which most questions are about, are there once more.
type groupPage struct {
	all  []byte
	open []byte

	spool *newfile.Spool // that has what is to be in all; may be nil
	at    int64
	size  int
}

// packed are the groups that matter to the request, and maybe others.
func (p *groupPage) packed(request *sg.Request) ([]byte, error) {
	switch {
	case onlyOpen(request):
		return decompress(p.open)
	case p.spool == nil:
		return decompress(p.all)
	}
	kept, err := p.spool.Get(getBuffer(p.size), p.at, p.size)
	if err != nil {
		return nil, record.Problem(err)
	}
	defer putBuffer(kept)
	return decompress(kept)
}

// each reads the groups that matter to the request, and maybe others. What is handed over is
// overwritten with the next.
func (p *groupPage) each(request *sg.Request, handle func(*ec2.Group) error) error {
	packed, err := p.packed(request)
	if err != nil {
		return err
	}
	defer putBuffer(packed)
	var g ec2.Group
	for left := packed; len(left) > 0; {
		if left, err = g.Unpack(left); err != nil {
			return err
		}
		if err := handle(&g); err != nil {
			return err
		}
	}
	return nil
}

// onlyOpen reports whether the request wants no groups but those that may be open.
func onlyOpen(r *sg.Request) bool { return r.Unrestricted != nil && *r.Unrestricted }

// pageReader takes in one page of groups: it checks what AWS says, and finds out what
// must be known before the groups are handed over.
type pageReader struct {
	account             string // whose page it is
	body                []byte
	known               sg.AddressLists // prefix lists
	openOnly            bool            // what is certainly not open is of no interest, and is read without details
	groups, permissions int64
	all, open           []byte // packed
	lists               []listUse
	ids                 []string
	shared              []sg.SharedGroup
	odd                 *failure // of the first group that cannot be
	oddPermission       string
	scratch             sg.Group
	detailed            ec2.Group
}

// listUse is a prefix list, and whether it decides a verdict.
type listUse struct {
	id      string
	decides bool
}

func (r *pageReader) take(x *ec2.Group) error {
	if !r.openOnly {
		r.all = x.Pack(r.all)
	}
	g := &r.scratch
	if bad := x.Into(g); bad != nil {
		// It does not hide the others.
		if r.odd == nil {
			r.odd = &failure{sg.StatusError, codeUnexpected, "AWS gave an answer that cannot be: " + bad.Problem, ""}
		}
		return nil
	}
	if list := x.MissingList(); list != "" {
		return lacking("ec2:DescribeSecurityGroups", fmt.Sprintf("security group %s has no %s", g.ID, list))
	}
	r.groups++
	r.ids = append(r.ids, g.ID)
	if g.AccountID = r.account; g.IsShared() {
		r.shared = append(r.shared, sg.SharedGroup{OwnerID: g.OwnerID, ID: g.ID})
	}
	r.permissions += int64(len(g.Permissions))
	if g.Odd != nil && r.oddPermission == "" {
		r.oddPermission = fmt.Sprintf("security group %s: %s", g.ID, g.Odd.Problem)
	}
	for _, p := range g.Permissions {
		if p.PrefixListID == "" {
			continue
		}
		if use := (listUse{p.PrefixListID, p.FTPPorts() != 0}); !slices.Contains(r.lists, use) {
			r.lists = append(r.lists, use)
		}
	}
	// A list that is not read yet may hold the whole internet: then this is unknown.
	g.Judge(r.known)
	if g.Verdict.Unrestricted == rule.No {
		return nil
	}
	if r.openOnly {
		if err := ec2.DecodeGroup(r.body[x.Start:x.End], &r.detailed); err != nil {
			return err
		}
		x = &r.detailed
	}
	r.open = x.Pack(r.open)
	return nil
}
