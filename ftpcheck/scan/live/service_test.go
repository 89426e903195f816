package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	configtypes "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classictypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	sdkorganizations "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/smithy-go"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// A wire answers requests, the last answer again and again, and keeps what was asked.
type wire struct {
	answers []answered
	asked   []string // what is the same for all clients
	agents  []string
	signed  []time.Time
}

type answered struct {
	status int
	body   string
	ahead  time.Duration // of the clock
}

var scope = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=AKID/\d{8}/(.*), Signature=[0-9a-f]{64}$`)

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	said := string(body)
	if form, err := url.ParseQuery(said); err == nil && r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		said = form.Encode()
	}
	at, _ := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	w.signed = append(w.signed, at)
	w.agents = append(w.agents, r.UserAgent())
	w.asked = append(w.asked, fmt.Sprintln(r.Method, r.URL, r.Host, r.ContentLength, r.Header["Content-Type"], r.Header["X-Amz-Target"], r.Header["Amz-Sdk-Request"], r.Header["X-Amz-Security-Token"],
		len(r.Header["Amz-Sdk-Invocation-Id"]), scope.ReplaceAllString(r.Header.Get("Authorization"), "$1"), awsmiddleware.GetServiceID(r.Context()), awsmiddleware.GetOperationName(r.Context()), awsmiddleware.GetRegion(r.Context()), said))
	a := w.answers[0]
	if len(w.answers) > 1 {
		w.answers = w.answers[1:]
	}
	header := http.Header{"X-Amzn-Requestid": {"request-1"}, "Date": {time.Now().Add(a.ahead).UTC().Format(http.TimeFormat)}}
	return &http.Response{StatusCode: a.status, Header: header, ContentLength: int64(len(a.body)), Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// A twin is an operation as the SDK calls it, and as a [service].
type twin struct {
	operation string
	sdk, ours func(context.Context, aws.Config) (any, error)
	answer    string
}

func twins() []twin {
	v2, classic, config, org := elasticloadbalancingv2.NewFromConfig, elasticloadbalancing.NewFromConfig, configservice.NewFromConfig, sdkorganizations.NewFromConfig
	arn, next := new("arn:aws:x y&z/ü"), new("a+b=")
	return []twin{
		{"DescribeLoadBalancers", sdk(v2, (*elasticloadbalancingv2.Client).DescribeLoadBalancers, &elasticloadbalancingv2.DescribeLoadBalancersInput{PageSize: new(int32(400)), Marker: next}),
			ours[loadBalancersPage](loadBalancing, &balancingInput{PageSize: 400, Marker: next}), xmlOf("LoadBalancers", types.LoadBalancer{})},
		{"DescribeListeners", sdk(v2, (*elasticloadbalancingv2.Client).DescribeListeners, &elasticloadbalancingv2.DescribeListenersInput{LoadBalancerArn: arn}),
			ours[listenersPage](loadBalancing, &balancingInput{LoadBalancerArn: arn}), xmlOf("Listeners", types.Listener{})},
		{"DescribeTargetGroups", sdk(v2, (*elasticloadbalancingv2.Client).DescribeTargetGroups, &elasticloadbalancingv2.DescribeTargetGroupsInput{}),
			ours[targetGroupsPage](loadBalancing, &balancingInput{}), xmlOf("TargetGroups", types.TargetGroup{})},
		{"DescribeTargetGroupAttributes", sdk(v2, (*elasticloadbalancingv2.Client).DescribeTargetGroupAttributes, &elasticloadbalancingv2.DescribeTargetGroupAttributesInput{TargetGroupArn: arn}),
			ours[targetGroupAttributes](loadBalancing, &balancingInput{TargetGroupArn: arn}), xmlOf("Attributes", types.TargetGroupAttribute{})},
		{"DescribeTargetHealth", sdk(v2, (*elasticloadbalancingv2.Client).DescribeTargetHealth, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: arn}),
			ours[targetHealth](loadBalancing, &balancingInput{TargetGroupArn: arn}), xmlOf("TargetHealthDescriptions", types.TargetHealthDescription{})},
		{"DescribeLoadBalancers", sdk(classic, (*elasticloadbalancing.Client).DescribeLoadBalancers, &elasticloadbalancing.DescribeLoadBalancersInput{Marker: next}),
			ours[classicPage](classicLoadBalancing, &balancingInput{Marker: next}), xmlOf("LoadBalancerDescriptions", classictypes.LoadBalancerDescription{})},
		{"DescribeInstanceHealth", sdk(classic, (*elasticloadbalancing.Client).DescribeInstanceHealth, &elasticloadbalancing.DescribeInstanceHealthInput{LoadBalancerName: arn}),
			ours[instanceHealth](classicLoadBalancing, &balancingInput{LoadBalancerName: arn}), xmlOf("InstanceStates", classictypes.InstanceState{})},
		{"DescribeConfigurationAggregatorSourcesStatus", sdk(config, (*configservice.Client).DescribeConfigurationAggregatorSourcesStatus,
			&configservice.DescribeConfigurationAggregatorSourcesStatusInput{ConfigurationAggregatorName: arn, Limit: 7, NextToken: next}),
			ours[sourcesStatusOutput](configService, &sourcesStatusInput{ConfigurationAggregatorName: arn, Limit: 7, NextToken: next}),
			// The time is left out, which the SDK has in another form.
			`{"AggregatedSourceStatusList":[{"AwsRegion":"r","LastErrorCode":"c","LastErrorMessage":"m\u00fc","LastUpdateStatus":"FAILED","SourceId":"1","SourceType":"ACCOUNT","New":{}}],"NextToken":"n"}`},
		{"ListAccountsForParent", sdk(org, (*sdkorganizations.Client).ListAccountsForParent, &sdkorganizations.ListAccountsForParentInput{ParentId: arn, NextToken: next}),
			ours[membersPage](organizations, &organizationInput{ParentId: arn, NextToken: next}), `{"Accounts":[{"Id":"1","State":"ACTIVE","Status":"SUSPENDED"}],"NextToken":"n"}`},
		{"ListAccounts", sdk(org, (*sdkorganizations.Client).ListAccounts, &sdkorganizations.ListAccountsInput{}),
			ours[membersPage](organizations, &organizationInput{}), `{"Accounts":[{"Id":"1","State":"ACTIVE","Status":"SUSPENDED"}],"NextToken":"n"}`},
		{"ListOrganizationalUnitsForParent", sdk(org, (*sdkorganizations.Client).ListOrganizationalUnitsForParent, &sdkorganizations.ListOrganizationalUnitsForParentInput{ParentId: arn}),
			ours[unitsPage](organizations, &organizationInput{ParentId: arn}), `{"OrganizationalUnits":[{"Id":"1"}],"NextToken":"n"}`},
		{"DescribeConfigurationAggregators", sdk(config, (*configservice.Client).DescribeConfigurationAggregators, &configservice.DescribeConfigurationAggregatorsInput{ConfigurationAggregatorNames: []string{*arn}}),
			ours[aggregatorsOutput](configService, &aggregatorsInput{ConfigurationAggregatorNames: []string{*arn}}),
			`{"ConfigurationAggregators":[{"AccountAggregationSources":[{"AccountIds":["1"],"AllAwsRegions":true,"AwsRegions":["r"]}],"OrganizationAggregationSource":{"AllAwsRegions":true,"AwsRegions":["r"]}}]}`},
		{"GetAggregateDiscoveredResourceCounts", sdk(config, (*configservice.Client).GetAggregateDiscoveredResourceCounts, &configservice.GetAggregateDiscoveredResourceCountsInput{ConfigurationAggregatorName: arn,
			GroupByKey: configtypes.ResourceCountGroupKeyAccountId, Filters: &configtypes.ResourceCountFilters{Region: arn, ResourceType: configtypes.ResourceTypeSecurityGroup}}),
			ours[countsOutput](configService, &countsInput{ConfigurationAggregatorName: arn, GroupByKey: "ACCOUNT_ID", Filters: countFilters{Region: *arn, ResourceType: "AWS::EC2::SecurityGroup"}}),
			`{"GroupedResourceCounts":[{"GroupName":"1","ResourceCount":3}],"NextToken":"n","TotalDiscoveredResources":3}`},
		{"SelectAggregateResourceConfig", sdk(config, (*configservice.Client).SelectAggregateResourceConfig, &configservice.SelectAggregateResourceConfigInput{ConfigurationAggregatorName: arn, Expression: next, Limit: 100}),
			ours[selectOutput](configService, &selectInput{ConfigurationAggregatorName: arn, Expression: next, Limit: 100}), `{"NextToken":"n","Results":["{\"a\":\"\\u00fc\"}","b"]}`},
	}
}

func sdk[Client, In, Out, Options any](client func(aws.Config, ...func(*Options)) Client, do func(Client, context.Context, *In, ...func(*Options)) (*Out, error), in *In) func(context.Context, aws.Config) (any, error) {
	return func(ctx context.Context, cfg aws.Config) (any, error) {
		out, err := do(client(cfg), ctx, in)
		if err == nil {
			reflect.ValueOf(out).Elem().FieldByName("ResultMetadata").SetZero()
		}
		return out, err
	}
}

func ours[Out, In any](s *service, in *In) func(context.Context, aws.Config) (any, error) {
	return func(ctx context.Context, cfg aws.Config) (any, error) {
		return operation[In, Out](s.client(cfg, cfg.Region), operationOf(ctx))(ctx, in)
	}
}

type operationKey struct{}

func operationOf(ctx context.Context) string { return ctx.Value(operationKey{}).(string) }

// xmlOf is an answer with what the SDK has in a list, and with all that this can have but for what is
// there for HTTP alone.
func xmlOf(list string, item any) string {
	var b strings.Builder
	n := 0
	var write func(name string, t reflect.Type)
	write = func(name string, t reflect.Type) {
		switch name {
		case "AuthenticateCognitoConfig", "AuthenticateOidcConfig", "FixedResponseConfig", "JwtValidationConfig", "RedirectConfig", "MutualAuthentication":
			return
		}
		n++
		fmt.Fprintf(&b, "<%s>", name)
		switch t = pointed(t); {
		case t == reflect.TypeFor[time.Time]():
			b.WriteString("2026-01-02T03:04:05.678Z")
		case t.Kind() == reflect.Slice:
			write("member", t.Elem())
			if t.Elem().Kind() == reflect.String {
				write("member", t.Elem())
			}
		case t.Kind() == reflect.Struct:
			for f := range t.Fields() {
				if f.IsExported() {
					write(f.Name, f.Type)
				}
			}
		case t.Kind() == reflect.Bool:
			b.WriteString("true")
		case t.Kind() == reflect.String:
			fmt.Fprintf(&b, "a&amp;b ü %d", n)
		default:
			fmt.Fprint(&b, n)
		}
		fmt.Fprintf(&b, "</%s>", name)
	}
	write(list, reflect.SliceOf(reflect.TypeOf(item)))
	return b.String() + "<NextMarker>n</NextMarker>"
}

func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// body is the answer as it comes.
func (x *twin) body(answer string) string {
	if strings.HasPrefix(answer, "{") {
		return answer
	}
	return fmt.Sprintf(`<%sResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/"><%[1]sResult>%s</%[1]sResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%[1]sResponse>`, x.operation, answer)
}

// call calls the operation in both ways, with the same answers, and tells what was asked and what
// came of it.
func (x *twin) call(t *testing.T, change func(*aws.Config), answers ...answered) (sdk, ours outcome) {
	t.Helper()
	each := func(call func(context.Context, aws.Config) (any, error)) (o outcome) {
		w := &wire{answers: slices.Clone(answers)}
		cfg := aws.Config{Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "session"), HTTPClient: w, Retryer: attempts(3), AppID: "app"}
		if change != nil {
			change(&cfg)
		}
		out, err := call(context.WithValue(t.Context(), operationKey{}, x.operation), cfg)
		o.asked, o.signed, o.agent, o.err = w.asked, w.signed, strings.Join(w.agents, ""), err
		if err == nil {
			text, err := json.Marshal(out, json.OmitZeroStructFields(true), json.Deterministic(true))
			if err != nil {
				t.Fatal(err)
			}
			o.out = string(text)
		}
		return o
	}
	return each(x.sdk), each(x.ours)
}

type outcome struct {
	asked  []string
	signed []time.Time
	agent  string
	out    string
	err    error
}

// A service asks what a client of the SDK asks, and makes the same of the answer.
func TestServiceIsAsTheSDK(t *testing.T) {
	for _, x := range twins() {
		want, got := x.call(t, nil, answered{200, x.body(x.answer), 0})
		if want.err != nil || len(want.asked) != 1 || len(want.out) < 20 || !strings.Contains(want.asked[0], "/aws4_request") {
			t.Fatalf("%s of the SDK: %v, asked %q, answers %s", x.operation, want.err, want.asked, want.out)
		}
		if got.err != nil {
			t.Errorf("%s: %v", x.operation, got.err)
		}
		if diff := cmp.Diff(want.asked, got.asked); diff != "" {
			t.Errorf("%s asks (-SDK +ours):\n%s", x.operation, diff)
		}
		if !sameJSON(want.out, got.out) {
			t.Errorf("%s answers\n%s\nto the SDK, and here\n%s", x.operation, want.out, got.out)
		}
		if service := regexp.MustCompile(`api/(elasticloadbalancing|config|organizations)`); !service.MatchString(got.agent) || !strings.Contains(got.agent, "app/app") {
			t.Errorf("%s is asked by %s", x.operation, got.agent)
		}
	}
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// Where an answer is spoilt, both say so, or both make the same of it.
func TestServiceReadsWhatTheSDKReads(t *testing.T) {
	value := regexp.MustCompile(`(>)[^<>]+(</)|(":)(?:"[^"\\]*"|\d+)([,}])`)
	member := regexp.MustCompile(`<(\w+)>[^<>]*</\w+>|"\w+":(?:"[^"\\]*"|\d+),`)
	members := regexp.MustCompile(`(?:<member>[^<>]*</member>){2}`)
	spoilt := 0
	for _, x := range twins() {
		var answers []string
		for _, at := range value.FindAllStringSubmatchIndex(x.answer, -1) {
			from, to := max(at[3], at[7]), max(at[4], at[8])
			for _, by := range []string{"", "x", "-1", "99999999999999999999", `"x"`, "null", "<New>1</New>"} {
				answers = append(answers, x.answer[:from]+by+x.answer[to:])
			}
		}
		for _, at := range members.FindAllStringIndex(x.answer, -1) {
			answers = append(answers, x.answer[:at[0]]+x.answer[at[1]:])
		}
		for _, at := range member.FindAllStringIndex(x.answer, -1) {
			answers = append(answers, x.answer[:at[0]]+x.answer[at[1]:])
		}
		for _, answer := range answers {
			want, got := x.call(t, atOnce, answered{200, x.body(answer), 0})
			if (want.err == nil) != (got.err == nil) || want.err == nil && !sameJSON(want.out, got.out) {
				t.Errorf("%s, spoilt as (-good +spoilt):\n%s\nThe SDK makes of it %v (-SDK +ours):\n%s and we %v", x.operation, cmp.Diff(x.answer, answer), want.err, cmp.Diff(want.out, got.out), got.err)
				break
			}
		}
		spoilt += len(answers)
	}
	if spoilt < 500 {
		t.Errorf("%d answers were spoilt", spoilt)
	}
}

func atOnce(c *aws.Config) { c.Retryer = attempts(1) }

// attempts tries again at once.
func attempts(n int) func() aws.Retryer {
	return func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = n, retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
}

// Errors are told, tried again and waited for as by the SDK, and so are answers that are none.
func TestServiceFailsAsTheSDK(t *testing.T) {
	xml := func(code string) string {
		return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>m &amp; n</Message></Error><RequestId>1</RequestId></ErrorResponse>"
	}
	for _, x := range twins() {
		is, good := xml, answered{200, x.body(x.answer), 0}
		if strings.HasPrefix(x.answer, "{") {
			is = func(code string) string { return `{"__type":"com.amazonaws#` + code + `","Message":"m & n"}` }
		}
		for name, answers := range map[string][]answered{
			"denied":                 {{403, is("AccessDenied"), 0}},
			"not there":              {{400, is("LoadBalancerNotFound"), 0}},
			"not there, as modelled": {{400, is("NoSuchConfigurationAggregatorException"), 0}},
			"throttled once":         {{400, is("Throttling"), 0}, good},
			"throttled":              {{400, is("ThrottlingException"), 0}},
			"broken":                 {{500, is("InternalFailure"), 0}},
			"broken once":            {{503, "", 0}, good},
			"by a proxy":             {{502, "<html>", 0}},
			"cut off":                {{200, x.body(x.answer)[:40], 0}},
			"clock":                  {{403, is("RequestTimeTooSkewed"), time.Hour}, good},
			"clock of a signature":   {{403, is("SignatureDoesNotMatch"), -time.Hour}, good},
			"signature":              {{403, is("SignatureDoesNotMatch"), 0}},
			"redirected":             {{301, "", 0}},
		} {
			want, got := x.call(t, nil, answers...)
			if diff := cmp.Diff(want.asked, got.asked); diff != "" {
				t.Errorf("%s, %s: asked (-SDK +ours):\n%s", x.operation, name, diff)
			}
			for i := range min(len(want.signed), len(got.signed)) {
				if d := want.signed[i].Sub(got.signed[i]).Abs(); d > time.Minute {
					t.Errorf("%s, %s: attempt %d is signed %v off", x.operation, name, i+1, d)
				}
			}
			if !sameJSON(want.out, got.out) && want.err == nil || said(want.err) != said(got.err) {
				t.Errorf("%s, %s: the SDK says\n%s, %s, and we\n%s, %s", x.operation, name, said(want.err), want.out, said(got.err), got.out)
			}
		}
	}
}

// said is what of an error decides what is told of it.
func said(err error) string {
	var api smithy.APIError
	var answer *awshttp.ResponseError
	var unclear *smithy.DeserializationError
	var operation *smithy.OperationError
	errors.As(err, &api)
	errors.As(err, &answer)
	errors.As(err, &operation)
	f, _ := during("x:Y", err).(*failure)
	if err == nil {
		return "nothing"
	}
	s := fmt.Sprintf("%s %s: unclear %v: %s %s %s", operation.ServiceID, operation.OperationName, errors.As(err, &unclear), f.status, f.code, f.message)
	if api != nil {
		s += fmt.Sprintf(", %s %q, cause %s", api.ErrorCode(), api.ErrorMessage(), f.cause)
	}
	if answer != nil {
		s += fmt.Sprintf(", status %d, request %s, %v", answer.HTTPStatusCode(), answer.ServiceRequestID(), answer.Response.Header["Date"] != nil)
	}
	return s
}

// A service is asked where a client of the SDK would, in all partitions, however that is configured.
func TestServiceEndpoints(t *testing.T) {
	regions := []string{"us-east-1", "eu-west-3", "ap-southeast-99", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "fips-us-east-1", "nowhere"}
	var settings [][]string
	for _, fips := range []string{"", "AWS_USE_FIPS_ENDPOINT=true"} {
		for _, dual := range []string{"", "AWS_USE_DUALSTACK_ENDPOINT=true"} {
			settings = append(settings, []string{fips, dual})
		}
	}
	settings = append(settings, [][]string{
		{"AWS_ENDPOINT_URL=http://all.test/path"},
		{"AWS_ENDPOINT_URL=http://all.test", "AWS_PROFILE=own"},
		{"AWS_ENDPOINT_URL=http://all.test", "AWS_ENDPOINT_URL_EC2=http://ec2.test"},
		{"AWS_ENDPOINT_URL_EC2=http://ec2.test"},
		{"AWS_ENDPOINT_URL_CONFIG_SERVICE=http://config.test", "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING=http://classic.test", "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=http://v2.test", "AWS_ENDPOINT_URL=http://all.test"},
		{"AWS_ENDPOINT_URL_CONFIG_SERVICE=http://config.test", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"},
		{"AWS_PROFILE=own"}, {"AWS_PROFILE=ignoring"}, {"AWS_PROFILE=own", "AWS_ENDPOINT_URL_CONFIG_SERVICE=http://variable.test"},
		{"AWS_PROFILE=fips"}, {"AWS_PROFILE=own", "AWS_USE_FIPS_ENDPOINT=true"},
	}...)
	file := filepath.Join(t.TempDir(), "config")
	const services = "[services s]\nconfig_service =\n  endpoint_url = http://profile.config.test\nelastic_load_balancing_v2 =\n  endpoint_url = http://profile.v2.test\n"
	if err := os.WriteFile(file, []byte("[profile own]\nendpoint_url = http://profile.test\nservices = s\n[profile ignoring]\nignore_configured_endpoint_urls = true\nservices = s\n[profile fips]\nuse_fips_endpoint = true\n"+services), 0o600); err != nil {
		t.Fatal(err)
	}
	places, all := map[string]bool{}, twins()
	ofEachService := []twin{all[0], all[5], all[7], all[8]}
	for _, set := range settings {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			for _, variable := range os.Environ() {
				if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
					t.Setenv(name, "")
					os.Unsetenv(name)
				}
			}
			t.Setenv("AWS_CONFIG_FILE", file)
			for _, s := range set {
				if name, value, ok := strings.Cut(s, "="); ok {
					t.Setenv(name, value)
				}
			}
			for _, base := range []string{"", "http://argument.test"} {
				loaded, err := awsconfig.LoadDefaultConfig(t.Context(), func(o *awsconfig.LoadOptions) error {
					o.BaseEndpoint = base
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, region := range regions {
					for _, x := range ofEachService {
						want, got := x.call(t, func(c *aws.Config) {
							own := *c
							*c = loaded.Copy()
							c.Region, c.Credentials, c.HTTPClient, c.Retryer = region, own.Credentials, own.HTTPClient, own.Retryer
						}, answered{200, x.body(x.answer), 0})
						if diff := cmp.Diff(want.asked, got.asked); diff != "" || said(want.err) != said(got.err) {
							t.Errorf("%s in %s, base %q (-SDK +ours):\n%s%s\n%s", x.operation, region, base, diff, said(want.err), said(got.err))
						}
						places[strings.Join(want.asked, "")] = true
					}
				}
			}
		})
	}
	for host, p := range map[string]awsec2.EndpointParameters{ // as its client of the SDK has them
		"kms.eu-west-1.amazonaws.com":          {Region: new("eu-west-1")},
		"kms.cn-north-1.amazonaws.com.cn":      {Region: new("cn-north-1")},
		"kms.eu-west-1.api.aws":                {Region: new("eu-west-1"), UseDualStack: new(true)},
		"kms-fips.us-east-1.amazonaws.com":     {Region: new("us-east-1"), UseFIPS: new(true)},
		"kms-fips.us-gov-west-1.amazonaws.com": {Region: new("us-gov-west-1"), UseFIPS: new(true)},
		"kms-fips.us-gov-west-1.api.aws":       {Region: new("us-gov-west-1"), UseFIPS: new(true), UseDualStack: new(true)},
	} {
		if e, err := keyManagement.ResolveEndpoint(t.Context(), p); err != nil || e.URI.String() != "https://"+host {
			t.Errorf("KMS is at %s, %v, want %s", &e.URI, err, host)
		}
	}
	if len(places) < 100 {
		t.Errorf("%d different requests", len(places))
	}
}
