package fakeaws

import (
	"strings"
	"time"
)

// A Throttle is EC2's limits on requests: each account has, in each region and for each
// action, a bucket of tokens that is refilled steadily. A call takes a token; if there is none
// it fails with RequestLimitExceeded.
//
// The zero Throttle has the limits that AWS documents.
type Throttle struct {
	// Read is for actions that change nothing: 100 tokens, 20 more a second.
	Read Limit
	// ReadAll is for the same without filters and MaxResults: 50 tokens, 10 more a second.
	ReadAll Limit
	// Write is for actions that change something: 50 tokens, 5 more a second.
	Write Limit
	// Speed is how much faster than the clock buckets are refilled, once as fast if zero.
	Speed float64
}

// A Limit is a bucket's size and the tokens it gets each second.
type Limit struct {
	Size   int
	Refill float64
}

func (l Limit) or(standard Limit) Limit {
	if l == (Limit{}) {
		return standard
	}
	return l
}

type bucketKey struct {
	kind
	all bool
}

type bucket struct {
	tokens float64
	filled time.Time
}

// take takes a token for the call, and tells whether there was one.
func (s *Server) take(c *call, now time.Time) bool {
	t := s.world.Throttle
	if t == nil {
		return true
	}
	limit := t.Write.or(Limit{50, 5})
	read := strings.HasPrefix(c.action, "Describe") || strings.HasPrefix(c.action, "Get")
	all := read && c.params.Get("MaxResults") == "" && len(c.indexes("Filter")) == 0
	if all {
		limit = t.ReadAll.or(Limit{50, 10})
	} else if read {
		limit = t.Read.or(Limit{100, 20})
	}
	speed := t.Speed
	if speed == 0 {
		speed = 1
	}
	key := bucketKey{kind{place{c.account(), c.region}, c.action}, all}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[key]
	if b == nil {
		b = &bucket{tokens: float64(limit.Size), filled: now}
		s.buckets[key] = b
	}
	b.tokens = min(float64(limit.Size), b.tokens+now.Sub(b.filled).Seconds()*limit.Refill*speed)
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
