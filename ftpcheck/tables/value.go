package tables

import (
	"net/netip"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/sg"
)

// What is absent is NULL, never an empty text or a default.

// text returns a text, or before if it is the same: rows that follow each other mostly have the same,
// and to make a value of a text takes memory.
func text(s string, before any) any {
	if s == "" {
		return nil
	}
	if b, ok := before.(string); ok && b == s {
		return before
	}
	return s
}

// addressRange leaves out host bits, as AWS does: PostgreSQL's type cidr refuses them.
func addressRange(s string) string {
	if s == "" {
		return ""
	}
	if p, err := netip.ParsePrefix(s); err == nil && p != p.Masked() {
		return p.Masked().String()
	}
	return s
}

func number(n *int32) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

func answer(a rule.Answer) any {
	if a == rule.Unknown {
		return nil
	}
	return a == rule.Yes
}

func ports(p rule.Ports) string {
	if p == 0 {
		return ""
	}
	return jsonText(p.Numbers())
}

func jsonMap(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	// As jsonText would write it, in a third of the time: rows mostly have tags.
	keys := make([]string, 0, 16) // which do not leave this function
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	b := append(make([]byte, 0, 256), '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, key) // an error says that bad UTF-8 was replaced
		b = append(b, ':')
		b, _ = jsontext.AppendQuote(b, m[key])
	}
	return string(append(b, '}'))
}

// groupTags are the tags of a group as JSON. They are written once for rows that follow each other.
func groupTags(g *sg.Group) string {
	last := lastTags.Load()
	if last == nil || reflect.ValueOf(last.tags).Pointer() != reflect.ValueOf(g.Tags).Pointer() {
		last = &writtenTags{g.Tags, jsonMap(g.Tags)}
		lastTags.Store(last)
	}
	return last.text
}

// writtenTags are tags and their JSON. No other tags can be where these are while they are here.
type writtenTags struct {
	tags map[string]string
	text string
}

var lastTags atomic.Pointer[writtenTags]

// jsonList is the list of those values that are not empty.
func jsonList[S ~string](values ...S) string {
	b := make([]byte, 0, 256) // written as in jsonMap, for the same reason
	for _, v := range values {
		if v == "" {
			continue
		}
		b = append(b, ',')
		b, _ = jsontext.AppendQuote(b, v)
	}
	if len(b) == 0 {
		return ""
	}
	b[0] = '['
	return string(append(b, ']'))
}

// jsonText is compact, with the members of objects in order, so that equal values are
// equal texts.
func jsonText(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // strings, numbers, lists and maps of them always have a JSON text
	}
	return string(b)
}
