package scan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/config"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

type object = map[string]any

// randomGroups are groups as the AWS CLI prints them, at the edge of being open.
func randomGroups(r *rand.Rand) (groups []object) {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	for i := range 3 + r.IntN(5) {
		permissions := []any{}
		seen := map[string]bool{}
		for range r.IntN(5) {
			p := object{"IpProtocol": pick("tcp", "tcp", "-1", "udp", "icmp"), "IpRanges": []any{}, "Ipv6Ranges": []any{}, "PrefixListIds": []any{}, "UserIdGroupPairs": []any{}}
			if p["IpProtocol"] != "-1" {
				from := []int{0, 20, 21, 22}[r.IntN(4)]
				p["FromPort"], p["ToPort"] = from, from+r.IntN(3)
			}
			key := fmt.Sprint(p["IpProtocol"], p["FromPort"], p["ToPort"])
			if seen[key] {
				continue
			}
			seen[key] = true
			switch r.IntN(4) {
			case 0:
				p["Ipv6Ranges"] = []any{object{"CidrIpv6": pick("::/0", "2001:db8::/32", "2000::/3")}}
			case 1:
				p["PrefixListIds"] = []any{object{"PrefixListId": "pl-0a", "Description": "a list: #1"}}
			case 2:
				p["UserIdGroupPairs"] = []any{object{"GroupId": "sg-0", "UserId": "111122223333"}}
			}
			for _, cidr := range []string{"0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "0.0.0.0/0"} {
				if r.IntN(3) == 0 {
					p["IpRanges"] = append(p["IpRanges"].([]any), object{"CidrIp": cidr, "Description": pick("yes", "- 1", "null", "12", "ä \" \\", "")})
				}
			}
			if len(p["IpRanges"].([]any))+len(p["Ipv6Ranges"].([]any))+len(p["PrefixListIds"].([]any))+len(p["UserIdGroupPairs"].([]any)) > 0 {
				permissions = append(permissions, p)
			}
		}
		id, name := fmt.Sprintf("sg-%d", i), "default"
		if i > 0 {
			name = "g" + id
		}
		groups = append(groups, object{"GroupId": id, "GroupName": name, "Description": "a: b", "OwnerId": "111122223333", "VpcId": "vpc-1",
			"SecurityGroupArn": "arn:aws:ec2:us-east-1:111122223333:security-group/" + id, "Tags": []any{object{"Key": "k", "Value": "true"}},
			"IpPermissions": permissions, "IpPermissionsEgress": []any{}})
	}
	return groups
}

// rulesOf are the rules of groups as the AWS CLI prints them.
func rulesOf(groups []object) (rules []any) {
	for _, g := range groups {
		rule := func(members object) {
			id := fmt.Sprintf("sgr-%d", len(rules))
			r := object{"SecurityGroupRuleId": id, "GroupId": g["GroupId"], "GroupOwnerId": g["OwnerId"], "Tags": []any{},
				"SecurityGroupRuleArn": "arn:aws:ec2:us-east-1:111122223333:security-group-rule/" + id}
			maps.Copy(r, members)
			rules = append(rules, r)
		}
		rule(object{"IsEgress": true, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "0.0.0.0/0"})
		for _, p := range g["IpPermissions"].([]any) {
			p := p.(object)
			for list, name := range map[string]string{"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "PrefixListIds": "PrefixListId", "UserIdGroupPairs": ""} {
				for _, source := range p[list].([]any) {
					members := object{"IsEgress": false, "IpProtocol": p["IpProtocol"], "FromPort": -1, "ToPort": -1}
					if p["FromPort"] != nil {
						members["FromPort"], members["ToPort"] = p["FromPort"], p["ToPort"]
					}
					switch list {
					case "IpRanges":
						members["CidrIpv4"] = source.(object)[name]
					case "UserIdGroupPairs":
						members["ReferencedGroupInfo"] = source
					default:
						members[name] = source.(object)[name]
					}
					rule(members)
				}
			}
		}
	}
	return rules
}

func asJSON(t testing.TB, v any, indent string) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", indent)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func compact(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// asYAML writes YAML in blocks.
func asYAML(v any, indent string) string {
	switch v := v.(type) {
	case object:
		var b strings.Builder
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteString(indent)
			}
			b.WriteString(name + ":" + yamlChild(v[name], indent))
		}
		return b.String()
	case []any:
		var b strings.Builder
		for i, e := range v {
			if i > 0 {
				b.WriteString(indent)
			}
			b.WriteString("- " + strings.TrimLeft(asYAML(e, indent+"  "), " "))
		}
		return b.String()
	case nil:
		return "null\n"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'\n"
	}
	return fmt.Sprint(v) + "\n"
}

func yamlChild(v any, indent string) string {
	switch c := v.(type) {
	case []any:
		if len(c) == 0 {
			return " []\n"
		}
		return "\n" + indent + asYAML(v, indent)
	case object:
		return "\n" + indent + "  " + asYAML(v, indent+"  ")
	}
	return " " + asYAML(v, "")
}

func utf16Of(text string, big, mark bool) string {
	var b bytes.Buffer
	units := utf16.Encode([]rune(text))
	if mark {
		units = slices.Insert(units, 0, 0xfeff)
	}
	for _, u := range units {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

// anyOf makes values of a list of any.
func anyOf(groups []object) (all []any) {
	for _, g := range groups {
		all = append(all, g)
	}
	return all
}

// shapesOf are the files of groups in every shape.
func shapesOf(t testing.TB, groups []object) map[string]map[string]string {
	all := anyOf(groups)
	half := len(all) / 2
	answer := object{"SecurityGroups": all}
	one, two := object{"SecurityGroups": all[:half], "NextToken": "a", "ResponseMetadata": object{"RetryAttempts": 0}}, object{"SecurityGroups": all[half:]}
	plain := asJSON(t, answer, "    ")
	var lines, documents, rows []string
	for _, g := range groups {
		lines = append(lines, compact(t, g))
		documents = append(documents, asJSON(t, object{"SecurityGroups": []any{g}}, "  "))
		rows = append(rows, compact(t, object{"group_id": g["GroupId"], "group_name": g["GroupName"], "description": g["Description"], "owner_id": g["OwnerId"],
			"vpc_id": g["VpcId"], "arn": g["SecurityGroupArn"], "ip_permissions": g["IpPermissions"], "ip_permissions_egress": nil, "tags_src": g["Tags"],
			"tags": object{"k": "true"}, "region": "us-east-1", "account_id": "111122223333", "partition": "aws", "_ctx": object{}}))
	}
	shapes := map[string]map[string]string{
		"an answer":          {"a": plain},
		"a list":             {"a": asJSON(t, all, "\t")},
		"a list of lists":    {"a": asJSON(t, []any{all[:half], all[half:]}, "")},
		"lines":              {"a": strings.Join(lines, "\n")},
		"a file for each":    {"a": lines[0], "b": asJSON(t, all[1:], "")},
		"answers as lines":   {"a": compact(t, one) + "\n" + compact(t, two)},
		"documents":          {"a": strings.Join(documents, "")},
		"pages":              {"a": compact(t, []any{one, two})},
		"pages in files":     {"a01": compact(t, one), "a02": compact(t, two)},
		"YAML":               {"a": asYAML(answer, "")},
		"a stream of YAML":   {"a": asYAML([]any{one, two}, "")},
		"documents of YAML":  {"a": "---\n" + asYAML(one, "") + "---\n" + asYAML(two, "")},
		"UTF-16LE":           {"a": utf16Of(plain, false, true)},
		"UTF-16BE":           {"a": utf16Of(plain, true, true)},
		"UTF-16LE, no mark":  {"a": utf16Of(plain, false, false)},
		"UTF-16BE, no mark":  {"a": utf16Of(plain, true, false)},
		"YAML in UTF-16":     {"a": utf16Of(asYAML(answer, ""), false, false)},
		"gzip":               {"a": gzipOf(t, plain)},
		"zip":                {"a": zipOf(t, map[string]string{"x": compact(t, object{"SecurityGroups": all[:half]}), "y/b": compact(t, two)})},
		"tar.gz":             {"a": gzipOf(t, tarOf(t, map[string]string{"x1.json": compact(t, one), "x2.json": compact(t, two)}))},
		"Steampipe":          {"a": `{"columns": [{"name": "group_id", "data_type": "text"}], "rows": [` + strings.Join(rows, ",") + `]}`},
		"Steampipe, earlier": {"a": "[" + strings.Join(rows, ",") + "]"},
	}
	maps.Copy(shapes, configShapesOf(t, groups))
	return shapes
}

// Of any world, every shape gives the same groups and verdicts. Rules alone give those that they
// can, and know nothing else.
func TestShapesOfAnyWorld(t *testing.T) {
	list := map[string]string{"get-managed-prefix-list-entries.pl-0a.json": `{"Entries": [{"Cidr": "0.0.0.0/1"}, {"Cidr": "128.0.0.0/2"}]}`}
	open, closed := 0, 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		groups := randomGroups(r)
		var want []string
		shapes := shapesOf(t, groups)
		for _, name := range append([]string{"an answer"}, slices.Sorted(maps.Keys(shapes))...) {
			files := shapes[name]
			maps.Copy(files, list)
			got, _, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything())
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if said := said(got); want == nil {
				want = said
				open += openIn(got)
				closed += len(got) - openIn(got)
			} else if !slices.Equal(said, want) {
				t.Errorf("seed %d, %s:\n got %q\nwant %q", seed, name, said, want)
			}
		}
		for name, text := range map[string]string{
			"rules": compact(t, object{"SecurityGroupRules": rulesOf(groups)}), "rules in YAML": asYAML(object{"SecurityGroupRules": rulesOf(groups)}, ""),
			"a list of rules": compact(t, rulesOf(groups)), "Steampipe": compact(t, steampipeRules(groups)),
		} {
			files := map[string]string{"a": text}
			maps.Copy(files, list)
			got, _, err := read(t, config.Config{Paths: []string{write(t, files)}}, sg.Everything())
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if verdicts := verdictsOf(got); !slices.Equal(verdicts, beforeName(want)) {
				t.Errorf("seed %d, %s:\n got %q\nwant %q", seed, name, verdicts, beforeName(want))
			}
			for _, g := range got {
				if g.Name != "" || g.VPCID != "" || g.Tags != nil || g.Description != "" {
					t.Errorf("seed %d, %s: %+v is more than rules tell", seed, name, g)
				}
			}
		}
	}
	if open < 20 || closed < 20 {
		t.Errorf("%d open and %d closed", open, closed)
	}
}

func steampipeRules(groups []object) (rows []any) {
	for _, r := range rulesOf(groups) {
		r := r.(object)
		row := object{"security_group_rule_id": r["SecurityGroupRuleId"], "group_id": r["GroupId"], "group_owner_id": r["GroupOwnerId"], "is_egress": r["IsEgress"],
			"ip_protocol": r["IpProtocol"], "from_port": r["FromPort"], "to_port": r["ToPort"], "cidr_ipv4": r["CidrIpv4"], "cidr_ipv6": r["CidrIpv6"],
			"prefix_list_id": r["PrefixListId"], "referenced_group_id": nil, "region": "us-east-1", "partition": "aws", "account_id": "111122223333", "tags": nil}
		if ref, ok := r["ReferencedGroupInfo"].(object); ok {
			row["referenced_group_id"], row["referenced_user_id"] = ref["GroupId"], ref["UserId"]
		}
		rows = append(rows, row)
	}
	return rows
}

// verdictsOf are what rules tell of groups, said all that groups tell.
func verdictsOf(groups []*sg.Group) (all []string) {
	for _, g := range groups {
		var permissions []string
		for _, p := range g.Permissions {
			permissions = append(permissions, fmt.Sprint(p.Key(), p.Verdict))
		}
		slices.Sort(permissions)
		all = append(all, fmt.Sprint(g.AccountID, g.Region, g.ID, g.ARN, g.Verdict, permissions))
	}
	slices.Sort(all)
	return all
}

func said(groups []*sg.Group) (all []string) {
	for _, g := range groups {
		all = append(all, verdictsOf([]*sg.Group{g})[0]+nameMark+fmt.Sprint(g.Name, g.Description, g.VPCID, g.OwnerID, g.Tags))
	}
	slices.Sort(all)
	return all
}

const nameMark = " named "

func beforeName(all []string) (verdicts []string) {
	for _, s := range all {
		verdict, _, _ := strings.Cut(s, nameMark)
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}

// Whatever is taken from a file of another shape, it is missed, or the file is one that could be.
func TestDeletionFromShapes(t *testing.T) {
	group := ftp("sg-1", `{"IpProtocol": "tcp", "FromPort": 21, "ToPort": 21, "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "10.0.0.0/8"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}], "PrefixListIds": [], "UserIdGroupPairs": []}`)
	var g object
	if err := json.Unmarshal([]byte(group), &g); err != nil {
		t.Fatal(err)
	}
	g["SecurityGroupArn"] = "arn:aws:ec2:us-east-1:123456789012:security-group/sg-1"
	other := maps.Clone(g)
	other["GroupId"], other["SecurityGroupArn"] = "sg-2", "arn:aws:ec2:us-east-1:123456789012:security-group/sg-2"
	groups := []object{g, other}
	row := func(g object) object {
		return object{"group_id": g["GroupId"], "group_name": g["GroupName"], "owner_id": g["OwnerId"], "description": "d", "arn": g["SecurityGroupArn"], "ip_permissions": g["IpPermissions"]}
	}
	// What a program need not write, or AWS need not give.
	may := []string{"Tags", "Description", "description", "VpcId", "UserId", "IpPermissionsEgress", "data_type", "name", "columns", "GroupOwnerId", "SecurityGroupRuleArn"}
	for name, document := range map[string]any{
		"a list of groups": anyOf(groups),
		"a list of pages":  []any{object{"SecurityGroups": anyOf(groups[:1]), "NextToken": "x"}, object{"SecurityGroups": anyOf(groups[1:])}},
		"rules alone":      object{"SecurityGroupRules": rulesOf(groups)},
		"Steampipe":        object{"columns": []any{object{"name": "group_id"}}, "rows": []any{row(g), row(other)}},
		"Steampipe's list": []any{row(g), row(other)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put := func(document any, yaml bool) ([]*sg.Group, error) {
				text := compact(t, document)
				if yaml {
					text = asYAML(document, "")
				}
				if err := os.WriteFile(filepath.Join(dir, "a"), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				groups, _, err := read(t, config.Config{Paths: []string{dir}}, sg.Everything())
				return groups, err
			}
			whole, err := put(document, false)
			if err != nil || openIn(whole) != 2 {
				t.Fatalf("%v, %v", whole, err)
			}
			want := verdictsOf(whole)
			var generic any
			if err := json.Unmarshal([]byte(compact(t, document)), &generic); err != nil {
				t.Fatal(err)
			}
			missed := 0
			for e, changed := range edits(generic) {
				for _, yaml := range []bool{false, true} {
					if _, isObject := changed.(object); yaml && !isObject && e.path == "" {
						continue
					}
					got, err := put(changed, yaml && !strings.Contains(compact(t, changed), "{}"))
					last := e.path[strings.LastIndexByte(e.path, '/')+1:]
					switch {
					case err != nil, oddIn(got):
						missed++
					case slices.Equal(verdictsOf(got), want), e.legal(), slices.Contains(may, last):
					case e.kind == "empty" && slices.Contains([]string{"ip_permissions", "rows", "SecurityGroups"}, last):
						// AWS has groups without permissions, and a list may have any number of elements.
					case last == "NextToken": // Without it there are two whole answers.
					default:
						t.Errorf("%s %s (YAML: %v): %d open, and nothing is missed", e.kind, e.path, yaml, openIn(got))
					}
				}
			}
			if missed < 20/soak.OneIn {
				t.Errorf("only %d edits were missed", missed)
			}
		})
	}
}
