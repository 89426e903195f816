package cli

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/attest"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/audit"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// Who vouches for evidence, and what of that holds.

// attestFlags say who is to vouch for a bundle.
type attestFlags struct {
	key, public, authority, previous string
}

func (f *attestFlags) add(c *cobra.Command) {
	f.addSigner(c, "the evidence")
	c.Flags().StringVar(&f.previous, "previous", "", "say in the evidence that it follows this `AUDIT`")
}

// addSigner adds the flags that say who signs something and who says when.
func (f *attestFlags) addSigner(c *cobra.Command, what string) {
	c.Flags().StringVar(&f.key, "sign", "", "sign "+what+" with this `KEY`: the file of an SSH key, a private one or a public one whose private key is in the SSH agent, or the ARN of a key of AWS KMS")
	c.Flags().StringVar(&f.public, "sign-key", "", "the public key of the key of AWS KMS is in this `FILE`, for whom kms:GetPublicKey is not allowed")
	c.Flags().StringVar(&f.authority, "timestamp", "", "have "+what+" stamped with its time by the authority (RFC 3161) at this `URL`")
}

// open returns who is to vouch; close is to be called at the end. A key of KMS is used by whoever
// reads.
func (f *attestFlags) open(c *cobra.Command, reads *sourceFlags) (a audit.Attestation, close func() error, err error) {
	a = audit.Attestation{Authority: f.authority, Previous: f.previous}
	close = func() error { return nil }
	switch isKMS := strings.HasPrefix(f.key, "arn:"); {
	case f.public != "" && !isKMS:
		return a, close, errors.New("--sign-key is the public key of a key of AWS KMS: give the ARN of that with --sign")
	case isKMS:
		if a.Signer, err = f.openKMS(c, reads); err != nil {
			return a, close, fmt.Errorf("--sign %s: %w", f.key, err)
		}
	case f.key != "":
		a.Signer, err = attest.OpenSigner(f.key, askPassphrase(c))
		if err != nil {
			return a, close, fmt.Errorf("--sign %s: %w", f.key, err)
		}
		close = a.Signer.Close
	}
	return a, close, nil
}

// openKMS opens the key of AWS KMS.
func (f *attestFlags) openKMS(c *cobra.Command, reads *sourceFlags) (*attest.Signer, error) {
	var public crypto.PublicKey
	if f.public != "" {
		var err error
		if public, err = attest.ReadPublicKey(f.public); err != nil {
			return nil, fmt.Errorf("--sign-key %s: %w", f.public, err)
		}
	}
	config, err := reads.signing()
	if err != nil {
		return nil, err
	}
	key, err := scan.SigningKey(c.Context(), config, f.key, public)
	if err != nil {
		return nil, err
	}
	return attest.NewSigner(key)
}

// askPassphrase asks at the terminal, if there is one.
func askPassphrase(c *cobra.Command) func(string) ([]byte, error) {
	in, ok := c.InOrStdin().(*os.File)
	if !ok || !terminal.Is(in) || !terminal.Is(c.ErrOrStderr()) {
		return nil
	}
	return func(question string) ([]byte, error) {
		fmt.Fprint(c.ErrOrStderr(), output.Printable(question))
		passphrase, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(c.ErrOrStderr())
		return passphrase, err
	}
}

// trustFlags say what whoever verifies trusts.
type trustFlags struct {
	trustedSigners
	key, expect string
	chain       []string
}

// trustedSigners are the flags that say whose signatures count, and what they say.
type trustedSigners struct {
	signers, reviewers, authority string
	trust                         audit.Trust
}

func (f *trustedSigners) add(c *cobra.Command, signers, reviewers string) {
	c.Flags().StringVar(&f.signers, "signers", "", signers+" must be signed by one of those in this `FILE` of allowed signers, as ssh-keygen has it, and so must each review")
	c.Flags().StringVar(&f.reviewers, "reviewers", "", reviewers+" must be signed by one of those in this `FILE`, in the place of --signers")
	c.Flags().StringVar(&f.authority, "timestamp-ca", "", signers+" must have a time stamp whose certificate leads to one in this `FILE` of PEM")
}

// read reads the files of allowed signers.
func (f *trustedSigners) read() (err error) {
	read := func(flag, name string) (signers *attest.Signers) {
		if name == "" || err != nil {
			return nil
		}
		if signers, err = attest.ReadSigners(name); err != nil {
			err = fmt.Errorf("%s %s: %w", flag, name, err)
		}
		return signers
	}
	f.trust = audit.Trust{Signers: read("--signers", f.signers), Reviewers: read("--reviewers", f.reviewers), Authority: f.authority}
	if f.reviewers == "" {
		f.trust.Reviewers = f.trust.Signers
	}
	return err
}

func (f *trustFlags) add(c *cobra.Command) {
	f.trustedSigners.add(c, "the evidence", "there must be a review, and each")
	c.Flags().StringVar(&f.key, "key", "", "the evidence must be signed by the public SSH key in this `FILE`")
	c.Flags().StringVar(&f.expect, "expect", "", "the SHA-256 of manifest.json must be this `HASH`, which was kept elsewhere")
	c.Flags().StringArrayVar(&f.chain, "chain", nil, "the evidence must follow this `AUDIT`, and it those before it (repeatable)")
}

// check says what holds of who vouches for the bundle, and what does not. Its error is one of what
// was given.
func (f *trustFlags) check(ctx context.Context, w io.Writer, v *audit.Verification) (problems []string, err error) {
	m := v.Manifest
	if f.expect != "" && f.expect != m.SHA256 {
		problems = append(problems, fmt.Sprintf("The SHA-256 of manifest.json is %s, and --expect says %s: this is not the evidence that was made then.", m.SHA256, f.expect))
	}
	by, problem, err := f.signer(v)
	switch {
	case err != nil:
		return nil, err
	case problem != "":
		problems = append(problems, problem)
	case by != "":
		fmt.Fprintln(w, output.Printable(by))
	}
	switch problem := f.trust.Stamp(v); {
	case problem != "":
		problems = append(problems, "It "+problem)
	case v.Time != nil:
		f.tellStamp(w, v)
	}
	more, err := f.links(ctx, w, m)
	return append(problems, more...), err
}

// tellStamp says when the bundle was stamped, and by how much that was after it was read.
func (f *trustFlags) tellStamp(w io.Writer, v *audit.Verification) {
	if f.authority == "" {
		fmt.Fprintf(w, "%s says that it was there on %s. Whether that is to be trusted, --timestamp-ca can tell.\n", output.Printable(v.Time.By), v.Time.At.Format(time.RFC3339))
	} else {
		fmt.Fprintf(w, "It was there on %s, by the time stamp of %s.\n", v.Time.At.Format(time.RFC3339), output.Printable(v.Time.By))
	}
	late := v.Time.At.Sub(v.Manifest.Finished)
	text := count(int64(late/time.Hour), "hour")
	if late >= 48*time.Hour {
		text = count(int64(late/(24*time.Hour)), "day")
	}
	if late > time.Hour {
		fmt.Fprintln(w, terminal.Paint(w, terminal.Doubt, fmt.Sprintf("It was stamped %s after the reading ended, as it says: until then it could have been made or changed.", text)))
	}
}

// signer says by whom the bundle is signed, or what is wrong with that.
func (f *trustFlags) signer(v *audit.Verification) (by, problem string, err error) {
	s := v.Signature
	switch {
	case s == nil && (f.signers != "" || f.key != ""):
		return "", "It is not signed. If its reviews are to vouch for it, give --reviewers alone.", nil
	case s == nil && f.reviewers != "":
		return "It is not signed. What vouches for it are its reviews, which name the SHA-256 of manifest.json and are signed.", "", nil
	case s == nil:
		return "", "", nil
	}
	by = "It is signed by the key " + s.Fingerprint + ". Whose key that is, --signers or --key can tell."
	if f.key != "" {
		is, err := s.IsBy(f.key)
		if err != nil {
			return "", "", fmt.Errorf("--key %s: %w", f.key, err)
		}
		if !is {
			return "", fmt.Sprintf("It is signed by the key %s, which is not that in %s.", s.Fingerprint, f.key), nil
		}
		by = fmt.Sprintf("It is signed by the key %s, which is that in %s.", s.Fingerprint, f.key)
	}
	if f.signers != "" {
		who, problem, err := f.trust.Signer(v)
		if err != nil {
			return "", "", err
		}
		if problem != "" {
			return "", "It " + problem, nil
		}
		by = fmt.Sprintf("It is signed by %s, with the key %s.", who, s.Fingerprint)
	}
	return by + " A signature proves who made it, and not that AWS said so.", "", nil
}

// links follows the bundle back through the audits before it.
func (f *trustFlags) links(ctx context.Context, w io.Writer, m *audit.Manifest) (problems []string, err error) {
	if m.Previous == nil {
		if f.chain != nil {
			problems = append(problems, "It does not say that it follows another audit.")
		}
		return problems, nil
	}
	if f.chain == nil {
		_, err := fmt.Fprintf(w, "It says that it follows the audit with the hash %s. Give that with --chain.\n", m.Previous.SHA256)
		return nil, err
	}
	chain, err := audit.Chain(ctx, m, f.chain)
	if err != nil {
		return nil, fmt.Errorf("--chain: %w", err)
	}
	found := 0
	for _, link := range chain {
		if link.Dir == "" {
			if found == 0 {
				problems = append(problems, fmt.Sprintf("It follows the audit with the hash %s, which is none of those that --chain names.", link.SHA256))
			} else {
				fmt.Fprintf(w, "Before that comes the audit with the hash %s, which --chain does not name.\n", link.SHA256)
			}
			break
		}
		found++
		fmt.Fprintf(w, "It follows %s, of %s, with the hash %s.\n", output.Printable(link.Dir), link.Manifest.Started.Format(time.DateOnly), link.SHA256)
	}
	if len(problems) == 0 && found < len(f.chain) {
		problems = append(problems, fmt.Sprintf("Of the audits that --chain names, it follows %d, and not %d.", found, len(f.chain)))
	}
	return problems, nil
}

var errNoHash = errors.New("--expect must be the SHA-256 of a manifest.json, in 64 hexadecimal digits")

// checkHash reports an --expect that cannot be meant.
func (f *trustFlags) checkHash() error {
	if f.expect == "" {
		return nil
	}
	if len(f.expect) != 64 {
		return errNoHash
	}
	for _, r := range f.expect {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return errNoHash
		}
	}
	return nil
}
