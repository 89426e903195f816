package scan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// judged are the verdicts of a plan in lines: each group that is not closed, with its rules that
// are not. What was not read is one, too.
func judged(groups []*sg.Group, places []sg.Coverage) (lines []string) {
	name := map[rule.Answer]string{rule.Yes: "open", rule.Unknown: "unknown"}
	for _, g := range groups {
		for _, p := range g.Permissions {
			if p.Verdict.Unrestricted == rule.No {
				continue
			}
			line := fmt.Sprintf("%s %s", cmp.Or(p.Resource.Address, "?"), name[p.Verdict.Unrestricted])
			if p.Verdict.Unrestricted == rule.Yes {
				line += fmt.Sprintf(" %s %s", p.Verdict.Reason, p.SourceText())
			} else {
				line += ": " + p.Doubt
			}
			if g.Ref() != p.Resource.Address {
				line += " in " + g.Ref()
			}
			lines = append(lines, line)
		}
		if g.Verdict.Unrestricted != rule.No && !slices.ContainsFunc(g.Permissions, func(p *sg.Permission) bool { return p.Verdict.Unrestricted != rule.No }) {
			lines = append(lines, g.Ref()+" for no reason")
		}
	}
	for _, c := range places {
		if c.Status != sg.StatusScanned {
			lines = append(lines, fmt.Sprintf("%s: %s", c.Status, c.ErrorMessage))
		}
	}
	slices.Sort(lines)
	return lines
}

func readPlan(t *testing.T, files map[string]string) ([]*sg.Group, []sg.Coverage) {
	t.Helper()
	groups, places, _ := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything())
	return groups, places
}

var (
	toGroup = ref{"aws_security_group.g.id", "aws_security_group.g"}
	named   = object{"name": fixed{"g"}}
	halves  = []string{"0.0.0.0/1", "128.0.0.0/1"}
)

func group(more planned) planned {
	more.kind = cmp.Or(more.kind, "aws_security_group")
	more.name = cmp.Or(more.name, "g")
	if more.written == nil {
		more.written = named
	}
	return more
}

// halvesOf are two rules that are the whole internet together.
func halvesOf(module string, security any, written object) []planned {
	var rules []planned
	for i, half := range halves {
		rules = append(rules, planned{module: module, kind: "aws_vpc_security_group_ingress_rule", name: "half", key: fmt.Sprint(i),
			after: modern(security, "tcp", 21, 21, object{"cidr_ipv4": half}), written: written})
	}
	return rules
}

func combinedIn(module, group string) (lines []string) {
	for i, half := range halves {
		lines = append(lines, fmt.Sprintf("%saws_vpc_security_group_ingress_rule.half[%q] open combined %s in %s", module, fmt.Sprint(i), half, group))
	}
	return lines
}

var openBlock = block("tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/0")})

// What Terraform means, one trap each.
func TestTerraformPlans(t *testing.T) {
	security := func(more ref) object { return object{"security_group_id": more} }
	noop, update := []string{"no-op"}, []string{"update"}
	for _, tt := range []struct {
		name string
		plan tfPlan
		want []string
	}{
		{"a block", tfPlan{resources: []planned{group(planned{after: newGroup(list(openBlock)), written: object{"ingress": fixed{list(openBlock)}}})}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0"}},
		{"all protocols, for which Terraform has the ports 0 to 0", tfPlan{resources: []planned{group(planned{after: newGroup(list(block("-1", 0, 0, object{"ipv6_cidr_blocks": list("::/0")})))})}},
			[]string{"aws_security_group.g open any_ipv6 ::/0"}},
		{"all protocols by that name", tfPlan{resources: []planned{group(planned{after: newGroup(list(block("All", 0, 0, object{"cidr_blocks": list("0.0.0.0/0")})))})}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0"}},
		{"TCP port 0, which is no range", tfPlan{resources: []planned{group(planned{after: newGroup(list(block("tcp", 0, 0, object{"cidr_blocks": list("0.0.0.0/0")})))})}}, nil},
		{"TCP by its number", tfPlan{resources: []planned{group(planned{after: newGroup(list(block("6", 20, 20, object{"cidr_blocks": list("0.0.0.0/0")})))})}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0"}},
		{"the group itself and others as sources", tfPlan{resources: []planned{
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"self": true, "security_groups": list[any]("sg-1", "111122223333/sg-2", unknown{})})))}),
			{kind: "aws_security_group_rule", name: "self", after: legacy(unknown{}, "tcp", 21, 21, object{"self": true}), written: security(toGroup)},
			{kind: "aws_security_group_rule", name: "other", after: legacy(unknown{}, "tcp", 21, 21, nil), written: security(toGroup)},
		}}, nil},
		{"a new group without ingress", tfPlan{resources: []planned{group(planned{after: newGroup(unknown{})})}}, nil},
		{"rules of their own, in both types", tfPlan{resources: append(halvesOf("", unknown{}, security(toGroup)), group(planned{after: newGroup(unknown{})}),
			planned{kind: "aws_security_group_rule", name: "r", after: legacy(unknown{}, "tcp", 0, 65535, object{"ipv6_cidr_blocks": list("2000::/3")}), written: security(toGroup)},
			planned{kind: "aws_security_group_rule", name: "out", after: with(legacy(unknown{}, "-1", 0, 0, object{"cidr_blocks": list("0.0.0.0/0")}), object{"type": "egress"}), written: security(toGroup)})},
			append([]string{"aws_security_group_rule.r open any_ipv6 2000::/3 in aws_security_group.g"}, combinedIn("", "aws_security_group.g")...)},
		{"a rule that is in the group, and a resource of its own", tfPlan{resources: []planned{
			group(planned{actions: noop, before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock))}),
			{kind: "aws_security_group_rule", name: "r", actions: noop, before: legacy("sg-1", "tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/0"), "id": "sgrule-1", "security_group_rule_id": "sgr-1", "source_security_group_id": nil}),
				after: legacy("sg-1", "tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/0"), "id": "sgrule-1", "security_group_rule_id": "sgr-1", "source_security_group_id": nil}), written: security(toGroup)},
		}}, []string{"aws_security_group_rule.r open any_ipv4 0.0.0.0/0 in sg-1"}},
		{"a rule that goes, and is still among those that were read", tfPlan{resources: []planned{
			group(planned{actions: noop, before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock))}),
			{kind: "aws_security_group_rule", name: "r", actions: []string{"delete"}, before: legacy("sg-1", "tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/0"), "id": "sgrule-1"}), written: security(toGroup)},
		}}, nil},
		{"a rule that is narrowed, and is still among those that were read", tfPlan{resources: []planned{
			group(planned{actions: update, before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock))}),
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", actions: update, before: modern("sg-1", "tcp", 21, 21, object{"cidr_ipv4": "0.0.0.0/0", "id": "sgr-1"}),
				after: modern("sg-1", "tcp", 21, 21, object{"cidr_ipv4": "10.0.0.0/8", "id": "sgr-1"}), written: security(toGroup)},
		}}, nil},
		{"a rule that goes, of a group with the same in its ingress", tfPlan{resources: []planned{
			group(planned{actions: noop, before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock)), written: object{"ingress": fixed{list(openBlock)}}}),
			{kind: "aws_security_group_rule", name: "r", actions: []string{"delete"}, before: legacy("sg-1", "tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/0"), "id": "sgrule-1"}), written: security(toGroup)},
		}}, []string{"aws_security_group.g open any_ipv4 0.0.0.0/0 in sg-1"}},
		{"rules that Terraform leaves alone", tfPlan{resources: []planned{group(planned{actions: update, before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock))})}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0 in sg-1"}},
		{"rules that Terraform leaves alone, and the plan does not have", tfPlan{resources: []planned{
			group(planned{actions: update, before: there("sg-1", nil), after: there("sg-1", nil)}),
			group(planned{name: "h", actions: update, before: there("sg-2", nil), after: there("sg-2", unknown{})})}},
			[]string{"aws_security_group.g unknown: it has no ingress in the configuration, so Terraform leaves its rules alone... in sg-1", "aws_security_group.h unknown: it has no ingress in the configuration,... in sg-2"}},
		{"a group that was read before its rules were made", tfPlan{resources: []planned{
			group(planned{actions: noop, before: there("sg-1", list[any]()), after: there("sg-1", list[any]())}),
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", actions: noop, before: modern("sg-1", "tcp", 443, 443, object{"cidr_ipv4": "0.0.0.0/0", "id": "sgr-1"}),
				after: modern("sg-1", "tcp", 443, 443, object{"cidr_ipv4": "0.0.0.0/0", "id": "sgr-1"}), written: security(toGroup)},
		}}, []string{"aws_security_group.g unknown: the plan has not read it since aws_vpc_security_group_ingress_rule.r was made..."}},
		{"a new group whose ingress is written and not known", tfPlan{resources: []planned{group(planned{after: newGroup(unknown{}), written: object{"ingress": ref{"local.rules"}}})}},
			[]string{"aws_security_group.g unknown: its ingress is known only after the plan is applied"}},
		{"a new group of which the configuration says nothing", tfPlan{resources: []planned{group(planned{after: newGroup(unknown{}), bare: true})}},
			[]string{"aws_security_group.g unknown: its ingress is known only after the plan is applied"}},
		{"addresses, ports and a protocol that are not known", tfPlan{resources: []planned{
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"cidr_blocks": list[any]("10.0.0.0/8", unknown{})})))}),
			group(planned{name: "p", after: newGroup(list(block("tcp", unknown{}, 8080, object{"cidr_blocks": list("0.0.0.0/0")})))}),
			group(planned{name: "q", after: newGroup(list(block(unknown{}, 80, 80, object{"cidr_blocks": unknown{}})))}),
			group(planned{name: "r", after: newGroup(list(block("tcp", 80, 80, object{"cidr_blocks": unknown{}})))})}},
			[]string{"aws_security_group.g unknown: ingress[0].cidr_blocks[1] is known only after the plan is applied", "aws_security_group.p unknown: its ports are known only after the plan is applied",
				"aws_security_group.q unknown: its protocol is known only after the plan is applied"}},
		{"a rule that AWS does not take", tfPlan{resources: []planned{group(planned{after: newGroup(list(block("tcp", 30, 20, object{"cidr_blocks": list("0.0.0.0/0")})))}),
			group(planned{name: "h", after: newGroup(list(block("tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0")})))})}},
			[]string{"aws_security_group.g unknown: AWS takes no such rule: the TCP port range starts at 30, after its end at 20", "aws_security_group.h unknown: ingress[0].cidr_blocks[0] is no address range..."}},
		{"sensitive addresses, which count and are not shown", tfPlan{resources: []planned{group(planned{after: newGroup(list(block("tcp", 21, 21, object{"cidr_blocks": list[any](secret{"0.0.0.0/1"}, secret{"128.0.0.0/1"})})))}),
			group(planned{name: "all", after: newGroup(secret{list(openBlock)})})}},
			[]string{"aws_security_group.all open any_ipv4 ingress[0].cidr_blocks[0]", "aws_security_group.g open combined ingress[0].cidr_blocks[0]", "aws_security_group.g open combined ingress[0].cidr_blocks[1]"}},
		{"two sensitive rules of their own", tfPlan{resources: []planned{group(planned{after: newGroup(unknown{})}),
			{kind: "aws_vpc_security_group_ingress_rule", name: "a", after: modern(unknown{}, "tcp", 21, 21, object{"cidr_ipv4": secret{"0.0.0.0/1"}}), written: security(toGroup)},
			{kind: "aws_vpc_security_group_ingress_rule", name: "b", after: modern(unknown{}, "tcp", 21, 21, object{"cidr_ipv4": secret{"128.0.0.0/1"}}), written: security(toGroup)}}},
			[]string{"aws_vpc_security_group_ingress_rule.a open combined cidr_ipv4 in aws_security_group.g", "aws_vpc_security_group_ingress_rule.b open combined cidr_ipv4 in aws_security_group.g"}},

		// The default group of a VPC.
		{"a default group that Terraform takes over, and empties", tfPlan{resources: []planned{group(planned{kind: "aws_default_security_group", name: "d", after: newGroup(unknown{})})}}, nil},
		{"a default group that Terraform lets go of, which AWS keeps as it is", tfPlan{resources: []planned{
			group(planned{kind: "aws_default_security_group", name: "d", actions: []string{"delete"}, before: there("sg-d", list(openBlock))})}},
			[]string{"aws_default_security_group.d open any_ipv4 0.0.0.0/0 in sg-d"}},
		{"a group that Terraform forgets, and a rule", tfPlan{resources: []planned{
			group(planned{actions: []string{"forget"}, before: there("sg-1", list(block("tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/1")})))}),
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", actions: []string{"forget"}, before: modern("sg-1", "tcp", 21, 21, object{"cidr_ipv4": "128.0.0.0/1"})}}},
			[]string{"aws_security_group.g open combined 0.0.0.0/1 in sg-1", "aws_vpc_security_group_ingress_rule.r open combined 128.0.0.0/1 in sg-1"}},

		// What goes, moves and is made anew.
		{"a group that goes", tfPlan{resources: []planned{group(planned{actions: []string{"delete"}, before: there("sg-1", list(openBlock))})}}, nil},
		{"an object that was left over, and goes", tfPlan{resources: []planned{
			group(planned{actions: noop, before: there("sg-1", list[any]()), after: there("sg-1", list[any]())}),
			group(planned{actions: []string{"delete"}, deposed: "ab12cd34", before: there("sg-0", list(openBlock))})}}, nil},
		{"a group that is made anew, with its rules", tfPlan{resources: append([]planned{group(planned{actions: []string{"create", "delete"}, before: there("sg-1", list(openBlock)), after: newGroup(unknown{})}),
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", actions: []string{"delete", "create"}, before: modern("sg-1", "tcp", 21, 21, object{"cidr_ipv4": "0.0.0.0/0"}),
				after: modern(unknown{}, "tcp", 21, 21, object{"cidr_ipv4": "10.0.0.0/8"}), written: security(toGroup)}}, halvesOf("", unknown{}, security(toGroup))...)},
			combinedIn("", "aws_security_group.g")},
		{"a group that has moved", tfPlan{resources: []planned{group(planned{actions: noop, previous: "aws_security_group.old", before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock))})}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0 in sg-1"}},

		// How rules find their groups.
		{"modules, for_each and count", tfPlan{
			resources: slices.Concat(halvesOf(`module.net["a.b"].module.ftp[0]`, unknown{}, security(ref{"var.group"})), halvesOf(`module.net["c"].module.ftp[0]`, unknown{}, security(ref{"var.group"})), []planned{
				group(planned{module: `module.net["a.b"]`, key: 0, after: newGroup(unknown{})}), group(planned{module: `module.net["c"]`, key: 0, after: newGroup(list(openBlock))})}),
			calls: map[string]call{"net": {forEach: ref{"var.nets"}}, "net.ftp": {written: object{"group": ref{"aws_security_group.g[0].id", "aws_security_group.g[0]", "aws_security_group.g"}}}}},
			append([]string{`module.net["c"].aws_security_group.g[0] open any_ipv4 0.0.0.0/0`}, combinedIn(`module.net["a.b"].module.ftp[0].`, `module.net["a.b"].aws_security_group.g[0]`)...)},
		{"an output of a module, by key and by each.key", tfPlan{
			resources: append(halvesOf("", unknown{}, security(ref{`module.net["a"].id`, `module.net["a"]`})),
				planned{kind: "aws_security_group_rule", name: "each", key: "b", after: legacy(unknown{}, "tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/1")}), written: security(ref{"module.net", "each.key"})},
				planned{kind: "aws_security_group_rule", name: "value", key: "b", forEach: ref{"module.net"}, after: legacy(unknown{}, "tcp", 21, 21, object{"cidr_blocks": list("128.0.0.0/1")}), written: security(ref{"each.value.id", "each.value"})},
				group(planned{module: `module.net["a"]`, after: newGroup(unknown{})}), group(planned{module: `module.net["b"]`, after: newGroup(unknown{})})),
			calls: map[string]call{"net": {forEach: ref{"var.nets"}, outputs: map[string]ref{"id": toGroup}}}},
			append([]string{`aws_security_group_rule.each["b"] open combined 0.0.0.0/1 in module.net["b"].aws_security_group.g`, `aws_security_group_rule.value["b"] open combined 128.0.0.0/1 in module.net["b"].aws_security_group.g`},
				combinedIn("", `module.net["a"].aws_security_group.g`)...)},
		{"for_each over the groups", tfPlan{resources: []planned{
			group(planned{key: "x", after: newGroup(list(block("tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/1")})))}), group(planned{key: "y", after: newGroup(unknown{})}),
			{kind: "aws_security_group_rule", name: "r", key: "x", forEach: ref{"aws_security_group.g"}, after: legacy(unknown{}, "tcp", 21, 21, object{"cidr_blocks": list("128.0.0.0/1")}), written: security(ref{"each.value.id", "each.value"})}}},
			[]string{`aws_security_group.g["x"] open combined 0.0.0.0/1`, `aws_security_group_rule.r["x"] open combined 128.0.0.0/1 in aws_security_group.g["x"]`}},
		{"a local value, where only one group can be meant", tfPlan{resources: append(halvesOf("module.m", unknown{}, security(ref{"local.id"})), group(planned{module: "module.m", key: 0, after: newGroup(unknown{})})),
			calls: map[string]call{"m": {written: object{"vpc_id": ref{"aws_vpc.v.id", "aws_vpc.v"}}}}},
			combinedIn("module.m.", "module.m.aws_security_group.g[0]")},
		{"a local value, where two groups can be meant", tfPlan{resources: []planned{
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", after: modern(unknown{}, "tcp", 21, 21, object{"cidr_ipv4": "128.0.0.0/1"}), written: security(ref{"local.id"})},
			{kind: "aws_vpc_security_group_ingress_rule", name: "web", after: modern(unknown{}, "tcp", 443, 443, object{"cidr_ipv4": "0.0.0.0/0"}), written: security(ref{"local.id"})},
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"cidr_blocks": list("0.0.0.0/1")})))}), group(planned{name: "h", after: newGroup(unknown{})})}},
			[]string{"aws_security_group.g unknown: aws_vpc_security_group_ingress_rule.r may be a rule of it...", "aws_security_group.h unknown: aws_vpc_security_group_ingress_rule.r may be a rule of it...",
				"aws_vpc_security_group_ingress_rule.r unknown: the plan does not tell of which security group the rule is..."}},
		{"an open rule of nobody knows which group", tfPlan{resources: []planned{
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", after: modern(unknown{}, "tcp", 21, 21, object{"cidr_ipv4": "0.0.0.0/0"}), written: security(ref{"aws_eks_cluster.c.vpc_config[0].cluster_security_group_id", "aws_eks_cluster.c.vpc_config[0]", "aws_eks_cluster.c.vpc_config", "aws_eks_cluster.c"})}}},
			[]string{"aws_vpc_security_group_ingress_rule.r open any_ipv4 0.0.0.0/0", "aws_vpc_security_group_ingress_rule.r unknown: the plan does not tell of which security group..."}},
		{"rules of a group that the plan does not have", tfPlan{resources: []planned{
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", after: modern("sg-9", "tcp", 21, 21, object{"cidr_ipv4": "0.0.0.0/1"})}}},
			[]string{"aws_vpc_security_group_ingress_rule.r unknown: the plan does not have this security group, so its other rules are not known... in sg-9"}},

		// Prefix lists.
		{"a list of the plan, with entries in it and of their own", tfPlan{resources: []planned{
			{kind: "aws_ec2_managed_prefix_list", name: "l", after: prefixList(unknown{}, list(entry("0.0.0.0/1"))), written: object{"entry": ref{}}},
			{kind: "aws_ec2_managed_prefix_list_entry", name: "e", after: object{"id": unknown{}, "cidr": "128.0.0.0/1", "prefix_list_id": unknown{}}, written: object{"prefix_list_id": ref{"aws_ec2_managed_prefix_list.l.id", "aws_ec2_managed_prefix_list.l"}}},
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list(unknown{})}))), written: object{"ingress": ref{"aws_ec2_managed_prefix_list.l.id", "aws_ec2_managed_prefix_list.l"}}})}},
			[]string{"aws_security_group.g open prefix_list aws_ec2_managed_prefix_list.l"}},
		{"a list that is there, of which an entry goes", tfPlan{resources: []planned{
			{kind: "aws_ec2_managed_prefix_list", name: "l", actions: noop, before: prefixList("pl-1", list(entry("0.0.0.0/0"), entry("10.0.0.0/8"))), after: prefixList("pl-1", list(entry("0.0.0.0/0"), entry("10.0.0.0/8"))), written: named},
			{kind: "aws_ec2_managed_prefix_list_entry", name: "e", actions: []string{"delete"}, before: object{"id": "pl-1,0.0.0.0/0", "cidr": "0.0.0.0/0", "prefix_list_id": "pl-1"}},
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list("pl-1")})))})}}, nil},
		{"an entry that is not known", tfPlan{resources: []planned{
			{kind: "aws_ec2_managed_prefix_list", name: "l", after: prefixList(unknown{}, list(entry("10.0.0.0/8"), entry(unknown{}))), written: named},
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list(unknown{})}))), written: object{"ingress": ref{"aws_ec2_managed_prefix_list.l.id", "aws_ec2_managed_prefix_list.l"}}})}},
			[]string{"aws_security_group.g unknown: an entry of prefix list aws_ec2_managed_prefix_list.l is known only after the plan is applied"}},
		{"a list by a data source, with its entries and without", tfPlan{resources: []planned{
			{data: true, kind: "aws_ec2_managed_prefix_list", name: "known", actions: []string{}, before: object{"id": "pl-1", "entries": list(entry("0.0.0.0/0"))}},
			{data: true, kind: "aws_ec2_managed_prefix_list", name: "later", actions: []string{"read"}, after: object{"id": unknown{}, "entries": unknown{}}},
			group(planned{after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list("pl-1")})))}),
			group(planned{name: "h", after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list(unknown{})}))), written: object{"ingress": ref{"data.aws_ec2_managed_prefix_list.later.id", "data.aws_ec2_managed_prefix_list.later"}}}),
			group(planned{name: "i", after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list("pl-2")})))})}},
			[]string{"aws_security_group.g open prefix_list pl-1", "aws_security_group.h unknown: ingress[0].prefix_list_ids[0] is known only...", "aws_security_group.i unknown: the plan does not have the entries of prefix list pl-2..."}},

		// What is not whole.
		{"a plan with -target", tfPlan{resources: []planned{group(planned{after: newGroup(list(openBlock))}), group(planned{name: "h", actions: []string{}, before: there("sg-2", list(openBlock))})}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0", "incomplete: aws_security_group.h is there, and the plan does not say what becomes of it..."}},
		{"a plan that is not complete", tfPlan{resources: []planned{group(planned{after: newGroup(list(openBlock))})}, more: object{"complete": false}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0", "incomplete: Terraform says that the plan is not complete..."}},
		{"a plan with an error", tfPlan{resources: []planned{group(planned{after: newGroup(unknown{})})}, more: object{"errored": true}}, []string{"incomplete: Terraform could not finish the plan..."}},
		{"resources of another provider that make rules", tfPlan{resources: []planned{{kind: "awscc_ec2_security_group_ingress", name: "r", after: object{}}}}, []string{"incomplete: awscc_ec2_security_group_ingress.r is of a type that is not read..."}},
		{"a plan without any group", tfPlan{resources: []planned{{kind: "aws_s3_bucket", name: "b", after: object{}}}}, nil},
		{"a plan of Terraform 1.0, which has less", tfPlan{resources: []planned{group(planned{after: newGroup(list(openBlock))})}, more: object{"format_version": "0.2", "complete": nil, "errored": nil, "applyable": nil, "prior_state": nil}},
			[]string{"aws_security_group.g open any_ipv4 0.0.0.0/0"}},
		{"a plan of before Terraform 1.0", tfPlan{more: object{"format_version": "0.1"}}, []string{`unrecognized: the format_version is "0.1"...`}},
		{"a plan of a later form", tfPlan{more: object{"format_version": "2.0"}}, []string{`unrecognized: the format_version is "2.0"...`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			groups, places := readPlan(t, map[string]string{"plan.json": tt.plan.json(t)})
			got := judged(groups, places)
			want := slices.Clone(tt.want)
			slices.Sort(want)
			for i := range min(len(got), len(want)) {
				// Of a line with ..., what is before and behind it counts.
				before, behind, ok := strings.Cut(want[i], "...")
				if ok && strings.HasPrefix(got[i], before) && strings.HasSuffix(got[i], behind) {
					got[i] = want[i]
				}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Where groups are, what they are called, and what of them is null.
func TestTerraformGroups(t *testing.T) {
	inRegion := func(region any) object { return with(newGroup(list(openBlock)), object{"region": region}) }
	d := tfPlan{
		resources: []planned{
			group(planned{name: "default", after: newGroup(list(block("-1", 0, 0, object{"cidr_blocks": list("0.0.0.0/0")})))}),
			group(planned{name: "alias", provider: "aws.us", after: inRegion(unknown{})}),
			group(planned{name: "attribute", provider: "aws.us", after: inRegion("ap-southeast-2")}),
			group(planned{name: "nowhere", provider: "aws.env", after: inRegion(unknown{})}),
			group(planned{name: "list", after: newGroup(list(block("tcp", 21, 21, object{"prefix_list_ids": list("pl-0a")})))}),
			group(planned{module: `module.m["x"]`, actions: []string{"update"}, before: there("sg-1", list[any]()), after: with(there("sg-1", list(openBlock)), object{"region": "eu-west-1"}), written: object{"ingress": fixed{list(openBlock)}}}),
			{kind: "aws_vpc_security_group_ingress_rule", name: "r", after: modern("sg-1", "tcp", 20, 20, object{"cidr_ipv6": "::/0", "description": "by hand"})},
		},
		providers: object{
			"aws":     object{"name": "aws", "expressions": object{"region": object{"constant_value": "eu-west-1"}}},
			"aws.us":  object{"name": "aws", "alias": "us", "expressions": object{"region": object{"references": []string{"var.us"}}}},
			"aws.env": object{"name": "aws", "alias": "env"},
		},
		variables: object{"us": object{"value": "us-gov-west-1"}, "other": object{"value": object{}}},
	}
	files := map[string]string{"plan.json": d.json(t), "get-managed-prefix-list-entries.pl-0a.json": `{"Entries": [{"Cidr": "0.0.0.0/0"}]}`}
	groups, places := readPlan(t, files)
	var got []string
	for _, g := range groups {
		got = append(got, fmt.Sprintf("%s id=%s account=%s %s/%s tags=%d %s", g.Resource.Address, g.ID, g.AccountID, g.Partition, g.Region, len(g.Tags), g.Resource.Action))
		for _, p := range g.Permissions {
			from := "null"
			if p.FromPort != nil {
				from = fmt.Sprint(*p.FromPort)
			}
			got = append(got, fmt.Sprintf("- %s %s %s %s %s %s %q", p.Resource.Address, p.Resource.Action, p.Protocol, from, p.SourceText(), p.Verdict.Reason, p.Description))
		}
	}
	for _, c := range places {
		got = append(got, fmt.Sprintf("%s account=%q region=%q %d %d", c.Status, c.AccountID, c.Region, c.Groups, c.Permissions))
	}
	want := []string{
		"aws_security_group.default id= account= aws/eu-west-1 tags=0 create",
		`- aws_security_group.default create -1 null 0.0.0.0/0 any_ipv4 ""`,
		"aws_security_group.alias id= account= aws-us-gov/us-gov-west-1 tags=0 create",
		`- aws_security_group.alias create tcp 21 0.0.0.0/0 any_ipv4 ""`,
		"aws_security_group.attribute id= account= aws/ap-southeast-2 tags=0 create",
		`- aws_security_group.attribute create tcp 21 0.0.0.0/0 any_ipv4 ""`,
		"aws_security_group.nowhere id= account= / tags=0 create",
		`- aws_security_group.nowhere create tcp 21 0.0.0.0/0 any_ipv4 ""`,
		"aws_security_group.list id= account= aws/eu-west-1 tags=0 create",
		`- aws_security_group.list create tcp 21 pl-0a prefix_list ""`,
		`module.m["x"].aws_security_group.g id=sg-1 account=111122223333 aws/eu-west-1 tags=1 update`,
		`- module.m["x"].aws_security_group.g update tcp 21 0.0.0.0/0 any_ipv4 ""`,
		`- aws_vpc_security_group_ingress_rule.r create tcp 20 ::/0 any_ipv6 "by hand"`,
		`scanned account="" region="" 0 0`,
		`scanned account="" region="" 6 7`,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What Terraform prints or keeps besides is refused, with what to give in its place.
func TestTerraformRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		text, want string
	}{
		"a plan in Terraform's own form": {"PK\x03\x04\x14\x00\x08\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x09\x00tfplan", "this is a plan of Terraform in its own form. Give what terraform show -json prints of it"},
		"a state file":                   {`{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}`, "this is a state file of Terraform, which is for Terraform alone. Give what terraform show -json prints of it"},
		"a log":                          {`{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui","terraform":"1.11.4","type":"version","ui":"1.2"}` + "\n{}", "this is the log of a command of Terraform. Save the plan with terraform plan -out plan.bin"},
		"schemas":                        {`{"format_version": "1.0", "provider_schemas": {}}`, "this is neither a plan nor a state"},
		"the answer of validate":         {`{"format_version": "1.0", "valid": true, "error_count": 0, "diagnostics": []}`, "this is neither a plan nor a state"},
		"an empty state":                 {`{"format_version": "1.0"}`, "there is no resource in it"},
		"both":                           {`{"format_version": "1.0", "values": {"root_module": {}}, "planned_values": {}}`, "Terraform prints one or the other"},
		"no version":                     {`{"terraform_version": "1.11.4", "values": {"root_module": {}}}`, "the format_version of what Terraform prints is not there"},
		"an action of tomorrow":          {`{"format_version": "1.9", "resource_changes": [{"address": "a.b", "mode": "managed", "type": "a", "name": "b", "change": {"actions": ["lift"]}}]}`, `"lift" is no action that this version of ftpcheck knows`},
		"a cut off plan":                 {`{"format_version": "1.2", "planned_values": {"root_module": {`, "the JSON ends in the middle"},
		"two plans in one file":          {`{"format_version": "1.2", "planned_values": {}}{"format_version": "1.2", "planned_values": {}}`, "more follows what Terraform prints"},
		"plans in a list":                {`[{"format_version": "1.2", "planned_values": {}}]`, "an object is expected here"},
	} {
		groups, places := readPlan(t, map[string]string{"a": tt.text})
		if len(groups) > 0 || len(places) != 1 || places[0].Status == sg.StatusScanned || !strings.Contains(places[0].ErrorMessage, tt.want) {
			t.Errorf("%s: %d groups, %+v", name, len(groups), places)
		}
	}
}

// A recorded scan of a plan gives the same again.
func TestTerraformReplayed(t *testing.T) {
	cfg := config.Config{Paths: []string{write(t, map[string]string{"plan.json": everyTerraform().json(t)})}}
	groups, places, err := read(t, cfg, sg.Everything())
	if err != nil || openIn(groups) < 4 {
		t.Fatalf("%d open, %v", openIn(groups), err)
	}
	dir, _ := recordScan(t, cfg)
	again, replayed, err := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(judged(groups, places), judged(again, replayed)); diff != "" {
		t.Errorf("-read +replayed:\n%s", diff)
	}
}

// A plan beside what AWS said of the same group is another answer, and neither changes the other:
// what uses the group now is not what will.
func TestTerraformBesideTheCLI(t *testing.T) {
	const in = "111122223333/eu-west-1/"
	groups, places := readPlan(t, map[string]string{
		"plan.json": tfPlan{resources: []planned{group(planned{actions: []string{"update"}, before: there("sg-1", list[any]()), after: there("sg-1", list(openBlock)), written: object{"ingress": fixed{list(openBlock)}}})}}.json(t),
		in + "describe-security-group-rules.json": `{"SecurityGroupRules": [
			{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "GroupOwnerId": "111122223333", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "CidrIpv4": "10.0.0.0/8", "Tags": []}]}`,
		in + "describe-network-interfaces.json": `{"NetworkInterfaces": [
			{"NetworkInterfaceId": "eni-1", "OwnerId": "111122223333", "AvailabilityZone": "eu-west-1a", "VpcId": "vpc-1", "Groups": [{"GroupId": "sg-1"}],
				"PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.2"}], "Ipv6Addresses": []}]}`,
	})
	if err := sg.Incomplete(places); err != nil || len(groups) != 2 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	saved, planned := groups[0], groups[1]
	if saved.IsPlanned() || saved.Verdict.Unrestricted != rule.No || len(saved.NetworkInterfaces) != 1 {
		t.Errorf("of the CLI: %+v", saved)
	}
	if !planned.IsPlanned() || planned.Verdict.Unrestricted != rule.Yes || planned.NetworkInterfacesKnown || len(planned.NetworkInterfaces) > 0 || planned.Permissions[0].RuleID != "" {
		t.Errorf("planned: %+v", planned)
	}
	want := &exposure.GroupExposure{Reachable: rule.Unknown, UnknownBecause: []exposure.Code{exposure.InterfacesNotRead}}
	if diff := gocmp.Diff(want, planned.Exposure); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What Terraform prints is read from an archive, however it is called there.
func TestTerraformInArchives(t *testing.T) {
	archive := zipOf(t, map[string]string{"tfplan.json": tfPlan{resources: []planned{group(planned{after: newGroup(list(openBlock))})}}.json(t)})
	groups, places := readPlan(t, map[string]string{"plans.zip": archive})
	if err := sg.Incomplete(places); err != nil || openIn(groups) != 1 {
		t.Errorf("%d open, %v", openIn(groups), err)
	}
	own := zipOf(t, map[string]string{"tfplan": "\x08\x03"})
	groups, places = readPlan(t, map[string]string{"plans.zip": zipOf(t, map[string]string{"plan.bin": own})})
	if len(groups) > 0 || len(places) != 1 || !strings.Contains(places[0].ErrorMessage, "this is a plan of Terraform in its own form") {
		t.Errorf("%d groups, %+v", len(groups), places)
	}
}
