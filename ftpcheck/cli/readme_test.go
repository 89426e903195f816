package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const ourModule = "github.com/ftpcheck/steampipe-plugin-ftpcheck"

// A documentedCommand is a command of a document, as the words of a shell.
type documentedCommand struct {
	line  int // 0 for one in the text
	words []string
}

var (
	inlineCommand = regexp.MustCompile("`((?:make|ftpcheck) [^`\n]+)`")
	comment       = regexp.MustCompile(` +#.*`)
)

// commandsOf returns the commands of a Markdown text: those of its blocks for a shell, one a
// line, of the steps of its workflows, and those in the text.
func commandsOf(markdown string) []documentedCommand {
	var commands []documentedCommand
	for _, b := range docBlocks(markdown) {
		for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
			if b.lang == "yaml" {
				_, line, _ = strings.Cut(line, "run: ")
			} else if b.lang != "sh" {
				continue
			}
			if words := shellWords(comment.ReplaceAllString(line, "")); len(words) > 0 {
				commands = append(commands, documentedCommand{b.line + i, words})
			}
		}
	}
	for _, found := range inlineCommand.FindAllStringSubmatch(markdown, -1) {
		commands = append(commands, documentedCommand{words: shellWords(found[1])})
	}
	return commands
}

// TestREADMECommandsAreRight runs the commands of README.md that read the sample or saved files.
// What would ask AWS for the account at hand is asked of the sample; of the other commands, what
// they name must be there.
func TestREADMECommandsAreRight(t *testing.T) {
	t.Chdir("../..")
	file := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	readme, makefile, goreleaser, images := file("README.md"), file("Makefile"), file(".goreleaser.yml"), file("release/main.go")
	if _, err := os.Stat("cmd/ftpcheck/main.go"); err != nil {
		t.Error(err)
	}
	work := t.TempDir()
	for _, copied := range []string{"docs/sample", "saved"} {
		if err := os.CopyFS(filepath.Join(work, copied), os.DirFS("docs/sample")); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(work)
	if _, stderr, _ := run(t, "audit", "--from", "docs/sample", "--out", "audit-2026-q3"); stderr != "" {
		t.Fatal(stderr)
	}

	seen := map[string]int{}
	for _, c := range commandsOf(readme) {
		where := fmt.Sprintf("README.md:%d: %s", c.line, strings.Join(c.words, " "))
		name, args := c.words[0], c.words[1:]
		seen[name]++
		switch name {
		case "make":
			for _, target := range args {
				if !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s: there is no target %s", where, target)
				}
			}
		case "ftpcheck":
			if c.line > 0 {
				runOnSample(t, where, args)
			} else if found, _, err := Command().Find(args); err != nil || found.Name() != args[0] {
				t.Errorf("%s: there is no such command: %v", where, err)
			}
		case "go":
			if len(args) < 2 || args[0] != "install" && args[0] != "run" || args[1] != ourModule+"/cmd/ftpcheck@latest" {
				t.Errorf("%s: that is not where the command is", where)
			} else if args[0] == "run" {
				runOnSample(t, where, args[2:])
			}
		case "brew":
			if strings.Join(args, " ") != "install --cask ftpcheck/tap/ftpcheck" ||
				!regexp.MustCompile(`homebrew_casks:\n +- name: ftpcheck\n(?:  .*\n)* +repository:\n +owner: ftpcheck\n +name: homebrew-tap\n`).MatchString(goreleaser) {
				t.Errorf("%s: .goreleaser.yml has no such cask", where)
			}
		case "docker":
			at := slices.Index(args, "ghcr.io/ftpcheck/ftpcheck")
			if at < 0 || !strings.Contains(images, `"ghcr.io/ftpcheck"`) || !strings.Contains(images, `"ftpcheck": func`) {
				t.Errorf("%s: release/main.go makes no such image", where)
			} else if err := understood(args[at+1:]); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		default:
			t.Errorf("%s: nothing says how to test this", where)
		}
	}
	for _, name := range []string{"make", "ftpcheck", "go", "brew", "docker"} {
		if seen[name] == 0 {
			t.Errorf("no command with %s was found", name)
		}
	}
	for _, target := range []string{"make demo", "make test"} {
		if !strings.Contains(readme, target) {
			t.Errorf("README.md does not say %s", target)
		}
	}
	for _, format := range []string{"deb", "rpm"} {
		if !strings.Contains(readme, "`"+format+"`") || !regexp.MustCompile(`formats: \[.*\b`+format+`\b`).MatchString(goreleaser) {
			t.Errorf("README.md or .goreleaser.yml has no package for %s", format)
		}
	}
}

// runOnSample runs what would ask AWS for the account at hand on the sample, and what reads files as
// it stands. What asks for an organization must be understood.
func runOnSample(t *testing.T, where string, args []string) {
	t.Helper()
	if slices.Contains(args, "--account") {
		if err := understood(args); err != nil {
			t.Errorf("%s: %v", where, err)
		}
		return
	}
	if at := slices.Index(args, ">"); at >= 0 {
		args = args[:at]
	}
	c, _, err := Command().Find(args)
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	if c.Flags().Lookup("from") != nil && !slices.Contains(args, "--from") && (args[0] == "check" || slices.Contains(args, "--out")) {
		args = append(slices.Clone(args), "--from", "docs/sample")
	}
	if stdout, stderr, code := run(t, args...); code > exitError || stdout == "" || strings.Contains(stderr, "ftpcheck: ") {
		t.Errorf("%s: exit code %d, %s", where, code, stderr)
	}
}

// understood says what is wrong with the arguments of the command: a command or flag that there is
// not, or another number of arguments.
func understood(args []string) error {
	if at := slices.Index(args, ">"); at >= 0 {
		args = args[:at]
	}
	root := Command()
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if c == root {
		return fmt.Errorf("it names no command")
	}
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	return c.ValidateArgs(c.Flags().Args())
}

// TestUnderstood holds that what README.md must not say is found.
func TestUnderstood(t *testing.T) {
	for args, right := range map[string]bool{
		"check --from saved/": true, "audit diff a b": true, "check --output sarif > a": true, "-q check": true,
		"": false, "chek": false, "check --form saved/": false, "audit diff a": false, "check saved/": false,
	} {
		if err := understood(strings.Fields(args)); (err == nil) != right {
			t.Errorf("ftpcheck %s: %v", args, err)
		}
	}
}

var (
	link       = regexp.MustCompile(`\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"`)
	flagInText = regexp.MustCompile("`(--[a-z-]+)")
)

// TestREADMELinksAndFlagsAreThere checks that what README.md leads to is there, and that the flags
// which its text names are those of a command.
func TestREADMELinksAndFlagsAreThere(t *testing.T) {
	readme := readDocs(t)["README.md"]
	links := link.FindAllStringSubmatch(readme, -1)
	if len(links) < 10 {
		t.Errorf("only %d links", len(links))
	}
	for _, m := range links {
		path, anchor, _ := strings.Cut(m[1]+m[2], "#")
		if strings.HasPrefix(path, "https://") {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("README.md: %v", err)
		}
		if anchor != "" {
			text, _ := os.ReadFile(path)
			if !strings.Contains(strings.ToLower(string(text)), "\n## "+anchor+"\n") {
				t.Errorf("README.md: %s has no heading %s", path, anchor)
			}
		}
	}
	for _, m := range flagInText.FindAllStringSubmatch(readme, -1) {
		if c, _, _ := Command().Find([]string{"check"}); c.Flags().Lookup(m[1][2:]) == nil {
			t.Errorf("README.md: check has no flag %s", m[1])
		}
	}
}

// compared are the ports and sources of a permission for each row of the comparison in README.md, as
// the AWS CLI prints them.
var compared = map[string]string{
	"TCP 21 from `0.0.0.0/1` and from `128.0.0.0/1`":        `"tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}], "Ipv6Ranges": [], "PrefixListIds": []`,
	"TCP 21 from a prefix list with `0.0.0.0/0` in it":      `"tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [{"PrefixListId": "pl-0123456789abcdef0"}]`,
	"all protocols from `0.0.0.0/0`":                        `"-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": []`,
	"TCP 21 from `::/0`":                                    `"tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "PrefixListIds": []`,
	"TCP 21 from `0.0.0.0/0`, in a group that nothing uses": `"tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": []`,
	"UDP 21 from `0.0.0.0/0`, which is not FTP":             `"udp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": []`,
}

// TestREADMEComparesWhatWeSay runs each case of the comparison in README.md. What others say of it
// was read from their own runs.
func TestREADMEComparesWhatWeSay(t *testing.T) {
	readme := readDocs(t)["README.md"]
	rows := 0
	for line := range strings.SplitSeq(readme, "\n") {
		cells := strings.Split(line, " | ")
		permission, isCase := compared[strings.TrimPrefix(cells[0], "| ")]
		if !isCase {
			continue
		}
		rows++
		dir := t.TempDir()
		for name, text := range map[string]string{
			"describe-security-groups.json":                             `{"SecurityGroups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "g", "OwnerId": "123456789012", "VpcId": "vpc-0123456789abcdef0", "Description": "d", "IpPermissions": [{"UserIdGroupPairs": [], "IpProtocol": ` + permission + `}], "IpPermissionsEgress": []}]}`,
			"describe-network-interfaces.json":                          `{"NetworkInterfaces": []}`,
			"get-managed-prefix-list-entries.pl-0123456789abcdef0.json": `{"Entries": [{"Cidr": "0.0.0.0/0"}]}`,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want := map[string]int{"**open**": exitOpen, "not open": exitOK}
		if code, ok := want[cells[1]]; !ok {
			t.Errorf("%s: %q is no answer", cells[0], cells[1])
		} else if stdout, stderr, got := run(t, "check", "--from", dir); got != code {
			t.Errorf("README.md: %s: exit code %d, want %d: %s%s", cells[0], got, code, stdout, stderr)
		}
	}
	if rows != len(compared) {
		t.Errorf("%d of %d cases are in README.md", rows, len(compared))
	}
}
