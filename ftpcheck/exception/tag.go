package exception

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// ofTag is the exception that a group brings itself, if groups may: a tag with a day, what was
// accepted, and why, as in
//
//	2027-03-31 21 any_ipv4 partner migration
//
// The problem, if there is one, says what is wrong with it.
func (l *List) ofTag(g *sg.Group) (e *Exception, problem string) {
	if l.TagKey == "" {
		return nil, ""
	}
	value, ok := g.Tags[l.TagKey]
	if !ok {
		return nil, ""
	}
	e = &Exception{Where: fmt.Sprintf("the tag %s of %s", l.TagKey, g.Ref()), GroupID: g.ID, Groups: 1, ApprovedBy: "whoever tagged it"}
	words := strings.Fields(value)
	err := error(nil)
	if len(words) == 0 {
		words = []string{""}
	}
	if e.Until, err = parseDay(words[0]); err == nil {
		words = words[1:]
		words = words[e.accept(words):]
		e.Why = strings.Join(words, " ")
		err = e.checkAccepted()
	}
	if err != nil {
		return nil, fmt.Sprintf("%s does not count: %v. It must be a day, ports, reasons and why, as in 2027-03-31 21 any_ipv4 partner migration.", e.Where, err)
	}
	return e, ""
}

// accept takes from the beginning of some words what is accepted, and returns how many these are.
func (e *Exception) accept(words []string) int {
	for i, word := range words {
		if port, ok := ports[word]; ok {
			e.Ports |= port
		} else if reason := rule.Reason(word); slices.Contains(reasons, reason) {
			e.Reasons = append(e.Reasons, reason)
		} else if word == "reachable" {
			e.Reachable = true
		} else {
			return i
		}
	}
	return len(words)
}
