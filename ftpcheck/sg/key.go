package sg

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
)

// Key identifies the permission in its group; see [RuleKey].
func (p *Permission) Key() string {
	return RuleKey(p.Protocol, p.FromPort, p.ToPort, p.SourceText())
}

// Identity identifies the permission in its group; see [Identify].
func (p *Permission) Identity() RuleIdentity {
	return Identify(p.Protocol, p.FromPort, p.ToPort, p.SourceText())
}

// RuleKey identifies an ingress permission in its group, in which AWS keeps it unique: by
// protocol, ports and source, however AWS or a file spells them.
func RuleKey(protocol string, from, to *int32, source string) string {
	r := Identify(protocol, from, to, source)
	return strings.Join([]string{r.protocol, strconv.Itoa(int(r.from)), strconv.Itoa(int(r.to)), r.source}, " ")
}

// A RuleIdentity is what [RuleKey] is made of.
type RuleIdentity struct {
	protocol, source string
	from, to         int32 // -1 for none
}

// AppendTo appends the identity as a text that no other has.
func (r RuleIdentity) AppendTo(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(r.from))
	b = binary.LittleEndian.AppendUint32(b, uint32(r.to))
	return append(append(append(b, r.protocol...), 0), r.source...)
}

// Identify returns the identity of an ingress permission in its group, as [RuleKey] does, to
// compare and to look up.
func Identify(protocol string, from, to *int32, source string) RuleIdentity {
	r := RuleIdentity{strings.ToLower(protocol), canonicalRange(source), -1, -1}
	switch r.protocol {
	case "-1":
		return r // whose ports AWS leaves out here and gives as -1 there
	case "6": // AWS has names in the place of these numbers
		r.protocol = "tcp"
	case "17":
		r.protocol = "udp"
	case "1":
		r.protocol = "icmp"
	case "58":
		r.protocol = "icmpv6"
	}
	if from != nil {
		r.from = *from
	}
	if to != nil {
		r.to = *to
	}
	return r
}

// canonicalRange evens out spellings of an address range; other texts stay as they are.
func canonicalRange(text string) string {
	if strings.IndexByte(text, '/') < 0 {
		return text // no range
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4() && p == p.Masked() {
		return text // of this, IPv4 has only one spelling
	}
	var room [64]byte
	if canonical := p.Masked().AppendTo(room[:0]); string(canonical) != text {
		return string(canonical)
	}
	return text
}
