// Package exposure decides which network interfaces the internet reaches on FTP, and by which
// sources. Package rule says whether a security group is open, which is the finding; this says
// what stands behind it, which ranks it.
//
// A [Path] is one network interface, one address family and one port. A packet on it, and the
// reply, pass
//
//	client 198.51.99.7:40000                                     reply to :40000
//	   |                                                              ^
//	   v                                                              |
//	Block Public Access of the VPC's owner, with its exclusions       |
//	   |                                                              |
//	internet gateway: has an address for the interface                |
//	   |                                                              |
//	its route table, if any: to the VPC, or to an appliance           |
//	   |                                             O                |     R
//	   |       N   network ACL of the subnet, in  |  out ------ route table of the subnet
//	   v       |                                  |   ^
//	   +------ | -------> S  security groups -----+---+--- network interface, port 21
//
// Each thing on it lets some sources through, as a set of addresses:
//
//	S  all security groups of the interface let in, together
//	N  the network ACL lets in: the first entry by number decides
//	O  the network ACL lets a reply out to, on any port, as the client chooses its own
//	R  the most specific route leads to an attached internet gateway
//
// or is a gate for all of them: an address, DenyAllIgwTraffic, Block Public Access, and the
// gateway's route table.
//
// # What is not known
//
// Each is a pair of sets: the sources that it surely lets through, and those that it possibly
// does ([Factor]). Read completely, the two are equal; not read at all, they are nothing and
// everything; a prefix list of a group that was not read adds everything to the second. So the
// answers are three-valued:
//
//	Yes      what all surely let through holds a public address
//	No       what all possibly let through holds none
//	Unknown  else
//
// which is decided on the sets. Groups for 8.8.8.8 and an ACL for 9.9.9.9 are each open, and
// nothing reaches the interface. To read less can make an answer unknown, and never another.
//
// Only the owner of a VPC sees all that is in it. So what is missing from a list is not there
// only if it is the owner's list, and whole ([List], [Account]): the main route table of a VPC
// decides for a subnet only if the subnet's own would have been seen.
//
// # What blocks
//
// If nothing is left, [Path.BlockedBy] names each gate and factor that belongs to a smallest set
// of them which leaves nothing: what is empty alone, and also each two, of which neither is,
// that have no address in common. Whoever opens one of these sets makes a way.
//
// # Other ways
//
// A load balancer or Global Accelerator may bring what comes from the internet to an interface
// that has no public address. They are recognised by their interfaces. If there is one in the
// VPC, or a route to other networks from which one could reach it, and the groups let anything
// in at all, then the interface is not provably unreachable: Unknown, with the reason. All that
// is said beyond [Path.Reachable] is about the interface's own public addresses.
//
// Whether a server listens, what its own firewall and what appliances let through is not known
// here.
//
// The package is pure: it knows no AWS types and no SQL, and does no I/O. docs/exposure.md is the
// specification. How EC2 routes and filters is in the Amazon VPC User Guide: "Route priority",
// "Gateway route tables", "Network ACLs", "Block public access to VPCs and subnets", and
// "Responsibilities and permissions for owners and participants" of shared subnets.
package exposure

import (
	"math/bits"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// Paths judges an interface of the network: IPv4 and IPv6, each on port 20 and 21. The function
// gives the sources of a security group by its ID, or nil if the group was not read.
func (n *Network) Paths(i *Interface, group func(id string) *Sources) []Path {
	w := n.at(place{i.VPCID, i.SubnetID})
	var groups []*Sources
	for _, id := range i.GroupIDs {
		groups = append(groups, group(id))
	}
	paths := make([]Path, 0, len(families)*len(ports))
	for f, family := range families {
		e := n.entrance(i, family, w)
		for p := range ports {
			paths = append(paths, n.path(i, groups, group, w, &e, f, p))
		}
	}
	return paths
}

// letIn are the sources that the groups of an interface let in together, and whether they let
// anything in at all, public or not.
func (n *Network) letIn(i *Interface, groups []*Sources, f, p int) (s factor, any bool) {
	family := families[f]
	switch {
	case i.isNAT():
		return family.known(nothing), false
	case len(groups) == 0: // as interfaces of load balancers may have none
		if b := n.balancer(i); b != nil && b.Listeners.Whole {
			return b.listening(family, ports[p].Numbers()[0])
		}
		because := i.middlebox()
		if because == "" {
			because = SecurityGroupsNotRead
		}
		return family.unknown(because), true
	}
	for at, g := range groups {
		x := n.ofGroup(i, g, f, p)
		any = any || g == nil || g.any.Has(ports[p])
		switch {
		case at == 0 || s.Possible == nothing || x.Sure == family.all():
			s = x
		case x.Possible != nothing && s.Sure != family.all():
			s = family.factor(family.union(s.Sure, x.Sure), family.union(s.Possible, x.Possible), slices.Concat(s.because, x.because)...)
		}
	}
	return s, any
}

// ofGroup are the sources that one group of an interface lets in.
func (n *Network) ofGroup(i *Interface, g *Sources, f, p int) factor {
	switch {
	case g != nil:
		return g.of[f][p]
	case n.accounts[i.OwnerID] == nil:
		return families[f].unknown(ForeignAccount)
	}
	return families[f].unknown(SecurityGroupsNotRead)
}

// union is what one of two sets holds.
func (f Family) union(a, b *netipx.IPSet) *netipx.IPSet {
	switch {
	case a == nothing || b == f.all():
		return b
	case b == nothing || a == f.all() || a == b:
		return a
	}
	var both netipx.IPSetBuilder
	both.AddSet(a)
	both.AddSet(b)
	return f.part(build(&both))
}

// A part of a path blocks it by this name.
type part struct {
	blocks Code
	factor
}

// A blockage is a gate, which blocks by this name.
type blockage struct {
	blocks Code
	gate
}

// path judges one path to an interface, by the sources of some of its groups. The function gives
// those of the groups of load balancers.
func (n *Network) path(i *Interface, groups []*Sources, others func(id string) *Sources, w *passage, e *entrance, at, p int) Path {
	f, x := families[at], &w.of[at]
	s, any := n.letIn(i, groups, at, p)
	path := Path{
		Family: f, Port: ports[p],
		SecurityGroups: s.Factor, Route: x.route.Factor, NetworkACLInbound: x.in[p].Factor, NetworkACLOutbound: x.out.Factor,
		HasPublicAddress:       e.address.open,
		SecurityGroupsOpen:     s.open,
		RouteToInternet:        least(x.route.open, e.edge.open),
		NetworkACLInboundOpen:  x.in[p].open,
		NetworkACLOutboundOpen: x.out.open,
		BlockPublicAccessOpen:  w.blockPublicAccess.open,
		PathInspected:          either(x.route.inspected, e.inspected),
	}
	for _, a := range e.addresses {
		path.PublicAddresses = append(path.PublicAddresses, a.public)
	}
	gates := e.gates(w)
	parts := []part{{SecurityGroups, s}, {NoRoute, x.route.factor}, {NetworkACLInbound, x.in[p]}, {NetworkACLOutbound, x.out}}

	reach := f.through(gates, s.Factor, x.intersection[p])
	public := f.both(reach, Factor{f.public(), f.public()})
	own := public.any()
	if own == rule.Yes {
		path.ReachableAt = e.reachableAt()
	}
	because := codes{}
	ways := n.waysTo(i, f, ports[p].Numbers()[0])
	for _, way := range ways {
		y := n.arrives(way, i, groups, others, s, at, p)
		reach = Factor{f.union(reach.Sure, y.Sure), f.union(reach.Possible, y.Possible)}
		if y.Sure != y.Possible {
			because.add(y.because...)
		}
		if y.open == rule.Yes {
			path.LoadBalancers = append(path.LoadBalancers, way.by.Name)
			path.ReachableAt = append(path.ReachableAt, n.fronts(way, f)...)
		}
	}
	if len(ways) > 0 {
		slices.Sort(path.LoadBalancers)
		path.LoadBalancers = slices.Compact(path.LoadBalancers)
		slices.SortFunc(path.ReachableAt, netip.Prefix.Compare)
		path.ReachableAt = slices.Compact(path.ReachableAt)
		public = f.both(reach, Factor{f.public(), f.public()})
	}
	path.Reachable = public.any()
	path.ReachableFromEveryone = everyone(path.Reachable, reach, x.route.internet)
	whole := public.Sure.Equal(public.Possible)
	if whole && f == IPv4 {
		n := count(public.Sure)
		path.ReachableAddressCount = &n
	}
	switch {
	case path.Reachable == rule.Yes:
		path.ReachableSources = fewest(reach.Sure, x.route.internet)
		path.ReachableSourceCount = len(path.ReachableSources)
		path.ReachableSources = path.ReachableSources[:min(MaxSources, len(path.ReachableSources))]
	case own == rule.No:
		path.BlockedBy = f.blockers(parts, gates)
	}
	if whole {
		clear(because)
	} else {
		for _, x := range parts {
			if x.Sure != x.Possible && !f.intersection(public.Possible, x.Sure).Equal(public.Possible) {
				because.add(x.because...)
			}
		}
		for _, g := range gates {
			because.add(g.because...)
		}
	}
	if path.Reachable != rule.Yes && any && len(e.through) > 0 {
		// Something else may reach it that is not known here.
		path.Reachable = rule.Unknown
		path.ReachableFromEveryone = either(path.ReachableFromEveryone, rule.Unknown)
		path.ReachableAddressCount = nil
		because.add(e.through...)
	}
	path.UnknownBecause = because.sorted()
	return path
}

// gates are what lets all sources through to an interface, or none.
func (e *entrance) gates(w *passage) [4]blockage {
	return [4]blockage{{NoPublicAddress, e.address}, {DenyAllIgwTraffic, e.deny}, {BlockPublicAccessBlocks, w.blockPublicAccess}, {NoRoute, e.edge}}
}

// through is what two factors let through gates.
func (f Family) through(gates [4]blockage, a, b Factor) Factor {
	open := rule.Yes
	for _, g := range gates {
		open = least(open, g.open)
	}
	if open == rule.No {
		return Factor{nothing, nothing}
	}
	return passing(f.both(a, b), open)
}

// any says whether a source is left.
func (x Factor) any() rule.Answer {
	switch {
	case !isEmpty(x.Sure):
		return rule.Yes
	case !isEmpty(x.Possible):
		return rule.Unknown
	}
	return rule.No
}

// least is the answer of two that is farther from Yes.
func least(a, b rule.Answer) rule.Answer {
	switch {
	case a == rule.No || b == rule.No:
		return rule.No
	case a == rule.Unknown || b == rule.Unknown:
		return rule.Unknown
	}
	return rule.Yes
}

// everyone says whether the whole internet is among what surely or possibly reaches an interface.
func everyone(reachable rule.Answer, reach Factor, internet *netipx.IPSet) rule.Answer {
	switch {
	case reachable == rule.No:
		return rule.No
	case internet == nil:
		return rule.Unknown
	case reachable == rule.Yes && within(internet, reach.Sure):
		return rule.Yes
	case within(internet, reach.Possible):
		return rule.Unknown
	}
	return rule.No
}

func (e *entrance) reachableAt() []netip.Prefix {
	var at []netip.Prefix
	for _, a := range e.addresses {
		if a.edge.open == rule.Yes {
			at = append(at, a.public)
		}
	}
	return at
}

// fewest gives what a set has of the internet in as few ranges as possible, whose ends are those
// of ranges of the set:
//
//	set         |---------|     |-----------|   |------|
//	internet  ------|     |-----|         |--------------
//	fewest      |---------------------------|   |------|
func fewest(s, internet *netipx.IPSet) []netipx.IPRange {
	var few []netipx.IPRange
	for _, r := range s.Ranges() {
		if !internet.OverlapsRange(r) {
			continue
		}
		if last := len(few) - 1; last >= 0 && !internet.OverlapsRange(netipx.IPRangeFrom(few[last].To().Next(), r.From().Prev())) {
			few[last] = netipx.IPRangeFrom(few[last].From(), r.To())
		} else {
			few = append(few, r)
		}
	}
	return few
}

// blockers names what leaves no public source: each gate and factor that belongs to a smallest
// set of them which does so together. One that lets nothing through is such a set; groups for one
// address and an ACL for another are one, too.
func (f Family) blockers(parts []part, gates [4]blockage) []Code {
	because := codes{}
	var narrow []part // those that let something through, and not everyone
	for _, g := range gates {
		if g.open == rule.No {
			because.add(g.blocks)
		}
	}
	for _, x := range parts {
		switch {
		case x.open == rule.No:
			because.add(x.blocks)
		case !x.wide:
			narrow = append(narrow, x)
		}
	}
	var found []int
	for size := 2; size <= len(narrow); size++ {
		for some := range 1 << len(narrow) {
			if bits.OnesCount(uint(some)) != size || slices.ContainsFunc(found, func(less int) bool { return less&some == less }) {
				continue
			}
			sets := []*netipx.IPSet{f.public()}
			for i, x := range narrow {
				if some>>i&1 == 1 {
					sets = append(sets, x.Possible)
				}
			}
			if !isEmpty(f.intersection(sets...)) {
				continue
			}
			found = append(found, some)
			for i, x := range narrow {
				if some>>i&1 == 1 {
					because.add(x.blocks)
				}
			}
		}
	}
	return because.sorted()
}
