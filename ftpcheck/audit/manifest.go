package audit

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// manifestFormat is the version of the manifest and of the bundle around it.
const manifestFormat = 1

// Manifest is manifest.json: who looked where, when and with what, and what came of it.
type Manifest struct {
	Format int `json:"format"`
	// Complete reports that everything was read and determined. Only then does what is
	// not among the findings count as not open.
	Complete bool   `json:"complete"`
	Answer   Answer `json:"answer"`

	Tool Tool   `json:"tool"`
	Rule string `json:"rule_version"`
	// Started and Finished are the begin and end of the reading, in UTC. What another scan has
	// recorded was read when that was.
	Started  time.Time `json:"started_at"`
	Finished time.Time `json:"finished_at"`
	// Callers are the ARNs of the identities that asked AWS; none if files were read.
	Callers []string `json:"caller_arns"`

	// Configuration is what was asked for, without anything secret: one for each
	// connection. Without accounts it means the account of the credentials, and without
	// regions every region that is enabled.
	Configuration []map[string]any `json:"asked_for"`
	Reached       Reached          `json:"reached"`
	NotReached    []NotReached     `json:"not_reached"`

	// Exceptions are what somebody had accepted; nil if there were none.
	Exceptions *Exceptions `json:"exceptions,omitempty"`

	// SignedBy is the fingerprint of the key that signs the manifest, and StampedBy the host of the
	// authority that gives it a time stamp; empty for none. Previous is the audit that this one
	// follows.
	SignedBy  string    `json:"signed_by,omitempty"`
	StampedBy string    `json:"time_stamp_by,omitempty"`
	Previous  *Previous `json:"previous,omitempty"`

	// Shard is set if this is the part of one worker, Shards if parts have been merged.
	Shard  *Shard  `json:"shard,omitempty"`
	Shards *Shards `json:"shards,omitempty"`

	CSV   string          `json:"csv"` // safe or raw; see [Options.RawCSV]
	Forms []Form          `json:"other_forms"`
	Rows  map[string]int  `json:"rows"` // by file, without the header
	Files map[string]File `json:"files"`

	// SHA256 is that of manifest.json, in hexadecimal. As it holds the hashes of all other
	// files, whoever keeps it elsewhere can prove that nothing has changed.
	SHA256 string `json:"-"`

	attestations map[string]File // what vouches for the manifest, by name
}

// Answer counts what was found.
type Answer struct {
	SecurityGroups          int64 `json:"security_groups"`
	OpenSecurityGroups      int64 `json:"open_security_groups"`
	AcceptedSecurityGroups  int64 `json:"accepted_security_groups,omitzero"` // of the open ones, by exceptions
	IngressPermissions      int64 `json:"ingress_permissions"`
	OpenPermissions         int64 `json:"open_ingress_permissions"`
	UndeterminedPermissions int64 `json:"undetermined_ingress_permissions"`
}

// Exceptions are what somebody had accepted, and what it came to.
type Exceptions struct {
	File   string   `json:"file,omitempty"` // its name, without folders
	Text   string   `json:"text,omitempty"` // what was in it
	TagKey string   `json:"tag_key,omitempty"`
	Notes  []string `json:"notes"` // see [exception.Coverage.Notes]
}

// list reads the exceptions again.
func (e *Exceptions) list() (*exception.List, error) {
	if e == nil {
		return nil, nil
	}
	l := &exception.List{}
	if e.File != "" {
		var err error
		if l, err = exception.Parse(e.File, []byte(e.Text)); err != nil {
			return nil, err
		}
	}
	l.TagKey = e.TagKey
	return l, nil
}

// same reports whether others are the same exceptions, whatever they came to.
func (e *Exceptions) same(o *Exceptions) bool {
	if e == nil || o == nil {
		return e == o
	}
	return e.File == o.File && e.Text == o.Text && e.TagKey == o.TagKey
}

// Tool is the program that made the bundle.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
}

// tool is the program that has the options.
func (o Options) tool() Tool { return Tool{"ftpcheck", o.Version, o.Commit} }

// Reached are the places that were read whole.
type Reached struct {
	Accounts []string `json:"accounts"`
	Regions  []string `json:"regions"`
	Places   int      `json:"places"` // accounts and regions, or files
}

// NotReached is a place that was not read.
type NotReached struct {
	Place     string    `json:"place"`
	AccountID string    `json:"account_id,omitempty"`
	Region    string    `json:"region,omitempty"`
	Status    sg.Status `json:"status"`
	// Optional places are not missing: a region that is not enabled, a suspended
	// account, or one of another shard.
	Optional bool `json:"optional,omitzero"`
	// LeftOut places are not missing either: the user chose to leave them out.
	LeftOut bool   `json:"left_out,omitzero"`
	Code    string `json:"error_code,omitempty"`
	Message string `json:"error_message,omitempty"`
}

// Shard is the part of the accounts that one worker read.
type Shard struct {
	Index int `json:"index"` // from 0
	Count int `json:"count"`
}

// Shards are the parts that were merged, and those that should have been.
type Shards struct {
	Count   int   `json:"count"`
	Present []int `json:"present"`
	Missing []int `json:"missing"`
}

// File is a file of the bundle.
type File struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

func newManifest(o Options) *Manifest {
	m := &Manifest{
		Format: manifestFormat, Tool: o.tool(), Rule: rule.Version,
		Forms: append([]Form{}, o.Forms...), CSV: "safe", Callers: []string{},
	}
	if o.RawCSV {
		m.CSV = "raw"
	}
	if o.Exceptions != nil {
		m.Exceptions = &Exceptions{File: o.Exceptions.File, Text: o.Exceptions.Text, TagKey: o.Exceptions.TagKey}
	}
	if o.Shard.Count > 0 {
		m.Shard = &Shard{o.Shard.Index, o.Shard.Count}
	}
	return m
}

// seal writes the manifest with the hashes of all files, then the list of hashes, and
// makes the disk have them. The list is last: without it there is no bundle.
func (m *Manifest) seal(ctx context.Context, dir string, by *Attestation) error {
	files, err := hashes(dir)
	if err != nil {
		return err
	}
	m.Files = files
	text, err := m.text()
	if err != nil {
		return err
	}
	m.SHA256 = hashOf(text).SHA256
	attestations, err := by.attest(ctx, text)
	if err != nil {
		return err
	}
	m.attestations = map[string]File{}
	for name, text := range attestations {
		m.attestations[name] = hashOf(text)
	}
	if err := writeAttestations(dir, attestations); err != nil {
		return err
	}
	for name, text := range map[string][]byte{manifestName: text, sumsName: m.sums()} {
		if err := newfile.Write(filepath.Join(dir, name), writes(text)); err != nil {
			return fileError(name, err)
		}
	}
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return newfile.SyncFolder(path)
	})
}

// writes has a text written.
func writes(text []byte) func(io.Writer) error {
	return func(w io.Writer) error { _, err := w.Write(text); return err }
}

// text is what the manifest is written as. The same manifest gives the same bytes.
func (m *Manifest) text() ([]byte, error) {
	var b bytes.Buffer
	// A text that is not UTF-8 must not keep anybody from evidence.
	err := json.MarshalWrite(&b, m, json.Deterministic(true), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	b.WriteByte('\n')
	return b.Bytes(), err
}

// sums is the list of hashes.
func (m *Manifest) sums() []byte {
	all := maps.Clone(m.Files)
	if all == nil {
		all = map[string]File{}
	}
	all[manifestName] = File{SHA256: m.SHA256}
	maps.Copy(all, m.attestations)
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s  %s\n", all[name].SHA256, name)
	}
	return b.Bytes()
}

// maxManifest is how large a manifest or a list of hashes may be: that of a hundred
// thousand account-regions is a fifth of it.
const maxManifest = 256 << 20

// readManifest reads the manifest of a bundle, and returns it with its text.
func readManifest(dir string) (*Manifest, []byte, error) {
	text, err := readWhole(dir, manifestName)
	if err != nil {
		return nil, nil, err
	}
	m := &Manifest{}
	// A name twice is an error: readers would not agree on what it says.
	if err := json.Unmarshal(text, m); err != nil {
		return nil, nil, fmt.Errorf("%s of %q is not what an audit writes: %s. Take the audit from where it was kept", manifestName, dir, jsonProblem(text, err))
	}
	if m.Format != manifestFormat {
		return nil, nil, fmt.Errorf("%q was written by ftpcheck %s in format %d, and this version reads format %d: use the version that wrote it", dir, m.Tool.Version, m.Format, manifestFormat)
	}
	m.SHA256 = hashOf(text).SHA256
	return m, text, nil
}

// jsonProblem says what keeps a text from being read as JSON, and in which line.
func jsonProblem(text []byte, err error) string {
	in := func(offset int64, at jsontext.Pointer, problem string) string {
		problem = fmt.Sprintf("%s in line %d", problem, 1+bytes.Count(text[:min(int(offset), len(text))], []byte("\n")))
		if at != "" {
			problem += fmt.Sprintf(", at %s", at)
		}
		return problem
	}
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return "it is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return in(int64(len(bytes.TrimSpace(text))), "", "it ends in the middle,")
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		return in(syntactic.ByteOffset, syntactic.JSONPointer, "a name is there twice,")
	case errors.As(err, &syntactic):
		return in(syntactic.ByteOffset, "", "there is something that is no JSON")
	case errors.As(err, &semantic):
		return in(semantic.ByteOffset, semantic.JSONPointer, "there is a value of another type than belongs there,")
	}
	return "it is no JSON"
}

// readWhole reads the manifest or the list of hashes of a bundle.
func readWhole(dir, name string) ([]byte, error) {
	f, size, err := openFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no folder %q: name that of an audit", dir)
		}
		return nil, fmt.Errorf("%q is no whole audit: it has no %s", dir, name)
	} else if err != nil {
		return nil, fmt.Errorf("%s of %q cannot be read: %w", name, dir, newfile.WithoutPath(err))
	}
	defer f.Close()
	if size > maxManifest {
		return nil, fmt.Errorf("%s of %q is not what an audit writes: it is larger than %d MiB", name, dir, maxManifest>>20)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, fmt.Errorf("%s of %q cannot be read: %w", name, dir, newfile.WithoutPath(err))
	}
	return text, nil
}

// openFile opens a file, and nothing else: no link, and nothing that might never end or
// never begin, such as a device or a pipe.
func openFile(path string) (*os.File, int64, error) {
	there, err := os.Lstat(path)
	if err != nil {
		return nil, 0, err
	}
	if !there.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("it is %s", kindOf(there.Mode()))
	}
	// It may have been replaced since: a pipe would wait for whoever writes to it.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(there, opened) {
		f.Close()
		return nil, 0, cmp.Or(err, errors.New("it is being replaced by somebody else"))
	}
	return f, there.Size(), nil
}

// kindOf names what is no file.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no file"
}

// hashes are the files in a folder and below, but for the list of hashes and the
// manifest itself, by name with slashes.
func hashes(dir string) (map[string]File, error) {
	files := map[string]File{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if name = filepath.ToSlash(name); name == sumsName || name == manifestName {
			return nil
		}
		files[name], err = hash(path)
		return err
	})
	return files, err
}

func hash(path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	return hashAll(f)
}

func hashAll(r io.Reader) (File, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	return File{n, hex.EncodeToString(h.Sum(nil))}, err
}

func hashOf(text []byte) File {
	sum := sha256.Sum256(text)
	return File{int64(len(text)), hex.EncodeToString(sum[:])}
}
