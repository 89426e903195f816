package ec2

import (
	"encoding/binary"
	"errors"
)

// Groups and rules are asked for more than once, and there may be more of them than fit into memory as they
// are. Packed they take less room than the XML of AWS, and to read them again takes a fraction of
// the time: each text with its length, and nothing to be looked for.

// packedLength is what says, before what is packed, how long that is.
const packedLength = 4

// Pack appends the group, without its egress permissions, to be read by [Group.Unpack].
func (g *Group) Pack(b []byte) []byte {
	at := len(b)
	b = append(b, make([]byte, packedLength)...)
	for _, text := range [...]*Optional[string]{&g.ID, &g.Name, &g.Description, &g.OwnerID, &g.VPCID, &g.ARN} {
		b = packText(b, text)
	}
	b = packTags(b, g.Tags)
	b = packCount(b, len(g.Permissions), g.Permissions != nil)
	for i := range g.Permissions {
		p := &g.Permissions[i]
		b = packPort(packPort(packText(b, &p.Protocol), p.FromPort), p.ToPort)
		for _, there := range p.lists {
			b = packCount(b, 0, there)
		}
		b = packCount(b, len(p.Sources), true)
		for j := range p.Sources {
			s := &p.Sources[j]
			b = append(b, byte(s.Kind))
			texts, n := s.texts()
			for _, text := range texts[:n] {
				b = packText(b, text)
			}
		}
	}
	return packed(b, at)
}

// Pack appends what the rule is joined by and with, to be read by [Rule.Unpack].
func (r *Rule) Pack(b []byte) []byte {
	at := len(b)
	b = append(b, make([]byte, packedLength)...)
	for _, text := range r.texts() {
		b = packText(b, text)
	}
	b = packPort(packPort(b, r.FromPort), r.ToPort)
	b = packCount(b, 0, r.IsReference)
	return packed(packTags(b, r.Tags), at)
}

// texts are what a rule is joined by and with.
func (r *Rule) texts() [7]*Optional[string] {
	return [...]*Optional[string]{&r.ID, &r.GroupID, &r.Protocol, &r.CIDRIPv4, &r.CIDRIPv6, &r.PrefixListID, &r.Referenced.GroupID}
}

// packed says of what was appended since then how long it is.
func packed(b []byte, at int) []byte {
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-packedLength))
	return b
}

func packTags(b []byte, tags []Tag) []byte {
	b = packCount(b, len(tags), tags != nil)
	for i := range tags {
		b = packText(packText(b, &tags[i].Key), &tags[i].Value)
	}
	return b
}

// texts are what can be said of a source, and how many of them of one of its kind.
func (s *Source) texts() (all [7]*Optional[string], n int) {
	all = [...]*Optional[string]{&s.Value, &s.Description, &s.GroupName, &s.UserID, &s.VPCID, &s.PeeringStatus, &s.VPCPeeringConnectionID}
	if s.Kind == GroupPair {
		return all, len(all)
	}
	return all, 2
}

// packCount appends how many there are of something, which may not be there at all.
func packCount(b []byte, n int, there bool) []byte {
	if !there {
		return append(b, 0)
	}
	return binary.AppendUvarint(b, uint64(n)+1)
}

func packText(b []byte, o *Optional[string]) []byte {
	return append(packCount(b, len(o.Value), o.Present), o.Value...)
}

func packPort(b []byte, o Optional[int32]) []byte {
	return packCount(b, int(uint32(o.Value)), o.Present)
}

var errNotPacked = errors.New("what was kept of the security groups is not what was read of them")

// Unpack overwrites the group with the first of those that are packed in b, and returns the rest of
// b. The strings of the group share an allocation, and with no other group.
func (g *Group) Unpack(b []byte) (rest []byte, err error) {
	g.reset()
	u, rest := unpack(b)
	for _, text := range [...]*Optional[string]{&g.ID, &g.Name, &g.Description, &g.OwnerID, &g.VPCID, &g.ARN} {
		u.read(text)
	}
	g.Tags = u.tags(&g.tags)
	if n, there := u.count(); there {
		g.ingress.open()
		for i := 0; i < n && !u.bad; i++ {
			u.permission(&g.ingress)
		}
		g.Permissions = g.ingress.permissions
	}
	return rest, u.end()
}

// Unpack overwrites the rule with the first of those that are packed in b, and returns the rest of b.
func (r *Rule) Unpack(b []byte) (rest []byte, err error) {
	r.reset()
	u, rest := unpack(b)
	for _, text := range r.texts() {
		u.read(text)
	}
	r.FromPort, r.ToPort = u.port(), u.port()
	_, r.IsReference = u.count()
	r.Tags = u.tags(&r.tags)
	return rest, u.end()
}

// An unpacker reads what is packed. What is not makes it bad, and all that it reads then is nothing.
type unpacker struct {
	text string // what is left
	bad  bool
}

// unpack returns what reads the first of what is packed in b, and the rest of b.
func unpack(b []byte) (u unpacker, rest []byte) {
	if len(b) < packedLength {
		return unpacker{bad: true}, nil
	}
	n, b := binary.LittleEndian.Uint32(b), b[packedLength:]
	if uint64(n) > uint64(len(b)) {
		return unpacker{bad: true}, nil
	}
	return unpacker{text: string(b[:n])}, b[n:]
}

// end returns an error unless all was read, and nothing else.
func (u *unpacker) end() error {
	if u.bad || u.text != "" {
		return errNotPacked
	}
	return nil
}

func (u *unpacker) tags(to *tagList) []Tag {
	n, there := u.count()
	if !there {
		return nil
	}
	to.open()
	for i := 0; i < n && !u.bad; i++ {
		t := to.add()
		u.read(&t.Key)
		u.read(&t.Value)
	}
	return *to
}

func (u *unpacker) permission(to *rules) {
	p, first := to.permission(), len(to.sources)
	u.read(&p.Protocol)
	p.FromPort, p.ToPort = u.port(), u.port()
	for kind := range p.lists {
		_, p.lists[kind] = u.count()
	}
	n, _ := u.count()
	for i := 0; i < n && !u.bad; i++ {
		if u.text == "" || u.text[0] >= kinds {
			u.bad = true
			return
		}
		s := to.source(Kind(u.text[0]))
		u.text = u.text[1:]
		texts, n := s.texts()
		for _, text := range texts[:n] {
			u.read(text)
		}
	}
	p.Sources = to.sources[first:len(to.sources):len(to.sources)]
}

// count reads how many there are of something, and whether it is there.
func (u *unpacker) count() (n int, there bool) {
	var all uint64
	for i := 0; i < len(u.text) && i < binary.MaxVarintLen64; i++ {
		c := u.text[i]
		if all |= uint64(c&0x7f) << (7 * i); c < 0x80 {
			u.text = u.text[i+1:]
			return int(all) - 1, all > 0
		}
	}
	u.text, u.bad = "", true
	return 0, false
}

func (u *unpacker) read(o *Optional[string]) {
	n, there := u.count()
	if !there {
		return
	}
	if n < 0 || n > len(u.text) {
		u.text, u.bad = "", true
		return
	}
	*o, u.text = Optional[string]{u.text[:n], true}, u.text[n:]
}

func (u *unpacker) port() Optional[int32] {
	n, there := u.count()
	if !there {
		return Optional[int32]{}
	}
	return Optional[int32]{int32(uint32(n)), true}
}
