package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// A message names what the user has written: the flag or, in a configuration, the argument.
func TestMessagesNameTheFlag(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Denied, Action: "AssumeRole"},
		{Kind: fakeaws.DeniedBySCP, Account: home, Region: "us-west-1"},
	}
	live(t, w)
	const scan = "select error_message from ftpcheck_scan"
	tests := []struct {
		flag, value, argument string
		line                  string // of a configuration, which says the same
		want                  string // with the flag
	}{
		{"--account", "12345", "accounts", `accounts = ["12345"]`, `--account: "12345" is neither an account ID`},
		{"--account", "9*", "accounts", `accounts = ["9*"]`, `no account of the organization matches "9*" of --account`},
		{"--aggregator", "a b", "aggregator", `aggregator = "a b"`, `--aggregator is "a b", which is no name of an aggregator`},
		{"--max-age", "soon", "max_age", `max_age = "soon"`, `--max-age: "soon" is no length of time such as 36h`},
		{"--max-age", "36h", "max_age", `max_age = "36h"`, "--max-age is for what AWS Config recorded"},
		{"--call-timeout", "-1", "call_timeout", `call_timeout = -1`, "--call-timeout must not be negative"},
		{"--endpoint-url", "localhost:4566", "endpoint_url", `endpoint_url = "localhost:4566"`, `--endpoint-url is "localhost:4566", without a scheme: write http://localhost:4566`},
		{"--exclude-account", "me", "exclude_accounts", `exclude_accounts = ["me"]`, `--exclude-account: "me" is neither`},
		{"--exclude-account", home, "exclude_accounts", `exclude_accounts = ["` + home + `"]`, "the account is left out by --exclude-account"},
		{"--exclude-region", "EU-*", "exclude_regions", `exclude_regions = ["EU-*"]`, `--exclude-region: "EU-*" has capitals`},
		{"--exclude-region", "eu-*", "exclude_regions", `exclude_regions = ["eu-*"]`, "the region is left out by --exclude-region"},
		{"--ignore-error-code", "{a}", "ignore_error_codes", `ignore_error_codes = ["{a}"]`, `--ignore-error-code: "{a}" is not a valid pattern`},
		{"--ignore-error-message", "(", "ignore_error_messages", `ignore_error_messages = ["("]`, `--ignore-error-message: "(" is not a valid regular expression`},
		{"--max-error-retry-attempts", "101", "max_error_retry_attempts", `max_error_retry_attempts = 101`, "--max-error-retry-attempts is 101, and must not be more than 100"},
		{"--max-error-retry-attempts", "1", "max_error_retry_attempts", `max_error_retry_attempts = 1`, "or raise --max-error-retry-attempts"},
		{"--place-timeout", "90000", "place_timeout", `place_timeout = 90000`, "--place-timeout is 90000"},
		{"--region", "US-EAST-1", "regions", `regions = ["US-EAST-1"]`, `--region: "US-EAST-1" has capitals`},
		{"--region", "us-esat-1", "regions", `regions = ["us-esat-1"]`, `no region of the account is "us-esat-1". Did you mean us-east-1? Correct it in --region`},
		{"--region", "me-souht-1", "regions", `regions = ["me-souht-1"]`, `no region of the account is "me-souht-1". Correct it in --region`},
		{"--region", "me-south-1", "regions", `regions = ["me-south-1"]`, "the region is not enabled for the account. Enable it, or leave it out of --region"},
		{"--region", "us-west-1", "regions", `regions = ["us-west-1"]`, "leave it out with --region or "},
		{"--role-name", "nobody", "role_name", `role_name = "nobody"`, "Check --role-name and the role's trust policy"},
		{"--profile", "", "profile", ``, "no AWS credentials were found. Set --profile (or AWS_PROFILE)"},
	}
	source := sourceFlags{}
	for _, flag := range source.aws() {
		if flag.argument == "load_balancers" {
			continue // which has no value that a message could be about
		}
		if !slices.ContainsFunc(tests, func(test struct{ flag, value, argument, line, want string }) bool {
			return test.flag == flag.name && test.argument == flag.argument
		}) {
			t.Errorf("no test has %s, which is %s", flag.name, flag.argument)
		}
	}
	c := &cobra.Command{}
	source.add(c)
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !slices.ContainsFunc(source.aws(), func(flag argumentFlag) bool { return flag.name == "--"+f.Name }) && !slices.Contains([]string{"from", "exclude-path", "config", "progress"}, f.Name) {
			t.Errorf("--%s is no argument", f.Name)
		}
	})
	configured := func(t *testing.T, line string) string {
		path := filepath.Join(t.TempDir(), "ftpcheck.spc")
		if err := os.WriteFile(path, []byte("connection \"ftpcheck\" {\n plugin = \"ftpcheck\"\n"+line+"\n}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range tests {
		t.Run(test.flag+" "+test.value, func(t *testing.T) {
			if test.flag == "--max-error-retry-attempts" {
				w.Change(func() {
					w.Faults = append(w.Faults, fakeaws.Fault{Kind: fakeaws.Throttled, Account: home, Region: "us-east-2"})
				})
				defer w.Change(func() { w.Faults = w.Faults[:len(w.Faults)-1] })
			}
			command := []string{"query", "-o", "line", scan}
			if test.flag == "--role-name" {
				command = append(command, "--account", member)
			}
			if test.flag == "--profile" {
				t.Setenv("AWS_ACCESS_KEY_ID", "")
				t.Setenv("AWS_SECRET_ACCESS_KEY", "")
			}
			fromFlag := command
			if test.value != "" {
				fromFlag = append(slices.Clone(command), test.flag, test.value)
			}
			stdout, stderr, _ := run(t, fromFlag...)
			if !strings.Contains(stdout+stderr, test.want) || strings.Contains(stdout+stderr, test.argument+":") || strings.ContainsAny(stderr, "{}") != strings.Contains(test.value, "{") {
				t.Errorf("by the flag: %q is not in\n%s%s", test.want, stdout, stderr)
			}
			// In a configuration, it is an argument there, and still a flag if the flag is given.
			want := strings.ReplaceAll(test.want, test.flag, test.argument)
			stdout, stderr, _ = run(t, append(slices.Clone(command), "--config", configured(t, test.line))...)
			if !strings.Contains(stdout+stderr, want) || strings.Contains(stdout+stderr, test.flag) && test.flag != "--profile" {
				t.Errorf("in a configuration: %q is not in\n%s%s", want, stdout, stderr)
			}
			if test.value == "" {
				return
			}
			stdout, stderr, _ = run(t, append(slices.Clone(fromFlag), "--config", configured(t, "cache_ttl = 10"))...)
			if !strings.Contains(stdout+stderr, test.want) {
				t.Errorf("by the flag, beside a configuration: %q is not in\n%s%s", test.want, stdout, stderr)
			}
		})
	}
	t.Run("--exclude-path", func(t *testing.T) {
		_, stderr, _ := run(t, "check", "--from", sample, "--exclude-path", "[")
		if !strings.HasPrefix(stderr, `ftpcheck: --exclude-path: "[" is not a valid pattern`) {
			t.Error(stderr)
		}
		stdout, stderr, _ := run(t, "query", "-o", "line", "--from", sample, "--exclude-path", "us-east-1", scan)
		if !strings.Contains(stdout, "it is left out by --exclude-path") {
			t.Error(stdout, stderr)
		}
		stdout, stderr, _ = run(t, "query", "-o", "line", "--config", configured(t, `paths = ["`+sample+`"]`+"\n"+`exclude_paths = ["us-east-1"]`), scan)
		if !strings.Contains(stdout, "it is left out by exclude_paths") {
			t.Error(stdout, stderr)
		}
	})
}
