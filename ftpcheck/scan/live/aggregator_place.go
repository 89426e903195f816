package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A groupOfItem makes groups of items.
type groupOfItem struct{ x ec2.Group }

// group is the group of an item, or what is wrong with it.
func (o *groupOfItem) group(i *awsconfig.Item) (*sg.Group, string) {
	saved, bad := i.Group()
	if bad != nil {
		return nil, withoutAdvice(bad)
	}
	o.x.Read(saved.SecurityGroup())
	if list := o.x.MissingList(); list != "" {
		return nil, fmt.Sprintf("security group %s has no %s", i.ID, list)
	}
	g := &sg.Group{}
	if bad := o.x.Into(g); bad != nil {
		return nil, bad.Problem
	}
	g.Origin, g.Captured, g.Tags = sg.Live, i.Captured, ec2.TagMap(o.x.Tags)
	g.Locate(sg.PartitionOf(i.Region), i.Region, i.Account)
	return g, ""
}

// recordedInterfaces are the network interfaces of a region that AWS Config has recorded.
type recordedInterfaces struct {
	known   map[string]bool // accounts of which it has any: where it has none, nobody knows whether they are recorded
	byGroup map[string][]sg.NetworkInterface
	items   map[string][]string // by account
}

func (l *Source) interfacesIn(ctx context.Context, a *aggregator, region string, request *Reading) (*recordedInterfaces, error) {
	if !request.NetworkInterfaces {
		return &recordedInterfaces{}, nil
	}
	fetch := func(ctx context.Context) (r *recordedInterfaces, err error) {
		err = l.items(ctx, a, awsconfig.NetworkInterface, region, func() {
			r = &recordedInterfaces{map[string]bool{}, map[string][]sg.NetworkInterface{}, map[string][]string{}}
		}, func(i *awsconfig.Item, text string) error {
			if i.NotRecorded {
				return nil
			}
			n, groups, bad := i.Interface()
			if bad != nil {
				return lacking("config:SelectAggregateResourceConfig", withoutAdvice(bad))
			}
			r.known[i.Account] = true
			r.items[i.Account] = append(r.items[i.Account], text)
			for _, id := range groups {
				r.byGroup[id] = append(r.byGroup[id], n)
			}
			return nil
		}, nil)
		return r, err
	}
	if request.Once {
		return fetch(ctx)
	}
	return once(ctx, &l.cache, request.Snapshot, "aggregator/"+region+"/interfaces", fetch)
}

// readRecorded reads a region of an aggregator: all of its accounts, each of which is a place.
func (l *Source) readRecorded(ctx context.Context, job placeJob, request *Reading, send func(arrival) error) error {
	a, region := job.aggregator, job.region
	var wanted []string
	for _, id := range slices.Sorted(maps.Keys(a.sources[region])) {
		if l.wantsRecorded(request, id) {
			wanted = append(wanted, id)
			l.tell(ctx, Begun, sg.Coverage{AccountID: id, Region: region})
		}
	}
	all, err := l.recordedIn(ctx, a, region, request)
	var interfaces *recordedInterfaces
	if err == nil {
		interfaces, err = l.interfacesIn(ctx, a, region, request)
	}
	if f := (*failure)(nil); errors.As(err, &f) {
		for _, id := range wanted {
			c := l.failed(id, sg.PartitionOf(region), region, f)
			if err := send(arrival{place: &c}); err != nil {
				return err
			}
		}
		return nil
	} else if err != nil {
		return err
	}
	for id := range all.accounts { // also of a source that the aggregator has not any more
		if l.wantsRecorded(request, id) && !slices.Contains(wanted, id) {
			wanted = append(wanted, id)
		}
	}
	slices.Sort(wanted)
	reads := map[string]bool{}
	for _, id := range wanted {
		reads[id] = l.notRead(id, region) == nil
	}
	kept := map[string][]string{} // items by account, for the recorder
	if !request.CoverageOnly {
		if err := l.handRecorded(all, interfaces, reads, kept, request, send); err != nil {
			return err
		}
	}
	for _, id := range wanted {
		c := l.recordedPlace(a, all, id, region, request)
		if request.Recorder != nil {
			if err := keepItems(request.Recorder, c, kept[id]); err != nil {
				return err
			}
		}
		if err := send(arrival{place: &c}); err != nil {
			return err
		}
	}
	return nil
}

// notRead is why a place of an aggregator is not read by choice; nil if it is.
func (l *Source) notRead(account, region string) *failure {
	switch shard := l.config.Shard; {
	case config.Match(l.config.ExcludeAccounts, account):
		return leftOut("the account", "{exclude_accounts}")
	case config.Match(l.config.ExcludeRegions, region):
		return leftOut("the region", "{exclude_regions}")
	case !shard.Has(account):
		return &failure{sg.StatusOtherShard, sg.CodeOtherShard, fmt.Sprintf("the account is in shard %d of %d", shard.Of(account), shard.Count), ""}
	}
	return nil
}

// handRecorded hands over the groups of the accounts that are read.
func (l *Source) handRecorded(all *recordedRegion, interfaces *recordedInterfaces, reads map[string]bool, kept map[string][]string, request *Reading, send func(arrival) error) error {
	var x groupOfItem
	for _, p := range all.pages {
		text, err := decompress(p)
		if err != nil {
			return err
		}
		var texts []string
		err = json.Unmarshal(text, &texts)
		putBuffer(text)
		if err != nil {
			return err
		}
		var wanted []*sg.Group
		for _, text := range texts {
			i, bad := awsconfig.Decode([]byte(text))
			if bad != nil || i.Deleted || i.NotRecorded || !reads[i.Account] {
				continue // the record says so
			}
			if request.Recorder != nil {
				kept[i.Account] = append(kept[i.Account], text)
			}
			g, problem := x.group(i)
			if problem != "" || !g.Fits(&request.Request) {
				continue
			}
			g.Judge(all.lists)
			if !g.Matters(&request.Request) {
				continue
			}
			for _, p := range g.Permissions {
				p.PrefixListName = all.names[p.PrefixListID]
			}
			if request.WantsNetworks() {
				// The networks are not asked for, so nothing is known of what is reached.
				e := exposure.NewNetwork(&exposure.Account{ID: g.AccountID}).Group(exposure.Group{ID: g.ID, OwnerID: g.OwnerID, VPCID: g.VPCID, SeenBy: g.AccountID}, func(string) *exposure.Sources { return exposure.NewSources(g.RulePermissions()) })
				g.Exposure = &e
			}
			g.NetworkInterfaces, g.NetworkInterfacesKnown = interfaces.byGroup[g.ID], interfaces.known[g.AccountID] && !g.IsShared()
			wanted = append(wanted, g)
		}
		if len(wanted) > 0 {
			if err := send(arrival{groups: wanted}); err != nil {
				return err
			}
		}
	}
	if request.Recorder != nil {
		for id := range kept {
			for _, list := range slices.Sorted(maps.Keys(all.accounts[id].lists)) {
				if item := all.listItems[list]; item != "" {
					kept[id] = append(kept[id], item)
				}
			}
			kept[id] = append(kept[id], interfaces.items[id]...)
		}
	}
	return nil
}

// recordedPlace is the record of an account in a region of an aggregator.
func (l *Source) recordedPlace(a *aggregator, all *recordedRegion, id, region string, request *Reading) sg.Coverage {
	if f := l.notRead(id, region); f != nil {
		c := l.failed(id, sg.PartitionOf(region), region, f)
		c.Optional = f.status == sg.StatusOtherShard
		return c
	}
	c := sg.Coverage{Origin: sg.Live, AccountID: id, Partition: sg.PartitionOf(region), Region: region, Content: sg.ContentGroups, Status: sg.StatusScanned, Started: all.started, Finished: all.finished}
	of := all.accounts[id]
	if of == nil {
		of = &recordedAccount{}
	}
	c.Groups, c.Permissions, c.Shared = of.groups, of.permissions, of.shared
	if f := l.lacking(a, all, of, id, region, request); f != nil {
		l.fail(&c, f)
		return c
	}
	var problems []string
	if of.oddPermission != "" {
		c.ErrorCode, problems = sg.CodeOddPermission, append(problems, of.oddPermission)
	}
	for _, list := range slices.Sorted(maps.Keys(of.lists)) {
		if _, ok := all.lists[list]; !ok && of.lists[list] {
			c.ErrorCode, problems = sg.CodeNotRecorded, append(problems, fmt.Sprintf("prefix list %s could not be read: the aggregator has no item of it. Let AWS Config record %s where the list is", list, awsconfig.PrefixList))
		}
	}
	c.ErrorMessage = strings.Join(problems, ". ")
	if request.WantsNetworks() {
		c.NetworkProblem = "an aggregator of AWS Config is not asked for networks, so it is not known what the internet reaches. Ask EC2"
	}
	return c
}

// lacking is why what the aggregator has of an account is not all, or not what is now; nil if it is.
func (l *Source) lacking(a *aggregator, all *recordedRegion, of *recordedAccount, id, region string, request *Reading) *failure {
	if s, ok := a.sources[region][id]; ok {
		if f := notCollected(s); f != nil {
			return f
		}
	}
	without := slices.DeleteFunc(slices.Sorted(maps.Keys(of.vpcs)), func(vpc string) bool { return vpc == "" || all.defaults[vpc] })
	switch {
	case all.odd != nil:
		return all.odd
	case of.odd != nil:
		return of.odd
	case of.unknown != "":
		return &failure{sg.StatusNotRecorded, sg.CodeNotRecorded, fmt.Sprintf("AWS Config knows security group %s and does not record what is in it. Let its recorder record %s", of.unknown, awsconfig.SecurityGroup), ""}
	case of.groups < of.counted:
		return &failure{sg.StatusIncomplete, sg.CodeNotRecorded, fmt.Sprintf("AWS Config counts %d security groups and gave %d, also when it was asked again. Try again later", of.counted, of.groups), ""}
	case of.groups == 0:
		return &failure{sg.StatusNotRecorded, sg.CodeNotRecorded, fmt.Sprintf("AWS Config has not recorded any security group there, and every VPC has one. Let its recorder record %s or, where there is no VPC, leave the place out with {ignore_error_codes}", awsconfig.SecurityGroup), ""}
	case len(without) > 0:
		return &failure{sg.StatusIncomplete, sg.CodeNotRecorded, fmt.Sprintf("no default security group of %s is recorded, and every VPC has one, so others may be missing, too. Let AWS Config record all of %s", without[0], awsconfig.SecurityGroup), ""}
	case l.config.OldestItem() > 0 && time.Since(of.oldest.Captured) > l.config.OldestItem():
		return &failure{sg.StatusOutdated, sg.CodeOutdated, fmt.Sprintf("AWS Config captured security group %s at %s, which is longer ago than {max_age} allows", of.oldest.ID, of.oldest.Captured.Format(time.RFC3339)), ""}
	case request.NeedsInterfaces:
		return &failure{sg.StatusIncomplete, sg.CodeNotRecorded, "an aggregator of AWS Config is not asked for networks, so no path from the internet is known. Ask EC2", ""}
	}
	return nil
}

// keepItems records the items of a place.
func keepItems(to *record.Recorder, c sg.Coverage, items []string) error {
	var files []record.File
	if len(items) > 0 {
		l, err := to.Listing(c.AccountID, c.Region, "select-aggregate-resource-config", "Results")
		if err != nil {
			return err
		}
		text, err := json.Marshal(items)
		if err != nil {
			l.Abandon()
			return err
		}
		if err := l.Add(text[1 : len(text)-1]); err != nil { // without the brackets
			l.Abandon()
			return err
		}
		f, err := l.End()
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	to.Add(c, files)
	return nil
}
