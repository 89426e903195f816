package remediation

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A plan closes FTP on open rules of a group. Mostly that is one rule. It is several
// where the parts that replace them coincide:
//
//	TCP 20-30 from 0.0.0.0/0  ->           22-30
//	TCP 10-30 from 0.0.0.0/0  ->  10-19 and 22-30
//
// AWS refuses the second 22-30, so that neither rule can be replaced without a thought
// for the other. The plan authorises 10-19 and 22-30 once, and then revokes both.
type plan struct {
	// authorize are the rules to make, in one call, before anything is revoked.
	authorize []*sg.Permission
	// present are those that would have to be made if the group had not got them.
	present []*sg.Permission
	// revoke are the rules of the group that end, in one call.
	revoke []*sg.Permission

	// tags are those of the rules to make. One call can only give all rules the same.
	tags map[string]string
	// awsTags and otherTags are the keys of tags that get lost, sorted: AWS's own, which
	// nobody else can set, and those that rules to revoke have with different values.
	awsTags, otherTags []string
	// otherDescription is set if a description gets lost, as a rule to make stands for
	// parts of rules whose descriptions differ.
	otherDescription bool

	joined *plan // the plan that has the rules of this one, if any
}

// plans returns a plan for every open permission of the group that commands can close.
func plans(g *sg.Group) []*plan {
	present := make(map[string]*sg.Permission, len(g.Permissions))
	for _, p := range g.Permissions {
		present[p.Key()] = p
	}
	var all []*plan
	byPart := map[string]*plan{}
	for _, p := range g.Permissions {
		if p.Verdict.Unrestricted != rule.Yes || !replaceable(p) {
			continue
		}
		this := &plan{revoke: []*sg.Permission{p}}
		all = append(all, this)
		for _, part := range parts(p) {
			key := part.Key()
			if other := byPart[key]; other != nil {
				this = this.join(other.last())
			} else if present[key] == nil {
				byPart[key] = this
			}
		}
	}
	all = slices.DeleteFunc(all, func(p *plan) bool { return p.joined != nil })
	for _, p := range all {
		p.complete(present)
	}
	return all
}

// join adds the rules of the plan to those of another, which it returns.
func (p *plan) join(other *plan) *plan {
	if p != other {
		other.revoke = append(other.revoke, p.revoke...)
		p.joined = other
	}
	return other
}

// last is the plan that has the rules of the plan now.
func (p *plan) last() *plan {
	for p.joined != nil {
		p = p.joined
	}
	return p
}

// replaceable reports whether commands can close FTP on an open permission and leave all
// else: one that is for TCP and, if it is for more than FTP, of which the tags are known.
func replaceable(p *sg.Permission) bool {
	return p.Protocol != "-1" && (p.RuleID != "" || len(parts(p)) == 0)
}

// The FTP ports, and all.
const (
	ftpData, ftpControl = 20, 21
	lastPort            = 65535
)

// portRange is the range of a permission for TCP, in numbers.
func portRange(p *sg.Permission) (from, to int32) {
	if p.FromPort == nil || *p.FromPort == -1 {
		return 0, lastPort
	}
	return *p.FromPort, *p.ToPort
}

// parts are what is left of a permission for TCP without FTP: nothing, or one or two
// permissions for the same source, with no rule behind them yet.
func parts(p *sg.Permission) []*sg.Permission {
	var all []*sg.Permission
	add := func(from, to int32) {
		part := *p
		part.Protocol, part.FromPort, part.ToPort = "tcp", &from, &to
		part.RuleID, part.RuleTags, part.Verdict = "", nil, rule.Verdict{}
		all = append(all, &part)
	}
	from, to := portRange(p)
	if from < ftpData {
		add(from, ftpData-1)
	}
	if to > ftpControl {
		add(ftpControl+1, to)
	}
	return all
}

// complete finds all that follows from the rules to revoke, given the rules of the group
// by key. Where they differ, the first by port decides: AWS promises no order.
func (p *plan) complete(present map[string]*sg.Permission) {
	sortByPort(p.revoke)
	made := map[string]*sg.Permission{}
	for _, r := range p.revoke {
		for _, part := range parts(r) {
			key := part.Key()
			first, there := made[key], present[key]
			switch {
			case there != nil && !slices.Contains(p.present, there):
				p.present = append(p.present, there)
			case there != nil:
			case first == nil:
				made[key] = part
				p.authorize = append(p.authorize, part)
			case first.Description == "":
				first.Description = part.Description
			case part.Description != "" && part.Description != first.Description:
				p.otherDescription = true
			}
		}
	}
	sortByPort(p.present)
	sortByPort(p.authorize)
	if len(p.authorize) == 0 {
		return
	}
	p.tags = map[string]string{}
	for _, r := range p.revoke {
		for _, key := range slices.Sorted(maps.Keys(r.RuleTags)) {
			value, taken := p.tags[key]
			switch {
			case strings.HasPrefix(strings.ToLower(key), "aws:"):
				p.awsTags = append(p.awsTags, key)
			case taken && value != r.RuleTags[key]:
				p.otherTags = append(p.otherTags, key)
			default:
				p.tags[key] = r.RuleTags[key]
			}
		}
	}
	for _, keys := range []*[]string{&p.awsTags, &p.otherTags} {
		slices.Sort(*keys)
		*keys = slices.Compact(*keys)
	}
}

// sortByPort sorts permissions for TCP by port, source and ID.
func sortByPort(all []*sg.Permission) {
	slices.SortFunc(all, func(a, b *sg.Permission) int {
		aFrom, aTo := portRange(a)
		bFrom, bTo := portRange(b)
		return cmp.Or(cmp.Compare(aFrom, bFrom), cmp.Compare(aTo, bTo), strings.Compare(a.Key(), b.Key()), strings.Compare(a.RuleID, b.RuleID))
	})
}
