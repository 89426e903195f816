package exposure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A balancerName is what identifies a load balancer to its interfaces.
type balancerName struct{ vpc, name string }

// A balancer is a load balancer with the interfaces at which it takes connections.
type balancer struct {
	*LoadBalancer
	nodes []*Interface
}

// An endpoint is what a target of a load balancer is in its VPC: the first interface of an
// instance, or an address.
type endpoint struct {
	vpc, instance string
	address       netip.Addr
}

// A way leads from the port of a load balancer to one of its targets.
//
//	client --> node of the load balancer, port 2121 --> target, port 21
//	       S   groups, ACL, route and gateway       B   health, ACLs and groups
//
// What of S gets through B arrives. If the client's address is kept, B is a set of sources, and
// else it is a gate.
type way struct {
	by   *balancer
	port int32 // at which it listens
	to   *Target
}

func (n *Network) addBalancer(l *LoadBalancer) {
	name := balancerName{l.VPCID, l.Name}
	if n.balancers[name] != nil { // in a shared VPC, a name may be there twice
		n.balancers[name] = &balancer{LoadBalancer: &LoadBalancer{}}
		return
	}
	b := &balancer{LoadBalancer: l}
	n.balancers[name] = b
	for i := range l.Listeners.Items {
		x := &l.Listeners.Items[i]
		for t := range x.Targets.Items {
			to := &x.Targets.Items[t]
			at := endpoint{l.VPCID, to.InstanceID, to.Address}
			n.ways[at] = append(n.ways[at], way{b, x.Port, to})
		}
	}
}

// balancer is the load balancer that was read of which this is an interface; nil if it is none.
func (n *Network) balancer(i *Interface) *balancer {
	name, ok := strings.CutPrefix(i.Description, "ELB ")
	if !ok || i.middlebox() != LoadBalancerNotRead {
		return nil
	}
	return n.balancers[balancerName{i.VPCID, name}]
}

// isWhole reports whether all is known of what it sends to whom.
func (l *LoadBalancer) isWhole() bool {
	return l.Listeners.Whole && !slices.ContainsFunc(l.Listeners.Items, func(x Listener) bool { return !x.Targets.Whole })
}

// listening are the sources that a load balancer without security groups lets in on a port: all,
// if it listens, and whether it lets in any.
func (l *LoadBalancer) listening(f Family, port int32) (s factor, any bool) {
	if slices.ContainsFunc(l.Listeners.Items, func(x Listener) bool { return x.Port == port }) {
		return f.known(f.all()), true
	}
	return f.known(nothing), false
}

// waysTo are the ways by which load balancers lead to a port of an interface.
func (n *Network) waysTo(i *Interface, f Family, port int32) []way {
	if len(n.ways) == 0 || i.isNAT() {
		return nil
	}
	var list []way
	addresses := i.inside(f)
	if len(addresses) > 0 && i.InstanceID != "" && (i.DeviceIndex == nil || *i.DeviceIndex == 0) {
		for _, w := range n.ways[endpoint{vpc: i.VPCID, instance: i.InstanceID}] {
			if w.to.Port == port && w.to.Family == f {
				list = append(list, w)
			}
		}
	}
	for _, a := range addresses {
		for _, w := range n.ways[endpoint{vpc: i.VPCID, address: a}] {
			if w.to.Port == port {
				list = append(list, w)
			}
		}
	}
	return list
}

// inside are the addresses of a family that the interface has in its VPC.
func (i *Interface) inside(f Family) (all []netip.Addr) {
	if f == IPv6 {
		return i.IPv6Addresses
	}
	for _, a := range i.PrivateAddresses {
		all = append(all, a.Private)
	}
	return all
}

// fronts are the public addresses at which the load balancer of a way takes connections.
func (n *Network) fronts(w way, f Family) (all []netip.Prefix) {
	for _, node := range w.by.nodes {
		e := n.entrance(node, f, n.at(place{node.VPCID, node.SubnetID}))
		all = append(all, e.reachableAt()...)
	}
	return all
}

// arrives are the sources whose connections a load balancer passes on to an interface. Which of its
// nodes does so is not known: those that all of them pass on surely arrive, and those that one does
// possibly. They are of some groups of the interface, which let in s.
func (n *Network) arrives(w way, i *Interface, groups []*Sources, others func(id string) *Sources, s factor, f, p int) factor {
	family := families[f]
	total := family.known(nothing)
	because := codes{}
	for at, node := range w.by.nodes {
		front, back := n.front(w, node, others, family), n.back(w, node, i, groups, s, f, p)
		x := family.both(front.Factor, back.Factor)
		because.add(front.because...)
		because.add(back.because...)
		if at == 0 {
			total.Factor = x
		} else {
			total.Factor = Factor{family.intersection(total.Sure, x.Sure), family.union(total.Possible, x.Possible)}
		}
	}
	if own, unseen := n.owner(w.by.VPCID); own == nil || !own.Interfaces.Whole { // it may have more nodes
		total.Sure = nothing
		if because.add(unseen...); own != nil {
			because.add(InterfacesNotRead)
		}
	}
	if total.Sure.Equal(total.Possible) {
		return family.known(total.Possible)
	}
	if len(because) == 0 { // its nodes differ
		because.add(LoadBalancerUndetermined)
	}
	return family.factor(total.Sure, total.Possible, because.sorted()...)
}

// front are the sources whose connections a node of a load balancer takes.
func (n *Network) front(w way, node *Interface, others func(id string) *Sources, f Family) factor {
	where := place{node.VPCID, node.SubnetID}
	passage := n.at(where)
	e := n.entrance(node, f, passage)
	x := &passage.of[f.index()]
	s := n.letInAt(w, node, others, f)
	in := f.unknown(NetworkACLsNotRead)
	if acl, because := n.acl(where); acl != nil {
		in = acl.allows(f, false, w.port)
	} else {
		in.because = because
	}
	because := codes{}
	for _, y := range []factor{s, in, x.out, x.route.factor} {
		because.add(y.because...)
	}
	gates := e.gates(passage)
	for _, g := range gates {
		because.add(g.because...)
	}
	reach := f.through(gates, f.both(s.Factor, in.Factor), f.both(x.out.Factor, x.route.Factor))
	// What others may bring to the node, and clients of the other family, are not counted here.
	if len(e.through) > 0 {
		reach.Possible = f.all()
		because.add(e.through...)
	}
	if len(n.waysTo(node, f, w.port)) > 0 || w.to.KeepsClient != rule.Yes && len(n.entrance(node, f.other(), passage).addresses) > 0 {
		reach.Possible = f.all()
		because.add(LoadBalancerUndetermined)
	}
	return f.factor(reach.Sure, reach.Possible, because.sorted()...)
}

func (f Family) other() Family {
	if f == IPv4 {
		return IPv6
	}
	return IPv4
}

// letInAt are the sources that the groups of a node let in on the port of a way.
func (n *Network) letInAt(w way, node *Interface, others func(id string) *Sources, f Family) factor {
	if len(node.GroupIDs) == 0 {
		s, _ := w.by.listening(f, w.port)
		return s
	}
	s := f.known(nothing)
	for _, id := range node.GroupIDs {
		x := f.unknown(SecurityGroupsNotRead)
		if g := others(id); g != nil {
			x = g.on(f, w.port)
		}
		s = f.factor(f.union(s.Sure, x.Sure), f.union(s.Possible, x.Possible), slices.Concat(s.because, x.because)...)
	}
	return s
}

// on are the sources that a group lets in on a port, which are not known unless it was made for it.
func (s *Sources) on(f Family, port int32) factor {
	for p := range ports {
		if ports[p].Numbers()[0] == port {
			return s.of[f.index()][p]
		}
	}
	if of, ok := s.more[port]; ok {
		return of[f.index()]
	}
	return f.unknown(SecurityGroupsNotRead)
}

// back are the sources of what a node passes on that get to the interface, of whose groups some
// let in s.
func (n *Network) back(w way, node, i *Interface, groups []*Sources, s factor, f, p int) factor {
	family := families[f]
	if refersTo(groups, node.GroupIDs, p) { // which counts for all that comes by the load balancer
		s = family.known(family.all())
	}
	kept, gate := s.Factor, oneIn(s.Factor, node.inside(family))
	because := codes{}
	because.add(s.because...)
	if node.SubnetID != i.SubnetID {
		// Between subnets, both network ACLs decide.
		x := n.at(place{i.VPCID, i.SubnetID}).of[f]
		kept = family.both(kept, family.both(x.in[p].Factor, x.out.Factor))
		because.add(slices.Concat(x.in[p].because, x.out.because)...)
		gate = least(gate, least(oneIn(x.in[p].Factor, node.inside(family)), oneIn(x.out.Factor, node.inside(family))))
		acl, noACL := n.acl(place{node.VPCID, node.SubnetID})
		leaves := rule.Unknown
		if because.add(noACL...); acl != nil {
			leaves = least(oneIn(acl.allows(family, true, w.to.Port).Factor, w.to.at(i)), oneIn(acl.replies(family, false).Factor, w.to.at(i)))
		}
		leaves = least(leaves, least(n.direct(place{node.VPCID, node.SubnetID}, w.to.at(i)), n.direct(place{i.VPCID, i.SubnetID}, node.inside(family))))
		gate = least(gate, leaves)
		if kept = passing(kept, leaves); leaves == rule.Unknown {
			because.add(LoadBalancerUndetermined)
		}
	}
	all := Factor{family.all(), family.all()}
	own := passing(all, gate)
	both := kept
	switch w.to.KeepsClient {
	case rule.No:
		both = own
	case rule.Unknown:
		both = Factor{family.intersection(kept.Sure, own.Sure), family.union(kept.Possible, own.Possible)}
		because.add(LoadBalancerUndetermined)
	}
	if !w.to.Healthy || w.to.InstanceID != "" && i.DeviceIndex == nil {
		both.Sure = nothing
		because.add(LoadBalancerUndetermined)
	}
	if len(because) == 0 {
		because.add(LoadBalancerUndetermined)
	}
	return family.factor(both.Sure, both.Possible, because.sorted()...)
}

// at are the addresses at which the target is sent to on its interface. Which one of an instance's
// it is does not matter, unless an ACL tells them apart.
func (t *Target) at(i *Interface) []netip.Addr {
	if t.InstanceID == "" {
		return []netip.Addr{t.Address}
	}
	return i.inside(t.Family)
}

// passing is what of a factor passes a gate.
func passing(x Factor, open rule.Answer) Factor {
	switch open {
	case rule.No:
		return Factor{nothing, nothing}
	case rule.Unknown:
		return Factor{nothing, x.Possible}
	}
	return x
}

// direct says whether a subnet sends what is for some addresses of its VPC straight to them, and not
// to an appliance.
func (n *Network) direct(where place, to []netip.Addr) rule.Answer {
	table, _ := n.table(where)
	if table == nil {
		return rule.Unknown
	}
	for _, a := range to {
		best := -1
		local := false
		for i := range table.Routes {
			r := &table.Routes[i]
			switch {
			case r.State == "filtered":
			case r.PrefixListID != "":
				return rule.Unknown // a list may have anything
			case r.Destination.Contains(a) && r.Destination.Bits() > best:
				best, local = r.Destination.Bits(), r.Target == "local"
			}
		}
		if !local {
			return rule.Unknown
		}
	}
	return rule.Yes
}

// oneIn says whether a factor lets one of the addresses through. It is known only if all are alike.
func oneIn(x Factor, addresses []netip.Addr) rule.Answer {
	var sure, possible int
	for _, a := range addresses {
		if x.Sure.Contains(a) {
			sure++
		}
		if x.Possible.Contains(a) {
			possible++
		}
	}
	switch {
	case possible == 0:
		return rule.No
	case sure < len(addresses):
		return rule.Unknown
	}
	return rule.Yes
}

// refersTo reports whether one of the groups lets in, on a port, what uses one of others.
func refersTo(groups []*Sources, others []string, p int) bool {
	return slices.ContainsFunc(groups, func(g *Sources) bool {
		return g != nil && slices.ContainsFunc(g.referenced[p], func(id string) bool { return slices.Contains(others, id) })
	})
}
