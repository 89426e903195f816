package pgsql

import (
	"fmt"
	"slices"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// call is a call of the routine that a name with these arguments means.
func (a *analysis) call(at syntax.Node, list map[string][]*routine, name, what string, args []expr) (expr, error) {
	x, err := a.apply(at, list, name, what, args)
	if err != nil {
		return nil, err
	}
	return a.fold(x)
}

// apply finds the routine of a list that a name with these arguments means.
func (a *analysis) apply(at syntax.Node, list map[string][]*routine, name, what string, args []expr) (*apply, error) {
	if types := foreignTypes[name]; types != "" && slices.ContainsFunc(args, isUnknown) {
		return nil, refuse(at, "%s of a literal without a type is not supported", name).hint("In PostgreSQL it may be one of the types %s.", types)
	}
	routines := list[name]
	overloads := make([]overload, len(routines))
	for i, r := range routines {
		overloads[i] = overload{r.args, r.variadic, r.optional}
	}
	i, declared, err := a.pick(at, name, what, overloads, typesOf(args))
	if err != nil {
		return nil, err
	}
	r := routines[i]
	args, bound, err := a.arguments(at, name, declared, args)
	if err != nil {
		return nil, err
	}
	if r.run == nil {
		if what == "operator" {
			return nil, refuse(at, "the operator %s is not supported", between(name, declared))
		}
		return nil, refuse(at, "the function %s(%s) is not supported", name, typeNames(declared))
	}
	return &apply{pos: position(at), r: r, args: args, t: bound.of(r.result)}, nil
}

// arguments converts arguments to the types that a routine takes, and returns what its
// polymorphic types stand for.
func (a *analysis) arguments(at syntax.Node, name string, declared []value.Type, args []expr) ([]expr, binding, error) {
	given := typesOf(args)
	b, _ := bind(declared, given)
	is := func(list []value.Type, ts ...value.Type) bool {
		return slices.ContainsFunc(list, func(t value.Type) bool { return slices.Contains(ts, t) })
	}
	if b.elem == value.Unknown && is(declared, value.AnyElement, value.AnyArray, value.AnyNonArray) {
		return nil, b, fail(at, "could not determine polymorphic type because input has type unknown").hint("Give a literal its type, as in 'x'::text.")
	}
	if b.compatible == value.Unknown {
		b.compatible = value.Text
	}
	converted := make([]expr, len(args))
	for i, arg := range args {
		to := b.of(declared[i])
		if to == value.Any {
			if to = given[i]; to == value.Unknown {
				to = value.Text
			}
		}
		arg, err := a.coerce(at, arg, to, "argument of "+name)
		if err != nil {
			return nil, b, err
		}
		converted[i] = arg
	}
	return converted, b, nil
}

func between(op string, args []value.Type) string {
	if len(args) == 1 {
		return op + " " + args[0].String()
	}
	return args[0].String() + " " + op + " " + args[1].String()
}

// An overload is what one routine of a name takes.
type overload struct {
	args     []value.Type
	variadic bool
	optional int
}

// pick finds the routine of a name for arguments of these types, by its position, and the
// types that it takes.
func (a *analysis) pick(at syntax.Node, name, what string, overloads []overload, given []value.Type) (int, []value.Type, error) {
	var candidates []candidate
	for i, o := range overloads {
		if args, ok := expand(o.args, o.variadic, o.optional, len(given)); ok {
			candidates = append(candidates, candidate{i, args})
		}
	}
	if what == "operator" && len(given) == 2 && (given[0] == value.Unknown) != (given[1] == value.Unknown) {
		// A literal beside an operator is first taken for the type of the other side.
		same := []value.Type{given[0], given[0]}
		if given[0] == value.Unknown {
			same = []value.Type{given[1], given[1]}
		}
		for _, c := range candidates {
			if slices.Equal(c.args, same) {
				return c.index, c.args, nil
			}
		}
	}
	// varchar has no routines of its own.
	look := slices.Clone(given)
	for i, t := range look {
		if t == value.Varchar {
			look[i] = value.Text
		}
	}
	c, ok, several := choose(candidates, look)
	if ok {
		return c.index, c.args, nil
	}
	if what == "operator" {
		sign := name + " " + typeNames(given)
		if len(given) == 2 {
			sign = given[0].String() + " " + name + " " + given[1].String()
		}
		if several {
			return 0, nil, fail(at, "operator is not unique: %s", sign).hint("Could not choose a best candidate operator. You might need to add explicit type casts.")
		}
		e := fail(at, "operator does not exist: %s", sign)
		e.Refused = len(overloads) == 0
		return 0, nil, e.hint("%s", operatorHint(name, given))
	}
	if several {
		return 0, nil, fail(at, "function %s(%s) is not unique", name, typeNames(given)).hint("Could not choose a best candidate function. You might need to add explicit type casts.")
	}
	e := fail(at, "function %s(%s) does not exist", name, typeNames(given))
	e.Refused = true // it may exist there
	return 0, nil, e.hint("%s", functionHint(name, len(overloads) > 0))
}

func operatorHint(name string, given []value.Type) string {
	if len(given) == 2 {
		switch {
		case slices.Contains(given, value.Bool) && category(given[0]) != category(given[1]):
			return "A boolean is compared with true or false."
		case slices.Contains(given, value.JSON) && (name == "=" || name == "<>"):
			return "The type json has no equality: cast to jsonb."
		}
	}
	return "No operator matches the given name and argument types. You might need to add explicit type casts."
}

func functionHint(name string, known bool) string {
	if known {
		return "No function matches the given name and argument types. You might need to add explicit type casts."
	}
	if other, ok := otherwise[name]; ok {
		return other
	}
	hint := "docs/sql.md lists the functions that there are."
	if best := meant.Nearest(name, functionNames()); best != "" {
		hint = fmt.Sprintf("Perhaps you meant \"%s\". %s", best, hint)
	}
	return hint
}

// functionNames are the names of all that can be called.
func functionNames() []string {
	names := []string{"coalesce", "greatest", "least", "nullif"} // which are syntax, and not in the catalogue
	for _, list := range Routines() {
		if list.Kind != "operator" {
			names = append(names, list.Names...)
		}
	}
	return names
}

// foreignTypes are functions that PostgreSQL has of types that are not ours, too, where these
// would be considered for a literal.
var foreignTypes = map[string]string{"bit_count": "bytea and bit", "trunc": "numeric, double precision and macaddr"}

// otherwise says what PostgreSQL has for functions of other databases, of which the parser
// knows some more.
var otherwise = map[string]string{
	"if":                "PostgreSQL has CASE.",
	"julianday":         "PostgreSQL subtracts dates and timestamps.",
	"len":               "PostgreSQL has length.",
	"charindex":         "PostgreSQL has position and strpos.",
	"glob":              "PostgreSQL has LIKE and ~.",
	"total":             "PostgreSQL has sum.",
	"typeof":            "PostgreSQL has jsonb_typeof for JSON.",
	"json_group_array":  "PostgreSQL has jsonb_agg.",
	"json_group_object": "PostgreSQL has jsonb_object_agg.",
	"json_array":        "PostgreSQL has jsonb_build_array.",
	"json_type":         "PostgreSQL has jsonb_typeof.",
	"json_set":          "PostgreSQL has jsonb_set.",
	"json_insert":       "PostgreSQL has jsonb_insert.",
	"json_tree":         "PostgreSQL has jsonb_each.",
	"printf":            "PostgreSQL has format.",
	"hex":               "PostgreSQL has encode(x, 'hex').",
	"unixepoch":         "PostgreSQL has extract(epoch from x).",
	"timediff":          "PostgreSQL has age.",
	"unicode":           "PostgreSQL has ascii.",
	"quote":             "PostgreSQL has quote_literal.",
	"regexp":            "PostgreSQL has ~.",
}
