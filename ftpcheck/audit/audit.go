// Package audit leaves evidence that stands on its own a year later.
//
// A bundle is a folder. What was read is in raw/, as [scan.Scanner.Record] leaves it;
// everything else follows from that and from what the manifest says of the run:
//
//	report.html               the answer, for a person
//	INCOMPLETE.txt            only if something was not read or could not be determined
//	findings.xlsx             the rows of most CSV files as a workbook, with a summary
//	findings.csv              what is open, what may be, and what was not read
//	security_groups.csv       every group with its verdict
//	ingress_permissions.csv   every ingress permission with its verdict
//	internet_paths.csv        every path from the internet to a network interface
//	exceptions.csv            what was accepted, by whom and until when; only if there are exceptions
//	coverage.csv              every account and region, or file, and how its reading ended
//	manifest.json             who looked where, when, with what; the counts and hashes
//	manifest.json.sig, .tsr   who vouches for it, and an authority's time stamp; only if asked for
//	SHA256SUMS                the hash of every file, for sha256sum --check
//	findings.sarif, findings.ocsf.jsonl, parquet/   only if asked for
//	raw/                      what AWS said
//
// Because everything follows, [Verify] can make it again and compare, and [Merge] needs
// only to put the raw parts of several bundles together. [Diff] compares two bundles.
//
// A bundle is written under another name and gets its own when it is whole and on the
// disk, so that an interrupted audit leaves none.
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

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Form is a form in which a bundle holds the findings or rows besides the usual ones.
type Form string

const (
	OCSF    Form = "ocsf"    // findings.ocsf.jsonl
	SARIF   Form = "sarif"   // findings.sarif
	Parquet Form = "parquet" // parquet/<table>/account_id=…/region=…/
)

// Forms are all forms.
var Forms = []Form{OCSF, SARIF, Parquet}

// Options say how to write a bundle.
type Options struct {
	Dir    string // must not exist, or be empty
	Forms  []Form
	RawCSV bool // for programs: texts that a spreadsheet would run are left as they are
	Shard  config.Shard
	// Exceptions are what somebody has accepted; nil if nothing is. Notes are not looked at.
	Exceptions *Exceptions
	Attestation
	Version string // of the tool
	Commit  string // of the tool's source; empty if not known
}

// Write reads everything that the scanner names and writes a bundle of it. What could not
// be read is in the bundle and its manifest, and no error, unless nobody could even ask.
func Write(ctx context.Context, scanner *scan.Scanner, o Options) (*Manifest, error) {
	return write(ctx, o, func(dir string, m *Manifest) (*Manifest, error) {
		began := time.Now()
		places, err := scanner.Record(ctx, filepath.Join(dir, rawName))
		if err != nil {
			return nil, err
		}
		m.Started, m.Finished = span(places, began, time.Now())
		m.Callers = append(m.Callers, scanner.Callers()...)
		if err := asked(m.Callers, places); err != nil {
			return nil, err
		}
		m.Configuration = scanner.Configs()
		return m, derive(ctx, filepath.Join(dir, rawName), dir, m)
	})
}

// span is from when to when places were read, by a run that began and ended at these times. What another
// scan has recorded was read when that was: it must not look newer because somebody reads it again. A
// clock that was set meanwhile leaves no place outside.
func span(places []sg.Coverage, began, ended time.Time) (first, last time.Time) {
	first, last = began.Round(0), ended.Round(0) // by the clock on the wall, as they are written
	for _, c := range places {
		if !c.Started.IsZero() && c.Started.Round(0).Before(first) {
			first = c.Started.Round(0)
		}
		if c.Finished.Round(0).After(last) {
			last = c.Finished.Round(0)
		}
	}
	return first.UTC(), last.UTC()
}

// asked returns an error if AWS knows nobody who asked it, and nothing else was read: what
// would be written then says nothing about AWS.
func asked(callers []string, places []sg.Coverage) error {
	if len(callers) > 0 || len(places) == 0 || slices.ContainsFunc(places, func(c sg.Coverage) bool {
		return c.Origin != sg.Live || c.AccountID != "" || c.Status == sg.StatusScanned
	}) {
		return nil
	}
	return fmt.Errorf("there is no evidence, as nobody could ask AWS: %w", &sg.IncompleteError{Failed: places})
}

// The names in a bundle that others refer to.
const (
	rawName      = "raw"
	parquetName  = "parquet"
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
)

// write makes a bundle in a folder beside its place, completes it with the manifest and
// the hashes, and moves it to its place.
func write(ctx context.Context, o Options, fill func(dir string, m *Manifest) (*Manifest, error)) (m *Manifest, err error) {
	dir := o.Dir
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, writeError(dir, err)
	}
	if err := mustBeFree(dir); err != nil {
		return nil, err
	}
	m = newManifest(o)
	if err := o.promise(ctx, m, o); err != nil {
		return nil, err
	}
	draft := newfile.NewDraft(dir)
	defer draft.Discard()
	if err := newfile.Folder(draft.Path); err != nil {
		return nil, writeError(dir, err)
	}
	if m, err = fill(draft.Path, m); err != nil {
		return nil, err
	}
	if err := m.seal(ctx, draft.Path, &o.Attestation); err != nil {
		return nil, writeError(dir, err)
	}
	return m, writeError(dir, draft.Keep())
}

// mustBeFree returns an error if a folder has something in it already.
func mustBeFree(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return writeError(dir, err)
	case len(entries) > 0:
		return fmt.Errorf("%q is there already, and evidence is never overwritten: name a new folder", dir)
	}
	return nil
}

func writeError(dir string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the evidence cannot be written to %q: %w", dir, newfile.WithoutPath(err))
}

// ParseForms reads the names of forms, in any case.
func ParseForms(names []string) ([]Form, error) {
	var forms []Form
	for _, name := range names {
		form := Form(strings.ToLower(name))
		if !slices.Contains(Forms, form) {
			return nil, fmt.Errorf("%q is no form of evidence: name one or more of %s%s", name, strings.Join(texts(Forms), ", "), strings.TrimSuffix(meant.Ask(name, texts(Forms)), "."))
		}
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	slices.Sort(forms)
	return forms, nil
}

func texts[S ~string](values []S) []string {
	t := make([]string, len(values))
	for i, v := range values {
		t[i] = string(v)
	}
	return t
}
