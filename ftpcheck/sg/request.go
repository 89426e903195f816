package sg

import (
	"slices"
	"strings"

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
	// NotAccounts and NotRegions leave some of them out, and so do RegionPrefixes: the name of
	// a region must begin with all of these.
	Accounts, NotAccounts []string
	Regions, NotRegions   []string
	RegionPrefixes        []string

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

	// Reachability asks whether the internet reaches each group, for which the networks are
	// read. What of them cannot be read is in the record of the place, which is scanned all the
	// same.
	Reachability bool
	// Paths, if it is not nil, asks for the paths from the internet to all network interfaces,
	// and is called with each. The paths of a place that was not read are not there.
	Paths func(*InternetPath) error
	// NeedsInterfaces says that a place of whose network interfaces nothing is known is one that
	// was not read.
	NeedsInterfaces bool

	// Verdicts says that the verdicts of permissions or groups are part of the answer.
	Verdicts bool
	// UnreadPlaces says that whoever asks shows also the places that could not be read, so
	// that the groups of the others are of use without them; see [Request.Shows].
	UnreadPlaces bool

	// Settled asks that no group is handed over before everything has been read, so
	// that a read which fails hands over none.
	Settled bool

	// Once says that nothing of this will be asked again, so that nothing is kept for it.
	// It does not go with Settled, which reads twice.
	Once bool

	// CoverageOnly asks for the record of what was read, without any group.
	CoverageOnly bool
}

// Everything is the request for every group with all that can be known of it.
func Everything() Request {
	return Request{Rules: true, PrefixListNames: true, AddressCounts: true, NetworkInterfaces: true, Reachability: true}
}

// WantsRules reports whether the rules of a judged group are asked for.
func (r *Request) WantsRules(g *Group) bool {
	return len(g.Permissions) > 0 && (r.Rules || r.OpenRules && g.Verdict.Unrestricted == rule.Yes)
}

// Fits reports whether the group is one that the request asks for, by everything but
// the verdict.
func (g *Group) Fits(r *Request) bool {
	return r.WantsAccount(g.AccountID) && r.WantsRegion(g.Region) &&
		anyOf(r.GroupIDs, g.ID) && anyOf(r.GroupNames, g.Name) && anyOf(r.VPCIDs, g.VPCID) && anyOf(r.OwnerIDs, g.OwnerID) &&
		(r.TagKeys == nil || slices.ContainsFunc(r.TagKeys, func(key string) bool { _, ok := g.Tags[key]; return ok }))
}

// Matters reports whether a judged group is one that the request asks for by verdict.
func (g *Group) Matters(r *Request) bool {
	if r.Unrestricted == nil {
		return true
	}
	return slices.ContainsFunc(g.Permissions, func(p *Permission) bool { return p.Matters(*r.Unrestricted) }) ||
		!*r.Unrestricted && len(g.Permissions) == 0
}

// WantsNetworks reports whether what stands between network interfaces and the internet is to
// be read.
func (r *Request) WantsNetworks() bool { return r.Reachability || r.Paths != nil }

// WantsAccount reports whether the request asks for the account.
func (r *Request) WantsAccount(id string) bool {
	return anyOf(r.Accounts, id) && !slices.Contains(r.NotAccounts, id)
}

// WantsRegion reports whether the request asks for the region.
func (r *Request) WantsRegion(name string) bool {
	return anyOf(r.Regions, name) && !slices.Contains(r.NotRegions, name) &&
		!slices.ContainsFunc(r.RegionPrefixes, func(prefix string) bool { return !strings.HasPrefix(name, prefix) })
}

// Shows reports whether whoever asks will see that these places were not read. A condition
// on anything but the account and region would drop them, as nothing else is known of a
// place, and so would one on the account or region where these are not known. The verdict
// does not count: who asks for what is not false wants to see what is not known.
func (r *Request) Shows(failed []Coverage) bool {
	for _, values := range [][]string{r.GroupIDs, r.GroupNames, r.VPCIDs, r.OwnerIDs, r.TagKeys, r.CIDRIPv4, r.PrefixListIDs, r.ReferencedGroupIDs} {
		if values != nil {
			return false
		}
	}
	return r.UnreadPlaces && !slices.ContainsFunc(failed, func(c Coverage) bool {
		return (r.Accounts != nil || r.NotAccounts != nil) && (c.AccountID == "" || !r.WantsAccount(c.AccountID)) ||
			(r.Regions != nil || r.NotRegions != nil || r.RegionPrefixes != nil) && (c.Region == "" || !r.WantsRegion(c.Region))
	})
}

func anyOf(wanted []string, value string) bool {
	return wanted == nil || slices.Contains(wanted, value)
}
