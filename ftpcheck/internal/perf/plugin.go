package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/shared"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func init() { log.SetOutput(io.Discard) } // the SDK's client logs

// plugin launches the program as Steampipe does, and asks for all columns of the open
// permissions or of all. What is measured is the plugin's process alone.
func (b *bench) plugin(open bool) (use, error) {
	const name = "steampipe-plugin-ftpcheck"
	cmd := b.command(b.pluginPath)
	if b.profile != "" {
		cmd.Env = append(cmd.Env, "FTPCHECK_CPUPROFILE="+b.cpuProfile(), "FTPCHECK_MEMPROFILE="+b.memProfile())
	}
	var stderr bytes.Buffer
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig:  shared.Handshake,
		Plugins:          map[string]goplugin.Plugin{name: &shared.WrapperPlugin{}},
		Cmd:              cmd,
		SkipHostEnv:      true,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
		Stderr:           &stderr,
		StartTimeout:     30 * time.Second,
	})
	defer client.Kill()
	start := time.Now()
	rows, err := pluginRows(client, name, open)
	wall := time.Since(start)
	if err != nil {
		return use{}, fmt.Errorf("%w\n%s", err, &stderr)
	}
	want := b.Rows
	if open {
		want = b.OpenRows
	}
	if rows != want {
		return use{}, fmt.Errorf("the plugin sent %d rows, want %d", rows, want)
	}
	client.Kill() // it ends by itself when it is told
	u, err := b.used()
	u.Wall = wall
	return u, err
}

func pluginRows(client *goplugin.Client, name string, open bool) (int, error) {
	plugin, err := grpc.NewPluginClient(client, name)
	if err != nil {
		return 0, err
	}
	_, err = plugin.SetAllConnectionConfigs(&proto.SetAllConnectionConfigsRequest{MaxCacheSizeMb: -1,
		Configs: []*proto.ConnectionConfig{{Connection: "ftpcheck", Plugin: "local/ftpcheck", PluginShortName: "ftpcheck", Type: "plugin"}}})
	if err != nil {
		return 0, err
	}
	if _, err := plugin.SetCacheOptions(&proto.SetCacheOptionsRequest{Enabled: false, Ttl: 300, MaxSizeMb: 100}); err != nil {
		return 0, err
	}
	query := &proto.QueryContext{Quals: map[string]*proto.Quals{}}
	for _, t := range tables.Of(nil) {
		if t.Name == permissions {
			for _, c := range t.Columns {
				query.Columns = append(query.Columns, c.Name)
			}
		}
	}
	if open {
		query.Quals["unrestricted_ftp"] = &proto.Quals{Quals: []*proto.Qual{{FieldName: "unrestricted_ftp",
			Operator: &proto.Qual_StringValue{StringValue: "="}, Value: &proto.QualValue{Value: &proto.QualValue_BoolValue{BoolValue: true}}}}}
	}
	stream, _, cancel, err := plugin.Execute(&proto.ExecuteRequest{
		Table: permissions, QueryContext: query, Connection: "ftpcheck", CallId: "1",
		TraceContext:          grpc.CreateCarrierFromContext(context.Background()),
		ExecuteConnectionData: map[string]*proto.ExecuteConnectionData{"ftpcheck": {}},
	})
	if err != nil {
		return 0, err
	}
	defer cancel()
	for rows := 0; ; rows++ {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if len(response.Row.Columns) < len(query.Columns) {
			return rows, fmt.Errorf("row %d has %d columns, want %d", rows, len(response.Row.Columns), len(query.Columns))
		}
	}
}
