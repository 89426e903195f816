package baseline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Kind says what became of a finding or of a place.
type Kind string

const (
	Added             Kind = "new"                // found now and not before
	Reachable         Kind = "reachable"          // the internet reaches the group now, and was not known to
	Changed           Kind = "changed"            // found by both, but otherwise
	Unknown           Kind = "unknown"            // found before; its place was not read now
	ReachUnknown      Kind = "reach_unknown"      // it was known whether the internet reaches the group, and is not now
	CoverageLost      Kind = "coverage_lost"      // the place was read before and not now
	Resolved          Kind = "resolved"           // found before and not now, and its place was read
	Unreachable       Kind = "unreachable"        // the internet reached the group, and does not now
	CoverageGained    Kind = "coverage_gained"    // the place was read now and not before
	StillOpen         Kind = "still_open"         // found by both, alike
	StillUndetermined Kind = "still_undetermined" // undetermined in both
)

// Kinds are all kinds, in the order in which a person should read them.
var Kinds = []Kind{Added, Reachable, Changed, Unknown, ReachUnknown, CoverageLost, Resolved, Unreachable, CoverageGained, StillOpen, StillUndetermined}

// A Change is what became of one finding, of the reach of one group that has findings, or of one
// place.
type Change struct {
	Kind Kind
	// AccountID and Region are the place; GroupID and what follows are empty if the
	// change is of a place, and RuleID and what follows if it is of the reach of a group.
	AccountID, Region                            string
	GroupID, GroupName, RuleID                   string
	Protocol, FromPort, ToPort, Source           string
	OldFinding, OldReason, NewFinding, NewReason string
	Note                                         string
	// OldReachable and NewReachable are true, false, or empty: not known, or not said.
	OldReachable, NewReachable string
	// Worse reports that something is open now, or on more ports, or reached by the internet, or no
	// longer accepted, that was not known to be before.
	Worse bool
	// Accepted reports that an exception covers what is open now.
	Accepted bool
	// Lost reports that nobody knows now what was known before, as the place was not read, and was not
	// left out by choice either.
	Lost bool
}

// Changes are what changed between two answers.
type Changes []Change

// Count is the number of changes of a kind.
func (all Changes) Count(kind Kind) int {
	n := 0
	for _, c := range all {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// Worse reports whether something is worse than it was known to be.
func (all Changes) Worse() bool {
	return slices.ContainsFunc(all, func(c Change) bool { return c.Worse })
}

// Lost reports whether something was known before that nobody knows now.
func (all Changes) Lost() bool {
	return slices.ContainsFunc(all, func(c Change) bool { return c.Lost })
}

// Uncertain reports whether something cannot be told, because a place was read in only
// one of the two answers, a finding could not be determined, or it is not known any more whether
// the internet reaches a group.
func (all Changes) Uncertain() bool {
	return slices.ContainsFunc(all, func(c Change) bool {
		return c.Kind == Unknown || c.Kind == ReachUnknown || c.Kind == CoverageLost || c.NewFinding == string(finding.Undetermined)
	})
}

// Compare says what has changed, in the order of the kinds. Whether the reach of groups is compared
// depends on both having it. Explain, if it is not nil, is given what is resolved, to say why. It is an
// error if one of them is of several plans of Terraform.
func Compare(before, after *Snapshot, explain func(resolved []*Change) error) (Changes, error) {
	if err := cmp.Or(before.OnePlan(), after.OnePlan()); err != nil {
		return nil, err
	}
	var all Changes
	var gone []*Change
	for key, f := range before.Findings() {
		c := newChange(f)
		c.OldFinding, c.OldReason, c.OldReachable = f["finding"], f["unrestricted_ftp_reason"], f["internet_reachable"]
		now, found := after.findings[key]
		switch {
		case found:
			c.compare(f, now.row())
		case !after.covers(f["account_id"], f["region"]):
			c.Kind, c.Note = Unknown, "The place was not read now, so nobody knows whether it is still so."
			c.Lost = !after.leftOut(f["account_id"], f["region"])
		default:
			c.Kind = Resolved
			gone = append(gone, c)
			continue
		}
		all = append(all, *c)
	}
	if explain != nil && len(gone) > 0 {
		if err := explain(gone); err != nil {
			return nil, err
		}
	}
	for _, c := range gone {
		all = append(all, *c)
	}
	for key, p := range after.findings {
		if _, found := before.findings[key]; found {
			continue
		}
		f := p.row()
		c := newChange(f)
		c.Kind, c.NewFinding, c.NewReason, c.NewReachable = Added, f["finding"], f["unrestricted_ftp_reason"], f["internet_reachable"]
		c.Accepted = f["exception"] != ""
		c.Worse = c.NewFinding == string(finding.Open) && !c.Accepted
		if !before.covers(f["account_id"], f["region"]) {
			c.Note = "The place was not read before, so it may have been so already."
		}
		all = append(all, *c)
	}
	all = slices.Concat(all, coverageChanges(before, after), reachChanges(before, after))
	slices.SortFunc(all, func(a, b Change) int {
		if a.Kind != b.Kind {
			return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind)
		}
		return slices.Compare(a.cells(), b.cells())
	})
	return all, nil
}

func newChange(row Row) *Change {
	return &Change{
		AccountID: row["account_id"], Region: row["region"], GroupID: GroupOf(row), GroupName: row["group_name"], RuleID: row["security_group_rule_id"],
		Protocol: row["ip_protocol"], FromPort: row["from_port"], ToPort: row["to_port"], Source: row["source"],
	}
}

// Identity identifies the ingress permission of the change in all answers.
func (c *Change) Identity() string {
	return strings.Join([]string{c.AccountID, c.Region, c.GroupID, sg.RuleKey(c.Protocol, port(c.FromPort), port(c.ToPort), c.Source)}, " ")
}

// group identifies the group of the change, as [GroupIdentity] does.
func (c *Change) group() string { return strings.Join([]string{c.AccountID, c.Region, c.GroupID}, " ") }

// compare says what became of a finding that both answers have.
func (c *Change) compare(before, now Row) {
	c.NewFinding, c.NewReason, c.NewReachable = now["finding"], now["unrestricted_ftp_reason"], now["internet_reachable"]
	c.RuleID = now["security_group_rule_id"]
	var notes []string
	for column, name := range map[string]string{"finding": "The verdict", "unrestricted_ftp_reason": "the reason", "unrestricted_ftp_ports": "the ports", "security_group_rule_id": "the rule's ID", "exception": "the exception"} {
		if before[column] != now[column] && before[column] != "" && now[column] != "" {
			notes = append(notes, name+" was "+before[column]+" and is "+now[column])
		}
	}
	slices.Sort(notes)
	c.Accepted = now["exception"] != ""
	lapsed := before["exception"] != "" && !c.Accepted
	if lapsed {
		notes = append(notes, "it was accepted and is not now")
	}
	if before["exception"] == "" && c.Accepted {
		notes = append(notes, "it was not accepted and is "+now["exception"])
	}
	if c.NewFinding == string(finding.Open) && !c.Accepted {
		const column = "unrestricted_ftp_ports"
		c.Worse = lapsed || c.OldFinding != c.NewFinding || len(now[column]) > len(before[column]) // [20,21] after [21]
	}
	switch {
	case notes != nil:
		c.Kind, c.Note = Changed, capital(strings.Join(notes, ", "))+"."
	case c.NewFinding == string(finding.Undetermined):
		c.Kind = StillUndetermined
	default:
		c.Kind = StillOpen
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// coverageChanges are the places that only one of the two answers read.
func coverageChanges(before, after *Snapshot) Changes {
	var changes Changes
	for p := range before.scanned {
		if before.covers(p.account, p.region) && !after.covers(p.account, p.region) {
			changes = append(changes, Change{Kind: CoverageLost, AccountID: p.account, Region: p.region, Note: after.why(p, "now"), Lost: !after.leftOut(p.account, p.region)})
		}
	}
	for p := range after.scanned {
		if after.covers(p.account, p.region) && !before.covers(p.account, p.region) {
			changes = append(changes, Change{Kind: CoverageGained, AccountID: p.account, Region: p.region, Note: before.why(p, "before")})
		}
	}
	return changes
}

// reachChanges says of the groups that have findings what became of their reach. What became of a
// group that is gone, or whose place was not read now, its findings say.
func reachChanges(before, after *Snapshot) (changes Changes) {
	if before.Reach == nil || after.Reach == nil {
		return nil
	}
	found, open := map[string]bool{}, map[string]bool{} // groups that have findings now, and those that exceptions do not cover wholly
	for _, f := range after.Findings() {
		key := GroupIdentity(f)
		found[key] = true
		if f["exception"] == "" {
			open[key] = true
		}
	}
	seen := map[string]bool{}
	for _, s := range []*Snapshot{after, before} {
		for _, f := range s.Findings() {
			key := GroupIdentity(f)
			if seen[key] {
				continue
			}
			seen[key] = true
			if c := reachChange(before, after, f, found[key], open[key]); c != nil {
				changes = append(changes, *c)
			}
		}
	}
	return changes
}

// reachChange is what became of the reach of the group of a finding; nil if nothing did, or if its
// finding says it. IsFound says that it has findings now, and open that exceptions do not cover all of them.
func reachChange(before, after *Snapshot, f Row, isFound, open bool) *Change {
	key := GroupIdentity(f)
	c := &Change{AccountID: f["account_id"], Region: f["region"], GroupID: GroupOf(f), GroupName: f["group_name"]}
	now, there := after.Reach[key]
	if !there {
		return nil
	}
	was, wasThere := before.Reach[key]
	then, note := was, ""
	switch {
	case !wasThere && !before.AllGroups:
		return nil // its finding is new, and says it
	case !wasThere && !before.covers(f["account_id"], f["region"]):
		note = " The place was not read before, so it may have been so already."
	case !wasThere:
		then.Answer, note = "false", " The group was not there before."
	case then.Answer == "":
		note = " Before, that was not known."
	}
	switch {
	case now.Answer == then.Answer:
		return nil
	case now.Answer == "true" && isFound:
		c.Kind, c.Note, c.Worse = Reachable, "The internet reaches "+first(now.Addresses)+" through the group."+note, open
	case now.Answer == "" && isFound:
		c.Kind, c.Note = ReachUnknown, "Whether the internet reaches anything through the group is not known: "+because(now.Because)+"."+note
		switch was.Answer {
		case "true":
			c.Note += " Before, it reached " + first(then.Addresses) + "."
		case "false":
			c.Note += " Before, it reached nothing."
		}
	case now.Answer == "false" && then.Answer == "true":
		c.Kind, c.Note = Unreachable, "The internet reached "+first(then.Addresses)+" through the group, and reaches nothing now."
	default:
		return nil
	}
	c.OldReachable, c.NewReachable = was.Answer, now.Answer
	return c
}

func because(codes []string) string {
	all := make([]exposure.Code, len(codes))
	for i, code := range codes {
		all[i] = exposure.Code(code)
	}
	return finding.Because(all...)
}

// first names the first of some addresses.
func first(addresses []string) string {
	const most = 3
	if more := len(addresses) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(addresses[:most], ", "), more)
	}
	return strings.Join(addresses, ", ")
}

// Columns are the columns of [Change.Row].
func Columns() []output.Column {
	return output.Texts("change", "account_id", "region", "group_id", "group_name", "security_group_rule_id", "ip_protocol", "from_port", "to_port",
		"source", "old_finding", "old_reason", "new_finding", "new_reason", "note", "old_reachable", "new_reachable")
}

// Row is the change as a row.
func (c *Change) Row() []any {
	cells := c.cells()
	row := make([]any, len(cells))
	for i, cell := range cells {
		if cell != "" {
			row[i] = cell
		}
	}
	return row
}

func (c *Change) cells() []string {
	return []string{string(c.Kind), c.AccountID, c.Region, c.GroupID, c.GroupName, c.RuleID, c.Protocol, c.FromPort, c.ToPort,
		c.Source, c.OldFinding, c.OldReason, c.NewFinding, c.NewReason, c.Note, c.OldReachable, c.NewReachable}
}
