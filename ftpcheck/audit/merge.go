package audit

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/record"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Merge writes one bundle of the bundles of shards. It is what one worker would have
// written that read all accounts. Shards that are missing make it incomplete, and its
// manifest names them. It fails on a shard that has been changed since it was written,
// and on bundles that are not shards of the same audit.
func Merge(ctx context.Context, o Options, shards ...string) (*Manifest, error) {
	var manifests []*Manifest
	for _, dir := range shards {
		m, err := intact(ctx, dir)
		if err != nil {
			return nil, err
		}
		if err := sameAudit(manifests, m, dir); err != nil {
			return nil, err
		}
		manifests = append(manifests, m)
	}
	if len(manifests) == 0 {
		return nil, errors.New("there is no shard to merge: name the folders that the workers wrote")
	}
	return write(ctx, o, func(dir string, m *Manifest) (*Manifest, error) {
		m.Shards = &Shards{Count: manifests[0].Shard.Count, Present: []int{}, Missing: []int{}}
		m.Configuration, m.Exceptions = manifests[0].Configuration, manifests[0].Exceptions
		m.Started, m.Finished = manifests[0].Started, manifests[0].Finished
		for _, part := range manifests {
			m.Shards.Present = append(m.Shards.Present, part.Shard.Index)
			if part.Started.Before(m.Started) {
				m.Started = part.Started
			}
			if part.Finished.After(m.Finished) {
				m.Finished = part.Finished
			}
			m.Callers = append(m.Callers, part.Callers...)
		}
		slices.Sort(m.Shards.Present)
		var missing []sg.Coverage
		for i := range m.Shards.Count {
			if !slices.Contains(m.Shards.Present, i) {
				m.Shards.Missing = append(m.Shards.Missing, i)
				missing = append(missing, missingShard(i, m.Shards.Count))
			}
		}
		slices.Sort(m.Callers)
		m.Callers = slices.Compact(m.Callers)
		if p := m.Previous; p != nil && p.Finished.After(m.Finished) {
			return nil, fmt.Errorf("the reading of %q, which --previous names, ended on %s, and that of the shards on %s: name the audit before them, or one of the clocks was wrong", o.Previous, p.Finished.Format(time.RFC3339), m.Finished.Format(time.RFC3339))
		}
		raw := filepath.Join(dir, rawName)
		var parts []string
		for _, shard := range shards {
			parts = append(parts, filepath.Join(shard, rawName))
		}
		if err := record.Merge(ctx, raw, missing, parts...); err != nil {
			return nil, err
		}
		return m, derive(ctx, raw, dir, m)
	})
}

// missingShard is the record of a part that was not merged.
func missingShard(i, count int) sg.Coverage {
	return sg.Coverage{
		Origin: sg.Live, Status: sg.StatusError, ErrorCode: "MissingShard",
		ErrorMessage: fmt.Sprintf("shard %d of %d is missing, so the accounts in it were not read. Run its worker again and merge all shards", i, count),
	}
}

// intact reads the manifest of a bundle, all of whose files are as they were written. What
// follows from the raw data is not looked at: it is made again.
func intact(ctx context.Context, dir string) (*Manifest, error) {
	v, err := verifyHashes(ctx, dir)
	if err != nil {
		return nil, err
	}
	return v.Manifest, v.err(dir)
}

// sameAudit returns an error if a bundle is not another shard of the audit that the
// bundles before it are shards of.
func sameAudit(before []*Manifest, m *Manifest, dir string) error {
	if m.Shard == nil {
		return fmt.Errorf("%q is a whole audit and no shard of one", dir)
	}
	for _, other := range before {
		switch {
		case other.Shard.Count != m.Shard.Count:
			return fmt.Errorf("%q is one of %d shards, and others are of %d: they are of different audits", dir, m.Shard.Count, other.Shard.Count)
		case other.Shard.Index == m.Shard.Index:
			return fmt.Errorf("%q is shard %d, and so is another: name one of them", dir, m.Shard.Index)
		case !m.Exceptions.same(other.Exceptions):
			return fmt.Errorf("%q was made with other exceptions than other shards: they are of different audits", dir)
		case other.Rule != m.Rule || !reflect.DeepEqual(other.Configuration, m.Configuration):
			return fmt.Errorf("%q was made with another rule or configuration than other shards: they are of different audits", dir)
		}
	}
	return nil
}
