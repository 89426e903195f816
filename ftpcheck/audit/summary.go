package audit

import (
	"context"
	"io"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Summary is a bundle on one page.
type Summary struct{ page report.Summary }

// Summarize sums up a bundle, which [Verify] has compared with its raw data. It fails on one that has
// a problem.
func Summarize(ctx context.Context, dir string, tool Options) (*Summary, error) {
	v, err := verified(ctx, dir, tool)
	if err != nil {
		return nil, err
	}
	s := &state{dir: dir, manifest: v.Manifest}
	page := report.Summary{By: tool.tool().String()}
	groupsSeen := false
	if err := s.readColumns("coverage.csv", func(row map[string]string) {
		groupsSeen = groupsSeen || hasGroups(row)
		if row["status"] == string(sg.StatusScanned) && row["network_error_message"] != "" {
			page.Networks++
		}
	}, "status", "content"); err != nil {
		return nil, err
	}
	if err := s.readColumns("findings.csv", page.AddFinding, "finding", "account_id", "region", "group_id"); err != nil {
		return nil, err
	}
	page.Audit = v.page(groupsSeen)
	return &Summary{page}, nil
}

// WritePage writes the summary as a page for people, which prints on one sheet of paper. The same
// bundle gives the same bytes.
func (s *Summary) WritePage(w io.Writer) error { return report.WriteSummary(w, &s.page) }
