package scan

import (
	"context"
	"sync"
	"time"
)

// flights makes each call once. Whoever asks while a call is under way waits for it, and
// whoever asks within the lifetime gets its result. Failures are not kept.
type flights struct {
	lifetime time.Duration

	mu      sync.Mutex
	calls   map[string]*flight
	cleaned time.Time
}

type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	landed  time.Time // zero while under way

	value any
	err   error
}

// pins keeps results, failures too, for a read that goes over the same things twice and
// must see the same both times. Nil pins keep nothing.
type pins struct {
	mu      sync.Mutex
	results map[string]pinned
}

type pinned struct {
	value any
	err   error
}

func newPins() *pins { return &pins{results: map[string]pinned{}} }

func (p *pins) get(key string) (any, error, bool) {
	if p == nil {
		return nil, nil, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.results[key]
	return r.value, r.err, ok
}

func (p *pins) set(key string, value any, err error) {
	if p == nil || isContextError(err) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.results[key] = pinned{value, err}
}

// once returns the result of fetch for the key. The call goes on as long as anybody
// waits for it, and is cancelled when the last one has gone.
func once[V any](ctx context.Context, f *flights, p *pins, key string, fetch func(context.Context) (V, error)) (V, error) {
	v, err, pinned := p.get(key)
	if !pinned {
		v, err = f.get(ctx, key, func(ctx context.Context) (any, error) { return fetch(ctx) })
		p.set(key, v, err)
	}
	if err != nil {
		var zero V
		return zero, err
	}
	return v.(V), nil
}

func (f *flights) get(ctx context.Context, key string, fetch func(context.Context) (any, error)) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.clean()
	call := f.calls[key]
	if call == nil {
		call = f.start(ctx, key, fetch)
	}
	call.waiting++
	f.mu.Unlock()

	select {
	case <-call.done:
		f.leave(key, call)
		return call.value, call.err
	case <-ctx.Done():
		f.leave(key, call)
		return nil, ctx.Err()
	}
}

// start begins a call. The lock must be held.
func (f *flights) start(ctx context.Context, key string, fetch func(context.Context) (any, error)) *flight {
	// It must not end with the one who happened to ask first.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	call := &flight{done: make(chan struct{}), cancel: cancel}
	if f.calls == nil {
		f.calls = map[string]*flight{}
	}
	f.calls[key] = call
	go func() {
		defer cancel()
		value, err := fetch(ctx)
		f.mu.Lock()
		defer f.mu.Unlock()
		call.value, call.err, call.landed = value, err, time.Now()
		if (err != nil || f.lifetime <= 0) && f.calls[key] == call {
			delete(f.calls, key)
		}
		close(call.done)
	}()
	return call
}

func (f *flights) leave(key string, call *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call.waiting--
	if call.waiting == 0 && call.landed.IsZero() {
		call.cancel()
		if f.calls[key] == call {
			delete(f.calls, key)
		}
	}
}

// clean forgets what is older than the lifetime. The lock must be held.
func (f *flights) clean() {
	now := time.Now()
	if now.Sub(f.cleaned) < f.lifetime/100 {
		return
	}
	f.cleaned = now
	for key, call := range f.calls {
		if !call.landed.IsZero() && now.Sub(call.landed) > f.lifetime {
			delete(f.calls, key)
		}
	}
}
