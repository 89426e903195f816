package finding

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/exposure"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A Spool is findings that take no memory, however many there are and however large their groups
// are: places that were not read, and then permissions. Of a permission it has what its finding says,
// which is little of the group.
type Spool struct {
	places   List
	kept     []Kept
	standing []Standing // by position, behind the places; nil until one is marked
	sources  []rule.Source
	numbers  map[rule.Source]int
	texts    newfile.Spool
	err      error
}

// Kept is where in a spool a finding is.
type Kept struct {
	at   int64
	size int32
	kind Kind
}

// NewSpool returns an empty spool, with its file in a folder. It is to be closed.
func NewSpool(dir string) *Spool {
	return &Spool{numbers: map[rule.Source]int{}, texts: newfile.Spool{Dir: dir}}
}

// Keep keeps the findings of permissions. They are among those of the spool when [Spool.Add] says so.
func (s *Spool) Keep(findings List) ([]Kept, error) {
	if len(findings) == 0 {
		return nil, nil
	}
	kept := make([]Kept, len(findings))
	for i, f := range findings {
		remedy := f.Remediation()
		c := coder{}
		c.permission(s, f.Permission, &remedy)
		at, err := s.texts.Put(c.to)
		if err != nil {
			return nil, err
		}
		kept[i] = Kept{at, int32(len(c.to)), f.Kind}
	}
	return kept, nil
}

// Add adds findings that are kept, in their order.
func (s *Spool) Add(kept []Kept) { s.kept = append(s.kept, kept...) }

// Begin has the findings begin with places that were not read.
func (s *Spool) Begin(places List) { s.places = places }

// Err is the first error of reading a finding. Until it is asked for, what was read is not to be
// relied on.
func (s *Spool) Err() error { return s.err }

// Close gives up what the spool holds.
func (s *Spool) Close() { s.texts.Close() }

// Len is how many findings there are.
func (s *Spool) Len() int { return len(s.places) + len(s.kept) }

// Kind is the kind of one of them.
func (s *Spool) Kind(i int) Kind {
	if i < len(s.places) {
		return s.places.Kind(i)
	}
	return s.kept[i-len(s.places)].kind
}

// At reads one of them. Where that fails, [Spool.Err] says so.
func (s *Spool) At(i int) Finding {
	if i < len(s.places) {
		return s.places.At(i)
	}
	i -= len(s.places)
	k := s.kept[i]
	text, err := s.texts.Get(nil, k.at, int(k.size))
	p := &keptPermission{}
	p.Group = &p.group
	p.group.Permissions = []*sg.Permission{&p.Permission}
	f := Finding{Kind: k.kind, Permission: &p.Permission, remedy: &p.remedy}
	if s.standing != nil {
		f.Standing = s.standing[i]
	}
	if err != nil {
		if s.err == nil {
			s.err = fmt.Errorf("a finding that was kept cannot be read: %w", err)
		}
		return f
	}
	c := coder{from: string(text), reads: true}
	c.permission(s, &p.Permission, &p.remedy)
	return f
}

// keptPermission is a permission that was kept, with what is known of its group.
type keptPermission struct {
	sg.Permission
	group  sg.Group
	remedy string
}

// Mark says where one of them stands.
func (s *Spool) Mark(i int, standing Standing) {
	if i < len(s.places) {
		s.places.Mark(i, standing)
		return
	}
	if s.standing == nil {
		s.standing = make([]Standing, len(s.kept))
	}
	s.standing[i-len(s.places)] = standing
}

// source is the number of a source, of which there are few: those that are open are mostly the whole
// internet.
func (s *Spool) source(of rule.Source) int {
	n, ok := s.numbers[of]
	if !ok {
		n = len(s.sources)
		s.numbers[of], s.sources = n, append(s.sources, of)
	}
	return n
}

// A coder writes values to a text, or reads the same from one.
type coder struct {
	to    []byte
	from  string
	reads bool
}

// permission writes or reads what a finding says of a permission.
func (c *coder) permission(s *Spool, p *sg.Permission, remedy *string) {
	g := p.Group
	for _, t := range []*string{
		&g.ID, &g.Name, &g.Description, &g.VPCID, &g.OwnerID, &g.ARN, &g.Partition, &g.Region, &g.AccountID, &g.Origin, &g.Resource.Address, &g.Resource.Action,
		&p.Protocol, &p.Doubt, &p.CIDRIPv4, &p.CIDRIPv6, &p.PrefixListID, &p.PrefixListName, &p.Description, &p.RuleID, &p.Resource.Address, &p.Resource.Action,
		remedy,
	} {
		text(c, t)
	}
	text(c, &p.Verdict.Reason)
	whole(c, &p.Verdict.Unrestricted)
	whole(c, &p.Verdict.Ports)
	is(c, &p.Unclear)
	optional(c, &p.FromPort, whole)
	optional(c, &p.ToPort, whole)
	tags(c, &g.Tags)
	tags(c, &p.RuleTags)

	// What has no address and is no list is what it is called.
	source, unnamed := 0, p.Unnamed
	if !c.reads {
		source = s.source(p.Source)
		if p.ReferencedGroup != nil {
			unnamed = &sg.UnnamedSource{Type: p.SourceType(), Text: p.SourceText()}
		}
	}
	whole(c, &source)
	optional(c, &unnamed, func(c *coder, u *sg.UnnamedSource) { text(c, &u.Type); text(c, &u.Text) })
	if c.reads {
		p.Source, p.Unnamed = s.sources[source], unnamed
	}

	is(c, &g.NetworkInterfacesKnown)
	list(c, &g.NetworkInterfaces, func(c *coder, n *sg.NetworkInterface) {
		text(c, &n.ID)
		list(c, &n.PublicIPs, text)
	})
	optional(c, &g.Exposure, func(c *coder, e *exposure.GroupExposure) {
		whole(c, &e.Reachable)
		list(c, &e.ReachableAddresses, prefix)
		list(c, &e.UnknownBecause, text)
	})
}

func whole[N ~int | ~int8 | ~int32 | ~int64 | ~uint8](c *coder, n *N) {
	if !c.reads {
		c.to = binary.AppendVarint(c.to, int64(*n))
		return
	}
	v, size := binary.Varint([]byte(c.from[:min(len(c.from), binary.MaxVarintLen64)]))
	*n, c.from = N(v), c.from[size:]
}

func is(c *coder, b *bool) {
	n := 0
	if *b {
		n = 1
	}
	whole(c, &n)
	*b = n == 1
}

func text[S ~string](c *coder, s *S) {
	n := len(*s)
	whole(c, &n)
	if !c.reads {
		c.to = append(c.to, *s...)
		return
	}
	*s, c.from = S(c.from[:n]), c.from[n:]
}

func prefix(c *coder, p *netip.Prefix) {
	s := ""
	if !c.reads {
		s = p.String()
	}
	if text(c, &s); c.reads {
		*p, _ = netip.ParsePrefix(s)
	}
}

func optional[T any](c *coder, v **T, code func(*coder, *T)) {
	there := *v != nil
	if is(c, &there); !there {
		return
	}
	if c.reads {
		*v = new(T)
	}
	code(c, *v)
}

func list[T any](c *coder, all *[]T, code func(*coder, *T)) {
	n := len(*all)
	if whole(c, &n); c.reads && n > 0 {
		*all = make([]T, n)
	}
	for i := range *all {
		code(c, &(*all)[i])
	}
}

func tags(c *coder, all *map[string]string) {
	n := len(*all)
	whole(c, &n)
	if !c.reads {
		for k, v := range *all {
			text(c, &k)
			text(c, &v)
		}
		return
	}
	if n > 0 {
		*all = make(map[string]string, n)
	}
	for range n {
		var k, v string
		text(c, &k)
		text(c, &v)
		(*all)[k] = v
	}
}
