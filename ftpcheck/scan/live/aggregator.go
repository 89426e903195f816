package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An aggregator of AWS Config has what was recorded in many accounts and regions. It is asked
// region by region, and says which accounts it collects from there and how that went; what it has
// of each is compared with what it counts, and the accounts with those from which it is to collect.
type aggregator struct {
	*configCalls
	name          *string
	collects      types.ConfigurationAggregator                      // from where, as it was set up
	sources       map[string]map[string]types.AggregatedSourceStatus // by region and account
	organizations []types.AggregatedSourceStatus
}

// The most that AWS Config gives in one answer.
const (
	itemsPerPage   = 100
	sourcesPerPage = 100
	countsPerPage  = 1000
)

// aggregator asks which sources the aggregator is to have, and which it has.
func (l *Source) aggregator(ctx context.Context, snapshot *Snapshot, me *identity) (*aggregator, error) {
	return once(ctx, &l.cache, snapshot, "aggregator", func(ctx context.Context) (*aggregator, error) {
		a := &aggregator{configCalls: newConfigCalls(me.aws), name: &l.config.Aggregator}
		const action, describe = "config:DescribeConfigurationAggregatorSourcesStatus", "config:DescribeConfigurationAggregators"
		err := l.call(ctx, describe, func(ctx context.Context) error {
			answer, err := a.described(ctx, &configservice.DescribeConfigurationAggregatorsInput{ConfigurationAggregatorNames: []string{*a.name}})
			if err != nil {
				return err
			}
			if len(answer.ConfigurationAggregators) != 1 {
				return lacking(describe, "it does not say what the aggregator is")
			}
			a.collects = answer.ConfigurationAggregators[0]
			o, accounts := a.collects.OrganizationAggregationSource, a.collects.AccountAggregationSources
			if o == nil && len(accounts) == 0 || o != nil && !o.AllAwsRegions && len(o.AwsRegions) == 0 ||
				slices.ContainsFunc(accounts, func(s types.AccountAggregationSource) bool {
					return len(s.AccountIds) == 0 || !s.AllAwsRegions && len(s.AwsRegions) == 0
				}) {
				return lacking(describe, "it does not say from where the aggregator collects")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		err = l.pages(ctx, action, func(pass *paging) askPage {
			a.sources, a.organizations = map[string]map[string]types.AggregatedSourceStatus{}, nil
			return func(ctx context.Context, token *string) (*string, error) {
				page, err := a.statuses(ctx, &configservice.DescribeConfigurationAggregatorSourcesStatusInput{ConfigurationAggregatorName: a.name, Limit: sourcesPerPage, NextToken: token})
				if err != nil {
					return nil, err
				}
				for _, s := range page.AggregatedSourceStatusList {
					id, region := aws.ToString(s.SourceId), aws.ToString(s.AwsRegion)
					pass.item(string(s.SourceType) + id + "/" + region)
					switch {
					case s.SourceType == types.AggregatedSourceTypeOrganization:
						a.organizations = append(a.organizations, s)
						continue
					case !config.IsAccountID(id):
						return nil, lacking(action, "a source has no account ID of 12 digits")
					case !regionName.MatchString(region):
						return nil, lacking(action, fmt.Sprintf("a source has the region %.40q", region))
					case a.sources[region] == nil:
						a.sources[region] = map[string]types.AggregatedSourceStatus{}
					}
					a.sources[region][id] = s
				}
				return page.NextToken, nil
			}
		})
		if err == nil && len(a.sources) == 0 && len(a.organizations) == 0 {
			err = &failure{sg.StatusNotRecorded, sg.CodeNotRecorded, fmt.Sprintf("the aggregator %q has no source. Add accounts or the organization to it", *a.name), ""}
		}
		return a, err
	})
}

// regionName is what may stand in a query.
var regionName = regexp.MustCompile(`^[a-z0-9-]+$`)

// findRecorded sends the regions of the aggregator to jobs, and a record of what it should have and
// does not.
func (l *Source) findRecorded(ctx context.Context, me *identity, request *Reading, jobs chan<- placeJob, record func(sg.Coverage) error) error {
	a, err := l.aggregator(ctx, request.Snapshot, me)
	if f := (*failure)(nil); errors.As(err, &f) {
		return record(l.failed("", me.partition, "", f))
	} else if err != nil {
		return err
	}
	missing, err := l.uncollected(ctx, a, me, request)
	if err != nil {
		return err
	}
	for _, c := range missing {
		if err := record(c); err != nil {
			return err
		}
	}
	for _, region := range slices.Sorted(maps.Keys(a.sources)) {
		if !l.wantsRegion(request, region) {
			continue
		}
		for account := range a.sources[region] {
			if l.wantsRecorded(request, account) {
				l.tell(ctx, Found, sg.Coverage{AccountID: account, Region: region})
			}
		}
		select {
		case jobs <- placeJob{region: region, aggregator: a}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// uncollected are records of what the aggregator should have and does not: what was asked for, what it
// was told to collect, and what the organization has.
func (l *Source) uncollected(ctx context.Context, a *aggregator, me *identity, request *Reading) ([]sg.Coverage, error) {
	var gaps []sg.Coverage
	known := map[source]bool{} // of which there is a gap
	gap := func(account, region string, f *failure) {
		if of := (source{account, region}); of == (source{}) || !known[of] {
			known[of] = true
			gaps = append(gaps, l.failed(account, me.partition, region, f))
		}
	}
	for _, s := range a.organizations {
		if f := notCollected(s); f != nil {
			gap("", aws.ToString(s.AwsRegion), f)
		}
	}
	regions := slices.Sorted(maps.Keys(a.sources))
	accounts := map[string]bool{}
	for _, of := range a.sources {
		for account := range of {
			accounts[account] = true
		}
	}
	for _, wanted := range l.config.Accounts {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(accounts)), func(id string) bool { return config.Match([]string{wanted}, id) }) {
			account := ""
			if config.IsAccountID(wanted) {
				account = wanted
			}
			gap(account, "", &failure{sg.StatusNotRecorded, codeNoAccount, fmt.Sprintf("no account of the aggregator %q is %q. Add it to the aggregator, or correct {accounts}", *a.name, wanted), ""})
		}
	}
	for _, wanted := range l.config.Regions {
		if !slices.ContainsFunc(regions, func(name string) bool { return config.Match([]string{wanted}, name) }) {
			gap("", wanted, &failure{sg.StatusNotRecorded, codeNoRegion,
				fmt.Sprintf("no region of the aggregator %q is %q%s Add it to the aggregator, or correct {regions}", *a.name, wanted, meant.Ask(wanted, regions)), ""})
		}
	}
	if len(l.config.Regions) == 0 {
		// What nobody aggregates is not empty.
		choices, _, _, err := l.regions(ctx, request.Snapshot, &account{id: me.account, partition: me.partition, aws: me.aws})
		if f := (*failure)(nil); errors.As(err, &f) {
			gap("", "", f)
		} else if err != nil {
			return nil, err
		}
		for _, r := range choices {
			switch {
			case r.disabled || a.sources[r.name] != nil || !request.WantsRegion(r.name):
			case config.Match(l.config.ExcludeRegions, r.name):
				gap("", r.name, leftOut("the region", "{exclude_regions}"))
			default:
				gap("", r.name, a.nothingFrom(r.name))
			}
		}
	}
	if o := a.collects.OrganizationAggregationSource; o != nil {
		for _, region := range o.AwsRegions {
			if a.sources[region] == nil && l.wantsRegion(request, region) && !config.Match(l.config.ExcludeRegions, region) {
				gap("", region, a.nothingFrom(region))
			}
		}
	}
	for _, s := range a.neverCollected() {
		if l.wantsRecorded(request, s.account) && (s.region == "" || l.wantsRegion(request, s.region)) && l.notRead(s.account, s.region) == nil {
			gap(s.account, s.region, &failure{sg.StatusNotRecorded, sg.CodeNotRecorded,
				fmt.Sprintf("the aggregator %q is to collect from there and does not say that it does. Authorize it there, and see that AWS Config is on", *a.name), ""})
		}
	}
	if slices.ContainsFunc(l.config.Accounts, config.IsPattern) {
		// A pattern is about the accounts of the organization, as where EC2 is asked.
		members, err := l.members(ctx, request.Snapshot, me, "")
		if f := (*failure)(nil); errors.As(err, &f) {
			gap("", "", &failure{f.status, f.code, "the accounts of the organization could not be listed, so nobody knows whether the aggregator has all: " + f.message, f.cause})
		} else if err != nil {
			return nil, err
		}
		for _, m := range members {
			if id := aws.ToString(m.Id); !accounts[id] && !isSuspended(m) && l.wantsRecorded(request, id) && l.notRead(id, "") == nil {
				gap(id, "", &failure{sg.StatusNotRecorded, sg.CodeNotRecorded,
					fmt.Sprintf("the account is one of the organization, and the aggregator %q has no source of it. Add it to the aggregator, or leave it out with {exclude_accounts}", *a.name), ""})
			}
		}
	}
	return gaps, nil
}

// nothingFrom is why a region is not read from which nothing is collected.
func (a *aggregator) nothingFrom(region string) *failure {
	return &failure{sg.StatusNotRecorded, sg.CodeNotRecorded,
		fmt.Sprintf("the aggregator %q collects nothing from region %s. Add it to the aggregator, or leave it out with {regions} or {exclude_regions}", *a.name, region), ""}
}

// A source is an account and region from which an aggregator collects. One of them is empty where it
// is about all of an account, or of the organization in a region.
type source struct{ account, region string }

// neverCollected are the accounts, and regions of accounts, that were added to the aggregator and of
// which it has no status.
func (a *aggregator) neverCollected() (missing []source) {
	for _, s := range a.collects.AccountAggregationSources {
		for _, id := range s.AccountIds {
			any := false
			for _, of := range a.sources {
				_, known := of[id]
				any = any || known
			}
			if !any {
				missing = append(missing, source{account: id})
				continue
			}
			for _, region := range s.AwsRegions {
				if _, known := a.sources[region][id]; !known {
					missing = append(missing, source{id, region})
				}
			}
		}
	}
	return missing
}

// wantsRecorded reports whether an account of the aggregator is among those to read.
func (l *Source) wantsRecorded(request *Reading, account string) bool {
	return request.WantsAccount(account) && (len(l.config.Accounts) == 0 || config.Match(l.config.Accounts, account))
}

// wantsRegion reports whether a region of the aggregator is among those to read.
func (l *Source) wantsRegion(request *Reading, region string) bool {
	return request.WantsRegion(region) && (len(l.config.Regions) == 0 || config.Match(l.config.Regions, region))
}

// notCollected is why an aggregator does not have what a source has now; nil if it does.
func notCollected(s types.AggregatedSourceStatus) *failure {
	when := ""
	if s.LastUpdateTime != nil {
		when = " since " + s.LastUpdateTime.UTC().Format(time.RFC3339)
	}
	switch s.LastUpdateStatus {
	case types.AggregatedSourceStatusTypeSucceeded:
		return nil
	case types.AggregatedSourceStatusTypeOutdated:
		return &failure{sg.StatusOutdated, sg.CodeOutdated, "the aggregator of AWS Config has nothing new from there" + when + ", so what it has may not be what is. Try again when it has caught up", ""}
	case types.AggregatedSourceStatusTypeFailed:
		why := strings.TrimRight(withoutSecrets(aws.ToString(s.LastErrorMessage)), ".")
		if why == "" {
			why = "it does not say why"
		}
		return &failure{sg.StatusError, "AggregationFailed", fmt.Sprintf("the aggregator of AWS Config could not collect from there%s: %s (%s). Authorize it there, and see that AWS Config is on", when, why, aws.ToString(s.LastErrorCode)), aws.ToString(s.LastErrorMessage)}
	}
	return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("the aggregator of AWS Config has the status %q for it, which is not known", s.LastUpdateStatus), ""}
}

// A recordedRegion is what an aggregator has of a region.
type recordedRegion struct {
	pages             []page // of the items of groups, each a list of texts
	accounts          map[string]*recordedAccount
	lists             sg.AddressLists
	names             map[string]string // of prefix lists
	listItems         map[string]string // by ID
	owners            map[string]string // of VPCs with their default group, which is that of the owner
	odd               *failure          // of an item of which nobody knows whose it is
	started, finished time.Time
}

// A recordedAccount is what an aggregator has of an account in a region.
type recordedAccount struct {
	groups, permissions, counted int64
	shared                       []sg.SharedGroup
	vpcs                         map[string]bool
	unknown                      string // a group of which nothing is recorded
	odd                          *failure
	oddPermission                string
	oldest                       *awsconfig.Item
	lists                        map[string]bool // that groups name, by whether they decide a verdict
}

func (r *recordedRegion) account(id string) *recordedAccount {
	if r.accounts[id] == nil {
		r.accounts[id] = &recordedAccount{vpcs: map[string]bool{}, lists: map[string]bool{}}
	}
	return r.accounts[id]
}

// recordedIn reads what the aggregator has of a region, and again if that is less than it counts:
// both change while they are read.
func (l *Source) recordedIn(ctx context.Context, a *aggregator, region string, request *Reading) (*recordedRegion, error) {
	fetch := func(ctx context.Context) (r *recordedRegion, err error) {
		for range 2 {
			if r, err = l.readItems(ctx, a, region); err != nil || !r.lacksCounted() {
				return r, err
			}
		}
		return r, nil
	}
	if request.Once {
		return fetch(ctx)
	}
	return once(ctx, &l.cache, request.Snapshot, "aggregator/"+region, fetch)
}

func (r *recordedRegion) lacksCounted() bool {
	for _, a := range r.accounts {
		if a.groups < a.counted {
			return true
		}
	}
	return false
}

func (l *Source) readItems(ctx context.Context, a *aggregator, region string) (*recordedRegion, error) {
	r := &recordedRegion{started: time.Now()}
	err := l.items(ctx, a, awsconfig.PrefixList, region, func() {
		r.lists, r.names, r.listItems = sg.AddressLists{}, map[string]string{}, map[string]string{}
	}, func(i *awsconfig.Item, text string) error {
		if name, list, bad := i.List(); bad == nil { // else it is one that was not read
			r.lists[i.ID], r.names[i.ID], r.listItems[i.ID] = list, name, text
		}
		return nil
	}, nil)
	if err != nil {
		return nil, err
	}
	counts, err := l.counts(ctx, a, awsconfig.SecurityGroup, region)
	if err != nil {
		return nil, err
	}
	var x groupOfItem
	err = l.items(ctx, a, awsconfig.SecurityGroup, region, func() {
		r.pages, r.accounts, r.owners, r.odd = nil, map[string]*recordedAccount{}, map[string]string{}, nil
		for id, n := range counts {
			r.account(id).counted = n
		}
	}, func(i *awsconfig.Item, _ string) error {
		of := r.account(i.Account)
		if i.NotRecorded {
			of.unknown = i.ID
			return nil
		}
		of.groups++
		if of.oldest == nil || i.Captured.Before(of.oldest.Captured) {
			of.oldest = i.Bare()
		}
		g, problem := x.group(i)
		if problem != "" {
			of.odd = &failure{sg.StatusError, codeUnexpected, "AWS Config gave an item that cannot be: " + problem, ""}
			return nil
		}
		of.permissions += int64(len(g.Permissions))
		of.vpcs[g.VPCID] = true
		if g.IsDefault() {
			r.owners[g.VPCID] = g.OwnerID
		}
		if g.IsShared() {
			of.shared = append(of.shared, sg.SharedGroup{OwnerID: g.OwnerID, ID: g.ID})
		}
		if g.Odd != nil && of.oddPermission == "" {
			of.oddPermission = fmt.Sprintf("security group %s: %s", g.ID, g.Odd.Problem)
		}
		for _, p := range g.Permissions {
			if p.PrefixListID != "" {
				of.lists[p.PrefixListID] = of.lists[p.PrefixListID] || p.FTPPorts() != 0
			}
		}
		return nil
	}, func(texts []string, odd *failure) error {
		if r.odd == nil {
			r.odd = odd
		}
		p, err := newPage(texts)
		r.pages = append(r.pages, p)
		return err
	})
	r.finished = time.Now()
	return r, err
}

// items reads the items of a type in a region: those that begin, and each that is there. Conditions
// on anything in a configuration would match across the elements of lists, so there are none. What
// cannot be understood goes with its page.
func (l *Source) items(ctx context.Context, a *aggregator, kind, region string, begin func(), take func(*awsconfig.Item, string) error, keep func([]string, *failure) error) error {
	const action = "config:SelectAggregateResourceConfig"
	expression := fmt.Sprintf("%s WHERE resourceType = '%s' AND awsRegion = '%s'", awsconfig.Selected, kind, region)
	return l.pages(ctx, action, func(pass *paging) askPage {
		begin()
		return func(ctx context.Context, token *string) (*string, error) {
			page, err := a.query(ctx, &configservice.SelectAggregateResourceConfigInput{ConfigurationAggregatorName: a.name, Expression: &expression, Limit: itemsPerPage, NextToken: token})
			if err != nil {
				return nil, err
			}
			var odd *failure
			for _, text := range page.Results {
				i, bad := awsconfig.Decode([]byte(text))
				switch {
				case bad != nil:
					odd = lacking(action, withoutAdvice(bad))
					continue
				case i.Type != kind || i.Region != region:
					return nil, lacking(action, "it has items that were not asked for")
				case i.Deleted:
					continue
				}
				pass.item(i.Key())
				if err := take(i, text); err != nil {
					return nil, err
				}
			}
			if keep != nil {
				err = keep(page.Results, odd)
			}
			return page.NextToken, err
		}
	})
}

// withoutAdvice is what is wrong with an item, without what to do about files.
func withoutAdvice(bad *sg.BadValue) string {
	problem, _, _ := strings.Cut(bad.Problem, ". Save ")
	return problem
}

// counts are how many resources of a type AWS Config counts in a region, by account.
func (l *Source) counts(ctx context.Context, a *aggregator, kind, region string) (map[string]int64, error) {
	const action = "config:GetAggregateDiscoveredResourceCounts"
	var counts map[string]int64
	total, sum := int64(0), int64(0)
	err := l.pages(ctx, action, func(pass *paging) askPage {
		counts, sum = map[string]int64{}, 0
		return func(ctx context.Context, token *string) (*string, error) {
			page, err := a.counted(ctx, &configservice.GetAggregateDiscoveredResourceCountsInput{ConfigurationAggregatorName: a.name, Limit: countsPerPage, NextToken: token,
				GroupByKey: types.ResourceCountGroupKeyAccountId, Filters: &types.ResourceCountFilters{ResourceType: types.ResourceType(kind), Region: &region}})
			if err != nil {
				return nil, err
			}
			for _, c := range page.GroupedResourceCounts {
				id := aws.ToString(c.GroupName)
				if !config.IsAccountID(id) {
					return nil, lacking(action, "a count is of no account")
				}
				pass.item(id)
				counts[id] = c.ResourceCount
				sum += c.ResourceCount
			}
			total = page.TotalDiscoveredResources
			return page.NextToken, nil
		}
	})
	if err == nil && sum != total {
		err = lacking(action, fmt.Sprintf("it counts %d of %s by account and %d in all", sum, kind, total))
	}
	return counts, err
}
