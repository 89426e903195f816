package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"al.essio.dev/pkg/shellescape"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// explained are credentials of the SDK that say why there are none, and whose secrets are
// blotted out of what is written.
type explained struct {
	aws.CredentialsProvider
	explain func(error) error
	secrets *secrets
	last    held
}

func (l *Source) explained(cfg aws.Config) aws.CredentialsProvider {
	return &explained{CredentialsProvider: cfg.Credentials, explain: func(err error) error { return l.explain(cfg, err) }, secrets: &l.secrets}
}

func (e *explained) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := e.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return c, e.explain(err)
	}
	e.last.hold(e.secrets, c.SecretAccessKey, c.SessionToken)
	return c, nil
}

// profile is the name of the AWS profile in use.
func (l *Source) profile() string {
	return cmp.Or(l.config.Profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"), "default")
}

// isVariables reports whether the SDK takes credentials from variables, without a look at
// profiles.
func (l *Source) isVariables(env awsconfig.EnvConfig) bool {
	return l.config.Profile == "" && (env.Credentials.HasKeys() || env.WebIdentityTokenFilePath != "")
}

// settings are what the SDK read: variables, and the profile with those that it takes its
// credentials from, the last of which has some source of its own.
func settings(cfg aws.Config) (env awsconfig.EnvConfig, profiles []awsconfig.SharedConfig) {
	for _, source := range cfg.ConfigSources {
		switch s := source.(type) {
		case awsconfig.EnvConfig:
			env = s
		case awsconfig.SharedConfig:
			for p := &s; p != nil; p = p.Source {
				profiles = append(profiles, *p)
			}
		}
	}
	return env, profiles
}

// badSettings are what the SDK says of settings that cannot be meant, and what we say: {1} is
// what the parentheses match, {profile 1} that as the name of a profile, {profile} the profile in
// use, {config} and {credentials} the files.
var badSettings = []struct{ sdk, ours string }{
	{`failed to find SSO session section, (.*)`, "the AWS profile {profile} names an sso_session, but {config} has no section [sso-session {1}]. Correct sso_session, or run 'aws configure sso'"},
	{`partial credentials found for profile (.*)`, "the AWS profile {profile 1} has half a key pair. Give it both aws_access_key_id and aws_secret_access_key, in {credentials} or {config}"},
	{`configured to use SSO but is missing required configuration: (.*)`, "the AWS profile {profile} is for IAM Identity Center, but lacks {1}. Run 'aws configure sso' for it"},
	{`(?s)(sso_region|sso_start_url) in profile .* must match`, "the AWS profile {profile} and its sso_session differ in {1}. Leave it out of the profile in {config}"},
	{`only one credential type may be specified`, "the AWS profile {profile} has several sources of credentials. Leave one of source_profile, credential_source, credential_process and web_identity_token_file in it"},
	{`EcsContainer was specified`, "credential_source of the AWS profile {profile} is EcsContainer, but neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set, so this is no container of ECS or EKS. Name another source for it"},
	{`credential_source values must be`, "credential_source of the AWS profile {profile} is none that there is. Set it to Ec2InstanceMetadata, EcsContainer or Environment"},
	{`credential type (\S+) requires role_arn, profile (.*)`, "the AWS profile {profile 2} has a {1}, but no role_arn to assume with it. Set role_arn in {config}"},
	{`invalid endpoint host|unable to parse host from local|failed to resolve host|invalid URL`, "AWS_CONTAINER_CREDENTIALS_FULL_URI is no address of this machine or of a container service, and credentials are fetched from no other over plain HTTP. Correct or unset it"},
}

// allowed are the values of settings, by name in a profile.
var allowed = map[string]string{
	"retry_mode":                   "standard or adaptive",
	"max_attempts":                 "a whole number",
	"defaults_mode":                "legacy, standard, in-region, cross-region, mobile or auto",
	"account_id_endpoint_mode":     "preferred, required or disabled",
	"ec2_metadata_endpoint_mode":   "IPv4 or IPv6",
	"request_checksum_calculation": "when_supported or when_required",
	"response_checksum_validation": "when_supported or when_required",
}

var (
	variable = regexp.MustCompile(`\bAWS_[A-Z0-9_]+\b`)
	setting  = regexp.MustCompile(`(?:failed to load |profile field, |invalid value )([a-z0-9_]+)`)
)

// badSetting is why the SDK cannot use its settings.
func (l *Source) badSetting(ctx context.Context, err error) error {
	var failed *failure
	if err == nil || errors.As(err, &failed) || isContextError(err) {
		return err
	}
	text := err.Error()
	bad := func(format string, args ...any) error {
		return &failure{sg.StatusError, codeBadSettings, fmt.Sprintf(format, args...), ""}
	}
	var role awsconfig.SharedConfigAssumeRoleError
	var none awsconfig.SharedConfigProfileNotExistError
	var unread awsconfig.SharedConfigLoadError
	var file *fs.PathError
	switch {
	case errors.As(err, &role) && errors.As(err, &none):
		return bad("the AWS profile %q takes its credentials from the source_profile %q, which does not exist. Correct source_profile in %s", l.profile(), role.Profile, configFile())
	case errors.As(err, &role) && role.Profile == l.profile():
		return bad("the AWS profile %q takes its credentials from source_profiles that lead back to it. Let one of them in %s have credentials of its own", l.profile(), configFile())
	case errors.As(err, &role):
		return bad("the AWS profile %q takes its credentials from the source_profile %q, which has none. Give it some, or name another source_profile in %s", l.profile(), role.Profile, configFile())
	case errors.As(err, &none):
		return during("loading the AWS configuration", err)
	case strings.Contains(text, "custom CA bundle"), errors.As(err, &file):
		what, name := "AWS_CA_BUNDLE", os.Getenv("AWS_CA_BUNDLE")
		if name == "" {
			what, name = fmt.Sprintf("ca_bundle of the AWS profile %q", l.profile()), l.profileBundle(ctx)
		}
		switch {
		case file == nil:
			return bad("%s names %q, which holds no certificates in PEM form. Correct or unset it", what, name)
		case file.Path == name:
			return bad("%s names %q, which cannot be read: %s. Correct or unset it", what, name, innermost(file))
		}
		return bad("%q of the AWS configuration cannot be read: %s", file.Path, innermost(file))
	case errors.As(err, &unread):
		return bad("%q of the AWS configuration cannot be read. Check its permissions, and that each line is a [section] or a setting", unread.Filename)
	case strings.Contains(text, "role ARN is not set") && os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != "":
		return bad("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not. Set it to the ARN of the role to assume with this token")
	case strings.Contains(text, "role ARN is not set"):
		return bad("the AWS profile %q has a web_identity_token_file, but no role_arn to assume with it. Set role_arn in %s", l.profile(), configFile())
	}
	for _, b := range badSettings {
		if m := regexp.MustCompile(b.sdk).FindStringSubmatch(text); m != nil {
			part := func(i int) string {
				if i < len(m) {
					return strings.TrimSpace(m[i])
				}
				return ""
			}
			return bad("%s", strings.NewReplacer("{profile}", fmt.Sprintf("%q", l.profile()), "{config}", configFile(), "{credentials}", credentialsFile(), "{1}", part(1), "{profile 1}", fmt.Sprintf("%q", part(1)), "{profile 2}", fmt.Sprintf("%q", part(2))).Replace(b.ours))
		}
	}
	correct := func(name string) string {
		if values := allowed[name]; values != "" {
			return "Set it to " + values
		}
		if strings.Contains(text, "true") {
			return "Set it to true or false"
		}
		return "Correct it"
	}
	if name := variable.FindString(text); os.Getenv(name) != "" {
		return bad("the variable %s is %.60q, which it cannot be. %s, or unset it", name, os.Getenv(name), correct(strings.ToLower(strings.TrimPrefix(name, "AWS_"))))
	}
	if m := setting.FindStringSubmatch(text); m != nil {
		return bad("%s of the AWS profile %q is not what it can be. %s in %s", m[1], l.profile(), correct(m[1]), configFile())
	}
	return bad("the AWS configuration cannot be used: %s. Correct %s or the variables that begin with AWS_", withoutSecrets(strings.Join(strings.Fields(innermost(err)), " ")), configFile())
}

// asked are the services that are asked, by their IDs in the SDK.
var asked = []string{"EC2", "STS", "Organizations", "Config Service", "Elastic Load Balancing", "Elastic Load Balancing v2", "KMS", "SSO", "SSO OIDC", "Signin"}

// badEndpoint refuses addresses of services, in variables and profiles, that are none. Without that
// each call would be tried in vain.
func (l *Source) badEndpoint(ctx context.Context, cfg aws.Config) error {
	env, profiles := settings(cfg)
	var profile awsconfig.SharedConfig
	if len(profiles) > 0 {
		profile = profiles[0]
	}
	for _, ignored := range []*bool{env.IgnoreConfiguredEndpoints, profile.IgnoreConfiguredEndpoints} {
		if ignored != nil && *ignored {
			return nil
		}
	}
	refuse := func(name, url string) error {
		if problem := config.URLProblem(url); url != "" && problem != "" {
			return &failure{sg.StatusError, codeBadSettings, name + " " + problem, ""}
		}
		return nil
	}
	inProfile := fmt.Sprintf("endpoint_url of the AWS profile %q", profile.Profile)
	for _, service := range asked {
		// What one has for a service goes before what it has for all.
		inVariable, isVariable, err := env.GetServiceBaseEndpoint(ctx, service)
		if err == nil && isVariable {
			if err := refuse("the variable "+endpointVariable(service), inVariable); err != nil {
				return err
			}
		} else if url, _, err := profile.GetServiceBaseEndpoint(ctx, service); err == nil {
			if err := refuse(inProfile+", for "+service+",", url); err != nil {
				return err
			}
		}
	}
	switch {
	case l.config.EndpointURL != "":
		return nil
	case env.BaseEndpoint != "":
		return refuse("the variable AWS_ENDPOINT_URL", env.BaseEndpoint)
	}
	return refuse(inProfile, profile.BaseEndpoint)
}

// profileBundle is the file that the profile in use names as its CA bundle.
func (l *Source) profileBundle(ctx context.Context) string {
	env, err := awsconfig.NewEnvConfig()
	if err != nil {
		return ""
	}
	shared, err := awsconfig.LoadSharedConfigProfile(ctx, l.profile(), func(o *awsconfig.LoadSharedConfigOptions) {
		if env.SharedConfigFile != "" {
			o.ConfigFiles = []string{env.SharedConfigFile}
		}
		if env.SharedCredentialsFile != "" {
			o.CredentialsFiles = []string{env.SharedCredentialsFile}
		}
	})
	if err != nil {
		return ""
	}
	return shared.CustomCABundle
}

// explain is why there are no credentials, where it is not AWS that says so.
func (l *Source) explain(cfg aws.Config, err error) error {
	var already *failure
	if errors.As(err, &already) || isContextError(err) {
		return err
	}
	env, profiles := settings(cfg)
	if len(profiles) == 0 {
		return err
	}
	p := profiles[len(profiles)-1]
	text := err.Error()
	missing := func(format string, args ...any) error {
		return &failure{sg.StatusError, codeNoCredentials, fmt.Sprintf(format, args...), withoutSecrets(text)}
	}
	login := func(session, command string) error {
		if p.Profile != "default" {
			command += " --profile " + shellescape.Quote(p.Profile)
		}
		return &failure{sg.StatusExpired, codeExpired, fmt.Sprintf("%s has expired or was never begun. Run '%s'", session, command), withoutSecrets(text)}
	}
	var answer smithy.APIError
	var operation *smithy.OperationError
	answered := errors.As(err, &answer) && isAnswer(answer)
	if errors.As(err, &operation) && strings.HasPrefix(operation.Service(), "SSO") && answered {
		switch answer.ErrorCode() {
		case "UnauthorizedException", "InvalidGrantException", "ExpiredTokenException":
			return login("the session of AWS IAM Identity Center", "aws sso login")
		case "ForbiddenException", "ResourceNotFoundException":
			return missing("IAM Identity Center gives no credentials for the role %s in account %s (sso_role_name and sso_account_id of the AWS profile %q). Correct them, or have the role assigned to you", p.SSORoleName, p.SSOAccountID, p.Profile)
		}
	}
	if answered {
		return err
	}
	var process *processcreds.ProviderError
	switch {
	case errors.As(err, &process):
		program, _, _ := strings.Cut(strings.TrimSpace(p.CredentialProcess), " ")
		what := fmt.Sprintf("the credential_process of the AWS profile %q", p.Profile)
		said, by := "", (*processError)(nil)
		if errors.As(err, &by) && by.said != "" {
			said = fmt.Sprintf(", and says %.300q", by.said)
		}
		var exit *exec.ExitError
		switch {
		case strings.Contains(text, "timed out"):
			return missing("%s (%s) took too long%s. Run it by hand to see what it waits for", what, program, said)
		case errors.As(err, &exit) && exit.ExitCode() == 127:
			return missing("%s cannot be run: there is no program %s. Install it, or correct credential_process in %s", what, program, configFile())
		case errors.As(err, &exit) && exit.ExitCode() == 126:
			return missing("%s cannot be run: %s is no program that you may run. Correct credential_process in %s", what, program, configFile())
		case errors.As(err, &exit):
			return missing("%s failed: %s ended with exit code %d%s. Run it by hand to see why", what, program, exit.ExitCode(), said)
		case strings.Contains(text, "missing "), strings.Contains(text, "wrong version"), strings.Contains(text, "parse failed"):
			return missing("%s failed: what %s writes are no credentials%s. It must write a JSON object with Version 1, AccessKeyId and SecretAccessKey, and nothing else", what, program, said)
		}
		return missing("%s (%s) could not be run%s. Run it by hand to see why", what, program, said)
	case strings.Contains(text, "failed to retrieve jwt"):
		name, from := env.WebIdentityTokenFilePath, "AWS_WEB_IDENTITY_TOKEN_FILE"
		if !l.isVariables(env) {
			name, from = p.WebIdentityTokenFile, fmt.Sprintf("web_identity_token_file of the AWS profile %q", p.Profile)
		}
		reason := "it cannot be read"
		if _, err := os.Stat(name); err != nil {
			reason = innermost(err)
		}
		return missing("there is no web identity token in %q, which %s names: %s. Correct the path, or have the token put there", name, from, reason)
	case l.isVariables(env):
		return err
	case p.CredentialSource == "Environment" && strings.Contains(text, "static credentials are empty"):
		return missing("credential_source of the AWS profile %q is Environment, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set. Set them, or name another source", p.Profile)
	case p.SSOSessionName != "" && (p.SSOAccountID == "" || p.SSORoleName == ""):
		return missing("the AWS profile %q names an sso_session, but not both sso_account_id and sso_role_name. Run 'aws configure sso' for it, or use a profile that has them", p.Profile)
	case (p.SSOSessionName != "" || p.SSOStartURL != "") && (strings.Contains(text, "SSO") && strings.Contains(text, "token") || strings.Contains(text, "SSO session")):
		return login("the session of AWS IAM Identity Center", "aws sso login")
	case p.LoginSession != "" && strings.Contains(text, "login"):
		return login("the session of 'aws login'", "aws login")
	case strings.Contains(text, "failed to load credentials") && (env.ContainerCredentialsRelativePath != "" || env.ContainerCredentialsEndpoint != ""):
		from := "AWS_CONTAINER_CREDENTIALS_FULL_URI"
		if env.ContainerCredentialsRelativePath != "" {
			from = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
		}
		return missing("the credentials of the container could not be fetched from where %s says: %s. Check that the container has a role, or unset it", from, innermost(err))
	case !strings.Contains(text, "ec2imds") && !strings.Contains(text, "EC2 IMDS"):
		return err
	}
	// What is left is that only the role of the machine could help, and there is none.
	machine := "this machine has no role"
	if os.Getenv("AWS_EC2_METADATA_DISABLED") == "true" {
		machine = "AWS_EC2_METADATA_DISABLED keeps from asking for the role of this machine"
	}
	key, secret := cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_ACCESS_KEY")), cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SECRET_KEY"))
	switch {
	case p.CredentialSource == "Ec2InstanceMetadata":
		return missing("credential_source of the AWS profile %q is Ec2InstanceMetadata, but %s. Name another source, or run this on an instance with a role", p.Profile, machine)
	case p.RoleARN != "":
		return missing("the AWS profile %q has a role_arn, but neither source_profile nor credential_source, which say by whom the role is assumed. Set one of them in %s", p.Profile, configFile())
	case l.config.Profile == "" && key != "" && secret == "":
		return missing("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not. Set both, or neither and a profile")
	case l.config.Profile == "" && key == "" && secret != "":
		return missing("AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not. Set both, or neither and a profile")
	case p.Profile != "default" && p.Profile != "":
		return missing("the AWS profile %q has no credentials, and %s. Run 'aws configure --profile %s' or 'aws configure sso --profile %[3]s', or use another profile", p.Profile, machine, shellescape.Quote(p.Profile))
	}
	return err
}

// An AskCode asks a person for the code that an MFA device shows.
type AskCode func(ctx context.Context, device string) (string, error)

type askCodeKey struct{}

// WithCodes returns a context in which reads ask for the codes of MFA devices, which roles of
// profiles may need. Without it such profiles cannot be used.
func WithCodes(ctx context.Context, ask AskCode) context.Context {
	return context.WithValue(ctx, askCodeKey{}, ask)
}

// timeForCode is how many seconds a person may take to enter a code.
const timeForCode = 300

// withCode has a role assumed with a code of an MFA device where its profile says so.
func (l *Source) withCode(ctx context.Context) awsconfig.LoadOptionsFunc {
	return awsconfig.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
		o.TokenProvider = l.codes(ctx, aws.ToString(o.SerialNumber))
	})
}

// codes asks for codes of an MFA device.
func (l *Source) codes(ctx context.Context, device string) func() (string, error) {
	ask, _ := ctx.Value(askCodeKey{}).(AskCode)
	return func() (string, error) {
		if ask == nil {
			return "", l.needsCode(device)
		}
		code, err := ask(ctx, device)
		if err != nil {
			return "", l.needsCode(device)
		}
		return code, nil
	}
}

func (l *Source) needsCode(device string) *failure {
	return &failure{sg.StatusError, codeNeedsMFA, fmt.Sprintf(
		"the AWS profile %q needs a code of the MFA device %s, which is asked for on a terminal only. Run ftpcheck there, or run eval \"$(aws configure export-credentials --profile %s --format env)\" first and leave the profile out",
		l.profile(), device, shellescape.Quote(l.profile())), ""}
}

// asksForCode reports whether a person is asked for a code when credentials are retrieved.
func asksForCode(ctx context.Context, cfg aws.Config) bool {
	_, profiles := settings(cfg)
	for _, p := range profiles {
		if p.MFASerial != "" {
			return ctx.Value(askCodeKey{}) != nil
		}
	}
	return false
}
