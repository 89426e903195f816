package exposure

import (
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

const lastPort = 65535

// tcpPorts are the TCP ports that the entry is about.
func (e *ACLEntry) tcpPorts() (from, to int32, ok bool) {
	switch {
	case e.Protocol == "-1":
		return 0, lastPort, true
	case e.Protocol != "6" && !strings.EqualFold(e.Protocol, "tcp"):
		return 0, 0, false
	}
	from, to = 0, lastPort
	if e.FromPort != nil && *e.FromPort >= 0 {
		from = *e.FromPort
	}
	if e.ToPort != nil && *e.ToPort >= 0 {
		to = *e.ToPort
	}
	return from, to, true
}

// allows are the addresses that the ACL lets in, or out to, on one TCP port: those of the first
// entry by number that is about them and the port, if it allows. What no entry is about it denies.
func (a *NetworkACL) allows(f Family, egress bool, port int32) factor {
	var entries []match
	for i := range a.Entries {
		e := &a.Entries[i]
		from, to, tcp := e.tcpPorts()
		if e.Egress == egress && tcp && from <= port && port <= to {
			entries = append(entries, match{addresses: netipx.RangeOfPrefix(e.CIDR), rank: int(e.Number), sure: e.Allow, possible: e.Allow})
		}
	}
	return firstMatch(f, entries)
}

// replies are the addresses to which the ACL lets a reply out, or from which it lets one in, on
// some TCP port. Who asks chooses its port, so one is enough.
//
// Ports between which no entry begins or ends are alike, so that one of each kind is looked at:
// an ACL has at most 40 entries in each direction, and few ranges of ports.
func (a *NetworkACL) replies(f Family, egress bool) factor {
	ports := []int32{0}
	for i := range a.Entries {
		if e := &a.Entries[i]; e.Egress == egress {
			if from, to, tcp := e.tcpPorts(); tcp {
				ports = append(ports, from, min(to+1, lastPort))
			}
		}
	}
	slices.Sort(ports)
	var b netipx.IPSetBuilder
	for _, port := range slices.Compact(ports) {
		b.AddSet(a.allows(f, egress, port).Sure)
	}
	return f.known(f.part(build(&b)))
}

// acl is the network ACL of a subnet. Every subnet has one, so that one which was not seen is
// not known.
func (n *Network) acl(where place) (*NetworkACL, []Code) {
	if a := n.acls[where.subnet]; a != nil {
		return a, nil
	}
	own, because := n.owner(where.vpc)
	if own == nil {
		return nil, because
	}
	return nil, []Code{NetworkACLsNotRead}
}

// blockPublicAccess says whether VPC Block Public Access lets anything in: that of the owner of
// the VPC, with the exclusions of the VPC and the subnet.
func (n *Network) blockPublicAccess(where place) gate {
	own, because := n.owner(where.vpc)
	if own == nil {
		return doubt(because...)
	}
	notRead := doubt(BlockPublicAccessNotRead)
	b := own.BlockPublicAccess
	if b == nil || b.State != "default-state" && b.State != "update-complete" {
		return notRead
	}
	switch b.Mode {
	case "off":
		return gate{open: rule.Yes}
	case "block-bidirectional", "block-ingress":
	default:
		return notRead
	}
	if !own.Exclusions.Whole || n.unplaced[own.ID] {
		return notRead
	}
	var opened, kept bool
	for _, e := range slices.Concat(n.exclusions[excluded{own.ID, where.vpc}], n.exclusions[excluded{own.ID, where.subnet}]) {
		switch {
		case e.opens() == rule.Unknown:
			return notRead
		case e.opens() == rule.Yes:
			opened = true
		case e.inForce() == rule.Yes:
			kept = true
		}
	}
	switch {
	case !opened:
		return gate{open: rule.No}
	case kept || b.ExclusionsAllowed == "not-allowed":
		return notRead // which of two exclusions decides AWS does not tell
	}
	return gate{open: rule.Yes}
}

// inForce says whether the exclusion is there. Unknown while that changes.
func (e *Exclusion) inForce() rule.Answer {
	switch e.State {
	case "create-complete", "update-complete":
		return rule.Yes
	case "create-failed", "delete-complete", "disable-complete":
		return rule.No
	}
	return rule.Unknown
}

// opens says whether the exclusion lets something in.
func (e *Exclusion) opens() rule.Answer {
	switch in := e.inForce(); {
	case in != rule.Yes, e.Mode == "allow-bidirectional":
		return in
	case e.Mode == "allow-egress":
		return rule.No
	}
	return rule.Unknown
}
