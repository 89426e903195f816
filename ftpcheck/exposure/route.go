package exposure

import (
	"net/netip"
	"strings"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// A lead is what is known of where a route leads: surely or possibly to the internet, and whether
// by way of an appliance.
type lead struct {
	sure, possible bool
	because        Code
	inspected      rule.Answer
}

var (
	toInternet = lead{sure: true, possible: true}
	elsewhere  = lead{}
)

func perhaps(because Code) lead { return lead{possible: true, because: because} }

// leads says where the route leads from a VPC.
func (n *Network) leads(r *Route, vpc string) lead {
	switch {
	case r.State == "blackhole":
		return elsewhere
	case r.State != "active" && r.State != "":
		return perhaps(RouteUndetermined)
	case strings.HasPrefix(r.Target, "igw-"):
		return n.attached(r.Target, vpc)
	case strings.HasPrefix(r.Target, "vpce-"):
		return n.endpoint(r.Target, vpc)
	case r.Target == "local" || isElsewhere(r.Target):
		return elsewhere
	case strings.HasPrefix(r.Target, "eni-"), strings.HasPrefix(r.Target, "i-"):
		return lead{possible: true, because: RouteUndetermined, inspected: rule.Yes}
	}
	return lead{possible: true, because: RouteUndetermined, inspected: rule.Unknown}
}

// isElsewhere reports whether the target is one by which nothing comes from the internet: a NAT
// gateway and an egress-only internet gateway let nothing in, the others lead to other networks.
func isElsewhere(target string) bool {
	for _, prefix := range []string{"nat-", "eigw-", "tgw-", "pcx-", "vgw-", "lgw-", "cagw-"} {
		if strings.HasPrefix(target, prefix) {
			return true
		}
	}
	return strings.Contains(target, ":core-network/") || strings.Contains(target, ":odb-network/")
}

// attached is where a route to an internet gateway leads: to the internet if the gateway is
// attached to the VPC.
func (n *Network) attached(gateway, vpc string) lead {
	g := n.gateways[gateway]
	if g == nil {
		own, because := n.owner(vpc)
		switch {
		case own == nil:
			return perhaps(because[0])
		case !own.InternetGateways.Whole:
			return perhaps(InternetGatewaysNotRead)
		}
		return elsewhere
	}
	for _, a := range g.Attachments {
		if a.VPCID != vpc {
			continue
		}
		switch a.State {
		case "available", "attached":
			return toInternet
		case "detached":
		default:
			return perhaps(InternetGatewaysNotRead)
		}
	}
	return elsewhere
}

// endpoint is where a route to a VPC endpoint leads: a gateway endpoint to a service of AWS, a
// gateway load balancer endpoint to an appliance. Only the latter has an interface.
func (n *Network) endpoint(id, vpc string) lead {
	known := n.endpoints[vpc]
	own, because := n.owner(vpc)
	switch {
	case known.ids[id] != "":
		return lead{possible: true, because: known.ids[id], inspected: rule.Yes}
	case own == nil:
		return lead{possible: true, because: because[0], inspected: rule.Unknown}
	case !own.Interfaces.Whole:
		return lead{possible: true, because: InterfacesNotRead, inspected: rule.Unknown}
	case known.unnamed:
		return lead{possible: true, because: GatewayLoadBalancer, inspected: rule.Unknown}
	}
	return elsewhere
}

// endpointID finds the ID of a VPC endpoint in the description of its interface, as
// "VPC Endpoint Interface vpce-0123456789abcdef0".
func endpointID(description string) string {
	at := strings.Index(description, "vpce-")
	if at < 0 {
		return ""
	}
	id := description[at:]
	if end := strings.IndexFunc(id[len("vpce-"):], func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) }); end >= 0 {
		id = id[:len("vpce-")+end]
	}
	return id
}

// Routes of the same destination decide in this order.
const (
	static = iota
	ofList
	propagated
	classes
)

func (r *Route) class() int {
	switch {
	case r.Origin == "EnableVgwRoutePropagation" || r.Origin == "Advertisement":
		return propagated
	case r.PrefixListID != "":
		return ofList
	}
	return static
}

// routed is what the route table of a subnet says of one family.
type routed struct {
	factor
	inspected rule.Answer
	// internet is the public internet as the VPC sees it: without the VPC's own addresses, which
	// for IPv6 are public. It is nil if the table is not known.
	internet *netipx.IPSet
	// abroad says that it leads to other networks, from which a load balancer may send something.
	abroad bool
}

// route reads a table: the most specific route decides; of several to the same destination a
// static one before that of a prefix list, and both before a propagated one. Which of two lists
// decides AWS does not tell.
func (n *Network) route(f Family, t *RouteTable, where place) routed {
	type destination struct {
		prefix netip.Prefix
		class  int
	}
	var x routed
	var internet netipx.IPSetBuilder
	internet.AddSet(f.public())
	var entries []match
	byDestination := map[destination]int{}
	inspected := map[int]rule.Answer{}
	var anywhere []lead // where the routes to lists that were not read lead
	for i := range t.Routes {
		r := &t.Routes[i]
		if r.State == "filtered" {
			continue // not in use
		}
		to := n.leads(r, where.vpc)
		if r.Target == "local" && f.has(r.Destination.Addr()) {
			internet.RemovePrefix(r.Destination)
		}
		prefixes, read := n.entries(r)
		if !read {
			anywhere = append(anywhere, to)
		}
		ours := !read
		for _, p := range prefixes {
			if !f.has(p.Addr()) {
				continue
			}
			ours = true
			d := destination{p.Masked(), r.class()}
			at, twice := byDestination[d]
			if !twice {
				byDestination[d] = len(entries)
				inspected[len(entries)] = to.inspected
				entries = append(entries, match{netipx.RangeOfPrefix(d.prefix), -(p.Bits()*classes - d.class), to.sure, to.possible, to.because})
				continue
			}
			e := &entries[at]
			if e.sure != to.sure || e.possible != to.possible {
				*e = match{e.addresses, e.rank, e.sure && to.sure, e.possible || to.possible, firstOf(e.because, to.because, RouteUndetermined)}
			}
			if inspected[at] != to.inspected {
				inspected[at] = rule.Unknown
			}
		}
		x.abroad = x.abroad || ours && isAbroad(r)
	}
	x.factor, x.internet = firstMatch(f, entries), build(&internet)
	for _, a := range inspected {
		x.inspected = either(x.inspected, a)
	}
	for _, to := range anywhere {
		sure, possible := x.Sure, x.Possible
		if !to.sure {
			sure = nothing
		}
		if to.possible {
			possible = f.all()
		}
		because := codes{}
		because.add(x.because...)
		because.add(to.because, PrefixListNotRead)
		x.factor = f.factor(sure, possible, because.sorted()...)
		if x.inspected == rule.Yes || to.inspected != rule.No {
			x.inspected = rule.Unknown
		}
	}
	return x
}

// isAbroad reports whether the route leads to other networks of AWS's, or may: its target is not told
// where who read it had no member for it.
func isAbroad(r *Route) bool {
	return r.State != "blackhole" &&
		(r.Target == "" || strings.HasPrefix(r.Target, "pcx-") || strings.HasPrefix(r.Target, "tgw-") || strings.Contains(r.Target, ":core-network/"))
}

func firstOf(some ...Code) Code {
	for _, c := range some {
		if c != "" {
			return c
		}
	}
	return ""
}

// either is Yes if one of two is, else Unknown if one is.
func either(a, b rule.Answer) rule.Answer {
	switch {
	case a == rule.Yes || b == rule.Yes:
		return rule.Yes
	case a == rule.Unknown || b == rule.Unknown:
		return rule.Unknown
	}
	return rule.No
}

// edge says whether what comes through the internet gateway of a VPC for the addresses is handed
// to them. The gateway may have a route table, which sends it to an appliance, or nowhere.
func (n *Network) edge(vpc string, to netip.Prefix) gate {
	choice, ok := n.edgeTables[vpc]
	if !ok {
		own, because := n.owner(vpc)
		switch {
		case own == nil:
			return doubt(because...)
		case !own.RouteTables.Whole:
			return doubt(RouteTablesNotRead)
		}
		return gate{open: rule.Yes}
	}
	if choice.doubt {
		return doubt(RouteTablesNotRead)
	}
	// Such a table has a route for the VPC and may have some for its subnets.
	var best *Route
	for i := range choice.table.Routes {
		r := &choice.table.Routes[i]
		switch {
		case r.State == "filtered":
		case r.PrefixListID != "":
			return doubt(EdgeRouteTable)
		case !r.Destination.Overlaps(to):
		case r.Destination.Bits() > to.Bits():
			return doubt(EdgeRouteTable) // only for a part of what is delegated to the interface
		case best == nil || best.Destination.Bits() < r.Destination.Bits():
			best = r
		}
	}
	switch {
	case best == nil:
		return doubt(EdgeRouteTable)
	case best.State == "blackhole":
		return gate{open: rule.No}
	case best.Target == "local":
		return gate{open: rule.Yes}
	}
	return doubt(EdgeRouteTable)
}
