package pgsql

import (
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// coerce converts an expression to a type as happens by itself. what says, in an error, what
// needs the type.
func (a *analysis) coerce(at syntax.Node, x expr, to value.Type, what string) (expr, error) {
	if x, ok, err := a.convert(at, x, to, implicit); ok || err != nil {
		return x, err
	}
	return nil, fail(at, "%s must be type %s, not type %s", what, to, x.typ())
}

// convert converts an expression to a type if the context allows that.
func (a *analysis) convert(at syntax.Node, x expr, to value.Type, context castContext) (result expr, ok bool, err error) {
	from := x.typ()
	pos := position(at)
	switch {
	case from == to || isPolymorphic(to):
		return x, true, nil
	case from == value.Unknown:
		if to == value.Record {
			return nil, false, nil
		}
		if c, ok := x.(*constant); ok {
			if err := a.settle(at, c, to); err != nil {
				return nil, false, err
			}
			if c.v == nil {
				return &constant{pos, to, nil}, true, nil
			}
			if a.timeDependent(to, c.v.(string)) {
				return &convert{pos: pos, x: &constant{pos, value.Text, c.v}, to: to}, true, nil
			}
			v, err := value.Parse(to, c.v.(string), a.now)
			if err != nil {
				return nil, false, located(c, err)
			}
			return &constant{pos, to, v}, true, nil
		}
		return &convert{pos: pos, x: x, to: to, relabel: to == value.Text}, true, nil
	case from.IsArray() && to.IsArray():
		if c, relabel, ok := findCast(from.Elem(), to.Elem(), context); ok {
			x, err := a.fold(&convert{pos: pos, x: x, to: to, cast: c, relabel: relabel || c.run == nil, elems: true})
			return x, true, err
		}
	}
	if c, relabel, ok := findCast(from, to, context); ok {
		x, err := a.fold(&convert{pos: pos, x: x, to: to, cast: c, relabel: relabel || c.run == nil})
		return x, true, err
	}
	// By way of the text: from anything to text in an assignment, from text to anything only
	// where it is written.
	toText := category(to) == 'S' && context <= assignment
	fromText := category(from) == 'S' && context == explicit
	if (toText || fromText) && from != value.Record && to != value.Record {
		x, err := a.fold(&convert{pos: pos, x: x, to: to})
		return x, true, err
	}
	if context == explicit && from.IsArray() && to.IsArray() && (category(from.Elem()) == 'S' || category(to.Elem()) == 'S') {
		x, err := a.fold(&convert{pos: pos, x: x, to: to, elems: true})
		return x, true, err
	}
	return nil, false, nil
}

// timeDependent reports whether a text means another value at another time.
func (a *analysis) timeDependent(t value.Type, text string) bool {
	if isMoment(t) {
		text = strings.ToLower(text)
		return slices.ContainsFunc([]string{"now", "today", "tomorrow", "yesterday"}, func(word string) bool { return strings.Contains(text, word) })
	}
	return false
}

func position(at syntax.Node) syntax.Pos {
	if at == nil {
		return -1
	}
	return at.Position()
}

// A modifier is what stands in parentheses behind a type, or the fields of an interval.
type modifier struct {
	t      value.Type
	mods   []int
	fields string
}

// typeOf finds the type of a name.
func typeOf(n *syntax.TypeName) (value.Type, *modifier, error) {
	name := n.Name
	t, ok := value.ByName(name)
	if !ok {
		switch name {
		case "regclass", "regtype", "oid", "bpchar", "char", "name", "money", "bit", "varbit", "timetz", "xml", "uuid", "float4", "point", "tsvector", "tsquery", "macaddr", "macaddr8", "jsonpath", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "box", "circle", "line", "lseg", "path", "polygon":
			e := refuse(n, "the type %s is not supported", n.Name)
			if name == "bpchar" || name == "char" {
				e.hint("Write text, or varchar with a length.")
			}
			if name == "float4" {
				e.hint("Write double precision.")
			}
			return 0, nil, e
		}
		return 0, nil, fail(n, "type \"%s\" does not exist", n.Name)
	}
	var m *modifier
	if len(n.Mods) > 0 || n.Fields != "" {
		switch t {
		case value.Numeric, value.Varchar, value.Time, value.Timestamp, value.TimestampTZ, value.Interval:
		default:
			return 0, nil, fail(n, "type modifier is not allowed for type \"%s\"", n.Name)
		}
		m = &modifier{t, n.Mods, n.Fields}
		if err := m.check(n); err != nil {
			return 0, nil, err
		}
	}
	if n.Dims > 0 {
		if m != nil {
			return 0, nil, refuse(n, "arrays of a type with a modifier are not supported")
		}
		t = t.Array()
	}
	return t, m, nil
}

func (m *modifier) check(at syntax.Node) error {
	switch m.t {
	case value.Varchar:
		if len(m.mods) != 1 {
			return fail(at, "invalid type modifier")
		}
		if m.mods[0] < 1 {
			return fail(at, "length for type varchar must be at least 1")
		}
	case value.Numeric:
		if len(m.mods) > 2 {
			return fail(at, "invalid NUMERIC type modifier")
		}
		if m.mods[0] < 1 || m.mods[0] > 1000 {
			return fail(at, "NUMERIC precision %d must be between 1 and 1000", m.mods[0])
		}
		if len(m.mods) == 2 && (m.mods[1] < -1000 || m.mods[1] > 1000) {
			return fail(at, "NUMERIC scale %d must be between -1000 and 1000", m.mods[1])
		}
	default:
		if len(m.mods) > 1 {
			return fail(at, "invalid type modifier")
		}
		if len(m.mods) == 1 && m.mods[0] > 6 {
			m.mods = []int{6}
		}
	}
	return nil
}

// apply restricts a value to the modifier.
func (m *modifier) apply(v any) (any, error) {
	switch v := v.(type) {
	case string:
		runes := 0
		for i := range v {
			if runes == m.mods[0] {
				return v[:i], nil
			}
			runes++
		}
		return v, nil
	case value.Decimal:
		scale := 0
		if len(m.mods) == 2 {
			scale = m.mods[1]
		}
		return v.Fit(m.mods[0], scale)
	case value.Clock:
		return v.Round(m.mods[0]), nil
	case value.Moment:
		return v.Round(m.mods[0])
	case value.Span:
		precision := 6
		if len(m.mods) > 0 {
			precision = m.mods[0]
		}
		return v.Restrict(m.fields, precision)
	}
	return v, nil
}
