package live

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A placeExposure is what tells whether the internet reaches the groups and interfaces of a
// place.
type placeExposure struct {
	network    *exposure.Network
	owners     map[string]*exposure.Network // the same with the owner of shared groups, by account
	read       *placeNetwork                // nil if nobody needed it
	interfaces []*sg.PathInterface
	sources    map[string]*exposure.Sources // by group
}

// exposure reads what stands between the interfaces of the place and the internet, if the request
// asks for it. Whether the internet reaches groups that no interface uses needs no more than that,
// if they are the account's own: of others, their owners know.
func (r *placeReader) exposure(ctx context.Context, p *survey) (*placeExposure, error) {
	if !r.request.WantsNetworks() {
		return nil, nil
	}
	e := &placeExposure{owners: map[string]*exposure.Network{}}
	var wanted, owners []string
	if r.request.Recorder == nil { // who replays the record will ask what groups let in
		var err error
		e.sources = map[string]*exposure.Sources{}
		if wanted, owners, err = r.sources(p, e.sources); err != nil {
			return nil, err
		}
	}
	if r.request.Paths == nil && r.request.Recorder == nil && len(owners) == 0 {
		used, err := r.used(ctx, p, wanted)
		if err != nil && !isFailure(err) {
			return nil, err
		}
		if err == nil && !used {
			a := &exposure.Account{ID: r.job.account.id}
			a.Interfaces.Whole = true
			e.network = exposure.NewNetwork(a)
			return e, nil
		}
	}
	own, err := r.account(ctx, p)
	if err != nil {
		return nil, err
	}
	if p.interfaces == nil {
		note := r.unread
		if r.request.NeedsInterfaces {
			note = r.missed
		}
		if note(own.noInterfaces) != nil {
			return nil, own.noInterfaces
		}
		p.interfaces = own.interfaces
	}
	for _, problem := range own.unread {
		r.unread(problem)
	}
	for _, list := range own.lists {
		if _, known := p.entries[list.id]; !known {
			p.lists = append(p.lists, list)
		}
	}
	e.read = own.network
	if err := r.balancerSources(p, &e.read.balancing, e.sources); err != nil {
		return nil, err
	}
	if p.interfaces != nil {
		e.interfaces = p.interfaces.all
	}
	if e.network, err = r.around(ctx, own.Account); err != nil {
		return nil, err
	}
	for _, id := range owners {
		theirs, err := r.neighbourAccount(ctx, id)
		if err != nil {
			return nil, err
		}
		if theirs == nil {
			continue
		}
		if e.owners[id], err = r.around(ctx, own.Account, theirs); err != nil {
			return nil, err
		}
	}
	if r.request.Paths != nil {
		err = r.foreignSources(ctx, e.interfaces, e.sources)
	}
	return e, err
}

// unread puts into the record what could not be read of the networks. It returns errors that are
// the end of the whole read.
func (r *placeReader) unread(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	switch problem := r.words(f); {
	case r.record.NetworkProblem == "":
		r.record.NetworkProblem = problem
	case !strings.Contains(r.record.NetworkProblem, problem):
		r.record.NetworkProblem += ". " + problem
	}
	return nil
}

// sources takes in what the groups let in on FTP that the request asks for or, for paths, all
// groups. It returns the IDs of those that are asked for, and the other accounts that own some.
// Those that are open it holds, as far as they are few, so that they are not decoded again.
func (r *placeReader) sources(p *survey, sources map[string]*exposure.Sources) (wanted, owners []string, err error) {
	request := &r.request.Request
	if request.Paths != nil {
		request = &sg.Request{}
	}
	left := mostHeld
	if !onlyOpen(request) {
		left = 0
	}
	for page := range p.groups.pages {
		var held []*sg.Group
		err := r.each(p, page, request, func(g *sg.Group) {
			id := strings.Clone(g.ID) // which otherwise holds all other strings of the group
			wanted = append(wanted, id)
			if g.IsShared() && !slices.Contains(owners, g.OwnerID) {
				owners = append(owners, g.OwnerID)
			}
			sources[id] = exposure.NewSources(g.RulePermissions())
			if left--; left >= 0 {
				held = append(held, g)
			}
		})
		if err != nil {
			return nil, nil, err
		}
		if held != nil && left >= 0 {
			p.held[page] = held
		}
	}
	return wanted, owners, nil
}

// used reports whether a network interface uses one of these groups. Where the interfaces were to
// be read and could not be, one may.
func (r *placeReader) used(ctx context.Context, p *survey, groups []string) (bool, error) {
	switch {
	case p.interfaces != nil:
		return slices.ContainsFunc(groups, func(id string) bool { return len(p.interfaces.byGroup[id]) > 0 }), nil
	case p.noInterfaces != nil:
		return true, nil
	}
	return r.uses(ctx, groups)
}

// uses asks whether a network interface uses one of these groups.
func (r *placeReader) uses(ctx context.Context, groups []string) (bool, error) {
	if len(groups) == 0 || len(groups) > valuesPerCall {
		return len(groups) > 0, nil
	}
	slices.Sort(groups)
	return shared(ctx, r, r.key("uses", strings.Join(groups, ",")), func(ctx context.Context) (used bool, err error) {
		size := int32(groupsPerPage)
		err = r.pages(ctx, "ec2:DescribeNetworkInterfaces", func(*paging) askPage {
			return func(ctx context.Context, token *string) (*string, error) {
				page, err := r.client.interfaces(ctx, &awsec2.DescribeNetworkInterfacesInput{
					Filters: []types.Filter{{Name: aws.String("group-id"), Values: groups}}, MaxResults: &size, NextToken: token})
				if err != nil {
					return nil, err
				}
				if used = len(page.NetworkInterfaces) > 0; used {
					return nil, nil
				}
				return page.NextToken, nil
			}
		})
		return used, err
	})
}

func (e *placeExposure) group(id string) *exposure.Sources { return e.sources[id] }

// of is what the internet reaches through a group.
func (e *placeExposure) of(g *sg.Group) *exposure.GroupExposure {
	if e == nil || e.sources == nil {
		return nil
	}
	network := e.network
	if g.IsShared() && e.owners[g.OwnerID] != nil {
		network = e.owners[g.OwnerID]
	}
	x := network.Group(exposure.Group{ID: g.ID, OwnerID: g.OwnerID, VPCID: g.VPCID, SeenBy: g.AccountID}, e.group)
	return &x
}

// paths hands over the paths from the internet to all interfaces of the place.
func (e *placeExposure) paths(r *placeReader, send func(arrival) error) error {
	if e == nil || r.request.Paths == nil || r.request.Discards {
		return nil
	}
	for _, i := range e.interfaces {
		var paths []*sg.InternetPath
		for _, p := range e.network.Paths(&i.Interface, e.group) {
			paths = append(paths, &sg.InternetPath{PathInterface: i, Path: p,
				Partition: r.job.account.partition, Region: r.job.region, AccountID: r.job.account.id, Origin: sg.Live})
		}
		if err := send(arrival{paths: paths}); err != nil {
			return err
		}
	}
	return nil
}
