package exposure

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// TestRandomUnreadWorlds takes from worlds what was not read, in part or at all, and puts something
// else in its place: whatever it is, what is said of the world must hold for it.
func TestRandomUnreadWorlds(t *testing.T) {
	decided := map[rule.Answer]int{}
	for seed := range uint64(worlds(t, 600)) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := newWorld(r)
		missing := map[string]bool{}
		percent := pick(r, 5, 15, 40)
		for _, a := range w.accounts {
			for kind := range kinds {
				missing[fmt.Sprint(a.ID, kind)] = chance(r, percent)
			}
		}
		unread := func(account string, kind int) bool { return missing[fmt.Sprint(account, kind)] }
		part := r
		if chance(r, 60) {
			part = nil // nothing of a list, as where it is denied
		}
		less := w.without(part, unread)
		n := NewNetwork(less.accounts...)
		sources := less.sources()
		said := map[string][]Path{}
		for _, i := range w.interfaces() {
			said[i.ID] = n.Paths(i, sources)
		}
		for range 3 {
			for _, i := range w.interfaces() {
				for _, got := range said[i.ID] {
					addresses := w.borders(got.Family)
					want := w.oracle(r, i, got.Family, got.Port, addresses)
					where := fmt.Sprintf("world %d, %s, IPv%d, port %s", seed, i.ID, got.Family, got.Port.Join(""))
					through := w.through(i, got.Family, got.Port.Numbers()[0])
					if got.Reachable == rule.Yes && want.Reachable != rule.Yes || got.Reachable == rule.No && (want.Reachable != rule.No || through) {
						t.Errorf("%s: reachable is %v, and may be %v, through others %v", where, got.Reachable, want.Reachable, through)
					}
					if e := got.ReachableFromEveryone; e != rule.Unknown && e != want.ReachableFromEveryone {
						t.Errorf("%s: from everyone is %v, and may be %v", where, e, want.ReachableFromEveryone)
					}
					if c := got.ReachableAddressCount; c != nil && (want.ReachableAddressCount == nil || *c != *want.ReachableAddressCount) {
						t.Errorf("%s: count is %d, and may be another", where, *c)
					}
					for at, x := range []Factor{got.SecurityGroups, got.Route, got.NetworkACLInbound, got.NetworkACLOutbound} {
						for n, a := range addresses {
							if x.Sure.Contains(a) && !want.fear[n][at] || !x.Possible.Contains(a) && want.hope[n][at] {
								t.Errorf("%s: %s for %s surely %v, possibly %v, and the packet may be %v, %v", where, blockNames[at], a, x.Sure.Contains(a), x.Possible.Contains(a), want.fear[n][at], want.hope[n][at])
							}
						}
					}
					decided[got.Reachable]++
				}
			}
			if t.Failed() {
				t.FailNow()
			}
			if part != nil {
				break // what was read of a list must stay in it
			}
			w.redraw(r, unread)
		}
	}
	for _, a := range []rule.Answer{rule.No, rule.Yes, rule.Unknown} {
		if decided[a] == 0 {
			t.Errorf("no path of a world that was not read whole has the answer %v", a)
		}
	}
}

// redraw puts something else in the place of what was not read.
func (w *world) redraw(r *rand.Rand, unread func(account string, kind int) bool) {
	other := newWorld(r)
	for n, a := range w.accounts {
		b := other.accounts[n]
		for kind, name := range kinds {
			if !unread(a.ID, kind) {
				continue
			}
			switch name {
			case "route tables":
				a.RouteTables = b.RouteTables
			case "gateways":
				a.InternetGateways = b.InternetGateways
			case "ACLs":
				a.NetworkACLs = b.NetworkACLs
			case "Block Public Access":
				a.BlockPublicAccess = b.BlockPublicAccess
			case "exclusions":
				a.Exclusions = b.Exclusions
			case "load balancers":
				a.LoadBalancers = b.LoadBalancers
			}
		}
	}
	if lists := slices.Index(kinds, "prefix lists"); unread(owner, lists) && unread(participant, lists) {
		for n := range w.accounts {
			w.accounts[n].PrefixLists = other.accounts[n].PrefixLists
		}
		for _, g := range w.groups {
			for n := range g.rules {
				if g.rules[n].list {
					g.rules[n].ranges = someRanges(r, 4)
				}
			}
		}
	}
	for n, g := range w.groups {
		if unread(g.OwnerID, slices.Index(kinds, "groups")) {
			g.rules = other.groups[n].rules
		}
	}
}

// TestRandomMonotony denies each kind of read, and every two: no answer may become another, but
// that it is not known; and nothing becomes sure or impossible that was not.
func TestRandomMonotony(t *testing.T) {
	moved := map[string]int{}
	for seed := range uint64(worlds(t, 4000) / 50) {
		r := rand.New(rand.NewPCG(seed, 3))
		w := newWorld(r)
		whole := NewNetwork(w.accounts...)
		wholeSources := w.sources()
		borders := map[Family][]netip.Addr{IPv4: w.borders(IPv4), IPv6: w.borders(IPv6)}
		for one := range kinds {
			for two := range one + 1 {
				less := w.without(nil, func(_ string, kind int) bool { return kind == one || kind == two })
				n := NewNetwork(less.accounts...)
				sources := less.sources()
				denied := kinds[one] + " and " + kinds[two]
				for _, i := range w.interfaces() {
					before, after := whole.Paths(i, wholeSources), n.Paths(i, sources)
					for p := range before {
						a, b := &before[p], &after[p]
						where := fmt.Sprintf("world %d without %s, %s, IPv%d, port %s", seed, denied, i.ID, a.Family, a.Port.Join(""))
						for name, answers := range answersOf(a, b) {
							moved[fmt.Sprint(kinds[one], ": ", answers)]++
							if answers[1] != answers[0] && answers[1] != rule.Unknown {
								t.Errorf("%s: %s was %v and becomes %v", where, name, answers[0], answers[1])
							}
						}
						if c := b.ReachableAddressCount; c != nil && (a.ReachableAddressCount == nil || *c != *a.ReachableAddressCount) {
							t.Errorf("%s: the count becomes %d", where, *c)
						}
						for at, x := range []Factor{a.SecurityGroups, a.Route, a.NetworkACLInbound, a.NetworkACLOutbound} {
							y := []Factor{b.SecurityGroups, b.Route, b.NetworkACLInbound, b.NetworkACLOutbound}[at]
							for _, s := range borders[a.Family] {
								if y.Sure.Contains(s) && !x.Sure.Contains(s) || x.Possible.Contains(s) && !y.Possible.Contains(s) {
									t.Errorf("%s: %s becomes decided for %s", where, blockNames[at], s)
								}
							}
						}
					}
				}
				for _, g := range w.groups {
					before, after := whole.Group(g.Group, wholeSources), n.Group(g.Group, sources)
					if before.Reachable != after.Reachable && after.Reachable != rule.Unknown {
						t.Errorf("world %d without %s: %s was %v and becomes %v", seed, denied, g.ID, before.Reachable, after.Reachable)
					}
					if after.Reachable == rule.Unknown && len(after.UnknownBecause) == 0 {
						t.Errorf("world %d without %s: %s is not known, and nothing says why", seed, denied, g.ID)
					}
					for _, a := range after.ReachableAddresses {
						if !slices.Contains(before.ReachableAddresses, a) {
							t.Errorf("world %d without %s: %s becomes reachable", seed, denied, a)
						}
					}
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		}
	}
	for _, kind := range kinds {
		// A subnet names the owner of its VPC, so VPCs matter only without subnets, which are
		// counted with them. Both owners of groups see all interfaces that use them.
		if kind != "VPCs" && kind != "associations" && moved[fmt.Sprint(kind, ": ", [2]rule.Answer{rule.Yes, rule.Unknown})] == 0 {
			t.Errorf("nothing becomes unknown without %s", kind)
		}
	}
}

func answersOf(a, b *Path) map[string][2]rule.Answer {
	return map[string][2]rule.Answer{
		"Reachable":              {a.Reachable, b.Reachable},
		"ReachableFromEveryone":  {a.ReachableFromEveryone, b.ReachableFromEveryone},
		"HasPublicAddress":       {a.HasPublicAddress, b.HasPublicAddress},
		"SecurityGroupsOpen":     {a.SecurityGroupsOpen, b.SecurityGroupsOpen},
		"RouteToInternet":        {a.RouteToInternet, b.RouteToInternet},
		"NetworkACLInboundOpen":  {a.NetworkACLInboundOpen, b.NetworkACLInboundOpen},
		"NetworkACLOutboundOpen": {a.NetworkACLOutboundOpen, b.NetworkACLOutboundOpen},
		"BlockPublicAccessOpen":  {a.BlockPublicAccessOpen, b.BlockPublicAccessOpen},
		"PathInspected":          {a.PathInspected, b.PathInspected},
	}
}

// TestRandomItemsInPart takes from interfaces what AWS Config does not say of them, and from routes the
// targets for which it has no member: no answer may become another, but that it is not known.
func TestRandomItemsInPart(t *testing.T) {
	var abroad, six int
	for seed := range uint64(worlds(t, 200)) {
		w := newWorld(rand.New(rand.NewPCG(seed, 4)))
		whole := NewNetwork(w.accounts...)
		var less []*Account
		for _, a := range w.accounts {
			b := *a
			b.Interfaces.Items, b.RouteTables.Items = slices.Clone(a.Interfaces.Items), slices.Clone(a.RouteTables.Items)
			for i := range b.Interfaces.Items {
				x := &b.Interfaces.Items[i]
				x.IPv6Prefixes, x.DenyAllIgwTraffic, x.IPv6InPart = nil, false, true
			}
			for i := range b.RouteTables.Items {
				t := &b.RouteTables.Items[i]
				t.Routes = slices.Clone(t.Routes)
				for r := range t.Routes {
					if isAbroad(&t.Routes[r]) {
						t.Routes[r].Target = ""
						abroad++
					}
				}
			}
			less = append(less, &b)
		}
		part, sources := NewNetwork(less...), w.sources()
		for _, i := range w.interfaces() {
			fewer := *i
			fewer.IPv6Prefixes, fewer.DenyAllIgwTraffic, fewer.IPv6InPart = nil, false, true
			before, after := whole.Paths(i, sources), part.Paths(&fewer, sources)
			for p := range before {
				for name, answers := range answersOf(&before[p], &after[p]) {
					if answers[1] != answers[0] && answers[1] != rule.Unknown {
						t.Fatalf("world %d, %s, IPv%d: %s was %v and becomes %v", seed, i.ID, before[p].Family, name, answers[0], answers[1])
					}
				}
				if before[p].Family == IPv6 && before[p].Reachable != after[p].Reachable {
					six++
				}
			}
		}
	}
	if abroad == 0 || six == 0 {
		t.Errorf("%d routes lead to other networks, and %d answers on IPv6 become unknown", abroad, six)
	}
}
