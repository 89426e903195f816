package scan

import (
	"context"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/live"
)

// A Trial is something that reading AWS needs, and whether AWS allows it.
type Trial = live.Trial

// Try tries what reading needs of AWS, without reading: every connection that asks it, one after the
// other. Files need nothing.
func (s *Scanner) Try(ctx context.Context) ([]Trial, error) {
	var all []Trial
	for i, source := range s.sources {
		l, ok := source.(liveSource)
		if !ok {
			continue
		}
		trials, err := l.Try(ctx)
		if err != nil {
			return nil, err
		}
		for n := range trials {
			trials[n].Connection = s.configs[i].Connection
		}
		all = append(all, trials...)
	}
	return all, nil
}
