package audit

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/framework"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/libreoffice"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/workbook"
)

// hostile is a folder with saved groups whose texts do what a text must not do, of an account that
// begins with a zero.
func hostile(t *testing.T) string {
	t.Helper()
	type object map[string]any
	var groups []object
	for i, text := range []string{"=1+1", "=HYPERLINK(\"https://example.com\",\"x\")", "@SUM(A1)", "+1", "-1+2", "1E5", "007", "TRUE", "2026-01-01", "#N/A",
		"_x0041_", "bell\a", "a\r\nb", "tab\tx", "  two  ", "<b>&amp;", "\u202Ertl", "😀", strings.Repeat("long ", 8000)} {
		groups = append(groups, object{
			"GroupId": fmt.Sprintf("sg-0123456789abcde%02x", i), "GroupName": text, "Description": text, "OwnerId": "012345678901", "VpcId": "vpc-0123456789abcdef0",
			"SecurityGroupArn":    fmt.Sprintf("arn:aws:ec2:eu-west-1:012345678901:security-group/sg-0123456789abcde%02x", i),
			"Tags":                []object{{"Key": "owner", "Value": text}},
			"IpPermissionsEgress": []object{},
			"IpPermissions": []object{{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "UserIdGroupPairs": []object{}, "Ipv6Ranges": []object{}, "PrefixListIds": []object{},
				"IpRanges": []object{{"CidrIp": "0.0.0.0/0", "Description": text}}}},
		})
	}
	b, err := json.Marshal(object{"SecurityGroups": groups})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "groups.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// LibreOffice reads in the workbook what the CSV files have: zeros, texts that look like something
// else, and no formula.
func TestWorkbookInLibreOffice(t *testing.T) {
	dir, m := bundle(t, config.Config{Paths: []string{hostile(t)}}, func(o *Options) {
		o.RawCSV = true
		o.Exceptions = &Exceptions{File: "exceptions.yaml", Text: "exceptions:\n- {group_id: sg-0123456789abcde00, ports: [21], reasons: [any_ipv4], reachable: true, until: 2099-01-01, why: =1+1, approved_by: Board}\n"}
	})
	mustVerify(t, dir)
	sheets := libreoffice.Open(t, filepath.Join(dir, workbookName), "")
	var names []string
	for _, s := range sheets {
		names = append(names, s.Name)
		for _, c := range slices.Concat(s.Rows...) {
			if c.Formula != "" {
				t.Errorf("%s: %q is a formula", s.Name, c.Formula)
			}
			if c.Type == "float" && (len(c.Text) > 10 || strings.HasPrefix(c.Text, "0") && c.Text != "0") {
				t.Errorf("%s: %s is a number", s.Name, c.Text)
			}
		}
	}
	if got := strings.Join(names, ", "); got != "Summary, Findings, Security groups, Coverage, Exceptions, Frameworks" {
		t.Fatalf("the sheets are %s", got)
	}
	for i, name := range []string{"findings.csv", "security_groups.csv", "coverage.csv", "exceptions.csv"} {
		sameRows(t, sheets[i+1].Rows, filepath.Join(dir, name))
	}
	var got, want []string
	for _, row := range sheets[5].Rows[1:] {
		cells := ""
		for _, c := range row {
			cells += c.Text + "\n"
		}
		got = append(got, cells)
	}
	for _, f := range framework.All() {
		for _, r := range f.Requirements {
			want = append(want, strings.Join([]string{f.String(), r.ID, r.Title, r.Asks, string(r.Bearing), r.Bearing.Meaning(), r.Why, f.Scope, f.Publisher, f.Source, ""}, "\n"))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the frameworks differ:\n%s", diff)
	}
	links := map[string]bool{}
	for _, row := range sheets[1].Rows[1:] {
		links[row[3].Link] = true
	}
	if link := "https://console.aws.amazon.com/ec2/home?region=eu-west-1#SecurityGroup:groupId=sg-0123456789abcde12"; len(links) != 19 || !links[link] {
		t.Errorf("findings lead to %v", links)
	}
	said := ""
	for _, row := range sheets[0].Rows {
		for _, c := range row {
			said += c.Text + "\n"
		}
	}
	for _, want := range []string{"19 of 19 security groups let the whole internet in on FTP, of which exceptions cover 1.", "Security groups\n19\nof which open\n19\nof which accepted\n1\n", m.Tool.String()} {
		if !strings.Contains(said, want) {
			t.Errorf("the summary does not say %q:\n%s", want, said)
		}
	}
}

// sameRows fails the test if a sheet has not every cell of a CSV file, by the names of columns.
func sameRows(t *testing.T, sheet [][]libreoffice.Cell, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(sheet) || len(rows) < 2 || len(rows[0]) != len(sheet[0]) {
		t.Fatalf("%s has %d rows, and the sheet %d", filepath.Base(file), len(rows), len(sheet))
	}
	for i, row := range rows {
		for j, want := range row {
			at := slices.IndexFunc(sheet[0], func(c libreoffice.Cell) bool { return c.Text == rows[0][j] })
			if at < 0 {
				t.Fatalf("there is no column %s", rows[0][j])
			}
			got := ""
			if at < len(sheet[i]) {
				got = sheet[i][at].Text
			}
			// What XML cannot hold, LibreOffice itself cannot show.
			want = strings.NewReplacer("\a", "", "\r", "").Replace(want)
			if head, cut := strings.CutSuffix(got, "… (A cell can hold no more. The CSV file beside this workbook has all of it.)"); cut && len(want) > 1<<15 {
				got, want = head, want[:len(head)]
			}
			if got != want {
				t.Errorf("%s, row %d: %s is %.200q, and in the workbook %.200q", filepath.Base(file), i, rows[0][j], want, got)
			}
		}
	}
}

// What is missing stands first in the workbook, too.
func TestWorkbookOfIncompleteAudit(t *testing.T) {
	w := world()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1", Action: "DescribeSecurityGroups"}}
	dir, _ := bundle(t, serve(t, w))
	z, err := zip.OpenReader(filepath.Join(dir, workbookName))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	rest := string(text)
	for _, want := range []string{" security groups let the whole internet in on FTP. 1 place was not read.", "NO. What is not listed as open is not known to be closed.",
		"account 222233334444, region eu-west-1: ec2:DescribeSecurityGroups is denied.", "Read: 8 account-regions, of 3 accounts in 3 regions.", "arn:aws:"} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the summary does not say %q there:\n%s", want, text)
		}
		rest = after
	}
}

func TestConsole(t *testing.T) {
	for where, want := range map[[2]string]string{
		{"eu-west-1", "sg-0a"}:                    "https://console.aws.amazon.com/ec2/home?region=eu-west-1#SecurityGroup:groupId=sg-0a",
		{"ap-southeast-5", "sg-0a"}:               "https://console.aws.amazon.com/ec2/home?region=ap-southeast-5#SecurityGroup:groupId=sg-0a",
		{"il-central-1", "sg-0a"}:                 "https://console.aws.amazon.com/ec2/home?region=il-central-1#SecurityGroup:groupId=sg-0a",
		{"cn-northwest-1", "sg-0a"}:               "https://console.amazonaws.cn/ec2/home?region=cn-northwest-1#SecurityGroup:groupId=sg-0a",
		{"us-gov-east-1", "sg-0a"}:                "https://console.amazonaws-us-gov.com/ec2/home?region=us-gov-east-1#SecurityGroup:groupId=sg-0a",
		{"us-gov-east-1&x=#y", "sg-0a"}:           "",
		{"us-iso-east-1", "sg-0a"}:                "",
		{"us-isob-east-1", "sg-0a"}:               "",
		{"eu-isoe-west-1", "sg-0a"}:               "",
		{"eusc-de-east-1", "sg-0a"}:               "",
		{"eu-west-1&x=#y", "sg-0a"}:               "",
		{"eu-west-1", "sg-0a\" onclick=\"x"}:      "",
		{"eu-west-1", "amazon-elb/amazon-elb-sg"}: "",
		{"", "sg-0a"}:                             "",
	} {
		got := ""
		switch v := inConsole(where[0], where[1]).(type) {
		case workbook.Link:
			got = v.Page + "#" + v.Tag
			if v.Text != where[1] {
				t.Errorf("%s is shown as %s", where[1], v.Text)
			}
		case string:
			if v != where[1] {
				t.Errorf("%s is shown as %s", where[1], v)
			}
		}
		if got != want {
			t.Errorf("%s in %s leads to %q, want %q", where[1], where[0], got, want)
		}
	}
	if inConsole(nil, nil) != nil {
		t.Error("no group leads somewhere")
	}
}
