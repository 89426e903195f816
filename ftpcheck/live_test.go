package ftpcheck_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

const (
	home   = "111122223333" // the account of the credentials
	member = "222233334444"
	third  = "333344445555"
)

// organization is three accounts with seventeen regions each, an open and a closed group
// in every region, and one region more that is not enabled.
func organization() *fakeaws.World {
	w := fakeaws.NewOrganization([]string{home, member, third}, fakeaws.DefaultRegions, func(string, string) *fakeaws.Region {
		return &fakeaws.Region{Groups: []fakeaws.Group{
			{Name: "open", Tags: map[string]string{"team": "web"}, Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
			{Name: "closed", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 22, To: 22, CIDR4: "10.0.0.0/8"}}},
		}}
	})
	for _, a := range w.Accounts {
		a.Regions["me-south-1"] = &fakeaws.Region{Disabled: true}
	}
	w.Record = true
	return w
}

func TestLiveOrganization(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1"},
		{Kind: fakeaws.Throttled, Account: third, Region: "us-east-2"},
	}
	server := w.Start(t)
	s := launch(t, map[string]string{
		"ftpcheck": "accounts = [\"*\"]\nmax_error_retry_attempts = 2",
		"ignoring": "accounts = [\"*\"]\nmax_error_retry_attempts = 2\nignore_error_codes = [\"UnauthorizedOperation\", \"RequestLimit*\"]",
		"one":      "regions = [\"us-*\"]",
	}, server.Env()...)

	rows, err := s.run(query{table: groups, columns: []string{"group_id", "unrestricted_ftp"}})
	if err == nil || len(rows) > 0 {
		t.Errorf("%d rows and the error %v, want no row and an error", len(rows), err)
	}
	for _, want := range []string{
		"2 places could not be read:",
		"- account 222233334444, region eu-west-1: ec2:DescribeSecurityGroups is denied. Allow the caller this action",
		"- account 333344445555, region us-east-2: AWS throttled ec2:DescribeSecurityGroups each time it was tried.",
	} {
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in the error %v", want, err)
		}
	}
	// What the failed query has read is used again: only what failed is asked once more.
	for action, want := range map[string]int{"DescribeSecurityGroups": 51 + 1, "DescribeRegions": 3, "GetCallerIdentity": 1, "AssumeRole": 2, "ListAccounts": 1} {
		if got := server.Count("", "", action).Attempts; got != want {
			t.Errorf("%d calls of %s, want %d", got, action, want)
		}
	}
	counts := map[string]int{}
	for _, r := range s.rows(query{table: coverage, columns: []string{"status", "is_optional"}}) {
		counts[fmt.Sprint(r["status"], " ", r["is_optional"])]++
	}
	wantSame(t, "coverage", map[string]int{"scanned false": 49, "region_disabled true": 3, "denied false": 1, "throttled false": 1}, counts)
	if got := server.Count("", "", "DescribeSecurityGroups").Attempts; got != 52+3 {
		t.Errorf("%d calls of DescribeSecurityGroups, want 55: the coverage asks once more for what failed", got)
	}

	open := s.column("group_id", query{connection: "ignoring", table: groups, where: []*proto.Qual{is("unrestricted_ftp", true)}})
	if len(open) != 49 {
		t.Errorf("%d open groups, want those of the 49 places that could be read", len(open))
	}
	ignored := s.column("region", query{connection: "ignoring", table: coverage})
	if len(ignored) != 54 {
		t.Errorf("%d places, want 54: what is ignored is still in the coverage", len(ignored))
	}

	// A key of tags goes to EC2, as tag-key.
	server.Reset()
	tagged := is("tags", "team")
	tagged.Operator = &proto.Qual_StringValue{StringValue: "?"}
	if got := s.column("region", query{connection: "one", table: groups, where: []*proto.Qual{tagged}}); len(got) != 4 {
		t.Errorf("%v, want the tagged group of each of four regions", got)
	}
	for _, call := range server.Calls("DescribeSecurityGroups") {
		if call.Params.Get("Filter.1.Name") != "tag-key" || call.Params.Get("Filter.1.Value.1") != "team" {
			t.Errorf("a call without the filter: %v", call.Params)
		}
	}

	server.Reset()
	if got := s.column("region", query{connection: "one", table: groups, where: []*proto.Qual{is("region", "us-east-1", "us-west-2", "mars-1")}}); len(got) != 4 {
		t.Errorf("%v, want four rows", got)
	}
	if n := server.Count("", "", "DescribeSecurityGroups").Attempts; n != 2 {
		t.Errorf("%d calls of DescribeSecurityGroups, want those for the two regions", n)
	}
}

// A cancelled query makes no more calls.
func TestLiveCancel(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Hang, Region: "eu-west-1"}}
	server := w.Start(t)
	s := launch(t, map[string]string{"ftpcheck": "accounts = [\"*\"]"}, server.Env()...)
	_, _, cancel := s.start(query{table: groups, columns: []string{"group_id"}})
	for deadline := time.Now().Add(10 * time.Second); server.Count("", "", "DescribeSecurityGroups").Successes < 48; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the query does not get going")
		}
	}
	cancel()
	for deadline := time.Now().Add(time.Second); server.Count("", "eu-west-1", "DescribeSecurityGroups").Attempts < 3; time.Sleep(10 * time.Millisecond) {
		// The fake counts a call when it ends, and these three end only with the query.
		if time.Now().After(deadline) {
			t.Fatalf("calls go on a second after the query was cancelled")
		}
	}
	w.Change(func() { w.Faults = nil })
	if got := s.rows(query{table: groups, columns: []string{"group_id"}}); len(got) != 102 {
		t.Errorf("%d rows from the next query, want 102", len(got))
	}
}

// Keys and tokens are nowhere in the plugin's log or in its errors.
func TestLiveSecrets(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Account: member}, {Kind: fakeaws.Malformed, Account: third}}
	server := w.Start(t)
	secrets := map[string]string{}
	for _, variable := range server.Env() {
		name, value, _ := strings.Cut(variable, "=")
		secrets[name] = value
	}
	arguments := fmt.Sprintf("access_key = %q\nsecret_key = %q\naccounts = [\"*\"]\nmax_error_retry_attempts = 1\nendpoint_url = %q",
		secrets["AWS_ACCESS_KEY_ID"], secrets["AWS_SECRET_ACCESS_KEY"], secrets["AWS_ENDPOINT_URL"])
	s := launch(t, map[string]string{"ftpcheck": arguments}, "STEAMPIPE_LOG_LEVEL=TRACE", "AWS_REGION=us-east-1")
	_, err := s.run(query{table: groups, columns: []string{"group_id"}})
	if err == nil {
		t.Fatal("the query did not fail")
	}
	shown := err.Error() + fmt.Sprint(s.rows(query{table: coverage, columns: []string{"error_message"}})) + s.log.String()
	for _, secret := range []string{secrets["AWS_ACCESS_KEY_ID"], secrets["AWS_SECRET_ACCESS_KEY"], "ASIA"} {
		if strings.Contains(shown, secret) {
			i := strings.Index(shown, secret)
			t.Errorf("%q is shown: %s", secret, shown[max(0, i-200):min(len(shown), i+200)])
		}
	}
	if !slices.ContainsFunc([]string{"DEBUG", "TRACE", "INFO"}, func(l string) bool { return strings.Contains(s.log.String(), l) }) {
		t.Error("the log is empty, so the test proves nothing of it")
	}
}

// Who asks for scan_status has a row for each place that was not read, and the rows of all
// others: the same from the plugin as from the embedded engine. Who does not, or drops those
// rows by a condition, has an error from both.
func TestUnreadPlacesAreRows(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1"},
		{Kind: fakeaws.Throttled, Account: third, Region: "us-east-2"},
	}
	server := w.Start(t)
	s := launch(t, map[string]string{
		"ftpcheck": "accounts = [\"*\"]\nmax_error_retry_attempts = 1",
		"ignoring": "accounts = [\"*\"]\nmax_error_retry_attempts = 1\nignore_error_codes = [\"UnauthorizedOperation\"]",
	}, server.Env()...)
	server.Setenv(t)
	engines := map[string]*sqlengine.Engine{}
	for name, ignored := range map[string][]string{"ftpcheck": nil, "ignoring": {"UnauthorizedOperation"}} {
		scanner, err := scan.New(config.Config{Accounts: []string{"*"}, MaxErrorRetryAttempts: 1, IgnoreErrorCodes: ignored})
		if err != nil {
			t.Fatal(err)
		}
		engines[name] = sqlengine.Open(tables.Of(scanner))
	}
	like := is("region", "eu-%")
	like.Operator = &proto.Qual_StringValue{StringValue: "~~"}
	columns := []string{"account_id", "region", "group_id", "title", "origin", "partition", "vpc_id", "scan_status", "unrestricted_ftp", "unrestricted_ftp_reason"}
	for _, test := range []struct {
		name, connection string
		columns          []string
		sql              string
		where            []*proto.Qual
		rows, unread     int // of the table of groups; -1 for an error
	}{
		{"all columns", "ftpcheck", columns, "", nil, 98, 2},
		{"ignored", "ignoring", columns, "", nil, 98, 1},
		{"a region that was denied", "ftpcheck", columns, " where region = 'eu-west-1'", []*proto.Qual{is("region", "eu-west-1")}, 4, 1},
		{"a region that was read", "ftpcheck", columns, " where region = 'us-east-1'", []*proto.Qual{is("region", "us-east-1")}, 6, 0},
		{"not the denied region", "ftpcheck", columns, " where region <> 'eu-west-1'", []*proto.Qual{isNot("region", "eu-west-1")}, 94, 1},
		{"an account", "ftpcheck", columns, " where account_id = '" + third + "'", []*proto.Qual{is("account_id", third)}, 32, 1},
		{"regions that are like", "ftpcheck", columns, " where region like 'eu-%'", []*proto.Qual{like}, -2, 1},
		{"a condition that drops places", "ftpcheck", columns, " where group_name = 'open'", []*proto.Qual{is("group_name", "open")}, -1, 0},
		{"without scan_status", "ftpcheck", columns[:7], "", nil, -1, 0},
	} {
		for _, table := range []string{groups, permissions} {
			s.t = t
			got, failed := s.run(query{connection: test.connection, table: table, columns: test.columns, where: test.where})
			want := []map[string]any{}
			sql := "select " + strings.Join(test.columns, ", ") + " from " + table + test.sql
			err := engines[test.connection].Query(t.Context(), sql, nil, func(_ []pgsql.Column, values []any) error {
				row := map[string]any{}
				for i, c := range test.columns {
					row[c] = values[i]
				}
				want = append(want, row)
				return nil
			})
			if test.rows == -1 {
				if err == nil || failed == nil || len(got) > 0 {
					t.Errorf("%s of %s: %d rows; the errors are %v, of the plugin %v", test.name, table, len(got), err, failed)
				}
				continue
			}
			if err != nil || failed != nil {
				t.Errorf("%s of %s: %v, of the plugin %v", test.name, table, err, failed)
				continue
			}
			wantSame(t, test.name+" of "+table, lines(t, want), lines(t, got))
			unread := 0
			for _, row := range got {
				if row["scan_status"] != "scanned" {
					unread++
					if row["unrestricted_ftp"] != nil || row["unrestricted_ftp_reason"] != "not_read" || row["account_id"] == nil || row["group_id"] != nil || row["vpc_id"] != nil {
						t.Errorf("%s of %s: %v", test.name, table, row)
					}
				}
			}
			if read := len(got) - unread; unread != test.unread || read == 0 || table == groups && test.rows > 0 && read != test.rows {
				t.Errorf("%s of %s: %d rows and %d places that were not read, want %d and %d", test.name, table, read, unread, test.rows, test.unread)
			}
		}
	}
}
