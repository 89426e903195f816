package audit

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// ChangeKind says what became of a finding or of a place between two audits.
type ChangeKind string

// In the order in which a person should read them.
const (
	New               ChangeKind = "new"                // found now and not before
	Reachable         ChangeKind = "reachable"          // the internet reaches the group now, and was not known to
	Changed           ChangeKind = "changed"            // found by both, but otherwise
	Unknown           ChangeKind = "unknown"            // found before; its place was not read now
	ReachUnknown      ChangeKind = "reach_unknown"      // it was known whether the internet reaches the group, and is not now
	CoverageLost      ChangeKind = "coverage_lost"      // the place was read before and not now
	Resolved          ChangeKind = "resolved"           // found before and not now, and its place was read
	Unreachable       ChangeKind = "unreachable"        // the internet reached the group, and does not now
	CoverageGained    ChangeKind = "coverage_gained"    // the place was read now and not before
	StillOpen         ChangeKind = "still_open"         // found by both, alike
	StillUndetermined ChangeKind = "still_undetermined" // undetermined in both
)

var changeKinds = []ChangeKind{New, Reachable, Changed, Unknown, ReachUnknown, CoverageLost, Resolved, Unreachable, CoverageGained, StillOpen, StillUndetermined}

// A Change is what became of one finding, of the reach of one group that has findings, or of one
// place.
type Change struct {
	Kind ChangeKind
	// AccountID and Region are the place; GroupID and what follows are empty if the
	// change is of a place, and RuleID and what follows if it is of the reach of a group.
	AccountID, Region                            string
	GroupID, GroupName, RuleID                   string
	Protocol, FromPort, ToPort, Source           string
	OldFinding, OldReason, NewFinding, NewReason string
	Note                                         string
	// OldReachable and NewReachable are true, false, or empty: not known, or not said.
	OldReachable, NewReachable string
}

// A Difference is what changed between two audits.
type Difference struct {
	Old, New *Manifest
	Changes  []Change // in the order of their kinds
	// WithoutReach are those of the old and the new audit that do not say what the internet
	// reaches, so that it was not compared.
	WithoutReach []string
}

// Count is the number of changes of a kind.
func (d *Difference) Count(kind ChangeKind) int {
	n := 0
	for _, c := range d.Changes {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

// NewOpen reports whether something is open now that was not known to be open before, or is
// reached by the internet and was not known to be.
func (d *Difference) NewOpen() bool {
	return slices.ContainsFunc(d.Changes, func(c Change) bool {
		return c.Kind == Reachable || c.NewFinding == string(finding.Open) && c.OldFinding != string(finding.Open)
	})
}

// Uncertain reports whether something cannot be told, because a place was read in only
// one of the two audits, a finding could not be determined, or it is not known any more whether
// the internet reaches a group.
func (d *Difference) Uncertain() bool {
	return slices.ContainsFunc(d.Changes, func(c Change) bool {
		return c.Kind == Unknown || c.Kind == ReachUnknown || c.Kind == CoverageLost || c.NewFinding == string(finding.Undetermined)
	})
}

// Diff compares two bundles, by what [Verify] has compared with their raw data. It fails
// on a bundle that has a problem.
func Diff(ctx context.Context, old, new string, tool Options) (*Difference, error) {
	before, err := readState(ctx, old, tool)
	if err != nil {
		return nil, err
	}
	after, err := readState(ctx, new, tool)
	if err != nil {
		return nil, err
	}
	d := &Difference{Old: before.manifest, New: after.manifest}
	var gone []*Change
	for key, f := range before.findings {
		c := newChange(f)
		c.OldFinding, c.OldReason, c.OldReachable = f["finding"], f["unrestricted_ftp_reason"], f["internet_reachable"]
		now, found := after.findings[key]
		switch {
		case found:
			c.compare(f, now)
		case !after.covers(f["account_id"], f["region"]):
			c.Kind, c.Note = Unknown, "The place was not read now, so nobody knows whether it is still so."
		default:
			c.Kind = Resolved
			gone = append(gone, c)
			continue
		}
		d.Changes = append(d.Changes, *c)
	}
	if err := explain(gone, new, after); err != nil {
		return nil, err
	}
	for _, c := range gone {
		d.Changes = append(d.Changes, *c)
	}
	for key, f := range after.findings {
		if _, found := before.findings[key]; found {
			continue
		}
		c := newChange(f)
		c.Kind, c.NewFinding, c.NewReason, c.NewReachable = New, f["finding"], f["unrestricted_ftp_reason"], f["internet_reachable"]
		if !before.covers(f["account_id"], f["region"]) {
			c.Note = "The place was not read before, so it may have been so already."
		}
		d.Changes = append(d.Changes, *c)
	}
	d.Changes = append(d.Changes, coverageChanges(before, after)...)
	reached, unsaid, err := reachChanges(old, new, before, after)
	if err != nil {
		return nil, err
	}
	d.Changes, d.WithoutReach = append(d.Changes, reached...), unsaid
	slices.SortFunc(d.Changes, func(a, b Change) int {
		if a.Kind != b.Kind {
			return slices.Index(changeKinds, a.Kind) - slices.Index(changeKinds, b.Kind)
		}
		return slices.Compare(a.cells(), b.cells())
	})
	return d, nil
}

func newChange(f map[string]string) *Change {
	return &Change{
		AccountID: f["account_id"], Region: f["region"], GroupID: groupOf(f), GroupName: f["group_name"], RuleID: f["security_group_rule_id"],
		Protocol: f["ip_protocol"], FromPort: f["from_port"], ToPort: f["to_port"], Source: f["source"],
	}
}

// compare says what became of a finding that both audits have.
func (c *Change) compare(before, now map[string]string) {
	c.NewFinding, c.NewReason, c.NewReachable = now["finding"], now["unrestricted_ftp_reason"], now["internet_reachable"]
	c.RuleID = now["security_group_rule_id"]
	var notes []string
	for column, name := range map[string]string{"finding": "The verdict", "unrestricted_ftp_reason": "the reason", "unrestricted_ftp_ports": "the ports", "security_group_rule_id": "the rule's ID"} {
		if before[column] != now[column] && before[column] != "" && now[column] != "" {
			notes = append(notes, name+" was "+before[column]+" and is "+now[column])
		}
	}
	slices.Sort(notes)
	switch {
	case notes != nil:
		c.Kind, c.Note = Changed, strings.Join(notes, ", ")+"."
	case c.NewFinding == string(finding.Undetermined):
		c.Kind = StillUndetermined
	default:
		c.Kind = StillOpen
	}
}

// explain says why findings have gone.
func explain(gone []*Change, dir string, after *state) error {
	if len(gone) == 0 {
		return nil
	}
	groups, permissions := map[string]bool{}, map[string]bool{}
	wanted := map[string]bool{}
	for _, c := range gone {
		wanted[c.GroupID] = true
	}
	err := readColumns(dir, "security_groups.csv", after.manifest, func(row map[string]string) {
		if wanted[groupOf(row)] {
			groups[row["account_id"]+row["region"]+groupOf(row)] = true
		}
	}, "account_id", "region", "group_id")
	if err != nil {
		return err
	}
	err = readColumns(dir, "ingress_permissions.csv", after.manifest, func(row map[string]string) {
		if wanted[groupOf(row)] {
			permissions[ruleIdentity(row)] = true
		}
	}, identityColumns...)
	if err != nil {
		return err
	}
	for _, c := range gone {
		switch {
		case permissions[c.identity()]:
			c.Note = "The rule is there and does not let the whole internet in any more."
		case groups[c.AccountID+c.Region+c.GroupID]:
			c.Note = "The rule is gone."
		default:
			c.Note = "The security group is gone."
		}
	}
	return nil
}

// groupOf is what a row calls its group: the ID or, if it is only planned, the address of its
// resource.
func groupOf(row map[string]string) string {
	return cmp.Or(row["group_id"], row["group_address"], row["address"])
}

// identityColumns are those that ruleIdentity reads.
var identityColumns = []string{"account_id", "region", "group_id", "ip_protocol", "from_port", "to_port", "source"}

// ruleIdentity identifies an ingress permission in all audits.
func ruleIdentity(row map[string]string) string { return newChange(row).identity() }

func (c *Change) identity() string {
	return strings.Join([]string{c.AccountID, c.Region, c.GroupID, sg.RuleKey(c.Protocol, port(c.FromPort), port(c.ToPort), c.Source)}, " ")
}

// port reads a port of a row, which may have none.
func port(cell string) *int32 {
	n, err := strconv.ParseInt(cell, 10, 32)
	if err != nil {
		return nil
	}
	p := int32(n)
	return &p
}

// state is what a bundle says, as far as it is compared.
type state struct {
	manifest *Manifest
	findings map[string]map[string]string // rows of findings.csv by identity, without places
	scanned  map[place]bool
	failed   []failedPlace
}

type place struct{ account, region string }

type failedPlace struct {
	place
	live         bool
	status, code string
}

func readState(ctx context.Context, dir string, tool Options) (*state, error) {
	v, err := verified(ctx, dir, tool)
	if err != nil {
		return nil, err
	}
	m := v.Manifest
	s := &state{manifest: m, findings: map[string]map[string]string{}, scanned: map[place]bool{}}
	err = readColumns(dir, "findings.csv", m, func(row map[string]string) {
		if row["finding"] != string(finding.NotRead) {
			s.findings[ruleIdentity(row)] = row
		}
	}, append(slices.Clone(identityColumns), "finding", "unrestricted_ftp_reason", "unrestricted_ftp_ports", "security_group_rule_id")...)
	if err != nil {
		return nil, err
	}
	err = readColumns(dir, "coverage.csv", m, func(row map[string]string) {
		p := place{row["account_id"], row["region"]}
		switch {
		case row["status"] != string(sg.StatusScanned):
			s.failed = append(s.failed, failedPlace{p, row["origin"] == sg.Live, row["status"], row["error_code"]})
		case row["content"] == sg.ContentGroups && p.account != "" && p.region != "":
			s.scanned[p] = true
		}
	}, "account_id", "region", "origin", "content", "status", "error_code")
	if err != nil {
		return nil, err
	}
	// A file may hold several places, and then its record names none.
	return s, readColumns(dir, "security_groups.csv", m, func(row map[string]string) {
		if row["origin"] != sg.Live {
			s.scanned[place{row["account_id"], row["region"]}] = true
		}
	}, "account_id", "region", "origin")
}

// readColumns hands over the rows of a CSV file that has these columns.
func readColumns(dir, name string, m *Manifest, handle func(row map[string]string), columns ...string) error {
	if _, err := eachRow(filepath.Join(dir, name), m, handle, columns...); err != nil {
		return fmt.Errorf("%s of %q cannot be compared: %w", name, dir, err)
	}
	return nil
}

// covers reports whether a place was read, and read whole.
func (s *state) covers(account, region string) bool {
	return s.scanned[place{account, region}] && !slices.ContainsFunc(s.failed, func(f failedPlace) bool {
		if f.live {
			return f.account == account && (f.region == region || f.region == "")
		}
		// A file may have held a part of any place that its record does not rule out.
		return (f.account == account || f.account == "") && (f.region == region || f.region == "")
	})
}

// coverageChanges are the places that only one of the two audits read.
func coverageChanges(before, after *state) []Change {
	var changes []Change
	for p := range before.scanned {
		if before.covers(p.account, p.region) && !after.covers(p.account, p.region) {
			changes = append(changes, Change{Kind: CoverageLost, AccountID: p.account, Region: p.region, Note: after.why(p)})
		}
	}
	for p := range after.scanned {
		if after.covers(p.account, p.region) && !before.covers(p.account, p.region) {
			changes = append(changes, Change{Kind: CoverageGained, AccountID: p.account, Region: p.region, Note: before.why(p)})
		}
	}
	return changes
}

// why says why a place was not read.
func (s *state) why(p place) string {
	for _, f := range s.failed {
		if f.account == p.account && (f.region == p.region || f.region == "") {
			return "In the other audit it was " + strings.TrimSuffix(f.status+" ("+f.code+")", " ()") + "."
		}
	}
	return "The other audit did not look at it."
}

// ChangeColumns are the columns of [Change.Row].
func ChangeColumns() []output.Column {
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
