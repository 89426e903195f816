package ftpcheck

import (
	"net/netip"
	"slices"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin/quals"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/relation"
)

// narrow puts what a query demands into what the table is asked for: all that may make
// the scan smaller. Postgres checks every row again, so everything else is left to it.
func narrow(query *relation.Query, t *relation.Table, demands map[string]*proto.Quals) {
	query.Equals, query.Differs, query.Keys = map[string][]any{}, map[string][]any{}, map[string][]string{}
	query.Prefixes = map[string][]string{}
	for name, list := range demands {
		i := t.Index(name)
		if i < 0 {
			continue // a column of Steampipe's own
		}
		c := &t.Columns[i]
		for _, q := range list.GetQuals() {
			values := knownValues(c, q.GetValue())
			if values == nil {
				continue
			}
			switch q.GetStringValue() {
			case quals.QualOperatorEqual:
				if c.Key {
					query.Equals[name] = both(query.Equals, name, values)
				}
			case quals.QualOperatorJsonbExistsOne:
				if key, ok := values[0].(string); ok && c.HasKeys && query.Keys[name] == nil { // a second key is for Postgres
					query.Keys[name] = []string{key}
				}
			case quals.QualOperatorLike:
				// Of a list Steampipe does not say whether it was "like all" or "like any".
				if pattern, ok := values[0].(string); ok && c.Prefix && q.GetValue().GetListValue() == nil {
					query.Prefixes[name] = append(query.Prefixes[name], relation.LikePrefix(pattern))
				}
			case quals.QualOperatorNotEqual:
				// Of a list Steampipe does not say whether it was "<> all" or "<> any".
				if c.Differs && q.GetValue().GetListValue() == nil {
					query.Differs[name] = append(query.Differs[name], values...)
				}
			}
		}
	}
}

// fits reports whether a row may be of use: it has, of each column, one of the values that
// the query demands, or it has no verdict. "is not true" and "is not false" reach the
// plugin as = false and = true.
func fits(query *relation.Query, t *relation.Table, r relation.Row) bool {
	for name, values := range query.Equals {
		c := &t.Columns[t.Index(name)]
		value := c.Value(r, nil)
		switch {
		case c.Type == relation.Bool && value == nil:
			continue
		case c.Type == relation.CIDR:
			if text, ok := value.(string); ok {
				value = rangeText(text)
			}
		}
		if !slices.Contains(values, value) {
			return false
		}
	}
	return true
}

// both returns the values that are left for a column when it must also have one of these.
func both(equals map[string][]any, name string, values []any) []any {
	before, narrowed := equals[name]
	if !narrowed {
		return values
	}
	left := []any{} // not nil: no row can be of use
	for _, v := range values {
		if slices.Contains(before, v) {
			left = append(left, v)
		}
	}
	return left
}

// knownValues returns the values that a demand names, in the form in which package tables
// has them. It returns nil if one of them is not known, or is none that the column can
// have: Steampipe writes ? for the value of a sub-select,
// and gives no value at all of an array that comes from one.
func knownValues(c *relation.Column, v *proto.QualValue) []any {
	elements := []*proto.QualValue{v}
	if list := v.GetListValue(); list != nil {
		elements = list.Values
	}
	values := []any{}
	for _, e := range elements {
		value := knownValue(c, e)
		if value == nil || value == "?" {
			return nil
		}
		values = append(values, value)
	}
	if len(values) == 0 {
		return nil
	}
	return values
}

func knownValue(c *relation.Column, v *proto.QualValue) any {
	switch value := v.GetValue().(type) {
	case *proto.QualValue_BoolValue:
		if c.Type == relation.Bool {
			return value.BoolValue
		}
	case *proto.QualValue_StringValue:
		switch c.Type {
		case relation.Text, relation.JSON: // of JSON, the key that is asked for
			return value.StringValue
		case relation.CIDR:
			return rangeText(value.StringValue)
		}
	case *proto.QualValue_InetValue:
		if c.Type == relation.CIDR {
			return rangeText(value.InetValue.GetCidr())
		}
	}
	return nil
}

// rangeText is an address range as package tables has it, or nil for any other text.
func rangeText(s string) any {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return nil
	}
	return p.String()
}
