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

// A recordedReader reads what an aggregator has of a region.
type recordedReader struct {
	*Source
	aggregator *aggregator
	region     string
	request    *Reading
	all        *recordedRegion
	interfaces *recordedInterfaces // nil until they are needed
	reach      *recordedReach      // nil until it is needed
}

// readRecorded reads a region of an aggregator: all of its accounts, each of which is a place.
func (l *Source) readRecorded(ctx context.Context, job placeJob, request *Reading, send func(arrival) error) (err error) {
	r := &recordedReader{Source: l, aggregator: job.aggregator, region: job.region, request: request}
	var wanted []string
	for _, id := range slices.Sorted(maps.Keys(r.aggregator.sources[r.region])) {
		if l.wantsRecorded(request, id) {
			wanted = append(wanted, id)
			l.tell(ctx, Begun, sg.Coverage{AccountID: id, Region: r.region})
		}
	}
	r.all, err = l.recordedIn(ctx, r.aggregator, r.region, request)
	if err == nil && request.NetworkInterfaces {
		err = r.readInterfaces(ctx)
	}
	if err == nil && request.WantsNetworks() && (request.Paths != nil || request.CoverageOnly || request.Recorder != nil) {
		err = r.readReach(ctx)
	}
	if f := (*failure)(nil); errors.As(err, &f) {
		for _, id := range wanted {
			c := l.failed(id, sg.PartitionOf(r.region), r.region, f)
			if err := send(arrival{place: &c}); err != nil {
				return err
			}
		}
		return nil
	} else if err != nil {
		return err
	}
	for id := range r.all.accounts { // also of a source that the aggregator has not any more
		if l.wantsRecorded(request, id) && !slices.Contains(wanted, id) {
			wanted = append(wanted, id)
		}
	}
	slices.Sort(wanted)
	reads := map[string]bool{}
	for _, id := range wanted {
		reads[id] = l.notRead(id, r.region) == nil
	}
	kept := map[string][]string{} // items by account, for the recorder
	if !request.CoverageOnly {
		if err := r.hand(ctx, reads, kept, send); err != nil {
			return err
		}
	}
	for _, id := range wanted {
		c := r.place(id)
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

// hand hands over the groups of the accounts that are read, and the paths to their interfaces.
func (r *recordedReader) hand(ctx context.Context, reads map[string]bool, kept map[string][]string, send func(arrival) error) error {
	request := r.request
	var x groupOfItem
	sources := map[string]map[string]*exposure.Sources{} // by account and group, for paths
	for _, p := range r.all.pages {
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
			if bad != nil || i.Deleted || i.NotRecorded || !reads[i.Account] && (request.Paths == nil || r.notRead(i.Account, r.region) != nil) {
				continue // the record says so
			}
			if request.Recorder != nil && reads[i.Account] {
				kept[i.Account] = append(kept[i.Account], text)
			}
			g, problem := x.group(i)
			if problem != "" || request.Paths == nil && !g.Fits(&request.Request) {
				continue
			}
			g.Judge(r.all.lists)
			if request.Paths != nil {
				if sources[i.Account] == nil {
					sources[i.Account] = map[string]*exposure.Sources{}
				}
				sources[i.Account][g.ID] = exposure.NewSources(g.RulePermissions())
			}
			if !reads[i.Account] || !g.Fits(&request.Request) || !g.Matters(&request.Request) {
				continue
			}
			for _, p := range g.Permissions {
				p.PrefixListName = r.all.names[p.PrefixListID]
			}
			if request.WantsNetworks() {
				if g.Exposure, err = r.exposure(ctx, g); err != nil {
					return err
				}
			}
			if r.interfaces != nil {
				g.NetworkInterfaces, g.NetworkInterfacesKnown = r.interfaces.byGroup[g.ID], r.interfaces.known[g.AccountID] && !g.IsShared()
			}
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
			kept[id] = append(kept[id], r.besides(id)...)
		}
	}
	return r.paths(reads, sources, send)
}

// besides are the items of an account that complete its groups, for the recorder: of a type only if
// all are there, as who replays them will take them for all.
func (r *recordedReader) besides(id string) (items []string) {
	lists := slices.Collect(maps.Keys(r.all.accounts[id].lists))
	if r.reach != nil {
		lists = append(lists, r.reach.of(id).RouteLists()...)
	}
	slices.Sort(lists)
	for _, list := range slices.Compact(lists) {
		if item := r.all.listItems[list]; item != "" {
			items = append(items, item)
		}
	}
	if r.interfaces != nil && r.interfaces.known[id] {
		items = append(items, r.interfaces.items[id]...)
	}
	if r.reach != nil {
		for _, kind := range awsconfig.NetworkTypes {
			if kind != awsconfig.NetworkInterface && r.reach.of(id).Has(kind) {
				items = append(items, r.reach.texts[id][kind]...)
			}
		}
	}
	return items
}

// place is the record of an account.
func (r *recordedReader) place(id string) sg.Coverage {
	all, region, request := r.all, r.region, r.request
	if f := r.notRead(id, region); f != nil {
		c := r.failed(id, sg.PartitionOf(region), region, f)
		c.Optional = f.status == sg.StatusOtherShard
		return c
	}
	c := sg.Coverage{Origin: sg.Live, AccountID: id, Partition: sg.PartitionOf(region), Region: region, Content: sg.ContentGroups, Status: sg.StatusScanned, Started: all.started, Finished: all.finished}
	of := all.accounts[id]
	if of == nil {
		of = &recordedAccount{}
	}
	c.Groups, c.Permissions, c.Shared = of.groups, of.permissions, of.shared
	f := r.lacking(r.aggregator, all, of, id, region)
	if f == nil && request.NeedsInterfaces && !r.reach.of(id).HasInterfaces {
		f = &failure{sg.StatusIncomplete, sg.CodeNotRecorded, fmt.Sprintf("AWS Config has not recorded all network interfaces there, so not all paths from the internet are known. Let its recorder record %s, or ask EC2", awsconfig.NetworkInterface), ""}
	}
	if f != nil {
		r.fail(&c, f)
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
	if r.reach != nil {
		c.NetworkProblem = r.reach.of(id).Problem
	}
	return c
}

// lacking is why what the aggregator has of an account is not all, or not what is now; nil if it is.
func (l *Source) lacking(a *aggregator, all *recordedRegion, of *recordedAccount, id, region string) *failure {
	if s, ok := a.sources[region][id]; ok {
		if f := notCollected(s); f != nil {
			return f
		}
	}
	without := slices.DeleteFunc(slices.Sorted(maps.Keys(of.vpcs)), func(vpc string) bool { return vpc == "" || all.owners[vpc] != "" })
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
