package fakeaws_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// as returns the configuration with other credentials.
func as(c aws.Config, key, token string) aws.Config {
	c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: key, SecretAccessKey: "secret", SessionToken: token}, nil
	})
	return c
}

func TestAssumeRole(t *testing.T) {
	regions := map[string]*fakeaws.Region{"us-east-1": {}, "eu-south-1": {}}
	w := &fakeaws.World{Accounts: []*fakeaws.Account{
		{ID: account, Regions: regions},
		{ID: "222222222222", Regions: map[string]*fakeaws.Region{"us-east-1": {Groups: []fakeaws.Group{{Name: "theirs"}}}}, Roles: []fakeaws.Role{
			{Name: "audit", ExternalID: "s3cret", MaxDuration: 2 * time.Hour}, {Name: "closed", Denied: true},
		}},
		{ID: "333333333333", Regions: regions, State: "SUSPENDED"},
		{ID: "444444444444", Regions: regions, GlobalTokens: true},
	}}
	s := w.Start(t)
	client := sts.NewFromConfig(once(s.Config(account, "us-east-1")))
	assume := func(client *sts.Client, arn, externalID, session string, seconds int32) (*sts.AssumeRoleOutput, string) {
		in := &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: &session, DurationSeconds: &seconds}
		if externalID != "" {
			in.ExternalId = &externalID
		}
		out, err := client.AssumeRole(t.Context(), in)
		return out, code(err)
	}
	const audit = "arn:aws:iam::222222222222:role/security/audit"
	for _, c := range []struct {
		arn, externalID, session string
		seconds                  int32
		want                     string
	}{
		{audit, "s3cret", "ftpcheck", 900, "none"},
		{audit, "s3cret", "ftpcheck", 7200, "none"},
		{audit, "s3cret", "ftpcheck", 7201, "ValidationError"},
		{audit, "s3cret", "ftpcheck", 899, "ValidationError"},
		{audit, "s3cret", "ftp check", 900, "ValidationError"},
		{audit, "guess", "ftpcheck", 900, "AccessDenied"},
		{audit, "", "ftpcheck", 900, "AccessDenied"},
		{"arn:aws:iam::222222222222:role/closed", "", "ftpcheck", 900, "AccessDenied"},
		{"arn:aws:iam::222222222222:role/other", "", "ftpcheck", 900, "AccessDenied"},
		{"arn:aws:iam::333333333333:role/any", "", "ftpcheck", 900, "AccessDenied"},
		{"arn:aws:iam::999999999999:role/any", "", "ftpcheck", 900, "AccessDenied"},
		{"arn:aws:iam::222222222222:user/audit", "s3cret", "ftpcheck", 900, "ValidationError"},
	} {
		if _, got := assume(client, c.arn, c.externalID, c.session, c.seconds); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}

	out, _ := assume(client, audit, "s3cret", "ftpcheck", 900)
	if *out.AssumedRoleUser.Arn != "arn:aws:sts::222222222222:assumed-role/audit/ftpcheck" {
		t.Errorf("session of %s", *out.AssumedRoleUser.Arn)
	}
	if left := time.Until(*out.Credentials.Expiration); left < 890*time.Second || left > 900*time.Second {
		t.Errorf("expires in %v", left)
	}
	there := as(once(s.Config(account, "us-east-1")), *out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
	if got := names(t, ec2.NewFromConfig(there)); got != "theirs" {
		t.Errorf("groups %q", got)
	}
	who, err := sts.NewFromConfig(there).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != "222222222222" || *who.Arn != *out.AssumedRoleUser.Arn {
		t.Errorf("%+v, %v", who, err)
	}
	// A session may assume a role in turn, for an hour at most.
	if _, got := assume(sts.NewFromConfig(there), audit, "s3cret", "again", 7200); got != "ValidationError" {
		t.Errorf("two hours by chaining: %s", got)
	}
	// The key is worth nothing without its token.
	_, err = ec2.NewFromConfig(as(there, *out.Credentials.AccessKeyId, "")).DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{})
	wantCode(t, err, "AuthFailure")
	_, err = sts.NewFromConfig(as(there, "AKIAUNKNOWN", "")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	wantCode(t, err, "InvalidClientTokenId")
	s.ExpireSessions()
	_, err = ec2.NewFromConfig(there).DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{})
	wantCode(t, err, "RequestExpired")

	// STS has to be on in the region, for the account whose role it is.
	south := sts.NewFromConfig(once(s.Config(account, "eu-south-1")))
	if _, got := assume(south, audit, "s3cret", "ftpcheck", 900); got != "RegionDisabledException" {
		t.Errorf("STS in a region that is off: %s", got)
	}
	// Tokens of the global endpoint are good in regions that are on by default only.
	out, _ = assume(client, "arn:aws:iam::444444444444:role/any", "", "ftpcheck", 900)
	for region, want := range map[string]string{"us-east-1": "none", "eu-south-1": "AuthFailure"} {
		c := as(once(s.Config(account, region)), *out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
		_, err := ec2.NewFromConfig(c).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		wantCode(t, err, want)
	}
}

func TestOrganization(t *testing.T) {
	w := fakeaws.Generate(45, []string{"us-east-1"}, 0)
	id := func(i int) string { return w.Accounts[i].ID }
	w.Accounts[1].State = "SUSPENDED"
	w.Accounts[2].State = "PENDING_CLOSURE"
	w.Accounts[3].State = "CLOSED"
	w.Accounts[44].Standalone = true
	w.Organization = &fakeaws.Organization{
		Delegates: []string{id(7)},
		Units: []fakeaws.Unit{
			{Name: "prod", Accounts: []string{id(4), id(5)}, Units: []fakeaws.Unit{{Name: "eu", Accounts: []string{id(6)}}}},
			{ID: "ou-fake-aaaaaaaa", Name: "dev"},
		},
	}
	w.EmptyPages = true
	s := w.Start(t)
	client := func(i int) *organizations.Client {
		return organizations.NewFromConfig(once(s.Config(id(i), "us-east-1")))
	}
	list := func(c *organizations.Client) (ids, states []string) {
		p := organizations.NewListAccountsPaginator(c, &organizations.ListAccountsInput{MaxResults: aws.Int32(20)})
		for p.HasMorePages() {
			out, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range out.Accounts {
				ids = append(ids, *a.Id)
				states = append(states, string(a.Status)+"/"+string(a.State))
			}
		}
		return ids, states
	}
	ids, states := list(client(0))
	if len(ids) != 44 || !slices.Equal(states[:5], []string{"ACTIVE/ACTIVE", "SUSPENDED/SUSPENDED", "PENDING_CLOSURE/PENDING_CLOSURE", "SUSPENDED/CLOSED", "ACTIVE/ACTIVE"}) {
		t.Errorf("%d accounts, %v", len(ids), states[:5])
	}
	if again, _ := list(client(7)); len(again) != 44 {
		t.Errorf("a delegate sees %d accounts", len(again))
	}
	_, err := client(8).ListAccounts(t.Context(), &organizations.ListAccountsInput{})
	wantCode(t, err, "AccessDeniedException")
	_, err = client(44).ListAccounts(t.Context(), &organizations.ListAccountsInput{})
	wantCode(t, err, "AWSOrganizationsNotInUseException")
	for _, size := range []int32{0, 21} {
		_, err = client(0).ListAccounts(t.Context(), &organizations.ListAccountsInput{MaxResults: &size})
		wantCode(t, err, "InvalidInputException")
	}
	_, err = client(0).ListAccounts(t.Context(), &organizations.ListAccountsInput{NextToken: aws.String("made up")})
	wantCode(t, err, "InvalidInputException")

	org, err := client(8).DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
	if err != nil || *org.Organization.MasterAccountId != id(0) {
		t.Errorf("seen by a member: %+v, %v", org, err)
	}
	roots, err := client(0).ListRoots(t.Context(), &organizations.ListRootsInput{})
	if err != nil || len(roots.Roots) != 1 {
		t.Fatal(roots, err)
	}
	children := func(parent string) (accounts int, units string) {
		a := organizations.NewListAccountsForParentPaginator(client(0), &organizations.ListAccountsForParentInput{ParentId: &parent})
		for a.HasMorePages() {
			out, err := a.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			accounts += len(out.Accounts)
		}
		u := organizations.NewListOrganizationalUnitsForParentPaginator(client(0), &organizations.ListOrganizationalUnitsForParentInput{ParentId: &parent})
		for u.HasMorePages() {
			out, err := u.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, unit := range out.OrganizationalUnits {
				units += *unit.Id + " "
			}
		}
		return accounts, strings.TrimSpace(units)
	}
	for parent, want := range map[string]struct {
		accounts int
		units    string
	}{
		*roots.Roots[0].Id:     {41, fakeaws.UnitID("prod") + " ou-fake-aaaaaaaa"},
		fakeaws.UnitID("prod"): {2, fakeaws.UnitID("eu")},
		fakeaws.UnitID("eu"):   {1, ""},
		"ou-fake-aaaaaaaa":     {0, ""},
	} {
		if accounts, units := children(parent); accounts != want.accounts || units != want.units {
			t.Errorf("%s has %d accounts and units %q, want %+v", parent, accounts, units, want)
		}
	}
	_, err = client(0).ListAccountsForParent(t.Context(), &organizations.ListAccountsForParentInput{ParentId: aws.String("ou-fake-bbbbbbbb")})
	wantCode(t, err, "ParentNotFoundException")
}

// TestEnv is what happens in a child process: the SDK finds everything in the environment.
func TestEnv(t *testing.T) {
	w := fakeaws.Generate(2, []string{"eu-west-1"}, 3)
	s := w.Start(t)
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	for _, variable := range s.EnvOf(w.Accounts[1].ID) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c, err := config.LoadDefaultConfig(t.Context(), config.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, ec2.NewFromConfig(c)); got != "generated-0 generated-1 generated-2" {
		t.Errorf("groups %q", got)
	}
	who, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != w.Accounts[1].ID {
		t.Errorf("%+v, %v", who, err)
	}
	org, err := organizations.NewFromConfig(c).DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
	if err != nil || *org.Organization.MasterAccountId != w.Accounts[0].ID {
		t.Errorf("%+v, %v", org, err)
	}
}
