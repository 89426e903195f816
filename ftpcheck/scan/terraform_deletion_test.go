package scan

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// everyTerraform is a plan with all that plans may have, where everything bears on what is open.
func everyTerraform() tfPlan {
	list1 := ref{"aws_ec2_managed_prefix_list.l.id", "aws_ec2_managed_prefix_list.l"}
	security := object{"security_group_id": ref{"var.group"}}
	p := tfPlan{
		resources: slices.Concat(
			halvesOf(`module.net["a"].module.ftp`, unknown{}, security),
			[]planned{
				group(planned{module: `module.net["a"]`, after: newGroup(unknown{})}),
				group(planned{name: "blocks", after: newGroup(list(openBlock, block("-1", 0, 0, object{"ipv6_cidr_blocks": list("::/0"), "cidr_blocks": list("10.0.0.0/8")}), block("tcp", 20, 21, object{"prefix_list_ids": list(unknown{})}))), written: object{"ingress": list1}}),
				group(planned{name: "there", actions: []string{"no-op"}, before: there("sg-1", list(openBlock)), after: there("sg-1", list(openBlock))}),
				group(planned{name: "left", actions: []string{"forget"}, before: there("sg-2", list(openBlock))}),
				{kind: "aws_security_group_rule", name: "r", key: 0, actions: []string{"update"}, before: legacy("sg-1", "tcp", 0, 65535, object{"ipv6_cidr_blocks": list("::/0")}), after: legacy("sg-1", "tcp", 0, 65535, object{"ipv6_cidr_blocks": list("::/0"), "cidr_blocks": list("0.0.0.0/0")})},
				{kind: "aws_ec2_managed_prefix_list", name: "l", after: prefixList(unknown{}, list(entry("0.0.0.0/1"))), written: object{"entry": ref{}}},
				{kind: "aws_ec2_managed_prefix_list_entry", name: "e", after: object{"id": unknown{}, "cidr": "128.0.0.0/1", "prefix_list_id": unknown{}}, written: object{"prefix_list_id": list1}},
				{data: true, kind: "aws_ec2_managed_prefix_list", name: "d", actions: []string{}, before: object{"id": "pl-1", "entries": list(entry("0.0.0.0/0"))}},
				{kind: "aws_vpc_security_group_ingress_rule", name: "d", after: modern("sg-1", "tcp", 21, 21, object{"prefix_list_id": "pl-1"})},
			}),
		calls: map[string]call{"net": {forEach: ref{"var.nets"}, outputs: map[string]ref{"id": toGroup}}, "net.ftp": {written: object{"group": toGroup}}},
	}
	for _, r := range p.resources {
		for _, name := range []string{"egress", "name_prefix", "tags", "tags_all", "description", "max_entries", "address_family", "version", "vpc_id"} { // what nothing depends on
			delete(r.before, name)
			delete(r.after, name)
		}
	}
	return p
}

// terraformLegal are edits after which Terraform could have printed what is left, so that nobody can
// tell that something is missing: what is read of AWS may have fewer elements, a state may have
// fewer resources, and a plan without them in any of its parts.
var terraformLegal = regexp.MustCompile(strings.Join([]string{
	`^(delete|empty) /(prior_state|values)/.*/entries(/\d+)?$`, // what a data source has read
	`^(delete|empty) /values/.*(resources|child_modules|ingress|cidr_blocks|ipv6_cidr_blocks|prefix_list_ids|entry)(/\d+)?$`,
	`^null /values/.*/(ipv6_)?cidr_blocks$`, `^(empty|null|delete) /values/root_module(/child_modules(/\d+)?)*/?(resources|child_modules)?$`,
	`^delete /resource_changes/\d+/change/before/ingress/\d+$`, `^empty /resource_changes/\d+/change/before/ingress$`, // of a group that Terraform forgets
	`^(delete|empty) /resource_changes/\d+/change/before/ingress/\d+/cidr_blocks(/\d+)?$`,
	`^null /values/.*/(ipv6_)?cidr_blocks$`, `^(empty|null|delete) /values/root_module(/child_modules(/\d+)?)*/?(resources|child_modules)?$`,
	`^delete /resource_changes/\d+$`, // of that
}, "|"))

// Whatever is taken from a plan or a state, the answer is the same, or an error, or not known.
func TestDeletionFromTerraform(t *testing.T) {
	state := everyTerraform()
	for i := range state.resources {
		if p := &state.resources[i]; p.data {
			p.after = p.before
		}
	}
	state.resources = slices.DeleteFunc(state.resources, func(p planned) bool { return p.after == nil })
	for i := range state.resources {
		p := &state.resources[i]
		p.after = applied(p.after, p.address())
	}
	for name, text := range map[string]string{"plan": everyTerraform().json(t), "state": state.stateJSON(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := write(t, map[string]string{"a.json": text})
			cfg := config.Config{Paths: []string{dir}}
			openOnes := func() (open []string, known bool) {
				groups, _, err := read(t, cfg, sg.Everything())
				var incomplete *sg.IncompleteError
				if err != nil && !errors.As(err, &incomplete) {
					t.Fatal(err)
				}
				known = err == nil
				for _, g := range groups {
					for _, p := range g.Permissions {
						switch p.Verdict.Unrestricted {
						case rule.Yes:
							open = append(open, p.Resource.Address+" "+p.SourceText())
						case rule.Unknown:
							known = false
						}
					}
				}
				slices.Sort(open)
				return slices.Compact(open), known
			}
			want, known := openOnes()
			if least := map[string]int{"plan": 9, "state": 7}[name]; len(want) < least || !known {
				t.Fatalf("%t, %d open: %q", known, len(want), want)
			}
			var document any
			if err := json.Unmarshal([]byte(text), &document); err != nil {
				t.Fatal(err)
			}
			missed, same := 0, 0
			for e, changed := range edits(document) {
				if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(marshal(t, changed)), 0o600); err != nil {
					t.Fatal(err)
				}
				switch got, known := openOnes(); {
				case !known:
					missed++
				case slices.Equal(got, want):
					same++
				case len(got) > 0 && !slices.ContainsFunc(want, func(line string) bool { return !slices.Contains(got, line) }):
				case terraformLegal.MatchString(e.kind + " " + e.path):
				default:
					t.Errorf("%s %s: nothing is missed, and of %q there is %q", e.kind, e.path, want, got)
				}
			}
			if missed < 100/soak.OneIn || same < 100/soak.OneIn {
				t.Errorf("%d edits were missed and %d changed nothing: there should be many of both", missed, same)
			}
		})
	}
}

// applied is what the attributes are when they are known.
func applied(v any, address string) object {
	all := object{}
	for name, value := range v.(object) {
		switch {
		case !isUnknown(value):
			all[name] = known(value)
		case name == "id" && strings.Contains(address, "prefix_list.l"):
			all[name] = "pl-9"
		case name == "prefix_list_id":
			all[name] = "pl-9"
		case name == "id" && strings.Contains(address, "aws_security_group."):
			all[name] = "sg-" + address
		case name == "security_group_id":
			all[name] = `sg-module.net["a"].aws_security_group.g`
		case name == "ingress" || name == "entry":
			all[name] = []any{}
		default:
			all[name] = nil
		}
	}
	return all
}

// known puts the ID of the list into the place of that which is not known.
func known(v any) any {
	switch v := v.(type) {
	case unknown:
		return "pl-9"
	case []any:
		all := []any{}
		for _, element := range v {
			all = append(all, known(element))
		}
		return all
	case object:
		all := object{}
		for name, element := range v {
			all[name] = known(element)
		}
		return all
	}
	return v
}

func isUnknown(v any) bool {
	_, is := v.(unknown)
	return is
}
