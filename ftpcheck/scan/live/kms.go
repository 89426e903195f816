package live

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
)

var keyManagement = func() *service {
	s := jsonService("KMS", "kms", "TrentService")
	s.fips = "kms-fips"
	return s
}()

// A SigningKey is an asymmetric key of AWS KMS, which never leaves it.
type SigningKey struct {
	source *Source
	ctx    context.Context // of the command: a [crypto.Signer] is given none
	arn    string
	caller string
	public crypto.PublicKey
	sign   call[signInput, signOutput, awsec2.Options]
}

type publicKeyInput struct{ KeyId string }

type publicKeyOutput struct {
	KeyUsage  string
	PublicKey []byte
}

type signInput struct {
	KeyId                         string
	Message                       []byte
	MessageType, SigningAlgorithm string
}

type signOutput struct{ Signature []byte }

// SigningKey is the key with this ARN, or that of an alias. KMS is asked for its public key if that
// is nil.
func (l *Source) SigningKey(ctx context.Context, key string, public crypto.PublicKey) (*SigningKey, error) {
	of, err := arn.Parse(key)
	if err != nil || of.Service != "kms" || of.Region == "" || !strings.HasPrefix(of.Resource, "key/") && !strings.HasPrefix(of.Resource, "alias/") {
		return nil, errors.New("it is not the ARN of a key of AWS KMS or of an alias, such as arn:aws:kms:eu-west-1:111122223333:alias/audit")
	}
	k := &SigningKey{source: l, ctx: ctx, arn: key, public: public}
	me, err := l.identity(ctx, nil)
	if err != nil {
		return nil, k.explain("", err)
	}
	k.caller = me.arn
	client := keyManagement.client(me.aws, of.Region)
	k.sign = operation[signInput, signOutput](client, "Sign")
	if public != nil {
		return k, nil
	}
	const action = "kms:GetPublicKey"
	var answer *publicKeyOutput
	err = l.call(ctx, action, func(ctx context.Context) (err error) {
		answer, err = operation[publicKeyInput, publicKeyOutput](client, "GetPublicKey")(ctx, &publicKeyInput{key})
		return err
	})
	if err != nil {
		return nil, k.explain(action, err)
	}
	if answer.KeyUsage != "SIGN_VERIFY" {
		return nil, errors.New("it is not for signing: its KeyUsage is " + answer.KeyUsage)
	}
	if k.public, err = x509.ParsePKIXPublicKey(answer.PublicKey); err != nil {
		return nil, errors.New("it has a type that SSH does not know: use ECC_NIST_P256 or another of NIST, ECC_NIST_EDWARDS25519 or RSA")
	}
	return k, nil
}

// Public is the public key.
func (k *SigningKey) Public() crypto.PublicKey { return k.public }

// Sign has KMS sign a digest, or with Ed25519 a message of up to 4,096 bytes.
func (k *SigningKey) Sign(_ io.Reader, digest []byte, of crypto.SignerOpts) ([]byte, error) {
	in := &signInput{KeyId: k.arn, Message: digest, MessageType: "DIGEST"}
	switch k.public.(type) {
	case *ecdsa.PublicKey:
		in.SigningAlgorithm = fmt.Sprintf("ECDSA_SHA_%d", 8*of.HashFunc().Size())
	case *rsa.PublicKey:
		in.SigningAlgorithm = fmt.Sprintf("RSASSA_PKCS1_V1_5_SHA_%d", 8*of.HashFunc().Size())
	case ed25519.PublicKey:
		in.MessageType, in.SigningAlgorithm = "RAW", "ED25519_SHA_512"
	}
	const action = "kms:Sign"
	var answer *signOutput
	err := k.source.call(k.ctx, action, func(ctx context.Context) (err error) {
		answer, err = k.sign(ctx, in)
		return err
	})
	if err != nil {
		return nil, k.explain(action, err)
	}
	return answer.Signature, nil
}

// explain says why a call failed, in words for people.
func (k *SigningKey) explain(action string, err error) error {
	var f *failure
	switch {
	case !errors.As(err, &f):
		return err
	case isDenial(f.code) && action == "kms:GetPublicKey":
		return fmt.Errorf("%s may not call %s with it. Allow that, or give the public key with --sign-key", k.caller, action)
	case isDenial(f.code) && action != "":
		return fmt.Errorf("%s may not call %s with it. Allow that, for this key, in the policies of the caller or in the key's", k.caller, action)
	}
	return errors.New(k.source.words(f))
}
