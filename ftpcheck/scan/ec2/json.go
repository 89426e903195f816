package ec2

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// What is here writes the JSON that the AWS CLI makes of an answer, as the json package does of the
// types of the SDK, but without making these: an audit keeps millions of rules.

// AppendJSON appends the group, without its egress permissions. Lists that are empty are there, as
// the AWS CLI has them: in a file, a list that is not there may have been lost.
func (g *Group) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	b = appendMember(b, "Description", g.Description)
	b = appendMember(b, "GroupId", g.ID)
	b = appendMember(b, "GroupName", g.Name)
	b = appendMember(b, "OwnerId", g.OwnerID)
	b = appendMember(b, "SecurityGroupArn", g.ARN)
	b = appendMember(b, "VpcId", g.VPCID)
	b = appendList(b, "IpPermissions", g.Permissions, appendPermission)
	b = appendTags(b, g.Tags)
	return append(b, '}')
}

func appendPermission(b []byte, p *Permission) []byte {
	var of [kinds][]Source // which stand in this order
	for left := p.Sources; len(left) > 0; {
		n := 1
		for n < len(left) && left[n].Kind == left[0].Kind {
			n++
		}
		of[left[0].Kind], left = left[:n], left[n:]
	}
	b = append(b, '{')
	b = appendPort(b, "FromPort", p.FromPort)
	b = appendMember(b, "IpProtocol", p.Protocol)
	b = appendList(b, "IpRanges", of[IPv4], func(b []byte, s *Source) []byte {
		b = appendMember(append(b, '{'), "CidrIp", s.Value)
		return append(appendMember(b, "Description", s.Description), '}')
	})
	b = appendList(b, "Ipv6Ranges", of[IPv6], func(b []byte, s *Source) []byte {
		b = appendMember(append(b, '{'), "CidrIpv6", s.Value)
		return append(appendMember(b, "Description", s.Description), '}')
	})
	b = appendList(b, "PrefixListIds", of[PrefixList], func(b []byte, s *Source) []byte {
		b = appendMember(append(b, '{'), "Description", s.Description)
		return append(appendMember(b, "PrefixListId", s.Value), '}')
	})
	b = appendPort(b, "ToPort", p.ToPort)
	b = appendList(b, "UserIdGroupPairs", of[GroupPair], func(b []byte, s *Source) []byte {
		b = append(b, '{')
		b = appendMember(b, "Description", s.Description)
		b = appendMember(b, "GroupId", s.Value)
		b = appendMember(b, "GroupName", s.GroupName)
		b = appendMember(b, "PeeringStatus", s.PeeringStatus)
		b = appendMember(b, "UserId", s.UserID)
		b = appendMember(b, "VpcId", s.VPCID)
		b = appendMember(b, "VpcPeeringConnectionId", s.VPCPeeringConnectionID)
		return append(b, '}')
	})
	return append(b, '}')
}

// AppendJSON appends the rule.
func (r *Rule) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	b = appendMember(b, "CidrIpv4", r.CIDRIPv4)
	b = appendMember(b, "CidrIpv6", r.CIDRIPv6)
	b = appendMember(b, "Description", r.Description)
	b = appendPort(b, "FromPort", r.FromPort)
	b = appendMember(b, "GroupId", r.GroupID)
	b = appendMember(b, "GroupOwnerId", r.GroupOwnerID)
	b = appendMember(b, "IpProtocol", r.Protocol)
	if r.IsEgress.Present {
		b = strconv.AppendBool(appendName(b, "IsEgress"), r.IsEgress.Value)
	}
	b = appendMember(b, "PrefixListId", r.PrefixListID)
	if g := &r.Referenced; r.IsReference {
		b = append(appendName(b, "ReferencedGroupInfo"), '{')
		b = appendMember(b, "GroupId", g.GroupID)
		b = appendMember(b, "PeeringStatus", g.PeeringStatus)
		b = appendMember(b, "UserId", g.UserID)
		b = appendMember(b, "VpcId", g.VPCID)
		b = appendMember(b, "VpcPeeringConnectionId", g.VPCPeeringConnectionID)
		b = append(b, '}')
	}
	b = appendMember(b, "SecurityGroupRuleArn", r.ARN)
	b = appendMember(b, "SecurityGroupRuleId", r.ID)
	b = appendTags(b, r.Tags)
	b = appendPort(b, "ToPort", r.ToPort)
	return append(b, '}')
}

func appendTags(b []byte, tags []Tag) []byte {
	if tags == nil {
		return b
	}
	return appendList(b, "Tags", tags, func(b []byte, t *Tag) []byte {
		b = appendMember(append(b, '{'), "Key", t.Key)
		return append(appendMember(b, "Value", t.Value), '}')
	})
}

func appendList[T any](b []byte, name string, list []T, item func([]byte, *T) []byte) []byte {
	b = append(appendName(b, name), '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, &list[i])
	}
	return append(b, ']')
}

// appendName appends the name of a member, behind the others of its object.
func appendName(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), `":`...)
}

func appendMember(b []byte, name string, v Optional[string]) []byte {
	if !v.Present {
		return b
	}
	b = appendName(b, name)
	if isPlainJSON(v.Value) {
		return append(append(append(b, '"'), v.Value...), '"')
	}
	b, _ = jsontext.AppendQuote(b, v.Value) // text of XML is UTF-8, so there is no error
	return b
}

// isPlainJSON reports whether a text stands in JSON as it is.
func isPlainJSON(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func appendPort(b []byte, name string, v Optional[int32]) []byte {
	if !v.Present {
		return b
	}
	return strconv.AppendInt(appendName(b, name), int64(v.Value), 10)
}
