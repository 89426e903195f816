package pgsql

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// from finds out what FROM means. Its items are joined as they stand; planFrom brings the
// conditions to where they are of use.
func (a *analysis) from(s *scope, items []syntax.FromItem) (node, error) {
	var n node = &emptyNode{}
	for i, item := range items {
		right, ns, err := a.fromItem(s, item)
		if err != nil {
			return nil, err
		}
		for _, t := range ns.tables {
			for _, visible := range s.visible {
				if slices.ContainsFunc(visible.tables, func(o *rangeTable) bool { return o.name == t.name && o.schema == t.schema }) {
					return nil, fail(item, "table name \"%s\" specified more than once", t.name)
				}
			}
		}
		s.visible = append(s.visible, ns)
		if i == 0 {
			n = right
			continue
		}
		n = &joinNode{kind: syntax.JoinCross, left: n, right: right}
	}
	s.visible = []*namespace{merge(s.visible...)}
	return n, nil
}

func (a *analysis) fromItem(s *scope, item syntax.FromItem) (node, *namespace, error) {
	switch item := item.(type) {
	case *syntax.TableRef:
		return a.tableRef(s, item)
	case *syntax.SubqueryRef:
		return a.subqueryRef(s, item)
	case *syntax.FuncRef:
		return a.funcRef(s, item)
	case *syntax.Join:
		return a.join(s, item)
	}
	return nil, nil, refuse(item, "this item of FROM is not supported")
}

// newItem returns the number of a new item of FROM.
func (s *scope) newItem(at syntax.Node) (int, error) {
	if s.level.items == 64 {
		return 0, refuse(at, "more than 64 items in one FROM are not supported")
	}
	s.level.items++
	return s.level.items - 1, nil
}

// columns gives an item of FROM its namespace. The columns get registers when they are named.
func (s *scope) columns(at syntax.Node, item int, schema, name string, names []string, ts []value.Type, alias syntax.Alias, slots map[int]int) (*namespace, error) {
	t := &rangeTable{schema: schema, name: name}
	if alias.Name != nil {
		t.schema, t.name = "", alias.Name.Text
	}
	if len(alias.Columns) > len(names) {
		return nil, fail(at, "table \"%s\" has %d columns available but %d columns specified", t.name, len(names), len(alias.Columns))
	}
	for i, n := range names {
		if i < len(alias.Columns) {
			n = alias.Columns[i].Text
		}
		label := t.name + "." + n
		t.columns = append(t.columns, nsColumn{n, ts[i], func(pos syntax.Pos) expr {
			slot, ok := slots[i]
			if !ok {
				slot = s.level.register(item)
				slots[i] = slot
			}
			return &register{pos: pos, t: ts[i], slot: slot, label: label}
		}})
	}
	ns := &namespace{columns: t.columns}
	if t.name != "" {
		ns.tables = []*rangeTable{t}
	}
	return ns, nil
}

func (a *analysis) tableRef(s *scope, ref *syntax.TableRef) (node, *namespace, error) {
	item, err := s.newItem(ref)
	if err != nil {
		return nil, nil, err
	}
	name, schema := ref.Name[len(ref.Name)-1].Text, ""
	if len(ref.Name) > 2 {
		return nil, nil, fail(ref, "cross-database references are not implemented")
	}
	if len(ref.Name) > 1 {
		schema = ref.Name[0].Text
	} else if c, up, ok := s.cte(name); ok {
		n := &cteNode{item: item, level: s.level, cte: c, up: up, slots: map[int]int{}, inStep: c.open}
		at := s
		for range up {
			n.again = n.again || at.repeated
			at = at.parent
		}
		if c.open && n.again {
			return nil, nil, fail(ref, "recursive reference to query \"%s\" must not appear within a subquery", c.name)
		}
		c.refs = append(c.refs, n)
		ts := make([]value.Type, len(c.columns))
		for i, column := range c.columns {
			ts[i] = column.t
		}
		ns, err := s.columns(ref, item, "", name, outNames(c.columns), ts, ref.Alias, n.slots)
		return n, ns, err
	}
	t, err := a.db.table(ref, schema, name)
	if err != nil {
		return nil, nil, err
	}
	n := &scanNode{item: item, table: t, slots: map[int]int{}}
	for at := s; at != nil; at = at.parent {
		n.again = n.again || at.repeated
	}
	a.scans = append(a.scans, n)
	var names []string
	var ts []value.Type
	for _, c := range t.Columns {
		names, ts = append(names, c.Name), append(ts, c.Type)
	}
	ns, err := s.columns(ref, item, schema, name, names, ts, ref.Alias, n.slots)
	return n, ns, err
}

func (a *analysis) subqueryRef(s *scope, ref *syntax.SubqueryRef) (node, *namespace, error) {
	item, err := s.newItem(ref)
	if err != nil {
		return nil, nil, err
	}
	p, err := a.query(ref.Query, s.child(!ref.Lateral, ref.Lateral), false)
	if err != nil {
		return nil, nil, err
	}
	n := &planNode{item: item, plan: p, slots: map[int]int{}}
	ts := make([]value.Type, len(p.columns))
	for i, column := range p.columns {
		ts[i] = column.t
	}
	ns, err := s.columns(ref, item, "", "", outNames(p.columns), ts, ref.Alias, n.slots)
	return n, ns, err
}

func (a *analysis) funcRef(s *scope, ref *syntax.FuncRef) (node, *namespace, error) {
	item, err := s.newItem(ref)
	if err != nil {
		return nil, nil, err
	}
	if ref.Types != nil {
		return nil, nil, refuse(ref, "a function with a list of column definitions is not supported")
	}
	n := &funcNode{item: item, ordinality: ref.Ordinality, slots: map[int]int{}}
	var names []string
	var ts []value.Type
	name := ""
	noSets := s.noSets
	defer func() { s.noSets = noSets }()
	for _, f := range ref.Funcs {
		fname := f.Name[len(f.Name)-1].Text
		name = fname
		if len(f.Name) > 1 && f.Name[0].Text != "pg_catalog" {
			return nil, nil, fail(f, "schema \"%s\" does not exist", f.Name[0].Text)
		}
		if f.Variadic || f.Distinct || f.Star || f.Over != nil || f.Filter != nil || len(f.OrderBy)+len(f.WithinGroup) > 0 {
			return nil, nil, refuse(f, "this call is not supported in FROM")
		}
		if setRoutines()[fname] != nil {
			args := f.Args
			calls := [][]syntax.Expr{args}
			if fname == "unnest" && len(args) > 1 {
				calls = nil
				for _, arg := range args {
					calls = append(calls, []syntax.Expr{arg})
				}
			}
			for _, args := range calls {
				one := *f
				one.Args = args
				s.noSets = "a set-returning function"
				call, err := a.setFunction(s, &one, fname)
				if err != nil {
					return nil, nil, err
				}
				n.calls = append(n.calls, funcCall{set: call.r, args: call.args, types: call.cols})
				for i, c := range call.r.columns {
					column := c.name
					if !call.r.named && len(call.r.columns) == 1 {
						column = fname
						if ref.Alias.Name != nil && len(ref.Funcs) == 1 && len(calls) == 1 {
							column = ref.Alias.Name.Text
						}
					}
					names, ts = append(names, column), append(ts, call.cols[i])
				}
			}
			continue
		}
		s.noSets = "functions in FROM"
		x, err := a.expr(s, f)
		if err != nil {
			return nil, nil, err
		}
		if isUnknown(x) {
			if x, err = a.coerce(f, x, value.Text, "function in FROM"); err != nil {
				return nil, nil, err
			}
		}
		n.calls = append(n.calls, funcCall{x: x, types: []value.Type{x.typ()}})
		column := fname
		if ref.Alias.Name != nil && len(ref.Funcs) == 1 {
			column = ref.Alias.Name.Text
		}
		names, ts = append(names, column), append(ts, x.typ())
	}
	scalar := len(names) == 1
	if ref.Ordinality {
		names, ts, scalar = append(names, "ordinality"), append(ts, value.Int8), false
	}
	ns, err := s.columns(ref, item, "", name, names, ts, ref.Alias, n.slots)
	if err == nil {
		ns.tables[0].scalar = scalar
	}
	return n, ns, err
}

func (a *analysis) join(s *scope, j *syntax.Join) (node, *namespace, error) {
	around := s.visible
	defer func() { s.visible = around }()
	left, lns, err := a.fromItem(s, j.Left)
	if err != nil {
		return nil, nil, err
	}
	s.visible = append(slices.Clone(around), lns)
	right, rns, err := a.fromItem(s, j.Right)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range rns.tables {
		if slices.ContainsFunc(lns.tables, func(o *rangeTable) bool { return o.name == t.name && o.schema == t.schema }) {
			return nil, nil, fail(j, "table name \"%s\" specified more than once", t.name)
		}
	}
	n := &joinNode{kind: j.Kind, left: left, right: right}
	if name, at := s.reads(right, left.items()); name != "" && (j.Kind == syntax.JoinRight || j.Kind == syntax.JoinFull) {
		return nil, nil, fail(at, "invalid reference to FROM-clause entry for table \"%s\"", name).
			hint("The combining JOIN type must be INNER or LEFT for a LATERAL reference.")
	}
	if err := n.checkRecursion(j); err != nil {
		return nil, nil, err
	}
	using := j.Using
	if j.Natural {
		using = nil
		for _, c := range lns.columns {
			if slices.Contains(columnNames(rns.columns), c.name) {
				using = append(using, syntax.Name{Pos: j.Pos, Text: c.name})
			}
		}
	}
	ns := merge(lns, rns)
	switch {
	case len(using) > 0:
		merged, err := a.using(j, n, using, lns, rns)
		if err != nil {
			return nil, nil, err
		}
		is := func(c nsColumn) bool { return slices.Contains(columnNames(merged), c.name) }
		ns.columns = slices.Concat(merged, slices.DeleteFunc(slices.Clone(lns.columns), is), slices.DeleteFunc(slices.Clone(rns.columns), is))
		if j.UsingAlias != nil {
			if slices.ContainsFunc(ns.tables, func(t *rangeTable) bool { return t.name == j.UsingAlias.Text }) {
				return nil, nil, fail(j.UsingAlias, "table name \"%s\" specified more than once", j.UsingAlias.Text)
			}
			ns.tables = append(ns.tables, &rangeTable{name: j.UsingAlias.Text, columns: merged})
		}
	case j.On != nil:
		s.visible = []*namespace{lns, rns}
		noAggregates, noWindows, noSets := s.noAggregates, s.noWindows, s.noSets
		s.noAggregates, s.noWindows, s.noSets = "JOIN conditions", "JOIN conditions", "JOIN conditions"
		x, err := a.boolean(s, j.On, "JOIN/ON")
		s.noAggregates, s.noWindows, s.noSets = noAggregates, noWindows, noSets
		if err != nil {
			return nil, nil, err
		}
		n.on = conjuncts(x)
	}
	if n.kind == syntax.JoinCross {
		n.kind = syntax.JoinInner
	}
	if j.Alias.Name != nil {
		t := &rangeTable{name: j.Alias.Name.Text, columns: slices.Clone(ns.columns)}
		if len(j.Alias.Columns) > len(t.columns) {
			return nil, nil, fail(j, "table \"%s\" has %d columns available but %d columns specified", t.name, len(t.columns), len(j.Alias.Columns))
		}
		for i, c := range j.Alias.Columns {
			t.columns[i].name = c.Text
		}
		ns = &namespace{tables: []*rangeTable{t}, columns: t.columns}
	}
	return n, ns, nil
}

// checkRecursion refuses what PostgreSQL does: a recursive reference that an outer join may
// fill up with nulls.
func (n *joinNode) checkRecursion(at syntax.Node) error {
	var err error
	look := func(side node) {
		eachFrom(side, func(below node) {
			if c, ok := below.(*cteNode); ok && c.inStep {
				err = fail(at, "recursive reference to query \"%s\" must not appear within an outer join", c.cte.name)
			}
		})
	}
	if n.kind == syntax.JoinLeft || n.kind == syntax.JoinFull {
		look(n.right)
	}
	if n.kind == syntax.JoinRight || n.kind == syntax.JoinFull {
		look(n.left)
	}
	return err
}

// using joins by columns of the same names, which become one.
func (a *analysis) using(j *syntax.Join, n *joinNode, names []syntax.Name, lns, rns *namespace) ([]nsColumn, error) {
	var merged []nsColumn
	find := func(ns *namespace, name syntax.Name, side string) (nsColumn, error) {
		var found []nsColumn
		for _, c := range ns.columns {
			if c.name == name.Text {
				found = append(found, c)
			}
		}
		switch len(found) {
		case 0:
			return nsColumn{}, fail(name, "column \"%s\" specified in USING clause does not exist in %s table", name.Text, side)
		case 1:
			return found[0], nil
		}
		return nsColumn{}, fail(name, "common column name \"%s\" appears more than once in %s table", name.Text, side)
	}
	for i, name := range names {
		if slices.ContainsFunc(names[:i], func(o syntax.Name) bool { return o.Text == name.Text }) {
			return nil, fail(name, "column name \"%s\" appears more than once in USING clause", name.Text)
		}
		l, err := find(lns, name, "left")
		if err != nil {
			return nil, err
		}
		r, err := find(rns, name, "right")
		if err != nil {
			return nil, err
		}
		lx, rx := l.ref(name.Pos), r.ref(name.Pos)
		eq, err := a.operate(name, "=", lx, rx)
		if err != nil {
			return nil, err
		}
		n.on = append(n.on, eq)
		t, err := commonType(name, "JOIN/USING", lx, rx)
		if err != nil {
			return nil, err
		}
		merged = append(merged, nsColumn{name.Text, t, func(pos syntax.Pos) expr {
			side := func(c nsColumn) expr {
				x, _, err := a.convert(name, c.ref(pos), t, implicit)
				if err != nil || x == nil {
					// The type that both sides have in common is one that both convert to.
					panic(fmt.Errorf("a column of USING does not convert to %s: %w", t, err))
				}
				return x
			}
			switch j.Kind {
			case syntax.JoinRight:
				return side(r)
			case syntax.JoinFull:
				return &coalesce{[]expr{side(l), side(r)}, t}
			case syntax.JoinLeft:
				return side(l)
			}
			// Of an inner join, the side that needs no conversion.
			if l.t != t && r.t == t {
				return side(r)
			}
			return side(l)
		}})
	}
	return merged, nil
}

// table finds a table of the database.
func (d *Database) table(at syntax.Node, schema, name string) (*Table, error) {
	if schema == "information_schema" || schema == "pg_catalog" {
		if t := d.information(schema, name); t != nil {
			return t, nil
		}
		return nil, refuse(at, "relation \"%s.%s\" is not supported", schema, name).
			hint("information_schema.tables and information_schema.columns are.")
	}
	var names []string
	schemas := false
	if schema == publicSchema && !slices.ContainsFunc(d.Tables, func(t *Table) bool { return t.Schema == schema }) {
		schema = "" // as information_schema names it
	}
	for _, t := range d.Tables {
		if t.Schema == schema && t.Name == name {
			return t, nil
		}
		schemas = schemas || t.Schema == schema
		if t.Schema == schema {
			names = append(names, t.Name)
		}
	}
	if schema != "" {
		if !schemas {
			var known []string
			for _, t := range d.Tables {
				if t.Schema != "" && !slices.Contains(known, t.Schema) {
					known = append(known, t.Schema)
				}
			}
			e := fail(at, "relation \"%s.%s\" does not exist", schema, name)
			if len(known) == 0 {
				return nil, e.hint("There is no schema \"%s\": write %s alone.", schema, name)
			}
			return nil, e.hint("There is no schema \"%s\". There are: %s.", schema, listed(known))
		}
		return nil, fail(at, "relation \"%s.%s\" does not exist", schema, name).suggestTable(name, names)
	}
	return nil, fail(at, "relation \"%s\" does not exist", name).suggestTable(name, names)
}

// suggestTable adds, as a hint, which tables there are, and which was perhaps meant, also by its
// name without the word that it begins with.
func (e *Error) suggestTable(name string, tables []string) *Error {
	names := map[string]string{}
	var known []string
	for _, t := range tables {
		for _, name := range []string{t, t[strings.Index(t, "_")+1:]} {
			known, names[name] = append(known, name), t
		}
	}
	if best := meant.Nearest(name, known); best != "" {
		return e.hint("Perhaps you meant \"%s\". The tables are: %s.", names[best], listed(tables))
	}
	return e.hint("The tables are: %s.", listed(tables))
}

func listed(names []string) string {
	text := ""
	for i, n := range names {
		if i > 0 {
			text += ", "
		}
		text += n
	}
	return text
}

// mentions reports whether a part of a statement has a table of a name in some FROM.
func mentions(part syntax.Node, name string) bool {
	found := false
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return
			}
			if ref, ok := v.Interface().(*syntax.TableRef); ok {
				found = found || len(ref.Name) == 1 && ref.Name[0].Text == name
			}
			walk(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(reflect.ValueOf(part))
	return found
}
