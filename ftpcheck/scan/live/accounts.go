package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// identity is who the credentials of the configuration are.
type identity struct {
	aws       aws.Config
	account   string
	arn       string
	partition string
}

// account is one account to look at.
type account struct {
	id        string
	partition string
	aws       aws.Config // with credentials for it, which may not work
	suspended bool
	named     bool // by its ID, rather than by a pattern or unit
}

// identity loads the credentials and asks AWS whose they are.
func (l *Source) identity(ctx context.Context, snapshot *Snapshot) (*identity, error) {
	return once(ctx, &l.cache, snapshot, "identity", func(ctx context.Context) (*identity, error) {
		cfg, err := l.load(ctx)
		if err != nil {
			return nil, err
		}
		if err := l.retrieve(ctx, cfg); err != nil {
			return nil, err
		}
		var caller *sts.GetCallerIdentityOutput
		err = l.call(ctx, "sts:GetCallerIdentity", func(ctx context.Context) (err error) {
			caller, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)
			return err
		})
		if err != nil {
			return nil, err
		}
		cfg = debugged(ctx, &l.secrets, cfg, aws.ToString(caller.Account))
		id := &identity{aws: cfg, account: aws.ToString(caller.Account), arn: aws.ToString(caller.Arn), partition: "aws"}
		if id.account == "" {
			return nil, &failure{sg.StatusError, codeUnexpected, "sts:GetCallerIdentity failed: AWS did not say whose the credentials are", ""}
		}
		if a, err := arn.Parse(aws.ToString(caller.Arn)); err == nil {
			id.partition = a.Partition
		}
		return id, nil
	})
}

// retrieve gets credentials, by assuming a role where they are those of one.
func (l *Source) retrieve(ctx context.Context, cfg aws.Config) error {
	limit := l.config.CallTimeout
	if asksForCode(ctx, cfg) {
		limit += timeForCode
	}
	return l.callWithin(ctx, "sts:AssumeRole", limit, func(ctx context.Context) error {
		_, err := cfg.Credentials.Retrieve(ctx)
		return err
	})
}

// load reads the SDK's configuration files and variables, in the light of ours.
func (l *Source) load(ctx context.Context) (aws.Config, error) {
	c := l.config
	options := []func(*awsconfig.LoadOptions) error{
		awsconfig.WithRetryer(retryer(c.MaxErrorRetryAttempts, time.Duration(c.MinErrorRetryDelay)*time.Millisecond)),
		l.withCode(ctx),
	}
	if c.Profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(c.Profile))
	}
	if c.AccessKey != "" {
		options = append(options, awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, c.SessionToken)))
	}
	if c.EndpointURL != "" {
		options = append(options, awsconfig.WithBaseEndpoint(c.EndpointURL))
	}
	// Clients that the SDK makes to get credentials have the options of this.
	kept := aws.Config{APIOptions: []func(*middleware.Stack) error{keepLastAnswer}}
	options = append(options, awsconfig.WithAPIOptions(debugged(ctx, &l.secrets, kept, "").APIOptions))
	cfg, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return cfg, l.badSetting(ctx, err)
	}
	l.holdSettings(cfg)
	if err := l.badEndpoint(ctx, cfg); err != nil {
		return cfg, err
	}
	cfg.Region = cmp.Or(c.DefaultRegion, cfg.Region, regionLike(c.Regions))
	cfg.HTTPClient = newHTTPClient(cfg.HTTPClient, l.slots)
	cfg.Credentials = l.withHeldProcess(ctx, cfg)
	cfg.Credentials = l.explained(cfg)
	if r := c.AssumeRole; r != nil {
		cfg = l.withRole(cfg, r.RoleARN, r.ExternalID, r.SessionName, time.Duration(r.Duration)*time.Second)
	}
	return cfg, nil
}

// regionLike is a region of the partition to which the wanted regions belong, for when
// nothing else says where to ask.
func regionLike(wanted []string) string {
	for _, r := range wanted {
		if p := sg.PartitionOf(r); p != "aws" {
			return sg.HomeRegion(p)
		}
	}
	return sg.HomeRegion("aws")
}

func (l *Source) withRole(cfg aws.Config, role, externalID, session string, duration time.Duration) aws.Config {
	provider := stscreds.NewAssumeRoleProvider(newRoleCalls(cfg), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cmp.Or(session, config.DefaultSessionName)
		o.Duration = duration
		if externalID != "" {
			o.ExternalID = &externalID
		}
	})
	cfg = cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(provider)
	cfg.Credentials = l.explained(cfg)
	return cfg
}

// accounts finds the accounts to look at. What keeps it from finding some is in the
// returned failures, by account ID where one is concerned.
func (l *Source) accounts(ctx context.Context, snapshot *Snapshot, me *identity) ([]*account, []sg.Coverage, error) {
	if len(l.config.Accounts) == 0 {
		return []*account{{id: me.account, partition: me.partition, aws: me.aws, named: true}}, nil, nil
	}
	found := map[string]*account{}
	add := func(id string, suspended, named bool) {
		a := found[id]
		if a == nil {
			a = &account{id: id, partition: me.partition, aws: l.credentials(ctx, me, id)}
			found[id] = a
		}
		a.suspended = a.suspended || suspended
		a.named = a.named || named
	}
	var failures []sg.Coverage
	fail := func(what string, err error) error {
		var f *failure
		if !errors.As(err, &f) {
			return err
		}
		f = &failure{f.status, f.code, what + ": " + f.message, f.cause}
		failures = append(failures, l.failed("", me.partition, "", f))
		return nil
	}
	for _, wanted := range l.config.Accounts {
		switch {
		case config.IsUnit(wanted):
			members, err := l.members(ctx, snapshot, me, wanted)
			if err := fail("the accounts of "+wanted+" could not be listed", err); err != nil {
				return nil, nil, err
			}
			for _, m := range members {
				add(m.Id, isSuspended(m), false)
			}
			if err == nil && len(members) == 0 {
				failures = append(failures, l.failed("", me.partition, "", &failure{sg.StatusError, codeNoAccount,
					fmt.Sprintf("no account is in %q of {accounts}", wanted), ""}))
			}
		case config.IsPattern(wanted):
			members, err := l.members(ctx, snapshot, me, "")
			if err := fail("the accounts of the organization could not be listed", err); err != nil {
				return nil, nil, err
			}
			matched := false
			for _, m := range members {
				if config.Match([]string{wanted}, m.Id) {
					matched = true
					add(m.Id, isSuspended(m), false)
				}
			}
			if err == nil && !matched {
				failures = append(failures, l.failed("", me.partition, "", &failure{sg.StatusError, codeNoAccount,
					fmt.Sprintf("no account of the organization matches %q of {accounts}", wanted), ""}))
			}
		default:
			add(wanted, false, true)
		}
	}
	accounts := make([]*account, 0, len(found))
	for _, a := range found {
		accounts = append(accounts, a)
	}
	slices.SortFunc(accounts, func(a, b *account) int { return strings.Compare(a.id, b.id) })
	return accounts, failures, nil
}

// credentials is a configuration with credentials for an account: our own, or those of
// the role in it. Reads share them, so that a role is assumed once for as long as its
// session lasts.
func (l *Source) credentials(ctx context.Context, me *identity, id string) aws.Config {
	if id == me.account {
		return me.aws
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := roleKey{me.arn, id}
	cfg, ok := l.roles[key]
	if !ok {
		cfg = l.withRole(me.aws, l.role(me, id), l.config.RoleExternalID, "", 0)
		cfg = debugged(ctx, &l.secrets, cfg, id)
		l.roles[key] = cfg
	}
	return cfg
}

// role is the ARN of the role in an account.
func (l *Source) role(me *identity, id string) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", me.partition, id, strings.TrimPrefix(l.config.RoleName, "/"))
}

// roleKey is the role in an account, as assumed by the identity of an ARN.
type roleKey struct {
	by      string
	account string
}

// isSuspended reports whether nothing can be read from an account any more. AWS moves
// from the field Status to State.
func isSuspended(a organizationMember) bool {
	state := cmp.Or(a.State, a.Status)
	return state != "" && state != "ACTIVE"
}

// members lists the accounts of the organization or, if given, in and below a unit.
func (l *Source) members(ctx context.Context, snapshot *Snapshot, me *identity, unit string) ([]organizationMember, error) {
	return once(ctx, &l.cache, snapshot, "members/"+unit, func(ctx context.Context) ([]organizationMember, error) {
		client := newOrganizationCalls(me.aws)
		if unit != "" {
			return l.membersBelow(ctx, client, unit, 0)
		}
		var all []organizationMember
		err := l.pages(ctx, "organizations:ListAccounts", func(pass *paging) askPage {
			all = nil
			return func(ctx context.Context, token *string) (*string, error) {
				page, err := client.accounts(ctx, &organizationInput{NextToken: token})
				if err != nil {
					return nil, err
				}
				all = append(all, page.Accounts...)
				return page.NextToken, checkMembers("organizations:ListAccounts", pass, page.Accounts)
			}
		})
		return all, err
	})
}

// checkMembers takes note of accounts, each of which has an ID.
func checkMembers(action string, pass *paging, members []organizationMember) error {
	for _, m := range members {
		if !config.IsAccountID(m.Id) {
			return lacking(action, "an account has no ID of 12 digits")
		}
		pass.item(m.Id)
	}
	return nil
}

// deepestUnit is how deep organizational units may be in each other. AWS allows five.
const deepestUnit = 20

func (l *Source) membersBelow(ctx context.Context, client *organizationCalls, unit string, depth int) ([]organizationMember, error) {
	if depth == deepestUnit {
		return nil, lacking("organizations:ListOrganizationalUnitsForParent", fmt.Sprintf("units are more than %d deep in each other", deepestUnit))
	}
	var all []organizationMember
	err := l.pages(ctx, "organizations:ListAccountsForParent", func(pass *paging) askPage {
		all = nil
		return func(ctx context.Context, token *string) (*string, error) {
			page, err := client.children(ctx, &organizationInput{ParentId: &unit, NextToken: token})
			if err != nil {
				return nil, err
			}
			all = append(all, page.Accounts...)
			return page.NextToken, checkMembers("organizations:ListAccountsForParent", pass, page.Accounts)
		}
	})
	if err != nil {
		return nil, err
	}
	var units []string
	err = l.pages(ctx, "organizations:ListOrganizationalUnitsForParent", func(pass *paging) askPage {
		units = nil
		return func(ctx context.Context, token *string) (*string, error) {
			page, err := client.units(ctx, &organizationInput{ParentId: &unit, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, u := range page.OrganizationalUnits {
				if !config.IsUnit(u.Id) {
					return nil, lacking("organizations:ListOrganizationalUnitsForParent", "a unit has no ID")
				}
				pass.item(u.Id)
				units = append(units, u.Id)
			}
			return page.NextToken, nil
		}
	})
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		below, err := l.membersBelow(ctx, client, u, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

// regionChoice is a region of an account, and whether to read it.
type regionChoice struct {
	name     string
	disabled bool
	named    bool // by its name, rather than by a pattern or by default
}

// regionsAsked is in how many regions to ask which there are.
const regionsAsked = 3

func (l *Source) describeRegions(ctx context.Context, a *account, region string) (answer *awsec2.DescribeRegionsOutput, err error) {
	everything := true
	err = l.call(ctx, "ec2:DescribeRegions", func(ctx context.Context) (err error) {
		client := awsec2.NewFromConfig(a.aws, func(o *awsec2.Options) { o.Region = cmp.Or(region, o.Region) })
		answer, err = client.DescribeRegions(ctx, &awsec2.DescribeRegionsInput{AllRegions: &everything})
		return err
	})
	return answer, err
}

// namedRegions are the wanted regions, if each is named.
func (l *Source) namedRegions() []string {
	if slices.ContainsFunc(l.config.Regions, config.IsPattern) {
		return nil
	}
	return l.config.Regions
}

// regions chooses the regions to look at in an account: those that are enabled and
// wanted. It lists disabled ones, too, for the record. Its second result are wanted
// regions that there are not, and its third the names of all that are enabled.
func (l *Source) regions(ctx context.Context, snapshot *Snapshot, a *account) (choices []regionChoice, missing, enabled []string, err error) {
	all, err := once(ctx, &l.cache, snapshot, "regions/"+a.id, func(ctx context.Context) ([]regionChoice, error) {
		if err := l.retrieve(ctx, a.aws); err != nil {
			return nil, err
		}
		answer, err := l.describeRegions(ctx, a, "")
		var f *failure
		if named := l.namedRegions(); len(named) > 0 && errors.As(err, &f) && (f.status == sg.StatusDenied || f.status == sg.StatusDeniedBySCP) {
			// A policy may deny it only where the question was asked.
			for _, region := range named[:min(len(named), regionsAsked)] {
				if answer, err = l.describeRegions(ctx, a, region); err == nil {
					break
				}
			}
			if errors.As(err, &f) {
				// Whether a region is there and enabled shows when it is read.
				answer, err = &awsec2.DescribeRegionsOutput{}, nil
				for _, region := range named {
					answer.Regions = append(answer.Regions, types.Region{RegionName: &region})
				}
			}
		}
		if err != nil {
			return nil, err
		}
		if len(answer.Regions) == 0 {
			return nil, &failure{sg.StatusError, codeUnexpected, "ec2:DescribeRegions failed: AWS named no region", ""}
		}
		var all []regionChoice
		for _, r := range answer.Regions {
			if aws.ToString(r.RegionName) == "" {
				return nil, lacking("ec2:DescribeRegions", "a region has no name")
			}
			all = append(all, regionChoice{name: aws.ToString(r.RegionName), disabled: aws.ToString(r.OptInStatus) == "not-opted-in"})
		}
		return all, nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	for _, r := range all {
		if !r.disabled {
			enabled = append(enabled, r.name)
		}
		r.named = slices.Contains(l.config.Regions, r.name)
		if len(l.config.Regions) == 0 || r.named || config.Match(l.config.Regions, r.name) {
			choices = append(choices, r)
		}
	}
	slices.SortFunc(choices, func(a, b regionChoice) int { return strings.Compare(a.name, b.name) })
	for _, wanted := range l.config.Regions {
		if !slices.ContainsFunc(all, func(r regionChoice) bool { return config.Match([]string{wanted}, r.name) }) {
			missing = append(missing, wanted)
		}
	}
	return choices, missing, enabled, nil
}
