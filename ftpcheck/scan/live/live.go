// Package live reads security groups from EC2: every account that a configuration names or
// finds, and in each every region that is wanted and enabled. What AWS said is used again for as
// long as the configuration says, and a call that several reads need is made once.
package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Source reads from EC2: every account that the configuration names or finds, and in each
// every region that is wanted and enabled.
//
// Accounts and regions are read side by side, as many as there are slots for calls. What
// one of them fails with touches no other and is in its record. Groups are handed over by
// the goroutine that called read, in the order of arrival.
type Source struct {
	config   config.Config
	cache    cache
	slots    chan struct{}
	caller   atomic.Pointer[string] // ARN
	secrets  secrets
	settings held // of the SDK

	mu    sync.Mutex
	roles map[roleKey]aws.Config
}

// A Reading is a request on its way to AWS.
type Reading struct {
	sg.Request
	Scan       *Scan            // that the sources of the request share
	ReadBefore map[string]bool  // places that another connection has read, by [sg.PlaceKey]
	Snapshot   *Snapshot        // what the first of two goes over the same has read; may be nil
	Recorder   *record.Recorder // keeps what is read, if not nil; then Once is set
	Discards   bool             // nobody looks at the groups, so that they may be handed over again
}

// Caller is the ARN of the identity with which the reads so far began: that whose credentials
// are configured, not the roles that it assumed in other accounts. It is empty before that.
func (l *Source) Caller() string {
	if arn := l.caller.Load(); arn != nil {
		return *arn
	}
	return ""
}

// Forget makes the next read ask AWS again for everything.
func (l *Source) Forget() { l.cache.clear() }

// ReadSince is when the oldest of the answers came that the next read would use again. It is
// zero if there is none.
func (l *Source) ReadSince() time.Time { return l.cache.oldest() }

// New returns a source that reads what the configuration, which must have been completed, names.
func New(c config.Config) *Source {
	l := &Source{
		config: c,
		cache:  cache{lifetime: time.Duration(c.CacheTTL) * time.Second},
		slots:  make(chan struct{}, c.MaxConcurrency),
		roles:  map[roleKey]aws.Config{},
	}
	l.secrets.add(c.SecretKey, c.SessionToken, c.RoleExternalID)
	if c.AssumeRole != nil {
		l.secrets.add(c.AssumeRole.ExternalID)
	}
	return l
}

// arrival is what a worker hands to the goroutine that called read: groups, paths or, at the
// end of a place, its record.
type arrival struct {
	groups []*sg.Group
	paths  []*sg.InternetPath
	place  *sg.Coverage
}

// placeJob is one account and region to read.
type placeJob struct {
	account    *account
	region     string
	aggregator *aggregator // that is asked for all accounts of the region; nil to ask EC2 for one
}

// Read reads every place that the request asks for and hands each security group to emit,
// judged. It returns a record of every place, also of those that failed; its error is that of
// emit or of the context, never that of a place.
func (l *Source) Read(ctx context.Context, request Reading, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	ctx, cancel := context.WithCancel(ctx)
	arrivals := make(chan arrival)
	jobs := make(chan placeJob)
	// A worker stops at the first error, which is always the end of the read.
	workers, ctx := errgroup.WithContext(ctx)
	send := func(a arrival) error {
		select {
		case arrivals <- a:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	workers.Go(func() error {
		defer close(jobs)
		return l.findPlaces(ctx, &request, jobs, send)
	})
	for range l.config.MaxConcurrency {
		workers.Go(func() error {
			for job := range jobs {
				read := l.readPlace
				if job.aggregator != nil {
					read = l.readRecorded
				}
				if err := read(ctx, job, &request, send); err != nil {
					return err
				}
			}
			return nil
		})
	}
	go func() {
		workers.Wait()
		close(arrivals)
	}()
	defer func() {
		cancel()
		for range arrivals {
			// The workers must not wait for a reader that has gone.
		}
	}()

	var places []sg.Coverage
	for a := range arrivals {
		for _, g := range a.groups {
			if err := emit(g); err != nil {
				return places, err
			}
		}
		for _, p := range a.paths {
			if err := request.Paths(p); err != nil {
				return places, err
			}
		}
		if a.place != nil {
			l.tell(ctx, Ended, *a.place)
			places = append(places, *a.place)
		}
	}
	slices.SortFunc(places, sg.Coverage.Compare)
	return places, workers.Wait()
}

// findPlaces sends every place to read to jobs, and a record of every place that is not
// to be read or cannot be.
func (l *Source) findPlaces(ctx context.Context, request *Reading, jobs chan<- placeJob, send func(arrival) error) error {
	record := func(c sg.Coverage) error { return send(arrival{place: &c}) }
	// Without credentials there is one place: all that they would have led to.
	me, err := l.identity(ctx, request.Snapshot)
	if f := (*failure)(nil); errors.As(err, &f) {
		return record(l.failed("", "", "", f))
	} else if err != nil {
		return err
	}
	l.caller.Store(&me.arn)
	if l.config.Aggregator != "" {
		return l.findRecorded(ctx, me, request, jobs, record)
	}
	accounts, failures, err := l.accounts(ctx, request.Snapshot, me)
	if err != nil {
		return err
	}
	for _, c := range failures {
		if err := record(c); err != nil {
			return err
		}
	}
	askers, ctx := errgroup.WithContext(ctx)
	askers.SetLimit(l.config.MaxConcurrency)
	for _, a := range accounts {
		if request.WantsAccount(a.id) {
			askers.Go(func() error { return l.placesOf(ctx, a, request, jobs, record) })
		}
	}
	return askers.Wait()
}

// placesOf sends the places of one account.
func (l *Source) placesOf(ctx context.Context, a *account, request *Reading, jobs chan<- placeJob, record func(sg.Coverage) error) error {
	if config.Match(l.config.ExcludeAccounts, a.id) {
		return record(l.failed(a.id, a.partition, "", leftOut("the account", "{exclude_accounts}")))
	}
	if shard := l.config.Shard; !shard.Has(a.id) {
		c := l.failed(a.id, a.partition, "", &failure{sg.StatusOtherShard, sg.CodeOtherShard, fmt.Sprintf("the account is in shard %d of %d", shard.Of(a.id), shard.Count), ""})
		c.Optional = true
		return record(c)
	}
	if a.suspended {
		c := l.failed(a.id, a.partition, "", &failure{sg.StatusSuspended, codeSuspended, "the account is suspended or being closed, so nothing in it can be read", ""})
		c.Optional = !a.named
		return record(c)
	}
	regions, missing, enabled, err := l.regions(ctx, request.Snapshot, a)
	if f := (*failure)(nil); errors.As(err, &f) {
		return record(l.failed(a.id, a.partition, "", f))
	} else if err != nil {
		return err
	}
	for _, wanted := range missing {
		err := record(l.failed(a.id, a.partition, wanted, &failure{sg.StatusError, codeNoRegion,
			fmt.Sprintf("no region of the account is %q%s Correct it in {regions}", wanted, meant.Ask(wanted, enabled)), ""}))
		if err != nil {
			return err
		}
	}
	for _, r := range regions {
		if !request.WantsRegion(r.name) || request.ReadBefore[sg.PlaceKey(a.id, r.name)] {
			continue
		}
		if config.Match(l.config.ExcludeRegions, r.name) {
			if err := record(l.failed(a.id, a.partition, r.name, leftOut("the region", "{exclude_regions}"))); err != nil {
				return err
			}
			continue
		}
		if r.disabled {
			c := l.failed(a.id, a.partition, r.name, &failure{sg.StatusRegionDisabled, codeRegionDisabled, "the region is not enabled for the account. Enable it, or leave it out of {regions}", ""})
			c.Optional = !r.named
			if err := record(c); err != nil {
				return err
			}
			continue
		}
		l.tell(ctx, Found, sg.Coverage{AccountID: a.id, Region: r.name})
		select {
		case jobs <- placeJob{account: a, region: r.name}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// failed is the record of a place that could not be read.
func (l *Source) failed(account, partition, region string, f *failure) sg.Coverage {
	now := time.Now()
	c := sg.Coverage{Origin: sg.Live, AccountID: account, Partition: partition, Region: region, Content: sg.ContentGroups, Started: now, Finished: now}
	l.fail(&c, f)
	return c
}

// fail puts a failure into a record.
func (l *Source) fail(c *sg.Coverage, f *failure) {
	c.Status, c.ErrorCode, c.ErrorMessage = f.status, l.secrets.remove(f.code), l.words(f)
	// What keeps from finding accounts at all cannot be left out: nothing would be left.
	c.Ignored = f.status == sg.StatusLeftOut || c.AccountID != "" && l.config.Ignores(f.code, f.cause)
}

// words are the message of a failure, with the names that the user knows, and without secrets.
func (l *Source) words(f *failure) string { return l.secrets.remove(l.config.Words(f.message)) }

// leftOut is why a place is not read that the user chose to leave out.
func leftOut(what, argument string) *failure {
	return &failure{sg.StatusLeftOut, codeLeftOut, what + " is left out by " + argument, ""}
}
