package remediation

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"al.essio.dev/pkg/shellescape"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// writer writes the remediations of one group.
type writer struct {
	group *sg.Group
	open  []named // what is unrestricted, by name
	left  string  // what a person must know of the group when all that is closed
	size  size    // of the group as it is
}

type named struct {
	*sg.Permission
	name string
}

// A remark is text that is growing, of comments and commands.
type remark struct{ strings.Builder }

// say adds a line of comment. All that comes from AWS must have gone through value. The
// rest is of letters, digits and , . : / - alone, so that also a shell that knows no
// comments when it is typed at, as zsh is by default, finds nothing in it to run.
func (r *remark) say(format string, args ...any) {
	fmt.Fprintf(r, "# "+format+"\n", args...)
}

// value writes what came from AWS or from a file, so that neither a shell nor a terminal
// can take it for anything else.
func value(s string) string {
	quoted := strconv.Quote(s)
	return shellescape.Quote(quoted[1 : len(quoted)-1])
}

func newWriter(g *sg.Group) *writer {
	w := &writer{group: g, size: sizeOf(g.Permissions)}
	for _, p := range g.Permissions {
		if p.Verdict.Unrestricted == rule.Yes {
			w.open = append(w.open, named{p, name(p)})
		}
	}
	slices.SortFunc(w.open, func(a, b named) int { return strings.Compare(a.name, b.name) })
	w.left = leftOpen(g)
	return w
}

// plan writes what to run.
func (w *writer) plan(p *plan) text {
	return text{w.about(p.revoke), w.action(p)}
}

func (w *writer) action(p *plan) string {
	r := &remark{}
	w.beside(r, p.revoke)
	if why := w.noCommand(p); why != "" {
		r.say("%s", why)
		w.rest(r, p.revoke)
		return r.String()
	}
	var made, kept []string
	for _, part := range p.authorize {
		made = append(made, traffic(part))
	}
	for _, part := range p.present {
		kept = append(kept, fmt.Sprintf("%s by %s", traffic(part), name(part)))
	}
	rules, is, allows := "The rule", "is", "allows"
	if len(p.revoke) > 1 {
		rules, is, allows = "These rules", "are", "allow"
		r.say("Parts of these rules coincide, and AWS takes no rule twice. So they are replaced together, by the same commands at each of their rows.")
	}
	if len(kept) > 0 {
		r.say("Allowed by other rules of the group already, and so not authorised again: %s.", list(kept, len(kept)))
	}
	switch {
	case len(made) > 0:
		r.say("Authorised first: %s. %s %s revoked only if that worked.", list(made, len(made)), rules, is)
	case len(kept) > 0:
		r.say("%s %s revoked.", rules, is)
	default:
		r.say("%s %s nothing but FTP, and %s revoked.", rules, allows, is)
	}
	if p.revoke[0].RuleID == "" {
		r.say("Its ID is not known. The command names what it allows instead, which no other rule of the group does in the same words.")
	}
	w.lost(r, p)
	w.quota(r, p)
	if o := w.group.OwnerID; o != "" && o != w.group.AccountID {
		r.say("The group belongs to account %s, and only that can change it.", value(o))
	}
	w.rest(r, p.revoke)
	r.WriteString(p.commands(w.group) + "\n")
	return r.String()
}

// advice writes what to do where there is nothing to run.
func (w *writer) advice(p *sg.Permission) text {
	return text{w.about([]*sg.Permission{p}), w.byHand(p)}
}

func (w *writer) byHand(p *sg.Permission) string {
	r := &remark{}
	w.beside(r, []*sg.Permission{p})
	live := w.group.Origin == sg.Live
	switch {
	case p.Doubt != "":
		r.say("Nobody knows whether this is open, and there is no command: %s.", p.Doubt)
		r.say("Look at the security group in AWS, and save or check it again.")
		return r.String()
	case p.Verdict.Unrestricted == rule.Unknown:
		r.say("Prefix list %s could not be read, so nobody knows whether this is open, and there is no command.", value(p.PrefixListID))
		if live {
			r.say("Allow ec2:GetManagedPrefixListEntries on the list, in this account and region, and check again.")
		} else {
			r.say("Allow ec2:GetManagedPrefixListEntries, save what aws ec2 get-managed-prefix-list-entries prints, in a file with the ID of the list in its name, and check again.")
		}
		return r.String()
	case p.Protocol == "-1":
		r.say("No command can close FTP here and leave the rest: there is no rule for all protocols but FTP, and to revoke this one cuts off everything that needs it.")
		r.say("Find out what needs it, for example from VPC flow logs. Authorise that by rules of its own, for example TCP 443 from %s. Then revoke %s.", value(p.SourceText()), subject(p, "this rule"))
	case live:
		r.say("It allows more than FTP. Its ID and tags could not be read, and a rule in its place would lose the tags, so there is no command.")
		r.say("Allow ec2:DescribeSecurityGroupRules and check again.")
	default:
		r.say("It allows more than FTP. Its ID and tags were not saved, and a rule in its place would lose the tags, so there is no command.")
		r.say("Save what aws ec2 describe-security-group-rules prints beside the other files, and check again.")
	}
	w.rest(r, []*sg.Permission{p})
	return r.String()
}

// about says where the rules are, and in which way each is open.
func (w *writer) about(rules []*sg.Permission) string {
	r := &remark{}
	g := w.group
	known := func(s string) string {
		if s == "" {
			return "not known"
		}
		return value(s)
	}
	group := value(g.ID)
	if g.Name != "" {
		group += " " + value(g.Name)
	}
	var names []string
	for _, p := range rules {
		names = append(names, subject(p, "with an ID that is not known"))
	}
	noun := "rule"
	if names = slices.Compact(names); len(names) > 1 {
		noun = "rules"
	}
	r.say("Account %s, region %s, security group %s, %s %s.", known(g.AccountID), known(g.Region), group, noun, list(names, len(names)))
	for _, p := range rules {
		w.why(r, p)
	}
	return r.String()
}

// why says in which way a rule is open.
func (w *writer) why(r *remark, p *sg.Permission) {
	allows := fmt.Sprintf("%s allows %s", subject(p, "It"), traffic(p))
	switch p.Verdict.Reason {
	case rule.AnyIPv4:
		r.say("%s, the whole IPv4 internet.", allows)
	case rule.AnyIPv6:
		r.say("%s, the whole IPv6 internet.", allows)
	case rule.PrefixList:
		entries := wholeInternet(p.PrefixListEntries)
		switch len(entries) {
		case 0:
			r.say("%s, which is the whole internet.", allows)
		case 1:
			r.say("%s. The entry %s of this prefix list is the whole internet.", allows, entries[0])
		default:
			r.say("%s. The entries %s of this prefix list together are the whole internet.", allows, list(entries, len(entries)))
		}
		r.say("To remove that from the prefix list instead would change every group that uses the list.")
	case rule.Combined:
		r.say("%s.", allows)
		w.together(r, p)
	default:
		r.say("%s.", allows)
	}
}

// together says with which rules a rule is the whole internet.
func (w *writer) together(r *remark, p *sg.Permission) {
	// Mostly it is the same for both ports.
	var ports, partners []string
	for _, port := range []rule.Ports{rule.Data, rule.Control} {
		if !p.Verdict.Ports.Has(port) {
			continue
		}
		with := w.among(func(q *sg.Permission) bool { return q != p && partner(p, q, port) })
		number := strconv.Itoa(int(port.Numbers()[0]))
		if n := len(partners); n > 0 && partners[n-1] == with {
			ports[n-1] += " and " + number
		} else {
			ports, partners = append(ports, number), append(partners, with)
		}
	}
	family := "IPv4"
	if p.IsIPv6() {
		family = "IPv6"
	}
	for i, with := range partners {
		r.say("Together with %s it lets the whole %s internet in on TCP %s. Each of these rules has a row and a remediation of its own.", with, family, ports[i])
	}
}

// beside names the port that is closed, too, though it is not open to the whole internet.
func (w *writer) beside(r *remark, rules []*sg.Permission) {
	for _, p := range rules {
		if beside := p.FTPPorts() &^ p.Verdict.Ports; p.Verdict.Reason == rule.Combined && beside != 0 && p.Protocol != "-1" {
			r.say("TCP %d, which is not open to the whole internet, is closed from this source, too.", beside.Numbers()[0])
		}
	}
}

// partner reports whether both open permissions cover the port and let in addresses of
// the same family.
func partner(p, q *sg.Permission, port rule.Ports) bool {
	return q.Verdict.Ports.Has(port) && p.IsIPv6() == q.IsIPv6()
}

// rest says what is left to do in the group when FTP is closed on these rules.
func (w *writer) rest(r *remark, rules []*sg.Permission) {
	others := w.among(func(q *sg.Permission) bool {
		if slices.Contains(rules, q) {
			return false
		}
		p := rules[0]
		return p.Verdict.Reason != rule.Combined || !(p.Verdict.Ports.Has(rule.Data) && partner(p, q, rule.Data) || p.Verdict.Ports.Has(rule.Control) && partner(p, q, rule.Control))
	})
	if others != "" {
		r.say("Open in this group, too, with a row and a remediation of its own each: %s.", others)
	}
	if w.left != "" {
		r.say("%s", w.left)
	}
}

// among lists those open permissions of the group that are meant.
func (w *writer) among(meant func(*sg.Permission) bool) string {
	var names []string
	n := 0
	for _, p := range w.open {
		if meant(p.Permission) {
			if n++; n <= atMost {
				names = append(names, p.name)
			}
		}
	}
	return list(names, n)
}

// leftOpen says whether the group is open by other rules when FTP is closed on all that
// are open now: where one rule is the whole internet, the rule does not look at whether
// narrower ones beside it are so together.
func leftOpen(g *sg.Group) string {
	var left []*rule.Permission
	var of []*sg.Permission
	for _, p := range g.Permissions {
		if p.Verdict.Unrestricted == rule.No && p.FTPPorts() != 0 {
			left, of = append(left, &p.Permission), append(of, p)
		}
	}
	verdicts, group := rule.Judge(left)
	if group.Unrestricted != rule.Yes {
		return ""
	}
	var names []string
	for i, v := range verdicts {
		if v.Unrestricted == rule.Yes {
			names = append(names, name(of[i]))
		}
	}
	slices.Sort(names)
	return fmt.Sprintf("When all that is open in this group is closed, these rules together still let the whole internet in on TCP %s: %s. Run the check again then.",
		group.Ports.Join(" and "), list(names[:min(atMost, len(names))], len(names)))
}

// lost says what the new rules do not have of the old ones.
func (w *writer) lost(r *remark, p *plan) {
	if len(p.authorize) == 0 {
		return
	}
	quoted := func(keys []string) string {
		var all []string
		for _, key := range keys {
			all = append(all, value(key))
		}
		return list(all, len(all))
	}
	if len(p.awsTags) > 0 {
		r.say("Tags of AWS cannot be set, so the new rules lack %s. What set them may make the old rule again: close it there, too.", quoted(p.awsTags))
	}
	if len(p.revoke) > 1 && len(p.tags) > 0 {
		r.say("One call gives all new rules the same tags: those of all the old rules.")
	}
	if len(p.otherTags) > 0 {
		r.say("Tags of which the old rules have several values have the first: %s.", quoted(p.otherTags))
	}
	if p.otherDescription {
		r.say("Where the descriptions of the old rules differ, a new rule has that of the first.")
	}
}

// noCommand says why a plan must not be run as it is known, or nothing.
func (w *writer) noCommand(p *plan) string {
	if w.group.Region == "" {
		return "The region is not known, and a command without it could hit another. Put the saved files into a folder named after the region, in one named after the account, and check again."
	}
	ids := append([]string{w.group.Region, w.group.ID}, p.ids()...)
	for _, id := range ids {
		if id != "" && !anID.MatchString(id) {
			return fmt.Sprintf("There is no command, as AWS gives no ID like %s.", value(id))
		}
	}
	return ""
}

// defaultQuota is how many inbound rules a group may have of each address family, unless
// the account's quota has been raised.
const defaultQuota = 60

// size is what rules count towards the quota.
type size struct {
	ipv4, ipv6 int
	lists      bool // there are prefix lists, which may count for more
}

// sizeOf adds rules up as AWS does: groups count for both families, and so do prefix
// lists, as the maximum of entries that they can have. Of that no more is known than how
// many they have.
func sizeOf(rules []*sg.Permission) size {
	var s size
	for _, p := range rules {
		n := 1
		if p.PrefixListID != "" {
			n, s.lists = max(1, len(p.PrefixListEntries)), true
		}
		if p.CIDRIPv6 == "" {
			s.ipv4 += n
		}
		if p.CIDRIPv4 == "" {
			s.ipv6 += n
		}
	}
	return s
}

// quota warns where the new rules may not fit in beside the old ones.
func (w *writer) quota(r *remark, p *plan) {
	added := sizeOf(p.authorize)
	tight := false
	for _, f := range []struct {
		family     string
		has, added int
	}{{"IPv4", w.size.ipv4, added.ipv4}, {"IPv6", w.size.ipv6, added.ipv6}} {
		if over := f.has + f.added - defaultQuota; f.added > 0 && over > 0 {
			tight = true
			r.say("By default a group may have %d inbound rules for %s. Until the old rule goes, this one needs room for %d, which is %d more.", defaultQuota, f.family, f.has+f.added, over)
		}
	}
	if !tight {
		return
	}
	if w.size.lists {
		r.say("A prefix list counts as many rules as it can have entries. Here it was counted as many as it has, so it may be more.")
	}
	r.say("If AWS answers RulesPerSecurityGroupLimitExceeded, nothing has been cut off. Raise the quota L-0EA8095F, Inbound or outbound rules per security group, or remove a rule that nobody needs, and run this again.")
}

// wholeInternet finds the entries of a prefix list that are the whole internet: one that
// is so alone, or else those that are so together.
func wholeInternet(entries []netip.Prefix) []string {
	port := int32(ftpControl)
	permissions := make([]*rule.Permission, len(entries))
	for i, e := range entries {
		permissions[i] = &rule.Permission{Protocol: "tcp", FromPort: &port, ToPort: &port, Source: rule.CIDR(e)}
	}
	verdicts, _ := rule.Judge(permissions)
	var found []string
	for i, v := range verdicts {
		switch {
		case v.Unrestricted != rule.Yes:
		case v.Reason != rule.Combined:
			return []string{entries[i].String()}
		default:
			found = append(found, entries[i].String())
		}
	}
	return found
}

// name is how a rule is called among others: by its ID, or by what it allows.
func name(p *sg.Permission) string { return subject(p, traffic(p)) }

// subject is the ID of a rule, or another word for it if that is not known.
func subject(p *sg.Permission, otherwise string) string {
	if address := p.Resource.Address; address != "" && address != p.Group.Resource.Address {
		return value(address)
	}
	if p.RuleID == "" {
		return otherwise
	}
	return value(p.RuleID)
}

// traffic is what a rule allows.
func traffic(p *sg.Permission) string {
	source := value(p.SourceText())
	if p.PrefixListName != "" {
		source += " " + value(p.PrefixListName)
	}
	if p.Unclear {
		return "ports that are not known from " + source
	}
	if p.Protocol == "-1" {
		return "all protocols from " + source
	}
	from, to := portRange(p)
	switch {
	case from == to:
		return fmt.Sprintf("TCP %d from %s", from, source)
	case from == 0 && to == lastPort:
		return "all TCP ports from " + source
	}
	return fmt.Sprintf("TCP %d-%d from %s", from, to, source)
}

// atMost is how many of many names are listed.
const atMost = 10

// list writes names of which there are n in all, and says how many more there are if
// those are too many to read.
func list(names []string, n int) string {
	if len(names) == 0 {
		return ""
	}
	if n > atMost {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:atMost], ", "), n-atMost)
	}
	if n == 1 {
		return names[0]
	}
	return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
}
