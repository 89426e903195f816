package ec2

import (
	"encoding/binary"
	"unicode/utf8"
)

// ScanJSON reads the group at the begin of a text, if it is written in JSON as the AWS CLI and
// [Group.AppendJSON] do: members that AWS gives a group, each once, with values of their kinds. It
// overwrites all that the group held, and the group refers to nothing in the text. Egress
// permissions are checked and left out.
//
// Of all else it says that it is not ok, which does not mean that anything is wrong: package json
// decides, and what is ok here means the same to it. How far it has read is as long as the text if the
// text ended before the group did.
func (g *Group) ScanJSON(text []byte) (n int, ok bool) {
	s := newJSONScanner(text)
	defer memories.Put(s.memory)
	s.group(g)
	return s.at, !s.stopped
}

// ScanJSON does with a rule what [Group.ScanJSON] does with a group.
func (r *Rule) ScanJSON(text []byte) (n int, ok bool) {
	s := newJSONScanner(text)
	defer memories.Put(s.memory)
	s.rule(r)
	return s.at, !s.stopped
}

// A jsonScanner reads one value of a text. Where that is not written as it knows, or where the
// text ends before the value does, the scanner is stopped, and nothing that it has read counts.
type jsonScanner struct {
	body    []byte
	at      int  // what is before it has been read
	stopped bool // from now on, every object and list is at its end
	keep    bool // make strings; otherwise texts are only checked
	keeper
}

// newJSONScanner returns a scanner whose memory is to be put back.
func newJSONScanner(text []byte) jsonScanner {
	return jsonScanner{body: text, keep: true, keeper: newKeeper()}
}

func (s *jsonScanner) group(g *Group) {
	g.reset()
	egress := false
	for name := s.object(); name != nil; name = s.member() {
		switch string(name) {
		case "Description":
			s.string(&g.Description)
		case "GroupId":
			s.unique(&g.ID)
		case "GroupName":
			s.string(&g.Name)
		case "IpPermissions":
			s.once(g.Permissions == nil)
			s.permissionList(&g.ingress)
			g.Permissions = g.ingress.permissions
		case "IpPermissionsEgress":
			s.once(!egress)
			egress = true
			s.keep = false
			s.egress.reset()
			s.permissionList(&s.egress)
			s.keep = true
		case "OwnerId":
			s.string(&g.OwnerID)
		case "SecurityGroupArn":
			s.unique(&g.ARN)
		case "Tags":
			s.once(g.Tags == nil)
			s.tagList(&g.tags)
			g.Tags = g.tags
		case "VpcId":
			s.string(&g.VPCID)
		default:
			s.stopped = true
		}
	}
}

func (s *jsonScanner) permissionList(to *rules) {
	to.open()
	for more := s.list(); more; more = s.item() {
		s.permission(to)
	}
}

func (s *jsonScanner) permission(to *rules) {
	p, first := to.permission(), len(to.sources)
	for name := s.object(); name != nil; name = s.member() {
		switch string(name) {
		case "FromPort":
			s.port(&p.FromPort)
		case "IpProtocol":
			s.string(&p.Protocol)
		case "IpRanges":
			s.sourceList(p, to, IPv4)
		case "Ipv6Ranges":
			s.sourceList(p, to, IPv6)
		case "PrefixListIds":
			s.sourceList(p, to, PrefixList)
		case "ToPort":
			s.port(&p.ToPort)
		case "UserIdGroupPairs":
			s.sourceList(p, to, GroupPair)
		default:
			s.stopped = true
		}
	}
	p.Sources = to.since(first)
}

func (s *jsonScanner) sourceList(of *Permission, to *rules, kind Kind) {
	s.once(!of.lists[kind])
	of.lists[kind] = true
	for more := s.list(); more; more = s.item() {
		if kind == GroupPair {
			s.userIDGroupPair(to.source(kind))
		} else {
			s.source(to.source(kind))
		}
	}
}

// source reads a source that has a value and a description.
func (s *jsonScanner) source(to *Source) {
	named := [...]string{IPv4: "CidrIp", IPv6: "CidrIpv6", PrefixList: "PrefixListId"}[to.Kind]
	for name := s.object(); name != nil; name = s.member() {
		switch string(name) {
		case named:
			s.string(&to.Value)
		case "Description":
			s.string(&to.Description)
		default:
			s.stopped = true
		}
	}
}

func (s *jsonScanner) userIDGroupPair(to *Source) {
	for name := s.object(); name != nil; name = s.member() {
		switch string(name) {
		case "Description":
			s.string(&to.Description)
		case "GroupId":
			s.string(&to.Value)
		case "GroupName":
			s.string(&to.GroupName)
		case "PeeringStatus":
			s.string(&to.PeeringStatus)
		case "UserId":
			s.string(&to.UserID)
		case "VpcId":
			s.string(&to.VPCID)
		case "VpcPeeringConnectionId":
			s.string(&to.VPCPeeringConnectionID)
		default:
			s.stopped = true
		}
	}
}

func (s *jsonScanner) tagList(to *tagList) {
	to.open()
	for more := s.list(); more; more = s.item() {
		t := to.add()
		for name := s.object(); name != nil; name = s.member() {
			switch string(name) {
			case "Key":
				s.string(&t.Key)
			case "Value":
				s.string(&t.Value)
			default:
				s.stopped = true
			}
		}
	}
}

func (s *jsonScanner) rule(r *Rule) {
	r.reset()
	for name := s.object(); name != nil; name = s.member() {
		switch string(name) {
		case "CidrIpv4":
			s.string(&r.CIDRIPv4)
		case "CidrIpv6":
			s.string(&r.CIDRIPv6)
		case "Description":
			s.string(&r.Description)
		case "FromPort":
			s.port(&r.FromPort)
		case "GroupId":
			s.string(&r.GroupID)
		case "GroupOwnerId":
			s.string(&r.GroupOwnerID)
		case "IpProtocol":
			s.string(&r.Protocol)
		case "IsEgress":
			s.bool(&r.IsEgress)
		case "PrefixListId":
			s.string(&r.PrefixListID)
		case "ReferencedGroupInfo":
			s.once(!r.IsReference)
			r.IsReference = true
			s.referencedGroup(&r.Referenced)
		case "SecurityGroupRuleArn":
			s.unique(&r.ARN)
		case "SecurityGroupRuleId":
			s.unique(&r.ID)
		case "Tags":
			s.once(r.Tags == nil)
			s.tagList(&r.tags)
			r.Tags = r.tags
		case "ToPort":
			s.port(&r.ToPort)
		default:
			s.stopped = true
		}
	}
}

func (s *jsonScanner) referencedGroup(to *ReferencedGroup) {
	for name := s.object(); name != nil; name = s.member() {
		switch string(name) {
		case "GroupId":
			s.string(&to.GroupID)
		case "PeeringStatus":
			s.string(&to.PeeringStatus)
		case "UserId":
			s.string(&to.UserID)
		case "VpcId":
			s.string(&to.VPCID)
		case "VpcPeeringConnectionId":
			s.string(&to.VPCPeeringConnectionID)
		default:
			s.stopped = true
		}
	}
}

// object reads the begin of an object and the name of its first member; nil if it has none.
func (s *jsonScanner) object() (name []byte) {
	if s.next() != '{' {
		s.stopped = true
		return nil
	}
	s.at++
	if s.next() == '}' {
		s.at++
		return nil
	}
	return s.name()
}

// member reads the name of the next member of an object, or its end, for which it returns nil.
func (s *jsonScanner) member() (name []byte) {
	switch s.next() {
	case ',':
		s.at++
		return s.name()
	case '}':
		s.at++
		return nil
	}
	s.stopped = true
	return nil
}

// name reads the name of a member and the colon behind it.
func (s *jsonScanner) name() []byte {
	name := s.text()
	if s.next() != ':' {
		s.stopped = true
		return nil
	}
	s.at++
	return name
}

// list reads the begin of a list, and its end if it has no items.
func (s *jsonScanner) list() (more bool) {
	if s.next() != '[' {
		s.stopped = true
		return false
	}
	s.at++
	if s.next() == ']' {
		s.at++
		return false
	}
	return !s.stopped
}

// item reads what is between two items of a list, or the end of the list.
func (s *jsonScanner) item() (more bool) {
	switch s.next() {
	case ',':
		s.at++
		return true
	case ']':
		s.at++
		return false
	}
	s.stopped = true
	return false
}

// next reads white space and returns what is behind it, which is 0 for nothing.
func (s *jsonScanner) next() byte {
	b, i := s.body, s.at
	if s.stopped {
		return 0
	}
	if i < len(b) && b[i] > ' ' {
		return b[i]
	}
	if i < len(b) && b[i] == '\n' {
		i++
	}
	for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:]) == spaces8 {
		i += 8
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	s.at = i
	if i == len(b) {
		s.stopped = true
		return 0
	}
	return b[i]
}

// once stops the scanner at what is there for the second time.
func (s *jsonScanner) once(first bool) { s.stopped = s.stopped || !first }

// string reads a text that others may have, too.
func (s *jsonScanner) string(o *Optional[string]) {
	if text := s.value(o); s.keep {
		o.Value = s.share(text)
	}
}

// unique reads a text that no other has.
func (s *jsonScanner) unique(o *Optional[string]) { o.Value = s.own(s.value(o)) }

func (s *jsonScanner) value(o *Optional[string]) []byte {
	s.once(!o.Present)
	o.Present = true
	return s.text()
}

// text reads a text. What it returns is valid until its next call.
func (s *jsonScanner) text() []byte {
	if s.next() != '"' {
		s.stopped = true
		return nil
	}
	b, i := s.body, s.at+1
	for i < len(b) && plainJSON[b[i]] {
		i++
	}
	if i < len(b) && b[i] == '"' {
		v := b[s.at+1 : i]
		s.at = i + 1
		return v
	}
	return s.anyText(i)
}

// anyText reads a text that is plain up to a byte.
func (s *jsonScanner) anyText(upTo int) []byte {
	b, i := s.body, upTo
	out := append(s.scratch[:0], b[s.at+1:i]...)
	for ; i < len(b) && b[i] != '"' && b[i] >= ' '; i++ {
		c := b[i]
		if c == '\\' && i+1 < len(b) {
			i++
			c = escapedJSON[b[i]]
		}
		if c == 0 {
			break
		}
		out = append(out, c)
	}
	s.scratch = out
	switch {
	case i == len(b):
		s.at, s.stopped = i, true
	case b[i] != '"' || !utf8.Valid(out):
		s.stopped = true
	default:
		s.at = i + 1
	}
	return out
}

// port reads a number that is written as a whole one.
func (s *jsonScanner) port(o *Optional[int32]) {
	s.once(!o.Present)
	negative := s.next() == '-'
	b, i := s.body, s.at
	if negative {
		i++
	}
	first, n := i, int64(0)
	for ; i < len(b) && '0' <= b[i] && b[i] <= '9' && i-first < 10; i++ {
		n = 10*n + int64(b[i]-'0')
	}
	if negative {
		n = -n
	}
	switch {
	case i == len(b):
		s.at, s.stopped = i, true
	case i == first, b[first] == '0' && (i > first+1 || negative), n != int64(int32(n)):
		s.stopped = true
	default: // what is longer, or no whole number, is stopped by what comes next
		s.at = i
	}
	*o = Optional[int32]{int32(n), true}
}

// bool reads true or false.
func (s *jsonScanner) bool(o *Optional[bool]) {
	s.once(!o.Present)
	is := s.next() == 't'
	word := "false"
	if is {
		word = "true"
	}
	end := s.at + len(word)
	switch {
	case end > len(s.body):
		s.at, s.stopped = len(s.body), true
	case string(s.body[s.at:end]) != word:
		s.stopped = true
	default:
		s.at = end
	}
	*o = Optional[bool]{is, true}
}

// plainJSON are the bytes that stand for themselves in a text of JSON.
var plainJSON = func() (set [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		set[c] = c != '"' && c != '\\'
	}
	return set
}()

// escapedJSON are the letters that may stand behind a backslash, and what they mean. The u, with which
// there are many ways to go wrong, is not among them.
var escapedJSON = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
