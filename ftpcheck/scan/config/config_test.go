package config

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
)

func TestComplete(t *testing.T) {
	c := Config{CacheTTL: -1}
	if err := c.Complete(); err != nil || c.CacheTTL != -1 || c.MaxConcurrency != defaultMaxConcurrency || c.RoleName != defaultRoleName {
		t.Errorf("%+v, %v", c, err)
	}
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{MaxConcurrency: -1}, "max_concurrency must not be negative"},
		{Config{MaxConcurrency: 1000}, ""},
		{Config{MaxConcurrency: 1001}, "max_concurrency is 1001, and must not be more than 1000"},
		{Config{MinErrorRetryDelay: 10_000_000_000_000}, "min_error_retry_delay is 10000000000000, and must not be more than 60000"},
		{Config{MaxErrorRetryAttempts: 101}, "max_error_retry_attempts is 101"},
		{Config{CacheTTL: 1 << 40}, "cache_ttl is 1099511627776"},
		{Config{IgnoreErrorMessages: []string{"("}}, "is not a valid regular expression"},
		{Config{Regions: []string{"[a"}}, "is not a valid pattern"},
		{Config{Accounts: []string{"12345"}}, "is neither an account ID"},
		{Config{AccessKey: "a"}, "belong together"},
		{Config{Aggregator: "org-1", MaxAge: "36h", Accounts: []string{"12*"}}, ""},
		{Config{Aggregator: "org-1", Accounts: []string{"ou-abcd-12345678"}}, "accounts names organizational units, which an aggregator does not know"},
		{Config{Aggregator: "org-1", LoadBalancers: true}, "load_balancers asks AWS for what an aggregator does not tell"},
		{Config{Aggregator: "a'b"}, "is no name of an aggregator"},
		{Config{MaxAge: "36h"}, "max_age is for what AWS Config recorded"},
	} {
		err := test.config.Complete()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%+v: %v, want %q", test.config, err, test.want)
		}
	}
}

func TestMaxAge(t *testing.T) {
	for text, valid := range map[string]bool{"": true, "36h": true, "90m": true, "36": false, "-1h": false, "0h": false, "7d": false} {
		c := Config{MaxAge: text}
		if err := c.CheckPaths(); (err == nil) != valid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestIgnores(t *testing.T) {
	c := Config{IgnoreErrorCodes: []string{"Access*"}, IgnoreErrorMessages: []string{"explicit deny$"}}
	if err := c.Complete(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		code, message string
		want          bool
	}{
		{"AccessDenied", "", true},
		{"UnauthorizedOperation", "with an explicit deny", true},
		{"UnauthorizedOperation", "with an explicit deny, or not", false},
		{"", "", false},
	} {
		if got := c.Ignores(test.code, test.message); got != test.want {
			t.Errorf("%q, %q: %t", test.code, test.message, got)
		}
	}
}

func TestDecodeNamesTheArgument(t *testing.T) {
	for src, want := range map[string]string{
		`cache_ttl = "soon"`: "cache_ttl: Unsuitable value type",
		`regions = 5`:        "regions: Unsuitable value type",
		"assume_role {\n role_arn = \"a\"\n duration = \"long\"\n}": "assume_role.duration: Unsuitable value type",
		`region = "us-east-1"`: "Unsupported argument",
	} {
		file, diags := hclparse.NewParser().ParseHCL([]byte(src), "a.spc")
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = Decode(file.Body)
		if !diags.HasErrors() || !strings.HasPrefix(diags.Errs()[0].(*hcl.Diagnostic).Summary, want) {
			t.Errorf("%s: %v, want %s", src, diags, want)
		}
	}
}
