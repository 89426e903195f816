package scan

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2xml"
)

// ruleIndex finds the security group rule behind a permission. DescribeSecurityGroups
// gives permissions without rule IDs and DescribeSecurityGroupRules gives rules without
// the group around them; they meet in (group, protocol, ports, source), which AWS keeps
// unique.
type ruleIndex map[groupRule]securityGroupRule

// groupRule identifies a rule among those of all groups.
type groupRule struct {
	group string
	rule  ruleIdentity
}

type securityGroupRule struct {
	id   string
	tags map[string]string
}

// An indexedRule is an ingress rule and where it belongs in a ruleIndex.
type indexedRule struct {
	groupRule
	securityGroupRule
}

func newIndexedRule(r *ec2xml.Rule) indexedRule {
	source := cmp.Or(r.CIDRIPv4.Value, r.CIDRIPv6.Value, r.PrefixListID.Value)
	if r.IsReference {
		source = r.Referenced.GroupID.Value
	}
	return indexedRule{
		groupRule{r.GroupID.Value, identify(r.Protocol.Value, r.FromPort.Ptr(), r.ToPort.Ptr(), source)},
		securityGroupRule{strings.Clone(r.ID.Value), tagMap(r.Tags)}, // without what it shares memory with
	}
}

func newRuleIndex(rules []indexedRule) ruleIndex {
	x := make(ruleIndex, len(rules))
	for _, r := range rules {
		x.add(r)
	}
	return x
}

func (x ruleIndex) add(r indexedRule) { x[r.groupRule] = r.securityGroupRule }

// join sets the rule ID and rule tags of each permission of the group whose rule is
// known.
func (x ruleIndex) join(g *Group) {
	for _, p := range g.Permissions {
		if r, ok := x[groupRule{g.ID, identify(p.Protocol, p.FromPort, p.ToPort, p.SourceText())}]; ok {
			p.RuleID, p.RuleTags = r.id, r.tags
		}
	}
}

// Key identifies the permission in its group; see [RuleKey].
func (p *Permission) Key() string {
	return RuleKey(p.Protocol, p.FromPort, p.ToPort, p.SourceText())
}

// RuleKey identifies an ingress permission in its group, in which AWS keeps it unique: by
// protocol, ports and source, however AWS or a file spells them.
func RuleKey(protocol string, from, to *int32, source string) string {
	r := identify(protocol, from, to, source)
	return strings.Join([]string{r.protocol, strconv.Itoa(int(r.from)), strconv.Itoa(int(r.to)), r.source}, " ")
}

// ruleIdentity is what [RuleKey] is made of.
type ruleIdentity struct {
	protocol, source string
	from, to         int32 // -1 for none
}

func identify(protocol string, from, to *int32, source string) ruleIdentity {
	r := ruleIdentity{strings.ToLower(protocol), canonicalRange(source), -1, -1}
	switch r.protocol {
	case "-1":
		return r // whose ports AWS leaves out here and gives as -1 there
	case "6": // AWS has names in the place of these numbers
		r.protocol = "tcp"
	case "17":
		r.protocol = "udp"
	case "1":
		r.protocol = "icmp"
	case "58":
		r.protocol = "icmpv6"
	}
	if from != nil {
		r.from = *from
	}
	if to != nil {
		r.to = *to
	}
	return r
}

// canonicalRange evens out spellings of an address range; other texts stay as they are.
func canonicalRange(text string) string {
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4() && p == p.Masked() {
		return text // of this, IPv4 has only one spelling
	}
	return p.Masked().String()
}
