package audit

import (
	"fmt"
	"strings"
)

// AskedFor says of each connection which places were to be read. What was read of a part is complete, too:
// whoever looks at an audit must see at once what it is a part of.
func (m *Manifest) AskedFor() []string {
	var all []string
	for _, c := range m.Configuration {
		all = append(all, placesOf(c))
	}
	if m.Shard != nil {
		all = append(all, fmt.Sprintf("Of the accounts only those of shard %d of %d, counted from 0.", m.Shard.Index, m.Shard.Count))
	}
	return all
}

// placesOf says in a sentence which places a configuration names.
func placesOf(c map[string]any) string {
	named := func(name, before, after string) string {
		if list := argument(c, name); len(list) > 0 {
			return before + enumerated(list) + after
		}
		return ""
	}
	if files := named("paths", "Saved files alone: ", ""); files != "" {
		return files + named("exclude_paths", ", without ", "") + "."
	}
	text := named("regions", "Only the regions ", "")
	if text == "" {
		text = "Every enabled region"
	}
	accounts := named("accounts", "the accounts ", "")
	switch aggregator, _ := c["aggregator"].(string); {
	case aggregator != "" && accounts == "":
		text += " of every account of the aggregator " + aggregator
	case aggregator != "":
		text += " of " + accounts + " of the aggregator " + aggregator
	case accounts == "":
		text += " of the account of the credentials"
	default:
		text += " of " + accounts
	}
	return text + named("exclude_regions", ", without the regions ", "") + named("exclude_accounts", ", without the accounts ", "") + "." +
		named("ignore_error_codes", " Left out where that failed with ", ".") + named("ignore_error_messages", " Left out where that failed with ", ".")
}

// argument is the list that a configuration has for an argument, before it was written or after it was read.
func argument(c map[string]any, name string) (list []string) {
	switch v := c[name].(type) {
	case []string:
		return v
	case []any:
		for _, one := range v {
			if text, ok := one.(string); ok {
				list = append(list, text)
			}
		}
	}
	return list
}

// enumerated names what is in a list, of which the manifest has all.
func enumerated(list []string) string {
	const most = 20
	if more := len(list) - most; more > 0 {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more, which %s has", more, manifestName)
	}
	return strings.Join(list, ", ")
}
