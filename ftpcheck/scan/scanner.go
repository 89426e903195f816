package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Config says what a [Scanner] looks at. The tags name the arguments of a Steampipe
// connection.
type Config struct {
	// Paths are files, folders and glob patterns of saved AWS CLI output; "-" is
	// standard input and a leading "~" the home folder.
	Paths []string `hcl:"paths,optional"`
	// Stdin is what the path "-" reads.
	Stdin io.Reader
}

// A Scanner reads security groups from the places that its configuration names. It is
// safe for concurrent use.
type Scanner struct {
	sources []source
}

// A source is one kind of place to look. Its read returns a record for every place,
// also for those that failed; its error is emit's or the context's, never a place's.
type source interface {
	read(ctx context.Context, request Request, emit func(*Group) error) ([]Coverage, error)
	close() error
}

// New returns a scanner over all that the configurations name. It reads nothing yet, so
// it fails only on a configuration that names no place to look.
func New(configs ...Config) (*Scanner, error) {
	s := &Scanner{}
	for _, c := range configs {
		if len(c.Paths) == 0 {
			return nil, errors.New("there is nothing to read: name saved AWS CLI output with --from on the command line, or with paths in the connection configuration")
		}
		s.sources = append(s.sources, &saved{paths: c.Paths, stdin: c.Stdin})
	}
	return s, nil
}

// Close frees what the scanner holds.
func (s *Scanner) Close() error {
	var errs []error
	for _, source := range s.sources {
		errs = append(errs, source.close())
	}
	return errors.Join(errs...)
}

// Read reads what the request asks for and hands each security group to emit, judged.
// It returns a record of every place that was or should have been read, also when it
// fails.
//
// A place that cannot be read does not keep the others from being read; Read then
// returns an [*IncompleteError] after the last group. It stops at once at an error of
// emit, which it returns as it is, and at the end of the context.
func (s *Scanner) Read(ctx context.Context, request Request, emit func(*Group) error) ([]Coverage, error) {
	if request.Settled {
		// What was read the first time need not be held: reading it again is cheap.
		discard := func(*Group) error { return nil }
		if places, err := s.readAll(ctx, request, discard); err != nil {
			return places, err
		}
	}
	return s.readAll(ctx, request, emit)
}

func (s *Scanner) readAll(ctx context.Context, request Request, emit func(*Group) error) ([]Coverage, error) {
	var places []Coverage
	for _, source := range s.sources {
		p, err := source.read(ctx, request, emit)
		places = append(places, p...)
		if err != nil {
			return places, err
		}
	}
	return places, incomplete(places)
}

// An IncompleteError says that some places could not be read, so that the groups handed
// over are not all there are.
type IncompleteError struct {
	Failed []Coverage // at least one, none of them scanned
}

func incomplete(places []Coverage) error {
	failed := slices.DeleteFunc(slices.Clone(places), func(c Coverage) bool { return c.Status == StatusScanned })
	if len(failed) == 0 {
		return nil
	}
	return &IncompleteError{failed}
}

// Error lists every place that failed, one a line if there are several.
func (e *IncompleteError) Error() string {
	if len(e.Failed) == 1 {
		return e.Failed[0].Problem()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d places could not be read:", len(e.Failed))
	for _, c := range e.Failed {
		fmt.Fprintf(&b, "\n- %s", c.Problem())
	}
	return b.String()
}

// Problem is the sentence for a person on a place that was not read: where, what failed
// and what to do.
func (c Coverage) Problem() string {
	return fmt.Sprintf("%s: %s", c.Place(), c.ErrorMessage)
}

// Place names the place for a person.
func (c Coverage) Place() string {
	if c.Origin != Live {
		return c.Origin
	}
	return fmt.Sprintf("account %s, region %s", orUnknown(c.AccountID), orUnknown(c.Region))
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}
