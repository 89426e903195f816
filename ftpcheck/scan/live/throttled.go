package live

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A call that AWS throttles is tried again until it has taken too long. All that the SDK tells then
// is that time is up, so what AWS answered last is kept with the call.

type lastAnswerKey struct{}

// withLastAnswer is a context for one call, and where the code is with which AWS throttled its last
// attempt: nil if it did not.
func withLastAnswer(ctx context.Context) (context.Context, *atomic.Pointer[string]) {
	throttled := &atomic.Pointer[string]{} // credentials may be got by another goroutine
	return context.WithValue(ctx, lastAnswerKey{}, throttled), throttled
}

// keepLastAnswer keeps it. It is a part of every client.
func keepLastAnswer(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("LastAnswer", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		answer, metadata, err := next.HandleDeserialize(ctx, in)
		if throttled, ok := ctx.Value(lastAnswerKey{}).(*atomic.Pointer[string]); ok && ctx.Err() == nil {
			throttled.Store(nil)
			var api smithy.APIError
			if errors.As(err, &api) && isThrottling(api.ErrorCode()) {
				throttled.Store(new(api.ErrorCode()))
			}
		}
		return answer, metadata, err
	}), middleware.Before)
}

// throttledFor is the failure of a call that AWS throttled until it had taken too long.
func throttledFor(action, code string, seconds int) *failure {
	return &failure{sg.StatusThrottled, code, fmt.Sprintf("AWS throttled %s, and went on when it was tried again for %s. Try again later, lower {max_concurrency}, or raise {call_timeout}",
		action, time.Duration(seconds)*time.Second), ""}
}
