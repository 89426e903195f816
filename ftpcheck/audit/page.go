package audit

import (
	"io"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The pages for people about whole bundles, which have been verified: see [report.WriteDiff].

// WritePage writes the difference as a page for people. The same bundles give the same bytes.
func (d *Difference) WritePage(w io.Writer) error {
	return report.WriteDiff(w, &report.Diff{Old: d.pages[0], New: d.pages[1], Changes: d.Changes, WithoutReach: d.WithoutReach, By: d.tool.String()})
}

// page is what a page says of the bundle. Whether security groups were read, only its record of
// places tells.
func (v *Verification) page(groupsSeen bool) report.Audit {
	m := v.Manifest
	a := m.Answer
	p := report.Audit{
		Answer: report.Answer{
			Complete: m.Complete && groupsSeen, GroupsSeen: groupsSeen, Groups: a.SecurityGroups, OpenGroups: a.OpenSecurityGroups, Accepted: a.AcceptedSecurityGroups,
			OpenPermissions: a.OpenPermissions, Undetermined: a.UndeterminedPermissions,
		},
		Started: m.Started, Finished: m.Finished, Callers: m.Callers, Tool: m.Tool.String(), Rule: m.Rule,
		Accounts: m.Reached.Accounts, Regions: m.Reached.Regions, Places: m.Reached.Places, Exceptions: m.Rows["exceptions.csv"],
		Asked: m.AskedFor(), SHA256: m.SHA256, SignedBy: m.SignedBy, NotCompared: v.NotCompared,
	}
	for _, n := range m.NotReached {
		switch {
		case n.LeftOut:
			p.LeftOut = append(p.LeftOut, n.Place+": "+n.Message)
		case !n.Optional:
			p.NotRead = append(p.NotRead, n.Place+": "+n.Message)
		}
	}
	p.Missed = len(p.NotRead)
	if m.Exceptions != nil {
		p.OddExceptions = m.Exceptions.Notes
	}
	if v.Time != nil {
		p.Stamped = v.Time.At
	}
	if m.Previous != nil {
		p.Previous = m.Previous.SHA256
	}
	return p
}

// hasGroups reports whether a row of coverage.csv is of a place whose security groups were read.
func hasGroups(place map[string]string) bool {
	return place["status"] == string(sg.StatusScanned) && place["content"] == sg.ContentGroups
}
