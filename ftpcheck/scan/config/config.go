// Package config is the arguments of a connection: what to look at, with whose rights, and how.
package config

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// Config says what a [Scanner] looks at. The tags name the arguments of a Steampipe
// connection; those that the AWS plugin has, too, have its names.
//
// With Paths, saved output is read and nothing else. Without, EC2 is asked.
type Config struct {
	// Connection is the name of the connection that this is. Empty for what no
	// configuration names. Aggregators are other names by which it is read, alone or with
	// others. Neither is an argument of a connection.
	Connection  string
	Aggregators []string

	// Paths are files, folders and glob patterns of saved AWS CLI output; "-" is
	// standard input and a leading "~" the home folder.
	Paths []string `hcl:"paths,optional"`
	// ExcludePaths are patterns of files and folders to leave out of these: for a name or,
	// with a slash, for a path, in full or from the folder down.
	ExcludePaths []string `hcl:"exclude_paths,optional"`
	// Stdin is what the path "-" reads.
	Stdin io.Reader

	// Regions are names and patterns such as "us-*". None means every region that is
	// enabled for the account: a check must not look at one region unless told so.
	Regions []string `hcl:"regions,optional"`
	// ExcludeRegions and ExcludeAccounts are names, IDs and patterns of what to leave out.
	ExcludeRegions  []string `hcl:"exclude_regions,optional"`
	ExcludeAccounts []string `hcl:"exclude_accounts,optional"`
	// DefaultRegion is where accounts are asked which regions they have.
	DefaultRegion string `hcl:"default_region,optional"`

	Profile      string `hcl:"profile,optional"`
	AccessKey    string `hcl:"access_key,optional"`
	SecretKey    string `hcl:"secret_key,optional"`
	SessionToken string `hcl:"session_token,optional"`
	// AssumeRole is a role to assume before anything else.
	AssumeRole *AssumeRole `hcl:"assume_role,block"`

	// Accounts are account IDs, patterns such as "*", and IDs of organizational units
	// or roots. None means the account of the credentials.
	Accounts []string `hcl:"accounts,optional"`
	// RoleName is the role to assume in each of Accounts but the credentials' own.
	RoleName string `hcl:"role_name,optional"`
	// RoleExternalID is the external ID that the trust policies of these roles ask for.
	RoleExternalID string `hcl:"role_external_id,optional"`

	// LoadBalancers asks for load balancers where networks are read, and so for what the internet
	// reaches through them.
	LoadBalancers bool `hcl:"load_balancers,optional"`

	// MaxErrorRetryAttempts is how often a call is tried; MinErrorRetryDelay is the
	// first pause, in milliseconds.
	MaxErrorRetryAttempts int `hcl:"max_error_retry_attempts,optional"`
	MinErrorRetryDelay    int `hcl:"min_error_retry_delay,optional"`
	// MaxConcurrency is how many calls may be under way at once, over all accounts and
	// regions. Within one account and region, a read makes one call after the other.
	MaxConcurrency int `hcl:"max_concurrency,optional"`
	// CallTimeout is for how many seconds a call may go on with all its attempts, and
	// PlaceTimeout for how many the pages of one answer may be read.
	CallTimeout  int `hcl:"call_timeout,optional"`
	PlaceTimeout int `hcl:"place_timeout,optional"`
	// CacheTTL is for how many seconds what AWS said is used again. Negative is never.
	CacheTTL int `hcl:"cache_ttl,optional"`

	// IgnoreErrorCodes are patterns of AWS error codes, IgnoreErrorMessages regular
	// expressions for AWS error messages. A place that failed with one of them is left
	// out; the coverage still shows it.
	IgnoreErrorCodes    []string         `hcl:"ignore_error_codes,optional"`
	IgnoreErrorMessages []string         `hcl:"ignore_error_messages,optional"`
	ignored             []*regexp.Regexp // of the messages, since Complete

	// Aggregator is the name of an aggregator of AWS Config that is read instead of EC2. Accounts,
	// of which there must be no units then, and Regions are those of the aggregator.
	Aggregator string `hcl:"aggregator,optional"`
	// MaxAge is how old what AWS Config says may be, as in "36h". Empty is any age.
	MaxAge string `hcl:"max_age,optional"`

	// Exceptions is the file of what was accepted to be open, and ExceptionTag the key of the tag
	// with which groups bring exceptions themselves. The command looks at them, and not the plugin.
	Exceptions   string `hcl:"exceptions,optional"`
	ExceptionTag string `hcl:"exception_tag,optional"`

	// EndpointURL is where to send all calls instead of to AWS.
	EndpointURL string `hcl:"endpoint_url,optional"`

	// Shard is the part of the accounts to read. Neither it nor what follows is an argument of
	// a connection.
	Shard Shard
	// Flags are the flags of a command line by which the user knows arguments, by the names of
	// these.
	Flags map[string]string
}

// A Shard is one of several parts into which accounts are split, so that as many workers
// read them all. Which part an account is in depends on its ID and the number of parts
// alone. The zero Shard has every account.
type Shard struct {
	Index int // from 0
	Count int // 0 for no split
}

// Has reports whether an account is in the shard.
func (s Shard) Has(account string) bool { return s.Count == 0 || s.Of(account) == s.Index }

// Of is the index of the shard that an account is in.
func (s Shard) Of(account string) int {
	sum := sha256.Sum256([]byte(account))
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(s.Count))
}

// AssumeRole is a role that is assumed with the credentials at hand.
type AssumeRole struct {
	RoleARN     string `hcl:"role_arn"`
	ExternalID  string `hcl:"external_id,optional"`
	SessionName string `hcl:"session_name,optional"`
	// Duration is that of the session, in seconds.
	Duration int `hcl:"duration,optional"`
}

const (
	defaultRoleName       = "OrganizationAccountAccessRole"
	DefaultSessionName    = "ftpcheck"
	defaultRetryAttempts  = 9
	defaultRetryDelay     = 25 // milliseconds
	defaultMaxConcurrency = 64
	defaultCallTimeout    = 60  // seconds
	defaultPlaceTimeout   = 900 // seconds
	defaultCacheTTL       = 300 // seconds

	// LongestCacheTTL is the most that CacheTTL may be.
	LongestCacheTTL = 31 * 24 * 60 * 60
)

// OldestItem is MaxAge, which was checked.
func (c *Config) OldestItem() time.Duration {
	age, _ := time.ParseDuration(c.MaxAge)
	return age
}

// CheckPaths finds what is wrong with what the configuration says of saved output.
func (c *Config) CheckPaths() error {
	if c.MaxAge != "" {
		if age, err := time.ParseDuration(c.MaxAge); err != nil || age <= 0 {
			return fmt.Errorf("%s: %q is no length of time such as 36h or 90m", c.Name("max_age"), c.MaxAge)
		}
	}
	if len(c.ExcludePaths) > 0 && len(c.Paths) == 0 {
		return errors.New(c.Words("{exclude_paths} is for saved output: set {paths}, too, or leave it out to read AWS"))
	}
	for _, p := range c.ExcludePaths {
		if p == "" || !doublestar.ValidatePattern(p) {
			return fmt.Errorf("%s: %q is not a valid pattern: use *, ?, [a-z], {a,b} and ** for any depth of folders", c.Name("exclude_paths"), p)
		}
	}
	return nil
}

// Complete finds what is wrong with a configuration that is not for saved output, and fills in
// the defaults.
func (c *Config) Complete() error {
	if (c.AccessKey == "") != (c.SecretKey == "") {
		return errors.New("access_key and secret_key belong together: set both or neither")
	}
	if c.SessionToken != "" && c.AccessKey == "" {
		return errors.New("session_token needs access_key and secret_key")
	}
	if c.Profile != "" && c.AccessKey != "" {
		return errors.New(c.Words("{profile} and {access_key} are two ways to say who you are: set one of them"))
	}
	switch {
	case c.Aggregator != "" && !aggregatorName.MatchString(c.Aggregator):
		return fmt.Errorf("%s is %q, which is no name of an aggregator of AWS Config", c.Name("aggregator"), c.Aggregator)
	case c.Aggregator != "" && slices.ContainsFunc(c.Accounts, IsUnit):
		return errors.New(c.Words("{accounts} names organizational units, which an {aggregator} does not know: name accounts, or patterns for them"))
	case c.Aggregator != "" && c.LoadBalancers:
		return errors.New(c.Words("{load_balancers} asks AWS for what an {aggregator} does not tell: leave one of them out"))
	case c.Aggregator == "" && c.MaxAge != "":
		return errors.New(c.Words("{max_age} is for what AWS Config recorded: name an {aggregator} or files, or leave it out"))
	}
	for name, patterns := range map[string][]string{
		"regions": c.Regions, "accounts": c.Accounts, "exclude_regions": c.ExcludeRegions, "exclude_accounts": c.ExcludeAccounts, "ignore_error_codes": c.IgnoreErrorCodes,
	} {
		for _, p := range patterns {
			if !validPattern.MatchString(p) {
				return fmt.Errorf("%s: %q is not a valid pattern: use *, ?, [a-z] and [!a-z]", c.Name(name), p)
			}
		}
	}
	for name, patterns := range map[string][]string{"regions": c.Regions, "exclude_regions": c.ExcludeRegions} {
		for _, p := range patterns {
			if strings.ToLower(p) != p {
				return fmt.Errorf("%s: %q has capitals, and names of regions have none", c.Name(name), p)
			}
		}
	}
	for _, a := range c.ExcludeAccounts {
		if !IsAccountID(a) && !IsPattern(a) {
			return fmt.Errorf("%s: %q is neither an account ID of 12 digits nor a pattern", c.Name("exclude_accounts"), a)
		}
	}
	for _, a := range c.Accounts {
		if !IsAccountID(a) && !IsPattern(a) && !IsUnit(a) {
			return fmt.Errorf("%s: %q is neither an account ID of 12 digits, nor a pattern, nor the ID of an organizational unit (ou-…) or root (r-…)", c.Name("accounts"), a)
		}
	}
	c.ignored = nil
	for _, m := range c.IgnoreErrorMessages {
		r, err := regexp.Compile(m)
		if err != nil {
			return fmt.Errorf("%s: %q is not a valid regular expression: %v", c.Name("ignore_error_messages"), m, err)
		}
		c.ignored = append(c.ignored, r)
	}
	for _, bound := range []struct {
		name    string
		n, most int
	}{
		{"max_error_retry_attempts", c.MaxErrorRetryAttempts, 100},
		{"min_error_retry_delay", c.MinErrorRetryDelay, 60_000},
		{"max_concurrency", c.MaxConcurrency, 1000},
		{"call_timeout", c.CallTimeout, 60 * 60},
		{"place_timeout", c.PlaceTimeout, 24 * 60 * 60},
		{"cache_ttl", max(c.CacheTTL, 0), LongestCacheTTL}, // negative is never
	} {
		if bound.n < 0 {
			return fmt.Errorf("%s must not be negative", c.Name(bound.name))
		}
		if bound.n > bound.most {
			return fmt.Errorf("%s is %d, and must not be more than %d", c.Name(bound.name), bound.n, bound.most)
		}
	}
	if c.EndpointURL != "" {
		if problem := URLProblem(c.EndpointURL); problem != "" {
			return fmt.Errorf("%s %s", c.Name("endpoint_url"), problem)
		}
	}
	setDefault(&c.RoleName, defaultRoleName)
	setDefault(&c.MaxErrorRetryAttempts, defaultRetryAttempts)
	setDefault(&c.MinErrorRetryDelay, defaultRetryDelay)
	setDefault(&c.MaxConcurrency, defaultMaxConcurrency)
	setDefault(&c.CallTimeout, defaultCallTimeout)
	setDefault(&c.PlaceTimeout, defaultPlaceTimeout)
	setDefault(&c.CacheTTL, defaultCacheTTL)
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

var aggregatorName = regexp.MustCompile(`^[\w-]{1,256}$`)

// validPattern are patterns, and texts without one. Of the characters that have a meaning in
// the patterns of some programs, those that have none here are not valid.
var validPattern = regexp.MustCompile(`^(?:[\w.:/@+-]|\*|\?|\[[!^]?\w(?:-\w)?(?:\w(?:-\w)?)*\])+$`)

// IsPattern reports whether the text has characters with a meaning in patterns.
func IsPattern(s string) bool { return strings.ContainsAny(s, `*?[`) }

// IsUnit reports whether the text is the ID of an organizational unit or of a root.
func IsUnit(s string) bool { return strings.HasPrefix(s, "ou-") || strings.HasPrefix(s, "r-") }

// Match reports whether one of the patterns, which are valid, matches the value.
func Match(patterns []string, value string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(strings.ReplaceAll(p, "[!", "[^"), value)
		return ok
	})
}

// Public is what of the configuration may be shown, by the names of its arguments.
func (c *Config) Public() map[string]any {
	shown := map[string]any{}
	show := func(name string, value any, given bool) {
		if given {
			shown[name] = value
		}
	}
	if len(c.Paths) > 0 {
		show("paths", c.Paths, true)
		show("exclude_paths", c.ExcludePaths, len(c.ExcludePaths) > 0)
		show("max_age", c.MaxAge, c.MaxAge != "")
		return shown
	}
	show("regions", c.Regions, len(c.Regions) > 0)
	show("exclude_regions", c.ExcludeRegions, len(c.ExcludeRegions) > 0)
	show("exclude_accounts", c.ExcludeAccounts, len(c.ExcludeAccounts) > 0)
	show("default_region", c.DefaultRegion, c.DefaultRegion != "")
	show("profile", c.Profile, c.Profile != "")
	show("aggregator", c.Aggregator, c.Aggregator != "")
	show("max_age", c.MaxAge, c.MaxAge != "")
	if c.AssumeRole != nil {
		show("assume_role", c.AssumeRole.RoleARN, true)
	}
	show("accounts", c.Accounts, len(c.Accounts) > 0)
	show("role_name", c.RoleName, len(c.Accounts) > 0)
	show("load_balancers", true, c.LoadBalancers)
	show("ignore_error_codes", c.IgnoreErrorCodes, len(c.IgnoreErrorCodes) > 0)
	show("ignore_error_messages", c.IgnoreErrorMessages, len(c.IgnoreErrorMessages) > 0)
	if u, err := url.Parse(c.EndpointURL); err == nil {
		u.RawQuery = ""
		show("endpoint_url", u.Redacted(), c.EndpointURL != "")
	}
	return shown
}

// Ignores reports whether the user chose to leave out places that failed in this way.
func (c *Config) Ignores(code, message string) bool {
	return code != "" && Match(c.IgnoreErrorCodes, code) ||
		slices.ContainsFunc(c.ignored, func(r *regexp.Regexp) bool { return r.MatchString(message) })
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// IsAccountID reports whether the text is the ID of an account.
func IsAccountID(s string) bool { return accountID.MatchString(s) }
