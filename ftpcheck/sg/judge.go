package sg

import (
	"net/netip"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// An AddressList is a prefix list's entries, as they are and as a source.
type AddressList struct {
	Entries []netip.Prefix
	Source  rule.Source
}

// NewAddressList returns the list of all entries of a prefix list, which it puts in order: AWS
// promises none.
func NewAddressList(entries []netip.Prefix) AddressList {
	for i := range entries {
		entries[i] = entries[i].Masked()
	}
	slices.SortFunc(entries, netip.Prefix.Compare)
	return AddressList{entries, rule.PrefixListEntries(entries)}
}

// AddressLists are the prefix lists that could be read, by ID.
type AddressLists map[string]AddressList

func (l AddressLists) of(id string) AddressList {
	if list, ok := l[id]; ok {
		return list
	}
	return AddressList{Source: rule.Unread()}
}

// Judge gives the group and its permissions their verdicts. What names a prefix list that
// is not among the lists is undetermined if it covers FTP.
func (g *Group) Judge(lists AddressLists) {
	covers := false
	for _, p := range g.Permissions {
		if p.PrefixListID != "" && p.Doubt == "" {
			list := lists.of(p.PrefixListID)
			p.Source, p.PrefixListEntries = list.Source, list.Entries
		}
		p.Verdict = rule.Verdict{}
		covers = covers || p.FTPPorts() != 0
	}
	if g.Verdict = (rule.GroupVerdict{}); !covers {
		return // as most groups: they are not worth a list of verdicts
	}
	verdicts, group := rule.Judge(g.RulePermissions())
	for i, p := range g.Permissions {
		p.Verdict = verdicts[i]
	}
	g.Verdict = group
}

// RulePermissions are the permissions as package rule has them. They are those of the group, not
// copies.
func (g *Group) RulePermissions() []*rule.Permission {
	permissions := make([]*rule.Permission, len(g.Permissions))
	for i, p := range g.Permissions {
		permissions[i] = &p.Permission
	}
	return permissions
}

// Matters reports whether the verdict is the given one, or unknown.
func (p *Permission) Matters(unrestricted bool) bool {
	return p.Verdict.Unrestricted == rule.Unknown || (p.Verdict.Unrestricted == rule.Yes) == unrestricted
}
