package scan

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ruleIndex finds the security group rule behind a permission. DescribeSecurityGroups
// gives permissions without rule IDs and DescribeSecurityGroupRules gives rules without
// the group around them; they meet in (group, protocol, ports, source), which AWS keeps
// unique.
type ruleIndex map[string]securityGroupRule

type securityGroupRule struct {
	id   string
	tags map[string]string
}

// add takes in a rule. Egress rules are passed over.
func (x ruleIndex) add(r *types.SecurityGroupRule) {
	if aws.ToBool(r.IsEgress) {
		return
	}
	source := aws.ToString(cmp.Or(r.CidrIpv4, r.CidrIpv6, r.PrefixListId))
	if r.ReferencedGroupInfo != nil {
		source = aws.ToString(r.ReferencedGroupInfo.GroupId)
	}
	key := RuleKey(aws.ToString(r.IpProtocol), r.FromPort, r.ToPort, source)
	x[aws.ToString(r.GroupId)+" "+key] = securityGroupRule{aws.ToString(r.SecurityGroupRuleId), tagMap(r.Tags)}
}

// join sets the rule ID and rule tags of each permission of the group whose rule is
// known.
func (x ruleIndex) join(g *Group) {
	for _, p := range g.Permissions {
		if r, ok := x[g.ID+" "+p.Key()]; ok {
			p.RuleID, p.RuleTags = r.id, r.tags
		}
	}
}

// Key identifies the permission in its group; see [RuleKey].
func (p *Permission) Key() string {
	return RuleKey(p.Protocol, p.FromPort, p.ToPort, p.SourceText())
}

// canonicalRange evens out spellings of an address range; other texts stay as they are.
func canonicalRange(text string) string {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return text
	}
	return p.Masked().String()
}

// protocolNames are those that AWS puts in the place of numbers.
var protocolNames = map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

// RuleKey identifies an ingress permission in its group, in which AWS keeps it unique: by
// protocol, ports and source, however AWS or a file spells them.
func RuleKey(protocol string, from, to *int32, source string) string {
	protocol = strings.ToLower(protocol)
	if name, ok := protocolNames[protocol]; ok {
		protocol = name
	}
	if protocol == "-1" {
		from, to = nil, nil
	}
	number := func(n *int32) string {
		if n == nil {
			return "-1"
		}
		return strconv.Itoa(int(*n))
	}
	return strings.Join([]string{protocol, number(from), number(to), canonicalRange(source)}, " ")
}
