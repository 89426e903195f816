package live

import (
	"context"
	"strings"
	"sync"
	"time"
)

// A cache makes each call once: it is single-flight. Whoever asks while a call is under way waits for it, and
// whoever asks within the lifetime gets its result. Failures are not kept.
type cache struct {
	lifetime time.Duration

	mu      sync.Mutex
	calls   map[string]*sharedCall
	cleaned time.Time
}

type sharedCall struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	ended   time.Time // zero while under way

	value any
	err   error
}

// A Snapshot keeps results, failures too, for a read that goes over the same things twice and
// must see the same both times. A nil Snapshot keeps nothing.
type Snapshot struct {
	mu      sync.Mutex
	results map[string]result
}

type result struct {
	value any
	err   error
}

// NewSnapshot returns a snapshot of nothing yet.
func NewSnapshot() *Snapshot { return &Snapshot{results: map[string]result{}} }

func (s *Snapshot) get(key string) (any, error, bool) {
	if s == nil {
		return nil, nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.results[key]
	return r.value, r.err, ok
}

func (s *Snapshot) set(key string, value any, err error) {
	if s == nil || isContextError(err) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results[key] = result{value, err}
}

// wasAgain and setAgain remember of a place that it was read again, and only then for good.
func (s *Snapshot) wasAgain(place string) bool {
	_, _, ok := s.get(place)
	return ok
}

func (s *Snapshot) setAgain(place string) { s.set(place, nil, nil) }

// once returns the result of fetch for the key. The call goes on as long as anybody
// waits for it, and is cancelled when the last one has gone.
func once[V any](ctx context.Context, c *cache, s *Snapshot, key string, fetch func(context.Context) (V, error)) (V, error) {
	v, err, kept := s.get(key)
	if !kept {
		v, err = c.get(ctx, key, func(ctx context.Context) (any, error) { return fetch(ctx) })
		s.set(key, v, err)
	}
	if err != nil {
		var zero V
		return zero, err
	}
	return v.(V), nil
}

func (c *cache) get(ctx context.Context, key string, fetch func(context.Context) (any, error)) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.clean()
	call := c.calls[key]
	if call == nil {
		call = c.start(ctx, key, fetch)
	}
	call.waiting++
	c.mu.Unlock()

	select {
	case <-call.done:
		c.leave(key, call)
		return call.value, call.err
	case <-ctx.Done():
		c.leave(key, call)
		return nil, ctx.Err()
	}
}

// start begins a call. The lock must be held.
func (c *cache) start(ctx context.Context, key string, fetch func(context.Context) (any, error)) *sharedCall {
	// It must not end with the one who happened to ask first.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	call := &sharedCall{done: make(chan struct{}), cancel: cancel}
	if c.calls == nil {
		c.calls = map[string]*sharedCall{}
	}
	c.calls[key] = call
	go func() {
		defer cancel()
		value, err := fetch(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		call.value, call.err, call.ended = value, err, time.Now()
		if (err != nil || c.lifetime <= 0) && c.calls[key] == call {
			delete(c.calls, key)
		}
		close(call.done)
	}()
	return call
}

func (c *cache) leave(key string, call *sharedCall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call.waiting--
	if call.waiting == 0 && call.ended.IsZero() {
		call.cancel()
		if c.calls[key] == call {
			delete(c.calls, key)
		}
	}
}

// forget makes the next who asks for something of this place ask AWS.
func (c *cache) forget(place string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.calls {
		if strings.HasPrefix(key, place+"/") {
			delete(c.calls, key)
		}
	}
}

// clear forgets all results.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, call := range c.calls {
		if !call.ended.IsZero() {
			delete(c.calls, key)
		}
	}
}

// oldest is when the oldest of the results ended that are used again. It is zero if there is
// none.
func (c *cache) oldest() (oldest time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.calls {
		if used := !call.ended.IsZero() && time.Since(call.ended) <= c.lifetime; used && (oldest.IsZero() || call.ended.Before(oldest)) {
			oldest = call.ended
		}
	}
	return oldest
}

// clean forgets what is older than the lifetime. The lock must be held.
func (c *cache) clean() {
	now := time.Now()
	if now.Sub(c.cleaned) < c.lifetime/100 {
		return
	}
	c.cleaned = now
	for key, call := range c.calls {
		if !call.ended.IsZero() && now.Sub(call.ended) > c.lifetime {
			delete(c.calls, key)
		}
	}
}
