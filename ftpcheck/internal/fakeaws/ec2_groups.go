package fakeaws

import (
	"slices"
	"strconv"
	"strings"
)

var groupsResource = &resource[Group]{
	param: "GroupId", prefix: "sg-",
	malformed: "InvalidGroupId.Malformed", missing: "InvalidGroup.NotFound", noun: "security group",
	least: 5, most: 1000,
	id: func(g *Group) string { return g.ID }, field: groupField,
}

func describeSecurityGroups(c *call) (any, error) {
	if len(c.indexes("GroupName")) > 0 {
		return nil, fail(400, "VPCIdNotSpecified", "No default VPC for this user")
	}
	groups, next, err := groupsResource.page(c, c.contents().all(c.account(), c.region))
	if err != nil {
		return nil, err
	}
	return []element{list("securityGroupInfo", groups, c.group), text("nextToken", next)}, nil
}

// group returns the element for a group.
func (c *call) group(g *Group) element {
	return node("",
		text("ownerId", g.Owner),
		text("groupId", g.ID),
		text("groupName", g.Name),
		text("groupDescription", g.Description),
		text("vpcId", g.VPC),
		text("securityGroupArn", c.arn(g.Owner, "security-group", g.ID)),
		permissions("ipPermissions", g, g.Ingress),
		permissions("ipPermissionsEgress", g, g.Egress),
		tagSet(g.Tags),
	)
}

// permissions returns the element for a group's permissions of one direction, in which those
// of the same protocol and ports are one item.
func permissions(name string, g *Group, all []Permission) element {
	type ports struct {
		protocol string
		from, to int
	}
	var keys []ports
	byPorts := map[ports][]Permission{}
	for _, p := range all {
		key := ports{p.Protocol, p.From, p.To}
		if !p.hasPorts() {
			key = ports{protocol: p.Protocol, from: -1}
		}
		if byPorts[key] == nil {
			keys = append(keys, key)
		}
		byPorts[key] = append(byPorts[key], p)
	}
	return list(name, keys, func(key ports) element {
		some := byPorts[key]
		e := node("", text("ipProtocol", key.protocol))
		if some[0].hasPorts() {
			e.children = append(e.children, number("fromPort", key.from), number("toPort", key.to))
		}
		e.children = append(e.children,
			sources("groups", some, func(p *Permission) element {
				if p.Group == "" {
					return element{}
				}
				return node("item", append(referencedGroup(g, p), text("description", p.Description))...)
			}),
			sources("ipRanges", some, func(p *Permission) element { return source("cidrIp", p.CIDR4, p) }),
			sources("ipv6Ranges", some, func(p *Permission) element { return source("cidrIpv6", p.CIDR6, p) }),
			sources("prefixListIds", some, func(p *Permission) element { return source("prefixListId", p.PrefixList, p) }),
		)
		return e
	})
}

// sources returns the list of the items that the permissions have of one kind of source.
func sources(name string, some []Permission, item func(*Permission) element) element {
	e := node(name)
	for i := range some {
		if one := item(&some[i]); one.name != "" {
			e.children = append(e.children, one)
		}
	}
	return e
}

func source(name, value string, p *Permission) element {
	if value == "" {
		return element{}
	}
	return node("item", text(name, value), text("description", p.Description))
}

// referencedGroup returns the elements that describe the group that a permission refers to.
func referencedGroup(g *Group, p *Permission) []element {
	owner := p.GroupOwner
	if owner == "" {
		owner = g.Owner
	}
	return []element{
		text("userId", owner),
		text("groupId", p.Group),
		text("vpcPeeringConnectionId", p.Peering),
		text("peeringStatus", p.PeeringStatus),
	}
}

// groupField gives the values of the field of a group that a filter is named after.
func groupField(g *Group, name string) ([]string, bool) {
	switch name {
	case "description":
		return []string{g.Description}, true
	case "group-id":
		return []string{g.ID}, true
	case "group-name":
		return []string{g.Name}, true
	case "owner-id":
		return []string{g.Owner}, true
	case "vpc-id":
		return []string{g.VPC}, true
	}
	if field, ok := strings.CutPrefix(name, "ip-permission."); ok {
		return permissionField(g, g.Ingress, field)
	}
	if field, ok := strings.CutPrefix(name, "egress.ip-permission."); ok {
		return permissionField(g, g.Egress, field)
	}
	return tagField(g.Tags, name)
}

// permissionField gives the values that any of the permissions has in a field: it is not one
// permission that has to meet all filters.
func permissionField(g *Group, all []Permission, field string) (values []string, ok bool) {
	if !slices.Contains([]string{"cidr", "ipv6-cidr", "prefix-list-id", "group-id", "user-id", "protocol", "from-port", "to-port"}, field) {
		return nil, false
	}
	for _, p := range all {
		value := ""
		switch field {
		case "cidr":
			value = p.CIDR4
		case "ipv6-cidr":
			value = p.CIDR6
		case "prefix-list-id":
			value = p.PrefixList
		case "group-id":
			value = p.Group
		case "user-id":
			if p.Group != "" {
				value = referencedGroup(g, &p)[0].text
			}
		case "protocol":
			value = p.Protocol
		case "from-port":
			if p.hasPorts() {
				value = strconv.Itoa(p.From)
			}
		case "to-port":
			if p.hasPorts() {
				value = strconv.Itoa(p.To)
			}
		}
		if value != "" {
			values = append(values, value)
		}
	}
	return values, true
}
