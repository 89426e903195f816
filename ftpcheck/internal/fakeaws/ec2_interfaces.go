package fakeaws

import "slices"

func interfaceField(n *NetworkInterface, name string) ([]string, bool) {
	switch name {
	case "group-id":
		return n.Groups, true
	case "network-interface-id":
		return []string{n.ID}, true
	case "vpc-id":
		return []string{n.VPC}, true
	case "subnet-id":
		return []string{n.Subnet}, true
	case "status":
		return []string{n.status()}, true
	case "interface-type":
		return []string{n.Type}, true
	case "association.public-ip":
		return []string{n.PublicIP}, true
	case "attachment.instance-id":
		return []string{n.Instance}, true
	}
	return tagField(n.Tags, name)
}

var interfacesResource = &resource[NetworkInterface]{
	param: "NetworkInterfaceId", prefix: "eni-",
	malformed: "InvalidNetworkInterfaceId.Malformed", missing: "InvalidNetworkInterfaceID.NotFound", noun: "networkInterface ID",
	least: 5, most: 1000,
	id: func(n *NetworkInterface) string { return n.ID }, field: interfaceField,
}

func describeNetworkInterfaces(c *call) (any, error) {
	if len(c.indexes("NetworkInterfaceId")) > 0 && c.params.Get("MaxResults") != "" {
		return nil, fail(400, "InvalidParameterCombination", "The parameter networkInterfaceIds cannot be used with the parameter maxResults")
	}
	all := pointers(c.contents().NetworkInterfaces, (*NetworkInterface).complete)
	interfaces, next, err := interfacesResource.page(c, all)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	if len(interfaces) > 0 {
		for g := range c.contents().all(c.account(), c.region) {
			names[g.ID] = g.Name
		}
	}
	return []element{list("networkInterfaceSet", interfaces, func(n *NetworkInterface) element {
		return c.networkInterface(n, names)
	}), text("nextToken", next)}, nil
}

// networkInterface returns the element for an interface, given the names of security groups.
func (c *call) networkInterface(n *NetworkInterface, names map[string]string) element {
	owner := n.Owner
	if owner == "" {
		owner = c.account()
	}
	or := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	e := node("",
		text("networkInterfaceId", n.ID),
		text("subnetId", or(n.Subnet, derivedID("subnet", c.account(), c.region))),
		text("vpcId", or(n.VPC, derivedID("vpc", c.account(), c.region))),
		text("availabilityZone", or(n.Zone, c.region+"a")),
		text("description", n.Description),
		text("ownerId", owner),
		text("requesterId", n.Requester),
		boolean("requesterManaged", n.Requester != ""),
		text("status", n.status()),
		text("interfaceType", n.Type),
		text("privateIpAddress", n.PrivateIP),
		list("groupSet", n.Groups, func(id string) element {
			return node("", text("groupId", id), text("groupName", names[id]))
		}),
		list("ipv6AddressesSet", n.IPv6, func(address string) element {
			return node("", text("ipv6Address", address))
		}),
		tagSet(n.Tags),
	)
	if n.DenyAllIgwTraffic {
		e.children = append(e.children, boolean("denyAllIgwTraffic", true))
	}
	addresses := n.More
	if n.PrivateIP != "" {
		addresses = slices.Concat([]Address{{n.PrivateIP, n.PublicIP, ""}}, n.More)
	}
	if first := (Address{Public: n.PublicIP}); n.PublicIP != "" {
		e.children = append(e.children, c.association(first))
	}
	e.children = append(e.children, list("privateIpAddressesSet", addresses, func(a Address) element {
		return node("", text("privateIpAddress", a.Private), boolean("primary", a.Private == n.PrivateIP), c.association(a))
	}))
	if n.Instance != "" {
		e.children = append(e.children, node("attachment",
			text("instanceId", n.Instance), text("instanceOwnerId", c.account()),
			number("deviceIndex", 0), text("status", "attached"), boolean("deleteOnTermination", true)))
	}
	return e
}

// association is the element for what is associated with an address, or none.
func (c *call) association(a Address) element {
	if a.Public == "" && a.Carrier == "" {
		return element{}
	}
	return node("association", text("publicIp", a.Public), text("carrierIp", a.Carrier), text("ipOwnerId", c.account()))
}
