package ec2

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A RuleIndex finds the security group rule behind a permission. DescribeSecurityGroups
// gives permissions without rule IDs and DescribeSecurityGroupRules gives rules without
// the group around them; they meet in (group, protocol, ports, source), which AWS keeps
// unique. The zero RuleIndex has no rules.
type RuleIndex struct {
	rules  []IndexedRule
	places map[uint64]int // in rules, by the hash of where a rule belongs
	hasher ruleHasher
}

// groupRule identifies a rule among those of all groups.
type groupRule struct {
	group string
	rule  sg.RuleIdentity
}

type securityGroupRule struct {
	id        string
	tags      map[string]string
	reference bool // to a group
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
		securityGroupRule{strings.Clone(r.ID.Value), TagMap(r.Tags), r.IsReference}, // without what it shares memory with
	}
}

// Group and ID are those of the group that the rule is of, and of the rule.
func (r IndexedRule) Group() string { return r.group }
func (r IndexedRule) ID() string    { return r.id }

// Contradicts says what is wrong if the group has no permission for the rule; it is empty if it
// has one.
func (r IndexedRule) Contradicts(g *sg.Group) string {
	if g.Odd != nil {
		return "" // the rule may be of what is odd
	}
	for _, p := range g.Permissions {
		if p.Identity() == r.rule {
			return ""
		}
	}
	return withoutPermission(r.group, r.id)
}

// Set makes the index one of these rules, which it keeps, and of no other.
func (x *RuleIndex) Set(rules []IndexedRule) {
	x.rules = rules
	if x.places == nil {
		x.places = make(map[uint64]int, len(rules))
	}
	clear(x.places)
	for i := range rules {
		x.places[x.hasher.hash(rules[i].groupRule)] = i
	}
}

// Join sets the rule ID and rule tags of each permission of the group whose rule is known, and
// says how many these are. It returns a permission of which AWS should know the rule, if there
// is one.
func (x *RuleIndex) Join(g *sg.Group) (joined int, without *sg.Permission) {
	return join(g, func(p *sg.Permission) (securityGroupRule, bool) {
		if i, ok := x.places[x.hasher.hash(groupRule{g.ID, p.Identity()})]; ok {
			return x.rules[i].securityGroupRule, true
		}
		return securityGroupRule{}, false
	})
}

// A ruleHasher tells rules apart. The zero ruleHasher is one of its own.
type ruleHasher struct {
	seed maphash.Seed
	room []byte
}

func (h *ruleHasher) hash(r groupRule) uint64 {
	if h.room == nil {
		h.seed, h.room = maphash.MakeSeed(), make([]byte, 0, 128)
	}
	h.room = append(append(h.room[:0], r.group...), 0)
	h.room = r.rule.AppendTo(h.room)
	return maphash.Bytes(h.seed, h.room)
}

func join(g *sg.Group, find func(*sg.Permission) (securityGroupRule, bool)) (joined int, without *sg.Permission) {
	for _, p := range g.Permissions {
		if r, ok := find(p); ok {
			p.RuleID, p.RuleTags = r.id, r.tags
			joined++
		} else if without == nil && p.Doubt == "" && !g.IsShared() && !elsewhere(p.ReferencedGroup, g) {
			without = p
		}
	}
	return joined, without
}

// elsewhere reports whether a group that another refers to may be out of sight.
func elsewhere(ref *sg.ReferencedGroup, g *sg.Group) bool {
	return ref != nil && (ref.OwnerID != g.OwnerID || ref.VPCPeeringConnectionID != "")
}

// JoinAll is Join for groups of which these are all rules. It says where the two contradict each
// other: one has what the other has not. It is empty if they do not.
func (x *RuleIndex) JoinAll(groups []*sg.Group) (contradiction string) {
	all := 0
	for _, g := range groups {
		joined, without := x.Join(g)
		if all += joined; without != nil && contradiction == "" {
			contradiction = WithoutRule(without)
		}
	}
	if contradiction != "" || all >= len(x.places) {
		return contradiction
	}
	permissions := map[groupRule]bool{}
	read := map[string]bool{}
	for _, g := range groups {
		read[g.ID] = g.Odd == nil // the rule may be of what is odd
		for _, p := range g.Permissions {
			permissions[groupRule{g.ID, p.Identity()}] = true
		}
	}
	for _, r := range x.rules {
		// A group as a source lets nobody in from outside, and AWS may forget it when it is deleted.
		if read[r.group] && !permissions[r.groupRule] && !r.reference {
			return withoutPermission(r.group, r.id)
		}
	}
	return ""
}

// WithoutRule says that the permission has no rule.
func WithoutRule(p *sg.Permission) string {
	return fmt.Sprintf("security group %s has an ingress permission (%s, ports %s, from %s) that is not among its security group rules", p.Group.ID, p.Protocol, p.Ports(), p.SourceText())
}

// withoutPermission says that the rule of a group has no permission.
func withoutPermission(group, rule string) string {
	return fmt.Sprintf("security group %s has the security group rule %s and no ingress permission for it", group, rule)
}
