package live

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

const (
	dialTimeout    = 5 * time.Second
	attemptTimeout = 20 * time.Second
	longestPause   = 20 * time.Second
)

// An httpClient carries the calls to AWS. It holds down how many are under way at once, and
// reads each answer whole before the SDK decodes it: a decoder that waits for the wire
// can stall for seconds, and an answer that is cut off can be asked for again.
type httpClient struct {
	client aws.HTTPClient
	slots  chan struct{} // one for each call under way
	most   int64         // of an answer, in bytes
	wait   time.Duration // for an answer
}

// newHTTPClient takes the client that the SDK's configuration has, which is none unless the
// environment asks for something special, such as AWS_CA_BUNDLE.
func newHTTPClient(client aws.HTTPClient, slots chan struct{}) *httpClient {
	if client == nil {
		client = awshttp.NewBuildableClient()
	}
	if c, ok := client.(*awshttp.BuildableClient); ok {
		client = c.WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout }).
			WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = cap(slots) })
	}
	return &httpClient{client, slots, longestAnswer, attemptTimeout}
}

func (w *httpClient) Do(r *http.Request) (*http.Response, error) {
	select {
	case w.slots <- struct{}{}:
		defer func() { <-w.slots }()
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	ctx, cancel := context.WithTimeout(r.Context(), w.wait)
	defer cancel()
	response, err := w.client.Do(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	body := bytes.NewBuffer(getBuffer(int(min(response.ContentLength, 1<<25)) + bytes.MinRead))
	_, err = body.ReadFrom(io.LimitReader(response.Body, w.most+1))
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	action := middleware.GetOperationName(r.Context())
	if int64(body.Len()) > w.most {
		return nil, lacking(action, fmt.Sprintf("it has more than %d bytes", w.most))
	}
	if response.StatusCode < 300 {
		if err := checkAnswer(action, body.Bytes()); err != nil {
			return nil, notFromAWS(action, err)
		}
	}
	response.Body, response.ContentLength = wholeBody{body}, int64(body.Len())
	return response, nil
}

// wholeBody is a body that has been read. Who knows of its Bytes need not copy them.
type wholeBody struct{ *bytes.Buffer }

func (wholeBody) Close() error { return nil }

// retryer tries calls again that AWS throttled or that did not get through, each time
// after a longer pause, and slows down where AWS throttles.
func retryer(attempts int, first time.Duration) func() aws.Retryer {
	return func() aws.Retryer {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, func(o *retry.StandardOptions) {
				o.MaxAttempts = attempts
				o.RateLimiter = ratelimit.None // attempts alone say when to give up
				o.Backoff = retry.BackoffDelayerFunc(func(attempt int, err error) (time.Duration, error) {
					pause := min(first<<min(attempt, 20), longestPause)
					return pause/2 + rand.N(pause/2+1), nil
				})
			})
		})
	}
}
