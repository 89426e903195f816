package fakeaws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A Server answers for a [World].
type Server struct {
	// URL is where the server is: the endpoint of every service.
	URL string

	world  *World
	client *http.Client
	// nowhere is a path at which there is no file.
	nowhere string

	mu         sync.Mutex
	identities map[string]*identity // by access key
	log        record
	tries      map[tried]int
	triedIn    int // after how many changes of the world
	buckets    map[bucketKey]*bucket
	requests   uint64
}

// Start serves the world until the test ends.
func (w *World) Start(t testing.TB) *Server {
	t.Helper()
	if err := w.check(); err != nil {
		t.Fatalf("fakeaws: %v", err)
	}
	s := &Server{
		world:      w,
		nowhere:    filepath.Join(t.TempDir(), "nothing"),
		identities: map[string]*identity{},
		tries:      map[tried]int{},
		buckets:    map[bucketKey]*bucket{},
	}
	s.Reset()
	for _, a := range w.Accounts {
		who := userOf(a)
		s.identities[a.AccessKey()] = who
		for _, key := range a.AccessKeys {
			s.identities[key] = who
		}
	}
	web := httptest.NewUnstartedServer(s)
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.Start()
	s.URL = web.URL
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	s.client = &http.Client{Transport: wholeAnswers{transport}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		web.CloseClientConnections()
		web.Close()
	})
	return s
}

// wholeAnswers reads answers before it hands them over. The SDK closes the body of its request when it
// has the head of the answer; if the transport, on a busy machine, has then not yet seen the end of what
// it has sent, it closes the connection in the middle of the answer, and the SDK tries again.
type wholeAnswers struct{ http.RoundTripper }

func (w wholeAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = io.MultiReader(rest, iotest.ErrReader(err))
	}
	resp.Body = io.NopCloser(rest)
	return resp, nil
}

// Env returns the environment variables with which a child process sees the world as the
// first account's user, and nothing of the configuration of this machine. They are meant for
// an environment without other AWS_ variables.
func (s *Server) Env() []string { return s.EnvOf(s.world.Accounts[0].ID) }

// Setenv lets this process see what Env lets a child process see, until the test ends.
func (s *Server) Setenv(t testing.TB) {
	t.Helper()
	for _, variable := range s.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
}

// EnvOf is Env for the user of another account.
func (s *Server) EnvOf(account string) []string {
	a := s.world.account(account)
	return []string{
		"AWS_ENDPOINT_URL=" + s.URL,
		"AWS_ACCESS_KEY_ID=" + a.AccessKey(),
		"AWS_SECRET_ACCESS_KEY=" + secretKey,
		"AWS_REGION=" + a.homeRegion(),
		"AWS_DEFAULT_REGION=" + a.homeRegion(),
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + s.nowhere,
		"AWS_SHARED_CREDENTIALS_FILE=" + s.nowhere,
		"AWS_PAGER=",
		"NO_PROXY=127.0.0.1",
		"no_proxy=127.0.0.1",
	}
}

// Config returns a configuration of the SDK with which a client in this process is the
// account's user in a region.
func (s *Server) Config(account, region string) aws.Config {
	key := s.world.account(account).AccessKey()
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String(s.URL),
		HTTPClient:   s.client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key, SecretAccessKey: secretKey}, nil
		}),
	}
}

// A call is one request, while it is being answered.
type call struct {
	server  *Server
	service string // ec2, sts, organizations, config or elasticloadbalancing
	action  string
	region  string
	params  url.Values
	body    []byte
	page    int
	caller  *identity // nil if not known
	latency time.Duration
	// order is what the order of elements is drawn from, nil if they have their usual one.
	order *rand.Rand
}

// account is the ID of the account that makes the call.
func (c *call) account() string {
	if c.caller == nil {
		return ""
	}
	return c.caller.account.ID
}

// values returns the call's parameters prefix.1, prefix.2 and so on.
func (c *call) values(prefix string) []string {
	var all []string
	for _, name := range c.indexes(prefix) {
		all = append(all, c.params.Get(name))
	}
	return all
}

// indexes returns prefix.1, prefix.2 and so on, as far as there are parameters so named, or
// so named up to a further dot.
func (c *call) indexes(prefix string) []string {
	numbers := map[int]bool{}
	for name := range c.params {
		if rest, ok := strings.CutPrefix(name, prefix+"."); ok {
			index, _, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(index); err == nil {
				numbers[n] = true
			}
		}
	}
	var names []string
	for n := range numbers {
		names = append(names, prefix+"."+strconv.Itoa(n))
	}
	sort.Slice(names, func(i, j int) bool {
		return len(names[i]) < len(names[j]) || len(names[i]) == len(names[j]) && names[i] < names[j]
	})
	return names
}

// An apiError is a failure as a service reports it.
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func fail(status int, code, format string, args ...any) error {
	return &apiError{status, code, fmt.Sprintf(format, args...)}
}

// An api is one of the services: its actions, and how answers and errors are written.
type api struct {
	actions map[string]func(*call) (any, error)
	answer  func(c *call, answer any) []byte
	failure func(c *call, e *apiError) []byte
	content string
}

// apis are the services by the name that they have in signatures. It is filled in by init
// because actions lead back to it.
var apis map[string]*api

func init() {
	apis = map[string]*api{"ec2": ec2API, "sts": stsAPI, "organizations": organizationsAPI, "config": configAPI, "elasticloadbalancing": elbAPI}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	s.world.mu.RLock()
	c, callErr := s.read(r, body)
	done := s.begin(c)
	s.world.mu.RUnlock()
	status, document, fault, err := s.respond(r.Context(), c, callErr)
	code := ""
	if e := (*apiError)(nil); errors.As(err, &e) {
		code = e.code
	} else if err != nil {
		code = err.Error()
	}
	if fault != nil && code == "" {
		code = fault.Kind.spoils()
	}
	// The count is right before the client has its answer, so that a test which has one
	// can look at once.
	done(code)
	s.write(w, c, status, document, fault)
}

// respond decides what the answer is.
func (s *Server) respond(ctx context.Context, c *call, err error) (int, []byte, *Fault, error) {
	if err := wait(ctx, c.latency); err != nil {
		return 0, nil, nil, err
	}
	var fault *Fault
	if err == nil {
		err = c.admit()
	}
	if err == nil {
		if fault = s.fault(c); fault != nil {
			if err := wait(ctx, fault.Delay); err != nil {
				return 0, nil, fault, err
			}
			err = fault.error(c)
		}
	}
	var answer any
	if err == nil {
		answer, err = c.perform()
	}
	service := apis[c.service]
	if err == nil {
		return http.StatusOK, service.answer(c, answer), fault, nil
	}
	e := err.(*apiError)
	return e.status, service.failure(c, e), fault, err
}

// wait lets time pass. It returns an error if the client goes away meanwhile.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write sends the answer, or as much of it as the fault lets through.
func (s *Server) write(w http.ResponseWriter, c *call, status int, document []byte, fault *Fault) {
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	length := len(document)
	if fault != nil {
		switch fault.Kind {
		case Reset:
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				// Without lingering, closing sends a reset instead of an end.
				if tcp, ok := conn.(*net.TCPConn); ok {
					tcp.SetLinger(0)
				}
				conn.Close()
			}
			return
		case Malformed:
			document = []byte(strings.ReplaceAll(string(document), "</", "<"))
			length = len(document)
		case Truncated:
			document = document[:length/2]
			length = len(document)
		case CutBody:
			document = document[:length/2]
		}
	}
	w.Header().Set("Content-Type", apis[c.service].content)
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.Header().Set("X-Amzn-Requestid", c.requestID())
	w.WriteHeader(status)
	w.Write(document)
	if length != len(document) {
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// read makes a call of a request. The call is never nil: it is known at least which service
// has to say what is wrong.
func (s *Server) read(r *http.Request, body []byte) (*call, error) {
	c := &call{server: s, service: "ec2", page: 1, latency: s.world.Latency}
	if c.latency == 0 {
		c.latency = 2 * time.Millisecond
	}
	s.mu.Lock()
	s.requests++
	if s.world.Shuffle {
		c.order = rand.New(rand.NewPCG(s.world.Seed, s.requests))
	}
	s.mu.Unlock()

	if target := r.Header.Get("X-Amz-Target"); target != "" {
		c.service, c.body = "organizations", body
		if strings.HasPrefix(target, "StarlingDoveService.") {
			c.service = "config"
		}
		_, c.action, _ = strings.Cut(target, ".")
		c.params = jsonParams(body)
	} else {
		c.params, _ = url.ParseQuery(string(body))
		c.action = c.params.Get("Action")
		switch c.params.Get("Version") {
		case stsVersion:
			c.service = "sts"
		case elbVersion, classicELBVersion:
			c.service = "elasticloadbalancing"
			for other, name := range map[string]string{"Marker": "NextToken", "PageSize": "MaxResults"} { // as all others call it
				if c.params.Has(other) {
					c.params.Set(name, c.params.Get(other))
					c.params.Del(other)
				}
			}
		}
	}
	key, region, service, ok := credentialScope(r.Header.Get("Authorization"))
	if !ok {
		return c, c.missingAuth()
	}
	c.region = region
	if service != c.service {
		return c, fail(403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: '%s'.", c.service)
	}
	who, err := s.identify(c, key, r.Header.Get("X-Amz-Security-Token"))
	if err != nil {
		return c, err
	}
	c.caller = who
	if at, err := c.cursor(); err == nil {
		c.page = at.page
	}
	return c, nil
}

// jsonParams gives a JSON request the form of a query: its members that are not structures.
func jsonParams(body []byte) url.Values {
	var members map[string]any
	json.Unmarshal(body, &members)
	params := url.Values{}
	for name, value := range members {
		params.Set(name, fmt.Sprint(value))
	}
	return params
}

// credentialScope reads the access key, region and service in a signature.
func credentialScope(authorization string) (key, region, service string, ok bool) {
	rest, signed := strings.CutPrefix(authorization, "AWS4-HMAC-SHA256 ")
	for field := range strings.SplitSeq(rest, ",") {
		if scope, found := strings.CutPrefix(strings.TrimSpace(field), "Credential="); found && signed {
			parts := strings.Split(scope, "/")
			if len(parts) == 5 && parts[4] == "aws4_request" {
				return parts[0], parts[2], parts[3], true
			}
		}
	}
	return "", "", "", false
}

// perform does what the call asks for, if it may.
func (c *call) perform() (any, error) {
	action := apis[c.service].actions[c.action]
	if action == nil {
		return nil, fail(400, "InvalidAction", "The action %s is not valid for this web service.", c.action)
	}
	// Only these change the world: all others may look at it at the same time.
	if c.action == "AuthorizeSecurityGroupIngress" || c.action == "RevokeSecurityGroupIngress" {
		c.server.world.mu.Lock()
		defer c.server.world.mu.Unlock()
	} else {
		c.server.world.mu.RLock()
		defer c.server.world.mu.RUnlock()
	}
	if c.service == "ec2" && !c.server.take(c, time.Now()) {
		return nil, Throttled.error(c)
	}
	if err := c.permitted(); err != nil {
		return nil, err
	}
	if c.params.Get("DryRun") == "true" {
		return nil, fail(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	return action(c)
}

// requestID is an ID in AWS's form.
func (c *call) requestID() string {
	id := derivedID("", c.action, c.region, c.account(), c.params.Encode())
	return fmt.Sprintf("%s-%s-4%s-8%s-000000000000", id[1:9], id[9:13], id[13:16], id[14:17])
}
