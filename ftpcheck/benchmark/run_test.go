package benchmark

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sqlengine"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

func runAccess(t *testing.T, mod *Mod, r tables.Reader) *Group {
	t.Helper()
	g, err := Run(t.Context(), r, mod.Benchmark("ftp_access"))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func control(t *testing.T, g *Group, name string) *ControlRun {
	t.Helper()
	for _, run := range g.Groups[0].Controls {
		if run.ID == "control."+name {
			return run
		}
	}
	t.Fatalf("no control %s", name)
	return nil
}

// resultList are the results of a control.
func resultList(t *testing.T, run *ControlRun) (all []Result) {
	t.Helper()
	err := run.Results.Each(func(r Result) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// runOne runs a single control.
func runOne(t *testing.T, mod *Mod, r tables.Reader, name string) *ControlRun {
	t.Helper()
	b := &Benchmark{Name: name, Controls: []*Control{mod.Control(name)}}
	g, err := Run(t.Context(), r, b)
	if err != nil {
		t.Fatal(err)
	}
	return control(t, g, name)
}

// result returns the only result on a group of the world in a region.
func result(t *testing.T, run *ControlRun, region, name string) *Result {
	t.Helper()
	var found *Result
	for _, r := range resultList(t, run) {
		if strings.HasSuffix(r.Resource, ":security-group/sg-"+name) && r.dimension("region") == region {
			if found != nil {
				t.Fatalf("%s: two results on %s", run.ID, name)
			}
			found = &r
		}
	}
	if found == nil {
		t.Fatalf("%s: no result on %s: %s", run.ID, name, run.Error)
	}
	return found
}

func TestStatuses(t *testing.T) {
	g := runAccess(t, excepting(t, worldExceptions), reader(t, save(t, world)))
	const east, west, central = "us-east-1", "eu-west-1", "eu-central-1"
	for _, test := range []struct {
		control, region, group string
		status                 Status
		reason                 string
	}{
		{"security_group_ftp", east, "closed", StatusOK, "Group closed does not let the whole internet in on TCP 20 or 21."},
		{"security_group_ftp", east, "empty", StatusOK, "empty does not let the whole internet in on TCP 20 or 21."},
		{"security_group_ftp", east, "open", StatusAlarm, "open lets the whole internet in on TCP 20 or 21: sgr-open-0 allows TCP 21 from 0.0.0.0/0 (any_ipv4, tcp 21)."},
		{"security_group_ftp", east, "open-many", StatusAlarm, "sgr-open-many-2 allows TCP 20 and 21 from 0.0.0.0/0 (any_ipv4, tcp 0-65535); sgr-open-many-3 allows TCP 20 and 21 from ::/0 (any_ipv6, all protocols); sgr-open-many-4 allows TCP 20 and 21 from 0.0.0.0/0 (any_ipv4, all protocols); and 2 more."},
		{"security_group_ftp", east, "open-inside", StatusAlarm, "sgr-open-inside-0 allows TCP 20 from ::/0 (any_ipv6, tcp 20)."},
		{"security_group_ftp", east, "open-unused", StatusAlarm, "allows TCP 21 from 0.0.0.0/1 (combined, tcp 21); sgr-open-unused-1 allows TCP 21 from 128.0.0.0/1 (combined, tcp 21)."},
		{"security_group_ftp", east, "open-and-unknown", StatusAlarm, "(any_ipv4, tcp 21); sgr-open-and-unknown-1 allows TCP 20 from pl-unknown (undetermined, tcp 20)."},
		{"security_group_ftp", east, "unknown", StatusError, "It could not be determined whether group unknown lets the whole internet in on TCP 20 or 21: sgr-unknown-0 allows TCP 21 from pl-unknown (undetermined, tcp 21)."},
		{"security_group_ftp", east, "wide", StatusOK, ""},
		{"security_group_ftp", east, "excepted", StatusSkip, "(any_ipv4, tcp 21), accepted until 9999-12-31 by whoever tagged it: partner migration."},
		{"security_group_ftp", east, "excepted-out-of-reach", StatusSkip, "accepted until 9999-12-31 by whoever tagged it: partner migration."},
		{"security_group_ftp", east, "excepted-but-reached", StatusAlarm, "(any_ipv4, tcp 21), and the exception in the tag ftpcheck:exception of sg-excepted-but-reached does not cover it, as it holds while the internet reaches nothing through the group, and now it does."},
		{"security_group_ftp", east, "excepted-in-part", StatusAlarm, "(any_ipv6, tcp 20-21), and the exception in the tag ftpcheck:exception of sg-excepted-in-part does not cover it, as it does not accept port 20; sgr-excepted-in-part-0 allows TCP 21 from 0.0.0.0/0 (any_ipv4, tcp 21), accepted until 9999-12-31 by whoever tagged it: partner migration."},
		{"security_group_ftp", east, "excepted-port", StatusAlarm, "as it does not accept port 20."},
		{"security_group_ftp", east, "excepted-unknown", StatusError, "(undetermined, tcp 21)."},
		{"security_group_ftp", east, "excepted-and-unknown", StatusError, "It could not be determined whether group excepted-and-unknown lets the whole internet in on TCP 20 or 21 by more than what was accepted: sgr-excepted-and-unknown-1 allows TCP 21 from pl-unknown (undetermined, tcp 21); sgr-excepted-and-unknown-0 allows TCP 21 from 0.0.0.0/0 (any_ipv4, tcp 21), accepted until"},
		{"security_group_ftp", east, "excepted-closed", StatusOK, ""},
		{"security_group_ftp", east, "expired", StatusAlarm, ", and the exception in the tag ftpcheck:exception of sg-expired does not cover it, as it expired on 2020-02-29."},
		{"security_group_ftp", east, "malformed", StatusAlarm, ", and the exception in the tag ftpcheck:exception of sg-malformed does not count, as it is not a day, ports, reasons and why, such as 2027-03-31 21 any_ipv4 partner migration."},
		{"security_group_ftp", east, "by-id", StatusSkip, ", accepted until 9999-12-31 by CISO: it's agreed."},
		{"security_group_ftp", east, "by-tag", StatusSkip, ", accepted until 9999-12-31 by CISO: research."},
		{"security_group_ftp", east, "by-rule", StatusAlarm, "sgr-by-rule-1 allows TCP 20 and 21 from 0.0.0.0/0 (any_ipv4, tcp 20-21); sgr-by-rule-0 allows TCP 21 from 0.0.0.0/0 (any_ipv4, tcp 21), accepted until 9999-12-31 by CISO: one; sgr-by-rule-2 allows TCP 20 and 21 from 0.0.0.0/0 (any_ipv4, all protocols), accepted until 9999-12-31 by CISO: two; sgr-by-rule-3 allows TCP 21 from ::/0 (any_ipv6, tcp 21), accepted until 9999-12-31 by CISO: three."},
		{"security_group_ftp", east, "of-two-1", StatusSkip, "by CISO: both."},
		{"security_group_ftp", east, "of-two-2", StatusSkip, "by CISO: both."},
		{"security_group_ftp", east, "too-broad-1", StatusAlarm, ", and the exception in exceptions.yaml:9 does not cover it, as it may cover 1 group, and is about 2 that are open."},
		{"security_group_ftp", west, "excepted-unseen", StatusSkip, ", accepted until 9999-12-31"},
		{"security_group_ftp", west, "excepted-if-unreachable", StatusAlarm, "as it holds while the internet reaches nothing through the group, and whether it does is not known."},

		{"security_group_ftp_control", east, "open", StatusAlarm, "on TCP 21: "},
		{"security_group_ftp_control", east, "open-inside", StatusOK, "open-inside does not let the whole internet in on TCP 21."},
		{"security_group_ftp_control", east, "unknown", StatusError, "on TCP 21: "},
		{"security_group_ftp_control", east, "unknown-unused", StatusOK, ""},
		{"security_group_ftp_control", east, "excepted", StatusSkip, ""},

		{"security_group_ftp_data", east, "open", StatusOK, "open does not let the whole internet in on TCP 20."},
		{"security_group_ftp_data", east, "open-inside", StatusAlarm, "on TCP 20: "},
		{"security_group_ftp_data", east, "open-and-unknown", StatusError, "whether group open-and-unknown lets the whole internet in on TCP 20: "},
		{"security_group_ftp_data", east, "unknown-unused", StatusError, "on TCP 20: "},

		{"default_security_group_ftp", east, "default", StatusAlarm, "default lets the whole internet in on TCP 20 or 21: "},
		{"default_security_group_ftp", central, "default-2", StatusOK, ""},

		{"internet_reachable_ftp", east, "closed", StatusOK, "Group closed does not let the whole internet in on FTP."},
		{"internet_reachable_ftp", east, "wide", StatusOK, "Group wide does not let the whole internet in on FTP."},
		{"internet_reachable_ftp", east, "open", StatusAlarm, "open lets the whole internet in on FTP, and the internet reaches 198.51.100.7 through it now."},
		{"internet_reachable_ftp", east, "open-many", StatusAlarm, "reaches 198.51.100.8 and 1 more through it now."},
		{"internet_reachable_ftp", east, "open-inside", StatusOK, "open-inside lets the whole internet in on FTP, but the internet reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "open-unused", StatusOK, "open-unused lets the whole internet in on FTP, but the internet reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "open-behind-acl", StatusOK, "reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "open-elsewhere", StatusOK, "reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "open-inspected", StatusError, "open-inspected lets the whole internet in on FTP, and it is not known whether the internet reaches a network interface through it (route_undetermined)."},
		{"internet_reachable_ftp", east, "unknown", StatusError, "It could not be determined whether group unknown lets the whole internet in on FTP, and it is not known whether the internet reaches a network interface through it (prefix_list_not_read)."},
		{"internet_reachable_ftp", east, "unknown-open", StatusAlarm, "It could not be determined whether group unknown-open lets the whole internet in on FTP, and the internet reaches 198.51.100.25 through it now."},
		{"internet_reachable_ftp", east, "unknown-unused", StatusOK, "reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "unknown-behind-acl", StatusOK, "reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "excepted", StatusSkip, "reaches 198.51.100.11 through it now, accepted until 9999-12-31 by whoever tagged it: partner migration."},
		{"internet_reachable_ftp", east, "excepted-out-of-reach", StatusOK, "reaches no network interface through it now."},
		{"internet_reachable_ftp", east, "excepted-but-reached", StatusAlarm, "through it now, and the exception in the tag ftpcheck:exception of sg-excepted-but-reached does not cover it, as it holds while"},
		{"internet_reachable_ftp", east, "excepted-in-part", StatusAlarm, "through it now, accepted until 9999-12-31 by whoever tagged it: partner migration, and the exception in the tag ftpcheck:exception of sg-excepted-in-part does not cover it, as it does not accept port 20."},
		{"internet_reachable_ftp", east, "excepted-unknown", StatusError, "(prefix_list_not_read)."},
		{"internet_reachable_ftp", east, "excepted-and-unknown", StatusAlarm, "partner migration, but not all of its rules could be determined."},
		{"internet_reachable_ftp", east, "expired", StatusAlarm, "as it expired on 2020-02-29."},
		{"internet_reachable_ftp", west, "open-unseen", StatusError, "open-unseen lets the whole internet in on FTP, and it is not known whether the internet reaches a network interface through it (interfaces_not_read)."},
		{"internet_reachable_ftp", west, "closed-unseen", StatusOK, ""},
		{"internet_reachable_ftp", west, "excepted-unseen", StatusSkip, "(interfaces_not_read), accepted until 9999-12-31"},
		{"internet_reachable_ftp", west, "excepted-if-unreachable", StatusError, "(interfaces_not_read), and the exception in the tag ftpcheck:exception of sg-excepted-if-unreachable does not cover it"},

		{"security_group_ftp_sources", east, "closed", StatusOK, "Group closed does not allow FTP."},
		{"security_group_ftp_sources", east, "private", StatusOK, "private allows FTP from up to 0 public IPv4 addresses."},
		{"security_group_ftp_sources", east, "exactly-a-16", StatusOK, "from up to 65536 public IPv4 addresses."},
		{"security_group_ftp_sources", east, "wide", StatusAlarm, "wide allows FTP from 16777216 public IPv4 addresses with one rule, more than 65536: sgr-wide-0 from 8.0.0.0/8."},
		{"security_group_ftp_sources", east, "wide-together", StatusInfo, "from up to 98304 public IPv4 addresses with all rules together, more than 65536, though with none alone; the widest is sgr-wide-together-0 from 8.0.0.0/17."},
		{"security_group_ftp_sources", east, "unknown", StatusError, "the source could not be read of sgr-unknown-0 from pl-unknown."},
		{"security_group_ftp_sources", east, "open-and-unknown", StatusAlarm, ""},
		{"security_group_ftp_sources", east, "excepted", StatusSkip, "from up to 3702258432 public IPv4 addresses, more than 65536, by what was accepted: sgr-excepted-0 from 0.0.0.0/0, accepted until 9999-12-31 by whoever tagged it: partner migration."},
		{"security_group_ftp_sources", east, "excepted-unknown", StatusError, "pl-unknown."},
		{"security_group_ftp_sources", east, "excepted-and-unknown", StatusError, "pl-unknown."},
		{"security_group_ftp_sources", east, "excepted-together", StatusInfo, ""},
		{"security_group_ftp_sources", east, "excepted-and-wide", StatusAlarm, "from 16777216 public IPv4 addresses with one rule, more than 65536: sgr-excepted-and-wide-1 from 8.0.0.0/8."},
		{"security_group_ftp_sources", east, "excepted-closed", StatusOK, ""},
		{"security_group_ftp_sources", east, "expired", StatusAlarm, "as it expired on 2020-02-29."},
	} {
		r := result(t, control(t, g, test.control), test.region, test.group)
		if r.Status != test.status || !strings.Contains(r.Reason, test.reason) {
			t.Errorf("%s on %s: %s: %s\nwant %s: %s", test.control, test.group, r.Status, r.Reason, test.status, test.reason)
		}
	}
	for _, run := range g.Groups[0].Controls {
		for _, r := range resultList(t, run) {
			if strings.HasPrefix(r.Reason, "=") || !strings.HasSuffix(r.Reason, ".") {
				t.Errorf("%s: the reason is no sentence: %s", run.ID, r.Reason)
			}
		}
	}
}

func TestDefaultGroups(t *testing.T) {
	mod := excepting(t, "")
	statuses := map[Status]bool{}
	for _, note := range []string{"", "9999-12-31 21 any_ipv4 partner migration"} {
		for _, rule := range []string{"tcp 443 0.0.0.0/0", "tcp 21 0.0.0.0/0", "tcp 21 pl-unknown"} {
			dir := save(t, [][]group{{{name: "default", rules: []string{rule}, tags: excepted(note + " ")}, {name: "other", rules: []string{rule}}}})
			results := resultList(t, runOne(t, mod, reader(t, dir), "default_security_group_ftp"))
			if len(results) != 1 {
				t.Fatalf("%d results on one default group", len(results))
			}
			statuses[results[0].Status] = true
		}
	}
	if want := map[Status]bool{StatusOK: true, StatusAlarm: true, StatusError: true, StatusSkip: true}; !cmp.Equal(statuses, want) {
		t.Errorf("statuses %v, want %v", statuses, want)
	}
}

// exceptionGroups are open groups, one for each note.
func exceptionGroups() ([]group, []string) {
	var groups []group
	var list []string
	for note := range notes() {
		groups = append(groups, group{name: "g" + strings.Repeat("x", len(groups)), rules: []string{"tcp 21 0.0.0.0/0"}, tags: excepted(note)})
		list = append(list, note)
	}
	return groups, list
}

func TestExceptionTag(t *testing.T) {
	groups, list := exceptionGroups()
	run := runOne(t, excepting(t, ""), reader(t, save(t, [][]group{groups})), "security_group_ftp")
	if notes()[time.Now().UTC().Format(time.DateOnly)+" 21 any_ipv4 today"] == "" {
		t.Skip("the day has ended meanwhile")
	}
	for i, note := range list {
		r := result(t, run, "us-east-1", groups[i].name)
		status, reason := StatusAlarm, "and the exception in the tag ftpcheck:exception of sg-"+groups[i].name+" does not count, as it is not a day, ports, reasons and why"
		switch notes()[note] {
		case "valid":
			status, reason = StatusSkip, "accepted until "+strings.Fields(note)[0]+" by whoever tagged it: "
		case "expired":
			reason = "does not cover it, as it expired on " + note[:10]
		}
		if r.Status != status || !strings.Contains(r.Reason, reason) {
			t.Errorf("%q: %s: %s", note, r.Status, r.Reason)
		}
	}
	// Unless somebody has said so, groups bring no exception.
	run = runOne(t, load(t), reader(t, save(t, [][]group{groups})), "security_group_ftp")
	if run.Summary.Alarm != len(groups) {
		t.Errorf("%d alarms of %d", run.Summary.Alarm, len(groups))
	}
}

func TestPlaces(t *testing.T) {
	run := runOne(t, load(t), covered, "place_scanned")
	var got []string
	for _, r := range resultList(t, run) {
		got = append(got, string(r.Status)+" "+r.Resource+": "+r.Reason)
	}
	want := []string{
		"error account 111122223333, region eu-west-1: Allow ec2:DescribeSecurityGroups.",
		"error account 111122223333, region eu-west-2: Not scanned (throttled).",
		"ok account 111122223333, region us-east-1: Read. Security groups: 3, ingress permissions: 7.",
		"ok account 111122223333, region us-east-2: Read. Security groups: 1, ingress permissions: 0. Not all is known: prefix list pl-1 could not be read",
		"skip account 111122223333, region ap-east-1: Not scanned, and nobody asked for it (region_disabled): The region is not enabled.",
		"skip account 111122223333, region ap-east-2: Not scanned, so nothing is known of it. It is left out by choice: Access denied.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A scan that read nothing must never look fine, however it came to that.
func TestNothingRead(t *testing.T) {
	for name, r := range map[string]tables.Reader{
		"no place":       places{},
		"optional only":  covered[4:5],
		"ignored only":   covered[5:6],
		"no group":       reader(t, save(t, [][]group{{}})),
		"no group files": covered[6:],
	} {
		run := runOne(t, load(t), r, "place_scanned")
		if run.Summary.Error == 0 || !slices.ContainsFunc(resultList(t, run), func(r Result) bool {
			return r.Status == StatusError && strings.Contains(r.Reason, "No security group was read anywhere")
		}) {
			t.Errorf("%s: %+v", name, resultList(t, run))
		}
	}
}

// A place that cannot be read is an error of every control that would speak for it, and
// takes no result from the others.
func TestPlaceMissed(t *testing.T) {
	dir, broken := save(t, world), brokenFile(t)
	whole := runAccess(t, load(t), reader(t, dir)).Groups[0].Controls
	g := runAccess(t, load(t), unread(reader(t, dir, broken), "eu-west-1"))
	const place = "account 111122223333, region eu-west-1"
	for i, run := range g.Groups[0].Controls {
		var want []string
		for _, r := range resultList(t, whole[i]) {
			if r.dimension("region") != "eu-west-1" {
				want = append(want, r.Resource+" "+string(r.Status))
			}
		}
		want = append(want, place+" error", broken+" error")
		var got []string
		for _, r := range resultList(t, run) {
			got = append(got, r.Resource+" "+string(r.Status))
			for resource, status := range map[string]string{place: "denied", broken: "invalid"} {
				reason := "Nothing is known of " + resource + ", because it was not read (" + status + "). The control place_scanned says what to do."
				if r.Resource == resource && run.ID != "control.place_scanned" && r.Reason != reason {
					t.Errorf("%s: reason %q", run.ID, r.Reason)
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || run.Error != "" {
			t.Errorf("%s: %s\n%s", run.ID, run.Error, diff)
		}
	}
}

// Rules are read after groups. Where only those were denied, no group is fine.
func TestRulesMissed(t *testing.T) {
	mod := load(t)
	r := denied{reader(t, save(t, world)), "eu-west-1", func(request sg.Request) bool { return request.Rules }}
	engine := sqlengine.Open(tables.Steampipe(r))
	for _, name := range []string{"security_group_ftp", "security_group_ftp_sources"} {
		query := mod.Control(name).Query
		statement, err := query.prepare(engine, nil)
		if err != nil {
			t.Fatal(err)
		}
		found, err := resultsOf(t.Context(), query, statement)
		if err != nil {
			t.Fatal(err)
		}
		results := resultList(t, &ControlRun{Results: found})
		there, elsewhere := 0, 0
		for _, result := range results {
			switch {
			case result.dimension("region") != "eu-west-1":
				if result.Status == StatusOK {
					elsewhere++
				}
			case result.Status != StatusError:
				t.Errorf("%s: %+v", name, result)
			default:
				there++
			}
		}
		if there == 0 || elsewhere == 0 {
			t.Errorf("%s: %d errors where the rules are denied, %d groups ok elsewhere", name, there, elsewhere)
		}
	}
}

// TestNetworksDenied denies each read of what stands between a group and the internet in turn: that
// is an error of the control on reach alone, and only of groups of which it could decide something.
func TestNetworksDenied(t *testing.T) {
	statuses := func(faults ...fakeaws.Fault) map[string]Status {
		statuses := map[string]Status{}
		for _, run := range runAccess(t, load(t), served(t, "../../docs/sample", faults...)).Groups[0].Controls {
			if run.Error != "" {
				t.Errorf("%s: %s", run.ID, run.Error)
			}
			for _, r := range resultList(t, run) {
				statuses[run.ID+" "+r.Resource] = r.Status
			}
		}
		return statuses
	}
	const reach = "control.internet_reachable_ftp "
	whole := statuses()
	for _, action := range []string{"DescribeNetworkInterfaces", "DescribeSubnets", "DescribeVpcs", "DescribeRouteTables", "DescribeInternetGateways", "DescribeNetworkAcls", "DescribeVpcBlockPublicAccessOptions"} {
		errors := 0
		for name, status := range statuses(fakeaws.Fault{Kind: fakeaws.Denied, Action: action}) {
			was := whole[name]
			switch {
			case status == was:
			case status == StatusError && strings.HasPrefix(name, reach):
				errors++
			default:
				t.Errorf("without %s, %s is %s and not %s", action, name, status, was)
			}
		}
		if errors == 0 && action != "DescribeSubnets" && action != "DescribeVpcs" { // one of which suffices
			t.Errorf("without %s nothing is an error", action)
		}
	}
}

// TestControlsOfOthers has queries as somebody else may write them: what says nothing of a resource is
// an error of its control, which names it, and never a pass. What is an error to Powerpipe 1.5.2, too,
// has what it says; it knows only of columns that a row lacks, and takes the last of two.
func TestControlsOfOthers(t *testing.T) {
	for _, test := range []struct {
		sql, want string
		summary   Summary
	}{
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason", "", Summary{OK: 1}},
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason union all select 'r', 'alarm', 'Open.'", "", Summary{OK: 1, Alarm: 1}},
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason, 1 as d, 2 as d", "", Summary{OK: 1}},
		{"select null as resource, 'alarm' as status, null as reason", "", Summary{Alarm: 1}},
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason where false", "", Summary{}},

		// control result is missing required column: [reason]
		{"select 'r' as resource, 'ok' as status", "the query q of the control c gives no column reason", Summary{Error: 1}},
		{"select 'ok' as status, 'Fine.' as reason", "the query q of the control c gives no column resource", Summary{Error: 1}},
		{"select 'r' as resource, 'Fine.' as reason", "the query q of the control c gives no column status", Summary{Error: 1}},
		{"select 'r' as resource, 'ok' as status where false", "the query q of the control c gives no column reason", Summary{Error: 1}},
		{`select 'r' as resource, 'ok' as "Status", 'Fine.' as reason`, "gives no column status", Summary{Error: 1}},
		{"explain select 'r' as resource, 'ok' as status, 'Fine.' as reason", "gives no column resource", Summary{Error: 1}},
		{"select 'r' as resource, 'alarm' as status, 'Open.' as reason, 'ok' as status", "gives 2 columns status", Summary{Error: 1}},

		// invalid control status '<nil>'
		{"select 'r' as resource, null as status, 'Fine.' as reason", `the query q gives the status "", which is none of ok, `, Summary{Error: 1}},
		{"select 'r' as resource, 'OK' as status, 'Fine.' as reason", `the status "OK"`, Summary{Error: 1}},
		{"select 'r' as resource, ' ok' as status, 'Fine.' as reason", `the status " ok"`, Summary{Error: 1}},
		{"select 'r' as resource, true as status, 'Fine.' as reason", `the status "true"`, Summary{Error: 1}},
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason union all select 'r', 'pass', 'Fine.'", `the status "pass"`, Summary{Error: 1}},

		{"", "there is no SQL to run", Summary{Error: 1}},
		{"-- nothing", "there is no SQL to run", Summary{Error: 1}},
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason; select 1", "the query q is more than one statement", Summary{Error: 1}},
		{"select 'r' as resource, 'ok' as status, 'Fine.' as reason from nowhere", `"nowhere"`, Summary{Error: 1}},
	} {
		pp := fmt.Sprintf("query \"q\" {\n sql = %q\n}\ncontrol \"c\" {\n title = \"\"\n description = \"\"\n query = query.q\n}\n", test.sql)
		mod, err := Load(fstest.MapFS{"mod.pp": emptyMod, "a.pp": {Data: []byte(pp)}}, Settings{})
		if err != nil {
			t.Fatalf("%s: %v", test.sql, err)
		}
		g, err := RunControl(t.Context(), places{}, mod.Control("c"))
		if err != nil {
			t.Fatalf("%s: %v", test.sql, err)
		}
		run := g.Controls[0]
		if run.Summary != test.summary || g.Summary.Status != test.summary || (run.Error == "") != (test.want == "") || !strings.Contains(run.Error, test.want) {
			t.Errorf("%s\n%+v, error %q, want %+v, error %q", test.sql, run.Summary, run.Error, test.summary, test.want)
		}
	}
}

func TestRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, reader(t, "../../docs/sample"), load(t).Benchmark("ftp_access")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestDimensions(t *testing.T) {
	mod := load(t, `common_dimensions=["account_id", "region", "vpc_id", "connection_name"]`, `tag_dimensions=["purpose", "status", "o\"dd'"]`)
	g := runAccess(t, mod, reader(t, save(t, world)))
	r := result(t, control(t, g, "security_group_ftp"), "us-east-1", "by-tag")
	want := []Dimension{{"purpose", "it's a honeypot"}, {"tag_status", "ok"}, {`o"dd'`, "x"}, {"vpc_id", "vpc-0"}, {"connection_name", ""}, {"region", "us-east-1"}, {"account_id", "111122223333"}}
	if diff := cmp.Diff(want, r.Dimensions); diff != "" || r.Status != StatusAlarm {
		t.Errorf("%s: %s", r.Status, diff)
	}
	header, eachRow := g.Table()
	layout := []string{"group_id", "title", "description", "control_id", "control_title", "control_description", "reason", "resource", "status", "severity",
		"account_id", "connection_name", `o"dd'`, "purpose", "region", "tag_status", "vpc_id",
		"aws_config", "aws_fsbp", "aws_well_architected", "category", "cis_controls_v8", "datadog", "hipaa_security_rule", "iso_27001_2022", "mitre_attack",
		"nist_800_53_rev_5", "nist_csf_v2", "pci_dss_v4", "plugin", "service", "soc_2", "type"}
	if diff := cmp.Diff(layout, header); diff != "" {
		t.Error(diff)
	}
	rows := 0
	err := eachRow(func(row []any) error {
		if rows++; len(row) != len(header) || row[0] != "ftpcheck.benchmark.ftp_access" || !slices.Contains(Statuses, Status(row[8].(string))) {
			t.Errorf("row %q", row)
		}
		return nil
	})
	if err != nil || rows == 0 {
		t.Errorf("%d rows, error %v", rows, err)
	}
}

func TestInstall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "mod")
	for range 2 { // the second time nothing differs
		if err := Install(dir, false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Load(os.DirFS(dir), Settings{}); err != nil {
		t.Errorf("what was installed cannot be loaded: %v", err)
	}
	path := filepath.Join(dir, "variables.pp")
	if err := os.WriteFile(path, []byte("// mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Install(dir, false); err == nil || !strings.Contains(err.Error(), "variables.pp") {
		t.Errorf("a changed file was overwritten: %v", err)
	}
	if err := Install(dir, true); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) == "// mine" {
		t.Error("the file was not overwritten")
	}
}

// A card says how many places were not read, and is never green while there are any.
func TestDashboardsUnread(t *testing.T) {
	mod := load(t)
	closed := [][]group{{{name: "closed", rules: []string{"tcp 21 10.0.0.0/8"}}}, {{name: "unread"}}}
	for _, test := range []struct {
		reader tables.Reader
		want   map[string][][]any
	}{
		{reader(t, save(t, closed)), map[string][][]any{
			"ftp_exposure_open":         {{"Open to the internet", int64(0), "ok"}},
			"ftp_exposure_undetermined": {{"Undetermined", int64(0), "ok"}},
			"ftp_exposure_by_region":    nil,
		}},
		{unread(reader(t, save(t, closed)), "eu-west-1"), map[string][][]any{
			"ftp_exposure_open":         {{"Open to the internet (not read: 1)", int64(0), "alert"}},
			"ftp_exposure_undetermined": {{"Undetermined (not read: 1)", int64(0), "alert"}},
			"ftp_exposure_by_region":    {{"eu-west-1", int64(0), int64(1)}},
		}},
	} {
		engine := sqlengine.Open(tables.Steampipe(test.reader))
		for name, want := range test.want {
			query := mod.Queries[slices.IndexFunc(mod.Queries, func(q *Query) bool { return q.Name == name })]
			var got [][]any
			err := engine.Query(t.Context(), query.SQL, nil, func(_ []pgsql.Column, row []any) error {
				got = append(got, slices.Clone(row))
				return nil
			})
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: %v\n%s", name, err, diff)
			}
		}
	}
}
