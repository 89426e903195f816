package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"golang.org/x/sync/errgroup"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/awsconfig"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Trial is something that a read needs, and whether AWS allows it. Its status is
// [sg.StatusScanned] if AWS does.
type Trial struct {
	sg.Coverage
	// Action is what was tried, as policies call it. It is empty for what is no action: a place
	// that was asked for and that there is not.
	Action string
	Caller string // ARN of who must be allowed the action
	Role   string // ARN of the role that sts:AssumeRole was tried with; else empty
}

// Lacks reports whether a policy that allows the caller the action could help.
func (t Trial) Lacks() bool {
	return (t.Status == sg.StatusDenied || t.Status == sg.StatusRoleFailed) && isDenial(t.ErrorCode) && t.Missing()
}

// wouldDo reports whether AWS says that it would have done an action: EC2 to a dry run, and load
// balancing where there is not what it was asked for.
func wouldDo(code string) bool {
	return code == "DryRunOperation" || code == "LoadBalancerNotFound" || code == "TargetGroupNotFound"
}

// Try tries what reading every place needs, without reading: who the credentials are, how accounts
// are found, the role of each, and the actions. An account has all actions tried in one region, and
// in each that is named; in the others one, which fails where the region is denied as a whole. Its
// error is that of the context.
func (l *Source) Try(ctx context.Context) ([]Trial, error) {
	var t trials
	me, err := l.identity(ctx, nil)
	if f := (*failure)(nil); errors.As(err, &f) {
		action := "sts:GetCallerIdentity"
		if f.status == sg.StatusRoleFailed {
			action = "sts:AssumeRole"
		}
		t.add(Trial{Coverage: l.failed("", "", "", f), Action: action})
		return t.all, nil
	} else if err != nil {
		return nil, err
	}
	t.add(Trial{Coverage: l.allowed(me.account, ""), Action: "sts:GetCallerIdentity", Caller: me.arn})
	jobs, err := l.tryPlaces(ctx, me, &t)
	if err != nil {
		return nil, err
	}
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(l.config.MaxConcurrency)
	for i, job := range jobs {
		whole := slices.Contains(l.config.Regions, job.region) || i == 0 || jobs[i-1].account != job.account
		workers.Go(func() error { return l.tryPlace(ctx, me, job, whole, &t) })
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(t.all, func(a, b Trial) int { return a.Compare(b.Coverage) })
	return t.all, nil
}

// trials are those so far.
type trials struct {
	mu  sync.Mutex
	all []Trial
}

func (t *trials) add(all ...Trial) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, all...)
}

// allowed is the record of what AWS allows.
func (l *Source) allowed(account, region string) sg.Coverage {
	return sg.Coverage{Origin: sg.Live, AccountID: account, Region: region, Status: sg.StatusScanned}
}

// try makes a call, and says whether AWS allows it.
func (l *Source) try(ctx context.Context, account, region, action string, do func(context.Context) error) (sg.Coverage, error) {
	err := l.call(ctx, action, do)
	f := (*failure)(nil)
	switch {
	case err == nil || errors.As(err, &f) && wouldDo(f.code):
		return l.allowed(account, region), nil
	case f != nil:
		return l.failed(account, "", region, f), nil
	}
	return sg.Coverage{}, err
}

// tryPlaces finds the places to try, those of an account with its own region first, and tries what
// that takes.
func (l *Source) tryPlaces(ctx context.Context, me *identity, t *trials) ([]placeJob, error) {
	found, err := l.trySearch(ctx, me, t)
	if err != nil {
		return nil, err
	}
	var jobs []placeJob
	places := make(chan placeJob)
	workers, ctx := errgroup.WithContext(ctx)
	workers.Go(func() error {
		defer close(places)
		return l.findPlaces(ctx, &Reading{}, places, func(a arrival) error {
			c := *a.place
			switch {
			case c.Optional || c.LeftOut():
				return nil // nobody wants it
			case c.AccountID == "" && c.Region == "" && !found && c.ErrorCode != codeNoAccount:
				return nil // it is known from the search
			case c.AccountID != "" && c.Region == "" && c.Status == sg.StatusRoleFailed:
				t.add(Trial{Coverage: c, Action: "sts:AssumeRole", Caller: me.arn, Role: l.role(me, c.AccountID)})
			case c.AccountID != "" && c.Region == "" && c.Status != sg.StatusSuspended:
				t.add(Trial{Coverage: c, Action: "ec2:DescribeRegions", Caller: l.callerIn(me, c.AccountID)})
			default:
				t.add(Trial{Coverage: c})
			}
			return nil
		})
	})
	workers.Go(func() error {
		for job := range places {
			if job.aggregator == nil { // one has been tried for all regions
				jobs = append(jobs, job)
			}
		}
		return nil
	})
	err = workers.Wait()
	slices.SortFunc(jobs, func(a, b placeJob) int {
		own := func(j placeJob) int {
			if j.region == me.aws.Region {
				return 0
			}
			return 1
		}
		return cmp.Or(strings.Compare(a.account.id, b.account.id), own(a)-own(b), strings.Compare(a.region, b.region))
	})
	return jobs, err
}

// callerIn is the ARN of who reads an account.
func (l *Source) callerIn(me *identity, account string) string {
	if account == me.account {
		return me.arn
	}
	return l.role(me, account)
}

// trySearch tries the actions by which accounts or what an aggregator has are found, if any must be,
// and reports whether all could be called.
func (l *Source) trySearch(ctx context.Context, me *identity, t *trials) (found bool, err error) {
	var needed []need
	add := func(action string, do func(context.Context) error) {
		if !slices.ContainsFunc(needed, func(n need) bool { return n.action == action }) {
			needed = append(needed, need{action, do})
		}
	}
	if l.config.Aggregator != "" {
		c, name, region := newConfigCalls(me.aws), &l.config.Aggregator, me.aws.Region
		expression := fmt.Sprintf("%s WHERE resourceType = '%s' AND awsRegion = '%s'", awsconfig.Selected, awsconfig.SecurityGroup, region)
		add("config:DescribeConfigurationAggregators", called(c.described, &configservice.DescribeConfigurationAggregatorsInput{ConfigurationAggregatorNames: []string{*name}}))
		add("config:DescribeConfigurationAggregatorSourcesStatus", called(c.statuses, &configservice.DescribeConfigurationAggregatorSourcesStatusInput{ConfigurationAggregatorName: name, Limit: 1}))
		add("config:GetAggregateDiscoveredResourceCounts", called(c.counted, &configservice.GetAggregateDiscoveredResourceCountsInput{ConfigurationAggregatorName: name, Limit: 1,
			GroupByKey: types.ResourceCountGroupKeyAccountId, Filters: &types.ResourceCountFilters{ResourceType: types.ResourceTypeSecurityGroup, Region: &region}}))
		add("config:SelectAggregateResourceConfig", called(c.query, &configservice.SelectAggregateResourceConfigInput{ConfigurationAggregatorName: name, Expression: &expression, Limit: 1}))
		if len(l.config.Regions) == 0 {
			add("ec2:DescribeRegions", called(awsec2.NewFromConfig(me.aws).DescribeRegions, &awsec2.DescribeRegionsInput{DryRun: aws.Bool(true)}))
		}
		if slices.ContainsFunc(l.config.Accounts, config.IsPattern) {
			add("organizations:ListAccounts", called(newOrganizationCalls(me.aws).accounts, &organizations.ListAccountsInput{}))
		}
	} else {
		c := newOrganizationCalls(me.aws)
		for _, wanted := range l.config.Accounts {
			switch {
			case config.IsUnit(wanted):
				add("organizations:ListAccountsForParent", called(c.children, &organizations.ListAccountsForParentInput{ParentId: &wanted}))
				add("organizations:ListOrganizationalUnitsForParent", called(c.units, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &wanted}))
			case config.IsPattern(wanted):
				add("organizations:ListAccounts", called(c.accounts, &organizations.ListAccountsInput{}))
			}
		}
	}
	found = true
	for _, n := range needed {
		record, err := l.try(ctx, me.account, "", n.action, n.do)
		if err != nil {
			return false, err
		}
		found = found && record.Status == sg.StatusScanned
		t.add(Trial{Coverage: record, Action: n.action, Caller: me.arn})
	}
	return found, nil
}

// called is a call whose answer nobody looks at.
func called[In, Out, Options any](c call[In, Out, Options], in *In) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := c(ctx, in)
		return err
	}
}

// tryPlace tries every action in an account and region, or the one without which there is nothing.
func (l *Source) tryPlace(ctx context.Context, me *identity, job placeJob, whole bool, t *trials) error {
	id, caller := job.account.id, l.callerIn(me, job.account.id)
	l.tell(ctx, Begun, l.allowed(id, job.region))
	var found []Trial
	if whole && id != me.account {
		// Regions are found with its credentials, so that it has been assumed.
		found = append(found, Trial{Coverage: l.allowed(id, ""), Action: "sts:AssumeRole", Caller: me.arn, Role: caller})
	}
	for _, n := range newEC2Calls(job.account.aws, job.region).needs(job, len(l.namedRegions()) > 0, l.config.LoadBalancers) {
		if !whole && n.action != "ec2:DescribeSecurityGroups" {
			continue
		}
		record, err := l.try(ctx, id, job.region, n.action, n.do)
		if err != nil {
			return err
		}
		found = append(found, Trial{Coverage: record, Action: n.action, Caller: caller})
	}
	l.tell(ctx, Ended, l.allowed(id, job.region))
	t.add(found...)
	return nil
}

// A need is an action that a read needs, and a call by which AWS says whether it allows it.
type need struct {
	action string
	do     func(context.Context) error
}

// needs are the actions that reading a place takes. Where regions are named, nobody needs to be
// told which there are.
func (c *ec2Calls) needs(job placeJob, named, balancers bool) []need {
	yes := aws.Bool(true)
	all := []need{
		{"ec2:DescribeSecurityGroups", called(c.groups, &awsec2.DescribeSecurityGroupsInput{DryRun: yes})},
		{"ec2:DescribeSecurityGroupRules", called(c.rules, &awsec2.DescribeSecurityGroupRulesInput{DryRun: yes})},
		{"ec2:DescribeManagedPrefixLists", called(c.lists, &awsec2.DescribeManagedPrefixListsInput{DryRun: yes})},
		{"ec2:GetManagedPrefixListEntries", c.tryEntries},
		{"ec2:DescribeNetworkInterfaces", called(c.interfaces, &awsec2.DescribeNetworkInterfacesInput{DryRun: yes})},
		{"ec2:DescribeVpcs", called(c.network.vpcs, &awsec2.DescribeVpcsInput{DryRun: yes})},
		{"ec2:DescribeSubnets", called(c.network.subnets, &awsec2.DescribeSubnetsInput{DryRun: yes})},
		{"ec2:DescribeRouteTables", called(c.network.routeTables, &awsec2.DescribeRouteTablesInput{DryRun: yes})},
		{"ec2:DescribeInternetGateways", called(c.network.gateways, &awsec2.DescribeInternetGatewaysInput{DryRun: yes})},
		{"ec2:DescribeNetworkAcls", called(c.network.acls, &awsec2.DescribeNetworkAclsInput{DryRun: yes})},
		{"ec2:DescribeVpcBlockPublicAccessOptions", called(c.network.block, &awsec2.DescribeVpcBlockPublicAccessOptionsInput{DryRun: yes})},
		{"ec2:DescribeVpcBlockPublicAccessExclusions", called(c.network.exclusions, &awsec2.DescribeVpcBlockPublicAccessExclusionsInput{DryRun: yes})},
		{"ec2:DescribeSecurityGroupVpcAssociations", called(c.network.groupVPCs, &awsec2.DescribeSecurityGroupVpcAssociationsInput{DryRun: yes})},
	}
	if !named {
		regions := awsec2.NewFromConfig(job.account.aws, func(o *awsec2.Options) { o.Region = job.region }).DescribeRegions
		all = append(all, need{"ec2:DescribeRegions", called(regions, &awsec2.DescribeRegionsInput{DryRun: yes})})
	}
	if balancers {
		all = append(all, c.balancing.needs(job)...)
	}
	return all
}

// needs are the actions that load balancers take. This service has no dry runs: it is asked for the
// first of what it lists, and for what there is not where it must be told what.
func (c *balancingCalls) needs(job placeJob) []need {
	const describe = "elasticloadbalancing:Describe"
	arn := func(resource string) *string {
		return new(fmt.Sprintf("arn:%s:elasticloadbalancing:%s:%s:%s/0123456789abcdef", job.account.partition, job.region, job.account.id, resource))
	}
	balancer, group := arn("loadbalancer/net/ftpcheck-doctor"), arn("targetgroup/ftpcheck-doctor")
	return []need{
		{describe + "LoadBalancers", called(c.loadBalancers, &elasticloadbalancingv2.DescribeLoadBalancersInput{PageSize: new(int32(1))})},
		{describe + "Listeners", called(c.listeners, &elasticloadbalancingv2.DescribeListenersInput{LoadBalancerArn: balancer})},
		{describe + "TargetGroups", called(c.targetGroups, &elasticloadbalancingv2.DescribeTargetGroupsInput{PageSize: new(int32(1))})},
		{describe + "TargetGroupAttributes", called(c.attributes, &elasticloadbalancingv2.DescribeTargetGroupAttributesInput{TargetGroupArn: group})},
		{describe + "TargetHealth", called(c.health, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: group})},
		{describe + "InstanceHealth", called(c.instanceHealth, &elasticloadbalancing.DescribeInstanceHealthInput{LoadBalancerName: new("ftpcheck-doctor")})},
	}
}

// tryEntries tries to read the entries of some prefix list that there is, as AWS may say of one that
// there is not that it is not there, rather than whether its entries may be read.
func (c *ec2Calls) tryEntries(ctx context.Context) error {
	const action = "ec2:GetManagedPrefixListEntries"
	size := int32(listsPerPage)
	answer, err := c.lists(ctx, &awsec2.DescribeManagedPrefixListsInput{MaxResults: &size})
	if err != nil {
		if f := (*failure)(nil); errors.As(during("ec2:DescribeManagedPrefixLists", err), &f) {
			return &failure{f.status, f.code, fmt.Sprintf("%s cannot be tried without the ID of a prefix list: %s", action, f.message), f.cause}
		}
		return err
	}
	if len(answer.PrefixLists) == 0 {
		return lacking("ec2:DescribeManagedPrefixLists", "there is none of the prefix lists that AWS has in every region")
	}
	return called(c.entries, &awsec2.GetManagedPrefixListEntriesInput{PrefixListId: answer.PrefixLists[0].PrefixListId, DryRun: aws.Bool(true)})(ctx)
}
