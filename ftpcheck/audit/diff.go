package audit

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/baseline"
)

// A Difference is what changed between two audits.
type Difference struct {
	Old, New *Manifest
	baseline.Changes
	// WithoutReach are those of the old and the new audit that do not say what the internet
	// reaches, so that it was not compared.
	WithoutReach []string
}

// Diff compares two bundles, by what [Verify] has compared with their raw data. It fails
// on a bundle that has a problem.
func Diff(ctx context.Context, old, new string, tool Options) (*Difference, error) {
	// Both are verified before either is read, which takes memory of its own.
	var both [2]*state
	for i, dir := range []string{old, new} {
		var err error
		if both[i], err = newState(ctx, dir, tool); err != nil {
			return nil, err
		}
	}
	for _, s := range both {
		if err := s.read(); err != nil {
			return nil, err
		}
	}
	before, after := both[0], both[1]
	d := &Difference{Old: before.manifest, New: after.manifest}
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
	changes, err := baseline.Compare(before.Snapshot, after.Snapshot, after.explain)
	d.Changes = changes
	return d, err
}

// Snapshot is what a bundle says, to compare others with. It fails on a bundle that has a problem.
func Snapshot(ctx context.Context, dir string, tool Options) (*baseline.Snapshot, error) {
	s, err := newState(ctx, dir, tool)
	if err != nil {
		return nil, err
	}
	if err := s.read(); err != nil {
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
}

// newState verifies a bundle, of which nothing is read yet.
func newState(ctx context.Context, dir string, tool Options) (*state, error) {
	v, err := verified(ctx, dir, tool)
	if err != nil {
		return nil, err
	}
	s := &state{baseline.New(), dir, v.Manifest}
	s.Rule = v.Manifest.Rule
	return s, nil
}

// read reads all but the reach of groups.
func (s *state) read() error {
	add := func(to func(baseline.Row)) func(map[string]string) {
		return func(row map[string]string) { to(row) }
	}
	if err := s.readColumns("findings.csv", add(s.AddFinding), baseline.FindingColumns...); err != nil {
		return err
	}
	if err := s.readColumns("coverage.csv", add(s.AddPlace), baseline.PlaceColumns...); err != nil {
		return err
	}
	return s.readColumns("security_groups.csv", add(s.AddGroup), "account_id", "region", "origin")
}

// readReach reads the reach of groups, of all if none are named. It is not said by audits of
// versions that did not look at it.
func (s *state) readReach(wanted map[string]baseline.Row) (said bool, err error) {
	reach, said := map[string]baseline.Reach{}, true
	var bad error
	err = s.readColumns("security_groups.csv", func(row map[string]string) {
		if _, there := row["internet_reachable"]; !there {
			said = false
		}
		key := baseline.GroupIdentity(row)
		if _, is := wanted[key]; wanted != nil && !is {
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
