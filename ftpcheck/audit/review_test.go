package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/authority"
)

// A review that promises a time stamp has it, and is a file and no link.
func TestStampedReview(t *testing.T) {
	url, ca := authority.Start(t)
	signer := newSigner(t)
	dir, m := attested(t, Attestation{})
	o := options
	if _, _, err := WriteReview(t.Context(), dir, "reviewer@example.com", "fine", o); err == nil {
		t.Error("nobody has signed it")
	}
	o.Attestation = Attestation{Signer: signer, Authority: url}
	first, path, err := WriteReview(t.Context(), dir, "reviewer@example.com", "fine", o)
	if err != nil {
		t.Fatal(err)
	}
	second, other, err := WriteReview(t.Context(), dir, "reviewer@example.com", "still fine", o)
	if err != nil || other == path {
		t.Fatal(err, other)
	}
	if filepath.Dir(path) != filepath.Dir(dir) || first.Name != filepath.Base(path) {
		t.Errorf("it is in %s", path)
	}
	mustVerify(t, dir) // as nothing else is in the folder
	reviews, problems, err := Reviews(dir, m)
	if err != nil || len(problems) > 0 || len(reviews) != 2 {
		t.Fatalf("%d reviews, %q, %v", len(reviews), problems, err)
	}
	for _, r := range reviews {
		if r.Time == nil || r.Time.IsTrusted(filepath.Join(ca, "ca.pem")) != nil || r.By != "reviewer@example.com" || r.SHA256 != m.SHA256 || r.SignedBy != signer.Fingerprint() || !strings.HasPrefix(url, "http://"+r.StampedBy) {
			t.Errorf("%+v", r)
		}
	}
	for name, c := range map[string]struct {
		change  func() error
		problem string
	}{
		"another's stamp": {func() error { return os.Rename(other+".tsr", path+".tsr") }, first.Name + " is no review of this audit: " + first.Name + ".tsr does not vouch for it"},
		"no stamp":        {func() error { return os.Remove(path + ".tsr") }, "its time stamp " + first.Name + ".tsr cannot be read"},
		"no review": {func() error {
			return os.Rename(other, path+".away")
		}, second.Name + ".sig is there, and " + second.Name + " is not."},
		"a link in its place": {func() error {
			if err := os.Rename(path, path+".away"); err != nil {
				return err
			}
			return os.Symlink(path+".away", path)
		}, "it is a link"},
	} {
		t.Run(name, func(t *testing.T) {
			saved := map[string][]byte{}
			for _, name := range []string{path, path + ".sig", path + ".tsr", other, other + ".sig", other + ".tsr"} {
				saved[name] = []byte(content(t, name))
			}
			if err := c.change(); err != nil {
				t.Fatal(err)
			}
			_, problems, err := Reviews(dir, m)
			if err != nil || !strings.Contains(strings.Join(problems, "\n"), c.problem) {
				t.Errorf("%q, %v", problems, err)
			}
			for name, text := range saved {
				os.Remove(name)
				if err := os.WriteFile(name, text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, problems, _ := Reviews(dir, m); len(problems) > 0 {
				t.Fatal(problems)
			}
		})
	}
	// The very same is not written over.
	if err := keepReview(path, map[string][]byte{path: []byte("x")}); err == nil || !strings.Contains(err.Error(), "is there already") || content(t, path) == "x" {
		t.Errorf("it was written over: %v", err)
	}
}
