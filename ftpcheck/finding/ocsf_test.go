package finding_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// ocsfSchema is what we use of the published schema, version 1.7.0, put together by hand
// as a JSON schema: there was none to be had in a package.
func ocsfSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open("testdata/ocsf-1.7.0-compliance-finding.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return compileSchema(t, file)
}

// ocsfLines are the events as they are written, one a line.
func ocsfLines(t *testing.T, r *finding.Report) []string {
	t.Helper()
	var out bytes.Buffer
	if err := finding.WriteOCSF(&out, r); err != nil {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		return nil
	}
	text, ended := strings.CutSuffix(out.String(), "\n")
	if !ended {
		t.Error("the last line does not end")
	}
	return strings.Split(text, "\n")
}

func TestOCSFIsValid(t *testing.T) {
	schema := ocsfSchema(t)
	all := reports(t)
	all["no times"].Finished = finished // an event must have a time
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			lines := ocsfLines(t, r)
			for _, line := range lines {
				if !utf8.ValidString(line) || strings.Contains(line, `\u003c`) {
					t.Errorf("no UTF-8, or escaped for HTML: %s", line)
				}
				event, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
				if err != nil {
					t.Fatal(err)
				}
				if err := schema.Validate(event); err != nil {
					t.Errorf("%v\n%s", err, line)
				}
			}
			if diff := cmp.Diff(lines, ocsfLines(t, r)); diff != "" {
				t.Errorf("the same report has other events the second time:\n%s", diff)
			}
		})
	}
}

// TestOCSFSchemaRefuses checks that the schema of the tests refuses what OCSF does not
// have.
func TestOCSFSchemaRefuses(t *testing.T) {
	schema := ocsfSchema(t)
	line := ocsfLines(t, liveWorld())[0]
	for name, change := range map[string]func(e map[string]any){
		"no time":            func(e map[string]any) { delete(e, "time") },
		"no uid":             func(e map[string]any) { delete(e["finding_info"].(map[string]any), "uid") },
		"no cloud":           func(e map[string]any) { delete(e, "cloud") },
		"no product":         func(e map[string]any) { delete(e["metadata"].(map[string]any), "product") },
		"seconds":            func(e map[string]any) { e["time"] = 1700000000 },
		"text for a time":    func(e map[string]any) { e["time"] = "2026-03-01T10:00:00Z" },
		"unknown attribute":  func(e map[string]any) { e["ports"] = []int{21} },
		"another's caption":  func(e map[string]any) { e["severity"] = "Low" },
		"unknown severity":   func(e map[string]any) { e["severity_id"] = 7 },
		"status without id":  func(e map[string]any) { delete(e, "status_id") },
		"unknown outcome":    func(e map[string]any) { e["compliance"].(map[string]any)["status_id"] = 4 },
		"failed and passed":  func(e map[string]any) { e["compliance"].(map[string]any)["status"] = "Pass" },
		"tags as a map":      func(e map[string]any) { e["resources"].([]any)[0].(map[string]any)["tags"] = map[string]any{"a": "1"} },
		"number for account": func(e map[string]any) { e["cloud"].(map[string]any)["account"].(map[string]any)["uid"] = 111122223333 },
	} {
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		change(event)
		changed, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(changed))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(doc) == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

// An ocsfEvent is as much of an event as the tests look at.
type ocsfEvent struct {
	Severity  string
	Status    string
	Time      int64
	StartTime int64 `json:"start_time"`
	EndTime   int64 `json:"end_time"`
	Message   string
	Metadata  struct {
		Product struct{ Name, Version string }
	}
	FindingInfo struct {
		UID, Desc    string
		UIDAlt       string `json:"uid_alt"`
		LastSeenTime int64  `json:"last_seen_time"`
	} `json:"finding_info"`
	Compliance struct {
		Control, Status string
		Requirements    []string
		StatusCode      string `json:"status_code"`
	}
	Resources []struct {
		UID, Name, Type, Region string
		UIDAlt                  string `json:"uid_alt"`
		Tags                    []struct{ Name, Value string }
		Data                    map[string]any
	}
	Cloud struct {
		Provider, Region string
		Account          struct{ UID string }
	}
	Remediation struct{ Desc string }
}

func parseOCSF(t *testing.T, r *finding.Report) []ocsfEvent {
	t.Helper()
	var events []ocsfEvent
	for _, line := range ocsfLines(t, r) {
		var e ocsfEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// outcomes are the events in short.
func outcomes(events []ocsfEvent) []string {
	var lines []string
	for _, e := range events {
		lines = append(lines, fmt.Sprintf("%s %s %s %q %q", e.Compliance.Status, e.Severity, e.Resources[0].UID, e.Status, e.Compliance.StatusCode))
	}
	return lines
}

func TestOCSFOfLive(t *testing.T) {
	r := liveWorld()
	events := parseOCSF(t, r)
	const group = "arn:aws:ec2:us-east-1:111122223333:security-group/"
	if diff := cmp.Diff([]string{
		`Fail High ` + group + `sg-1 "New" "any_ipv4"`,
		`Warning Medium ` + group + `sg-2 "New" "undetermined"`,
		`Unknown Medium arn:aws:ec2:us-west-2:111122223333:security-group/* "New" "UnauthorizedOperation"`,
		`Unknown Medium arn:aws:ec2:ap-south-1:111122223333:security-group/* "New" "UnauthorizedOperation"`,
		`Unknown Medium arn:*:ec2:*:222233334444:security-group/* "New" "UnauthorizedOperation"`,
		// us-east-1 has findings. me-south-1 is not enabled, so it was not looked at.
		`Pass Informational arn:aws:ec2:eu-west-1:111122223333:security-group/* "" ""`,
		`Warning Medium arn:aws:ec2:sa-east-1:111122223333:security-group/* "New" "AccessDenied"`,
	}, outcomes(events)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	uids := map[string]bool{}
	for i, e := range events {
		uids[e.FindingInfo.UID] = true
		if e.Time != finished.UnixMilli() || e.FindingInfo.LastSeenTime != e.Time || e.Metadata.Product.Name != "ftpcheck" || e.Metadata.Product.Version != "1.2.3" ||
			e.Cloud.Provider != "AWS" || e.Compliance.Control == "" || !strings.Contains(strings.Join(e.Compliance.Requirements, ""), "660-246-354") {
			t.Errorf("the event is %+v", e)
		}
		if i < r.Count() {
			f := r.Findings.At(i)
			if e.Message != f.Problem() || e.FindingInfo.Desc != f.Problem() || e.FindingInfo.UIDAlt != f.Key() || e.Remediation.Desc != f.Remediation() {
				t.Errorf("the event is %+v, not of %s", e, f.Problem())
			}
		}
	}
	if len(uids) != len(events) {
		t.Errorf("%d identifiers for %d findings", len(uids), len(events))
	}

	fail := events[0]
	if fail.StartTime != started.UnixMilli() || fail.EndTime != finished.UnixMilli() || fail.Cloud.Region != "us-east-1" || fail.Cloud.Account.UID != "111122223333" {
		t.Errorf("the event is %+v", fail)
	}
	resource := fail.Resources[0]
	if resource.Name != "name of sg-1" || resource.Type != "AWS::EC2::SecurityGroup" || resource.Region != "us-east-1" ||
		resource.UIDAlt != "arn:aws:ec2:us-east-1:111122223333:security-group-rule/sgr-sg-1-0" || fmt.Sprint(resource.Tags) != "[{a 1} {b 2}]" {
		t.Errorf("the resource is %+v", resource)
	}
	if diff := cmp.Diff(map[string]any{
		"finding": "open", "account_id": "111122223333", "region": "us-east-1", "group_id": "sg-1", "group_name": "name of sg-1", "vpc_id": "vpc-1",
		"security_group_rule_id": "sgr-sg-1-0", "ip_protocol": "tcp", "from_port": 20.0, "to_port": 21.0, "source": "0.0.0.0/0", "source_type": "cidr_ipv4",
		"unrestricted_ftp": true, "unrestricted_ftp_reason": "any_ipv4", "unrestricted_ftp_ports": []any{20.0, 21.0},
		"public_ipv4_address_count": 3702258432.0, "description": "for you", "origin": "live",
	}, resource.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	pass := events[5]
	if pass.StartTime != started.UnixMilli()+1000 || pass.EndTime != started.UnixMilli()+1500 || pass.Resources[0].Data["security_group_count"] != 3.0 ||
		pass.Message != "account 111122223333, region eu-west-1: none of the security groups read there (3) lets the whole internet in on FTP." {
		t.Errorf("the event is %+v", pass)
	}
}

// TestOCSFKeepsIdentifiers checks that a finding, and a place, has the same identifier
// whatever comes of it.
func TestOCSFKeepsIdentifiers(t *testing.T) {
	uid := func(r *finding.Report) string { return parseOCSF(t, r)[0].FindingInfo.UID }
	denied, clean := newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusDenied)}), newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)})
	if uid(denied) != uid(clean) {
		t.Error("a place has another identifier once it has been read")
	}
	unknown, open := liveGroup("us-east-1", "sg-1", rule.Undetermined), liveGroup("us-east-1", "sg-1", rule.Undetermined)
	open.Permissions[0].Verdict.Unrestricted, open.Permissions[0].Verdict.Reason = rule.Yes, rule.PrefixList
	if uid(newReport(nil, unknown)) != uid(newReport(nil, open)) {
		t.Error("a permission has another identifier once its source has been read")
	}
}

// TestOCSFOfFiles checks which files are said to be fine.
func TestOCSFOfFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	const (
		open   = `{"GroupId": "sg-1", "OwnerId": "111122223333", "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}`
		closed = `{"GroupId": "sg-2", "OwnerId": "111122223333", "IpPermissions": []}`
	)
	for name, content := range map[string]string{
		"a-open.json":   `{"SecurityGroups": [` + open + `, ` + closed + `]}`,
		"b-copy.json":   `{"SecurityGroups": [` + open + `]}`,
		"c-closed.json": `{"SecurityGroups": [{"GroupId": "sg-3", "OwnerId": "111122223333", "IpPermissions": []}]}`,
		"d-broken.json": `{"SecurityGroups": [`,
		"e-lists.json":  `{"PrefixLists": []}`,
		"f-empty.json":  `{"SecurityGroups": []}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// b-copy.json holds nothing but what a-open.json does, so that it is not fine. That it
	// is no other file than one without groups only the scan could tell.
	if diff := cmp.Diff([]string{
		`Fail High sg-1 "New" "any_ipv4"`,
		`Unknown Medium d-broken.json "New" "Truncated"`,
		`Pass Informational c-closed.json "" ""`,
	}, outcomes(parseOCSF(t, readReport(t, ".")))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		`Pass Informational c-closed.json "" ""`,
		`Pass Informational f-empty.json "" ""`,
	}, outcomes(parseOCSF(t, readReport(t, "c-closed.json", "e-lists.json", "f-empty.json")))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOCSFOfHostile checks that names are in the events as they are, but for what is no
// UTF-8.
func TestOCSFOfHostile(t *testing.T) {
	r := hostile()
	events := parseOCSF(t, r)
	want := strings.ToValidUTF8(r.Findings.At(0).Permission.Group.Name, "")
	if got := strings.ReplaceAll(events[0].Resources[0].Name, "\ufffd", ""); got != want {
		t.Errorf("the name is %q, want %q", got, want)
	}
	if len(events) != 3 || len(events[0].Resources[0].Tags) != 3 {
		t.Errorf("%d events, tags %q", len(events), events[0].Resources[0].Tags)
	}
}

func TestOCSFOfNothing(t *testing.T) {
	if lines := ocsfLines(t, newReport(nil)); lines != nil {
		t.Errorf("nothing was read, and the events are %s", lines)
	}
}
