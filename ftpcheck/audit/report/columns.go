package report

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A column is one thing that a table says of each of its rows: a text, empty for none,
// or several lines.
type column[T any] struct {
	name string
	text func(T) string
	// lines is set in the place of text.
	lines  func(T) []string
	use    use
	filter bool // the page has what to filter by it
}

// use says what the data makes of the texts of a column; see [dataTable].
type use int

const (
	plain  use = iota
	shared     // longer texts of the row repeat it
	folded     // it repeats shared ones; it cannot be sorted or filtered, nor found by what it repeats
)

// findingColumns are those of the table of findings. A place that was not read has what
// a finding of a permission has, as far as that makes sense.
func findingColumns(remediation func(finding.Finding) string) []column[finding.Finding] {
	type f = finding.Finding
	of := func(get func(p *sg.Permission) string) func(f) string {
		return func(f f) string {
			if f.Permission == nil {
				return ""
			}
			return get(f.Permission)
		}
	}
	linesOf := func(get func(p *sg.Permission) []string) func(f) []string {
		return func(f f) []string {
			if f.Permission == nil {
				return nil
			}
			return get(f.Permission)
		}
	}
	counts := newCounts()
	return []column[f]{
		{name: "severity", filter: true, text: func(f f) string { return severities[severity(f)] }},
		{name: "kind", filter: true, text: kind},
		{name: "account", use: shared, filter: true, text: account},
		{name: "region", use: shared, filter: true, text: region},
		{name: "group", use: shared, text: of(func(p *sg.Permission) string { return cmp.Or(p.Group.Ref(), p.Resource.Address) })},
		{name: "name", use: shared, text: of(func(p *sg.Permission) string { return p.Group.Name })},
		{name: "rule", use: shared, text: of(func(p *sg.Permission) string { return p.RuleID })},
		{name: "protocol", text: of(protocol)},
		{name: "ports", text: of((*sg.Permission).Ports)},
		{name: "source", use: shared, text: of((*sg.Permission).SourceText)},
		{name: "reason", filter: true, text: func(f f) string {
			if f.Permission == nil {
				return string(f.Place.Status)
			}
			return string(f.Permission.Verdict.Reason)
		}},
		{name: "ftp", text: of(func(p *sg.Permission) string {
			return p.Verdict.Ports.Join(", ")
		})},
		{name: "reachable", filter: true, text: func(f f) string { return reachNames[f.Reachable()] }},
		{name: "at", text: at},

		// The details.
		{name: "problem", use: folded, text: f.Problem},
		{name: "exception", lines: accepted},
		{name: "but", text: func(f f) string { return f.But }},
		{name: "width", text: of(func(p *sg.Permission) string {
			switch n, known := counts.of(p); {
			case !known:
				return "not known"
			case n == counts.all:
				return comma(n) + ", which are all there are"
			default:
				return comma(n)
			}
		})},
		{name: "list", text: of(func(p *sg.Permission) string { return p.PrefixListName })},
		{name: "description", text: of(func(p *sg.Permission) string { return p.Description })},
		{name: "about", text: of(func(p *sg.Permission) string { return p.Group.Description })},
		{name: "vpc", text: of(func(p *sg.Permission) string { return p.Group.VPCID })},
		{name: "arn", text: of(func(p *sg.Permission) string { return p.Group.ARN })},
		{name: "code", text: func(f f) string {
			if f.Place == nil {
				return ""
			}
			return f.Place.ErrorCode
		}},
		{name: "origin", text: func(f f) string {
			if f.Place != nil {
				return f.Place.Origin
			}
			return f.Permission.Group.Origin
		}},
		{name: "addresses", lines: reachableAddresses},
		{name: "unsure", lines: reachUnsure},
		{name: "interfaces", lines: linesOf(interfaces)},
		{name: "tags", lines: linesOf(func(p *sg.Permission) []string { return tags(p.Group.Tags) })},
		{name: "ruletags", lines: linesOf(func(p *sg.Permission) []string { return tags(p.RuleTags) })},
		{name: "remediation", use: folded, lines: func(f f) []string {
			text := strings.TrimRight(remediation(f), "\n")
			if text == "" {
				return nil
			}
			return strings.Split(text, "\n")
		}},
	}
}

var kindNames = map[finding.Kind]string{finding.Open: "open", finding.Undetermined: "undetermined", finding.NotRead: "not read"}

// acceptedKind is the name of the kind of a finding that an exception covers.
const acceptedKind = "open, accepted"

func kind(f finding.Finding) string {
	if f.Exception != nil {
		return acceptedKind
	}
	return kindNames[f.Kind]
}

// accepted says who accepted a finding, until when and why.
func accepted(f finding.Finding) []string {
	e := f.Exception
	if e == nil {
		return nil
	}
	lines := []string{fmt.Sprintf("Until %s, approved by %s", e.Day(), e.ApprovedBy), e.Why}
	for _, more := range []struct{ label, text string }{{"Owner: ", e.Owner}, {"Ticket: ", e.Ticket}, {"Written in: ", e.Where}} {
		if more.text != "" {
			lines = append(lines, more.label+more.text)
		}
	}
	return lines
}

// placeColumns are those of the tables of places.
var placeColumns = []column[sg.Coverage]{
	{name: "status", filter: true, text: statusText},
	{name: "account", filter: true, text: func(p sg.Coverage) string { return p.AccountID }},
	{name: "region", filter: true, text: func(p sg.Coverage) string { return p.Region }},
	{name: "origin", text: func(p sg.Coverage) string { return p.Origin }},
	{name: "content", text: func(p sg.Coverage) string { return p.Content }},
	{name: "groups", text: func(p sg.Coverage) string { return comma(p.Groups) }},
	{name: "permissions", text: func(p sg.Coverage) string { return comma(p.Permissions) }},
	{name: "code", text: func(p sg.Coverage) string { return p.ErrorCode }},
	{name: "message", text: whatFailed},
}

// statusText is the status of a place, with what a person must know to read it right.
func statusText(p sg.Coverage) string {
	switch {
	case p.Status == sg.StatusScanned && p.ErrorMessage != "":
		return "scanned, not all determined"
	case p.Status == sg.StatusScanned && p.NetworkProblem != "":
		return "scanned, networks not all read"
	case p.Status == sg.StatusScanned:
	case p.Optional:
		return string(p.Status) + ", not asked for by name"
	case p.Ignored:
		return string(p.Status) + ", left out by choice"
	case p.Status == "":
		return "not known"
	}
	return string(p.Status)
}

// whatFailed says what could not be read of a place, and of its networks.
func whatFailed(p sg.Coverage) string {
	if p.NetworkProblem == "" {
		return p.ErrorMessage
	}
	networks := "What the internet reaches is not fully known: " + p.NetworkProblem
	if p.ErrorMessage == "" {
		return networks
	}
	return strings.TrimSuffix(p.ErrorMessage, ".") + ". " + networks
}

func account(f finding.Finding) string {
	if f.Place != nil {
		return f.Place.AccountID
	}
	return f.Permission.Group.AccountID
}

func region(f finding.Finding) string {
	if f.Place != nil {
		return f.Place.Region
	}
	return f.Permission.Group.Region
}

func protocol(p *sg.Permission) string {
	if p.Protocol == "-1" {
		return "all"
	}
	return p.Protocol
}

var reachNames = map[rule.Answer]string{rule.Yes: "now", rule.No: "not now", rule.Unknown: "not known"}

// at is where the internet reaches the group of a finding or, if that is not known, why not: the
// first of what the details have.
func at(f finding.Finding) string {
	var all []string
	switch f.Reachable() {
	case rule.Yes:
		all = reachableAddresses(f)
	case rule.Unknown:
		all = reachUnsure(f)
	}
	switch len(all) {
	case 0:
		return ""
	case 1:
		return all[0]
	}
	return all[0] + " and more"
}

func reachableAddresses(f finding.Finding) []string {
	e := f.Exposure()
	if e == nil {
		return nil
	}
	return some(e.ReachableAddresses, func(p netip.Prefix) string {
		if p.IsSingleIP() {
			return p.Addr().String()
		}
		return p.String()
	})
}

func reachUnsure(f finding.Finding) []string {
	e := f.Exposure()
	if e == nil {
		return nil
	}
	return some(e.UnknownBecause, func(c exposure.Code) string { return finding.Because(c) })
}

func interfaces(p *sg.Permission) []string {
	g := p.Group
	if !g.NetworkInterfacesKnown {
		return nil
	}
	lines := []string{plural(len(g.NetworkInterfaces), "network interface") + " in this account and region"}
	return append(lines, some(g.NetworkInterfaces, func(n sg.NetworkInterface) string {
		if len(n.PublicIPs) > 0 {
			return n.ID + ", " + strings.Join(n.PublicIPs, ", ")
		}
		return n.ID + ", no public address"
	})...)
}

// mostLines is how many network interfaces or addresses of a group are named.
const mostLines = 20

// some are the first lines of a list, with a last one that says how many more there are.
func some[T any](all []T, line func(T) string) []string {
	var lines []string
	for _, v := range all[:min(len(all), mostLines)] {
		lines = append(lines, line(v))
	}
	if more := len(all) - mostLines; more > 0 {
		lines = append(lines, fmt.Sprintf("and %s more", comma(more)))
	}
	return lines
}

// tags are the tags by key, each as key, tab, value: no key or value has a tab, as what
// cannot be seen is shown by its number.
func tags(m map[string]string) []string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, printable(k)+"\t"+printable(m[k]))
	}
	return lines
}

type tag struct{ Key, Value string }

func splitTag(line string) tag {
	key, value, _ := strings.Cut(line, "\t")
	return tag{key, value}
}

// counts knows how many public IPv4 addresses a source lets in, each counted once.
type counts struct {
	known map[rule.Source]int64
	all   int64 // that there are
}

func newCounts() *counts {
	var b counts
	b.known = map[rule.Source]int64{}
	for _, r := range rule.PublicIPv4().Prefixes() {
		b.all += 1 << (32 - r.Bits())
	}
	return &b
}

func (c *counts) of(p *sg.Permission) (n int64, known bool) {
	if n, ok := c.known[p.Source]; ok {
		return n, true
	}
	if n, known = p.Source.PublicIPv4AddressCount(); known {
		c.known[p.Source] = n
	}
	return n, known
}
