package fakeaws_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/fakeaws"
)

// tcp is the permission that a call adds: a port, and a source of the kind it looks like.
func tcp(port int32, source string) types.IpPermission {
	p := types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port}
	switch {
	case strings.HasPrefix(source, "pl-"):
		p.PrefixListIds = []types.PrefixListId{{PrefixListId: &source}}
	case strings.HasPrefix(source, "sg-"):
		p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: &source}}
	case strings.Contains(source, ":"):
		p.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: &source}}
	default:
		p.IpRanges = []types.IpRange{{CidrIp: &source}}
	}
	return p
}

// An authorize call that fails for one of its permissions adds none.
func TestAuthorizeIsAllOrNothing(t *testing.T) {
	list := fakeaws.PrefixListID("big")
	described := func(description string) types.IpPermission {
		p := tcp(22, "10.0.0.0/8")
		p.IpRanges[0].Description = &description
		return p
	}
	tagged := func(kind types.ResourceType, key string) []types.TagSpecification {
		return []types.TagSpecification{{ResourceType: kind, Tags: []types.Tag{{Key: &key, Value: aws.String("v")}}}}
	}
	for _, test := range []struct {
		name    string
		add     []types.IpPermission
		tags    []types.TagSpecification
		want    string
		message string
	}{
		{"fits", []types.IpPermission{tcp(22, "10.0.0.0/8"), tcp(22, "::/0")}, nil, "none", ""},
		{"there already", []types.IpPermission{tcp(22, "10.0.0.0/8"), tcp(21, "0.0.0.0/0")}, nil, "InvalidPermission.Duplicate",
			`the specified rule "peer: 0.0.0.0/0, TCP, from port: 21, to port: 21, ALLOW" already exists`},
		{"twice in the call", []types.IpPermission{tcp(22, "10.0.0.0/8"), tcp(22, "10.1.0.0/8")}, nil, "InvalidParameterValue",
			"The same permission must not appear multiple times"},
		{"a description of all that is allowed", []types.IpPermission{described("aZ09. _-:/()#,@[]+=&;{}!$*" + strings.Repeat("x", 255-26))}, nil, "none", ""},
		{"a description that is too long", []types.IpPermission{tcp(23, "10.0.0.0/8"), described(strings.Repeat("x", 256))}, nil, "InvalidParameterValue", "Invalid rule description."},
		{"a description with a quote", []types.IpPermission{described("it's")}, nil, "InvalidParameterValue", "Invalid rule description."},
		{"a description of two lines", []types.IpPermission{described("a\nb")}, nil, "InvalidParameterValue", "Invalid rule description."},
		{"a tag", []types.IpPermission{tcp(22, "10.0.0.0/8")}, tagged("security-group-rule", "awsome"), "none", ""},
		{"a tag of AWS", []types.IpPermission{tcp(22, "10.0.0.0/8")}, tagged("security-group-rule", "AWS:x"), "InvalidParameterValue",
			"Tag keys starting with 'aws:' are reserved for internal use"},
		{"a tag of a group", []types.IpPermission{tcp(22, "10.0.0.0/8")}, tagged("security-group", "x"), "InvalidParameterValue", "taggable"},
		{"as many as there may be", []types.IpPermission{tcp(22, "10.0.0.0/8"), tcp(23, "10.0.0.0/8"), tcp(22, "::/0"), tcp(23, "::/0"), tcp(24, "::/0"), tcp(25, "::/0")}, nil, "none", ""},
		{"too many for IPv4", []types.IpPermission{tcp(22, "10.0.0.0/8"), tcp(23, "10.0.0.0/8"), tcp(24, "10.0.0.0/8")}, nil,
			"RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached."},
		{"too many for IPv6", []types.IpPermission{tcp(22, "::/0"), tcp(23, "::/0"), tcp(24, "::/0"), tcp(25, "::/0"), tcp(26, "::/0")}, nil, "RulesPerSecurityGroupLimitExceeded", ""},
		{"too many with a list, at its full size", []types.IpPermission{tcp(22, list)}, nil, "RulesPerSecurityGroupLimitExceeded", ""},
		{"too many with groups, for both", []types.IpPermission{tcp(22, "sg-12345678"), tcp(23, "sg-12345678"), tcp(24, "sg-12345678")}, nil, "RulesPerSecurityGroupLimitExceeded", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := regionWith(fakeaws.Group{Name: "web", Ingress: []fakeaws.Permission{
				{Protocol: "tcp", From: 21, To: 21, CIDR4: "0.0.0.0/0"}, {Protocol: "tcp", From: 80, To: 80, CIDR4: "0.0.0.0/0"},
			}})
			region := w.Accounts[0].Regions["us-east-1"]
			region.RuleQuota = 4
			region.PrefixLists = []fakeaws.PrefixList{{Name: "big", MaxEntries: 3, Entries: []fakeaws.Entry{{CIDR: "192.0.2.0/24"}}}}
			client := ec2Client(w.Start(t), account, "us-east-1")
			out, err := client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: aws.String(fakeaws.GroupID(account, "us-east-1", "web")), IpPermissions: test.add, TagSpecifications: test.tags,
			})
			wantCode(t, err, test.want)
			want := 2
			if test.want == "none" {
				want += len(test.add)
				if err == nil && !*out.Return {
					t.Error("it does not return true")
				}
			} else if !strings.Contains(err.Error(), test.message) {
				t.Errorf("%v, want %q", err, test.message)
			}
			w.Change(func() {
				if got := len(region.Groups[0].Ingress); got != want {
					t.Errorf("%d rules afterwards, want %d", got, want)
				}
			})
		})
	}
}
