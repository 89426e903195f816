package fakeaws

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"
)

// A Kind is a way in which a call fails.
type Kind string

const (
	// Denied is a permission that the caller's own policies do not give.
	Denied Kind = "denied"
	// DeniedBySCP is a permission that a service control policy takes away.
	DeniedBySCP Kind = "denied by SCP"
	// RegionDisabled is what calls get in a region that the account has not opted in to.
	RegionDisabled Kind = "region disabled"
	// OptInRequired is what an account gets that has not finished its registration.
	OptInRequired Kind = "opt-in required"
	// Expired is a session that has expired.
	Expired Kind = "expired"
	// InvalidKey is an access key that does not exist.
	InvalidKey Kind = "invalid key"
	// Throttled is a request too many.
	Throttled Kind = "throttled"
	// Internal is an error inside AWS.
	Internal Kind = "internal error"
	// Unavailable is a service that is overloaded.
	Unavailable Kind = "unavailable"
	// Custom is the error given by Status, Code and Message.
	Custom Kind = "custom"

	// Reset resets the connection instead of answering.
	Reset Kind = "reset"
	// CutBody closes the connection in the middle of the answer.
	CutBody Kind = "cut body"
	// Truncated sends half of the answer as if that were all.
	Truncated Kind = "truncated"
	// Malformed sends an answer that is not well-formed.
	Malformed Kind = "malformed"
	// Slow answers properly, after Delay.
	Slow Kind = "slow"
	// Hang never answers: the call ends when the client gives up.
	Hang Kind = "hang"
)

// A Fault makes calls fail. Its fields say which; those that are empty do not matter.
type Fault struct {
	// Kind is the way in which the calls fail.
	Kind Kind

	// Account, Region and Action are whose calls fail, and where, and which.
	Account, Region, Action string
	// Value is a parameter that the call must have, whatever its name: a group ID, say.
	Value string
	// Page is the number of the page that must be asked for, from 1.
	Page int

	// First limits the fault to so many calls of each account, region and action, since the
	// world was changed.
	First int
	// Probability is the share of the calls that fail: all if zero. Which ones depends on
	// the world's seed and how many such calls of the account and region came before.
	Probability float64

	// Delay is how long the answer takes, in addition to the world's latency.
	Delay time.Duration
	// Status, Code and Message are the error of kind Custom.
	Status        int
	Code, Message string
}

// tried is what the calls that a fault concerns are counted by.
type tried struct {
	fault int
	kind
}

// fault returns the first fault that strikes the call, or nil.
func (s *Server) fault(c *call) *Fault {
	s.world.mu.RLock()
	defer s.world.mu.RUnlock()
	for i := range s.world.Faults {
		f := s.world.Faults[i]
		if f.concerns(c) && s.strikes(i, &f, c) {
			if f.Kind == Hang {
				f.Delay = math.MaxInt64
			}
			return &f
		}
	}
	return nil
}

func (f *Fault) concerns(c *call) bool {
	if f.Value != "" {
		found := false
		for _, values := range c.params {
			found = found || slices.Contains(values, f.Value)
		}
		if !found {
			return false
		}
	}
	return (f.Account == "" || f.Account == c.account()) &&
		(f.Region == "" || f.Region == c.region) &&
		(f.Action == "" || f.Action == c.action) &&
		(f.Page == 0 || f.Page == c.page)
}

// strikes tells whether this time is one of those at which the fault shows.
func (s *Server) strikes(index int, f *Fault, c *call) bool {
	key := tried{index, kind{place{c.account(), c.region}, c.action}}
	s.mu.Lock()
	if s.triedIn != s.world.changes {
		s.triedIn, s.tries = s.world.changes, map[tried]int{}
	}
	s.tries[key]++
	try := s.tries[key]
	s.mu.Unlock()
	if f.First > 0 && try > f.First {
		return false
	}
	if f.Probability == 0 {
		return true
	}
	h := fnv.New64a()
	fmt.Fprintln(h, s.world.Seed, key, try)
	// The low bits of this hash are its good ones.
	return float64(h.Sum64()%1_000_003)/1_000_003 < f.Probability
}

// error is what the call gets instead of its answer, nil if it gets its answer.
func (f *Fault) error(c *call) error {
	if f.Kind == Custom {
		return fail(f.Status, f.Code, "%s", f.Message)
	}
	return f.Kind.error(c)
}

// spoils names the fault if it makes the client's call fail without being an error.
func (k Kind) spoils() string {
	if k == Slow {
		return ""
	}
	return string(k)
}

// The services have codes and words of their own for the same failure.
var failures = map[Kind]map[string]apiError{
	RegionDisabled: {
		"config": {400, "UnrecognizedClientException", "The security token included in the request is invalid."},
		"ec2":    {401, "AuthFailure", "AWS was not able to validate the provided access credentials"},
		"sts":    {403, "InvalidClientTokenId", "The security token included in the request is invalid."},
	},
	OptInRequired: {
		"config":        {400, "OptInRequired", "The AWS Access Key Id needs a subscription for the service"},
		"ec2":           {401, "OptInRequired", "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe."},
		"sts":           {403, "OptInRequired", "The AWS Access Key Id needs a subscription for the service"},
		"organizations": {400, "SubscriptionRequiredException", "The AWS Access Key Id needs a subscription for the service"},
	},
	Expired: {
		"config":        {400, "ExpiredTokenException", "The security token included in the request is expired"},
		"ec2":           {400, "RequestExpired", "Request has expired."},
		"sts":           {403, "ExpiredToken", "The security token included in the request is expired"},
		"organizations": {400, "ExpiredTokenException", "The security token included in the request is expired"},
	},
	InvalidKey: {
		"config":        {400, "UnrecognizedClientException", "The security token included in the request is invalid."},
		"ec2":           {401, "AuthFailure", "AWS was not able to validate the provided access credentials"},
		"sts":           {403, "InvalidClientTokenId", "The security token included in the request is invalid."},
		"organizations": {400, "UnrecognizedClientException", "The security token included in the request is invalid."},
	},
	Throttled: {
		"config":        {400, "ThrottlingException", "Rate exceeded"},
		"ec2":           {503, "RequestLimitExceeded", "Request limit exceeded."},
		"sts":           {400, "Throttling", "Rate exceeded"},
		"organizations": {400, "TooManyRequestsException", "AWS Organizations can't complete your request because of too many requests. Try again later."},
	},
	Internal: {
		"config":        {500, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."},
		"ec2":           {500, "InternalError", "An internal error has occurred"},
		"sts":           {500, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."},
		"organizations": {500, "ServiceException", "AWS Organizations can't complete your request because of an internal error. Try again later."},
	},
	Unavailable: {
		"config":        {503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."},
		"ec2":           {503, "Unavailable", "The server is overloaded and can't handle the request."},
		"sts":           {503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."},
		"organizations": {503, "ServiceUnavailableException", "The request has failed due to a temporary failure of the server."},
	},
	Denied: {
		"config":        {400, "AccessDeniedException", ""},
		"ec2":           {403, "UnauthorizedOperation", "You are not authorized to perform this operation. "},
		"sts":           {403, "AccessDenied", ""},
		"organizations": {400, "AccessDeniedException", ""},
	},
}

// error is the failure as the call's service tells it, nil if it is not one of its answers.
func (k Kind) error(c *call) error {
	why := ""
	if k == Denied || k == DeniedBySCP {
		name := c.service + ":" + c.action
		why = fmt.Sprintf("User: %s is not authorized to perform: %s", c.caller.arn, name)
		if c.service == "organizations" || c.service == "config" {
			why += " on resource: *"
		} else if c.service == "kms" {
			why += " on resource: " + c.params.Get("KeyId")
		} else if arn := c.params.Get("RoleArn"); arn != "" {
			why += " on resource: " + arn
		}
		if k == Denied {
			why += " because no identity-based policy allows the " + name + " action"
		} else {
			why += " with an explicit deny in a service control policy"
		}
		k = Denied
	}
	service := c.service
	switch service {
	case "elasticloadbalancing":
		service = "sts" // which it is like
	case "kms":
		service = "config"
	}
	e, ok := failures[k][service]
	if !ok {
		return nil
	}
	return fail(e.status, e.code, "%s%s", e.message, why)
}
