package pgsql

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// TestCatalogue calls routines as testdata/catalogue.txt has it, which PostgreSQL wrote: a
// line is a kind, a name, arguments, and what comes out.
func TestCatalogue(t *testing.T) {
	file, err := os.Open("testdata/catalogue.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	called := map[string]bool{}
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		arrow := slices.Index(fields, "=>")
		if arrow < 2 || len(fields) != arrow+2 {
			t.Fatalf("%q is no line of a kind, a name, arguments and a result", lines.Text())
		}
		kind, name, want := fields[0], fields[1], fields[arrow+1]
		called[kind+" "+name] = true
		c := &call{}
		var args []any
		for _, field := range fields[2:arrow] {
			typ, v := parseCell(t, field)
			c.args, args = append(c.args, typ), append(args, v)
		}
		wantType, _, _ := strings.Cut(want, ":")
		if typ, ok := shortNames[wantType]; ok {
			c.result = typ
		}
		var got string
		switch kind {
		case "op":
			got = callRoutine(c, operators()[name], args)
		case "fn":
			got = callRoutine(c, functions()[name], args)
		case "cast":
			c.result = shortNames[name]
			got = callCast(c, args[0])
		case "rows":
			got = callSet(c, setRoutines()[name], args)
		}
		if got != want {
			t.Errorf("%s\n got %s", lines.Text(), got)
		}
	}
	if len(called) < 180 {
		t.Errorf("only %d routines were called", len(called))
	}
}

// shortNames are the types by the names that a signature has them by.
var shortNames = func() map[string]value.Type {
	m := map[string]value.Type{}
	for name := range strings.FieldsSeq("bool int2 int4 int8 numeric float8 text varchar bytea json jsonb") {
		t, _ := value.ByName(name)
		m[name], m[name+"[]"] = t, t.Array()
	}
	m["jsonpath"] = pseudoTypes["jsonpath"]
	return m
}()

func shortName(t value.Type) string {
	for name, other := range shortNames {
		if t == other {
			return name
		}
	}
	return t.String()
}

// parseCell reads a value as int4:"12" or text:null.
func parseCell(t *testing.T, cell string) (value.Type, any) {
	t.Helper()
	name, text, _ := strings.Cut(cell, ":")
	typ, ok := shortNames[name]
	if !ok {
		t.Fatalf("%q has no type", cell)
	}
	if text == "null" {
		return typ, nil
	}
	text, err := strconv.Unquote(text)
	if err != nil {
		t.Fatalf("%q: %v", cell, err)
	}
	v, err := value.Parse(typ, text, 0)
	if err != nil {
		t.Fatalf("%q: %v", cell, err)
	}
	return typ, v
}

func cellOf(t value.Type, v any) string {
	if v == nil {
		return shortName(t) + ":null"
	}
	return shortName(t) + ":" + strconv.Quote(value.Format(t, v))
}

func outcome(t value.Type, v any, err error) string {
	if err != nil {
		return "error:" + strconv.Quote(err.Error())
	}
	return cellOf(t, v)
}

// callRoutine calls the only overload that takes the types.
func callRoutine(c *call, overloads []*routine, args []any) string {
	for _, r := range overloads {
		if !takes(r.args, c.args, r.variadic, r.optional) {
			continue
		}
		if c.result == value.Unknown { // as the line has an error
			c.result = r.result
		}
		if slices.Contains(args, nil) && r.kind&nullsOK == 0 {
			return cellOf(c.result, nil)
		}
		v, err := r.run(c, args)
		return outcome(c.result, v, err)
	}
	return "there is no such routine"
}

// takes reports whether a routine with these types takes arguments of those.
func takes(declared, args []value.Type, variadic bool, optional int) bool {
	if variadic {
		for len(declared) < len(args) {
			declared = append(declared[:len(declared):len(declared)], declared[len(declared)-1])
		}
	}
	if len(args) < len(declared)-optional || len(args) > len(declared) {
		return false
	}
	for i, t := range args {
		switch d := declared[i]; d {
		case value.Any, value.AnyElement:
		case value.AnyCompatible:
			if t.IsArray() && slices.Contains(declared, value.AnyCompatibleArray) {
				return false
			}
		case value.AnyNonArray:
			if t.IsArray() {
				return false
			}
		case value.AnyArray, value.AnyCompatibleArray:
			if !t.IsArray() {
				return false
			}
		default:
			if d != t {
				return false
			}
		}
	}
	return true
}

func callCast(c *call, v any) string {
	k := castsByTypes()[[2]value.Type{c.args[0], c.result}]
	if k == nil {
		return "there is no such cast"
	}
	var err error
	if k.run != nil {
		v, err = k.run(c, v)
	}
	return outcome(c.result, v, err)
}

// callSet writes rows as cells, with commas between them and semicolons behind them.
func callSet(c *call, overloads []*setRoutine, args []any) string {
	for _, r := range overloads {
		if !takes(r.args, c.args, r.variadic, 0) {
			continue
		}
		var out strings.Builder
		err := r.run(c, args, func(row ...any) error {
			for i, v := range row {
				t := r.columns[i].t
				if t == value.AnyElement {
					t = c.args[0].Elem()
				}
				if i > 0 {
					out.WriteString(", ")
				}
				out.WriteString(cellOf(t, v))
			}
			out.WriteString("; ")
			return nil
		})
		if err != nil {
			return outcome(value.Void, nil, err)
		}
		return strings.TrimSpace(out.String())
	}
	return "there is no such routine"
}

// TestOverloads holds that no two routines of a name take the same types, of which one would
// never be called.
func TestOverloads(t *testing.T) {
	for what, catalogue := range map[string]map[string][]*routine{"operator": operators(), "function": functions()} {
		for name, overloads := range catalogue {
			seen := map[string]bool{}
			for _, r := range overloads {
				key := fmt.Sprint(r.args)
				if seen[key] {
					t.Errorf("the %s %s%v is there twice", what, name, r.args)
				}
				seen[key] = true
			}
		}
	}
}

// TestSignature reads signatures of every kind.
func TestSignature(t *testing.T) {
	r := fn("jsonb_set(jsonb, text[], jsonb, [bool]): jsonb", nil, stable, nullsOK)
	if r.name != "jsonb_set" || len(r.args) != 4 || r.args[1] != value.Text.Array() || r.optional != 1 || r.result != value.JSONB || r.kind != stable|nullsOK {
		t.Errorf("a function: %+v", r)
	}
	r = fn("concat(variadic any): text", nil)
	if !r.variadic || r.args[0] != value.Any {
		t.Errorf("a variadic function: %+v", r)
	}
	r = op("jsonb -> text: jsonb", nil)
	if r.name != "->" || !slices.Equal(r.args, types(value.JSONB, value.Text)) {
		t.Errorf("an operator: %+v", r)
	}
	r = op("- int4: int4", nil)
	if r.name != "-" || !slices.Equal(r.args, types(value.Int4)) {
		t.Errorf("a prefix operator: %+v", r)
	}
	s := rows("jsonb_each(jsonb): key text, value jsonb", nil)
	if !s.named || !slices.Equal(s.columns, []setColumn{{"key", value.Text}, {"value", value.JSONB}}) {
		t.Errorf("rows with names: %+v", s)
	}
	s = rows("unnest(anyarray): anyelement", nil)
	if s.named || !slices.Equal(s.columns, []setColumn{{"unnest", value.AnyElement}}) {
		t.Errorf("rows without names: %+v", s)
	}
}

// TestAggregates aggregates rows as PostgreSQL did.
func TestAggregates(t *testing.T) {
	for _, test := range []struct {
		name, args string // the arguments' types
		result     string
		rows       []string // values with | between them
		want       string
	}{
		{"count", "text", "int8", []string{"a", "null", "b"}, "2"},
		{"sum", "int4", "int8", []string{"1", "null", "2147483647"}, "2147483648"},
		{"sum", "int8", "numeric", []string{"9223372036854775807", "1"}, "9223372036854775808"},
		{"sum", "numeric", "numeric", []string{"1.5", "2.25"}, "3.75"},
		{"sum", "int4", "int8", nil, "null"},
		{"sum", "float8", "float8", []string{"1e308", "1e308"}, "value out of range: overflow"},
		{"avg", "int4", "numeric", []string{"1", "2"}, "1.5000000000000000"},
		{"avg", "float8", "float8", []string{"1", "2"}, "1.5"},
		{"min", "text", "text", []string{"b", "null", "a"}, "a"},
		{"max", "numeric", "numeric", []string{"1.0", "1.00"}, "1.00"},
		{"max", "int4[]", "int4[]", []string{"{1,2}", "{1,3}", "{1}"}, "{1,3}"},
		{"bool_and", "bool", "bool", []string{"t", "null"}, "true"},
		{"bool_or", "bool", "bool", []string{"f", "f"}, "false"},
		{"bit_xor", "int4", "int4", []string{"5", "3"}, "6"},
		{"string_agg", "text text", "text", []string{"a|,", "null|;", "b|null", "c|+"}, "ab+c"},
		{"array_agg", "int4", "int4[]", []string{"1", "null"}, "{1,NULL}"},
		{"array_agg", "int4[]", "int4[]", []string{"{1,2}", "{3,4}"}, "{{1,2},{3,4}}"},
		{"array_agg", "int4[]", "int4[]", []string{"{1,2}", "null"}, "cannot accumulate null arrays"},
		{"jsonb_agg", "numeric", "jsonb", []string{"1.50", "null", "NaN"}, `[1.50, null, "NaN"]`},
		{"jsonb_object_agg", "text int4", "jsonb", []string{"b|1", "a|null", "b|3"}, `{"a": null, "b": 3}`},
		{"json_agg", "int4[]", "json", []string{"{1,2}", "null", "{3}"}, "[[1,2], null, \n [3]]"},
		{"json_object_agg", "text int4", "json", []string{"a|1", "b|null", "a|3"}, `{ "a" : 1, "b" : null, "a" : 3 }`},
		{"json_object_agg", "text int4", "json", []string{"null|1"}, "field name must not be null"},
		{"stddev", "int4", "numeric", []string{"1", "2", "4"}, "1.5275252316519467"},
		{"var_pop", "numeric", "numeric", []string{"1.5", "2", "4"}, "1.1666666666666667"},
		{"variance", "float8", "float8", []string{"1.5"}, "null"},
		{"mode", "text", "text", []string{"a", "b", "b", "c", "c"}, "b"},
		{"percentile_disc", "float8 int4", "int4", []string{"0.5|1", "0.5|2", "0.5|3", "0.5|4"}, "2"},
		{"percentile_cont", "float8 float8", "float8", []string{"0.5|1", "0.5|2"}, "1.5"},
		{"percentile_cont", "float8[] float8", "float8[]", []string{"{0.5,NULL,0.25}|1", "{0.5,NULL,0.25}|2", "{0.5,NULL,0.25}|4"}, "{2,NULL,1.5}"},
		{"percentile_cont", "float8 float8", "float8", []string{"1.5|1"}, "percentile value 1.5 is not between 0 and 1"},
	} {
		c := &call{result: shortNames[test.result]}
		for name := range strings.FieldsSeq(test.args) {
			c.args = append(c.args, shortNames[name])
		}
		i := slices.IndexFunc(aggregates()[test.name], func(a *aggregate) bool { return takes(a.args, c.args, a.variadic, 0) })
		if i < 0 {
			t.Errorf("there is no %s(%s)", test.name, test.args)
			continue
		}
		state := aggregates()[test.name][i].new(c)
		if got := aggregated(t, c, state, test.rows); got != test.want {
			t.Errorf("%s(%s) of %q is %s, not %s", test.name, test.args, test.rows, got, test.want)
		}
	}
}

func aggregated(t *testing.T, c *call, state accumulator, rows []string) string {
	for _, row := range rows {
		var args []any
		for i, text := range strings.Split(row, "|") {
			if text == "null" {
				args = append(args, nil)
				continue
			}
			v, err := value.Parse(c.args[i], text, 0)
			if err != nil {
				t.Fatal(err)
			}
			args = append(args, v)
		}
		if err := state.add(c, args); err != nil {
			return err.Error()
		}
	}
	v, err := state.result(c)
	again, errAgain := state.result(c)
	switch {
	case err != nil:
		return err.Error()
	case v == nil && again == nil:
		return "null"
	case !errors.Is(errAgain, err) || value.Format(c.result, v) != value.Format(c.result, again):
		return "other things the second time"
	}
	return value.Format(c.result, v)
}
