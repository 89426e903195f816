// Package authority is an authority for time stamps (RFC 3161) for tests, as openssl makes them.
package authority

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// Start starts an authority that openssl plays, until the test ends. In its folder are the root of
// its certificate, ca.pem, and another, other.pem. Below its URL, /down, /babble and /old answer
// wrongly.
func Start(t testing.TB) (url, dir string) {
	t.Helper()
	needs.Program(t, "make debian installs it.", "openssl")
	dir = t.TempDir()
	config := `
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:true
[tsa]
extendedKeyUsage = critical,timeStamping
[ts]
default_tsa = a
[a]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
tsa_name = no
ess_cert_id_chain = no
`
	if err := os.WriteFile(filepath.Join(dir, "c.cnf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `openssl req -x509 -config c.cnf -extensions ca -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Test root' -days 30 -keyout ca.key -out ca.pem 2>/dev/null &&
		openssl req -config c.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Test time' -keyout tsa.key -out tsa.csr 2>/dev/null &&
		openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile c.cnf -extensions tsa -out tsa.pem 2>/dev/null &&
		openssl req -x509 -config c.cnf -extensions ca -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=Other root' -days 30 -keyout other.key -out other.pem 2>/dev/null && echo 01 > serial`)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v: %s", err, out)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/down":
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case "/babble":
			io.WriteString(w, "hello")
			return
		case "/old":
			body, _ = os.ReadFile(filepath.Join(dir, "first.tsq"))
		}
		os.WriteFile(filepath.Join(dir, "q.tsq"), body, 0o600)
		if _, err := os.Stat(filepath.Join(dir, "first.tsq")); err != nil {
			os.WriteFile(filepath.Join(dir, "first.tsq"), body, 0o600)
		}
		cmd := exec.Command("openssl", "ts", "-reply", "-config", "c.cnf", "-section", "a", "-queryfile", "q.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "r.tsr")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("openssl: %v: %s", err, out)
		}
		answer, _ := os.ReadFile(filepath.Join(dir, "r.tsr"))
		w.Write(answer)
	}))
	t.Cleanup(server.Close)
	return server.URL, dir
}
