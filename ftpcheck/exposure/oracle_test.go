package exposure

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// The oracle sends single packets: from a source and a port of the client, to an interface, and
// the reply back. It knows no sets. Where it is not known what becomes of a packet, as behind an
// appliance, it hopes or it fears: what gets through though it fears everything is sure, and what
// gets through if it hopes for everything is possible.

// A verdict is what each thing on the way does with a packet.
type verdict [8]bool

var blockNames = [len(verdict{})]Code{SecurityGroups, NoRoute, NetworkACLInbound, NetworkACLOutbound, NoPublicAddress, DenyAllIgwTraffic, BlockPublicAccessBlocks, NoRoute}

func (v verdict) passes() bool { return !slices.Contains(v[:], false) }

func (w *world) walk(i *Interface, f Family, to int32, from netip.Addr, replyPorts []int32, hope bool) verdict {
	return verdict{
		w.groupsAdmit(i, to, from, hope), w.routesBack(i, from, hope), w.aclAdmits(i, to, from), w.aclReplies(i, from, replyPorts),
		len(inside(i, f)) > 0, !(f == IPv6 && i.DenyAllIgwTraffic), w.accessIsPublic(i, hope), w.handedOver(i, f, hope),
	}
}

func (w *world) groupsAdmit(i *Interface, to int32, from netip.Addr, hope bool) bool {
	if strings.HasPrefix(i.Type, "nat") {
		return false
	}
	if len(i.GroupIDs) == 0 {
		if b := w.balancerOf(i); b != nil && b.Listeners.Whole {
			return b.listens(to)
		}
		return hope
	}
	for _, id := range i.GroupIDs {
		for _, r := range w.group(id).rules {
			covers := r.protocol == "-1" || r.protocol == "tcp" && r.from <= to && to <= r.to
			if covers && slices.ContainsFunc(r.ranges, func(p netip.Prefix) bool { return p.Contains(from) }) {
				return true
			}
		}
	}
	return false
}

// tableOf finds the route table of a subnet by looking at all.
func (w *world) tableOf(i *Interface) (found *RouteTable, doubt bool) {
	for _, main := range []bool{false, true} {
		for _, a := range w.accounts {
			for n := range a.RouteTables.Items {
				t := &a.RouteTables.Items[n]
				for _, x := range t.Associations {
					applies := !main && x.SubnetID == i.SubnetID || main && x.Main && t.VPCID == i.VPCID
					if !applies || x.State == "disassociated" || x.State == "failed" {
						continue
					}
					found, doubt = t, x.State == "associating"
				}
			}
		}
		if found != nil {
			break
		}
	}
	return found, found == nil || doubt
}

func (w *world) routesBack(i *Interface, source netip.Addr, hope bool) bool {
	t, doubt := w.tableOf(i)
	if doubt {
		return hope
	}
	longest, class := -1, 0
	var outcomes []bool
	for _, r := range t.Routes {
		if r.State == "filtered" {
			continue
		}
		destinations, its := []netip.Prefix{r.Destination}, 0
		if r.PrefixListID != "" {
			destinations, its = w.accounts[0].PrefixLists[r.PrefixListID], 1
		}
		if r.Origin == "EnableVgwRoutePropagation" || r.Origin == "Advertisement" {
			its = 2
		}
		for _, d := range destinations {
			if !d.Contains(source) {
				continue
			}
			if d.Bits() > longest || d.Bits() == longest && its < class {
				longest, class, outcomes = d.Bits(), its, nil
			}
			if d.Bits() == longest && its == class {
				outcomes = append(outcomes, w.isInternet(r, i.VPCID, hope))
			}
		}
	}
	if hope {
		return slices.Contains(outcomes, true)
	}
	return len(outcomes) > 0 && !slices.Contains(outcomes, false)
}

func (w *world) isInternet(r Route, vpc string, hope bool) bool {
	if r.State == "blackhole" {
		return false
	}
	if r.State != "active" {
		return hope
	}
	switch kind, _, _ := strings.Cut(r.Target, "-"); kind {
	case "local", "nat", "eigw", "tgw", "pcx", "vgw", "lgw", "cagw", "arn:aws:networkmanager::111111111111:core":
		return false
	case "igw":
		for _, a := range w.accounts {
			for _, g := range a.InternetGateways.Items {
				for _, x := range g.Attachments {
					if g.ID == r.Target && x.VPCID == vpc {
						return x.State == "available" || x.State == "attached" || x.State == "detaching" && hope
					}
				}
			}
		}
		return false
	case "vpce":
		for _, i := range w.interfaces() {
			if i.VPCID == vpc && i.Type == "gateway_load_balancer_endpoint" && (strings.HasSuffix(i.Description, r.Target) || !strings.Contains(i.Description, "vpce")) {
				return hope
			}
		}
		return false
	}
	return hope
}

func (w *world) aclDecides(i *Interface, egress bool, port int32, peer netip.Addr) bool {
	for _, a := range w.accounts {
		for _, acl := range a.NetworkACLs.Items {
			if !slices.Contains(acl.SubnetIDs, i.SubnetID) {
				continue
			}
			lowest, allow := int32(1<<30), false
			for _, e := range acl.Entries {
				covers := e.Protocol == "-1" || e.Protocol == "6" && (e.FromPort == nil || *e.FromPort <= port && port <= *e.ToPort)
				if e.Egress == egress && covers && e.CIDR.Contains(peer) && e.Number < lowest {
					lowest, allow = e.Number, e.Allow
				}
			}
			return allow
		}
	}
	panic("a subnet without ACL")
}

func (w *world) aclAdmits(i *Interface, to int32, from netip.Addr) bool {
	return w.aclDecides(i, false, to, from)
}

// aclReplies tries the ports that a client may have sent from.
func (w *world) aclReplies(i *Interface, client netip.Addr, replyPorts []int32) bool {
	return slices.ContainsFunc(replyPorts, func(p int32) bool { return w.aclDecides(i, true, p, client) })
}

func (w *world) accessIsPublic(i *Interface, hope bool) bool {
	a := w.account(ownerOf[i.VPCID])
	b := a.BlockPublicAccess
	if b.State == "update-in-progress" {
		return hope
	}
	if b.Mode == "off" {
		return true
	}
	var opens, keeps bool
	for _, e := range a.Exclusions.Items {
		ours := strings.HasSuffix(e.ResourceARN, "/"+i.VPCID) || strings.HasSuffix(e.ResourceARN, "/"+i.SubnetID)
		switch {
		case e.State == "delete-complete":
		case strings.Contains(e.ResourceARN, "gadget"):
			if e.State == "create-in-progress" || e.Mode == "allow-bidirectional" {
				return hope
			}
		case ours && e.State == "create-in-progress":
			return hope
		case ours && e.Mode == "allow-egress":
			keeps = true
		case ours:
			opens = true
		}
	}
	if opens && (keeps || b.ExclusionsAllowed == "not-allowed") {
		return hope
	}
	return opens
}

// inside are the addresses inside the VPC of those that the internet has for the interface.
func inside(i *Interface, f Family) []netip.Prefix {
	var list []netip.Prefix
	if f == IPv4 {
		for _, a := range i.PrivateAddresses {
			if a.Public.IsValid() {
				list = append(list, netip.PrefixFrom(a.Private, 32))
			}
		}
		return list
	}
	for _, a := range i.IPv6Addresses {
		if isPublic(a) {
			list = append(list, netip.PrefixFrom(a, 128))
		}
	}
	return append(list, i.IPv6Prefixes...)
}

// handedOver says whether the gateway hands over what comes for one of the addresses.
func (w *world) handedOver(i *Interface, f Family, hope bool) bool {
	addresses := inside(i, f)
	if len(addresses) == 0 {
		return true // which something else decides
	}
	var edge *RouteTable
	for _, a := range w.accounts {
		for n := range a.RouteTables.Items {
			for _, x := range a.RouteTables.Items[n].Associations {
				switch {
				case x.GatewayID != "igw"+i.VPCID[3:] || x.State == "disassociated" || x.State == "failed":
				case x.State == "associating":
					return hope
				default:
					edge = &a.RouteTables.Items[n]
				}
			}
		}
	}
	if edge == nil {
		return true
	}
	for _, address := range addresses {
		longest, handed := -1, false
		for _, r := range edge.Routes {
			if r.State == "filtered" {
				continue
			}
			if address.Contains(r.Destination.Addr()) && r.Destination.Bits() > address.Bits() {
				longest, handed = 1000, hope
			}
			if r.Destination.Contains(address.Addr()) && r.Destination.Bits() <= address.Bits() && r.Destination.Bits() > longest {
				longest = r.Destination.Bits()
				handed = r.State == "active" && (r.Target == "local" || hope)
			}
		}
		if handed || longest < 0 && hope {
			return true
		}
	}
	return false
}

// special are the blocks that are not of the public internet, as the specification of the rule
// lists them.
var special = strings.Fields(`0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
	192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 2001::/23 2001:db8::/32 2002::/16 3fff::/20`)

var specialBlocks = parsed(special...)

func parsed(texts ...string) (list []netip.Prefix) {
	for _, t := range texts {
		list = append(list, netip.MustParsePrefix(t))
	}
	return list
}

func isPublic(a netip.Addr) bool {
	return (a.Is4() || netip.MustParsePrefix("2000::/3").Contains(a)) && !slices.ContainsFunc(specialBlocks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// borders are the addresses of a family at which anything can change, in order: the first of each
// range in the world and the one after its last. Each stands for all up to the next.
func (w *world) borders(f Family) []netip.Addr {
	blocks := slices.Concat(specialBlocks, parsed("0.0.0.0/0", "::/0", "2000::/3"))
	for _, g := range w.groups {
		for _, r := range g.rules {
			blocks = append(blocks, r.ranges...)
		}
	}
	for _, a := range w.accounts {
		for _, t := range a.RouteTables.Items {
			for _, r := range t.Routes {
				if r.PrefixListID == "" {
					blocks = append(blocks, r.Destination)
				}
			}
		}
		for _, l := range a.PrefixLists {
			blocks = append(blocks, l...)
		}
		for _, acl := range a.NetworkACLs.Items {
			for _, e := range acl.Entries {
				blocks = append(blocks, e.CIDR)
			}
		}
	}
	var list []netip.Addr
	for _, b := range blocks {
		for _, a := range []netip.Addr{b.Masked().Addr(), afterLast(b)} {
			if a.IsValid() && a.Is4() == (f == IPv4) {
				list = append(list, a)
			}
		}
	}
	slices.SortFunc(list, netip.Addr.Compare)
	return slices.Compact(list)
}

// afterLast steps through the bits of the address, as the oracle of package rule does.
func afterLast(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last.Next()
}

// replyPorts are the TCP ports at which anything can change, and some others.
func (w *world) replyPorts(r *rand.Rand, i *Interface) []int32 {
	list := []int32{0, 65535}
	if r != nil {
		list = append(list, r.Int32N(65536), r.Int32N(65536))
	}
	for _, a := range w.accounts {
		for _, acl := range a.NetworkACLs.Items {
			for _, e := range acl.Entries {
				if slices.Contains(acl.SubnetIDs, i.SubnetID) && e.FromPort != nil {
					list = append(list, *e.FromPort, *e.ToPort, min(*e.ToPort+1, 65535), max(*e.FromPort-1, 0))
				}
			}
		}
	}
	return list
}

// balancer is a load balancer as the oracle knows it.
type testBalancer struct{ *LoadBalancer }

// balancerOf is the load balancer of which an interface is one; nil if none was read.
func (w *world) balancerOf(i *Interface) (found *testBalancer) {
	for _, a := range w.accounts {
		for n := range a.LoadBalancers {
			l := &a.LoadBalancers[n]
			if l.VPCID == i.VPCID && "ELB "+l.Name == i.Description && i.Type != "nat_gateway" && i.Type != "gateway_load_balancer_endpoint" {
				found = &testBalancer{l}
			}
		}
	}
	return found
}

func (b *testBalancer) listens(port int32) bool {
	return slices.ContainsFunc(b.Listeners.Items, func(l Listener) bool { return l.Port == port })
}

func (b *testBalancer) known() bool {
	for _, l := range b.Listeners.Items {
		if !l.Targets.Whole {
			return false
		}
	}
	return b.Listeners.Whole
}

// A tour is a listener of a load balancer with a target.
type tour struct {
	*testBalancer
	port int32
	Target
}

// toursTo are the ways through load balancers to a port of an interface.
func (w *world) toursTo(i *Interface, f Family, to int32) (all []tour) {
	if strings.HasPrefix(i.Type, "nat") {
		return nil
	}
	for _, a := range w.accounts {
		for n := range a.LoadBalancers {
			l := &a.LoadBalancers[n]
			for _, x := range l.Listeners.Items {
				for _, t := range x.Targets.Items {
					sameVPC := l.VPCID == i.VPCID
					byInstance := len(ownAddresses(i, f)) > 0 && t.InstanceID != "" && t.InstanceID == i.InstanceID && t.Family == f && (i.DeviceIndex == nil || *i.DeviceIndex == 0)
					byAddress := t.InstanceID == "" && slices.Contains(ownAddresses(i, f), t.Address)
					if t.Port == to && sameVPC && (byInstance || byAddress) {
						all = append(all, tour{&testBalancer{l}, x.Port, t})
					}
				}
			}
		}
	}
	return all
}

func hasAny(i *Interface, f Family) bool {
	return f == IPv4 && len(i.PrivateAddresses) > 0 || f == IPv6 && len(i.IPv6Addresses)+len(i.IPv6Prefixes) > 0
}

func ownAddresses(i *Interface, f Family) (all []netip.Addr) {
	for _, a := range i.PrivateAddresses {
		if f == IPv4 {
			all = append(all, a.Private)
		}
	}
	if f == IPv6 {
		all = i.IPv6Addresses
	}
	return all
}

// brought says whether a load balancer passes a packet on to an interface. Whoever hopes goes by any
// of its nodes and with any source address that is not known; whoever fears, by all.
func (w *world) brought(i *Interface, f Family, to int32, from netip.Addr, replyPorts []int32, hope bool) bool {
	return slices.ContainsFunc(w.toursTo(i, f, to), func(t tour) bool { return w.broughtBy(t, i, f, from, replyPorts, hope) })
}

func (w *world) broughtBy(t tour, i *Interface, f Family, from netip.Addr, replyPorts []int32, hope bool) bool {
	answers := map[bool]bool{}
	for _, node := range w.interfaces() {
		if b := w.balancerOf(node); b != nil && b.LoadBalancer == t.LoadBalancer {
			answers[w.taken(node, f, t, from, hope) && w.passedOn(node, i, f, t, from, replyPorts, hope)] = true
		}
	}
	return answers[true] && (hope || !answers[false])
}

// taken says whether a node of a load balancer takes the connection.
func (w *world) taken(node *Interface, f Family, t tour, from netip.Addr, hope bool) bool {
	if hope {
		other := IPv4 + IPv6 - f
		if hasAny(node, f) && w.others(node, f) || len(w.toursTo(node, f, t.port)) > 0 || t.KeepsClient != rule.Yes && len(inside(node, other)) > 0 {
			return true
		}
	}
	return w.walk(node, f, t.port, from, w.replyPorts(nil, node), hope).passes()
}

// passedOn says whether what a node has taken gets to the target and back.
func (w *world) passedOn(node, i *Interface, f Family, t tour, from netip.Addr, replyPorts []int32, hope bool) bool {
	if !hope && (!t.Healthy || t.InstanceID != "" && i.DeviceIndex == nil) {
		return false
	}
	target := []netip.Addr{t.Address}
	if t.InstanceID != "" {
		target = ownAddresses(i, f)
	}
	anyPort := w.replyPorts(nil, node)
	// some is for one of the addresses if it hopes, or else for each.
	some := func(addresses []netip.Addr, passes func(netip.Addr) bool) bool {
		if hope {
			return slices.ContainsFunc(addresses, passes)
		}
		return len(addresses) > 0 && !slices.ContainsFunc(addresses, func(a netip.Addr) bool { return !passes(a) })
	}
	referenced := slices.ContainsFunc(i.GroupIDs, func(id string) bool {
		return slices.ContainsFunc(w.group(id).rules, func(r testRule) bool {
			covers := r.protocol == "-1" || r.protocol == "tcp" && r.from <= t.Port && t.Port <= r.to
			return covers && slices.Contains(node.GroupIDs, r.references)
		})
	})
	between := node.SubnetID == i.SubnetID || some(target, func(a netip.Addr) bool { return w.aclDecides(node, true, t.Port, a) }) && some(target, func(a netip.Addr) bool {
		return slices.ContainsFunc(anyPort, func(p int32) bool { return w.aclDecides(node, false, p, a) })
	}) && (hope || w.localRoute(node, target) && w.localRoute(i, ownAddresses(node, f)))
	source := func(addresses []netip.Addr) bool {
		admitted := referenced || some(addresses, func(a netip.Addr) bool { return w.groupsAdmit(i, t.Port, a, hope) })
		return between && admitted && (node.SubnetID == i.SubnetID || some(addresses, func(a netip.Addr) bool { return w.aclAdmits(i, t.Port, a) }) && some(addresses, func(a netip.Addr) bool { return w.aclReplies(i, a, replyPorts) }))
	}
	kept, own := source([]netip.Addr{from}), source(ownAddresses(node, f))
	switch {
	case t.KeepsClient == rule.Yes:
		return kept
	case t.KeepsClient == rule.No:
		return own
	case hope:
		return kept || own
	}
	return kept && own
}

// localRoute says whether the table of a subnet has the VPC's own route for each of the addresses.
func (w *world) localRoute(i *Interface, to []netip.Addr) bool {
	t, doubt := w.tableOf(i)
	if doubt {
		return false
	}
	for _, a := range to {
		longest, target := -1, ""
		for _, r := range t.Routes {
			if r.PrefixListID != "" && r.State != "filtered" {
				return false
			}
			if r.State != "filtered" && r.Destination.Contains(a) && r.Destination.Bits() > longest {
				longest, target = r.Destination.Bits(), r.Target
			}
		}
		if target != "local" {
			return false
		}
	}
	return true
}

// expect is what the oracle says of a path.
type expect struct {
	addresses      []netip.Addr
	sure, possible []bool    // by address
	fear, hope     []verdict // by address
	internet       []bool    // by address
	ownReached     bool      // at an address of its own
	Path
}

func (w *world) oracle(r *rand.Rand, i *Interface, f Family, port rule.Ports, addresses []netip.Addr) expect {
	x := expect{addresses: addresses}
	replyPorts := w.replyPorts(r, i)
	table, doubt := w.tableOf(i)
	var public int
	var total int64
	var feared, hoped, runs int
	var before, reached, reachable, open bool
	var verdicts []verdict
	for n, a := range addresses {
		fear := w.walk(i, f, port.Numbers()[0], a, replyPorts, false)
		hope := w.walk(i, f, port.Numbers()[0], a, replyPorts, true)
		fears := fear.passes() || w.brought(i, f, port.Numbers()[0], a, replyPorts, false)
		hopes := hope.passes() || w.brought(i, f, port.Numbers()[0], a, replyPorts, true)
		x.sure, x.possible = append(x.sure, fears), append(x.possible, hopes)
		x.fear, x.hope = append(x.fear, fear), append(x.hope, hope)
		own := !doubt && slices.ContainsFunc(table.Routes, func(r Route) bool { return r.Target == "local" && r.State != "filtered" && r.Destination.Contains(a) })
		x.internet = append(x.internet, isPublic(a) && !own)
		if !isPublic(a) {
			continue
		}
		verdicts = append(verdicts, hope)
		x.ownReached = x.ownReached || fear.passes()
		reached, reachable, open = reached || fears, reachable || hopes, open || hope.passes()
		if fears && f == IPv4 {
			last := int64(1 << 32)
			if n+1 < len(addresses) {
				last = plain(addresses[n+1])
			}
			total += last - plain(a)
		}
		if own {
			continue
		}
		public++
		if hopes {
			hoped++
		}
		if fears {
			feared++
			if !before {
				runs++
			}
		}
		before = fears
	}
	x.Reachable = answer(reached, reachable)
	x.ReachableFromEveryone = answer(reached && feared == public, reachable && (hoped == public || doubt))
	x.ReachableSourceCount = runs
	if f == IPv4 && slices.Equal(only(addresses, x.sure), only(addresses, x.possible)) {
		x.ReachableAddressCount = &total
	}
	if x.Reachable != rule.Yes && !open {
		x.BlockedBy = blocked(verdicts)
	}
	return x
}

// only are the public addresses that are marked.
func only(addresses []netip.Addr, marked []bool) (list []netip.Addr) {
	for n, a := range addresses {
		if marked[n] && isPublic(a) {
			list = append(list, a)
		}
	}
	return list
}

func plain(a netip.Addr) int64 {
	b := a.As4()
	return int64(b[0])<<24 + int64(b[1])<<16 + int64(b[2])<<8 + int64(b[3])
}

func answer(sure, possible bool) rule.Answer {
	switch {
	case sure:
		return rule.Yes
	case possible:
		return rule.Unknown
	}
	return rule.No
}

// blocked names what belongs to a smallest set of things by which no packet gets through, by
// trying all sets.
func blocked(verdicts []verdict) []Code {
	blocks := func(set int) bool {
		for _, v := range verdicts {
			stopped := false
			for n, ok := range v {
				stopped = stopped || set>>n&1 == 1 && !ok
			}
			if !stopped {
				return false
			}
		}
		return true
	}
	var names []Code
	for set := 1; set < 1<<len(verdict{}); set++ {
		smallest := blocks(set)
		for n := range (verdict{}) {
			smallest = smallest && (set>>n&1 == 0 || !blocks(set&^(1<<n)))
		}
		for n, name := range blockNames {
			if smallest && set>>n&1 == 1 && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// through says whether something else may bring packets to the interface, by plain loops.
func (w *world) through(i *Interface, f Family, to int32) bool {
	if strings.HasPrefix(i.Type, "nat") || !hasAny(i, f) {
		return false
	}
	b := w.balancerOf(i)
	admits := len(i.GroupIDs) == 0 && (b == nil || !b.Listeners.Whole || b.listens(to))
	for _, id := range i.GroupIDs {
		for _, r := range w.group(id).rules {
			admits = admits || r.protocol == "-1" || r.protocol == "tcp" && r.from <= to && to <= r.to
		}
	}
	return admits && w.others(i, f)
}

// others says whether something that is not known leads to where the interface is.
func (w *world) others(i *Interface, f Family) bool {
	t, doubt := w.tableOf(i)
	if doubt {
		return true
	}
	for _, r := range t.Routes {
		ours := r.PrefixListID == "" && r.Destination.Addr().Is4() == (f == IPv4) ||
			slices.ContainsFunc(w.accounts[0].PrefixLists[r.PrefixListID], func(p netip.Prefix) bool { return p.Addr().Is4() == (f == IPv4) })
		if ours && r.State != "blackhole" && r.State != "filtered" && (strings.HasPrefix(r.Target, "pcx") || strings.HasPrefix(r.Target, "tgw") || strings.Contains(r.Target, "core-network")) {
			return true
		}
	}
	return slices.ContainsFunc(w.interfaces(), func(x *Interface) bool {
		b := w.balancerOf(x)
		return x.VPCID == i.VPCID && (x.Type == "global_accelerator_managed" || (x.Type == "network_load_balancer" || x.Description == "ELB classic") && (b == nil || !b.known()))
	})
}

// TestRandomWorlds compares each path of worlds that were read whole with what the oracle says:
// the sets at every address where anything changes and at random ones, and all that is said of
// them.
func TestRandomWorlds(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(worlds(t, 1500)) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(r)
		n := NewNetwork(w.accounts...)
		sources := w.sources()
		borders := map[Family][]netip.Addr{IPv4: w.borders(IPv4), IPv6: w.borders(IPv6)}
		for _, i := range w.interfaces() {
			for _, got := range n.Paths(i, sources) {
				where := fmt.Sprintf("world %d, %s, IPv%d, port %s", seed, i.ID, got.Family, got.Port.Join(""))
				w.compare(t, where, r, i, &got, borders[got.Family])
				seen[fmt.Sprint("reachable ", got.Reachable)]++
				seen[fmt.Sprint("everyone ", got.ReachableFromEveryone)]++
				for _, c := range slices.Concat(got.BlockedBy, got.UnknownBecause) {
					seen[string(c)]++
				}
				if len(got.LoadBalancers) > 0 {
					seen["through a load balancer"]++
				}
				if len(got.BlockedBy) > 1 && got.SecurityGroupsOpen == rule.Yes && got.NetworkACLInboundOpen == rule.Yes && got.BlockedBy[0] == NetworkACLInbound {
					seen["blocked only together"]++
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		}
		if seed%4 == 0 { // which is as much work again
			w.compareGroups(t, r, seed, n, sources, borders)
		}
	}
	for _, s := range []string{
		"reachable 0", "reachable 1", "reachable 2", "everyone 0", "everyone 1", "everyone 2", "blocked only together",
		string(NoPublicAddress), string(SecurityGroups), string(NoRoute), string(NetworkACLInbound), string(NetworkACLOutbound), string(BlockPublicAccessBlocks),
		string(DenyAllIgwTraffic), string(EdgeRouteTable), string(RouteUndetermined), string(GatewayLoadBalancer), string(LoadBalancerNotRead), string(GlobalAcceleratorNotRead),
		string(LoadBalancerUndetermined), "through a load balancer", string(BlockPublicAccessNotRead), string(InternetGatewaysNotRead), string(RouteTablesNotRead), string(SecurityGroupsNotRead),
	} {
		if seen[s] == 0 {
			t.Errorf("no world has %q: the test proves nothing about it", s)
		}
	}
}

// compare compares a path with what the oracle says: the sets at every address where anything
// changes, and all that is said of them.
func (w *world) compare(t *testing.T, where string, r *rand.Rand, i *Interface, got *Path, borders []netip.Addr) {
	t.Helper()
	want := w.oracle(r, i, got.Family, got.Port, borders)
	if w.through(i, got.Family, got.Port.Numbers()[0]) && want.Reachable != rule.Yes {
		want.Reachable, want.ReachableAddressCount = rule.Unknown, nil
		want.ReachableFromEveryone = max(want.ReachableFromEveryone, rule.Unknown)
		if want.BlockedBy == nil && len(got.BlockedBy) > 0 {
			t.Errorf("%s: blocked though it is possible", where)
		}
	}
	w.compareSets(t, where, got, want)
	for name, diff := range map[string]string{
		"Reachable": cmp.Diff(want.Reachable, got.Reachable), "ReachableFromEveryone": cmp.Diff(want.ReachableFromEveryone, got.ReachableFromEveryone),
		"ReachableAddressCount": cmp.Diff(want.ReachableAddressCount, got.ReachableAddressCount),
		"BlockedBy":             cmp.Diff(want.BlockedBy, got.BlockedBy), "ReachableSourceCount": cmp.Diff(want.ReachableSourceCount, got.ReachableSourceCount),
	} {
		if diff != "" {
			t.Errorf("%s: %s (-oracle +got):\n%s", where, name, diff)
		}
	}
	unsure := got.Reachable == rule.Unknown || got.ReachableFromEveryone == rule.Unknown || got.Family == IPv4 && got.ReachableAddressCount == nil
	if unsure && len(got.UnknownBecause) == 0 {
		t.Errorf("%s: not known, and nothing says why", where)
	}
	if got.ReachableAddressCount != nil && len(got.UnknownBecause) > 0 {
		t.Errorf("%s: all is known, and %v is missing", where, got.UnknownBecause)
	}
	if diff := cmp.Diff(w.reachableAt(r, i, got, borders), got.ReachableAt, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("%s: ReachableAt (-oracle +got):\n%s", where, diff)
	}
}

// compareSets looks at what surely and possibly reaches an interface, address by address.
func (w *world) compareSets(t *testing.T, where string, got *Path, want expect) {
	t.Helper()
	for n, a := range want.addresses {
		in := got.Reachable == rule.Yes && slices.ContainsFunc(got.ReachableSources, func(r netipx.IPRange) bool { return r.Contains(a) })
		if want.internet[n] && want.sure[n] != in && got.ReachableSourceCount <= MaxSources {
			t.Errorf("%s: %s among the sources is %v, and the packet passes: %v", where, a, in, want.sure[n])
		}
		for at, x := range []Factor{got.SecurityGroups, got.Route, got.NetworkACLInbound, got.NetworkACLOutbound} {
			if sure, possible := x.Sure.Contains(a), x.Possible.Contains(a); sure != want.fear[n][at] || possible != want.hope[n][at] {
				t.Errorf("%s: %s passes %s surely %v, possibly %v, and the packet %v, %v", where, a, blockNames[at], sure, possible, want.fear[n][at], want.hope[n][at])
			}
		}
	}
}

// reachableAt are the addresses of an interface that is reachable, each asked alone.
func (w *world) reachableAt(r *rand.Rand, i *Interface, path *Path, borders []netip.Addr) (at []netip.Prefix) {
	if path.Reachable != rule.Yes {
		return nil
	}
	for _, public := range path.PublicAddresses {
		alone := *i
		alone.PrivateAddresses, alone.IPv6Addresses, alone.IPv6Prefixes = nil, nil, nil
		for _, a := range i.PrivateAddresses {
			if a.Public == public.Addr() && path.Family == IPv4 {
				alone.PrivateAddresses = append(alone.PrivateAddresses, a)
				break
			}
		}
		for _, a := range i.IPv6Addresses {
			if netip.PrefixFrom(a, 128) == public {
				alone.IPv6Addresses = []netip.Addr{a}
			}
		}
		if slices.Contains(i.IPv6Prefixes, public) {
			alone.IPv6Prefixes = []netip.Prefix{public}
		}
		if w.oracle(r, &alone, path.Family, path.Port, borders).ownReached {
			at = append(at, public)
		}
	}
	replyPorts := w.replyPorts(r, i)
	tours := w.toursTo(i, path.Family, path.Port.Numbers()[0])
	if len(tours) == 0 {
		return at
	}
	for _, t := range tours {
		brings := slices.ContainsFunc(borders, func(a netip.Addr) bool {
			return isPublic(a) && w.broughtBy(t, i, path.Family, a, replyPorts, false)
		})
		for _, node := range w.interfaces() {
			if b := w.balancerOf(node); !brings || b == nil || b.LoadBalancer != t.LoadBalancer {
				continue
			}
			alone := *node
			for _, a := range node.PrivateAddresses {
				if alone.PrivateAddresses = []PrivateAddress{a}; a.Public.IsValid() && path.Family == IPv4 && w.handedOver(&alone, IPv4, false) {
					at = append(at, netip.PrefixFrom(a.Public, 32))
				}
			}
			for _, p := range inside(node, IPv6) {
				if alone.IPv6Addresses, alone.IPv6Prefixes = nil, []netip.Prefix{p}; path.Family == IPv6 && w.handedOver(&alone, IPv6, false) {
					at = append(at, p)
				}
			}
		}
	}
	slices.SortFunc(at, netip.Prefix.Compare)
	return slices.Compact(at)
}

// compareGroups asks the oracle for interfaces that have one group alone.
func (w *world) compareGroups(t *testing.T, r *rand.Rand, seed uint64, n *Network, sources func(string) *Sources, borders map[Family][]netip.Addr) {
	t.Helper()
	for _, g := range w.groups {
		want := rule.No
		for _, i := range w.interfaces() {
			if !slices.Contains(i.GroupIDs, g.ID) {
				continue
			}
			alone := *i
			alone.GroupIDs = []string{g.ID}
			for _, f := range []Family{IPv4, IPv6} {
				for _, port := range []rule.Ports{rule.Data, rule.Control} {
					x := w.oracle(r, &alone, f, port, borders[f])
					if x.Reachable == rule.No && w.through(&alone, f, port.Numbers()[0]) {
						x.Reachable = rule.Unknown
					}
					if want != rule.Yes && x.Reachable != rule.No {
						want = x.Reachable
					}
				}
			}
		}
		if got := n.Group(g.Group, sources); got.Reachable != want {
			t.Fatalf("world %d: %s is %v, and the oracle says %v", seed, g.ID, got.Reachable, want)
		} else if (got.Reachable == rule.Yes) != (len(got.ReachableAddresses) > 0) {
			t.Fatalf("world %d: %s is %v at %v", seed, g.ID, got.Reachable, got.ReachableAddresses)
		}
	}
}
