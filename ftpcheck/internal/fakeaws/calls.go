package fakeaws

import (
	"maps"
	"net/url"
	"slices"
	"time"
)

// A Call is one request that the server got.
type Call struct {
	// Account is the ID of the account that made the call, empty if that is not known.
	Account string
	// Caller is the ARN of who made it.
	Caller string
	// Region is the region that the request was signed for.
	Region string
	// Service is ec2, sts, organizations, config, elasticloadbalancing or kms; Action is such as
	// DescribeRegions.
	Service, Action string
	// Page is the number of the page that was asked for, from 1.
	Page int
	// Params are the request's parameters, under the names that they have in the request,
	// such as GroupId.1 or Filter.1.Value.1.
	Params url.Values
	// Start is when the request had arrived.
	Start time.Time
	// Error is the code of the error that was answered, or the kind of fault that spoiled
	// the answer. It is empty if the call succeeded.
	Error string
}

// A Count is how many calls there were.
type Count struct {
	// Attempts are all calls, Successes those that got a full answer that is no error.
	Attempts, Successes int
}

// place is an account and a region.
type place struct{ account, region string }

// kind is what calls are counted by.
type kind struct {
	place
	action string
}

// record is what the server knows of past and present calls.
type record struct {
	counts map[kind]Count
	calls  []Call
	denied map[string]bool
	// inFlight is how many calls are being answered, most how many there were at most. The
	// empty place stands for all together.
	inFlight, most map[place]int
}

// Reset forgets all calls so far: the counts, the calls, and what was denied. Calls that are
// being answered stay in flight.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.log.inFlight
	s.log = record{counts: map[kind]Count{}, denied: map[string]bool{}, inFlight: map[place]int{}, most: map[place]int{}}
	maps.Copy(s.log.inFlight, old)
	maps.Copy(s.log.most, old)
}

// Count returns how often an action was called. An empty account, region or action means any.
func (s *Server) Count(account, region, action string) Count {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum Count
	for k, n := range s.log.counts {
		if (account == "" || k.account == account) && (region == "" || k.region == region) && (action == "" || k.action == action) {
			sum.Attempts += n.Attempts
			sum.Successes += n.Successes
		}
	}
	return sum
}

// MaxInFlight returns how many calls were being answered at the same time, at most, for an
// account in a region. If both are empty it returns how many there were in all.
func (s *Server) MaxInFlight(account, region string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.most[place{account, region}]
}

// MaxInFlightAnywhere returns the most calls that were being answered at the same time for
// any one account and region.
func (s *Server) MaxInFlightAnywhere() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := 0
	for where, n := range s.log.most {
		if where != (place{}) {
			most = max(most, n)
		}
	}
	return most
}

// Calls returns the calls of an action, of any if it is empty, in the order in which they were
// answered. There are none unless [World.Record] is set.
func (s *Server) Calls(action string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var some []Call
	for _, c := range s.log.calls {
		if action == "" || c.Action == action {
			some = append(some, c)
		}
	}
	return some
}

// Denied returns the actions that [World.AllowOnly] denied, sorted, such as "ec2:DescribeRegions".
func (s *Server) Denied() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.log.denied))
}

func (s *Server) deny(action string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.denied[action] = true
}

// begin notes that the call is being answered. The function it returns notes how it ended.
func (s *Server) begin(c *call) (done func(code string)) {
	where := place{c.account(), c.region}
	start := time.Now()
	keep := s.world.Record
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range []place{{}, where} {
		s.log.inFlight[p]++
		s.log.most[p] = max(s.log.most[p], s.log.inFlight[p])
	}
	return func(code string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.log.inFlight[place{}]--
		s.log.inFlight[where]--
		n := s.log.counts[kind{where, c.action}]
		n.Attempts++
		if code == "" {
			n.Successes++
		}
		s.log.counts[kind{where, c.action}] = n
		if keep {
			one := Call{
				Account: where.account, Region: where.region, Service: c.service, Action: c.action,
				Page: c.page, Params: c.params, Start: start, Error: code,
			}
			if c.caller != nil {
				one.Caller = c.caller.arn
			}
			s.log.calls = append(s.log.calls, one)
		}
	}
}
