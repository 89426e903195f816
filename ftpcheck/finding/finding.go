// Package finding is what a person must act on: the ingress permissions that let the
// whole internet in on FTP or may do so, and the places that were not read. It also has
// the forms of findings that other programs load: SARIF and OCSF.
package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exception"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/output"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/remediation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/tables"
)

// Kind says why something is a finding.
type Kind string

const (
	Open         Kind = "open"         // the permission lets the whole internet in on FTP
	Undetermined Kind = "undetermined" // the permission may, but its source could not be read
	NotRead      Kind = "not_read"     // the place could not be read, so nobody knows what it holds
)

// A Finding is one ingress permission, or one place that was not read.
type Finding struct {
	Kind Kind
	// Permission is nil if Kind is NotRead, and only then.
	Permission *sg.Permission
	// Place is nil unless Kind is NotRead.
	Place *sg.Coverage

	Standing

	remedy *string // the remediation, where the group that it would be made of is gone
}

// A Standing is what is said of a finding besides what was read.
type Standing struct {
	// Exception is what covers the finding, if somebody has accepted it; see [Report.Except]. But
	// says, as a sentence, why an exception that is about it does not cover it.
	Exception *exception.Exception
	But       string

	// Change is what became of the finding since a baseline, and Known reports that it is open now
	// no worse than it was then. They are empty without a baseline.
	Change string
	Known  bool
}

// A Report is all that a scan has found, with what is needed to judge how far it holds.
type Report struct {
	Findings Findings      // nil if there are none
	Places   []sg.Coverage // every place that was or should have been read

	Groups     int64 // security groups read
	OpenGroups int64 // those that let the whole internet in on FTP
	// Accepted are those of the open groups that exceptions cover wholly.
	Accepted int64
	// Exceptions is what they have come to; nil if there are none.
	Exceptions *exception.Coverage

	// Locate, if it is not nil, is where in which file a resource of Terraform is written.
	Locate func(address string) (file string, line int, ok bool)

	Version  string   // of the tool
	Commit   string   // of the tool's source; empty if not known
	Callers  []string // ARNs of the identities that read; none if files were read
	Started  time.Time
	Finished time.Time
	// Asked says which places were to be read, a sentence for each connection; nil if nobody says.
	Asked []string
}

// Complete reports whether everything was read and could be determined, so that what is
// not among the findings is not open. Where nothing was read, nothing is complete, unless all
// accounts are for other workers to read.
func (r *Report) Complete() bool {
	return r.Scanned() && r.Count(Undetermined, NotRead) == 0
}

// Scanned reports whether something was read, or all accounts are for other workers to read.
func (r *Report) Scanned() bool {
	return slices.ContainsFunc(r.Places, func(p sg.Coverage) bool { return p.Status == sg.StatusScanned || p.Status == sg.StatusOtherShard })
}

// Except has exceptions cover what is open among the findings, of which they must be all. What is
// not known and what was not read they never cover.
func (r *Report) Except(l *exception.List, now time.Time) {
	if l == nil {
		return
	}
	r.Exceptions = l.Cover(func(yield func(*sg.Permission) bool) {
		for _, f := range r.All() {
			if f.Kind == Open && !yield(f.Permission) {
				return
			}
		}
	}, now)
	accepted := map[string]bool{}
	open := 0
	for i, f := range r.All() {
		if f.Kind != Open {
			continue
		}
		s := f.Standing
		s.Exception, s.But = r.Exceptions.By[open], r.Exceptions.But[open]
		open++
		r.Findings.Mark(i, s)
		group := f.Permission.Group.Identity()
		before, seen := accepted[group]
		accepted[group] = s.Exception != nil && (before || !seen)
	}
	for _, all := range accepted {
		if all {
			r.Accepted++
		}
	}
}

// Of returns the findings of a judged group, in the order of [Finding.Key].
func Of(g *sg.Group) List {
	var findings List
	for _, p := range g.Permissions {
		switch p.Verdict.Unrestricted {
		case rule.Yes:
			findings = append(findings, Finding{Kind: Open, Permission: p})
		case rule.Unknown:
			findings = append(findings, Finding{Kind: Undetermined, Permission: p})
		}
	}
	slices.SortFunc(findings, func(a, b Finding) int { return strings.Compare(a.Key(), b.Key()) })
	return findings
}

// OfPlaces returns a finding for each place that was not read but should have been. What the
// user chose to leave out, regions that are not enabled and suspended accounts that nobody
// asked for by name are none.
func OfPlaces(places []sg.Coverage) List {
	var findings List
	for i := range places {
		if p := &places[i]; p.Missing() {
			findings = append(findings, Finding{Kind: NotRead, Place: p})
		}
	}
	return findings
}

// Key identifies the finding, the same in every scan: by account, region, group,
// protocol, ports and source, or by the place.
func (f Finding) Key() string {
	if f.Kind == NotRead {
		return strings.Join([]string{f.Place.AccountID, f.Place.Region, f.Place.Origin}, "/")
	}
	p := f.Permission
	if p.Resource.Address != "" {
		// What is planned may be without account, region and ID, and have them later.
		return strings.Join([]string{p.Group.Origin, p.Group.Resource.Address, p.Resource.Address, p.Key()}, "/")
	}
	return strings.Join([]string{p.Group.AccountID, p.Group.Region, p.Group.ID, p.Key()}, "/")
}

// Accepted reports whether nobody needs to act on the finding, as an exception covers it or a
// baseline has it. It is never so of what is not known.
func (f Finding) Accepted() bool { return f.Kind == Open && (f.Exception != nil || f.Known) }

// acceptance says why nobody needs to act on the finding; empty if somebody does.
func (f Finding) acceptance() string {
	switch {
	case !f.Accepted():
		return ""
	case f.Exception != nil:
		return f.Exception.String()
	}
	return "known since the baseline"
}

// Problem says in one sentence, with a full stop, what is wrong.
func (f Finding) Problem() string {
	if f.Kind == NotRead {
		return strings.TrimSuffix(f.Place.Problem(), ".") + "."
	}
	p := f.Permission
	name := groupName(p)
	ports := "TCP " + p.Verdict.Ports.Join(" and ")
	switch p.Verdict.Reason {
	case rule.AnyIPv4, rule.AnyIPv6:
		family := map[rule.Reason]string{rule.AnyIPv4: "IPv4", rule.AnyIPv6: "IPv6"}[p.Verdict.Reason]
		return fmt.Sprintf("%s lets the whole %s internet in on %s, from %s.", name, family, ports, p.SourceText())
	case rule.PrefixList:
		return fmt.Sprintf("%s lets the whole internet in on %s, through prefix list %s.", name, ports, p.SourceText())
	case rule.Combined:
		return fmt.Sprintf("%s lets the whole internet in on %s, by %s together with other rules of the group.", name, ports, p.SourceText())
	}
	if p.Doubt != "" {
		return fmt.Sprintf("%s may let the whole internet in on %s: %s.", name, ports, p.Doubt)
	}
	return fmt.Sprintf("%s may let the whole internet in on %s: prefix list %s could not be read.", name, ports, p.SourceText())
}

// groupName names the group of a permission for a person and, where that is another, the resource
// of Terraform that the permission is written in.
func groupName(p *sg.Permission) string {
	g := p.Group
	names := slices.DeleteFunc([]string{g.Resource.Address, g.ID, g.Name}, func(name string) bool { return name == "" })
	name := cmp.Or(g.Resource.Address, g.ID, g.Name)
	if len(names) > 1 {
		name = fmt.Sprintf("%s (%s)", name, strings.Join(names[1:], ", "))
	}
	if by := p.Resource.Address; by != "" && by != g.Resource.Address {
		name += ", by " + by + ","
	}
	return name
}

// Remediation says what to do; see [remediation.For]. It is empty for a place that was
// not read, whose problem says it.
func (f Finding) Remediation() string {
	switch {
	case f.Kind == NotRead:
		return ""
	case f.remedy != nil:
		return *f.remedy
	}
	return remediation.For(f.Permission)
}

// columns are those of findings as rows. Those that the table of ingress permissions has,
// too, are the same there.
var columns = []string{
	"finding", "account_id", "region", "group_id", "group_name", "vpc_id", "security_group_rule_id",
	"ip_protocol", "from_port", "to_port", "source", "source_type", "unrestricted_ftp", "unrestricted_ftp_reason",
	"unrestricted_ftp_ports", "public_ipv4_address_count", "internet_reachable", "reachable_addresses", "internet_unknown_because",
	"description", "problem", "remediation", "error_code", "origin", "address", "action", "group_address",
	"exception", "exception_until", "exception_owner",
}

// Columns are the columns of [Finding.Row].
func Columns() []output.Column {
	all := make([]output.Column, len(columns))
	for i, name := range columns {
		all[i] = output.Column{Name: name, Type: relation.Text}
		if c := columnOf(permissions, name); c != nil {
			all[i].Type = c.Type
		} else if c := columnOf(groups, name); c != nil {
			all[i].Type = c.Type
		}
	}
	return all
}

// Columns of findings that are not those of permissions are of their groups.
var permissions, groups = tables.Of(nil)[0], tables.Of(nil)[1]

func columnOf(t *relation.Table, name string) *relation.Column {
	if i := t.Index(name); i >= 0 {
		return &t.Columns[i]
	}
	return nil
}

// Row is the finding as a row.
func (f Finding) Row() []any {
	row := make([]any, len(columns))
	for i, name := range columns {
		switch name {
		case "finding":
			row[i] = string(f.Kind)
		case "problem":
			row[i] = f.Problem()
		case "remediation":
			row[i] = orNull(f.Remediation())
		case "exception", "exception_until", "exception_owner":
			row[i] = orNull(f.exceptionColumn(name))
		default:
			if f.Kind == NotRead {
				row[i] = orNull(map[string]string{
					"account_id": f.Place.AccountID, "region": f.Place.Region, "error_code": cmp.Or(f.Place.ErrorCode, string(f.Place.Status)), "origin": f.Place.Origin,
				}[name])
			} else if c := columnOf(permissions, name); c != nil {
				row[i] = c.Value(f.Permission, nil)
			} else if c := columnOf(groups, name); c != nil {
				row[i] = c.Value(f.Permission.Group, nil)
			}
		}
	}
	return row
}

// exceptionColumn is a column that says of the exception that covers the finding why it was made,
// until when it holds, or whose it is.
func (f Finding) exceptionColumn(name string) string {
	e := f.Exception
	switch {
	case e == nil:
		return ""
	case name == "exception":
		return e.String()
	case name == "exception_until":
		return e.Day()
	}
	return e.Owner
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
