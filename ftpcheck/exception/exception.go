// Package exception is what somebody has accepted: groups that stay open until a day, and in which
// ways. An exception never hides a finding. It says of the finding who accepted it, and it is bound
// to what was accepted: a group that is open in another way, on another port, or to a network
// interface that the internet has come to reach, is a finding as any other.
package exception

import (
	"cmp"
	"fmt"
	"slices"
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
	// By is the exception that covers a permission; nil for others.
	By map[*sg.Permission]*Exception
	// But says of permissions that no exception covers why those that are about it do not.
	But map[*sg.Permission]string
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
// exceptions. The first exception that covers a permission counts.
func (l *List) Cover(open []*sg.Permission, now time.Time) *Coverage {
	c := &Coverage{By: map[*sg.Permission]*Exception{}, But: map[*sg.Permission]string{}, Notes: slices.Clone(l.Malformed)}
	all := l.Exceptions
	about := map[*Exception][]*sg.Permission{}
	for _, e := range l.Exceptions {
		for _, p := range open {
			if e.IsAbout(p) {
				about[e] = append(about[e], p)
			}
		}
	}
	for _, of := range byGroup(open) {
		// Of a group that is shared, only who owns it sees the tags.
		p := of[max(0, slices.IndexFunc(of, func(p *sg.Permission) bool { return !p.Group.IsShared() }))]
		e, problem := l.ofTag(p.Group)
		switch {
		case problem != "":
			c.Notes = append(c.Notes, problem)
		case e != nil:
			all = append(slices.Clip(all), e)
			about[e] = of
		}
	}
	for _, e := range all {
		u := Use{Exception: e, Groups: len(byGroup(about[e])), Permissions: len(about[e])}
		why := ""
		for _, p := range about[e] {
			but := e.lacks(p, now)
			if u.Groups > e.Groups {
				but = fmt.Sprintf("it may cover %s, and is about %d that are open", count(e.Groups, "group"), u.Groups)
			}
			if but == "" {
				u.Covered++
				if c.By[p] == nil {
					c.By[p] = e
				}
				continue
			}
			why = cmp.Or(why, fmt.Sprintf("%s: %s", cmp.Or(p.Group.Ref(), p.Group.Name), but))
			c.But[p] = cmp.Or(c.But[p], fmt.Sprintf("The exception in %s does not cover it, as %s.", e.Where, but))
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
	for p := range c.By {
		delete(c.But, p)
	}
	return c
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

// byGroup are permissions by the group that they are of, whoever sees it, in their order.
func byGroup(permissions []*sg.Permission) [][]*sg.Permission {
	var all [][]*sg.Permission
	at := map[string]int{}
	for _, p := range permissions {
		key := p.Group.Identity()
		if _, ok := at[key]; !ok {
			at[key] = len(all)
			all = append(all, nil)
		}
		all[at[key]] = append(all[at[key]], p)
	}
	return all
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
