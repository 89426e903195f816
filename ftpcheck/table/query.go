package table

import "github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"

// request translates what an engine knows of a query into what the scan must read.
func (q Query) request(columns []Column) sg.Request {
	r := sg.Request{
		Accounts:           q.texts("account_id"),
		NotAccounts:        texts(q.Differs["account_id"]),
		Regions:            q.texts("region"),
		NotRegions:         texts(q.Differs["region"]),
		GroupIDs:           q.texts("group_id"),
		GroupNames:         q.texts("group_name"),
		VPCIDs:             q.texts("vpc_id"),
		OwnerIDs:           q.texts("owner_id"),
		CIDRIPv4:           q.texts("cidr_ipv4"),
		PrefixListIDs:      q.texts("prefix_list_id"),
		ReferencedGroupIDs: q.texts("referenced_group_id"),
		Settled:            q.Settled,
		Once:               q.Once,
	}
	if values := q.Equals["unrestricted_ftp"]; len(values) == 1 {
		if b, ok := values[0].(bool); ok {
			r.Unrestricted = &b
		}
	}
	for i, c := range columns {
		if c.TagKeys {
			r.TagKeys = q.texts(c.Name)
		}
		if c.request != nil && (q.Wanted == nil || q.Wanted[i]) {
			c.request(&r)
		}
	}
	return r
}

// texts returns the values that a text column may have, or nil if it may have any.
func (q Query) texts(column string) []string {
	values, ok := q.Equals[column]
	if !ok {
		return nil
	}
	return texts(values)
}

// texts returns the values, or nil if one of them is no text.
func texts(values []any) []string {
	texts := []string{}
	for _, v := range values {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		texts = append(texts, s)
	}
	return texts
}
