package terraform

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/document"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// The types of resources that make security groups, their rules, and prefix lists.
const (
	groupType       = "aws_security_group"
	defaultType     = "aws_default_security_group"
	ruleType        = "aws_security_group_rule"
	ingressRuleType = "aws_vpc_security_group_ingress_rule"
	listType        = "aws_ec2_managed_prefix_list"
	entryType       = "aws_ec2_managed_prefix_list_entry"
	awsListType     = "aws_prefix_list" // a data source only
)

func isGroup(kind string) bool { return kind == groupType || kind == defaultType }
func isList(kind string) bool  { return kind == listType }

// concerns reports whether a type is one that this package reads.
func concerns(kind string) bool {
	switch kind {
	case groupType, defaultType, ruleType, ingressRuleType, listType, entryType, awsListType:
		return true
	}
	return false
}

// unread are other types that make groups or rules of them, and that nobody reads here.
var unread = []string{"awscc_ec2_security_group", "awscc_ec2_security_group_ingress", "awscc_ec2_prefix_list"}

// An instance is a resource instance as it is after the plan, or in the state.
type instance struct {
	at      address
	address string
	action  string // empty in a state
	now     value  // what it will be, or is
	before  value  // what it was; nothing if it was not there
	config  *configResource
	scope   scope
	// left is set if Terraform lets go of it, and leaves it as it is.
	left bool
}

func (i *instance) resource() sg.Resource { return sg.Resource{Address: i.address, Action: i.action} }

// expression is what the configuration has for an attribute.
func (i *instance) expression(name string) (e expression, there bool) {
	if i.config == nil {
		return e, false
	}
	e, there = i.config.Expressions[name]
	return e, there
}

// isNew reports whether the instance is made by the plan, so that it has nothing that is not in it.
func (i *instance) isNew() bool { return i.action == "create" || i.action == "replace" }

// A builder makes groups of a plan.
type builder struct {
	*plan
	saved sg.AddressLists // prefix lists that other files have the entries of

	instances []*instance
	gone      []*instance // that are deleted, or are made anew: with what they were
	groups    *resolver
	listsOf   *resolver

	rulesWere map[string][]*instance // that are separate and go, by the ID of their group
	rulesAre  map[string][]*instance // that are separate and stay as they are

	byID  map[string]*group
	built []*group
	of    map[*instance]*group

	lists map[*instance]*list
	known map[string]*list // by ID

	problem error // the first that is the file's
}

// A group is a security group that is growing.
type group struct {
	sg.Group
	made        *instance // nil if it is outside of the plan
	permissions []sg.Permission
	at          map[sg.RuleIdentity]int // where among them those are that are known
}

// A list is a prefix list; with a doubt if not all its entries are known.
type list struct {
	made    *instance // nil for a data source
	entries []netip.Prefix
	secret  bool // not all of them may be shown
	doubt   string
}

// inconsistent is the error for a plan whose parts do not say the same.
func inconsistent(format string, args ...any) error {
	return &document.Error{Code: document.Incomplete, Offset: -1, Problem: fmt.Sprintf(format, args...)}
}

// action is what a plan does, in a word.
func (c *change) action() string {
	switch {
	case c.has("create") && (c.has("delete") || c.has("forget")):
		return "replace"
	case len(c.Change.Actions) > 0:
		return c.Change.Actions[0]
	}
	return ""
}

func (b *builder) note(err error) {
	if b.problem == nil {
		b.problem = err
	}
}

// take makes instances of what is in the document.
func (b *builder) take() {
	if b.isPlan() {
		for _, c := range b.changes {
			b.takeChange(c)
		}
		b.compare()
	} else {
		b.state.all(func(r *resource) { b.takeResource(r) })
	}
	configs := b.config.resources()
	for _, i := range b.instances {
		if c := configs[configKey(i.at)]; c != nil {
			i.config, i.scope.forEach = c, c.ForEach
		}
	}
	b.rulesWere, b.rulesAre = map[string][]*instance{}, map[string][]*instance{}
	for _, i := range b.gone {
		if isRule(i.at.kind) {
			id := i.now.attr("security_group_id").text()
			b.rulesWere[id] = append(b.rulesWere[id], i)
		}
	}
	for _, i := range b.instances {
		if isRule(i.at.kind) && i.action == "no-op" {
			id := i.now.attr("security_group_id").text()
			b.rulesAre[id] = append(b.rulesAre[id], i)
		}
	}
	all := map[string][]*instance{}
	for _, i := range b.instances {
		if !i.left && !i.at.data {
			key := instanceKey(i.at.modules, i.at.resource())
			all[key] = append(all[key], i)
		}
	}
	var root *configModule
	if b.config != nil {
		root = b.config.RootModule
	}
	b.groups, b.listsOf = newResolver(root, all, isGroup), newResolver(root, all, isList)
}

// resources are the resources of the configuration that concern us, by [configKey].
func (c *configuration) resources() map[string]*configResource {
	all := map[string]*configResource{}
	var walk func(at address, m *configModule)
	walk = func(at address, m *configModule) {
		if m == nil || len(at.modules) > mostReferences {
			return
		}
		for _, r := range m.Resources {
			if r != nil && concerns(r.Type) {
				all[modulePath(at.modules)+"."+r.Address] = r
			}
		}
		for name, call := range m.ModuleCalls {
			if call != nil {
				walk(address{modules: append(slices.Clone(at.modules), moduleKey{name: name})}, call.Module)
			}
		}
	}
	if c != nil {
		walk(address{}, c.RootModule)
	}
	return all
}

// configKey names the resource of an instance in the configuration.
func configKey(at address) string {
	modules := slices.Clone(at.modules)
	for i := range modules {
		modules[i].key = ""
	}
	return instanceKey(modules, at.resource())
}

func (b *builder) add(text, action string, now, before value, left bool) *instance {
	at, ok := parseAddress(text)
	if !ok {
		b.note(inconsistent("%q is no address of a resource, so something is lost. Give what terraform show -json prints, as it is", text))
		return nil
	}
	i := &instance{at: at, address: text, action: action, now: now, before: before, left: left, scope: scope{modules: at.modules, key: at.key}}
	b.instances = append(b.instances, i)
	return i
}

func (b *builder) takeChange(c *change) {
	if slices.Contains(unread, c.Type) && c.stands() {
		b.note(inconsistent("%s is of a type that is not read, so nobody knows what it lets in. Check what it makes in AWS", c.Address))
	}
	if !concerns(c.Type) {
		return
	}
	was := value{c.Change.Before.whole(), nil, c.Change.BeforeSensitive.whole()}
	will := value{c.Change.After.whole(), c.Change.AfterUnknown.whole(), c.Change.AfterSensitive.whole()}
	if c.stands() {
		b.add(c.Address, c.action(), will, was, false)
	}
	switch at, _ := parseAddress(c.Address); {
	case c.has("forget"), c.has("delete") && c.Type == defaultType:
		// AWS keeps what Terraform forgets, and the default group of a VPC, as they are.
		action := "forget"
		if c.has("delete") {
			action = "delete"
		}
		b.add(c.Address, action, was, was, true)
	case c.was() && !c.has("no-op"):
		b.gone = append(b.gone, &instance{at: at, address: c.Address, now: was})
	}
}

func (b *builder) takeResource(r *resource) {
	if r.Address == "" || r.Mode == "" || r.Type == "" || r.Name == "" {
		b.note(inconsistent("a resource has no address, mode, type or name, so something is lost. Give what terraform show -json prints, as it is"))
		return
	}
	if slices.Contains(unread, r.Type) {
		b.note(inconsistent("%s is of a type that is not read, so nobody knows what it lets in. Check what it makes in AWS", r.Address))
	}
	if !concerns(r.Type) {
		return
	}
	if r.Values.byName == nil {
		b.note(inconsistent("%s has no values, so nobody knows what it lets in. Give what terraform show -json prints, as it is", r.Address))
		return
	}
	if i := b.add(r.Address, "", value{r.Values.whole(), nil, r.Sensitive.whole()}, value{}, false); i != nil && (i.at.kind != r.Type || i.at.name != r.Name || i.at.data != (r.Mode == "data")) {
		b.note(inconsistent("the address, mode, type and name of %s do not belong together, so something is lost. Give what terraform show -json prints, as it is", r.Address))
	}
}

// compare finds out whether resource_changes has all that the other parts of a plan have, and says
// the same: planned_values are the resources as they will be, prior_state those that are.
func (b *builder) compare() {
	const again = "so the plan is not whole. Make it again, and give what terraform show -json prints, as it is"
	changes, standing := map[string]bool{}, map[string]*change{}
	for _, c := range b.changes {
		changes[c.Address+c.Deposed], changes[c.PreviousAddress] = true, true
		if c.stands() && c.Mode == "managed" && concerns(c.Type) {
			standing[c.Address] = c
		}
	}
	b.planned.all(func(r *resource) {
		if r.Address == "" || r.Mode == "" || r.Type == "" {
			b.note(inconsistent("a resource of planned_values has no address, mode or type, %s", again))
		}
		if r.Mode != "managed" || !concerns(r.Type) {
			return
		}
		switch c := standing[r.Address]; {
		case c == nil:
			b.note(inconsistent("%s is in planned_values and not in resource_changes, %s", r.Address, again))
		case !reflect.DeepEqual(r.Values.byName, c.Change.After.byName):
			b.note(inconsistent("planned_values and resource_changes do not say the same of %s, %s", r.Address, again))
		}
	})
	b.prior.all(func(r *resource) {
		if r.Mode == "managed" && (concerns(r.Type) || slices.Contains(unread, r.Type)) && !changes[r.Address+r.DeposedKey] {
			b.note(inconsistent("%s is there, and the plan does not say what becomes of it, as one that was made with -target or -refresh-only. Make the plan without these", r.Address))
		}
	})
}

// Build makes the groups.
func (b *builder) build() {
	b.take()
	b.byID, b.of = map[string]*group{}, map[*instance]*group{}
	b.buildLists()
	for _, i := range b.instances {
		if isGroup(i.at.kind) && !i.at.data {
			b.newGroup(i)
		}
	}
	for _, g := range slices.Clone(b.built) {
		b.inline(g)
	}
	for _, i := range b.instances {
		if i.at.kind == ingressRuleType || i.at.kind == ruleType && i.now.attr("type").text() != "egress" {
			b.separate(i)
		}
	}
	for _, g := range b.built {
		g.finish()
	}
}

func (b *builder) newGroup(i *instance) {
	g := &group{made: i}
	g.ID, g.Resource = i.now.attr("id").text(), i.resource()
	for name, to := range map[string]*string{"name": &g.Name, "description": &g.Description, "vpc_id": &g.VPCID, "owner_id": &g.OwnerID, "arn": &g.ARN} {
		if v := i.now.attr(name); !v.isSensitive() {
			*to = v.text()
		}
	}
	if i.at.kind == defaultType {
		g.Name = "default"
	}
	g.Tags = i.now.attr("tags").texts()
	if all := i.now.attr("tags_all"); all.isSet() {
		g.Tags = all.texts()
	}
	g.Locate("", b.regionOf(i), g.OwnerID)
	b.built = append(b.built, g)
	b.of[i] = g
	if g.ID == "" {
		return
	}
	if other := b.byID[g.ID]; other != nil {
		b.note(inconsistent("%s and %s are the same security group, %s. It can have one resource only", other.Resource.Address, i.address, g.ID))
		return
	}
	b.byID[g.ID] = g
}

// regionOf is the region of a resource, as far as the document tells.
func (b *builder) regionOf(i *instance) string {
	if region := i.now.attr("region").text(); region != "" {
		return region
	}
	if i.config == nil || b.config == nil {
		return ""
	}
	provider := b.config.ProviderConfig[i.config.ProviderConfigKey]
	if provider == nil {
		return ""
	}
	e := provider.Expressions["region"]
	if e.text != "" {
		return e.text
	}
	if name, ok := strings.CutPrefix(only(longest(e.References)), "var."); ok && len(e.References) == 1 && provider.ModuleAddress == "" {
		return b.variables[name]
	}
	return ""
}

// doubtful makes a permission of which nobody knows what it lets in.
func doubtful(at sg.Resource, what, why string) sg.Permission {
	p := sg.Permission{Resource: at, Doubt: why, Unnamed: &sg.UnnamedSource{Text: what}}
	p.Unclear, p.Source = true, rule.Unread()
	return p
}

const afterApply = "known only after the plan is applied"

// inline takes the rules that are written in the group, or that AWS had when it was read.
func (b *builder) inline(g *group) {
	i := g.made
	ingress := i.now.attr("ingress")
	e, configured := i.expression("ingress")
	others := "rules that the plan does not have"
	switch {
	case ingress.isUnknown() && i.isNew() && !configured && i.config != nil && i.config.Expressions != nil:
		return // a new group has no rules but those that are written
	case ingress.isUnknown() && (configured || i.isNew()):
		g.add(doubtful(g.Resource, "ingress", "its ingress is "+afterApply))
		return
	case !ingress.isSet():
		g.add(doubtful(g.Resource, others, "it has no ingress in the configuration, so Terraform leaves its rules alone, and the plan does not have them. Check the group in AWS, too"))
		return
	}
	if _, ok := ingress.known.([]any); !ok {
		g.add(doubtful(g.Resource, "ingress", "its ingress is no list, so something is lost"))
		return
	}
	for n, r := range ingress.elements() {
		b.takeRule(g, i, r, fmt.Sprintf("ingress[%d].", n), func(string) expression { return e })
	}
	if configured || i.isNew() || i.left || !b.isPlan() {
		return
	}
	if g.ID == "" {
		return
	}
	// Terraform leaves the rules alone, and these are those that it has read. Of the separate
	// rules that were there, it takes some away.
	read := g.at
	for _, old := range b.rulesWere[g.ID] {
		g.remove(b.rules(g, old))
	}
	for _, there := range b.rulesAre[g.ID] {
		for _, p := range b.rules(g, there) {
			if _, ok := read[p.Identity()]; p.Doubt == "" && p.Unnamed == nil && !ok {
				g.add(doubtful(g.Resource, others, fmt.Sprintf("the plan has not read it since %s was made, so it may have other rules. Make the plan without -refresh=false", there.address)))
				return
			}
		}
	}
}

func isRule(kind string) bool { return kind == ruleType || kind == ingressRuleType }

// rules are the permissions of a rule that is a resource of its own.
func (b *builder) rules(g *group, i *instance) []sg.Permission {
	if i.at.kind == ruleType && i.now.attr("type").text() == "egress" {
		return nil
	}
	of := &group{Group: sg.Group{ID: g.ID, Resource: g.Resource}, made: g.made}
	b.takeRule(of, i, i.now, "", func(name string) expression {
		e, _ := i.expression(name)
		return e
	})
	return of.permissions
}

// separate takes a rule that is a resource of its own.
func (b *builder) separate(i *instance) {
	if kind := i.now.attr("type"); i.at.kind == ruleType && !kind.isUnknown() && kind.text() != "ingress" {
		b.note(inconsistent("%s has no type, ingress or egress, so something is lost. Give what terraform show -json prints, as it is", i.address))
	}
	id := i.now.attr("security_group_id")
	if id.text() != "" {
		g := b.byID[id.text()]
		if g == nil {
			g = b.outside(i, id.text())
		}
		for _, p := range b.rules(g, i) {
			g.add(p)
		}
		return
	}
	e, _ := i.expression("security_group_id")
	to := b.groups.of(i, e)
	if to.sure() != nil {
		g := b.of[to.sure()]
		for _, p := range b.rules(g, i) {
			g.add(p)
		}
		return
	}
	// Nobody knows which group it is of. It is one of its own, and those that it may be of are
	// not known either, if it matters to them.
	g := b.outside(i, "")
	rules := b.rules(g, i)
	if !slices.ContainsFunc(rules, matters) {
		g.permissions = nil // what is made by the plan has no rules but these
	}
	for _, p := range rules {
		g.add(p)
	}
	if !slices.ContainsFunc(rules, matters) {
		return
	}
	may := to.found
	if to.more {
		may = nil
		for _, other := range b.built {
			if other.made != nil && other.ID == "" {
				may = append(may, other.made)
			}
		}
	}
	for _, other := range may {
		of := b.of[other]
		of.add(doubtful(of.Resource, i.address, fmt.Sprintf("%s may be a rule of it, as the plan does not tell of which group that is", i.address)))
	}
}

// outside is the group of a rule that is not in the plan, or not known.
func (b *builder) outside(i *instance, id string) *group {
	g := &group{}
	g.ID = id
	why := "the plan does not have this security group, so its other rules are not known. Check what has it, too: another plan or state, or AWS"
	if id == "" {
		why = "the plan does not tell of which security group the rule is, so the other rules of that are not known. Refer to the group itself where the rule has its security_group_id"
		g.Resource.Address = i.address
	} else {
		b.byID[id] = g
	}
	g.Locate("", b.regionOf(i), "")
	b.built = append(b.built, g)
	g.add(doubtful(i.resource(), "other rules of the group", why))
	return g
}

// matters reports whether a permission may open a group, alone or with others.
func matters(p sg.Permission) bool {
	if p.FTPPorts() == 0 || p.SourceType() == "security_group" {
		return false
	}
	n, known := p.Source.PublicIPv4AddressCount()
	return !known || n > 0 || p.CIDRIPv6 != "" || p.Unnamed != nil || p.PrefixListID != ""
}

// add adds a permission that the group does not have yet.
func (g *group) add(p sg.Permission) {
	if p.Doubt != "" || p.Unnamed != nil {
		g.permissions = append(g.permissions, p)
		return
	}
	at, there := g.at[p.Identity()]
	switch {
	case !there:
		if g.at == nil {
			g.at = map[sg.RuleIdentity]int{}
		}
		g.at[p.Identity()] = len(g.permissions)
		g.permissions = append(g.permissions, p)
	case p.Resource.Address != g.Resource.Address:
		// Terraform has it in the group, as AWS does, and as a resource of its own.
		g.permissions[at] = p
	}
}

// remove takes away the permissions that are one of these.
func (g *group) remove(these []sg.Permission) {
	gone := map[sg.RuleIdentity]bool{}
	for _, p := range these {
		if p.Doubt == "" && p.Unnamed == nil {
			gone[p.Identity()] = true
		}
	}
	all := g.permissions
	g.permissions, g.at = nil, nil
	for _, p := range all {
		if p.Doubt != "" || p.Unnamed != nil || !gone[p.Identity()] {
			g.add(p)
		}
	}
}

func (g *group) finish() {
	for n := range g.permissions {
		p := &g.permissions[n]
		p.Group = &g.Group
		g.Permissions = append(g.Permissions, p)
	}
}
