package fakeaws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

var ignoreUnexported = cmpopts.IgnoreUnexported(types.SecurityGroup{}, types.SecurityGroupRule{}, types.IpPermission{}, types.IpRange{},
	types.Ipv6Range{}, types.PrefixListId{}, types.UserIdGroupPair{}, types.Tag{}, types.ReferencedSecurityGroup{})

func allGroups(t *testing.T, client *ec2.Client) []types.SecurityGroup {
	t.Helper()
	var all []types.SecurityGroup
	pages := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(100)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.SecurityGroups...)
	}
	return all
}

func allRules(t *testing.T, client *ec2.Client, groups ...string) []types.SecurityGroupRule {
	t.Helper()
	var all []types.SecurityGroupRule
	pages := ec2.NewDescribeSecurityGroupRulesPaginator(client, &ec2.DescribeSecurityGroupRulesInput{
		MaxResults: aws.Int32(100), Filters: []types.Filter{{Name: aws.String("group-id"), Values: groups}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.SecurityGroupRules...)
	}
	return all
}

// A cached server says what the other one says, in the second round as in the first.
func TestStartCached(t *testing.T) {
	const account, region = "123456789012", "eu-west-1"
	w := fakeaws.Realistic([]string{"us-east-1", region}, 250)
	plain := ec2.NewFromConfig(w.Start(t).Config(account, region))
	s := w.StartCached(t)
	cached := ec2.NewFromConfig(s.Config(account, region))
	want := allGroups(t, plain)
	var ids []string
	for i := range 12 {
		ids = append(ids, *want[(i*97)%len(want)].GroupId)
	}
	var tokens []string
	for range 2 {
		s.Reset()
		if diff := cmp.Diff(want, allGroups(t, cached), ignoreUnexported); diff != "" {
			t.Errorf("groups (- plain, + cached):\n%s", diff)
		}
		if diff := cmp.Diff(allRules(t, plain, ids...), allRules(t, cached, ids...), ignoreUnexported); diff != "" {
			t.Errorf("rules (- plain, + cached):\n%s", diff)
		}
		// 250 groups in pages of 100, and 12 groups with 20 rules and one outbound.
		for action, want := range map[string]int{"DescribeSecurityGroups": 3, "DescribeSecurityGroupRules": 3} {
			if got := s.Count(account, region, action); got.Attempts != want || got.Successes != want {
				t.Errorf("%s: %+v, want %d", action, got, want)
			}
		}
		page, err := cached.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(50)})
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, *page.NextToken)
	}
	if tokens[0] != tokens[1] {
		t.Error("an answer was made twice: the time in its token is another")
	}
	other := allGroups(t, ec2.NewFromConfig(s.Config(account, "us-east-1")))
	if *other[0].GroupId == *want[0].GroupId {
		t.Error("two regions have the same group")
	}
	if _, err := cached.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{*other[0].GroupId}}); err == nil {
		t.Error("a group of another region is there")
	}
}

// EC2 shows every realistic group as ten permissions of two sources.
func TestRealisticGroup(t *testing.T) {
	const account, region = "123456789012", "us-east-1"
	s := fakeaws.Realistic([]string{region}, 500).StartCached(t)
	for _, g := range allGroups(t, ec2.NewFromConfig(s.Config(account, region))) {
		if len(g.IpPermissions) != fakeaws.RealisticPermissions/2 {
			t.Errorf("%s: %d permissions", *g.GroupName, len(g.IpPermissions))
		}
		for _, p := range g.IpPermissions {
			if n := len(p.IpRanges) + len(p.Ipv6Ranges) + len(p.PrefixListIds) + len(p.UserIdGroupPairs); n != 2 {
				t.Errorf("%s, port %d: %d sources", *g.GroupName, aws.ToInt32(p.FromPort), n)
			}
		}
	}
}
