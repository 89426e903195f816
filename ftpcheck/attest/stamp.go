package attest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// maxStamp is how long the answer of an authority may be.
const maxStamp = 1 << 20

// Stamp has an authority stamp a text with its time, by RFC 3161: it is given the hash of the text
// alone. It returns the answer of the authority.
func Stamp(ctx context.Context, authority string, text []byte) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	question := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true, Nonce: nonce}
	body, err := question.Marshal()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, authority, bytes.NewReader(body))
	if err != nil || request.URL.Host == "" || request.URL.Scheme != "http" && request.URL.Scheme != "https" {
		return nil, errors.New("its URL is not valid")
	}
	request.Header.Set("Content-Type", "application/timestamp-query")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, unreachable(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answered %s", answer.Status)
	}
	stamp, err := io.ReadAll(io.LimitReader(answer.Body, maxStamp))
	if err != nil {
		return nil, err
	}
	read, err := ReadTime(stamp, text)
	if err != nil {
		return nil, fmt.Errorf("it gave no time stamp: %w", err)
	}
	if read.nonce == nil || read.nonce.Cmp(nonce) != 0 {
		return nil, errors.New("it gave a time stamp of another question")
	}
	return stamp, nil
}

// unreachable says in words why an authority gave no answer.
func unreachable(err error) error {
	var name *net.DNSError
	var network net.Error
	var certificate *tls.CertificateVerificationError
	var system syscall.Errno
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &name):
		return fmt.Errorf("the name %s is not known", name.Name)
	case errors.As(err, &network) && network.Timeout():
		return errors.New("it did not answer in time")
	case errors.As(err, &certificate):
		return errors.New("its certificate is none that this machine trusts")
	case errors.As(err, &system):
		return fmt.Errorf("the connection failed (%w)", system)
	}
	return errors.New("the connection failed. Check its URL, the network and proxies")
}

// A Time is when an authority saw a text.
type Time struct {
	At    time.Time
	By    string // the authority, by the subject of its certificate
	nonce *big.Int
	token *pkcs7.PKCS7
}

// ReadTime returns the time of a stamp of a text. Its error says why it is none.
func ReadTime(stamp, text []byte) (*Time, error) {
	t, err := timestamp.ParseResponse(stamp)
	if err != nil {
		return nil, errors.New("it is no time stamp that holds")
	}
	sum := sha256.Sum256(text)
	if t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, sum[:]) {
		return nil, errors.New("it is not the time stamp of this text")
	}
	token, err := pkcs7.Parse(t.RawToken)
	if err != nil {
		return nil, errors.New("it is no time stamp that holds")
	}
	signer := token.GetOnlySigner()
	if signer == nil {
		return nil, errors.New("it has no certificate of the authority")
	}
	if err := token.Verify(); err != nil {
		return nil, errors.New("the authority has not signed it")
	}
	return &Time{At: t.Time.UTC(), By: signer.Subject.String(), nonce: t.Nonce, token: token}, nil
}

// IsTrusted returns an error unless the certificate of the authority was valid at the time of the
// stamp, is for time stamps, and leads to one of those in a file of PEM.
func (t *Time) IsTrusted(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return newfile.WithoutPath(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return errors.New("it has no certificate in PEM")
	}
	others := x509.NewCertPool()
	for _, c := range t.token.Certificates {
		others.AddCert(c)
	}
	signer := t.token.GetOnlySigner()
	if !forStampsAlone(signer) {
		return fmt.Errorf("the certificate of %s is not one for time stamps alone", t.By)
	}
	if _, err := signer.Verify(x509.VerifyOptions{Roots: roots, Intermediates: others, CurrentTime: t.At, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}); err != nil {
		if invalid := (x509.CertificateInvalidError{}); errors.As(err, &invalid) && invalid.Reason == x509.Expired {
			return fmt.Errorf("the certificate of %s, or one above it, was not valid at the time of the stamp", t.By)
		}
		return fmt.Errorf("the certificate of %s does not lead to it", t.By)
	}
	return nil
}

// forStampsAlone reports whether a certificate is for time stamps, for nothing else, and says so in a
// critical extension, as RFC 3161 demands (2.3). By crypto/x509, one that says nothing is for anything,
// and so each server that has a certificate of the same root could give itself any time.
func forStampsAlone(c *x509.Certificate) bool {
	return slices.Equal(c.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}) &&
		slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(extKeyUsage) && e.Critical })
}

var extKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
