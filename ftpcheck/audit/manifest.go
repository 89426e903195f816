package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
	// Started and Finished are the begin and end of the reading, in UTC.
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

	// Shard is set if this is the part of one worker, Shards if parts have been merged.
	Shard  *Shard  `json:"shard,omitempty"`
	Shards *Shards `json:"shards,omitempty"`

	CSV   string          `json:"csv"` // safe or raw; see [Options.RawCSV]
	Forms []Form          `json:"other_forms"`
	Rows  map[string]int  `json:"rows"` // by file, without the header
	Files map[string]File `json:"files"`
}

// Answer counts what was found.
type Answer struct {
	SecurityGroups          int64 `json:"security_groups"`
	OpenSecurityGroups      int64 `json:"open_security_groups"`
	IngressPermissions      int64 `json:"ingress_permissions"`
	OpenPermissions         int64 `json:"open_ingress_permissions"`
	UndeterminedPermissions int64 `json:"undetermined_ingress_permissions"`
}

// Tool is the program that made the bundle.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
}

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
	Optional bool   `json:"optional,omitempty"`
	Code     string `json:"error_code,omitempty"`
	Message  string `json:"error_message,omitempty"`
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
		Format: manifestFormat, Tool: Tool{"ftpcheck", o.Version, o.Commit}, Rule: rule.Version,
		Forms: append([]Form{}, o.Forms...), CSV: "safe", Callers: []string{},
	}
	if o.RawCSV {
		m.CSV = "raw"
	}
	if o.Shard.Count > 0 {
		m.Shard = &Shard{o.Shard.Index, o.Shard.Count}
	}
	return m
}

// seal writes the manifest with the hashes of all files, then the list of hashes, and
// makes the disk have them. The list is last: without it there is no bundle.
func (m *Manifest) seal(dir string) error {
	files, err := hashes(dir)
	if err != nil {
		return err
	}
	m.Files = files
	text, err := m.text()
	if err != nil {
		return err
	}
	if err := newfile.Write(filepath.Join(dir, manifestName), func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	lines := []string{hex.EncodeToString(sum[:]) + "  " + manifestName}
	for name, f := range files {
		lines = append(lines, f.SHA256+"  "+name)
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[66:], b[66:]) })
	err = newfile.Write(filepath.Join(dir, sumsName), func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
		return err
	})
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return newfile.SyncFolder(path)
	})
}

func (m *Manifest) text() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// readManifest reads the manifest of a bundle.
func readManifest(dir string) (*Manifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q is no whole audit: it has no %s", dir, manifestName)
	} else if err != nil {
		return nil, fmt.Errorf("%s of %q cannot be read: %w", manifestName, dir, newfile.WithoutPath(err))
	}
	m := &Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("%s of %q is not what an audit writes: %w", manifestName, dir, err)
	}
	if m.Format != manifestFormat {
		return nil, fmt.Errorf("%q was written by ftpcheck %s in format %d, and this version reads format %d: use the version that wrote it", dir, m.Tool.Version, m.Format, manifestFormat)
	}
	return m, nil
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
	h := sha256.New()
	n, err := io.Copy(h, f)
	return File{n, hex.EncodeToString(h.Sum(nil))}, err
}
