package finding_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"

	// The published schema is in a file of this module, as a constant that is not
	// exported. The import keeps the module in go.mod.
	_ "github.com/owenrumney/go-sarif/v3/pkg/report/utils"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var (
	started  = time.Date(2026, 3, 1, 10, 0, 0, 123456789, time.UTC)
	finished = started.Add(2 * time.Second)
)

// newReport is what check makes of the findings of groups and of places.
func newReport(places []sg.Coverage, groups ...*sg.Group) *finding.Report {
	r := &finding.Report{Version: "1.2.3", Started: started, Finished: finished, Places: places}
	var findings finding.List
	for _, g := range groups {
		findings = append(findings, finding.Of(g)...)
		if g.Verdict.Unrestricted == rule.Yes {
			r.OpenGroups++
		}
	}
	for _, p := range places {
		r.Groups += p.Groups
	}
	r.Findings = append(findings, finding.OfPlaces(places)...)
	return r
}

// readReport is the report on saved files.
func readReport(t *testing.T, paths ...string) *finding.Report {
	t.Helper()
	scanner, err := scan.New(config.Config{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	var groups []*sg.Group
	open := true
	places, err := scanner.Read(t.Context(), sg.Request{Unrestricted: &open, Rules: true}, func(g *sg.Group) error {
		groups = append(groups, g)
		return nil
	})
	if missed := (*sg.IncompleteError)(nil); err != nil && !errors.As(err, &missed) {
		t.Fatal(err)
	}
	return newReport(places, groups...)
}

// liveGroup is a group of account 111122223333 with rules for TCP 20 and 21 of the given
// verdicts.
func liveGroup(region, id string, reasons ...rule.Reason) *sg.Group {
	g := &sg.Group{
		ID: id, Name: "name of " + id, VPCID: "vpc-1", OwnerID: "111122223333", AccountID: "111122223333", Partition: "aws", Region: region, Origin: sg.Live,
		ARN:  fmt.Sprintf("arn:aws:ec2:%s:111122223333:security-group/%s", region, id),
		Tags: map[string]string{"b": "2", "a": "1"},
	}
	from, to := int32(20), int32(21)
	for i, reason := range reasons {
		p := &sg.Permission{Group: g, RuleID: fmt.Sprintf("sgr-%s-%d", id, i), Description: "for you"}
		p.Protocol, p.FromPort, p.ToPort = "tcp", &from, &to
		p.Verdict = rule.Verdict{Unrestricted: rule.Yes, Reason: reason, Ports: rule.Data | rule.Control}
		switch reason {
		case rule.AnyIPv4:
			p.CIDRIPv4, p.Source = "0.0.0.0/0", rule.CIDR(netip.MustParsePrefix("0.0.0.0/0"))
		case rule.Undetermined:
			p.PrefixListID, p.Source, p.Verdict.Unrestricted = "pl-1", rule.Unread(), rule.Unknown
		}
		g.Permissions = append(g.Permissions, p)
		g.Verdict.Unrestricted = max(g.Verdict.Unrestricted, p.Verdict.Unrestricted)
	}
	return g
}

func livePlace(region string, status sg.Status) sg.Coverage {
	c := sg.Coverage{Origin: sg.Live, AccountID: "111122223333", Partition: "aws", Region: region, Content: sg.ContentGroups, Status: status,
		Started: started.Add(time.Second), Finished: started.Add(1500 * time.Millisecond)}
	if status == sg.StatusScanned {
		c.Groups, c.Permissions = 3, 7
	} else {
		c.ErrorCode, c.ErrorMessage = "UnauthorizedOperation", "ec2:DescribeSecurityGroups is denied. Allow the caller this action"
	}
	return c
}

// liveWorld has places of every kind.
func liveWorld() *finding.Report {
	disabled := livePlace("me-south-1", sg.StatusRegionDisabled)
	disabled.Optional = true
	bySCP := livePlace("ap-south-1", sg.StatusDeniedBySCP)
	noted := livePlace("sa-east-1", sg.StatusScanned)
	noted.ErrorCode, noted.ErrorMessage = "AccessDenied", "prefix list pl-1 could not be read: ec2:GetManagedPrefixListEntries is denied"
	role := livePlace("", sg.StatusRoleFailed)
	role.AccountID, role.Partition, role.Content = "222233334444", "", ""
	places := []sg.Coverage{
		livePlace("eu-west-1", sg.StatusScanned), livePlace("us-east-1", sg.StatusScanned), livePlace("us-west-2", sg.StatusDenied),
		disabled, bySCP, noted, role,
	}
	return newReport(places,
		liveGroup("us-east-1", "sg-1", rule.AnyIPv4), liveGroup("us-east-1", "sg-2", rule.Undetermined))
}

// hostile has names with all that could break out of a text.
func hostile() *finding.Report {
	const name = "\xff\xfe\x00\x1b[2J\u202e\u2028\"\\</script> [x](https://example.com) {0} \n𝕊"
	g := liveGroup("us-east-1", "sg-1", rule.AnyIPv4)
	g.Name, g.Description, g.Origin = name, name, "/tmp/"+name+"/a b?c#d%41:e.json"
	g.Tags = map[string]string{name: name, "\xff": "1", "\xfe": "2"}
	g.Permissions[0].Description = name
	file := sg.Coverage{Origin: "a:b/../" + name, Status: sg.StatusInvalid, ErrorCode: name, ErrorMessage: name}
	clean := sg.Coverage{Origin: name, Status: sg.StatusScanned, Content: sg.ContentGroups, Groups: 1}
	return newReport([]sg.Coverage{file, clean, {Origin: g.Origin, Status: sg.StatusScanned, Content: sg.ContentGroups, Groups: 1}}, g)
}

func reports(t *testing.T) map[string]*finding.Report {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"SecurityGroups": [`), 0o644); err != nil {
		t.Fatal(err)
	}
	return map[string]*finding.Report{
		"sample":   readReport(t, "../../docs/sample"),
		"broken":   readReport(t, "../../docs/sample/123456789012/us-east-1", broken),
		"live":     liveWorld(),
		"clean":    newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)}),
		"nothing":  newReport(nil),
		"no times": {Places: liveWorld().Places, Findings: liveWorld().Findings},
		"hostile":  hostile(),
	}
}

// publishedSARIFSchema is the JSON schema of SARIF 2.1.0 (errata 01), of OASIS. We have
// no copy of it: it is a constant in the module go-sarif.
func publishedSARIFSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	needs.Program(t, "It tells where the module with the schema of SARIF is.", "go")
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "pkg/report/v210/sarif/schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	spec := file.Decls[0].(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
	text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return compileSchema(t, strings.NewReader(text))
}

func compileSchema(t *testing.T, text io.Reader) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func sarifOf(t *testing.T, r *finding.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := finding.WriteSARIF(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSARIFIsValid(t *testing.T) {
	schema := publishedSARIFSchema(t)
	if doc, _ := jsonschema.UnmarshalJSON(strings.NewReader(`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"kind": "unknown", "message": {"text": ""}}]}]}`)); schema.Validate(doc) == nil {
		t.Fatal("the schema refuses nothing")
	}
	for name, r := range reports(t) {
		t.Run(name, func(t *testing.T) {
			log := sarifOf(t, r)
			if !utf8.Valid(log) || !bytes.HasSuffix(log, []byte("}\n")) {
				t.Error("the log is no text in UTF-8 that ends with a line end")
			}
			if bytes.Contains(log, []byte(`\u003c`)) {
				t.Error("the log is escaped for HTML")
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(log))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%v\n%s", err, log)
			}
			if again := sarifOf(t, r); !bytes.Equal(log, again) {
				t.Error("the same report has another log the second time")
			}
		})
	}
}

// A sarifLog is as much of a log as the tests look at.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Name, Version string
				Rules         []struct {
					ID                                      string
					ShortDescription, FullDescription, Help struct{ Text string }
					DefaultConfiguration                    struct{ Level string }
				}
			}
		}
		Invocations []struct {
			ExecutionSuccessful        bool
			StartTimeUTC, EndTimeUTC   string
			ToolExecutionNotifications []struct {
				Level      string
				Message    struct{ Text string }
				Descriptor struct{ ID string }
			}
		}
		Results []struct {
			RuleID, Kind, Level string
			RuleIndex           int
			Message             struct{ Text string }
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           map[string]int
				}
				LogicalLocations []struct{ Name, FullyQualifiedName string }
			}
			PartialFingerprints map[string]string
			Properties          map[string]any
		}
	}
}

func parseSARIF(t *testing.T, r *finding.Report) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal(sarifOf(t, r), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// results are the results in short, one a line.
func (l sarifLog) results() []string {
	var lines []string
	for _, r := range l.Runs[0].Results {
		at := r.Locations[0]
		lines = append(lines, fmt.Sprint(r.RuleID, " ", r.Level, " ", at.PhysicalLocation.ArtifactLocation.URI, " ", at.LogicalLocations))
	}
	return lines
}

func (l sarifLog) notifications() []string {
	var lines []string
	for _, n := range l.Runs[0].Invocations[0].ToolExecutionNotifications {
		lines = append(lines, fmt.Sprint(n.Level, " ", n.Descriptor.ID, " ", n.Message.Text))
	}
	return lines
}

func TestSARIFOfLive(t *testing.T) {
	log := parseSARIF(t, liveWorld())
	if diff := cmp.Diff([]string{
		"unrestricted-ftp error aws/111122223333/us-east-1/sg-1 [{sgr-sg-1-0 arn:aws:ec2:us-east-1:111122223333:security-group-rule/sgr-sg-1-0} {sg-1 arn:aws:ec2:us-east-1:111122223333:security-group/sg-1}]",
		"undetermined-ftp warning aws/111122223333/us-east-1/sg-2 [{sgr-sg-2-0 arn:aws:ec2:us-east-1:111122223333:security-group-rule/sgr-sg-2-0} {sg-2 arn:aws:ec2:us-east-1:111122223333:security-group/sg-2}]",
		"place-not-read error aws/111122223333/us-west-2 [{account 111122223333, region us-west-2 }]",
		"place-not-read error aws/111122223333/ap-south-1 [{account 111122223333, region ap-south-1 }]",
		"place-not-read error aws/222233334444 [{account 222233334444 }]",
	}, log.results()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"error incomplete This is not the whole answer. Places read: 3, not read: 3. Ingress permissions that could not be determined: 1.",
		"error UnauthorizedOperation account 111122223333, region us-west-2: ec2:DescribeSecurityGroups is denied. Allow the caller this action.",
		"error UnauthorizedOperation account 111122223333, region ap-south-1: ec2:DescribeSecurityGroups is denied. Allow the caller this action.",
		"error UnauthorizedOperation account 222233334444: ec2:DescribeSecurityGroups is denied. Allow the caller this action.",
		"warning AccessDenied account 111122223333, region sa-east-1: prefix list pl-1 could not be read: ec2:GetManagedPrefixListEntries is denied.",
	}, log.notifications()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	run := log.Runs[0]
	if i := run.Invocations[0]; i.ExecutionSuccessful || i.StartTimeUTC != "2026-03-01T10:00:00.123Z" || i.EndTimeUTC != "2026-03-01T10:00:02.123Z" {
		t.Errorf("the invocation is %+v", i)
	}
	if run.Tool.Driver.Name != "ftpcheck" || run.Tool.Driver.Version != "1.2.3" {
		t.Errorf("the driver is %+v", run.Tool.Driver)
	}
	r := liveWorld()
	for i, result := range run.Results {
		f := r.Findings.At(i)
		if rule := run.Tool.Driver.Rules[result.RuleIndex]; rule.ID != result.RuleID || rule.DefaultConfiguration.Level != result.Level {
			t.Errorf("%s is not of rule %s", result.RuleID, rule.ID)
		}
		if result.Message.Text != f.Problem() {
			t.Errorf("the message is %q, want %q", result.Message.Text, f.Problem())
		}
		if remediation, _ := result.Properties["remediation"].(string); remediation != f.Remediation() {
			t.Errorf("the remediation is %q, want %q", remediation, f.Remediation())
		}
		delete(result.Properties, "remediation")
	}
	want := map[string]any{
		"finding": "open", "account_id": "111122223333", "region": "us-east-1", "group_id": "sg-1", "group_name": "name of sg-1", "vpc_id": "vpc-1",
		"security_group_rule_id": "sgr-sg-1-0", "ip_protocol": "tcp", "from_port": 20.0, "to_port": 21.0, "source": "0.0.0.0/0", "source_type": "cidr_ipv4",
		"unrestricted_ftp": true, "unrestricted_ftp_reason": "any_ipv4", "unrestricted_ftp_ports": []any{20.0, 21.0},
		"public_ipv4_address_count": 3702258432.0, "description": "for you", "origin": "live",
	}
	if diff := cmp.Diff(want, run.Results[0].Properties); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	want = map[string]any{"finding": "not_read", "account_id": "111122223333", "region": "us-west-2", "error_code": "UnauthorizedOperation", "origin": "live"}
	if diff := cmp.Diff(want, run.Results[2].Properties); diff != "" {
		t.Errorf("properties of a place (-want +got):\n%s", diff)
	}
}

// TestSARIFForGitHub holds every result to what GitHub code scanning needs, by its page
// "SARIF support for code scanning".
func TestSARIFForGitHub(t *testing.T) {
	relativeOrFile := regexp.MustCompile(`^(file:///|[^:/?#]+(/|$))`)
	for name, r := range reports(t) {
		run := parseSARIF(t, r).Runs[0]
		for _, rule := range run.Tool.Driver.Rules {
			if rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" || rule.Help.Text == "" || len(rule.FullDescription.Text) > 1024 {
				t.Errorf("%s: rule %s has a text that is missing or too long", name, rule.ID)
			}
		}
		for _, result := range run.Results {
			at := result.Locations[0].PhysicalLocation
			if uri, err := url.Parse(at.ArtifactLocation.URI); err != nil || uri.Path == "" || !relativeOrFile.MatchString(at.ArtifactLocation.URI) {
				t.Errorf("%s: the location %q is not relative and no file", name, at.ArtifactLocation.URI)
			}
			if diff := cmp.Diff(map[string]int{"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}, at.Region); diff != "" {
				t.Errorf("%s: region (-want +got):\n%s", name, diff)
			}
			if result.PartialFingerprints["primaryLocationLineHash"] == "" || result.Kind != "fail" || result.Level != "error" && result.Level != "warning" {
				t.Errorf("%s: GitHub may not show %+v", name, result)
			}
		}
	}
}

func TestSARIFLocations(t *testing.T) {
	for origin, want := range map[string]string{
		"saved/sg.json":       "saved/sg.json",
		"saved/a b?#%.json":   "saved/a%20b%3F%23%25.json",
		"a:b.json":            "./a:b.json",
		"/srv/saved/ü.json":   "file:///srv/saved/%C3%BC.json",
		"-":                   "-",
		"\xff.json":           "%FF.json",
		"../elsewhere/x.json": "../elsewhere/x.json",
	} {
		r := newReport([]sg.Coverage{{Origin: origin, Status: sg.StatusInvalid}})
		if got := parseSARIF(t, r).Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != want {
			t.Errorf("the location of %q is %q, want %q", origin, got, want)
		}
	}
}

// TestSARIFFingerprints checks that a finding keeps its fingerprint over scans, and that
// no two findings have the same.
func TestSARIFFingerprints(t *testing.T) {
	fingerprints := func(r *finding.Report) []string {
		var all []string
		for _, result := range parseSARIF(t, r).Runs[0].Results {
			all = append(all, result.PartialFingerprints["primaryLocationLineHash"])
		}
		return all
	}
	first, later := liveWorld(), liveWorld()
	later.Started, later.Finished, later.Version = started.AddDate(1, 0, 0), finished.AddDate(1, 0, 0), "2.0.0"
	for _, f := range later.All() {
		if f.Permission != nil {
			// What may change of the same permission.
			f.Permission.RuleID, f.Permission.Description, f.Permission.Group.Name = "sgr-new", "another", "renamed"
			f.Permission.Verdict.Reason = rule.Combined
		}
	}
	got := fingerprints(first)
	if diff := cmp.Diff(got, fingerprints(later)); diff != "" {
		t.Errorf("another scan has other fingerprints:\n%s", diff)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(got))); len(unique) != 5 {
		t.Errorf("%d fingerprints for 5 findings", len(unique))
	}
}

func TestSARIFComplete(t *testing.T) {
	for _, c := range []struct {
		name          string
		report        *finding.Report
		successful    bool
		notifications int
	}{
		{"all read, nothing open", newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)}), true, 0},
		{"all read, something open", newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)}, liveGroup("us-east-1", "sg-1", rule.AnyIPv4)), true, 0},
		{"something undetermined", newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)}, liveGroup("us-east-1", "sg-1", rule.Undetermined)), false, 1},
		{"something not read", newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned), livePlace("eu-west-1", sg.StatusDenied)}), false, 2},
		{"nothing read", newReport(nil), false, 1},
		{"nothing to read", newReport([]sg.Coverage{{Origin: sg.Live, AccountID: "111122223333", Status: sg.StatusSuspended, Optional: true}}), false, 1},
	} {
		log := parseSARIF(t, c.report)
		if got := log.Runs[0].Invocations[0].ExecutionSuccessful; got != c.successful || len(log.notifications()) != c.notifications {
			t.Errorf("%s: successful %v, want %v; notifications %q, want %d", c.name, got, c.successful, log.notifications(), c.notifications)
		}
	}
}

// TestSARIFMessagesAreText checks that nothing in a name becomes a link or a placeholder.
func TestSARIFMessagesAreText(t *testing.T) {
	g := liveGroup("us-east-1", "sg-1", rule.AnyIPv4)
	g.Name = `[here](https://example.com) {0} \`
	result := parseSARIF(t, newReport(nil, g)).Runs[0].Results[0]
	if want := `sg-1 (\[here\](https://example.com) {{0}} \\) lets`; !strings.HasPrefix(result.Message.Text, want) {
		t.Errorf("the message is %q, want %q", result.Message.Text, want)
	}
	if result.Properties["group_name"] != g.Name {
		t.Errorf("the property is %q, want the name as it is", result.Properties["group_name"])
	}
}

// full is a disk that is.
type full struct{ room int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *finding.Report) error{"SARIF": finding.WriteSARIF, "OCSF": finding.WriteOCSF} {
		var whole bytes.Buffer
		if err := write(&whole, liveWorld()); err != nil {
			t.Fatal(err)
		}
		for _, room := range []int{0, whole.Len() / 2, whole.Len() - 1} {
			if err := write(&full{room}, liveWorld()); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: %v, want %v", name, room, err, errFull)
			}
		}
	}
}

// BenchmarkWrite writes reports of different lengths: the time for a finding and the
// memory in use should not grow with them.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{500, 50_000} {
		var groups []*sg.Group
		for i := range n {
			groups = append(groups, liveGroup("us-east-1", fmt.Sprint("sg-", i), rule.AnyIPv4))
		}
		r := newReport([]sg.Coverage{livePlace("us-east-1", sg.StatusScanned)}, groups...)
		b.Run(fmt.Sprint("SARIF/", n), func(b *testing.B) {
			for b.Loop() {
				if err := finding.WriteSARIF(&full{1 << 40}, r); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
		})
		b.Run(fmt.Sprint("OCSF/", n), func(b *testing.B) {
			for b.Loop() {
				if err := finding.WriteOCSF(&full{1 << 40}, r); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
		})
	}
}
