package scan

import (
	"context"
	"crypto"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/live"
)

// SigningKey is the key of AWS KMS with this ARN, used with the credentials of a configuration. KMS is
// asked for the public key if that is nil. It is good for as long as the context is.
func SigningKey(ctx context.Context, c config.Config, arn string, public crypto.PublicKey) (crypto.Signer, error) {
	if err := c.Complete(); err != nil {
		return nil, ofConnection(c.Connection, err)
	}
	return live.New(c).SigningKey(ctx, arn, public)
}
