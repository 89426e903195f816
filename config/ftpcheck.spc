connection "ftpcheck" {
  plugin = "ftpcheck"

  # Without any argument, the AWS credentials at hand are used as the AWS CLI would use
  # them, and every region that is enabled for the account is read.

  # The AWS regions to read. Patterns with * and ? are allowed. With none, all regions
  # that are enabled for the account are read: a check must not look at one region
  # unless told so.
  # regions = ["us-east-1", "eu-*"]

  # Regions and accounts to leave out, by name, ID or pattern. ftpcheck_scan still shows
  # them, with the status left_out. In patterns, * is any text, ? any character, [a-z]
  # one of these and [!a-z] none of these.
  # exclude_regions  = ["ap-*"]
  # exclude_accounts = ["111122223333"]

  # The region that is asked which regions the account has. By default AWS_REGION, or the
  # region of the profile, or us-east-1. Name one to use GovCloud or China.
  # default_region = "us-gov-west-1"

  # The AWS profile whose credentials are used. By default AWS_PROFILE, or the SDK's
  # default chain: variables, shared files, IAM Identity Center, the role of the machine.
  # profile = "security-audit"

  # Static credentials, instead of a profile (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
  # and AWS_SESSION_TOKEN do the same).
  # access_key    = "AKIAIOSFODNN7EXAMPLE"
  # secret_key    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  # session_token = "IQoJb3JpZ2luX2VjEXAMPLE"

  # A role to assume with these credentials before anything else. The duration is in
  # seconds.
  # assume_role {
  #   role_arn     = "arn:aws:iam::123456789012:role/security-audit"
  #   external_id  = "c0ffee"
  #   session_name = "ftpcheck"
  #   duration     = 3600
  # }

  # Several accounts of an AWS organization from this one connection: account IDs,
  # patterns, and IDs of organizational units (ou-...) or of the root (r-...). Patterns
  # and units need credentials of the management account or of a delegated
  # administrator. Suspended accounts are left out, and ftpcheck_scan says so.
  # accounts = ["*"]

  # The role to assume in each of these accounts, except in that of the credentials, and
  # the external ID that its trust policy asks for.
  # role_name        = "OrganizationAccountAccessRole"
  # role_external_id = "c0ffee"

  # An aggregator of AWS Config to read instead of EC2, in default_region, with no role in
  # any account. regions and accounts (IDs and patterns) choose among what it has, and with
  # a pattern all such accounts of the organization must be there. What AWS Config captured
  # longer ago than max_age counts as not read; files have that, too.
  # aggregator = "org"
  # max_age    = "36h"

  # Whether load balancers are read where networks are, so that it is known what the
  # internet reaches through them. It needs the actions of
  # docs/policies/ftpcheck-load-balancers.json.
  # load_balancers = true

  # How often a call is tried when AWS throttles it or it does not get through, and the
  # first pause in milliseconds. Later pauses are longer.
  # max_error_retry_attempts = 9
  # min_error_retry_delay    = 25

  # How many AWS calls may be under way at once, over all accounts and regions. In one
  # account and region, a query makes one call after the other.
  # max_concurrency = 64

  # For how many seconds a call may go on, with all its attempts, and for how many the
  # pages of one answer may be read.
  # call_timeout  = 60
  # place_timeout = 900

  # For how many seconds what AWS said is used again by later queries. Negative: never.
  # cache_ttl = 300

  # By default a query fails if any account and region that it needs could not be read,
  # and says which. Places that fail with one of these error codes (patterns) or messages
  # (regular expressions) are left out instead. ftpcheck_scan still shows them.
  # ignore_error_codes    = ["UnauthorizedOperation"]
  # ignore_error_messages = ["explicit deny in a service control policy"]

  # The file of what somebody has accepted to be open until some day, and the key of the
  # tag with which groups bring exceptions themselves, if they may. The command ftpcheck
  # looks at them, and Steampipe does not.
  # exceptions    = "~/ftpcheck/exceptions.yaml"
  # exception_tag = "ftpcheck:exception"

  # Where to send all AWS calls, for an emulator or a proxy (AWS_ENDPOINT_URL does the
  # same). FIPS and dual-stack endpoints: AWS_USE_FIPS_ENDPOINT and
  # AWS_USE_DUALSTACK_ENDPOINT.
  # endpoint_url = "http://localhost:5000"

  # Saved output of the AWS CLI to read instead of AWS. Each path is a file, a folder
  # (every file in and below it but hidden ones), or a pattern with *, ?, [a-z], {a,b}
  # and ** for any depth of folders. A leading ~ is the home folder. Write paths in full:
  # Steampipe does not start plugins in the folder that you are in.
  #
  # The files are recognised by what they hold:
  #   aws ec2 describe-security-groups             the security groups (needed)
  #   aws ec2 describe-security-group-rules        IDs, ARNs and tags of the rules
  #   aws ec2 describe-managed-prefix-lists        names of prefix lists
  #   aws ec2 get-managed-prefix-list-entries      what a prefix list lets in; the list's
  #                                                ID must be in the name of the file
  #   aws ec2 describe-network-interfaces          which groups are in use
  #   aws ec2 describe-vpcs, describe-subnets, describe-route-tables,
  #     describe-internet-gateways, describe-network-acls,
  #     describe-vpc-block-public-access-options,
  #     describe-vpc-block-public-access-exclusions,
  #     describe-security-group-vpc-associations   whether the internet reaches them
  #   aws elbv2 describe-load-balancers, describe-listeners, describe-target-groups,
  #     describe-target-health, describe-target-group-attributes,
  #   aws elb describe-load-balancers, describe-instance-health
  #                                                and through load balancers; see exposure.md
  # Folders named after the account ID and the region tell where a file comes from.
  # paths = ["~/aws/123456789012/**/*.json"]

  # Files and folders to leave out of these. A pattern is for a name or, with a slash in
  # it, for a path, in full or from the folder down. ftpcheck_scan still shows them.
  # exclude_paths = ["*.md", "old"]
}
