// Package exception is what somebody has accepted: groups that stay open until a day, and in which
// ways. An exception never hides a finding. It says of the finding who accepted it, and it is bound
// to what was accepted: a group that is open in another way, on another port, or to a network
// interface that the internet has come to reach, is a finding as any other.
package exception

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// An Exception is one thing that was accepted.
type Exception struct {
	// Where is where it is written: a file and line, or the tag of a group.
	Where string

	// What it is about. Those that are empty exclude nothing. All but GroupID and Rule are
	// patterns with *, ?, [a-z] and [!a-z]; AccountID is for the owner of the group, and Tags are
	// patterns of values by key.
	GroupID, AccountID, Region, Name, Address string
	Tags                                      map[string]string
	// Rule is one rule of these groups: its ID, its resource's address, or its protocol, ports and
	// source, as in tcp 21 21 0.0.0.0/0.
	Rule string
	// Groups is how many groups it may cover. If it is about more that are open, nobody knows
	// which of them were meant, and it covers none.
	Groups int

	// What was accepted: FTP ports, in which ways they are open, and whether the internet may
	// reach something through them.
	Ports     rule.Ports
	Reasons   []rule.Reason
	Reachable bool

	Until                          time.Time // the last day on which it holds, in UTC
	Why, Owner, Ticket, ApprovedBy string
}

// Day is the last day on which the exception holds.
func (e *Exception) Day() string { return e.Until.Format(time.DateOnly) }

// String says in a few words who accepted what until when, as a part of a sentence.
func (e *Exception) String() string {
	text := fmt.Sprintf("accepted until %s by %s", e.Day(), e.ApprovedBy)
	for _, more := range []string{e.Why, e.Ticket} {
		if more != "" {
			text += ": " + more
			break
		}
	}
	return text
}

// Expired reports whether the last day of the exception has passed.
func (e *Exception) Expired(now time.Time) bool { return !now.Before(e.Until.AddDate(0, 0, 1)) }

// IsAbout reports whether the exception is about a permission, whatever of it was accepted.
func (e *Exception) IsAbout(p *sg.Permission) bool {
	g := p.Group
	if e.GroupID != "" && e.GroupID != g.ID {
		return false
	}
	for _, must := range []struct{ pattern, value string }{{e.AccountID, cmp.Or(g.OwnerID, g.AccountID)}, {e.Region, g.Region}, {e.Name, g.Name}, {e.Address, g.Resource.Address}} {
		if !matches(must.pattern, must.value) {
			return false
		}
	}
	for key, pattern := range e.Tags {
		if value, ok := g.Tags[key]; !ok || !matches(pattern, value) {
			return false
		}
	}
	return e.Rule == "" || slices.Contains([]string{p.RuleID, p.Resource.Address, p.Key()}, e.Rule)
}

// lacks says what of an open permission that it is about the exception does not cover, as a part of
// a sentence; empty if it covers it.
func (e *Exception) lacks(p *sg.Permission, now time.Time) string {
	if e.Expired(now) {
		return "it expired on " + e.Day()
	}
	if more := p.Verdict.Ports &^ e.Ports; more != 0 {
		return "it does not accept port " + more.Join(" and ")
	}
	if !slices.Contains(e.Reasons, p.Verdict.Reason) {
		return "it does not accept " + string(p.Verdict.Reason)
	}
	if e.Reachable {
		return ""
	}
	switch x := p.Group.Exposure; {
	case x == nil || x.Reachable == rule.Unknown:
		return "it holds while the internet reaches nothing through the group, and whether it does is not known"
	case x.Reachable == rule.Yes:
		return "it holds while the internet reaches nothing through the group, and now it does"
	}
	return ""
}

// A List is all exceptions there are.
type List struct {
	Exceptions []*Exception
	// Malformed are those that cannot be understood, each as a sentence with its place. They cover
	// nothing.
	Malformed []string
	// TagKey is the key of the tag with which a group brings an exception of its own; empty if
	// groups may not.
	TagKey string
}

// Coverage is what exceptions say of the open permissions of a scan.
type Coverage struct {
	// By is the exception that covers a permission, by its position among those that are open; nil for
	// others.
	By map[int]*Exception
	// But says of permissions that no exception covers why those that are about it do not.
	But map[int]string
	// Uses are the exceptions of the list in its order, then those of tags.
	Uses []Use
	// Notes are what somebody should know of the exceptions, each as a sentence: which are
	// malformed, expired, too broad, of no use, or do not cover all that they are about.
	Notes []string
}

// A Use is what an exception has come to.
type Use struct {
	*Exception
	State State
	// Groups and Permissions are those that it is about and that are open, and Covered those of the
	// permissions that it covers.
	Groups, Permissions, Covered int
}

// State says how far an exception counts.
type State string

const (
	Covers    State = "covers"    // it covers all that it is about
	Partly    State = "partly"    // some of what it is about is not what was accepted
	Exceeded  State = "exceeded"  // nothing of what it is about is what was accepted
	Expired   State = "expired"   // its last day has passed
	TooBroad  State = "too_broad" // it is about more groups than it may cover
	Unmatched State = "unmatched" // nothing that is open is what it is about
)

// Cover says which of the permissions that are open are covered, and what there is to say of the
// exceptions. The first exception that covers a permission counts. The permissions are read one by
// one and not kept, as there may be many.
func (l *List) Cover(open iter.Seq[*sg.Permission], now time.Time) *Coverage {
	c := &Coverage{By: map[int]*Exception{}, But: map[int]string{}, Notes: slices.Clone(l.Malformed)}
	var all []*scope
	for _, e := range l.Exceptions {
		all = append(all, newScope(e))
	}
	groups, byTag := l.tags(open)
	for _, t := range byTag {
		switch {
		case t.problem != "":
			c.Notes = append(c.Notes, t.problem)
		case t.scope != nil:
			all = append(all, t.scope)
		}
	}
	at := 0
	for p := range open {
		group := groups[p.Group.Identity()]
		for _, s := range all[:len(l.Exceptions)] {
			if s.e.IsAbout(p) {
				s.add(at, group, p, now)
			}
		}
		if s := byTag[group].scope; s != nil {
			s.add(at, group, p, now)
		}
		at++
	}
	for _, s := range all {
		e := s.e
		u := Use{Exception: e, Groups: len(s.groups), Permissions: len(s.about)}
		why := s.why
		tooBroad := ""
		if u.Groups > e.Groups {
			tooBroad = fmt.Sprintf("it may cover %s, and is about %d that are open", count(e.Groups, "group"), u.Groups)
			why = s.first + ": " + tooBroad
		}
		for _, a := range s.about {
			but := cmp.Or(tooBroad, a.but)
			if but == "" {
				u.Covered++
				if c.By[a.at] == nil {
					c.By[a.at] = e
				}
				continue
			}
			c.But[a.at] = cmp.Or(c.But[a.at], fmt.Sprintf("The exception in %s does not cover it, as %s.", e.Where, but))
		}
		u.State = u.state(e, now)
		c.Uses = append(c.Uses, u)
		switch u.State {
		case Unmatched:
			c.Notes = append(c.Notes, fmt.Sprintf("%s: nothing that is open is what it is about, as far as was read. If it is not needed any more, take it out.", e.Where))
		case Covers:
		default:
			c.Notes = append(c.Notes, fmt.Sprintf("%s: does not cover all that it is about. %s.", e.Where, why))
		}
	}
	for at := range c.By {
		delete(c.But, at)
	}
	return c
}

// A scope is what of all that is open an exception is about.
type scope struct {
	e      *Exception
	about  []about
	groups map[int]bool
	first  string // the first group
	why    string // the first group of which it does not cover all, and why
}

// about is a permission that an exception is about.
type about struct {
	at  int    // its position among those that are open
	but string // what the exception lacks for it, if anything
}

func newScope(e *Exception) *scope { return &scope{e: e, groups: map[int]bool{}} }

func (s *scope) add(at, group int, p *sg.Permission, now time.Time) {
	but := s.e.lacks(p, now)
	if name := cmp.Or(p.Group.Ref(), p.Group.Name); len(s.about) == 0 || but != "" && s.why == "" {
		name = strings.Clone(name) // of which the group may be a part of a text that need not stay
		s.first = cmp.Or(s.first, name)
		if but != "" {
			s.why = name + ": " + but
		}
	}
	s.about, s.groups[group] = append(s.about, about{at, but}), true
}

// tagged is what the tag of a group says.
type tagged struct {
	scope   *scope // nil if it has none that counts
	problem string
	shared  bool // whoever it is of does not own the group
}

// tags are the numbers of the groups, whoever sees them, in their order, and what their tags say.
func (l *List) tags(open iter.Seq[*sg.Permission]) (groups map[string]int, all []tagged) {
	groups = map[string]int{}
	for p := range open {
		key := p.Group.Identity()
		n, seen := groups[key]
		if !seen {
			n = len(all)
			groups[key] = n
			all = append(all, tagged{})
		}
		// Of a group that is shared, only who owns it sees the tags.
		if seen && (!all[n].shared || p.Group.IsShared()) {
			continue
		}
		e, problem := l.ofTag(p.Group)
		all[n] = tagged{problem: problem, shared: p.Group.IsShared()}
		if e != nil {
			all[n].scope = newScope(e)
		}
	}
	return groups, all
}

func (u *Use) state(e *Exception, now time.Time) State {
	switch {
	case e.Expired(now):
		return Expired
	case u.Permissions == 0:
		return Unmatched
	case u.Groups > e.Groups:
		return TooBroad
	case u.Covered == 0:
		return Exceeded
	case u.Covered < u.Permissions:
		return Partly
	}
	return Covers
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
