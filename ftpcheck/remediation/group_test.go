package remediation

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// group is a judged group of the rules. Those without an ID get the next number for one.
func group(rules ...*sg.Permission) *sg.Group {
	g := &sg.Group{ID: "sg-0a1b", Name: "web", Region: "us-east-1", AccountID: "111122223333", OwnerID: "111122223333", Origin: sg.Live, Permissions: rules}
	judge(g)
	for i, p := range rules {
		p.Group = g
		if p.RuleID == "" {
			p.RuleID = fmt.Sprintf("sgr-%d", i+1)
		}
	}
	return g
}

func judge(g *sg.Group) {
	var all []*rule.Permission
	for _, p := range g.Permissions {
		all = append(all, &p.Permission)
	}
	verdicts, group := rule.Judge(all)
	for i, v := range verdicts {
		g.Permissions[i].Verdict = v
	}
	g.Verdict = group
}

// tcp is a rule for TCP.
func tcp(from, to int32, source string) *sg.Permission { return permission("tcp", from, to, source) }

// all is a rule for all protocols, which has no ports.
func all(source string) *sg.Permission { return permission("-1", -1, -1, source) }

// permission is a rule for a source: an address range, the ID of a group, or the ID of a
// prefix list and its entries, as in "pl-1=10.0.0.0/8,11.0.0.0/8"; "?" for entries means
// that they could not be read. Ports of -1 are left out.
func permission(protocol string, from, to int32, source string) *sg.Permission {
	p := &sg.Permission{}
	p.Protocol = protocol
	if from != -1 || to != -1 {
		p.FromPort, p.ToPort = &from, &to
	}
	list, entries, isList := strings.Cut(source, "=")
	switch {
	case strings.HasPrefix(source, "sg-"):
		p.ReferencedGroup, p.Source = &sg.ReferencedGroup{ID: source}, rule.SecurityGroup(source)
	case isList && entries == "?":
		p.PrefixListID, p.Source = list, rule.Unread()
	case isList:
		p.PrefixListID = list
		for e := range strings.SplitSeq(entries, ",") {
			p.PrefixListEntries = append(p.PrefixListEntries, netip.MustParsePrefix(e))
		}
		p.Source = rule.PrefixListEntries(p.PrefixListEntries)
	default:
		prefix := netip.MustParsePrefix(source)
		p.Source = rule.CIDR(prefix)
		if prefix.Addr().Is4() {
			p.CIDRIPv4 = source
		} else {
			p.CIDRIPv6 = source
		}
	}
	return p
}

// with gives the rule a description and tags, as key, value, key, value.
func with(p *sg.Permission, description string, tags ...string) *sg.Permission {
	p.Description = description
	for i := 0; i < len(tags); i += 2 {
		if p.RuleTags == nil {
			p.RuleTags = map[string]string{}
		}
		p.RuleTags[tags[i]] = tags[i+1]
	}
	return p
}
