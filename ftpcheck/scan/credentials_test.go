package scan

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// awsFiles sets the environment to the files of an AWS configuration and to nothing else of
// it, and returns their folder.
func awsFiles(t *testing.T, config, credentials string) string {
	t.Helper()
	dir := t.TempDir()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", dir)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(dir, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "credentials"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return dir
}

func readIn(ctx context.Context, t *testing.T, cfg config.Config) (places []sg.Coverage, err error) {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return s.Read(ctx, sg.Request{}, func(*sg.Group) error { return nil })
}

// Why there are no credentials is named: the profile, the variable or the file, and what to do.
func TestCauseOfNoCredentials(t *testing.T) {
	const role = "role_arn = arn:aws:iam::111122223333:role/audit\n"
	files := func(t *testing.T) string {
		return awsFiles(t, `[profile base]
region = eu-west-1
[profile mfa]
`+role+`source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile nosource]
`+role+`[profile missingsource]
`+role+`source_profile = gone
[profile emptysource]
`+role+`source_profile = empty
[profile circle]
`+role+`source_profile = circle2
[profile circle2]
`+role+`source_profile = circle
[profile empty]
region = eu-west-1
[profile procfail]
credential_process = /bin/sh -c 'exit 3' --password hunter2
[profile procsays]
credential_process = /bin/sh -c 'echo first hunter2 >&2; printf "\033[31mno session of swordfish for hunter2\n\n" >&2; exit 4' --password hunter2 --user=swordfish
[profile procfloods]
credential_process = head -c 1000000 /dev/zero | tr '\0' x >&2; exit 5
[profile procchatty]
credential_process = echo 'Not logged in.' >&2; echo nothing
[profile procjunk]
credential_process = /bin/echo hunter2
[profile procpartial]
credential_process = /bin/echo '{"Version": 1, "SecretAccessKey": "hunter2"}'
[profile procmissing]
credential_process = /opt/none/vault exec prod
[profile source of process]
`+role+`source_profile = procfail
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Audit
[profile ssonosession]
sso_session = missing
sso_account_id = 111122223333
sso_role_name = Audit
[profile ssopartial]
sso_session = corp
[profile ssolegacypartial]
sso_start_url = https://corp.example
sso_account_id = 111122223333
sso_role_name = Audit
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example
[profile ec2]
`+role+`credential_source = Ec2InstanceMetadata
[profile container]
`+role+`credential_source = EcsContainer
[profile variables]
`+role+`credential_source = Environment
[profile other]
`+role+`credential_source = Other
[profile several]
`+role+`credential_source = Environment
source_profile = base
[profile webid]
`+role+`web_identity_token_file = /none/token
[profile webidnorole]
web_identity_token_file = /none/token
[profile login]
login_session = arn:aws:iam::111122223333:user/me
region = us-east-1
[profile bundle]
ca_bundle = none.pem
[profile mode]
retry_mode = legacy
[profile attempts]
max_attempts = x
`, `[base]
aws_access_key_id = AKIAXXXXXXXXXXXXXXXX
aws_secret_access_key = x
[half]
aws_access_key_id = AKIAXXXXXXXXXXXXXXXX
`)
	}
	for _, tt := range []struct {
		profile string
		env     string
		status  sg.Status
		want    string // in which DIR is the folder of the files
	}{
		{"mfa", "", sg.StatusError, `the AWS profile "mfa" needs a code of the MFA device arn:aws:iam::111122223333:mfa/me, which is asked for on a terminal only. Run ftpcheck there, or run eval "$(aws configure export-credentials --profile mfa --format env)" first and leave the profile out`},
		{"nosource", "", sg.StatusError, `the AWS profile "nosource" has a role_arn, but neither source_profile nor credential_source, which say by whom the role is assumed. Set one of them in DIR/config`},
		{"missingsource", "", sg.StatusError, `the AWS profile "missingsource" takes its credentials from the source_profile "gone", which does not exist. Correct source_profile in DIR/config`},
		{"emptysource", "", sg.StatusError, `the AWS profile "emptysource" takes its credentials from the source_profile "empty", which has none. Give it some, or name another source_profile in DIR/config`},
		{"circle", "", sg.StatusError, `the AWS profile "circle" takes its credentials from source_profiles that lead back to it. Let one of them in DIR/config have credentials of its own`},
		{"empty", "", sg.StatusError, `the AWS profile "empty" has no credentials, and AWS_EC2_METADATA_DISABLED keeps from asking for the role of this machine. Run 'aws configure --profile empty' or 'aws configure sso --profile empty', or use another profile`},
		{"procfail", "", sg.StatusError, `the credential_process of the AWS profile "procfail" failed: /bin/sh ended with exit code 3. Run it by hand to see why`},
		{"procsays", "", sg.StatusError, `the credential_process of the AWS profile "procsays" failed: /bin/sh ended with exit code 4, and says "\x1b[31mno session of (removed) for (removed)". Run it by hand to see why`},
		{"procfloods", "", sg.StatusError, `the credential_process of the AWS profile "procfloods" failed: head ended with exit code 5, and says "(removed)". Run it by hand to see why`},
		{"procchatty", "", sg.StatusError, `the credential_process of the AWS profile "procchatty" failed: what echo writes are no credentials, and says "Not logged in.". It must write a JSON object with Version 1, AccessKeyId and SecretAccessKey, and nothing else`},
		{"source of process", "", sg.StatusError, `the credential_process of the AWS profile "procfail" failed: /bin/sh ended with exit code 3. Run it by hand to see why`},
		{"procjunk", "", sg.StatusError, `the credential_process of the AWS profile "procjunk" failed: what /bin/echo writes are no credentials. It must write a JSON object with Version 1, AccessKeyId and SecretAccessKey, and nothing else`},
		{"procpartial", "", sg.StatusError, `the credential_process of the AWS profile "procpartial" failed: what /bin/echo writes are no credentials. It must write a JSON object with Version 1, AccessKeyId and SecretAccessKey, and nothing else`},
		{"procmissing", "", sg.StatusError, `the credential_process of the AWS profile "procmissing" cannot be run: there is no program /opt/none/vault. Install it, or correct credential_process in DIR/config`},
		{"sso", "", sg.StatusExpired, `the session of AWS IAM Identity Center has expired or was never begun. Run 'aws sso login --profile sso'`},
		{"ssonosession", "", sg.StatusError, `the AWS profile "ssonosession" names an sso_session, but DIR/config has no section [sso-session missing]. Correct sso_session, or run 'aws configure sso'`},
		{"ssopartial", "", sg.StatusError, `the AWS profile "ssopartial" names an sso_session, but not both sso_account_id and sso_role_name. Run 'aws configure sso' for it, or use a profile that has them`},
		{"ssolegacypartial", "", sg.StatusError, `the AWS profile "ssolegacypartial" is for IAM Identity Center, but lacks sso_region. Run 'aws configure sso' for it`},
		{"ec2", "", sg.StatusError, `credential_source of the AWS profile "ec2" is Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED keeps from asking for the role of this machine. Name another source, or run this on an instance with a role`},
		{"container", "", sg.StatusError, `credential_source of the AWS profile "container" is EcsContainer, but neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set, so this is no container of ECS or EKS. Name another source for it`},
		{"variables", "", sg.StatusError, `credential_source of the AWS profile "variables" is Environment, but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set. Set them, or name another source`},
		{"other", "", sg.StatusError, `credential_source of the AWS profile "other" is none that there is. Set it to Ec2InstanceMetadata, EcsContainer or Environment`},
		{"several", "", sg.StatusError, `the AWS profile "several" has several sources of credentials. Leave one of source_profile, credential_source, credential_process and web_identity_token_file in it`},
		{"webid", "", sg.StatusError, `there is no web identity token in "/none/token", which web_identity_token_file of the AWS profile "webid" names: no such file or directory. Correct the path, or have the token put there`},
		{"webidnorole", "", sg.StatusError, `the AWS profile "webidnorole" has a web_identity_token_file, but no role_arn to assume with it. Set role_arn in DIR/config`},
		{"login", "", sg.StatusExpired, `the session of 'aws login' has expired or was never begun. Run 'aws login --profile login'`},
		{"bundle", "", sg.StatusError, `ca_bundle of the AWS profile "bundle" names "none.pem", which cannot be read: no such file or directory. Correct or unset it`},
		{"mode", "", sg.StatusError, `retry_mode of the AWS profile "mode" is not what it can be. Set it to standard or adaptive in DIR/config`},
		{"attempts", "", sg.StatusError, `max_attempts of the AWS profile "attempts" is not what it can be. Set it to a whole number in DIR/config`},
		{"half", "", sg.StatusError, `the AWS profile "half" has half a key pair. Give it both aws_access_key_id and aws_secret_access_key, in DIR/credentials or DIR/config`},
		{"base", "AWS_RETRY_MODE=legacy", sg.StatusError, `the variable AWS_RETRY_MODE is "legacy", which it cannot be. Set it to standard or adaptive, or unset it`},
		{"base", "AWS_MAX_ATTEMPTS=x", sg.StatusError, `the variable AWS_MAX_ATTEMPTS is "x", which it cannot be. Set it to a whole number, or unset it`},
		{"base", "AWS_USE_FIPS_ENDPOINT=yes", sg.StatusError, `the variable AWS_USE_FIPS_ENDPOINT is "yes", which it cannot be. Set it to true or false, or unset it`},
		{"base", "AWS_USE_FIPS_ENDPOINT=true", sg.StatusError, `sts:GetCallerIdentity cannot be asked: FIPS endpoints are wanted, and an endpoint_url is given. Unset AWS_USE_FIPS_ENDPOINT (use_fips_endpoint in the AWS profile), or leave endpoint_url out`},
		{"base", "AWS_USE_DUALSTACK_ENDPOINT=true", sg.StatusError, `sts:GetCallerIdentity cannot be asked: dual-stack endpoints are wanted, and an endpoint_url is given. Unset AWS_USE_DUALSTACK_ENDPOINT (use_dualstack_endpoint in the AWS profile), or leave endpoint_url out`},
		{"base", "AWS_CA_BUNDLE=DIR/credentials", sg.StatusError, `AWS_CA_BUNDLE names "DIR/credentials", which holds no certificates in PEM form. Correct or unset it`},
		{"base", "AWS_CA_BUNDLE=/none.pem", sg.StatusError, `AWS_CA_BUNDLE names "/none.pem", which cannot be read: no such file or directory. Correct or unset it`},
		{"", "AWS_ACCESS_KEY_ID=AKIAXXXXXXXXXXXXXXXX", sg.StatusError, `AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not. Set both, or neither and a profile`},
		{"", "AWS_SECRET_ACCESS_KEY=hunter2", sg.StatusError, `AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not. Set both, or neither and a profile`},
		{"", "AWS_WEB_IDENTITY_TOKEN_FILE=/none", sg.StatusError, `AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not. Set it to the ARN of the role to assume with this token`},
		{"", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://192.0.2.1/", sg.StatusError, `AWS_CONTAINER_CREDENTIALS_FULL_URI is no address of this machine or of a container service, and credentials are fetched from no other over plain HTTP. Correct or unset it`},
		{"", "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/", sg.StatusError, `the credentials of the container could not be fetched from where AWS_CONTAINER_CREDENTIALS_FULL_URI says: connection refused. Check that the container has a role, or unset it`},
	} {
		t.Run(tt.profile+tt.env, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.HasPrefix(tt.profile, "proc") {
				t.Skip("has no /bin/sh")
			}
			dir := files(t)
			name, value, _ := strings.Cut(strings.ReplaceAll(tt.env, "DIR", dir), "=")
			if name != "" {
				t.Setenv(name, value)
			}
			places, err := readIn(t.Context(), t, config.Config{Profile: tt.profile, EndpointURL: "http://127.0.0.1:1", MaxErrorRetryAttempts: 1, MinErrorRetryDelay: 1})
			want := "AWS: " + strings.ReplaceAll(tt.want, "DIR", dir)
			if err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if len(places) != 1 || places[0].Status != tt.status {
				t.Errorf("the record is not of status %s: %+v", tt.status, places)
			}
		})
	}
}

// The address of a service that is none is refused before anything is tried, and whoever reads that
// learns where it is from and what to write.
func TestBadEndpoints(t *testing.T) {
	const files = "[profile own]\nregion = us-east-1\nendpoint_url = localhost:4566\n[profile services]\nregion = us-east-1\nservices = mine\n[services mine]\nec2 =\n  endpoint_url = localhost:4566\n" +
		"[profile ignoring]\nregion = us-east-1\nendpoint_url = localhost:4566\nignore_configured_endpoint_urls = true\n"
	for _, test := range []struct {
		name, profile, env, flag string
		want                     string // empty if it is not refused
	}{
		{"the variable for all", "", "AWS_ENDPOINT_URL", "", `the variable AWS_ENDPOINT_URL is "localhost:4566", without a scheme: write http://localhost:4566`},
		{"the variable for one", "", "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1", `the variable AWS_ENDPOINT_URL_STS is "localhost:4566", without a scheme: write http://localhost:4566`},
		{"the profile", "own", "", "", `endpoint_url of the AWS profile "own" is "localhost:4566", without a scheme: write http://localhost:4566`},
		{"a service of the profile", "services", "", "http://127.0.0.1:1", `endpoint_url of the AWS profile "services", for EC2, is "localhost:4566", without a scheme: write http://localhost:4566`},
		{"a service that is not asked", "", "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1", ""},
		{"what the configuration replaces", "own", "AWS_ENDPOINT_URL", "http://127.0.0.1:1", ""},
		{"what the profile ignores", "ignoring", "AWS_ENDPOINT_URL", "http://127.0.0.1:1", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			awsFiles(t, files, "")
			t.Setenv("AWS_ACCESS_KEY_ID", "AKIAXXXXXXXXXXXXXXXX")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
			if test.env != "" {
				t.Setenv(test.env, "localhost:4566")
			}
			_, err := readIn(t.Context(), t, config.Config{Profile: test.profile, EndpointURL: test.flag, MaxErrorRetryAttempts: 1, MinErrorRetryDelay: 1})
			if test.want == "" && (err == nil || strings.Contains(err.Error(), "scheme")) || test.want != "" && (err == nil || err.Error() != "AWS: "+test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// behind passes requests on to a server, after a look at their bodies and headers. What look
// writes is the answer instead.
func behind(t *testing.T, to string, look func(w http.ResponseWriter, r *http.Request, form url.Values) bool) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		if look(w, r, form) {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
	}))
	t.Cleanup(between.Close)
	return between.URL
}

// profileWithMFA is an account whose role its user assumes with a code.
func profileWithMFA(t *testing.T) (s *fakeaws.Server, cfg config.Config) {
	t.Helper()
	w := oneRegion(&fakeaws.Region{})
	s = w.Start(t)
	awsFiles(t, "[profile audit]\nrole_arn = arn:aws:iam::"+home+":role/audit\nsource_profile = me\nmfa_serial = arn:aws:iam::"+home+":mfa/me\nexternal_id = Tr0ub4dor&3\nregion = us-east-1\n",
		"[me]\naws_access_key_id = "+w.Accounts[0].AccessKey()+"\naws_secret_access_key = "+secretOf(t, s)+"\n")
	return s, config.Config{Profile: "audit", EndpointURL: s.URL, MinErrorRetryDelay: 1, MaxErrorRetryAttempts: 2}
}

func secretOf(t *testing.T, s *fakeaws.Server) string {
	t.Helper()
	for _, variable := range s.Env() {
		if secret, ok := strings.CutPrefix(variable, "AWS_SECRET_ACCESS_KEY="); ok {
			return secret
		}
	}
	t.Fatal("the server has no secret")
	return ""
}

// Where somebody can be asked for the code of an MFA device, a profile that needs it works.
func TestMFACode(t *testing.T) {
	s, cfg := profileWithMFA(t)
	var code, serial string
	cfg.EndpointURL = behind(t, s.URL, func(_ http.ResponseWriter, _ *http.Request, form url.Values) bool {
		if form.Get("Action") == "AssumeRole" {
			code, serial = form.Get("TokenCode"), form.Get("SerialNumber")
		}
		return false
	})
	asked := ""
	ctx := WithCodes(t.Context(), func(_ context.Context, device string) (string, error) {
		asked = device
		return "123456", nil
	})
	if _, err := readIn(ctx, t, cfg); err != nil {
		t.Error(err)
	}
	device := "arn:aws:iam::" + home + ":mfa/me"
	if asked != device || serial != device || code != "123456" {
		t.Errorf("asked for %q, and AWS got %q and %q", asked, serial, code)
	}

	// Who gives no code is told how to go on.
	ctx = WithCodes(t.Context(), func(context.Context, string) (string, error) { return "", errors.New("no") })
	if _, err := readIn(ctx, t, cfg); err == nil || !strings.Contains(err.Error(), "needs a code of the MFA device "+device) {
		t.Error(err)
	}
	// AWS may not take it.
	cfg.EndpointURL = behind(t, s.URL, func(w http.ResponseWriter, _ *http.Request, form url.Values) bool {
		return form.Get("Action") == "AssumeRole" && refuse(w, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")
	})
	ctx = WithCodes(t.Context(), func(context.Context, string) (string, error) { return "000000", nil })
	if _, err := readIn(ctx, t, cfg); err == nil || !strings.Contains(err.Error(), "AWS did not take the MFA code") {
		t.Error(err)
	}
}

// refuse answers as STS does.
func refuse(w http.ResponseWriter, code, message string) bool {
	w.Header().Set("Date", time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC).Format(http.TimeFormat))
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, `<ErrorResponse><Error><Code>%s</Code><Message>`, code)
	xml.EscapeText(w, []byte(message))
	io.WriteString(w, `</Message></Error></ErrorResponse>`)
	return true
}

func TestWrongClock(t *testing.T) {
	for _, tt := range []struct{ code, message string }{
		{"SignatureDoesNotMatch", "Signature expired: 20010203T040506Z is now earlier than 20010203T050506Z (20010203T051006Z - 5 min.)"},
		{"SignatureDoesNotMatch", "Signature not yet current: 20010203T040506Z is still later than 20010203T030506Z (20010203T030006Z + 5 min.)"},
		{"InvalidSignatureException", "Signature expired: 20010203T040506Z is now earlier than 20010203T050506Z"},
		{"RequestTimeTooSkewed", "The difference between the request time and the current time is too large."},
	} {
		s, cfg := profileWithMFA(t)
		cfg.Profile = "me"
		cfg.EndpointURL = behind(t, s.URL, func(w http.ResponseWriter, _ *http.Request, _ url.Values) bool { return refuse(w, tt.code, tt.message) })
		_, err := readIn(t.Context(), t, cfg)
		want := `^AWS: the clock of this machine is wrong: it shows 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, that of AWS 2001-02-03T04:05:06Z, and AWS refuses requests that are more than 5 minutes off\. Set the clock, and try again$`
		if err == nil || !regexp.MustCompile(want).MatchString(err.Error()) {
			t.Errorf("%s: %v", tt.message, err)
		}
	}
	// A key of the wrong secret is no matter of clocks.
	s, cfg := profileWithMFA(t)
	cfg.Profile = "me"
	cfg.EndpointURL = behind(t, s.URL, func(w http.ResponseWriter, _ *http.Request, _ url.Values) bool {
		return refuse(w, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
	})
	if _, err := readIn(t.Context(), t, cfg); err == nil || strings.Contains(err.Error(), "clock") {
		t.Error(err)
	}
}

// What AWS, or whoever answers in its place, quotes of the secrets in use is blotted out,
// whatever they look like.
func TestSecretsInUseAreBlottedOut(t *testing.T) {
	const key, token, external = "correct horse", "battery&staple", "Tr0ub4dor&3"
	quote := func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		return refuse(w, "Strange "+key, fmt.Sprintf("You, %s, sent the key %s with %s and %s of %s", "caller", key, token, url.QueryEscape(token), external))
	}
	check := func(t *testing.T, cfg config.Config, told ...string) {
		t.Helper()
		var debug bytes.Buffer
		places, err := readIn(WithDebug(t.Context(), &debug), t, cfg)
		if err == nil || len(places) == 0 {
			t.Fatalf("%v, %v", places, err)
		}
		all := err.Error() + fmt.Sprintf("%+v", places) + debug.String()
		if !strings.Contains(all, "caller") || !strings.Contains(all, "(removed)") {
			t.Error(all)
		}
		for _, secret := range told {
			if strings.Contains(all, secret) || strings.Contains(all, url.QueryEscape(secret)) {
				t.Errorf("%q is in: %s", secret, all)
			}
		}
	}
	between := behind(t, "http://127.0.0.1:1", quote)
	t.Run("arguments", func(t *testing.T) {
		awsFiles(t, "", "")
		check(t, config.Config{AccessKey: "AKIAXXXXXXXXXXXXXXXX", SecretKey: key, SessionToken: token, RoleExternalID: external,
			Accounts: []string{home}, EndpointURL: between, MaxErrorRetryAttempts: 1}, key, token, external)
	})
	t.Run("assume_role", func(t *testing.T) {
		awsFiles(t, "", "")
		check(t, config.Config{AccessKey: "AKIAXXXXXXXXXXXXXXXX", SecretKey: key, SessionToken: token, EndpointURL: between, MaxErrorRetryAttempts: 1,
			AssumeRole: &config.AssumeRole{RoleARN: "arn:aws:iam::" + home + ":role/audit", ExternalID: external}}, key, token, external)
	})
	t.Run("variables", func(t *testing.T) {
		awsFiles(t, "", "")
		t.Setenv("AWS_ACCESS_KEY_ID", "AKIAXXXXXXXXXXXXXXXX")
		t.Setenv("AWS_SECRET_ACCESS_KEY", key)
		t.Setenv("AWS_SESSION_TOKEN", token)
		check(t, config.Config{EndpointURL: between, MaxErrorRetryAttempts: 1}, key, token)
	})
	t.Run("profiles", func(t *testing.T) {
		awsFiles(t, "[profile audit]\nrole_arn = arn:aws:iam::"+home+":role/audit\nsource_profile = me\nexternal_id = "+external+"\n",
			"[me]\naws_access_key_id = AKIAXXXXXXXXXXXXXXXX\naws_secret_access_key = "+key+"\naws_session_token = "+token+"\n")
		check(t, config.Config{Profile: "audit", EndpointURL: between, MaxErrorRetryAttempts: 1}, key, token, external)
	})
	t.Run("a process", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("has no /bin/echo")
		}
		awsFiles(t, `[profile process]
credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "AKIAXXXXXXXXXXXXXXXX", "SecretAccessKey": "`+key+`", "SessionToken": "`+token+`"}'
`, "")
		check(t, config.Config{Profile: "process", EndpointURL: between, MaxErrorRetryAttempts: 1}, key, token)
	})
	t.Run("a prefix list", func(t *testing.T) {
		s := oneRegion(&fakeaws.Region{
			Groups:      []fakeaws.Group{{Name: "g", Ingress: []fakeaws.Permission{{Protocol: "tcp", From: 21, To: 21, PrefixList: fakeaws.PrefixListID("l")}}}},
			PrefixLists: []fakeaws.PrefixList{{Name: "l", Entries: []fakeaws.Entry{{CIDR: "10.0.0.0/8"}}}},
		}).Start(t)
		cfg := liveConfig(t, s)
		cfg.RoleExternalID, cfg.MaxErrorRetryAttempts = external, 1
		cfg.EndpointURL = behind(t, s.URL, func(w http.ResponseWriter, _ *http.Request, form url.Values) bool {
			if form.Get("Action") != "GetManagedPrefixListEntries" {
				return false
			}
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `<Response><Errors><Error><Code>Strange</Code><Message>of `)
			xml.EscapeText(w, []byte(external))
			io.WriteString(w, `</Message></Error></Errors><RequestID>r</RequestID></Response>`)
			return true
		})
		places, _ := readIn(t.Context(), t, cfg)
		if len(places) != 1 || !strings.Contains(places[0].ErrorMessage, "of (removed)") {
			t.Errorf("%+v", places)
		}
	})
	t.Run("a role", func(t *testing.T) {
		w := organization()
		s := w.Start(t)
		cfg := liveConfig(t, s)
		cfg.Accounts, cfg.Regions, cfg.MaxErrorRetryAttempts = []string{member}, []string{"us-east-1"}, 1
		got := ""
		cfg.EndpointURL = behind(t, s.URL, func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
			if t := r.Header.Get("X-Amz-Security-Token"); t != "" {
				got = t
				return refuse(w, "Strange", "A caller sent "+t)
			}
			return false
		})
		places, err := readIn(t.Context(), t, cfg)
		if err == nil || got == "" || strings.Contains(err.Error(), got) || strings.Contains(fmt.Sprintf("%+v", places), got) {
			t.Errorf("%q is in: %v", got, err)
		}
	})
}

// A line of --debug says what was asked of whom, and what came back.
func TestDebug(t *testing.T) {
	w := organization()
	w.Faults = []fakeaws.Fault{
		{Kind: fakeaws.Throttled, Account: member, Region: "eu-west-1", Action: "DescribeSecurityGroups", First: 1},
		{Kind: fakeaws.Denied, Account: home, Region: "eu-west-1", Action: "DescribeSecurityGroups"},
	}
	s := w.Start(t)
	cfg := liveConfig(t, s)
	cfg.Accounts, cfg.Regions, cfg.MaxErrorRetryAttempts = []string{home, member}, []string{"eu-west-1"}, 2
	cfg.EndpointURL = behind(t, s.URL, func(w http.ResponseWriter, _ *http.Request, form url.Values) bool {
		if form.Get("Action") != "GetCallerIdentity" {
			return false
		}
		w.Header().Set("X-Amzn-Requestid", "r-1")
		// As AWS does, without a Content-Length.
		io.WriteString(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::`+home+`:user/me</Arn>`)
		http.NewResponseController(w).Flush()
		io.WriteString(w, `<Account>`+home+`</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
		return true
	})
	var debug bytes.Buffer
	if _, err := readIn(WithDebug(t.Context(), &debug), t, cfg); err == nil {
		t.Error("no error")
	}
	host := strings.TrimPrefix(cfg.EndpointURL, "http://")
	for _, want := range []string{
		`debug: sts GetCallerIdentity in \S+, at HOST, attempt 1: HTTP status 200, [1-9]\d* bytes, \S+s, request r-1`,
		`debug: sts AssumeRole in \S+, account ` + home + `, at HOST, attempt 1: HTTP status 200, [1-9]\d* bytes, \S+s, request \S+`,
		`debug: ec2 DescribeRegions in \S+, account ` + member + `, at HOST, attempt 1: HTTP status 200, [1-9]\d* bytes, \S+s, request \S+`,
		`debug: ec2 DescribeSecurityGroups in eu-west-1, account ` + member + `, at HOST, attempt 1: HTTP status 503, [1-9]\d* bytes, RequestLimitExceeded, \S+s, request \S+`,
		`debug: ec2 DescribeSecurityGroups in eu-west-1, account ` + member + `, at HOST, attempt 2: HTTP status 200, [1-9]\d* bytes, \S+s(, request \S+)?`,
		`debug: ec2 DescribeSecurityGroups in eu-west-1, account ` + home + `, at HOST, attempt 1: HTTP status 403, [1-9]\d* bytes, UnauthorizedOperation, \S+s, request \S+`,
	} {
		if n := len(regexp.MustCompile(`(?m)^`+strings.ReplaceAll(want, "HOST", regexp.QuoteMeta(host))+`$`).FindAllString(debug.String(), -1)); n != 1 {
			t.Errorf("%d lines are as %s, want one", n, want)
		}
	}
	if t.Failed() {
		t.Log(debug.String())
	}
	for _, secret := range []string{secretOf(t, s), w.Accounts[0].AccessKey(), "Authorization", "Signature", "<"} {
		if strings.Contains(debug.String(), secret) {
			t.Errorf("%q is in it:\n%s", secret, debug.String())
		}
	}
	// Without it, nothing is written.
	debug.Reset()
	readIn(t.Context(), t, cfg)
	if debug.Len() > 0 {
		t.Error(debug.String())
	}
}

// What a process that gives credentials says may be secret, and is for a person at a terminal
// only. The credentials, and the roles that are assumed with them, are those of the SDK.
func TestWhatAProcessSays(t *testing.T) {
	w := oneRegion(&fakeaws.Region{Groups: []fakeaws.Group{openGroup("g")}})
	w.Accounts[0].Roles = []fakeaws.Role{{Name: "audit", ExternalID: "Tr0ub4dor&3", MaxDuration: 2 * time.Hour}}
	s := w.Start(t)
	dir := t.TempDir()
	process := fmt.Sprintf(`credential_process = echo hunter2 >&2; (sleep 5; echo > %s/late) > /dev/null & echo '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s"}'`, dir, w.Accounts[0].AccessKey(), secretOf(t, s))
	role := "role_arn = arn:aws:iam::" + home + ":role/audit\nexternal_id = Tr0ub4dor&3\nrole_session_name = audit-of-2026\nduration_seconds = 7200\n"
	awsFiles(t, "[profile process]\nregion = us-east-1\n"+process+"\n[profile both]\nregion = us-east-1\n"+role+process+"\n[profile role]\nregion = us-east-1\nsource_profile = process\n"+role, "")
	asks := WithCodes(t.Context(), func(context.Context, string) (string, error) { return "", errors.New("no code") })
	for _, profile := range []string{"process", "role", "both"} {
		for _, ctx := range []context.Context{t.Context(), asks} {
			said, err := os.Create(filepath.Join(dir, "stderr"))
			if err != nil {
				t.Fatal(err)
			}
			stderr := os.Stderr
			os.Stderr = said
			s.Reset()
			places, err := readIn(ctx, t, config.Config{Profile: profile, EndpointURL: s.URL, MaxErrorRetryAttempts: 1})
			os.Stderr = stderr
			if err != nil || len(places) != 1 || places[0].Groups != 1 {
				t.Errorf("%s: %v, %+v", profile, err, places)
			}
			if _, err := os.Stat(filepath.Join(dir, "late")); err == nil {
				t.Errorf("%s: what the process leaves behind was waited for", profile)
			}
			text, err := os.ReadFile(said.Name())
			if want := map[bool]string{true: "hunter2\n"}[ctx == asks]; err != nil || string(text) != want {
				t.Errorf("%s: on standard error is %q, want %q", profile, text, want)
			}
			calls := s.Calls("AssumeRole")
			if (profile == "process") != (len(calls) == 0) {
				t.Errorf("%s: %d roles were assumed", profile, len(calls))
			}
			for _, c := range calls {
				if c.Params.Get("ExternalId") != "Tr0ub4dor&3" || c.Params.Get("RoleSessionName") != "audit-of-2026" || c.Params.Get("DurationSeconds") != "7200" {
					t.Errorf("%s: %v", profile, c.Params)
				}
			}
		}
	}
}
