package fakeaws

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// changedGroup returns the index of the group that the call is to change, and the group as it
// is shown.
func (c *call) changedGroup() (int, *Group, error) {
	id, r, i := c.params.Get("GroupId"), c.contents(), 0
	for g := range r.all(c.account(), c.region) {
		if g.ID == id && i < len(r.Groups) {
			return i, g, nil
		}
		if g.ID == id {
			return 0, nil, fail(400, "UnsupportedOperation", "fakeaws: generated groups cannot be changed")
		}
		i++
	}
	return 0, nil, groupsResource.notFound(id)
}

func authorizeSecurityGroupIngress(c *call) (any, error) {
	i, g, err := c.changedGroup()
	if err != nil {
		return nil, err
	}
	given, err := c.permissions()
	if err != nil {
		return nil, err
	}
	tags, err := c.ruleTags()
	if err != nil {
		return nil, err
	}
	// All are added or none is.
	added := make([]*rule, len(given))
	for n := range given {
		p := &given[n]
		p.Tags = tags
		if !validDescription.MatchString(p.Description) {
			return nil, fail(400, "InvalidParameterValue", "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
		}
		if slices.ContainsFunc(given[:n], p.same) {
			return nil, fail(400, "InvalidParameterValue", "The same permission must not appear multiple times")
		}
		if slices.ContainsFunc(g.Ingress, p.same) {
			return nil, fail(400, "InvalidPermission.Duplicate", `the specified rule "peer: %s, %s, from port: %d, to port: %d, ALLOW" already exists`,
				p.source(), strings.ToUpper(p.Protocol), p.From, p.To)
		}
		added[n] = &rule{p, g, false}
	}
	after := slices.Concat(g.Ingress, given)
	if quota := c.contents().RuleQuota; quota > 0 {
		if ipv4, ipv6 := c.contents().ruleCount(after); max(ipv4, ipv6) > quota {
			return nil, fail(400, "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
		}
	}
	c.contents().Groups[i].Ingress = after
	return []element{boolean("return", true), list("securityGroupRuleSet", added, c.rule)}, nil
}

func revokeSecurityGroupIngress(c *call) (any, error) {
	i, g, err := c.changedGroup()
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, id := range c.values("SecurityGroupRuleId") {
		ids[id] = false
	}
	var given []Permission
	if len(ids) == 0 {
		if given, err = c.permissions(); err != nil {
			return nil, err
		}
	}
	for _, p := range given {
		if !slices.ContainsFunc(g.Ingress, p.same) {
			return nil, fail(400, "InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
		}
	}
	var kept []Permission
	var gone []*rule
	for n := range g.Ingress {
		p := &g.Ingress[n]
		id := p.ruleID(g, false)
		if _, ok := ids[id]; ok || slices.ContainsFunc(given, p.same) {
			ids[id] = true
			gone = append(gone, &rule{p, g, false})
		} else {
			kept = append(kept, *p)
		}
	}
	for id, found := range ids {
		if !found {
			return nil, rulesResource.notFound(id)
		}
	}
	c.contents().Groups[i].Ingress = kept
	return []element{boolean("return", true), list("revokedSecurityGroupRuleSet", gone, func(r *rule) element {
		return node("", append(c.ruleFields(r), text("referencedGroupId", r.Group))...)
	})}, nil
}

// validDescription is what AWS takes for the description of a rule.
var validDescription = regexp.MustCompile(`^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}$`)

// ruleTags reads the tags that the call puts on every rule that it adds.
func (c *call) ruleTags() (map[string]string, error) {
	tags := map[string]string{}
	for _, one := range c.indexes("TagSpecification") {
		if kind := c.params.Get(one + ".ResourceType"); kind != "security-group-rule" {
			return nil, fail(400, "InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", kind)
		}
		for _, tag := range c.indexes(one + ".Tag") {
			key := c.params.Get(tag + ".Key")
			if strings.HasPrefix(strings.ToLower(key), "aws:") {
				return nil, fail(400, "InvalidParameterValue", "Value ( %s ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use", key)
			}
			tags[key] = c.params.Get(tag + ".Value")
		}
	}
	return tags, nil
}

// ruleCount is what the permissions of a group count towards its quota: those for IPv4, and
// those for IPv6. Groups and prefix lists count for both, a list as much as it can hold.
func (r *Region) ruleCount(all []Permission) (ipv4, ipv6 int) {
	for _, p := range all {
		size := 1
		for _, l := range r.PrefixLists {
			if l.complete(""); l.ID == p.PrefixList {
				size = l.size()
			}
		}
		if p.CIDR6 == "" {
			ipv4 += size
		}
		if p.CIDR4 == "" {
			ipv6 += size
		}
	}
	return ipv4, ipv6
}

// same tells whether two permissions are the same rule: whatever their descriptions and tags.
func (p *Permission) same(other Permission) bool {
	return p.Protocol == other.Protocol && p.source() == other.source() &&
		(!p.hasPorts() && !other.hasPorts() || p.From == other.From && p.To == other.To)
}

// permissions reads the permissions in a call that adds or removes them. There is at least one,
// or an error.
func (c *call) permissions() ([]Permission, error) {
	var all []Permission
	for _, one := range c.indexes("IpPermissions") {
		protocol := protocolName(c.params.Get(one + ".IpProtocol"))
		from, to := -1, -1
		fmt.Sscan(c.params.Get(one+".FromPort"), &from)
		fmt.Sscan(c.params.Get(one+".ToPort"), &to)
		if (protocol == "tcp" || protocol == "udp") && (from < 0 || to > 65535 || from > to) {
			return nil, fail(400, "InvalidParameterValue", "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.")
		}
		for _, kind := range []string{".IpRanges", ".Ipv6Ranges", ".PrefixListIds", ".Groups"} {
			for _, item := range c.indexes(one + kind) {
				p := Permission{
					Protocol: protocol, From: from, To: to,
					CIDR4: c.params.Get(item + ".CidrIp"), CIDR6: c.params.Get(item + ".CidrIpv6"),
					PrefixList: c.params.Get(item + ".PrefixListId"), Group: c.params.Get(item + ".GroupId"),
					GroupOwner: c.params.Get(item + ".UserId"), Description: c.params.Get(item + ".Description"),
				}
				// AWS drops the bits beyond the prefix.
				for _, cidr := range []*string{&p.CIDR4, &p.CIDR6} {
					parsed, err := netip.ParsePrefix(*cidr)
					if *cidr != "" && err != nil {
						return nil, fail(400, "InvalidParameterValue", "CIDR block %s is malformed", *cidr)
					}
					if *cidr != "" {
						*cidr = parsed.Masked().String()
					}
				}
				all = append(all, p)
			}
		}
	}
	if len(all) == 0 {
		return nil, fail(400, "MissingParameter", "The request must contain the parameter ipPermissions")
	}
	return all, nil
}

// protocolName is the protocol as AWS shows it, which has names for some numbers.
func protocolName(protocol string) string {
	switch protocol = strings.ToLower(protocol); protocol {
	case "1":
		return "icmp"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "58":
		return "icmpv6"
	}
	return protocol
}
