package fakeaws

import (
	"fmt"
	"slices"
	"strings"
)

// networkResource is how calls choose among the things of a network, all in the same way.
func networkResource[T any](param, prefix, code, noun string, id func(*T) string, fields map[string]func(*T) []string) *resource[T] {
	return &resource[T]{
		param: param, prefix: prefix, malformed: code + ".Malformed", missing: code + ".NotFound", noun: noun, least: 5, most: 1000, id: id,
		field: func(thing *T, name string) ([]string, bool) {
			values, ok := fields[name]
			if !ok {
				return nil, false
			}
			return values(thing), true
		},
	}
}

// answerPage answers with a page of the things that the call asks for.
func answerPage[T any](c *call, r *resource[T], all []*T, name string, item func(*T) element) (any, error) {
	things, next, err := r.page(c, each(all))
	if err != nil {
		return nil, err
	}
	return []element{list(name, things, item), text("nextToken", next)}, nil
}

var vpcsResource = networkResource("VpcId", "vpc-", "InvalidVpcID", "vpc ID", func(v *VPC) string { return v.ID }, map[string]func(*VPC) []string{
	"vpc-id":   func(v *VPC) []string { return []string{v.ID} },
	"owner-id": func(v *VPC) []string { return []string{v.Owner} },
})

func describeVpcs(c *call) (any, error) {
	return answerPage(c, vpcsResource, c.network().vpcs, "vpcSet", func(v *VPC) element {
		return node("",
			text("vpcId", v.ID), text("ownerId", v.Owner), text("state", "available"), text("cidrBlock", v.CIDR),
			list("cidrBlockAssociationSet", []string{v.CIDR}, func(block string) element {
				return node("", text("cidrBlock", block), text("associationId", derivedID("vpc-cidr-assoc", v.ID)), node("cidrBlockState", text("state", "associated")))
			}),
			ipv6Blocks(v.IPv6), text("instanceTenancy", "default"), boolean("isDefault", false),
		)
	})
}

// ipv6Blocks is the element for the IPv6 block of a VPC or subnet, or none.
func ipv6Blocks(block string) element {
	if block == "" {
		return element{}
	}
	return list("ipv6CidrBlockAssociationSet", []string{block}, func(block string) element {
		return node("", text("ipv6CidrBlock", block), node("ipv6CidrBlockState", text("state", "associated")))
	})
}

var subnetsResource = networkResource("SubnetId", "subnet-", "InvalidSubnetID", "subnet ID", func(s *Subnet) string { return s.ID }, map[string]func(*Subnet) []string{
	"subnet-id": func(s *Subnet) []string { return []string{s.ID} },
	"vpc-id":    func(s *Subnet) []string { return []string{s.VPC} },
	"owner-id":  func(s *Subnet) []string { return []string{s.Owner} },
})

func describeSubnets(c *call) (any, error) {
	return answerPage(c, subnetsResource, c.network().subnets, "subnetSet", func(s *Subnet) element {
		return node("",
			text("subnetId", s.ID), text("subnetArn", c.arn(s.Owner, "subnet", s.ID)), text("vpcId", s.VPC), text("ownerId", s.Owner),
			text("availabilityZone", s.Zone), text("cidrBlock", s.CIDR), ipv6Blocks(s.IPv6), text("state", "available"),
		)
	})
}

var routeTablesResource = networkResource("RouteTableId", "rtb-", "InvalidRouteTableID", "routeTable ID", func(t *RouteTable) string { return t.ID }, map[string]func(*RouteTable) []string{
	"route-table-id":        func(t *RouteTable) []string { return []string{t.ID} },
	"vpc-id":                func(t *RouteTable) []string { return []string{t.VPC} },
	"association.subnet-id": func(t *RouteTable) []string { return t.Subnets },
})

func describeRouteTables(c *call) (any, error) {
	n := c.network()
	return answerPage(c, routeTablesResource, n.routeTables, "routeTableSet", func(t *RouteTable) element {
		var routes, associations []element
		for _, v := range n.vpcs {
			for _, block := range []string{v.CIDR, v.IPv6} {
				if v.ID == t.VPC && block != "" {
					routes = append(routes, route(Route{To: block, Via: "local"}))
				}
			}
		}
		for _, r := range t.Routes {
			routes = append(routes, route(r))
		}
		associate := func(of ...element) {
			associations = append(associations, node("", append(of,
				text("routeTableAssociationId", derivedID("rtbassoc", t.ID, fmt.Sprint(len(associations)))), text("routeTableId", t.ID),
				node("associationState", text("state", "associated")))...))
		}
		if t.Main {
			associate(boolean("main", true))
		}
		for _, s := range t.Subnets {
			associate(boolean("main", false), text("subnetId", s))
		}
		if t.Gateway != "" {
			associate(boolean("main", false), text("gatewayId", t.Gateway))
		}
		same := func(e element) element { return e }
		return node("",
			text("routeTableId", t.ID), text("vpcId", t.VPC), text("ownerId", t.Owner),
			list("routeSet", routes, same), list("associationSet", associations, same), list("propagatingVgwSet", nil, same),
		)
	})
}

// targets are the elements that say what a route leads to, by how its ID begins.
var targets = map[string]string{
	"local": "gatewayId", "igw": "gatewayId", "vgw": "gatewayId", "vpce": "gatewayId", "nat": "natGatewayId", "tgw": "transitGatewayId",
	"pcx": "vpcPeeringConnectionId", "eigw": "egressOnlyInternetGatewayId", "eni": "networkInterfaceId", "i": "instanceId",
	"cagw": "carrierGatewayId", "lgw": "localGatewayId", "arn:aws:networkmanager": "coreNetworkArn",
}

func route(r Route) element {
	destination := "destinationCidrBlock"
	switch {
	case strings.HasPrefix(r.To, "pl-"):
		destination = "destinationPrefixListId"
	case strings.Contains(r.To, ":"):
		destination = "destinationIpv6CidrBlock"
	}
	kind, _, _ := strings.Cut(r.Via, "-")
	if strings.HasPrefix(r.Via, "arn:") {
		kind = "arn:aws:networkmanager"
	}
	state, origin := "active", "CreateRoute"
	if r.Blackhole {
		state = "blackhole"
	}
	if r.Via == "local" {
		origin = "CreateRouteTable"
	}
	return node("", text(destination, r.To), text(targets[kind], r.Via), text("state", state), text("origin", origin))
}

var gatewaysResource = networkResource("InternetGatewayId", "igw-", "InvalidInternetGatewayID", "internetGateway ID", func(g *InternetGateway) string { return g.ID }, map[string]func(*InternetGateway) []string{
	"internet-gateway-id": func(g *InternetGateway) []string { return []string{g.ID} },
	"attachment.vpc-id":   func(g *InternetGateway) []string { return []string{g.VPC} },
})

func describeInternetGateways(c *call) (any, error) {
	return answerPage(c, gatewaysResource, c.network().gateways, "internetGatewaySet", func(g *InternetGateway) element {
		var attached []string
		if g.VPC != "" {
			attached = []string{g.VPC}
		}
		return node("", text("internetGatewayId", g.ID), text("ownerId", c.account()), list("attachmentSet", attached, func(vpc string) element {
			return node("", text("vpcId", vpc), text("state", g.State))
		}))
	})
}

var aclsResource = networkResource("NetworkAclId", "acl-", "InvalidNetworkAclID", "networkAcl ID", func(a *NetworkACL) string { return a.ID }, map[string]func(*NetworkACL) []string{
	"network-acl-id":        func(a *NetworkACL) []string { return []string{a.ID} },
	"vpc-id":                func(a *NetworkACL) []string { return []string{a.VPC} },
	"association.subnet-id": func(a *NetworkACL) []string { return a.Subnets },
})

func describeNetworkAcls(c *call) (any, error) {
	return answerPage(c, aclsResource, c.network().acls, "networkAclSet", func(a *NetworkACL) element {
		return node("",
			text("networkAclId", a.ID), text("vpcId", a.VPC), text("ownerId", c.account()), boolean("default", a.Default),
			list("entrySet", a.allEntries(), aclEntry),
			list("associationSet", a.Subnets, func(subnet string) element {
				return node("", text("networkAclAssociationId", derivedID("aclassoc", a.ID, subnet)), text("networkAclId", a.ID), text("subnetId", subnet))
			}),
		)
	})
}

// allEntries are the entries of the ACL with those that it always has, in order.
func (a *NetworkACL) allEntries() []ACLEntry {
	entries := slices.Clone(a.Entries)
	for _, egress := range []bool{false, true} {
		for number, block := range map[int]string{32767: "0.0.0.0/0", 32768: "::/0"} {
			entries = append(entries, ACLEntry{Number: number, Egress: egress, Deny: true, CIDR: block})
		}
	}
	slices.SortStableFunc(entries, func(x, y ACLEntry) int { return x.Number - y.Number })
	return entries
}

func aclEntry(e ACLEntry) element {
	block, action, protocol := "cidrBlock", "allow", e.Protocol
	if strings.Contains(e.CIDR, ":") {
		block = "ipv6CidrBlock"
	}
	if e.Deny {
		action = "deny"
	}
	if protocol == "" {
		protocol = "-1"
	}
	n := node("", number("ruleNumber", e.Number), text("protocol", protocol), text("ruleAction", action), boolean("egress", e.Egress), text(block, e.CIDR))
	if protocol == "6" || protocol == "17" {
		n.children = append(n.children, node("portRange", number("from", e.From), number("to", e.To)))
	}
	return n
}

func describeVpcBlockPublicAccessOptions(c *call) (any, error) {
	b := c.contents().BlockPublicAccess
	mode, state := b.Mode, b.State
	if mode == "" {
		mode = "off"
		if state == "" {
			state = "default-state"
		}
	}
	if state == "" {
		state = "update-complete"
	}
	return []element{node("vpcBlockPublicAccessOptions",
		text("awsAccountId", c.account()), text("awsRegion", c.region), text("state", state), text("internetGatewayBlockMode", mode),
		text("managedBy", "account"), text("exclusionsAllowed", "allowed"))}, nil
}

var exclusionsResource = networkResource("ExclusionId", "vpcbpa-exclude-", "InvalidVpcBlockPublicAccessExclusionId", "exclusion ID", func(x *Exclusion) string { return x.ID }, map[string]func(*Exclusion) []string{
	"state": func(x *Exclusion) []string { return []string{x.State} },
})

func describeVpcBlockPublicAccessExclusions(c *call) (any, error) {
	var all []*Exclusion
	for _, x := range c.contents().BlockPublicAccess.Exclusions {
		if x.ID == "" {
			x.ID = derivedID("vpcbpa-exclude", x.Of)
		}
		if x.Mode == "" {
			x.Mode = "allow-bidirectional"
		}
		if x.State == "" {
			x.State = "create-complete"
		}
		all = append(all, &x)
	}
	return answerPage(c, exclusionsResource, all, "vpcBlockPublicAccessExclusionSet", func(x *Exclusion) element {
		kind, _, _ := strings.Cut(x.Of, "-")
		return node("", text("exclusionId", x.ID), text("internetGatewayExclusionMode", x.Mode), text("resourceArn", c.arn(c.account(), kind, x.Of)), text("state", x.State))
	})
}

var groupVPCsResource = networkResource("GroupId", "sg-", "InvalidGroupId", "group ID", func(a *GroupVPC) string { return a.Group }, map[string]func(*GroupVPC) []string{
	"group-id": func(a *GroupVPC) []string { return []string{a.Group} },
	"vpc-id":   func(a *GroupVPC) []string { return []string{a.VPC} },
})

func describeSecurityGroupVpcAssociations(c *call) (any, error) {
	var all []*GroupVPC
	for _, a := range c.contents().GroupVPCs {
		if a.State == "" {
			a.State = "associated"
		}
		all = append(all, &a)
	}
	return answerPage(c, groupVPCsResource, all, "securityGroupVpcAssociationSet", func(a *GroupVPC) element {
		return node("", text("groupId", a.Group), text("vpcId", a.VPC), text("vpcOwnerId", c.account()), text("groupOwnerId", c.account()), text("state", a.State))
	})
}
