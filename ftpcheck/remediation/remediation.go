// Package remediation says how to close FTP, and nothing else, on an ingress permission.
//
// A permission for TCP 20 or 21 alone is revoked. A wider one is replaced: the parts of it
// to the left and to the right of FTP are authorised, and only if that worked the old one
// is revoked. Rules whose parts coincide are replaced together, as AWS takes no rule
// twice; see [plan]. A permission for all protocols cannot be replaced, as there is no
// rule for all protocols but one: then a person is told what to do.
//
// What a plan or state of Terraform has is changed there: then there are no commands, but what to
// change in which resource.
//
// Nothing is ever run here. What comes out is text for a person to read and run.
package remediation

import (
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// For returns the remediation of a permission of a judged group, as text for a POSIX
// shell: comments for a person, and the commands of the AWS CLI where there are any. It
// is empty for a permission that is neither unrestricted nor undetermined. Permissions
// that are closed by the same commands have the same text.
//
// The rule IDs and tags of the group must have been asked for. The group must not change
// once it was asked about.
func For(p *sg.Permission) string {
	t := of(p)
	return t.about + t.action
}

// Action is For without the comments that say which rules these are and in which way they are
// open, for a reader who has just been told.
func Action(p *sg.Permission) string { return of(p).action }

// A text is a remediation in two parts, each of whole lines.
type text struct {
	about  string // which rules these are, and in which way they are open
	action string // what to do about it
}

func of(p *sg.Permission) text {
	if p.Verdict.Unrestricted == rule.No {
		return text{}
	}
	i := slices.Index(p.Group.Permissions, p)
	if i < 0 {
		// It is not among those of its group, so it is taken for one more of them.
		g := *p.Group
		g.Permissions = append(slices.Clip(g.Permissions), p)
		return texts(&g)[len(g.Permissions)-1]
	}
	return remembered(p.Group)[i]
}

// known are the texts of groups, by position of the permission, for as long as the group
// lives: every row of a group needs a look at all the others, so that without it the work
// would grow with the square of their number.
var known sync.Map // of []text by weak.Pointer[sg.Group]

func remembered(g *sg.Group) []text {
	key := weak.Make(g)
	if all, ok := known.Load(key); ok {
		return all.([]text)
	}
	all := texts(g)
	known.Store(key, all)
	runtime.AddCleanup(g, func(key weak.Pointer[sg.Group]) { known.Delete(key) }, key)
	return all
}

// texts writes the remediation of each permission of the group.
func texts(g *sg.Group) []text {
	w := newWriter(g)
	all := make([]text, len(g.Permissions))
	if g.IsPlanned() {
		for i, p := range g.Permissions {
			if p.Verdict.Unrestricted != rule.No {
				all[i] = w.resource(p)
			}
		}
		return all
	}
	at := make(map[*sg.Permission]int, len(g.Permissions))
	for i, p := range g.Permissions {
		at[p] = i
	}
	for _, plan := range plans(g) {
		text := w.plan(plan)
		for _, p := range plan.revoke {
			all[at[p]] = text
		}
	}
	for i, p := range g.Permissions {
		if all[i] == (text{}) && p.Verdict.Unrestricted != rule.No {
			all[i] = w.advice(p)
		}
	}
	return all
}
