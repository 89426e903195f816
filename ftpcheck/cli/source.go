package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/hcltext"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
)

// sourceFlags are the flags of every command that reads security groups.
type sourceFlags struct {
	from       []string
	exclude    []string
	configFile string
	profile    string
	regions    []string
	accounts   []string
	roleName   string
	endpoint   string

	notRegions, notAccounts             []string
	ignoreCodes, ignoreMessages         []string
	aggregator, maxAge                  string
	attempts, callTimeout, placeTimeout int
	loadBalancers                       bool

	keep  bool         // what AWS says, as long as can be, unless the configuration says how long
	shard config.Shard // of the accounts; only audit has a flag for it
}

func (f *sourceFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.from, "from", nil, "read saved AWS CLI output, or what terraform show -json prints, from this `PATH`: a file, a folder, a pattern or - for standard input (repeatable)")
	c.Flags().StringArrayVar(&f.exclude, "exclude-path", nil, "leave out files and folders of --from that match this `PATTERN`, by name or, with a slash in it, by path (repeatable)")
	c.Flags().StringVar(&f.configFile, "config", "", "read the connections in this Steampipe configuration `FILE` (default ~/.steampipe/config/ftpcheck.spc, if there is one)")
	c.Flags().StringVar(&f.profile, "profile", "", "use this AWS `PROFILE`")
	c.Flags().StringSliceVar(&f.regions, "region", nil, "read these AWS `REGIONS`, or those that patterns such as us-* and [!u]* match (with commas, repeatable; default every enabled one)")
	c.Flags().StringSliceVar(&f.notRegions, "exclude-region", nil, "leave out these AWS `REGIONS`, or those that patterns match (with commas, repeatable)")
	c.Flags().StringSliceVar(&f.accounts, "account", nil, "read these `ACCOUNTS` of the organization, or those that patterns such as '*' match or that are in organizational units (with commas, repeatable)")
	c.Flags().StringSliceVar(&f.notAccounts, "exclude-account", nil, "leave out these `ACCOUNTS`, or those that patterns match (with commas, repeatable)")
	c.Flags().StringSliceVar(&f.ignoreCodes, "ignore-error-code", nil, "leave out places that fail with these AWS error `CODES` or patterns for them (with commas, repeatable)")
	c.Flags().StringArrayVar(&f.ignoreMessages, "ignore-error-message", nil, "leave out places that fail with an AWS error message that this regular `EXPRESSION` matches (repeatable)")
	c.Flags().IntVar(&f.attempts, "max-error-retry-attempts", 0, "try each AWS call up to this `NUMBER` of times (default 9)")
	c.Flags().IntVar(&f.callTimeout, "call-timeout", 0, "end an AWS call, with all its attempts, after so many `SECONDS` (default 60)")
	c.Flags().IntVar(&f.placeTimeout, "place-timeout", 0, "end reading the pages of one AWS answer after so many `SECONDS` (default 900)")
	c.Flags().BoolVar(&f.loadBalancers, "load-balancers", false, "where networks are read, read load balancers, too, and so what the internet reaches through them")
	c.Flags().StringVar(&f.aggregator, "aggregator", "", "read what AWS Config has in the aggregator of this `NAME`, instead of EC2")
	c.Flags().StringVar(&f.maxAge, "max-age", "", "take what AWS Config captured longer ago than this `TIME`, such as 36h, as not read")
	c.Flags().StringVar(&f.roleName, "role-name", "", "assume the role of this `NAME` in other accounts (default OrganizationAccountAccessRole)")
	c.Flags().StringVar(&f.endpoint, "endpoint-url", "", "send all AWS calls to this `URL`")
	addProgress(c)
}

// An argumentFlag is a flag that stands for an argument of a connection.
type argumentFlag struct {
	name, argument string
	given          bool
	set            func(*config.Config)
	files          bool // it is for files, too
}

// aws are the flags that say how to read AWS. One of them is for files, too.
func (f *sourceFlags) aws() []argumentFlag {
	text := func(name, argument, value string, set func(*config.Config)) argumentFlag {
		return argumentFlag{name, argument, value != "", set, false}
	}
	list := func(name, argument string, values []string, of func(*config.Config) *[]string) argumentFlag {
		return argumentFlag{name, argument, values != nil, func(c *config.Config) {
			if len(values) > 0 {
				*of(c) = values
			}
		}, false}
	}
	number := func(name, argument string, n int, of func(*config.Config) *int) argumentFlag {
		return argumentFlag{name, argument, n != 0, func(c *config.Config) { *of(c) = n }, false}
	}
	return []argumentFlag{
		text("--aggregator", "aggregator", f.aggregator, func(c *config.Config) { c.Aggregator = f.aggregator }),
		list("--account", "accounts", f.accounts, func(c *config.Config) *[]string { return &c.Accounts }),
		number("--call-timeout", "call_timeout", f.callTimeout, func(c *config.Config) *int { return &c.CallTimeout }),
		text("--endpoint-url", "endpoint_url", f.endpoint, func(c *config.Config) { c.EndpointURL = f.endpoint }),
		list("--exclude-account", "exclude_accounts", f.notAccounts, func(c *config.Config) *[]string { return &c.ExcludeAccounts }),
		list("--exclude-region", "exclude_regions", f.notRegions, func(c *config.Config) *[]string { return &c.ExcludeRegions }),
		list("--ignore-error-code", "ignore_error_codes", f.ignoreCodes, func(c *config.Config) *[]string { return &c.IgnoreErrorCodes }),
		list("--ignore-error-message", "ignore_error_messages", f.ignoreMessages, func(c *config.Config) *[]string { return &c.IgnoreErrorMessages }),
		{"--load-balancers", "load_balancers", f.loadBalancers, func(c *config.Config) { c.LoadBalancers = true }, false},
		number("--max-error-retry-attempts", "max_error_retry_attempts", f.attempts, func(c *config.Config) *int { return &c.MaxErrorRetryAttempts }),
		{"--max-age", "max_age", f.maxAge != "", func(c *config.Config) { c.MaxAge = f.maxAge }, true},
		number("--place-timeout", "place_timeout", f.placeTimeout, func(c *config.Config) *int { return &c.PlaceTimeout }),
		text("--profile", "profile", f.profile, func(c *config.Config) {
			c.Profile, c.AccessKey, c.SecretKey, c.SessionToken, c.AssumeRole = f.profile, "", "", "", nil
		}),
		list("--region", "regions", f.regions, func(c *config.Config) *[]string { return &c.Regions }),
		text("--role-name", "role_name", f.roleName, func(c *config.Config) { c.RoleName = f.roleName }),
	}
}

// override puts what the command line says in the place of what the configuration says. Where
// there is no configuration, all arguments are known to the user as flags.
func (f *sourceFlags) override(c *config.Config, configured bool) {
	c.Flags = map[string]string{}
	for _, flag := range f.aws() {
		if flag.given {
			flag.set(c)
		}
		if flag.given || !configured {
			c.Flags[flag.argument] = flag.name
		}
	}
}

// scanner returns a scanner over what the flags name.
func (f *sourceFlags) scanner(c *cobra.Command) (*scan.Scanner, error) {
	aws := slices.DeleteFunc(f.aws(), func(flag argumentFlag) bool { return !flag.given })
	notForFiles := slices.IndexFunc(aws, func(flag argumentFlag) bool { return !flag.files })
	if len(f.from) > 0 {
		if notForFiles >= 0 {
			return nil, fmt.Errorf("%s is for AWS, and --from reads files instead: use one of them", aws[notForFiles].name)
		}
		if f.configFile != "" {
			return nil, errors.New("--from and --config both say what to read: use one of them")
		}
		if f.shard.Count > 0 {
			return nil, errors.New("--shard splits accounts, and --from reads files: use one of them")
		}
		return scan.New(config.Config{Aggregators: []string{defaultConnection}, Paths: f.from, ExcludePaths: f.exclude, Stdin: c.InOrStdin(),
			MaxAge: f.maxAge, Flags: map[string]string{"paths": "--from", "exclude_paths": "--exclude-path", "max_age": "--max-age"}})
	}
	if len(f.exclude) > 0 {
		return nil, errors.New("--exclude-path is for the files of --from: use both, or exclude_paths in the configuration")
	}
	configs, configured, err := f.configs()
	if err != nil {
		return nil, err
	}
	f.complete(configs)
	if len(aws) == 0 && configured {
		return scan.New(configs...)
	}
	var changed []config.Config
	for _, c := range configs {
		if c.Paths != nil && notForFiles >= 0 {
			return nil, fmt.Errorf("%s is for AWS, but a connection of the configuration reads files (paths): name another file with --config", aws[notForFiles].name)
		}
		f.override(&c, configured)
		// Connections that differ only in what the flags say are one, under all names.
		i := slices.IndexFunc(changed, func(o config.Config) bool {
			o.Connection, o.Aggregators = c.Connection, c.Aggregators
			return reflect.DeepEqual(c, o)
		})
		if i < 0 {
			changed = append(changed, c)
		} else {
			changed[i].Aggregators = slices.Concat(changed[i].Aggregators, []string{c.Connection}, c.Aggregators)
		}
	}
	return scan.New(changed...)
}

// signing is the configuration with whose credentials evidence is signed: that of the first connection
// that reads AWS or, without any, what the AWS CLI would use.
func (f *sourceFlags) signing() (config.Config, error) {
	configs, configured, err := f.configs()
	if err != nil {
		return config.Config{}, err
	}
	for _, c := range configs {
		if c.Paths == nil {
			f.override(&c, configured)
			return c, nil
		}
	}
	return config.Config{}, nil
}

// complete says what no configuration can.
func (f *sourceFlags) complete(configs []config.Config) {
	for i := range configs {
		configs[i].Shard = f.shard
		if f.keep && configs[i].CacheTTL == 0 {
			configs[i].CacheTTL = config.LongestCacheTTL
		}
	}
}

// configs are the connections that Steampipe would use. Without any configuration, AWS is asked as
// the AWS CLI would.
func (f *sourceFlags) configs() (configs []config.Config, configured bool, err error) {
	file := f.configFile
	if file == "" {
		file = defaultConfig()
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return []config.Config{{Aggregators: []string{defaultConnection}}}, false, nil
		}
	}
	configs, err = readConfig(file)
	return configs, true, err
}

// defaultConnection is what the connection of the plugin is called unless somebody says
// otherwise, so that queries with this name run without a configuration, too.
const defaultConnection = "ftpcheck"

// defaultConfig is where Steampipe has the connections of the plugin.
func defaultConfig() string {
	dir := os.Getenv("STEAMPIPE_INSTALL_DIR")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".steampipe")
	}
	return filepath.Join(dir, "config", "ftpcheck.spc")
}

// spcFile is a Steampipe configuration file, as far as it concerns us.
type spcFile struct {
	Connections []spcConnection `hcl:"connection,block"`
	Plugins     []spcPlugin     `hcl:"plugin,block"`
	Rest        hcl.Body        `hcl:",remain"`
}

// spcPlugin gives a plugin a name of its own.
type spcPlugin struct {
	Name   string   `hcl:"name,label"`
	Source string   `hcl:"source,optional"`
	Rest   hcl.Body `hcl:",remain"`
}

type spcConnection struct {
	Name   string `hcl:"name,label"`
	Plugin string `hcl:"plugin"`
	Type   string `hcl:"type,optional"`
	// Connections are those of an aggregator, as names and patterns.
	Connections []string `hcl:"connections,optional"`
	// ImportSchema and Options are Steampipe's.
	ImportSchema string     `hcl:"import_schema,optional"`
	Options      []spcBlock `hcl:"options,block"`
	Rest         hcl.Body   `hcl:",remain"`
}

type spcBlock struct {
	Name string   `hcl:"name,label"`
	Rest hcl.Body `hcl:",remain"`
}

// readConfig reads the connections of this plugin from a Steampipe configuration file.
func readConfig(name string) ([]config.Config, error) {
	parser := hclparse.NewParser()
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("the configuration file %q cannot be read: %w", name, reason(err))
	}
	file, diags := parser.ParseHCL(src, name)
	if diags.HasErrors() {
		return nil, configError(diags)
	}
	var spc spcFile
	if diags := gohcl.DecodeBody(file.Body, nil, &spc); diags.HasErrors() {
		return nil, configError(diags)
	}
	var configs []config.Config
	var aggregators []spcConnection
	for _, connection := range spc.Connections {
		plugin := connection.Plugin
		for _, p := range spc.Plugins {
			if p.Name == plugin && p.Source != "" {
				plugin = p.Source
			}
		}
		if !isOurs(plugin) {
			continue
		}
		if connection.Type == "aggregator" {
			aggregators = append(aggregators, connection)
			continue
		}
		cfg, diags := config.Decode(connection.Rest)
		if diags.HasErrors() {
			return nil, configError(diags)
		}
		cfg.Connection = connection.Name
		configs = append(configs, cfg)
	}
	for _, a := range aggregators {
		for i := range configs {
			c := &configs[i]
			if slices.ContainsFunc(a.Connections, func(pattern string) bool { ok, _ := path.Match(pattern, c.Connection); return ok }) {
				c.Aggregators = append(c.Aggregators, a.Name)
			}
		}
	}
	if len(configs) == 0 {
		return nil, fmt.Errorf("%s has no connection with plugin = \"ftpcheck\"", name)
	}
	return configs, nil
}

// isOurs recognises the short and the long name of the plugin, with or without a
// version.
func isOurs(plugin string) bool {
	name, _, _ := strings.Cut(plugin[strings.LastIndex(plugin, "/")+1:], "@")
	return name == "ftpcheck"
}

func configError(diags hcl.Diagnostics) error {
	return errors.New(strings.Join(hcltext.Lines(diags), "\n"))
}
