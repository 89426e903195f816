package scan

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// One region denied, one throttled for ever, one not enabled: each is in its record, and
// no other place suffers.
func TestFailuresTouchNoOtherPlace(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1"},
		{Kind: fakeaws.Throttled, Account: another, Region: "us-east-2"},
	}
	s := w.Start(t)
	cfg := liveConfig(t, s)
	noLeaks(t)
	cfg.Accounts = []string{"*"}
	cfg.MaxErrorRetryAttempts = 2 // each more waits for seconds, and no clock is ours

	groups, places, err := read(t, cfg, sg.Request{})
	var incomplete *sg.IncompleteError
	if !errors.As(err, &incomplete) {
		t.Fatal(err)
	}
	want := "2 places could not be read:\n" +
		"- account 222233334444, region eu-west-1: ec2:DescribeSecurityGroups is denied. Allow the caller this action\n" +
		"- account 333344445555, region us-east-2: AWS throttled ec2:DescribeSecurityGroups each time it was tried. Try again later, or raise max_error_retry_attempts"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(groups) != 98 {
		t.Errorf("%d groups, want those of the 49 places that could be read", len(groups))
	}
	counts := map[sg.Status]int{sg.StatusScanned: 49, sg.StatusRegionDisabled: 3, sg.StatusDenied: 1, sg.StatusThrottled: 1}
	if diff := cmp.Diff(counts, statuses(places)); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	if n := s.Count(another, "us-east-2", "DescribeSecurityGroups").Attempts; n != 2 {
		t.Errorf("%d tries of the throttled call, want 2", n)
	}
	if n := s.Count(member, "eu-west-1", "DescribeSecurityGroups").Attempts; n != 1 {
		t.Errorf("%d tries of the denied call, want 1", n)
	}

	t.Run("settled", func(t *testing.T) {
		groups, _, err := read(t, cfg, sg.Request{Settled: true})
		if !errors.As(err, &incomplete) || len(groups) > 0 {
			t.Errorf("%d groups and %v", len(groups), err)
		}
	})
	t.Run("ignored", func(t *testing.T) {
		cfg.IgnoreErrorCodes = []string{"Unauthorized*"}
		cfg.IgnoreErrorMessages = []string{"[Rr]ate|[Rr]equest limit"}
		s.Reset()
		groups, places, err := read(t, cfg, sg.Request{Settled: true})
		if err != nil || len(groups) != 98 {
			t.Errorf("%d groups and %v", len(groups), err)
		}
		if diff := cmp.Diff(counts, statuses(places)); diff != "" {
			t.Errorf("coverage (-want +got):\n%s", diff)
		}
		if n := s.Count(member, "eu-west-1", "DescribeSecurityGroups").Attempts; n != 1 {
			t.Errorf("%d tries of the denied call, want 1 although the read goes over all twice", n)
		}
	})
}

func TestFailuresInWords(t *testing.T) {
	one := func() *fakeaws.Region { return &fakeaws.Region{Groups: []fakeaws.Group{openGroup("g")}} }
	const place = "account 111122223333, region us-east-1: "
	groupsAction := "DescribeSecurityGroups"
	for _, tt := range []struct {
		name   string
		world  *fakeaws.World
		change func(*config.Config)
		status sg.Status
		code   string
		want   string
	}{
		{"denied", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Denied, Action: groupsAction}), nil, sg.StatusDenied, "UnauthorizedOperation",
			place + "ec2:DescribeSecurityGroups is denied. Allow the caller this action"},
		{"denied by a service control policy", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.DeniedBySCP, Action: groupsAction}), nil, sg.StatusDeniedBySCP, "UnauthorizedOperation",
			place + "ec2:DescribeSecurityGroups is denied by a service control policy of the organization. If the region is not in use on purpose, leave it out with regions or ignore_error_messages"},
		{"throttled", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Throttled, Action: groupsAction}), nil, sg.StatusThrottled, "RequestLimitExceeded",
			place + "AWS throttled ec2:DescribeSecurityGroups each time it was tried. Try again later, or raise max_error_retry_attempts"},
		{"expired in the middle", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Expired, Action: groupsAction}), nil, sg.StatusExpired, "RequestExpired",
			place + "the AWS credentials have expired. Get new ones, for example with 'aws sso login', and try again"},
		{"opt-in required", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.OptInRequired, Action: groupsAction}), nil, sg.StatusRegionDisabled, "OptInRequired",
			place + "the region is not enabled for the account. Enable it, or leave it out of regions"},
		{"credentials not valid in the region", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.RegionDisabled, Action: groupsAction}), nil, sg.StatusDenied, "AuthFailure",
			place + "AWS could not validate the credentials for ec2:DescribeSecurityGroups. Either they are not valid, or the region is not enabled for the account"},
		{"internal error", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Internal, Action: groupsAction}), nil, sg.StatusUnreachable, "InternalError",
			place + "ec2:DescribeSecurityGroups failed inside AWS each time it was tried (InternalError). Try again later"},
		{"connection reset", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Reset, Action: groupsAction}), nil, sg.StatusUnreachable, "Unreachable",
			place + "ec2:DescribeSecurityGroups did not get through: the connection failed ("},
		{"answer cut off", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.CutBody, Action: groupsAction}), nil, sg.StatusUnreachable, "Unreachable",
			place + "ec2:DescribeSecurityGroups did not get through: the connection failed (unexpected EOF). Check the network, proxies and endpoint_url, and try again"},
		{"answer that is no XML", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Malformed, Action: groupsAction}), nil, sg.StatusError, "UnexpectedAnswer",
			place + "ec2:DescribeSecurityGroups failed: the answer could not be understood. Try again, and check endpoint_url and proxies if it stays so"},
		{"answer that ends early", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Truncated, Action: groupsAction}), nil, sg.StatusError, "UnexpectedAnswer",
			place + "ec2:DescribeSecurityGroups failed: the answer could not be understood. Try again, and check endpoint_url and proxies if it stays so"},
		{"regions cannot be listed", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Denied, Action: "DescribeRegions"}), nil, sg.StatusDenied, "UnauthorizedOperation",
			"account 111122223333: ec2:DescribeRegions is denied, so nobody knows which regions there are. Allow the caller this action, or name each region to read with regions"},
		{"identity expired", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.Expired, Action: "GetCallerIdentity"}), nil, sg.StatusExpired, "ExpiredToken",
			"AWS: the AWS credentials have expired. Get new ones, for example with 'aws sso login', and try again"},
		{"unknown key", oneRegion(one(), fakeaws.Fault{Kind: fakeaws.InvalidKey, Action: "GetCallerIdentity"}), nil, sg.StatusDenied, "InvalidClientTokenId",
			"AWS: AWS does not know these credentials. Check the access key, its secret and, for temporary ones, the session token"},
		{"no such region", oneRegion(one()), func(c *config.Config) { c.Regions = []string{"us-east-9"} }, sg.StatusError, "NoSuchRegion",
			`account 111122223333, region us-east-9: no region of the account is "us-east-9". Did you mean us-east-1? Correct it in regions`},
		{"no region matches", oneRegion(one()), func(c *config.Config) { c.Regions = []string{"us-east-1", "mars-*"} }, sg.StatusError, "NoSuchRegion",
			`account 111122223333, region mars-*: no region of the account is "mars-*". Correct it in regions`},
		{"a disabled region by name", &fakeaws.World{Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"us-east-1": {}, "me-south-1": {Disabled: true}}}}},
			func(c *config.Config) { c.Regions = []string{"us-east-1", "me-south-1"} }, sg.StatusRegionDisabled, "RegionDisabled",
			"account 111122223333, region me-south-1: the region is not enabled for the account. Enable it, or leave it out of regions"},
		{"no organization", oneRegion(one()), func(c *config.Config) { c.Accounts = []string{"*"} }, sg.StatusError, "AWSOrganizationsNotInUseException",
			"AWS: the accounts of the organization could not be listed: the account is not part of an organization, so accounts can hold account IDs only, and no patterns or organizational units"},
		{"a role that does not trust", organization(), func(c *config.Config) {
			c.Accounts, c.RoleName, c.Regions = []string{home, member}, "nobody", []string{"us-east-1"}
		}, sg.StatusRoleFailed, "AccessDenied",
			"account 222233334444: the role cannot be assumed: it does not exist, or it does not trust the caller. Check role_name and the role's trust policy"},
		{"no account matches", organization(), func(c *config.Config) { c.Accounts, c.Regions = []string{"9*", home}, []string{"us-east-1"} }, sg.StatusError, "NoSuchAccount",
			`AWS: no account of the organization matches "9*" of accounts`},
		{"STS out of reach for a role", organization(), func(c *config.Config) {
			c.Accounts, c.RoleName = []string{member}, "audit"
			c.Regions = []string{"us-east-1"}
		}, sg.StatusUnreachable, "Unreachable", "account 222233334444: sts:AssumeRole did not get through: the connection failed ("},
		{"an empty unit", organization(), func(c *config.Config) { c.Accounts, c.Regions = []string{"ou-none-12345678"}, []string{"us-east-1"} }, sg.StatusError, "",
			"AWS: the accounts of ou-none-12345678 could not be listed: "},
		{"no such profile", oneRegion(one()), func(c *config.Config) { c.Profile = "nobody" }, sg.StatusError, "NoSuchProfile",
			`AWS: the AWS profile "nobody" does not exist. Name one that 'aws configure list-profiles' shows`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, a := range tt.world.Accounts {
				if a.ID == member {
					a.Roles = []fakeaws.Role{{Name: "audit"}}
				}
			}
			if tt.name == "STS out of reach for a role" {
				tt.world.Faults = []fakeaws.Fault{{Kind: fakeaws.Reset, Action: "AssumeRole"}}
			}
			cfg := liveConfig(t, tt.world.Start(t))
			noLeaks(t)
			cfg.MaxErrorRetryAttempts = 2
			if tt.change != nil {
				tt.change(&cfg)
			}
			_, places, err := read(t, cfg, sg.Request{})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			i := slices.IndexFunc(places, func(c sg.Coverage) bool { return c.Status != sg.StatusScanned && !c.Optional })
			if i < 0 || places[i].Status != tt.status || tt.code != "" && places[i].ErrorCode != tt.code {
				t.Errorf("the record is not of status %s and code %s: %+v", tt.status, tt.code, places)
			}
		})
	}
}

func TestNoCredentials(t *testing.T) {
	cfg := liveConfig(t, oneRegion(&fakeaws.Region{}).Start(t))
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_SESSION_TOKEN", "")
	_, _, err := read(t, cfg, sg.Request{})
	want := "AWS: no AWS credentials were found. Set profile (or AWS_PROFILE), run 'aws configure' or 'aws sso login', or give the machine a role"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// What fails at first and then works costs tries, not rows.
func TestRetries(t *testing.T) {
	for _, kind := range []fakeaws.Kind{fakeaws.Throttled, fakeaws.Internal, fakeaws.Unavailable, fakeaws.Reset, fakeaws.CutBody} {
		t.Run(string(kind), func(t *testing.T) {
			s := oneRegion(&fakeaws.Region{Groups: []fakeaws.Group{openGroup("g")}}, fakeaws.Fault{Kind: kind, Action: "DescribeSecurityGroups", First: 2}).Start(t)
			groups, _, err := read(t, liveConfig(t, s), sg.Request{})
			if err != nil || len(groups) != 1 {
				t.Errorf("%d groups, %v", len(groups), err)
			}
			if n := s.Count("", "", "DescribeSecurityGroups").Attempts; n != 3 {
				t.Errorf("%d tries, want 3", n)
			}
		})
	}
}

// A prefix list that cannot be read leaves its permissions undetermined, and no more.
func TestUnreadablePrefixList(t *testing.T) {
	region := &fakeaws.Region{
		PrefixLists: []fakeaws.PrefixList{{Name: "secret", Entries: []fakeaws.Entry{{CIDR: "10.0.0.0/8"}}}},
		Groups: []fakeaws.Group{
			{Name: "by-list", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, PrefixList: fakeaws.PrefixListID("secret")}}},
			closedGroup("closed"),
		},
	}
	s := oneRegion(region, fakeaws.Fault{Kind: fakeaws.Denied, Action: "GetManagedPrefixListEntries"}).Start(t)
	groups, places, err := read(t, liveConfig(t, s), sg.Request{Settled: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		want := map[string]rule.Answer{"by-list": rule.Unknown, "closed": rule.No}[g.Name]
		if g.Verdict.Unrestricted != want {
			t.Errorf("%s: %v, want %v", g.Name, g.Verdict.Unrestricted, want)
		}
	}
	c := places[0]
	if c.Status != sg.StatusScanned || c.ErrorCode != "UnauthorizedOperation" || !strings.Contains(c.ErrorMessage, fakeaws.PrefixListID("secret")) {
		t.Errorf("record: %+v", c)
	}
}

// What only adds to the groups does not take them away when it fails, but is missed.
func TestUnreadableRulesAndInterfaces(t *testing.T) {
	for action, request := range map[string]sg.Request{
		"DescribeSecurityGroupRules": {Rules: true}, "DescribeNetworkInterfaces": {NetworkInterfaces: true},
	} {
		s := oneRegion(&fakeaws.Region{Groups: []fakeaws.Group{openGroup("g")}}, fakeaws.Fault{Kind: fakeaws.Denied, Action: action}).Start(t)
		groups, places, err := read(t, liveConfig(t, s), request)
		if err == nil || !strings.Contains(err.Error(), action+" is denied") || len(groups) != 1 || groups[0].NetworkInterfacesKnown {
			t.Errorf("%s: %d groups, %v", action, len(groups), err)
		}
		if places[0].Status != sg.StatusDenied || places[0].Groups != 1 {
			t.Errorf("%s: %+v", action, places[0])
		}
	}
}

// An answer that is not from AWS, though it has no error in it, never counts as "nothing
// there".
func TestAnswersThatAreNotFromAWS(t *testing.T) {
	region := &fakeaws.Region{
		Groups:      []fakeaws.Group{{Name: "g", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, PrefixList: fakeaws.PrefixListID("wide")}}}},
		PrefixLists: []fakeaws.PrefixList{{Name: "wide", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/0"}}}},
	}
	s := oneRegion(region).Start(t)
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"", "<html><body>Please log in</body></html>", `{"ok": 1}`} {
		for _, action := range []string{"GetCallerIdentity", "DescribeRegions", "DescribeSecurityGroups", "GetManagedPrefixListEntries"} {
			between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				request, _ := io.ReadAll(r.Body)
				if strings.Contains(string(request), "Action="+action+"&") {
					time.Sleep(2 * time.Millisecond) // see fakeaws.World.Latency
					io.WriteString(w, body)
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(request))
				httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
			}))
			cfg := liveConfig(t, s)
			cfg.EndpointURL = between.URL
			cfg.MaxErrorRetryAttempts = 1
			groups, places, err := read(t, cfg, sg.Request{})
			between.Close()
			if action == "GetManagedPrefixListEntries" {
				if err != nil || len(groups) != 1 || groups[0].Verdict.Unrestricted != rule.Unknown {
					t.Errorf("%s answered with %q: %v, %v", action, body, groups, err)
				}
				continue
			}
			if err == nil || len(places) != 1 || places[0].Status == sg.StatusScanned || !strings.Contains(err.Error(), "the answer is not from AWS") {
				t.Errorf("%s answered with %q: %v, %v", action, body, places, err)
			}
		}
	}
}

// Places that are ignored never hide that nothing could be found at all.
func TestIgnoringEverythingFindsNothing(t *testing.T) {
	cfg := liveConfig(t, oneRegion(&fakeaws.Region{}, fakeaws.Fault{Kind: fakeaws.Expired, Action: "GetCallerIdentity"}).Start(t))
	cfg.IgnoreErrorCodes = []string{"*"}
	if _, _, err := read(t, cfg, sg.Request{}); err == nil {
		t.Error("no error, though nobody knows whose the credentials are")
	}
}
