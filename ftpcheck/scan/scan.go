// Package scan reads EC2 security groups, judges their ingress permissions and keeps a
// record of what it looked at.
//
// A [Scanner] has one or more places to look: saved output of the AWS CLI, or live
// accounts and regions. [Scanner.Read] reads them all, hands over each security group as
// it arrives and returns one [Coverage] record for every place that was or should have
// been read. A place that could not be read is never silently left out: it is in the
// coverage with its status, and Read fails unless the user chose otherwise.
package scan

import (
	"net/netip"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A Request is what a query needs from a scan. The zero Request reads every group of
// every place, with nothing that would cost further API calls.
//
// Each list of values means any of these; a nil list means no restriction. Everything
// except the accounts and regions is a hint: groups that do not fit may still be handed
// over.
type Request struct {
	// Accounts and Regions select the places to look at, by account ID and region name.
	// NotAccounts and NotRegions leave some of them out.
	Accounts, NotAccounts []string
	Regions, NotRegions   []string

	// What the group must be.
	GroupIDs   []string
	GroupNames []string
	VPCIDs     []string
	OwnerIDs   []string
	TagKeys    []string

	// What at least one of the group's ingress permissions must have as its source.
	CIDRIPv4           []string
	PrefixListIDs      []string
	ReferencedGroupIDs []string

	// Unrestricted, when not nil, says which groups matter by their verdict: those with
	// a permission of this answer, or of none (undetermined).
	Unrestricted *bool

	// Rules asks for the security group rules behind the permissions: IDs and tags.
	Rules bool
	// OpenRules asks for the rules of those groups only that are unrestricted.
	OpenRules bool
	// PrefixListNames asks for the names of referenced prefix lists.
	PrefixListNames bool
	// AddressCounts asks for the addresses of every referenced prefix list, not only
	// of those that decide a verdict.
	AddressCounts bool
	// UnreadLists asks, of a record without groups, for the prefix lists that decide a
	// verdict and could not be read.
	UnreadLists bool
	// NetworkInterfaces asks for the network interfaces that use each group.
	NetworkInterfaces bool

	// Settled asks that no group is handed over before everything has been read, so
	// that a read which fails hands over none.
	Settled bool

	// Once says that nothing of this will be asked again, so that nothing is kept for it.
	// It does not go with Settled, which reads twice.
	Once bool

	coverageOnly bool      // no group is wanted
	pins         *pins     // what the first of two goes over the same has read
	recorder     *recorder // keeps what is read, if not nil; then Once is set
}

// CoverageOnly asks for the record of what was read, without any group.
func (r Request) CoverageOnly() Request {
	r.coverageOnly = true
	return r
}

// Live is the [Group.Origin] of what came from the EC2 API rather than from a file.
const Live = "live"

// ContentGroups is the [Coverage.Content] of a place where security groups were read.
const ContentGroups = "security_groups"

// A Group is one security group with its ingress permissions, judged.
type Group struct {
	ID          string
	Name        string
	Description string
	VPCID       string
	OwnerID     string // account ID of the owner, which for a shared group is not AccountID
	ARN         string
	Tags        map[string]string

	Partition string
	Region    string // empty when a file does not tell
	AccountID string // the account in which the group was seen
	Origin    string // [Live], or the path of the file
	// Connection is the [Config.Connection] by which it was read.
	Connection string

	Permissions []*Permission
	Verdict     rule.GroupVerdict

	// NetworkInterfaces are those that use the group. They are known only if
	// NetworkInterfacesKnown is set; otherwise the list says nothing.
	NetworkInterfaces      []NetworkInterface
	NetworkInterfacesKnown bool

	memory permissionMemory
}

// A Permission is one ingress permission: one protocol and port range of one group, for
// one source. It is one AWS security group rule.
type Permission struct {
	Group *Group

	rule.Permission
	Verdict rule.Verdict

	// Exactly one of these four is set; the texts are as AWS gave them.
	CIDRIPv4        string
	CIDRIPv6        string
	PrefixListID    string
	ReferencedGroup *ReferencedGroup

	Description    string
	PrefixListName string // empty unless asked for
	// PrefixListEntries are the entries of the source, if it is a prefix list that was
	// read. They must not be changed.
	PrefixListEntries []netip.Prefix

	// RuleID and RuleTags are those of the security group rule; empty unless asked for.
	RuleID   string
	RuleTags map[string]string
}

// A ReferencedGroup is a security group that is the source of a permission.
type ReferencedGroup struct {
	ID                     string
	OwnerID                string
	VPCID                  string
	VPCPeeringConnectionID string
}

// A NetworkInterface is an elastic network interface that uses a group.
type NetworkInterface struct {
	ID        string
	PublicIPs []string // IPv4 addresses associated with it, and its IPv6 addresses that are globally reachable
}

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
	StatusIncomplete     Status = "incomplete"  // a file that holds only a part of AWS's answer
	StatusInvalid        Status = "invalid"     // a file that cannot be understood
	StatusOtherShard     Status = "other_shard" // left to another worker; see [Shard]
	StatusError          Status = "error"
)

// Coverage records one place that was or should have been read: an account and region,
// or a file.
type Coverage struct {
	Origin string // [Live], or the path of the file
	// Connection is the [Config.Connection] by which it was or should have been read. A
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

	// Optional marks a place that was not scanned and that nobody asked for by name:
	// a region that is not enabled, a suspended account, or one of another shard.
	Optional bool
	// Ignored marks a place that was not scanned and that the user chose to leave out
	// if it fails in this way.
	Ignored bool

	Groups      int64 // security groups read
	Permissions int64 // ingress permissions read
	Started     time.Time
	Finished    time.Time
}
