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
	if g.ARN == "" && region != "" && g.OwnerID != "" {
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

// PartitionOf tells the partition of a region by its name, for what AWS gives without
// an ARN.
func PartitionOf(region string) string {
	for prefix, partition := range map[string]string{
		"cn-": "aws-cn", "us-gov-": "aws-us-gov", "us-iso-": "aws-iso", "us-isob-": "aws-iso-b",
		"eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f", "eusc-": "aws-eusc",
	} {
		if strings.HasPrefix(region, prefix) {
			return partition
		}
	}
	return "aws"
}
