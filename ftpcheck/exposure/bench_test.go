package exposure

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// large is a region with this many interfaces in 20 subnets of 4 VPCs, and as many groups as
// interfaces.
func large(interfaces int) (*Account, map[string]*Sources) {
	a := &Account{ID: owner, BlockPublicAccess: &BlockPublicAccess{"off", "default-state", "allowed"}}
	a.Exclusions, a.GroupVPCs = Whole[Exclusion](), Whole[GroupVPC]()
	a.VPCs.Whole, a.Subnets.Whole, a.RouteTables.Whole, a.InternetGateways.Whole, a.NetworkACLs.Whole, a.Interfaces.Whole = true, true, true, true, true, true
	for v := range 4 {
		vpc, igw := fmt.Sprintf("vpc-%d", v), fmt.Sprintf("igw-%d", v)
		a.VPCs.Items = append(a.VPCs.Items, VPC{vpc, owner})
		a.InternetGateways.Items = append(a.InternetGateways.Items, InternetGateway{igw, []Attachment{{vpc, "available"}}})
		a.RouteTables.Items = append(a.RouteTables.Items, RouteTable{"rtb-" + vpc, vpc, routes("0.0.0.0/0 "+igw, "::/0 "+igw), []Association{{Main: true}}})
		acl := NetworkACL{ID: "acl-" + vpc, VPCID: vpc, Entries: entries(openACL...)}
		for s := range 5 {
			subnet := fmt.Sprintf("subnet-%d-%d", v, s)
			a.Subnets.Items = append(a.Subnets.Items, Subnet{subnet, vpc, owner})
			acl.SubnetIDs = append(acl.SubnetIDs, subnet)
		}
		a.NetworkACLs.Items = append(a.NetworkACLs.Items, acl)
	}
	sources := map[string]*Sources{}
	for n := range interfaces {
		group := fmt.Sprintf("sg-%d", n)
		switch {
		case n%10 == 0:
			sources[group] = NewSources(tcp21(cidr("0.0.0.0/0"), cidr("::/0")))
		case n%3 == 0:
			sources[group] = NewSources(tcp21(rule.CIDR(netip.PrefixFrom(netip.AddrFrom4([4]byte{8, 8, byte(n), 0}), 24)), cidr("10.0.0.0/8")))
		default:
			sources[group] = NewSources(nil)
		}
		i := Interface{ID: fmt.Sprintf("eni-%d", n), OwnerID: owner, VPCID: fmt.Sprintf("vpc-%d", n%4), SubnetID: fmt.Sprintf("subnet-%d-%d", n%4, n%5),
			GroupIDs: []string{group, fmt.Sprintf("sg-%d", n/2)}, PrivateAddresses: []PrivateAddress{{Private: netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)})}}}
		if n%2 == 0 {
			i.PrivateAddresses[0].Public = netip.AddrFrom4([4]byte{203, 0, 113, byte(n)})
		}
		a.Interfaces.Items = append(a.Interfaces.Items, i)
	}
	return a, sources
}

// BenchmarkRegion judges all interfaces and groups of a region, with the making of its network.
func BenchmarkRegion(b *testing.B) {
	for _, interfaces := range []int{500, 5000} {
		a, sources := large(interfaces)
		b.Run(fmt.Sprintf("%d interfaces", interfaces), func(b *testing.B) {
			for b.Loop() {
				n := NewNetwork(a)
				for i := range a.Interfaces.Items {
					n.Paths(&a.Interfaces.Items[i], func(id string) *Sources { return sources[id] })
				}
				for id, s := range sources {
					n.Group(Group{ID: id, OwnerID: owner, SeenBy: owner}, func(string) *Sources { return s })
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(interfaces), "us/interface")
		})
	}
}

// BenchmarkACL reads the largest ACL that EC2 allows, with a range of ports of its own in each
// entry.
func BenchmarkACL(b *testing.B) {
	var acl NetworkACL
	for n := range int32(40) {
		for _, egress := range []bool{false, true} {
			cidr := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(20 + n%7), byte(n), 0, 0}), int(8+n%9)).Masked()
			acl.Entries = append(acl.Entries, ACLEntry{Number: n + 1, Egress: egress, Allow: n%3 != 0, Protocol: "6", FromPort: port(n * 500), ToPort: port(n*1000 + 1000), CIDR: cidr})
		}
	}
	for b.Loop() {
		acl.allows(IPv4, false, 21)
		acl.replies(IPv4, true)
	}
}

// BenchmarkRoutes reads route tables to prefix lists, whose entries lie in each other as they
// rarely do. It reports how the time grows, as a multiple of the growth of n log n: about 1, and
// 16 if it were quadratic.
func BenchmarkRoutes(b *testing.B) {
	var perEntry []float64
	sizes := []int{1000, 16000}
	for _, size := range sizes {
		a := newSite().account
		a.PrefixLists = map[string][]netip.Prefix{}
		t := &a.RouteTables.Items[0]
		for n := range size {
			list := fmt.Sprintf("pl-%d", n/100)
			if n%100 == 0 {
				t.Routes = append(t.Routes, Route{PrefixListID: list, Target: []string{"igw-1", "nat-1"}[n/100%2], State: "active"})
			}
			var address [4]byte
			binary.BigEndian.PutUint32(address[:], uint32(n)*2654435761)
			a.PrefixLists[list] = append(a.PrefixLists[list], netip.PrefixFrom(netip.AddrFrom4(address), 8+n%25).Masked())
		}
		network := NewNetwork(a)
		b.Run(fmt.Sprintf("%d entries", size), func(b *testing.B) {
			for b.Loop() {
				network.route(IPv4, t, place{"vpc-1", "subnet-1"})
			}
			perEntry = append(perEntry, float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size))
			b.ReportMetric(perEntry[len(perEntry)-1], "ns/entry")
			if last := len(perEntry) - 1; last > 0 {
				b.ReportMetric(perEntry[last]/perEntry[0]*math.Log2(float64(sizes[0]))/math.Log2(float64(sizes[1])), "x-of-nlogn")
			}
		})
	}
}
