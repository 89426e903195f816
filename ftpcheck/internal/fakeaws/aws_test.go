package fakeaws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"go.uber.org/goleak"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const account = "111122223333"

// regionWith returns a world with one account that has the groups in us-east-1.
func regionWith(groups ...fakeaws.Group) *fakeaws.World {
	return &fakeaws.World{Record: true, Accounts: []*fakeaws.Account{{
		ID:      account,
		Regions: map[string]*fakeaws.Region{"us-east-1": {Groups: groups}},
	}}}
}

// once makes a client try only once.
func once(c aws.Config) aws.Config {
	c.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return c
}

func ec2Client(s *fakeaws.Server, account, region string) *ec2.Client {
	return ec2.NewFromConfig(once(s.Config(account, region)))
}

// code returns the code of an error that AWS answered with, or says what else it is.
func code(err error) string {
	var api smithy.APIError
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &api):
		return api.ErrorCode()
	}
	return "not from AWS: " + err.Error()
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("error code %s, want %s (%v)", got, want, err)
	}
}

// names returns the names of the groups that the filters let through, joined by spaces.
func names(t *testing.T, client *ec2.Client, filters ...types.Filter) string {
	t.Helper()
	out, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: filters})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, g := range out.SecurityGroups {
		all = append(all, *g.GroupName)
	}
	return strings.Join(all, " ")
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: &name, Values: values}
}

func TestDescribeSecurityGroupsShowsWhatWasSaid(t *testing.T) {
	for _, shuffle := range []bool{false, true} {
		w := regionWith(fakeaws.Group{
			ID: "sg-0123456789abcdef0", Name: "web", Description: "a <web> & more", VPC: "vpc-12345678",
			Tags: map[string]string{"Name": "web", "empty": ""},
			Ingress: []fakeaws.Permission{
				{Protocol: "tcp", From: 20, To: 21, CIDR4: "0.0.0.0/0", Description: "ftp"},
				{Protocol: "tcp", From: 20, To: 21, CIDR6: "::/0"},
				{Protocol: "tcp", From: 20, To: 21, PrefixList: "pl-12345678"},
				{Protocol: "-1", Group: "sg-12345678", GroupOwner: "999999999999", Peering: "pcx-1", PeeringStatus: "active"},
				{Protocol: "icmp", From: 8, To: -1, CIDR4: "10.0.0.0/8"},
			},
		})
		w.Shuffle = shuffle
		s := w.Start(t)
		out, err := ec2Client(s, account, "us-east-1").DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		if err != nil {
			t.Fatal(err)
		}
		g := out.SecurityGroups[0]
		if got, want := *g.SecurityGroupArn, "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0123456789abcdef0"; got != want {
			t.Errorf("ARN %s, want %s", got, want)
		}
		if *g.OwnerId != account || *g.Description != "a <web> & more" || *g.VpcId != "vpc-12345678" || len(g.Tags) != 2 || *g.Tags[1].Value != "" {
			t.Errorf("group = %+v", g)
		}
		if len(g.IpPermissions) != 3 {
			t.Fatalf("%d permissions, want those of the same ports together, so 3", len(g.IpPermissions))
		}
		ftp, all, icmp := g.IpPermissions[0], g.IpPermissions[1], g.IpPermissions[2]
		if *ftp.FromPort != 20 || *ftp.ToPort != 21 || *ftp.IpRanges[0].CidrIp != "0.0.0.0/0" || *ftp.IpRanges[0].Description != "ftp" ||
			*ftp.Ipv6Ranges[0].CidrIpv6 != "::/0" || ftp.Ipv6Ranges[0].Description != nil || *ftp.PrefixListIds[0].PrefixListId != "pl-12345678" {
			t.Errorf("ftp = %+v", ftp)
		}
		if all.FromPort != nil || all.ToPort != nil || *all.UserIdGroupPairs[0].UserId != "999999999999" || *all.UserIdGroupPairs[0].PeeringStatus != "active" {
			t.Errorf("all protocols = %+v", all)
		}
		if *icmp.FromPort != 8 || *icmp.ToPort != -1 {
			t.Errorf("icmp = %+v", icmp)
		}
		if len(g.IpPermissionsEgress) != 1 || *g.IpPermissionsEgress[0].IpProtocol != "-1" {
			t.Errorf("egress = %+v", g.IpPermissionsEgress)
		}
	}
}

func TestDescribeSecurityGroupRules(t *testing.T) {
	s := regionWith(
		fakeaws.Group{Name: "a", Ingress: []fakeaws.Permission{
			{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0", Tags: map[string]string{"owner": "x"}},
			{Protocol: "-1", Group: "sg-12345678"},
		}},
		fakeaws.Group{Name: "b", Egress: []fakeaws.Permission{}, Ingress: []fakeaws.Permission{
			{RuleID: "sgr-0123456789abcdef0", Protocol: "udp", From: 21, To: 21, CIDR6: "::/0"},
		}},
	).Start(t)
	client := ec2Client(s, account, "us-east-1")
	rules := func(in ec2.DescribeSecurityGroupRulesInput) []types.SecurityGroupRule {
		out, err := client.DescribeSecurityGroupRules(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		return out.SecurityGroupRules
	}
	all := rules(ec2.DescribeSecurityGroupRulesInput{})
	if len(all) != 4 {
		t.Fatalf("%d rules, want 1 outbound and 3 inbound", len(all))
	}
	if !*all[0].IsEgress || *all[0].FromPort != -1 || *all[0].ToPort != -1 {
		t.Errorf("the outbound rule is %+v", all[0])
	}
	if *all[2].FromPort != -1 || *all[2].ReferencedGroupInfo.GroupId != "sg-12345678" || *all[2].ReferencedGroupInfo.UserId != account {
		t.Errorf("the rule that refers to a group is %+v", all[2])
	}
	if *all[3].GroupOwnerId != account || !strings.HasSuffix(*all[3].SecurityGroupRuleArn, ":security-group-rule/sgr-0123456789abcdef0") {
		t.Errorf("the rule with an ID is %+v", all[3])
	}
	groupA := fakeaws.GroupID(account, "us-east-1", "a")
	for _, c := range []struct {
		name string
		in   ec2.DescribeSecurityGroupRulesInput
		want int
	}{
		{"group-id", ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", groupA, "sg-unknown")}}, 3},
		{"rule ID", ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("security-group-rule-id", "sgr-0123*")}}, 1},
		{"tag", ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("tag:owner", "x")}}, 1},
		{"nothing", ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", "sg-unknown")}}, 0},
		{"by ID", ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{*all[1].SecurityGroupRuleId, *all[3].SecurityGroupRuleId}}, 2},
	} {
		if got := rules(c.in); len(got) != c.want {
			t.Errorf("%s: %d rules, want %d", c.name, len(got), c.want)
		}
	}
	_, err := client.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{"sgr-00000000000000000"}})
	wantCode(t, err, "InvalidSecurityGroupRuleId.NotFound")
	_, err = client.DescribeSecurityGroupRules(t.Context(), &ec2.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("tag-key", "x")}})
	wantCode(t, err, "InvalidParameterValue")
}

func TestFilters(t *testing.T) {
	s := regionWith(
		fakeaws.Group{Name: "one", VPC: "vpc-1", Tags: map[string]string{"env": "prod"}, Ingress: []fakeaws.Permission{
			{Protocol: "tcp", From: 21, To: 21, CIDR4: "10.0.0.0/8"},
			{Protocol: "udp", From: 53, To: 53, CIDR4: "0.0.0.0/0"},
		}},
		fakeaws.Group{Name: "two", VPC: "vpc-2", Tags: map[string]string{"env": ""}, Ingress: []fakeaws.Permission{
			{Protocol: "-1", CIDR6: "::/0"}, {Protocol: "tcp", From: 0, To: 99, PrefixList: "pl-12345678"},
		}},
		fakeaws.Group{Name: "what*", Owner: "999999999999", Egress: []fakeaws.Permission{{Protocol: "tcp", From: 1, To: 2, Group: "sg-12345678"}}},
	).Start(t)
	client := ec2Client(s, account, "us-east-1")
	for _, c := range []struct {
		filters []types.Filter
		want    string
	}{
		{nil, "one two what*"},
		{[]types.Filter{filter("group-name", "one", "two")}, "one two"},
		{[]types.Filter{filter("group-name", "one"), filter("vpc-id", "vpc-2")}, ""},
		{[]types.Filter{filter("group-name", "t?o")}, "two"},
		{[]types.Filter{filter("group-name", "*o*")}, "one two"},
		{[]types.Filter{filter("group-name", `what\*`)}, "what*"},
		{[]types.Filter{filter("group-name", "ONE")}, ""},
		{[]types.Filter{filter("group-id", fakeaws.GroupID(account, "us-east-1", "two"), "sg-none")}, "two"},
		{[]types.Filter{filter("owner-id", "999999999999")}, "what*"},
		{[]types.Filter{filter("tag:env", "prod")}, "one"},
		{[]types.Filter{filter("tag:env", "")}, "two"},
		{[]types.Filter{filter("tag-key", "env")}, "one two"},
		{[]types.Filter{filter("description", "two")}, "two"},
		{[]types.Filter{filter("ip-permission.cidr", "0.0.0.0/0")}, "one"},
		// Different permissions of one group meet different filters.
		{[]types.Filter{filter("ip-permission.cidr", "0.0.0.0/0"), filter("ip-permission.from-port", "21")}, "one"},
		{[]types.Filter{filter("ip-permission.ipv6-cidr", "::/0")}, "two"},
		{[]types.Filter{filter("ip-permission.prefix-list-id", "pl-*")}, "two"},
		{[]types.Filter{filter("ip-permission.protocol", "-1")}, "two"},
		{[]types.Filter{filter("ip-permission.to-port", "99")}, "two"},
		{[]types.Filter{filter("ip-permission.group-id", "*")}, ""},
		{[]types.Filter{filter("egress.ip-permission.group-id", "sg-12345678")}, "what*"},
		{[]types.Filter{filter("egress.ip-permission.user-id", "999999999999")}, "what*"},
	} {
		if got := names(t, client, c.filters...); got != c.want {
			t.Errorf("%v: %q, want %q", describe(c.filters), got, c.want)
		}
	}
	describeWith := func(in ec2.DescribeSecurityGroupsInput) error {
		_, err := client.DescribeSecurityGroups(t.Context(), &in)
		return err
	}
	many := make([]string, 201)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-id", many[:200]...)}}), "none")
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-id", many...)}}), "FilterLimitExceeded")
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("colour", "red")}}), "InvalidParameterValue")
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-00000000"}}), "InvalidGroup.NotFound")
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{GroupIds: []string{"my-group"}}), "InvalidGroupId.Malformed")
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{GroupIds: []string{fakeaws.GroupID(account, "us-east-1", "one")}}), "none")
	wantCode(t, describeWith(ec2.DescribeSecurityGroupsInput{DryRun: aws.Bool(true)}), "DryRunOperation")
}

func describe(filters []types.Filter) (s string) {
	for _, f := range filters {
		s += fmt.Sprint(*f.Name, f.Values, " ")
	}
	return s
}

func TestPages(t *testing.T) {
	for _, empty := range []bool{false, true} {
		w := fakeaws.Generate(1, []string{"us-east-1"}, 23)
		w.EmptyPages, w.PageSize = empty, 9
		s := w.Start(t)
		account := w.Accounts[0].ID
		client := ec2Client(s, account, "us-east-1")
		for _, size := range []*int32{nil, aws.Int32(5), aws.Int32(23), aws.Int32(1000)} {
			seen := map[string]bool{}
			pages := 0
			p := ec2.NewDescribeSecurityGroupsPaginator(client, &ec2.DescribeSecurityGroupsInput{MaxResults: size})
			for p.HasMorePages() {
				out, err := p.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				pages++
				for _, g := range out.SecurityGroups {
					seen[*g.GroupId] = true
				}
			}
			n := int32(9)
			if size != nil {
				n = *size
			}
			want := int(23+n-1) / int(n)
			if empty {
				want *= 2
			}
			if len(seen) != 23 || pages != want {
				t.Errorf("empty pages %v, size %d: %d groups on %d pages, want 23 on %d", empty, n, len(seen), pages, want)
			}
		}
	}
}

func TestPageErrors(t *testing.T) {
	w := fakeaws.Generate(1, []string{"us-east-1", "us-east-2"}, 23)
	w.Latency = 3 * time.Millisecond
	s := w.Start(t)
	client := ec2Client(s, w.Accounts[0].ID, "us-east-1")
	list := func(in ec2.DescribeSecurityGroupsInput) (*ec2.DescribeSecurityGroupsOutput, error) {
		return client.DescribeSecurityGroups(t.Context(), &in)
	}
	for _, size := range []int32{-1, 4, 1001} {
		_, err := list(ec2.DescribeSecurityGroupsInput{MaxResults: &size})
		wantCode(t, err, "InvalidParameterValue")
	}
	out, err := list(ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]ec2.DescribeSecurityGroupsInput{
		"made up":           {NextToken: aws.String("9")},
		"with a new filter": {NextToken: out.NextToken, Filters: []types.Filter{filter("group-name", "*")}},
	} {
		if _, err := list(in); code(err) != "InvalidParameterValue" {
			t.Errorf("a token that is %s: %v", name, err)
		}
	}
	_, err = ec2Client(s, w.Accounts[0].ID, "us-east-2").DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{NextToken: out.NextToken})
	wantCode(t, err, "InvalidParameterValue")
	if _, err := list(ec2.DescribeSecurityGroupsInput{NextToken: out.NextToken}); err != nil {
		t.Error(err)
	}
	w.Change(func() { w.TokenLife = time.Millisecond })
	_, err = list(ec2.DescribeSecurityGroupsInput{NextToken: out.NextToken})
	wantCode(t, err, "InvalidParameterValue")
}

func TestPrefixLists(t *testing.T) {
	var entries []fakeaws.Entry
	for i := range 130 {
		entries = append(entries, fakeaws.Entry{CIDR: fmt.Sprintf("10.0.%d.0/24", i), Description: "block"})
	}
	w := regionWith()
	w.Accounts[0].Regions["us-east-1"].PrefixLists = []fakeaws.PrefixList{
		{Name: "mine", Entries: entries},
		{ID: "pl-12345678", Name: "com.amazonaws.us-east-1.s3", Owner: "AWS"},
		{Name: "theirs", Owner: "999999999999", Family: "IPv6"},
	}
	client := ec2Client(w.Start(t), account, "us-east-1")
	out, err := client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{})
	if err != nil || len(out.PrefixLists) != 3 {
		t.Fatal(out, err)
	}
	mine, s3, theirs := out.PrefixLists[0], out.PrefixLists[1], out.PrefixLists[2]
	if *mine.PrefixListId != fakeaws.PrefixListID("mine") || *mine.OwnerId != account || *mine.AddressFamily != "IPv4" || mine.Version == nil {
		t.Errorf("mine = %+v", mine)
	}
	if *s3.PrefixListArn != "arn:aws:ec2:us-east-1:aws:prefix-list/pl-12345678" || s3.Version != nil {
		t.Errorf("AWS's = %+v", s3)
	}
	if *theirs.PrefixListArn != "arn:aws:ec2:us-east-1:999999999999:prefix-list/"+fakeaws.PrefixListID("theirs") {
		t.Errorf("theirs = %+v", theirs)
	}
	for _, f := range []types.Filter{filter("owner-id", "AWS"), filter("prefix-list-name", "*.s3"), filter("prefix-list-id", "pl-12345678")} {
		out, err := client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{Filters: []types.Filter{f}})
		if err != nil || len(out.PrefixLists) != 1 {
			t.Errorf("%s: %v, %v", *f.Name, out, err)
		}
	}
	_, err = client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{"pl-00000000"}})
	wantCode(t, err, "InvalidPrefixListID.NotFound")

	p := ec2.NewGetManagedPrefixListEntriesPaginator(client, &ec2.GetManagedPrefixListEntriesInput{PrefixListId: mine.PrefixListId})
	var pages []int
	for p.HasMorePages() {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, len(out.Entries))
	}
	if !slices.Equal(pages, []int{100, 30}) {
		t.Errorf("pages of %v entries, want 100 and 30", pages)
	}
	_, err = client.GetManagedPrefixListEntries(t.Context(), &ec2.GetManagedPrefixListEntriesInput{PrefixListId: mine.PrefixListId, MaxResults: aws.Int32(101)})
	wantCode(t, err, "InvalidParameterValue")
	_, err = client.GetManagedPrefixListEntries(t.Context(), &ec2.GetManagedPrefixListEntriesInput{PrefixListId: aws.String("pl-00000000")})
	wantCode(t, err, "InvalidPrefixListID.NotFound")
}

func TestNetworkInterfaces(t *testing.T) {
	group := fakeaws.GroupID(account, "us-east-1", "web")
	w := regionWith(fakeaws.Group{Name: "web"})
	w.Accounts[0].Regions["us-east-1"].NetworkInterfaces = []fakeaws.NetworkInterface{
		{Description: "public", Groups: []string{group}, PrivateIP: "10.0.0.5", PublicIP: "3.4.5.6", IPv6: []string{"2001:db8::1"}, Instance: "i-12345678"},
		{Description: "balancer", Groups: []string{"sg-12345678"}, Requester: "amazon-elb", VPC: "vpc-1"},
	}
	client := ec2Client(w.Start(t), account, "us-east-1")
	out, err := client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("group-id", group)}})
	if err != nil || len(out.NetworkInterfaces) != 1 {
		t.Fatal(out, err)
	}
	n := out.NetworkInterfaces[0]
	if *n.Association.PublicIp != "3.4.5.6" || *n.Groups[0].GroupName != "web" || n.Status != types.NetworkInterfaceStatusInUse ||
		*n.Attachment.InstanceId != "i-12345678" || *n.Ipv6Addresses[0].Ipv6Address != "2001:db8::1" || *n.PrivateIpAddresses[0].Association.PublicIp != "3.4.5.6" {
		t.Errorf("interface = %+v", n)
	}
	out, err = client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter("status", "available")}})
	if err != nil || len(out.NetworkInterfaces) != 1 || !*out.NetworkInterfaces[0].RequesterManaged || out.NetworkInterfaces[0].Association != nil {
		t.Errorf("balancer = %+v, %v", out, err)
	}
	_, err = client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-00000000"}})
	wantCode(t, err, "InvalidNetworkInterfaceID.NotFound")
	_, err = client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{*n.NetworkInterfaceId}, MaxResults: aws.Int32(5)})
	wantCode(t, err, "InvalidParameterCombination")
}

func TestRegions(t *testing.T) {
	w := &fakeaws.World{Accounts: []*fakeaws.Account{
		{ID: account, Regions: map[string]*fakeaws.Region{"us-east-1": {}, "eu-west-1": {}, "eu-south-1": {}, "me-south-1": {Disabled: true}}},
		{ID: "222222222222", Regions: map[string]*fakeaws.Region{"us-gov-west-1": {Groups: []fakeaws.Group{{Name: "x"}}}}},
		{ID: "333333333333", Regions: map[string]*fakeaws.Region{"cn-north-1": {}}},
	}}
	s := w.Start(t)
	regions := func(account, region string, in ec2.DescribeRegionsInput) string {
		out, err := ec2Client(s, account, region).DescribeRegions(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range out.Regions {
			all = append(all, *r.RegionName+"="+*r.OptInStatus)
		}
		return strings.Join(all, " ")
	}
	for _, c := range []struct {
		in   ec2.DescribeRegionsInput
		want string
	}{
		{ec2.DescribeRegionsInput{}, "eu-south-1=opted-in eu-west-1=opt-in-not-required us-east-1=opt-in-not-required"},
		{ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)}, "eu-south-1=opted-in eu-west-1=opt-in-not-required me-south-1=not-opted-in us-east-1=opt-in-not-required"},
		{ec2.DescribeRegionsInput{Filters: []types.Filter{filter("region-name", "eu-*")}}, "eu-south-1=opted-in eu-west-1=opt-in-not-required"},
		{ec2.DescribeRegionsInput{AllRegions: aws.Bool(true), Filters: []types.Filter{filter("opt-in-status", "not-opted-in")}}, "me-south-1=not-opted-in"},
		{ec2.DescribeRegionsInput{RegionNames: []string{"me-south-1"}}, "me-south-1=not-opted-in"},
	} {
		if got := regions(account, "us-east-1", c.in); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	if got := regions("333333333333", "cn-north-1", ec2.DescribeRegionsInput{}); got != "cn-north-1=opt-in-not-required" {
		t.Error(got)
	}
	for _, region := range []string{"me-south-1", "ap-east-1", "us-gov-west-1"} {
		_, err := ec2Client(s, account, region).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		wantCode(t, err, "AuthFailure")
	}
	out, err := ec2Client(s, "222222222222", "us-gov-west-1").DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	if err != nil || !strings.HasPrefix(*out.SecurityGroups[0].SecurityGroupArn, "arn:aws-us-gov:ec2:us-gov-west-1:") {
		t.Error(out, err)
	}
	who, err := sts.NewFromConfig(s.Config("333333333333", "cn-north-1")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Arn != "arn:aws-cn:iam::333333333333:user/auditor" {
		t.Error(who, err)
	}
}

func TestAuthorizeAndRevoke(t *testing.T) {
	w := regionWith(fakeaws.Group{Name: "web", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}})
	client := ec2Client(w.Start(t), account, "us-east-1")
	id := aws.String(fakeaws.GroupID(account, "us-east-1", "web"))
	permission := func(protocol string, port int32, cidr string) []types.IpPermission {
		return []types.IpPermission{{IpProtocol: &protocol, FromPort: &port, ToPort: &port, IpRanges: []types.IpRange{{CidrIp: &cidr, Description: aws.String("d")}}}}
	}
	_, err := client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: id, IpPermissions: permission("6", 21, "0.0.0.0/0")})
	wantCode(t, err, "InvalidPermission.Duplicate")
	added, err := client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: id, IpPermissions: permission("tcp", 22, "10.1.2.3/8"),
		TagSpecifications: []types.TagSpecification{{ResourceType: "security-group-rule", Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := added.SecurityGroupRules[0]; *r.CidrIpv4 != "10.0.0.0/8" || *r.Description != "d" || *r.Tags[0].Value != "v" {
		t.Errorf("added %+v", r)
	}
	ports := func() (all []int32) {
		out, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: []string{*id}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range out.SecurityGroups[0].IpPermissions {
			all = append(all, *p.FromPort)
		}
		return all
	}
	if got := ports(); !slices.Equal(got, []int32{21, 22}) {
		t.Errorf("ports %v", got)
	}
	gone, err := client.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: id, SecurityGroupRuleIds: []string{*added.SecurityGroupRules[0].SecurityGroupRuleId}})
	if err != nil || *gone.RevokedSecurityGroupRules[0].CidrIpv4 != "10.0.0.0/8" {
		t.Fatal(gone, err)
	}
	_, err = client.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: id, SecurityGroupRuleIds: []string{*added.SecurityGroupRules[0].SecurityGroupRuleId}})
	wantCode(t, err, "InvalidSecurityGroupRuleId.NotFound")
	_, err = client.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: id, IpPermissions: permission("tcp", 22, "10.0.0.0/8")})
	wantCode(t, err, "InvalidPermission.NotFound")
	if _, err = client.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: id, IpPermissions: permission("tcp", 21, "0.0.0.0/0")}); err != nil {
		t.Fatal(err)
	}
	if got := ports(); len(got) != 0 {
		t.Errorf("ports %v", got)
	}
	_, err = client.RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{GroupId: aws.String("sg-00000000"), IpPermissions: permission("tcp", 21, "0.0.0.0/0")})
	wantCode(t, err, "InvalidGroup.NotFound")
}

// A scale that a test of the product uses: its worlds must be there at once, and take nothing.
func TestGeneratedWorldIsCheap(t *testing.T) {
	w := fakeaws.Generate(1000, fakeaws.DefaultRegions, 50)
	s := w.Start(t)
	var wg sync.WaitGroup
	for _, a := range []*fakeaws.Account{w.Accounts[0], w.Accounts[999]} {
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			wg.Go(func() {
				out, err := ec2Client(s, a.ID, region).DescribeSecurityGroups(context.Background(), &ec2.DescribeSecurityGroupsInput{
					Filters: []types.Filter{filter("ip-permission.from-port", "21"), filter("ip-permission.cidr", "10.0.0.0/8")},
				})
				if err != nil || len(out.SecurityGroups) != 45 || *out.SecurityGroups[0].GroupId != fakeaws.GroupID(a.ID, region, "generated-1") {
					t.Errorf("%s %s: %d groups, %v", a.ID, region, len(out.SecurityGroups), err)
				}
			})
		}
	}
	wg.Wait()
	orgs := organizations.NewFromConfig(s.Config(w.Accounts[0].ID, "us-east-1"))
	p := organizations.NewListAccountsPaginator(orgs, &organizations.ListAccountsInput{})
	n := 0
	for p.HasMorePages() {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += len(out.Accounts)
	}
	if n != 1000 {
		t.Errorf("%d accounts", n)
	}
}

func TestUnsignedRequestsAreRefused(t *testing.T) {
	s := regionWith().Start(t)
	resp, err := http.Post(s.URL, "application/x-www-form-urlencoded", strings.NewReader("Action=DescribeRegions&Version=2016-11-15"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if resp.StatusCode != 400 {
		t.Errorf("status %s", resp.Status)
	}
}
