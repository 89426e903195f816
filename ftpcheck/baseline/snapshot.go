// Package baseline says what has changed between two answers: which findings are new, worse, as
// they were, or gone, and which places were read in only one of them. What is gone is resolved
// only if its place was read again, and unknown if not.
package baseline

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/finding"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Snapshot is what an answer says, as far as it is compared.
type Snapshot struct {
	// Rule is the version of the rule that it was judged by; empty if it does not say.
	Rule string

	findings map[string]packed // by identity, without places
	scanned  map[place]bool
	failed   map[string][]failedPlace // by account, which is empty if nobody knows it
	accounts map[string]bool          // of which it says anything
	left     map[string]bool          // accounts that are left to other workers
	// plans are the plans of Terraform whose groups have no ID yet. Those of several may have the same
	// addresses.
	plans map[string]bool

	// Reach is what the internet reaches through groups, by [GroupIdentity]; nil if the answer does
	// not say it. It has every group there was, if AllGroups says so, or else those with findings.
	Reach     map[string]Reach
	AllGroups bool
}

// A Row has texts by the name of their column, as CSV has them. The columns are those of findings,
// of groups and of coverage.
type Row map[string]string

// packed is what is compared of the row of a finding, as one text: an answer may have very many of them.
type packed string

// packedColumns are the columns of it, in their order.
var packedColumns = append(slices.Clone(FindingColumns), "group_address", "address", "group_name", "internet_reachable", "exception")

func pack(row Row) packed {
	var b []byte
	for _, name := range packedColumns {
		b = append(binary.AppendUvarint(b, uint64(len(row[name]))), row[name]...)
	}
	return packed(b)
}

func (p packed) row() Row {
	row := make(Row, len(packedColumns))
	for _, name := range packedColumns {
		length, size := binary.Uvarint([]byte(p[:min(len(p), binary.MaxVarintLen64)]))
		p = p[size:]
		if length > 0 {
			row[name] = string(p[:length])
		}
		p = p[length:]
	}
	return row
}

// Reach is the reach of a group from the internet.
type Reach struct {
	Answer    string // true, false, or empty if it is not known
	Addresses []string
	Because   []string // codes of why it is not known
}

type place struct{ account, region string }

type failedPlace struct {
	place
	live, leftOut, optional bool
	status, code            string
}

// FindingColumns and PlaceColumns are the columns that rows of findings and places must have, and
// GroupColumns and RuleColumns those that identify a group and an ingress permission.
var (
	FindingColumns = append(slices.Clone(RuleColumns), "finding", "unrestricted_ftp_reason", "unrestricted_ftp_ports", "security_group_rule_id")
	PlaceColumns   = []string{"account_id", "region", "origin", "content", "status", "error_code"}
	GroupColumns   = []string{"account_id", "region", "group_id"}
	RuleColumns    = []string{"account_id", "region", "group_id", "ip_protocol", "from_port", "to_port", "source"}
)

// New returns a snapshot without anything in it.
func New() *Snapshot {
	return &Snapshot{findings: map[string]packed{}, scanned: map[place]bool{}, failed: map[string][]failedPlace{}, accounts: map[string]bool{}, left: map[string]bool{}, plans: map[string]bool{}}
}

// OnePlan returns an error if nobody can tell whose groups are meant by the addresses in an answer.
func (s *Snapshot) OnePlan() error {
	if len(s.plans) <= 1 {
		return nil
	}
	return fmt.Errorf("only answers of one plan of Terraform each can be compared, as several may have resources of the same address. One of these has %d: %s. Give each a run of its own",
		len(s.plans), strings.Join(slices.Sorted(maps.Keys(s.plans)), ", "))
}

// addPlan notes the plan of a row whose group is only planned.
func (s *Snapshot) addPlan(row Row) {
	if row["group_id"] == "" && GroupOf(row) != "" {
		s.plans[row["origin"]] = true
	}
}

// AddFinding adds a finding. One of a place is left out: the place says it.
func (s *Snapshot) AddFinding(row Row) {
	if row["finding"] != string(finding.NotRead) {
		s.findings[RuleIdentity(row)] = pack(row)
		s.addPlan(row)
	}
}

// AddPlace adds the record of a place. What the user chose to leave out has is_ignored, and what nobody
// asked for by name is_optional, if the answer is of a version that says so.
func (s *Snapshot) AddPlace(row Row) {
	p := place{row["account_id"], row["region"]}
	if row["status"] == string(sg.StatusOtherShard) {
		s.left[p.account] = true
	} else {
		s.accounts[p.account] = true
	}
	switch {
	case row["status"] != string(sg.StatusScanned):
		s.failed[p.account] = append(s.failed[p.account], failedPlace{p, row["origin"] == sg.Live, row["is_ignored"] == "true", row["is_optional"] == "true", row["status"], row["error_code"]})
	case row["content"] == sg.ContentGroups && p.account != "" && p.region != "":
		s.scanned[p] = true
	}
}

// AddGroup adds the place of a group that is in a file: it may hold those of several places, and
// then its record names none.
func (s *Snapshot) AddGroup(row Row) {
	s.addPlan(row)
	if row["origin"] != sg.Live {
		s.scanned[place{row["account_id"], row["region"]}] = true
		s.accounts[row["account_id"]] = true
	}
}

// Groups are the groups that have findings, by [GroupIdentity].
func (s *Snapshot) Groups() map[string]bool {
	groups := map[string]bool{}
	for _, row := range s.Findings() {
		groups[GroupIdentity(row)] = true
	}
	return groups
}

// covers reports whether a place was read, and read whole.
func (s *Snapshot) covers(account, region string) bool {
	if !s.scanned[place{account, region}] || slices.ContainsFunc(s.failed[account], func(f failedPlace) bool { return f.holds(region) }) {
		return false
	}
	// A file may have held a part of any place that its record does not rule out.
	return !slices.ContainsFunc(s.failed[""], func(f failedPlace) bool { return !f.live && f.holds(region) })
}

// holds reports whether a region of the account is what was not read, or a part of it.
func (f failedPlace) holds(region string) bool { return f.region == region || f.region == "" }

// leftOut reports whether the user chose not to read a place.
func (s *Snapshot) leftOut(account, region string) bool {
	return slices.ContainsFunc(s.failed[account], func(f failedPlace) bool { return f.leftOut && f.holds(region) })
}

// why says why a place was not read then.
func (s *Snapshot) why(p place, then string) string {
	for _, f := range s.failed[p.account] {
		if f.holds(p.region) {
			return "It was " + strings.TrimSuffix(f.status+" ("+f.code+")", " ()") + " " + then + "."
		}
	}
	return "Nobody looked at it " + then + "."
}

// GroupOf is what a row calls its group: the ID or, if it is only planned, the address of its
// resource.
func GroupOf(row Row) string {
	return cmp.Or(row["group_id"], row["group_address"], row["address"])
}

// GroupIdentity identifies the group of a row in all answers.
func GroupIdentity(row Row) string {
	return strings.Join([]string{row["account_id"], row["region"], GroupOf(row)}, " ")
}

// RuleIdentity identifies the ingress permission of a row in all answers.
func RuleIdentity(row Row) string { return newChange(row).Identity() }

// port reads a port of a row, which may have none.
func port(cell string) *int32 {
	n, err := strconv.ParseInt(cell, 10, 32)
	if err != nil {
		return nil
	}
	p := int32(n)
	return &p
}

// ReachOf reads the reach of a group from its row, or from that of a finding. It is not said by
// rows without the column internet_reachable.
func ReachOf(row Row) (r Reach, err error) {
	r.Answer = row["internet_reachable"]
	for column, list := range map[string]*[]string{"reachable_addresses": &r.Addresses, "internet_unknown_because": &r.Because} {
		if cell := row[column]; cell != "" {
			if err := json.Unmarshal([]byte(cell), list); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}
