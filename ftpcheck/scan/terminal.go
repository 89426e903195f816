package scan

import (
	"context"
	"io"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/live"
)

// WithDebug returns a context in which reads write to w what they ask of AWS and what comes
// back: a line for each attempt, without bodies, headers and secrets.
func WithDebug(ctx context.Context, w io.Writer) context.Context { return live.WithDebug(ctx, w) }

// WithCodes returns a context in which reads ask for the code of an MFA device where a role of
// an AWS profile needs one.
func WithCodes(ctx context.Context, ask func(ctx context.Context, device string) (string, error)) context.Context {
	return live.WithCodes(ctx, ask)
}
