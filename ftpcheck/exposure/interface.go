package exposure

import (
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// middlebox names what is not known if the interface is that of something by which traffic from
// the internet may reach others in its VPC. An application load balancer is none: what it sends
// is HTTP of its own.
func (i *Interface) middlebox() Code {
	switch {
	case i.Type == "global_accelerator_managed":
		return GlobalAcceleratorNotRead
	case i.Type == "network_load_balancer":
		return LoadBalancerNotRead
	case strings.HasPrefix(i.Description, "ELB app/"), i.Type == "gateway_load_balancer", i.Type == "gateway_load_balancer_endpoint":
	case i.Type == "load_balancer", i.RequesterID == "amazon-elb", strings.HasPrefix(i.Description, "ELB "):
		return LoadBalancerNotRead
	}
	return ""
}

// isNAT reports whether it is the interface of a NAT gateway, which lets nothing in.
func (i *Interface) isNAT() bool { return i.Type == "nat_gateway" || i.Type == "natGateway" }

// An address is one by which the internet addresses an interface, and how it is addressed inside
// the VPC.
type address struct {
	public, inside netip.Prefix
	edge           gate
}

// addresses are the public addresses of a family, in order.
func (i *Interface) addresses(f Family) []address {
	var list []address
	add := func(public, inside netip.Prefix) { list = append(list, address{public: public, inside: inside}) }
	if f == IPv4 {
		for _, a := range i.PrivateAddresses {
			if a.Public.IsValid() {
				add(single(a.Public), single(a.Private))
			}
		}
	} else {
		for _, a := range i.IPv6Addresses {
			if f.public().Contains(a) {
				add(single(a), single(a))
			}
		}
		for _, p := range i.IPv6Prefixes {
			if f.public().OverlapsPrefix(p) {
				add(p.Masked(), p.Masked())
			}
		}
	}
	slices.SortFunc(list, func(a, b address) int { return a.public.Compare(b.public) })
	return list
}

// isIn reports whether the interface has an address of the family, public or not.
func (i *Interface) isIn(f Family) bool {
	if f == IPv4 {
		return len(i.PrivateAddresses) > 0
	}
	return len(i.IPv6Addresses) > 0 || len(i.IPv6Prefixes) > 0 || i.IPv6InPart
}

func single(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// An entrance is what all ports of an interface and family share.
type entrance struct {
	addresses []address
	// address says whether the internet has an address for it, edge whether what comes for it is
	// handed to it, and deny whether AWS does not drop that.
	address, edge, deny gate
	inspected           rule.Answer // at the edge
	// through is what is not known of ways through middleboxes; nil if there are none.
	through []Code
}

func (n *Network) entrance(i *Interface, f Family, w *passage) entrance {
	open := gate{open: rule.Yes}
	x := entrance{addresses: i.addresses(f), address: open, edge: open, deny: open}
	if i.isIn(f) {
		x.through = w.of[f.index()].through
	}
	inPart := f == IPv6 && i.IPv6InPart
	switch {
	case f == IPv6 && i.DenyAllIgwTraffic:
		x.deny.open = rule.No
	case inPart:
		x.deny = doubt(InterfacesNotRead)
	}
	if len(x.addresses) == 0 && !inPart {
		x.address.open = rule.No
		return x
	}
	best, because := rule.No, codes{}
	if inPart { // a prefix that is not known may be anywhere in the VPC
		more := n.edge(i.VPCID, netip.Prefix{})
		best = more.open
		if best == rule.Unknown {
			x.inspected = rule.Unknown
		}
		because.add(more.because...)
		if len(x.addresses) == 0 {
			x.address = doubt(InterfacesNotRead)
		}
	}
	for a := range x.addresses {
		at := &x.addresses[a]
		at.edge = n.edge(i.VPCID, at.inside)
		best = either(best, at.edge.open)
		because.add(at.edge.because...)
		if slices.Contains(at.edge.because, EdgeRouteTable) {
			x.inspected = rule.Yes
		} else if at.edge.open == rule.Unknown {
			x.inspected = either(x.inspected, rule.Unknown)
		}
	}
	if x.edge.open = best; best == rule.Unknown {
		x.edge.because = because.sorted()
	}
	return x
}

// A passage is what all interfaces of a subnet share.
type passage struct {
	blockPublicAccess gate
	of                [len(families)]struct {
		route        routed
		out          factor
		in           [len(ports)]factor
		intersection [len(ports)]Factor // of the three
		through      []Code
	}
}

func (f Family) index() int {
	if f == IPv4 {
		return 0
	}
	return 1
}

func (n *Network) passage(where place) *passage {
	w := &passage{blockPublicAccess: n.blockPublicAccess(where)}
	table, noTable := n.table(where)
	acl, noACL := n.acl(where)
	for i, f := range families {
		x := &w.of[i]
		if table != nil {
			x.route = n.route(f, table, where)
		} else {
			x.route = routed{factor: f.unknown(noTable...), inspected: rule.Unknown}
		}
		through := codes{}
		through.add(n.boxes[where.vpc]...)
		own, because := n.owner(where.vpc)
		if own == nil {
			through.add(because...)
		} else if !own.Interfaces.Whole {
			through.add(InterfacesNotRead)
		}
		through.add(noTable...)
		if x.route.abroad {
			through.add(LoadBalancerNotRead)
		}
		x.through = through.sorted()
		x.out = f.unknown(noACL...)
		if acl != nil {
			x.out = acl.replies(f, true)
		}
		for p, port := range ports {
			x.in[p] = f.unknown(noACL...)
			if acl != nil {
				x.in[p] = acl.allows(f, false, port.Numbers()[0])
			}
			x.intersection[p] = f.both(f.both(x.route.Factor, x.in[p].Factor), x.out.Factor)
		}
	}
	return w
}

// both is what two factors let through.
func (f Family) both(a, b Factor) Factor {
	sure := f.intersection(a.Sure, b.Sure)
	if a.Sure == a.Possible && b.Sure == b.Possible {
		return Factor{sure, sure}
	}
	return Factor{sure, f.intersection(a.Possible, b.Possible)}
}

// at is the passage of a place, which is made for who asks first.
func (n *Network) at(where place) *passage {
	n.mu.Lock()
	defer n.mu.Unlock()
	w := n.passages[where]
	if w == nil {
		w = n.passage(where)
		n.passages[where] = w
	}
	return w
}

// count is how many addresses an IPv4 set has.
func count(s *netipx.IPSet) int64 {
	var total int64
	for _, r := range s.Ranges() {
		from, to := r.From().As4(), r.To().As4()
		total += int64(number(to)) - int64(number(from)) + 1
	}
	return total
}

func number(b [4]byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
