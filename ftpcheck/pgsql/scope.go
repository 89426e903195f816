package pgsql

import (
	"slices"
	"strings"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/meant"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/syntax"
	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

// A scope is where the names of one level of a statement are looked up: of one query with
// what stands directly in it.
type scope struct {
	parent *scope
	// sealed says that the FROM of the level around cannot be seen from here, as in a
	// subquery of it that is not LATERAL.
	sealed bool
	// repeated says that this level may run more than once for each run of the level around.
	repeated bool

	level   *level
	visible []*namespace
	ctes    []*cte

	// What is not allowed where the analysis is, with the name of the place; "" if it is.
	noAggregates, noWindows, noSets string
	aggregates                      int // how many have been met
	local, outer                    int // how many references to columns of this level, and of those around
	inWindow, inAggregate           bool
	windows                         map[string]*window
	windowCalls                     int
	setCalls                        int
}

// A level is what the frame of a query holds when it runs: its registers.
type level struct {
	owner []int // by register, the item of FROM that fills it, or -1
	items int
	used  []bool // by register, whether the finished plan reads it; nil before that is known
}

func (l *level) register(item int) int {
	l.owner = append(l.owner, item)
	return len(l.owner) - 1
}

// A namespace is what an item of FROM gives names to.
type namespace struct {
	tables  []*rangeTable
	columns []nsColumn // for names without a table, and for *
}

// A rangeTable is a table, subquery or function under the name that FROM gives it.
type rangeTable struct {
	schema, name string
	columns      []nsColumn
	scalar       bool // its name alone means its only column
}

type nsColumn struct {
	name string
	t    value.Type
	ref  func(pos syntax.Pos) expr
}

func merge(namespaces ...*namespace) *namespace {
	m := &namespace{}
	for _, n := range namespaces {
		m.tables = append(m.tables, n.tables...)
		m.columns = append(m.columns, n.columns...)
	}
	return m
}

// column finds the column that a reference names.
func (s *scope) column(ref *syntax.ColumnRef) (expr, error) {
	names := ref.Names
	last := names[len(names)-1]
	if len(names) > 3 {
		return nil, fail(ref, "cross-database references are not implemented")
	}
	if len(names) > 1 {
		table, up, err := s.table(ref, names[:len(names)-1])
		if err != nil {
			return nil, err
		}
		var found []nsColumn
		for _, c := range table.columns {
			if c.name == last.Text {
				found = append(found, c)
			}
		}
		switch len(found) {
		case 0:
			return nil, fail(ref, "column %s.%s does not exist", table.name, last.Text).suggest(last.Text, columnNames(table.columns))
		case 1:
			s.referred(up)
			return shift(found[0].ref(ref.Pos), up), nil
		}
		return nil, fail(ref, "column reference \"%s\" is ambiguous", last.Text)
	}
	var known []string
	up := 0
	for at, hidden := s, false; at != nil; at, hidden, up = at.parent, at.sealed, up+1 {
		if hidden {
			continue
		}
		var found []nsColumn
		for _, n := range at.visible {
			for _, c := range n.columns {
				if c.name == last.Text {
					found = append(found, c)
				}
			}
			known = append(known, columnNames(n.columns)...)
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			s.referred(up)
			return shift(found[0].ref(ref.Pos), up), nil
		}
		return nil, fail(ref, "column reference \"%s\" is ambiguous", last.Text).hint("Say of which table, as in table.%s.", syntax.QuoteName(last.Text))
	}
	// The name of a function in FROM means its value.
	if table, up, err := s.table(ref, names); err == nil {
		if !table.scalar {
			return nil, refuse(ref, "\"%s\" is a whole row, which is not supported", last.Text).hint("Name its columns, or write %s.* in a select list.", syntax.QuoteName(last.Text))
		}
		s.referred(up)
		return shift(table.columns[0].ref(ref.Pos), up), nil
	}
	return nil, fail(ref, "column \"%s\" does not exist", last.Text).suggest(last.Text, known)
}

// referred counts a reference to a column of a level.
func (s *scope) referred(up int) {
	for range up {
		s.outer++
		s = s.parent
	}
	s.local++
}

// table finds the item of FROM that a name means.
func (s *scope) table(at syntax.Node, names []syntax.Name) (*rangeTable, int, error) {
	name := names[len(names)-1].Text
	up := 0
	invisible := false
	for scope, hidden := s, false; scope != nil; scope, hidden, up = scope.parent, scope.sealed, up+1 {
		var found []*rangeTable
		for _, n := range scope.visible {
			for _, t := range n.tables {
				if t.name == name && (len(names) == 1 || t.schema == names[0].Text) {
					found = append(found, t)
				}
			}
		}
		switch {
		case hidden:
			invisible = invisible || len(found) > 0
		case len(found) == 1:
			return found[0], up, nil
		case len(found) > 1:
			return nil, 0, fail(at, "table reference \"%s\" is ambiguous", name)
		}
	}
	if invisible {
		return nil, 0, fail(at, "invalid reference to FROM-clause entry for table \"%s\"", name).
			hint("There is an entry for table \"%s\", but it cannot be referenced from this part of the query. Write LATERAL before the subquery.", name)
	}
	return nil, 0, fail(at, "missing FROM-clause entry for table \"%s\"", name)
}

func columnNames(columns []nsColumn) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return names
}

// suggest adds, as a hint, the name that was perhaps meant.
func (e *Error) suggest(name string, known []string) *Error {
	if best := meant.Nearest(name, known); best != "" {
		e.hint("Perhaps you meant \"%s\".", best)
	}
	return e
}

// cte finds the query of a WITH that a name means.
func (s *scope) cte(name string) (*cte, int, bool) {
	up := 0
	for at := s; at != nil; at, up = at.parent, up+1 {
		for _, c := range slices.Backward(at.ctes) {
			if c.name == name {
				return c, up, true
			}
		}
	}
	return nil, 0, false
}

// reads returns the name of a table among the items whose registers a node reads, and where,
// or "" if it reads none.
func (s *scope) reads(n node, items uint64) (name string, at syntax.Node) {
	n.each(0, func(e *expr, in int) {
		rewrite(e, in, func(e *expr, in int) bool {
			if r, ok := (*e).(*register); ok && r.up == in && s.level.owner[r.slot] >= 0 && items&(1<<s.level.owner[r.slot]) != 0 {
				name, _, _ = strings.Cut(r.label, ".")
				at = r
			}
			return name == ""
		})
	})
	return name, at
}

// child returns the scope of a query that stands in this level.
func (s *scope) child(sealed, repeated bool) *scope {
	return &scope{parent: s, sealed: sealed, repeated: repeated, level: &level{}}
}
