package audit

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// Who vouches for a bundle, and since when it has existed: beside the manifest, as it has the hashes
// of everything else.
const (
	signatureName = manifestName + ".sig"
	stampName     = manifestName + ".tsr"
)

// Attestation says who is to vouch for a bundle.
type Attestation struct {
	Signer    *attest.Signer // nil for nobody
	Authority string         // URL of an authority for time stamps; empty for none
	Previous  string         // folder of the audit that this one follows; empty for none
}

// Previous is the audit that another one follows.
type Previous struct {
	SHA256   string    `json:"manifest_sha256"` // of its manifest.json
	Started  time.Time `json:"started_at"`
	Finished time.Time `json:"finished_at"`
}

// promise writes into the manifest who is to vouch for it, so that nobody can take that away.
func (a *Attestation) promise(ctx context.Context, m *Manifest, tool Options) error {
	if a.Signer != nil {
		m.SignedBy = a.Signer.Fingerprint()
	}
	if a.Authority != "" {
		m.StampedBy = a.host()
		// Whoever waits for an hour wants to know now if the authority gives no time stamps.
		question := []byte("Do you give time stamps?")
		stamp, err := attest.Stamp(ctx, a.Authority, question)
		if err != nil {
			return a.stampError(err)
		}
		if t, err := attest.ReadTime(stamp, question); err != nil {
			return a.stampError(err)
		} else if now := time.Now().UTC(); now.Sub(t.At).Abs() > clocksDiffer {
			return fmt.Errorf("the clock of this machine says %s, and the authority %s says %s: set the clock, as evidence has its time", now.Format(time.RFC3339), a.host(), t.At.Format(time.RFC3339))
		}
	}
	if a.Previous == "" {
		return nil
	}
	v, err := verified(ctx, a.Previous, tool)
	if err != nil {
		return err
	}
	m.Previous = &Previous{v.Manifest.SHA256, v.Manifest.Started, v.Manifest.Finished}
	if now := time.Now().UTC(); m.Previous.Finished.After(now) {
		return fmt.Errorf("%q, which --previous names, says that its reading ended on %s, and the clock of this machine says %s: one of the clocks was wrong", a.Previous, m.Previous.Finished.Format(time.RFC3339), now.Format(time.RFC3339))
	}
	return nil
}

// clocksDiffer is by how much two clocks that are right may differ. AWS takes as much.
const clocksDiffer = 5 * time.Minute

func (a *Attestation) host() string {
	if u, err := url.Parse(a.Authority); err == nil && u.Host != "" {
		return u.Host
	}
	return a.Authority
}

func (a *Attestation) stampError(err error) error {
	return fmt.Errorf("the authority %s gives no time stamp: %w", a.host(), err)
}

// attest returns the files that vouch for the text of a manifest, by name.
func (a *Attestation) attest(ctx context.Context, text []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	var err error
	if a.Signer != nil {
		if files[signatureName], err = a.Signer.Sign(text, attest.Audit); err != nil {
			return nil, err
		}
	}
	if a.Authority != "" {
		if files[stampName], err = attest.Stamp(ctx, a.Authority, text); err != nil {
			return nil, a.stampError(err)
		}
	}
	return files, nil
}

// attested are the names of the files that vouch for the bundle, by what the manifest says.
func (m *Manifest) attested() []string {
	var names []string
	if m.SignedBy != "" {
		names = append(names, signatureName)
	}
	if m.StampedBy != "" {
		names = append(names, stampName)
	}
	return names
}

// readAttestations takes in the files that vouch for the bundle, as far as the manifest says that
// there are some. One that is missing is found as any other file.
func (v *Verification) readAttestations(dir string) error {
	v.Manifest.attestations = map[string]File{}
	for _, name := range v.Manifest.attested() {
		f, size, err := openFile(filepath.Join(dir, name))
		if err != nil {
			v.Manifest.attestations[name] = File{}
			continue
		}
		is, err := hashAll(io.LimitReader(f, maxAttestation))
		f.Close()
		if err != nil {
			return fmt.Errorf("%s of %q cannot be read: %w", name, dir, newfile.WithoutPath(err))
		}
		if size > maxAttestation {
			v.problem("%s is longer than anything that vouches for an audit.", name)
		}
		v.Manifest.attestations[name] = is
	}
	return nil
}

// maxAttestation is how long a file that vouches for a bundle may be.
const maxAttestation = 1 << 20

// compareAttestations finds out who vouches for the bundle.
func (v *Verification) compareAttestations(dir string) error {
	for _, name := range v.Manifest.attested() {
		file, err := readWhole(dir, name)
		if err != nil {
			return err
		}
		switch name {
		case signatureName:
			if v.Signature, err = attest.ReadSignature(file, v.text, attest.Audit); err == nil && v.Signature.Fingerprint != v.Manifest.SignedBy {
				err = fmt.Errorf("it is by the key %s, and %s names %s", v.Signature.Fingerprint, manifestName, v.Manifest.SignedBy)
			}
		case stampName:
			if v.Time, err = attest.ReadTime(file, v.text); err == nil && v.Time.At.Before(v.Manifest.Finished.Add(-clocksDiffer)) {
				err = fmt.Errorf("it is of %s, and the reading ended on %s", v.Time.At.Format(time.RFC3339), v.Manifest.Finished.Format(time.RFC3339))
			}
		}
		if err != nil {
			v.problem("%s does not vouch for %s: %v.", name, manifestName, err)
		}
	}
	return nil
}

// Trust says whose word counts. Nil is anybody's.
type Trust struct {
	Signers   *attest.Signers // of audits
	Reviewers *attest.Signers // of reviews
	// Authority is the file of certificates to one of which that of each time stamp must lead; empty if no
	// time stamp counts.
	Authority string
}

// Stamp says what is wrong with the time stamp of the bundle if one must be trusted, as a sentence about the
// bundle without its first word.
func (t Trust) Stamp(v *Verification) (problem string) {
	if t.Authority != "" && v.Time == nil {
		return "has no time stamp."
	}
	return t.stampProblem(v.Time)
}

func (t Trust) stampProblem(stamp *attest.Time) string {
	if t.Authority == "" || stamp == nil {
		return ""
	}
	if err := stamp.IsTrusted(t.Authority); err != nil {
		return fmt.Sprintf("has a time stamp that is not to be trusted: %s, which --timestamp-ca names: %v.", t.Authority, err)
	}
	return ""
}

// Signer returns to whom the key that has signed the bundle is given, empty if nobody was asked, or says
// what is wrong with that, as a sentence about the bundle without its first word.
func (t Trust) Signer(v *Verification) (who, problem string, err error) {
	if v.Signature == nil && t.Signers != nil {
		return "", "is not signed.", nil
	}
	return t.signer(t.Signers, v.Signature, v.Manifest.Finished, v.Time, "audits")
}

// Reviewer is [Trust.Signer] for a review, which need have no time stamp.
func (t Trust) Reviewer(r *Review) (who, problem string, err error) {
	if problem := t.stampProblem(r.Time); problem != "" {
		return "", problem, nil
	}
	return t.signer(t.Reviewers, r.Signature, r.At, r.Time, "reviews ("+string(attest.Review)+")")
}

// signer says whose a signature is. When it was made, what is signed says, and who has a key that is not
// allowed any more may let it say anything: without a time stamp that is to be trusted, it was made now.
func (t Trust) signer(signers *attest.Signers, s *attest.Signature, said time.Time, stamp *attest.Time, what string) (who, problem string, err error) {
	if signers == nil {
		return "", "", nil
	}
	at := time.Now()
	proved := stamp != nil && t.Authority != "" && t.stampProblem(stamp) == ""
	if proved {
		at = stamp.At
	}
	who, err = signers.Of(s, at)
	if err != nil {
		return "", "", fmt.Errorf("the allowed signers in %s: %w", signers.Name, err)
	}
	if who == "" {
		problem = fmt.Sprintf("is signed by the key %s, which %s does not allow to sign %s", s.Fingerprint, signers.Name, what)
		then, err := signers.Of(s, said)
		switch {
		case proved:
			problem += " at the time of its time stamp."
		case err == nil && then != "":
			problem += " any more. Only a time stamp and --timestamp-ca can tell that it was signed before."
		default:
			problem += "."
		}
	}
	return who, problem, nil
}

// A Link is one audit of a chain.
type Link struct {
	Dir      string // empty if its folder is not among those that were given
	Manifest *Manifest
	SHA256   string
}

// Chain follows a bundle back through the audits before it, each of which must be as it was written
// and be among the folders. The last link has no folder if a bundle is missing.
func Chain(ctx context.Context, m *Manifest, dirs []string) ([]Link, error) {
	byHash := map[string]Link{}
	for _, dir := range dirs {
		v, err := verifyHashes(ctx, dir)
		if err != nil {
			return nil, err
		}
		if err := v.err(dir); err != nil {
			return nil, err
		}
		byHash[v.Manifest.SHA256] = Link{dir, v.Manifest, v.Manifest.SHA256}
	}
	var chain []Link
	for seen := map[string]bool{}; m.Previous != nil && !seen[m.Previous.SHA256]; {
		seen[m.Previous.SHA256] = true
		link, found := byHash[m.Previous.SHA256]
		if !found {
			return append(chain, Link{SHA256: m.Previous.SHA256}), nil
		}
		if ended := link.Manifest.Finished; ended.After(m.Finished) {
			return nil, fmt.Errorf("the reading of %q ended on %s, and that of the audit which follows it on %s: one of the clocks was wrong", link.Dir, ended.Format(time.RFC3339), m.Finished.Format(time.RFC3339))
		}
		chain = append(chain, link)
		m = link.Manifest
	}
	return chain, nil
}

// writeAttestations writes what vouches for the manifest.
func writeAttestations(dir string, files map[string][]byte) error {
	for name, text := range files {
		if err := newfile.Write(filepath.Join(dir, name), writes(text)); err != nil {
			return fileError(name, err)
		}
	}
	return nil
}
