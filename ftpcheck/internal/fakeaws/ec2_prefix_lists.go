package fakeaws

import (
	"iter"
	"slices"
)

var prefixListsResource = &resource[PrefixList]{
	param: "PrefixListId", prefix: "pl-",
	malformed: "InvalidPrefixListID.Malformed", missing: "InvalidPrefixListID.NotFound", noun: "prefix list ID",
	least: 1, most: 100,
	id: func(l *PrefixList) string { return l.ID }, field: prefixListField,
}

// prefixLists returns the prefix lists of the call's account and region.
func (c *call) prefixLists() iter.Seq[*PrefixList] {
	return pointers(c.contents().PrefixLists, func(l *PrefixList) { l.complete(c.account()) })
}

func prefixListField(l *PrefixList, name string) ([]string, bool) {
	switch name {
	case "owner-id":
		return []string{l.Owner}, true
	case "prefix-list-id":
		return []string{l.ID}, true
	case "prefix-list-name":
		return []string{l.Name}, true
	}
	return nil, false
}

func describeManagedPrefixLists(c *call) (any, error) {
	lists, next, err := prefixListsResource.page(c, c.prefixLists())
	if err != nil {
		return nil, err
	}
	return []element{list("prefixListSet", lists, func(l *PrefixList) element {
		arnOwner := l.Owner
		if l.Owner == "AWS" {
			arnOwner = "aws"
		}
		e := node("",
			text("prefixListId", l.ID),
			text("addressFamily", l.Family),
			text("state", l.State),
			text("prefixListArn", c.arn(arnOwner, "prefix-list", l.ID)),
			text("prefixListName", l.Name),
			text("ownerId", l.Owner),
			tagSet(l.Tags),
		)
		if l.Owner != "AWS" {
			e.children = append(e.children, number("maxEntries", l.size()), number("version", 1))
		}
		return e
	}), text("nextToken", next)}, nil
}

func getManagedPrefixListEntries(c *call) (any, error) {
	id := c.params.Get("PrefixListId")
	for l := range c.prefixLists() {
		if l.ID != id {
			continue
		}
		entries, next, err := page(c, slices.Values(l.Entries), 1, 100, 100)
		if err != nil {
			return nil, err
		}
		return []element{list("entrySet", entries, func(e Entry) element {
			return node("", text("cidr", e.CIDR), text("description", e.Description))
		}), text("nextToken", next)}, nil
	}
	return nil, prefixListsResource.notFound(id)
}
