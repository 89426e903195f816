package live

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// recordedInterfaces are the network interfaces of a region that AWS Config has recorded.
type recordedInterfaces struct {
	known   map[string]bool // accounts of which it has any, and as many as it counts: where it has none, nobody knows whether they are recorded
	byGroup map[string][]sg.NetworkInterface
	items   map[string][]string // by account
	counted map[string]int64    // by account
}

// readInterfaces reads the network interfaces, unless that was done.
func (r *recordedReader) readInterfaces(ctx context.Context) (err error) {
	if r.interfaces == nil {
		r.interfaces, err = inRegion(ctx, r, "interfaces", r.allInterfaces)
	}
	return err
}

// inRegion returns the result of fetch, which other reads of the region get, too.
func inRegion[V any](ctx context.Context, r *recordedReader, what string, fetch func(context.Context) (V, error)) (V, error) {
	if r.request.Once {
		return fetch(ctx)
	}
	return once(ctx, &r.cache, r.request.Snapshot, "aggregator/"+r.region+"/"+what, fetch)
}

func (r *recordedReader) allInterfaces(ctx context.Context) (*recordedInterfaces, error) {
	x := &recordedInterfaces{}
	unknown, found := map[string]bool{}, map[string]int64{}
	counted, err := r.counts(ctx, r.aggregator, awsconfig.NetworkInterface, r.region)
	if err != nil {
		return nil, err
	}
	err = r.items(ctx, r.aggregator, awsconfig.NetworkInterface, r.region, func() {
		*x = recordedInterfaces{map[string]bool{}, map[string][]sg.NetworkInterface{}, map[string][]string{}, counted}
		clear(unknown)
		clear(found)
	}, func(i *awsconfig.Item, text string) error {
		x.items[i.Account] = append(x.items[i.Account], text)
		found[i.Account]++
		if i.NotRecorded {
			unknown[i.Account] = true
			return nil
		}
		n, groups, bad := i.Interface()
		if bad != nil {
			return lacking("config:SelectAggregateResourceConfig", withoutAdvice(bad))
		}
		for _, id := range groups {
			x.byGroup[id] = append(x.byGroup[id], n)
		}
		return nil
	}, nil)
	for id, n := range found {
		x.known[id] = n >= counted[id] && !unknown[id]
	}
	return x, err
}

// recordedNetworks are what AWS Config has recorded of the networks of a region.
type recordedNetworks struct {
	items   map[string]*awsconfig.NetworkItems // by account
	counted map[string]map[string]int64        // by type and account
	texts   map[string]map[string][]string     // of the items, by account and type; nil unless they are recorded
}

func (r *recordedReader) allNetworks(ctx context.Context) (*recordedNetworks, error) {
	x := &recordedNetworks{items: map[string]*awsconfig.NetworkItems{}, counted: map[string]map[string]int64{awsconfig.NetworkInterface: r.interfaces.counted}, texts: map[string]map[string][]string{}}
	of := func(account string) *awsconfig.NetworkItems {
		if x.items[account] == nil {
			x.items[account] = &awsconfig.NetworkItems{}
		}
		return x.items[account]
	}
	for account, texts := range r.interfaces.items {
		for _, text := range texts {
			if i, bad := awsconfig.Decode([]byte(text)); bad == nil {
				of(account).Take(i)
			}
		}
	}
	for _, kind := range awsconfig.NetworkTypes {
		if kind == awsconfig.NetworkInterface {
			continue
		}
		var err error
		if kind != awsconfig.BlockPublicAccess { // of which there is one, and which is not counted everywhere
			if x.counted[kind], err = r.counts(ctx, r.aggregator, kind, r.region); err != nil {
				return nil, err
			}
		}
		var taken []*awsconfig.Item
		var texts []string
		err = r.items(ctx, r.aggregator, kind, r.region, func() { taken, texts = nil, nil }, func(i *awsconfig.Item, text string) error {
			taken, texts = append(taken, i), append(texts, text)
			return nil
		}, nil)
		if err != nil {
			return nil, err
		}
		for n, i := range taken {
			of(i.Account).Take(i)
			if r.request.Recorder != nil {
				if x.texts[i.Account] == nil {
					x.texts[i.Account] = map[string][]string{}
				}
				x.texts[i.Account][kind] = append(x.texts[i.Account][kind], texts[n])
			}
		}
	}
	return x, nil
}

// A recordedReach tells what the internet reaches in a region, by what AWS Config has recorded.
type recordedReach struct {
	networks map[string]*awsconfig.Network // by account
	accounts map[string]*exposure.Account
	pictures map[[2]string]*exposure.Network // by account and owner
	texts    map[string]map[string][]string  // as those of recordedNetworks
	problem  string                          // why nothing is known of any network
}

// of is what is known of the network of an account.
func (x *recordedReach) of(id string) *awsconfig.Network {
	if n := x.networks[id]; n != nil {
		return n
	}
	if x.problem != "" {
		return &awsconfig.Network{Problem: x.problem}
	}
	return (&awsconfig.NetworkItems{}).Network(time.Time{}, nil)
}

// readReach reads the networks, unless that was done. What cannot be read is not known, and fails no
// place.
func (r *recordedReader) readReach(ctx context.Context) error {
	if r.reach != nil {
		return nil
	}
	x := &recordedReach{networks: map[string]*awsconfig.Network{}, accounts: map[string]*exposure.Account{}, pictures: map[[2]string]*exposure.Network{}}
	err := r.readInterfaces(ctx)
	var read *recordedNetworks
	if err == nil {
		read, err = inRegion(ctx, r, "networks", r.allNetworks)
	}
	if f := (*failure)(nil); errors.As(err, &f) {
		x.problem = r.words(f)
		r.reach = x
		return nil
	} else if err != nil {
		return err
	}
	x.texts = read.texts
	var oldest time.Time
	if most := r.config.OldestItem(); most > 0 {
		oldest = time.Now().Add(-most)
	}
	for id, items := range read.items {
		n := items.Network(oldest, func(kind string, n int64) bool {
			return kind == awsconfig.BlockPublicAccess || n == read.counted[kind][id]
		})
		x.networks[id] = n
		if of := r.all.accounts[id]; r.notRead(id, r.region) != nil || of == nil || r.lacking(r.aggregator, r.all, of, id, r.region) != nil {
			n.Withhold("what the aggregator has of the account is not all, or not what is now")
		}
	}
	for owner, other := range r.sharing(x.networks) {
		if n := x.networks[owner]; n != nil {
			n.Withhold("VPCs or security groups of the account are shared, with account " + other + ", and AWS Config does not tell whether it records the network interfaces of others. Ask EC2")
		}
	}
	for id, n := range x.networks {
		x.accounts[id] = n.Account(id, func(list string) (sg.AddressList, bool) {
			l, ok := r.all.lists[list]
			return l, ok
		})
	}
	r.reach = x
	return nil
}

// sharing are the accounts in whose VPCs another has something, or whose groups another sees, with the
// other.
func (r *recordedReader) sharing(networks map[string]*awsconfig.Network) map[string]string {
	with := map[string]string{}
	note := func(owner, by string) {
		if owner != "" && owner != by && (with[owner] == "" || by < with[owner]) {
			with[owner] = by
		}
	}
	for id, of := range r.all.accounts {
		for vpc := range of.vpcs {
			note(r.all.owners[vpc], id)
		}
		for _, g := range of.shared {
			note(g.OwnerID, id)
		}
	}
	for id, n := range networks {
		for _, i := range n.Interfaces {
			note(r.all.owners[i.VPCID], id)
		}
		for _, v := range n.VPCs.Items {
			note(*v.OwnerId, id)
		}
	}
	return with
}

// network puts together what decides what the internet reaches of what an account sees, and through
// the groups of their owner.
func (x *recordedReach) network(account, owner string) *exposure.Network {
	key := [2]string{account, owner}
	if n := x.pictures[key]; n != nil {
		return n
	}
	own := x.accounts[account]
	if own == nil {
		own = &exposure.Account{ID: account}
	}
	accounts := []*exposure.Account{own}
	if theirs := x.accounts[owner]; owner != account && theirs != nil {
		accounts = append(accounts, theirs)
	}
	all, _ := exposure.Around(func(id string) (*exposure.Account, error) { return x.accounts[id], nil }, accounts...)
	x.pictures[key] = exposure.NewNetwork(all...)
	return x.pictures[key]
}

// unseen is a network of which nothing is known.
var unseen = exposure.NewNetwork()

// exposure is what the internet reaches through a group. The networks are read for the first group of
// which that depends on them.
func (r *recordedReader) exposure(ctx context.Context, g *sg.Group) (*exposure.GroupExposure, error) {
	sources := exposure.NewSources(g.RulePermissions())
	about := exposure.Group{ID: g.ID, OwnerID: g.OwnerID, VPCID: g.VPCID, SeenBy: g.AccountID}
	of := func(string) *exposure.Sources { return sources }
	x := unseen.Group(about, of)
	if x.Reachable == rule.No {
		return &x, nil
	}
	if err := r.readReach(ctx); err != nil {
		return nil, err
	}
	x = r.reach.network(g.AccountID, g.OwnerID).Group(about, of)
	return &x, nil
}

// paths hands over the paths from the internet to the interfaces of the accounts that are read, given
// what the groups of each account let in.
func (r *recordedReader) paths(reads map[string]bool, sources map[string]map[string]*exposure.Sources, send func(arrival) error) error {
	if r.request.Paths == nil || r.request.Discards {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(reads)) {
		if !reads[id] {
			continue
		}
		network := r.reach.network(id, id)
		for _, i := range r.reach.of(id).Interfaces {
			var paths []*sg.InternetPath
			for _, p := range network.Paths(&i.Interface, func(group string) *exposure.Sources {
				if own := sources[id][group]; own != nil {
					return own
				}
				return sources[i.OwnerID][group]
			}) {
				paths = append(paths, &sg.InternetPath{PathInterface: i, Path: p, Partition: sg.PartitionOf(r.region), Region: r.region, AccountID: id, Origin: sg.Live})
			}
			if err := send(arrival{paths: paths}); err != nil {
				return err
			}
		}
	}
	return nil
}
