package attest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/authority"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

var text = []byte("{\n  \"complete\": true\n}\n")

// shell runs a line of shell in a folder.
func shell(t *testing.T, dir, line string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", line, err, out)
	}
	return string(out)
}

// newKeys makes keys with ssh-keygen, and a file that gives the first to auditor@example.com.
func newKeys(t *testing.T) string {
	t.Helper()
	needs.Program(t, "make debian installs it.", "ssh-keygen")
	dir := t.TempDir()
	shell(t, dir, `ssh-keygen -q -t ed25519 -N '' -f ed25519 && ssh-keygen -q -t ecdsa -N '' -f ecdsa && ssh-keygen -q -t rsa -N '' -f rsa &&
		ssh-keygen -q -t ed25519 -N 'a secret' -f locked &&
		for key in ed25519 ecdsa rsa locked; do printf '%s@example.com namespaces="ftpcheck-*,file" %s\n' $key "$(cat $key.pub)"; done > signers`)
	if err := os.WriteFile(filepath.Join(dir, "text"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What we sign, ssh-keygen verifies, and the other way round.
func TestSignatures(t *testing.T) {
	dir := newKeys(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	ask := func(string) ([]byte, error) { return []byte("a secret"), nil }
	for _, key := range []string{"ed25519", "ecdsa", "rsa", "locked"} {
		s, err := OpenSigner(in(key), ask)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := s.Sign(text, Audit)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in("text.sig"), sig, 0o600); err != nil {
			t.Fatal(err)
		}
		shell(t, dir, "ssh-keygen -Y verify -f signers -I "+key+"@example.com -n ftpcheck-audit -s text.sig < text")
		if got := shell(t, dir, "ssh-keygen -lf "+key+".pub"); !strings.Contains(got, s.Fingerprint()) {
			t.Errorf("the fingerprint is %s, want %s", s.Fingerprint(), got)
		}
		read, err := ReadSignature(sig, text, Audit)
		if err != nil {
			t.Fatal(err)
		}
		signers, err := ReadSigners(in("signers"))
		if err != nil {
			t.Fatal(err)
		}
		if who, err := signers.Of(read, time.Now()); err != nil || who != key+"@example.com" {
			t.Errorf("%s: signed by %q: %v", key, who, err)
		}
		if is, err := read.IsBy(in(key + ".pub")); err != nil || !is {
			t.Errorf("%s: not by its own key: %v", key, err)
		}
		if is, err := read.IsBy(in("other.pub")); err == nil || is {
			t.Error("it is by a key that is not there")
		}
		if key == "locked" {
			continue // ssh-keygen would ask a terminal
		}
		os.Remove(in("text.sig"))
		shell(t, dir, "ssh-keygen -q -Y sign -f "+key+" -n ftpcheck-audit text")
		theirs, err := os.ReadFile(in("text.sig"))
		if err != nil {
			t.Fatal(err)
		}
		if read, err := ReadSignature(theirs, text, Audit); err != nil || read.Fingerprint != s.Fingerprint() {
			t.Errorf("%s: the signature of ssh-keygen: %v", key, err)
		}
		if key == "ed25519" {
			// Another text, another purpose, and each byte that is another.
			if _, err := ReadSignature(theirs, append(text, '\n'), Audit); err == nil {
				t.Error("it is the signature of another text")
			}
			for i := range theirs {
				for _, flip := range []byte{1, 0x20} {
					forged := bytes.Clone(theirs)
					forged[i] ^= flip
					if read, err := ReadSignature(forged, text, Audit); err == nil && read.is(mustKey(t, in("ed25519.pub"))) {
						t.Errorf("byte %d of %q may be %q", i, theirs[i], forged[i])
					}
				}
			}
			os.Remove(in("text.sig"))
			shell(t, dir, "ssh-keygen -q -Y sign -f ed25519 -n file text")
			theirs, _ = os.ReadFile(in("text.sig"))
			if _, err := ReadSignature(theirs, text, Audit); err == nil {
				t.Error("a signature for something else counts")
			}
		}
	}
}

func mustKey(t *testing.T, name string) ssh.PublicKey {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(b)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestOpenSigner(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sshPublic, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("a secret"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"key.pub": ssh.MarshalAuthorizedKey(sshPublic), "locked": pem.EncodeToMemory(locked), "text": text} {
		if err := os.WriteFile(in(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(name, problem string, ask func(string) ([]byte, error)) {
		t.Helper()
		if _, err := OpenSigner(in(name), ask); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	refused("nowhere", "no such file", nil)
	refused("text", "it is no SSH key", nil)
	refused("locked", "there is no terminal to ask for it", nil)
	refused("locked", "the passphrase is not right", func(string) ([]byte, error) { return []byte("a guess"), nil })
	refused("key.pub", "there is no agent", nil)
	t.Setenv("SSH_AUTH_SOCK", in("nowhere"))
	refused("key.pub", "does not answer", nil)

	// With an agent, the private key need not be known here.
	keyring := agent.NewKeyring()
	listener, err := net.Listen("unix", in("s"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(keyring, conn)
		}
	}()
	t.Setenv("SSH_AUTH_SOCK", in("s"))
	refused("key.pub", "the agent does not have the private key", nil)
	if err := keyring.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSigner(in("key.pub"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sig, err := s.Sign(text, Audit)
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadSignature(sig, text, Audit)
	if err != nil || read.Fingerprint != s.Fingerprint() {
		t.Error(err)
	}
	if err := keyring.RemoveAll(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sign(text, Audit); err == nil || err.Error() != "the agent does not sign with the key "+s.Fingerprint()+": it has refused, lost the key, or gone away" {
		t.Error(err)
	}

	// Whom a key is given to.
	line := string(ssh.MarshalAuthorizedKey(sshPublic))
	at := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"a@b " + line:                                    "a@b",
		"# a comment\n\n\"a b@c\",d " + line:             "",
		`"a b@c" ` + line:                                "a b@c",
		`a@b namespaces="file" ` + line:                  "",
		`a@b namespaces="file,ftpcheck-*" ` + line:       "a@b",
		`a@b valid-after="20270331Z" ` + line:            "a@b",
		`a@b valid-after="20270331120001Z" ` + line:      "",
		`a@b Valid-After="20270331120001Z" ` + line:      "",
		`a@b valid-before="202703311200Z" ` + line:       "",
		`a@b valid-before="202703311201Z" ` + line:       "a@b",
		`a@b valid-before="2027",namespaces="x" ` + line: "error",
		`a@b cert-authority ` + line:                     "error",
		"a@b":                                            "error",
		"a@b ssh-ed25519 AAAA":                           "error",
		"":                                               "",
	} {
		who, err := (&Signers{text: []byte(text)}).Of(read, at)
		if want == "error" && err == nil || want != "error" && who != want {
			if !strings.Contains(text, "\",d") { // which is an error, too
				t.Errorf("%q gives %q: %v", text, who, err)
			}
		}
	}
}

// What an authority stamps, openssl verifies, and so do we.
func TestStamp(t *testing.T) {
	url, dir := authority.Start(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	stamp, err := Stamp(t.Context(), url, text)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"text": text, "text.tsr": stamp} {
		if err := os.WriteFile(in(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shell(t, dir, "openssl ts -verify -data text -in text.tsr -CAfile ca.pem")
	read, err := ReadTime(stamp, text)
	if err != nil || read.By != "CN=Test time" || time.Since(read.At).Abs() > time.Hour {
		t.Errorf("%+v: %v", read, err)
	}
	if err := read.IsTrusted(in("ca.pem")); err != nil {
		t.Error(err)
	}
	for file, problem := range map[string]string{"other.pem": "the certificate of CN=Test time does not lead to it", "text": "it has no certificate in PEM", "nowhere": "no such file or directory"} {
		if err := read.IsTrusted(in(file)); err == nil || !strings.HasSuffix(err.Error(), problem) {
			t.Errorf("%s: %v", file, err)
		}
	}
	late := *read
	late.At = late.At.AddDate(1000, 0, 0)
	if err := late.IsTrusted(in("ca.pem")); err == nil || err.Error() != "the certificate of CN=Test time, or one above it, was not valid at the time of the stamp" {
		t.Error(err)
	}
	if _, err := ReadTime(stamp, append(text, '\n')); err == nil {
		t.Error("it is the time stamp of another text")
	}
	for path, problem := range map[string]string{"/down": "503", "/babble": "it gave no time stamp", "/old": "of another question"} {
		if _, err := Stamp(t.Context(), url+path, text); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v", path, err)
		}
	}
	untrusted := httptest.NewUnstartedServer(nil)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	tooLate, stop := context.WithTimeout(t.Context(), 0)
	defer stop()
	for _, c := range []struct {
		ctx       context.Context
		url, want string
	}{
		{t.Context(), "http://127.0.0.1:1/a", "the connection failed (connection refused)"},
		{t.Context(), "http://no..name/", "the name no..name is not known"},
		{t.Context(), untrusted.URL, "its certificate is none that this machine trusts"},
		{t.Context(), "authority", "its URL is not valid"},
		{t.Context(), "ftp://127.0.0.1/", "its URL is not valid"},
		{tooLate, url, "it did not answer in time"},
		{canceled, url, "context canceled"},
	} {
		if _, err := Stamp(c.ctx, c.url, text); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.url, err, c.want)
		}
	}
}

// A certificate that leads to the root must be for time stamps, and for nothing else, as openssl has it.
func TestCertificatesForStamps(t *testing.T) {
	needs.Program(t, "make debian installs it.", "openssl")
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	now := time.Now().Truncate(time.Second)
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	rootKey := newKey()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test root"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign,
	}
	certificate := func(of *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, of, root, key.Public(), rootKey)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	write := func(name string, b []byte) {
		if err := os.WriteFile(in(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate(root, rootKey).Raw}))
	write("text", text)
	sum := sha256.Sum256(text)
	stamps, server, anything := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}, asn1.ObjectIdentifier{2, 5, 29, 37, 0}
	for i, c := range []struct {
		name     string
		usage    []asn1.ObjectIdentifier
		critical bool
		notAfter time.Time
		trusted  bool
	}{
		{"for time stamps", []asn1.ObjectIdentifier{stamps}, true, root.NotAfter, true},
		{"expired", []asn1.ObjectIdentifier{stamps}, true, now.Add(-time.Hour), false},
		{"for time stamps, not critical", []asn1.ObjectIdentifier{stamps}, false, root.NotAfter, false},
		{"for time stamps and servers", []asn1.ObjectIdentifier{stamps, server}, true, root.NotAfter, false},
		{"for servers", []asn1.ObjectIdentifier{server}, true, root.NotAfter, false},
		{"for anything", []asn1.ObjectIdentifier{anything}, true, root.NotAfter, false},
		{"says nothing", nil, false, root.NotAfter, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			key := newKey()
			template := &x509.Certificate{SerialNumber: big.NewInt(int64(2 + i)), Subject: pkix.Name{CommonName: c.name}, NotBefore: root.NotBefore, NotAfter: c.notAfter}
			if c.usage != nil {
				value, err := asn1.Marshal(c.usage)
				if err != nil {
					t.Fatal(err)
				}
				template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: c.critical, Value: value}}
			}
			stamp, err := (&timestamp.Timestamp{
				HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Time: now, Policy: asn1.ObjectIdentifier{1, 2, 3, 4}, AddTSACertificate: true,
			}).CreateResponseWithOpts(certificate(template, key), key, crypto.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			write("stamp", stamp)
			openssl := exec.CommandContext(t.Context(), "openssl", "ts", "-verify", "-data", in("text"), "-in", in("stamp"), "-CAfile", in("ca.pem"))
			if out, err := openssl.CombinedOutput(); (err == nil) != c.trusted {
				t.Fatalf("openssl: %v: %s", err, out)
			}
			read, err := ReadTime(stamp, text)
			if c.notAfter.Before(now) && err != nil {
				return // it does not even hold
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := read.IsTrusted(in("ca.pem")); (err == nil) != c.trusted {
				t.Errorf("it is trusted: %v", err)
			}
		})
	}
}
