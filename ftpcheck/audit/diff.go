package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit/report"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Difference is what changed between two audits.
type Difference struct {
	Old, New *Manifest
	baseline.Changes
	// WithoutReach are those of the old and the new audit that do not say what the internet
	// reaches, so that it was not compared.
	WithoutReach []string

	pages [2]report.Audit // of the old and the new one
	tool  Tool            // that compares
}

// Diff compares two bundles, by what [Verify] has compared with their raw data. It fails
// on a bundle that has a problem.
func Diff(ctx context.Context, old, new string, tool Options) (*Difference, error) {
	// Both are verified before either is read, which takes memory of its own.
	var verifications [2]*Verification
	var both [2]*state
	var err error
	for i, dir := range []string{old, new} {
		if verifications[i], err = verified(ctx, dir, tool); err != nil {
			return nil, err
		}
	}
	for i, dir := range []string{old, new} {
		if both[i], err = verifications[i].state(dir); err != nil {
			return nil, err
		}
	}
	before, after := both[0], both[1]
	d := &Difference{Old: before.manifest, New: after.manifest, pages: [2]report.Audit{before.page, after.page}, tool: tool.tool()}
	wanted := before.Groups()
	maps.Copy(wanted, after.Groups())
	for _, s := range []struct {
		which string
		*state
	}{{"old", before}, {"new", after}} {
		said, err := s.readReach(wanted)
		if err != nil {
			return nil, err
		}
		if !said {
			d.WithoutReach = append(d.WithoutReach, s.which)
		}
	}
	d.Changes, err = baseline.Compare(before.Snapshot, after.Snapshot, after.explain)
	return d, err
}

// Snapshot is what a bundle says, to compare others with. It fails on a bundle that has a problem.
func Snapshot(ctx context.Context, dir string, tool Options) (*baseline.Snapshot, error) {
	v, err := verified(ctx, dir, tool)
	if err != nil {
		return nil, err
	}
	s, err := v.state(dir)
	if err != nil {
		return nil, err
	}
	_, err = s.readReach(nil)
	return s.Snapshot, err
}

// explain says why findings have gone.
func (s *state) explain(gone []*baseline.Change) error {
	groups, permissions := map[string]bool{}, map[string]bool{}
	wanted := map[string]bool{}
	for _, c := range gone {
		wanted[c.GroupID] = true
	}
	err := s.readColumns("security_groups.csv", func(row map[string]string) {
		if wanted[baseline.GroupOf(row)] {
			groups[row["account_id"]+row["region"]+baseline.GroupOf(row)] = true
		}
	}, baseline.GroupColumns...)
	if err != nil {
		return err
	}
	err = s.readColumns("ingress_permissions.csv", func(row map[string]string) {
		if wanted[baseline.GroupOf(row)] {
			permissions[baseline.RuleIdentity(row)] = true
		}
	}, baseline.RuleColumns...)
	if err != nil {
		return err
	}
	for _, c := range gone {
		switch {
		case permissions[c.Identity()]:
			c.Note = "The rule is there and does not let the whole internet in any more."
		case groups[c.AccountID+c.Region+c.GroupID]:
			c.Note = "The rule is gone."
		default:
			c.Note = "The security group is gone."
		}
	}
	return nil
}

// state is what a bundle says, as far as it is compared.
type state struct {
	*baseline.Snapshot
	dir      string
	manifest *Manifest
	page     report.Audit
	// groupsSeen says that groups of some place were read.
	groupsSeen bool
}

// state reads what a bundle says that was verified.
func (v *Verification) state(dir string) (*state, error) {
	s, err := stateOf(dir, v.Manifest)
	if err != nil {
		return nil, err
	}
	s.page = v.page(s.groupsSeen)
	return s, nil
}

// stateOf reads what a bundle says, whose files are as its manifest says.
func stateOf(dir string, m *Manifest) (*state, error) {
	s := &state{Snapshot: baseline.New(), dir: dir, manifest: m}
	s.Rule = m.Rule
	if err := s.readColumns("findings.csv", func(row map[string]string) { s.AddFinding(row) }, baseline.FindingColumns...); err != nil {
		return nil, err
	}
	files := false
	if err := s.readColumns("coverage.csv", func(row map[string]string) {
		s.AddPlace(row)
		s.groupsSeen = s.groupsSeen || hasGroups(row)
		files = files || row["origin"] != sg.Live
	}, baseline.PlaceColumns...); err != nil || !files {
		return s, err
	}
	// The record of a file does not name all places of its groups.
	return s, s.readColumns("security_groups.csv", func(row map[string]string) { s.AddGroup(row) }, "account_id", "region", "origin")
}

// readReach reads the reach of groups, of all if none are named. It is not said by audits of
// versions that did not look at it.
func (s *state) readReach(wanted map[string]bool) (said bool, err error) {
	reach, said := map[string]baseline.Reach{}, true
	var bad error
	err = s.readColumns("security_groups.csv", func(row map[string]string) {
		if _, there := row["internet_reachable"]; !there {
			said = false
		}
		key := baseline.GroupIdentity(row)
		if wanted != nil && !wanted[key] {
			return
		}
		r, err := baseline.ReachOf(row)
		if err != nil {
			bad = fmt.Errorf("security_groups.csv of %q cannot be compared: what it says of the reach of %s is no list of texts", s.dir, baseline.GroupOf(row))
		}
		reach[key] = r
	}, baseline.GroupColumns...)
	if said {
		s.Reach, s.AllGroups = reach, true
	}
	return said, cmp.Or(err, bad)
}

// readColumns hands over the rows of a CSV file that has these columns.
func (s *state) readColumns(name string, handle func(row map[string]string), columns ...string) error {
	if _, err := eachRow(filepath.Join(s.dir, name), s.manifest, handle, columns...); err != nil {
		return fmt.Errorf("%s of %q cannot be compared: %w", name, s.dir, err)
	}
	return nil
}
