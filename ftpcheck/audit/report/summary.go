package report

import (
	"cmp"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
)

// A Summary is an audit on one page, with a place for whoever reviews it.
type Summary struct {
	Audit
	Networks int    // places that were read, but not all of their networks
	By       string // the tool that sums up, with its version

	groups map[string]openGroup // by account, region and ID: the most severe finding of each
}

// openGroup is a group that has findings.
type openGroup struct {
	Kind, Reachable, Account, Region, Group, Name, Ports, Source string
	rank                                                         int
}

// AddFinding takes in a row of findings.csv.
func (s *Summary) AddFinding(row map[string]string) {
	if row["finding"] == string(finding.NotRead) {
		return // which the audit says itself
	}
	g := openGroup{
		Kind: row["finding"], Reachable: map[string]string{"true": "now", "false": "not now"}[row["internet_reachable"]], Account: row["account_id"], Region: row["region"],
		Group: cmp.Or(row["group_id"], row["group_address"], row["address"]), Name: row["group_name"], Ports: strings.Trim(row["unrestricted_ftp_ports"], "[]"), Source: row["source"],
	}
	g.Reachable = cmp.Or(g.Reachable, "not known")
	kinds := []string{string(finding.Open), string(finding.Undetermined)}
	g.rank = len(kinds)*slices.Index([]string{"now", "not known", "not now"}, g.Reachable) + slices.Index(kinds, g.Kind)
	if row["exception"] != "" {
		g.Kind, g.rank = acceptedKind, 10+g.rank
	}
	key := strings.Join([]string{g.Account, g.Region, g.Group}, " ")
	if was, seen := s.groups[key]; seen && was.rank <= g.rank {
		return
	}
	if s.groups == nil {
		s.groups = map[string]openGroup{}
	}
	s.groups[key] = g
}

// mostGroups and mostUnread are how many groups and places there is room for.
const (
	mostGroups = 8
	mostUnread = 3
)

// WriteSummary writes the page. The same summary gives the same bytes. Its error is that of w.
func WriteSummary(w io.Writer, s *Summary) error {
	style := mustRead("page.css") + mustRead("summary.css")
	v := summaryView{Policy: policy(style, ""), Style: template.CSS(style), Summary: s, Unread: few(slices.Concat(s.NotRead, leftOut(s.LeftOut)), mostUnread, "coverage.csv"), Total: len(s.groups)}
	for _, g := range s.groups {
		switch g.Reachable {
		case "now":
			v.Reached++
		case "not known":
			v.ReachUnknown++
		}
		v.Top = append(v.Top, g)
	}
	slices.SortFunc(v.Top, func(a, b openGroup) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Group, b.Group))
	})
	v.Top = v.Top[:min(len(v.Top), mostGroups)]
	return layout.ExecuteTemplate(w, "summary.html", &v)
}

// leftOut says of places that the user chose to leave them out.
func leftOut(places []string) []string {
	texts := make([]string, len(places))
	for i, p := range places {
		texts[i] = "Left out by choice: " + p
	}
	return texts
}

// summaryView is what the template shows.
type summaryView struct {
	Policy string
	Style  template.CSS
	*Summary
	Top                   []openGroup // the most severe groups
	Total                 int         // groups that have findings
	Reached, ReachUnknown int         // of these
	Unread                []string
}

// Readers are the identities that read, the first of them if they are many.
func (v *summaryView) Readers() []string {
	if len(v.Callers) == 0 {
		return v.ReadAs()
	}
	return few(v.Callers, 2, "manifest.json")
}

// Wanted is what was asked for, in one line.
func (v *summaryView) Wanted() string {
	switch len(v.Asked) {
	case 0:
		return "not known"
	case 1:
		return printable(v.Asked[0])
	}
	return comma(len(v.Asked)) + " different things, see manifest.json: " + printable(v.Asked[0])
}

// Where names the accounts and the regions that were read, the first of them if they are many.
func (v *summaryView) Where() []string {
	var all []string
	for _, names := range [][]string{v.Accounts, v.Regions} {
		if len(names) > 0 {
			all = append(all, strings.Join(few(names, mostNames, "coverage.csv"), ", "))
		}
	}
	return all
}
