package benchmark

import (
	"context"
	"errors"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// A survey is a [tables.Reader] that reads once what the controls ask for and then answers from
// memory, so that all of them judge the same moment and each place is asked once.
type survey struct {
	reader tables.Reader
	// answers are by whether the network interfaces of groups are part of them. No control asks
	// for these: a missing right to see them must not fail the controls that do without them.
	answers map[bool]*answer
}

type answer struct {
	groups []*sg.Group
	places []sg.Coverage
	err    error // nil or a *sg.IncompleteError
}

// Read implements [tables.Reader]. If a place could not be read, it hands over no group but to
// who shows the place.
func (s *survey) Read(ctx context.Context, request sg.Request, emit func(*sg.Group) error) ([]sg.Coverage, error) {
	if request.Paths != nil { // which no control asks for
		return s.reader.Read(ctx, request, emit)
	}
	a, err := s.answer(ctx, request.NetworkInterfaces)
	if err != nil {
		return nil, err
	}
	var incomplete *sg.IncompleteError
	if errors.As(a.err, &incomplete) && !request.Shows(incomplete.Failed) {
		return a.places, a.err
	}
	for _, g := range a.groups {
		if err := emit(g); err != nil {
			return nil, err
		}
	}
	return a.places, a.err
}

func (s *survey) answer(ctx context.Context, interfaces bool) (*answer, error) {
	if a := s.answers[interfaces]; a != nil {
		return a, nil
	}
	a, err := s.read(ctx, interfaces)
	if err != nil {
		return nil, err
	}
	if s.answers == nil {
		s.answers = map[bool]*answer{}
	}
	s.answers[interfaces] = a
	return a, nil
}

// read returns an error that is the end of everything, such as the context's.
func (s *survey) read(ctx context.Context, interfaces bool) (*answer, error) {
	a := &answer{}
	request := sg.Request{Rules: true, AddressCounts: true, NetworkInterfaces: interfaces, Reachability: true}
	a.places, a.err = s.reader.Read(ctx, request, func(g *sg.Group) error {
		a.groups = append(a.groups, g)
		return nil
	})
	var incomplete *sg.IncompleteError
	if a.err != nil && !errors.As(a.err, &incomplete) {
		return nil, a.err
	}
	return a, nil
}
