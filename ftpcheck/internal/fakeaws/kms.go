package fakeaws

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"strings"
)

var kmsAPI = &api{
	content: organizationsAPI.content,
	actions: map[string]func(*call) (any, error){"GetPublicKey": getPublicKey, "Sign": sign},
	answer:  organizationsAPI.answer,
	failure: organizationsAPI.failure,
}

// key is the key that the call names.
func (c *call) key() (crypto.Signer, error) {
	id := c.params.Get("KeyId")
	key := c.server.world.Keys[id]
	if of := strings.Split(id, ":"); key == nil || of[3] != c.region {
		return nil, fail(400, "NotFoundException", "Key '%s' does not exist", id)
	}
	return key, nil
}

func getPublicKey(c *call) (any, error) {
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	return map[string]any{"KeyId": c.params.Get("KeyId"), "PublicKey": public, "KeyUsage": "SIGN_VERIFY"}, err
}

// sign signs as the kind of the key can.
func sign(c *call) (any, error) {
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	var in struct {
		Message                       []byte
		MessageType, SigningAlgorithm string
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return nil, fail(400, "SerializationException", "%v", err)
	}
	var hash crypto.Hash
	kind, size, _ := strings.Cut(in.SigningAlgorithm, "SHA_")
	want := "DIGEST"
	switch key := key.Public().(type) {
	case *ecdsa.PublicKey:
		hash = map[int]crypto.Hash{256: crypto.SHA256, 384: crypto.SHA384, 521: crypto.SHA512}[key.Curve.Params().BitSize]
		kind = strings.TrimPrefix(kind, "ECDSA_")
	case *rsa.PublicKey:
		hash = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[size]
		kind = strings.TrimPrefix(kind, "RSASSA_PKCS1_V1_5_")
	case ed25519.PublicKey:
		want, kind = "RAW", strings.TrimPrefix(kind, "ED25519_")
	}
	switch {
	case kind != "" || hash == 0 && want == "DIGEST" || hash != 0 && strings.TrimPrefix(hash.String(), "SHA-") != size:
		return nil, fail(400, "InvalidKeyUsageException", "Algorithm %s is incompatible with key spec.", in.SigningAlgorithm)
	case in.MessageType != want || hash != 0 && len(in.Message) != hash.Size() || len(in.Message) > 4096:
		return nil, fail(400, "ValidationException", "Digest is invalid length for algorithm %s.", in.SigningAlgorithm)
	}
	signature, err := key.Sign(rand.Reader, in.Message, hash)
	return map[string]any{"KeyId": c.params.Get("KeyId"), "Signature": signature, "SigningAlgorithm": in.SigningAlgorithm}, err
}
