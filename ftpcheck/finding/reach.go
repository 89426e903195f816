package finding

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// Exposure is what the internet reaches through the group of the finding; nil if nobody asked, and
// for a place that was not read.
func (f Finding) Exposure() *exposure.GroupExposure {
	if f.Permission == nil {
		return nil
	}
	return f.Permission.Group.Exposure
}

// Reachable says whether the internet reaches anything through the group of the finding. It is
// [rule.Unknown] of a place that was not read, and if nobody asked.
func (f Finding) Reachable() rule.Answer {
	if e := f.Exposure(); e != nil {
		return e.Reachable
	}
	return rule.Unknown
}

// Reach says in one sentence, with a full stop, whether the internet reaches anything through the
// group of the finding. It is empty if nobody asked.
func (f Finding) Reach() string {
	e := f.Exposure()
	if e == nil {
		return ""
	}
	switch e.Reachable {
	case rule.Yes:
		return fmt.Sprintf("The internet reaches %s through it now.", Addresses(e.ReachableAddresses))
	case rule.No:
		return "The internet reaches no network interface through it now."
	}
	return fmt.Sprintf("Whether the internet reaches anything through it is not known: %s.", Because(e.UnknownBecause...))
}

// Addresses names the first of some addresses, and says how many more there are.
func Addresses(all []netip.Prefix) string {
	const most = 3
	var names []string
	for _, p := range all[:min(len(all), most)] {
		if p.IsSingleIP() {
			names = append(names, p.Addr().String())
		} else {
			names = append(names, p.String())
		}
	}
	if more := len(all) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// Because is codes of [exposure.Path] in words, as a part of a sentence.
func Because(codes ...exposure.Code) string {
	var why []string
	for _, c := range codes {
		why = append(why, cmp.Or(codeWords[c], string(c)))
	}
	return strings.Join(why, ", ")
}

var codeWords = map[exposure.Code]string{
	exposure.NoPublicAddress:         "no public address",
	exposure.SecurityGroups:          "the security groups",
	exposure.NoRoute:                 "no route from the internet",
	exposure.NetworkACLInbound:       "the network ACL, inbound",
	exposure.NetworkACLOutbound:      "the network ACL, outbound",
	exposure.BlockPublicAccessBlocks: "VPC Block Public Access",
	exposure.DenyAllIgwTraffic:       "the interface, which refuses internet gateways",

	exposure.InterfacesNotRead:        "the network interfaces were not read",
	exposure.SecurityGroupsNotRead:    "other security groups of the interface were not read",
	exposure.PrefixListNotRead:        "a prefix list was not read",
	exposure.RouteTablesNotRead:       "the route tables were not read",
	exposure.InternetGatewaysNotRead:  "the internet gateways were not read",
	exposure.NetworkACLsNotRead:       "the network ACLs were not read",
	exposure.VPCsNotRead:              "the VPCs were not read",
	exposure.SubnetsNotRead:           "the subnets were not read",
	exposure.BlockPublicAccessNotRead: "VPC Block Public Access was not read",
	exposure.RouteUndetermined:        "where a route leads cannot be told",
	exposure.EdgeRouteTable:           "an appliance stands in the way",
	exposure.GatewayLoadBalancer:      "a gateway load balancer stands in the way",
	exposure.NetworkFirewall:          "a network firewall stands in the way",
	exposure.LoadBalancerNotRead:      "a load balancer may lead to it",
	exposure.LoadBalancerUndetermined: "whether a load balancer sends to it cannot be told",
	exposure.GlobalAcceleratorNotRead: "AWS Global Accelerator may lead to it",
	exposure.ForeignAccount:           "other accounts may use the group",
}
