package ec2

import (
	"encoding/binary"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/newfile"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// A RuleSpool is a RuleIndex for the rules of a place, which may be millions. It has in memory
// where the rules of each group are, and not the rules. Those of one group are found the sooner
// the more of them come one after the other.
type RuleSpool struct {
	spool newfile.Spool
	last  map[uint64]run // of each group, by the hash of its ID

	hasher ruleHasher
	group  string // of the run that is being written
	text   []byte // of that run
	found  map[uint64]securityGroupRule
}

// A run is where rules of one group are that came one after the other. Behind them is where the run
// before it is.
type run struct {
	at   int64
	size int
}

// runEnd is how long what is behind the rules of a run is.
const runEnd = 16

// NewRuleSpool returns a spool without any rule.
func NewRuleSpool() *RuleSpool {
	return &RuleSpool{last: map[uint64]run{}, found: map[uint64]securityGroupRule{}}
}

// Add takes in a rule.
func (s *RuleSpool) Add(r IndexedRule) error {
	if r.group != s.group {
		if err := s.keep(); err != nil {
			return err
		}
		s.group = r.group
	}
	s.text = binary.LittleEndian.AppendUint64(s.text, s.hasher.hash(r.groupRule))
	s.text = appendText(s.text, r.id)
	s.text = binary.AppendUvarint(s.text, uint64(len(r.tags)))
	for key, value := range r.tags {
		s.text = appendText(appendText(s.text, key), value)
	}
	return nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// hashOf tells groups apart.
func (s *RuleSpool) hashOf(group string) uint64 { return s.hasher.hash(groupRule{group: group}) }

// keep ends the run that is being written.
func (s *RuleSpool) keep() error {
	if len(s.text) == 0 {
		return nil
	}
	group := s.hashOf(s.group)
	before := s.last[group]
	s.text = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(s.text, uint64(before.at)), uint64(before.size))
	at, err := s.spool.Put(s.text)
	s.last[group] = run{at, len(s.text)}
	s.text = s.text[:0]
	return err
}

// Join is that of a [RuleIndex].
func (s *RuleSpool) Join(g *sg.Group) (joined int, without *sg.Permission, err error) {
	if err := s.keep(); err != nil {
		return 0, nil, err
	}
	var text []byte
	for r := s.last[s.hashOf(g.ID)]; r.size > 0; {
		rules, err := s.spool.Get(nil, r.at, r.size)
		if err != nil {
			return 0, nil, err
		}
		end := rules[len(rules)-runEnd:]
		r = run{int64(binary.LittleEndian.Uint64(end)), int(binary.LittleEndian.Uint64(end[runEnd/2:]))}
		text = append(rules[:len(rules)-runEnd], text...)
	}
	s.find(string(text))
	joined, without = join(g, func(p *sg.Permission) (securityGroupRule, bool) {
		r, ok := s.found[s.hasher.hash(groupRule{g.ID, p.Identity()})]
		return r, ok
	})
	return joined, without, nil
}

// find finds the rules in a text, by their hashes.
func (s *RuleSpool) find(text string) {
	number := func() int {
		n, size := binary.Uvarint([]byte(text[:min(len(text), binary.MaxVarintLen64)]))
		text = text[size:]
		return int(n)
	}
	next := func(n int) (part string) {
		part, text = text[:n], text[n:]
		return part
	}
	clear(s.found)
	for text != "" {
		hash := binary.LittleEndian.Uint64([]byte(next(8)))
		r := securityGroupRule{id: next(number())}
		if tags := number(); tags > 0 {
			r.tags = make(map[string]string, tags)
			for range tags {
				key := next(number())
				r.tags[key] = next(number())
			}
		}
		s.found[hash] = r
	}
}

// Clear forgets all rules.
func (s *RuleSpool) Clear() {
	s.spool.Clear()
	s.group, s.text = "", s.text[:0]
	clear(s.last)
}

// Close gives up what the spool holds.
func (s *RuleSpool) Close() { s.spool.Close() }
