package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A failure is an error of AWS, or on the way to it, in words for the person who reads
// them.
type failure struct {
	status  sg.Status
	code    string // AWS's, or ours if AWS gave none
	message string // what failed and what to do, with arguments in braces
	cause   string // AWS's own message, which ignore_error_messages is matched with
}

func (f *failure) Error() string { return f.message }

// RetryableError tells the SDK to ask again where what came is not an answer of AWS.
func (f *failure) RetryableError() bool { return f.code == codeUnexpected }

// notFromAWS says what is wrong with what should have been AWS's answer.
func notFromAWS(action string, err error) *failure {
	problem := "the answer is not from AWS"
	if shape := (*ec2.ShapeError)(nil); errors.As(err, &shape) {
		problem += ": " + shape.Problem
	}
	return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("%s failed: %s. Check {endpoint_url} and proxies", action, problem), ""}
}

// Our codes for what fails before AWS can say anything.
const (
	codeNoCredentials  = "NoCredentials"
	codeNoProfile      = "NoSuchProfile"
	codeBadSettings    = "InvalidConfiguration"
	codeNeedsMFA       = "MFARequired"
	codeExpired        = "ExpiredCredentials"
	codeUnreachable    = "Unreachable"
	codeNoRegion       = "NoSuchRegion"
	codeRegionDisabled = "RegionDisabled"
	codeSuspended      = "AccountSuspended"
	codeNoAccount      = "NoSuchAccount"
	codeUnexpected     = "UnexpectedAnswer"
	codeTimedOut       = "TimedOut"
	codeLeftOut        = "LeftOut"
	codeContradiction  = "Contradiction"
)

// during says what was done when an error came, as in "ec2:DescribeRegions". It turns
// the error into a [*failure]; errors of a context stay as they are.
func during(action string, err error) error {
	var already *failure
	if err == nil || errors.As(err, &already) || isContextError(err) {
		return err
	}
	f := classify(action, err)
	f.cause = withoutSecrets(f.cause)
	return f
}

func isContextError(err error) bool {
	var deadline net.Error
	if errors.As(err, &deadline) && deadline.Timeout() {
		return false // a time-out of the wire, which also says it is a deadline
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func classify(action string, err error) *failure {
	var api smithy.APIError
	if errors.As(err, &api) && isAnswer(api) {
		return classifyAnswer(action, api.ErrorCode(), api.ErrorMessage(), err)
	}
	text := err.Error()
	var profile awsconfig.SharedConfigProfileNotExistError
	var network net.Error
	var op *net.OpError
	var dns *net.DNSError
	var answer *awshttp.ResponseError
	var tooMany *retry.MaxAttemptsError
	var unclear *smithy.DeserializationError
	var shape *ec2.ShapeError
	switch {
	case errors.As(err, &shape):
		return notFromAWS(action, err)
	case strings.Contains(text, "custom endpoint are not supported"):
		kind, variable := "FIPS", "AWS_USE_FIPS_ENDPOINT"
		if !strings.Contains(text, "FIPS") {
			kind, variable = "dual-stack", "AWS_USE_DUALSTACK_ENDPOINT"
		}
		return &failure{sg.StatusError, codeBadSettings, fmt.Sprintf("%s cannot be asked: %s endpoints are wanted, and an {endpoint_url} is given. Unset %s (%s in the AWS profile), or leave {endpoint_url} out",
			action, kind, variable, strings.ToLower(strings.TrimPrefix(variable, "AWS_"))), text}
	case errors.As(err, &unclear):
		return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("%s failed: the answer could not be understood. Try again, and check {endpoint_url} and proxies if it stays so", action), text}
	case errors.As(err, &profile):
		return &failure{sg.StatusError, codeNoProfile, fmt.Sprintf("the AWS profile %q does not exist%s Name one that 'aws configure list-profiles' shows", profile.Profile, meant.Ask(profile.Profile, Profiles())), text}
	case strings.Contains(text, "SSO") && (strings.Contains(text, "token") || strings.Contains(text, "InvalidGrant")):
		return &failure{sg.StatusExpired, codeExpired, "the session of AWS IAM Identity Center has expired or was never begun. Run 'aws sso login' for the profile", text}
	case strings.Contains(text, "ec2imds"), strings.Contains(text, "EC2 IMDS"), strings.Contains(text, "static credentials are empty"):
		return noCredentials(text)
	case errors.As(err, &dns):
		return &failure{sg.StatusUnreachable, codeUnreachable, fmt.Sprintf("%s did not get through: the name %s is not known. Check the network, the region's name and {endpoint_url}", action, dns.Name), text}
	case errors.As(err, &op), errors.As(err, &network), errors.As(err, &tooMany) && !errors.As(err, &answer), isBrokenConnection(err):
		return &failure{sg.StatusUnreachable, codeUnreachable, fmt.Sprintf("%s did not get through: the connection failed (%s). Check the network, proxies and {endpoint_url}, and try again", action, innermost(err)), text}
	case errors.As(err, &answer) && answer.HTTPStatusCode() >= 500:
		return &failure{sg.StatusUnreachable, codeUnreachable, fmt.Sprintf("%s failed: the service answered with HTTP status %d each time. Try again later", action, answer.HTTPStatusCode()), text}
	}
	if strings.Contains(text, "failed to refresh cached credentials") {
		return noCredentials(text)
	}
	return &failure{sg.StatusError, codeUnexpected, fmt.Sprintf("%s failed: the answer could not be understood. Try again, and check {endpoint_url} and proxies if it stays so", action), text}
}

func noCredentials(cause string) *failure {
	return &failure{sg.StatusError, codeNoCredentials, "no AWS credentials were found. Set {profile} (or AWS_PROFILE), run 'aws configure' or 'aws sso login', or give the machine a role", cause}
}

// isAnswer reports whether AWS gave the error, rather than the SDK.
func isAnswer(e smithy.APIError) bool {
	return e.ErrorCode() != "" && e.ErrorCode() != "UnknownError"
}

func classifyAnswer(action, code, message string, err error) *failure {
	f := &failure{status: sg.StatusError, code: code, cause: message}
	switch {
	case isClock(code, message):
		f.message = wrongClock(err)
		return f
	case isThrottling(code):
		f.status = sg.StatusThrottled
		f.message = fmt.Sprintf("AWS throttled %s each time it was tried. Try again later, or raise {max_error_retry_attempts}", action)
		return f
	case isDenial(code):
		switch {
		case action == "ec2:DescribeRegions":
			// Without it nobody knows which places there are, so none can be left out.
			f.status = sg.StatusDenied
			if strings.Contains(message, "service control policy") {
				f.status = sg.StatusDeniedBySCP
			}
			f.message = "ec2:DescribeRegions is denied, so nobody knows which regions there are. Allow the caller this action, or name each region to read with {regions}"
		case strings.Contains(message, "service control policy"):
			f.status = sg.StatusDeniedBySCP
			f.message = fmt.Sprintf("%s is denied by a service control policy of the organization. If the region is not in use on purpose, leave it out with {regions} or {ignore_error_messages}", action)
		case action == "sts:AssumeRole" && strings.Contains(message, "MultiFactorAuthentication"):
			f.status = sg.StatusRoleFailed
			f.message = "the role cannot be assumed: AWS did not take the MFA code. Try again with the next code that the device shows"
		case action == "sts:AssumeRole":
			f.status = sg.StatusRoleFailed
			f.message = "the role cannot be assumed: it does not exist, or it does not trust the caller. Check {role_name} and the role's trust policy"
		default:
			f.status = sg.StatusDenied
			f.message = fmt.Sprintf("%s is denied. Allow the caller this action", action)
		}
		return f
	}
	switch code {
	case "RequestExpired", "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		f.status = sg.StatusExpired
		f.message = "the AWS credentials have expired. Get new ones, for example with 'aws sso login', and try again"
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch", "MissingAuthenticationToken", "IncompleteSignature":
		f.status = sg.StatusDenied
		f.message = "AWS does not know these credentials. Check the access key, its secret and, for temporary ones, the session token"
	case "AuthFailure":
		f.status = sg.StatusDenied
		f.message = fmt.Sprintf("AWS could not validate the credentials for %s. Either they are not valid, or the region is not enabled for the account", action)
	case "OptInRequired":
		f.status = sg.StatusRegionDisabled
		f.message = "the region is not enabled for the account. Enable it, or leave it out of {regions}"
	case "NoSuchConfigurationAggregatorException":
		f.message = "there is no such aggregator of AWS Config in the region that was asked. Correct {aggregator}, or name its region with {default_region}. 'aws configservice describe-configuration-aggregators' shows which there are"
	case "AWSOrganizationsNotInUseException":
		f.message = "the account is not part of an organization, so {accounts} can hold account IDs only, and no patterns or organizational units"
	case "InternalError", "InternalFailure", "Unavailable", "ServiceUnavailable", "InternalServerError":
		f.status = sg.StatusUnreachable
		f.message = fmt.Sprintf("%s failed inside AWS each time it was tried (%s). Try again later", action, code)
	default:
		f.message = fmt.Sprintf("%s failed: %s (%s)", action, strings.TrimRight(withoutSecrets(message), "."), code)
	}
	var answer *awshttp.ResponseError
	if f.status == sg.StatusError && errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusServiceUnavailable {
		f.status = sg.StatusUnreachable
	}
	return f
}

// isDenial reports whether AWS refuses an action that the caller is not allowed.
func isDenial(code string) bool {
	switch code {
	case "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedException":
		return true
	}
	return false
}

// isThrottling reports whether AWS refuses a request because there were too many.
func isThrottling(code string) bool {
	switch code {
	case "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "EC2ThrottledException", "BandwidthLimitExceeded", "SlowDown", "RequestThrottled", "RequestThrottledException", "PriorRequestNotComplete":
		return true
	}
	return false
}

// isClock reports whether AWS refuses a request for its time.
func isClock(code, message string) bool {
	return code == "RequestTimeTooSkewed" || code == "RequestInTheFuture" ||
		strings.Contains(message, "Signature expired") || strings.Contains(message, "not yet current")
}

// wrongClock says what the clocks show.
func wrongClock(err error) string {
	message := "the clock of this machine is wrong: it shows " + time.Now().UTC().Format(time.RFC3339)
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		if theirs, err := http.ParseTime(answer.Response.Header.Get("Date")); err == nil {
			message += ", that of AWS " + theirs.UTC().Format(time.RFC3339)
		}
	}
	return message + ", and AWS refuses requests that are more than 5 minutes off. Set the clock, and try again"
}

// isBrokenConnection recognises answers that were cut off.
func isBrokenConnection(err error) bool {
	text := err.Error()
	return strings.Contains(text, "unexpected EOF") || strings.Contains(text, "connection reset") || strings.Contains(text, "use of closed network connection")
}

func innermost(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return withoutSecrets(err.Error())
		}
		err = inner
	}
}
