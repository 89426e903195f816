package cli

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// keyARN is the ARN of a key of KMS in another region than that of the credentials.
func keyARN(name string) string { return "arn:aws:kms:eu-west-1:" + home + ":" + name }

// kms is an account with keys of KMS, by what they are called behind the account.
func kms(t *testing.T, keys map[string]crypto.Signer) (*fakeaws.World, *fakeaws.Server) {
	t.Helper()
	w := &fakeaws.World{Record: true, Keys: map[string]crypto.Signer{}, Accounts: []*fakeaws.Account{{ID: home, Regions: map[string]*fakeaws.Region{"us-east-1": {}, "eu-west-1": {}}}}}
	for name, key := range keys {
		w.Keys[keyARN(name)] = key
	}
	return w, live(t, w)
}

func newKey[K crypto.Signer](t *testing.T) func(K, error) crypto.Signer {
	return func(key K, err error) crypto.Signer {
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
}

func writePublic(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// authorized is the public key as a line of allowed signers has it.
func authorized(t *testing.T, key crypto.Signer) string {
	t.Helper()
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(public))
}

// ssh-keygen takes what each kind of key of KMS signs.
func TestKindsOfKeys(t *testing.T) {
	keygen := needs.Program(t, "It verifies signatures: make debian installs it.", "ssh-keygen")
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	keys := map[string]crypto.Signer{
		"key/p256":    newKey[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"key/p384":    newKey[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"key/p521":    newKey[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)),
		"alias/rsa":   newKey[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048)),
		"key/edwards": newKey[ed25519.PrivateKey](t)(edwards, err),
	}
	kms(t, keys)
	dir := t.TempDir()
	for name, key := range keys {
		for _, public := range []crypto.PublicKey{nil, key.Public()} {
			held, err := scan.SigningKey(t.Context(), config.Config{}, keyARN(name), public)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			signer, err := attest.NewSigner(held)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			signature, err := signer.Sign([]byte("a manifest"), attest.Audit)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for file, text := range map[string]string{"signature": string(signature), "signers": "auditor " + authorized(t, key)} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			verify := exec.Command(keygen, "-Y", "verify", "-f", "signers", "-I", "auditor", "-n", string(attest.Audit), "-s", "signature")
			verify.Dir, verify.Stdin = dir, strings.NewReader("a manifest")
			if out, err := verify.CombinedOutput(); err != nil {
				t.Errorf("%s: ssh-keygen: %s", name, out)
			}
		}
	}
}

// A caller who may do nothing but read and sign makes evidence with the public key at hand. Who
// cannot sign is told so before anything is read. Reviews are signed in the same way.
func TestAuditSignedByKMS(t *testing.T) {
	key := newKey[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	other := newKey[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	w, s := kms(t, map[string]crypto.Signer{"key/audit": key})
	public, wrong, arn := writePublic(t, key), writePublic(t, other), keyARN("key/audit")
	reading := policyActions(t, "ftpcheck")
	dir := filepath.Join(t.TempDir(), "audit")

	w.AllowOnly(append(reading, "kms:Sign")...)
	caller := "arn:aws:iam::" + home + ":user/"
	for _, refused := range []struct {
		args    []string
		problem string
	}{
		{[]string{"--sign", arn}, "--sign " + arn + ": " + caller},
		{[]string{"--sign", arn}, " may not call kms:GetPublicKey with it. Allow that, or give the public key with --sign-key\n"},
		{[]string{"--sign", arn, "--sign-key", wrong}, "does not hold for its public key SHA256:"},
		{[]string{"--sign", keyARN("key/other"), "--sign-key", public}, "Key '" + keyARN("key/other") + "' does not exist (NotFoundException)\n"},
		{[]string{"--sign", arn, "--sign-key", "nowhere"}, "--sign-key nowhere: no such file or directory\n"},
		{[]string{"--sign", arn, "--sign-key", "sign_test.go"}, "--sign-key sign_test.go: it is no public key, of SSH or in PEM form\n"},
		{[]string{"--sign", "arn:aws:s3:::audit"}, "it is not the ARN of a key of AWS KMS or of an alias"},
		{[]string{"--sign-key", public}, "--sign-key is the public key of a key of AWS KMS: give the ARN of that with --sign\n"},
		{[]string{"--sign", arn, "--sign-key", public, "--profile", "nobody"}, `the AWS profile "nobody" does not exist`},
	} {
		stdout, stderr, code := run(t, append([]string{"audit", "--out", dir}, refused.args...)...)
		if code != exitError || stdout != "" || !strings.Contains(stderr, refused.problem) {
			t.Errorf("%v: exit code %d: %s%s", refused.args, code, stdout, stderr)
		}
	}
	w.AllowOnly(reading...)
	if _, stderr, code := run(t, "audit", "--out", dir, "--sign", arn, "--sign-key", public); code != exitError ||
		!strings.Contains(stderr, caller) || !strings.Contains(stderr, " may not call kms:Sign with it. Allow that, for this key, in the policies of the caller or in the key's\n") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if n := s.Count("", "", "DescribeSecurityGroups").Attempts; n != 0 {
		t.Errorf("groups were asked for %d times", n)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("there is an audit")
	}

	w.AllowOnly(append(reading, "kms:Sign")...)
	if stdout, stderr, code := run(t, "audit", "--out", dir, "--shard", "0/1", "--sign", arn, "--sign-key", public); code != exitOK || stderr != "" {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	if stdout, stderr, code := run(t, "audit", "verify", dir, "--key", public); code != exitOK || !strings.Contains(stdout, "which is that in "+public) {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if stdout, _, code := run(t, "audit", "verify", dir, "--key", wrong); code != exitError || !strings.Contains(stdout, "which is not that in "+wrong) {
		t.Errorf("exit code %d: %s", code, stdout)
	}

	// The policy of those who have no public key at hand, and what is merged.
	w.AllowOnly(append(reading, policyActions(t, "ftpcheck-sign")...)...)
	if stdout, stderr, code := run(t, "audit", "merge", "--out", dir+"-2", dir, "--sign", arn); code != exitOK {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	// Who reviews it needs nothing but the key.
	w.AllowOnly()
	review := []string{"audit", "review", dir, "--by", "The reviewer", "--note", "Agreed", "--sign", arn, "--sign-key", public}
	if stdout, stderr, code := run(t, review...); code != exitError || !strings.Contains(stderr, " may not call kms:Sign with it.") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	w.AllowOnly("kms:Sign")
	if stdout, stderr, code := run(t, review...); code != exitOK || stderr != "" {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	for _, test := range []struct {
		key  crypto.Signer
		code int
		says string
	}{
		{key, exitOK, "Reviewed on "},
		{other, exitError, "Nobody whom "},
	} {
		signers := filepath.Join(t.TempDir(), "signers")
		if err := os.WriteFile(signers, []byte(`reviewer namespaces="ftpcheck-review" `+authorized(t, test.key)), 0o600); err != nil {
			t.Fatal(err)
		}
		if stdout, stderr, code := run(t, "audit", "verify", dir, "--key", public, "--reviewers", signers); code != test.code || !strings.Contains(stdout, test.says) {
			t.Errorf("exit code %d: %s%s", code, stdout, stderr)
		}
	}

	for _, action := range policyActions(t, "ftpcheck-sign") {
		_, name, _ := strings.Cut(action, ":")
		if s.Count("", "eu-west-1", name).Successes == 0 {
			t.Errorf("the policy allows %s, which nothing uses", action)
		}
	}
}
