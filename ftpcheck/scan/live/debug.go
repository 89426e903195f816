package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

type debugKey struct{}

// WithDebug returns a context in which reads write to w what they ask of AWS and what comes
// back: a line for each attempt, without bodies, headers and secrets.
func WithDebug(ctx context.Context, w io.Writer) context.Context {
	return context.WithValue(ctx, debugKey{}, &lines{w: w})
}

// lines writes whole lines, which come from many goroutines.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) write(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w, line)
}

// debugged is a configuration whose clients tell what they do, if the context says so. The
// account is that of their credentials, if it is known.
func debugged(ctx context.Context, s *secrets, cfg aws.Config, account string) aws.Config {
	out, ok := ctx.Value(debugKey{}).(*lines)
	if !ok {
		return cfg
	}
	cfg = cfg.Copy()
	cfg.APIOptions = []func(*middleware.Stack) error{keepLastAnswer, func(stack *middleware.Stack) error {
		// It is around all else that looks at an answer, and within the attempts.
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Debug", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			started := time.Now()
			answer, metadata, err := next.HandleDeserialize(ctx, in)
			out.write(s.remove(attempt(ctx, account, in, answer, metadata, err, time.Since(started))))
			return answer, metadata, err
		}), middleware.Before)
	}}
	return cfg
}

// attempt is a line on one attempt of a call.
func attempt(ctx context.Context, account string, in middleware.DeserializeInput, answer middleware.DeserializeOutput, metadata middleware.Metadata, err error, took time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "debug: %s %s", strings.ToLower(awsmiddleware.GetServiceID(ctx)), awsmiddleware.GetOperationName(ctx))
	if region := awsmiddleware.GetRegion(ctx); region != "" {
		fmt.Fprintf(&b, " in %s", region)
	}
	if account != "" {
		fmt.Fprintf(&b, ", account %s", account)
	}
	if r, ok := in.Request.(*smithyhttp.Request); ok {
		fmt.Fprintf(&b, ", at %s", r.URL.Host)
		if n := attemptNumber(r.Header.Get("Amz-Sdk-Request")); n != "" {
			fmt.Fprintf(&b, ", attempt %s", n)
		}
	}
	b.WriteString(":")
	if r, ok := answer.RawResponse.(*smithyhttp.Response); ok && r.StatusCode > 0 {
		fmt.Fprintf(&b, " HTTP status %d,", r.StatusCode)
		if r.ContentLength >= 0 {
			fmt.Fprintf(&b, " %d bytes,", r.ContentLength)
		}
	}
	var api smithy.APIError
	var f *failure
	switch {
	case errors.As(err, &api) && isAnswer(api):
		fmt.Fprintf(&b, " %s,", api.ErrorCode())
	case errors.As(err, &f):
		fmt.Fprintf(&b, " %s,", f.code)
	case err != nil:
		fmt.Fprintf(&b, " no answer of AWS (%s),", innermost(err))
	}
	fmt.Fprintf(&b, " %s", took.Round(time.Millisecond))
	if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok && id != "" {
		fmt.Fprintf(&b, ", request %s", id)
	}
	return b.String()
}

// attemptNumber takes the number out of "attempt=2; max=9".
func attemptNumber(header string) string {
	for part := range strings.SplitSeq(header, ";") {
		if n, ok := strings.CutPrefix(strings.TrimSpace(part), "attempt="); ok {
			return n
		}
	}
	return ""
}
