package fakeaws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

const cliDir = "testdata/eu-west-1"

// cliWorld is the account that the files in testdata were printed for. They come from the AWS
// CLI talking to another emulator of EC2, and have been cut down to what this package knows.
func cliWorld(t *testing.T) *fakeaws.World {
	t.Helper()
	region, err := fakeaws.LoadCLI(cliDir)
	if err != nil {
		t.Fatal(err)
	}
	return &fakeaws.World{Accounts: []*fakeaws.Account{{
		ID: "123456789012", Regions: map[string]*fakeaws.Region{"eu-west-1": region},
	}}}
}

// TestAgainstAWSCLI asks the real AWS CLI, an independent client, for what was loaded from its
// own files: it has to print them again, although elements come in random order and every other
// page is empty. It needs the program aws. It was checked with versions 2.9.19 (Debian) and
// 1.45.11 (PyPI), the first also in a network namespace that has nothing but a loopback interface.
func TestAgainstAWSCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("the AWS CLI takes a second for each command")
	}
	program := needs.Program(t, "Install the AWS CLI, as with: apt-get install awscli", "aws")
	w := cliWorld(t)
	w.Shuffle, w.EmptyPages = true, true
	s := w.Start(t)
	run := func(t *testing.T, args ...string) (string, error) {
		command := exec.Command(program, append(args, "--endpoint-url", s.URL, "--output", "json")...)
		command.Env = append(s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir())
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		if err := command.Run(); err != nil {
			return "", fmt.Errorf("%v: %s", err, stderr.String())
		}
		return stdout.String(), nil
	}
	files, err := filepath.Glob(cliDir + "/*.json")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		action, list, isList := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), ".")
		args := []string{"ec2", action}
		if isList {
			args = append(args, "--prefix-list-id", list)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			printed, err := run(t, args...)
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal([]byte(printed), &got); err != nil {
				t.Fatal(err)
			}
			saved, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(saved, &want); err != nil {
				t.Fatal(err)
			}
			if diff := lacks(got, want); diff != "" {
				t.Errorf("%s\nprinted: %s", diff, printed)
			}
		})
	}
	groups := fmt.Sprint(len(w.Accounts[0].Regions["eu-west-1"].Groups))
	for command, want := range map[string]string{
		"ec2 describe-security-groups --page-size 5 --query length(SecurityGroups)": groups,
		"ec2 describe-regions --query Regions[].RegionName":                         `["eu-west-1"]`,
		"sts get-caller-identity --query Arn":                                       `"arn:aws:iam::123456789012:user/auditor"`,
		"ec2 describe-security-groups --group-ids sg-00000000":                      "(InvalidGroup.NotFound) when calling the DescribeSecurityGroups operation: The security group 'sg-00000000' does not exist",
		"organizations list-accounts":                                               "(AWSOrganizationsNotInUseException)",
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			printed, err := run(t, strings.Fields(command)...)
			if err == nil && strings.Join(strings.Fields(printed), "") != want || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("printed %s, error %v, want %s", printed, err, want)
			}
		})
	}
}

// lacks says what of want is not in got. Empty lists may be absent, and lists in any order.
func lacks(got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		for key, value := range want {
			if list, ok := value.([]any); ok && len(list) == 0 && got[key] == nil {
				continue
			}
			if diff := lacks(got[key], value); diff != "" {
				return key + ": " + diff
			}
		}
		return ""
	case []any:
		got, _ := got.([]any)
		if len(got) != len(want) {
			return fmt.Sprintf("%d items, want %d", len(got), len(want))
		}
		for _, one := range want {
			diff := "?"
			for _, other := range got {
				if diff = lacks(other, one); diff == "" {
					break
				}
			}
			if diff != "" {
				return fmt.Sprintf("no %v", one)
			}
		}
		return ""
	}
	if got != want {
		return fmt.Sprintf("%v, want %v", got, want)
	}
	return ""
}

func TestLoadCLIReportsWhatIsWrong(t *testing.T) {
	if _, err := fakeaws.LoadCLI(t.TempDir()); err == nil || !strings.Contains(err.Error(), "describe-security-groups.json") {
		t.Errorf("no files: %v", err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("describe-security-groups.json", `{"SecurityGroups": [{"GroupId": "sg-12345678", "IpPermissions": []}]}`)
	if r, err := fakeaws.LoadCLI(dir); err != nil || len(r.Groups) != 1 {
		t.Errorf("groups only: %v, %v", r, err)
	}
	write("describe-security-group-rules.json", `{"SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-12345678", "IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0"}]}`)
	if _, err := fakeaws.LoadCLI(dir); err == nil || !strings.Contains(err.Error(), "sgr-1") {
		t.Errorf("a rule without its permission: %v", err)
	}
	write("describe-security-group-rules.json", `{`)
	if _, err := fakeaws.LoadCLI(dir); err == nil {
		t.Error("half a file was accepted")
	}
}
