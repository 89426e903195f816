package sg

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Live is the [Group.Origin] of what came from the EC2 API rather than from a file.
const Live = "live"

// ContentGroups is the [Coverage.Content] of a place where security groups were read.
const ContentGroups = "security_groups"

// A Status says how the reading of one place ended.
type Status string

// StatusScanned is the only status that supports "there is nothing else here". The
// others each say why a place was not read, or not read whole.
const (
	StatusScanned        Status = "scanned"
	StatusDenied         Status = "denied"
	StatusDeniedBySCP    Status = "denied_by_scp"
	StatusRegionDisabled Status = "region_disabled"
	StatusSuspended      Status = "suspended"
	StatusRoleFailed     Status = "role_not_assumable"
	StatusThrottled      Status = "throttled"
	StatusUnreachable    Status = "unreachable"
	StatusExpired        Status = "credentials_expired"
	StatusIncomplete     Status = "incomplete"   // a file that holds only a part of AWS's answer
	StatusInvalid        Status = "invalid"      // a file that cannot be understood
	StatusUnrecognized   Status = "unrecognized" // a file of which nobody knows what it holds
	StatusOtherShard     Status = "other_shard"  // left to another worker
	StatusLeftOut        Status = "left_out"     // not read, as the user chose; always with Ignored
	StatusOutdated       Status = "outdated"     // AWS Config has nothing, or not all, that is new enough
	StatusNotRecorded    Status = "not_recorded" // AWS Config does not record it
	StatusError          Status = "error"
)

// CodeOtherShard is the [Coverage.ErrorCode] of an account that is left to another worker.
const CodeOtherShard = "OtherShard"

// CodeListsMissing is the [Coverage.ErrorCode] of a file that was scanned, and whose writer leaves
// out lists where AWS has empty ones.
const CodeListsMissing = "ListsMissing"

// CodeRulesOnly is the [Coverage.ErrorCode] of a file that was scanned, and of whose security groups
// only the rules are known.
const CodeRulesOnly = "RulesOnly"

// CodeOddPermission is the [Coverage.ErrorCode] of a place that was scanned, and in which a permission
// is one that AWS cannot give. It is undetermined.
const CodeOddPermission = "OddPermission"

// CodeNotRecorded and CodeOutdated are [Coverage.ErrorCode] of places that AWS Config does not
// show whole, or not as they are now.
const (
	CodeNotRecorded = "NotRecorded"
	CodeOutdated    = "Outdated"
)

// Coverage records one place that was or should have been read: an account and region,
// or a file.
type Coverage struct {
	Origin string // [Live], or the path of the file
	// Connection is the name of the connection by which it was or should have been read. A
	// record that is kept does not have it.
	Connection string `json:"-"`
	AccountID  string // empty when not known
	Partition  string
	Region     string // empty when not known

	// Content is what was read there: [ContentGroups] or, for a file, something else
	// that only completes them. It is empty if that could not be told.
	Content string

	Status       Status
	ErrorCode    string // AWS's code, or ours where AWS gave none; empty if all was read
	ErrorMessage string // what failed and what to do; empty if all was read

	// NetworkProblem is what could not be read of the networks of a place that was scanned, so
	// that it is not known whether the internet reaches some of its groups. It is empty if all
	// was read or nobody asked for it.
	NetworkProblem string

	// Optional marks a place that was not scanned and that nobody asked for by name:
	// a region that is not enabled, a suspended account, or one of another shard.
	Optional bool
	// Ignored marks a place that was not scanned and that the user chose to leave out
	// if it fails in this way.
	Ignored bool

	Groups      int64 // security groups read
	Permissions int64 // ingress permissions read
	// Planned says that the groups are those of a plan or state of Terraform, which may be others
	// than those that AWS has there. A record that is kept does not say so.
	Planned bool `json:"-"`
	// Shared are those of the groups that another account owns. A record that is kept does not
	// have them.
	Shared []SharedGroup `json:"-"`

	Started  time.Time
	Finished time.Time
}

// A SharedGroup is a group that is seen from another account than that which owns it.
type SharedGroup struct{ OwnerID, ID string }

// DistinctGroups is how many groups were read in these places. One that several accounts see
// counts once.
func DistinctGroups(places []Coverage) int64 {
	n := int64(0)
	ofOwners := map[string]bool{} // places that hold their own groups
	for _, c := range places {
		n += c.Groups
		if c.Groups > int64(len(c.Shared)) {
			ofOwners[PlaceKey(c.AccountID, c.Region)] = true
		}
	}
	type group struct {
		SharedGroup
		region string
	}
	seen := map[group]bool{}
	for _, c := range places {
		for _, g := range c.Shared {
			if key := (group{g, c.Region}); ofOwners[PlaceKey(g.OwnerID, c.Region)] || seen[key] {
				n--
			} else {
				seen[key] = true
			}
		}
	}
	return n
}

// An IncompleteError says that some places could not be read, so that the groups handed
// over are not all there are.
type IncompleteError struct {
	Failed []Coverage // at least one, none of them scanned
}

// LeftOut reports whether the user chose that the place is not read, or chose so if it fails in
// the way in which it did. An answer does not hold there, and is not the worse for it.
func (c Coverage) LeftOut() bool { return c.Status != StatusScanned && c.Ignored }

// Missing reports whether the place was not read and should have been.
func (c Coverage) Missing() bool {
	return c.Status != StatusScanned && !c.Optional && !c.LeftOut()
}

// Incomplete returns an [*IncompleteError] on those places that should have been read and were
// not, or nil if there are none. Where nothing is left of what was asked for, it is on what
// was left out by choice.
func Incomplete(places []Coverage) error {
	failed := slices.DeleteFunc(slices.Clone(places), func(c Coverage) bool { return !c.Missing() })
	if !slices.ContainsFunc(places, func(c Coverage) bool { return c.Status == StatusScanned || c.Missing() }) {
		failed = slices.DeleteFunc(slices.Clone(places), func(c Coverage) bool { return !c.LeftOut() })
	}
	if len(failed) == 0 {
		return nil
	}
	return &IncompleteError{failed}
}

// Error lists every place that failed, one a line if there are several.
func (e *IncompleteError) Error() string {
	if len(e.Failed) == 1 {
		return e.Failed[0].Problem()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d places could not be read:", len(e.Failed))
	for _, c := range e.Failed {
		fmt.Fprintf(&b, "\n- %s", c.Problem())
	}
	return b.String()
}

// Problem is the sentence for a person on a place that was not read: where, what failed
// and what to do.
func (c Coverage) Problem() string {
	place := c.Place()
	if c.Connection != "" {
		place = "connection " + c.Connection + ", " + place
	}
	return fmt.Sprintf("%s: %s", place, c.ErrorMessage)
}

// Place names the place for a person.
func (c Coverage) Place() string {
	switch {
	case strings.ContainsFunc(c.Origin, func(r rune) bool { return !unicode.IsPrint(r) }):
		return strconv.Quote(c.Origin) // a file name that would look like something else
	case c.Origin != Live:
		return c.Origin
	case c.AccountID == "":
		return "AWS"
	case c.Region == "":
		return "account " + c.AccountID
	}
	return fmt.Sprintf("account %s, region %s", c.AccountID, c.Region)
}

// PlaceKey names an account and region among others.
func PlaceKey(account, region string) string { return account + "/" + region }

// Compare orders places by account and region.
func (c Coverage) Compare(d Coverage) int {
	return cmp.Or(strings.Compare(c.AccountID, d.AccountID), strings.Compare(c.Region, d.Region))
}

// Concerns reports whether the place is one that the request selects. A file that does not
// tell its account or region may hold any, and so may one that could not be read whole.
func (c Coverage) Concerns(r *Request) bool {
	if c.Origin != Live && c.Status != StatusScanned {
		return true
	}
	return (c.AccountID == "" || r.WantsAccount(c.AccountID)) && (c.Region == "" || r.WantsRegion(c.Region))
}
