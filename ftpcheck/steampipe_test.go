package ftpcheck_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"google.golang.org/grpc/status"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/steampipe"
)

// The tests run the program as Steampipe does: launched by go-plugin, and asked over
// gRPC by the SDK's own client.

// program is the path of the program, built as the tests were.
var program string

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // the SDK's client logs too
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "ftpcheck-test-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "steampipe-plugin-ftpcheck")
		build := exec.Command("go", "build", "-o", program)
		if raceEnabled() {
			build.Args = append(build.Args, "-race")
		}
		build.Args = append(build.Args, "..")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n%s", build, err, out)
			return 1
		}
		return m.Run()
	}())
}

func raceEnabled() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// running is a running plugin and Steampipe's side of it.
type running struct {
	t      testing.TB
	client *grpc.PluginClient
	log    *logBuffer
	calls  atomic.Int64
}

// launch starts the plugin with some connections: the text in the .spc for each name.
func launch(t testing.TB, connections map[string]string, env ...string) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "ftpcheck-") // not t.TempDir: paths of sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &running{t: t, log: &logBuffer{}}
	cmd := exec.Command(program)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir,
		"AWS_EC2_METADATA_DISABLED=true", "GORACE=atexit_sleep_ms=0 log_path=" + filepath.Join(dir, "race")}, env...)
	var configs []*proto.ConnectionConfig
	for name, arguments := range connections {
		configs = append(configs, connectionConfig(name, arguments))
	}
	t.Cleanup(func() { reportRaces(t, dir) })
	plugin, err := steampipe.Launch(cmd, s.log, true, configs...)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
	t.Cleanup(plugin.Stop) // before races are reported
	s.client = plugin.PluginClient
	return s
}

// connectionConfig is one connection as Steampipe sends it. Arguments that start with a
// bracket are the connections of an aggregator.
func connectionConfig(name, arguments string) *proto.ConnectionConfig {
	c := &proto.ConnectionConfig{Connection: name, Plugin: "local/ftpcheck", PluginShortName: "ftpcheck", Config: arguments, Type: "plugin"}
	if strings.HasPrefix(arguments, "[") {
		c.Config, c.Type, c.ChildConnections = "", "aggregator", strings.Fields(strings.Trim(arguments, "[]"))
	}
	return c
}

// paths is the argument of a connection that reads these files.
func paths(paths ...string) string {
	var quoted []string
	for _, p := range paths {
		quoted = append(quoted, fmt.Sprintf("%q", p))
	}
	return "paths = [" + strings.Join(quoted, ", ") + "]"
}

// reportRaces fails the test for data races in our own code. The SDK has races of its
// own.
func reportRaces(t testing.TB, dir string) {
	files, _ := filepath.Glob(filepath.Join(dir, "race.*"))
	for _, f := range files {
		report, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for race := range strings.SplitSeq(string(report), "==================\n") {
			if ourAccess.MatchString(race) {
				t.Errorf("%s", race)
			}
		}
	}
}

// ourAccess finds an access whose innermost frame, but for the runtime's, is in our
// module.
var ourAccess = regexp.MustCompile(`(?im)^(previous )?(read|write) at .*:\n(  runtime\..*\n.*\n)*  github\.com/ftpcheck/`)

// logBuffer keeps what the plugin writes to its standard error.
type logBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}

// query is one scan of a foreign table, as Postgres hands it to the plugin.
type query struct {
	connection string // "ftpcheck" if empty
	children   []string
	table      string
	columns    []string
	where      []*proto.Qual
	limit      int64 // none if 0
	cache      bool
}

// is is the condition column = value, or column in (…) if there are more values.
func is(column string, values ...any) *proto.Qual {
	list := &proto.QualValueList{}
	for _, v := range values {
		list.Values = append(list.Values, qualValue(v))
	}
	q := &proto.Qual{FieldName: column, Operator: &proto.Qual_StringValue{StringValue: "="}}
	if len(values) == 1 {
		q.Value = list.Values[0]
	} else {
		q.Value = &proto.QualValue{Value: &proto.QualValue_ListValue{ListValue: list}}
	}
	return q
}

// isNot is the condition column <> value, or column not in (…) if there are more values.
func isNot(column string, values ...any) *proto.Qual {
	q := is(column, values...)
	q.Operator = &proto.Qual_StringValue{StringValue: "<>"}
	return q
}

// inet is an address range as Steampipe sends it.
type inet string

func qualValue(v any) *proto.QualValue {
	switch v := v.(type) {
	case string:
		return &proto.QualValue{Value: &proto.QualValue_StringValue{StringValue: v}}
	case bool:
		return &proto.QualValue{Value: &proto.QualValue_BoolValue{BoolValue: v}}
	case inet:
		address, length, _ := strings.Cut(string(v), "/")
		var mask int32
		fmt.Sscan(length, &mask)
		return &proto.QualValue{Value: &proto.QualValue_InetValue{InetValue: &proto.Inet{Addr: address, Mask: mask, Cidr: string(v), ProtocolVersion: grpc.IPv4}}}
	}
	panic(fmt.Sprintf("%T", v))
}

// start starts a query and returns its rows as a stream, and what cancels it.
func (s *running) start(q query) (stream proto.WrapperPlugin_ExecuteClient, callID string, cancel context.CancelFunc) {
	s.t.Helper()
	callID = fmt.Sprintf("call-%d", s.calls.Add(1))
	if q.connection == "" {
		q.connection = "ftpcheck"
	}
	if q.children == nil {
		q.children = []string{q.connection}
	}
	quals := map[string]*proto.Quals{}
	for _, w := range q.where {
		if quals[w.FieldName] == nil {
			quals[w.FieldName] = &proto.Quals{}
		}
		quals[w.FieldName].Quals = append(quals[w.FieldName].Quals, w)
	}
	request := &proto.ExecuteRequest{
		Table:                 q.table,
		QueryContext:          &proto.QueryContext{Columns: q.columns, Quals: quals},
		Connection:            q.connection,
		CallId:                callID,
		TraceContext:          grpc.CreateCarrierFromContext(context.Background()),
		ExecuteConnectionData: map[string]*proto.ExecuteConnectionData{},
	}
	for _, c := range q.children {
		data := &proto.ExecuteConnectionData{CacheEnabled: q.cache, CacheTtl: 300}
		if q.limit > 0 {
			data.Limit = &proto.NullableInt{Value: q.limit}
		}
		request.ExecuteConnectionData[c] = data
	}
	stream, _, cancel, err := s.client.Execute(request)
	if err != nil {
		s.t.Fatalf("Execute: %v", err)
	}
	return stream, callID, cancel
}

// run runs a query to its end. The error is as Steampipe shows it.
func (s *running) run(q query) ([]map[string]any, error) {
	s.t.Helper()
	stream, _, cancel := s.start(q)
	defer cancel()
	rows := []map[string]any{}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, errors.New(status.Convert(err).Message())
		}
		row := map[string]any{}
		for _, c := range q.columns {
			row[c] = columnValue(s.t, response.Row.Columns[c])
		}
		rows = append(rows, row)
	}
}

// rows runs a query that must not fail.
func (s *running) rows(q query) []map[string]any {
	s.t.Helper()
	rows, err := s.run(q)
	if err != nil {
		s.t.Fatalf("%s: %v", q.table, err)
	}
	return rows
}

// column returns one column of the rows of a query that must not fail, in order.
func (s *running) column(column string, q query) []string {
	s.t.Helper()
	q.columns = []string{column}
	values := []string{}
	for _, r := range s.rows(q) {
		values = append(values, fmt.Sprint(r[column]))
	}
	slices.Sort(values)
	return values
}

func columnValue(t testing.TB, c *proto.Column) any {
	t.Helper()
	switch v := c.GetValue().(type) {
	case *proto.Column_NullValue:
		return nil
	case *proto.Column_BoolValue:
		return v.BoolValue
	case *proto.Column_IntValue:
		return v.IntValue
	case *proto.Column_StringValue:
		return v.StringValue
	case *proto.Column_CidrRangeValue:
		return v.CidrRangeValue
	case *proto.Column_JsonValue:
		return string(v.JsonValue)
	case *proto.Column_TimestampValue:
		return v.TimestampValue.AsTime()
	}
	t.Fatalf("the plugin sent no value, or one of a type that no column has: %v", c)
	return nil
}
