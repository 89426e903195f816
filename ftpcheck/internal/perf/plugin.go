package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/steampipe"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func init() { log.SetOutput(io.Discard) } // the SDK's client logs

// plugin launches the program as Steampipe does, and asks for all columns of the open
// permissions or of all. What is measured is the plugin's process alone.
func (b *bench) plugin(open bool) (use, error) {
	cmd := b.command(b.pluginPath)
	if b.profile != "" {
		cmd.Env = append(cmd.Env, "FTPCHECK_CPUPROFILE="+b.cpuProfile(), "FTPCHECK_MEMPROFILE="+b.memProfile())
	}
	var stderr bytes.Buffer
	start := time.Now()
	plugin, err := steampipe.Launch(cmd, &stderr, false,
		&proto.ConnectionConfig{Connection: "ftpcheck", Plugin: "local/ftpcheck", PluginShortName: "ftpcheck", Type: "plugin"})
	if err != nil {
		return use{}, fmt.Errorf("%w\n%s", err, &stderr)
	}
	defer plugin.Stop()
	rows, err := pluginRows(plugin, open)
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
	plugin.Stop() // it ends by itself when it is told
	u, err := b.used()
	u.Wall = wall
	return u, err
}

func pluginRows(plugin *steampipe.Plugin, open bool) (int, error) {
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
