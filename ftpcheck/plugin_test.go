package ftpcheck_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

const (
	permissions = "ftpcheck_security_group_ingress_permission"
	groups      = "ftpcheck_security_group"
	coverage    = "ftpcheck_scan"
)

// emulator is saved output of two regions of one account.
func emulator(t testing.TB) string {
	t.Helper()
	path, err := filepath.Abs("../testdata/emulator")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func tableNamed(t testing.TB, name string) *relation.Table { return tableOf(t, nil, name) }

func tableOf(t testing.TB, reader tables.Reader, name string) *relation.Table {
	t.Helper()
	for _, tbl := range tables.Of(reader) {
		if tbl.Name == name {
			return tbl
		}
	}
	t.Fatalf("there is no table %s", name)
	return nil
}

func columnsOf(tbl *relation.Table) []string {
	var names []string
	for _, c := range tbl.Columns {
		names = append(names, c.Name)
	}
	return names
}

// inProcess gives the rows of a table without Steampipe.
func inProcess(t testing.TB, tbl *relation.Table, paths ...string) []map[string]any {
	t.Helper()
	scanner, err := scan.New(config.Config{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	rows := []map[string]any{}
	err = tableOf(t, scanner, tbl.Name).List(t.Context(), relation.Query{Wanted: slices.Repeat([]bool{true}, len(tbl.Columns))}, func(r relation.Row) error {
		row := map[string]any{}
		for _, c := range tbl.Columns {
			row[c.Name] = c.Value(r, nil)
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// lines makes rows comparable whatever their order.
func lines(t testing.TB, rows []map[string]any) []string {
	t.Helper()
	lines := []string{}
	for _, r := range rows {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	slices.Sort(lines)
	return lines
}

func wantSame[T any](t testing.TB, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (- want, + got):\n%s", what, diff)
	}
}

// where picks rows whose column has one of the values.
func where(rows []map[string]any, column string, values ...any) []map[string]any {
	picked := []map[string]any{}
	for _, r := range rows {
		if slices.Contains(values, r[column]) {
			picked = append(picked, r)
		}
	}
	return picked
}

// save writes saved CLI output to a new folder and returns the path of the file.
func save(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "describe-security-groups.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// verdicts is a file with one group of each verdict for each number: sg-open-1,
// sg-closed-1, sg-unknown-1 (whose prefix list cannot be read), sg-open-2 and so on.
func verdicts(t testing.TB, n int) string {
	t.Helper()
	group := func(id, ranges, lists string) string {
		return fmt.Sprintf(`{"GroupId": %q, "GroupName": "g", "VpcId": "vpc-1", "OwnerId": "123456789012", "IpPermissions":
			[{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [%s], "Ipv6Ranges": [], "PrefixListIds": [%s], "UserIdGroupPairs": []}]}`, id, ranges, lists)
	}
	var all []string
	for i := 1; i <= n; i++ {
		// The unknown come first: a LIMIT must not be used up by them.
		all = append(all, group(fmt.Sprintf("sg-unknown-%d", i), "", `{"PrefixListId": "pl-1"}`))
	}
	for i := 1; i <= n; i++ {
		all = append(all,
			group(fmt.Sprintf("sg-open-%d", i), `{"CidrIp": "0.0.0.0/0"}`, ""),
			group(fmt.Sprintf("sg-closed-%d", i), `{"CidrIp": "10.0.0.0/8"}`, ""))
	}
	return save(t, `{"SecurityGroups": [`+strings.Join(all, ",\n")+`]}`)
}

func TestSchema(t *testing.T) {
	s := launch(t, map[string]string{"ftpcheck": ""})
	schema, err := s.client.GetSchema("ftpcheck")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "number of tables", len(tables.Of(nil)), len(schema.Schema))
	types := map[relation.Type]proto.ColumnType{
		relation.Bool: proto.ColumnType_BOOL, relation.Int: proto.ColumnType_INT, relation.Text: proto.ColumnType_STRING,
		relation.CIDR: proto.ColumnType_CIDR, relation.JSON: proto.ColumnType_JSON, relation.Timestamp: proto.ColumnType_TIMESTAMP,
	}
	for _, tbl := range tables.Of(nil) {
		st := schema.Schema[tbl.Name]
		if st == nil {
			t.Errorf("table %s is missing", tbl.Name)
			continue
		}
		wantSame(t, tbl.Name+": description", tbl.Description, st.Description)
		if len(st.Columns) < len(tbl.Columns) {
			t.Fatalf("%s: %d columns are missing", tbl.Name, len(tbl.Columns)-len(st.Columns))
		}
		if !strings.HasSuffix(st.Description, ".") {
			t.Errorf("%s: the description does not end with a full stop: %q", tbl.Name, st.Description)
		}
		// With key columns Postgres joins by a scan for each row.
		for _, k := range slices.Concat(st.ListCallKeyColumnList, st.GetCallKeyColumnList) {
			if k.Name != "sp_connection_name" { // which is the SDK's
				t.Errorf("%s has the key column %s", tbl.Name, k.Name)
			}
		}
		for i, c := range tbl.Columns {
			sc := st.Columns[i]
			wantSame(t, fmt.Sprintf("%s: column %d", tbl.Name, i), c.Name, sc.Name)
			wantSame(t, tbl.Name+"."+c.Name+": type", types[c.Type].String(), sc.Type.String())
			wantSame(t, tbl.Name+"."+c.Name+": description", c.Description, sc.Description)
			if !strings.HasSuffix(sc.Description, ".") {
				t.Errorf("%s.%s: the description does not end with a full stop: %q", tbl.Name, c.Name, sc.Description)
			}
		}
	}
}

// Every column of every table has the value that package tables gives.
func TestAllValues(t *testing.T) {
	files := []string{emulator(t), verdicts(t, 3)}
	for _, cache := range []bool{false, true} {
		s := launch(t, map[string]string{"ftpcheck": paths(files...)})
		for _, tbl := range tables.Of(nil) {
			want := inProcess(t, tbl, files...)
			got := s.rows(query{table: tbl.Name, columns: columnsOf(tbl), cache: cache})
			if tbl.Name == coverage {
				wantSame(t, "origins", lines(t, without(want, "started_at", "finished_at")), lines(t, without(got, "started_at", "finished_at")))
				for _, r := range got {
					started, finished := r["started_at"].(time.Time), r["finished_at"].(time.Time)
					if finished.Before(started) || time.Since(started) > time.Minute {
						t.Errorf("%s was read from %s to %s", r["origin"], started, finished)
					}
				}
				continue
			}
			wantSame(t, tbl.Name, lines(t, want), lines(t, got))
		}
	}
}

func without(rows []map[string]any, columns ...string) []map[string]any {
	fewer := []map[string]any{}
	for _, r := range rows {
		r = maps.Clone(r)
		for _, c := range columns {
			delete(r, c)
		}
		fewer = append(fewer, r)
	}
	return fewer
}

// One column at a time has the same values as all at once, also when the cache holds the
// rows of a query that asked for other columns.
func TestSingleColumns(t *testing.T) {
	t.Parallel()
	s := launch(t, map[string]string{"ftpcheck": paths(emulator(t))})
	for _, cache := range []bool{false, true} {
		if cache && raceEnabled() {
			continue // it takes long, and the cache is the SDK's
		}
		for _, tbl := range tables.Of(nil) {
			want := inProcess(t, tbl, emulator(t))
			for _, c := range tbl.Columns {
				if c.Type == relation.Timestamp {
					continue
				}
				values := []string{}
				for _, r := range want {
					values = append(values, fmt.Sprint(r[c.Name]))
				}
				slices.Sort(values)
				wantSame(t, tbl.Name+"."+c.Name, values, s.column(c.Name, query{table: tbl.Name, cache: cache}))
			}
		}
	}
}

// Postgres asks for no column for count(*).
func TestCount(t *testing.T) {
	s := launch(t, map[string]string{"ftpcheck": paths(emulator(t))})
	for _, tbl := range tables.Of(nil) {
		wantSame(t, tbl.Name, len(inProcess(t, tbl, emulator(t))), len(s.rows(query{table: tbl.Name})))
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	s := launch(t, map[string]string{"ftpcheck": paths(emulator(t))})
	all := inProcess(t, tableNamed(t, permissions), emulator(t))
	const group = "sg-a011b7646f231b1c2" // 0.0.0.0/1 and 128.0.0.0/1 in us-east-1
	tests := []struct {
		name  string
		where []*proto.Qual
		want  []map[string]any
	}{
		{"text", []*proto.Qual{is("region", "eu-west-1")}, where(all, "region", "eu-west-1")},
		{"text that no row has", []*proto.Qual{is("region", "us-west-2")}, nil},
		{"empty text", []*proto.Qual{is("region", "")}, nil},
		{"two columns", []*proto.Qual{is("region", "us-east-1"), is("group_id", group)}, where(all, "group_id", group)},
		{"columns that contradict", []*proto.Qual{is("region", "eu-west-1"), is("group_id", group)}, nil},
		{"in", []*proto.Qual{is("region", "eu-west-1", "us-west-2", "us-east-1")}, all},
		{"in with a value twice", []*proto.Qual{is("group_id", group, group, group)}, where(all, "group_id", group)},
		{"two in", []*proto.Qual{is("region", "eu-west-1", "us-west-2"), is("account_id", "123456789012", "1")}, where(all, "region", "eu-west-1")},
		{"in and =", []*proto.Qual{is("region", "eu-west-1", "us-east-1"), is("region", "us-east-1")}, where(all, "region", "us-east-1")},
		{"in and = of another column", []*proto.Qual{is("group_id", group, "sg-1"), is("region", "us-east-1")}, where(all, "group_id", group)},
		{"= and = that contradict", []*proto.Qual{is("region", "eu-west-1"), is("region", "us-east-1")}, nil},
		{"sub-select", []*proto.Qual{is("region", "?")}, all},
		{"sub-select in a list", []*proto.Qual{is("region", "?", "us-west-2")}, all},
		{"array of a sub-select", []*proto.Qual{is("region")}, all},
		{"sub-select and text", []*proto.Qual{is("region", "?"), is("group_id", group)}, where(all, "group_id", group)},
		{"range", []*proto.Qual{is("cidr_ipv4", inet("128.0.0.0/1"))}, where(all, "cidr_ipv4", "128.0.0.0/1")},
		{"range as text", []*proto.Qual{is("cidr_ipv4", "128.0.0.0/1")}, where(all, "cidr_ipv4", "128.0.0.0/1")},
		{"range with another length", []*proto.Qual{is("cidr_ipv4", inet("128.0.0.0/2"))}, nil},
		{"ranges", []*proto.Qual{is("cidr_ipv4", inet("0.0.0.0/1"), inet("128.0.0.0/1"))}, where(all, "cidr_ipv4", "0.0.0.0/1", "128.0.0.0/1")},
		{"range of a sub-select", []*proto.Qual{is("cidr_ipv4", "?")}, all},
		{"true", []*proto.Qual{is("unrestricted_ftp", true)}, where(all, "unrestricted_ftp", true)},
		{"false", []*proto.Qual{is("unrestricted_ftp", false)}, where(all, "unrestricted_ftp", false)},
		{"true and false", []*proto.Qual{is("unrestricted_ftp", true, false)}, all},
		{"<>", []*proto.Qual{isNot("region", "eu-west-1")}, where(all, "region", "us-east-1")},
		{"<> twice", []*proto.Qual{isNot("region", "eu-west-1"), isNot("region", "us-east-1")}, nil},
		{"<> a list", []*proto.Qual{isNot("region", "eu-west-1", "us-east-1")}, all}, // Postgres does it
		{"<> and =", []*proto.Qual{isNot("account_id", "1"), is("region", "us-east-1")}, where(all, "region", "us-east-1")},
		{"<> a sub-select", []*proto.Qual{isNot("region", "?")}, all},
		{"<> of a column that only Postgres compares", []*proto.Qual{isNot("group_id", group)}, all},
		{"a column of Steampipe's own", []*proto.Qual{is("sp_connection_name", "ftpcheck")}, all},
		{"a column that is no key", []*proto.Qual{is("ip_protocol", "udp")}, all}, // Postgres does it
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.t = t
			q := query{table: permissions, columns: columnsOf(tableNamed(t, permissions)), where: test.where}
			wantSame(t, "rows", lines(t, test.want), lines(t, s.rows(q)))
			// Nor does a row come from what the engine's cache has of another query.
			q.cache = true
			wantSame(t, "rows with the cache", lines(t, test.want), lines(t, s.rows(q)))
		})
	}
}

// Steampipe sends "is true", "is not true" and the like as = true and = false, so that
// rows without a verdict may be wanted either way.
func TestUndeterminedRows(t *testing.T) {
	s := launch(t, map[string]string{"ftpcheck": paths(verdicts(t, 2))})
	for _, name := range []string{groups, permissions} {
		ids := func(q query) []string {
			q.table = name
			return s.column("group_id", q)
		}
		open := []string{"sg-open-1", "sg-open-2", "sg-unknown-1", "sg-unknown-2"}
		closed := []string{"sg-closed-1", "sg-closed-2", "sg-unknown-1", "sg-unknown-2"}
		wantSame(t, "= true", open, ids(query{where: []*proto.Qual{is("unrestricted_ftp", true)}}))
		wantSame(t, "= false", closed, ids(query{where: []*proto.Qual{is("unrestricted_ftp", false)}}))
		wantSame(t, "in (true, false)", 6, len(ids(query{where: []*proto.Qual{is("unrestricted_ftp", true, false)}})))
		wantSame(t, "in (true, true)", open, ids(query{where: []*proto.Qual{is("unrestricted_ftp", true, true)}}))
	}
}

// The SDK counts every row that it is given, also those that Postgres will refuse.
func TestLimit(t *testing.T) {
	s := launch(t, map[string]string{"ftpcheck": paths(verdicts(t, 4))})
	ids := func(limit int64) int { return len(s.column("group_id", query{table: groups, limit: limit})) }
	wantSame(t, "fewer than there are", 5, ids(5))
	wantSame(t, "more than there are", 12, ids(100))
	wantSame(t, "the SDK's condition", 5, len(s.column("group_id", query{table: groups, limit: 5, where: []*proto.Qual{is("sp_connection_name", "ftpcheck")}})))
	// Steampipe does not ask for this, as there are no key columns.
	rows, err := s.run(query{table: groups, limit: 11, where: []*proto.Qual{is("group_id", "sg-open-1")}})
	if err == nil || !strings.Contains(err.Error(), "leave LIMIT out") || len(rows) > 0 {
		t.Errorf("a condition with a limit: %d rows and error %v", len(rows), err)
	}
}

// The SDK's cache, which is off for our tables, compares ranges by address alone.
func TestCachedRanges(t *testing.T) {
	file := save(t, `{"SecurityGroups": [{"GroupId": "sg-1", "OwnerId": "123456789012", "IpPermissions": [{"IpProtocol": "-1",
		"IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "10.0.0.0/16"}]}]}]}`)
	s := launch(t, map[string]string{"ftpcheck": paths(file)})
	for _, cidr := range []string{"10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/8"} {
		got := s.column("cidr_ipv4", query{table: permissions, where: []*proto.Qual{is("cidr_ipv4", inet(cidr))}, cache: true})
		wantSame(t, cidr, []string{cidr}, got)
	}
}

// manyRows is a file with that many groups of 100 permissions.
func manyRows(t testing.TB, groups int) string {
	t.Helper()
	var ranges, all []string
	for i := range 100 {
		ranges = append(ranges, fmt.Sprintf(`{"CidrIp": "10.0.%d.0/24", "Description": "office %d"}`, i, i))
	}
	for i := range groups {
		all = append(all, fmt.Sprintf(`{"GroupId": "sg-%d", "GroupName": "group %d", "Description": "one of many", "VpcId": "vpc-1", "OwnerId": "123456789012",
			"Tags": [{"Key": "team", "Value": "network"}],
			"IpPermissions": [{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [%s]}]}`, i, i, strings.Join(ranges, ", ")))
	}
	return save(t, `{"SecurityGroups": [`+strings.Join(all, ",\n")+`]}`)
}

// A query that Postgres gives up ends the scan, which would otherwise go on for long.
func TestCancel(t *testing.T) {
	file := manyRows(t, 2000)
	for _, cache := range []bool{false, true} {
		s := launch(t, map[string]string{"ftpcheck": paths(file)}, "STEAMPIPE_LOG_LEVEL=TRACE")
		stream, callID, cancel := s.start(query{table: permissions, columns: []string{"source"}, cache: cache})
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
		ended := fmt.Sprintf("executeListCall COMPLETE (ftpcheck-%s)", callID)
		cancel()
		for deadline := time.Now().Add(10 * time.Second); !strings.Contains(s.log.String(), ended); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("cache %t: the scan goes on after the query was given up", cache)
			}
		}
		if sent := strings.Count(s.log.String(), "AFTER rate limiter oftenAsked"); sent == 0 || sent > 100_000 {
			t.Errorf("cache %t: %d of 200,000 rows were made for a query that was given up after the first", cache, sent)
		}
	}
}

func TestConnections(t *testing.T) {
	file := verdicts(t, 1)
	s := launch(t, map[string]string{
		"emulated": paths(emulator(t)),
		"small":    paths(file),
		"all":      "[emulated small]",
		"misspelt": `pathz = ["x"]`,
		"mistyped": `paths = 21`,
		"stdin":    paths("-"),
		"halfway":  `access_key = "AKIA0123456789ABCDEF"`,
	})
	few := []string{"sg-closed-1", "sg-open-1", "sg-unknown-1"}
	wantSame(t, "emulated", 56, len(s.column("group_id", query{table: groups, connection: "emulated"})))
	wantSame(t, "small", few, s.column("group_id", query{table: groups, connection: "small"}))
	wantSame(t, "aggregator", 56+3, len(s.column("group_id", query{table: groups, connection: "all", children: []string{"emulated", "small"}})))
	wantSame(t, "aggregator with a condition", []string{"sg-open-1"}, s.column("group_id", query{table: groups, connection: "all",
		children: []string{"emulated", "small"}, where: []*proto.Qual{is("group_id", "sg-open-1", "sg-open-2")}}))

	for connection, want := range map[string]string{
		"misspelt": `misspelt: the connection configuration is not valid: Unsupported argument. An argument named "pathz" is not expected here. Did you mean "paths"?`,
		"mistyped": `mistyped: the connection configuration is not valid: paths: Unsuitable value type. Unsuitable value: list of string required, but have number`,
		"halfway":  `halfway: access_key and secret_key belong together`,
		"stdin":    `stdin: paths has "-", but there is no standard input in Steampipe`,
	} {
		for _, tbl := range tables.Of(nil) {
			rows, err := s.run(query{table: tbl.Name, connection: connection})
			if err == nil || !strings.HasPrefix(err.Error(), want) || len(rows) > 0 {
				t.Errorf("connection %s, table %s: %d rows and error\n%v, want\n%s", connection, tbl.Name, len(rows), err, want)
			}
		}
	}
}

// A changed configuration is used at once, and the cache does not stand in for it.
func TestChangedConnection(t *testing.T) {
	first, second := verdicts(t, 1), verdicts(t, 2)
	s := launch(t, map[string]string{"ftpcheck": paths(first), "other": paths(first)})
	count := func(connection string) int {
		return len(s.column("group_id", query{table: groups, connection: connection, cache: true}))
	}
	wantSame(t, "before", 3, count("ftpcheck"))
	update := func(r *proto.UpdateConnectionConfigsRequest) {
		t.Helper()
		if err := s.client.UpdateConnectionConfigs(r); err != nil {
			t.Fatal(err)
		}
	}
	update(&proto.UpdateConnectionConfigsRequest{Changed: []*proto.ConnectionConfig{connectionConfig("ftpcheck", paths(second))}})
	wantSame(t, "changed", 6, count("ftpcheck"))
	wantSame(t, "not changed", 3, count("other"))
	update(&proto.UpdateConnectionConfigsRequest{Changed: []*proto.ConnectionConfig{connectionConfig("ftpcheck", `paths = "x"`)}})
	if _, err := s.run(query{table: groups}); err == nil {
		t.Error("a configuration that has become invalid is still used")
	}
	update(&proto.UpdateConnectionConfigsRequest{
		Changed: []*proto.ConnectionConfig{connectionConfig("ftpcheck", paths(first))},
		Added:   []*proto.ConnectionConfig{connectionConfig("added", paths(second))},
		Deleted: []*proto.ConnectionConfig{connectionConfig("other", "")},
	})
	wantSame(t, "changed back", 3, count("ftpcheck"))
	wantSame(t, "added", 6, count("added"))
	// This error is the SDK's own, and comes so fast that it can be lost.
	if rows, _ := s.run(query{table: groups, connection: "other"}); len(rows) > 0 {
		t.Error("a deleted connection still answers")
	}
}

// A file that cannot be read must never look like an account where nothing is open. The
// SDK can lose an error, so once does not prove it.
func TestUnreadableFile(t *testing.T) {
	good, bad := verdicts(t, 1), save(t, `{"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [{"IpProto`)
	s := launch(t, map[string]string{"ftpcheck": paths(good, bad), "missing": paths(filepath.Join(t.TempDir(), "no.json")), "invalid": "x = 1"})
	runs := 50
	if raceEnabled() {
		runs = 10 // each is slow then
	}
	var wg sync.WaitGroup
	for connection, want := range map[string]string{
		"ftpcheck": "ftpcheck: " + bad + ": ",
		"missing":  "does not exist",
		"invalid":  "the connection configuration is not valid",
	} {
		for _, tbl := range []string{groups, permissions} {
			for _, cache := range []bool{false, true} {
				wg.Go(func() {
					for i := range runs {
						rows, err := s.run(query{table: tbl, connection: connection, cache: cache})
						if err == nil || !strings.Contains(err.Error(), want) || len(rows) > 0 {
							t.Errorf("connection %s, table %s, cache %t, run %d: %d rows and error\n%v, want\n%s", connection, tbl, cache, i, len(rows), err, want)
						}
					}
				})
			}
		}
	}
	wg.Wait()
	if !strings.Contains(s.log.String(), groups+".list: connection=ftpcheck") {
		t.Errorf("the log does not name the table and function of an error:\n%s", s.log)
	}

	// What failed is data in this table.
	statuses := map[string]string{}
	for _, r := range s.rows(query{table: coverage, columns: []string{"origin", "status", "error_code", "error_message"}}) {
		statuses[r["origin"].(string)] = r["status"].(string)
		if (r["status"] == "scanned") != (r["error_message"] == nil) || (r["status"] == "scanned") != (r["error_code"] == nil) {
			t.Errorf("%v", r)
		}
	}
	wantSame(t, "coverage", map[string]string{good: "scanned", bad: "invalid"}, statuses)
}

// Steampipe asks the plugin for its limiters, and lets users replace them by name.
func TestRateLimiters(t *testing.T) {
	s := launch(t, map[string]string{"ftpcheck": paths(emulator(t))})
	response, err := s.client.GetRateLimiters(&proto.GetRateLimitersRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(response.Definitions) != 1 || response.Definitions[0].Name != "ftpcheck_ec2" || response.Definitions[0].MaxConcurrency != 16 {
		t.Errorf("%v", response.Definitions)
	}
}
