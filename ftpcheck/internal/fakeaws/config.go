package fakeaws

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// An Aggregator is one of AWS Config. It collects from all accounts and regions of the world that
// are enabled, but for what it says of places, which are named as in "111122223333/eu-west-1".
type Aggregator struct {
	// Name is the aggregator's name; Account and Region are where it is: in the first account,
	// and its home region, if empty.
	Name, Account, Region string
	// Captured is when all items were captured: an hour ago if zero.
	Captured time.Time
	// Status is how collecting from places ended: SUCCEEDED if it is not there.
	Status map[string]string
	// Organization is the status of the organization as a source; empty for none.
	Organization string
	// Accounts are those from which it collects, of which Regions are all regions if empty. Without
	// any it collects from the organization.
	Accounts, Regions []string
	// NoSource are places that the aggregator does not know; Unrecorded are those of which it
	// has no item.
	NoSource, Unrecorded []string
	// Missing is how many groups of a place are counted and not among the items, or as in
	// "111122223333/eu-west-1/AWS::EC2::RouteTable" how many resources of another type.
	Missing map[string]int
	// Types are those that it records besides security groups, prefix lists and network interfaces.
	Types []string
	// MissingFor is for how many queries they are: for ever if zero.
	MissingFor int

	queries int
}

var configAPI = &api{
	content: "application/x-amz-json-1.1",
	actions: map[string]func(*call) (any, error){
		"DescribeConfigurationAggregators":             describeAggregators,
		"DescribeConfigurationAggregatorSourcesStatus": describeSourcesStatus,
		"GetAggregateDiscoveredResourceCounts":         countResources,
		"SelectAggregateResourceConfig":                selectResources,
	},
	answer:  organizationsAPI.answer,
	failure: organizationsAPI.failure,
}

// aggregator returns the aggregator that the call names.
func (c *call) aggregator() (*Aggregator, error) {
	a := c.server.world.Aggregator
	if a != nil {
		account, region := a.Account, a.Region
		if account == "" {
			account = c.server.world.Accounts[0].ID
		}
		if region == "" {
			region = c.server.world.account(account).homeRegion()
		}
		if c.params.Get("ConfigurationAggregatorName") == a.Name && c.account() == account && c.region == region {
			c.params.Set("MaxResults", c.params.Get("Limit"))
			return a, nil
		}
	}
	return nil, fail(400, "NoSuchConfigurationAggregatorException", "The configuration aggregator does not exist. Check the configuration aggregator name and try again.")
}

func describeAggregators(c *call) (any, error) {
	var in struct{ ConfigurationAggregatorNames []string }
	if err := json.Unmarshal(c.body, &in); err != nil || len(in.ConfigurationAggregatorNames) != 1 {
		return nil, fail(400, "ValidationException", "One aggregator must be named.")
	}
	c.params.Set("ConfigurationAggregatorName", in.ConfigurationAggregatorNames[0])
	a, err := c.aggregator()
	if err != nil {
		return nil, err
	}
	from := map[string]any{"AllAwsRegions": len(a.Regions) == 0}
	if len(a.Regions) > 0 {
		from["AwsRegions"] = a.Regions
	}
	one := map[string]any{"ConfigurationAggregatorName": a.Name, "ConfigurationAggregatorArn": fmt.Sprintf("arn:%s:config:%s:%s:config-aggregator/config-aggregator-0a1b2c3d", partition(c.region), c.region, c.account())}
	if len(a.Accounts) == 0 {
		from["RoleArn"] = fmt.Sprintf("arn:%s:iam::%s:role/config", partition(c.region), c.account())
		one["OrganizationAggregationSource"] = from
	} else {
		from["AccountIds"] = a.Accounts
		one["AccountAggregationSources"] = []any{from}
	}
	return map[string]any{"ConfigurationAggregators": []any{one}}, nil
}

// sources returns the places that the aggregator collects from in a region, or in all.
func (c *call) sources(a *Aggregator, region string) iter.Seq2[*Account, string] {
	return func(yield func(*Account, string) bool) {
		for _, account := range c.server.world.Accounts {
			for _, name := range account.RegionNames() {
				if (region == "" || name == region) && account.enabled(name) && account.state() == "ACTIVE" && !slices.Contains(a.NoSource, account.ID+"/"+name) && !yield(account, name) {
					return
				}
			}
		}
	}
}

func describeSourcesStatus(c *call) (any, error) {
	a, err := c.aggregator()
	if err != nil {
		return nil, err
	}
	at := float64(time.Now().Add(-time.Hour).Unix())
	var all []map[string]any
	if a.Organization != "" {
		all = append(all, map[string]any{"SourceId": organizationID, "SourceType": "ORGANIZATION", "LastUpdateStatus": a.Organization, "LastUpdateTime": at})
	}
	for account, region := range c.sources(a, "") {
		s := map[string]any{"SourceId": account.ID, "SourceType": "ACCOUNT", "AwsRegion": region, "LastUpdateStatus": "SUCCEEDED", "LastUpdateTime": at}
		if status := a.Status[account.ID+"/"+region]; status != "" {
			s["LastUpdateStatus"] = status
			if status == "FAILED" {
				s["LastErrorCode"], s["LastErrorMessage"] = "NotAuthorized", "The account has not authorized the aggregator."
			}
		}
		all = append(all, s)
	}
	return configPage(c, "AggregatedSourceStatusList", slices.Values(all), 100, nil)
}

// configPage is a page of a list, with other members around it.
func configPage[T any](c *call, name string, all iter.Seq[T], most int, more map[string]any) (any, error) {
	some, next, err := page(c, all, 0, most, most)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{name: append([]T{}, some...)}
	maps.Copy(answer, more)
	return withToken(answer, next), nil
}

func countResources(c *call) (any, error) {
	a, err := c.aggregator()
	if err != nil {
		return nil, err
	}
	var in struct {
		GroupByKey string
		Filters    struct{ ResourceType, Region string }
	}
	if err := json.Unmarshal(c.body, &in); err != nil || in.GroupByKey != "ACCOUNT_ID" || in.Filters.ResourceType == "" {
		return nil, fail(400, "ValidationException", "Only the resources of one type can be counted, by account.")
	}
	counts, total := []map[string]any{}, 0
	for account, region := range c.sources(a, in.Filters.Region) {
		if slices.Contains(a.Unrecorded, account.ID+"/"+region) {
			continue
		}
		r := account.Regions[region]
		n := len(r.Groups) + r.Generated
		switch kind := in.Filters.ResourceType; kind {
		case "AWS::EC2::SecurityGroup":
		case "AWS::EC2::NetworkInterface":
			n = len(r.NetworkInterfaces)
		default:
			n = len(a.networkItems(r, kind, account.ID, region))
		}
		total += n
		if n > 0 {
			counts = append(counts, map[string]any{"GroupName": account.ID, "ResourceCount": n})
		}
	}
	return configPage(c, "GroupedResourceCounts", slices.Values(counts), 1000, map[string]any{"GroupByKey": in.GroupByKey, "TotalDiscoveredResources": total})
}

// expression is the only kind of query that there is.
var expression = regexp.MustCompile(`^SELECT ([\w, ]+) WHERE resourceType = '([\w:]+)' AND awsRegion = '([a-z0-9-]+)'$`)

func selectResources(c *call) (any, error) {
	a, err := c.aggregator()
	if err != nil {
		return nil, err
	}
	m := expression.FindStringSubmatch(c.params.Get("Expression"))
	if m == nil {
		return nil, fail(400, "InvalidExpressionException", "The syntax of the query is incorrect.")
	}
	fields, kind := strings.Split(m[1], ", "), m[2]
	if kind == "AWS::EC2::SecurityGroup" && c.params.Get("NextToken") == "" {
		c.server.mu.Lock()
		a.queries++
		c.server.mu.Unlock()
	}
	missing := a.MissingFor == 0 || a.queries <= a.MissingFor
	items := func(yield func(func() map[string]any) bool) {
		for account, region := range c.sources(a, m[3]) {
			if slices.Contains(a.Unrecorded, account.ID+"/"+region) {
				continue
			}
			r := account.Regions[region]
			item := func(id, kind, name string, tags map[string]string, configuration map[string]any) map[string]any {
				return a.item(account.ID, region, id, kind, name, tags, configuration)
			}
			switch kind {
			case "AWS::EC2::SecurityGroup":
				left := len(r.Groups) + r.Generated
				if missing {
					left -= a.Missing[account.ID+"/"+region]
				}
				for g := range r.all(account.ID, region) {
					if left--; left < 0 {
						break
					}
					if !yield(func() map[string]any { return item(g.ID, "security-group", g.Name, g.Tags, recordedGroup(g)) }) {
						return
					}
				}
			case "AWS::EC2::PrefixList":
				for _, l := range r.PrefixLists {
					if l.complete(account.ID); l.Owner != account.ID {
						continue // what others share with it, they record
					}
					entries := []any{}
					for _, e := range l.Entries {
						entries = append(entries, map[string]any{"Cidr": e.CIDR, "Description": e.Description})
					}
					if !yield(func() map[string]any {
						return item(l.ID, "prefix-list", l.Name, l.Tags, map[string]any{"PrefixListId": l.ID, "PrefixListName": l.Name, "AddressFamily": l.Family, "MaxEntries": l.size(), "OwnerId": l.Owner, "Version": "1", "Entries": entries})
					}) {
						return
					}
				}
			case "AWS::EC2::NetworkInterface":
				left := len(r.NetworkInterfaces) - a.Missing[account.ID+"/"+region+"/"+kind]
				for _, n := range r.NetworkInterfaces[:left] {
					n.complete()
					if !yield(func() map[string]any {
						return item(n.ID, "network-interface", "", n.Tags, recordedInterface(&n, account.ID, region))
					}) {
						return
					}
				}
			default:
				all := a.networkItems(r, kind, account.ID, region)
				for _, i := range all[:len(all)-a.Missing[account.ID+"/"+region+"/"+kind]] {
					if !yield(func() map[string]any { return item(i.id, i.kind, "", nil, i.configuration) }) {
						return
					}
				}
			}
		}
	}
	some, next, err := page(c, items, 0, 100, 25)
	if err != nil {
		return nil, err
	}
	results, selected := []string{}, []any{}
	for _, item := range some {
		whole, shown := item(), map[string]any{}
		for _, name := range fields {
			if v, ok := whole[name]; ok {
				shown[name] = v
			}
		}
		shown["resourceType"] = kind
		text, _ := json.Marshal(shown)
		results = append(results, string(text))
	}
	for _, name := range fields {
		selected = append(selected, map[string]any{"Name": name})
	}
	return withToken(map[string]any{"Results": results, "QueryInfo": map[string]any{"SelectFields": selected}}, next), nil
}

// item is what AWS Config has of a resource.
func (a *Aggregator) item(account, region, id, kind, name string, tags map[string]string, configuration map[string]any) map[string]any {
	captured := a.Captured
	if captured.IsZero() {
		captured = time.Now().Add(-time.Hour)
	}
	all := []any{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		all = append(all, map[string]any{"key": key, "value": tags[key], "tag": key + "=" + tags[key]})
	}
	return map[string]any{"accountId": account, "awsRegion": region, "resourceId": id, "resourceName": name, "tags": all, "configuration": configuration,
		"arn":                          fmt.Sprintf("arn:%s:ec2:%s:%s:%s/%s", partition(region), region, account, kind, id),
		"configurationItemCaptureTime": captured.UTC().Format("2006-01-02T15:04:05.000Z"), "configurationItemStatus": "OK", "configurationStateId": fmt.Sprint(captured.UnixMilli())}
}

// recordedGroup is a group as AWS Config has it.
func recordedGroup(g *Group) map[string]any {
	return map[string]any{"groupId": g.ID, "groupName": g.Name, "description": g.Description, "ownerId": g.Owner, "vpcId": g.VPC, "tags": []any{},
		"ipPermissions": recordedPermissions(g, g.Ingress), "ipPermissionsEgress": recordedPermissions(g, g.Egress)}
}

// recordedPermissions has one for each protocol and ports, as EC2.
func recordedPermissions(g *Group, all []Permission) []any {
	listed := []any{}
	byPorts := map[string]map[string]any{}
	for i := range all {
		p := &all[i]
		key := p.Protocol
		if p.hasPorts() {
			key = fmt.Sprint(p.Protocol, " ", p.From, " ", p.To)
		}
		of := byPorts[key]
		if of == nil {
			of = map[string]any{"ipProtocol": p.Protocol, "ipRanges": []any{}, "ipv4Ranges": []any{}, "ipv6Ranges": []any{}, "prefixListIds": []any{}, "userIdGroupPairs": []any{}}
			if p.hasPorts() {
				of["fromPort"], of["toPort"] = p.From, p.To
			}
			byPorts[key] = of
			listed = append(listed, of)
		}
		add := func(list string, source any) { of[list] = append(of[list].([]any), source) }
		described := func(members map[string]any) map[string]any {
			if p.Description != "" {
				members["description"] = p.Description
			}
			return members
		}
		switch {
		case p.CIDR4 != "":
			add("ipv4Ranges", described(map[string]any{"cidrIp": p.CIDR4}))
			add("ipRanges", p.CIDR4)
		case p.CIDR6 != "":
			add("ipv6Ranges", described(map[string]any{"cidrIpv6": p.CIDR6}))
		case p.PrefixList != "":
			add("prefixListIds", described(map[string]any{"prefixListId": p.PrefixList}))
		default:
			owner := p.GroupOwner
			if owner == "" {
				owner = g.Owner
			}
			pair := described(map[string]any{"groupId": p.Group, "userId": owner})
			if p.Peering != "" {
				pair["vpcPeeringConnectionId"], pair["peeringStatus"] = p.Peering, p.PeeringStatus
			}
			add("userIdGroupPairs", pair)
		}
	}
	return listed
}

// recordedInterface is an interface as AWS Config has it.
func recordedInterface(n *NetworkInterface, account, region string) map[string]any {
	groups, private, ipv6 := []any{}, []any{}, []any{}
	for _, id := range n.Groups {
		groups = append(groups, map[string]any{"groupId": id, "groupName": "g"})
	}
	address := func(x Address) map[string]any {
		a := map[string]any{"privateIpAddress": x.Private, "association": nil}
		if x.Public != "" || x.Carrier != "" {
			a["association"] = map[string]any{"publicIp": orNull(x.Public), "carrierIp": orNull(x.Carrier)}
		}
		return a
	}
	if n.PrivateIP != "" {
		private = append(private, address(Address{Private: n.PrivateIP, Public: n.PublicIP}))
	}
	for _, more := range n.More {
		private = append(private, address(more))
	}
	for _, ip := range n.IPv6 {
		ipv6 = append(ipv6, map[string]any{"ipv6Address": ip})
	}
	c := map[string]any{"networkInterfaceId": n.ID, "description": n.Description, "groups": groups, "privateIpAddresses": private, "ipv6Addresses": ipv6,
		"ownerId": account, "availabilityZone": region + "a", "interfaceType": n.Type, "status": n.status(), "vpcId": n.VPC, "subnetId": n.Subnet}
	if n.VPC == "" {
		c["vpcId"] = derivedID("vpc", account, region)
	}
	if n.Subnet == "" {
		c["subnetId"] = derivedID("subnet", account, region)
	}
	if n.Requester != "" {
		c["requesterId"], c["requesterManaged"] = n.Requester, true
	}
	if n.Owner != "" {
		c["ownerId"] = n.Owner
	}
	if n.PublicIP != "" {
		c["association"] = map[string]any{"publicIp": n.PublicIP}
	}
	return c
}

// orNull is a text, or null for an empty one.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// A networkItem is what AWS Config has of something of a network.
type networkItem struct {
	id, kind      string
	configuration map[string]any
}

// networkItems are what it has of a type, by the schema that AWS publishes: with nulls, and without a
// member for what that does not know, as routes to transit gateways. Block Public Access that is off
// is recorded as that.
func (a *Aggregator) networkItems(r *Region, kind, account, region string) (all []networkItem) {
	if !slices.Contains(a.Types, kind) {
		return nil
	}
	n := r.network(account, region)
	add := func(id, kind string, configuration map[string]any) {
		configuration["tags"] = []any{}
		all = append(all, networkItem{id, kind, configuration})
	}
	switch kind {
	case "AWS::EC2::VPC":
		for _, v := range n.vpcs {
			add(v.ID, "vpc", map[string]any{"vpcId": v.ID, "ownerId": v.Owner, "cidrBlock": v.CIDR, "state": map[string]any{"value": "available"}, "isDefault": false})
		}
	case "AWS::EC2::RouteTable":
		for _, t := range n.routeTables {
			routes, associations := []any{}, []any{}
			for _, v := range n.vpcs {
				if v.ID == t.VPC {
					routes = append(routes, recordedRoute(Route{To: v.CIDR, Via: "local"}))
					if v.IPv6 != "" {
						routes = append(routes, recordedRoute(Route{To: v.IPv6, Via: "local"}))
					}
				}
			}
			for _, r := range t.Routes {
				routes = append(routes, recordedRoute(r))
			}
			associate := func(main bool, subnet string) {
				associations = append(associations, map[string]any{"main": main, "routeTableId": t.ID, "routeTableAssociationId": derivedID("rtbassoc", t.ID, subnet), "subnetId": orNull(subnet)})
			}
			if t.Main {
				associate(true, "")
			}
			for _, s := range t.Subnets {
				associate(false, s)
			}
			if t.Gateway != "" {
				associate(false, "")
			}
			add(t.ID, "route-table", map[string]any{"routeTableId": t.ID, "vpcId": t.VPC, "ownerId": t.Owner, "routes": routes, "associations": associations, "propagatingVgws": []any{}})
		}
	case "AWS::EC2::InternetGateway":
		for _, g := range n.gateways {
			attachments := []any{}
			if g.VPC != "" {
				attachments = append(attachments, map[string]any{"vpcId": g.VPC, "state": g.State})
			}
			add(g.ID, "internet-gateway", map[string]any{"internetGatewayId": g.ID, "ownerId": account, "attachments": attachments})
		}
	case "AWS::EC2::NetworkAcl":
		for _, x := range n.acls {
			entries, associations := []any{}, []any{}
			for _, e := range x.allEntries() {
				entry := map[string]any{"ruleNumber": e.Number, "egress": e.Egress, "ruleAction": "allow", "protocol": "-1", "cidrBlock": nil, "ipv6CidrBlock": nil, "icmpTypeCode": nil, "portRange": nil}
				if e.Deny {
					entry["ruleAction"] = "deny"
				}
				if e.Protocol != "" {
					entry["protocol"] = e.Protocol
				}
				if e.Protocol == "6" || e.Protocol == "17" {
					entry["portRange"] = map[string]any{"from": e.From, "to": e.To}
				}
				if strings.Contains(e.CIDR, ":") {
					entry["ipv6CidrBlock"] = e.CIDR
				} else {
					entry["cidrBlock"] = e.CIDR
				}
				entries = append(entries, entry)
			}
			for _, s := range x.Subnets {
				associations = append(associations, map[string]any{"networkAclAssociationId": derivedID("aclassoc", x.ID, s), "networkAclId": x.ID, "subnetId": s})
			}
			add(x.ID, "network-acl", map[string]any{"networkAclId": x.ID, "vpcId": x.VPC, "ownerId": account, "isDefault": x.Default, "entries": entries, "associations": associations})
		}
	case "AWS::EC2::VPCBlockPublicAccessOptions":
		mode := r.BlockPublicAccess.Mode
		if mode == "" {
			mode = "off"
		}
		add(account, "vpc-block-public-access-options", map[string]any{"AccountId": account, "InternetGatewayBlockMode": mode})
	}
	return all
}

// recordedRoute is a route as AWS Config has it.
func recordedRoute(r Route) map[string]any {
	c := map[string]any{"state": "active", "origin": "CreateRoute", "destinationCidrBlock": nil, "destinationIpv6CidrBlock": nil, "destinationPrefixListId": nil,
		"gatewayId": nil, "natGatewayId": nil, "vpcPeeringConnectionId": nil, "egressOnlyInternetGatewayId": nil, "networkInterfaceId": nil, "instanceId": nil}
	switch {
	case strings.HasPrefix(r.To, "pl-"):
		c["destinationPrefixListId"] = r.To
	case strings.Contains(r.To, ":"):
		c["destinationIpv6CidrBlock"] = r.To
	default:
		c["destinationCidrBlock"] = r.To
	}
	kind, _, _ := strings.Cut(r.Via, "-")
	if _, known := c[targets[kind]]; known {
		c[targets[kind]] = r.Via
	}
	if r.Blackhole {
		c["state"] = "blackhole"
	}
	if r.Via == "local" {
		c["origin"] = "CreateRouteTable"
	}
	return c
}
