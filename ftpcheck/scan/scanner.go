package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/live"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/saved"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Scanner reads security groups from the places that its configuration names. It is
// safe for concurrent use.
type Scanner struct {
	configs []config.Config
	sources []source // of configs, by position
	live    []*live.Source
}

// A source is one kind of place to look. Its Read returns a record for every place, also
// for those that failed; its error is emit's or the context's, never a place's.
type source interface {
	read(ctx context.Context, r live.Reading, emit func(*sg.Group) error) ([]sg.Coverage, error)
	Close() error
}

type liveSource struct{ *live.Source }

func (s liveSource) read(ctx context.Context, r live.Reading, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	return s.Read(ctx, r, emit)
}

func (s liveSource) Close() error { return nil }

type savedSource struct{ *saved.Source }

func (s savedSource) read(ctx context.Context, r live.Reading, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	return s.Read(ctx, r.Request, r.Recorder, r.ReadBefore, emit)
}

// New returns a scanner over all that the configurations name. It reads nothing yet, so
// it fails only on a configuration that cannot be meant.
func New(configs ...config.Config) (*Scanner, error) {
	s := &Scanner{}
	for _, c := range configs {
		if c.Paths != nil && len(c.Paths) == 0 {
			return nil, ofConnection(c.Connection, errors.New(c.Words("{paths} is empty: name files, or leave it out to read AWS")))
		}
		if err := c.CheckPaths(); err != nil {
			return nil, ofConnection(c.Connection, err)
		}
		if len(c.Paths) > 0 {
			s.configs = append(s.configs, c)
			files := saved.New(c.Paths, c.ExcludePaths, c.Name("exclude_paths"), c.Stdin).Within(c.OldestItem(), c.Name("max_age"))
			s.sources = append(s.sources, savedSource{files})
			continue
		}
		if err := c.Complete(); err != nil {
			return nil, ofConnection(c.Connection, err)
		}
		s.configs = append(s.configs, c)
		l := live.New(c)
		s.sources = append(s.sources, liveSource{l})
		s.live = append(s.live, l)
	}
	return s, nil
}

// ofConnection says of which connection an error is, if it has a name.
func ofConnection(name string, err error) error {
	if name == "" {
		return err
	}
	return fmt.Errorf("connection %s: %w", name, err)
}

// Connections are the names of connections and aggregators, in order.
func (s *Scanner) Connections() []string {
	var names []string
	for _, c := range s.configs {
		names = append(names, c.Aggregators...)
		if c.Connection != "" {
			names = append(names, c.Connection)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Of returns a scanner over what a connection or aggregator of this name reads. It shares
// with this one what was read, and must not be closed.
func (s *Scanner) Of(connection string) *Scanner {
	part := &Scanner{}
	for i, c := range s.configs {
		if c.Connection == connection || slices.Contains(c.Aggregators, connection) {
			part.configs = append(part.configs, c)
			part.sources = append(part.sources, s.sources[i])
		}
	}
	return part
}

// Close frees what the scanner holds.
func (s *Scanner) Close() error {
	var errs []error
	for _, source := range s.sources {
		errs = append(errs, source.Close())
	}
	return errors.Join(errs...)
}

// Read reads what the request asks for and hands each security group to emit, judged.
// It returns a record of every place that was or should have been read, also when it
// fails.
//
// A place that cannot be read does not keep the others from being read; Read then
// returns an [*sg.IncompleteError] after the last group. It stops at once at an error of
// emit, which it returns as it is, and at the end of the context.
func (s *Scanner) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	r := live.Reading{Request: request}
	// What one source says is nothing to another, which may have other credentials.
	snapshots := make([]*live.Snapshot, len(s.sources))
	if request.Settled {
		// Reading files again is cheap, and what AWS says the first time is kept.
		r.Once = false
		for i := range snapshots {
			snapshots[i] = live.NewSnapshot()
		}
		discard := func(*sg.Group) error { return nil }
		r.Discards = true
		if request.Paths != nil {
			r.Paths = func(*sg.InternetPath) error { return nil }
		}
		places, err := s.readAll(ctx, r, snapshots, discard)
		r.Discards, r.Paths = false, request.Paths
		var incomplete *sg.IncompleteError
		if err != nil && !(errors.As(err, &incomplete) && request.Shows(incomplete.Failed)) {
			return places, err
		}
	}
	return s.readAll(ctx, r, snapshots, emit)
}

func (s *Scanner) readAll(ctx context.Context, r live.Reading, snapshots []*live.Snapshot, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	var places []sg.Coverage
	var from []int // sources of the places
	// What several connections lead to is read by the first of them that can.
	r.ReadBefore = map[string]bool{}
	r.Scan = s.begin(snapshots)
	paths := r.Paths
	for i, source := range s.sources {
		connection := s.configs[i].Connection
		r.Snapshot = snapshots[i]
		if paths != nil {
			r.Paths = func(p *sg.InternetPath) error {
				p.Connection = connection
				return paths(p)
			}
		}
		p, err := source.read(ctx, r, func(g *sg.Group) error {
			g.Connection = connection
			return emit(g)
		})
		for i := range p {
			p[i].Connection = connection
		}
		places = append(places, p...)
		if err != nil {
			return places, err
		}
		for _, c := range p {
			if c.Origin == sg.Live && c.Status == sg.StatusScanned && s.isLive(i) {
				r.ReadBefore[sg.PlaceKey(c.AccountID, c.Region)] = true
			}
		}
		from = append(from, slices.Repeat([]int{i}, len(p))...)
	}
	if err := s.refuseTwice(places, from, r.ReadBefore); err != nil {
		return places, err
	}
	r.Scan.Complete(places)
	places = slices.DeleteFunc(places, func(c sg.Coverage) bool {
		return c.Origin == sg.Live && c.Missing() && r.ReadBefore[sg.PlaceKey(c.AccountID, c.Region)]
	})
	return places, sg.Incomplete(places)
}

// refuseTwice returns an error if AWS was asked for a place that is also in files. They are of two
// times, of which only one can be now, and each group would count twice.
func (s *Scanner) refuseTwice(places []sg.Coverage, from []int, readLive map[string]bool) error {
	asked := map[string]string{} // connections, by place
	for n, c := range places {
		if key := sg.PlaceKey(c.AccountID, c.Region); s.isLive(from[n]) && readLive[key] {
			asked[key] = c.Connection
		}
	}
	for n, c := range places {
		by, twice := asked[sg.PlaceKey(c.AccountID, c.Region)]
		if twice && !s.isLive(from[n]) && !c.Planned && c.Content == sg.ContentGroups && c.Status == sg.StatusScanned {
			return fmt.Errorf("connection %s asks AWS for account %s, region %s, and connection %s has files of it: they are of two times, and each security group would count twice. Read one of the two connections alone, or leave the place out of one of them",
				by, c.AccountID, c.Region, c.Connection)
		}
	}
	return nil
}

// begin begins a reading of all sources that ask AWS.
func (s *Scanner) begin(snapshots []*live.Snapshot) *live.Scan {
	scan := live.NewScan()
	for i, source := range s.sources {
		if l, ok := source.(liveSource); ok {
			scan.Add(l.Source, snapshots[i])
		}
	}
	return scan
}

// isLive reports whether a source asks AWS. What a recorded scan says of AWS is of another time.
func (s *Scanner) isLive(i int) bool {
	_, live := s.sources[i].(liveSource)
	return live
}

// Forget makes the next read ask AWS again for everything. Files are read each time anyway.
func (s *Scanner) Forget() {
	for _, l := range s.live {
		l.Forget()
	}
}

// ReadSince is when the oldest of AWS's answers came that the next read would use again. It is
// zero if there is none.
func (s *Scanner) ReadSince() (oldest time.Time) {
	for _, l := range s.live {
		if at := l.ReadSince(); !at.IsZero() && (oldest.IsZero() || at.Before(oldest)) {
			oldest = at
		}
	}
	return oldest
}

// Callers are the ARNs of the identities with which the reads so far began: those whose
// credentials are configured, not the roles that they assumed in other accounts.
func (s *Scanner) Callers() []string {
	var arns []string
	for _, l := range s.live {
		if arn := l.Caller(); arn != "" && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	return arns
}

// Configs are the configurations of the scanner as they may be shown and kept, without
// anything secret.
func (s *Scanner) Configs() []map[string]any {
	var all []map[string]any
	for _, c := range s.configs {
		all = append(all, c.Public())
	}
	return all
}
