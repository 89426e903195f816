package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"go.yaml.in/yaml/v3"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/needs"
)

const policiesDir = "../../docs/policies/"

// memberRole is the role of an account as the policies have it, in each partition and by each
// name of a template.
const memberRole = "arn:aws:iam::*:role/OrganizationAccountAccessRole"

// policies are the names of the policies in docs/policies for reading. That for signing is about a key
// which is not known here.
func policies(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(policiesDir + "*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no policies: ", err)
	}
	var names []string
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); name != "ftpcheck-sign" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// policyActions are the actions that a policy allows.
func policyActions(t *testing.T, name string) (actions []string) {
	t.Helper()
	var policy struct {
		Statement []struct{ Action any }
	}
	if err := json.Unmarshal([]byte(readFile(t, policiesDir+name+".json")), &policy); err != nil {
		t.Fatal(err)
	}
	for _, s := range policy.Statement {
		switch a := s.Action.(type) {
		case string:
			actions = append(actions, a)
		case []any:
			for _, a := range a {
				actions = append(actions, a.(string))
			}
		}
	}
	return actions
}

// policyDocument is a policy as an installation has it, with the role of its accounts.
func policyDocument(t *testing.T, name, role string) (document any) {
	t.Helper()
	text := strings.ReplaceAll(readFile(t, policiesDir+name+".json"), memberRole, role)
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// The templates of CloudFormation hold the policies, which -update writes into them anew.
func TestTemplatesAreInStep(t *testing.T) {
	place := regexp.MustCompile(`(?m)^( *)PolicyDocument: # (\S+)\.json\n`)
	for _, name := range []string{"role.yaml", "caller.yaml"} {
		text := readFile(t, policiesDir+name)
		rest, anew := text, ""
		for at := place.FindStringSubmatchIndex(rest); at != nil; at = place.FindStringSubmatchIndex(rest) {
			indent, policy := rest[at[2]:at[3]]+"  ", rest[at[4]:at[5]]
			anew += rest[:at[1]]
			for rest = rest[at[1]:]; strings.HasPrefix(rest, indent); {
				_, rest, _ = strings.Cut(rest, "\n")
			}
			var node yaml.Node
			if err := yaml.Unmarshal([]byte(readFile(t, policiesDir+policy+".json")), &node); err != nil {
				t.Fatal(err)
			}
			asBlock(&node)
			var block bytes.Buffer
			encoder := yaml.NewEncoder(&block)
			encoder.SetIndent(2)
			if err := encoder.Encode(&node); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(block.String()) {
				anew += indent + line
			}
		}
		anew += rest
		if *update {
			if err := os.WriteFile(policiesDir+name, []byte(anew), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(anew, text); diff != "" {
			t.Errorf("docs/policies/%s does not hold the policies; run the test with -update:\n%s", name, diff)
		}
	}
}

// asBlock takes the style of JSON from a document, and puts what a template is asked for into it.
func asBlock(n *yaml.Node) {
	n.Style = 0
	switch {
	case n.Value == memberRole:
		n.Tag, n.Style, n.Value = "!Sub", yaml.TaggedStyle, "arn:${AWS::Partition}:iam::*:role/${RoleName}"
	case n.Value == "2012-10-17":
		n.Style = yaml.DoubleQuotedStyle // or it is a date
	}
	for _, c := range n.Content {
		asBlock(c)
	}
}

// A stackTemplate is what there is of a template of CloudFormation.
type stackTemplate struct {
	AWSTemplateFormatVersion string
	Description              string
	Parameters               map[string]struct {
		Type, Description, Default, AllowedPattern string
		AllowedValues                              []string
		NoEcho                                     bool
	}
	Conditions map[string]any
	Resources  map[string]struct {
		Type, Condition string
		Properties      map[string]any
	}
	Outputs map[string]any
}

// deploy is what CloudFormation makes of a template with these parameters, strictly decoded. What
// AWS would fill in stands in angle brackets.
func deploy(t *testing.T, name string, parameters map[string]string) stackTemplate {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(readFile(t, policiesDir+name)), &root); err != nil {
		t.Fatal(err)
	}
	var bare stackTemplate
	decode := func(given map[string]string) {
		values := map[string]any{"AWS::NoValue": nil, "AWS::Partition": "<partition>", "AWS::AccountId": "<account>"}
		for name := range bare.Parameters {
			values[name] = bare.Parameters[name].Default
			if value, ok := given[name]; ok {
				values[name] = value
			}
		}
		conditions := map[string]any{}
		bare = stackTemplate{}
		evaluated := evaluate(t, root.Content[0], values, conditions)
		text, err := json.Marshal(evaluated)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&bare); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	decode(nil) // which parameters there are
	for p, value := range parameters {
		known, ok := bare.Parameters[p]
		if !ok {
			t.Fatalf("%s has no parameter %s", name, p)
		}
		if len(known.AllowedValues) > 0 && !slices.Contains(known.AllowedValues, value) ||
			known.AllowedPattern != "" && !regexp.MustCompile("^(?:"+known.AllowedPattern+")$").MatchString(value) {
			t.Fatalf("%s does not allow %s %q", name, p, value)
		}
	}
	decode(parameters)
	for name, r := range bare.Resources {
		if r.Condition != "" && bare.Conditions[r.Condition] != true {
			delete(bare.Resources, name)
		}
	}
	return bare
}

// evaluate is the value of a node, with its functions. The conditions are found on the way, as they
// stand before what they are for.
func evaluate(t *testing.T, n *yaml.Node, values, conditions map[string]any) any {
	t.Helper()
	at := func(i int) any { return evaluate(t, n.Content[i], values, conditions) }
	lookUp := func(name string) any {
		value, ok := values[name]
		if !ok && len(values) > 3 { // more than those of AWS itself
			t.Fatalf("line %d: there is no %s", n.Line, name)
		}
		return value
	}
	switch n.Tag {
	case "!Ref":
		return lookUp(n.Value)
	case "!Sub":
		return regexp.MustCompile(`\$\{([^}]+)\}`).ReplaceAllStringFunc(n.Value, func(s string) string { return fmt.Sprint(lookUp(s[2 : len(s)-1])) })
	case "!GetAtt":
		return "<" + n.Value + ">"
	case "!Equals":
		return at(0) == at(1)
	case "!Not":
		return at(0) != true
	case "!If":
		holds, ok := conditions[n.Content[0].Value]
		if !ok {
			t.Fatalf("line %d: there is no condition %s", n.Line, n.Content[0].Value)
		}
		if holds == true {
			return at(1)
		}
		return at(2)
	}
	switch n.Kind {
	case yaml.MappingNode:
		members := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, twice := members[key]; twice {
				t.Fatalf("line %d: %s is there twice", n.Line, key)
			}
			if value := at(i + 1); value != nil {
				members[key] = value
			}
			if key == "Conditions" {
				maps.Copy(conditions, members[key].(map[string]any))
			}
		}
		return members
	case yaml.SequenceNode:
		items := []any{}
		for i := range n.Content {
			if item := at(i); item != nil {
				items = append(items, item)
			}
		}
		return items
	}
	if n.ShortTag() != "!!str" && n.ShortTag() != "!!bool" {
		t.Fatalf("line %d: %s is a %s", n.Line, n.Value, n.Tag)
	}
	if n.ShortTag() == "!!bool" {
		return n.Value == "true"
	}
	return n.Value
}

// trust is what a role has that trusts a principal, and nobody who does not say the external ID, if
// there is one.
func trust(principal, externalID string) any {
	statement := map[string]any{"Effect": "Allow", "Principal": map[string]any{"AWS": principal}, "Action": "sts:AssumeRole"}
	if externalID != "" {
		statement["Condition"] = map[string]any{"StringEquals": map[string]any{"sts:ExternalId": externalID}}
	}
	return map[string]any{"Version": "2012-10-17", "Statement": []any{statement}}
}

const (
	callerARN    = "arn:aws:iam::111122223333:role/ftpcheck-caller"
	wantedID     = "c0ffee-1"
	wantedRole   = "security-audit"
	wantedBounds = "boundaries/audit"
)

// inRole are the policies of the role in an account, and inCaller those of whoever assumes it, by the
// parameter of the template and the variable of the module that ask for them. Without any, they are
// always there.
var (
	inRole   = []installation{{"ftpcheck", "", ""}, {"ftpcheck-load-balancers", "LoadBalancers", "load_balancers"}}
	inCaller = append(inRole, installation{"ftpcheck-organization", "", ""}, installation{"ftpcheck-aggregator", "Aggregator", "aggregator"})
)

type installation struct{ policy, parameter, variable string }

// wanted are the policies that there must be, with everything that can be asked for or without.
func wanted(t *testing.T, of []installation, everything bool, role string) (documents map[string]any, parameters map[string]string, variables map[string]cty.Value) {
	t.Helper()
	documents, parameters, variables = map[string]any{}, map[string]string{}, map[string]cty.Value{}
	for _, i := range of {
		if i.parameter != "" && !everything {
			continue
		}
		documents[i.policy] = policyDocument(t, i.policy, role)
		if i.parameter != "" {
			parameters[i.parameter], variables[i.variable] = "true", cty.True
		}
	}
	return documents, parameters, variables
}

func TestEachPolicyIsInstalled(t *testing.T) {
	var installed []string
	for _, i := range slices.Concat(inRole, inCaller) {
		installed = append(installed, i.policy)
	}
	slices.Sort(installed)
	if diff := cmp.Diff(policies(t), slices.Compact(installed)); diff != "" {
		t.Errorf("docs/policies and what its templates install:\n%s", diff)
	}
}

func TestTemplates(t *testing.T) {
	for name, test := range map[string]struct {
		parameters map[string]string
		everything bool
		want       map[string]any
	}{
		"bare": {map[string]string{"Principal": callerARN}, false, map[string]any{
			"RoleName": "ftpcheck", "AssumeRolePolicyDocument": trust(callerARN, "")}},
		"an external ID": {map[string]string{"Principal": callerARN, "ExternalId": wantedID}, true, map[string]any{
			"RoleName": "ftpcheck", "AssumeRolePolicyDocument": trust(callerARN, wantedID)}},
		"all": {map[string]string{"Principal": callerARN, "RoleName": wantedRole, "ExternalId": wantedID, "PermissionsBoundary": wantedBounds}, true, map[string]any{
			"RoleName": wantedRole, "AssumeRolePolicyDocument": trust(callerARN, wantedID),
			"PermissionsBoundary": "arn:<partition>:iam::<account>:policy/" + wantedBounds}},
	} {
		documents, asked, _ := wanted(t, inRole, test.everything, "")
		maps.Copy(test.parameters, asked)
		role := deploy(t, "role.yaml", test.parameters)
		if len(role.Resources) != 1 || role.Resources["Role"].Type != "AWS::IAM::Role" {
			t.Fatalf("%s: role.yaml makes %v", name, role.Resources)
		}
		made := map[string]any{}
		for _, p := range role.Resources["Role"].Properties["Policies"].([]any) {
			policy := p.(map[string]any)
			made[policy["PolicyName"].(string)] = policy["PolicyDocument"]
		}
		if diff := cmp.Diff(documents, made); diff != "" {
			t.Errorf("%s: the policies of role.yaml:\n%s", name, diff)
		}
		delete(role.Resources["Role"].Properties, "Policies")
		test.want["Description"] = "Reads security groups, for ftpcheck."
		if diff := cmp.Diff(test.want, role.Resources["Role"].Properties); diff != "" {
			t.Errorf("%s: role.yaml:\n%s", name, diff)
		}
	}
	for caller, want := range map[string]any{"": nil, "ftpcheck-caller": []any{"ftpcheck-caller"}} {
		documents, parameters, _ := wanted(t, inCaller, caller != "", "arn:<partition>:iam::*:role/"+wantedRole)
		maps.Copy(parameters, map[string]string{"CallerRole": caller, "RoleName": wantedRole})
		made := deploy(t, "caller.yaml", parameters)
		seen := map[string]any{}
		for _, r := range made.Resources {
			if r.Type != "AWS::IAM::ManagedPolicy" {
				t.Errorf("caller.yaml makes a %s", r.Type)
			}
			if diff := cmp.Diff(want, r.Properties["Roles"]); diff != "" {
				t.Errorf("caller.yaml, with %q: %s", caller, diff)
			}
			seen[r.Properties["ManagedPolicyName"].(string)] = r.Properties["PolicyDocument"]
		}
		if diff := cmp.Diff(documents, seen); diff != "" {
			t.Errorf("caller.yaml, with %q:\n%s", caller, diff)
		}
	}
	for _, principal := range []string{"*", "arn:aws:iam::111122223333:root", "111122223333", callerARN + "*"} {
		if regexp.MustCompile("^" + deploy(t, "role.yaml", nil).Parameters["Principal"].AllowedPattern + "$").MatchString(principal) {
			t.Errorf("role.yaml lets %s be the one principal", principal)
		}
	}
}

// TestTemplatesByLint has those look at the templates who know CloudFormation.
func TestTemplatesByLint(t *testing.T) {
	lint := needs.Program(t, "Run: make moto, which installs it, too", "../internal/moto/venv/bin/cfn-lint")
	if out, err := exec.Command(lint, policiesDir+"role.yaml", policiesDir+"caller.yaml").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A module is a Terraform module, evaluated as far as what its resources are made of.
type module struct {
	t    *testing.T
	path string
	body hcl.Body
	hcl.EvalContext
}

var moduleSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "terraform"}, {Type: "locals"}, {Type: "variable", LabelNames: []string{"name"}}, {Type: "output", LabelNames: []string{"name"}},
	{Type: "data", LabelNames: []string{"type", "name"}}, {Type: "resource", LabelNames: []string{"type", "name"}},
}}

// applied is the module of docs/policies/terraform with these variables.
func applied(t *testing.T, name string, variables map[string]cty.Value) *module {
	t.Helper()
	m := &module{t: t, path: policiesDir + "terraform/" + name}
	file, diags := hclparse.NewParser().ParseHCLFile(m.path + "/main.tf")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	m.body = file.Body
	m.Functions = map[string]function.Function{
		"jsonencode": stdlib.JSONEncodeFunc, "merge": stdlib.MergeFunc, "concat": stdlib.ConcatFunc, "replace": stdlib.ReplaceFunc,
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"file": function.New(&function.Spec{Params: []function.Parameter{{Type: cty.String}}, Type: function.StaticReturnType(cty.String),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				text, err := os.ReadFile(args[0].AsString())
				return cty.StringVal(string(text)), err
			}}),
	}
	m.Variables = map[string]cty.Value{
		"path": cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(m.path)}),
		"data": cty.ObjectVal(map[string]cty.Value{"aws_partition": cty.ObjectVal(map[string]cty.Value{"current": cty.ObjectVal(map[string]cty.Value{"partition": cty.StringVal("<partition>")})})}),
	}
	given, locals := map[string]cty.Value{}, map[string]cty.Value{}
	for _, b := range m.blocks("variable") {
		var v struct {
			Type        hcl.Expression `hcl:"type"`
			Description string         `hcl:"description"`
			Default     *cty.Value     `hcl:"default"`
		}
		if diags := gohcl.DecodeBody(b.Body, nil, &v); diags.HasErrors() {
			t.Fatal(diags)
		}
		value, ok := variables[b.Labels[0]]
		switch {
		case ok:
		case v.Default != nil:
			value = *v.Default
		default:
			t.Fatalf("%s wants %s", m.path, b.Labels[0])
		}
		kind := cty.String
		if hcl.ExprAsKeyword(v.Type) == "bool" {
			kind = cty.Bool
		}
		value, err := convert.Convert(value, kind)
		if err != nil {
			t.Fatal(err)
		}
		given[b.Labels[0]] = value
	}
	for name := range variables {
		if _, ok := given[name]; !ok {
			t.Fatalf("%s has no variable %s", m.path, name)
		}
	}
	m.Variables["var"] = cty.ObjectVal(given)
	for _, b := range m.blocks("locals") {
		attributes, _ := b.Body.JustAttributes()
		for name, a := range attributes {
			locals[name] = m.value(a.Expr, nil)
		}
	}
	m.Variables["local"] = cty.ObjectVal(locals)
	return m
}

func (m *module) blocks(kind string) (found []*hcl.Block) {
	m.t.Helper()
	content, diags := m.body.Content(moduleSchema)
	if diags.HasErrors() {
		m.t.Fatal(diags)
	}
	for _, b := range content.Blocks {
		if b.Type == kind {
			found = append(found, b)
		}
	}
	return found
}

// value is that of an expression, for one of for_each if there is a key.
func (m *module) value(e hcl.Expression, each *string) cty.Value {
	m.t.Helper()
	ctx := m.NewChild()
	if each != nil {
		ctx.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(*each)})}
	}
	value, diags := e.Value(ctx)
	if diags.HasErrors() {
		m.t.Fatal(diags)
	}
	return value
}

// resource are the arguments of a resource.
func (m *module) resource(kind string) hcl.Attributes {
	m.t.Helper()
	for _, b := range m.blocks("resource") {
		if b.Labels[0] == kind {
			attributes, diags := b.Body.JustAttributes()
			if diags.HasErrors() {
				m.t.Fatal(diags)
			}
			return attributes
		}
	}
	m.t.Fatalf("%s has no %s", m.path, kind)
	return nil
}

// document is the JSON of an argument.
func (m *module) document(a *hcl.Attribute, each *string) (document any) {
	m.t.Helper()
	if err := json.Unmarshal([]byte(m.value(a.Expr, each).AsString()), &document); err != nil {
		m.t.Fatal(err)
	}
	return document
}

// policies are the policies that a resource makes, by name.
func (m *module) policies(kind string) map[string]any {
	m.t.Helper()
	arguments := m.resource(kind)
	made := map[string]any{}
	for _, key := range m.value(arguments["for_each"].Expr, nil).AsValueSlice() {
		each := key.AsString()
		made[m.value(arguments["name"].Expr, &each).AsString()] = m.document(arguments["policy"], &each)
	}
	return made
}

func TestModules(t *testing.T) {
	text := func(m *module, a *hcl.Attribute) string {
		if v := m.value(a.Expr, nil); !v.IsNull() {
			return v.AsString()
		}
		return ""
	}
	for name, test := range map[string]struct {
		variables               map[string]cty.Value
		role, externalID, bound string
		everything              bool
	}{
		"bare": {map[string]cty.Value{}, "ftpcheck", "", "", false},
		"all": {map[string]cty.Value{"role_name": cty.StringVal(wantedRole), "external_id": cty.StringVal(wantedID), "permissions_boundary": cty.StringVal("<bound>")},
			wantedRole, wantedID, "<bound>", true},
	} {
		want, _, asked := wanted(t, inRole, test.everything, "")
		maps.Copy(test.variables, asked)
		test.variables["principal"] = cty.StringVal(callerARN)
		m := applied(t, "role", test.variables)
		role := m.resource("aws_iam_role")
		if got := text(m, role["name"]); got != test.role {
			t.Errorf("%s: the role is %q, want %q", name, got, test.role)
		}
		if got := text(m, role["permissions_boundary"]); got != test.bound {
			t.Errorf("%s: its boundary is %q, want %q", name, got, test.bound)
		}
		if diff := cmp.Diff(trust(callerARN, test.externalID), m.document(role["assume_role_policy"], nil)); diff != "" {
			t.Errorf("%s: it trusts\n%s", name, diff)
		}
		if diff := cmp.Diff(want, m.policies("aws_iam_role_policy")); diff != "" {
			t.Errorf("%s: its policies are\n%s", name, diff)
		}
	}
	for _, everything := range []bool{false, true} {
		want, _, variables := wanted(t, inCaller, everything, "arn:<partition>:iam::*:role/"+wantedRole)
		variables["role_name"] = cty.StringVal(wantedRole)
		if diff := cmp.Diff(want, applied(t, "caller", variables).policies("aws_iam_policy")); diff != "" {
			t.Errorf("the policies of the caller are\n%s", diff)
		}
	}
	for _, caller := range []cty.Value{cty.NullVal(cty.String), cty.StringVal("ftpcheck-caller")} {
		m := applied(t, "caller", map[string]cty.Value{"caller_role": caller})
		m.Variables["aws_iam_policy"] = cty.ObjectVal(map[string]cty.Value{"ftpcheck": cty.ObjectVal(map[string]cty.Value{"ftpcheck": cty.ObjectVal(map[string]cty.Value{"arn": cty.StringVal("<arn>")})})})
		if got := m.value(m.resource("aws_iam_role_policy_attachment")["for_each"].Expr, nil).LengthInt() == 1; got == caller.IsNull() {
			t.Errorf("with the caller %#v, the policies are attached: %t", caller, got)
		}
	}
}
