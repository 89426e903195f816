package scan

import (
	"context"
	"errors"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/live"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Record reads everything, with all that completes it, and keeps it in a folder, which
// must not exist or be empty: in the shape of the AWS CLI, one folder for each account
// and region, with an index of what was read. Reading that folder replays the scan: it
// gives the same groups, verdicts and coverage as this read did.
//
// Of AWS's answers it keeps what bears on inbound access; of files it keeps everything.
// It returns the record of every place, as [Scanner.Read] does, but a place that was not
// read is no error. Any error leaves a folder that is no recorded scan.
func (s *Scanner) Record(ctx context.Context, dir string) ([]sg.Coverage, error) {
	r, err := record.New(dir)
	if err != nil {
		return nil, err
	}
	request := live.Reading{Request: sg.Everything(), Recorder: r, Discards: true}
	request.Once = true
	places, err := s.readAll(ctx, request, make([]*live.Snapshot, len(s.sources)), func(*sg.Group) error { return nil })
	var incomplete *sg.IncompleteError
	if err != nil && !errors.As(err, &incomplete) {
		return nil, err
	}
	return places, r.Finish(places)
}
