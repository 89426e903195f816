package ftpcheck

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/hcltext"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// connectionConfig holds the arguments of a connection, not yet decoded. The SDK decodes
// those of all connections when it loads the plugin, and one that fails keeps all of
// them from starting. So it is given nothing that can fail; see [GetConfig].
type connectionConfig struct {
	Arguments hcl.Body `hcl:",remain"`
}

// ConfigInstance returns what the SDK decodes the arguments of a connection into.
func ConfigInstance() any {
	return &connectionConfig{}
}

// GetConfig decodes and checks the arguments of a connection. They are the fields of
// [config.Config] that have a tag.
func GetConfig(connection *plugin.Connection) (config.Config, error) {
	c, _ := connection.Config.(connectionConfig) // nil for a connection without arguments
	if c.Arguments == nil {
		return config.Config{}, nil
	}
	cfg, diags := config.Decode(c.Arguments)
	if diags.HasErrors() {
		return cfg, argumentError(diags)
	}
	if slices.Contains(cfg.Paths, "-") {
		return cfg, errors.New(`paths has "-", but there is no standard input in Steampipe: name files, folders or patterns`)
	}
	return cfg, nil
}

// argumentError leaves out the places in the file: the SDK hands over the arguments
// without the file that they stand in.
func argumentError(diags hcl.Diagnostics) error {
	for _, d := range diags {
		d.Subject = nil
	}
	return fmt.Errorf("the connection configuration is not valid: %s", strings.Join(hcltext.Lines(diags), " "))
}

// scanners keeps the scanner of each connection.
type scanners struct {
	mu           sync.Mutex
	byConnection map[string]configured
}

type configured struct {
	settings any // as the SDK has it: it stays the same until Steampipe sends another
	scanner  *scan.Scanner
}

// of returns the scanner of a connection, as it is configured now. A scanner that is
// replaced is not closed: a query may still be using it, and without standard input it
// holds nothing but memory.
func (s *scanners) of(connection *plugin.Connection) (*scan.Scanner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.byConnection[connection.Name]; ok && known.settings == connection.Config {
		return known.scanner, nil
	}
	cfg, err := GetConfig(connection)
	if err != nil {
		return nil, err
	}
	scanner, err := scan.New(cfg)
	if err != nil {
		return nil, err
	}
	if s.byConnection == nil {
		s.byConnection = map[string]configured{}
	}
	s.byConnection[connection.Name] = configured{connection.Config, scanner}
	return scanner, nil
}
