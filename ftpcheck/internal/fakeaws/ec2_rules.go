package fakeaws

import "iter"

// A rule is a permission of a group, seen as DescribeSecurityGroupRules shows it.
type rule struct {
	*Permission
	group  *Group
	egress bool
}

// rules returns the rules of the call's account and region, those of a group together.
func (c *call) rules() iter.Seq[*rule] {
	return func(yield func(*rule) bool) {
		for g := range c.contents().all(c.account(), c.region) {
			for i := range g.Egress {
				if !yield(&rule{&g.Egress[i], g, true}) {
					return
				}
			}
			for i := range g.Ingress {
				if !yield(&rule{&g.Ingress[i], g, false}) {
					return
				}
			}
		}
	}
}

func (r *rule) id() string { return r.ruleID(r.group, r.egress) }

var rulesResource = &resource[rule]{
	param: "SecurityGroupRuleId", prefix: "sgr-",
	malformed: "InvalidSecurityGroupRuleId.Malformed", missing: "InvalidSecurityGroupRuleId.NotFound", noun: "security group rule ID",
	least: 5, most: 1000,
	id: (*rule).id, field: ruleField,
}

func ruleField(r *rule, name string) ([]string, bool) {
	if r.group == nil { // the question is only whether there is such a field
		r = &rule{&Permission{}, &Group{}, false}
	}
	switch name {
	case "group-id":
		return []string{r.group.ID}, true
	case "security-group-rule-id":
		return []string{r.id()}, true
	case "tag-key":
		return nil, false // not here
	}
	return tagField(r.Tags, name)
}

func describeSecurityGroupRules(c *call) (any, error) {
	rules, next, err := rulesResource.page(c, c.rules())
	if err != nil {
		return nil, err
	}
	return []element{list("securityGroupRuleSet", rules, c.rule), text("nextToken", next)}, nil
}

// rule returns the element for a rule.
func (c *call) rule(r *rule) element {
	e := node("", append(c.ruleFields(r),
		text("groupOwnerId", r.group.Owner),
		text("securityGroupRuleArn", c.arn(r.group.Owner, "security-group-rule", r.id())),
		tagSet(r.Tags),
	)...)
	if r.Group != "" {
		e.children = append(e.children, node("referencedGroupInfo", referencedGroup(r.group, r.Permission)...))
	}
	return e
}

// ruleFields returns the elements that rules have in all answers.
func (c *call) ruleFields(r *rule) []element {
	from, to := r.From, r.To
	if !r.hasPorts() {
		from, to = -1, -1
	}
	return []element{
		text("securityGroupRuleId", r.id()),
		text("groupId", r.group.ID),
		boolean("isEgress", r.egress),
		text("ipProtocol", r.Protocol),
		number("fromPort", from),
		number("toPort", to),
		text("cidrIpv4", r.CIDR4),
		text("cidrIpv6", r.CIDR6),
		text("prefixListId", r.PrefixList),
		text("description", r.Description),
	}
}
