package tables

import (
	"context"
	"net/netip"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

var internetPath = definition{
	name:        "ftpcheck_internet_path",
	description: "The paths from the internet to FTP: one row for each network interface, address family and port, with what is on the way, whether the internet reaches it, and why not or why nobody knows.",
	columns:     internetPathColumns,
	optional:    true, // not everybody saves network interfaces
	list: func(ctx context.Context, reader Reader, request sg.Request, emit func(relation.Row) error) error {
		request.NeedsInterfaces = true
		request.Paths = func(p *sg.InternetPath) error { return emit(p) }
		return readOrShow(ctx, reader, request, emit, func(*sg.Group) error { return nil })
	},
}

// ofPath makes the getter of a column of this table that is null for a place that was not read.
func ofPath[V any](get func(p *sg.InternetPath) V) func(relation.Row) V {
	return ofPathOrPlace(get, func(*sg.Coverage) (null V) { return null })
}

// ofPathOrPlace makes the getter of a column of this table.
func ofPathOrPlace[V any](get func(p *sg.InternetPath) V, unread func(c *sg.Coverage) V) func(relation.Row) V {
	return func(r relation.Row) V {
		if c, ok := r.(*sg.Coverage); ok {
			return unread(c)
		}
		return get(r.(*sg.InternetPath))
	}
}

var internetPathColumns = []column{
	// What the path leads to.
	{Name: "network_interface_id", Type: relation.Text,
		Description: "The ID of the network interface.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.ID })},
	{Name: "address_family", Type: relation.Text,
		Description: "IPv4 or IPv6.",
		Text:        ofPath(func(p *sg.InternetPath) string { return familyName(p.Family) })},
	{Name: "port", Type: relation.Int,
		Description: "The TCP port: 20, FTP data, or 21, FTP control.",
		Value:       ofPath(func(p *sg.InternetPath) any { return int64(p.Port.Numbers()[0]) })},

	{Name: "block_public_access_open", Type: relation.Bool,
		Description: "True if VPC Block Public Access does not close the path. Null if it was not read.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.BlockPublicAccessOpen) })},
	{Name: "blocked_by", Type: relation.JSON,
		Description: "What leaves no source that reaches the interface at its own addresses, as a list: no_public_address, security_groups, route, network_acl_inbound, network_acl_outbound, block_public_access, deny_all_igw_traffic. Null if the internet reaches it, and if that is not known.",
		Text:        ofPath(func(p *sg.InternetPath) string { return jsonList(p.BlockedBy...) })},
	{Name: "description", Type: relation.Text,
		Description: "The description of the network interface.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.Description })},
	{Name: "has_public_address", Type: relation.Bool,
		Description: "True if the interface has an address of the family at which the internet can send to it.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.HasPublicAddress) })},
	{Name: "instance_id", Type: relation.Text,
		Description: "The ID of the instance that the interface is attached to.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.InstanceID })},
	{Name: "interface_type", Type: relation.Text,
		Description: "The type of the interface, such as interface or network_load_balancer.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.PathInterface.Type })},
	{Name: "load_balancers", Type: relation.JSON,
		Description: "The load balancers by which some source of the internet surely reaches the interface on the port, as a list of names. Null if there are none or load balancers were not read.",
		Text:        ofPath(func(p *sg.InternetPath) string { return jsonList(p.LoadBalancers...) })},
	{Name: "network_acl_inbound_open", Type: relation.Bool,
		Description: "True if the network ACL of the subnet lets some source of the internet in on the port.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.NetworkACLInboundOpen) })},
	{Name: "network_acl_outbound_open", Type: relation.Bool,
		Description: "True if the network ACL of the subnet lets some reply out. The client chooses the port that it goes to.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.NetworkACLOutboundOpen) })},
	{Name: "origin", Type: relation.Text,
		Description: "Where the row came from: live for the EC2 API, else the path of the file.",
		Text:        ofPathOrPlace(func(p *sg.InternetPath) string { return p.Origin }, originOf)},
	{Name: "owner_id", Type: relation.Text,
		Description: "The ID of the account that owns the interface.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.OwnerID })},
	{Name: "path_inspected", Type: relation.Bool,
		Description: "True if an appliance that the route tables send the traffic to stands in the way. What it lets through is not known.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.PathInspected) })},
	{Name: "private_addresses", Type: relation.JSON,
		Description: "The private IPv4 addresses of the interface, as a list. Null for IPv6.",
		Text: ofPath(func(p *sg.InternetPath) string {
			var all []string
			for _, a := range p.PrivateAddresses {
				if p.Family == exposure.IPv4 && a.Private.IsValid() {
					all = append(all, a.Private.String())
				}
			}
			return jsonList(all...)
		})},
	{Name: "public_addresses", Type: relation.JSON,
		Description: "The addresses of the family at which the internet can send to the interface, as a list.",
		Text:        ofPath(func(p *sg.InternetPath) string { return addresses(p.PublicAddresses) })},
	{Name: "reachable", Type: relation.Bool,
		Description: "True if some source of the internet reaches the interface on the port. Null if something that decides it is not known.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.Reachable) })},
	{Name: "reachable_from_everyone", Type: relation.Bool,
		Description: "True if every address of the public internet does.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.ReachableFromEveryone) })},
	{Name: "reachable_public_address_count", Type: relation.Int,
		Description: "The exact number of public IPv4 addresses that reach the interface. Null if it is not known, and for IPv6.",
		Value: ofPath(func(p *sg.InternetPath) any {
			if p.ReachableAddressCount == nil {
				return nil
			}
			return *p.ReachableAddressCount
		})},
	{Name: "reachable_source_count", Type: relation.Int,
		Description: "How many ranges reachable_sources would have if it had all.",
		Value:       ofPath(func(p *sg.InternetPath) any { return int64(p.ReachableSourceCount) })},
	{Name: "reachable_sources", Type: relation.JSON,
		Description: "The sources that surely reach the interface, as a list of address ranges, as few as it takes, and no more than 100. Addresses between them that are not of the public internet do not count.",
		Text: ofPath(func(p *sg.InternetPath) string {
			var all []string
			for _, r := range p.ReachableSources {
				all = append(all, rangeText(r))
			}
			return jsonList(all...)
		})},
	{Name: "requester_managed", Type: relation.Bool,
		Description: "True if an AWS service manages the interface.",
		Value:       ofPath(func(p *sg.InternetPath) any { return p.RequesterManaged })},
	{Name: "route_to_internet", Type: relation.Bool,
		Description: "True if the route table of the subnet leads to some source of the internet by an internet gateway.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.RouteToInternet) })},
	{Name: "scan_status", Type: relation.Text, request: showUnreadPlaces,
		Description: scanStatusDescription,
		Text:        ofPathOrPlace(func(*sg.InternetPath) string { return string(sg.StatusScanned) }, statusOf)},
	{Name: "security_group_ids", Type: relation.JSON,
		Description: "The IDs of the security groups of the interface, as a list.",
		Text:        ofPath(func(p *sg.InternetPath) string { return jsonList(p.GroupIDs...) })},
	{Name: "security_groups_open", Type: relation.Bool,
		Description: "True if the security groups of the interface, all together, let some source of the internet in on the port.",
		Value:       ofPath(func(p *sg.InternetPath) any { return answer(p.SecurityGroupsOpen) })},
	{Name: "subnet_id", Type: relation.Text,
		Description: "The ID of the subnet of the interface.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.SubnetID })},
	{Name: "unknown_because", Type: relation.JSON,
		Description: "What would have to be known for the answers that are null, as a list of codes. It is not_read for a place that was not read.",
		Text: ofPathOrPlace(func(p *sg.InternetPath) string { return jsonList(p.UnknownBecause...) },
			func(*sg.Coverage) string { return jsonList("not_read") })},
	{Name: "vpc_id", Type: relation.Text,
		Description: "The ID of the VPC of the interface.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.VPCID })},

	// The standard columns.
	{Name: "title", Type: relation.Text,
		Description: "The title of the row: the ID of the network interface, the family and the port. Of a place that was not read, the account and region, or the path of the file.",
		Text: ofPathOrPlace(func(p *sg.InternetPath) string {
			return p.ID + " " + familyName(p.Family) + " port " + p.Port.Join(", ")
		}, titleOf)},
	{Name: "akas", Type: relation.JSON,
		Description: "The ARN of the network interface, as a list.",
		Text:        ofPath(func(p *sg.InternetPath) string { return jsonList(p.ARN()) })},
	{Name: "tags", Type: relation.JSON,
		Description: "The tags of the network interface, as a map.",
		Text:        ofPath(func(p *sg.InternetPath) string { return jsonMap(p.Tags) })},
	{Name: "partition", Type: relation.Text,
		Description: "The AWS partition of the interface, such as aws or aws-us-gov.",
		Text:        ofPath(func(p *sg.InternetPath) string { return p.Partition })},
	{Name: "region", Type: relation.Text, narrow: byRegion, exclude: notRegion, prefix: regionPrefix,
		Description: "The AWS region of the interface. Null if a saved scan does not tell.",
		Text:        ofPathOrPlace(func(p *sg.InternetPath) string { return p.Region }, regionOf)},
	{Name: "account_id", Type: relation.Text, narrow: byAccount, exclude: notAccount,
		Description: "The ID of the account in which the interface was seen.",
		Text:        ofPathOrPlace(func(p *sg.InternetPath) string { return p.AccountID }, accountOf)},
}

func familyName(f exposure.Family) string {
	if f == exposure.IPv6 {
		return "IPv6"
	}
	return "IPv4"
}

// addresses are addresses and, where they are more than one address, prefixes.
func addresses(all []netip.Prefix) string {
	var texts []string
	for _, p := range all {
		if p.IsSingleIP() {
			texts = append(texts, p.Addr().String())
		} else {
			texts = append(texts, p.String())
		}
	}
	return jsonList(texts...)
}

// rangeText is a range as a prefix, if it is one, or else from its first to its last address.
func rangeText(r netipx.IPRange) string {
	if p, ok := r.Prefix(); ok {
		return p.String()
	}
	return r.String()
}

// ofExposure makes the getter of a column of groups that is null where nobody asked.
func ofExposure[V any](get func(*exposure.GroupExposure) V) func(relation.Row) V {
	return ofGroup(func(g *sg.Group) (null V) {
		if g.Exposure == nil {
			return null
		}
		return get(g.Exposure)
	})
}

func wantReachability(r *sg.Request) { r.Reachability = true }
