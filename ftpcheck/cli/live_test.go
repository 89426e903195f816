package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

const (
	home    = "111122223333" // the account of the credentials
	member  = "222233334444"
	another = "333344445555"
)

// organization is three accounts with seventeen regions each and one more that is not
// enabled. Every region has an open and a closed group.
func organization() *fakeaws.World {
	w := fakeaws.NewOrganization([]string{home, member, another}, fakeaws.DefaultRegions, func(string, string) *fakeaws.Region {
		return &fakeaws.Region{
			Groups: []fakeaws.Group{
				{Name: "open", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}}},
				{Name: "by-list", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 20, To: 21, PrefixList: fakeaws.PrefixListID("offices")}}},
			},
			PrefixLists: []fakeaws.PrefixList{{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "203.0.113.0/24"}}}},
		}
	})
	for _, a := range w.Accounts {
		a.Regions["me-south-1"] = &fakeaws.Region{Disabled: true}
	}
	w.Record = true
	return w
}

// live serves a world to the command line as the home account.
func live(t *testing.T, w *fakeaws.World) *fakeaws.Server {
	t.Helper()
	s := w.Start(t)
	t.Setenv("HOME", t.TempDir())
	s.Setenv(t)
	return s
}

func TestLiveOrganization(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: member, Region: "eu-west-1"},
		{Kind: fakeaws.Throttled, Account: another, Region: "us-east-2"},
	}
	s := live(t, w)
	config := t.TempDir() + "/ftpcheck.spc"
	err := os.WriteFile(config, []byte("connection \"org\" {\n plugin = \"ftpcheck\"\n accounts = [\"*\"]\n max_error_retry_attempts = 3\n}\n"), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := run(t, "check", "--config", config)
	if code != exitError || stderr != "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	for _, want := range []string{
		"- connection org, account 222233334444, region eu-west-1: ec2:DescribeSecurityGroups is denied. Allow the caller this action\n",
		"- connection org, account 333344445555, region us-east-2: AWS throttled ec2:DescribeSecurityGroups each time it was tried.",
		"49 of 98 security groups let the whole internet in on FTP. Reachable now: 0. Read: 49 account-regions, of 3 accounts in 17 regions. Not read: 2, so this is not the whole answer.\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
	if rows := strings.Count(stdout, "any_ipv4"); rows != 49 {
		t.Errorf("%d findings, want 49", rows)
	}
	for action, want := range map[string]int{
		"DescribeSecurityGroups": 51 + 2, // one is throttled, and tried three times
		"DescribeRegions":        3, "GetCallerIdentity": 1, "AssumeRole": 2, "ListAccounts": 1,
		"GetManagedPrefixListEntries": 49, "DescribeSecurityGroupRules": 49, "DescribeNetworkInterfaces": 49, // whether one uses what is open
	} {
		if got := s.Count("", "", action).Attempts; got != want {
			t.Errorf("%d calls of %s, want %d", got, action, want)
		}
	}

	t.Run("a query fails with all that was not read", func(t *testing.T) {
		stdout, stderr, code := run(t, "query", "--config", config, "select count(*) from ftpcheck_security_group")
		if code != exitError || stdout != "" || !strings.Contains(stderr, "2 places could not be read") || !strings.Contains(stderr, "eu-west-1") || !strings.Contains(stderr, "us-east-2") {
			t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
		}
	})
	t.Run("the coverage shows every place", func(t *testing.T) {
		stdout, stderr, code := run(t, "query", "--config", config, "--output", "csv", "--csv", "raw",
			"select status, is_optional, count(*) as places, sum(security_group_count) as groups from ftpcheck_scan group by 1, 2 order by 1")
		want := "status,is_optional,places,groups\ndenied,false,1,0\nregion_disabled,true,3,0\nscanned,false,49,98\nthrottled,false,1,0\n"
		if code != exitOK || stdout != want {
			t.Errorf("exit code %d, %s\n%s", code, stderr, cmp.Diff(want, stdout))
		}
	})
	t.Run("where nothing fails, the exit code says what is open", func(t *testing.T) {
		stdout, _, code := run(t, "check", "--account", home, "--region", "us-*", "--region", "sa-east-1")
		if code != exitOpen || !strings.Contains(stdout, "Read: 5 account-regions, of 1 account in 5 regions. None failed.") {
			t.Errorf("exit code %d\n%s", code, stdout)
		}
	})
}

// One statement makes each call once, also when it reads several tables or one twice.
func TestLiveJoinsShareCalls(t *testing.T) {
	s := live(t, organization())
	stdout, stderr, code := run(t, "query", "--output", "csv", "--csv", "raw", `
		select count(*) as n
		from ftpcheck_security_group g
		join ftpcheck_security_group_ingress_permission p on p.group_id = g.group_id and p.region = g.region
		join ftpcheck_scan s on s.region = g.region and s.account_id = g.account_id`)
	if code != exitOK || stdout != "n\n34\n" {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if n := s.Count("", "", "").Attempts; n != 17+17+1+1 {
		t.Errorf("%d calls, want 36: groups and one prefix list of 17 regions, the regions, the identity", n)
	}
}

// An aggregator of AWS Config is read in the place of EC2, says what it does not have, and leaves
// evidence that can be verified.
func TestLiveAggregator(t *testing.T) {
	w := organization()
	w.Aggregator = &fakeaws.Aggregator{Name: "org", Status: map[string]string{member + "/eu-west-1": "OUTDATED"}, Unrecorded: []string{another + "/sa-east-1"}}
	for _, a := range w.Accounts {
		for _, r := range a.Regions {
			r.Groups = append(r.Groups, fakeaws.Group{Name: "default"})
		}
	}
	s := live(t, w)
	stdout, stderr, code := run(t, "check", "--aggregator", "org")
	for _, want := range []string{
		"account " + member + ", region eu-west-1: the aggregator of AWS Config has nothing new from there since ",
		"account " + another + ", region sa-east-1: AWS Config has not recorded any security group there",
		"50 of 150 security groups let the whole internet in on FTP. Reachable now: 0, not known: 50. Read: 49 account-regions, of 3 accounts in 17 regions. Not read: 2",
	} {
		if !strings.Contains(stdout+stderr, want) {
			t.Errorf("%q is not in\n%s%s", want, stdout, stderr)
		}
	}
	if n := s.Count("", "", "DescribeSecurityGroups").Attempts + s.Count("", "", "AssumeRole").Attempts; code != exitError || n > 0 {
		t.Errorf("exit code %d, %d calls of others", code, n)
	}
	if stdout, stderr, code := run(t, "check", "--aggregator", "org", "--ignore-error-code", "Outdated,NotRecorded", "--region", "us-*"); code != exitOpen || !strings.Contains(stdout+stderr, "None failed") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	dir := t.TempDir() + "/evidence"
	if stdout, stderr, code := run(t, "audit", "--aggregator", "org", "--out", dir); code != exitError {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if stdout, stderr, code := run(t, "audit", "verify", dir); code != exitOK || !strings.Contains(stdout, "Verified: ") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// The policies of docs/policies allow all that the program does, and nothing else: every
// kind of query works while the fake denies every other action, and each action that
// they name is used.
func TestLeastPrivilege(t *testing.T) {
	var actions []string
	for _, name := range policies(t) {
		actions = append(actions, policyActions(t, name)...)
	}
	w := organization()
	w.Organization.Units = []fakeaws.Unit{{Name: "prod", Accounts: []string{member}}}
	w.Accounts[0].Regions["us-east-1"].LoadBalancers = []fakeaws.LoadBalancer{
		{Name: "ftp", Listeners: []fakeaws.Listener{{Port: 21, To: 21, Targets: []string{"i-1"}}}},
		{Name: "old", Type: "classic", Listeners: []fakeaws.Listener{{Port: 21, To: 21, Targets: []string{"i-1"}}}},
	}
	w.Aggregator = &fakeaws.Aggregator{Name: "all"}
	w.AllowOnly(actions...)
	s := live(t, w)
	for _, args := range [][]string{
		{"check", "--account", "*"},
		{"check", "--account", fakeaws.UnitID("prod")},
		{"query", "select * from ftpcheck_security_group"},
		{"query", "select * from ftpcheck_security_group_ingress_permission"},
		{"query", "select * from ftpcheck_scan"},
		{"query", "select * from ftpcheck_internet_path"},
		{"query", "--load-balancers", "select * from ftpcheck_internet_path"},
		{"query", "--aggregator", "all", "select status from ftpcheck_scan"},
	} {
		if stdout, stderr, code := run(t, args...); code == exitError {
			t.Errorf("%v: %s%s", args, stdout, stderr)
		}
	}
	if denied := s.Denied(); len(denied) > 0 {
		t.Errorf("the policies lack %v", denied)
	}
	for _, a := range actions {
		_, action, _ := strings.Cut(a, ":")
		if s.Count("", "", action).Successes == 0 {
			t.Errorf("the policies allow %s, which nothing uses", a)
		}
	}
}

// exampleSecret has the form of a secret access key. It is the one of AWS's documentation.
const exampleSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

// Keys and tokens are nowhere in what is printed, whatever fails.
func TestNoSecretsAreShown(t *testing.T) {
	for _, kind := range []fakeaws.Kind{fakeaws.Denied, fakeaws.Expired, fakeaws.InvalidKey, fakeaws.Malformed, fakeaws.Reset, fakeaws.RegionDisabled, fakeaws.Custom} {
		for _, action := range []string{"GetCallerIdentity", "AssumeRole", "DescribeRegions", "DescribeSecurityGroups"} {
			w := organization()
			live(t, w)
			fault := fakeaws.Fault{Kind: kind, Action: action}
			if kind == fakeaws.Custom {
				// AWS may quote the request.
				fault.Status, fault.Code = 400, "Quoting"
				fault.Message = fmt.Sprintf("You sent %s, %s and ASIAIOSFODNN7EXAMPLE.", os.Getenv("AWS_ACCESS_KEY_ID"), exampleSecret)
			}
			w.Change(func() { w.Faults = []fakeaws.Fault{fault} })
			config := fmt.Sprintf("connection \"ftpcheck\" {\n plugin = \"ftpcheck\"\n access_key = %q\n secret_key = %q\n session_token = %q\n regions = [\"us-east-1\"]\n accounts = [%q]\n max_error_retry_attempts = 1\n}\n",
				os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"), member)
			path := t.TempDir() + "/ftpcheck.spc"
			if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			var printed strings.Builder
			for _, args := range [][]string{
				{"check", "--config", path},
				{"query", "--config", path, "select * from ftpcheck_security_group"},
				{"query", "--config", path, "--output", "json", "select * from ftpcheck_scan"},
			} {
				stdout, stderr, _ := run(t, args...)
				printed.WriteString(stdout + stderr)
			}
			for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
				if secret := os.Getenv(name); secret != "" && strings.Contains(printed.String(), secret) {
					t.Errorf("%s of %s: %s is shown in\n%s", kind, action, name, printed.String())
				}
			}
			if strings.Contains(printed.String(), "ASIA") || strings.Contains(printed.String(), exampleSecret) {
				t.Errorf("%s of %s: a temporary key is shown in\n%s", kind, action, printed.String())
			}
		}
	}
}

// The process ends, and its calls with it, within a second of a signal, with the exit code that
// shells give to what the signal ends. What it printed by then is no answer.
func TestInterrupt(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{
		{"check"},
		{"check", "-o", "sarif"},
		{"query", "select * from ftpcheck_security_group"},
		{"query", "--timeout", "1h", "--export", "rows.csv", "select * from ftpcheck_security_group"},
		{"audit", "--out", "audit"},
		{"benchmark", "run"},
		{"dump"},
	} {
		for signal, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
			w := organization()
			w.Faults = []fakeaws.Fault{{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups"}}
			s := live(t, w) // of its own: one may learn late that those who called it are gone
			var stdout, stderr bytes.Buffer
			cmd := exec.Command("ftpcheck", args...) // the test binary under this name; see TestMain
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(20 * time.Second); s.MaxInFlight("", "") < len(fakeaws.DefaultRegions); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					cmd.Process.Kill()
					cmd.Wait()
					t.Fatal("the calls are not under way: ", stderr.String())
				}
			}
			start := time.Now()
			cmd.Process.Signal(signal)
			cmd.Wait()
			if took := time.Since(start); took > time.Second || cmd.ProcessState.ExitCode() != want || stderr.String() != "ftpcheck: interrupted\n" {
				t.Errorf("%v, %v: exit code %d after %v: %s", signal, args, cmd.ProcessState.ExitCode(), took, stderr.String())
			}
			text := stdout.String()
			if args[0] == "dump" && !strings.Contains(text, "rollback;\ndo $$ begin raise exception") || args[0] != "dump" && text != "" {
				t.Errorf("%v, %v: it has printed %s", signal, args, text)
			}
			if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
				t.Errorf("%v, %v: left behind is %v, %v", signal, args, left, err)
			}
		}
	}
}

// A query that takes longer than it may has failed, which is no interruption.
func TestTimeoutIsNoInterruption(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Hang, Action: "DescribeSecurityGroups"}}
	live(t, w)
	_, stderr, code := run(t, "query", "--timeout", "100ms", "select * from ftpcheck_security_group")
	if code != exitError || stderr != "ftpcheck: the query took longer than --timeout 100ms\n" {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// A signal ends a command that waits for standard input, which has no end, whatever came of it.
func TestTerminatedOnStandardInput(t *testing.T) {
	blanks := strings.Repeat(" ", 1<<17) // more than a pipe takes, so the command reads when they are written
	for name, before := range map[string]string{"nothing": blanks, "the begin of an answer": blanks + `{"SecurityGroups": [`} {
		folder := filepath.Join(t.TempDir(), "audit")
		for _, args := range [][]string{{"check", "--from", "-"}, {"query", "--from", "-", "select 1 from ftpcheck_scan"}, {"audit", "--from", "-", "--out", folder}} {
			var stdout, stderr bytes.Buffer
			cmd := exec.Command("ftpcheck", args...)
			cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			io.WriteString(stdin, before)
			cmd.Process.Signal(syscall.SIGTERM)
			hangs := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
			cmd.Wait()
			hangs.Stop()
			if cmd.ProcessState.ExitCode() != exitTerminated || stderr.String() != "ftpcheck: interrupted\n" || stdout.Len() > 0 {
				t.Errorf("%v behind %s: exit code %d: %s%s", args, name, cmd.ProcessState.ExitCode(), &stdout, &stderr)
			}
			if _, err := os.Stat(folder); err == nil {
				t.Error("the audit is there")
			}
		}
	}
}

// The same data gives the same rows from files and from AWS, but for where they are from.
func TestLiveEqualsSaved(t *testing.T) {
	w := &fakeaws.World{Shuffle: true, Accounts: []*fakeaws.Account{{ID: "123456789012", Regions: map[string]*fakeaws.Region{}}}}
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		r, err := fakeaws.LoadCLI("../../testdata/emulator/123456789012/" + region)
		if err != nil {
			t.Fatal(err)
		}
		w.Accounts[0].Regions[region] = r
	}
	live(t, w)
	for table, columns := range map[string]string{
		"ftpcheck_security_group":                    "region, group_id, group_name, description, vpc_id, owner_id, unrestricted_ftp, unrestricted_ftp_reasons, unrestricted_ftp_ports, unrestricted_ftp_rule_ids, ingress_permission_count, network_interface_count, is_attached, has_public_ip, public_ips, tags, title, arn, akas, partition, account_id",
		"ftpcheck_security_group_ingress_permission": "region, group_id, source, ip_protocol, source_type, security_group_rule_id, security_group_rule_arn, prefix_list_id, prefix_list_name, referenced_group_id, unrestricted_ftp, unrestricted_ftp_reason, public_ipv4_address_count, allows_ftp_control, allows_ftp_data, tags, group_tags, title, akas",
	} {
		sql := "select " + columns + " from " + table + " order by 1, 2, 3, 4"
		saved, stderr, code := run(t, "query", "--output", "csv", "--from", "../../testdata/emulator", sql)
		if code != exitOK {
			t.Fatal(stderr)
		}
		live, stderr, code := run(t, "query", "--output", "csv", sql)
		if code != exitOK {
			t.Fatal(stderr)
		}
		a, b := slices.Sorted(strings.Lines(saved)), slices.Sorted(strings.Lines(live))
		if diff := cmp.Diff(a, b); diff != "" || len(a) < 50 {
			t.Errorf("%s (-saved +live):\n%s", table, diff)
		}
	}
}

// A LIMIT that is met ends the query at once, though a region does not answer.
func TestLimitStopsTheCalls(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Hang, Region: "eu-west-1", Action: "DescribeSecurityGroups"}}
	live(t, w)
	start := time.Now()
	stdout, stderr, code := run(t, "query", "--output", "csv", "--csv", "raw", "select count(*) as n from (select 1 from ftpcheck_security_group limit 20) x")
	if code != exitOK || stdout != "n\n20\n" || time.Since(start) > 5*time.Second {
		t.Errorf("exit code %d after %v: %s%s", code, time.Since(start), stdout, stderr)
	}
}

// Where nothing was read, nothing is fine.
func TestNothingRead(t *testing.T) {
	live(t, organization())
	for _, args := range [][]string{{"check", "--region", "me-*"}, {"check", "--account", "ou-none-12345678"}} {
		stdout, stderr, code := run(t, args...)
		if code != exitError || !strings.Contains(stdout, "Nothing was read, so this is no answer.") {
			t.Errorf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

// A prefix list that could not be read is named, with the reason.
func TestUnreadListIsNamed(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{{Kind: fakeaws.Denied, Action: "GetManagedPrefixListEntries", Region: "us-east-1"}}
	live(t, w)
	stdout, _, code := run(t, "check", "--region", "us-east-1")
	want := "Not determined:\n- account 111122223333, region us-east-1: prefix list " + fakeaws.PrefixListID("offices") + " could not be read: ec2:GetManagedPrefixListEntries is denied."
	if code != exitError || !strings.Contains(stdout, want) {
		t.Errorf("exit code %d, %q is not in\n%s", code, want, stdout)
	}
	stdout, stderr, code := run(t, "check", "--region", "us-east-1", "--quiet")
	if code != exitError || strings.Contains(stdout, "could not be read") || !strings.HasPrefix(stderr, want) {
		t.Errorf("quiet: exit code %d, %q is not in\n%s", code, want, stderr)
	}
}

// What is not known of AWS is told by a query that would drop it.
func TestLiveDoubts(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Account: home, Action: "GetManagedPrefixListEntries", Region: "us-east-1"},
		{Kind: fakeaws.Denied, Account: home, Action: "DescribeSecurityGroups", Region: "eu-west-1"},
	}
	live(t, w)
	list := fakeaws.PrefixListID("offices")
	for _, test := range []struct {
		sql, want string
		denied    bool // the query fails, however strict
	}{
		{"select group_id from ftpcheck_security_group where unrestricted_ftp and region = 'us-east-1'",
			"1 ingress permission of account 111122223333, region us-east-1 could not be determined: prefix list " + list + " could not be read: ec2:GetManagedPrefixListEntries is denied.", false},
		{"select source from ftpcheck_security_group_ingress_permission where not unrestricted_ftp and region = 'us-east-1'",
			"1 ingress permission of account 111122223333, region us-east-1 could not be determined: ", false},
		{"select group_id from ftpcheck_security_group where unrestricted_ftp and region = 'us-east-2'", "", false},
		{"select group_id from ftpcheck_security_group where region = 'us-esat-1'", "no place of region us-esat-1 was read, and none is known", false},
		{"select group_id from ftpcheck_security_group where region in ('us-east-2', 'us-esat-1')", "no place of region us-esat-1 was read, and none is known", false},
		{"select group_id from ftpcheck_security_group where region = 'me-south-1'",
			"no place of region me-south-1 was read: account 111122223333, region me-south-1: the region is not enabled for the account.", false},
		{"select title from ftpcheck_scan where region = 'me-south-1'", "", false},
		{"select title from ftpcheck_scan where region = 'us-esat-1'", "no place of region us-esat-1 was read", false},
		{"select group_id from ftpcheck_security_group where account_id = '999988887777'", "no place of account 999988887777 was read, and none is known", false},
		{"select group_id from ftpcheck_security_group where region like 'us-%'", "", false},
		{"select group_id from ftpcheck_security_group where region like 'us_west%'", "", false},
		{"select group_id from ftpcheck_security_group where region like 'eu-%'", "account 111122223333, region eu-west-1: ec2:DescribeSecurityGroups is denied", true},
		{"select group_id, scan_status from ftpcheck_security_group where region like 'eu-%'", "nothing is known of account 111122223333, region eu-west-1: ec2:DescribeSecurityGroups is denied", false},
	} {
		for _, strict := range []bool{false, true} {
			args := []string{"query", test.sql}
			want := exitOK
			if test.denied {
				want = exitError
			}
			if strict {
				args = append(args, "--strict")
				if test.want != "" {
					want = exitError
				}
			}
			_, stderr, code := run(t, args...)
			if code != want || test.want == "" && stderr != "" || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") > 1 {
				t.Errorf("%v: exit code %d, want %d, and stderr\n%swant\n%s", args, code, want, stderr, test.want)
			}
		}
	}
}
