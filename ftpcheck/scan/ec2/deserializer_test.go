package ec2

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go"
)

// A script is an HTTP client that gives one answer after the other, and then the last one
// for ever. A status of 0 stands for 200.
type script struct {
	answers []scripted
	asked   []*http.Request
	forms   []string
}

type scripted struct {
	status int
	body   io.Reader
}

func (s *script) Do(r *http.Request) (*http.Response, error) {
	form, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.asked, s.forms = append(s.asked, r), append(s.forms, string(form))
	a := s.answers[min(len(s.asked), len(s.answers))-1]
	return &http.Response{StatusCode: cmp.Or(a.status, 200), Header: http.Header{}, Body: io.NopCloser(a.body)}, nil
}

func (s *script) client() *ec2.Client {
	return ec2.New(ec2.Options{
		Region: "eu-west-1", HTTPClient: s, Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	})
}

func says(bodies ...string) *script {
	s := new(script)
	for _, b := range bodies {
		s.answers = append(s.answers, scripted{body: strings.NewReader(b)})
	}
	return s
}

// A taker takes what a Deserializer hands over.
type taker struct {
	begun int
	body  []byte
	ids   []string
}

func (t *taker) begin(body []byte) func(*Group) error {
	t.begun++
	t.body, t.ids = body, nil
	return func(g *Group) error {
		t.ids = append(t.ids, g.ID.Value)
		return nil
	}
}

func (t *taker) option() func(*ec2.Options) {
	return ec2.WithAPIOptions(Deserializer(DecodeBriefly, t.begin))
}

func answerOf(id, next string) string {
	return fmt.Sprintf("<%s><securityGroupInfo><item><groupId>%s</groupId></item></securityGroupInfo>%s</%s>", groupsRoot, id, next, groupsRoot)
}

func TestPages(t *testing.T) {
	bodies := []string{
		answerOf("sg-1", "<nextToken>second</nextToken>"),
		answerOf("sg-2", "<!-- left to the SDK --><nextToken>third</nextToken>"),
		answerOf("sg-3", "<nextToken/>"),
	}
	s := says(bodies...)
	pages := ec2.NewDescribeSecurityGroupsPaginator(s.client(), &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)})
	n := 0
	for pages.HasMorePages() {
		var got taker
		page, err := pages.NextPage(t.Context(), got.option())
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("[sg-%d]", n+1); fmt.Sprint(got.ids) != want || string(got.body) != bodies[n] || got.begun != 1 {
			t.Errorf("page %d: groups %v, want %v, of %s", n, got.ids, want, got.body)
		}
		if len(page.SecurityGroups) != 0 {
			t.Errorf("page %d: the SDK gave groups, too", n)
		}
		n++
	}
	if n != 3 || len(s.asked) != 3 {
		t.Fatalf("%d pages of %d calls, want 3", n, len(s.asked))
	}
	if !strings.Contains(s.forms[2], "NextToken=third") {
		t.Errorf("the third call was %s", s.forms[2])
	}
	if auth := s.asked[0].Header.Get("Authorization"); !strings.Contains(auth, "AKIDEXAMPLE") {
		t.Errorf("the call was not signed: %q", auth)
	}
}

// An answer that is cut off or garbled is asked for again, and never taken for a short one.
func TestRetries(t *testing.T) {
	whole := answerOf("sg-1", "<nextToken>next</nextToken>")
	for name, broken := range map[string]io.Reader{
		"cut off":           strings.NewReader(whole[:len(whole)-1]),
		"cut off in a tag":  strings.NewReader(whole[:50]),
		"empty":             strings.NewReader(""),
		"space":             strings.NewReader("\n"),
		"a proxy's page":    strings.NewReader("<html><body>Please log in.</body></html>"),
		"another answer":    strings.NewReader("<DescribeRegionsResponse/>"),
		"JSON":              strings.NewReader("{}"),
		"invalid UTF-8":     strings.NewReader(strings.Replace(whole, "sg-1", "\xff", 1)),
		"connection broken": io.MultiReader(strings.NewReader(whole[:50]), iotest.ErrReader(errors.New("broken"))),
	} {
		s := says(whole, whole)
		s.answers[0].body = broken
		var got taker
		out, err := s.client().DescribeSecurityGroups(t.Context(), nil, got.option())
		if err != nil || fmt.Sprint(got.ids) != "[sg-1]" || aws.ToString(out.NextToken) != "next" || len(s.asked) != 2 {
			t.Errorf("%s: groups %v after %d calls, error %v", name, got.ids, len(s.asked), err)
		}
	}

	s := says()
	for range 3 {
		s.answers = append(s.answers, scripted{body: strings.NewReader(whole[:len(whole)-1])})
	}
	var got taker
	_, err := s.client().DescribeSecurityGroups(t.Context(), nil, got.option())
	if e := (*smithy.DeserializationError)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), "unexpected EOF") || len(s.asked) != 3 || got.begun != 3 {
		t.Errorf("error %v after %d calls", err, len(s.asked))
	}

	ctx, cancel := context.WithCancel(t.Context())
	s = says("")
	s.answers[0].body = readerFunc(func([]byte) (int, error) { cancel(); return 0, ctx.Err() })
	if _, err := s.client().DescribeSecurityGroups(ctx, nil, got.option()); !errors.Is(err, context.Canceled) || len(s.asked) != 1 {
		t.Errorf("error %v after %d calls, want the cancellation after one", err, len(s.asked))
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// Errors that AWS answers are the SDK's own affair.
func TestAnsweredErrors(t *testing.T) {
	const body = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>%s</Code><Message>No.</Message></Error></Errors><RequestID>id-1</RequestID></Response>`
	for _, a := range []struct {
		status int
		body   string
		calls  int
	}{
		{403, fmt.Sprintf(body, "UnauthorizedOperation"), 1},
		{400, fmt.Sprintf(body, "RequestLimitExceeded"), 3},
		{503, fmt.Sprintf(body, "Unavailable"), 3},
		{500, "not XML", 3},
		{301, "", 1},
		{404, answerOf("sg-1", ""), 1},
	} {
		var said []string
		for _, options := range [][]func(*ec2.Options){nil, {new(taker).option()}} {
			s := new(script)
			for range 3 {
				s.answers = append(s.answers, scripted{a.status, strings.NewReader(a.body)})
			}
			_, err := s.client().DescribeSecurityGroups(t.Context(), nil, options...)
			var api smithy.APIError
			errors.As(err, &api)
			said = append(said, fmt.Sprintf("%d calls, %T, %v", len(s.asked), api, err))
			if len(s.asked) != a.calls {
				t.Errorf("%d: %d calls, want %d", a.status, len(s.asked), a.calls)
			}
		}
		if said[0] != said[1] {
			t.Errorf("%d: %s\nwant %s", a.status, said[1], said[0])
		}
	}

	s := says(answerOf("sg-1", ""), answerOf("sg-1", ""))
	s.answers[0] = scripted{503, bytes.NewReader([]byte(fmt.Sprintf(body, "Unavailable")))}
	var got taker
	if _, err := s.client().DescribeSecurityGroups(t.Context(), nil, got.option()); err != nil || got.begun != 1 || len(got.ids) != 1 {
		t.Errorf("groups %v after %d bodies, error %v", got.ids, got.begun, err)
	}
}

// The caller's own error is returned, and no reason to try again.
func TestCallersErrorInCall(t *testing.T) {
	s := says(answerOf("sg-1", ""))
	_, err := s.client().DescribeSecurityGroups(t.Context(), nil, ec2.WithAPIOptions(Deserializer(DecodeBriefly, func([]byte) func(*Group) error {
		return func(*Group) error { return io.ErrClosedPipe }
	})))
	if !errors.Is(err, io.ErrClosedPipe) || len(s.asked) != 1 {
		t.Errorf("error %v after %d calls", err, len(s.asked))
	}
}

// A caller that does not want the groups now still gets no body that is malformed.
func TestOnlyCheck(t *testing.T) {
	nobody := ec2.WithAPIOptions(Deserializer(DecodeBriefly, func([]byte) func(*Group) error { return nil }))
	whole := answerOf("sg-1", "<nextToken>next</nextToken>")
	out, err := says(whole).client().DescribeSecurityGroups(t.Context(), nil, nobody)
	if err != nil || aws.ToString(out.NextToken) != "next" {
		t.Errorf("output %v, error %v", out, err)
	}
	if _, err := says(whole[:len(whole)-1]).client().DescribeSecurityGroups(t.Context(), nil, nobody); err == nil {
		t.Error("no error for a body that is cut off")
	}
}

func TestOtherOperation(t *testing.T) {
	s := says("")
	_, err := s.client().DescribeRegions(t.Context(), nil, new(taker).option())
	if err == nil || !strings.Contains(err.Error(), "not for DescribeRegions") || len(s.asked) != 0 {
		t.Errorf("error %v after %d calls", err, len(s.asked))
	}
}
