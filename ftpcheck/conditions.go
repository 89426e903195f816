package ftpcheck

import (
	"encoding/json"
	"net/netip"
	"slices"

	"github.com/turbot/steampipe-plugin-sdk/v5/grpc/proto"
	"github.com/turbot/steampipe-plugin-sdk/v5/plugin"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/table"
)

// A condition is a demand of a query on a key column: that it has one of some values.
type condition struct {
	column *table.Column
	values []any // of the types that [comparable] returns; nil if they are not known
}

// conditionsOf returns the conditions of a query. They all must be met.
func conditionsOf(t *table.Table, quals plugin.KeyColumnQualMap) []condition {
	var conditions []condition
	for name, q := range quals {
		c := &t.Columns[t.Index(name)]
		for _, qual := range q.Quals {
			conditions = append(conditions, condition{c, knownValues(c, qual.Value)})
		}
	}
	return conditions
}

// knownValues returns the values that a qualifier names, or nil if one of them is not
// known: Steampipe writes ? for the value of a sub-select.
func knownValues(c *table.Column, v *proto.QualValue) []any {
	elements := []*proto.QualValue{v}
	if list := v.GetListValue(); list != nil {
		elements = list.Values
	}
	values := []any{}
	for _, e := range elements {
		var value any
		switch e := e.GetValue().(type) {
		case *proto.QualValue_BoolValue:
			value = e.BoolValue
		case *proto.QualValue_StringValue:
			value = e.StringValue
		case *proto.QualValue_InetValue:
			value = e.InetValue.GetCidr()
		}
		if value == "?" {
			return nil
		}
		if value = comparableValue(c, value); value == nil {
			return nil
		}
		values = append(values, value)
	}
	return values
}

// comparableValue returns a value of a key column in a form that can be compared, or nil
// if it is no value that the column can have.
func comparableValue(c *table.Column, value any) any {
	switch c.Type {
	case table.Bool:
		if b, ok := value.(bool); ok {
			return b
		}
	case table.Text:
		if s, ok := value.(string); ok {
			return s
		}
	case table.JSON: // the key that is asked for
		if s, ok := value.(string); ok {
			return s
		}
	case table.CIDR:
		if s, ok := value.(string); ok {
			if p, err := netip.ParsePrefix(s); err == nil {
				return p
			}
		}
	}
	return nil
}

// A fit says whether a row meets the conditions of a query.
type fit int

const (
	fits   fit = iota
	mayFit     // only Postgres can tell
	fitsNot
)

func (c condition) fit(r table.Row) fit {
	if c.values == nil {
		return mayFit
	}
	if c.column.TagKeys {
		return c.fitTags(r)
	}
	value := comparableValue(c.column, c.column.Value(r))
	switch {
	case slices.Contains(c.values, value):
		return fits
	case value == nil && c.column.Type == table.Bool:
		return mayFit // "is not true" and "is not false" reach the plugin as = false and = true
	}
	return fitsNot
}

// fitTags looks for one of the keys in a map of tags.
func (c condition) fitTags(r table.Row) fit {
	text, _ := c.column.Value(r).(string)
	var tags map[string]string
	if text != "" && json.Unmarshal([]byte(text), &tags) != nil {
		return mayFit
	}
	for _, key := range c.values {
		if _, ok := tags[key.(string)]; ok {
			return fits
		}
	}
	return fitsNot
}

// hint returns the values as package table has them.
func (c condition) hint() []any {
	hint := slices.Clone(c.values)
	for i, v := range hint {
		if p, ok := v.(netip.Prefix); ok {
			hint[i] = p.String()
		}
	}
	return hint
}

// answeredElsewhere reports whether another List call answers the query. For an IN list
// the SDK calls List once for each value, all at the same time and with one count of
// rows for LIMIT that nothing protects. The call for the first value answers for all.
func answeredElsewhere(d *plugin.QueryData, quals plugin.KeyColumnQualMap) bool {
	for name, q := range quals {
		for _, qual := range q.Quals {
			if list := qual.Value.GetListValue(); list != nil && slices.Index(list.Values, d.Quals[name].Quals[0].Value) > 0 {
				return true
			}
		}
	}
	return false
}
