package syntax

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// A fact is a statement of testdata/statements.sql with what becomes of it. Each was given
// to PostgreSQL 15. What its grammar says against it stands after --!, with line and column,
// which are 0 if it tells no place. What we say otherwise stands after --?, and the statement
// as our tree has it after --=.
type fact struct {
	sql     string
	theirs  string
	ours    string
	printed string
	taken   bool
}

// want returns the error that must come, or "".
func (f fact) want() string {
	switch {
	case f.taken:
		return ""
	case f.ours != "":
		return f.ours
	}
	return f.theirs
}

func facts(t testing.TB) []fact {
	t.Helper()
	data, err := os.ReadFile("testdata/statements.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []fact
	for block := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
		var sql, theirs, ours, printed []string
		for line := range strings.SplitSeq(block, "\n") {
			lines, text := &sql, line
			switch mark, rest, _ := strings.Cut(line, " "); mark {
			case "--!":
				lines, text = &theirs, rest
			case "--?":
				lines, text = &ours, rest
			case "--=":
				lines, text = &printed, rest
			}
			*lines = append(*lines, text)
		}
		all = append(all, fact{
			sql: strings.Join(sql, "\n"), theirs: strings.Join(theirs, "\n"), ours: strings.Join(ours, "\n"),
			printed: strings.Join(printed, "\n"), taken: printed != nil,
		})
	}
	return all
}

// said returns the error of a statement as the facts have it.
func said(sql string, err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	line, column := e.Line(sql)
	text := fmt.Sprintf("%d:%d %s", line, column, e.Message)
	if e.Hint != "" {
		text += "\nhint: " + e.Hint
	}
	return text
}

func printed(statements []*Statement) string {
	texts := make([]string, len(statements))
	for i, s := range statements {
		texts[i] = s.String()
	}
	return strings.Join(texts, "; ")
}

func TestStatements(t *testing.T) {
	all := facts(t)
	if len(all) < 900 {
		t.Errorf("there are only %d facts", len(all))
	}
	for _, f := range all {
		statements, err := Parse(f.sql)
		switch {
		case err != nil && said(f.sql, err) != f.want():
			t.Errorf("%s\n got %s\nwant %s", f.sql, said(f.sql, err), f.want())
		case err == nil && !f.taken:
			t.Errorf("%s\n is taken\nwant %s", f.sql, f.want())
		case err == nil && printed(statements) != f.printed:
			t.Errorf("%s\n got %s\nwant %s", f.sql, printed(statements), f.printed)
		}
	}
}

// What is printed must be read as the same tree.
func TestPrintedIsTheSame(t *testing.T) {
	for _, f := range facts(t) {
		if f.taken {
			again(t, f.sql)
		}
	}
}

func again(t *testing.T, sql string) {
	t.Helper()
	statements, err := Parse(sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	for _, s := range statements {
		switch same, err := Parse(s.String()); {
		case err != nil && tooDeep(err):
			// The parentheses that are written can be more than there were.
		case err != nil:
			t.Errorf("%s\nis printed as %s\n%v", sql, s, err)
		case len(same) != 1 || !Equal(s, same[0]):
			t.Errorf("%s\nis printed as %s\nwhich is printed as %s", sql, s, printed(same))
		}
	}
}

func tooDeep(err error) bool { return strings.Contains(err.Error(), "nested deeper") }

// exprOf returns the first expression of a select list.
func exprOf(t *testing.T, sql string) Expr {
	t.Helper()
	statements, err := Parse("select " + sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return statements[0].Query.Body.(*Select).Items[0].Expr
}

func TestCallsWithSyntax(t *testing.T) {
	for sql, want := range map[string]string{
		"extract(year from a)":                   "extract 'year', a",
		"extract('Epoch' from a)":                "extract 'Epoch', a",
		"position(a in b)":                       "position b, a",
		"substring(a from b)":                    "substring a, b",
		"substring(a from b for c)":              "substring a, b, c",
		"substring(a for c from b)":              "substring a, b, c",
		"substring(a for c)":                     "substring a, 1, c::int4",
		"substring(a similar b escape c)":        "substring a, b, c",
		"overlay(a placing b from c for d)":      "overlay a, b, c, d",
		"trim(a)":                                "btrim a",
		"trim(both a from b)":                    "btrim b, a",
		"trim(leading a from b)":                 "ltrim b, a",
		"trim(trailing from b)":                  "rtrim b",
		"a at time zone b":                       "timezone b, a",
		"coalesce(a, b)":                         "coalesce a, b",
		"nullif(a, b)":                           "nullif a, b",
		"greatest(a, b)":                         "greatest a, b",
		"least(a, b)":                            "least a, b",
		"grouping(a, b)":                         "grouping a, b",
		"current_date":                           "current_date",
		"current_timestamp(3)":                   "current_timestamp 3",
		"user":                                   "user",
		"normalize(a, nfc)":                      "normalize a, 'nfc'",
		"a is nfd normalized":                    "is_normalized a, 'nfd'",
		"(a, b) overlaps (c, d)":                 "overlaps a, b, c, d",
		"collation for (a)":                      "pg_collation_for a",
		"a at time zone b at time zone c":        "timezone c, a at time zone b",
		"current_schema":                         "current_schema",
		"localtime":                              "localtime",
		"session_user":                           "session_user",
		"trim(both 'x' from a, b)":               "btrim a, b, 'x'",
		"overlay(a placing b from c)":            "overlay a, b, c",
		"extract(\"Year\" from a)":               "extract 'Year', a",
		"extract(second from a)":                 "extract 'second', a",
		"position(a || b in c)":                  "position c, a || b",
		"substring(a similar b || c escape '!')": "substring a, b || c, '!'",
	} {
		f, ok := exprOf(t, sql).(*Func)
		if !ok || !f.Syntax {
			t.Errorf("%s is no call with a syntax of its own", sql)
			continue
		}
		args := make([]string, len(f.Args))
		for i, x := range f.Args {
			args[i] = Text(x)
		}
		if got := strings.TrimSpace(f.Name[0].Text + " " + strings.Join(args, ", ")); got != want {
			t.Errorf("%s is %s, want %s", sql, got, want)
		}
	}
	for _, sql := range []string{"substring(a, b)", "overlay(a, b, c)", "position", "\"position\"(a, b)", "current_schema()", "timezone(a, b)"} {
		if f, ok := exprOf(t, sql).(*Func); ok && f.Syntax {
			t.Errorf("%s is no plain call", sql)
		}
	}
}

func TestTypes(t *testing.T) {
	for sql, want := range map[string]TypeName{
		"int":                         {Name: "int4"},
		"integer":                     {Name: "int4"},
		"smallint":                    {Name: "int2"},
		"bigint":                      {Name: "int8"},
		"real":                        {Name: "float4"},
		"float":                       {Name: "float8"},
		"float(24)":                   {Name: "float4"},
		"float(25)":                   {Name: "float8"},
		"double precision":            {Name: "float8"},
		"double":                      {Name: "double"},
		"dec(10, 2)":                  {Name: "numeric", Mods: []int{10, 2}},
		"numeric(3, -2)":              {Name: "numeric", Mods: []int{3, -2}},
		"boolean":                     {Name: "bool"},
		"char":                        {Name: "bpchar", Mods: []int{1}},
		`"char"`:                      {Name: "char"},
		"character(3)":                {Name: "bpchar", Mods: []int{3}},
		"bpchar":                      {Name: "bpchar"},
		"national character varying":  {Name: "varchar"},
		"varchar(20)":                 {Name: "varchar", Mods: []int{20}},
		"bit":                         {Name: "bit", Mods: []int{1}},
		"bit varying(3)":              {Name: "varbit", Mods: []int{3}},
		"time with time zone":         {Name: "timetz"},
		"time(3) without time zone":   {Name: "time", Mods: []int{3}},
		"timestamp(3) with time zone": {Name: "timestamptz", Mods: []int{3}},
		"timestamptz":                 {Name: "timestamptz"},
		"interval":                    {Name: "interval"},
		"interval(3)":                 {Name: "interval", Mods: []int{3}},
		"interval year to month":      {Name: "interval", Fields: "year to month"},
		"interval day to second(3)":   {Name: "interval", Fields: "day to second", Mods: []int{3}},
		"interval hour":               {Name: "interval", Fields: "hour"},
		"text[][3]":                   {Name: "text", Dims: 2},
		"text array[3]":               {Name: "text", Dims: 1},
		"pg_catalog.int4":             {Name: "int4"},
		`"Foo"`:                       {Name: "Foo"},
		"INET":                        {Name: "inet"},
	} {
		got := exprOf(t, "a::"+sql).(*Cast).Type
		if !Equal(got, &want) {
			t.Errorf("%s is %+v, want %+v", sql, *got, want)
		}
	}
	// A constant has the length that it has.
	for _, sql := range []string{"char 'abc'", "bit '101'"} {
		if mods := exprOf(t, sql).(*Cast).Type.Mods; mods != nil {
			t.Errorf("%s has the modifiers %v", sql, mods)
		}
	}
}

func TestShapes(t *testing.T) {
	column := func(name string) *ColumnRef { return &ColumnRef{Names: []Name{{Text: name}}} }
	a, b, c, d := column("a"), column("b"), column("c"), column("d")
	for sql, want := range map[string]Expr{
		"a and b and c or d":     &Logic{Or: true, Exprs: []Expr{&Logic{Exprs: []Expr{a, b, c}}, d}},
		"a and (b and c)":        &Logic{Exprs: []Expr{a, &Logic{Exprs: []Expr{b, c}}}},
		"a - b - c":              &Binary{Op: "-", L: &Binary{Op: "-", L: a, R: b}, R: c},
		"a - b * c":              &Binary{Op: "-", L: a, R: &Binary{Op: "*", L: b, R: c}},
		"a ^ b ^ c":              &Binary{Op: "^", L: &Binary{Op: "^", L: a, R: b}, R: c},
		"- a ^ b":                &Binary{Op: "^", L: &Unary{Op: "-", X: a}, R: b},
		"- a::int":               &Unary{Op: "-", X: &Cast{X: a, Type: &TypeName{Name: "int4"}}},
		"@ a + b":                &Unary{Op: "@", X: &Binary{Op: "+", L: a, R: b}},
		"a || b = c":             &Binary{Op: "=", L: &Binary{Op: "||", L: a, R: b}, R: c},
		"a != b":                 &Binary{Op: "<>", L: a, R: b},
		"not a = b":              &Not{X: &Binary{Op: "=", L: a, R: b}},
		"a = b is null":          &Is{X: &Binary{Op: "=", L: a, R: b}},
		"a notnull":              &Is{X: a, Not: true},
		"a not in (b)":           &In{X: a, Not: true, List: []Expr{b}},
		"a not ilike b escape c": &Like{Kind: LikeILike, Not: true, X: a, Pattern: b, Escape: c},
		"a between symmetric b and c and d": &Logic{Exprs: []Expr{
			&Between{X: a, Low: b, High: c, Symmetric: true}, d,
		}},
		"a not like all (b)": &Quantified{L: a, Op: "not like", All: true, Array: b},
		"a[b:]":              &Subscript{X: a, Slice: true, Low: b},
		"a[:b]":              &Subscript{X: a, Slice: true, High: b},
		"a[(:b)]":            &Subscript{X: a, Low: &Param{Name: "b"}},
		"a[b].c":             &Field{X: &Subscript{X: a, Low: b}, Name: Name{Text: "c"}},
		"a.b.c":              &ColumnRef{Names: []Name{{Text: "a"}, {Text: "b"}, {Text: "c"}}},
		"a.b.*":              &Star{Names: []Name{{Text: "a"}, {Text: "b"}}},
		"(a).*":              &Field{X: a, Star: true, Name: Name{Text: "*"}},
		"(a, b)":             &Row{Elems: []Expr{a, b}},
		"array[[a], [b]]":    &Array{Elems: []Expr{&Array{Elems: []Expr{a}}, &Array{Elems: []Expr{b}}}},
		":Name_1":            &Param{Name: "Name_1"},
		"$2":                 &Param{Number: 2},
		"interval '1' day":   &Cast{X: &Literal{Kind: LiteralString, Text: "1"}, Type: &TypeName{Name: "interval", Fields: "day"}},
		"f(a, b => c)":       &Func{Name: []Name{{Text: "f"}}, Args: []Expr{a, &NamedArg{Name: Name{Text: "b"}, X: c}}},
		"f(variadic a)":      &Func{Name: []Name{{Text: "f"}}, Args: []Expr{a}, Variadic: true},
		"count(*)":           &Func{Name: []Name{{Text: "count"}}, Star: true},
	} {
		if got := exprOf(t, sql); !Equal(got, want) {
			t.Errorf("%s is read as %s", sql, Text(got))
		}
	}
}

func TestParenthesesOfQueries(t *testing.T) {
	body := func(sql string) (*Query, Body) {
		statements, err := Parse(sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return statements[0].Query, statements[0].Query.Body
	}
	// What follows the parentheses is the query's own.
	if q, b := body("(select 1 limit 2) order by 1"); q.Limit == nil || q.OrderBy == nil || reflect.TypeOf(b) != reflect.TypeFor[*Select]() {
		t.Errorf("(select 1 limit 2) order by 1 is %s", q)
	}
	if _, b := body("select 1 union (select 2) intersect select 3"); b.(*SetOp).Op != Union || b.(*SetOp).Right.(*SetOp).Op != Intersect {
		t.Error("intersect does not bind more strongly than union")
	}
	if _, b := body("(select 1 limit 1) union all select 2"); reflect.TypeOf(b.(*SetOp).Left) != reflect.TypeFor[*Query]() || !b.(*SetOp).All {
		t.Error("the limit of a part is not its own")
	}
	if _, b := body("(select 1) union select 2"); reflect.TypeOf(b.(*SetOp).Left) != reflect.TypeFor[*Select]() {
		t.Error("parentheses that make no difference are in the tree")
	}
}

func TestGroupBy(t *testing.T) {
	statements, err := Parse("select 1 group by distinct a, (b, (c, d)), (), rollup ((a, b), c), grouping sets (cube (a), row(a, b))")
	if err != nil {
		t.Fatal(err)
	}
	s := statements[0].Query.Body.(*Select)
	var shape func(groups []Group) string
	shape = func(groups []Group) string {
		text := ""
		for _, g := range groups {
			text += fmt.Sprintf("%d:%d(%s)", g.Kind, len(g.Exprs), shape(g.Sets))
		}
		return text
	}
	if got, want := shape(s.GroupBy), "0:1()0:3()0:0()1:0(0:2()0:1())3:0(2:0(0:1())0:1())"; got != want || !s.GroupDistinct {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPlaces(t *testing.T) {
	sql := "select a + f(b)::int, 'é', x.y, not z, c in (1) from (select 1) as s"
	statements, err := Parse("  " + sql)
	if err != nil {
		t.Fatal(err)
	}
	s := statements[0].Query.Body.(*Select)
	items := s.Items
	plus := items[0].Expr.(*Binary)
	for want, n := range map[string]Node{
		"select a":        statements[0],
		"+ f":             plus,
		"f(b)":            plus.R.(*Cast).X,
		"::int":           plus.R,
		"'é'":             items[1].Expr,
		"x.y":             items[2].Expr,
		"not z":           items[3].Expr,
		"in (1)":          items[4].Expr,
		"(select 1) as s": s.From[0],
	} {
		if got := ("  " + sql)[n.Position():]; !strings.HasPrefix(got, want) {
			t.Errorf("the place of %s is that of %s", want, got)
		}
	}
}

func TestBounds(t *testing.T) {
	const deep, deeper = 990, 1001
	rep := strings.Repeat
	for name, nested := range map[string]func(n int) string{
		"parentheses":   func(n int) string { return "select " + rep("(", n) + "1" + rep(")", n) },
		"not":           func(n int) string { return "select " + rep("not ", n) + "a" },
		"minus":         func(n int) string { return "select " + rep("- ", n) + "1" },
		"operators":     func(n int) string { return "select " + rep("@ ", n) + "1" },
		"subqueries":    func(n int) string { return "select " + rep("(select ", n) + "1" + rep(")", n) },
		"from":          func(n int) string { return rep("select * from (", n) + "select 1" + rep(") s", n) },
		"in":            func(n int) string { return "select " + rep("a in (", n) + "1" + rep(")", n) },
		"case":          func(n int) string { return "select " + rep("case when ", n) + "a" + rep(" then 1 end", n) },
		"calls":         func(n int) string { return "select " + rep("f(", n) + "1" + rep(")", n) },
		"coalesce":      func(n int) string { return "select " + rep("coalesce(", n) + "1" + rep(")", n) },
		"array":         func(n int) string { return "select array" + rep("[", n) + "1" + rep("]", n) },
		"subscripts":    func(n int) string { return "select " + rep("a[", n) + "1" + rep("]", n) },
		"set operators": func(n int) string { return rep("select 1 union (", n) + "select 1" + rep(")", n) },
		"queries":       func(n int) string { return rep("(", n) + "select 1" + rep(")", n) },
		"joins":         func(n int) string { return "select 1 from t" + rep(" join t", n) + rep(" on true", n) },
		"join brackets": func(n int) string {
			return "select 1 from " + rep("(", n) + "t" + rep(" cross join t)", n)
		},
		"grouping sets": func(n int) string { return "select 1 group by " + rep("grouping sets (", n) + "a" + rep(")", n) },
		"with":          func(n int) string { return rep("with a as (", n) + "select 1" + rep(") select 2", n) },
		"exists":        func(n int) string { return "select " + rep("exists (select ", n) + "1" + rep(")", n) },
		"offset":        func(n int) string { return rep("select 1 offset (", n) + "select 1" + rep(")", n) },
		"offset rows":   func(n int) string { return rep("select 1 offset (", n) + "select 1" + rep(") rows", n) },
		"fetch": func(n int) string {
			return rep("select 1 fetch first (", n) + "select 1" + rep(") rows only", n)
		},
		"limit":      func(n int) string { return rep("select 1 limit (", n) + "select 1" + rep(")", n) },
		"overlaps":   func(n int) string { return "select " + rep("(1, 2) overlaps (1, ", n) + "1" + rep(")", n) },
		"any":        func(n int) string { return "select " + rep("1 = any (select ", n) + "1" + rep(")", n) },
		"plus query": func(n int) string { return "select " + rep("1 + (select ", n) + "1" + rep(")", n) },
		"lateral":    func(n int) string { return rep("select from lateral (", n) + "select 1" + rep(") s", n) },
		"on":         func(n int) string { return rep("select from t join t on exists (", n) + "select 1" + rep(")", n) },
		"frames": func(n int) string { // of two levels each
			return rep("select f() over (rows (", (n+1)/2) + "select 1" + rep(") preceding)", (n+1)/2)
		},
		"array queries": func(n int) string { return rep("select array(", n) + "select 1" + rep(")", n) },
		"array words":   func(n int) string { return "select " + rep("array[", n) + "1" + rep("]", n) },
		"casts":         func(n int) string { return "select " + rep("cast(", n) + "1" + rep(" as int)", n) },
		"table functions": func(n int) string {
			return rep("select from f((", n) + "select 1" + rep("))", n)
		},
		"rows": func(n int) string { return "select " + rep("(1, ", n) + "1" + rep(")", n) },
	} {
		if _, err := Parse(nested(deep)); err != nil {
			t.Errorf("%s: %d levels: %v", name, deep, err)
		}
		if _, err := Parse(nested(deeper)); err == nil || !tooDeep(err) {
			t.Errorf("%s: %d levels: %v", name, deeper, err)
		}
	}
	for name, chain := range map[string]func(n int) string{
		"plus":       func(n int) string { return "select 1" + rep(" + 1", n) },
		"union":      func(n int) string { return "select 1" + rep(" union select 1", n) },
		"casts":      func(n int) string { return "select a" + rep("::int", n) },
		"is null":    func(n int) string { return "select a" + rep(" is null", n) },
		"fields":     func(n int) string { return "select (a)" + rep(".b", n) },
		"subscripts": func(n int) string { return "select a" + rep("[1]", n) },
		"joins":      func(n int) string { return "select 1 from t" + rep(" cross join t", n) },
	} {
		statements, err := Parse(chain(mostChain - 10))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if text := statements[0].String(); len(text) < mostChain {
			t.Errorf("%s: %s", name, text)
		}
		if _, err := Parse(chain(mostChain)); err == nil || !strings.Contains(err.Error(), "chain") {
			t.Errorf("%s: a chain of %d: %v", name, mostChain, err)
		}
	}
	// These are no deeper however many there are.
	for _, sql := range []string{
		"select a" + rep(" and a", 100_000), "select a" + rep(" or a", 100_000), "select a in (1" + rep(",1", 100_000) + ")",
		"values (1)" + rep(",(1)", 100_000), "select case" + rep(" when a then b", 50_000) + " end", rep("select 1;", 100_000),
	} {
		if _, err := Parse(sql); err != nil {
			t.Errorf("%.50s…: %v", sql, err)
		}
	}
	if _, err := Parse("select '" + rep("a", mostText) + "'"); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("a text that is too long: %v", err)
	}
	// What is in the text is told, but not all of it.
	if _, err := Parse("select '" + rep("é", 1000)); err == nil || len(err.Error()) > 300 || !strings.HasSuffix(err.Error(), `é…"`) {
		t.Errorf("a long string: %v", err)
	}
}

func TestInvalidText(t *testing.T) {
	for sql, want := range map[string]string{
		"select '\xff'":         `1:9 invalid byte sequence for encoding "UTF8": 0xff`,
		"select 1, \xe4bc":      `1:11 invalid byte sequence for encoding "UTF8": 0xe4 0x62 0x63`,
		"select \x00":           `1:8 invalid byte sequence for encoding "UTF8": 0x00`,
		"select \xed\xa0\x80":   `1:8 invalid byte sequence for encoding "UTF8": 0xed 0xa0 0x80`,
		"select\n'\xf0\x9f'":    `2:2 invalid byte sequence for encoding "UTF8": 0xf0 0x9f 0x27`,
		"select 'a\\', E'\\xc3": `1:14 unterminated quoted string at or near "E'\xc3"`,
	} {
		if _, err := Parse(sql); err == nil || said(sql, err) != want {
			t.Errorf("%q: got %s, want %s", sql, said(sql, err), want)
		}
	}
}

func TestLine(t *testing.T) {
	for at, want := range map[Pos][2]int{0: {1, 1}, 3: {1, 3}, 4: {1, 4}, 5: {2, 1}, 6: {2, 2}, -1: {1, 1}, 99: {2, 3}} {
		line, column := (&Error{Pos: at}).Line("aéb\ncd")
		if line != want[0] || column != want[1] {
			t.Errorf("byte %d is in line %d, column %d, want %v", at, line, column, want)
		}
	}
}

func TestQuoteName(t *testing.T) {
	for name, want := range map[string]string{
		"a": "a", "a_1": "a_1", "_": "_", "name": "name", "A": `"A"`, "1a": `"1a"`, "a b": `"a b"`, `a"b`: `"a""b"`,
		"select": `"select"`, "left": `"left"`, "int": `"int"`, "é": `"é"`, "a$": `"a$"`, "": `""`,
	} {
		if got := QuoteName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// Each word of the grammar can be what its class says, and nothing else.
func TestKeywords(t *testing.T) {
	takes := func(sql string) bool {
		_, err := Parse(sql)
		return err == nil
	}
	for word, class := range keywords {
		for sql, want := range map[string]bool{
			"select " + word + ".a from t":        class <= columnName,
			"select 1 from " + word:               class <= columnName || class == reserved && valueFunction(word) || word == "current_schema",
			"select a::" + word:                   class == unreserved || class == functionName || shortNames[word] != "" && word != "national",
			"select 1 as " + word:                 true,
			"select (a)." + word:                  true,
			"select 1 " + word:                    !needAs[word] || word == "isnull" || word == "notnull",
			`select "` + word + `"(1)`:            elsewhere[word] == "",
			"select " + word + "(1, 2) filter ()": false,
		} {
			if takes(sql) != want {
				t.Errorf("%s is taken: %v", sql, !want)
			}
		}
	}
}

func valueFunction(word string) bool {
	_, ok := withoutParens[word]
	return ok
}

func TestEqual(t *testing.T) {
	statements := map[string]*Statement{}
	for _, sql := range []string{
		"select 1", "select 2", "select 1.0", "select '1'", "select 1 as a", "select a", "select a.a", "select 1, 1", "values (1)",
		"select 1 limit 1", "select 1 offset 1", "select distinct 1", "explain select 1", "select -1", "select f(1)", "select f(distinct 1)",
	} {
		list, err := Parse(sql)
		if err != nil {
			t.Fatal(err)
		}
		statements[sql] = list[0]
	}
	for a, x := range statements {
		for b, y := range statements {
			if Equal(x, y) != (a == b) {
				t.Errorf("%s and %s: equal is %v", a, b, a != b)
			}
		}
	}
	moved, err := Parse("  select   1")
	if err != nil || !Equal(moved[0], statements["select 1"]) {
		t.Error("places make a difference")
	}
	if Equal(statements["select 1"], nil) {
		t.Error("something is nothing")
	}
}

// No text makes the parser panic, and what it takes it also takes as it prints it.
func FuzzParse(f *testing.F) {
	for _, fact := range facts(f) {
		f.Add(fact.sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		_, err := Parse(sql)
		var e *Error
		switch {
		case err == nil:
			again(t, sql)
		case !errors.As(err, &e):
			t.Errorf("%T: %v", err, err)
		case e.Pos < 0 || int(e.Pos) > len(sql) || e.Message == "":
			t.Errorf("%+v", *e)
		}
	})
}
