package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// A review lies beside its bundle, in which nothing else may be: audit.review-20270105T091500Z-5e6f7a8b.json,
// with its signature in ….json.sig and a time stamp, if it has one, in ….json.tsr.
const (
	reviewMark      = ".review-"
	reviewSuffix    = ".json"
	signatureSuffix = ".sig"
	stampSuffix     = ".tsr"
)

// reviewFormat is the version of the format of a review.
const reviewFormat = 1

// A Review is what somebody says of a bundle after a look at it, signed.
type Review struct {
	Format int `json:"format"`
	// SHA256 is that of the manifest of the bundle, and Started and Finished are those of its reading.
	SHA256   string    `json:"manifest_sha256"`
	Started  time.Time `json:"started_at"`
	Finished time.Time `json:"finished_at"`

	By   string    `json:"reviewed_by"`
	Note string    `json:"note"`
	At   time.Time `json:"reviewed_at"`
	// NotCompared is what the tool could not verify before the review was written; see [Verification].
	NotCompared []string `json:"not_compared"`
	Tool        Tool     `json:"tool"`

	SignedBy  string `json:"signed_by"`
	StampedBy string `json:"time_stamp_by,omitempty"`

	Name      string            `json:"-"` // of its file
	Signature *attest.Signature `json:"-"`
	Time      *attest.Time      `json:"-"` // nil if it has no time stamp
}

// WriteReview verifies a bundle and writes beside it what somebody says of it. The options say who signs
// and by which version. It returns the review and its path.
func WriteReview(ctx context.Context, dir, by, note string, o Options) (*Review, string, error) {
	if o.Signer == nil {
		return nil, "", errors.New("nobody is to sign the review")
	}
	v, err := verified(ctx, dir, o)
	if err != nil {
		return nil, "", err
	}
	place, err := reviewPlace(dir)
	if err != nil {
		return nil, "", err
	}
	m := v.Manifest
	r := &Review{
		Format: reviewFormat, SHA256: m.SHA256, Started: m.Started, Finished: m.Finished,
		By: by, Note: note, At: time.Now().UTC().Truncate(time.Second), NotCompared: append([]string{}, v.NotCompared...),
		Tool: Tool{"ftpcheck", o.Version, o.Commit}, SignedBy: o.Signer.Fingerprint(),
	}
	if o.Authority != "" {
		r.StampedBy = o.host()
	}
	var text bytes.Buffer
	if err := json.MarshalWrite(&text, r, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return nil, "", errors.New("the review cannot be written: who it is by and its note must be text in UTF-8")
	}
	text.WriteByte('\n')
	path := place + r.At.Format("20060102T150405Z") + "-" + hashOf(text.Bytes()).SHA256[:8] + reviewSuffix
	files := map[string][]byte{path: text.Bytes()}
	if files[path+signatureSuffix], err = o.Signer.Sign(text.Bytes(), attest.Review); err != nil {
		return nil, "", err
	}
	if o.Authority != "" {
		if files[path+stampSuffix], err = attest.Stamp(ctx, o.Authority, text.Bytes()); err != nil {
			return nil, "", o.stampError(err)
		}
	}
	r.Name = filepath.Base(path)
	return r, shownBeside(dir, r.Name), keepReview(path, files)
}

// keepReview puts the files of a review in their places when all of them are on the disk, the review last.
func keepReview(path string, files map[string][]byte) (err error) {
	defer func() {
		switch {
		case errors.Is(err, newfile.ErrExists):
			err = fmt.Errorf("the very same review is there already: %q", filepath.Base(path))
		case err != nil:
			err = fmt.Errorf("the review cannot be written beside the audit: %w", newfile.WithoutPath(err))
		}
	}()
	if _, err := os.Lstat(path); err == nil {
		return newfile.ErrExists
	}
	var drafts []*newfile.Draft
	for _, suffix := range []string{stampSuffix, signatureSuffix, ""} {
		text, wanted := files[path+suffix]
		if !wanted {
			continue
		}
		draft := newfile.NewDraft(path + suffix)
		defer draft.Discard()
		if err := newfile.Write(draft.Path, writes(text)); err != nil {
			return err
		}
		drafts = append(drafts, draft)
	}
	for _, draft := range drafts {
		if err := draft.Keep(); err != nil {
			return err
		}
	}
	return nil
}

// reviewPlace is how the paths of the reviews of a bundle begin, wherever links lead.
func reviewPlace(dir string) (string, error) {
	path, err := filepath.Abs(dir)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", fmt.Errorf("%q cannot be read: %w", dir, newfile.WithoutPath(err))
	}
	return path + reviewMark, nil
}

// shownBeside is the path of a file beside a folder as a person would write it, by that of the folder.
func shownBeside(dir, name string) string {
	if clean := filepath.Clean(dir); strings.HasPrefix(name, filepath.Base(clean)+reviewMark) {
		return filepath.Join(filepath.Dir(clean), name)
	}
	return name // beside where a link leads
}

// Reviews are what has been said of a bundle, in the order of their names. Problems are those that do not
// hold, each a sentence. Whose keys have signed them has not been looked at.
func Reviews(dir string, m *Manifest) (reviews []*Review, problems []string, err error) {
	place, err := reviewPlace(dir)
	if err != nil {
		return nil, nil, err
	}
	folder := filepath.Dir(place)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, fmt.Errorf("the folder of %q cannot be read, so nobody knows of reviews: %w", dir, newfile.WithoutPath(err))
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(place)) {
			names = append(names, e.Name())
		}
	}
	for _, name := range names {
		if of, is := cutReview(name); is && of != name {
			if !slices.Contains(names, of) {
				problems = append(problems, fmt.Sprintf("%s is there, and %s is not.", name, of))
			}
			continue
		} else if !is {
			continue
		}
		r, err := readReview(folder, name, m)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s is no review of this audit: %v.", name, err))
			continue
		}
		reviews = append(reviews, r)
	}
	return reviews, problems, nil
}

// cutReview returns the name of the review that a file belongs to, or is.
func cutReview(name string) (of string, is bool) {
	of = strings.TrimSuffix(strings.TrimSuffix(name, signatureSuffix), stampSuffix)
	return of, strings.HasSuffix(of, reviewSuffix)
}

func readReview(folder, name string, m *Manifest) (*Review, error) {
	text, err := readBeside(folder, name)
	if err != nil {
		return nil, err
	}
	r := &Review{Name: name}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("it is not what ftpcheck audit review writes: %s", jsonProblem(text, err))
	}
	switch {
	case r.Format != reviewFormat:
		return nil, fmt.Errorf("it was written by ftpcheck %s in format %d, and this version reads format %d", r.Tool.Version, r.Format, reviewFormat)
	case r.SHA256 != m.SHA256:
		return nil, fmt.Errorf("it is of one whose %s has the SHA-256 %s", manifestName, r.SHA256)
	}
	signature, err := readBeside(folder, name+signatureSuffix)
	if err != nil {
		return nil, fmt.Errorf("its signature %s%s cannot be read: %w", name, signatureSuffix, err)
	}
	if r.Signature, err = attest.ReadSignature(signature, text, attest.Review); err != nil {
		return nil, fmt.Errorf("%s%s does not vouch for it: %w", name, signatureSuffix, err)
	}
	if r.Signature.Fingerprint != r.SignedBy {
		return nil, fmt.Errorf("it is signed by the key %s, and names %s", r.Signature.Fingerprint, r.SignedBy)
	}
	if r.StampedBy == "" {
		return r, nil
	}
	stamp, err := readBeside(folder, name+stampSuffix)
	if err != nil {
		return nil, fmt.Errorf("its time stamp %s%s cannot be read: %w", name, stampSuffix, err)
	}
	if r.Time, err = attest.ReadTime(stamp, text); err != nil {
		return nil, fmt.Errorf("%s%s does not vouch for it: %w", name, stampSuffix, err)
	}
	return r, nil
}

// readBeside reads a file that lies beside a bundle.
func readBeside(folder, name string) ([]byte, error) {
	f, size, err := openFile(filepath.Join(folder, name))
	if err != nil {
		return nil, newfile.WithoutPath(err)
	}
	defer f.Close()
	if size > maxAttestation {
		return nil, errors.New("it is longer than any review")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxAttestation))
	return text, newfile.WithoutPath(err)
}
