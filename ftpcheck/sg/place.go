package sg

import (
	"strings"
)

// Locate sets where the group is, from its ARN where it has one.
func (g *Group) Locate(partition, region, account string) {
	if parts := strings.SplitN(g.ARN, ":", 6); len(parts) == 6 {
		partition, region = parts[1], parts[3]
	}
	if partition == "" && region != "" {
		partition = PartitionOf(region)
	}
	g.Partition, g.Region, g.AccountID = partition, region, account
	if g.ARN == "" && region != "" && g.OwnerID != "" && g.ID != "" {
		g.ARN = "arn:" + partition + ":ec2:" + region + ":" + g.OwnerID + ":security-group/" + g.ID
	}
}

// RuleARN is the ARN of the security group rule behind the permission; empty where the
// rule or its region is not known.
func (p *Permission) RuleARN() string {
	g := p.Group
	if p.RuleID == "" || g.Region == "" || g.OwnerID == "" {
		return ""
	}
	return "arn:" + g.Partition + ":ec2:" + g.Region + ":" + g.OwnerID + ":security-group-rule/" + p.RuleID
}

// partitions are those beside aws: how the names of their regions begin, and the region of
// each that an account always has.
var partitions = []struct{ prefix, name, home string }{
	{"cn-", "aws-cn", "cn-north-1"},
	{"us-gov-", "aws-us-gov", "us-gov-west-1"},
	{"us-iso-", "aws-iso", "us-iso-east-1"},
	{"us-isob-", "aws-iso-b", "us-isob-east-1"},
	{"eu-isoe-", "aws-iso-e", "eu-isoe-west-1"},
	{"us-isof-", "aws-iso-f", "us-isof-south-1"},
	{"eusc-", "aws-eusc", "eusc-de-east-1"},
}

// PartitionOf tells the partition of a region by its name, or by a pattern for such names,
// for what AWS gives without an ARN.
func PartitionOf(region string) string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return "aws"
}

// HomeRegion is a region of the partition that every account in it has.
func HomeRegion(partition string) string {
	for _, p := range partitions {
		if p.name == partition {
			return p.home
		}
	}
	return "us-east-1"
}
