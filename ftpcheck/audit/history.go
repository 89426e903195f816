package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/history"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// History is what all bundles in folders and below say together, in the order in which they began. Of each,
// the hashes of all files are computed, and no raw data is replayed. Problems are the bundles that are
// not as they were written or not by whom they are to be, which are not in the history, and the reviews
// that do not hold, each a sentence. Copies of a bundle are one, with the reviews of all.
func History(ctx context.Context, folders []string, trust Trust) (h *history.History, problems []string, err error) {
	found, err := findBundles(folders)
	if err != nil {
		return nil, nil, err
	}
	var bundles []*pastBundle
	there := map[string]bool{} // by their hashes, also those that do not count
	counts := map[string]*pastBundle{}
	seen := map[string]bool{} // folders, wherever links lead
	problem := func(dir, problem string) { problems = append(problems, fmt.Sprintf("%q %s", dir, problem)) }
	for _, f := range found {
		if f.problem != "" {
			problem(f.dir, f.problem)
			continue
		}
		if real, err := filepath.EvalSymlinks(f.dir); err == nil {
			if seen[real] {
				continue // two ways to it
			}
			seen[real] = true
		}
		b, err := readPast(ctx, f.dir)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			problems = append(problems, strings.TrimSuffix(err.Error(), ".")+".")
			continue
		}
		there[b.Manifest.SHA256] = true
		if p, err := b.judge(trust); err != nil {
			return nil, nil, err
		} else if p != "" {
			problem(f.dir, p)
			continue
		}
		for _, p := range b.Problems {
			problem(f.dir, "has a review that does not hold: "+p)
		}
		if other := counts[b.Manifest.SHA256]; other != nil {
			other.addReviews(b.Reviews...) // which may lie beside this copy alone
			continue
		}
		counts[b.Manifest.SHA256] = b
		bundles = append(bundles, b)
	}
	slices.SortStableFunc(bundles, func(a, b *pastBundle) int { return a.At.Compare(b.At) })
	for _, b := range bundles {
		// Where a history begins is for whoever names the folders to say.
		if p := b.Manifest.Previous; p != nil && !there[p.SHA256] && !p.Started.Before(bundles[0].At) {
			problem(b.Name, fmt.Sprintf("follows an audit of %s that is not among these: the SHA-256 of its %s is %s.", p.Started.Format(time.DateOnly), manifestName, p.SHA256))
		}
	}
	h = history.New()
	for _, b := range bundles {
		s, err := stateOf(b.Name, b.Manifest)
		if err == nil {
			err = s.OnePlan()
		}
		if err != nil {
			problem(b.Name, "cannot be taken in: "+strings.TrimSuffix(err.Error(), ".")+".")
			continue
		}
		for account := range h.Accounts() {
			if b.Manifest.asksFor(account) {
				s.Expect(account)
			}
		}
		h.Add(b.Audit, s.Snapshot)
	}
	return h, problems, nil
}

// asksFor reports whether an account should have been read, also if the manifest says nothing else of it: it
// was asked for by a pattern or by its ID. Which accounts an organizational unit has, it does not say.
func (m *Manifest) asksFor(account string) bool {
	return slices.ContainsFunc(m.Configuration, func(c map[string]any) bool {
		return config.Match(argument(c, "accounts"), account) && !config.Match(argument(c, "exclude_accounts"), account)
	})
}

// pastBundle is a bundle that is as it was written.
type pastBundle struct {
	history.Audit
	*Verification // whose problems are those of the reviews
	reviews       []*Review
}

func readPast(ctx context.Context, dir string) (*pastBundle, error) {
	v, err := verifyHashes(ctx, dir)
	if err == nil {
		err = v.err(dir)
	}
	if err != nil {
		return nil, err
	}
	v.text = nil
	m := v.Manifest
	m.Files, m.NotReached = nil, nil // of many bundles, these would be much
	b := &pastBundle{Audit: history.Audit{Name: dir, At: m.Started, Complete: m.Complete, Rule: m.Rule}, Verification: v}
	// What another scan has recorded was read when that was, whatever the manifest says.
	s := &state{dir: dir, manifest: m}
	if err := s.readColumns("coverage.csv", func(row map[string]string) {
		if at, err := time.Parse(time.RFC3339, row["started_at"]); err == nil && at.Before(b.At) {
			b.At = at
		}
	}); err != nil {
		return nil, err
	}
	b.reviews, b.Problems, err = Reviews(dir, m)
	return b, err
}

// judge leaves to a bundle the reviews that count, or says why the bundle itself does not.
func (b *pastBundle) judge(trust Trust) (problem string, err error) {
	if problem := trust.Stamp(b.Verification); problem != "" {
		return problem, nil
	}
	_, problem, err = trust.Signer(b.Verification)
	if err != nil || problem != "" {
		return problem, err
	}
	for _, r := range b.reviews {
		who, problem, err := trust.Reviewer(r)
		if err != nil {
			return "", err
		}
		if problem != "" {
			b.problem("%s %s", r.Name, problem)
			continue
		}
		b.addReviews(history.Review{By: r.By, Note: r.Note, At: r.At, Key: r.SignedBy, Signer: who})
	}
	return "", nil
}

// addReviews adds reviews in the order of their times, each once.
func (b *pastBundle) addReviews(reviews ...history.Review) {
	for _, r := range reviews {
		if !slices.Contains(b.Reviews, r) {
			b.Reviews = append(b.Reviews, r)
		}
	}
	slices.SortStableFunc(b.Reviews, func(a, b history.Review) int { return a.At.Compare(b.At) })
}

// A foundFolder is a bundle or, with a problem, what may be one.
type foundFolder struct{ dir, problem string }

// bundleNames are names of which none is in a folder that is no bundle, not even a part of one.
var bundleNames = []string{manifestName, sumsName, "findings.csv", "coverage.csv"}

// findBundles finds the bundles in folders and below, wherever links lead. What is hidden is not looked at,
// as there an audit that was interrupted has left what it had.
func findBundles(folders []string) (found []foundFolder, err error) {
	for _, folder := range folders {
		before := len(found)
		info, err := os.Stat(folder)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("there is no folder %q: name audits, or folders that hold some", folder)
		case err != nil:
			return nil, fmt.Errorf("%q cannot be read: %w", folder, newfile.WithoutPath(err))
		case !info.IsDir():
			return nil, fmt.Errorf("%q is no folder: name audits, or folders that hold some", folder)
		}
		findBelow(folder, &found, map[string]bool{})
		if len(found) == before {
			return nil, fmt.Errorf("there is no audit in %q: name audits, or folders that hold some", folder)
		}
	}
	return found, nil
}

func findBelow(dir string, found *[]foundFolder, seen map[string]bool) {
	problem := func(dir string, err error) {
		*found = append(*found, foundFolder{dir, "cannot be read: " + newfile.WithoutPath(err).Error() + "."})
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		problem(dir, err)
		return
	}
	if seen[real] {
		return
	}
	seen[real] = true
	entries, err := os.ReadDir(dir)
	if err != nil {
		problem(dir, err)
		return
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(bundleNames, e.Name()) }) {
		*found = append(*found, foundFolder{dir: dir})
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(dir, e.Name())
		switch to, err := os.Stat(path); {
		case err != nil:
			problem(path, err)
		case to.IsDir():
			findBelow(path, found, seen)
		}
	}
}
