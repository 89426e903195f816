package ec2

import (
	"cmp"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A RuleIndex finds the security group rule behind a permission. DescribeSecurityGroups
// gives permissions without rule IDs and DescribeSecurityGroupRules gives rules without
// the group around them; they meet in (group, protocol, ports, source), which AWS keeps
// unique.
type RuleIndex map[groupRule]securityGroupRule

// groupRule identifies a rule among those of all groups.
type groupRule struct {
	group string
	rule  sg.RuleIdentity
}

type securityGroupRule struct {
	id   string
	tags map[string]string
}

// An IndexedRule is an ingress rule and where it belongs in a RuleIndex.
type IndexedRule struct {
	groupRule
	securityGroupRule
}

// NewIndexedRule takes from a rule what is joined.
func NewIndexedRule(r *Rule) IndexedRule {
	source := cmp.Or(r.CIDRIPv4.Value, r.CIDRIPv6.Value, r.PrefixListID.Value)
	if r.IsReference {
		source = r.Referenced.GroupID.Value
	}
	return IndexedRule{
		groupRule{r.GroupID.Value, sg.Identify(r.Protocol.Value, r.FromPort.Ptr(), r.ToPort.Ptr(), source)},
		securityGroupRule{strings.Clone(r.ID.Value), TagMap(r.Tags)}, // without what it shares memory with
	}
}

// NewRuleIndex returns an index of the rules.
func NewRuleIndex(rules []IndexedRule) RuleIndex {
	x := make(RuleIndex, len(rules))
	for _, r := range rules {
		x.Add(r)
	}
	return x
}

// Add takes in a rule.
func (x RuleIndex) Add(r IndexedRule) { x[r.groupRule] = r.securityGroupRule }

// Join sets the rule ID and rule tags of each permission of the group whose rule is
// known.
func (x RuleIndex) Join(g *sg.Group) {
	for _, p := range g.Permissions {
		if r, ok := x[groupRule{g.ID, p.Identity()}]; ok {
			p.RuleID, p.RuleTags = r.id, r.tags
		}
	}
}
