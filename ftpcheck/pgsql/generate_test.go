package pgsql_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/internal/soak"
)

// A node is a part of a generated statement.
type node struct {
	kind  string // nodes of one kind can stand for each other
	least string // the simplest text that can stand here; of an optional part the empty one
	parts []any  // strings and *nodes
}

func (n *node) String() string {
	var b strings.Builder
	for _, p := range n.parts {
		fmt.Fprint(&b, p)
	}
	return b.String()
}

// nodes lists a node and all that are in it.
func (n *node) nodes() []*node {
	all := []*node{n}
	for _, p := range n.parts {
		if child, ok := p.(*node); ok {
			all = append(all, child.nodes()...)
		}
	}
	return all
}

func text(kind, text string) *node { return &node{kind: kind, least: text, parts: []any{text}} }

// optional is a part that can be left out.
func optional(parts ...any) *node { return &node{kind: "optional", parts: parts} }

// shrink makes a statement smaller as long as it stays interesting: each part in turn gives
// way to the least that can stand there, or to a part within it.
func shrink(root *node, interesting func(sql string) bool) {
	tries := 0
	for again := true; again; {
		again = false
	nodes:
		for _, n := range root.nodes() {
			whole := *n
			candidates := []*node{text(n.kind, n.least)}
			for _, inner := range n.nodes()[1:] {
				if inner.kind == n.kind {
					candidates = append(candidates, inner)
				}
			}
			for _, c := range candidates {
				if n == root && c.least == c.String() || len(c.String()) >= len(whole.String()) {
					continue
				}
				if tries++; tries > 1500 {
					return
				}
				n.parts = c.parts
				if interesting(root.String()) {
					again = true
					break nodes
				}
				n.parts = whole.parts
			}
		}
	}
}

// A col is a column as an expression names it.
type col struct{ sql, kind string }

// A level is one SELECT, as its expressions see it.
type level struct {
	columns []col
	rows    *level // what the arguments of aggregates see; nil if there can be none
	windows bool
	outer   *level
}

type generator struct {
	*rand.Rand
	routines []routine
	names    int
	wild     bool     // the statement is one that may well fail
	every    bool     // literals are columns of the table every, too
	with     []source // of the WITH of the statement
}

// A source is what FROM can name, with its columns.
type source struct {
	sql     string
	columns []col
}

// A routine is a function of PostgreSQL with its arguments.
type routine struct {
	name string
	args []string
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func (g *generator) name(prefix string) string {
	g.names++
	return prefix + strconv.Itoa(g.names)
}

// fill makes a node of a form with holes.
func (g *generator) fill(kind, least, form string, l *level, depth int) *node {
	n := &node{kind: kind, least: least}
	for form != "" {
		before, rest, found := strings.Cut(form, "{")
		hole, after, closed := strings.Cut(rest, "}")
		if !found || !closed || strings.ContainsAny(hole, `",:'`) { // a brace that is JSON's or an array's
			n.parts = append(n.parts, form)
			break
		}
		n.parts = append(n.parts, before)
		if hole == "same" {
			n.parts = append(n.parts, n.parts[1])
		} else if child := g.hole(hole, l, depth); child != nil {
			n.parts = append(n.parts, child)
		} else {
			n.parts = append(n.parts, "{"+hole+"}")
		}
		form = after
	}
	return n
}

func (g *generator) hole(hole string, l *level, depth int) *node {
	name, kind, _ := strings.Cut(hole, " ")
	switch name {
	case "any":
		return g.expr(pick(g, kinds), l, depth)
	case "query":
		if kind == "" {
			return g.query([]string{pick(g, kinds)}, &level{outer: l}, depth)
		}
		return g.query([]string{kind}, &level{outer: l}, depth)
	case "query1": // of one row at most
		return g.scalar(kind, &level{outer: l}, depth)
	case "over":
		return g.over(l, depth)
	case "literal":
		return g.literal("")
	case "type":
		return text("type", pick(g, strings.Fields("bool int2 int4 int8 numeric float8 text varchar date time timestamp timestamptz interval json jsonb cidr inet int4[] text[] numeric(5,2) varchar(2) timestamp(0) bytea")))
	case "routine", "routine1", "routine2", "routine3":
		return g.routine(name)
	}
	if list, ok := words[name]; ok {
		return text(name, pick(g, list))
	}
	if _, ok := leaves[name]; ok {
		return g.expr(name, l, depth)
	}
	return nil
}

// kinds are the types of expressions.
var kinds = strings.Fields("bool int4 int8 numeric float8 text date ts tstz interval jsonb cidr inet int4s texts")

// expr is an expression of a type.
func (g *generator) expr(kind string, l *level, depth int) *node {
	least := leaves[kind][0]
	if l.rows != nil && g.oneIn(3) && len(aggregates[kind]) > 0 {
		n := g.fill(kind, least, pick(g, aggregates[kind]), l.rows, depth-2)
		if g.oneIn(4) {
			n.parts = append(n.parts, optional(" filter (where ", g.expr("bool", l.rows, depth-2), ")"))
		}
		return n
	}
	if l.windows && g.oneIn(4) && len(windows[kind]) > 0 {
		inner := *l
		inner.windows = false
		return g.fill(kind, least, pick(g, windows[kind]), &inner, depth-2)
	}
	if depth <= 0 || g.oneIn(4) {
		return g.leaf(kind, l, depth)
	}
	return g.fill(kind, least, pick(g, grammar[kind]), l, depth-1)
}

// leaf is a column or a constant, or made of columns of other types if there is none of this.
func (g *generator) leaf(kind string, l *level, depth int) *node {
	if depth > -2 && len(l.columns) > 0 && !slices.ContainsFunc(l.columns, func(c col) bool { return c.kind == kind }) && g.oneIn(2) {
		return g.fill(kind, leaves[kind][0], pick(g, grammar[kind]), l, min(depth, 0)-1)
	}
	for ; l != nil && !g.oneIn(6); l = l.outer {
		var found []col
		for _, c := range l.columns {
			if c.kind == kind {
				found = append(found, c)
			}
		}
		if len(found) > 0 {
			return &node{kind: kind, least: leaves[kind][0], parts: []any{pick(g, found).sql}}
		}
	}
	return &node{kind: kind, least: leaves[kind][0], parts: []any{pick(g, leaves[kind])}}
}

// over is a window of rows in a total order: with ties, what a function gives depends on the
// order in which the windows of a query are computed, and no PostgreSQL differs in that.
func (g *generator) over(l *level, depth int) *node {
	n := &node{kind: "over", parts: []any{"("}}
	if g.oneIn(2) {
		n.parts = append(n.parts, optional("partition by ", g.expr(pick(g, kinds), l, depth-1), " "))
	}
	items := map[string]int{} // how many columns each item of FROM has
	for _, c := range l.columns {
		items[c.item()]++
	}
	n.parts = append(n.parts, "order by ", optional(g.expr(pick(g, kinds), l, depth-1), pick(g, words["direction"]), ", "))
	for i, c := range l.columns {
		// The first column of a table is its key.
		if l.rows != nil || items[c.item()] <= 4 || i == 0 || l.columns[i-1].item() != c.item() {
			n.parts = append(n.parts, c.sql, pick(g, words["direction"]), pick(g, words["nulls"]), ", ")
		}
	}
	n.parts = append(n.parts, "1")
	if g.oneIn(2) {
		mode := pick(g, []string{"rows", "groups"})
		n.parts = append(n.parts, optional(" "+mode+" between "+pick(g, words["start"])+" and "+pick(g, words["end"])+pick(g, words["exclude"])))
	}
	n.parts = append(n.parts, ")")
	n.least = n.String()
	return n
}

// item is the alias of what the column is of.
func (c col) item() string {
	item, _, _ := strings.Cut(c.sql, ".")
	return item
}

func (g *generator) routine(name string) *node {
	r := pick(g, g.routines)
	if name != "routine" {
		return text("routine", r.name)
	}
	n := &node{kind: "routine", least: "1", parts: []any{r.name + "("}}
	for i, arg := range r.args {
		if i > 0 {
			n.parts = append(n.parts, ", ")
		}
		n.parts = append(n.parts, g.literal(arg))
	}
	n.parts = append(n.parts, ")")
	return n
}

// literal is a constant, or a column of the table with all types if the statement is about
// it. It is most often of the type of pg_type that is asked for, if any is.
func (g *generator) literal(kind string) *node {
	if g.every && !g.oneIn(3) {
		if c := everyType[kind]; c != "" && !g.oneIn(10) {
			return text("literal", c)
		}
		return text("literal", pick(g, everyColumns))
	}
	c := pick(g, constants)
	for range 30 {
		if kind == "" || strings.HasPrefix(c, kind) || strings.HasSuffix(c, "::"+kind) || kind == "int4" && strings.Trim(c, "0123456789-") == "" || strings.HasPrefix(c, "'") && strings.HasSuffix(c, "'") {
			break
		}
		c = pick(g, constants)
	}
	return text("literal", c)
}

// scalar is a query of one column and at most one row, in parentheses where it is used.
func (g *generator) scalar(kind string, l *level, depth int) *node {
	if len(aggregates[kind]) > 0 && g.oneIn(2) {
		from, rows := g.from(l.outer, 1)
		return &node{kind: "scalar " + kind, least: "select " + leaves[kind][0], parts: []any{
			"select ", g.fill(kind, leaves[kind][0], pick(g, aggregates[kind]), rows, depth-2), " from ", from, optional(" where ", g.expr("bool", rows, depth-1))}}
	}
	return &node{kind: "scalar " + kind, least: "select " + leaves[kind][0], parts: []any{
		"select c1 from (", g.query([]string{kind}, l, depth-1), ") q order by 1 limit 1"}}
}

// query gives columns of these types, named c1, c2 and so on. What it can see besides is
// l.outer.
func (g *generator) query(types []string, l *level, depth int) *node {
	n := &node{kind: "query " + strings.Join(types, " ")}
	var least []string
	for i, t := range types {
		least = append(least, fmt.Sprintf("%s as c%d", leaves[t][0], i+1))
	}
	n.least = "select " + strings.Join(least, ", ")
	switch {
	case depth > 0 && g.oneIn(7):
		op := pick(g, []string{" union ", " union all ", " intersect ", " except ", " intersect all ", " except all "})
		n.parts = []any{"(", g.query(types, l, depth-1), ")" + op + "(", g.query(types, l, depth-1), ")"}
	case g.oneIn(15):
		rows := []any{"select * from (values ", g.row(types, l.outer, depth-1)}
		for range g.IntN(4) {
			rows = append(rows, optional(", ", g.row(types, l.outer, depth-1)))
		}
		n.parts = append(rows, ") "+g.name("v")+" ("+names(types)+")")
	default:
		n.parts = g.selection(types, l.outer, depth)
	}
	return n
}

func names(types []string) string {
	var list []string
	for i := range types {
		list = append(list, fmt.Sprintf("c%d", i+1))
	}
	return strings.Join(list, ", ")
}

func (g *generator) row(types []string, outer *level, depth int) *node {
	n := &node{kind: "row", parts: []any{"("}}
	for i, t := range types {
		if i > 0 {
			n.parts = append(n.parts, ", ")
		}
		n.parts = append(n.parts, g.expr(t, &level{outer: outer}, depth))
	}
	n.parts = append(n.parts, ")")
	n.least = n.String()
	return n
}

// selection is one SELECT.
func (g *generator) selection(types []string, outer *level, depth int) []any {
	from, rows := g.from(outer, 1+g.IntN(min(max(depth+1, 1), 3)))
	tail := []any{" from ", from}
	if g.oneIn(2) {
		tail = append(tail, optional(" where ", g.expr("bool", rows, depth)))
	}
	sees, distinct := rows, ""
	switch g.IntN(5) {
	case 0, 1:
		var grouping *node
		sees, grouping = g.group(rows)
		tail = append(tail, grouping)
		if g.oneIn(3) {
			tail = append(tail, optional(" having ", g.expr("bool", sees, depth-1)))
		}
		sees.windows = g.oneIn(4)
	case 2:
		seeing := *rows
		seeing.windows = true
		sees = &seeing
	case 3:
		if g.oneIn(2) {
			distinct = "distinct "
		}
	}
	parts := []any{"select " + distinct}
	for i, t := range types {
		if i > 0 {
			parts = append(parts, ", ")
		}
		parts = append(parts, g.expr(t, sees, depth), fmt.Sprintf(" as c%d", i+1))
	}
	return append(parts, tail...)
}

// group is GROUP BY, with what can be named behind it.
func (g *generator) group(rows *level) (*level, *node) {
	grouped := &level{rows: rows, outer: rows.outer}
	for range g.IntN(4) {
		grouped.columns = append(grouped.columns, pick(g, rows.columns))
	}
	if len(grouped.columns) == 0 {
		return grouped, optional("")
	}
	var list []string
	for _, c := range grouped.columns {
		list = append(list, c.sql)
	}
	all := strings.Join(list, ", ")
	form := pick(g, []string{all, all, all, "rollup (" + all + ")", "cube (" + all + ")", "grouping sets ((" + all + "), (" + list[0] + "), ())", list[0] + ", rollup (" + all + ")"})
	if form != all {
		grouped.columns = append(grouped.columns, col{"grouping(" + list[0] + ")", "int4"})
	}
	return grouped, optional(" group by " + form)
}

// tables are those of the corpus, with the columns that no form overflows with.
var tables = []source{
	{"groups", []col{{"group_id", "text"}, {"group_name", "text"}, {"region", "text"}, {"account_id", "text"}, {"vpc_id", "text"}, {"unrestricted_ftp", "bool"}, {"ports", "jsonb"}, {"tags", "jsonb"},
		{"started_at", "tstz"}, {"day", "date"}, {"permission_count", "int8"}, {"cidr", "cidr"}, {"addr", "inet"}, {"risk", "numeric"}, {"ratio", "float8"}}},
	{"permissions", []col{{"rule_id", "text"}, {"group_id", "text"}, {"is_egress", "bool"}, {"ip_protocol", "text"}, {"from_port", "int8"}, {"to_port", "int8"}, {"cidr_ip", "cidr"}, {"cidr_ipv6", "cidr"},
		{"referenced_group_id", "text"}, {"description", "text"}, {"unrestricted_ftp", "bool"}, {"priority", "int4"}, {"weight", "numeric"}}},
	{"scans", []col{{"scan_id", "int8"}, {"account_id", "text"}, {"region", "text"}, {"status", "text"}, {"began_at", "tstz"}, {"ended_at", "tstz"}, {"took", "interval"}, {"found", "int4"},
		{"regions", "texts"}, {"counts", "int4s"}, {"note", "text"}, {"errors", "jsonb"}}},
	{"every", []col{{"id", "int4"}, {"b", "bool"}, {"i2", "int4"}, {"n", "numeric"}, {"t", "text"}, {"vc", "text"}, {"tstz", "tstz"}, {"ts", "ts"}, {"jb", "jsonb"}, {"c", "cidr"}, {"i", "inet"}, {"ts_", "texts"}}},
}

// from is a FROM with a number of items.
func (g *generator) from(outer *level, items int) (*node, *level) {
	l := &level{outer: outer}
	first, columns := g.item(l, 1)
	l.columns = columns
	n := &node{kind: "from", least: "(select 1) one", parts: []any{first}}
	for range items - 1 {
		if len(l.columns) > 40 {
			break
		}
		right, columns := g.item(l, 1)
		both := &level{columns: slices.Concat(l.columns, columns), outer: outer}
		equal := g.equality(l.columns, columns)
		var join *node
		switch {
		case g.oneIn(8) || equal == "":
			types, alias := []string{pick(g, kinds), pick(g, kinds)}, g.name("t")
			join = optional(pick(g, []string{" cross join lateral (", " left join lateral ("}), g.query(types, &level{outer: l}, 1), ") as "+alias)
			if strings.HasPrefix(join.String(), " left") {
				join.parts = append(join.parts, " on ", g.expr("bool", l, 1))
			}
			both.columns = append(slices.Clone(l.columns), col{alias + ".c1", types[0]}, col{alias + ".c2", types[1]})
		case g.oneIn(5):
			join = optional(" full join ", right, " on "+equal)
		default:
			kind := pick(g, []string{" join ", " inner join ", " left join ", " right join ", " left outer join "})
			join = optional(kind, right, " on "+equal, optional(" and ", g.expr("bool", both, 1)))
		}
		n.parts = append(n.parts, join)
		l.columns = both.columns
	}
	return n, l
}

// equality joins two items by columns of the same type.
func (g *generator) equality(left, right []col) string {
	var all []string
	for _, a := range left {
		for _, b := range right {
			if a.kind == b.kind && a.kind != "bool" && a.kind != "jsonb" {
				all = append(all, a.sql+" = "+b.sql)
				if a.sql[strings.Index(a.sql, ".")+1:] == b.sql[strings.Index(b.sql, ".")+1:] {
					all = append(all, slices.Repeat([]string{all[len(all)-1]}, 30)...)
				}
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	return pick(g, all)
}

// item is one item of a FROM, after others that it may see if it is lateral.
func (g *generator) item(before *level, depth int) (*node, []col) {
	alias := g.name("t")
	qualified := func(list []col) []col {
		var all []col
		for _, c := range list {
			all = append(all, col{alias + "." + c.sql, c.kind})
		}
		return all
	}
	sees := &level{outer: before.outer}
	switch g.IntN(12) {
	case 0:
		types := []string{pick(g, kinds), pick(g, kinds), "text"}
		var columns []col
		for i, t := range types {
			columns = append(columns, col{fmt.Sprintf("c%d", i+1), t})
		}
		return &node{kind: "item", parts: []any{"(", g.query(types, sees, depth), ") as " + alias}}, qualified(columns)
	case 1:
		return text("item", fmt.Sprintf("generate_series(%d, %d) as %s (n)", g.IntN(3), g.IntN(6), alias)), []col{{alias + ".n", "int4"}}
	case 2:
		return &node{kind: "item", parts: []any{"unnest(", g.expr("texts", sees, depth), ", ", g.expr("int4s", sees, depth), ") with ordinality as " + alias + " (s, i, n)"}},
			[]col{{alias + ".s", "text"}, {alias + ".i", "int4"}, {alias + ".n", "int8"}}
	case 3:
		return &node{kind: "item", parts: []any{"jsonb_each_text('{\"env\": \"prod\", \"n\": 1, \"x\": null}'::jsonb) as " + alias}}, []col{{alias + ".key", "text"}, {alias + ".value", "text"}}
	case 4:
		if len(g.with) > 0 {
			s := pick(g, g.with)
			return text("item", s.sql+" as "+alias), qualified(s.columns)
		}
	}
	s := pick(g, tables[:2+g.IntN(3)])
	return text("item", s.sql+" as "+alias), qualified(s.columns)
}

// statement is a whole statement.
func (g *generator) statement() *node {
	n := &node{kind: "statement"}
	if g.oneIn(4) {
		g.wild, g.every = true, g.oneIn(2)
		n.parts = []any{"select ", g.fill("wild", "1", pick(g, wild), &level{}, 1)}
		if g.every {
			n.parts = append(n.parts, fmt.Sprintf(" from every where id = %d", 1+g.IntN(10)))
		}
		return n
	}
	if g.oneIn(6) {
		types := []string{pick(g, kinds), "text", "int4"}
		name := g.name("w")
		q := g.query(types, &level{}, 2)
		n.parts = append(n.parts, "with "+name+" as "+pick(g, []string{"", "materialized ", "not materialized "})+"(", q, ") ")
		g.with = []source{{name, []col{{"c1", types[0]}, {"c2", "text"}, {"c3", "int4"}}}}
	} else if g.oneIn(15) {
		name := g.name("r")
		n.parts = append(n.parts, "with recursive "+name+" (c1, c2) as (select 1, 'a'::text union all select c1 + 1, c2 || ", g.expr("text", &level{columns: []col{{"c1", "int4"}, {"c2", "text"}}}, 1), " from "+name+" where c1 < 5) ")
		g.with = []source{{name, []col{{"c1", "int4"}, {"c2", "text"}}}}
	}
	types := make([]string, 1+g.IntN(4))
	for i := range types {
		types[i] = pick(g, kinds)
	}
	if g.oneIn(12) {
		types = append([]string{"text"}, types...)
		from, rows := g.from(nil, 1)
		n.parts = append(n.parts, "select distinct on (1) ", g.expr("text", rows, 2), " as c1")
		for i, t := range types[1:] {
			n.parts = append(n.parts, ", ", g.expr(t, rows, 2), fmt.Sprintf(" as c%d", i+2))
		}
		n.parts = append(n.parts, " from ", from)
		n.parts = append(n.parts, g.order(types, true)...)
		return n
	}
	n.parts = append(n.parts, g.query(types, &level{}, 3))
	if g.oneIn(2) {
		n.parts = append(n.parts, g.order(types, false)...)
	}
	return n
}

// order puts all columns in order, and may then take some of the rows.
func (g *generator) order(types []string, first bool) []any {
	positions := g.Perm(len(types))
	if first { // DISTINCT ON wants its own in front
		i := slices.Index(positions, 0)
		positions[0], positions[i] = positions[i], positions[0]
	}
	order := []any{" order by "}
	for i, p := range positions {
		if i > 0 {
			order = append(order, ", ")
		}
		order = append(order, fmt.Sprint(p+1, pick(g, words["direction"]), pick(g, words["nulls"])))
	}
	if g.oneIn(3) {
		order = append(order, optional(pick(g, []string{" limit 3", " limit 7 offset 2", " offset 1", " fetch first 2 rows only", " fetch first 4 rows with ties"})))
	}
	return []any{optional(order...)}
}

// routinesOf are the functions of PostgreSQL that do nothing but compute, over types that
// are ours.
func routinesOf(t testing.TB, o *oracle) []routine {
	t.Helper()
	rows, err := o.conn.Query(t.Context(), `
		select proname::text, array(select t.typname::text from unnest(proargtypes) with ordinality u (a, n) join pg_type t on t.oid = a order by n)
		from pg_proc
		where prokind = 'f' and provolatile = 'i' and prorettype <> 0 and pronargs between 1 and 4
		and not exists (select from unnest(proargtypes || prorettype) u (a) join pg_type t on t.oid = a
			where t.typname not in ('bool', 'int2', 'int4', 'int8', 'numeric', 'float8', 'text', 'varchar', 'bytea', 'date', 'time', 'timestamp', 'timestamptz', 'interval', 'json', 'jsonb', 'cidr', 'inet', '_text', '_int4', 'anyarray', 'anyelement'))
		and proname !~ '^(pg_|lo_|binary_upgrade|hash|in_range|.*_(cmp|sel|joinsel|support|transfn|accum|combine|finalfn|larger|smaller|pattern_.*))'
		and proname !~ '^(bt|gin|gist|spg|brin|ts_|int[248].+|float[48].+|numeric_.+|text_.+|bool(eq|ne|lt|gt|le|ge)|(date|time|timestamp|timestamptz|interval|network|jsonb|bytea|array|texti?c?|name|bpchar)_?(eq|ne|lt|gt|le|ge|pl|mi).*)'
		order by 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r routine, err error) {
		err = row.Scan(&r.name, &r.args)
		return r, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestRandomStatements holds answers to generated statements against each other. They are the
// same each time, but for every fifth of many. Of some thousand, a few differ by what
// PostgreSQL leaves open: which row a condition that fails is evaluated for, and the order of
// rows that are equal. Somebody must look at these, so that chance has no place in few.
func TestRandomStatements(t *testing.T) {
	p := newOracles(t)
	ours, _ := newEngine(t, p[0])
	routines := routinesOf(t, p[0])
	const few = 500
	counts, refusals := map[verdict]int{}, map[string]int{}
	runs, slow, chancy, failing, sober := soak.Runs(t, few), 0, 0, 0, 0
	chance := uint64(time.Now().UnixNano())
	if runs > few {
		t.Logf("the seeds of chance begin with %d", chance)
	}
	for i := range runs {
		seed := uint64(i)
		if runs > few && i%5 == 4 {
			seed += chance
		}
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), routines: routines}
		n := g.statement()
		sql := n.String()
		want, alternative := p.ask(t.Context(), sql)
		switch {
		case isTimeout(want.err) || isTimeout(alternative.err):
			slow++
			continue
		case !same(want, alternative, isOrdered(sql)):
			chancy++
			continue
		}
		if !g.wild {
			sober++
			if want.err != nil {
				failing++
			}
		}
		got := ours.ask(t.Context(), sql)
		v := judge(want, got, isOrdered(sql))
		if v.defect() && p.doubt(t.Context(), sql, want, isOrdered(sql)) {
			chancy++
			continue
		}
		counts[v]++
		if v == refuses && !g.wild {
			refusals[got.err.Error()]++
		}
		if !v.defect() {
			continue
		}
		shrink(n, func(sql string) bool {
			want, alternative := p.ask(t.Context(), sql)
			return !isTimeout(want.err) && same(want, alternative, isOrdered(sql)) && judge(want, ours.ask(t.Context(), sql), isOrdered(sql)) == v &&
				!p.doubt(t.Context(), sql, want, isOrdered(sql))
		})
		sql = n.String()
		t.Errorf("seed %d:\n%s\n%s. PostgreSQL says\n%v\nand our engine\n%v", seed, sql, v, p[0].ask(t.Context(), sql), ours.ask(t.Context(), sql))
	}
	t.Logf("%d statements: %d depend on chance, %d take too long, PostgreSQL does not take %d of %d that should be right; %v; refused: %v", runs, chancy, slow, failing, sober, counts, refusals)
	if chancy+slow > runs/4 || failing > sober/5 {
		t.Error("too many of them prove nothing")
	}
	refused := 0
	for _, n := range refusals {
		refused += n
	}
	if refused > sober*4/10 {
		t.Errorf("%d of %d are refused: the rest proves little", refused, sober)
	}
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "57014" || errors.Is(err, context.DeadlineExceeded)
}
