package remediation

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var update = flag.Bool("update", false, "write testdata/texts.txt anew")

// hostile is what somebody puts into names and tags to make another person's shell run it.
const hostile = "it's \"$(touch owned)\" `touch owned` \\ \n touch owned\r\x1b[2J\u202e owned # \xff é"

// cases are groups, by what is to be seen in their texts.
func cases() (names []string, groups map[string]*sg.Group) {
	groups = map[string]*sg.Group{}
	add := func(name string, g *sg.Group) {
		names = append(names, name)
		groups[name] = g
	}
	add("nothing but FTP", group(tcp(20, 21, "0.0.0.0/0"), tcp(21, 21, "::/0"), tcp(20, 20, "0.0.0.0/0"), tcp(22, 22, "0.0.0.0/0")))
	add("a left part alone", group(tcp(10, 21, "0.0.0.0/0")))
	add("a right part alone", group(tcp(21, 1024, "0.0.0.0/0")))
	add("a left part up to 20", group(tcp(0, 20, "0.0.0.0/0")))
	add("both parts, with description and tags", group(with(tcp(1, 1024, "::/0"), "low ports", "team", "ops", "empty", "")))
	add("all TCP ports", group(tcp(-1, -1, "0.0.0.0/0")))
	add("protocol by number", group(permission("6", 20, 22, "0.0.0.0/0")))
	add("tags of AWS", group(with(tcp(0, 21, "0.0.0.0/0"), "", "aws:cloudformation:stack-name", "net", "Name", "old")))
	add("a prefix list", group(
		tcp(21, 21, "pl-1=192.0.2.0/24,0.0.0.0/0,10.0.0.0/8"),
		tcp(21, 30, "pl-2=0.0.0.0/1,192.0.2.0/24,128.0.0.0/1")))
	named := group(tcp(20, 21, "pl-1=::/0"))
	named.Permissions[0].PrefixListName = "every one's"
	add("a prefix list with a name", named)
	add("halves", group(tcp(21, 21, "0.0.0.0/1"), tcp(20, 30, "128.0.0.0/1"), tcp(20, 20, "10.0.0.0/8"), tcp(21, 21, "10.0.0.0/8")))
	add("halves on different ports", group(tcp(20, 21, "0.0.0.0/1"), tcp(20, 20, "128.0.0.0/1"), tcp(21, 21, "128.0.0.0/1")))
	var pieces []*sg.Permission
	for i := range 16 {
		pieces = append(pieces, tcp(21, 21, fmt.Sprintf("%d.0.0.0/4", i*16)))
	}
	add("sixteen pieces", group(pieces...))
	add("a part that is there", group(tcp(21, 30, "0.0.0.0/0"), tcp(22, 30, "0.0.0.0/0")))
	add("one part of two that is there", group(tcp(10, 30, "0.0.0.0/0"), tcp(22, 30, "0.0.0.0/0")))
	add("parts that coincide", group(
		with(tcp(21, 30, "0.0.0.0/0"), "passive", "team", "ops", "only", "here"),
		with(tcp(10, 30, "0.0.0.0/0"), "everything", "team", "dev"),
		tcp(20, 30, "::/0")))
	add("all protocols", group(all("0.0.0.0/0"), tcp(20, 21, "0.0.0.0/0")))
	add("undetermined", group(tcp(20, 21, "pl-1=?"), all("pl-2=?")))
	saved := group(tcp(20, 21, "pl-1=?"))
	saved.Origin = "saved/x.json"
	add("undetermined in a saved scan", saved)
	add("narrower rules that are left", group(tcp(20, 21, "0.0.0.0/0"), tcp(21, 21, "0.0.0.0/1"), tcp(0, 100, "128.0.0.0/1")))
	add("tags of AWS in another case", group(with(tcp(0, 21, "0.0.0.0/0"), "", "AWS:x", "net", "Name", "old")))
	add("just within the quota", group(append([]*sg.Permission{tcp(1, 1024, "0.0.0.0/0")}, many(57)...)...))
	add("at the quota", group(append([]*sg.Permission{tcp(1, 1024, "0.0.0.0/0")}, many(59)...)...))
	add("at the quota of IPv6, with a list", group(append([]*sg.Permission{
		tcp(21, 1024, "::/0"), tcp(443, 443, "pl-1="+strings.Repeat("2001:db8::/64,", 59)+"2001:db8::/48")}, many(50)...)...))
	add("below the quota", group(append([]*sg.Permission{tcp(1, 1024, "0.0.0.0/0"), tcp(1, 1024, "::/0")}, many(57)...)...))
	add("no rule IDs", func() *sg.Group {
		g := group(tcp(20, 21, "0.0.0.0/1"), tcp(21, 21, "128.0.0.0/1"), tcp(20, 22, "::/0"))
		g.Origin = "saved/x.json"
		for _, p := range g.Permissions {
			p.RuleID = ""
		}
		return g
	}())
	add("rules that were denied", func() *sg.Group {
		g := group(tcp(20, 22, "::/0"))
		g.Permissions[0].RuleID = ""
		return g
	}())
	add("no region", func() *sg.Group {
		g := group(tcp(20, 22, "::/0"))
		g.Region, g.Origin = "", "saved/x.json"
		return g
	}())
	add("a group of another account", func() *sg.Group {
		g := group(tcp(20, 21, "::/0"))
		g.OwnerID = "999999999999"
		return g
	}())
	add("an ID that is none", func() *sg.Group {
		g := group(tcp(20, 21, "::/0"))
		g.Permissions[0].RuleID = "--no-verify-ssl"
		return g
	}())
	add("hostile", func() *sg.Group {
		g := group(with(tcp(20, 30, "pl-1=0.0.0.0/0"), hostile, hostile, hostile, "aws:"+hostile, "x", "emoji", "\U0001F600"))
		g.Name, g.AccountID, g.Permissions[0].PrefixListName = hostile, hostile, hostile
		return g
	}())
	return names, groups
}

// many are rules for IPv4 that have nothing to do with FTP.
func many(n int) []*sg.Permission {
	var rules []*sg.Permission
	for i := range n {
		rules = append(rules, tcp(443, 443, fmt.Sprintf("10.0.%d.0/24", i)))
	}
	return rules
}

// TestTexts compares the texts with testdata/texts.txt, which reads as documentation.
func TestTexts(t *testing.T) {
	var b strings.Builder
	names, groups := cases()
	for _, name := range names {
		fmt.Fprintf(&b, "=== %s\n", name)
		rules := groups[name].Permissions
		for _, p := range rules[:min(4, len(rules))] {
			fmt.Fprintf(&b, "--- %s\n%s", traffic(p), For(p))
		}
		b.WriteString("\n")
	}
	const golden = "testdata/texts.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("with -update the file would change (-%s +real):\n%s", golden, diff)
	}
}

// TestDocs compares what docs/remediation.md shows with what the sample gives.
func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/remediation.md")
	if err != nil {
		t.Fatal(err)
	}
	scanner, err := scan.New(config.Config{Paths: []string{"../../docs/sample"}})
	if err != nil {
		t.Fatal(err)
	}
	real := map[string]bool{}
	_, err = scanner.Read(t.Context(), sg.Request{Rules: true}, func(g *sg.Group) error {
		for _, p := range g.Permissions {
			real[For(p)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(doc), "```text\n")[1:]
	if len(blocks) != 6 {
		t.Errorf("%d examples, want one of each kind", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```\n")
		if !real[text] {
			t.Errorf("this is not what the sample gives:\n%s", text)
		}
	}
}

// A comment has nothing outside of quotes that any shell gives a meaning to, so that it is
// harmless even in one that does not know comments when it is typed at.
var harmless = regexp.MustCompile(`^# (?:[A-Za-z0-9 ,.:/_@%+=-]|'[^']*'|"'")*$`)

func TestCommentsAreHarmless(t *testing.T) {
	names, groups := cases()
	for _, name := range names {
		for _, p := range groups[name].Permissions {
			for line := range strings.Lines(For(p)) {
				line = strings.TrimSuffix(line, "\n")
				if !harmless.MatchString(line) && !strings.HasPrefix(line, "aws ec2 ") {
					t.Errorf("%s: %s", name, line)
				}
			}
		}
	}
	if harmless.MatchString("# it's") || harmless.MatchString("# $x") || harmless.MatchString("# 'a' ; b") {
		t.Error("the test lets everything pass")
	}
}

// script runs a shell, or a program like it, on a script and returns what it prints.
func script(t testing.TB, text string, shell ...string) string {
	t.Helper()
	command := exec.Command(shell[0], shell[1:]...)
	command.Dir = t.TempDir()
	command.Stdin = strings.NewReader(text)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %v\n%s", shell, err, out)
	}
	if files, _ := os.ReadDir(command.Dir); len(files) > 0 {
		t.Errorf("%v: the text was not only text, and has made the file %s", shell, files[0].Name())
	}
	return string(out)
}

func TestTextsAreForTheShell(t *testing.T) {
	needs.Program(t, "It runs what is printed.", "sh")
	names, groups := cases()
	var every strings.Builder
	for _, name := range names {
		for _, p := range groups[name].Permissions {
			every.WriteString(For(p))
		}
	}
	script(t, every.String(), "sh", "-n")
	authorize := strings.Count(every.String(), "aws ec2 authorize-security-group-ingress --region")
	revoke := strings.Count(every.String(), "aws ec2 revoke-security-group-ingress --region")
	if authorize == 0 || revoke == 0 {
		t.Fatal("there is nothing to run")
	}
	// What AWS answers is not shown, but its errors are. Nothing is revoked where the new
	// rules were refused.
	stub := "aws() { echo answer; echo \"$2\" >&2; return 1; }\n"
	got := script(t, stub+every.String()+"exit 0\n", "sh")
	if strings.Contains(got, "answer") || strings.Count(got, "authorize-security-group-ingress\n") != authorize || strings.Count(got, "revoke-security-group-ingress\n") != revoke-authorize {
		t.Errorf("%d rules to authorise and %d to revoke, and this was run:\n%s", authorize, revoke, got)
	}
	for _, shell := range []string{"dash", "bash", "zsh"} {
		if _, err := exec.LookPath(shell); err == nil {
			// As if typed at a shell that does not know comments: what follows # is the
			// arguments of a command of that name, which is not there.
			noComments := strings.ReplaceAll("\n"+every.String(), "\n# ", "\n: ")
			if got := script(t, "aws() { :; }"+noComments, shell); got != "" {
				t.Errorf("%s prints %s", shell, got)
			}
		}
	}
	t.Run("shellcheck", func(t *testing.T) {
		needs.Program(t, "Install it, as with: apt-get install shellcheck", "shellcheck")
		// Its SC2016 asks whether $ in single quotes is meant to stay. It is.
		script(t, every.String(), "shellcheck", "--shell=sh", "--exclude=SC2016", "-")
	})
}

func TestOthersHaveNone(t *testing.T) {
	g := group(tcp(20, 21, "10.0.0.0/8"), permission("udp", 20, 21, "0.0.0.0/0"), tcp(22, 22, "0.0.0.0/0"), tcp(21, 21, "sg-1"))
	for _, p := range g.Permissions {
		if text := For(p); text != "" {
			t.Errorf("%s: %s", traffic(p), text)
		}
	}
}

// A permission that its group does not list must not be lost, nor that of a group that has
// nothing but it.
func TestPermissionBesideItsGroup(t *testing.T) {
	g := group()
	p := tcp(21, 21, "0.0.0.0/0")
	p.Group, p.RuleID, p.Verdict = g, "sgr-1", rule.Verdict{Unrestricted: rule.Yes, Reason: rule.AnyIPv4, Ports: rule.Control}
	if text := For(p); !strings.Contains(text, "\naws ec2 revoke-security-group-ingress --region us-east-1 --group-id sg-0a1b --security-group-rule-ids sgr-1 > /dev/null\n") {
		t.Error(text)
	}
}
