package ftpcheck_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/cli"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

const reliability = "../docs/reliability.md"

var update = flag.Bool("update", false, "write the faults in "+reliability+" anew")

// What somebody gets who asks while something fails. Nothing else may happen.
const (
	same    = "same"    // the answer that there is without the fault
	rest    = "named"   // the answer of all else, which names what is not in it
	refused = "refused" // an error that names what was not read, and no answer
)

// TestFaultMatrix holds docs/reliability.md against what each door does under each fault.
func TestFaultMatrix(t *testing.T) {
	w := faultWorld()
	server := w.Start(t)
	t.Setenv("HOME", t.TempDir())
	server.Setenv(t)
	var kinds, actions []fakeaws.Fault
	for _, kind := range []fakeaws.Kind{fakeaws.Denied, fakeaws.DeniedBySCP, fakeaws.RegionDisabled, fakeaws.OptInRequired, fakeaws.Expired, fakeaws.InvalidKey, fakeaws.Throttled,
		fakeaws.Internal, fakeaws.Unavailable, fakeaws.Reset, fakeaws.CutBody, fakeaws.Truncated, fakeaws.Malformed, fakeaws.Slow, fakeaws.Hang} {
		kinds = append(kinds, fakeaws.Fault{Kind: kind, Account: member, Region: "us-west-2", Action: "DescribeSecurityGroups", Delay: time.Millisecond})
	}
	for _, action := range []string{"GetCallerIdentity", "ListAccounts", "AssumeRole"} {
		actions = append(actions, fakeaws.Fault{Kind: fakeaws.Denied, Action: action})
	}
	actions = append(actions, fakeaws.Fault{Kind: fakeaws.Denied, Account: member, Action: "DescribeRegions"})
	for _, action := range []string{"DescribeSecurityGroups", "DescribeSecurityGroupRules", "GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeNetworkInterfaces"} {
		actions = append(actions, fakeaws.Fault{Kind: fakeaws.Denied, Account: member, Region: "us-west-2", Action: action})
	}

	// Each fault has connections of its own, which have kept nothing yet.
	connections := map[string]string{"whole": faultArguments}
	for i := range len(kinds) + len(actions) {
		for _, d := range doors {
			if d.query != nil {
				connections[fmt.Sprint("fault_", i, "_", d.id)] = faultArguments
			}
		}
	}
	s := launch(t, connections, server.Env()...)
	whole := map[string]outcome{}
	for _, d := range doors {
		if whole[d.id] = d.ask(t, s, "whole"); !strings.Contains(whole[d.id].answer, "sg-") || whole[d.id].code == 2 {
			t.Fatalf("%s: %+v", d.title, whole[d.id])
		}
	}
	asked := 0
	// cells are what these doors do under a fault. All are asked at once, as some wait long.
	cells := func(f fakeaws.Fault, doors ...door) string {
		w.Change(func() { w.Faults = []fakeaws.Fault{f} })
		defer w.Change(func() { w.Faults = nil })
		ends := make([]string, len(doors))
		var asking sync.WaitGroup
		for i, d := range doors {
			asking.Go(func() {
				end, wrong := d.judge(f, whole[d.id], d.ask(t, s, fmt.Sprint("fault_", asked, "_", d.id)))
				if wrong != "" {
					t.Errorf("%s, %+v: %s", d.title, f, wrong)
				}
				ends[i] = end
			})
		}
		asking.Wait()
		return strings.Join(ends, " | ")
	}

	var table strings.Builder
	heading := func(first, last string) {
		fmt.Fprintf(&table, "| %s |", first)
		for _, d := range doors {
			fmt.Fprintf(&table, " %s |", d.title)
		}
		fmt.Fprintf(&table, "%s\n|%s\n", last, strings.Repeat(" --- |", len(doors)+1+strings.Count(last, "|")))
	}
	heading("`ec2:DescribeSecurityGroups` in one region", " `check`, once only |")
	for _, f := range kinds {
		fmt.Fprintf(&table, "| %s | %s |", f.Kind, cells(f, doors...))
		f.First = 1
		once := "" // nobody waits for the end of the first attempt
		if f.Kind != fakeaws.Hang {
			once = cells(f, doors[0])
		}
		fmt.Fprintf(&table, " %s |\n", once)
		asked++
	}
	table.WriteString("\n")
	heading("denied", "")
	for _, f := range actions {
		fmt.Fprintf(&table, "| `%s` | %s |\n", f.Action, cells(f, doors...))
		asked++
	}

	page, err := os.ReadFile(reliability)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- begin faults -->\n", "<!-- end faults -->\n"
	before, after, ok := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(after, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the faults", reliability)
	}
	want := before + begin + "\n" + table.String() + "\n" + end + after
	if *update {
		if err := os.WriteFile(reliability, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(want, string(page)); diff != "" {
		t.Errorf("with -update %s would change (-new +old):\n%s", reliability, diff)
	}
}

// A door is a way to ask: a command, or a query of Steampipe.
type door struct {
	id, title string
	args      []string // of a command,
	lenient   bool     // which ends with exit code 0 also where something is not known
	query     *query   // or a query of Steampipe
}

var doors = []door{
	{id: "check", title: "`check`", args: []string{"check", "--output", "csv"}},
	{id: "query", title: "`query`", lenient: true, args: []string{"query", "--output", "csv", "select group_id, unrestricted_ftp, network_interface_count from ftpcheck_security_group order by 1"}},
	{id: "unread", title: "`query` of `scan_status`", lenient: true, args: []string{"query", "--output", "csv", "select account_id, region, group_id, scan_status, unrestricted_ftp, network_interface_count from ftpcheck_security_group order by 1, 2, 3"}},
	{id: "export", title: "`query --export`", args: []string{"query", "--strict", "select group_id, source, unrestricted_ftp, security_group_rule_id, prefix_list_name from ftpcheck_security_group_ingress_permission order by 1, 2", "--export", "rows.csv"}},
	{id: "audit", title: "`audit`", args: []string{"audit", "--out", "audit"}},
	{id: "benchmark", title: "`benchmark run`", args: []string{"benchmark", "run", "--output", "csv"}},
	{id: "steampipe", title: "Steampipe", query: &query{table: groups, columns: []string{"account_id", "region", "group_id", "unrestricted_ftp", "unrestricted_ftp_reason", "network_interface_count"}}},
	{id: "unread_steampipe", title: "Steampipe, `scan_status`", query: &query{table: permissions, columns: []string{"account_id", "region", "group_id", "unrestricted_ftp", "unrestricted_ftp_reason", "source", "security_group_rule_id", "scan_status"}}},
}

// An outcome is what somebody gets.
type outcome struct {
	code           int    // of a command
	answer, spoken string // of a command: its data, and what it says of them
	rows           []map[string]any
	err            error
}

func (d door) ask(t *testing.T, s *running, connection string) (o outcome) {
	t.Helper()
	if d.query != nil {
		q := *d.query
		q.connection = connection
		o.rows, o.err = s.run(q)
		o.answer = strings.Join(lines(t, o.rows), "\n")
		return o
	}
	dir := t.TempDir()
	args := slices.Clone(d.args)
	for i, arg := range args {
		if slices.Contains([]string{"--out", "--export"}, arg) {
			args[i+1] = filepath.Join(dir, args[i+1])
		}
	}
	settings := filepath.Join(dir, "ftpcheck.spc")
	if err := os.WriteFile(settings, []byte("connection \"ftpcheck\" {\n  plugin = \"ftpcheck\"\n"+faultArguments+"\n}\n"), 0o600); err != nil {
		t.Error(err)
	}
	args = append(args, "--config", settings)
	var stdout, stderr bytes.Buffer
	o.code = cli.Run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	o.spoken = stderr.String()
	if d.id == "audit" {
		o.spoken += stdout.String() // where the folder is, and what is in it
	} else {
		o.answer = stdout.String()
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{"rows.csv", "findings.csv", "security_groups.csv", "ingress_permissions.csv"}, e.Name()) {
			return err
		}
		content, err := os.ReadFile(path)
		o.answer += string(content)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return o
}

// judge says how it ended, and what is wrong with that if anything is.
func (d door) judge(f fakeaws.Fault, whole, got outcome) (end, wrong string) {
	if d.query != nil {
		end, wrong := judge(f, whole.rows, got.rows, got.err)
		return map[string]string{"same": same, "named": refused, "places": rest, "undetermined": rest}[end], wrong
	}
	// What is said of the answer, and what is in it that is not there without the fault.
	said := got.spoken
	for line := range strings.Lines(got.answer) {
		if !strings.Contains(whole.answer, line) {
			said += line
		}
	}
	named := strings.Contains(said, "AWS") || strings.Contains(said, "prefix list") || strings.Contains(said, member) && strings.Contains(said, f.Region)
	// Whether the internet reaches what is open is no part of the verdict.
	reach := f.Action == "DescribeNetworkInterfaces" && got.code == whole.code
	switch failed := got.code == 2 || got.code == 0 && d.lenient || reach; {
	case got.code == whole.code && got.answer == whole.answer:
		return same, ""
	case !failed || !named:
		return "silent", fmt.Sprintf("exit code %d, another answer, and nothing says what is missing:\n%s\n%s", got.code, got.answer, got.spoken)
	case strings.Contains(got.answer, "sg-"):
		return rest, ""
	}
	return refused, ""
}
