package scan

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A worldRule is a rule as both writers below take it.
type worldRule struct {
	protocol string
	from, to int
	kind     string // cidr_ipv4, cidr_ipv6, prefix_list, security_group or self
	source   string // an address range, or the number of a list or group
}

// A worldGroup is a group with its rules.
type worldGroup struct{ rules []worldRule }

type terraformWorld struct {
	groups []worldGroup
	lists  [][]string
}

func choose[T any](random *rand.Rand, from ...T) T { return from[random.Intn(len(from))] }

func newTerraformWorld(random *rand.Rand) (w terraformWorld) {
	for range 1 + random.Intn(2) {
		var entries []string
		for range random.Intn(3) {
			if e := choose(random, "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8"); !slices.Contains(entries, e) {
				entries = append(entries, e)
			}
		}
		w.lists = append(w.lists, entries)
	}
	for range 1 + random.Intn(4) {
		var g worldGroup
		for range random.Intn(6) {
			r := worldRule{protocol: choose(random, "tcp", "tcp", "tcp", "6", "udp", "-1", "icmp"), kind: choose(random, "cidr_ipv4", "cidr_ipv4", "cidr_ipv6", "prefix_list", "security_group", "self")}
			ports := choose(random, [2]int{21, 21}, [2]int{20, 21}, [2]int{0, 65535}, [2]int{22, 443}, [2]int{20, 20}, [2]int{0, 0})
			r.from, r.to = ports[0], ports[1]
			if r.protocol == "-1" {
				r.from, r.to = 0, 0
			}
			switch r.kind {
			case "cidr_ipv4":
				r.source = choose(random, "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "198.18.0.0/15")
			case "cidr_ipv6":
				r.source = choose(random, "::/0", "2000::/4", "3000::/4", "fd00::/8")
			case "prefix_list":
				r.source = fmt.Sprint(random.Intn(len(w.lists)))
			case "security_group":
				r.source = "0"
			}
			if !slices.ContainsFunc(g.rules, r.same) {
				g.rules = append(g.rules, r)
			}
		}
		w.groups = append(w.groups, g)
	}
	return w
}

// same reports whether AWS takes both for the same rule.
func (r worldRule) same(o worldRule) bool {
	name := func(p string) string { return strings.Replace(p, "6", "tcp", 1) }
	r.protocol, o.protocol = name(r.protocol), name(o.protocol)
	return r == o || r.protocol == o.protocol && r.from == o.from && r.to == o.to && (r.kind == "self" || r.kind == "security_group") && (o.kind == "self" || o.kind == "security_group")
}

func groupID(i int) string { return fmt.Sprintf("sg-%03d", i) }
func listID(i any) string  { return fmt.Sprintf("pl-0%v", i) }

// cli writes the world as the AWS CLI prints it.
func (w terraformWorld) cli(t *testing.T) map[string]string {
	files := map[string]string{}
	for i, entries := range w.lists {
		all := []any{}
		for _, e := range entries {
			all = append(all, object{"Cidr": e})
		}
		files["get-managed-prefix-list-entries."+listID(i)+".json"] = marshal(t, object{"Entries": all})
	}
	var groups []any
	for i, g := range w.groups {
		permissions := []any{}
		for _, r := range g.rules {
			p := object{"IpProtocol": r.protocol, "IpRanges": []any{}, "Ipv6Ranges": []any{}, "PrefixListIds": []any{}, "UserIdGroupPairs": []any{}}
			if r.protocol != "-1" {
				p["FromPort"], p["ToPort"] = r.from, r.to
			}
			switch r.kind {
			case "cidr_ipv4":
				p["IpRanges"] = list(object{"CidrIp": r.source})
			case "cidr_ipv6":
				p["Ipv6Ranges"] = list(object{"CidrIpv6": r.source})
			case "prefix_list":
				p["PrefixListIds"] = list(object{"PrefixListId": listID(r.source)})
			default:
				p["UserIdGroupPairs"] = list(object{"GroupId": groupID(i), "UserId": "111122223333"})
			}
			permissions = append(permissions, p)
		}
		groups = append(groups, object{"GroupId": groupID(i), "GroupName": fmt.Sprint("g", i), "OwnerId": "111122223333", "Description": "d", "VpcId": "vpc-1", "IpPermissions": permissions,
			"SecurityGroupArn": "arn:aws:ec2:eu-west-1:111122223333:security-group/" + groupID(i)})
	}
	files["describe-security-groups.json"] = marshal(t, object{"SecurityGroups": groups})
	return files
}

// plan writes a plan after which the world is as it is: with groups and lists that are there and
// such that are made, and rules in them and of their own, some of which are there, and others that
// go.
func (w terraformWorld) plan(random *rand.Rand) (d tfPlan) {
	module := ""
	if random.Intn(2) == 0 {
		module = `module.net["k"]`
		d.calls = map[string]call{"net": {forEach: ref{"var.nets"}, outputs: map[string]ref{}}}
	}
	newList := make([]bool, len(w.lists))
	for i, entries := range w.lists {
		name := fmt.Sprint("l", i)
		newList[i] = random.Intn(2) == 0
		var id any = listID(i)
		actions := []string{"no-op"}
		if newList[i] {
			id, actions = unknown{}, nil
		}
		written, within := object{"name": fixed{name}}, []any{}
		separate := random.Intn(2) == 0
		for j, e := range entries {
			if separate {
				p := planned{module: module, kind: "aws_ec2_managed_prefix_list_entry", name: name, key: fmt.Sprint(j), written: object{"prefix_list_id": ref{"aws_ec2_managed_prefix_list." + name + ".id", "aws_ec2_managed_prefix_list." + name}},
					after: object{"id": unknown{}, "cidr": e, "prefix_list_id": id}}
				d.resources = append(d.resources, p)
			} else {
				within = append(within, entry(e))
			}
		}
		l := planned{module: module, kind: "aws_ec2_managed_prefix_list", name: name, actions: actions, written: written}
		var inList any = within
		if separate && newList[i] {
			inList = unknown{}
		} else if !separate {
			written["entry"] = ref{}
		}
		if !newList[i] {
			l.before = prefixList(id, within)
		}
		l.after = prefixList(id, inList)
		d.resources = append(d.resources, l)
	}
	for i, g := range w.groups {
		d = w.planGroup(d, random, module, i, g, newList)
	}
	random.Shuffle(len(d.resources), func(i, j int) { d.resources[i], d.resources[j] = d.resources[j], d.resources[i] })
	return d
}

func (w terraformWorld) planGroup(d tfPlan, random *rand.Rand, module string, i int, g worldGroup, newList []bool) tfPlan {
	name := fmt.Sprint("g", i)
	isNew, inline := random.Intn(2) == 0, random.Intn(2) == 0
	var id any = groupID(i)
	if isNew {
		id = unknown{}
	}
	address := "aws_security_group." + name
	references := ref{address + ".id", address}
	at := module
	if module != "" && random.Intn(2) == 0 {
		// The rules are outside of the module of the group.
		at = ""
		d.calls["net"].outputs[name] = references
		references = ref{fmt.Sprintf(`module.net["k"].%s`, name), `module.net["k"]`}
	}
	var lists ref
	source := func(r worldRule) (attribute string, value any) {
		switch r.kind {
		case "prefix_list":
			var n int
			fmt.Sscan(r.source, &n)
			if newList[n] {
				l := "aws_ec2_managed_prefix_list.l" + r.source
				lists = ref{l + ".id", l}
				return r.kind, unknown{}
			}
			return r.kind, listID(n)
		case "security_group":
			return r.kind, id
		case "self":
			return r.kind, true
		}
		return r.kind, r.source
	}
	blockOf := func(r worldRule) object {
		kind, value := source(r)
		name := map[string]string{"cidr_ipv4": "cidr_blocks", "cidr_ipv6": "ipv6_cidr_blocks", "prefix_list": "prefix_list_ids", "security_group": "security_groups"}[kind]
		if name == "" {
			return block(r.protocol, r.from, r.to, object{"self": true})
		}
		return block(r.protocol, r.from, r.to, object{name: list(value)})
	}
	// What is in ingress: what is written there or, if nothing is, what AWS had.
	ingress, written := []any{}, object{"name": fixed{name}}
	var gone []worldRule
	if !isNew && !inline && random.Intn(2) == 0 {
		if r := (worldRule{"tcp", 19, 23, "cidr_ipv4", "0.0.0.0/0"}); !slices.ContainsFunc(g.rules, r.same) {
			gone = append(gone, r)
			ingress = append(ingress, blockOf(r))
		}
	}
	ruleAt := func(n int, r worldRule, actions []string, was bool) {
		p := planned{module: at, name: fmt.Sprintf("%s_%d", name, n), actions: actions}
		if r.kind == "prefix_list" && at != module {
			p.module = module
		}
		kind, value := source(r)
		to := references
		if p.module == module {
			to = ref{address + ".id", address}
		}
		p.written = object{"security_group_id": to}
		var protocol any = r.protocol
		var from, until any = r.from, r.to
		if random.Intn(2) == 0 || kind == "self" {
			p.kind = "aws_security_group_rule"
			attribute := map[string]string{"cidr_ipv4": "cidr_blocks", "cidr_ipv6": "ipv6_cidr_blocks", "prefix_list": "prefix_list_ids", "security_group": "source_security_group_id", "self": "self"}[kind]
			if kind != "self" && kind != "security_group" {
				value = list(value)
			}
			p.after = legacy(id, protocol, from, until, object{attribute: value})
			if lists != nil {
				p.written["prefix_list_ids"] = lists
			}
		} else {
			p.kind = "aws_vpc_security_group_ingress_rule"
			attribute := map[string]string{"security_group": "referenced_security_group_id", "prefix_list": "prefix_list_id"}[kind]
			if attribute == "" {
				attribute = kind
			}
			if r.protocol == "-1" {
				from, until = nil, nil
			}
			p.after = modern(id, protocol, from, until, object{attribute: value})
			if lists != nil {
				p.written["prefix_list_id"] = lists
			}
		}
		if was {
			p.before = p.after
		}
		if slices.Contains(actions, "delete") {
			p.before, p.after = p.after, nil
		}
		if p.before != nil {
			for _, computed := range []string{"id", "arn", "security_group_rule_id", "source_security_group_id", "tags_all"} {
				for _, o := range []object{p.before, p.after} {
					if o != nil && o[computed] == (unknown{}) {
						o[computed] = nil
					}
				}
			}
		}
		d.resources = append(d.resources, p)
	}
	for n, r := range g.rules {
		lists = nil
		isThere := !isNew && random.Intn(2) == 0
		if r.kind == "prefix_list" && isThere {
			var k int
			fmt.Sscan(r.source, &k)
			isThere = !newList[k]
		}
		switch {
		case inline && !(r.kind == "prefix_list" && !isThere):
			b := blockOf(r)
			ingress = append(ingress, b)
			written["ingress"] = ref{}
		case isThere && !inline:
			ingress = append(ingress, blockOf(r))
			if random.Intn(2) == 0 {
				ruleAt(n, r, []string{"no-op"}, true)
			} // else Terraform knows nothing of it, and AWS has it
		default:
			ruleAt(n, r, nil, false)
		}
	}
	lists = nil
	for n, r := range gone {
		ruleAt(100+n, r, []string{"delete"}, true)
	}
	p := planned{module: module, kind: "aws_security_group", name: name, written: written}
	if isNew {
		p.after = newGroup(ingress)
		if written["ingress"] == nil {
			p.after = newGroup(unknown{})
		}
	} else {
		p.actions, p.before, p.after = []string{"no-op"}, there(id.(string), ingress), there(id.(string), ingress)
	}
	p.after = with(p.after, object{"name": name})
	d.resources = append(d.resources, p)
	return d
}

// verdictsByName are the verdicts of groups and of their permissions, by what they allow.
func verdictsByName(groups []*sg.Group) map[string][]string {
	all := map[string][]string{}
	for _, g := range groups {
		lines := []string{fmt.Sprintf("group %v %v %v", g.Verdict.Unrestricted, g.Verdict.Reasons, g.Verdict.Ports)}
		for _, p := range g.Permissions {
			// By their addresses, lists that are not made yet have no IDs.
			one := *p
			if one.SourceType() == "prefix_list" || one.SourceType() == "security_group" {
				one.PrefixListID, one.ReferencedGroup, one.Unnamed = "", nil, &sg.UnnamedSource{Text: p.SourceType()}
			}
			lines = append(lines, fmt.Sprintf("%s %v %s %v%s", one.Key(), p.Verdict.Unrestricted, p.Verdict.Reason, p.Verdict.Ports, p.Doubt))
		}
		slices.Sort(lines[1:])
		all[g.Name] = append(all[g.Name], lines...)
	}
	return all
}

// A plan after which the world is as another source says it is has the same verdicts.
func TestTerraformAndTheCLISayTheSame(t *testing.T) {
	open := 0
	for seed := range int64(soak.Runs(t, 300)) {
		random := rand.New(rand.NewSource(seed))
		w := newTerraformWorld(random)
		saved, _, err := read(t, config.Config{Paths: []string{write(t, w.cli(t))}}, sg.Everything())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		d := w.plan(random)
		files := map[string]string{"plan.json": d.json(t)}
		planned, _, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if diff := gocmp.Diff(verdictsByName(saved), verdictsByName(planned)); diff != "" {
			t.Fatalf("seed %d: -CLI +plan:\n%s", seed, diff)
		}
		for _, g := range planned {
			if g.Verdict.Unrestricted == rule.Yes {
				open++
			}
		}
	}
	if open < 50 {
		t.Errorf("only %d groups were open", open)
	}
}
