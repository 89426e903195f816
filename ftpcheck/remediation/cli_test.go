package remediation

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

const account = "123456789012"

// anAWS is a world, and the real AWS CLI to change it with.
type anAWS struct {
	*testing.T
	world  *fakeaws.World
	server *fakeaws.Server
	env    []string
}

func startAWS(t *testing.T, regions map[string]*fakeaws.Region) *anAWS {
	t.Helper()
	if testing.Short() {
		t.Skip("the AWS CLI takes a second for each command")
	}
	cli := needs.Program(t, "Install the AWS CLI, as with: apt-get install awscli", "/usr/bin/aws", "aws") // Debian's first
	w := &fakeaws.World{Accounts: []*fakeaws.Account{{ID: account, Regions: regions}}}
	s := w.Start(t)
	s.Setenv(t)
	// Version 2.9 of the CLI can be told where AWS is by this option only.
	bin := t.TempDir()
	wrapper := fmt.Sprintf("#!/bin/sh\nexec %s --endpoint-url %s \"$@\"\n", cli, s.URL)
	if err := os.WriteFile(filepath.Join(bin, "aws"), []byte(wrapper), 0o755); err != nil {
		t.Fatal(err)
	}
	return &anAWS{t, w, s, append(s.Env(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+t.TempDir())}
}

// scan reads all groups, by name.
func (a *anAWS) scan() map[string]*sg.Group {
	a.Helper()
	scanner, err := scan.New(config.Config{MinErrorRetryDelay: 1})
	if err != nil {
		a.Fatal(err)
	}
	defer scanner.Close()
	groups := map[string]*sg.Group{}
	_, err = scanner.Read(a.Context(), sg.Request{Rules: true, PrefixListNames: true}, func(g *sg.Group) error {
		groups[g.Region+"/"+g.Name] = g
		return nil
	})
	if err != nil {
		a.Fatal(err)
	}
	return groups
}

// run pastes text into a shell, and returns what it prints.
func (a *anAWS) run(text string) (string, error) {
	dir := a.T.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		a.Fatal(err)
	}
	command := exec.Command("sh", "-e", script)
	command.Dir, command.Env = dir, a.env
	out, err := command.CombinedOutput()
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		a.Errorf("the text was not only text: there is %s", files[0].Name())
	}
	return string(out), err
}

// remediations are the distinct texts of a group.
func remediations(g *sg.Group) string {
	var all []string
	for _, p := range g.Permissions {
		if text := For(p); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "")
}

// rules shows the rules of a group with all that is to be carried over.
func rules(g *sg.Group) []string {
	var all []string
	for _, p := range g.Permissions {
		line := p.Key()
		if p.Description != "" {
			line += fmt.Sprintf(" %q", p.Description)
		}
		for _, key := range slices.Sorted(maps.Keys(p.RuleTags)) {
			line += fmt.Sprintf(" %s=%q", key, p.RuleTags[key])
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// closed checks of a group that FTP is closed on all open rules for TCP and that nothing
// else has changed.
func (a *anAWS) closed(before, after *sg.Group) {
	a.Helper()
	was := func(p *sg.Permission, port int32) bool {
		return p.Verdict.Unrestricted == rule.Yes && (port == 20 || port == 21)
	}
	if diff := cmp.Diff(allowed(before.Permissions, was), allowed(after.Permissions, nothingClosed)); diff != "" {
		a.Errorf("%s: what is allowed (-want +got):\n%s", before.Name, diff)
	}
}

func permissionsOf(all ...fakeaws.Permission) []fakeaws.Permission { return all }

func TestWithTheAWSCLI(t *testing.T) {
	const whatEC2Permits = "$(touch owned); {x}!*& #@[]+=:/"
	quotes := map[string]string{"it's \"$(touch owned)\"": "`touch owned` \\ ; \u202e é\u2028", "Name": "-x", "f": "file:///etc/passwd"}
	list, offices, halves := fakeaws.PrefixListID("everyone"), fakeaws.PrefixListID("offices"), fakeaws.PrefixListID("halves")
	region := &fakeaws.Region{
		PrefixLists: []fakeaws.PrefixList{
			{Name: "everyone", Entries: []fakeaws.Entry{{CIDR: "192.0.2.0/24"}, {CIDR: "0.0.0.0/0"}}},
			{Name: "halves", Entries: []fakeaws.Entry{{CIDR: "0.0.0.0/1"}, {CIDR: "128.0.0.0/1"}}},
			{Name: "offices", Entries: []fakeaws.Entry{{CIDR: "192.0.2.0/24"}}},
		},
		Groups: []fakeaws.Group{
			{Name: "ipv6", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: 1, To: 1024, CIDR6: "::/0", Description: "low", Tags: map[string]string{"team": "ops", "empty": "", "aws:x": "y"}},
				fakeaws.Permission{Protocol: "udp", From: 20, To: 21, CIDR6: "::/0"})},
			{Name: "lists", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 30, PrefixList: list, Description: "by list", Tags: map[string]string{"k": "v"}},
				fakeaws.Permission{Protocol: "tcp", From: 20, To: 20, PrefixList: halves},
				fakeaws.Permission{Protocol: "tcp", From: 20, To: 21, PrefixList: offices})},
			{Name: "halves", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/1"},
				fakeaws.Permission{Protocol: "tcp", From: 20, To: 30, CIDR4: "128.0.0.0/1", Description: "second half"},
				fakeaws.Permission{Protocol: "tcp", From: 20, To: 21, CIDR4: "10.0.0.0/8"})},
			{Name: "there", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: 10, To: 30, CIDR4: "0.0.0.0/0", Description: "old"},
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 40, CIDR4: "0.0.0.0/0"},
				fakeaws.Permission{Protocol: "tcp", From: 22, To: 30, CIDR4: "0.0.0.0/0", Description: "there"},
				fakeaws.Permission{Protocol: "tcp", From: 22, To: 40, CIDR4: "0.0.0.0/0"})},
			{Name: "coincide", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 30, CIDR4: "0.0.0.0/0", Description: "a", Tags: map[string]string{"team": "a", "a": "1"}},
				fakeaws.Permission{Protocol: "tcp", From: 20, To: 30, CIDR4: "0.0.0.0/0", Description: "b", Tags: map[string]string{"team": "b", "b": "2"}},
				fakeaws.Permission{Protocol: "tcp", From: 22, To: 30, CIDR4: "10.0.0.0/8"})},
			{Name: "noports", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: -1, To: -1, CIDR4: "0.0.0.0/0", Description: whatEC2Permits, Tags: quotes})},
			{Name: "all", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "-1", CIDR4: "0.0.0.0/0"},
				fakeaws.Permission{Protocol: "tcp", From: 0, To: 21, CIDR4: "0.0.0.0/0"})},
			{Name: "narrower", Ingress: permissionsOf(
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"},
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/1"},
				fakeaws.Permission{Protocol: "tcp", From: 21, To: 22, CIDR4: "128.0.0.0/1"})},
		},
	}
	a := startAWS(t, map[string]*fakeaws.Region{"us-west-2": region})
	before := a.scan()
	for _, g := range before {
		if g.Verdict.Unrestricted != rule.Yes {
			t.Errorf("%s is not open", g.Name)
		}
		if out, err := a.run(remediations(g)); err != nil || out != "" {
			t.Errorf("%s: %v: %s", g.Name, err, out)
		}
	}
	after := a.scan()
	for name, g := range before {
		a.closed(g, after[name])
		stays := map[string]bool{"all": true, "narrower": true}[g.Name]
		if open := after[name].Verdict.Unrestricted == rule.Yes; open != stays {
			t.Errorf("%s is open afterwards: %v", g.Name, open)
		}
	}
	for name, want := range map[string][]string{
		"ipv6":     {`tcp 1 19 ::/0 "low" empty="" team="ops"`, `tcp 22 1024 ::/0 "low" empty="" team="ops"`, `udp 20 21 ::/0`},
		"lists":    {`tcp 20 21 ` + offices, `tcp 22 30 ` + list + ` "by list" k="v"`},
		"halves":   {`tcp 20 21 10.0.0.0/8`, `tcp 22 30 128.0.0.0/1 "second half"`},
		"there":    {`tcp 10 19 0.0.0.0/0 "old"`, `tcp 22 30 0.0.0.0/0 "there"`, `tcp 22 40 0.0.0.0/0`},
		"coincide": {`tcp 22 30 0.0.0.0/0 "b" a="1" b="2" team="b"`, `tcp 22 30 10.0.0.0/8`},
		"noports": {
			fmt.Sprintf(`tcp 0 19 0.0.0.0/0 %q Name="-x" f="file:///etc/passwd" it's "$(touch owned)"=%q`, whatEC2Permits, quotes["it's \"$(touch owned)\""]),
			fmt.Sprintf(`tcp 22 65535 0.0.0.0/0 %q Name="-x" f="file:///etc/passwd" it's "$(touch owned)"=%q`, whatEC2Permits, quotes["it's \"$(touch owned)\""])},
		"all":      {`-1 -1 -1 0.0.0.0/0`, `tcp 0 19 0.0.0.0/0`},
		"narrower": {`tcp 21 21 0.0.0.0/1`, `tcp 21 22 128.0.0.0/1`},
	} {
		if diff := cmp.Diff(want, rules(after["us-west-2/"+name])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	// To run the same again is refused, and harmless.
	g := before["us-west-2/coincide"]
	if out, err := a.run(remediations(g)); err == nil || !strings.Contains(out, "InvalidPermission.Duplicate") {
		t.Errorf("again: %v: %s", err, out)
	}
	// What was left is open in another way now, and the second check closes that.
	narrower := after["us-west-2/narrower"]
	if out, err := a.run(remediations(narrower)); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	again := a.scan()
	if diff := cmp.Diff(rules(after["us-west-2/coincide"]), rules(again["us-west-2/coincide"])); diff != "" {
		t.Errorf("what was run twice (-once +twice):\n%s", diff)
	}
	a.closed(narrower, again["us-west-2/narrower"])
	if again["us-west-2/narrower"].Verdict.Unrestricted != rule.No {
		t.Error("it is still open")
	}
}

// A group that is full refuses the new rules, and keeps the old one.
func TestFullGroupWithTheAWSCLI(t *testing.T) {
	full := []fakeaws.Permission{{Protocol: "tcp", From: 1, To: 1024, CIDR4: "0.0.0.0/0", Description: "old"}}
	for i := range 59 {
		full = append(full, fakeaws.Permission{Protocol: "tcp", From: 443, To: 443, CIDR4: fmt.Sprintf("10.0.%d.0/24", i)})
	}
	region := &fakeaws.Region{RuleQuota: 60, Groups: []fakeaws.Group{{Name: "full", Ingress: full}}}
	a := startAWS(t, map[string]*fakeaws.Region{"eu-west-1": region})
	before := a.scan()["eu-west-1/full"]
	text := remediations(before)
	if !strings.Contains(text, "needs room for 62, which is 2 more") {
		t.Error(text)
	}
	out, err := a.run(text)
	if err == nil || !strings.Contains(out, "RulesPerSecurityGroupLimitExceeded") {
		t.Errorf("%v: %s", err, out)
	}
	if diff := cmp.Diff(rules(before), rules(a.scan()["eu-west-1/full"])); diff != "" {
		t.Errorf("although it was refused (-before +after):\n%s", diff)
	}
	if n := a.server.Count("", "", "RevokeSecurityGroupIngress").Attempts; n != 0 {
		t.Errorf("%d times something was to be revoked", n)
	}

	// With as much room as the text says it needs, it works.
	a.world.Change(func() { region.RuleQuota = 62 })
	if out, err := a.run(text); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	after := a.scan()["eu-west-1/full"]
	a.closed(before, after)
	if after.Verdict.Unrestricted != rule.No {
		t.Error("it is still open")
	}
}

// The sample of the documentation.
func TestSampleWithTheAWSCLI(t *testing.T) {
	regions := map[string]*fakeaws.Region{}
	for _, name := range []string{"us-east-1", "eu-west-1", "ap-southeast-2"} {
		region, err := fakeaws.LoadCLI("../../docs/sample/" + account + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		// A list without a file is one of another account, which may not be read.
		region.PrefixLists = slices.DeleteFunc(region.PrefixLists, func(l fakeaws.PrefixList) bool { return len(l.Entries) == 0 })
		regions[name] = region
	}
	a := startAWS(t, regions)
	before := a.scan()
	var all strings.Builder
	for _, g := range before {
		all.WriteString(remediations(g))
	}
	if out, err := a.run(all.String()); err != nil || out != "" {
		t.Errorf("%v: %s", err, out)
	}
	verdicts := map[rule.Answer][]string{}
	for name, g := range a.scan() {
		a.closed(before[name], g)
		verdicts[g.Verdict.Unrestricted] = append(verdicts[g.Verdict.Unrestricted], g.Name)
	}
	delete(verdicts, rule.No)
	want := map[rule.Answer][]string{rule.Yes: {"migration-host"}, rule.Unknown: {"partner-drop"}}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Errorf("still open or not known (-want +got):\n%s", diff)
	}
}
