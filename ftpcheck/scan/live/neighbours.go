package live

import (
	"context"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Places are read side by side, and each knows of a VPC that is shared with it only what its own
// account sees. So a place that needs to know more asks for what its neighbours see: the same region
// of other accounts of the scan, whether or not the request is about these.

// A Scan is one reading of several sources, so that what one of their places needs to know of
// another is read once.
type Scan struct {
	sources   []*Source
	snapshots []*Snapshot
	memo      cache

	mu       sync.Mutex
	problems map[string]string // by place
}

// NewScan begins a reading.
func NewScan() *Scan {
	return &Scan{memo: cache{lifetime: math.MaxInt64}, problems: map[string]string{}}
}

// Add adds a source that will be read, with its snapshot. An aggregator is asked for no networks.
func (s *Scan) Add(l *Source, snapshot *Snapshot) {
	if l.config.Aggregator != "" {
		return
	}
	s.sources, s.snapshots = append(s.sources, l), append(s.snapshots, snapshot)
}

// Complete puts into the records of places what could not be read of their networks when others
// asked for them.
func (s *Scan) Complete(places []sg.Coverage) {
	for i := range places {
		if c := &places[i]; c.Origin == sg.Live && c.Status == sg.StatusScanned && c.NetworkProblem == "" {
			c.NetworkProblem = s.problems[sg.PlaceKey(c.AccountID, c.Region)]
		}
	}
}

// inScan returns the result of fetch for the key, which all places of the scan get that ask for the
// same, even if nothing is kept for later. A recorder has no use for it.
func inScan[V any](ctx context.Context, r *placeReader, key string, fetch func(context.Context) (V, error)) (V, error) {
	if r.request.Recorder != nil {
		return fetch(ctx)
	}
	return once(ctx, &r.request.Scan.memo, nil, key, fetch)
}

// neighbour returns a reader of the region in another account. It is nil unless a source reads
// that account there, and may read its groups: else the place is one that was not read.
func (r *placeReader) neighbour(ctx context.Context, id string) (*placeReader, error) {
	if r.request.Recorder != nil {
		return nil, nil // who replays the record will ask
	}
	scan := r.request.Scan
	return inScan(ctx, r, sg.PlaceKey(id, r.job.region)+"/reader", func(ctx context.Context) (*placeReader, error) {
		for i, l := range scan.sources {
			request := *r.request
			request.Snapshot = scan.snapshots[i]
			n := &placeReader{Source: l, job: placeJob{region: r.job.region}, request: &request}
			if found, err := n.find(ctx, i, id); found || err != nil {
				return n, err
			}
		}
		return nil, nil
	})
}

// find makes the reader one of its region in an account of its source, of this number. It reports
// false unless the source reads that account there and may read its groups; the record of the place,
// or of what would have led to it, says why. What does not depend on the region is asked for once in
// the scan.
func (r *placeReader) find(ctx context.Context, source int, id string) (bool, error) {
	accounts, err := inScan(ctx, r, fmt.Sprint("accounts of source ", source), func(ctx context.Context) ([]*account, error) {
		me, err := r.identity(ctx, r.request.Snapshot)
		if err != nil {
			return nil, unlessFailure(err)
		}
		accounts, _, err := r.accounts(ctx, r.request.Snapshot, me)
		return accounts, unlessFailure(err)
	})
	at := slices.IndexFunc(accounts, func(a *account) bool { return a.id == id })
	if at < 0 || accounts[at].suspended || !r.config.Shard.Has(id) || config.Match(r.config.ExcludeAccounts, id) || config.Match(r.config.ExcludeRegions, r.job.region) {
		return false, err
	}
	a := accounts[at]
	regions, err := inScan(ctx, r, fmt.Sprint("regions of ", id, " in source ", source), func(ctx context.Context) ([]regionChoice, error) {
		regions, _, _, err := r.regions(ctx, r.request.Snapshot, a)
		return regions, unlessFailure(err)
	})
	if !slices.ContainsFunc(regions, func(c regionChoice) bool { return c.name == r.job.region && !c.disabled }) {
		return false, err
	}
	r.job.account, r.client = a, newEC2Calls(a.aws, r.job.region)
	_, err = shared(ctx, r, r.key("some groups"), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, r.call(ctx, "ec2:DescribeSecurityGroups", func(ctx context.Context) error {
			_, err := r.client.groups(ctx, &awsec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(fewest)})
			return err
		})
	})
	return err == nil, unlessFailure(err)
}

// unlessFailure is an error that is the end of the whole read.
func unlessFailure(err error) error {
	if isFailure(err) {
		return nil
	}
	return err
}

// fewest is the least that AWS lets one ask for.
const fewest = 5

// A placeAccount is what was read of the networks and interfaces of a place.
type placeAccount struct {
	*exposure.Account
	network      *placeNetwork
	interfaces   *placeInterfaces // nil if they could not be read
	noInterfaces error
	lists        []readList // to which routes lead
	unread       []error    // besides interfaces
}

// account reads the networks and interfaces of the place; the survey may have the latter, and is
// nil in the place of a neighbour.
func (r *placeReader) account(ctx context.Context, p *survey) (*placeAccount, error) {
	return inScan(ctx, r, r.key("account"), func(ctx context.Context) (*placeAccount, error) {
		x := &placeAccount{}
		if p != nil {
			x.interfaces, x.noInterfaces = p.interfaces, p.noInterfaces
		}
		if x.interfaces == nil && x.noInterfaces == nil {
			if x.interfaces, x.noInterfaces = r.readInterfaces(ctx); x.noInterfaces != nil && !isFailure(x.noInterfaces) {
				return nil, x.noInterfaces
			}
		}
		read, err := r.network(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range read.unread {
			x.unread = append(x.unread, f)
		}
		x.network = read
		x.Account = read.Exposure(r.job.account.id)
		x.LoadBalancers = read.balancing.Exposure()
		if x.interfaces != nil {
			x.Interfaces.Whole = true
			for _, i := range x.interfaces.all {
				x.Interfaces.Items = append(x.Interfaces.Items, i.Interface)
			}
		}
		x.PrefixLists = map[string][]netip.Prefix{}
		for _, id := range x.network.RouteLists() {
			list, err := r.list(ctx, id)
			switch {
			case err == nil:
				list.id = id
				x.lists, x.PrefixLists[id] = append(x.lists, list), list.Entries
			case isFailure(err):
				x.unread = append(x.unread, err)
			default:
				return nil, err
			}
		}
		return x, nil
	})
}

// neighbourAccount is what was read of the networks and interfaces of another account in the
// region; nil if it was not.
func (r *placeReader) neighbourAccount(ctx context.Context, id string) (*exposure.Account, error) {
	n, err := r.neighbour(ctx, id)
	if n == nil || err != nil {
		return nil, err
	}
	x, err := n.account(ctx, nil)
	if err != nil {
		return nil, err
	}
	told := placeReader{Source: n.Source}
	for _, problem := range append([]error{x.noInterfaces}, x.unread...) {
		told.unread(problem)
	}
	s := r.request.Scan
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems[n.place()] = told.record.NetworkProblem
	return x.Account, nil
}

// around puts accounts together with the neighbours that decide what the internet reaches of what
// they see.
func (r *placeReader) around(ctx context.Context, accounts ...*exposure.Account) (*exposure.Network, error) {
	all, err := exposure.Around(func(id string) (*exposure.Account, error) { return r.neighbourAccount(ctx, id) }, accounts...)
	if err != nil {
		return nil, err
	}
	return exposure.NewNetwork(all...), nil
}

// completeInterfaces gives a group the network interfaces that use it, if the request asks for
// them: those of a group of another account as that account sees them, if it is read.
func (r *placeReader) completeInterfaces(ctx context.Context, g *sg.Group, p *survey) error {
	if p.interfaces != nil {
		g.NetworkInterfaces, g.NetworkInterfacesKnown = p.interfaces.byGroup[g.ID], !g.IsShared()
	}
	if !g.IsShared() || !r.request.NetworkInterfaces {
		return nil
	}
	n, err := r.neighbour(ctx, g.OwnerID)
	if n == nil || err != nil {
		return err
	}
	theirs, err := n.readInterfaces(ctx)
	if isFailure(err) {
		return nil
	} else if err != nil {
		return err
	}
	g.CompleteByOwner(theirs.byGroup[g.ID])
	return nil
}

// foreignSources takes in what groups of the owners of these interfaces let in, which who owns the VPC
// does not see.
func (r *placeReader) foreignSources(ctx context.Context, interfaces []*sg.PathInterface, sources map[string]*exposure.Sources) error {
	owners := map[string]bool{}
	for _, i := range interfaces {
		if slices.ContainsFunc(i.GroupIDs, func(id string) bool { return sources[id] == nil }) && i.OwnerID != r.job.account.id {
			owners[i.OwnerID] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(owners)) {
		n, err := r.neighbour(ctx, id)
		if err != nil {
			return err
		}
		if n == nil {
			continue
		}
		theirs, err := n.allSources(ctx)
		if err != nil {
			return err
		}
		for group, s := range theirs {
			if sources[group] == nil {
				sources[group] = s
			}
		}
	}
	return nil
}

// allSources are what the groups of the place let in on FTP, by group.
func (r *placeReader) allSources(ctx context.Context) (map[string]*exposure.Sources, error) {
	return inScan(ctx, r, r.key("sources"), func(ctx context.Context) (map[string]*exposure.Sources, error) {
		all, err := r.groups(ctx, nil)
		if isFailure(err) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		p := &survey{groups: all, entries: sg.AddressLists{}}
		for _, id := range all.lists(false) {
			list, err := r.list(ctx, id)
			if err != nil && !isFailure(err) {
				return nil, err
			}
			if err == nil {
				p.entries[id] = list.AddressList
			}
		}
		sources := map[string]*exposure.Sources{}
		_, _, err = r.sources(p, sources)
		return sources, err
	})
}

// forgetUnshared forgets for the rest of the scan what was read of the place, if nothing of another
// account is in it, so that no neighbour will ask.
func (r *placeReader) forgetUnshared(p *survey) {
	if p.interfaces != nil && !slices.ContainsFunc(p.interfaces.all, func(i *sg.PathInterface) bool { return i.OwnerID != r.job.account.id }) {
		r.request.Scan.memo.forget(r.place())
	}
}
