package fakeaws_test

import (
	"context"
	"errors"
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
	awshttp "github.com/aws/smithy-go/transport/http"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

func status(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// TestFaultsOfEachService has the code and status that each service gives to a failure.
func TestFaultsOfEachService(t *testing.T) {
	type answer struct {
		code   string
		status int
	}
	for kind, want := range map[fakeaws.Kind][3]answer{
		fakeaws.Denied:         {{"UnauthorizedOperation", 403}, {"AccessDenied", 403}, {"AccessDeniedException", 400}},
		fakeaws.DeniedBySCP:    {{"UnauthorizedOperation", 403}, {"AccessDenied", 403}, {"AccessDeniedException", 400}},
		fakeaws.RegionDisabled: {{"AuthFailure", 401}, {"InvalidClientTokenId", 403}, {"none", 0}},
		fakeaws.OptInRequired:  {{"OptInRequired", 401}, {"OptInRequired", 403}, {"SubscriptionRequiredException", 400}},
		fakeaws.Expired:        {{"RequestExpired", 400}, {"ExpiredToken", 403}, {"ExpiredTokenException", 400}},
		fakeaws.InvalidKey:     {{"AuthFailure", 401}, {"InvalidClientTokenId", 403}, {"UnrecognizedClientException", 400}},
		fakeaws.Throttled:      {{"RequestLimitExceeded", 503}, {"Throttling", 400}, {"TooManyRequestsException", 400}},
		fakeaws.Internal:       {{"InternalError", 500}, {"InternalFailure", 500}, {"ServiceException", 500}},
		fakeaws.Unavailable:    {{"Unavailable", 503}, {"ServiceUnavailable", 503}, {"ServiceUnavailableException", 503}},
	} {
		w := regionWith()
		w.Organization = &fakeaws.Organization{}
		w.Faults = []fakeaws.Fault{{Kind: kind}}
		s := w.Start(t)
		config := once(s.Config(account, "us-east-1"))
		_, ec2Err := ec2.NewFromConfig(config).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		_, stsErr := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		_, orgErr := organizations.NewFromConfig(config).ListAccounts(t.Context(), &organizations.ListAccountsInput{})
		for i, err := range []error{ec2Err, stsErr, orgErr} {
			if got := (answer{code(err), status(err)}); got != want[i] {
				t.Errorf("%s, service %d: %v, want %v (%v)", kind, i, got, want[i], err)
			}
		}
	}
}

func TestDenialsAreWordedAsByAWS(t *testing.T) {
	w := regionWith()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Action: "DescribeSecurityGroups"},
		{Kind: fakeaws.DeniedBySCP, Action: "DescribeRegions"},
		{Kind: fakeaws.Custom, Action: "DescribeNetworkInterfaces", Status: 418, Code: "Teapot", Message: "100% short and stout"},
	}
	client := ec2Client(w.Start(t), account, "us-east-1")
	_, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	if want := "UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: ec2:DescribeSecurityGroups because no identity-based policy allows the ec2:DescribeSecurityGroups action"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v\nwant %s", err, want)
	}
	_, err = client.DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{})
	if want := "is not authorized to perform: ec2:DescribeRegions with an explicit deny in a service control policy"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v\nwant %s", err, want)
	}
	_, err = client.DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{})
	if err == nil || status(err) != 418 || !strings.HasSuffix(err.Error(), "Teapot: 100% short and stout") {
		t.Error(err)
	}
}

// TestFaultsOfTheWire has what the client must never take for an answer.
func TestFaultsOfTheWire(t *testing.T) {
	for kind, want := range map[fakeaws.Kind]string{
		fakeaws.Reset:     "reset",
		fakeaws.CutBody:   "unexpected EOF",
		fakeaws.Truncated: "deserialization failed",
		fakeaws.Malformed: "deserialization failed",
	} {
		w := regionWith(fakeaws.Group{Name: "a"}, fakeaws.Group{Name: "b"})
		w.Faults = []fakeaws.Fault{{Kind: kind, First: 1}}
		s := w.Start(t)
		client := ec2Client(s, account, "us-east-1")
		_, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", kind, err, want)
		}
		if got := names(t, client); got != "a b" {
			t.Errorf("%s: then %q", kind, got)
		}
		if got := s.Count(account, "us-east-1", "DescribeSecurityGroups"); got != (fakeaws.Count{Attempts: 2, Successes: 1}) {
			t.Errorf("%s: %+v", kind, got)
		}
		if got := s.Calls("")[0].Error; got != string(kind) {
			t.Errorf("%s: recorded as %q", kind, got)
		}
	}
}

// A fault that was set anew strikes anew, also where it is the same as the one before.
func TestFaultsCountAnew(t *testing.T) {
	w := regionWith(fakeaws.Group{Name: "a"})
	client := ec2Client(w.Start(t), account, "us-east-1")
	for range 2 {
		w.Change(func() { w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, First: 1}} })
		if _, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{}); err == nil {
			t.Error("the first call after the change did not fail")
		}
		if got := names(t, client); got != "a" {
			t.Errorf("the second has %q", got)
		}
	}
}

func TestSlowAndHanging(t *testing.T) {
	w := regionWith()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Slow, Action: "DescribeRegions", Delay: 60 * time.Millisecond},
		{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups"},
	}
	s := w.Start(t)
	client := ec2Client(s, account, "us-east-1")
	start := time.Now()
	if _, err := client.DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{}); err != nil || time.Since(start) < 60*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hanging: %v", err)
	}
	// The server must also stop while a call still hangs.
	inner, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go client.DescribeSecurityGroups(inner, &ec2.DescribeSecurityGroupsInput{})
	for s.MaxInFlight("", "") == 0 {
		time.Sleep(time.Millisecond)
	}
}

func TestFaultsFindTheirCalls(t *testing.T) {
	w := regionWith(fakeaws.Group{Name: "a"})
	w.Accounts[0].Regions["us-west-2"] = &fakeaws.Region{PrefixLists: []fakeaws.PrefixList{{Name: "good"}, {Name: "bad"}}}
	w.Accounts[0].Regions["us-east-1"].Generated = 20
	w.Accounts[0].Regions["us-east-1"].Generate = fakeaws.GeneratedGroup
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Internal, Region: "us-east-1", Action: "DescribeSecurityGroups", Page: 3},
		{Kind: fakeaws.Denied, Value: fakeaws.PrefixListID("bad")},
		{Kind: fakeaws.Throttled, Region: "us-west-2", Action: "DescribeSecurityGroups", First: 2},
		{Kind: fakeaws.Denied, Account: "999999999999"},
	}
	s := w.Start(t)
	east, west := ec2Client(s, account, "us-east-1"), ec2Client(s, account, "us-west-2")
	p := ec2.NewDescribeSecurityGroupsPaginator(east, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)})
	var got []string
	for range 3 {
		_, err := p.NextPage(t.Context())
		got = append(got, code(err))
	}
	for _, list := range []string{"good", "bad"} {
		_, err := west.GetManagedPrefixListEntries(t.Context(), &ec2.GetManagedPrefixListEntriesInput{PrefixListId: aws.String(fakeaws.PrefixListID(list))})
		got = append(got, code(err))
	}
	for range 3 {
		_, err := west.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
		got = append(got, code(err))
	}
	want := []string{"none", "none", "InternalError", "none", "UnauthorizedOperation", "RequestLimitExceeded", "RequestLimitExceeded", "none"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestProbabilityDependsOnTheSeedAlone(t *testing.T) {
	failed := func(seed uint64) (pattern string) {
		w := regionWith()
		w.Seed, w.Latency = seed, -1
		w.Faults = []fakeaws.Fault{{Kind: fakeaws.Unavailable, Probability: 0.3}}
		// Latency below what the SDK stands makes it fail now and then by itself, so ask plainly.
		s := w.Start(t)
		for range 200 {
			r, _ := http.NewRequest("POST", s.URL, strings.NewReader("Action=DescribeRegions&Version=2016-11-15"))
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAFAKE"+account+"/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			pattern += string("01"[resp.StatusCode/503])
		}
		http.DefaultClient.CloseIdleConnections()
		return pattern
	}
	first := failed(1)
	if n := strings.Count(first, "1"); n < 40 || n > 80 {
		t.Errorf("%d of 200 failed, want about 60", n)
	}
	if failed(1) != first {
		t.Error("the same seed gave other failures")
	}
	if failed(2) == first {
		t.Error("another seed gave the same failures")
	}
}

func TestThrottle(t *testing.T) {
	w := regionWith()
	w.Accounts[0].Regions["us-west-2"] = &fakeaws.Region{}
	w.Throttle = &fakeaws.Throttle{Read: fakeaws.Limit{Size: 3, Refill: 0.5}, ReadAll: fakeaws.Limit{Size: 1, Refill: 0.001}}
	s := w.Start(t)
	ask := func(region string, max *int32) string {
		_, err := ec2Client(s, account, region).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{MaxResults: max})
		return code(err)
	}
	var got []string
	for range 4 {
		got = append(got, ask("us-east-1", aws.Int32(5)))
	}
	got = append(got, ask("us-east-1", nil), ask("us-east-1", nil), ask("us-west-2", aws.Int32(5)))
	if _, err := ec2Client(s, account, "us-east-1").DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{MaxResults: aws.Int32(5)}); err != nil {
		t.Errorf("another action has a bucket of its own: %v", err)
	}
	if want := []string{"none", "none", "none", "RequestLimitExceeded", "none", "RequestLimitExceeded", "none"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	w.Change(func() { w.Throttle.Speed = 1000 })
	time.Sleep(5 * time.Millisecond)
	if got := ask("us-east-1", aws.Int32(5)); got != "none" {
		t.Errorf("after a refill: %s", got)
	}
	// The SDK's own retries get through what the documented limits let through.
	w.Change(func() { *w.Throttle = fakeaws.Throttle{Read: fakeaws.Limit{Size: 1, Refill: 20}} })
	patient := ec2.NewFromConfig(s.Config(account, "us-east-1"))
	for range 3 {
		if _, err := patient.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)}); err != nil {
			t.Error(err)
		}
	}
}

func TestAllowOnly(t *testing.T) {
	w := regionWith()
	s := w.Start(t)
	w.AllowOnly("ec2:DescribeSecurityGroups")
	client := ec2Client(s, account, "us-east-1")
	_, err := client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	wantCode(t, err, "none")
	for range 2 {
		_, err = client.DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{})
		wantCode(t, err, "UnauthorizedOperation")
	}
	_, err = client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{DryRun: aws.Bool(true)})
	wantCode(t, err, "UnauthorizedOperation")
	_, err = sts.NewFromConfig(s.Config(account, "us-east-1")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	wantCode(t, err, "none")
	if got, want := s.Denied(), []string{"ec2:DescribeManagedPrefixLists", "ec2:DescribeRegions"}; !slices.Equal(got, want) {
		t.Errorf("denied %v, want %v", got, want)
	}
	s.Reset()
	if len(s.Denied()) != 0 {
		t.Error("denials outlive Reset")
	}
}

func TestCallsAreCounted(t *testing.T) {
	w := regionWith(fakeaws.Group{Name: "a"})
	w.Latency = 40 * time.Millisecond
	w.Accounts[0].Regions["us-west-2"] = &fakeaws.Region{}
	s := w.Start(t)
	var wg sync.WaitGroup
	for _, region := range []string{"us-east-1", "us-east-1", "us-east-1", "us-west-2"} {
		wg.Go(func() {
			ec2Client(s, account, region).DescribeSecurityGroupRules(context.Background(), &ec2.DescribeSecurityGroupRulesInput{
				Filters: []types.Filter{filter("group-id", "sg-1", "sg-2")},
			})
		})
	}
	wg.Wait()
	if s.MaxInFlight("", "") != 4 || s.MaxInFlight(account, "us-east-1") != 3 || s.MaxInFlight(account, "us-west-2") != 1 || s.MaxInFlightAnywhere() != 3 {
		t.Errorf("in flight: %d, %d, %d, %d", s.MaxInFlight("", ""), s.MaxInFlight(account, "us-east-1"), s.MaxInFlight(account, "us-west-2"), s.MaxInFlightAnywhere())
	}
	if got := s.Count("", "", ""); got != (fakeaws.Count{Attempts: 4, Successes: 4}) {
		t.Errorf("in all %+v", got)
	}
	if got := s.Count(account, "us-west-2", "DescribeSecurityGroupRules").Attempts; got != 1 {
		t.Errorf("in us-west-2 %d", got)
	}
	c := s.Calls("DescribeSecurityGroupRules")[0]
	if c.Params.Get("Filter.1.Value.2") != "sg-2" || c.Caller != "arn:aws:iam::111122223333:user/auditor" || c.Page != 1 || c.Service != "ec2" {
		t.Errorf("call = %+v", c)
	}
	s.Reset()
	if s.Count("", "", "").Attempts != 0 || len(s.Calls("")) != 0 || s.MaxInFlight("", "") != 0 || s.MaxInFlight(account, "us-east-1") != 0 {
		t.Error("Reset left something")
	}
}
