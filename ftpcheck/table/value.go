package table

import (
	"net/netip"

	"github.com/go-json-experiment/json"

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
	return jsonText(m)
}

// jsonList is the list of those values that are not empty.
func jsonList[S ~string](values ...S) any {
	var list []S
	for _, v := range values {
		if v != "" {
			list = append(list, v)
		}
	}
	if list == nil {
		return nil
	}
	return jsonText(list)
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
