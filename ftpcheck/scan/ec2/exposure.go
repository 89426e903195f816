package ec2

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// Exposure is the network as package exposure has it, of one account and without interfaces.
func (n *Network) Exposure(account string) *exposure.Account {
	a := &exposure.Account{
		ID: account,
		VPCs: convert(n.VPCs, func(x *types.Vpc) exposure.VPC {
			return exposure.VPC{ID: aws.ToString(x.VpcId), OwnerID: aws.ToString(x.OwnerId)}
		}),
		Subnets: convert(n.Subnets, func(x *types.Subnet) exposure.Subnet {
			return exposure.Subnet{ID: aws.ToString(x.SubnetId), VPCID: aws.ToString(x.VpcId), OwnerID: aws.ToString(x.OwnerId)}
		}),
		RouteTables:      convert(n.RouteTables, routeTable),
		InternetGateways: convert(n.InternetGateways, internetGateway),
		NetworkACLs:      convert(n.NetworkACLs, networkACL),
		Exclusions: convert(n.Exclusions, func(x *types.VpcBlockPublicAccessExclusion) exposure.Exclusion {
			return exposure.Exclusion{ResourceARN: aws.ToString(x.ResourceArn), Mode: string(x.InternetGatewayExclusionMode), State: string(x.State)}
		}),
		GroupVPCs: convert(n.GroupVPCs, func(x *types.SecurityGroupVpcAssociation) exposure.GroupVPC {
			return exposure.GroupVPC{GroupID: aws.ToString(x.GroupId), VPCID: aws.ToString(x.VpcId), State: string(x.State)}
		}),
	}
	if n.BlockPublicAccess.Read && len(n.BlockPublicAccess.Items) > 0 { // from several files the same
		o := &n.BlockPublicAccess.Items[0]
		a.BlockPublicAccess = &exposure.BlockPublicAccess{Mode: string(o.InternetGatewayBlockMode), State: string(o.State), ExclusionsAllowed: string(o.ExclusionsAllowed)}
	}
	n.doubtGateways(&a.InternetGateways)
	return a
}

// doubtGateways takes out the gateways that routes contradict. AWS calls a route a blackhole if its
// gateway is not attached to the VPC. So where the route is active and the gateway is not attached,
// one of them changed between the two answers, or something was lost.
func (n *Network) doubtGateways(gateways *exposure.List[exposure.InternetGateway]) {
	for i := range n.RouteTables.Items {
		t := &n.RouteTables.Items[i]
		for _, r := range t.Routes {
			id, vpc := aws.ToString(r.GatewayId), aws.ToString(t.VpcId)
			if r.State != types.RouteStateActive || !strings.HasPrefix(id, "igw-") || slices.ContainsFunc(gateways.Items, func(g exposure.InternetGateway) bool {
				return g.ID == id && slices.ContainsFunc(g.Attachments, func(a exposure.Attachment) bool { return a.VPCID == vpc })
			}) {
				continue
			}
			gateways.Whole = false
			gateways.Items = slices.DeleteFunc(gateways.Items, func(g exposure.InternetGateway) bool { return g.ID == id })
		}
	}
}

func convert[T, V any](answer Answer[T], one func(*T) V) exposure.List[V] {
	list := exposure.List[V]{Whole: answer.Read}
	for i := range answer.Items {
		list.Items = append(list.Items, one(&answer.Items[i]))
	}
	return list
}

func internetGateway(x *types.InternetGateway) exposure.InternetGateway {
	g := exposure.InternetGateway{ID: aws.ToString(x.InternetGatewayId)}
	for _, a := range x.Attachments {
		g.Attachments = append(g.Attachments, exposure.Attachment{VPCID: aws.ToString(a.VpcId), State: string(a.State)})
	}
	return g
}

func routeTable(x *types.RouteTable) exposure.RouteTable {
	t := exposure.RouteTable{ID: aws.ToString(x.RouteTableId), VPCID: aws.ToString(x.VpcId)}
	for i := range x.Routes {
		r := &x.Routes[i]
		destination, _ := netip.ParsePrefix(cmp.Or(aws.ToString(r.DestinationCidrBlock), aws.ToString(r.DestinationIpv6CidrBlock)))
		t.Routes = append(t.Routes, exposure.Route{
			Destination: destination, PrefixListID: aws.ToString(r.DestinationPrefixListId), State: string(r.State), Origin: string(r.Origin),
			Target: cmp.Or(aws.ToString(r.GatewayId), aws.ToString(r.NatGatewayId), aws.ToString(r.TransitGatewayId), aws.ToString(r.VpcPeeringConnectionId),
				aws.ToString(r.EgressOnlyInternetGatewayId), aws.ToString(r.CarrierGatewayId), aws.ToString(r.LocalGatewayId), aws.ToString(r.CoreNetworkArn),
				aws.ToString(r.OdbNetworkArn), aws.ToString(r.NetworkInterfaceId), aws.ToString(r.InstanceId)),
		})
	}
	for _, a := range x.Associations {
		state := ""
		if a.AssociationState != nil {
			state = string(a.AssociationState.State)
		}
		t.Associations = append(t.Associations, exposure.Association{
			Main: aws.ToBool(a.Main), SubnetID: aws.ToString(a.SubnetId), GatewayID: aws.ToString(a.GatewayId), State: state})
	}
	return t
}

func networkACL(x *types.NetworkAcl) exposure.NetworkACL {
	a := exposure.NetworkACL{ID: aws.ToString(x.NetworkAclId), VPCID: aws.ToString(x.VpcId)}
	for _, s := range x.Associations {
		a.SubnetIDs = append(a.SubnetIDs, aws.ToString(s.SubnetId))
	}
	for i := range x.Entries {
		e := &x.Entries[i]
		cidr, _ := netip.ParsePrefix(cmp.Or(aws.ToString(e.CidrBlock), aws.ToString(e.Ipv6CidrBlock)))
		entry := exposure.ACLEntry{Number: aws.ToInt32(e.RuleNumber), Egress: aws.ToBool(e.Egress), Allow: e.RuleAction == types.RuleActionAllow,
			Protocol: aws.ToString(e.Protocol), CIDR: cidr}
		if e.PortRange != nil {
			entry.FromPort, entry.ToPort = e.PortRange.From, e.PortRange.To
		}
		a.Entries = append(a.Entries, entry)
	}
	return a
}

// Things are what of the network decides, by what it is called. Only one of two that are called the
// same and are not can be the truth.
func (n *Network) Things() map[string]any {
	things := map[string]any{}
	a := n.Exposure("")
	for _, x := range a.VPCs.Items {
		things["VPC "+x.ID] = x
	}
	for _, x := range a.Subnets.Items {
		things["subnet "+x.ID] = x
	}
	for _, x := range a.RouteTables.Items {
		things["route table "+x.ID] = x
	}
	for i := range n.InternetGateways.Items {
		x := internetGateway(&n.InternetGateways.Items[i])
		things["internet gateway "+x.ID] = x
	}
	for _, x := range a.NetworkACLs.Items {
		things["network ACL "+x.ID] = x
	}
	for i, x := range a.Exclusions.Items {
		things["exclusion "+aws.ToString(n.Exclusions.Items[i].ExclusionId)] = x
	}
	for _, x := range a.GroupVPCs.Items {
		things["the association of security group "+x.GroupID+" with "+x.VPCID] = x
	}
	return things
}

// RouteLists are the IDs of the prefix lists that routes lead to, in order.
func (n *Network) RouteLists() []string {
	var ids []string
	for i := range n.RouteTables.Items {
		for _, r := range n.RouteTables.Items[i].Routes {
			if id := aws.ToString(r.DestinationPrefixListId); id != "" {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Lacks says what a thing of a network does not have though AWS always gives it, or has though
// AWS cannot have given it; empty if it is as AWS gives it.
func Lacks(thing any) string {
	missing := func(kind string, id *string, there ...bool) string {
		if aws.ToString(id) == "" {
			return kind + " has no ID"
		}
		if slices.Contains(there, false) {
			return fmt.Sprintf("%s %s does not have all that AWS says of one", kind, *id)
		}
		return ""
	}
	has := func(texts ...*string) bool {
		return !slices.ContainsFunc(texts, func(s *string) bool { return aws.ToString(s) == "" })
	}
	switch x := thing.(type) {
	case *types.Vpc:
		return missing("VPC", x.VpcId, has(x.OwnerId))
	case *types.Subnet:
		return missing("subnet", x.SubnetId, has(x.VpcId, x.OwnerId))
	case *types.RouteTable: // it has a route to its VPC, always
		return cmp.Or(missing("route table", x.RouteTableId, has(x.VpcId, x.OwnerId), len(x.Routes) > 0, x.Associations != nil,
			!slices.ContainsFunc(x.Associations, func(a types.RouteTableAssociation) bool {
				return !aws.ToBool(a.Main) && !has(a.SubnetId) && !has(a.GatewayId)
			})), oddRoute(x))
	case *types.InternetGateway:
		return missing("internet gateway", x.InternetGatewayId, x.Attachments != nil,
			!slices.ContainsFunc(x.Attachments, func(a types.InternetGatewayAttachment) bool { return !has(a.VpcId) || a.State == "" }))
	case *types.NetworkAcl: // it has the entries that deny the rest, always
		return cmp.Or(missing("network ACL", x.NetworkAclId, has(x.VpcId), len(x.Entries) > 0, x.Associations != nil,
			!slices.ContainsFunc(x.Associations, func(a types.NetworkAclAssociation) bool { return !has(a.SubnetId) })), oddEntry(x))
	case *types.VpcBlockPublicAccessOptions:
		return missing("VPC Block Public Access", aws.String("of the region"), x.InternetGatewayBlockMode != "", x.State != "", x.ExclusionsAllowed != "")
	case *types.VpcBlockPublicAccessExclusion:
		return missing("exclusion from VPC Block Public Access", x.ExclusionId, has(x.ResourceArn), x.InternetGatewayExclusionMode != "", x.State != "")
	case *types.SecurityGroupVpcAssociation:
		return missing("VPC association of security group", x.GroupId, has(x.VpcId), x.State != "")
	}
	return ""
}

// Identity is what tells a thing of a network from others of an answer; empty for one that is alone.
func Identity(thing any) string {
	switch x := thing.(type) {
	case *types.Vpc:
		return aws.ToString(x.VpcId)
	case *types.Subnet:
		return aws.ToString(x.SubnetId)
	case *types.RouteTable:
		return aws.ToString(x.RouteTableId)
	case *types.InternetGateway:
		return aws.ToString(x.InternetGatewayId)
	case *types.NetworkAcl:
		return aws.ToString(x.NetworkAclId)
	case *types.VpcBlockPublicAccessExclusion:
		return aws.ToString(x.ExclusionId)
	case *types.SecurityGroupVpcAssociation:
		return aws.ToString(x.GroupId) + " in " + aws.ToString(x.VpcId)
	}
	return ""
}

// oddRoute says what is wrong with a route of the table: without its destination or state, a
// route would be none.
func oddRoute(x *types.RouteTable) string {
	for i := range x.Routes {
		r := &x.Routes[i]
		v4, v6, list := aws.ToString(r.DestinationCidrBlock), aws.ToString(r.DestinationIpv6CidrBlock), aws.ToString(r.DestinationPrefixListId)
		_, err := netip.ParsePrefix(cmp.Or(v4, v6))
		if list == "" && err != nil || r.State == "" {
			return fmt.Sprintf("route table %s has a route with the destination %q and the state %q", *x.RouteTableId, cmp.Or(v4, v6, list), r.State)
		}
	}
	return ""
}

// oddEntry says what is wrong with an entry of the network ACL.
func oddEntry(x *types.NetworkAcl) string {
	for i := range x.Entries {
		e := &x.Entries[i]
		cidr := cmp.Or(aws.ToString(e.CidrBlock), aws.ToString(e.Ipv6CidrBlock))
		_, err := netip.ParsePrefix(cidr)
		known := e.RuleAction == types.RuleActionAllow || e.RuleAction == types.RuleActionDeny
		hasPorts := e.PortRange != nil && e.PortRange.From != nil && e.PortRange.To != nil
		if protocol := aws.ToString(e.Protocol); (protocol == "6" || protocol == "17") && !hasPorts {
			return fmt.Sprintf("network ACL %s has entry %d of the protocol %s without its ports", *x.NetworkAclId, aws.ToInt32(e.RuleNumber), protocol)
		}
		if err != nil || !known || e.RuleNumber == nil || e.Egress == nil || aws.ToString(e.Protocol) == "" {
			return fmt.Sprintf("network ACL %s has entry %d with the range %q, the action %q and the protocol %q, and something of it is not there or is none",
				*x.NetworkAclId, aws.ToInt32(e.RuleNumber), cidr, e.RuleAction, aws.ToString(e.Protocol))
		}
	}
	return ""
}

// Lacks says what the interface does not have of what decides which paths there are to it, though
// AWS always gives it; empty if it has all.
func (i *SavedInterface) Lacks() string {
	missing := ""
	switch {
	case aws.ToString(i.OwnerId) == "":
		missing = "OwnerId"
	case aws.ToString(i.VpcId) == "":
		missing = "VpcId"
	case aws.ToString(i.SubnetId) == "":
		missing = "SubnetId"
	case i.InterfaceType == "":
		missing = "InterfaceType"
	case i.PrivateIpAddresses == nil:
		missing = "PrivateIpAddresses"
	case i.Ipv6Addresses == nil:
		missing = "Ipv6Addresses"
	default:
		return ""
	}
	return fmt.Sprintf("network interface %s has no %s", aws.ToString(i.NetworkInterfaceId), missing)
}

// Path is the interface as the table of paths shows it.
func (i *SavedInterface) Path() *sg.PathInterface {
	x := &sg.PathInterface{
		Interface: exposure.Interface{
			ID: aws.ToString(i.NetworkInterfaceId), OwnerID: aws.ToString(i.OwnerId), VPCID: aws.ToString(i.VpcId), SubnetID: aws.ToString(i.SubnetId),
			Type: string(i.InterfaceType), RequesterID: aws.ToString(i.RequesterId), Description: aws.ToString(i.Description),
			DenyAllIgwTraffic: aws.ToBool(i.DenyAllIgwTraffic),
		},
		RequesterManaged: aws.ToBool(i.RequesterManaged),
	}
	for _, g := range i.Groups {
		x.GroupIDs = append(x.GroupIDs, aws.ToString(g.GroupId))
	}
	address := func(text *string) netip.Addr {
		a, _ := netip.ParseAddr(aws.ToString(text))
		return a
	}
	associated := func(private *string, a *types.NetworkInterfaceAssociation) {
		one := exposure.PrivateAddress{Private: address(private)}
		if a != nil {
			one.Public, one.Carrier = address(a.PublicIp), address(a.CarrierIp)
		}
		x.PrivateAddresses = append(x.PrivateAddresses, one)
	}
	for _, a := range i.PrivateIpAddresses {
		associated(a.PrivateIpAddress, a.Association)
	}
	// The association of the first address is there twice, unless the list was left out.
	if a := i.Association; a != nil && !slices.ContainsFunc(x.PrivateAddresses, func(p exposure.PrivateAddress) bool { return p.Public == address(a.PublicIp) }) {
		associated(nil, a)
	}
	for _, a := range i.Ipv6Addresses {
		x.IPv6Addresses = append(x.IPv6Addresses, address(a.Ipv6Address))
	}
	for _, p := range i.Ipv6Prefixes {
		if prefix, err := netip.ParsePrefix(aws.ToString(p.Ipv6Prefix)); err == nil {
			x.IPv6Prefixes = append(x.IPv6Prefixes, prefix)
		}
	}
	if i.Attachment != nil {
		x.InstanceID, x.DeviceIndex = aws.ToString(i.Attachment.InstanceId), i.Attachment.DeviceIndex
	}
	for _, t := range i.TagSet {
		if x.Tags == nil {
			x.Tags = map[string]string{}
		}
		x.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return x
}
