package tables

import (
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// request translates what an engine knows of a query into what must be read.
func (d *definition) request(q relation.Query) sg.Request {
	r := sg.Request{Settled: q.Settled, Once: q.Once}
	for i := range d.columns {
		c := &d.columns[i]
		if values, ok := q.Equals[c.Name]; ok && c.narrow != nil {
			c.narrow(&r, values)
		}
		if values, ok := q.Differs[c.Name]; ok && c.exclude != nil {
			c.exclude(&r, values)
		}
		if prefixes, ok := q.Prefixes[c.Name]; ok && c.prefix != nil {
			c.prefix(&r, prefixes)
		}
		if keys, ok := q.Keys[c.Name]; ok && c.keys != nil {
			c.keys(&r, keys)
		}
		if c.request != nil && (q.Wanted == nil || q.Wanted[i]) {
			c.request(&r)
		}
	}
	if q.Wanted == nil { // who takes every column has not asked for the one that shows them
		r.UnreadPlaces = false
	}
	return r
}

// What narrows a request by the values that a column may have, or must not have.
var (
	byAccount         = by(func(r *sg.Request) *[]string { return &r.Accounts })
	notAccount        = by(func(r *sg.Request) *[]string { return &r.NotAccounts })
	byRegion          = by(func(r *sg.Request) *[]string { return &r.Regions })
	notRegion         = by(func(r *sg.Request) *[]string { return &r.NotRegions })
	byGroupID         = by(func(r *sg.Request) *[]string { return &r.GroupIDs })
	byGroupName       = by(func(r *sg.Request) *[]string { return &r.GroupNames })
	byVPC             = by(func(r *sg.Request) *[]string { return &r.VPCIDs })
	byOwner           = by(func(r *sg.Request) *[]string { return &r.OwnerIDs })
	byCIDRIPv4        = by(func(r *sg.Request) *[]string { return &r.CIDRIPv4 })
	byPrefixList      = by(func(r *sg.Request) *[]string { return &r.PrefixListIDs })
	byReferencedGroup = by(func(r *sg.Request) *[]string { return &r.ReferencedGroupIDs })
)

// by makes what puts values into a list of the request, if they all are texts.
func by(list func(*sg.Request) *[]string) func(*sg.Request, []any) {
	return func(r *sg.Request, values []any) {
		texts := []string{}
		for _, v := range values {
			s, ok := v.(string)
			if !ok {
				return
			}
			texts = append(texts, s)
		}
		*list(r) = texts
	}
}

func regionPrefix(r *sg.Request, prefixes []string) { r.RegionPrefixes = prefixes }

func byTagKey(r *sg.Request, keys []string) { r.TagKeys = keys }

func wantVerdicts(r *sg.Request) { r.Verdicts = true }

func byVerdict(r *sg.Request, values []any) {
	if len(values) != 1 {
		return
	}
	r.Verdicts = true
	if b, ok := values[0].(bool); ok {
		r.Unrestricted = &b
	}
}
