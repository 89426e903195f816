package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/authority"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

// TestStockTools has the commands of docs/audit.md, which are not ours, look at an audit: they must hold
// of what was written, and none of what somebody has changed since, who makes the hashes right again that
// nobody has signed.
func TestStockTools(t *testing.T) {
	for _, program := range []string{"ssh-keygen", "openssl", "jq", "sha256sum"} {
		needs.Program(t, "make debian installs it.", program)
	}
	var script string
	for _, b := range docBlocks(readFile(t, "../../docs/audit.md")) {
		if b.heading == "With stock tools alone" {
			script += b.text
		}
	}
	sample, err := filepath.Abs("../../docs/sample/123456789012/us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	url, certificates := authority.Start(t)
	dir := t.TempDir()
	if printed, code := inShell(t, dir, `ssh-keygen -q -t ed25519 -N '' -f key
		ssh-keygen -q -t ed25519 -N '' -f other
		printf 'auditor@example.com namespaces="ftpcheck-audit" %s\n' "$(cat key.pub)" > allowed_signers
		cp "$CERTIFICATES"/ca.pem tsa-ca.pem`, "CERTIFICATES="+certificates); code != 0 {
		t.Fatal(printed)
	}
	t.Chdir(dir)
	audit := func(name, key string, more ...string) {
		t.Helper()
		if _, stderr, code := run(t, append([]string{"audit", "--from", sample, "--out", name, "--sign", key, "--timestamp", url}, more...)...); code != exitOpen {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	audit("audit-2026-q3", "key")
	audit("audit-2026-q4", "key", "--previous", "audit-2026-q3")
	printed, code := inShell(t, "audit-2026-q4", script)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, printed)
	}
	for _, answer := range []string{`Good "ftpcheck-audit" signature for auditor@example.com`, "Time stamp: ", `"open_security_groups": 2`, `"not_reached": []`} {
		if !strings.Contains(printed, answer) {
			t.Errorf("%q is not in\n%s", answer, printed)
		}
	}

	audit("others", "other", "--previous", "audit-2026-q3")
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	edit := func(name, old, new string) {
		t.Helper()
		text := readFile(t, name)
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %q", name, old)
		}
		changed := strings.ReplaceAll(text, old, new)
		sums := strings.ReplaceAll(readFile(t, "forged/SHA256SUMS"), hash(text), hash(changed))
		for file, text := range map[string]string{name: changed, "forged/SHA256SUMS": sums} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for what, forge := range map[string]func(){
		"a finding taken away": func() { edit("forged/findings.csv", `"open"`, `"none"`) },
		"a count":              func() { edit("forged/manifest.json", `"open_security_groups": 2`, `"open_security_groups": 0`) },
		"raw data":             func() { edit("forged/raw/scan.json.gz", "\x1f\x8b", "\x1f\x8c") },
		"a file less":          func() { os.Remove("forged/coverage.csv") },
		"a file more":          func() { os.WriteFile("forged/closed.csv", nil, 0o600) },
		"a link more":          func() { os.Symlink("/dev/null", "forged/raw/closed") },
		"a file more, whose name looks like two others": func() { os.WriteFile("forged/report.html\nxxreport.html", nil, 0o600) },
		"a link in the place of a file": func() {
			os.Rename("forged/report.html", "others/elsewhere.html")
			os.Symlink("../others/elsewhere.html", "forged/report.html")
		},
		"another's signature": func() {
			for _, name := range []string{"manifest.json.sig", "manifest.json.tsr"} {
				os.Rename("others/"+name, "forged/"+name)
			}
		},
		"another time": func() { os.Rename("audit-2026-q3/manifest.json.tsr", "forged/manifest.json.tsr") },
		"another audit before": func() {
			os.Rename("audit-2026-q3", "kept")
			os.Rename("others", "audit-2026-q3")
		},
	} {
		if printed, code := inShell(t, ".", "rm -rf forged && cp -r audit-2026-q4 forged"); code != 0 {
			t.Fatal(printed)
		}
		forge()
		if printed, code := inShell(t, "forged", script); code == 0 {
			t.Errorf("%s: the commands hold:\n%s", what, printed)
		}
		inShell(t, ".", "test ! -e kept || { mv audit-2026-q3 others; mv kept audit-2026-q3; }")
	}
}
