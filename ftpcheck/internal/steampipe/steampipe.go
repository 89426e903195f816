// Package steampipe is Steampipe's side of a plugin, for tests and for measuring: it
// launches the built program as Steampipe does, and speaks to it over gRPC by the SDK's
// own client.
package steampipe

import (
	"io"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/shared"
)

const name = "steampipe-plugin-ftpcheck"

// A Plugin is a program that runs.
type Plugin struct {
	*grpc.PluginClient
	process *goplugin.Client
}

// Launch starts the program of the command, in no environment but the command's, with
// these connections. What it writes to its standard error goes to stderr.
func Launch(cmd *exec.Cmd, stderr io.Writer, cache bool, connections ...*proto.ConnectionConfig) (*Plugin, error) {
	p := &Plugin{process: goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig:  shared.Handshake,
		Plugins:          map[string]goplugin.Plugin{name: &shared.WrapperPlugin{}},
		Cmd:              cmd,
		SkipHostEnv:      true,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
		Stderr:           stderr,
		StartTimeout:     30 * time.Second,
	})}
	err := p.connect(cache, connections)
	if err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

func (p *Plugin) connect(cache bool, connections []*proto.ConnectionConfig) (err error) {
	if p.PluginClient, err = grpc.NewPluginClient(p.process, name); err != nil {
		return err
	}
	if _, err := p.SetAllConnectionConfigs(&proto.SetAllConnectionConfigsRequest{Configs: connections, MaxCacheSizeMb: -1}); err != nil {
		return err
	}
	_, err = p.SetCacheOptions(&proto.SetCacheOptionsRequest{Enabled: cache, Ttl: 300, MaxSizeMb: 100})
	return err
}

// Stop tells the program to end, and waits for that.
func (p *Plugin) Stop() { p.process.Kill() }
