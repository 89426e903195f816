package awsconfig

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/go-json-experiment/json"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/scan/ec2"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A securityGroup is the configuration of one. Its tags are those of the item.
type securityGroup struct {
	Description *string     `json:"description"`
	ID          *string     `json:"groupId"`
	Name        *string     `json:"groupName"`
	Owner       *string     `json:"ownerId"`
	VPC         *string     `json:"vpcId"`
	Permissions permissions `json:"ipPermissions"`
}

// permissions have no members but those that are known: in any other there might be a source.
type permissions []permission

func (p *permissions) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, (*[]permission)(p), json.RejectUnknownMembers(true))
}

type permission struct {
	Protocol *string `json:"ipProtocol"`
	From     *int32  `json:"fromPort"`
	To       *int32  `json:"toPort"`

	IPv4 []struct {
		CIDR        *string `json:"cidrIp"`
		Description *string `json:"description"`
	} `json:"ipv4Ranges"`
	// IPv4CIDRs repeat these. Earlier items have nothing else.
	IPv4CIDRs []string `json:"ipRanges"`
	IPv6      []struct {
		CIDR        *string `json:"cidrIpv6"`
		Description *string `json:"description"`
	} `json:"ipv6Ranges"`
	PrefixLists []struct {
		ID          *string `json:"prefixListId"`
		Description *string `json:"description"`
	} `json:"prefixListIds"`
	Groups []struct {
		ID                     *string `json:"groupId"`
		Name                   *string `json:"groupName"`
		Owner                  *string `json:"userId"`
		VPC                    *string `json:"vpcId"`
		Peering                *string `json:"peeringStatus"`
		VPCPeeringConnectionID *string `json:"vpcPeeringConnectionId"`
		Description            *string `json:"description"`
	} `json:"userIdGroupPairs"`
}

// Group is the security group that the item is of, with an ARN.
func (i *Item) Group() (*ec2.SavedGroup, *sg.BadValue) {
	var c securityGroup
	if err := json.Unmarshal(i.configuration, &c); err != nil {
		return nil, notUnderstood(i.ID, "configuration", err)
	}
	for _, member := range []struct {
		name  string
		there bool
	}{
		{"groupId", aws.ToString(c.ID) != ""},
		{"groupName", aws.ToString(c.Name) != ""},
		{"ownerId", aws.ToString(c.Owner) != ""},
		{"ipPermissions", c.Permissions != nil},
	} {
		if !member.there {
			return nil, lacks(i.ID, "configuration", member.name)
		}
	}
	if *c.ID != i.ID {
		return nil, &sg.BadValue{Problem: fmt.Sprintf("the item of %s has the configuration of %s. Save AWS Config's answer as it is", i.ID, *c.ID)}
	}
	g := &ec2.SavedGroup{Description: c.Description, GroupId: c.ID, GroupName: c.Name, OwnerId: c.Owner, VpcId: c.VPC,
		SecurityGroupArn: &i.ARN, IpPermissions: make([]types.IpPermission, len(c.Permissions))}
	if i.ARN == "" {
		g.SecurityGroupArn = aws.String("arn:" + sg.PartitionOf(i.Region) + ":ec2:" + i.Region + ":" + *c.Owner + ":security-group/" + *c.ID)
	} else if region := ec2.RegionOf(i.ARN); region != i.Region {
		return nil, &sg.BadValue{Problem: fmt.Sprintf("the item of %s is of region %s, and its ARN of %q. Save AWS Config's answer as it is", i.ID, i.Region, region)}
	}
	for _, key := range slices.Sorted(maps.Keys(i.tags)) {
		g.Tags = append(g.Tags, types.Tag{Key: &key, Value: aws.String(i.tags[key])})
	}
	for n := range c.Permissions {
		if problem := c.Permissions[n].into(&g.IpPermissions[n]); problem != "" {
			return nil, &sg.BadValue{Problem: fmt.Sprintf("security group %s: permission %d %s. Save AWS Config's answer as it is", i.ID, n+1, problem)}
		}
	}
	return g, nil
}

// into makes the permission one of EC2's. A list that is not there stays nil.
func (p *permission) into(ip *types.IpPermission) (problem string) {
	ip.IpProtocol, ip.FromPort, ip.ToPort = p.Protocol, p.From, p.To
	var cidrs []string
	for _, r := range p.IPv4 {
		cidrs = append(cidrs, aws.ToString(r.CIDR))
		ip.IpRanges = append(ip.IpRanges, types.IpRange{CidrIp: r.CIDR, Description: r.Description})
	}
	switch {
	case p.IPv4 != nil && p.IPv4CIDRs != nil && !sameTexts(cidrs, p.IPv4CIDRs):
		return "has other addresses in ipRanges than in ipv4Ranges, which say the same"
	case p.IPv4 != nil:
		ip.IpRanges = append([]types.IpRange{}, ip.IpRanges...)
	case p.IPv4CIDRs != nil:
		ip.IpRanges = []types.IpRange{}
		for _, cidr := range p.IPv4CIDRs {
			ip.IpRanges = append(ip.IpRanges, types.IpRange{CidrIp: &cidr})
		}
	}
	if p.IPv6 != nil {
		ip.Ipv6Ranges = []types.Ipv6Range{}
	}
	for _, r := range p.IPv6 {
		ip.Ipv6Ranges = append(ip.Ipv6Ranges, types.Ipv6Range{CidrIpv6: r.CIDR, Description: r.Description})
	}
	if p.PrefixLists != nil {
		ip.PrefixListIds = []types.PrefixListId{}
	}
	for _, l := range p.PrefixLists {
		ip.PrefixListIds = append(ip.PrefixListIds, types.PrefixListId{PrefixListId: l.ID, Description: l.Description})
	}
	if p.Groups != nil {
		ip.UserIdGroupPairs = []types.UserIdGroupPair{}
	}
	for _, g := range p.Groups {
		ip.UserIdGroupPairs = append(ip.UserIdGroupPairs, types.UserIdGroupPair{GroupId: g.ID, GroupName: g.Name, UserId: g.Owner, VpcId: g.VPC,
			PeeringStatus: g.Peering, VpcPeeringConnectionId: g.VPCPeeringConnectionID, Description: g.Description})
	}
	return ""
}

// sameTexts reports whether two lists have the same elements, in any order.
func sameTexts(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// List is the prefix list that the item is of: its name, and its entries in order.
func (i *Item) List() (name string, list sg.AddressList, bad *sg.BadValue) {
	var c struct {
		Name    string `json:"PrefixListName"`
		Entries []struct {
			CIDR string `json:"Cidr"`
		} `json:"Entries"`
	}
	if err := json.Unmarshal(i.configuration, &c); err != nil {
		return "", list, notUnderstood(i.ID, "configuration", err)
	}
	if c.Name == "" {
		return "", list, lacks(i.ID, "configuration", "PrefixListName")
	}
	if c.Entries == nil {
		return "", list, lacks(i.ID, "configuration", "Entries")
	}
	var entries []netip.Prefix
	for _, e := range c.Entries {
		p, err := netip.ParsePrefix(e.CIDR)
		if err != nil {
			return "", list, &sg.BadValue{Problem: fmt.Sprintf("prefix list %s: %q is not an address range", i.ID, e.CIDR)}
		}
		entries = append(entries, p)
	}
	return c.Name, sg.NewAddressList(entries), nil
}

// Interface is the network interface that the item is of, and the groups that it uses.
func (i *Item) Interface() (n sg.NetworkInterface, groups []string, bad *sg.BadValue) {
	c, bad := i.savedInterface()
	if bad != nil {
		return n, nil, bad
	}
	for _, g := range c.Groups {
		groups = append(groups, aws.ToString(g.GroupId))
	}
	return c.NetworkInterface(), groups, nil
}

func (i *Item) savedInterface() (*ec2.SavedInterface, *sg.BadValue) {
	c := &ec2.SavedInterface{}
	if err := json.Unmarshal(i.configuration, c, json.MatchCaseInsensitiveNames(true)); err != nil {
		return nil, notUnderstood(i.ID, "configuration", err)
	}
	if bad := c.Check(); bad != nil {
		return nil, &sg.BadValue{Problem: bad.Problem + ". Save AWS Config's answer as it is"}
	}
	return c, nil
}
