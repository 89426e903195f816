package pgsql

import (
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// Which routine a call means, and which conversions happen by themselves, is told here: as
// the chapter "Type Conversion" of PostgreSQL's documentation has it.

// category is the letter of PostgreSQL's category of a type.
func category(t value.Type) byte {
	if t.IsArray() {
		return 'A'
	}
	switch t {
	case value.Bool:
		return 'B'
	case value.Int2, value.Int4, value.Int8, value.Numeric, value.Float8:
		return 'N'
	case value.Text, value.Varchar:
		return 'S'
	case value.Date, value.Time, value.Timestamp, value.TimestampTZ:
		return 'D'
	case value.Interval:
		return 'T'
	case value.CIDR, value.Inet:
		return 'I'
	case value.Unknown:
		return 'X'
	case value.Any, value.AnyElement, value.AnyArray, value.AnyNonArray, value.AnyCompatible, value.AnyCompatibleArray, value.Record, value.Void:
		return 'P'
	}
	return 'U'
}

// preferred reports whether a type is the preferred one of its category.
func preferred(t value.Type) bool {
	switch t {
	case value.Bool, value.Float8, value.Text, value.TimestampTZ, value.Interval, value.Inet:
		return true
	}
	return false
}

// isPolymorphic reports whether a type of the catalogue stands for others.
func isPolymorphic(t value.Type) bool {
	switch t {
	case value.Any, value.AnyElement, value.AnyArray, value.AnyNonArray, value.AnyCompatible, value.AnyCompatibleArray:
		return true
	}
	return false
}

// findCast returns the cast of the catalogue between two types that can be used in a
// context. relabel says that the value stays as it is.
func findCast(from, to value.Type, context castContext) (c *cast, relabel, ok bool) {
	switch {
	case from == to:
		return nil, true, true
	case from == value.Varchar && to == value.Text, from == value.Text && to == value.Varchar:
		return nil, true, true
	case from == value.CIDR && to == value.Inet:
		return nil, true, true
	}
	if c := castsByTypes()[[2]value.Type{from, to}]; c != nil && c.context >= context {
		return c, false, true
	}
	return nil, false, false
}

// canCoerce reports whether a conversion happens by itself.
func canCoerce(from, to value.Type) bool {
	switch {
	case from == to, from == value.Unknown && to != value.Record:
		return true
	case to == value.Any, to == value.AnyElement, to == value.AnyCompatible:
		return true
	case to == value.AnyArray, to == value.AnyCompatibleArray:
		return from.IsArray()
	case to == value.AnyNonArray:
		return !from.IsArray()
	case from.IsArray() && to.IsArray():
		_, _, ok := findCast(from.Elem(), to.Elem(), implicit)
		return ok
	}
	_, _, ok := findCast(from, to, implicit)
	return ok
}

// expand gives a variadic routine as many arguments as the call has, and one with arguments
// that can be left out as few.
func expand(args []value.Type, variadic bool, optional, n int) ([]value.Type, bool) {
	switch {
	case len(args) == n && !variadic:
		return args, true
	case variadic && n >= len(args):
		last := args[len(args)-1]
		args = slices.Clone(args[:len(args)-1])
		for len(args) < n {
			switch last {
			case value.Any:
				args = append(args, value.Any)
			case value.AnyArray:
				args = append(args, value.AnyElement)
			case value.AnyCompatibleArray:
				args = append(args, value.AnyCompatible)
			default:
				args = append(args, last.Elem())
			}
		}
		return args, true
	case !variadic && n < len(args) && n >= len(args)-optional:
		return args[:n], true
	}
	return nil, false
}

// A candidate is one routine that a call could mean, by its position in a list.
type candidate struct {
	index int
	args  []value.Type
}

// choose returns the candidate that a call with these types of arguments means, or false if
// there is none, or more than one.
func choose(candidates []candidate, args []value.Type) (chosen candidate, ok, several bool) {
	for _, c := range candidates {
		if slices.Equal(c.args, args) {
			return c, true, false
		}
	}
	candidates = slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool {
		for i, t := range args {
			if !canCoerce(t, c.args[i]) {
				return true
			}
		}
		return !consistent(c.args, args)
	})
	switch len(candidates) {
	case 0:
		return candidate{}, false, false
	case 1:
		return candidates[0], true, false
	}
	// Those with the most exact matches.
	best(&candidates, func(c candidate) (n int) {
		for i, t := range args {
			if t != value.Unknown && c.args[i] == t {
				n++
			}
		}
		return n
	})
	if len(candidates) == 1 {
		return candidates[0], true, false
	}
	// Those with the most exact matches or preferred types.
	best(&candidates, func(c candidate) (n int) {
		for i, t := range args {
			if t != value.Unknown && (c.args[i] == t || category(c.args[i]) == category(t) && preferred(c.args[i])) {
				n++
			}
		}
		return n
	})
	if len(candidates) == 1 {
		return candidates[0], true, false
	}
	if !slices.Contains(args, value.Unknown) {
		return candidate{}, false, true
	}
	if !byCategories(&candidates, args) {
		return sameType(candidates, args)
	}
	if len(candidates) == 1 {
		return candidates[0], true, false
	}
	return sameType(candidates, args)
}

// byCategories keeps the candidates whose arguments have, where a literal is of unknown
// type, the category that all candidates agree on; text wins where any takes text.
func byCategories(candidates *[]candidate, args []value.Type) bool {
	categories := make([]byte, len(args))
	hasPreferred := make([]bool, len(args))
	resolved := true
	for i, t := range args {
		if t != value.Unknown {
			continue
		}
		conflict := false
		for _, c := range *candidates {
			k, p := category(c.args[i]), preferred(c.args[i])
			switch {
			case categories[i] == 0:
				categories[i], hasPreferred[i] = k, p
			case categories[i] == k:
				hasPreferred[i] = hasPreferred[i] || p
			case k == 'S':
				categories[i], hasPreferred[i], conflict = k, p, false
			case categories[i] != 'S':
				conflict = true
			}
		}
		if conflict && categories[i] != 'S' {
			resolved = false
			break
		}
	}
	if !resolved {
		return false
	}
	var kept, first []candidate
	for _, c := range *candidates {
		keep, exact := true, true
		for i, t := range args {
			if t != value.Unknown {
				continue
			}
			if category(c.args[i]) != categories[i] {
				keep = false
			} else if hasPreferred[i] && !preferred(c.args[i]) {
				exact = false
			}
		}
		if keep {
			kept = append(kept, c)
			if exact {
				first = append(first, c)
			}
		}
	}
	if len(first) > 0 {
		kept = first
	}
	if len(kept) > 0 {
		*candidates = kept
	}
	return true
}

// sameType takes literals of unknown type for the type of all other arguments, if they
// have one.
func sameType(candidates []candidate, args []value.Type) (candidate, bool, bool) {
	known := value.Unknown
	for _, t := range args {
		switch {
		case t == value.Unknown:
		case known == value.Unknown:
			known = t
		case known != t:
			return candidate{}, false, true
		}
	}
	if known == value.Unknown {
		return candidate{}, false, true
	}
	all := slices.Repeat([]value.Type{known}, len(args))
	var found []candidate
	for _, c := range candidates {
		if !slices.ContainsFunc(c.args, func(t value.Type) bool { return !canCoerce(known, t) }) && consistent(c.args, all) {
			found = append(found, c)
		}
	}
	if len(found) == 1 {
		return found[0], true, false
	}
	return candidate{}, false, true
}

func best(candidates *[]candidate, score func(candidate) int) {
	most := 0
	for _, c := range *candidates {
		most = max(most, score(c))
	}
	*candidates = slices.DeleteFunc(*candidates, func(c candidate) bool { return score(c) < most })
}

// consistent reports whether the polymorphic arguments of a candidate agree on a type.
func consistent(declared, args []value.Type) bool {
	_, ok := bind(declared, args)
	return ok
}

// A binding is what the polymorphic types of a routine stand for in a call. A part is Unknown
// if nothing tells.
type binding struct {
	elem       value.Type // anyelement, anynonarray, and of anyarray the element
	compatible value.Type // anycompatible, and of anycompatiblearray the element
}

// bind finds out what polymorphic types stand for. It reports false if the arguments do not
// agree.
func bind(declared, args []value.Type) (b binding, ok bool) {
	b = binding{value.Unknown, value.Unknown}
	for i, d := range declared {
		t := args[i]
		if t == value.Unknown {
			continue
		}
		switch d {
		case value.AnyArray, value.AnyCompatibleArray:
			t = t.Elem()
		case value.AnyElement, value.AnyNonArray, value.AnyCompatible:
		default:
			continue
		}
		if d == value.AnyCompatible || d == value.AnyCompatibleArray {
			if b.compatible, ok = together(b.compatible, t); !ok {
				return b, false
			}
			continue
		}
		if b.elem != value.Unknown && b.elem != t {
			return b, false
		}
		b.elem = t
	}
	return b, true
}

// of is the type that a type of the catalogue stands for.
func (b binding) of(t value.Type) value.Type {
	switch t {
	case value.AnyElement, value.AnyNonArray:
		return b.elem
	case value.AnyArray:
		return b.elem.Array()
	case value.AnyCompatible:
		return b.compatible
	case value.AnyCompatibleArray:
		return b.compatible.Array()
	}
	return t
}

// together is the type that two types have in common, the first of which may be Unknown.
func together(a, b value.Type) (value.Type, bool) {
	switch {
	case b == value.Unknown || a == b:
		return a, true
	case a == value.Unknown:
		return b, true
	case category(a) != category(b):
		return 0, false
	case !preferred(a) && canCoerce(a, b) && !canCoerce(b, a):
		return b, true
	}
	return a, true
}

// commonType is the type that the branches of CASE, the rows of VALUES, the sides of UNION
// and their like have together, as select_common_type finds it.
func commonType(at syntax.Node, what string, xs ...expr) (value.Type, error) {
	t := value.Unknown
	for _, x := range xs {
		common, ok := together(t, x.typ())
		if !ok {
			return 0, fail(at, "%s types %s and %s cannot be matched", what, t, x.typ())
		}
		t = common
	}
	if t == value.Unknown {
		t = value.Text
	}
	return t, nil
}

// typeNames is a list of types as messages have it.
func typeNames(args []value.Type) string {
	names := make([]string, len(args))
	for i, t := range args {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}

func typesOf(xs []expr) []value.Type {
	t := make([]value.Type, len(xs))
	for i, x := range xs {
		t[i] = x.typ()
	}
	return t
}
