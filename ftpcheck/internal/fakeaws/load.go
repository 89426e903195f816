package fakeaws

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cliOutput is what the AWS CLI prints, whatever the command.
type cliOutput struct {
	SecurityGroups []struct {
		GroupId, GroupName, Description, OwnerId, VpcId string
		IpPermissions, IpPermissionsEgress              []cliPermission
		Tags                                            cliTags
	}
	SecurityGroupRules []struct {
		SecurityGroupRuleId, GroupId, IpProtocol string
		CidrIpv4, CidrIpv6, PrefixListId         string
		IsEgress                                 bool
		FromPort, ToPort                         *int
		ReferencedGroupInfo                      struct{ GroupId string }
		Tags                                     cliTags
	}
	PrefixLists []struct {
		PrefixListId, PrefixListName, OwnerId, AddressFamily, State string
		Tags                                                        cliTags
	}
	Entries           []Entry
	NetworkInterfaces []struct {
		NetworkInterfaceId, Description, VpcId, SubnetId, AvailabilityZone string
		InterfaceType, PrivateIpAddress, RequesterId, OwnerId              string
		RequesterManaged                                                   bool
		Groups                                                             []struct{ GroupId string }
		Association                                                        struct{ PublicIp string }
		Attachment                                                         struct{ InstanceId string }
		Ipv6Addresses                                                      []struct{ Ipv6Address string }
		TagSet                                                             cliTags
	}
	cliNetwork
}

// cliNetwork is what the AWS CLI prints of networks.
type cliNetwork struct {
	Vpcs []struct {
		VpcId, CidrBlock, OwnerId   string
		Ipv6CidrBlockAssociationSet []struct{ Ipv6CidrBlock string }
	}
	Subnets     []struct{ SubnetId, VpcId, CidrBlock, AvailabilityZone, OwnerId string }
	RouteTables []struct {
		RouteTableId, VpcId, OwnerId string
		Associations                 []struct {
			Main                bool
			SubnetId, GatewayId string
		}
		Routes []struct {
			DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId       string
			GatewayId, NatGatewayId, EgressOnlyInternetGatewayId, TransitGatewayId, State string
		}
	}
	InternetGateways []struct {
		InternetGatewayId string
		Attachments       []struct{ VpcId, State string }
	}
	NetworkAcls []struct {
		NetworkAclId, VpcId string
		IsDefault           bool
		Associations        []struct{ SubnetId string }
		Entries             []struct {
			RuleNumber                                     int
			Egress                                         bool
			Protocol, RuleAction, CidrBlock, Ipv6CidrBlock string
			PortRange                                      struct{ From, To int }
		}
	}
	VpcBlockPublicAccessOptions    struct{ InternetGatewayBlockMode, State string }
	VpcBlockPublicAccessExclusions []struct{ ExclusionId, InternetGatewayExclusionMode, ResourceArn, State string }
}

// addTo puts the networks into a region.
func (n *cliNetwork) addTo(r *Region) {
	for _, v := range n.Vpcs {
		one := VPC{ID: v.VpcId, CIDR: v.CidrBlock, Owner: v.OwnerId}
		for _, block := range v.Ipv6CidrBlockAssociationSet {
			one.IPv6 = block.Ipv6CidrBlock
		}
		r.VPCs = append(r.VPCs, one)
	}
	for _, s := range n.Subnets {
		r.Subnets = append(r.Subnets, Subnet{ID: s.SubnetId, VPC: s.VpcId, CIDR: s.CidrBlock, Zone: s.AvailabilityZone, Owner: s.OwnerId})
	}
	for _, t := range n.RouteTables {
		one := RouteTable{ID: t.RouteTableId, VPC: t.VpcId, Owner: t.OwnerId}
		for _, a := range t.Associations {
			one.Main = one.Main || a.Main
			if a.SubnetId != "" {
				one.Subnets = append(one.Subnets, a.SubnetId)
			}
			one.Gateway += a.GatewayId
		}
		for _, x := range t.Routes {
			via := x.GatewayId + x.NatGatewayId + x.EgressOnlyInternetGatewayId + x.TransitGatewayId
			if via != "local" { // which the server has of itself
				one.Routes = append(one.Routes, Route{To: x.DestinationCidrBlock + x.DestinationIpv6CidrBlock + x.DestinationPrefixListId, Via: via, Blackhole: x.State == "blackhole"})
			}
		}
		r.RouteTables = append(r.RouteTables, one)
	}
	for _, g := range n.InternetGateways {
		one := InternetGateway{ID: g.InternetGatewayId}
		for _, a := range g.Attachments {
			one.VPC, one.State = a.VpcId, a.State
		}
		r.InternetGateways = append(r.InternetGateways, one)
	}
	for _, a := range n.NetworkAcls {
		one := NetworkACL{ID: a.NetworkAclId, VPC: a.VpcId, Default: a.IsDefault}
		for _, s := range a.Associations {
			one.Subnets = append(one.Subnets, s.SubnetId)
		}
		for _, e := range a.Entries {
			if e.RuleNumber < 32767 { // these, too
				one.Entries = append(one.Entries, ACLEntry{Number: e.RuleNumber, Egress: e.Egress, Deny: e.RuleAction == "deny", Protocol: e.Protocol,
					CIDR: e.CidrBlock + e.Ipv6CidrBlock, From: e.PortRange.From, To: e.PortRange.To})
			}
		}
		r.NetworkACLs = append(r.NetworkACLs, one)
	}
	r.BlockPublicAccess.Mode, r.BlockPublicAccess.State = n.VpcBlockPublicAccessOptions.InternetGatewayBlockMode, n.VpcBlockPublicAccessOptions.State
	for _, x := range n.VpcBlockPublicAccessExclusions {
		r.BlockPublicAccess.Exclusions = append(r.BlockPublicAccess.Exclusions, Exclusion{ID: x.ExclusionId, Mode: x.InternetGatewayExclusionMode, State: x.State,
			Of: x.ResourceArn[strings.LastIndexByte(x.ResourceArn, '/')+1:]})
	}
}

type cliTags []struct{ Key, Value string }

type cliPermission struct {
	IpProtocol                                            string
	FromPort, ToPort                                      *int
	IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs []struct {
		CidrIp, CidrIpv6, PrefixListId, GroupId       string
		UserId, VpcPeeringConnectionId, PeeringStatus string
		Description                                   string
	}
}

// LoadCLI returns a region with what the AWS CLI has printed into the files of a folder. They
// are named after the command: describe-security-groups.json, describe-security-group-rules.json,
// describe-managed-prefix-lists.json, get-managed-prefix-list-entries.<prefix list ID>.json,
// describe-network-interfaces.json, and those of networks. All but the first may be missing.
func LoadCLI(dir string) (*Region, error) {
	var out cliOutput
	if err := readJSON(dir, "describe-security-groups", &out); err != nil {
		return nil, err
	}
	for _, name := range []string{
		"describe-security-group-rules", "describe-managed-prefix-lists", "describe-network-interfaces",
		"describe-vpcs", "describe-subnets", "describe-route-tables", "describe-internet-gateways", "describe-network-acls",
		"describe-vpc-block-public-access-options", "describe-vpc-block-public-access-exclusions",
	} {
		if err := readJSON(dir, name, &out); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	r := &Region{}
	for _, g := range out.SecurityGroups {
		r.Groups = append(r.Groups, Group{
			ID: g.GroupId, Name: g.GroupName, Description: g.Description, VPC: g.VpcId, Owner: g.OwnerId, Tags: g.Tags.values(),
			Ingress: loadPermissions(g.IpPermissions), Egress: loadPermissions(g.IpPermissionsEgress),
		})
	}
	for _, rule := range out.SecurityGroupRules {
		p := r.permission(rule.GroupId, rule.IsEgress, Permission{
			Protocol: rule.IpProtocol, From: port(rule.FromPort), To: port(rule.ToPort),
			CIDR4: rule.CidrIpv4, CIDR6: rule.CidrIpv6, PrefixList: rule.PrefixListId, Group: rule.ReferencedGroupInfo.GroupId,
		})
		if p == nil {
			return nil, fmt.Errorf("%s: rule %s is not among the permissions of %s", dir, rule.SecurityGroupRuleId, rule.GroupId)
		}
		p.RuleID, p.Tags = rule.SecurityGroupRuleId, rule.Tags.values()
	}
	for _, l := range out.PrefixLists {
		var entries cliOutput
		err := readJSON(dir, "get-managed-prefix-list-entries."+l.PrefixListId, &entries)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		r.PrefixLists = append(r.PrefixLists, PrefixList{
			ID: l.PrefixListId, Name: l.PrefixListName, Owner: l.OwnerId, Family: l.AddressFamily, State: l.State,
			Tags: l.Tags.values(), Entries: entries.Entries,
		})
	}
	for _, i := range out.NetworkInterfaces {
		n := NetworkInterface{
			ID: i.NetworkInterfaceId, Description: i.Description, VPC: i.VpcId, Subnet: i.SubnetId, Zone: i.AvailabilityZone,
			Type: i.InterfaceType, PrivateIP: i.PrivateIpAddress, PublicIP: i.Association.PublicIp, Instance: i.Attachment.InstanceId,
			Tags: i.TagSet.values(),
		}
		if i.RequesterManaged {
			n.Requester = i.RequesterId
		}
		for _, g := range i.Groups {
			n.Groups = append(n.Groups, g.GroupId)
		}
		for _, a := range i.Ipv6Addresses {
			n.IPv6 = append(n.IPv6, a.Ipv6Address)
		}
		r.NetworkInterfaces = append(r.NetworkInterfaces, n)
	}
	out.cliNetwork.addTo(r)
	return r, nil
}

func readJSON(dir, name string, into *cliOutput) error {
	path := filepath.Join(dir, name+".json")
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (tags cliTags) values() map[string]string {
	m := map[string]string{}
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// port is a port that may be absent.
func port(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}

// loadPermissions returns a permission for each source. It never returns nil, which would
// stand for the permissions of a new group.
func loadPermissions(all []cliPermission) []Permission {
	flat := []Permission{}
	for _, one := range all {
		for _, s := range slices.Concat(one.IpRanges, one.Ipv6Ranges, one.PrefixListIds, one.UserIdGroupPairs) {
			flat = append(flat, Permission{
				Protocol: one.IpProtocol, From: port(one.FromPort), To: port(one.ToPort),
				CIDR4: s.CidrIp, CIDR6: s.CidrIpv6, PrefixList: s.PrefixListId, Group: s.GroupId,
				GroupOwner: s.UserId, Peering: s.VpcPeeringConnectionId, PeeringStatus: s.PeeringStatus, Description: s.Description,
			})
		}
	}
	return flat
}

// permission returns the permission of a group that is the same rule as want, or nil.
func (r *Region) permission(group string, egress bool, want Permission) *Permission {
	for i := range r.Groups {
		if r.Groups[i].ID != group {
			continue
		}
		all := r.Groups[i].Ingress
		if egress {
			all = r.Groups[i].Egress
		}
		for j := range all {
			if want.same(all[j]) {
				return &all[j]
			}
		}
	}
	return nil
}
