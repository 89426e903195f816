package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/remediation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/terminal"
)

// How check tells people what it found: --output text.

// textFlags say what else people are told of a group.
type textFlags struct {
	commands   bool // that close it
	interfaces bool // network interfaces that use it
	reachable  bool // whether the internet reaches them
}

// add adds the flags to a command that has those of the form, too.
func (f *textFlags) add(c *cobra.Command, form *outputFlags) {
	format := c.Flags().Lookup("output")
	format.Usage, format.DefValue = "print findings as `FORMAT`: "+oneOf(form.formats)+" (default text on a terminal, table elsewhere). FORMAT=FILE writes them into a new file, too (repeatable)", ""
	format.Value.(*formatFlag).files = true
	c.Flags().BoolVar(&f.commands, "fix-commands", false, "print the commands that close FTP on each group, too, and run none (only text)")
	c.Flags().BoolVar(&f.interfaces, "interfaces", false, "read network interfaces, too, and say which groups are in use, and with which public addresses (only text)")
	c.Flags().BoolVar(&f.reachable, "reachable", true, "read networks, too, where a group is open and in use, and say whether the internet reaches it")
}

// check settles the format of the output, and reports flags that cannot be meant together.
func (f *textFlags) check(c *cobra.Command, form *outputFlags) error {
	if !form.chosen && (f.commands || f.interfaces || terminal.Is(c.OutOrStdout())) {
		form.output = "text"
	}
	for _, flag := range []string{"fix-commands", "interfaces"} {
		if c.Flags().Changed(flag) && form.output != "text" && slices.Contains(form.formats, form.output) {
			return fmt.Errorf("--%s goes with --output text alone, not %s. For programs, ftpcheck query has the columns: see ftpcheck inspect security_group", flag, form.output)
		}
	}
	return nil
}

// tellFindings prints the permissions among the findings by account, region and group, the
// most severe first. It prints nothing if there is none.
func tellFindings(w io.Writer, r *finding.Report, flags textFlags) error {
	w = terminal.Prose(w)
	place := ""
	all, accepted := suspects(r), []*suspect(nil)
	of := map[*sg.Permission]finding.Finding{}
	if r.Exceptions != nil || r.Has(func(f finding.Finding) bool { return f.Change != "" }) {
		for _, f := range r.All() {
			of[f.Permission] = f
		}
		all = slices.DeleteFunc(all, func(s *suspect) bool {
			if slices.ContainsFunc(s.permissions, func(p *sg.Permission) bool { return of[p].Exception == nil }) {
				return false
			}
			accepted = append(accepted, s)
			return true
		})
	}
	for i, s := range all {
		if i > 0 && (s.place != place || flags.commands) {
			fmt.Fprintln(w)
		}
		if s.place != place {
			place = s.place
			fmt.Fprintln(w, terminal.Paint(w, terminal.Strong, output.Printable(place)))
		}
		style := terminal.Bad
		if !s.open() {
			style = terminal.Doubt
		}
		fmt.Fprintf(w, "  %s: %s\n", output.Printable(s.name()), terminal.Paint(w, style, output.Printable(s.why())))
		if flags.interfaces {
			fmt.Fprintf(w, "    %s\n", use(s.group))
		}
		if reach, style := reached(s.group); reach != "" {
			fmt.Fprintf(w, "    %s\n", terminal.Paint(w, style, reach))
		}
		for _, p := range s.permissions {
			unread := ""
			if s.open() && p.Verdict.Unrestricted == rule.Unknown {
				unread = ", which was not read"
				if p.Doubt != "" {
					unread = ", of which not all is known: " + output.Printable(p.Doubt)
				}
				unread = terminal.Paint(w, terminal.Doubt, unread)
			}
			fmt.Fprintf(w, "    %s%s\n", output.Printable(allowed(p)), unread)
			tellStanding(w, of[p])
		}
		if flags.commands {
			tellCommands(w, s.permissions)
		}
	}
	if place != "" && len(accepted) > 0 {
		fmt.Fprintln(w)
	}
	for i, s := range accepted {
		if i == 0 {
			fmt.Fprintln(w, terminal.Paint(w, terminal.Strong, "Open, and accepted"))
		}
		fmt.Fprintf(w, "  %s %s: %s\n", output.Printable(whereabouts(s.group)), output.Printable(s.name()), output.Printable(s.why()))
		if reach, style := reached(s.group); reach != "" {
			fmt.Fprintf(w, "    %s\n", terminal.Paint(w, style, reach))
		}
		for _, p := range s.permissions {
			fmt.Fprintf(w, "    %s\n", output.Printable(allowed(p)))
			tellStanding(w, of[p])
		}
	}
	if r.Count() == 0 || place == "" && len(accepted) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w)
	return err
}

// tellStanding says who accepted a finding, or why an exception that is about it does not count, and
// what became of it since the baseline.
func tellStanding(w io.Writer, f finding.Finding) {
	switch {
	case f.Exception != nil:
		fmt.Fprintf(w, "      %s\n", output.Printable(f.Exception.String()))
	case f.But != "":
		fmt.Fprintf(w, "      %s\n", terminal.Paint(w, terminal.Doubt, output.Printable(f.But)))
	}
	switch {
	case f.Change == "":
	case f.Known:
		fmt.Fprintln(w, "      known since the baseline")
	default:
		fmt.Fprintf(w, "      %s\n", terminal.Paint(w, terminal.Bad, strings.ReplaceAll(f.Change, "_", " ")+" since the baseline"))
	}
}

// A suspect is a group that is open, or may be.
type suspect struct {
	group       *sg.Group
	permissions []*sg.Permission // why, those that are open first
	place       string           // where the group is
	rank        int              // how severe it is: 0 is the worst
}

// suspects takes the groups from the findings, in the order in which people are told.
func suspects(r *finding.Report) []*suspect {
	var all []*suspect
	byGroup := map[*sg.Group]*suspect{}
	for _, f := range r.All() {
		p := f.Permission
		if p == nil {
			continue
		}
		if byGroup[p.Group] == nil {
			byGroup[p.Group] = &suspect{group: p.Group}
			all = append(all, byGroup[p.Group])
		}
		byGroup[p.Group].permissions = append(byGroup[p.Group].permissions, p)
	}
	worst := map[string]int{} // of each place
	for _, s := range all {
		s.place, s.rank = whereabouts(s.group), severity(s.group, s.open())
		if known, ok := worst[s.place]; !ok || s.rank < known {
			worst[s.place] = s.rank
		}
	}
	slices.SortStableFunc(all, func(a, b *suspect) int {
		return cmp.Or(cmp.Compare(worst[a.place], worst[b.place]), strings.Compare(a.place, b.place), cmp.Compare(a.rank, b.rank))
	})
	return all
}

// whereabouts is where a group is. If its account or region is not known, the file tells more.
func whereabouts(g *sg.Group) string {
	place := fmt.Sprintf("Account %s, region %s", cmp.Or(g.AccountID, "not known"), cmp.Or(g.Region, "not known"))
	if g.AccountID == "" || g.Region == "" {
		place += ": " + sg.Coverage{Origin: g.Origin, AccountID: g.AccountID}.Place()
	}
	return place
}

// reached says of a group that the internet reaches it now, or that nobody knows. Of others it says
// nothing: what they are open to can be reached as soon as a route changes.
func reached(g *sg.Group) (text string, style terminal.Style) {
	if g.Exposure == nil {
		return "", 0
	}
	switch g.Exposure.Reachable {
	case rule.Yes:
		return "reachable now at " + finding.Addresses(g.Exposure.ReachableAddresses), terminal.Bad
	case rule.Unknown:
		return "reachable? Not known: " + finding.Because(g.Exposure.UnknownBecause...), terminal.Doubt
	}
	return "", 0
}

// severity orders groups: what is open goes before what may be, then what the internet reaches
// before what it may reach, what it can address before what is only in use, and what is not known
// before what is not.
func severity(g *sg.Group, open bool) int {
	rank := 0
	if !open {
		rank = 8
	}
	if e := g.Exposure; e != nil && e.Reachable != rule.No {
		if e.Reachable == rule.Unknown {
			rank++
		}
		return rank
	}
	rank += 2
	switch {
	case slices.ContainsFunc(g.NetworkInterfaces, isPublic):
		return rank
	case len(g.NetworkInterfaces) > 0:
		return rank + 1
	case !g.NetworkInterfacesKnown:
		return rank + 2
	}
	return rank + 3
}

func isPublic(n sg.NetworkInterface) bool { return len(n.PublicIPs) > 0 }

// name is what the group is called.
func (s *suspect) name() string {
	if s.group.Name != "" {
		return s.group.Ref() + " " + s.group.Name
	}
	return s.group.Ref()
}

func (s *suspect) open() bool { return s.permissions[0].Verdict.Unrestricted == rule.Yes }

// why says in a few words in which ways the group is open, and what cannot be told.
func (s *suspect) why() string {
	n, doubt := map[rule.Reason]int{}, ""
	together := map[string]int{} // combined rules, by address family
	for _, p := range s.permissions {
		n[p.Verdict.Reason]++
		if p.Verdict.Reason == rule.Undetermined {
			doubt = cmp.Or(doubt, p.Doubt)
		}
		if p.Verdict.Reason == rule.Combined {
			family := "IPv4"
			if p.IsIPv6() {
				family = "IPv6"
			}
			together[family]++
		}
	}
	var ways []string
	switch {
	case n[rule.AnyIPv4] > 0 && n[rule.AnyIPv6] > 0:
		ways = append(ways, "open to the whole IPv4 and IPv6 internet")
	case n[rule.AnyIPv4] > 0:
		ways = append(ways, "open to the whole IPv4 internet")
	case n[rule.AnyIPv6] > 0:
		ways = append(ways, "open to the whole IPv6 internet")
	}
	add := func(way string) {
		if len(ways) == 0 {
			way = "open: " + way
		}
		ways = append(ways, way)
	}
	switch lists := n[rule.PrefixList]; {
	case lists == 1:
		add("its prefix list is the whole internet")
	case lists > 1:
		add(fmt.Sprintf("each of %s is the whole internet", count(lists, "prefix list")))
	}
	for _, family := range []string{"IPv4", "IPv6"} {
		if rules := together[family]; rules > 0 {
			add(fmt.Sprintf("%s add up to the %s internet", count(rules, "rule"), family))
		}
	}
	switch unread := n[rule.Undetermined]; {
	case unread == 0:
	case len(ways) > 0:
		ways = append(ways, "more cannot be told")
	case doubt != "":
		ways = append(ways, "cannot tell: "+doubt)
	case unread > 1:
		ways = append(ways, "cannot tell: its prefix lists were not read")
	case s.group.Origin == sg.Live:
		ways = append(ways, "cannot tell: its prefix list could not be read")
	default:
		ways = append(ways, "cannot tell: its prefix list was not saved")
	}
	return strings.Join(ways, "; ")
}

// use says how far network interfaces use a group, and whether the internet can address them.
func use(g *sg.Group) string {
	n, public := len(g.NetworkInterfaces), 0
	var addresses []string
	for _, i := range g.NetworkInterfaces {
		if isPublic(i) {
			public++
			addresses = append(addresses, i.PublicIPs...)
		}
	}
	switch {
	case n == 0 && g.NetworkInterfacesKnown:
		return "not in use"
	case n == 0 && g.IsShared():
		return "use not known: the group is another account's, which may use it"
	case n == 0:
		return "use not known: the network interfaces were not all read"
	}
	text := "in use by "
	if !g.NetworkInterfacesKnown {
		text += "at least "
	}
	text += count(n, "network interface")
	switch {
	case public == 0 && g.NetworkInterfacesKnown:
		return text + ", without a public address"
	case public == 0:
		return text + ", of which none has a public address"
	case n == 1:
		text += " with"
	default:
		text += fmt.Sprintf(", %s of them with", humanize.Comma(int64(public)))
	}
	const named = 3
	noun := " public address "
	if len(addresses) > 1 {
		noun = " public addresses "
	}
	text += noun + strings.Join(addresses[:min(named, len(addresses))], ", ")
	if more := len(addresses) - named; more > 0 {
		text += fmt.Sprintf(" and %s more", humanize.Comma(int64(more)))
	}
	return text
}

// allowed is a rule as people say it: what it is called, and what it allows from where.
func allowed(p *sg.Permission) string {
	traffic := ""
	switch protocol := strings.ToLower(p.Protocol); {
	case protocol == "-1":
		traffic = "all protocols"
	case protocol == "tcp" || protocol == "6":
		traffic = "TCP " + p.Ports()
		if p.Ports() == "all" {
			traffic = "all TCP ports"
		}
	case protocol == "":
		traffic = "ports that are not known"
	default:
		traffic = p.Protocol + " " + p.Ports()
	}
	name := cmp.Or(p.RuleID, "rule")
	if address := p.Resource.Address; address != "" && address != p.Group.Resource.Address {
		name = address
	}
	return fmt.Sprintf("%s  %s from %s", name, traffic, cmp.Or(p.SourceText(), "a source that is not known"))
}

// tellCommands prints what closes FTP on the permissions of a group, for a shell: also where
// lines are broken, they can be pasted.
func tellCommands(w io.Writer, permissions []*sg.Permission) {
	var told []string
	for _, p := range permissions {
		text := remediation.Action(p)
		if slices.Contains(told, text) {
			continue
		}
		told = append(told, text)
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			style := terminal.Strong
			if strings.HasPrefix(line, "#") {
				style = terminal.Faint
			}
			for _, piece := range foldShell(line, terminal.Width(w)) {
				fmt.Fprintln(w, terminal.Paint(w, style, piece))
			}
		}
	}
}
