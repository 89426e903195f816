package live

import (
	"context"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Step is how far the reading of a place has come.
type Step int

// The steps of a place, in their order. One that is not to be read, or cannot be, has the last
// alone, and a read that ends early leaves places without it.
const (
	Found   Step = iota // it is known, and waits for its turn
	Begun               // AWS is asked
	Arrived             // one more page of groups is there; the record counts them
	Ended               // the record says how
)

// An Observer is told how far reads have come. It is called from several goroutines, and those
// who read wait for it.
type Observer func(step Step, place sg.Coverage)

type observerKey struct{}

// WithObserver returns a context in which reads tell how far they have come.
func WithObserver(ctx context.Context, o Observer) context.Context {
	return context.WithValue(ctx, observerKey{}, o)
}

// tell tells the observer of the context, if there is one.
func (l *Source) tell(ctx context.Context, step Step, place sg.Coverage) {
	if observe, ok := ctx.Value(observerKey{}).(Observer); ok {
		place.Connection = l.config.Connection
		observe(step, place)
	}
}
