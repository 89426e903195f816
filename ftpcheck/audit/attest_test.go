package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/authority"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// newSigner is one with a new key.
func newSigner(t *testing.T) *attest.Signer {
	t.Helper()
	s, _ := newKey(t)
	return s
}

// newKey is a signer with a new key, and the key as allowed signers have it.
func newKey(t *testing.T) (*attest.Signer, string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := attest.OpenSigner(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s, string(ssh.MarshalAuthorizedKey(key))
}

// attested writes a small audit that somebody vouches for.
func attested(t *testing.T, by Attestation) (string, *Manifest) {
	t.Helper()
	dir := t.TempDir()
	text := `{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "a", "OwnerId": "123456789012", "IpPermissions": [
		{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]}]}`
	if err := os.WriteFile(filepath.Join(dir, "groups.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	scanner, err := scan.New(config.Config{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	o := options
	o.Dir, o.Attestation = filepath.Join(t.TempDir(), "audit"), by
	m, err := Write(t.Context(), scanner, o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Dir, m
}

func TestAttestation(t *testing.T) {
	url, ca := authority.Start(t)
	signer := newSigner(t)
	before, first := attested(t, Attestation{})
	dir, m := attested(t, Attestation{Signer: signer, Authority: url, Previous: before})
	v, err := Verify(t.Context(), dir, options)
	if err != nil || len(v.Problems) > 0 || !v.SameVersion {
		t.Fatalf("%v %v", err, v)
	}
	if v.Signature == nil || v.Signature.Fingerprint != signer.Fingerprint() || v.Manifest.SignedBy != signer.Fingerprint() {
		t.Errorf("signed by %+v", v.Signature)
	}
	if v.Time == nil || v.Time.IsTrusted(filepath.Join(ca, "ca.pem")) != nil {
		t.Errorf("stamped %+v", v.Time)
	}
	if m.Previous == nil || m.Previous.SHA256 != first.SHA256 || !m.Previous.Started.Equal(first.Started) {
		t.Errorf("it follows %+v", m.Previous)
	}
	chain, err := Chain(t.Context(), m, []string{before})
	if err != nil || len(chain) != 1 || chain[0].Dir != before {
		t.Errorf("%+v: %v", chain, err)
	}
	if chain, err := Chain(t.Context(), m, nil); err != nil || len(chain) != 1 || chain[0].Dir != "" || chain[0].SHA256 != first.SHA256 {
		t.Errorf("without its folder: %+v: %v", chain, err)
	}
	// Others cannot vouch: a key that is gone or another, an authority that is down.
	other := options
	other.Dir, other.Authority = filepath.Join(t.TempDir(), "audit"), url+"/down"
	scanner, err := scan.New(config.Config{Paths: []string{dir + "/raw"}})
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	if _, err := Write(t.Context(), scanner, other); err == nil || !strings.Contains(err.Error(), "gives no time stamp: it answered 503") {
		t.Error(err)
	}
	other.Authority = "no-url"
	if _, err := Write(t.Context(), scanner, other); err == nil || err.Error() != "the authority no-url gives no time stamp: its URL is not valid" {
		t.Error(err)
	}
	if _, err := os.Stat(other.Dir); err == nil {
		t.Error("there is a folder without the time stamp that was asked for")
	}
}

// A key that is not allowed any more signs nothing more, whatever time is written into what it signs. That it
// signed before, nothing says but a time stamp that is to be trusted.
func TestKeysThatHaveExpired(t *testing.T) {
	url, ca := authority.Start(t)
	signer, key := newKey(t)
	dir, _ := attested(t, Attestation{Signer: signer, Authority: url})
	v, err := Verify(t.Context(), dir, options)
	if err != nil || v.Time == nil {
		t.Fatal(err)
	}
	if _, _, err := WriteReview(t.Context(), dir, "A. Auditor", "Looked at.", Options{Version: options.Version, Commit: options.Commit, Attestation: Attestation{Signer: signer, Authority: url}}); err != nil {
		t.Fatal(err)
	}
	reviews, problems, err := Reviews(dir, v.Manifest)
	if err != nil || len(reviews) != 1 || len(problems) > 0 || reviews[0].Time == nil {
		t.Fatalf("%v, %v, %v", reviews, problems, err)
	}
	trusted := filepath.Join(ca, "ca.pem")
	stamped, longAgo := v.Time.At, time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, valid, authority string
		stamp, said            time.Time // zero for none
		problem                string    // empty if the key counts
	}{
		{name: "allowed", said: longAgo},
		{name: "expired since", valid: `valid-before="20210101Z"`, said: longAgo, problem: " any more. Only a time stamp"},
		{name: "expired since, and a stamp of anybody", valid: `valid-before="20210101Z"`, stamp: longAgo, said: longAgo, problem: " any more. Only a time stamp"},
		{name: "expired since, and stamped now", valid: `valid-before="20210101Z"`, authority: trusted, stamp: stamped, said: longAgo, problem: " at the time of its time stamp."},
		{name: "expired before", valid: `valid-before="20190101Z"`, said: longAgo, problem: "does not allow to sign"},
		{name: "allowed from then on", valid: `valid-after="` + stamped.Add(-time.Hour).Format("20060102150405Z") + `"`, authority: trusted, stamp: stamped, said: longAgo},
		{name: "allowed until then", valid: `valid-before="` + stamped.Add(time.Hour).Format("20060102150405Z") + `"`, authority: trusted, stamp: stamped, said: longAgo},
		{name: "no authority", authority: filepath.Join(ca, "nowhere"), stamp: stamped, said: stamped, problem: "not to be trusted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "signers")
			if err := os.WriteFile(name, []byte("auditor@example.com "+test.valid+" "+key), 0o600); err != nil {
				t.Fatal(err)
			}
			signers, err := attest.ReadSigners(name)
			if err != nil {
				t.Fatal(err)
			}
			trust := Trust{signers, signers, test.authority}
			of, review, m := *v, *reviews[0], *v.Manifest
			m.Finished, review.At = test.said, test.said
			of.Manifest = &m
			at := func(stamp *attest.Time) *attest.Time {
				if test.stamp.IsZero() {
					return nil
				}
				other := *stamp
				other.At = test.stamp
				return &other
			}
			of.Time, review.Time = at(v.Time), at(reviews[0].Time)
			judge := func(what, who, problem string, err error) {
				if err != nil || (problem == "") != (test.problem == "") || (who == "") == (problem == "") || !strings.Contains(problem, test.problem) {
					t.Errorf("%s of %q: %s %v", what, who, problem, err)
				}
			}
			who, problem, err := trust.Signer(&of)
			if stamp := trust.Stamp(&of); stamp != "" {
				who, problem = "", stamp
			}
			judge("audit", who, problem, err)
			who, problem, err = trust.Reviewer(&review)
			judge("review", who, problem, err)
		})
	}
}

// Whatever is changed, added or taken away, by a byte or a file, is found.
func TestEveryByteOfAnAttestedBundle(t *testing.T) {
	url, _ := authority.Start(t)
	dir, _ := attested(t, Attestation{Signer: newSigner(t), Authority: url})
	holds := func() bool {
		v, err := Verify(context.Background(), dir, options)
		return err == nil && len(v.Problems) == 0 && v.Signature != nil && v.Time != nil
	}
	if !holds() {
		t.Fatal("it does not hold as it is")
	}
	tried := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// Hashes tell of every byte of large files alike.
		step := 1 + len(text)/20
		if name := filepath.Base(path); strings.HasPrefix(name, manifestName) || name == sumsName {
			step = 1 + len(text)/250
		}
		for i := 0; i < len(text); i += step {
			forged := bytes.Clone(text)
			forged[i] ^= 1
			if err := os.WriteFile(path, forged, 0o600); err != nil {
				return err
			}
			tried++
			if holds() {
				t.Errorf("%s holds with another byte %d", filepath.Base(path), i)
			}
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		if holds() {
			t.Errorf("it holds without %s", filepath.Base(path))
		}
		return os.WriteFile(path, text, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	if !holds() || tried < 600 {
		t.Errorf("it does not hold any more, or only %d bytes were tried", tried)
	}
}

// Whoever makes everything again, hashes too, has not the key.
func TestForgerWithoutTheKey(t *testing.T) {
	signer := newSigner(t)
	dir, m := attested(t, Attestation{Signer: signer})
	again := func(change func(m *Manifest), by Attestation) *Verification {
		t.Helper()
		forged := filepath.Join(t.TempDir(), "forged")
		if err := os.CopyFS(forged, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{manifestName, sumsName, signatureName} {
			os.Remove(filepath.Join(forged, name))
		}
		f := *m
		change(&f)
		if err := f.seal(t.Context(), forged, &by); err != nil {
			t.Fatal(err)
		}
		v, err := Verify(t.Context(), forged, options)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	old, err := os.ReadFile(filepath.Join(dir, signatureName))
	if err != nil {
		t.Fatal(err)
	}
	if v := again(func(m *Manifest) {}, Attestation{}); len(v.Problems) == 0 {
		t.Error("the signature is missing, and nobody minds")
	}
	if v := again(func(m *Manifest) {}, Attestation{Signer: newSigner(t)}); len(v.Problems) == 0 {
		t.Error("another key has signed than the manifest names, and nobody minds")
	}
	if v := again(func(m *Manifest) { m.SignedBy = "" }, Attestation{}); len(v.Problems) > 0 || v.Signature != nil {
		t.Errorf("what is not signed is told as such: %v", v.Problems)
	}
	// The signature of the first, with hashes that fit.
	forged := filepath.Join(t.TempDir(), "forged")
	if err := os.CopyFS(forged, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	f := *m
	f.Callers = []string{"arn:aws:iam::123456789012:user/somebody"}
	for _, name := range []string{manifestName, sumsName, signatureName} {
		os.Remove(filepath.Join(forged, name))
	}
	if err := f.seal(t.Context(), forged, &Attestation{}); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(forged, sumsName))
	f.attestations = map[string]File{signatureName: hashOf(old)}
	for name, text := range map[string][]byte{signatureName: old, sumsName: f.sums()} {
		if err := os.WriteFile(filepath.Join(forged, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v, err := Verify(t.Context(), forged, options)
	if err != nil || len(v.Problems) != 1 || v.Problems[0] != "manifest.json.sig does not vouch for manifest.json: it is not the signature of this text." {
		t.Errorf("%v %q", err, v.Problems)
	}
}
