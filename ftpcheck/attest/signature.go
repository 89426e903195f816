// Package attest says who vouches for a text, and since when it has existed: by signatures that
// ssh-keygen -Y verify understands, too, and by time stamps of RFC 3161, as openssl ts -verify takes
// them. What it proves is who and when, and not that what the text says is true.
package attest

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
)

// A Namespace keeps a signature from counting for anything else: the -n of ssh-keygen.
type Namespace string

// What is signed here.
const (
	Audit  Namespace = "ftpcheck-audit"  // the manifest of an audit
	Review Namespace = "ftpcheck-review" // what somebody says of an audit
)

// A Signer signs with one SSH key.
type Signer struct {
	signer ssh.Signer
	agent  net.Conn // nil if the key is in a file
}

// OpenSigner opens the key in a file. If it is a public key, the private one must be in the agent
// that SSH_AUTH_SOCK names. Ask is asked for the passphrase of a private key that has one; it is nil
// if nobody can be asked.
func OpenSigner(name string, ask func(question string) ([]byte, error)) (*Signer, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, newfile.WithoutPath(err)
	}
	if public, _, _, _, err := ssh.ParseAuthorizedKey(text); err == nil {
		return fromAgent(public)
	}
	signer, err := ssh.ParsePrivateKey(text)
	if missing := (*ssh.PassphraseMissingError)(nil); errors.As(err, &missing) {
		if ask == nil {
			return nil, errors.New("it has a passphrase, and there is no terminal to ask for it: add the key to an agent with ssh-add, and name its public key")
		}
		passphrase, err := ask("Passphrase of " + name + ": ")
		if err != nil {
			return nil, err
		}
		if signer, err = ssh.ParsePrivateKeyWithPassphrase(text, passphrase); errors.Is(err, x509.IncorrectPasswordError) {
			return nil, errors.New("the passphrase is not right")
		} else if err != nil {
			return nil, errors.New("it is no SSH key")
		}
	} else if err != nil {
		return nil, errors.New("it is no SSH key: ssh-keygen -t ed25519 makes one")
	}
	return checked(&Signer{signer: signer})
}

// NewSigner returns a signer with a key that is elsewhere. It has something signed at once: whoever
// waits for an hour wants to know now if the key cannot sign.
func NewSigner(key crypto.Signer) (*Signer, error) {
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		return nil, errors.New("it has a type that cannot sign here: use ed25519, ecdsa or rsa")
	}
	s, err := checked(&Signer{signer: signer})
	if err == nil {
		_, err = s.Sign([]byte("Can you sign?"), Audit)
	}
	return s, err
}

// ReadPublicKey reads the public key in a file, as SSH has it or in PEM form.
func ReadPublicKey(name string) (crypto.PublicKey, error) {
	key, err := readPublicKey(name)
	if err != nil {
		return nil, err
	}
	if key, ok := key.(ssh.CryptoPublicKey); ok {
		return key.CryptoPublicKey(), nil
	}
	return nil, errors.New("it is the public key of a device")
}

func readPublicKey(name string) (ssh.PublicKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, newfile.WithoutPath(err)
	}
	if block, _ := pem.Decode(text); block != nil && block.Type == "PUBLIC KEY" {
		if key, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
			if key, err := ssh.NewPublicKey(key); err == nil {
				return key, nil
			}
		}
	} else if key, _, _, _, err := ssh.ParseAuthorizedKey(text); err == nil {
		return key, nil
	}
	return nil, errors.New("it is no public key, of SSH or in PEM form")
}

// fromAgent finds the private key of a public one in the agent.
func fromAgent(public ssh.PublicKey) (*Signer, error) {
	socket := os.Getenv("SSH_AUTH_SOCK")
	if socket == "" {
		return nil, errors.New("it is a public key, and there is no agent that could have the private one (SSH_AUTH_SOCK is not set)")
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, errors.New("the agent that SSH_AUTH_SOCK names does not answer")
	}
	signers, err := agent.NewClient(conn).Signers()
	if err == nil {
		for _, s := range signers {
			if bytes.Equal(s.PublicKey().Marshal(), public.Marshal()) {
				return checked(&Signer{signer: s, agent: conn})
			}
		}
	}
	conn.Close()
	return nil, errors.New("the agent does not have the private key of it: add it with ssh-add")
}

// checked refuses keys whose signatures nobody should trust.
func checked(s *Signer) (*Signer, error) {
	switch s.signer.PublicKey().Type() {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSA, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return s, nil
	}
	s.Close()
	return nil, fmt.Errorf("its type %s cannot sign here: use ed25519, ecdsa or rsa", s.signer.PublicKey().Type())
}

// Fingerprint is that of the key, as ssh-keygen -l prints it.
func (s *Signer) Fingerprint() string { return ssh.FingerprintSHA256(s.signer.PublicKey()) }

// Sign returns the signature of a text, as a file of ssh-keygen -Y sign has it.
func (s *Signer) Sign(text []byte, as Namespace) ([]byte, error) {
	sig, err := sshsig.Sign(bytes.NewReader(text), s.signer, sshsig.HashSHA512, string(as))
	if err != nil && s.agent != nil {
		return nil, fmt.Errorf("the agent does not sign with the key %s: it has refused, lost the key, or gone away", s.Fingerprint())
	} else if err != nil {
		return nil, fmt.Errorf("the key %s cannot sign: %w", s.Fingerprint(), err)
	}
	armored := sshsig.Armor(sig)
	if _, err := ReadSignature(armored, text, as); err != nil {
		return nil, fmt.Errorf("what it signs does not hold for its public key %s: that is of another key", s.Fingerprint())
	}
	return armored, nil
}

// Close lets go of the agent.
func (s *Signer) Close() error {
	if s.agent == nil {
		return nil
	}
	return s.agent.Close()
}

// A Signature is one that holds for a text, by whatever key.
type Signature struct {
	Fingerprint string // of the key
	key         ssh.PublicKey
	namespace   Namespace
}

// ReadSignature returns the signature of a text. Its error says why it is none.
func ReadSignature(signature, text []byte, as Namespace) (*Signature, error) {
	sig, err := sshsig.Unarmor(signature)
	// OpenSSH has longer lines. What is written otherwise could hide that somebody has changed it.
	if err != nil || oneLine(sshsig.Armor(sig)) != oneLine(signature) || !bytes.HasSuffix(signature, []byte("-\n")) {
		return nil, errors.New("it is no signature")
	}
	if err := sshsig.Verify(bytes.NewReader(text), sig, sig.PublicKey, sig.HashAlgorithm, string(as)); err != nil {
		return nil, errors.New("it is not the signature of this text")
	}
	return &Signature{ssh.FingerprintSHA256(sig.PublicKey), sig.PublicKey, as}, nil
}

// oneLine is a text without the ends of its lines.
func oneLine(text []byte) string { return string(bytes.ReplaceAll(text, []byte("\n"), nil)) }

// IsBy reports whether the signature is by the public key in a file.
func (s *Signature) IsBy(name string) (bool, error) {
	key, err := readPublicKey(name)
	if err != nil {
		return false, err
	}
	return s.is(key), nil
}

func (s *Signature) is(key ssh.PublicKey) bool { return bytes.Equal(key.Marshal(), s.key.Marshal()) }
