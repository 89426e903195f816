package exposure

import (
	"net/netip"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// Group says what is reachable through a security group: by its own sources, whatever the other
// groups of an interface let in. The function gives the sources of groups, as for [Network.Paths]:
// of this one, and of those of load balancers that lead to it.
func (n *Network) Group(g Group, group func(id string) *Sources) GroupExposure {
	sources := group(g.ID)
	if sources != nil && sources.any == 0 {
		return GroupExposure{} // whoever uses it
	}
	var x GroupExposure
	because := codes{}
	if unseen := n.unseen(g); unseen != nil {
		x.Reachable = rule.Unknown
		because.add(unseen...)
	}
	for _, i := range n.users[g.ID] {
		w := n.at(place{i.VPCID, i.SubnetID})
		for f, family := range families {
			e := n.entrance(i, family, w)
			for p := range ports {
				path := n.path(i, []*Sources{sources}, group, w, &e, f, p)
				x.Reachable = either(x.Reachable, path.Reachable)
				x.ReachableAddresses = append(x.ReachableAddresses, path.ReachableAt...)
				if path.Reachable == rule.Unknown {
					because.add(path.UnknownBecause...)
				}
			}
		}
	}
	slices.SortFunc(x.ReachableAddresses, netip.Prefix.Compare)
	x.ReachableAddresses = slices.Compact(x.ReachableAddresses)
	x.UnknownBecause = because.sorted()
	return x
}

// unseen says why there may be interfaces that use the group and were not seen; nil if there are
// none. Who owns the group or its VPC sees them all; who only takes part in the VPC does not see
// those of others.
func (n *Network) unseen(g Group) []Code {
	owner := n.accounts[g.OwnerID]
	if owner != nil && owner.Interfaces.Whole {
		return nil
	}
	vpcs := []string{g.VPCID}
	for _, more := range n.groupVPCs[g.ID] {
		if more.State != "disassociated" && more.State != "association-failed" {
			vpcs = append(vpcs, more.VPCID)
		}
	}
	because := codes{}
	for _, vpc := range vpcs {
		own, unowned := n.owner(vpc)
		if own == nil {
			because.add(unowned...)
		} else if !own.Interfaces.Whole {
			because.add(InterfacesNotRead)
		}
	}
	if a := n.accounts[g.SeenBy]; a == nil || !a.GroupVPCs.Whole {
		because.add(ForeignAccount) // it may be used in VPCs of others
	}
	if owner != nil && len(because) > 0 {
		return []Code{InterfacesNotRead}
	}
	return because.sorted()
}
