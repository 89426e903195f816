package terraform

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What names the sources of a rule: in a list, alone, or by being true.
var sourceAttributes = map[string][]struct{ name, kind string }{
	"inline":        {{"cidr_blocks", "cidr_ipv4"}, {"ipv6_cidr_blocks", "cidr_ipv6"}, {"prefix_list_ids", "prefix_list"}, {"security_groups", "security_group"}, {"self", "self"}},
	ruleType:        {{"cidr_blocks", "cidr_ipv4"}, {"ipv6_cidr_blocks", "cidr_ipv6"}, {"prefix_list_ids", "prefix_list"}, {"self", "self"}, {"source_security_group_id", "security_group"}},
	ingressRuleType: {{"cidr_ipv4", "cidr_ipv4"}, {"cidr_ipv6", "cidr_ipv6"}, {"prefix_list_id", "prefix_list"}, {"referenced_security_group_id", "security_group"}},
}

// takeRule adds the permissions of a rule to a group: a resource of its own, or an element of the
// group's ingress, which is at this path.
func (b *builder) takeRule(g *group, i *instance, v value, path string, written func(name string) expression) {
	p := sg.Permission{Resource: i.resource(), Description: shown(v.attr("description"))}
	shape, protocol := i.at.kind, "protocol"
	switch {
	case path != "":
		shape = "inline"
	case shape == ingressRuleType:
		protocol = "ip_protocol"
		p.RuleID = v.attr("security_group_rule_id").text()
	}
	doubt := b.ports(&p, v, protocol)
	sources := sourceAttributes[shape]
	if lost := slices.IndexFunc(sources, func(s struct{ name, kind string }) bool {
		return s.kind != "self" && s.kind != "security_group" && v.isLost(s.name)
	}); doubt == "" && lost >= 0 && shape != ingressRuleType {
		doubt = fmt.Sprintf("%s%s is not there, so something is lost. Give what terraform show -json prints, as it is", path, sources[lost].name)
		p.Unclear = true
	}
	if doubt != "" {
		p.Doubt = doubt
	}
	found := 0
	for _, s := range sources {
		if shape == ruleType && s.kind == "security_group" && v.attr(s.name).isUnknown() && found > 0 {
			continue // as Terraform always says of it where it is not written
		}
		found += b.takeSources(g, i, p, s.kind, v.attr(s.name), path+s.name, written(s.name))
	}
	if found == 0 {
		g.add(doubtful(p.Resource, strings.TrimSuffix(path, "."), first(doubt, "the rule has no source, so something is lost, or AWS will refuse it")))
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// shown is a text that may be shown.
func shown(v value) string {
	if v.isSensitive() {
		return ""
	}
	return v.text()
}

// ports takes the protocol and the ports of a rule. It returns why they are not known.
func (b *builder) ports(p *sg.Permission, v value, name string) (doubt string) {
	protocol := v.attr(name)
	switch strings.ToLower(protocol.text()) {
	case "all", "-1":
		p.Protocol = "-1" // for which Terraform has the ports 0 to 0
		return ""
	}
	p.Protocol = protocol.text()
	for end, to := range map[string]**int32{"from_port": &p.FromPort, "to_port": &p.ToPort} {
		port := v.attr(end)
		if port.isUnknown() {
			doubt = "its ports are " + afterApply
			continue
		}
		n, err := port.port()
		if err != nil || v.isLost(end) {
			doubt = "its ports cannot come from Terraform, so something is lost"
		}
		*to = n
	}
	if protocol.isUnknown() {
		doubt = "its protocol is " + afterApply
	}
	if doubt == "" {
		whole := p.Permission
		whole.Source = rule.SecurityGroup("")
		if err := whole.Check(); err != nil {
			doubt = "AWS takes no such rule: " + err.Error()
		}
	}
	if doubt != "" {
		p.Protocol, p.FromPort, p.ToPort, p.Unclear = "", nil, nil, true
	}
	return doubt
}

// takeSources adds a permission for each source that an attribute has, and returns how many these
// are.
func (b *builder) takeSources(g *group, i *instance, p sg.Permission, kind string, v value, path string, e expression) (n int) {
	switch {
	case v.isUnknown():
		if kind == "self" {
			b.self(g, p) // or not
			return 1
		}
		b.unknownSource(g, i, p, kind, path, e)
		return 1
	case v.known == nil:
		return 0
	case kind == "self":
		if v.known == true {
			b.self(g, p)
			return 1
		}
		return 0
	}
	if list, ok := v.known.([]any); ok {
		var missing []int
		for at, element := range v.elements() {
			if element.isUnknown() {
				missing = append(missing, at)
				continue
			}
			b.source(g, p, kind, element, fmt.Sprintf("%s[%d]", path, at))
		}
		b.unknownElements(g, i, p, kind, path, missing, e)
		return len(list)
	}
	b.source(g, p, kind, v, path)
	return 1
}

// unknownElements adds permissions for sources of a list that have no names yet.
func (b *builder) unknownElements(g *group, i *instance, p sg.Permission, kind, path string, missing []int, e expression) {
	if kind == "prefix_list" && len(missing) > 1 {
		// In whatever order, they are all of the lists.
		if to := b.listsOf.of(i, e); !to.more && len(to.found) == len(missing) {
			for _, l := range to.found {
				b.listed(g, p, b.lists[l])
			}
			return
		}
	}
	for _, at := range missing {
		b.unknownSource(g, i, p, kind, fmt.Sprintf("%s[%d]", path, at), e)
	}
}

// self adds a permission whose source is the group itself.
func (b *builder) self(g *group, p sg.Permission) {
	p.Source = rule.SecurityGroup(g.ID)
	if g.ID != "" {
		p.ReferencedGroup = &sg.ReferencedGroup{ID: g.ID}
	} else {
		p.Unnamed = &sg.UnnamedSource{Type: "security_group", Text: first(g.Resource.Address, "self")}
	}
	g.add(settled(p))
}

// settled is a permission whose source is never public: then it does not matter what else of it is
// not known.
func settled(p sg.Permission) sg.Permission {
	p.Doubt = ""
	return p
}

// unknownSource adds a permission whose source has no name yet.
func (b *builder) unknownSource(g *group, i *instance, p sg.Permission, kind, path string, e expression) {
	switch kind {
	case "security_group":
		p.Source = rule.SecurityGroup("")
		p.Unnamed = &sg.UnnamedSource{Type: kind, Text: path}
		if to := b.groups.of(i, e).sure(); to != nil {
			p.Unnamed.Text = to.address
		}
		g.add(settled(p))
		return
	case "prefix_list":
		if to := b.listsOf.of(i, e).sure(); to != nil {
			b.listed(g, p, b.lists[to])
			return
		}
	}
	p.Source = rule.Unread()
	p.Unnamed = &sg.UnnamedSource{Type: kind, Text: path}
	p.Doubt = first(p.Doubt, path+" is "+afterApply)
	g.add(p)
}

// listed adds a permission whose source is a prefix list of the plan.
func (b *builder) listed(g *group, p sg.Permission, l *list) {
	p.Unnamed = &sg.UnnamedSource{Type: "prefix_list", Text: l.made.address}
	if l.doubt != "" || p.Doubt != "" {
		p.Source, p.Doubt = rule.Unread(), first(p.Doubt, l.doubt)
	} else {
		all := l.addresses()
		p.Source, p.PrefixListEntries = all.Source, all.Entries
	}
	g.add(p)
}

// source adds a permission for a source that is known.
func (b *builder) source(g *group, p sg.Permission, kind string, v value, path string) {
	text := v.text()
	refuse := func(what string) {
		q := doubtful(p.Resource, path, fmt.Sprintf("%s is no %s, so something is lost, or AWS will refuse it", path, what))
		g.add(q)
	}
	switch kind {
	case "cidr_ipv4", "cidr_ipv6":
		prefix, err := netip.ParsePrefix(text)
		if err != nil || prefix.Addr().Is4() != (kind == "cidr_ipv4") {
			refuse("address range")
			return
		}
		p.Source = rule.CIDR(prefix)
		switch {
		case v.isSensitive():
			p.Unnamed = &sg.UnnamedSource{Type: kind, Text: path}
		case kind == "cidr_ipv4":
			p.CIDRIPv4 = text
		default:
			p.CIDRIPv6 = text
		}
		if p.Doubt != "" {
			p.Source = rule.Unread()
		}
	case "prefix_list":
		if !strings.HasPrefix(text, "pl-") {
			refuse("prefix list")
			return
		}
		p.PrefixListID, p.Source = text, rule.Unread()
		switch l := b.known[text]; {
		case p.Doubt != "":
		case l != nil && l.doubt != "":
			p.Doubt = l.doubt
		case l == nil && !b.isSaved(text):
			p.Doubt = fmt.Sprintf("the plan does not have the entries of prefix list %s. Save what aws ec2 get-managed-prefix-list-entries prints, in a file with the ID of the list in its name, and give it beside the plan", text)
		}
	case "security_group":
		// Of another account's, its ID is in front.
		owner, id, ok := strings.Cut(text, "/")
		if !ok {
			owner, id = "", text
		}
		if id == "" {
			refuse("security group")
			return
		}
		p.Source = rule.SecurityGroup(id)
		p.ReferencedGroup = &sg.ReferencedGroup{ID: id, OwnerID: owner}
		p = settled(p)
	}
	g.add(p)
}

// isSaved reports whether another file has the entries of a prefix list.
func (b *builder) isSaved(id string) bool {
	_, ok := b.saved[id]
	return ok
}

// buildLists makes the prefix lists of the plan.
func (b *builder) buildLists() {
	b.lists, b.known = map[*instance]*list{}, map[string]*list{}
	for _, i := range b.instances {
		switch {
		case i.at.data && (i.at.kind == listType || i.at.kind == awsListType):
			b.know(i, b.readList(i))
		case i.at.data || i.at.kind != listType:
		default:
			l := b.readList(i)
			b.lists[i] = l
			b.know(i, l)
		}
	}
	b.prior.all(func(r *resource) {
		if r.Mode == "data" && (r.Type == listType || r.Type == awsListType) {
			i := &instance{at: address{data: true, kind: r.Type, name: r.Name}, address: r.Address, now: value{r.Values.whole(), nil, r.Sensitive.whole()}}
			b.know(i, b.readList(i))
		}
	})
	for _, i := range b.instances {
		if i.at.kind == entryType {
			b.takeEntry(i)
		}
	}
}

func (b *builder) know(i *instance, l *list) {
	id := i.now.attr("id").text()
	if id != "" && (b.known[id] == nil || b.known[id].doubt != "") {
		b.known[id] = l
	}
}

// readList takes the entries that are written in a prefix list, or that AWS had when it was read.
func (b *builder) readList(i *instance) *list {
	l := &list{made: i}
	name := map[bool]string{false: "entry", true: "entries"}[i.at.data]
	if i.at.kind == awsListType {
		name = "cidr_blocks"
	}
	entries := i.now.attr(name)
	_, configured := i.expression(name)
	switch {
	case entries.isUnknown() && i.isNew() && !configured && i.config != nil:
		return l // a new list has no entries but those that are written
	case !entries.isSet():
		l.doubt = fmt.Sprintf("the plan does not have the entries of prefix list %s", i.address)
		return l
	}
	for _, e := range entries.elements() {
		cidr := e
		if i.at.kind != awsListType {
			cidr = e.attr("cidr")
		}
		l.take(i, cidr)
	}
	if configured || i.isNew() || i.at.data {
		return l
	}
	// As with the rules of groups.
	for _, old := range b.gone {
		if old.at.kind == entryType && old.now.attr("prefix_list_id").text() == i.now.attr("id").text() {
			was, err := netip.ParsePrefix(old.now.attr("cidr").text())
			if err == nil {
				l.entries = slices.DeleteFunc(l.entries, func(p netip.Prefix) bool { return p == was })
			}
		}
	}
	return l
}

// addresses are the entries, of which none is shown if one is secret.
func (l *list) addresses() sg.AddressList {
	all := sg.NewAddressList(slices.Clone(l.entries))
	if l.secret {
		all.Entries = nil
	}
	return all
}

func (l *list) take(i *instance, cidr value) {
	prefix, err := netip.ParsePrefix(cidr.text())
	l.secret = l.secret || cidr.isSensitive()
	switch {
	case cidr.isUnknown():
		l.doubt = fmt.Sprintf("an entry of prefix list %s is %s", i.address, afterApply)
	case err != nil:
		l.doubt = fmt.Sprintf("an entry of prefix list %s is no address range, so something is lost", i.address)
	default:
		l.entries = append(l.entries, prefix)
	}
}

// takeEntry adds an entry that is a resource of its own to its list.
func (b *builder) takeEntry(i *instance) {
	id := i.now.attr("prefix_list_id")
	if l := b.known[id.text()]; l != nil {
		l.take(i, i.now.attr("cidr"))
		return
	}
	if id.text() != "" {
		// The list is outside of the plan, and what it has is not known, but from other files.
		return
	}
	e, _ := i.expression("prefix_list_id")
	to := b.listsOf.of(i, e)
	if l := to.sure(); l != nil {
		b.lists[l].take(i, i.now.attr("cidr"))
		return
	}
	for made, l := range b.lists {
		if to.more || slices.Contains(to.found, made) {
			l.doubt = fmt.Sprintf("%s may be an entry of prefix list %s, as the plan does not tell of which list that is", i.address, made.address)
		}
	}
}
