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

// An Observer is told how far the reading of AWS has come: of a place when it is Found, when it
// is Begun, when a page of its groups has Arrived and when it has Ended. It is called from several
// goroutines at once, and holds up those who call it.
type (
	Observer = live.Observer
	Step     = live.Step
)

// The steps of a place, which need not have all of them.
const (
	Found   = live.Found
	Begun   = live.Begun
	Arrived = live.Arrived
	Ended   = live.Ended
)

// WithObserver returns a context in which reads of AWS tell how far they have come.
func WithObserver(ctx context.Context, o Observer) context.Context { return live.WithObserver(ctx, o) }

// Profiles are the names of the AWS profiles that there are, without a look at anything but the
// files of the AWS CLI.
func Profiles() []string { return live.Profiles() }
