package tables

import (
	"net/netip"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/rule"
)

// What is absent is NULL, never an empty text or a default.

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// addressRange leaves out host bits, as AWS does: PostgreSQL's type cidr refuses them.
func addressRange(s string) any {
	if p, err := netip.ParsePrefix(s); err == nil && p != p.Masked() {
		return p.Masked().String()
	}
	return text(s)
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

func ports(p rule.Ports) any {
	if p == 0 {
		return nil
	}
	return jsonText(p.Numbers())
}

func jsonMap(m map[string]string) any {
	if len(m) == 0 {
		return nil
	}
	// As jsonText would write it, in a third of the time: rows mostly have tags.
	keys := make([]string, 0, 16) // which do not leave this function
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	b := append(make([]byte, 0, 64), '{')
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

// jsonList is the list of those values that are not empty.
func jsonList[S ~string](values ...S) any {
	var b []byte // written as in jsonMap, for the same reason
	for _, v := range values {
		if v == "" {
			continue
		}
		b = append(b, ',')
		b, _ = jsontext.AppendQuote(b, v)
	}
	if b == nil {
		return nil
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
